//! The two lanes of a debrief: what was done when, by the trainee and in the reference solution.

use serde::Serialize;
use wardroom_core::Timestamp;

use super::effects::{MoveEffect, Verdict};
use super::{Facts, PartKind, PhaseTimes, Scorecard, Value};
use crate::drill::Ending;
use crate::{Decision, DecisionKind, Outcome, Remedy, RemedyKind};

/// A stretch of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// `Detect`, `Localise` or `Mitigate`.
    pub kind: PartKind,
    /// Its beginning.
    pub from: Timestamp,
    /// Its end, after its beginning.
    pub to: Timestamp,
    /// Whether it came to what it is for; the last phase of a drill that ended before it is not.
    pub done: bool,
}

/// How a mark is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// It helped.
    Good,
    /// It did not.
    Bad,
    /// Neither.
    Plain,
}

/// Something that happened at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// A stable word; the sentence is under the locale key `mark-<code>`.
    pub code: &'static str,
    /// What the sentence tells, by name.
    pub values: Vec<(&'static str, Value)>,
    /// How it is meant.
    pub tone: Tone,
}

/// One lane.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lane {
    /// The phases, one after the other, from the onset on; empty ones are left out.
    pub phases: Vec<Phase>,
    /// The marks by time.
    pub marks: Vec<Mark>,
}

/// Makes a mark.
fn mark(at: Timestamp, code: &'static str, tone: Tone, values: Vec<(&'static str, Value)>) -> Mark {
    Mark { at, code, values, tone }
}

/// Returns a named text as a value.
fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::Text(value.to_owned()))
}

/// Returns what a mark tells of an action.
fn about(remedy: &Remedy) -> Vec<(&'static str, Value)> {
    let mut values = vec![text("kind", remedy.kind.as_str()), text("target", &remedy.target)];
    // A limit is lifted in steps, which nothing but their numbers tells apart.
    if let (RemedyKind::Throttle, Some(admitted)) = (remedy.kind, remedy.amount) {
        values.push(("admitted", Value::Ratio(admitted)));
    }
    values
}

/// Returns the phases of the times, from the onset to `ended`.
///
/// A phase that did not come to its end lasts to the end of the next one that did, else to `ended`. A phase that was over
/// before it could begin is left out.
fn phases(facts: &Facts, times: PhaseTimes, ended: Timestamp, outcome: &Outcome) -> Vec<Phase> {
    let broken = facts.course(outcome).broken_s.is_some();
    let steps = [
        (PartKind::Detect, times.detect),
        (PartKind::Localise, times.localise),
        (PartKind::Mitigate, times.mitigate),
    ];
    let mut from = facts.zero();
    let mut phases = Vec::new();
    for (i, (kind, at_s)) in steps.iter().enumerate() {
        let next_s = steps[i..].iter().find_map(|(_, at_s)| *at_s);
        let to = next_s.map_or(ended, |s| facts.zero().plus_millis(s * 1000)).min(ended);
        // Where nothing was broken there is nothing to mitigate.
        if to > from && (broken || *kind != PartKind::Mitigate) {
            phases.push(Phase { kind: *kind, from, to, done: at_s.is_some() });
            from = to;
        }
    }
    phases
}

