//! Reads lines of log files in place: the newest of a range, those around one, counts, and whole files for the terminal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wardroom_analysis::logs::secrets::SecretRules;
use wardroom_connectors::files::logs::{
    Continue, Found as FoundLine, LinePlace, LineSearch, LogFileSet, LogLine, LogNotice, LogQuestion,
    LogReading, Opening, SearchOptions, Undecided, Utf16, read_stream,
};
use wardroom_core::{LogLevel, LogRecord, TimeRange, Timestamp};

use super::{OpenSet, open_stored};
use crate::connections;
use crate::context::{Open, lock, source_number};
use crate::error::AppError;
use crate::logs::counts;
use crate::logs::lines::{Behind, Line, LineId, PartPage, Wanted, is_behind};
use crate::logs::masking::{self, Found};
use crate::logs::{LevelCounts, phrases};
use crate::phrase::Phrase;

/// Lines that one page looks at before it gives up.
const MOST_LOOKED_AT: u64 = 400_000;
/// Lines that counting looks at where the index does not know the answer.
const MOST_COUNTED: u64 = 3_000_000;
/// Lines that something is picked from at most, one by one.
const MOST_PICKED_FROM: u64 = 3_000_000;
/// The levels of the index, in its order.
const LEVELS: [Option<LogLevel>; 7] = [
    Some(LogLevel::Trace),
    Some(LogLevel::Debug),
    Some(LogLevel::Info),
    Some(LogLevel::Warn),
    Some(LogLevel::Error),
    Some(LogLevel::Fatal),
    None,
];

/// Reads the newest lines of a range that are wanted and stand behind a place.
///
/// The index says where the newest lines are: pieces of time are read from the end on until there are enough lines.
///
/// # Errors
///
/// Failures of the files.
pub(crate) async fn newest(
    open: &Open,
    set: &Arc<OpenSet>,
    wanted: &Wanted,
    behind: Behind,
    limit: usize,
) -> Result<PartPage, AppError> {
    let rules = masking::rules(open).await?;
    let (set, wanted) = (Arc::clone(set), wanted.clone());
    let work = move || Newest { set: &set, wanted: &wanted, behind, limit, rules }.page();
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?
}

/// Reads some lines of every period of the files that are open, the latest of each, masked as everywhere. Lines that are
/// stored as well are left to the store, and files that cannot be read say nothing.
///
/// Cost: at most `limit` lines of each period, shared by all files.
pub(crate) async fn sampled(open: &Open, periods: i64, limit: usize) -> Vec<LogRecord> {
    let sets: Vec<Arc<OpenSet>> = lock(&open.logs.sets).values().cloned().collect();
    let limit = (limit / sets.len().max(1)).max(1);
    let mut records = Vec::new();
    for set in &sets {
        let Some(range) = set.range() else { continue };
        let step = range.millis() / periods.max(1) + 1;
        for period in 0..periods {
            let start = range.start().plus_millis(step * period);
            let Ok(range) = TimeRange::new(start, start.plus_millis(step)) else { continue };
            let query = wardroom_core::LogQuery::All;
            let wanted = Wanted { range, query, sources: Vec::new(), template: None };
            match newest(open, set, &wanted, None, limit).await {
                Ok(page) => records.extend(page.lines.into_iter().take(limit).map(|line| line.record)),
                Err(error) => {
                    tracing::warn!(%error, source = set.name(), "Read no sample of log files.");
                    break;
                }
            }
        }
    }
    records
}

struct Newest<'a> {
    set: &'a OpenSet,
    wanted: &'a Wanted,
    behind: Behind,
    limit: usize,
    rules: Option<SecretRules>,
}

