//! Reads and writes files of samples: CSV, Parquet, JSON lines, OpenMetrics; reads files of logs and of inventories.
//!
//! Texts are read packed by gzip or Zstandard as well: whole, or with [`FileError::Packed`] nothing of them.
//! [`preview`] says how a file is understood before anything is stored, [`import`] hands its samples to a [`Sink`] series
//! by series, and [`Exporter`] writes files that [`import`] reads back equal. Nothing is guessed where a guess could be
//! wrong: a date that can be read in two ways, or a local time without a zone, becomes a [`Question`].

mod civil;
mod csv;
mod detect;
mod export;
mod infer;
pub mod inventory;
mod jsonl;
pub mod logs;
mod openmetrics;
mod packed;
mod parquet;
mod preview;
mod problem;
mod rows;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod values;

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use wardroom_core::{MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Unit};

pub use export::{Exported, Exporter};
pub use packed::Compression;
pub use preview::preview;
pub use problem::{
    BadRow, Expected, FileError, FileProblem, ForeignKind, OpenMetricsRule, PackedFault, TimePart,
};

/// Files up to this size are read whole for a preview; of larger ones the beginning and the end. Of packed files this much
/// of the unpacked text is read.
///
/// Reading 64 MB takes well under a second, which a person waits for without asking.
pub const WHOLE_PREVIEW_BYTES: u64 = 64 * 1024 * 1024;

/// Bad rows that are kept with their text; further ones are only counted.
pub const KEPT_BAD_ROWS: usize = 100;

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileFormat {
    /// Text with a delimiter between columns.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object a line; can be read only.
    JsonLines,
    /// OpenMetrics text, or the older Prometheus text format.
    OpenMetrics,
}

/// How the samples lie in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// One sample a row.
    Long,
    /// One time a row, a column for each series.
    Wide,
}

/// What a column is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The time of the row; exactly one column.
    Time,
    /// The metric's name.
    Name,
    /// A label with the column's name.
    Label,
    /// Values.
    Value,
    /// Not taken.
    LeftOut,
    /// The kind of the metric, as [`MetricKind::as_str`] writes it.
    Kind,
    /// The unit of the values, as [`Unit::as_str`] writes it.
    Unit,
}

/// How the cells of a column were understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Understood {
    /// ISO 8601 or a date with the year first; `offset_minutes` is what the first cell says, `None` without a zone.
    TimeIso {
        /// Minutes east of UTC as written.
        offset_minutes: Option<i32>,
    },
    /// Whole or decimal seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMillis,
    /// Microseconds since 1970.
    UnixMicros,
    /// Nanoseconds since 1970.
    UnixNanos,
    /// Dates such as `29/03/2026` whose day is known to come first, or month when `day_first` is not set.
    OrderedDate {
        /// Whether the day comes first.
        day_first: bool,
    },
    /// Dates that can be read in two ways.
    AmbiguousDate,
    /// Samples without a time: the file's own time of last change is taken.
    FileTime,
    /// Few different texts.
    Values {
        /// Different texts among the rows looked at.
        distinct: u64,
    },
    /// Numbers, with the unit that the name tells.
    Number {
        /// The unit.
        unit: Unit,
    },
    /// Texts that nearly all differ; as a label they would run away.
    FreeText {
        /// The share of different texts among the rows looked at, 0 to 1.
        distinct_share: f64,
    },
    /// No cell has anything in it.
    Empty,
    /// Lists, whose items are joined by bars (`a|b`).
    Joined,
    /// Lists that hold more than single values: how many items each has.
    Counted,
    /// Objects behind so many keys, which are not taken apart any more: their text.
    Whole {
        /// Keys of the longest path that is taken apart.
        deepest: usize,
    },
    /// What is not read; every cell is missing.
    Unread {
        /// What it is.
        kind: UnreadKind,
    },
}

/// What a column of a typed file can hold that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnreadKind {
    /// Lists.
    List,
    /// Objects with fields, or maps.
    Object,
    /// Times of day without a date.
    TimeOfDay,
    /// Bytes of a fixed length.
    Bytes,
    /// A type of which nothing is known here.
    Other,
}

/// A column as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name from the header, or `column_1`, … without one.
    pub name: String,
    /// What it is used as.
    pub role: Role,
    /// How its cells were understood.
    pub understood: Understood,
    /// The first cell that is not empty; empty when there is none.
    pub first_value: String,
}

/// A reading of ambiguous dates, for the person who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateReading {
    /// The first row's date, taken as UTC; `None` when it does not exist in this reading.
    pub first: Option<Timestamp>,
    /// The last row's date among the rows looked at.
    pub last: Option<Timestamp>,
    /// The median distance of rows in milliseconds; `None` with fewer than two rows.
    pub typical_step_ms: Option<i64>,
    /// Rows that have no date in this reading.
    pub impossible: u64,
}

/// What only a person can decide. Nothing is preselected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Day or month first? Answer with [`Reading::day_first`].
    DayOrMonthFirst {
        /// Up to three cells.
        examples: Vec<String>,
        /// What follows when the day comes first.
        day_first: DateReading,
        /// What follows when the month comes first.
        month_first: DateReading,
    },
    /// Which zone are these local times in? Answer with [`Reading::zone`].
    Zone {
        /// Up to three cells.
        examples: Vec<String>,
    },
}

/// A question without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuestionKind {
    /// [`Question::DayOrMonthFirst`].
    DayOrMonthFirst,
    /// [`Question::Zone`].
    Zone,
}

/// What to do with rows that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnBad {
    /// Leave them out, count them, keep the first hundred.
    #[default]
    LeaveOut,
    /// Refuse the file at the first one.
    Refuse,
}

