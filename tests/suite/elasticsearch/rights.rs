//! Sign-in, TLS, rights and faults, at a gate before the servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use wardroom_connectors::config::AuthKind;
use wardroom_connectors::elasticsearch::{Elasticsearch, ElasticsearchConfig};
use wardroom_connectors::error::SourceError;
use wardroom_connectors::secret::{Secret, SecretBinding};
use wardroom_connectors::source::{LogSchema, LogSource, LostLogAbility};
use wardroom_core::{LogLevel, Timestamp};
use wardroom_tests::gate::{Asked, Gate, Verdict, forbidden, signed_in};

use super::node::Node;
use super::{START, config, ecs, everything, first, on_each_server};

on_each_server!(
    a_user_a_key_and_a_token_sign_in_over_tls,
    a_user_who_may_only_search_one_pattern_is_served_and_each_missing_right_is_named,
    a_cut_answer_is_asked_for_again_and_a_busy_server_is_waited_for,
    too_many_buckets_are_not_asked_for_again,
);

const SECRET: &str = "planted-5f1c";

async fn seed(node: &Node, index: &str) {
    node.create(index, 1, &ecs()).await;
    let document = |i: i64| json!({ "@timestamp": START + i, "seen": i, "message": format!("line {i}"), "log": { "level": "WARN" } });
    node.write(index, (0..50).map(document)).await;
}

async fn gate(node: &Node, judge: impl Fn(&Asked) -> Verdict + Send + Sync + 'static) -> Gate {
    Gate::start(node.address(), judge).await.unwrap()
}

/// A connection through a gate, with its authority in a file.
fn through(
    node: &Node,
    gate: &Gate,
    indices: &str,
    auth: AuthKind,
    secret: Option<&str>,
) -> (Elasticsearch, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let ca_path = folder.path().join("ca.pem");
    std::fs::write(&ca_path, gate.ca_pem()).unwrap();
    let config = ElasticsearchConfig {
        url: gate.url(),
        ca_path: Some(ca_path.to_str().unwrap().to_owned()),
        auth,
        ..config(node, indices)
    };
    let binding = SecretBinding::of_url(&config.url).unwrap();
    let secret = secret.map(|text| Secret::new(text.to_owned(), binding));
    (Elasticsearch::new(&config, secret).unwrap(), folder)
}

async fn a_user_a_key_and_a_token_sign_in_over_tls(node: Arc<Node>) {
    seed(&node, "guarded").await;
    // printf 'reader:planted-5f1c' | base64, and the same for id:planted-5f1c.
    let basic = "Basic cmVhZGVyOnBsYW50ZWQtNWYxYw==";
    let key = "ApiKey aWQ6cGxhbnRlZC01ZjFj";
    let user = || AuthKind::Basic { user: "reader".to_owned() };
    for (header, auth, secret) in [
        (basic, user(), SECRET),
        (key, AuthKind::ApiKey, "id:planted-5f1c"),
        (key, AuthKind::ApiKey, "aWQ6cGxhbnRlZC01ZjFj"),
        ("ApiKey os_planted-5f1c", AuthKind::ApiKey, "os_planted-5f1c"),
        ("Bearer planted-5f1c", AuthKind::Bearer, SECRET),
    ] {
        let gate = gate(&node, move |asked| signed_in(asked, header).unwrap_or(Verdict::Pass)).await;
        let (source, _folder) = through(&node, &gate, "guarded", auth, Some(secret));

        let page = source.read(&everything(), first(1_000), None).await.unwrap();
        let shown = source.explain(&everything(), first(1_000));

        assert_eq!(page.records.len(), 50);
        assert!(!shown.contains("planted") && !format!("{source:?}").contains("planted"), "{shown}");
    }

    let gate = gate(&node, move |asked| signed_in(asked, basic).unwrap_or(Verdict::Pass)).await;
    let (wrong, _folder) = through(&node, &gate, "guarded", user(), Some("wrong-password"));
    let denied = wrong.probe(Timestamp::from_millis(START)).await.unwrap_err();
    let (mut strange, _folder) = through(&node, &gate, "guarded", user(), Some(SECRET));
    assert_eq!(strange.probe(Timestamp::from_millis(START)).await.unwrap().records, Some(50));
    let untrusted = ElasticsearchConfig { url: gate.url(), ..config(&node, "guarded") };
    strange = Elasticsearch::new(&untrusted, None).unwrap();
    let refused = strange.probe(Timestamp::from_millis(START)).await.unwrap_err();

    assert_eq!(denied, SourceError::Denied { wants: "Basic".to_owned() });
    assert!(matches!(refused, SourceError::Tls { .. }), "{refused:?}");
}

