//! Brings records in: short appends as rows of the tail, long ones as blocks, and long tails sealed into blocks.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use rayon::prelude::*;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{LogRecord, TemplateId, Timestamp};

use super::block::{BLOCK_RECORDS, CODEC, Entry, Sealed, cuts, seal};
use super::find::{Checked, checksum, page_id, sealed};
use super::intake::LogIntake;
use super::read::Found;
use super::terms::{GROUP, SEGMENTS, pages_of};
use crate::arrival::Arrival;
use crate::error::StoreError;
use crate::samples::batch::BatchKind;
use crate::samples::history::Arrivals;
use crate::samples::read::json_of;
use crate::samples::{count, unsigned};
use crate::tables::logs::{OLDEST, StoredLog};
use crate::tables::sources::SourceId;
use crate::workspace::Workspace;

/// Rows that the tail of a source keeps when it is sealed, so that records that come late lie beside their neighbours.
const KEPT: usize = 2048;
/// Rows of a source after which its tail is sealed.
const SEAL_AT: usize = BLOCK_RECORDS + KEPT;
/// Rows of a source that are worth a block when the workspace is closed.
const SEAL_ON_CLOSE: usize = 1024;
/// Rows that are sealed in one transaction.
const SEALED_AT_ONCE: usize = BLOCK_RECORDS * 8;
/// Pages of words in one `INSERT`.
const PAGES_PER_STATEMENT: usize = 16;

/// The key of the next number of a record in the table `meta`.
const NEXT_NUMBER: &str = "store.log_number";

impl Workspace {
    /// Stores log records as one complete batch in one transaction; nothing is written when there are none.
    ///
    /// `templates` says for each record which template it belongs to; it is as long as `records`, or empty when there
    /// are none. Records are not compared with what is stored: the caller hands each in once, masked already. Few
    /// become rows of the tail, 4,096 and more become blocks at once; a source's tail is sealed when it is long.
    ///
    /// Cost: linear. Appends of some ten thousand records are the fastest: they are compressed on all cores.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when `templates` has another length; failures of the file.
    /// Nothing of this call is stored then.
    pub async fn append_logs(
        &self,
        source: SourceId,
        kind: BatchKind,
        records: &[LogRecord],
        templates: &[Option<TemplateId>],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        if records.is_empty() {
            return self.require_writable();
        }
        self.take_logs(&LogIntake { records, templates, ..LogIntake::new(source, kind, known_at) }).await
    }

    /// Stores the log records of a history as blocks, in one transaction: each became known as it arrived, whenever it is
    /// stored, with a complete batch for each moment of arrival. They are handed in once, masked already, and have no
    /// templates.
    ///
    /// Cost: linear; compresses on all cores.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn append_log_history(
        &self,
        source: SourceId,
        records: &[LogRecord],
        arrival: Arrival,
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        if records.is_empty() {
            return Ok(());
        }
        let times: Vec<i64> = records.iter().map(|record| record.at.as_millis()).collect();
        let mut arrivals = Arrivals::new(source, arrival);
        let moments = arrivals.missing(std::iter::once(times.as_slice()));
        let new = arrivals.add(self, moments).await?;
        let first_number = self.reserve_numbers(records.len()).await?;
        let blocks = encode(source.0, arrived(records, &arrivals, first_number)?).await?;
        let mut tx = self.begin().await?;
        arrivals.write(&mut tx, &new, "complete", "logs").await?;
        insert_blocks(&mut tx, &blocks).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Seals the tail of a source that got some rows, when it is long.
    pub(crate) async fn seal_long_tail(&self, source: SourceId, got: usize) -> Result<(), StoreError> {
        if self.note_tail(source, got).await? >= SEAL_AT {
            let _no_cut_meanwhile = self.tail_writer().lock().await;
            self.seal_log_tail(source, KEPT).await?;
        }
        Ok(())
    }

