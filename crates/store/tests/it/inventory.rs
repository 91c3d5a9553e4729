//! Inventories read page by page, and what was known of them at a moment.

use wardroom_core::{Dependency, Entity, EntityKind, Labels, Topology};
use wardroom_store::{
    CheckProblem, EdgeTeller, Flaw, InventoryCounts, InventoryPart, InventoryRunId, InventoryRunState,
    InventoryScope, SourceId, StoreError, Unseen, Workspace,
};

use crate::decisions::observed;
use crate::{add_source, at, in_memory, meddle, on_disk, protected_copy};

/// What takes away all that the migrations from extended inventories on brought, beside the rows of tables before them.
pub(crate) const WITHOUT_RUNS: [&str; 9] = [
    "DROP TABLE feedback",
    "DROP TABLE series_classes",
    "DROP TABLE inventory_runs",
    "DROP TABLE inventory_state",
    "DROP TABLE observed_edges",
    "DROP TABLE topology_decisions",
    "DROP TABLE saved_filters",
    "DROP INDEX entities_open",
    "DROP INDEX dependencies_open",
];

/// What takes its columns away.
pub(crate) const WITHOUT_COLUMNS: [&str; 20] = [
    "ALTER TABLE entities DROP COLUMN part",
    "ALTER TABLE dependencies DROP COLUMN part",
    "ALTER TABLE entities DROP COLUMN key",
    "ALTER TABLE entities DROP COLUMN system",
    "ALTER TABLE entities DROP COLUMN department",
    "ALTER TABLE entities DROP COLUMN person",
    "ALTER TABLE entities DROP COLUMN status",
    "ALTER TABLE entities DROP COLUMN aliases",
    "ALTER TABLE entities DROP COLUMN addresses",
    "ALTER TABLE entities DROP COLUMN serial",
    "ALTER TABLE entities DROP COLUMN links",
    "ALTER TABLE entities DROP COLUMN changed_at",
    "ALTER TABLE entities DROP COLUMN first_changed_at",
    "ALTER TABLE entities DROP COLUMN seen_run",
    "ALTER TABLE entities DROP COLUMN confirmed_at",
    "ALTER TABLE entities DROP COLUMN first_known_at",
    "ALTER TABLE dependencies DROP COLUMN changed_at",
    "ALTER TABLE dependencies DROP COLUMN first_changed_at",
    "ALTER TABLE dependencies DROP COLUMN seen_run",
    "ALTER TABLE dependencies DROP COLUMN confirmed_at",
];

fn host(key: &str, team: &str) -> Entity {
    Entity {
        key: key.to_owned(),
        team: team.to_owned(),
        ..Entity::new(EntityKind::Host, &format!("host-{key}"))
    }
}

/// Everything that can be said of an entity.
fn full() -> Entity {
    Entity {
        key: "dcim.device/17".to_owned(),
        name: "db-m1".to_owned(),
        kind: EntityKind::Database,
        tier: Some(1),
        domain: "shop".to_owned(),
        system: "orders".to_owned(),
        team: "team-data".to_owned(),
        department: "platform".to_owned(),
        person: "dba on duty".to_owned(),
        contact: "team-data@example.net".to_owned(),
        environment: "production".to_owned(),
        site: "zone-a".to_owned(),
        status: "active".to_owned(),
        aliases: vec!["db-m1.prod.example.net".to_owned(), "名前 \"x\"".to_owned()],
        addresses: vec!["10.0.3.7".to_owned(), "2001:db8::7".to_owned()],
        serial: "SN-1".to_owned(),
        tags: Labels::new([("rack", "r1")]),
        links: Labels::new([("runbook", "https://docs.example.net/db?a=1&b=2")]),
        changed_at: Some(at(5)),
    }
}

fn topology(entities: &[Entity], edges: &[(&str, &str, &str)]) -> Topology {
    let dependencies = edges.iter().map(|(from, to, how)| Dependency::new(from, to, how)).collect();
    Topology { entities: entities.to_vec(), dependencies }
}

