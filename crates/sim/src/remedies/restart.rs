//! Starts an instance, or all of a component one after the other, anew.

use super::{About, Effect, Outcome, PLAIN, effect, renew, roll, said};
use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{Phase, RemedyState, State};
use crate::target::{Place, Target};

/// What is inside fails, and the processes begin cold.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::Restart,
    target: Target::Running,
    delay_s: 10,
    risk: 2,
    effect: "starts_processes_anew",
    side_effects: &["fails_requests_inside", "starts_cold"],
    check: Some(check),
    finish,
    cautions: Some(cautions),
    ..PLAIN
};

fn check(plan: &Plan, state: &State, _remedy: &Remedy, place: &Place) -> Result<(), Refused> {
    let exists = place.instances(plan).any(|i| state.instances[i].phase != Phase::Absent);
    if exists { Ok(()) } else { Err(Refused::Condition { reason: "not_running" }) }
}

fn finish(plan: &Plan, state: &mut State, remedy: &RemedyState, place: &Place) -> Option<Outcome> {
    let effective = remedy.effective;
    let is_done = match place {
        Place::Instance(i) => match state.instances[*i].phase {
            Phase::Starting(_) => false,
            Phase::Up | Phase::Draining | Phase::Hanging | Phase::Crashed
                if state.instances[*i].started_at < effective =>
            {
                renew(plan, state, *i);
                false
            }
            Phase::Absent | Phase::Up | Phase::Draining | Phase::Hanging | Phase::Crashed => true,
        },
        Place::Component(c) => roll(plan, state, *c, &|instance| instance.started_at < effective),
        Place::Host(_) | Place::Zone(_) | Place::Edges(_) | Place::Route(..) | Place::Alert => true,
    };
    let n = place.instances(plan).filter(|&i| state.instances[i].started_at >= effective).count();
    is_done.then(|| said("restarted", &[("n_instances", n.to_string())]))
}

fn cautions(plan: &Plan, state: &State, remedy: &Remedy, place: &Place) -> Vec<Effect> {
    let target = ("target", remedy.target.as_str());
    let running = |&i: &usize| state.answers(plan, i);
    let mut cautions = Vec::new();
    if let Some(c) = place.component(plan) {
        let all = plan.components[c].instances.clone();
        if all.clone().filter(running).count() <= place.instances(plan).filter(running).count().min(1) {
            cautions.push(effect("nobody_answers_meanwhile", &[target]));
        }
        let primary = state.components[c].database.as_ref().and_then(|d| d.primary);
        if primary.is_some_and(|i| place.instances(plan).contains(&i)) {
            cautions.push(effect("primary_is_away", &[target]));
        }
        if plan.components[c].cache.is_some() {
            cautions.push(effect("cache_is_empty", &[target]));
        }
    }
    cautions
}
