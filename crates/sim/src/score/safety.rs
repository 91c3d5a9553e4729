//! Points for doing no harm on the way.

use std::collections::BTreeMap;

use super::effects::{MoveEffect, Verdict};
use super::ledger::Ledger;
use super::reading::Reading;
use super::{AdviceResult, Facts, PartKind, ScorePart, Value};
use crate::drill::names::same_move;
use crate::{Decision, DecisionKind};

/// What somebody starts with who did something.
const POINTS: f64 = 20.0;

/// Points that acting without having opened anything useful costs, the first time …
const UNSEEN_POINTS: f64 = 6.0;

/// … and each further time.
const UNSEEN_AGAIN_POINTS: f64 = 2.0;

/// Points that a move costs that made it worse, when it did little …
const WORSE_POINTS: f64 = 2.0;

/// … or much: at least this share of the avoidable failed requests.
const MUCH_WORSE_POINTS: f64 = 5.0;
const MUCH_RATIO: f64 = 0.05;

/// Points that a move costs that neither helped nor belongs to the solution.
const NEEDLESS_POINTS: f64 = 1.0;

/// Points that an action costs where nothing is broken, whatever it did.
const UNPROVOKED_POINTS: f64 = 6.0;

/// Points that a dangerous move costs that was not tried dry.
const NOT_DRY_POINTS: f64 = 4.0;

/// The risk from which a move has to be tried dry.
const DANGEROUS: u8 = 3;

/// Points that a refused order costs, at most so many of them.
const REFUSED_POINTS: f64 = 1.0;
const MOST_REFUSED: usize = 3;

/// Points that lost writes and lost messages cost.
const LOST_WRITES_POINTS: f64 = 5.0;
const LOST_MESSAGES_POINTS: f64 = 3.0;

/// Points for advice: followed or rejected, right or wrong.
const RIGHT_FOLLOWED: i32 = 1;
const RIGHT_REJECTED: i32 = -1;
const WRONG_FOLLOWED: i32 = -3;
const WRONG_REJECTED: i32 = 2;

/// Judges the safety, and says what became of each advice.
///
/// Who carried out an action or named a true cause starts with 20 points; who did neither took no risk and gets none.
/// A move that the reference makes as well is not blamed for what it costs for a while.
pub(crate) fn part(
    facts: &Facts,
    reading: &Reading,
    decisions: &[Decision],
) -> (ScorePart, Vec<AdviceResult>) {
    let mut ledger = Ledger::default();
    let advice = advice(facts, decisions);
    let acted = facts.moves.iter().any(|m| m.effect != Verdict::Refused);
    if !acted && !reading.knows() {
        ledger.add("safety-nothing-done", 0.0, Vec::new());
        let advice = advice.into_iter().map(|a| AdviceResult { points: 0, ..a }).collect();
        return (ledger.part(PartKind::Safety), advice);
    }
    ledger.add("safety-start", POINTS, Vec::new());
    unseen(&mut ledger, facts, reading);
    for made in &facts.moves {
        harm(&mut ledger, facts, made);
    }
    refused(&mut ledger, facts);
    lost(&mut ledger, facts);
    for result in &advice {
        if let Some(followed) = result.followed {
            let code = match (result.wrong, followed) {
                (false, _) if result.done_anyway => "safety-advice-right-done",
                (true, _) if result.done_anyway => "safety-advice-wrong-done",
                (false, true) => "safety-advice-right-followed",
                (false, false) => "safety-advice-right-rejected",
                (true, true) => "safety-advice-wrong-followed",
                (true, false) => "safety-advice-wrong-rejected",
            };
            ledger.add(code, f64::from(result.points), vec![("advice", count(result.index + 1))]);
        }
    }
    (ledger.part(PartKind::Safety), advice)
}

/// Returns a count as a value.
fn count(n: usize) -> Value {
    Value::Count(u64::try_from(n).unwrap_or(u64::MAX))
}

/// Returns what a reason tells about a move.
fn about(facts: &Facts, made: &MoveEffect) -> Vec<(&'static str, Value)> {
    vec![
        ("at", Value::Seconds(facts.since_zero(made.at))),
        ("kind", Value::Text(made.remedy.kind.as_str().to_owned())),
        ("target", Value::Text(made.remedy.target.clone())),
        ("failed", Value::Count(made.failed_with)),
        ("without", Value::Count(made.failed_without)),
        ("window", Value::Seconds(made.window_s)),
    ]
}

