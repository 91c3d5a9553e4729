//! The lists of the catalog: what is asked of them, and one page of each.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::catalog::{DependencyItem, EntityItem, SavedFilter};
use crate::wire::Millis;

/// A column that entities can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EntityColumn {
    /// The name.
    Name,
    /// The word of the kind.
    Kind,
    /// The importance.
    Tier,
    /// The system.
    System,
    /// The owning team.
    Team,
    /// Whom to ask.
    Contact,
    /// The sources that tell of it.
    Source,
    /// How many it depends on.
    Needs,
    /// How many depend on it.
    Needed,
    /// Conflicts, possible doubles and unsure edges.
    Doubts,
    /// Alerts that fire on it.
    Firing,
}

/// A column that edges can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EdgeColumn {
    /// Who depends.
    From,
    /// How.
    How,
    /// On whom.
    To,
    /// How it is known.
    Origin,
    /// How sure it is.
    State,
    /// The inventories that declare it.
    Source,
    /// Since when it was last confirmed.
    Age,
}

/// Which way a list is ordered. What a row has no value for comes last either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ListDirection {
    /// The smallest first.
    #[default]
    Rising,
    /// The largest first.
    Falling,
}

/// Which edges are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EdgeChoice {
    /// All of them.
    #[default]
    All,
    /// Those that nothing speaks against.
    Sound,
    /// Those that may have ended.
    Stale,
    /// Those that may be wrong.
    Doubtful,
    /// Those that are only proposed.
    Proposed,
    /// Those that a person drew.
    Drawn,
}

/// What is asked of the list of entities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntitiesRequest {
    /// Words that all have to occur somewhere, or in one field: `team:data tier:1`; empty for all.
    pub text: String,
    /// The column that orders them; `null` puts those with firing alerts first, then by name.
    pub column: Option<EntityColumn>,
    /// Which way that column orders them.
    pub direction: ListDirection,
    /// Only what this source tells of; `null` for all sources. All counts are then of this source.
    pub source: Option<u32>,
    /// Only entities of these names; empty for all.
    pub only: Vec<String>,
    /// The entity whose place in the list is asked for.
    pub locate: Option<String>,
    /// Rows to leave out at the beginning.
    pub offset: u32,
    /// Rows at most, 200 at the very most.
    pub limit: u32,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
}

/// One page of the entities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntitiesView {
    /// Whether any source tells of an inventory.
    pub known: bool,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
    /// Entities in all.
    pub of: u32,
    /// Kinds of entities in all.
    pub kinds: u32,
    /// Entities on which alerts fire, in all.
    pub firing: u32,
    /// Edges in all.
    pub edges: u32,
    /// Entities that match.
    pub total: u32,
    /// The place of the one that was asked for among those that match; `null` when it is not among them.
    pub place: Option<u32>,
    /// The rows asked for.
    pub rows: Vec<EntityItem>,
    /// Searches that were kept.
    pub filters: Vec<SavedFilter>,
}

/// What is asked of the list of edges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DependenciesRequest {
    /// Words that all have to occur in ends, kind or sources; empty for all.
    pub text: String,
    /// Which.
    pub choice: EdgeChoice,
    /// The column that orders them; `null` keeps the edges of one entity together.
    pub column: Option<EdgeColumn>,
    /// Which way that column orders them.
    pub direction: ListDirection,
    /// Only what this source declares; `null` for all. All counts are then of this source.
    pub source: Option<u32>,
    /// Only these edges; empty for all.
    pub only: Vec<EdgeName>,
    /// The edge whose place in the list is asked for.
    pub locate: Option<EdgeName>,
    /// Rows to leave out at the beginning.
    pub offset: u32,
    /// Rows at most, 200 at the very most.
    pub limit: u32,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
}

/// What tells an edge from every other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EdgeName {
    /// Who depends.
    pub from: String,
    /// On whom.
    pub to: String,
    /// How.
    pub how: String,
}

/// One page of the edges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DependenciesView {
    /// Edges in all.
    pub of: u32,
    /// Stale and doubtful ones in all.
    pub unsure: u32,
    /// Proposed ones in all.
    pub proposed: u32,
    /// Edges that match.
    pub total: u32,
    /// The place of the one that was asked for among those that match; `null` when it is not among them.
    pub place: Option<u32>,
    /// The rows asked for.
    pub rows: Vec<DependencyItem>,
}

/// An entity that typed letters may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NameHit {
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// Whether the letters are this very name, or another name of this entity alone.
    pub exact: bool,
}
