//! Runs: the inventory of a source read page by page, which may be cut off and go on, and what no page told.

use sqlx::SqliteConnection;
use wardroom_core::{Timestamp, Topology};

use super::page::{Changes, Spoken};
use super::rows::has_runs;
use super::{InventoryCounts, InventoryRun, InventoryRunId, InventoryRunState, Unseen};
use crate::error::StoreError;
use crate::samples::unsigned;
use crate::tables::sources::SourceId;
use crate::tables::time_of;
use crate::workspace::Workspace;

/// Selects runs.
macro_rules! runs {
    ($condition:literal) => {
        concat!(
            "SELECT id, source, state, is_delta, closed, place, known_at, event_at, finished_at FROM inventory_runs ",
            $condition
        )
    };
}

#[derive(sqlx::FromRow)]
struct StoredRun {
    id: i64,
    source: i64,
    state: String,
    is_delta: bool,
    closed: bool,
    place: Option<String>,
    known_at: i64,
    event_at: Option<i64>,
    finished_at: Option<i64>,
}

impl StoredRun {
    fn into_run(self) -> Result<InventoryRun, StoreError> {
        Ok(InventoryRun {
            id: InventoryRunId(self.id),
            source: SourceId(self.source),
            state: InventoryRunState::parse(&self.state)
                .ok_or_else(|| StoreError::damaged(format!("a run of an inventory is {:?}", self.state)))?,
            begun_at: Timestamp::from_millis(self.known_at),
            event_at: time_of(self.event_at),
            finished_at: time_of(self.finished_at),
            place: self.place,
            delta: self.is_delta,
            closed: self.closed,
        })
    }
}

impl Workspace {
    /// Begins to read the inventory of a source page by page; `delta` when only changes will come.
    ///
    /// An open run of the source is abandoned: what it brought stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn begin_inventory(
        &self,
        source: SourceId,
        known_at: Timestamp,
        delta: bool,
    ) -> Result<InventoryRunId, StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.inventory_writer().lock().await;
        let mut tx = self.begin().await?;
        let run = begin_run(&mut tx, source, known_at, delta).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Returns the run of a source that was begun and neither finished nor abandoned, perhaps by a program that ended.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn open_inventory_run(&self, source: SourceId) -> Result<Option<InventoryRun>, StoreError> {
        self.one_run(runs!("WHERE source = ? AND state = 'open' ORDER BY id DESC LIMIT 1"), source.0).await
    }

    /// Returns the last complete run of a source that was not a delta. When it is not `closed`, what it did not meet is
    /// held back: [`Workspace::unseen_of_run`] counts it, [`Workspace::finish_inventory`] may still end it.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn last_full_inventory(&self, source: SourceId) -> Result<Option<InventoryRun>, StoreError> {
        let statement =
            runs!("WHERE source = ? AND state = 'complete' AND NOT is_delta ORDER BY id DESC LIMIT 1");
        self.one_run(statement, source.0).await
    }

    async fn one_run(&self, statement: &'static str, of: i64) -> Result<Option<InventoryRun>, StoreError> {
        let mut held = self.db().read().await?;
        if !has_runs(held.on()).await? {
            return Ok(None);
        }
        let row: Option<StoredRun> = sqlx::query_as(statement).bind(of).fetch_optional(held.on()).await?;
        row.map(StoredRun::into_run).transpose()
    }

    /// Stores one page of a run that speaks for `event_at` and was learnt at `known_at`, in one transaction, with the
    /// place where the run goes on behind it.
    ///
    /// Entities are known by source and key (and kind, where one key has several), dependencies by source, ends and how.
    /// Nothing is written for what has not changed but that it was met; a correction is stored beside the old value, and
    /// what the page does not tell stays. `gone` are keys of which the source says that they are deleted: their entities
    /// end, and so do dependencies that hang on them unless the run has met them. Of several records of one identity in a
    /// run the first counts. Cost: a look-up in an index for each record of the page.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when the run is not open; failures of the file. Nothing of the
    /// page is stored then.
    pub async fn put_inventory_page(
        &self,
        run: InventoryRunId,
        part: &Topology,
        gone: &[String],
        place: Option<&str>,
        event_at: Timestamp,
        known_at: Timestamp,
    ) -> Result<InventoryCounts, StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.inventory_writer().lock().await;
        // The writing connection has the pages of the index in memory, a reading one would lose them with each commit.
        let mut held = self.db().write_alone().await?;
        let source = open_run(held.on(), run).await?;
        let changes = Changes::find(held.on(), source, Some(run.0), part, gone).await?;
        drop(held);
        let facts = self.new_fact_ids(changes.facts()).await?;
        let mut tx = self.begin().await?;
        changes.write(&mut tx, Spoken { source, run: run.0, event_at, known_at }, &facts).await?;
        sqlx::query("UPDATE inventory_runs SET place = ?, event_at = ? WHERE id = ?")
            .bind(place)
            .bind(event_at.as_millis())
            .bind(run.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(changes.counts)
    }

    /// Counts what a source is said to have and a run, or one after it, has not met. A delta does not meet all and has
    /// nothing unseen.
    ///
    /// # Errors
    ///
    /// [`StoreError::Internal`] when there is no such run; failures of the file.
    pub async fn unseen_of_run(&self, run: InventoryRunId) -> Result<Unseen, StoreError> {
        let mut held = self.db().read().await?;
        let (source, _, is_delta) = known_run(held.on(), run).await?;
        unseen(held.on(), source, run, is_delta).await
    }

    /// Finishes a run, and ends at `known_at` what it has not met when that is wanted; returns what was counted as
    /// unseen, which is what was ended then. Nothing ends by a delta.
    ///
    /// Of a complete run that ended nothing, what it has not met can be ended later by another call: what later runs
    /// have met is spared.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when the run was abandoned or there is no such one; failures of
    /// the file. Nothing is changed then.
    pub async fn finish_inventory(
        &self,
        run: InventoryRunId,
        close_unseen: bool,
        known_at: Timestamp,
    ) -> Result<Unseen, StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.inventory_writer().lock().await;
        let mut tx = self.begin().await?;
        let unseen = finish_run(&mut tx, run, close_unseen, known_at).await?;
        tx.commit().await?;
        Ok(unseen)
    }

    /// Gives an open run up: what it brought stays, nothing ends, and it cannot go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn abandon_inventory(&self, run: InventoryRunId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE inventory_runs SET state = 'abandoned', place = NULL WHERE id = ? AND state = 'open'",
        )
        .bind(run.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Records that a run begins; an open one of the source is abandoned.
pub(super) async fn begin_run(
    connection: &mut SqliteConnection,
    source: SourceId,
    known_at: Timestamp,
    delta: bool,
) -> Result<InventoryRunId, StoreError> {
    sqlx::query(
        "UPDATE inventory_runs SET state = 'abandoned', place = NULL WHERE source = ? AND state = 'open'",
    )
    .bind(source.0)
    .execute(&mut *connection)
    .await?;
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO inventory_runs (source, state, is_delta, closed, known_at) VALUES (?, 'open', ?, 0, ?) \
         RETURNING id",
    )
    .bind(source.0)
    .bind(delta)
    .bind(known_at.as_millis())
    .fetch_one(connection)
    .await?;
    Ok(InventoryRunId(id))
}

