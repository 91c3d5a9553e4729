//! What the window gets of drills: the list, the running drill, the debrief, the instructor's panel.

mod debrief;
mod instructor;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Millis;

pub use debrief::*;
pub use instructor::*;

/// How the program's suggestions are during a drill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AdviceMode {
    /// What the program believes, right or wrong, as on call.
    #[default]
    Normal,
    /// Some suggestions are planted; it is not said which.
    MayBeWrong,
}

/// The five parts of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DrillPart {
    /// Time until the problem was seen and acknowledged.
    Detect,
    /// Time until the cause was named, and whether it was the right one.
    Localise,
    /// Time until users were served again.
    Mitigate,
    /// Harm that the actions did, and whether somebody looked before acting.
    Safety,
    /// Updates to others, in time.
    Communicate,
}

/// The screens whose opening is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DrillScreen {
    /// *Now*.
    Now,
    /// *Alerts*.
    Alerts,
    /// *Metrics*.
    Metrics,
    /// *Logs*.
    Logs,
    /// *Catalog*: inventory and sources.
    Catalog,
    /// Changes.
    Changes,
    /// Synthetic checks.
    Checks,
}

/// The list of drills.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillList {
    /// Whose results these are; empty for everyone here.
    pub trainee: String,
    /// Everyone with a result here, by name.
    pub trainees: Vec<String>,
    /// "Four of 14 drills passed."
    pub headline: Phrase,
    /// What is next and why; `null` when all are passed.
    pub lead: Option<Phrase>,
    /// The drill to do next; `null` when all are passed.
    pub next: Option<String>,
    /// Drills that were passed.
    pub passed: u32,
    /// Drills in all.
    pub count: u32,
    /// Points from which a drill is passed, of 100.
    pub pass: u32,
    /// Tries of this trainee over all drills.
    pub tries: u32,
    /// The tiers, easiest first.
    pub tiers: Vec<DrillTier>,
}

/// A tier with its drills.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillTier {
    /// 1 to 4.
    pub tier: u8,
    /// What its drills have in common ("one clear fault").
    pub about: Phrase,
    /// Drills of it that were passed.
    pub passed: u32,
    /// The drills in order.
    pub drills: Vec<DrillRow>,
}

/// A drill in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillRow {
    /// Its stable name.
    pub id: String,
    /// Its number.
    pub number: u32,
    /// 1 to 5.
    pub difficulty: u8,
    /// The title in the chosen language.
    pub title: String,
    /// What it trains.
    pub trains: String,
    /// About how long it takes.
    pub minutes: u32,
    /// The best points of 100; `null` when it was not tried.
    pub best: Option<u32>,
    /// Whether it was passed.
    pub passed: bool,
    /// Times it was tried.
    pub tries: u32,
    /// Points of the last three tries, oldest first.
    pub last: Vec<u32>,
    /// Points of the last twelve tries, oldest first, for the small line.
    pub trend: Vec<u32>,
}

/// A drill before it is started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillBrief {
    /// Its row in the list.
    pub drill: DrillRow,
    /// Its tier.
    pub tier: u8,
    /// What has happened until now, as told to who comes on call.
    pub briefing: String,
    /// What is to be reached.
    pub goal: String,
    /// Services in the world.
    pub services: u32,
    /// Hosts in the world.
    pub hosts: u32,
    /// History before the beginning.
    pub history: Millis,
    /// Action cards that are offered.
    pub remedies: u32,
    /// Hints that can be asked for.
    pub hints: u32,
    /// Points from which it is passed.
    pub pass: u32,
    /// A seed that was not tried yet.
    pub seed: u32,
}

/// How a drill is begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillOptions {
    /// How suggestions are.
    pub advice: AdviceMode,
    /// Simulated seconds a second: 1, 10 or 60.
    pub speed: u32,
    /// Whether the coach speaks and hints can be asked for.
    pub coach: bool,
}

/// What is wanted of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum ClockWish {
    /// The world stands.
    Pause,
    /// The world goes on at the speed that it had.
    Resume,
    /// The world moves at this speed.
    #[serde(rename_all = "camelCase")]
    Speed {
        /// Simulated seconds a second: 1, 10 or 60.
        times: u32,
    },
    /// The world jumps to the next event: an alert, a change, a remedy that works.
    NextEvent,
}

