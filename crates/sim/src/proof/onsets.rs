//! Faults beyond their plainest form: every way of a bad deploy, onsets that grow or flap, and values as they usually are.

use wardroom_core::TimeRange;

use crate::order::{FaultKind, Onset, OrderKind};
use crate::proof::faults::{
    Case, DATA_AND_LOAD, Measure, ONSET_S, SLOW_AND_BROKEN, USUAL, differences, prove,
};
use crate::proof::scene::{START, Scene, after};
use crate::world::World;

/// Time within which a fault with usual values is to be visible, seconds.
const VISIBLE_S: i64 = 600;

/// The ways of a bad deploy that the plain cases leave out.
const DEPLOYS: &[Case] = &[
    Case {
        target: "checkout",
        way: "slow",
        values: &[("factor", 8.0)],
        measure: Measure::Response("checkout"),
        damage: 0.1,
        heal_s: 420,
        ..USUAL
    },
    // As the plain leak, 2.7 MiB a second; rolling back restarts every instance with the version that does not leak.
    Case {
        target: "payments",
        way: "leak",
        values: &[("mib_per_request", 0.135)],
        measure: Measure::Leaked("payments"),
        damage: 200.0,
        cure_s: 240,
        heal_s: 300,
        ..USUAL
    },
];

/// Onsets that are not sudden.
const SHAPES: &[Case] = &[
    Case {
        kind: FaultKind::SlowDependency,
        target: "payments",
        onset: Onset::Ramp { over_s: 120 },
        measure: Measure::Response("payments"),
        damage: 0.4,
        heal_s: 420,
        ..USUAL
    },
    Case {
        kind: FaultKind::ConfigurationError,
        target: "payments",
        values: &[("error_ratio", 0.6)],
        onset: Onset::Flapping { period_s: 40 },
        ..USUAL
    },
];

#[test]
fn every_way_of_a_bad_deploy_is_seen_felt_and_cured() {
    prove(DEPLOYS);
}

#[test]
fn faults_that_grow_or_flap_are_seen_felt_and_cured() {
    prove(SHAPES);
}

#[test]
fn a_fault_that_grows_has_half_of_its_effect_halfway() {
    let mut before = World::new(&Scene::harbour().parse(), 93, START).without_telemetry();
    before.advance(after(ONSET_S));
    let level = |onset: Onset, since_s: i64| {
        let case = Case { onset, ..SHAPES[0] };
        let mut world = before.clone();
        world.order(OrderKind::Inject(case.spec())).expect("payments can be slow");
        world.advance(after(ONSET_S + since_s));
        let extra_ms: Vec<f64> = world.state().instances.iter().map(|i| i.extra_ms).collect();
        extra_ms.into_iter().fold(0.0, f64::max)
    };
    let whole = level(Onset::Sudden, 60);

    let half = level(Onset::Ramp { over_s: 120 }, 60);

    assert!((half / whole - 0.5).abs() < 0.02, "{half} of {whole}");
    assert!((level(Onset::Ramp { over_s: 120 }, 180) - whole).abs() < 1e-9);
}

/// Faults whose usual values only show as a slope within the time, and the metric that falls.
const SLOPES: [(FaultKind, &str); 1] = [(FaultKind::DiskFills, "node_filesystem_avail_bytes")];

/// Reports whether some series of a metric of a host has fallen below what it is in the quiet world.
fn falls(broken: &World, quiet: &World, metric: &str, host: &str, window: TimeRange) -> bool {
    let last = |world: &World, idx: usize| world.read(idx, window).values().last().copied();
    let own = broken.series().iter().enumerate().filter(|(idx, s)| {
        let is_in_both = quiet.series().get(*idx).is_some_and(|other| other.key == s.key);
        is_in_both && s.key.metric == metric && s.key.labels.to_string().contains(host)
    });
    own.filter_map(|(idx, _)| Some((last(broken, idx)?, last(quiet, idx)?)))
        .any(|(now, then)| now < 0.99 * then)
}

#[test]
fn every_fault_is_visible_with_its_usual_values() {
    let scenario = Scene::harbour().parse();
    let mut before = World::new(&scenario, 94, START);
    before.advance(after(ONSET_S));
    let mut quiet = before.clone();
    let end = after(ONSET_S + VISIBLE_S);
    quiet.advance(end);
    let window = TimeRange::new(end.plus_millis(-150_000), end).expect("the window is not empty");

    let mut unseen = Vec::new();
    for case in SLOW_AND_BROKEN.iter().chain(DATA_AND_LOAD) {
        let usual = Case { values: &[], ..*case };
        let mut broken = before.clone();
        broken.order(OrderKind::Inject(usual.spec())).expect("its target takes it");
        broken.advance(end);
        let mut slopes = SLOPES.iter().filter(|(kind, _)| *kind == case.kind);
        let sinks = slopes.any(|(_, metric)| falls(&broken, &quiet, metric, case.target, window));
        if !sinks && differences(&usual, &broken, &quiet, window).is_empty() {
            unseen.push(format!("{} at {}", case.kind.as_str(), case.target));
        }
    }

    assert!(unseen.is_empty(), "within {VISIBLE_S} s nothing is seen of: {}", unseen.join(", "));
}
