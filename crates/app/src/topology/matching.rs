//! What belongs to which entity: series, alerts, and the services and hosts of log lines; and how many found none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardroom_core::{
    AlertState, AnomalyKind, EntityKind, FieldTest, Grade, Labels, LogQuery, SeriesKey, TextPattern,
    TimeRange, Timestamp,
};
use wardroom_store::{AlertFilter, AlertRow, FindingRow, SeriesFilter, SeriesId, SeriesRow, SourceId};

use super::room::{self, Snapshot};
use super::rows::Unmatched;
use crate::alerts::{Severity, severity_of};
use crate::context::{App, Open};
use crate::entity::{entity_of, is_named};
use crate::error::AppError;
use crate::feedback;
use crate::logs;
use crate::moments::anchored;
use crate::now::{main_group, reach, short_fact, touches};
use crate::phrase::Phrase;
use crate::workloads::{self, Joined, JoinedSeries};

/// Values without an entity that are shown.
const MOST_EXAMPLES: usize = 10;
/// An alert that began this long before the first finding of a group belongs to it.
const ALERT_LEAD_MS: i64 = 10 * 60_000;
/// Labels that name the machine or place on which something runs.
const PLACE_LABELS: [&str; 10] = [
    "host",
    "hostname",
    "instance",
    "node",
    "nodename",
    "kubernetes_node",
    "device",
    "pod",
    "container",
    "cluster",
];

/// Names what series belong to: by the model where it knows them, else by their labels alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naming {
    model: Option<Arc<Snapshot>>,
    joined: Arc<JoinedSeries>,
    /// The names of the sources.
    sources: Arc<BTreeMap<SourceId, String>>,
}

impl Naming {
    /// Takes the model of the open workspace. Where it cannot be read, labels alone decide.
    pub(crate) async fn of(app: &App, open: &Open) -> Self {
        Self::at(app, open, None).await
    }

    /// Takes the model as it was known at a moment; which series are joined is what is known now.
    pub(crate) async fn at(app: &App, open: &Open, as_of: Option<Timestamp>) -> Self {
        let model = match room::at(app, open, as_of).await {
            Ok(snapshot) => Some(snapshot).filter(|s| s.is_known()),
            Err(error) => {
                tracing::warn!(%error, "Names things by their labels alone.");
                None
            }
        };
        Self { model, joined: Arc::new(workloads::kept(open).await), ..Self::by_labels(open).await }
    }

    /// Names things by their labels alone, and what has none by its source: the model takes long to build.
    pub(crate) async fn by_labels(open: &Open) -> Self {
        let sources = open.workspace.sources().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "Names no sources.");
            Vec::new()
        });
        let sources = sources.into_iter().map(|source| (source.id, source.name)).collect();
        Self { sources: Arc::new(sources), ..Self::default() }
    }

    /// Returns what a series stands for beside itself; `None` for most.
    pub(crate) fn joined(&self, series: SeriesId) -> Option<&Joined> {
        self.joined.get(&series.0)
    }

    /// Returns the name of what a series belongs to.
    pub(crate) fn entity(&self, key: &SeriesKey) -> String {
        self.known(&key.labels).unwrap_or_else(|| entity_of(key))
    }

    /// Returns where a series is, as a sentence says it: the name of what it belongs to, and that of its source where
    /// neither model nor labels say. Two imported files may have a series `value` each.
    pub(crate) fn place(&self, series: &SeriesRow) -> String {
        let source = self.sources.get(&series.source).filter(|_| !is_named(&series.key));
        match source {
            Some(source) => self.known(&series.key.labels).unwrap_or_else(|| source.clone()),
            None => self.entity(&series.key),
        }
    }

    /// Returns the name of the entity that labels tell of, when the model knows one.
    pub(crate) fn known(&self, labels: &Labels) -> Option<String> {
        let snapshot = self.model.as_ref()?;
        snapshot.model.index.of_labels(labels).map(|thing| snapshot.thing(thing).name.clone())
    }

    /// Returns the team of the entity that labels tell of, where the model knows it.
    pub(crate) fn team(&self, labels: &Labels) -> Option<&str> {
        let snapshot = self.model.as_ref()?;
        let thing = snapshot.model.index.of_labels(labels)?;
        Some(snapshot.thing(thing).entity.team.as_str()).filter(|team| !team.is_empty())
    }
}

