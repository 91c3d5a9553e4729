//! Dialects that no real server of the tests speaks, after the vendors' documents, each with source and version.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::source::LogNoticeKind;

/// From documentation: Elasticsearch reference 8.15, "Root API" (the fields), and 9.0 for the number.
fn root(version: &str) -> Reply {
    json(&format!(
        r#"{{"name":"instance-0000000000","cluster_name":"my_test_cluster","version":{{"number":"{version}","build_flavor":"default","build_type":"docker","build_snapshot":false,"lucene_version":"10.1.0","minimum_wire_compatibility_version":"8.18.0","minimum_index_compatibility_version":"8.0.0"}},"tagline":"You Know, for Search"}}"#
    ))
}

/// The id is the one in Elasticsearch's reference 8.15, "Open point in time API", shortened.
const OPENED: &str = r#"{"id":"46ToAwMDaWR5BXV1aWQyKwZub2RlXzMAAAAA"}"#;

/// From documentation: Elasticsearch reference 8.15, "Paginate search results": every answer has a `pit_id` that may
/// differ, and sort values end in the tiebreaker that the server added.
fn pages(version: &'static str, page: impl Fn(usize, &Value) -> Option<Reply> + Send + 'static) -> Loopback {
    let n = AtomicUsize::new(0);
    Loopback::start(move |seen: &Seen| {
        if seen.head.starts_with("GET / ") {
            return root(version);
        }
        if seen.is_for("/_field_caps") {
            return json(FIELDS);
        }
        if seen.head.starts_with("POST /logs/_pit?keep_alive=2m ") {
            return json(OPENED);
        }
        if seen.head.starts_with("DELETE /_pit ") {
            return json(r#"{"succeeded":true,"num_freed":3}"#);
        }
        let asked = if seen.is_for("/_search") { body(seen) } else { Value::Null };
        let reply = if asked.is_null() { None } else { page(n.fetch_add(1, Ordering::SeqCst), &asked) };
        reply.unwrap_or_else(|| answer(500, "application/json", "{}"))
    })
}

/// Hits with a time and the implicit tiebreaker, and the `pit_id` of the answer.
fn tied(pit: &str, rows: &[(i64, i64)]) -> Reply {
    let hit = |(time, tie): &(i64, i64)| {
        format!(
            r#"{{"_index":"logs","_id":"{time}-{tie}","_source":{{"message":"x"}},"sort":[{time},{tie}]}}"#
        )
    };
    let hits: Vec<String> = rows.iter().map(hit).collect();
    json(&format!(r#"{{"pit_id":"{pit}",{COMPLETE},"hits":{{"hits":[{}]}}}}"#, hits.join(",")))
}

#[tokio::test]
async fn elasticsearch_8_and_9_read_within_a_view_whose_id_changes_with_each_answer() {
    for version in ["7.17.29", "8.19.2", "9.5.0"] {
        let server = pages(version, |n, asked| {
            assert_eq!(asked["sort"].as_array().unwrap().len(), 1, "the tiebreaker is added by the server");
            match n {
                0 => Some(tied("second", &[(10, 4_294_967_298), (10, 4_294_967_299)])),
                _ => Some(tied("third", &[(11, 7)])),
            }
        });
        let mut config = config(&server);
        config.page_size = 2;
        let source = open_with(&config, None);

        let first = source.read(&question(), range(), None).await.unwrap();
        let second = source.read(&question(), range(), Some(first.next.clone())).await.unwrap();

        assert_eq!((first.more, second.more), (true, false));
        assert_eq!((first.records.len(), second.records.len()), (2, 1));
        assert_eq!((first.notices.len(), second.notices.len()), (0, 0));
        let asked: Vec<Value> = searches(&server).iter().map(body).collect();
        assert_eq!(asked[1]["pit"]["id"], "second");
        assert_eq!(asked[1]["search_after"], serde_json::json!([10, 4_294_967_299_i64]));
        let closed = server.seen().into_iter().find(|seen| seen.head.starts_with("DELETE /_pit ")).unwrap();
        assert_eq!(body(&closed), serde_json::json!({ "id": "third" }));
    }
}

/// Recorded from OpenSearch 2.19.1; Elasticsearch's documents name the same type (reference 8.15, "Point in time").
const LOST: &str = r#"{"error":{"root_cause":[{"type":"search_context_missing_exception","reason":"No search context found for id [23]"}],"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[]},"status":404}"#;

#[tokio::test]
async fn a_view_that_expired_is_opened_again_and_what_came_is_left_out() {
    let server = pages("8.19.2", |n, asked| match n {
        0 => Some(tied("a", &[(9, 1), (10, 2)])),
        1 => Some(answer(404, "application/json", LOST)),
        _ => {
            // From the unit before the last time on, behind every tiebreaker of it; one known document comes again.
            assert_eq!(asked["search_after"], serde_json::json!([9, i64::MAX]));
            assert_eq!(asked["size"], 3);
            Some(tied("b", &[(10, 2), (10, 3)]))
        }
    });
    let mut config = config(&server);
    config.page_size = 2;
    let source = open_with(&config, None);

    let first = source.read(&question(), range(), None).await.unwrap();
    let second = source.read(&question(), range(), Some(first.next)).await.unwrap();

    assert_eq!(first.records.len() + second.records.len(), 3);
    assert!(!second.more && !second.partial);
    assert_eq!(second.next.read(), 3);
}

#[tokio::test]
async fn opensearch_1_has_no_views_and_is_read_by_time_and_id() {
    let server = server(|seen| {
        let asked = body(seen);
        assert_eq!(asked["sort"][1], serde_json::json!({ "_id": "asc" }));
        assert!(asked["pit"].is_null());
        hits(&[(1, "a"), (2, "b")], COMPLETE)
    });

    let page = open(&server).read(&question(), range(), None).await.unwrap();

    assert_eq!(page.records.len(), 2);
    assert_eq!(page.notices[0].kind, LogNoticeKind::NoPointInTime);
}

#[tokio::test]
async fn where_sorting_by_id_is_forbidden_every_page_begins_at_the_last_time() {
    // From documentation: Elasticsearch reference 8.15, "_id field": access can be disallowed by
    // `indices.id_field_data.enabled`; the words are those of its source (`IdFieldMapper`).
    let disallowed = r#"{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled"}],"type":"search_phase_execution_exception","reason":"all shards failed"},"status":400}"#;
    let server = server(move |seen| {
        let asked = body(seen);
        if asked["sort"].as_array().unwrap().len() == 2 {
            return answer(400, "application/json", disallowed);
        }
        let all = [(1, "a"), (1, "b"), (1, "c"), (2, "d"), (2, "e"), (3, "f")];
        let after = asked["search_after"][0].as_i64().unwrap_or(-1);
        let size = usize::try_from(asked["size"].as_u64().unwrap()).unwrap();
        let rows: Vec<(i64, &str)> = all.into_iter().filter(|(time, _)| *time > after).take(size).collect();
        hits(&rows, COMPLETE)
    });
    let mut config = config(&server);
    config.page_size = 2;
    let source = open_with(&config, None);

    let (mut texts, mut place) = (Vec::new(), None);
    loop {
        let page = source.read(&question(), range(), place).await.unwrap();
        texts.extend(page.records.into_iter().map(|record| record.message));
        if !page.more {
            break;
        }
        place = Some(page.next);
    }

    assert_eq!(texts, ["ma", "mb", "mc", "md", "me", "mf"]);
}

#[tokio::test]
async fn a_field_of_a_persons_choice_breaks_ties_everywhere() {
    let server = server(|seen| {
        let expected = serde_json::json!({ "event.id": { "order": "asc", "unmapped_type": "keyword" } });
        assert_eq!(body(seen)["sort"][1], expected);
        hits(&[(1, "a")], COMPLETE)
    });
    let mut config = config(&server);
    config.unique_field = Some("event.id".to_owned());

    let page = open_with(&config, None).read(&question(), range(), None).await.unwrap();

    assert_eq!(page.records.len(), 1);
}

/// From documentation: Elasticsearch reference 8.15, "Resolve index API" and "Field capabilities API".
#[tokio::test]
async fn elasticsearch_8_shows_its_streams_and_fields() {
    let server = Loopback::start(|seen: &Seen| {
        if seen.head.starts_with("GET / ") {
            return root("8.19.2");
        }
        if seen.is_for("/_resolve/index/logs") {
            return json(
                r#"{"indices":[{"name":".ds-foo-2026.11.21-000001","attributes":["hidden","open"],"data_stream":"foo"}],"aliases":[{"name":"f-alias","indices":["freeze-index"]}],
                "data_streams":[{"name":"foo","backing_indices":[".ds-foo-2026.11.21-000001"],"timestamp_field":"@timestamp"}]}"#,
            );
        }
        if seen.is_for("/_cat/indices/logs") {
            return json(r#"[{"index":".ds-foo-2026.11.21-000001","docs.count":"7","store.size":"9000"}]"#);
        }
        if seen.is_for("/_field_caps") {
            return json(FIELDS);
        }
        json(&format!(
            r#"{{{COMPLETE},"hits":{{"total":{{"value":7,"relation":"eq"}},"hits":[]}},"aggregations":{{"oldest":{{"value":1.0E12,"value_as_string":"2001-09-09T01:46:40.000Z"}},"newest":{{"value":null}}}}}}"#
        ))
    });

    let probe = open(&server).probe(Timestamp::from_millis(0)).await.unwrap();

    assert_eq!(
        (probe.product.as_str(), probe.version.as_str(), probe.distribution.as_str()),
        ("Elasticsearch", "8.19.2", "default")
    );
    let names: Vec<_> = probe.indices.iter().map(|index| (index.name.as_str(), index.documents)).collect();
    assert_eq!(names, [("f-alias", None), ("foo", Some(7))]);
    assert_eq!(probe.records, Some(7));
    assert_eq!((probe.oldest, probe.newest), (Some(Timestamp::from_millis(1_000_000_000_000)), None));
}
