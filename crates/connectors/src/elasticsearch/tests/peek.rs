//! The records at one end of a range: in which order they are asked for, and what an answer that is too long or too late
//! does.

use serde_json::json;

use super::*;
use crate::source::{LogAsk, LogEnd};

fn raw() -> LogQuestion {
    let ask = LogAsk::Raw(r#"{"query":{"prefix":{"message":"m"}}}"#.to_owned());
    LogQuestion { ask, ..question() }
}

#[tokio::test]
async fn each_end_is_asked_for_in_its_order_and_nothing_stays_open() {
    let server = server(|_| hits(&[(9_000, "b"), (8_000, "a")], COMPLETE));
    let source = open(&server);

    let newest = source.peek(&raw(), range(), LogEnd::Newest, 2).await.unwrap();
    let oldest = source.peek(&raw(), range(), LogEnd::Oldest, 50).await.unwrap();

    let times: Vec<i64> = newest.records.iter().map(|record| record.at.as_millis()).collect();
    assert_eq!(times, [9_000, 8_000]);
    assert_eq!(newest.keys.len(), 2);
    assert!(newest.more && !oldest.more, "a full answer may have more behind it");
    let asked: Vec<Value> = searches(&server).iter().map(body).collect();
    let orders: Vec<&Value> = asked.iter().map(|ask| &ask["sort"][0]["@timestamp"]["order"]).collect();
    assert_eq!(orders, [&json!("desc"), &json!("asc")]);
    assert_eq!(asked[0]["query"]["bool"]["filter"][1], json!({ "prefix": { "message": "m" } }));
    assert!(server.seen().iter().all(|seen| !seen.is_for("/point_in_time")), "no view is opened");
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_asked_for_again_smaller() {
    let long = format!(r#"{{"took":1,{COMPLETE},"hits":{{"hits":[]}},"x":"{}"}}"#, "x".repeat(300_000));
    let server =
        server(move |seen| if body(seen)["size"] == 100 { json(&long) } else { hits(&[(5, "a")], COMPLETE) });

    let found = open(&server).peek(&raw(), range(), LogEnd::Newest, 100).await.unwrap();

    assert_eq!(found.records.len(), 1);
    let sizes: Vec<Value> = searches(&server).iter().map(|seen| body(seen)["size"].clone()).collect();
    assert_eq!(sizes, [100, 25]);
}

#[tokio::test]
async fn what_came_in_time_is_not_taken_for_the_newest() {
    let late = r#""timed_out":true,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0}"#;
    let server = server(move |_| hits(&[(5, "a")], late));

    let error = open(&server).peek(&raw(), range(), LogEnd::Newest, 10).await.unwrap_err();

    assert!(matches!(error, SourceError::QueryTimeout { .. }), "{error:?}");
}

#[tokio::test]
async fn a_query_that_the_cluster_refuses_says_why() {
    // Recorded from OpenSearch 2.19.1, shortened.
    let words = r#"{"error":{"root_cause":[{"type":"parsing_exception","reason":"unknown query [prefx] did you mean [prefix]?"}],"type":"parsing_exception","reason":"unknown query [prefx] did you mean [prefix]?"},"status":400}"#;
    let server = server(move |_| answer(400, "application/json", words));

    let error = open(&server).peek(&raw(), range(), LogEnd::Newest, 10).await.unwrap_err();

    assert!(
        matches!(&error, SourceError::BadQuery { detail, .. } if detail.contains("did you mean [prefix]")),
        "{error:?}"
    );
}
