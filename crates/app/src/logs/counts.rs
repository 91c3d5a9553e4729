//! How many lines there are over time, by level: stored ones, those of open files, and those that a cluster counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_core::{LogLevel, LogQuery, TimeRange, Timestamp};
use wardroom_store::{LogFilter, SourceId};

use super::cluster::live::{self, LiveAsk};
use super::files;
use super::lines::{self, Asked, Wanted};
use super::rows::{LogCountsView, LogGrade, LogsRequest};
use super::{LevelCounts, bin_of, cluster, level_rows};
use crate::connections;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// Bins of the small chart.
const BINS: i64 = 40;
/// Stored lines that are looked at one by one where the store cannot count them.
const MOST_LOOKED_AT: usize = 200_000;

/// Lines by bin over a range.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    /// Every bin of the range in order, also the empty ones.
    pub(crate) bins: Vec<(Timestamp, LevelCounts)>,
    /// What makes the counts partial.
    pub(crate) notices: Vec<Phrase>,
    /// Lines by source.
    pub(crate) by_source: BTreeMap<SourceId, u64>,
}

impl Counted {
    fn empty(range: TimeRange, bin_ms: i64) -> Self {
        let mut bins = Vec::new();
        let mut start = range.start();
        while start < range.end() {
            bins.push((start, LevelCounts::new()));
            start = start.plus_millis(bin_ms.max(1));
        }
        Self { bins, ..Self::default() }
    }

    /// Adds lines of one time.
    fn add(&mut self, source: SourceId, at: Timestamp, level: Option<LogLevel>, lines: u64) {
        let after = self.bins.partition_point(|(start, _)| *start <= at);
        // A bin that begins before the range holds lines of its first bin.
        if let Some((_, levels)) = self.bins.get_mut(after.saturating_sub(1)) {
            *levels.entry(level).or_insert(0) += lines;
            *self.by_source.entry(source).or_insert(0) += lines;
        }
    }

    fn add_bins(&mut self, source: SourceId, bins: Vec<(Timestamp, LevelCounts)>) {
        for (start, levels) in bins {
            for (level, lines) in levels {
                self.add(source, start, level, lines);
            }
        }
    }

    /// Adds all bins up by level.
    pub(crate) fn levels(&self) -> LevelCounts {
        let mut sums = LevelCounts::new();
        for (level, lines) in self.bins.iter().flat_map(|(_, levels)| levels) {
            *sums.entry(*level).or_insert(0) += lines;
        }
        sums
    }

    /// Returns all lines.
    pub(crate) fn total(&self) -> f64 {
        self.levels().values().sum::<u64>() as f64
    }
}

/// Counts the log lines that a request asks for, by level and over time, all pages together.
///
/// Cost: blocks of the store and the index of files where neither query nor template is chosen; otherwise every line of
/// the range is looked at, which takes much longer than a page of a list.
///
/// # Errors
///
/// `no_workspace`; `cancelled`, also when other lines are counted meanwhile; as for [`super::list`], but a cluster that
/// does not count is a notice.
pub async fn counts(app: &App, request: &LogsRequest) -> Result<LogCountsView, AppError> {
    let open = app.open()?;
    let _open = open.keep_open().await;
    // Whoever asks how many of other lines there are waits for the count before no more.
    open.line_counts.end_all();
    let running = open.line_counts.begin();
    running.unless_ended(requested(app, &open, request)).await
}

/// Ends every count of lines that is being made in the open workspace; each of them fails with `cancelled`.
pub fn cancel_counts(app: &App) {
    if let Some(open) = app.open_or_none() {
        open.line_counts.end_all();
    }
}

async fn requested(app: &App, open: &Arc<Open>, request: &LogsRequest) -> Result<LogCountsView, AppError> {
    let (counted, bin_ms) = match lines::asked(app, open, request).await? {
        Asked::Clusters(asked) => {
            let bin_ms = bin_ms(asked.range);
            (count_live(app, open, &asked, bin_ms).await?, bin_ms)
        }
        Asked::Lines(wanted) => {
            let bin_ms = bin_ms(wanted.range);
            (count(app, open, &wanted, bin_ms).await?, bin_ms)
        }
    };
    let levels = level_rows(&counted.levels());
    let at_least = |least: LogGrade| levels.iter().filter(|l| l.level <= least).map(|l| l.lines).sum::<f64>();
    let total = request.level.map_or_else(|| counted.total(), at_least);
    let headline = headline(total, at_least(LogGrade::Error));
    Ok(LogCountsView {
        headline,
        total,
        bins: counted.bins.iter().map(|(start, counts)| bin_of(*start, counts)).collect(),
        bin: Millis(bin_ms),
        notices: counted.notices,
        levels,
    })
}

fn bin_ms(range: TimeRange) -> i64 {
    (range.millis() / BINS).max(1000)
}

