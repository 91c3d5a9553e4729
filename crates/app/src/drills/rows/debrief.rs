//! What the window gets of a drill that has ended.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AdviceMode, DrillMove, DrillPart, DrillScreen, HypothesisRow};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// An attempt of a drill's file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRow {
    /// Its number, from 1.
    pub number: u32,
    /// From where it branched; `null` for the first.
    pub branched_at: Option<Millis>,
    /// Its points; `null` while it is not ended.
    pub points: Option<u32>,
}

/// The debrief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DebriefView {
    /// The drill.
    pub id: String,
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// The seed.
    pub seed: u32,
    /// Who trained.
    pub trainee: String,
    /// The attempt that this is about.
    pub attempt: u32,
    /// All attempts of this file.
    pub attempts: Vec<AttemptRow>,
    /// Points of 100.
    pub points: u32,
    /// Points of the try before (attempt or drill); `null` when there was none.
    pub before: Option<u32>,
    /// Points from which it is passed.
    pub pass: u32,
    /// Whether it is passed.
    pub passed: bool,
    /// The one sentence.
    pub headline: Phrase,
    /// The sentences under it.
    pub lead: Vec<Phrase>,
    /// What really happened, a sentence a cause.
    pub truth: Vec<Phrase>,
    /// When the fault began; `null` without one.
    pub onset: Option<Millis>,
    /// The five parts.
    pub parts: Vec<PartRow>,
    /// The part that cost most.
    pub weakest: DrillPart,
    /// The period of both lanes and of the curve.
    pub range: Span,
    /// The reference's lane.
    pub reference: LaneRow,
    /// The trainee's lane.
    pub you: LaneRow,
    /// How far behind the reference users were served again; `null` when one of them never got there.
    pub gap: Option<Millis>,
    /// When the phases of the work were done, of both.
    pub times: TimesRow,
    /// The curves, one an objective.
    pub curves: Vec<CurveRow>,
    /// Requests that failed.
    pub failed: FailedRow,
    /// Evidence that was never opened, in the order in which it would have helped.
    pub never_opened: Vec<EvidenceRow>,
    /// The first useful evidence that was opened.
    pub first_useful: Option<EvidenceRow>,
    /// What was knowable when: the useful evidence with the time from which it could be seen.
    pub knowable: Vec<EvidenceRow>,
    /// How sure, and how right.
    pub beliefs: Vec<BeliefRow>,
    /// What became of the suggestions.
    pub advice: Vec<AdviceVerdict>,
    /// How suggestions were in this drill.
    pub advice_mode: AdviceMode,
    /// Points that hints cost.
    pub hint_cost: u32,
    /// What the instructor did.
    pub instructor: Vec<DrillMove>,
    /// A moment from which trying again is worth it; `null` when there is nothing to do better.
    pub again_from: Option<Millis>,
    /// What to do next; `null` when nothing is left.
    pub next: Option<NextRow>,
    /// What would be refused in the drill's text if it were new, each a sentence.
    pub remarks: Vec<Phrase>,
}

/// What a drill's file keeps of its attempts, without a world that is computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptResults {
    /// The drill.
    pub id: String,
    /// The seed.
    pub seed: u32,
    /// Who trained.
    pub trainee: String,
    /// The world's time that it reached.
    pub at: Millis,
    /// Why no world can be made of its text; `null` where one can.
    pub why: Option<AppError>,
    /// The attempts that ended, oldest first.
    pub attempts: Vec<KeptAttempt>,
}

/// An attempt as a drill's file keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptAttempt {
    /// Its number, from 1.
    pub number: u32,
    /// The world's time at which it ended.
    pub ended: Millis,
    /// Points of 100.
    pub points: u32,
    /// Whether it is passed.
    pub passed: bool,
    /// The parts; their reasons are not kept.
    pub parts: Vec<PartRow>,
}

/// A part of the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PartRow {
    /// Which.
    pub part: DrillPart,
    /// Points.
    pub points: u32,
    /// Of so many.
    pub of: u32,
    /// Points of the try before.
    pub before: Option<u32>,
    /// Why, each a sentence.
    pub reasons: Vec<ReasonRow>,
}

