//! Databases: writes that replicas follow, connections that run out, and promotions.

use super::link::LOCK_WAIT_S;
use super::{Now, Scratch, process};
use crate::plan::{DatabasePlan, Plan};
use crate::state::{Carry, DatabaseState, Phase, ReplicaState, State};

const GIB: f64 = 1_073_741_824.0;
/// The error with which a replica stops whose position the primary does not know.
///
/// Source: `MySQL`, error 1236 (`ER_MASTER_FATAL_ERROR_READING_BINLOG`).
const UNKNOWN_POSITION: u32 = 1236;

/// Moves a database's own matters on; nothing for other components.
pub(super) fn step(plan: &Plan, state: &mut State, scratch: &Scratch, component: usize, now: Now) {
    let Some(own) = &plan.components[component].database else { return };
    let Some(promotion) = state.components[component].database.as_ref().map(|d| d.promotion) else { return };
    if let Some((at, to)) = promotion
        && at <= now.at
    {
        promote(plan, state, component, to);
    }
    let Some(mut database) = state.components[component].database.take() else { return };
    let written = scratch.published[component];
    database.writes += written;
    database.write_rps = written as f64 / now.dt;
    let kept = replicate(plan, state, &mut database, component, now);
    keep_log(plan, state, &database, own.log_bytes_per_write * kept);
    count_stale_reads(plan, state, scratch, &database, component, now);
    connect(&mut database, scratch.wanted_connections[component], now);
    let tried = database.primary.map_or(0.0, |p| scratch.writes[p] / now.dt);
    let workers = database.primary.map_or(0.0, |p| state.instances[p].workers);
    database.lock_waiters = (tried * database.locked_ratio * LOCK_WAIT_S).min(workers);
    let primary = database.primary;
    state.components[component].database = Some(database);
    if let Some(primary) = primary {
        stop_when_full(plan, state, primary);
    }
}

/// Lets the replicas follow; returns by how many writes the log that is kept for the last of them has grown.
fn replicate(plan: &Plan, state: &State, database: &mut DatabaseState, component: usize, now: Now) -> f64 {
    let Some(own) = &plan.components[component].database else { return 0.0 };
    let written = database.write_rps * now.dt;
    let most = |d: &DatabaseState| d.replicas.iter().map(|r| r.behind).fold(0.0, f64::max);
    let before = most(database);
    let primary = database.primary;
    for (k, idx) in plan.components[component].instances.clone().enumerate() {
        if primary == Some(idx) || state.instances[idx].phase == Phase::Absent {
            continue;
        }
        let speed = apply_rps(plan, state, own, &database.replicas[k], (primary, idx));
        follow(&mut database.replicas[k], written, speed * now.dt, now);
    }
    most(database) - before
}

/// Returns the writes a second that a replica applies at this moment.
fn apply_rps(
    plan: &Plan,
    state: &State,
    own: &DatabasePlan,
    replica: &ReplicaState,
    (primary, idx): (Option<usize>, usize),
) -> f64 {
    let host = &state.hosts[plan.instances[idx].host];
    // Without a primary it still applies what it has received.
    let parted = primary.is_some_and(|p| {
        let other = &state.hosts[plan.instances[p].host];
        !other.up || (other.side != host.side && other.side != 0 && host.side != 0)
    });
    if replica.stopped || replica.seeding_until.is_some() || parted || !state.answers(plan, idx) {
        return 0.0;
    }
    own.apply_per_s * replica.apply_ratio.max(0.0) / host.disk_slow.max(1.0) / host.cpu_pressure.max(1.0)
}

/// Adds what was written to what a replica is behind, and takes off what it applies.
fn follow(replica: &mut ReplicaState, written: f64, can_apply: f64, now: Now) {
    if replica.seeding_until.is_some_and(|until| until <= now.at) {
        let fresh =
            ReplicaState { serves: true, apply_ratio: replica.apply_ratio, ..ReplicaState::default() };
        *replica = fresh;
        return;
    }
    let waiting = replica.behind + written;
    let applied = can_apply.min(waiting);
    replica.behind = waiting - applied;
    // The age of the oldest write that is missing, first in, first out.
    replica.lag_s = if replica.behind > 0.5 || (applied <= 0.0 && waiting > 0.0) {
        (replica.lag_s + now.dt) * replica.behind / waiting
    } else {
        0.0
    };
}

