//! A configuration change of a caller makes a pool of connections too small for the load.

use super::{About, PLAIN, Parameter, edges, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The cause is the caller; it happens whole, and is over when somebody sets the size or returns the configuration.
pub(super) static ABOUT: About = About {
    kind: FaultKind::PoolTooSmall,
    target: Target::Pool,
    parameters: &[Parameter {
        name: "connections",
        least: 1.0,
        most: 1000.0,
        usual: 1.0,
        meaning: "size of the pool of each caller instance",
    }],
    cures: &[RemedyKind::RaisePool, RemedyKind::RollBack],
    felt_first: "waiting for a connection in the caller",
    shaped: false,
    begin: Some(begin),
    cured: Some(cured),
    end: Some(end),
    remedies,
    ..PLAIN
};

fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    for e in edges(plan, &fault.spec) {
        if plan.edges[e].pool.is_some() {
            state.edges[e].pool_size = Some(size(&fault.spec));
            state.components[plan.edges[e].from].bad_configuration = true;
        }
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    let held = |&e: &usize| {
        state.edges[e].pool_size == Some(size(&fault.spec))
            && state.components[plan.edges[e].from].bad_configuration
    };
    !edges(plan, &fault.spec).iter().any(held)
}

/// A size that somebody has set stays; one of the fault returns to the plan's.
fn end(plan: &Plan, state: &mut State, fault: &FaultState) {
    for e in edges(plan, &fault.spec) {
        state.components[plan.edges[e].from].bad_configuration = false;
        if state.edges[e].pool_size == Some(size(&fault.spec)) {
            state.edges[e].pool_size = plan.edges[e].pool.map(|p| p.size);
        }
    }
}

fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let sizes = edges(plan, spec).into_iter().filter_map(|e| plan.edges[e].pool).map(|p| p.size);
    let size = sizes.max().unwrap_or(1);
    vec![remedy(RemedyKind::RaisePool, &spec.target, Some(f64::from(size)))]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 1 to 1000")]
fn size(spec: &FaultSpec) -> u32 {
    value(spec, "connections") as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_somebody_sets_ends_it_and_stays() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let spec = crate::faults::tests::usual(&plan, FaultKind::PoolTooSmall);
        let e = edges(&plan, &spec).into_iter().find(|&e| plan.edges[e].pool.is_some()).unwrap();
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };
        begin(&plan, &mut state, &mut fault);
        assert!(!cured(&plan, &state, &fault));
        assert_eq!(state.edges[e].pool_size, Some(1));

        for edge in edges(&plan, &fault.spec) {
            state.edges[edge].pool_size = Some(77);
        }
        assert!(cured(&plan, &state, &fault));
        end(&plan, &mut state, &fault);

        assert_eq!(state.edges[e].pool_size, Some(77));
        assert!(!state.components[plan.edges[e].from].bad_configuration);
    }
}
