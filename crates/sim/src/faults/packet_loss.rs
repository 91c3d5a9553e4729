//! The link of a host loses packets, or is slow.

use super::{About, PLAIN, Parameter, Push, either, host, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The cause is the host whose link it is.
pub(super) static ABOUT: About = About {
    kind: FaultKind::PacketLoss,
    target: Target::Host,
    parameters: &[
        Parameter {
            name: "loss_ratio",
            least: 0.0,
            most: 1.0,
            usual: 0.2,
            meaning: "share of packets that are lost",
        },
        Parameter {
            name: "delay_ms",
            least: 0.0,
            most: 60_000.0,
            usual: 0.0,
            meaning: "by how much longer every answer over the link takes",
        },
    ],
    cures: &[RemedyKind::RepairNetwork, RemedyKind::Drain],
    removed_by: &[RemedyKind::RepairNetwork],
    felt_first: "response times of all that talks to the host",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RepairNetwork, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(h) = host(plan, &fault.spec) {
        let lost = value(&fault.spec, "loss_ratio") * push.strength;
        state.hosts[h].loss_ratio = either(state.hosts[h].loss_ratio, lost);
        state.hosts[h].delay_ms += value(&fault.spec, "delay_ms") * push.strength;
    }
}
