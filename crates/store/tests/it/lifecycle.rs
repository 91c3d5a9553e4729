//! Files: created, locked, copied, damaged, newer, and from elsewhere.

use std::path::{Path, PathBuf};

use wardroom_store::{
    BatchEnd, BatchKind, CreateOptions, Mode, ReadOnlyReason, SeriesFilter, SeriesId, SourceId, StoreError,
    Workspace,
};

use crate::{add_series, add_source, at, meddle, on_disk, options, samples, sync};

/// Names of the files in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A closed workspace with one series of two samples.
async fn closed_with_data() -> (tempfile::TempDir, PathBuf, SourceId, SeriesId) {
    let (folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    sync(&workspace, source, series, 1, &[(1, 1.0), (2, 2.0)]).await;
    workspace.close().await.expect("a workspace closes");
    (folder, path, source, series)
}

#[tokio::test]
async fn closing_leaves_one_file_and_a_second_close_does_nothing() {
    let (folder, _path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    workspace.append_tail(source, at(1), &[(series, samples(&[(1, 1.0)]))]).await.unwrap();

    workspace.close().await.unwrap();
    workspace.close().await.unwrap();

    assert_eq!(names(folder.path()), ["shop.wardroom"]);
}

#[tokio::test]
async fn a_file_that_is_there_is_not_written_over() {
    let (_folder, path, _source, _series) = closed_with_data().await;
    let before = std::fs::read(&path).unwrap();

    let refused = Workspace::create(&path, options()).await;

    assert!(matches!(refused, Err(StoreError::Exists { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_not_a_workspace_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let other_database = folder.path().join("other.sqlite");
    let text = folder.path().join("text.wardroom");
    let empty = folder.path().join("empty.wardroom");
    std::fs::write(&text, "time,value\n1,2\n").unwrap();
    std::fs::write(&empty, "").unwrap();
    {
        use sqlx::Connection;
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(&other_database).create_if_missing(true);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query("CREATE TABLE t (x INTEGER)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
    let listing = names(folder.path());

    for path in [&other_database, &text, &empty] {
        let before = std::fs::read(path).unwrap();
        let opened = Workspace::open(path, at(0)).await;
        let checked = Workspace::check(path).await;

        assert!(matches!(opened, Err(StoreError::NotAWorkspace { .. })), "{}", path.display());
        assert!(matches!(checked, Err(StoreError::NotAWorkspace { .. })), "{}", path.display());
        assert_eq!(std::fs::read(path).unwrap(), before);
    }
    assert_eq!(names(folder.path()), listing);
    let nothing = Workspace::open(&folder.path().join("nothing"), at(0)).await;
    assert!(matches!(nothing, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn a_second_opening_reads_only_and_sees_what_the_first_writes() {
    let (_folder, path, first) = on_disk().await;
    let source = add_source(&first, "p").await;
    let series = add_series(&first, source, 1).await[0];
    sync(&first, source, series, 1, &[(1, 1.0)]).await;

    let second = Workspace::open(&path, at(0)).await.unwrap();
    first.append_tail(source, at(2), &[(series, samples(&[(2, 2.0)]))]).await.unwrap();
    let seen = second.read(series, None, None).await.unwrap();
    let refused = second.set_meta("a", "b").await;
    let tick = second.append_tail(source, at(3), &[(series, samples(&[(3, 3.0)]))]).await;

    let Mode::ReadOnly(ReadOnlyReason::OpenElsewhere { owner }) = second.mode() else {
        panic!("{:?}", second.mode());
    };
    assert!(owner.contains(&std::process::id().to_string()), "{owner}");
    assert_eq!(seen, samples(&[(1, 1.0), (2, 2.0)]));
    assert_eq!(refused, Err(StoreError::ReadOnly));
    assert_eq!(tick, Err(StoreError::ReadOnly));
    // Opening a second time must not have cost the first its locks: it goes on writing.
    sync(&first, source, series, 4, &[(4, 4.0)]).await;
    second.close().await.unwrap();
    first.close().await.unwrap();
    assert_eq!(Workspace::open(&path, at(0)).await.unwrap().mode(), &Mode::Writable);
}

#[tokio::test]
async fn a_batch_that_was_cut_off_is_kept_as_partial_or_deleted() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 2).await;
    let mut import = workspace.begin_batch(source, BatchKind::Import, at(1), String::new()).await.unwrap();
    import.append(vec![(ids[0], samples(&[(1, 1.0)]))]).await.unwrap();
    let mut cut_off = workspace.begin_batch(source, BatchKind::Sync, at(2), String::new()).await.unwrap();
    cut_off.append(vec![(ids[1], samples(&[(2, 2.0)]))]).await.unwrap();
    let deleted = import.id();
    drop((import, cut_off));
    workspace.close().await.unwrap();

    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert!(workspace.read(ids[0], None, None).await.unwrap().is_empty());
    assert_eq!(workspace.read(ids[1], None, None).await.unwrap(), samples(&[(2, 2.0)]));
    let stats = workspace.stats().await.unwrap();
    assert_eq!((stats.batches, stats.chunks), (1, 1));
    // A new batch does not get the number of the deleted one.
    let batch = workspace.begin_batch(source, BatchKind::Sync, at(3), String::new()).await.unwrap();
    assert_ne!(batch.id(), deleted);
    batch.finish(BatchEnd::Partial).await.unwrap();
}

#[tokio::test]
async fn a_file_from_a_newer_version_opens_read_only_and_stays_as_it_is() {
    for statement in [
        "PRAGMA user_version = 2",
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
         VALUES (99990101000000, 'later', '', 1, x'00', 0)",
    ] {
        let (folder, path, _source, series) = closed_with_data().await;
        meddle(&path, statement).await;
        let before = std::fs::read(&path).unwrap();

        let workspace = Workspace::open(&path, at(0)).await.unwrap();
        let read = workspace.read(series, None, None).await.unwrap();
        workspace.close().await.unwrap();

        assert!(
            matches!(workspace.mode(), Mode::ReadOnly(ReadOnlyReason::NewerFormat { .. })),
            "{statement}"
        );
        assert_eq!(read.len(), 2);
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(names(folder.path()), ["shop.wardroom"]);
    }
}

#[tokio::test]
async fn a_file_from_before_log_records_and_drills_opens_and_takes_them() {
    let (_folder, path, source, series) = closed_with_data().await;
    // What the migrations from log records on brought is taken away again.
    for statement in [
        "DROP TABLE log_records",
        "DROP INDEX batches_by_known_at",
        "DROP TABLE acknowledgements",
        "DROP INDEX alerts_by_identity",
        "DROP TABLE entities",
        "DROP TABLE dependencies",
        "DROP TABLE changes",
        "DROP TABLE check_results",
        "DROP TABLE drill",
        "DROP TABLE drill_orders",
        "DROP TABLE drill_decisions",
        "DROP TABLE drill_snapshots",
        "DROP TABLE drill_results",
        "DROP TABLE log_parts",
        "DROP TABLE log_terms",
        "DROP TABLE log_term_pages",
        "DROP TABLE log_writers",
        "DROP TABLE log_blocks",
        "DROP TABLE log_templates",
        "DROP TABLE log_template_aliases",
        "DROP TABLE log_template_examples",
        "DROP TABLE log_template_hours",
        "DROP TABLE log_miner",
        "DROP TABLE log_decisions",
        "DROP TABLE log_masked",
        "DROP TABLE inventory_runs",
        "DROP TABLE inventory_state",
        "DROP TABLE observed_edges",
        "DROP TABLE topology_decisions",
        "DROP TABLE saved_filters",
        "DROP TABLE feedback",
        "DROP TABLE series_classes",
        "DELETE FROM _sqlx_migrations WHERE version >= 20261121120000",
    ] {
        meddle(&path, statement).await;
    }

    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let record = crate::records::record(5, wardroom_core::LogLevel::Info, "up");
    workspace.append_logs(source, BatchKind::Sync, &[record], &[], at(6)).await.unwrap();

    assert_eq!(workspace.mode(), &Mode::Writable);
    assert_eq!(workspace.read(series, None, None).await.unwrap().len(), 2);
    assert_eq!(workspace.logs(&wardroom_store::LogFilter::default(), None, 9).await.unwrap().len(), 1);
    assert_eq!(workspace.drill().await.unwrap(), None);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_write_protected_file_opens_read_only() {
    let (_folder, path, _source, series) = closed_with_data().await;
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();

    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert_eq!(workspace.mode(), &Mode::ReadOnly(ReadOnlyReason::Medium));
    assert_eq!(workspace.read(series, None, None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let (_folder, path, _source, _series) = closed_with_data().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[100..length].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();

    let opened = Workspace::open(&path, at(0)).await;
    let report = Workspace::check(&path).await.unwrap();

    assert!(
        matches!(&opened, Err(StoreError::Damaged { path: named, .. }) if *named == path.canonicalize().unwrap())
    );
    assert!(!report.is_sound());
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn a_copied_file_opens_alone_with_a_writer_of_its_own() {
    let (_folder, path, source, series) = closed_with_data().await;
    let first = Workspace::open(&path, at(4)).await.unwrap();
    let mut row = first.source(source).await.unwrap().unwrap();
    row.follow_allowed = true;
    first.update_source(&row).await.unwrap();
    first.close().await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.wardroom");
    std::fs::copy(&path, &copy).unwrap();

    let original = Workspace::open(&path, at(5)).await.unwrap();
    let copied = Workspace::open(&copy, at(5)).await.unwrap();

    assert_eq!(original.writer(), options().writer);
    assert_ne!(copied.writer(), original.writer());
    assert_ne!(copied.new_fact_id().await.unwrap(), original.new_fact_id().await.unwrap());
    assert_eq!(copied.name(), "shop");
    assert_eq!(
        copied.read(series, None, None).await.unwrap(),
        original.read(series, None, None).await.unwrap()
    );
    // Following has to be allowed again by a person.
    assert!(original.source(source).await.unwrap().unwrap().follow_allowed);
    assert!(!copied.source(source).await.unwrap().unwrap().follow_allowed);
}

#[tokio::test]
async fn a_copy_is_saved_while_the_workspace_is_in_use() {
    let (folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    sync(&workspace, source, series, 1, &[(1, 1.0)]).await;
    workspace.append_tail(source, at(2), &[(series, samples(&[(2, 2.0)]))]).await.unwrap();
    let copy = folder.path().join("copy.wardroom");

    workspace.save_copy(&copy).await.unwrap();
    let again = workspace.save_copy(&copy).await;
    let onto_itself = workspace.save_copy(&path).await;

    assert!(matches!(again, Err(StoreError::Exists { .. })));
    assert!(matches!(onto_itself, Err(StoreError::Exists { .. })));
    assert!(
        !names(folder.path()).iter().any(|name| Path::new(name).extension().is_some_and(|e| e == "part"))
    );
    assert!(Workspace::check(&copy).await.unwrap().is_sound());
    let copied = Workspace::open(&copy, at(9)).await.unwrap();
    assert_eq!(copied.mode(), &Mode::Writable);
    assert_eq!(copied.read(series, None, None).await.unwrap(), samples(&[(1, 1.0), (2, 2.0)]));
    // The original goes on as before.
    sync(&workspace, source, series, 3, &[(3, 3.0)]).await;
}

#[tokio::test]
async fn a_copy_takes_nobodys_unfinished_file_over() {
    let (folder, _path, workspace) = on_disk().await;
    let copy = folder.path().join("copy.wardroom");
    let strangers = [".part".to_owned(), format!(".{}-0.part", std::process::id())]
        .map(|ending| folder.path().join(format!("copy.wardroom{ending}")));
    for stranger in &strangers {
        std::fs::write(stranger, "theirs").unwrap();
    }

    workspace.save_copy(&copy).await.unwrap();

    for stranger in &strangers {
        assert_eq!(std::fs::read_to_string(stranger).unwrap(), "theirs");
    }
    let unfinished = names(folder.path()).into_iter().filter(|name| name.contains(".part"));
    assert_eq!(unfinished.count(), strangers.len());
    assert!(Workspace::check(&copy).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_read_only_workspace_can_be_copied() {
    let (folder, path, first) = on_disk().await;
    let source = add_source(&first, "p").await;
    let series = add_series(&first, source, 1).await[0];
    sync(&first, source, series, 1, &[(1, 1.0)]).await;
    let second = Workspace::open(&path, at(0)).await.unwrap();
    let copy = folder.path().join("copy.wardroom");

    second.save_copy(&copy).await.unwrap();

    let copied = Workspace::open(&copy, at(0)).await.unwrap();
    assert_eq!(copied.read(series, None, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn identities_are_never_given_twice_even_after_a_crash() {
    let (_folder, path, workspace) = on_disk().await;
    let before = workspace.new_fact_id().await.unwrap();
    // Dropped without closing, as when the process dies.
    drop(workspace);

    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let after = workspace.new_fact_id().await.unwrap();

    assert_eq!(before.writer(), after.writer());
    assert!(after > before);
}

#[tokio::test]
async fn what_travels_with_the_file_comes_back() {
    let (_folder, path, workspace) = on_disk().await;
    workspace.set_meta("view", "{\"a\":1}").await.unwrap();
    let own = workspace.set_meta("store.writer", "0").await;
    workspace.close().await.unwrap();

    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert!(matches!(own, Err(StoreError::Internal { .. })));
    assert_eq!(workspace.meta("view").await.unwrap().as_deref(), Some("{\"a\":1}"));
    assert_eq!(workspace.meta("origin").await.unwrap().as_deref(), Some("new"));
    assert_eq!(workspace.meta("nothing").await.unwrap(), None);
    assert!(workspace.size_bytes().await.unwrap() > 0);
}

#[tokio::test]
async fn a_name_that_is_not_given_is_the_file_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("night shift.wardroom");
    let unnamed = CreateOptions { name: String::new(), ..options() };

    let workspace = Workspace::create(&path, unnamed).await.unwrap();

    assert_eq!(workspace.name(), "night shift");
}

#[tokio::test]
async fn a_source_is_deleted_with_its_data_or_only_marked() {
    let (_folder, _path, workspace) = on_disk().await;
    let (gone, marked) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    let gone_series = add_series(&workspace, gone, 1).await[0];
    let kept_series = add_series(&workspace, marked, 1).await[0];
    for (source, series) in [(gone, gone_series), (marked, kept_series)] {
        sync(&workspace, source, series, 1, &[(1, 1.0)]).await;
        workspace.append_tail(source, at(2), &[(series, samples(&[(2, 2.0)]))]).await.unwrap();
    }

    workspace.delete_source(gone, true).await.unwrap();
    workspace.delete_source(marked, false).await.unwrap();

    let sources = workspace.sources().await.unwrap();
    assert_eq!(sources.iter().map(|s| (s.id, s.deleted)).collect::<Vec<_>>(), [(marked, true)]);
    assert!(workspace.read(gone_series, None, None).await.unwrap().is_empty());
    assert_eq!(workspace.read(kept_series, None, None).await.unwrap().len(), 2);
    assert_eq!(workspace.series(&SeriesFilter::default()).await.unwrap().len(), 1);
    let stats = workspace.stats().await.unwrap();
    assert_eq!((stats.batches, stats.samples), (2, 2));
}
