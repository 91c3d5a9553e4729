//! Asked as of a moment: what was known then is told again after more was learnt, and nothing of it before.

use std::path::Path;

use serde_json::Value;
use wardroom_app::export::{ExportFormat, ExportRequest};
use wardroom_app::jobs::JobKind;
use wardroom_app::now::{FindingKind, NowView, Verdict};
use wardroom_app::query::{self, QueryBy, QueryRequest, QueryTimes, QueryView};
use wardroom_app::reports::ReportRequest;
use wardroom_app::settings::{Language, Settings, ZoneChoice};
use wardroom_app::words::Words;
use wardroom_app::{App, detection, export, now, reports, workspaces};
use wardroom_core::{Samples, Timestamp};
use wardroom_store::{BatchEnd, BatchKind, SeriesFilter, SeriesId};

use super::terminal::Terminal;
use super::{DEMO_END, HandClock, job};

const HOUR_MS: i64 = 3_600_000;

/// Everything that is asked as of a moment, as it was answered.
#[derive(Debug, PartialEq)]
struct Answers {
    headline: String,
    findings: Vec<(String, String)>,
    exported: Vec<u8>,
    values: Vec<Vec<String>>,
}

fn words() -> Words {
    Words::new(Settings { language: Language::En, zone: ZoneChoice::Utc, ..Settings::default() })
}

/// What a view tells of findings: identity and title.
fn findings(view: &NowView) -> Vec<(String, String)> {
    view.findings.iter().map(|f| (f.id.clone(), words().phrase(&f.title))).collect()
}

async fn asked(app: &App, metric: &str, as_of: Option<Timestamp>) -> QueryView {
    let request = QueryRequest {
        expression: metric.to_owned(),
        times: QueryTimes::At { at: DEMO_END.into() },
        source: None,
        by: QueryBy::Stored,
    };
    query::query_as_of(app, &request, as_of).await.unwrap()
}

async fn answers(app: &App, home: &Path, metric: &str, as_of: Option<Timestamp>) -> Answers {
    let view = now::now_as_of(app, None, as_of).await.unwrap();
    let path = home.join("out.csv");
    let request = ExportRequest {
        path: path.display().to_string(),
        format: ExportFormat::Csv,
        range: None,
        filter: metric.to_owned(),
        replace: true,
    };
    let open = app.open().unwrap();
    export::run_as_of(&open, &request, as_of, &job(app, JobKind::Export)).await.unwrap();
    Answers {
        headline: words().phrase(&view.headline),
        findings: findings(&view),
        exported: std::fs::read(path).unwrap(),
        values: asked(app, metric, as_of).await.series.into_iter().map(|series| series.values).collect(),
    }
}

