//! The counts behind the table of templates: kept ones where every line counts, else lines looked at one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardroom_analysis::logs::surprise::{Surprise, TemplateCounts, rank};
use wardroom_core::{LogLevel, TemplateId, TimeRange, Timestamp};
use wardroom_store::{SourceId, TemplateRow as StoredTemplate};

use super::{Asked, change_of};
use crate::context::Open;
use crate::error::AppError;
use crate::logs::judge::Said;
use crate::logs::lines::{self, Wanted};
use crate::logs::room::{self, Snapshot};
use crate::logs::rows::{TemplatePartRow, TemplateRow};
use crate::logs::tally::{MINUTE_MS, most_frequent};
use crate::logs::{LevelCounts, class_out, cluster, files, grade_of, template_text};
use crate::phrase::Phrase;

/// Lines of one template.
#[derive(Clone, Debug, Default)]
pub(in crate::logs) struct Lines {
    pub(super) bins: BTreeMap<Timestamp, u64>,
    pub(super) levels: LevelCounts,
}

impl Lines {
    fn add(&mut self, start: Timestamp, level: Option<LogLevel>, n: u64) {
        *self.bins.entry(start).or_insert(0) += n;
        *self.levels.entry(level).or_insert(0) += n;
    }

    /// Takes a line away that counts for another template.
    fn take_away(&mut self, start: Timestamp, level: Option<LogLevel>) {
        lessen(&mut self.bins, &start);
        lessen(&mut self.levels, &level);
    }
}

fn lessen<K: Ord>(counts: &mut BTreeMap<K, u64>, key: &K) {
    let Some(n) = counts.get_mut(key) else { return };
    *n -= 1;
    if *n == 0 {
        counts.remove(key);
    }
}

/// The lines of every template in the range and in both windows.
#[derive(Debug, Default)]
pub(in crate::logs) struct Table {
    pub(super) lines: BTreeMap<TemplateId, Lines>,
    /// Texts of templates that exist only because a person split another one, with that one.
    pub(super) split: BTreeMap<TemplateId, (TemplateId, String)>,
    pub(in crate::logs) baseline_lines: u64,
    pub(in crate::logs) notices: Vec<Phrase>,
    /// Whether some lines of the windows were not looked at or are not stored, so that no template can be compared.
    pub(in crate::logs) is_cut: bool,
    /// Templates of which some lines were not looked at or are not stored.
    pub(super) unsure: BTreeSet<TemplateId>,
}

/// A line as it is counted: its template, time and level.
type Seen = (TemplateId, Timestamp, Option<LogLevel>);
/// A line of a template that is split: the text of its part, and the line.
type SeenPart = (String, Seen);

impl Table {
    /// Reads the counts: as they were kept where every line counts, else line by line.
    pub(in crate::logs) async fn read(
        open: &Arc<Open>,
        asked: &Asked,
        view: &Snapshot,
    ) -> Result<Self, AppError> {
        let mut table = Self::default();
        if asked.by_levels {
            table.read_counts(open, asked, view).await?;
        } else {
            table.read_lines(open, asked, view).await?;
        }
        table.divide(open, asked, view).await?;
        table.is_cut |= asked.lacks_everywhere;
        table.doubt_lacking(open, asked, view).await?;
        table.baseline_lines = lines_before(open, asked, view).await?;
        Ok(table)
    }

