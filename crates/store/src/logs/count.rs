//! Counts log records by level and time.

use std::collections::BTreeMap;

use rayon::prelude::*;
use sqlx::{Connection, SqliteConnection};
use wardroom_core::{LogLevel, Timestamp};

use super::block::{LEVELS, View, level_counts};
use super::find::{BlockRow, Depth, HeldParts, choose, hold_parts, naming};
use super::plan::Plan;
use super::scan;
use crate::error::StoreError;
use crate::tables::logs::{LogFilter, tail_each};
use crate::tables::templates::Aliases;
use crate::workspace::Workspace;

/// Blocks that are opened at the same time.
const BLOCKS_AT_ONCE: usize = 32;

/// Records by bin and level.
type Bins = BTreeMap<i64, [u64; 7]>;

/// Bins of equal length, one of which begins at `origin`.
#[derive(Clone, Copy, Debug)]
struct Grid {
    origin: i64,
    step: i64,
}

impl Grid {
    /// Returns the number of the bin that a time lies in.
    fn of(self, time: i64) -> i64 {
        let bin = (i128::from(time) - i128::from(self.origin)).div_euclid(i128::from(self.step));
        i64::try_from(bin).unwrap_or(i64::MIN)
    }

    fn start(self, bin: i64) -> Timestamp {
        Timestamp::from_millis(self.origin.saturating_add(bin.saturating_mul(self.step)))
    }
}

impl Workspace {
    /// Counts the log records that pass a filter by level; a level of which there are none is left out.
    ///
    /// Cost: blocks of which all records count are not opened; of the others, only times and short columns are read
    /// unless the filter asks for words.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when a block cannot be trusted; failures of the file.
    pub async fn log_counts(
        &self,
        filter: &LogFilter,
    ) -> Result<BTreeMap<Option<LogLevel>, u64>, StoreError> {
        let grid = Grid { origin: i64::MIN, step: i64::MAX };
        let mut sums = [0; 7];
        for counts in self.count_logs(filter, grid).await.map_err(|e| e.at(self.path()))?.into_values() {
            for (sum, n) in sums.iter_mut().zip(counts) {
                *sum += n;
            }
        }
        Ok(by_level(sums))
    }

    /// Counts the log records that pass a filter by time and level: for each bin with records its beginning and how
    /// many of each level lie in it, in order of time; bins and levels without records are left out.
    ///
    /// Bins are `bin_ms` long, at least one millisecond. They begin at the beginning of the filter's period, or at
    /// whole multiples of `bin_ms` when it has none.
    ///
    /// Cost: as [`Workspace::log_counts`]; a block that lies in one bin is not opened either.
    ///
    /// # Errors
    ///
    /// As [`Workspace::log_counts`].
    pub async fn log_bins(
        &self,
        filter: &LogFilter,
        bin_ms: i64,
    ) -> Result<Vec<(Timestamp, BTreeMap<Option<LogLevel>, u64>)>, StoreError> {
        let origin = filter.range.map_or(0, |range| range.start().as_millis());
        let grid = Grid { origin, step: bin_ms.max(1) };
        let bins = self.count_logs(filter, grid).await.map_err(|e| e.at(self.path()))?;
        Ok(bins.into_iter().map(|(bin, counts)| (grid.start(bin), by_level(counts))).collect())
    }

    async fn count_logs(&self, filter: &LogFilter, grid: Grid) -> Result<Bins, StoreError> {
        let mut held = self.db().read().await?;
        let mut tx = held.on().begin().await?;
        let aliases = Aliases::read(&mut tx).await?;
        let plan = Plan::new(filter, aliases.standing_for(&filter.templates));
        let mut bins = Bins::new();
        tail_each(&mut tx, &plan, &mut |time, level| add(&mut bins, grid.of(time), level, 1)).await?;
        let mut to_open = Vec::new();
        for block in choose(&mut tx, &plan).await? {
            if counts_whole(&block, &plan) && grid.of(block.from_ts) == grid.of(block.to_ts) {
                for (level, n) in (0_u8..).zip(level_counts(&block.levels)?) {
                    if plan.passes_level(level) {
                        add(&mut bins, grid.of(block.from_ts), level, n);
                    }
                }
            } else {
                to_open.push(block);
            }
        }
        for wave in to_open.chunks(BLOCKS_AT_ONCE) {
            for counted in count_wave(&mut tx, wave.to_vec(), &plan, grid).await? {
                for (bin, counts) in counted? {
                    for (level, n) in (0_u8..).zip(counts) {
                        add(&mut bins, bin, level, n);
                    }
                }
            }
        }
        tx.commit().await?;
        Ok(bins)
    }
}

/// Reports whether all records of a block count but those of other levels.
fn counts_whole(block: &BlockRow, plan: &Plan) -> bool {
    !plan.looks_at_rows()
        && plan.first <= block.from_ts
        && block.to_ts <= plan.last
        && plan.as_of.is_none_or(|moment| block.last_known <= moment)
}

async fn count_wave(
    connection: &mut SqliteConnection,
    wave: Vec<BlockRow>,
    plan: &Plan,
    grid: Grid,
) -> Result<Vec<Result<Bins, StoreError>>, StoreError> {
    let ids: Vec<i64> = wave.iter().map(|block| block.id).collect();
    let depth = if plan.needs_long { Depth::Whole } else { Depth::Short };
    let parts = hold_parts(connection, &ids, depth).await?;
    let plan = plan.clone();
    let counting = tokio::task::spawn_blocking(move || {
        let each = wave.par_iter().map(|block| {
            let mut bins = Bins::new();
            let parts = parts.get(&block.id).map_or_else(|| Ok(View::default()), HeldParts::view)?;
            let mut count = |time, level| add(&mut bins, grid.of(time), level, 1);
            scan::each(block.n, parts, &plan, &mut count).map_err(|e| naming(block.id, e))?;
            Ok(bins)
        });
        each.collect::<Vec<Result<Bins, StoreError>>>()
    });
    Ok(counting.await?)
}

fn add(bins: &mut Bins, bin: i64, level: u8, n: u64) {
    if n > 0
        && let Some(count) = bins.entry(bin).or_default().get_mut(usize::from(level))
    {
        *count += n;
    }
}

fn by_level(counts: [u64; 7]) -> BTreeMap<Option<LogLevel>, u64> {
    LEVELS.into_iter().zip(counts).filter(|(_, n)| *n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_begin_at_their_origin_also_before_it() {
        let grid = Grid { origin: 5, step: 10 };

        assert_eq!((grid.of(4), grid.of(5), grid.of(14), grid.of(15)), (-1, 0, 0, 1));
        assert_eq!(grid.start(-1), Timestamp::from_millis(-5));
        let whole = Grid { origin: i64::MIN, step: i64::MAX };
        assert_eq!(whole.of(i64::MIN), 0);
    }
}
