//! The table of templates, the most surprising first: what is new, gone, more or less frequent, rare.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_analysis::logs::surprise::{
    Change, Surprise, TemplateCounts, Windows, choose_windows, first_new_fault, rank,
};
use wardroom_core::{LogLevel, LogQuery, TemplateId, TimeRange, Timestamp};
use wardroom_store::{SourceId, TemplateRow as StoredTemplate};

use super::counts::{self, Counted};
use super::headline::told;
use super::lines::{self, Wanted, range_or_last};
use super::room::{self, Snapshot};
use super::rows::{
    LogChange, LogClass, LogSourceRow, TemplatePartRow, TemplateRow, TemplatesRequest, TemplatesView,
};
use super::tally::{MINUTE_MS, most_frequent};
use super::{
    LevelCounts, bin_of, class_out, cluster, files, grade_of, level_rows, masking, query, template_text,
};
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::topology;
use crate::wire::Millis;

/// The range when nobody says otherwise.
const LAST_MS: i64 = 6 * 3_600_000;
/// Bins of a small line, and of the chart at most.
const BINS: i64 = 60;
/// Rows of one answer.
const MOST_ROWS: usize = 400;
/// Lines that are looked at one by one where a query is typed.
const MOST_LOOKED_AT: usize = 200_000;
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

/// Lines of one template.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    pub(super) bins: BTreeMap<Timestamp, u64>,
    pub(super) levels: LevelCounts,
}

/// What is asked, made ready.
pub(super) struct Asked {
    pub(super) wanted: Wanted,
    pub(super) windows: Windows,
    /// The period that holds the range and both windows.
    pub(super) whole: TimeRange,
    /// The step of the chart.
    pub(super) bin_ms: i64,
    pub(super) first_alert: Option<Timestamp>,
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
    let windows = windows_of(request, range, first_alert, view)?;
    let start = range.start().min(windows.baseline.start()).min(windows.compare.start());
    let end = range.end().max(windows.baseline.end()).max(windows.compare.end());
    let asked = query::parse(&request.query)?;
    let asked = topology::narrowed(app, open, asked, request.entity.as_deref()).await?;
    Ok(Asked {
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
    })
}

