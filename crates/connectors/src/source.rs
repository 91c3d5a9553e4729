//! The doors: what every source of metrics, of logs and of inventory can be asked.

mod evaluation;
mod inventory;
mod peek;

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use wardroom_core::{
    Alert, LogLevel, LogQuery, LogRecord, MetricKind, Rule, Samples, SeriesKey, TimeRange, Timestamp, Unit,
};

use crate::error::SourceError;

pub use crate::cmdb::InventoryPlace;
pub use crate::elasticsearch::{ReadPlace, TailPlace};
pub use crate::source::evaluation::{EvaluatedRow, Evaluating, Evaluation, EvaluationKind, Moments};
pub use crate::source::inventory::{
    InventoryNotice, InventoryNoticeKind, InventoryPage, InventoryProbe, InventorySource,
    MissingInventoryRight,
};
pub use crate::source::peek::{LogEnd, LogPeek};

/// What is to be read: selectors or expressions, as PromQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Series selectors (`up{job="node"}`), each with at least one non-empty matcher.
    pub selectors: Vec<String>,
    /// Expressions that the source evaluates; each result series is stored under the expression's name.
    pub expressions: Vec<NamedExpression>,
}

/// A PromQL expression whose result is stored as series of the given metric name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedExpression {
    /// The metric name under which the result is stored.
    pub name: String,
    /// The expression.
    pub expression: String,
}

/// One request of a plan. What is left to do is counted in these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRequest {
    /// The selector or expression.
    pub query: String,
    /// The name for the result of an expression; `None` for a selector.
    pub stored_as: Option<String>,
    /// Whether the raw samples are asked for (range selector) or values at a fixed step.
    pub mode: ReadMode,
    /// The period.
    pub range: TimeRange,
    /// Series that are expected in the answer; 0 when not known.
    pub expected_series: u32,
}

/// Stands between a selector and the part of its series that one request reads; PromQL takes it for a comment.
pub(crate) const PART_MARK: &str = " # series ";

impl ReadRequest {
    /// Returns what the request is a piece of: the name of an expression, or a selector.
    #[must_use]
    pub fn subject(&self) -> &str {
        let selector = || self.query.rsplit_once(PART_MARK).map_or(self.query.as_str(), |(whole, _)| whole);
        self.stored_as.as_deref().unwrap_or_else(selector)
    }
}

/// How samples are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode {
    /// The samples as they are stored at the source, with their own times.
    Raw,
    /// The values at multiples of this step, in milliseconds.
    Step(i64),
}

/// A plan: the requests and what they are expected to bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The requests, in the order in which they are made.
    pub requests: Vec<ReadRequest>,
    /// Series in scope.
    pub series: u64,
    /// Samples expected, from the series count, the range and the step.
    pub samples: u64,
    /// What was left out or capped while planning.
    pub notices: Vec<Notice>,
}

/// One series with what is known of it and its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadSeries {
    /// Its identity at the source.
    pub key: SeriesKey,
    /// What its numbers mean.
    pub kind: MetricKind,
    /// Their unit.
    pub unit: Unit,
    /// The samples, sorted by time, each time once.
    pub samples: Samples,
}

/// The answer to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadAnswer {
    /// The series.
    pub series: Vec<ReadSeries>,
    /// Bytes of the body as it came over the wire or out of the decoder.
    pub bytes: u64,
    /// What makes the answer partial or doubtful.
    pub notices: Vec<Notice>,
}

/// Something that makes an answer partial or doubtful. The sentence is made at the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What kind of thing.
    pub kind: NoticeKind,
    /// What it concerns: a query, a metric, a label.
    pub subject: String,
    /// The source's own words or a number; may be empty.
    pub detail: String,
}

/// How Prometheus from version 2.48 on begins what it says of the query itself, and not of the answer
/// (`util/annotations/annotations.go`).
const OF_THE_QUERY: &str = "PromQL warning";

impl Notice {
    /// Reports whether something is missing that the same request may bring later: a part of the source was away, or
    /// an answer was cut. What a query or a cap leaves out stays out.
    #[must_use]
    pub fn leaves_a_hole(&self) -> bool {
        match self.kind {
            NoticeKind::Truncated => true,
            NoticeKind::SourceWarning => !self.detail.starts_with(OF_THE_QUERY),
            NoticeKind::SourceInfo
            | NoticeKind::NamesDiffer
            | NoticeKind::LabelRunsAway
            | NoticeKind::NativeHistogram
            | NoticeKind::MissingRight => false,
        }
    }
}

/// Kinds of [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// The source said `warnings`; the answer may be incomplete.
    SourceWarning,
    /// The source said `infos`.
    SourceInfo,
    /// The answer reached a limit of ours or of the source and was cut.
    Truncated,
    /// Two results differ in their metric name only, where one name stands for both; one of them is kept.
    NamesDiffer,
    /// A label has more values than the cap; series beyond it are not taken.
    LabelRunsAway,
    /// Native histograms are in the answer; they are not taken.
    NativeHistogram,
    /// A right is missing; something is not known.
    MissingRight,
}

