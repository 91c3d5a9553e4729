//! The doors: what every source of metrics, of logs and of inventory can be asked.

mod evaluation;
mod inventory;
mod logs;
mod peek;

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use wardroom_core::{Alert, LogRecord, MetricKind, Rule, Samples, SeriesKey, TimeRange, Timestamp, Unit};

use crate::error::SourceError;

pub use crate::cmdb::InventoryPlace;
pub use crate::elasticsearch::{ReadPlace, TailPlace};
pub use crate::source::evaluation::{EvaluatedRow, Evaluating, Evaluation, EvaluationKind, Moments};
pub use crate::source::inventory::{
    InventoryNotice, InventoryNoticeKind, InventoryPage, InventoryProbe, InventorySource,
    MissingInventoryRight,
};
pub use crate::source::logs::{
    FieldConflict, FieldMapping, LogAsk, LogBin, LogFacet, LogFacets, LogHistogram, LogIndex, LogIndexKind,
    LogNotice, LogNoticeKind, LogPage, LogProbe, LogQuestion, LogSchema, LogSource, LostLogAbility,
    MissingLogRight,
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
