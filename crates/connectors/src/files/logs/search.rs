//! Searches indexed files: by regular expression, by words, or by a question.

mod batches;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use batches::holds_batches;
use regex::bytes::{Regex, RegexBuilder};
use wardroom_core::log_query::LogMatcher;
use wardroom_core::{LogQuery, TimeRange, Timestamp};

use super::chunk::{Span, walk};
use super::pipeline::{self, Worker};
use super::problem::{LogFileError, PatternProblem};
use super::read::{BlockEnd, BlockJob, Blocks, NEVER, ReadStats, RecordReader, finish, odd_records};
use super::set::{LogFileSet, OneFile};
use super::{Continue, LogLine, wide};

/// Memory of one compiled pattern, and of the states it may build while it runs.
const PATTERN_BYTES: usize = 16 * 1024 * 1024;

/// What is searched.
#[derive(Clone, Debug, PartialEq)]
pub enum LineSearch {
    /// A regular expression that matches within one line as it stands in the file.
    Regex {
        /// The expression, in the syntax of the crate regex.
        pattern: String,
        /// Whether capital and small letters are the same.
        ignore_case: bool,
    },
    /// Words that all occur as whole words somewhere in the record as it stands in the file; case does not matter.
    Words(Vec<String>),
    /// A question to the record's parts and fields.
    Query(LogQuery),
}

/// How far a reading or a search goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchOptions<'s> {
    /// Only records of this time.
    pub range: Option<TimeRange>,
    /// At most so many records.
    pub limit: Option<usize>,
    /// Records handed on with each found one, from before it.
    pub before: usize,
    /// Records handed on with each found one, from behind it.
    pub behind: usize,
    /// A flag that ends the reading when it is set, also where nothing is found.
    pub stop: Option<&'s AtomicBool>,
}

/// A record that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The record.
    pub line: LogLine,
    /// Records before it, the nearest last. Around a range of time only what its blocks hold.
    pub before: Vec<LogLine>,
    /// Records behind it.
    pub behind: Vec<LogLine>,
}

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Lines that match; records for words and questions.
    pub lines: u64,
    /// Records with at least one such line.
    pub records: u64,
    /// Whether the flag ended the counting.
    pub stopped: bool,
}

/// A search made ready.
#[derive(Clone, Debug)]
struct Matcher {
    /// What every found record has; `None` looks at every record.
    candidate: Option<Regex>,
    /// What all have to occur in the record's bytes.
    all: Vec<Regex>,
    query: Option<LogMatcher>,
    /// The candidate is the whole test, line by line.
    by_line: bool,
    /// The pattern looks at the ends of its text: only a line on its own answers it.
    anchored: bool,
}

impl LineSearch {
    fn matcher(&self) -> Result<Matcher, LogFileError> {
        let plain =
            Matcher { candidate: None, all: Vec::new(), query: None, by_line: false, anchored: false };
        match self {
            Self::Regex { pattern, ignore_case } => {
                let anchored = pattern.contains("\\A") || pattern.contains("\\z");
                let candidate = Some(compile(pattern, *ignore_case)?);
                Ok(Matcher { candidate, by_line: true, anchored, ..plain })
            }
            Self::Words(words) => {
                let words: Vec<&str> =
                    words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).collect();
                let Some(longest) = words.iter().max_by_key(|word| word.len()) else {
                    return Err(LogFileError::Pattern { problem: PatternProblem::Empty });
                };
                let candidate = Some(compile(&regex::escape(longest), true)?);
                let all =
                    words.iter().map(|word| compile(&whole_word(word), true)).collect::<Result<_, _>>()?;
                Ok(Matcher { candidate, all, ..plain })
            }
            Self::Query(query) => {
                let words = query.needed_words();
                let simple = words
                    .iter()
                    .filter(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphanumeric()));
                let candidate = simple
                    .max_by_key(|word| word.len())
                    .map(|word| compile(&regex::escape(word), true))
                    .transpose()?;
                Ok(Matcher { candidate, query: Some(query.matcher()), ..plain })
            }
        }
    }
}

