//! Real lines of eight systems (loghub) in real servers: synced by the program, made into templates, and the one kind of
//! line that never existed before is told.
//!
//! The lines are not part of the repository: `WARDROOM_DATA` names the folder of the public sets.

use std::sync::Arc;

use serde_json::{Value, json};
use wardroom_app::connections::{self, ConnectionKind, LogScopeDraft};
use wardroom_app::jobs::JobKind;
use wardroom_app::logs::{LogChange, TemplateRow, TemplatesRequest, templates};
use wardroom_app::wire::{Millis, Span};
use wardroom_app::{sync, workspaces};
use wardroom_core::Timestamp;
use wardroom_tests::accuracy::tables::{rows, sets};

use super::node::Node;
use super::{START, ecs, first, on_each_server};
use crate::gates::public_set;
use crate::journeys::{HandClock, job, start_at};

on_each_server!(a_line_that_never_existed_among_real_ones_is_told);

const HOUR: i64 = 3_600_000;
/// When the line comes that never existed: two minutes before the end of the third hour.
const NEW: i64 = START + 3 * HOUR - 120_000;

/// The lines of the sets of 2,000, one of each system after the other, with the name of the system.
fn real_lines() -> Option<Vec<(String, String)>> {
    let folder = public_set("a_line_that_never_existed_among_real_ones_is_told", "logs_templates")?;
    let mut lines: Vec<(usize, String, String)> = Vec::new();
    for (set, path) in sets(&folder).unwrap() {
        let Some(system) = set.strip_suffix("_2k") else { continue };
        let mut n = 0;
        rows(&path, ["content"], |[text]| {
            lines.push((n, system.to_lowercase(), text.to_owned()));
            n += 1;
            Ok(())
        })
        .unwrap();
    }
    lines.sort();
    Some(lines.into_iter().map(|(_, system, text)| (system, text)).collect())
}

fn document(at: i64, level: &str, system: &str, text: &str) -> Value {
    json!({ "@timestamp": at, "message": text, "log": { "level": level }, "service": { "name": system },
        "host": { "name": format!("{system}-1") } })
}

/// All lines over two hours, all of them again over the third, and within it one that is new.
async fn seed(node: &Node, index: &str, lines: &[(String, String)]) -> u64 {
    node.create(index, 2, &ecs()).await;
    let n = i64::try_from(lines.len()).unwrap();
    let pass = |begin: i64, length: i64| {
        let line = move |(at, (system, text)): (i64, &(String, String))| {
            document(begin + at * length / n, "info", system, text)
        };
        (0..n).zip(lines).map(line)
    };
    let full = "PANIC: could not write to file \"pg_wal/xlogtemp.4711\": No space left on device";
    let new = (0..20).map(|i| document(NEW + i * 1000, "fatal", "orders-db", full));
    let documents: Vec<Value> =
        pass(START, 2 * HOUR).chain(pass(START + 2 * HOUR, HOUR)).chain(new).collect();
    for some in documents.chunks(4_000) {
        node.write(index, some.iter().cloned()).await;
    }
    documents.len() as u64
}

fn text(row: &TemplateRow) -> String {
    row.parts.iter().map(|part| if part.kind.is_some() { "<*>" } else { part.text.as_str() }).collect()
}

async fn a_line_that_never_existed_among_real_ones_is_told(node: Arc<Node>) {
    let Some(lines) = real_lines() else { return };
    assert!(lines.len() >= 2_000, "{} lines", lines.len());
    let documents = seed(&node, "hub", &lines).await;
    let home = tempfile::tempdir().unwrap();
    let clock = HandClock::at(Timestamp::from_millis(START + 4 * HOUR));
    let app = start_at(home.path(), &clock).await;
    workspaces::create(&app, &home.path().join("hub.wardroom")).await.unwrap();
    let mut draft = connections::empty_draft();
    draft.kind = ConnectionKind::Elasticsearch;
    draft.name = "hub".to_owned();
    draft.url = node.url();
    draft.proxy = Some("none".to_owned());
    draft.requests_per_minute = 0;
    draft.logs = Some(LogScopeDraft { indices: vec!["hub".to_owned()], ..LogScopeDraft::default() });
    let source = connections::save(&app, &draft).await.unwrap();
    let open = app.open().unwrap();

    let task = job(&app, JobKind::Sync);
    let synced = sync::run_by_number(&app, &open, source, Some(first(3 * HOUR)), &task).await.unwrap();
    let again = sync::run_by_number(&app, &open, source, Some(first(3 * HOUR)), &task).await.unwrap();
    let span = |from: i64, to: i64| Some(Span { start: Millis(START + from), end: Millis(START + to) });
    let request = TemplatesRequest {
        range: span(0, 3 * HOUR),
        baseline: span(0, 2 * HOUR),
        compare: span(2 * HOUR, 3 * HOUR),
        ..TemplatesRequest::default()
    };
    let view = templates(&app, &request).await.unwrap();

    assert_eq!((synced.samples, synced.partial, again.samples), (documents, false, 0));
    assert!((view.lines - documents as f64).abs() < 0.5, "{} of {documents}", view.lines);
    assert!(view.rows.len() > 100, "{} templates of {} real lines", view.rows.len(), lines.len());
    let new: Vec<String> =
        view.rows.iter().filter(|row| row.change == Some(LogChange::New)).map(text).collect();
    assert!(new.len() == 1 && new[0].starts_with("PANIC: could not write to file"), "{new:?}");
    assert!(text(&view.rows[0]).starts_with("PANIC"), "what is new stands first");
    assert_eq!(view.first_new, Some(Millis(NEW)));
    drop(open);
    workspaces::close(&app).await;
}
