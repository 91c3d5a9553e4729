//! What is concluded: only from lines that were all looked at, and as people decided.

use serde_json::Value;

use super::*;
use crate::logs::details::values;
use crate::logs::templates::{self as table, Budget, Table};

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
