//! Proposes what is worth watching: what rules read, targets, known exporters; and finds labels that run away.

use std::collections::BTreeSet;

use promql_parser::label::{METRIC_NAME, MatchOp};
use promql_parser::parser::{self, Expr, VectorSelector};
use promql_parser::util::{ExprVisitor, walk_expr};
use wardroom_core::{MetricKind, Rule, RuleKind, Timestamp};

use crate::error::SourceError;
use crate::prometheus::Prometheus;
use crate::prometheus::probe::{TSDB, TsdbData, count_of};
use crate::prometheus::rules::{RULES, RulesData};
use crate::source::{LostAbility, NamedExpression, ScopeGroup, ScopeReason};

/// A group with more series than this is listed but not proposed: two hours of it at 15 s are 2.4 million samples.
const MAX_PROPOSED_SERIES: u64 = 5_000;

/// A metric with more series than this is looked at for a label that runs away.
const LARGE_METRIC_SERIES: u64 = 1_000;

/// Large metrics that are looked at, largest first, and labels of each: two values a label.
const MAX_LARGE_METRICS: usize = 5;
const MAX_LABELS: usize = 3;

/// Selectors of one group; rules that read more are a case for the person's own choice.
const MAX_SELECTORS: usize = 60;

/// An exporter without a list of our own is taken whole up to so many metrics.
const MAX_WHOLE_EXPORTER: usize = 50;

/// An exporter that is known by the prefix of its metrics.
struct Exporter {
    key: &'static str,
    prefix: &'static str,
    /// The metrics that tell saturation, errors and load; empty for all of them.
    core: &'static [&'static str],
}

/// Sources: the exporters' own documentation of their metrics.
const EXPORTERS: &[Exporter] = &[
    Exporter {
        key: "node",
        prefix: "node_",
        core: &[
            "node_cpu_seconds_total",
            "node_load1",
            "node_memory_MemAvailable_bytes",
            "node_memory_MemTotal_bytes",
            "node_filesystem_avail_bytes",
            "node_filesystem_size_bytes",
            "node_disk_io_time_seconds_total",
            "node_disk_read_bytes_total",
            "node_disk_written_bytes_total",
            "node_network_receive_bytes_total",
            "node_network_transmit_bytes_total",
            "node_network_receive_errs_total",
            "node_vmstat_oom_kill",
            "node_boot_time_seconds",
        ],
    },
    Exporter {
        key: "windows",
        prefix: "windows_",
        core: &[
            "windows_cpu_time_total",
            "windows_memory_available_bytes",
            "windows_os_physical_memory_free_bytes",
            "windows_logical_disk_free_bytes",
            "windows_logical_disk_size_bytes",
            "windows_net_bytes_total",
        ],
    },
    Exporter {
        key: "postgres",
        prefix: "pg_",
        core: &[
            "pg_up",
            "pg_stat_activity_count",
            "pg_stat_database_xact_commit",
            "pg_stat_database_xact_rollback",
            "pg_stat_database_deadlocks",
            "pg_stat_database_blks_read",
            "pg_stat_database_blks_hit",
            "pg_database_size_bytes",
            "pg_replication_lag",
            "pg_replication_lag_seconds",
            "pg_settings_max_connections",
        ],
    },
    Exporter {
        key: "mysql",
        prefix: "mysql_",
        core: &[
            "mysql_up",
            "mysql_global_status_threads_connected",
            "mysql_global_status_threads_running",
            "mysql_global_status_queries",
            "mysql_global_status_slow_queries",
            "mysql_global_status_aborted_connects",
            "mysql_global_status_innodb_row_lock_waits",
            "mysql_global_variables_max_connections",
            "mysql_slave_status_seconds_behind_master",
            "mysql_slave_status_slave_sql_running",
            "mysql_slave_status_slave_io_running",
        ],
    },
    Exporter {
        key: "redis",
        prefix: "redis_",
        core: &[
            "redis_up",
            "redis_connected_clients",
            "redis_blocked_clients",
            "redis_memory_used_bytes",
            "redis_memory_max_bytes",
            "redis_commands_processed_total",
            "redis_evicted_keys_total",
            "redis_keyspace_hits_total",
            "redis_keyspace_misses_total",
            "redis_rejected_connections_total",
        ],
    },
    Exporter { key: "nginx", prefix: "nginx_", core: &[] },
    Exporter { key: "apache", prefix: "apache_", core: &[] },
    Exporter { key: "haproxy", prefix: "haproxy_", core: &[] },
    Exporter { key: "rabbitmq", prefix: "rabbitmq_", core: &[] },
    Exporter { key: "kafka", prefix: "kafka_", core: &[] },
    Exporter { key: "elasticsearch", prefix: "elasticsearch_", core: &[] },
    Exporter {
        key: "kube",
        prefix: "kube_",
        core: &[
            "kube_node_status_condition",
            "kube_deployment_spec_replicas",
            "kube_deployment_status_replicas_available",
            "kube_statefulset_replicas",
            "kube_statefulset_status_replicas_ready",
            "kube_pod_container_status_restarts_total",
            "kube_job_status_failed",
        ],
    },
    Exporter {
        key: "container",
        prefix: "container_",
        core: &[
            "container_cpu_usage_seconds_total",
            "container_memory_working_set_bytes",
            "container_oom_events_total",
        ],
    },
    Exporter {
        key: "blackbox",
        prefix: "probe_",
        core: &[
            "probe_success",
            "probe_duration_seconds",
            "probe_http_status_code",
            "probe_ssl_earliest_cert_expiry",
        ],
    },
    Exporter { key: "jvm", prefix: "jvm_", core: &[] },
    Exporter {
        key: "process",
        prefix: "process_",
        core: &[
            "process_cpu_seconds_total",
            "process_resident_memory_bytes",
            "process_open_fds",
            "process_max_fds",
            "process_start_time_seconds",
        ],
    },
    Exporter {
        key: "go",
        prefix: "go_",
        core: &["go_goroutines", "go_memstats_alloc_bytes", "go_gc_duration_seconds_sum"],
    },
];

