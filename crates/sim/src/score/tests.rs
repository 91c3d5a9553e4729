//! Scores of hand-made drills; no world is simulated.

mod lanes;
mod safety;

use wardroom_core::Timestamp;

use super::facts::{Facts, FiredAlert, targets};
use super::{MoveEffect, PartKind, Scorecard, Value, Verdict, judge};
use crate::drill::tests::{brief, outcome, remedy, second};
use crate::drill::{NO_FAULT, ending};
use crate::{
    Brief, Decision, DecisionKind, Ending, FaultKind, FaultSpec, Onset, Order, OrderKind, Outcome,
    RemedyKind, Screen,
};

/// The hand-made drill: 30 minutes; orders-db breaks after 60 s, the reference has it back after 300 s, nobody ever.
struct Drill {
    brief: Brief,
    you: Outcome,
    reference: Outcome,
    nobody: Outcome,
    moves: Vec<MoveEffect>,
    decisions: Vec<Decision>,
    orders: Vec<Order>,
    end_s: i64,
}

impl Drill {
    fn new() -> Self {
        Self {
            brief: brief(),
            you: outcome(60, 1800),
            reference: outcome(60, 300),
            nobody: outcome(60, 1800),
            moves: Vec::new(),
            decisions: Vec::new(),
            orders: Vec::new(),
            end_s: 1800,
        }
    }

    fn say(mut self, at_s: i64, what: DecisionKind) -> Self {
        self.decisions.push(Decision { at: second(at_s), what });
        self.decisions.sort_by_key(|d| d.at);
        self
    }

    fn believe(self, at_s: i64, entity: &str, odds: f64) -> Self {
        let fault = if entity == NO_FAULT { "" } else { "lock_pile_up" };
        self.say(at_s, DecisionKind::Hypothesis { entity: entity.to_owned(), fault: fault.to_owned(), odds })
    }

    fn open(self, at_s: i64, screen: Screen, subject: &str, detail: &str) -> Self {
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        self.say(at_s, DecisionKind::Opened { screen, subject, detail })
    }

    fn acknowledge(self, at_s: i64) -> Self {
        self.say(at_s, DecisionKind::Acknowledged { alert: "HighErrors".to_owned() })
    }

    fn update(self, at_s: i64, text: &str) -> Self {
        self.say(at_s, DecisionKind::Update { text: text.to_owned() })
    }

    fn act(mut self, at_s: i64, kind: RemedyKind, target: &str, effect: Verdict) -> Self {
        let remedy = remedy(kind, target);
        let mut made = MoveEffect::of_card(&self.brief, &self.decisions, second(at_s), &remedy);
        made.effect = effect;
        (made.failed_with, made.failed_without) = match effect {
            Verdict::Better => (100, 900),
            Verdict::Worse => (900, 400),
            Verdict::Nothing | Verdict::Refused => (400, 400),
        };
        self.moves.push(made);
        let refused = (effect == Verdict::Refused).then(|| "no_replica".to_owned());
        self.say(at_s, DecisionKind::Acted { remedy, refused })
    }

    /// Has it restored at that time and is declared resolved five minutes later.
    fn restored(mut self, at_s: i64) -> Self {
        self.you = outcome(60, at_s);
        self.resolve(at_s + 300)
    }

    fn resolve(mut self, at_s: i64) -> Self {
        self.end_s = at_s;
        self.say(at_s, DecisionKind::Resolved)
    }

