//! The classes of series, as last told. What was told before is kept beside it.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::Timestamp;

use super::has_table;
use super::series::SeriesId;
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

/// What kind of course a series has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesClass {
    /// The class's word (`seasonal`, `sparse`, …).
    pub word: String,
    /// The length of its season in milliseconds; `None` without one.
    pub period_ms: Option<i64>,
    /// When it was told.
    pub known_at: Timestamp,
}

impl SeriesClass {
    /// Reports whether another says the same, whenever it was told.
    fn says_the_same(&self, other: &Self) -> bool {
        (&self.word, self.period_ms) == (&other.word, other.period_ms)
    }
}

/// A class as it stands in the file: of which series, its word, the length of its season, when it was told.
type StoredClass = (i64, String, Option<i64>, i64);

/// What was told last, where that was known at the moment `?1` (`NULL`: now).
const LAST: &str =
    "SELECT series, class, period_ms, known_at FROM series_classes WHERE ?1 IS NULL OR known_at <= ?1";

/// What held at the moment `?1` and was replaced since.
const BEFORE: &str = "SELECT series, class, period_ms, known_at FROM past_series_classes \
     WHERE known_at <= ?1 AND replaced_at > ?1";

impl Workspace {
    /// Stores the classes of some series at `known_at`: `None` for one whose class is not known any more.
    ///
    /// A class that says what was told before stays as it was told; another one is replaced and kept, so
    /// [`Workspace::series`] still answers as of an earlier moment.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn record_classes(
        &self,
        classes: &BTreeMap<SeriesId, Option<SeriesClass>>,
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let stored = last_told(&mut tx, None).await?;
        let is_said = |series: &SeriesId, class: &SeriesClass| {
            stored.get(&series.0).is_some_and(|before| before.says_the_same(class))
        };
        let is_gone = |(series, class): &(&SeriesId, &Option<SeriesClass>)| {
            stored.contains_key(&series.0) && class.as_ref().is_none_or(|class| !is_said(series, class))
        };
        let gone: Vec<i64> = classes.iter().filter(is_gone).map(|(series, _)| series.0).collect();
        replace(&mut tx, &gone, known_at).await?;
        let told: Vec<(i64, &SeriesClass)> = classes
            .iter()
            .filter_map(|(series, class)| Some((series, class.as_ref()?)))
            .filter(|(series, class)| !is_said(series, class))
            .map(|(series, class)| (series.0, class))
            .collect();
        for group in told.chunks(ROWS_PER_STATEMENT) {
            let mut insert: QueryBuilder<Sqlite> =
                QueryBuilder::new("INSERT INTO series_classes (series, class, period_ms, known_at) ");
            insert.push_values(group, |mut row, (series, class)| {
                row.push_bind(*series)
                    .push_bind(class.word.as_str())
                    .push_bind(class.period_ms)
                    .push_bind(class.known_at.as_millis());
            });
            insert.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }
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
        "INSERT INTO past_series_classes (series, class, period_ms, known_at, replaced_at) \
         SELECT series, class, period_ms, known_at, ? FROM series_classes \
         WHERE series IN (SELECT value FROM json_each(?)) ORDER BY series",
    )
    .bind(replaced_at.as_millis())
    .bind(listed.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM series_classes WHERE series IN (SELECT value FROM json_each(?))")
        .bind(listed)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns the classes as known now, or at `as_of` (inclusive); none in a file from before there were any, opened for
/// reading only.
pub(crate) async fn classes(
    connection: &mut SqliteConnection,
    as_of: Option<Timestamp>,
) -> Result<BTreeMap<i64, SeriesClass>, StoreError> {
    if !has_table(connection, "series_classes").await? {
        return Ok(BTreeMap::new());
    }
    let mut known = last_told(connection, as_of).await?;
    // A file from before they were kept, opened for reading only, knows what was told last and since when.
    if let Some(moment) = as_of
        && has_table(connection, "past_series_classes").await?
    {
        let before: Vec<StoredClass> =
            sqlx::query_as(BEFORE).bind(moment.as_millis()).fetch_all(connection).await?;
        known.extend(before.into_iter().map(class_of));
    }
    Ok(known)
}

async fn last_told(
    connection: &mut SqliteConnection,
    as_of: Option<Timestamp>,
) -> Result<BTreeMap<i64, SeriesClass>, StoreError> {
    let rows: Vec<StoredClass> =
        sqlx::query_as(LAST).bind(as_of.map(Timestamp::as_millis)).fetch_all(connection).await?;
    Ok(rows.into_iter().map(class_of).collect())
}

fn class_of((series, word, period_ms, known_at): StoredClass) -> (i64, SeriesClass) {
    (series, SeriesClass { word, period_ms, known_at: Timestamp::from_millis(known_at) })
}
