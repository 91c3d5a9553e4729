//! Sets the size of the pool of connections of a caller.

use super::{About, Amount, Effect, Outcome, PLAIN, count, effect, said};
use crate::order::{Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{Phase, RemedyState, State};
use crate::target::{Place, Target};

/// What waited in the caller waits in the callee instead; a database has only so many connections.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::RaisePool,
    target: Target::Pool,
    amount: Some(Amount { meaning: "connections", least: 1.0, most: 1000.0, usual: None, whole: true }),
    delay_s: 30,
    risk: 2,
    effect: "sets_the_pool",
    side_effects: &["moves_the_waiting_to_the_callee"],
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    cautions: Some(cautions),
    ..PLAIN
};

fn pooled<'a>(plan: &'a Plan, place: &'a Place) -> impl Iterator<Item = usize> + 'a {
    let all: &[usize] = if let Place::Edges(all) = place { all } else { &[] };
    all.iter().copied().filter(|&e| plan.edges[e].pool.is_some())
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Outcome {
    let size = count(&remedy.remedy);
    for e in pooled(plan, place) {
        state.edges[e].pool_size = Some(size);
    }
    said("pool_set", &[("connections", size.to_string())])
}

fn cautions(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Vec<Effect> {
    let Some(e) = pooled(plan, place).next() else { return Vec::new() };
    let to = plan.edges[e].to;
    let Some(database) = &state.components[to].database else { return Vec::new() };
    let changed: Vec<usize> = pooled(plan, place).collect();
    let wanted: f64 = plan
        .edges_to(to)
        .map(|e| {
            let size = if changed.contains(&e) { Some(count(remedy)) } else { state.edges[e].pool_size };
            let callers = plan.components[plan.edges[e].from].instances.clone();
            let n = callers.filter(|&i| state.instances[i].phase != Phase::Absent).count();
            f64::from(size.unwrap_or(0)) * n as f64
        })
        .sum();
    if wanted <= f64::from(database.max_connections) {
        return Vec::new();
    }
    let (wanted, most) = (format!("{wanted:.0}"), database.max_connections.to_string());
    let name = plan.components[to].name.as_str();
    vec![effect(
        "exceeds_connections",
        &[("component", name), ("wanted", wanted.as_str()), ("most", most.as_str())],
    )]
}
