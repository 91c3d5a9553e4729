//! A planted secret is found nowhere: not in files, logs, errors or curl commands, and it is sent to one place only.

use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use wardroom_app::connections::{self, ConnectionDraft, SignIn};
use wardroom_app::jobs::JobKind;
use wardroom_app::now::FindingRow;
use wardroom_app::query::{QueryBy, QueryRequest, QueryTimes};
use wardroom_app::{App, now, sync, workspaces};
use wardroom_core::{Anomaly, AnomalyKind, Labels, MetricKind, Reason, Score, SeriesKey, Timestamp, Unit};
use wardroom_store::{DetectionRun, Judged, NewSeries, SourceId};

use super::fixed::Fixed;
use super::terminal::Terminal;
use super::{job, range, sentence, start};

pub(super) const PLANTED: &str = "planted-7c1f0b52-secret";

/// Everything that the program logged in this process.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Logged;

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log_everything() {
    let everything = tracing_subscriber::filter::LevelFilter::TRACE;
    // Another test of this process may have begun to log already.
    let _ = tracing_subscriber::fmt().with_max_level(everything).with_writer(|| Logged).try_init();
}

fn answer(status: &str, header: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n")
}

fn draft(port: u16) -> ConnectionDraft {
    let mut draft = connections::empty_draft();
    "guarded".clone_into(&mut draft.name);
    draft.url = format!("http://127.0.0.1:{port}");
    draft.sign_in = SignIn::Bearer;
    draft.secret = Some(PLANTED.to_owned());
    draft.selectors = vec!["up".to_owned()];
    draft.proxy = Some("none".to_owned());
    draft
}

async fn open_new(home: &Path) -> App {
    let app = start(&home.join("app")).await;
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    app
}

