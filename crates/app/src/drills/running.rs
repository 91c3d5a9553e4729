//! The one running world of a drill: its clock, its steps, and how what monitoring sees gets into the workspace.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio_util::sync::CancellationToken;
use wardroom_actions::Journal;
use wardroom_connectors::simulated::SimulatedInventory;
use wardroom_connectors::source::MetricSource;
use wardroom_core::{SeriesKey, TimeRange, Timestamp, Topology};
use wardroom_sim::{Decision, Order, Outcome, Scenario, ScenarioError, World};
use wardroom_store::{Arrival, CheckOutcome, SeriesId, SourceId};

use crate::connections;
use crate::context::{App, Open, lock, source_number};
use crate::detection;
use crate::drills::rows::{AdviceMode, DrillClock, DrillPhase, HistoryMissed};
use crate::drills::{ending, instructor, kept};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::logs::ingest;
use crate::phrase::Phrase;
use crate::sync;
use crate::topology;

/// Time between two looks at the clock.
const TICK: Duration = Duration::from_millis(500);
/// A longer pause of the machine (sleep) is not made up for.
const LONGEST_TICK_MS: i64 = 2000;
/// Time between two deliveries of telemetry, which is that between two scrapes: what comes to pass in between is known
/// with the next, so that the same becomes known at the same time however fast the clock runs.
pub(crate) const DELIVERY_MS: i64 = 15_000;
/// Samples may arrive late; so much before the last step is read again. Equal samples cost nothing.
const OVERLAP_MS: i64 = 60_000;
/// Simulated time between two detections.
const DETECT_EVERY_MS: i64 = 60_000;
/// Real time between two detections.
const DETECT_PAUSE: Duration = Duration::from_secs(5);
/// Simulated time between two snapshots in the file.
const SNAPSHOT_EVERY_MS: i64 = 300_000;
/// How far *next event* looks at most, in seconds.
const FAR_S: i64 = 1800;
/// Speeds that the clock has.
pub(crate) const SPEEDS: [u32; 3] = [1, 10, 60];

/// What a drill is: it never changes while the file exists.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) id: String,
    pub(crate) scenario: Scenario,
    pub(crate) seed: u64,
    pub(crate) start: Timestamp,
    pub(crate) trainee: String,
    pub(crate) advice: AdviceMode,
    pub(crate) coach: bool,
    /// What would be refused in the text of the scenario if it were new.
    pub(crate) noted: Vec<ScenarioError>,
}

impl Setup {
    /// Says what would be refused in the text of the scenario if it were new, and what of it is taken nevertheless.
    pub(crate) fn remarks(&self) -> Vec<Phrase> {
        let noted = self.noted.iter();
        noted.map(|problem| Phrase::new("drill-noted").text("problem", problem.to_string())).collect()
    }

    /// Reports whether a suggestion is shown: planted ones only where the trainee asked for advice that may be wrong.
    pub(crate) fn shows_advice(&self, index: usize) -> bool {
        let advice = self.scenario.brief().advice.get(index);
        advice.is_some_and(|a| !a.wrong || self.advice == AdviceMode::MayBeWrong)
    }

    /// Returns the number of a suggestion among those that are shown, from 1.
    pub(crate) fn advice_number(&self, index: usize) -> usize {
        (0..index).filter(|before| self.shows_advice(*before)).count() + 1
    }

    /// Returns where the run ends at the latest.
    pub(crate) fn ends(&self) -> Timestamp {
        self.start.plus_millis(self.scenario.brief().span_s * 1000)
    }
}

/// The running drill of an open file.
#[derive(Debug)]
pub(crate) struct Drill {
    pub(crate) setup: Setup,
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) source: SourceId,
    /// The world's time, readable while the world computes.
    at: AtomicI64,
    pub(crate) inner: Mutex<Inner>,
    /// One tick, rewind or delivery at a time.
    pub(crate) stepping: AsyncMutex<Written>,
    /// Whoever holds it keeps the world where it is: a step, or an order with its record, but not the delivery of what
    /// was seen. Taken behind `stepping` where both are.
    pub(crate) still: AsyncMutex<Ordered>,
    /// The runs that this one is compared with, once they are computed.
    pub(crate) runs: AsyncMutex<Option<Arc<Runs>>>,
    pub(crate) stop: CancellationToken,
    /// Asks for another try at the older history.
    pub(crate) again: Notify,
    /// Whether the clock was started.
    ticks: AtomicBool,
}