/// An entity that a list is narrowed to.
#[derive(Debug)]
pub(crate) struct Chosen {
    snapshot: Arc<Snapshot>,
    thing: Option<usize>,
    name: String,
}

/// Makes the choice of an entity; an empty name chooses nothing.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn choose(app: &App, open: &Open, name: Option<&str>) -> Result<Option<Chosen>, AppError> {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
    let snapshot = room::current(app, open).await?;
    Ok(Some(Chosen::new(snapshot, name)))
}

impl Chosen {
    pub(super) fn new(snapshot: Arc<Snapshot>, name: &str) -> Self {
        let thing = snapshot.find(name);
        Self { snapshot, thing, name: name.to_owned() }
    }

    /// Reports whether a series belongs to it.
    pub(crate) fn has_series(&self, key: &SeriesKey) -> bool {
        if self.thing.is_none() { entity_of(key) == self.name } else { self.has_labels(&key.labels) }
    }

    /// Reports whether labels tell of it. To a machine belongs also what runs on it.
    pub(crate) fn has_labels(&self, labels: &Labels) -> bool {
        let index = &self.snapshot.model.index;
        let Some(thing) = self.thing else { return labels.iter().any(|(_, value)| value == self.name) };
        let is_place = is_infrastructure(self.snapshot.thing(thing).entity.kind);
        index.of_labels(labels) == Some(thing)
            || (is_place
                && PLACE_LABELS
                    .iter()
                    .any(|label| labels.get(label).and_then(|value| index.find(value)) == Some(thing)))
    }

    /// Returns the question that finds its log lines, by the services and hosts that have written any.
    pub(crate) fn log_query(&self, services: &[String], hosts: &[String]) -> LogQuery {
        let is_it = |name: &&String| match self.thing {
            Some(thing) => self.snapshot.model.index.find(name) == Some(thing),
            None => **name == self.name,
        };
        let field = |field: &str, value: &str| LogQuery::Field {
            name: field.to_owned(),
            test: FieldTest::Is(TextPattern::Phrase(value.to_owned())),
        };
        let mut any: Vec<LogQuery> =
            services.iter().filter(is_it).map(|name| field("service", name)).collect();
        any.extend(hosts.iter().filter(is_it).map(|name| field("host", name)));
        match any.len() {
            // Nothing was written by it: the question for its own name finds what may come.
            0 => field("service", &self.name),
            1 => any.remove(0),
            _ => LogQuery::Or(any),
        }
    }
}

/// Narrows a question about log lines to an entity.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn narrowed(
    app: &App,
    open: &Open,
    query: LogQuery,
    entity: Option<&str>,
) -> Result<LogQuery, AppError> {
    let Some(chosen) = choose(app, open, entity).await? else { return Ok(query) };
    let (services, hosts) = logs::writers(open).await?;
    let own = chosen.log_query(&services, &hosts);
    Ok(if query == LogQuery::All { own } else { LogQuery::And(vec![query, own]) })
}

/// Reports whether something carries others instead of doing work of its own.
pub(super) fn is_infrastructure(kind: EntityKind) -> bool {
    match kind {
        EntityKind::Host
        | EntityKind::Device
        | EntityKind::Storage
        | EntityKind::Cluster
        | EntityKind::Container
        | EntityKind::Other => true,
        EntityKind::Service
        | EntityKind::Database
        | EntityKind::Cache
        | EntityKind::Queue
        | EntityKind::Balancer
        | EntityKind::System
        | EntityKind::External => false,
    }
}

