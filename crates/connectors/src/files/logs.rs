//! Reads log files in place: what they are, when their lines were written, and what stands in them.
//!
//! [`preview`] says how files are understood before anything is read whole. [`LogFileSet::open`] passes once over the
//! files and keeps an index of blocks, levels and times; [`LogFileSet::records`], [`LogFileSet::search`] and
//! [`LogFileSet::context`] then read only what they need. [`read_stream`] does the same for standard input. Nothing is
//! guessed where a guess could be wrong: times without a zone or a year become a [`LogQuestion`].

mod access;
mod cache;
mod chunk;
mod clock;
mod columns;
mod continuation;
mod detect;
mod elements;
mod follow;
mod grammar;
mod index;
mod journald;
mod json;
mod levels;
mod lines;
mod logfmt;
mod otlp;
mod pass;
mod pipeline;
mod preview;
mod problem;
mod read;
mod search;
mod set;
mod source;
mod stamp;
mod stream;
mod syslog;
#[cfg(test)]
mod tests;
mod utf16;
mod written;

use std::path::PathBuf;

use wardroom_core::{LogLevel, LogRecord, Timestamp};

use super::packed::Compression;

pub use follow::{FileChange, FileNews, Refreshed};
pub use index::{HistogramBin, Tally};
pub use preview::{LogFileFacts, LogPreview, holds_records, preview};
pub use problem::{LogFileError, LogNotice, LogQuestion, PatternProblem};
pub use read::ReadStats;
pub use search::{Counted, Found, LineSearch, SearchOptions};
pub use set::LogFileSet;
pub use stream::{StreamStats, read_stream};
pub use utf16::Utf16;

/// Longest line, and longest record of several lines, that is kept; the rest is cut with a notice.
///
/// The longest real lines (stack traces in JSON, dumped requests) stay below 256 KiB; a thread holds a few of these.
pub const LONGEST_LINE_BYTES: usize = 1024 * 1024;

/// A way in which log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogFormat {
    /// One JSON object a line, with names of its own.
    Json,
    /// JSON lines after the Elastic Common Schema.
    Ecs,
    /// JSON lines after OpenTelemetry's log data model, also the batches that its collector's file exporter writes.
    OpenTelemetry,
    /// JSON lines of logstash encoders.
    Logstash,
    /// JSON lines of bunyan and pino.
    Bunyan,
    /// What Docker's `json-file` driver writes.
    DockerJson,
    /// `journalctl -o json`.
    JournaldJson,
    /// `journalctl -o export`.
    JournaldExport,
    /// Syslog after RFC 3164, with or without priority, also with ISO times.
    Syslog3164,
    /// Syslog after RFC 5424.
    Syslog5424,
    /// Requests of a web server in the common log format.
    AccessCommon,
    /// Requests of a web server in the combined log format.
    AccessCombined,
    /// Nginx's error log.
    NginxError,
    /// Apache's error log.
    ApacheError,
    /// `key=value` pairs.
    Logfmt,
    /// Google's library for C++ and Go (`I1110 12:00:00.000000  7 file.go:1] text`).
    Klog,
    /// Android's `logcat`.
    Logcat,
    /// Windows component servicing (`2026-11-10 12:00:00, Info   CBS   text`).
    Cbs,
    /// Time, level and mostly thread and logger, as log4j, logback, Python and many others write.
    Leveled,
    /// Lines with a time and no level.
    TimedLines,
    /// Lines with a Unix time and no level.
    EpochLines,
    /// Lines without times.
    Plain,
}

impl LogFormat {
    /// All formats, in the order in which they are listed.
    pub const ALL: [Self; 22] = [
        Self::Json,
        Self::Ecs,
        Self::OpenTelemetry,
        Self::Logstash,
        Self::Bunyan,
        Self::DockerJson,
        Self::JournaldJson,
        Self::JournaldExport,
        Self::Syslog3164,
        Self::Syslog5424,
        Self::AccessCommon,
        Self::AccessCombined,
        Self::NginxError,
        Self::ApacheError,
        Self::Logfmt,
        Self::Klog,
        Self::Logcat,
        Self::Cbs,
        Self::Leveled,
        Self::TimedLines,
        Self::EpochLines,
        Self::Plain,
    ];

