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

    let held = every_doubt(&app, None).await.unwrap().held_back;
    assert_eq!(state, JobState::Partial);
    assert_eq!((held[0].entities, held[0].of_entities, held[0].dependencies), (5, 5, 4));
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);

    release_held_back(&app, held[0].source, true).await.unwrap();
    assert!(view(&app, None).await.unwrap().entities.is_empty());
    assert!(every_doubt(&app, None).await.unwrap().held_back.is_empty());
    assert_eq!(release_held_back(&app, held[0].source, true).await.unwrap_err().code, "nothing_held_back");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_comes_back_empty_deletes_nothing_until_a_person_says_so() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let mut grown = shop();
    grown.entities.extend((0..6).map(|n| Entity::new(EntityKind::Cache, &format!("cache-{n}"))));
    grown.entities.extend((0..10).map(|n| Entity::new(EntityKind::Service, &format!("service-{n}"))));
    let shelf = Shelf::new(grown);
    read(&app, &open, source, &shelf).await.unwrap();
    sync::put_state(&open, source, &sync::State::default()).await.unwrap();
    *lock(&shelf.emptied) = vec!["cache"];

    let state = read(&app, &open, source, &shelf).await.unwrap();

    let held = every_doubt(&app, None).await.unwrap().held_back;
    assert_eq!(state, JobState::Partial);
    assert_eq!((held[0].entities, held[0].of_entities), (6, 21));
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 21);
    release_held_back(&app, held[0].source, true).await.unwrap();
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 15);
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
    let held = every_doubt(&app, None).await.unwrap().held_back;

    release_held_back(&app, held[0].source, false).await.unwrap();

    let doubts = every_doubt(&app, None).await.unwrap();
    assert!(doubts.held_back.is_empty());
    assert_eq!((doubts.kept_back[0].entities, doubts.kept_back[0].dependencies), (5, 4));
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_kept_is_not_asked_about_again_and_can_still_be_deleted() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    let first = app.now();
    let hours = |n: i64| first.plus_millis(n * 3_600_000);
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "cmdb", None);
    read_at(&app, &open, source, &shelf, (first, &job)).await.unwrap();
    // All but `web` is gone a day later, and a person keeps it.
    *lock(&shelf.topology) =
        Topology { entities: vec![entity(EntityKind::Service, "web", "shop-front")], ..Topology::default() };
    let asked = read_at(&app, &open, source, &shelf, (hours(25), &job)).await.unwrap();
    let number = every_doubt(&app, None).await.unwrap().held_back[0].source;
    release_held_back(&app, number, false).await.unwrap();
    lock(&shelf.asked_since).clear();

    let delta = read_at(&app, &open, source, &shelf, (hours(26), &job)).await.unwrap();
    let whole = read_at(&app, &open, source, &shelf, (hours(50), &job)).await.unwrap();

    assert_eq!((asked, delta, whole), (JobState::Partial, JobState::Done, JobState::Done));
    let since = lock(&shelf.asked_since).clone();
    assert!(since[0].is_some() && since.last() == Some(&None), "{since:?}");
    let doubtful = every_doubt(&app, None).await.unwrap();
    assert_eq!((doubtful.held_back.len(), doubtful.kept_back[0].entities), (0, 4));
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);

    release_held_back(&app, number, true).await.unwrap();
    assert_eq!(names(&view(&app, None).await.unwrap()), ["web"]);
    assert!(every_doubt(&app, None).await.unwrap().kept_back.is_empty());
    assert_eq!(release_held_back(&app, number, false).await.unwrap_err().code, "nothing_held_back");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_may_not_be_read_keeps_its_own_and_the_others_go_on() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    let first = app.now();
    let hours = |n: i64| first.plus_millis(n * 3_600_000);
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "cmdb", None);
    read_at(&app, &open, source, &shelf, (first, &job)).await.unwrap();
    // A day later the host may not be read, and one of three services is gone.
    *lock(&shelf.closed) = vec!["host"];
    lock(&shelf.topology).entities.retain(|entity| entity.name != "reports");
    lock(&shelf.topology).dependencies.retain(|edge| edge.from != "reports");

    let partial = read_at(&app, &open, source, &shelf, (hours(25), &job)).await.unwrap();
    let after = view(&app, None).await.unwrap();
    lock(&shelf.asked_since).clear();
    read_at(&app, &open, source, &shelf, (hours(25).plus_millis(900_000), &job)).await.unwrap();

    assert_eq!(partial, JobState::Partial);
    assert_eq!(names(&after), ["orders-db", "db-m1.prod.example.net", "orders", "web"]);
    // The next read asks for changes only.
    assert!(lock(&shelf.asked_since).iter().all(Option::is_some));
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

    // Five entities, and the dependencies behind them.
    let since = lock(&shelf.asked_since).clone();
    assert_eq!((since.len(), &since[..6]), (12, &[None; 6][..]));
    assert!(since[6].is_some_and(|at| at < app.now()), "{since:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_leaves_what_is_known() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    read(&app, &open, source, &shelf).await.unwrap();
    *lock(&shelf.trouble) = Some((0, Trouble::Fails));

    let failed = read(&app, &open, source, &shelf).await;

    assert_eq!(failed.unwrap_err().code, "source_unreachable");
    assert_eq!(view(&app, None).await.unwrap().entities.len(), 5);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_failed_goes_on_at_the_page_that_failed() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    *lock(&shelf.trouble) = Some((3, Trouble::Fails));

    let failed = read(&app, &open, source, &shelf).await;
    let half = view(&app, None).await.unwrap();
    let rest = read(&app, &open, source, &shelf).await.unwrap();

    assert_eq!(failed.unwrap_err().code, "source_unreachable");
    assert_eq!(names(&half), ["orders", "reports", "web"]);
    assert_eq!(*lock(&shelf.asked), [0, 1, 2, 3, 3, 4, 5]);
    assert_eq!(rest, JobState::Done);
    let all = view(&app, None).await.unwrap();
    assert_eq!((all.entities.len(), all.dependencies.len()), (5, 4));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_was_cancelled_goes_on_where_it_was() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "cmdb", None);
    *lock(&shelf.trouble) = Some((2, Trouble::IsCancelled(job.token())));

    let cancelled = read_at(&app, &open, source, &shelf, (app.now(), &job)).await;
    let rest = read(&app, &open, source, &shelf).await.unwrap();

    assert!(cancelled.unwrap_err().is_cancelled());
    assert_eq!(*lock(&shelf.asked), [0, 1, 2, 2, 3, 4, 5]);
    assert_eq!((rest, view(&app, None).await.unwrap().entities.len()), (JobState::Done, 5));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_was_left_for_half_a_day_begins_again() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    *lock(&shelf.trouble) = Some((2, Trouble::Fails));
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "cmdb", None);
    let first = app.now();
    read_at(&app, &open, source, &shelf, (first, &job)).await.unwrap_err();

    let later = first.plus_millis(12 * 3_600_000);
    read_at(&app, &open, source, &shelf, (later, &job)).await.unwrap();

    assert_eq!(*lock(&shelf.asked), [0, 1, 2, 0, 1, 2, 3, 4, 5]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_class_lacked_is_remembered_when_the_read_goes_on_later() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let shelf = Shelf::new(shop());
    let first = app.now();
    let later = first.plus_millis(25 * 3_600_000);
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "cmdb", None);
    read_at(&app, &open, source, &shelf, (first, &job)).await.unwrap();
    // The database is the fourth page, the host the fifth, where the read breaks off.
    *lock(&shelf.closed) = vec!["database"];
    *lock(&shelf.trouble) = Some((4, Trouble::Fails));
    read_at(&app, &open, source, &shelf, (later, &job)).await.unwrap_err();

    let rest = read_at(&app, &open, source, &shelf, (later, &job)).await.unwrap();

    assert_eq!(rest, JobState::Partial);
    assert!(names(&view(&app, None).await.unwrap()).contains(&"orders-db"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connection_strings_in_log_files_that_stay_in_place_are_edges() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let path = home.path().join("web.log");
    let line = |minute: i64, message: &str| {
        let at = Timestamp::from_millis(BEGIN + minute * MINUTE).to_string();
        let line =
            serde_json::json!({ "@timestamp": at, "service": "web", "level": "info", "message": message });
        format!("{line}\n")
    };
    let text: String = (0..50).map(|minute| line(minute, "still there")).collect();
    let asks = line(20, "pool ready for postgres://app:s3cret@orders-db:5432/orders");
    std::fs::write(&path, text + &asks).unwrap();
    let request = logs::LogFilesRequest {
        paths: vec![path.display().to_string()],
        name: String::new(),
        choice: logs::LogFilesChoice::default(),
    };

    let job = app.jobs().begin(app.bus(), JobKind::OpenLogs, "web.log", None);
    logs::files::run(&app, &open, &request, &job).await.unwrap();

    let stored = open.workspace.logs(&wardroom_store::LogFilter::default(), None, 10).await.unwrap();
    assert!(stored.is_empty());
    let known = view(&app, None).await.unwrap();
    let edge = known.dependencies.iter().find(|d| d.from == "web" && d.to == "orders-db").unwrap();
    assert_eq!((edge.origin, edge.how.as_str()), (EdgeOriginKind::Inferred, "connects to"));
    assert!(!serde_json::to_string(&edge.evidence).unwrap().contains("s3cret"));
    workspaces::close(&app).await;
}
