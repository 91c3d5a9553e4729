//! Gives space back: applies retention, brings small and overlapping chunks together, and shrinks the file.

use std::collections::BTreeMap;

use wardroom_core::Timestamp;

use super::Workspace;
use crate::error::StoreError;
use crate::logs::limits::delete_blocks;
use crate::samples::batch::{encode_all, insert_chunks};
use crate::samples::codec::{Effort, Encoded};
use crate::samples::read::{ChunkRow, KnownAt, Piece, Version, batches_of, json_of, versions};
use crate::samples::{CHUNK_SAMPLES, Column, count, unsigned};
use crate::tables::sources::SourceId;

/// Series whose chunks are rewritten in one transaction.
const SERIES_AT_ONCE: usize = 64;

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompactReport {
    /// Size of the database before, in bytes.
    pub bytes_before: u64,
    /// Size of the database after, in bytes.
    pub bytes_after: u64,
    /// Chunks that were brought together with others.
    pub chunks_merged: u64,
    /// Samples that were older than their source keeps them, or beyond its size.
    pub samples_dropped: u64,
    /// Blocks of log records that were brought together with others.
    pub log_blocks_merged: u64,
    /// Log records that were older than their source keeps them, or beyond its size.
    pub logs_dropped: u64,
}

/// What is known of a chunk without decoding it.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
struct ChunkExtent {
    id: i64,
    series: i64,
    from_ts: i64,
    to_ts: i64,
    n: i64,
}

impl Workspace {
    /// Applies retention and size limits of all sources, merges chunks and blocks of log records, and gives the space back to the system.
    ///
    /// Every stored version of a sample is kept with its batch; only what the limits say is dropped. Batches that are
    /// in progress are left alone. Cost: reads the chunks that change, then writes the whole file once; others can read
    /// meanwhile, writes wait.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::NoSpace`], as much as the file is needed for a while;
    /// [`StoreError::Damaged`]; failures of the file.
    pub async fn compact(&self, now: Timestamp) -> Result<CompactReport, StoreError> {
        let done = self.compact_all(now).await;
        done.map_err(|e| e.at(self.path()))
    }

