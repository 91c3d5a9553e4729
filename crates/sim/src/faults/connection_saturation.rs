//! A program that nobody knows opens connections to a database and keeps them.

use super::{About, PLAIN, Parameter, Push, component, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// It opens them again when the database restarts; only ending its sessions and locking it out helps.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ConnectionSaturation,
    target: Target::Database,
    parameters: &[Parameter {
        name: "held_ratio",
        least: 0.01,
        most: 1.0,
        usual: 0.98,
        meaning: "share of the database's connections that it holds",
    }],
    cures: &[RemedyKind::KillTransaction],
    removed_by: &[RemedyKind::KillTransaction],
    felt_first: "connections of the database, then calls that are refused",
    act: Some(act),
    end: Some(|plan, state, fault| {
        if let Some(database) =
            component(plan, &fault.spec).and_then(|c| state.components[c].database.as_mut())
        {
            database.foreign_connections = 0.0;
        }
    }),
    remedies: |spec, _plan| vec![remedy(RemedyKind::KillTransaction, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let held = value(&fault.spec, "held_ratio") * push.strength;
    if let Some(database) = component(plan, &fault.spec).and_then(|c| state.components[c].database.as_mut()) {
        database.foreign_connections = held * f64::from(database.max_connections);
    }
}
