//! Series that no monitoring should have, through everything that looks at series, and a detection that is cancelled.

use std::path::Path;

use wardroom_core::{AnomalyKind, Labels, MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Unit};
use wardroom_store::{BatchEnd, BatchKind, NewSeries, NewSource};

use super::some::run_some;
use super::*;
use crate::bill::{BillRequest, bill};
use crate::changed::{ChangedRequest, changed};
use crate::compare::{CompareRequest, compare_methods};
use crate::context::Start;
use crate::now::now;
use crate::query::{QueryBy, QueryRequest, QueryTimes, query};
use crate::settings::Language;
use crate::wire::{Millis, Span};
use crate::words::Words;
use crate::{connections, workspaces};

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;
/// 2026-11-02T00:00:00Z, and the end of two days.
const BEGIN: i64 = 1_793_577_600_000;
const END: i64 = BEGIN + 2 * DAY;

/// The samples of each bad series by name.
fn bad_series() -> Vec<(&'static str, Vec<(i64, f64)>)> {
    let minutes = |value: &dyn Fn(i64) -> f64| -> Vec<(i64, f64)> {
        (0..=2 * 1_440).map(|k| (BEGIN + k * MINUTE, value(k))).collect()
    };
    let wave =
        |k: i64| 5.0 + (k as f64 / 1_440.0 * std::f64::consts::TAU).sin() + (k * 7_919 % 101) as f64 / 100.0;
    let mut unsorted = minutes(&wave);
    unsorted.reverse();
    let twice = minutes(&wave).into_iter().flat_map(|(time, value)| [(time, value), (time, value + 1.0)]);
    let seconds = (0..=2 * 86_400).map(|s| (BEGIN + s * 1_000, wave(s / 60)));
    vec![
        ("constant", minutes(&|_| 42.0)),
        ("all_gaps", minutes(&|_| f64::NAN)),
        ("two_points", vec![(END - MINUTE, 1.0), (END, 2.0)]),
        ("every_second", seconds.collect()),
        ("unsorted", unsorted),
        ("duplicated", twice.collect()),
        ("astronomical", minutes(&|k| wave(k) * 1e307)),
        ("denormal", minutes(&|k| wave(k) * f64::MIN_POSITIVE / 1e6)),
    ]
}

async fn with_bad_series(home: &Path) -> App {
    let one = |(name, pairs): (&str, Vec<(i64, f64)>)| {
        let key = SeriesKey::new(name, Labels::new([("instance", "a")]));
        let (times, values) = pairs.into_iter().unzip();
        let samples = Samples::from_columns(times, values).unwrap();
        (NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Unknown }, samples)
    };
    with_series(home, bad_series().into_iter().map(one).collect()).await
}

async fn with_series(home: &Path, series: Vec<(NewSeries, Samples)>) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let at = Timestamp::from_millis(END);
    let source = NewSource {
        name: "m".to_owned(),
        kind: connections::FILE.to_owned(),
        config: "{}".to_owned(),
        created_at: at,
    };
    let source = open.workspace.add_source(source).await.unwrap();
    let (keys, all): (Vec<NewSeries>, Vec<Samples>) = series.into_iter().unzip();
    let ids = open.workspace.ensure_series(source, &keys, at).await.unwrap();
    let mut batch =
        open.workspace.begin_batch(source, BatchKind::Import, at, "bad".to_owned()).await.unwrap();
    batch.append(ids.into_iter().zip(all).collect()).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    app
}

