//! 200 generated expressions are answered from synced data as the real server answers them, to the printed digit.

mod terminal;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use wardroom_analysis::promql::{self, ParseErrorKind};
use wardroom_app::jobs::JobKind;
use wardroom_app::query::{self, QueryBy, QueryRequest, QueryTimes};
use wardroom_app::settings::{Language, Settings, ZoneChoice};
use wardroom_app::words::Words;
use wardroom_app::{App, AppError, connections, sync, workspaces};
use wardroom_core::Timestamp;

use super::server::{Server, encoded};
use super::{Random, job, range, start};

const EXPRESSIONS: usize = 200;
const SEED: u64 = 0x9e0f_1a77_2026;

/// Functions of a window, each with what stands before and behind the window.
const OVER_TIME: [(&str, &str); 22] = [
    ("rate(", ")"),
    ("irate(", ")"),
    ("increase(", ")"),
    ("delta(", ")"),
    ("idelta(", ")"),
    ("deriv(", ")"),
    ("changes(", ")"),
    ("resets(", ")"),
    ("avg_over_time(", ")"),
    ("min_over_time(", ")"),
    ("max_over_time(", ")"),
    ("sum_over_time(", ")"),
    ("count_over_time(", ")"),
    ("last_over_time(", ")"),
    ("present_over_time(", ")"),
    ("absent_over_time(", ")"),
    ("stddev_over_time(", ")"),
    ("stdvar_over_time(", ")"),
    ("quantile_over_time(0.9, ", ")"),
    ("quantile_over_time(0.25, ", ")"),
    ("predict_linear(", ", 3600)"),
    ("predict_linear(", ", -90)"),
];

