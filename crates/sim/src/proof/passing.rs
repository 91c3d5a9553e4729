//! Properties of random worlds on the way between components, second by second: no request is lost, tries follow their
//! formula, a partition isolates exactly what crosses it, and Little's law holds.

use proptest::prelude::*;

use crate::order::{FaultKind, FaultSpec, Onset, OrderKind};
use crate::plan::{EdgeKind, Plan};
use crate::proof::random_world::{Recipe, config, follow, recipes};
use crate::proof::scene::{START, after};
use crate::state::{Carry, Phase, State};
use crate::step::asked;
use crate::world::World;

/// Worlds of one property.
const CASES: u32 = 32;

/// Seconds of the run that are looked at; everything begins within the first 510.
const SPAN_S: i64 = 720;

/// By how much sums of fractions that are the same in theory may differ by rounding.
const ROUNDING: f64 = 1e-6;

/// Returns by how much a count with its carried fraction has grown.
fn grown(before: (u64, Carry), behind: (u64, Carry)) -> f64 {
    behind.0 as f64 - before.0 as f64 + (behind.1.0 - before.1.0)
}

/// One second of a world.
#[derive(Clone, Copy)]
struct Second<'a> {
    plan: &'a Plan,
    before: &'a State,
    behind: &'a State,
}

impl Second<'_> {
    /// Reports whether an instance is the same process as before, whose books go on.
    fn is_same(&self, instance: usize) -> bool {
        let (before, behind) = (&self.before.instances[instance], &self.behind.instances[instance]);
        before.restarts == behind.restarts && before.phase == behind.phase
    }

    /// Reports whether all instances of a component, and all that call it, are the same processes as before.
    fn is_whole(&self, component: usize) -> bool {
        let plan = self.plan;
        let callers = plan.edges_to(component).map(|e| plan.edges[e].from);
        callers.chain([component]).all(|c| plan.components[c].instances.clone().all(|i| self.is_same(i)))
    }

    /// Returns how many tries of an edge, fractions included, reached an instance of its callee, as far as their caller's
    /// instance is meant.
    fn arrived(&self, edge: usize, is_meant: impl Fn(usize) -> bool) -> f64 {
        let callers = self.plan.components[self.plan.edges[edge].from].instances.clone();
        let meant = callers.zip(self.plan.links(edge)).filter(|(caller, _)| is_meant(*caller));
        meant
            .map(|(_, link)| {
                let of = |state: &State| (state.links[link].arrived, state.links[link].arriving);
                grown(of(self.before), of(self.behind))
            })
            .sum()
    }

    /// Returns how many tries, fractions included, an instance was offered.
    fn offered(&self, instance: usize) -> f64 {
        let of = |state: &State| (state.instances[instance].offered, state.instances[instance].arriving);
        grown(of(self.before), of(self.behind))
    }

    /// Returns how many users and attackers came to a component.
    fn came(&self, component: usize) -> f64 {
        let (plan, before, behind) = (self.plan, self.before, self.behind);
        let entries = plan.load.entries.iter().enumerate().filter(|(_, e)| e.component == component);
        let users: u64 = entries.map(|(e, _)| behind.entries[e].asked - before.entries[e].asked).sum();
        let attacks = before.faults.iter().zip(&behind.faults).filter(|(_, f)| {
            f.spec.kind == FaultKind::BruteForce && plan.component(&f.spec.target) == Some(component)
        });
        // What a fault does is counted by its progress; one that has not begun has none.
        let tried = attacks.map(|(b, f)| f.progress.floor().max(0.0) - b.progress.floor().max(0.0));
        users as f64 + tried.sum::<f64>()
    }

    /// Returns how many messages an instance took out of brokers.
    fn taken(&self, instance: usize) -> f64 {
        let component = &self.plan.components[self.plan.instances[instance].component];
        let consuming = component.edges.clone().filter(|&e| self.plan.edges[e].kind == EdgeKind::Consume);
        let link = |e: usize| self.plan.first_link[e] + instance - component.instances.start;
        consuming.map(|e| (self.behind.links[link(e)].calls - self.before.links[link(e)].calls) as f64).sum()
    }

    /// Returns how many tries were sent to the instances of a component that are meant, by callers that are, and how many
    /// these were offered. Users and attackers are left out.
    fn sent_and_offered(&self, component: usize, is_meant: impl Fn(usize) -> bool + Copy) -> (f64, f64) {
        let asking = self.plan.edges_to(component).filter(|&e| self.plan.edges[e].kind != EdgeKind::Consume);
        let sent: f64 = asking.map(|e| self.arrived(e, is_meant)).sum();
        let meant = || self.plan.components[component].instances.clone().filter(|&i| is_meant(i));
        let taken: f64 = meant().map(|i| self.taken(i)).sum();
        (sent + taken, meant().map(|i| self.offered(i)).sum())
    }

    /// Checks that what arrives at a component is what was sent to it. Returns whether it could be looked at.
    fn check_arrivals(&self, component: usize) -> bool {
        if !self.is_whole(component) {
            return false;
        }
        let (sent, got) = self.sent_and_offered(component, |_| true);
        let sent = sent + self.came(component);
        let name = &self.plan.components[component].name;
        assert!((sent - got).abs() < ROUNDING, "{}: {sent} sent to {name}, {got} came", self.behind.at);
        true
    }

    /// Checks the calls and tries of one caller of an edge by what its requests need and by the formula of retries.
    fn check_tries(&self, edge: usize, caller: usize, link: usize) -> bool {
        let own = &self.plan.edges[edge];
        if own.kind == EdgeKind::Consume || !self.is_same(caller) {
            return false;
        }
        let (before, behind) = (&self.before.links[link], &self.behind.links[link]);
        let calls = grown((before.calls, before.calling), (behind.calls, behind.calling));
        let refused =
            grown((before.refused_by_breaker, before.refusing), (behind.refused_by_breaker, behind.refusing));
        let tries = grown((before.tries, before.trying), (behind.tries, behind.trying));
        let failed = grown((before.failed_tries, before.failing), (behind.failed_tries, behind.failing));
        let what = format!("{}: {before:?}, then {behind:?}", self.behind.at);
        let condition = &self.behind.edges[edge];
        let wanted = amplification(behind.try_failed_ratio, condition.retries, condition.retry_budget);
        assert!(
            (tries - (calls - refused) * wanted).abs() < ROUNDING,
            "{tries} tries for {calls} calls: {what}"
        );
        assert!((failed - tries * behind.try_failed_ratio).abs() < ROUNDING, "{failed} tries failed: {what}");
        // Behind a cache and with a feature that can be off it is a share of the calls that is made.
        if own.behind.is_none() && self.plan.components[own.from].flag.is_none() {
            // Steps are a second long.
            let completed = self.behind.instances[caller].completed_rps;
            assert!((calls - completed * own.per_request).abs() < ROUNDING, "{completed} completed: {what}");
        }
        true
    }
}

