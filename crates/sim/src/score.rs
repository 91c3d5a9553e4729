//! Scores: points for what was decided in a drill, each with a reason that a person can argue with.
//!
//! Five parts of 20 points. Nothing is given for tricks: what is looked at or acknowledged counts only through what
//! follows from it, and who does nothing gets nothing.

mod communicate;
mod debrief;
mod detect;
mod effects;
mod facts;
mod lanes;
mod ledger;
mod localise;
mod mitigate;
mod reading;
mod safety;
#[cfg(test)]
mod tests;

use serde::Serialize;
use wardroom_core::Timestamp;

pub use debrief::{Curves, Debrief, UsefulThing, debrief};
#[cfg(test)]
pub(crate) use effects::fork;
pub use effects::{MoveEffect, Verdict, effects};
pub(crate) use facts::Facts;
pub use lanes::{Lane, Mark, Phase, Tone};
use reading::Reading;
pub use reading::shows;

use crate::{Decision, Outcome, World};

/// Points of one part.
const PART_POINTS: u32 = 20;

/// Points that one hint costs.
pub const HINT_POINTS: u32 = 2;

/// The parts of a score, in the order of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Seeing that something is wrong.
    Detect,
    /// Finding where and what.
    Localise,
    /// Making it work again.
    Mitigate,
    /// Doing no harm on the way.
    Safety,
    /// Telling others.
    Communicate,
}

impl PartKind {
    /// All parts, in their order.
    pub const ALL: [Self; 5] =
        [Self::Detect, Self::Localise, Self::Mitigate, Self::Safety, Self::Communicate];

    /// Returns the stable word used in files and locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Localise => "localise",
            Self::Mitigate => "mitigate",
            Self::Safety => "safety",
            Self::Communicate => "communicate",
        }
    }
}

/// A value in a reason or at a mark. Words and formats are made where it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A duration; for times of phases since the onset (without one: since the beginning of the run).
    Seconds(i64),
    /// A whole number of things.
    Count(u64),
    /// A share, 0 to 1.
    Ratio(f64),
    /// A name or a stable word.
    Text(String),
}

/// Why points were given or taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// A stable word; the sentence is under the locale key `score-<code>`.
    pub code: &'static str,
    /// What the sentence tells, by name.
    pub values: Vec<(&'static str, Value)>,
    /// The points, negative when taken.
    pub points: i32,
}

/// One part of a score. Its points are the sum of its reasons, held between 0 and `of`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScorePart {
    /// Which.
    pub kind: PartKind,
    /// Points given.
    pub points: u32,
    /// Points that can be had.
    pub of: u32,
    /// How they came about, in the order of the rules; at least one.
    pub reasons: Vec<Reason>,
}

/// When the phases of the work were done, in seconds since the onset (without one: since the beginning of the run).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PhaseTimes {
    /// First sign of recognition.
    pub detect: Option<i64>,
    /// First acknowledgement of an alert that belongs to the trouble.
    pub acknowledge: Option<i64>,
    /// The true cause was named and not given up again; with several causes the last of them.
    pub localise: Option<i64>,
    /// All objectives hold again, for good; `None` also where none was broken.
    pub mitigate: Option<i64>,
}

/// The times of the trainee and of the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// The trainee's.
    pub you: PhaseTimes,
    /// The reference solution's; its acknowledgement is its detection.
    pub reference: PhaseTimes,
}

/// What was believed, and whether it was so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Belief {
    /// When it was said.
    pub at: Timestamp,
    /// Where the cause was seen; `none`: nothing broken.
    pub entity: String,
    /// The word of the kind of fault; empty: not said.
    pub fault: String,
    /// How sure, held between 0 and 1.
    pub odds: f64,
    /// Whether a cause that had begun lies there.
    pub right: bool,
}