/// The choices with which a file is read. [`Preview::reading`] gives the suggested ones.
///
/// For OpenMetrics only `on_bad` is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Long or wide; follows from the roles and only informs.
    pub layout: Layout,
    /// One role a column, in the order of the columns.
    pub roles: Vec<Role>,
    /// Whether the day comes first in dates such as `01/11/2026`; `None` when not known or not needed.
    pub day_first: Option<bool>,
    /// The zone of times without one: an IANA name, `UTC` or an offset such as `+01:00`.
    pub zone: Option<String>,
    /// The delimiter of a CSV; `None` takes what the first lines show.
    pub delimiter: Option<char>,
    /// Whether `1.234,5` means 1234.5.
    pub decimal_comma: bool,
    /// What to do with bad rows.
    pub on_bad: OnBad,
    /// The metric's name where no column holds it and there is one column of values.
    pub metric_name: Option<String>,
}

/// How a file was understood, before anything is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The file's name without its folder.
    pub file_name: String,
    /// Its size.
    pub size_bytes: u64,
    /// Its format; the nearest guess when it is refused.
    pub format: FileFormat,
    /// How it is packed.
    pub compression: Compression,
    /// Long or wide.
    pub layout: Layout,
    /// The text's encoding (`UTF-8`, `UTF-16LE`, `windows-1252`); empty for Parquet.
    pub encoding: String,
    /// The delimiter of a CSV.
    pub delimiter: Option<char>,
    /// Whether numbers have a decimal comma.
    pub decimal_comma: bool,
    /// The columns.
    pub columns: Vec<Column>,
    /// Up to five rows, as many cells as columns.
    pub first_rows: Vec<Vec<String>>,
    /// Rows behind the header; `None` when not known.
    pub rows: Option<u64>,
    /// Whether `rows`, `samples` and `series` come from a part of the file.
    pub estimated: bool,
    /// So many columns are taken although the file has more; `None` when all are.
    pub columns_cut_at: Option<usize>,
    /// What has to be decided before the file can be imported.
    pub question: Option<Question>,
    /// Why the file cannot be imported.
    pub refusal: Option<FileError>,
    /// The first bad rows.
    pub bad_rows: Vec<BadRow>,
    /// All bad rows of what was read.
    pub bad_row_count: u64,
    /// Series.
    pub series: u64,
    /// Samples.
    pub samples: u64,
    /// Local times that occurred twice (clock put back); the first is taken.
    pub repeated_times: u64,
    /// From the first to just after the last sample; `None` too where the end of the file was not read.
    pub range: Option<TimeRange>,
    /// The choices that lead to this preview.
    pub choices: Reading,
}

impl Preview {
    /// Returns the choices of this preview, to be changed or handed to [`import`].
    pub fn reading(&self) -> Reading {
        self.choices.clone()
    }
}

/// What an import brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows read, bad ones included, the header not.
    pub rows: u64,
    /// Samples handed to the sink.
    pub samples: u64,
    /// Series.
    pub series: u64,
    /// The first bad rows.
    pub bad_rows: Vec<BadRow>,
    /// All bad rows.
    pub bad_row_count: u64,
    /// Local times that occurred twice (clock put back); the first is taken.
    pub repeated_times: u64,
    /// Samples in whose place a later one of the same series and time is taken, as far as they stand in one piece.
    pub overwritten: u64,
    /// From the first to just after the last sample.
    pub range: Option<TimeRange>,
}

/// The receiver of an import.
///
/// Pieces of one series come in the order of the file, each sorted with every time once; where two pieces have the same
/// time, the later piece holds what the file says last.
pub trait Sink {
    /// Takes a series and returns the number under which its samples will come. Called once a series.
    fn series(&mut self, key: &SeriesKey, kind: MetricKind, unit: Unit) -> u32;

    /// Takes samples of a series.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from storing them; the import ends with [`FileError::Sink`].
    fn flush(&mut self, slot: u32, samples: Samples) -> Result<(), Box<dyn Error + Send + Sync>>;

    /// Learns how far the file is read.
    fn progress(&mut self, bytes_done: u64, bytes_total: u64);
}

/// Reads a file into a sink.
///
/// Memory stays near 64 kB a series: samples are handed on in pieces of 4,096. Time: linear. When this returns an error,
/// the sink may have got a part of the file, which its owner drops.
///
/// # Errors
///
/// [`FileError`]; [`FileError::BadRow`] only with [`OnBad::Refuse`].
pub fn import(
    path: &Path,
    reading: &Reading,
    sink: &mut dyn Sink,
    cancel: &AtomicBool,
) -> Result<Imported, FileError> {
    let found = detect::detect(path)?;
    let reading = preview::settled(&found, reading)?;
    let mut run = rows::Run::new(path, sink, cancel, reading.on_bad, found.size_bytes);
    read_into(&found, &reading, &mut run, &rows::Part::WHOLE)?;
    run.finish()
}

/// Returns the choices with what the first rows prove beside them, such as the order of day and month.
///
/// # Errors
///
/// [`FileError::Undecided`] where a question is left open, [`FileError::OtherColumns`] where the choices are for another
/// number of columns; a file that cannot be read.
pub fn settled(path: &Path, reading: &Reading) -> Result<Reading, FileError> {
    preview::settled(&detect::detect(path)?, reading)
}

/// Reads a part of a file with a run that its caller ends.
fn read_into(
    found: &detect::Found,
    reading: &Reading,
    run: &mut rows::Run<'_>,
    part: &rows::Part,
) -> Result<(), FileError> {
    match found.format {
        FileFormat::Csv => csv::read(found, reading, run, part),
        FileFormat::JsonLines => jsonl::read(found, reading, run, part),
        FileFormat::OpenMetrics => openmetrics::read(found, run, part),
        FileFormat::Parquet => parquet::read(found, reading, run, part),
    }
}
