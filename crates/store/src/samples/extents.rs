//! How much is stored of each series: what the tail and chunks have, as known now or at an earlier moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use rayon::prelude::*;
use wardroom_core::Timestamp;

use super::read::{ChunkRow, Piece};
use crate::error::StoreError;
use crate::workspace::Workspace;

/// First time, last time and number of samples of a series.
pub(crate) type Extent = (i64, i64, usize);

/// What became known later than a moment.
#[derive(Debug, Default)]
pub(crate) struct Later {
    /// The batches that did.
    batches: BTreeSet<i64>,
    /// The last batch that was known.
    last_known: Option<i64>,
}

impl Later {
    /// Returns the first of them: a chunk whose last batch comes before it holds only what was known.
    pub(crate) fn first(&self) -> i64 {
        self.batches.first().copied().unwrap_or(i64::MAX)
    }

    /// Reports whether a batch was known.
    pub(crate) fn leaves(&self, batch: i64) -> bool {
        !self.batches.contains(&batch)
    }

    /// Returns the extent of those samples of a piece that were known; `None` when none was.
    fn of(&self, piece: &Piece) -> Option<Extent> {
        let batches = piece.runs.iter().flat_map(|&(n, batch)| (0..n).map(move |_| batch));
        let known = piece.times.iter().zip(batches).filter(|(_, batch)| self.leaves(*batch));
        known.map(|(time, _)| (*time, *time, 1)).reduce(joined)
    }
}

/// Chunks of the series `?3` (`NULL`: of all) that hold something of the batches from `?1` on and something of those up to
/// `?2`.
const MIXED_CHUNKS: &str = "SELECT id, series, n, codec, check32, ts, val, batch FROM visible_chunks \
     WHERE last_batch >= ?1 AND first_batch <= ?2 \
     AND (?3 IS NULL OR series IN (SELECT value FROM json_each(?3)))";

impl Workspace {
    /// Returns what became known later than `as_of`; nothing when that is `None`.
    pub(crate) async fn later_than(&self, as_of: Option<Timestamp>) -> Result<Later, StoreError> {
        let Some(moment) = as_of.map(Timestamp::as_millis) else { return Ok(Later::default()) };
        let mut held = self.db().read().await?;
        let batches: Vec<i64> = sqlx::query_scalar("SELECT id FROM batches WHERE known_at > ?")
            .bind(moment)
            .fetch_all(held.on())
            .await?;
        let last_known: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM batches WHERE known_at <= ?")
            .bind(moment)
            .fetch_one(held.on())
            .await?;
        Ok(Later { batches: batches.into_iter().collect(), last_known })
    }

    /// Returns what was known of each series beside the chunks that hold only what was known: in the tail, and in chunks
    /// that hold something of both. `ids` are the series as a JSON array; `None` for all.
    ///
    /// Cost: decodes those chunks; none as of now.
    pub(crate) async fn other_extents(
        &self,
        later: Later,
        ids: Option<&str>,
    ) -> Result<BTreeMap<i64, Extent>, StoreError> {
        self.refresh_tail().await?;
        let mut extents = {
            let tail = self.tail().read().unwrap_or_else(PoisonError::into_inner);
            tail.extents(|batch| later.leaves(batch))
        };
        let Some(last_known) = later.last_known.filter(|_| !later.batches.is_empty()) else {
            return Ok(extents);
        };
        let mut held = self.db().read().await?;
        let rows: Vec<ChunkRow> = sqlx::query_as(MIXED_CHUNKS)
            .bind(later.first())
            .bind(last_known)
            .bind(ids)
            .fetch_all(held.on())
            .await?;
        drop(held);
        let decoding = tokio::task::spawn_blocking(move || {
            let known = |(series, piece): (i64, Piece)| (series, later.of(&piece));
            let each = rows.par_iter().map(|row| row.decode().map(known));
            each.collect::<Result<Vec<(i64, Option<Extent>)>, StoreError>>()
        });
        for (series, extent) in decoding.await?.map_err(|e| e.at(self.path()))? {
            let Some(extent) = extent else { continue };
            extents.entry(series).and_modify(|all| *all = joined(*all, extent)).or_insert(extent);
        }
        Ok(extents)
    }
}

/// Returns the extent of the samples of two.
pub(crate) fn joined(a: Extent, b: Extent) -> Extent {
    (a.0.min(b.0), a.1.max(b.1), a.2 + b.2)
}