/// A reason for points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReasonRow {
    /// The sentence.
    pub text: Phrase,
    /// Points that it gave or (negative) cost.
    pub points: i32,
}

/// One lane of the debrief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LaneRow {
    /// Detect, localise, mitigate, one after the other; empty ones are left out.
    pub phases: Vec<PhaseRow>,
    /// What was done, oldest first.
    pub marks: Vec<LaneMark>,
}

/// When the phases of the work were done, of the trainee and of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimesRow {
    /// The trainee's.
    pub you: PhaseTimesRow,
    /// The reference's.
    pub reference: PhaseTimesRow,
}

/// Lengths of time since the fault began, or without one since the beginning of the run; `null` for what was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PhaseTimesRow {
    /// Until the first sign of recognition.
    pub detect: Option<Millis>,
    /// Until an alert that belongs to the trouble was acknowledged.
    pub acknowledge: Option<Millis>,
    /// Until the true cause was named and not given up again.
    pub localise: Option<Millis>,
    /// Until users were served again for good; `null` also where nothing was broken.
    pub mitigate: Option<Millis>,
}

/// A stretch of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PhaseRow {
    /// Which.
    pub part: DrillPart,
    /// Its beginning.
    pub start: Millis,
    /// Its end.
    pub end: Millis,
    /// Whether it came to what it is for.
    pub done: bool,
}

/// How a mark is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MarkTone {
    /// It helped.
    Good,
    /// It did not.
    Bad,
    /// Neither.
    Plain,
}

/// A mark on a lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LaneMark {
    /// When.
    pub at: Millis,
    /// What.
    pub text: Phrase,
    /// How it is meant.
    pub tone: MarkTone,
}

/// The share of users served in three runs of the same world; `null` for gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CurveRow {
    /// The component or entry.
    pub component: String,
    /// What is measured of it: a share, in words.
    pub measure: Phrase,
    /// What was to be reached, 0 to 1.
    pub wanted: f64,
    /// Where the run begins. Value `i` covers the step that ends at `start + (i + 1) * step`.
    pub start: Millis,
    /// The length of a step.
    pub step: Millis,
    /// The trainee's run.
    pub you: Vec<Option<f64>>,
    /// The reference's.
    pub reference: Vec<Option<f64>>,
    /// The run in which nobody acts.
    pub nobody: Vec<Option<f64>>,
}

/// Requests that failed in three runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailedRow {
    /// The trainee's run.
    pub you: f64,
    /// The reference's.
    pub reference: f64,
    /// The run in which nobody acts.
    pub nobody: f64,
}

/// A piece of useful evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceRow {
    /// Its place in the order in which it would help, from 1.
    pub order: u32,
    /// The screen that shows it.
    pub screen: DrillScreen,
    /// What to look at: an entity, an alert, a metric.
    pub subject: String,
    /// What of it: a metric, an alert, words of a line; empty for nothing in particular.
    pub detail: String,
    /// What it says.
    pub what: String,
    /// Whether it decides.
    pub decides: bool,
    /// From when it could be seen; `null` when it could not, and in a drill under way.
    pub knowable: Option<Millis>,
    /// When it was opened; `null` when never.
    pub opened: Option<Millis>,
}

/// A hypothesis in the debrief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BeliefRow {
    /// What was believed.
    pub belief: HypothesisRow,
    /// Whether it was right.
    pub right: bool,
}

/// What became of a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AdviceVerdict {
    /// What it said.
    pub text: String,
    /// Whether it was wrong.
    pub wrong: bool,
    /// Whether it was followed; `null` when it was not answered.
    pub followed: Option<bool>,
    /// Why it was right or wrong.
    pub why: String,
    /// Points that the answer gave or (negative) cost.
    pub points: i32,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NextRow {
    /// The drill.
    pub id: String,
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// About how long it takes.
    pub minutes: u32,
    /// Why.
    pub why: Phrase,
}
