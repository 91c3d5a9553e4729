//! Sources: connections and imports.

use std::collections::BTreeSet;

use wardroom_core::{FactId, Timestamp};

use super::template_counts::{forget_unseen, seen};
use super::{fact_of, time_of};
use crate::error::StoreError;
use crate::logs::limits::delete_empty_groups;
use crate::samples::tail::delete_from_tail;
use crate::workspace::Workspace;

/// The number of a source in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub i64);

/// A source to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// The name that the user gives it.
    pub name: String,
    /// What kind of source it is, in the caller's words.
    pub kind: String,
    /// Its settings as JSON text, opaque to the store. Never holds a secret.
    pub config: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A stored source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Its number in this file.
    pub id: SourceId,
    /// Its identity across copies.
    pub fact: FactId,
    /// The name that the user gave it.
    pub name: String,
    /// What kind of source it is, in the caller's words.
    pub kind: String,
    /// Its settings as JSON text, opaque to the store.
    pub config: String,
    /// Whether the user paused it.
    pub paused: bool,
    /// Whether it may be followed on this machine; off in a file that comes from elsewhere.
    pub follow_allowed: bool,
    /// The time between two follow ticks in milliseconds.
    pub follow_step_ms: i64,
    /// How long samples and log records are kept, in milliseconds; `None` for ever. Applied by [`Workspace::compact`].
    pub retention_ms: Option<i64>,
    /// How many bytes of compressed samples and log records are kept; `None` for any number. Applied by [`Workspace::compact`].
    pub max_bytes: Option<i64>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last synchronized; `None` when never.
    pub last_sync: Option<Timestamp>,
    /// The last failure as JSON text, opaque to the store; `None` when the last attempt succeeded.
    pub last_error: Option<String>,
    /// Whether it was deleted while its data was kept.
    pub deleted: bool,
}

/// The time between two follow ticks of a source that is added: 15 s, the default scrape interval of Prometheus'
/// example configuration.
const FOLLOW_STEP_MS: i64 = 15_000;

#[derive(sqlx::FromRow)]
struct StoredSource {
    id: i64,
    fact: Vec<u8>,
    name: String,
    kind: String,
    config: String,
    paused: bool,
    follow_allowed: bool,
    follow_step_ms: i64,
    retention_ms: Option<i64>,
    max_bytes: Option<i64>,
    created_at: i64,
    last_sync: Option<i64>,
    last_error: Option<String>,
    deleted: bool,
}

impl StoredSource {
    fn into_row(self) -> Result<SourceRow, StoreError> {
        Ok(SourceRow {
            id: SourceId(self.id),
            fact: fact_of(&self.fact)?,
            name: self.name,
            kind: self.kind,
            config: self.config,
            paused: self.paused,
            follow_allowed: self.follow_allowed,
            follow_step_ms: self.follow_step_ms,
            retention_ms: self.retention_ms,
            max_bytes: self.max_bytes,
            created_at: Timestamp::from_millis(self.created_at),
            last_sync: time_of(self.last_sync),
            last_error: self.last_error,
            deleted: self.deleted,
        })
    }
}

/// What hangs on a source, in the order in which it can be deleted; `?` is the source.
const DELETE_WITH_DATA: [&str; 29] = [
    "DELETE FROM chunks WHERE series IN (SELECT id FROM series WHERE source = ?)",
    "DELETE FROM refusals WHERE series IN (SELECT id FROM series WHERE source = ?)",
    "DELETE FROM past_refusals WHERE series IN (SELECT id FROM series WHERE source = ?)",
    "DELETE FROM series_classes WHERE series IN (SELECT id FROM series WHERE source = ?)",
    "DELETE FROM past_series_classes WHERE series IN (SELECT id FROM series WHERE source = ?)",
    "DELETE FROM finding_versions WHERE finding IN \
     (SELECT f.id FROM findings f JOIN series s ON s.id = f.series WHERE s.source = ?)",
    "DELETE FROM findings WHERE series IN (SELECT id FROM series WHERE source = ?)",
    "DELETE FROM series WHERE source = ?",
    "DELETE FROM tail WHERE batch IN (SELECT id FROM batches WHERE source = ?)",
    "DELETE FROM log_records WHERE batch IN (SELECT id FROM batches WHERE source = ?)",
    "DELETE FROM log_parts WHERE block IN (SELECT id FROM log_blocks WHERE source = ?)",
    "DELETE FROM log_terms WHERE block IN (SELECT id FROM log_blocks WHERE source = ?)",
    "DELETE FROM log_blocks WHERE source = ?",
    "DELETE FROM log_writers WHERE source = ?",
    "DELETE FROM log_template_hours WHERE source = ?",
    "DELETE FROM log_template_examples WHERE source = ?",
    "DELETE FROM log_masked WHERE source = ?",
    "DELETE FROM batches WHERE source = ?",
    "DELETE FROM rules WHERE source = ?",
    "DELETE FROM acknowledgements WHERE source = ?",
    "DELETE FROM alerts WHERE source = ?",
    "DELETE FROM entities WHERE source = ?",
    "DELETE FROM dependencies WHERE source = ?",
    "DELETE FROM inventory_runs WHERE source = ?",
    "DELETE FROM inventory_state WHERE source = ?",
    "DELETE FROM changes WHERE source = ?",
    "DELETE FROM check_results WHERE source = ?",
    "DELETE FROM imports WHERE source = ?",
    "DELETE FROM sources WHERE id = ?",
];

