//! Counts the lines of templates again from the stored records, after some of them were cut.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::SqliteConnection;
use wardroom_core::{TemplateId, Timestamp};

use super::block::{Columns, Parts, Place, records_of};
use super::find::{Depth, naming, read_parts};
use crate::error::StoreError;
use crate::tables::logs::level_of;
use crate::tables::sources::SourceId;
use crate::tables::template_counts::{TemplateMinute, add_counts, forget_unseen, seen};

/// Milliseconds of a minute and of an hour.
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Lines by source, template, minute and number of the level.
type Lines = BTreeMap<(SourceId, TemplateId, i64, Option<wardroom_core::LogLevel>), u64>;

/// Cuts what was counted of templates after a moment, once the records themselves are cut.
///
/// Counts carry no time at which they became known, so those of the hour of the moment are counted again from the
/// records that are left; only sources that were counted are.
pub(crate) async fn cut_counts(
    connection: &mut SqliteConnection,
    moment: Timestamp,
) -> Result<(), StoreError> {
    let before = seen(connection).await?;
    if before.is_empty() {
        return Ok(());
    }
    let hour = moment.floor_to(HOUR_MS).as_millis();
    let sources: BTreeSet<i64> =
        sqlx::query_scalar::<_, i64>("DELETE FROM log_template_hours WHERE hour_start >= ? RETURNING source")
            .bind(hour)
            .fetch_all(&mut *connection)
            .await?
            .into_iter()
            .collect();
    let mut lines = Lines::new();
    count_tail(connection, hour, &mut lines).await?;
    count_blocks(connection, hour, &mut lines).await?;
    for source in sources {
        let own = lines.iter().filter(|((of, ..), _)| of.0 == source);
        let minutes: Vec<TemplateMinute> = own
            .map(|((_, template, minute, level), lines)| TemplateMinute {
                template: *template,
                minute_start: Timestamp::from_millis(*minute),
                level: *level,
                lines: *lines,
            })
            .collect();
        add_counts(connection, source, &minutes).await?;
    }
    for statement in [
        "UPDATE log_templates SET last_seen = ?1 WHERE last_seen > ?1",
        "UPDATE log_templates SET first_seen = NULL, last_seen = NULL WHERE first_seen > ?1",
    ] {
        sqlx::query(statement).bind(moment.as_millis()).execute(&mut *connection).await?;
    }
    forget_unseen(connection, &before).await
}

async fn count_tail(
    connection: &mut SqliteConnection,
    from: i64,
    lines: &mut Lines,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "SELECT b.source, l.template, l.event_at, l.level FROM log_records l \
         CROSS JOIN batches b ON b.id = l.batch WHERE l.event_at >= ? AND l.template IS NOT NULL",
    )
    .bind(from)
    .fetch_all(connection)
    .await?;
    for (source, template, at, level) in rows {
        let minute = Timestamp::from_millis(at).floor_to(MINUTE_MS).as_millis();
        let key = (SourceId(source), TemplateId(template.cast_unsigned()), minute, level_of(&level)?);
        *lines.entry(key).or_default() += 1;
    }
    Ok(())
}

async fn count_blocks(
    connection: &mut SqliteConnection,
    from: i64,
    lines: &mut Lines,
) -> Result<(), StoreError> {
    let blocks: Vec<(i64, i64, i64)> =
        sqlx::query_as("SELECT id, source, n FROM log_blocks WHERE to_ts >= ? ORDER BY id")
            .bind(from)
            .fetch_all(&mut *connection)
            .await?;
    for (id, source, n) in blocks {
        let mut parts = read_parts(connection, &[id], Depth::Short).await?;
        let own = parts.remove(&id).unwrap_or_default();
        count_block(n, &own, from, SourceId(source), lines).map_err(|e| naming(id, e))?;
    }
    Ok(())
}

fn count_block(
    n: i64,
    parts: &Parts,
    from: i64,
    source: SourceId,
    lines: &mut Lines,
) -> Result<(), StoreError> {
    let n = records_of(n)?;
    let place = Place::read(&parts.place, n)?;
    let columns = Columns::read(&parts.short, n)?;
    for (row, at) in place.times.iter().enumerate().filter(|(_, at)| **at >= from) {
        if let Some(template) = columns.template(row) {
            let minute = Timestamp::from_millis(*at).floor_to(MINUTE_MS).as_millis();
            *lines.entry((source, template, minute, columns.level(row))).or_default() += 1;
        }
    }
    Ok(())
}
