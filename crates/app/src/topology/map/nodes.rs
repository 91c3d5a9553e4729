//! What a node of the map stands for at each level, and the edges between nodes.

use std::collections::BTreeMap;

use wardroom_analysis::topology::model::EdgeState;
use wardroom_core::{Entity, EntityKind, Grade, Timestamp};

use crate::alerts::Severity;
use crate::phrase::{Phrase, PhraseValue};
use crate::topology::matching::{Signal, is_infrastructure};
use crate::topology::room::Snapshot;
use crate::topology::rows::{MapLevel, NodeState};

/// Words by which inventories say that something is out of use.
const OUT_OF_USE: [&str; 9] = [
    "decommissioned",
    "decommissioning",
    "retired",
    "stopped",
    "inactive",
    "offline",
    "obsolete",
    "deprecated",
    "disposed",
];

/// One node: a thing, or all things of a domain or system.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: String,
    pub(super) things: Vec<usize>,
    pub(super) state: NodeState,
    pub(super) onset: Option<Timestamp>,
    pub(super) fact: Option<Phrase>,
    pub(super) firing: u32,
    pub(super) findings: u32,
    pub(super) tier: Option<u8>,
    pub(super) team: String,
    /// Whether it only carries others at this level, and is not drawn by itself while it does not depart.
    pub(super) is_carrier: bool,
    /// Edges among its things.
    pub(super) inside: u32,
}

/// All nodes of a level.
#[derive(Debug)]
pub(super) struct Nodes {
    pub(super) list: Vec<Node>,
    /// The node of each thing.
    pub(super) of_thing: Vec<usize>,
}

/// Edges between the same two nodes.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    /// The node that depends.
    pub(super) from: usize,
    /// The node it depends on.
    pub(super) to: usize,
    /// The edges, by their place in the model.
    pub(super) edges: Vec<usize>,
    /// Whether any of them is more than a proposal.
    pub(super) is_sure: bool,
}

impl Nodes {
    /// Makes the nodes of a level.
    pub(super) fn new(snapshot: &Snapshot, signals: &[Signal], level: MapLevel) -> Self {
        let mut made = Self { list: Vec::new(), of_thing: Vec::with_capacity(signals.len()) };
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (place, thing) in snapshot.model.things.iter().enumerate() {
            let (name, label) = identity(level, &thing.name, &thing.entity);
            let node = *known.entry(name.clone()).or_insert_with(|| {
                made.list.push(Node::empty(name, label, kind_of(level, &thing.entity)));
                made.list.len() - 1
            });
            made.of_thing.push(node);
            let is_carrier = level == MapLevel::Service && is_infrastructure(thing.entity.kind);
            made.list[node].take(place, &thing.entity, &signals[place], is_carrier);
        }
        for node in &mut made.list {
            node.settle(signals, |thing| snapshot.thing(thing).name.as_str());
        }
        made
    }

    /// Joins the edges of the model to edges between nodes, in order of the nodes; those among the things of one node
    /// are counted at it too.
    pub(super) fn join(&mut self, snapshot: &Snapshot) -> Vec<Joined> {
        let mut joined: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (place, edge) in snapshot.model.edges.iter().enumerate() {
            if edge.state != EdgeState::Removed {
                let ends = (self.of_thing[edge.from], self.of_thing[edge.to]);
                joined.entry(ends).or_default().push(place);
                self.list[ends.0].inside += u32::from(ends.0 == ends.1);
            }
        }
        let is_sure = |place: &usize| snapshot.model.edges[*place].state != EdgeState::Proposed;
        let made = joined.into_iter().map(|((from, to), edges)| Joined {
            from,
            to,
            is_sure: edges.iter().any(is_sure),
            edges,
        });
        made.collect()
    }

    /// Reports whether both ends depart, the one that is depended on not later.
    pub(super) fn is_on_path(&self, edge: &Joined) -> bool {
        let (from, to) = (self.list[edge.from].onset, self.list[edge.to].onset);
        from.zip(to).is_some_and(|(from, to)| to <= from)
    }
}

impl Node {
    fn empty(name: String, label: String, kind: String) -> Self {
        Self {
            name,
            label,
            kind,
            things: Vec::new(),
            state: NodeState::Unknown,
            onset: None,
            fact: None,
            firing: 0,
            findings: 0,
            tier: None,
            team: String::new(),
            is_carrier: false,
            inside: 0,
        }
    }

    fn take(&mut self, thing: usize, entity: &Entity, signal: &Signal, is_carrier: bool) {
        if self.things.is_empty() {
            self.team.clone_from(&entity.team);
        } else if self.team != entity.team {
            // Several teams own it: none is told.
            self.team.clear();
        }
        self.things.push(thing);
        self.state = self.state.max(state_of(entity, signal));
        self.onset = match (self.onset, signal.onset) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.firing += signal.firing;
        self.findings += signal.findings;
        self.tier = match (self.tier, entity.tier) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.is_carrier = is_carrier;
    }

