//! A short slowness makes callers give up and try again so often that the load alone keeps the component down.

use super::{About, PLAIN, Parameter, Push, component, instances, remedy, since_s, value};
use crate::order::{FaultKind, FaultSpec, Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Place, Target};

/// Share of failed tries below which the storm has gone down.
const CALM: f64 = 0.1;

/// Callers that are left to themselves give up after so many times the usual response.
const IMPATIENT: f64 = 2.0;

/// The callers have settings that do no harm on other days: they give up early, try again several times, and have no
/// budget for it. Once the component is slow for a while, nearly every try is given up while it still costs the
/// component its whole work, and there are more tries than it can ever do. The slowness is over after its time; what
/// lasts is the load that it has made. It is cured by letting so few calls begin that the queues empty, or by callers
/// that are patient, and not by waiting, as long as the tries are more than can be done.
///
/// Few have to be let in at the *callers*: at the component itself, refusals are tried again as everything else is, and
/// the moment at which all are let in again begins with all these tries at once.
pub(super) static ABOUT: About = About {
    kind: FaultKind::RetryStorm,
    target: Target::Component,
    parameters: &[
        Parameter {
            name: "trigger_s",
            least: 1.0,
            most: 3600.0,
            usual: 120.0,
            meaning: "how long the component itself is slow",
        },
        Parameter {
            name: "extra_ms",
            least: 1.0,
            most: 60_000.0,
            usual: 5000.0,
            meaning: "by how much longer its own work takes in that time",
        },
        Parameter {
            name: "retries",
            least: 0.0,
            most: 20.0,
            usual: 4.0,
            meaning: "further tries of its callers, if they have fewer",
        },
        Parameter {
            name: "timeout_ms",
            least: 0.0,
            most: 60_000.0,
            usual: 0.0,
            meaning: "when its callers give up, if they wait longer (0: after twice its usual response)",
        },
    ],
    cures: &[RemedyKind::Throttle, RemedyKind::ChangeTimeout],
    felt_first: "tries of the callers, then waiting in the component",
    heals: true,
    check: Some(check),
    begin: Some(begin),
    act: Some(act),
    cured: Some(cured),
    end: Some(end),
    remedies,
    ..PLAIN
};

/// All callers let a tenth in until the queues are empty, then all.
fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let Some(c) = component(plan, spec) else { return Vec::new() };
    let mut callers: Vec<usize> = plan.edges_to(c).map(|e| plan.edges[e].from).collect();
    callers.dedup();
    let throttle = |ratio: f64| {
        let name =
            move |&caller: &usize| remedy(RemedyKind::Throttle, &plan.components[caller].name, Some(ratio));
        callers.iter().map(name).collect::<Vec<_>>()
    };
    [throttle(0.1), throttle(1.0)].concat()
}

fn check(plan: &Plan, place: &Place) -> Result<(), Refused> {
    let called = place.component(plan).is_some_and(|c| plan.edges_to(c).next().is_some());
    if called { Ok(()) } else { Err(Refused::Condition { reason: "no_caller" }) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0 to 20")]
fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let retries = value(&fault.spec, "retries") as u32;
    let Some(c) = component(plan, &fault.spec) else { return };
    let stated_ms = value(&fault.spec, "timeout_ms");
    let timeout_ms = if stated_ms > 0.0 { stated_ms } else { IMPATIENT * usual_ms(plan, state, c) };
    for e in plan.edges_to(c) {
        let edge = &mut state.edges[e];
        edge.retries = edge.retries.max(retries);
        edge.retry_budget = edge.retry_budget.max(f64::from(edge.retries).max(1.0));
        edge.timeout_ms = edge.timeout_ms.min(timeout_ms.max(1.0));
    }
}

/// Returns the mean response of the instances that are up, milliseconds.
fn usual_ms(plan: &Plan, state: &State, c: usize) -> f64 {
    let up = plan.components[c].instances.clone().filter(|&i| state.answers(plan, i));
    let (n, sum_s) = up.fold((0.0, 0.0), |(n, sum), i| (n + 1.0, sum + state.instances[i].response_s));
    if n > 0.0 { sum_s / n * 1000.0 } else { plan.components[c].own_ms }
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if since_s(fault, state.at) >= value(&fault.spec, "trigger_s") {
        return;
    }
    for i in instances(plan, &fault.spec) {
        state.instances[i].extra_ms += value(&fault.spec, "extra_ms") * push.strength;
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    let Some(c) = component(plan, &fault.spec) else { return true };
    let is_calm = |e: usize| plan.links(e).all(|l| state.links[l].try_failed_ratio < CALM);
    since_s(fault, state.at) > value(&fault.spec, "trigger_s")
        && state.components[c].admitted_ratio >= 1.0
        && plan.edges_to(c).all(is_calm)
}

fn end(plan: &Plan, state: &mut State, fault: &FaultState) {
    let Some(c) = component(plan, &fault.spec) else { return };
    for e in plan.edges_to(c) {
        let (edge, planned) = (&mut state.edges[e], &plan.edges[e]);
        (edge.retries, edge.retry_budget) = (planned.retries, planned.retry_budget);
        // Somebody may have made them more patient meanwhile.
        edge.timeout_ms = edge.timeout_ms.max(planned.timeout_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trigger_passes_and_the_storm_is_over_only_when_tries_succeed() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let spec = crate::faults::tests::usual(&plan, FaultKind::RetryStorm);
        let c = component(&plan, &spec).unwrap();
        let e = plan.edges_to(c).next().unwrap();
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };
        begin(&plan, &mut state, &mut fault);
        let link = plan.links(e).start;
        state.links[link].try_failed_ratio = 0.8;

        state.at = fault.began.plus_millis(121_000);
        act(&plan, &mut state, &mut fault, Push { strength: 1.0, dt_s: 1.0 });
        assert!(state.instances.iter().all(|i| i.extra_ms <= 0.0));
        assert!(!cured(&plan, &state, &fault));
        state.links[link].try_failed_ratio = 0.01;

        assert!(cured(&plan, &state, &fault));
        end(&plan, &mut state, &fault);
        assert_eq!(state.edges[e].retries, plan.edges[e].retries);
    }
}
