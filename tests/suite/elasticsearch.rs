//! The log connection against real servers: OpenSearch 2.19 and 3.8 and Elasticsearch 7.10, behind a gate with TLS and
//! sign-in that the servers do not have themselves.
//!
//! Each behaviour runs against every server that this machine can start. What is skipped is said on the terminal.

mod fields;
mod loghub;
mod node;
mod reading;
mod rights;
mod tailing;

use std::time::Duration;

use serde_json::Value;
use wardroom_connectors::elasticsearch::{Elasticsearch, ElasticsearchConfig};
use wardroom_connectors::source::{LogAsk, LogQuestion};
use wardroom_core::{LogQuery, TimeRange, Timestamp};

use self::node::Node;

/// 2026-11-20T10:00:00Z; `date -u -d 2026-11-20T10:00:00Z +%s`.
const START: i64 = 1_795_168_800_000;

/// Runs a behaviour against each product as a test of its own.
macro_rules! on_each_server {
    ($($behaviour:ident),+ $(,)?) => {
        mod opensearch_2 { $(#[tokio::test(flavor = "multi_thread")] async fn $behaviour() {
            if let Some(node) = crate::elasticsearch::node::Node::get("opensearch-2", stringify!($behaviour)).await {
                super::$behaviour(node).await;
            }
        })+ }
        mod opensearch_3 { $(#[tokio::test(flavor = "multi_thread")] async fn $behaviour() {
            if let Some(node) = crate::elasticsearch::node::Node::get("opensearch-3", stringify!($behaviour)).await {
                super::$behaviour(node).await;
            }
        })+ }
        mod elasticsearch_7 { $(#[tokio::test(flavor = "multi_thread")] async fn $behaviour() {
            if let Some(node) = crate::elasticsearch::node::Node::get("elasticsearch-7", stringify!($behaviour)).await {
                super::$behaviour(node).await;
            }
        })+ }
    };
}
pub(crate) use on_each_server;

/// Opens a connection without sign-in, straight to the server, for some indices.
fn open(node: &Node, indices: &str) -> Elasticsearch {
    Elasticsearch::new(&config(node, indices), None).unwrap()
}

/// The settings of such a connection.
fn config(node: &Node, indices: &str) -> ElasticsearchConfig {
    let mut config = ElasticsearchConfig {
        url: node.url(),
        proxy: Some("none".to_owned()),
        requests_per_minute: 0,
        ..ElasticsearchConfig::default()
    };
    config.scope.indices = indices.split(',').map(str::to_owned).collect();
    config
}

/// The range of so many milliseconds from [`START`] on.
fn first(millis: i64) -> TimeRange {
    TimeRange::new(Timestamp::from_millis(START), Timestamp::from_millis(START + millis)).unwrap()
}

/// Every record.
fn everything() -> LogQuestion {
    LogQuestion::default()
}

/// The records of a query of ours.
fn asking(query: LogQuery) -> LogQuestion {
    LogQuestion { indices: Vec::new(), ask: LogAsk::Query(query) }
}

/// Waits until something is true at a server.
async fn eventually(what: &str, mut check: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !check().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "not within 30 s: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The usual mapping: ECS.
fn ecs() -> Value {
    serde_json::json!({
        "@timestamp": { "type": "date" },
        "message": { "type": "text" },
        "log": { "properties": { "level": { "type": "keyword" } } },
        "service": { "properties": { "name": { "type": "keyword" } } },
        "host": { "properties": { "name": { "type": "keyword" }, "ip": { "type": "ip" } } },
        "http": { "properties": { "status": { "type": "long" } } },
        "seen": { "type": "long" }
    })
}
