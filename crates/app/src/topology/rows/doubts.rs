//! What is doubtful, and what people decide about it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::catalog::{Claim, DependencyItem};
use super::listing::ListDirection;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// A kind of doubt, in the order in which they are listed: what waits for an answer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DoubtKind {
    /// A sync that would delete so much that it asks.
    Held,
    /// Two things that may be one.
    Duplicate,
    /// A field of which sources say different things.
    Conflict,
    /// An edge that is stale, doubtful or only proposed.
    Edge,
    /// An edge that leads nowhere.
    Dangling,
    /// A thing without any edge.
    Orphan,
    /// A thing of which nobody says whose it is.
    Unowned,
    /// A sync of which a person kept what was missing.
    Kept,
}

/// A column that doubts can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DoubtColumn {
    /// The kind.
    Kind,
    /// What it is about.
    About,
    /// How sure a proposal is.
    Sure,
}

/// What is asked of the list of doubts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoubtsRequest {
    /// Only this kind; `null` for all.
    pub choice: Option<DoubtKind>,
    /// The column that orders them; `null` keeps each kind together.
    pub column: Option<DoubtColumn>,
    /// Which way that column orders them.
    pub direction: ListDirection,
    /// Only the doubts of these identities; empty for all.
    pub only: Vec<String>,
    /// The identity of the doubt whose place in the list is asked for.
    pub locate: Option<String>,
    /// Rows to leave out at the beginning.
    pub offset: u32,
    /// Rows at most, 100 at the very most.
    pub limit: u32,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
}

/// One page of the doubts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoubtsView {
    /// How many there are in all, of each kind of which there are any, in the order of the kinds.
    pub counts: Vec<DoubtCount>,
    /// Possible doubles of which merging is proposed, in all.
    pub proposed: u32,
    /// Doubts that match.
    pub total: u32,
    /// The place of the one that was asked for among those that match; `null` when it is not among them.
    pub place: Option<u32>,
    /// The rows asked for.
    pub rows: Vec<DoubtRow>,
}

/// How many doubts there are of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoubtCount {
    /// The kind.
    pub kind: DoubtKind,
    /// How many.
    pub count: u32,
}

/// One doubt of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoubtRow {
    /// What tells it from every other doubt.
    pub id: String,
    /// What is doubtful, with a proposal and its reasons.
    pub doubt: Doubt,
}

/// One thing that is doubtful.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", content = "item")]
pub enum Doubt {
    /// A sync that would delete so much that it asks.
    Held(HeldBack),
    /// Two things that may be one.
    Duplicate(DuplicateItem),
    /// A field of which sources say different things.
    Conflict(ConflictItem),
    /// An edge that is stale, doubtful or only proposed.
    Edge(DependencyItem),
    /// An edge that leads nowhere.
    Dangling(DanglingItem),
    /// A thing without any edge.
    Orphan(OrphanItem),
    /// A thing of which nobody says whose it is.
    Unowned(UnownedItem),
    /// A sync of which a person kept what was missing, as far as it still is.
    Kept(HeldBack),
}

/// Everything that is doubtful at once, with a proposal and its reasons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EveryDoubt {
    /// Things that may be one, the surest first.
    pub duplicates: Vec<DuplicateItem>,
    /// Fields of which sources say different things.
    pub conflicts: Vec<ConflictItem>,
    /// Things without any edge.
    pub orphans: Vec<OrphanItem>,
    /// Edges that are stale, doubtful or only proposed.
    pub edges: Vec<DependencyItem>,
    /// Edges that lead nowhere.
    pub dangling: Vec<DanglingItem>,
    /// Things of which nobody says whose they are.
    pub unowned: Vec<UnownedItem>,
    /// Syncs that would delete so much that they ask.
    pub held_back: Vec<HeldBack>,
    /// Syncs of which a person kept what was missing, as far as it still is.
    pub kept_back: Vec<HeldBack>,
}

/// Two things that may be one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateItem {
    /// Their names.
    pub names: Vec<String>,
    /// How sure, 0 to 1.
    pub score: f64,
    /// Whether merging is proposed.
    pub proposed: bool,
    /// Under which names the sources have them.
    pub rows: Vec<DuplicateName>,
    /// What speaks for it.
    pub for_: Vec<EvidenceItem>,
    /// What speaks against it.
    pub against: Vec<EvidenceItem>,
    /// What merging would bring together.
    pub moves: DuplicateMoves,
}

