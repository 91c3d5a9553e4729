//! The rules of a drill, with hand-made outcomes; and the hand-made drill that the tests of the score use as well.

use wardroom_core::Timestamp;

use super::*;
use crate::scenario::{
    Advice, Brief, Cause, Measure, Objective, Reference, ReferenceStep, RemedyOffer, Say, Text, Useful,
};
use crate::{FaultKind, Outcome, RemedyKind};

/// A time in seconds from the beginning of the run.
pub(crate) fn second(s: i64) -> Timestamp {
    Timestamp::from_millis(s * 1000)
}

/// A remedy without an amount.
pub(crate) fn remedy(kind: RemedyKind, target: &str) -> Remedy {
    Remedy { kind, target: target.to_owned(), amount: None }
}

/// Half an hour in steps of 15 s with 100 requests each, of which 75 fail between the two times.
pub(crate) fn outcome(from_s: i64, to_s: i64) -> Outcome {
    let bad = |step: i64| (from_s..to_s).contains(&(step * 15));
    Outcome {
        step_s: 15,
        asked: vec![100; 120],
        failed: (0..120).map(|s| if bad(s) { 75 } else { 0 }).collect(),
        objectives: vec![(0..120).map(|s| if bad(s) { 0.25 } else { 1.0 }).collect()],
        lost_writes: 0,
        lost_messages: 0,
        stale_reads: 0,
    }
}

fn text(en: &str) -> Text {
    Text { en: en.to_owned(), zh_cn: en.to_owned() }
}

fn useful(screen: Screen, subject: &str, detail: &str, decides: bool) -> Useful {
    Useful { screen, subject: subject.to_owned(), detail: detail.to_owned(), what: text("it shows"), decides }
}

fn advice(after_s: i64, wrong: bool) -> Advice {
    let remedy = remedy(RemedyKind::Restart, "orders");
    Advice { after_s, text: text("restart it"), remedy, wrong, why: text("because") }
}

fn say(after_s: i64, prepared: bool) -> Say {
    Say { after_s, role: "database".to_owned(), text: text("hm"), prepared }
}

fn offer(kind: RemedyKind, target: &str, risk: u8) -> RemedyOffer {
    RemedyOffer { remedy: remedy(kind, target), risk, minutes: 0.5 }
}

/// A drill of half an hour: after 60 s a long transaction blocks orders-db.
pub(crate) fn brief() -> Brief {
    let kill = remedy(RemedyKind::KillTransaction, "orders-db");
    Brief {
        local_hour: 10.0,
        id: "locks".to_owned(),
        number: 1,
        tier: 1,
        difficulty: 1,
        minutes: 15,
        title: text("Locks"),
        trains: text("looking"),
        briefing: text("Orders are slow."),
        goal: text("Make them fast."),
        span_s: 1800,
        history_s: 21_600,
        pass_points: 70,
        objectives: vec![Objective {
            component: "orders".to_owned(),
            measure: Measure::Success,
            success_ratio: 0.99,
            for_s: 180,
        }],
        hints: vec![text("look"), text("look there")],
        advice: vec![advice(120, true), advice(180, false)],
        says: vec![say(90, false), say(100, true), say(300, false)],
        useful: vec![
            useful(Screen::Alerts, "orders", "HighErrors", false),
            useful(Screen::Metrics, "orders-db", "mysql_locks", true),
        ],
        reference: Reference {
            entity: "orders-db".to_owned(),
            fault: "lock_pile_up".to_owned(),
            detect_s: 100,
            localise_s: 180,
            steps: vec![ReferenceStep { at_s: 240, remedy: kill }],
        },
        remedies: vec![
            offer(RemedyKind::KillTransaction, "orders-db", 2),
            offer(RemedyKind::Restart, "orders", 1),
            offer(RemedyKind::FailOver, "orders-db", 3),
        ],
        cause: Some(Cause { entity: "orders-db".to_owned(), fault: FaultKind::LockPileUp, at_s: 60 }),
        self_healing: false,
        n_services: 4,
        n_hosts: 3,
    }
}

fn resolved(at_s: i64) -> Vec<Decision> {
    vec![Decision { at: second(at_s), what: DecisionKind::Resolved }]
}

fn ends(at_s: i64, outcome: &Outcome, decisions: &[Decision]) -> Ending {
    ending(&brief(), second(0), second(at_s), outcome, decisions)
}

#[test]
fn objectives_break_and_are_restored_by_the_minute() {
    let broken = course(&outcome(60, 300), &brief().objectives, 60);

    // One bad quarter minute is enough for a mean of 0.81; after the last one it takes three good ones to leave it behind.
    assert_eq!(broken, Course { broken_s: Some(60), restored_s: Some(345) });
}

