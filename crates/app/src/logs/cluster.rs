//! Lines of a cluster: tested, counted there, read page by page with a budget and a place to go on from, and followed.

pub(crate) mod facets;
pub(crate) mod live;
mod probe;
mod state;
mod stored;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use wardroom_connectors::elasticsearch::ElasticsearchConfig;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{
    LogAsk, LogHistogram, LogNotice, LogPage, LogQuestion, LogSource, ReadPlace, TailPlace,
};
use wardroom_core::{LogQuery, LogRecord, TimeRange, Timestamp};
use wardroom_store::{BatchKind, SourceId, SourceRow as StoredSource};

use super::{LevelCounts, ingest, phrases, query};
use crate::connections;
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::Job;
use crate::phrase::Phrase;
use crate::sync::SyncOutcome;

pub(crate) use probe::{plan, probe};
pub(super) use state::forget;
pub(crate) use stored::Stored;

use state::{State, put_state, state};

/// Lines that are gathered before they are stored: enough that making templates and blocks pays, little enough for memory.
const HELD_LINES: usize = 20_000;
/// How long the counts of a cluster may hold up a screen.
pub(crate) const COUNT_LIMIT: Duration = Duration::from_secs(5);

/// Refuses a query that neither language can read.
///
/// # Errors
///
/// `log_query`; `log_query_json`; `log_query_regex`.
pub(crate) fn require_readable(text: &str) -> Result<(), AppError> {
    match query::ask(text)? {
        LogAsk::Query(query) | LogAsk::Both(_, query) => match query.regex() {
            Some(regex) => Err(AppError::new("log_query_regex").with("text", regex)),
            None => Ok(()),
        },
        LogAsk::Raw(_) => Ok(()),
    }
}

fn question_of(config: &ElasticsearchConfig) -> Result<LogQuestion, AppError> {
    Ok(LogQuestion { indices: config.scope.indices.clone(), ask: query::ask(&config.scope.query)? })
}

/// Joins what a connection brings with what a person asks on top of it.
fn narrowed(config: &ElasticsearchConfig, more: &LogQuery) -> Result<LogQuestion, AppError> {
    let mut question = question_of(config)?;
    question.ask = match (question.ask, more) {
        (ask, LogQuery::All) => ask,
        (LogAsk::Query(LogQuery::All), more) => LogAsk::Query(more.clone()),
        (LogAsk::Query(own), more) => LogAsk::Query(LogQuery::And(vec![own, more.clone()])),
        (LogAsk::Raw(own), more) => LogAsk::Both(own, more.clone()),
        (LogAsk::Both(own, first), more) => LogAsk::Both(own, LogQuery::And(vec![first, more.clone()])),
    };
    Ok(question)
}

/// Everything that one read of a cluster holds.
struct Reading<'a> {
    app: &'a App,
    open: &'a Arc<Open>,
    row: &'a StoredSource,
    config: ElasticsearchConfig,
    question: LogQuestion,
    connected: Arc<dyn LogSource>,
    state: State,
    /// Whether parts of the cluster did not answer in the period that is being read.
    incomplete: bool,
    notices: Vec<LogNotice>,
    outcome: SyncOutcome,
    known_at: Timestamp,
}

impl<'a> Reading<'a> {
    async fn begin(
        app: &'a App,
        open: &'a Arc<Open>,
        row: &'a StoredSource,
        known_at: Timestamp,
    ) -> Result<Self, AppError> {
        let config = connections::parse_cluster(row)?;
        let connected = connections::connect_logs(app, open, row).await?;
        let state = state(open, row.id, &format!("{:?}", config.scope)).await?;
        Ok(Self {
            app,
            open,
            row,
            question: question_of(&config)?,
            connected,
            config,
            state,
            incomplete: false,
            notices: Vec::new(),
            outcome: SyncOutcome::default(),
            known_at,
        })
    }