async fn a_user_who_may_only_search_one_pattern_is_served_and_each_missing_right_is_named(node: Arc<Node>) {
    seed(&node, "mine").await;
    let gate = gate(&node, |asked| {
        // Reading the one pattern, within a view or not, is all that is granted.
        let may = asked.path.contains("mine/_search") || asked.path == "/_search" || asked.path == "/_pit";
        if may || asked.path.starts_with("/_search/point_in_time") { Verdict::Pass } else { forbidden(asked) }
    })
    .await;
    let (source, _folder) = through(&node, &gate, "mine", AuthKind::None, None);

    let probe = source.probe(Timestamp::from_millis(START)).await.unwrap();
    let page = source.read(&everything(), first(1_000), None).await.unwrap();
    let counted = source.count(&everything(), first(1_000), 1_000).await.unwrap();

    let missing: Vec<_> = probe.missing.iter().map(|right| (right.status, right.lost)).collect();
    assert_eq!(
        missing,
        [
            (403, LostLogAbility::Product),
            (403, LostLogAbility::Indices),
            (403, LostLogAbility::Sizes),
            (403, LostLogAbility::Fields)
        ]
    );
    assert_eq!((probe.product.as_str(), probe.records, probe.sample.len()), ("", Some(50), 20));
    assert_eq!(probe.schema, LogSchema::Ecs);
    assert_eq!(page.records.len(), 50);
    assert_eq!(page.records[7].at, Timestamp::from_millis(START + 7));
    assert_eq!(counted.bins[0].levels.get(&Some(LogLevel::Warn)), Some(&50));
}

async fn a_cut_answer_is_asked_for_again_and_a_busy_server_is_waited_for(node: Arc<Node>) {
    seed(&node, "shaky").await;
    let n = AtomicU32::new(0);
    let gate = gate(&node, move |asked| {
        if !asked.path.ends_with("/_search") || asked.method != "POST" {
            return Verdict::Pass;
        }
        match n.fetch_add(1, Ordering::SeqCst) {
            0 => Verdict::CutAfter(900),
            1 => Verdict::Answer(
                429,
                "Retry-After: 1\r\n",
                r#"{"error":{"root_cause":[{"type":"rejected_execution_exception","reason":"rejected"}],"type":"rejected_execution_exception","reason":"rejected"},"status":429}"#.to_owned(),
            ),
            _ => Verdict::Pass,
        }
    })
    .await;
    let (source, _folder) = through(&node, &gate, "shaky", AuthKind::None, None);

    let page = source.read(&everything(), first(1_000), None).await.unwrap();

    assert_eq!((page.records.len(), page.partial), (50, false));
    assert_eq!(gate.seen().iter().filter(|asked| asked.path.ends_with("/_search")).count(), 3);
}

/// The bound of the servers is lowered; ten levels in one bin are too many then.
async fn too_many_buckets_are_not_asked_for_again(node: Arc<Node>) {
    node.create("buckets", 1, &ecs()).await;
    let document =
        |i: i64| json!({ "@timestamp": START + i * 1_000, "log": { "level": format!("l{}", i % 8) } });
    node.write("buckets", (0..400).map(document)).await;
    let gate = gate(&node, |asked| {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        if !body.contains("\"aggs\"") {
            return Verdict::Pass;
        }
        // Recorded from OpenSearch 2.19.1, shortened.
        let words = r#"{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"","phase":"fetch","grouped":true,"failed_shards":[],"caused_by":{"type":"too_many_buckets_exception","reason":"Trying to create too many buckets. Must be less than or equal to: [10] but was [11]. This limit can be set by changing the [search.max_buckets] cluster level setting.","max_buckets":10}},"status":503}"#;
        Verdict::Answer(503, "", words.to_owned())
    })
    .await;
    let (source, _folder) = through(&node, &gate, "buckets", AuthKind::None, None);

    let error = source.count(&everything(), first(400_000), 1_000).await.unwrap_err();

    assert!(matches!(error, SourceError::TooLarge { .. }), "{error:?}");
    assert_eq!(gate.seen().iter().filter(|asked| asked.path.ends_with("/_search")).count(), 1);
}
