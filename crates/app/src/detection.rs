//! Detection: every series of the workspace is scored on this machine.

pub(crate) mod partial;
mod some;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use wardroom_analysis::anomaly::workload::Workload;
use wardroom_analysis::anomaly::{self, Bands, Detection, Input, Options, PeerInput, Refusal, Told};
use wardroom_core::{MetricKind, TimeRange, Timestamp, Unit};
use wardroom_store::{
    DetectionChange, DetectionRun, Judged, SeriesClass, SeriesFilter, SeriesId, SeriesRow, SourceId,
};

use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind, JobRow};
use crate::phrase::PhraseValue;
use crate::topology;
use crate::workloads::{self, History, Joined, JoinedSeries, Standing};
use crate::workspaces::end_state;

pub(crate) use some::run_some_quietly;

/// Peers that are read beside a series which is judged between two whole runs: their middle is then known within a fifth of
/// their spread, and a group of thousands is not judged for the sake of one.
const MOST_BESIDE: usize = 64;

/// What came of a detection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetectionOutcome {
    /// Series that were scored.
    pub scored: u32,
    /// Series that were refused, each with a reason.
    pub refused: u32,
    /// Findings that were not there before.
    pub new: u32,
    /// Findings that were updated.
    pub updated: u32,
}

/// Begins a detection; its end is told by the job and by `FindingsChanged`.
///
/// # Errors
///
/// `no_workspace`.
pub fn start(app: &App) -> Result<JobRow, AppError> {
    let open = app.open()?;
    let job = app.jobs().begin(app.bus(), JobKind::Detect, open.workspace.name(), None);
    let (app, task) = (app.clone(), job.clone());
    tokio::spawn(async move {
        let _open = open.keep_open().await;
        let result = run(&app, &open, app.now(), &task).await;
        task.end(end_state(result.map(|_| ())));
    });
    Ok(job.row())
}

/// Begins a detection after a sync or import; a failure is kept in its job.
pub(crate) fn start_quietly(app: &App, open: &Arc<Open>) {
    let (app, open) = (app.clone(), Arc::clone(open));
    tokio::spawn(async move { run_quietly(&app, &open).await });
}

/// Runs a detection as a job of its own; a failure is kept in that.
pub(crate) async fn run_quietly(app: &App, open: &Arc<Open>) {
    let _kept = run_in_job(app, open).await;
}

/// Runs a detection as a job of its own.
///
/// # Errors
///
/// As for [`run`].
pub(crate) async fn run_in_job(app: &App, open: &Arc<Open>) -> Result<DetectionOutcome, AppError> {
    let job = app.jobs().begin(app.bus(), JobKind::Detect, open.workspace.name(), None);
    let _open = open.keep_open().await;
    let result = run(app, open, app.now(), &job).await;
    job.end(end_state(result.as_ref().map(|_| ()).map_err(Clone::clone)));
    result
}

/// Scores every workload and records the findings as known at `known_at`: a series, or those that are one thing under
/// changing names or stored by several replicas of a collector.
///
/// # Errors
///
/// `cancelled`, after which the findings of the last whole detection stand; read-only; store failures.
pub async fn run(
    app: &App,
    open: &Arc<Open>,
    known_at: Timestamp,
    job: &Job,
) -> Result<DetectionOutcome, AppError> {
    let _one = open.detecting.lock().await;
    let begun = Instant::now();
    let ws = &open.workspace;
    if !ws.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    job.count_in("series");
    let series = ws.series(&SeriesFilter::default()).await?;
    let (mut judged, asked) = not_asked(&series);
    let found = judge(open, &series, asked, |_| true, known_at, job).await?;
    judged.extend(found.judged);
    let refused = judged.iter().filter(|j| j.outcome.is_err()).count();
    let whole = series.iter().filter_map(|s| s.first).min().zip(series.iter().filter_map(|s| s.last).max());
    let range = whole.and_then(|(a, b)| TimeRange::new(a, b.max(known_at).plus_millis(1)).ok());
    let Some(range) = range else { return Ok(DetectionOutcome::default()) };
    let record = record(range, known_at, begun);
    let change = ws.record_detection(&judged, &record).await?;
    workloads::keep(open, &found.joined).await?;
    ws.record_classes(&found.classes, known_at).await?;
    app.bus().tell(AppEvent::FindingsChanged);
    topology::observe_quietly(app, open, series.len(), known_at).await;
    Ok(outcome(series.len(), refused, change))
}

/// Returns what is kept of a run that began at `begun`.
fn record(judged: TimeRange, known_at: Timestamp, begun: Instant) -> DetectionRun {
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    DetectionRun { judged, known_at, method: anomaly::METHOD.to_owned(), duration_ms }
}

/// Returns what is told of a run over `n` series.
fn outcome(n: usize, refused: usize, change: DetectionChange) -> DetectionOutcome {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    DetectionOutcome {
        scored: count(n.saturating_sub(refused)),
        refused: count(refused),
        new: change.new,
        updated: change.updated,
    }
}

