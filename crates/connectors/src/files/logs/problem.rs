//! What can be wrong with a log file, and what is worth knowing about it, as data; the sentences are made at the edge.

use std::io;
use std::path::{Path, PathBuf};

use wardroom_core::Timestamp;

use super::super::{DateReading, ForeignKind};

/// A log file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFileError {
    /// There is no such file.
    #[error("{} does not exist", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The system does not allow to read it.
    #[error("{} may not be read", path.display())]
    Denied {
        /// The file.
        path: PathBuf,
    },
    /// It is a folder.
    #[error("{} is a folder", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The system fails to read it.
    #[error("{} cannot be read: {detail}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// It has nothing in it.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It is not text.
    #[error("{} is not a log: {kind:?}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: ForeignKind,
    },
    /// A question is not answered.
    #[error("{} can be read in more than one way", path.display())]
    Undecided {
        /// The file.
        path: PathBuf,
        /// The question.
        question: Box<LogQuestion>,
    },
    /// The zone is not known.
    #[error("the zone {zone} is not known")]
    UnknownZone {
        /// What was given.
        zone: String,
    },
    /// The search pattern cannot be used.
    #[error("the pattern cannot be used: {problem:?}")]
    Pattern {
        /// Why.
        problem: PatternProblem,
    },
    /// No file was given.
    #[error("no file was given")]
    NoFiles,
    /// The file was replaced or shortened since it was indexed; refreshing the set reads it anew.
    #[error("{} has changed", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The hook said to stop while the files were indexed.
    #[error("reading was cancelled")]
    Cancelled,
    /// The input of a stream failed.
    #[error("the input cannot be read: {detail}")]
    Stream {
        /// The system's words.
        detail: String,
    },
}

impl LogFileError {
    /// Returns the file that the error is about.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Missing { path }
            | Self::Denied { path }
            | Self::Folder { path }
            | Self::Unreadable { path, .. }
            | Self::Empty { path }
            | Self::Foreign { path, .. }
            | Self::Undecided { path, .. }
            | Self::Changed { path } => Some(path),
            Self::UnknownZone { .. }
            | Self::Pattern { .. }
            | Self::NoFiles
            | Self::Cancelled
            | Self::Stream { .. } => None,
        }
    }
}

/// Why a search pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternProblem {
    /// It has nothing in it.
    Empty,
    /// It is not a regular expression.
    Syntax {
        /// The library's words.
        detail: String,
    },
    /// It would need too much memory.
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
}

/// What only a person can decide about log files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogQuestion {
    /// Which zone are these times in? Nothing is preselected. Answer with [`super::LogReading::zone`].
    Zone {
        /// Up to three times as written.
        examples: Vec<String>,
    },
    /// Day or month first? Nothing is preselected. Answer with [`super::LogReading::day_first`].
    DayOrMonthFirst {
        /// Up to three times as written.
        examples: Vec<String>,
        /// What follows when the day comes first.
        day_first: DateReading,
        /// What follows when the month comes first.
        month_first: DateReading,
    },
    /// Is this the year of the last line? The lines have none. Answer with [`super::LogReading::year`].
    Year {
        /// Up to three times as written.
        examples: Vec<String>,
        /// The year that follows from when the file was changed last; it is used until there is an answer.
        taken: Option<i32>,
    },
    /// The lines have a time of day and no date; the day before the file's last change is taken.
    Date {
        /// Up to three times as written.
        examples: Vec<String>,
    },
}

impl LogQuestion {
    /// Reports whether nothing can be taken until it is answered.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Zone { .. } | Self::DayOrMonthFirst { .. } => true,
            Self::Year { .. } | Self::Date { .. } => false,
        }
    }
}

