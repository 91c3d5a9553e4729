//! Files in: preview first, then all of it or none.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;
use wardroom_connectors::files::{
    self, BadRow, Compression, FileError, FileFormat, Layout, PackedFault, Preview, Question, Reading, Sink,
    Understood,
};
use wardroom_core::{MetricKind, Samples, SeriesKey, TimeRange, Unit};
use wardroom_store::{BatchEnd, BatchKind, BatchWriter, ImportRecord, NewSeries, SeriesId, SourceId};

use crate::context::{App, Open, source_number};
use crate::detection;
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind, JobRow};
use crate::phrase::Phrase;
use crate::wire::Span;
use crate::workspaces::end_state;

mod choice;
mod problems;
mod rows;
mod source;

pub use choice::{NamedColumn, not_read, not_taken, with_columns};
use choice::{choice_of, reading_of, role_out};
use problems::none_readable;
use problems::unread;
pub(crate) use problems::{foreign, problem};
pub use problems::{left_out, notices, period};
pub use rows::{
    BadRowRow, ColumnRole, ColumnRow, FileVerdict, ImportRequest, PreviewRow, QuestionRow, ReadingChoice,
    TableLayout,
};
use source::{Place, place_of};

/// Samples that are handed to the store at a time.
const PART: usize = 262_144;
/// Parts that wait between reading and storing: enough to keep both cores busy, little enough for memory.
const WAITING: usize = 64;
/// What is said of a file whose format gives the columns.
const OPENMETRICS: &str = "about-openmetrics";

/// How what is said of a column begins that is not read.
const UNREAD: &str = "understood-unread-";
/// What is said of a file with more columns than are taken.
const COLUMNS_CUT: &str = "about-columns-cut";

/// Shows what a file would bring; nothing is stored.
///
/// # Errors
///
/// `internal`; a file that cannot be read is a verdict, not an error.
pub async fn preview(app: &App, path: &str, choice: Option<ReadingChoice>) -> Result<PreviewRow, AppError> {
    let file = PathBuf::from(path);
    let wanted = choice.clone();
    let task = tokio::task::spawn_blocking(move || {
        let look = || {
            let Some(choice) = wanted else { return files::preview(&file, None) };
            let base = files::preview(&file, None)?;
            files::preview(&file, Some(&reading_of(&base, &choice)))
        };
        let preview = look();
        let is_refused = preview.as_ref().map_or(true, |preview| preview.refusal.is_some());
        let is_inventory = is_refused && files::inventory::is_inventory(&file);
        (preview, is_inventory, is_refused && files::logs::holds_records(&file))
    });
    let (preview, is_inventory, is_log) = task.await.map_err(|e| AppError::internal(&e))?;
    let mut row = match preview {
        // There are no samples in it, but there is another way in.
        _ if is_inventory => refused_row(path, AppError::new("file_inventory").with("path", path)),
        Ok(preview) => preview_row(path, &preview),
        Err(error) => refused_row(path, error.into()),
    };
    // Its columns stay: where it holds samples too, naming them cures the refusal.
    if is_log && !is_inventory {
        row.refusal = Some(AppError::new("file_logs").with("path", path));
    }
    if let Ok(open) = app.open() {
        let known = open.workspace.imports(None).await?;
        // Only a file of a known name is read for its hash: this answers while a person looks at the preview.
        if known.iter().any(|i| i.file_name == row.name) {
            let hash = file_hash(PathBuf::from(path)).await?;
            row.imported_before = known.iter().any(|i| i.blake3 == hash);
        }
    }
    Ok(row)
}

/// Returns the hash that tells whether two files are the same.
async fn file_hash(path: PathBuf) -> Result<String, AppError> {
    let read = move || {
        let mut hasher = blake3::Hasher::new();
        let mut file = std::fs::File::open(&path)?;
        std::io::copy(&mut file, &mut hasher)?;
        Ok::<_, std::io::Error>(hasher.finalize().to_hex().to_string())
    };
    let hash = tokio::task::spawn_blocking(read).await.map_err(|e| AppError::internal(&e))?;
    hash.map_err(|e| AppError::new("io").with("path", "the file").with("detail", e))
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |n| n.to_string_lossy().into_owned())
}

