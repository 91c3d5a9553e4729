//! What each family of metrics measures and in which unit, as an exporter would say it.

/// Families with their help texts, in the order in which the targets expose them. The name of a counter stands without
/// its `_total`, that of a histogram or summary without its parts.
const HELP: &[(&str, &str)] = &[
    ("up", "Whether the target answered the scrape: 1 yes, 0 no."),
    ("http_requests", "Requests that were answered, by method, route and status."),
    ("http_request_duration_seconds", "Time from a request to its answer, in seconds."),
    ("http_requests_in_flight", "Requests that are inside the process, waiting ones included."),
    ("messages_processed", "Messages that were worked on, by result."),
    ("message_processing_seconds", "Time from taking a message to its end, in seconds."),
    ("messages_in_progress", "Messages that are being worked on."),
    ("http_client_requests", "Calls of other services, each try by itself, by destination and outcome."),
    (
        "http_client_request_duration_seconds",
        "Time of calls of other services, all tries included, in seconds.",
    ),
    ("db_client_operations", "Statements sent to databases, each try by itself, by destination and outcome."),
    ("db_client_operation_duration_seconds", "Time of statements sent to databases, in seconds."),
    ("cache_client_operations", "Lookups in caches, each try by itself, by destination and outcome."),
    ("cache_client_operation_duration_seconds", "Time of lookups in caches, in seconds."),
    ("messaging_client_sent_messages", "Messages sent to brokers, each try by itself, by outcome."),
    ("messaging_client_send_duration_seconds", "Time of sending a message, in seconds."),
    ("messaging_client_consumed_messages", "Messages taken from brokers, by outcome."),
    ("messaging_client_poll_duration_seconds", "Time of taking messages, in seconds."),
    ("hikaricp_connections_active", "Connections of the pool that are in use."),
    ("hikaricp_connections_pending", "Requests that wait for a connection of the pool."),
    ("hikaricp_connections_max", "Most connections that the pool may have."),
    ("go_sql_in_use_connections", "Connections of the pool that are in use."),
    ("go_sql_waiting_requests", "Requests that wait for a connection of the pool."),
    ("go_sql_max_open_connections", "Most connections that the pool may have open."),
    ("go_sql_open_connections", "Connections of the pool that are open, idle ones included."),
    ("db_pool_in_use", "Connections of the pool that are in use."),
    ("db_pool_waiting", "Requests that wait for a connection of the pool."),
    ("db_pool_size", "Most connections that the pool may have."),
    (
        "resilience4j_circuitbreaker_state",
        "Whether the circuit breaker is in the state of the label: 1 yes, 0 no.",
    ),
    (
        "resilience4j_circuitbreaker_not_permitted_calls",
        "Calls that the open circuit breaker did not let through.",
    ),
    ("circuit_breaker_open", "Whether the circuit breaker is open: 1 yes, 0 no."),
    ("circuit_breaker_refused", "Calls that the open circuit breaker did not let through."),
    ("process_cpu_seconds", "CPU time that the process has used, in seconds."),
    ("process_resident_memory_bytes", "Memory of the process that is resident, in bytes."),
    ("process_virtual_memory_bytes", "Address space of the process, in bytes."),
    ("process_start_time_seconds", "When the process began, in seconds since 1970-01-01 UTC."),
    ("process_open_fds", "File descriptors that are open."),
    ("process_max_fds", "Most file descriptors that may be open."),
    ("go_goroutines", "Goroutines that exist."),
    ("go_threads", "Threads that the runtime has made."),
    ("go_memstats_heap_inuse_bytes", "Heap in use, in bytes."),
    ("go_gc_duration_seconds", "Pauses of the garbage collection, in seconds."),
    ("jvm_memory_used_bytes", "Memory in use by area, in bytes."),
    ("jvm_memory_max_bytes", "Most memory that may be used by area, in bytes."),
    ("jvm_threads_live_threads", "Threads that live, daemons included."),
    ("tomcat_threads_busy_threads", "Threads that work on a request."),
    ("jvm_gc_pause_seconds", "Pauses of the garbage collection, in seconds."),
    ("nodejs_eventloop_lag_seconds", "Time by which the event loop is late, in seconds."),
    ("nodejs_heap_size_used_bytes", "Heap in use, in bytes."),
    ("nodejs_active_handles_total", "Handles that are active."),
    ("nodejs_gc_duration_seconds", "Pauses of the garbage collection by kind, in seconds."),
    ("python_gc_collections", "Garbage collections by generation."),
    (
        "service:http_requests:rate1m",
        "Requests or messages a second that came to their end, over the last minute.",
    ),
    ("service:http_errors:ratio1m", "Share of them that failed, from 0 to 1, over the last minute."),
    (
        "service:http_latency:p95_1m",
        "Time within which 95 % of them were answered, in seconds, over the last minute.",
    ),
    ("cache:hit_ratio:1m", "Share of the lookups that found something, from 0 to 1, over the last minute."),
    ("probe_success", "Whether the check succeeded: 1 yes, 0 no."),
    ("probe_duration_seconds", "Time that the check took, in seconds."),
    ("probe_limit_seconds", "Time within which the check has to succeed, in seconds."),
    ("probe_ssl_earliest_cert_expiry", "When the first certificate ends, in seconds since 1970-01-01 UTC."),
    ("machine_cpu_cores", "Cores of the machine."),
    ("node_boot_time_seconds", "When the machine was started, in seconds since 1970-01-01 UTC."),
    ("node_timex_offset_seconds", "Difference of the clock from its reference, in seconds."),
    ("node_processes_state", "Processes by state: S sleeping, Z zombie."),
    ("node_processes_max_processes", "Most processes that may exist."),
    ("node_vmstat_oom_kill", "Processes that were ended for want of memory."),
    ("sshd_failed_logins", "Logins over SSH that failed."),
    ("node_cpu_seconds", "Time that the cores spent in each mode, in seconds."),
    ("node_load1", "Processes that run or wait to, averaged over one minute."),
    ("node_load5", "Processes that run or wait to, averaged over five minutes."),
    ("node_load15", "Processes that run or wait to, averaged over fifteen minutes."),
    ("node_procs_running", "Processes that run or could."),
    ("node_context_switches", "Switches from one process to another."),
    ("node_memory_MemTotal_bytes", "Memory of the machine, in bytes."),
    ("node_memory_MemAvailable_bytes", "Memory that programs can get without swapping, in bytes."),
    ("node_memory_Cached_bytes", "Memory that caches files, in bytes."),
    ("node_filesystem_size_bytes", "Size of the file system, in bytes."),
    ("node_filesystem_avail_bytes", "Space of the file system that users can write to, in bytes."),
    ("node_disk_io_time_seconds", "Time in which the disk was busy, in seconds."),
    ("node_disk_reads_completed", "Reads of the disk that came to their end."),
    ("node_disk_writes_completed", "Writes to the disk that came to their end."),
    ("node_disk_write_time_seconds", "Time of all writes together, in seconds."),
    ("node_disk_write_await_seconds", "Mean time of a write, its wait included, in seconds."),
    ("node_network_speed_bytes", "Speed of the interface, in bytes a second."),
    ("node_network_receive_bytes", "Bytes that the interface received."),
    ("node_network_transmit_bytes", "Bytes that the interface sent."),
    ("node_network_receive_drop", "Packets that were dropped on receipt."),
    ("node_netstat_Tcp_RetransSegs", "TCP segments that were sent again."),
    ("node_netfilter_dropped", "Connections that the packet filter refused."),
    ("node_nf_conntrack_entries", "Connections that the packet filter tracks."),
    ("node_nf_conntrack_entries_limit", "Most connections that the packet filter can track."),
    ("pg_up", "Whether the server answered its exporter: 1 yes, 0 no."),
    ("pg_postmaster_start_time_seconds", "When the server began, in seconds since 1970-01-01 UTC."),
    ("pg_static", "Version of the server as a label; always 1."),
    ("pg_settings_max_connections", "Most connections that the server takes."),
    ("pg_stat_activity_count", "Connections by state."),
    ("pg_stat_activity_max_tx_duration", "Age of the oldest transaction, in seconds."),
    ("pg_locks_count", "Locks by mode, held and waited for."),
    ("pg_stat_database_numbackends", "Connections to the database."),
    ("pg_stat_database_xact_commit", "Transactions of the database that were committed."),
    ("pg_stat_database_xact_rollback", "Transactions of the database that were rolled back."),
    ("pg_stat_database_deadlocks", "Deadlocks in the database."),
    ("pg_stat_database_tup_fetched", "Rows that queries fetched by an index."),
    ("pg_stat_database_blks_hit", "Blocks that were found in the buffer cache."),
    ("pg_replication_is_replica", "Whether the server is a replica: 1 yes, 0 no."),
    ("pg_replication_lag_seconds", "Time by which the replica is behind, in seconds; 0 on the primary."),
    ("pg_stat_wal_receiver_replay_running", "Whether the replica applies what it receives: 1 yes, 0 no."),
    ("pg_wal_size_bytes", "Write-ahead log that is kept, in bytes."),
    ("pg_replication_slots_active", "Whether a replica reads from the slot: 1 yes, 0 no."),
    ("mysql_up", "Whether the server answered its exporter: 1 yes, 0 no."),
    ("mysql_version_info", "Version of the server as a label; always 1."),
    ("mysql_global_status_uptime", "Time since the server began, in seconds."),
    ("mysql_global_status_threads_connected", "Connections that are open."),
    ("mysql_global_status_threads_running", "Connections that work at this moment."),
    ("mysql_global_variables_max_connections", "Most connections that the server takes."),
    ("mysql_global_status_queries", "Statements that the server carried out."),
    ("mysql_global_status_slow_queries", "Statements that took longer than one second."),
    (
        "mysql_global_status_innodb_row_lock_waits",
        "Times that a transaction had to wait for a lock of a row.",
    ),
    ("mysql_global_status_innodb_row_lock_current_waits", "Transactions that wait for a lock of a row."),
    ("mysql_global_status_innodb_deadlocks", "Deadlocks."),
    ("mysql_info_schema_innodb_trx_oldest_seconds", "Age of the oldest transaction, in seconds."),
    ("mysql_slave_status_seconds_behind_master", "Time by which the replica is behind, in seconds."),
    ("mysql_slave_status_slave_sql_running", "Whether the replica applies what it receives: 1 yes, 0 no."),
    ("mysql_slave_status_slave_io_running", "Whether the replica receives from the primary: 1 yes, 0 no."),
    ("mysql_slave_status_last_errno", "Number of the error that stopped the replica; 0 without one."),
    ("redis_up", "Whether the server answered its exporter: 1 yes, 0 no."),
    ("redis_instance_info", "Version of the server as a label; always 1."),
    ("redis_keyspace_hits", "Lookups that found their key."),
    ("redis_keyspace_misses", "Lookups that did not find their key."),
    ("redis_db_keys", "Keys of the database."),
    ("redis_memory_used_bytes", "Memory in use, in bytes."),
    ("redis_memory_max_bytes", "Most memory that may be used, in bytes."),
    ("redis_connected_clients", "Clients that are connected."),
    ("redis_commands_processed", "Commands that the server carried out."),
    ("redis_start_time_seconds", "When the server began, in seconds since 1970-01-01 UTC."),
    ("kafka_server_app_info", "Version of the broker as a label; always 1."),
    ("kafka_server_brokertopicmetrics_messagesin", "Messages that the broker took in."),
    (
        "kafka_server_requesthandler_average_idle_ratio",
        "Share of the time in which request handlers were idle, from 0 to 1.",
    ),
    ("kafka_brokers", "Brokers that answer."),
    (
        "kafka_consumergroup_lag_sum",
        "Messages that the group has not taken yet, over all partitions of the topic.",
    ),
    ("kafka_topic_partition_current_offset", "Offset of the newest message of the partition."),
    ("kafka_consumergroup_current_offset", "Offset up to which the group has taken the partition."),
    ("kafka_consumergroup_lag", "Messages of the partition that the group has not taken yet."),
    ("haproxy_up", "Whether the balancer answered its exporter: 1 yes, 0 no."),
    ("haproxy_backend_active_servers", "Servers that get requests."),
    ("haproxy_server_status", "Whether the server gets requests: 1 yes, 0 taken out."),
    ("haproxy_backend_http_responses", "Answers by class of status."),
    ("haproxy_backend_current_sessions", "Sessions that are open."),
    ("haproxy_backend_current_queue", "Requests that wait for a server."),
    ("haproxy_backend_response_time_average_seconds", "Mean time to an answer, in seconds."),
    ("haproxy_backend_bytes_out", "Bytes that were sent to clients."),
    ("nginx_up", "Whether the balancer answered its exporter: 1 yes, 0 no."),
    ("nginx_http_responses", "Answers by class of status."),
    ("nginx_http_requests", "Requests that arrived."),
    ("nginx_connections_active", "Connections of clients that are open, waiting ones included."),
    ("nginx_connections_waiting", "Connections of clients that wait for their next request."),
    ("nginx_upstream_server_up", "Whether the server gets requests: 1 yes, 0 taken out."),
];