/// A word that neither begins nor ends inside another one.
fn whole_word(word: &str) -> String {
    let bound = |c: Option<char>| {
        if c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') { "(?-u:\\b)" } else { "" }
    };
    format!("{}{}{}", bound(word.chars().next()), regex::escape(word), bound(word.chars().next_back()))
}

fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, LogFileError> {
    if pattern.is_empty() {
        return Err(LogFileError::Pattern { problem: PatternProblem::Empty });
    }
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .multi_line(true)
        // A line that ends with CR LF ends before the CR.
        .crlf(pattern.contains('$'))
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES)
        .build()
        .map_err(|error| LogFileError::Pattern {
            problem: if let regex::Error::CompiledTooBig(limit) = error {
                PatternProblem::TooLarge { limit_bytes: wide(limit) }
            } else {
                PatternProblem::Syntax { detail: error.to_string() }
            },
        })
}

/// Finds the lines of a text on which an expression matches.
struct MatchingLines<'m, 'd> {
    regex: &'m Regex,
    anchored: bool,
    data: &'d [u8],
    at: usize,
}

impl Iterator for MatchingLines<'_, '_> {
    /// Start and end of the line.
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        while self.at < self.data.len() {
            let found = if self.anchored { None } else { Some(self.regex.find_at(self.data, self.at)?) };
            let start = match &found {
                None => self.at,
                // Behind the last line end is no line.
                Some(found) if found.start() == self.data.len() && self.data.ends_with(b"\n") => return None,
                Some(found) => memchr::memrchr(b'\n', &self.data[self.at..found.start()])
                    .map_or(self.at, |n| self.at + n + 1),
            };
            let end = memchr::memchr(b'\n', &self.data[start..]).map_or(self.data.len(), |n| start + n);
            self.at = end + 1;
            // A match may reach over the end of the line; then the line alone decides.
            let within = found.is_some_and(|found| found.end() <= end);
            if within || self.regex.is_match(&self.data[start..end]) {
                return Some((start, end));
            }
        }
        None
    }
}

/// What a block brings.
struct Hits {
    found: Vec<Found>,
    /// First and last records of the block, for the surroundings of neighbours' finds.
    head: Vec<LogLine>,
    tail: Vec<LogLine>,
}

/// Searches blocks; each thread has its own.
struct Searcher<'m> {
    matcher: &'m Matcher,
    reader: RecordReader,
    before: usize,
    behind: usize,
    most: usize,
}

impl Worker for Searcher<'_> {
    type Job = BlockJob;
    type Done = (Hits, BlockEnd);

    fn work(&mut self, mut job: BlockJob) -> (Self::Done, Vec<u8>) {
        job.load();
        let hits =
            if self.before + self.behind > 0 { self.with_surroundings(&job) } else { self.alone(&job) };
        ((hits, BlockEnd::of(&mut job)), job.piece.data)
    }
}