    async fn read_counts(&mut self, open: &Open, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        let chosen: Vec<SourceId> = asked.wanted.sources.iter().map(|id| SourceId(i64::from(*id))).collect();
        let (range, levels, bin_ms) = (asked.whole, &asked.levels, asked.windows.bin_ms);
        for (id, counts) in open.workspace.template_counts(range, &chosen, levels, bin_ms).await? {
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
                if levels.is_empty() || level.is_some_and(|level| levels.contains(&level)) {
                    self.note(asked, (*id, at, level), n);
                }
            }
        }
        Ok(())
    }

    /// Adds lines of one time to their step.
    fn note(&mut self, asked: &Asked, (id, at, level): Seen, n: u64) {
        self.lines.entry(id).or_default().add(step_of(asked, at), level, n);
    }

    /// Looks at every line, in the workspace and in files, up to a budget.
    async fn read_lines(&mut self, open: &Arc<Open>, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        let wanted = Wanted { range: asked.whole, ..asked.wanted.clone() };
        let test = LineTest::new(view);
        let mut seen: Vec<Seen> = Vec::new();
        let mut is_whole = lines::each_newest(open, &wanted.filter(), asked.budget.lines, &mut |row| {
            if let Some(id) = test.template_of(row.template, &row.record.message) {
                seen.push((id, row.record.at, row.record.level));
            }
        })
        .await?;
        for set in files::chosen(open, &wanted.sources).await? {
            let test = test.clone();
            let (found, all) = files::picked(open, &set, &wanted, asked.budget.lines, move |record| {
                Some((test.template_of(None, &record.message)?, record.at, record.level))
            })
            .await?;
            seen.extend(found);
            is_whole &= all;
        }
        for line in seen {
            self.note(asked, line, 1);
        }
        self.is_cut = !is_whole;
        self.tell_partial(asked, is_whole);
        Ok(())
    }

    fn tell_partial(&mut self, asked: &Asked, is_whole: bool) {
        let told = Phrase::new("logroom-looked-at-partly").count("n", asked.budget.lines);
        if !is_whole && !self.notices.contains(&told) {
            self.notices.push(told);
        }
    }

    /// Divides the templates that a person split by the value of a parameter. Lines that cannot be looked at stay with
    /// the template that was split.
    async fn divide(&mut self, open: &Arc<Open>, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        for (id, parameter) in &view.decisions.splits {
            if !self.lines.contains_key(id) {
                continue;
            }
            let test = Arc::new(room::test_of(open, *id).await?);
            // Kept counts hold whole minutes.
            let end = asked.whole.end().plus_millis(MINUTE_MS - 1).floor_to(MINUTE_MS);
            let range = TimeRange::new(asked.whole.start(), end).unwrap_or(asked.whole);
            let wanted = Wanted { range, template: Some(test), ..asked.wanted.clone() };
            let (seen, is_whole) = parts_of(open, asked, &wanted, view, *parameter as usize).await?;
            self.tell_partial(asked, is_whole);
            self.give_parts(asked, *id, seen);
        }
        Ok(())
    }

    /// Gives lines of a split template to its parts; what is left of it are lines that were not looked at.
    fn give_parts(&mut self, asked: &Asked, id: TemplateId, seen: Vec<SeenPart>) {
        let mut parts: BTreeSet<TemplateId> = BTreeSet::new();
        for (text, line) in seen {
            if let Some(whole) = self.lines.get_mut(&id) {
                whole.take_away(step_of(asked, line.1), line.2);
            }
            parts.insert(line.0);
            self.split.entry(line.0).or_insert((id, text));
            self.note(asked, line, 1);
        }
        if self.lines.get(&id).is_some_and(|lines| lines.bins.is_empty()) {
            self.lines.remove(&id);
        } else {
            self.unsure.extend(parts);
            self.unsure.insert(id);
        }
    }

    /// Notes the templates of clusters that have brought some lines of the windows, and not all of them.
    async fn doubt_lacking(&mut self, open: &Open, asked: &Asked, view: &Snapshot) -> Result<(), AppError> {
        if asked.lacking.is_empty() {
            return Ok(());
        }
        let (range, bin_ms) = (asked.whole, asked.whole.millis());
        let counted = open.workspace.template_counts(range, &asked.lacking, &[], bin_ms).await?;
        self.unsure.extend(counted.into_iter().map(|(id, _)| view.end_of(id)));
        let is_unsure = |whole: &TemplateId| self.unsure.contains(whole);
        let parts = self.split.iter().filter(|(_, (whole, _))| is_unsure(whole)).map(|(part, _)| *part);
        let parts: Vec<TemplateId> = parts.collect();
        self.unsure.extend(parts);
        Ok(())
    }

    /// Takes a template in, whether it has lines here or not.
    pub(in crate::logs) fn mention(&mut self, id: TemplateId) {
        self.lines.entry(id).or_default();
    }

    /// Returns a row for each template that has a line in the range or in one of the windows: the most surprising first,
    /// and behind them those that cannot be compared, by the number of their lines.
    pub(in crate::logs) fn rows(&self, asked: &Asked, view: &Snapshot) -> Vec<TemplateRow> {
        let judged = self.judged(asked, view);
        let mut rows: Vec<TemplateRow> = judged.iter().filter_map(|j| self.row(j, asked, view)).collect();
        rows.sort_by(|a, b| match (a.change, b.change) {
            (None, None) => b.count.total_cmp(&a.count),
            (a, b) => a.is_none().cmp(&b.is_none()),
        });
        rows
    }

    /// Judges all templates together: how usual new ones are takes part in how surprising each is.
    pub(in crate::logs) fn judged(&self, asked: &Asked, view: &Snapshot) -> Vec<Surprise> {
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

    /// Returns the row of one template; nothing when nothing is known of it. Where not all of its lines were looked at,
    /// nothing is said of how it changed.
    pub(in crate::logs) fn row(
        &self,
        judged: &Surprise,
        asked: &Asked,
        view: &Snapshot,
    ) -> Option<TemplateRow> {
        let id = judged.id;
        let (known, first, last) = self.known(id, view)?;
        let is_compared = !self.is_cut && !self.unsure.contains(&id);
        let said = Said::of_template(&view.decisions, id, known);
        Some(TemplateRow {
            id: template_text(id),
            parts: match self.split.get(&id) {
                Some((_, text)) => vec![TemplatePartRow { text: text.clone(), kind: None }],
                None => room::parts_from(known),
            },
            name: view.decisions.names.get(&id).cloned(),
            change: is_compared.then(|| change_of(judged.change)),
            ratio: judged.ratio.filter(|_| is_compared),
            surprise: if is_compared { judged.score } else { 0.0 },
            level: self.level(id, known).map(grade_of),
            services: known.services.clone(),
            hosts: known.hosts.clone(),
            class: class_out(said.class),
            custom_class: said.own,
            confidence: said.confidence,
            by_hand: said.by_hand,
            count: judged.lines as f64,
            expected: is_compared.then_some(judged.expected),
            spark: self.lines.get(&id).map(|lines| spark(lines, asked)).unwrap_or_default(),
            first_seen: first.into(),
            last_seen: last.into(),
            first_in_range: asked.wanted.range.contains(first),
        })
    }
}

