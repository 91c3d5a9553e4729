//! Going back in a drill: everything that became known after a moment is cut, and another attempt begins.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;
use wardroom_core::Timestamp;

use super::Workspace;
use crate::error::StoreError;
use crate::logs::limits::cut_logs;
use crate::logs::recount::cut_counts;
use crate::samples::batch::{encode_all, insert_chunks};
use crate::samples::codec::{Effort, Encoded};
use crate::samples::read::{ChunkRow, json_of};
use crate::samples::{Column, unsigned};
use crate::tables::drills::no_drill;

/// What going back did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutReport {
    /// The attempt that begins.
    pub attempt: u32,
    /// Up to when the workspace knows what the world showed: what became known later has to be read again, from here
    /// to the moment of the cut and on. `None` when nothing is left.
    pub known_until: Option<Timestamp>,
    /// Samples that were cut.
    pub samples: u64,
    /// Log records that were cut.
    pub logs: u64,
}

/// The last time at which samples or log records became known.
const KNOWN_UNTIL: &str = "SELECT max(known_at) FROM batches WHERE state <> 'open'";

/// The attempt before goes on existing as it was; the one that begins has done what was done up to the moment.
const COPY_DEEDS: [&str; 2] = [
    "INSERT INTO drill_orders (attempt, sequence, at, what) \
     SELECT ?2, sequence, at, what FROM drill_orders WHERE attempt = ?2 - 1 AND at <= ?1",
    "INSERT INTO drill_decisions (attempt, sequence, at, real_at, what) \
     SELECT ?2, sequence, at, real_at, what FROM drill_decisions WHERE attempt = ?2 - 1 AND at <= ?1",
];

/// What else became known after the moment `?`, and versions that were replaced after it.
const CUT: [&str; 30] = [
    "DELETE FROM finding_versions WHERE known_at > ?",
    "UPDATE finding_versions SET replaced_at = NULL WHERE replaced_at > ?",
    "DELETE FROM detections WHERE known_at > ?",
    "DELETE FROM refusals WHERE known_at > ?",
    "INSERT OR IGNORE INTO refusals (series, code, known_at) \
     SELECT series, code, known_at FROM past_refusals WHERE known_at <= ?1 AND replaced_at > ?1",
    "DELETE FROM past_refusals WHERE replaced_at > ?",
    "DELETE FROM series_classes WHERE known_at > ?",
    "INSERT OR IGNORE INTO series_classes (series, class, period_ms, known_at) \
     SELECT series, class, period_ms, known_at FROM past_series_classes WHERE known_at <= ?1 AND replaced_at > ?1",
    "DELETE FROM past_series_classes WHERE replaced_at > ?",
    "DELETE FROM acknowledgements WHERE known_at > ?",
    "DELETE FROM alerts WHERE known_at > ?",
    "UPDATE alerts SET replaced_at = NULL WHERE replaced_at > ?",
    "DELETE FROM rules WHERE known_at > ?",
    "UPDATE rules SET replaced_at = NULL WHERE replaced_at > ?",
    "DELETE FROM entities WHERE known_at > ?",
    "UPDATE entities SET replaced_at = NULL WHERE replaced_at > ?",
    "DELETE FROM dependencies WHERE known_at > ?",
    "UPDATE dependencies SET replaced_at = NULL WHERE replaced_at > ?",
    "DELETE FROM inventory_runs WHERE known_at > ?",
    "UPDATE entities SET changed_at = first_changed_at WHERE changed_at > ?",
    "UPDATE dependencies SET changed_at = first_changed_at WHERE changed_at > ?",
    "DELETE FROM observed_edges WHERE known_at > ?",
    "UPDATE observed_edges SET replaced_at = NULL WHERE replaced_at > ?",
    "UPDATE observed_edges SET last_at = ?1 WHERE last_at > ?1",
    "UPDATE entities SET confirmed_at = max(event_at, coalesce((SELECT max(r.event_at) FROM inventory_runs r \
     WHERE r.source = entities.source AND r.closed), event_at)) WHERE confirmed_at > ?",
    "UPDATE dependencies SET confirmed_at = max(event_at, coalesce((SELECT max(r.event_at) FROM inventory_runs r \
     WHERE r.source = dependencies.source AND r.closed), event_at)) WHERE confirmed_at > ?",
    "DELETE FROM changes WHERE known_at > ?",
    "DELETE FROM check_results WHERE known_at > ?",
    "DELETE FROM imports WHERE known_at > ?",
    "DELETE FROM drill_snapshots WHERE at > ?",
];

