//! A drill: what makes its world, what was done in it, how the world stood, and what came of each attempt.

use std::io::Write;

use sqlx::SqliteConnection;
use wardroom_core::Timestamp;

use crate::error::StoreError;
use crate::workspace::{Workspace, write_meta};

/// The level at which snapshots are compressed: zstd's own default.
const SNAPSHOT_LEVEL: i32 = zstd::DEFAULT_COMPRESSION_LEVEL;

/// What makes a drill. Its world follows from scenario, topology, seed and start, so the file opens anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDrill {
    /// The scenario's short name.
    pub scenario_id: String,
    /// The scenario's text.
    pub scenario: String,
    /// The text of the topology that the scenario names; empty when it holds its own.
    pub topology: String,
    /// The seed of all randomness.
    pub seed: u64,
    /// Where the run begins, in the world's time.
    pub start: Timestamp,
    /// How the program gives advice in this drill, in the caller's word.
    pub advice: String,
    /// Who trains, as the person wants to be called.
    pub trainee: String,
    /// Whether the coach speaks up.
    pub coach: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The drill of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillRow {
    /// What makes it.
    pub made_of: NewDrill,
    /// The attempt that is running or was the last, counted from 1; going back begins another one.
    pub attempt: u32,
    /// How far the world has come in it.
    pub reached_at: Timestamp,
}

/// An order to the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillOrder {
    /// Its position in the attempt, counted from 0.
    pub sequence: u32,
    /// The world's time at which it was given.
    pub at: Timestamp,
    /// What was ordered, as JSON text that is opaque to the store.
    pub what: String,
}

/// A decision of the trainee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillDecision {
    /// Its position in the attempt, counted from 0.
    pub sequence: u32,
    /// The world's time.
    pub at: Timestamp,
    /// The real time.
    pub real_at: Timestamp,
    /// What was decided, as JSON text that is opaque to the store.
    pub what: String,
}

/// What an act of the trainee or the instructor leaves in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillDeed {
    /// The world's time.
    pub at: Timestamp,
    /// The real time.
    pub real_at: Timestamp,
    /// What was decided, as JSON text that is opaque to the store.
    pub decision: String,
    /// The orders that it gave to the world, with their times, as JSON texts that are opaque to the store.
    pub orders: Vec<(Timestamp, String)>,
    /// A setting that changes with it, as for [`Workspace::set_meta`]: its key and its text.
    pub note: Option<(String, String)>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillResult {
    /// The attempt.
    pub attempt: u32,
    /// When it was judged.
    pub at: Timestamp,
    /// Points, 0 to 100.
    pub points: u32,
    /// Whether that is enough.
    pub passed: bool,
    /// Everything of the judgement, as JSON text that is opaque to the store.
    pub result: String,
}

#[derive(sqlx::FromRow)]
struct StoredDrill {
    scenario_id: String,
    scenario: String,
    topology: String,
    seed: i64,
    start_at: i64,
    advice: String,
    trainee: String,
    coach: bool,
    created_at: i64,
    attempt: u32,
    reached_at: i64,
}

impl StoredDrill {
    fn into_row(self) -> DrillRow {
        DrillRow {
            made_of: NewDrill {
                scenario_id: self.scenario_id,
                scenario: self.scenario,
                topology: self.topology,
                seed: self.seed.cast_unsigned(),
                start: Timestamp::from_millis(self.start_at),
                advice: self.advice,
                trainee: self.trainee,
                coach: self.coach,
                created_at: Timestamp::from_millis(self.created_at),
            },
            attempt: self.attempt,
            reached_at: Timestamp::from_millis(self.reached_at),
        }
    }
}