/// Stores one page that speaks for `time` and was learnt then.
async fn page(workspace: &Workspace, run: InventoryRunId, part: &Topology, time: i64) -> InventoryCounts {
    workspace
        .put_inventory_page(run, InventoryPart::of(part), None, at(time), at(time))
        .await
        .expect("the page is stored")
}

/// Reads a whole inventory as a run of one page; what it does not tell ends only when `closes`.
async fn read(
    workspace: &Workspace,
    source: SourceId,
    part: &Topology,
    time: i64,
    closes: bool,
) -> (InventoryCounts, Unseen) {
    let run = workspace.begin_inventory(source, at(time), false).await.expect("a run begins");
    let counts = page(workspace, run, part, time).await;
    let unseen = workspace.finish_inventory(run, closes, at(time)).await.expect("a run finishes");
    (counts, unseen)
}

/// Keys and teams as known at a moment, in the order in which they were learnt.
async fn teams(workspace: &Workspace, as_of: Option<i64>) -> Vec<(String, String)> {
    let rows = workspace.inventory_records(as_of.map(at)).await.expect("the store answers");
    rows.into_iter().map(|row| (row.entity.key, row.entity.team)).collect()
}

/// Edges as known at a moment.
async fn edges(workspace: &Workspace, as_of: Option<i64>) -> Vec<String> {
    let rows = workspace.dependency_records(as_of.map(at)).await.expect("the store answers");
    let edges = rows.into_iter().map(|row| row.dependency);
    edges.map(|edge| format!("{} {} {}", edge.from, edge.how, edge.to)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn counts(fresh: u64, changed: u64, same: u64, gone: u64) -> InventoryCounts {
    InventoryCounts { fresh, changed, same, gone }
}

#[tokio::test]
async fn an_entity_comes_back_as_it_was_told() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let edge = Dependency { changed_at: Some(at(3)), ..Dependency::new("dcim.device/17", "web", "reads") };
    let part = Topology { entities: vec![full()], dependencies: vec![edge.clone()] };

    let (counted, unseen) = read(&workspace, source, &part, 10, true).await;

    let rows = workspace.inventory_records(None).await.unwrap();
    assert_eq!((rows.len(), &rows[0].entity, rows[0].source), (1, &full(), source));
    let times = (rows[0].event_at, rows[0].known_at, rows[0].first_known_at, rows[0].confirmed_at);
    assert_eq!(times, (at(10), at(10), at(10), at(10)));
    let rows = workspace.dependency_records(None).await.unwrap();
    assert_eq!((rows.len(), &rows[0].dependency, rows[0].event_at), (1, &edge, at(10)));
    assert_eq!((counted, unseen.entities, unseen.dependencies), (counts(2, 0, 0, 0), 0, 0));
}

#[tokio::test]
async fn nothing_is_written_for_what_has_not_changed_but_that_it_was_told_again() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "cmdb").await;
    let part = topology(&[full(), host("1", "a")], &[("1", "2", "calls"), ("1", "2", "reads")]);
    read(&workspace, source, &part, 10, true).await;
    let touched = Entity { changed_at: Some(at(15)), ..full() };
    let again = topology(&[host("1", "a"), touched], &[("1", "2", "reads"), ("1", "2", "calls")]);

    let (counted, _) = read(&workspace, source, &again, 20, true).await;

    assert_eq!(counted, counts(0, 0, 4, 0));
    let rows = workspace.inventory_records(None).await.unwrap();
    let times: Vec<_> = rows.iter().map(|row| (row.event_at, row.known_at, row.confirmed_at)).collect();
    assert_eq!(times, [(at(10), at(10), at(20)); 2]);
    // When the source last changed it is told, and as of before, what it told then.
    assert_eq!(rows[0].entity.changed_at, Some(at(15)));
    let before = workspace.inventory_records(Some(at(12))).await.unwrap();
    assert_eq!((before[0].entity.changed_at, before[0].confirmed_at), (Some(at(5)), at(10)));
    workspace.close().await.unwrap();
    // Behind the store's back: a second version of anything would break the constraint.
    meddle(&path, "CREATE UNIQUE INDEX one ON entities (source, key)").await;
    meddle(&path, "CREATE UNIQUE INDEX two ON dependencies (source, from_name, to_name, how)").await;
}