/// Judges the workloads of `asked` that have a series which is chosen, beside their peers; when a source last answered is
/// known from `all`.
async fn judge(
    open: &Arc<Open>,
    all: &[SeriesRow],
    asked: Vec<SeriesRow>,
    is_chosen: impl Fn(SeriesId) -> bool,
    known_at: Timestamp,
    job: &Job,
) -> Result<Outcomes, AppError> {
    let until = last_answers(all);
    let done = all.len().saturating_sub(asked.len());
    let asked = Arc::new(asked);
    let standing = Arc::new(Standing::of(&open.workspace.findings(None, None).await?));
    let mut workloads = job.unless_cancelled(workloads::group(open, &asked, None)).await?;
    let chosen: BTreeSet<usize> = (0..asked.len()).filter(|&place| is_chosen(asked[place].id)).collect();
    let mut beside: BTreeMap<(SourceId, String), usize> = workloads
        .iter()
        .filter(|workload| has_any(workload, &chosen))
        .map(|workload| (workloads::peers_of(&asked, workload), 0))
        .collect();
    workloads.retain(|workload| {
        let Some(n) = beside.get_mut(&workloads::peers_of(&asked, workload)) else { return false };
        let is_asked = has_any(workload, &chosen);
        *n += usize::from(!is_asked);
        is_asked || *n <= MOST_BESIDE
    });
    let chosen = Arc::new(chosen);
    let total = done + workloads.iter().map(Workload::series).sum::<usize>();
    let done = Arc::new(AtomicUsize::new(done));
    let mut found = Outcomes::default();
    for part in workloads::parts(&asked, workloads) {
        job.check()?;
        let histories = job.unless_cancelled(workloads::histories(open, &asked, part, None, None)).await?;
        let work = Work {
            until: histories.iter().map(|h| until_of(&until, newest_row(h, &asked))).collect(),
            histories,
            rows: Arc::clone(&asked),
            chosen: Arc::clone(&chosen),
            standing: Arc::clone(&standing),
            flag: job.flag(),
            done: Arc::clone(&done),
            total,
            job: job.clone(),
            known_at,
        };
        let part =
            tokio::task::spawn_blocking(move || work.judge()).await.map_err(|e| AppError::internal(&e))?;
        found.extend(part);
    }
    job.check()?;
    partial::withhold(open, all, &mut found.judged).await?;
    Ok(found)
}

/// Sorts out the series that are not judged, with the reason; returns the others.
fn not_asked(series: &[SeriesRow]) -> (Vec<Judged>, Vec<SeriesRow>) {
    let mut refused = Vec::new();
    let mut asked = Vec::with_capacity(series.len());
    for row in series {
        let why = if is_a_fact(row) {
            "fact"
        } else if row.first.is_none() {
            "empty"
        } else {
            asked.push(row.clone());
            continue;
        };
        refused.push(Judged { series: row.id, outcome: Err(why.to_owned()) });
    }
    (refused, asked)
}

/// Returns the series that a history is known by: the newest name of its workload.
fn newest_row<'a>(history: &History, rows: &'a [SeriesRow]) -> &'a SeriesRow {
    &rows[history.workload.members[history.workload.newest()].copies[0]]
}

/// Reports whether one of some series belongs to a workload.
fn has_any(workload: &Workload, series: &BTreeSet<usize>) -> bool {
    workload.members.iter().flat_map(|member| &member.copies).any(|place| series.contains(place))
}

struct Work {
    rows: Arc<Vec<SeriesRow>>,
    /// The series that are asked about; the others are their peers.
    chosen: Arc<BTreeSet<usize>>,
    histories: Vec<History>,
    standing: Arc<Standing>,
    until: Vec<Timestamp>,
    flag: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
    total: usize,
    job: Job,
    known_at: Timestamp,
}

/// What came of some histories.
#[derive(Debug, Default)]
struct Outcomes {
    /// What came of each series.
    judged: Vec<Judged>,
    /// What findings and newest names stand for.
    joined: JoinedSeries,
    /// The classes of the series; `None` where too little is known.
    classes: BTreeMap<SeriesId, Option<SeriesClass>>,
}

impl Outcomes {
    fn extend(&mut self, more: Self) {
        self.judged.extend(more.judged);
        self.joined.extend(more.joined);
        self.classes.extend(more.classes);
    }
}

impl Work {
    /// Tells how every history is judged, which follows from its class.
    fn told(&self) -> Vec<Told> {
        use rayon::prelude::*;
        let one = |history: &History| {
            let kind = self.measured(history);
            let told = anomaly::how_judged(&history.samples, kind, &self.flag);
            // A mean of several gauges that only rise is none of them, so it stays a gauge.
            if history.workload.is_single() { told } else { Told { kind, ..told } }
        };
        self.histories.par_iter().map(one).collect()
    }

