//! The demo: it says in one sentence what is wrong, it is right, and it is the same every time.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tokio::sync::OnceCell;
use wardroom_app::export::{ExportFormat, ExportRequest};
use wardroom_app::jobs::JobKind;
use wardroom_app::logs::{LogChange, TemplateRow, TemplatesRequest, templates};
use wardroom_app::now::{NowView, Verdict};
use wardroom_app::phrase::PhraseValue;
use wardroom_app::wire::{Millis, Span};
use wardroom_app::words::Words;
use wardroom_app::{App, connections, export, now, sync, workspaces};
use wardroom_core::Timestamp;
use wardroom_store::SeriesFilter;

#[cfg(unix)]
use super::eventually;
#[cfg(unix)]
use super::terminal::Terminal;
use super::{DEMO_END, HandClock, job, program, start_at};

const SEED: u64 = workspaces::DEMO_SEED;

async fn demo(home: &Path) -> App {
    let app = start_at(home, &HandClock::at(DEMO_END)).await;
    let task = job(&app, JobKind::Demo);
    workspaces::make_demo(&app, &home.join("demo.wardroom"), SEED, DEMO_END, &task).await.unwrap();
    app
}

/// The demo's file as it was made once for this process, which costs some 20 s of CPU, opened as a copy in `home`.
pub(super) async fn copied(home: &Path, clock: &HandClock) -> App {
    static MADE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let made = MADE.get_or_init(|| async {
        let home = tempfile::tempdir().unwrap();
        let app = demo(home.path()).await;
        workspaces::close(&app).await;
        std::fs::read(home.path().join("demo.wardroom")).unwrap()
    });
    let path = home.join("demo.wardroom");
    std::fs::write(&path, made.await).unwrap();
    let app = start_at(home, clock).await;
    workspaces::open_only(&app, &path).await.unwrap();
    app
}

