//! Background work with progress, remaining time and cancellation.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use ts_rs::TS;

use crate::error::AppError;
use crate::events::{AppEvent, Bus};
use crate::wire::Millis;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JobKind {
    /// Makes the demo workspace.
    Demo,
    /// Reads from a source.
    Sync,
    /// Reads a file.
    Import,
    /// Writes a file.
    Export,
    /// Scores the series.
    Detect,
    /// Writes a report.
    Report,
    /// Gives space back.
    Compact,
    /// Writes a copy of the workspace.
    Copy,
    /// Brings the older history of a drill in.
    Drill,
    /// Opens log files in place: index, templates, counts.
    OpenLogs,
    /// Keeps lines of log files in the workspace.
    KeepLogs,
    /// Ranks the series of a window.
    Changed,
    /// Runs methods over stored series to compare them.
    Compare,
    /// Scores the series of an entity together.
    GroupScore,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum JobState {
    /// Under way.
    Running,
    /// Done, all of it.
    Done,
    /// Ended early; what arrived is kept.
    Partial,
    /// Ended by a person.
    Cancelled,
    /// Ended by a failure.
    Failed {
        /// Why.
        error: AppError,
    },
}

/// How far one selector or expression of a sync is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JobGroupState {
    /// Nothing of it was asked yet.
    Waiting,
    /// Some of it is asked or answered.
    Running,
    /// All of it was answered.
    Done,
    /// All of it was answered, at least once in part.
    Partial,
    /// The job ended before all of it was asked.
    Left,
}

/// One selector or expression of a sync.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobGroup {
    /// The selector or the name of the expression, shortened; empty where several are told together.
    pub name: String,
    /// How many selectors and expressions are told together.
    pub members: u32,
    /// How far it is.
    pub state: JobGroupState,
    /// Requests that were answered.
    pub done: u32,
    /// Requests in all.
    pub total: u32,
    /// Series that arrived.
    pub series: u32,
    /// Samples that arrived.
    pub samples: u32,
    /// Samples a second, from the start of the job to the last answer.
    pub samples_per_second: f64,
}

/// A job as the interface gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobRow {
    /// Its number in this run of the program.
    pub id: u32,
    /// What it does.
    pub kind: JobKind,
    /// What it works on: a source's or file's name.
    pub subject: String,
    /// The source's number, for a sync or an import.
    pub source: Option<u32>,
    /// How far it is.
    pub state: JobState,
    /// Units done (requests, bytes in KiB, series, lines).
    pub done: u32,
    /// Units in all; 0 while not known.
    pub total: u32,
    /// What a unit is: `requests`, `kib`, `series`, `lines`, `records`, `steps`.
    pub unit: String,
    /// Samples or lines that arrived so far.
    pub samples: u32,
    /// Samples or lines a second, over the last seconds.
    pub samples_per_second: f64,
    /// Expected time to the end; `null` while it cannot be told.
    pub remaining: Option<Millis>,
    /// Time since the start.
    pub elapsed: Millis,
    /// The selectors and expressions of a sync of metrics; empty for everything else.
    pub groups: Vec<JobGroup>,
}

/// A handle for the code that does the work.
#[derive(Clone, Debug)]
pub struct Job {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    bus: Bus,
    cancel: CancellationToken,
    cancelled: Arc<AtomicBool>,
    started: Instant,
    row: Mutex<(JobRow, Instant)>,
}

/// Jobs that are remembered: following begins a detection every minute, for weeks.
const REMEMBERED: usize = 100;
/// How often progress is told at most: a screen cannot use more.
const TELL_EVERY: Duration = Duration::from_millis(100);

impl Job {
    /// Returns the number of the job.
    pub fn id(&self) -> u32 {
        self.row().id
    }

    /// Returns the state as the interface gets it.
    pub fn row(&self) -> JobRow {
        let mut row = self.lock().0.clone();
        if row.state == JobState::Running {
            row.elapsed = millis(self.shared.started.elapsed());
        }
        row
    }

    /// Returns the token with which asynchronous work waits for the end that a person asked for.
    pub fn token(&self) -> CancellationToken {
        self.shared.cancel.clone()
    }

