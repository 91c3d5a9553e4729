//! Starts the monitoring agent of a host anew.

use super::{About, PLAIN, host_of, remove_source, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// Until it runs again nothing of the host arrives.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::RestartAgent,
    target: Target::Host,
    delay_s: 20,
    risk: 1,
    effect: "starts_the_agent_anew",
    side_effects: &["gap_in_the_telemetry"],
    wait: Some(|_plan, state, place| {
        if let Some(h) = host_of(place) {
            state.hosts[h].silent = true;
        }
    }),
    finish: |plan, state, remedy, place| {
        remove_source(plan, state, &remedy.remedy);
        // The fault has acted in this step already.
        state.hosts[host_of(place)?].silent = false;
        Some(said("agent_restarted", &[]))
    },
    ..PLAIN
};
