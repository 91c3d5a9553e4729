//! Reads samples: chunks and tail merged by time, as known now or at an earlier moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use rayon::prelude::*;
use wardroom_core::{Samples, TimeRange, Timestamp};

use super::codec;
use crate::error::StoreError;
use crate::tables::series::SeriesId;
use crate::workspace::Workspace;

/// Series whose compressed chunks are in memory at the same time.
const SERIES_PER_QUERY: usize = 256;

/// No batch has this number: running numbers begin at 0.
pub(crate) const NO_BATCH: i64 = -1;

/// A closed period: first and last millisecond.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Window {
    pub(crate) fn new(range: Option<TimeRange>) -> Self {
        range.map_or(Self { first: i64::MIN, last: i64::MAX }, |range| Self {
            first: range.start().as_millis(),
            last: range.end().as_millis().saturating_sub(1),
        })
    }

    pub(crate) fn contains(self, time: i64) -> bool {
        self.first <= time && time <= self.last
    }

    /// Returns the positions of the ascending `times` that lie in the window.
    fn of(self, times: &[i64]) -> std::ops::Range<usize> {
        times.partition_point(|&t| t < self.first)..times.partition_point(|&t| t <= self.last)
    }
}

/// Samples of one series as they were found in one place, times not descending.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// The chunk's number; the tail comes last.
    pub(crate) order: i64,
    pub(crate) times: Vec<i64>,
    pub(crate) values: Vec<f64>,
    pub(crate) runs: Vec<(u32, i64)>,
}

/// One stored version of a sample. Of versions of one time, the greatest (known, batch) wins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Version {
    pub(crate) time: i64,
    pub(crate) known: i64,
    pub(crate) batch: i64,
    pub(crate) value: f64,
}

/// When each batch became known, in milliseconds.
pub(crate) type KnownAt = BTreeMap<i64, i64>;

/// A chunk as it stands in the file.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ChunkRow {
    pub(crate) id: i64,
    pub(crate) series: i64,
    n: i64,
    codec: i64,
    check32: i64,
    ts: Vec<u8>,
    val: Vec<u8>,
    batch: Vec<u8>,
}

impl ChunkRow {
    /// Decodes the chunk; an error names it.
    pub(crate) fn decode(&self) -> Result<(i64, Piece), StoreError> {
        let decoded = codec::decode(self.n, self.codec, self.check32, &self.ts, &self.val, &self.batch);
        match decoded {
            Ok(d) => {
                Ok((self.series, Piece { order: self.id, times: d.times, values: d.values, runs: d.runs }))
            }
            Err(StoreError::Damaged { path, detail }) => {
                let detail = format!("chunk {} of series {}: {detail}", self.id, self.series);
                Err(StoreError::Damaged { path, detail })
            }
            Err(error) => Err(error),
        }
    }
}

/// Chunks of some series that touch a window, without those of unfinished imports other than the one named.
const CHUNKS_IN_WINDOW: &str = "SELECT id, series, n, codec, check32, ts, val, batch FROM chunks \
     WHERE series IN (SELECT value FROM json_each(?1)) AND from_ts <= ?3 AND to_ts >= ?2 \
     AND first_batch NOT IN (SELECT id FROM batches WHERE state = 'open' AND kind = 'import' AND id <> ?4)";

impl Workspace {
    /// Reads the samples of one series, sorted by time, each time once.
    ///
    /// Of several values for one time the one that became known last is returned; with `as_of`, only what this
    /// workspace knew at that moment (inclusive) counts. Values are exact to the bit. A series without samples, or one
    /// that does not exist, gives none. Cost: linear in the stored samples of the chunks that touch `range`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when a chunk's checksum does not hold; failures of the file.
    pub async fn read(
        &self,
        series: SeriesId,
        range: Option<TimeRange>,
        as_of: Option<Timestamp>,
    ) -> Result<Samples, StoreError> {
        let mut all = self.read_many(&[series], range, as_of).await?;
        Ok(all.pop().unwrap_or_default())
    }

