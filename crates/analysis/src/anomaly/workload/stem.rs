//! Stems: the part of a generated name that a person gave.

/// Labels whose values a scheduler makes up at every start.
const GENERATED: [&str; 24] = [
    "alloc_id",
    "container_id",
    "controller_revision_hash",
    "exported_pod",
    "id",
    "k8s_container_id",
    "k8s_pod_name",
    "k8s_pod_uid",
    "k8s_replicaset_name",
    "kubernetes_pod_name",
    "label_pod_template_hash",
    "pod",
    "pod-template-hash",
    "pod_id",
    "pod_ip",
    "pod_name",
    "pod_template_hash",
    "pod_uid",
    "replica_set",
    "replicaset",
    "service_instance_id",
    "task_id",
    "uid",
    "workload_uid",
];
/// Labels that say where something runs: they change with the pod although their values stay.
const PLACES: [&str; 12] = [
    "host",
    "host_ip",
    "hostname",
    "instance",
    "k8s_node_name",
    "kubernetes_io_hostname",
    "kubernetes_node",
    "node",
    "node_name",
    "nodename",
    "topology_kubernetes_io_zone",
    "zone",
];
/// Letters of which a scheduler makes no names, so that it writes no words by chance.
const IN_WORDS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];
/// The shortest run of letters that is taken for generated when it holds none of them.
const HASH_LENGTH: usize = 4;

/// Reports whether a label's values are made up by a scheduler, by its name alone.
pub(super) fn is_generated(label: &str) -> bool {
    GENERATED.binary_search(&label).is_ok()
}

/// Reports whether a label says where something runs.
pub(super) fn is_place(label: &str) -> bool {
    PLACES.binary_search(&label).is_ok()
}

/// Returns the words that a name begins with: `web-shop` of `web-shop-7d9f5c-x2x4z`, `db` of `db-0`; may be empty.
///
/// Of a host name only the part before the first dot or colon counts. Parts with digits, and runs of letters without
/// any vowel, are taken off the end.
pub(super) fn of(value: &str) -> &str {
    let host = value.split(['.', ':', '/']).next().unwrap_or(value);
    let mut stem = host;
    loop {
        let (before, part) = stem.rsplit_once(['-', '_']).unwrap_or(("", stem));
        if !is_made_up(part, before.is_empty()) {
            return stem;
        }
        if before.is_empty() {
            return "";
        }
        stem = before;
    }
}

fn is_made_up(part: &str, is_first: bool) -> bool {
    if part.is_empty() || part.chars().any(|c| c.is_ascii_digit()) {
        return true;
    }
    let has_word = part.chars().any(|c| IN_WORDS.contains(&c.to_ascii_lowercase()));
    !is_first && part.len() >= HASH_LENGTH && part.is_ascii() && !has_word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_what_a_person_gave() {
        let cases = [
            ("web-7d9f5c6b8-x2x4z", "web"),
            ("web-shop-bcdfg", "web-shop"),
            ("db-0", "db"),
            ("nginx-mysql-0", "nginx-mysql"),
            ("checkout-d07", "checkout"),
            ("orders_2026_11_05", "orders"),
            ("10.0.3.7:8080", ""),
            ("ip-10-2-3-4.eu.example.net:9100", "ip"),
            ("3f9a7c", ""),
            ("web", "web"),
            ("", ""),
        ];
        for (value, stem) in cases {
            assert_eq!(of(value), stem, "{value}");
        }
    }

    #[test]
    fn the_tables_are_in_order() {
        assert!(GENERATED.is_sorted() && PLACES.is_sorted());
    }
}
