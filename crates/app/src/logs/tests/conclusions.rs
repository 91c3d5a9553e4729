//! What is concluded: only from lines that were all looked at, and as people decided.

use serde_json::Value;
use wardroom_core::{
    Anomaly, AnomalyKind, Entity, EntityKind, MetricKind, Reason, Samples, Score, SeriesKey, TimeRange,
    Topology, Unit,
};
use wardroom_store::{BatchEnd, DetectionRun, Judged, NewSeries};

use super::*;
use crate::feedback::{self, FeedbackDraft, FeedbackVerdict, MaintenanceReach, MaintenanceWindow};
use crate::logs::details::values;
use crate::logs::templates::{self as table, Budget, Table};
use crate::phrase::PhraseValue;

const EVERY: &str = "service : web or service : orders";

fn request(query: &str) -> TemplatesRequest {
    TemplatesRequest { query: query.to_owned(), ..all() }
}

async fn asked(app: &App, open: &Arc<Open>, request: &TemplatesRequest, budget: Budget) -> table::Asked {
    let view = room::snapshot(open).await.unwrap();
    let mut asked = table::ready(app, open, request, &view).await.unwrap();
    asked.budget = budget;
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_of_which_lines_were_left_out_is_compared_with_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let view = room::snapshot(&open).await.unwrap();
    let small = Budget { lines: 1000, ..Budget::FULL };

    let cut = asked(&app, &open, &request(EVERY), small).await;
    let cut_table = Table::read(&open, &cut, &view).await.unwrap();
    let whole = asked(&app, &open, &request(EVERY), Budget::FULL).await;
    let whole = Table::read(&open, &whole, &view).await.unwrap().rows(&whole, &view);

    let rows = cut_table.rows(&cut, &view);
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|r| (r.change, r.ratio, r.expected) == (None, None, None)), "{rows:?}");
    assert!(rows[0].count >= rows[1].count);
    assert!(cut_table.is_cut && cut_table.notices[0].key == "logroom-looked-at-partly");
    assert_eq!(whole[0].change, Some(LogChange::New));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_of_levels_is_counted_whole_however_many_lines_there_are() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let view = room::snapshot(&open).await.unwrap();
    let of = |level| TemplatesRequest { levels: vec![level], ..all() };

    let errors = asked(&app, &open, &of(LogGrade::Error), Budget { lines: 1, ..Budget::FULL }).await;
    let table = Table::read(&open, &errors, &view).await.unwrap();

    let rows = table.rows(&errors, &view);
    assert!(!table.is_cut && table.notices.is_empty());
    assert_eq!((rows.len(), rows[0].change), (1, Some(LogChange::New)));
    assert!((rows[0].spark.iter().sum::<f64>() - 60.0).abs() < 1e-9, "{:?}", rows[0].spark);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_explains_a_rise_of_which_lines_were_left_out() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, connections::SIMULATED).await;
    let lines: Vec<LogRecord> = (0..1200)
        .map(|n: i64| {
            let shard = if n < 300 { n % 5 } else { 3 };
            let second = if n < 300 { n * 9 } else { 2700 + n - 300 };
            line(BEGIN + second * 1000, LogLevel::Warn, "db", &format!("shard {shard} is slow"))
        })
        .collect();
    ingest::take(&open, source, BatchKind::Sync, lines, Timestamp::from_millis(BEGIN), &[]).await.unwrap();
    let view = room::snapshot(&open).await.unwrap();
    let id = template_number(&templates(&app, &all()).await.unwrap().rows[0].id).unwrap();
    let span =
        |from: i64, to: i64| Span { start: Millis(BEGIN + from * MINUTE), end: Millis(BEGIN + to * MINUTE) };
    let windows = TemplatesRequest { baseline: Some(span(0, 45)), compare: Some(span(45, 60)), ..all() };
    let test = Arc::new(room::test_of(&open, id).await.unwrap());

    let whole = asked(&app, &open, &windows, Budget::FULL).await;
    let whole = values::profile(&open, &whole, &test, &view, id).await.unwrap();
    let cut = asked(&app, &open, &windows, Budget { values: 100, ..Budget::FULL }).await;
    let cut = values::profile(&open, &cut, &test, &view, id).await.unwrap();

    assert_eq!(whole.rows[0].explains.as_ref().unwrap().key, "logroom-explains");
    assert!(whole.is_whole && !cut.is_whole);
    assert_eq!(cut.rows[0].explains, None);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sentence_speaks_of_all_templates_whichever_a_person_chose() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let gone = TemplatesRequest { changes: vec![LogChange::Gone], ..all() };
    let view = templates(&app, &gone).await.unwrap();

    assert!(view.rows.is_empty());
    assert_eq!(view.headline.unwrap().key, "logroom-new");
    assert_eq!(view.first_new, Some(Millis(BEGIN + 3_000_001)));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_and_the_last_line_of_a_file_are_counted_too() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let mut written = String::new();
    for ms in (0..89).map(|n| 700 + n * 1000).chain([90_100]) {
        writeln!(written, "{} INFO order {ms} is packed", Timestamp::from_millis(BEGIN + ms)).unwrap();
    }
    let path = home.path().join("orders.log");
    std::fs::write(&path, written).unwrap();
    opened(&app, &open, &path.display().to_string()).await;

    // From the first line to just behind the last, as the window shows files that were opened.
    let range = Some(Span { start: Millis(BEGIN + 700), end: Millis(BEGIN + 90_101) });
    let request = LogsRequest { range, ..lines_of("", None) };

    assert_eq!(total_of(&app, &request).await, 90);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_divides_the_lines_of_open_files() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let mut written = String::new();
    for n in 0..90 {
        let at = Timestamp::from_millis(BEGIN + n * 1000);
        writeln!(written, "{at} WARN shard 1{} is slow", n % 3).unwrap();
    }
    let path = home.path().join("db.log");
    std::fs::write(&path, written).unwrap();
    opened(&app, &open, &path.display().to_string()).await;
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
    assert!(parts.iter().all(|row| row.change.is_some()));
    assert_eq!(total_of(&app, &lines_of("", Some(parts[0].id.clone()))).await, 30);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_templates_keep_their_parameters_apart() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let rows = templates(&app, &all()).await.unwrap().rows;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let details = |id: &str| TemplateRequest { id: id.to_owned(), window: all() };
    let own = logs::template(&app, &details(&ids[0])).await.unwrap().parameters;

    logs::decide(&app, &DecisionDraft::Merge { templates: ids.clone() }).await.unwrap();
    let merged = logs::template(&app, &details(&ids[0])).await.unwrap().parameters;

    let others: Vec<&ParameterRow> = merged.iter().filter(|p| p.merged.is_some()).collect();
    assert_eq!(merged[..own.len()], own, "its own parameters are as they were");
    assert_eq!(others.len(), 2, "{merged:?}");
    assert!(others.iter().all(|p| p.merged.as_deref().unwrap().starts_with("request <*> answered in")));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_object_that_is_copied_and_the_terminal_say_what_people_decided() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let id = templates(&app, &all()).await.unwrap().rows[0].id.clone();
    let draft = DecisionDraft::Label {
        template: id.clone(),
        class: LogClass::Application,
        custom: Some("pool full".to_owned()),
    };
    let name = DecisionDraft::Rename { template: id.clone(), name: "pool".to_owned() };

    logs::decide(&app, &draft).await.unwrap();
    logs::decide(&app, &name).await.unwrap();

    let details = logs::template(&app, &TemplateRequest { id: id.clone(), window: all() }).await.unwrap();
    let json: Value = serde_json::from_str(&details.json).unwrap();
    assert_eq!((&json["type"], json["confidence"].as_f64()), (&Value::from("pool full"), Some(1.0)));
    let question = Question {
        origin: Origin::Workspace,
        choice: LogFilesChoice::default(),
        range: None,
        query: String::new(),
        threads: 1,
        mask: true,
    };
    let flag = || Arc::new(AtomicBool::new(false));
    let (rows, _) = study::templates(&app, &question, flag()).await.unwrap();
    let row = &rows.iter().find(|row| row.template.id == id).unwrap().template;
    assert_eq!((row.name.as_deref(), &row.fault["type"], row.lines), (Some("pool"), &json["type"], 60));
    let line = logs::list(&app, &lines_of("service : orders", None)).await.unwrap().rows.remove(0);
    let fault = line.fault.unwrap();
    assert_eq!((fault.custom_class.as_deref(), fault.by_hand), (Some("pool full"), true));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_a_list_carries_a_class() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let list = logs::list(&app, &lines_of("", None)).await.unwrap();

    let of =
        |service: &str| list.rows.iter().find(|row| row.service == service).unwrap().fault.clone().unwrap();
    assert!(!matches!(of("orders").class, LogClass::None | LogClass::Unknown));
    assert!(!of("orders").by_hand && of("orders").confidence > 0.3);
    assert_eq!(of("web").class, LogClass::None);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_of_a_workspace_are_compared_by_its_own_templates_and_their_names() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let rows = templates(&app, &all()).await.unwrap().rows;
    let pool = rows.iter().find(|row| text(row).starts_with("connection pool")).unwrap();
    let request = rows.iter().find(|row| text(row).starts_with("request")).unwrap();
    let name = DecisionDraft::Rename { template: pool.id.clone(), name: "pool full".to_owned() };
    decide(&app, &name).await.unwrap();
    // Seen an hour before both windows, so that it is new to neither.
    let early =
        line(BEGIN - 60 * MINUTE, LogLevel::Error, "orders", "connection pool exhausted after 7 ms waiting");
    let known_at = Timestamp::from_millis(BEGIN);
    ingest::take(&open, source, BatchKind::Sync, vec![early], known_at, &[]).await.unwrap();
    let window = |from: i64, to: i64| Question {
        origin: Origin::Workspace,
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

    let (found, before, after) =
        study::diff(&app, &window(0, 45), &window(45, 60), Arc::default()).await.unwrap();
    let nothing = study::diff(&app, &window(-50, -40), &window(45, 60), Arc::default()).await;

    let of = |id: &str| found.iter().find(|row| row.template.id == id).unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(of(&pool.id).template.name.as_deref(), Some("pool full"));
    assert_eq!((of(&pool.id).before, of(&pool.id).after), (0, 60));
    assert_ne!(of(&pool.id).change, LogChange::New, "its first line is older than both windows");
    assert_eq!((of(&request.id).template.name.as_deref(), of(&request.id).before), (None, 2700));
    assert!(of(&request.id).template.text.starts_with("request <*>"), "{:?}", of(&request.id).template);
    assert_eq!((before.lines, after.lines), (2700, 960));
    assert_eq!(nothing.unwrap_err().code, "log_diff_empty");
    workspaces::close(&app).await;
}