impl Newest<'_> {
    fn page(self) -> Result<PartPage, AppError> {
        let set = lock(&self.set.set);
        let Some(mut end) = self.end(&set) else { return Ok(PartPage::default()) };
        let histogram = set.histogram();
        let mut part = PartPage::default();
        let (mut looked_at, mut piece) = (0, u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_mul(2));
        while end > self.wanted.range.start() {
            let (start, lines) =
                piece_before(&histogram, set.bin_ms(), self.wanted.range.start(), end, piece);
            let Ok(range) = TimeRange::new(start, end) else { break };
            self.read(&set, range, &mut part)?;
            looked_at += lines;
            end = start;
            if part.lines.len() >= self.limit {
                break;
            }
            if looked_at >= MOST_LOOKED_AT {
                part.looked_enough = end > self.wanted.range.start();
                part.next = Some((end, LineId::last()));
                break;
            }
            // Where little is found, larger pieces are read at a time.
            piece = piece.saturating_mul(4).min(MOST_LOOKED_AT);
        }
        Ok(part)
    }

    /// Returns the end of what is to be read: that of the range, the files, or just behind the place to go on from.
    fn end(&self, set: &LogFileSet) -> Option<Timestamp> {
        let files = set.range()?;
        let shown = self.behind.map(|(at, _)| at.plus_millis(1));
        let end = self.wanted.range.end().min(files.end());
        Some(shown.map_or(end, |at| at.min(end)))
    }

    /// Reads a piece of time; the newest lines of it are kept, no more than are wanted.
    fn read(&self, set: &LogFileSet, range: TimeRange, part: &mut PartPage) -> Result<(), AppError> {
        let mut lines: Vec<Line> = Vec::new();
        let mut take = |line: LogLine| {
            let id = LineId::File(self.set.source, line.place);
            if self.is_wanted(&line.record) && is_behind(self.behind, line.record.at, id) {
                lines.push(self.line(id, line.record));
                if lines.len() > self.limit.saturating_mul(8) {
                    keep_newest(&mut lines, self.limit);
                }
            }
            Continue::Yes
        };
        let options = SearchOptions { range: Some(range), ..SearchOptions::default() };
        if self.wanted.query == wardroom_core::LogQuery::All {
            set.records(&options, &mut take)?;
        } else {
            let query = LineSearch::Query(self.wanted.query.clone());
            set.search(&query, &options, &mut |found| take(found.line))?;
        }
        keep_newest(&mut lines, self.limit);
        part.lines.extend(lines);
        Ok(())
    }

    fn is_wanted(&self, record: &LogRecord) -> bool {
        self.wanted.range.contains(record.at)
            && !self.set.is_kept(record.at)
            && self.wanted.passes(None, record)
    }

    fn line(&self, id: LineId, mut record: LogRecord) -> Line {
        if let Some(rules) = self.rules {
            masking::mask(&mut record, rules, &mut Found::new());
        }
        Line { id, record }
    }
}

fn keep_newest(lines: &mut Vec<Line>, limit: usize) {
    lines.sort_by(|a, b| b.record.at.cmp(&a.record.at).then_with(|| a.id.rank().cmp(&b.id.rank())));
    lines.truncate(limit);
}

/// Returns where the piece before `end` begins that holds about so many lines, and how many those are.
fn piece_before(
    histogram: &[(Timestamp, [u64; 7])],
    bin_ms: i64,
    from: Timestamp,
    end: Timestamp,
    wanted: u64,
) -> (Timestamp, u64) {
    let after = histogram.partition_point(|(start, _)| *start < end);
    let mut lines = 0;
    for (start, counts) in histogram[..after].iter().rev() {
        if start.plus_millis(bin_ms) <= from {
            break;
        }
        lines += counts.iter().sum::<u64>();
        if lines >= wanted {
            return ((*start).max(from), lines);
        }
    }
    (from, lines)
}