/// Lists the files under a folder that hold the planted secret.
fn holders(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holders(&path));
        } else if std::fs::read(&path).unwrap().windows(PLANTED.len()).any(|w| w == PLANTED.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_secret_is_sent_to_its_source_and_found_nowhere_else() {
    log_everything();
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let server = Fixed::start(answer("401 Unauthorized", "WWW-Authenticate: Bearer\r\n"));

    let refused = connections::probe(&app, &draft(server.port)).await.unwrap_err();
    let id = connections::save(&app, &draft(server.port)).await.unwrap();
    let open = app.open().unwrap();
    let task = job(&app, JobKind::Sync);
    let failed = sync::run_by_number(&app, &open, id, None, &task).await.unwrap_err();
    let series = NewSeries {
        key: SeriesKey::new("up", Labels::new([("job", "a")])),
        kind: MetricKind::Gauge,
        unit: Unit::Unknown,
    };
    let ids = open.workspace.ensure_series(SourceId(i64::from(id)), &[series], app.now()).await.unwrap();
    let hour = range(app.now().plus_millis(-3_600_000), app.now());
    let curl = connections::explain_request(&app, u32::try_from(ids[0].0).unwrap(), hour).await.unwrap();
    let asked = QueryRequest {
        expression: "sum(up)".to_owned(),
        times: QueryTimes::At { at: app.now().into() },
        source: None,
        by: QueryBy::Stored,
    };
    let proof = connections::explain_query(&app, &asked, Some("guarded")).await.unwrap().unwrap();
    let listed = format!("{:?}", connections::list(&app).await.unwrap());
    let described = format!("{app:?} {:?}", open.workspace.sources().await.unwrap());
    drop(open);
    workspaces::close(&app).await;

    assert!(server.heard().contains(PLANTED), "the source itself gets it");
    assert_eq!((refused.code.as_str(), failed.code.as_str()), ("source_denied", "source_denied"));
    assert!(curl.contains("curl ") && curl.contains("$TOKEN"), "{curl}");
    assert!(proof.contains("$TOKEN") && proof.contains("'query=sum(up)'"), "{proof}");
    for text in [sentence(&refused), format!("{failed:?}"), curl, proof, listed, described] {
        assert!(!text.contains(PLANTED), "{text}");
    }
    assert_eq!(holders(home.path()), [""; 0]);
    let logged = String::from_utf8_lossy(&LOGGED.lock().unwrap()).into_owned();
    assert!(!logged.contains(PLANTED), "the secret stands in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_behind_a_finding_brings_its_series_and_holds_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let id = connections::save(&app, &draft(9)).await.unwrap();
    let open = app.open().unwrap();
    let series = NewSeries {
        key: SeriesKey::new("queue_depth", Labels::new([("job", "mail")])),
        kind: MetricKind::Gauge,
        unit: Unit::Unknown,
    };
    let source = SourceId(i64::from(id));
    let ids = open.workspace.ensure_series(source, &[series], app.now()).await.unwrap();
    let end = app.now();
    let hour = range(end.plus_millis(-3_600_000), end);
    let found = Judged { series: ids[0], outcome: Ok(vec![silence(hour.start())]) };
    let run = DetectionRun { judged: hour, known_at: end, method: "test".to_owned(), duration_ms: 1 };
    open.workspace.record_detection(&[found], &run).await.unwrap();

    let view = now::now(&app, Some(hour)).await.unwrap();
    let rows: Vec<FindingRow> = view.findings.into_iter().chain(view.held).collect();
    let commands = connections::explain_findings(&app, &rows, end).await.unwrap();

    assert_eq!(rows.len(), 1);
    let command = &commands[&rows[0].id];
    // From an hour before it to the end: two hours and the last moment.
    assert!(command.contains(r#"queue_depth{job="mail"}[7200001ms]"#), "{command}");
    assert!(command.contains("$TOKEN") && !command.contains(PLANTED), "{command}");
}

/// A series that has brought nothing since a moment.
fn silence(start: Timestamp) -> Anomaly {
    let reason = Reason {
        observed: None,
        peak: None,
        expected: Some(1.0),
        lower: None,
        upper: None,
        slope_per_hour: None,
        rarer_than: 0.999,
        history_ms: 60_000_000,
        season_ms: None,
    };
    Anomaly { kind: AnomalyKind::Missing, start, end: None, step_ms: 15_000, score: Score::new(0.99), reason }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_does_not_follow_a_redirect_to_another_place() {
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let stranger = Fixed::start(answer("200 OK", ""));
    let location = format!("Location: http://127.0.0.1:{}/api/v1/query\r\n", stranger.port);
    let server = Fixed::start(answer("302 Found", &location));

    let refused = connections::probe(&app, &draft(server.port)).await.unwrap_err();

    assert_eq!(refused.code, "source_redirected", "{refused}");
    assert!(!stranger.heard().contains(PLANTED), "{}", stranger.heard());
    assert!(sentence(&refused).contains("Nothing was sent there"), "{}", sentence(&refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_secret_is_not_used_for_another_place() {
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let server = Fixed::start(answer("401 Unauthorized", ""));
    let stranger = Fixed::start(answer("401 Unauthorized", ""));
    let id = connections::save(&app, &draft(server.port)).await.unwrap();
    let mut moved = draft(stranger.port);
    moved.id = Some(id);
    moved.secret = None;

    let probed = connections::probe(&app, &moved).await.unwrap_err();
    let saved = connections::save(&app, &moved).await.unwrap_err();

    assert_eq!(
        (probed.code.as_str(), saved.code.as_str()),
        ("secret_bound_elsewhere", "secret_bound_elsewhere")
    );
    assert_eq!(stranger.heard(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_source_takes_its_secret_along() {
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let server = Fixed::start(answer("401 Unauthorized", ""));
    let id = connections::save(&app, &draft(server.port)).await.unwrap();
    let open = app.open().unwrap();
    let stored = open.workspace.source(SourceId(i64::from(id))).await.unwrap().unwrap();
    let workspace = open.workspace.meta("identity").await.unwrap().unwrap();
    let before = app.secrets().get(&workspace, &stored.fact.to_string()).unwrap();

    connections::delete(&app, id, true).await.unwrap();

    assert!(before.is_some());
    assert_eq!(app.secrets().get(&workspace, &stored.fact.to_string()).unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_from_standard_input_is_for_one_source_and_a_lacking_one_is_told() {
    let Some(terminal) = Terminal::empty("a_secret_from_standard_input_is_for_one_source") else { return };
    let server = Fixed::start(answer("401 Unauthorized", ""));
    let workspace = terminal.workspace();
    let app = start(Path::new(&terminal.path("app"))).await;
    workspaces::create(&app, Path::new(&workspace)).await.unwrap();
    for name in ["one", "other"] {
        let draft = ConnectionDraft { name: name.to_owned(), ..draft(server.port) };
        connections::save(&app, &draft).await.unwrap();
    }
    workspaces::close(&app).await;

    let for_both = terminal.run_fed(&["sync", "--workspace", &workspace, "--secret-stdin"], PLANTED);
    let for_none = terminal.run(&["sync", "--workspace", &workspace, "--source", "one"]);

    let (code, _, said) = for_both;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("one, other") && said.contains("--source"), "{said}");
    let (code, _, said) = for_none;
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("--secret-stdin"), "{said}");
    assert!(!server.heard().contains(PLANTED), "{}", server.heard());
}