fn refused_row(path: &str, refusal: AppError) -> PreviewRow {
    // A file that is not there has no size; the refusal says what is wrong.
    let size = std::fs::metadata(path).map_or(0, |m| m.len());
    PreviewRow {
        path: path.to_owned(),
        name: file_name(path),
        size_bytes: size as f64,
        verdict: FileVerdict::Refused,
        about: Vec::new(),
        reading: None,
        columns: Vec::new(),
        first_rows: Vec::new(),
        rows: 0.0,
        estimated: false,
        series: 0,
        samples: 0.0,
        range: None,
        bytes: 0.0,
        bad_rows: Vec::new(),
        bad_row_count: 0,
        question: None,
        refusal: Some(refusal),
        imported_before: false,
    }
}

fn preview_row(path: &str, preview: &Preview) -> PreviewRow {
    let refusal = preview.refusal.clone().map(AppError::from);
    // Where columns are known, another choice of them may cure the refusal.
    if let Some(refusal) = &refusal
        && preview.columns.is_empty()
    {
        return refused_row(path, refusal.clone());
    }
    PreviewRow {
        path: path.to_owned(),
        name: preview.file_name.clone(),
        size_bytes: preview.size_bytes as f64,
        verdict: match (&refusal, &preview.question) {
            (Some(_), _) => FileVerdict::Refused,
            (None, Some(_)) => FileVerdict::Asking,
            (None, None) => FileVerdict::Ready,
        },
        about: about(preview),
        reading: Some(choice_of(&preview.choices)),
        columns: preview
            .columns
            .iter()
            .map(|c| ColumnRow {
                name: c.name.clone(),
                role: role_out(c.role),
                understood: understood(c.understood),
                first_value: c.first_value.clone(),
            })
            .collect(),
        first_rows: preview.first_rows.clone(),
        rows: preview.rows.unwrap_or(0) as f64,
        estimated: preview.estimated,
        series: u32::try_from(preview.series).unwrap_or(u32::MAX),
        samples: preview.samples as f64,
        range: preview.range.map(Span::from),
        bytes: preview.samples as f64 * 2.0,
        bad_rows: preview.bad_rows.iter().map(bad_row).collect(),
        bad_row_count: u32::try_from(preview.bad_row_count).unwrap_or(u32::MAX),
        question: preview.question.as_ref().map(question),
        refusal,
        imported_before: false,
    }
}

fn about(preview: &Preview) -> Vec<Phrase> {
    let mut about = vec![Phrase::new(match preview.format {
        FileFormat::Csv => "about-csv",
        FileFormat::Parquet => "about-parquet",
        FileFormat::JsonLines => "about-jsonl",
        FileFormat::OpenMetrics => OPENMETRICS,
    })];
    if preview.format != FileFormat::OpenMetrics {
        about.push(Phrase::new(match preview.layout {
            Layout::Long => "about-long",
            Layout::Wide => "about-wide",
        }));
    }
    match preview.delimiter {
        Some(',') => about.push(Phrase::new("about-comma")),
        Some(';') => about.push(Phrase::new("about-semicolon")),
        Some('\t') => about.push(Phrase::new("about-tab")),
        Some('|') => about.push(Phrase::new("about-bar")),
        Some(_) | None => {}
    }
    match preview.compression {
        Compression::Plain => {}
        Compression::Gzip => about.push(Phrase::new("about-gzip")),
        Compression::Zstd => about.push(Phrase::new("about-zstd")),
    }
    if preview.decimal_comma {
        about.push(Phrase::new("about-decimal-comma"));
    }
    if preview.format != FileFormat::Parquet {
        about.push(Phrase::new("about-encoding").text("encoding", preview.encoding.clone()));
    }
    if let Some(n) = preview.columns_cut_at {
        about.push(Phrase::new(COLUMNS_CUT).count("n", n));
    }
    about
}