/// Functions of an instant vector.
const OF_VECTOR: [(&str, &str); 24] = [
    ("abs(", ")"),
    ("ceil(", ")"),
    ("floor(", ")"),
    ("round(", ", 0.1)"),
    ("sqrt(", ")"),
    ("sgn(", ")"),
    ("ln(", ")"),
    ("log2(", ")"),
    ("log10(", ")"),
    ("clamp(", ", -5, 30)"),
    ("clamp_min(", ", 2)"),
    ("clamp_max(", ", 70.5)"),
    ("sort(", ")"),
    ("sort_desc(", ")"),
    ("timestamp(", ")"),
    ("absent(", ")"),
    ("vector(scalar(", "))"),
    ("hour(", ")"),
    ("day_of_week(", ")"),
    ("days_in_month(", ")"),
    ("-(", ")"),
    ("label_replace(", r#", "first", "$1-x", "service", "(.).*")"#),
    ("label_join(", r#", "joined", "-", "service", "host")"#),
    ("exp(0.01 * ", ")"),
];

/// Writes expressions over the history of [`Server`].
struct Writer<'a> {
    random: &'a mut Random,
    /// A moment of the history in seconds, for `@`.
    moment: i64,
}

impl Writer<'_> {
    fn one<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.random.below(choices.len() as u64)).unwrap_or(0)]
    }

    fn metric(&mut self) -> String {
        let metric = self.one(&[
            "hist_requests_total",
            "hist_requests_total",
            "hist_depth",
            "hist_depth",
            "hist_wait_seconds_bucket",
        ]);
        let matchers = self.one(&[
            "",
            "",
            "",
            r#"{service="web"}"#,
            r#"{service=~"c.*|web"}"#,
            r#"{service!~"w.*"}"#,
            r#"{host!="h 1"}"#,
            r#"{le!="+Inf"}"#,
        ]);
        format!("{metric}{matchers}")
    }

    fn shifted(&mut self) -> String {
        match self.random.below(12) {
            0 => " offset 5m".to_owned(),
            1 => " offset -90s".to_owned(),
            2 => " @ start()".to_owned(),
            3 => " @ end() offset 30s".to_owned(),
            4 => format!(" @ {}", self.moment),
            _ => String::new(),
        }
    }

    fn window(&mut self) -> String {
        let (metric, shifted) = (self.metric(), self.shifted());
        let length = self.one(&["15s", "47s", "1m", "90s", "5m", "7m30s", "10m", "1h", "1500ms"]);
        format!("{metric}[{length}]{shifted}")
    }

    /// What comes straight from the stored series, in the order in which a server keeps them.
    fn leaf(&mut self) -> String {
        if self.random.below(3) == 0 {
            return format!("{}{}", self.metric(), self.shifted());
        }
        let (before, behind) = self.one(&OVER_TIME);
        format!("{before}{}{behind}", self.window())
    }

    /// The expression of number `n`: every function once, then what comes.
    fn numbered(&mut self, n: usize, depth: u32) -> String {
        if let Some((before, behind)) = OVER_TIME.get(n) {
            format!("{before}{}{behind}", self.window())
        } else if let Some((before, behind)) = OF_VECTOR.get(n - OVER_TIME.len()) {
            format!("{before}{}{behind}", self.leaf())
        } else {
            self.vector(depth)
        }
    }

    fn vector(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.leaf();
        }
        match self.random.below(6) {
            0 => self.leaf(),
            1 | 2 => self.aggregated(depth),
            3 => self.combined(depth),
            4 => {
                let (before, behind) = self.one(&OF_VECTOR);
                format!("{before}{}{behind}", self.vector(depth - 1))
            }
            _ => self.of_numbers(depth),
        }
    }

    fn aggregated(&mut self, depth: u32) -> String {
        let groups = ["", "by (service)", "by (host)", "without (service)", "by (service, le)", "by ()"];
        let group = self.one(&groups);
        if self.random.below(5) == 0 {
            let share = self.one(&["0.5", "0.99", "0", "1.5"]);
            return format!("histogram_quantile({share}, rate(hist_wait_seconds_bucket[10m]))");
        }
        if self.random.below(3) == 0 {
            let of = self.vector(depth - 1);
            let call =
                self.one(&["min(", "max(", "count(", "group(", "quantile(0.5, ", "count_values(\"v\", "]);
            return format!("{call}{of}) {group}");
        }
        // The sum of three numbers depends on their order, which the server leaves open between groups.
        let of = self.leaf();
        let call = self.one(&["sum(", "avg(", "stddev(", "stdvar(", "topk(2, ", "bottomk(1, "]);
        format!("{call}{of}) {group}")
    }

    fn combined(&mut self, depth: u32) -> String {
        if self.random.below(3) == 0 {
            return "rate(hist_requests_total[5m]) / on (service) group_left max by (service) (hist_depth)"
                .to_owned();
        }
        let operator = self.one(&["+", "-", "*", "/", "%", ">", "<= bool", "==", "and", "or", "unless"]);
        let matching = self.one(&["", "", "ignoring (le, host)", "on (service)"]);
        format!("({}) {operator} {matching} ({})", self.vector(depth - 1), self.vector(depth - 1))
    }

    fn of_numbers(&mut self, depth: u32) -> String {
        let operator = self.one(&["+", "-", "*", "/", "%", ">", ">= bool", "!="]);
        let number = self.one(&["2", "0.1", "-3", "1e3", "time()", "scalar(hist_depth{host=\"h 1\"})"]);
        let vector = self.vector(depth - 1);
        if self.random.below(2) == 0 {
            format!("({vector}) {operator} {number}")
        } else {
            format!("{number} {operator} ({vector})")
        }
    }
}

/// A moment from a minute before the history to ten minutes behind it: half of them on the samples' grid, where a window
/// begins and ends at samples, half 137 ms behind a whole second.
fn moment(server: &Server, random: &mut Random) -> Timestamp {
    let seconds = (server.history_end.as_millis() - server.history_start.as_millis()) / 1000 + 660;
    let chosen = i64::try_from(random.below(seconds.unsigned_abs())).unwrap_or(0) * 1000 - 60_000;
    let at = server.history_start.plus_millis(chosen);
    if random.below(2) == 0 { at.floor_to(15_000) } else { at.plus_millis(137) }
}

fn times(server: &Server, random: &mut Random) -> QueryTimes {
    let from = moment(server, random);
    if random.below(2) == 0 {
        return QueryTimes::At { at: from.into() };
    }
    let step_ms = [15_000, 37_000, 60_000, 300_000][usize::try_from(random.below(4)).unwrap_or(0)];
    let steps = i64::try_from(random.below(60)).unwrap_or(0);
    let step = wardroom_app::wire::Millis(step_ms);
    QueryTimes::Over { from: from.into(), to: from.plus_millis(steps * step_ms).into(), step }
}

