//! What a judge has to know of a run: taken from the world, or made by hand in tests.

use wardroom_core::{AlertState, TimeRange, Timestamp};

use super::{FailedTotals, MoveEffect, PhaseTimes, effects};
use crate::drill::names::{mentions, same_thing};
use crate::drill::{Course, Ending, NO_FAULT, course, ending, knowable, repeat};
use crate::{Brief, Decision, Order, OrderKind, Outcome, World};

/// An injected fault counts as a cause only when it began at least this long before the end.
pub(crate) const LATE_INJECTION_S: i64 = 300;

/// Something that is to be named.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// The entity; [`NO_FAULT`] in a drill without a fault.
    pub(crate) entity: String,
    /// The word of its kind; empty in a drill without a fault.
    pub(crate) fault: String,
    /// Since when it can be right to name it.
    pub(crate) at: Timestamp,
    /// When the reference names it.
    pub(crate) reference: Timestamp,
}

impl Target {
    /// Reports whether a hypothesis names the place of it.
    pub(crate) fn is_at(&self, entity: &str) -> bool {
        same_thing(&self.entity, entity)
    }
}

/// An alert that fired.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FiredAlert {
    pub(crate) at: Timestamp,
    /// Since when it was pending.
    pub(crate) since: Timestamp,
    pub(crate) name: String,
    /// Its labels as they are printed.
    pub(crate) labels: String,
    /// It fired after the onset and is about something that the trouble reaches.
    pub(crate) belongs: bool,
}

/// What happened in a run and in those that it is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) brief: &'a Brief,
    pub(crate) start: Timestamp,
    /// When the trainee stopped, or time ran out, or the present.
    pub(crate) ended: Timestamp,
    pub(crate) ending: Ending,
    /// What is to be named, by time; one target [`NO_FAULT`] when nothing is broken.
    pub(crate) targets: Vec<Target>,
    /// Places of further faults of the scenario: to name them is neither needed nor wrong.
    pub(crate) also: Vec<String>,
    pub(crate) alerts: Vec<FiredAlert>,
    /// The trainee's run, run on to the end of the scenario.
    pub(crate) you: Outcome,
    pub(crate) reference: &'a Outcome,
    pub(crate) nobody: &'a Outcome,
    /// One for each action.
    pub(crate) moves: Vec<MoveEffect>,
    /// By useful thing.
    pub(crate) knowable: Vec<Option<Timestamp>>,
}

impl<'a> Facts<'a> {
    /// Takes the facts of a world that stands where the drill ended; runs a copy of it on.
    pub(crate) fn of(
        world: &'a World,
        decisions: &[Decision],
        reference: &'a Outcome,
        nobody: &'a Outcome,
    ) -> Facts<'a> {
        let mut whole = world.clone();
        let later: &[Order] = &[];
        repeat(&mut whole, later, world.ends());
        let dear = (effects(&whole, decisions), knowable(world));
        Self::with(world, &whole.outcome(), decisions, (reference, nobody), dear)
    }

    /// Takes the facts when the outcome of the whole span is there, and what is dear to compute: the effects of the moves
    /// and the times at which the useful things could be known.
    pub(crate) fn with(
        world: &'a World,
        you: &Outcome,
        decisions: &[Decision],
        (reference, nobody): (&'a Outcome, &'a Outcome),
        (moves, knowable): (Vec<MoveEffect>, Vec<Option<Timestamp>>),
    ) -> Facts<'a> {
        let brief = world.scenario().brief();
        let ending = ending(brief, world.start(), world.at(), you, decisions);
        let ended = match ending {
            Ending::Running => world.at(),
            Ending::Resolved { at, .. } | Ending::OutOfTime { at } => at,
        };
        Self {
            brief,
            start: world.start(),
            ended,
            ending,
            targets: targets(brief, world.start(), ended, world.orders()),
            also: world.scenario().faults().iter().map(|f| f.target.clone()).collect(),
            alerts: fired(world),
            you: you.clone(),
            reference,
            nobody,
            moves: moves.into_iter().filter(|m| m.at <= ended).collect(),
            knowable,
        }
    }

    /// Reports whether the drill has no fault.
    pub(crate) fn no_fault(&self) -> bool {
        self.targets.first().is_some_and(|t| t.entity == NO_FAULT)
    }

    /// Returns the time from which all durations count: the first onset, or the beginning of the run.
    pub(crate) fn zero(&self) -> Timestamp {
        self.targets.first().map_or(self.start, |t| t.at)
    }

    /// Returns a time in whole seconds since [`Facts::zero`].
    pub(crate) fn since_zero(&self, at: Timestamp) -> i64 {
        (at.as_millis() - self.zero().as_millis()).div_euclid(1000)
    }

    /// Returns [`Facts::zero`] in seconds from the beginning of the run.
    fn zero_s(&self) -> i64 {
        (self.zero().as_millis() - self.start.as_millis()).div_euclid(1000)
    }

    /// Returns when the reference sees it, in seconds since zero.
    pub(crate) fn reference_detect_s(&self) -> i64 {
        (self.brief.reference.detect_s - self.zero_s()).max(0)
    }

    /// Returns the steps over which the three outcomes can be compared.
    pub(crate) fn steps(&self) -> usize {
        self.you.failed.len().min(self.reference.failed.len()).min(self.nobody.failed.len())
    }

    /// Returns the failed requests of the three runs over the same time.
    pub(crate) fn failed(&self) -> FailedTotals {
        let n = self.steps();
        let sum = |outcome: &Outcome| outcome.failed.iter().take(n).sum();
        FailedTotals { you: sum(&self.you), reference: sum(self.reference), nobody: sum(self.nobody) }
    }

    /// Returns the reads that were answered with old data in the three runs, each to its end.
    pub(crate) fn stale(&self) -> FailedTotals {
        FailedTotals {
            you: self.you.stale_reads,
            reference: self.reference.stale_reads,
            nobody: self.nobody.stale_reads,
        }
    }

    /// Returns what users asked for in the run in which nobody acts.
    pub(crate) fn asked(&self) -> u64 {
        self.nobody.asked.iter().take(self.steps()).sum()
    }

    /// Returns how the objectives fared in a run, in seconds since zero.
    pub(crate) fn course(&self, outcome: &Outcome) -> Course {
        let zero_s = self.zero_s();
        let course = course(outcome, &self.brief.objectives, zero_s);
        // A break that spans the onset is counted from it.
        let moved = |s: Option<i64>| s.map(|s| (s - zero_s).max(0));
        Course { broken_s: moved(course.broken_s), restored_s: moved(course.restored_s) }
    }

    /// Returns the length of the comparison in seconds since zero.
    pub(crate) fn horizon_s(&self) -> i64 {
        let steps = i64::try_from(self.steps()).unwrap_or(i64::MAX);
        (steps.saturating_mul(self.you.step_s) - self.zero_s()).max(0)
    }

    /// Returns the times of the reference.
    pub(crate) fn reference_times(&self) -> PhaseTimes {
        let detect = Some(self.reference_detect_s());
        PhaseTimes {
            detect,
            acknowledge: detect,
            localise: self.targets.iter().map(|t| self.since_zero(t.reference)).max(),
            mitigate: self.course(self.reference).restored_s,
        }
    }
}

