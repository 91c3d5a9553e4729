//! Lists log records: blocks and tail merged by time, newest first, a page at a time.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use sqlx::Connection;
use wardroom_core::{TemplateId, Timestamp};

use super::block::{Entry, View};
use super::find::{BlockRow, Depth, HeldParts, choose, hold_parts, naming};
use super::plan::Plan;
use super::scan::{self, Direction, Page};
use crate::error::StoreError;
use crate::tables::logs::{LogCursor, LogFilter, LogRow, tail_page};
use crate::tables::sources::SourceId;
use crate::tables::templates::Aliases;
use crate::workspace::Workspace;

/// Blocks that are opened at the same time at most. The first page of most lists comes from the first one.
const BLOCKS_AT_ONCE: usize = 16;

/// A record and its source.
pub(crate) type Found = (i64, Entry);

impl Workspace {
    /// Returns log records that pass a filter, newest first: at most `limit` of them, from behind a place on.
    ///
    /// Cost: opens blocks (8,192 records each) newest first until the page is full. A word is looked up in the index
    /// first, so that a rare one opens only the blocks that have it; see the module `logs` for figures. `words` looks
    /// for parts of words, which no index knows: each record of the period is looked at until the page is full.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when a block cannot be trusted; failures of the file.
    pub async fn logs(
        &self,
        filter: &LogFilter,
        behind: Option<LogCursor>,
        limit: u32,
    ) -> Result<Vec<LogRow>, StoreError> {
        self.log_list(Direction::Older, filter, behind, limit).await
    }

    /// As [`Workspace::logs`], oldest first.
    ///
    /// # Errors
    ///
    /// As [`Workspace::logs`].
    pub async fn logs_oldest_first(
        &self,
        filter: &LogFilter,
        behind: Option<LogCursor>,
        limit: u32,
    ) -> Result<Vec<LogRow>, StoreError> {
        self.log_list(Direction::Newer, filter, behind, limit).await
    }

    async fn log_list(
        &self,
        direction: Direction,
        filter: &LogFilter,
        behind: Option<LogCursor>,
        limit: u32,
    ) -> Result<Vec<LogRow>, StoreError> {
        let behind = behind.map(|place| (place.at.as_millis(), place.number));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.log_page(filter, Page { direction, behind, limit }).await.map_err(|e| e.at(self.path()))
    }

    /// Returns what stands around a place in the log of one source, oldest first: at most `before` records before it,
    /// the record itself when it is there, and at most `after` records behind it.
    ///
    /// # Errors
    ///
    /// As [`Workspace::logs`].
    pub async fn log_around(
        &self,
        source: SourceId,
        place: LogCursor,
        before: u32,
        after: u32,
    ) -> Result<Vec<LogRow>, StoreError> {
        let filter = LogFilter { sources: vec![source], ..LogFilter::default() };
        let at = place.at.as_millis();
        // The record itself is the first behind the place just before it.
        let just_before = Some((at, place.number.saturating_sub(1)));
        let newer = Page {
            direction: Direction::Newer,
            behind: just_before,
            limit: usize::try_from(after).unwrap_or(usize::MAX).saturating_add(1),
        };
        let older = Page {
            direction: Direction::Older,
            behind: Some((at, place.number)),
            limit: usize::try_from(before).unwrap_or(usize::MAX),
        };
        let mut rows = self.log_page(&filter, older).await.map_err(|e| e.at(self.path()))?;
        rows.reverse();
        let mut rest = self.log_page(&filter, newer).await.map_err(|e| e.at(self.path()))?;
        let is_there = rest.first().is_some_and(|row| row.cursor() == place);
        if !is_there {
            rest.truncate(usize::try_from(after).unwrap_or(usize::MAX));
        }
        rows.extend(rest);
        Ok(rows)
    }

    async fn log_page(&self, filter: &LogFilter, page: Page) -> Result<Vec<LogRow>, StoreError> {
        if page.limit == 0 {
            return Ok(Vec::new());
        }
        let mut held = self.db().read().await?;
        // One transaction: what is sealed in between must be seen neither twice nor not at all.
        let mut tx = held.on().begin().await?;
        let aliases = Aliases::read(&mut tx).await?;
        let plan = plan_of(filter, &aliases, page);
        let mut found = tail_page(&mut tx, &plan, page).await?;
        let mut blocks = choose(&mut tx, &plan).await?;
        match page.direction {
            Direction::Older => blocks.sort_by_key(|block| (-i128::from(block.to_ts), -block.id)),
            Direction::Newer => blocks.sort_by_key(|block| (i128::from(block.from_ts), block.id)),
        }
        let mut waves = Waves { blocks, next: 0, at_once: 1 };
        let mut yield_so_far = Yield::default();
        let mut wave = waves.next(page, &found);
        let mut parts = hold_parts(&mut tx, &ids_of(&wave), Depth::Whole).await?;
        while !wave.is_empty() {
            let n_blocks = wave.len();
            let searching = search(wave, parts, plan.clone(), page);
            // The blocks that come next are read while these are searched, when these will hardly be enough.
            let falls_short = yield_so_far.falls_short(n_blocks, page.limit.saturating_sub(found.len()));
            let ahead = if falls_short { waves.next(page, &found) } else { Vec::new() };
            let ids = ids_of(&ahead);
            let (entries, read) = tokio::join!(searching, hold_parts(&mut tx, &ids, Depth::Whole));
            let entries = entries?;
            yield_so_far.add(n_blocks, entries.len());
            found.extend(entries);
            found.sort_by(|(_, a), (_, b)| page.order(a.key(), b.key()));
            found.truncate(page.limit);
            if ids.is_empty() {
                wave = waves.next(page, &found);
                parts = hold_parts(&mut tx, &ids_of(&wave), Depth::Whole).await?;
            } else {
                wave = still_wanted(ahead, page, &found);
                parts = if wave.is_empty() { BTreeMap::new() } else { read? };
            }
        }
        tx.commit().await?;
        Ok(found.into_iter().map(|(source, entry)| row_of(source, entry, &aliases)).collect())
    }
}

