//! A replica has stopped applying with an error.

use super::replication_lag::{has_replicas, planned_replicas};
use super::{About, PLAIN, Parameter, place, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Target, replicas};

/// It happens whole, and lasts until the replica skips the transaction or is made anew.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ReplicationStopped,
    target: Target::Replica,
    parameters: &[Parameter {
        name: "error_number",
        least: 1.0,
        most: 9999.0,
        // ER_DUP_ENTRY of the MySQL error reference: a row that was written to the replica by hand.
        usual: 1062.0,
        meaning: "number of the error at which it stopped",
    }],
    cures: &[RemedyKind::ReseedReplica, RemedyKind::SkipReplication],
    felt_first: "lag of the replica, which grows by a second each second",
    shaped: false,
    check: Some(has_replicas),
    begin: Some(begin),
    cured: Some(cured),
    end: Some(end),
    remedies,
    ..PLAIN
};

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 1 to 9999")]
fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let number = value(&fault.spec, "error_number") as u32;
    let Some(place) = place(plan, &fault.spec) else { return };
    for (c, k) in replicas(plan, state, &place) {
        if let Some(database) = &mut state.components[c].database {
            database.replicas[k].stopped = true;
            database.replicas[k].error = number;
        }
    }
}

fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    let Some(place) = place(plan, &fault.spec) else { return true };
    !replicas(plan, state, &place)
        .iter()
        .any(|&(c, k)| state.components[c].database.as_ref().is_some_and(|d| d.replicas[k].stopped))
}

fn end(plan: &Plan, state: &mut State, fault: &FaultState) {
    let Some(place) = place(plan, &fault.spec) else { return };
    for (c, k) in replicas(plan, state, &place) {
        if let Some(database) = &mut state.components[c].database {
            database.replicas[k].stopped = false;
            database.replicas[k].error = 0;
        }
    }
}

fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let seed = |i: usize| remedy(RemedyKind::ReseedReplica, &plan.instances[i].name, None);
    planned_replicas(plan, spec).into_iter().map(seed).collect()
}
