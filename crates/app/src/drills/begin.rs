//! How a drill begins: a file of its own, its history, its clock; and how it is opened again and put away.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wardroom_actions::Journal;
use wardroom_connectors::simulated::{SimulatedInventory, SimulatedWorld};
use wardroom_connectors::source::MetricSource;
use wardroom_core::{TimeRange, Timestamp};
use wardroom_sim::{Brief, World};
use wardroom_store::{CreateOptions, NewDrill, NewSource, Workspace};

use crate::connections;
use crate::context::{App, Open, lock, source_number};
use crate::drills::catalogue::Found;
use crate::drills::rows::{DrillOptions, DrillPhase};
use crate::drills::running::{self, Drill, Inner, SPEEDS, Setup};
use crate::drills::{kept, older};
use crate::error::AppError;
use crate::jobs::JobKind;
use crate::logs::ingest;
use crate::sync;
use crate::topology;
use crate::workspaces;

/// The day on which every drill happens in its world's time, a Sunday (2026-11-22T00:00:00Z): the same scenario and
/// seed are the same world for everyone.
const DAY: Timestamp = Timestamp::from_millis(1_795_305_600_000);

/// Samples and results of checks that are there before the drill opens; the rest of the history arrives behind the open
/// screen.
pub(crate) const FIRST_HISTORY_MS: i64 = 3_600_000;
/// Log lines that are there before the drill opens.
pub(crate) const FIRST_LINES_MS: i64 = 300_000;
/// The longest name of a trainee, in characters.
const LONGEST_NAME: usize = 60;

/// Returns where a drill begins in its world's time: the day's hour that its briefing speaks of.
#[expect(clippy::cast_possible_truncation, reason = "minutes of one day")]
pub(crate) fn beginning(brief: &Brief) -> Timestamp {
    let minutes = (brief.local_hour * 60.0).round().clamp(0.0, 1439.0) as i64;
    DAY.plus_millis(minutes * 60_000)
}

/// Returns the oldest time of which the world of a drill has something.
fn oldest(brief: &Brief) -> Timestamp {
    beginning(brief).plus_millis(-brief.history_s * 1000)
}

/// What a drill is begun with.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) found: Found,
    pub(crate) seed: u32,
    pub(crate) trainee: String,
    pub(crate) options: DrillOptions,
    /// The file; `None` takes a name in the application's folder.
    pub(crate) path: Option<PathBuf>,
}

impl Wanted {
    /// Returns what the drill will be.
    pub(crate) fn setup(&self) -> Setup {
        Setup {
            id: self.found.id.clone(),
            scenario: self.found.scenario.clone(),
            seed: u64::from(self.seed),
            start: beginning(self.found.scenario.brief()),
            trainee: self.trainee.clone(),
            advice: self.options.advice,
            coach: self.options.coach,
            noted: Vec::new(),
        }
    }
}

/// Checks what a drill is to be begun with.
///
/// # Errors
///
/// `drill_speed`; `trainee_name`.
pub(crate) fn wanted(
    found: Found,
    seed: u32,
    trainee: &str,
    options: DrillOptions,
    path: Option<PathBuf>,
) -> Result<Wanted, AppError> {
    if !SPEEDS.contains(&options.speed) {
        return Err(AppError::new("drill_speed").with("speed", options.speed));
    }
    let trainee = trainee.trim().to_owned();
    if trainee.chars().count() > LONGEST_NAME {
        return Err(AppError::new("trainee_name").with("n", LONGEST_NAME));
    }
    Ok(Wanted { found, seed, trainee, options, path })
}

/// Makes the file of a drill, brings the last hour in and opens it. The world stands at its beginning.
///
/// # Errors
///
/// `scenario_unreadable`; `workspace_exists`; store failures.
pub(crate) async fn begin(app: &App, wanted: Wanted) -> Result<(Arc<Open>, Arc<Drill>), AppError> {
    let _one = app.opening().lock().await;
    let setup = wanted.setup();
    let (scenario, seed, start) = (setup.scenario.clone(), setup.seed, setup.start);
    let making = tokio::task::spawn_blocking(move || World::new(&scenario, seed, start));
    let path = match &wanted.path {
        Some(path) => workspaces::with_ending(path),
        None => free_path(app.data_dir(), &wanted.found.id, wanted.seed)?,
    };
    let ws = make_file(app, &path, &wanted).await?;
    let source = ws.add_source(source_of(&wanted)).await?;
    let world = making.await.map_err(|e| AppError::internal(&e))?;
    let inner = Inner {
        attempt: 1,
        branched_at: None,
        phase: DrillPhase::Running,
        paused: false,
        speed: wanted.options.speed,
        owed_ms: 0,
        decisions: Vec::new(),
        history_whole: false,
        older_missed: None,
        waiting: None,
        refused: None,
        halted: None,
    };
    let journal = Some(Journal::new(Vec::new()));
    let drill = Arc::new(Drill::new(setup, world, source, inner, start, journal));
    let open = Arc::new(Open::new(ws, false, true).with_drill(Some(Arc::clone(&drill))));
    attach(&open);
    if let Err(error) = first_history(app, &open, &drill).await {
        // A drill without its history is of no use, also where a full disk keeps it from being closed.
        let _unclosed = open.workspace.close().await;
        workspaces::remove::files(&path);
        return Err(error);
    }
    workspaces::close_open(app, None).await;
    workspaces::adopt_arc(app, Arc::clone(&open)).await?;
    Ok((open, drill))
}

