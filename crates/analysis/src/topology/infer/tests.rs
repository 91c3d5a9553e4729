//! Which labels and lines give an edge, and which give none.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wardroom_core::{Entity, EntityKind, Labels, LogRecord, SeriesKey, Timestamp};

use super::{ConnectionMiner, SeriesFact, from_series};
use crate::topology::identity::InventoryRecord;
use crate::topology::model::{ModelDecisions, ModelInput, NameIndex, ObservedEdge, ObservedOrigin, build};

const NAMES: [(EntityKind, &str); 14] = [
    (EntityKind::Service, "web"),
    (EntityKind::Service, "checkout"),
    (EntityKind::Service, "orders"),
    (EntityKind::Service, "billing"),
    (EntityKind::Service, "shop"),
    (EntityKind::Database, "orders-db"),
    (EntityKind::Cache, "cart-cache"),
    (EntityKind::Queue, "events"),
    (EntityKind::Balancer, "edge-lb"),
    (EntityKind::Host, "node-01"),
    (EntityKind::Host, "node-02"),
    (EntityKind::Container, "orders-6d4cf56db6-x2x9z"),
    (EntityKind::Balancer, "pgbouncer"),
    (EntityKind::Service, "payments"),
];

fn index() -> NameIndex {
    let at = Timestamp::from_millis(0);
    let records: Vec<InventoryRecord> = NAMES
        .iter()
        .map(|&(kind, name)| InventoryRecord { source: 1, entity: Entity::new(kind, name), known_at: at })
        .collect();
    let (decisions, ranks) = (ModelDecisions::default(), BTreeMap::new());
    let input = ModelInput {
        records: &records,
        declared: &[],
        observed: &[],
        decisions: &decisions,
        now: at,
        ranks: &ranks,
    };
    build(&input).index
}

/// Returns the edges of one series as `from how to`.
fn of(metric: &str, labels: &[(&str, &str)]) -> Vec<String> {
    let key = SeriesKey::new(metric, Labels::new(labels.iter().copied()));
    let at = Timestamp::from_millis(0);
    shown(&from_series(&[SeriesFact { key: &key, first: at, last: at, active: true }], &index()))
}

fn shown(edges: &[ObservedEdge]) -> Vec<String> {
    edges.iter().map(|e| format!("{} {} {}", e.from, e.how, e.to)).collect()
}

/// Returns the edges of one log line as `from how to`.
fn line(service: &str, message: &str) -> Vec<String> {
    shown(&edges(&[record(service, message)]))
}

fn record(service: &str, message: &str) -> LogRecord {
    LogRecord {
        at: Timestamp::from_millis(5),
        level: None,
        service: service.to_owned(),
        host: String::new(),
        dataset: String::new(),
        message: message.to_owned(),
        fields: Labels::default(),
    }
}

fn edges(records: &[LogRecord]) -> Vec<ObservedEdge> {
    let index = index();
    let mut miner = ConnectionMiner::new(&index);
    for record in records {
        miner.learn(record);
    }
    miner.edges()
}

#[test]
fn clients_name_whom_they_ask() {
    let labels =
        [("service", "checkout"), ("destination", "orders"), ("operation", ""), ("outcome", "error")];
    assert_eq!(of("http_client_requests_total", &labels), ["checkout calls orders"]);
    let labels = [("service", "orders"), ("destination", "orders-db"), ("operation", "select")];
    assert_eq!(of("db_client_operations_total", &labels), ["orders reads orders-db"]);
    let labels = [("service", "web"), ("destination", "cart-cache"), ("operation", "get")];
    assert_eq!(of("cache_client_operations_total", &labels), ["web caches in cart-cache"]);
    let labels = [("service", "orders"), ("destination", "events")];
    assert_eq!(of("messaging_client_sent_messages_total", &labels), ["orders publishes to events"]);
    let labels = [("service", "billing"), ("destination", "events")];
    assert_eq!(of("messaging_client_consumed_messages_total", &labels), ["billing consumes from events"]);
    let labels = [("app", "billing"), ("server_address", "api.bank.example.net"), ("server_port", "443")];
    assert_eq!(
        of("http_client_request_duration_seconds_count", &labels),
        ["billing calls api.bank.example.net"]
    );
    assert_eq!(
        of("hikaricp_connections_active", &[("service", "orders"), ("pool", "orders-db-read")]),
        ["orders connects to orders-db"]
    );
    assert_eq!(
        of("resilience4j_circuitbreaker_state", &[("service", "web"), ("name", "orders"), ("state", "open")]),
        ["web calls orders"]
    );
}