    fn facts(&self) -> Facts<'_> {
        let end = second(self.end_s);
        let fired = |at_s: i64, name: &str, belongs: bool| FiredAlert {
            at: second(at_s),
            since: second(at_s),
            name: name.to_owned(),
            labels: format!("{{alertname=\"{name}\"}}"),
            belongs,
        };
        Facts {
            brief: &self.brief,
            start: second(0),
            ended: end,
            ending: ending(&self.brief, second(0), end, &self.you, &self.decisions),
            targets: targets(&self.brief, second(0), end, &self.orders),
            also: Vec::new(),
            alerts: vec![fired(30, "Loud", false), fired(90, "HighErrors", true)],
            you: self.you.clone(),
            reference: &self.reference,
            nobody: &self.nobody,
            moves: self.moves.clone(),
            knowable: vec![Some(second(75)), Some(second(100))],
        }
    }

    fn card(&self) -> Scorecard {
        judge(&self.facts(), &self.decisions)
    }

    /// Points of one part.
    fn part(&self, kind: PartKind) -> u32 {
        self.card().parts.iter().find(|p| p.kind == kind).expect("every part is there").points
    }

    /// Points of one reason; `None` when it is not given.
    fn reason(&self, code: &str) -> Option<i32> {
        let card = self.card();
        card.parts.iter().flat_map(|p| &p.reasons).find(|r| r.code == code).map(|r| r.points)
    }
}

/// Somebody who does all as the reference does.
fn expert() -> Drill {
    Drill::new()
        .acknowledge(110)
        .say(115, DecisionKind::Declared)
        .open(120, Screen::Alerts, "orders", "HighErrors")
        .open(150, Screen::Metrics, "orders-db", "mysql_locks")
        .believe(185, "orders-db", 1.0)
        .update(200, "Orders are slow, we look at the locks of the database.")
        .act(240, RemedyKind::KillTransaction, "orders-db", Verdict::Better)
        .update(400, "The lock holder is gone, orders are back.")
        .restored(300)
}

#[test]
fn who_does_all_as_the_reference_does_has_all_points() {
    let card = expert().card();

    assert_eq!(card.points, 100, "{:#?}", card.parts);
    assert!(card.passed);
    assert_eq!(card.never_opened, Vec::<usize>::new());
    assert_eq!(card.first_useful, Some((second(120), 0)));
    assert_eq!(card.times.you.detect, Some(50));
    assert_eq!(card.times.you.localise, Some(125));
    // The minute's mean is good again 45 s after the last bad step.
    assert_eq!(card.times.you.mitigate, card.times.reference.mitigate);
}

#[test]
fn points_are_the_sum_of_the_parts_and_parts_of_their_reasons() {
    let card = expert().card();

    assert_eq!(card.points, card.parts.iter().map(|p| p.points).sum::<u32>());
    for part in &card.parts {
        let sum: i32 = part.reasons.iter().map(|r| r.points).sum();
        assert_eq!(i32::try_from(part.points), Ok(sum.clamp(0, 20)), "{part:?}");
        assert!(!part.reasons.is_empty());
    }
}

#[test]
fn who_does_nothing_has_nothing() {
    assert_eq!(Drill::new().card().points, 0);
}

#[test]
fn opening_every_piece_of_evidence_gains_nothing() {
    let drill = Drill::new().open(100, Screen::Alerts, "orders", "HighErrors").open(
        110,
        Screen::Metrics,
        "orders-db",
        "mysql_locks",
    );

    assert_eq!(drill.card().points, 0);
}

#[test]
fn acknowledging_alone_gains_nothing() {
    let drill = Drill::new().acknowledge(95).update(100, "We have seen the alert.");
    let said = Drill::new().acknowledge(95).say(115, DecisionKind::Declared);

    assert_eq!(drill.card().points, 0);
    assert_eq!(drill.reason("detect-acknowledged"), None);
    assert_eq!(drill.reason("detect-only-acknowledged"), Some(0));
    assert_eq!(said.reason("detect-acknowledged"), Some(6));
}

#[test]
fn an_alert_that_has_nothing_to_do_with_it_or_has_not_fired_gains_nothing() {
    let other = Drill::new().say(100, DecisionKind::Acknowledged { alert: "Loud".to_owned() });
    let early = Drill::new().acknowledge(80);

    assert_eq!(other.card().points, 0);
    assert_eq!(early.card().points, 0);
}

#[test]
fn an_alert_that_is_acknowledged_while_it_is_pending_counts_from_when_it_fires() {
    let drill = Drill::new().acknowledge(80).say(115, DecisionKind::Declared);
    let mut facts = drill.facts();
    facts.alerts[1].since = second(70);

    let card = judge(&facts, &drill.decisions);

    // The onset is at 60 s, and the alert fires at 90 s.
    assert_eq!(card.times.you.acknowledge, Some(30));
    assert_eq!(drill.card().times.you.acknowledge, None);
}

