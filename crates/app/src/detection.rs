//! Detection: every series of the workspace is scored on this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use wardroom_analysis::anomaly::{self, Bands, Input, Options};
use wardroom_core::{Samples, TimeRange, Timestamp, Unit};
use wardroom_store::{DetectionRun, Judged, SeriesFilter, SeriesId, SeriesRow};

use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind, JobRow};
use crate::topology;
use crate::workspaces::end_state;

/// Series that are held in memory at a time: 256 series of eight days are about 50 MB.
const AT_A_TIME: usize = 256;

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

/// Runs a detection as a job of its own.
pub(crate) async fn run_quietly(app: &App, open: &Arc<Open>) {
    let job = app.jobs().begin(app.bus(), JobKind::Detect, open.workspace.name(), None);
    let _open = open.keep_open().await;
    let result = run(app, open, app.now(), &job).await;
    job.end(end_state(result.map(|_| ())));
}

/// Scores every series and records the findings as known at `known_at`.
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
    let until = last_answers(&series);
    let mut judged: Vec<Judged> = Vec::with_capacity(series.len());
    let done = Arc::new(AtomicUsize::new(0));
    for part in series.chunks(AT_A_TIME) {
        job.check()?;
        let ids: Vec<SeriesId> = part.iter().map(|s| s.id).collect();
        let samples = ws.read_many(&ids, None, None).await?;
        let work = Work {
            rows: part.to_vec(),
            samples,
            until: part.iter().map(|s| until_of(&until, s)).collect(),
            flag: job.flag(),
            done: Arc::clone(&done),
            total: series.len(),
            job: job.clone(),
        };
        let part =
            tokio::task::spawn_blocking(move || work.judge()).await.map_err(|e| AppError::internal(&e))?;
        judged.extend(part);
    }
    job.check()?;
    let refused = judged.iter().filter(|j| j.outcome.is_err()).count();
    let whole = series.iter().filter_map(|s| s.first).min().zip(series.iter().filter_map(|s| s.last).max());
    let range = whole.and_then(|(a, b)| TimeRange::new(a, b.max(known_at).plus_millis(1)).ok());
    let Some(range) = range else { return Ok(DetectionOutcome::default()) };
    let record = DetectionRun {
        judged: range,
        known_at,
        method: anomaly::METHOD.to_owned(),
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    let change = ws.record_detection(&judged, &record).await?;
    app.bus().tell(AppEvent::FindingsChanged);
    topology::observe_quietly(app, open, series.len(), known_at).await;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(DetectionOutcome {
        scored: count(judged.len() - refused),
        refused: count(refused),
        new: change.new,
        updated: change.updated,
    })
}

struct Work {
    rows: Vec<SeriesRow>,
    samples: Vec<Samples>,
    until: Vec<Timestamp>,
    flag: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
    total: usize,
    job: Job,
}

impl Work {
    fn judge(self) -> Vec<Judged> {
        let inputs: Vec<Input<'_>> = self
            .rows
            .iter()
            .zip(&self.samples)
            .zip(&self.until)
            .map(|((row, samples), until)| Input { samples, kind: row.kind, until: *until })
            .collect();
        let before = self.done.load(Ordering::Relaxed);
        let progress = |n: usize| {
            self.job.progress((before + n) as u64, self.total as u64, 0);
        };
        let options = Options { bands: Bands::Drop, ..Options::standard() };
        let results = anomaly::judge_all(&inputs, &options, &self.flag, &progress);
        self.done.store(before + self.rows.len(), Ordering::Relaxed);
        self.rows
            .iter()
            .zip(results)
            .map(|(row, result)| Judged {
                series: row.id,
                outcome: match result {
                    _ if is_a_fact(row) => Err("fact".to_owned()),
                    result => result.map(|j| j.anomalies).map_err(|r| r.as_str().to_owned()),
                },
            })
            .collect()
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