/// Returns what a family of metrics measures and in which unit; `None` where it is not one of a simulated world.
///
/// `family` is a name as `OpenMetrics` has it: without the `_total` of a counter and the parts of a histogram.
#[must_use]
pub fn metric_help(family: &str) -> Option<&'static str> {
    // Each program has one of its own name.
    if family.ends_with("_build_info") {
        return Some("Version of the program as a label; always 1.");
    }
    HELP.iter().find(|(name, _)| *name == family).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wardroom_core::{MetricKind, SeriesKey};

    use super::*;
    use crate::plan::{BreakerPlan, Technology, shop};
    use crate::telemetry::metrics::{sheet, targets};

    const TECHNOLOGIES: [Technology; 10] = [
        Technology::Go,
        Technology::Java,
        Technology::Node,
        Technology::Python,
        Technology::Nginx,
        Technology::Haproxy,
        Technology::Postgres,
        Technology::Mysql,
        Technology::Redis,
        Technology::Kafka,
    ];

    /// Returns the family of a series.
    fn family(key: &SeriesKey, kind: MetricKind) -> &str {
        let ends: &[&str] = match kind {
            MetricKind::Counter => &["_total"],
            MetricKind::Histogram => &["_bucket", "_sum", "_count"],
            MetricKind::Gauge | MetricKind::Summary | MetricKind::Unknown => &[],
        };
        ends.iter().find_map(|end| key.metric.strip_suffix(end)).unwrap_or(&key.metric)
    }

    /// Returns the families of a shop in which everything is made with one technology after the other.
    fn families() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for technology in TECHNOLOGIES {
            let mut plan = shop();
            for component in &mut plan.components {
                component.technology = technology;
            }
            for edge in &mut plan.edges {
                edge.breaker = Some(BreakerPlan { failure_ratio: 0.5, open_s: 10.0 });
            }
            for target in targets(&plan, 7) {
                let lines = sheet(&plan, 7, target.kind, "1.0.0");
                found.extend(lines.iter().map(|(spec, _)| family(&spec.key, spec.kind).to_owned()));
            }
        }
        found
    }

    #[test]
    fn every_family_has_its_help_and_no_help_is_about_nothing() {
        let families = families();

        let without: Vec<&String> = families.iter().filter(|name| metric_help(name).is_none()).collect();
        assert!(without.is_empty(), "{without:?}");
        let names: BTreeSet<&str> = HELP.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), HELP.len(), "a family stands twice");
        let about_nothing: Vec<&&str> = names.iter().filter(|name| !families.contains(**name)).collect();
        assert!(about_nothing.is_empty(), "{about_nothing:?}");
    }

    #[test]
    fn help_is_one_sentence_that_says_the_unit_of_the_name() {
        for (name, text) in HELP {
            assert!(text.ends_with('.') && !text.contains(['"', '\\', '\n']), "{name}: {text}");
            for unit in ["seconds", "bytes"] {
                let says = text.to_lowercase().contains(unit);
                assert!(says || !name.ends_with(&format!("_{unit}")), "{name}: {text}");
            }
        }
    }
}
