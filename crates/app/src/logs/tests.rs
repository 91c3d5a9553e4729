//! The log room on real workspaces: lines come in, become templates, are found, decided about, and kept.

mod conclusions;
mod stored;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use wardroom_core::{Labels, LogLevel, LogRecord, Timestamp};
use wardroom_store::{BatchKind, NewSource, SourceId};

use super::files;
use super::study::{self, Origin, Question};
use super::*;
use crate::connections::{self, ConnectionKind, LogScopeDraft};
use crate::context::{App, Open, Start};
use crate::events::AppEvent;
use crate::jobs::JobKind;
use crate::wire::Span;
use crate::{logs, workspaces};

/// 2026-11-17T02:00:00Z.
const BEGIN: i64 = 1_794_880_800_000;
const MINUTE: i64 = 60_000;

async fn app(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    App::start(start).await.unwrap()
}

async fn workspace(home: &Path) -> (App, Arc<Open>) {
    let app = app(home).await;
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    (app, open)
}

async fn source(open: &Open, kind: &str) -> SourceId {
    let new = NewSource {
        name: "shop".to_owned(),
        kind: kind.to_owned(),
        config: "{}".to_owned(),
        created_at: Timestamp::from_millis(BEGIN),
    };
    open.workspace.add_source(new).await.unwrap()
}

fn line(at: i64, level: LogLevel, service: &str, message: &str) -> LogRecord {
    LogRecord {
        at: Timestamp::from_millis(at),
        level: Some(level),
        service: service.to_owned(),
        host: "host-1".to_owned(),
        dataset: String::new(),
        message: message.to_owned(),
        fields: Labels::default(),
    }
}

/// An hour of requests, and after 50 minutes a pool that is exhausted.
fn an_hour() -> Vec<LogRecord> {
    let mut lines = Vec::new();
    for second in 0..3600 {
        let at = BEGIN + second * 1000;
        lines.push(line(
            at,
            LogLevel::Info,
            "web",
            &format!("request {second} answered in {} ms", second % 40),
        ));
        if second >= 3000 && second % 10 == 0 {
            let text = format!("connection pool exhausted after {} ms waiting", second % 900);
            lines.push(line(at + 1, LogLevel::Error, "orders", &text));
        }
    }
    lines
}

async fn filled(open: &Arc<Open>) -> SourceId {
    let source = source(open, connections::SIMULATED).await;
    for part in an_hour().chunks(700) {
        let known_at = Timestamp::from_millis(BEGIN);
        ingest::take(open, source, BatchKind::Sync, part.to_vec(), known_at, &[]).await.unwrap();
    }
    source
}

fn hour() -> Span {
    Span { start: Millis(BEGIN), end: Millis(BEGIN + 60 * MINUTE) }
}

fn all() -> TemplatesRequest {
    TemplatesRequest { range: Some(hour()), ..TemplatesRequest::default() }
}

fn text(row: &TemplateRow) -> String {
    row.parts.iter().map(|p| if p.kind.is_some() { "<*>" } else { p.text.as_str() }).collect()
}

fn lines_of(query: &str, template: Option<String>) -> LogsRequest {
    LogsRequest {
        range: Some(hour()),
        level: None,
        query: query.to_owned(),
        template,
        sources: Vec::new(),
        entity: None,
        behind: None,
        limit: 50,
    }
}

