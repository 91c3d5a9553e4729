//! Log records: appended in batches, listed newest first, counted by level.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{LogLevel, LogRecord, TimeRange, Timestamp};

use super::sources::SourceId;
use super::{labels_from_json, labels_to_json};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::batch::{BatchKind, insert_batch};
use crate::samples::tail::batch_number;
use crate::samples::unsigned;
use crate::workspace::Workspace;

/// All levels, the least serious first.
const LEVELS: [LogLevel; 6] =
    [LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error, LogLevel::Fatal];

/// Which log records are asked for; all conditions that are set have to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only those written in this period, by the clock of the writer.
    pub range: Option<TimeRange>,
    /// Only those at least this serious.
    pub level_at_least: Option<LogLevel>,
    /// Only those of this source.
    pub source: Option<SourceId>,
    /// Only those of this service.
    pub service: Option<String>,
    /// Only those of this machine.
    pub host: Option<String>,
    /// Only those in whose text or fields each of these words, apart by spaces, occurs somewhere; the case of ASCII
    /// letters does not matter.
    pub words: String,
    /// Only those that this workspace knew at this moment (inclusive).
    pub as_of: Option<Timestamp>,
}

/// A place in the list of log records, newest first: what comes next is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogCursor {
    /// The time of the last record that was shown.
    pub at: Timestamp,
    /// Its number.
    pub number: i64,
}

/// A stored log record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Its number in this file: of two records of one time the later stored one has the greater.
    pub number: i64,
    /// Where it comes from.
    pub source: SourceId,
    /// The record.
    pub record: LogRecord,
    /// When this workspace learnt of it.
    pub known_at: Timestamp,
}

impl LogRow {
    /// Returns the place behind this record.
    pub const fn cursor(&self) -> LogCursor {
        LogCursor { at: self.record.at, number: self.number }
    }
}

#[derive(sqlx::FromRow)]
struct StoredLog {
    id: i64,
    source: i64,
    known_at: i64,
    event_at: i64,
    level: String,
    service: String,
    host: String,
    dataset: String,
    message: String,
    fields: String,
}

impl StoredLog {
    fn into_row(self) -> Result<LogRow, StoreError> {
        let level = LogLevel::parse(&self.level)
            .ok_or_else(|| StoreError::damaged(format!("a log record has the level {:?}", self.level)))?;
        Ok(LogRow {
            number: self.id,
            source: SourceId(self.source),
            record: LogRecord {
                at: Timestamp::from_millis(self.event_at),
                level,
                service: self.service,
                host: self.host,
                dataset: self.dataset,
                message: self.message,
                fields: labels_from_json(&self.fields)?,
            },
            known_at: Timestamp::from_millis(self.known_at),
        })
    }
}

/// Records that pass the filter bound as `?1` … `?8`. The order of the join is given, so that the index over time
/// leads whatever the statistics say.
macro_rules! filtered {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM log_records l CROSS JOIN batches b ON b.id = l.batch ",
            "WHERE l.event_at >= ?1 AND l.event_at < ?2 ",
            "AND (?3 IS NULL OR l.level IN (SELECT value FROM json_each(?3))) ",
            "AND (?4 IS NULL OR b.source = ?4) AND (?5 IS NULL OR l.service = ?5) ",
            "AND (?6 IS NULL OR l.host = ?6) AND (?7 IS NULL OR b.known_at <= ?7) ",
            "AND NOT EXISTS (SELECT 1 FROM json_each(?8) AS word WHERE l.message NOT LIKE word.value ESCAPE '\\' ",
            "AND l.fields NOT LIKE word.value ESCAPE '\\') ",
            $rest
        )
    };
}

const LIST: &str = filtered!(
    "l.id, b.source, b.known_at, l.event_at, l.level, l.service, l.host, l.dataset, l.message, l.fields",
    "AND (l.event_at < ?9 OR (l.event_at = ?9 AND l.id < ?10)) ORDER BY l.event_at DESC, l.id DESC LIMIT ?11"
);

const COUNT: &str = filtered!("l.level, count(*)", "GROUP BY l.level");

/// A filter in the form in which it is bound.
struct Bound {
    start: i64,
    end: i64,
    levels: Option<String>,
    patterns: String,
}

impl Bound {
    fn new(filter: &LogFilter) -> Self {
        let words = filter.words.split_whitespace().map(pattern_of);
        Self {
            start: filter.range.map_or(i64::MIN, |range| range.start().as_millis()),
            end: filter.range.map_or(i64::MAX, |range| range.end().as_millis()),
            levels: filter.level_at_least.map(levels_from),
            patterns: words.collect::<serde_json::Value>().to_string(),
        }
    }
}

