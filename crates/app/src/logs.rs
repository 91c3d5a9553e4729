//! Log lines as a plain list: filtered by time, level, service and words, with counts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::{LogLevel, TimeRange};
use wardroom_store::{LogCursor, LogFilter, LogRow};

use crate::alerts::range_or_last;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// Bins of the small chart.
const BINS: i64 = 40;
/// Rows of one answer.
const MOST_ROWS: u32 = 500;
const HOUR_MS: i64 = 3_600_000;

/// How serious the writer of a line found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LogGrade {
    /// The program cannot go on.
    Fatal,
    /// Something went wrong.
    Error,
    /// Something may go wrong.
    Warn,
    /// All is well.
    Info,
    /// For those who look for a mistake.
    Debug,
    /// Every step.
    Trace,
}

/// What is asked of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogsRequest {
    /// The range; `null` takes the last hour of data.
    pub range: Option<Span>,
    /// Only lines at least this serious; `null` for all.
    pub level: Option<LogGrade>,
    /// Only lines of this service; `null` for all.
    pub service: Option<String>,
    /// Only lines of this machine; `null` for all.
    pub host: Option<String>,
    /// Words that all have to occur in the line; empty for all lines.
    pub text: String,
    /// Goes on behind the line at which the answer before ended; `null` begins with the newest.
    pub behind: Option<LogPlace>,
    /// Rows at most, 500 at the very most.
    pub limit: u32,
    /// Whether the counts are wanted too; paging needs them only once.
    pub counts: bool,
}

/// A place in the list of log lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogPlace {
    /// The time of the last line that was shown.
    pub at: Millis,
    /// Its number, as text.
    pub id: String,
}

/// The list of log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogsView {
    /// The range.
    pub range: Span,
    /// The one sentence; it says only how many lines there are.
    pub headline: Option<Phrase>,
    /// Whether this workspace has any log lines at all.
    pub known: bool,
    /// Lines that match; `null` when counts were not asked for.
    pub total: Option<f64>,
    /// The rows asked for, newest first.
    pub rows: Vec<LogItem>,
    /// Where the next page begins; `null` at the end of the list.
    pub next: Option<LogPlace>,
    /// Lines by level, most serious first, without the choice of a level; empty when counts were not asked for.
    pub levels: Vec<LogLevelCount>,
    /// Services that write lines in this workspace, by name.
    pub services: Vec<String>,
    /// Machines on which lines are written, by name.
    pub hosts: Vec<String>,
    /// Lines by bin over the range, without the choice of a level; empty when counts were not asked for.
    pub bins: Vec<LogBin>,
    /// Length of a bin.
    pub bin: Millis,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogItem {
    /// Its number in this workspace, as text.
    pub id: String,
    /// When it was written, by the clock of its writer.
    pub at: Millis,
    /// How serious.
    pub level: LogGrade,
    /// Who wrote it; empty when not known.
    pub service: String,
    /// On which machine; empty when not known.
    pub host: String,
    /// Which log; empty when not known.
    pub dataset: String,
    /// The text.
    pub message: String,
    /// Everything else by field name.
    pub fields: Vec<(String, String)>,
}

/// Lines of one level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogLevelCount {
    /// The level.
    pub level: LogGrade,
    /// Lines.
    pub lines: f64,
}

/// Lines in one bin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogBin {
    /// The bin's beginning.
    pub start: Millis,
    /// Errors and fatal ones.
    pub error: f64,
    /// Warnings.
    pub warn: f64,
    /// Others.
    pub other: f64,
}

/// Lists log lines, newest first, a page at a time.
///
/// Cost: counts read every line of the range once; a page reads about as many lines as it shows.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; store failures.
pub async fn list(app: &App, request: &LogsRequest) -> Result<LogsView, AppError> {
    let open = app.open()?;
    let range = range_or_last(&open, request.range, HOUR_MS).await?;
    let text = |name: &Option<String>| name.clone().filter(|n| !n.is_empty());
    let filter = LogFilter {
        range: Some(range),
        level_at_least: request.level.map(level_of),
        service: text(&request.service),
        host: text(&request.host),
        words: request.text.clone(),
        ..LogFilter::default()
    };
    let limit = request.limit.clamp(1, MOST_ROWS);
    let behind = request.behind.as_ref().map(cursor_of).transpose()?;
    let rows = open.workspace.logs(&filter, behind, limit).await?;
    let next = rows.last().filter(|_| rows.len() >= limit as usize).map(place_of);
    let (services, hosts) = open.workspace.log_writers().await?;
    let bin_ms = (range.millis() / BINS).max(1000);
    let bins = if request.counts { counts(&open, &filter, range, bin_ms).await? } else { Vec::new() };
    let levels = sums(&bins);
    let total = request.counts.then(|| {
        let wanted = |l: &&LogLevelCount| request.level.is_none_or(|least| l.level <= least);
        levels.iter().filter(wanted).map(|l| l.lines).sum::<f64>()
    });
    let serious = levels.iter().filter(|l| l.level <= LogGrade::Error).map(|l| l.lines).sum::<f64>();
    Ok(LogsView {
        range: range.into(),
        headline: total.map(|n| headline(n, serious)),
        known: !rows.is_empty() || !services.is_empty() || !hosts.is_empty(),
        total,
        rows: rows.into_iter().map(item).collect(),
        next,
        levels,
        services,
        hosts,
        bins: bins.iter().map(|(start, lines)| bin_of(*start, lines)).collect(),
        bin: Millis(bin_ms),
    })
}

