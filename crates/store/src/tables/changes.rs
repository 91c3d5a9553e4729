//! Changes: deliberate alterations, each stored once.

use sqlx::{QueryBuilder, Sqlite};
use wardroom_core::{Change, ChangeKind, FactId, TimeRange, Timestamp};

use super::fact_of;
use super::sources::SourceId;
use crate::arrival::Arrival;
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::workspace::Workspace;

/// A stored change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// Its identity across copies.
    pub id: FactId,
    /// Where it was told.
    pub source: SourceId,
    /// The change.
    pub change: Change,
    /// When this workspace learnt of it.
    pub known_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct StoredChange {
    fact: Vec<u8>,
    source: i64,
    event_at: i64,
    subject: String,
    kind: String,
    what: String,
    known_at: i64,
}

impl StoredChange {
    fn into_row(self) -> Result<ChangeRow, StoreError> {
        let kind = ChangeKind::parse(&self.kind)
            .ok_or_else(|| StoreError::damaged(format!("a change is of the kind {:?}", self.kind)))?;
        Ok(ChangeRow {
            id: fact_of(&self.fact)?,
            source: SourceId(self.source),
            change: Change {
                at: Timestamp::from_millis(self.event_at),
                subject: self.subject,
                kind,
                what: self.what,
            },
            known_at: Timestamp::from_millis(self.known_at),
        })
    }
}

impl Workspace {
    /// Stores changes that became known together or each as it happened; one that is stored already keeps its earlier
    /// row.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn put_changes(
        &self,
        source: SourceId,
        changes: &[Change],
        known: impl Into<Arrival>,
    ) -> Result<(), StoreError> {
        let known: Arrival = known.into();
        self.require_writable()?;
        if changes.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(changes.len()).await?;
        let rows: Vec<(&Change, FactId)> = changes.iter().zip(facts).collect();
        let mut tx = self.begin().await?;
        for group in rows.chunks(ROWS_PER_STATEMENT) {
            let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
                "INSERT INTO changes (fact, source, event_at, subject, kind, what, known_at) ",
            );
            insert.push_values(group, |mut row, (change, fact)| {
                row.push_bind(fact.to_bytes().to_vec())
                    .push_bind(source.0)
                    .push_bind(change.at.as_millis())
                    .push_bind(change.subject.as_str())
                    .push_bind(change.kind.as_str())
                    .push_bind(change.what.as_str())
                    .push_bind(known.of(change.at).as_millis());
            });
            insert.push(" ON CONFLICT (source, event_at, subject, kind, what) DO NOTHING");
            insert.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Returns the changes that happened in a period, or all, newest first: as known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn changes(
        &self,
        range: Option<TimeRange>,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<ChangeRow>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredChange> = sqlx::query_as(
            "SELECT fact, source, event_at, subject, kind, what, known_at FROM changes \
             WHERE event_at >= ?1 AND event_at < ?2 AND (?3 IS NULL OR known_at <= ?3) \
             ORDER BY event_at DESC, id DESC",
        )
        .bind(range.map_or(i64::MIN, |range| range.start().as_millis()))
        .bind(range.map_or(i64::MAX, |range| range.end().as_millis()))
        .bind(as_of.map(Timestamp::as_millis))
        .fetch_all(held.on())
        .await?;
        rows.into_iter().map(StoredChange::into_row).collect()
    }
}