/// Returns the tries for one call when a share of the tries fails: a geometric series, as far as the budget goes.
fn amplification(failed: f64, retries: u32, budget: f64) -> f64 {
    let power = failed.powi(i32::try_from(retries + 1).expect("retries are few"));
    let all = if failed < 1.0 { (1.0 - power) / (1.0 - failed) } else { f64::from(retries + 1) };
    if budget >= 1.0 { all } else { all.min(1.0 + budget) }
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn every_try_arrives_or_is_counted_as_lost_and_retries_follow_their_formula(recipe in recipes()) {
        let (scene, orders) = recipe.cook();
        let mut world = World::new(&scene.parse(), recipe.seed, START).without_telemetry();
        let (mut looked_at, mut all) = (0_u32, 0_u32);
        for second in 0..SPAN_S {
            let before = world.state().clone();
            follow(&mut world, &orders, second, second + 1);
            let step = Second { plan: world.plan(), before: &before, behind: world.state() };
            for component in 0..step.plan.components.len() {
                looked_at += u32::from(step.check_arrivals(component));
                all += 1;
            }
            for (idx, edge) in step.plan.edges.iter().enumerate() {
                let callers = step.plan.components[edge.from].instances.clone();
                for (caller, link) in callers.zip(step.plan.links(idx)) {
                    step.check_tries(idx, caller, link);
                }
            }
        }
        prop_assert!(looked_at * 10 > all * 9, "only {looked_at} of {all} were looked at");
    }
    #[test]
    fn a_partition_takes_exactly_the_tries_that_cross_it(
        recipe in recipes(), at_s in 60_i64..400, place in prop::sample::select(PLACES.to_vec())
    ) {
        let (scene, _) = Recipe { n_faults: 0, n_orders: 0, ..recipe }.cook();
        let mut before = World::new(&scene.parse(), recipe.seed, START).without_telemetry();
        before.advance(after(at_s));
        let (mut whole, mut parted) = (before.clone(), before.clone());
        parted.order(OrderKind::Inject(partition(place, at_s))).expect("every world has these places");
        whole.advance(after(at_s + 1));
        parted.advance(after(at_s + 1));
        compare_links(place, &before, &whole, &parted);

        for second in at_s + 1..at_s + 91 {
            let then = parted.state().clone();
            parted.advance(after(second + 1));
            let step = Second { plan: parted.plan(), before: &then, behind: parted.state() };
            for component in 0..step.plan.components.len() {
                let has_users = step.plan.load.entries.iter().any(|e| e.component == component);
                for side in [false, true].into_iter().filter(|_| !has_users && step.is_whole(component)) {
                    let is_here = |i: usize| lies_in(step.plan, i, place) == side;
                    let (sent, got) = step.sent_and_offered(component, is_here);
                    let name = &step.plan.components[component].name;
                    prop_assert!((sent - got).abs() < ROUNDING, "{sent} sent to {name} on a side, {got} came");
                }
            }
        }
    }

    #[test]
    fn the_time_that_answers_are_said_to_take_is_the_time_spent_inside(recipe in recipes()) {
        let (scene, _) = Recipe { n_faults: 0, n_orders: 0, ..recipe }.cook();
        let mut world = World::new(&scene.parse(), recipe.seed, START).without_telemetry();
        let begin = world.state().clone();
        let mut area_s = vec![0.0; begin.instances.len()];
        for second in 1..=SPAN_S {
            world.advance(after(second));
            for (area_s, own) in area_s.iter_mut().zip(&world.state().instances) {
                // The number inside without its rounding to a whole one.
                *area_s += own.inside as f64 + Carry::HALF.0 - own.leaving.0;
            }
        }
        let step = Second { plan: world.plan(), before: &begin, behind: world.state() };
        for (i, area_s) in area_s.into_iter().enumerate() {
            let (first, last) = (&begin.instances[i], &world.state().instances[i]);
            if !step.is_same(i) || last.phase != Phase::Up {
                continue;
            }
            let told_s = last.response_sum_s - first.response_sum_s;
            let name = &step.plan.instances[i].name;
            // Where a backlog ends, what is whole stands for what is not, which is half a request off at the most.
            prop_assert!((told_s - area_s).abs() <= 0.02 * area_s, "{name}: {told_s} s told, {area_s} s inside");
        }
    }
}

