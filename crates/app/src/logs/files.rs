//! Log files: opened in place as a source. Their templates and counts go into the workspace, their lines stay in them.

mod opening;
mod reading;
pub(crate) mod watching;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex as AsyncMutex;
use wardroom_connectors::files::Compression;
use wardroom_connectors::files::logs::{
    self, Continue, FileChange, LastLine, LogFileSet, LogFormat, LogReading, Opening,
};
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{SourceId, SourceRow as StoredSource};

use super::rows::{LogFileRow, LogFilesChoice, LogFilesPreview};
use super::{cluster, ingest, item, masking, phrases, room};
use crate::connections::{self, LOG_FILES};
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Span;

pub use opening::{keep, open, run, run_keep};
pub(crate) use reading::{
    PathSearch, around, count, newest, picked, read_input, read_paths, sampled, search_paths,
};

/// Lines of a preview.
const FIRST_LINES: usize = 20;

/// The settings of a source of log files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredFiles {
    /// The files.
    pub(super) paths: Vec<String>,
    /// How they are read.
    pub(super) choice: LogFilesChoice,
    /// Periods of which the lines are stored.
    #[serde(default)]
    pub(super) kept: Vec<(i64, i64)>,
    /// Lines that are counted.
    #[serde(default)]
    pub(super) records: u64,
}

impl StoredFiles {
    pub(super) fn of(row: &StoredSource) -> Result<Self, AppError> {
        serde_json::from_str(&row.config)
            .map_err(|e| AppError::new("settings_unreadable").with("name", &row.name).with("detail", e))
    }

    /// Returns them as they are kept.
    fn text(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(|e| AppError::internal(&e))
    }

    pub(super) fn kept(&self) -> Vec<TimeRange> {
        let at = Timestamp::from_millis;
        self.kept.iter().filter_map(|(start, end)| TimeRange::new(at(*start), at(*end)).ok()).collect()
    }
}

/// Log files that are open in place.
#[derive(Debug)]
pub(crate) struct OpenSet {
    source: SourceId,
    name: String,
    set: Mutex<LogFileSet>,
    kept: Mutex<Vec<TimeRange>>,
    /// What happened to the files while they were open.
    told: Mutex<Vec<Phrase>>,
    /// How the files stood at the last look, and at the last time that it was told.
    looks: Mutex<(Look, Look)>,
    /// Held while the stored settings are read, changed and written: what is kept, and how many lines are counted.
    noting: AsyncMutex<()>,
}

/// How a set of files stood when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    records: u64,
    last: Option<Timestamp>,
    /// Things that happened to the files so far.
    told: usize,
}

impl Look {
    fn at(set: &LogFileSet, told: usize) -> Self {
        let last = set.range().map(|range| range.end().plus_millis(-1));
        Self { records: set.tally().records, last, told }
    }
}

impl OpenSet {
    pub(super) fn new(source: SourceId, name: &str, set: LogFileSet, kept: Vec<TimeRange>) -> Self {
        let look = Look::at(&set, 0);
        Self {
            looks: Mutex::new((look, look)),
            noting: AsyncMutex::default(),
            source,
            name: name.to_owned(),
            set: Mutex::new(set),
            kept: Mutex::new(kept),
            told: Mutex::default(),
        }
    }

    /// Returns the source.
    pub(crate) const fn source(&self) -> SourceId {
        self.source
    }

    /// Returns the source's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns from when to when its lines were written; `None` when no line has a time.
    fn range(&self) -> Option<TimeRange> {
        lock(&self.set).range()
    }

    /// Returns the time of the last line; `None` when no line has one.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.range().map(|range| range.end().plus_millis(-1))
    }

    /// Returns how the files stand where that was not told yet.
    fn untold(&self) -> Option<Look> {
        let mut looks = lock(&self.looks);
        let (now, told) = *looks;
        looks.1 = now;
        (now != told).then_some(now)
    }

    /// Reports whether the line of a time is stored as well, so that it is not shown twice.
    pub(super) fn is_kept(&self, at: Timestamp) -> bool {
        lock(&self.kept).iter().any(|range| range.contains(at))
    }
}

/// Returns the folder of the indexes of log files, which can be deleted at any time.
pub(crate) fn cache_dir(app: &App) -> PathBuf {
    app.cache_dir().join("log-files")
}

/// Reads how log files are to be read.
///
/// # Errors
///
/// `log_format` for a format that is not known.
pub(crate) fn reading_of(choice: &LogFilesChoice) -> Result<LogReading, AppError> {
    let text =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let format = match text(&choice.format) {
        None => None,
        Some(word) => Some(LogFormat::parse(&word).ok_or_else(|| {
            let known: Vec<&str> = LogFormat::ALL.iter().map(|f| f.as_str()).collect();
            AppError::new("log_format").with("format", &word).with("known", known.join(", "))
        })?),
    };
    Ok(LogReading {
        format,
        zone: text(&choice.zone),
        year: choice.year,
        day_first: choice.day_first,
        ..LogReading::default()
    })
}

