//! Points for telling others how things stand.

use std::collections::BTreeSet;

use wardroom_core::Timestamp;

use super::ledger::{Ledger, in_time};
use super::reading::Reading;
use super::{Facts, PartKind, ScorePart, Value};
use crate::drill::{FIRST_UPDATE_S, UPDATE_EVERY_S};
use crate::{Decision, DecisionKind};

/// Points for the first update in time.
const FIRST_POINTS: f64 = 8.0;

/// Points for going on.
const CADENCE_POINTS: f64 = 8.0;

/// Points for the last word.
const LAST_POINTS: f64 = 4.0;

/// Letters and digits that a text needs to say anything.
const LEAST_LETTERS: usize = 4;

/// Judges the updates.
///
/// Their clock starts with the first sign of recognition: the first is due within five minutes, then one every ten, and
/// one at the end that says that it is over. A text without words, or one that was sent before, counts nothing.
pub(crate) fn part(facts: &Facts, reading: &Reading, decisions: &[Decision]) -> ScorePart {
    let mut ledger = Ledger::default();
    let Some(sign) = reading.first_sign().filter(|_| reading.said.is_some()) else {
        ledger.add("communicate-nothing-to-say", 0.0, Vec::new());
        return ledger.part(PartKind::Communicate);
    };
    let (told, empty) = told(facts, decisions, sign);
    if empty > 0 {
        ledger.add("communicate-empty", 0.0, vec![("updates", Value::Count(empty))]);
    }
    let Some(first) = told.first() else {
        ledger.add("communicate-never", 0.0, Vec::new());
        return ledger.part(PartKind::Communicate);
    };
    let after_s = (first.as_millis() - sign.as_millis()) / 1000;
    let values = vec![("after", Value::Seconds(after_s)), ("target", Value::Seconds(FIRST_UPDATE_S))];
    ledger.add(
        "communicate-first",
        FIRST_POINTS * in_time(after_s, FIRST_UPDATE_S, 2 * FIRST_UPDATE_S),
        values,
    );
    let kept = kept(&told, facts.ended);
    ledger.add("communicate-cadence", CADENCE_POINTS * kept, vec![("kept", Value::Ratio(kept))]);
    last(&mut ledger, facts, reading, &told);
    ledger.part(PartKind::Communicate)
}

/// Returns the times of the updates that count, and how many do not.
///
/// Those before the first sign are known words about nothing known: they do not count, but may be said again.
fn told(facts: &Facts, decisions: &[Decision], sign: Timestamp) -> (Vec<Timestamp>, u64) {
    let mut said = BTreeSet::new();
    let (mut times, mut empty) = (Vec::new(), 0);
    for decision in decisions.iter().filter(|d| d.at >= sign && d.at <= facts.ended) {
        let DecisionKind::Update { text } = &decision.what else { continue };
        let letters: String =
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if letters.chars().count() >= LEAST_LETTERS && said.insert(letters) {
            times.push(decision.at);
        } else {
            empty += 1;
        }
    }
    (times, empty)
}

/// Returns the share of the time from the first update to the end in which the last one was not too old.
fn kept(told: &[Timestamp], ended: Timestamp) -> f64 {
    let Some(first) = told.first() else { return 0.0 };
    let whole = ended.as_millis() - first.as_millis();
    if whole <= 0 {
        return 1.0;
    }
    let ends = told.iter().skip(1).chain(std::iter::once(&ended));
    let fresh = told
        .iter()
        .zip(ends)
        .map(|(from, to)| (to.as_millis() - from.as_millis()).clamp(0, UPDATE_EVERY_S * 1000));
    fresh.sum::<i64>() as f64 / whole as f64
}

/// Gives points for an update after the trouble was over, or, where nothing had to be restored, after the cause was named.
fn last(ledger: &mut Ledger, facts: &Facts, reading: &Reading, told: &[Timestamp]) {
    let course = facts.course(&facts.you);
    let over = match (course.broken_s, course.restored_s) {
        (_, Some(restored_s)) => Some(facts.zero().plus_millis(restored_s * 1000)),
        (None, None) => reading.localised(),
        (Some(_), None) => None,
    };
    let over = over.filter(|at| *at <= facts.ended);
    match (over, told.last()) {
        (Some(over), Some(last)) if *last >= over => {
            ledger.add(
                "communicate-last",
                LAST_POINTS,
                vec![("at", Value::Seconds(facts.since_zero(*last)))],
            );
        }
        (Some(_), _) => ledger.add("communicate-no-last", 0.0, Vec::new()),
        (None, _) => ledger.add("communicate-not-over", 0.0, Vec::new()),
    }
}
