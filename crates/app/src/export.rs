//! Files out: what `export` writes, `import` reads back equal.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use ts_rs::TS;
use wardroom_connectors::files::{Exporter, FileFormat};
use wardroom_core::{Samples, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow};

use crate::context::{App, Open};
use crate::error::AppError;
use crate::jobs::{Job, JobKind, JobRow};
use crate::phrase::{Phrase, PhraseValue};
use crate::selector::Filter;
use crate::series::refuse_workspace;
use crate::wire::Span;
use crate::workspaces::end_state;

/// Series that are read at a time.
const AT_A_TIME: usize = 64;

/// Formats of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// Comma-separated, a row a sample.
    Csv,
    /// Columns, compressed.
    Parquet,
    /// OpenMetrics text.
    OpenMetrics,
}

/// What is asked of an export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportRequest {
    /// Where to.
    pub path: String,
    /// The format.
    pub format: ExportFormat,
    /// The period; `null` for all.
    pub range: Option<Span>,
    /// A selector or words; empty for all series.
    pub filter: String,
    /// Whether a file that is there already may be replaced: a person who chose it was asked, one who typed it was not.
    pub replace: bool,
}

/// What travels from reading to writing. Without an `End` the writer was cut off and leaves no file.
enum Message {
    Series(Box<SeriesRow>, Samples),
    End,
}

/// What came of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportOutcome {
    /// Series written.
    pub series: u64,
    /// Samples written.
    pub samples: u64,
}

/// Begins an export; its end is told by the job.
///
/// # Errors
///
/// `no_workspace`.
pub fn start(app: &App, request: &ExportRequest) -> Result<JobRow, AppError> {
    let open = app.open()?;
    let name = Path::new(&request.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let job = app.jobs().begin(app.bus(), JobKind::Export, &name, None);
    let (task, request) = (job.clone(), request.clone());
    tokio::spawn(async move {
        let _open = open.keep_open().await;
        let result = run(&open, &request, &task).await;
        task.end(end_state(result.map(|_| ())));
    });
    Ok(job.row())
}

/// Writes the matching series to a file; the file appears whole or not at all.
///
/// # Errors
///
/// `file_exists`; `over_workspace`; `selector`; `no_series_yet`; `nothing_matches`; `io`; `cancelled`; store failures.
pub async fn run(open: &Open, request: &ExportRequest, job: &Job) -> Result<ExportOutcome, AppError> {
    run_as_of(open, request, None, job).await
}

/// Writes the matching series with the samples that were known at a moment; `None` for what is known now.
///
/// Kinds and units of series are those that are known now.
///
/// # Errors
///
/// As for [`run`]; `no_series_known` where there was no series at that moment.
pub async fn run_as_of(
    open: &Open,
    request: &ExportRequest,
    as_of: Option<Timestamp>,
    job: &Job,
) -> Result<ExportOutcome, AppError> {
    job.count_in("series");
    refuse_workspace(Some(open), Path::new(&request.path))?;
    if !request.replace {
        refuse_existing(Path::new(&request.path))?;
    }
    let filter = Filter::parse(&request.filter).map_err(|e| {
        AppError::new("selector")
            .with("text", &request.filter)
            .with("column", e.column)
            .with("expected", e.problem)
    })?;
    let range = request.range.map(TimeRange::try_from).transpose()?;
    let rows = open.workspace.series(&SeriesFilter { as_of, ..SeriesFilter::default() }).await?;
    if rows.is_empty() {
        return Err(match as_of {
            Some(_) => AppError::new("no_series_known"),
            None => AppError::new("no_series_yet"),
        });
    }
    let rows: Vec<SeriesRow> = rows.into_iter().filter(|r| filter.matches(&r.key)).collect();
    if rows.is_empty() {
        return Err(AppError::new("nothing_matches").with("filter", &request.filter));
    }
    let format = match request.format {
        ExportFormat::Csv => FileFormat::Csv,
        ExportFormat::Parquet => FileFormat::Parquet,
        ExportFormat::OpenMetrics => FileFormat::OpenMetrics,
    };
    let (to, from) = mpsc::channel::<Message>(AT_A_TIME);
    let path = PathBuf::from(&request.path);
    let writer = tokio::task::spawn_blocking(move || write(&path, format, from));
    let fed = feed(open, &rows, (range, as_of), &to, job).await;
    if fed.is_ok() {
        // A writer that ended early says why itself.
        let _ = to.send(Message::End).await;
    }
    drop(to);
    let written = writer.await.map_err(|e| AppError::internal(&e))?;
    fed?;
    written
}

/// Refuses a path that a person typed where nothing can be written, before any work is done: its folder is missing, or
/// something is there already, which `replace` allows to be replaced.
///
/// It is called before a workspace is opened: to look into the open one would drop the locks that SQLite has on it.
///
/// # Errors
///
/// `not_found` with the folder; `over_workspace` for what nothing may replace; `file_exists`.
pub fn refuse_place(path: &Path, replace: bool) -> Result<(), AppError> {
    // A name alone lies in the folder where the program runs.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        return Err(AppError::new("not_found").with("path", folder.display()));
    }
    refuse_workspace(None, path)?;
    if replace { Ok(()) } else { refuse_existing(path) }
}

