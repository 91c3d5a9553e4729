//! The table of templates, the most surprising first: what is new, gone, more or less frequent, rare.

mod table;

use std::collections::BTreeMap;

use wardroom_analysis::logs::surprise::{Change, TemplateCounts, Windows, choose_windows, first_new_fault};
use wardroom_core::{LogLevel, LogQuery, TimeRange, Timestamp};
use wardroom_store::SourceId;

use super::cluster::Stored;
use super::counts::{self, Counted};
use super::headline::told;
use super::lines::{self, Wanted, range_or_last};
use super::room::{self, Snapshot};
use super::rows::{LogChange, LogClass, LogSourceRow, TemplateRow, TemplatesRequest, TemplatesView};
use super::tally::MINUTE_MS;
use super::{bin_of, files, level_of, level_rows, masking, query};
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::topology;
use crate::wire::Millis;

pub(super) use table::Table;

/// The range when nobody says otherwise.
const LAST_MS: i64 = 6 * 3_600_000;
/// Bins of a small line, and of the chart at most.
const BINS: i64 = 60;
/// Rows of one answer.
const MOST_ROWS: usize = 400;
/// The baseline has to hold so many lines before anything is called new: below that, most of what a program ever says
/// has not been heard yet.
pub(super) const LEAST_BASELINE_LINES: u64 = 200;
/// Steps of time in which lines are counted at most, for telling windows apart and bursts from rises.
const STEPS: i64 = 720;

/// Returns the window's word for a change.
pub(super) fn change_of(change: Change) -> LogChange {
    match change {
        Change::New => LogChange::New,
        Change::Gone => LogChange::Gone,
        Change::More => LogChange::More,
        Change::Fewer => LogChange::Fewer,
        Change::Rare => LogChange::Rare,
        Change::Same => LogChange::Same,
    }
}

/// How many lines one answer looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Lines that are looked at one by one where a query is typed or a template is split, of the store and of each set of
    /// files.
    pub(super) lines: usize,
    /// Lines of a window whose parameters are looked at, of the store and of each set of files.
    pub(super) values: usize,
}

impl Budget {
    /// What an answer takes some seconds for at most.
    pub(super) const FULL: Self = Self { lines: 200_000, values: 100_000 };
}

/// What is asked, made ready.
pub(super) struct Asked {
    pub(super) wanted: Wanted,
    /// Whether nothing but levels is asked for: kept counts know those.
    by_levels: bool,
    levels: Vec<LogLevel>,
    pub(super) windows: Windows,
    /// The period that holds the range and both windows.
    pub(super) whole: TimeRange,
    /// The step of the chart.
    pub(super) bin_ms: i64,
    pub(super) first_alert: Option<Timestamp>,
    pub(super) budget: Budget,
    /// Clusters that have brought some lines of the windows, and not all of them.
    pub(super) lacking: Vec<SourceId>,
    /// Whether that holds of all sources whose lines are in the windows.
    pub(super) lacks_everywhere: bool,
}

/// Makes what is asked ready: the range, the windows, the query.
pub(super) async fn ready(
    app: &App,
    open: &Open,
    request: &TemplatesRequest,
    view: &Snapshot,
) -> Result<Asked, AppError> {
    let range = range_or_last(open, request.range, LAST_MS).await?;
    let first_alert = first_alert(open, range).await?;
    let stored = Stored::of(open, &request.sources, app.now()).await?;
    let windows = windows_of(request, (range, stored.part_of(range)), first_alert, view)?;
    let both = [windows.baseline, windows.compare];
    let start = range.start().min(windows.baseline.start()).min(windows.compare.start());
    let end = range.end().max(windows.baseline.end()).max(windows.compare.end());
    let asked = query::parse_stored(&request.query)?;
    let asked = topology::narrowed(app, open, asked, request.entity.as_deref()).await?;
    Ok(Asked {
        by_levels: asked == LogQuery::All,
        levels: request.levels.iter().copied().map(level_of).collect(),
        wanted: Wanted {
            range,
            query: query::with_levels(asked, &request.levels),
            sources: request.sources.clone(),
            template: None,
        },
        windows,
        whole: TimeRange::new(start.floor_to(MINUTE_MS), end).unwrap_or(range),
        bin_ms: whole_minutes(range.millis() / BINS),
        first_alert,
        budget: Budget::FULL,
        lacking: stored.lacking(both).into_iter().map(|(source, _)| source).collect(),
        lacks_everywhere: stored.lacks_everywhere(both),
    })
}