/// A group before it is counted.
struct Draft {
    key: String,
    why: ScopeReason,
    selectors: Vec<String>,
    metrics: BTreeSet<String>,
}

/// A metric whose label runs away.
struct Runaway {
    metric: String,
    series: u64,
    label: String,
    n_values: u64,
    rest: u64,
}

impl Prometheus {
    /// Proposes groups. Every query names its metrics; the one list that is asked for is that of metric names.
    ///
    /// Cost: three listings, then about one query for seven groups and one for three large metrics.
    pub(super) async fn suggest_groups(&self, now: Timestamp) -> Result<Vec<ScopeGroup>, SourceError> {
        let mut missing = Vec::new();
        let rules = self.ask_or_miss::<RulesData>(RULES, LostAbility::Rules, &mut missing).await?;
        let rules = rules.map(RulesData::into_rules).unwrap_or_default();
        let names_path = "/api/v1/label/__name__/values";
        let names = self.ask_or_miss::<Vec<String>>(names_path, LostAbility::Metadata, &mut missing).await?;
        let names: BTreeSet<String> = names.unwrap_or_default().into_iter().collect();
        let tsdb = self.ask_or_miss::<TsdbData>(TSDB, LostAbility::ServerStatus, &mut missing).await?;

        let mut drafts = rule_drafts(&rules);
        drafts.push(target_draft());
        drafts.extend(EXPORTERS.iter().filter_map(|exporter| exporter_draft(exporter, &names)));
        let mut groups = self.count_drafts(&drafts, now).await?;
        let runaways = self.find_runaways(tsdb.unwrap_or_default(), now).await?;
        for runaway in runaways {
            attach(&mut groups, &drafts, runaway);
        }
        groups.retain(|group| group.series > 0);
        Ok(groups)
    }

