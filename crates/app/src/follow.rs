//! *Follow*: new samples every few seconds, an honest age, and recovery without a person where one is not needed.

mod awhile;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use tokio_util::sync::CancellationToken;
use wardroom_connectors::source::{MetricSource, Notice};
use wardroom_core::{SeriesKey, TimeRange, Timestamp};
use wardroom_store::{SeriesId, SourceId, SourceRow as StoredSource};

use crate::connections;
use crate::context::{App, Open, lock, source_number};
use crate::detection;
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::JobState;
use crate::logs::cluster;
use crate::sync;
use crate::topology;
use crate::workspaces;
use watch::Watch;

pub use awhile::{FollowedAwhile, for_a_while};

/// A gap longer than this is filled by a sync of its own: after sleep, a clock jump, or a long failure.
const GAP_MS: i64 = 10 * 60_000;
/// The longest wait between two tries of a source that does not answer.
const LONGEST_WAIT: Duration = Duration::from_mins(2);
/// A busy source is left alone for as long as it asks, up to this.
const LONGEST_ASKED: Duration = Duration::from_hours(1);
/// A source that fails for longer than this, and for more than so many ticks, has failed: a restart takes less.
const SHORT_OUTAGE_MS: i64 = 5 * 60_000;
const SHORT_OUTAGE_TICKS: i64 = 10;
/// Detection runs at most this often while following.
const DETECT_EVERY: Duration = Duration::from_mins(1);
/// Rules and alerts are read this often while following.
const RULES_EVERY: Duration = Duration::from_mins(1);

/// What was answered in part is read again at most this often while following: a source may fail at it each time.
const HOLES_EVERY: Duration = Duration::from_mins(10);

/// An inventory is read again at most this often.
const INVENTORY_EVERY_MS: i64 = 60_000;

/// What retention and the size limit say is dropped this often while following.
const LIMITS_EVERY: Duration = Duration::from_hours(1);

/// A source that is followed.
#[derive(Debug)]
pub struct Followed {
    stop: CancellationToken,
    state: Arc<Mutex<FollowState>>,
}

/// What is known of a followed source.
#[derive(Clone, Debug, Default)]
pub struct FollowState {
    /// When following began.
    pub begun: Option<Timestamp>,
    /// When it last answered.
    pub answered: Option<Timestamp>,
    /// When it is asked again.
    pub next_try: Option<Timestamp>,
    /// Its failure, until it answers again.
    pub error: Option<AppError>,
}

impl Followed {
    /// Returns what is known at this moment.
    pub fn snapshot(&self) -> FollowState {
        lock(&self.state).clone()
    }
}

impl FollowState {
    /// Returns for how long the source has failed without a single answer, where that is longer than a short outage;
    /// it is asked again all the same.
    pub(crate) fn silent_ms(&self, every_ms: i64, now: Timestamp) -> Option<i64> {
        let since = self.answered.or(self.begun)?;
        let silent = now.as_millis().saturating_sub(since.as_millis());
        let limit = SHORT_OUTAGE_MS.max(every_ms.saturating_mul(SHORT_OUTAGE_TICKS));
        (self.error.is_some() && silent > limit).then_some(silent)
    }
}

/// Reports whether a failure may pass without a person: the source is asked again by itself.
pub fn passes_by_itself(error: &AppError) -> bool {
    // A proxy that lets no such request through goes on doing so.
    let status = error.fields.get("status").map(String::as_str);
    let is_refused = matches!(status, Some("405" | "501"));
    !is_refused
        && matches!(
            error.code.as_str(),
            // Without a network, as after a laptop's sleep, no name is known.
            "source_unreachable"
                | "source_unknown_host"
                | "source_timeout"
                | "source_truncated"
                | "source_busy"
                | "source_server_failed"
                | "source_query_timeout"
        )
}

/// Returns how long a busy source asks not to be asked again.
fn asked_to_wait(error: &AppError) -> Duration {
    let asked = error.fields.get("seconds").filter(|_| error.code == "source_busy");
    let seconds = asked.and_then(|text| text.parse().ok()).unwrap_or(0);
    Duration::from_secs(seconds).min(LONGEST_ASKED)
}

/// Turns following on or off for a source. Turning it on trusts a file from elsewhere from then on.
///
/// # Errors
///
/// `no_such_source`, `not_a_live_source`, `source_paused`; read-only workspaces; store failures.
pub async fn set(app: &App, id: u32, on: bool) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let mut row = connections::stored(&open, id).await?;
    if on {
        require_followable(&row)?;
    }
    row.follow_allowed = on;
    open.workspace.update_source(&row).await?;
    if on {
        workspaces::trust(&open).await?;
        start(app, &open, &row).await?;
    } else {
        stop(&open, row.id).await;
    }
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(())
}