    /// Takes the fact of the thing that shows most, among those that departed first: it stands beside their onset. A node
    /// of several things says whose it is.
    fn settle<'a>(&mut self, signals: &[Signal], name: impl Fn(usize) -> &'a str) {
        let first = self.things.iter().filter(|thing| signals[**thing].onset == self.onset);
        let facts = first.filter_map(|thing| Some((*thing, signals[*thing].fact.as_ref()?)));
        let best = facts.max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0));
        let is_one = self.things.len() == 1;
        self.fact = best
            .map(|(thing, (_, fact))| if is_one { fact.clone() } else { fact_of(name(thing), fact.clone()) });
    }
}

/// Says whose a fact is, before what it is about.
fn fact_of(name: &str, mut fact: Phrase) -> Phrase {
    if let Some(what) = fact.values.remove("what") {
        let mut parts = vec![PhraseValue::Text(name.to_owned())];
        if let PhraseValue::List(more) = what {
            parts.extend(more);
        } else {
            parts.push(what);
        }
        fact.values.insert("what".to_owned(), PhraseValue::List(parts));
    }
    fact
}

/// Returns name and label of the node that a thing belongs to.
fn identity(level: MapLevel, name: &str, entity: &Entity) -> (String, String) {
    let group = match level {
        MapLevel::Domain => &entity.domain,
        MapLevel::System if entity.kind == EntityKind::System => &entity.name,
        MapLevel::System => &entity.system,
        MapLevel::Service | MapLevel::Host => return (name.to_owned(), name.to_owned()),
    };
    let word = if level == MapLevel::Domain { "domain" } else { "system" };
    (format!("{word}:{group}"), group.clone())
}

fn kind_of(level: MapLevel, entity: &Entity) -> String {
    match level {
        MapLevel::Domain => "domain".to_owned(),
        MapLevel::System => "system".to_owned(),
        MapLevel::Service | MapLevel::Host => entity.kind.as_str().to_owned(),
    }
}

/// Returns how a thing is.
pub(super) fn state_of(entity: &Entity, signal: &Signal) -> NodeState {
    let is_out_of_use = OUT_OF_USE.contains(&entity.status.trim().to_lowercase().as_str());
    if signal.is_silent {
        return if is_out_of_use { NodeState::Stopped } else { NodeState::Silent };
    }
    match (signal.severity, signal.grade) {
        (Some(Severity::Critical), _) | (_, Some(Grade::High)) => NodeState::Critical,
        (Some(Severity::Warning), _) | (_, Some(Grade::Medium)) => NodeState::Warning,
        (Some(Severity::Info), _) | (_, Some(Grade::Low)) => NodeState::Unusual,
        (None, None) if is_out_of_use => NodeState::Stopped,
        (None, None) if signal.series == 0 => NodeState::Unknown,
        (None, None) => NodeState::Usual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_told_unless_the_inventory_says_that_it_is_meant() {
        let mut entity = Entity::new(EntityKind::Service, "web");
        let silent = Signal { series: 3, is_silent: true, grade: Some(Grade::High), ..Signal::default() };

        assert_eq!(state_of(&entity, &silent), NodeState::Silent);
        entity.status = "Decommissioned".to_owned();
        assert_eq!(state_of(&entity, &silent), NodeState::Stopped);
    }

    #[test]
    fn a_node_of_several_things_shows_what_began_first_and_whose_it_is() {
        let signal = |onset: i64, score: f64, what: &str| Signal {
            onset: Some(Timestamp::from_millis(onset)),
            fact: Some((score, Phrase::new("onset-missing").text("what", what))),
            ..Signal::default()
        };
        let signals = [signal(15_000, 1.0, "active clients"), signal(0, 0.9, "disk")];
        let entity = Entity::new(EntityKind::Service, "web");
        let mut node = Node::empty("domain:data".to_owned(), "data".to_owned(), "domain".to_owned());
        for (thing, told) in signals.iter().enumerate() {
            node.take(thing, &entity, told, false);
        }

        node.settle(&signals, |thing| ["pgbouncer", "pg-main"][thing]);

        let text = |word: &str| PhraseValue::Text(word.to_owned());
        let what = node.fact.unwrap().values.remove("what");
        assert_eq!(what, Some(PhraseValue::List(vec![text("pg-main"), text("disk")])));
        assert_eq!(node.onset, Some(Timestamp::from_millis(0)));
    }

    #[test]
    fn of_what_nothing_is_measured_nothing_is_said() {
        let entity = Entity::new(EntityKind::Service, "web");

        assert_eq!(state_of(&entity, &Signal::default()), NodeState::Unknown);
        assert_eq!(state_of(&entity, &Signal { series: 1, ..Signal::default() }), NodeState::Usual);
    }

    #[test]
    fn the_worse_of_alert_and_finding_counts() {
        let entity = Entity::new(EntityKind::Service, "web");
        let both = Signal {
            series: 1,
            severity: Some(Severity::Info),
            grade: Some(Grade::High),
            ..Signal::default()
        };

        assert_eq!(state_of(&entity, &both), NodeState::Critical);
    }
}