#[tokio::test]
async fn a_correction_lies_beside_the_old_value_and_every_moment_can_be_asked() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let first = topology(&[host("1", "a"), host("2", "a")], &[("1", "2", "calls")]);
    let second = topology(&[host("1", "b"), host("2", "a")], &[("1", "2", "reads")]);
    let third = topology(&[host("1", "b")], &[]);
    read(&workspace, source, &first, 10, true).await;
    let (counted, _) = read(&workspace, source, &second, 20, true).await;
    read(&workspace, source, &third, 30, true).await;

    assert_eq!(counted, counts(1, 1, 1, 0));
    let moments = [
        (9, vec![], vec![]),
        (10, vec![("1", "a"), ("2", "a")], vec!["1 calls 2"]),
        (19, vec![("1", "a"), ("2", "a")], vec!["1 calls 2"]),
        (20, vec![("2", "a"), ("1", "b")], vec!["1 reads 2"]),
        (29, vec![("2", "a"), ("1", "b")], vec!["1 reads 2"]),
        (30, vec![("1", "b")], vec![]),
    ];
    for (moment, entities, dependencies) in moments {
        assert_eq!(teams(&workspace, Some(moment)).await, pairs(&entities), "as of {moment}");
        assert_eq!(edges(&workspace, Some(moment)).await, dependencies, "as of {moment}");
    }
    let rows = workspace.inventory_records(None).await.unwrap();
    assert_eq!((rows[0].first_known_at, rows[0].known_at, rows[0].confirmed_at), (at(10), at(20), at(30)));
}

#[tokio::test]
async fn a_dependency_was_last_confirmed_by_the_last_run_before_the_moment() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let part = topology(&[], &[("1", "2", "calls")]);
    for time in [10, 20, 30] {
        read(&workspace, source, &part, time, true).await;
    }

    for (as_of, confirmed) in [(Some(10), 10), (Some(19), 10), (Some(20), 20), (Some(29), 20), (None, 30)] {
        let rows = workspace.dependency_records(as_of.map(at)).await.unwrap();
        assert_eq!(rows[0].event_at, at(confirmed), "as of {as_of:?}");
    }
}

#[tokio::test]
async fn pages_of_a_run_add_up_and_what_a_later_page_repeats_counts_once() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let run = workspace.begin_inventory(source, at(10), false).await.unwrap();
    page(&workspace, run, &topology(&[host("1", "a"), host("2", "a")], &[("1", "2", "calls")]), 10).await;

    // Host 2 slid onto the next page while the inventory was read, and host 1 is told in two ways.
    let twice = [host("2", "a"), host("3", "a"), host("1", "b"), host("3", "c")];
    let counted =
        page(&workspace, run, &topology(&twice, &[("1", "2", "calls"), ("1", "2", "calls")]), 11).await;
    workspace.finish_inventory(run, true, at(12)).await.unwrap();

    assert_eq!(counted, counts(1, 0, 3, 0));
    assert_eq!(teams(&workspace, None).await, pairs(&[("1", "a"), ("2", "a"), ("3", "a")]));
    assert_eq!(edges(&workspace, None).await, ["1 calls 2"]);
}

