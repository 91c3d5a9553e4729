//! What people said of findings: kept as it was said, and when it was taken back.

use wardroom_core::{FactId, Timestamp};

use super::{fact_of, has_table, time_of};
use crate::error::StoreError;
use crate::workspace::Workspace;

/// The number of a word about a finding in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedbackId(pub i64);

/// Something that a person said of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackRow {
    /// Its number.
    pub id: FeedbackId,
    /// Its identity across copies.
    pub fact: FactId,
    /// The finding that was marked; it may have been withdrawn since.
    pub finding: FactId,
    /// What was said, in the caller's words.
    pub verdict: String,
    /// What it takes to understand it later as JSON text, opaque to the store.
    pub body: String,
    /// When it was said.
    pub at: Timestamp,
    /// When it was taken back; `None` while it holds.
    pub undone_at: Option<Timestamp>,
}

/// A word as it is stored.
type Stored = (i64, Vec<u8>, Vec<u8>, String, String, i64, Option<i64>);

impl Workspace {
    /// Records what a person said of a finding; `body` is JSON text of the caller. What was said before stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn add_feedback(
        &self,
        finding: FactId,
        verdict: &str,
        body: &str,
        at: Timestamp,
    ) -> Result<FeedbackId, StoreError> {
        let fact = self.new_fact_id().await?;
        let mut tx = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO feedback (fact, finding, verdict, body, made_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(fact.to_bytes().as_slice())
        .bind(finding.to_bytes().as_slice())
        .bind(verdict)
        .bind(body)
        .bind(at.as_millis())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(FeedbackId(id))
    }

    /// Records that a word was taken back; reports whether there was one that held.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn undo_feedback(&self, id: FeedbackId, at: Timestamp) -> Result<bool, StoreError> {
        self.take_back("UPDATE feedback SET undone_at = ? WHERE id = ? AND undone_at IS NULL", id.0, at).await
    }

    /// Returns what people said of findings in the order in which they said it: by now, or as known at `as_of`
    /// (inclusive); what was taken back by then only `with_undone`.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn feedback(
        &self,
        as_of: Option<Timestamp>,
        with_undone: bool,
    ) -> Result<Vec<FeedbackRow>, StoreError> {
        let mut held = self.db().read().await?;
        if !has_table(held.on(), "feedback").await? {
            return Ok(Vec::new());
        }
        let rows: Vec<Stored> = sqlx::query_as(
            "SELECT id, fact, finding, verdict, body, made_at, iif(undone_at > ?1, NULL, undone_at) AS undone \
             FROM feedback WHERE made_at <= coalesce(?1, made_at) AND (?2 OR undone IS NULL) ORDER BY id",
        )
        .bind(as_of.map(Timestamp::as_millis))
        .bind(with_undone)
        .fetch_all(held.on())
        .await?;
        rows.into_iter().map(row).collect()
    }
}

fn row((id, fact, finding, verdict, body, at, undone_at): Stored) -> Result<FeedbackRow, StoreError> {
    Ok(FeedbackRow {
        id: FeedbackId(id),
        fact: fact_of(&fact)?,
        finding: fact_of(&finding)?,
        verdict,
        body,
        at: Timestamp::from_millis(at),
        undone_at: time_of(undone_at),
    })
}