    /// Drops what a source's retention and size limit say, and returns the number of samples and log records dropped.
    ///
    /// Only whole chunks and blocks go, and the file does not shrink: the room is used again by what comes. [`Workspace::compact`]
    /// is exact and gives the space back. Cost: one pass over the chunks' extents, no values are read.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn apply_limits(&self, source: SourceId, now: Timestamp) -> Result<u64, StoreError> {
        let done = self.apply_limits_now(source, now).await;
        done.map_err(|e| e.at(self.path()))
    }

    async fn apply_limits_now(&self, source: SourceId, now: Timestamp) -> Result<u64, StoreError> {
        self.require_writable()?;
        let _no_tick_meanwhile = self.tail_writer().lock().await;
        let mut dropped = 0;
        let Some(row) = self.sources().await?.into_iter().find(|row| row.id == source) else { return Ok(0) };
        if let Some(keep) = row.retention_ms {
            let keep_from = now.as_millis().saturating_sub(keep);
            dropped += self.drop_before(source.0, keep_from).await?;
            dropped += self.drop_logs_before(source.0, keep_from).await?;
        }
        if let Some(max_bytes) = row.max_bytes {
            let (samples, logs) = self.drop_beyond(source.0, max_bytes).await?;
            dropped += samples + logs;
        }
        Ok(dropped)
    }

    async fn compact_all(&self, now: Timestamp) -> Result<CompactReport, StoreError> {
        self.require_writable()?;
        let _no_tick_meanwhile = self.tail_writer().lock().await;
        let mut report = CompactReport { bytes_before: self.size_bytes().await?, ..CompactReport::default() };
        self.seal_locked().await?;
        for source in self.sources().await? {
            let keep_from = source.retention_ms.map(|keep| now.as_millis().saturating_sub(keep));
            if let Some(keep_from) = keep_from {
                report.samples_dropped += self.drop_before(source.id.0, keep_from).await?;
                report.logs_dropped += self.drop_logs_before(source.id.0, keep_from).await?;
            }
            self.seal_log_tail(source.id, 0).await?;
            if let Some(max_bytes) = source.max_bytes {
                let (samples, logs) = self.drop_beyond(source.id.0, max_bytes).await?;
                report.samples_dropped += samples;
                report.logs_dropped += logs;
            }
            self.merge_source(source.id.0, keep_from, &mut report).await?;
            let (merged, dropped) = self.merge_logs(source.id.0, keep_from).await?;
            report.log_blocks_merged += merged;
            report.logs_dropped += dropped;
        }
        self.tidy_log_index().await?;
        let mut held = self.db().write_alone().await?;
        sqlx::query("VACUUM").execute(held.on()).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(held.on()).await?;
        drop(held);
        report.bytes_after = self.size_bytes().await?;
        Ok(report)
    }

    /// Deletes the chunks of a source that end before a time; returns the number of their samples.
    async fn drop_before(&self, source: i64, time: i64) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let dropped: Vec<i64> = sqlx::query_scalar(
            "DELETE FROM chunks WHERE series IN (SELECT id FROM series WHERE source = ?) AND to_ts < ? \
             AND first_batch NOT IN (SELECT id FROM batches WHERE state = 'open') RETURNING n",
        )
        .bind(source)
        .bind(time)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(dropped.into_iter().map(unsigned).sum())
    }

    /// Deletes the oldest chunks and blocks of a source until the rest fits; returns the number of their samples and of
    /// their log records. Log records that are not sealed count nothing and stay.
    async fn drop_beyond(&self, source: i64, max_bytes: i64) -> Result<(u64, u64), StoreError> {
        let mut held = self.db().read().await?;
        let stored: Vec<(bool, i64, i64, i64)> = sqlx::query_as(
            "SELECT 0 AS is_block, id, n, length(ts) + length(val) + length(batch) AS bytes, to_ts FROM chunks \
             WHERE series IN (SELECT id FROM series WHERE source = ?1) \
             AND first_batch NOT IN (SELECT id FROM batches WHERE state = 'open') \
             UNION ALL SELECT 1, id, n, bytes, to_ts FROM log_blocks WHERE source = ?1 \
             ORDER BY to_ts DESC, is_block, id DESC",
        )
        .bind(source)
        .fetch_all(held.on())
        .await?;
        drop(held);
        let (mut kept, mut chunks, mut blocks) = (0_i64, Vec::new(), Vec::new());
        let (mut samples, mut logs) = (0_u64, 0_u64);
        for (is_block, id, n, bytes) in stored {
            kept = kept.saturating_add(bytes);
            if kept <= max_bytes {
                continue;
            }
            if is_block {
                blocks.push(id);
                logs += unsigned(n);
            } else {
                chunks.push(id);
                samples += unsigned(n);
            }
        }
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM chunks WHERE id IN (SELECT value FROM json_each(?))")
            .bind(json_of(&chunks))
            .execute(&mut *tx)
            .await?;
        delete_blocks(&mut tx, &blocks).await?;
        tx.commit().await?;
        Ok((samples, logs))
    }

    async fn merge_source(
        &self,
        source: i64,
        keep_from: Option<i64>,
        report: &mut CompactReport,
    ) -> Result<(), StoreError> {
        let mut held = self.db().read().await?;
        let extents: Vec<ChunkExtent> = sqlx::query_as(
            "SELECT id, series, from_ts, to_ts, n FROM chunks WHERE series IN (SELECT id FROM series WHERE source = ?) \
             AND first_batch NOT IN (SELECT id FROM batches WHERE state = 'open') \
             AND last_batch NOT IN (SELECT id FROM batches WHERE state = 'open') ORDER BY series, from_ts, id",
        )
        .bind(source)
        .fetch_all(held.on())
        .await?;
        drop(held);
        let by_series: Vec<&[ChunkExtent]> = extents.chunk_by(|a, b| a.series == b.series).collect();
        for group in by_series.chunks(SERIES_AT_ONCE) {
            let mut groups: Vec<Vec<ChunkExtent>> = Vec::new();
            for chunks in group {
                groups.extend(groups_of(chunks, keep_from));
            }
            for group in &groups {
                report.chunks_merged += if group.len() > 1 { group.len() as u64 } else { 0 };
            }
            report.samples_dropped += self.rewrite(&groups, keep_from).await?;
        }
        Ok(())
    }

    /// Writes each group of chunks again as one run of chunks; returns the number of samples that were not kept.
    async fn rewrite(&self, groups: &[Vec<ChunkExtent>], keep_from: Option<i64>) -> Result<u64, StoreError> {
        if groups.is_empty() {
            return Ok(0);
        }
        let ids: Vec<i64> = groups.iter().flatten().map(|chunk| chunk.id).collect();
        let group_of: BTreeMap<i64, usize> =
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |c| (c.id, at))).collect();
        let mut held = self.db().read().await?;
        let rows: Vec<ChunkRow> = sqlx::query_as(
            "SELECT id, series, n, codec, check32, ts, val, batch FROM chunks \
             WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        )
        .bind(json_of(&ids))
        .fetch_all(held.on())
        .await?;
        drop(held);
        let mut pieces: BTreeMap<usize, (i64, Vec<Piece>)> = BTreeMap::new();
        for row in &rows {
            let (series, piece) = row.decode()?;
            let at = group_of.get(&row.id).copied().unwrap_or_default();
            pieces.entry(at).or_insert_with(|| (series, Vec::new())).1.push(piece);
        }
        let known = self.known_at(&batches_of(pieces.values().flat_map(|(_, pieces)| pieces))).await?;
        let merging = tokio::task::spawn_blocking(move || merge(pieces, &known, keep_from));
        let (chunks, dropped) = merging.await??;
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM chunks WHERE id IN (SELECT value FROM json_each(?))")
            .bind(json_of(&ids))
            .execute(&mut *tx)
            .await?;
        insert_chunks(&mut tx, &chunks).await?;
        tx.commit().await?;
        Ok(dropped)
    }
}

