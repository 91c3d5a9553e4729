//! Compares two readings by their templates: those that stand in a workspace, or such as are made of both readings together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use serde_json::Value;
use wardroom_analysis::logs::ShapeId;
use wardroom_analysis::logs::surprise::{self, CountTable, Surprise, TableRow, TemplateCounts, Windows};
use wardroom_core::{FaultClass, TemplateId, TimeRange, Timestamp};

use super::feed::{Mining, Two, feed};
use super::{EARLIEST, Known, LATEST, Origin, Question, Read, StudyTemplate, facts_row, judge_of, named};
use crate::context::App;
use crate::error::AppError;
use crate::logs::cluster::Stored;
use crate::logs::judge::{Judge, verdict_json, verdict_of};
use crate::logs::phrases;
use crate::logs::rows::LogChange;
use crate::logs::tally::{Facts, MINUTE_MS, Mined, Tally};
use crate::logs::templates::change_of;
use crate::phrase::Phrase;

/// Minutes of a window from which on it does not matter that its first and last one reach beyond it.
const MANY_MINUTES: i64 = 10;

/// A template that changed between two windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiffRow {
    /// How.
    pub change: LogChange,
    /// Its rate divided by the one before; nothing where one of them is nothing.
    pub ratio: Option<f64>,
    /// Surprise, 0 to 1.
    pub surprise: f64,
    /// Lines in the first window.
    pub before: u64,
    /// Lines in the second.
    pub after: u64,
    /// Lines expected in the second.
    pub expected: f64,
    /// The template.
    #[serde(flatten)]
    pub template: StudyTemplate,
}

/// Compares two readings: what is new, gone, more or less frequent in the second, the most surprising first. Lines of a
/// workspace are counted for the templates that stand there, with the names that people gave them. Two windows of standard
/// input are filled in one reading, because it is there only once.
///
/// # Errors
///
/// As for [`super::templates`]; `log_diff_empty` when one of them has no line. Where a cluster has not brought every line of
/// both windows, a notice says so.
pub async fn diff(
    app: &App,
    before: &Question,
    after: &Question,
    flag: Arc<AtomicBool>,
) -> Result<(Vec<DiffRow>, Read, Read), AppError> {
    let both = [before, after];
    let (pairs, read_before, read_after) = if both.iter().all(|q| q.origin == Origin::Workspace) {
        of_workspace(app, before, after, flag).await?
    } else {
        of_lines(app, before, after, flag).await?
    };
    if !pairs.has(Side::Before) || !pairs.has(Side::After) {
        return Err(AppError::new("log_diff_empty"));
    }
    let judged = match (before.range, after.range) {
        // Two windows of the same lines: bursts can be told from rises by their minutes.
        (Some(baseline), Some(compare))
            if before.origin == after.origin && has_minutes(baseline) && has_minutes(compare) =>
        {
            pairs.by_time(Windows { baseline, compare, bin_ms: MINUTE_MS })
        }
        _ => surprise::diff(&pairs.table(Side::Before, before), &pairs.table(Side::After, after)),
    };
    let rows = judged.iter().filter_map(|surprise| pairs.row(surprise)).collect();
    Ok((rows, read_before, read_after))
}

/// Reports whether the lines of a window can be told by their minutes: it is made of whole ones, or of many. A window with
/// an open end has more minutes than anything can count.
fn has_minutes(window: TimeRange) -> bool {
    let (start, end) = (window.start().as_millis(), window.end().as_millis());
    let is_told =
        window.millis() >= MANY_MINUTES * MINUTE_MS || start % MINUTE_MS == 0 && end % MINUTE_MS == 0;
    !is_open(window) && is_told
}

/// Reports whether only one end of a window was given: it has no length that means anything.
fn is_open(window: TimeRange) -> bool {
    window.start() <= EARLIEST || window.end() >= LATEST
}

