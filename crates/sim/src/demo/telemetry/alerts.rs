//! The rules that the shop's people have written, and which alerts they raise.

use wardroom_core::{Alert, AlertState, Labels, Rule, RuleKind, Samples, SeriesKey, Timestamp};

/// How far back a condition is followed at first, in milliseconds: two hours.
pub(crate) const LOOK_BACK_MS: i64 = 7_200_000;

/// On which side of its limit a value is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// A limit on every series of a metric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    name: &'static str,
    metric: &'static str,
    quantile: &'static str,
    side: Side,
    limit: f64,
    hold_s: f64,
    severity: &'static str,
    summary: &'static str,
}

/// All alerting rules.
pub(crate) static CONDITIONS: [Condition; 7] = [
    Condition {
        name: "CheckoutFailing",
        metric: "checkout_success_ratio",
        quantile: "",
        side: Side::Below,
        limit: 0.95,
        hold_s: 120.0,
        severity: "critical",
        summary: "More than 5 % of checkouts fail",
    },
    Condition {
        name: "PgCommitSlow",
        metric: "pg_commit_seconds",
        quantile: "0.95",
        side: Side::Above,
        limit: 0.05,
        hold_s: 120.0,
        severity: "warning",
        summary: "Commits take longer than 50 ms",
    },
    Condition {
        name: "PgBouncerClientsWaiting",
        metric: "pgbouncer_waiting_clients",
        quantile: "",
        side: Side::Above,
        limit: 20.0,
        hold_s: 60.0,
        severity: "warning",
        summary: "Clients wait for a database connection",
    },
    Condition {
        name: "ServiceErrorsHigh",
        metric: "service:http_errors:ratio1m",
        quantile: "",
        side: Side::Above,
        limit: 0.05,
        hold_s: 120.0,
        severity: "warning",
        summary: "More than 5 % of a service's requests fail",
    },
    Condition {
        name: "WebPageSlow",
        metric: "web_page_load_seconds",
        quantile: "0.95",
        side: Side::Above,
        limit: 3.0,
        hold_s: 300.0,
        severity: "warning",
        summary: "Pages take longer than 3 s",
    },
    Condition {
        name: "SearchIndexLagging",
        metric: "search_index_lag_seconds",
        quantile: "",
        side: Side::Above,
        limit: 600.0,
        hold_s: 600.0,
        severity: "warning",
        summary: "The search index is more than 10 minutes behind",
    },
    Condition {
        name: "TargetDown",
        metric: "up",
        quantile: "",
        side: Side::Below,
        limit: 1.0,
        hold_s: 60.0,
        severity: "critical",
        summary: "A target cannot be scraped",
    },
];

/// Names and expressions of the recording rules.
const RECORDINGS: [(&str, &str); 2] = [
    ("service:http_requests:rate1m", "sum by (service) (rate(http_requests_total[1m]))"),
    (
        "service:http_errors:ratio1m",
        "sum by (service) (rate(http_requests_total{code=\"500\"}[1m])) / sum by (service) \
         (rate(http_requests_total[1m]))",
    ),
];

/// Returns all rules, alerting ones first.
pub(crate) fn rules() -> Vec<Rule> {
    let alerting = CONDITIONS.iter().map(|condition| Rule {
        group: "shop".to_owned(),
        name: condition.name.to_owned(),
        kind: RuleKind::Alerting,
        expression: condition.expression(),
        hold_s: condition.hold_s,
        labels: Labels::new([("severity", condition.severity)]),
        annotations: Labels::new([("summary", condition.summary)]),
        last_error: String::new(),
    });
    let recording = RECORDINGS.iter().map(|&(name, expression)| Rule {
        group: "services".to_owned(),
        name: name.to_owned(),
        kind: RuleKind::Recording,
        expression: expression.to_owned(),
        hold_s: 0.0,
        labels: Labels::default(),
        annotations: Labels::default(),
        last_error: String::new(),
    });
    alerting.chain(recording).collect()
}

impl Condition {
    /// Reports whether the rule looks at a series.
    pub(crate) fn concerns(&self, key: &SeriesKey) -> bool {
        key.metric == self.metric
            && (self.quantile.is_empty() || key.labels.get("quantile") == Some(self.quantile))
    }

    /// Returns the expression in PromQL.
    fn expression(&self) -> String {
        let sign = match self.side {
            Side::Above => '>',
            Side::Below => '<',
        };
        let selector = if self.quantile.is_empty() {
            self.metric.to_owned()
        } else {
            format!("{}{{quantile=\"{}\"}}", self.metric, self.quantile)
        };
        format!("{selector} {sign} {}", self.limit)
    }

    /// Reports whether a value is on the bad side.
    fn holds(&self, value: f64) -> bool {
        match self.side {
            Side::Above => value > self.limit,
            Side::Below => value < self.limit,
        }
    }

    /// Returns the alert of one series whose last samples are given; `None` when the last value is fine.
    pub(crate) fn alert(&self, key: &SeriesKey, samples: &Samples) -> Option<Alert> {
        let bad = samples.values().iter().rev().take_while(|&&v| self.holds(v)).count();
        let first = samples.len() - bad;
        let active_at = Timestamp::from_millis(*samples.times().get(first)?);
        let held_ms = samples.last_time()?.as_millis() - active_at.as_millis();
        let state =
            if held_ms as f64 >= self.hold_s * 1000.0 { AlertState::Firing } else { AlertState::Pending };
        let mut labels = key.labels.clone();
        labels.set("alertname", self.name);
        labels.set("severity", self.severity);
        Some(Alert {
            name: self.name.to_owned(),
            labels,
            annotations: Labels::new([("summary", self.summary)]),
            state,
            active_at,
            value: samples.values().last().copied(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(values: &[f64]) -> Option<Alert> {
        let times = (0..).map(|i| i * 15_000).take(values.len()).collect();
        let samples = Samples::from_columns(times, values.to_vec()).unwrap();
        let key = SeriesKey::new("pgbouncer_waiting_clients", Labels::new([("job", "pgbouncer")]));
        CONDITIONS[2].alert(&key, &samples)
    }

    #[test]
    fn an_alert_is_pending_until_its_condition_has_held_long_enough() {
        assert_eq!(waiting(&[0.0, 0.0]), None);
        assert_eq!(waiting(&[]), None);

        let pending = waiting(&[0.0, 30.0, 30.0]).unwrap();
        let firing = waiting(&[0.0, 30.0, 30.0, 30.0, 30.0, 30.0]).unwrap();

        assert_eq!((pending.state, pending.active_at.as_millis()), (AlertState::Pending, 15_000));
        assert_eq!((firing.state, firing.active_at.as_millis()), (AlertState::Firing, 15_000));
    }

    #[test]
    fn an_expression_is_written_as_promql() {
        let expressions: Vec<String> = rules().into_iter().map(|r| r.expression).collect();

        assert!(expressions.contains(&"pg_commit_seconds{quantile=\"0.95\"} > 0.05".to_owned()));
        assert!(expressions.contains(&"up < 1".to_owned()));
    }
}
