//! Reading ranges and counting them, with ties, restarts, lost views, and times of two kinds.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use wardroom_connectors::elasticsearch::{Elasticsearch, ReadPlace};
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{LogAsk, LogEnd, LogNoticeKind, LogPage, LogQuestion, LogSource};
use wardroom_core::{LogLevel, LogRecord, TimeRange, Timestamp};

use super::node::Node;
use super::{START, config, ecs, eventually, everything, first, on_each_server, open};

on_each_server!(
    every_document_comes_once_although_many_share_a_time,
    a_read_goes_on_after_a_restart_and_after_its_view_is_gone,
    the_server_is_left_without_views,
    a_dropped_count_ends_at_the_server,
    milliseconds_and_nanoseconds_are_read_in_one_order,
    an_index_whose_time_is_a_word_is_left_out_and_named,
    counts_by_time_and_level_are_those_of_the_documents,
    values_are_counted_by_the_server,
    the_ends_of_a_range_are_those_of_its_documents,
    what_was_explained_can_be_run,
    a_missing_or_closed_index_is_named,
    a_document_of_ten_thousand_fields_is_read,
);

/// 4,000 documents over three shards in batches of 400 that share a millisecond.
async fn seed_ties(node: &Node, index: &str) {
    node.create(index, 3, &ecs()).await;
    let documents = (0..4_000_i64).map(|i| {
        let level = ["INFO", "warn", "Error", "debug"][usize::try_from(i % 4).unwrap()];
        json!({ "@timestamp": START + i / 400 * 1_000, "message": format!("step {i} done"), "seen": i,
            "log": { "level": level }, "service": { "name": format!("s{}", i % 7) }, "host": { "name": "web-1" } })
    });
    node.write(index, documents).await;
}

/// Reads to the end; every place goes through a file's text.
async fn read_all(source: &Elasticsearch, question: &LogQuestion, range: TimeRange) -> Vec<LogRecord> {
    let (mut records, mut place) = (Vec::new(), None);
    loop {
        let page = source.read(question, range, place).await.unwrap();
        assert!(!page.partial, "{:?}", page.notices);
        records.extend(page.records);
        if !page.more {
            return records;
        }
        place = Some(through_a_file(&page.next));
    }
}

fn through_a_file(place: &ReadPlace) -> ReadPlace {
    serde_json::from_str(&serde_json::to_string(place).unwrap()).unwrap()
}

/// The own number of each document.
fn numbers(records: &[LogRecord]) -> Vec<i64> {
    records.iter().map(|record| record.fields.get("seen").unwrap().parse().unwrap()).collect()
}

fn assert_each_once(records: &[LogRecord], n: i64) {
    let numbers = numbers(records);
    assert_eq!(numbers.len(), usize::try_from(n).unwrap());
    assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>(), (0..n).collect::<BTreeSet<_>>());
    assert!(records.is_sorted_by_key(|record| record.at));
}

async fn every_document_comes_once_although_many_share_a_time(node: Arc<Node>) {
    seed_ties(&node, "ties").await;
    for page_size in [30, 333, 5_000] {
        let mut config = config(&node, "ties");
        config.page_size = page_size;
        let source = Elasticsearch::new(&config, None).unwrap();

        let records = read_all(&source, &everything(), first(60_000)).await;
        let part = read_all(&source, &everything(), first(2_001)).await;

        assert_each_once(&records, 4_000);
        assert_eq!(part.len(), 1_200, "the end of a range is not part of it");
        assert_eq!(records[1].level.map(LogLevel::as_str), Some(records[1].level.unwrap().as_str()));
    }
}

async fn a_read_goes_on_after_a_restart_and_after_its_view_is_gone(node: Arc<Node>) {
    seed_ties(&node, "resume").await;
    let mut config = config(&node, "resume");
    config.page_size = 170;
    let (mut records, mut place) = (Vec::new(), None::<ReadPlace>);
    loop {
        // Each page is read by a connection of its own, and each second one has lost its view.
        let source = Elasticsearch::new(&config, None).unwrap();
        let page = source.read(&everything(), first(60_000), place).await.unwrap();
        records.extend(page.records);
        if !page.more {
            break;
        }
        if records.len() / 170 % 2 == 0 {
            source.close(&page.next).await;
        }
        place = Some(through_a_file(&page.next));
    }

    assert_each_once(&records, 4_000);
}

