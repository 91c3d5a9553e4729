//! What a source of log records is asked, and what it answers.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use wardroom_core::{LogLevel, LogQuery, LogRecord, TimeRange, Timestamp};

use super::{LogEnd, LogPeek, ReadPlace, TailPlace};
use crate::error::SourceError;

/// What is asked of a log source: where, and which records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogQuestion {
    /// Indices, aliases, data streams and patterns (`logs-*`); empty for the ones in the connection's settings.
    pub indices: Vec<String>,
    /// Which records.
    pub ask: LogAsk,
}

/// Which records are asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum LogAsk {
    /// A question in our own language, translated for the source.
    Query(LogQuery),
    /// A query in the source's own language: for Elasticsearch the JSON object that stands under `query`.
    Raw(String),
    /// Records that both find: a query in the source's own language and a question in ours.
    Both(String, LogQuery),
}

impl Default for LogAsk {
    fn default() -> Self {
        Self::Query(LogQuery::All)
    }
}

/// Which field of a source plays which part in a [`LogRecord`]. `None`: no field does, or it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldMapping {
    /// The time of the record.
    pub time: Option<String>,
    /// Its text.
    pub message: Option<String>,
    /// How serious.
    pub level: Option<String>,
    /// Who wrote it.
    pub service: Option<String>,
    /// On which machine.
    pub host: Option<String>,
    /// Which log.
    pub dataset: Option<String>,
}

/// The naming scheme that the fields of a source follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogSchema {
    /// Elastic Common Schema (`log.level`, `service.name`).
    Ecs,
    /// OpenTelemetry as Elasticsearch stores it (`severity_text`, `body.text`).
    OpenTelemetry,
    /// The simple schema for observability of OpenSearch (`severity.text`, `body`).
    Ss4o,
    /// What Logstash and Fluentd configurations write (`level`, `log`, `kubernetes.labels.app`).
    Legacy,
    /// A person has named the fields.
    ByHand,
    /// None that is known.
    #[default]
    Unknown,
}

/// What "test connection" found out about a log source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogProbe {
    /// The product (`Elasticsearch`, `OpenSearch`); empty when it may not be asked.
    pub product: String,
    /// Its version; empty when not known.
    pub version: String,
    /// What it says of its build (`opensearch`, `default`, `oss`); empty when it says nothing.
    pub distribution: String,
    /// Indices, aliases and data streams within the scope, by name.
    pub indices: Vec<LogIndex>,
    /// The fields that are used: what a person named, else what was found.
    pub mapping: FieldMapping,
    /// The naming scheme of the fields.
    pub schema: LogSchema,
    /// Fields that have several types within the scope.
    pub conflicts: Vec<FieldConflict>,
    /// The last records, oldest first, as they would be stored.
    pub sample: Vec<LogRecord>,
    /// Records in the scope; `None` when the source does not tell.
    pub records: Option<u64>,
    /// The time of the first record; `None` when not known.
    pub oldest: Option<Timestamp>,
    /// The time of the last record; `None` when not known.
    pub newest: Option<Timestamp>,
    /// Rights that are missing, each with what is lost.
    pub missing: Vec<MissingLogRight>,
    /// What makes the sample partial or doubtful.
    pub notices: Vec<LogNotice>,
    /// Its clock minus ours in milliseconds; `None` when it sends no date.
    pub clock_offset_ms: Option<i64>,
    /// Requests made.
    pub requests: u32,
}

/// Something that can be named in [`LogQuestion::indices`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogIndex {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: LogIndexKind,
    /// Documents in it; `None` when not known.
    pub documents: Option<u64>,
    /// Bytes on disk, with replicas; `None` when not known.
    pub bytes: Option<u64>,
    /// Whether it can be read (a closed index cannot).
    pub open: bool,
}

/// Kinds of [`LogIndex`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogIndexKind {
    /// One index.
    Index,
    /// A name for one or several indices.
    Alias,
    /// A data stream over its backing indices.
    DataStream,
}

/// A field that has several types; where the time is concerned, the indices with another type are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldConflict {
    /// The field.
    pub field: String,
    /// Each type with the indices that have it.
    pub types: Vec<(String, Vec<String>)>,
}

/// A path of a log source that may not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingLogRight {
    /// The path (`/_cat/indices`).
    pub path: String,
    /// The status that came back (401, 403, 404).
    pub status: u16,
    /// What is lost without it.
    pub lost: LostLogAbility,
}

/// What cannot be known or done without a right at a log source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LostLogAbility {
    /// Product and version are not known; the connection finds out by trying.
    Product,
    /// Indices cannot be listed; they have to be typed.
    Indices,
    /// Documents and bytes of indices are not known.
    Sizes,
    /// Types of fields are not known; the mapping is guessed from the sample.
    Fields,
    /// Nothing can be read at all.
    Search,
}

/// Something that makes an answer of a log source partial or doubtful. The sentence is made at the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogNotice {
    /// What kind of thing.
    pub kind: LogNoticeKind,
    /// What it concerns: an index, a field.
    pub subject: String,
    /// The source's own words or a number; may be empty.
    pub detail: String,
}

