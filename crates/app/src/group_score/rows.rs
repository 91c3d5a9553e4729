//! What is asked of the series of an entity together and what is answered, as the interface gets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::now::NotScored;
use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// What is asked: of which entity, and how finely the scores are drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupScoreRequest {
    /// The entity.
    pub entity: String,
    /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all of its series.
    pub filter: String,
    /// Columns that the scores are drawn in, 1 to 2,000; `null` for the score of every row.
    pub columns: Option<u32>,
}

/// The scores of the series of an entity together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupScoreView {
    /// The entity.
    pub entity: String,
    /// What was scored: the whole history of its series.
    pub range: Span,
    /// The distance of rows.
    pub step: Millis,
    /// Rows that were scored.
    pub rows: u32,
    /// Series of the entity that match.
    pub series: u32,
    /// Series that count, those that are one workload as one.
    pub scored: u32,
    /// Series that do not count, and why, by the key of a word.
    pub refused: Vec<NotScored>,
    /// The answer in one sentence.
    pub lead: Phrase,
    /// How it was made, and what it is not.
    pub notes: Vec<Phrase>,
    /// The times of the scores, ascending.
    pub times: Vec<Millis>,
    /// The scores, 0 and more; around 1 alarms begin. In each column that is drawn the lowest and the highest.
    pub scores: Vec<Option<f64>>,
    /// The rows in the core of an alarm, all of them.
    pub flagged: Vec<Millis>,
    /// The alarms by time; of more than 500 those with the highest scores.
    pub alarms: Vec<GroupAlarm>,
    /// Alarms in all.
    pub alarm_count: u32,
    /// How long it took.
    pub took: Millis,
}

/// A stretch of time in which the series of an entity together depart more than they are used to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupAlarm {
    /// The first row.
    pub start: Millis,
    /// The last row.
    pub end: Millis,
    /// The row that departs most.
    pub peak: Millis,
    /// The score of that row.
    pub score: f64,
    /// Which series carries it, in words.
    pub sentence: Phrase,
    /// The series that carry it at its peak, largest first; at most five.
    pub parts: Vec<GroupPart>,
}

/// A series with its part in an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupPart {
    /// The series.
    pub series: u32,
    /// The source's number.
    pub source: u32,
    /// The metric's name.
    pub metric: String,
    /// The labels that tell the series apart, as text.
    pub labels: String,
    /// Its part of what all series depart together, 0 to 1.
    pub share: f64,
}
