//! Log lines as the terminal looks at them: of files, standard input or a workspace, streaming, and nothing is stored.

mod diff;
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
use wardroom_analysis::logs::{LogTemplate, Templates};
use wardroom_core::{LogLevel, LogRecord, TemplateId, TimeRange, Timestamp};

use super::judge::{Judge, verdict_json, verdict_of};
use super::room;
use super::rows::LogFilesChoice;
use super::tally::{Facts, Mined};
use super::template_text;
use crate::context::App;
use crate::error::AppError;
use crate::phrase::Phrase;

pub use diff::{DiffRow, diff};
pub use ranking::RankedTemplate;
pub use search::{Found, Pattern, counted, expression, search};
pub use values::values;

use feed::{Mining, Sink, feed};
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

/// Ends of a range of which only one end was given: no line is so early or so late.
pub const EARLIEST: Timestamp = Timestamp::from_millis(-62_135_596_800_000);
/// As [`EARLIEST`].
pub const LATEST: Timestamp = Timestamp::from_millis(253_402_300_799_999);

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