impl Searcher<'_> {
    fn alone(&mut self, job: &BlockJob) -> Hits {
        let mut found = Vec::new();
        self.each(job, &mut |line| {
            found.push(Found { line, before: Vec::new(), behind: Vec::new() });
        });
        Hits { found, head: Vec::new(), tail: Vec::new() }
    }

    /// Finds the records of a block.
    fn each(&mut self, job: &BlockJob, f: &mut dyn FnMut(LogLine)) {
        let matcher = self.matcher;
        if holds_batches(&self.reader.grammar, &job.piece.data) {
            self.each_of_batches(job, f);
            return;
        }
        let Some(candidate) = &matcher.candidate else {
            let mut left = self.most;
            for line in self.reader.lines(job) {
                if left > 0 && matcher.query.as_ref().is_none_or(|query| query.matches(&line.record)) {
                    left -= 1;
                    f(line);
                }
            }
            return;
        };
        let data = &job.piece.data;
        let mut lines = MatchingLines { regex: candidate, anchored: matcher.anchored, data, at: 0 };
        let mut counted = (0, 0);
        let mut left = self.most;
        while let Some((start, end)) = lines.next().filter(|_| left > 0) {
            let span = self.span_around(job, start, end, &mut counted);
            lines.at = span.end.max(end + 1);
            if !matcher.all.iter().all(|word| word.is_match(&data[span.start..span.end])) {
                continue;
            }
            let (line, carried) = self.read(job, span);
            let matches = matcher.query.as_ref().is_none_or(|query| query.matches(&line.record));
            if matches && self.reader.holds(job, &line, carried) {
                left -= 1;
                f(line);
            }
        }
    }

    /// Returns the record that holds a line. `counted` is a place and the lines before it.
    fn span_around(
        &mut self,
        job: &BlockJob,
        line: usize,
        line_end: usize,
        counted: &mut (usize, u64),
    ) -> Span {
        let data = &job.piece.data;
        let orphan = super::grammar::Begin { at: None, after: 0, shaped: false };
        let (mut start, mut begin) = (line, orphan);
        loop {
            let end = memchr::memchr(b'\n', &data[start..]).map_or(data.len(), |n| start + n);
            if let Some(known) = self.reader.grammar.begin(&data[start..end]) {
                begin = known;
                break;
            }
            if start == 0 {
                break;
            }
            start = memchr::memrchr(b'\n', &data[..start - 1]).map_or(0, |at| at + 1);
        }
        let mut end = (line_end + 1).min(data.len());
        while end < data.len() {
            let next = memchr::memchr(b'\n', &data[end..]).map_or(data.len(), |n| end + n);
            if self.reader.grammar.begin(&data[end..next]).is_some() {
                break;
            }
            end = (next + 1).min(data.len());
        }
        // Finds come in order, so lines are counted on from the last one.
        counted.1 += wide(memchr::memchr_iter(b'\n', &data[counted.0.min(start)..start]).count());
        counted.0 = start;
        Span { start, end, lines_before: counted.1, begin, origin: None }
    }

    /// Takes a record apart: with its time, or the last known one before it.
    fn read(&mut self, job: &BlockJob, span: Span) -> (LogLine, Option<i64>) {
        let mut carried = None;
        let mut line = self.reader.read(job, span, &mut carried);
        if !line.timed {
            carried = self.carried_before(job, span);
            line.record.at = carried.map_or(line.record.at, Timestamp::from_millis);
        }
        (line, carried)
    }

    /// Returns the last known time before a record.
    fn carried_before(&mut self, job: &BlockJob, span: Span) -> Option<i64> {
        let data = &job.piece.data[..span.start];
        if holds_batches(&self.reader.grammar, data) {
            return self.last_time_of_batches(data).or(job.carried);
        }
        let mut end = data.len();
        while end > 0 {
            let start = memchr::memrchr(b'\n', &data[..end - 1]).map_or(0, |at| at + 1);
            if let Some(begin) = self.reader.grammar.begin(&data[start..end - 1]) {
                let span = Span { start, end, lines_before: 0, begin, origin: None };
                let at = begin.at.or_else(|| self.reader.grammar.parse(data, span, None).at);
                if at.is_some() {
                    return at;
                }
            }
            end = start;
        }
        job.carried
    }

    /// Finds the records of a block with those around them.
    fn with_surroundings(&mut self, job: &BlockJob) -> Hits {
        let mut spans = Vec::new();
        let mut walker = self.reader.grammar.fork();
        let walked = walk(&job.piece.data, &mut walker, |_, span| {
            spans.push(span);
            Ok::<(), ()>(())
        });
        debug_assert!(walked.is_ok(), "the visitor never ends the walk");
        let mut lines = Vec::new();
        self.each(job, &mut |line| lines.push(line));
        let mut found = Vec::new();
        for line in lines {
            let at = spans.partition_point(|span| job.piece.text_offset(span.start) < line.place.offset);
            let before = self.around(job, &spans, at.saturating_sub(self.before)..at);
            let behind = self.around(job, &spans, at + 1..at + 1 + self.behind);
            found.push(Found { line, before, behind });
        }
        let head = self.around(job, &spans, 0..self.behind);
        let tail = self.around(job, &spans, spans.len().saturating_sub(self.before)..spans.len());
        Hits { found, head, tail }
    }

    fn around(&mut self, job: &BlockJob, spans: &[Span], range: std::ops::Range<usize>) -> Vec<LogLine> {
        let range = range.start.min(spans.len())..range.end.min(spans.len());
        let Some((&first, others)) = spans[range].split_first() else { return Vec::new() };
        let (line, mut carried) = self.read(job, first);
        let mut lines = vec![line];
        lines.extend(others.iter().map(|&span| self.reader.read(job, span, &mut carried)));
        lines
    }
}

