//! What is asked of the bill and what is answered, as the interface gets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// What is asked: for which series, at which sensitivity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BillRequest {
    /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
    pub filter: String,
    /// Only series of this entity; `null` for all.
    pub entity: Option<String>,
    /// The sensitivity, 1 to 20; `null` takes the one of the workspace, or else the proposed one.
    pub sensitivity: Option<u8>,
    /// Windows in which something real happened, besides the findings that were marked as real.
    pub marked: Vec<Span>,
    /// The word of a method whose alarms stand in the place of the stored findings; `null` for the findings.
    #[serde(default)]
    #[ts(optional)]
    pub detector: Option<String>,
}

/// The bill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BillView {
    /// The bill in one sentence.
    pub lead: Phrase,
    /// How it was made, and what it does not know.
    pub notes: Vec<Phrase>,
    /// The history that it is of.
    pub period: Span,
    /// How much of that samples cover; weeks are counted of it.
    pub covered: Millis,
    /// Series that match; those that are one workload count as one.
    pub series: u32,
    /// Windows in which something real happened; windows that overlap are one.
    pub marked: u32,
    /// The word of the method whose alarms are billed; not there for the stored findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub detector: Option<String>,
    /// The sensitivity that the sentence speaks of, 1 to 20.
    pub sensitivity: u8,
    /// The sensitivity that is kept for this detector, for these series or else for the workspace; `null` when none was
    /// chosen.
    pub stored: Option<u8>,
    /// Whether what is kept is kept for this very choice of series.
    pub own: bool,
    /// What that sensitivity costs and brings.
    pub chosen: BillRow,
    /// The same for every sensitivity from 1, the least, to 20.
    pub curve: Vec<BillRow>,
}

/// What one sensitivity would have cost and brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BillRow {
    /// The sensitivity.
    pub sensitivity: u8,
    /// The least score that calls somebody.
    pub least_score: f64,
    /// Alarms of all series.
    pub alarms: u32,
    /// Pages: alarms that were raised together are one.
    pub pages: u32,
    /// Pages that belong to no marked window.
    pub unmarked: u32,
    /// Pages a week.
    pub pages_per_week: f64,
    /// Marked windows that were found.
    pub found: u32,
    /// The median time from the begin of a found window to its page; `null` when none was found.
    pub median_delay: Option<Millis>,
}