#[tokio::test]
async fn a_run_that_was_cut_off_goes_on_at_its_place() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "cmdb").await;
    read(&workspace, source, &topology(&[host("1", "a"), host("9", "a")], &[]), 5, true).await;
    let run = workspace.begin_inventory(source, at(10), false).await.unwrap();
    let part = topology(&[host("1", "b"), host("2", "a")], &[]);
    workspace
        .put_inventory_page(run, InventoryPart::of(&part), Some("{\"offset\":2}"), at(10), at(10))
        .await
        .unwrap();
    // Dropped without closing, as when the process dies.
    drop(workspace);

    let workspace = Workspace::open(&path, at(11)).await.unwrap();
    let open = workspace.open_inventory_run(source).await.unwrap().unwrap();
    let kept = teams(&workspace, None).await;
    let rest = page(&workspace, open.id, &topology(&[host("3", "a")], &[]), 12).await;
    let unseen = workspace.finish_inventory(open.id, true, at(13)).await.unwrap();

    assert_eq!((open.id, open.begun_at, open.state), (run, at(10), InventoryRunState::Open));
    assert_eq!((open.place.as_deref(), open.delta), (Some("{\"offset\":2}"), false));
    assert_eq!(kept, pairs(&[("9", "a"), ("1", "b"), ("2", "a")]));
    assert_eq!((rest, unseen.entities, unseen.of_entities), (counts(1, 0, 0, 0), 1, 4));
    assert_eq!(teams(&workspace, None).await, pairs(&[("1", "b"), ("2", "a"), ("3", "a")]));
    assert_eq!(workspace.open_inventory_run(source).await.unwrap(), None);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_run_that_is_abandoned_keeps_what_came_and_ends_nothing() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    read(&workspace, source, &topology(&[host("1", "a"), host("2", "a")], &[]), 5, true).await;
    let given_up = workspace.begin_inventory(source, at(10), false).await.unwrap();
    page(&workspace, given_up, &topology(&[host("1", "b")], &[]), 10).await;
    workspace.abandon_inventory(given_up).await.unwrap();
    let left_behind = workspace.begin_inventory(source, at(20), false).await.unwrap();
    page(&workspace, left_behind, &topology(&[host("3", "a")], &[]), 20).await;

    let next = workspace.begin_inventory(source, at(30), false).await.unwrap();

    assert_eq!(teams(&workspace, None).await, pairs(&[("2", "a"), ("1", "b"), ("3", "a")]));
    for run in [given_up, left_behind] {
        let late = workspace
            .put_inventory_page(run, InventoryPart::of(&Topology::default()), None, at(31), at(31))
            .await;
        assert!(matches!(late, Err(StoreError::Internal { .. })));
        assert!(matches!(
            workspace.finish_inventory(run, true, at(31)).await,
            Err(StoreError::Internal { .. })
        ));
    }
    assert_eq!(workspace.open_inventory_run(source).await.unwrap().unwrap().id, next);
    assert_eq!(teams(&workspace, None).await.len(), 3);
}

#[tokio::test]
async fn a_source_that_comes_back_empty_ends_nothing_until_that_is_wanted() {
    let workspace = in_memory().await;
    let (source, other) = (add_source(&workspace, "cmdb").await, add_source(&workspace, "file").await);
    let part = topology(&[host("1", "a"), host("2", "a")], &[("1", "2", "calls")]);
    read(&workspace, source, &part, 10, true).await;
    read(&workspace, other, &part, 10, true).await;

    let run = workspace.begin_inventory(source, at(20), false).await.unwrap();
    let counted = page(&workspace, run, &Topology::default(), 20).await;
    let unseen = workspace.unseen_of_run(run).await.unwrap();
    let held_back = workspace.finish_inventory(run, false, at(21)).await.unwrap();
    let kept = (teams(&workspace, None).await.len(), edges(&workspace, None).await.len());
    let last = workspace.last_full_inventory(source).await.unwrap().unwrap();
    // A delta in between meets one of the two: it is spared when the rest ends.
    let delta = workspace.begin_inventory(source, at(30), true).await.unwrap();
    page(&workspace, delta, &topology(&[host("2", "a")], &[]), 30).await;
    let of_delta = workspace.finish_inventory(delta, true, at(31)).await.unwrap();
    let ended = workspace.finish_inventory(last.id, true, at(40)).await.unwrap();

    let all = Unseen { entities: 2, of_entities: 2, dependencies: 1, of_dependencies: 1 };
    assert_eq!((counted, unseen, held_back), (counts(0, 0, 0, 0), all, all));
    assert_eq!(kept, (4, 2));
    assert_eq!((last.id, last.closed, last.finished_at), (run, false, Some(at(21))));
    assert_eq!(of_delta, Unseen { entities: 0, dependencies: 0, ..all });
    assert_eq!(ended, Unseen { entities: 1, of_entities: 2, dependencies: 1, of_dependencies: 1 });
    assert!(workspace.last_full_inventory(source).await.unwrap().unwrap().closed);
    let rows = workspace.inventory_records(None).await.unwrap();
    let left: Vec<(SourceId, &str)> = rows.iter().map(|row| (row.source, row.entity.key.as_str())).collect();
    assert_eq!(left, [(source, "2"), (other, "1"), (other, "2")]);
    assert_eq!(workspace.dependency_records(None).await.unwrap()[0].source, other);
    assert_eq!(teams(&workspace, Some(39)).await.len(), 4);
}

