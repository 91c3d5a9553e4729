//! Opens log files in one pass, which indexes them, makes templates and counts; and keeps lines of a period.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use wardroom_analysis::logs::secrets::{self, SecretRules};
use wardroom_connectors::files::logs::{
    Continue, LineSink, LogFileSet, LogLine, LogReading, Opening, SearchOptions, SinkLine,
};
use wardroom_core::{LogRecord, TimeRange, Timestamp};
use wardroom_store::{BatchKind, LogIntake, NewSource};

use super::{OpenSet, StoredFiles, lasting, open_stored, settings, stored, watching};
use crate::connections::LOG_FILES;
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind, JobRow};
use crate::logs::masking::{self, Found};
use crate::logs::rows::LogFilesRequest;
use crate::logs::tally::{Mined, TallyLine};
use crate::logs::{ingest, room};
use crate::topology;
use crate::wire::Span;
use crate::workspaces::end_state;

/// Lines that are stored at a time when a period is kept.
const AT_A_TIME: u64 = 20_000;
/// Lines between two looks at how many there are.
const COUNT_EVERY: u64 = 4096;

/// Begins to open log files as a source; its end is told by the job.
///
/// # Errors
///
/// `no_workspace`, `workspace_read_only`, `drill_no_real_sources`, `log_no_files`, `log_files_open_already`.
pub async fn open(app: &App, request: &LogFilesRequest) -> Result<JobRow, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    check(&open, request).await?;
    let job = app.jobs().begin(app.bus(), JobKind::OpenLogs, &name_of(request), None);
    let (app, task, request) = (app.clone(), job.clone(), request.clone());
    tokio::spawn(async move {
        let _open = open.keep_open().await;
        let result = run(&app, &open, &request, &task).await;
        if result.is_ok() {
            watching::begin(&app, &open);
        }
        task.end(end_state(result.map(|_| ())));
        app.bus().tell(AppEvent::SourcesChanged);
        app.bus().tell(AppEvent::LogsChanged);
    });
    Ok(job.row())
}

async fn check(open: &Open, request: &LogFilesRequest) -> Result<(), AppError> {
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    if request.paths.is_empty() {
        return Err(AppError::new("log_no_files"));
    }
    for row in stored(open).await? {
        if StoredFiles::of(&row).is_ok_and(|s| s.paths == request.paths) {
            return Err(AppError::new("log_files_open_already").with("name", &row.name));
        }
    }
    Ok(())
}

fn name_of(request: &LogFilesRequest) -> String {
    let given = request.name.trim();
    let first = request.paths.first().map(PathBuf::from);
    let file = first.as_ref().and_then(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned());
    if given.is_empty() { file.unwrap_or_default() } else { given.to_owned() }
}

/// Opens log files as a source and returns its number: one pass indexes them, makes templates and counts.
///
/// # Errors
///
/// `log_no_files`, `log_files_open_already`; failures of the files; an open question; `cancelled`, after which nothing
/// is left; store failures.
pub async fn run(app: &App, open: &Arc<Open>, request: &LogFilesRequest, job: &Job) -> Result<u32, AppError> {
    job.count_in("kib");
    check(open, request).await?;
    let reading = lasting(&request.choice)?;
    let rules = masking::rules(open).await?;
    let passed = pass(open, request, reading, rules, job).await?;
    job.check()?;
    let config = StoredFiles {
        paths: request.paths.clone(),
        choice: request.choice.clone(),
        kept: Vec::new(),
        records: passed.set.tally().records,
    };
    let config = config.text()?;
    let name = name_of(request);
    let new = NewSource { name: name.clone(), kind: LOG_FILES.to_owned(), config, created_at: app.now() };
    let source = open.workspace.add_source(new).await?;
    let (mined, took_ms) = (passed.mined, passed.took_ms);
    let learnt = room::with_mind(open, move |mind| mind.adopt(&mined.miner, mined.tally, took_ms)).await?;
    if let Err(error) = ingest::put_away(open, source, &learnt, &passed.found, None).await {
        open.workspace.delete_source(source, true).await?;
        return Err(error);
    }
    let set = OpenSet::new(source, &name, passed.set, Vec::new());
    lock(&open.logs.sets).insert(source, Arc::new(set));
    topology::observe_new_lines(app, open).await;
    Ok(source_number(source))
}

/// What a pass over files brought.
struct Passed {
    set: LogFileSet,
    mined: Mined,
    found: Found,
    took_ms: f64,
}

