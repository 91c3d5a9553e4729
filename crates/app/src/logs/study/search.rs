//! Finds lines and hands them on with the lines around them.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regex::Regex;
use wardroom_analysis::logs::secrets::SecretRules;
use wardroom_core::{LogQuery, LogRecord, TimeRange, Timestamp};
use wardroom_store::LogFilter;

use super::feed::{Sink, feed};
use super::{Origin, Question, Read};
use crate::context::App;
use crate::error::AppError;
use crate::logs::cluster::live::{self, LiveAsk};
use crate::logs::files::{self, PathSearch};
use crate::logs::{lines, masking, query};

/// How far ahead of the clock a line of a cluster may be.
const DAY_MS: i64 = 86_400_000;

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Every line of the question.
    Any,
    /// Lines in whose text this occurs.
    Expression(Box<Regex>),
}

/// A line that was found, or one around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The line.
    pub record: LogRecord,
    /// Whether it matches; `false` for a line around one that does.
    pub matches: bool,
    /// Whether lines were left out before it.
    pub gap: bool,
}

/// Reads a regular expression.
///
/// # Errors
///
/// `regex` with the library's words.
pub fn expression(text: &str) -> Result<Pattern, AppError> {
    // The words of the library fill several lines with a picture; its last line says what is wrong.
    let short = |e: regex::Error| {
        let words = e.to_string();
        let last = words.lines().last().unwrap_or_default().trim();
        last.strip_prefix("error: ").unwrap_or(last).to_owned()
    };
    Regex::new(text)
        .map(|expression| Pattern::Expression(Box::new(expression)))
        .map_err(|e| AppError::new("regex").with("text", text).with("detail", short(e)))
}

/// Finds lines and hands them on with the lines around them.
struct Search<F> {
    pattern: Pattern,
    around: usize,
    before: VecDeque<LogRecord>,
    /// Lines after the last match that are still shown.
    owed: usize,
    /// Whether lines were left out since the last one that was shown.
    gap: bool,
    /// Whether any line was shown.
    begun: bool,
    found: u64,
    show: F,
}

impl Pattern {
    /// Reports whether it occurs in a line.
    pub(super) fn matches(&self, record: &LogRecord) -> bool {
        match self {
            Self::Any => true,
            Self::Expression(expression) => expression.is_match(&record.message),
        }
    }

    /// Returns it as the store is asked for it; one that the store cannot be asked for is only looked for in what comes.
    pub(super) fn stored(&self) -> LogQuery {
        match self {
            Self::Any => LogQuery::All,
            Self::Expression(expression) => LogQuery::message_with(expression.as_str()).unwrap_or_default(),
        }
    }
}

impl<F: FnMut(Found) -> bool + Send + 'static> Search<F> {
    fn show(&mut self, record: LogRecord, matches: bool) -> bool {
        let gap = std::mem::replace(&mut self.gap, false) && self.around > 0 && self.begun;
        self.begun = true;
        (self.show)(Found { record, matches, gap })
    }

    /// Takes a line that is only shown when it stands near a match.
    fn pass(&mut self, record: LogRecord) -> bool {
        if self.owed > 0 {
            self.owed -= 1;
            return self.show(record, false);
        }
        self.before.push_back(record);
        if self.before.len() > self.around {
            self.before.pop_front();
            self.gap = true;
        }
        true
    }
}

impl<F: FnMut(Found) -> bool + Send + 'static> Sink for Search<F> {
    fn line(&mut self, record: LogRecord) -> bool {
        while let Some(before) = self.before.pop_front() {
            if !self.show(before, false) {
                return false;
            }
        }
        self.owed = self.around;
        self.found += 1;
        self.show(record, true)
    }

    fn wants_all(&self) -> bool {
        self.around > 0
    }

    fn wants(&self, record: &LogRecord) -> bool {
        self.pattern.matches(record)
    }

    fn wants_stored(&self) -> LogQuery {
        self.pattern.stored()
    }

    fn other(&mut self, record: LogRecord) {
        // The next line that matches says whether anybody still listens.
        let _ = self.pass(record);
    }
}

