//! Inferred edges: who depends on whom, as the labels of series and the connection strings of log lines tell it.
//!
//! Labels are read by rules that know the conventions of exporters, meshes and client libraries; log lines by the
//! shapes of connection strings and of the sentences in which clients name whom they asked. Both are asked of the
//! names that the inventory knows: a text that *may* be a name counts only when it is one there, a text that by its
//! rule *must* be a name may also name something outside.

mod connections;
mod ends;
mod labels;
mod lines;
mod mesh;
#[cfg(test)]
mod tests;

use wardroom_core::{SeriesKey, Timestamp};

pub use connections::ConnectionMiner;
use ends::Found;

use super::model::{NameIndex, ObservedEdge};

/// One series, as far as edges are concerned.
#[derive(Clone, Copy, Debug)]
pub struct SeriesFact<'a> {
    /// Its metric and labels.
    pub key: &'a SeriesKey,
    /// Its first sample.
    pub first: Timestamp,
    /// Its last sample.
    pub last: Timestamp,
    /// Whether it still gets samples. Edges are read of ended ones too; their times tell how long ago.
    pub active: bool,
}

/// Reads edges from the labels of series.
///
/// # Output
///
/// One edge for every two things, way of depending and rule, sorted; both ends carry names of the labels. At least one
/// end is known to `index`, except where a rule reads both ends from one series (service graphs, meshes). Evidence
/// are at most three series, and how many there were.
///
/// # Source
///
/// Label names after: Istio *Standard Metrics*; Linkerd *Proxy Metrics*; Envoy *Statistics* with the Prometheus tags
/// `envoy_cluster_name` and `envoy_http_conn_manager_prefix`; Grafana Tempo and the OpenTelemetry service graph
/// connector (`client`, `server`, `connection_type`); OpenTelemetry semantic conventions 1.2x (`server.address`,
/// `peer.service`); kube-state-metrics `docs/metrics`; Cilium Hubble *Metrics*; Traefik, `HAProxy`, `PgBouncer` and
/// Kafka exporters; Resilience4j and `HikariCP` meters of Micrometer.
pub fn from_series(series: &[SeriesFact<'_>], index: &NameIndex) -> Vec<ObservedEdge> {
    let mut found = Found::new(index);
    // In the order of their keys, so that the evidence is the same in whatever order they come.
    let mut ordered: Vec<&SeriesFact<'_>> = series.iter().collect();
    ordered.sort_by(|a, b| a.key.cmp(b.key));
    for fact in ordered {
        labels::read(&mut found, fact);
    }
    found.into_edges("series")
}
