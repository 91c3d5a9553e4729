//! Questions as each type of field allows them, and the mapping that is found.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{FieldMapping, LogAsk, LogIndexKind, LogQuestion, LogSchema, LogSource};
use wardroom_core::{Compare, FieldTest, LogQuery, TextPattern, Timestamp};

use super::node::Node;
use super::{START, asking, config, ecs, first, on_each_server, open};

on_each_server!(
    each_question_finds_what_it_says,
    a_raw_query_is_checked_by_the_server_and_refused_in_its_words,
    testing_the_connection_shows_what_is_there,
    a_mapping_that_grew_by_itself_is_found,
    a_data_stream_is_listed_and_read_by_its_name,
    without_a_scope_everything_is_looked_at,
);

async fn seed(node: &Node, index: &str) {
    let mut properties = ecs();
    properties["user"] = json!({ "type": "text", "fields": { "keyword": { "type": "keyword" } } });
    node.create(index, 2, &properties).await;
    let document = |seen: i64, level: &str, service: &str, message: &str, status: i64, ip: &str| {
        json!({ "@timestamp": START + seen, "seen": seen, "message": message, "log": { "level": level },
            "service": { "name": service }, "http": { "status": status }, "host": { "name": "web-1", "ip": ip },
            "user": format!("{service} team") })
    };
    let documents = [
        document(1, "INFO", "checkout", "Card accepted for order 17", 200, "10.0.0.1"),
        document(2, "Warning", "checkout", "Card declined: no funds (code=51)", 402, "10.0.0.2"),
        document(3, "ERROR", "Payments", "Connection to 10.0.0.9:5432 refused", 503, "10.1.0.1"),
        document(4, "fatal", "payments", "Out of memory", 500, "192.168.0.1"),
        document(5, "debug", "search", "cache miss for key a/b?c", 200, "10.0.0.1"),
    ];
    node.write(index, documents).await;
}

async fn each_question_finds_what_it_says(node: Arc<Node>) {
    seed(&node, "asked").await;
    let source = open(&node, "asked");
    let word = |text: &str| TextPattern::Word(text.to_owned());
    let is =
        |name: &str, text: &str| LogQuery::Field { name: name.to_owned(), test: FieldTest::Is(word(text)) };
    let phrase = |text: &str| LogQuery::Text(TextPattern::Phrase(text.to_owned()));
    let compares = |name: &str, how: Compare, bound: &str| LogQuery::Field {
        name: name.to_owned(),
        test: FieldTest::Compares(how, bound.to_owned()),
    };
    let not = |query: LogQuery| LogQuery::Not(Box::new(query));

    for (query, expected) in [
        (LogQuery::All, &[1, 2, 3, 4, 5][..]),
        (LogQuery::Text(word("card")), &[1, 2]),
        (LogQuery::Text(word("declin*")), &[2]),
        (LogQuery::Text(word("10.0.0.9")), &[3]),
        (phrase("no funds"), &[2]),
        (phrase("funds no"), &[]),
        (phrase("a/b?c"), &[5]),
        (is("service", "payments"), &[3, 4]),
        (is("service", "pay*"), &[3, 4]),
        (is("service.name", "CHECKOUT"), &[1, 2]),
        (is("message", "memory"), &[4]),
        (is("level", "warn"), &[2]),
        (compares("level", Compare::GreaterOrEqual, "error"), &[3, 4]),
        (compares("level", Compare::Less, "info"), &[5]),
        (compares("http.status", Compare::GreaterOrEqual, "500"), &[3, 4]),
        (is("http.status", "200"), &[1, 5]),
        (is("http.status", "nonsense"), &[]),
        (is("host.ip", "10.0.0.0/16"), &[1, 2, 5]),
        (is("user", "search team"), &[5]),
        (is("nowhere", "x"), &[]),
        (not(is("nowhere", "x")), &[1, 2, 3, 4, 5]),
        (LogQuery::Field { name: "http.status".to_owned(), test: FieldTest::Exists }, &[1, 2, 3, 4, 5]),
        (LogQuery::Or(vec![is("level", "debug"), phrase("out of memory")]), &[4, 5]),
        (LogQuery::And(vec![LogQuery::Text(word("card")), not(is("level", "info"))]), &[2]),
        (LogQuery::Text(word("(")), &[]),
        (LogQuery::Text(word("a:b(*[\"/")), &[]),
    ] {
        let question = asking(query.clone());

        source.check(&question).await.unwrap();
        let page = source.read(&question, first(1_000), None).await.unwrap();
        let counted = source.count(&question, first(1_000), 1_000).await.unwrap();

        let found: BTreeSet<i64> =
            page.records.iter().map(|record| record.fields.get("seen").unwrap().parse().unwrap()).collect();
        assert_eq!(found, expected.iter().copied().collect(), "{query:?}");
        assert_eq!(counted.total, expected.len() as u64, "{query:?}");
    }
}

