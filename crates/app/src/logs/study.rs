//! Log lines as the terminal looks at them: of files, standard input or a workspace, streaming, and nothing is stored.

mod feed;
mod ranking;
mod search;
mod values;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use serde_json::Value;
use wardroom_analysis::logs::surprise::{self, CountTable, Surprise, TableRow, TemplateCounts, Windows};
use wardroom_analysis::logs::{LogTemplate, ShapeId, Templates};
use wardroom_core::{LogLevel, LogRecord, TemplateId, TimeRange, Timestamp};

use super::judge::{Judge, verdict_json, verdict_of};
use super::room;
use super::rows::{LogChange, LogFilesChoice};
use super::tally::{Facts, MINUTE_MS, Mined, Tally};
use super::template_text;
use super::templates::change_of;
use crate::context::App;
use crate::error::AppError;
use crate::phrase::Phrase;

pub use ranking::RankedTemplate;
pub use search::{Found, Pattern, expression, search};
pub use values::values;

use feed::{Mining, Sink, Two, feed};
use ranking::Candidate;

/// Where lines are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Files, in place.
    Files(Vec<PathBuf>),
    /// Standard input.
    Input,
    /// The lines that the open workspace has stored.
    Workspace,
}

/// Which lines are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Where from.
    pub origin: Origin,
    /// How files are read.
    pub choice: LogFilesChoice,
    /// Only lines of this period.
    pub range: Option<TimeRange>,
    /// Only lines that match; empty for all.
    pub query: String,
    /// Threads that make templates, at least one.
    pub threads: usize,
    /// Whether secrets are masked in what is shown.
    pub mask: bool,
}

/// A template with what is known of its lines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudyTemplate {
    /// Its number.
    pub id: String,
    /// Its text, `<*>` for each parameter.
    pub text: String,
    /// The name that a person gave it in the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Lines.
    pub lines: u64,
    /// The level of most of them.
    pub level: Option<&'static str>,
    /// Who wrote them.
    pub services: Vec<String>,
    /// On which machines.
    pub hosts: Vec<String>,
    /// The first.
    pub first: String,
    /// The last.
    pub last: String,
    /// Its verdict: `{type, error_code, affected_service, confidence, evidence}`.
    pub fault: Value,
    /// One of its lines.
    pub example: String,
}

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

/// What a reading came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Read {
    /// Lines that were read.
    pub lines: u64,
    /// Lines that matched.
    pub matched: u64,
    /// Secrets that were masked, by rule.
    pub masked: BTreeMap<String, u64>,
    /// Whether it ended before all lines were read.
    pub stopped: bool,
    /// What is worth knowing of the files.
    pub notices: Vec<Phrase>,
}

/// Makes the templates of lines, the most surprising first. Those of a workspace are the ones that the window shows, with
/// what people decided about them.
///
/// # Errors
///
/// `log_query`; files that cannot be read; `cancelled`; store failures.
pub async fn templates(
    app: &App,
    question: &Question,
    flag: Arc<AtomicBool>,
) -> Result<(Vec<RankedTemplate>, Read), AppError> {
    let judge = judge_of(app, question).await?;
    let (found, read) = if let Some(judge) = judge {
        let (known, read) = feed(app, question, Known::new(judge), flag).await?;
        (known.candidates(), read)
    } else {
        let (mining, read) = feed(app, question, Mining::new(question.threads), flag).await?;
        (mined_candidates(mining.finish()?), read)
    };
    Ok((ranking::ranked(found), read))
}

/// Returns what judges the lines of a workspace; lines of files and of standard input are judged by the model alone.
async fn judge_of(app: &App, question: &Question) -> Result<Option<Judge>, AppError> {
    if question.origin != Origin::Workspace {
        return Ok(None);
    }
    let open = app.open()?;
    Ok(Some(Judge::new(room::snapshot(&open).await?)))
}

/// Counts the lines of a workspace by the templates that it knows.
struct Known {
    judge: Judge,
    facts: BTreeMap<(TemplateId, String), Facts>,
    /// Lines of no known template.
    others: Mined,
}

impl Known {
    fn new(judge: Judge) -> Self {
        Self { judge, facts: BTreeMap::new(), others: Mined::new() }
    }

    fn candidates(self) -> Vec<Candidate> {
        let Self { judge, facts, others } = self;
        let candidate = |((id, text), facts): ((TemplateId, String), Facts)| {
            let (verdict, said) = judge.judge(&facts.example);
            let name = judge.name_of(id).map(str::to_owned);
            let row = StudyTemplate { name, ..facts_row(id, text, &facts, said.json(&verdict)) };
            Candidate { id, kinds: judge.kinds_of(id), class: said.class, facts, row }
        };
        facts.into_iter().map(candidate).chain(mined_candidates(others)).collect()
    }
}

impl Sink for Known {
    fn line(&mut self, record: LogRecord) -> bool {
        match self.judge.template_of(&record) {
            Some(template) => Facts::count(&mut self.facts, template, &(&record).into()),
            None => self.others.learn(&(&record).into()),
        }
        true
    }
}

fn mined_candidates(mined: Mined) -> Vec<Candidate> {
    let templates = mined.miner.settle();
    let facts = mined.tally.by_template(&templates);
    let candidate = |(template, facts): (&LogTemplate, Facts)| Candidate {
        id: template.id,
        kinds: template.kinds(),
        class: verdict_of(&facts.example).class,
        row: study_row(template, &facts),
        facts,
    };
    named(&templates, facts).map(candidate).collect()
}

fn named(
    templates: &Templates,
    facts: BTreeMap<usize, Facts>,
) -> impl Iterator<Item = (&LogTemplate, Facts)> {
    facts.into_iter().filter_map(|(at, facts)| Some((templates.all().get(at)?, facts)))
}

