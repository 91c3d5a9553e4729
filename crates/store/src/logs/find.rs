//! Chooses blocks: by what stands in their rows, and by the index of their words.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::block::{Parts, View, level_counts};
use super::plan::{Leaf, Plan, Wanted};
use super::terms::{SEGMENTS, may_hold, segment_of, split};
use super::words::Term;
use crate::error::StoreError;
use crate::samples::count;
use crate::samples::read::json_of;

/// What is known of a block without opening it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct BlockRow {
    pub(crate) id: i64,
    pub(crate) source: i64,
    pub(crate) from_ts: i64,
    pub(crate) to_ts: i64,
    pub(crate) n: i64,
    pub(crate) last_known: i64,
    pub(crate) raw_bytes: i64,
    pub(crate) levels: Vec<u8>,
    pub(crate) term_group: Option<i64>,
    pub(crate) slot: Option<i64>,
}

/// Blocks that touch a period, of some sources, of which something was known at a moment.
const CHOOSE: &str = "SELECT id, source, from_ts, to_ts, n, last_known, raw_bytes, levels, term_group, slot \
     FROM log_blocks WHERE to_ts >= ?1 AND from_ts <= ?2 \
     AND (?3 IS NULL OR source IN (SELECT value FROM json_each(?3))) AND (?4 IS NULL OR first_known <= ?4)";

/// A row with bytes and their CRC-32.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Checked {
    pub(crate) id: i64,
    check32: i64,
    bytes: Vec<u8>,
}

impl Checked {
    /// Returns the bytes when they are what was written.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, StoreError> {
        if checksum(&self.bytes) == self.check32 {
            Ok(self.bytes)
        } else {
            Err(StoreError::damaged(StoreError::CHECKSUM))
        }
    }
}

/// Returns the CRC-32 of bytes as it is stored.
pub(crate) fn checksum(bytes: &[u8]) -> i64 {
    i64::from(crc32fast::hash(bytes))
}

/// Returns the blocks in which a plan may find something, in no particular order.
pub(crate) async fn choose(
    connection: &mut SqliteConnection,
    plan: &Plan,
) -> Result<Vec<BlockRow>, StoreError> {
    let mut blocks: Vec<BlockRow> = sqlx::query_as(CHOOSE)
        .bind(plan.first)
        .bind(plan.last)
        .bind(plan.sources.as_deref())
        .bind(plan.as_of)
        .fetch_all(&mut *connection)
        .await?;
    if plan.levels.is_some() {
        blocks.retain(|block| has_level(block, plan));
    }
    if plan.in_block == Wanted::Anything || blocks.is_empty() {
        return Ok(blocks);
    }
    let index = Index::read(connection, &blocks, &plan.leaves).await?;
    blocks.retain(|block| plan.in_block.holds(&|leaf| index.may_hold(block, &plan.leaves, leaf)));
    Ok(blocks)
}

fn has_level(block: &BlockRow, plan: &Plan) -> bool {
    let Ok(counts) = level_counts(&block.levels) else { return true };
    (0_u8..).zip(counts).any(|(level, n)| n > 0 && plan.passes_level(level))
}

/// What of the index is needed for some leaves and blocks. What is missing or damaged may hold everything: the search is
/// slower then, and still right.
struct Index {
    /// For each group and leaf, whether the block in each place may hold it.
    grouped: BTreeMap<(i64, usize), Vec<bool>>,
    /// The filters of blocks without a group, by block.
    loose: BTreeMap<i64, Vec<u8>>,
}

impl Index {
    async fn read(
        connection: &mut SqliteConnection,
        blocks: &[BlockRow],
        leaves: &[Leaf],
    ) -> Result<Self, StoreError> {
        let groups: BTreeSet<i64> = blocks.iter().filter_map(|block| block.term_group).collect();
        let mut by_segment: BTreeMap<usize, Vec<(usize, Term)>> = BTreeMap::new();
        for (at, leaf) in leaves.iter().enumerate() {
            if let Some(term) = leaf.term {
                by_segment.entry(segment_of(term)).or_default().push((at, term));
            }
        }
        let pages: Vec<i64> = groups
            .iter()
            .flat_map(|group| by_segment.keys().map(|segment| page_id(*group, *segment)))
            .collect();
        let rows: Vec<Checked> = sqlx::query_as(
            "SELECT id, check32, bytes FROM log_term_pages WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(json_of(&pages))
        .fetch_all(&mut *connection)
        .await?;
        let mut grouped = BTreeMap::new();
        for row in rows {
            let (group, segment) = place_of(row.id);
            let Ok(bytes) = row.into_bytes() else { continue };
            let Ok(pieces) = split(&bytes) else { continue };
            for (leaf, term) in by_segment.get(&segment).into_iter().flatten() {
                let each = pieces.iter().map(|piece| may_hold(piece, *term));
                grouped.insert((group, *leaf), each.collect());
            }
        }
        let alone: Vec<i64> =
            blocks.iter().filter(|block| block.term_group.is_none()).map(|block| block.id).collect();
        let rows: Vec<Checked> = sqlx::query_as(
            "SELECT block AS id, check32, bytes FROM log_terms WHERE block IN (SELECT value FROM json_each(?))",
        )
        .bind(json_of(&alone))
        .fetch_all(&mut *connection)
        .await?;
        let loose = rows.into_iter().filter_map(|row| Some((row.id, row.into_bytes().ok()?)));
        Ok(Self { grouped, loose: loose.collect() })
    }

    fn may_hold(&self, block: &BlockRow, leaves: &[Leaf], at: usize) -> bool {
        let Some(term) = leaves[at].term else { return true };
        if let (Some(group), Some(slot)) = (block.term_group, block.slot) {
            let slots = self.grouped.get(&(group, at));
            let slot = usize::try_from(slot).unwrap_or(usize::MAX);
            return slots.and_then(|slots| slots.get(slot)).copied().unwrap_or(true);
        }
        let Some(Ok(segments)) = self.loose.get(&block.id).map(|filter| split(filter)) else { return true };
        segments.get(segment_of(term)).is_none_or(|segment| may_hold(segment, term))
    }
}

/// Returns the number of the page of a group's segment.
pub(crate) fn page_id(group: i64, segment: usize) -> i64 {
    group.saturating_mul(count(SEGMENTS)).saturating_add(count(segment))
}

fn place_of(page: i64) -> (i64, usize) {
    let segments = count(SEGMENTS);
    (page.div_euclid(segments), usize::try_from(page.rem_euclid(segments)).unwrap_or(0))
}

/// How much of a block is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Times, numbers, batches and the short columns.
    Short,
    /// Everything.
    Whole,
}