/// Keeps the log of the primary for a replica that is behind, or gives its room back.
fn keep_log(plan: &Plan, state: &mut State, database: &DatabaseState, bytes: f64) {
    let Some(primary) = database.primary else { return };
    let host = &mut state.hosts[plan.instances[primary].host];
    host.disk_used_gib = (host.disk_used_gib + bytes / GIB).clamp(0.0, host.disk_size_gib);
}

/// Counts answers of replicas that are too far behind.
fn count_stale_reads(
    plan: &Plan,
    state: &mut State,
    scratch: &Scratch,
    database: &DatabaseState,
    component: usize,
    now: Now,
) {
    let Some(own) = &plan.components[component].database else { return };
    let instances = plan.components[component].instances.clone();
    let is_stale = |r: &ReplicaState| r.lag_s > own.stale_after_s || r.diverged;
    let reads: f64 = database
        .replicas
        .iter()
        .zip(instances)
        .filter(|(r, _)| is_stale(r))
        .map(|(_, i)| scratch.reads_of_replicas[i])
        .sum();
    if now.at > now.start && reads > 0.0 {
        let whole = state.harm.stale.take(reads);
        state.harm.stale_reads += whole;
    }
}

/// Counts connections, and refuses the share of new ones for which there is no room.
fn connect(database: &mut DatabaseState, in_use: f64, now: Now) {
    // Whoever is refused holds nothing, and wants to all the same.
    let wanted = in_use / (1.0 - database.refused_ratio).max(0.05);
    let most = f64::from(database.max_connections);
    let free = (most - database.foreign_connections.max(0.0)).max(0.0);
    let refused = if wanted > free { (1.0 - free / wanted).min(0.98) } else { 0.0 };
    database.refused_ratio += (refused - database.refused_ratio) * now.weight(3.0);
    if database.refused_ratio < 1e-4 {
        database.refused_ratio = 0.0;
    }
    database.connections = (database.foreign_connections.max(0.0) + in_use).min(most);
}

/// Ends a primary that cannot write its log any more.
fn stop_when_full(plan: &Plan, state: &mut State, primary: usize) {
    let host = &state.hosts[plan.instances[primary].host];
    if host.disk_used_gib >= host.disk_size_gib && state.answers(plan, primary) {
        process::crash(plan, state, primary);
    }
}

/// Makes an instance the primary: what it had not applied is lost, and the others follow it.
pub(crate) fn promote(plan: &Plan, state: &mut State, component: usize, to_instance: usize) {
    let first = plan.components[component].instances.start;
    let parted = |state: &State, old: usize| {
        let sides = [old, to_instance].map(|i| state.hosts[plan.instances[i].host].side);
        state.answers(plan, old) && sides[0] != sides[1] && !sides.contains(&0)
    };
    let Some(mut database) = state.components[component].database.take() else { return };
    let mut behind = Carry::default();
    let lost = behind.take(database.replicas[to_instance - first].behind);
    let old = database.primary;
    for replica in &mut database.replicas {
        replica.behind = (replica.behind - lost as f64).max(0.0);
    }
    if let Some(old) = old.filter(|&old| old != to_instance) {
        // Fenced: it comes back as a replica, and only if it holds nothing that the others do not have. Where it cannot be
        // reached it goes on as a second primary, and nobody takes it in as a replica.
        database.two_primaries = parted(state, old);
        let is_ahead = lost > 0 || database.two_primaries;
        database.replicas[old - first] = ReplicaState {
            serves: !is_ahead,
            stopped: is_ahead,
            diverged: is_ahead,
            error: if is_ahead { UNKNOWN_POSITION } else { 0 },
            apply_ratio: 1.0,
            ..ReplicaState::default()
        };
    }
    database.replicas[to_instance - first] = ReplicaState { apply_ratio: 1.0, ..ReplicaState::default() };
    database.primary = Some(to_instance);
    database.promotion = None;
    database.lost_writes += lost;
    state.harm.lost_writes += lost;
    // Sessions, with their locks and open transactions, end with the old primary.
    (database.locked_ratio, database.oldest_transaction_s, database.lock_waiters) = (0.0, 0.0, 0.0);
    state.components[component].database = Some(database);
}