/// How many lines a request counts.
async fn total_of(app: &App, request: &LogsRequest) -> usize {
    counts::whole(logs::counts(app, request).await.unwrap().total)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_exist_before_stands_first_and_is_told_with_its_time() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let view = templates(&app, &all()).await.unwrap();

    assert_eq!(view.rows[0].change, Some(LogChange::New));
    assert!(text(&view.rows[0]).starts_with("connection pool exhausted after <*>"), "{:?}", view.rows[0]);
    assert_eq!(view.rows[0].services, ["orders"]);
    assert_eq!(view.rows[0].first_seen, Millis(BEGIN + 3_000_001));
    assert_eq!(view.first_new, Some(Millis(BEGIN + 3_000_001)));
    assert_eq!(view.headline.unwrap().key, "logroom-new");
    assert!((view.lines - 3660.0).abs() < 1e-9, "{}", view.lines);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_stored_lines_are_those_that_the_terminal_counts() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let request =
        |field: &str, query: &str| LogValuesRequest { field: field.to_owned(), lines: lines_of(query, None) };

    let services = values(&app, &request("service", "")).await.unwrap();
    let levels = values(&app, &request("level", "pool")).await.unwrap();
    let absent = values(&app, &request("user", "")).await.unwrap();
    let question = Question {
        origin: Origin::Workspace,
        choice: LogFilesChoice::default(),
        range: None,
        query: String::new(),
        threads: 1,
        mask: true,
    };
    let told = study::values(&app, &question, "service", study::Pattern::Any, Arc::default()).await.unwrap();

    let pairs = |view: &LogValuesView| {
        view.values.iter().map(|row| (row.value.clone(), row.lines)).collect::<Vec<_>>()
    };
    assert_eq!(pairs(&services), [("web".to_owned(), 3600.0), ("orders".to_owned(), 60.0)]);
    assert_eq!(pairs(&levels), [("error".to_owned(), 60.0)]);
    assert_eq!((absent.values.len(), absent.lines), (0, 0.0));
    assert_eq!(pairs(&told.0), pairs(&services));
    assert_eq!(told.1.lines, 3660);
    assert!(services.notices.is_empty(), "{:?}", services.notices);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_too_little_before_nothing_is_called_new() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, connections::SIMULATED).await;
    let few: Vec<LogRecord> = an_hour().into_iter().skip(3100).take(60).collect();
    ingest::take(&open, source, BatchKind::Sync, few, Timestamp::from_millis(BEGIN), &[]).await.unwrap();

    let view = templates(&app, &all()).await.unwrap();

    assert!(view.rows.iter().all(|row| row.change != Some(LogChange::New)));
    assert_eq!(view.headline.unwrap().key, "logroom-history-short");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_known_after_opening_the_file_again() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let before = templates(&app, &all()).await.unwrap();
    drop(open);
    workspaces::close(&app).await;

    workspaces::open_only(&app, &home.path().join("w.wardroom")).await.unwrap();
    let after = templates(&app, &all()).await.unwrap();

    assert_eq!(before.rows, after.rows);
    assert_eq!(before.changes, after.changes);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_counts_only_the_lines_that_match() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let view =
        templates(&app, &TemplatesRequest { query: "service : orders".to_owned(), ..all() }).await.unwrap();
    let list = logs::list(&app, &lines_of("service : orders", None)).await.unwrap();

    assert_eq!(view.rows.len(), 1);
    assert_eq!(total_of(&app, &lines_of("service : orders", None)).await, 60);
    assert!(list.rows.iter().all(|row| row.service == "orders"));
    assert!(logs::list(&app, &lines_of("service : (", None)).await.is_err());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_template_go_on_where_the_one_before_ended() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let id = templates(&app, &all()).await.unwrap().rows[0].id.clone();

    let first = logs::list(&app, &lines_of("", Some(id.clone()))).await.unwrap();
    let second = LogsRequest { behind: first.next.clone(), ..lines_of("", Some(id)) };
    let second = logs::list(&app, &second).await.unwrap();

    assert_eq!((first.rows.len(), second.rows.len()), (50, 10));
    assert!(second.next.is_none());
    assert!(first.rows.last().unwrap().at > second.rows[0].at);
    let place = LogPlace { at: second.rows[0].at, id: second.rows[0].id.clone() };
    let around = logs::around(&app, &place, 2, 2).await.unwrap();
    assert_eq!(around.len(), 5);
    assert_eq!(around[2].id, place.id);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_shows_its_lines_parameters_and_class() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let id = templates(&app, &all()).await.unwrap().rows[0].id.clone();

    let details = logs::template(&app, &TemplateRequest { id, window: all() }).await.unwrap();

    assert_eq!(details.examples.len(), 20);
    assert_eq!(details.parameters.len(), 1);
    assert!(details.parameters[0].numbers.is_some());
    assert!(!details.around.is_empty() && details.around.iter().any(|l| l.id == details.around_of));
    let json: serde_json::Value = serde_json::from_str(&details.json).unwrap();
    for name in ["type", "error_code", "affected_service", "confidence", "evidence"] {
        assert!(json.get(name).is_some(), "{json}");
    }
    assert!((details.classes.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-6);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_act_at_once_and_can_be_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let rows = templates(&app, &all()).await.unwrap().rows;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();

    let name = DecisionDraft::Rename { template: ids[0].clone(), name: "pool full".to_owned() };
    logs::decide(&app, &name).await.unwrap();
    let merged = logs::decide(&app, &DecisionDraft::Merge { templates: ids.clone() }).await.unwrap();
    let one = templates(&app, &all()).await.unwrap().rows;

    assert_eq!(one.len(), 1);
    assert_eq!(one[0].name.as_deref(), Some("pool full"));
    assert_eq!(logs::decisions(&app).await.unwrap().len(), 2);
    logs::undo(&app, merged.id).await.unwrap();
    assert_eq!(templates(&app, &all()).await.unwrap().rows.len(), rows.len());
    assert_eq!(logs::undo(&app, merged.id).await.unwrap_err().code, "no_such_decision");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_makes_a_template_of_every_value() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, connections::SIMULATED).await;
    let shard = |n: i64| line(BEGIN + n * 1000, LogLevel::Warn, "db", &format!("shard 1{} is slow", n % 3));
    let lines: Vec<LogRecord> = (0..90).map(shard).collect();
    ingest::take(&open, source, BatchKind::Sync, lines, Timestamp::from_millis(BEGIN), &[]).await.unwrap();
    let whole = templates(&app, &all()).await.unwrap().rows;
    assert_eq!(whole.len(), 1);

    let split = DecisionDraft::Split { template: whole[0].id.clone(), parameter: 0 };
    logs::decide(&app, &split).await.unwrap();
    let mut parts = templates(&app, &all()).await.unwrap().rows;

    parts.sort_by_key(text);
    assert_eq!(
        parts.iter().map(text).collect::<Vec<_>>(),
        ["shard 10 is slow", "shard 11 is slow", "shard 12 is slow"]
    );
    let list = logs::list(&app, &lines_of("", Some(parts[0].id.clone()))).await.unwrap();
    assert_eq!(list.rows.len(), 30);
    let beyond = DecisionDraft::Split { template: whole[0].id.clone(), parameter: 5 };
    assert_eq!(logs::decide(&app, &beyond).await.unwrap_err().code, "log_split_parameter");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_masked_on_the_way_in_unless_a_person_says_otherwise() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, connections::SIMULATED).await;
    let told = |n: i64| line(BEGIN + n, LogLevel::Info, "web", "login with password=hunter2secret done");
    let at = Timestamp::from_millis(BEGIN);

    ingest::take(&open, source, BatchKind::Sync, vec![told(0)], at, &[]).await.unwrap();
    logs::set_masking(&app, false).await.unwrap();
    ingest::take(&open, source, BatchKind::Sync, vec![told(1)], at, &[]).await.unwrap();

    let rows = logs::list(&app, &lines_of("", None)).await.unwrap().rows;
    assert!(rows[0].message.contains("hunter2secret"));
    assert!(!rows[1].message.contains("hunter2secret"), "{}", rows[1].message);
    let masking = logs::masking(&app).await.unwrap();
    assert!(!masking.on);
    assert_eq!(masking.rules.iter().map(|(_, n)| n).sum::<u32>(), 1);
    workspaces::close(&app).await;
}

