//! The processes of a component have got into a condition in which they answer late.

use super::{About, PLAIN, Parameter, Push, instances, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, Phase, State};
use crate::target::Target;

/// The condition is that of the process: one that was started after the onset does not have it.
pub(super) static ABOUT: About = About {
    kind: FaultKind::SlowDependency,
    target: Target::Running,
    parameters: &[Parameter {
        name: "extra_ms",
        least: 1.0,
        most: 60_000.0,
        usual: 800.0,
        meaning: "by how much longer its own work takes",
    }],
    cures: &[RemedyKind::Restart],
    felt_first: "response times of the component, then waiting in its callers",
    act: Some(act),
    cured: Some(cured),
    remedies: |spec, _plan| vec![remedy(RemedyKind::Restart, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    for i in instances(plan, &fault.spec) {
        let instance = &mut state.instances[i];
        if instance.started_at < fault.began {
            instance.extra_ms += value(&fault.spec, "extra_ms") * push.strength;
        }
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    instances(plan, &fault.spec)
        .map(|i| &state.instances[i])
        .all(|i| i.phase == Phase::Absent || i.started_at >= fault.began)
}