async fn pass(
    open: &Open,
    request: &LogFilesRequest,
    reading: LogReading,
    rules: Option<SecretRules>,
    job: &Job,
) -> Result<Passed, AppError> {
    let paths: Vec<PathBuf> = request.paths.iter().map(PathBuf::from).collect();
    let opening = Opening { cache_dir: open.logs.cache_dir(), threads: 0 };
    let (task, flag) = (job.clone(), job.flag());
    let work = move || {
        let begun = Instant::now();
        let lines = Arc::new(AtomicU64::new(0));
        let fallback = changed_last(&paths);
        let make = |_: usize| Learning::new(rules, fallback, Arc::clone(&lines));
        let mut progress = |done: u64, total: u64| {
            task.progress(done / 1024, (total / 1024).max(1), lines.load(Ordering::Relaxed));
            if flag.load(Ordering::Relaxed) { Continue::Stop } else { Continue::Yes }
        };
        let (set, sinks) = LogFileSet::open_with(&paths, &reading, &opening, make, &mut progress)?;
        let (mut mined, mut found) = (Mined::new(), Found::new());
        for sink in sinks {
            mined.merge(sink.mined);
            for (rule, n) in sink.found {
                *found.entry(rule).or_insert(0) += n;
            }
        }
        Ok(Passed { set, mined, found, took_ms: begun.elapsed().as_secs_f64() * 1000.0 })
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?
}

/// Returns when the newest of the files was changed last: the time of lines before any that says its own.
fn changed_last(paths: &[PathBuf]) -> Timestamp {
    let changed = paths.iter().filter_map(|path| {
        let since =
            std::fs::metadata(path).ok()?.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    });
    Timestamp::from_millis(changed.max().unwrap_or(0))
}

/// Makes templates of the lines of one thread.
pub(super) struct Learning {
    mined: Mined,
    rules: Option<SecretRules>,
    found: Found,
    fallback: Timestamp,
    /// Lines of all threads, for progress.
    lines: Arc<AtomicU64>,
    uncounted: u64,
}

impl Learning {
    pub(super) fn new(rules: Option<SecretRules>, fallback: Timestamp, lines: Arc<AtomicU64>) -> Self {
        Self { mined: Mined::new(), rules, found: Found::new(), fallback, lines, uncounted: 0 }
    }

    /// Returns what was learnt, and the secrets that were masked.
    pub(super) fn into_parts(self) -> (Mined, Found) {
        (self.mined, self.found)
    }

    fn learn(&mut self, line: &SinkLine<'_>, message: &str) {
        self.mined.learn(&TallyLine {
            at: line.at.unwrap_or(self.fallback),
            level: line.level,
            service: line.service,
            host: line.host,
            dataset: "",
            message,
        });
    }
}

impl LineSink for Learning {
    fn line(&mut self, line: &SinkLine<'_>) {
        self.uncounted += 1;
        if self.uncounted >= COUNT_EVERY {
            self.lines.fetch_add(std::mem::take(&mut self.uncounted), Ordering::Relaxed);
        }
        let first = line.first_line();
        let Some(rules) = self.rules else { return self.learn(line, first) };
        let masked = secrets::mask(first, &rules);
        let (service, host) = (secrets::mask(line.service, &rules), secrets::mask(line.host, &rules));
        for rule in masked.found.iter().chain(&service.found).chain(&host.found) {
            *self.found.entry(rule.as_str().to_owned()).or_insert(0) += 1;
        }
        self.learn(&SinkLine { service: &service.text, host: &host.text, ..*line }, &masked.text);
    }
}

/// Begins to keep the lines of a period of log files in the workspace; its end is told by the job.
///
/// # Errors
///
/// `no_such_source`, `not_log_files`, `workspace_read_only`, `range_reversed`.
pub async fn keep(app: &App, source: u32, range: Span) -> Result<JobRow, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    let range = TimeRange::try_from(range)?;
    let (row, _) = settings(&open, source).await?;
    let job = app.jobs().begin(app.bus(), JobKind::KeepLogs, &row.name, Some(source));
    let (app, task) = (app.clone(), job.clone());
    tokio::spawn(async move {
        let _open = open.keep_open().await;
        let result = run_keep(&app, &open, source, range, &task).await;
        task.end(end_state(result.map(|_| ())));
        app.bus().tell(AppEvent::LogsChanged);
    });
    Ok(job.row())
}

/// Keeps the lines of a period of log files in the workspace and returns how many there are. Lines that are kept
/// already are not stored again.
///
/// # Errors
///
/// As for [`keep`]; failures of the files; `cancelled`, after which the whole pieces of time that were stored stay.
pub async fn run_keep(
    app: &App,
    open: &Arc<Open>,
    source: u32,
    range: TimeRange,
    job: &Job,
) -> Result<u64, AppError> {
    job.count_in("lines");
    let (row, stored) = settings(open, source).await?;
    let set = open_stored(open, &row).await?;
    // A line that is written later is not stored by that, so its time must not count as kept.
    let until = set.last().map(|last| range.end().min(last.plus_millis(1)));
    let Some(range) = until.and_then(|until| TimeRange::new(range.start(), until).ok()) else { return Ok(0) };
    let mut kept = 0;
    for part in missing(range, &stored.kept()) {
        job.check()?;
        kept += keep_part(app, open, &set, part, job).await?;
    }
    Ok(kept)
}

