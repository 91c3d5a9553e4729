//! What a machine exposes, under the names of the node exporter.

use wardroom_core::Unit;

use crate::plan::Plan;
use crate::telemetry::sheet::{GIB, MIB, Now, Sheet, Signal, micros, pages, ticks};

/// CPU modes with the share of the used time that each has.
const MODES: [(&str, f64); 4] = [("user", 0.74), ("system", 0.2), ("softirq", 0.04), ("nice", 0.02)];

/// Seconds since the machine was started.
fn uptime_s(now: &Now<'_>, signal: &Signal) -> f64 {
    (now.at_ms - now.host(signal).started_at.as_millis()) as f64 / 1000.0
}

/// Adds the node exporter of one machine.
pub(super) fn series(sheet: &mut Sheet, plan: &Plan, host: usize) {
    sheet.constant("machine_cpu_cores", &[], Unit::Count, plan.hosts[host].cores);
    processor(sheet, host);
    memory(sheet, plan, host);
    disk(sheet, host);
    network(sheet, plan, host);
    let at = (host, 0, 0.0);
    let boot = |n: &Now<'_>, s: &Signal| n.host(s).started_at.as_millis() as f64 / 1000.0;
    sheet.gauge("node_boot_time_seconds", &[], Unit::UnixTime, boot, at);
    let offset = |n: &Now<'_>, s: &Signal| {
        ((n.host(s).clock_offset_s + 0.000_4 * (s.wobble(n, 1.0) - 1.0)) * 1e6).round() / 1e6
    };
    sheet.gauge("node_timex_offset_seconds", &[], Unit::Seconds, offset, at);
    let zombies = |n: &Now<'_>, s: &Signal| n.host(s).zombies.floor();
    sheet.gauge("node_processes_state", &[("state", "Z")], Unit::Count, zombies, at);
    let sleeping = |n: &Now<'_>, s: &Signal| {
        let host = n.host(s);
        (host.processes - host.zombies).floor().max(0.0)
    };
    sheet.gauge("node_processes_state", &[("state", "S")], Unit::Count, sleeping, at);
    sheet.constant("node_processes_max_processes", &[], Unit::Count, 32_768.0);
    let killed = |n: &Now<'_>, s: &Signal| {
        let here = n.plan.instances.iter().zip(&n.state.instances).filter(|(place, _)| place.host == s.a);
        here.map(|(_, instance)| f64::from(instance.killed_for_memory)).sum::<f64>()
    };
    sheet.counter("node_vmstat_oom_kill", &[], Unit::Count, killed, at);
    let logins =
        |n: &Now<'_>, s: &Signal| n.host(s).failed_logins.floor() + n.watch.hosts[s.a].mistyped.floor();
    sheet.counter("sshd_failed_logins_total", &[], Unit::Count, logins, at);
}

/// Returns the run queue as `uptime` would say it.
fn load(now: &Now<'_>, signal: &Signal) -> f64 {
    let host = now.host(signal);
    let cores = now.host_plan(signal).cores;
    let runnable = host.cpu_ratio.max(host.cpu_pressure) * cores + host.disk_ratio * 1.5 + 0.06;
    (runnable * signal.wobble(now, signal.x) * 100.0).round() / 100.0
}

/// Adds CPU time by mode and the load.
fn processor(sheet: &mut Sheet, host: usize) {
    let cpu = "node_cpu_seconds_total";
    for (mode, share) in MODES {
        let used = |n: &Now<'_>, s: &Signal| ticks(n.host(s).cpu_seconds * s.x);
        sheet.counter(cpu, &[("mode", mode)], Unit::Seconds, used, (host, 0, share));
    }
    let idle = |n: &Now<'_>, s: &Signal| {
        // What is not used, less the part of it in which something waited for the disk.
        let free = n.host_plan(s).cores * uptime_s(n, s) - n.host(s).cpu_seconds;
        ticks(free)
    };
    sheet.counter(cpu, &[("mode", "idle")], Unit::Seconds, idle, (host, 0, 0.0));
    let waiting = |n: &Now<'_>, s: &Signal| ticks(n.host(s).disk_io_seconds * s.x);
    sheet.counter(cpu, &[("mode", "iowait")], Unit::Seconds, waiting, (host, 0, 0.3));
    sheet.gauge("node_load1", &[], Unit::Unknown, load, (host, 0, 0.12));
    sheet.gauge("node_load5", &[], Unit::Unknown, load, (host, 0, 0.05));
    sheet.gauge("node_load15", &[], Unit::Unknown, load, (host, 0, 0.02));
    let running = |n: &Now<'_>, s: &Signal| (load(n, s) + 0.5).floor().max(1.0);
    sheet.gauge("node_procs_running", &[], Unit::Count, running, (host, 0, 0.25));
    let switches =
        |n: &Now<'_>, s: &Signal| (n.host(s).cpu_seconds * 5200.0 + uptime_s(n, s) * 800.0).floor();
    sheet.counter("node_context_switches_total", &[], Unit::Count, switches, (host, 0, 0.0));
}