fn understood(understood: Understood) -> Phrase {
    match understood {
        Understood::TimeIso { offset_minutes: None } => Phrase::new("understood-time-iso"),
        Understood::TimeIso { offset_minutes: Some(m) } => {
            let sign = if m < 0 { '-' } else { '+' };
            let text = format!("{sign}{:02}:{:02}", m.abs() / 60, m.abs() % 60);
            Phrase::new("understood-time-iso-offset").text("offset", text)
        }
        Understood::UnixSeconds => Phrase::new("understood-unix").word("unit", "unit-seconds"),
        Understood::UnixMillis => Phrase::new("understood-unix").word("unit", "unit-millis"),
        Understood::UnixMicros => Phrase::new("understood-unix").word("unit", "unit-micros"),
        Understood::UnixNanos => Phrase::new("understood-unix").word("unit", "unit-nanos"),
        Understood::OrderedDate { day_first: true } => Phrase::new("understood-day-first"),
        Understood::OrderedDate { day_first: false } => Phrase::new("understood-month-first"),
        Understood::AmbiguousDate => Phrase::new("understood-ambiguous-date"),
        Understood::FileTime => Phrase::new("understood-file-time"),
        Understood::Values { distinct } => {
            Phrase::new("understood-values").count("n", usize::try_from(distinct).unwrap_or(usize::MAX))
        }
        Understood::Number { unit: Unit::Unknown } => Phrase::new("understood-number"),
        Understood::Number { unit } => Phrase::new("understood-number-unit")
            .word("unit", format!("unit-{}", unit.as_str().replace('_', "-"))),
        Understood::FreeText { distinct_share } => {
            Phrase::new("understood-free-text").text("share", format!("{:.0}", distinct_share * 100.0))
        }
        Understood::Empty => Phrase::new("understood-empty"),
        Understood::Joined => Phrase::new("understood-joined"),
        Understood::Counted => Phrase::new("understood-counted"),
        Understood::Whole { deepest } => Phrase::new("understood-whole").count("n", deepest),
        Understood::Unread { kind } => Phrase::new(format!("understood-unread-{}", unread(kind))),
    }
}

fn bad_row(row: &BadRow) -> BadRowRow {
    BadRowRow {
        line: row.line as f64,
        column: u32::try_from(row.column).unwrap_or(u32::MAX),
        text: row.text.clone(),
        problem: problem(&row.problem),
    }
}

fn question(question: &Question) -> QuestionRow {
    let (examples, day_first, month_first) = match question {
        Question::DayOrMonthFirst { examples, day_first, month_first } => (examples, day_first, month_first),
        Question::Zone { examples } => {
            return QuestionRow { examples: examples.clone(), day_first: None, month_first: None };
        }
    };
    let reading = |key: &str, reading: &files::DateReading| {
        let mut phrase = Phrase::new(key);
        for (name, at) in [("first", reading.first), ("last", reading.last)] {
            if let Some(at) = at {
                phrase = phrase.with(name, crate::phrase::PhraseValue::Date(at.into()));
            }
        }
        phrase.span("step", reading.typical_step_ms.unwrap_or(0))
    };
    QuestionRow {
        examples: examples.clone(),
        day_first: Some(reading("question-day-first", day_first)),
        month_first: Some(reading("question-month-first", month_first)),
    }
}

/// Begins an import; its end is told by the job. Detection follows by itself.
///
/// # Errors
///
/// `no_workspace`; a question that is not answered; a file that cannot be read.
pub fn start(app: &App, request: &ImportRequest) -> Result<JobRow, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let job = app.jobs().begin(app.bus(), JobKind::Import, &request.source_name, None);
    let (app, task, request) = (app.clone(), job.clone(), request.clone());
    tokio::spawn(async move {
        let _open = open.keep_open().await;
        let result = run(&app, &open, &request, &task).await;
        let stored = result.is_ok();
        task.end(end_state(result.map(|_| ())));
        app.bus().tell(AppEvent::SourcesChanged);
        if stored {
            detection::start_quietly(&app, &open);
        }
    });
    Ok(job.row())
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// The source's number.
    pub source: u32,
    /// Its name: the one that was asked for, with a number where another source has it.
    pub name: String,
    /// Whether the same file was imported before under this name; what is the same was not stored twice.
    pub is_again: bool,
    /// Rows read.
    pub rows: u64,
    /// Samples stored.
    pub samples: u64,
    /// Series.
    pub series: u64,
    /// Rows left out, with their places.
    pub bad_rows: Vec<BadRow>,
    /// How many rows were left out.
    pub bad_row_count: u64,
    /// Local times that occurred twice, of which the first was taken.
    pub repeated_times: u64,
    /// Samples in whose place a later one of the same series and time was taken; there may be more.
    pub overwritten: u64,
    /// From the first to just after the last sample.
    pub range: Option<TimeRange>,
}

