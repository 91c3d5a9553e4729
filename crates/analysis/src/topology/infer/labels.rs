//! Rules by which the labels of one series name two things.

use wardroom_core::Labels;

use super::SeriesFact;
use super::ends::{End, Found, Rule};
use super::mesh;

/// Labels that name who is measured, the most exact first.
const SUBJECTS: [&str; 16] = [
    "service",
    "service_name",
    "app",
    "application",
    "app_kubernetes_io_name",
    "deployment",
    "statefulset",
    "daemonset",
    "workload",
    "component",
    "container",
    "pod",
    "pod_name",
    "exported_service",
    "exported_job",
    "job",
];

/// Labels that name the machine a program runs on.
const MACHINES: [&str; 8] =
    ["node", "nodename", "node_name", "kubernetes_node", "host", "hostname", "host_name", "exported_node"];

/// Labels of clients that name, by their convention, whom they ask.
const PEERS: [&str; 17] = [
    "destination",
    "destination_service",
    "destination_address",
    "peer_service",
    "peer",
    "server_address",
    "net_peer_name",
    "network_peer_address",
    "upstream",
    "upstream_name",
    "upstream_host",
    "remote_service",
    "remote_host",
    "dependency",
    "dependency_name",
    "target_service",
    "callee",
];

/// Labels that may name whom a program asks, and may as well be a role, a table or a number.
const MAYBE_PEERS: [&str; 16] = [
    "target",
    "remote",
    "backend",
    "backend_name",
    "proxy",
    "client_name",
    "clientname",
    "db",
    "db_name",
    "database",
    "datasource",
    "pool",
    "broker",
    "uri",
    "url",
    "server",
];

/// What servers and machines tell of themselves: their labels name own parts (a schema, a memory pool), not peers.
const OF_THEMSELVES: [&str; 18] = [
    "http_server",
    "rpc_server",
    "pg_",
    "mysql_",
    "redis_",
    "mongodb_",
    "kafka_server",
    "kafka_topic",
    "kafka_consumergroup",
    "elasticsearch_",
    "rabbitmq_",
    "node_",
    "windows_",
    "container_",
    "kubelet_",
    "jvm_",
    "process_",
    "go_gc",
];

/// Reads one series.
pub(super) fn read(found: &mut Found<'_>, fact: &SeriesFact<'_>) {
    let (metric, labels) = (fact.key.metric.as_str(), &fact.key.labels);
    if mesh::read(found, fact) {
        return;
    }
    // A probe looks from outside: who looks does not depend on what is looked at, nor run where it looks.
    if metric.starts_with("probe_") || labels.get("job").is_some_and(|job| job.starts_with("blackbox")) {
        return;
    }
    let from = subject(found, labels);
    if let Some(from) = &from {
        placed(found, fact, from);
        asked(found, fact, from);
    }
    build(found, fact);
    asking(found, fact, from.as_ref());
}

/// Returns who is measured: the first label that names a known thing, else the service that the labels name.
fn subject(found: &Found<'_>, labels: &Labels) -> Option<End> {
    SUBJECTS
        .iter()
        .find_map(|name| found.known(labels.get(name)?))
        .or_else(|| SUBJECTS[..4].iter().find_map(|name| found.named(labels.get(name)?)))
}

/// Adds where a program runs: a label for the machine beside one for the program, or the address of its scrape target.
fn placed(found: &mut Found<'_>, fact: &SeriesFact<'_>, from: &End) {
    let labels = &fact.key.labels;
    let peer = pooled(&fact.key.metric);
    let machine =
        MACHINES.iter().filter(|name| Some(**name) != peer).find_map(|name| found.known(labels.get(name)?));
    let (rule, machine) = if machine.is_some() {
        ("label-machine", machine)
    } else {
        ("scrape-target", labels.get("instance").and_then(|at| found.known(at)))
    };
    // An exporter stands beside what it measures, so that the address says nothing about where that runs.
    let exporter = labels.get("job").is_some_and(|job| job.contains("exporter"));
    if let Some(machine) = machine.filter(|_| rule == "label-machine" || !exporter) {
        add(found, Rule::new(rule, "runs on"), (from, &machine), fact);
    }
}

/// Adds whom a program asks.
fn asked(found: &mut Found<'_>, fact: &SeriesFact<'_>, from: &End) {
    let (metric, labels) = (fact.key.metric.as_str(), &fact.key.labels);
    if OF_THEMSELVES.iter().any(|start| metric.starts_with(start)) {
        return;
    }
    let how = how(metric, labels);
    if let Some(to) = pooled(metric).and_then(|name| found.named(labels.get(name)?)) {
        add(found, Rule::new("label-peer", "connects to"), (from, &to), fact);
        return;
    }
    let peer = PEERS.iter().find_map(|name| found.named(peer_name(labels.get(name)?)));
    if let Some(to) = peer {
        add(found, Rule::new("label-peer", how), (from, &to), fact);
        return;
    }
    let maybe = MAYBE_PEERS.iter().filter_map(|name| labels.get(name));
    let breaker = is_breaker(metric).then(|| labels.get("name").or_else(|| labels.get("group"))).flatten();
    let to = maybe.chain(breaker).find_map(|text| known_part(found, peer_name(text)));
    if let Some(to) = to {
        add(found, Rule::new("label-known-peer", how), (from, &to), fact);
    }
}

