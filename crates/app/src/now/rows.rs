//! What the screen Now shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::AnomalyKind;

use crate::connections::SourceHealth;
use crate::feedback::FindingFeedback;
use crate::phrase::{Phrase, PhraseValue};
use crate::wire::{Millis, Span};

/// The screen *Now*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NowView {
    /// What the view is about.
    pub range: Span,
    /// The one sentence ("Checkout fails for 4 in 10 requests since 14:53.").
    pub headline: Phrase,
    /// Whether the sentence says that something is wrong, that nothing is, or that it cannot be said.
    pub verdict: Verdict,
    /// The sentences under it, in order.
    pub lead: Vec<Phrase>,
    /// Where answers of a source were partial, a sentence each: what is missing then is not known, and is no finding.
    pub partial: Vec<Phrase>,
    /// Method, inputs, time: the proof line.
    pub proof: Phrase,
    /// The service on which the first of the group began; `null` without findings.
    pub first_entity: Option<String>,
    /// Number of services that were recognised.
    pub services: u32,
    /// Number of series.
    pub series: u32,
    /// The usual distance of samples at the end of the range.
    pub step: Option<Millis>,
    /// The findings of the range that count, most surprising first; at most 200 beside those that were marked as real
    /// and the most surprising of each of the first 200 things, 60 with their small line.
    pub findings: Vec<FindingRow>,
    /// How many there are in all.
    pub finding_count: u32,
    /// The things on which `findings` lie, the one with the most surprising first.
    pub things: Vec<ThingRow>,
    /// How many things there are in all.
    pub thing_count: u32,
    /// On how many services and other things they lie.
    pub unusual_services: u32,
    /// On how many series they lie.
    pub unusual_series: u32,
    /// The findings of the range that were expected, most surprising first, each with the word that says so; at most
    /// 200. Neither the sentence nor any count speaks of them.
    pub expected: Vec<FindingRow>,
    /// How many of these there are in all.
    pub expected_count: u32,
    /// The findings of the range that are held back, because among so many series chance alone brings as surprising
    /// ones, most surprising first; at most 200. They stand at their series.
    pub held: Vec<FindingRow>,
    /// How many of these there are in all.
    pub held_count: u32,
    /// The group that began together, one row a service, in order of onset.
    pub onsets: Vec<OnsetRow>,
    /// Resolution of the onsets.
    pub onset_step: Option<Millis>,
    /// Share of series outside their band, by service and bin.
    pub heat: Heat,
    /// Changes of version in the range.
    pub changes: Vec<ChangeRow>,
    /// The sources and their age.
    pub sources: Vec<SourceHealth>,
    /// Why series were not scored, with counts.
    pub not_scored: Vec<NotScored>,
    /// Findings a bin of the strip, for the six hours before the end of the data.
    pub strip: Strip,
    /// When the series were scored last; `null` when never.
    pub detected: Option<Millis>,
    /// How long that took.
    pub detection_took: Option<Millis>,
    /// Findings that were not there in the detection before.
    pub new_findings: u32,
}

/// Whether something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Something is wrong.
    Wrong,
    /// Nothing unusual is found.
    Calm,
    /// It cannot be said: no data, nothing scored, or data that is too old.
    Unknown,
}

