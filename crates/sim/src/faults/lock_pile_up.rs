//! A long transaction of a person holds locks that others wait for.

use super::{About, PLAIN, Parameter, Push, component, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// The transaction stays open until somebody ends it, or its session ends with the primary.
pub(super) static ABOUT: About = About {
    kind: FaultKind::LockPileUp,
    target: Target::Database,
    parameters: &[Parameter {
        name: "locked_ratio",
        least: 0.001,
        most: 1.0,
        usual: 0.3,
        meaning: "share of the writes that meet one of its locks",
    }],
    cures: &[RemedyKind::KillTransaction, RemedyKind::Restart, RemedyKind::FailOver],
    removed_by: &[RemedyKind::KillTransaction],
    felt_first: "transactions that wait for a lock",
    act: Some(act),
    cured: Some(cured),
    end: Some(|plan, state, fault| {
        if let Some(database) =
            component(plan, &fault.spec).and_then(|c| state.components[c].database.as_mut())
        {
            database.oldest_transaction_s = 0.0;
            database.locked_ratio = 0.0;
        }
    }),
    remedies: |spec, _plan| vec![remedy(RemedyKind::KillTransaction, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let open_s = super::since_s(fault, state.at).max(0.0);
    let locked = value(&fault.spec, "locked_ratio") * push.strength;
    if let Some(database) = component(plan, &fault.spec).and_then(|c| state.components[c].database.as_mut()) {
        database.oldest_transaction_s = database.oldest_transaction_s.max(open_s);
        database.locked_ratio = locked;
        fault.progress = database.oldest_transaction_s;
    }
}

/// The session ends with the process that it is connected to, and when another instance becomes the primary.
fn cured(plan: &Plan, state: &State, fault: &FaultState) -> bool {
    let database = component(plan, &fault.spec).and_then(|c| state.components[c].database.as_ref());
    database.is_none_or(|d| {
        let is_gone = fault.progress > 0.0 && d.oldest_transaction_s <= 0.0;
        is_gone || d.primary.is_some_and(|i| state.instances[i].started_at >= fault.began)
    })
}
