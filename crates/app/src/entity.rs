//! What a series belongs to, and what its metric is called among people.

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

fn without_port(instance: &str) -> &str {
    match instance.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => instance,
    }
}

/// Returns the metric in words: suffixes for unit and kind gone, the entity's own first word gone.
///
/// `pg_commit_seconds` of `pg-main` is "commit", `http_requests_total` of `web` is "http requests".
pub fn what_of(key: &SeriesKey, entity: &str) -> String {
    let mut name = key.metric.as_str();
    for suffix in ["_total", "_seconds", "_bytes", "_ratio", "_celsius", "_count", "_sum", "_bucket"] {
        name = name.strip_suffix(suffix).unwrap_or(name);
    }
    let words: Vec<&str> = name.split(['_', ':']).filter(|w| !w.is_empty()).collect();
    let first = entity.split(['-', '.', '_']).next().unwrap_or_default();
    let words = match words.split_first() {
        Some((head, rest)) if *head == first && !rest.is_empty() => rest.to_vec(),
        _ => words,
    };
    let mut text = words.join(" ");
    if let Some(code) = key.labels.get("code").or_else(|| key.labels.get("status")) {
        text = format!("{text} {code}");
    }
    if let Some(q) = key.labels.get("quantile").and_then(|q| q.parse::<f64>().ok()) {
        text = format!("{text} p{}", (q * 100.0).round());
    }
    if text.is_empty() { key.metric.clone() } else { text }
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

    #[test]
    fn metrics_are_told_in_words() {
        assert_eq!(what_of(&key("pg_commit_seconds", &[]), "pg-main"), "commit");
        assert_eq!(what_of(&key("http_requests_total", &[("code", "500")]), "web"), "http requests 500");
        assert_eq!(
            what_of(&key("http_request_duration_seconds", &[("quantile", "0.99")]), "web"),
            "http request duration p99"
        );
    }
}