/// Kinds of [`LogNotice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogNoticeKind {
    /// Parts of the data did not answer; `detail` is "answered/all" and the first reason.
    ShardsMissing,
    /// The source ran out of time and answered with what it had.
    TimedOut,
    /// A field has another type in the index `subject`, which is left out or not counted; `detail` names both.
    FieldConflict,
    /// Records had more fields than are kept; `subject` is the number of records, `detail` the number of fields left
    /// out.
    FieldsLeftOut,
    /// A value was cut at the longest length that is kept; `subject` is the field.
    ValueCut,
    /// A record is too long to be read; it came without its text. `subject` is its index, `detail` its id.
    RecordTooLong,
    /// More records share one time than can be told apart here; some are left out. `subject` is the time.
    TiesLeftOut,
    /// After an interruption, more records shared one time than are remembered; some may come twice.
    MayRepeat,
    /// No view of one moment can be held open here; records that are deleted or arrive meanwhile may be missed.
    NoPointInTime,
    /// The steps of the histogram are wider than asked for; `detail` is the width in milliseconds.
    Coarser,
    /// The field `subject` cannot be counted by value (a text, or not there).
    NotCountable,
    /// Text is looked for in the mapped fields only, because there are too many fields.
    MappedFieldsOnly,
    /// The indices `subject` have no field for the time, which is `detail`; their records are not read.
    NoTimeField,
    /// The index `subject` keeps no content of its documents: they come without text; `detail` is how many.
    NoContent,
}

/// How many records there are over time, by level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogHistogram {
    /// The width of a bin in milliseconds; at least what was asked for.
    pub bin_ms: i64,
    /// Every bin of the range in order, also the empty ones.
    pub bins: Vec<LogBin>,
    /// Records in the range.
    pub total: u64,
    /// Whether records are missing from the counts.
    pub partial: bool,
    /// Why, and what else there is to know.
    pub notices: Vec<LogNotice>,
}

/// One step of a [`LogHistogram`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogBin {
    /// Its start, a multiple of the width.
    pub start: Timestamp,
    /// Its records.
    pub records: u64,
    /// The same by level; records without one, or with one that is not understood, under `None`.
    pub levels: BTreeMap<Option<LogLevel>, u64>,
}

/// The values of one field with their counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFacet {
    /// The field, as it was asked for.
    pub field: String,
    /// The most frequent values with their counts, most frequent first, ties by value.
    pub values: Vec<(String, u64)>,
    /// Records with other values.
    pub other: u64,
    /// By how many a count may be too low, because the parts of the data name their own most frequent values only.
    pub low_by: u64,
}

/// The facets of a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFacets {
    /// One for each field that can be counted, in the order asked for.
    pub facets: Vec<LogFacet>,
    /// Whether records are missing from the counts.
    pub partial: bool,
    /// Why, and which fields cannot be counted.
    pub notices: Vec<LogNotice>,
}

/// A piece of a read or of a tail, oldest record first.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPage<P> {
    /// The records.
    pub records: Vec<LogRecord>,
    /// For each record a number that is the same whenever the same document is read.
    pub keys: Vec<u64>,
    /// Where the next page begins; it can be written to a file and used after a restart.
    pub next: P,
    /// Whether there is more to read at once.
    pub more: bool,
    /// Whether records are missing from the page.
    pub partial: bool,
    /// Whether some of those may come when the same is read again; the others are left out for good.
    pub may_come: bool,
    /// Bytes of the bodies after unpacking.
    pub bytes: u64,
    /// Requests made.
    pub requests: u32,
    /// Why it is partial, and what else there is to know.
    pub notices: Vec<LogNotice>,
}

/// A source of log records.
pub trait LogSource: Send + Sync + std::fmt::Debug {
    /// Asks who answers, what is there and which rights are missing. Cost: at most ten small requests.
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<LogProbe, SourceError>>;

    /// Asks the source whether it understands a question, before anything is read. Cost: at most two requests.
    fn check<'a>(&'a self, question: &'a LogQuestion) -> BoxFuture<'a, Result<(), SourceError>>;

    /// Counts the records of a range in bins of at least `bin_ms`; the source counts, only numbers travel.
    fn count<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        bin_ms: i64,
    ) -> BoxFuture<'a, Result<LogHistogram, SourceError>>;

    /// Counts the most frequent values of fields (`service`, `host`, `level`, `dataset`, or a field's own name).
    fn facets<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        fields: &'a [String],
        limit: u32,
    ) -> BoxFuture<'a, Result<LogFacets, SourceError>>;

    /// Reads one page of a range, oldest first; begins at the start of the range or behind `after`.
    ///
    /// No document comes twice and none is skipped, also when the read goes on after a restart with the same question
    /// and range; where the source makes that impossible a notice says so.
    fn read<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        after: Option<ReadPlace>,
    ) -> BoxFuture<'a, Result<LogPage<ReadPlace>, SourceError>>;

    /// Reads what has come since `after`, with an overlap for late documents; the first call begins at
    /// [`TailPlace::since`]. `now` keeps a writer whose clock is ahead from moving the place beyond the others.
    fn tail<'a>(
        &'a self,
        question: &'a LogQuestion,
        after: TailPlace,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<LogPage<TailPlace>, SourceError>>;

    /// Reads at most `limit` records at one end of a range, as a list shows them. Cost: one search, and nothing stays open.
    fn peek<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        end: LogEnd,
        limit: u32,
    ) -> BoxFuture<'a, Result<LogPeek, SourceError>>;

    /// Ends what a read that is not finished holds open at the source. A failure is of no consequence: the source
    /// gives it up by itself after a few minutes.
    fn close<'a>(&'a self, place: &'a ReadPlace) -> BoxFuture<'a, ()>;

    /// Returns the request of [`LogSource::read`] as a curl command on one line, without its secret.
    fn explain(&self, question: &LogQuestion, range: TimeRange) -> String;

    /// Returns the request of [`LogSource::count`] as a curl command on one line, without its secret.
    fn explain_count(&self, question: &LogQuestion, range: TimeRange, bin_ms: i64) -> String;
}