/// What changes while the drill runs.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    pub(crate) attempt: u32,
    pub(crate) branched_at: Option<Timestamp>,
    pub(crate) phase: DrillPhase,
    pub(crate) paused: bool,
    pub(crate) speed: u32,
    /// Simulated time that is owed to the world, below a second.
    pub(crate) owed_ms: i64,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) history_whole: bool,
    /// Why the older history is not there, once bringing it in has failed.
    pub(crate) older_missed: Option<HistoryMissed>,
    pub(crate) waiting: Option<instructor::Waiting>,
    /// Why the world took the last injection not; `None` once there is another wish.
    pub(crate) refused: Option<Phrase>,
    /// The failure that stopped the clock; `None` once somebody lets it go on.
    pub(crate) halted: Option<AppError>,
}

/// What of the world is in the workspace.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) until: Timestamp,
    /// The numbers of the series: a delivery brings all of them, and would search the store for each.
    pub(crate) ids: BTreeMap<SeriesKey, SeriesId>,
    pub(crate) snapshot_at: Timestamp,
    pub(crate) said: usize,
    /// The inventory as it was stored last; `None` when that is not known.
    inventory: Option<Topology>,
    detected: Option<(Timestamp, Instant, Duration)>,
}

/// What of the orders to the world is in the file.
#[derive(Debug)]
pub(crate) struct Ordered {
    /// How many of them, from the first on.
    pub(crate) in_file: usize,
    /// The journal of the attempt as the file has it. Known before the first order, which would wait for whoever reads
    /// the file otherwise; `None` where it could not be read.
    pub(crate) journal: Option<Journal>,
}

/// The reference run and the run in which nobody acts, for these orders of the instructor.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    pub(crate) injected: Vec<Order>,
    pub(crate) reference: Outcome,
    pub(crate) nobody: Outcome,
}

impl Written {
    /// Begins again after the world went back.
    pub(crate) fn restart(&mut self, until: Timestamp) {
        // Numbers of series stay: the store keeps the series when their samples go.
        self.until = until;
        self.snapshot_at = until;
        self.said = 0;
        self.inventory = None;
        self.detected = None;
    }
}

impl Drill {
    /// Creates the drill of a world; `until` is the time up to which the file has what monitoring saw, and `journal` that
    /// of the attempt, as far as it is known.
    pub(crate) fn new(
        setup: Setup,
        world: World,
        source: SourceId,
        inner: Inner,
        until: Timestamp,
        journal: Option<Journal>,
    ) -> Self {
        let at = world.at();
        let in_file = world.orders().len();
        Self {
            setup,
            world: Arc::new(Mutex::new(world)),
            source,
            at: AtomicI64::new(at.as_millis()),
            inner: Mutex::new(inner),
            stepping: AsyncMutex::new(Written {
                until,
                ids: BTreeMap::new(),
                snapshot_at: at,
                said: 0,
                inventory: None,
                detected: None,
            }),
            still: AsyncMutex::new(Ordered { in_file, journal }),
            runs: AsyncMutex::new(None),
            stop: CancellationToken::new(),
            again: Notify::new(),
            ticks: AtomicBool::new(false),
        }
    }

