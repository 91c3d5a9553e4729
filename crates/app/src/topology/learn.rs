//! Edges from telemetry: read where series and log lines name the other side, proposed where things depart together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use wardroom_analysis::topology::infer::{self, ConnectionMiner, SeriesFact};
use wardroom_analysis::topology::model::{NameIndex, ObservedEdge, ObservedOrigin};
use wardroom_analysis::topology::propose::{self, DEFAULT_THRESHOLD, Event};
use wardroom_analysis::topology::reach::Graph;
use wardroom_core::{Grade, LogRecord, TimeRange, Timestamp};
use wardroom_store::{AlertRow, FindingRow, LogFilter, ObservedEdgeRow, SeriesFilter, SeriesId, SeriesRow};

use super::matching::Naming;
use super::room::{self, Snapshot};
use crate::context::{App, Open, lock};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::feedback;
use crate::logs::files;
use crate::now::reach;

/// A series is still there when it had a sample this long before the newest of its source.
const ACTIVE_MS: i64 = 3_600_000;
/// Periods over the stored log lines from each of which some are read.
const LOG_PERIODS: i64 = 16;
/// Lines that are read of each period.
const LINES_A_PERIOD: u32 = 1500;
/// Findings and alerts that proposals stand on at most, the latest.
const MOST_EVENTS: usize = 50_000;
/// Proposals that are kept.
const MOST_PROPOSED: usize = 200;
/// Joint beginnings below which nothing is proposed.
const LEAST_SUPPORT: u32 = 3;
/// What rules that read log lines begin with, to tell them from those that read series.
const LOG_RULES: &str = "log_";
/// While nothing but time has passed, telemetry is read again after this.
const AGAIN_AFTER: Duration = Duration::from_mins(10);

/// Reads edges from what is stored and keeps them; returns how many there are.
///
/// Cost: all series by their labels, some 20,000 stored log lines and as many of files, the onsets of findings and alerts.
///
/// # Errors
///
/// Read-only workspaces; store failures.
pub async fn observe(app: &App, open: &Arc<Open>, known_at: Timestamp) -> Result<usize, AppError> {
    let _one = open.topology.observing.lock().await;
    let snapshot = room::current(app, open).await?;
    let ws = &open.workspace;
    let series = ws.series(&SeriesFilter::default()).await?;
    let mut lines = sampled_lines(open).await?;
    lines.extend(files::sampled(open, LOG_PERIODS, LINES_A_PERIOD as usize).await);
    let findings = ws.findings(None, None).await?;
    // What a maintenance stops together does not depend on each other for that.
    let findings = {
        let index = series.iter().map(|row| (row.id, row)).collect();
        let last = findings.iter().map(|finding| finding.anomaly.start).max();
        // By the names of the model, as *Now* and the map: a maintenance covers what goes by another name of the thing.
        let naming = Naming::of(app, open).await;
        let mut sorted = feedback::sort(open, findings, &index, &|key| naming.entity(key), None).await?;
        // Of weak findings thousands begin together by chance.
        let reaching = reach::now(open, &sorted, last.unwrap_or(known_at).plus_millis(1), None).await?;
        sorted.counted.retain(|finding| reaching.contains(&finding.id));
        sorted.counted
    };
    let alerts = ws.alerts(None, None).await?;
    *lock(&open.topology.observed) = Some((Instant::now(), series.len()));
    let before = ws.observed_edges(None).await?;
    let computed = tokio::task::spawn_blocking(move || {
        let mut inferred = from_series(&series, &snapshot.model.index);
        inferred.extend(from_lines(&lines, &snapshot.model.index));
        let proposed = proposals(&snapshot, &series, &findings, &alerts, &inferred);
        (joined(inferred), proposed)
    });
    let (mut inferred, proposed) = computed.await.map_err(|e| AppError::internal(&e))?;
    keep_earlier(&mut inferred, &before);
    let rows: Vec<ObservedEdgeRow> = inferred.into_iter().map(row).collect();
    let guesses: Vec<ObservedEdgeRow> = proposed.into_iter().map(row).collect();
    ws.replace_observed_edges(ObservedOrigin::Inferred.as_str(), &rows, known_at).await?;
    ws.replace_observed_edges(ObservedOrigin::Proposed.as_str(), &guesses, known_at).await?;
    let after = ws.observed_edges(None).await?;
    if after != before {
        open.topology.changed();
        app.bus().tell(AppEvent::TopologyChanged);
    }
    Ok(after.len())
}

