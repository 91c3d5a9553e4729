//! The monitoring agent of a host has died; what runs there goes on.

use super::{About, PLAIN, Push, host, remedy};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// There is no half of it: it is there from half of the strength on.
pub(super) static ABOUT: About = About {
    kind: FaultKind::TelemetryLoss,
    target: Target::Host,
    cures: &[RemedyKind::RestartAgent],
    removed_by: &[RemedyKind::RestartAgent],
    felt_first: "gaps in all that the host reports, and nothing else",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RestartAgent, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(h) = host(plan, &fault.spec) {
        state.hosts[h].silent |= push.strength >= 0.5;
    }
}
