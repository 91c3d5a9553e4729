//! Inventories that are read from a source: whole, changes only, empty, smaller, failing.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_came_over_the_wire_stands_in_the_catalog_with_its_source() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;

    let state = read(&app, &open, source, &Shelf::new(shop())).await.unwrap();

    let view = view(&app, None).await.unwrap();
    assert_eq!(state, JobState::Done);
    assert_eq!(names(&view), ["orders-db", "db-m1.prod.example.net", "orders", "reports", "web"]);
    assert_eq!(view.entities[0].sources[0].name, "cmdb");
    assert_eq!(view.dependencies.len(), 4);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_comes_back_empty_deletes_nothing_until_a_person_says_so() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    read(&app, &open, source, &shelf).await.unwrap();
    // The read is not fresh enough for changes only: everything is asked for.
    sync::put_state(&open, source, &sync::State::default()).await.unwrap();
    *lock(&shelf.topology) = Topology::default();

    let state = read(&app, &open, source, &shelf).await.unwrap();

    let held = doubts(&app, None).await.unwrap().held_back;
    assert_eq!(state, JobState::Partial);
    assert_eq!((held[0].entities, held[0].of_entities, held[0].dependencies), (5, 5, 4));
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);

    release_held_back(&app, held[0].source, true).await.unwrap();
    assert!(view(&app, None).await.unwrap().entities.is_empty());
    assert!(doubts(&app, None).await.unwrap().held_back.is_empty());
    assert_eq!(release_held_back(&app, held[0].source, true).await.unwrap_err().code, "nothing_held_back");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_keeps_stays() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    read(&app, &open, source, &shelf).await.unwrap();
    sync::put_state(&open, source, &sync::State::default()).await.unwrap();
    *lock(&shelf.topology) = Topology::default();
    read(&app, &open, source, &shelf).await.unwrap();
    let held = doubts(&app, None).await.unwrap().held_back;

    release_held_back(&app, held[0].source, false).await.unwrap();

    assert!(doubts(&app, None).await.unwrap().held_back.is_empty());
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_deletions_are_taken_as_they_are() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    read(&app, &open, source, &shelf).await.unwrap();
    sync::put_state(&open, source, &sync::State::default()).await.unwrap();
    let mut smaller = shop();
    smaller.entities.retain(|e| e.name != "reports");
    smaller.dependencies.retain(|d| d.from != "reports");
    *lock(&shelf.topology) = smaller;

    let state = read(&app, &open, source, &shelf).await.unwrap();

    let now = view(&app, None).await.unwrap();
    assert_eq!(state, JobState::Done);
    assert!(!names(&now).contains(&"reports"), "{:?}", names(&now));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn soon_after_a_whole_read_only_changes_are_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());

    read(&app, &open, source, &shelf).await.unwrap();
    read(&app, &open, source, &shelf).await.unwrap();

    let since = lock(&shelf.asked_since).clone();
    assert_eq!(since[0], None);
    assert!(since[1].is_some_and(|at| at < app.now()), "{since:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_leaves_what_is_known() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    read(&app, &open, source, &shelf).await.unwrap();
    *lock(&shelf.fail_at) = Some(0);

    let failed = read(&app, &open, source, &shelf).await;

    assert_eq!(failed.unwrap_err().code, "source_unreachable");
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);
    workspaces::close(&app).await;
}
