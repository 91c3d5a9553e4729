//! PromQL on real workspaces: which source answers, by whose rules, in which shape, and what is refused in which words.

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::json;
use wardroom_connectors::source::SourceVersion;
use wardroom_core::series::STALE_BITS;
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp, Unit};
use wardroom_store::{BatchEnd, BatchKind, NewSeries, NewSource, SourceId};

use super::*;
use crate::context::{Open, Start};
use crate::phrase::PhraseValue;
use crate::settings::Language;
use crate::words::Words;
use crate::{connections, sync, workspaces};

/// 2026-11-17T02:00:00Z.
const BEGIN: i64 = 1_794_880_800_000;
const MINUTE: i64 = 60_000;

pub(super) async fn workspace(home: &Path) -> (App, Arc<Open>) {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    (app, open)
}

pub(super) async fn source(open: &Open, name: &str, kind: &str) -> SourceId {
    let new = NewSource {
        name: name.to_owned(),
        kind: kind.to_owned(),
        config: "{}".to_owned(),
        created_at: Timestamp::from_millis(BEGIN),
    };
    open.workspace.add_source(new).await.unwrap()
}

pub(super) async fn fill(
    open: &Open,
    source: SourceId,
    metric: &str,
    labels: &[(&str, &str)],
    values: &[(i64, f64)],
) {
    let known_at = Timestamp::from_millis(BEGIN);
    let new = NewSeries {
        key: SeriesKey::new(metric, Labels::new(labels.iter().copied())),
        kind: MetricKind::Gauge,
        unit: Unit::Unknown,
    };
    let ids = open.workspace.ensure_series(source, &[new], known_at).await.unwrap();
    let mut samples = Samples::default();
    for (at, value) in values {
        samples.push(Timestamp::from_millis(*at), *value);
    }
    let mut batch =
        open.workspace.begin_batch(source, BatchKind::Import, known_at, String::new()).await.unwrap();
    batch.append(vec![(ids[0], samples)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
}

/// A sample every minute whose value is the number of the minute.
fn minutes(n: i32) -> Vec<(i64, f64)> {
    (0..n).map(|i| (BEGIN + i64::from(i) * MINUTE, f64::from(i))).collect()
}

pub(super) fn at(expression: &str, minute: i64) -> QueryRequest {
    let at = Millis(BEGIN + minute * MINUTE);
    QueryRequest {
        expression: expression.to_owned(),
        times: QueryTimes::At { at },
        source: None,
        by: QueryBy::Stored,
    }
}

/// Half a minute behind a sample: no window begins or ends at one.
fn between(expression: &str, minute: i64) -> QueryRequest {
    let at = Millis(BEGIN + minute * MINUTE + MINUTE / 2);
    QueryRequest { times: QueryTimes::At { at }, ..self::at(expression, minute) }
}

pub(super) fn over(expression: &str, from: i64, to: i64, step: i64) -> QueryRequest {
    let times = QueryTimes::Over {
        from: Millis(BEGIN + from * MINUTE),
        to: Millis(BEGIN + to * MINUTE),
        step: Millis(step * MINUTE),
    };
    QueryRequest { expression: expression.to_owned(), times, source: None, by: QueryBy::Stored }
}

fn of(request: QueryRequest, source: &str) -> QueryRequest {
    QueryRequest { source: Some(source.to_owned()), ..request }
}

fn value(view: &QueryView) -> &str {
    assert_eq!((view.series.len(), view.series[0].values.len()), (1, 1), "{view:?}");
    &view.series[0].values[0]
}

pub(super) fn sentence(error: &AppError) -> String {
    Words::with(Language::En, TimeZone::UTC).error(error)
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_follow_the_version_of_the_source_and_the_proof_says_which() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    for (name, kind) in [
        ("two", connections::PROMETHEUS),
        ("three", connections::PROMETHEUS),
        ("silent", connections::PROMETHEUS),
        ("thanos", connections::PROMETHEUS),
        ("file", connections::FILE),
        ("world", connections::SIMULATED),
    ] {
        let source = source(&open, name, kind).await;
        fill(&open, source, "load", &[], &minutes(60)).await;
        let version = match name {
            "two" => "2.42.0+ds",
            "three" => "3.5.0",
            "thanos" => "0.39.2",
            _ => continue,
        };
        let is = SourceVersion { product: "Prometheus".to_owned(), version: version.to_owned() };
        sync::put_version(&open, source, is, Timestamp::from_millis(BEGIN)).await.unwrap();
    }
    let words = Words::with(Language::En, TimeZone::UTC);

    // Both ends of the window are samples: version 2 counts both, version 3 only the right one.
    for (name, count, told, assumed) in [
        ("two", "6", "by the rules of Prometheus 2.42.0+ds: windows are closed on both sides.", false),
        ("three", "5", "by the rules of Prometheus 3.5.0: windows are open on the left.", false),
        ("silent", "5", "names no version of Prometheus: windows are open on the left.", true),
        ("thanos", "5", "names no version of Prometheus: windows are open on the left.", true),
        ("file", "5", "as for all imported and simulated data: windows are open on the left.", false),
        ("world", "5", "as for all imported and simulated data: windows are open on the left.", false),
    ] {
        let view = query(&app, &of(at("count_over_time(load[5m])", 30), name)).await.unwrap();

        let proof = words.phrase(&view.proof);
        assert_eq!((value(&view), view.assumed), (count, assumed), "{name}");
        assert!(proof.ends_with(told) && proof.contains(&format!("of 1 series of {name}")), "{proof}");
        assert_eq!(view.source.as_deref(), Some(name));
    }
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_source_that_has_what_is_asked_for_answers_and_several_are_named() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let one = source(&open, "one", connections::FILE).await;
    let two = source(&open, "two", connections::FILE).await;
    source(&open, "cmdb", connections::CMDB).await;
    for (source, metric) in [(one, "load"), (one, "limit"), (two, "load"), (two, "depth")] {
        fill(&open, source, metric, &[], &minutes(10)).await;
    }

    let only = query(&app, &at("depth", 5)).await.unwrap();
    let both = query(&app, &at("load", 5)).await.unwrap_err();
    let more = query(&app, &at("load / limit", 5)).await.unwrap();
    let apart = query(&app, &at("depth or limit", 5)).await.unwrap_err();
    let named = query(&app, &of(between("load", 5), "two")).await.unwrap();
    let nobody = query(&app, &of(at("load", 5), "three")).await.unwrap_err();
    let no_samples = query(&app, &of(at("load", 5), "cmdb")).await.unwrap_err();
    let nothing = query(&app, &at("absent(nothing)", 5)).await.unwrap();

    assert_eq!(only.source.as_deref(), Some("two"));
    assert_eq!(sentence(&both), "Several sources have what is asked for: one, two. Name one.");
    assert_eq!((more.source.as_deref(), value(&more)), (Some("one"), "1"));
    assert_eq!(apart.code, "query_sources");
    assert_eq!((named.source.as_deref(), named.samples), (Some("two"), 5));
    assert_eq!(sentence(&nobody), "There is no source of metrics called three.");
    assert_eq!(no_samples.code, "query_no_source");
    assert_eq!((nothing.proof.key.as_str(), value(&nothing)), ("query-proof-nothing", "1"));
    assert!(nothing.source.is_none() && !nothing.assumed);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_a_deleted_source_steps_back_behind_one_that_is_there() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let before = source(&open, "prom", connections::FILE).await;
    fill(&open, before, "load", &[], &[(BEGIN, 1.0)]).await;
    connections::delete(&app, u32::try_from(before.0).unwrap(), false).await.unwrap();

    let kept = query(&app, &at("load", 0)).await.unwrap();
    let after = source(&open, "prom", connections::FILE).await;
    fill(&open, after, "load", &[], &[(BEGIN, 2.0)]).await;
    let there = query(&app, &of(at("load", 0), "prom")).await.unwrap();

    assert_eq!((value(&kept), value(&there)), ("1", "2"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_the_shape_of_the_query_api() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    fill(&open, file, "load", &[("host", "a")], &[(BEGIN - 500, 0.1), (BEGIN + MINUTE, f64::NAN)]).await;
    fill(&open, file, "load", &[("host", "b")], &[(BEGIN + MINUTE, f64::INFINITY)]).await;
    let api = async |request: QueryRequest| query(&app, &request).await.unwrap().to_api();
    let (a, b) = (json!({"__name__": "load", "host": "a"}), json!({"__name__": "load", "host": "b"}));

    // The shapes are those of the server's documentation, «HTTP API», «Expression query result formats».
    assert_eq!(
        api(at("load", 1)).await,
        json!({"resultType": "vector", "result": [
            {"metric": a, "value": [1_794_880_860, "NaN"]}, {"metric": b, "value": [1_794_880_860, "+Inf"]}]})
    );
    assert_eq!(
        api(over("load{host='a'}", 0, 1, 1)).await,
        json!({"resultType": "matrix", "result": [
            {"metric": a, "values": [[1_794_880_800, "0.1"], [1_794_880_860, "NaN"]]}]})
    );
    assert_eq!(
        api(at("load{host='a'}[2m]", 0)).await,
        json!({"resultType": "matrix", "result": [{"metric": a, "values": [[1_794_880_799.5, "0.1"]]}]})
    );
    assert_eq!(
        api(at("1 / 3", 0)).await,
        json!({"resultType": "scalar", "result": [1_794_880_800, "0.3333333333333333"]})
    );
    assert_eq!(
        api(at("'words'", 0)).await,
        json!({"resultType": "string", "result": [1_794_880_800, "words"]})
    );
    assert_eq!(api(at("load{host='c'}", 0)).await, json!({"resultType": "vector", "result": []}));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_selector_can_see_is_read_and_nothing_twice() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    fill(&open, file, "load", &[], &minutes(3000)).await;

    let far = query(&app, &between("load - load offset 1d", 2000)).await.unwrap();
    let near = query(&app, &between("load + load offset 1m + sum_over_time(load[3m])", 2000)).await.unwrap();

    // Two windows of five minutes.
    assert_eq!((value(&far), far.samples), ("1440", 10));
    // 2000 + 1999 + (1998 + 1999 + 2000); of the windows together six samples.
    assert_eq!((value(&near), near.samples), ("9996", 6));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_ends_at_its_staleness_marker() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    let marker = (BEGIN + MINUTE, f64::from_bits(STALE_BITS));
    fill(&open, file, "load", &[], &[(BEGIN, 7.0), marker]).await;

    let before = query(&app, &at("load", 0)).await.unwrap();
    let behind = query(&app, &at("load", 1)).await.unwrap();

    assert_eq!(value(&before), "7");
    assert!(behind.series.is_empty());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_is_refused_with_its_name_and_its_place() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    for host in ["a", "b"] {
        fill(&open, file, "load", &[("host", host)], &minutes(10)).await;
    }

    for (expression, code, said) in [
        ("sum(load", "query_ends", "Column 9: the expression ends where"),
        ("load{host=~'('}", "query_pattern", "“(” is not a regular expression."),
        ("1 + rat(load[5m])", "query_unknown_function", "Column 5: there is no function rat."),
        ("rate(load)", "query_type", "rate"),
        ("max_over_time(load[1h:1m])", "query_refused", "is not answered from stored samples"),
        ("limitk(1, load)", "query_refused", "limitk is not answered from stored samples"),
        ("sum(load) by host", "query_syntax", "“host” stands where"),
        ("load + ignoring(host) load", "query_not_unique", "both match"),
        ("{host=~'.*'}", "query_rule", "a selector needs a name"),
    ] {
        let error = query(&app, &at(expression, 5)).await.unwrap_err();

        assert_eq!(error.code, code, "{expression}: {error}");
        assert!(sentence(&error).contains(said), "{expression}: {}", sentence(&error));
        assert!(!sentence(&error).contains("{$"), "every value is there: {}", sentence(&error));
    }
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_steps_than_the_server_would_take_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    fill(&open, file, "load", &[], &minutes(10)).await;

    let most = query(&app, &over("load", 0, 11_000, 1)).await.unwrap();
    let more = query(&app, &over("load", 0, 11_001, 1)).await.unwrap_err();
    let backwards = query(&app, &over("load", 1, 0, 1)).await.unwrap_err();
    let standing = query(&app, &over("load", 0, 1, 0)).await.unwrap_err();

    // Ten samples, of which the last is seen for five minutes, its own included.
    assert_eq!(most.series[0].values.len(), 14);
    assert_eq!((more.code.as_str(), more.fields["steps"].as_str()), ("too_many_steps", "11001"));
    assert_eq!((backwards.code.as_str(), standing.code.as_str()), ("query_no_steps", "query_no_steps"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_wants_any_more_is_given_up() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    for host in ["a", "b", "c", "d"] {
        fill(&open, file, "load", &[("host", host)], &minutes(11_000)).await;
    }
    // Hundreds of millions of samples are looked at: seconds of work.
    let request = over("quantile_over_time(0.5, load[7d])", 0, 11_000, 1);
    let asking = query(&app, &request);
    tokio::pin!(asking);

    let answer = loop {
        tokio::select! {
            answer = &mut asking => break answer,
            () = tokio::task::yield_now() => cancel(&app),
        }
    };

    assert!(answer.unwrap_err().is_cancelled());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_counts_what_was_read() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let file = source(&open, "file", connections::FILE).await;
    for host in ["a", "b"] {
        fill(&open, file, "load", &[("host", host)], &minutes(10)).await;
    }

    let view = query(&app, &between("sum(load)", 5)).await.unwrap();

    assert_eq!(view.proof.values["samples"], PhraseValue::Count(10));
    assert_eq!(view.proof.values["series"], PhraseValue::Count(2));
    assert_eq!((view.samples, view.major), (10, 3));
    workspaces::close(&app).await;
}

#[test]
fn a_selector_that_no_server_can_read_is_refused_and_one_that_is_only_unknown_here_is_not() {
    let refused = |text: &str| require_selector(text).unwrap_err();

    assert_eq!((refused("up{").code.as_str(), refused("up{").fields["column"].as_str()), ("selector", "4"));
    assert_eq!(refused("up{job=}").code, "selector");
    assert_eq!(refused("up down").code, "query_syntax");
    assert_eq!(refused("").code, "query_ends");
    for good in ["up", "up{job='node'}", r#"{__name__=~"hist_.+"}"#, "of_a_later_server(up)"] {
        assert_eq!(require_selector(good), Ok(()), "{good}");
    }
}