/// What a random world can be parted by: its zones and its hosts.
const PLACES: [&str; 6] = ["east", "west", "h1", "h2", "h3", "h4"];

fn partition(place: &str, at_s: i64) -> FaultSpec {
    FaultSpec {
        kind: FaultKind::NetworkPartition,
        target: place.to_owned(),
        at_s,
        onset: Onset::Sudden,
        for_s: None,
        values: std::collections::BTreeMap::new(),
        way: String::new(),
    }
}

/// Reports whether an instance stands on that host or in that zone.
fn lies_in(plan: &Plan, instance: usize, place: &str) -> bool {
    let host = &plan.hosts[plan.instances[instance].host];
    host.name == place || host.zone == place
}

/// Compares every link of a world in the first second of a partition with what it was without.
fn compare_links(place: &str, before: &World, whole: &World, parted: &World) {
    let plan = before.plan();
    let step = Second { plan, before: before.state(), behind: whole.state() };
    let is_up = |caller: usize| before.state().instances[caller].phase == Phase::Up;
    for (idx, edge) in plan.edges.iter().enumerate().filter(|(_, e)| e.kind != EdgeKind::Consume) {
        if !step.is_whole(edge.from) || !step.is_whole(edge.to) {
            continue;
        }
        let callers = plan.components[edge.from].instances.clone().zip(plan.links(idx));
        for (caller, link) in callers.filter(|(caller, _)| is_up(*caller)) {
            let routes = asked(plan, before.state(), idx, plan.instances[caller].host);
            let crosses = |i: usize| lies_in(plan, i, place) != lies_in(plan, caller, place);
            let across: f64 = routes.iter().filter(|(i, _)| crosses(*i)).map(|(_, share)| share).sum();
            let own = [whole, parted].map(|world| &world.state().links[link]);
            let what =
                format!("{} -> {}, {across}", plan.instances[caller].name, plan.components[edge.to].name);
            if across <= 0.0 {
                let seen = own.map(|l| (l.try_failed_ratio.to_bits(), l.try_s.to_bits()));
                assert_eq!(seen[0], seen[1], "{what}: nothing of it crosses the partition");
            }
            let then = &before.state().links[link];
            let arriving = own.map(|l| {
                let tries = grown((then.tries, then.trying), (l.tries, l.trying));
                (tries, grown((then.arrived, then.arriving), (l.arrived, l.arriving)) / tries)
            });
            if arriving.iter().all(|(tries, _)| *tries > 1e-3) {
                let [(_, usual), (_, left)] = arriving;
                assert!(
                    (left - usual * (1.0 - across)).abs() < ROUNDING,
                    "{what}: {usual}, then {left} arrive"
                );
            }
            assert!(own[1].try_failed_ratio > across - 1e-9, "{what}: {} fail", own[1].try_failed_ratio);
        }
    }
}
