//! Batches: one sync, import or follow tick, and the samples that it brought.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{FactId, Samples, Timestamp};

use super::codec::{Effort, Encoded, encode_with, pack_batches};
use super::history::{Arrivals, NewBatch};
use super::read::{Window, json_of};
use super::tail::batch_number;
use super::{CHUNK_SAMPLES, Column};
use crate::arrival::Arrival;
use crate::error::StoreError;
use crate::tables::series::{SeriesId, know_earlier};
use crate::tables::sources::SourceId;
use crate::workspace::Workspace;

/// Chunks of one `INSERT`; each brings its blobs along, so fewer than of plain rows.
const CHUNKS_PER_STATEMENT: usize = 100;

/// The number of a batch in its file; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub i64);

/// What brought samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BatchKind {
    /// A read of a period from a connection; what arrived is kept when it ends early.
    Sync,
    /// Files; nothing of it is seen before all of it is there.
    Import,
    /// One tick of following.
    Follow,
}

impl BatchKind {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Import => "import",
            Self::Follow => "follow",
        }
    }
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BatchEnd {
    /// All that was asked for is there.
    Complete,
    /// Something is missing: it was cancelled, or parts failed.
    Partial,
}

/// What a batch brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    /// The batch.
    pub batch: BatchId,
    /// Samples that were stored; those that were there already with the same bits do not count.
    pub samples: u64,
    /// Series that got samples.
    pub series: u64,
    /// Bytes of the compressed columns.
    pub bytes: u64,
}

/// A batch in progress. Ends with [`BatchWriter::finish`] or [`BatchWriter::discard`].
///
/// When it is dropped instead, or the process dies, a sync keeps what was appended and becomes partial, and an import
/// is deleted; both when the workspace is opened the next time.
#[derive(Debug)]
pub struct BatchWriter {
    workspace: Workspace,
    id: i64,
    kind: BatchKind,
    /// The batches that bring what this one stands for, where each sample became known as it arrived.
    arrivals: Option<Arrivals>,
    series: BTreeSet<i64>,
    samples: u64,
    bytes: u64,
}

impl Workspace {
    /// Begins a batch that became known at `known_at`; `note` says in a few words of the caller what it is.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn begin_batch(
        &self,
        source: SourceId,
        kind: BatchKind,
        known_at: Timestamp,
        note: String,
    ) -> Result<BatchWriter, StoreError> {
        self.require_writable()?;
        let fact = self.new_fact_id().await?;
        let mut tx = self.begin().await?;
        insert_batch(&mut tx, fact, source, kind, "open", known_at, &note).await?;
        tx.commit().await?;
        Ok(BatchWriter {
            workspace: self.clone(),
            id: batch_number(fact)?,
            kind,
            arrivals: None,
            series: BTreeSet::new(),
            samples: 0,
            bytes: 0,
        })
    }

    /// Begins a sync of what lies in the past and became known as it arrived, whenever it is stored: there is a batch for
    /// each moment of arrival, and a series is known from its first sample on. `known_at` is that of the sync itself,
    /// which brings nothing but these batches.
    ///
    /// # Errors
    ///
    /// As [`Workspace::begin_batch`].
    pub async fn begin_history(
        &self,
        source: SourceId,
        known_at: Timestamp,
        arrival: Arrival,
        note: String,
    ) -> Result<BatchWriter, StoreError> {
        let writer = self.begin_batch(source, BatchKind::Sync, known_at, note).await?;
        Ok(BatchWriter { arrivals: Some(Arrivals::new(source, arrival)), ..writer })
    }

    /// Drops samples whose current stored version has the same bits, and series of which nothing is left.
    pub(crate) async fn drop_known(
        &self,
        mut incoming: BTreeMap<i64, Samples>,
        own: i64,
    ) -> Result<Vec<(i64, Samples)>, StoreError> {
        incoming.retain(|_, samples| !samples.is_empty());
        let mut fresh = Vec::with_capacity(incoming.len());
        let ids: Vec<i64> = incoming.keys().copied().collect();
        for group in ids.chunks(256) {
            let group: BTreeSet<i64> = group.iter().copied().collect();
            let times = |id: &i64| incoming.get(id).map(Samples::times).unwrap_or_default();
            let first = group.iter().filter_map(|id| times(id).first().copied()).min();
            let last = group.iter().filter_map(|id| times(id).last().copied()).max();
            let window = Window { first: first.unwrap_or(i64::MIN), last: last.unwrap_or(i64::MAX) };
            let stored = self.read_current(&group, window, None, own).await?;
            for id in group {
                let Some(samples) = incoming.remove(&id) else { continue };
                let left = match stored.get(&id) {
                    Some(stored) if !stored.is_empty() => without(&samples, stored),
                    _ => samples,
                };
                if !left.is_empty() {
                    fresh.push((id, left));
                }
            }
        }
        Ok(fresh)
    }
}

