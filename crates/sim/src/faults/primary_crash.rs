//! The process of a database's primary dies.

use super::{About, PLAIN, component, remedy};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::step::crash;
use crate::target::Target;

/// It happens whole, and is over when there is a primary that answers.
pub(super) static ABOUT: About = About {
    kind: FaultKind::PrimaryCrash,
    target: Target::Database,
    cures: &[RemedyKind::FailOver, RemedyKind::Restart],
    felt_first: "writes that fail at once",
    shaped: false,
    begin: Some(begin),
    cured: Some(|plan, state, fault| {
        let database = component(plan, &fault.spec).and_then(|c| state.components[c].database.as_ref());
        database.is_none_or(|d| d.primary.is_some_and(|i| state.answers(plan, i)))
    }),
    remedies,
    ..PLAIN
};

fn begin(plan: &Plan, state: &mut State, fault: &mut FaultState) {
    let database = component(plan, &fault.spec).and_then(|c| state.components[c].database.as_ref());
    if let Some(primary) = database.and_then(|d| d.primary) {
        crash(plan, state, primary);
    }
}

/// A replica is promoted, and then the server that died is started again as a replica: with one server fewer the others
/// have little to spare. Without a replica the process is started, which takes as long as the database takes to start.
fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let Some(c) = component(plan, spec) else { return Vec::new() };
    let instances = plan.components[c].instances.clone();
    if instances.clone().filter(|&i| plan.instances[i].present).count() > 1 {
        return vec![
            remedy(RemedyKind::FailOver, &spec.target, None),
            remedy(RemedyKind::Restart, &plan.instances[instances.start].name, None),
        ];
    }
    vec![remedy(RemedyKind::Restart, &plan.instances[instances.start].name, None)]
}
