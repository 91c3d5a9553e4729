//! What a series belongs to.

use wardroom_core::SeriesKey;

/// Labels that name the thing a series belongs to, the best first: services before hosts before jobs.
const ENTITY_LABELS: [&str; 9] =
    ["service", "app", "application", "component", "deployment", "host", "instance", "job", "name"];

/// Returns the service, host or job that a series belongs to; the metric's name when no label says.
pub fn entity_of(key: &SeriesKey) -> String {
    let named = ENTITY_LABELS.iter().find_map(|l| key.labels.get(l).map(|v| (*l, v)));
    match named {
        Some(("instance", value)) => without_port(value).to_owned(),
        Some((_, value)) => value.to_owned(),
        None if key.metric.is_empty() => "?".to_owned(),
        None => key.metric.clone(),
    }
}

/// Reports whether a label says what a series belongs to.
pub(crate) fn is_named(key: &SeriesKey) -> bool {
    ENTITY_LABELS.iter().any(|label| key.labels.get(label).is_some())
}

fn without_port(instance: &str) -> &str {
    match instance.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => instance,
    }
}

/// Returns the labels that are not already said by the entity, as `name="value"` pairs.
pub fn other_labels(key: &SeriesKey, entity: &str) -> String {
    let pairs = key.labels.iter().filter(|(_, v)| *v != entity);
    pairs.map(|(n, v)| format!("{n}=\"{v}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_core::Labels;

    fn key(metric: &str, labels: &[(&str, &str)]) -> SeriesKey {
        SeriesKey::new(metric, Labels::new(labels.iter().copied()))
    }

    #[test]
    fn services_come_before_instances() {
        assert_eq!(
            entity_of(&key("up", &[("job", "j"), ("instance", "db-1.example.net:9100")])),
            "db-1.example.net"
        );
        assert_eq!(entity_of(&key("up", &[("service", "orders"), ("instance", "a:1")])), "orders");
        assert_eq!(entity_of(&key("lonely", &[])), "lonely");
    }
}