#[tokio::test]
async fn only_what_a_part_told_that_was_read_ends_and_what_was_kept_stays() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let tell = async |run, name, hosts: &[&str], time| {
        let hosts: Vec<Entity> = hosts.iter().map(|key| host(key, "a")).collect();
        let told = topology(&hosts, &[]);
        let part = InventoryPart { name, told: &told, gone: &[] };
        workspace.put_inventory_page(run, part, None, at(time), at(time)).await.unwrap();
    };
    let keys =
        async || teams(&workspace, None).await.into_iter().map(|(key, _)| key).collect::<Vec<String>>();
    let first = workspace.begin_inventory(source, at(10), false).await.unwrap();
    tell(first, "devices", &["1", "2", "3"], 10).await;
    tell(first, "circuits", &["4", "5"], 10).await;
    workspace.finish_inventory(first, true, at(10)).await.unwrap();

    // Circuits cannot be read, and of the devices one is left.
    let second = workspace.begin_inventory(source, at(20), false).await.unwrap();
    tell(second, "devices", &["1"], 20).await;
    let devices = InventoryScope { parts: Some(vec!["devices".to_owned()]), kept: None };
    let unseen = workspace.unseen_within(second, &devices).await.unwrap();
    workspace.finish_inventory(second, false, at(20)).await.unwrap();
    // A person kept what was missing; then all but device 3 and circuit 4 comes, and circuits can be read.
    let kept = InventoryScope { parts: None, kept: Some(second) };
    let third = workspace.begin_inventory(source, at(30), false).await.unwrap();
    tell(third, "devices", &["2"], 30).await;
    tell(third, "circuits", &["5"], 30).await;
    let of_third = workspace.finish_inventory_within(third, &kept, at(30)).await.unwrap();

    assert_eq!((unseen.entities, unseen.of_entities), (2, 3));
    assert_eq!((of_third.entities, of_third.of_entities), (1, 3));
    // Device 1 was there when the others were kept, and ended since.
    assert_eq!(keys().await, ["2", "3", "4", "5"]);
    // What was kept is not confirmed by a run that did not meet it.
    assert!(!workspace.last_full_inventory(source).await.unwrap().unwrap().closed);
    let circuits = InventoryScope { parts: Some(vec!["circuits".to_owned()]), kept: None };
    let fourth = workspace.begin_inventory(source, at(40), false).await.unwrap();
    workspace.finish_inventory_within(fourth, &circuits, at(40)).await.unwrap();
    assert_eq!(keys().await, ["2", "3"]);
}

#[tokio::test]
async fn what_the_source_says_it_deleted_ends_with_what_hangs_on_it() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let hosts = ["1", "2", "3"].map(|key| host(key, "a"));
    let part = topology(&hosts, &[("1", "2", "calls"), ("2", "3", "calls"), ("3", "1", "calls")]);
    read(&workspace, source, &part, 10, true).await;

    let run = workspace.begin_inventory(source, at(20), true).await.unwrap();
    let gone = ["2".to_owned(), "3".to_owned(), "unknown".to_owned()];
    // Host 3 was deleted and made again: the page tells it, and one of its edges.
    let told = topology(&[host("3", "b")], &[("2", "3", "calls")]);
    let part = InventoryPart { name: "", told: &told, gone: &gone };
    let counted = workspace.put_inventory_page(run, part, None, at(20), at(20)).await.unwrap();

    assert_eq!(counted, counts(0, 1, 1, 2));
    assert_eq!(teams(&workspace, None).await, pairs(&[("1", "a"), ("3", "b")]));
    assert_eq!(edges(&workspace, None).await, ["2 calls 3", "3 calls 1"]);
    assert_eq!(teams(&workspace, Some(19)).await.len(), 3);
}

