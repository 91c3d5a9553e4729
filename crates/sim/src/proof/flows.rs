//! Requests on their way: none gets lost between caller and callee, retries multiply by their formula, and a partition
//! isolates exactly what lies across it.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use crate::order::{FaultKind, FaultSpec, Onset, OrderKind, Remedy, RemedyKind};
use crate::plan::EdgeKind;
use crate::proof::random_world::config;
use crate::proof::scene::{START, Scene, after};
use crate::state::LinkState;
use crate::target::zone_of;
use crate::world::World;

/// Four machines in two zones, large enough that nothing is ever short.
const HOSTS: &str = "[world]\nmissed_scrape_ratio = 0.0\n\n\
    [[world.host]]\nnames = [\"h1\", \"h2\"]\nzone = \"east\"\ncores = 64\nmemory_gib = 256\n\n\
    [[world.host]]\nnames = [\"h3\", \"h4\"]\nzone = \"west\"\ncores = 64\nmemory_gib = 256\n\n";

/// Writes a service with so many instances, ample workers and no faults of its own.
pub(super) fn service(name: &str, instances: usize, calls: &str) -> String {
    format!(
        "[[world.service]]\nnames = [\"{name}\"]\ntechnology = \"go\"\ninstances = {instances}\nspare = 0\n\
         team = \"team-web\"\ntier = 1\nworkers = 20000\nown_ms = 5.0\ncpu_ms = 0.01\nbacklog = 100000\nerror_ratio = 0.0\n\
         cold_factor = 1.0\ncalls = [{calls}]\n\n"
    )
}

/// A scene whose users come to `front` at a constant rate and never come again.
pub(super) fn scene(services: &[String], peak_rps: f64, faults: Vec<FaultSpec>) -> Scene {
    let entry =
        format!("[[world.entry]]\ncomponent = \"front\"\npeak_rps = {peak_rps:?}\npatience_ms = 600000\n");
    Scene {
        world: [HOSTS, services.concat().as_str(), entry.as_str()].concat(),
        entry: "front".to_owned(),
        load: "night_ratio = 1.0\nweekend_ratio = 1.0\nnoise_ratio = 0.0\nreload_ratio = 0.0\n".to_owned(),
        faults,
        ..Scene::harbour()
    }
}

