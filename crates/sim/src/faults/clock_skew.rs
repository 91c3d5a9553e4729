//! The clock of a host runs away, until what it signs is no longer believed.

use super::{About, PLAIN, Parameter, Push, host, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The cause is the host; a ramp is the usual onset.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ClockSkew,
    target: Target::Host,
    parameters: &[Parameter {
        name: "offset_s",
        least: -86_400.0,
        most: 86_400.0,
        usual: 900.0,
        meaning: "its clock minus the true one at full strength",
    }],
    cures: &[RemedyKind::SyncClock, RemedyKind::Drain],
    removed_by: &[RemedyKind::SyncClock],
    felt_first: "calls with a credential from or to the host that are refused",
    act: Some(act),
    end: Some(|plan, state, fault| {
        if let Some(h) = host(plan, &fault.spec) {
            state.hosts[h].clock_offset_s = 0.0;
        }
    }),
    remedies: |spec, _plan| vec![remedy(RemedyKind::SyncClock, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(h) = host(plan, &fault.spec) {
        state.hosts[h].clock_offset_s = value(&fault.spec, "offset_s") * push.strength;
    }
}