/// The clock of a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillClock {
    /// Where the run begins.
    pub start: Millis,
    /// The world's time.
    pub at: Millis,
    /// Where the run ends at the latest.
    pub ends: Millis,
    /// Whether the world stands.
    pub paused: bool,
    /// Simulated seconds a second.
    pub speed: u32,
}

/// How far a drill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DrillPhase {
    /// Under way.
    Running,
    /// The trainee declared it resolved.
    Resolved,
    /// Ended without that, or its time was over.
    Ended,
}

/// The running drill, as its panel shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillState {
    /// The drill.
    pub id: String,
    /// Its number.
    pub number: u32,
    /// Of so many; 0 for a drill that does not come with the program.
    pub of: u32,
    /// Its title.
    pub title: String,
    /// 1 to 5.
    pub difficulty: u8,
    /// What has happened until now.
    pub briefing: String,
    /// What is to be reached.
    pub goal: String,
    /// The seed.
    pub seed: u32,
    /// Who trains.
    pub trainee: String,
    /// This attempt's number within the file, from 1.
    pub attempt: u32,
    /// From where it branched off an earlier attempt; `null` for the first.
    pub branched_at: Option<Millis>,
    /// How far it is.
    pub phase: DrillPhase,
    /// The clock.
    pub clock: DrillClock,
    /// Whether the older history has arrived.
    pub history_whole: bool,
    /// Why the older history is not there; `null` while nothing went wrong with it.
    pub history_missed: Option<HistoryMissed>,
    /// What the trainee did, oldest first.
    pub moves: Vec<DrillMove>,
    /// The coach.
    pub coach: CoachRow,
    /// What others said, oldest first.
    pub team: Vec<TeamRow>,
    /// The action cards.
    pub actions: Vec<ActionCard>,
    /// What the program suggests, oldest first.
    pub advice: Vec<AdviceRow>,
    /// What is to be reached, with its line so far.
    pub objectives: Vec<ObjectiveRow>,
    /// Since when all of it holds; `null` when it does not.
    pub met_since: Option<Millis>,
    /// When the incident was declared; `null` while it is not.
    pub declared: Option<Millis>,
    /// When the next update to others is due; `null` while none is.
    pub update_due: Option<Millis>,
    /// The last update; `null` when there was none.
    pub updated: Option<Millis>,
    /// The hypothesis that stands.
    pub hypothesis: Option<HypothesisRow>,
    /// What a hypothesis can name: components, instances, hosts and zones.
    pub entities: Vec<String>,
    /// Faults that a hypothesis can name.
    pub faults: Vec<FaultChoice>,
    /// Why the clock stands, where a failure stopped it; `null` otherwise.
    pub halted: Option<AppError>,
    /// What would be refused in its text if it were new, each a sentence.
    pub remarks: Vec<Phrase>,
}

/// The older history could not be brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryMissed {
    /// Why the last try failed.
    pub error: AppError,
    /// When it is tried again by itself, by the machine's clock; `null` when it is not.
    pub next: Option<Millis>,
    /// Whether it is being tried again at this moment.
    pub trying: bool,
}

/// Kinds of moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MoveKind {
    /// An alert was acknowledged.
    Acknowledged,
    /// A screen or a piece of evidence was opened.
    Opened,
    /// A cause was named.
    Hypothesis,
    /// An action was tried without doing it.
    DryRun,
    /// An action was carried out.
    Acted,
    /// An action was refused by the world.
    Refused,
    /// An update was sent.
    Update,
    /// A hint was asked for.
    Hint,
    /// A suggestion was followed or rejected.
    Advice,
    /// The incident was declared.
    Declared,
    /// It was declared resolved.
    Resolved,
    /// The instructor did something.
    Instructor,
}

/// One thing that was done, with what users saw of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillMove {
    /// Its number among the shown moves, from 1.
    pub number: u32,
    /// When.
    pub at: Millis,
    /// The kind.
    pub kind: MoveKind,
    /// What, in words.
    pub text: Phrase,
    /// Share of users served when an action was taken; `null` for other moves.
    pub before: Option<f64>,
    /// Share of users served now, or two minutes after it worked; `null` before that.
    pub after: Option<f64>,
    /// When the action works; `null` for other moves.
    pub works_at: Option<Millis>,
    /// What came of it, as far as it can be seen.
    pub effect: Option<Phrase>,
    /// Whether what users saw became worse after it.
    pub worse: bool,
}

