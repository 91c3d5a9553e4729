//! Properties of random worlds: their books agree to the last request, nothing is impossible, and the same things done
//! give the same bytes.

use proptest::prelude::*;

use crate::order::{FaultKind, FaultSpec, OrderKind, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::proof::random_world::{config, follow, recipes};
use crate::proof::scene::{START, Scene, after, assert_same, everything, seconds, series_line};
use crate::scenario::Scenario;
use crate::state::State;
use crate::world::World;
use wardroom_core::MetricKind;

/// Worlds of one property.
const CASES: u32 = 32;

/// Seconds of the run that are looked at; everything begins within the first 510.
const SPAN_S: i64 = 720;

/// Runs a world from its beginning to a second.
fn run(scenario: &Scenario, seed: u64, orders: &[(i64, OrderKind)], to_s: i64) -> World {
    let mut world = World::new(scenario, seed, START);
    follow(&mut world, orders, 0, to_s);
    world
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn the_books_agree_after_every_minute(recipe in recipes()) {
        let (scene, orders) = recipe.cook();
        let scenario = scene.parse();
        let mut world = World::new(&scenario, recipe.seed, START);
        check_books(world.plan(), world.state(), "the history");
        for minute in 0..SPAN_S / 60 {
            follow(&mut world, &orders, minute * 60, (minute + 1) * 60);
            check_books(world.plan(), world.state(), &format!("minute {minute}"));
        }
    }

    #[test]
    fn nothing_is_impossible_in_the_telemetry(recipe in recipes()) {
        let (scene, orders) = recipe.cook();
        let world = run(&scene.parse(), recipe.seed, &orders, SPAN_S);
        for (idx, spec) in world.series().iter().enumerate() {
            let samples = world.read(idx, world.history());
            prop_assert!(samples.times().windows(2).all(|w| w[0] < w[1]), "{} has times out of order", spec.key);
            for &value in samples.values() {
                prop_assert!(value.is_finite(), "{} is {value}", spec.key);
                let may_sink = matches!(spec.kind, MetricKind::Gauge | MetricKind::Unknown);
                prop_assert!(value >= 0.0 || may_sink, "{} is {value}", spec.key);
                let counts = spec.key.metric.ends_with("requests_total") || spec.key.metric.ends_with("_count");
                let whole = counts && spec.kind.is_cumulative();
                prop_assert!(!whole || value.fract().abs() < 1e-9, "{} is {value}", spec.key);
            }
        }
        let outcome = world.outcome();
        prop_assert_eq!(outcome.asked.len(), outcome.failed.len());
        prop_assert!(outcome.objectives.iter().flatten().all(|r| (0.0..=1.0).contains(r)), "{outcome:?}");
    }
}

proptest! {
    // Every case runs its world five times and more.
    #![proptest_config(config(CASES / 4))]

    #[test]
    fn the_same_gives_the_same_bytes(recipe in recipes()) {
        let (scene, orders) = recipe.cook();
        let scenario = scene.parse();
        let whole = run(&scenario, recipe.seed, &orders, SPAN_S);
        let (bytes, shown) = (whole.snapshot(), everything(&whole, whole_run(&whole)));

        // In portions of unequal length.
        let mut portions = World::new(&scenario, recipe.seed, START);
        let mut at_s = 0;
        for length_s in [1_i64, 14, 15, 17, 60, 61, 119, 1, 200, 300].into_iter().cycle() {
            let to_s = (at_s + length_s).min(SPAN_S);
            follow(&mut portions, &orders, at_s, to_s);
            at_s = to_s;
            if at_s == SPAN_S {
                break;
            }
        }
        prop_assert!(portions.snapshot() == bytes, "in portions");
        assert_same(&everything(&portions, whole_run(&portions)), &shown, "in portions");

        // On two threads at once.
        std::thread::scope(|scope| {
            let runs = [0, 1].map(|_| scope.spawn(|| run(&scenario, recipe.seed, &orders, SPAN_S)));
            for handle in runs {
                let world = handle.join().expect("a run does not panic");
                assert!(world.snapshot() == bytes, "on a thread");
                assert_same(&everything(&world, whole_run(&world)), &shown, "on a thread");
            }
        });

        // From the list of its orders.
        let replayed = World::replay(&scenario, recipe.seed, START, whole.orders(), after(SPAN_S));
        prop_assert!(replayed.is_ok_and(|world| world.snapshot() == bytes), "replayed");

        // Another seed is another world.
        let other = run(&scenario, recipe.seed ^ 1, &orders, SPAN_S);
        prop_assert!(other.snapshot() != bytes, "the seed changes nothing");
    }

    #[test]
    fn a_world_that_is_restored_or_rewound_goes_on_as_the_first_time(recipe in recipes(), back_s in 1_i64..700) {
        let (scene, orders) = recipe.cook();
        // An order in the very second to which the world goes back belongs to either side.
        prop_assume!(orders.iter().all(|(at_s, _)| *at_s != back_s));
        let scenario = scene.parse();
        let mut world = run(&scenario, recipe.seed, &orders, back_s);
        let then = world.snapshot();
        let done: Vec<crate::order::Order> = world.orders().to_vec();
        let shown = everything(&world, whole_run(&world));
        follow(&mut world, &orders, back_s, SPAN_S);
        let end = world.snapshot();
        let shown_in_the_end = everything(&world, whole_run(&world));

        let restored = World::restore(&scenario, recipe.seed, START, &done, &then);
        prop_assert!(restored.is_some(), "a snapshot cannot be restored");
        let mut restored = restored.expect("checked just now");
        prop_assert!(restored.snapshot() == then, "restored");
        follow(&mut restored, &orders, back_s, SPAN_S);
        prop_assert!(restored.snapshot() == end, "restored and gone on");

        world.rewind(after(back_s));
        prop_assert_eq!(world.at(), after(back_s));
        prop_assert!(world.snapshot() == then, "rewound");
        prop_assert_eq!(world.orders(), &done[..]);
        assert_same(&everything(&world, whole_run(&world)), &shown, "rewound");
        follow(&mut world, &orders, back_s, SPAN_S);
        prop_assert!(world.snapshot() == end, "rewound and gone on");
        assert_same(&everything(&world, whole_run(&world)), &shown_in_the_end, "rewound and gone on");
    }
}

/// Returns the range from the oldest sample to behind the newest.
fn whole_run(world: &World) -> wardroom_core::TimeRange {
    let history = world.history();
    wardroom_core::TimeRange::new(history.start(), world.at().plus_millis(1))
        .expect("a run does not end before it begins")
}

/// Checks the books of every level, and that nothing is below zero or no number.
fn check_books(plan: &Plan, state: &State, when: &str) {
    for (i, own) in state.instances.iter().enumerate() {
        let what = format!("{when}: {}: {own:?}", plan.instances[i].name);
        assert_eq!(own.offered, own.refused + own.ok + own.failed + own.inside, "{what}");
        // Both are parts of what failed, and no request is in both.
        assert!(own.unauthorized + own.timed_out <= own.failed, "{what}");
        let shares = [own.busy_ratio, own.failed_ratio];
        assert!(shares.iter().all(|s| (0.0..=1.0).contains(s)), "{what}");
        let amounts = [
            own.workers,
            own.response_s,
            own.holding_s,
            own.offered_rps,
            own.completed_rps,
            own.memory_mib,
            own.leaked_mib,
            own.cpu_seconds,
            own.connections,
            own.response_sum_s,
            own.sent_bytes,
            own.leaving.0,
        ];
        assert!(amounts.iter().all(|a| *a >= 0.0), "{what}");
        assert!(own.buckets.windows(2).all(|w| w[0] <= w[1] + 1e-6), "{what}");
        let answered = (own.ok + own.failed) as f64;
        assert!(own.buckets.last().is_none_or(|all| *all <= answered + 1.0), "{what}");
    }
    for (l, own) in state.links.iter().enumerate() {
        let what = format!("{when}: link {l}: {own:?}");
        assert!(own.failed_tries <= own.tries && own.refused_by_breaker <= own.calls, "{what}");
        let shares = [own.try_failed_ratio, own.failed_ratio];
        assert!(shares.iter().all(|s| (-1e-9..=1.0 + 1e-9).contains(s)), "{what}");
        assert!(
            [own.in_pool, own.in_use, own.waiting, own.wait_s, own.time_s].iter().all(|a| *a >= 0.0),
            "{what}"
        );
    }
    for (e, own) in state.entries.iter().enumerate() {
        let what = format!("{when}: entry {e}: {own:?}");
        assert_eq!(own.asked, own.ok + own.failed + own.inside, "{what}");
        assert!(own.reloads.iter().all(|r| *r >= 0.0) && (0.0..=1.0).contains(&own.failed_ratio), "{what}");
    }
    for (c, own) in state.components.iter().enumerate() {
        let name = &plan.components[c].name;
        if let Some(broker) = &own.broker {
            assert!(broker.taken + broker.purged <= broker.published, "{when}: {name}: {broker:?}");
            assert_eq!(state.lag(c), broker.published - broker.taken - broker.purged, "{when}: {name}");
        }
        if let Some(cache) = &own.cache {
            assert!(
                (0.0..=1.0).contains(&cache.warmth) && cache.hits >= 0.0 && cache.misses >= 0.0,
                "{when}: {cache:?}"
            );
        }
        if let Some(database) = &own.database {
            assert!(database.lost_writes <= database.writes, "{when}: {name}: {database:?}");
            assert!(
                database.replicas.iter().all(|r| r.behind >= 0.0 && r.lag_s >= 0.0),
                "{when}: {name}: {database:?}"
            );
            assert!(
                database.connections >= 0.0 && database.lock_waiters >= 0.0,
                "{when}: {name}: {database:?}"
            );
        }
    }
    for (h, own) in state.hosts.iter().enumerate() {
        let what = format!("{when}: {}: {own:?}", plan.hosts[h].name);
        assert!((0.0..=1.0).contains(&own.cpu_ratio) && (0.0..=1.0).contains(&own.disk_ratio), "{what}");
        let most_gib = own.disk_size_gib + 1e-6;
        assert!((0.0..=most_gib).contains(&own.disk_used_gib) && own.memory_used_mib >= 0.0, "{what}");
    }
    assert!(
        state.harm.failed <= state.harm.asked + state.entries.iter().map(|e| e.inside).sum::<u64>() + 1_000
    );
    // Every number of the state is in its text, and no other word of it contains these.
    let text = format!("{state:?}");
    assert!(!text.contains("NaN") && !text.contains(": inf") && !text.contains("-inf"), "{when}: {text}");
}

/// The harbour with one fault at the tenth minute; users who fail do not come again, so that the load shows the streams.
fn with_fault(faults: Vec<FaultSpec>) -> Scene {
    Scene { load: "reload_ratio = 0.0\n".to_owned(), faults, ..Scene::harbour() }
}

fn fault(kind: FaultKind, target: &str) -> FaultSpec {
    let way = crate::faults::about(kind).ways.first().map_or("", |w| w);
    FaultSpec {
        kind,
        target: target.to_owned(),
        at_s: 600,
        onset: crate::order::Onset::Sudden,
        for_s: None,
        values: std::collections::BTreeMap::new(),
        way: way.to_owned(),
    }
}

#[test]
fn a_world_that_nobody_looks_at_comes_to_the_same() {
    let scene = with_fault(vec![fault(FaultKind::SlowDependency, "payments")]);
    let mut seen = World::new(&scene.parse(), 44, START);
    let mut unseen = seen.clone().without_telemetry();
    let mut never_seen = World::unseen(&scene.parse(), 44, START);
    assert!(seen.state() == never_seen.state());
    let throttle = Remedy { kind: RemedyKind::Throttle, target: "payments".to_owned(), amount: Some(0.5) };
    for world in [&mut seen, &mut unseen, &mut never_seen] {
        world.advance(after(400));
        world.order(OrderKind::Remedy(throttle.clone())).expect("payments can be throttled");
        world.advance(after(900));
    }

    assert!(seen.state() == unseen.state());
    assert!(seen.state() == never_seen.state());
    assert_eq!((seen.outcome(), seen.outcome()), (unseen.outcome(), never_seen.outcome()));
    assert_eq!((seen.truth(), seen.truth()), (unseen.truth(), never_seen.truth()));
    assert!(!seen.logs(seconds(0, 900)).is_empty() && unseen.logs(seconds(0, 900)).is_empty());
    assert!(never_seen.series().is_empty());
}

#[test]
fn a_fault_shifts_no_random_stream() {
    let quiet_scene = with_fault(Vec::new()).parse();
    let mut quiet = World::new(&quiet_scene, 71, START);
    let database = name_of(quiet.plan(), |plan, c| plan.components[c].database.is_some());
    let service = name_of(quiet.plan(), |plan, c| plan.edges_to(c).any(|e| plan.edges[e].retries > 0));
    let broken_scene =
        with_fault(vec![fault(FaultKind::BadDeploy, &service), fault(FaultKind::PrimaryCrash, &database)])
            .parse();
    let mut broken = World::new(&broken_scene, 71, START);

    quiet.advance(after(599));
    broken.advance(after(599));
    assert_same(
        &everything(&quiet, whole_run(&quiet)),
        &everything(&broken, whole_run(&broken)),
        "before the onset",
    );

    quiet.advance(after(1_500));
    broken.advance(after(1_500));
    let asked = |world: &World| world.state().entries.iter().map(|e| e.asked).collect::<Vec<u64>>();
    assert_eq!(asked(&quiet), asked(&broken), "the fault changes how many users come");
    assert_ne!(quiet.snapshot(), broken.snapshot(), "the faults do nothing");
}

#[test]
fn what_a_fault_does_not_touch_stays_as_it_is_to_the_last_bit() {
    let quiet_scene = with_fault(Vec::new()).parse();
    let host = quiet_scene.plan().hosts.last().expect("the harbour has hosts").name.clone();
    let broken_scene = with_fault(vec![fault(FaultKind::TelemetryLoss, &host)]).parse();
    let (mut quiet, mut broken) = (World::new(&quiet_scene, 72, START), World::new(&broken_scene, 72, START));
    quiet.advance(after(1_200));
    broken.advance(after(1_200));

    assert_eq!(quiet.state().instances, broken.state().instances);
    assert_eq!(quiet.state().entries, broken.state().entries);
    let plan = quiet.plan();
    let here = plan.host(&host).expect("just taken from the plan");
    let its_own: Vec<&str> = plan
        .instances
        .iter()
        .filter(|i| i.host == here)
        .map(|i| i.name.as_str())
        .chain([host.as_str()])
        .collect();
    let mut compared = 0;
    for (idx, spec) in quiet.series().iter().enumerate() {
        let name = spec.key.to_string();
        // Recorded rates and exporters of topics add up what is scraped elsewhere; they may have lost a part of it.
        let is_elsewhere =
            !its_own.iter().any(|own| name.contains(own)) && spec.key.metric.starts_with("node_");
        if is_elsewhere {
            let range = seconds(600, 1_200);
            assert_eq!(broken.series()[idx].key, spec.key);
            assert_eq!(series_line(&quiet, idx, &name, range), series_line(&broken, idx, &name, range));
            compared += 1;
        }
    }
    assert!(compared > 20, "only {compared} series were compared");
}

/// Returns the name of the first component that is wanted.
fn name_of(plan: &Plan, wanted: impl Fn(&Plan, usize) -> bool) -> String {
    let found = (0..plan.components.len()).find(|&c| wanted(plan, c));
    plan.components[found.expect("the harbour has one of everything")].name.clone()
}