#[test]
fn a_sign_before_the_onset_is_no_detection() {
    let drill = Drill::new().say(30, DecisionKind::Declared);

    assert_eq!(drill.card().times.you.detect, None);
    assert_eq!(drill.part(PartKind::Detect), 0);
}

#[test]
fn detection_is_worth_nothing_ten_minutes_after_the_reference() {
    // The reference detects at 100 s.
    let late = Drill::new().say(700, DecisionKind::Declared);
    let half = Drill::new().say(430, DecisionKind::Declared);

    assert_eq!(late.reason("detect-recognised"), Some(0));
    assert_eq!(half.reason("detect-recognised"), Some(7));
}

#[test]
fn without_an_alert_the_recognition_is_worth_all_of_detect() {
    let drill = Drill::new().say(100, DecisionKind::Declared);
    let mut facts = drill.facts();
    facts.alerts.clear();

    let card = judge(&facts, &drill.decisions);

    assert_eq!(card.parts[0].points, 20);
}

#[test]
fn who_recognises_it_from_evidence_before_an_alert_fires_has_none_to_acknowledge() {
    // The evidence can be known from 75 s on, and the alert fires at 90 s.
    let seen = Drill::new().open(76, Screen::Alerts, "orders", "HighErrors").say(80, DecisionKind::Declared);
    let blind = Drill::new().say(80, DecisionKind::Declared);

    assert_eq!((seen.part(PartKind::Detect), seen.reason("detect-before-alert")), (20, Some(0)));
    assert_eq!((blind.part(PartKind::Detect), blind.reason("detect-before-alert")), (14, None));
}

#[test]
fn a_wrong_place_costs_by_the_square_of_its_odds_and_only_once() {
    let sure = expert().believe(130, "network", 1.0).believe(131, "network", 0.9);
    let unsure = expert().believe(130, "network", 0.4);

    assert_eq!(sure.reason("localise-wrong"), Some(-5));
    assert_eq!(unsure.reason("localise-wrong"), Some(-1));
}

#[test]
fn a_cause_that_is_given_up_for_a_wrong_one_is_not_localised() {
    let drill = Drill::new()
        .open(150, Screen::Metrics, "orders-db", "mysql_locks")
        .believe(180, "orders-db", 0.8)
        .believe(200, "network", 0.7);

    assert_eq!(drill.card().times.you.localise, None);
    assert_eq!(drill.part(PartKind::Localise), 0);
}

#[test]
fn a_statement_counts_from_odds_of_a_half_and_from_the_onset_on() {
    let doubt = Drill::new().believe(180, "orders-db", 0.49);
    let even = Drill::new().believe(180, "orders-db", 0.5);
    let early = Drill::new().believe(30, "orders-db", 0.9);

    assert_eq!(doubt.card().times.you.localise, None);
    assert_eq!(even.card().times.you.localise, Some(120));
    assert_eq!(early.card().times.you.localise, None);
}

#[test]
fn a_guess_without_evidence_is_worth_less() {
    let guess = Drill::new().believe(180, "orders-db", 1.0);
    let seen = Drill::new().open(120, Screen::Alerts, "orders", "HighErrors").believe(180, "orders-db", 1.0);

    assert_eq!(guess.reason("localise-without-evidence"), Some(-5));
    assert_eq!(seen.reason("localise-without-decisive"), Some(-2));
}

#[test]
fn another_kind_of_fault_at_the_right_place_is_worth_less() {
    let what = DecisionKind::Hypothesis { entity: "orders-db".into(), fault: "slow_disk".into(), odds: 1.0 };
    let drill = Drill::new().open(150, Screen::Metrics, "orders-db", "mysql_locks").say(180, what);

    assert_eq!(drill.part(PartKind::Localise), 16);
}