#[tokio::test]
async fn two_entities_of_one_name_with_different_keys_are_two() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let named = |key: &str| Entity { key: key.to_owned(), ..Entity::new(EntityKind::Host, "web") };
    let part = topology(&[named("1"), named("2")], &[]);

    read(&workspace, source, &part, 10, true).await;
    let (counted, _) = read(&workspace, source, &part, 20, true).await;

    assert_eq!(counted, counts(0, 0, 2, 0));
    let names: Vec<String> =
        workspace.inventory_records(None).await.unwrap().into_iter().map(|row| row.entity.name).collect();
    assert_eq!(names, ["web", "web"]);
}

#[tokio::test]
async fn one_key_with_two_kinds_is_two_entities_and_a_kind_can_be_corrected() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "file").await;
    let web = |kind| Entity::new(kind, "web");
    let both = topology(&[web(EntityKind::Service), web(EntityKind::Host)], &[]);
    read(&workspace, source, &both, 10, true).await;
    let (again, _) = read(&workspace, source, &both, 20, true).await;

    let run = workspace.begin_inventory(source, at(30), true).await.unwrap();
    let corrected = topology(&[web(EntityKind::Service), web(EntityKind::Device)], &[]);
    let counted = page(&workspace, run, &corrected, 30).await;

    assert_eq!((again, counted), (counts(0, 0, 2, 0), counts(0, 1, 1, 0)));
    let rows = workspace.inventory_records(None).await.unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| (row.entity.kind, row.first_known_at)).collect();
    assert_eq!(kinds, [(EntityKind::Service, at(10)), (EntityKind::Device, at(10))]);
}

#[tokio::test]
async fn a_page_that_is_read_again_changes_nothing() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let many: Vec<Entity> = (0..1203).map(|i| host(&format!("{i:04}"), "a")).collect();
    let keys: Vec<String> = many.iter().map(|entity| entity.key.clone()).collect();
    let edges: Vec<(&str, &str, &str)> =
        keys.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str(), "calls")).collect();
    let part = topology(&many, &edges);
    let run = workspace.begin_inventory(source, at(10), false).await.unwrap();

    let first = page(&workspace, run, &part, 10).await;
    let second = page(&workspace, run, &part, 11).await;

    assert_eq!((first, second), (counts(2405, 0, 0, 0), counts(0, 0, 2405, 0)));
    assert_eq!(workspace.inventory(Some(source), None).await.unwrap(), part);
}

#[tokio::test]
async fn an_inventory_goes_with_its_source() {
    let (_folder, path, workspace) = on_disk().await;
    let (gone, kept) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    for source in [gone, kept] {
        read(&workspace, source, &topology(&[host("1", "a")], &[("1", "2", "calls")]), 10, true).await;
        workspace.set_inventory_state(source, "{\"since\":10}").await.unwrap();
    }
    workspace.begin_inventory(gone, at(20), false).await.unwrap();

    workspace.delete_source(gone, true).await.unwrap();

    let sources: Vec<SourceId> =
        workspace.inventory_records(None).await.unwrap().into_iter().map(|row| row.source).collect();
    assert_eq!(sources, [kept]);
    assert_eq!(workspace.open_inventory_run(gone).await.unwrap(), None);
    assert_eq!(workspace.inventory_state(gone).await.unwrap(), None);
    assert_eq!(workspace.inventory_state(kept).await.unwrap().as_deref(), Some("{\"since\":10}"));
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_check_names_versions_that_cannot_be_read_or_of_which_two_count() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "cmdb").await;
    read(&workspace, source, &topology(&[host("1", "a"), host("2", "a")], &[]), 10, true).await;
    workspace.close().await.unwrap();
    meddle(&path, "UPDATE entities SET aliases = '[' WHERE key = '1'").await;
    meddle(&path, "UPDATE entities SET key = '1' WHERE key = '2'").await;

    let report = Workspace::check(&path).await.unwrap();

    let [CheckProblem::Entity { row: 1, flaw: Flaw::Content { detail } }, twice] = &report.problems[..]
    else {
        panic!("{:?}", report.problems);
    };
    assert!(detail.contains("texts cannot be read"), "{detail}");
    assert_eq!(*twice, CheckProblem::EntityTwice { source, key: "1".to_owned() });
}

