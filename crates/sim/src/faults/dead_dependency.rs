//! The processes of a component hang: they are there and answer nothing.

use super::{About, PLAIN, Parameter, instances, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, Phase, State};
use crate::target::Target;

/// It happens whole; an instance is over it when it was started anew.
pub(super) static ABOUT: About = About {
    kind: FaultKind::DeadDependency,
    target: Target::Running,
    parameters: &[Parameter {
        name: "instance_ratio",
        least: 0.01,
        most: 1.0,
        usual: 1.0,
        meaning: "share of the instances that hang, rounded up",
    }],
    cures: &[RemedyKind::Restart],
    felt_first: "timeouts in its callers",
    shaped: false,
    begin: Some(begin),
    cured: Some(|plan, state, fault| {
        !instances(plan, &fault.spec).any(|i| state.instances[i].phase == Phase::Hanging)
    }),
    end: Some(end),
    remedies: |spec, _plan| vec![remedy(RemedyKind::Restart, &spec.target, None)],
    ..PLAIN
};

fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let running: Vec<usize> =
        instances(plan, &fault.spec).filter(|&i| matches!(state.instances[i].phase, Phase::Up)).collect();
    let wanted = value(&fault.spec, "instance_ratio") * running.len() as f64;
    for (n, i) in running.into_iter().enumerate() {
        if (n as f64) < wanted {
            state.instances[i].phase = Phase::Hanging;
        }
    }
}

fn end(plan: &Plan, state: &mut State, fault: &FaultState) {
    for i in instances(plan, &fault.spec) {
        if state.instances[i].phase == Phase::Hanging {
            state.instances[i].phase = Phase::Up;
        }
    }
}