/// Imports a file as one batch: all of it, or none if something breaks.
///
/// # Errors
///
/// `question_open`; the file's failures with line and column; `file_none_readable`; `cancelled`; store failures. Nothing is
/// stored then.
pub async fn run(
    app: &App,
    open: &Arc<Open>,
    request: &ImportRequest,
    job: &Job,
) -> Result<ImportOutcome, AppError> {
    job.count_in("kib");
    let path = PathBuf::from(&request.path);
    let for_preview = path.clone();
    let base = tokio::task::spawn_blocking(move || files::preview(&for_preview, None));
    let base = base.await.map_err(|e| AppError::internal(&e))??;
    // Columns that a person chose may cure a refusal; whether they do is seen when the file is read.
    if let Some(refusal) = base.refusal.clone()
        && (request.reading.is_none() || base.columns.is_empty())
    {
        return Err(refusal.into());
    }
    let reading = request.reading.as_ref().map_or_else(|| base.reading(), |choice| reading_of(&base, choice));
    let to_settle = path.clone();
    let settled = tokio::task::spawn_blocking(move || files::settled(&to_settle, &reading));
    let reading = settled.await.map_err(|e| AppError::internal(&e))??;
    let known_at = app.now();
    let name = file_name(&request.path);
    let hash = file_hash(path.clone()).await?;
    let place = place_of(open, &request.source_name, (name.as_str(), hash.as_str()), known_at).await?;
    let source = place.source;
    let batch = open.workspace.begin_batch(source, BatchKind::Import, known_at, name.clone()).await?;
    let read = read_and_store(open, source, &path, reading, batch, known_at, job).await;
    match read {
        Ok(imported) if imported.samples == 0 && imported.bad_row_count > 0 => {
            drop_new(open, &place).await?;
            Err(none_readable(&request.path, &imported))
        }
        Ok(imported) => {
            let record = ImportRecord {
                source,
                file_name: name,
                blake3: hash,
                rows: imported.rows,
                samples: imported.samples,
                bad_rows: imported.bad_rows.iter().map(stored_bad_row).collect(),
                known_at,
            };
            open.workspace.put_import(record).await?;
            Ok(ImportOutcome {
                source: source_number(source),
                name: place.name,
                is_again: !place.is_new,
                rows: imported.rows,
                samples: imported.samples,
                series: imported.series,
                bad_rows: imported.bad_rows,
                bad_row_count: imported.bad_row_count,
                repeated_times: imported.repeated_times,
                overwritten: imported.overwritten,
                range: imported.range,
            })
        }
        Err(error) => {
            drop_new(open, &place).await?;
            Err(error)
        }
    }
}

/// Deletes the source of an import that failed, where it was made for it.
async fn drop_new(open: &Open, place: &Place) -> Result<(), AppError> {
    if place.is_new {
        open.workspace.delete_source(place.source, true).await?;
    }
    Ok(())
}

fn stored_bad_row(row: &BadRow) -> wardroom_store::BadRow {
    wardroom_store::BadRow {
        line: row.line,
        column: row.column,
        text: row.text.clone(),
        problem: problem(&row.problem).key,
    }
}

/// What travels from reading to storing.
enum Message {
    Series { slot: u32, key: SeriesKey, kind: MetricKind, unit: Unit },
    Samples { slot: u32, samples: Samples },
}

struct Pipe {
    to: mpsc::Sender<Message>,
    job: Job,
    next: u32,
    samples: u64,
}

impl Sink for Pipe {
    fn series(&mut self, key: &SeriesKey, kind: MetricKind, unit: Unit) -> u32 {
        let slot = self.next;
        self.next += 1;
        // A closed pipe means that storing failed; the next flush says so.
        let _ = self.to.blocking_send(Message::Series { slot, key: key.clone(), kind, unit });
        slot
    }

    fn flush(&mut self, slot: u32, samples: Samples) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.samples += samples.len() as u64;
        self.to.blocking_send(Message::Samples { slot, samples }).map_err(|_| "the store stopped".into())
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) {
        self.job.progress(bytes_done / 1024, (bytes_total / 1024).max(1), self.samples);
    }
}

async fn read_and_store(
    open: &Arc<Open>,
    source: SourceId,
    path: &Path,
    reading: Reading,
    batch: BatchWriter,
    known_at: wardroom_core::Timestamp,
    job: &Job,
) -> Result<files::Imported, AppError> {
    let (to, from) = mpsc::channel(WAITING);
    let mut pipe = Pipe { to, job: job.clone(), next: 0, samples: 0 };
    let (path, flag) = (path.to_owned(), job.flag());
    let reader = tokio::task::spawn_blocking(move || {
        let result = files::import(&path, &reading, &mut pipe, &flag);
        drop(pipe);
        result
    });
    let mut batch = batch;
    let stored = store_all(open, source, from, &mut batch, known_at).await;
    let read = reader.await.map_err(|e| AppError::internal(&e))?;
    match (stored, read) {
        (Ok(()), Ok(imported)) => {
            batch.finish(BatchEnd::Complete).await?;
            Ok(imported)
        }
        (Err(error), _) => {
            batch.discard().await?;
            Err(error)
        }
        (Ok(()), Err(error)) => {
            batch.discard().await?;
            Err(error.into())
        }
    }
}

