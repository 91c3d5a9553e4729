//! Sends the calls to a component, or to all that is in a zone, to the instances of one zone; and the users with them.

use super::{About, Amount, Effect, Outcome, PLAIN, amount, effect, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{RemedyState, State};
use crate::target::{Place, Target, zone_of};

/// The instances of the zone carry what the others did.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ShiftTraffic,
    target: Target::Route,
    // 0 takes the weights away again.
    amount: Some(Amount { meaning: "shifted_ratio", least: 0.0, most: 1.0, usual: Some(1.0), whole: false }),
    delay_s: 30,
    risk: 2,
    effect: "sends_calls_to_the_zone",
    side_effects: &["loads_the_others"],
    check: Some(check),
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    cautions: Some(cautions),
    ..PLAIN
};

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let possible = !components(plan, state, place).is_empty();
    if possible { Ok(()) } else { Err(Refused::Condition { reason: "no_instance_in_zone" }) }
}

/// Returns the components of a route that have somebody in the zone who answers.
fn components(plan: &Plan, state: &State, place: &Place) -> Vec<usize> {
    let Place::Route(components, zone) = place else { return Vec::new() };
    let answers = |c: &usize| n_in_zone(plan, state, *c, zone) > 0;
    components.iter().copied().filter(answers).collect()
}

fn n_in_zone(plan: &Plan, state: &State, component: usize, zone: &str) -> usize {
    let there = |&i: &usize| zone_of(plan, i) == zone && state.answers(plan, i);
    plan.components[component].instances.clone().filter(there).count()
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Outcome {
    let Place::Route(_, zone) = place else { return said("nothing_shifted", &[]) };
    let share = amount(&remedy.remedy).unwrap_or(1.0);
    let mut n = 0_usize;
    for c in components(plan, state, place) {
        let weights = weights(plan, c, zone, share);
        for e in plan.edges_to(c) {
            state.edges[e].weights_by_zone.clone_from(&weights);
            n += 1;
        }
        // Who stays on the other side of a partition is lost there, however well the calls are led around it.
        for (entry, own) in plan.load.entries.iter().zip(&mut state.entries) {
            if entry.component == c {
                own.weights_by_zone.clone_from(&weights);
                n += 1;
            }
        }
    }
    said("shifted", &[("zone", zone.clone()), ("n_edges", n.to_string())])
}

/// Returns the weights: the share for the zone, the rest evenly for the others; none where nothing is shifted.
fn weights(plan: &Plan, component: usize, zone: &str, share: f64) -> Vec<(String, f64)> {
    if share <= 0.0 {
        return Vec::new();
    }
    let mut others: Vec<&str> = plan.components[component]
        .instances
        .clone()
        .map(|i| zone_of(plan, i))
        .filter(|&other| other != zone)
        .collect();
    others.sort_unstable();
    others.dedup();
    let rest = (1.0 - share) / others.len().max(1) as f64;
    let mut weights = vec![(zone.to_owned(), share)];
    weights.extend(others.into_iter().map(|other| (other.to_owned(), rest)));
    weights
}

fn cautions(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Vec<Effect> {
    let Place::Route(_, zone) = place else { return Vec::new() };
    let say = |c: usize| {
        let n = n_in_zone(plan, state, c, zone).to_string();
        let name = plan.components[c].name.as_str();
        effect("carried_by", &[("component", name), ("zone", zone.as_str()), ("n_instances", n.as_str())])
    };
    components(plan, state, place).into_iter().map(say).collect()
}
