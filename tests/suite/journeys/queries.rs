//! 200 generated requests are answered from synced data as the real server answers them.

use std::collections::BTreeMap;

use serde_json::Value;
use wardroom_app::jobs::JobKind;
use wardroom_app::query::{self, QueryBy, QueryRequest, QueryTimes};
use wardroom_app::wire::Millis;
use wardroom_app::{App, connections, sync, workspaces};
use wardroom_core::{Labels, SeriesKey, Timestamp};

use super::server::{Server, encoded};
use super::{Random, job, range, start};

const INSTANTS: usize = 100;
const RANGES: usize = 100;
const SEED: u64 = 0x0a55_1e57_2026;

/// Selectors of every operator, over counters, a gauge with gaps and odd values, and a histogram.
const SELECTORS: [&str; 12] = [
    "hist_requests_total",
    r#"hist_requests_total{service="web"}"#,
    r#"hist_requests_total{service=~"c.*|web"}"#,
    r#"hist_requests_total{service!~"w.*"}"#,
    "hist_depth",
    r#"hist_depth{host!="h 1"}"#,
    r#"hist_depth{host=~"h.2",service="cart"}"#,
    r#"hist_depth{host="h\"2"}"#,
    r#"{__name__=~"hist_wait_seconds_.+",le!="+Inf"}"#,
    r#"hist_wait_seconds_bucket{le=~"1.*|.Inf"}"#,
    r#"{service="cart",missing=""}"#,
    r#"hist_requests_total{service="nobody"}"#,
];

/// The answer to a request: each series with its values by time in milliseconds. A value is a text, because `NaN`
/// equals itself here.
type Told = BTreeMap<String, BTreeMap<i64, String>>;

fn told(value: f64) -> String {
    if value.is_nan() { "NaN".to_owned() } else { format!("{value:?}") }
}

fn key_of(metric: &Value) -> String {
    let pairs = metric.as_object().expect("a metric is an object").iter();
    let labels = Labels::new(pairs.map(|(n, v)| (n.as_str(), v.as_str().expect("a label is a text"))));
    SeriesKey::new("", labels).to_string()
}

/// Reads `[1795238430.137,"3.5"]`.
#[expect(clippy::cast_possible_truncation, reason = "times of this century in milliseconds fit")]
fn point(pair: &Value) -> (i64, String) {
    let at = pair[0].as_f64().expect("a time is a number");
    let value: f64 = pair[1].as_str().expect("a value is a text").parse().expect("a value is a number");
    ((at * 1000.0).round() as i64, told(value))
}

fn seconds(at: Timestamp) -> String {
    format!("{}.{:03}", at.as_millis() / 1000, at.as_millis() % 1000)
}

/// Reads the `result` of the query API: of an instant request a `value` a series, of a range request its `values`.
fn told_by(result: &[Value]) -> Told {
    let points = |series: &Value| match series["values"].as_array() {
        Some(values) => values.iter().map(point).collect(),
        None => BTreeMap::from([point(&series["value"])]),
    };
    result.iter().map(|series| (key_of(&series["metric"]), points(series))).collect()
}

async fn theirs_at(server: &Server, selector: &str, at: Timestamp) -> Told {
    let path = format!("/api/v1/query?query={}&time={}", encoded(selector), seconds(at));
    told_by(&server.result(&path).await)
}

/// Asks as the window and the terminal do.
async fn ours(app: &App, selector: &str, times: QueryTimes) -> Told {
    let request = QueryRequest { expression: selector.to_owned(), times, source: None, by: QueryBy::Stored };
    let answer = query::query(app, &request).await.unwrap().to_api();
    told_by(answer["result"].as_array().expect("a selector gives series"))
}

/// A range request: selector, start, number of steps behind it, step.
struct Asked {
    selector: &'static str,
    start: Timestamp,
    steps: i64,
    step_ms: i64,
}

impl Asked {
    fn end(&self) -> Timestamp {
        self.start.plus_millis(self.steps * self.step_ms)
    }
}

async fn theirs_over(server: &Server, asked: &Asked) -> Told {
    let path = format!(
        "/api/v1/query_range?query={}&start={}&end={}&step={}",
        encoded(asked.selector),
        seconds(asked.start),
        seconds(asked.end()),
        asked.step_ms as f64 / 1000.0,
    );
    told_by(&server.result(&path).await)
}

/// A moment from a minute before the history to ten minutes behind it, 137 ms after a whole second.
///
/// No sample lies 137 ms after a second, so none is exactly five minutes old: there servers before version 3 still
/// count it and later ones do not.
fn moment(server: &Server, random: &mut Random) -> Timestamp {
    let seconds = (server.history_end.as_millis() - server.history_start.as_millis()) / 1000 + 660;
    let chosen = random.below(seconds.unsigned_abs());
    server.history_start.plus_millis(i64::try_from(chosen).unwrap_or(0) * 1000 - 60_000 + 137)
}

fn selector(random: &mut Random) -> &'static str {
    SELECTORS[usize::try_from(random.below(SELECTORS.len() as u64)).unwrap_or(0)]
}

#[tokio::test(flavor = "multi_thread")]
async fn instant_and_range_requests_are_answered_as_the_server_answers_them() {
    let Some(server) =
        Server::start("instant_and_range_requests_are_answered_as_the_server_answers_them").await
    else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let app = start(&home.path().join("app")).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let id = connections::save(&app, &server.draft(&[r#"{__name__=~"hist_.+"}"#])).await.unwrap();
    let task = job(&app, JobKind::Sync);
    let whole = range(server.history_start, server.history_end);
    sync::run_by_number(&app, &app.open().unwrap(), id, Some(whole), &task).await.unwrap();
    let mut random = Random(SEED);

    let mut points = 0;
    for i in 0..INSTANTS {
        let (selector, at) = (selector(&mut random), moment(&server, &mut random));
        let theirs = theirs_at(&server, selector, at).await;
        let times = QueryTimes::At { at: at.into() };
        assert_eq!(ours(&app, selector, times).await, theirs, "instant {i}: {selector} at {at}");
        points += theirs.len();
    }
    for i in 0..RANGES {
        let step_ms = [15_000, 37_000, 60_000, 300_000][usize::try_from(random.below(4)).unwrap_or(0)];
        let steps = i64::try_from(random.below(200)).unwrap_or(0);
        let asked =
            Asked { selector: selector(&mut random), start: moment(&server, &mut random), steps, step_ms };
        let theirs = theirs_over(&server, &asked).await;
        let times =
            QueryTimes::Over { from: asked.start.into(), to: asked.end().into(), step: Millis(step_ms) };
        let when = format!("range {i}: {} from {} every {step_ms} ms", asked.selector, asked.start);
        assert_eq!(ours(&app, asked.selector, times).await, theirs, "{when}");
        points += theirs.values().map(BTreeMap::len).sum::<usize>();
    }

    assert!(points > 5_000, "the requests compare something: {points} points");
    workspaces::close(&app).await;
}