/// Returns the beginning of the step that a time lies in.
fn step_of(asked: &Asked, at: Timestamp) -> Timestamp {
    let (start, bin_ms) = (asked.whole.start(), asked.windows.bin_ms.max(1));
    start.plus_millis((at.as_millis() - start.as_millis()).max(0) / bin_ms * bin_ms)
}

/// Reads the lines of a template that is split, each with the text of its part; the second value says whether those are
/// all.
async fn parts_of(
    open: &Arc<Open>,
    asked: &Asked,
    wanted: &Wanted,
    view: &Snapshot,
    parameter: usize,
) -> Result<(Vec<SeenPart>, bool), AppError> {
    let settled = Arc::clone(&view.settled);
    let part = move |record: &wardroom_core::LogRecord| {
        let text = room::split_text(&settled, room::first_line(&record.message), parameter)?;
        let id = wardroom_analysis::logs::template_id(&text);
        Some((text, (id, record.at, record.level)))
    };
    let mut seen: Vec<SeenPart> = Vec::new();
    let mut is_whole = lines::each_newest(open, &wanted.filter(), asked.budget.lines, &mut |row| {
        if wanted.passes(row.template, &row.record) {
            seen.extend(part(&row.record));
        }
    })
    .await?;
    for set in files::chosen(open, &wanted.sources).await? {
        match files::picked(open, &set, wanted, asked.budget.lines, part.clone()).await {
            Ok((found, all)) => {
                seen.extend(found);
                is_whole &= all;
            }
            Err(error) if error.is_cancelled() => return Err(error),
            // The counts of files that went away stay with the template that was split; a notice tells of the files.
            Err(_) => {}
        }
    }
    Ok((seen, is_whole))
}