async fn view(app: &App) -> NowView {
    now::now(app, None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sentence_names_a_service_that_the_fault_reached_and_the_cause_is_among_the_first_onsets() {
    let home = tempfile::tempdir().unwrap();
    let app = demo(home.path()).await;

    let view = view(&app).await;
    let row = workspaces::workspace(&app).await.unwrap().unwrap();

    let truth = workspaces::demo_truth(SEED, DEMO_END).unwrap();
    let reached: Vec<String> = truth.affected.iter().map(|(name, _)| name.to_lowercase()).collect();
    let words = Words::new(app.settings()).phrase(&view.headline);
    assert_eq!(view.verdict, Verdict::Wrong, "{words}");
    let Some(PhraseValue::Text(entity)) = view.headline.values.get("entity") else {
        panic!("{:?}", view.headline)
    };
    assert!(reached.contains(&entity.to_lowercase()), "{words} {reached:?}");
    assert!(words.to_lowercase().contains(&entity.to_lowercase()), "{words}");
    let first: Vec<&str> = view.onsets.iter().take(3).map(|o| o.entity.as_str()).collect();
    assert!(first.contains(&truth.cause.as_str()), "{first:?} without {}", truth.cause);
    let begun = view.onsets.first().map_or(0, |o| o.start.0);
    assert!((begun - truth.onset.0).abs() <= 120_000, "{begun} against {}", truth.onset.0);
    // The range ends at the last data, and the data at the moment for which the demo was made.
    let end = row.range.map_or(0, |r| r.end.0);
    assert!((end - DEMO_END.as_millis()).abs() <= 60_000, "{end}");
    assert!(row.simulated && row.read_only.is_none() && !row.from_elsewhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_the_shop_tell_of_the_fault_and_each_is_read_once() {
    let home = tempfile::tempdir().unwrap();
    let clock = HandClock::at(DEMO_END);
    let app = copied(home.path(), &clock).await;
    let task = job(&app, JobKind::Sync);
    let truth = workspaces::demo_truth(SEED, DEMO_END).unwrap();

    let view = templates(&app, &TemplatesRequest::default()).await.unwrap();
    let lines_of = async |from_ms: i64, to_ms: i64| {
        let at = |ms: i64| Millis(DEMO_END.plus_millis(ms).as_millis());
        let range = Some(Span { start: at(from_ms), end: at(to_ms) });
        templates(&app, &TemplatesRequest { range, ..TemplatesRequest::default() }).await.unwrap().lines
    };
    let hour = lines_of(-3_600_000, 0).await;
    clock.set(DEMO_END.plus_millis(300_000));
    let (open, source) = (app.open().unwrap(), connections::list(&app).await.unwrap()[0].health.id);
    sync::run_by_number(&app, &open, source, None, &task).await.unwrap();

    let text = |row: &TemplateRow| row.parts.iter().map(|part| part.text.as_str()).collect::<String>();
    let new: Vec<String> = view.rows.iter().filter(|r| r.change == Some(LogChange::New)).map(text).collect();
    assert!(new.iter().any(|t| t.contains("COMMIT")), "{new:?}");
    assert!(new.iter().any(|t| t.contains("no more connections allowed")), "{new:?}");
    let late = view.first_new.map(|at| at.0 - truth.onset.0);
    assert!(late.is_some_and(|ms| (0..60_000).contains(&ms)), "{late:?} ms after the fault: {new:?}");
    // The samples of two minutes are read again with every sync; a line is not.
    assert!(hour > 3_000.0 && (lines_of(-3_600_000, 0).await - hour).abs() < 0.5, "{hour}");
    assert!(lines_of(0, 300_000).await > 100.0);
    drop(open);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_and_time_give_the_same_findings_and_the_same_exported_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = demo(first.path()).await;
    let other = copied(second.path(), &HandClock::at(DEMO_END)).await;

    assert_eq!(findings(&one).await, findings(&other).await);
    assert_eq!(exported(&one, first.path()).await, exported(&other, second.path()).await);
    assert_eq!(view(&one).await.headline, view(&other).await.headline);
}

#[test]
fn the_zone_in_which_times_are_printed_changes_no_result_and_no_order() {
    let Some(program) = program("the_zone_in_which_times_are_printed_changes_no_result") else { return };
    let home = tempfile::tempdir().unwrap();
    let run = |zone: &str, arguments: &[&str]| -> Value {
        let output = Command::new(&program)
            .args(["--json", "--language", "en", "--zone", zone])
            .args(arguments)
            .env("WARDROOM_HOME", home.path().join("home"))
            .env("TZ", zone)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{zone}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("one JSON object")
    };
    let path = |name: &str| home.path().join(name).display().to_string();
    let make = |zone: &str, workspace: &str| {
        run(zone, &["demo", "--workspace", workspace, "--at", "2026-11-17T15:02:00Z"])["result"].clone()
    };
    let read = |zone: &str, workspace: &str, out: &str| {
        let opened = run(zone, &["open", workspace])["result"].clone();
        assert!(opened["held_count"].is_u64());
        // The times of one service are printed as those of all are, a tenth of the rows.
        run(zone, &["export", "--workspace", workspace, "--select", "{service=\"orders\"}", "--out", out]);
        let told = [&opened["findings"], &opened["held_count"]].map(Value::clone);
        (opened["sentence"].clone(), told, std::fs::read(out).unwrap())
    };
    let (one, other) = (path("one.wardroom"), path("other.wardroom"));

    // A quarter of an hour beside full hours; it makes and reads.
    let (made, made_there) = (make("UTC", &one), make("Asia/Kathmandu", &other));
    let (said, findings, bytes) = read("UTC", &one, &path("one.csv"));
    // And a zone in which another day begins; it reads what was made elsewhere.
    let told = [
        read("Asia/Kathmandu", &other, &path("other.csv")),
        read("America/New_York", &one, &path("third.csv")),
    ];

    assert!(findings[0].as_array().is_some_and(|rows| rows.len() > 3), "{findings:?}");
    assert!(bytes.len() > 1 << 20, "{} bytes are exported", bytes.len());
    assert_eq!(made["held_count"], findings[1], "both speak of one range");
    assert_eq!(made["findings"], made_there["findings"]);
    assert_ne!(made["sentence"], made_there["sentence"], "only what is printed follows the zone");
    for (other_said, other_findings, other_bytes) in told {
        assert_eq!(other_findings, findings);
        assert!(other_bytes == bytes, "other bytes are exported");
        assert_ne!(other_said, said, "only what is printed follows the zone");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_is_told_to_end_leaves_nothing_half_made() {
    let name = "a_demo_that_is_told_to_end_leaves_nothing_half_made";
    for signal in ["-INT", "-TERM"] {
        let Some(terminal) = Terminal::empty(name) else { return };
        let workspace = terminal.workspace();

        let mut child = terminal.begin(&["demo", "--workspace", &workspace]);
        eventually("the file is there", async || Path::new(&workspace).exists()).await;
        let told = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let ended = child.wait().unwrap();

        assert!(told.success());
        assert_eq!(ended.code(), Some(130), "{signal}");
        assert!(!Path::new(&workspace).exists(), "{signal}");
    }
}

/// What is compared of a finding: identity, series, kind, start, score as bits.
type Told = (String, String, String, Timestamp, u64);

async fn findings(app: &App) -> Vec<Told> {
    let open = app.open().unwrap();
    let series = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let findings = open.workspace.findings(None, None).await.unwrap();
    assert!(!findings.is_empty());
    let told = findings.iter().map(|f| {
        let key = series.iter().find(|s| s.id == f.series).unwrap().key.to_string();
        let kind = format!("{:?}", f.anomaly.kind);
        (f.id.to_string(), key, kind, f.anomaly.start, f.anomaly.score.get().to_bits())
    });
    told.collect()
}

async fn exported(app: &App, folder: &Path) -> Vec<u8> {
    let path = folder.join("out.csv");
    let request = ExportRequest {
        path: path.display().to_string(),
        format: ExportFormat::Csv,
        range: None,
        filter: String::new(),
        replace: false,
    };
    let task = job(app, JobKind::Export);
    export::run(&app.open().unwrap(), &request, &task).await.unwrap();
    std::fs::read(path).unwrap()
}