    /// Seals all records of a source that are not sealed yet, and returns how many those were.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn seal_logs(&self, source: SourceId) -> Result<u64, StoreError> {
        self.require_writable()?;
        let _no_cut_meanwhile = self.tail_writer().lock().await;
        self.seal_log_tail(source, 0).await.map_err(|e| e.at(self.path()))
    }

    /// Seals what is worth it before the workspace is closed.
    pub(crate) async fn seal_logs_on_close(&self) -> Result<(), StoreError> {
        let _no_cut_meanwhile = self.tail_writer().lock().await;
        for (source, rows) in self.log_tails().await? {
            if rows >= SEAL_ON_CLOSE as u64 {
                self.seal_log_tail(source, 0).await?;
            }
        }
        Ok(())
    }

    /// Returns the sources with records in the tail and how many those are.
    pub(crate) async fn log_tails(&self) -> Result<Vec<(SourceId, u64)>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT b.source, count(*) FROM log_records l CROSS JOIN batches b ON b.id = l.batch \
             GROUP BY b.source ORDER BY b.source",
        )
        .fetch_all(held.on())
        .await?;
        Ok(rows.into_iter().map(|(source, n)| (SourceId(source), unsigned(n))).collect())
    }

    /// Seals all but the newest `keep` records of a source's tail. The caller holds the tail's writing lock: nothing
    /// may be cut or deleted between reading the rows and writing the blocks.
    pub(crate) async fn seal_log_tail(&self, source: SourceId, keep: usize) -> Result<u64, StoreError> {
        let rows: i64 = {
            let mut held = self.db().read().await?;
            sqlx::query_scalar(
                "SELECT count(*) FROM log_records l CROSS JOIN batches b ON b.id = l.batch WHERE b.source = ?",
            )
            .bind(source.0)
            .fetch_one(held.on())
            .await?
        };
        let mut left = usize::try_from(rows).unwrap_or(0).saturating_sub(keep);
        let sealed = left as u64;
        while left > 0 {
            let now = left.min(SEALED_AT_ONCE);
            let mut held = self.db().read().await?;
            let rows: Vec<StoredLog> =
                sqlx::query_as(OLDEST).bind(source.0).bind(count(now)).fetch_all(held.on()).await?;
            drop(held);
            if rows.is_empty() {
                break;
            }
            left = left.saturating_sub(rows.len());
            let found: Vec<Found> = rows.into_iter().map(StoredLog::into_found).collect::<Result<_, _>>()?;
            let entries: Vec<Entry> = found.into_iter().map(|(_, entry)| entry).collect();
            let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
            let blocks = encode(source.0, entries).await?;
            let mut tx = self.begin().await?;
            insert_blocks(&mut tx, &blocks).await?;
            sqlx::query("DELETE FROM log_records WHERE id IN (SELECT value FROM json_each(?))")
                .bind(json_of(&numbers))
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        let mut tails = self.tail_rows().lock().unwrap_or_else(PoisonError::into_inner);
        tails.remove(&source.0);
        Ok(sealed)
    }

    /// Notes rows that a source's tail got, and returns how many it has about.
    async fn note_tail(&self, source: SourceId, rows: usize) -> Result<usize, StoreError> {
        let known = {
            let mut tails = self.tail_rows().lock().unwrap_or_else(PoisonError::into_inner);
            tails.get_mut(&source.0).map(|known| {
                *known += rows;
                *known
            })
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let counted: BTreeMap<i64, usize> = self
            .log_tails()
            .await?
            .into_iter()
            .map(|(source, n)| (source.0, usize::try_from(n).unwrap_or(usize::MAX)))
            .collect();
        let n = counted.get(&source.0).copied().unwrap_or(0);
        self.tail_rows().lock().unwrap_or_else(PoisonError::into_inner).insert(source.0, n);
        Ok(n)
    }

    /// Gives out `n` numbers of records and returns the first; those that are not used are left out.
    pub(crate) async fn reserve_numbers(&self, n: usize) -> Result<i64, StoreError> {
        let mut tx = self.begin().await?;
        let first = next_numbers(&mut tx, n).await?;
        tx.commit().await?;
        Ok(first)
    }
}

/// Gives out `n` numbers of records and returns the first.
pub(crate) async fn next_numbers(connection: &mut SqliteConnection, n: usize) -> Result<i64, StoreError> {
    let stored: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
        .bind(NEXT_NUMBER)
        .fetch_optional(&mut *connection)
        .await?;
    let first = if let Some(next) = stored.and_then(|text| text.parse::<i64>().ok()) {
        next
    } else {
        // A file from before records were sealed: its numbers are those of its rows.
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT max(n) FROM (SELECT max(id) AS n FROM log_records \
             UNION ALL SELECT max(last_number) FROM log_blocks)",
        )
        .fetch_one(&mut *connection)
        .await?;
        last.unwrap_or(0).saturating_add(1)
    };
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(NEXT_NUMBER)
    .bind(first.saturating_add(count(n)).to_string())
    .execute(connection)
    .await?;
    Ok(first)
}

