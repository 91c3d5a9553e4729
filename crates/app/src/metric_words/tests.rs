//! Names of metrics in words: those that exporters and rules really use, in both languages.

use jiff::tz::TimeZone;
use wardroom_core::Labels;

use super::*;
use crate::phrase::Phrase;
use crate::settings::Language;
use crate::words::Words;

fn key(metric: &str, labels: &[(&str, &str)]) -> SeriesKey {
    SeriesKey::new(metric, Labels::new(labels.iter().copied()))
}

fn said(key: &SeriesKey, entity: &str, language: Language) -> String {
    let sentence = Phrase::new("report-chart").with("what", what_of(key, entity)).text("entity", "");
    let text = Words::with(language, TimeZone::UTC).phrase(&sentence);
    text.trim_start_matches(" 的 ").trim_end_matches(" of ").to_owned()
}

fn english(key: &SeriesKey, entity: &str) -> String {
    said(key, entity, Language::En)
}

/// Checks what metrics without labels are called in both languages.
fn told(names: &[(&str, &str, &str)]) {
    for (metric, english, chinese) in names {
        let key = key(metric, &[]);
        assert_eq!(said(&key, "shop", Language::En), *english, "{metric}");
        assert_eq!(said(&key, "shop", Language::ZhCn), *chinese, "{metric}");
    }
}

#[test]
fn rules_are_told_by_what_they_measure_and_how_far_they_look_back() {
    told(&[
        ("service:http_errors:ratio1m", "HTTP error ratio (1m)", "HTTP 错误率 (1m)"),
        ("service:http_latency:p95_1m", "HTTP latency p95 (1m)", "HTTP 延迟 p95 (1m)"),
        ("service:http_requests:rate1m", "HTTP request rate (1m)", "HTTP 请求速率 (1m)"),
        ("cache:hit_ratio:1m", "cache hit ratio (1m)", "缓存命中率 (1m)"),
        ("instance:node_cpu_utilisation:rate5m", "CPU utilisation (5m)", "CPU 使用率 (5m)"),
        ("node_namespace_pod_container:container_memory_working_set_bytes", "memory in use", "内存占用"),
        (
            "namespace_cpu:kube_pod_container_resource_requests:sum",
            "CPU resources requested",
            "CPU 请求的资源",
        ),
        (
            "apiserver_request:availability30d",
            "API server request availability (30d)",
            "API server 请求可用率 (30d)",
        ),
        (
            "code_verb:apiserver_request_total:increase30d",
            "API server request increase (30d)",
            "API server 请求增量 (30d)",
        ),
        ("instance_path:requests:rate5m", "request rate (5m)", "请求速率 (5m)"),
        ("job:request_errors:ratio_rate5m", "request error ratio (5m)", "请求错误率 (5m)"),
        (
            "job:http_inprogress_requests:avg",
            "average HTTP inprogress requests",
            "平均 HTTP inprogress 请求数",
        ),
    ]);
}

#[test]
fn metrics_of_nodes_are_told() {
    told(&[
        ("node_cpu_seconds_total", "CPU time", "CPU 时间"),
        ("node_load1", "load over 1 min", "1 分钟负载"),
        ("node_load15", "load over 15 min", "15 分钟负载"),
        ("node_memory_MemAvailable_bytes", "memory available", "可用内存"),
        ("node_filesystem_avail_bytes", "disk space free", "磁盘可用空间"),
        ("node_filesystem_files_free", "inodes free", "可用 inode"),
        ("node_disk_io_time_seconds_total", "disk busy time", "磁盘忙碌时间"),
        ("node_disk_read_bytes_total", "data read from disk", "磁盘读取量"),
        ("node_network_receive_bytes_total", "network traffic received", "网络接收流量"),
        ("node_network_receive_drop_total", "received network packets dropped", "网络接收丢包"),
        ("node_network_transmit_errs_total", "network send errors", "网络发送错误"),
        ("node_vmstat_pgmajfault", "major page faults", "主缺页次数"),
        ("node_nf_conntrack_entries", "tracked connections", "已跟踪连接数"),
        ("node_context_switches_total", "context switches", "上下文切换"),
        ("node_pressure_io_waiting_seconds_total", "time waiting for I/O", "等待 I/O 的时间"),
        ("node_netstat_Tcp_RetransSegs", "TCP retransmits", "TCP 重传"),
        ("node_timex_offset_seconds", "clock offset", "时钟偏差"),
        ("node_hwmon_temp_celsius", "temperature", "温度"),
    ]);
}

