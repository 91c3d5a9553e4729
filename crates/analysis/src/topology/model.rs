//! The model of what exists: things merged from records, and edges with where they are known from.

mod edges;
mod index;
mod merge;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use wardroom_core::{Dependency, Entity, Timestamp};

pub use index::NameIndex;

use super::identity::{self, IdentityDecisions, InventoryRecord, SameProposal};

/// All that the model is made of.
#[derive(Clone, Copy, Debug)]
pub struct ModelInput<'a> {
    /// What the sources tell of things.
    pub records: &'a [InventoryRecord],
    /// What the sources tell of edges.
    pub declared: &'a [DeclaredEdge],
    /// What telemetry shows of edges.
    pub observed: &'a [ObservedEdge],
    /// What people decided.
    pub decisions: &'a ModelDecisions,
    /// The moment at which ages are measured.
    pub now: Timestamp,
    /// The precedence of sources where they disagree: the smaller wins. Of sources that are not in it, which stand
    /// behind all that are, the newest word wins.
    pub ranks: &'a BTreeMap<u32, u32>,
}

/// One edge as one source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredEdge {
    /// The source that tells it.
    pub source: u32,
    /// What the source tells.
    pub edge: Dependency,
    /// When the source last confirmed it.
    pub event_at: Timestamp,
    /// When this was learnt from the source.
    pub known_at: Timestamp,
}

/// One edge that was read from telemetry.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedEdge {
    /// A name of the thing that depends.
    pub from: String,
    /// A name of the thing it depends on.
    pub to: String,
    /// How it depends; the words of [`Dependency::how`].
    pub how: String,
    /// Whether it was read or guessed.
    pub origin: ObservedOrigin,
    /// The stable word of the rule that found it.
    pub rule: String,
    /// What it rests on, for people: the series, the log line without its secrets.
    pub evidence: Vec<String>,
    /// How sure, from 0 to 1.
    pub score: f64,
    /// When it was first seen.
    pub first_at: Timestamp,
    /// When it was last seen.
    pub last_at: Timestamp,
}

/// How an observed edge is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservedOrigin {
    /// Telemetry names both ends.
    Inferred,
    /// The two move together; nothing names both.
    Proposed,
}

impl ObservedOrigin {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Proposed => "proposed",
        }
    }

    /// Reads what [`ObservedOrigin::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "inferred" => Some(Self::Inferred),
            "proposed" => Some(Self::Proposed),
            _ => None,
        }
    }
}

/// What people decided about the model. Things are named by any name [`NameIndex::find`] understands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelDecisions {
    /// Which records are one thing and which are not.
    pub identity: IdentityDecisions,
    /// Edges drawn by hand: who depends, on whom, how.
    pub drawn: Vec<(String, String, String)>,
    /// Edges that are wrong: who depends, on whom.
    pub removed: Vec<(String, String)>,
    /// Edges that are right: who depends, on whom.
    pub confirmed: Vec<(String, String)>,
    /// Names that only edges use and that are one: the one that is kept first.
    pub named_same: Vec<(String, String)>,
    /// Things that are two though their names look the same, of which one is only named by edges.
    pub named_apart: Vec<(String, String)>,
    /// Which source is believed: thing, field, source.
    pub prefer: Vec<(String, String, u32)>,
    /// Notes by thing.
    pub notes: BTreeMap<String, String>,
    /// The owning team by thing. It counts where no source tells one.
    pub owners: BTreeMap<String, String>,
}

/// What exists and what depends on what, as far as is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The things: one for each group of records, in the order of the groups, then those only named by edges.
    pub things: Vec<Thing>,
    /// The edges, sorted by `from`, `to` and `how`; those that people removed are among them.
    pub edges: Vec<ModelEdge>,
    /// Where sources disagree, by thing and field.
    pub conflicts: Vec<Conflict>,
    /// Things at which no edge begins or ends, but removed and proposed ones.
    pub orphans: Vec<usize>,
    /// Things that may be one, surest first; `a` and `b` are things.
    pub duplicates: Vec<SameProposal>,
    /// Declared edges that are not in the model: the index of the edge and the name that no thing bears, or that
    /// several do ([`NameIndex::is_shared`]). The name is empty when both ends are one thing.
    pub dangling: Vec<(usize, String)>,
    /// Observed edges that are not in the model, with the same meaning as in `dangling`.
    pub unplaced: Vec<(usize, String)>,
    /// Decisions on edges, drawn first, then removed, then confirmed ones, whose ends name no thing: both ends.
    pub unheeded: Vec<(String, String)>,
    /// Finds things by name.
    pub index: NameIndex,
}