/// Counts both readings for the templates of the workspace; lines of none of them become templates of their own.
async fn of_workspace(
    app: &App,
    before: &Question,
    after: &Question,
    flag: Arc<AtomicBool>,
) -> Result<(Pairs, Read, Read), AppError> {
    let Some(judge) = judge_of(app, before).await? else {
        return Err(AppError::internal(&"lines of a workspace are judged by it"));
    };
    let (first, read_before) = feed(app, before, Known::new(judge.clone()), Arc::clone(&flag)).await?;
    let (second, mut read_after) = feed(app, after, Known::new(judge.clone()), flag).await?;
    read_after.notices.extend(not_stored(app, before.range, after.range).await?);
    let mut pairs = Pairs::mined(first.others, second.others);
    for (side, facts) in [(Side::Before, first.facts), (Side::After, second.facts)] {
        for ((id, text), facts) in facts {
            pairs.add(side, id, text, facts);
        }
    }
    Ok((Pairs { judge: Some(judge), ..pairs }, read_before, read_after))
}

/// Says which clusters have brought lines of two windows, but not all of them; of a window with an open end nobody can tell.
async fn not_stored(
    app: &App,
    before: Option<TimeRange>,
    after: Option<TimeRange>,
) -> Result<Vec<Phrase>, AppError> {
    let (Some(before), Some(after)) = (before, after) else { return Ok(Vec::new()) };
    if is_open(before) || is_open(after) {
        return Ok(Vec::new());
    }
    let open = app.open()?;
    let stored = Stored::of(&open, &[], app.now()).await?;
    let lacking = stored.lacking([before, after]).into_iter();
    Ok(lacking.map(|(_, name)| phrases::windows_lack(name)).collect())
}

/// Makes the templates of both readings together.
async fn of_lines(
    app: &App,
    before: &Question,
    after: &Question,
    flag: Arc<AtomicBool>,
) -> Result<(Pairs, Read, Read), AppError> {
    let ((first, read_before), (second, read_after)) = match (before.range, after.range) {
        (Some(baseline), Some(compare)) if [before, after].iter().all(|q| q.origin == Origin::Input) => {
            let whole = Question { range: None, ..after.clone() };
            let (two, read) = feed(app, &whole, Two::new(after.threads, baseline, compare), flag).await?;
            two.divide(&read)
        }
        (_, _) => {
            let first = feed(app, before, Mining::new(before.threads), Arc::clone(&flag)).await?;
            (first, feed(app, after, Mining::new(after.threads), flag).await?)
        }
    };
    Ok((Pairs::mined(first.finish()?, second.finish()?), read_before, read_after))
}

/// One of the two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// A template with its lines in both readings.
#[derive(Debug)]
struct Pair {
    text: String,
    before: Option<Facts>,
    after: Option<Facts>,
}

impl Pair {
    const fn of(&self, side: Side) -> Option<&Facts> {
        match side {
            Side::Before => self.before.as_ref(),
            Side::After => self.after.as_ref(),
        }
    }
}

/// Two readings, divided into the same templates.
#[derive(Debug, Default)]
struct Pairs {
    all: BTreeMap<TemplateId, Pair>,
    /// What judges lines where people may have decided about them; without it the model alone does.
    judge: Option<Judge>,
}

impl Pairs {
    /// Makes templates of the lines of both readings together.
    fn mined(first: Mined, second: Mined) -> Self {
        let mut whole = Mined::new();
        let ours_first = whole.miner.merge(&first.miner);
        let ours_second = whole.miner.merge(&second.miner);
        let settled = whole.miner.settle();
        let regrouped = |mined: Mined, ours: &[ShapeId]| {
            let mut tally = Tally::default();
            tally.merge(mined.tally, ours);
            tally.by_template(&settled)
        };
        let (first, second) = (regrouped(first, &ours_first), regrouped(second, &ours_second));
        let mut pairs = Self::default();
        for (side, facts) in [(Side::Before, first), (Side::After, second)] {
            for (template, facts) in named(&settled, facts) {
                pairs.add(side, template.id, template.text(), facts);
            }
        }
        pairs
    }

    fn add(&mut self, side: Side, id: TemplateId, text: String, facts: Facts) {
        let pair = self.all.entry(id).or_insert_with(|| Pair { text, before: None, after: None });
        let place = match side {
            Side::Before => &mut pair.before,
            Side::After => &mut pair.after,
        };
        match place {
            Some(known) => known.join(facts),
            None => *place = Some(facts),
        }
    }

