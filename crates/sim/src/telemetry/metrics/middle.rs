//! What stands between: caches, brokers and balancers, under the names of their exporters.

use wardroom_core::Unit;

use crate::plan::{EdgeKind, Plan};
use crate::state::{BalancerState, BrokerState, CacheState};
use crate::telemetry::metrics::{runtime, service};
use crate::telemetry::sheet::{GAP, MIB, Now, Sheet, Signal, flag, micros, pages};

/// Registered addresses without a process for which there is a place in the list of servers.
const GHOSTS: usize = 3;

/// Reports whether the process behind an exporter answers.
fn is_up(now: &Now<'_>, signal: &Signal) -> bool {
    now.state.answers(now.plan, signal.a)
}

/// Returns a whole number of a process that answers.
fn whole(now: &Now<'_>, signal: &Signal, value: f64) -> f64 {
    if is_up(now, signal) { value.floor() } else { GAP }
}

/// Returns the cache's state when the instance answers.
fn cache<'a>(now: &Now<'a>, signal: &Signal) -> Option<&'a CacheState> {
    if is_up(now, signal) { now.component(signal).cache.as_ref() } else { None }
}

/// Adds the exporter of Redis; `x` is the instance's share of the lookups.
pub(super) fn redis(sheet: &mut Sheet, plan: &Plan, instance: usize, version: &str) {
    let component = &plan.components[plan.instances[instance].component];
    let at = (instance, 0, 1.0 / component.instances.len().max(1) as f64);
    sheet.gauge("redis_up", &[], Unit::Unknown, |n, s| flag(is_up(n, s)), at);
    sheet.constant("redis_instance_info", &[("redis_version", version)], Unit::Unknown, 1.0);
    let hits = |n: &Now<'_>, s: &Signal| cache(n, s).map_or(GAP, |c| (c.hits * s.x).floor());
    let misses = |n: &Now<'_>, s: &Signal| cache(n, s).map_or(GAP, |c| (c.misses * s.x).floor());
    sheet.counter("redis_keyspace_hits_total", &[], Unit::Count, hits, at);
    sheet.counter("redis_keyspace_misses_total", &[], Unit::Count, misses, at);
    let keys = |n: &Now<'_>, s: &Signal| {
        let most = n.component_plan(s).cache.map_or(0.0, |c| c.working_set);
        cache(n, s).map_or(GAP, |c| (c.warmth * most * s.x).round())
    };
    sheet.gauge("redis_db_keys", &[("db", "db0")], Unit::Count, keys, at);
    let used = |n: &Now<'_>, s: &Signal| {
        cache(n, s).map_or(GAP, |c| pages(n.instance(s).memory_mib * MIB * (0.2 + 0.8 * c.warmth)))
    };
    sheet.gauge("redis_memory_used_bytes", &[], Unit::Bytes, used, at);
    let most = |n: &Now<'_>, s: &Signal| pages(n.component_plan(s).memory_limit_mib * MIB);
    sheet.gauge("redis_memory_max_bytes", &[], Unit::Bytes, most, at);
    let clients = |n: &Now<'_>, s: &Signal| whole(n, s, n.instance(s).connections + 1.0);
    sheet.gauge("redis_connected_clients", &[], Unit::Count, clients, at);
    let commands = |n: &Now<'_>, s: &Signal| {
        let instance = n.instance(s);
        whole(n, s, (instance.ok + instance.failed) as f64)
    };
    sheet.counter("redis_commands_processed_total", &[], Unit::Count, commands, at);
    let start = |n: &Now<'_>, s: &Signal| whole(n, s, runtime::started(n, s));
    sheet.gauge("redis_start_time_seconds", &[], Unit::UnixTime, start, at);
}

/// Adds what a broker process exposes.
pub(super) fn kafka(sheet: &mut Sheet, instance: usize, version: &str) {
    let at = (instance, 0, 0.0);
    runtime::process(sheet, instance);
    sheet.constant("kafka_server_app_info", &[("version", version)], Unit::Unknown, 1.0);
    let incoming = |n: &Now<'_>, s: &Signal| n.instance(s).offered as f64;
    sheet.counter("kafka_server_brokertopicmetrics_messagesin_total", &[], Unit::Count, incoming, at);
    let idle =
        |n: &Now<'_>, s: &Signal| ((1.0 - n.instance(s).busy_ratio).clamp(0.0, 1.0) * 1e4).round() / 1e4;
    let name = "kafka_server_requesthandler_average_idle_ratio";
    sheet.gauge(name, &[], Unit::Ratio, idle, at);
}