#[test]
fn meshes_and_service_graphs_name_both_ends() {
    let labels = [("client", "web"), ("server", "legacy"), ("connection_type", "")];
    assert_eq!(of("traces_service_graph_request_total", &labels), ["web calls legacy"]);
    let labels = [("client", "orders"), ("server", "pg-main"), ("connection_type", "database")];
    assert_eq!(of("traces_service_graph_request_total", &labels), ["orders connects to pg-main"]);
    let labels = [
        ("source_workload", "web"),
        ("destination_service", "orders.shop.svc.cluster.local"),
        ("destination_workload", "orders"),
        ("reporter", "source"),
    ];
    assert_eq!(of("istio_requests_total", &labels), ["web calls orders"]);
    let labels = [("source_workload", "unknown"), ("destination_workload", "orders")];
    assert_eq!(of("istio_requests_total", &labels), [""; 0]);
    let labels = [("direction", "outbound"), ("deployment", "web"), ("dst_deployment", "orders")];
    assert_eq!(of("response_total", &labels), ["web calls orders"]);
    let labels = [("app", "web"), ("envoy_cluster_name", "outbound|8080||orders.shop.svc.cluster.local")];
    assert_eq!(of("envoy_cluster_upstream_rq_total", &labels), ["web calls orders"]);
    let labels = [("app", "web"), ("envoy_cluster_name", "xds-grpc")];
    assert_eq!(of("envoy_cluster_upstream_rq_total", &labels), [""; 0]);
}

#[test]
fn scrape_targets_and_clusters_tell_where_things_run() {
    let labels = [("job", "shop"), ("service", "orders"), ("node", "node-01"), ("instance", "orders-1:9100")];
    assert_eq!(of("up", &labels), ["orders runs on node-01"]);
    let labels = [("service", "orders"), ("instance", "node-02:8080")];
    assert_eq!(of("process_open_fds", &labels), ["orders runs on node-02"]);
    let labels =
        [("pod", "orders-6d4cf56db6-x2x9z"), ("node", "node-01"), ("created_by_name", "orders-6d4cf56db6")];
    assert_eq!(
        of("kube_pod_info", &labels),
        ["orders-6d4cf56db6-x2x9z runs on node-01", "orders-6d4cf56db6-x2x9z part of orders"]
    );
    let labels =
        [("pod", "billing-7c9d-abcde"), ("node", "node-02"), ("created_by_name", "billing-7c9d8f6b5d")];
    assert_eq!(of("kube_pod_info", &labels), ["billing runs on node-02"]);
    assert_eq!(
        of("orders_build_info", &[("instance", "node-02:8080"), ("version", "1.4")]),
        ["orders runs on node-02"]
    );
}

#[test]
fn poolers_balancers_and_brokers_name_their_other_side() {
    let labels =
        [("job", "pgbouncer"), ("host", "orders-db"), ("database", "orders"), ("instance", "pgbouncer:9127")];
    assert_eq!(of("pgbouncer_databases_current_connections", &labels), ["pgbouncer connects to orders-db"]);
    let labels = [("service", "edge-lb"), ("proxy", "web"), ("server", "web-2")];
    assert_eq!(of("haproxy_server_status", &labels), ["edge-lb balances web"]);
    let labels = [("service", "events"), ("consumergroup", "billing-consumer"), ("topic", "orders")];
    assert_eq!(of("kafka_consumergroup_lag", &labels), ["billing consumes from events"]);
    let labels = [("service", "orders-db"), ("application_name", "orders"), ("datname", "orders")];
    assert_eq!(of("pg_stat_activity_count", &labels), ["orders connects to orders-db"]);
}

