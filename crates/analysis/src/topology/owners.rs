//! Owners: whose a thing probably is of which nobody says so, as those that belong to it, run on it or stand beside it have one.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::EntityKind;

use super::model::{EdgeState, Model, ModelEdge, Thing};

/// Things with the same owner that it takes: one alone is no agreement.
const LEAST_AGREEING: usize = 2;
/// The share of things with an owner that has to agree, as a fraction: two of three.
const SHARE: (usize, usize) = (2, 3);
/// How an edge says that one thing is carried by another.
const CARRIED: &str = "runs on";
/// Things that say so which a proposal names.
const MOST_NAMED: usize = 3;

/// Who is asked for the owner of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerVoice {
    /// The other things of its system, and the system itself.
    System,
    /// What runs on it.
    Carried,
    /// Its neighbours of one kind.
    Neighbours(EntityKind),
}

/// An owner that is proposed for a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerProposal {
    /// The team.
    pub team: String,
    /// Who was asked.
    pub voice: OwnerVoice,
    /// How many of those with an owner have this one.
    pub agreeing: usize,
    /// How many of them have an owner.
    pub of: usize,
    /// At most three of those that agree, by number.
    pub named: Vec<usize>,
}

/// Proposes owners of things, one answer for each of `things`; `None` where too few have an owner, or they disagree.
///
/// The first that agree decide: the system, what runs on the thing, then its neighbours of one kind. Neighbours of the
/// thing's own kind come before others, and where those disagree nothing is proposed. Edges that are only proposed or
/// that a person removed do not count.
///
/// # Cost
///
/// Near linear in things and edges.
#[must_use]
pub fn propose(model: &Model, things: &[usize]) -> Vec<Option<OwnerProposal>> {
    let asked = Asked::new(model, things);
    things.iter().map(|thing| asked.proposal(*thing)).collect()
}

/// The things of each owner.
type Owned<'a> = BTreeMap<&'a str, BTreeSet<usize>>;

struct Asked<'a> {
    model: &'a Model,
    /// By the name of the system.
    systems: BTreeMap<&'a str, Owned<'a>>,
    /// The edges at each thing that is asked about.
    edges: BTreeMap<usize, Vec<&'a ModelEdge>>,
}

impl<'a> Asked<'a> {
    fn new(model: &'a Model, things: &[usize]) -> Self {
        let mut edges: BTreeMap<usize, Vec<&ModelEdge>> =
            things.iter().map(|thing| (*thing, Vec::new())).collect();
        let is_sure = |edge: &&ModelEdge| !matches!(edge.state, EdgeState::Removed | EdgeState::Proposed);
        for edge in model.edges.iter().filter(is_sure) {
            for end in [edge.from, edge.to] {
                if let Some(at) = edges.get_mut(&end) {
                    at.push(edge);
                }
            }
        }
        let mut asked = Self { model, systems: BTreeMap::new(), edges };
        for (number, thing) in model.things.iter().enumerate() {
            let system = system_of(thing);
            if let (Some(team), false) = (asked.team(number), system.is_empty()) {
                asked.systems.entry(system).or_default().entry(team).or_default().insert(number);
            }
        }
        asked
    }

    /// Returns the owner of a thing.
    fn team(&self, thing: usize) -> Option<&'a str> {
        let model: &'a Model = self.model;
        model.things.get(thing).map(|known| known.entity.team.trim()).filter(|team| !team.is_empty())
    }

    fn proposal(&self, thing: usize) -> Option<OwnerProposal> {
        let known = self.model.things.get(thing)?;
        let system = self.systems.get(system_of(known));
        let in_system = system.and_then(|owned| agreed(owned, OwnerVoice::System));
        in_system
            .or_else(|| agreed(&self.carried(thing), OwnerVoice::Carried))
            .or_else(|| self.beside(thing, known.entity.kind))
    }

    /// Returns the owners of what runs on a thing.
    fn carried(&self, thing: usize) -> Owned<'a> {
        let mut owned = Owned::new();
        let edges = self.edges.get(&thing).into_iter().flatten();
        for edge in edges.filter(|edge| edge.to == thing && edge.how == CARRIED) {
            if let Some(team) = self.team(edge.from) {
                owned.entry(team).or_default().insert(edge.from);
            }
        }
        owned
    }

    /// Asks the neighbours kind by kind: those of the thing's own kind, or where none of them has an owner the kind of
    /// which the most agree.
    fn beside(&self, thing: usize, kind: EntityKind) -> Option<OwnerProposal> {
        let mut kinds: BTreeMap<EntityKind, Owned<'a>> = BTreeMap::new();
        for edge in self.edges.get(&thing).into_iter().flatten() {
            let other = if edge.from == thing { edge.to } else { edge.from };
            if let (Some(team), Some(known)) = (self.team(other), self.model.things.get(other)) {
                kinds.entry(known.entity.kind).or_default().entry(team).or_default().insert(other);
            }
        }
        if let Some(own) = kinds.get(&kind) {
            return agreed(own, OwnerVoice::Neighbours(kind));
        }
        let proposals = kinds.iter().filter_map(|(kind, owned)| agreed(owned, OwnerVoice::Neighbours(*kind)));
        // Of two that are equal the first kind counts.
        proposals.reduce(|best, next| if next.agreeing > best.agreeing { next } else { best })
    }
}