    /// Reads several series as [`Workspace::read`] reads one; the answer is in the order of `series`.
    ///
    /// Cost: as the sum of the single reads, on all cores; compressed data of 256 series at a time is in memory.
    ///
    /// # Errors
    ///
    /// As [`Workspace::read`].
    pub async fn read_many(
        &self,
        series: &[SeriesId],
        range: Option<TimeRange>,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Samples>, StoreError> {
        let window = Window::new(range);
        let mut all = Vec::with_capacity(series.len());
        for group in series.chunks(SERIES_PER_QUERY) {
            let ids: BTreeSet<i64> = group.iter().map(|id| id.0).collect();
            let read = self.read_current(&ids, window, as_of, NO_BATCH).await;
            let mut found = read.map_err(|e| e.at(self.path()))?;
            for id in group {
                let samples =
                    if ids.len() == group.len() { found.remove(&id.0) } else { found.get(&id.0).cloned() };
                all.push(samples.unwrap_or_default());
            }
        }
        Ok(all)
    }

    /// Reads what counts of each series; chunks of the unfinished import `own` are seen as well.
    pub(crate) async fn read_current(
        &self,
        ids: &BTreeSet<i64>,
        window: Window,
        as_of: Option<Timestamp>,
        own: i64,
    ) -> Result<BTreeMap<i64, Samples>, StoreError> {
        let pieces = self.pieces(ids, window, own).await?;
        let as_of = as_of.map(Timestamp::as_millis);
        let sorted_out = tokio::task::spawn_blocking(move || {
            let each = pieces.into_par_iter().map(|(series, pieces)| (series, plain(pieces, window, as_of)));
            each.collect::<Vec<_>>()
        });
        let mut current = BTreeMap::new();
        let mut to_merge = Vec::new();
        for (series, outcome) in sorted_out.await? {
            match outcome {
                Ok(samples) => {
                    current.insert(series, samples);
                }
                Err(pieces) => to_merge.push((series, pieces)),
            }
        }
        if !to_merge.is_empty() {
            let known = self.known_at(&batches_of(to_merge.iter().flat_map(|(_, pieces)| pieces))).await?;
            let merging = tokio::task::spawn_blocking(move || {
                let each = to_merge.into_par_iter();
                each.map(|(series, pieces)| (series, winning(&versions(&pieces, &known), window, as_of)))
                    .collect::<Vec<_>>()
            });
            current.extend(merging.await?);
        }
        Ok(current)
    }

    /// Reads the pieces of each series in the order of their chunks.
    async fn pieces(
        &self,
        ids: &BTreeSet<i64>,
        window: Window,
        own: i64,
    ) -> Result<BTreeMap<i64, Vec<Piece>>, StoreError> {
        // The tail first: samples that are sealed in between are then seen twice, which the merge undoes. In the
        // other order they would not be seen at all.
        let mut found = self.tail_pieces(ids, window).await?;
        let mut held = self.db().read().await?;
        let rows: Vec<ChunkRow> = sqlx::query_as(CHUNKS_IN_WINDOW)
            .bind(json_of(ids))
            .bind(window.first)
            .bind(window.last)
            .bind(own)
            .fetch_all(held.on())
            .await?;
        drop(held);
        let decoding =
            tokio::task::spawn_blocking(move || rows.par_iter().map(ChunkRow::decode).collect::<Vec<_>>());
        for decoded in decoding.await? {
            let (series, piece) = decoded?;
            found.entry(series).or_default().push(piece);
        }
        for pieces in found.values_mut() {
            pieces.sort_by_key(|piece| piece.order);
        }
        Ok(found)
    }

    /// Returns when each of the batches became known; one that is not there is left out.
    pub(crate) async fn known_at(&self, batches: &BTreeSet<i64>) -> Result<KnownAt, StoreError> {
        let cache = self.known_batches();
        let missing: BTreeSet<i64> = {
            let known = cache.read().unwrap_or_else(PoisonError::into_inner);
            batches.iter().copied().filter(|batch| !known.contains_key(batch)).collect()
        };
        if !missing.is_empty() {
            let mut held = self.db().read().await?;
            let rows: Vec<(i64, i64)> = sqlx::query_as(
                "SELECT id, known_at FROM batches WHERE id IN (SELECT value FROM json_each(?1))",
            )
            .bind(json_of(&missing))
            .fetch_all(held.on())
            .await?;
            cache.write().unwrap_or_else(PoisonError::into_inner).extend(rows);
        }
        let known = cache.read().unwrap_or_else(PoisonError::into_inner);
        Ok(batches.iter().filter_map(|batch| known.get(batch).map(|at| (*batch, *at))).collect())
    }
}

/// Returns ids as JSON text, the form in which lists are bound.
pub(crate) fn json_of<'a>(ids: impl IntoIterator<Item = &'a i64>) -> String {
    ids.into_iter().copied().collect::<serde_json::Value>().to_string()
}

/// Returns the distinct batches of some pieces.
pub(crate) fn batches_of<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> BTreeSet<i64> {
    pieces.into_iter().flat_map(|piece| piece.runs.iter().map(|run| run.1)).collect()
}

/// Joins pieces that need no merge; gives them back when they do.
fn plain(pieces: Vec<Piece>, window: Window, as_of: Option<i64>) -> Result<Samples, Vec<Piece>> {
    let mut in_time: Vec<&Piece> = pieces.iter().collect();
    in_time.sort_by_key(|piece| piece.times.first().copied());
    let apart = in_time.windows(2).all(|w| w[0].times.last() < w[1].times.first());
    let once = in_time.iter().all(|piece| piece.times.is_sorted_by(|a, b| a < b));
    if as_of.is_some() || !apart || !once {
        return Err(pieces);
    }
    let length = in_time.iter().map(|piece| window.of(&piece.times).len()).sum();
    let (mut times, mut values) = (Vec::with_capacity(length), Vec::with_capacity(length));
    for piece in in_time {
        let part = window.of(&piece.times);
        times.extend_from_slice(&piece.times[part.clone()]);
        values.extend_from_slice(&piece.values[part]);
    }
    Ok(Samples::from_columns(times, values).unwrap_or_default())
}

/// Returns every stored version, by time and then by when it became known; what came later in one batch stands later.
pub(crate) fn versions(pieces: &[Piece], known: &KnownAt) -> Vec<Version> {
    let mut all = Vec::with_capacity(pieces.iter().map(|piece| piece.times.len()).sum());
    for piece in pieces {
        let samples = piece.times.iter().zip(&piece.values);
        let batches = piece.runs.iter().flat_map(|&(n, batch)| (0..n).map(move |_| batch));
        for ((&time, &value), batch) in samples.zip(batches) {
            let known = known.get(&batch).copied().unwrap_or(i64::MIN);
            all.push(Version { time, known, batch, value });
        }
    }
    all.sort_by_key(|v| (v.time, v.known, v.batch));
    all
}

/// Returns the winning version of each time in the window among those known at `as_of`.
fn winning(versions: &[Version], window: Window, as_of: Option<i64>) -> Samples {
    let (mut times, mut values) = (Vec::new(), Vec::new());
    for version in versions {
        if !window.contains(version.time) || as_of.is_some_and(|moment| version.known > moment) {
            continue;
        }
        if times.last() == Some(&version.time) {
            times.pop();
            values.pop();
        }
        times.push(version.time);
        values.push(version.value);
    }
    Samples::from_columns(times, values).unwrap_or_default()
}