async fn the_server_is_left_without_views(node: Arc<Node>) {
    seed_ties(&node, "held").await;
    let mut config = config(&node, "held");
    config.page_size = 100;
    let source = Elasticsearch::new(&config, None).unwrap();

    let page: LogPage<ReadPlace> = source.read(&everything(), first(60_000), None).await.unwrap();
    source.close(&page.next).await;
    read_all(&source, &everything(), first(1_000)).await;

    if node.is_opensearch() {
        let views = |answer: &Value| -> Vec<String> {
            let pits = answer["pits"].as_array().cloned().unwrap_or_default();
            pits.iter().map(|pit| pit["pit_id"].to_string()).collect()
        };
        let held = page_view(&page.next).unwrap();
        let (_, answer) = node.call("GET", "/_search/point_in_time/_all", "").await;
        assert!(!views(&answer).contains(&held), "the view of the first page is closed");
    } else {
        assert_eq!(page_view(&page.next), None);
        assert!(page.notices.iter().any(|notice| notice.kind == LogNoticeKind::NoPointInTime));
    }
}

/// A server looks for a cancellation between batches of some thousand documents only, so there have to be many, each
/// cheap: all of them would take minutes.
async fn a_dropped_count_ends_at_the_server(node: Arc<Node>) {
    node.create("busy", 1, &ecs()).await;
    node.write("busy", (0..30_000).map(|i| json!({ "@timestamp": START + i, "seen": i }))).await;
    let source = open(&node, "busy");
    source.count(&everything(), first(60_000), 1_000).await.unwrap();
    let slow = r#"{"script":{"script":{"source":"double x = 0; for (int i = 0; i < 60000; i++) { x += Math.sin(i); } return x < 1e9"}}}"#;
    let slow = LogQuestion { ask: LogAsk::Raw(slow.to_owned()), ..everything() };
    let tasks = async || {
        let (_, tasks) = node.call("GET", "/_tasks?actions=*search*&detailed", "").await;
        tasks.to_string().matches("indices[busy]").count()
    };

    let range = first(60_000);
    let mut count = source.count(&slow, range, 1_000);
    let mut is_running = false;
    while !is_running {
        let ended = tokio::time::timeout(Duration::from_millis(100), &mut count).await;
        assert!(ended.is_err(), "{ended:?}");
        is_running = tasks().await > 0;
    }
    drop(count);

    eventually("the dropped count is gone", async || tasks().await == 0).await;
}

fn page_view(place: &ReadPlace) -> Option<String> {
    let place = serde_json::to_value(place).unwrap();
    place["view"]["id"].as_str().map(|id| format!("{id:?}"))
}

async fn milliseconds_and_nanoseconds_are_read_in_one_order(node: Arc<Node>) {
    let mut nanos = ecs();
    nanos["@timestamp"]["type"] = json!("date_nanos");
    node.create("mixed-ms", 2, &ecs()).await;
    node.create("mixed-ns", 2, &nanos).await;
    let at = |i: i64| format!("2026-11-20T10:00:{:02}.{:03}", i / 1_000, i % 1_000);
    node.write(
        "mixed-ms",
        (0..600).map(|i| json!({ "@timestamp": format!("{}Z", at(i)), "seen": i, "message": "ms" })),
    )
    .await;
    // The same milliseconds, six nanoseconds later.
    let later =
        |i: i64| json!({ "@timestamp": format!("{}000006Z", at(i)), "seen": 600 + i, "message": "ns" });
    node.write("mixed-ns", (0..600).map(later)).await;
    let mut config = config(&node, "mixed-*");
    config.page_size = 77;
    let source = Elasticsearch::new(&config, None).unwrap();

    let records = read_all(&source, &everything(), first(10_000)).await;

    assert_each_once(&records, 1_200);
    let kinds: Vec<&str> = records.iter().take(6).map(|record| record.message.as_str()).collect();
    assert_eq!(kinds, ["ms", "ns", "ms", "ns", "ms", "ns"]);
    assert_eq!(records[2].at, Timestamp::from_millis(START + 1));
}