/// Numbers records and says with which batch they came.
pub(crate) fn entries_of(
    records: &[LogRecord],
    templates: &[Option<TemplateId>],
    first_number: i64,
    batch: i64,
    known: i64,
) -> Vec<Entry> {
    let numbered = (first_number..).zip(records).enumerate();
    let entries = numbered.map(|(at, (number, record))| Entry {
        number,
        batch,
        known,
        template: templates.get(at).copied().flatten(),
        record: record.clone(),
    });
    entries.collect()
}

/// Numbers records of a history and says with which batch each came.
fn arrived(records: &[LogRecord], arrivals: &Arrivals, first_number: i64) -> Result<Vec<Entry>, StoreError> {
    let numbered = (first_number..).zip(records);
    let entries = numbered.map(|(number, record)| {
        let time = record.at.as_millis();
        let batch = arrivals.batch_of(time);
        let batch = batch.ok_or_else(|| StoreError::internal("a log record has no batch"))?;
        Ok(Entry { number, batch, known: arrivals.known(time), template: None, record: record.clone() })
    });
    entries.collect()
}

/// Sorts records of one source and writes them as blocks, on all cores.
pub(crate) async fn encode(source: i64, entries: Vec<Entry>) -> Result<Vec<Sealed>, StoreError> {
    let encoding = tokio::task::spawn_blocking(move || encode_all(source, entries));
    encoding.await?
}

/// Sorts records of one source and writes them as blocks; the result does not depend on the number of cores.
pub(crate) fn encode_all(source: i64, mut entries: Vec<Entry>) -> Result<Vec<Sealed>, StoreError> {
    if !entries.is_sorted_by_key(Entry::key) {
        entries.sort_by_key(Entry::key);
    }
    let cuts = cuts(&entries);
    let sealed: Vec<Result<Sealed, StoreError>> =
        cuts.into_par_iter().map(|cut| seal(source, &entries[cut])).collect();
    sealed.into_iter().collect()
}

/// Writes blocks with their parts, filters and writers, and brings filters together when there are enough.
pub(crate) async fn insert_blocks(
    connection: &mut SqliteConnection,
    blocks: &[Sealed],
) -> Result<(), StoreError> {
    for block in blocks {
        let id = insert_block(connection, block).await?;
        sqlx::query("INSERT INTO log_parts (block, place, short, messages, fields) VALUES (?, ?, ?, ?, ?)")
            .bind(id)
            .bind(sealed(&block.parts.place))
            .bind(sealed(&block.parts.short))
            .bind(sealed(&block.parts.messages))
            .bind(block.parts.fields.as_deref().map(sealed))
            .execute(&mut *connection)
            .await?;
        insert_loose(connection, id, &block.filter).await?;
        insert_writers(connection, block).await?;
    }
    group_filters(connection).await
}

