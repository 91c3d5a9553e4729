//! When two names mean the same thing: components and their instances, edges and their ends, moves.

use wardroom_core::Labels;

use crate::Remedy;

/// Reports whether `longer` is `name` followed by the number of an instance and perhaps a port (`orders-2:9100`).
fn is_instance_of(longer: &str, name: &str) -> bool {
    let host = longer.split(':').next().unwrap_or_default();
    let digits = host.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    !name.is_empty() && digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
}

/// Reports whether two names mean the same thing: they are equal without regard to case, or one is an instance of the
/// other, or one is an edge (`caller -> callee`) that has the other at an end.
pub fn same_thing(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim().to_lowercase(), b.trim().to_lowercase());
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let one_of_ends = |edge: &str, name: &str| {
        edge.split_once("->").is_some_and(|(from, to)| from.trim() == name || to.trim() == name)
    };
    a == b
        || is_instance_of(&a, &b)
        || is_instance_of(&b, &a)
        || a.contains("->") != b.contains("->") && (one_of_ends(&a, &b) || one_of_ends(&b, &a))
}

/// Reports whether one of the label values means that thing.
pub(crate) fn mentions(labels: &Labels, name: &str) -> bool {
    labels.iter().any(|(_, value)| {
        let bare = value.split(':').next().unwrap_or_default();
        same_thing(value, name) || same_thing(bare, name)
    })
}

/// Reports whether two orders are the same move: kind and target; how much does not matter.
pub(crate) fn same_move(a: &Remedy, b: &Remedy) -> bool {
    a.kind == b.kind && same_thing(&a.target, &b.target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_means_its_component_but_a_longer_name_does_not() {
        assert!(same_thing("orders-2", "orders"));
        assert!(same_thing("Orders", "orders"));
        assert!(!same_thing("orders-db", "orders"));
        assert!(!same_thing("orders-2", "orders-1"));
        assert!(!same_thing("", ""));
    }

    #[test]
    fn an_edge_means_either_of_its_ends() {
        assert!(same_thing("orders -> stock", "stock"));
        assert!(same_thing("orders", "orders -> stock"));
        assert!(!same_thing("orders -> stock", "orders -> cart"));
    }

    #[test]
    fn labels_mention_an_instance_with_its_port() {
        let labels = Labels::new([("alertname", "HighErrors"), ("instance", "orders-2:9100")]);

        assert!(mentions(&labels, "orders"));
        assert!(mentions(&labels, "orders-2"));
        assert!(!mentions(&labels, "stock"));
    }
}
