//! Runs: the inventory of a source read page by page, which may be cut off and go on, and what no page told.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::Timestamp;

use super::page::{Changes, Spoken};
use super::rows::has_runs;
use super::{
    InventoryCounts, InventoryPart, InventoryRun, InventoryRunId, InventoryRunState, InventoryScope, Unseen,
};
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

    /// Returns the last complete run of a source that was not a delta. When it is not `closed`, some of what it did
    /// not meet is still there: [`Workspace::unseen_of_run`] counts it, [`Workspace::finish_inventory`] may still end it.
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
    /// what the page does not tell stays. Entities of which the source says that they are deleted end, and so do
    /// dependencies that hang on them unless the run has met them. Of several records of one identity in a
    /// run the first counts. Cost: a look-up in an index for each record of the page.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when the run is not open; failures of the file. Nothing of the
    /// page is stored then.
    pub async fn put_inventory_page(
        &self,
        run: InventoryRunId,
        part: InventoryPart<'_>,
        place: Option<&str>,
        event_at: Timestamp,
        known_at: Timestamp,
    ) -> Result<InventoryCounts, StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.inventory_writer().lock().await;
        // The writing connection has the pages of the index in memory, a reading one would lose them with each commit.
        let mut held = self.db().write_alone().await?;
        let source = open_run(held.on(), run).await?;
        let changes = Changes::find(held.on(), source, Some(run.0), part.told, part.gone).await?;
        drop(held);
        let facts = self.new_fact_ids(changes.facts()).await?;
        let mut tx = self.begin().await?;
        let spoken = Spoken { source, run: run.0, part: part.name, event_at, known_at };
        changes.write(&mut tx, spoken, &facts).await?;
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
        self.unseen_within(run, &InventoryScope::default()).await
    }

    /// Counts as [`Workspace::unseen_of_run`], but only what lies within a scope.
    ///
    /// # Errors
    ///
    /// As [`Workspace::unseen_of_run`].
    pub async fn unseen_within(
        &self,
        run: InventoryRunId,
        scope: &InventoryScope,
    ) -> Result<Unseen, StoreError> {
        let mut held = self.db().read().await?;
        let (source, _, is_delta) = known_run(held.on(), run).await?;
        unseen(held.on(), source, run, is_delta, scope).await
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
        let all = InventoryScope::default();
        self.finish(run, close_unseen.then_some(&all), known_at).await
    }

    /// Finishes a run as [`Workspace::finish_inventory`], and ends of what it has not met only what lies within a scope.
    ///
    /// # Errors
    ///
    /// As [`Workspace::finish_inventory`].
    pub async fn finish_inventory_within(
        &self,
        run: InventoryRunId,
        scope: &InventoryScope,
        known_at: Timestamp,
    ) -> Result<Unseen, StoreError> {
        self.finish(run, Some(scope), known_at).await
    }

    async fn finish(
        &self,
        run: InventoryRunId,
        closing: Option<&InventoryScope>,
        known_at: Timestamp,
    ) -> Result<Unseen, StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.inventory_writer().lock().await;
        let mut tx = self.begin().await?;
        let unseen = finish_run(&mut tx, run, closing, known_at).await?;
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

/// Finishes a run within a transaction, and ends what it has not met within the scope of `closing`.
pub(super) async fn finish_run(
    connection: &mut SqliteConnection,
    run: InventoryRunId,
    closing: Option<&InventoryScope>,
    known_at: Timestamp,
) -> Result<Unseen, StoreError> {
    let (source, state, is_delta) = known_run(connection, run).await?;
    if state == InventoryRunState::Abandoned {
        return Err(StoreError::internal("a run of an inventory that was abandoned cannot be finished"));
    }
    let all = InventoryScope::default();
    let unseen = unseen(connection, source, run, is_delta, closing.unwrap_or(&all)).await?;
    if let Some(scope) = closing.filter(|_| !is_delta) {
        for table in TABLES {
            let mut update: QueryBuilder<Sqlite> = QueryBuilder::new("UPDATE ");
            update.push(table).push(" SET replaced_at = ").push_bind(known_at.as_millis());
            push_scope(&mut update, source, scope);
            update.push(" AND seen_run < ").push_bind(run.0);
            update.build().execute(&mut *connection).await?;
        }
    }
    // A run that has met everything that is left holds nothing back.
    let left = self::unseen(connection, source, run, is_delta, &all).await?;
    let closed = !is_delta && left.entities == 0 && left.dependencies == 0;
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

/// The tables whose records runs meet.
const TABLES: [&str; 2] = ["entities", "dependencies"];

/// Writes the condition for the records of a source that count and lie within a scope.
fn push_scope(query: &mut QueryBuilder<Sqlite>, source: SourceId, scope: &InventoryScope) {
    query.push(" WHERE replaced_at IS NULL AND source = ").push_bind(source.0);
    if let Some(parts) = &scope.parts {
        let parts: serde_json::Value = parts.iter().map(String::as_str).collect();
        query.push(" AND part IN (SELECT value FROM json_each(").push_bind(parts.to_string()).push("))");
    }
    if let Some(kept) = scope.kept {
        query.push(" AND seen_run >= ").push_bind(kept.0);
    }
}

async fn unseen(
    connection: &mut SqliteConnection,
    source: SourceId,
    run: InventoryRunId,
    is_delta: bool,
    scope: &InventoryScope,
) -> Result<Unseen, StoreError> {
    let mut counts = [(0, 0); 2];
    for (table, count) in TABLES.into_iter().zip(&mut counts) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT count(*), coalesce(sum(seen_run < ");
        query.push_bind(run.0).push("), 0) FROM ").push(table);
        push_scope(&mut query, source, scope);
        let (all, unseen): (i64, i64) = query.build_query_as().fetch_one(&mut *connection).await?;
        *count = (unsigned(all), if is_delta { 0 } else { unsigned(unseen) });
    }
    let [(of_entities, entities), (of_dependencies, dependencies)] = counts;
    Ok(Unseen { entities, of_entities, dependencies, of_dependencies })
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
