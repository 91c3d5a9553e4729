//! Log records that are not sealed yet, one row each; and what is asked of log records and answered, sealed or not.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{LogLevel, LogQuery, LogRecord, TemplateId, TimeRange, Timestamp};

use super::sources::SourceId;
use super::{labels_from_json, labels_to_json};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::logs::block::{Entry, LEVELS, level_number};
use crate::logs::plan::Plan;
use crate::logs::read::Found;
use crate::logs::scan::{Direction, Page};

/// Rows that are read at once when each has to be asked.
const ROWS_AT_ONCE: i64 = 2000;

/// Which log records are asked for; all conditions that are set have to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFilter {
    /// Only those written in this period, by the clock of the writer.
    pub range: Option<TimeRange>,
    /// Only those that this question finds.
    pub query: LogQuery,
    /// Only those of these levels, `None` for those whose writer did not say; empty for all.
    pub levels: Vec<Option<LogLevel>>,
    /// Only those at least this serious; those whose writer did not say are not.
    pub level_at_least: Option<LogLevel>,
    /// Only those of these sources; empty for all.
    pub sources: Vec<SourceId>,
    /// Only those of this service.
    pub service: Option<String>,
    /// Only those of this machine.
    pub host: Option<String>,
    /// Only those of these templates, or of one that stands for one of them; empty for all.
    pub templates: Vec<TemplateId>,
    /// Only those in whose text or fields each of these words, apart by spaces, occurs somewhere; the case of ASCII
    /// letters does not matter. Unlike the words of `query`, they may be parts of words, which no index knows.
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
    /// Its number in this file, which it keeps: of two records of one time the later stored one has the greater.
    pub number: i64,
    /// Where it comes from.
    pub source: SourceId,
    /// The record.
    pub record: LogRecord,
    /// Its template, or the one that stands for it; `None` when it was stored without one.
    pub template: Option<TemplateId>,
    /// When this workspace learnt of it.
    pub known_at: Timestamp,
}

impl LogRow {
    /// Returns the place behind this record.
    pub const fn cursor(&self) -> LogCursor {
        LogCursor { at: self.record.at, number: self.number }
    }
}

/// A record of the tail as it stands in the file.
#[derive(sqlx::FromRow)]
pub(crate) struct StoredLog {
    id: i64,
    source: i64,
    batch: i64,
    known_at: i64,
    event_at: i64,
    level: String,
    service: String,
    host: String,
    dataset: String,
    message: String,
    fields: String,
    template: Option<i64>,
}

impl StoredLog {
    pub(crate) fn into_found(self) -> Result<Found, StoreError> {
        let entry = Entry {
            number: self.id,
            batch: self.batch,
            known: self.known_at,
            template: self.template.map(|id| TemplateId(id.cast_unsigned())),
            record: LogRecord {
                at: Timestamp::from_millis(self.event_at),
                level: level_of(&self.level)?,
                service: self.service,
                host: self.host,
                dataset: self.dataset,
                message: self.message,
                fields: labels_from_json(&self.fields)?,
            },
        };
        Ok((self.source, entry))
    }
}

/// Reads a stored level; an empty one was not said.
pub(crate) fn level_of(word: &str) -> Result<Option<LogLevel>, StoreError> {
    if word.is_empty() {
        return Ok(None);
    }
    let level = LogLevel::parse(word);
    level.map(Some).ok_or_else(|| StoreError::damaged(format!("a log record has the level {word:?}")))
}

/// Returns the word under which a level is stored.
pub(crate) fn level_word(level: Option<LogLevel>) -> &'static str {
    level.map_or("", LogLevel::as_str)
}

/// The columns of a record of the tail with its batch.
macro_rules! tail_columns {
    () => {
        "SELECT l.id, b.source, l.batch, b.known_at, l.event_at, l.level, l.service, l.host, l.dataset, l.message, \
         l.fields, l.template FROM log_records l CROSS JOIN batches b ON b.id = l.batch "
    };
}

/// The condition on time (`?1`, `?2`), levels, sources and knowledge. The order of the join is given, so that the
/// index over time leads whatever the statistics say.
macro_rules! in_plan {
    () => {
        "WHERE l.event_at >= ?1 AND l.event_at <= ?2 \
         AND (?3 IS NULL OR l.level IN (SELECT value FROM json_each(?3))) \
         AND (?4 IS NULL OR b.source IN (SELECT value FROM json_each(?4))) AND (?5 IS NULL OR b.known_at <= ?5) "
    };
}

const OLDER: &str = concat!(
    tail_columns!(),
    in_plan!(),
    "AND (l.event_at < ?6 OR (l.event_at = ?6 AND l.id < ?7)) ORDER BY l.event_at DESC, l.id DESC LIMIT ?8"
);