#[test]
fn objectives_that_never_break_or_break_before_are_no_trouble() {
    let objectives = brief().objectives;

    assert_eq!(course(&outcome(0, 0), &objectives, 60), Course::default());
    assert_eq!(course(&outcome(60, 300), &objectives, 400), Course::default());
}

#[test]
fn an_objective_that_holds_too_shortly_before_the_end_is_not_restored() {
    let objectives = brief().objectives;

    // The end is at 1800 s; 180 s have to pass.
    assert_eq!(course(&outcome(60, 1575), &objectives, 0).restored_s, Some(1620));
    assert_eq!(course(&outcome(60, 1590), &objectives, 0).restored_s, None);
    assert_eq!(course(&outcome(60, 1800), &objectives, 0).restored_s, None);
}

#[test]
fn a_drill_ends_when_it_is_resolved_or_its_span_is_over() {
    let good = outcome(60, 300);

    assert_eq!(ends(100, &good, &[]), Ending::Running);
    assert_eq!(ends(1800, &good, &[]), Ending::OutOfTime { at: second(1800) });
    assert_eq!(ends(600, &good, &resolved(600)), Ending::Resolved { at: second(600), too_early: None });
    // With both at the same time it is resolved; what comes after the span is too late.
    assert_eq!(ends(1800, &good, &resolved(1800)), Ending::Resolved { at: second(1800), too_early: None });
    assert_eq!(ends(1900, &good, &resolved(1850)), Ending::OutOfTime { at: second(1800) });
}

#[test]
fn resolving_is_too_early_before_the_onset_while_broken_and_for_the_time_that_is_asked() {
    let early = |at_s: i64| match ends(at_s, &outcome(60, 300), &resolved(at_s)) {
        Ending::Resolved { too_early, .. } => too_early,
        Ending::Running | Ending::OutOfTime { .. } => None,
    };

    assert_eq!(early(0), Some(TooEarly::BeforeOnset));
    assert_eq!(early(59), Some(TooEarly::BeforeOnset));
    assert_eq!(early(200), Some(TooEarly::NotMet { objective: 0 }));
    assert_eq!(early(450), Some(TooEarly::NotLongEnough { objective: 0, held_s: 105, for_s: 180 }));
    assert_eq!(early(525), None);
}

#[test]
fn lines_and_advice_come_at_their_time_and_prepared_lines_never() {
    let now = due(&brief(), second(0), second(120), &[]);

    assert_eq!(now.said, [0]);
    assert_eq!(now.advice, [0]);
    assert_eq!(now.next, Some(second(180)));
    assert_eq!(now.update, None);
}

#[test]
fn answered_advice_and_shown_hints_are_not_due_again() {
    let decisions = [
        Decision { at: second(130), what: DecisionKind::Advice { index: 0, followed: true } },
        Decision { at: second(140), what: DecisionKind::Hint { index: 0 } },
    ];

    let now = due(&brief(), second(0), second(200), &decisions);

    assert_eq!(now.advice, [1]);
    assert_eq!((now.next_hint, now.hints_left), (Some(1), 1));
    // At 135 s the hint has not been shown yet.
    assert_eq!(due(&brief(), second(0), second(135), &decisions).next_hint, Some(0));
}

#[test]
fn updates_are_due_five_minutes_after_the_first_sign_and_then_every_ten() {
    let mut decisions = vec![Decision { at: second(100), what: DecisionKind::Declared }];
    let update = |decisions: &[Decision]| due(&brief(), second(0), second(900), decisions).update;

    assert_eq!(update(&decisions), Some(second(400)));
    decisions.push(Decision { at: second(300), what: DecisionKind::Update { text: " ".to_owned() } });
    assert_eq!(update(&decisions), Some(second(400)));
    decisions.push(Decision { at: second(310), what: DecisionKind::Update { text: "seen".to_owned() } });
    assert_eq!(update(&decisions), Some(second(910)));
    decisions.push(Decision { at: second(800), what: DecisionKind::Resolved });
    assert_eq!(update(&decisions), None);
}

#[test]
fn a_decision_is_read_back_from_what_is_stored() {
    let hypothesis =
        DecisionKind::Hypothesis { entity: "orders-db".to_owned(), fault: String::new(), odds: 0.6 };
    let acted = DecisionKind::Acted { remedy: remedy(RemedyKind::FailOver, "orders-db"), refused: None };

    for what in [hypothesis, acted, DecisionKind::Declared] {
        let decision = Decision { at: second(7), what };
        let stored = toml::Value::try_from(&decision).expect("a decision can be written");
        assert_eq!(stored.try_into::<Decision>(), Ok(decision));
    }
}

#[test]
fn the_kind_of_a_decision_is_stored_as_its_word() {
    let away = DecisionKind::Sensor { target: "db-1".to_owned(), away: true };

    let stored = toml::Value::try_from(away).expect("a decision can be written");

    assert_eq!(stored.get("kind").and_then(toml::Value::as_str), Some("sensor"));
}