/// What became of an advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AdviceResult {
    /// Which, as position in the brief.
    pub index: usize,
    /// Whether it was wrong.
    pub wrong: bool,
    /// When it was answered; `None`: not at all.
    pub at: Option<Timestamp>,
    /// Followed, or rejected; `None`: not answered. What was rejected and then carried out counts as followed.
    pub followed: Option<bool>,
    /// Whether it was carried out after it had been rejected.
    pub done_anyway: bool,
    /// Points within safety.
    pub points: i32,
}

/// What went wrong for users in the three runs over the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FailedTotals {
    /// In the trainee's run, which goes on by itself to the end of the scenario.
    pub you: u64,
    /// In the reference run.
    pub reference: u64,
    /// With nobody acting.
    pub nobody: u64,
}

/// The result of a drill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scorecard {
    /// 0 to 100: the sum of the parts without the cost of the hints.
    pub points: u32,
    /// Whether they reach what the scenario asks.
    pub passed: bool,
    /// The five parts, in the order of [`PartKind::ALL`].
    pub parts: Vec<ScorePart>,
    /// What each action did, in the order of the actions.
    pub moves: Vec<MoveEffect>,
    /// Useful things that were not opened, as positions in the brief.
    pub never_opened: Vec<usize>,
    /// What was believed, by time.
    pub beliefs: Vec<Belief>,
    /// What became of each advice that was given before the end, by position.
    pub advice: Vec<AdviceResult>,
    /// The first useful thing that was opened, and when it was of use.
    pub first_useful: Option<(Timestamp, usize)>,
    /// The times of the phases.
    pub times: Times,
    /// Failed requests.
    pub failed: FailedTotals,
    /// Reads that were answered with old data.
    pub stale: FailedTotals,
    /// Points that hints cost.
    pub hint_cost: u32,
    /// The part with the fewest points; of equal ones the earlier.
    pub weakest: PartKind,
}

/// Scores a drill.
///
/// # Input
///
/// - `world`: the trainee's, standing where the drill ended or still runs. A copy of it is run on to the end of the
///   scenario without further actions, so that stopping early hides no harm.
/// - `decisions`: by time; what comes after the end of the drill does not count.
/// - `reference`, `nobody`: outcomes of [`reference`](crate::reference) and [`nobody`](crate::nobody) for the same
///   scenario, seed, start and injected faults. Where the three differ in length, the shortest counts.
///
/// # Cost
///
/// The rest of the span, and for each action two forks of a few minutes.
pub fn score(world: &World, decisions: &[Decision], reference: &Outcome, nobody: &Outcome) -> Scorecard {
    let facts = Facts::of(world, decisions, reference, nobody);
    judge(&facts, decisions)
}

/// Scores from facts; the part that needs no world.
pub(crate) fn judge(facts: &Facts, decisions: &[Decision]) -> Scorecard {
    let reading = Reading::of(facts, decisions);
    let (safety, advice) = safety::part(facts, &reading, decisions);
    let parts = vec![
        detect::part(facts, &reading),
        localise::part(facts, &reading),
        mitigate::part(facts, &reading),
        safety,
        communicate::part(facts, &reading, decisions),
    ];
    let hint_cost = reading.n_hints * HINT_POINTS;
    let points = parts.iter().map(|p| p.points).sum::<u32>().saturating_sub(hint_cost);
    let weakest = parts.iter().min_by_key(|p| (p.points, p.kind)).map_or(PartKind::Detect, |p| p.kind);
    Scorecard {
        points,
        passed: points >= facts.brief.pass_points,
        parts,
        moves: facts.moves.clone(),
        never_opened: (0..facts.brief.useful.len()).filter(|i| reading.opened[*i].is_none()).collect(),
        advice,
        first_useful: reading.first_useful(),
        times: Times { you: reading.times(facts), reference: facts.reference_times() },
        failed: facts.failed(),
        stale: facts.stale(),
        hint_cost,
        weakest,
        beliefs: reading.beliefs,
    }
}