/// Says a failure or a word in both languages; neither may be the bare key of a sentence that is not there.
fn say(of: &dyn Fn(&Words) -> String) {
    for language in [Language::En, Language::ZhCn] {
        let sentence = of(&Words::with(language, jiff::tz::TimeZone::UTC));
        assert!(
            !sentence.is_empty() && !sentence.contains("refusal-") && !sentence.contains('{'),
            "{sentence}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_series_gives_a_result_or_a_refusal_in_words_everywhere() {
    let home = tempfile::tempdir().unwrap();
    let app = with_bad_series(home.path()).await;
    let open = app.open().unwrap();
    let n = u32::try_from(bad_series().len()).unwrap();

    let job = app.jobs().begin(app.bus(), JobKind::Detect, "w", None);
    let outcome = run(&app, &open, Timestamp::from_millis(END), &job).await.unwrap();
    assert_eq!(
        (outcome.scored + outcome.refused, outcome.refused),
        (n, 3),
        "constant, all gaps and two points"
    );
    let range = TimeRange::new(Timestamp::from_millis(BEGIN), Timestamp::from_millis(END + 1)).unwrap();
    let seen = now(&app, Some(range)).await.unwrap();
    assert_eq!(seen.not_scored.iter().map(|refused| refused.count).sum::<u32>(), outcome.refused);
    for refused in &seen.not_scored {
        say(&|words| words.phrase(&crate::phrase::Phrase::new(refused.reason.as_str())));
    }

    let window = Span { start: Millis(END - 60 * MINUTE), end: Millis(END) };
    let request = ChangedRequest { window, limit: 40, filter: String::new(), entity: None };
    let ranked = changed(&app, &request).await.unwrap();
    assert_eq!(ranked.judged + ranked.refused.iter().map(|refused| refused.count).sum::<u32>(), n);
    for refused in &ranked.refused {
        say(&|words| words.phrase(&crate::phrase::Phrase::new(refused.reason.as_str())));
    }

    for detector in [None, Some("standard"), Some("matrix-profile")] {
        let request = BillRequest {
            filter: String::new(),
            entity: None,
            sensitivity: None,
            marked: Vec::new(),
            detector: detector.map(str::to_owned),
        };
        match bill(&app, &request).await {
            Ok(view) => say(&|words| words.phrase(&view.lead)),
            Err(error) => say(&|words| words.error(&error)),
        }
    }

    let request =
        CompareRequest { filter: String::new(), methods: Vec::new(), range: None, unmarked_is_false: None };
    let compared = compare_methods(&app, &request).await.unwrap();
    assert_eq!((compared.series, compared.rows.len()), (n, 11));
    say(&|words| words.phrase(&compared.lead));

    for (name, pairs) in bad_series() {
        let request = QueryRequest {
            expression: format!("count_over_time({name}[2d]) + 0 * max_over_time({name}[2d])"),
            times: QueryTimes::At { at: Millis(END) },
            source: None,
            by: QueryBy::Stored,
        };
        let answer = query(&app, &request).await.unwrap();
        assert!(answer.samples > 0 && answer.samples as usize <= pairs.len(), "{name}: {}", answer.samples);
    }
    workspaces::close(&app).await;
}

/// A week of five copies at two minutes that share what they do; the fourth stays behind for some hours of the sixth day.
fn copies() -> Vec<(NewSeries, Samples)> {
    const HOUR: f64 = 60.0 * MINUTE as f64;
    let shared = |t: i64| {
        let wave = |hours: f64| (t as f64 * std::f64::consts::TAU / (hours * HOUR)).sin();
        10.0 + (wave(3.3) + wave(7.1) + wave(17.9)) / 3.0
    };
    let peak = 5 * DAY + 572 * MINUTE;
    let behind = |t: i64| {
        let hours = (t - peak) as f64 / HOUR;
        if hours.abs() < 3.0 { 0.5 + 0.5 * (hours * std::f64::consts::PI / 3.0).cos() } else { 0.0 }
    };
    let copy = |n: i64| {
        let mut samples = Samples::default();
        for t in (0..7 * DAY).step_by(120_000) {
            let noise = ((t / MINUTE * 7_919 + n * 104_729) % 2_003) as f64 / 1_001.5 - 1.0;
            let value = shared(t) + 0.2 * noise - if n == 3 { behind(t) } else { 0.0 };
            samples.push(Timestamp::from_millis(BEGIN + t), value);
        }
        let key = SeriesKey::new("queue_seconds", Labels::new([("instance", format!("web-{n}"))]));
        (NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Seconds }, samples)
    };
    (0..5).map(copy).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_that_parts_from_its_peers_is_a_finding_in_words_and_stays_one() {
    let home = tempfile::tempdir().unwrap();
    let app = with_series(home.path(), copies()).await;
    let open = app.open().unwrap();
    let known_at = Timestamp::from_millis(BEGIN + 7 * DAY);
    let job = app.jobs().begin(app.bus(), JobKind::Detect, "w", None);
    run(&app, &open, known_at, &job).await.unwrap();
    let series = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let odd = series.iter().find(|row| row.key.labels.get("instance") == Some("web-3")).unwrap();

    let found = open.workspace.findings(None, None).await.unwrap();
    let again = app.jobs().begin(app.bus(), JobKind::Detect, "w", None);
    run_some(&app, &open, &[odd.id], known_at, &again).await.unwrap();

    let kinds: Vec<_> = found.iter().map(|found| (found.series, found.anomaly.kind)).collect();
    assert_eq!(kinds, [(odd.id, AnomalyKind::PeerOutlier)], "{found:#?}");
    let row = crate::now::finding::row(&found[0], odd, None);
    assert_eq!(row.title.key, "finding-below-peers");
    for phrase in [&row.title, &row.reason] {
        say(&|words| words.phrase(phrase));
    }
    // When this one is judged alone its peers are read beside it.
    let after = open.workspace.findings(None, None).await.unwrap();
    assert_eq!(after.iter().map(|found| found.id).collect::<Vec<_>>(), [found[0].id]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_detection_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let app = with_bad_series(home.path()).await;
    let open = app.open().unwrap();
    let known_at = Timestamp::from_millis(END);
    let job = app.jobs().begin(app.bus(), JobKind::Detect, "w", None);
    run(&app, &open, known_at, &job).await.unwrap();
    let before = open.workspace.findings(None, None).await.unwrap();
    let classes = |rows: Vec<SeriesRow>| rows.into_iter().map(|row| row.class).collect::<Vec<_>>();
    let told = classes(open.workspace.series(&SeriesFilter::default()).await.unwrap());

    let again = app.jobs().begin(app.bus(), JobKind::Detect, "w", None);
    again.cancel();
    let refused = run(&app, &open, known_at.plus_millis(MINUTE), &again).await.unwrap_err();

    assert_eq!(refused.code, "cancelled");
    assert_eq!(open.workspace.findings(None, None).await.unwrap(), before);
    assert_eq!(classes(open.workspace.series(&SeriesFilter::default()).await.unwrap()), told);
    workspaces::close(&app).await;
}

#[test]
fn the_method_is_named_in_the_language_and_an_earlier_one_as_it_was_stored() {
    let said =
        |language, method: &str| Words::with(language, jiff::tz::TimeZone::UTC).said(&method_name(method));

    assert_eq!(said(Language::En, anomaly::METHOD), anomaly::METHOD);
    assert_eq!(said(Language::ZhCn, anomaly::METHOD), "逐行评分与季节基线 v2");
    assert_eq!(said(Language::ZhCn, "seasonal baseline v1"), "seasonal baseline v1");
}