/// Rounds a step up to whole minutes, in which lines are counted.
fn whole_minutes(ms: i64) -> i64 {
    (ms + MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS + if ms < 1 { MINUTE_MS } else { 0 }
}

async fn first_alert(open: &Open, range: TimeRange) -> Result<Option<Timestamp>, AppError> {
    let alerts = open.workspace.alerts(Some(range)).await?;
    Ok(alerts.iter().map(|a| a.alert.active_at).filter(|at| range.contains(*at)).min())
}

/// Returns the windows that were asked for, or divides the range where the first new faults or alerts stand.
fn windows_of(
    request: &TemplatesRequest,
    range: TimeRange,
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
    let lived = since_first(range, seen.iter().map(|t| t.first_seen).min());
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
/// up to a budget, beyond which a notice says so.
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
    let is_long_enough = table.baseline_lines >= LEAST_BASELINE_LINES;
    if !is_long_enough {
        rows.iter_mut().for_each(not_called_new);
    }
    let changes = by_change(&rows);
    let classes = by_class(&rows);
    let templates = rows.len();
    rows.retain(|row| is_chosen(row, request));
    let new: Vec<&TemplateRow> = rows.iter().filter(|row| row.change == LogChange::New).collect();
    let first_new = new.iter().map(|row| row.first_seen).min();
    let (headline, lead) = told(&rows, &asked, is_long_enough, &counted);
    let mut notices = counted.notices.clone();
    notices.extend(table.notices.clone());
    notices.extend(files::notices(&open, &asked.wanted.sources).await?);
    rows.truncate(MOST_ROWS);
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

/// Takes the claim back that a template is new, where too little is known of before.
fn not_called_new(row: &mut TemplateRow) {
    if row.change == LogChange::New {
        row.change = LogChange::Same;
        row.surprise = 0.0;
    }
}

fn is_chosen(row: &TemplateRow, request: &TemplatesRequest) -> bool {
    let (levels, classes, changes) = (&request.levels, &request.classes, &request.changes);
    (levels.is_empty() || row.level.is_some_and(|level| levels.contains(&level)))
        && (classes.is_empty() || classes.contains(&row.class))
        && (changes.is_empty() || changes.contains(&row.change))
}

fn by_change(rows: &[TemplateRow]) -> Vec<(LogChange, u32)> {
    let mut counts: BTreeMap<LogChange, u32> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.change).or_insert(0) += 1;
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

/// The lines of every template in the range and in both windows.
#[derive(Debug, Default)]
pub(super) struct Table {
    lines: BTreeMap<TemplateId, Lines>,
    /// Texts of templates that exist only because a person split another one, with that one.
    split: BTreeMap<TemplateId, (TemplateId, String)>,
    pub(super) baseline_lines: u64,
    pub(super) notices: Vec<Phrase>,
}

/// A line as it is counted: its template, time and level.
type Seen = (TemplateId, Timestamp, Option<LogLevel>);

impl Table {
    /// Reads the counts: as they were kept where every line counts, else line by line.
    pub(super) async fn read(open: &Arc<Open>, asked: &Asked, view: &Snapshot) -> Result<Self, AppError> {
        let mut table = Self::default();
        if asked.wanted.query == LogQuery::All {
            table.read_counts(open, asked, view).await?;
        } else {
            table.read_lines(open, asked, view).await?;
        }
        table.divide(open, asked, view).await?;
        table.baseline_lines = lines_before(open, asked, view).await?;
        Ok(table)
    }

    async fn read_counts(&mut self, open: &Open, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        let chosen: Vec<SourceId> = asked.wanted.sources.iter().map(|id| SourceId(i64::from(*id))).collect();
        let (range, bin_ms) = (asked.whole, asked.windows.bin_ms);
        for (id, counts) in open.workspace.template_counts(range, &chosen, bin_ms).await? {
            let lines = self.lines.entry(view.end_of(id)).or_default();
            for (start, n) in counts.bins {
                *lines.bins.entry(start).or_insert(0) += n;
            }
            for (level, n) in counts.levels {
                *lines.levels.entry(level).or_insert(0) += n;
            }
        }
        let lazy = view.lazy.iter().filter(|(source, _)| cluster::is_chosen(&asked.wanted.sources, **source));
        for (id, facts) in lazy.flat_map(|(_, facts)| facts) {
            for (at, level, n) in facts.within(range) {
                self.note(asked, (*id, at, level), n);
            }
        }
        Ok(())
    }

    /// Adds lines of one time to their step.
    fn note(&mut self, asked: &Asked, (id, at, level): Seen, n: u64) {
        let (start, bin_ms) = (asked.whole.start(), asked.windows.bin_ms.max(1));
        let offset = (at.as_millis() - start.as_millis()).max(0) / bin_ms * bin_ms;
        let lines = self.lines.entry(id).or_default();
        *lines.bins.entry(start.plus_millis(offset)).or_insert(0) += n;
        *lines.levels.entry(level).or_insert(0) += n;
    }

    /// Looks at every line, in the workspace and in files, up to a budget.
    async fn read_lines(&mut self, open: &Arc<Open>, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        let wanted = Wanted { range: asked.whole, ..asked.wanted.clone() };
        let test = LineTest::new(view);
        let mut seen: Vec<Seen> = Vec::new();
        let mut is_whole = lines::each_newest(open, &wanted.filter(), MOST_LOOKED_AT, &mut |row| {
            if let Some(id) = test.template_of(row.template, &row.record.message) {
                seen.push((id, row.record.at, row.record.level));
            }
        })
        .await?;
        for set in files::chosen(open, &wanted.sources).await? {
            let (found, all) = files::templates_of(open, &set, &wanted, &test, MOST_LOOKED_AT).await?;
            seen.extend(found);
            is_whole &= all;
        }
        for line in seen {
            self.note(asked, line, 1);
        }
        self.tell_partial(is_whole);
        Ok(())
    }

    fn tell_partial(&mut self, is_whole: bool) {
        let told = Phrase::new("logroom-looked-at-partly").count("n", MOST_LOOKED_AT);
        if !is_whole && !self.notices.contains(&told) {
            self.notices.push(told);
        }
    }

    /// Divides the templates that a person split by the value of a parameter.
    async fn divide(&mut self, open: &Arc<Open>, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        for (id, parameter) in &view.decisions.splits {
            if !self.lines.contains_key(id) {
                continue;
            }
            let test = Arc::new(room::test_of(open, *id).await?);
            let wanted = Wanted { range: asked.whole, template: Some(test), ..asked.wanted.clone() };
            let mut seen: Vec<(String, Seen)> = Vec::new();
            let is_whole = lines::each_newest(open, &wanted.filter(), MOST_LOOKED_AT, &mut |row| {
                if !wanted.passes(row.template, &row.record) {
                    return;
                }
                let line = room::first_line(&row.record.message);
                if let Some(text) = room::split_text(&view.settled, line, *parameter as usize) {
                    let child = wardroom_analysis::logs::template_id(&text);
                    seen.push((text, (child, row.record.at, row.record.level)));
                }
            })
            .await?;
            self.tell_partial(is_whole);
            if seen.is_empty() {
                continue;
            }
            self.lines.remove(id);
            for (text, line) in seen {
                self.split.entry(line.0).or_insert((*id, text));
                self.note(asked, line, 1);
            }
        }
        Ok(())
    }

    /// Takes a template in, whether it has lines here or not.
    pub(super) fn mention(&mut self, id: TemplateId) {
        self.lines.entry(id).or_default();
    }

    /// Returns a row for each template that has a line in the range or in one of the windows, the most surprising first.
    pub(super) fn rows(&self, asked: &Asked, view: &Snapshot) -> Vec<TemplateRow> {
        self.judged(asked, view).iter().filter_map(|judged| self.row(judged, asked, view)).collect()
    }

    /// Judges all templates together: how usual new ones are takes part in how surprising each is.
    pub(super) fn judged(&self, asked: &Asked, view: &Snapshot) -> Vec<Surprise> {
        let bins: Vec<(TemplateId, Vec<(Timestamp, u64)>)> = self
            .lines
            .iter()
            .map(|(id, lines)| (*id, lines.bins.iter().map(|(at, n)| (*at, *n)).collect()))
            .collect();
        let counts: Vec<TemplateCounts<'_>> = bins
            .iter()
            .filter_map(|(id, bins)| {
                let (known, first_seen, _) = self.known(*id, view)?;
                let level = self.level(*id, known);
                Some(TemplateCounts { id: *id, bins, first_seen, class: known.class, level })
            })
            .collect();
        rank(&counts, &asked.windows)
    }

    fn level(&self, id: TemplateId, known: &StoredTemplate) -> Option<LogLevel> {
        self.lines.get(&id).and_then(|lines| most_frequent(&lines.levels)).or(known.level)
    }

    /// Returns what is known of a template with its first and last line; of one that came from a split, those counted.
    fn known<'v>(
        &self,
        id: TemplateId,
        view: &'v Snapshot,
    ) -> Option<(&'v StoredTemplate, Timestamp, Timestamp)> {
        let split = self.split.get(&id);
        let known = view.known.get(&split.map_or(id, |(parent, _)| *parent))?;
        let bins = self.lines.get(&id).map(|lines| &lines.bins);
        let counted = bins.and_then(|b| Some((*b.keys().next()?, *b.keys().next_back()?)));
        let stored = known.first_seen.zip(known.last_seen).filter(|_| split.is_none());
        let (first, last) = stored.or(counted)?;
        Some((known, first, last))
    }

    /// Returns the row of one template; nothing when nothing is known of it.
    pub(super) fn row(&self, judged: &Surprise, asked: &Asked, view: &Snapshot) -> Option<TemplateRow> {
        let id = judged.id;
        let (known, first, last) = self.known(id, view)?;
        let label = view.decisions.labels.get(&id);
        let own = label.and_then(|(_, own)| own.clone()).or_else(|| alike(view, known));
        Some(TemplateRow {
            id: template_text(id),
            parts: match self.split.get(&id) {
                Some((_, text)) => vec![TemplatePartRow { text: text.clone(), kind: None }],
                None => room::parts_from(known),
            },
            name: view.decisions.names.get(&id).cloned(),
            change: change_of(judged.change),
            ratio: judged.ratio,
            surprise: judged.score,
            level: self.level(id, known).map(grade_of),
            services: known.services.clone(),
            hosts: known.hosts.clone(),
            class: label.map_or_else(|| class_out(known.class), |(class, _)| class_out(*class)),
            custom_class: own,
            confidence: if label.is_some() { 1.0 } else { known.confidence },
            by_hand: label.is_some(),
            count: judged.lines as f64,
            expected: judged.expected,
            spark: self.lines.get(&id).map(|lines| spark(lines, asked)).unwrap_or_default(),
            first_seen: first.into(),
            last_seen: last.into(),
            first_in_range: asked.wanted.range.contains(first),
        })
    }
}

/// Counts all lines of the baseline, whatever is asked for: what is new is new among all that was ever heard.
async fn lines_before(open: &Open, asked: &Asked, view: &Snapshot) -> Result<u64, AppError> {
    let (range, sources) = (asked.windows.baseline, &asked.wanted.sources);
    let chosen: Vec<SourceId> = sources.iter().map(|id| SourceId(i64::from(*id))).collect();
    let counted = open.workspace.template_counts(range, &chosen, range.millis()).await?;
    let stored: u64 = counted.iter().map(|(_, counts)| counts.lines()).sum();
    let lazy = view.lazy.iter().filter(|(source, _)| cluster::is_chosen(sources, **source));
    let unread: u64 =
        lazy.flat_map(|(_, facts)| facts.values()).flat_map(|f| f.within(range)).map(|(_, _, n)| n).sum();
    Ok(stored + unread)
}

/// Returns the class of a person's own that lines like those of a template have.
fn alike(view: &Snapshot, known: &StoredTemplate) -> Option<String> {
    if view.decisions.own.classes().is_empty() {
        return None;
    }
    view.decisions.own.classify(&known.text).class
}

/// Returns the lines of the range by the chart's bins.
pub(super) fn spark(lines: &Lines, asked: &Asked) -> Vec<f64> {
    let range = asked.wanted.range;
    let n = usize::try_from((range.millis() - 1) / asked.bin_ms + 1).unwrap_or(1);
    let mut bins = vec![0.0; n];
    // The minute in which the range begins is one of its minutes.
    for (at, count) in lines.bins.range(range.start().floor_to(MINUTE_MS)..range.end()) {
        let offset = (at.as_millis() - range.start().as_millis()).max(0) / asked.bin_ms;
        if let Some(bin) = usize::try_from(offset).ok().and_then(|place| bins.get_mut(place)) {
            *bin += *count as f64;
        }
    }
    bins
}

/// Finds the template of a line.
#[derive(Clone, Debug)]
pub(crate) struct LineTest {
    settled: Arc<wardroom_analysis::logs::Templates>,
    ends: Arc<BTreeMap<TemplateId, TemplateId>>,
}

impl LineTest {
    pub(crate) fn new(view: &Snapshot) -> Self {
        Self { settled: Arc::clone(&view.settled), ends: Arc::clone(&view.ends) }
    }

    /// Returns the template that a line counts for; nothing when none fits.
    pub(crate) fn template_of(&self, stored: Option<TemplateId>, message: &str) -> Option<TemplateId> {
        let find = || self.settled.find(room::first_line(message)).map(|at| self.settled.all()[at].id);
        let id = stored.or_else(find)?;
        Some(self.ends.get(&id).copied().unwrap_or(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn asked(start: i64, end: i64) -> Asked {
        let range = TimeRange::new(at(start), at(end)).unwrap();
        let windows = choose_windows(range, MINUTE_MS, None, None);
        let wanted = Wanted { range, query: LogQuery::All, sources: Vec::new(), template: None };
        Asked {
            wanted,
            windows,
            whole: range,
            bin_ms: whole_minutes(range.millis() / BINS),
            first_alert: None,
        }
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
    fn a_small_line_has_a_value_for_each_bin_of_the_range_and_holds_its_lines() {
        let asked = asked(30_000, 30_000 + 6 * 3_600_000);
        let bins =
            BTreeMap::from([(at(0), 2), (at(60_000), 3), (at(6 * 3_600_000), 1), (at(9 * 3_600_000), 7)]);
        let lines = Lines { bins, levels: LevelCounts::new() };

        let spark = spark(&lines, &asked);

        assert_eq!(spark.len(), 60);
        assert!((spark[0] - 5.0).abs() < 1e-9 && (spark[59] - 1.0).abs() < 1e-9, "{spark:?}");
        assert!((spark.iter().sum::<f64>() - 6.0).abs() < 1e-9);
    }
}