impl Workspace {
    /// Goes back to a moment of a drill: cuts everything that became known after it and begins another attempt.
    ///
    /// Samples, log records, template counts, alerts, rules, inventory, changes, check results, findings and snapshots are cut, in one
    /// transaction; versions that were replaced later are current again. Orders and decisions up to the moment are
    /// copied into the attempt that begins; those of earlier attempts and all results stay. Series stay as well, some
    /// perhaps without samples. No batch may be open meanwhile. History that is loaded late has to have become known by
    /// the start of the run ([`Workspace::begin_history`]), or it is cut. Cost: decodes the chunks that hold what is cut.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] in a workspace that is not one of a drill, of which nothing
    /// is ever cut; [`StoreError::Damaged`]; failures of the file. Nothing is changed then.
    pub async fn cut_after(&self, moment: Timestamp) -> Result<CutReport, StoreError> {
        self.require_writable()?;
        let _no_tick_meanwhile = self.tail_writer().lock().await;
        let _no_detection_meanwhile = self.detecting().lock().await;
        let _no_inventory_meanwhile = self.inventory_writer().lock().await;
        let mut tx = self.begin().await?;
        let attempt: Option<u32> =
            sqlx::query_scalar("UPDATE drill SET attempt = attempt + 1, reached_at = ? RETURNING attempt")
                .bind(moment.as_millis())
                .fetch_optional(&mut *tx)
                .await?;
        let attempt = attempt.ok_or_else(no_drill)?;
        for statement in COPY_DEEDS {
            sqlx::query(statement).bind(moment.as_millis()).bind(attempt).execute(&mut *tx).await?;
        }
        let (samples, logs) = cut_batches(&mut tx, moment).await?;
        cut_counts(&mut tx, moment).await?;
        for statement in CUT {
            sqlx::query(statement).bind(moment.as_millis()).execute(&mut *tx).await?;
        }
        sqlx::query("DELETE FROM findings WHERE id NOT IN (SELECT finding FROM finding_versions)")
            .execute(&mut *tx)
            .await?;
        let known_until: Option<i64> = sqlx::query_scalar(KNOWN_UNTIL).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        self.forget_tail_rows();
        self.load_tail().await?;
        let known_until = known_until.map(Timestamp::from_millis);
        Ok(CutReport { attempt, known_until, samples, logs })
    }

    /// Returns when samples or log records last became known; `None` when none ever did.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn known_until(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut held = self.db().read().await?;
        let last: Option<i64> = sqlx::query_scalar(KNOWN_UNTIL).fetch_one(held.on()).await?;
        Ok(last.map(Timestamp::from_millis))
    }
}

/// Deletes the batches that became known after a moment with all that they brought; returns how many samples and log
/// records that were.
async fn cut_batches(connection: &mut SqliteConnection, moment: Timestamp) -> Result<(u64, u64), StoreError> {
    let gone: BTreeSet<i64> =
        sqlx::query_scalar::<_, i64>("SELECT id FROM batches WHERE known_at > ? AND state <> 'open'")
            .bind(moment.as_millis())
            .fetch_all(&mut *connection)
            .await?
            .into_iter()
            .collect();
    let listed = json_of(&gone);
    let logs = cut_logs(connection, &gone, moment.as_millis()).await?;
    let sealed = cut_chunks(connection, gone, moment).await?;
    let unsealed: Vec<i64> =
        sqlx::query_scalar("DELETE FROM tail WHERE batch IN (SELECT value FROM json_each(?)) RETURNING n")
            .bind(listed.as_str())
            .fetch_all(&mut *connection)
            .await?;
    sqlx::query("DELETE FROM batches WHERE id IN (SELECT value FROM json_each(?))")
        .bind(listed.as_str())
        .execute(&mut *connection)
        .await?;
    Ok((sealed + unsealed.into_iter().map(unsigned).sum::<u64>(), logs))
}

/// Writes the chunks that hold samples of the batches again without these; returns how many samples went.
async fn cut_chunks(
    connection: &mut SqliteConnection,
    gone: BTreeSet<i64>,
    moment: Timestamp,
) -> Result<u64, StoreError> {
    let rows: Vec<ChunkRow> = sqlx::query_as(
        "SELECT id, series, n, codec, check32, ts, val, batch FROM chunks WHERE EXISTS (SELECT 1 FROM batches b \
         WHERE b.known_at > ? AND b.state <> 'open' AND b.id BETWEEN first_batch AND last_batch) ORDER BY id",
    )
    .bind(moment.as_millis())
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let cutting = tokio::task::spawn_blocking(move || without(&rows, &gone));
    let (chunks, cut) = cutting.await??;
    sqlx::query("DELETE FROM chunks WHERE id IN (SELECT value FROM json_each(?))")
        .bind(json_of(&ids))
        .execute(&mut *connection)
        .await?;
    insert_chunks(connection, &chunks).await?;
    Ok(cut)
}

/// Encodes what chunks hold of other batches, and counts what they hold of these.
fn without(rows: &[ChunkRow], gone: &BTreeSet<i64>) -> Result<(Vec<Encoded>, u64), StoreError> {
    let mut columns = Vec::with_capacity(rows.len());
    let mut cut = 0;
    for row in rows {
        let (series, piece) = row.decode()?;
        let samples = piece.times.iter().zip(&piece.values);
        let batches = piece.runs.iter().flat_map(|&(n, batch)| (0..n).map(move |_| batch));
        let mut column = Column::default();
        for ((&time, &value), batch) in samples.zip(batches) {
            if gone.contains(&batch) {
                cut += 1;
            } else {
                column.push(time, value, batch);
            }
        }
        if column.len() > 0 {
            columns.push((series, column));
        }
    }
    Ok((encode_all(columns, Effort::Best)?, cut))
}
