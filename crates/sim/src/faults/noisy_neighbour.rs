//! A process that is not one of the plan's takes the cores of a host, and its network if it copies something.

use super::{About, PLAIN, Parameter, Push, host, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The cause is the host on which the process runs.
pub(super) static ABOUT: About = About {
    kind: FaultKind::NoisyNeighbour,
    target: Target::Host,
    parameters: &[
        Parameter {
            name: "cores",
            least: 0.1,
            most: 256.0,
            usual: 8.0,
            meaning: "cores that the process would use if it could",
        },
        Parameter {
            name: "network_mbit",
            least: 0.0,
            most: 1_000_000.0,
            usual: 0.0,
            meaning: "what the process would send in a second if it could",
        },
    ],
    cures: &[RemedyKind::StopJob, RemedyKind::Drain],
    removed_by: &[RemedyKind::StopJob],
    felt_first: "processor time of the host",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::StopJob, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(h) = host(plan, &fault.spec) {
        state.hosts[h].stolen_cores += value(&fault.spec, "cores") * push.strength;
        state.hosts[h].taken_mbit += value(&fault.spec, "network_mbit") * push.strength;
    }
}
