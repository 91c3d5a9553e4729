//! The name of a component is not resolved, or late.

use super::{About, PLAIN, Parameter, Push, component, either, remedy, value};
use crate::order::{FaultKind, Refused, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Place, Target};

/// The component itself is well; its callers do not find it.
pub(super) static ABOUT: About = About {
    kind: FaultKind::DnsFailure,
    target: Target::Component,
    parameters: &[
        Parameter {
            name: "failing_ratio",
            least: 0.0,
            most: 1.0,
            usual: 0.8,
            meaning: "share of look-ups that fail",
        },
        Parameter {
            name: "delay_ms",
            least: 0.0,
            most: 60_000.0,
            usual: 0.0,
            meaning: "by how much longer a look-up takes",
        },
    ],
    cures: &[RemedyKind::RepairNetwork],
    removed_by: &[RemedyKind::RepairNetwork],
    felt_first: "calls to the component that fail before they reach it",
    check: Some(check),
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RepairNetwork, &spec.target, None)],
    ..PLAIN
};

fn check(plan: &Plan, place: &Place) -> Result<(), Refused> {
    let resolved = place.component(plan).is_some_and(|c| plan.edges_to(c).any(|e| plan.edges[e].resolves));
    if resolved { Ok(()) } else { Err(Refused::Condition { reason: "never_resolved" }) }
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(c) = component(plan, &fault.spec) {
        let failing = value(&fault.spec, "failing_ratio") * push.strength;
        let callee = &mut state.components[c];
        callee.unresolved_ratio = either(callee.unresolved_ratio, failing);
        callee.lookup_ms += value(&fault.spec, "delay_ms") * push.strength;
    }
}
