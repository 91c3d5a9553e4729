//! Reads the lines of a question, masked and filtered, into whoever wants them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use wardroom_analysis::logs::secrets::SecretRules;
use wardroom_core::{LogMatcher, LogQuery, LogRecord, TimeRange, Timestamp};
use wardroom_store::LogFilter;

use super::{EARLIEST, Origin, Question, Read};
use crate::context::App;
use crate::error::AppError;
use crate::logs::tally::Mined;
use crate::logs::{files, lines, masking, query};

/// Records that travel to a thread at a time.
const PART: usize = 4096;
/// Parts that wait for a thread: enough to keep it busy, little enough for memory.
const WAITING: usize = 8;

/// What is done with each line that matches; `false` ends the reading.
pub(super) trait Sink: Send + 'static {
    /// Takes a line.
    fn line(&mut self, record: LogRecord) -> bool;
    /// Whether lines that do not match are wanted too.
    fn wants_all(&self) -> bool {
        false
    }
    /// Takes a line that does not match.
    fn other(&mut self, _record: LogRecord) {}
    /// Reports whether a line that answers the question is wanted.
    fn wants(&self, _record: &LogRecord) -> bool {
        true
    }
    /// What [`Sink::wants`] asks for as far as the store can be asked for it.
    fn wants_stored(&self) -> LogQuery {
        LogQuery::All
    }
}

/// Filters, masks and counts lines before a sink gets them.
struct Gate<S> {
    sink: S,
    query: LogMatcher,
    range: Option<TimeRange>,
    rules: Option<SecretRules>,
    read: Read,
}

impl<S: Sink> Gate<S> {
    fn new(question: &Question, sink: S) -> Result<Self, AppError> {
        Ok(Self {
            sink,
            query: query::parse_stored(&question.query)?.matcher(),
            range: question.range,
            rules: question.mask.then(SecretRules::all),
            read: Read::default(),
        })
    }

    fn take(&mut self, mut record: LogRecord) -> bool {
        if self.range.is_some_and(|range| !range.contains(record.at)) {
            return true;
        }
        self.read.lines += 1;
        // Asked before secrets are masked: who looks for a token that leaked has to find the line.
        let matches = self.query.matches(&record) && self.sink.wants(&record);
        if !matches && !self.sink.wants_all() {
            return true;
        }
        if let Some(rules) = self.rules {
            masking::mask(&mut record, rules, &mut self.read.masked);
        }
        if !matches {
            self.sink.other(record);
            return true;
        }
        self.read.matched += 1;
        let goes_on = self.sink.line(record);
        self.read.stopped |= !goes_on;
        goes_on
    }
}

/// Reads the lines of a question into a sink and returns it with what was read.
pub(super) async fn feed<S: Sink>(
    app: &App,
    question: &Question,
    sink: S,
    flag: Arc<AtomicBool>,
) -> Result<(S, Read), AppError> {
    let mut gate = Gate::new(question, sink)?;
    if question.origin == Origin::Workspace {
        read_stored(app, question, &mut gate, &flag).await?;
        return done(gate, &flag);
    }
    let (question, cache, now) = (question.clone(), files::cache_dir(app), app.now());
    let task = tokio::task::spawn_blocking(move || {
        let reading = files::reading_of(&question.choice)?;
        let mut take = |record: LogRecord| gate.take(record) && !flag.load(Ordering::Relaxed);
        let notices = match &question.origin {
            Origin::Files(paths) => {
                files::read_paths(paths, &reading, question.range, &cache, &flag, &mut take)?
            }
            Origin::Input | Origin::Workspace => files::read_input(&reading, now, &mut take)?,
        };
        gate.read.notices = notices;
        done(gate, &flag)
    });
    task.await.map_err(|e| AppError::internal(&e))?
}