/// Returns the groups of chunks of one series that are worth writing again; `chunks` ascend by their start.
fn groups_of(chunks: &[ChunkExtent], keep_from: Option<i64>) -> Vec<Vec<ChunkExtent>> {
    let mut groups: Vec<Vec<ChunkExtent>> = Vec::new();
    let (mut end, mut n) = (i64::MIN, 0_i64);
    for chunk in chunks {
        let belongs = groups.last().is_some() && (chunk.from_ts < end || n + chunk.n <= count(CHUNK_SAMPLES));
        match groups.last_mut() {
            Some(group) if belongs => group.push(*chunk),
            _ => {
                groups.push(vec![*chunk]);
                (end, n) = (i64::MIN, 0);
            }
        }
        end = end.max(chunk.to_ts);
        n += chunk.n;
    }
    let reaches_back = |chunk: &ChunkExtent| keep_from.is_some_and(|keep_from| chunk.from_ts < keep_from);
    groups.retain(|group| group.len() > 1 || group.iter().any(reaches_back));
    groups
}

/// Merges the pieces of each group, keeping every version; returns the chunks and how many samples were not kept.
fn merge(
    pieces: BTreeMap<usize, (i64, Vec<Piece>)>,
    known: &KnownAt,
    keep_from: Option<i64>,
) -> Result<(Vec<Encoded>, u64), StoreError> {
    let mut columns = Vec::with_capacity(pieces.len());
    let mut dropped = 0;
    for (series, pieces) in pieces.into_values() {
        let mut column = Column::default();
        let mut last: Option<Version> = None;
        for version in versions(&pieces, known) {
            let repeats = last.is_some_and(|before| {
                (before.time, before.batch, before.value.to_bits())
                    == (version.time, version.batch, version.value.to_bits())
            });
            last = Some(version);
            if keep_from.is_some_and(|keep_from| version.time < keep_from) {
                dropped += 1;
            } else if !repeats {
                column.push(version.time, version.value, version.batch);
            }
        }
        if column.len() > 0 {
            columns.push((series, column));
        }
    }
    Ok((encode_all(columns, Effort::Best)?, dropped))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(id: i64, from_ts: i64, to_ts: i64, n: i64) -> ChunkExtent {
        ChunkExtent { id, series: 1, from_ts, to_ts, n }
    }

    fn ids(groups: &[Vec<ChunkExtent>]) -> Vec<Vec<i64>> {
        groups.iter().map(|group| group.iter().map(|c| c.id).collect()).collect()
    }

    #[test]
    fn small_and_overlapping_chunks_come_together_and_others_stay() {
        let chunks = [
            chunk(1, 0, 99, 4000),
            chunk(2, 100, 199, 50),
            chunk(3, 200, 399, 4000),
            chunk(4, 300, 500, 4000),
        ];

        assert_eq!(ids(&groups_of(&chunks, None)), [vec![1, 2], vec![3, 4]]);
        assert_eq!(ids(&groups_of(&chunks[2..3], None)), Vec::<Vec<i64>>::new());
    }

    #[test]
    fn a_chunk_that_reaches_behind_the_retention_is_written_again() {
        let chunks = [chunk(1, 0, 99, 4000), chunk(2, 100, 199, 4000)];

        assert_eq!(ids(&groups_of(&chunks, Some(50))), [vec![1]]);
    }
}