/// Trusts the open file, if it is from elsewhere: a person has named here what one of its sources runs.
///
/// # Errors
///
/// `no_workspace`; read-only workspaces; store failures.
pub async fn trust(app: &App) -> Result<(), AppError> {
    let open = app.open()?;
    if open.from_elsewhere() { workspaces::trust(&open).await } else { Ok(()) }
}

/// Refuses what nobody can ask for more, and what is not to be asked.
fn require_followable(row: &StoredSource) -> Result<(), AppError> {
    if connections::is_of_files(&row.kind) {
        return Err(AppError::new("not_a_live_source").with("name", &row.name));
    }
    if row.paused { Err(AppError::new("source_paused").with("name", &row.name)) } else { Ok(()) }
}

/// Goes on following what was followed when the workspace was last open here; nothing in a file from elsewhere.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn resume(app: &App) -> Result<(), AppError> {
    let open = app.open()?;
    if open.from_elsewhere() || !open.workspace.mode().is_writable() {
        return Ok(());
    }
    for row in open.workspace.sources().await? {
        if row.follow_allowed && !row.paused && !row.deleted && !connections::is_of_files(&row.kind) {
            start(app, &open, &row).await?;
        }
    }
    Ok(())
}

/// Starts following a source; following it already is fine.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn start(app: &App, open: &Arc<Open>, row: &StoredSource) -> Result<(), AppError> {
    let mut followed = lock(&open.followed);
    if followed.contains_key(&row.id) {
        return Ok(());
    }
    let stop = CancellationToken::new();
    let state = FollowState { begun: Some(app.now()), ..FollowState::default() };
    let state = Arc::new(Mutex::new(state));
    followed.insert(row.id, Followed { stop: stop.clone(), state: Arc::clone(&state) });
    drop(followed);
    let follower = Follower { app: app.clone(), open: Arc::clone(open), source: row.id, state, stop };
    tokio::spawn(follower.run());
    Ok(())
}

/// Stops following a source; not following it is fine.
pub(crate) async fn stop(open: &Open, source: SourceId) {
    let followed = lock(&open.followed).remove(&source);
    if let Some(followed) = followed {
        followed.stop.cancel();
        // The tick under way sees the token at its next step; giving way lets it.
        tokio::task::yield_now().await;
    }
}

/// Stops following everything.
pub(crate) async fn stop_all(open: &Open) {
    let sources: Vec<SourceId> = lock(&open.followed).keys().copied().collect();
    for source in sources {
        stop(open, source).await;
    }
}

/// What a follower keeps between its ticks.
#[derive(Default)]
struct Kept {
    rules_read: Option<Instant>,
    limits_applied: Option<Instant>,
    /// Whether the last tick was answered in part.
    in_part: bool,
    /// When what had been answered in part was read again.
    holes_read: Option<Instant>,
    /// The numbers of the series: a tick brings most of them, and would search the store for each.
    ids: BTreeMap<SeriesKey, SeriesId>,
    /// When the last whole detection began, and how long it and learning the baselines took.
    detected: Option<(Instant, Duration)>,
    /// The baselines of the series.
    watch: Watch,
}

struct Follower {
    app: App,
    open: Arc<Open>,
    source: SourceId,
    state: Arc<Mutex<FollowState>>,
    stop: CancellationToken,
}

