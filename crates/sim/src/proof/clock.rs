//! The jump to the next event: it stops at the first thing that happens, misses nothing, and moves nothing.

use crate::order::{FaultKind, FaultSpec, Onset, OrderKind, Remedy, RemedyKind};
use crate::proof::scene::{START, Scene, after, seconds};
use crate::world::World;

/// Second of the run at which the primary dies.
const CRASH_S: i64 = 600;

fn crash() -> World {
    let spec = FaultSpec {
        kind: FaultKind::PrimaryCrash,
        target: "pg-main".to_owned(),
        at_s: CRASH_S,
        onset: Onset::Sudden,
        for_s: None,
        values: std::collections::BTreeMap::new(),
        way: String::new(),
    };
    World::new(&Scene { faults: vec![spec], ..Scene::harbour() }.parse(), 61, START)
}

/// Reports whether something happened after a second of the run, up to and including another one.
fn something_happened(world: &World, from_s: i64, to_s: i64) -> bool {
    let range = wardroom_core::TimeRange::new(after(from_s).plus_millis(1), after(to_s).plus_millis(1));
    range.is_ok_and(|range| !world.alert_events(range).is_empty() || !world.changes(range).is_empty())
}

#[test]
fn the_next_event_is_the_first_thing_that_happens() {
    let mut world = crash();
    world.advance(after(CRASH_S - 10));
    let before = world.snapshot();

    let event = world.next_event(900).expect("a dead primary is noticed within a quarter of an hour");
    let event_s = (event.as_millis() - START.as_millis()) / 1000;

    assert!(event_s >= CRASH_S, "nothing happens before the crash: {event_s}");
    assert!(world.at() == after(CRASH_S - 10) && world.snapshot() == before, "looking ahead moves nothing");
    assert_eq!(world.next_event(event_s - CRASH_S + 9), None, "a second less far it is not in sight");
    world.advance(event);
    assert!(!something_happened(&world, CRASH_S - 10, event_s - 1));
    assert!(something_happened(&world, event_s - 1, event_s));
}

#[test]
fn every_event_of_a_run_is_come_by_in_its_order() {
    let mut world = crash();
    world.advance(after(CRASH_S));
    let mut stops = Vec::new();
    while let Some(event) = world.next_event(300) {
        stops.push(event);
        world.advance(event);
    }
    let mut times: Vec<_> = world.alert_events(seconds(CRASH_S + 1, 1_801)).iter().map(|e| e.at).collect();
    times.extend(world.changes(seconds(CRASH_S + 1, 1_801)).iter().map(|c| c.at));

    times.retain(|at| *at <= world.at());
    assert!(stops.len() > 2 && stops.windows(2).all(|w| w[0] < w[1]), "{stops:?}");
    assert!(times.iter().all(|at| stops.contains(at)), "{times:?} of {stops:?}");
}

#[test]
fn a_remedy_that_works_is_an_event() {
    let mut world = World::new(&Scene::harbour().parse(), 62, START);
    world.advance(after(60));
    let remedy = Remedy { kind: RemedyKind::Throttle, target: "catalog".to_owned(), amount: Some(0.999) };

    world.order(OrderKind::Remedy(remedy)).expect("catalog can be throttled");
    let works = world.remedies()[0].effective;

    assert_eq!(world.next_event(120), Some(works));
}