impl BatchWriter {
    /// Returns the batch.
    pub const fn id(&self) -> BatchId {
        BatchId(self.id)
    }

    /// Appends samples as sealed chunks in one transaction.
    ///
    /// Samples that are stored already with the same bits are dropped; unsorted ones are sorted, and of one time the
    /// last is taken. Chunks get as long as what one call brings (up to 4,096 samples), so few large calls beat many
    /// small ones. Cost: linear; compresses on all cores.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] after the workspace was closed to writing; failures of the file. Nothing of this call
    /// is stored then.
    pub async fn append(&mut self, samples: Vec<(SeriesId, Samples)>) -> Result<(), StoreError> {
        let fresh = self.workspace.drop_known(gather(samples), self.id).await?;
        if fresh.is_empty() {
            return Ok(());
        }
        let effort = match self.kind {
            BatchKind::Sync | BatchKind::Follow => Effort::Best,
            BatchKind::Import => Effort::Quick,
        };
        let (arrivals, new) = self.arrivals_with(&fresh).await?;
        let first = arrivals.as_ref().map_or_else(Vec::new, |arrivals| first_known(arrivals, &fresh));
        let (id, bringing) = (self.id, arrivals.clone());
        let encoding = tokio::task::spawn_blocking(move || {
            let columns = fresh.into_iter().map(|(series, samples)| match &bringing {
                Some(arrivals) => (series, arrivals.column(samples, id)),
                None => (series, column_of(samples, id)),
            });
            encode_all(columns.collect(), effort)
        });
        let chunks = encoding.await??;
        let mut tx = self.workspace.begin().await?;
        if let Some(arrivals) = &arrivals {
            arrivals.write(&mut tx, &new, "open", "").await?;
            know_earlier(&mut tx, &first).await?;
        }
        insert_chunks(&mut tx, &chunks).await?;
        tx.commit().await?;
        self.arrivals = arrivals;
        for chunk in &chunks {
            self.series.insert(chunk.series);
            self.samples += super::unsigned(chunk.n);
            self.bytes += chunk.bytes();
        }
        Ok(())
    }

    /// Returns the batches that bring these samples as well, and which of them have to be written.
    async fn arrivals_with(
        &self,
        fresh: &[(i64, Samples)],
    ) -> Result<(Option<Arrivals>, Vec<NewBatch>), StoreError> {
        let Some(mut arrivals) = self.arrivals.clone() else { return Ok((None, Vec::new())) };
        let moments = arrivals.missing(fresh.iter().map(|(_, samples)| samples.times()));
        let new = arrivals.add(&self.workspace, moments).await?;
        Ok((Some(arrivals), new))
    }

    /// Returns this batch and those of arrival as a JSON array.
    fn all_batches(&self) -> String {
        json_of(self.arrivals.iter().flat_map(Arrivals::numbers).chain([&self.id]))
    }

