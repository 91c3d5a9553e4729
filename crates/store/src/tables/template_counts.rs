//! How often each template came: lines by minute and level, one row for each source and hour.
//!
//! A row holds all templates of its hour as a zstd frame: reading thirty days of a thousand templates then means 720
//! rows instead of 720,000.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::SqliteConnection;
use wardroom_core::{LogLevel, TemplateId, TimeRange, Timestamp};

use super::sources::SourceId;
use super::templates::Aliases;
use crate::error::StoreError;
use crate::logs::block::{LEVELS, level_number};
use crate::logs::bytes::{Reader, put, put_length, unzip, zip};
use crate::logs::find::checksum;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

/// Milliseconds of a minute and of an hour.
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// zstd's level: a row is written again with every minute of its hour.
const LEVEL: i32 = 3;

/// Lines of one template and level in one minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateMinute {
    /// The template.
    pub template: TemplateId,
    /// The minute; any time in it will do.
    pub minute_start: Timestamp,
    /// The level; `None` when the writer did not say.
    pub level: Option<LogLevel>,
    /// Lines.
    pub lines: u64,
}

/// Lines of one template over a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateCounts {
    /// Lines of each bin that has any, by the bin's beginning, in order of time.
    pub bins: Vec<(Timestamp, u64)>,
    /// Lines of each level that has any.
    pub levels: BTreeMap<Option<LogLevel>, u64>,
}

impl TemplateCounts {
    /// Returns the lines of all bins.
    pub fn lines(&self) -> u64 {
        self.bins.iter().map(|(_, lines)| lines).sum()
    }
}

/// The counts of one hour: by template and level, the lines of each minute that has any.
type Hour = BTreeMap<(TemplateId, u8), BTreeMap<u8, u64>>;