/// Rounds a step up to whole minutes, in which lines are counted.
fn whole_minutes(ms: i64) -> i64 {
    (ms + MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS + if ms < 1 { MINUTE_MS } else { 0 }
}

async fn first_alert(open: &Open, range: TimeRange) -> Result<Option<Timestamp>, AppError> {
    let alerts = open.workspace.alerts(Some(range), None).await?;
    Ok(alerts.iter().map(|a| a.alert.active_at).filter(|at| range.contains(*at)).min())
}

/// Returns the windows that were asked for, or divides the stored part of the range where the first new faults or alerts
/// stand: what a cluster has not brought cannot be told from what fell silent.
fn windows_of(
    request: &TemplatesRequest,
    (range, stored): (TimeRange, TimeRange),
    first_alert: Option<Timestamp>,
    view: &Snapshot,
) -> Result<Windows, AppError> {
    let seen: Vec<TemplateCounts<'_>> = view
        .known
        .values()
        .filter_map(|row| {
            let (class, level) = (row.class, row.level);
            Some(TemplateCounts { id: row.id, bins: &[], first_seen: row.first_seen?, class, level })
        })
        .collect();
    let lived = since_first(stored, seen.iter().map(|t| t.first_seen).min());
    let mark = first_new_fault(&seen, lived, first_alert);
    let mut windows = choose_windows(lived, MINUTE_MS, mark, first_alert);
    if let Some(compare) = request.compare {
        windows.compare = compare.try_into()?;
    }
    if let Some(baseline) = request.baseline {
        windows.baseline = baseline.try_into()?;
    } else if windows.baseline.end() > windows.compare.start() {
        // A person chose what is compared: as much before it is the baseline.
        windows.baseline = windows.compare.shifted(-windows.compare.millis());
    }
    windows.bin_ms = whole_minutes(range.millis() / STEPS);
    Ok(windows)
}

/// Returns the part of a range from the first line on that is known: before it nothing could be seen, and where it
/// begins everything is seen for the first time.
fn since_first(range: TimeRange, first: Option<Timestamp>) -> TimeRange {
    let start = first.map_or(range.start(), |first| range.start().max(first));
    TimeRange::new(start, range.end()).unwrap_or(range)
}

/// Returns the templates of a range, the most surprising first.
///
/// Cost: one row of counts for each hour and source; where a query is typed every line of the range and both windows,
/// up to a budget, beyond which nothing is compared and a notice says so.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; `log_query`; store failures.
pub async fn templates(app: &App, request: &TemplatesRequest) -> Result<TemplatesView, AppError> {
    let open = app.open()?;
    let view = room::snapshot(&open).await?;
    let asked = ready(app, &open, request, &view).await?;
    let table = Table::read(&open, &asked, &view).await?;
    let counted = counts::count(app, &open, &asked.wanted, asked.bin_ms).await?;
    let mut rows = table.rows(&asked, &view);
    if known_of(&table) == Known::TooShort {
        rows.iter_mut().for_each(not_called_new);
    }
    let changes = by_change(&rows);
    let classes = by_class(&rows);
    let templates = rows.len();
    // What is told holds for all templates, whichever of them a person chose to see.
    let first_new =
        rows.iter().filter(|row| row.change == Some(LogChange::New)).map(|row| row.first_seen).min();
    let (headline, lead) = told(&rows, &asked, known_of(&table), &counted);
    rows.retain(|row| is_chosen(row, request));
    let mut notices = counted.notices.clone();
    notices.extend(table.notices.clone());
    notices.extend(files::notices(&open, &asked.wanted.sources).await?);
    notices.extend(cut_short(&mut rows));
    Ok(TemplatesView {
        range: asked.wanted.range.into(),
        baseline: asked.windows.baseline.into(),
        compare: asked.windows.compare.into(),
        headline,
        lead,
        known: !view.known.is_empty() || !view.lazy.is_empty(),
        lines: counted.total(),
        templates: u32::try_from(templates).unwrap_or(u32::MAX),
        mined_lines: view.mined_lines as f64,
        mined_ms: view.mined_ms,
        read_at: app.now().into(),
        sources: sources(&open, &counted).await?,
        changes,
        levels: level_rows(&counted.levels()),
        classes,
        bins: counted.bins.iter().map(|(start, levels)| bin_of(*start, levels)).collect(),
        bin: Millis(asked.bin_ms),
        first_alert: asked.first_alert.map(Millis::from),
        first_new,
        rows,
        masked: masked(&open).await?,
        notices,
    })
}

/// What the windows let conclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Both windows were counted.
    Whole,
    /// Too little is known of before to call anything new.
    TooShort,
    /// Not all lines were looked at: nothing is compared.
    Cut,
}

