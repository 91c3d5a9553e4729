//! Judging how sound an edge is.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::Timestamp;

use crate::topology::identity::names;
use crate::topology::model::{
    DoubtReason, EdgeOrigin, EdgeState, ModelEdge, ModelInput, OLD_MS, StaleReason, Thing,
};

/// Words for a state in which nothing is served any more.
const RETIRED: [&str; 14] = [
    "retired",
    "decommissioned",
    "decommissioning",
    "disposed",
    "deleted",
    "removed",
    "obsolete",
    "end-of-life",
    "disused",
    "absent",
    "退役",
    "已下线",
    "下线",
    "报废",
];
/// Words of which telemetry shows both ends talking.
const TALKS: [&str; 7] =
    ["calls", "reads", "writes", "caches in", "publishes to", "consumes from", "connects to"];

/// What has to be known of all edges to judge one.
pub(super) struct Judge {
    now: Timestamp,
    /// When each source was last heard of.
    heard_at: BTreeMap<u32, Timestamp>,
    retired: Vec<bool>,
    /// Whether telemetry of the thing names whom it talks to, or others name it.
    calls: Vec<bool>,
    is_named: Vec<bool>,
    /// For every pair and word, which sources declare it.
    declared: BTreeMap<(usize, usize, String), BTreeSet<u32>>,
    /// The pairs and words that telemetry shows.
    inferred: BTreeSet<(usize, usize, String)>,
    removed: BTreeSet<(usize, usize)>,
    confirmed: BTreeSet<(usize, usize)>,
}

impl Judge {
    pub(super) fn new(
        input: &ModelInput<'_>,
        things: &[Thing],
        edges: &[ModelEdge],
        [removed, confirmed]: [BTreeSet<(usize, usize)>; 2],
    ) -> Self {
        let mut heard_at: BTreeMap<u32, Timestamp> = BTreeMap::new();
        let told = input.records.iter().map(|record| (record.source, record.known_at));
        let edges_told =
            input.declared.iter().map(|declared| (declared.source, declared.known_at.max(declared.event_at)));
        for (source, at) in told.chain(edges_told) {
            let heard = heard_at.entry(source).or_insert(at);
            *heard = at.max(*heard);
        }
        let is_retired = |thing: &Thing| RETIRED.contains(&names::folded(&thing.entity.status).as_str());
        let mut judge = Self {
            now: input.now,
            heard_at,
            retired: things.iter().map(is_retired).collect(),
            calls: vec![false; things.len()],
            is_named: vec![false; things.len()],
            declared: BTreeMap::new(),
            inferred: BTreeSet::new(),
            removed,
            confirmed,
        };
        judge.learn(edges);
        judge
    }

    /// Notes who talks to whom, and for which pairs somebody tells the opposite.
    fn learn(&mut self, edges: &[ModelEdge]) {
        let pairs: BTreeSet<(usize, usize)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        for edge in edges {
            let is_seen = self.is_seen(edge);
            if is_seen && TALKS.contains(&edge.how.as_str()) {
                self.calls[edge.from] = true;
                self.is_named[edge.to] = true;
            }
            if pairs.contains(&(edge.to, edge.from)) {
                let place = (edge.from, edge.to, edge.how.clone());
                if is_seen {
                    self.inferred.insert(place.clone());
                }
                self.declared.entry(place).or_default().extend(edge.origins.iter().filter_map(declaring));
            }
        }
    }

    /// Gives every edge its state.
    pub(super) fn judge(&self, edges: &mut [ModelEdge]) {
        for edge in edges {
            edge.state = self.state(edge);
        }
    }

    fn state(&self, edge: &ModelEdge) -> EdgeState {
        let pair = (edge.from, edge.to);
        if self.removed.contains(&pair) {
            return EdgeState::Removed;
        }
        let is_drawn = edge.origins.contains(&EdgeOrigin::Drawn);
        if is_drawn || self.confirmed.contains(&pair) || self.is_seen(edge) {
            return EdgeState::Sound;
        }
        if edge.origins.iter().all(|origin| matches!(origin, EdgeOrigin::Proposed { .. })) {
            return EdgeState::Proposed;
        }
        if self.retired[edge.from] || self.retired[edge.to] {
            return EdgeState::Doubtful(DoubtReason::EndRetired);
        }
        if self.is_reversed(edge) {
            return EdgeState::Doubtful(DoubtReason::Reversed);
        }
        let both_are_seen = self.calls[edge.from] && (self.calls[edge.to] || self.is_named[edge.to]);
        if edge.how == "calls" && both_are_seen {
            return EdgeState::Stale(StaleReason::Unseen);
        }
        if edge.origins.iter().any(|origin| self.is_fresh(origin)) {
            EdgeState::Sound
        } else {
            EdgeState::Stale(StaleReason::Old)
        }
    }

    /// Reports whether telemetry showed an edge within [`OLD_MS`].
    fn is_seen(&self, edge: &ModelEdge) -> bool {
        edge.origins.iter().any(|origin| match origin {
            EdgeOrigin::Inferred { last_at, .. } => !self.is_old(*last_at),
            EdgeOrigin::Drawn | EdgeOrigin::Declared { .. } | EdgeOrigin::Proposed { .. } => false,
        })
    }

    fn is_old(&self, at: Timestamp) -> bool {
        self.now.as_millis().saturating_sub(at.as_millis()) > OLD_MS
    }

    /// Reports whether a declared origin is young, or its source had no chance to say anything since.
    fn is_fresh(&self, origin: &EdgeOrigin) -> bool {
        match origin {
            EdgeOrigin::Declared { source, age_ms } => {
                let told_at = self.now.plus_millis(age_ms.saturating_neg());
                *age_ms <= OLD_MS || self.heard_at.get(source).is_none_or(|heard| *heard <= told_at)
            }
            EdgeOrigin::Drawn | EdgeOrigin::Inferred { .. } | EdgeOrigin::Proposed { .. } => false,
        }
    }

    /// Reports whether telemetry, or a source that does not tell this direction, tells the opposite one.
    fn is_reversed(&self, edge: &ModelEdge) -> bool {
        let opposite = (edge.to, edge.from, edge.how.clone());
        if edge.how == "connects to" {
            return false;
        }
        let ours: BTreeSet<u32> = edge.origins.iter().filter_map(declaring).collect();
        let theirs = self.declared.get(&opposite);
        self.inferred.contains(&opposite)
            || theirs.is_some_and(|sources| !sources.is_empty() && sources.is_disjoint(&ours))
    }
}

fn declaring(origin: &EdgeOrigin) -> Option<u32> {
    match origin {
        EdgeOrigin::Declared { source, .. } => Some(*source),
        EdgeOrigin::Drawn | EdgeOrigin::Inferred { .. } | EdgeOrigin::Proposed { .. } => None,
    }
}
