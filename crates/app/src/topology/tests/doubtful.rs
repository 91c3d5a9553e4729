//! What is doubtful: as of a moment, without leaving anything out, of one name twice, and set aside.

use std::collections::BTreeSet;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn doubts_can_be_asked_as_of_a_moment_and_none_is_left_out() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let mut grown = shop();
    // More than any list on screen holds at once.
    grown.entities.extend((0..1_200).map(|n| Entity::new(EntityKind::Host, &format!("spare-{n:04}"))));
    let later = Timestamp::from_millis(BEGIN + 60 * MINUTE);
    open.workspace.put_inventory(cmdb, &grown, later, later).await.unwrap();
    open.topology.changed();

    let (present, past) = (
        every_doubt(&app, None).await.unwrap(),
        every_doubt(&app, Some(Millis(BEGIN + MINUTE))).await.unwrap(),
    );

    assert_eq!((present.orphans.len(), present.unowned.len()), (1_200, 1_200));
    assert_eq!((past.orphans.len(), past.unowned.len()), (0, 0));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doubts_are_read_page_by_page_and_each_stands_on_one_page() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let mut grown = shop();
    grown.entities.extend((0..240).map(|n| Entity::new(EntityKind::Host, &format!("spare-{n}"))));
    let later = Timestamp::from_millis(BEGIN + MINUTE);
    open.workspace.put_inventory(cmdb, &grown, later, later).await.unwrap();
    open.topology.changed();
    let ask = async |request: DoubtsRequest| doubts(&app, &request).await.unwrap();
    let orphans = DoubtsRequest {
        choice: Some(DoubtKind::Orphan),
        column: Some(DoubtColumn::About),
        direction: ListDirection::Falling,
        limit: 10_000,
        ..DoubtsRequest::default()
    };

    let everything = ask(DoubtsRequest { limit: 10_000, ..DoubtsRequest::default() }).await;
    let mut ids = Vec::new();
    while ids.len() < everything.total as usize {
        let offset = u32::try_from(ids.len()).unwrap();
        let page = ask(DoubtsRequest { offset, limit: 500, ..DoubtsRequest::default() }).await;
        ids.extend(page.rows.into_iter().map(|row| row.id));
    }
    let first = ask(orphans.clone()).await;
    let last = first.rows[99].id.clone();
    let placed = ask(DoubtsRequest { locate: Some(last.clone()), limit: 1, ..orphans.clone() }).await;
    let only = ask(DoubtsRequest { only: vec![last, first.rows[3].id.clone()], ..orphans }).await;

    let counted = |kind| everything.counts.iter().find(|row| row.kind == kind).map(|row| row.count);
    assert_eq!((counted(DoubtKind::Orphan), counted(DoubtKind::Unowned)), (Some(240), Some(240)));
    assert_eq!(counted(DoubtKind::Conflict), None);
    assert_eq!(everything.total, everything.counts.iter().map(|row| row.count).sum::<u32>());
    assert_eq!((everything.rows.len(), first.rows.len(), first.total), (100, 100, 240));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), everything.total as usize);
    let named =
        |row: &DoubtRow| if let Doubt::Orphan(item) = &row.doubt { item.name.clone() } else { String::new() };
    assert_eq!(
        (named(&first.rows[0]), named(&first.rows[99])),
        ("spare-239".to_owned(), "spare-140".to_owned())
    );
    assert_eq!(placed.place, Some(99));
    assert_eq!((only.total, named(&only.rows[0])), (2, "spare-236".to_owned()));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doubts_that_are_none_are_set_aside_and_come_back_with_undo() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let mut grown = shop();
    grown.entities.push(Entity::new(EntityKind::Service, "spare-service"));
    grown.dependencies.push(Dependency::new("web", "spare-servise", "calls"));
    let later = Timestamp::from_millis(BEGIN + MINUTE);
    open.workspace.put_inventory(cmdb, &grown, later, later).await.unwrap();
    open.topology.changed();
    let counts = async |app: &App| {
        let view = every_doubt(app, None).await.unwrap();
        (view.orphans.len(), view.unowned.len(), view.dangling.len())
    };
    let dismiss = |doubt: DismissedDoubt, name: &str, to: &str| TopologyDecision::Dismiss {
        doubt,
        name: name.to_owned(),
        to: to.to_owned(),
    };

    let before = every_doubt(&app, None).await.unwrap();
    let orphan = decide(&app, &dismiss(DismissedDoubt::Orphan, "spare-service", "")).await.unwrap();
    decide(&app, &dismiss(DismissedDoubt::Unowned, "spare-service", "")).await.unwrap();
    decide(&app, &dismiss(DismissedDoubt::Dangling, "web", "spare-servise")).await.unwrap();
    let aside = counts(&app).await;
    undo(&app, orphan).await.unwrap();

    assert_eq!((before.orphans.len(), before.unowned.len(), before.dangling.len()), (1, 1, 1));
    assert_eq!(before.dangling[0].proposed.as_deref(), Some("spare-service"));
    assert_eq!(aside, (0, 0, 0));
    assert_eq!(counts(&app).await, (1, 0, 0));
    let unknown = decide(&app, &dismiss(DismissedDoubt::Dangling, "web", "elsewhere")).await;
    assert_eq!(unknown.unwrap_err().code, "no_such_entity");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_proposed_accepted_and_taken_back_until_a_source_tells_one() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let mut grown = shop();
    grown.entities.push(Entity::new(EntityKind::Host, "app-m1"));
    grown.dependencies.push(Dependency::new("orders", "app-m1", "runs on"));
    grown.dependencies.push(Dependency::new("reports", "app-m1", "runs on"));
    let at = |minutes: i64| Timestamp::from_millis(BEGIN + minutes * MINUTE);
    open.workspace.put_inventory(cmdb, &grown, at(1), at(1)).await.unwrap();
    open.topology.changed();
    let team = async || super::super::entity(&app, "app-m1", None, None).await.unwrap().item.team;

    let before = every_doubt(&app, None).await.unwrap().unowned;
    let owner = before[0].proposed.clone().unwrap();
    let surest = DoubtsRequest {
        column: Some(DoubtColumn::Sure),
        direction: ListDirection::Falling,
        limit: 1,
        ..DoubtsRequest::default()
    };
    let surest = doubts(&app, &surest).await.unwrap().rows.remove(0);
    let own = TopologyDecision::Own { name: "APP-M1".to_owned(), team: format!(" {} ", owner.team) };
    let id = decide(&app, &own).await.unwrap();
    let accepted = (team().await, every_doubt(&app, None).await.unwrap().unowned.len());
    let told = decisions(&app).await.unwrap()[0].phrase.clone();
    undo(&app, id).await.unwrap();
    let back = (team().await, every_doubt(&app, None).await.unwrap().unowned.len());
    decide(&app, &own).await.unwrap();
    grown.entities[5].team = "platform".to_owned();
    open.workspace.put_inventory(cmdb, &grown, at(2), at(2)).await.unwrap();
    open.topology.changed();

    assert_eq!((before.len(), before[0].name.as_str()), (1, "app-m1"));
    assert_eq!(surest.doubt, Doubt::Unowned(before[0].clone()));
    assert_eq!((owner.team.as_str(), owner.reason.key.as_str()), ("shop-orders", "owner-by-carried"));
    assert!((owner.share - 1.0).abs() < 1e-9);
    assert_eq!(accepted, ("shop-orders".to_owned(), 0));
    assert_eq!(told.key, "topology-decided-own");
    assert_eq!(back, (String::new(), 1));
    assert_eq!(team().await, "platform");
    let empty = TopologyDecision::Own { name: "app-m1".to_owned(), team: " ".to_owned() };
    assert_eq!(decide(&app, &empty).await.unwrap_err().code, "topology_text");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_only_look_the_same_are_doubts_that_name_their_letters() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let mut grown = shop();
    for name in ["gate-a", "gate-\u{430}", "cafe\u{301}"] {
        grown.entities.push(Entity::new(EntityKind::Host, name));
    }
    grown.dependencies.push(Dependency::new("web", "ord\u{435}rs-db", "reads"));
    let later = Timestamp::from_millis(BEGIN + MINUTE);
    open.workspace.put_inventory(cmdb, &grown, later, later).await.unwrap();
    open.topology.changed();

    let doubts = every_doubt(&app, None).await.unwrap();
    let typed = EntitiesRequest { text: "CAF\u{c9}".to_owned(), limit: 5, ..EntitiesRequest::default() };
    let found = entities(&app, &typed).await.unwrap();

    let double = &doubts.duplicates[0];
    assert_eq!(double.names, ["gate-a", "gate-\u{430} (U+0430)"]);
    assert_eq!(double.for_[0].phrase.key, "identity-lookalike-name");
    assert_eq!(double.for_[0].detail, "a (U+0061) / \u{430} (U+0430)");
    let loose = &doubts.dangling[0];
    assert_eq!(
        (loose.reason.key.as_str(), loose.proposed.as_deref()),
        ("dangling-lookalike", Some("orders-db"))
    );
    assert!(loose.reason.values.contains_key("letters"));
    assert_eq!((found.total, found.rows[0].name.as_str()), (1, "cafe\u{301}"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_edges_name_and_looks_like_another_can_be_merged_and_kept_apart() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let second = source(&open, "catalog").await;
    let (order, gate) = ("ord\u{435}rs", "gate-\u{430}");
    let at = Timestamp::from_millis(BEGIN + MINUTE);
    for (source, mut told) in [(cmdb, shop()), (second, Topology::default())] {
        let ends = [order, gate, "gate-a"].into_iter();
        told.dependencies.extend(ends.map(|end| Dependency::new("web", end, "calls")));
        open.workspace.put_inventory(source, &told, at, at).await.unwrap();
    }
    open.topology.changed();
    let doubles = async || every_doubt(&app, None).await.unwrap().duplicates;
    let found = async |name: &str| super::super::entity(&app, name, None, None).await.unwrap().item.name;

    let before = doubles().await;
    let named: Vec<[&str; 2]> =
        before.iter().map(|pair| [0_usize, 1].map(|at| pair.names[at].as_str())).collect();
    let apart = TopologyDecision::KeepApart { names: before[0].names.clone() };
    let id = decide(&app, &apart).await.unwrap();
    let kept = doubles().await.len();
    undo(&app, id).await.unwrap();
    for pair in &before {
        decide(&app, &TopologyDecision::Merge { names: pair.names.clone() }).await.unwrap();
    }
    let told: Vec<String> = decisions(&app).await.unwrap().into_iter().map(|made| made.phrase.key).collect();

    assert_eq!(named, [["orders", "ord\u{435}rs (U+0435)"], ["gate-a", "gate-\u{430} (U+0430)"]]);
    let row = &before[0].rows[1];
    assert_eq!((row.name.as_str(), row.fact.key.as_str()), (order, "duplicate-named-only"));
    assert_eq!(row.source, "catalog, cmdb");
    assert!(before.iter().all(|pair| pair.for_[0].phrase.key == "identity-lookalike-name"));
    assert_eq!(kept, 1);
    assert_eq!(told, ["topology-decided-merge", "topology-decided-alias", "topology-decided-apart"]);
    assert!(doubles().await.is_empty());
    assert_eq!((found(order).await.as_str(), found(gate).await.as_str()), ("orders", "gate-a"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disagreement_that_a_person_decided_is_no_doubt_until_that_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let second = source(&open, "catalog").await;
    let other =
        Topology { entities: vec![entity(EntityKind::Service, "web", "platform")], dependencies: Vec::new() };
    let at = Timestamp::from_millis(BEGIN + MINUTE);
    open.workspace.put_inventory(second, &other, at, at).await.unwrap();
    open.topology.changed();
    let listed = async || {
        let conflicts = every_doubt(&app, None).await.unwrap().conflicts;
        (conflicts.len(), super::super::entity(&app, "web", None, None).await.unwrap().item.doubts)
    };

    let before = listed().await;
    let used = every_doubt(&app, None).await.unwrap().conflicts.remove(0);
    let source = used.values[used.used as usize].source;
    let prefer = TopologyDecision::Prefer { entity: "web".to_owned(), field: "team".to_owned(), source };
    let id = decide(&app, &prefer).await.unwrap();
    let decided = listed().await;
    let fields = super::super::entity(&app, "web", None, None).await.unwrap().fields;
    undo(&app, id).await.unwrap();

    assert_eq!((used.entity.as_str(), used.field.as_str()), ("web", "team"));
    assert_eq!((before, decided), ((1, 1), (0, 0)));
    assert!(fields.iter().any(|field| field.field == "team" && field.preferred && field.conflict));
    assert_eq!(listed().await, (1, 1));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_things_with_one_name_nothing_is_guessed() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let cmdb = filled(&open).await;
    let mut twice = shop();
    for key in ["1", "2"] {
        twice.entities.push(Entity { key: key.to_owned(), ..entity(EntityKind::Host, "backup", "platform") });
    }
    twice.dependencies.push(Dependency::new("web", "backup", "writes"));
    let later = Timestamp::from_millis(BEGIN + MINUTE);
    open.workspace.put_inventory(cmdb, &twice, later, later).await.unwrap();
    open.topology.changed();

    let both = view(&app, None).await.unwrap();
    let draw =
        TopologyDecision::DrawEdge { from: "orders".to_owned(), to: "backup".to_owned(), how: String::new() };
    let refused = decide(&app, &draw).await.unwrap_err();
    let focus = MapRequest { focus: Some("backup".to_owned()), ..request() };
    let unfocused = map(&app, &focus).await.unwrap_err();

    // What tells them apart stands behind the name.
    assert_eq!(names(&both).iter().filter(|name| name.starts_with("backup (")).count(), 2);
    assert_eq!((refused.code.as_str(), unfocused.code.as_str()), ("entity_ambiguous", "entity_ambiguous"));
    let told = &refused.fields["names"];
    assert!(
        names(&both).iter().filter(|name| name.starts_with("backup (")).all(|name| told.contains(name)),
        "{told}"
    );
    let dangling = every_doubt(&app, None).await.unwrap().dangling;
    assert_eq!((dangling[0].missing.as_str(), dangling[0].proposed.as_deref()), ("backup", None));
    assert_eq!(dangling[0].reason.key, "dangling-shared");
    workspaces::close(&app).await;
}