    /// Counts the series of each group, and the targets or instances behind it. The groups keep the drafts' order.
    async fn count_drafts(&self, drafts: &[Draft], now: Timestamp) -> Result<Vec<ScopeGroup>, SourceError> {
        let mut parts: Vec<String> = Vec::new();
        let mut ends = Vec::with_capacity(drafts.len());
        for draft in drafts {
            parts.extend(draft.selectors.iter().map(|selector| format!("count({selector})")));
            parts.push(match draft.why {
                ScopeReason::Targets(_) => "count(up)".to_owned(),
                ScopeReason::Exporter(_) => {
                    format!("count(count by (instance) ({}))", draft.selectors.join(" or "))
                }
                ScopeReason::AlertRules(_) | ScopeReason::RecordingRules(_) | ScopeReason::Other => {
                    "vector(0)".to_owned()
                }
            });
            ends.push(parts.len());
        }
        let values = self.values_of(&parts, now).await?;
        let values: Vec<u64> = values.into_iter().map(|v| v.and_then(count_of).unwrap_or_default()).collect();
        let mut groups = Vec::with_capacity(drafts.len());
        let mut start = 0;
        for (draft, end) in drafts.iter().zip(ends) {
            let (counts, extra) = (&values[start..end - 1], values[end - 1]);
            let series: u64 = counts.iter().sum();
            let n = u32::try_from(extra).unwrap_or(u32::MAX);
            // A selector without series now costs nothing and matters again when its target comes back.
            groups.push(ScopeGroup {
                key: draft.key.clone(),
                why: match draft.why {
                    ScopeReason::Targets(_) => ScopeReason::Targets(n),
                    ScopeReason::Exporter(_) => ScopeReason::Exporter(n),
                    ScopeReason::AlertRules(_) | ScopeReason::RecordingRules(_) | ScopeReason::Other => {
                        draft.why
                    }
                },
                selectors: draft.selectors.clone(),
                series,
                proposed: series > 0 && series <= MAX_PROPOSED_SERIES,
                runaway: None,
                instead: None,
                instead_series: 0,
            });
            start = end;
        }
        Ok(groups)
    }

    /// Looks at the largest metrics that the storage's status names, and at the labels with the most values.
    async fn find_runaways(&self, tsdb: TsdbData, now: Timestamp) -> Result<Vec<Runaway>, SourceError> {
        let cap = u64::from(self.config.label_cap);
        let labels = tsdb.labels.unwrap_or_default().into_iter();
        let labels: Vec<String> = labels
            .filter(|label| label.value > cap && label.name != "__name__")
            .map(|label| label.name)
            .take(MAX_LABELS)
            .collect();
        let metrics = tsdb.metrics.unwrap_or_default().into_iter();
        let metrics = metrics.filter(|metric| metric.value > LARGE_METRIC_SERIES).take(MAX_LARGE_METRICS);
        let mut candidates = Vec::new();
        let mut parts = Vec::new();
        for metric in metrics {
            let selector = selector_of(&metric.name);
            for label in labels.iter().filter(|label| is_plain_name(label)) {
                parts.push(format!("count(count by ({label}) ({selector}))"));
                parts.push(format!("count(count without ({label}) ({selector}))"));
                candidates.push((metric.name.clone(), metric.value, label.clone()));
            }
        }
        let values = self.values_of(&parts, now).await?;
        let mut found: Vec<Runaway> = Vec::new();
        for ((metric, series, label), pair) in candidates.into_iter().zip(values.chunks(2)) {
            let number = |value: Option<f64>| value.and_then(count_of).unwrap_or_default();
            let (n_values, rest) = (number(pair[0]), number(pair[1]));
            let is_known = found.iter().any(|runaway| runaway.metric == metric);
            if n_values > cap && !is_known {
                found.push(Runaway { metric, series, label, n_values, rest });
            }
        }
        Ok(found)
    }
}

/// Notes a label that runs away at the group that reads its metric, or lists the metric as a group of its own.
fn attach(groups: &mut Vec<ScopeGroup>, drafts: &[Draft], runaway: Runaway) {
    let instead = instead_of(&runaway);
    let reader = drafts.iter().position(|draft| draft.metrics.contains(&runaway.metric));
    if let Some(group) = reader.and_then(|position| groups.get_mut(position))
        && group.runaway.is_none()
    {
        group.runaway = Some((runaway.label, runaway.n_values));
        group.instead = Some(instead);
        group.instead_series = runaway.rest;
        return;
    }
    groups.push(ScopeGroup {
        key: runaway.metric.clone(),
        why: ScopeReason::Other,
        selectors: vec![selector_of(&runaway.metric)],
        series: runaway.series,
        proposed: false,
        runaway: Some((runaway.label, runaway.n_values)),
        instead: Some(instead),
        instead_series: runaway.rest,
    });
}

