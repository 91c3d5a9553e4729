//! A job on a host never collects its dead children, until the process table is full.

use super::{About, PLAIN, Parameter, Push, either, host, remedy, value};
use crate::order::{FaultKind, RemedyKind};
use crate::plan::Plan;
use crate::state::{FaultState, State};
use crate::target::Target;

/// Places in the process table.
///
/// Source: proc(5), `/proc/sys/kernel/pid_max`, whose default is 32768.
const TABLE: f64 = 32_768.0;

/// Share of the table from which on forks begin to fail.
const TIGHT: f64 = 0.9;

/// Share of the requests that need a process of their own.
const FORKING: f64 = 0.5;

/// When the job ends, the first process of the host collects its children.
pub(super) static ABOUT: About = About {
    kind: FaultKind::ZombieProcesses,
    target: Target::Host,
    parameters: &[Parameter {
        name: "processes_per_minute",
        least: 1.0,
        most: 60_000.0,
        usual: 6000.0,
        meaning: "children that die and are not collected",
    }],
    cures: &[RemedyKind::StopJob, RemedyKind::Drain],
    removed_by: &[RemedyKind::StopJob],
    felt_first: "dead processes on the host, then errors of all that runs there",
    act: Some(act),
    end: Some(|plan, state, fault| {
        if let Some(h) = host(plan, &fault.spec) {
            state.hosts[h].zombies = 0.0;
        }
    }),
    remedies: |spec, _plan| vec![remedy(RemedyKind::StopJob, &spec.target, None)],
    ..PLAIN
};

fn act(plan: &Plan, state: &mut State, fault: &mut FaultState, push: Push) {
    let Some(h) = host(plan, &fault.spec) else { return };
    let machine = &mut state.hosts[h];
    // Zombies are counted among the processes.
    let living = (machine.processes - machine.zombies).max(0.0);
    let more = value(&fault.spec, "processes_per_minute") / 60.0 * push.strength * push.dt_s;
    machine.zombies = (machine.zombies + more).min((TABLE - living).max(0.0));
    let full = (machine.zombies + living) / TABLE;
    // Requests that need a process of their own fail when there is no place for it.
    let failing = FORKING * ((full - TIGHT) / (1.0 - TIGHT)).clamp(0.0, 1.0);
    if failing <= 0.0 {
        return;
    }
    for (i, _) in plan.instances.iter().enumerate().filter(|(_, i)| i.host == h) {
        let instance = &mut state.instances[i];
        instance.extra_error_ratio = either(instance.extra_error_ratio, failing);
    }
}
