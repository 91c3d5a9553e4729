//! Points for making it work again.

use super::effects::Verdict;
use super::ledger::{Ledger, seconds};
use super::reading::Reading;
use super::{Facts, FailedTotals, PartKind, ScorePart, Value};
use crate::drill::names::same_move;
use crate::drill::{Ending, TooEarly};

/// All points, and their division between failed requests and time where both can be told.
const POINTS: f64 = 20.0;
const FAILED_POINTS: f64 = 12.0;

/// Points that an action costs where nothing is broken.
const NEEDLESS_POINTS: f64 = 7.0;

/// Points that declaring it resolved too early costs.
const EARLY_POINTS: f64 = 4.0;

/// Points that never declaring it resolved costs when it is.
const UNDECLARED_POINTS: f64 = 2.0;

/// Failed requests that the reference avoids, from which they are a measure: so many …
const LEAST_AVOIDABLE: u64 = 20;

/// … and this share of what users asked for.
const LEAST_AVOIDABLE_RATIO: f64 = 0.001;

/// Seconds that the reference is earlier than nobody, from which time is a measure.
const LEAST_EARLIER_S: i64 = 60;

/// Judges the mitigation.
///
/// Nothing is given without an action that was carried out, or a true cause named where nothing has to be done. Then, by
/// what can be measured:
///
/// - failed requests, as the share of those that the reference avoids and nobody does not (12 points), and the time until
///   the objectives hold, between nobody's and the reference's (8 points); when only one is a measure, it has all 20;
/// - when users feel nothing: the share of the reference's moves that were made;
/// - when there is nothing to do: all points for saying so, less 7 for each action.
pub(crate) fn part(facts: &Facts, reading: &Reading) -> ScorePart {
    let mut ledger = Ledger::default();
    let acted = facts.moves.iter().any(|m| m.effect != Verdict::Refused);
    if !acted && !reading.knows() {
        ledger.add("mitigate-nothing-done", 0.0, Vec::new());
        return ledger.part(PartKind::Mitigate);
    }
    let (by_failed, by_time) = (failed_share(facts), time_share(facts));
    let failed_points = if by_time.is_some() { FAILED_POINTS } else { POINTS };
    let time_points = if by_failed.is_some() { POINTS - FAILED_POINTS } else { POINTS };
    if facts.no_fault() {
        nothing_to_do(&mut ledger, facts, reading);
    } else if by_failed.is_none() && by_time.is_none() {
        moves_made(&mut ledger, facts, reading);
    } else {
        if let Some(share) = by_failed {
            ledger.add("mitigate-failed", failed_points * share, failed_values(facts.failed()));
        }
        if let Some(share) = by_time {
            ledger.add("mitigate-time", time_points * share, time_values(facts));
        }
    }
    declared(&mut ledger, facts);
    ledger.part(PartKind::Mitigate)
}

/// Returns the share of the avoidable failed requests that were avoided; `None` when there are too few of them.
fn failed_share(facts: &Facts) -> Option<f64> {
    let failed = facts.failed();
    let avoidable = failed.nobody.checked_sub(failed.reference)?;
    if avoidable < LEAST_AVOIDABLE || (avoidable as f64) < LEAST_AVOIDABLE_RATIO * facts.asked() as f64 {
        return None;
    }
    Some((failed.nobody.saturating_sub(failed.you) as f64 / avoidable as f64).min(1.0))
}

/// Returns how early the trouble was over, from 0 (as with nobody) to 1 (as in the reference); `None` when the reference
/// is hardly earlier than nobody.
fn time_share(facts: &Facts) -> Option<f64> {
    let horizon_s = facts.horizon_s();
    let over = |outcome| facts.course(outcome).over_s(horizon_s);
    let (you, reference, nobody) = (over(&facts.you), over(facts.reference), over(facts.nobody));
    if nobody - reference < LEAST_EARLIER_S {
        return None;
    }
    Some(((nobody - you) as f64 / (nobody - reference) as f64).clamp(0.0, 1.0))
}