    /// Returns the stable word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ecs => "ecs",
            Self::OpenTelemetry => "opentelemetry",
            Self::Logstash => "logstash",
            Self::Bunyan => "bunyan",
            Self::DockerJson => "docker_json",
            Self::JournaldJson => "journald_json",
            Self::JournaldExport => "journald_export",
            Self::Syslog3164 => "syslog_3164",
            Self::Syslog5424 => "syslog_5424",
            Self::AccessCommon => "access_common",
            Self::AccessCombined => "access_combined",
            Self::NginxError => "nginx_error",
            Self::ApacheError => "apache_error",
            Self::Logfmt => "logfmt",
            Self::Klog => "klog",
            Self::Logcat => "logcat",
            Self::Cbs => "cbs",
            Self::Leveled => "leveled",
            Self::TimedLines => "timed_lines",
            Self::EpochLines => "epoch_lines",
            Self::Plain => "plain",
        }
    }

    /// Reports whether records are JSON objects.
    const fn is_json(self) -> bool {
        matches!(
            self,
            Self::Json
                | Self::Ecs
                | Self::OpenTelemetry
                | Self::Logstash
                | Self::Bunyan
                | Self::DockerJson
                | Self::JournaldJson
        )
    }

    /// Reads what [`LogFormat::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// What to do with a last line that has no line end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LastLine {
    /// Take it: the file is finished.
    #[default]
    Take,
    /// Wait until its end arrives, or until the file stood still between two looks: it is being written.
    Wait,
}

/// What to do while a question is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undecided {
    /// Refuse to open with [`LogFileError::Undecided`].
    #[default]
    Refuse,
    /// Go on with UTC and the day first, and say so in a notice.
    TakeUtc,
}

/// The choices with which log files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogReading {
    /// The format; `None` takes what the first lines show, file by file.
    pub format: Option<LogFormat>,
    /// The zone of times without one: an IANA name, `UTC` or an offset such as `+01:00`. Answers [`LogQuestion::Zone`].
    pub zone: Option<String>,
    /// The year of the last line where lines have none. Answers [`LogQuestion::Year`].
    pub year: Option<i32>,
    /// Whether the day comes first in dates such as `01/11/2026`. Answers [`LogQuestion::DayOrMonthFirst`].
    pub day_first: Option<bool>,
    /// The latest time a line without year can have; `None` takes when the file was changed last. A stream has no such
    /// time: without it, lines without year have no time there.
    pub latest: Option<Timestamp>,
    /// What to do with an unfinished last line.
    pub last_line: LastLine,
    /// What to do while the zone, or the order of day and month, is not known.
    pub undecided: Undecided,
}

/// Whether to go on, said by whoever receives records or progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continue {
    /// Go on.
    Yes,
    /// Stop at once.
    Stop,
}

/// Where a record begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinePlace {
    /// The number of the file in its set, from 0 in the order of reading. A file that was replaced gets another number.
    pub file: u32,
    /// The byte in the (unpacked) file.
    pub offset: u64,
}

/// One record and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Where it begins.
    pub place: LinePlace,
    /// The number of its first line, from 1.
    pub line: u64,
    /// Whether the record says its time. Without, `record.at` is the time of the record before it, or when the file was
    /// changed last where no record has a time.
    pub timed: bool,
    /// The record. The message has all lines of a stack trace.
    pub record: LogRecord,
}

/// One record as the pass over the files sees it: only what is cheap to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SinkLine<'l> {
    /// Where it begins.
    pub place: LinePlace,
    /// Its time; of a record without one, that of the record before it in the same block; `None` when that is not known.
    pub at: Option<Timestamp>,
    /// Its level.
    pub level: Option<LogLevel>,
    /// The service; empty when not known.
    pub service: &'l str,
    /// The host; empty when not known.
    pub host: &'l str,
    /// The message with all its lines, at most [`LONGEST_LINE_BYTES`].
    pub message: &'l str,
}

impl<'l> SinkLine<'l> {
    /// Returns the first line of the message: what templates are made of.
    pub fn first_line(&self) -> &'l str {
        match memchr::memchr(b'\n', self.message.as_bytes()) {
            Some(at) => self.message[..at].trim_end_matches('\r'),
            None => self.message,
        }
    }
}

/// A receiver of every record during the pass over the files; each thread has its own.
///
/// Which thread sees which record depends only on the files and on how many threads there are, and a thread sees its
/// records in the order of the files.
pub trait LineSink: Send {
    /// Whether the sink wants lines at all: without, a pass may be left out where an index is at hand.
    const WANTS_LINES: bool = true;

    /// Takes a record.
    fn line(&mut self, line: &SinkLine<'_>);
}

/// The sink that wants nothing.
impl LineSink for () {
    const WANTS_LINES: bool = false;

    fn line(&mut self, _: &SinkLine<'_>) {}
}

/// A borrowed sink does what its owner does.
impl<S: LineSink> LineSink for &mut S {
    const WANTS_LINES: bool = S::WANTS_LINES;

    fn line(&mut self, line: &SinkLine<'_>) {
        (**self).line(line);
    }
}

/// What the pass over the files reports.
pub type Progress<'p> = dyn FnMut(u64, u64) -> Continue + 'p;

/// How [`LogFileSet::open_with`] passes over the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// The folder of the indexes; `None` keeps none.
    pub cache_dir: Option<PathBuf>,
    /// Threads that parse; 0 takes as many as the machine has, at most 8.
    pub threads: usize,
}

/// Turns a length into 64 bits.
const fn wide(n: usize) -> u64 {
    n as u64
}

/// Turns a length into the machine's size; larger ones are held at its end.
fn narrow(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