    /// Ends the batch and says what it brought. An import becomes visible with this.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn finish(self, end: BatchEnd) -> Result<BatchSummary, StoreError> {
        let state = match end {
            BatchEnd::Complete => "complete",
            BatchEnd::Partial => "partial",
        };
        let mut tx = self.workspace.begin().await?;
        sqlx::query("UPDATE batches SET state = ? WHERE id IN (SELECT value FROM json_each(?))")
            .bind(state)
            .bind(self.all_batches())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(BatchSummary {
            batch: BatchId(self.id),
            samples: self.samples,
            series: self.series.len() as u64,
            bytes: self.bytes,
        })
    }

    /// Deletes the batch and all that it brought.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn discard(self) -> Result<(), StoreError> {
        let batches = self.all_batches();
        let mut tx = self.workspace.begin().await?;
        // Chunks of a batch that is not ended are never merged with others.
        sqlx::query("DELETE FROM chunks WHERE first_batch IN (SELECT value FROM json_each(?))")
            .bind(batches.as_str())
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM batches WHERE id IN (SELECT value FROM json_each(?))")
            .bind(batches.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Writes the row of a batch.
pub(crate) async fn insert_batch(
    connection: &mut SqliteConnection,
    fact: FactId,
    source: SourceId,
    kind: BatchKind,
    state: &str,
    known_at: Timestamp,
    note: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO batches (id, fact, source, kind, state, known_at, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(batch_number(fact)?)
    .bind(fact.to_bytes().as_slice())
    .bind(source.0)
    .bind(kind.as_str())
    .bind(state)
    .bind(known_at.as_millis())
    .bind(note)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes chunks.
pub(crate) async fn insert_chunks(
    connection: &mut SqliteConnection,
    chunks: &[Encoded],
) -> Result<(), StoreError> {
    for group in chunks.chunks(CHUNKS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO chunks \
             (series, from_ts, to_ts, n, first_batch, last_batch, codec, check32, ts, val, batch) ",
        );
        insert.push_values(group, |mut row, chunk| {
            row.push_bind(chunk.series)
                .push_bind(chunk.from_ts)
                .push_bind(chunk.to_ts)
                .push_bind(chunk.n)
                .push_bind(chunk.first_batch)
                .push_bind(chunk.last_batch)
                .push_bind(chunk.codec)
                .push_bind(chunk.check32)
                .push_bind(chunk.ts.as_slice())
                .push_bind(chunk.val.as_slice())
                .push_bind(chunk.batch.as_slice());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Encodes sorted columns as chunks of about equal length, on all cores; the result does not depend on their number.
pub(crate) fn encode_all(columns: Vec<(i64, Column)>, effort: Effort) -> Result<Vec<Encoded>, StoreError> {
    let mut pieces: Vec<(i64, Column)> = Vec::with_capacity(columns.len());
    for (series, column) in columns {
        let n_pieces = column.len().div_ceil(CHUNK_SAMPLES);
        if n_pieces == 1 {
            pieces.push((series, column));
            continue;
        }
        let length = column.len().div_ceil(n_pieces.max(1)).max(1);
        for start in (0..column.len()).step_by(length) {
            let end = (start + length).min(column.len());
            let piece = Column {
                times: column.times[start..end].to_vec(),
                values: column.values[start..end].to_vec(),
                batches: column.batches[start..end].to_vec(),
            };
            pieces.push((series, piece));
        }
    }
    // Series that came together have the same batches, which are packed once for all of them.
    let alike: Vec<&[(i64, Column)]> = pieces.chunk_by(|a, b| a.1.batches == b.1.batches).collect();
    let encoded: Vec<Result<Vec<Encoded>, StoreError>> =
        alike.par_iter().map(|pieces| encode_alike(pieces, effort)).collect();
    let mut all = Vec::with_capacity(pieces.len());
    for chunks in encoded {
        all.extend(chunks?);
    }
    Ok(all)
}

/// Encodes columns that have the same batches.
fn encode_alike(pieces: &[(i64, Column)], effort: Effort) -> Result<Vec<Encoded>, StoreError> {
    let Some((_, first)) = pieces.first() else { return Ok(Vec::new()) };
    let batches = pack_batches(&first.batches, effort)?;
    let encoded: Vec<Result<Encoded, StoreError>> = pieces
        .par_iter()
        .map(|(series, column)| encode_with(*series, column, batches.clone(), effort))
        .collect();
    encoded.into_iter().collect()
}

/// Brings the samples of each series together, sorted, each time once.
pub(crate) fn gather(samples: Vec<(SeriesId, Samples)>) -> BTreeMap<i64, Samples> {
    let mut by_series: BTreeMap<i64, Samples> = BTreeMap::new();
    for (series, samples) in samples {
        match by_series.get_mut(&series.0) {
            Some(there) => there.extend(&samples),
            None => {
                by_series.insert(series.0, samples);
            }
        }
    }
    for samples in by_series.values_mut() {
        samples.sort_and_deduplicate();
    }
    by_series
}

/// Returns the series with the moments at which their first samples became known, in milliseconds.
fn first_known(arrivals: &Arrivals, samples: &[(i64, Samples)]) -> Vec<(i64, i64)> {
    let first = |samples: &Samples| samples.times().first().map(|time| arrivals.known(*time));
    samples.iter().filter_map(|(series, samples)| Some((*series, first(samples)?))).collect()
}

fn column_of(samples: Samples, batch: i64) -> Column {
    let (times, values) = samples.into_columns();
    let batches = vec![batch; times.len()];
    Column { times, values, batches }
}

/// Returns the incoming samples that differ from what is stored. Both ascend by time.
fn without(incoming: &Samples, stored: &Samples) -> Samples {
    let mut left = Samples::default();
    let mut at = 0;
    for (&time, &value) in incoming.times().iter().zip(incoming.values()) {
        while stored.times().get(at).is_some_and(|&t| t < time) {
            at += 1;
        }
        let is_known = stored.times().get(at) == Some(&time)
            && stored.values().get(at).is_some_and(|v| v.to_bits() == value.to_bits());
        if !is_known {
            left.push(Timestamp::from_millis(time), value);
        }
    }
    left
}
