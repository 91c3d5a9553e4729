//! The map: what is asked of it, and its boxes, lines and counts, laid out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::catalog::Unmatched;
use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// What is asked of the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapRequest {
    /// The range; `null` takes the last hour of data. As of an earlier moment one of the same length that ends then.
    pub range: Option<Span>,
    /// The moment whose knowledge counts; `null` takes what is known.
    pub as_of: Option<Millis>,
    /// What a node stands for.
    pub level: MapLevel,
    /// Whether only what departs from the usual and what lies between is wanted.
    pub only_failing: bool,
    /// Only this entity and what is around it; `null` for everything.
    pub focus: Option<String>,
    /// Edges around the focus, 1 to 3.
    pub hops: u8,
    /// To which side.
    pub direction: MapDirection,
    /// Width of the place on the screen.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MapLevel {
    /// A business domain.
    Domain,
    /// A system.
    System,
    /// A service, store or queue; machines are left to the level below.
    #[default]
    Service,
    /// Everything, machines included.
    Host,
}

/// To which side dependencies are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MapDirection {
    /// To both.
    #[default]
    Both,
    /// To what it depends on.
    Up,
    /// To who depends on it: the blast radius.
    Down,
}

/// The map, laid out: causes left, impact right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapView {
    /// Whether anything is known that could be drawn.
    pub known: bool,
    /// The range.
    pub range: Span,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
    /// The one sentence.
    pub lead: Phrase,
    /// What it leaves out.
    pub rest: Option<Phrase>,
    /// The nodes that are drawn one by one.
    pub nodes: Vec<MapNode>,
    /// The edges between them.
    pub edges: Vec<MapEdge>,
    /// The columns of the nodes, from the left.
    pub layers: Vec<MapLayer>,
    /// Width of the laid-out nodes.
    pub width: f64,
    /// Their height.
    pub height: f64,
    /// Everything else, in counted boxes; empty when all are nodes.
    pub groups: Vec<MapGroup>,
    /// The edges of the boxes, among themselves and with the nodes, bundled.
    pub bundles: Vec<MapBundle>,
    /// The columns of the boxes.
    pub columns: Vec<MapColumn>,
    /// Height of the boxes.
    pub groups_height: f64,
    /// How much there is, and that nothing was dropped.
    pub counts: MapCounts,
    /// How long the layout took.
    pub layout_ms: f64,
    /// What found no entity.
    pub without_entity: Unmatched,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapNode {
    /// Its name, which edges use.
    pub name: String,
    /// What is written on it.
    pub label: String,
    /// What it is: the word of its kind, or `domain`, `system`.
    pub kind: String,
    /// Things that it stands for.
    pub members: u32,
    /// Edges among them.
    pub inside: u32,
    /// Its centre.
    pub x: f64,
    /// Its centre.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Its column.
    pub layer: u32,
    /// How it is.
    pub state: NodeState,
    /// Whether the question is about it.
    pub subject: bool,
    /// Whether it departed first; that is an order and no cause.
    pub first: bool,
    /// When it began to depart; `null` while it does not.
    pub onset: Option<Millis>,
    /// What it shows, in one line.
    pub fact: Option<Phrase>,
    /// Alerts that fire on it.
    pub firing: u32,
    /// Findings on it in the range.
    pub findings: u32,
    /// Its importance.
    pub tier: Option<u8>,
    /// The owning team.
    pub team: String,
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NodeState {
    /// Nothing is measured of it.
    Unknown,
    /// As it usually is.
    Usual,
    /// The inventory says that it is out of use.
    Stopped,
    /// A finding of low grade.
    Unusual,
    /// A finding of medium grade, or a warning fires.
    Warning,
    /// Its samples stopped coming.
    Silent,
    /// A finding of high grade, or a critical alert fires.
    Critical,
}

/// An edge; it is drawn from what is depended on to who depends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapEdge {
    /// The node that depends.
    pub from: String,
    /// The node it depends on.
    pub to: String,
    /// How.
    pub how: String,
    /// How it is known.
    pub origin: EdgeOriginKind,
    /// The inventory that declares it.
    pub source: Option<String>,
    /// Since when that stands there unchanged.
    pub age: Option<Millis>,
    /// Whether it is old enough to be doubted for its age.
    pub old: bool,
    /// How sure it is.
    pub state: EdgeStateKind,
    /// Time between the onsets of its ends.
    pub lag: Option<Millis>,
    /// Whether both ends depart and the one that is depended on did so first.
    pub on_path: bool,
    /// Its share of the thickest bundle, 0 to 1.
    pub weight: f64,
    /// Edges that it stands for.
    pub members: u32,
    /// Its line, from what is depended on to who depends.
    pub points: Vec<(f64, f64)>,
}