/// Adds a series of the hour in which something began.
async fn measured(open: &Open, source: SourceId, label: (&str, &str), start: i64) -> Judged {
    let at = Timestamp::from_millis(BEGIN);
    let key = SeriesKey::new("disk_busy_ratio", Labels::new([label]));
    let new = NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Ratio };
    let series = open.workspace.ensure_series(source, &[new], at).await.unwrap()[0];
    let samples = Samples::from_columns(vec![BEGIN, BEGIN + 60 * MINUTE], vec![0.1, 0.9]).unwrap();
    let mut batch = open.workspace.begin_batch(source, BatchKind::Sync, at, String::new()).await.unwrap();
    batch.append(vec![(series, samples)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
    let reason = Reason {
        observed: Some(0.9),
        peak: Some(0.9),
        expected: Some(0.1),
        lower: Some(0.0),
        upper: Some(0.2),
        slope_per_hour: None,
        rarer_than: 0.99,
        history_ms: 300_000_000,
        season_ms: None,
    };
    let found = Anomaly {
        kind: AnomalyKind::Level,
        start: Timestamp::from_millis(start),
        end: None,
        step_ms: 15_000,
        score: Score::new(0.9),
        reason,
    };
    Judged { series, outcome: Ok(vec![found]) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_and_a_finding_of_one_machine_meet_by_the_name_of_the_inventory() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let (at, ws) = (Timestamp::from_millis(BEGIN), &open.workspace);
    let by_address = measured(&open, source, ("instance", "10.0.3.7:9100"), BEGIN + 49 * MINUTE).await;
    let by_name = measured(&open, source, ("host", "host-1"), BEGIN + MINUTE).await;
    let judged = TimeRange::try_from(hour()).unwrap();
    let run = DetectionRun { judged, known_at: at, method: "by hand".to_owned(), duration_ms: 1 };
    ws.record_detection(&[by_address, by_name], &run).await.unwrap();
    let mut host = Entity::new(EntityKind::Host, "host-1");
    host.addresses.push("10.0.3.7".to_owned());
    let inventory = Topology { entities: vec![host], dependencies: Vec::new() };
    ws.put_inventory(source, &inventory, at, at).await.unwrap();
    open.topology.changed();
    let id = templates(&app, &all()).await.unwrap().rows[0].id.clone();
    let against = async || {
        let request = TemplateRequest { id: id.clone(), window: all() };
        logs::template(&app, &request).await.unwrap().against_metrics
    };

    let met = against().await.expect("the machine that writes the lines has a finding a minute before");
    let findings = ws.findings(None, None).await.unwrap();
    let early = findings.iter().find(|f| f.anomaly.start.as_millis() == BEGIN + MINUTE).unwrap();
    let window = MaintenanceWindow { range: hour(), reach: MaintenanceReach::Entity };
    let verdict = FeedbackVerdict::Maintenance { window };
    feedback::mark(&app, &FeedbackDraft { finding: early.id.to_string(), verdict }).await.unwrap();

    assert_eq!(met.key, "logroom-after-finding");
    assert_eq!(met.values.get("entity"), Some(&PhraseValue::Text("host-1".to_owned())), "{met:?}");
    assert_eq!(against().await, None, "a maintenance of the machine, marked by another of its names");
    workspaces::close(&app).await;
}