/// What telemetry tells of one thing.
#[derive(Clone, Debug, Default)]
pub(super) struct Signal {
    /// Series that belong to it.
    pub(super) series: u32,
    /// Findings in the range.
    pub(super) findings: u32,
    /// Alerts that fire at the end of the range.
    pub(super) firing: u32,
    /// The highest grade of a finding in the range.
    pub(super) grade: Option<Grade>,
    /// The highest severity of a firing alert.
    pub(super) severity: Option<Severity>,
    /// When it began to depart together with others, or an alert began to fire.
    pub(super) onset: Option<Timestamp>,
    /// Whether its samples stopped coming.
    pub(super) is_silent: bool,
    /// What its most surprising finding shows, with the finding's score.
    pub(super) fact: Option<(f64, Phrase)>,
}

/// What telemetry tells of all things in a range.
#[derive(Debug)]
pub(super) struct Signals {
    /// By the number of the thing.
    pub(super) of: Vec<Signal>,
    pub(super) unmatched: Unmatched,
    /// Whether any series was scored: otherwise it is not known what departs.
    pub(super) is_scored: bool,
}

/// Puts findings and alerts of a range to their things, as they were known as of the moment of the snapshot.
///
/// # Errors
///
/// Store failures.
pub(super) async fn signals(open: &Open, snapshot: &Snapshot, range: TimeRange) -> Result<Signals, AppError> {
    let ws = &open.workspace;
    let range = anchored(range, snapshot.as_of);
    let series = ws.series(&SeriesFilter { as_of: snapshot.as_of, ..SeriesFilter::default() }).await?;
    let findings = ws.findings(Some(reach::whole_days(range)), snapshot.as_of).await?;
    let index = series.iter().map(|row| (row.id, row)).collect();
    let name = |key: &SeriesKey| {
        let thing = snapshot.model.index.of_labels(&key.labels);
        thing.map_or_else(|| entity_of(key), |thing| snapshot.thing(thing).name.clone())
    };
    let mut findings = feedback::sort(open, findings, &index, &name, snapshot.as_of).await?;
    // The map and *Now* speak of the same findings.
    let reaching = reach::now(open, &findings, range.end(), snapshot.as_of).await?;
    findings.counted.retain(|finding| reaching.contains(&finding.id) && touches(finding, range));
    let known = AlertFilter { range: Some(range), as_of: snapshot.as_of, ..AlertFilter::default() };
    let alerts = ws.alert_list(&known).await?;
    let (services, hosts) = logs::writers(open).await?;
    let is_scored = ws.last_detection(snapshot.as_of).await?.is_some_and(|run| run.judged > 0);
    let mut made = Making::new(snapshot, &series);
    made.add_findings(&findings.counted, range);
    made.add_alerts(&alerts, range);
    made.add_writers(services.iter().chain(&hosts));
    Ok(made.done(is_scored))
}

struct Making<'a> {
    snapshot: &'a Snapshot,
    rows: BTreeMap<SeriesId, &'a SeriesRow>,
    /// The thing of each series.
    things: BTreeMap<SeriesId, usize>,
    of: Vec<Signal>,
    unmatched: Unmatched,
    /// Values that name nothing, with how often they occur.
    examples: BTreeMap<String, u32>,
    /// When the group of findings that the sentence speaks of began.
    group_began: Option<Timestamp>,
}

impl<'a> Making<'a> {
    fn new(snapshot: &'a Snapshot, series: &'a [SeriesRow]) -> Self {
        let mut made = Self {
            snapshot,
            rows: series.iter().map(|row| (row.id, row)).collect(),
            things: BTreeMap::new(),
            of: vec![Signal::default(); snapshot.model.things.len()],
            unmatched: Unmatched::default(),
            examples: BTreeMap::new(),
            group_began: None,
        };
        for row in series {
            made.unmatched.of_series += 1;
            if let Some(thing) = snapshot.model.index.of_labels(&row.key.labels) {
                made.things.insert(row.id, thing);
                made.of[thing].series += 1;
            } else {
                made.unmatched.series += 1;
                *made.examples.entry(entity_of(&row.key)).or_default() += 1;
            }
        }
        made
    }