/// Finishes a run within a transaction.
pub(super) async fn finish_run(
    connection: &mut SqliteConnection,
    run: InventoryRunId,
    close_unseen: bool,
    known_at: Timestamp,
) -> Result<Unseen, StoreError> {
    let (source, state, is_delta) = known_run(connection, run).await?;
    if state == InventoryRunState::Abandoned {
        return Err(StoreError::internal("a run of an inventory that was abandoned cannot be finished"));
    }
    let unseen = unseen(connection, source, run, is_delta).await?;
    let closes = close_unseen && !is_delta;
    if closes {
        for statement in [
            "UPDATE entities SET replaced_at = ? WHERE source = ? AND replaced_at IS NULL AND seen_run < ?",
            "UPDATE dependencies SET replaced_at = ? WHERE source = ? AND replaced_at IS NULL AND seen_run < ?",
        ] {
            let query = sqlx::query(statement).bind(known_at.as_millis()).bind(source.0).bind(run.0);
            query.execute(&mut *connection).await?;
        }
    }
    // A run that has met everything holds nothing back.
    let closed = closes || (!is_delta && unseen.entities == 0 && unseen.dependencies == 0);
    sqlx::query(
        "UPDATE inventory_runs SET state = 'complete', place = NULL, closed = max(closed, ?), \
         finished_at = coalesce(finished_at, ?) WHERE id = ?",
    )
    .bind(closed)
    .bind(known_at.as_millis())
    .bind(run.0)
    .execute(connection)
    .await?;
    Ok(unseen)
}

async fn unseen(
    connection: &mut SqliteConnection,
    source: SourceId,
    run: InventoryRunId,
    is_delta: bool,
) -> Result<Unseen, StoreError> {
    let mut counts = Vec::with_capacity(2);
    for statement in [
        "SELECT count(*), coalesce(sum(seen_run < ?2), 0) FROM entities WHERE source = ?1 AND replaced_at IS NULL",
        "SELECT count(*), coalesce(sum(seen_run < ?2), 0) FROM dependencies WHERE source = ?1 AND replaced_at IS NULL",
    ] {
        let query = sqlx::query_as(statement).bind(source.0).bind(run.0);
        let (all, unseen): (i64, i64) = query.fetch_one(&mut *connection).await?;
        counts.push((unsigned(all), if is_delta { 0 } else { unsigned(unseen) }));
    }
    Ok(Unseen {
        entities: counts[0].1,
        of_entities: counts[0].0,
        dependencies: counts[1].1,
        of_dependencies: counts[1].0,
    })
}

/// Returns source and state of a run, and whether it is a delta.
async fn known_run(
    connection: &mut SqliteConnection,
    run: InventoryRunId,
) -> Result<(SourceId, InventoryRunState, bool), StoreError> {
    let row: Option<StoredRun> =
        sqlx::query_as(runs!("WHERE id = ?")).bind(run.0).fetch_optional(connection).await?;
    let row = row.ok_or_else(|| StoreError::internal("there is no such run of an inventory"))?;
    let run = row.into_run()?;
    Ok((run.source, run.state, run.delta))
}

/// Returns the source of a run that is open.
async fn open_run(connection: &mut SqliteConnection, run: InventoryRunId) -> Result<SourceId, StoreError> {
    let (source, state, _) = known_run(connection, run).await?;
    if state == InventoryRunState::Open {
        Ok(source)
    } else {
        Err(StoreError::internal("a page came for a run of an inventory that is not open"))
    }
}
