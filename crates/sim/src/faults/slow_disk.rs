//! The disk of a host answers late, as one does that is about to fail.

use super::{About, PLAIN, Parameter, Push, host, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// Nobody repairs it within a run: what writes there has to be moved away.
pub(super) static ABOUT: About = About {
    kind: FaultKind::SlowDisk,
    target: Target::Host,
    parameters: &[Parameter {
        name: "factor",
        least: 1.1,
        most: 1000.0,
        usual: 40.0,
        meaning: "how many times as long an operation takes",
    }],
    cures: &[RemedyKind::FailOver, RemedyKind::Drain, RemedyKind::ShiftTraffic],
    felt_first: "time of a disk operation on the host",
    act: Some(act),
    remedies,
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(h) = host(plan, &fault.spec) {
        state.hosts[h].disk_slow *= 1.0 + (value(&fault.spec, "factor") - 1.0) * push.strength;
    }
}

/// A primary on the host is moved first; then the host is taken out of the traffic.
fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let Some(h) = host(plan, spec) else { return Vec::new() };
    let has_primary_here = |c: &&crate::plan::ComponentPlan| {
        c.database.is_some() && !c.instances.is_empty() && plan.instances[c.instances.start].host == h
    };
    let mut remedies: Vec<Remedy> = plan
        .components
        .iter()
        .filter(has_primary_here)
        .map(|c| remedy(RemedyKind::FailOver, &c.name, None))
        .collect();
    remedies.push(remedy(RemedyKind::Drain, &spec.target, None));
    remedies
}
