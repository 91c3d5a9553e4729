//! The rules themselves, as data.

use super::Derive::{Busy, DaysLeft, Load, Predict, Rate, Rose, Value};
use super::Side::{Above, Below};
use super::{Definition, Derive, Show, Side};

/// Returns a rule on all series of a metric: group, name and metric; what is compared, how, with what and for how long
/// (seconds); severity (empty: by tier); summary.
const fn rule(
    names: (&'static str, &'static str, &'static str),
    condition: (Derive, Side, f64, i64),
    severity: &'static str,
    summary: &'static str,
    show: Show,
) -> Definition {
    Definition {
        group: names.0,
        name: names.1,
        metric: names.2,
        with: ("", ""),
        derive: condition.0,
        side: condition.1,
        limit: condition.2,
        hold_s: condition.3,
        severity,
        summary,
        show,
        twice: false,
    }
}

impl Definition {
    /// Returns the rule for series with a label only.
    const fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.with = (name, value);
        self
    }

    /// Returns the rule as two servers evaluate it.
    const fn twice(mut self) -> Self {
        self.twice = true;
        self
    }
}

/// The last value itself.
const LAST: Derive = Value { over: "" };

/// All alerting rules.
pub(crate) static DEFINITIONS: [Definition; 46] = [
    rule(
        ("services", "ServiceErrorsHigh", "service:http_errors:ratio1m"),
        (LAST, Above, 0.05, 60),
        "",
        "{subject} fails {value} of its requests",
        Show::Percent,
    )
    .twice(),
    rule(
        ("services", "ServiceLatencyHigh", "service:http_latency:p95_1m"),
        (LAST, Above, 1.0, 120),
        "warning",
        "{subject} takes {value} for 95 % of its requests",
        Show::Seconds,
    ),
    rule(
        ("services", "TrafficHigh", "service:http_requests:rate1m"),
        (LAST, Above, 0.0, 60),
        "warning",
        "{subject} gets {value}, much more than usual",
        Show::PerSecond,
    ),
    rule(
        ("services", "TargetDown", "up"),
        (LAST, Below, 1.0, 60),
        "",
        "{subject} cannot be scraped",
        Show::Number,
    )
    .twice(),
    rule(
        ("services", "ProcessRestarted", "process_start_time_seconds"),
        (Rose { within_s: 600 }, Above, 0.0, 0),
        "info",
        "{subject} was started anew",
        Show::Number,
    ),
    rule(
        ("services", "CircuitBreakerOpen", "resilience4j_circuitbreaker_state"),
        (LAST, Above, 0.0, 0),
        "warning",
        "A circuit breaker of {subject} refuses calls",
        Show::Number,
    )
    .with("state", "open"),
    rule(
        ("services", "CircuitBreakerOpen", "circuit_breaker_open"),
        (LAST, Above, 0.0, 0),
        "warning",
        "A circuit breaker of {subject} refuses calls",
        Show::Number,
    ),
    rule(
        ("services", "ConnectionsPending", "hikaricp_connections_pending"),
        (LAST, Above, 10.0, 60),
        "warning",
        "{value} requests of {subject} wait for a connection",
        Show::Number,
    ),
    rule(
        ("services", "ConnectionsPending", "go_sql_waiting_requests"),
        (LAST, Above, 10.0, 60),
        "warning",
        "{value} requests of {subject} wait for a connection",
        Show::Number,
    ),
    rule(
        ("services", "ConnectionsPending", "db_pool_waiting"),
        (LAST, Above, 10.0, 60),
        "warning",
        "{value} requests of {subject} wait for a connection",
        Show::Number,
    ),
    rule(
        ("hosts", "HostDiskFilling", "node_filesystem_avail_bytes"),
        (Value { over: "node_filesystem_size_bytes" }, Below, 0.1, 300),
        "warning",
        "/var on {subject} has {value} left",
        Show::Percent,
    ),
    rule(
        ("hosts", "HostDiskFull", "node_filesystem_avail_bytes"),
        (Value { over: "node_filesystem_size_bytes" }, Below, 0.02, 60),
        "critical",
        "/var on {subject} has {value} left",
        Show::Percent,
    )
    .twice(),
    rule(
        ("hosts", "HostDiskFullPredicted", "node_filesystem_avail_bytes"),
        (Predict { ahead_s: 14_400.0 }, Below, 0.0, 600),
        "warning",
        "/var on {subject} is full within four hours",
        Show::Gigabytes,
    ),
    rule(
        ("hosts", "HostCpuHigh", "node_cpu_seconds_total"),
        (Busy, Above, 0.9, 300),
        "warning",
        "The processors of {subject} are busy for {value} of the time",
        Show::Percent,
    )
    .with("mode", "idle"),
    rule(
        ("hosts", "HostLoadHigh", "node_load1"),
        (Load, Above, 0.6, 0),
        "warning",
        "The load of {subject} is {value} for each core",
        Show::Percent,
    ),
    rule(
        ("hosts", "HostMemoryLow", "node_memory_MemAvailable_bytes"),
        (Value { over: "node_memory_MemTotal_bytes" }, Below, 0.05, 120),
        "warning",
        "{subject} has {value} of its memory left",
        Show::Percent,
    ),
    rule(
        ("hosts", "HostOutOfMemoryKill", "node_vmstat_oom_kill"),
        (Rose { within_s: 600 }, Above, 0.0, 0),
        "critical",
        "The kernel of {subject} killed {value} processes for their memory",
        Show::Number,
    ),
    rule(
        ("hosts", "HostDiskSlow", "node_disk_write_await_seconds"),
        (LAST, Above, 0.05, 120),
        "warning",
        "Writing to the disk of {subject} takes {value}",
        Show::Seconds,
    ),
    rule(
        ("hosts", "HostZombies", "node_processes_state"),
        (LAST, Above, 200.0, 300),
        "warning",
        "{subject} has {value} dead processes that nobody collects",
        Show::Number,
    )
    .with("state", "Z"),
    rule(
        ("hosts", "HostClockSkew", "node_timex_offset_seconds"),
        (LAST, Above, 0.5, 60),
        "warning",
        "The clock of {subject} is ahead by {value}",
        Show::Seconds,
    ),
    rule(
        ("hosts", "HostClockSkew", "node_timex_offset_seconds"),
        (LAST, Below, -0.5, 60),
        "warning",
        "The clock of {subject} is behind: {value}",
        Show::Seconds,
    ),
    rule(
        ("hosts", "HostPacketsDropped", "node_network_receive_drop_total"),
        (Rate, Above, 5.0, 60),
        "warning",
        "{subject} loses {value} packets",
        Show::PerSecond,
    ),
    rule(
        ("security", "LoginFailures", "sshd_failed_logins_total"),
        (Rate, Above, 1.0, 60),
        "warning",
        "Failed sign-ins on {subject}: {value}",
        Show::PerSecond,
    ),
    rule(
        ("security", "PortScanSuspected", "node_netfilter_dropped_total"),
        (Rate, Above, 5.0, 60),
        "warning",
        "The firewall of {subject} drops {value} connections",
        Show::PerSecond,
    ),
    rule(
        ("databases", "PostgresDown", "pg_up"),
        (LAST, Below, 1.0, 30),
        "",
        "PostgreSQL {subject} does not answer",
        Show::Number,
    ),
    rule(
        ("databases", "PostgresReplicationLag", "pg_replication_lag_seconds"),
        (LAST, Above, 300.0, 60),
        "warning",
        "{subject} is {value} behind its primary",
        Show::Seconds,
    )
    .twice(),
    rule(
        ("databases", "PostgresReplicationStopped", "pg_stat_wal_receiver_replay_running"),
        (LAST, Below, 1.0, 60),
        "critical",
        "{subject} applies nothing",
        Show::Number,
    ),
    rule(
        ("databases", "PostgresTooManyConnections", "pg_stat_database_numbackends"),
        (Value { over: "pg_settings_max_connections" }, Above, 0.85, 120),
        "warning",
        "{subject} uses {value} of its connections",
        Show::Percent,
    ),
    rule(
        ("databases", "PostgresLockWaits", "pg_locks_count"),
        (LAST, Above, 10.0, 60),
        "warning",
        "{value} transactions on {subject} wait for a lock",
        Show::Number,
    )
    .with("granted", "false"),
    rule(
        ("databases", "PostgresLongTransaction", "pg_stat_activity_max_tx_duration"),
        (LAST, Above, 300.0, 0),
        "warning",
        "A transaction on {subject} has been open for {value}",
        Show::Seconds,
    ),
    rule(
        ("databases", "PostgresDeadlocks", "pg_stat_database_deadlocks"),
        (Rate, Above, 0.1, 60),
        "warning",
        "Deadlocks on {subject}: {value}",
        Show::PerSecond,
    ),
    rule(
        ("databases", "MysqlDown", "mysql_up"),
        (LAST, Below, 1.0, 30),
        "",
        "MySQL {subject} does not answer",
        Show::Number,
    ),
    rule(
        ("databases", "MysqlReplicationLag", "mysql_slave_status_seconds_behind_master"),
        (LAST, Above, 300.0, 60),
        "warning",
        "{subject} is {value} behind its primary",
        Show::Seconds,
    )
    .twice(),
    rule(
        ("databases", "MysqlReplicationStopped", "mysql_slave_status_slave_sql_running"),
        (LAST, Below, 1.0, 60),
        "critical",
        "The SQL thread of {subject} does not run",
        Show::Number,
    ),
    rule(
        ("databases", "MysqlTooManyConnections", "mysql_global_status_threads_connected"),
        (Value { over: "mysql_global_variables_max_connections" }, Above, 0.85, 120),
        "warning",
        "{subject} uses {value} of its connections",
        Show::Percent,
    ),
    rule(
        ("databases", "MysqlLockWaits", "mysql_global_status_innodb_row_lock_current_waits"),
        (LAST, Above, 10.0, 60),
        "warning",
        "{value} transactions on {subject} wait for a lock",
        Show::Number,
    ),
    rule(
        ("databases", "MysqlLongTransaction", "mysql_info_schema_innodb_trx_oldest_seconds"),
        (LAST, Above, 300.0, 0),
        "warning",
        "A transaction on {subject} has been open for {value}",
        Show::Seconds,
    ),
    rule(
        ("databases", "MysqlDeadlocks", "mysql_global_status_innodb_deadlocks"),
        (Rate, Above, 0.1, 60),
        "warning",
        "Deadlocks on {subject}: {value}",
        Show::PerSecond,
    ),
    rule(
        ("queues", "ConsumerLagHigh", "kafka_consumergroup_lag_sum"),
        (LAST, Above, 5_000.0, 120),
        "warning",
        "{value} messages of {subject} wait",
        Show::Number,
    ),
    rule(
        ("caches", "RedisDown", "redis_up"),
        (LAST, Below, 1.0, 30),
        "",
        "Redis {subject} does not answer",
        Show::Number,
    ),
    rule(
        ("caches", "CacheHitRatioLow", "cache:hit_ratio:1m"),
        (LAST, Below, 0.5, 120),
        "warning",
        "{subject} answers only {value} of the lookups",
        Show::Percent,
    ),
    rule(
        ("balancers", "BackendDown", "haproxy_server_status"),
        (LAST, Below, 1.0, 30),
        "warning",
        "{subject} has taken a server out",
        Show::Number,
    ),
    rule(
        ("balancers", "BackendDown", "nginx_upstream_server_up"),
        (LAST, Below, 1.0, 30),
        "warning",
        "{subject} has taken a server out",
        Show::Number,
    ),
    rule(
        ("probes", "ProbeFailed", "probe_success"),
        (LAST, Below, 1.0, 60),
        "critical",
        "The check {subject} fails",
        Show::Number,
    )
    .twice(),
    rule(
        ("probes", "CertificateSoonExpires", "probe_ssl_earliest_cert_expiry"),
        (DaysLeft, Below, 14.0, 0),
        "warning",
        "The certificate of {subject} ends in {value}",
        Show::Days,
    ),
    rule(
        ("probes", "CertificateExpired", "probe_ssl_earliest_cert_expiry"),
        (DaysLeft, Below, 0.0, 0),
        "critical",
        "The certificate of {subject} has ended: {value}",
        Show::Days,
    ),
];

/// Names and expressions of the recording rules.
pub(super) const RECORDINGS: [(&str, &str); 4] = [
    ("service:http_requests:rate1m", "sum by (service) (rate(http_requests_total[1m]))"),
    (
        "service:http_errors:ratio1m",
        "sum by (service) (rate(http_requests_total{status=~\"5..\"}[1m])) / sum by (service) \
         (rate(http_requests_total[1m]))",
    ),
    (
        "service:http_latency:p95_1m",
        "histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[1m])))",
    ),
    (
        "cache:hit_ratio:1m",
        "sum by (service) (rate(redis_keyspace_hits_total[1m])) / sum by (service) \
         (rate(redis_keyspace_hits_total[1m]) + rate(redis_keyspace_misses_total[1m]))",
    ),
];