/// A name of a possible double.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateName {
    /// The name.
    pub name: String,
    /// The name of the thing that it is here, which no other has.
    pub entity: String,
    /// The source that uses it.
    pub source: String,
    /// What it says there.
    pub fact: Phrase,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceItem {
    /// What it is.
    pub phrase: Phrase,
    /// The value that it stands on.
    pub detail: String,
}

/// What merging would bring together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateMoves {
    /// Series.
    pub series: u32,
    /// Edges.
    pub edges: u32,
    /// Findings.
    pub findings: u32,
}

/// A field of which sources say different things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConflictItem {
    /// The entity.
    pub entity: String,
    /// The field.
    pub field: String,
    /// What each source says.
    pub values: Vec<Claim>,
    /// Which of them counts.
    pub used: u32,
    /// Why that one.
    pub reason: Phrase,
}

/// A thing without any edge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrphanItem {
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// The source that tells of it.
    pub source: String,
    /// Series that belong to it.
    pub series: u32,
    /// Since when it stands there unchanged.
    pub age: Option<Millis>,
    /// What to do about it.
    pub advice: Phrase,
}

/// An edge that leads nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DanglingItem {
    /// Who depends, as the source writes it: a name, or a key of its own.
    pub from: String,
    /// On whom, as the source writes it.
    pub to: String,
    /// What the one that depends is called.
    pub from_name: String,
    /// What the other is called.
    pub to_name: String,
    /// How.
    pub how: String,
    /// The source that declares it.
    pub source: String,
    /// The end that nothing has the name of.
    pub missing: String,
    /// Why it is left out.
    pub reason: Phrase,
    /// The known name that may be meant; `null` where none is near, or several are.
    pub proposed: Option<String>,
}

/// A thing of which nobody says whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnownedItem {
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// The owner that is proposed; `null` where too few say so.
    pub proposed: Option<OwnerItem>,
}

/// An owner that is proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnerItem {
    /// The team.
    pub team: String,
    /// Which share of those that were asked have it, 0 to 1.
    pub share: f64,
    /// Who says so, and how many of how many.
    pub reason: Phrase,
}

/// A sync that would delete so much that it asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeldBack {
    /// The source's number.
    pub source: u32,
    /// Its name.
    pub name: String,
    /// Entities that the source did not bring.
    pub entities: u32,
    /// Entities that are known of it.
    pub of_entities: u32,
    /// Dependencies that it did not bring.
    pub dependencies: u32,
    /// When it was read.
    pub at: Millis,
}

/// What a person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum TopologyDecision {
    /// These are one thing.
    Merge {
        /// Their names.
        names: Vec<String>,
    },
    /// These are different things.
    KeepApart {
        /// Their names.
        names: Vec<String>,
    },
    /// There is a dependency.
    DrawEdge {
        /// Who depends.
        from: String,
        /// On whom.
        to: String,
        /// How.
        how: String,
    },
    /// There is no such dependency.
    RemoveEdge {
        /// Who is said to depend.
        from: String,
        /// On whom.
        to: String,
    },
    /// The dependency is right.
    ConfirmEdge {
        /// Who depends.
        from: String,
        /// On whom.
        to: String,
    },
    /// Of this field this source is right.
    Prefer {
        /// The entity.
        entity: String,
        /// The field.
        field: String,
        /// The source's number.
        source: u32,
    },
    /// A note on some things; an empty one takes it away.
    Note {
        /// Their names.
        names: Vec<String>,
        /// The note.
        text: String,
    },
    /// A doubt is none: it is right as it is, and is listed no more.
    Dismiss {
        /// What kind of doubt.
        doubt: DismissedDoubt,
        /// The entity, or the beginning of an edge that leads nowhere.
        name: String,
        /// The end of such an edge; empty for an entity.
        to: String,
    },
    /// A team owns a thing of which no source says whose it is.
    Own {
        /// The thing's name.
        name: String,
        /// The team.
        team: String,
    },
    /// A further name of a thing.
    Alias {
        /// Its name.
        name: String,
        /// The further one.
        alias: String,
    },
}

/// A kind of doubt that a person can call none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DismissedDoubt {
    /// A thing without any edge.
    Orphan,
    /// An edge that leads nowhere.
    Dangling,
    /// A thing of which nobody says whose it is.
    Unowned,
}

/// A decision that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopologyDecisionItem {
    /// Its number.
    pub id: u32,
    /// When.
    pub at: Millis,
    /// What.
    pub phrase: Phrase,
    /// Whether it was taken back.
    pub undone: bool,
}
