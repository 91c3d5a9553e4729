//! What the instructor's window gets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CurveRow, DrillClock, DrillMove, DrillPhase, DrillScreen, EvidenceRow, FailedRow, FaultChoice};
use crate::phrase::{Phrase, PhraseValue};
use crate::wire::Millis;

/// The instructor's panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InstructorState {
    /// The drill's title.
    pub title: String,
    /// The seed.
    pub seed: u32,
    /// Who trains.
    pub trainee: String,
    /// Where the trainee is and how far from the cause.
    pub headline: Phrase,
    /// The clock.
    pub clock: DrillClock,
    /// How far the drill is.
    pub phase: DrillPhase,
    /// Since the fault began; `null` before it, and without one.
    pub since_onset: Option<Millis>,
    /// What is true and what telemetry says.
    pub conditions: Vec<ConditionRow>,
    /// What the trainee did, oldest first.
    pub moves: Vec<DrillMove>,
    /// The useful evidence, in the order in which it would help.
    pub evidence: Vec<EvidenceRow>,
    /// The three runs so far.
    pub curve: Option<CurveRow>,
    /// Requests that failed by the end of the run: the trainee's until now.
    pub failed: FailedRow,
    /// Roles that can speak.
    pub roles: Vec<RoleChoice>,
    /// Lines that are prepared.
    pub prepared: Vec<PreparedRow>,
    /// Faults that can be injected.
    pub faults: Vec<FaultChoice>,
    /// Names that a fault can be given to: components, instances, hosts.
    pub targets: Vec<String>,
    /// The injection that waits; `null` when none does.
    pub waiting: Option<WaitingRow>,
    /// Why the last injection was not taken; `null` when it was.
    pub refused: Option<Phrase>,
    /// Sensors that can be taken away.
    pub sensors: Vec<SensorRow>,
    /// When the next update of the trainee is due; `null` while none is.
    pub update_due: Option<Millis>,
}

/// One thing of the world: true state beside telemetry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConditionRow {
    /// The thing.
    pub entity: String,
    /// How bad: 0 well, 1 strained, 2 failing, 3 silent.
    pub grade: u8,
    /// What is true.
    pub truth: Phrase,
    /// The value that belongs to it; `null` without one.
    pub detail: Option<PhraseValue>,
    /// What telemetry says where it differs; `null` when it says the same.
    pub seen: Option<Phrase>,
    /// When the trainee looked at it last; `null` when never.
    pub looked: Option<Millis>,
    /// On which screen.
    pub looked_on: Option<DrillScreen>,
}

/// A role that can speak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoleChoice {
    /// The stable word (`database`).
    pub role: String,
    /// Its name.
    pub name: Phrase,
}

/// A line that is prepared for the instructor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreparedRow {
    /// Who says it.
    pub role: String,
    /// What.
    pub text: String,
}

/// An injection that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitingRow {
    /// The fault in words.
    pub name: Phrase,
    /// Where.
    pub target: String,
    /// Real time that is left to stop it.
    pub left: Millis,
}

/// A sensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SensorRow {
    /// The host or component whose telemetry it is.
    pub target: String,
    /// Since when it is away; `null` while it answers.
    pub away: Option<Millis>,
    /// Whether the deciding evidence needs it.
    pub decides: bool,
}

/// A fault that an instructor wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InjectionRequest {
    /// The kind, in `snake_case`.
    pub kind: String,
    /// Where.
    pub target: String,
    /// Its way; empty takes the usual one.
    pub way: String,
    /// Parameters that are not to be the usual ones.
    pub values: Vec<(String, f64)>,
    /// Seconds of the world until it begins, counted from the injection.
    pub after_s: u32,
}
