//! Memory is lost with every request until the kernel kills the process; a restart only buys time.

use super::{About, PLAIN, Parameter, Push, instances, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The leak is in the code, so that every process of the target has it, also one that was started anew.
pub(super) static ABOUT: About = About {
    kind: FaultKind::MemoryLeak,
    target: Target::Running,
    parameters: &[Parameter {
        name: "mib_per_request",
        least: 0.0001,
        most: 100.0,
        usual: 0.05,
        meaning: "memory that is never given back, for each request",
    }],
    cures: &[RemedyKind::Restart],
    felt_first: "memory of its instances",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::Restart, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    for i in instances(plan, &fault.spec) {
        state.instances[i].leak_mib += value(&fault.spec, "mib_per_request") * push.strength;
    }
}