/// The parts of a block as SQLite gave them out, with the checksums before them: looked at where they are, not copied.
#[derive(Debug)]
pub(crate) struct HeldParts {
    block: i64,
    row: SqliteRow,
}

impl HeldParts {
    /// Returns the parts. Their checksums are compared here, so that it is done by those who search them.
    pub(crate) fn view(&self) -> Result<View<'_>, StoreError> {
        self.checked().map_err(|error| naming(self.block, error))
    }

    fn checked(&self) -> Result<View<'_>, StoreError> {
        Ok(View {
            place: unsealed(self.row.try_get("place")?)?,
            short: unsealed(self.row.try_get("short")?)?,
            messages: self.part("messages")?.unwrap_or_default(),
            fields: self.part("fields")?,
        })
    }

    /// Returns a part that was not read, or is in no record of the block, as `None`.
    fn part(&self, name: &str) -> Result<Option<&[u8]>, StoreError> {
        let bytes: Option<&[u8]> = self.row.try_get(name)?;
        bytes.map(unsealed).transpose()
    }
}

/// Puts the CRC-32 of a part before it.
pub(crate) fn sealed(part: &[u8]) -> Vec<u8> {
    let mut bytes = crc32fast::hash(part).to_le_bytes().to_vec();
    bytes.extend_from_slice(part);
    bytes
}

fn unsealed(bytes: &[u8]) -> Result<&[u8], StoreError> {
    match bytes.split_first_chunk::<4>() {
        Some((sum, part)) if u32::from_le_bytes(*sum) == crc32fast::hash(part) => Ok(part),
        Some(_) | None => Err(StoreError::damaged(StoreError::CHECKSUM)),
    }
}

/// Reads blocks; a damaged one is an error that names it.
pub(crate) async fn read_parts(
    connection: &mut SqliteConnection,
    blocks: &[i64],
    depth: Depth,
) -> Result<BTreeMap<i64, Parts>, StoreError> {
    let held = hold_parts(connection, blocks, depth).await?;
    let own = held.into_iter().map(|(block, held)| {
        let View { place, short, messages, fields } = held.view()?;
        let parts = Parts {
            place: place.to_vec(),
            short: short.to_vec(),
            messages: messages.to_vec(),
            fields: fields.map(<[u8]>::to_vec),
        };
        Ok((block, parts))
    });
    own.collect()
}

/// Reads blocks whose parts are only looked at; one that is not there is an error that names it.
pub(crate) async fn hold_parts(
    connection: &mut SqliteConnection,
    blocks: &[i64],
    depth: Depth,
) -> Result<BTreeMap<i64, HeldParts>, StoreError> {
    if blocks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement = match depth {
        Depth::Short => {
            "SELECT block, place, short, NULL AS messages, NULL AS fields FROM log_parts \
             WHERE block IN (SELECT value FROM json_each(?))"
        }
        Depth::Whole => {
            "SELECT block, place, short, messages, fields FROM log_parts \
             WHERE block IN (SELECT value FROM json_each(?))"
        }
    };
    let rows = sqlx::query(statement).bind(json_of(blocks)).fetch_all(&mut *connection).await?;
    let mut parts: BTreeMap<i64, HeldParts> = BTreeMap::new();
    for row in rows {
        let block: i64 = row.try_get("block")?;
        parts.insert(block, HeldParts { block, row });
    }
    match blocks.iter().find(|block| !parts.contains_key(block)) {
        Some(block) => Err(naming(*block, StoreError::damaged("its parts are not there"))),
        None => Ok(parts),
    }
}

/// Names the block in what is wrong with it.
pub(crate) fn naming(block: i64, error: StoreError) -> StoreError {
    error.of(&format!("block {block} of log records"))
}
