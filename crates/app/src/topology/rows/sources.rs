//! Inventories as sources: presets, mappings, tests of a connection, files, and the topology written to a file.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::catalog::{DependencyItem, EntityItem};
use super::map::MapRequest;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// How an inventory is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InventoryDraft {
    /// The key of the preset; `own` for a mapping of one's own.
    pub preset: String,
    /// The mapping as TOML; empty takes the preset's.
    pub mapping: String,
}

/// A mapping that comes with the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PresetItem {
    /// Its key.
    pub key: String,
    /// The product's name.
    pub name: String,
    /// Whether it was tried against a real server; else it was written from the product's documentation.
    pub tried: bool,
    /// The mapping as TOML.
    pub mapping: String,
    /// The ways of signing in that the product understands.
    pub sign_ins: Vec<String>,
    /// What its address looks like.
    pub url_example: String,
    /// After which source and version it was written.
    pub from: String,
}

/// Whether a mapping can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MappingCheck {
    /// Whether it can.
    pub ok: bool,
    /// The line of the problem, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
    /// The problem.
    pub problem: Option<Phrase>,
    /// The classes that it reads.
    pub classes: Vec<String>,
}

/// What "Test connection" says of an inventory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InventoryProbeItem {
    /// The product.
    pub product: String,
    /// Its version; may be empty.
    pub version: String,
    /// Classes with how many items they have; `null` when the server does not tell.
    pub counts: Vec<(String, Option<u32>)>,
    /// The first page as it came, shortened, secrets masked.
    pub raw: String,
    /// The same page as it is understood.
    pub entities: Vec<EntityItem>,
    /// Its dependencies.
    pub dependencies: Vec<DependencyItem>,
    /// What was not understood.
    pub not_understood: Vec<Phrase>,
    /// Rights that are missing.
    pub missing: Vec<Phrase>,
    /// What else is worth knowing.
    pub notices: Vec<Phrase>,
}

/// How a file with an inventory is understood; nothing is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InventoryFilePreview {
    /// The file.
    pub path: String,
    /// Its format.
    pub format: String,
    /// Entities in it.
    pub entities: u32,
    /// Dependencies in it.
    pub dependencies: u32,
    /// Columns as they are written, each with our field; `null` for one that becomes a tag.
    pub columns: Vec<(String, Option<String>)>,
    /// Its first entities.
    pub sample: Vec<EntityItem>,
    /// Its first dependencies.
    pub edges: Vec<DependencyItem>,
    /// Rows that cannot be read, with line and column.
    pub problems: Vec<Phrase>,
    /// How many there are.
    pub bad: u32,
}

/// What came of importing a file with an inventory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InventoryImported {
    /// The source's number.
    pub source: u32,
    /// Facts that were not known.
    pub fresh: u32,
    /// Facts that changed.
    pub changed: u32,
    /// Facts that stayed.
    pub same: u32,
    /// Facts that are gone.
    pub gone: u32,
    /// Rows that could not be read.
    pub bad: u32,
}

/// The topology as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopologyExport {
    /// Where to.
    pub path: String,
    /// The format.
    pub format: TopologyFormat,
    /// The moment whose knowledge counts; `null` for all that is known.
    pub as_of: Option<Millis>,
    /// The map that a picture shows; `null` for the services as they are known. Other formats always have everything.
    pub map: Option<MapRequest>,
}

/// Formats of the topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TopologyFormat {
    /// Everything that is known, for programs.
    Json,
    /// For Graphviz.
    Dot,
    /// For graph editors.
    Graphml,
    /// For graph databases.
    Cypher,
    /// A picture, scalable.
    Svg,
    /// A picture, in pixels.
    Png,
}