impl Workspace {
    /// Adds lines to the counts of a source, in one transaction. Minutes are those of UTC.
    ///
    /// Cost: writes the rows of the hours that are touched again, some ten kilobytes each for a thousand templates.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Damaged`]; failures of the file. Nothing of this call is stored then.
    pub async fn add_template_counts(
        &self,
        source: SourceId,
        minutes: &[TemplateMinute],
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        if minutes.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        add_counts(&mut tx, source.0, minutes).await.map_err(|e| e.at(self.path()))?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the lines of each template that came in a period, in the order of their numbers; those of a template for
    /// which another one stands count for that one. Without `sources`, those of all; without `levels`, also lines whose
    /// writer named none.
    ///
    /// Minutes are not divided: what counts are the minutes that begin in the period, the one in which it begins
    /// included. Bins are whole minutes long (`bin_ms` rounded up) and begin at the minute in which the period begins;
    /// 60,000 gives every minute.
    ///
    /// Cost: a row of some ten kilobytes for each hour and source; the answer has an entry for each template and bin.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]; failures of the file.
    pub async fn template_counts(
        &self,
        range: TimeRange,
        sources: &[SourceId],
        levels: &[LogLevel],
        bin_ms: i64,
    ) -> Result<Vec<(TemplateId, TemplateCounts)>, StoreError> {
        let grid = Grid::new(range, bin_ms);
        let wanted: Vec<i64> = sources.iter().map(|source| source.0).collect();
        let mut held = self.db().read().await?;
        let aliases = Aliases::read(held.on()).await?;
        let rows: Vec<HourRow> = sqlx::query_as(
            "SELECT source, hour_start, check32, bytes FROM log_template_hours \
             WHERE hour_start > ?1 AND hour_start < ?2 \
             AND (?3 IS NULL OR source IN (SELECT value FROM json_each(?3))) ORDER BY hour_start, source",
        )
        .bind(grid.first.saturating_sub(HOUR_MS))
        .bind(grid.end)
        .bind((!wanted.is_empty()).then(|| json_of(&wanted)))
        .fetch_all(held.on())
        .await?;
        drop(held);
        let levels: Vec<u8> = levels.iter().map(|level| level_number(Some(*level))).collect();
        let adding = tokio::task::spawn_blocking(move || sum(&rows, grid, &levels, &aliases));
        adding.await?.map_err(|e| e.at(self.path()))
    }

    /// Returns how many lines of each template are counted in all, in the order of their numbers, by source.
    ///
    /// # Errors
    ///
    /// As [`Workspace::template_counts`].
    pub async fn template_lines(&self) -> Result<Vec<(SourceId, TemplateId, u64)>, StoreError> {
        let mut held = self.db().read().await?;
        let lines = counted(held.on()).await.map_err(|e| e.at(self.path()))?;
        Ok(lines.into_iter().map(|((source, id), lines)| (SourceId(source), id, lines)).collect())
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct HourRow {
    pub(crate) source: i64,
    pub(crate) hour_start: i64,
    check32: i64,
    bytes: Vec<u8>,
}

impl HourRow {
    /// Calls `f` with template, level, minute and lines of all that is counted, in order.
    pub(crate) fn each(&self, f: &mut impl FnMut(TemplateId, u8, u8, u64)) -> Result<(), StoreError> {
        let hour = Timestamp::from_millis(self.hour_start);
        self.read(f).map_err(|error| error.of(&format!("template counts of {hour}")))
    }

    fn read(&self, f: &mut impl FnMut(TemplateId, u8, u8, u64)) -> Result<(), StoreError> {
        if checksum(&self.bytes) != self.check32 {
            return Err(StoreError::damaged(StoreError::CHECKSUM));
        }
        let raw = unzip(&self.bytes)?;
        let mut reader = Reader::new(&raw);
        while !reader.rest().is_empty() {
            let id = <[u8; 8]>::try_from(reader.take(8)?).map_err(StoreError::internal)?;
            let template = TemplateId(u64::from_be_bytes(id));
            let level = reader.take(1)?[0];
            let minutes = reader.count()?;
            for _ in 0..minutes {
                let minute = reader.take(1)?[0];
                let lines = reader.number()?;
                if minute >= 60 || usize::from(level) >= LEVELS.len() {
                    return Err(StoreError::damaged("an hour has no such minute or level"));
                }
                f(template, level, minute, lines);
            }
        }
        Ok(())
    }
}

fn hour_to_bytes(hour: &Hour) -> Result<Vec<u8>, StoreError> {
    let mut raw = Vec::new();
    for ((template, level), minutes) in hour {
        raw.extend_from_slice(&template.0.to_be_bytes());
        raw.push(*level);
        put_length(&mut raw, minutes.len());
        for (minute, lines) in minutes {
            raw.push(*minute);
            put(&mut raw, *lines);
        }
    }
    zip(&raw, LEVEL)
}

/// Adds lines to the counts of a source.
pub(crate) async fn add_counts(
    connection: &mut SqliteConnection,
    source: i64,
    minutes: &[TemplateMinute],
) -> Result<(), StoreError> {
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    for minute in minutes.iter().filter(|minute| minute.lines > 0) {
        let at = minute.minute_start.as_millis();
        let start = at.div_euclid(HOUR_MS).saturating_mul(HOUR_MS);
        let of_hour = u8::try_from((at - start) / MINUTE_MS).unwrap_or(0);
        let key = (minute.template, level_number(minute.level));
        let lines = hours.entry(start).or_default().entry(key).or_default().entry(of_hour).or_default();
        *lines = lines.saturating_add(minute.lines);
    }
    for (start, mut hour) in hours {
        let stored: Option<HourRow> = sqlx::query_as(
            "SELECT source, hour_start, check32, bytes FROM log_template_hours WHERE source = ? AND hour_start = ?",
        )
        .bind(source)
        .bind(start)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(stored) = stored {
            stored.each(&mut |template, level, minute, more| {
                let lines = hour.entry((template, level)).or_default().entry(minute).or_default();
                *lines = lines.saturating_add(more);
            })?;
        }
        let bytes = hour_to_bytes(&hour)?;
        sqlx::query(
            "INSERT INTO log_template_hours (source, hour_start, check32, bytes) VALUES (?, ?, ?, ?) \
             ON CONFLICT (source, hour_start) DO UPDATE SET check32 = excluded.check32, bytes = excluded.bytes",
        )
        .bind(source)
        .bind(start)
        .bind(checksum(&bytes))
        .bind(bytes)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Returns the lines of each source and template that are counted.
async fn counted(connection: &mut SqliteConnection) -> Result<BTreeMap<(i64, TemplateId), u64>, StoreError> {
    let rows: Vec<HourRow> =
        sqlx::query_as("SELECT source, hour_start, check32, bytes FROM log_template_hours ORDER BY id")
            .fetch_all(connection)
            .await?;
    let mut lines = BTreeMap::new();
    for row in &rows {
        row.each(&mut |template, _, _, more| *lines.entry((row.source, template)).or_default() += more)?;
    }
    Ok(lines)
}

/// Deletes what is known of templates of which no line is left, unless a person said something of them;
/// of the others, says again how many lines there are. Templates that were never counted stay as they are.
pub(crate) async fn forget_unseen(
    connection: &mut SqliteConnection,
    before: &BTreeSet<TemplateId>,
) -> Result<(), StoreError> {
    let mut lines: BTreeMap<TemplateId, u64> = before.iter().map(|id| (*id, 0)).collect();
    for ((_, template), more) in counted(connection).await? {
        *lines.entry(template).or_default() += more;
    }
    for (template, lines) in lines {
        if lines == 0 {
            sqlx::query(
                "DELETE FROM log_templates WHERE id = ? AND by_hand = 0 AND name IS NULL AND custom_class IS NULL",
            )
            .bind(template.0.cast_signed())
            .execute(&mut *connection)
            .await?;
        }
        sqlx::query("UPDATE log_templates SET lines = ? WHERE id = ?")
            .bind(i64::try_from(lines).unwrap_or(i64::MAX))
            .bind(template.0.cast_signed())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Returns the templates of which lines are counted.
pub(crate) async fn seen(connection: &mut SqliteConnection) -> Result<BTreeSet<TemplateId>, StoreError> {
    Ok(counted(connection).await?.into_keys().map(|(_, template)| template).collect())
}

/// Bins of whole minutes over a period.
#[derive(Clone, Copy, Debug)]
struct Grid {
    first: i64,
    end: i64,
    step: i64,
}

impl Grid {
    fn new(range: TimeRange, bin_ms: i64) -> Self {
        let minutes = bin_ms.max(1).div_euclid(MINUTE_MS) + i64::from(bin_ms.max(1) % MINUTE_MS != 0);
        Self {
            first: range.start().floor_to(MINUTE_MS).as_millis(),
            end: range.end().as_millis(),
            step: minutes.saturating_mul(MINUTE_MS),
        }
    }
}

fn sum(
    rows: &[HourRow],
    grid: Grid,
    wanted: &[u8],
    aliases: &Aliases,
) -> Result<Vec<(TemplateId, TemplateCounts)>, StoreError> {
    let mut places: HashMap<TemplateId, usize> = HashMap::new();
    let mut sums: Vec<(TemplateId, Vec<(i64, u64)>, [u64; 7])> = Vec::new();
    for row in rows {
        let mut last: Option<(TemplateId, usize)> = None;
        row.each(&mut |template, level, minute, lines| {
            let at = row.hour_start.saturating_add(i64::from(minute) * MINUTE_MS);
            let is_wanted = wanted.is_empty() || wanted.contains(&level);
            if at < grid.first || at >= grid.end || !is_wanted {
                return;
            }
            let place = match last {
                Some((before, place)) if before == template => place,
                _ => *places.entry(aliases.resolve(template)).or_insert_with_key(|id| {
                    sums.push((*id, Vec::new(), [0; 7]));
                    sums.len() - 1
                }),
            };
            last = Some((template, place));
            let bin = (at - grid.first).div_euclid(grid.step);
            let (_, bins, levels) = &mut sums[place];
            levels[usize::from(level)] += lines;
            match bins.last_mut() {
                Some((before, sum)) if *before == bin => *sum += lines,
                _ => bins.push((bin, lines)),
            }
        })?;
    }
    sums.sort_by_key(|(template, _, _)| *template);
    let each = sums.into_iter().map(|(template, bins, levels)| {
        let levels = LEVELS.into_iter().zip(levels).filter(|(_, lines)| *lines > 0).collect();
        (template, TemplateCounts { bins: gathered(bins, grid), levels })
    });
    Ok(each.collect())
}

/// Brings what was counted in one bin by several levels, templates and sources together.
fn gathered(mut bins: Vec<(i64, u64)>, grid: Grid) -> Vec<(Timestamp, u64)> {
    bins.sort_by_key(|(bin, _)| *bin);
    let mut together: Vec<(i64, u64)> = Vec::with_capacity(bins.len());
    for (bin, lines) in bins {
        match together.last_mut() {
            Some((before, sum)) if *before == bin => *sum += lines,
            _ => together.push((bin, lines)),
        }
    }
    let start = |bin: i64| Timestamp::from_millis(grid.first.saturating_add(bin.saturating_mul(grid.step)));
    together.into_iter().map(|(bin, lines)| (start(bin), lines)).collect()
}