impl Follower {
    async fn run(self) {
        let mut failures = 0_u32;
        let mut kept = Kept::default();
        loop {
            let result = tokio::select! {
                () = self.stop.cancelled() => return,
                result = self.tick(&mut kept) => result,
            };
            let every = self.every().await;
            let wait = match &result {
                Ok(_) => {
                    failures = 0;
                    every
                }
                Err(error) if passes_by_itself(error) => {
                    failures = (failures + 1).min(10);
                    let grown = (every * 2_u32.pow(failures.min(5) - 1)).min(LONGEST_WAIT.max(every));
                    grown.max(asked_to_wait(error))
                }
                // A person has to act; the source is still asked now and then, in case somebody acted at the source.
                Err(_) => LONGEST_WAIT.max(every),
            };
            self.note(&result, wait);
            self.app.bus().tell(AppEvent::SourcesChanged);
            if matches!(result, Ok(n) if n > 0) {
                self.look(&mut kept).await;
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Judges what has arrived: all series when that is due, otherwise the ones that have left their bands.
    async fn look(&self, kept: &mut Kept) {
        if !due(kept.detected) {
            let left = kept.watch.take_left();
            if !left.is_empty() {
                detection::run_some_quietly(&self.app, &self.open, &left).await;
            }
            return;
        }
        let begun = Instant::now();
        detection::run_quietly(&self.app, &self.open).await;
        kept.watch.all_judged();
        let _open = self.open.keep_open().await;
        let stopped = || self.stop.is_cancelled();
        if let Err(error) = kept.watch.learn(&self.open, self.source, self.app.now(), stopped).await {
            tracing::warn!(%error, "Learnt no baselines of a source; its series wait for whole detections.");
        }
        kept.detected = Some((begun, begun.elapsed()));
    }

    async fn every(&self) -> Duration {
        let row = connections::stored(&self.open, source_number(self.source)).await;
        // An inventory changes by the day, and reading it costs many requests.
        let least = |kind: &str| if kind == connections::CMDB { INVENTORY_EVERY_MS } else { 1000 };
        let millis = row.map_or(15_000, |r| r.follow_step_ms.clamp(least(&r.kind), 3_600_000));
        Duration::from_millis(millis.unsigned_abs())
    }

    fn note(&self, result: &Result<u64, AppError>, wait: Duration) {
        let now = self.app.now();
        let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let mut state = lock(&self.state);
        state.next_try = Some(now.plus_millis(wait_ms));
        match result {
            Ok(_) => {
                state.answered = Some(now);
                state.error = None;
            }
            Err(error) => state.error = Some(error.clone()),
        }
    }

    /// Reads what is new and returns how many samples came.
    async fn tick(&self, kept: &mut Kept) -> Result<u64, AppError> {
        let _open = self.open.keep_open().await;
        let row = connections::stored(&self.open, source_number(self.source)).await?;
        if row.kind == connections::ELASTICSEARCH {
            return self.tick_lines(&row, kept).await;
        }
        if row.kind == connections::CMDB {
            return self.tick_inventory().await;
        }
        let connected = connections::connect(&self.app, &self.open, &row).await?;
        let now = self.app.now();
        let from = sync::follow_from(&self.open, self.source, now).await?;
        let Some(from) = from.filter(|f| now.as_millis() - f.as_millis() <= GAP_MS) else {
            return self.fill(now).await;
        };
        // A sync that a person began reads the same samples.
        if lock(&self.open.syncing).contains_key(&self.source) {
            return Ok(0);
        }
        // A scrape that was on its way at the last tick, or that a clock behind ours dates back, is taken now.
        let back = row.follow_step_ms.max(sync::OVERLAP_MS);
        let start = from.plus_millis(-back).min(now.plus_millis(-1000));
        let range = TimeRange::new(start, now.plus_millis(1)).map_err(|e| AppError::internal(&e))?;
        let (scope, step) = connections::scope_of(&row)?;
        let mut n = self.read(&connected, &scope, range, step, now, kept).await?;
        if kept.rules_read.is_none_or(|at| at.elapsed() >= RULES_EVERY) {
            sync::keep_rules(&self.open, self.source, &connected, now).await;
            kept.rules_read = Some(Instant::now());
        }
        sync::extend_covered(&self.open, self.source, range, now).await?;
        sync::read_lines(&self.app, &self.open, self.source, &connected, range, now).await?;
        if !kept.in_part && self.holes_are_due(kept).await? {
            n += self.fill(now).await?;
        }
        if kept.limits_applied.is_none_or(|at| at.elapsed() >= LIMITS_EVERY) {
            self.apply_limits(&row, now).await?;
            kept.limits_applied = Some(Instant::now());
        }
        self.app
            .bus()
            .tell(AppEvent::SamplesArrived { source: source_number(self.source), until: now.into() });
        Ok(n)
    }

    /// Reads the lines of a cluster that are new. They bring no samples, so nothing is to be scored after them.
    async fn tick_lines(&self, row: &StoredSource, kept: &mut Kept) -> Result<u64, AppError> {
        let now = self.app.now();
        let from = cluster::follow_from(&self.open, row).await?;
        if from.is_none_or(|f| now.as_millis() - f.as_millis() > GAP_MS) {
            // The sync tells how far the lines are read.
            return self.fill(now).await.map(|_| 0);
        }
        // A sync that a person began reads the same lines.
        if lock(&self.open.syncing).contains_key(&self.source) {
            return Ok(0);
        }
        cluster::tick(&self.app, &self.open, row, now).await?;
        if kept.limits_applied.is_none_or(|at| at.elapsed() >= LIMITS_EVERY) {
            self.apply_limits(row, now).await?;
            kept.limits_applied = Some(Instant::now());
        }
        Ok(0)
    }

    /// Reads what an inventory has changed, as a sync that a person begins does. It brings no samples.
    async fn tick_inventory(&self) -> Result<u64, AppError> {
        if lock(&self.open.syncing).contains_key(&self.source) {
            return Ok(0);
        }
        let now = self.app.now();
        self.fill(now).await?;
        topology::observe(&self.app, &self.open, now).await?;
        Ok(0)
    }

    async fn apply_limits(&self, row: &StoredSource, now: Timestamp) -> Result<(), AppError> {
        if row.retention_ms.is_none() && row.max_bytes.is_none() {
            return Ok(());
        }
        let dropped = self.open.workspace.apply_limits(self.source, now).await?;
        if let Some(keep) = row.retention_ms.filter(|_| dropped > 0) {
            sync::uncover_before(&self.open, self.source, now.plus_millis(-keep), now).await?;
        }
        Ok(())
    }

    async fn read(
        &self,
        connected: &Arc<dyn MetricSource>,
        scope: &wardroom_connectors::source::Scope,
        range: TimeRange,
        step: Option<i64>,
        now: Timestamp,
        kept: &mut Kept,
    ) -> Result<u64, AppError> {
        let known = &mut kept.ids;
        let plan = connected.plan(scope, range, step).await?;
        let mut notices = plan.notices;
        let mut rows = Vec::new();
        let mut in_part = Vec::new();
        let asked = plan.requests.into_iter().map(|request| {
            let source = Arc::clone(connected);
            async move { (request.range, source.read(&request).await) }
        });
        let mut answers = stream::iter(asked.collect::<Vec<_>>()).buffered(sync::IN_FLIGHT);
        while let Some((asked, answer)) = answers.next().await {
            let answer = answer?;
            notices.extend(answer.notices.iter().cloned());
            if answer.notices.iter().any(Notice::leaves_a_hole) {
                in_part.push(asked);
            }
            sync::number_series(&self.open, self.source, &answer, known, now).await?;
            rows.extend(answer.series.into_iter().filter_map(|s| Some((*known.get(&s.key)?, s.samples))));
        }
        if !notices.is_empty() {
            let mut told = connections::notices(&self.open, self.source).await?;
            let before = told.clone();
            for notice in &notices {
                connections::add_notice(&mut told, connections::notice_phrase(notice));
            }
            if told != before {
                connections::set_notices(&self.open, self.source, &told).await?;
            }
        }
        let summary = self.open.workspace.append_tail(self.source, now, &rows).await?;
        kept.in_part = !in_part.is_empty();
        sync::note_holes(&self.open, self.source, [range], in_part).await?;
        kept.watch.push(&rows);
        Ok(summary.samples)
    }

    /// Reports whether what was answered in part is to be read again, at this tick and not before a while again.
    async fn holes_are_due(&self, kept: &mut Kept) -> Result<bool, AppError> {
        let waits = kept.holes_read.is_some_and(|at| at.elapsed() < HOLES_EVERY);
        if waits || sync::Holes::of(&self.open, self.source).await?.is_empty() {
            return Ok(false);
        }
        kept.holes_read = Some(Instant::now());
        Ok(true)
    }

    /// Fills a gap with a sync of its own, which shows progress like any other.
    async fn fill(&self, now: Timestamp) -> Result<u64, AppError> {
        let row = connections::stored(&self.open, source_number(self.source)).await?;
        if self.wait_for_running_sync().await {
            return Ok(0);
        }
        let still_open = self.open.keep_open().await;
        let Some(job) = sync::begin(&self.app, &self.open, self.source, &row.name) else { return Ok(0) };
        let stopped_with_the_follower = job.token().drop_guard();
        let (app, open, source) = (self.app.clone(), Arc::clone(&self.open), self.source);
        // A task of its own: when the follower stops, it still puts away what arrived and ends its job.
        let filling = tokio::spawn(async move {
            let _open = still_open;
            let result = sync::run(&app, &open, source, None, now, &job).await;
            lock(&open.syncing).remove(&source);
            job.end(match &result {
                Ok(o) if o.partial => JobState::Partial,
                Ok(_) => JobState::Done,
                Err(e) if e.is_cancelled() => JobState::Cancelled,
                Err(error) => JobState::Failed { error: error.clone() },
            });
            result
        });
        let result = filling.await.map_err(|e| AppError::internal(&e))?;
        drop(stopped_with_the_follower);
        result.map(|o| o.samples)
    }
}

impl Follower {
    /// Waits until a sync that a person began has ended; `false` when there is none.
    async fn wait_for_running_sync(&self) -> bool {
        let is_running = || lock(&self.open.syncing).contains_key(&self.source);
        let was_running = is_running();
        while is_running() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        was_running
    }
}

/// Reports whether another detection is due: after a minute, and never more than a tenth of the time.
fn due(last: Option<(Instant, Duration)>) -> bool {
    last.is_none_or(|(at, took)| at.elapsed() >= DETECT_EVERY.max(took * 10))
}

#[cfg(test)]
mod tests;
