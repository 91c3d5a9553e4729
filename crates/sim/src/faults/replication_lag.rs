//! A replica applies more slowly than the primary writes: an index that is missing there makes every write expensive.

use super::{About, PLAIN, Parameter, Push, component, place, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Place, Target, replicas};

/// The cause is the replica. Its speed is a share of the writes at the onset and stays that, so that it catches up
/// when the load goes down far enough; a replica that is made anew has the index.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ReplicationLag,
    target: Target::Replica,
    parameters: &[Parameter {
        name: "applied_ratio",
        least: 0.0,
        most: 0.99,
        usual: 0.4,
        meaning: "writes that the replica can apply, as a share of those at the onset",
    }],
    cures: &[RemedyKind::ReseedReplica, RemedyKind::Drain],
    felt_first: "lag of the replica, then old answers to readers",
    check: Some(has_replicas),
    begin: Some(begin),
    act: Some(act),
    cured: Some(cured),
    remedies,
    ..PLAIN
};

/// Refuses an instance that is alone in its database.
pub(super) fn has_replicas(plan: &Plan, place: &Place) -> Result<(), crate::order::Refused> {
    let several = place.component(plan).is_some_and(|c| plan.components[c].instances.len() > 1);
    if several { Ok(()) } else { Err(crate::order::Refused::Condition { reason: "no_replica" }) }
}

/// Returns the instances at which a fault of replicas is mended: the one, or all but the first of a database.
pub(super) fn planned_replicas(plan: &Plan, spec: &FaultSpec) -> Vec<usize> {
    match place(plan, spec) {
        Some(Place::Instance(i)) => vec![i],
        Some(Place::Component(c)) => {
            plan.components[c].instances.clone().skip(1).filter(|&i| plan.instances[i].present).collect()
        }
        Some(Place::Host(_) | Place::Zone(_) | Place::Edges(_) | Place::Route(..) | Place::Alert) | None => {
            Vec::new()
        }
    }
}

fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let database = component(plan, &fault.spec).and_then(|c| state.components[c].database.as_ref());
    // A database that nobody writes to is measured against one write a second.
    fault.progress = database.map_or(1.0, |d| d.write_rps.max(1.0));
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let Some(place) = place(plan, &fault.spec) else { return };
    for (c, k) in slow_replicas(plan, state, fault, &place) {
        let planned = plan.components[c].database.as_ref().map_or(1.0, |d| d.apply_per_s.max(1e-9));
        let possible = (value(&fault.spec, "applied_ratio") * fault.progress / planned).min(1.0);
        let ratio = 1.0 - (1.0 - possible) * push.strength;
        if let Some(database) = &mut state.components[c].database {
            database.replicas[k].apply_ratio = database.replicas[k].apply_ratio.min(ratio);
        }
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    place(plan, &fault.spec).is_none_or(|place| slow_replicas(plan, state, fault, &place).is_empty())
}

/// Returns the replicas that were not made anew since the onset.
fn slow_replicas(plan: &Plan, state: &State, fault: &FaultState, place: &Place) -> Vec<(usize, usize)> {
    let is_new = |c: usize, k: usize| {
        let component = &plan.components[c];
        let name = &plan.instances[component.instances.start + k].name;
        state.remedies.iter().any(|r| {
            r.done
                && r.remedy.kind == RemedyKind::ReseedReplica
                && r.effective >= fault.began
                && (r.remedy.target == *name || r.remedy.target == component.name)
        })
    };
    let mut slow = replicas(plan, state, place);
    slow.retain(|&(c, k)| !is_new(c, k));
    slow
}

/// The reads are taken away from the replica first, so that nobody gets old answers while it is made anew.
fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let names: Vec<&str> =
        planned_replicas(plan, spec).into_iter().map(|i| plan.instances[i].name.as_str()).collect();
    let drains = names.iter().map(|name| remedy(RemedyKind::Drain, name, None));
    let seeds = names.iter().map(|name| remedy(RemedyKind::ReseedReplica, name, None));
    drains.chain(seeds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_a_share_of_the_writes_at_the_onset_and_does_not_follow_them() {
        let plan = crate::plan::shop();
        let mut state = crate::faults::bare_state(&plan);
        let spec = crate::faults::tests::usual(&plan, FaultKind::ReplicationLag);
        let c = component(&plan, &spec).unwrap();
        let apply_per_s = plan.components[c].database.as_ref().unwrap().apply_per_s;
        let mut fault = FaultState { progress: 0.0, ..FaultState::planned(spec, state.at) };
        begin(&plan, &mut state, &mut fault);
        state.components[c].database.as_mut().unwrap().write_rps = 5.0;

        act(&plan, &mut state, &mut fault, Push { strength: 1.0, dt_s: 1.0 });

        let ratio = state.components[c].database.as_ref().unwrap().replicas[1].apply_ratio;
        // 50 writes a second at the onset, of which 0.4 are applied.
        assert!((ratio * apply_per_s - 20.0).abs() < 1e-9, "{ratio} of {apply_per_s}/s");
    }
}
