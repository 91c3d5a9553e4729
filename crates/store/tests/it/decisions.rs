//! What is said of a topology beside its inventories: observed edges, decisions, and filters that were kept.

use wardroom_store::{ObservedEdgeRow, StoreError};

use crate::{at, in_memory};

pub(crate) fn observed(from: &str, to: &str, origin: &str, last_at: i64) -> ObservedEdgeRow {
    ObservedEdgeRow {
        from: from.to_owned(),
        to: to.to_owned(),
        how: "calls".to_owned(),
        origin: origin.to_owned(),
        rule: "peer label".to_owned(),
        evidence: vec![format!("http_requests{{upstream=\"{to}\"}}")],
        score: 0.9,
        first_at: at(1),
        last_at: at(last_at),
    }
}

#[tokio::test]
async fn an_observed_edge_grows_older_in_place_and_changes_in_versions() {
    let workspace = in_memory().await;
    let seen = observed("web", "db", "inferred", 5);
    let surer = ObservedEdgeRow { score: 0.95, last_at: at(25), ..seen.clone() };
    workspace.put_observed_edges(std::slice::from_ref(&seen), at(10)).await.unwrap();
    let again = [ObservedEdgeRow { last_at: at(15), ..seen.clone() }, observed("web", "mq", "proposed", 15)];
    workspace.put_observed_edges(&again, at(20)).await.unwrap();
    workspace.put_observed_edges(std::slice::from_ref(&surer), at(30)).await.unwrap();

    let known = async |as_of: Option<i64>| workspace.observed_edges(as_of.map(at)).await.unwrap();
    assert_eq!(known(Some(9)).await, []);
    assert_eq!(known(Some(12)).await, [ObservedEdgeRow { last_at: at(12), ..seen.clone() }]);
    assert_eq!(known(Some(29)).await, again);
    assert_eq!(known(None).await, [surer.clone(), again[1].clone()]);
    // Those of an origin are replaced without touching others.
    workspace.replace_observed_edges("proposed", &[], at(40)).await.unwrap();
    assert_eq!(known(None).await, [surer]);
    assert_eq!(known(Some(39)).await.len(), 2);
    let other = workspace.replace_observed_edges("proposed", &[seen], at(41)).await;
    assert!(matches!(other, Err(StoreError::Internal { .. })));
}

#[tokio::test]
async fn a_decision_about_the_topology_holds_until_it_is_undone() {
    let workspace = in_memory().await;
    let merge = workspace.add_topology_decision("merge", "{\"names\":[\"a\",\"b\"]}", at(10)).await.unwrap();
    let note = workspace.add_topology_decision("note", "{}", at(20)).await.unwrap();

    assert!(workspace.undo_topology_decision(merge, at(30)).await.unwrap());
    assert!(!workspace.undo_topology_decision(merge, at(31)).await.unwrap());

    let known = async |as_of: Option<i64>, with_undone: bool| {
        let rows = workspace.topology_decisions(as_of.map(at), with_undone).await.unwrap();
        rows.into_iter().map(|row| (row.id, row.undone_at)).collect::<Vec<_>>()
    };
    assert_eq!(known(None, false).await, [(note, None)]);
    assert_eq!(known(None, true).await, [(merge, Some(at(30))), (note, None)]);
    assert_eq!(known(Some(29), false).await, [(merge, None), (note, None)]);
    assert_eq!(known(Some(15), true).await, [(merge, None)]);
    let rows = workspace.topology_decisions(Some(at(15)), true).await.unwrap();
    let row = &rows[0];
    assert_eq!(
        (row.kind.as_str(), row.body.as_str(), row.at),
        ("merge", "{\"names\":[\"a\",\"b\"]}", at(10))
    );
}

#[tokio::test]
async fn filters_are_kept_by_name() {
    let workspace = in_memory().await;
    for (name, text) in [("tier one", "tier:1"), ("mine", "team:a"), ("mine", "team:b")] {
        workspace.save_filter(name, text).await.unwrap();
    }

    let filters = workspace.saved_filters().await.unwrap();
    let there = workspace.delete_filter("mine").await.unwrap();

    let filters: Vec<(&str, &str)> = filters.iter().map(|f| (f.name.as_str(), f.text.as_str())).collect();
    assert_eq!(filters, [("mine", "team:b"), ("tier one", "tier:1")]);
    assert!(there && !workspace.delete_filter("mine").await.unwrap());
    assert_eq!(workspace.saved_filters().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_filter_that_is_added_takes_no_name_from_another_one() {
    let workspace = in_memory().await;
    assert!(workspace.add_filter("mine", "team:a").await.unwrap());

    let same = workspace.add_filter("mine", "team:a").await.unwrap();
    let other = workspace.add_filter("mine", "team:b").await.unwrap();

    assert_eq!((same, other), (true, false));
    let kept = workspace.saved_filters().await.unwrap();
    let kept: Vec<(&str, &str)> = kept.iter().map(|f| (f.name.as_str(), f.text.as_str())).collect();
    assert_eq!(kept, [("mine", "team:a")]);
}