/// Something worth knowing about a file or a reading that is not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogNotice {
    /// Lines with bytes that are not UTF-8; each such byte is shown as U+FFFD.
    InvalidUtf8 {
        /// The file.
        path: PathBuf,
        /// Such lines.
        lines: u64,
    },
    /// Lines with NUL bytes; each is shown as U+FFFD.
    NulBytes {
        /// The file.
        path: PathBuf,
        /// Such lines.
        lines: u64,
    },
    /// Lines longer than [`super::LONGEST_LINE_BYTES`]; their rest was not read.
    LongLines {
        /// The file.
        path: PathBuf,
        /// Such lines.
        lines: u64,
        /// The real length of the longest.
        longest_bytes: u64,
    },
    /// The packed file ends in the middle; what arrived was kept.
    Truncated {
        /// The file.
        path: PathBuf,
        /// Unpacked bytes that arrived.
        bytes: u64,
    },
    /// The packed file is damaged from here on; what stood before was kept.
    Damaged {
        /// The file.
        path: PathBuf,
        /// Unpacked bytes that arrived.
        bytes: u64,
        /// The library's words.
        detail: String,
    },
    /// Behind the packed data stands something else, which was left out.
    TrailingBytes {
        /// The file.
        path: PathBuf,
        /// Where it begins in the packed file.
        at: u64,
    },
    /// The packed file's text is more than a thousand times larger than the file; it was read up to here.
    TooDense {
        /// The file.
        path: PathBuf,
        /// Unpacked bytes that were read.
        bytes: u64,
    },
    /// Lines that begin like JSON and are not; they are kept as text.
    BadJson {
        /// The file.
        path: PathBuf,
        /// Such lines.
        lines: u64,
    },
    /// The file is one document: each element of its array was read as a record, what stands around them was left out.
    Elements {
        /// The file.
        path: PathBuf,
        /// The array's name; `None` where the document is the array.
        array: Option<String>,
    },
    /// Elements of a document that are no JSON objects; they are kept as text.
    BadElements {
        /// The file.
        path: PathBuf,
        /// Such elements.
        elements: u64,
        /// The number of the first, from 1.
        first: u64,
    },
    /// Records with more than 10,000 fields or 1 MiB of them; further fields were left out.
    ManyFields {
        /// The file.
        path: PathBuf,
        /// Such records.
        records: u64,
    },
    /// No line has a time; the order of the lines is all that is known.
    NoTimes {
        /// The file.
        path: PathBuf,
    },
    /// Records without a time among others that have one.
    Untimed {
        /// The file.
        path: PathBuf,
        /// Such records.
        records: u64,
    },
    /// Times were taken as UTC because no zone was chosen.
    ZoneAssumed {
        /// The file.
        path: PathBuf,
    },
    /// Dates were read with the day first because nobody chose and nothing tells.
    DayFirstAssumed {
        /// The file.
        path: PathBuf,
    },
    /// Times without a year: the latest that fits to when the file was changed last was taken, because nobody chose.
    YearAssumed {
        /// The file.
        path: PathBuf,
        /// The year of the last of its first lines.
        year: i32,
    },
    /// Times without a date: the day before the file's last change was taken.
    DateAssumed {
        /// The file.
        path: PathBuf,
    },
    /// Local times that the clock skipped; they were moved forward.
    SkippedTimes {
        /// The file.
        path: PathBuf,
        /// Such records.
        records: u64,
    },
    /// Local times that occurred twice; the first was taken.
    RepeatedTimes {
        /// The file.
        path: PathBuf,
        /// Such records.
        records: u64,
    },
    /// The last line has no end and waits.
    UnfinishedLine {
        /// The file.
        path: PathBuf,
        /// Its bytes so far.
        bytes: u64,
    },
    /// The file became shorter while it was read; what was left was read.
    ChangedWhileRead {
        /// The file.
        path: PathBuf,
    },
    /// The index could not be kept; the next opening passes over the files again.
    IndexNotKept {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// Lines of a record arrived after the record was handed on.
    LateLines {
        /// The file.
        path: PathBuf,
        /// Such lines.
        lines: u64,
    },
    /// The file was left out of the set.
    LeftOut {
        /// Why.
        error: LogFileError,
    },
    /// The files were put in the order of their times.
    Ordered {
        /// From the oldest.
        paths: Vec<PathBuf>,
    },
    /// The files have times that overlap: they are read one after the other.
    Overlap {
        /// The file that ends too late.
        first: PathBuf,
        /// The file that begins too early.
        second: PathBuf,
        /// When the second begins.
        from: Timestamp,
    },
}

/// Reports whether it is open which of day and month comes first.
pub(super) fn asks_order(questions: &[LogQuestion]) -> bool {
    questions.iter().any(|question| matches!(question, LogQuestion::DayOrMonthFirst { .. }))
}

/// Returns what is to be said of dates whose year or day was taken without an answer.
pub(super) fn taken_dates(questions: &[LogQuestion], path: &Path) -> Vec<LogNotice> {
    let taken = |question: &LogQuestion| match question {
        LogQuestion::Year { taken, .. } => {
            taken.map(|year| LogNotice::YearAssumed { path: path.to_owned(), year })
        }
        LogQuestion::Date { .. } => Some(LogNotice::DateAssumed { path: path.to_owned() }),
        LogQuestion::Zone { .. } | LogQuestion::DayOrMonthFirst { .. } => None,
    };
    questions.iter().filter_map(taken).collect()
}

/// Names what the system said when a file could not be opened or read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> LogFileError {
    let path = path.to_owned();
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound {
        LogFileError::Missing { path }
    } else if kind == io::ErrorKind::PermissionDenied {
        LogFileError::Denied { path }
    } else if kind == io::ErrorKind::IsADirectory {
        LogFileError::Folder { path }
    } else {
        LogFileError::Unreadable { path, detail: error.to_string() }
    }
}