/// Finds that wait for what comes behind them.
struct Waiting {
    before: usize,
    behind: usize,
    last: VecDeque<LogLine>,
    found: VecDeque<Found>,
}

impl Waiting {
    /// Takes the finds of the next block.
    fn take(&mut self, hits: Hits) {
        for found in &mut self.found {
            let missing = self.behind - found.behind.len();
            found.behind.extend(hits.head.iter().take(missing).cloned());
        }
        for mut found in hits.found {
            let missing = self.before - found.before.len();
            let skip = self.last.len().saturating_sub(missing);
            found.before.splice(0..0, self.last.iter().skip(skip).cloned());
            self.found.push_back(found);
        }
        self.last.extend(hits.tail);
        while self.last.len() > self.before {
            self.last.pop_front();
        }
    }

    /// Returns the next find that has all its surroundings.
    fn next(&mut self, all: bool) -> Option<Found> {
        let ready = self.found.front().is_some_and(|found| all || found.behind.len() == self.behind);
        if ready { self.found.pop_front() } else { None }
    }
}

impl LogFileSet {
    /// Hands on the records that are found, in the order of the files.
    ///
    /// # Errors
    ///
    /// [`LogFileError::Pattern`] for a pattern that cannot be used, else as [`LogFileSet::records`].
    pub fn search(
        &self,
        what: &LineSearch,
        options: &SearchOptions<'_>,
        f: &mut dyn FnMut(Found) -> Continue,
    ) -> Result<ReadStats, LogFileError> {
        let matcher = what.matcher()?;
        let stop = options.stop.unwrap_or(&NEVER);
        let mut stats = ReadStats::default();
        let limit = options.limit.unwrap_or(usize::MAX);
        for (number, file) in self.numbered() {
            file.check()?;
            let (wanted, passed_over) = file.wanted(options.range);
            stats.passed_over += passed_over;
            stats.blocks += wide(wanted.len());
            let workers = self.workers(wanted.len(), || Searcher {
                matcher: &matcher,
                reader: RecordReader::new(file, number, options.range),
                before: options.before,
                behind: options.behind,
                most: limit,
            });
            let mut waiting = Waiting {
                before: options.before,
                behind: options.behind,
                last: VecDeque::new(),
                found: VecDeque::new(),
            };
            let mut hand_on = |waiting: &mut Waiting, stats: &mut ReadStats, all: bool| {
                while let Some(found) = waiting.next(all) {
                    let full = stats.records >= wide(limit) || stop.load(Ordering::Relaxed);
                    if full || {
                        stats.records += 1;
                        f(found) == Continue::Stop
                    } {
                        return Continue::Stop;
                    }
                }
                if stats.records >= wide(limit) { Continue::Stop } else { Continue::Yes }
            };
            let (mut short, mut failure) = (false, None);
            let ended =
                pipeline::run(Blocks::new(file, wanted, stop), workers, |(hits, end): (Hits, BlockEnd)| {
                    waiting.take(hits);
                    match end.note(&mut stats, &mut short, &mut failure) {
                        Continue::Yes => hand_on(&mut waiting, &mut stats, false),
                        Continue::Stop => Continue::Stop,
                    }
                });
            let ended_early = ended.stopped || hand_on(&mut waiting, &mut stats, true) == Continue::Stop;
            let (bad_json, many_fields) = ended
                .workers
                .iter()
                .fold((0, 0), |(a, b), one| (a + one.reader.bad_json, b + one.reader.many_fields));
            stats.notices.extend(odd_records(file, bad_json, many_fields));
            finish(file, &mut stats, short, ended.failure.or(failure))?;
            if ended_early || stop.load(Ordering::Relaxed) {
                stats.stopped = true;
                break;
            }
        }
        Ok(stats)
    }