/// Returns the broker's state.
fn broker<'a>(now: &Now<'a>, signal: &Signal) -> Option<&'a BrokerState> {
    now.state.components[signal.a].broker.as_ref()
}

/// Returns the messages of a partition up to the newest, for a signal whose `x` is the partition's share: what was taken
/// and what waits, so that the lag is the difference of both offsets for steps of any length.
fn newest(now: &Now<'_>, signal: &Signal) -> f64 {
    broker(now, signal).map_or(GAP, |b| ((b.taken + b.purged + b.waiting) as f64 * signal.x).floor())
}

/// Returns the messages of a partition that were taken or thrown away.
fn taken(now: &Now<'_>, signal: &Signal) -> f64 {
    broker(now, signal).map_or(GAP, |b| ((b.taken + b.purged) as f64 * signal.x).floor())
}

/// Adds the exporter of a topic and its consumer groups.
pub(super) fn topic(sheet: &mut Sheet, plan: &Plan, component: usize) {
    let brokers = |n: &Now<'_>, s: &Signal| {
        let instances = n.plan.components[s.a].instances.clone();
        instances.filter(|&i| n.state.answers(n.plan, i)).count() as f64
    };
    sheet.gauge("kafka_brokers", &[], Unit::Count, brokers, (component, 0, 0.0));
    let Some(planned) = &plan.components[component].broker else { return };
    let groups: Vec<&str> = plan
        .edges_to(component)
        .filter(|&e| plan.edges[e].kind == EdgeKind::Consume)
        .map(|e| plan.components[plan.edges[e].from].name.as_str())
        .collect();
    for &group in &groups {
        let labels = [("consumergroup", group), ("topic", planned.topic.as_str())];
        let lag = |n: &Now<'_>, s: &Signal| waiting(n, s.a);
        sheet.gauge("kafka_consumergroup_lag_sum", &labels, Unit::Count, lag, (component, 0, 0.0));
    }
    let partitions = planned.partitions.max(1);
    for partition in 0..partitions {
        // Keys are never spread evenly: the shares rise by a third from the first partition to the last.
        let weight = |p: u32| 1.0 + f64::from(p) / f64::from(partitions) / 3.0;
        let share = weight(partition) / (0..partitions).map(weight).sum::<f64>();
        let at = (component, 0, share);
        let number = partition.to_string();
        let labels = [("partition", number.as_str()), ("topic", planned.topic.as_str())];
        sheet.counter("kafka_topic_partition_current_offset", &labels, Unit::Count, newest, at);
        for &group in &groups {
            let labels = [labels[0], labels[1], ("consumergroup", group)];
            sheet.counter("kafka_consumergroup_current_offset", &labels, Unit::Count, taken, at);
            let lag =
                |n: &Now<'_>, s: &Signal| broker(n, s).map_or(GAP, |b| (b.waiting as f64 * s.x).floor());
            sheet.gauge("kafka_consumergroup_lag", &labels, Unit::Count, lag, at);
        }
    }
}

/// Returns the messages that wait at a broker.
fn waiting(now: &Now<'_>, component: usize) -> f64 {
    now.state.components[component].broker.as_ref().map_or(0.0, |b| b.waiting as f64)
}

/// Returns the balancer's state.
fn balancer<'a>(now: &Now<'a>, signal: &Signal) -> Option<&'a BalancerState> {
    if is_up(now, signal) { now.component(signal).balancer.as_ref() } else { None }
}

/// Returns 1 for a server that gets requests, 0 for one that was taken out, nothing for one that is not registered.
fn server(now: &Now<'_>, signal: &Signal) -> f64 {
    balancer(now, signal).map_or(GAP, |b| match b.registered.get(signal.b) {
        Some(true) => flag(!b.unhealthy.get(signal.b).copied().unwrap_or(false)),
        Some(false) | None => GAP,
    })
}

/// Returns 1 for a registered address behind which nothing runs.
fn ghost(now: &Now<'_>, signal: &Signal) -> f64 {
    let there = |b: &BalancerState| usize::try_from(b.ghosts).unwrap_or(usize::MAX) > signal.b;
    balancer(now, signal).filter(|b| there(b)).map_or(GAP, |_| 1.0)
}

/// Returns the number of servers that get requests.
fn servers(now: &Now<'_>, signal: &Signal) -> f64 {
    balancer(now, signal).map_or(GAP, |b| {
        let healthy = |k: usize| !b.unhealthy.get(k).copied().unwrap_or(false);
        let real = b.registered.iter().enumerate().filter(|&(k, &yes)| yes && healthy(k)).count();
        real as f64 + f64::from(b.ghosts)
    })
}

