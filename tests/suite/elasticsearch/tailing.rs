//! Following an index that is written to.

use std::sync::Arc;

use serde_json::json;
use wardroom_connectors::elasticsearch::{Elasticsearch, TailPlace};
use wardroom_connectors::source::LogSource;
use wardroom_core::Timestamp;

use super::node::Node;
use super::{START, config, ecs, everything, on_each_server};

on_each_server!(
    new_and_late_documents_come_once_and_an_idle_tail_costs_one_request,
    a_tail_that_is_behind_catches_up_page_by_page,
);

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(START + second * 1_000)
}

async fn new_and_late_documents_come_once_and_an_idle_tail_costs_one_request(node: Arc<Node>) {
    node.create("tailed", 3, &ecs()).await;
    let document = |second: i64, text: &str| json!({ "@timestamp": START + second * 1_000, "message": text });
    node.write("tailed", [document(0, "old"), document(10, "a"), document(10, "b")]).await;
    let mut config = config(&node, "tailed");
    config.late_ms = 60_000;
    let source = Elasticsearch::new(&config, None).unwrap();
    let texts = |records: &[wardroom_core::LogRecord]| {
        let mut texts: Vec<String> = records.iter().map(|record| record.message.clone()).collect();
        texts.sort();
        texts
    };

    let first = source.tail(&everything(), TailPlace::since(at(5)), at(11)).await.unwrap();
    let idle = source.tail(&everything(), first.next.clone(), at(12)).await.unwrap();
    // One is new, one is late, one comes from a writer whose clock is an hour ahead, one is older than the overlap.
    node.write(
        "tailed",
        [document(20, "new"), document(7, "late"), document(3_600, "ahead"), document(1, "lost")],
    )
    .await;
    let second = source.tail(&everything(), idle.next.clone(), at(21)).await.unwrap();
    node.write("tailed", [document(22, "after")]).await;
    let saved: TailPlace = serde_json::from_str(&serde_json::to_string(&second.next).unwrap()).unwrap();
    let third = source.tail(&everything(), saved, at(23)).await.unwrap();

    assert_eq!(texts(&first.records), ["a", "b"]);
    assert_eq!((idle.records.len(), idle.more), (0, false));
    assert!(idle.requests <= 2, "{}", idle.requests);
    assert_eq!(texts(&second.records), ["ahead", "late", "new"]);
    assert_eq!(texts(&third.records), ["after"]);
    // The clock that is ahead moved the place no further than ours.
    assert_eq!((second.next.newest(), third.next.newest()), (at(21), at(22)));
}

async fn a_tail_that_is_behind_catches_up_page_by_page(node: Arc<Node>) {
    node.create("behind", 2, &ecs()).await;
    let documents =
        (0..900_i64).map(|i| json!({ "@timestamp": START + i / 100 * 1_000, "message": i.to_string() }));
    node.write("behind", documents).await;
    let mut config = config(&node, "behind");
    config.page_size = 40;
    let source = Elasticsearch::new(&config, None).unwrap();

    let mut texts = std::collections::BTreeSet::new();
    let (mut place, mut n_records) = (TailPlace::since(at(0)), 0);
    loop {
        let page = source.tail(&everything(), place, at(100)).await.unwrap();
        n_records += page.records.len();
        texts.extend(page.records.into_iter().map(|record| record.message));
        place = page.next;
        if !page.more {
            break;
        }
    }

    assert_eq!((n_records, texts.len()), (900, 900));
}