impl Workspace {
    /// Adds a source, neither paused nor deleted, kept without limits; it may be followed every 15 s.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn add_source(&self, new: NewSource) -> Result<SourceId, StoreError> {
        let fact = self.new_fact_id().await?;
        let mut tx = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO sources (fact, name, kind, config, paused, follow_allowed, follow_step_ms, created_at, deleted) \
             VALUES (?, ?, ?, ?, 0, 0, ?, ?, 0) RETURNING id",
        )
        .bind(fact.to_bytes().as_slice())
        .bind(new.name)
        .bind(new.kind)
        .bind(new.config)
        .bind(FOLLOW_STEP_MS)
        .bind(new.created_at.as_millis())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(SourceId(id))
    }

    /// Returns all sources in the order in which they were added, those deleted without their data included.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredSource> =
            sqlx::query_as("SELECT * FROM sources ORDER BY id").fetch_all(held.on()).await?;
        rows.into_iter().map(StoredSource::into_row).collect()
    }

    /// Returns one source; `None` when there is none of this number.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn source(&self, id: SourceId) -> Result<Option<SourceRow>, StoreError> {
        let mut held = self.db().read().await?;
        let row: Option<StoredSource> =
            sqlx::query_as("SELECT * FROM sources WHERE id = ?").bind(id.0).fetch_optional(held.on()).await?;
        row.map(StoredSource::into_row).transpose()
    }

    /// Stores everything of a source but its identity and when it was added.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn update_source(&self, row: &SourceRow) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE sources SET name = ?, kind = ?, config = ?, paused = ?, follow_allowed = ?, follow_step_ms = ?, \
             retention_ms = ?, max_bytes = ?, last_sync = ?, last_error = ?, deleted = ? WHERE id = ?",
        )
        .bind(row.name.as_str())
        .bind(row.kind.as_str())
        .bind(row.config.as_str())
        .bind(row.paused)
        .bind(row.follow_allowed)
        .bind(row.follow_step_ms)
        .bind(row.retention_ms)
        .bind(row.max_bytes)
        .bind(row.last_sync.map(Timestamp::as_millis))
        .bind(row.last_error.as_deref())
        .bind(row.deleted)
        .bind(row.id.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a source: with everything that it brought and what was found in that, or only marks it deleted.
    ///
    /// The file does not shrink by this; [`Workspace::compact`] gives the space back.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn delete_source(&self, id: SourceId, with_data: bool) -> Result<(), StoreError> {
        self.require_writable()?;
        let _no_tick_meanwhile = self.tail_writer().lock().await;
        let _no_inventory_meanwhile = self.inventory_writer().lock().await;
        let mut tx = self.begin().await?;
        if with_data {
            let series: Vec<i64> = sqlx::query_scalar("SELECT id FROM series WHERE source = ?")
                .bind(id.0)
                .fetch_all(&mut *tx)
                .await?;
            delete_from_tail(&mut tx, &series.into_iter().collect::<BTreeSet<i64>>()).await?;
            // Series of this source cannot hold samples of a batch of another one, so no chunk loses its batch.
            let before = seen(&mut tx).await?;
            for statement in DELETE_WITH_DATA {
                sqlx::query(statement).bind(id.0).execute(&mut *tx).await?;
            }
            delete_empty_groups(&mut tx).await?;
            forget_unseen(&mut tx, &before).await?;
        } else {
            sqlx::query("UPDATE sources SET deleted = 1 WHERE id = ?").bind(id.0).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        self.forget_tail_rows();
        if with_data { self.load_tail().await } else { Ok(()) }
    }

    /// Turns following off for every source: the file came from elsewhere, and a person has to allow it again.
    pub(crate) async fn forbid_following(connection: &mut sqlx::SqliteConnection) -> Result<(), StoreError> {
        sqlx::query("UPDATE sources SET follow_allowed = 0").execute(connection).await?;
        Ok(())
    }
}
