//! The hosts of a zone, or one host, and all others cannot reach each other.

use super::{About, PLAIN, Push, place, remedy};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// There is no half of it: it is there from half of the strength on.
pub(super) static ABOUT: About = About {
    kind: FaultKind::NetworkPartition,
    target: Target::Zone,
    cures: &[RemedyKind::RepairNetwork, RemedyKind::ShiftTraffic, RemedyKind::FailOver],
    removed_by: &[RemedyKind::RepairNetwork],
    felt_first: "timeouts of the calls between the two sides",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::RepairNetwork, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let Some(place) = place(plan, &fault.spec) else { return };
    if push.strength < 0.5 {
        return;
    }
    for h in 0..plan.hosts.len() {
        // Two partitions at a time make up to four sides: every side is split in two, and none is 0.
        let inside = if place.has_host(plan, h) { 1 } else { 2 };
        state.hosts[h].side = state.hosts[h].side.saturating_mul(2).saturating_add(inside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::FaultSpec;

    #[test]
    fn exactly_the_hosts_of_the_zone_are_on_the_other_side() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let zone = plan.hosts[0].zone.clone();
        let usual = crate::faults::tests::usual(&plan, FaultKind::NetworkPartition);
        let spec = FaultSpec { target: zone.clone(), ..usual };
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };

        act(&plan, &mut state, &mut fault, Push { strength: 0.4, dt_s: 1.0 });
        assert!(state.hosts.iter().all(|h| h.side == 0));
        act(&plan, &mut state, &mut fault, Push { strength: 1.0, dt_s: 1.0 });

        for (host, is) in plan.hosts.iter().zip(&state.hosts) {
            assert_eq!(is.side, if host.zone == zone { 1 } else { 2 });
        }
    }
}