/// Returns the sum without the label. Counters are turned into rates first, because a sum of counters falls when one
/// of them ends.
fn instead_of(runaway: &Runaway) -> NamedExpression {
    let Runaway { metric, label, .. } = runaway;
    let selector = selector_of(metric);
    if MetricKind::from_metric_name(metric).is_cumulative() {
        NamedExpression {
            name: format!("without_{label}:{metric}:rate5m"),
            expression: format!("sum without ({label}) (rate({selector}[5m]))"),
        }
    } else {
        NamedExpression {
            name: format!("without_{label}:{metric}:sum"),
            expression: format!("sum without ({label}) ({selector})"),
        }
    }
}

/// Reports whether a name needs no quotes anywhere in PromQL.
fn is_plain_name(name: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    name.bytes().all(is_word) && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

/// Returns a selector of exactly one metric; names outside the classic characters are matched by label.
fn selector_of(metric: &str) -> String {
    if is_plain_name(metric) { metric.to_owned() } else { format!("{{__name__={metric:?}}}") }
}

fn target_draft() -> Draft {
    let names = ["up", "scrape_duration_seconds"].map(str::to_owned);
    Draft {
        key: "targets".to_owned(),
        why: ScopeReason::Targets(0),
        selectors: names.to_vec(),
        metrics: names.into_iter().collect(),
    }
}

/// Returns the group of an exporter; `None` when none of its metrics are there.
fn exporter_draft(exporter: &Exporter, names: &BTreeSet<String>) -> Option<Draft> {
    let of_exporter = || names.iter().filter(|name| name.starts_with(exporter.prefix) && is_plain_name(name));
    let mut metrics: BTreeSet<String> =
        of_exporter().filter(|name| exporter.core.contains(&name.as_str())).cloned().collect();
    if metrics.is_empty() {
        metrics = of_exporter().take(MAX_WHOLE_EXPORTER).cloned().collect();
    }
    if metrics.is_empty() {
        return None;
    }
    let alternatives = metrics.iter().map(String::as_str).collect::<Vec<_>>().join("|");
    Some(Draft {
        key: exporter.key.to_owned(),
        why: ScopeReason::Exporter(0),
        selectors: vec![format!("{{__name__=~\"{alternatives}\"}}")],
        metrics,
    })
}

/// Returns what alerting rules read, and what recording rules record.
fn rule_drafts(rules: &[Rule]) -> Vec<Draft> {
    let of_kind = |kind| rules.iter().filter(move |rule| rule.kind == kind);
    let mut read = BTreeSet::new();
    for rule in of_kind(RuleKind::Alerting) {
        read.extend(selectors_in(&rule.expression));
    }
    let recorded: BTreeSet<(String, String)> =
        of_kind(RuleKind::Recording).map(|rule| (rule.name.clone(), selector_of(&rule.name))).collect();
    let count = |kind| u32::try_from(of_kind(kind).count()).unwrap_or(u32::MAX);
    let alerting = ScopeReason::AlertRules(count(RuleKind::Alerting));
    let recording = ScopeReason::RecordingRules(count(RuleKind::Recording));
    let drafts =
        [draft_of("alert_rules", alerting, &read), draft_of("recording_rules", recording, &recorded)];
    drafts.into_iter().flatten().collect()
}

/// Makes a group of pairs of metric name and selector; a whole metric makes its narrower selectors superfluous.
fn draft_of(key: &str, why: ScopeReason, pairs: &BTreeSet<(String, String)>) -> Option<Draft> {
    let whole: BTreeSet<&String> = pairs.iter().filter(|(name, s)| name == s).map(|(name, _)| name).collect();
    let kept = pairs.iter().filter(|(name, selector)| name == selector || !whole.contains(name));
    let kept: Vec<&(String, String)> = kept.take(MAX_SELECTORS).collect();
    if kept.is_empty() {
        return None;
    }
    Some(Draft {
        key: key.to_owned(),
        why,
        selectors: kept.iter().map(|(_, selector)| selector.clone()).collect(),
        metrics: kept.iter().map(|(name, _)| name.clone()).collect(),
    })
}

/// Returns metric name and selector for each series that an expression reads, without its offsets and ranges.
///
/// An expression that cannot be parsed (functions of a later server) brings none.
fn selectors_in(expression: &str) -> Vec<(String, String)> {
    let mut collector = Collector(Vec::new());
    if let Ok(expr) = parser::parse(expression) {
        // The collector never fails and never stops the walk.
        walk_expr(&mut collector, &expr).ok();
    }
    collector.0
}

struct Collector(Vec<(String, String)>);

impl ExprVisitor for Collector {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
        let selector = if let Expr::VectorSelector(selector) = expr {
            selector
        } else if let Expr::MatrixSelector(matrix) = expr {
            &matrix.vs
        } else {
            return Ok(true);
        };
        // Only selectors that name their metric are proposed, so that no request is without that filter.
        if let Some(name) = metric_of(selector) {
            let bare = VectorSelector { offset: None, at: None, ..selector.clone() };
            self.0.push((name, bare.to_string()));
        }
        Ok(true)
    }
}