async fn an_index_whose_time_is_a_word_is_left_out_and_named(node: Arc<Node>) {
    let mut word = ecs();
    word["@timestamp"]["type"] = json!("keyword");
    node.create("clash-good", 1, &ecs()).await;
    node.create("clash-bad", 1, &word).await;
    node.create("clash-none", 1, &json!({ "message": { "type": "text" } })).await;
    for index in ["clash-good", "clash-bad"] {
        let document = |i: i64| json!({ "@timestamp": format!("2026-11-20T10:00:0{i}.000Z"), "seen": i, "message": "x" });
        node.write(index, (0..5).map(document)).await;
    }
    let source = open(&node, "clash-*");

    let page = source.read(&everything(), first(60_000), None).await.unwrap();
    let counted = source.count(&everything(), first(60_000), 1_000).await.unwrap();

    assert_eq!(numbers(&page.records), [0, 1, 2, 3, 4]);
    assert_eq!(counted.total, 5);
    assert!(!page.may_come, "an index without a time never has one");
    for (partial, notices) in [(page.partial, &page.notices), (counted.partial, &counted.notices)] {
        let named: Vec<_> = notices.iter().filter(|n| n.kind == LogNoticeKind::FieldConflict).collect();
        assert!(partial, "{notices:?}");
        assert_eq!(named[0].subject, "clash-bad");
        assert_eq!(named[0].detail, "@timestamp: keyword");
        assert!(notices.iter().all(|n| n.kind != LogNoticeKind::ShardsMissing), "{notices:?}");
    }
}

async fn counts_by_time_and_level_are_those_of_the_documents(node: Arc<Node>) {
    seed_ties(&node, "counted").await;
    let source = open(&node, "counted");

    let seconds = source.count(&everything(), first(20_000), 1_000).await.unwrap();
    let years = TimeRange::new(
        Timestamp::from_millis(START - 63_072_000_000),
        Timestamp::from_millis(START + 20_000),
    );
    let coarse = source.count(&everything(), years.unwrap(), 1_000).await.unwrap();

    assert_eq!((seconds.bins.len(), seconds.total, seconds.partial), (20, 4_000, false));
    let full: Vec<u64> = seconds.bins.iter().map(|bin| bin.records).collect();
    assert_eq!(full, [vec![400; 10], vec![0; 10]].concat());
    let levels: Vec<_> = seconds.bins[3].levels.iter().map(|(level, n)| (*level, *n)).collect();
    let hundred =
        [LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error].map(|level| (Some(level), 100));
    assert_eq!(levels, hundred);
    assert!(coarse.bins.len() <= 2_000 && coarse.bin_ms > 1_000, "{}", coarse.bins.len());
    assert_eq!(coarse.bins.iter().map(|bin| bin.records).sum::<u64>(), 4_000);
    assert_eq!(coarse.notices[0].kind, LogNoticeKind::Coarser);
}

async fn values_are_counted_by_the_server(node: Arc<Node>) {
    seed_ties(&node, "valued").await;
    let source = open(&node, "valued");
    let fields = ["service", "level", "message", "http.status"].map(str::to_owned);

    let found = source.facets(&everything(), first(60_000), &fields, 3).await.unwrap();

    // 4,000 documents over seven services: 572 of s0 to s2, 571 of the others.
    assert_eq!(found.facets[0].field, "service");
    assert_eq!(
        found.facets[0].values,
        [("s0", 572), ("s1", 572), ("s2", 572)].map(|(v, n)| (v.to_owned(), n))
    );
    assert_eq!(found.facets[0].other, 4 * 571);
    assert_eq!(found.facets[1].values.len(), 3);
    assert_eq!(found.facets[2].values, []);
    assert_eq!(found.notices[0].kind, LogNoticeKind::NotCountable);
    assert_eq!(found.notices[0].subject, "message");
}