/// Reads edges behind a detection, when there are other series than before or some time has passed. A failure is told in
/// the log of the program only: what was asked for is there.
pub(crate) async fn observe_quietly(app: &App, open: &Arc<Open>, series: usize, known_at: Timestamp) {
    let last = *lock(&open.topology.observed);
    if last.is_some_and(|(at, of)| of == series && at.elapsed() < AGAIN_AFTER) {
        return;
    }
    if let Err(error) = observe(app, open, known_at).await {
        tracing::warn!(%error, "Read no dependencies from telemetry.");
    }
}

/// Reads edges once lines came that stay in their files, where an inventory is known whose entities they could name. A
/// failure is told in the log of the program only: the lines are there.
pub(crate) async fn observe_new_lines(app: &App, open: &Arc<Open>) {
    let read = match room::current(app, open).await {
        Ok(snapshot) if !snapshot.is_known() => return,
        Ok(_) => observe(app, open, app.now()).await.map(|_| ()),
        Err(error) => Err(error),
    };
    if let Err(error) = read {
        tracing::warn!(%error, "Read no dependencies from log files.");
    }
}

/// Reads some stored log lines of every period, the latest of each.
async fn sampled_lines(open: &Open) -> Result<Vec<LogRecord>, AppError> {
    let sizes = open.workspace.log_sizes().await?;
    let first = sizes.values().filter_map(|size| size.first).min();
    let last = sizes.values().filter_map(|size| size.last).max();
    let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
    let step = (last.as_millis() - first.as_millis()) / LOG_PERIODS + 1;
    let mut lines = Vec::new();
    for period in 0..LOG_PERIODS {
        let start = first.plus_millis(step * period);
        let Ok(range) = TimeRange::new(start, start.plus_millis(step)) else { continue };
        let filter = LogFilter { range: Some(range), ..LogFilter::default() };
        let rows = open.workspace.logs(&filter, None, LINES_A_PERIOD).await?;
        lines.extend(rows.into_iter().map(|row| row.record));
    }
    Ok(lines)
}

fn from_series(series: &[SeriesRow], index: &NameIndex) -> Vec<ObservedEdge> {
    let mut newest = BTreeMap::new();
    for row in series {
        if let Some(last) = row.last {
            let entry = newest.entry(row.source).or_insert(last);
            *entry = last.max(*entry);
        }
    }
    let facts: Vec<SeriesFact<'_>> = series
        .iter()
        .filter_map(|row| {
            let (first, last) = (row.first?, row.last?);
            let until = newest.get(&row.source)?;
            let active = until.as_millis() - last.as_millis() <= ACTIVE_MS;
            Some(SeriesFact { key: &row.key, first, last, active })
        })
        .collect();
    infer::from_series(&facts, index)
}

fn from_lines(lines: &[LogRecord], index: &NameIndex) -> Vec<ObservedEdge> {
    let mut miner = ConnectionMiner::new(index);
    for line in lines {
        miner.learn(line);
    }
    let mut edges = miner.edges();
    for edge in edges.iter_mut().filter(|edge| !edge.rule.starts_with(LOG_RULES)) {
        edge.rule.insert_str(0, LOG_RULES);
    }
    edges
}

