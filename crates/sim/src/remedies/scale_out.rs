//! Adds instances of a component at free places.

use super::{About, Amount, Outcome, PLAIN, count, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{Phase, RemedyState, State};
use crate::target::{Place, Target};

/// More instances open more connections to what they ask.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ScaleOut,
    target: Target::Component,
    amount: Some(Amount { meaning: "n_instances", least: 1.0, most: 64.0, usual: Some(1.0), whole: true }),
    delay_s: 60,
    risk: 1,
    effect: "adds_instances",
    side_effects: &["opens_more_connections", "starts_cold"],
    check: Some(check),
    finish,
    ..PLAIN
};

fn check(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let Some(c) = place.component(plan) else { return Ok(()) };
    keeps_no_data(plan, c)?;
    let n_wanted = count(remedy) as usize;
    if free(plan, state, c).len() < n_wanted {
        return Err(Refused::Condition { reason: "no_free_place" });
    }
    if fitting(plan, state, c).len() < n_wanted {
        return Err(Refused::Condition { reason: "no_host_with_memory" });
    }
    Ok(())
}

/// Refuses components whose instances cannot simply be more or fewer.
pub(super) fn keeps_no_data(plan: &Plan, component: usize) -> Result<(), Refused> {
    let c = &plan.components[component];
    if c.database.is_some() || c.cache.is_some() || c.broker.is_some() {
        return Err(Refused::Condition { reason: "keeps_data" });
    }
    Ok(())
}

fn free(plan: &Plan, state: &State, component: usize) -> Vec<usize> {
    let is_free = |i: &usize| state.instances[*i].phase == Phase::Absent;
    plan.components[component].instances.clone().filter(is_free).collect()
}

fn fitting(plan: &Plan, state: &State, component: usize) -> Vec<usize> {
    let fits = |i: &usize| {
        let h = plan.instances[*i].host;
        let host = &state.hosts[h];
        host.up && host.memory_used_mib + plan.components[component].memory_mib <= plan.hosts[h].memory_mib
    };
    let mut places = free(plan, state, component);
    places.retain(fits);
    places
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let c = place.component(plan)?;
    let mut places = fitting(plan, state, c);
    places.truncate(count(&remedy.remedy) as usize);
    for &i in &places {
        crate::step::start(plan, state, i);
    }
    Some(said("scaled_out", &[("n_instances", places.len().to_string())]))
}