async fn a_raw_query_is_checked_by_the_server_and_refused_in_its_words(node: Arc<Node>) {
    seed(&node, "raw").await;
    let source = open(&node, "raw");
    let raw = |text: &str| LogQuestion { indices: Vec::new(), ask: LogAsk::Raw(text.to_owned()) };
    let good = raw(r#"{"query":{"range":{"http.status":{"gte":500}}}}"#);

    source.check(&good).await.unwrap();
    let page = source.read(&good, first(1_000), None).await.unwrap();
    let unknown = source.check(&raw(r#"{"nonsense":{}}"#)).await.unwrap_err();
    let broken = source.check(&raw(r#"{"query_string":{"query":"a:b:("}}"#)).await.unwrap_err();

    assert_eq!(page.records.len(), 2);
    for (error, words) in [(unknown, "unknown query [nonsense]"), (broken, "Failed to parse query [a:b:(]")] {
        assert!(
            matches!(&error, SourceError::BadQuery { detail, .. } if detail.contains(words)),
            "{error:?}"
        );
    }
}

async fn testing_the_connection_shows_what_is_there(node: Arc<Node>) {
    seed(&node, "shown-1").await;
    seed(&node, "shown-2").await;
    let alias = r#"{"actions":[{"add":{"index":"shown-*","alias":"shown-all"}}]}"#;
    node.call("POST", "/_aliases", alias).await;
    // Until they are told to, the servers write what an index holds when they like, and its size is that of nothing.
    node.call("POST", "/shown-*/_flush?force=true&wait_if_ongoing=true", "").await;
    until_sizes_are_known(&node).await;
    let source = open(&node, "shown-*");

    let probe = source.probe(Timestamp::from_millis(START)).await.unwrap();

    let (product, version) = match node.product {
        "opensearch-2" => ("OpenSearch", "2.19.1"),
        "opensearch-3" => ("OpenSearch", "3.8.0"),
        _ => ("Elasticsearch", "7.10.2"),
    };
    assert_eq!((probe.product.as_str(), probe.version.as_str()), (product, version));
    let listed: Vec<_> = probe.indices.iter().map(|i| (i.name.as_str(), i.kind, i.documents)).collect();
    assert_eq!(
        listed,
        [
            ("shown-1", LogIndexKind::Index, Some(5)),
            ("shown-2", LogIndexKind::Index, Some(5)),
            ("shown-all", LogIndexKind::Alias, Some(10))
        ]
    );
    assert!(probe.indices.iter().all(|index| index.bytes > Some(1_000)), "{:?}", probe.indices);
    assert_eq!(probe.schema, LogSchema::Ecs);
    assert_eq!(probe.mapping.level.as_deref(), Some("log.level"));
    assert_eq!((probe.records, probe.sample.len()), (Some(10), 10));
    assert_eq!(probe.sample[9].message, "cache miss for key a/b?c");
    assert_eq!(probe.oldest, Some(Timestamp::from_millis(START + 1)));
    assert_eq!(probe.newest, Some(Timestamp::from_millis(START + 5)));
    assert_eq!((probe.missing.len(), probe.conflicts.len(), probe.notices.len()), (0, 0, 0), "{probe:?}");
    assert!(probe.requests <= 10, "{}", probe.requests);
}

async fn a_mapping_that_grew_by_itself_is_found(node: Arc<Node>) {
    node.call("DELETE", "/grown", "").await;
    let documents = (0..3).map(|i| {
        json!({ "@timestamp": format!("2026-11-20T10:00:0{i}Z"), "log": format!("line {i}"), "loglevel": "WARN",
            "host": "db-1", "app": "orders" })
    });
    node.write("grown", documents).await;
    let mut config = config(&node, "grown");
    let source = wardroom_connectors::elasticsearch::Elasticsearch::new(&config, None).unwrap();
    config.scope.mapping = FieldMapping { message: Some("app".to_owned()), ..FieldMapping::default() };
    let by_hand = wardroom_connectors::elasticsearch::Elasticsearch::new(&config, None).unwrap();

    let found = source.probe(Timestamp::from_millis(START)).await.unwrap();
    let said = by_hand.probe(Timestamp::from_millis(START)).await.unwrap();
    let counted = source.count(&LogQuestion::default(), first(60_000), 60_000).await.unwrap();

    assert_eq!(found.schema, LogSchema::Legacy);
    assert_eq!((found.sample[0].message.as_str(), found.sample[0].host.as_str()), ("line 0", "db-1"));
    assert_eq!(found.sample[0].service, "orders");
    assert_eq!((said.schema, said.sample[0].message.as_str()), (LogSchema::ByHand, "orders"));
    // The level is a text here; the keyword beside it is counted.
    assert_eq!(
        counted.bins[0].levels.keys().copied().collect::<Vec<_>>(),
        [Some(wardroom_core::LogLevel::Warn)]
    );
}

/// Elasticsearch 7.10 has data streams in its default distribution only, which the tests cannot have.
async fn a_data_stream_is_listed_and_read_by_its_name(node: Arc<Node>) {
    if !node.is_opensearch() {
        return;
    }
    let template = json!({ "index_patterns": ["flow-*"], "data_stream": {}, "template": {
        "settings": { "number_of_shards": 1, "number_of_replicas": 0 }, "mappings": { "properties": ecs() } } });
    node.call("DELETE", "/_data_stream/flow-app", "").await;
    node.call("PUT", "/_index_template/flow", &template.to_string()).await;
    node.write("flow-app", (0..12).map(|i| json!({ "@timestamp": START + i, "message": format!("m{i}") })))
        .await;
    node.call("POST", "/flow-app/_rollover", "").await;
    node.write("flow-app", (12..20).map(|i| json!({ "@timestamp": START + i, "message": format!("m{i}") })))
        .await;
    let source = open(&node, "flow-*");

    let probe = source.probe(Timestamp::from_millis(START)).await.unwrap();
    let page = source.read(&LogQuestion::default(), first(1_000), None).await.unwrap();

    let listed: Vec<_> = probe.indices.iter().map(|i| (i.name.as_str(), i.kind, i.documents)).collect();
    assert_eq!(listed, [("flow-app", LogIndexKind::DataStream, Some(20))]);
    assert_eq!((page.records.len(), page.partial), (20, false));
}

async fn without_a_scope_everything_is_looked_at(node: Arc<Node>) {
    seed(&node, "anything").await;
    let mut config = config(&node, "");
    config.scope.indices.clear();
    let source = wardroom_connectors::elasticsearch::Elasticsearch::new(&config, None).unwrap();

    let probe = source.probe(Timestamp::from_millis(START)).await.unwrap();

    assert!(probe.indices.iter().any(|index| index.name == "anything"), "{:?}", probe.indices);
    assert!(probe.records >= Some(5) && !probe.sample.is_empty());
    assert_eq!(probe.mapping.time.as_deref(), Some("@timestamp"));
}

/// Waits until a server says of every index how large it is: it keeps what it last counted for ten seconds.
async fn until_sizes_are_known(node: &Node) {
    for _ in 0..300 {
        let (_, answer) =
            node.call("GET", "/_cat/indices/shown-*?h=store.size&bytes=b&format=json", "").await;
        let size = |row: &serde_json::Value| row["store.size"].as_str().and_then(|n| n.parse().ok());
        let sizes: Vec<Option<u64>> = answer.as_array().into_iter().flatten().map(size).collect();
        if sizes.len() == 2 && sizes.iter().all(|size| *size > Some(1_000)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the sizes are not known after half a minute");
}
