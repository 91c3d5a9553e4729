//! What can be wrong with a file, a row or a line, as data; the sentences are made at the edge.

use std::io;
use std::path::{Path, PathBuf};

use super::{FileFormat, QuestionKind, UnreadKind};

/// A part of a time that is out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimePart {
    /// Year, 1 to 9999.
    Year,
    /// Month, 1 to 12.
    Month,
    /// Day, 1 to the length of the month.
    Day,
    /// Hour, 0 to 23.
    Hour,
    /// Minute, 0 to 59.
    Minute,
    /// Second, 0 to 60.
    Second,
    /// Offset from UTC, below 26 hours.
    Offset,
}

/// Why a row or line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// The cell of the time is empty.
    TimeMissing,
    /// The text is not a time.
    NotATime,
    /// A part of the time does not exist (hour 25).
    TimePart {
        /// Which part.
        part: TimePart,
        /// What stands there.
        value: u32,
    },
    /// The time lies outside of the years 1 to 9999.
    TimeOutOfRange,
    /// The clock was put forward over this local time; it did not exist.
    NonexistentTime,
    /// The time has no zone and none was chosen.
    ZoneMissing,
    /// The date can be read in two ways and none was chosen.
    DayOrMonthUnclear,
    /// The text is not a number.
    NotANumber,
    /// The number is beyond what 64 bits hold (`1e400`).
    NumberTooLarge,
    /// The number has separators that contradict each other (`1,2.4`).
    UnclearSeparators,
    /// The line ends too early.
    TooFewColumns {
        /// Columns on the line.
        got: u64,
        /// Columns of the first line.
        expected: u64,
    },
    /// The line has too many columns.
    TooManyColumns {
        /// Columns on the line.
        got: u64,
        /// Columns of the first line.
        expected: u64,
    },
    /// A quote is opened and not closed within 64 lines or 256 KiB.
    QuoteNotClosed,
    /// The line is longer than 8 MiB.
    LineTooLong,
    /// The line is not a JSON object.
    NotJson {
        /// The parser's words.
        detail: String,
    },
    /// Something else was expected at this place of a line of OpenMetrics.
    Expected {
        /// What was expected.
        what: Expected,
    },
    /// A rule of OpenMetrics is broken.
    Rule {
        /// Which rule.
        rule: OpenMetricsRule,
    },
}

/// What the OpenMetrics parser expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expected {
    /// The name of a metric.
    MetricName,
    /// The name of a label.
    LabelName,
    /// `=`.
    EqualSign,
    /// A quoted text.
    QuotedText,
    /// `,` or `}`.
    CommaOrBrace,
    /// A single space.
    Space,
    /// A value.
    Value,
    /// A time.
    Time,
    /// The end of the line or an exemplar.
    EndOfLine,
    /// `TYPE`, `HELP`, `UNIT` or `EOF`.
    Descriptor,
    /// The word of a type.
    TypeWord,
}

/// Rules of OpenMetrics that a line can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenMetricsRule {
    /// The file ends with `# EOF`; without it something may be missing.
    EofMissing,
    /// Nothing follows `# EOF`.
    AfterEof,
    /// No line is empty.
    EmptyLine,
    /// TYPE, HELP and UNIT stand once a family, before its samples.
    RepeatedDescriptor,
    /// The unit is the end of the family's name.
    UnitNotInName,
    /// The samples of a family stand together.
    FamilyInterleaved,
    /// A label stands once.
    RepeatedLabel,
    /// The sample's name fits its family's type (`_total`, `_bucket`, …).
    SuffixNotAllowed,
    /// A bucket has a label `le`, a quantile has `quantile`.
    LimitMissing,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line, from 1; the row for Parquet.
    pub line: u64,
    /// The column from 1 in a table, the character in OpenMetrics and in what is no JSON; 0 for the whole line.
    pub column: u64,
    /// What stands there, at most 200 characters.
    pub text: String,
    /// What is wrong with it.
    pub problem: FileProblem,
}

