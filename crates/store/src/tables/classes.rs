//! The classes of series, as last told.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::Timestamp;

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

impl Workspace {
    /// Replaces the classes of some series: `None` for one whose class is not known any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn record_classes(
        &self,
        classes: &BTreeMap<SeriesId, Option<SeriesClass>>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM series_classes WHERE series IN (SELECT value FROM json_each(?))")
            .bind(json_of(classes.keys().map(|series| &series.0)))
            .execute(&mut *tx)
            .await?;
        let told: Vec<(i64, &SeriesClass)> =
            classes.iter().filter_map(|(series, class)| Some((series.0, class.as_ref()?))).collect();
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

/// Returns the classes that are known; none in a file from before there were any, opened for reading only.
pub(crate) async fn classes(
    connection: &mut SqliteConnection,
) -> Result<BTreeMap<i64, SeriesClass>, StoreError> {
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'series_classes'",
    )
    .fetch_one(&mut *connection)
    .await?;
    if tables == 0 {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, String, Option<i64>, i64)> =
        sqlx::query_as("SELECT series, class, period_ms, known_at FROM series_classes")
            .fetch_all(connection)
            .await?;
    let class = |(series, word, period_ms, known_at)| {
        (series, SeriesClass { word, period_ms, known_at: Timestamp::from_millis(known_at) })
    };
    Ok(rows.into_iter().map(class).collect())
}
