//! Balancers: who is registered, and whom the health check has taken out.

use super::route::{self, Reach};
use crate::plan::Plan;
use crate::state::{Phase, State};

/// Brings a balancer's view up to date, as far as it keeps it so by itself.
pub(super) fn step(plan: &Plan, state: &mut State, component: usize) {
    let Some(own) = plan.components[component].balancer else { return };
    let Some(mut view) = state.components[component].balancer.take() else { return };
    let host = plan.instances[plan.components[component].instances.start].host;
    if view.in_step {
        view.ghosts = 0;
    }
    for (k, instance) in plan.components[own.behind].instances.clone().enumerate() {
        let behind = &state.instances[instance];
        if view.in_step {
            view.registered[k] = match behind.phase {
                Phase::Absent | Phase::Draining => false,
                Phase::Starting(_) | Phase::Up | Phase::Hanging | Phase::Crashed => true,
            };
        }
        let out_of_reach = route::reach(plan, state, host, instance) == Reach::Silent;
        view.unhealthy[k] =
            own.health_check_s.is_some_and(|after_s| behind.unseen_s > after_s || out_of_reach);
    }
    state.components[component].balancer = Some(view);
}
