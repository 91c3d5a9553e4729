//! Takes records away and brings small blocks together: retention, size, compaction, and going back in a drill.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;

use super::block::{BLOCK_BYTES, BLOCK_RECORDS, Columns, Entry, Parts, open, records_of};
use super::find::{BlockRow, Checked, Depth, naming, page_id, read_parts};
use super::seal::{encode, group_filters, insert_blocks, insert_loose};
use super::terms::{GROUP, SEGMENTS, filter_from};
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::samples::{count, unsigned};
use crate::workspace::Workspace;

/// Blocks that are in memory at the same time.
const BLOCKS_AT_ONCE: usize = 16;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// The columns of [`BlockRow`].
macro_rules! block_rows {
    ($rest:literal) => {
        concat!(
            "SELECT id, source, from_ts, to_ts, n, last_known, raw_bytes, levels, term_group, slot FROM log_blocks ",
            $rest
        )
    };
}

impl Workspace {
    /// Deletes the blocks and rows of a source that end before a time, and its template counts of hours that do;
    /// returns the number of records.
    pub(crate) async fn drop_logs_before(&self, source: i64, time: i64) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let blocks: Vec<(i64, i64)> =
            sqlx::query_as("SELECT id, n FROM log_blocks WHERE source = ? AND to_ts < ?")
                .bind(source)
                .bind(time)
                .fetch_all(&mut *tx)
                .await?;
        let ids: Vec<i64> = blocks.iter().map(|(id, _)| *id).collect();
        delete_blocks(&mut tx, &ids).await?;
        let rows = sqlx::query(
            "DELETE FROM log_records WHERE event_at < ? AND batch IN (SELECT id FROM batches WHERE source = ?)",
        )
        .bind(time)
        .bind(source)
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM log_template_hours WHERE source = ? AND hour_start <= ?")
            .bind(source)
            .bind(time.saturating_sub(HOUR_MS))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.forget_tail_rows();
        Ok(blocks.into_iter().map(|(_, n)| unsigned(n)).sum::<u64>() + rows.rows_affected())
    }

    /// Writes blocks that reach behind a time again without what is older, and small neighbours as one. Returns how
    /// many blocks were brought together with others and how many records were not kept.
    pub(crate) async fn merge_logs(
        &self,
        source: i64,
        keep_from: Option<i64>,
    ) -> Result<(u64, u64), StoreError> {
        let rows: Vec<BlockRow> = {
            let mut held = self.db().read().await?;
            sqlx::query_as(block_rows!("WHERE source = ? ORDER BY from_ts, id"))
                .bind(source)
                .fetch_all(held.on())
                .await?
        };
        let (mut merged, mut dropped) = (0, 0);
        for group in groups_of(&rows, keep_from) {
            let mut tx = self.begin().await?;
            let is_kept = |entry: &Entry| keep_from.is_none_or(|time| entry.record.at.as_millis() >= time);
            dropped += rewrite(&mut tx, source, &group, is_kept).await?;
            tx.commit().await?;
            merged += if group.len() > 1 { group.len() as u64 } else { 0 };
        }
        Ok((merged, dropped))
    }

    /// Brings the index in order: groups of which much was deleted are laid together again, and the writers are those
    /// of the records that are left.
    pub(crate) async fn tidy_log_index(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let thin: Vec<i64> = sqlx::query_scalar(
            "SELECT term_group FROM log_blocks WHERE term_group IS NOT NULL GROUP BY term_group HAVING count(*) < ?",
        )
        .bind(count(GROUP / 2))
        .fetch_all(&mut *tx)
        .await?;
        for group in thin {
            loosen(&mut tx, group).await?;
        }
        group_filters(&mut tx).await?;
        rebuild_writers(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Returns the groups of blocks of one source that are worth writing again; `blocks` ascend by their start.
fn groups_of(blocks: &[BlockRow], keep_from: Option<i64>) -> Vec<Vec<BlockRow>> {
    let mut groups: Vec<Vec<BlockRow>> = Vec::new();
    let (mut n, mut bytes) = (0, 0);
    for block in blocks {
        n += block.n;
        bytes += block.raw_bytes;
        match groups.last_mut() {
            Some(group) if n <= count(BLOCK_RECORDS) && bytes <= count(BLOCK_BYTES) => {
                group.push(block.clone());
            }
            _ => {
                groups.push(vec![block.clone()]);
                (n, bytes) = (block.n, block.raw_bytes);
            }
        }
    }
    let reaches_back = |block: &BlockRow| keep_from.is_some_and(|time| block.from_ts < time);
    groups.retain(|group| group.len() > 1 || group.iter().any(reaches_back));
    groups
}

/// Writes blocks of one source again with the records that are kept; returns how many are not.
async fn rewrite(
    connection: &mut SqliteConnection,
    source: i64,
    blocks: &[BlockRow],
    is_kept: impl Fn(&Entry) -> bool,
) -> Result<u64, StoreError> {
    let ids: Vec<i64> = blocks.iter().map(|block| block.id).collect();
    let mut parts = read_parts(connection, &ids, Depth::Whole).await?;
    let (mut entries, mut dropped) = (Vec::new(), 0);
    for block in blocks {
        let own: Parts = parts.remove(&block.id).unwrap_or_default();
        let n = block.n;
        let opening = tokio::task::spawn_blocking(move || open(n, &own));
        for entry in opening.await?.map_err(|e| naming(block.id, e))? {
            if is_kept(&entry) {
                entries.push(entry);
            } else {
                dropped += 1;
            }
        }
    }
    delete_blocks(connection, &ids).await?;
    let sealed = encode(source, entries).await?;
    insert_blocks(connection, &sealed).await?;
    Ok(dropped)
}

/// Deletes what some batches brought, all of which became known after a moment; returns how many records.
pub(crate) async fn cut_logs(
    connection: &mut SqliteConnection,
    gone: &BTreeSet<i64>,
    moment: i64,
) -> Result<u64, StoreError> {
    let rows: Vec<BlockRow> = sqlx::query_as(block_rows!("WHERE last_known > ? ORDER BY id"))
        .bind(moment)
        .fetch_all(&mut *connection)
        .await?;
    let mut cut = 0;
    for block in &rows {
        let one = std::slice::from_ref(block);
        cut += rewrite(connection, block.source, one, |entry| !gone.contains(&entry.batch)).await?;
    }
    let listed = json_of(gone);
    let unsealed = sqlx::query("DELETE FROM log_records WHERE batch IN (SELECT value FROM json_each(?))")
        .bind(listed)
        .execute(&mut *connection)
        .await?;
    if !rows.is_empty() {
        rebuild_writers(connection).await?;
    }
    Ok(cut + unsealed.rows_affected())
}

/// Deletes blocks with their parts and filters.
pub(crate) async fn delete_blocks(
    connection: &mut SqliteConnection,
    blocks: &[i64],
) -> Result<(), StoreError> {
    if blocks.is_empty() {
        return Ok(());
    }
    for (statement, ids) in [
        ("DELETE FROM log_parts WHERE block IN (SELECT value FROM json_each(?))", json_of(blocks)),
        ("DELETE FROM log_terms WHERE block IN (SELECT value FROM json_each(?))", json_of(blocks)),
        ("DELETE FROM log_blocks WHERE id IN (SELECT value FROM json_each(?))", json_of(blocks)),
    ] {
        sqlx::query(statement).bind(ids).execute(&mut *connection).await?;
    }
    delete_empty_groups(connection).await
}

/// Deletes the pages of groups without blocks.
pub(crate) async fn delete_empty_groups(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM log_term_pages WHERE id / ? NOT IN \
         (SELECT term_group FROM log_blocks WHERE term_group IS NOT NULL)",
    )
    .bind(count(SEGMENTS))
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives the blocks of a group their own filters back and deletes the group. What cannot be read is left without one.
async fn loosen(connection: &mut SqliteConnection, group: i64) -> Result<(), StoreError> {
    let rows: Vec<Checked> =
        sqlx::query_as("SELECT id, check32, bytes FROM log_term_pages WHERE id >= ? AND id < ? ORDER BY id")
            .bind(page_id(group, 0))
            .bind(page_id(group, SEGMENTS))
            .fetch_all(&mut *connection)
            .await?;
    let pages: Result<Vec<Vec<u8>>, StoreError> = rows.into_iter().map(Checked::into_bytes).collect();
    let blocks: Vec<(i64, i64)> =
        sqlx::query_as("SELECT id, slot FROM log_blocks WHERE term_group = ? ORDER BY id")
            .bind(group)
            .fetch_all(&mut *connection)
            .await?;
    if let Ok(pages) = pages
        && pages.len() == SEGMENTS
    {
        for (block, slot) in blocks {
            if let Ok(filter) = filter_from(&pages, usize::try_from(slot).unwrap_or(usize::MAX)) {
                insert_loose(connection, block, &filter).await?;
            }
        }
    }
    sqlx::query("UPDATE log_blocks SET term_group = NULL, slot = NULL WHERE term_group = ?")
        .bind(group)
        .execute(&mut *connection)
        .await?;
    delete_empty_groups(connection).await
}

/// Writes down again who wrote the sealed records.
async fn rebuild_writers(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let blocks: Vec<(i64, i64, i64)> = sqlx::query_as("SELECT id, source, n FROM log_blocks ORDER BY id")
        .fetch_all(&mut *connection)
        .await?;
    let mut writers: BTreeSet<(i64, &'static str, String)> = BTreeSet::new();
    for some in blocks.chunks(BLOCKS_AT_ONCE) {
        let ids: Vec<i64> = some.iter().map(|(id, _, _)| *id).collect();
        let parts = read_parts(connection, &ids, Depth::Short).await?;
        for (id, source, n) in some {
            let short = parts.get(id).map(|parts| parts.short.as_slice()).unwrap_or_default();
            let columns = records_of(*n).and_then(|n| Columns::read(short, n));
            let columns = columns.map_err(|e| naming(*id, e))?;
            let named = |kind, names: Vec<String>| {
                names.into_iter().filter(|name| !name.is_empty()).map(move |name| (*source, kind, name))
            };
            writers.extend(named("service", columns.service.known));
            writers.extend(named("host", columns.host.known));
        }
    }
    sqlx::query("DELETE FROM log_writers").execute(&mut *connection).await?;
    for (source, kind, name) in writers {
        sqlx::query("INSERT INTO log_writers (source, kind, name) VALUES (?, ?, ?)")
            .bind(source)
            .bind(kind)
            .bind(name)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(id: i64, from_ts: i64, n: i64) -> BlockRow {
        BlockRow {
            id,
            source: 1,
            from_ts,
            to_ts: from_ts + 10,
            n,
            last_known: 0,
            raw_bytes: n * 100,
            levels: Vec::new(),
            term_group: None,
            slot: None,
        }
    }

    #[test]
    fn small_neighbours_come_together_and_what_is_too_old_is_written_again() {
        let blocks = [block(1, 0, 8000), block(2, 100, 100), block(3, 200, 200), block(4, 300, 8000)];
        let ids = |keep_from| {
            let groups = groups_of(&blocks, keep_from);
            groups.iter().map(|group| group.iter().map(|b| b.id).collect()).collect::<Vec<Vec<i64>>>()
        };

        assert_eq!(ids(None), [vec![1, 2],]);
        assert_eq!(ids(Some(5)), [vec![1, 2],]);
    }
}
