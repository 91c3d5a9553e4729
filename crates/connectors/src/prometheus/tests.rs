//! Runs the connection against a server on the loopback address: every error, and the whole of each operation.

mod awkward;
mod joined;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use wardroom_core::{AlertState, Labels, MetricKind, SeriesKey, TimeRange, Timestamp, Unit};

use super::{Prometheus, PrometheusConfig};
use crate::config::AuthKind;
use crate::error::SourceError;
use crate::loopback::{Loopback, Reply, Seen, answer, answer_with, json};
use crate::secret::{Secret, SecretBinding};
use crate::source::{LostAbility, MetricSource, NamedExpression, NoticeKind, ReadMode, ReadRequest, Scope};

const PLANTED: &str = "planted-secret-5f1c";
const EMPTY: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;

// Errors: one row each.

#[tokio::test]
async fn a_query_that_is_wrong_says_so_in_the_sources_words() {
    let body = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis"}"#;

    let error = failure(move |_| answer(400, "application/json", body)).await;

    assert!(
        matches!(&error, SourceError::BadQuery { query, detail } if query == "up[10000ms]" && detail.contains("unclosed")),
        "{error:?}"
    );
}

#[tokio::test]
async fn too_many_points_or_samples_are_too_large() {
    for (status, kind, words) in [
        (400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing"),
        (422, "execution", "query processing would load too many samples into memory in query execution"),
        (422, "422", "the number of points exceeds -search.maxPointsPerTimeseries"),
    ] {
        let body = format!(r#"{{"status":"error","errorType":"{kind}","error":"{words}"}}"#);

        let error = failure(move |_| answer(status, "application/json", &body)).await;

        assert!(matches!(error, SourceError::TooLarge { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_query_that_cannot_be_executed_is_a_bad_query_here_and_at_victoriametrics() {
    for (kind, words) in
        [("execution", "many-to-many matching not allowed: too many"), ("422", "unexpected token")]
    {
        let body = format!(r#"{{"status":"error","errorType":"{kind}","error":"{words}"}}"#);

        let error = failure(move |_| answer(422, "application/json", &body)).await;

        assert!(matches!(error, SourceError::BadQuery { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_query_out_of_time_is_not_repeated_but_a_busy_source_is() {
    let body =
        r#"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#;
    let timeouts = Loopback::start(move |_| answer(503, "application/json", body));
    let busy = Loopback::start(|_| answer(503, "text/plain", "no healthy upstream"));

    let out_of_time = source(&timeouts).read(&raw()).await.unwrap_err();
    let overloaded = source(&busy).read(&raw()).await.unwrap_err();

    assert!(matches!(out_of_time, SourceError::QueryTimeout { .. }), "{out_of_time:?}");
    assert_eq!(timeouts.seen().len(), 1);
    assert_eq!(overloaded, SourceError::Busy { status: 503, retry_after: None });
    assert_eq!(busy.seen().len(), 3);
}

#[tokio::test]
async fn a_refusal_names_what_the_source_wants() {
    let headers = "WWW-Authenticate: Basic realm=\"x\"\r\n";

    let error = failure(move |_| answer_with(401, "text/plain", headers, "Unauthorized")).await;

    assert_eq!(error, SourceError::Denied { wants: "Basic".to_owned() });
}

#[tokio::test]
async fn a_path_that_may_not_be_read_or_is_not_there_is_named() {
    let forbidden = failure(|_| answer(403, "text/plain", "no")).await;
    let absent = failure(|_| answer(404, "text/plain; charset=utf-8", "404 page not found\n")).await;

    assert_eq!(forbidden, SourceError::Forbidden { path: "/api/v1/query".to_owned() });
    assert_eq!(absent, SourceError::NotFound { path: "/api/v1/query".to_owned() });
}

#[tokio::test]
async fn a_page_for_people_is_not_a_prometheus() {
    let error = failure(|_| answer(200, "text/html", "<html><title>Sign in</title>")).await;

    assert!(
        matches!(&error, SourceError::NotPrometheus { detail } if detail.contains("Sign in")),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_ends_early_is_truncated_and_asked_for_again() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"status\":";
    let server = Loopback::start(move |_| Reply::Raw(cut.as_bytes().to_vec()));

    let error = source(&server).read(&raw()).await.unwrap_err();

    assert_eq!(error, SourceError::Truncated { bytes: 10 });
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn an_answer_without_end_is_stopped_at_the_limit() {
    let error = failure(|_| Reply::Endless).await;

    assert_eq!(error, SourceError::AnswerTooLong { limit_bytes: 100_000 });
}

#[tokio::test]
async fn an_answer_that_announces_too_many_bytes_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{";

    let error = failure(move |_| Reply::Raw(head.as_bytes().to_vec())).await;

    assert_eq!(error, SourceError::AnswerTooLong { limit_bytes: 100_000 });
}

#[tokio::test]
async fn a_source_that_stays_silent_runs_into_the_time_limit() {
    let error = failure(|_| Reply::Silence).await;

    assert_eq!(error, SourceError::Timeout { limit: Duration::from_millis(300) });
}

#[tokio::test]
async fn plain_http_at_a_tls_port_asks_for_https() {
    let words = "Client sent an HTTP request to an HTTPS server.\n";

    let error = failure(move |_| answer(400, "text/plain; charset=utf-8", words)).await;

    assert!(matches!(error, SourceError::NeedsHttps { .. }), "{error:?}");
}

#[tokio::test]
async fn tls_at_a_plain_port_and_bytes_that_are_no_http_are_told_apart() {
    let server = Loopback::start(|_| Reply::Raw(b"\x15\x03\x01\x00\x02\x02\x46 nonsense".to_vec()));
    let plain = source(&server).read(&raw()).await.unwrap_err();

    assert_eq!(plain, SourceError::NotPrometheus { detail: "the answer is not HTTP".to_owned() });
}

#[tokio::test]
async fn nothing_that_listens_is_unreachable() {
    let server = Loopback::start(|_| json(EMPTY));
    let closed = source(&server);
    drop(server);

    let error = closed.read(&raw()).await.unwrap_err();

    assert!(matches!(error, SourceError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_source_that_fails_gives_its_first_words() {
    let error = failure(|_| answer(500, "text/plain", "panic:\n\x1b[31mbad")).await;

    assert_eq!(error, SourceError::ServerFailed { status: 500, detail: "panic: [31mbad".to_owned() });
}

// Secrets.

#[tokio::test]
async fn a_redirect_to_another_place_is_not_followed_and_carries_nothing_there() {
    let elsewhere = Loopback::start(|_| json(EMPTY));
    let target = format!("Location: {}/api/v1/query\r\n", elsewhere.url());
    let server = Loopback::start(move |_| answer_with(307, "text/plain", &target, ""));

    let error = with_secret(&server, AuthKind::Bearer).read(&raw()).await.unwrap_err();

    assert_eq!(error, SourceError::Redirected { to: elsewhere.url() });
    assert!(elsewhere.seen().is_empty());
    assert!(server.seen()[0].head.contains(PLANTED));
}

#[tokio::test]
async fn a_redirect_within_the_place_is_followed_with_the_form() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.is_for("/moved") {
            json(EMPTY)
        } else {
            answer_with(307, "text/plain", "Location: /moved\r\n", "")
        }
    });

    let answer = source(&server).read(&raw()).await;

    assert!(answer.is_ok(), "{answer:?}");
    assert!(server.seen()[1].body.starts_with("query=up"));
}

#[tokio::test]
async fn an_endless_chain_of_redirects_ends() {
    let error = failure(|_| answer_with(302, "text/plain", "Location: /again\r\n", "")).await;

    assert!(matches!(error, SourceError::Redirected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_source_that_echoes_the_secret_does_not_bring_it_into_an_error() {
    for (status, auth) in [(500, AuthKind::Bearer), (502, AuthKind::Basic { user: "me".to_owned() })] {
        let server = Loopback::start(move |seen: &Seen| answer(status, "text/plain", &seen.head));
        let source = with_secret(&server, auth);

        let error = source.read(&raw()).await.unwrap_err();

        let sent = server.seen()[0].head.clone();
        let credentials = sent.lines().find_map(|line| line.split_once("uthorization: ")).unwrap().1;
        let credentials = credentials.split(' ').nth(1).unwrap().to_owned();
        for shown in [format!("{error} {error:?}"), format!("{source:?}"), source.as_curl(&raw())] {
            assert!(!shown.contains(PLANTED) && !shown.contains(&credentials), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_refused_token_is_made_again_once() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.head.contains("Bearer token-2") { json(EMPTY) } else { answer(401, "text/plain", "no") }
    });
    let counter = std::env::temp_dir().join(format!("wardroom-token-{}", std::process::id()));
    std::fs::remove_file(&counter).ok();
    let script = "echo x >> \"$0\"; echo token-$(wc -l < \"$0\" | tr -d ' ')";
    let command = ["sh", "-c", script, counter.to_str().unwrap()].map(str::to_owned).to_vec();
    let source = open(&server, AuthKind::TokenCommand { command }, None);

    let first = source.read(&raw()).await;
    let second = source.read(&raw()).await;

    std::fs::remove_file(&counter).ok();
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    let queries = server.seen().into_iter().filter(|seen| seen.is_for("/query")).count();
    assert_eq!(queries, 3);
}

#[tokio::test]
async fn a_token_that_is_refused_twice_is_denied() {
    let server = Loopback::start(|_| answer(401, "text/plain", "no"));
    let command = ["echo", PLANTED].map(str::to_owned).to_vec();
    let source = open(&server, AuthKind::TokenCommand { command }, None);

    let error = source.read(&raw()).await.unwrap_err();

    assert_eq!(error, SourceError::Denied { wants: String::new() });
    assert_eq!(server.seen().len(), 2);
}

// Reading.

#[tokio::test]
async fn raw_samples_outside_the_range_are_dropped_and_kinds_come_from_the_metadata() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.is_for("/metadata") {
            return json(r#"{"status":"success","data":{"hits":[{"type":"counter","help":"","unit":""}]}}"#);
        }
        json(
            r#"{"status":"success","warnings":["one store is away"],"data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"hits_total","job":"a"},"values":[[9.999,"1"],[10,"2"],[15.5,"NaN"],[20,"4"]]},
            {"metric":{"__name__":"h"},"histograms":[[11,{"count":"1","sum":"1"}]]}]}}"#,
        )
    });

    let answer = source(&server).read(&raw()).await.unwrap();

    assert_eq!(answer.series.len(), 1);
    let series = &answer.series[0];
    assert_eq!(series.key, SeriesKey::new("hits_total", Labels::new([("job", "a")])));
    assert_eq!((series.kind, series.unit), (MetricKind::Counter, Unit::Count));
    assert_eq!(series.samples.times(), [10_000, 15_500]);
    let kinds: Vec<_> = answer.notices.iter().map(|notice| notice.kind).collect();
    assert_eq!(kinds, [NoticeKind::SourceWarning, NoticeKind::NativeHistogram]);
}

#[tokio::test]
async fn a_piece_that_is_too_large_is_halved_until_it_fits_and_joined() {
    let server = Loopback::start(|seen: &Seen| {
        // Only windows of at most 300 s are answered, with one sample at their last millisecond.
        let window = seen.body.split("%5B").nth(1).and_then(|rest| rest.split("ms%5D").next());
        let time = seen.body.split("time=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or("0");
        match window.and_then(|text| text.parse::<u32>().ok()) {
            Some(..=300_000) => json(&format!(
                r#"{{"status":"success","data":{{"result":[{{"metric":{{"__name__":"up"}},"values":[[{time},"1"]]}}]}}}}"#
            )),
            Some(_) => answer(
                422,
                "application/json",
                r#"{"status":"error","errorType":"execution","error":"would load too many samples"}"#,
            ),
            None => answer(404, "text/plain", "404 page not found"),
        }
    });
    let request = ReadRequest { range: between(0, 1_200_000), ..raw() };

    let answer = source(&server).read(&request).await.unwrap();

    assert_eq!(answer.series[0].samples.times(), [299_999, 599_999, 899_999, 1_199_999]);
}

#[tokio::test]
async fn a_long_range_at_a_step_is_split_below_the_point_limit() {
    let server = Loopback::start(|_| json(EMPTY));
    let request = ReadRequest {
        mode: ReadMode::Step(1000),
        stored_as: Some("x".to_owned()),
        range: between(0, 25_000_000),
        ..raw()
    };

    let answer = source(&server).read(&request).await;
    let commands = source(&server).as_curl(&request);

    assert!(answer.is_ok(), "{answer:?}");
    let starts: Vec<String> = server
        .seen()
        .iter()
        .filter(|seen| seen.is_for("/query_range"))
        .map(|seen| seen.body.split('&').filter(|p| p.starts_with("start") || p.starts_with("end")).collect())
        .collect();
    assert_eq!(
        starts,
        ["start=0.000end=9999.000", "start=10000.000end=19999.000", "start=20000.000end=24999.000"]
    );
    assert_eq!(commands.lines().count(), 3);
}

#[tokio::test]
async fn a_label_that_runs_away_is_capped_and_named_and_the_same_series_stay() {
    let server = Loopback::start(|_| {
        let series: Vec<String> = (0..8)
            .map(|i| format!(r#"{{"metric":{{"__name__":"hits","path":"/{i}"}},"values":[[11,"1"]]}}"#))
            .collect();
        json(&format!(r#"{{"status":"success","data":{{"result":[{}]}}}}"#, series.join(",")))
    });
    let mut config = config_of(&server, AuthKind::None);
    config.label_cap = 3;
    let source = Prometheus::with_http(&config, &fast(&config), None).unwrap();
    let stored = SeriesKey::new("hits", Labels::new([("path", "/7")]));
    source.remember_series([&stored]);

    let first = source.read(&raw()).await.unwrap();
    let second = source.read(&raw()).await.unwrap();

    let keys = |answer: &crate::source::ReadAnswer| -> Vec<String> {
        answer.series.iter().map(|series| series.key.to_string()).collect()
    };
    assert_eq!(keys(&first), [r#"hits{path="/0"}"#, r#"hits{path="/1"}"#, r#"hits{path="/7"}"#]);
    assert_eq!(keys(&second), keys(&first));
    let notice = &first.notices[0];
    assert_eq!(
        (notice.kind, notice.subject.as_str(), notice.detail.as_str()),
        (NoticeKind::LabelRunsAway, "hits.path", "5")
    );
}

// Planning, testing, suggesting.

#[tokio::test]
async fn a_plan_counts_and_splits_by_the_budget() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.is_for("/series") {
            return json(
                r#"{"status":"success","data":[{"__name__":"up","job":"a"},{"__name__":"up","job":"b"}]}"#,
            );
        }
        json(
            r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"wardroom_part":"0"},"value":[1,"2"]},{"metric":{"wardroom_part":"1"},"value":[1,"80"]},
            {"metric":{"wardroom_part":"2"},"value":[1,"1"]},{"metric":{"wardroom_part":"3"},"value":[1,"0"]}]}}"#,
        )
    });
    let mut config = config_of(&server, AuthKind::None);
    config.max_samples_per_request = 4_000;
    let source = Prometheus::with_http(&config, &fast(&config), None).unwrap();
    let scope = Scope {
        selectors: vec!["up".to_owned()],
        expressions: vec![NamedExpression { name: "n".to_owned(), expression: "count(up)".to_owned() }],
    };

    let plan = source.plan(&scope, between(0, 86_400_000), None).await.unwrap();
    let next = source.plan(&scope, between(86_400_000, 86_415_000), None).await.unwrap();

    // 80 samples in ten minutes: 4,000 take 30,000 s, so a day takes three requests; the expression takes one.
    assert_eq!(plan.requests.len(), 4);
    assert_eq!((plan.series, plan.samples), (3, 11_520 + 1_440));
    assert_eq!(plan.requests[0].expected_series, 2);
    assert_eq!(plan.requests[3].mode, ReadMode::Step(60_000));
    // The following tick is planned from what is known; no minute falls into its 15 s but the first.
    assert_eq!(next.requests.len(), 2);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn each_missing_right_is_named_and_the_rest_is_found() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.is_for("/query") {
            let body = r#"{"status":"success","data":{"resultType":"vector","result":[
                {"metric":{"__name__":"prometheus_tsdb_lowest_timestamp_seconds"},"value":[1,"1795000000"]},
                {"metric":{"__name__":"prometheus_tsdb_head_series"},"value":[1,"850"]}]}}"#;
            return answer_with(200, "application/json", "Date: Sat, 21 Nov 2026 13:33:55 GMT\r\n", body);
        }
        if seen.is_for("/buildinfo") {
            return json(r#"{"status":"success","data":{"version":"2.42.0+ds"}}"#);
        }
        let status = if seen.is_for("/alerts") { 404 } else { 403 };
        answer(status, "text/plain", "no")
    });
    let now = Timestamp::from_millis(1_795_268_035_500 - 90_000);

    let probe = source(&server).probe(now).await.unwrap();

    assert_eq!((probe.product.as_str(), probe.version.as_str()), ("Prometheus", "2.42.0+ds"));
    assert_eq!(probe.series, Some(850));
    assert_eq!(probe.oldest, Some(Timestamp::from_millis(1_795_000_000_000)));
    assert_eq!(probe.rule_groups, None);
    let offset = probe.clock_offset_ms.unwrap();
    assert!((85_000..=90_000).contains(&offset), "{offset}");
    let missing: Vec<_> = probe.missing.iter().map(|right| (right.status, right.lost)).collect();
    assert_eq!(
        missing,
        [
            (403, LostAbility::ServerStatus),
            (403, LostAbility::Rules),
            (404, LostAbility::Alerts),
            (403, LostAbility::Metadata),
        ]
    );
    assert!(u32::try_from(server.seen().len()).unwrap() <= probe.requests && probe.requests <= 10);
}

#[tokio::test]
async fn the_version_is_asked_for_alone_and_a_source_that_refuses_does_not_tell() {
    // Shortened. VictoriaMetrics pretends to be an old Prometheus here, and names itself in a header.
    let own = r#"{"status":"success","data":{"version":"2.42.0+ds","branch":"debian/sid"}}"#;
    let other = r#"{"status":"success","data":{"version":"2.24.0"}}"#;
    let prometheus = Loopback::start(move |_| json(own));
    let header = "X-Server-Hostname: vm-1\r\n";
    let victoria = Loopback::start(move |_| answer_with(200, "application/json", header, other));
    let silent = Loopback::start(|_| answer(403, "text/plain", "no"));

    let version = source(&prometheus).version().await.unwrap();
    let pretended = source(&victoria).version().await.unwrap();

    assert_eq!((version.product.as_str(), version.version.as_str()), ("Prometheus", "2.42.0+ds"));
    assert_eq!((pretended.product.as_str(), pretended.version.as_str()), ("VictoriaMetrics", "2.24.0"));
    assert!(source(&silent).version().await.is_none());
    assert_eq!(prometheus.seen().len(), 1);
}

#[tokio::test]
async fn rules_and_alerts_are_read_as_the_source_writes_them() {
    /// Recorded from Prometheus 2.42.0 on 2026-11-21, shortened.
    const RULES: &str = r#"{"status":"success","data":{"groups":[{"name":"g1","file":"rules.yml","rules":[{"name":"job:up:sum","query":"sum by (job) (up)","labels":{"tier":"x"},"health":"ok","type":"recording"},{"state":"firing","name":"AlwaysOn","query":"vector(1) \u003e 0","duration":300,"labels":{"severity":"warn"},"annotations":{"summary":"on"},"alerts":[],"health":"ok","type":"alerting"}],"interval":2}]}}"#;
    const ALERTS: &str = r#"{"status":"success","data":{"alerts":[{"labels":{"alertname":"AlwaysOn","severity":"warn"},"annotations":{"summary":"on 1"},"state":"firing","activeAt":"2026-11-21T13:33:48.151810036Z","value":"1e+00"}]}}"#;
    let server = Loopback::start(|seen: &Seen| json(if seen.is_for("/rules") { RULES } else { ALERTS }));

    let state = source(&server).rules(Timestamp::from_millis(0)).await.unwrap();

    assert_eq!(state.rules.len(), 2);
    assert_eq!(state.rules[1].expression, "vector(1) > 0");
    assert_eq!(state.alerts[0].state, AlertState::Firing);
    assert_eq!(state.alerts[0].active_at, Timestamp::from_millis(1_795_268_028_151));
    assert_eq!(state.alerts[0].value, Some(1.0));
    assert!(state.missing.is_empty());
}

#[tokio::test]
async fn a_suggestion_never_asks_without_a_name() {
    let n_queries = std::sync::Arc::new(AtomicU32::new(0));
    let counted = std::sync::Arc::clone(&n_queries);
    let server = Loopback::start(move |seen: &Seen| {
        if seen.is_for("/rules") {
            return json(
                r#"{"status":"success","data":{"groups":[{"name":"g","rules":[
                {"name":"A","query":"up == 0","type":"alerting"},{"name":"r:x","query":"sum(up)","type":"recording"}]}]}}"#,
            );
        }
        if seen.is_for("/__name__/values") {
            return json(r#"{"status":"success","data":["up","node_load1","hits_total"]}"#);
        }
        if seen.is_for("/status/tsdb") {
            return json(
                r#"{"status":"success","data":{"headStats":{"numSeries":500000},
                "seriesCountByMetricName":[{"name":"hits_total","value":90000}],
                "labelValueCountByLabelName":[{"name":"path","value":9000}]}}"#,
            );
        }
        counted.fetch_add(1, Ordering::SeqCst);
        let parts: Vec<String> = (0..20)
            .map(|i| format!(r#"{{"metric":{{"wardroom_part":"{i}"}},"value":[1,"9000"]}}"#))
            .collect();
        json(&format!(r#"{{"status":"success","data":{{"result":[{}]}}}}"#, parts.join(",")))
    });

    let groups = source(&server).suggest(Timestamp::from_millis(1_795_268_035_500)).await.unwrap();

    let keys: Vec<&str> = groups.iter().map(|group| group.key.as_str()).collect();
    assert_eq!(keys, ["alert_rules", "recording_rules", "targets", "node", "hits_total"]);
    assert_eq!(groups[4].runaway, Some(("path".to_owned(), 9000)));
    assert!(groups.iter().all(|group| !group.proposed));
    assert_eq!(n_queries.load(Ordering::SeqCst), 2);
    let bodies: Vec<String> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert!(bodies.iter().all(|body| !body.contains("%7B%7D") && !body.contains(".%2B")), "{bodies:?}");
}

// What the tests share.

/// Reads once from a server that answers as told, with quick retries, and returns the error.
async fn failure(reply: impl Fn(&Seen) -> Reply + Send + 'static) -> SourceError {
    let server = Loopback::start(reply);
    source(&server).read(&raw()).await.unwrap_err()
}

fn source(server: &Loopback) -> Prometheus {
    open(server, AuthKind::None, None)
}

fn with_secret(server: &Loopback, auth: AuthKind) -> Prometheus {
    let binding = SecretBinding::of_url(&server.url()).unwrap();
    open(server, auth, Some(Secret::new(PLANTED.to_owned(), binding)))
}

fn open(server: &Loopback, auth: AuthKind, secret: Option<Secret>) -> Prometheus {
    let config = config_of(server, auth);
    Prometheus::with_http(&config, &fast(&config), secret).unwrap()
}

fn config_of(server: &Loopback, auth: AuthKind) -> PrometheusConfig {
    PrometheusConfig {
        url: server.url(),
        auth,
        proxy: Some("none".to_owned()),
        requests_per_minute: 0,
        ..PrometheusConfig::default()
    }
}

/// Returns settings with limits that a test need not wait for.
fn fast(config: &PrometheusConfig) -> crate::http::HttpSettings {
    let mut settings = config.http_settings();
    settings.timeout = Duration::from_millis(300);
    settings.max_body_bytes = 100_000;
    settings.retry_delays = vec![Duration::ZERO; 2];
    settings
}

fn raw() -> ReadRequest {
    ReadRequest {
        query: "up".to_owned(),
        stored_as: None,
        mode: ReadMode::Raw,
        range: between(10_000, 20_000),
        expected_series: 0,
    }
}

fn between(start: i64, end: i64) -> TimeRange {
    TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
}