impl Workspace {
    /// Stores log records as one complete batch in one transaction; nothing is written when there are none.
    ///
    /// Records are not compared with what is stored: the caller hands each in once. Cost: linear, one
    /// statement for 500 records.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn append_logs(
        &self,
        source: SourceId,
        kind: BatchKind,
        records: &[LogRecord],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        if records.is_empty() {
            return Ok(());
        }
        let fact = self.new_fact_id().await?;
        let mut tx = self.begin().await?;
        insert_batch(&mut tx, fact, source, kind, "complete", known_at, "logs").await?;
        insert_logs(&mut tx, batch_number(fact)?, records).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns log records that pass a filter, newest first: at most `limit` of them, from behind a place on.
    ///
    /// Cost: reads along the index over time until `limit` records pass, so rare words in a long period cost a look
    /// at every record of it.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn logs(
        &self,
        filter: &LogFilter,
        behind: Option<LogCursor>,
        limit: u32,
    ) -> Result<Vec<LogRow>, StoreError> {
        let bound = Bound::new(filter);
        let (last, number) = behind.map_or((i64::MAX, i64::MAX), |c| (c.at.as_millis(), c.number));
        let mut held = self.db().read().await?;
        let rows: Vec<StoredLog> = sqlx::query_as(LIST)
            .bind(bound.start)
            // The index can begin at the place instead of at the end of the period.
            .bind(bound.end.min(last.saturating_add(1)))
            .bind(bound.levels.as_deref())
            .bind(filter.source.map(|source| source.0))
            .bind(filter.service.as_deref())
            .bind(filter.host.as_deref())
            .bind(filter.as_of.map(Timestamp::as_millis))
            .bind(bound.patterns.as_str())
            .bind(last)
            .bind(number)
            .bind(limit)
            .fetch_all(held.on())
            .await?;
        rows.into_iter().map(StoredLog::into_row).collect()
    }

    /// Counts the log records that pass a filter by level; a level of which there are none is left out.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn log_counts(&self, filter: &LogFilter) -> Result<BTreeMap<LogLevel, u64>, StoreError> {
        let bound = Bound::new(filter);
        let mut held = self.db().read().await?;
        let rows: Vec<(String, i64)> = sqlx::query_as(COUNT)
            .bind(bound.start)
            .bind(bound.end)
            .bind(bound.levels.as_deref())
            .bind(filter.source.map(|source| source.0))
            .bind(filter.service.as_deref())
            .bind(filter.host.as_deref())
            .bind(filter.as_of.map(Timestamp::as_millis))
            .bind(bound.patterns.as_str())
            .fetch_all(held.on())
            .await?;
        let counts = rows.into_iter().filter_map(|(level, n)| Some((LogLevel::parse(&level)?, unsigned(n))));
        Ok(counts.collect())
    }

    /// Returns the names of the services and of the machines that have written log records, each list in order.
    ///
    /// Cost: a look at every record.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn log_writers(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let mut held = self.db().read().await?;
        let services: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT service FROM log_records WHERE service <> '' ORDER BY service",
        )
        .fetch_all(held.on())
        .await?;
        let hosts: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT host FROM log_records WHERE host <> '' ORDER BY host")
                .fetch_all(held.on())
                .await?;
        Ok((services, hosts))
    }
}

async fn insert_logs(
    connection: &mut SqliteConnection,
    batch: i64,
    records: &[LogRecord],
) -> Result<(), StoreError> {
    for group in records.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO log_records (batch, event_at, level, service, host, dataset, message, fields) ",
        );
        insert.push_values(group, |mut row, record| {
            row.push_bind(batch)
                .push_bind(record.at.as_millis())
                .push_bind(record.level.as_str())
                .push_bind(record.service.as_str())
                .push_bind(record.host.as_str())
                .push_bind(record.dataset.as_str())
                .push_bind(record.message.as_str())
                .push_bind(labels_to_json(&record.fields));
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Returns the words of a level and of all that are more serious, as JSON text.
fn levels_from(level: LogLevel) -> String {
    let words = LEVELS.into_iter().filter(|other| *other >= level).map(LogLevel::as_str);
    words.collect::<serde_json::Value>().to_string()
}

/// Returns the pattern of `LIKE` for a text that contains `word`.
fn pattern_of(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_word_stand_for_themselves() {
        assert_eq!(pattern_of("50%_a\\b"), "%50\\%\\_a\\\\b%");
    }

    #[test]
    fn at_least_a_level_means_it_and_what_is_more_serious() {
        assert_eq!(levels_from(LogLevel::Warn), r#"["warn","error","fatal"]"#);
    }
}