#[test]
fn labels_that_name_nobody_else_give_no_edge() {
    // The own address, an own schema with the name of a service, a probe, a role, a loopback.
    assert_eq!(
        of("http_server_request_duration_seconds", &[("service", "web"), ("server_address", "orders")]),
        [""; 0]
    );
    assert_eq!(
        of("pg_stat_database_xact_commit", &[("service", "orders-db"), ("datname", "billing")]),
        [""; 0]
    );
    assert_eq!(
        of("probe_success", &[("job", "blackbox"), ("service", "web"), ("instance", "node-01:9115")]),
        [""; 0]
    );
    assert_eq!(of("db_pool_in_use", &[("service", "orders"), ("pool", "default")]), [""; 0]);
    assert_eq!(
        of("http_client_requests_total", &[("service", "web"), ("destination", "localhost:80")]),
        [""; 0]
    );
    assert_eq!(of("http_client_requests_total", &[("service", "web"), ("destination", "web")]), [""; 0]);
    assert_eq!(of("up", &[]), [""; 0]);
}

#[test]
fn many_series_make_one_edge_with_its_times_and_some_evidence() {
    let keys: Vec<SeriesKey> = (0..5)
        .map(|i| {
            let pod = format!("p{i}");
            let labels = [("service", "checkout"), ("destination", "orders"), ("pod", pod.as_str())];
            SeriesKey::new("http_client_requests_total", Labels::new(labels))
        })
        .collect();
    let facts: Vec<SeriesFact<'_>> = (0..5_i64)
        .zip(&keys)
        .map(|(i, key)| SeriesFact {
            key,
            first: Timestamp::from_millis(10 - i),
            last: Timestamp::from_millis(20 + i),
            active: i > 2,
        })
        .collect();

    let edges = from_series(&facts, &index());
    let reversed: Vec<SeriesFact<'_>> = facts.iter().rev().copied().collect();

    assert_eq!(edges, from_series(&reversed, &index()));
    assert_eq!(edges.len(), 1);
    assert_eq!(edges[0].origin, ObservedOrigin::Inferred);
    assert_eq!((edges[0].first_at.as_millis(), edges[0].last_at.as_millis()), (6, 24));
    assert_eq!(edges[0].evidence.len(), 4);
    assert_eq!(edges[0].evidence[3], "5 series");
}

#[test]
fn connection_strings_name_servers() {
    assert_eq!(
        line("orders", "using jdbc:postgresql://orders-db:5432/orders?user=u&password=p"),
        ["orders connects to orders-db"]
    );
    assert_eq!(line("web", "cache at redis://:s3cret@cart-cache:6379/0 ready"), ["web caches in cart-cache"]);
    assert_eq!(
        line("billing", "mongodb://u:p@m1.example.net:27017,m2.example.net:27017/b?replicaSet=r"),
        ["billing connects to m1.example.net", "billing connects to m2.example.net"]
    );
    assert_eq!(line("billing", "jdbc:oracle:thin:u/p@//ora-1:1521/BILL"), ["billing connects to ora-1"]);
    assert_eq!(
        line("billing", "bootstrap.servers = [events:9092, k2:9092]"),
        ["billing connects to events", "billing connects to k2"]
    );
    assert_eq!(
        line("billing", "opening Server=orders-db,1433;Database=x;User Id=sa;Password=y"),
        ["billing connects to orders-db"]
    );
    assert_eq!(
        line("billing", "conn host=orders-db port=5432 dbname=orders"),
        ["billing connects to orders-db"]
    );
}

