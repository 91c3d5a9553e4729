//! What the lists of *Metrics* are asked and what they answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::feedback::FindingFeedback;
use crate::now::{FindingKind, FindingRow};
use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// A series in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeriesRow {
    /// Its number in this workspace file.
    pub id: u32,
    /// The source's number.
    pub source: u32,
    /// The metric's name.
    pub metric: String,
    /// The labels as pairs, in name order.
    pub labels: Vec<(String, String)>,
    /// What it belongs to.
    pub entity: String,
    /// The unit's word.
    pub unit: String,
    /// The kind's word (`counter`, `gauge`, …).
    pub kind: String,
    /// The highest score in the range of what counts; `null` when nothing was found, or only what was expected.
    pub score: Option<f64>,
    /// Grade of that score, 1 to 3.
    pub grade: Option<u8>,
    /// The finding with that score.
    pub finding: Option<RowFinding>,
    /// Why it was not scored; the key of a word, `null` when it was.
    pub refused: Option<String>,
    /// The word of its class (`seasonal`, `sparse`, …); `null` until a detection has told it.
    pub class: Option<String>,
    /// What the class is and how the series is judged because of it.
    pub class_phrase: Option<Phrase>,
    /// The length of its season; left out without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub period: Option<Millis>,
}

/// A finding as the row of its series tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowFinding {
    /// Its identity.
    pub id: String,
    /// The kind.
    pub kind: FindingKind,
    /// First sample outside the band.
    pub start: Millis,
    /// What happened, in words.
    pub title: Phrase,
    /// Why it is a finding, in words.
    pub reason: Phrase,
    /// Which series were joined to one history, or stored twice and counted once; `null` for a series as it is.
    pub joined: Option<Phrase>,
    /// What a person said of it, or of findings like it; `null` when nothing.
    pub feedback: Option<FindingFeedback>,
}

/// How many series are of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClassCount {
    /// The word of the class.
    pub class: String,
    /// How many there are of it.
    pub count: u32,
}

/// What *Metrics* lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MetricsView {
    /// One page of the series that match, those with findings first, by surprise; then by name.
    pub rows: Vec<SeriesRow>,
    /// How many match in all.
    pub total: u32,
    /// How many there are.
    pub of: u32,
    /// The place of the series that was to be located; `null` when it does not match, or none was.
    pub place: Option<u32>,
    /// The classes of what matches apart from the class that was asked for, by their words.
    pub classes: Vec<ClassCount>,
    /// How many findings in the range the series that match have that count.
    pub finding_count: u32,
    /// How many of these are held back, because among so many series as there are chance alone brings as surprising ones.
    pub held_count: u32,
    /// How many of the series that match were scored.
    pub scored: u32,
    /// Labels that all series share that match.
    pub shared: Vec<(String, String)>,
}

/// What is asked of *Metrics*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MetricsRequest {
    /// The range.
    pub range: Span,
    /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
    pub filter: String,
    /// Only series of this entity; `null` for all.
    pub entity: Option<String>,
    /// Only series of the class with this word; not said is all.
    #[serde(default)]
    #[ts(optional)]
    pub class: Option<String>,
    /// Only these of them; not said is all.
    #[serde(default)]
    #[ts(optional)]
    pub only: Option<Vec<u32>>,
    /// A series whose place in the list is wanted.
    #[serde(default)]
    #[ts(optional)]
    pub locate: Option<u32>,
    /// Rows before the first that is wanted; not said is none.
    #[serde(default)]
    #[ts(optional)]
    pub offset: Option<u32>,
    /// Rows in the answer at most, up to 100; not said is 100.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

impl MetricsRequest {
    /// Asks for the first page of all series over a range.
    pub fn over(range: Span) -> Self {
        let (filter, entity) = (String::new(), None);
        Self { range, filter, entity, class: None, only: None, locate: None, offset: None, limit: None }
    }
}

/// What is asked of the findings of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingsRequest {
    /// The window.
    pub range: Span,
    /// Only those of series of this entity; `null` for all.
    pub entity: Option<String>,
    /// Only those of this series; `null` for all.
    pub series: Option<u32>,
}

/// The findings of a window, without small lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingsView {
    /// Those that count, the most surprising 80.
    pub findings: Vec<FindingRow>,
    /// How many of them there are in all.
    pub finding_count: u32,
    /// Those that were expected, each with the word that says so, the most surprising 80.
    pub expected: Vec<FindingRow>,
    /// How many of them there are in all.
    pub expected_count: u32,
}