    /// Returns the world's time.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.at.load(Ordering::Relaxed))
    }

    pub(crate) fn set_now(&self, at: Timestamp) {
        self.at.store(at.as_millis(), Ordering::Relaxed);
    }

    /// Returns where the run ends at the latest.
    pub(crate) fn ends(&self) -> Timestamp {
        self.setup.ends()
    }

    /// Returns the world as it stands, for whoever reads long: orders and the clock do not wait for a copy.
    pub(crate) fn copy(&self) -> World {
        lock(&self.world).clone()
    }

    /// Returns when what lies before the beginning became known: with the delivery behind it, as in the run.
    pub(crate) fn history_arrival(&self) -> Arrival {
        Arrival::AsItHappened { period_ms: DELIVERY_MS, until: self.setup.start }
    }

    /// Returns what is due at the world's time.
    pub(crate) fn due_now(&self) -> wardroom_sim::Due {
        let decisions = lock(&self.inner).decisions.clone();
        wardroom_sim::due(self.setup.scenario.brief(), self.setup.start, self.now(), &decisions)
    }

    /// Reports whether a suggestion is shown: planted ones only where the trainee asked for advice that may be wrong.
    pub(crate) fn shows_advice(&self, index: usize) -> bool {
        self.setup.shows_advice(index)
    }

    pub(crate) fn clock(&self) -> DrillClock {
        let inner = lock(&self.inner);
        DrillClock {
            start: self.setup.start.into(),
            at: self.now().into(),
            ends: self.ends().into(),
            paused: inner.paused || inner.phase != DrillPhase::Running,
            speed: inner.speed,
        }
    }

    /// Refuses a decision once the drill has ended.
    ///
    /// # Errors
    ///
    /// `drill_over`.
    pub(crate) fn require_running(&self) -> Result<(), AppError> {
        match lock(&self.inner).phase {
            DrillPhase::Running => Ok(()),
            DrillPhase::Resolved | DrillPhase::Ended => Err(AppError::new("drill_over")),
        }
    }

    /// Reports whether the world may move on: the drill is neither over nor being put away.
    fn goes_on(&self) -> bool {
        !self.stop.is_cancelled() && lock(&self.inner).phase == DrillPhase::Running
    }

    fn is_paused(&self) -> bool {
        lock(&self.inner).paused
    }

    /// Takes the real time since the last look and returns to where the world has to move; `None` when it stands.
    fn due(&self, elapsed_ms: i64) -> Option<Timestamp> {
        let mut inner = lock(&self.inner);
        if inner.paused || inner.phase != DrillPhase::Running {
            return None;
        }
        inner.owed_ms += elapsed_ms.clamp(0, LONGEST_TICK_MS) * i64::from(inner.speed);
        let whole = inner.owed_ms / 1000 * 1000;
        inner.owed_ms -= whole;
        (whole > 0).then(|| self.now().plus_millis(whole).min(self.ends()))
    }
}

/// Runs the clock of a drill until its file is closed; `false` when it runs already.
pub(crate) fn start_clock(app: &App, open: &Arc<Open>, drill: &Arc<Drill>) -> bool {
    if drill.ticks.swap(true, Ordering::Relaxed) {
        return false;
    }
    let (app, open, drill) = (app.clone(), Arc::clone(open), Arc::clone(drill));
    tokio::spawn(async move {
        let mut last = app.wall();
        loop {
            tokio::select! {
                () = drill.stop.cancelled() => return,
                () = tokio::time::sleep(TICK) => {}
            }
            let now = app.wall();
            let elapsed = now.as_millis() - last.as_millis();
            last = now;
            instructor::inject_when_due(&app, &open, &drill).await;
            let Some(to) = drill.due(elapsed) else { continue };
            let _open = open.keep_open().await;
            if let Err(error) = advance(&app, &open, &drill, to).await {
                halt(&app, &drill, error);
            }
        }
    });
    true
}

/// Stops the clock after a failure, which the panel shows: the world would go on without what is seen of it.
pub(crate) fn halt(app: &App, drill: &Drill, error: AppError) {
    tracing::warn!(%error, "The drill's clock stands after a failure.");
    let mut inner = lock(&drill.inner);
    inner.paused = true;
    inner.halted = Some(error);
    drop(inner);
    app.bus().tell(AppEvent::DrillChanged);
}

/// Moves the world on to `to`, stores each delivery of what monitoring saw on the way, and ends the drill when its time
/// is over. It goes no further once somebody ends or pauses the drill on the way, or puts it away.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn advance(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    to: Timestamp,
) -> Result<(), AppError> {
    // A world that stands moves where it is told to; whoever stops one that goes is not overtaken by the minutes that a
    // fast clock owes it.
    let stood = drill.is_paused();
    let mut written = drill.stepping.lock().await;
    kept::record_missed(open, drill).await?;
    while drill.now() < to && drill.goes_on() && (stood || !drill.is_paused()) {
        let next = drill.now().floor_to(DELIVERY_MS).plus_millis(DELIVERY_MS).min(to);
        // What was seen is looked at before the next order, and stored beside it: nobody waits for the file to act.
        let still = drill.still.lock().await;
        let at = step(drill, next).await?;
        let learnt = if at == at.floor_to(DELIVERY_MS) { look(drill, &written, at) } else { None };
        drop(still);
        if let Some(learnt) = learnt {
            store(app, open, drill, &mut written, at, learnt).await?;
            // The next event may be many deliveries away; the clock is seen to move there.
            app.bus().tell(AppEvent::DrillTicked { clock: drill.clock() });
        }
        // It moves by whole seconds and not beyond its end.
        if at < next {
            break;
        }
    }
    open.workspace.set_drill_reached(drill.now()).await?;
    // At the end of the run comes a last one.
    if drill.goes_on() && drill.now() < drill.ends() {
        detect_when_due(app, open, drill, &mut written);
    }
    let said = spoken(drill);
    let spoke = said != std::mem::replace(&mut written.said, said);
    let over = drill.now() >= drill.ends();
    drop(written);
    app.bus().tell(AppEvent::DrillTicked { clock: drill.clock() });
    if over && lock(&drill.inner).phase == DrillPhase::Running {
        ending::end(app, open, drill, DrillPhase::Ended).await?;
    } else if spoke {
        app.bus().tell(AppEvent::DrillChanged);
    }
    Ok(())
}

