//! One test for each way in which a cluster can fail.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::loopback::answer_with;
use crate::source::{LogNoticeKind, LostLogAbility};

/// Recorded from OpenSearch 2.19.1, shortened.
const REJECTED: &str = r#"{"error":{"root_cause":[{"type":"rejected_execution_exception","reason":"rejected execution"}],"type":"rejected_execution_exception","reason":"rejected execution"},"status":429}"#;

#[tokio::test]
async fn a_busy_cluster_is_waited_for_and_then_told() {
    let server = server(|_| answer(429, "application/json", REJECTED));

    let error = open(&server).read(&question(), range(), None).await.unwrap_err();

    assert_eq!(error, SourceError::Busy { status: 429, retry_after: None });
    // One try, two quick ones, two patient ones.
    assert_eq!(searches(&server).len(), 5);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_left_to_the_caller() {
    let server = server(|_| answer_with(429, "application/json", "Retry-After: 120\r\n", REJECTED));

    let error = open(&server).read(&question(), range(), None).await.unwrap_err();

    assert_eq!(error, SourceError::Busy { status: 429, retry_after: Some(Duration::from_mins(2)) });
    assert_eq!(searches(&server).len(), 1);
}

#[tokio::test]
async fn a_memory_limit_that_will_not_pass_is_too_large() {
    // Recorded from OpenSearch 2.19.1, shortened; `durability` is what tells.
    let words = r#"{"error":{"root_cause":[{"type":"circuit_breaking_exception","reason":"[parent] Data too large","durability":"PERMANENT"}],"type":"circuit_breaking_exception","reason":"[parent] Data too large","durability":"PERMANENT"},"status":429}"#;

    let error = failure(move |_| answer(429, "application/json", words)).await;

    assert!(
        matches!(&error, SourceError::TooLarge { detail, .. } if detail.contains("Data too large")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_503_of_a_gateway_may_pass_and_one_without_shards_does_not() {
    // Recorded from OpenSearch 2.19.1 with every shard unassigned.
    let none = r#"{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[]},"status":503}"#;
    let red = server(move |_| answer(503, "application/json", none));

    let busy = failure(|_| answer(503, "text/html", "<h1>503</h1>")).await;
    let away = open(&red).read(&question(), range(), None).await.unwrap_err();

    assert_eq!(busy, SourceError::Busy { status: 503, retry_after: None });
    assert!(
        matches!(&away, SourceError::ServerFailed { status: 503, detail } if detail.contains("all shards failed")),
        "{away:?}"
    );
    assert_eq!(searches(&red).len(), 1);
}

#[tokio::test]
async fn too_many_buckets_are_never_asked_for_again() {
    let deep = r#"{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"","caused_by":{"type":"too_many_buckets_exception","reason":"Trying to create too many buckets.","max_buckets":65535}},"status":503}"#;
    // From documentation: Elasticsearch 8.7 and later answer 400 (release notes of 8.7.0).
    let late = r#"{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"","caused_by":{"type":"too_many_buckets_exception","reason":"Trying to create too many buckets."}},"status":400}"#;
    for (status, words) in [(503, deep), (400, late)] {
        let server = server(move |_| answer(status, "application/json", words));

        let error = open(&server).count(&question(), range(), 1_000).await.unwrap_err();

        assert!(matches!(error, SourceError::TooLarge { .. }), "{error:?}");
        assert_eq!(searches(&server).len(), 1);
    }
}

#[tokio::test]
async fn half_a_body_is_asked_for_again_and_then_told() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"took\":1,";
    let server = server(move |_| Reply::Raw(cut.as_bytes().to_vec()));

    let error = open(&server).read(&question(), range(), None).await.unwrap_err();

    assert_eq!(error, SourceError::Truncated { bytes: 10 });
    assert_eq!(searches(&server).len(), 3);
}

#[tokio::test]
async fn half_an_object_and_nonsense_are_told_apart() {
    let half = failure(|_| json(r#"{"took":1,"hits":{"hits":["#)).await;
    let nonsense = failure(|_| json(r#"{"took":1,"hits":{"hits":{"a":1}}}"#)).await;
    let page = failure(|_| answer(200, "text/html", "<html><title>Sign in</title>")).await;

    assert!(matches!(half, SourceError::Truncated { .. }), "{half:?}");
    assert!(matches!(nonsense, SourceError::Malformed { offset, .. } if offset > 9), "{nonsense:?}");
    assert!(
        matches!(&page, SourceError::NotElasticsearch { detail } if detail.contains("Sign in")),
        "{page:?}"
    );
}

#[tokio::test]
async fn missing_shards_are_shown_as_partial_and_never_hidden() {
    let red = r#""timed_out":false,"_shards":{"total":2,"successful":1,"skipped":0,"failed":0}"#;
    let server = server(move |_| hits(&[(1, "a")], red));
    let source = open(&server);

    let page = source.read(&question(), range(), None).await.unwrap();
    let counted = source.count(&question(), range(), 1_000).await.unwrap();

    assert!(page.partial && counted.partial);
    assert!(page.may_come, "a shard may answer the next time");
    let told = page.notices.iter().find(|notice| notice.kind == LogNoticeKind::ShardsMissing).unwrap();
    assert_eq!((told.subject.as_str(), told.detail.as_str()), ("logs", "1/2"));
}

#[tokio::test]
async fn a_failed_shard_gives_its_reason() {
    // Recorded from OpenSearch 2.19.1: a field that is a word in one index.
    let failed = r#""timed_out":false,"_shards":{"total":6,"successful":5,"skipped":1,"failed":1,"failures":[{"shard":0,"index":"x-bad","reason":{"type":"query_shard_exception","reason":"[numeric_type] option cannot be set on a non-numeric field, got keyword"}}]}"#;
    let server = server(move |_| hits(&[(1, "a")], failed));

    let page = open(&server).read(&question(), range(), None).await.unwrap();

    let told = page.notices.iter().find(|notice| notice.kind == LogNoticeKind::ShardsMissing).unwrap();
    assert!(told.detail.starts_with("5/6; x-bad: query_shard_exception: [numeric_type]"), "{}", told.detail);
}

#[tokio::test]
async fn a_page_that_ran_out_of_time_is_asked_for_again_smaller() {
    let late = r#""timed_out":true,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0}"#;
    let n = AtomicUsize::new(0);
    let server = server(move |_| match n.fetch_add(1, Ordering::SeqCst) {
        0 => hits(&[(9, "z")], late),
        _ => hits(&[(1, "a"), (9, "z")], COMPLETE),
    });

    let page = open(&server).read(&question(), range(), None).await.unwrap();

    assert_eq!(page.records.len(), 2);
    assert!(!page.partial);
    let sizes: Vec<Value> = searches(&server).iter().map(|seen| body(seen)["size"].clone()).collect();
    assert_eq!(sizes, [5_000, 1_250]);
}

#[tokio::test]
async fn counts_that_ran_out_of_time_are_partial_and_silence_meets_our_deadline() {
    let late = r#""timed_out":true,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0}"#;
    let counting = server(move |_| hits(&[], late));
    let silent = server(|_| Reply::Silence);

    let counted = open(&counting).count(&question(), range(), 1_000).await.unwrap();
    let error = open(&silent).count(&question(), range(), 1_000).await.unwrap_err();

    assert!(counted.partial);
    assert_eq!(counted.notices[0].kind, LogNoticeKind::TimedOut);
    assert!(matches!(error, SourceError::Timeout { .. }), "{error:?}");
    assert_eq!(searches(&silent).len(), 1, "a count that took too long is not repeated");
}

#[tokio::test]
async fn a_page_that_is_too_long_is_made_smaller_until_one_document_remains() {
    let long = format!(r#"{{"took":1,{COMPLETE},"hits":{{"hits":[]}},"x":"{}"}}"#, "x".repeat(300_000));
    let server =
        server(
            move |seen| {
                if body(seen)["_source"] == false { hits(&[(5, "big")], COMPLETE) } else { json(&long) }
            },
        );

    let page = open(&server).read(&question(), range(), None).await.unwrap();

    let told = page.notices.iter().find(|notice| notice.kind == LogNoticeKind::RecordTooLong).unwrap();
    assert_eq!((told.subject.as_str(), told.detail.as_str()), ("logs", "big"));
    assert!(page.partial && page.more && !page.may_come, "what is too long stays so");
    assert_eq!(page.records.len(), 1);
}

#[tokio::test]
async fn each_right_that_is_missing_is_named_by_its_path() {
    for (status, words) in [(401, ""), (403, "")] {
        let server = Loopback::start(move |seen: &Seen| {
            if seen.is_for("/_search") && seen.head.starts_with("POST /logs") {
                return hits(&[(5, "a")], COMPLETE);
            }
            answer(status, "application/json", words)
        });

        let probe = open(&server).probe(Timestamp::from_millis(0)).await.unwrap();

        let missing: Vec<_> =
            probe.missing.iter().map(|right| (right.path.as_str(), right.status, right.lost)).collect();
        assert_eq!(
            missing,
            [
                ("/", status, LostLogAbility::Product),
                ("/_resolve/index", status, LostLogAbility::Indices),
                ("/_cat/indices", status, LostLogAbility::Sizes),
                ("/logs/_field_caps", status, LostLogAbility::Fields),
            ]
        );
        assert_eq!((probe.sample.len(), probe.sample[0].message.as_str()), (1, "ma"));
    }
}

#[tokio::test]
async fn wrong_credentials_are_denied_and_a_wrong_path_is_not_there() {
    let closed = Loopback::start(|_| {
        answer_with(
            401,
            "application/json",
            "WWW-Authenticate: ApiKey\r\n",
            r#"{"error":{"root_cause":[]},"status":401}"#,
        )
    });
    let absent = Loopback::start(|_| answer(404, "text/plain", "404 page not found"));
    let nothing = Loopback::start(|_| answer(403, "application/json", ""));

    let denied = open(&closed).probe(Timestamp::from_millis(0)).await.unwrap_err();
    let lost = open(&absent).probe(Timestamp::from_millis(0)).await.unwrap_err();
    let probe = open(&nothing).probe(Timestamp::from_millis(0)).await.unwrap();

    assert_eq!(denied, SourceError::Denied { wants: "ApiKey".to_owned() });
    assert!(matches!(lost, SourceError::NotFound { .. }), "{lost:?}");
    assert_eq!(probe.missing.last().unwrap().lost, LostLogAbility::Search);
}

#[tokio::test]
async fn another_product_says_what_came_instead() {
    let prometheus = Loopback::start(|_| json(r#"{"status":"success","data":{}}"#));

    let error = open(&prometheus).probe(Timestamp::from_millis(0)).await.unwrap_err();

    assert!(
        matches!(&error, SourceError::NotElasticsearch { detail } if detail.contains("success")),
        "{error:?}"
    );
}

#[tokio::test]
async fn too_many_fields_for_one_text_are_narrowed_to_the_mapped_ones() {
    // Recorded from Elasticsearch 7.10.2, shortened.
    let wide = r#"{"error":{"root_cause":[{"type":"query_shard_exception","reason":"failed to create query: field expansion matches too many fields, limit: 1024, got: 10004"}],"type":"search_phase_execution_exception","reason":"all shards failed"},"status":400}"#;
    let server = server(move |seen| {
        if seen.body.contains(r#""fields":["message"]"#) {
            hits(&[(5, "a")], COMPLETE)
        } else {
            answer(400, "application/json", wide)
        }
    });
    let word = wardroom_core::TextPattern::Word("x".to_owned());
    let ask = crate::source::LogAsk::Query(wardroom_core::LogQuery::Text(word));
    let question = LogQuestion { ask, ..question() };

    let page = open(&server).read(&question, range(), None).await.unwrap();

    assert_eq!(page.records.len(), 1);
    assert!(page.notices.iter().any(|notice| notice.kind == LogNoticeKind::MappedFieldsOnly));
}

#[tokio::test]
async fn a_server_that_echoes_the_secret_does_not_bring_it_into_an_error() {
    let server = Loopback::start(|seen: &Seen| answer(500, "text/plain", &seen.head));
    let mut config = config(&server);
    config.auth = AuthKind::ApiKey;
    let binding = SecretBinding::of_url(&server.url()).unwrap();
    let key = format!("id:{PLANTED}");
    let source = open_with(&config, Some(Secret::new(key, binding)));

    let error = source.read(&question(), range(), None).await.unwrap_err();

    let sent = server.seen()[0].head.clone();
    let credentials =
        sent.lines().find_map(|line| line.split_once("uthorization: ApiKey ")).unwrap().1.to_owned();
    for shown in [format!("{error} {error:?}"), format!("{source:?}"), source.explain(&question(), range())] {
        assert!(!shown.contains(PLANTED) && !shown.contains(&credentials), "{shown}");
    }
}

#[tokio::test]
async fn a_place_of_another_question_is_refused() {
    let server = server(|_| hits(&[(5, "a")], COMPLETE));
    let source = open(&server);
    let page = source.read(&question(), range(), None).await.unwrap();
    let other = LogQuestion { indices: vec!["other".to_owned()], ..question() };

    let error = source.read(&other, range(), Some(page.next)).await.unwrap_err();

    assert!(matches!(error, SourceError::Settings { field: "place", .. }), "{error:?}");
}