fn metric_of(selector: &VectorSelector) -> Option<String> {
    if let Some(name) = &selector.name {
        return Some(name.clone());
    }
    let by_label = selector.matchers.matchers.iter();
    let mut by_label = by_label.filter(|m| m.name == METRIC_NAME && m.op == MatchOp::Equal);
    by_label.next().map(|matcher| matcher.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selectors_of_a_rule_are_found_without_offsets_and_ranges() {
        let found = selectors_in(
            r#"sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / on (job) up offset 1h > 0.1"#,
        );

        assert_eq!(
            found,
            [
                ("http_requests_total".to_owned(), r#"http_requests_total{code=~"5.."}"#.to_owned()),
                ("up".to_owned(), "up".to_owned()),
            ]
        );
    }

    #[test]
    fn a_selector_that_names_no_metric_is_not_proposed() {
        assert!(selectors_in(r#"count({job="node"}) == 0"#).is_empty());
        assert!(selectors_in("not a query (").is_empty());
    }

    #[test]
    fn a_whole_metric_makes_its_narrower_selectors_superfluous() {
        let pairs = [("up", "up"), ("up", "up{job=\"a\"}"), ("load", "load{job=\"a\"}")];
        let pairs = BTreeSet::from(pairs.map(|(name, selector)| (name.to_owned(), selector.to_owned())));

        let draft = draft_of("alert_rules", ScopeReason::AlertRules(3), &pairs).unwrap();

        assert_eq!(draft.selectors, ["load{job=\"a\"}", "up"]);
    }

    #[test]
    fn an_exporter_is_known_by_its_prefix_and_asked_by_name() {
        let names = ["node_load1", "node_boot_time_seconds", "node_textfile_mtime", "nginx_up"];
        let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();

        let drafts: Vec<Draft> = EXPORTERS.iter().filter_map(|e| exporter_draft(e, &names)).collect();

        let selectors: Vec<&str> = drafts.iter().map(|draft| draft.selectors[0].as_str()).collect();
        assert_eq!(
            selectors,
            [r#"{__name__=~"node_boot_time_seconds|node_load1"}"#, r#"{__name__=~"nginx_up"}"#]
        );
    }

    #[test]
    fn a_counter_is_summed_as_a_rate_without_the_label() {
        let runaway = Runaway {
            metric: "hits_total".to_owned(),
            series: 90_000,
            label: "path".to_owned(),
            n_values: 9_000,
            rest: 10,
        };

        let instead = instead_of(&runaway);

        assert_eq!(instead.name, "without_path:hits_total:rate5m");
        assert_eq!(instead.expression, "sum without (path) (rate(hits_total[5m]))");
    }
}
