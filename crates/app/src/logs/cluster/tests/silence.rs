//! What a cluster has not brought, or what was taken away again, is no silence.

use wardroom_core::Labels;
use wardroom_store::NewSource;

use super::*;
use crate::logs::{LogChange, TemplatesView};

/// The templates of the first hour, with windows that a person chose, in minutes, or without.
async fn compared(stage: &Stage, windows: Option<[(i64, i64); 2]>) -> TemplatesView {
    let span = |(from, to): (i64, i64)| Span {
        start: Millis(BEGIN + from * MINUTE),
        end: Millis(BEGIN + to * MINUTE),
    };
    let request = TemplatesRequest {
        range: Some(span((0, 60))),
        baseline: windows.map(|[baseline, _]| span(baseline)),
        compare: windows.map(|[_, compare]| span(compare)),
        ..TemplatesRequest::default()
    };
    logs::templates(&stage.app, &request).await.unwrap()
}

fn changes(view: &TemplatesView) -> Vec<Option<LogChange>> {
    view.rows.iter().map(|row| row.change).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cluster_has_not_brought_is_not_taken_for_silence() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 20);
    stage.sync(20).await;
    stage.write(20, 60);

    let chosen = compared(&stage, None).await;
    let within = compared(&stage, Some([(0, 10), (10, 20)])).await;
    let beyond = compared(&stage, Some([(0, 10), (30, 40)])).await;

    assert!(chosen.compare.end.0 <= BEGIN + 20 * MINUTE + 1, "{:?}", chosen.compare);
    assert_eq!(changes(&chosen), [Some(LogChange::Same)]);
    assert_eq!(changes(&within), [Some(LogChange::Same)]);
    assert_eq!(changes(&beyond), [None]);
    assert_eq!(beyond.headline.map(|said| said.key).as_deref(), Some("logroom-not-compared"));
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_cluster_that_lacks_lines_those_of_others_are_compared() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 20);
    stage.sync(20).await;
    let other = NewSource {
        name: "other".to_owned(),
        kind: connections::SIMULATED.to_owned(),
        config: "{}".to_owned(),
        created_at: at(BEGIN),
    };
    let other = stage.open.workspace.add_source(other).await.unwrap();
    let line = |second: i64| LogRecord {
        at: at(BEGIN + second * 1000),
        level: None,
        service: "mail".to_owned(),
        host: String::new(),
        dataset: String::new(),
        message: format!("queue of relay holds {second} letters since start"),
        fields: Labels::default(),
    };
    let lines: Vec<LogRecord> = (0..3600).map(line).collect();
    ingest::take(&stage.open, other, BatchKind::Sync, lines, at(BEGIN), &[]).await.unwrap();

    let view = compared(&stage, None).await;

    assert_eq!(changes(&view), [Some(LogChange::Same), None]);
    assert_eq!(view.rows[0].services, ["mail"]);
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_read_while_parts_did_not_answer_nothing_is_concluded() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 60);
    stage.cluster.lose_half(true);
    stage.sync(60).await;

    let partial = compared(&stage, None).await;
    stage.cluster.lose_half(false);
    stage.sync(62).await;
    let whole = compared(&stage, None).await;

    assert_eq!(changes(&partial), [None]);
    assert!(partial.notices.iter().any(|told| told.key == "logroom-read-in-part"), "{:?}", partial.notices);
    assert_eq!(changes(&whole), [Some(LogChange::Same)]);
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_says_which_windows_are_not_all_stored() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 20);
    stage.sync(20).await;
    let question = |from: i64, to: i64| study::Question {
        origin: study::Origin::Workspace,
        choice: LogFilesChoice::default(),
        range: TimeRange::new(at(BEGIN + from * MINUTE), at(BEGIN + to * MINUTE)).ok(),
        query: String::new(),
        threads: 1,
        mask: true,
    };
    let told = async |before: study::Question, after: study::Question| {
        let (_, _, read) = study::diff(&stage.app, &before, &after, Arc::default()).await.unwrap();
        read.notices.into_iter().map(|notice| notice.key).collect::<Vec<String>>()
    };

    assert_eq!(told(question(0, 10), question(10, 20)).await, Vec::<String>::new());
    assert_eq!(told(question(0, 10), question(15, 40)).await, ["logroom-windows-lack"]);
    workspaces::close(&stage.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_took_away_is_counted_by_the_cluster_and_compared_with_nothing() {
    let home = tempfile::tempdir().unwrap();
    let stage = Stage::set(home.path()).await;
    stage.write(0, 60);
    stage.sync(60).await;
    let mut row = stage.open.workspace.source(stage.row.id).await.unwrap().unwrap();
    row.retention_ms = Some(30 * MINUTE);
    stage.open.workspace.update_source(&row).await.unwrap();
    let report = stage.open.workspace.compact(at(BEGIN + 60 * MINUTE)).await.unwrap();

    let counted =
        logs::counts(&stage.app, &LogsRequest { query: String::new(), ..with_words("") }).await.unwrap();
    let view = compared(&stage, None).await;

    assert_eq!(report.logs_dropped, 1800);
    assert!((counted.total - 3600.0).abs() < 1e-9, "{}", counted.total);
    assert!(counted.notices.iter().any(|told| told.key == "logroom-partly-stored"), "{:?}", counted.notices);
    assert!(view.baseline.start.0 >= BEGIN + 30 * MINUTE, "{:?}", view.baseline);
    assert_eq!(changes(&view), [Some(LogChange::Same)]);
    workspaces::close(&stage.app).await;
}