    fn add_findings(&mut self, findings: &[FindingRow], range: TimeRange) {
        let group = main_group(findings, &self.rows, range.end());
        self.group_began = group.first().map(|f| f.anomaly.start);
        let in_group: BTreeSet<_> = group.iter().map(|f| f.id).collect();
        for finding in findings {
            let Some(&thing) = self.things.get(&finding.series) else { continue };
            let Some(row) = self.rows.get(&finding.series) else { continue };
            let (anomaly, score) = (&finding.anomaly, finding.anomaly.score);
            let signal = &mut self.of[thing];
            signal.findings += 1;
            signal.grade = signal.grade.max(Some(score.grade()));
            if in_group.contains(&finding.id) {
                signal.onset = Some(earlier(signal.onset, anomaly.start));
            }
            let lasts = anomaly.end.is_none_or(|end| end >= range.end());
            signal.is_silent |= anomaly.kind == AnomalyKind::Missing && lasts;
            if signal.fact.as_ref().is_none_or(|(best, _)| score.get() > *best) {
                let name = &self.snapshot.thing(thing).name;
                signal.fact = Some((score.get(), short_fact(finding, row, name)));
            }
        }
    }

    fn add_alerts(&mut self, alerts: &[AlertRow], range: TimeRange) {
        for row in alerts {
            self.unmatched.of_alerts += 1;
            let Some(thing) = self.snapshot.model.index.of_labels(&row.alert.labels) else {
                self.unmatched.alerts += 1;
                *self.examples.entry(subject_of(&row.alert.labels)).or_default() += 1;
                continue;
            };
            let ended_later = row.ended.is_some_and(|at| at >= range.end());
            let fires = row.alert.state == AlertState::Firing
                || (row.alert.state == AlertState::Resolved && ended_later);
            if !fires {
                continue;
            }
            let signal = &mut self.of[thing];
            signal.firing += 1;
            let severity = severity_of(&row.alert.labels);
            // The more serious one is the smaller.
            signal.severity = Some(signal.severity.map_or(severity, |before| before.min(severity)));
            let began = row.alert.active_at;
            let belongs = self.group_began.is_none_or(|at| began >= at.plus_millis(-ALERT_LEAD_MS));
            if belongs && severity != Severity::Info {
                signal.onset = Some(earlier(signal.onset, began));
            }
        }
    }

    fn add_writers<'b>(&mut self, writers: impl Iterator<Item = &'b String>) {
        for writer in writers {
            self.unmatched.of_records += 1;
            if self.snapshot.model.index.find(writer).is_none() {
                self.unmatched.records += 1;
                *self.examples.entry(writer.clone()).or_default() += 1;
            }
        }
    }

    fn done(mut self, is_scored: bool) -> Signals {
        let mut examples: Vec<(String, u32)> =
            self.examples.into_iter().filter(|(value, _)| !value.is_empty()).collect();
        examples.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        self.unmatched.examples = examples.into_iter().map(|(value, _)| value).take(MOST_EXAMPLES).collect();
        Signals { of: self.of, unmatched: self.unmatched, is_scored }
    }
}

/// Returns the earlier of a moment that may be known and another.
fn earlier(known: Option<Timestamp>, at: Timestamp) -> Timestamp {
    known.map_or(at, |known| known.min(at))
}

/// Returns what an alert without an entity says it is about.
fn subject_of(labels: &Labels) -> String {
    entity_of(&SeriesKey::new(labels.get("alertname").unwrap_or_default(), labels.clone()))
}