/// Returns the totals as values.
fn failed_values(failed: FailedTotals) -> Vec<(&'static str, Value)> {
    vec![
        ("failed", Value::Count(failed.you)),
        ("reference", Value::Count(failed.reference)),
        ("nobody", Value::Count(failed.nobody)),
    ]
}

/// Returns the times of the end of the trouble as values; the word `never` for those who had no end of it, and `unfelt` for
/// those who had none.
fn time_values(facts: &Facts) -> Vec<(&'static str, Value)> {
    let restored = |outcome| {
        let course = facts.course(outcome);
        if course.broken_s.is_none() { Value::Text("unfelt".to_owned()) } else { seconds(course.restored_s) }
    };
    vec![("at", restored(&facts.you)), ("reference", restored(facts.reference))]
}

/// Gives points where nothing is broken.
fn nothing_to_do(ledger: &mut Ledger, facts: &Facts, reading: &Reading) {
    if reading.knows() {
        ledger.add("mitigate-left-alone", POINTS, Vec::new());
    } else {
        ledger.add("mitigate-not-said", 0.0, Vec::new());
    }
    for made in facts.moves.iter().filter(|m| m.effect != Verdict::Refused) {
        let what = vec![
            ("kind", Value::Text(made.remedy.kind.as_str().to_owned())),
            ("target", Value::Text(made.remedy.target.clone())),
        ];
        ledger.add("mitigate-needless", -NEEDLESS_POINTS, what);
    }
}

/// Gives points where users feel nothing: for the moves of the reference, or, where it has none, for knowing.
fn moves_made(ledger: &mut Ledger, facts: &Facts, reading: &Reading) {
    let steps = &facts.brief.reference.steps;
    if steps.is_empty() {
        let points = if reading.knows() { POINTS } else { 0.0 };
        ledger.add("mitigate-by-itself", points, failed_values(facts.failed()));
        return;
    }
    let made = |step: &&crate::ReferenceStep| {
        let mut carried_out = facts.moves.iter().filter(|m| m.effect != Verdict::Refused);
        carried_out.any(|m| same_move(&m.remedy, &step.remedy))
    };
    let n_made = steps.iter().filter(made).count();
    let values = vec![
        ("made", Value::Count(u64::try_from(n_made).unwrap_or(u64::MAX))),
        ("steps", Value::Count(u64::try_from(steps.len()).unwrap_or(u64::MAX))),
    ];
    ledger.add("mitigate-moves", POINTS * n_made as f64 / steps.len() as f64, values);
}

/// Takes points for declaring it resolved too early, or not at all.
fn declared(ledger: &mut Ledger, facts: &Facts) {
    match facts.ending {
        Ending::Resolved { at, too_early: Some(why) } => {
            let mut values = vec![("at", Value::Seconds(facts.since_zero(at)))];
            let component = |objective: usize| {
                let name = facts.brief.objectives.get(objective).map(|o| o.component.clone());
                ("component", Value::Text(name.unwrap_or_default()))
            };
            let code = match why {
                TooEarly::BeforeOnset => "mitigate-resolved-before",
                TooEarly::NotMet { objective } => {
                    values.push(component(objective));
                    "mitigate-resolved-unmet"
                }
                TooEarly::NotLongEnough { objective, held_s, for_s } => {
                    values.push(component(objective));
                    values.push(("held", Value::Seconds(held_s)));
                    values.push(("needed", Value::Seconds(for_s)));
                    "mitigate-resolved-early"
                }
            };
            ledger.add(code, -EARLY_POINTS, values);
        }
        // To leave it open is right as long as the objectives do not hold.
        Ending::OutOfTime { .. } | Ending::Running if is_over(facts) => {
            ledger.add("mitigate-not-declared", -UNDECLARED_POINTS, Vec::new());
        }
        Ending::Resolved { too_early: None, .. } | Ending::OutOfTime { .. } | Ending::Running => {}
    }
}

/// Reports whether the trouble was over when the drill ended.
fn is_over(facts: &Facts) -> bool {
    let course = facts.course(&facts.you);
    let restored = course.restored_s.is_some_and(|s| s <= facts.since_zero(facts.ended));
    course.broken_s.is_none() || restored
}
