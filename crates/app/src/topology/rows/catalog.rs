//! The catalog: entities, dependencies, one entity in full, reach and paths.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::map::{EdgeOriginKind, EdgeStateKind, MapDirection};
use crate::phrase::Phrase;
use crate::wire::Millis;

/// Something that can be affected, as all sources together tell of it. A text that is not recorded is empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntityItem {
    /// Its name; no other has it.
    pub name: String,
    /// The word of its kind (`service`, `host`, …).
    pub kind: String,
    /// Its importance, 1 to 3; `null` when not recorded.
    pub tier: Option<u8>,
    /// The business domain.
    pub domain: String,
    /// The system that it belongs to.
    pub system: String,
    /// The owning team.
    pub team: String,
    /// The team's department.
    pub department: String,
    /// The person who answers for it.
    pub person: String,
    /// Whom to ask.
    pub contact: String,
    /// The environment.
    pub environment: String,
    /// The site or zone.
    pub site: String,
    /// In which state the inventory has it.
    pub status: String,
    /// All its other names and addresses.
    pub names: Vec<String>,
    /// Further attributes.
    pub tags: Vec<(String, String)>,
    /// Places to read more: titles and URLs.
    pub links: Vec<(String, String)>,
    /// Who tells of it.
    pub sources: Vec<SourceClaim>,
    /// What a person has noted.
    pub note: String,
    /// Alerts that fire on it.
    pub firing: u32,
    /// Findings on it that last.
    pub findings: u32,
    /// Series that belong to it.
    pub series: u32,
    /// Conflicts, possible doubles and unsure edges.
    pub doubts: u32,
    /// Edges to what it depends on.
    pub needs: u32,
    /// Edges from what depends on it.
    pub needed: u32,
}

/// A source that tells of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceClaim {
    /// The source's number.
    pub source: u32,
    /// Its name.
    pub name: String,
    /// The key of the entity there.
    pub key: String,
    /// Since when it stands there unchanged; `null` when the source does not tell.
    pub age: Option<Millis>,
    /// When this workspace learnt of it.
    pub known_at: Millis,
}

/// `from` depends on `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DependencyItem {
    /// Who depends.
    pub from: String,
    /// On whom.
    pub to: String,
    /// How (`calls`, `runs on`, …).
    pub how: String,
    /// How it is known.
    pub origin: EdgeOriginKind,
    /// How sure it is.
    pub state: EdgeStateKind,
    /// Why it is not sound.
    pub reason: Option<Phrase>,
    /// The inventories that declare it.
    pub sources: Vec<String>,
    /// Since when it was last confirmed.
    pub age: Option<Millis>,
    /// What it stands on.
    pub evidence: Vec<Phrase>,
    /// How sure a proposal is, 0 to 1.
    pub score: Option<f64>,
}

/// What found no entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Unmatched {
    /// Series whose labels name no entity.
    pub series: u32,
    /// Series in all.
    pub of_series: u32,
    /// Services and hosts of log lines that are no entity.
    pub records: u32,
    /// Services and hosts of log lines in all.
    pub of_records: u32,
    /// Alerts of the last hours whose labels name no entity.
    pub alerts: u32,
    /// Alerts of the last hours in all.
    pub of_alerts: u32,
    /// At most ten values that name nothing.
    pub examples: Vec<String>,
}

/// A search that was kept under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedFilter {
    /// Its name.
    pub name: String,
    /// What is searched for.
    pub text: String,
}

/// One entity in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntityDetails {
    /// As it stands in the list.
    pub item: EntityItem,
    /// What each source says, field by field.
    pub fields: Vec<FieldClaims>,
    /// What it depends on.
    pub out: Vec<DependencyItem>,
    /// Who depends on it.
    pub into: Vec<DependencyItem>,
    /// Entities that may be affected when it fails.
    pub affected: u32,
    /// Of them of the first tier.
    pub affected_tier1: u32,
    /// Entities that lose their only way when it fails.
    pub single_point_for: u32,
    /// When it began to depart in the range; `null` while it does not.
    pub onset: Option<Millis>,
    /// Log lines of it in the range.
    pub lines: u32,
}

/// What one source says of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The source's number.
    pub source: u32,
    /// Its name.
    pub name: String,
    /// The value; empty where it says nothing.
    pub value: String,
    /// Since when it is known.
    pub known_at: Millis,
}

/// What the sources say of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldClaims {
    /// The field.
    pub field: String,
    /// The value that counts.
    pub value: String,
    /// Which claim that is.
    pub used: u32,
    /// What each source says.
    pub claims: Vec<Claim>,
    /// Whether they differ.
    pub conflict: bool,
    /// Whether a person chose the source.
    pub preferred: bool,
}

/// What is asked about reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReachRequest {
    /// The entity.
    pub name: String,
    /// To which side.
    pub direction: MapDirection,
    /// Edges at most; `null` for all.
    pub hops: Option<u8>,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
}

/// Who may be affected, or what it depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReachView {
    /// The entity.
    pub name: String,
    /// What is reached, the nearest first.
    pub rows: Vec<ReachRow>,
    /// The one sentence.
    pub lead: Phrase,
}

/// One entity that is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReachRow {
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// Edges on the shortest way.
    pub hops: u32,
    /// The neighbour through which that way comes.
    pub via: String,
    /// How it is tied to that neighbour.
    pub how: String,
    /// Its importance.
    pub tier: Option<u8>,
    /// The owning team.
    pub team: String,
    /// Whom to ask.
    pub contact: String,
    /// Whether there is no other way around.
    pub single_point: bool,
    /// The least sure edge on the way.
    pub weakest: EdgeStateKind,
}

/// What is asked about paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PathsRequest {
    /// Where they begin.
    pub from: String,
    /// Where they end.
    pub to: String,
    /// How many at most.
    pub limit: u8,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
}

/// The ways from one entity to another, the shortest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PathsView {
    /// The ways.
    pub paths: Vec<Vec<PathStep>>,
    /// Whether they lead the other way round: the end depends on the beginning.
    pub reversed: bool,
}

/// One entity on a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PathStep {
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// How it depends on the next; empty at the end.
    pub how: String,
    /// How that edge is known.
    pub origin: EdgeOriginKind,
    /// How sure that edge is.
    pub state: EdgeStateKind,
}

/// The entities without which others lose their only way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SinglePointsView {
    /// How many there are in all.
    pub total: u32,
    /// Those that cut off most, at most 500 of them.
    pub points: Vec<SinglePointItem>,
}

/// An entity without which others lose their only way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SinglePointItem {
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// How many lose their only way.
    pub cut_off: u32,
    /// Entities of the first tier that may be affected.
    pub tier1: u32,
    /// The owning team.
    pub team: String,
}