    /// Returns what the numbers of a history mean by their own series, whatever class was told before.
    fn measured(&self, history: &History) -> MetricKind {
        if history.workload.is_single() { newest_row(history, &self.rows).kind } else { history.kind }
    }

    /// Adds to what was found in each history when it left its peers.
    fn compare(&self, inputs: &[Input<'_>], results: &mut [Result<Detection, Refusal>], options: &Options) {
        let mut numbers: BTreeMap<(SourceId, String), usize> = BTreeMap::new();
        let mut number = |history: &History| {
            let next = numbers.len();
            *numbers.entry(workloads::peers_of(&self.rows, &history.workload)).or_insert(next)
        };
        let groups: Vec<usize> = self.histories.iter().map(&mut number).collect();
        let places: Vec<usize> = (0..inputs.len()).filter(|&place| results[place].is_ok()).collect();
        let peers: Vec<PeerInput<'_>> = places
            .iter()
            .map(|&place| PeerInput {
                input: inputs[place],
                group: groups[place],
                found: results[place].as_ref().map_or(&[][..], |found| found.anomalies.as_slice()),
            })
            .collect();
        // Once it is cancelled nothing of the run is kept.
        let outliers = anomaly::peer_outliers(&peers, options, &self.flag).unwrap_or_default();
        for (place, mut outliers) in places.into_iter().zip(outliers) {
            if let Ok(found) = &mut results[place]
                && !outliers.is_empty()
            {
                found.anomalies.append(&mut outliers);
                found.anomalies.sort_by_key(|anomaly| (anomaly.start, anomaly.kind));
            }
        }
    }

    /// Judges the histories.
    fn judge(self) -> Outcomes {
        let told = self.told();
        let inputs: Vec<Input<'_>> = self
            .histories
            .iter()
            .zip(&self.until)
            .zip(&told)
            .map(|((history, until), told)| Input {
                samples: &history.samples,
                kind: told.kind,
                until: *until,
            })
            .collect();
        let before = self.done.load(Ordering::Relaxed);
        let progress = |n: usize| {
            self.job.progress((before + n) as u64, self.total as u64, 0);
        };
        let options = Options { bands: Bands::Drop, ..Options::standard() };
        let mut results = anomaly::detect_all(&inputs, &options, &self.flag, &progress);
        self.compare(&inputs, &mut results, &options);
        let series: usize = self.histories.iter().map(|history| history.workload.series()).sum();
        self.done.store(before + series, Ordering::Relaxed);
        let mut all = Outcomes::default();
        for ((history, result), told) in self.histories.iter().zip(results).zip(&told) {
            if !has_any(&history.workload, &self.chosen) {
                continue;
            }
            let result = result.map(|j| j.anomalies).map_err(|r| r.as_str().to_owned());
            let outcomes = workloads::outcomes(&history.workload, &self.rows, result, &self.standing);
            if let Some(names) = Joined::of(&history.workload) {
                let newest = newest_row(history, &self.rows).id;
                let is_named =
                    |j: &&Judged| j.series == newest || j.outcome.as_ref().is_ok_and(|f| !f.is_empty());
                all.joined.extend(outcomes.iter().filter(is_named).map(|j| (j.series.0, names.clone())));
            }
            let class = told.class.map(|told| SeriesClass {
                word: told.class.as_str().to_owned(),
                period_ms: told.period_ms,
                known_at: self.known_at,
            });
            all.classes.extend(outcomes.iter().map(|judged| (judged.series, class.clone())));
            all.judged.extend(outcomes);
        }
        all
    }
}

/// Returns the name of the method of a run: of the one that is used here in the language, of another as it was stored.
pub(crate) fn method_name(method: &str) -> PhraseValue {
    if method == anomaly::METHOD {
        PhraseValue::Word("detection-method".to_owned())
    } else {
        PhraseValue::Text(method.to_owned())
    }
}

/// Reports whether a series states a fact instead of measuring something: `…_info` series carry versions in labels and
/// end with them, and a point in time only moves on.
pub(crate) fn is_a_fact(row: &SeriesRow) -> bool {
    row.key.metric.ends_with("_info") || row.unit == Unit::UnixTime
}

/// Returns the newest sample of each source: up to there silence means that a series is missing.
pub(crate) fn last_answers(series: &[SeriesRow]) -> Vec<(wardroom_store::SourceId, Timestamp)> {
    let mut last: std::collections::BTreeMap<_, Timestamp> = std::collections::BTreeMap::new();
    for row in series {
        if let Some(at) = row.last {
            let entry = last.entry(row.source).or_insert(at);
            *entry = (*entry).max(at);
        }
    }
    last.into_iter().collect()
}

fn until_of(until: &[(wardroom_store::SourceId, Timestamp)], row: &SeriesRow) -> Timestamp {
    until
        .binary_search_by_key(&row.source, |(s, _)| *s)
        .map_or_else(|_| row.last.unwrap_or(Timestamp::from_millis(0)), |i| until[i].1)
}