/// Returns the system that a thing belongs to; a system is its own. Empty where it belongs to none.
fn system_of(thing: &Thing) -> &str {
    if thing.entity.kind == EntityKind::System { &thing.name } else { &thing.entity.system }
}

/// Returns the owner that enough things have.
fn agreed(owned: &Owned<'_>, voice: OwnerVoice) -> Option<OwnerProposal> {
    let of = owned.values().map(BTreeSet::len).sum::<usize>();
    let (team, things) = owned.iter().max_by_key(|(_, things)| things.len())?;
    let agreeing = things.len();
    (agreeing >= LEAST_AGREEING && agreeing * SHARE.1 >= of * SHARE.0).then(|| OwnerProposal {
        team: (*team).to_owned(),
        voice,
        agreeing,
        of,
        named: things.iter().copied().take(MOST_NAMED).collect(),
    })
}

#[cfg(test)]
mod tests {
    use wardroom_core::Entity;

    use super::*;

    fn thing(kind: EntityKind, name: &str, team: &str, system: &str) -> Thing {
        Thing {
            name: name.to_owned(),
            entity: Entity { team: team.to_owned(), system: system.to_owned(), ..Entity::new(kind, name) },
            records: vec![0],
            names: vec![name.to_owned()],
            note: String::new(),
        }
    }

    fn edge(from: usize, how: &str, to: usize) -> ModelEdge {
        let state = EdgeState::Sound;
        ModelEdge { from, to, how: how.to_owned(), origins: Vec::new(), state, last_at: None }
    }

    /// A host (0) on which services of these teams run.
    fn host(teams: &[&str]) -> Model {
        let services = teams.iter().map(|team| thing(EntityKind::Service, "s", team, ""));
        Model {
            things: [thing(EntityKind::Host, "h", "", "")].into_iter().chain(services).collect(),
            edges: (1..=teams.len()).map(|from| edge(from, "runs on", 0)).collect(),
            ..Model::default()
        }
    }

    fn first(model: &Model) -> Option<OwnerProposal> {
        propose(model, &[0]).remove(0)
    }

    #[test]
    fn what_runs_on_a_machine_says_whose_it_is_when_two_of_three_agree() {
        let proposal = first(&host(&["shop", "data", "shop"])).unwrap();

        let counted = (proposal.team.as_str(), proposal.voice, proposal.agreeing, proposal.of);
        assert_eq!(counted, ("shop", OwnerVoice::Carried, 2, 3));
        assert_eq!(proposal.named, [1, 3]);
    }

    #[test]
    fn one_voice_a_split_and_silence_propose_nothing() {
        let all: [&[&str]; 5] =
            [&["shop"], &["shop", "data"], &["shop", "shop", "data", "web"], &["shop", "", ""], &[]];
        for teams in all {
            assert_eq!(first(&host(teams)), None, "{teams:?}");
        }
    }

    #[test]
    fn the_system_is_asked_first_and_counts_itself() {
        let mut model = host(&["data", "data"]);
        model.things[0].entity.system = "storefront".to_owned();
        model.things.push(thing(EntityKind::System, "storefront", "shop", ""));
        model.things.push(thing(EntityKind::Cache, "c", "shop", "storefront"));

        let proposal = first(&model).unwrap();

        assert_eq!((proposal.team.as_str(), proposal.voice, proposal.of), ("shop", OwnerVoice::System, 2));
    }

    #[test]
    fn neighbours_of_the_own_kind_come_before_others_and_count_once() {
        let mut model = Model {
            things: vec![
                thing(EntityKind::Service, "new", "", ""),
                thing(EntityKind::Database, "db-1", "data", ""),
                thing(EntityKind::Database, "db-2", "data", ""),
            ],
            edges: vec![edge(0, "reads", 1), edge(0, "writes", 1), edge(0, "reads", 2)],
            ..Model::default()
        };
        let stores = first(&model).unwrap();
        assert_eq!((stores.voice, stores.of), (OwnerVoice::Neighbours(EntityKind::Database), 2));

        model.things.push(thing(EntityKind::Service, "web", "shop", ""));
        model.edges.push(edge(3, "calls", 0));
        assert_eq!(first(&model), None);

        model.things.push(thing(EntityKind::Service, "cart", "shop", ""));
        model.edges.push(edge(4, "calls", 0));
        assert_eq!(first(&model).unwrap().team, "shop");

        model.edges[4].state = EdgeState::Proposed;
        assert_eq!(first(&model), None);
    }
}