/// Joins edges of the same ends and kind: the store knows each once.
fn joined(edges: Vec<ObservedEdge>) -> Vec<ObservedEdge> {
    let mut made: BTreeMap<(String, String, String), ObservedEdge> = BTreeMap::new();
    for edge in edges {
        let key = (edge.from.clone(), edge.to.clone(), edge.how.clone());
        match made.get_mut(&key) {
            Some(known) => {
                known.first_at = known.first_at.min(edge.first_at);
                known.last_at = known.last_at.max(edge.last_at);
                known.score = known.score.max(edge.score);
                let more = edge.evidence.into_iter().filter(|text| !known.evidence.contains(text));
                let more: Vec<String> = more.collect();
                known.evidence.extend(more);
            }
            None => {
                made.insert(key, edge);
            }
        }
    }
    made.into_values().collect()
}

/// Keeps edges that log lines named earlier: a sample of the lines need not meet them again. They grow old by themselves.
fn keep_earlier(inferred: &mut Vec<ObservedEdge>, before: &[ObservedEdgeRow]) {
    let known: BTreeSet<(&str, &str, &str)> =
        inferred.iter().map(|e| (e.from.as_str(), e.to.as_str(), e.how.as_str())).collect();
    let is_of_lines = |row: &&ObservedEdgeRow| {
        row.origin == ObservedOrigin::Inferred.as_str() && row.rule.starts_with(LOG_RULES)
    };
    let missing = before
        .iter()
        .filter(is_of_lines)
        .filter(|row| !known.contains(&(row.from.as_str(), row.to.as_str(), row.how.as_str())));
    let kept: Vec<ObservedEdge> = missing.map(edge).collect();
    inferred.extend(kept);
}

fn edge(row: &ObservedEdgeRow) -> ObservedEdge {
    ObservedEdge {
        from: row.from.clone(),
        to: row.to.clone(),
        how: row.how.clone(),
        origin: ObservedOrigin::Inferred,
        rule: row.rule.clone(),
        evidence: row.evidence.clone(),
        score: row.score,
        first_at: row.first_at,
        last_at: row.last_at,
    }
}

fn row(edge: ObservedEdge) -> ObservedEdgeRow {
    ObservedEdgeRow {
        from: edge.from,
        to: edge.to,
        how: edge.how,
        origin: edge.origin.as_str().to_owned(),
        rule: edge.rule,
        evidence: edge.evidence,
        score: edge.score,
        first_at: edge.first_at,
        last_at: edge.last_at,
    }
}

/// Proposes an edge where one thing departs after another more often than by chance, and nothing ties the two yet.
fn proposals(
    snapshot: &Snapshot,
    series: &[SeriesRow],
    findings: &[FindingRow],
    alerts: &[AlertRow],
    inferred: &[ObservedEdge],
) -> Vec<ObservedEdge> {
    let events = events(snapshot, series, findings, alerts);
    let mut ties = Ties::new(snapshot, inferred);
    let times: Vec<Timestamp> = events.iter().map(|event| event.start).collect();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { return Vec::new() };
    let edges = propose::causal_edges(&events, None, snapshot.model.things.len());
    edges
        .iter()
        .filter(|edge| edge.score >= DEFAULT_THRESHOLD && edge.support >= LEAST_SUPPORT)
        .filter(|edge| !ties.explain(edge.cause as usize, edge.effect as usize))
        .take(MOST_PROPOSED)
        .map(|edge| ObservedEdge {
            // What departs later depends on what departed first.
            from: snapshot.thing(edge.effect as usize).name.clone(),
            to: snapshot.thing(edge.cause as usize).name.clone(),
            how: "depends on".to_owned(),
            origin: ObservedOrigin::Proposed,
            rule: "onsets".to_owned(),
            evidence: vec![format!("{}×, {} s", edge.support, edge.lag_ms / 1000)],
            // Two digits: a score that moves in the seventh is no other fact.
            score: (edge.score * 100.0).round() / 100.0,
            first_at: *first,
            last_at: *last,
        })
        .collect()
}

fn is_proposed(edge: &wardroom_analysis::topology::model::ModelEdge) -> bool {
    edge.state == wardroom_analysis::topology::model::EdgeState::Proposed
}

/// Who depends on whom, as far as it is declared, seen or drawn.
struct Ties {
    graph: Graph,
    /// All that a thing depends on, for the things that were asked about.
    needs: BTreeMap<usize, BTreeSet<usize>>,
}

