//! What each action did: the same world with and without it over the next minutes.

use serde::Serialize;
use wardroom_core::Timestamp;

use crate::drill::names::same_move;
use crate::drill::repeat;
use crate::{Brief, Decision, DecisionKind, Order, OrderKind, Remedy, World};

/// Time after a remedy works over which its effect is counted.
const WINDOW_S: i64 = 180;

/// The longest that is waited for a remedy to work.
const LONGEST_WAIT_S: i64 = 900;

/// Failed requests that make a difference, at least …
const LEAST_FAILED: u64 = 10;

/// … and as a share of what users asked for in the window.
const LEAST_RATIO: f64 = 0.001;

/// Risk of an action that the drill does not offer.
const UNKNOWN_RISK: u8 = 2;

/// What an action did to users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Fewer requests failed with it than without it.
    Better,
    /// More requests failed with it.
    Worse,
    /// It made no difference that matters: less than 10 requests, or less than a thousandth of what users asked for.
    Nothing,
    /// The world refused it.
    Refused,
}

/// An action and what it did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoveEffect {
    /// When it was ordered.
    pub at: Timestamp,
    /// What was done.
    pub remedy: Remedy,
    /// What it did.
    pub effect: Verdict,
    /// Failed requests in the window with it, nothing else being done after it.
    pub failed_with: u64,
    /// … and without it.
    pub failed_without: u64,
    /// Length of the window in seconds: until it is felt by the scenario, and three minutes; shorter at the end of the world.
    pub window_s: i64,
    /// The risk on its card, 1 to 3; 2 when it is not offered.
    pub risk: u8,
    /// The same move is one of the reference solution.
    pub in_reference: bool,
    /// The same move had been tried dry before.
    pub dry_run: bool,
}

impl MoveEffect {
    /// Returns the move without numbers, as its card and the decisions have it.
    pub(crate) fn of_card(brief: &Brief, decisions: &[Decision], at: Timestamp, remedy: &Remedy) -> Self {
        let offer = brief.remedies.iter().find(|o| same_move(&o.remedy, remedy));
        let tried = |d: &Decision| matches!(&d.what, DecisionKind::DryRun { remedy: dry } if d.at <= at && same_move(dry, remedy));
        Self {
            at,
            remedy: remedy.clone(),
            effect: Verdict::Nothing,
            failed_with: 0,
            failed_without: 0,
            window_s: window_s(offer.map_or(0.0, |o| o.minutes)),
            risk: offer.map_or(UNKNOWN_RISK, |o| o.risk),
            in_reference: brief.reference.steps.iter().any(|s| same_move(&s.remedy, remedy)),
            dry_run: decisions.iter().any(tried),
        }
    }

    /// Returns the move with what was counted: failed requests with and without it, and what users asked for.
    #[must_use]
    pub(crate) fn counted(mut self, counted: Counted) -> Self {
        self.failed_with = counted.failed_with;
        self.failed_without = counted.failed_without;
        self.window_s = counted.window_s;
        self.effect = judged(counted);
        self
    }
}

/// What two forks of a world gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) failed_with: u64,
    pub(crate) failed_without: u64,
    pub(crate) asked: u64,
    pub(crate) window_s: i64,
}

/// Returns the window for a remedy that takes so many minutes to work.
#[expect(clippy::cast_possible_truncation, reason = "held within the longest wait before it is cut")]
fn window_s(minutes: f64) -> i64 {
    let wait = (minutes * 60.0).clamp(0.0, LONGEST_WAIT_S as f64);
    wait.ceil() as i64 + WINDOW_S
}

/// Says what the difference means.
fn judged(counted: Counted) -> Verdict {
    let difference = counted.failed_with.abs_diff(counted.failed_without);
    if difference < LEAST_FAILED || (difference as f64) < LEAST_RATIO * counted.asked as f64 {
        Verdict::Nothing
    } else if counted.failed_with > counted.failed_without {
        Verdict::Worse
    } else {
        Verdict::Better
    }
}