fn known_of(table: &Table) -> Known {
    if table.is_cut {
        Known::Cut
    } else if table.baseline_lines < LEAST_BASELINE_LINES {
        Known::TooShort
    } else {
        Known::Whole
    }
}

/// Leaves rows away that no answer holds, and says how many there are.
fn cut_short<T>(rows: &mut Vec<T>) -> Option<Phrase> {
    let all = rows.len();
    rows.truncate(MOST_ROWS);
    (all > MOST_ROWS).then(|| Phrase::new("logroom-rows-cut").count("n", MOST_ROWS).count("all", all))
}

/// Takes the claim back that a template is new, where too little is known of before.
fn not_called_new(row: &mut TemplateRow) {
    if row.change == Some(LogChange::New) {
        row.change = Some(LogChange::Same);
        row.surprise = 0.0;
    }
}

fn is_chosen(row: &TemplateRow, request: &TemplatesRequest) -> bool {
    let (levels, classes, changes) = (&request.levels, &request.classes, &request.changes);
    (levels.is_empty() || row.level.is_some_and(|level| levels.contains(&level)))
        && (classes.is_empty() || classes.contains(&row.class))
        && (changes.is_empty() || row.change.is_some_and(|change| changes.contains(&change)))
}

fn by_change(rows: &[TemplateRow]) -> Vec<(LogChange, u32)> {
    let mut counts: BTreeMap<LogChange, u32> = BTreeMap::new();
    for change in rows.iter().filter_map(|row| row.change) {
        *counts.entry(change).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn by_class(rows: &[TemplateRow]) -> Vec<(LogClass, u32)> {
    let mut counts: BTreeMap<LogClass, u32> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.class).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

async fn masked(open: &Open) -> Result<Vec<(String, u32)>, AppError> {
    let found = masking::found(open).await?;
    Ok(found.into_iter().map(|(rule, n)| (rule, u32::try_from(n).unwrap_or(u32::MAX))).collect())
}

async fn sources(open: &Open, counted: &Counted) -> Result<Vec<LogSourceRow>, AppError> {
    let sizes = open.workspace.log_sizes().await?;
    let mut rows = Vec::new();
    for source in open.workspace.sources().await?.into_iter().filter(|s| !s.deleted) {
        let lines = counted.by_source.get(&source.id).copied().unwrap_or(0);
        // The simulator is a source of lines only where it has brought any.
        let is_one = counts::holds_lines(&source.kind)
            && (source.kind != crate::connections::SIMULATED || sizes.contains_key(&source.id));
        if is_one {
            rows.push(LogSourceRow {
                id: source_number(source.id),
                name: source.name,
                kind: source.kind,
                lines: lines as f64,
                live: lines::is_live(open, source.id),
            });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn windows_are_chosen_from_the_first_line_on() {
        let range = TimeRange::new(at(0), at(100)).unwrap();

        assert_eq!(since_first(range, Some(at(60))), TimeRange::new(at(60), at(100)).unwrap());
        assert_eq!(since_first(range, Some(at(-5))), range);
        assert_eq!(since_first(range, Some(at(200))), range);
        assert_eq!(since_first(range, None), range);
    }

    #[test]
    fn steps_are_whole_minutes() {
        assert_eq!(whole_minutes(0), 60_000);
        assert_eq!(whole_minutes(60_000), 60_000);
        assert_eq!(whole_minutes(60_001), 120_000);
    }

    #[test]
    fn rows_that_no_answer_holds_are_told() {
        let mut rows = vec![0; MOST_ROWS];
        assert_eq!(cut_short(&mut rows), None);

        rows.push(1);

        assert_eq!(cut_short(&mut rows).unwrap().key, "logroom-rows-cut");
        assert_eq!(rows.len(), MOST_ROWS);
    }

    #[test]
    fn a_cut_table_is_not_taken_for_one_with_too_little_before() {
        let table = |is_cut, baseline_lines| Table { baseline_lines, is_cut, ..Table::default() };

        assert_eq!(known_of(&table(true, 0)), Known::Cut);
        assert_eq!(known_of(&table(false, LEAST_BASELINE_LINES - 1)), Known::TooShort);
        assert_eq!(known_of(&table(false, LEAST_BASELINE_LINES)), Known::Whole);
    }
}
