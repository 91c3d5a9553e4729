//! Takes instances of a component away.

use super::scale_out::keeps_no_data;
use super::{About, Amount, Outcome, PLAIN, count, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{Phase, RemedyState, State};
use crate::target::{Place, Target};

/// What is inside fails, and the others carry the load.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::ScaleIn,
    target: Target::Component,
    amount: Some(Amount { meaning: "n_instances", least: 1.0, most: 64.0, usual: Some(1.0), whole: true }),
    delay_s: 20,
    risk: 2,
    effect: "takes_instances_away",
    side_effects: &["fails_requests_inside", "loads_the_others"],
    check: Some(check),
    finish,
    ..PLAIN
};

fn check(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let Some(c) = place.component(plan) else { return Ok(()) };
    keeps_no_data(plan, c)?;
    if running(plan, state, c).len() <= count(remedy) as usize {
        return Err(Refused::Condition { reason: "last_instance" });
    }
    Ok(())
}

fn running(plan: &Plan, state: &State, component: usize) -> Vec<usize> {
    let exists = |i: &usize| state.instances[*i].phase != Phase::Absent;
    plan.components[component].instances.clone().filter(exists).collect()
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let c = place.component(plan)?;
    let running = running(plan, state, c);
    // Some may have gone since the order; one always stays.
    let n = (count(&remedy.remedy) as usize).min(running.len().saturating_sub(1));
    for &i in running.iter().rev().take(n) {
        crate::step::stop(plan, state, i);
    }
    Some(said("scaled_in", &[("n_instances", n.to_string())]))
}
