//! A balancer's registry no longer says what runs: addresses that are gone are asked, instances that run are not.

use super::{About, PLAIN, Parameter, component, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, Phase, State};
use crate::target::Target;

/// It happens whole, and lasts until what runs is registered again.
pub(super) static ABOUT: About = About {
    kind: FaultKind::RegistrationDrift,
    target: Target::Balancer,
    parameters: &[
        Parameter {
            name: "ghosts_count",
            least: 0.0,
            most: 100.0,
            usual: 1.0,
            meaning: "registered addresses at which nothing runs",
        },
        Parameter {
            name: "missing_count",
            least: 0.0,
            most: 100.0,
            usual: 1.0,
            meaning: "instances that run and are not registered; one always stays",
        },
    ],
    cures: &[RemedyKind::ReRegister],
    felt_first: "requests that the balancer sends nowhere, while every instance looks well",
    shaped: false,
    begin: Some(begin),
    cured: Some(|plan, state, fault| {
        let balancer = component(plan, &fault.spec).and_then(|c| state.components[c].balancer.as_ref());
        balancer.is_none_or(|b| b.in_step)
    }),
    end: Some(|plan, state, fault| {
        if let Some(c) = component(plan, &fault.spec) {
            register(plan, state, c);
        }
    }),
    remedies: |spec, _plan| vec![remedy(RemedyKind::ReRegister, &spec.target, None)],
    ..PLAIN
};

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0 to 100")]
fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let n_ghosts = value(&fault.spec, "ghosts_count") as u32;
    let n_missing = value(&fault.spec, "missing_count") as usize;
    let balancer = component(plan, &fault.spec).and_then(|c| state.components[c].balancer.as_mut());
    let Some(balancer) = balancer else { return };
    balancer.in_step = false;
    balancer.ghosts = balancer.ghosts.saturating_add(n_ghosts);
    let registered: Vec<usize> = (0..balancer.registered.len()).filter(|&k| balancer.registered[k]).collect();
    let n_gone = n_missing.min(registered.len().saturating_sub(1));
    for &k in registered.iter().rev().take(n_gone) {
        balancer.registered[k] = false;
    }
}

/// Registers with a balancer every instance that runs and is not taken out, and nothing else.
pub(crate) fn register(plan: &Plan, state: &mut State, component: usize) {
    let Some(behind) = plan.components[component].balancer.map(|b| b.behind) else { return };
    let instances = plan.components[behind].instances.clone();
    let takes = |i: usize| !matches!(state.instances[i].phase, Phase::Absent | Phase::Draining);
    let runs: Vec<bool> = instances.map(takes).collect();
    if let Some(balancer) = &mut state.components[component].balancer {
        balancer.unhealthy = vec![false; runs.len()];
        balancer.registered = runs;
        balancer.ghosts = 0;
        balancer.in_step = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::FaultSpec;

    #[test]
    fn one_instance_stays_registered_and_registering_mends_all() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let usual = crate::faults::tests::usual(&plan, FaultKind::RegistrationDrift);
        let spec = FaultSpec { values: [("missing_count".to_owned(), 99.0)].into(), ..usual };
        let c = component(&plan, &spec).unwrap();
        let whole = state.components[c].balancer.clone().unwrap();
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };

        begin(&plan, &mut state, &mut fault);
        let drifted = state.components[c].balancer.clone().unwrap();
        assert_eq!(drifted.registered.iter().filter(|&&is| is).count(), 1);
        assert!(drifted.ghosts == 1 && !drifted.in_step);
        register(&plan, &mut state, c);

        assert_eq!(state.components[c].balancer, Some(whole));
    }
}