pub(super) fn spec(kind: FaultKind, target: &str, values: &[(&str, f64)]) -> FaultSpec {
    FaultSpec {
        kind,
        target: target.to_owned(),
        at_s: 60,
        onset: Onset::Sudden,
        for_s: None,
        values: values.iter().map(|&(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>(),
        way: String::new(),
    }
}

/// Adds up the books of all links of the one edge between two components: calls, tries, failed tries.
fn books(world: &World, from: &str, to: &str) -> (u64, u64, u64) {
    let plan = world.plan();
    let edge = plan.component(from).zip(plan.component(to)).and_then(|(from, to)| plan.edge(from, to));
    let links: Vec<&LinkState> =
        plan.links(edge.expect("the scene has this edge")).map(|l| &world.state().links[l]).collect();
    let sum = |of: fn(&LinkState) -> u64| links.iter().map(|l| of(l)).sum::<u64>();
    (sum(|l| l.calls), sum(|l| l.tries), sum(|l| l.failed_tries))
}

/// Adds up what the instances of a component were offered.
fn offered(world: &World, name: &str) -> u64 {
    let plan = world.plan();
    let component = plan.component(name).expect("the scene has this component");
    plan.components[component].instances.clone().map(|i| world.state().instances[i].offered).sum()
}

#[test]
fn a_chain_passes_every_request_on() {
    let services = [
        service("front", 2, "{ to = \"middle\", retries = 0 }"),
        service("middle", 3, "{ to = \"back\", retries = 0 }"),
        service("back", 2, ""),
    ];
    let mut world = World::new(&scene(&services, 90.0, Vec::new()).parse(), 81, START);
    world.advance(after(600));

    let asked = world.state().entries[0].asked;
    assert!(asked > 1_000_000, "six hours of 90 a second, and not {asked}");
    assert_eq!(offered(&world, "front"), asked);
    // A step passes whole requests on; what is under way at each instance is the fraction that is carried.
    for (from, to) in [("front", "middle"), ("middle", "back")] {
        let (calls, tries, failed) = books(&world, from, to);
        assert!(offered(&world, from).abs_diff(calls) < 100, "{from} made {calls} calls");
        assert!(calls.abs_diff(tries) <= 3, "{calls} calls of {from}, {tries} tries");
        assert!(
            tries.abs_diff(offered(&world, to)) <= 6,
            "{tries} tries to {to}, {} arrived",
            offered(&world, to)
        );
        assert_eq!(failed, 0, "{failed} tries of {from} failed");
    }
    let entry = &world.state().entries[0];
    assert_eq!(entry.failed, 0);
    assert!(entry.inside < 100, "{entry:?}");
}

/// Lets `back` fail with a share of its requests and returns calls, tries and failed tries of eight minutes.
fn amplified(error_ratio: f64, retries: u32, budget: f64) -> (f64, f64, f64) {
    let call = format!(
        "{{ to = \"back\", retries = {retries}, retry_budget = {budget:?}, timeout_ms = 60000, backoff_ms = 10 }}"
    );
    let services = [service("front", 2, &call), service("back", 3, "")];
    let fault = spec(FaultKind::ConfigurationError, "back", &[("error_ratio", error_ratio)]);
    let mut world = World::new(&scene(&services, 200.0, vec![fault]).parse(), 82, START);
    // The first minute after the onset is for the callers to notice.
    world.advance(after(120));
    let before = books(&world, "front", "back");
    world.advance(after(600));
    let behind = books(&world, "front", "back");
    ((behind.0 - before.0) as f64, (behind.1 - before.1) as f64, (behind.2 - before.2) as f64)
}

#[test]
fn retries_without_a_budget_amplify_by_the_formula() {
    for error_ratio in [0.05, 0.3, 0.8] {
        for retries in [0_u32, 1, 3, 5] {
            let (calls, tries, failed) = amplified(error_ratio, retries, 10.0);

            // A geometric series: the n-th retry happens when all tries before it failed.
            let wanted: f64 = (0..=retries).map(|n| error_ratio.powi(i32::try_from(n).unwrap_or(0))).sum();
            let closed =
                (1.0 - error_ratio.powi(i32::try_from(retries + 1).unwrap_or(1))) / (1.0 - error_ratio);
            assert!((wanted - closed).abs() < 1e-9);
            let found = tries / calls;
            assert!(
                (found / wanted - 1.0).abs() < 0.02,
                "{error_ratio}, {retries} retries: {found}, {wanted}"
            );
            assert!(
                (failed / tries - error_ratio).abs() < 0.02 * error_ratio.max(0.1),
                "{failed} of {tries} failed"
            );
        }
    }
}

#[test]
fn a_retry_budget_bounds_the_amplification() {
    for budget in [0.0, 0.1, 0.5] {
        let (calls, tries, _) = amplified(0.8, 5, budget);

        let found = tries / calls;
        assert!(found <= 1.0 + budget + 0.001, "a budget of {budget}: {found} tries for a call");
        // All of it is used: 5 retries would want far more.
        assert!(found >= 1.0 + budget - 0.02, "a budget of {budget}: {found} tries for a call");
    }
}

#[test]
fn a_chain_of_retries_multiplies() {
    // Two levels with two retries each, and the last one always fails: 3 × 3 tries for one request.
    let services = [
        service("front", 2, "{ to = \"middle\", retries = 2, retry_budget = 10.0, timeout_ms = 60000 }"),
        service("middle", 2, "{ to = \"back\", retries = 2, retry_budget = 10.0, timeout_ms = 60000 }"),
        service("back", 2, ""),
    ];
    let fault = spec(FaultKind::ConfigurationError, "back", &[("error_ratio", 1.0)]);
    let mut world = World::new(&scene(&services, 100.0, vec![fault]).parse(), 83, START);
    world.advance(after(300));
    let (before, asked) = (offered(&world, "back"), world.state().entries[0].asked);
    world.advance(after(900));

    let found = (offered(&world, "back") - before) as f64 / (world.state().entries[0].asked - asked) as f64;
    assert!((found / 9.0 - 1.0).abs() < 0.02, "{found} tries for a request");
}

/// How one level of a chain asks the next: further tries, the budget for them, and instances of the caller.
type Level = (u32, f64, usize);

/// Runs a chain whose last part fails with a share of its requests, and returns for each level calls, tries and failed
/// tries of five minutes, with what users asked and the last part was offered in that time.
fn chain(error_ratio: f64, levels: &[Level], peak_rps: f64, seed: u64) -> (Vec<[u64; 3]>, u64, u64) {
    let name = |n: usize| if n == 0 { "front".to_owned() } else { format!("level-{n}") };
    let mut services: Vec<String> = Vec::new();
    for (n, (retries, budget, instances)) in levels.iter().enumerate() {
        let call = format!(
            "{{ to = \"{}\", retries = {retries}, retry_budget = {budget:?}, timeout_ms = 600000, backoff_ms = 1 }}",
            name(n + 1)
        );
        services.push(service(&name(n), *instances, &call));
    }
    let last = name(levels.len());
    services.push(service(&last, 2, ""));
    let fault = spec(FaultKind::ConfigurationError, &last, &[("error_ratio", error_ratio)]);
    let scenario = scene(&services, peak_rps, vec![fault]).parse();
    let mut world = World::new(&scenario, seed, START).without_telemetry();
    // The first minute after the onset is for every level to notice.
    let read = |world: &World| -> (Vec<(u64, u64, u64)>, u64, u64) {
        let levels = (0..levels.len()).map(|n| books(world, &name(n), &name(n + 1)));
        (levels.collect(), world.state().entries[0].asked, offered(world, &last))
    };
    world.advance(after(120));
    let before = read(&world);
    world.advance(after(420));
    let behind = read(&world);
    let levels = before.0.iter().zip(&behind.0).map(|(b, a)| [a.0 - b.0, a.1 - b.1, a.2 - b.2]).collect();
    (levels, behind.1 - before.1, behind.2 - before.2)
}

/// Returns the tries for one call and the share of calls that fail, by the closed form of the geometric series.
fn by_the_formula(failed: f64, retries: u32, budget: f64) -> (f64, f64) {
    let power = failed.powi(i32::try_from(retries + 1).expect("retries are few"));
    let all = if failed < 1.0 { (1.0 - power) / (1.0 - failed) } else { f64::from(retries + 1) };
    let wanted = all - 1.0;
    if budget >= 1.0 || wanted <= budget {
        return (all, power);
    }
    // The budget lets the same part of all retries happen.
    (1.0 + budget, failed + (power - failed) * budget / wanted)
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn random_chains_amplify_by_the_product_of_their_geometric_sums(
        error_ratio in prop_oneof![1 => Just(1.0), 6 => 0.01..1.0_f64],
        levels in prop::collection::vec((0_u32..=6, prop_oneof![Just(10.0), 0.0..0.99_f64], 1_usize..=4), 1..=3),
        peak_rps in 5.0..40.0_f64,
        seed in any::<u64>(),
    ) {
        let (found, asked, offered) = chain(error_ratio, &levels, peak_rps, seed);

        // From the last level, which sees the failures themselves, to the first one.
        let (mut failing, mut product) = (error_ratio, 1.0);
        for ((retries, budget, instances), [calls, tries, failed]) in levels.iter().zip(found).rev() {
            let (amplified, failed_call) = by_the_formula(failing, *retries, *budget);
            // Whole numbers: every link carries less than one.
            let rounding = *instances as f64 + 1.0;
            let wanted = calls as f64 * amplified;
            prop_assert!((tries as f64 - wanted).abs() < rounding * amplified + 1e-6 * wanted, "{tries} tries, {wanted}");
            let wanted = tries as f64 * failing;
            prop_assert!((failed as f64 - wanted).abs() < rounding + 1e-6 * wanted, "{failed} failed, {wanted}");
            (failing, product) = (failed_call, product * amplified);
        }
        let amplified = offered as f64 / asked as f64;
        prop_assert!((amplified / product - 1.0).abs() < 0.002, "{amplified} tries for a request, {product}");
    }
}

#[test]
fn a_partition_isolates_exactly_the_links_that_cross_it() {
    let call = |to: &str| format!("{{ to = \"{to}\", retries = 0, timeout_ms = 200 }}");
    let services = [
        service("front", 4, &[call("back"), call("lone")].join(", ")),
        service("back", 3, ""),
        service("lone", 1, ""),
    ];
    let fault = spec(FaultKind::NetworkPartition, "west", &[]);
    let mut world = World::new(&scene(&services, 100.0, vec![fault]).parse(), 84, START);

    world.advance(after(59));
    assert!(failing(&world).iter().all(|(_, _, found)| found.abs() < 1e-6), "{:?}", failing(&world));

    world.advance(after(120));
    let mut kinds = (0, 0, 0);
    for (name, across, found) in failing(&world) {
        // A try is lost exactly when the instance that it goes to stands on the other side.
        assert!((found - across).abs() < 0.002, "{name}: {across} lie across, {found} fail");
        kinds.0 += usize::from(across < 0.001);
        kinds.1 += usize::from((0.001..0.999).contains(&across));
        kinds.2 += usize::from(across > 0.999);
    }
    assert!(kinds.0 > 0 && kinds.1 > 0 && kinds.2 > 0, "the scene has no links of every kind: {kinds:?}");
    // Users still come in on both sides.
    let plan = world.plan();
    let front = plan.component("front").expect("the scene has it");
    assert!(plan.components[front].instances.clone().all(|i| world.state().instances[i].offered_rps > 0.0));

    let repair = Remedy { kind: RemedyKind::RepairNetwork, target: "west".to_owned(), amount: None };
    world.order(OrderKind::Remedy(repair)).expect("a partition can be repaired");
    world.advance(after(1_500));
    assert!(failing(&world).iter().all(|(_, _, found)| found.abs() < 1e-6), "{:?}", failing(&world));
}

/// Lets a minute pass and returns how many users failed in it, and the share of them that came in in the east.
fn minute(world: &mut World) -> (u64, f64) {
    let plan = Arc::clone(world.scenario().plan());
    let front = plan.component("front").expect("the scene has it");
    let came = |world: &World, east: bool| -> u64 {
        let there = |i: &usize| !east || zone_of(&plan, *i) == "east";
        plan.components[front]
            .instances
            .clone()
            .filter(there)
            .map(|i| world.state().instances[i].offered)
            .sum()
    };
    let before = (world.state().entries[0].failed, came(world, true), came(world, false));
    world.advance(world.at().plus_millis(60_000));
    let (east, all) = (came(world, true) - before.1, came(world, false) - before.2);
    (world.state().entries[0].failed - before.0, east as f64 / all as f64)
}

#[test]
fn traffic_that_is_shifted_around_a_partition_gets_through_where_there_is_room() {
    let services =
        [service("front", 4, "{ to = \"back\", retries = 0, timeout_ms = 200 }"), service("back", 4, "")];
    let fault = spec(FaultKind::NetworkPartition, "west", &[]);
    let mut world = World::new(&scene(&services, 100.0, vec![fault]).parse(), 86, START).without_telemetry();
    let shift = |world: &mut World, amount: Option<f64>| {
        let remedy = Remedy { kind: RemedyKind::ShiftTraffic, target: "east".to_owned(), amount };
        world.order(OrderKind::Remedy(remedy)).expect("the scene has this zone");
        // It takes half a minute, and what is under way then still fails.
        world.advance(world.at().plus_millis(60_000));
        minute(world)
    };
    world.advance(after(120));

    let parted = minute(&mut world);
    let [all, most, none] = [None, Some(0.75), Some(0.0)].map(|amount| shift(&mut world, amount));

    // Half of the users come in on each side, and half of the calls of each side cross.
    assert!(parted.0 > 2_000 && (parted.1 - 0.5).abs() < 0.01, "{parted:?}");
    // Everybody comes in in the east and stays there.
    assert!(all.0 == 0 && all.1 >= 1.0, "{all:?}");
    // Of each side, three in four calls go to the east: a quarter of 3/4 and three quarters of 1/4 cross.
    assert!((most.1 - 0.75).abs() < 0.01, "{most:?}");
    assert!((most.0 as f64 / 6_000.0 - 0.375).abs() < 0.05, "{most:?}");
    assert!(none.0.abs_diff(parted.0) < 200 && (none.1 - 0.5).abs() < 0.01, "{none:?}");
}

/// Returns for every link its name, the share of the instances it asks that stand in the other zone, and the share of
/// its tries that fail.
fn failing(world: &World) -> Vec<(String, f64, f64)> {
    let (plan, state) = (world.plan(), world.state());
    let zone = |instance: usize| &plan.hosts[plan.instances[instance].host].zone;
    let mut found = Vec::new();
    for (idx, edge) in plan.edges.iter().enumerate().filter(|(_, e)| e.kind == EdgeKind::Call) {
        for (caller, link) in plan.components[edge.from].instances.clone().zip(plan.links(idx)) {
            let asked = plan.components[edge.to].instances.clone();
            let across =
                asked.clone().filter(|&i| zone(i) != zone(caller)).count() as f64 / asked.len() as f64;
            let name = format!("{} -> {}", plan.instances[caller].name, plan.components[edge.to].name);
            found.push((name, across, state.links[link].try_failed_ratio));
        }
    }
    found
}