fn seconds(at: impl Into<Timestamp>) -> String {
    let ms = at.into().as_millis();
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// An answer as text: what it is, and each series with its points. The API leaves the order of series open.
type Told = (String, BTreeMap<String, Vec<String>>);

#[expect(clippy::cast_possible_truncation, reason = "times of this century in milliseconds fit")]
fn point(pair: &Value) -> String {
    let at = pair[0].as_f64().expect("a time is a number");
    format!("{} {}", (at * 1000.0).round() as i64, pair[1].as_str().expect("a value is a text"))
}

fn told(data: &Value) -> Told {
    let kind = data["resultType"].as_str().expect("a result has a type").to_owned();
    let result = data["result"].as_array().expect("a result is an array");
    if kind == "scalar" || kind == "string" {
        return (kind, BTreeMap::from([(String::new(), vec![point(&data["result"])])]));
    }
    let mut all = BTreeMap::new();
    for series in result {
        let points = series["values"].as_array().into_iter().flatten().chain(series.get("value"));
        let before = all.insert(series["metric"].to_string(), points.map(point).collect());
        assert!(before.is_none(), "a series comes once: {}", series["metric"]);
    }
    (kind, all)
}

/// The server's answer; `None` where it refuses.
async fn theirs(server: &Server, request: &QueryRequest) -> Option<Told> {
    let expression = encoded(&request.expression);
    let path = match request.times {
        QueryTimes::At { at } => format!("/api/v1/query?query={expression}&time={}", seconds(at)),
        QueryTimes::Over { from, to, step } => format!(
            "/api/v1/query_range?query={expression}&start={}&end={}&step={}",
            seconds(from),
            seconds(to),
            seconds(step)
        ),
    };
    let (status, answer) = server.answer(&path).await;
    assert!([200, 400, 422].contains(&status), "{path}: {answer}");
    (status == 200).then(|| told(&answer["data"]))
}

async fn ours(app: &App, request: &QueryRequest) -> Result<Told, AppError> {
    query::query(app, request).await.map(|view| told(&view.to_api()))
}

/// A workspace with the whole history of the server.
async fn synced(server: &Server, home: &std::path::Path) -> App {
    let app = start(&home.join("app")).await;
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let id = connections::save(&app, &server.draft(&[r#"{__name__=~"hist_.+"}"#])).await.unwrap();
    let task = job(&app, JobKind::Sync);
    let whole = range(server.history_start, server.history_end);
    sync::run_by_number(&app, &app.open().unwrap(), id, Some(whole), &task).await.unwrap();
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_expressions_are_answered_as_the_server_answers_them() {
    let Some(server) = Server::start("generated_expressions_are_answered_as_the_server_answers_them").await
    else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let app = synced(&server, home.path()).await;
    let mut random = Random(SEED);

    let (mut asked, mut points, mut answered, mut refused) = (BTreeSet::new(), 0, 0, 0);
    while asked.len() < EXPRESSIONS {
        let times = times(&server, &mut random);
        let moment = moment(&server, &mut random).as_millis() / 1000;
        let depth = u32::try_from(random.below(3) + 1).unwrap_or(1);
        let expression = Writer { random: &mut random, moment }.numbered(asked.len(), depth);
        if !asked.insert(expression.clone()) {
            continue;
        }
        let request = QueryRequest { expression, times, source: None, by: QueryBy::Stored };
        let theirs = theirs(&server, &request).await;
        match ours(&app, &request).await {
            Ok(ours) => {
                assert_eq!(Some(&ours), theirs.as_ref(), "{request:?}");
                let n: usize = ours.1.values().map(Vec::len).sum();
                points += n;
                answered += usize::from(n > 0);
            }
            Err(error) => {
                assert!(theirs.is_none(), "{request:?}: {error}");
                assert!(error.code.starts_with("query_"), "{error}");
                refused += 1;
            }
        }
    }

    // What matches nothing, or several series of both sides, compares little; most have to compare something.
    assert!(answered >= EXPRESSIONS / 2 && points > 2_000, "{answered} with values, {points} values");
    assert!(refused <= EXPRESSIONS / 4, "{refused} refused by both");
    workspaces::close(&app).await;
}

/// The names in backquotes of the rows of the page that begin with a text.
fn named(page: &str, section: &str, row: &str) -> Vec<String> {
    let text = page.split(section).nth(1).expect("the section is there");
    let text = text.split("\n## ").next().unwrap_or_default();
    let rows = text.lines().filter(|line| line.starts_with(&format!("| {row}")));
    let cells = rows.filter_map(|line| line.split('|').nth(2));
    let spans = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    spans.map(str::to_owned).filter(|name| !["by", "without"].contains(&name.as_str())).collect()
}

#[test]
fn the_page_says_what_is_answered_and_what_is_refused() {
    let page = crate::repository::text("docs/promql.md");
    let answered: Vec<String> =
        ["functions", "aggregations"].iter().flat_map(|row| named(&page, "\n## Answered", row)).collect();
    let refused = named(&page, "\n## Refused by name", "functions");
    // Without arguments none of them can be read; what is wrong then says whether the name is known.
    let kind = |name: &str| promql::parse(&format!("{name}()")).map(|_| ()).map_err(|error| error.kind);

    for name in &answered {
        let is_unknown =
            matches!(kind(name), Err(ParseErrorKind::Refused(_) | ParseErrorKind::UnknownFunction(_)));
        assert!(!is_unknown, "{name}: {:?}", kind(name));
    }
    for name in &refused {
        assert_eq!(kind(name), Err(ParseErrorKind::Refused(name.clone())));
    }
    assert_eq!((answered.len(), refused.len()), (63, 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_names_the_version_that_the_server_has() {
    let Some(server) = Server::start("the_proof_names_the_version_that_the_server_has").await else { return };
    let home = tempfile::tempdir().unwrap();
    let app = synced(&server, home.path()).await;
    let (_, build) = server.answer("/api/v1/status/buildinfo").await;
    let version = build["data"]["version"].as_str().unwrap().to_owned();
    let at = server.history_start.plus_millis(600_000);
    let expression = "count_over_time(hist_requests_total{service=\"web\"}[5m])".to_owned();
    let times = QueryTimes::At { at: at.into() };
    let request = QueryRequest { expression, times, source: None, by: QueryBy::Stored };

    let view = query::query(&app, &request).await.unwrap();

    let settings = Settings { language: Language::En, zone: ZoneChoice::Utc, ..Settings::default() };
    let proof = Words::new(settings).phrase(&view.proof);
    // A sample every 15 s, one of them on either end of the window.
    let (count, windows) = if version.starts_with("2.") {
        ("21", "windows are closed on both sides.")
    } else {
        ("20", "windows are open on the left.")
    };
    assert!(proof.contains(&format!("by the rules of Prometheus {version}: {windows}")), "{proof}");
    assert_eq!(view.series[0].values, [count]);
    assert!(!view.assumed);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_itself_answers_as_what_is_stored_of_it_does_and_more() {
    let Some(server) = Server::start("the_server_itself_answers_as_what_is_stored_of_it_does_and_more").await
    else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let app = synced(&server, home.path()).await;
    let mut random = Random(SEED + 1);
    let live = |request: &QueryRequest| QueryRequest { by: QueryBy::Server, ..request.clone() };

    let mut compared = 0;
    for n in 0..40 {
        let times = times(&server, &mut random);
        let moment = moment(&server, &mut random).as_millis() / 1000;
        let expression = Writer { random: &mut random, moment }.numbered(n, 1);
        let request = QueryRequest { expression, times, source: None, by: QueryBy::Stored };
        let stored = ours(&app, &request).await;
        match ours(&app, &live(&request)).await {
            Ok(there) => {
                assert_eq!(stored.as_ref().ok(), Some(&there), "{request:?}");
                compared += there.1.values().map(Vec::len).sum::<usize>();
            }
            Err(error) => {
                assert_eq!(error.code, "source_bad_query", "{request:?}");
                assert!(stored.is_err(), "{request:?}");
            }
        }
    }
    assert!(compared > 200, "{compared} values");

    // What the stored samples refuse by name is the server's own business.
    let at = QueryTimes::At { at: server.history_end.into() };
    let expression = "max_over_time(sum(hist_depth > 0)[10m:1m])".to_owned();
    let more = QueryRequest { expression, times: at, source: Some("prom".to_owned()), by: QueryBy::Stored };
    let refused = query::query(&app, &more).await.unwrap_err();
    let view = query::query(&app, &live(&more)).await.unwrap();
    let settings = Settings { language: Language::En, zone: ZoneChoice::Utc, ..Settings::default() };
    let proof = Words::new(settings).phrase(&view.proof);
    let (_, build) = server.answer("/api/v1/status/buildinfo").await;
    let version = build["data"]["version"].as_str().unwrap();

    assert_eq!(
        (refused.code.as_str(), view.result_type.as_str(), view.series.len()),
        ("query_refused", "vector", 1)
    );
    assert!(proof.starts_with("Answered by prom (http://127.0.0.1:"), "{proof}");
    assert!(proof.contains(&format!("), Prometheus {version}, on ")), "{proof}");
    assert!(proof.ends_with("; nothing was stored."), "{proof}");
    workspaces::close(&app).await;
}