fn study_row(template: &LogTemplate, facts: &Facts) -> StudyTemplate {
    facts_row(template.id, template.text(), facts, verdict_json(&verdict_of(&facts.example)))
}

fn facts_row(id: TemplateId, text: String, facts: &Facts, fault: Value) -> StudyTemplate {
    StudyTemplate {
        id: template_text(id),
        text,
        name: None,
        lines: facts.lines,
        level: facts.level().map(LogLevel::as_str),
        services: facts.services.iter().cloned().collect(),
        hosts: facts.hosts.iter().cloned().collect(),
        first: facts.first.to_string(),
        last: facts.last.to_string(),
        fault,
        example: facts.example.message.clone(),
    }
}

/// Hands each line on with its verdict.
struct Classify<F> {
    judge: Option<Judge>,
    show: F,
}

impl<F: FnMut(LogRecord, Value) -> bool + Send + 'static> Sink for Classify<F> {
    fn line(&mut self, record: LogRecord) -> bool {
        let verdict = match &self.judge {
            Some(judge) => {
                let (verdict, said) = judge.judge(&record);
                said.json(&verdict)
            }
            None => verdict_json(&verdict_of(&record)),
        };
        (self.show)(record, verdict)
    }
}

/// Classifies every line in the order in which they stand, lines of a workspace as people decided about them; `show` ends
/// it with `false`.
///
/// # Errors
///
/// As for [`templates`].
pub async fn classify<F: FnMut(LogRecord, Value) -> bool + Send + 'static>(
    app: &App,
    question: &Question,
    flag: Arc<AtomicBool>,
    show: F,
) -> Result<Read, AppError> {
    let judge = judge_of(app, question).await?;
    Ok(feed(app, question, Classify { judge, show }, flag).await?.1)
}

/// Compares two readings: what is new, gone, more or less frequent in the second, the most surprising first. Two windows of
/// standard input are filled in one reading, because it is there only once.
///
/// # Errors
///
/// As for [`templates`]; `log_diff_empty` when one of them has no line.
pub async fn diff(
    app: &App,
    before: &Question,
    after: &Question,
    flag: Arc<AtomicBool>,
) -> Result<(Vec<DiffRow>, Read, Read), AppError> {
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
    let (first, second) = (first.finish()?, second.finish()?);
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
    if first.is_empty() || second.is_empty() {
        return Err(AppError::new("log_diff_empty"));
    }
    let judged = match (before.range, after.range) {
        // Two windows of the same lines: bursts can be told from rises by their minutes.
        (Some(baseline), Some(compare)) if before.origin == after.origin => {
            by_time(&settled, &first, &second, Windows { baseline, compare, bin_ms: MINUTE_MS })
        }
        _ => surprise::diff(&table(&settled, &first, before), &table(&settled, &second, after)),
    };
    let rows = judged.iter().filter_map(|s| diff_row(&settled, &first, &second, s)).collect();
    Ok((rows, read_before, read_after))
}

/// Judges by the lines of each minute.
fn by_time(
    settled: &Templates,
    before: &BTreeMap<usize, Facts>,
    after: &BTreeMap<usize, Facts>,
    windows: Windows,
) -> Vec<Surprise> {
    let mut known: Vec<(usize, Vec<(Timestamp, u64)>)> = Vec::new();
    for at in 0..settled.all().len() {
        let minutes = |facts: Option<&Facts>| facts.map(Facts::by_minute).unwrap_or_default();
        let mut bins = minutes(before.get(&at));
        bins.extend(minutes(after.get(&at)));
        bins.sort_unstable();
        known.push((at, bins));
    }
    let counts: Vec<TemplateCounts<'_>> = known
        .iter()
        .filter_map(|(at, bins)| {
            let facts = before.get(at).or_else(|| after.get(at))?;
            let (id, class) = (settled.all().get(*at)?.id, verdict_of(&facts.example).class);
            Some(TemplateCounts { id, bins, first_seen: facts.first, class, level: facts.level() })
        })
        .collect();
    surprise::rank(&counts, &windows)
}

/// Returns how often each template occurs in one reading.
fn table(settled: &Templates, facts: &BTreeMap<usize, Facts>, question: &Question) -> CountTable {
    let rows = facts.iter().filter_map(|(at, facts)| {
        let class = verdict_of(&facts.example).class;
        Some((settled.all().get(*at)?.id, TableRow { lines: facts.lines, class, level: facts.level() }))
    });
    CountTable { exposure: span_ms(question, facts), templates: rows.collect() }
}

/// Returns the length of the period that was asked for, or of the one in which lines were found.
fn span_ms(question: &Question, facts: &BTreeMap<usize, Facts>) -> f64 {
    let first = facts.values().map(|f| f.first).min();
    let last = facts.values().map(|f| f.last).max();
    let found = first.zip(last).map_or(0, |(a, b): (Timestamp, Timestamp)| b.as_millis() - a.as_millis());
    question.range.map_or(found, TimeRange::millis) as f64
}

fn diff_row(
    settled: &Templates,
    before: &BTreeMap<usize, Facts>,
    after: &BTreeMap<usize, Facts>,
    judged: &Surprise,
) -> Option<DiffRow> {
    let at = settled.all().iter().position(|t| t.id == judged.id)?;
    let (first, second) = (before.get(&at), after.get(&at));
    Some(DiffRow {
        change: change_of(judged.change),
        ratio: judged.ratio,
        surprise: judged.score,
        before: first.map_or(0, |f| f.lines),
        after: second.map_or(0, |f| f.lines),
        expected: judged.expected,
        template: study_row(settled.all().get(at)?, second.or(first)?),
    })
}
