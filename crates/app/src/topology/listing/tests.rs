//! The lists: a page is small whatever there is, and what is asked for is found in all of it.

use std::collections::BTreeMap;

use wardroom_analysis::topology::identity::InventoryRecord;
use wardroom_analysis::topology::model::{
    EdgeOrigin, EdgeState, Model, ModelDecisions, ModelEdge, StaleReason, Thing,
};
use wardroom_core::{Entity, EntityKind, Labels, Timestamp};

use super::*;
use crate::topology::rows::{DependenciesRequest, EdgeChoice, EdgeColumn, EdgeName, ListDirection};

const THINGS: usize = 100_000;

/// An inventory of so many hosts with an owner each, of which each rests on the next three.
fn large(things: usize) -> Arc<Snapshot> {
    let thing = |n: usize| {
        let name = format!("app-{n}");
        let entity = Entity {
            team: format!("team-{}", n % 40),
            contact: format!("#team-{}-on-call", n % 40),
            tags: Labels::new([("rack", "r12"), ("runtime", "jvm-21")]),
            ..Entity::new(EntityKind::Host, &name)
        };
        Thing { names: vec![name.clone()], name, entity, records: Vec::new(), note: String::new() }
    };
    let edge = |from: usize, step: usize| ModelEdge {
        from,
        to: (from + step) % things,
        how: "runs on".to_owned(),
        origins: vec![EdgeOrigin::Declared {
            source: 2,
            age_ms: 3_600_000 * i64::try_from(from % 7).unwrap(),
        }],
        state: if from.is_multiple_of(1000) { EdgeState::Stale(StaleReason::Old) } else { EdgeState::Sound },
        last_at: None,
    };
    let model = Model {
        things: (0..things).map(thing).collect(),
        edges: (0..things).flat_map(|from| (1..=3).map(move |step| edge(from, step))).collect(),
        ..Model::default()
    };
    snapshot(model, Vec::new())
}

fn snapshot(model: Model, records: Vec<InventoryRecord>) -> Arc<Snapshot> {
    let sources = BTreeMap::from([(2, "NetBox".to_owned()), (3, "edges.csv".to_owned())]);
    let (decided, now) = (ModelDecisions::default(), Timestamp::from_millis(0));
    Arc::new(room::around(model, (records, Vec::new()), decided, sources, now))
}

#[test]
fn a_kept_model_tells_ages_for_the_moment_in_which_it_is_asked() {
    let edge = ModelEdge {
        from: 0,
        to: 1,
        how: "runs on".to_owned(),
        origins: vec![EdgeOrigin::Declared { source: 2, age_ms: 60_000 }],
        state: EdgeState::Sound,
        last_at: None,
    };
    let thing = |name: &str| Thing {
        names: vec![name.to_owned()],
        name: name.to_owned(),
        entity: Entity::new(EntityKind::Host, name),
        records: Vec::new(),
        note: String::new(),
    };
    let model =
        Model { things: vec![thing("n1"), thing("n2")], edges: vec![edge.clone()], ..Model::default() };
    let kept = snapshot(model, Vec::new());

    kept.tell_at(Timestamp::from_millis(7_200_000));
    kept.tell_at(Timestamp::from_millis(0));

    let item = crate::topology::phrases::dependency_item(&kept, &edge);
    assert_eq!(item.age, Some(crate::wire::Millis(7_260_000)));
    assert_eq!(kept.now(), Timestamp::from_millis(7_200_000));
}

/// What telemetry tells: alerts fire on these things.
fn firing(snapshot: &Snapshot, things: &[usize]) -> Vec<Signal> {
    let mut of = vec![Signal::default(); snapshot.model.things.len()];
    for thing in things {
        of[*thing].firing = 1;
    }
    of
}

/// Lists the entities and cuts a page.
fn page(snapshot: &Arc<Snapshot>, signals: Vec<Signal>, request: &EntitiesRequest) -> EntitiesView {
    Entities::made(Arc::clone(snapshot), signals, Vec::new(), request).page(request)
}