async fn insert_block(connection: &mut SqliteConnection, block: &Sealed) -> Result<i64, StoreError> {
    let id = sqlx::query_scalar(
        "INSERT INTO log_blocks (source, from_ts, to_ts, n, last_number, first_batch, last_batch, first_known, \
         last_known, raw_bytes, bytes, codec, levels) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(block.source)
    .bind(block.from_ts)
    .bind(block.to_ts)
    .bind(block.n)
    .bind(block.last_number)
    .bind(block.batches.0)
    .bind(block.batches.1)
    .bind(block.known.0)
    .bind(block.known.1)
    .bind(block.raw_bytes)
    .bind(block.bytes())
    .bind(CODEC)
    .bind(block.levels.as_slice())
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Writes the filter of a block that belongs to no group.
pub(crate) async fn insert_loose(
    connection: &mut SqliteConnection,
    block: i64,
    filter: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO log_terms (block, check32, bytes) VALUES (?, ?, ?)")
        .bind(block)
        .bind(checksum(filter))
        .bind(filter)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_writers(connection: &mut SqliteConnection, block: &Sealed) -> Result<(), StoreError> {
    for (kind, names) in [("service", &block.writers.0), ("host", &block.writers.1)] {
        sqlx::query(
            "INSERT OR IGNORE INTO log_writers (source, kind, name) SELECT ?1, ?2, value FROM json_each(?3)",
        )
        .bind(block.source)
        .bind(kind)
        .bind(names.iter().map(String::as_str).collect::<serde_json::Value>().to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Lays the filters of every 64 blocks that have no group beside each other.
pub(crate) async fn group_filters(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    loop {
        let rows: i64 =
            sqlx::query_scalar("SELECT count(*) FROM log_terms").fetch_one(&mut *connection).await?;
        if rows < count(GROUP) {
            return Ok(());
        }
        let rows: Vec<Checked> =
            sqlx::query_as("SELECT block AS id, check32, bytes FROM log_terms ORDER BY block LIMIT ?")
                .bind(count(GROUP))
                .fetch_all(&mut *connection)
                .await?;
        let taken: Vec<i64> = rows.iter().map(|row| row.id).collect();
        // A damaged filter is dropped: a block without one may hold everything.
        let good: Vec<(i64, Vec<u8>)> =
            rows.into_iter().filter_map(|row| Some((row.id, row.into_bytes().ok()?))).collect();
        let (blocks, filters): (Vec<i64>, Vec<Vec<u8>>) = good.into_iter().unzip();
        let group: i64 = sqlx::query_scalar("SELECT coalesce(max(id) / ?, -1) + 1 FROM log_term_pages")
            .bind(count(SEGMENTS))
            .fetch_one(&mut *connection)
            .await?;
        insert_pages(connection, group, &pages_of(&filters)?).await?;
        sqlx::query("DELETE FROM log_terms WHERE block IN (SELECT value FROM json_each(?))")
            .bind(json_of(&taken))
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "UPDATE log_blocks SET term_group = ?1, slot = place.key FROM json_each(?2) AS place \
             WHERE log_blocks.id = place.value",
        )
        .bind(group)
        .bind(json_of(&blocks))
        .execute(&mut *connection)
        .await?;
    }
}

async fn insert_pages(
    connection: &mut SqliteConnection,
    group: i64,
    pages: &[Vec<u8>],
) -> Result<(), StoreError> {
    let numbered: Vec<(usize, &Vec<u8>)> = pages.iter().enumerate().collect();
    for some in numbered.chunks(PAGES_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO log_term_pages (id, check32, bytes) ");
        insert.push_values(some, |mut row, (segment, page)| {
            row.push_bind(page_id(group, *segment)).push_bind(checksum(page)).push_bind(page.as_slice());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
