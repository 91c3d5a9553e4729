//! The edges of the model: what sources, telemetry and people tell of one pair, brought together and judged.

mod ends;
mod judge;

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::Timestamp;
use wardroom_core::name::shown_name;

use self::ends::Ends;
use self::judge::Judge;
use super::index::Found;
use super::{
    Conflict, EdgeOrigin, EdgeState, Model, ModelEdge, ModelInput, NameIndex, ObservedEdge, ObservedOrigin,
    Thing,
};
use crate::topology::identity::SameProposal;

/// How something depends that does not tell how.
const UNTOLD: &str = "depends on";
/// Words that say less than any other.
const GENERAL: [&str; 2] = [UNTOLD, "connects to"];
/// Words that say in more detail what `calls` says.
const DETAILED: [&str; 5] = ["reads", "writes", "caches in", "publishes to", "consumes from"];

/// One word about one pair of things.
struct Told {
    from: usize,
    to: usize,
    how: String,
    origin: EdgeOrigin,
    at: Option<Timestamp>,
}

/// What is told of edges, between things.
#[derive(Default)]
pub(super) struct Edges {
    told: Vec<Told>,
    dangling: Vec<(usize, String)>,
    unplaced: Vec<(usize, String)>,
    unheeded: Vec<(String, String)>,
    /// Pairs of which one is only named by edges and looks like the other.
    alike: Vec<SameProposal>,
    /// Pairs that people say are two.
    apart: BTreeSet<(usize, usize)>,
    /// The states that the edges get, sorted by pair.
    edges: Vec<ModelEdge>,
}

impl Edges {
    /// Reads all edges; ends that only edges name become things.
    pub(super) fn read(&mut self, input: &ModelInput<'_>, things: &mut Vec<Thing>, index: &mut NameIndex) {
        let ends = Ends::read(input, things, index);
        self.alike = ends.add_external(input.decisions, things, index);
        self.apart = apart(&input.decisions.named_apart, index);
        for (number, declared) in input.declared.iter().enumerate() {
            let edge = &declared.edge;
            let at = edge.changed_at.unwrap_or(declared.event_at);
            let found =
                [ends.of(declared.source, &edge.from, index), ends.of(declared.source, &edge.to, index)];
            match placed(found, [&edge.from, &edge.to]) {
                Ok((from, to)) => {
                    let age_ms = input.now.as_millis().saturating_sub(at.as_millis());
                    let origin = EdgeOrigin::Declared { source: declared.source, age_ms };
                    self.told.push(Told { from, to, how: word(&edge.how), origin, at: Some(at) });
                }
                Err(missing) => self.dangling.push((number, missing)),
            }
        }
        for (number, edge) in input.observed.iter().enumerate() {
            let found = [ends.anywhere(&edge.from, index), ends.anywhere(&edge.to, index)];
            match placed(found, [&edge.from, &edge.to]) {
                Ok((from, to)) => {
                    let (origin, at) = (observed(edge), Some(edge.last_at));
                    self.told.push(Told { from, to, how: word(&edge.how), origin, at });
                }
                Err(missing) => self.unplaced.push((number, missing)),
            }
        }
        let drawn = self.decided(input.decisions.drawn.iter().map(|(from, to, _)| (from, to)), index);
        for ((_, _, how), pair) in input.decisions.drawn.iter().zip(drawn) {
            if let Some((from, to)) = pair {
                self.told.push(Told { from, to, how: word(how), origin: EdgeOrigin::Drawn, at: None });
            }
        }
        let removed = self.decided(input.decisions.removed.iter().map(|(from, to)| (from, to)), index);
        let confirmed = self.decided(input.decisions.confirmed.iter().map(|(from, to)| (from, to)), index);
        self.bring_together();
        let decided = [removed, confirmed].map(|pairs| pairs.into_iter().flatten().collect::<BTreeSet<_>>());
        Judge::new(input, things, &self.edges, decided).judge(&mut self.edges);
    }

    /// Finds the things of decisions on edges; those that name none are kept as unheeded.
    fn decided<'a>(
        &mut self,
        pairs: impl Iterator<Item = (&'a String, &'a String)>,
        index: &NameIndex,
    ) -> Vec<Option<(usize, usize)>> {
        pairs
            .map(|(from, to)| {
                let pair = index.find(from).zip(index.find(to)).filter(|(from, to)| from != to);
                if pair.is_none() {
                    self.unheeded.push((from.clone(), to.clone()));
                }
                pair
            })
            .collect()
    }

    /// Makes one edge of all that is told of one pair in one sense.
    fn bring_together(&mut self) {
        let mut told = std::mem::take(&mut self.told);
        told.sort_by(|a, b| (a.from, a.to, &a.how).cmp(&(b.from, b.to, &b.how)));
        for pair in told.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)) {
            let mut words: Vec<&str> = pair.iter().map(|told| told.how.as_str()).collect();
            words.dedup();
            let kept: Vec<&str> = words.iter().copied().filter(|word| !is_covered(word, &words)).collect();
            for how in kept {
                let of_edge = pair.iter().filter(|told| told.how == how || covers(how, &told.how));
                self.edges.push(edge(how, of_edge));
            }
        }
    }

    /// Puts the model together.
    pub(super) fn into_model(
        self,
        things: Vec<Thing>,
        index: NameIndex,
        conflicts: Vec<Conflict>,
        mut duplicates: Vec<SameProposal>,
    ) -> Model {
        duplicates.extend(self.alike);
        duplicates.retain(|pair| !self.apart.contains(&(pair.a, pair.b)));
        duplicates.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
        let mut linked = vec![false; things.len()];
        for edge in &self.edges {
            if !matches!(edge.state, EdgeState::Removed | EdgeState::Proposed) {
                linked[edge.from] = true;
                linked[edge.to] = true;
            }
        }
        let orphans = (0..things.len()).filter(|&thing| !linked[thing]).collect();
        Model {
            things,
            edges: self.edges,
            conflicts,
            orphans,
            duplicates,
            dangling: self.dangling,
            unplaced: self.unplaced,
            unheeded: self.unheeded,
            index,
        }
    }
}

