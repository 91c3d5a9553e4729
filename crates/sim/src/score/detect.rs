//! Points for seeing that something is wrong.

use super::ledger::{Ledger, in_time, seconds};
use super::reading::Reading;
use super::{Facts, PartKind, ScorePart, Value};

/// Points for acknowledging an alert that belongs to the trouble; part of the other when none fires.
pub(crate) const ACKNOWLEDGE_POINTS: f64 = 6.0;

/// Points for recognising the trouble.
const RECOGNISE_POINTS: f64 = 14.0;

/// A minute later than the reference is as good …
const FREE_S: i64 = 60;

/// … and ten minutes later is worth nothing.
const NONE_S: i64 = 600;

/// Judges the detection.
///
/// The time is that of the first sign: an acknowledgement that belongs, a declaration or a hypothesis. An acknowledgement
/// alone says that an alert was read, not that anything was recognised, so it gains nothing unless a declaration or a
/// hypothesis is made as well. Who says something from evidence before an alert of it fires has none to acknowledge, and
/// is given for the recognition what both are worth.
pub(crate) fn part(facts: &Facts, reading: &Reading) -> ScorePart {
    let mut ledger = Ledger::default();
    let reference_s = facts.reference_detect_s();
    let alerted = facts.alerts.iter().any(|a| a.belongs && a.at <= facts.ended);
    let foreseen = alerted && foreseen(facts, reading);
    let is_all = !alerted || foreseen;
    let recognise = if is_all { RECOGNISE_POINTS + ACKNOWLEDGE_POINTS } else { RECOGNISE_POINTS };
    let share = |at_s: i64| in_time(at_s - reference_s, FREE_S, NONE_S);
    let values = |at_s: i64| vec![("at", Value::Seconds(at_s)), ("reference", Value::Seconds(reference_s))];
    let first_s = reading.first_sign().map(|at| facts.since_zero(at));
    match first_s {
        Some(at_s) if reading.said.is_some() => {
            ledger.add("detect-recognised", recognise * share(at_s), values(at_s));
        }
        Some(at_s) => ledger.add("detect-only-acknowledged", 0.0, values(at_s)),
        None => ledger.add("detect-nothing", 0.0, vec![("reference", Value::Seconds(reference_s))]),
    }
    if !alerted {
        ledger.add("detect-no-alert", 0.0, Vec::new());
    } else if foreseen {
        ledger.add("detect-before-alert", 0.0, Vec::new());
    } else if let Some(at) = reading.acknowledged {
        if reading.said.is_some() {
            let at_s = facts.since_zero(at);
            ledger.add("detect-acknowledged", ACKNOWLEDGE_POINTS * share(at_s), values(at_s));
        }
    } else {
        ledger.add("detect-not-acknowledged", 0.0, vec![("reference", seconds(Some(reference_s)))]);
    }
    ledger.part(PartKind::Detect)
}

/// Reports whether something was said of it, with useful evidence opened, before any alert of it fired.
fn foreseen(facts: &Facts, reading: &Reading) -> bool {
    let Some(said) = reading.said else { return false };
    let looked = reading.first_useful().is_some_and(|(at, _)| at <= said);
    looked && !facts.alerts.iter().any(|a| a.belongs && a.at <= said)
}