/// One version of an edge or an entity: who told it, and from when to when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionItem {
    /// Who told it, or what a person decided.
    pub what: Phrase,
    /// What it changed of the version before it; empty for the first, and for edges.
    pub changed: Vec<FieldChange>,
    /// Since when it is so by the account of who told it; `null` when that is not told.
    pub since: Option<Millis>,
    /// When it was last told or seen; `null` for a decision.
    pub confirmed_at: Option<Millis>,
    /// When this workspace learnt of it.
    pub known_at: Millis,
    /// When this workspace learnt that it is gone or told otherwise, or the decision was taken back; `null` while it
    /// holds.
    pub ended_at: Option<Millis>,
}

/// A field of an entity that a version changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// The field, such as `team`.
    pub field: String,
    /// What was recorded before; empty where nothing was.
    pub before: String,
    /// What is recorded since; empty where nothing is.
    pub after: String,
}

/// How an edge is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EdgeOriginKind {
    /// An inventory says so.
    Declared,
    /// Telemetry names the other side.
    Inferred,
    /// Both.
    Both,
    /// The two depart one after the other; nobody said so.
    Proposed,
    /// A person drew it.
    Drawn,
}

/// How sure an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EdgeStateKind {
    /// Nothing speaks against it.
    Sound,
    /// Nobody has confirmed it for long.
    Stale,
    /// Something speaks against it.
    Doubtful,
    /// Only proposed.
    Proposed,
}

/// A column of nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapLayer {
    /// Its middle.
    pub x: f64,
    /// What its nodes have in common; `null` where nothing departs.
    pub phase: Option<MapPhase>,
    /// The first onset in it.
    pub from: Option<Millis>,
    /// The last.
    pub to: Option<Millis>,
}

/// Where in the order of onsets a column stands. That is an order, and no judgement of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MapPhase {
    /// The first onset.
    First,
    /// Departs, and something else depends on it that departs.
    Failing,
    /// Departs, and nothing that depends on it does.
    Impact,
}

/// A counted box of things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapGroup {
    /// Its identity, which bundles use.
    pub id: String,
    /// What is written on it: a domain or system; of a box whose identity begins with `kind:` the word of a kind.
    pub label: String,
    /// Things in it.
    pub count: u32,
    /// Of them with a finding or an alert.
    pub unusual: u32,
    /// Of them silent.
    pub silent: u32,
    /// Edges among them.
    pub inside: u32,
    /// Its column.
    pub column: u32,
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Its things, one dot each.
    pub dots: Vec<MapDot>,
}

/// One thing in a box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapDot {
    /// Its name.
    pub name: String,
    /// What it is: the word of its kind.
    pub kind: String,
    /// The owning team.
    pub team: String,
    /// How it is.
    pub state: NodeState,
    /// When it began to depart; `null` while it does not.
    pub onset: Option<Millis>,
    /// What it shows, in one line.
    pub fact: Option<Phrase>,
    /// Its centre.
    pub x: f64,
    /// Its centre.
    pub y: f64,
}

/// Edges between two boxes, or a box and a node that is drawn by itself, as one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapBundle {
    /// The box that depends, or the name of the node that does.
    pub from: String,
    /// Whether that is a node.
    pub from_node: bool,
    /// The box it depends on, or the name of the node.
    pub to: String,
    /// Whether that is a node.
    pub to_node: bool,
    /// Edges in it.
    pub edges: u32,
    /// Its share of the thickest bundle, 0 to 1.
    pub share: f64,
    /// Its line, from what is depended on to who depends; empty where an end is a node: it leads from there to the box.
    pub points: Vec<(f64, f64)>,
}

/// A column of boxes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapColumn {
    /// What its boxes have in common: the word of a domain; empty where they are mixed.
    pub label: String,
    /// Its middle.
    pub x: f64,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapCounts {
    /// Entities.
    pub entities: u32,
    /// Edges between them.
    pub edges: u32,
    /// Edges behind the lines between nodes.
    pub drawn: u32,
    /// Edges behind the bundles.
    pub bundled: u32,
    /// Edges within one node or one box, which are counted there.
    pub folded: u32,
    /// Edges that are nowhere in the picture, counted in what is drawn.
    pub dropped: u32,
    /// Entities that depart, with something that depends on them or that they depend on.
    pub failing: u32,
    /// Entities with a finding or an alert.
    pub unusual: u32,
    /// Entities that are silent.
    pub silent: u32,
}