/// Adds who asks the thing that is measured, where its own exporter counts them by name.
fn asking(found: &mut Found<'_>, fact: &SeriesFact<'_>, to: Option<&End>) {
    let (metric, labels) = (fact.key.metric.as_str(), &fact.key.labels);
    let Some(to) = to else { return };
    if let Some(group) = labels.get("consumergroup").or_else(|| labels.get("consumer_group")) {
        if let Some(from) = known_part(found, group) {
            add(found, Rule::new("label-consumer-group", "consumes from"), (&from, to), fact);
        }
        return;
    }
    let sessions =
        ["pg_stat_activity", "mysql_info_schema_processlist", "redis_connected_client", "pgbouncer_clients"];
    if sessions.iter().any(|start| metric.starts_with(start)) {
        let who = ["application_name", "client_addr", "client", "name"];
        if let Some(from) = who.iter().find_map(|name| known_part(found, labels.get(name)?)) {
            add(found, Rule::new("label-session", "connects to"), (&from, to), fact);
        }
    }
}

/// Adds where a program runs whose only name is that of its `*_build_info` metric.
fn build(found: &mut Found<'_>, fact: &SeriesFact<'_>) {
    let Some(program) = fact.key.metric.strip_suffix("_build_info") else { return };
    let from = found.known(program).or_else(|| found.known(&program.replace('_', "-")));
    let labels = &fact.key.labels;
    let machine = MACHINES.iter().chain(&["instance"]).find_map(|name| found.known(labels.get(name)?));
    if let (Some(from), Some(machine)) = (from, machine) {
        add(found, Rule::new("build-info", "runs on"), (&from, &machine), fact);
    }
}

fn add(found: &mut Found<'_>, rule: Rule, ends: (&End, &End), fact: &SeriesFact<'_>) {
    found.add(rule, ends, (fact.first, fact.last), &|| fact.key.to_string());
}

/// Returns how a client's metric says that it uses its peer.
fn how(metric: &str, labels: &Labels) -> &'static str {
    let operation = labels.get("operation").or_else(|| labels.get("db_operation")).unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| metric.contains(word));
    if has(&["consume", "poll"]) {
        "consumes from"
    } else if has(&["messaging", "kafka", "rabbitmq", "producer", "publish"]) {
        "publishes to"
    } else if has(&["cache", "redis", "memcached"]) {
        "caches in"
    } else if has(&["haproxy", "nginx", "upstream", "backend"]) {
        "balances"
    } else if metric.starts_with("db_") || has(&["sql", "hikaricp", "jdbc", "datasource", "pool"]) {
        match operation.to_ascii_lowercase().as_str() {
            "select" | "read" | "find" | "query" => "reads",
            "write" | "insert" | "update" | "delete" => "writes",
            _ => "connects to",
        }
    } else {
        "calls"
    }
}

/// Returns the label under which a pooler tells to whom its pools lead, though elsewhere it names a machine.
fn pooled(metric: &str) -> Option<&'static str> {
    metric.starts_with("pgbouncer_databases").then_some("host")
}

/// Reports whether a metric is of a library that counts its peers under the label `name`.
fn is_breaker(metric: &str) -> bool {
    ["resilience4j", "hystrix", "circuit", "breaker", "feign", "polly"]
        .iter()
        .any(|word| metric.contains(word))
}

/// Takes scheme and path off a URL, and what Traefik writes behind `@`.
fn peer_name(text: &str) -> &str {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?']).next().unwrap_or(text);
    let (before, behind) = text.split_once('@').unwrap_or((text, ""));
    // Credentials stand before the sign, a provider behind it.
    if behind.contains(['.', ':']) { behind } else { before }
}

/// Takes a text that is a name, or a name with a role at its end (`orders-db-read`, `billing-consumer`).
fn known_part(found: &Found<'_>, text: &str) -> Option<End> {
    const ROLES: [&str; 12] = [
        "-read",
        "-write",
        "-ro",
        "-rw",
        "-pool",
        "-client",
        "-consumer",
        "-consumers",
        "-group",
        "-producer",
        "-cb",
        "-breaker",
    ];
    found.known(text).or_else(|| ROLES.iter().find_map(|role| found.known(text.strip_suffix(role)?)))
}