/// Returns what each action among the decisions did, in their order; for a running drill up to the world's present.
///
/// The world is taken back to before the action and goes on twice, once with it and once without; what was ordered
/// before it and what the instructor did later is the same in both, later actions are left out of both.
///
/// Cost: for each action that was carried out at most ten minutes and twice its window are simulated.
pub fn effects(world: &World, decisions: &[Decision]) -> Vec<MoveEffect> {
    let brief = world.scenario().brief();
    let mut moves: Vec<(MoveEffect, Option<usize>)> = Vec::new();
    let mut next = 0;
    for decision in decisions {
        let DecisionKind::Acted { remedy, refused } = &decision.what else { continue };
        let mut card = MoveEffect::of_card(brief, decisions, decision.at, remedy);
        let mut place = None;
        if refused.is_some() {
            card.effect = Verdict::Refused;
        } else if let Some(found) = position(world.orders(), next, remedy) {
            next = found + 1;
            place = Some(found);
        }
        moves.push((card, place));
    }
    // From the last to the first, so that one copy is enough to go back with.
    let mut back = world.clone();
    for (card, place) in moves.iter_mut().rev() {
        if let Some(place) = *place {
            let until = world.at();
            if let Some(counted) = count(&mut back, world.orders(), place, (card.window_s, until)) {
                *card = card.clone().counted(counted);
            }
        }
    }
    moves.into_iter().map(|(card, _)| card).collect()
}

/// Returns the position of the next order of that remedy.
fn position(orders: &[Order], from: usize, remedy: &Remedy) -> Option<usize> {
    (from..orders.len()).find(|i| matches!(&orders[*i].what, OrderKind::Remedy(r) if r == remedy))
}

/// Counts the effect of one order; takes `back` to a time before it.
///
/// `None` when the world cannot be taken to before the order.
fn count(
    back: &mut World,
    orders: &[Order],
    place: usize,
    (window_s, until): (i64, Timestamp),
) -> Option<Counted> {
    let at = orders.get(place)?.at;
    let before = at.plus_millis(-1000);
    if before >= back.start() {
        back.rewind(before.min(back.at()));
    } else {
        *back = World::new(back.scenario(), back.seed(), back.start());
    }
    // What the world still has of the orders is done already.
    (back.orders().len() <= place).then(|| fork(back, orders, place, (window_s, until)))
}

/// Runs both forks of a world that stands before an order and has all those that were done by its time.
pub(crate) fn fork(
    before: &World,
    orders: &[Order],
    place: usize,
    (window_s, until): (i64, Timestamp),
) -> Counted {
    let at = orders[place].at;
    let step_ms = 15_000;
    let end = at.plus_millis(window_s * 1000);
    // To the end of a step, so that both count the same steps.
    let past = (end.as_millis() - before.start().as_millis()).rem_euclid(step_ms);
    let end = if past == 0 { end } else { end.plus_millis(step_ms - past) }.min(until);
    let done = before.orders().len();
    let in_both = |i: usize| i < place || !matches!(orders[i].what, OrderKind::Remedy(_));
    let chosen = |with: bool| {
        (done..orders.len()).filter(move |i| in_both(*i) || (with && *i == place)).map(move |i| &orders[i])
    };
    let run = |with: bool| {
        let mut world = before.clone().without_telemetry();
        repeat(&mut world, chosen(with), end);
        let outcome = world.outcome();
        let first =
            usize::try_from((at.as_millis() - before.start().as_millis()).max(0) / step_ms).unwrap_or(0);
        let asked: u64 = outcome.asked.iter().skip(first).sum();
        let failed: u64 = outcome.failed.iter().skip(first).sum();
        (asked, failed)
    };
    let ((_, failed_with), (asked, failed_without)) = (run(true), run(false));
    let window_s = (end.as_millis() - at.as_millis()) / 1000;
    Counted { failed_with, failed_without, asked, window_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(failed_with: u64, failed_without: u64, asked: u64) -> Verdict {
        judged(Counted { failed_with, failed_without, asked, window_s: WINDOW_S })
    }

    #[test]
    fn a_difference_counts_from_ten_requests_and_a_thousandth() {
        assert_eq!(counted(109, 100, 1000), Verdict::Nothing);
        assert_eq!(counted(110, 100, 1000), Verdict::Worse);
        assert_eq!(counted(100, 110, 1000), Verdict::Better);
        // 15 of 20 000 are less than a thousandth.
        assert_eq!(counted(115, 100, 20_000), Verdict::Nothing);
    }

    #[test]
    fn the_window_is_the_wait_and_three_minutes() {
        assert_eq!(window_s(0.0), 180);
        assert_eq!(window_s(1.5), 270);
        assert_eq!(window_s(600.0), 1080);
    }
}