/// Moves the world on and returns where it stands.
async fn step(drill: &Drill, to: Timestamp) -> Result<Timestamp, AppError> {
    let world = Arc::clone(&drill.world);
    let at = tokio::task::spawn_blocking(move || {
        let mut world = lock(&world);
        world.advance(to);
        world.at()
    });
    let at = at.await.map_err(|e| AppError::internal(&e))?;
    drill.set_now(at);
    Ok(at)
}

/// Stores what monitoring saw since the last delivery, because the drill ends or is put away before the next.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn deliver(app: &App, open: &Arc<Open>, drill: &Arc<Drill>) -> Result<(), AppError> {
    let mut written = drill.stepping.lock().await;
    kept::record_missed(open, drill).await?;
    write(app, open, drill, &mut written, drill.now()).await
}

/// Gives the running world the telemetry that one out of a snapshot lacks, by running it once more from its beginning:
/// it is a pure function of its orders, so nothing else of it changes.
///
/// # Errors
///
/// `internal`.
pub(crate) async fn make_whole(drill: &Arc<Drill>) -> Result<(), AppError> {
    let _one = drill.stepping.lock().await;
    let _still = drill.still.lock().await;
    let (orders, to) = {
        let world = lock(&drill.world);
        if world.history().start() < drill.setup.start {
            return Ok(());
        }
        (world.orders().to_vec(), world.at())
    };
    let whole = kept::again(drill, orders, to).await?;
    *lock(&drill.world) = whole;
    Ok(())
}

/// Returns the time of the next event, or half an hour on when nothing happens.
pub(crate) async fn next_event(drill: &Arc<Drill>) -> Result<Timestamp, AppError> {
    let world = Arc::clone(&drill.world);
    let found = tokio::task::spawn_blocking(move || {
        let world = lock(&world).clone();
        world.next_event(FAR_S).unwrap_or_else(|| world.at().plus_millis(FAR_S * 1000))
    });
    let event = found.await.map_err(|e| AppError::internal(&e))?;
    // It is seen when it is delivered.
    let event = event.plus_millis(DELIVERY_MS - 1).floor_to(DELIVERY_MS);
    let spoken = drill.due_now().next;
    Ok(spoken.map_or(event, |at| at.min(event)).min(drill.ends()))
}

/// Counts what colleagues and the program have said so far.
fn spoken(drill: &Drill) -> usize {
    let due = drill.due_now();
    due.said.len() + due.advice.len()
}

/// Everything but samples that monitoring learnt in a period.
struct Learnt {
    logs: Vec<wardroom_core::LogRecord>,
    alerts: Vec<(Timestamp, wardroom_core::Alert)>,
    /// Everything that is pending or firing at the end of the period.
    pending: Vec<wardroom_core::Alert>,
    changes: Vec<wardroom_core::Change>,
    checks: Vec<CheckOutcome>,
    inventory: Topology,
    snapshot: Option<Vec<u8>>,
}

fn learn(world: &World, range: TimeRange, with_snapshot: bool) -> Learnt {
    Learnt {
        logs: world.logs(range),
        alerts: world.alert_events(range).into_iter().map(|event| (event.at, event.alert)).collect(),
        pending: world.alerts(),
        changes: world.changes(range),
        checks: check_outcomes(world, range),
        inventory: world.inventory(),
        snapshot: with_snapshot.then(|| world.snapshot()),
    }
}

pub(crate) fn check_outcomes(world: &World, range: TimeRange) -> Vec<CheckOutcome> {
    let results = world.check_results(range).into_iter();
    results
        .map(|result| CheckOutcome {
            at: result.at,
            name: result.name,
            kind: result.kind.to_owned(),
            component: result.component,
            ok: result.ok,
            took_ms: result.took_ms,
            steps: result.steps,
        })
        .collect()
}

/// Stores what monitoring saw until `at`.
pub(crate) async fn write(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    written: &mut Written,
    at: Timestamp,
) -> Result<(), AppError> {
    match look(drill, written, at) {
        Some(learnt) => store(app, open, drill, written, at, learnt).await,
        None => Ok(()),
    }
}