async fn make_file(app: &App, path: &Path, wanted: &Wanted) -> Result<Workspace, AppError> {
    let options = CreateOptions {
        writer: workspaces::writer_id(path, app.wall()),
        name: format!("{}-{}", wanted.found.id, wanted.seed),
        origin: "drill".to_owned(),
        created_at: app.wall(),
    };
    let ws = Workspace::create(path, options).await?;
    workspaces::settle(&ws).await?;
    ws.set_meta(workspaces::SIMULATED, "1").await?;
    ws.begin_drill(&NewDrill {
        scenario_id: wanted.found.id.clone(),
        scenario: wanted.found.text.clone(),
        topology: wanted.found.topology.clone(),
        seed: u64::from(wanted.seed),
        start: beginning(wanted.found.scenario.brief()),
        advice: kept::advice_word(wanted.options.advice).to_owned(),
        trainee: wanted.trainee.clone(),
        coach: wanted.options.coach,
        created_at: app.wall(),
    })
    .await?;
    Ok(ws)
}

fn source_of(wanted: &Wanted) -> NewSource {
    NewSource {
        name: wanted.found.id.clone(),
        kind: connections::SIMULATED.to_owned(),
        // Everything that makes the world stands in the drill's own row.
        config: "{}".to_owned(),
        // The monitoring was there before the drill begins.
        created_at: oldest(wanted.found.scenario.brief()),
    }
}

/// Returns a name in the application's folder that is not taken.
fn free_path(data_dir: &Path, id: &str, seed: u32) -> Result<PathBuf, AppError> {
    let folder = data_dir.join("drills");
    std::fs::create_dir_all(&folder)
        .map_err(|e| AppError::new("io").with("path", folder.display()).with("detail", e))?;
    let names = (1..10_000).map(|n| folder.join(format!("{id}-{seed}-{n}.wardroom")));
    let mut free = names.filter(|path| path.symlink_metadata().is_err());
    free.next().ok_or_else(|| AppError::new("workspace_exists").with("path", folder.display()))
}

/// Puts the one simulated source of a drill where the sources of a workspace are looked for.
pub(crate) fn attach(open: &Open) {
    let Some(drill) = &open.drill else { return };
    let source: Arc<dyn MetricSource> = Arc::new(SimulatedWorld::new(Arc::clone(&drill.world)));
    lock(&open.sources).insert(drill.source, source);
}

/// Brings the last hour before the beginning in, samples through the same functions as any sync.
async fn first_history(app: &App, open: &Arc<Open>, drill: &Drill) -> Result<(), AppError> {
    let at = drill.setup.start;
    let inventory = topology::sync::whole(&SimulatedInventory::new(Arc::clone(&drill.world)), at).await?;
    let (oldest, hour, rules, logs, alerts, changes, checks) = {
        let world = lock(&drill.world);
        let oldest = world.history().start();
        let all = TimeRange::new(oldest, at.plus_millis(1)).map_err(|e| AppError::internal(&e))?;
        let lines = TimeRange::new(oldest.max(at.plus_millis(-FIRST_LINES_MS)), all.end());
        let lines = lines.map_err(|e| AppError::internal(&e))?;
        let hour = TimeRange::new(oldest.max(at.plus_millis(-FIRST_HISTORY_MS)), all.end());
        let hour = hour.map_err(|e| AppError::internal(&e))?;
        let events = world.alert_events(all).into_iter().map(|event| (event.at, event.alert));
        (
            oldest,
            hour,
            world.rules(),
            world.logs(lines),
            events.collect::<Vec<_>>(),
            world.changes(all),
            running::check_outcomes(&world, hour),
        )
    };
    let ws = &open.workspace;
    // The rules of a world never change.
    ws.put_rules(drill.source, &rules, oldest).await?;
    ingest::history(open, drill.source, &logs, drill.history_arrival()).await?;
    ws.put_alert_events(drill.source, &alerts).await?;
    ws.put_changes(drill.source, &changes, drill.history_arrival()).await?;
    ws.put_check_results(drill.source, &checks, drill.history_arrival()).await?;
    ws.put_inventory(drill.source, &inventory, at, at).await?;
    open.topology.changed();
    let job = app.jobs().begin(app.bus(), JobKind::Drill, ws.name(), Some(source_number(drill.source)));
    let done = sync::run(app, open, drill.source, Some(hour), at, &job).await;
    job.end(workspaces::end_state(done.as_ref().map(|_| ()).map_err(Clone::clone)));
    done.map(|_| ())
}

/// Lets the clock of the open drill run; `false` when the open workspace is none.
pub(crate) fn resume(app: &App) -> bool {
    let Some(open) = app.open_or_none() else { return false };
    let Some(drill) = open.drill.clone() else { return open.is_drill() };
    // Opening the file that is open already changes nothing.
    let begins = open.workspace.mode().is_writable() && running::start_clock(app, &open, &drill);
    if begins && !lock(&drill.inner).history_whole {
        older::older_history(app, &open, &drill);
    }
    true
}

/// Stops the clock and keeps how the world stands. A workspace without a drill is fine.
pub(crate) async fn stop(app: &App, open: &Arc<Open>) {
    let Some(drill) = &open.drill else { return };
    drill.stop.cancel();
    if !open.workspace.mode().is_writable() {
        return;
    }
    // A world out of a snapshot has nothing of what was seen before it.
    if let Err(error) = running::deliver(app, open, drill).await {
        tracing::warn!(%error, "The last seconds of the drill are not in its file.");
    }
    let written = drill.stepping.lock().await;
    let ordered = drill.still.lock().await;
    let at = drill.now();
    let bytes = lock(&drill.world).snapshot();
    if let Err(error) = open.workspace.put_drill_snapshot(at, bytes).await {
        tracing::warn!(%error, "The drill will be computed anew when it is opened again.");
    }
    drop(ordered);
    drop(written);
}
