//! How much is stored of log records, and who wrote them.

use std::collections::BTreeMap;

use wardroom_core::Timestamp;

use crate::db::Db;
use crate::error::StoreError;
use crate::samples::unsigned;
use crate::tables::sources::SourceId;
use crate::tables::{has_table, time_of};
use crate::workspace::Workspace;

/// How much is stored of the log records of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSize {
    /// Records, sealed and not.
    pub records: u64,
    /// Records that are not sealed yet.
    pub tail_records: u64,
    /// Blocks of sealed records.
    pub blocks: u64,
    /// Bytes of these blocks with their index.
    pub bytes: u64,
    /// Bytes of the sealed records as lines of text.
    pub raw_bytes: u64,
    /// The time of the first record; `None` when there are none.
    pub first: Option<Timestamp>,
    /// The time of the last record; `None` when there are none.
    pub last: Option<Timestamp>,
}

impl Workspace {
    /// Returns how much is stored of the log records of each source that has any.
    ///
    /// Cost: a look at every block's row and every record that is not sealed.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn log_sizes(&self) -> Result<BTreeMap<SourceId, LogSize>, StoreError> {
        let mut held = self.db().read().await?;
        let sealed: Vec<(i64, i64, i64, i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT source, count(*), sum(n), sum(bytes), sum(raw_bytes), min(from_ts), max(to_ts) \
             FROM log_blocks GROUP BY source",
        )
        .fetch_all(held.on())
        .await?;
        let unsealed: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT b.source, count(*), min(l.event_at), max(l.event_at) FROM log_records l \
             CROSS JOIN batches b ON b.id = l.batch GROUP BY b.source",
        )
        .fetch_all(held.on())
        .await?;
        let mut sizes: BTreeMap<SourceId, LogSize> = BTreeMap::new();
        for (source, blocks, records, bytes, raw_bytes, first, last) in sealed {
            let size = sizes.entry(SourceId(source)).or_default();
            size.records = unsigned(records);
            size.blocks = unsigned(blocks);
            size.bytes = unsigned(bytes);
            size.raw_bytes = unsigned(raw_bytes);
            (size.first, size.last) = (time_of(Some(first)), time_of(Some(last)));
        }
        for (source, records, first, last) in unsealed {
            let size = sizes.entry(SourceId(source)).or_default();
            size.records += unsigned(records);
            size.tail_records = unsigned(records);
            size.first = size.first.into_iter().chain(time_of(Some(first))).min();
            size.last = size.last.into_iter().chain(time_of(Some(last))).max();
        }
        Ok(sizes)
    }

    /// Adds the sizes of all sources up.
    pub(crate) async fn log_extents(&self) -> Result<LogSize, StoreError> {
        let mut all = LogSize::default();
        if !has_log_blocks(self.db()).await? {
            return Ok(all);
        }
        for size in self.log_sizes().await?.into_values() {
            all.records += size.records;
            all.tail_records += size.tail_records;
            all.blocks += size.blocks;
            all.bytes += size.bytes;
            all.raw_bytes += size.raw_bytes;
            all.first = all.first.into_iter().chain(size.first).min();
            all.last = all.last.into_iter().chain(size.last).max();
        }
        Ok(all)
    }

    /// Returns the names of the services and of the machines that have written log records, each list in order.
    ///
    /// Names of records that were dropped by [`Workspace::apply_limits`] stay until [`Workspace::compact`]. Cost: a look
    /// at every record that is not sealed.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn log_writers(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let mut held = self.db().read().await?;
        let services: Vec<String> = sqlx::query_scalar(
            "SELECT service FROM log_records WHERE service <> '' \
             UNION SELECT name FROM log_writers WHERE kind = 'service' ORDER BY 1",
        )
        .fetch_all(held.on())
        .await?;
        let hosts: Vec<String> = sqlx::query_scalar(
            "SELECT host FROM log_records WHERE host <> '' \
             UNION SELECT name FROM log_writers WHERE kind = 'host' ORDER BY 1",
        )
        .fetch_all(held.on())
        .await?;
        Ok((services, hosts))
    }
}

/// Reports whether the file's form knows blocks of log records. One from before them that is open for reading only does
/// not.
pub(crate) async fn has_log_blocks(db: &Db) -> Result<bool, StoreError> {
    let mut held = db.read().await?;
    has_table(held.on(), "log_blocks").await
}
