//! The rules of a drill: when objectives hold, what ends it, and what is too early.

use wardroom_core::Timestamp;

use super::{Decision, DecisionKind};
use crate::{Brief, Objective, Outcome};

/// Steps of an outcome over whose mean an objective is judged: a minute of 15 s steps.
const MINUTE_STEPS: usize = 4;

/// How the objectives fared in a run, in seconds from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// When the first of them broke; `None`: none ever did.
    pub broken_s: Option<i64>,
    /// Since when all of them hold again, to the end of the run and for as long as each asks; `None`: they do not, or
    /// nothing broke.
    pub restored_s: Option<i64>,
}

impl Course {
    /// Returns the time at which trouble was over: 0 when nothing broke, `horizon_s` when it never was.
    pub(crate) fn over_s(self, horizon_s: i64) -> i64 {
        if self.broken_s.is_none() { 0 } else { self.restored_s.unwrap_or(horizon_s) }
    }
}

/// Reports whether an objective holds at a step: by the mean over the minute that ends with it.
///
/// A minute and not a step, so that a single failed request in a quiet quarter minute is not an outage.
fn holds(ratios: &[f64], step: usize, objective: &Objective) -> bool {
    let minute = &ratios[(step + 1).saturating_sub(MINUTE_STEPS)..=step];
    minute.iter().sum::<f64>() / minute.len() as f64 >= objective.success_ratio
}

/// Returns a count of steps as seconds.
fn seconds(steps: usize, step_s: i64) -> i64 {
    i64::try_from(steps).unwrap_or(i64::MAX).saturating_mul(step_s)
}

/// Returns how the objectives fared from `from_s` (seconds from the beginning; the onset) to the end of the outcome.
///
/// An objective without ratios in the outcome counts as holding.
pub fn course(outcome: &Outcome, objectives: &[Objective], from_s: i64) -> Course {
    let first = usize::try_from(from_s.max(0) / outcome.step_s.max(1)).unwrap_or(usize::MAX);
    let mut course = Course { broken_s: None, restored_s: Some(0) };
    for (objective, ratios) in objectives.iter().zip(&outcome.objectives) {
        let mut broken = (first..ratios.len()).filter(|s| !holds(ratios, *s, objective));
        let Some(earliest) = broken.next() else { continue };
        let last = broken.next_back().unwrap_or(earliest);
        let at = seconds(earliest, outcome.step_s);
        course.broken_s = Some(course.broken_s.map_or(at, |b| b.min(at)));
        let since = seconds(last + 1, outcome.step_s);
        let held = seconds(ratios.len(), outcome.step_s) - since;
        let lasts = held > 0 && held >= objective.for_s;
        course.restored_s = course.restored_s.filter(|_| lasts).map(|r| r.max(since));
    }
    if course.broken_s.is_none() { Course::default() } else { course }
}

/// Why declaring a drill resolved was too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooEarly {
    /// What was to go wrong had not begun.
    BeforeOnset,
    /// An objective (position in the brief) did not hold.
    NotMet {
        /// Which.
        objective: usize,
    },
    /// An objective held, but not for long enough after it had been broken.
    NotLongEnough {
        /// Which.
        objective: usize,
        /// For how long it held.
        held_s: i64,
        /// For how long it has to.
        for_s: i64,
    },
}

/// How a drill stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It goes on.
    Running,
    /// The trainee declared it resolved.
    Resolved {
        /// When.
        at: Timestamp,
        /// What spoke against it; `None`: it was right.
        too_early: Option<TooEarly>,
    },
    /// The span of the scenario is over.
    OutOfTime {
        /// When it was.
        at: Timestamp,
    },
}

/// Returns how a drill stands that began at `start`, with an outcome that reaches at least to `at`.
///
/// The first [`DecisionKind::Resolved`] ends it, else the end of the span; with both at the same time it is resolved.
/// What an instructor injects has no part in the onset, but the objectives have to hold whatever broke them.
pub fn ending(
    brief: &Brief,
    start: Timestamp,
    at: Timestamp,
    outcome: &Outcome,
    decisions: &[Decision],
) -> Ending {
    let ends = start.plus_millis(brief.span_s * 1000);
    let resolved = decisions.iter().find(|d| matches!(d.what, DecisionKind::Resolved));
    match resolved.map(|d| d.at).filter(|t| *t <= ends && *t <= at) {
        Some(at) => Ending::Resolved { at, too_early: too_early(brief, start, at, outcome) },
        None if at >= ends => Ending::OutOfTime { at: ends },
        None => Ending::Running,
    }
}

/// Returns what speaks against a drill being resolved at `at`: the first objective that is not met for long enough.
fn too_early(brief: &Brief, start: Timestamp, at: Timestamp, outcome: &Outcome) -> Option<TooEarly> {
    let elapsed_s = (at.as_millis() - start.as_millis()) / 1000;
    let onset_s = brief.cause.as_ref().map(|c| c.at_s);
    if onset_s.is_some_and(|onset| elapsed_s < onset) {
        return Some(TooEarly::BeforeOnset);
    }
    let steps = usize::try_from(elapsed_s / outcome.step_s.max(1)).unwrap_or(0);
    let pairs = brief.objectives.iter().zip(&outcome.objectives).enumerate();
    for (objective, (asked, ratios)) in pairs {
        let seen = &ratios[..steps.min(ratios.len())];
        let Some(last) = (0..seen.len()).rev().find(|s| !holds(seen, *s, asked)) else { continue };
        let held_s = seconds(seen.len() - last - 1, outcome.step_s);
        if held_s == 0 {
            return Some(TooEarly::NotMet { objective });
        }
        if held_s < asked.for_s {
            return Some(TooEarly::NotLongEnough { objective, held_s, for_s: asked.for_s });
        }
    }
    None
}
