//! Hosts: cores, memory, disk and network as everything on them uses them together.

use super::{Now, Scratch, link, process};
use crate::plan::Plan;
use crate::state::{HostState, Phase, State};

const GIB: f64 = 1_073_741_824.0;
/// Share of the written bytes that stays: logs are rotated and compressed, data is written more than once.
const KEPT: f64 = 0.1;
/// What the system itself takes: share of the cores, of the memory, disk operations a second, processes.
const SYSTEM: (f64, f64, f64, f64) = (0.02, 0.05, 5.0, 160.0);
/// Bytes of one packet.
pub(super) const PACKET_BYTES: f64 = 1_200.0;
/// Bytes that a link of one Mbit/s carries in a second.
const MBIT_BYTES: f64 = 125_000.0;

/// Moves the hosts on by what was used of them in this step.
pub(super) fn step(plan: &Plan, state: &mut State, scratch: &Scratch, now: Now) {
    for (idx, own) in plan.hosts.iter().enumerate() {
        let host = &mut state.hosts[idx];
        share_cores(host, own.cores, scratch.cpu[idx], now);
        use_disk(host, own.disk_iops, scratch.operations[idx], scratch.written[idx], now);
        use_network(host, own.network_mbit, (scratch.taken[idx], scratch.sent[idx]), now);
        host.memory_used_mib = own.memory_mib * SYSTEM.1;
        host.processes = SYSTEM.3 + host.zombies;
    }
    for (idx, own) in plan.instances.iter().enumerate() {
        let host = &mut state.hosts[own.host];
        host.memory_used_mib += state.instances[idx].memory_mib;
        if state.instances[idx].phase != Phase::Absent {
            host.processes += 4.0;
        }
    }
    for idx in 0..plan.hosts.len() {
        if state.hosts[idx].memory_used_mib > plan.hosts[idx].memory_mib {
            kill_largest(plan, state, idx);
        }
    }
    for k in 0..state.sensors_away.len() {
        if let Some(idx) = plan.host(&state.sensors_away[k]) {
            state.hosts[idx].silent = true;
        }
    }
}

/// Shares the cores out: what is wanted beyond them makes everything slower until no more is wanted.
fn share_cores(host: &mut HostState, cores: f64, demand: f64, now: Now) {
    let demand = demand + cores * SYSTEM.0;
    let available = (cores - host.stolen_cores.max(0.0)).max(cores * 0.05);
    host.cpu_pressure = (host.cpu_pressure.max(1.0) * demand / available).min(1_000.0);
    let used = host.stolen_cores.max(0.0).min(cores) + demand.min(available);
    host.cpu_ratio = (used / cores).min(1.0);
    host.cpu_seconds += host.cpu_ratio * cores * now.dt;
}

/// Keeps the disk's time and room.
fn use_disk(host: &mut HostState, iops: f64, operations: f64, written: f64, now: Now) {
    let operations = operations + SYSTEM.2;
    let service_s = host.disk_slow.max(0.01) / iops.max(1.0);
    let busy = operations * service_s;
    host.disk_ratio = busy.min(1.0);
    // M/M/1; a disk that is asked for more than it carries answers fifty times later than an idle one.
    host.disk_ms = service_s * 1000.0 / (1.0 - busy.min(0.98));
    host.disk_ops += operations.min(1.0 / service_s) * now.dt;
    host.disk_io_seconds += host.disk_ratio * now.dt;
    let grown = written * KEPT / GIB + host.disk_growth_gib_s * now.dt;
    host.disk_used_gib = (host.disk_used_gib + grown).clamp(0.0, host.disk_size_gib);
}

/// Counts what goes over the link of a host, and finds out what waits there and what finds no room.
///
/// A link carries as much in both directions; the busier one decides.
fn use_network(host: &mut HostState, mbit: f64, (received, sent): (f64, f64), now: Now) {
    let carried = mbit.max(1.0) * MBIT_BYTES * now.dt;
    let sent = sent + host.taken_mbit.max(0.0) * MBIT_BYTES * now.dt;
    let wanted = received.max(sent) / carried;
    host.network_ratio = wanted.min(1.0);
    // M/M/1, as for the disk: up to half of its capacity a packet waits for less than one other, which an idle link's
    // time has room for.
    let packet_ms = PACKET_BYTES / (mbit.max(1.0) * MBIT_BYTES) * 1000.0;
    let free = 1.0 - wanted.min(0.98);
    host.network_ms = packet_ms * (1.0 / free - 2.0).max(0.0);
    // Senders slow down within some seconds, and not all at once.
    let full = (1.0 - 1.0 / wanted.max(1.0)).max(0.0);
    host.full_ratio += (full - host.full_ratio) * now.weight(3.0);
    if host.full_ratio < 1e-4 {
        host.full_ratio = 0.0;
    }
    host.received_bytes += received.min(carried);
    host.sent_bytes += sent.min(carried);
    host.dropped_packets += (received + sent) / PACKET_BYTES * link::lost_packets(host);
}

/// Ends the process with the most memory, as the kernel does when there is none left.
fn kill_largest(plan: &Plan, state: &mut State, host: usize) {
    let mut largest: Option<usize> = None;
    for (idx, own) in plan.instances.iter().enumerate() {
        let memory = |i: usize| state.instances[i].memory_mib;
        if own.host == host && largest.is_none_or(|l| memory(idx) > memory(l)) {
            largest = Some(idx);
        }
    }
    if let Some(idx) = largest.filter(|&i| state.answers(plan, i)) {
        process::kill_for_memory(plan, state, idx);
    }
}
