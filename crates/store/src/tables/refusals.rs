//! Why series could not be judged, as last told. What was told before is kept beside it.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::Timestamp;

use super::findings::Judged;
use super::has_table;
use super::series::SeriesId;
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

/// What was told last, where that was known at the moment `?1` (`NULL`: now), of the series `?2` (`NULL`: of all).
const LAST: &str = "SELECT series, code FROM refusals \
     WHERE (?1 IS NULL OR known_at <= ?1) AND (?2 IS NULL OR series = ?2)";

/// What held at the moment `?1` and was replaced since.
const BEFORE: &str = "SELECT series, code FROM past_refusals \
     WHERE known_at <= ?1 AND replaced_at > ?1 AND (?2 IS NULL OR series = ?2)";

impl Workspace {
    /// Returns the reasons why series could not be judged when last tried, with the number of series, most first: as
    /// known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn refusals(&self, as_of: Option<Timestamp>) -> Result<Vec<(String, u32)>, StoreError> {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for code in self.refused_series(as_of).await?.into_values() {
            let count = counts.entry(code).or_insert(0);
            *count = count.saturating_add(1);
        }
        let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
        // The sort is stable, so equal counts stay in the order of their codes.
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Ok(counts)
    }

    /// Returns every series that could not be judged when last tried, with the reason: as known now, or at `as_of`
    /// (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn refused_series(
        &self,
        as_of: Option<Timestamp>,
    ) -> Result<BTreeMap<SeriesId, String>, StoreError> {
        self.refused(None, as_of).await
    }

    /// Returns the reason why a series could not be judged when last tried; `None` when it was judged or never tried:
    /// as known now, or at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn refusal_of(
        &self,
        series: SeriesId,
        as_of: Option<Timestamp>,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.refused(Some(series), as_of).await?.remove(&series))
    }

    async fn refused(
        &self,
        series: Option<SeriesId>,
        as_of: Option<Timestamp>,
    ) -> Result<BTreeMap<SeriesId, String>, StoreError> {
        let mut held = self.db().read().await?;
        let mut texts = vec![LAST];
        // A file from before they were kept, opened for reading only, knows what was told last and since when.
        if as_of.is_some() && has_table(held.on(), "past_refusals").await? {
            texts.push(BEFORE);
        }
        let mut refused = BTreeMap::new();
        for text in texts {
            let rows: Vec<(i64, String)> = sqlx::query_as(text)
                .bind(as_of.map(Timestamp::as_millis))
                .bind(series.map(|series| series.0))
                .fetch_all(held.on())
                .await?;
            refused.extend(rows.into_iter().map(|(series, code)| (SeriesId(series), code)));
        }
        Ok(refused)
    }
}

/// Stores what a detection told of the series that it tried: a reason that it told before stays as it is, another one is
/// replaced and kept.
pub(crate) async fn record_refusals(
    connection: &mut SqliteConnection,
    outcomes: &[Judged],
    known_at: Timestamp,
) -> Result<(), StoreError> {
    let mut told: BTreeMap<i64, Option<&str>> = BTreeMap::new();
    for judged in outcomes {
        let reason = told.entry(judged.series.0).or_insert(None);
        *reason = judged.outcome.as_ref().err().map(String::as_str).or(*reason);
    }
    let stored: Vec<(i64, String)> = sqlx::query_as(
        "SELECT series, code FROM refusals WHERE series IN (SELECT value FROM json_each(?)) ORDER BY series",
    )
    .bind(json_of(told.keys()))
    .fetch_all(&mut *connection)
    .await?;
    let mut gone = Vec::new();
    for (series, code) in stored {
        if told.get(&series).copied().flatten() == Some(code.as_str()) {
            told.remove(&series);
        } else {
            gone.push(series);
        }
    }
    replace(connection, &gone, known_at).await?;
    let fresh: Vec<(i64, &str)> =
        told.into_iter().filter_map(|(series, code)| Some((series, code?))).collect();
    insert(connection, &fresh, known_at).await
}

/// Keeps what was told of some series as what was told before.
async fn replace(
    connection: &mut SqliteConnection,
    series: &[i64],
    replaced_at: Timestamp,
) -> Result<(), StoreError> {
    if series.is_empty() {
        return Ok(());
    }
    let listed = json_of(series);
    sqlx::query(
        "INSERT INTO past_refusals (series, code, known_at, replaced_at) \
         SELECT series, code, known_at, ? FROM refusals WHERE series IN (SELECT value FROM json_each(?)) \
         ORDER BY series",
    )
    .bind(replaced_at.as_millis())
    .bind(listed.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM refusals WHERE series IN (SELECT value FROM json_each(?))")
        .bind(listed)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(i64, &str)],
    known_at: Timestamp,
) -> Result<(), StoreError> {
    for group in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO refusals (series, code, known_at) ");
        insert.push_values(group, |mut row, (series, code)| {
            row.push_bind(*series).push_bind(*code).push_bind(known_at.as_millis());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