    /// Returns the flag that blocking work looks at.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.shared.cancelled)
    }

    /// Asks the job to end.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
        self.shared.cancel.cancel();
    }

    /// Returns `cancelled` as an error when a person asked for the end.
    ///
    /// # Errors
    ///
    /// `cancelled`.
    pub fn check(&self) -> Result<(), AppError> {
        if self.shared.cancelled.load(Ordering::Relaxed) { Err(AppError::cancelled()) } else { Ok(()) }
    }

    /// Waits for work, but no longer than until a person asked for the end; work that waits for a thread, such as reading,
    /// then ends unseen.
    ///
    /// # Errors
    ///
    /// `cancelled`; those of the work.
    pub(crate) async fn unless_cancelled<T>(
        &self,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        tokio::select! {
            biased;
            () = self.shared.cancel.cancelled() => Err(AppError::cancelled()),
            answer = work => answer,
        }
    }

    /// Reports progress: units done of `total`, and samples so far.
    pub fn progress(&self, done: u64, total: u64, samples: u64) {
        let now = Instant::now();
        let elapsed = self.shared.started.elapsed();
        let mut guard = self.lock();
        let row = &mut guard.0;
        row.done = clamp(done);
        row.total = clamp(total);
        row.samples = clamp(samples);
        row.elapsed = millis(elapsed);
        let seconds = elapsed.as_secs_f64().max(0.001);
        row.samples_per_second = samples as f64 / seconds;
        row.remaining = (done > 0 && total >= done && elapsed > Duration::from_millis(400))
            .then(|| millis(elapsed.mul_f64((total - done) as f64 / done as f64)));
        if now.duration_since(guard.1) < TELL_EVERY && done < total {
            return;
        }
        guard.1 = now;
        let row = guard.0.clone();
        drop(guard);
        self.shared.bus.tell(AppEvent::JobProgressed { job: row });
    }

    /// Says how far the selectors and expressions of a sync are; the next progress tells it.
    pub(crate) fn divide(&self, groups: Vec<JobGroup>) {
        self.lock().0.groups = groups;
    }

    /// Returns how long ago the job began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.shared.started.elapsed()
    }

    /// Says what a unit of progress is, and tells it: of another unit nothing is done yet, and nobody knows how much there is.
    pub fn count_in(&self, unit: &str) {
        let mut guard = self.lock();
        let row = &mut guard.0;
        if row.unit == unit {
            return;
        }
        unit.clone_into(&mut row.unit);
        (row.done, row.total, row.remaining) = (0, 0, None);
        let row = guard.0.clone();
        drop(guard);
        self.shared.bus.tell(AppEvent::JobProgressed { job: row });
    }

    /// Ends the job and tells it.
    pub fn end(&self, state: JobState) {
        let mut guard = self.lock();
        guard.0.state = state;
        guard.0.remaining = None;
        guard.0.elapsed = millis(self.shared.started.elapsed());
        let row = guard.0.clone();
        drop(guard);
        self.shared.bus.tell(AppEvent::JobProgressed { job: row });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (JobRow, Instant)> {
        self.shared.row.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a job when nobody waits for its answer any more.
#[derive(Debug)]
pub(crate) struct EndWithCaller(pub(crate) Job);

impl Drop for EndWithCaller {
    fn drop(&mut self) {
        if self.0.row().state == JobState::Running {
            self.0.cancel();
            self.0.end(JobState::Cancelled);
        }
    }
}

/// All jobs of this run of the program.
#[derive(Debug, Default)]
pub struct Jobs {
    next: AtomicU32,
    jobs: Mutex<BTreeMap<u32, Job>>,
}

impl Jobs {
    /// Begins a job and tells it.
    pub fn begin(&self, bus: &Bus, kind: JobKind, subject: &str, source: Option<u32>) -> Job {
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let row = JobRow {
            id,
            kind,
            subject: subject.to_owned(),
            source,
            state: JobState::Running,
            done: 0,
            total: 0,
            unit: "steps".to_owned(),
            samples: 0,
            samples_per_second: 0.0,
            remaining: None,
            elapsed: Millis(0),
            groups: Vec::new(),
        };
        let now = Instant::now();
        let job = Job {
            shared: Arc::new(Shared {
                bus: bus.clone(),
                cancel: CancellationToken::new(),
                cancelled: Arc::new(AtomicBool::new(false)),
                started: now,
                row: Mutex::new((row.clone(), now)),
            }),
        };
        let mut jobs = self.lock();
        jobs.insert(id, job.clone());
        forget_oldest(&mut jobs);
        drop(jobs);
        bus.tell(AppEvent::JobProgressed { job: row });
        job
    }

    /// Returns the jobs, newest first.
    pub fn rows(&self) -> Vec<JobRow> {
        self.lock().values().rev().map(Job::row).collect()
    }

    /// Asks a job to end; `false` when there is none of that number.
    pub fn cancel(&self, id: u32) -> bool {
        let job = self.lock().get(&id).cloned();
        job.inspect(Job::cancel).is_some()
    }

    /// Reports whether any job is under way.
    pub fn any_running(&self) -> bool {
        self.lock().values().any(|j| j.row().state == JobState::Running)
    }

    /// Asks every running job to end.
    pub fn cancel_all(&self) {
        self.cancel_others(None);
    }

    /// Asks every running job of a kind to end, because nobody waits for it any more.
    pub(crate) fn cancel_kind(&self, kind: JobKind) {
        for row in self.rows() {
            if row.kind == kind && row.state == JobState::Running {
                self.cancel(row.id);
            }
        }
    }

    /// Asks every running job to end, except the one of this number.
    pub(crate) fn cancel_others(&self, kept: Option<u32>) {
        let jobs: Vec<Job> = self.lock().values().cloned().collect();
        for job in &jobs {
            let row = job.row();
            if row.state == JobState::Running && Some(row.id) != kept {
                job.cancel();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the oldest job that has ended when there are too many.
fn forget_oldest(jobs: &mut BTreeMap<u32, Job>) {
    if jobs.len() <= REMEMBERED {
        return;
    }
    let ended = jobs.iter().find(|(_, job)| job.row().state != JobState::Running).map(|(id, _)| *id);
    if let Some(id) = ended {
        jobs.remove(&id);
    }
}

fn millis(duration: Duration) -> Millis {
    Millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

fn clamp(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_job_says_so_to_both_kinds_of_work() {
        let (jobs, bus) = (Jobs::default(), Bus::default());
        let job = jobs.begin(&bus, JobKind::Sync, "a", None);

        assert!(jobs.cancel(job.id()));

        assert!(job.check().is_err());
        assert!(job.token().is_cancelled());
        assert!(!jobs.cancel(99));
    }

    #[test]
    fn old_jobs_that_ended_are_forgotten_and_a_running_one_is_not() {
        let (jobs, bus) = (Jobs::default(), Bus::default());
        let running = jobs.begin(&bus, JobKind::Demo, "demo", None);

        for _ in 0..300 {
            jobs.begin(&bus, JobKind::Detect, "a", None).end(JobState::Done);
        }
        jobs.cancel_others(Some(running.id()));

        assert!(jobs.rows().len() <= REMEMBERED + 1);
        assert!(jobs.any_running() && running.check().is_ok());
    }

    #[tokio::test]
    async fn work_that_waits_ends_when_its_job_is_cancelled() {
        let (jobs, bus) = (Jobs::default(), Bus::default());
        let job = jobs.begin(&bus, JobKind::Detect, "a", None);
        let done = job.unless_cancelled(async { Ok(7) }).await;

        let never = job.unless_cancelled(std::future::pending::<Result<(), AppError>>());
        let (ended, ()) = tokio::join!(never, async { job.cancel() });

        assert_eq!(done.map_err(|error| error.code), Ok(7));
        assert_eq!(ended.map_err(|error| error.code), Err("cancelled".to_owned()));
    }

    #[test]
    fn what_is_counted_next_begins_at_nothing_and_is_told() {
        let (jobs, bus) = (Jobs::default(), Bus::default());
        let job = jobs.begin(&bus, JobKind::Demo, "demo", None);
        job.count_in("requests");
        job.progress(13, 13, 0);
        let mut heard = bus.listen();

        job.count_in("series");
        job.count_in("series");

        let mut told = Vec::new();
        while let Ok(AppEvent::JobProgressed { job }) = heard.try_recv() {
            told.push((job.unit, job.done, job.total));
        }
        assert_eq!(told, [("series".to_owned(), 0, 0)]);
    }

    #[test]
    fn the_end_is_told() {
        let (jobs, bus) = (Jobs::default(), Bus::default());
        let mut heard = bus.listen();
        let job = jobs.begin(&bus, JobKind::Import, "f.csv", Some(3));

        job.end(JobState::Done);

        let mut last = None;
        while let Ok(AppEvent::JobProgressed { job }) = heard.try_recv() {
            last = Some(job.state);
        }
        assert_eq!(last, Some(JobState::Done));
    }
}
