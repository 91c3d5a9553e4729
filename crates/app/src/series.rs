//! *Metrics*: the series of the workspace and their charts.

mod class;
mod drawing;
mod listing;
mod rows;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::TimeRange;
use wardroom_store::FindingRow as StoredFinding;

use crate::connections;
use crate::context::{App, Open, source_number};
use crate::entity::other_labels;
use crate::error::AppError;
use crate::now::{self, FindingRow, finding};
use crate::phrase::{Phrase, PhraseValue};
use crate::reports;
use crate::selector::Filter;
use crate::topology::Naming;
use crate::wire::{Frame, Millis, Span};
use crate::workspaces::same_file;

pub use class::class_named;

pub(crate) use class::judged_kind;
pub(crate) use drawing::{Drawn, draw};
pub(crate) use listing::Lists;
pub use listing::{every_series, findings, metrics};
pub use rows::{
    ClassCount, FindingsRequest, FindingsView, MetricsRequest, MetricsView, RowFinding, SeriesRow,
};

/// Charts in one message at most.
const MOST_CHARTS: usize = 24;
/// Names that are tried for a file that is not finished.
const MOST_NAMES: u32 = 100;
/// A week, for the ghost.
const WEEK_MS: i64 = 7 * 86_400_000;

/// What is asked of a chart. The answer is bytes: a [`ChartHeader`] and its columns (see `wire::Frame`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChartRequest {
    /// The series, at most 24.
    pub series: Vec<u32>,
    /// The range.
    pub range: Span,
    /// Width of the plot in pixels.
    pub width: u32,
    /// Whether the same time last week is wanted beside it.
    pub last_week: bool,
}

/// The header of a chart's bytes. For each series the columns follow in this order: times, values, band times, band
/// lower, band expected, band upper, ghost times (already moved by a week), ghost values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChartHeader {
    /// The range that is drawn.
    pub range: Span,
    /// The charts, in the order asked for.
    pub series: Vec<ChartSeries>,
}

/// One series of a chart message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChartSeries {
    /// The series.
    pub id: u32,
    /// Its metric.
    pub metric: String,
    /// Its labels as text.
    pub labels: String,
    /// What it belongs to.
    pub entity: String,
    /// The unit's word of what is drawn (a rate for counters).
    pub unit: String,
    /// Whether a per-second rate is drawn instead of the raw counter.
    pub rate: bool,
    /// Length of times and values.
    pub points: u32,
    /// Length of each of the four band columns; 0 without a band.
    pub band: u32,
    /// Length of the two ghost columns.
    pub ghost: u32,
    /// Samples behind the points.
    pub samples: u32,
    /// Findings in the range, for the ribbon.
    pub findings: Vec<FindingRow>,
    /// Why there is no band: the key of a word, `null` when there is one.
    pub refused: Option<String>,
    /// Periods without samples, to be hatched.
    pub gaps: Vec<Span>,
    /// The last value.
    pub last: Option<PhraseValue>,
    /// When that was.
    pub last_at: Option<Millis>,
    /// The source's number.
    pub source: u32,
    /// What was joined, where the series is one name of a workload whose history is drawn; `null` for most.
    pub joined: Option<Phrase>,
}

/// Formats of a chart written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PictureFormat {
    /// Scalable.
    Svg,
    /// Pixels.
    Png,
}

/// A chart to be written to a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PictureRequest {
    /// The series.
    pub series: u32,
    /// The range.
    pub range: Span,
    /// Whether last week is drawn.
    pub last_week: bool,
    /// The format.
    pub format: PictureFormat,
    /// Where to.
    pub path: String,
}

/// Reads a filter that a person typed; a refusal names the column.
pub(crate) fn filter_of(text: &str) -> Result<Filter, AppError> {
    Filter::parse(text).map_err(|e| {
        AppError::new("selector").with("text", text).with("column", e.column).with("expected", e.problem)
    })
}

/// Draws charts for the window: bytes of a [`ChartHeader`] with its columns.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; store failures.
pub async fn chart(app: &App, request: &ChartRequest) -> Result<Vec<u8>, AppError> {
    let open = app.open()?;
    let range = TimeRange::try_from(request.range)?;
    let naming = Naming::of(app, &open).await;
    let (width, last_week) = (request.width, request.last_week);
    let drawn = draw(&open, &naming, &request.series, range, width, last_week, None).await?;
    let mut frame = Frame::default();
    let mut series = Vec::with_capacity(drawn.len());
    for drawn in &drawn {
        let points = frame.times(&drawn.points.times);
        frame.values(&drawn.points.values);
        let mut band_length = 0;
        if let Some(band) = &drawn.band {
            let times: Vec<i64> = (0..band.lower.len())
                .map(|i| band.start.as_millis() + band.step_ms * i64::try_from(i).unwrap_or(i64::MAX))
                .collect();
            band_length = frame.times(&times);
            frame.values(&band.lower);
            frame.values(&band.expected);
            frame.values(&band.upper);
        }
        let ghost = frame.times(&drawn.ghost.times);
        frame.values(&drawn.ghost.values);
        series.push(header(drawn, &naming, points, band_length, ghost));
    }
    frame.finish(&ChartHeader { range: request.range, series })
}

