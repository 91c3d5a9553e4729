//! The debrief of hand-made drills: lanes, curves, and where to try again from.

use super::{Drill, expert};
use crate::drill::tests::{remedy, second};
use crate::score::debrief::of_facts;
use crate::score::{PartKind, Tone, Value, Verdict};
use crate::{DecisionKind, RemedyKind, Screen};

#[test]
fn the_lanes_follow_one_another_and_end_where_it_ended() {
    let drill = expert();

    let debrief = of_facts(&drill.facts(), &drill.decisions);

    let kinds: Vec<PartKind> = debrief.you.phases.iter().map(|p| p.kind).collect();
    assert_eq!(kinds, [PartKind::Detect, PartKind::Localise, PartKind::Mitigate]);
    assert!(debrief.you.phases.windows(2).all(|w| w[0].to == w[1].from));
    assert_eq!(debrief.you.phases[0].from, second(60));
    assert!(debrief.you.phases.iter().all(|p| p.done));
    assert!(debrief.you.marks.windows(2).all(|w| w[0].at <= w[1].at));
    assert_eq!(debrief.again_from, None);
    assert_eq!(debrief.truth, [("orders-db".to_owned(), "lock_pile_up".to_owned())]);
}

#[test]
fn it_is_tried_again_from_a_minute_before_the_first_bad_move() {
    let bad = Drill::new().open(120, Screen::Alerts, "orders", "HighErrors").act(
        200,
        RemedyKind::Restart,
        "orders",
        Verdict::Worse,
    );
    let idle = Drill::new();

    let from = |d: &Drill| of_facts(&d.facts(), &d.decisions).again_from;

    assert_eq!(from(&bad), Some(second(140)));
    // Without a bad move: before the first useful thing, which shows at 75 s.
    assert_eq!(from(&idle), Some(second(15)));
}

#[test]
fn a_move_that_made_it_worse_is_marked_bad_in_the_lane() {
    let drill = Drill::new().act(200, RemedyKind::Restart, "orders", Verdict::Worse);

    let debrief = of_facts(&drill.facts(), &drill.decisions);

    let made = debrief.you.marks.iter().find(|m| m.code == "moved-worse").expect("it is marked");
    assert_eq!((made.at, made.tone), (second(200), Tone::Bad));
    assert_eq!(debrief.you.phases.len(), 1, "nothing was recognised: {:?}", debrief.you.phases);
}

#[test]
fn a_dry_run_says_what_was_tried_on_what() {
    let restart = remedy(RemedyKind::Restart, "orders");
    let drill = Drill::new().say(200, DecisionKind::DryRun { remedy: restart });

    let debrief = of_facts(&drill.facts(), &drill.decisions);

    let tried = debrief.you.marks.iter().find(|m| m.code == "tried-dry").expect("it is marked");
    let text = |word: &str| Value::Text(word.to_owned());
    assert_eq!(tried.values, [("kind", text("restart")), ("target", text("orders"))]);
}

#[test]
fn the_steps_of_a_limit_are_told_apart() {
    let limit = crate::Remedy { amount: Some(0.3), ..remedy(RemedyKind::Throttle, "orders") };
    let drill = Drill::new().say(200, DecisionKind::DryRun { remedy: limit });

    let debrief = of_facts(&drill.facts(), &drill.decisions);

    let tried = debrief.you.marks.iter().find(|m| m.code == "tried-dry").expect("it is marked");
    assert_eq!(tried.values.last(), Some(&("admitted", Value::Ratio(0.3))));
}

#[test]
fn curves_have_a_gap_where_nothing_was_asked_for() {
    let mut drill = Drill::new();
    drill.you.asked[2] = 0;
    drill.you.failed[2] = 0;

    let debrief = of_facts(&drill.facts(), &drill.decisions);

    assert_eq!(debrief.curves.you[2], None);
    assert_eq!(debrief.curves.reference[2], Some(1.0));
    assert_eq!(debrief.curves.you.len(), 120);
    assert_eq!(debrief.objectives.len(), 1);
}