impl Ties {
    fn new(snapshot: &Snapshot, inferred: &[ObservedEdge]) -> Self {
        let known = snapshot.edges().filter(|edge| !is_proposed(edge)).map(|edge| (edge.from, edge.to));
        let seen =
            inferred.iter().filter_map(|edge| Some((snapshot.find(&edge.from)?, snapshot.find(&edge.to)?)));
        let edges: Vec<(usize, usize)> = known.chain(seen).collect();
        Self { graph: Graph::new(snapshot.model.things.len(), &edges), needs: BTreeMap::new() }
    }

    /// Reports whether two things depart together for a known reason: one depends on the other by whatever way, or
    /// both depend on a third. A direct edge between them would be a guess that the known ones make needless.
    fn explain(&mut self, a: usize, b: usize) -> bool {
        for thing in [a, b] {
            let needs = || self.graph.upstream(thing, None).into_iter().map(|(on, ..)| on).collect();
            self.needs.entry(thing).or_insert_with(needs);
        }
        let (of_a, of_b) = (&self.needs[&a], &self.needs[&b]);
        of_a.contains(&b) || of_b.contains(&a) || !of_a.is_disjoint(of_b)
    }
}

/// Returns when things departed: by findings that are graded medium or higher, and by alerts.
fn events(
    snapshot: &Snapshot,
    series: &[SeriesRow],
    findings: &[FindingRow],
    alerts: &[AlertRow],
) -> Vec<Event> {
    let index = &snapshot.model.index;
    let things: BTreeMap<SeriesId, usize> =
        series.iter().filter_map(|row| Some((row.id, index.of_labels(&row.key.labels)?))).collect();
    let event = |thing: usize, start: Timestamp, end: Option<Timestamp>| {
        let what = u32::try_from(thing).ok()?;
        Some(Event { what, place: 0, start, end })
    };
    let found = findings.iter().filter(|f| f.anomaly.score.grade() >= Grade::Medium);
    let mut events: Vec<Event> = found
        .filter_map(|f| event(*things.get(&f.series)?, f.anomaly.start, f.anomaly.end))
        .chain(
            alerts
                .iter()
                .filter_map(|a| event(index.of_labels(&a.alert.labels)?, a.alert.active_at, a.ended)),
        )
        .collect();
    events.sort_by_key(|event| (event.start, event.what, event.end));
    // Several findings of one thing at one moment are one departure.
    events.dedup_by_key(|event| (event.start, event.what));
    let spare = events.len().saturating_sub(MOST_EVENTS);
    events.split_off(spare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(from: &str, to: &str, rule: &str, at: i64) -> ObservedEdge {
        ObservedEdge {
            from: from.to_owned(),
            to: to.to_owned(),
            how: "calls".to_owned(),
            origin: ObservedOrigin::Inferred,
            rule: rule.to_owned(),
            evidence: vec![format!("{rule} {at}")],
            score: 1.0,
            first_at: Timestamp::from_millis(at),
            last_at: Timestamp::from_millis(at),
        }
    }

    #[test]
    fn what_two_rules_see_is_one_edge_with_the_evidence_of_both() {
        let edges = joined(vec![seen("web", "db", "peer_label", 10), seen("web", "db", "servicegraph", 20)]);

        assert_eq!(edges.len(), 1);
        assert_eq!(edges[0].evidence, ["peer_label 10", "servicegraph 20"]);
        assert_eq!((edges[0].first_at.as_millis(), edges[0].last_at.as_millis()), (10, 20));
    }

    #[test]
    fn an_edge_of_log_lines_stays_although_the_sample_misses_it() {
        let rule = format!("{LOG_RULES}dsn");
        let before = vec![row(seen("web", "cache", &rule, 5)), row(seen("web", "old", "peer_label", 5))];
        let mut inferred = vec![seen("web", "db", "peer_label", 10)];

        keep_earlier(&mut inferred, &before);

        let to: Vec<&str> = inferred.iter().map(|e| e.to.as_str()).collect();
        assert_eq!(to, ["db", "cache"]);
    }
}