/// One thing that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its name, which no other thing has: things of one name have their site or key behind it in parentheses.
    pub name: String,
    /// What is believed of it.
    pub entity: Entity,
    /// The records that tell of it, best first; empty when it is only named by edges.
    pub records: Vec<usize>,
    /// Every name, alias and address, sorted.
    pub names: Vec<String>,
    /// What people noted on it.
    pub note: String,
}

/// One directed edge: `from` depends on `to`.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelEdge {
    /// The thing that depends.
    pub from: usize,
    /// The thing it depends on.
    pub to: usize,
    /// How.
    pub how: String,
    /// Where it is known from: drawn, inferred, declared, proposed, in this order.
    pub origins: Vec<EdgeOrigin>,
    /// How sound it is.
    pub state: EdgeState,
    /// When it was last told or seen; `None` when only people know it.
    pub last_at: Option<Timestamp>,
}

/// Where an edge is known from.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeOrigin {
    /// A person drew it.
    Drawn,
    /// Telemetry names both ends.
    Inferred {
        /// The rule that found it.
        rule: String,
        /// What it rests on.
        evidence: Vec<String>,
        /// When it was last seen.
        last_at: Timestamp,
    },
    /// A source tells it.
    Declared {
        /// The source.
        source: u32,
        /// How long ago the source last changed it, or confirmed it where it does not tell of changes.
        age_ms: i64,
    },
    /// Both ends move together.
    Proposed {
        /// How sure, from 0 to 1.
        score: f64,
        /// What it rests on.
        evidence: Vec<String>,
    },
}

/// How sound an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeState {
    /// Nothing speaks against it.
    Sound,
    /// It may have ended.
    Stale(StaleReason),
    /// It may be wrong.
    Doubtful(DoubtReason),
    /// It is a guess.
    Proposed,
    /// A person said that it is wrong.
    Removed,
}

/// Why an edge may have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StaleReason {
    /// Nobody changed, confirmed or saw it for [`OLD_MS`], though its source was read since.
    Old,
    /// Telemetry of both ends names whom they talk to, and not each other.
    Unseen,
}

/// Why an edge may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoubtReason {
    /// Another source tells the opposite direction, and telemetry shows neither or that one.
    Reversed,
    /// One end is out of service by its own record.
    EndRetired,
}

/// Edges that were not told or seen for longer than this are old: 14 days, as the map's legend says.
pub const OLD_MS: i64 = 14 * 86_400_000;

/// Several sources tell different things of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The thing.
    pub thing: usize,
    /// The field.
    pub field: &'static str,
    /// Source, value and when it was said, best first; one for each source that tells the field.
    pub values: Vec<(u32, String, Timestamp)>,
    /// Which of the values is believed.
    pub used: usize,
    /// Why that one.
    pub reason: ConflictReason,
}

/// Why one of several values is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictReason {
    /// A person prefers the source for this field.
    Preferred,
    /// The source has precedence.
    Ranked,
    /// It is the newest word.
    Newest,
    /// Neither: the source with the smallest number wins.
    First,
}

/// Makes the model out of what sources tell, telemetry shows and people decided.
///
/// The same input gives the same model. An edge end that names no thing becomes a thing of kind
/// [`External`](wardroom_core::EntityKind::External) when two sources or one observation name it; other such edges are
/// listed, never dropped silently.
///
/// # Cost
///
/// Near linear: 100,000 records with 300,000 edges take a few seconds.
pub fn build(input: &ModelInput<'_>) -> Model {
    let resolution = identity::resolve(input.records, &input.decisions.identity);
    let (mut things, mut index, conflicts) = merge::things(input, &resolution.groups);
    let mut edges = edges::Edges::default();
    edges.read(input, &mut things, &mut index);
    edges.into_model(things, index, conflicts, resolution.proposals)
}
