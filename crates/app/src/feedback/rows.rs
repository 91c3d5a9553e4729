//! What people say of findings, as the interface sends and gets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// What a person wants to say of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackDraft {
    /// The finding's identity.
    pub finding: String,
    /// What is said of it.
    pub verdict: FeedbackVerdict,
}

/// What can be said of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum FeedbackVerdict {
    /// It is real: no word about other findings makes it an expected one.
    Real,
    /// It was expected, this once.
    ExpectedOnce,
    /// It is expected every week at the weekday and time of day at which it began.
    ExpectedWeekly,
    /// Whatever its series shows is expected.
    ExpectedAlways,
    /// Whatever begins during a maintenance is expected.
    #[serde(rename_all = "camelCase")]
    Maintenance {
        /// The maintenance.
        window: MaintenanceWindow,
    },
}

impl FeedbackVerdict {
    /// Returns the stable word used in files and in the terminal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::ExpectedOnce => "once",
            Self::ExpectedWeekly => "weekly",
            Self::ExpectedAlways => "always",
            Self::Maintenance { .. } => "maintenance",
        }
    }
}

/// A maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MaintenanceWindow {
    /// From when to when.
    pub range: Span,
    /// What it covers.
    pub reach: MaintenanceReach,
}

/// A window in which something real happened, whatever was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WindowDraft {
    /// On what.
    pub of: WindowOf,
    /// From when to when.
    pub range: Span,
}

/// On what a window is real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum WindowOf {
    /// On one series.
    Series {
        /// Its number.
        series: u32,
    },
    /// On the only series that matches.
    Matching {
        /// A selector (`name{label="value"}`) or plain words that must all appear in name or labels.
        filter: String,
    },
    /// On every series of a service, host or other thing.
    Entity {
        /// Its name.
        entity: String,
    },
}

/// How far a window reaches that is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WindowReach {
    /// One series.
    Series,
    /// Every series of an entity.
    Entity,
}

/// What a maintenance covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MaintenanceReach {
    /// The service, host or other thing of the marked finding.
    Entity,
    /// Everything.
    Everything,
}

/// How a finding stands by what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FeedbackStanding {
    /// It was expected, and does not count.
    Expected,
    /// It is real.
    Real,
}

/// The word by which a finding stands as it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingFeedback {
    /// The number of the word, by which it can be taken back.
    pub id: u32,
    /// How the finding stands.
    pub standing: FeedbackStanding,
    /// What was said, in words.
    pub phrase: Phrase,
}

/// Something that was said of a finding, or of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackItem {
    /// Its number.
    pub id: u32,
    /// What was said, in words ("Expected every Monday at 06:00 (Europe/Berlin).").
    pub phrase: Phrase,
    /// The identity of the finding that was marked, which a later detection may have withdrawn; of a window its own.
    pub finding: String,
    /// What the finding was, in words.
    pub title: Phrase,
    /// When it began.
    pub start: Millis,
    /// When it ended, as known when it was marked; `null` while it lasted.
    pub end: Option<Millis>,
    /// Its series; 0 for a window on everything of an entity.
    pub series: u32,
    /// The metric's name; empty for such a window.
    pub metric: String,
    /// The labels that tell the series apart, as text.
    pub labels: String,
    /// What the series belonged to when it was marked.
    pub entity: String,
    /// What was said.
    pub verdict: FeedbackVerdict,
    /// On what a window is real in which nothing had to be found; `null` for a word about a finding.
    pub window: Option<WindowReach>,
    /// When it was said.
    pub at: Millis,
    /// Whether it was taken back.
    pub undone: bool,
}

/// What the labels of the workspace taught, and whether it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackStage {
    /// Whether scores go by it.
    pub used: bool,
    /// Findings that are marked as real.
    pub real: u32,
    /// Findings that are marked as expected; a maintenance does not count, since it says nothing of how they look.
    pub expected: u32,
    /// Of the pairs of a real and an expected finding that were held back, the share that the score alone puts in order,
    /// 0 to 1; `null` with too few labels.
    pub plain: Option<f64>,
    /// The share that the stage puts in order.
    pub staged: Option<f64>,
    /// The same in words.
    pub phrase: Phrase,
}