const NEWER: &str = concat!(
    tail_columns!(),
    in_plan!(),
    "AND (l.event_at > ?6 OR (l.event_at = ?6 AND l.id > ?7)) ORDER BY l.event_at, l.id LIMIT ?8"
);

const TIMES: &str = concat!(
    "SELECT l.event_at, l.level FROM log_records l CROSS JOIN batches b ON b.id = l.batch ",
    in_plan!()
);

/// The oldest records of a source.
pub(crate) const OLDEST: &str =
    concat!(tail_columns!(), "WHERE b.source = ?1 ORDER BY l.event_at, l.id LIMIT ?2");

/// Returns the levels that pass as JSON text; `None` when all do.
fn level_words(plan: &Plan) -> Option<String> {
    let levels = plan.levels?;
    let words = LEVELS.iter().zip(levels).filter(|(_, passes)| *passes).map(|(level, _)| level_word(*level));
    Some(words.collect::<serde_json::Value>().to_string())
}

/// Returns the records of the tail that pass, in the order of the page.
pub(crate) async fn tail_page(
    connection: &mut SqliteConnection,
    plan: &Plan,
    page: Page,
) -> Result<Vec<Found>, StoreError> {
    let wanted = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let at_once = if plan.looks_at_rows() { wanted.max(ROWS_AT_ONCE) } else { wanted };
    let (statement, from) = match page.direction {
        Direction::Older => (OLDER, (i64::MAX, i64::MAX)),
        Direction::Newer => (NEWER, (i64::MIN, i64::MIN)),
    };
    let mut behind = page.behind.unwrap_or(from);
    let mut found = Vec::new();
    loop {
        // The index can begin at the place instead of at the end of the period.
        let (first, last) = match page.direction {
            Direction::Older => (plan.first, plan.last.min(behind.0)),
            Direction::Newer => (plan.first.max(behind.0), plan.last),
        };
        let rows: Vec<StoredLog> = sqlx::query_as(statement)
            .bind(first)
            .bind(last)
            .bind(level_words(plan))
            .bind(plan.sources.as_deref())
            .bind(plan.as_of)
            .bind(behind.0)
            .bind(behind.1)
            .bind(at_once)
            .fetch_all(&mut *connection)
            .await?;
        let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < at_once;
        for row in rows {
            let (source, entry) = row.into_found()?;
            behind = entry.key();
            if plan.passes(&entry.record, entry.template) {
                found.push((source, entry));
                if found.len() >= page.limit {
                    return Ok(found);
                }
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// Calls `f` with time and level of each record of the tail that passes.
pub(crate) async fn tail_each(
    connection: &mut SqliteConnection,
    plan: &Plan,
    f: &mut impl FnMut(i64, u8),
) -> Result<(), StoreError> {
    if plan.looks_at_rows() {
        let mut page = Page { direction: Direction::Older, behind: None, limit: ROWS_PER_STATEMENT * 8 };
        loop {
            let found = tail_page(connection, plan, page).await?;
            for (_, entry) in &found {
                f(entry.record.at.as_millis(), level_number(entry.record.level));
            }
            let Some((_, last)) = found.last().filter(|_| found.len() >= page.limit) else { return Ok(()) };
            page.behind = Some(last.key());
        }
    }
    let rows: Vec<(i64, String)> = sqlx::query_as(TIMES)
        .bind(plan.first)
        .bind(plan.last)
        .bind(level_words(plan))
        .bind(plan.sources.as_deref())
        .bind(plan.as_of)
        .fetch_all(connection)
        .await?;
    for (time, level) in rows {
        f(time, level_number(level_of(&level)?));
    }
    Ok(())
}

/// Writes records as rows of the tail, numbered from `first_number` on.
pub(crate) async fn insert_tail(
    connection: &mut SqliteConnection,
    batch: i64,
    first_number: i64,
    records: &[LogRecord],
    templates: &[Option<TemplateId>],
) -> Result<(), StoreError> {
    let numbered: Vec<(i64, &LogRecord, Option<i64>)> = (first_number..)
        .zip(records)
        .enumerate()
        .map(|(at, (number, record))| {
            let template = templates.get(at).copied().flatten();
            (number, record, template.map(|id| id.0.cast_signed()))
        })
        .collect();
    for group in numbered.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO log_records \
             (id, batch, event_at, level, service, host, dataset, message, fields, template) ",
        );
        insert.push_values(group, |mut row, (number, record, template)| {
            row.push_bind(*number)
                .push_bind(batch)
                .push_bind(record.at.as_millis())
                .push_bind(level_word(record.level))
                .push_bind(record.service.as_str())
                .push_bind(record.host.as_str())
                .push_bind(record.dataset.as_str())
                .push_bind(record.message.as_str())
                .push_bind(labels_to_json(&record.fields))
                .push_bind(*template);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