/// Stores other values for the last hour of a series, as its source would correct them, and scores everything again.
async fn correct(app: &App, series: SeriesId, known_at: Timestamp) {
    let open = app.open().unwrap();
    let stored = open.workspace.read(series, None, None).await.unwrap();
    let mut corrected = Samples::default();
    for (time, value) in stored.times().iter().zip(stored.values()) {
        if *time > DEMO_END.as_millis() - HOUR_MS {
            corrected.push(Timestamp::from_millis(*time), value * 3.0 + 1.0);
        }
    }
    let filter = SeriesFilter { ids: Some(vec![series]), ..SeriesFilter::default() };
    let source = open.workspace.series(&filter).await.unwrap()[0].source;
    let begun = open.workspace.begin_batch(source, BatchKind::Sync, known_at, String::new()).await;
    let mut batch = begun.unwrap();
    batch.append(vec![(series, corrected)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    detection::run(app, &open, known_at, &job(app, JobKind::Detect)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_at_a_moment_is_told_again_after_more_was_learnt() {
    let home = tempfile::tempdir().unwrap();
    let clock = HandClock::at(DEMO_END);
    let app = super::demo::copied(home.path(), &clock).await;
    let first = now::now(&app, None).await.unwrap();
    let lasting = first.findings.iter().find(|f| f.kind != FindingKind::Missing && f.end.is_none()).unwrap();
    let (metric, series) = (lasting.metric.clone(), lasting.series);
    let before = answers(&app, home.path(), &metric, None).await;
    let later = DEMO_END.plus_millis(HOUR_MS);
    clock.set(later);
    correct(&app, SeriesId(i64::from(series)), later).await;

    let then = answers(&app, home.path(), &metric, Some(DEMO_END)).await;
    let present = answers(&app, home.path(), &metric, None).await;
    let last = answers(&app, home.path(), &metric, Some(later)).await;
    let view = now::now_as_of(&app, None, Some(DEMO_END)).await.unwrap();

    assert!(!before.findings.is_empty() && !before.values.is_empty());
    assert_eq!(then, before);
    assert_ne!(present.exported, before.exported);
    assert_ne!(present.values, before.values);
    assert_eq!(last, present);
    // It says of which moment it is and what is not, and then the same sentences.
    let keys: Vec<&str> = view.lead.iter().map(|phrase| phrase.key.as_str()).collect();
    assert_eq!(keys[..2], ["as-of-known", "as-of-not-kept"]);
    assert_eq!(view.lead[2..], first.lead);
    let notices = asked(&app, &metric, Some(DEMO_END)).await.notices;
    assert!(words().phrase(&notices[0]).starts_with("As known at "), "{notices:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_was_known_now_and_the_report_say_so() {
    let home = tempfile::tempdir().unwrap();
    let app = super::demo::copied(home.path(), &HandClock::at(DEMO_END)).await;
    // The history reaches back to before this moment, but nobody here had read it.
    let moment = DEMO_END.plus_millis(-HOUR_MS);

    let view = now::now_as_of(&app, None, Some(moment)).await.unwrap();
    let out = home.path().join("then.html");
    let request = ReportRequest { path: Some(out.display().to_string()), range: None };
    reports::write_as_of(&app, &request, Some(moment), &words()).await.unwrap();

    assert_eq!((view.verdict, view.headline.key.as_str()), (Verdict::Unknown, "as-of-nothing"));
    assert_eq!((view.series, view.finding_count, view.sources.len()), (0, 0, 0));
    let html = std::fs::read_to_string(out).unwrap();
    assert!(html.contains("Nothing was known at "), "{}", words().phrase(&view.headline));
    workspaces::close(&app).await;
}

/// Two hosts, a value each.
const TABLE: &str = "time,metric,host,value\n1794268800,load,a,1\n1794268800,load,b,2\n";

#[test]
fn the_terminal_asks_as_of_a_moment_and_says_what_is_not_of_it() {
    let name = "the_terminal_asks_as_of_a_moment_and_says_what_is_not_of_it";
    let Some(terminal) = Terminal::with_file(name, TABLE, &["--no-detect"]) else { return };
    let workspace = terminal.workspace();
    let told = |arguments: &[&str]| -> Value {
        let (code, out, said) = terminal.run(&[arguments, &["--json"]].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str(&out).expect("one JSON object")
    };
    let (early, late) = ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z");
    let (report, csv) = (terminal.path("then.html"), terminal.path("then.csv"));

    let opened = told(&["open", &workspace, "--as-of", early]);
    let all = told(&["open", &workspace, "--as-of", late]);
    let now = told(&["open", &workspace]);
    let nothing = told(&["query", "load", "--workspace", &workspace, "--as-of", early]);
    let both = told(&["query", "load", "--workspace", &workspace, "--as-of", late]);
    let written = told(&["report", "--workspace", &workspace, "--out", &report, "--as-of", early]);
    let exported = told(&["export", "--workspace", &workspace, "--out", &csv, "--as-of", late]);
    let empty = terminal.path("empty.csv");
    let (none, _, _) =
        terminal.run(&["export", "--workspace", &workspace, "--out", &empty, "--as-of", early]);
    let (live, _, _) =
        terminal.run(&["query", "load", "--workspace", &workspace, "--as-of", early, "--live"]);

    assert_eq!(opened["result"]["as_of"], early);
    let said = opened["result"]["sentence"].as_str().unwrap();
    assert!(said.starts_with("Nothing was known at "), "{said}");
    assert!(opened["warnings"][0].as_str().unwrap().starts_with("Not kept by time"), "{opened}");
    assert_eq!(all["result"]["sentence"], now["result"]["sentence"]);
    assert_eq!(now["result"]["as_of"], Value::Null);
    assert_eq!(nothing["result"]["result"].as_array().map(Vec::len), Some(0));
    assert_eq!(both["result"]["result"].as_array().map(Vec::len), Some(2));
    assert!(both["warnings"][0].as_str().unwrap().starts_with("As known at "), "{both}");
    assert!(both["result"].get("curl").is_none(), "{both}");
    assert_eq!(written["result"]["as_of"], early);
    assert!(std::fs::read_to_string(report).unwrap().contains("Nothing was known at "));
    assert_eq!((&exported["result"]["samples"], &exported["result"]["as_of"]), (&2.into(), &late.into()));
    // Nothing matches that was known then, and a server knows the present only.
    assert_eq!((none, live), (4, 2));
}

#[test]
fn a_range_without_data_brings_no_conclusion() {
    let name = "a_range_without_data_brings_no_conclusion";
    let Some(terminal) = Terminal::with_file(name, TABLE, &["--no-detect"]) else { return };
    let workspace = terminal.workspace();

    for range in ["2020-01-01 to 2020-01-02", "2100-01-01 to 2100-01-02"] {
        let (code, out, said) = terminal.run(&["open", &workspace, "--range", range, "--json"]);

        assert_eq!(code, 0, "{said}");
        let opened: Value = serde_json::from_str(&out).expect("one JSON object");
        let sentence = opened["result"]["sentence"].as_str().unwrap();
        assert!(sentence.starts_with("No data in this range: what is stored is from "), "{sentence}");
    }
}