/// Reads stored lines into a sink. Only those that answer the question are taken out of the file, by the index of words
/// where it has one, unless the lines between them are wanted too.
async fn read_stored<S: Sink>(
    app: &App,
    question: &Question,
    gate: &mut Gate<S>,
    flag: &AtomicBool,
) -> Result<(), AppError> {
    let open = app.open()?;
    let wanted = if gate.sink.wants_all() {
        LogQuery::All
    } else {
        query::both(query::parse_stored(&question.query)?, gate.sink.wants_stored())
    };
    let (is_asked, mut last) = (wanted != LogQuery::All, None);
    let filter = LogFilter { range: question.range, query: wanted, ..LogFilter::default() };
    lines::each(&open, &filter, &mut |record| {
        last = Some(record.at);
        gate.take(record) && !flag.load(Ordering::Relaxed)
    })
    .await?;
    if is_asked {
        let until = if gate.read.stopped { last } else { None };
        gate.read.lines = lines::count(&open, looked_at(question.range, until)?).await?;
    }
    Ok(())
}

/// Returns the period of which all lines were looked at: a search that has found enough ends with the last one it found.
fn looked_at(range: Option<TimeRange>, until: Option<Timestamp>) -> Result<Option<TimeRange>, AppError> {
    let Some(until) = until else { return Ok(range) };
    let start = range.map_or(EARLIEST, TimeRange::start);
    TimeRange::new(start.min(until), until.plus_millis(1)).map(Some).map_err(|e| AppError::internal(&e))
}

fn done<S: Sink>(gate: Gate<S>, flag: &AtomicBool) -> Result<(S, Read), AppError> {
    if flag.load(Ordering::Relaxed) {
        return Err(AppError::cancelled());
    }
    Ok((gate.sink, gate.read))
}

/// Makes templates of lines, on several threads where asked: the result does not depend on how many.
pub(super) struct Mining {
    threads: Vec<(SyncSender<Vec<LogRecord>>, JoinHandle<Mined>)>,
    part: Vec<LogRecord>,
    next: usize,
}

impl Mining {
    pub(super) fn new(threads: usize) -> Self {
        let begin = |_| {
            let (to, from): (SyncSender<Vec<LogRecord>>, Receiver<Vec<LogRecord>>) = sync_channel(WAITING);
            (to, std::thread::spawn(move || mine(&from)))
        };
        Self { threads: (0..threads.max(1)).map(begin).collect(), part: Vec::with_capacity(PART), next: 0 }
    }

    fn send(&mut self) -> bool {
        let part = std::mem::replace(&mut self.part, Vec::with_capacity(PART));
        let at = self.next % self.threads.len();
        self.next += 1;
        self.threads.get(at).is_some_and(|(to, _)| to.send(part).is_ok())
    }

    pub(super) fn finish(mut self) -> Result<Mined, AppError> {
        self.send();
        let mut whole = Mined::new();
        for (to, thread) in self.threads {
            drop(to);
            let mined =
                thread.join().map_err(|_| AppError::internal(&"a thread that makes templates ended"))?;
            whole.merge(mined);
        }
        Ok(whole)
    }
}

fn mine(from: &Receiver<Vec<LogRecord>>) -> Mined {
    let mut mined = Mined::new();
    while let Ok(part) = from.recv() {
        for record in &part {
            mined.learn(&record.into());
        }
    }
    mined
}

impl Sink for Mining {
    fn line(&mut self, record: LogRecord) -> bool {
        self.part.push(record);
        self.part.len() < PART || self.send()
    }
}

/// Makes the templates of two windows of the same lines, which are read once.
pub(super) struct Two {
    windows: (TimeRange, TimeRange),
    first: Mining,
    second: Mining,
    /// Lines in each.
    lines: (u64, u64),
}

impl Two {
    pub(super) fn new(threads: usize, first: TimeRange, second: TimeRange) -> Self {
        Self {
            windows: (first, second),
            first: Mining::new(threads),
            second: Mining::new(threads),
            lines: (0, 0),
        }
    }

    /// Returns each window with what was read of it.
    pub(super) fn divide(self, read: &Read) -> ((Mining, Read), (Mining, Read)) {
        let of = |matched: u64| Read { matched, ..read.clone() };
        ((self.first, of(self.lines.0)), (self.second, of(self.lines.1)))
    }
}

impl Sink for Two {
    fn line(&mut self, record: LogRecord) -> bool {
        // The windows may overlap.
        let is_second = self.windows.1.contains(record.at);
        self.lines.1 += u64::from(is_second);
        if !self.windows.0.contains(record.at) {
            return !is_second || self.second.line(record);
        }
        self.lines.0 += 1;
        (!is_second || self.second.line(record.clone())) && self.first.line(record)
    }
}