/// Reads how log files that stay open are to be read: a last line without an end waits for it.
///
/// # Errors
///
/// As [`reading_of`].
fn lasting(choice: &LogFilesChoice) -> Result<LogReading, AppError> {
    Ok(LogReading { last_line: LastLine::Wait, ..reading_of(choice)? })
}

/// Returns where a source of log files is, for people.
pub(crate) fn place(row: &StoredSource) -> String {
    let Ok(stored) = StoredFiles::of(row) else { return String::new() };
    match stored.paths.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} + {}", rest.len()),
    }
}

/// Shows how log files are understood; nothing is stored.
///
/// # Errors
///
/// `log_format`; `log_no_files`; a file that cannot be read is a problem in its row, not an error.
pub async fn preview(
    app: &App,
    paths: &[String],
    choice: &LogFilesChoice,
) -> Result<LogFilesPreview, AppError> {
    let rules = match app.open_or_none() {
        Some(open) => masking::rules(&open).await?,
        None => None,
    };
    let (files, reading) = (paths.iter().map(PathBuf::from).collect::<Vec<_>>(), reading_of(choice)?);
    let looking = tokio::task::spawn_blocking(move || logs::preview(&files, &reading));
    let preview = looking.await.map_err(|e| AppError::internal(&e))??;
    let mut found = masking::Found::new();
    let first = preview.first.into_iter().take(FIRST_LINES).enumerate().map(|(at, line)| {
        let mut record = line.record;
        if let Some(rules) = rules {
            masking::mask(&mut record, rules, &mut found);
        }
        item(format!("preview-{at}"), record)
    });
    let first = first.collect();
    Ok(LogFilesPreview {
        format: preview.format.as_str().to_owned(),
        zone: preview.zone.clone().unwrap_or_default(),
        zone_known: preview.zone_known,
        span: preview.span.map(|(from, to)| Span { start: from.into(), end: to.plus_millis(1).into() }),
        first,
        questions: preview.questions.iter().map(phrases::file_question).collect(),
        notices: preview.notices.iter().map(phrases::file_notice).collect(),
        files: preview.files.iter().map(file_row).collect(),
    })
}

fn file_row(file: &logs::LogFileFacts) -> LogFileRow {
    LogFileRow {
        path: file.path.display().to_string(),
        name: file.name.clone(),
        bytes: file.bytes as f64,
        compression: match file.compression {
            Compression::Plain => String::new(),
            packed @ (Compression::Gzip | Compression::Zstd) => packed.as_str().to_owned(),
        },
        format: file.format.as_str().to_owned(),
        problem: file.problem.as_ref().map(phrases::file_problem),
    }
}

/// Returns the sets of files of the chosen sources, opened where they are not open yet; those that cannot be opened are
/// left out, and [`notices`] says so.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn chosen(open: &Open, sources: &[u32]) -> Result<Vec<Arc<OpenSet>>, AppError> {
    let mut sets = Vec::new();
    for row in stored(open).await?.iter().filter(|r| cluster::is_chosen(sources, r.id)) {
        if let Ok(set) = open_stored(open, row).await {
            sets.push(set);
        }
    }
    Ok(sets)
}

async fn stored(open: &Open) -> Result<Vec<StoredSource>, AppError> {
    let rows = open.workspace.sources().await?.into_iter();
    Ok(rows.filter(|r| !r.deleted && r.kind == LOG_FILES).collect())
}

/// Returns from when to when the lines of files were written that were opened in a workspace; `None` without any.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn span(open: &Open) -> Result<Option<TimeRange>, AppError> {
    if stored(open).await?.is_empty() {
        return Ok(None);
    }
    let templates = open.workspace.templates().await?;
    let first = templates.iter().filter_map(|row| row.first_seen).min();
    let last = templates.iter().filter_map(|row| row.last_seen).max();
    Ok(first.zip(last).and_then(|(first, last)| TimeRange::new(first, last.plus_millis(1)).ok()))
}