/// A finding as the interface gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingRow {
    /// Its identity.
    pub id: String,
    /// The series.
    pub series: u32,
    /// What happened, in words.
    pub title: Phrase,
    /// Why it is a finding, in words.
    pub reason: Phrase,
    /// Which series were joined to one history, or stored twice and counted once; `null` for a series as it is.
    pub joined: Option<Phrase>,
    /// The metric's name.
    pub metric: String,
    /// The labels that tell the series apart, as text; those of a workload that was joined do not change.
    pub labels: String,
    /// The service, host or other thing that it belongs to.
    pub entity: String,
    /// The team that has this, as the inventory says; `null` where it does not.
    pub team: Option<String>,
    /// The kind.
    pub kind: FindingKind,
    /// First sample outside the band.
    pub start: Millis,
    /// First sample back inside; `null` while it lasts.
    pub end: Option<Millis>,
    /// Resolution of the start.
    pub step: Millis,
    /// Surprise, 0 to 1.
    pub score: f64,
    /// Grade, 1 to 3.
    pub grade: u8,
    /// The value now (or at the end).
    pub value: Option<PhraseValue>,
    /// The value that was to be expected; `null` where the departure is not one of a value.
    pub expected: Option<PhraseValue>,
    /// The lower end of normal.
    pub normal_low: Option<PhraseValue>,
    /// The upper end of normal.
    pub normal_high: Option<PhraseValue>,
    /// When this workspace first knew it.
    pub known_at: Millis,
    /// A small line of the last six hours: 60 values, `null` for gaps.
    pub spark: Vec<Option<f64>>,
    /// The expected band under the small line: lower, then upper.
    pub spark_low: Option<f64>,
    /// Upper end of the band.
    pub spark_high: Option<f64>,
    /// What a person said of it, or of findings like it; `null` when nothing.
    pub feedback: Option<FindingFeedback>,
}

/// The findings of a range on one service, host or other thing; a series that belongs to none stands for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThingRow {
    /// Those that are listed, most surprising first, by their identities.
    pub findings: Vec<String>,
    /// How many there are in all.
    pub count: u32,
    /// When the earliest of all began.
    pub began: Millis,
}

/// Kinds of findings on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FindingKind {
    /// A lasting change of level.
    Level,
    /// A short excursion upwards.
    Spike,
    /// A short excursion downwards.
    Dip,
    /// A lasting drift.
    Trend,
    /// Another spread.
    Variance,
    /// No samples.
    Missing,
    /// Stands still.
    Flat,
    /// The pattern of the day is gone.
    SeasonBreak,
    /// A counter begins again and again.
    ResetStorm,
    /// Parts from its peers.
    PeerOutlier,
}

impl From<AnomalyKind> for FindingKind {
    fn from(kind: AnomalyKind) -> Self {
        match kind {
            AnomalyKind::Level => Self::Level,
            AnomalyKind::Spike => Self::Spike,
            AnomalyKind::Dip => Self::Dip,
            AnomalyKind::Trend => Self::Trend,
            AnomalyKind::Variance => Self::Variance,
            AnomalyKind::Missing => Self::Missing,
            AnomalyKind::Flat => Self::Flat,
            AnomalyKind::SeasonBreak => Self::SeasonBreak,
            AnomalyKind::ResetStorm => Self::ResetStorm,
            AnomalyKind::PeerOutlier => Self::PeerOutlier,
        }
    }
}

/// A row of the onset chart: the first finding of one service in the group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OnsetRow {
    /// The service.
    pub entity: String,
    /// When it began.
    pub start: Millis,
    /// Distance from the first of the group.
    pub after_first: Millis,
    /// What it shows, short ("commit 4 → 92 ms").
    pub shows: Phrase,
    /// Grade, 1 to 3.
    pub grade: u8,
    /// The finding.
    pub finding: String,
    /// Whether it is the one that the headline speaks of.
    pub headline: bool,
}

/// Heat by service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Heat {
    /// Start of the first bin.
    pub start: Option<Millis>,
    /// Length of a bin.
    pub bin: Option<Millis>,
    /// The rows.
    pub rows: Vec<HeatRow>,
}

/// A service's row of the heat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeatRow {
    /// The service.
    pub entity: String,
    /// Share of its series outside their band, 0 to 1; `null` without data.
    pub shares: Vec<Option<f64>>,
}

/// A change of version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRow {
    /// When it was first seen.
    pub at: Millis,
    /// The service.
    pub subject: String,
    /// The version.
    pub version: String,
}

/// Series that were not scored, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotScored {
    /// Why: the key of a word (`refusal-constant`, `refusal-too-short`, `refusal-empty`).
    pub reason: String,
    /// How many.
    pub count: u32,
}

/// The time strip: what happened in the hours around the range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Strip {
    /// What it covers.
    pub range: Span,
    /// Length of a bin.
    pub bin: Millis,
    /// Findings that begin in each bin, by grade 1, 2, 3.
    pub counts: Vec<[u32; 3]>,
    /// Changes of version, imports.
    pub events: Vec<ChangeRow>,
}