    /// Counts what a search would find.
    ///
    /// # Errors
    ///
    /// As [`LogFileSet::search`].
    pub fn count(&self, what: &LineSearch, options: &SearchOptions<'_>) -> Result<Counted, LogFileError> {
        let matcher = what.matcher()?;
        let stop = options.stop.unwrap_or(&NEVER);
        let mut counted = Counted::default();
        for (number, file) in self.numbered() {
            file.check()?;
            let (wanted, _) = file.wanted(options.range);
            let workers = self.workers(wanted.len(), || Counter::new(&matcher, file, number, options.range));
            let (mut stats, mut short, mut failure) = (ReadStats::default(), false, None);
            let ended = pipeline::run(
                Blocks::new(file, wanted, stop),
                workers,
                |((lines, records), end): ((u64, u64), BlockEnd)| {
                    counted.lines += lines;
                    counted.records += records;
                    let noted = end.note(&mut stats, &mut short, &mut failure);
                    if stop.load(Ordering::Relaxed) { Continue::Stop } else { noted }
                },
            );
            finish(file, &mut stats, short, ended.failure.or(failure))?;
            if stop.load(Ordering::Relaxed) {
                counted.stopped = true;
                break;
            }
        }
        Ok(counted)
    }
}

/// Counts finds; each thread has its own.
struct Counter<'m> {
    searcher: Searcher<'m>,
}

impl<'m> Counter<'m> {
    fn new(matcher: &'m Matcher, file: &OneFile, number: u32, range: Option<TimeRange>) -> Self {
        let reader = RecordReader::new(file, number, range);
        Self { searcher: Searcher { matcher, reader, before: 0, behind: 0, most: usize::MAX } }
    }

    /// Counts matching lines without taking records apart.
    fn lines(&mut self, regex: &Regex, anchored: bool, data: &[u8]) -> (u64, u64) {
        let (mut lines, mut records) = (0, 0);
        let mut behind_last = 0;
        for (start, end) in (MatchingLines { regex, anchored, data, at: 0 }) {
            lines += 1;
            // A record begins between this find and the one before it, mostly on this very line.
            records += u64::from(behind_last == 0 || self.begins_between(data, behind_last, start, end));
            behind_last = end + 1;
        }
        (lines, records)
    }

    fn begins_between(&mut self, data: &[u8], from: usize, line: usize, line_end: usize) -> bool {
        let (mut start, mut end) = (line, line_end);
        loop {
            if self.searcher.reader.grammar.begin(&data[start..end]).is_some() {
                return true;
            }
            if start <= from {
                return false;
            }
            end = start - 1;
            start = memchr::memrchr(b'\n', &data[..end]).map_or(0, |at| at + 1);
        }
    }
}

impl Worker for Counter<'_> {
    type Job = BlockJob;
    type Done = ((u64, u64), BlockEnd);

    fn work(&mut self, mut job: BlockJob) -> (Self::Done, Vec<u8>) {
        job.load();
        let matcher = self.searcher.matcher;
        let done = match &matcher.candidate {
            Some(regex)
                if matcher.by_line
                    && job.inside
                    && !holds_batches(&self.searcher.reader.grammar, &job.piece.data) =>
            {
                self.lines(regex, matcher.anchored, &job.piece.data)
            }
            Some(_) | None => {
                let (mut lines, mut records) = (0, 0);
                let mut places = Vec::new();
                self.searcher.each(&job, &mut |line| places.push(line.place));
                records += wide(places.len());
                lines += records;
                (lines, records)
            }
        };
        ((done, BlockEnd::of(&mut job)), job.piece.data)
    }
}