async fn the_ends_of_a_range_are_those_of_its_documents(node: Arc<Node>) {
    seed_ties(&node, "ends").await;
    let source = open(&node, "ends");
    let raw = r#"{"query":{"term":{"service.name":"s0"}}}"#;
    let question = LogQuestion { ask: LogAsk::Raw(raw.to_owned()), ..everything() };

    let newest = source.peek(&question, first(60_000), LogEnd::Newest, 100).await.unwrap();
    let oldest = source.peek(&question, first(60_000), LogEnd::Oldest, 100).await.unwrap();
    let all = source.peek(&question, first(60_000), LogEnd::Newest, 1_000).await.unwrap();

    assert!(newest.more && oldest.more && !all.more);
    assert!(all.records.is_sorted_by_key(|record| std::cmp::Reverse(record.at)));
    let whole: BTreeSet<i64> = numbers(&all.records).into_iter().collect();
    assert_eq!(whole, (0..4_000).filter(|i| i % 7 == 0).collect::<BTreeSet<_>>());
    // 57 or 58 documents of the service share each of the ten times.
    let time = |i: i64| i / 400;
    assert!(numbers(&newest.records).into_iter().all(|i| time(i) >= 8), "{:?}", numbers(&newest.records));
    assert!(numbers(&oldest.records).into_iter().all(|i| time(i) <= 1), "{:?}", numbers(&oldest.records));
    assert_eq!(all.keys.iter().collect::<BTreeSet<_>>().len(), all.records.len());
}

async fn what_was_explained_can_be_run(node: Arc<Node>) {
    seed_ties(&node, "explained").await;
    let source = open(&node, "explained");
    source.count(&everything(), first(60_000), 60_000).await.unwrap();

    for command in [
        source.explain(&everything(), first(60_000)),
        source.explain_count(&everything(), first(60_000), 60_000),
    ] {
        let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();

        assert!(!command.contains('\n'));
        assert_eq!(answer["_shards"]["failed"], 0, "{command} {answer}");
        assert_eq!(answer["timed_out"], false);
    }
}

async fn a_missing_or_closed_index_is_named(node: Arc<Node>) {
    node.create("shut", 1, &ecs()).await;
    node.call("POST", "/shut/_close", "").await;

    let missing = open(&node, "nowhere").read(&everything(), first(1_000), None).await.unwrap_err();
    let closed = open(&node, "shut").read(&everything(), first(1_000), None).await.unwrap_err();
    let no_match = open(&node, "nowhere-*").read(&everything(), first(1_000), None).await.unwrap_err();
    node.call("DELETE", "/shut", "").await;

    for (error, words) in [(missing, "no such index [nowhere]"), (closed, "index_closed_exception")] {
        assert!(
            matches!(&error, SourceError::BadQuery { detail, .. } if detail.contains(words)),
            "{error:?}"
        );
    }
    assert!(matches!(no_match, SourceError::Settings { field: "mapping", .. }), "{no_match:?}");
}

async fn a_document_of_ten_thousand_fields_is_read(node: Arc<Node>) {
    let mut properties = ecs();
    properties["wide"] = json!({ "type": "object", "enabled": false });
    node.create("wide", 1, &properties).await;
    let wide: serde_json::Map<String, Value> = (0..10_000).map(|i| (format!("k{i}"), json!(i))).collect();
    node.write("wide", [json!({ "@timestamp": START, "message": "wide", "seen": 0, "wide": wide })]).await;
    let source = open(&node, "wide");

    let page = source.read(&everything(), first(1_000), None).await.unwrap();

    assert_eq!(page.records[0].fields.len(), 200);
    assert_eq!(page.records[0].fields.get("seen"), Some("0"));
    let left_out = page.notices.iter().find(|n| n.kind == LogNoticeKind::FieldsLeftOut).unwrap();
    assert_eq!((left_out.subject.as_str(), left_out.detail.as_str()), ("1", "9801"));
    assert!(!page.partial);
}