async fn store_all(
    open: &Open,
    source: SourceId,
    mut from: mpsc::Receiver<Message>,
    batch: &mut BatchWriter,
    known_at: wardroom_core::Timestamp,
) -> Result<(), AppError> {
    let mut ids: BTreeMap<u32, SeriesId> = BTreeMap::new();
    let mut unknown: Vec<(u32, NewSeries)> = Vec::new();
    let mut rows: Vec<(u32, Samples)> = Vec::new();
    let mut held = 0;
    loop {
        let message = from.recv().await;
        let ended = message.is_none();
        match message {
            Some(Message::Series { slot, key, kind, unit }) => {
                unknown.push((slot, NewSeries { key, kind, unit }));
            }
            Some(Message::Samples { slot, samples }) => {
                held += samples.len();
                rows.push((slot, samples));
            }
            None => {}
        }
        if held < PART && !ended {
            continue;
        }
        let (slots, new): (Vec<u32>, Vec<NewSeries>) = unknown.drain(..).unzip();
        if !new.is_empty() {
            let new_ids = open.workspace.ensure_series(source, &new, known_at).await?;
            ids.extend(slots.into_iter().zip(new_ids));
        }
        let part: Vec<(SeriesId, Samples)> =
            rows.drain(..).filter_map(|(slot, s)| ids.get(&slot).map(|id| (*id, s))).collect();
        batch.append(part).await?;
        held = 0;
        if ended {
            return Ok(());
        }
    }
}

impl From<FileError> for AppError {
    fn from(error: FileError) -> Self {
        let with_path = |code: &str, path: &Path| Self::new(code).with("path", path.display());
        match &error {
            FileError::Unreadable { path, detail } => {
                with_path("file_unreadable", path).with("detail", detail)
            }
            FileError::NotFound { path } => with_path("not_found", path),
            FileError::Empty { path } => with_path("file_empty", path),
            FileError::Foreign { path, kind } => with_path("file_foreign", path).with("kind", foreign(*kind)),
            FileError::Packed { path, fault } => match fault {
                PackedFault::Cut { bytes } => with_path("file_packed_cut", path).with("bytes", bytes),
                PackedFault::Damaged { bytes, detail } => {
                    with_path("file_packed_damaged", path).with("bytes", bytes).with("detail", detail)
                }
                PackedFault::Trailing { at } => with_path("file_packed_trailing", path).with("at", at),
                PackedFault::TooDense { times } => with_path("file_packed_dense", path).with("times", times),
            },
            FileError::NoTime { path } => with_path("file_no_time", path),
            FileError::NoValues { path } => with_path("file_no_values", path),
            FileError::UnreadColumn { path, column, kind } => {
                with_path("file_unread_column", path).with("column", column).with("kind", unread(*kind))
            }
            FileError::NoRows { path } => with_path("file_no_rows", path),
            FileError::Undecided { path, question } => {
                let code = match question {
                    files::QuestionKind::DayOrMonthFirst => "question_open",
                    files::QuestionKind::Zone => "zone_open",
                };
                Self::new(code).with("file", path.file_name().unwrap_or_default().to_string_lossy())
            }
            FileError::UnknownZone { zone } => Self::new("unknown_zone").with("zone", zone),
            FileError::OtherColumns { path, got, expected } => {
                with_path("file_other_columns", path).with("got", got).with("expected", expected)
            }
            FileError::BadRow { path, row } => with_path("file_bad_row", path)
                .with("line", row.line)
                .with("column", row.column)
                .with("text", &row.text)
                .with("problem", problem(&row.problem).key),
            FileError::Parquet { path, detail } => with_path("file_parquet", path).with("detail", detail),
            FileError::Sink { path, detail } => with_path("file_store", path).with("detail", detail),
            FileError::Cancelled { .. } => Self::cancelled(),
            FileError::Unwritable { path, detail } => with_path("io", path).with("detail", detail),
            FileError::NotWritten { .. } => Self::new("format_not_written"),
        }
    }
}