/// Looks at what monitoring learnt from the last delivery until `at`; `None` when no time has passed.
fn look(drill: &Drill, written: &Written, at: Timestamp) -> Option<Learnt> {
    let range = TimeRange::new(written.until.plus_millis(1), at.plus_millis(1)).ok()?;
    let with_snapshot = at.as_millis() - written.snapshot_at.as_millis() >= SNAPSHOT_EVERY_MS;
    Some(learn(&lock(&drill.world), range, with_snapshot))
}

async fn store(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    written: &mut Written,
    at: Timestamp,
    learnt: Learnt,
) -> Result<(), AppError> {
    let ws = &open.workspace;
    read_samples(open, drill, written, at).await?;
    ingest::unread(open, drill.source, &learnt.logs, at).await?;
    ws.put_alert_events(drill.source, &learnt.alerts).await?;
    ws.put_alerts(drill.source, &learnt.pending, at).await?;
    ws.put_changes(drill.source, &learnt.changes, at).await?;
    ws.put_check_results(drill.source, &learnt.checks, at).await?;
    // A tick twice a second seldom finds another inventory, and the store would compare it row by row.
    let inventory = topology::sync::whole(&SimulatedInventory::fixed(learnt.inventory), at).await?;
    if written.inventory.as_ref() != Some(&inventory) {
        ws.put_inventory(drill.source, &inventory, at, at).await?;
        written.inventory = Some(inventory);
        open.topology.changed();
        app.bus().tell(AppEvent::TopologyChanged);
    }
    ws.set_drill_reached(at).await?;
    if let Some(bytes) = learnt.snapshot {
        ws.put_drill_snapshot(at, bytes).await?;
        written.snapshot_at = at;
    }
    written.until = at;
    let bus = app.bus();
    // An alert that begins with the delivery is within a range that ends behind it.
    let until = at.plus_millis(1).into();
    bus.tell(AppEvent::SamplesArrived { source: source_number(drill.source), until });
    if !learnt.alerts.is_empty() {
        bus.tell(AppEvent::AlertsChanged);
    }
    if !learnt.logs.is_empty() {
        bus.tell(AppEvent::LogsChanged);
    }
    Ok(())
}

/// Reads the samples since the last step through the same door as those of any source.
async fn read_samples(
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    written: &mut Written,
    at: Timestamp,
) -> Result<(), AppError> {
    let connected: Option<Arc<dyn MetricSource>> = lock(&open.sources).get(&drill.source).cloned();
    let Some(connected) = connected else { return Err(AppError::new("drill_no_real_sources")) };
    let start = written.until.plus_millis(-OVERLAP_MS);
    let Ok(range) = TimeRange::new(start, at.plus_millis(1)) else { return Ok(()) };
    let scope = connections::everything();
    let plan = connected.plan(&scope, range, None).await?;
    let mut rows = Vec::new();
    for request in &plan.requests {
        let answer = connected.read(request).await?;
        sync::number_series(open, drill.source, &answer, &mut written.ids, at).await?;
        rows.extend(answer.series.into_iter().filter_map(|s| Some((*written.ids.get(&s.key)?, s.samples))));
    }
    open.workspace.append_tail(drill.source, at, &rows).await?;
    Ok(())
}

/// Begins the last detection of a run whose clock goes by itself: what was seen until its end is judged as well.
pub(crate) async fn detect_at_end(app: &App, open: &Arc<Open>, drill: &Arc<Drill>) {
    if !drill.ticks.load(Ordering::Relaxed) {
        return;
    }
    let mut written = drill.stepping.lock().await;
    let now = drill.now();
    if written.detected.is_none_or(|(at, ..)| at < now) {
        written.detected = Some((now, Instant::now(), DETECT_PAUSE));
        detection::start_quietly(app, open);
    }
}

/// Begins a detection in the background when enough time has passed in the world and outside.
fn detect_when_due(app: &App, open: &Arc<Open>, drill: &Arc<Drill>, written: &mut Written) {
    let now = drill.now();
    let is_due = written.detected.is_none_or(|(at, real, pause)| {
        now.as_millis() - at.as_millis() >= DETECT_EVERY_MS && real.elapsed() >= pause
    });
    // A detection that is still under way is not followed by a second one.
    let Ok(free) = open.detecting.try_lock() else { return };
    drop(free);
    if is_due {
        written.detected = Some((now, Instant::now(), DETECT_PAUSE));
        detection::start_quietly(app, open);
    }
}