/// Returns what is to be named: the scenario's cause, and what was injected early enough before the end.
pub(crate) fn targets(brief: &Brief, start: Timestamp, ended: Timestamp, orders: &[Order]) -> Vec<Target> {
    let after = |s: i64| start.plus_millis(s * 1000);
    let (detect_s, localise_s) = (brief.reference.detect_s, brief.reference.localise_s);
    let mut targets: Vec<Target> = brief
        .cause
        .iter()
        .map(|c| Target {
            entity: c.entity.clone(),
            fault: c.fault.as_str().to_owned(),
            at: after(c.at_s),
            reference: after(localise_s.max(c.at_s)),
        })
        .collect();
    // The reference takes as long for what is injected as for the scenario's own fault.
    let own_at_s = brief.cause.as_ref().map_or(detect_s, |c| c.at_s);
    let takes_s = (localise_s - own_at_s).max(0);
    targets.extend(orders.iter().filter_map(|order| match &order.what {
        OrderKind::Inject(spec) => {
            let at = after(spec.at_s).max(order.at);
            Some(Target {
                entity: spec.target.clone(),
                fault: spec.kind.as_str().to_owned(),
                at,
                reference: at.plus_millis(takes_s * 1000),
            })
            .filter(|t| t.at.plus_millis(LATE_INJECTION_S * 1000) <= ended)
        }
        OrderKind::Remedy(_) | OrderKind::TakeSensor(_) | OrderKind::GiveSensor(_) => None,
    }));
    targets.sort_by_key(|t| t.at);
    if targets.is_empty() {
        let reference = after(localise_s);
        targets.push(Target { entity: NO_FAULT.to_owned(), fault: String::new(), at: start, reference });
    }
    targets
}

/// Returns the alerts that fired in the run.
fn fired(world: &World) -> Vec<FiredAlert> {
    let Ok(run) = TimeRange::new(world.start(), world.at().plus_millis(1)) else { return Vec::new() };
    let truth = world.truth();
    let targets = targets(world.scenario().brief(), world.start(), world.at(), world.orders());
    let loud = targets.iter().any(|t| t.entity == NO_FAULT);
    let events = world.alert_events(run);
    let firing = events.iter().filter(|e| e.state == AlertState::Firing);
    firing
        .map(|event| {
            let labels = &event.alert.labels;
            let reached = truth.affected.iter().any(|(name, at)| *at <= event.at && mentions(labels, name));
            let cause = targets.iter().any(|t| t.at <= event.at && mentions(labels, &t.entity));
            FiredAlert {
                at: event.at,
                since: event.alert.active_at,
                name: event.alert.name.clone(),
                labels: labels.to_string(),
                belongs: loud || reached || cause,
            }
        })
        .collect()
}
