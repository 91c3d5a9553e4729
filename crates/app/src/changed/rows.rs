//! What is asked of a window and what is answered, as the interface gets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::now::{FindingKind, NotScored};
use crate::phrase::{Phrase, PhraseValue};
use crate::wire::{Millis, Span};

/// What is asked: which window, of which series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedRequest {
    /// The window.
    pub window: Span,
    /// Rows in the answer at most, 1 to 1,000.
    pub limit: u32,
    /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
    pub filter: String,
    /// Only series of this entity; `null` for all.
    pub entity: Option<String>,
}

/// What changed in a window, with every row.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedView {
    /// The window that was asked for; each source is judged as far as it has answered.
    pub window: Span,
    /// The answer in one sentence.
    pub lead: Phrase,
    /// What changed, by what it belongs to: the entity with the most unusual series first, its rows likewise.
    pub entities: Vec<ChangedEntity>,
    /// Rows in `entities`; those that say hardly anything are left out.
    pub shown: u32,
    /// Series that changed: of middle grade and more.
    pub changed: u32,
    /// Series that were judged.
    pub judged: u32,
    /// Series that match.
    pub series: u32,
    /// Series that could not be judged, and why, by the key of a word.
    pub refused: Vec<NotScored>,
    /// The first 20 series that begin in the window, by their begin: new ones, and no other copies of what was there.
    pub begun: Vec<BegunRow>,
    /// How many there are of them.
    pub begun_count: u32,
    /// How long it took.
    pub took: Millis,
}

/// What changed in a window: where every row stands, and the first rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedRanking {
    /// Its number, by which its other rows are asked for.
    pub ranking: u32,
    /// The window that was asked for; each source is judged as far as it has answered.
    pub window: Span,
    /// The answer in one sentence.
    pub lead: Phrase,
    /// What changed, by what it belongs to: the entity with the most unusual series first, its rows likewise.
    pub entities: Vec<ChangedPlaces>,
    /// The first 100 of these rows, in their order.
    pub rows: Vec<ChangedRow>,
    /// Rows in `entities`; those that say hardly anything are left out.
    pub shown: u32,
    /// Series that changed: of middle grade and more.
    pub changed: u32,
    /// Series that were judged.
    pub judged: u32,
    /// Series that match.
    pub series: u32,
    /// Series that could not be judged, and why, by the key of a word.
    pub refused: Vec<NotScored>,
    /// The first 20 series that begin in the window, by their begin: new ones, and no other copies of what was there.
    pub begun: Vec<BegunRow>,
    /// How many there are of them.
    pub begun_count: u32,
    /// How long it took.
    pub took: Millis,
}

/// An entity with the places of what changed on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPlaces {
    /// The service, host or other thing.
    pub entity: String,
    /// The score of its first row.
    pub score: f64,
    /// Its series, the most unusual first; of equally unusual ones that which changed first.
    pub rows: Vec<ChangedPlace>,
}

/// The place of a series that changed: what orders and counts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPlace {
    /// The series.
    pub series: u32,
    /// How unusual, 0 to 1.
    pub score: f64,
    /// Grade of that score, 1 to 3.
    pub grade: u8,
    /// How it departs.
    pub kind: FindingKind,
    /// The first sample of the change; `null` when it was so before the window, or when only the peers tell.
    pub start: Option<Millis>,
}

/// What is asked: rows of a ranking by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedRowsRequest {
    /// The number of the ranking.
    pub ranking: u32,
    /// The place of the first row among all of its rows.
    pub offset: u32,
    /// Rows in the answer at most, 1 to 100.
    pub limit: u32,
}

/// An entity with what changed on it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedEntity {
    /// The service, host or other thing.
    pub entity: String,
    /// The score of its first row.
    pub score: f64,
    /// Its series, the most unusual first; of equally unusual ones that which changed first.
    pub rows: Vec<ChangedRow>,
}

/// A series that begins in the window: nothing is usual for it yet, so it is not ranked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BegunRow {
    /// The series.
    pub series: u32,
    /// The source's number.
    pub source: u32,
    /// The metric's name.
    pub metric: String,
    /// The labels that tell the series apart, as text.
    pub labels: String,
    /// What it belongs to.
    pub entity: String,
    /// Its first sample.
    pub start: Millis,
    /// When and with what it begins, in words.
    pub sentence: Phrase,
}

/// A series that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedRow {
    /// The series.
    pub series: u32,
    /// The source's number.
    pub source: u32,
    /// The metric's name.
    pub metric: String,
    /// The labels that tell the series apart, as text.
    pub labels: String,
    /// What it belongs to.
    pub entity: String,
    /// How unusual, 0 to 1.
    pub score: f64,
    /// Grade of that score, 1 to 3.
    pub grade: u8,
    /// How it departs.
    pub kind: FindingKind,
    /// Whether it was measured against its peers, because for itself it is less unusual.
    pub by_peers: bool,
    /// What changed, in words.
    pub sentence: Phrase,
    /// What was to be expected.
    pub usual: PhraseValue,
    /// What was seen.
    pub seen: PhraseValue,
    /// The unit's word of what is judged (a rate for counters).
    pub unit: String,
    /// The first sample of the change; `null` when it was so before the window, or when only the peers tell.
    pub start: Option<Millis>,
    /// How far it parts from its peers, in robust standard deviations; `null` without peers.
    pub against_peers: Option<f64>,
}