/// Prepares the filter of a page: nothing on the wrong side of its beginning is looked at.
fn plan_of(filter: &LogFilter, aliases: &Aliases, page: Page) -> Plan {
    let templates: BTreeSet<TemplateId> = aliases.standing_for(&filter.templates);
    let mut plan = Plan::new(filter, templates);
    match (page.direction, page.behind) {
        (Direction::Older, Some((at, _))) => plan.last = plan.last.min(at),
        (Direction::Newer, Some((at, _))) => plan.first = plan.first.max(at),
        (Direction::Older | Direction::Newer, None) => {}
    }
    plan
}

/// The blocks of a list in its order, cut into waves that grow.
struct Waves {
    blocks: Vec<BlockRow>,
    next: usize,
    at_once: usize,
}

impl Waves {
    /// Takes the next wave; empty when no further block can bring anything.
    fn next(&mut self, page: Page, found: &[Found]) -> Vec<BlockRow> {
        let end = self.blocks.len().min(self.next + self.at_once);
        let wave = still_wanted(self.blocks[self.next..end].to_vec(), page, found);
        self.next += wave.len();
        self.at_once = (self.at_once * 2).min(BLOCKS_AT_ONCE);
        wave
    }
}

/// What the blocks that were searched have brought.
#[derive(Clone, Copy, Debug, Default)]
struct Yield {
    blocks: usize,
    records: usize,
}

impl Yield {
    fn add(&mut self, blocks: usize, records: usize) {
        self.blocks += blocks;
        self.records += records;
    }

    /// Reports whether so many further blocks will not bring what is missing, if they are as those before; `false` when
    /// none was searched.
    fn falls_short(self, blocks: usize, missing: usize) -> bool {
        self.records.saturating_mul(blocks) < missing.saturating_mul(self.blocks)
    }
}

/// Returns the first of some blocks up to one that cannot bring anything for the page any more.
fn still_wanted(blocks: Vec<BlockRow>, page: Page, found: &[Found]) -> Vec<BlockRow> {
    let last = found.get(page.limit - 1).map(|(_, entry)| entry.key());
    let can_bring =
        |block: &BlockRow| last.is_none_or(|last| !page.is_beyond(last, block.from_ts, block.to_ts));
    blocks.into_iter().take_while(can_bring).collect()
}

fn ids_of(blocks: &[BlockRow]) -> Vec<i64> {
    blocks.iter().map(|block| block.id).collect()
}

/// Searches blocks on all cores; what is found comes in their order.
async fn search(
    wave: Vec<BlockRow>,
    parts: BTreeMap<i64, HeldParts>,
    plan: Plan,
    page: Page,
) -> Result<Vec<Found>, StoreError> {
    let searching = tokio::task::spawn_blocking(move || {
        let each = wave.par_iter().map(|block| {
            let parts = parts.get(&block.id).map_or_else(|| Ok(View::default()), HeldParts::view)?;
            let entries = scan::page(block, parts, &plan, page).map_err(|e| naming(block.id, e))?;
            Ok(entries.into_iter().map(|entry| (block.source, entry)).collect::<Vec<Found>>())
        });
        each.collect::<Vec<Result<Vec<Found>, StoreError>>>()
    });
    let mut found = Vec::new();
    for entries in searching.await? {
        found.extend(entries?);
    }
    Ok(found)
}

fn row_of(source: i64, entry: Entry, aliases: &Aliases) -> LogRow {
    LogRow {
        number: entry.number,
        source: SourceId(source),
        record: entry.record,
        template: entry.template.map(|template| aliases.resolve(template)),
        known_at: Timestamp::from_millis(entry.known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_ahead_only_where_those_before_brought_little() {
        let mut brought = Yield::default();
        assert!(!brought.falls_short(1, 100));

        brought.add(1, 30);

        assert!(brought.falls_short(2, 70));
        assert!(!brought.falls_short(3, 70));
        assert!(!brought.falls_short(3, 0));
    }
}