impl Workspace {
    /// Makes this the workspace of a drill: its first attempt stands at its start.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when it is one already; failures of the file.
    pub async fn begin_drill(&self, drill: &NewDrill) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO drill (id, scenario_id, scenario, topology, seed, start_at, advice, trainee, coach, \
             created_at, attempt, reached_at) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?5)",
        )
        .bind(drill.scenario_id.as_str())
        .bind(drill.scenario.as_str())
        .bind(drill.topology.as_str())
        .bind(drill.seed.cast_signed())
        .bind(drill.start.as_millis())
        .bind(drill.advice.as_str())
        .bind(drill.trainee.as_str())
        .bind(drill.coach)
        .bind(drill.created_at.as_millis())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the drill of this workspace; `None` when it is not one of a drill.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn drill(&self) -> Result<Option<DrillRow>, StoreError> {
        let mut held = self.db().read().await?;
        let row: Option<StoredDrill> =
            sqlx::query_as("SELECT * FROM drill WHERE id = 1").fetch_optional(held.on()).await?;
        Ok(row.map(StoredDrill::into_row))
    }

    /// Stores how far the world of the drill has come.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn set_drill_reached(&self, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        update_reached(&mut tx, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Appends an order to the current attempt and returns its position.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when there is no drill; failures of the file.
    pub async fn append_drill_order(&self, at: Timestamp, what: &str) -> Result<u32, StoreError> {
        let mut tx = self.begin().await?;
        let sequence = insert_order(&mut tx, at, what).await?;
        tx.commit().await?;
        Ok(sequence)
    }

    /// Appends a decision to the current attempt and returns its position.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when there is no drill; failures of the file.
    pub async fn append_drill_decision(
        &self,
        at: Timestamp,
        real_at: Timestamp,
        what: &str,
    ) -> Result<u32, StoreError> {
        let mut tx = self.begin().await?;
        let sequence = insert_decision(&mut tx, at, real_at, what).await?;
        tx.commit().await?;
        Ok(sequence)
    }

    /// Appends a decision with its orders to the current attempt, sets what changes with it, and stores that the world
    /// has come that far: all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when there is no drill, or for a key of the store's own;
    /// failures of the file.
    pub async fn append_drill_deed(&self, deed: &DrillDeed) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert_decision(&mut tx, deed.at, deed.real_at, &deed.decision).await?;
        for (at, what) in &deed.orders {
            insert_order(&mut tx, *at, what).await?;
        }
        if let Some((key, text)) = &deed.note {
            if key.starts_with("store.") {
                return Err(StoreError::internal(format!("the key {key} is the store's own")));
            }
            write_meta(&mut tx, key, text).await?;
        }
        update_reached(&mut tx, deed.at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the orders of an attempt, in their order.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn drill_orders(&self, attempt: u32) -> Result<Vec<DrillOrder>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(u32, i64, String)> =
            sqlx::query_as("SELECT sequence, at, what FROM drill_orders WHERE attempt = ? ORDER BY sequence")
                .bind(attempt)
                .fetch_all(held.on())
                .await?;
        let orders = rows.into_iter().map(|(sequence, at, what)| DrillOrder {
            sequence,
            at: Timestamp::from_millis(at),
            what,
        });
        Ok(orders.collect())
    }

    /// Returns the decisions of an attempt, in their order.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn drill_decisions(&self, attempt: u32) -> Result<Vec<DrillDecision>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(u32, i64, i64, String)> = sqlx::query_as(
            "SELECT sequence, at, real_at, what FROM drill_decisions WHERE attempt = ? ORDER BY sequence",
        )
        .bind(attempt)
        .fetch_all(held.on())
        .await?;
        let decisions = rows.into_iter().map(|(sequence, at, real_at, what)| DrillDecision {
            sequence,
            at: Timestamp::from_millis(at),
            real_at: Timestamp::from_millis(real_at),
            what,
        });
        Ok(decisions.collect())
    }

    /// Stores how the world of the current attempt stood at a time; an earlier snapshot of that time is replaced.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn put_drill_snapshot(&self, at: Timestamp, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.require_writable()?;
        let packing = tokio::task::spawn_blocking(move || pack(&bytes));
        let packed = packing.await??;
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO drill_snapshots (at, bytes) VALUES (?, ?) ON CONFLICT (at) DO UPDATE SET bytes = excluded.bytes",
        )
        .bind(at.as_millis())
        .bind(packed)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the last snapshot that is not after a moment, with its time; `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when its checksum does not hold; failures of the file.
    pub async fn drill_snapshot(
        &self,
        not_after: Timestamp,
    ) -> Result<Option<(Timestamp, Vec<u8>)>, StoreError> {
        let mut held = self.db().read().await?;
        let row: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT at, bytes FROM drill_snapshots WHERE at <= ? ORDER BY at DESC LIMIT 1")
                .bind(not_after.as_millis())
                .fetch_optional(held.on())
                .await?;
        drop(held);
        let Some((at, packed)) = row else { return Ok(None) };
        let unpacking = tokio::task::spawn_blocking(move || zstd::decode_all(packed.as_slice()));
        let bytes = unpacking.await?;
        let bytes =
            bytes.map_err(|e| StoreError::damaged(format!("the snapshot of {at} cannot be read: {e}")))?;
        Ok(Some((Timestamp::from_millis(at), bytes)))
    }

    /// Stores what came of an attempt; an earlier result of it is replaced.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn put_drill_result(&self, result: &DrillResult) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO drill_results (attempt, at, points, passed, result) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (attempt) DO UPDATE SET at = excluded.at, points = excluded.points, \
             passed = excluded.passed, result = excluded.result",
        )
        .bind(result.attempt)
        .bind(result.at.as_millis())
        .bind(result.points)
        .bind(result.passed)
        .bind(result.result.as_str())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns what came of the attempts that were judged, in their order.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn drill_results(&self) -> Result<Vec<DrillResult>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(u32, i64, u32, bool, String)> =
            sqlx::query_as("SELECT attempt, at, points, passed, result FROM drill_results ORDER BY attempt")
                .fetch_all(held.on())
                .await?;
        let results = rows.into_iter().map(|(attempt, at, points, passed, result)| DrillResult {
            attempt,
            at: Timestamp::from_millis(at),
            points,
            passed,
            result,
        });
        Ok(results.collect())
    }
}

/// Appends an order to the current attempt and returns its position.
async fn insert_order(
    connection: &mut SqliteConnection,
    at: Timestamp,
    what: &str,
) -> Result<u32, StoreError> {
    let sequence: Option<u32> = sqlx::query_scalar(
        "INSERT INTO drill_orders (attempt, sequence, at, what) SELECT d.attempt, (SELECT \
         coalesce(max(o.sequence) + 1, 0) FROM drill_orders o WHERE o.attempt = d.attempt), ?, ? FROM drill d \
         RETURNING sequence",
    )
    .bind(at.as_millis())
    .bind(what)
    .fetch_optional(connection)
    .await?;
    sequence.ok_or_else(no_drill)
}

/// Appends a decision to the current attempt and returns its position.
async fn insert_decision(
    connection: &mut SqliteConnection,
    at: Timestamp,
    real_at: Timestamp,
    what: &str,
) -> Result<u32, StoreError> {
    let sequence: Option<u32> = sqlx::query_scalar(
        "INSERT INTO drill_decisions (attempt, sequence, at, real_at, what) SELECT d.attempt, (SELECT \
         coalesce(max(o.sequence) + 1, 0) FROM drill_decisions o WHERE o.attempt = d.attempt), ?, ?, ? \
         FROM drill d RETURNING sequence",
    )
    .bind(at.as_millis())
    .bind(real_at.as_millis())
    .bind(what)
    .fetch_optional(connection)
    .await?;
    sequence.ok_or_else(no_drill)
}

/// Stores how far the world has come.
async fn update_reached(connection: &mut SqliteConnection, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE drill SET reached_at = ?").bind(at.as_millis()).execute(connection).await?;
    Ok(())
}

/// Says that something of a drill was asked of a workspace without one.
pub(crate) fn no_drill() -> StoreError {
    StoreError::internal("the workspace is not one of a drill")
}

/// Compresses a snapshot into a zstd frame that carries its checksum.
fn pack(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let packed = || {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), SNAPSHOT_LEVEL)?;
        encoder.include_checksum(true)?;
        encoder.write_all(bytes)?;
        encoder.finish()
    };
    packed().map_err(StoreError::internal)
}
