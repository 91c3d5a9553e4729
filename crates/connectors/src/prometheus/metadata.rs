//! Kinds and units: from the source's metadata where it has them, guessed from the name where not.

use std::collections::BTreeMap;

use serde::Deserialize;
use wardroom_core::{MetricKind, Unit};

/// The path of the metadata.
pub(super) const METADATA: &str = "/api/v1/metadata";

/// The `data` of the metadata: by metric family, one entry for each differing exposition.
pub(super) type MetadataData = BTreeMap<String, Vec<FamilyJson>>;

/// One entry of the metadata.
#[derive(Debug, Deserialize)]
pub(super) struct FamilyJson {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    unit: String,
}

/// What the source says of its metric families.
#[derive(Debug, Default)]
pub(super) struct Metadata(BTreeMap<String, (String, String)>);

impl From<MetadataData> for Metadata {
    /// Of several expositions of one family the first counts; they differ in their help texts as a rule.
    fn from(data: MetadataData) -> Self {
        let families = data.into_iter().filter_map(|(name, entries)| {
            let first = entries.into_iter().next()?;
            Some((name, (first.kind, first.unit)))
        });
        Self(families.collect())
    }
}

impl Metadata {
    /// Returns kind and unit of a series' metric.
    ///
    /// A counter scraped in the OpenMetrics format is listed without `_total`, and a histogram or summary under its
    /// base name, so those are looked up as well. The `_sum` and `_count` of a summary are counters.
    pub(super) fn of(&self, metric: &str) -> (MetricKind, Unit) {
        let guess = (MetricKind::from_metric_name(metric), Unit::from_metric_name(metric));
        if let Some((kind, unit)) = self.0.get(metric) {
            return (kind_of(kind).unwrap_or(guess.0), unit_of(unit).unwrap_or(guess.1));
        }
        for suffix in ["_total", "_bucket", "_sum", "_count", "_created", "_gsum", "_gcount"] {
            let Some((kind, unit)) = metric.strip_suffix(suffix).and_then(|base| self.0.get(base)) else {
                continue;
            };
            let kind = match (kind.as_str(), suffix) {
                (_, "_created") | ("gaugehistogram", _) => MetricKind::Gauge,
                ("histogram", _) => MetricKind::Histogram,
                ("summary" | "counter", _) => MetricKind::Counter,
                (other, _) => kind_of(other).unwrap_or(guess.0),
            };
            let unit = match suffix {
                "_created" => Unit::UnixTime,
                "_bucket" | "_count" | "_gcount" => Unit::Count,
                _ => unit_of(unit).unwrap_or(guess.1),
            };
            return (kind, unit);
        }
        guess
    }
}

/// Reads Prometheus' word for a kind; `None` when it says nothing.
fn kind_of(word: &str) -> Option<MetricKind> {
    match word {
        "counter" => Some(MetricKind::Counter),
        "gauge" | "info" | "stateset" | "gaugehistogram" => Some(MetricKind::Gauge),
        "histogram" => Some(MetricKind::Histogram),
        "summary" => Some(MetricKind::Summary),
        _ => None,
    }
}

/// Reads the unit word of OpenMetrics; `None` for none or one that we have no word for.
fn unit_of(word: &str) -> Option<Unit> {
    match Unit::parse(word) {
        Unit::Unknown => None,
        known @ (Unit::Count
        | Unit::Seconds
        | Unit::Bytes
        | Unit::Ratio
        | Unit::PerSecond
        | Unit::BytesPerSecond
        | Unit::Celsius
        | Unit::UnixTime) => Some(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three recorded from Prometheus 2.42.0, the others as OpenMetrics scrapes are listed.
    const RECORDED: &str = r#"{
        "go_goroutines":[{"type":"gauge","help":"Number of goroutines that currently exist.","unit":""}],
        "go_gc_duration_seconds":[{"type":"summary","help":"A summary of the pause duration.","unit":""}],
        "go_memstats_alloc_bytes_total":[{"type":"counter","help":"Total number of bytes.","unit":""}],
        "shop_requests":[{"type":"counter","help":"","unit":""}],
        "shop_wait":[{"type":"histogram","help":"","unit":"seconds"}],
        "odd_total":[{"type":"gauge","help":"","unit":""}],
        "node_netstat_Icmp6_InMsgs":[{"type":"unknown","help":"Statistic Icmp6InMsgs.","unit":""}]}"#;

    #[test]
    fn kinds_and_units_come_from_the_metadata_under_either_name() {
        let metadata = Metadata::from(serde_json::from_str::<MetadataData>(RECORDED).unwrap());

        for (metric, expected) in [
            ("go_goroutines", (MetricKind::Gauge, Unit::Unknown)),
            ("go_gc_duration_seconds", (MetricKind::Summary, Unit::Seconds)),
            ("go_gc_duration_seconds_sum", (MetricKind::Counter, Unit::Seconds)),
            ("go_gc_duration_seconds_count", (MetricKind::Counter, Unit::Count)),
            ("go_memstats_alloc_bytes_total", (MetricKind::Counter, Unit::Bytes)),
            ("shop_requests_total", (MetricKind::Counter, Unit::Count)),
            ("shop_requests_created", (MetricKind::Gauge, Unit::UnixTime)),
            ("shop_wait_bucket", (MetricKind::Histogram, Unit::Count)),
            ("shop_wait_sum", (MetricKind::Histogram, Unit::Seconds)),
            ("odd_total", (MetricKind::Gauge, Unit::Count)),
            ("node_netstat_Icmp6_InMsgs", (MetricKind::Unknown, Unit::Unknown)),
        ] {
            assert_eq!(metadata.of(metric), expected, "{metric}");
        }
    }

    #[test]
    fn without_metadata_the_name_is_all_there_is() {
        let metadata = Metadata::default();

        assert_eq!(metadata.of("x_seconds_total"), (MetricKind::Counter, Unit::Seconds));
        assert_eq!(metadata.of("up"), (MetricKind::Unknown, Unit::Unknown));
    }
}
