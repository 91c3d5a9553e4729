//! Series that name both ends themselves: service graphs, meshes, clusters of containers, proxies.

use wardroom_core::Labels;

use super::SeriesFact;
use super::ends::{End, Found, Rule};

/// Label pairs that name who asks and who is asked, the most exact first.
const PAIRS: [(&str, &str); 12] = [
    ("source_canonical_service", "destination_canonical_service"),
    ("source_workload", "destination_workload"),
    ("source_app", "destination_app"),
    ("source_service", "destination_service_name"),
    ("source_service", "destination_service"),
    ("source_service_name", "destination_service_name"),
    ("client", "server"),
    ("client_service", "server_service"),
    ("caller", "callee"),
    ("from_service", "to_service"),
    ("source", "destination"),
    ("src_service", "dst_service"),
];

/// Labels of Linkerd's outbound metrics that name who is asked.
const LINKERD: [&str; 5] = ["dst_deployment", "dst_statefulset", "dst_daemonset", "dst_service", "dst_pod"];

/// Labels that name the workload that asks.
const WORKLOADS: [&str; 6] = ["deployment", "statefulset", "daemonset", "workload", "service", "pod"];

/// Reads a series that names both ends; `false` when other rules have to look at it.
pub(super) fn read(found: &mut Found<'_>, fact: &SeriesFact<'_>) -> bool {
    let metric = fact.key.metric.as_str();
    if metric.starts_with("kube_") {
        kubernetes(found, fact);
        return true;
    }
    if metric.starts_with("envoy_cluster_") {
        envoy(found, fact);
        return true;
    }
    if let Some(rest) = metric.strip_prefix("traefik_service_") {
        return !rest.is_empty() && traefik(found, fact);
    }
    pair(found, fact) || linkerd(found, fact)
}

fn add(found: &mut Found<'_>, rule: Rule, ends: (&End, &End), fact: &SeriesFact<'_>) {
    found.add_all(rule, ends, (fact.first, fact.last), &|| fact.key.to_string());
}

/// Reads two labels that are a pair. Words that everybody uses (`client`, `source`) count in their own metrics only.
fn pair(found: &mut Found<'_>, fact: &SeriesFact<'_>) -> bool {
    let (metric, labels) = (fact.key.metric.as_str(), &fact.key.labels);
    let Some((from, to)) = PAIRS.iter().find_map(|(a, b)| Some((labels.get(a)?, labels.get(b)?))) else {
        return false;
    };
    let graph = ["service_graph", "servicegraph", "istio_", "hubble_", "mesh_", "calls_total", "kiali"]
        .iter()
        .any(|word| metric.contains(word));
    let (from, to) = if graph {
        (found.named(workload(from)), found.named(workload(to)))
    } else {
        (found.known(workload(from)), found.known(workload(to)))
    };
    let (Some(from), Some(to)) = (from, to) else { return graph };
    let how = match labels.get("connection_type") {
        Some("database") => "connects to",
        Some("messaging_system") => "publishes to",
        Some(_) | None => "calls",
    };
    add(found, Rule::new("label-pair", how), (&from, &to), fact);
    true
}

/// Takes the namespace off `namespace/pod`, and the cluster's domain off `name.namespace.svc.cluster.local`.
fn workload(text: &str) -> &str {
    let text = text.rsplit_once('/').map_or(text, |(_, name)| name);
    cluster_name(text)
}

fn cluster_name(text: &str) -> &str {
    match text.split_once(".svc") {
        Some((name, _)) => name.split_once('.').map_or(name, |(service, _)| service),
        None => text,
    }
}

/// Reads Linkerd's outbound metrics.
fn linkerd(found: &mut Found<'_>, fact: &SeriesFact<'_>) -> bool {
    let labels = &fact.key.labels;
    let Some(to) = LINKERD.iter().find_map(|name| labels.get(name)) else { return false };
    if labels.get("direction") == Some("inbound") {
        return true;
    }
    let from = WORKLOADS.iter().find_map(|name| labels.get(name));
    if let (Some(from), Some(to)) = (from.and_then(|f| found.named(f)), found.named(cluster_name(to))) {
        add(found, Rule::new("label-pair", "calls"), (&from, &to), fact);
    }
    true
}