fn names(view: &EntitiesView) -> Vec<&str> {
    view.rows.iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn a_page_of_a_hundred_thousand_entities_is_small() {
    let snapshot = large(THINGS);

    let first = page(
        &snapshot,
        firing(&snapshot, &[70_000]),
        &EntitiesRequest { limit: 10_000, ..EntitiesRequest::default() },
    );
    let edges =
        edges::page(&snapshot, &DependenciesRequest { limit: 10_000, ..DependenciesRequest::default() });

    assert_eq!(
        (first.of, first.total, first.edges, first.kinds, first.firing),
        (100_000, 100_000, 300_000, 1, 1)
    );
    assert_eq!((edges.of, edges.total, edges.unsure, edges.rows.len()), (300_000, 300_000, 300, 200));
    assert_eq!(first.rows.len(), 200);
    assert_eq!(names(&first)[..3], ["app-70000", "app-0", "app-1"]);
    assert_eq!((first.rows[0].needs, first.rows[0].needed), (3, 3));
    // Some 600 bytes a row; all of them would be more than sixty megabytes.
    assert!(serde_json::to_string(&first).unwrap().len() < 256 * 1024);
    assert!(serde_json::to_string(&edges).unwrap().len() < 256 * 1024);
}

#[test]
fn what_is_asked_for_is_found_and_placed_in_the_whole_list() {
    let snapshot = large(2000);
    let ask = |request: &EntitiesRequest| page(&snapshot, firing(&snapshot, &[]), request);
    let by_name = EntitiesRequest {
        column: Some(EntityColumn::Name),
        direction: ListDirection::Falling,
        limit: 2,
        ..EntitiesRequest::default()
    };

    let last = ask(&EntitiesRequest { offset: 1999, ..by_name.clone() });
    let team = ask(&EntitiesRequest { text: "team:team-7 -17".to_owned(), ..by_name.clone() });
    let only = ["app-3".to_owned(), "app-1500".to_owned()].to_vec();
    let marked = ask(&EntitiesRequest { only, ..by_name.clone() });
    let located = ask(&EntitiesRequest { locate: Some("app-12".to_owned()), ..by_name });

    assert_eq!(names(&last), ["app-0"]);
    // Words occur anywhere: `-17` is no field.
    assert!(team.total > 0 && team.rows.iter().all(|row| row.name.contains("-17") && row.team == "team-7"));
    assert_eq!((names(&marked), marked.total, marked.of), (vec!["app-1500", "app-3"], 2, 2000));
    // The index of a model that was made by hand knows no names, so nothing is placed.
    assert_eq!((located.place, located.total), (None, 2000));
}

#[test]
fn edges_are_chosen_ordered_and_placed() {
    let snapshot = large(2000);
    let ask = |request: &DependenciesRequest| edges::page(&snapshot, request);
    let stale = DependenciesRequest { choice: EdgeChoice::Stale, limit: 4, ..DependenciesRequest::default() };
    let name = EdgeName { from: "app-1000".to_owned(), to: "app-1002".to_owned(), how: "runs on".to_owned() };

    let first = ask(&stale);
    let by_age = DependenciesRequest {
        column: Some(EdgeColumn::Age),
        direction: ListDirection::Falling,
        text: "APP-13 runs".to_owned(),
        ..stale.clone()
    };
    let old = ask(&DependenciesRequest { choice: EdgeChoice::All, ..by_age });
    let placed = ask(&DependenciesRequest { locate: Some(name.clone()), ..stale.clone() });
    let only = ask(&DependenciesRequest { only: vec![name], choice: EdgeChoice::All, ..stale.clone() });
    let nobody = ask(&DependenciesRequest { source: Some(3), ..stale });

    assert_eq!((first.total, first.of, first.rows.len()), (6, 6000, 4));
    assert_eq!(placed.place, Some(4));
    assert!(old.rows.windows(2).all(|pair| pair[0].age >= pair[1].age));
    assert_eq!((only.total, only.rows[0].to.as_str()), (1, "app-1002"));
    assert_eq!((nobody.of, nobody.total), (0, 0));
}