/// Takes points for acting before anything useful had been opened.
fn unseen(ledger: &mut Ledger, facts: &Facts, reading: &Reading) {
    if facts.brief.useful.is_empty() {
        return;
    }
    let first = reading.first_useful().map(|(at, _)| at);
    let blind = facts.moves.iter().filter(|m| m.effect != Verdict::Refused);
    for (i, made) in blind.filter(|m| first.is_none_or(|at| m.at < at)).enumerate() {
        let points = if i == 0 { UNSEEN_POINTS } else { UNSEEN_AGAIN_POINTS };
        ledger.add("safety-acted-unseen", -points, about(facts, made));
    }
}

/// Takes points for what a move did, and for how it was made.
fn harm(ledger: &mut Ledger, facts: &Facts, made: &MoveEffect) {
    if made.effect == Verdict::Refused {
        return;
    }
    if facts.no_fault() {
        ledger.add("safety-unprovoked", -UNPROVOKED_POINTS, about(facts, made));
    } else if made.effect == Verdict::Worse && !made.in_reference {
        let failed = facts.failed();
        let avoidable = failed.nobody.saturating_sub(failed.reference) as f64;
        let more = made.failed_with.saturating_sub(made.failed_without) as f64;
        let much = more >= MUCH_RATIO * avoidable;
        let (code, points) =
            if much { ("safety-much-worse", MUCH_WORSE_POINTS) } else { ("safety-worse", WORSE_POINTS) };
        ledger.add(code, -points, about(facts, made));
    } else if made.effect == Verdict::Nothing && !made.in_reference {
        ledger.add("safety-needless", -NEEDLESS_POINTS, about(facts, made));
    }
    if made.risk >= DANGEROUS && !made.dry_run {
        ledger.add("safety-not-dry", -NOT_DRY_POINTS, about(facts, made));
    }
}

/// Takes points for orders that were refused.
fn refused(ledger: &mut Ledger, facts: &Facts) {
    let n = facts.moves.iter().filter(|m| m.effect == Verdict::Refused).count();
    if n > 0 {
        let points = REFUSED_POINTS * n.min(MOST_REFUSED) as f64;
        ledger.add("safety-refused", -points, vec![("orders", count(n))]);
    }
}

/// Takes points for data that is lost beyond what is lost in the reference and with nobody acting.
fn lost(ledger: &mut Ledger, facts: &Facts) {
    let (you, reference, nobody) = (&facts.you, facts.reference, facts.nobody);
    let writes = you.lost_writes.saturating_sub(reference.lost_writes.max(nobody.lost_writes));
    if writes > 0 {
        ledger.add("safety-lost-writes", -LOST_WRITES_POINTS, vec![("writes", Value::Count(writes))]);
    }
    let messages = you.lost_messages.saturating_sub(reference.lost_messages.max(nobody.lost_messages));
    if messages > 0 {
        ledger.add("safety-lost-messages", -LOST_MESSAGES_POINTS, vec![("messages", Value::Count(messages))]);
    }
}

/// Returns what became of each advice that was given before the end; the first answer counts, unless what it rejects was
/// carried out all the same.
fn advice(facts: &Facts, decisions: &[Decision]) -> Vec<AdviceResult> {
    let mut answers = BTreeMap::new();
    for decision in decisions.iter().filter(|d| d.at <= facts.ended) {
        if let DecisionKind::Advice { index, followed } = decision.what {
            answers.entry(index as usize).or_insert((decision.at, followed));
        }
    }
    let given = |after_s: i64| facts.start.plus_millis(after_s * 1000) <= facts.ended;
    let known = facts.brief.advice.iter().enumerate().filter(|(_, a)| given(a.after_s));
    known
        .map(|(index, advice)| {
            let said = answers.get(&index).copied();
            let carried_out = |at| {
                let mut moves = facts.moves.iter().filter(|m| m.at >= at && m.effect != Verdict::Refused);
                moves.any(|m| same_move(&m.remedy, &advice.remedy))
            };
            let done_anyway = said.is_some_and(|(at, followed)| !followed && carried_out(at));
            let answer = said.map(|(at, followed)| (at, followed || done_anyway));
            let points = match (advice.wrong, answer) {
                (_, None) => 0,
                (false, Some((_, true))) => RIGHT_FOLLOWED,
                (false, Some((_, false))) => RIGHT_REJECTED,
                (true, Some((_, true))) => WRONG_FOLLOWED,
                (true, Some((_, false))) => WRONG_REJECTED,
            };
            AdviceResult {
                index,
                wrong: advice.wrong,
                at: answer.map(|(at, _)| at),
                followed: answer.map(|(_, followed)| followed),
                done_anyway,
                points,
            }
        })
        .collect()
}