/// Counts all lines of the baseline, whatever is asked for: what is new is new among all that was ever heard.
async fn lines_before(open: &Open, asked: &Asked, view: &Snapshot) -> Result<u64, AppError> {
    let (range, sources) = (asked.windows.baseline, &asked.wanted.sources);
    let chosen: Vec<SourceId> = sources.iter().map(|id| SourceId(i64::from(*id))).collect();
    let counted = open.workspace.template_counts(range, &chosen, &[], range.millis()).await?;
    let stored: u64 = counted.iter().map(|(_, counts)| counts.lines()).sum();
    let lazy = view.lazy.iter().filter(|(source, _)| cluster::is_chosen(sources, **source));
    let unread: u64 =
        lazy.flat_map(|(_, facts)| facts.values()).flat_map(|f| f.within(range)).map(|(_, _, n)| n).sum();
    Ok(stored + unread)
}

/// Returns the lines of the range by the chart's bins.
fn spark(lines: &Lines, asked: &Asked) -> Vec<f64> {
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
struct LineTest {
    settled: Arc<wardroom_analysis::logs::Templates>,
    ends: Arc<BTreeMap<TemplateId, TemplateId>>,
}

impl LineTest {
    fn new(view: &Snapshot) -> Self {
        Self { settled: Arc::clone(&view.settled), ends: Arc::clone(&view.ends) }
    }

    /// Returns the template that a line counts for; nothing when none fits.
    fn template_of(&self, stored: Option<TemplateId>, message: &str) -> Option<TemplateId> {
        let find = || self.settled.find(room::first_line(message)).map(|at| self.settled.all()[at].id);
        let id = stored.or_else(find)?;
        Some(self.ends.get(&id).copied().unwrap_or(id))
    }
}

#[cfg(test)]
mod tests {
    use wardroom_analysis::logs::surprise::choose_windows;
    use wardroom_core::LogQuery;

    use super::*;
    use crate::logs::templates::{BINS, Budget, whole_minutes};

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn asked(start: i64, end: i64) -> Asked {
        let range = TimeRange::new(at(start), at(end)).unwrap();
        let windows = choose_windows(range, MINUTE_MS, None, None);
        let wanted = Wanted { range, query: LogQuery::All, sources: Vec::new(), template: None };
        Asked {
            wanted,
            by_levels: true,
            levels: Vec::new(),
            windows,
            whole: range,
            bin_ms: whole_minutes(range.millis() / BINS),
            first_alert: None,
            budget: Budget::FULL,
            lacking: Vec::new(),
            lacks_everywhere: false,
        }
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

    #[test]
    fn lines_that_were_not_looked_at_stay_with_the_template_that_was_split() {
        let asked = asked(0, 6 * 3_600_000);
        let (whole, part) = (TemplateId(1), TemplateId(2));
        let mut table = Table::default();
        table.note(&asked, (whole, at(0), None), 3);
        let seen = |n: usize| vec![("shard 1 is slow".to_owned(), (part, at(5), None)); n];

        table.give_parts(&asked, whole, seen(2));

        let lines = |table: &Table, id| table.lines.get(&id).map(|l| l.bins.values().sum::<u64>());
        assert_eq!((lines(&table, whole), lines(&table, part)), (Some(1), Some(2)));
        assert_eq!(table.unsure, BTreeSet::from([whole, part]));

        let mut all = Table::default();
        all.note(&asked, (whole, at(0), None), 3);
        all.give_parts(&asked, whole, seen(3));
        assert_eq!((lines(&all, whole), lines(&all, part)), (None, Some(3)));
        assert!(all.unsure.is_empty());
    }
}