/// The coach: hints that were shown, and what the next costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoachRow {
    /// Whether the coach speaks in this drill.
    pub on: bool,
    /// Hints that were shown, in order.
    pub shown: Vec<String>,
    /// Hints in all.
    pub hints: u32,
    /// Points that the next one costs.
    pub cost: u32,
}

/// What a simulated colleague said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TeamRow {
    /// When.
    pub at: Millis,
    /// The role that speaks, in words (`role-database`).
    pub role: Phrase,
    /// What it says.
    pub text: String,
    /// Whether the instructor said it.
    pub whispered: bool,
}

/// A remedy as it travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemedyRow {
    /// The kind, in `snake_case` (`roll_back`).
    pub kind: String,
    /// What it is done to.
    pub target: String,
    /// How much, where the kind takes a number.
    pub amount: Option<f64>,
}

/// A card that offers an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActionCard {
    /// What is done.
    pub remedy: RemedyRow,
    /// What it is, in words.
    pub title: Phrase,
    /// What it is meant to do, in words.
    pub effect: Phrase,
    /// Its risk, 1 to 3.
    pub risk: u8,
    /// Minutes until it works.
    pub minutes: f64,
    /// When it was last done; `null` when never.
    pub done: Option<Millis>,
    /// Whether it is under way.
    pub running: bool,
}

/// What an action would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DryRunRow {
    /// The plan that an approval is for: the same action on the same state has the same one.
    pub plan: String,
    /// What is done, in words.
    pub title: Phrase,
    /// Why it cannot be done now; `null` when it can.
    pub refused: Option<Phrase>,
    /// What would happen, step by step.
    pub steps: Vec<Phrase>,
    /// What it touches.
    pub touches: Vec<String>,
    /// Its risk, 1 to 3.
    pub risk: u8,
    /// When it would work.
    pub works_at: Option<Millis>,
    /// What has to be typed before it is done, because it is risky; `null` for nothing.
    pub scope: Option<String>,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActedRow {
    /// Why it was not done; `null` when it was begun.
    pub refused: Option<Phrase>,
    /// When it works; `null` when it was refused.
    pub works_at: Option<Millis>,
}

/// A suggestion of the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AdviceRow {
    /// Its place among the drill's suggestions.
    pub index: u32,
    /// When it was made.
    pub at: Millis,
    /// What it says.
    pub text: String,
    /// The action that it suggests.
    pub remedy: RemedyRow,
    /// The action in words.
    pub action: Phrase,
    /// Whether it was followed; `null` while it is not answered.
    pub followed: Option<bool>,
}

/// What is to be reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ObjectiveRow {
    /// The component or entry.
    pub component: String,
    /// What is measured of it: a share, in words.
    pub measure: Phrase,
    /// The share of users to be served, 0 to 1.
    pub wanted: f64,
    /// For how long.
    pub hold: Millis,
    /// The share at the moment; `null` when nothing was asked.
    pub now: Option<f64>,
    /// Where the run begins. Value `i` covers the step that ends at `start + (i + 1) * step`.
    pub start: Millis,
    /// The length of a step.
    pub step: Millis,
    /// The share from the start of the run until now; `null` for gaps.
    pub line: Vec<Option<f64>>,
}

/// A hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HypothesisRow {
    /// When it was stated.
    pub at: Millis,
    /// The entity.
    pub entity: String,
    /// The fault, in `snake_case`; `none` for "no fault".
    pub fault: String,
    /// The fault in words.
    pub name: Phrase,
    /// How sure, 0 to 1.
    pub odds: f64,
}

impl HypothesisRow {
    /// Reports whether it says that nothing is broken.
    pub fn is_no_fault(&self) -> bool {
        self.entity == wardroom_sim::NO_FAULT
    }
}

/// A fault that can be chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FaultChoice {
    /// The kind, in `snake_case`; `none` for "no fault".
    pub kind: String,
    /// Its name.
    pub name: Phrase,
    /// What it does, in a sentence.
    pub effect: Phrase,
    /// What it takes as its target (`component`, `host`, `edge`, `component_or_instance` …); empty for "no fault".
    pub target: String,
    /// Its parameters.
    pub parameters: Vec<FaultParameter>,
    /// Its ways, the usual one first; empty for kinds that have none.
    pub ways: Vec<String>,
}

/// A parameter of a fault; its name ends in its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FaultParameter {
    /// Its name (`gib_per_hour`).
    pub name: String,
    /// The least possible value.
    pub least: f64,
    /// The greatest possible value.
    pub most: f64,
    /// The usual value.
    pub usual: f64,
}