/// Adds the servers behind a balancer, each under the given metric.
fn backends(sheet: &mut Sheet, plan: &Plan, instance: usize, metric: &str) {
    let component = &plan.components[plan.instances[instance].component];
    let Some(planned) = component.balancer else { return };
    let behind = &plan.components[planned.behind];
    let proxy = ("proxy", behind.name.as_str());
    for (k, backend) in behind.instances.clone().enumerate() {
        let labels = [proxy, ("server", plan.instances[backend].name.as_str())];
        sheet.gauge(metric, &labels, Unit::Unknown, server, (instance, k, 0.0));
    }
    for k in 0..GHOSTS {
        // The addresses of machines that were given back and whose entries stayed.
        let name = format!("10.40.{}.{}", 12 + planned.behind, 201 + k);
        sheet.gauge(metric, &[proxy, ("server", name.as_str())], Unit::Unknown, ghost, (instance, k, 0.0));
    }
}

/// What a balancer counts by class of status.
const CLASSES: [(&str, fn(&Now<'_>, &Signal) -> f64); 3] = [
    ("2xx", |n, s| whole(n, s, n.instance(s).ok as f64)),
    ("4xx", |n, s| whole(n, s, n.instance(s).unauthorized as f64)),
    ("5xx", |n, s| {
        let instance = n.instance(s);
        whole(n, s, (instance.failed.saturating_sub(instance.unauthorized) + instance.refused) as f64)
    }),
];

/// Adds the exporter of `HAProxy`.
pub(super) fn haproxy(sheet: &mut Sheet, plan: &Plan, instance: usize) {
    let component = &plan.components[plan.instances[instance].component];
    let at = (instance, 0, 0.0);
    let behind = component.balancer.map_or("default", |b| plan.components[b.behind].name.as_str());
    let proxy = [("proxy", behind)];
    sheet.gauge("haproxy_up", &[], Unit::Unknown, |n, s| flag(is_up(n, s)), at);
    sheet.gauge("haproxy_backend_active_servers", &proxy, Unit::Count, servers, at);
    backends(sheet, plan, instance, "haproxy_server_status");
    for (class, read) in CLASSES {
        let labels = [proxy[0], ("code", class)];
        sheet.counter("haproxy_backend_http_responses_total", &labels, Unit::Count, read, at);
    }
    let inside = |n: &Now<'_>, s: &Signal| whole(n, s, n.instance(s).inside as f64);
    sheet.gauge("haproxy_backend_current_sessions", &proxy, Unit::Count, inside, at);
    let queue = |n: &Now<'_>, s: &Signal| {
        let instance = n.instance(s);
        whole(n, s, (instance.inside as f64 - instance.workers).max(0.0))
    };
    sheet.gauge("haproxy_backend_current_queue", &proxy, Unit::Count, queue, at);
    let time = |n: &Now<'_>, s: &Signal| if is_up(n, s) { micros(n.instance(s).response_s) } else { GAP };
    sheet.gauge("haproxy_backend_response_time_average_seconds", &proxy, Unit::Seconds, time, at);
    let sent = |n: &Now<'_>, s: &Signal| whole(n, s, n.instance(s).sent_bytes);
    sheet.counter("haproxy_backend_bytes_out_total", &proxy, Unit::Bytes, sent, at);
    service::calls(sheet, plan, instance);
}

/// Adds the exporter of nginx.
pub(super) fn nginx(sheet: &mut Sheet, plan: &Plan, instance: usize) {
    let at = (instance, 0, 0.0);
    sheet.gauge("nginx_up", &[], Unit::Unknown, |n, s| flag(is_up(n, s)), at);
    for (class, read) in CLASSES {
        sheet.counter("nginx_http_responses_total", &[("code", class)], Unit::Count, read, at);
    }
    let all = |n: &Now<'_>, s: &Signal| whole(n, s, n.instance(s).offered as f64);
    sheet.counter("nginx_http_requests_total", &[], Unit::Count, all, at);
    let inside = |n: &Now<'_>, s: &Signal| whole(n, s, n.instance(s).inside as f64 + 1.0);
    sheet.gauge("nginx_connections_active", &[], Unit::Count, inside, at);
    let waiting = |n: &Now<'_>, s: &Signal| whole(n, s, n.instance(s).offered_rps * 2.0);
    sheet.gauge("nginx_connections_waiting", &[], Unit::Count, waiting, at);
    backends(sheet, plan, instance, "nginx_upstream_server_up");
}