/// Finds lines in the order in which they stand; `show` gets each with those around it, and ends the search with
/// `false`. Returns how many matched. A query in a cluster's own language is asked of the clusters of the workspace.
///
/// # Errors
///
/// As for [`super::templates`]; for a query in a cluster's own language `log_query_json`, `log_query_raw_context`, and those
/// of the cluster.
pub async fn search<F: FnMut(Found) -> bool + Send + 'static>(
    app: &App,
    question: &Question,
    pattern: Pattern,
    around: usize,
    flag: Arc<AtomicBool>,
    show: F,
) -> Result<(u64, Read), AppError> {
    if let (Origin::Files(paths), Pattern::Expression(expression)) = (&question.origin, &pattern)
        && query::parse_stored(&question.query)? == LogQuery::All
    {
        let pattern = expression.as_str().to_owned();
        return search_files(app, question, paths.clone(), pattern, around, flag, show).await;
    }
    let sink = Search {
        pattern,
        around,
        before: VecDeque::new(),
        owed: 0,
        gap: false,
        begun: false,
        found: 0,
        show,
    };
    if question.origin == Origin::Workspace && query::is_raw(&question.query) {
        return search_clusters(app, question, sink, &flag).await;
    }
    let (sink, read) = feed(app, question, sink, flag).await?;
    Ok((sink.found, read))
}

/// Counts the lines that [`search`] would find, where the workspace knows it without taking them out of its file; nothing
/// of other questions.
///
/// # Errors
///
/// `log_query`; store failures.
pub async fn counted(
    app: &App,
    question: &Question,
    pattern: &Pattern,
) -> Result<Option<(u64, Read)>, AppError> {
    let is_stored = question.origin == Origin::Workspace && !query::is_raw(&question.query);
    let stored = pattern.stored();
    if !is_stored || (matches!(pattern, Pattern::Expression(_)) && stored == LogQuery::All) {
        return Ok(None);
    }
    let open = app.open()?;
    let query = query::both(query::parse_stored(&question.query)?, stored);
    let filter = LogFilter { range: question.range, query, ..LogFilter::default() };
    let found = open.workspace.log_counts(&filter).await?.values().sum();
    let lines = lines::count(&open, question.range).await?;
    Ok(Some((found, Read { lines, matched: found, ..Read::default() })))
}

/// Reads a question in the language of the clusters of a workspace.
pub(super) fn live_ask(app: &App, question: &Question) -> Result<LiveAsk, AppError> {
    let (Some(raw), more) = query::divided(&question.query)? else {
        return Err(AppError::internal(&"a query of a cluster's own language begins with a brace"));
    };
    let range = match question.range {
        Some(range) => range,
        // No line that a cluster can sort by its time is older.
        None => TimeRange::new(Timestamp::from_millis(0), app.now().plus_millis(DAY_MS))
            .map_err(|e| AppError::internal(&e))?,
    };
    Ok(LiveAsk { raw, query: more, range, sources: Vec::new() })
}

/// Finds lines by a query in the language of the clusters of a workspace, which answer it.
async fn search_clusters<F: FnMut(Found) -> bool + Send + 'static>(
    app: &App,
    question: &Question,
    mut sink: Search<F>,
    flag: &AtomicBool,
) -> Result<(u64, Read), AppError> {
    if sink.around > 0 {
        return Err(AppError::new("log_query_raw_context"));
    }
    let asked = live_ask(app, question)?;
    let (mut read, rules) = (Read::default(), question.mask.then(SecretRules::all));
    let open = app.open()?;
    let notices = live::each(app, &open, &asked, &mut |mut record| {
        read.lines += 1;
        let matches = sink.wants(&record);
        if let Some(rules) = rules.filter(|_| matches) {
            masking::mask(&mut record, rules, &mut read.masked);
        }
        read.matched += u64::from(matches);
        let goes_on = !matches || sink.line(record);
        read.stopped |= !goes_on;
        goes_on && !flag.load(Ordering::Relaxed)
    })
    .await?;
    read.notices = notices;
    if flag.load(Ordering::Relaxed) { Err(AppError::cancelled()) } else { Ok((sink.found, read)) }
}