fn header(drawn: &Drawn, naming: &Naming, points: u32, band: u32, ghost: u32) -> ChartSeries {
    let unit = finding::judged_unit(&drawn.series);
    ChartSeries {
        id: u32::try_from(drawn.series.id.0).unwrap_or(u32::MAX),
        metric: drawn.series.key.metric.clone(),
        labels: other_labels(&drawn.series.key, &drawn.entity),
        entity: drawn.entity.clone(),
        unit: unit.as_str().to_owned(),
        rate: judged_kind(&drawn.series).is_cumulative(),
        points,
        band,
        ghost,
        samples: u32::try_from(drawn.samples).unwrap_or(u32::MAX),
        findings: drawn.findings.iter().map(|f| ribbon_row(f, drawn, naming)).collect(),
        refused: drawn.refused.map(now::refusal_key),
        gaps: drawn.gaps.iter().map(|g| Span::from(*g)).collect(),
        last: drawn.last.map(|(_, v)| PhraseValue::measured(v, unit)),
        last_at: drawn.last.map(|(at, _)| at.into()),
        source: source_number(drawn.series.source),
        joined: drawn.joined.clone(),
    }
}

fn ribbon_row(stored: &StoredFinding, drawn: &Drawn, naming: &Naming) -> FindingRow {
    let feedback = drawn.feedback.get(&stored.id).cloned();
    FindingRow { feedback, ..finding::named_row(stored, &drawn.series, None, naming) }
}

/// Writes a chart as a picture and returns its path.
///
/// A PNG that no font of this machine can write becomes an SVG beside it, which the viewer's fonts write: the ending of
/// the path that is returned tells.
///
/// # Errors
///
/// `no_such_series`; `over_workspace`; `io`.
pub async fn save_picture(app: &App, request: &PictureRequest) -> Result<String, AppError> {
    let open = app.open()?;
    let range = TimeRange::try_from(request.range)?;
    let naming = Naming::of(app, &open).await;
    let drawn = draw(&open, &naming, &[request.series], range, 960, request.last_week, None).await?;
    let drawn = drawn.first().ok_or_else(|| AppError::new("no_such_series").with("id", request.series))?;
    let words = app.words();
    let path = Path::new(&request.path);
    let in_pixels = match request.format {
        PictureFormat::Svg => None,
        PictureFormat::Png => Some(reports::chart_png(drawn, range, &words)),
    };
    let (path, bytes) = match in_pixels {
        Some(Ok(png)) => (path.to_owned(), png),
        Some(Err(error)) if error.code != "missing_glyphs" => return Err(error),
        Some(Err(_)) => (path.with_extension("svg"), reports::chart_svg(drawn, range, &words)?.into_bytes()),
        None => (path.to_owned(), reports::chart_svg(drawn, range, &words)?.into_bytes()),
    };
    write_file(Some(&open), &path, &bytes)?;
    Ok(path.display().to_string())
}

/// Refuses to write a file over a workspace: what was collected there cannot be had again.
///
/// # Errors
///
/// `over_workspace`.
pub(crate) fn refuse_workspace(open: Option<&Open>, path: &Path) -> Result<(), AppError> {
    // The open one is told by its place: to look into it would drop the locks that SQLite has on it.
    let is_open = open.is_some_and(|open| same_file(path, open.workspace.path()));
    if is_open || wardroom_store::is_workspace(path) {
        return Err(AppError::new("over_workspace").with("path", path.display()));
    }
    Ok(())
}

/// Writes a file whole or not at all, and over no workspace; a pipe or a device is written into. `open` is the workspace
/// that is open.
///
/// # Errors
///
/// `over_workspace`; `io`.
pub(crate) fn write_file(open: Option<&Open>, path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    refuse_workspace(open, path)?;
    let fail = |e: io::Error| AppError::new("io").with("path", path.display()).with("detail", e);
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        // Put in its place, a file would take that of the device.
        let into = File::options().write(true).open(path);
        return into.and_then(|mut stream| stream.write_all(bytes)).map_err(fail);
    }
    let (unfinished, mut file) = begin_beside(path).map_err(fail)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let written = written.and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        // What was not finished is of no use; that it stays is no further harm.
        let _gone = std::fs::remove_file(&unfinished);
    }
    written.map_err(fail)
}

/// Begins a file beside another, under a name that nobody has.
fn begin_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for n in 0..MOST_NAMES {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{n}.part", std::process::id()));
        let unfinished = path.with_file_name(name);
        match File::options().write(true).create_new(true).open(&unfinished) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            begun => return begun.map(|file| (unfinished, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Reads a typed time expression in the chosen zone.
///
/// # Errors
///
/// `time_expression` with the column; `range_reversed`.
pub fn parse_time(app: &App, text: &str, now: Millis) -> Result<Span, AppError> {
    let words = app.words();
    crate::time_expression::parse(text, now.into(), words.zone()).map(Span::from)
}

/// Returns the exact request behind a series as curl; see [`connections::explain_request`].
///
/// # Errors
///
/// As there.
pub async fn explain_request(app: &App, series: u32, range: Span) -> Result<String, AppError> {
    connections::explain_request(app, series, TimeRange::try_from(range)?).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nobodys_unfinished_file_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        let stranger = folder.path().join(format!("report.html.{}-0.part", std::process::id()));
        std::fs::write(&path, "old").unwrap();
        std::fs::write(&stranger, "theirs").unwrap();

        write_file(None, &path, b"new").unwrap();

        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_to_string(&stranger).unwrap(), "theirs");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_written_into_and_stays_one() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let pipe = path.clone();
        let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap());

        write_file(None, &path, b"new").unwrap();

        assert_eq!(reader.join().unwrap(), b"new");
        assert!(std::fs::metadata(&path).unwrap().file_type().is_fifo());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_get_its_name_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        std::fs::create_dir(&path).unwrap();

        let refused = write_file(None, &path, b"new").unwrap_err();

        assert_eq!(refused.code, "io");
        assert!(path.is_dir());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
