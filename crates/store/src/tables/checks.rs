//! Check results: what synthetic checks from outside found.

use sqlx::{QueryBuilder, Sqlite};
use wardroom_core::{FactId, TimeRange, Timestamp};

use super::sources::SourceId;
use crate::arrival::Arrival;
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::workspace::Workspace;

/// One outcome of a check from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOutcome {
    /// When it ran.
    pub at: Timestamp,
    /// The check's name, unique at its source.
    pub name: String,
    /// What it does, in the source's word (`login`, `procedure`, `page`, `transaction`).
    pub kind: String,
    /// What it asks.
    pub component: String,
    /// Whether it succeeded.
    pub ok: bool,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// For a transaction of several steps: what each step asked and whether it worked, in their order.
    pub steps: Vec<(String, bool)>,
}

/// A stored outcome of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRow {
    /// Where it was told.
    pub source: SourceId,
    /// The outcome.
    pub outcome: CheckOutcome,
    /// When this workspace learnt of it.
    pub known_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct StoredCheck {
    source: i64,
    event_at: i64,
    name: String,
    kind: String,
    component: String,
    ok: bool,
    took_ms: f64,
    steps: String,
    known_at: i64,
}

impl StoredCheck {
    fn into_row(self) -> Result<CheckRow, StoreError> {
        let steps = serde_json::from_str(&self.steps)
            .map_err(|e| StoreError::damaged(format!("the steps of a check cannot be read: {e}")))?;
        Ok(CheckRow {
            source: SourceId(self.source),
            outcome: CheckOutcome {
                at: Timestamp::from_millis(self.event_at),
                name: self.name,
                kind: self.kind,
                component: self.component,
                ok: self.ok,
                took_ms: self.took_ms,
                steps,
            },
            known_at: Timestamp::from_millis(self.known_at),
        })
    }
}

impl Workspace {
    /// Stores outcomes of checks that became known together or each as it happened; one of a name and time that is stored
    /// already keeps its earlier row.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn put_check_results(
        &self,
        source: SourceId,
        outcomes: &[CheckOutcome],
        known: impl Into<Arrival>,
    ) -> Result<(), StoreError> {
        let known: Arrival = known.into();
        self.require_writable()?;
        if outcomes.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(outcomes.len()).await?;
        let rows: Vec<(&CheckOutcome, FactId)> = outcomes.iter().zip(facts).collect();
        let mut tx = self.begin().await?;
        for group in rows.chunks(ROWS_PER_STATEMENT) {
            let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
                "INSERT INTO check_results \
                 (fact, source, event_at, name, kind, component, ok, took_ms, steps, known_at) ",
            );
            insert.push_values(group, |mut row, (outcome, fact)| {
                row.push_bind(fact.to_bytes().to_vec())
                    .push_bind(source.0)
                    .push_bind(outcome.at.as_millis())
                    .push_bind(outcome.name.as_str())
                    .push_bind(outcome.kind.as_str())
                    .push_bind(outcome.component.as_str())
                    .push_bind(outcome.ok)
                    .push_bind(outcome.took_ms)
                    .push_bind(serde_json::json!(outcome.steps).to_string())
                    .push_bind(known.of(outcome.at).as_millis());
            });
            insert.push(" ON CONFLICT (source, name, event_at) DO NOTHING");
            insert.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Returns the outcomes of checks in a period, or all, newest first: as known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn check_results(
        &self,
        range: Option<TimeRange>,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<CheckRow>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredCheck> = sqlx::query_as(
            "SELECT source, event_at, name, kind, component, ok, took_ms, steps, known_at FROM check_results \
             WHERE event_at >= ?1 AND event_at < ?2 AND (?3 IS NULL OR known_at <= ?3) \
             ORDER BY event_at DESC, source, name",
        )
        .bind(range.map_or(i64::MIN, |range| range.start().as_millis()))
        .bind(range.map_or(i64::MAX, |range| range.end().as_millis()))
        .bind(as_of.map(Timestamp::as_millis))
        .fetch_all(held.on())
        .await?;
        rows.into_iter().map(StoredCheck::into_row).collect()
    }

    /// Returns the last outcome of each check, ordered by source and name: as known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn latest_checks(&self, as_of: Option<Timestamp>) -> Result<Vec<CheckRow>, StoreError> {
        let mut held = self.db().read().await?;
        // A bare column beside max() is taken from the row of the maximum. Source: SQLite, "SELECT", §2.5.
        let rows: Vec<StoredCheck> = sqlx::query_as(
            "SELECT source, max(event_at) AS event_at, name, kind, component, ok, took_ms, steps, known_at \
             FROM check_results WHERE ?1 IS NULL OR known_at <= ?1 GROUP BY source, name ORDER BY source, name",
        )
        .bind(as_of.map(Timestamp::as_millis))
        .fetch_all(held.on())
        .await?;
        rows.into_iter().map(StoredCheck::into_row).collect()
    }
}
