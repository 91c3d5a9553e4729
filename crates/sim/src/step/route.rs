//! Whom a caller asks: the instances of a callee, each with its share of the tries.

use crate::plan::{ComponentKind, EdgeKind, Plan};
use crate::state::{Phase, State, UNSEEN_S};

/// One instance and the share of the tries that go to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Route {
    pub(super) instance: usize,
    pub(super) share: f64,
    pub(super) reach: Reach,
}

/// What becomes of a try on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It gets there.
    Arrives,
    /// Nobody listens: it fails at once.
    Refused,
    /// Nothing comes back: it fails when the caller gives up.
    Silent,
}

/// Reports whether whoever looks for instances finds this one: it takes requests, or nobody has noticed yet that it
/// does not.
pub(super) fn is_listed(state: &State, instance: usize) -> bool {
    let own = &state.instances[instance];
    match own.phase {
        Phase::Up => true,
        Phase::Starting(_) | Phase::Crashed | Phase::Hanging => own.unseen_s < UNSEEN_S,
        Phase::Absent | Phase::Draining => false,
    }
}

/// Adds the routes of an edge for a caller on a host and returns the share that goes to addresses with nobody behind.
///
/// The shares with the returned one add up to 1; without any route it is 0.
pub(super) fn find(plan: &Plan, state: &State, edge: usize, host: usize, routes: &mut Vec<Route>) -> f64 {
    let first = routes.len();
    let ghosts = candidates(plan, state, edge, host, routes);
    weigh(plan, state, edge, &mut routes[first..]);
    let total: f64 = routes[first..].iter().map(|r| r.share).sum::<f64>() + ghosts;
    if total <= 0.0 {
        return 0.0;
    }
    for route in &mut routes[first..] {
        route.share /= total;
    }
    ghosts / total
}

/// Adds every instance that is asked, with weight 1, and returns the weight of ghosts.
fn candidates(plan: &Plan, state: &State, edge: usize, host: usize, routes: &mut Vec<Route>) -> f64 {
    let own = &plan.edges[edge];
    let callee = &plan.components[own.to];
    let mut add = |instance: usize| {
        routes.push(Route { instance, share: 1.0, reach: reach(plan, state, host, instance) });
    };
    if let Some(database) = &state.components[own.to].database {
        let replicas = own.kind != EdgeKind::Write;
        let mut found = false;
        for (replica, instance) in database.replicas.iter().zip(callee.instances.clone()) {
            let ready = replica.serves && replica.seeding_until.is_none() && is_listed(state, instance);
            if replicas && ready && database.primary != Some(instance) {
                add(instance);
                found = true;
            }
        }
        if let (false, Some(primary)) = (found, database.primary) {
            add(primary);
        }
        return 0.0;
    }
    if plan.components[own.from].kind == ComponentKind::Balancer
        && plan.components[own.from].balancer.is_some_and(|b| b.behind == own.to)
        && let Some(balancer) = &state.components[own.from].balancer
    {
        for (k, instance) in callee.instances.clone().enumerate() {
            if balancer.registered[k] && !balancer.unhealthy[k] {
                add(instance);
            }
        }
        return f64::from(balancer.ghosts);
    }
    let listed = callee.instances.clone().filter(|&i| is_listed(state, i));
    let hanging = callee.instances.clone().filter(|&i| state.instances[i].phase == Phase::Hanging);
    // With nobody left who answers, health is passed over and those that are at least there are asked.
    if listed.clone().next().is_some() {
        listed.for_each(add);
    } else {
        hanging.for_each(add);
    }
    0.0
}

/// Shares the tries out by the zones' weights, where there are any.
fn weigh(plan: &Plan, state: &State, edge: usize, routes: &mut [Route]) {
    let weights = &state.edges[edge].weights_by_zone;
    if weights.is_empty() {
        return;
    }
    let zone = |r: &Route| plan.hosts[plan.instances[r.instance].host].zone.as_str();
    let in_zone = |name: &str, routes: &[Route]| routes.iter().filter(|r| zone(r) == name).count() as f64;
    // Where no zone with a weight has anybody, the weights are passed over: better any answer than none.
    if !weights.iter().any(|(name, weight)| *weight > 0.0 && in_zone(name, routes) > 0.0) {
        return;
    }
    for route in routes.iter_mut() {
        route.share = 0.0;
    }
    for (name, weight) in weights {
        let n = in_zone(name, routes);
        if *weight > 0.0 && n > 0.0 {
            routes.iter_mut().filter(|r| zone(r) == name).for_each(|r| r.share = weight / n);
        }
    }
}

/// Returns what becomes of a try from a host to an instance.
pub(super) fn reach(plan: &Plan, state: &State, host: usize, instance: usize) -> Reach {
    let there = plan.instances[instance].host;
    let (from, to) = (&state.hosts[host], &state.hosts[there]);
    if !to.up || (from.side != to.side && from.side != 0 && to.side != 0) {
        return Reach::Silent;
    }
    match state.instances[instance].phase {
        Phase::Up => Reach::Arrives,
        Phase::Hanging => Reach::Silent,
        Phase::Absent | Phase::Starting(_) | Phase::Draining | Phase::Crashed => Reach::Refused,
    }
}
