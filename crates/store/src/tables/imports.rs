//! Import records: which file was read, and what in it was not understood.

use wardroom_core::Timestamp;

use super::sources::SourceId;
use crate::error::StoreError;
use crate::samples::unsigned;
use crate::workspace::Workspace;

/// Bad rows that are kept of one import.
const BAD_ROWS_KEPT: usize = 1000;

/// A row of a file that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line, counted from 1.
    pub line: u64,
    /// The column, counted from 1; 0 when the whole row is meant.
    pub column: u64,
    /// The text there.
    pub text: String,
    /// What is wrong with it: a code or words of the caller.
    pub problem: String,
}

/// What is kept of one import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRecord {
    /// The source that the samples belong to.
    pub source: SourceId,
    /// The name of the file, without its folder.
    pub file_name: String,
    /// The BLAKE3 hash of its content, hexadecimal.
    pub blake3: String,
    /// Rows that were read.
    pub rows: u64,
    /// Samples that were stored.
    pub samples: u64,
    /// Rows that were not understood; the first 1,000 are kept.
    pub bad_rows: Vec<BadRow>,
    /// When it was imported.
    pub known_at: Timestamp,
}

impl Workspace {
    /// Stores the record of an import.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn put_import(&self, record: ImportRecord) -> Result<(), StoreError> {
        let fact = self.new_fact_id().await?;
        let bad_rows: serde_json::Value = record
            .bad_rows
            .iter()
            .take(BAD_ROWS_KEPT)
            .map(|bad| serde_json::json!([bad.line, bad.column, bad.text, bad.problem]))
            .collect();
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO imports (fact, source, file_name, blake3, n_rows, n_samples, bad_rows, known_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(fact.to_bytes().as_slice())
        .bind(record.source.0)
        .bind(record.file_name)
        .bind(record.blake3)
        .bind(i64::try_from(record.rows).map_err(StoreError::internal)?)
        .bind(i64::try_from(record.samples).map_err(StoreError::internal)?)
        .bind(bad_rows.to_string())
        .bind(record.known_at.as_millis())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the records of all imports, oldest first: as known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn imports(&self, as_of: Option<Timestamp>) -> Result<Vec<ImportRecord>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<(i64, String, String, i64, i64, String, i64)> = sqlx::query_as(
            "SELECT source, file_name, blake3, n_rows, n_samples, bad_rows, known_at FROM imports \
             WHERE ?1 IS NULL OR known_at <= ?1 ORDER BY known_at, id",
        )
        .bind(as_of.map(Timestamp::as_millis))
        .fetch_all(held.on())
        .await?;
        let records =
            rows.into_iter().map(|(source, file_name, blake3, rows, samples, bad_rows, known_at)| {
                Ok(ImportRecord {
                    source: SourceId(source),
                    file_name,
                    blake3,
                    rows: unsigned(rows),
                    samples: unsigned(samples),
                    bad_rows: read_bad_rows(&bad_rows)?,
                    known_at: Timestamp::from_millis(known_at),
                })
            });
        records.collect()
    }
}

fn read_bad_rows(text: &str) -> Result<Vec<BadRow>, StoreError> {
    let rows: Vec<(u64, u64, String, String)> =
        serde_json::from_str(text).map_err(|e| StoreError::damaged(format!("an import record: {e}")))?;
    let rows = rows.into_iter().map(|(line, column, text, problem)| BadRow { line, column, text, problem });
    Ok(rows.collect())
}