#[tokio::test]
async fn a_file_from_before_runs_keeps_its_inventory_and_takes_further_ones() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "cmdb").await;
    let web = |team: &str| Entity { team: team.to_owned(), ..Entity::new(EntityKind::Service, "web") };
    let second = topology(&[web("b")], &[("web", "db", "calls")]);
    workspace.put_inventory(source, &topology(&[web("a")], &[]), at(1), at(10)).await.unwrap();
    workspace.put_inventory(source, &second, at(2), at(20)).await.unwrap();
    workspace.close().await.unwrap();
    for statement in WITHOUT_RUNS.into_iter().chain(WITHOUT_COLUMNS) {
        meddle(&path, statement).await;
    }
    meddle(&path, "CREATE INDEX entities_by_source ON entities (source, replaced_at)").await;
    meddle(&path, "CREATE INDEX dependencies_by_source ON dependencies (source, replaced_at)").await;
    meddle(&path, "DELETE FROM _sqlx_migrations WHERE version >= 20261122000000").await;
    let checked = Workspace::check(&path).await.unwrap();
    let protected = protected_copy(&path);

    let read_only = Workspace::open(&protected, at(0)).await.unwrap();
    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert!(checked.is_sound(), "{:?}", checked.problems);
    for workspace in [&read_only, &workspace] {
        assert_eq!(workspace.inventory(Some(source), None).await.unwrap(), second);
        assert_eq!(teams(workspace, Some(19)).await, pairs(&[("web", "a")]));
        assert_eq!(workspace.observed_edges(None).await.unwrap(), []);
        assert_eq!(workspace.topology_decisions(None, true).await.unwrap(), []);
        assert_eq!(workspace.saved_filters().await.unwrap(), []);
        assert_eq!(workspace.inventory_state(source).await.unwrap(), None);
        assert_eq!(workspace.open_inventory_run(source).await.unwrap(), None);
        assert_eq!(workspace.dependency_records(None).await.unwrap()[0].event_at, at(2));
    }
    let rows = workspace.inventory_records(None).await.unwrap();
    assert_eq!((rows[0].first_known_at, rows[0].known_at, rows[0].confirmed_at), (at(10), at(20), at(2)));
    let (counted, _) = read(&workspace, source, &second, 30, true).await;
    assert_eq!(counted, counts(0, 0, 2, 0));
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn of_an_edge_every_version_is_told_with_those_that_ended() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "cmdb").await;
    let hosts = [host("1", "a"), host("2", "a"), host("3", "a")];
    read(&workspace, source, &topology(&hosts, &[("1", "2", "calls"), ("1", "3", "calls")]), 5, true).await;
    read(&workspace, source, &topology(&hosts, &[("1", "3", "calls")]), 10, true).await;
    read(&workspace, source, &topology(&hosts, &[("1", "2", "calls"), ("1", "3", "calls")]), 15, true).await;
    workspace.put_observed_edges(&[observed("1", "2", "inferred", 20)], at(21)).await.unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();

    let told = workspace.edge_versions(&names(&["1", "gone"]), &names(&["2"])).await.unwrap();

    let times: Vec<_> = told.iter().map(|row| (row.known_at, row.ended_at, row.confirmed_at)).collect();
    assert_eq!(times, [(at(5), Some(at(10)), at(5)), (at(15), None, at(15)), (at(21), None, at(20))]);
    assert_eq!(told[0].teller, EdgeTeller::Source(source));
    assert!(matches!(&told[2].teller, EdgeTeller::Telemetry { origin, .. } if origin == "inferred"));
    assert_eq!(workspace.all_edge_versions().await.unwrap().len(), 4);
    assert!(workspace.edge_versions(&names(&["2"]), &names(&["1"])).await.unwrap().is_empty());
}