#[test]
fn metrics_of_databases_are_told() {
    told(&[
        ("pg_stat_database_xact_commit", "commits", "提交数"),
        ("pg_stat_activity_count", "sessions", "会话数"),
        ("pg_locks_count", "Postgres locks", "Postgres 锁"),
        ("pg_replication_lag_seconds", "Postgres replication lag", "Postgres 复制延迟"),
        ("pg_up", "Postgres up", "Postgres 存活"),
        ("pg_stat_database_deadlocks", "deadlocks", "死锁数"),
        ("pg_settings_max_connections", "Postgres connections allowed", "Postgres 允许的连接数"),
        ("pg_stat_bgwriter_checkpoints_timed_total", "bgwriter checkpoints timed", "定时检查点"),
        ("pg_database_size_bytes", "Postgres database size", "Postgres 数据库大小"),
        (
            "pgbouncer_pools_client_waiting_connections",
            "clients waiting for a connection",
            "等待连接的客户端",
        ),
        ("pgbouncer_pools_server_active_connections", "active server connections", "活跃的服务端连接"),
        ("pgbouncer_stats_queries_pooled_total", "queries", "查询数"),
        ("mysql_global_status_threads_connected", "connections open", "打开的连接"),
        ("mysql_global_status_slow_queries", "slow queries", "慢查询数"),
        ("mysql_slave_status_seconds_behind_master", "MySQL replica lag", "MySQL 从库延迟"),
        ("mysql_global_status_innodb_row_lock_waits", "row lock waits", "行锁等待次数"),
        ("mysql_info_schema_innodb_trx_oldest_seconds", "age of the oldest transaction", "最久事务的时长"),
        ("redis_keyspace_misses_total", "Redis keys not found", "Redis 键未命中数"),
        ("redis_memory_used_bytes", "Redis memory used", "Redis 内存用量"),
    ]);
}

#[test]
fn metrics_of_the_demo_are_told() {
    told(&[
        ("disk_queue_length", "disk queue length", "磁盘队列长度"),
        ("disk_reads_total", "disk reads", "磁盘读次数"),
        ("disk_write_latency_seconds", "disk write latency", "磁盘写延迟"),
        ("dns_lookup_seconds", "DNS lookup", "DNS 解析"),
        ("http_requests_in_flight", "HTTP requests in flight", "HTTP 在途请求数"),
        ("pg_in_recovery", "Postgres in recovery", "Postgres 恢复中"),
        ("runtime_gc_runs_total", "runtime garbage collection runs", "运行时垃圾回收次数"),
        ("runtime_heap_bytes", "runtime heap", "运行时堆"),
    ]);
}

#[test]
fn metrics_of_queues_and_containers_are_told() {
    told(&[
        ("kafka_consumergroup_lag", "Kafka consumer lag", "Kafka 消费积压"),
        ("kafka_consumergroup_lag_sum", "Kafka consumer lag", "Kafka 消费积压"),
        ("kafka_server_brokertopicmetrics_messagesin_total", "messages received", "收到的消息"),
        (
            "kafka_server_replicamanager_underreplicatedpartitions",
            "under-replicated partitions",
            "副本不足的分区",
        ),
        (
            "kafka_topic_partition_under_replicated_partition",
            "Kafka under-replicated partitions",
            "Kafka 副本不足的分区",
        ),
        (
            "kafka_server_requesthandler_average_idle_ratio",
            "Kafka request handlers idle",
            "Kafka 请求线程空闲率",
        ),
        ("container_cpu_usage_seconds_total", "CPU used", "CPU 用量"),
        ("container_memory_working_set_bytes", "memory in use", "内存占用"),
        ("container_cpu_cfs_throttled_seconds_total", "CPU throttling", "CPU 限流"),
        ("container_network_receive_bytes_total", "network traffic received", "网络接收流量"),
        ("container_memory_rss", "resident memory", "常驻内存"),
        ("kube_pod_container_status_restarts_total", "container restarts", "容器重启次数"),
        ("kube_deployment_status_replicas_unavailable", "replicas unavailable", "不可用副本数"),
    ]);
}