    fn has(&self, side: Side) -> bool {
        self.all.values().any(|pair| pair.of(side).is_some())
    }

    /// Returns the class of a template by one of its lines, and what is said of it.
    fn verdict(&self, facts: &Facts) -> (FaultClass, Value) {
        if let Some(judge) = &self.judge {
            let (verdict, said) = judge.judge(&facts.example);
            return (said.class, said.json(&verdict));
        }
        let verdict = verdict_of(&facts.example);
        (verdict.class, verdict_json(&verdict))
    }

    /// Returns when a template was seen first, in all that is known of it.
    fn first_seen(&self, id: TemplateId, facts: &Facts) -> Timestamp {
        let known = self.judge.as_ref().and_then(|judge| judge.first_seen(id));
        known.map_or(facts.first, |known| known.min(facts.first))
    }

    /// Judges by the lines of each minute.
    fn by_time(&self, windows: Windows) -> Vec<Surprise> {
        let minutes = |pair: &Pair| {
            let mut bins: Vec<(Timestamp, u64)> =
                [&pair.before, &pair.after].into_iter().flatten().flat_map(Facts::by_minute).collect();
            bins.sort_unstable();
            bins
        };
        let known: Vec<(TemplateId, &Pair, Vec<(Timestamp, u64)>)> =
            self.all.iter().map(|(id, pair)| (*id, pair, minutes(pair))).collect();
        let counts: Vec<TemplateCounts<'_>> = known
            .iter()
            .filter_map(|(id, pair, bins)| {
                let facts = pair.before.as_ref().or(pair.after.as_ref())?;
                let (class, level) = (self.verdict(facts).0, facts.level());
                Some(TemplateCounts { id: *id, bins, first_seen: self.first_seen(*id, facts), class, level })
            })
            .collect();
        surprise::rank(&counts, &windows)
    }

    /// Returns how often each template occurs in one reading.
    fn table(&self, side: Side, question: &Question) -> CountTable {
        let facts = || self.all.iter().filter_map(move |(id, pair)| Some((*id, pair.of(side)?)));
        let first = facts().map(|(_, facts)| facts.first).min();
        let last = facts().map(|(_, facts)| facts.last).max();
        let found = first.zip(last).map_or(0, |(first, last)| last.as_millis() - first.as_millis());
        let rows = facts().map(|(id, facts)| {
            (id, TableRow { lines: facts.lines, class: self.verdict(facts).0, level: facts.level() })
        });
        // The length of the period that was asked for, or of the one in which lines were found.
        let exposure =
            question.range.filter(|range| !is_open(*range)).map_or(found, TimeRange::millis) as f64;
        CountTable { exposure, templates: rows.collect() }
    }

    fn row(&self, judged: &Surprise) -> Option<DiffRow> {
        let pair = self.all.get(&judged.id)?;
        let facts = pair.after.as_ref().or(pair.before.as_ref())?;
        let name = self.judge.as_ref().and_then(|judge| judge.name_of(judged.id)).map(str::to_owned);
        let row = facts_row(judged.id, pair.text.clone(), facts, self.verdict(facts).1);
        Some(DiffRow {
            change: change_of(judged.change),
            ratio: judged.ratio,
            surprise: judged.score,
            before: pair.before.as_ref().map_or(0, |facts| facts.lines),
            after: pair.after.as_ref().map_or(0, |facts| facts.lines),
            expected: judged.expected,
            template: StudyTemplate { name, ..row },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_windows_that_divide_a_minute_are_not_told_by_minutes() {
        let window = |start: i64, end: i64| {
            let at = |second: i64| Timestamp::from_millis(second * 1000);
            TimeRange::new(at(start), at(end)).expect("a window of the test")
        };

        assert!(has_minutes(window(0, 60)) && has_minutes(window(120, 300)) && has_minutes(window(7, 3601)));
        assert!(!has_minutes(window(0, 59)) && !has_minutes(window(30, 90)));
        let since = TimeRange::new(Timestamp::from_millis(0), LATEST).expect("a range of the test");
        assert!(!has_minutes(since));
    }
}
