//! A job writes to the file system of a host and deletes nothing.

use super::{About, PLAIN, Parameter, Push, host, remedy, value};
use crate::order::{FaultKind, FaultSpec, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// Stopping the job ends the growth; the space that is gone comes back only by cleaning or by a larger disk. A primary
/// that could not write its log any more has ended, and somebody has to start it again.
pub(super) static ABOUT: About = About {
    kind: FaultKind::DiskFills,
    target: Target::Host,
    parameters: &[Parameter {
        name: "gib_per_hour",
        least: 0.01,
        most: 5000.0,
        usual: 60.0,
        meaning: "space that the job uses up",
    }],
    cures: &[RemedyKind::StopJob, RemedyKind::CleanDisk, RemedyKind::ExpandDisk, RemedyKind::Restart],
    removed_by: &[RemedyKind::StopJob],
    felt_first: "free space of the host",
    act: Some(act),
    remedies,
    ..PLAIN
};

fn remedies(spec: &FaultSpec, plan: &Plan) -> Vec<Remedy> {
    let mut remedies = vec![
        remedy(RemedyKind::StopJob, &spec.target, None),
        remedy(RemedyKind::CleanDisk, &spec.target, None),
    ];
    let databases = plan.components.iter().filter(|c| c.database.is_some() && !c.instances.is_empty());
    for primary in databases.map(|c| &plan.instances[c.instances.start]) {
        if plan.host(&spec.target) == Some(primary.host) {
            remedies.push(remedy(RemedyKind::Restart, &primary.name, None));
        }
    }
    remedies
}

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    if let Some(h) = host(plan, &fault.spec) {
        state.hosts[h].disk_growth_gib_s += value(&fault.spec, "gib_per_hour") / 3600.0 * push.strength;
    }
}