/// Counts the wanted lines of files by bin and level; the second value says whether all were looked at.
///
/// # Errors
///
/// Failures of the files.
pub(crate) async fn count(
    set: &Arc<OpenSet>,
    wanted: &Wanted,
    bin_ms: i64,
) -> Result<(Vec<(Timestamp, LevelCounts)>, bool), AppError> {
    let (set, wanted) = (Arc::clone(set), wanted.clone());
    let work = move || {
        if counts::is_all(&wanted) { Ok(indexed(&set, &wanted)) } else { looked_at(&set, &wanted, bin_ms) }
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?
}

/// Counts by the index. A step of it counts where its middle lies; of the first and the last one only the part between
/// the first line and the last is meant.
fn indexed(set: &OpenSet, wanted: &Wanted) -> (Vec<(Timestamp, LevelCounts)>, bool) {
    let held = lock(&set.set);
    let (width, files) = (held.bin_ms(), held.range());
    let bins = held.histogram().into_iter().filter(|(start, _)| {
        let step = (*start, start.plus_millis(width));
        let (from, to) = files.map_or(step, |files| (step.0.max(files.start()), step.1.min(files.end())));
        let middle = from.plus_millis((to.as_millis() - from.as_millis()) / 2);
        wanted.range.contains(middle) && !set.is_kept(middle)
    });
    let counted = bins.map(|(start, counts)| {
        let levels = LEVELS.into_iter().zip(counts).filter(|(_, n)| *n > 0);
        (start.max(wanted.range.start()), levels.collect::<LevelCounts>())
    });
    (counted.collect(), true)
}

/// Counts line by line, up to a budget.
fn looked_at(
    set: &OpenSet,
    wanted: &Wanted,
    bin_ms: i64,
) -> Result<(Vec<(Timestamp, LevelCounts)>, bool), AppError> {
    let held = lock(&set.set);
    let mut bins: BTreeMap<Timestamp, LevelCounts> = BTreeMap::new();
    let mut seen = 0_u64;
    let options = SearchOptions { range: Some(wanted.range), ..SearchOptions::default() };
    let query = LineSearch::Query(wanted.query.clone());
    let stats = held.search(&query, &options, &mut |found| {
        seen += 1;
        let record = &found.line.record;
        if wanted.passes(None, record) && !set.is_kept(record.at) {
            let start = record.at.floor_to(bin_ms.clamp(1, 60_000));
            *bins.entry(start).or_default().entry(record.level).or_insert(0) += 1;
        }
        if seen >= MOST_COUNTED { Continue::Stop } else { Continue::Yes }
    })?;
    Ok((bins.into_iter().collect(), !stats.stopped))
}

/// Held by whoever waits for reading on another thread: when it is dropped, because the answer is there or nobody wants it
/// any more, the reading is asked to end.
#[derive(Debug, Default)]
struct Awaited(Arc<AtomicBool>);

impl Awaited {
    /// Returns the flag that is set at the end.
    fn ended(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Picks something of every wanted line, oldest first, of at most `most` lines; the second value says whether those were
/// all.
///
/// # Errors
///
/// Failures of the files.
pub(crate) async fn picked<T: Send + 'static>(
    open: &Open,
    set: &Arc<OpenSet>,
    wanted: &Wanted,
    most: usize,
    pick: impl Fn(&LogRecord) -> Option<T> + Send + 'static,
) -> Result<(Vec<T>, bool), AppError> {
    let rules = masking::rules(open).await?;
    let (set, wanted) = (Arc::clone(set), wanted.clone());
    let awaited = Awaited::default();
    let unwanted = awaited.ended();
    let work = move || {
        let mut picked = Vec::new();
        let (mut seen, mut is_whole) = (0_u64, true);
        let mut take = |mut record: LogRecord| {
            seen += 1;
            if let Some(rules) = rules {
                masking::mask(&mut record, rules, &mut Found::new());
            }
            if !set.is_kept(record.at) && wanted.passes(None, &record) {
                is_whole = picked.len() < most;
                picked.extend(pick(&record).filter(|_| is_whole));
            }
            is_whole &= seen < MOST_PICKED_FROM;
            if is_whole { Continue::Yes } else { Continue::Stop }
        };
        let held = lock(&set.set);
        let stop = Some(&*unwanted);
        let options = SearchOptions { range: Some(wanted.range), stop, ..SearchOptions::default() };
        match candidates(&wanted) {
            Some(search) => {
                held.search(&search, &options, &mut |found| take(found.line.record))?;
            }
            None => {
                held.records(&options, &mut |line| take(line.record))?;
            }
        }
        Ok((picked, is_whole))
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?
}

/// Returns a search that finds every wanted line, so that not every line has to be taken apart; nothing when only that
/// will do.
fn candidates(wanted: &Wanted) -> Option<LineSearch> {
    if wanted.query != wardroom_core::LogQuery::All {
        return Some(LineSearch::Query(wanted.query.clone()));
    }
    let words = wanted.template.as_ref()?.words()?;
    Some(LineSearch::Regex { pattern: words.join("|"), ignore_case: false })
}

/// Returns the lines around a line of a file, oldest first.
///
/// # Errors
///
/// `no_such_source`; failures of the files.
pub(crate) async fn around(
    open: &Arc<Open>,
    source: wardroom_store::SourceId,
    place: LinePlace,
    before: u32,
    after: u32,
) -> Result<Vec<Line>, AppError> {
    let row = connections::stored(open, source_number(source)).await?;
    let set = open_stored(open, &row).await?;
    let rules = masking::rules(open).await?;
    let work = move || {
        let lines = lock(&set.set).context(place, before as usize, after as usize)?;
        let shown = lines.into_iter().map(|line| {
            let mut record = line.record;
            if let Some(rules) = rules {
                masking::mask(&mut record, rules, &mut Found::new());
            }
            Line { id: LineId::File(source, line.place), record }
        });
        Ok(shown.collect())
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?
}

/// Opens files for one reading. A zone that nobody named is taken as UTC, which a notice says: a terminal cannot ask.
fn opened(
    paths: &[PathBuf],
    reading: &LogReading,
    cache: &Path,
    flag: &AtomicBool,
) -> Result<LogFileSet, AppError> {
    let opening = Opening { cache_dir: Some(cache.to_owned()), threads: 0 };
    let reading = LogReading { undecided: Undecided::TakeUtc, ..reading.clone() };
    let mut go_on =
        |_: u64, _: u64| if flag.load(Ordering::Relaxed) { Continue::Stop } else { Continue::Yes };
    Ok(LogFileSet::open(paths, &reading, &opening, &mut go_on)?)
}

/// Hands the records of files on, oldest file first, until `take` says `false` or the flag is set; returns what is worth
/// knowing of them.
///
/// # Errors
///
/// Failures of the files.
pub(crate) fn read_paths(
    paths: &[PathBuf],
    reading: &LogReading,
    range: Option<TimeRange>,
    cache: &Path,
    flag: &AtomicBool,
    take: &mut dyn FnMut(LogRecord) -> bool,
) -> Result<Vec<Phrase>, AppError> {
    let set = opened(paths, reading, cache, flag)?;
    let options = SearchOptions { range, stop: Some(flag), ..SearchOptions::default() };
    let read =
        set.records(&options, &mut |line| if take(line.record) { Continue::Yes } else { Continue::Stop })?;
    Ok(told(&set, &read.notices))
}

/// Says what is worth knowing about files, and about the lines that were read of them.
fn told(set: &LogFileSet, read: &[LogNotice]) -> Vec<Phrase> {
    let mut notices = set.notices();
    for notice in read {
        if !notices.contains(notice) {
            notices.push(notice.clone());
        }
    }
    notices.iter().map(phrases::file_notice).collect()
}

/// Finds lines of files by a regular expression, on all cores, and hands each on with those around it. `show` gets the
/// line, whether it matches, and whether lines were left out before it. Returns what is worth knowing, and how many lines
/// were looked at.
///
/// # Errors
///
/// Failures of the files; `regex`.
pub(crate) fn search_paths(
    question: &PathSearch<'_>,
    show: &mut dyn FnMut(LogRecord, bool, bool) -> bool,
) -> Result<(Vec<Phrase>, u64), AppError> {
    let set = opened(question.paths, question.reading, question.cache, question.flag)?;
    let what = LineSearch::Regex { pattern: question.pattern.to_owned(), ignore_case: false };
    let options = SearchOptions {
        range: question.range,
        limit: None,
        before: question.around,
        behind: question.around,
        stop: Some(question.flag),
    };
    let mut shown = Shown { place: None, next_line: 0, around: question.around, behind: Vec::new() };
    let read = set.search(&what, &options, &mut |found| {
        if shown.take(found, show) { Continue::Yes } else { Continue::Stop }
    })?;
    shown.end(show);
    Ok((told(&set, &read.notices), read.looked_at))
}

/// What is searched in files.
pub(crate) struct PathSearch<'q> {
    pub(crate) paths: &'q [PathBuf],
    pub(crate) reading: &'q LogReading,
    pub(crate) range: Option<TimeRange>,
    pub(crate) cache: &'q Path,
    pub(crate) flag: &'q AtomicBool,
    pub(crate) pattern: &'q str,
    pub(crate) around: usize,
}

/// The last line that was shown: finds that stand close together share lines around them.
struct Shown {
    place: Option<LinePlace>,
    next_line: u64,
    around: usize,
    /// Lines behind the last find, which wait: the next find may be one of them.
    behind: Vec<LogLine>,
}

impl Shown {
    /// Shows a find and the lines around it, each line once; `false` when nobody wants more.
    fn take(&mut self, found: FoundLine, show: &mut dyn FnMut(LogRecord, bool, bool) -> bool) -> bool {
        let place = found.line.place;
        let waiting = std::mem::take(&mut self.behind);
        for line in waiting.into_iter().chain(found.before).filter(|line| line.place < place) {
            if !self.show(line, false, show) {
                return false;
            }
        }
        let goes_on = self.show(found.line, true, show);
        if goes_on {
            self.behind = found.behind;
        }
        goes_on
    }

    /// Shows what stands behind the last find.
    fn end(&mut self, show: &mut dyn FnMut(LogRecord, bool, bool) -> bool) {
        for line in std::mem::take(&mut self.behind) {
            if !self.show(line, false, show) {
                return;
            }
        }
    }

    fn show(
        &mut self,
        line: LogLine,
        matches: bool,
        show: &mut dyn FnMut(LogRecord, bool, bool) -> bool,
    ) -> bool {
        if self.place.is_some_and(|last| line.place <= last) {
            return true;
        }
        let other_file = self.place.is_some_and(|last| last.file != line.place.file);
        let is_apart = other_file || line.line > self.next_line;
        let gap = self.around > 0 && self.place.is_some() && is_apart;
        self.next_line = line.line + line.record.message.lines().count().max(1) as u64;
        self.place = Some(line.place);
        show(line.record, matches, gap)
    }
}

/// Hands the records of standard input on as they come, until `take` says `false`; returns what is worth knowing. What
/// comes through a pipe was written by `now`: that gives lines without a year theirs, and is the time of lines before
/// the first that says one.
///
/// # Errors
///
/// `log_input`; a format that is no text.
pub(crate) fn read_input(
    reading: &LogReading,
    now: Timestamp,
    take: &mut dyn FnMut(LogRecord) -> bool,
) -> Result<Vec<Phrase>, AppError> {
    let latest = reading.latest.or(Some(now));
    let reading = LogReading { undecided: Undecided::TakeUtc, latest, ..reading.clone() };
    let stats = read_stream(std::io::stdin(), &reading, &mut |line: LogLine| {
        if take(line.record) { Continue::Yes } else { Continue::Stop }
    })?;
    // What was taken for the zone and the order of the date is said among the notices.
    let open = stats
        .questions
        .iter()
        .filter(|question| matches!(question, LogQuestion::Year { .. } | LogQuestion::Date { .. }));
    let questions = open.map(phrases::file_question);
    let notices: Vec<Phrase> = stats.notices().iter().map(phrases::file_notice).collect();
    let short = stats.cut_short.then(|| Phrase::new("logroom-input-short"));
    let told = |encoding: Utf16| Phrase::new("logroom-input-utf16").text("encoding", encoding.as_str());
    Ok(questions.chain(notices).chain(short).chain(stats.encoding.map(told)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    #[test]
    fn finds_that_stand_close_together_are_shown_once() {
        let line = |n: u64| LogLine {
            place: LinePlace { file: 0, offset: n * 10 },
            line: n,
            timed: true,
            record: LogRecord {
                at: at(0),
                level: None,
                service: String::new(),
                host: String::new(),
                dataset: String::new(),
                message: n.to_string(),
                fields: wardroom_core::Labels::default(),
            },
        };
        let found =
            |n: u64| FoundLine { line: line(n), before: vec![line(n - 1)], behind: vec![line(n + 1)] };
        let mut shown = Shown { place: None, next_line: 0, around: 1, behind: Vec::new() };
        let mut seen = Vec::new();
        let mut show = |record: LogRecord, matches: bool, gap: bool| {
            seen.push((record.message, matches, gap));
            true
        };

        for n in [3, 4, 6, 20] {
            assert!(shown.take(found(n), &mut show));
        }
        shown.end(&mut show);

        let told: Vec<(&str, bool, bool)> =
            seen.iter().map(|(n, matches, gap)| (n.as_str(), *matches, *gap)).collect();
        let expected = [("2", false), ("3", true), ("4", true), ("5", false), ("6", true), ("7", false)];
        assert!(
            expected.iter().zip(&told).all(|((n, matches), told)| (*n, *matches, false) == *told),
            "{told:?}"
        );
        assert_eq!(told[6..], [("19", false, true), ("20", true, false), ("21", false, false)]);
    }

    #[test]
    fn a_piece_reaches_back_until_it_holds_enough_lines() {
        let bin = |second, n| (at(second), [0, 0, n, 0, 0, 0, 0]);
        let histogram = [bin(0, 5), bin(1, 5), bin(7, 5), bin(9, 5)];

        assert_eq!(piece_before(&histogram, 1000, at(0), at(10), 1), (at(9), 5));
        assert_eq!(piece_before(&histogram, 1000, at(0), at(10), 6), (at(7), 10));
        assert_eq!(piece_before(&histogram, 1000, at(0), at(8), 6), (at(1), 10));
        assert_eq!(piece_before(&histogram, 1000, at(0), at(10), 99), (at(0), 20));
    }
}