/// Returns the open files of a source; opens them by their index where they are not open yet.
///
/// # Errors
///
/// `log_files_elsewhere`; failures of the files.
pub(super) async fn open_stored(open: &Open, row: &StoredSource) -> Result<Arc<OpenSet>, AppError> {
    let held = lock(&open.logs.sets).get(&row.id).cloned();
    if let Some(set) = held {
        look_for_changes(open, &set).await?;
        return Ok(set);
    }
    // A file from elsewhere may name any path of this machine; nothing is read by its word alone.
    if open.from_elsewhere() {
        return Err(AppError::new("log_files_elsewhere").with("name", &row.name));
    }
    let stored = StoredFiles::of(row)?;
    let (reading, kept) = (lasting(&stored.choice)?, stored.kept());
    let paths: Vec<PathBuf> = stored.paths.iter().map(PathBuf::from).collect();
    let opening = Opening { cache_dir: open.logs.cache_dir(), threads: 0 };
    let work = move || LogFileSet::open(&paths, &reading, &opening, &mut |_, _| Continue::Yes);
    let set = tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))??;
    let more = set.tally().records > stored.records;
    let set = Arc::new(OpenSet::new(row.id, &row.name, set, kept));
    if more {
        lock(&set.told).push(Phrase::new("logroom-files-grew").text("name", row.name.clone()));
    }
    lock(&open.logs.sets).insert(row.id, Arc::clone(&set));
    Ok(set)
}

/// Looks whether files grew, shrank, were replaced or vanished since the last look, and takes in what is new.
async fn look_for_changes(open: &Open, set: &Arc<OpenSet>) -> Result<(), AppError> {
    let rules = masking::rules(open).await?;
    let held = Arc::clone(set);
    let work = move || {
        let fallback = held.last().unwrap_or_default();
        let mut learning = opening::Learning::new(rules, fallback, Arc::default());
        let mut set = lock(&held.set);
        let refreshed = set.refresh(&mut learning, &mut |_| Continue::Yes)?;
        let told: Vec<Phrase> = refreshed.files.iter().filter_map(|news| change(&held, news)).collect();
        let mut kept = lock(&held.told);
        for phrase in told {
            if !kept.contains(&phrase) {
                kept.push(phrase);
            }
        }
        lock(&held.looks).0 = Look::at(&set, kept.len());
        Ok::<_, AppError>((refreshed.records, learning))
    };
    let (records, learning) =
        tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))??;
    if records == 0 || !open.workspace.mode().is_writable() {
        return Ok(());
    }
    let (mined, found) = learning.into_parts();
    let learnt = room::with_mind(open, move |mind| mind.adopt(&mined.miner, mined.tally, 0.0)).await?;
    let _one_at_a_time = set.noting.lock().await;
    // How many lines of the files are counted, so that a later opening knows whether there are more.
    let (_, mut stored) = settings(open, source_number(set.source)).await?;
    stored.records = lock(&set.looks).0.records;
    ingest::put_away(open, set.source, &learnt, &found, Some(&stored.text()?)).await
}

/// Says what happened to a file; that it grew is nothing to be told.
fn change(set: &OpenSet, news: &logs::FileNews) -> Option<Phrase> {
    let key = match news.change {
        FileChange::Same | FileChange::Grown => return None,
        FileChange::Shrunk => "logroom-file-shrunk",
        FileChange::Rotated => "logroom-file-rotated",
        FileChange::Gone => "logroom-file-gone",
        FileChange::Back => "logroom-file-back",
    };
    let file = news.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Some(Phrase::new(key).text("file", file).text("name", set.name.clone()))
}

/// Says that the files of a source cannot be read.
pub(crate) fn failed(set: &OpenSet, error: &AppError) -> Phrase {
    unreadable(&set.name, error)
}

fn unreadable(name: &str, error: &AppError) -> Phrase {
    let what = error.fields.get("path").or_else(|| error.fields.get("file")).cloned().unwrap_or_default();
    let key = if error.code == "log_files_elsewhere" {
        "logroom-files-elsewhere"
    } else {
        "logroom-files-unreadable"
    };
    Phrase::new(key).text("name", name).text("path", what)
}

/// Says what is to be known of the files of the chosen sources: gone, changed, odd.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn notices(open: &Open, sources: &[u32]) -> Result<Vec<Phrase>, AppError> {
    let mut notices = Vec::new();
    for row in stored(open).await?.iter().filter(|r| cluster::is_chosen(sources, r.id)) {
        match open_stored(open, row).await {
            Ok(set) => {
                notices.extend(lock(&set.set).notices().iter().map(phrases::file_notice));
                notices.extend(lock(&set.told).iter().cloned());
            }
            Err(error) => notices.push(unreadable(&row.name, &error)),
        }
    }
    Ok(notices)
}

/// Forgets the files of a source that is deleted.
pub(super) fn forget(open: &Open, source: SourceId) {
    room::forget_set(open, source);
}

/// Reads the settings of a source of log files.
pub(super) async fn settings(open: &Open, source: u32) -> Result<(StoredSource, StoredFiles), AppError> {
    let row = connections::stored(open, source).await?;
    if row.kind != LOG_FILES {
        return Err(AppError::new("not_log_files").with("name", &row.name));
    }
    let stored = StoredFiles::of(&row)?;
    Ok((row, stored))
}
