//! What a process exposes of itself, under the names of its language's client library.

use wardroom_core::Unit;

use crate::plan::{Plan, Technology};
use crate::telemetry::sheet::{MIB, Now, Sheet, Signal, micros, pages, ticks};

/// Adds the process and the runtime of a technology.
pub(super) fn series(sheet: &mut Sheet, plan: &Plan, instance: usize, version: &str) {
    let component = &plan.components[plan.instances[instance].component];
    process(sheet, instance);
    match component.technology {
        Technology::Go => go(sheet, instance),
        Technology::Java => java(sheet, instance),
        Technology::Node => node(sheet, instance),
        Technology::Python => python(sheet, instance),
        Technology::Nginx
        | Technology::Haproxy
        | Technology::Postgres
        | Technology::Mysql
        | Technology::Redis
        | Technology::Kafka => {}
    }
    let name = format!("{}_build_info", component.name.replace(['-', '.'], "_"));
    sheet.constant(&name, &[("version", version)], Unit::Unknown, 1.0);
}

/// Returns the resident memory in bytes.
fn resident(now: &Now<'_>, signal: &Signal) -> f64 {
    pages(now.instance(signal).memory_mib * MIB * signal.wobble(now, 0.004))
}

/// Returns the file descriptors that are open: connections from and to others, requests, and what is always there.
fn descriptors(now: &Now<'_>, signal: &Signal) -> f64 {
    let instance = now.instance(signal);
    (18.0 + instance.connections + instance.inside as f64).floor()
}

/// Returns when the process began, in seconds since the epoch.
pub(super) fn started(now: &Now<'_>, signal: &Signal) -> f64 {
    now.instance(signal).started_at.as_millis() as f64 / 1000.0
}

/// Adds what every process exposes.
pub(super) fn process(sheet: &mut Sheet, instance: usize) {
    let at = (instance, 0, 0.0);
    let cpu = |n: &Now<'_>, s: &Signal| ticks(n.instance(s).cpu_seconds);
    sheet.counter("process_cpu_seconds_total", &[], Unit::Seconds, cpu, at);
    sheet.gauge("process_resident_memory_bytes", &[], Unit::Bytes, resident, at);
    sheet.gauge("process_start_time_seconds", &[], Unit::UnixTime, started, at);
    sheet.gauge("process_open_fds", &[], Unit::Count, descriptors, at);
    sheet.constant("process_max_fds", &[], Unit::Count, 65_536.0);
}

/// Returns the part of the memory that is heap in use, rising and falling with the collections.
fn heap(now: &Now<'_>, signal: &Signal) -> f64 {
    let saw = 0.75 + 0.25 * signal.sawtooth(now, 180_000);
    pages(now.instance(signal).memory_mib * MIB * signal.x * saw)
}

/// Returns the requests being worked on.
fn working(now: &Now<'_>, signal: &Signal) -> f64 {
    let instance = now.instance(signal);
    (instance.inside as f64).min(instance.workers)
}

/// Adds the runtime of Go.
fn go(sheet: &mut Sheet, instance: usize) {
    let at = (instance, 0, 0.7);
    let routines = |n: &Now<'_>, s: &Signal| {
        let instance = n.instance(s);
        (14.0 + 2.0 * instance.connections + instance.inside as f64).floor()
    };
    sheet.gauge("go_goroutines", &[], Unit::Count, routines, at);
    let threads = |n: &Now<'_>, s: &Signal| 9.0 + (working(n, s) / 8.0).floor().min(24.0);
    sheet.gauge("go_threads", &[], Unit::Count, threads, at);
    sheet.gauge("go_memstats_heap_inuse_bytes", &[], Unit::Bytes, heap, at);
    let pauses = |n: &Now<'_>, s: &Signal| micros(n.instance(s).cpu_seconds * 0.000_4);
    let cycles = |n: &Now<'_>, s: &Signal| (n.instance(s).cpu_seconds * 0.6).floor();
    sheet.histogram("go_gc_duration_seconds_sum", &[], Unit::Seconds, pauses, at);
    sheet.histogram("go_gc_duration_seconds_count", &[], Unit::Count, cycles, at);
}

/// Adds the runtime of Java.
fn java(sheet: &mut Sheet, instance: usize) {
    let at = (instance, 0, 0.62);
    let area = [("area", "heap")];
    sheet.gauge("jvm_memory_used_bytes", &area, Unit::Bytes, heap, at);
    let most = |n: &Now<'_>, s: &Signal| pages(n.component_plan(s).memory_limit_mib * MIB * 0.75);
    sheet.gauge("jvm_memory_max_bytes", &area, Unit::Bytes, most, at);
    let threads = |n: &Now<'_>, s: &Signal| 24.0 + n.instance(s).workers.floor();
    sheet.gauge("jvm_threads_live_threads", &[], Unit::Count, threads, at);
    sheet.gauge("tomcat_threads_busy_threads", &[], Unit::Count, |n, s| working(n, s).floor(), at);
    let pauses = |n: &Now<'_>, s: &Signal| micros(n.instance(s).cpu_seconds * 0.018);
    let collections = |n: &Now<'_>, s: &Signal| (n.instance(s).cpu_seconds * 0.5).floor();
    sheet.histogram("jvm_gc_pause_seconds_sum", &[], Unit::Seconds, pauses, at);
    sheet.histogram("jvm_gc_pause_seconds_count", &[], Unit::Count, collections, at);
}

/// Adds the runtime of Node.js.
fn node(sheet: &mut Sheet, instance: usize) {
    let at = (instance, 0, 0.55);
    let lag = |n: &Now<'_>, s: &Signal| {
        // A loop that is busy for a share of the time lets the next event wait accordingly.
        let busy = n.instance(s).busy_ratio.clamp(0.0, 0.99);
        let pressure = n.host_of(s).cpu_pressure.max(1.0);
        micros(0.002 * pressure / (1.0 - busy) * s.wobble(n, 0.15))
    };
    sheet.gauge("nodejs_eventloop_lag_seconds", &[], Unit::Seconds, lag, at);
    sheet.gauge("nodejs_heap_size_used_bytes", &[], Unit::Bytes, heap, at);
    let handles = |n: &Now<'_>, s: &Signal| 4.0 + n.instance(s).connections.floor();
    sheet.gauge("nodejs_active_handles_total", &[], Unit::Count, handles, at);
    let pauses = |n: &Now<'_>, s: &Signal| micros(n.instance(s).cpu_seconds * 0.012);
    let kind = [("kind", "minor")];
    sheet.histogram("nodejs_gc_duration_seconds_sum", &kind, Unit::Seconds, pauses, at);
}

/// Adds the runtime of Python.
fn python(sheet: &mut Sheet, instance: usize) {
    const GENERATIONS: [(&str, f64); 3] = [("0", 9.0), ("1", 0.8), ("2", 0.07)];
    for (generation, per_s) in GENERATIONS {
        let collections = |n: &Now<'_>, s: &Signal| (n.instance(s).cpu_seconds * s.x).floor();
        let labels = [("generation", generation)];
        sheet.counter("python_gc_collections_total", &labels, Unit::Count, collections, (instance, 0, per_s));
    }
    let virtual_bytes = |n: &Now<'_>, s: &Signal| pages((n.instance(s).memory_mib * 2.3 + 180.0) * MIB);
    sheet.gauge("process_virtual_memory_bytes", &[], Unit::Bytes, virtual_bytes, (instance, 0, 0.0));
}