#[test]
fn an_injected_fault_is_one_more_cause_when_it_began_five_minutes_before_the_end() {
    let spec = FaultSpec {
        kind: FaultKind::DeadDependency,
        target: "stock".to_owned(),
        at_s: 900,
        onset: Onset::Sudden,
        for_s: None,
        values: std::collections::BTreeMap::new(),
        way: String::new(),
    };
    let mut drill =
        Drill::new().open(150, Screen::Metrics, "orders-db", "mysql_locks").believe(180, "orders-db", 1.0);
    drill.orders.push(Order { at: second(890), what: OrderKind::Inject(spec) });

    assert_eq!(drill.part(PartKind::Localise), 10);
    assert_eq!(drill.card().times.you.localise, None);
    drill.end_s = 1199;
    assert_eq!(drill.part(PartKind::Localise), 20);
}

#[test]
fn mitigation_lies_between_nobody_and_the_reference() {
    let act = |d: Drill| d.act(240, RemedyKind::KillTransaction, "orders-db", Verdict::Better);
    let as_nobody = act(Drill::new());
    let mut half = act(Drill::new());
    half.you = outcome(60, 1050);

    assert_eq!(as_nobody.reason("mitigate-failed"), Some(0));
    assert_eq!(as_nobody.reason("mitigate-time"), Some(0));
    assert_eq!(half.reason("mitigate-failed"), Some(6));
    assert_eq!(half.reason("mitigate-time"), Some(4));
}

#[test]
fn no_time_is_said_to_have_passed_of_what_never_began_or_never_ended() {
    let at = |you| {
        let mut drill = expert();
        drill.you = you;
        let card = drill.card();
        let mut reasons = card.parts.iter().flat_map(|p| &p.reasons);
        reasons.find(|r| r.code == "mitigate-time").expect("it is a measure").values[0].clone()
    };

    assert_eq!(at(outcome(60, 60)), ("at", Value::Text("unfelt".to_owned())));
    assert_eq!(at(outcome(60, 1800)), ("at", Value::Text("never".to_owned())));
}

#[test]
fn better_than_the_reference_is_as_good_as_the_reference() {
    let mut drill = expert();
    drill.you = outcome(60, 200);

    assert_eq!(drill.part(PartKind::Mitigate), 20);
}

#[test]
fn a_drill_that_is_resolved_at_once_gains_nothing_by_it() {
    let drill = Drill::new().resolve(1);

    let card = drill.card();

    assert_eq!(card.points, 0);
    assert_eq!(card.failed.you, card.failed.nobody);
}

#[test]
fn resolving_before_the_objectives_hold_long_enough_costs() {
    let mut unmet = expert();
    unmet.decisions.retain(|d| d.what != DecisionKind::Resolved);
    let mut early = expert();
    early.decisions.retain(|d| d.what != DecisionKind::Resolved);
    let (unmet, early) = (unmet.resolve(250), early.resolve(420));

    assert_eq!(unmet.reason("mitigate-resolved-unmet"), Some(-4));
    assert_eq!(early.reason("mitigate-resolved-early"), Some(-4));
}

#[test]
fn never_saying_that_it_is_over_costs_only_when_it_is() {
    let mut over = expert();
    over.decisions.retain(|d| d.what != DecisionKind::Resolved);
    over.end_s = 1800;
    let mut open = over.facts();
    open.you = outcome(60, 1800);

    assert_eq!(over.reason("mitigate-not-declared"), Some(-2));
    let parts = judge(&open, &over.decisions).parts;
    assert!(parts[2].reasons.iter().all(|r| r.code != "mitigate-not-declared"), "{:?}", parts[2]);
}

#[test]
fn where_users_feel_nothing_the_moves_of_the_reference_count() {
    let mut drill =
        Drill::new().act(240, RemedyKind::KillTransaction, "orders-db", Verdict::Nothing).resolve(600);
    drill.you = outcome(0, 0);
    drill.reference = outcome(0, 0);
    drill.nobody = outcome(0, 0);

    assert_eq!(drill.part(PartKind::Mitigate), 20);
}

