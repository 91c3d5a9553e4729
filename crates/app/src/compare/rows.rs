//! What is asked of several methods and what is answered, as the interface gets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// What is asked: which methods, on which series, in which time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareRequest {
    /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels; empty for all.
    pub filter: String,
    /// The words of the methods; empty for all.
    pub methods: Vec<String>,
    /// From when to when; `null` for the whole history.
    pub range: Option<Span>,
    /// Whether an alarm of which nothing was said is a false one; not said is no.
    #[serde(default)]
    #[ts(optional)]
    pub unmarked_is_false: Option<bool>,
}

/// Methods side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareView {
    /// What was looked at: the time that was asked for, as far as there are samples.
    pub range: Span,
    /// How much of that samples cover; weeks are counted of it.
    pub covered: Millis,
    /// Series that match.
    pub series: u32,
    /// Series that at least one of the methods scored.
    pub scored: u32,
    /// Windows that a person marked as real, each on its series; those of one series that overlap are one.
    pub marked: u32,
    /// Whether an alarm of which nothing was said counts as a false one; never where nothing at all was said.
    pub unmarked_is_false: bool,
    /// The answer in one sentence.
    pub lead: Phrase,
    /// How it was made, and what it does not know.
    pub notes: Vec<Phrase>,
    /// The methods, in the order of the catalogue.
    pub rows: Vec<CompareRow>,
    /// The series that is drawn: the one with most marks, or else the one that departs most; `null` when none was
    /// scored.
    pub sample: Option<CompareSample>,
}

/// What one method would have cost and brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareRow {
    /// Its stable word.
    pub method: String,
    /// Its name; the key with `-about` behind it says what it is good at and where it fails.
    pub name: Phrase,
    /// Author, title and year.
    pub source: String,
    /// Alarms of all series.
    pub alarms: u32,
    /// Alarms a week of the time that samples cover.
    pub alarms_per_week: f64,
    /// Windows marked as real in which an alarm of the same series lies; `null` without any.
    pub found: Option<u32>,
    /// Alarms that were marked as expected, and where so said those of which nothing was said; `null` where no alarm could
    /// be false.
    pub false_alarms: Option<u32>,
    /// Of the samples in alarms that count (all, or those of which something was said) the share in real windows, 0 to 1.
    pub precision: Option<f64>,
    /// The share of the marked windows that were found, 0 to 1.
    pub recall: Option<f64>,
    /// The harmonic mean of both, the composite F1 of Garg et al. (2021).
    pub f1: Option<f64>,
    /// The median time from the begin of a found window to its first alarm, 0 for one that began before it.
    pub median_delay: Option<Millis>,
    /// Processor time for all its series.
    pub took: Millis,
    /// Series that it scored; without any it has no alarms because it could judge nothing.
    pub scored: u32,
    /// Series that it refused.
    pub refused: u32,
    /// Its alarms on the series that is drawn, by time; of more than 500 those that depart most.
    pub spans: Vec<CompareSpan>,
}

/// An alarm of a method.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareSpan {
    /// Its first sample.
    pub start: Millis,
    /// Its last sample.
    pub end: Millis,
    /// The score of the sample that departs most; around 1 alarms begin.
    pub score: f64,
}

/// The series that is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareSample {
    /// The series.
    pub series: u32,
    /// Metric and labels.
    pub name: String,
    /// The times of at most 600 values, ascending.
    pub times: Vec<Millis>,
    /// The values, of cumulative kinds the rate; `null` in a gap.
    pub values: Vec<Option<f64>>,
}

/// The alarms of one method, for the terminal; nothing is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodView {
    /// What was looked at.
    pub range: Span,
    /// Its stable word.
    pub method: String,
    /// Its name.
    pub name: Phrase,
    /// Series that match.
    pub series: u32,
    /// Series that were scored.
    pub scored: u32,
    /// Series that were not, and why, by the key of a word.
    pub refused: Vec<crate::now::NotScored>,
    /// The alarms, those that depart most first.
    pub alarms: Vec<MethodAlarmRow>,
    /// Processor time for all series.
    pub took: Millis,
}

/// An alarm of a method, for the terminal.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodAlarmRow {
    /// The series.
    pub series: u32,
    /// The metric's name.
    pub metric: String,
    /// The labels that tell the series apart, as text.
    pub labels: String,
    /// What it belongs to.
    pub entity: String,
    /// The first sample.
    pub start: Millis,
    /// The last sample.
    pub end: Millis,
    /// The sample that departs most.
    pub peak: Millis,
    /// Its score; around 1 alarms begin.
    pub score: f64,
}
