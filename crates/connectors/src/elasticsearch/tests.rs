//! Runs the connection against a server on the loopback address: every failure, and the dialects that no real server of
//! the tests speaks.

mod dialects;
mod failures;
mod peek;

use std::time::Duration;

use serde_json::Value;
use wardroom_core::{TimeRange, Timestamp};

use super::{Elasticsearch, ElasticsearchConfig};
use crate::config::AuthKind;
use crate::error::SourceError;
use crate::loopback::{Loopback, Reply, Seen, answer, json};
use crate::secret::{Secret, SecretBinding};
use crate::source::{LogQuestion, LogSource};

const PLANTED: &str = "planted-secret-5f1c";

/// Recorded from OpenSearch 2.19.1 on 2026-11-21, shortened.
const ROOT_OPENSEARCH: &str = r#"{"name":"Node 1","version":{"distribution":"opensearch","number":"2.19.1","build_type":"unknown"},"tagline":"The OpenSearch Project: https://opensearch.org/"}"#;

/// Recorded from OpenSearch 2.19.1 on 2026-11-21, shortened to the fields that are looked at.
const FIELDS: &str = r#"{"indices":["logs"],"fields":{
    "@timestamp":{"date":{"type":"date","searchable":true,"aggregatable":true}},
    "message":{"text":{"type":"text","searchable":true,"aggregatable":false}},
    "log.level":{"keyword":{"type":"keyword","searchable":true,"aggregatable":true}}}}"#;

/// Answers what comes before a search, and hands the searches on. There are no views here.
fn server(search: impl Fn(&Seen) -> Reply + Send + 'static) -> Loopback {
    Loopback::start(move |seen| {
        if seen.is_for("/_field_caps") {
            return json(FIELDS);
        }
        if seen.is_for("/_search") {
            return search(seen);
        }
        if seen.head.starts_with("GET / ") {
            return json(ROOT_OPENSEARCH);
        }
        answer(
            400,
            "application/json",
            r#"{"error":"no handler found for uri [/logs/_search/point_in_time] and method [POST]"}"#,
        )
    })
}

/// An answer with hits: time, id, and further content of the outer object.
fn hits(times: &[(i64, &str)], outer: &str) -> Reply {
    let hit = |(time, id): &(i64, &str)| {
        format!(r#"{{"_index":"logs","_id":"{id}","_source":{{"message":"m{id}"}},"sort":[{time},"{id}"]}}"#)
    };
    let hits: Vec<String> = times.iter().map(hit).collect();
    json(&format!(r#"{{"took":1,{outer},"hits":{{"hits":[{}]}}}}"#, hits.join(",")))
}

const COMPLETE: &str = r#""timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0}"#;

fn config(server: &Loopback) -> ElasticsearchConfig {
    let mut config = ElasticsearchConfig {
        url: server.url(),
        proxy: Some("none".to_owned()),
        requests_per_minute: 0,
        ..ElasticsearchConfig::default()
    };
    config.scope.indices = vec!["logs".to_owned()];
    config
}

/// Opens a connection with limits that a test need not wait for.
fn open_with(config: &ElasticsearchConfig, secret: Option<Secret>) -> Elasticsearch {
    let mut settings = config.http_settings();
    settings.timeout = Duration::from_millis(300);
    settings.max_body_bytes = 200_000;
    settings.retry_delays = vec![Duration::ZERO; 2];
    Elasticsearch::with_http(config, settings, secret, vec![Duration::ZERO; 2]).unwrap()
}

fn open(server: &Loopback) -> Elasticsearch {
    open_with(&config(server), None)
}

fn question() -> LogQuestion {
    LogQuestion::default()
}

fn range() -> TimeRange {
    TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(60_000)).unwrap()
}

/// Reads a page from a server whose searches are answered so, and returns the error.
async fn failure(search: impl Fn(&Seen) -> Reply + Send + 'static) -> SourceError {
    let server = server(search);
    open(&server).read(&question(), range(), None).await.unwrap_err()
}

/// The requests for searches.
fn searches(server: &Loopback) -> Vec<Seen> {
    server.seen().into_iter().filter(|seen| seen.is_for("/_search")).collect()
}

/// The body of a request.
fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap()
}