/// A kind of file that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForeignKind {
    /// A spreadsheet (`.xlsx`, `.ods`, `.xls`): its sheets can be saved as CSV.
    Spreadsheet,
    /// An archive, or packed in another way than gzip and Zstandard: it has to be unpacked.
    Compressed,
    /// A PDF.
    Pdf,
    /// A picture.
    Picture,
    /// A SQLite database, perhaps a workspace.
    Database,
    /// One large JSON document instead of an object a line.
    JsonDocument,
    /// A pipe or a device: it can be read only once, and a preview reads it before the import does.
    Pipe,
    /// Text in UTF-16, the lower byte first, where UTF-8 is read.
    Utf16Le,
    /// Text in UTF-16, the higher byte first, where UTF-8 is read.
    Utf16Be,
    /// Something else that is not text.
    Binary,
}

/// What keeps a packed file from being taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackedFault {
    /// The file ends in the middle of its packed data.
    #[error("the packed data ends in the middle, at byte {bytes} of the text")]
    Cut {
        /// Unpacked bytes in front of it.
        bytes: u64,
    },
    /// The packed data contradicts itself or its checksum.
    #[error("the packed data is damaged in front of byte {bytes} of the text: {detail}")]
    Damaged {
        /// Unpacked bytes in front of it, which may be wrong too.
        bytes: u64,
        /// The library's words.
        detail: String,
    },
    /// Something else follows the packed data.
    #[error("something else follows the packed data, from byte {at} on")]
    Trailing {
        /// Where it begins in the file.
        at: u64,
    },
    /// The text is so many times larger than the file that the file is made to fill a machine.
    #[error("the text is more than {times} times larger than the file")]
    TooDense {
        /// How many times larger a text may be.
        times: u64,
    },
}

/// A file that cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The system does not give the file.
    #[error("{} cannot be read: {detail}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// There is no file.
    #[error("nothing is at {}", path.display())]
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file has nothing in it.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is of a kind that is not read.
    #[error("{} is not a table: {kind:?}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: ForeignKind,
    },
    /// The file cannot be unpacked whole; nothing of it is taken.
    #[error("{} cannot be unpacked: {fault}", path.display())]
    Packed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: PackedFault,
    },
    /// No column has times.
    #[error("{} has no column of times", path.display())]
    NoTime {
        /// The file.
        path: PathBuf,
    },
    /// No column has numbers.
    #[error("{} has no column of numbers", path.display())]
    NoValues {
        /// The file.
        path: PathBuf,
    },
    /// A column that is to be read has a type that is not read.
    #[error("the column {column} of {} has a type that is not read", path.display())]
    UnreadColumn {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// Its type.
        kind: UnreadKind,
    },
    /// There is a header and no row below it.
    #[error("{} has a header and no rows", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// A question is not answered.
    #[error("{} can be read in more than one way: {question:?}", path.display())]
    Undecided {
        /// The file.
        path: PathBuf,
        /// The question.
        question: QuestionKind,
    },
    /// The zone is not known.
    #[error("the zone {zone} is not known")]
    UnknownZone {
        /// What was given.
        zone: String,
    },
    /// The choices were made for a file with another number of columns.
    #[error("{} has {got} columns, the choices are for {expected}", path.display())]
    OtherColumns {
        /// The file.
        path: PathBuf,
        /// Columns of the file.
        got: u64,
        /// Columns of the choices.
        expected: u64,
    },
    /// A bad row, and bad rows refuse the file.
    #[error("{} line {}, column {}: {:?}", path.display(), row.line, row.column, row.problem)]
    BadRow {
        /// The file.
        path: PathBuf,
        /// The row.
        row: BadRow,
    },
    /// The Parquet file is damaged or uses something that is not supported.
    #[error("{} cannot be read as Parquet: {detail}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The library's words.
        detail: String,
    },
    /// The samples could not be taken in.
    #[error("the samples of {} could not be stored: {detail}", path.display())]
    Sink {
        /// The file.
        path: PathBuf,
        /// The store's words.
        detail: String,
    },
    /// The import was cancelled.
    #[error("the import of {} was cancelled", path.display())]
    Cancelled {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {detail}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// The format is read only.
    #[error("{format:?} is not written")]
    NotWritten {
        /// The format.
        format: FileFormat,
    },
}

impl FileError {
    /// Says why reading a file failed: its packing, or the system.
    pub(super) fn of_reading(path: &Path, error: &io::Error) -> Self {
        let fault = error.get_ref().and_then(|inner| inner.downcast_ref::<PackedFault>());
        match fault {
            Some(fault) => Self::Packed { path: path.to_owned(), fault: fault.clone() },
            None => Self::Unreadable { path: path.to_owned(), detail: error.to_string() },
        }
    }
}
