//! What else is kept of logs: the miner's dictionary, what people decided about templates, and how often was masked.

use sqlx::SqliteConnection;
use wardroom_core::Timestamp;

use super::sources::SourceId;
use super::time_of;
use crate::error::StoreError;
use crate::logs::bytes::{unzip, zip};
use crate::logs::find::Checked;
use crate::samples::unsigned;
use crate::workspace::Workspace;

/// zstd's level: the dictionary is written again while lines are followed.
pub(crate) const MINER_LEVEL: i32 = 3;

/// The number of a decision in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogDecisionId(pub i64);

/// Something that a person decided about templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDecision {
    /// Its number.
    pub id: LogDecisionId,
    /// What kind of decision it is, in the caller's words.
    pub kind: String,
    /// What was decided as JSON text, opaque to the store.
    pub payload: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was undone; `None` while it holds.
    pub undone_at: Option<Timestamp>,
}

impl Workspace {
    /// Stores the dictionary of the template miner in place of the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn set_log_miner(&self, bytes: &[u8]) -> Result<(), StoreError> {
        self.require_writable()?;
        let raw = bytes.to_vec();
        let packing = tokio::task::spawn_blocking(move || zip(&raw, MINER_LEVEL));
        let packed = packing.await??;
        let mut tx = self.begin().await?;
        put_miner(&mut tx, &packed).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the dictionary of the template miner; `None` when none was stored.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]; failures of the file.
    pub async fn log_miner(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut held = self.db().read().await?;
        let row: Option<Checked> =
            sqlx::query_as("SELECT id, check32, bytes FROM log_miner").fetch_optional(held.on()).await?;
        drop(held);
        let Some(row) = row else { return Ok(None) };
        let unpacking = tokio::task::spawn_blocking(move || unzip(&row.into_bytes()?));
        let bytes = unpacking.await?.map_err(|e| e.at(self.path()))?;
        Ok(Some(bytes))
    }

    /// Records a decision.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn add_log_decision(
        &self,
        kind: &str,
        payload: &str,
        made_at: Timestamp,
    ) -> Result<LogDecisionId, StoreError> {
        let mut tx = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO log_decisions (kind, payload, made_at) VALUES (?, ?, ?) RETURNING id",
        )
        .bind(kind)
        .bind(payload)
        .bind(made_at.as_millis())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(LogDecisionId(id))
    }

    /// Records that a decision was undone; reports whether there was one that held.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn undo_log_decision(&self, id: LogDecisionId, at: Timestamp) -> Result<bool, StoreError> {
        self.take_back("UPDATE log_decisions SET undone_at = ? WHERE id = ? AND undone_at IS NULL", id.0, at)
            .await
    }

    /// Returns all decisions in the order in which they were made, those that were undone included.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn log_decisions(&self) -> Result<Vec<LogDecision>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(i64, String, String, i64, Option<i64>)> =
            sqlx::query_as("SELECT id, kind, payload, made_at, undone_at FROM log_decisions ORDER BY id")
                .fetch_all(held.on())
                .await?;
        let decisions = rows.into_iter().map(|(id, kind, payload, made_at, undone_at)| LogDecision {
            id: LogDecisionId(id),
            kind,
            payload,
            made_at: Timestamp::from_millis(made_at),
            undone_at: time_of(undone_at),
        });
        Ok(decisions.collect())
    }

    /// Adds to how many secrets were masked in the lines of a source, by rule.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn add_log_masked(&self, source: SourceId, found: &[(&str, u64)]) -> Result<(), StoreError> {
        self.require_writable()?;
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for (rule, more) in found {
            add_masked(&mut tx, source, rule, *more).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Returns how many secrets were masked before lines were stored, by source and rule, in order.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn log_masked(&self) -> Result<Vec<(SourceId, String, u64)>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(i64, String, i64)> =
            sqlx::query_as("SELECT source, rule, found FROM log_masked ORDER BY source, rule")
                .fetch_all(held.on())
                .await?;
        Ok(rows.into_iter().map(|(source, rule, n)| (SourceId(source), rule, unsigned(n))).collect())
    }
}

/// Stores the packed dictionary of the template miner in place of the one before.
pub(crate) async fn put_miner(connection: &mut SqliteConnection, packed: &[u8]) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO log_miner (id, check32, bytes) VALUES (1, ?, ?)")
        .bind(crate::logs::find::checksum(packed))
        .bind(packed)
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds to how many secrets a rule has masked in the lines of a source.
pub(crate) async fn add_masked(
    connection: &mut SqliteConnection,
    source: SourceId,
    rule: &str,
    more: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO log_masked (source, rule, found) VALUES (?, ?, ?) \
         ON CONFLICT (source, rule) DO UPDATE SET found = found + excluded.found",
    )
    .bind(source.0)
    .bind(rule)
    .bind(i64::try_from(more).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}