#[test]
fn metrics_of_services_are_told_and_unknown_words_stay() {
    told(&[
        ("http_requests_total", "HTTP requests", "HTTP 请求数"),
        ("http_request_duration_seconds", "HTTP request duration", "HTTP 请求耗时"),
        ("http_request_duration_seconds_sum", "total HTTP request duration", "总 HTTP 请求耗时"),
        ("http_request_duration_seconds_count", "HTTP request count", "HTTP 请求次数"),
        ("http_response_size_bytes_sum", "total HTTP response size", "总 HTTP 响应大小"),
        ("error_ratio", "error ratio", "错误率"),
        ("process_cpu_seconds_total", "CPU used by the process", "进程 CPU 用量"),
        ("process_open_fds", "open files", "打开的文件"),
        ("go_goroutines", "goroutines", "协程"),
        ("jvm_gc_pause_seconds_count", "JVM garbage collection pause count", "JVM 垃圾回收停顿次数"),
        ("jvm_memory_used_bytes", "JVM memory used", "JVM 内存用量"),
        ("nodejs_eventloop_lag_seconds", "Node.js event loop lag", "Node.js 事件循环延迟"),
        (
            "db_client_operation_duration_seconds",
            "database client operation duration",
            "数据库客户端操作耗时",
        ),
        ("batch_process_duration_seconds", "batch process duration", "batch process 耗时"),
        ("cpu.usage.user", "CPU used user", "CPU 用量 user"),
        ("up", "up", "存活"),
        ("temperature", "temperature", "温度"),
        ("lonely", "lonely", "lonely"),
    ]);
}

#[test]
fn the_first_word_of_the_entity_is_not_said_twice() {
    let of = |metric, entity| english(&key(metric, &[]), entity);

    assert_eq!(of("pg_commit_seconds", "pg-main"), "commit");
    assert_eq!(of("pgbouncer_server_connections", "pgbouncer"), "server connections");
    assert_eq!(of("pgbouncer_pools_client_maxwait_seconds", "pgbouncer-1"), "longest wait for a connection");
    assert_eq!(of("checkout_success_ratio", "checkout"), "success ratio");
    // What is nothing but that is said all the same.
    assert_eq!(of("orders", "orders"), "orders");
    assert_eq!(of("node", "node-1"), "node");
    // It is no exporter's word in the middle of a name.
    assert_eq!(of("batch_container_total", "web"), "batch container");
}

#[test]
fn labels_tell_what_is_meant_where_a_name_alone_does_not() {
    let of = |metric, labels: &[(&str, &str)]| english(&key(metric, labels), "web");

    assert_eq!(of("http_requests_total", &[("code", "500")]), "HTTP requests 500");
    assert_eq!(of("http_request_duration_seconds", &[("quantile", "0.99")]), "HTTP request duration p99");
    assert_eq!(
        of("http_request_duration_seconds_bucket", &[("le", "0.5"), ("route", "/pay")]),
        "HTTP request duration ≤ 0.5 (/pay)"
    );
    assert_eq!(of("node_cpu_seconds_total", &[("cpu", "0"), ("mode", "iowait")]), "CPU time (iowait)");
    assert_eq!(
        of("node_filesystem_avail_bytes", &[("device", "/dev/sda1"), ("mountpoint", "/var")]),
        "disk space free (/var)"
    );
    assert_eq!(
        of("kafka_consumergroup_lag", &[("consumergroup", "mail"), ("topic", "orders"), ("mode", "x")]),
        "Kafka consumer lag (orders, mail)"
    );
    assert_eq!(of("service:http_errors:ratio5m", &[("method", "GET")]), "HTTP error ratio (GET, 5m)");
    // The entity is said beside it, and a value that is as long as a sentence is none of its words.
    assert_eq!(
        of("http_requests_total", &[("route", "web"), ("method", "x".repeat(41).as_str())]),
        "HTTP requests"
    );
}

#[test]
fn a_window_is_one_only_where_a_rule_looks_back() {
    assert_eq!(Name::of("http_errors_ratio_5m").window, Some("5m"));
    assert_eq!(Name::of("node_load5").window, None);
    assert_eq!(Name::of("cache_md5s").window, None);
    assert_eq!(Name::of("5m").words, ["5m"]);
    assert_eq!(Name::of("").words, [""; 0]);
    assert_eq!(english(&key("", &[]), "web"), "");
}

#[test]
fn every_meaning_is_found_and_has_its_message() {
    let words = Words::with(Language::En, TimeZone::UTC);

    for (known, meaning) in &lexicon::MEANINGS {
        let apart: Vec<&str> = known.split(' ').collect();
        assert_eq!(lexicon::longest(&apart), Some((apart.len(), *meaning)), "{known}");
        if let Said::Word(name) = meaning {
            assert!(words.find(&format!("metric-{name}")).is_some(), "{name}");
        }
    }
    for name in ["average", "highest", "lowest", "sum"] {
        assert!(words.find(&format!("metric-{name}")).is_some(), "{name}");
    }
}
