//! Verifies a workspace file: its structure, its references, and every stored sample.

use std::path::Path;

use rayon::prelude::*;
use wardroom_core::Timestamp;

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
    /// The structure of the database.
    Structure {
        /// SQLite's words.
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
        flaw: Flaw,
    },
    /// A block of log records, or what belongs to it.
    LogBlock {
        /// The block.
        block: i64,
        /// The source of its records.
        source: SourceId,
        /// What is wrong.
        flaw: Flaw,
    },
    /// A row of the index of the words of log records: searches are slower, and still right.
    LogIndex {
        /// The row.
        row: i64,
        /// What is wrong.
        flaw: Flaw,
    },
    /// Blocks of log records are not in the index of words: searches are slower, and still right.
    LogIndexLacks {
        /// How many.
        blocks: u64,
    },
    /// The counts of the templates of an hour.
    TemplateCounts {
        /// The source.
        source: SourceId,
        /// When the hour begins.
        hour: Timestamp,
        /// What is wrong.
        flaw: Flaw,
    },
    /// A row of the tail.
    Tail {
        /// The batch of the row.
        batch: BatchId,
        /// What is wrong.
        flaw: Flaw,
    },
    /// A version of an entity.
    Entity {
        /// Its row.
        row: i64,
        /// What is wrong.
        flaw: Flaw,
    },
    /// The evidence of an observed edge.
    Evidence {
        /// The edge.
        edge: i64,
        /// What is wrong.
        flaw: Flaw,
    },
    /// Two versions of an entity count.
    EntityTwice {
        /// The source that told of it.
        source: SourceId,
        /// Its key there.
        key: String,
    },
    /// Two versions of a dependency count.
    DependencyTwice {
        /// The source that told of it.
        source: SourceId,
        /// The name of what depends.
        from: String,
        /// The name of what it depends on.
        to: String,
    },
    /// Two versions of an observed edge count.
    EdgeTwice {
        /// The name of what calls.
        from: String,
        /// The name of what is called.
        to: String,
    },
}

/// Why stored bytes cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// They are not the ones that were written.
    Checksum,
    /// A part of them is not there.
    Incomplete,
    /// They are what was written, but not something that the store writes.
    Content {
        /// What does not fit.
        detail: String,
    },
}

impl Flaw {
    /// Reads the flaw off the failure of a decoder.
    pub(crate) fn of(error: &StoreError) -> Self {
        let detail = match error {
            StoreError::Damaged { detail, .. } => detail.clone(),
            StoreError::NotFound { .. }
            | StoreError::NotAWorkspace { .. }
            | StoreError::NewerFormat { .. }
            | StoreError::ReadOnly
            | StoreError::Locked { .. }
            | StoreError::Exists { .. }
            | StoreError::NoSpace
            | StoreError::Denied { .. }
            | StoreError::Cancelled
            | StoreError::Io { .. }
            | StoreError::Internal { .. } => error.to_string(),
        };
        if detail.ends_with(StoreError::CHECKSUM) { Self::Checksum } else { Self::Content { detail } }
    }
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
    report.problems.extend(verify_inventory(db).await?);
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
                    let (series, flaw) = (SeriesId(series), Flaw::of(&error));
                    report.problems.push(CheckProblem::Chunk { chunk, series, flaw });
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
                let (batch, flaw) = (BatchId(row.batch), Flaw::of(&error));
                report.problems.push(CheckProblem::Tail { batch, flaw });
            }
        }
    }
    Ok(())
}
