//! Somebody from outside tries the ports of a host.

use super::{About, PLAIN, Parameter, Push, host, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// What the firewall of a host does for one refused connection, and the packets of it.
const CORE_SECONDS: f64 = 0.000_4;
const RECEIVED_BYTES: f64 = 60.0;

/// The firewall refuses everything; that is work, and noise in which other things hide.
pub(super) static ABOUT: About = About {
    kind: FaultKind::PortScan,
    target: Target::Host,
    parameters: &[Parameter {
        name: "connections_per_s",
        least: 1.0,
        most: 1_000_000.0,
        usual: 5000.0,
        meaning: "connections that are tried",
    }],
    cures: &[RemedyKind::BlockSource],
    removed_by: &[RemedyKind::BlockSource],
    felt_first: "refused connections of the host",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::BlockSource, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let Some(h) = host(plan, &fault.spec) else { return };
    let rate = value(&fault.spec, "connections_per_s") * push.strength;
    state.hosts[h].refused_connections += rate * push.dt_s;
    state.hosts[h].received_bytes += rate * push.dt_s * RECEIVED_BYTES;
    state.hosts[h].stolen_cores += rate * CORE_SECONDS;
}
