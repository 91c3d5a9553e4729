//! Inventories as files: CSV, YAML and JSON with entities or dependencies. A file of the same name is its next state.

use std::path::{Path, PathBuf};

use wardroom_connectors::files::inventory::{
    self, InventoryFile, InventoryFileProblem, InventoryFileProblemKind,
};
use wardroom_core::Timestamp;
use wardroom_store::{InventoryPart, NewSource, SourceId};

use super::phrases::{bare_dependency, bare_entity};
use super::rows::{InventoryFilePreview, InventoryImported};
use super::{learn, sync};
use crate::connections::{self, StoredFile};
use crate::context::{App, Open, source_number};
use crate::error::{AppError, syntax};
use crate::events::AppEvent;
use crate::phrase::{Phrase, PhraseValue};
use crate::words::Words;

/// Reads a file and says how it is understood; nothing is stored.
///
/// # Errors
///
/// `not_found`; `file_unreadable`; `file_empty`.
pub async fn preview(app: &App, path: &str) -> Result<InventoryFilePreview, AppError> {
    let file = PathBuf::from(path);
    let read = tokio::task::spawn_blocking(move || inventory::preview(&file));
    let preview = read.await.map_err(|e| AppError::internal(&e))??;
    let now = app.now();
    let edges = preview.sample.dependencies.iter();
    Ok(InventoryFilePreview {
        path: path.to_owned(),
        format: preview.format.as_str().to_owned(),
        entities: small(preview.entities),
        dependencies: small(preview.dependencies),
        columns: preview.columns,
        sample: preview.sample.entities.iter().map(bare_entity).collect(),
        edges: edges.map(|edge| bare_dependency(edge, now)).collect(),
        problems: preview.problems.iter().map(problem).collect(),
        bad: small(preview.bad),
    })
}

fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Says what could not be read, with its place.
fn problem(problem: &InventoryFileProblem) -> Phrase {
    let key = match problem.kind {
        InventoryFileProblemKind::Syntax => "inventory-file-syntax",
        InventoryFileProblemKind::OpenQuote => "inventory-file-open-quote",
        InventoryFileProblemKind::TooManyCells => "inventory-file-too-many-cells",
        InventoryFileProblemKind::NoColumns => "inventory-file-no-columns",
        InventoryFileProblemKind::NoEntry => "inventory-file-no-entry",
        InventoryFileProblemKind::UnknownList => "inventory-file-unknown-list",
        InventoryFileProblemKind::NoName => "inventory-file-no-name",
        InventoryFileProblemKind::NoEnd => "inventory-file-no-end",
        InventoryFileProblemKind::Twice => "inventory-file-twice",
        InventoryFileProblemKind::UnknownKind => "inventory-file-unknown-kind",
        InventoryFileProblemKind::BadValue => "inventory-file-bad-value",
        InventoryFileProblemKind::ValueTooLong => "inventory-file-value-too-long",
        InventoryFileProblemKind::TooLong => "inventory-file-too-long",
        InventoryFileProblemKind::TooDeep => "inventory-file-too-deep",
    };
    let is_syntax = problem.kind == InventoryFileProblemKind::Syntax;
    let detail = if is_syntax { syntax(&problem.detail) } else { PhraseValue::Text(problem.detail.clone()) };
    Phrase::new(key)
        .text("line", problem.line.to_string())
        .text("column", problem.column.to_string())
        .with("detail", detail)
}

/// Returns those of some files that look like inventories and not like samples or lines of logs, by their beginning.
///
/// # Errors
///
/// `internal`; a file that cannot be read is none.
pub async fn recognized(paths: Vec<String>) -> Result<Vec<String>, AppError> {
    let look = move || paths.into_iter().filter(|path| inventory::is_inventory(Path::new(path))).collect();
    tokio::task::spawn_blocking(look).await.map_err(|e| AppError::internal(&e))
}

