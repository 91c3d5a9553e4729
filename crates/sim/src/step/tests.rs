//! The engine on the small shop: books, load, and what a slow part does to those before it.

use std::sync::Arc;

use wardroom_core::Timestamp;

use super::*;
use crate::order::{FaultKind, FaultSpec, Onset};
use crate::plan::shop;
use crate::random::Noise;
use crate::state::FaultState;

/// 2026-11-17T15:02:00Z, a Tuesday.
const START: Timestamp = Timestamp::from_millis(1_794_927_720_000);

#[test]
fn a_quiet_shop_serves_all_but_its_usual_errors() {
    let mut engine = engine();

    run(&mut engine, 600);

    let entry = &engine.state.entries[0];
    let ratio = entry.failed as f64 / entry.asked as f64;
    // Errors of its own on every way: edge, web, catalog, checkout, each 0.05 %, and what they ask: below 1 %.
    assert!(ratio < 0.01, "{ratio}");
    // Local hour 14: 95 % of the peak of 120 a second, and the noise around it. The entry's own books hold the ten
    // minutes of history as well; those of the harm begin with the run.
    let rps = engine.state.harm.asked as f64 / 600.0 / 120.0;
    assert!((0.82..1.1).contains(&rps), "{rps}");
    check_books(&engine);
}

#[test]
fn the_books_hold_whatever_is_done_to_instances() {
    let mut engine = engine();
    let noise = Noise::new(3, "orders");

    for second in 0..900 {
        let instance = usize::try_from(noise.bits(second) % engine.plan.instances.len() as u64).unwrap();
        let plan = Arc::clone(&engine.plan);
        match noise.bits(second + 10_000) % 40 {
            0 => restart(&plan, &mut engine.state, instance),
            1 => crash(&plan, &mut engine.state, instance),
            2 => stop(&plan, &mut engine.state, instance),
            3..=5 => start(&plan, &mut engine.state, instance),
            6 => engine.state.components[1].admitted_ratio = noise.uniform(second),
            7 => engine.state.components[2].admitted_ratio = 1.0,
            8 => promote(&plan, &mut engine.state, 7, plan.components[7].instances.start + 1),
            9 => engine.state.hosts[1].zombies = 40_000.0 * noise.uniform(second),
            _ => {}
        }
        engine.advance(1);
        check_books(&engine);
    }

    assert!(engine.state.entries[0].failed > 0);
}

#[test]
fn portions_of_a_run_do_not_matter_to_the_engine() {
    let (mut whole, mut parts) = (engine(), engine());

    run(&mut whole, 300);
    run(&mut parts, 120);
    let plan = Arc::clone(&parts.plan);
    let mut parts = Engine::at(plan, 5, START, parts.state.clone());
    run(&mut parts, 180);

    assert!(whole.state == parts.state);
}

#[test]
fn a_slow_database_is_felt_by_users_through_pools_and_waiting() {
    let mut engine = engine();
    run(&mut engine, 120);
    let usual_s = engine.state.entries[0].response_s;
    let web = engine.plan.components[1].instances.start;
    assert!(engine.state.instances[web].busy_ratio < 0.5);

    // Primary and replica take a hundred times as long.
    slow(&mut engine, "orders-db", 400.0);
    for _ in 0..240 {
        engine.advance(1);
        check_books(&engine);
    }

    let now_s = engine.state.entries[0].response_s;
    assert!(now_s > 3.0 * usual_s, "{usual_s} then {now_s}");
    let checkout = engine.plan.components[2].instances.start;
    assert!(engine.state.instances[checkout].busy_ratio > 0.7, "{:?}", engine.state.instances[checkout]);
    let writes = engine.plan.links(4).start;
    assert!(engine.state.links[writes].in_use > 5.0, "{:?}", engine.state.links[writes]);
}