    /// Stores lines together with how far that is: what is stored is never read again, also after a crash.
    async fn store(
        &mut self,
        lines: Vec<(LogRecord, u64)>,
        read: Option<TimeRange>,
        kind: BatchKind,
    ) -> Result<(), AppError> {
        self.state.recent.extend(lines.iter().map(|(record, key)| (record.at.as_millis(), *key)));
        match read {
            Some(read) if self.incomplete => {
                self.state.cover_partly(read, self.known_at, self.config.late_ms);
            }
            Some(read) => self.state.cover(read, self.known_at, self.config.late_ms),
            None => self.state.forget_settled(),
        }
        let records: Vec<LogRecord> = lines.into_iter().map(|(record, _)| record).collect();
        if records.is_empty() {
            return put_state(self.open, self.row.id, &self.state).await;
        }
        self.outcome.samples += records.len() as u64;
        let (key, place) = (state::key_of(self.row.id), self.state.text()?);
        ingest::take(self.open, self.row.id, kind, records, self.known_at, &[(&key, &place)]).await?;
        self.app.bus().tell(AppEvent::LogsChanged);
        Ok(())
    }

    /// Takes a page: the records that are not stored yet, with their keys.
    fn take<P>(&mut self, page: &mut LogPage<P>, known: &BTreeSet<u64>) -> Vec<(LogRecord, u64)> {
        self.outcome.requests += u64::from(page.requests);
        self.outcome.partial |= page.partial;
        self.incomplete |= page.may_come;
        for notice in page.notices.drain(..) {
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        let records = std::mem::take(&mut page.records).into_iter().zip(std::mem::take(&mut page.keys));
        records.filter(|(_, key)| !known.contains(key)).collect()
    }

    /// Tells up to when the lines of the cluster are read, so that a window that follows moves there, also when none came.
    fn tell_read(&self, until: Timestamp) {
        let source = source_number(self.row.id);
        self.app.bus().tell(AppEvent::LinesArrived { source, until: until.into() });
    }

    async fn put_notices(&self) -> Result<(), AppError> {
        let mut told = Vec::new();
        for notice in &self.notices {
            connections::add_notice(&mut told, phrases::cluster_notice(notice));
        }
        if let Some(hole) = self.state.last_hole() {
            connections::add_notice(&mut told, phrases::not_asked_again(&self.row.name, hole));
        }
        connections::set_notices(self.open, self.row.id, &told).await
    }
}

/// Reads a cluster over a range (or what has come since) into the open workspace.
///
/// # Errors
///
/// `cancelled`; the cluster's failure; store failures. What arrived is kept, and the next sync goes on behind it.
pub(crate) async fn run(
    app: &App,
    open: &Arc<Open>,
    row: &StoredSource,
    range: Option<TimeRange>,
    known_at: Timestamp,
    job: &Job,
) -> Result<SyncOutcome, AppError> {
    job.count_in("lines");
    let mut reading = Reading::begin(app, open, row, known_at).await?;
    for part in reading.state.parts_to_read(range, known_at)? {
        let ended = read_part(&mut reading, part, job).await;
        if ended.is_err() || reading.outcome.complete_until.is_some() {
            reading.put_notices().await?;
            ended?;
            return Ok(reading.outcome);
        }
    }
    // Following goes on behind what was read last.
    reading.state.tail = None;
    put_state(open, row.id, &reading.state).await?;
    reading.put_notices().await?;
    reading.tell_read(range.map_or(known_at, |range| range.end().min(known_at)));
    Ok(reading.outcome)
}

/// Reads one period to its end, oldest line first, or until the budget is used up.
async fn read_part(reading: &mut Reading<'_>, part: TimeRange, job: &Job) -> Result<(), AppError> {
    reading.incomplete = false;
    let counting = reading.connected.count(&reading.question, part, part.millis());
    let counted = cancellable(job, counting).await?;
    let known = reading.state.known();
    let begun_at = reading.open.workspace.size_bytes().await?;
    let (mut place, mut held): (Option<ReadPlace>, Vec<(LogRecord, u64)>) = (None, Vec::new());
    let before = reading.outcome.samples;
    job.progress(before, before + counted.total, before);
    loop {
        let asking = reading.connected.read(&reading.question, part, place.clone());
        let answered = cancellable(job, asking).await;
        let mut page = match answered {
            Ok(page) => page,
            Err(error) => {
                // What arrived is kept, also when the rest does not come; the next read goes on behind it.
                let read = until_last(part, &held);
                reading.store(held, read, BatchKind::Sync).await?;
                return Err(error);
            }
        };
        held.extend(reading.take(&mut page, &known));
        let done = reading.outcome.samples + held.len() as u64;
        job.progress(done, (before + counted.total).max(done), done);
        if !page.more {
            return reading.store(held, Some(part), BatchKind::Sync).await;
        }
        place = Some(page.next);
        if held.len() >= HELD_LINES {
            let read = until_last(part, &held);
            reading.store(std::mem::take(&mut held), read, BatchKind::Sync).await?;
            if is_over_budget(reading, begun_at).await? {
                reading.outcome.partial = true;
                reading.outcome.complete_until = read.map(TimeRange::end);
                return Ok(());
            }
        }
    }
}

/// Returns the period that is read whole when lines come oldest first: up to the time of the last one, of which more may
/// follow.
fn until_last(part: TimeRange, lines: &[(LogRecord, u64)]) -> Option<TimeRange> {
    let last = lines.last().map(|(record, _)| record.at)?;
    TimeRange::new(part.start(), last.min(part.end())).ok()
}

/// Reports whether this read has filled what the source may fill.
async fn is_over_budget(reading: &Reading<'_>, before: u64) -> Result<bool, AppError> {
    let Some(most) = reading.row.max_bytes.and_then(|b| u64::try_from(b).ok()) else { return Ok(false) };
    let size = reading.open.workspace.size_bytes().await?;
    Ok(size.saturating_sub(before) > most)
}

/// Waits for an answer, or for the end that a person asks for; the request is dropped then, which cancels it.
async fn cancellable<T>(
    job: &Job,
    asking: impl Future<Output = Result<T, SourceError>>,
) -> Result<T, AppError> {
    tokio::select! {
        answer = asking => Ok(answer?),
        () = job.token().cancelled_owned() => Err(AppError::cancelled()),
    }
}

/// Returns where following goes on: behind what was read, also where parts of the cluster did not answer.
pub(crate) async fn follow_from(open: &Open, row: &StoredSource) -> Result<Option<Timestamp>, AppError> {
    let config = connections::parse_cluster(row)?;
    let state = state(open, row.id, &format!("{:?}", config.scope)).await?;
    Ok(state.last())
}

/// Reads what has come since the last tick of *Follow* and returns how many lines were new.
///
/// # Errors
///
/// The cluster's failure; store failures.
pub(crate) async fn tick(
    app: &App,
    open: &Arc<Open>,
    row: &StoredSource,
    now: Timestamp,
) -> Result<u64, AppError> {
    let mut reading = Reading::begin(app, open, row, now).await?;
    let since = reading.state.last().unwrap_or(now);
    loop {
        let place = reading.state.tail.clone().unwrap_or_else(|| TailPlace::since(since));
        let mut page = reading.connected.tail(&reading.question, place, now).await?;
        let known = reading.state.known();
        let lines = reading.take(&mut page, &known);
        reading.state.tail = Some(page.next);
        let read = TimeRange::new(since, now.plus_millis(1)).ok().filter(|_| !page.more);
        reading.store(lines, read, BatchKind::Follow).await?;
        if !page.more {
            break;
        }
    }
    if !reading.notices.is_empty() {
        reading.put_notices().await?;
    }
    reading.tell_read(now);
    Ok(reading.outcome.samples)
}

/// Counts that a cluster made over the whole of a range, for a chart of what is not all stored here.
#[derive(Debug, Default)]
pub(crate) struct ClusterCounts {
    /// Lines by bin and level; empty when the stored ones are all there are, or the cluster was not asked.
    pub(crate) bins: Option<Vec<(Timestamp, LevelCounts)>>,
    /// What is to be said about it.
    pub(crate) notices: Vec<Phrase>,
}

/// Asks a cluster for its counts where a range is not stored whole.
pub(crate) async fn counts(
    app: &App,
    open: &Open,
    row: &StoredSource,
    range: TimeRange,
    bin_ms: i64,
    more: &LogQuery,
) -> ClusterCounts {
    let asked = ask_counts(app, open, row, range, bin_ms, more);
    match tokio::time::timeout(COUNT_LIMIT, asked).await {
        Ok(Ok(counts)) => counts,
        Ok(Err(error)) => {
            tracing::warn!(source = %row.name, %error, "A cluster did not count its lines.");
            ClusterCounts { bins: None, notices: vec![phrases::not_counted(&row.name)] }
        }
        Err(_) => ClusterCounts { bins: None, notices: vec![phrases::not_counted(&row.name)] },
    }
}

async fn ask_counts(
    app: &App,
    open: &Open,
    row: &StoredSource,
    range: TimeRange,
    bin_ms: i64,
    more: &LogQuery,
) -> Result<ClusterCounts, AppError> {
    let config = connections::parse_cluster(row)?;
    let (asks, mut notices) = counts_itself(app, open, row, &config, range, more).await?;
    if !asks {
        return Ok(ClusterCounts { bins: None, notices });
    }
    let question = narrowed(&config, more)?;
    let connected = connections::connect_logs(app, open, row).await?;
    let counted = connected.count(&question, range, bin_ms).await?;
    notices.extend(counted.notices.iter().map(phrases::cluster_notice));
    Ok(ClusterCounts { bins: Some(regular(counted, range, bin_ms)), notices })
}

/// Returns whether a cluster counts the lines of a range, with what is to be said of it: not where all of them are stored
/// here, and not where it may not be asked.
async fn counts_itself(
    app: &App,
    open: &Open,
    row: &StoredSource,
    config: &ElasticsearchConfig,
    range: TimeRange,
    more: &LogQuery,
) -> Result<(bool, Vec<Phrase>), AppError> {
    let read = stored::kept(open, row, &format!("{:?}", config.scope), app.now()).await?;
    // The last moments are never stored whole: documents come late.
    let settled = app.now().plus_millis(-config.late_ms - row.follow_step_ms);
    let of_interest = TimeRange::new(range.start(), range.end().min(settled));
    if of_interest.is_ok_and(|part| read.is_whole(part)) {
        return Ok((false, Vec::new()));
    }
    let part = match read.stored_part(range) {
        None if read.is_partly_read(range) => phrases::read_in_part(&row.name),
        part => phrases::stored_part(&row.name, part),
    };
    // A file from elsewhere, or one that is paused, asks nobody by itself.
    if row.paused || open.from_elsewhere() {
        return Ok((false, vec![part]));
    }
    if more.regex().is_some() {
        return Ok((false, vec![part, phrases::no_regex(&row.name)]));
    }
    Ok((true, vec![part]))
}

/// Puts the bins of a cluster, which begin at multiples of their own width, onto those of the chart.
fn regular(counted: LogHistogram, range: TimeRange, bin_ms: i64) -> Vec<(Timestamp, LevelCounts)> {
    let mut bins: Vec<(Timestamp, LevelCounts)> = Vec::new();
    for bin in counted.bins {
        let offset =
            (bin.start.as_millis() - range.start().as_millis()).max(0) / bin_ms.max(1) * bin_ms.max(1);
        let start = range.start().plus_millis(offset);
        match bins.last_mut().filter(|(last, _)| *last == start) {
            Some((_, levels)) => {
                for (level, lines) in bin.levels {
                    *levels.entry(level).or_insert(0) += lines;
                }
            }
            None => bins.push((start, bin.levels)),
        }
    }
    bins
}

/// Returns the clusters of a workspace.
pub(crate) async fn of(open: &Open) -> Result<Vec<StoredSource>, AppError> {
    let rows = open.workspace.sources().await?.into_iter();
    Ok(rows.filter(|r| !r.deleted && r.kind == connections::ELASTICSEARCH).collect())
}

/// Reports whether a source is among the chosen ones; none chosen takes all.
pub(crate) fn is_chosen(chosen: &[u32], source: SourceId) -> bool {
    chosen.is_empty() || chosen.contains(&source_number(source))
}

#[cfg(test)]
mod tests;