fn headline(total: f64, serious: f64) -> Phrase {
    if total < 0.5 {
        return Phrase::new("logs-none");
    }
    Phrase::new("logs-lines").count("n", whole(total)).count("errors", whole(serious))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of stored lines, held within what a count can be"
)]
fn whole(count: f64) -> usize {
    count.clamp(0.0, 4e9) as usize
}

/// Counts the lines of each bin by level, without the choice of a level.
async fn counts(
    open: &Open,
    filter: &LogFilter,
    range: TimeRange,
    bin_ms: i64,
) -> Result<Vec<(Millis, Vec<LogLevelCount>)>, AppError> {
    let mut bins = Vec::new();
    let mut start = range.start();
    while start < range.end() {
        let end = start.plus_millis(bin_ms).min(range.end());
        let part = TimeRange::new(start, end).map_err(|e| AppError::internal(&e))?;
        let filter = LogFilter { range: Some(part), level_at_least: None, ..filter.clone() };
        let lines = open.workspace.log_counts(&filter).await?;
        let lines =
            lines.into_iter().map(|(level, n)| LogLevelCount { level: grade_of(level), lines: n as f64 });
        bins.push((start.into(), lines.collect()));
        start = end;
    }
    Ok(bins)
}

/// Adds the bins up, most serious level first.
fn sums(bins: &[(Millis, Vec<LogLevelCount>)]) -> Vec<LogLevelCount> {
    let mut by_level = std::collections::BTreeMap::new();
    for count in bins.iter().flat_map(|(_, lines)| lines) {
        *by_level.entry(count.level).or_insert(0.0) += count.lines;
    }
    by_level.into_iter().map(|(level, lines)| LogLevelCount { level, lines }).collect()
}

fn bin_of(start: Millis, lines: &[LogLevelCount]) -> LogBin {
    let of = |wanted: &dyn Fn(LogGrade) -> bool| {
        lines.iter().filter(|l| wanted(l.level)).map(|l| l.lines).sum::<f64>()
    };
    LogBin {
        start,
        error: of(&|l| l <= LogGrade::Error),
        warn: of(&|l| l == LogGrade::Warn),
        other: of(&|l| l > LogGrade::Warn),
    }
}

fn item(row: LogRow) -> LogItem {
    let record = row.record;
    LogItem {
        id: row.number.to_string(),
        at: record.at.into(),
        level: grade_of(record.level),
        service: record.service,
        host: record.host,
        dataset: record.dataset,
        message: record.message,
        fields: record.fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
    }
}

fn place_of(row: &LogRow) -> LogPlace {
    LogPlace { at: row.record.at.into(), id: row.number.to_string() }
}

fn cursor_of(place: &LogPlace) -> Result<LogCursor, AppError> {
    let number = place.id.parse().map_err(|e| AppError::internal(&e))?;
    Ok(LogCursor { at: place.at.into(), number })
}

fn level_of(grade: LogGrade) -> LogLevel {
    match grade {
        LogGrade::Fatal => LogLevel::Fatal,
        LogGrade::Error => LogLevel::Error,
        LogGrade::Warn => LogLevel::Warn,
        LogGrade::Info => LogLevel::Info,
        LogGrade::Debug => LogLevel::Debug,
        LogGrade::Trace => LogLevel::Trace,
    }
}

fn grade_of(level: LogLevel) -> LogGrade {
    match level {
        LogLevel::Fatal => LogGrade::Fatal,
        LogLevel::Error => LogGrade::Error,
        LogLevel::Warn => LogGrade::Warn,
        LogLevel::Info => LogGrade::Info,
        LogLevel::Debug => LogGrade::Debug,
        LogLevel::Trace => LogGrade::Trace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_added_up_by_level_and_the_most_serious_comes_first() {
        let count = |level, lines| LogLevelCount { level, lines };
        let bins = [
            (Millis(0), vec![count(LogGrade::Info, 5.0), count(LogGrade::Error, 1.0)]),
            (Millis(1000), vec![count(LogGrade::Info, 7.0), count(LogGrade::Warn, 2.0)]),
        ];

        let sums = sums(&bins);

        let wanted = [count(LogGrade::Error, 1.0), count(LogGrade::Warn, 2.0), count(LogGrade::Info, 12.0)];
        assert_eq!(sums, wanted);
        assert!((bin_of(bins[0].0, &bins[0].1).error - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_level_goes_to_the_window_and_back() {
        for grade in [
            LogGrade::Fatal,
            LogGrade::Error,
            LogGrade::Warn,
            LogGrade::Info,
            LogGrade::Debug,
            LogGrade::Trace,
        ] {
            assert_eq!(grade_of(level_of(grade)), grade);
        }
    }
}