/// Finds lines of files by a regular expression alone, which the files are searched for on all cores before their lines
/// are taken apart. An expression matches within one line as it stands in the file.
async fn search_files<F: FnMut(Found) -> bool + Send + 'static>(
    app: &App,
    question: &Question,
    paths: Vec<PathBuf>,
    pattern: String,
    around: usize,
    flag: Arc<AtomicBool>,
    show: F,
) -> Result<(u64, Read), AppError> {
    let (question, cache) = (question.clone(), files::cache_dir(app));
    let task = tokio::task::spawn_blocking(move || {
        let reading = files::reading_of(&question.choice)?;
        let mut show = show;
        let (mut read, rules) = (Read::default(), question.mask.then(SecretRules::all));
        let asked = PathSearch {
            paths: &paths,
            reading: &reading,
            range: question.range,
            cache: &cache,
            flag: &flag,
            pattern: &pattern,
            around,
        };
        let (notices, lines) = files::search_paths(&asked, &mut |mut record, matches, gap| {
            if let Some(rules) = rules {
                masking::mask(&mut record, rules, &mut read.masked);
            }
            read.matched += u64::from(matches);
            let goes_on = show(Found { record, matches, gap });
            read.stopped |= !goes_on;
            goes_on
        })?;
        (read.notices, read.lines) = (notices, lines);
        if flag.load(Ordering::Relaxed) { Err(AppError::cancelled()) } else { Ok((read.matched, read)) }
    });
    task.await.map_err(|e| AppError::internal(&e))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use wardroom_core::{Labels, Timestamp};

    fn line(at: i64, message: &str) -> LogRecord {
        LogRecord {
            at: Timestamp::from_millis(at),
            level: None,
            service: String::new(),
            host: String::new(),
            dataset: String::new(),
            message: message.to_owned(),
            fields: Labels::default(),
        }
    }

    fn searched(pattern: &str, around: usize, lines: &[&str]) -> Vec<(String, bool, bool)> {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&shown);
        let mut sink = Search {
            pattern: expression(pattern).unwrap(),
            around,
            before: VecDeque::new(),
            owed: 0,
            gap: false,
            begun: false,
            found: 0,
            show: move |found: Found| {
                told.lock().unwrap().push((found.record.message, found.matches, found.gap));
                true
            },
        };
        for (at, text) in lines.iter().enumerate() {
            let record = line(i64::try_from(at).unwrap(), text);
            if sink.wants(&record) { assert!(sink.line(record)) } else { sink.other(record) }
        }
        let shown = shown.lock().unwrap();
        shown.clone()
    }

    #[test]
    fn lines_around_a_match_are_shown_once_and_gaps_are_told() {
        let shown = searched("b", 1, &["1", "2", "b1", "3", "4", "5", "b2", "b3"]);

        let texts: Vec<&str> = shown.iter().map(|(text, _, _)| text.as_str()).collect();
        assert_eq!(texts, ["2", "b1", "3", "5", "b2", "b3"]);
        assert_eq!(
            shown.iter().map(|(_, _, gap)| *gap).collect::<Vec<_>>(),
            [false, false, false, true, false, false]
        );
        assert!(shown.iter().all(|(text, matches, _)| text.starts_with('b') == *matches));
    }

    #[test]
    fn an_expression_that_cannot_be_read_says_why() {
        let refused = expression("a(b").map(|_| ()).unwrap_err();

        assert_eq!(refused.code, "regex");
        assert_eq!(refused.fields["detail"], "unclosed group");
    }
}
