//! Which series are one history: the same one, one seen by two collectors, or one that moved to another pod.

use wardroom_core::label::Labels;
use wardroom_core::series::SeriesKey;
use wardroom_core::time::Timestamp;

/// Labels that a collector adds to tell itself from its twin; what is measured is the same.
///
/// Source: the external labels of the Prometheus operator (`prometheus_replica`) and of Thanos' examples.
const COLLECTOR: [&str; 4] = ["__replica__", "prometheus_replica", "receive_replica", "rule_replica"];
/// Labels that name one copy of a workload: they change with every rollout.
///
/// Source: labels of cAdvisor, kube-state-metrics and the service discovery of Kubernetes in Prometheus.
const COPY: [&str; 13] = [
    "container_id",
    "controller_revision_hash",
    "id",
    "image",
    "image_id",
    "image_spec",
    "instance",
    "pod_ip",
    "pod_template_hash",
    "pod_uid",
    "revision",
    "uid",
    "version",
];
/// Labels that hold the name of a pod, of which the part before what was made up belongs to the workload.
const POD: [&str; 2] = ["pod", "pod_name"];
/// Labels that say on which machine a pod runs; they change with it.
const PLACE_OF_POD: [&str; 5] = ["host_ip", "hostname", "node", "node_name", "nodename"];
/// How long a copy and the one that takes its place may run side by side, in milliseconds.
///
/// Ours: a rolling update starts the one before it stops the other. Two that lasted longer side by side are replicas.
const HANDOVER_MS: i64 = 3_600_000;

/// The characters of made-up parts of names.
///
/// Source: `alphanums` in `k8s.io/apimachinery/pkg/util/rand/rand.go` of Kubernetes.
const MADE_UP: &str = "bcdfghjklmnpqrstvwxz2456789";
/// How long the random part of a pod's name is. Source: `randomLength` in `names/generate.go` of Kubernetes' API server.
const RANDOM_LENGTH: usize = 5;
/// How long the hash of a replica set may be: a 32-bit number in decimal, spelt in the same characters.
const HASH_LENGTH: std::ops::RangeInclusive<usize> = 6..=10;

/// A series as feedback sees it.
#[derive(Clone, Copy, Debug)]
pub struct SeriesSeen<'a> {
    /// The number of its source.
    pub source: u32,
    /// Metric and labels.
    pub key: &'a SeriesKey,
    /// The service, host or other thing that it belongs to.
    pub entity: &'a str,
    /// Its first sample; `None` without any.
    pub first: Option<Timestamp>,
    /// Its last sample; `None` without any.
    pub last: Option<Timestamp>,
}

impl SeriesSeen<'_> {
    /// Reports whether both are one series of one source, perhaps seen by two collectors.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_kept = |name: &str| !COLLECTOR.contains(&name);
        self.source == other.source
            && self.key.metric == other.key.metric
            && kept(&self.key.labels, &is_kept).eq(kept(&other.key.labels, &is_kept))
    }

    /// Reports whether both are one history: the same series, or copies of one workload one after the other.
    pub(super) fn is_same_history(&self, other: &Self) -> bool {
        self.is_same(other)
            || self.source == other.source
                && self.key.metric == other.key.metric
                && self.entity == other.entity
                && self.is_handed_over(other)
                && is_same_workload(&self.key.labels, &other.key.labels)
    }

    /// Reports whether one ended at about the time when the other began, or before.
    fn is_handed_over(&self, other: &Self) -> bool {
        let ends_before = |a: &Self, b: &Self| {
            a.last.zip(b.first).is_some_and(|(end, begin)| end <= begin.plus_millis(HANDOVER_MS))
        };
        ends_before(self, other) || ends_before(other, self)
    }
}

/// Returns the labels whose names are kept, in name order.
fn kept<'a>(labels: &'a Labels, is_kept: &dyn Fn(&str) -> bool) -> impl Iterator<Item = (&'a str, &'a str)> {
    labels.iter().filter(move |(name, _)| is_kept(name))
}

/// Reports whether labels differ only in what names a copy of a workload.
fn is_same_workload(a: &Labels, b: &Labels) -> bool {
    let has_pod = POD.iter().any(|name| a.get(name).is_some() && b.get(name).is_some());
    let is_kept = |name: &str| {
        let changes = COLLECTOR.contains(&name) || COPY.contains(&name);
        let moves = has_pod && PLACE_OF_POD.contains(&name);
        !changes && !moves
    };
    kept(a, &is_kept).map(without_copy).eq(kept(b, &is_kept).map(without_copy))
}

/// Returns a label with the workload in the place of its pod.
fn without_copy<'a>((name, value): (&'a str, &'a str)) -> (&'a str, &'a str) {
    (name, if POD.contains(&name) { workload_of(value) } else { value })
}

/// Returns the part of a pod's name that its workload gave it: `web` of `web-7d9c5b8f6d-x2b4q` and of `web-x2b4q`.
///
/// The ordinal of a stateful set is kept: `db-0` and `db-1` are two things that both stay.
fn workload_of(pod: &str) -> &str {
    match split(pod) {
        Some((stem, random)) if random.len() == RANDOM_LENGTH => match split(stem) {
            Some((workload, hash)) if HASH_LENGTH.contains(&hash.len()) => workload,
            _ => stem,
        },
        _ => pod,
    }
}

/// Splits a name at its last hyphen where what follows may be made up.
fn split(name: &str) -> Option<(&str, &str)> {
    let (stem, last) = name.rsplit_once('-')?;
    (!stem.is_empty() && last.chars().all(|c| MADE_UP.contains(c))).then_some((stem, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workload_is_what_is_left_of_a_pods_name_without_what_was_made_up() {
        assert_eq!(workload_of("web-7d9c5b8f6d-x2b4q"), "web");
        assert_eq!(workload_of("node-agent-x2b4q"), "node-agent");
        assert_eq!(workload_of("db-0"), "db-0");
        // "a" and "e" are never made up, so that no word can be.
        assert_eq!(workload_of("order-cache"), "order-cache");
        assert_eq!(workload_of("x2b4q"), "x2b4q");
        assert_eq!(workload_of(""), "");
    }
}
