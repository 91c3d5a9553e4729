//! Classes of series: told, told again, and forgotten with what they speak of.

use std::collections::BTreeMap;

use wardroom_store::{SeriesClass, SeriesFilter, SeriesId, StoreError, Workspace};

use crate::{add_series, add_source, at, in_memory, meddle, on_disk, protected_copy};

fn class(word: &str, period_ms: Option<i64>, known_at: i64) -> SeriesClass {
    SeriesClass { word: word.to_owned(), period_ms, known_at: at(known_at) }
}

async fn told(workspace: &Workspace) -> Result<BTreeMap<SeriesId, Option<SeriesClass>>, StoreError> {
    let rows = workspace.series(&SeriesFilter::default()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.class)).collect())
}

#[tokio::test]
async fn the_class_that_was_told_last_is_read_with_the_series() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "shop").await;
    let [load, errors, up] = add_series(&workspace, source, 3).await[..] else { panic!("three series") };
    let daily = class("seasonal", Some(86_400_000), 10);
    let first = BTreeMap::from([(load, Some(daily.clone())), (errors, Some(class("sparse", None, 10)))]);
    workspace.record_classes(&first, at(10)).await.unwrap();

    let second = BTreeMap::from([(errors, None), (up, Some(class("constant", None, 20)))]);
    workspace.record_classes(&second, at(20)).await.unwrap();

    let expected =
        BTreeMap::from([(load, Some(daily)), (errors, None), (up, Some(class("constant", None, 20)))]);
    assert_eq!(told(&workspace).await.unwrap(), expected);
}

#[tokio::test]
async fn a_file_from_before_classes_has_none_read_only_and_takes_some_for_writing() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "shop").await;
    let load = add_series(&workspace, source, 1).await[0];
    workspace.close().await.unwrap();
    meddle(&path, "DROP TABLE series_classes").await;
    meddle(&path, "ALTER TABLE entities DROP COLUMN part").await;
    meddle(&path, "ALTER TABLE dependencies DROP COLUMN part").await;
    meddle(&path, "DELETE FROM _sqlx_migrations WHERE version >= 20261122020000").await;
    let protected = protected_copy(&path);

    let read_only = Workspace::open(&protected, at(0)).await.unwrap();
    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    let one = BTreeMap::from([(load, Some(class("stationary", None, 5)))]);
    assert_eq!(told(&read_only).await.unwrap(), BTreeMap::from([(load, None)]));
    assert_eq!(read_only.record_classes(&one, at(5)).await, Err(StoreError::ReadOnly));
    workspace.record_classes(&one, at(5)).await.unwrap();
    assert_eq!(told(&workspace).await.unwrap(), one);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_source_that_is_deleted_takes_its_classes_along() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "shop").await;
    let load = add_series(&workspace, source, 1).await[0];
    let one = BTreeMap::from([(load, Some(class("stationary", None, 5)))]);
    workspace.record_classes(&one, at(5)).await.unwrap();

    workspace.delete_source(source, true).await.unwrap();

    assert_eq!(told(&workspace).await.unwrap(), BTreeMap::new());
}