fn log_file(home: &Path) -> String {
    let mut lines = String::new();
    for record in an_hour() {
        let level = record.level.map_or("INFO", LogLevel::as_str).to_uppercase();
        writeln!(lines, "{} {level} {}", record.at, record.message).unwrap();
    }
    let path = home.join("app.log");
    std::fs::write(&path, lines).unwrap();
    path.display().to_string()
}

async fn opened(app: &App, open: &Arc<Open>, path: &str) -> u32 {
    let request = LogFilesRequest {
        paths: vec![path.to_owned()],
        name: String::new(),
        choice: LogFilesChoice::default(),
    };
    let job = app.jobs().begin(app.bus(), JobKind::OpenLogs, "app.log", None);
    files::run(app, open, &request, &job).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_in_place_and_only_what_a_person_keeps_is_stored() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let path = log_file(home.path());
    let preview =
        files::preview(&app, std::slice::from_ref(&path), &LogFilesChoice::default()).await.unwrap();
    assert_eq!(preview.files.len(), 1);
    assert!(preview.questions.is_empty() && !preview.first.is_empty());

    let source = opened(&app, &open, &path).await;
    let view = templates(&app, &all()).await.unwrap();

    assert_eq!(view.rows[0].change, Some(LogChange::New));
    assert_eq!(total_of(&app, &lines_of("", None)).await, 3660);
    assert_eq!(open.workspace.log_sizes().await.unwrap().len(), 0);
    let job = app.jobs().begin(app.bus(), JobKind::KeepLogs, "app.log", Some(source));
    let ten = Span { start: Millis(BEGIN), end: Millis(BEGIN + 10 * MINUTE) }.try_into().unwrap();
    assert_eq!(files::run_keep(&app, &open, source, ten, &job).await.unwrap(), 600);
    assert_eq!(files::run_keep(&app, &open, source, ten, &job).await.unwrap(), 0);
    assert_eq!(total_of(&app, &lines_of("", None)).await, 3660);
    workspaces::close(&app).await;
}