#[test]
fn what_is_not_taken_from_a_broker_lags_and_is_worked_off_later() {
    let mut engine = engine();
    run(&mut engine, 120);
    assert!(engine.state.lag(6) < 200, "{}", engine.state.lag(6));

    let consumers = engine.plan.components[4].instances.clone();
    let plan = Arc::clone(&engine.plan);
    consumers.clone().for_each(|i| stop(&plan, &mut engine.state, i));
    run(&mut engine, 120);
    let (lag, oldest_s) = (engine.state.lag(6), engine.state.components[6].broker.as_ref().unwrap().oldest_s);
    consumers.for_each(|i| start(&plan, &mut engine.state, i));
    run(&mut engine, 300);

    // About 30 % of some 110 requests a second publish one message each.
    assert!((3_000..5_500).contains(&lag), "{lag}");
    assert!((100.0..125.0).contains(&oldest_s), "{oldest_s}");
    assert!(engine.state.lag(6) < 200, "{}", engine.state.lag(6));
}

#[test]
fn a_promotion_loses_what_the_replica_had_not_applied() {
    let mut engine = engine();
    run(&mut engine, 60);
    let replica = engine.plan.components[7].instances.start + 1;
    engine.state.components[7].database.as_mut().unwrap().replicas[1].stopped = true;
    run(&mut engine, 60);
    let behind = engine.state.components[7].database.as_ref().unwrap().replicas[1].behind;
    let lag_s = engine.state.components[7].database.as_ref().unwrap().replicas[1].lag_s;

    let plan = Arc::clone(&engine.plan);
    promote(&plan, &mut engine.state, 7, replica);

    let database = engine.state.components[7].database.as_ref().unwrap();
    assert_eq!(database.primary, Some(replica));
    assert!((database.lost_writes as f64 - behind).abs() <= 1.0 && behind > 1_000.0, "{behind}");
    assert!((lag_s - 60.0).abs() < 2.0, "{lag_s}");
}

#[test]
fn who_waits_for_the_dead_has_no_time_for_the_living() {
    let mut engine = engine();
    run(&mut engine, 60);
    let (web, checkout) =
        (engine.plan.components[1].instances.start, engine.plan.components[2].instances.start);
    let before = engine.state.instances[checkout].completed_rps;
    engine.state.faults.push(FaultState::planned(spec(FaultKind::DeadDependency, "catalog"), START));

    run(&mut engine, 120);

    // Only half of the failures of catalog are fatal, and checkout is well; but nobody gets there any more.
    assert!(engine.state.instances[web].busy_ratio > 0.9, "{:?}", engine.state.instances[web]);
    let after = engine.state.instances[checkout].completed_rps;
    assert!(after < 0.6 * before, "{before} then {after}");
    assert!(engine.state.entries[0].failed_ratio > 0.3, "{:?}", engine.state.entries[0]);
    check_books(&engine);
}

fn engine() -> Engine {
    let mut engine = Engine::new(Arc::new(shop()), 5, START, START.plus_millis(-600_000));
    for _ in 0..10 {
        engine.advance(60);
    }
    engine
}

fn run(engine: &mut Engine, seconds: i64) {
    (0..seconds).for_each(|_| engine.advance(1));
}

fn spec(kind: FaultKind, target: &str) -> FaultSpec {
    FaultSpec {
        kind,
        target: target.to_owned(),
        at_s: 0,
        onset: Onset::Sudden,
        for_s: None,
        values: std::collections::BTreeMap::new(),
        way: String::new(),
    }
}

/// Lets a component answer later by so many milliseconds from now on.
fn slow(engine: &mut Engine, component: &str, extra_ms: f64) {
    let mut fault = spec(FaultKind::SlowDependency, component);
    let name = crate::faults::about(fault.kind).parameters[0].name;
    fault.values.insert(name.to_owned(), extra_ms);
    engine.state.faults.push(FaultState::planned(fault, START));
}

fn check_books(engine: &Engine) {
    for (i, own) in engine.state.instances.iter().enumerate() {
        let name = &engine.plan.instances[i].name;
        assert_eq!(own.offered, own.refused + own.ok + own.failed + own.inside, "{name}: {own:?}");
    }
    for link in &engine.state.links {
        assert!(link.failed_tries <= link.tries && link.refused_by_breaker <= link.calls, "{link:?}");
    }
    for entry in &engine.state.entries {
        assert_eq!(entry.asked, entry.ok + entry.failed + entry.inside, "{entry:?}");
    }
}