/// Refuses a file with something in it, and a folder; nothing is lost of an empty file, a pipe or a device.
fn refuse_existing(path: &Path) -> Result<(), AppError> {
    let would_be_lost = |there: std::fs::Metadata| there.is_dir() || (there.is_file() && there.len() > 0);
    if std::fs::metadata(path).is_ok_and(would_be_lost) {
        return Err(AppError::new("file_exists").with("path", path.display()));
    }
    Ok(())
}

/// Says of which moment an export is, and what in it is not.
pub fn known_at(moment: Timestamp) -> Phrase {
    Phrase::new("export-as-of").with("date", PhraseValue::Date(moment.into()))
}

async fn feed(
    open: &Open,
    rows: &[SeriesRow],
    (range, as_of): (Option<TimeRange>, Option<Timestamp>),
    to: &mpsc::Sender<Message>,
    job: &Job,
) -> Result<(), AppError> {
    let mut done = 0_u64;
    let mut samples = 0_u64;
    for part in rows.chunks(AT_A_TIME) {
        job.check()?;
        let ids: Vec<SeriesId> = part.iter().map(|r| r.id).collect();
        for (row, read) in part.iter().zip(open.workspace.read_many(&ids, range, as_of).await?) {
            done += 1;
            samples += read.len() as u64;
            if to.send(Message::Series(Box::new(row.clone()), read)).await.is_err() {
                // The writer ended early and says why itself.
                return Ok(());
            }
        }
        job.progress(done, rows.len() as u64, samples);
    }
    Ok(())
}

fn write(
    path: &Path,
    format: FileFormat,
    mut from: mpsc::Receiver<Message>,
) -> Result<ExportOutcome, AppError> {
    let mut exporter = Exporter::create(path, format)?;
    while let Some(message) = from.blocking_recv() {
        let Message::Series(row, samples) = message else {
            let written = exporter.finish()?;
            return Ok(ExportOutcome { series: written.series, samples: written.samples });
        };
        exporter.series(&row.key, row.kind, row.unit, &samples)?;
    }
    // Dropping the exporter without finishing removes its temporary file.
    Err(AppError::cancelled())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Start;
    use crate::drills;
    use crate::reports::{self, ReportRequest};
    use crate::workspaces;

    #[tokio::test(flavor = "multi_thread")]
    async fn an_export_of_an_empty_workspace_says_that_there_is_no_series_yet() {
        let home = tempfile::tempdir().unwrap();
        let start =
            Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
        let app = App::start(start).await.unwrap();
        workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
        let open = app.open().unwrap();
        let request = ExportRequest {
            path: home.path().join("out.csv").display().to_string(),
            format: ExportFormat::Csv,
            range: None,
            filter: String::new(),
            replace: true,
        };
        let task = app.jobs().begin(app.bus(), JobKind::Export, "out.csv", None);

        let present = run(&open, &request, &task).await.unwrap_err();
        let past = run_as_of(&open, &request, Some(app.now()), &task).await.unwrap_err();

        assert_eq!((present.code.as_str(), past.code.as_str()), ("no_series_yet", "no_series_known"));
        assert!(!Path::new(&request.path).exists());
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_workspace_is_written_over_neither_the_open_one_nor_another() {
        let home = tempfile::tempdir().unwrap();
        let start =
            Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
        let app = App::start(start).await.unwrap();
        let (made, own) = (home.path().join("other.wardroom"), home.path().join("own.wardroom"));
        workspaces::create(&app, &made).await.unwrap();
        workspaces::close(&app).await;
        // What a file is called does not matter.
        let other = home.path().join("other.csv");
        std::fs::rename(&made, &other).unwrap();
        workspaces::create(&app, &own).await.unwrap();
        let open = app.open().unwrap();
        let request = |path: &Path| ExportRequest {
            path: path.display().to_string(),
            format: ExportFormat::Csv,
            range: None,
            filter: String::new(),
            replace: true,
        };
        let task = app.jobs().begin(app.bus(), JobKind::Export, "out.csv", None);

        for path in [&other, &own] {
            let refused = run(&open, &request(path), &task).await.unwrap_err();
            let report = ReportRequest { path: Some(path.display().to_string()), range: None };
            let unwritten = reports::write(&app, &report).await.unwrap_err();
            let results = drills::write_csv(&app, "", path).await.unwrap_err();

            let codes = [&refused, &unwritten, &results].map(|error| error.code.as_str());
            assert_eq!(codes, ["over_workspace"; 3]);
        }
        workspaces::close(&app).await;
        assert!(wardroom_store::is_workspace(&other) && wardroom_store::is_workspace(&own));
    }
}