/// Returns the trainee's lane.
pub(crate) fn yours(facts: &Facts, card: &Scorecard, decisions: &[Decision]) -> Lane {
    let mut marks = Vec::new();
    let mut moves = card.moves.iter();
    let mut beliefs = card.beliefs.iter();
    for decision in decisions.iter().filter(|d| d.at <= facts.ended) {
        let at = decision.at;
        match &decision.what {
            DecisionKind::Acknowledged { alert } => {
                marks.push(mark(at, "acknowledged", Tone::Plain, vec![text("alert", alert)]));
            }
            DecisionKind::Hypothesis { .. } => marks.extend(beliefs.next().map(|b| {
                let tone = if b.right { Tone::Good } else { Tone::Bad };
                mark(b.at, "said", tone, vec![text("entity", &b.entity), ("odds", Value::Ratio(b.odds))])
            })),
            DecisionKind::DryRun { remedy } => {
                marks.push(mark(at, "tried-dry", Tone::Good, about(remedy)));
            }
            DecisionKind::Acted { .. } => marks.extend(moves.next().map(moved)),
            DecisionKind::Update { .. } => marks.push(mark(at, "update", Tone::Plain, Vec::new())),
            DecisionKind::Hint { .. } => marks.push(mark(at, "hint", Tone::Plain, Vec::new())),
            DecisionKind::Advice { index, followed } => {
                marks.extend(advised(card, at, *index as usize, *followed));
            }
            DecisionKind::Injected { spec } => {
                marks.push(mark(at, "injected", Tone::Plain, vec![text("target", &spec.target)]));
            }
            DecisionKind::Sensor { target, away } => {
                let code = if *away { "sensor-taken" } else { "sensor-given" };
                marks.push(mark(at, code, Tone::Plain, vec![text("target", target)]));
            }
            DecisionKind::Whispered { role, .. } => {
                marks.push(mark(at, "whispered", Tone::Plain, vec![text("role", role)]));
            }
            DecisionKind::Declared => marks.push(mark(at, "declared", Tone::Plain, Vec::new())),
            DecisionKind::Opened { .. } | DecisionKind::Resolved => {}
        }
    }
    marks.extend(card.first_useful.map(|(at, index)| {
        let what = &facts.brief.useful[index];
        mark(
            at,
            "first-useful",
            Tone::Good,
            vec![text("subject", &what.subject), text("detail", &what.detail)],
        )
    }));
    marks.extend(restored(facts, card.times.you));
    if let Ending::Resolved { at, too_early } = facts.ending {
        let (code, tone) =
            if too_early.is_some() { ("resolved-early", Tone::Bad) } else { ("resolved", Tone::Good) };
        marks.push(mark(at, code, tone, Vec::new()));
    }
    marks.sort_by_key(|m| m.at);
    Lane { phases: phases(facts, card.times.you, facts.ended, &facts.you), marks }
}

/// Returns the mark of an action.
fn moved(made: &MoveEffect) -> Mark {
    let (code, tone) = match made.effect {
        Verdict::Better => ("moved-better", Tone::Good),
        Verdict::Worse if made.in_reference => ("moved-at-a-price", Tone::Plain),
        Verdict::Worse => ("moved-worse", Tone::Bad),
        Verdict::Nothing if made.in_reference => ("moved", Tone::Good),
        Verdict::Nothing => ("moved-nothing", Tone::Plain),
        Verdict::Refused => ("refused", Tone::Bad),
    };
    let mut values = about(&made.remedy);
    values.push(("failed", Value::Count(made.failed_with)));
    values.push(("without", Value::Count(made.failed_without)));
    mark(made.at, code, tone, values)
}

/// Returns the mark of an answer to an advice; `None` when there is no such advice.
fn advised(card: &Scorecard, at: Timestamp, index: usize, followed: bool) -> Option<Mark> {
    let result = card.advice.iter().find(|a| a.index == index)?;
    let code = if followed { "advice-followed" } else { "advice-rejected" };
    let tone = if result.wrong == followed { Tone::Bad } else { Tone::Good };
    let number = Value::Count(u64::try_from(index + 1).unwrap_or(u64::MAX));
    Some(mark(at, code, tone, vec![("advice", number)]))
}

/// Returns the mark at which the objectives hold again, whichever of them was missed.
fn restored(facts: &Facts, times: PhaseTimes) -> Option<Mark> {
    let at = facts.zero().plus_millis(times.mitigate? * 1000);
    Some(mark(at, "restored", Tone::Good, Vec::new()))
}

/// Returns the lane of the reference solution.
pub(crate) fn reference(facts: &Facts, card: &Scorecard) -> Lane {
    let times = card.times.reference;
    let at = |s: i64| facts.zero().plus_millis(s * 1000);
    let entity = text("entity", &facts.brief.reference.entity);
    let mut marks: Vec<Mark> =
        times.detect.map(|s| mark(at(s), "recognised", Tone::Good, Vec::new())).into_iter().collect();
    marks.extend(times.localise.map(|s| mark(at(s), "named", Tone::Good, vec![entity])));
    marks.extend(facts.brief.reference.steps.iter().map(|step| {
        let begun = facts.start.plus_millis(step.at_s * 1000);
        mark(begun, "moved", Tone::Good, about(&step.remedy))
    }));
    marks.extend(restored(facts, times));
    marks.sort_by_key(|m| m.at);
    let ends = facts.zero().plus_millis(facts.horizon_s() * 1000);
    Lane { phases: phases(facts, times, ends, facts.reference), marks }
}
