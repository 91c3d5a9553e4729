//! What was ever known of an entity, version by version, by now and as of a moment.

use super::*;

fn after(minutes: i64) -> Timestamp {
    Timestamp::from_millis(BEGIN + minutes * MINUTE)
}

/// What is told of a version: the key of its sentence, what it changed, until when it held.
type Told<'a> = (&'a str, Vec<(&'a str, &'a str, &'a str)>, Option<Millis>);

fn told(items: &[VersionItem]) -> Vec<Told<'_>> {
    items.iter().map(|item| (item.what.key.as_str(), changed(item), item.ended_at)).collect()
}

fn changed(item: &VersionItem) -> Vec<(&str, &str, &str)> {
    let parts = item.changed.iter();
    parts.map(|change| (change.field.as_str(), change.before.as_str(), change.after.as_str())).collect()
}

/// A shop whose database was given to another team after ten minutes.
async fn given_away(open: &Open) -> SourceId {
    let source = filled(open).await;
    let mut changed = shop();
    changed.entities[3].team = "data".to_owned();
    open.workspace.put_inventory(source, &changed, after(10), after(10)).await.unwrap();
    open.topology.changed();
    source
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_tells_what_changed_since_when_and_what_was_decided() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    given_away(&open).await;
    let note =
        TopologyDecision::Note { names: vec!["orders-db".to_owned()], text: "moves in May".to_owned() };
    decide(&app, &note).await.unwrap();

    let history = entity_history(&app, "orders-db", None).await.unwrap();
    let before = entity_history(&app, "orders-db", Some(Millis::from(after(5)))).await.unwrap();

    assert_eq!(
        told(&history),
        [
            ("entity-version-told", vec![], Some(Millis::from(after(10)))),
            ("entity-version-changed", vec![("team", "platform", "data")], None),
            ("topology-decided-note", vec![], None),
        ]
    );
    assert_eq!(history[1].known_at, Millis::from(after(10)));
    assert_eq!(told(&before), [("entity-version-told", vec![], None)]);
    assert_eq!(entity_history(&app, "web", None).await.unwrap().len(), 1);
    let unknown = entity_history(&app, "orders-db", Some(Millis(BEGIN - 1))).await.unwrap_err();
    assert_eq!(unknown.code, "no_such_entity");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exported_json_has_the_history_of_every_entity() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    given_away(&open).await;

    let json = export_text(&app, TopologyFormat::Json, None).await.unwrap();

    let whole: serde_json::Value = serde_json::from_str(&json).unwrap();
    let entities = whole["entities"].as_array().unwrap();
    let database = entities.iter().find(|entity| entity["name"] == "orders-db").unwrap();
    assert_eq!(database["history"].as_array().map(Vec::len), Some(2));
    assert_eq!(database["history"][0]["source"], "cmdb");
    assert_eq!(database["history"][0]["endedAt"], after(10).to_string());
    let changed = serde_json::json!([{ "field": "team", "before": "platform", "after": "data" }]);
    assert_eq!(database["history"][1]["changed"], changed);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_an_edge_ends_with_the_moment() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let without = Topology { dependencies: shop().dependencies.split_off(1), ..shop() };
    open.workspace.put_inventory(source, &without, after(10), after(10)).await.unwrap();
    open.topology.changed();

    let then = edge_history(&app, "web", "orders", Some(Millis::from(after(5)))).await.unwrap();
    let now = edge_history(&app, "web", "orders", None).await.unwrap();

    assert_eq!(then.iter().map(|item| item.ended_at).collect::<Vec<_>>(), [None]);
    assert_eq!(now.iter().map(|item| item.ended_at).collect::<Vec<_>>(), [Some(Millis::from(after(10)))]);
    workspaces::close(&app).await;
}
