//! Takes an instance, or all on a host, out of the traffic, or puts them back.

use super::{About, Amount, Effect, Outcome, PLAIN, amount, effect, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{Phase, RemedyState, State};
use crate::target::{Place, Target};

/// What is inside is finished; the others carry the load. The last one that answers is never taken out.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::Drain,
    target: Target::Traffic,
    // 1 takes out, 0 puts back.
    amount: Some(Amount { meaning: "drained", least: 0.0, most: 1.0, usual: Some(1.0), whole: true }),
    delay_s: 10,
    risk: 2,
    effect: "takes_out_of_the_traffic",
    side_effects: &["loads_the_others"],
    check: Some(check),
    finish: |plan, state, remedy, place| Some(finish(plan, state, remedy, place)),
    cautions: Some(cautions),
    ..PLAIN
};

fn check(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let instances = meant(plan, state, place);
    if takes_out(remedy) {
        if let (Place::Instance(_), Some(&i)) = (place, instances.first()) {
            return may_go(plan, state, i);
        }
        let any = instances.iter().any(|&i| may_go(plan, state, i).is_ok());
        // A host that is out of the traffic as a whole may be taken out again, which changes nothing.
        let all_out = !instances.is_empty() && instances.iter().all(|&i| is_out(plan, state, i));
        return if any || all_out { Ok(()) } else { Err(Refused::Condition { reason: "nothing_to_drain" }) };
    }
    let any = instances.iter().any(|&i| is_out(plan, state, i));
    if any { Ok(()) } else { Err(Refused::Condition { reason: "not_drained" }) }
}

fn takes_out(remedy: &Remedy) -> bool {
    amount(remedy).is_none_or(|n| n >= 0.5)
}

fn meant(plan: &Plan, state: &State, place: &Place) -> Vec<usize> {
    match place {
        Place::Instance(i) => vec![*i],
        Place::Host(h) => (0..plan.instances.len())
            .filter(|&i| plan.instances[i].host == *h && state.instances[i].phase != Phase::Absent)
            .collect(),
        Place::Component(_) | Place::Zone(_) | Place::Edges(_) | Place::Route(..) | Place::Alert => {
            Vec::new()
        }
    }
}

/// Returns the place of an instance among the replicas, where it belongs to a database.
fn replica(plan: &Plan, state: &State, instance: usize) -> Option<(usize, usize)> {
    let c = plan.instances[instance].component;
    state.components[c].database.as_ref().map(|_| (c, instance - plan.components[c].instances.start))
}

fn is_out(plan: &Plan, state: &State, instance: usize) -> bool {
    let Some((c, k)) = replica(plan, state, instance) else {
        return state.instances[instance].phase == Phase::Draining;
    };
    let database = state.components[c].database.as_ref();
    database.is_some_and(|d| {
        d.primary != Some(instance) && d.replicas[k].seeding_until.is_none() && !d.replicas[k].serves
    })
}

/// Checks whether an instance can be taken out: it is in, and somebody else is there for its requests.
fn may_go(plan: &Plan, state: &State, instance: usize) -> Result<(), Refused> {
    let refused = |reason| Err(Refused::Condition { reason });
    if let Some((c, k)) = replica(plan, state, instance) {
        let Some(database) = &state.components[c].database else { return Ok(()) };
        return match database.primary {
            Some(primary) if primary == instance => refused("is_primary"),
            // The primary answers the reads of a replica that is out.
            Some(_) if database.replicas[k].serves => Ok(()),
            Some(_) => refused("already_drained"),
            None => refused("no_primary"),
        };
    }
    match state.instances[instance].phase {
        Phase::Draining => return refused("already_drained"),
        Phase::Absent | Phase::Starting(_) => return refused("not_running"),
        Phase::Up | Phase::Hanging | Phase::Crashed => {}
    }
    let component = &plan.components[plan.instances[instance].component];
    let is_up = |&i: &usize| i != instance && state.instances[i].phase == Phase::Up;
    if component.instances.clone().any(|i| is_up(&i)) { Ok(()) } else { refused("last_instance") }
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Outcome {
    let out = takes_out(&remedy.remedy);
    let mut n = 0_usize;
    let mut kept = Vec::new();
    for i in meant(plan, state, place) {
        // Asked again for each, so that the last one of a component stays.
        let possible = if out { may_go(plan, state, i).is_ok() } else { is_out(plan, state, i) };
        if possible {
            set(plan, state, i, out);
            n += 1;
        } else if out {
            kept.push(plan.instances[i].name.clone());
        }
    }
    let word = if out { "drained" } else { "put_back" };
    said(word, &[("n_instances", n.to_string()), ("kept", kept.join(", "))])
}

fn set(plan: &Plan, state: &mut State, instance: usize, out: bool) {
    if let Some((c, k)) = replica(plan, state, instance) {
        if let Some(database) = &mut state.components[c].database {
            database.replicas[k].serves = !out;
        }
        return;
    }
    let phase = &mut state.instances[instance].phase;
    match *phase {
        Phase::Up if out => *phase = Phase::Draining,
        Phase::Draining if !out => *phase = Phase::Up,
        // A process that does not answer has nothing to finish: it is only not asked any more.
        Phase::Up
        | Phase::Draining
        | Phase::Absent
        | Phase::Starting(_)
        | Phase::Hanging
        | Phase::Crashed => {}
    }
    let own = plan.instances[instance].component;
    let k = instance - plan.components[own].instances.start;
    for (balancer, is) in plan.components.iter().zip(&mut state.components) {
        if balancer.balancer.is_some_and(|b| b.behind == own)
            && let Some(balancer) = &mut is.balancer
        {
            balancer.registered[k] = !out;
        }
    }
}

fn cautions(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Vec<Effect> {
    if !takes_out(remedy) {
        return Vec::new();
    }
    let stays = |&i: &usize| may_go(plan, state, i).is_err();
    let name = |i: usize| effect("stays_in_the_traffic", &[("instance", plan.instances[i].name.as_str())]);
    meant(plan, state, place).into_iter().filter(stays).map(name).collect()
}