#[test]
fn a_hint_costs_two_points_and_the_same_again_nothing() {
    let drill = expert()
        .say(130, DecisionKind::Hint { index: 0 })
        .say(131, DecisionKind::Hint { index: 0 })
        .say(132, DecisionKind::Hint { index: 99 });

    assert_eq!(drill.card().hint_cost, 2);
    assert_eq!(drill.card().points, 98);
}

#[test]
fn empty_and_repeated_updates_count_nothing() {
    let drill = Drill::new()
        .say(100, DecisionKind::Declared)
        .update(110, "  … ")
        .update(500, "We look at it.")
        .update(600, "we look  at it!");

    // The first that counts comes 400 s after the sign: a third of the way from five minutes to ten.
    assert_eq!(drill.reason("communicate-first"), Some(5));
    // One update in 1300 s keeps the first ten minutes.
    assert_eq!(drill.reason("communicate-cadence"), Some(4));
    assert_eq!(drill.reason("communicate-empty"), Some(0));
}

#[test]
fn the_last_word_comes_after_the_trouble_is_over() {
    let mut drill = expert();
    drill.decisions.retain(|d| d.at != second(400));

    assert_eq!(drill.reason("communicate-no-last"), Some(0));
    assert_eq!(expert().reason("communicate-last"), Some(4));
}

/// A drill without a fault: nothing fails, an alert is loud.
fn quiet() -> Drill {
    let mut drill = Drill::new();
    drill.brief.cause = None;
    (drill.you, drill.reference, drill.nobody) = (outcome(0, 0), outcome(0, 0), outcome(0, 0));
    drill
}

#[test]
fn without_a_fault_saying_so_and_doing_nothing_is_best() {
    let said = quiet()
        .acknowledge(95)
        .open(120, Screen::Alerts, "orders", "HighErrors")
        .open(150, Screen::Metrics, "orders-db", "mysql_locks")
        .believe(180, NO_FAULT, 1.0)
        .update(200, "The monitor is loud, users are fine.")
        .resolve(500);
    let nothing = quiet();
    let acted = said_and_acted();

    assert_eq!(said.card().points, 100, "{:#?}", said.card().parts);
    assert_eq!(nothing.card().points, 0);
    assert_eq!(acted.part(PartKind::Mitigate), 13);
    assert_eq!(acted.part(PartKind::Safety), 14);
}

fn said_and_acted() -> Drill {
    quiet()
        .open(120, Screen::Alerts, "orders", "HighErrors")
        .believe(180, NO_FAULT, 1.0)
        .act(190, RemedyKind::Restart, "orders", Verdict::Nothing)
        .resolve(500)
}

#[test]
fn saying_that_nothing_is_wrong_when_something_is_counts_as_wrong() {
    let drill = Drill::new().believe(180, NO_FAULT, 1.0);

    assert_eq!(drill.reason("localise-wrong"), Some(-5));
    assert_eq!(drill.reason("mitigate-nothing-done"), Some(0));
}

#[test]
fn the_weakest_part_is_the_earlier_of_equal_ones() {
    assert_eq!(Drill::new().card().weakest, PartKind::Detect);
    let seen = Drill::new().acknowledge(95).say(115, DecisionKind::Declared);
    assert_eq!(seen.card().weakest, PartKind::Localise);
}

#[test]
fn what_comes_after_the_end_does_not_count() {
    let late = expert().say(700, DecisionKind::Hint { index: 0 });

    assert_eq!(late.card(), expert().card());
}

#[test]
fn an_outcome_that_is_shorter_bounds_the_comparison() {
    let mut drill = Drill::new();
    drill.reference.asked.truncate(40);
    drill.reference.failed.truncate(40);

    let failed = drill.card().failed;

    // 600 s are compared; from 60 s on 75 of 100 fail in each step of 15 s: 36 steps, of which the reference has 16.
    assert_eq!((failed.you, failed.reference, failed.nobody), (36 * 75, 16 * 75, 36 * 75));
}

#[test]
fn the_drill_goes_on_until_it_is_ended() {
    let mut drill = Drill::new();
    drill.end_s = 600;

    assert_eq!(drill.facts().ending, Ending::Running);
    assert_eq!(Timestamp::from_millis(600_000), second(600));
}