/// Stores what a file tells of entities and dependencies. What an earlier file of the same name told and this one does
/// not ends; where that is more than half of it, a person is asked first.
///
/// # Errors
///
/// `no_workspace`; `drill_no_real_sources`; `file_unreadable`; `file_empty`; `inventory_file` when nothing in it can be
/// read; read-only workspaces; store failures.
pub async fn import(app: &App, path: &str, name: Option<&str>) -> Result<InventoryImported, AppError> {
    import_in(app, path, name, &app.words()).await
}

/// Stores what a file tells as [`import`] does, and says in the given words why nothing of it can be read.
///
/// # Errors
///
/// As for [`import`].
pub async fn import_in(
    app: &App,
    path: &str,
    name: Option<&str>,
    words: &Words,
) -> Result<InventoryImported, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    let file = PathBuf::from(path);
    let read = tokio::task::spawn_blocking(move || inventory::read(&file));
    let read = read.await.map_err(|e| AppError::internal(&e))??;
    if read.part.entities.is_empty() && read.part.dependencies.is_empty() {
        return Err(nothing_read(path, &read, words));
    }
    let known_at = app.now();
    let source = source_of(&open, path, name, known_at).await?;
    let imported = store(&open, source, &read, known_at).await?;
    let mut row = connections::stored(&open, imported.source).await?;
    row.last_sync = Some(known_at);
    open.workspace.update_source(&row).await?;
    open.topology.changed();
    app.bus().tell(AppEvent::TopologyChanged);
    app.bus().tell(AppEvent::SourcesChanged);
    if let Err(error) = learn::observe(app, &open, known_at).await {
        tracing::warn!(%error, "Read no dependencies from telemetry.");
    }
    Ok(imported)
}

/// Returns the failure for a file of which no entry can be read, with the first reason.
fn nothing_read(path: &str, read: &InventoryFile, words: &Words) -> AppError {
    let why = read.problems.first().map_or_else(|| Phrase::new("inventory-file-no-rows"), problem);
    AppError::new("inventory_file").with("path", path).with("detail", words.phrase(&why))
}

/// Returns the source of files of this name, made where there is none yet.
async fn source_of(
    open: &Open,
    path: &str,
    name: Option<&str>,
    created_at: Timestamp,
) -> Result<SourceId, AppError> {
    let file = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = name.map(str::trim).filter(|name| !name.is_empty()).map_or(file.clone(), str::to_owned);
    let sources = open.workspace.sources().await?;
    let is_it = |row: &&wardroom_store::SourceRow| {
        !row.deleted && row.kind == connections::INVENTORY_FILE && row.name == name
    };
    if let Some(known) = sources.iter().find(is_it) {
        return Ok(known.id);
    }
    let config = serde_json::to_string(&StoredFile { file }).map_err(|e| AppError::internal(&e))?;
    let new = NewSource { name, kind: connections::INVENTORY_FILE.to_owned(), config, created_at };
    Ok(open.workspace.add_source(new).await?)
}

async fn store(
    open: &Open,
    source: SourceId,
    read: &InventoryFile,
    known_at: Timestamp,
) -> Result<InventoryImported, AppError> {
    let ws = &open.workspace;
    let run = ws.begin_inventory(source, known_at, false).await?;
    let counts = ws.put_inventory_page(run, InventoryPart::of(&read.part), None, known_at, known_at).await?;
    let scope = sync::state(open, source).await?.scope();
    let unseen = ws.unseen_within(run, &scope).await?;
    let entries = (read.part.entities.len() + read.part.dependencies.len()) as u64;
    let is_held = sync::is_much(&unseen, entries);
    if is_held {
        ws.finish_inventory(run, false, known_at).await?;
    } else {
        ws.finish_inventory_within(run, &scope, known_at).await?;
    }
    sync::hold(open, source, is_held.then_some((run, unseen)), known_at).await?;
    let ended = if is_held { 0 } else { unseen.entities + unseen.dependencies };
    Ok(InventoryImported {
        source: source_number(source),
        fresh: small(counts.fresh),
        changed: small(counts.changed),
        same: small(counts.same),
        gone: small(counts.gone + ended),
        bad: small(read.bad),
    })
}