/// Returns the pairs of things that some pairs of names lead to, the smaller number first.
fn apart(names: &[(String, String)], index: &NameIndex) -> BTreeSet<(usize, usize)> {
    let found = names.iter().filter_map(|(a, b)| index.find(a).zip(index.find(b)));
    found.map(|(a, b)| (a.min(b), a.max(b))).collect()
}

/// Returns the two things of an edge, or the name that leads to none; an empty one when both are one thing.
fn placed(found: [Found; 2], names: [&str; 2]) -> Result<(usize, usize), String> {
    match found {
        [Found::One(from), Found::One(to)] if from == to => Err(String::new()),
        [Found::One(from), Found::One(to)] => Ok((from, to)),
        [Found::One(_), Found::Shared | Found::Unknown] => Err(names[1].to_owned()),
        [Found::Shared | Found::Unknown, _] => Err(names[0].to_owned()),
    }
}

fn word(how: &str) -> String {
    let how = shown_name(how);
    if how.is_empty() { UNTOLD.to_owned() } else { how.into_owned() }
}

fn observed(edge: &ObservedEdge) -> EdgeOrigin {
    match edge.origin {
        ObservedOrigin::Inferred => EdgeOrigin::Inferred {
            rule: edge.rule.clone(),
            evidence: edge.evidence.clone(),
            last_at: edge.last_at,
        },
        ObservedOrigin::Proposed => {
            EdgeOrigin::Proposed { score: edge.score, evidence: edge.evidence.clone() }
        }
    }
}

/// Reports whether one word says all that another says, and more.
fn covers(detailed: &str, general: &str) -> bool {
    let says_less = GENERAL.contains(&general) && !GENERAL.contains(&detailed);
    // Of the two general words, that of a connection tells more.
    let connects = general == UNTOLD && detailed == GENERAL[1];
    says_less || connects || (general == "calls" && DETAILED.contains(&detailed))
}

fn is_covered(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| covers(other, word))
}

/// Returns the edge that all of `told`, which is not empty, tell of.
fn edge<'a>(how: &str, told: impl Iterator<Item = &'a Told>) -> ModelEdge {
    let mut ends = (0, 0);
    let mut last_at = None;
    let mut origins: BTreeMap<Kept, EdgeOrigin> = BTreeMap::new();
    for told in told {
        ends = (told.from, told.to);
        last_at = last_at.max(told.at);
        let kept = origins.entry(Kept::of(&told.origin)).or_insert_with(|| told.origin.clone());
        if is_better(&told.origin, kept) {
            *kept = told.origin.clone();
        }
    }
    ModelEdge {
        from: ends.0,
        to: ends.1,
        how: how.to_owned(),
        origins: origins.into_values().collect(),
        state: EdgeState::Sound,
        last_at,
    }
}

/// What an edge has at most one origin of.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Drawn,
    Inferred(String),
    Declared(u32),
    Proposed,
}

impl Kept {
    fn of(origin: &EdgeOrigin) -> Self {
        match origin {
            EdgeOrigin::Drawn => Self::Drawn,
            EdgeOrigin::Inferred { rule, .. } => Self::Inferred(rule.clone()),
            EdgeOrigin::Declared { source, .. } => Self::Declared(*source),
            EdgeOrigin::Proposed { .. } => Self::Proposed,
        }
    }
}

/// Of two origins of one sort the younger or surer one is kept.
fn is_better(origin: &EdgeOrigin, kept: &EdgeOrigin) -> bool {
    match (origin, kept) {
        (EdgeOrigin::Inferred { last_at: a, .. }, EdgeOrigin::Inferred { last_at: b, .. }) => a > b,
        (EdgeOrigin::Declared { age_ms: a, .. }, EdgeOrigin::Declared { age_ms: b, .. }) => a < b,
        (EdgeOrigin::Proposed { score: a, .. }, EdgeOrigin::Proposed { score: b, .. }) => a > b,
        (
            EdgeOrigin::Drawn
            | EdgeOrigin::Inferred { .. }
            | EdgeOrigin::Declared { .. }
            | EdgeOrigin::Proposed { .. },
            _,
        ) => false,
    }
}