fn headline(total: f64, serious: f64) -> Phrase {
    if total < 0.5 {
        return Phrase::new("logs-none");
    }
    Phrase::new("logs-lines").count("n", whole(total)).count("errors", whole(serious))
}

/// Returns a count as a sentence takes it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of lines, held within what a count can be"
)]
pub(crate) fn whole(count: f64) -> usize {
    count.clamp(0.0, 4e9) as usize
}

/// Counts the lines that are wanted, by bin and level.
///
/// Cost: blocks of the store and the index of files where neither query nor template is chosen; otherwise every line of
/// the range is looked at, up to a budget, beyond which a notice says so.
///
/// # Errors
///
/// Store failures; a cluster or file that does not answer is a notice.
pub(crate) async fn count(
    app: &App,
    open: &Arc<Open>,
    wanted: &Wanted,
    bin_ms: i64,
) -> Result<Counted, AppError> {
    let mut counted = Counted::empty(wanted.range, bin_ms);
    let mut done = Vec::new();
    if wanted.template.is_none() {
        for row in cluster::of(open).await?.iter().filter(|r| lines::is_wanted(wanted, r.id)) {
            let told = cluster::counts(app, open, row, wanted.range, bin_ms, &wanted.query).await;
            counted.notices.extend(told.notices);
            if let Some(bins) = told.bins {
                counted.add_bins(row.id, bins);
                done.push(row.id);
            }
        }
    }
    for row in open.workspace.sources().await? {
        if !row.deleted
            && holds_lines(&row.kind)
            && lines::is_wanted(wanted, row.id)
            && !done.contains(&row.id)
        {
            count_stored(open, wanted, row.id, bin_ms, &mut counted).await?;
        }
    }
    for set in files::chosen(open, &wanted.sources).await? {
        match files::count(&set, wanted, bin_ms).await {
            Ok((bins, is_whole)) => {
                counted.add_bins(set.source(), bins);
                if !is_whole {
                    counted.notices.push(Phrase::new("logroom-counted-partly").text("name", set.name()));
                }
            }
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => counted.notices.push(files::failed(&set, &error)),
        }
    }
    Ok(counted)
}

/// Lets clusters count the lines that they find by a query in their own language, by bin and level.
///
/// # Errors
///
/// As for [`cluster::live::askable`]; a cluster that does not count is a notice.
pub(crate) async fn count_live(
    app: &App,
    open: &Open,
    asked: &LiveAsk,
    bin_ms: i64,
) -> Result<Counted, AppError> {
    let mut counted = Counted::empty(asked.range, bin_ms);
    for row in live::askable(open, &asked.sources).await? {
        let told = live::counts(app, open, &row, asked, bin_ms).await;
        counted.notices.extend(told.notices);
        counted.add_bins(row.id, told.bins.unwrap_or_default());
    }
    Ok(counted)
}

/// Reports whether a kind of source brings log lines.
pub(crate) fn holds_lines(kind: &str) -> bool {
    [connections::ELASTICSEARCH, connections::LOG_FILES, connections::SIMULATED].contains(&kind)
}

async fn count_stored(
    open: &Open,
    wanted: &Wanted,
    source: SourceId,
    bin_ms: i64,
    counted: &mut Counted,
) -> Result<(), AppError> {
    let filter = LogFilter { sources: vec![source], ..wanted.filter() };
    let is_tested_here = wanted.template.as_ref().is_some_and(|test| !test.is_pushed());
    if !is_tested_here {
        let bins = open.workspace.log_bins(&filter, bin_ms).await?;
        counted.add_bins(source, bins);
        return Ok(());
    }
    let is_whole = lines::each_newest(open, &filter, MOST_LOOKED_AT, &mut |row| {
        if wanted.passes(row.template, &row.record) {
            counted.add(source, row.record.at, row.record.level, 1);
        }
    })
    .await?;
    if !is_whole {
        counted.notices.push(Phrase::new("logroom-looked-at-partly").count("n", MOST_LOOKED_AT));
    }
    Ok(())
}

/// Reports whether a question takes every line.
pub(crate) fn is_all(wanted: &Wanted) -> bool {
    wanted.query == LogQuery::All && wanted.template.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_to_their_bins_and_empty_bins_stay() {
        let at = Timestamp::from_millis;
        let mut counted = Counted::empty(TimeRange::new(at(1000), at(4500)).unwrap(), 1000);

        counted.add(SourceId(1), at(1000), Some(LogLevel::Error), 2);
        counted.add(SourceId(1), at(3999), None, 3);
        counted.add(SourceId(2), at(4400), None, 1);

        let lines: Vec<u64> = counted.bins.iter().map(|(_, levels)| levels.values().sum()).collect();
        assert_eq!(lines, [2, 0, 3, 1]);
        assert_eq!(counted.levels(), LevelCounts::from([(None, 4), (Some(LogLevel::Error), 2)]));
        assert_eq!(counted.by_source, BTreeMap::from([(SourceId(1), 5), (SourceId(2), 1)]));
    }
}
