//! What people said of findings: kept, taken back, and known as of a moment.

use wardroom_core::FactId;
use wardroom_store::{FeedbackId, StoreError, Workspace};

use crate::{at, in_memory, meddle, on_disk, protected_copy};

const FINDING: FactId = FactId::new(7, 3);

#[tokio::test]
async fn what_was_said_of_a_finding_holds_until_it_is_taken_back() {
    let workspace = in_memory().await;
    let first = workspace.add_feedback(FINDING, "once", "{\"a\":1}", at(10)).await.unwrap();
    let second = workspace.add_feedback(FINDING, "real", "{}", at(20)).await.unwrap();

    assert!(workspace.undo_feedback(first, at(30)).await.unwrap());
    assert!(!workspace.undo_feedback(first, at(31)).await.unwrap());
    assert!(!workspace.undo_feedback(FeedbackId(99), at(31)).await.unwrap());

    let said = async |as_of: Option<i64>, with_undone: bool| -> Vec<i64> {
        let rows = workspace.feedback(as_of.map(at), with_undone).await.unwrap();
        rows.iter().map(|row| row.id.0).collect()
    };
    assert_eq!(said(None, false).await, [second.0]);
    assert_eq!(said(None, true).await, [first.0, second.0]);
    assert_eq!(said(Some(9), true).await, [0_i64; 0]);
    assert_eq!(said(Some(15), false).await, [first.0]);
    assert_eq!(said(Some(29), false).await, [first.0, second.0]);
    assert_eq!(said(Some(30), false).await, [second.0]);
    // Before it was taken back it held, and that is what was known.
    let then = workspace.feedback(Some(at(15)), true).await.unwrap();
    assert_eq!((then[0].verdict.as_str(), then[0].body.as_str()), ("once", "{\"a\":1}"));
    assert_eq!((then[0].finding, then[0].at, then[0].undone_at), (FINDING, at(10), None));
    let by_now = workspace.feedback(None, true).await.unwrap();
    assert_eq!(by_now[0].undone_at, Some(at(30)));
    assert_ne!(by_now[0].fact, by_now[1].fact);
}

#[tokio::test]
async fn feedback_is_there_after_closing_and_opening() {
    let (_folder, path, workspace) = on_disk().await;
    workspace.add_feedback(FINDING, "always", "{}", at(10)).await.unwrap();
    let before = workspace.feedback(None, true).await.unwrap();
    workspace.close().await.unwrap();

    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert_eq!(workspace.feedback(None, true).await.unwrap(), before);
}

#[tokio::test]
async fn a_file_from_before_feedback_has_none_read_only_and_takes_some_for_writing() {
    let (_folder, path, workspace) = on_disk().await;
    workspace.close().await.unwrap();
    meddle(&path, "DROP TABLE feedback").await;
    meddle(&path, "DROP TABLE series_classes").await;
    meddle(&path, "ALTER TABLE entities DROP COLUMN part").await;
    meddle(&path, "ALTER TABLE dependencies DROP COLUMN part").await;
    meddle(&path, "DELETE FROM _sqlx_migrations WHERE version >= 20261122010000").await;
    let protected = protected_copy(&path);

    let read_only = Workspace::open(&protected, at(0)).await.unwrap();
    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert_eq!(read_only.feedback(None, true).await.unwrap(), []);
    assert_eq!(read_only.add_feedback(FINDING, "once", "{}", at(1)).await, Err(StoreError::ReadOnly));
    assert_eq!(read_only.undo_feedback(FeedbackId(1), at(1)).await, Err(StoreError::ReadOnly));
    let id = workspace.add_feedback(FINDING, "once", "{}", at(1)).await.unwrap();
    assert_eq!(workspace.feedback(None, false).await.unwrap()[0].id, id);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}
