//! A batch job takes locks in another order than everybody else, so that transactions lock each other out.

use super::{About, PLAIN, Parameter, Push, component, either, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::{Target, writing_edges};

/// How long a deadlock stands until one of the two is chosen as the victim.
///
/// Source: the manual of `PostgreSQL`, `deadlock_timeout`, whose default is one second.
const DETECTION_MS: f64 = 1000.0;

/// The database chooses victims; their callers may try again.
pub(super) static ABOUT: About = About {
    kind: FaultKind::Deadlocks,
    target: Target::Database,
    parameters: &[Parameter {
        name: "victim_ratio",
        least: 0.001,
        most: 0.9,
        usual: 0.2,
        meaning: "share of the writes that end as victims",
    }],
    cures: &[RemedyKind::KillTransaction],
    removed_by: &[RemedyKind::KillTransaction],
    felt_first: "writes that fail or take a second longer",
    act: Some(act),
    remedies: |spec, _plan| vec![remedy(RemedyKind::KillTransaction, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let Some(c) = component(plan, &fault.spec) else { return };
    let victims = value(&fault.spec, "victim_ratio") * push.strength;
    for e in writing_edges(plan, c) {
        let edge = &mut state.edges[e];
        edge.failing_ratio = either(edge.failing_ratio, victims);
        // Victim and survivor both wait for the detection.
        edge.extra_ms += (2.0 * victims).min(1.0) * DETECTION_MS;
    }
    if let Some(database) = &mut state.components[c].database {
        database.deadlocks += victims * database.write_rps * push.dt_s;
    }
}