/// Adds the memory.
fn memory(sheet: &mut Sheet, plan: &Plan, host: usize) {
    let total = pages(plan.hosts[host].memory_mib * MIB);
    sheet.constant("node_memory_MemTotal_bytes", &[], Unit::Bytes, total);
    let available = |n: &Now<'_>, s: &Signal| {
        let host = n.host(s);
        let free = s.x - host.memory_used_mib * MIB * s.wobble(n, 0.003);
        pages(free)
    };
    sheet.gauge("node_memory_MemAvailable_bytes", &[], Unit::Bytes, available, (host, 0, total));
    let cached = |n: &Now<'_>, s: &Signal| pages((s.x - n.host(s).memory_used_mib * MIB).max(0.0) * 0.8);
    sheet.gauge("node_memory_Cached_bytes", &[], Unit::Bytes, cached, (host, 0, total));
}

/// Adds the file system on which the data lies, and its disk.
fn disk(sheet: &mut Sheet, host: usize) {
    let at = (host, 0, 0.0);
    let fs = [("device", "/dev/nvme0n1p2"), ("fstype", "ext4"), ("mountpoint", "/var")];
    let size = |n: &Now<'_>, s: &Signal| pages(n.host(s).disk_size_gib * GIB);
    let free = |n: &Now<'_>, s: &Signal| {
        let host = n.host(s);
        pages((host.disk_size_gib - host.disk_used_gib).max(0.0) * GIB)
    };
    sheet.gauge("node_filesystem_size_bytes", &fs, Unit::Bytes, size, at);
    sheet.gauge("node_filesystem_avail_bytes", &fs, Unit::Bytes, free, at);
    let device = [("device", "nvme0n1")];
    let busy = |n: &Now<'_>, s: &Signal| micros(n.host(s).disk_io_seconds);
    sheet.counter("node_disk_io_time_seconds_total", &device, Unit::Seconds, busy, at);
    let operations = |n: &Now<'_>, s: &Signal| (n.host(s).disk_ops * s.x).floor();
    sheet.counter("node_disk_reads_completed_total", &device, Unit::Count, operations, (host, 0, 0.3));
    sheet.counter("node_disk_writes_completed_total", &device, Unit::Count, operations, (host, 0, 0.7));
    // Operations overlap, so the time of all of them is more than the time in which the disk was busy.
    let writing = |n: &Now<'_>, s: &Signal| micros(n.host(s).disk_io_seconds * s.x);
    sheet.counter("node_disk_write_time_seconds_total", &device, Unit::Seconds, writing, (host, 0, 1.4));
    let await_s = |n: &Now<'_>, s: &Signal| micros(n.host(s).disk_ms / 1000.0 * s.wobble(n, 0.08));
    sheet.gauge("node_disk_write_await_seconds", &device, Unit::Seconds, await_s, at);
}

/// Adds the network.
fn network(sheet: &mut Sheet, plan: &Plan, host: usize) {
    let at = (host, 0, 0.0);
    let device = [("device", "ens5")];
    let speed = plan.hosts[host].network_mbit * 125_000.0;
    sheet.constant("node_network_speed_bytes", &device, Unit::Bytes, speed);
    let received = |n: &Now<'_>, s: &Signal| n.host(s).received_bytes.floor();
    let sent = |n: &Now<'_>, s: &Signal| n.host(s).sent_bytes.floor();
    let dropped = |n: &Now<'_>, s: &Signal| n.host(s).dropped_packets.floor();
    sheet.counter("node_network_receive_bytes_total", &device, Unit::Bytes, received, at);
    sheet.counter("node_network_transmit_bytes_total", &device, Unit::Bytes, sent, at);
    sheet.counter("node_network_receive_drop_total", &device, Unit::Count, dropped, at);
    let again = |n: &Now<'_>, s: &Signal| {
        let host = n.host(s);
        // One packet in some ten thousand is always sent again; every dropped one is.
        (host.dropped_packets + host.sent_bytes / 1400.0 / 20_000.0).floor()
    };
    sheet.counter("node_netstat_Tcp_RetransSegs", &[], Unit::Count, again, at);
    let refused = |n: &Now<'_>, s: &Signal| n.host(s).refused_connections.floor();
    sheet.counter("node_netfilter_dropped_total", &[], Unit::Count, refused, at);
    let tracked = |n: &Now<'_>, s: &Signal| {
        let here = n.plan.instances.iter().zip(&n.state.instances).filter(|(place, _)| place.host == s.a);
        (40.0 + here.map(|(_, instance)| instance.connections * 1.5).sum::<f64>()).floor()
    };
    sheet.gauge("node_nf_conntrack_entries", &[], Unit::Count, tracked, at);
    sheet.constant("node_nf_conntrack_entries_limit", &[], Unit::Count, 262_144.0);
}
