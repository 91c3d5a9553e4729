//! Takes back what faults set anew in every step.

use crate::state::State;

/// Gives every field that faults set anew its value without faults.
pub(super) fn reset(state: &mut State) {
    hosts(state);
    for component in &mut state.components {
        component.unresolved_ratio = 0.0;
        component.lookup_ms = 0.0;
        component.unauthorized_ratio = 0.0;
        if let Some(database) = &mut component.database {
            database.replicas.iter_mut().for_each(|r| r.apply_ratio = 1.0);
        }
        if let Some(broker) = &mut component.broker {
            broker.consumers_stuck = false;
        }
    }
    for instance in &mut state.instances {
        instance.extra_ms = 0.0;
        instance.slow = 1.0;
        instance.extra_error_ratio = 0.0;
        instance.leak_mib = 0.0;
        instance.stuck_workers = 0.0;
    }
    for edge in &mut state.edges {
        edge.extra_ms = 0.0;
        edge.loss_ratio = 0.0;
        edge.cut = false;
        edge.failing_ratio = 0.0;
    }
    state.entries.iter_mut().for_each(|e| e.surge = 1.0);
}

fn hosts(state: &mut State) {
    for host in &mut state.hosts {
        host.stolen_cores = 0.0;
        host.disk_slow = 1.0;
        host.disk_growth_gib_s = 0.0;
        host.silent = false;
        host.loss_ratio = 0.0;
        host.delay_ms = 0.0;
        host.taken_mbit = 0.0;
        host.side = 0;
    }
}
