//! Points for finding where and what.

use std::collections::BTreeMap;

use super::ledger::{Ledger, in_time};
use super::reading::{Reading, Standing};
use super::{Facts, PartKind, ScorePart, Value};

/// Points for naming the true place in time.
const TIME_POINTS: f64 = 10.0;

/// Points for being sure of it.
const SURE_POINTS: f64 = 6.0;

/// Points for naming the kind of fault.
const FAULT_POINTS: f64 = 4.0;

/// Points that a wrong place costs when it is stated as certain.
const WRONG_POINTS: f64 = 5.0;

/// Points that a right place costs when nothing useful had been opened before it was named, …
const UNSEEN_POINTS: f64 = 5.0;

/// … or nothing that decides.
const UNDECIDED_POINTS: f64 = 2.0;

/// A minute and a half later than the reference is as good …
const FREE_S: i64 = 90;

/// … and a quarter of an hour later is worth nothing.
const NONE_S: i64 = 900;

/// Judges the localisation, for each cause an equal share.
///
/// Sureness is paid by a quadratic rule (Brier, *Verification of forecasts expressed in terms of probability*, 1950): a
/// right place with odds p is worth 1 - (1 - p)² of its points, a wrong one costs p². So it pays to say what one believes.
pub(crate) fn part(facts: &Facts, reading: &Reading) -> ScorePart {
    let mut ledger = Ledger::default();
    let share = 1.0 / facts.targets.len().max(1) as f64;
    for (target, standing) in facts.targets.iter().zip(&reading.standing) {
        let entity = ("entity", Value::Text(target.entity.clone()));
        let reference_s = facts.since_zero(target.reference);
        let Some(standing) = standing else {
            ledger.add("localise-not-named", 0.0, vec![entity, ("reference", Value::Seconds(reference_s))]);
            continue;
        };
        let at_s = facts.since_zero(standing.at);
        let times =
            vec![entity.clone(), ("at", Value::Seconds(at_s)), ("reference", Value::Seconds(reference_s))];
        ledger.add(
            "localise-named",
            share * TIME_POINTS * in_time(at_s - reference_s, FREE_S, NONE_S),
            times,
        );
        let sure = 1.0 - (1.0 - standing.odds) * (1.0 - standing.odds);
        let odds = ("odds", Value::Ratio(standing.odds));
        ledger.add("localise-sure", share * SURE_POINTS * sure, vec![entity.clone(), odds]);
        let fault = ("fault", Value::Text(target.fault.clone()));
        let (code, points) =
            if standing.fault { ("localise-kind", FAULT_POINTS) } else { ("localise-kind-missing", 0.0) };
        ledger.add(code, share * points, vec![entity, fault]);
        unseen(&mut ledger, facts, reading, (standing, share));
    }
    wrong(&mut ledger, reading);
    ledger.part(PartKind::Localise)
}

/// Takes points for a place that was named without having looked.
fn unseen(ledger: &mut Ledger, facts: &Facts, reading: &Reading, (standing, share): (&Standing, f64)) {
    let mut seen = facts.brief.useful.iter().zip(&reading.opened);
    if facts.brief.useful.is_empty() {
        return;
    }
    let before = |at: &Option<_>| at.is_some_and(|at| at <= standing.at);
    if !reading.opened.iter().any(before) {
        ledger.add("localise-without-evidence", -share * UNSEEN_POINTS, Vec::new());
    } else if !seen.any(|(useful, at)| useful.decides && before(at)) {
        ledger.add("localise-without-decisive", -share * UNDECIDED_POINTS, Vec::new());
    }
}

/// Takes points for wrong places: each place once, at the highest odds with which it was stated.
fn wrong(ledger: &mut Ledger, reading: &Reading) {
    let mut highest: BTreeMap<String, f64> = BTreeMap::new();
    for belief in reading.beliefs.iter().filter(|b| !b.right) {
        let odds = highest.entry(belief.entity.trim().to_lowercase()).or_insert(0.0);
        *odds = odds.max(belief.odds);
    }
    for (entity, odds) in highest {
        let values = vec![("entity", Value::Text(entity)), ("odds", Value::Ratio(odds))];
        ledger.add("localise-wrong", -WRONG_POINTS * odds * odds, values);
    }
}