/// Looks at the files as the window does every second, and returns up to when it tells that lines are read.
async fn look(app: &App, open: &Open) -> Option<Millis> {
    let mut heard = app.bus().listen();
    files::watching::look(app, open).await;
    let mut until = None;
    while let Ok(event) = heard.try_recv() {
        if let AppEvent::LinesArrived { until: at, .. } = event {
            until = Some(at);
        }
    }
    until
}

fn written(minute: i64, text: &str) -> String {
    format!("{} ERROR {text}\n", Timestamp::from_millis(BEGIN + minute * MINUTE))
}

fn append(path: &str, text: &str) {
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

/// The lines of the files in the two hours from the begin, newest first, and what is said of the files.
async fn newest_of(app: &App, query: &str) -> (Vec<String>, Vec<String>) {
    let range = Some(Span { start: Millis(BEGIN), end: Millis(BEGIN + 120 * MINUTE) });
    let list = logs::list(app, &LogsRequest { range, ..lines_of(query, None) }).await.unwrap();
    let texts = list.rows.into_iter().map(|row| row.message).collect();
    let view = templates(app, &TemplatesRequest { range, ..all() }).await.unwrap();
    (texts, view.notices.into_iter().map(|notice| notice.key).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_is_read_on_and_the_window_is_told_how_far() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let path = log_file(home.path());
    let source = opened(&app, &open, &path).await;
    assert_eq!(look(&app, &open).await, None, "nothing came, so nothing moves");

    append(&path, &written(61, "disk sda failed"));
    assert_eq!(look(&app, &open).await, Some(Millis(BEGIN + 61 * MINUTE + 1)));
    assert_eq!(newest_of(&app, "sda").await.0, ["disk sda failed"]);
    let longer = Some(Span { start: Millis(BEGIN), end: Millis(BEGIN + 120 * MINUTE) });
    let view = templates(&app, &TemplatesRequest { range: longer, ..all() }).await.unwrap();
    assert!(view.rows.iter().any(|row| text(row).starts_with("disk")), "a template is made of it too");

    // Half a line is not one yet.
    append(&path, written(62, "disk sdb failed").trim_end());
    assert_eq!(look(&app, &open).await, None);
    append(&path, " twice\n");
    assert_eq!(look(&app, &open).await, Some(Millis(BEGIN + 62 * MINUTE + 1)));
    assert_eq!(newest_of(&app, "sdb").await.0, ["disk sdb failed twice"]);

    // Lines that come behind what was kept are shown too, although the range that a person kept goes on.
    let job = app.jobs().begin(app.bus(), JobKind::KeepLogs, "app.log", Some(source));
    let day = Span { start: Millis(BEGIN), end: Millis(BEGIN + 1440 * MINUTE) }.try_into().unwrap();
    assert_eq!(files::run_keep(&app, &open, source, day, &job).await.unwrap(), 3662);
    // What a list took in meanwhile is told as well.
    append(&path, &written(63, "disk sdc failed"));
    assert_eq!(newest_of(&app, "sdc").await.0, ["disk sdc failed"]);
    assert_eq!(look(&app, &open).await, Some(Millis(BEGIN + 63 * MINUTE + 1)));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_replaced_emptied_or_gone_is_told_and_read_on() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let path = log_file(home.path());
    opened(&app, &open, &path).await;

    std::fs::rename(&path, home.path().join("app.log.1")).unwrap();
    std::fs::write(&path, written(61, "first of the next file") + &written(61, "second of it")).unwrap();
    assert_eq!(look(&app, &open).await, Some(Millis(BEGIN + 61 * MINUTE + 1)));
    let (found, notices) = newest_of(&app, "\"next file\"").await;
    assert_eq!(found, ["first of the next file"]);
    assert!(notices.contains(&"logroom-file-rotated".to_owned()), "{notices:?}");
    assert_eq!(newest_of(&app, "pool").await.0.len(), 50, "lines of the old file are still found");

    std::fs::write(&path, written(62, "emptied")).unwrap();
    assert_eq!(look(&app, &open).await, Some(Millis(BEGIN + 62 * MINUTE + 1)));
    let (found, notices) = newest_of(&app, "emptied").await;
    assert_eq!(found, ["emptied"]);
    assert!(notices.contains(&"logroom-file-shrunk".to_owned()), "{notices:?}");

    std::fs::remove_file(&path).unwrap();
    look(&app, &open).await;
    assert!(newest_of(&app, "").await.1.contains(&"logroom-file-gone".to_owned()));
    std::fs::write(&path, written(63, "returned")).unwrap();
    assert_eq!(look(&app, &open).await, Some(Millis(BEGIN + 63 * MINUTE + 1)));
    let (found, notices) = newest_of(&app, "returned").await;
    assert_eq!(found, ["returned"]);
    assert!(notices.contains(&"logroom-file-back".to_owned()), "{notices:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_files_are_looked_at_by_themselves_until_the_workspace_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let path = log_file(home.path());
    let source = opened(&app, &open, &path).await;
    assert!(!lines::is_live(&open, SourceId(i64::from(source))));

    files::watching::resume(&app).await.unwrap();
    let mut heard = app.bus().listen();
    append(&path, &written(61, "disk sda failed"));
    let came = async {
        loop {
            if let AppEvent::LinesArrived { source, until } = heard.recv().await.unwrap() {
                return (source, until);
            }
        }
    };

    let told = tokio::time::timeout(std::time::Duration::from_mins(1), came).await.unwrap();
    assert_eq!(told, (source, Millis(BEGIN + 61 * MINUTE + 1)));
    assert!(lines::is_live(&open, SourceId(i64::from(source))));
    workspaces::close(&app).await;
    assert!(!lines::is_live(&open, SourceId(i64::from(source))));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_gone_leave_their_templates_and_a_notice() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let path = log_file(home.path());
    opened(&app, &open, &path).await;
    drop(open);
    workspaces::close(&app).await;
    std::fs::remove_file(&path).unwrap();

    workspaces::open_only(&app, &home.path().join("w.wardroom")).await.unwrap();
    let view = templates(&app, &all()).await.unwrap();

    assert_eq!(view.rows[0].change, Some(LogChange::New));
    assert!(view.notices.iter().any(|n| n.key == "logroom-files-unreadable"), "{:?}", view.notices);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_reads_files_without_storing_anything() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let path = log_file(home.path());
    let question = |threads| Question {
        origin: Origin::Files(vec![path.clone().into()]),
        choice: LogFilesChoice::default(),
        range: None,
        query: String::new(),
        threads,
        mask: true,
    };
    let flag = || Arc::new(AtomicBool::new(false));

    let (one, read) = study::templates(&app, &question(1), flag()).await.unwrap();
    let (four, _) = study::templates(&app, &question(4), flag()).await.unwrap();

    assert_eq!((one.len(), read.lines), (2, 3660));
    assert_eq!(one, four, "the number of threads does not matter");
    let pattern = study::expression("pool exhausted").unwrap();
    let (found, _) = study::search(&app, &question(1), pattern, 0, flag(), |_| true).await.unwrap();
    assert_eq!(found, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_of_a_file_differ_by_what_is_new() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let path = log_file(home.path());
    let window = |from: i64, to: i64| Question {
        origin: Origin::Files(vec![path.clone().into()]),
        choice: LogFilesChoice::default(),
        range: Some(
            Span { start: Millis(BEGIN + from * MINUTE), end: Millis(BEGIN + to * MINUTE) }
                .try_into()
                .unwrap(),
        ),
        query: String::new(),
        threads: 1,
        mask: true,
    };

    let flag = Arc::new(AtomicBool::new(false));
    let (rows, _, _) = study::diff(&app, &window(0, 45), &window(45, 60), flag).await.unwrap();

    let new: Vec<&str> =
        rows.iter().filter(|r| r.change == LogChange::New).map(|r| r.template.text.as_str()).collect();
    assert!(new.len() == 1 && new[0].starts_with("connection pool exhausted after <*>"), "{new:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_saved_and_edited_without_its_secret() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let mut draft = connections::empty_draft();
    draft.kind = ConnectionKind::Elasticsearch;
    draft.name = "logs".to_owned();
    draft.url = "https://logs.example.net:9200".to_owned();
    draft.sign_in = connections::SignIn::ApiKey;
    draft.secret = Some("planted-key".to_owned());
    let scope = |query: &str| LogScopeDraft {
        indices: vec!["logs-*".to_owned()],
        query: query.to_owned(),
        ..LogScopeDraft::default()
    };
    draft.logs = Some(scope("level >= warn and"));
    assert_eq!(connections::save(&app, &draft).await.unwrap_err().code, "log_query");

    draft.logs = Some(scope("level >= warn"));
    connections::save(&app, &draft).await.unwrap();

    let row = connections::list(&app).await.unwrap().remove(0);
    assert_eq!((row.kind.as_str(), row.place.as_str()), (connections::ELASTICSEARCH, draft.url.as_str()));
    assert!(row.secret_stored && row.can_follow);
    let kept = row.draft.unwrap();
    assert_eq!((kept.kind, kept.logs), (ConnectionKind::Elasticsearch, draft.logs));
    assert_eq!(kept.secret, None);
    let stored = connections::stored(&open, row.health.id).await.unwrap();
    assert!(!stored.config.contains("planted-key"));
    workspaces::close(&app).await;
}
