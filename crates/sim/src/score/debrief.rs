//! What a debrief shows beside the points: two lanes, three curves, what was knowable when, and where to try again from.

use serde::Serialize;
use wardroom_core::Timestamp;

use super::effects::Verdict;
use super::lanes::{self, Lane};
use super::reading::Reading;
use super::{Facts, Scorecard, judge};
use crate::{Decision, Outcome, World};

/// Time before a bad move, or before the first evidence, from which it is worth trying again.
const AGAIN_BEFORE_MS: i64 = 60_000;

/// Shares of requests that succeeded, of three runs over the same steps; `None` where nothing was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curves {
    /// Length of a step in seconds; the first begins with the run.
    pub step_s: i64,
    /// The trainee's run.
    pub you: Vec<Option<f64>>,
    /// The reference run.
    pub reference: Vec<Option<f64>>,
    /// With nobody acting.
    pub nobody: Vec<Option<f64>>,
}

/// A useful thing and its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct UsefulThing {
    /// Which, as position in the brief.
    pub index: usize,
    /// When it could first be known; `None`: not in this run.
    pub knowable: Option<Timestamp>,
    /// When it was opened and could be known; `None`: never.
    pub opened: Option<Timestamp>,
}

/// All that a debrief shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Debrief {
    /// The points and their reasons.
    pub card: Scorecard,
    /// The onset, or the beginning of the run; durations count from it.
    pub zero: Timestamp,
    /// When the drill ended, or the present.
    pub ended: Timestamp,
    /// The trainee's lane.
    pub you: Lane,
    /// The reference solution's lane.
    pub reference: Lane,
    /// All requests of users.
    pub curves: Curves,
    /// Requests at each objective, in the order of the brief; every step has a value.
    pub objectives: Vec<Curves>,
    /// The useful things, in the order in which they would help.
    pub useful: Vec<UsefulThing>,
    /// The entities at fault and the words of their faults; empty when nothing was broken.
    pub truth: Vec<(String, String)>,
    /// Where to try again from: a minute before the first move that made it worse or was made unseeing; else a minute
    /// before the first useful thing could be known, when the drill was not passed; `None`: nothing to do better.
    pub again_from: Option<Timestamp>,
}

/// Makes the debrief of a drill.
///
/// Arguments and cost as for [`score`](crate::score()); the scorecard is part of it.
pub fn debrief(world: &World, decisions: &[Decision], reference: &Outcome, nobody: &Outcome) -> Debrief {
    of_facts(&Facts::of(world, decisions, reference, nobody), decisions)
}

/// Makes the debrief from facts; the part that needs no world.
pub(crate) fn of_facts(facts: &Facts, decisions: &[Decision]) -> Debrief {
    let card = judge(facts, decisions);
    let opened = Reading::of(facts, decisions).opened;
    let known = |i: usize| facts.knowable.get(i).copied().flatten();
    let objectives = (0..facts.brief.objectives.len()).map(|i| objective(facts, i)).collect();
    let truth = facts.targets.iter().filter(|_| !facts.no_fault());
    Debrief {
        zero: facts.zero(),
        ended: facts.ended,
        you: lanes::yours(facts, &card, decisions),
        reference: lanes::reference(facts, &card),
        curves: curves(facts, success),
        objectives,
        useful: opened
            .iter()
            .enumerate()
            .map(|(index, opened)| UsefulThing { index, knowable: known(index), opened: *opened })
            .collect(),
        truth: truth.map(|t| (t.entity.clone(), t.fault.clone())).collect(),
        again_from: again_from(facts, &card),
        card,
    }
}

/// Returns the share of requests that succeeded, by step.
fn success(outcome: &Outcome) -> Vec<Option<f64>> {
    let steps = outcome.asked.iter().zip(&outcome.failed);
    steps
        .map(|(asked, failed)| {
            // A request that was asked for in one step can fail in the next.
            (*asked > 0).then(|| 1.0 - (*failed as f64 / *asked as f64).min(1.0))
        })
        .collect()
}

/// Returns the curves of the three runs, cut to the steps that all have.
fn curves(facts: &Facts, of: impl Fn(&Outcome) -> Vec<Option<f64>>) -> Curves {
    let cut = |outcome: &Outcome| {
        let mut values = of(outcome);
        values.truncate(facts.steps());
        values
    };
    Curves {
        step_s: facts.you.step_s,
        you: cut(&facts.you),
        reference: cut(facts.reference),
        nobody: cut(facts.nobody),
    }
}

/// Returns the curves of one objective.
fn objective(facts: &Facts, index: usize) -> Curves {
    curves(facts, |outcome| {
        outcome.objectives.get(index).into_iter().flatten().map(|ratio| Some(*ratio)).collect()
    })
}

/// Returns where to try again from.
fn again_from(facts: &Facts, card: &Scorecard) -> Option<Timestamp> {
    let seen = card.first_useful.map(|(at, _)| at);
    let blind = |at: Timestamp| !facts.brief.useful.is_empty() && seen.is_none_or(|seen| at < seen);
    let bad = card.moves.iter().find(|m| {
        let worse = m.effect == Verdict::Worse && !m.in_reference;
        worse || (m.effect != Verdict::Refused && (blind(m.at) || facts.no_fault()))
    });
    let known = facts.knowable.iter().flatten().min().copied();
    let moment = bad.map(|m| m.at).or_else(|| known.filter(|_| !card.passed))?;
    Some(moment.plus_millis(-AGAIN_BEFORE_MS).max(facts.start))
}