/// Reads the name of an Envoy cluster: Istio's `outbound|PORT|SUBSET|HOST`, Consul's
/// `NAME.DATACENTER.internal.TRUST.consul`, or any other name that is known.
fn envoy(found: &mut Found<'_>, fact: &SeriesFact<'_>) {
    let labels = &fact.key.labels;
    let Some(cluster) = labels.get("envoy_cluster_name").or_else(|| labels.get("cluster_name")) else {
        return;
    };
    let to = if let Some(rest) = cluster.strip_prefix("outbound|") {
        rest.rsplit('|').next().and_then(|host| found.named(cluster_name(host)))
    } else if cluster.ends_with(".consul") {
        cluster.split('.').next().and_then(|name| found.named(name))
    } else {
        found.known(cluster)
    };
    if let (Some(from), Some(to)) = (asker(found, labels), to) {
        add(found, Rule::new("envoy-cluster", "calls"), (&from, &to), fact);
    }
}

/// Reads the service behind a Traefik proxy (`orders@docker`).
fn traefik(found: &mut Found<'_>, fact: &SeriesFact<'_>) -> bool {
    let labels = &fact.key.labels;
    let name = labels.get("exported_service").or_else(|| labels.get("service")).unwrap_or_default();
    let to = found.named(name.split('@').next().unwrap_or(name));
    let from = ["job", "app", "instance"].iter().find_map(|label| found.known(labels.get(label)?));
    if let (Some(from), Some(to)) = (from, to) {
        add(found, Rule::new("proxy-backend", "balances"), (&from, &to), fact);
    }
    true
}

/// Returns the known workload that asks.
fn asker(found: &Found<'_>, labels: &Labels) -> Option<End> {
    ["service", "app", "local_cluster", "consul_source_service", "deployment", "pod", "job", "instance"]
        .iter()
        .find_map(|name| found.known(labels.get(name)?))
}

/// Reads kube-state-metrics: where pods run, whose they are, and what stands behind a service.
fn kubernetes(found: &mut Found<'_>, fact: &SeriesFact<'_>) {
    let labels = &fact.key.labels;
    let owner = labels.get("owner_name").or_else(|| labels.get("created_by_name"));
    let child = match fact.key.metric.as_str() {
        "kube_pod_info" => {
            // What a machine carries matters to the workload: pods come and go.
            let pod = labels.get("pod").and_then(|pod| of_pod(found, pod, owner));
            if let (Some(from), Some(node)) = (pod, labels.get("node").and_then(|n| found.known(n))) {
                add(found, Rule::new("kube-node", "runs on"), (&from, &node), fact);
            }
            labels.get("pod")
        }
        "kube_pod_owner" => labels.get("pod"),
        "kube_replicaset_owner" => labels.get("replicaset"),
        "kube_job_owner" => labels.get("job_name"),
        "kube_endpoint_address" => return endpoint(found, fact),
        _ => None,
    };
    let Some((child, owner)) = child.and_then(|c| found.known(c)).zip(owner) else { return };
    if let Some(owner) = found.known(owner).or_else(|| found.known(without_hash(owner))) {
        add(found, Rule::new("kube-owner", "part of"), (&child, &owner), fact);
    }
}

/// Returns the known thing that a pod stands for: itself, its owner, or the deployment whose replica set owns it.
fn of_pod(found: &Found<'_>, pod: &str, owner: Option<&str>) -> Option<End> {
    found
        .known(pod)
        .or_else(|| owner.and_then(|o| found.known(o).or_else(|| found.known(without_hash(o)))))
        .or_else(|| found.known(without_hash(without_hash(pod))))
}

/// Reads which address stands behind a service.
fn endpoint(found: &mut Found<'_>, fact: &SeriesFact<'_>) {
    let labels = &fact.key.labels;
    let service = labels.get("endpoint").and_then(|e| found.known(e));
    let target = labels.get("ip").and_then(|ip| found.known(ip));
    if let (Some(service), Some(target)) = (service, target) {
        add(found, Rule::new("kube-endpoint", "balances"), (&service, &target), fact);
    }
}

/// Takes the last part off a name that a controller made (`orders-6d4cf56db6`, `orders-6d4cf56db6-x2x9z`).
fn without_hash(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((front, hash))
            if (4..=10).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            front
        }
        Some(_) | None => name,
    }
}
