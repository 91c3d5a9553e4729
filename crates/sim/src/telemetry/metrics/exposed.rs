//! Which metrics there are about something, without a running world.

use std::collections::BTreeSet;

use super::{TargetKind, kinds, shared_labels, sheet};
use crate::drill::names::mentions;
use crate::plan::Plan;

/// Reports whether a metric of that name is exposed about a component, instance, host, zone or edge.
///
/// Cost: the lists of a few targets where it is, those of all targets where it is not.
pub(crate) fn exposes(plan: &Plan, subject: &str, metric: &str) -> bool {
    let is_about = |kind: &TargetKind| mentions(&shared_labels(plan, *kind), subject);
    // Others may name the subject in a label as well: whom they call, say.
    let (own, others): (Vec<TargetKind>, Vec<TargetKind>) = kinds(plan).into_iter().partition(is_about);
    own.into_iter().chain(others).any(|kind| about(plan, kind, subject).contains(metric))
}

/// Returns the names of all metrics that are exposed about a component, instance, host, zone or edge.
pub(crate) fn metrics_about(plan: &Plan, subject: &str) -> BTreeSet<String> {
    kinds(plan).into_iter().flat_map(|kind| about(plan, kind, subject)).collect()
}

/// Returns the metrics of one target that have a label which means the subject.
fn about(plan: &Plan, kind: TargetKind, subject: &str) -> BTreeSet<String> {
    // Neither the seed nor the version changes a name.
    let lines = sheet(plan, 0, kind, "").into_iter();
    lines.filter(|(spec, _)| mentions(&spec.key.labels, subject)).map(|(spec, _)| spec.key.metric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::shop;

    #[test]
    fn a_metric_is_about_what_exposes_it_and_about_what_its_labels_name() {
        let plan = shop();

        for (subject, metric) in [
            ("host-1", "node_cpu_seconds_total"),
            ("a", "node_cpu_seconds_total"),
            ("web", "http_requests_total"),
            ("web-1", "http_requests_total"),
            ("web", "service:http_requests:rate1m"),
            ("catalog", "http_client_requests_total"),
        ] {
            assert!(exposes(&plan, subject, metric), "{subject} {metric}");
            assert!(metrics_about(&plan, subject).contains(metric), "{subject} {metric}");
        }
        for (subject, metric) in [
            ("host-1", "kafka_consumergroup_lag"),
            ("web", "node_cpu_seconds_total"),
            ("web", "http_request_total"),
        ] {
            assert!(!exposes(&plan, subject, metric), "{subject} {metric}");
        }
    }
}