#[test]
fn sentences_of_clients_name_whom_they_asked() {
    // The lines are those of the simulator's programs.
    let lines = [
        "Call to orders failed: java.net.SocketTimeoutException: Read timed out after 800 ms [trace=1f]",
        "level=error msg=\"call failed\" target=orders err=\"context deadline exceeded\" limit=800ms trace=1f",
        "{\"msg\":\"request to orders failed\",\"code\":\"ETIMEDOUT\",\"timeout\":800,\"traceId\":\"1f\"}",
        "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='orders', port=8080): Read timed out.",
        "upstream timed out (110), client: 198.18.0.9, request: \"GET / HTTP/1.1\", upstream: \"http://orders:8080/\"",
        "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://orders:8080/x",
        "CircuitBreaker 'orders' changed state from CLOSED to OPEN (failure rate 51.0 %)",
    ];
    for text in lines {
        assert_eq!(line("web", text).len(), 1, "{text}");
        assert!(line("web", text)[0].starts_with("web calls orders"), "{text}");
    }
    assert_eq!(
        line("web", "dial tcp: lookup orders on 10.0.0.2:53: server misbehaving"),
        ["web calls orders"]
    );
    assert_eq!(
        line("orders", "connection to server at \"orders-db\" failed: FATAL: too many clients"),
        ["orders connects to orders-db"]
    );
}

#[test]
fn lines_that_ask_nobody_give_no_edge() {
    assert_eq!(line("web", "connected to the new session, target=all"), [""; 0]);
    assert_eq!(line("web", "see https://docs.example.net/orders"), [""; 0]);
    assert_eq!(line("web", "listening on http://web:8080 and tcp://127.0.0.1:9"), [""; 0]);
    assert_eq!(line("", "redis://cart-cache:6379"), [""; 0]);
    let mut access = record("orders", "GET /x 200 referer http://web/cart");
    access.dataset = "nginx.access".to_owned();
    assert_eq!(edges(&[access]), []);
}

#[test]
fn no_secret_of_a_line_gets_into_an_edge() {
    let lines = [
        "postgres://app:hunter2@orders-db/o",
        "postgres://app:hunter2/x@orders-db/o",
        "postgres://app:hunter2?x@orders-db/o",
        "postgres://app:h@unter2@orders-db/o",
        "postgres://app:hunter2",
        "redis://hunter2:hunter2@cart-cache,other:6379",
        "jdbc:oracle:thin:app/hunter2@orders-db:1521:X",
        "amqp://u:<masked:url_credentials>@events:5672/hunter2",
        "brokers=hunter2@events:9092",
        "jdbc:sqlserver://orders-db:1433;user=sa;password=hunter2",
    ];
    for text in lines {
        let edges = edges(&[record("billing", text)]);
        assert!(!format!("{edges:?}").contains("unter2"), "{text}: {edges:?}");
        let complete = text.contains("orders-db") || text.contains("cart-cache") || text.contains("events");
        assert_eq!(!edges.is_empty(), complete, "{text}");
    }
}

#[test]
fn fields_of_the_writer_count_too() {
    let mut asked = record("web", "no words");
    asked.fields.set("destination.address", "orders");

    let edges = edges(&[asked]);

    assert_eq!(shown(&edges), ["web calls orders"]);
    assert_eq!(edges[0].evidence, ["destination.address=orders"]);
}

proptest! {
    #[test]
    fn no_line_and_no_label_makes_it_fail(text in ".{0,200}", marker in 0_usize..6) {
        let before = ["", "jdbc:oracle:", "postgres://", "target=", "brokers=[", "host=x dbname="][marker];
        let text = format!("{text}{before}{text}");
        line("web", &text);
        of("http_client_requests_total", &[("service", "web"), ("destination", &text), ("url", &text)]);
        of("envoy_cluster_x", &[("service", "web"), ("envoy_cluster_name", &text)]);
    }
}
