//! Safety and advice in hand-made drills: what a move costs that was blind, needless or harmful.

use super::{Drill, expert};
use crate::drill::tests::{brief, remedy, second};
use crate::score::{PartKind, Verdict};
use crate::{DecisionKind, RemedyKind, Screen};

#[test]
fn a_needless_a_bad_and_a_very_bad_move_cost_more_and_more() {
    let base = expert();
    let needless = expert().act(241, RemedyKind::Restart, "orders", Verdict::Nothing);
    let bad = expert().act(241, RemedyKind::Restart, "orders", Verdict::Worse);
    let mut slight = expert().act(241, RemedyKind::Restart, "orders", Verdict::Worse);
    slight.moves[1].failed_with = 420;

    assert_eq!(base.part(PartKind::Safety), 20);
    assert_eq!(needless.part(PartKind::Safety), 19);
    assert_eq!(slight.reason("safety-worse"), Some(-2));
    assert_eq!(bad.reason("safety-much-worse"), Some(-5));
}

#[test]
fn the_cure_may_hurt_for_a_while() {
    let drill = Drill::new().open(150, Screen::Metrics, "orders-db", "mysql_locks").act(
        240,
        RemedyKind::KillTransaction,
        "orders-db",
        Verdict::Worse,
    );

    assert_eq!(drill.part(PartKind::Safety), 20);
}

#[test]
fn acting_unseeing_costs_the_first_time_more() {
    let drill = Drill::new().act(100, RemedyKind::Restart, "orders", Verdict::Nothing).act(
        110,
        RemedyKind::Restart,
        "orders",
        Verdict::Nothing,
    );

    // Twenty, less 6 and 2 for not looking, less 1 and 1 for nothing.
    assert_eq!(drill.part(PartKind::Safety), 10);
}

#[test]
fn evidence_opened_before_it_shows_anything_counts_from_when_it_does() {
    let drill = Drill::new().open(10, Screen::Alerts, "orders", "HighErrors").act(
        70,
        RemedyKind::Restart,
        "orders",
        Verdict::Nothing,
    );

    assert_eq!(drill.reason("safety-acted-unseen"), Some(-6));
    assert_eq!(drill.card().first_useful, Some((second(75), 0)));
}

#[test]
fn a_dangerous_move_wants_a_dry_run() {
    let look = |d: Drill| d.open(120, Screen::Alerts, "orders", "HighErrors");
    let fail_over = remedy(RemedyKind::FailOver, "orders-db");
    let wet = look(Drill::new()).act(240, RemedyKind::FailOver, "orders-db", Verdict::Better);
    let dry = look(Drill::new()).say(230, DecisionKind::DryRun { remedy: fail_over }).act(
        240,
        RemedyKind::FailOver,
        "orders-db",
        Verdict::Better,
    );

    assert_eq!(wet.part(PartKind::Safety), 16);
    assert_eq!(dry.part(PartKind::Safety), 20);
}

#[test]
fn lost_data_costs_only_what_nobody_and_the_reference_do_not_lose() {
    let mut drill = expert();
    drill.you.lost_writes = 10;
    drill.nobody.lost_writes = 10;
    assert_eq!(drill.part(PartKind::Safety), 20);

    drill.you.lost_writes = 11;
    assert_eq!(drill.part(PartKind::Safety), 15);
}

#[test]
fn refused_orders_cost_a_little_and_do_nothing() {
    let mut drill = expert();
    for at_s in 241..246 {
        drill = drill.act(at_s, RemedyKind::FailOver, "orders-db", Verdict::Refused);
    }
    let only = Drill::new().act(100, RemedyKind::FailOver, "orders-db", Verdict::Refused);

    assert_eq!(drill.part(PartKind::Safety), 17);
    assert_eq!(only.card().points, 0);
}

#[test]
fn advice_is_scored_by_whether_it_was_right() {
    // In the brief the first advice is wrong, the second right.
    let answer = |index, followed| expert().say(250, DecisionKind::Advice { index, followed });

    assert_eq!(answer(0, true).reason("safety-advice-wrong-followed"), Some(-3));
    assert_eq!(answer(0, false).reason("safety-advice-wrong-rejected"), Some(2));
    assert_eq!(answer(1, true).reason("safety-advice-right-followed"), Some(1));
    assert_eq!(answer(1, false).reason("safety-advice-right-rejected"), Some(-1));
    let twice = answer(0, true).say(251, DecisionKind::Advice { index: 0, followed: false });
    assert_eq!(twice.card().advice[0].followed, Some(true));
}

#[test]
fn what_was_rejected_and_then_done_counts_as_followed() {
    let advice = |index: usize| brief().advice[index].remedy.clone();
    let rejected = |index: usize| {
        let what = DecisionKind::Advice { index: u32::try_from(index).unwrap(), followed: false };
        expert().say(250, what)
    };
    let done = |drill: Drill, at_s, index, effect| {
        let remedy = advice(index);
        drill.act(at_s, remedy.kind, &remedy.target, effect)
    };

    let wrong = done(rejected(0), 260, 0, Verdict::Nothing);
    let right = done(rejected(1), 260, 1, Verdict::Better);
    let before = done(rejected(0), 249, 0, Verdict::Nothing);
    let refused = done(rejected(0), 260, 0, Verdict::Refused);

    assert_eq!(wrong.reason("safety-advice-wrong-done"), Some(-3));
    assert_eq!(wrong.card().advice[0].followed, Some(true));
    assert_eq!(right.reason("safety-advice-right-done"), Some(1));
    assert_eq!(before.reason("safety-advice-wrong-rejected"), Some(2));
    assert_eq!(refused.reason("safety-advice-wrong-rejected"), Some(2));
}

#[test]
fn rejecting_advice_alone_gains_nothing() {
    let drill = Drill::new().say(250, DecisionKind::Advice { index: 0, followed: false });

    assert_eq!(drill.card().points, 0);
    assert_eq!(drill.card().advice[0].points, 0);
}