/// What "test connection" found out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// The product (`Prometheus`, `VictoriaMetrics`, …) as far as it says so.
    pub product: String,
    /// Its version; empty when it does not say.
    pub version: String,
    /// Series in its head; `None` when it does not tell.
    pub series: Option<u64>,
    /// Rule groups; `None` without the right to read rules.
    pub rule_groups: Option<u32>,
    /// The first sample that can be asked for; `None` when not known.
    pub oldest: Option<Timestamp>,
    /// The last sample; `None` when not known.
    pub newest: Option<Timestamp>,
    /// Its clock minus ours in milliseconds; `None` when it sends no date.
    pub clock_offset_ms: Option<i64>,
    /// Rights that are missing, each with what is lost.
    pub missing: Vec<MissingRight>,
    /// Requests made.
    pub requests: u32,
}

/// What a source says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceVersion {
    /// The product (`Prometheus`, `Grafana Mimir`, …).
    pub product: String,
    /// Its version; empty when it does not say.
    pub version: String,
}

/// A path that may not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingRight {
    /// The path (`/api/v1/metadata`).
    pub path: String,
    /// The status that came back (403, 404).
    pub status: u16,
    /// What is lost without it.
    pub lost: LostAbility,
}

/// What cannot be known without a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LostAbility {
    /// Units and kinds are guessed from names.
    Metadata,
    /// Retention and the number of series are not known.
    ServerStatus,
    /// Rules are not known: no suggestion from them, nothing stored of them.
    Rules,
    /// Firing alerts are not known.
    Alerts,
    /// The version is not known.
    BuildInfo,
    /// Nothing can be read at all.
    Query,
}

/// A group of series worth watching, with what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeGroup {
    /// A stable key (`alert_rules`, `recording_rules`, `targets`, or an exporter's name).
    pub key: String,
    /// Why it is proposed.
    pub why: ScopeReason,
    /// The selectors that bring it.
    pub selectors: Vec<String>,
    /// Series behind the selectors.
    pub series: u64,
    /// Whether it is proposed (checked).
    pub proposed: bool,
    /// The label that runs away, with its number of values.
    pub runaway: Option<(String, u64)>,
    /// The sum without the runaway label, as the one action instead.
    pub instead: Option<NamedExpression>,
    /// Series of `instead`.
    pub instead_series: u64,
}

/// Why a group is proposed, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeReason {
    /// So many alert rules read it.
    AlertRules(u32),
    /// So many recording rules build on it.
    RecordingRules(u32),
    /// `up` and scrape time of so many targets.
    Targets(u32),
    /// A known exporter on so many instances.
    Exporter(u32),
    /// Nothing reads it; listed with its size.
    Other,
}

/// The rules and alerts at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleState {
    /// The rules; empty without the right to read them.
    pub rules: Vec<Rule>,
    /// The alerts that are pending or firing.
    pub alerts: Vec<Alert>,
    /// What could not be read.
    pub missing: Vec<MissingRight>,
}

/// Where new samples begin for each series: the last time that is already stored.
pub type Known = BTreeMap<SeriesKey, Timestamp>;

/// A source of metrics. Two implementations from the start: [`crate::prometheus`] and [`crate::simulated`].
pub trait MetricSource: Send + Sync + std::fmt::Debug {
    /// Asks who answers and which rights there are. Cost: at most ten small requests.
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<Probe, SourceError>>;

    /// Asks for the version alone, with one request; `None` where it does not tell.
    fn version(&self) -> BoxFuture<'_, Option<SourceVersion>> {
        Box::pin(std::future::ready(None))
    }

    /// Proposes what is worth watching; never sends a request without a filter.
    fn suggest(&self, now: Timestamp) -> BoxFuture<'_, Result<Vec<ScopeGroup>, SourceError>>;

    /// Counts and splits a read into requests. `step_ms` is the wanted resolution, `None` for the raw samples.
    fn plan<'a>(
        &'a self,
        scope: &'a Scope,
        range: TimeRange,
        step_ms: Option<i64>,
    ) -> BoxFuture<'a, Result<Plan, SourceError>>;

    /// Makes one request of a plan.
    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>>;

    /// Lets the source evaluate an expression of its own language; `None` where it has none.
    fn evaluate<'a>(&'a self, _expression: &'a str, _when: Moments) -> Option<Evaluating<'a>> {
        None
    }

    /// Reads rules and alerts.
    fn rules(&self, now: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>>;

    /// Reads the log records of a range, by time; sources of samples alone have none.
    fn records(&self, _range: TimeRange) -> BoxFuture<'_, Result<Vec<LogRecord>, SourceError>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Returns the exact request as a curl command, without its secret.
    fn as_curl(&self, request: &ReadRequest) -> String;
}

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
