//! Verifies a workspace file: its structure, its references, and every stored sample.

use std::path::Path;

use rayon::prelude::*;

use super::{Workspace, newest_migration, quiet_access};
use crate::db::{Access, Db};
use crate::error::StoreError;
use crate::file::{self, APPLICATION_ID, FORMAT_VERSION, LockFile, Locking};
use crate::logs::sizes::has_log_blocks;
use crate::logs::verify::verify_logs;
use crate::samples::batch::BatchId;
use crate::samples::read::ChunkRow;
use crate::samples::tail::{TAIL_ROWS, TailRow};
use crate::tables::inventory::verify_inventory;
use crate::tables::series::SeriesId;
use crate::tables::sources::SourceId;

/// Chunks that are in memory at the same time.
const CHUNKS_AT_ONCE: i64 = 512;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What is wrong; empty when all is well.
    pub problems: Vec<CheckProblem>,
    /// Chunks that were verified, the bad ones included.
    pub chunks: u64,
    /// Samples in good chunks and good tail rows.
    pub samples: u64,
    /// Blocks of log records that were verified, the bad ones included.
    pub log_blocks: u64,
    /// Log records in good blocks and in the tail.
    pub logs: u64,
}

impl CheckReport {
    /// Reports whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckProblem {
    /// The structure of the database, or a row that cannot be read.
    Structure {
        /// SQLite's words, or which row and why.
        detail: String,
    },
    /// A row points to one that is not there.
    Reference {
        /// The table of the row.
        table: String,
        /// The row; `None` in a table without row numbers.
        row: Option<i64>,
    },
    /// A chunk of samples.
    Chunk {
        /// The chunk.
        chunk: i64,
        /// The series that it belongs to.
        series: SeriesId,
        /// What is wrong.
        detail: String,
    },
    /// A block of log records, or what belongs to it.
    LogBlock {
        /// The block.
        block: i64,
        /// The source of its records.
        source: SourceId,
        /// What is wrong.
        detail: String,
    },
    /// The index of the words of log records: searches are slower, and still right.
    LogIndex {
        /// What is wrong.
        detail: String,
    },
    /// The counts of the templates of an hour.
    TemplateCounts {
        /// The source.
        source: SourceId,
        /// What is wrong.
        detail: String,
    },
    /// A row of the tail.
    Tail {
        /// The batch of the row.
        batch: BatchId,
        /// What is wrong.
        detail: String,
    },
}

impl Workspace {
    /// Verifies a file that may be open elsewhere, without changing it.
    ///
    /// Cost: reads everything and decodes every sample, on all cores.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`StoreError::NotAWorkspace`], [`StoreError::NewerFormat`], [`StoreError::Denied`].
    /// Damage is not an error here; it is in the report.
    pub async fn check(path: &Path) -> Result<CheckReport, StoreError> {
        let path = path.canonicalize().map_err(|e| StoreError::from_io(path, &e))?;
        if !path.is_file() {
            return Err(StoreError::NotAWorkspace { path });
        }
        // The lock is kept until the end: a file that nobody writes is read without leaving anything beside it.
        let (access, version, _lock) = match LockFile::acquire(&path)? {
            Locking::Taken(lock) => (quiet_access(&path), file::peek(&path)?, Some(lock)),
            Locking::Impossible => (quiet_access(&path), file::peek(&path)?, None),
            Locking::Held { .. } => (Access::Read, FORMAT_VERSION, None),
        };
        if version > FORMAT_VERSION {
            let migration = newest_migration(&path, access).await?;
            return Err(StoreError::NewerFormat { path, migration });
        }
        let mut report = CheckReport::default();
        match Db::open(&path, access, false).await {
            Ok(db) => {
                let verified = verify(&db, &path, &mut report).await;
                db.close().await;
                note_damage(verified, &mut report)?;
            }
            Err(error) => note_damage(Err(error), &mut report)?,
        }
        Ok(report)
    }
}

/// Puts damage into the report and hands on every other failure.
fn note_damage(outcome: Result<(), StoreError>, report: &mut CheckReport) -> Result<(), StoreError> {
    if let Err(StoreError::Damaged { detail, .. }) = outcome {
        report.problems.push(CheckProblem::Structure { detail });
        return Ok(());
    }
    outcome
}

async fn verify(db: &Db, path: &Path, report: &mut CheckReport) -> Result<(), StoreError> {
    let mut held = db.read().await?;
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(held.on()).await?;
    if id != i64::from(APPLICATION_ID) {
        return Err(StoreError::NotAWorkspace { path: path.to_path_buf() });
    }
    let structure: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(held.on()).await?;
    let words = structure.into_iter().filter(|line| line != "ok");
    report.problems.extend(words.map(|detail| CheckProblem::Structure { detail }));
    let references: Vec<(String, Option<i64>, String, i64)> =
        sqlx::query_as("PRAGMA foreign_key_check").fetch_all(held.on()).await?;
    let references = references.into_iter().map(|(table, row, _, _)| CheckProblem::Reference { table, row });
    report.problems.extend(references);
    drop(held);
    verify_chunks(db, report).await?;
    verify_tail(db, report).await?;
    if has_log_blocks(db).await? {
        verify_logs(db, report).await?;
    }
    let words = verify_inventory(db).await?.into_iter();
    report.problems.extend(words.map(|detail| CheckProblem::Structure { detail }));
    Ok(())
}

async fn verify_chunks(db: &Db, report: &mut CheckReport) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let mut held = db.read().await?;
        let rows: Vec<ChunkRow> = sqlx::query_as(
            "SELECT id, series, n, codec, check32, ts, val, batch FROM chunks WHERE id > ? ORDER BY id LIMIT ?",
        )
        .bind(after)
        .bind(CHUNKS_AT_ONCE)
        .fetch_all(held.on())
        .await?;
        drop(held);
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let decoding = tokio::task::spawn_blocking(move || {
            rows.par_iter().map(|row| (row.id, row.series, row.decode())).collect::<Vec<_>>()
        });
        for (chunk, series, decoded) in decoding.await? {
            report.chunks += 1;
            match decoded {
                Ok((_, piece)) => report.samples += piece.times.len() as u64,
                Err(error) => {
                    let (series, detail) = (SeriesId(series), error.to_string());
                    report.problems.push(CheckProblem::Chunk { chunk, series, detail });
                }
            }
        }
    }
}

async fn verify_tail(db: &Db, report: &mut CheckReport) -> Result<(), StoreError> {
    let mut held = db.read().await?;
    let rows: Vec<TailRow> = sqlx::query_as(TAIL_ROWS).fetch_all(held.on()).await?;
    drop(held);
    for row in rows {
        match row.decode() {
            Ok(tick) => report.samples += tick.samples() as u64,
            Err(error) => {
                let (batch, detail) = (BatchId(row.batch), error.to_string());
                report.problems.push(CheckProblem::Tail { batch, detail });
            }
        }
    }
    Ok(())
}