/// Returns the parts of a period that are not kept yet.
fn missing(range: TimeRange, kept: &[TimeRange]) -> Vec<TimeRange> {
    let mut sorted: Vec<TimeRange> = kept.to_vec();
    sorted.sort_by_key(|k| k.start());
    let (mut parts, mut at) = (Vec::new(), range.start());
    for known in sorted {
        if let Ok(part) = TimeRange::new(at, known.start().min(range.end())) {
            parts.push(part);
        }
        at = at.max(known.end());
    }
    parts.extend(TimeRange::new(at, range.end()));
    parts
}

/// Keeps a period piece by piece: a piece is stored and noted as a whole, so that no line is ever stored twice.
async fn keep_part(
    app: &App,
    open: &Arc<Open>,
    set: &Arc<OpenSet>,
    part: TimeRange,
    job: &Job,
) -> Result<u64, AppError> {
    let rules = masking::rules(open).await?;
    let mut kept = 0;
    let histogram = lock(&set.set).histogram();
    for piece in pieces(&histogram, part) {
        job.check()?;
        let records = read_piece(set, piece, rules).await?;
        let (records, templates) = room::with_mind(open, move |mind| {
            // They were counted when the files were opened, so they only get their templates.
            let templates = mind.templates_of(&records);
            (records, templates)
        })
        .await?;
        kept += records.len() as u64;
        let _one_at_a_time = set.noting.lock().await;
        let noted = with_kept(open, set, piece).await?;
        let config = noted.text()?;
        let intake = LogIntake {
            records: &records,
            templates: &templates,
            config: Some(&config),
            ..LogIntake::new(set.source(), BatchKind::Import, app.now())
        };
        open.workspace.take_logs(&intake).await?;
        *lock(&set.kept) = noted.kept();
        job.progress(kept, 0, kept);
    }
    Ok(kept)
}

/// Divides a period at bins of the index, so that a piece has some ten thousand lines.
fn pieces(histogram: &[(Timestamp, [u64; 7])], part: TimeRange) -> Vec<TimeRange> {
    let (mut pieces, mut start, mut lines) = (Vec::new(), part.start(), 0);
    for (bin, counts) in histogram.iter().filter(|(bin, _)| part.contains(*bin)) {
        if lines >= AT_A_TIME
            && let Ok(piece) = TimeRange::new(start, *bin)
        {
            pieces.push(piece);
            (start, lines) = (*bin, 0);
        }
        lines += counts.iter().sum::<u64>();
    }
    pieces.extend(TimeRange::new(start, part.end()));
    pieces
}

async fn read_piece(
    set: &Arc<OpenSet>,
    piece: TimeRange,
    rules: Option<SecretRules>,
) -> Result<Vec<LogRecord>, AppError> {
    let held = Arc::clone(set);
    let work = move || {
        let mut lines: Vec<LogRecord> = Vec::new();
        let options = SearchOptions { range: Some(piece), ..SearchOptions::default() };
        let mut take = |line: LogLine| {
            let mut record = line.record;
            if piece.contains(record.at) {
                if let Some(rules) = rules {
                    masking::mask(&mut record, rules, &mut Found::new());
                }
                lines.push(record);
            }
            Continue::Yes
        };
        lock(&held.set).records(&options, &mut take)?;
        Ok(lines)
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?
}

/// Returns the settings of the files with a period of which the lines are stored; periods that touch become one.
async fn with_kept(open: &Open, set: &OpenSet, piece: TimeRange) -> Result<StoredFiles, AppError> {
    let (_, mut stored) = settings(open, source_number(set.source())).await?;
    let (start, end) = (piece.start().as_millis(), piece.end().as_millis());
    match stored.kept.iter_mut().find(|(_, last)| *last == start) {
        Some((_, last)) => *last = end,
        None => stored.kept.push((start, end)),
    }
    Ok(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    #[test]
    fn only_what_is_not_kept_yet_is_read_again() {
        let kept = [range(20, 30), range(0, 10)];

        assert_eq!(missing(range(5, 25), &kept), [range(10, 20)]);
        assert_eq!(missing(range(5, 40), &kept), [range(10, 20), range(30, 40)]);
        assert_eq!(missing(range(22, 28), &kept), []);
        assert_eq!(missing(range(50, 60), &kept), [range(50, 60)]);
    }

    #[test]
    fn a_period_is_divided_into_pieces_without_gap_or_overlap() {
        let bin = |ms| (Timestamp::from_millis(ms), [0, 0, 15_000, 0, 0, 0, 0]);
        let histogram = [bin(0), bin(1000), bin(2000), bin(3000), bin(4000)];

        let pieces = pieces(&histogram, range(500, 4500));

        assert_eq!(pieces, [range(500, 3000), range(3000, 4500)]);
    }

    #[test]
    fn a_source_is_named_after_its_first_file_where_nobody_says_otherwise() {
        let request = |name: &str| LogFilesRequest {
            paths: vec!["/var/log/app/app.log.1".to_owned(), "/var/log/app/app.log".to_owned()],
            name: name.to_owned(),
            choice: crate::logs::LogFilesChoice::default(),
        };

        assert_eq!(name_of(&request(" ")), "app.log.1");
        assert_eq!(name_of(&request("orders")), "orders");
    }
}
