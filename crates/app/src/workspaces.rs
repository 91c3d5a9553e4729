//! Workspaces: demo, new, open, close, copy, check, compact, and the recent ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_connectors::simulated::{Simulated, SimulatedConfig, SimulatedInventory};
use wardroom_connectors::source::InventorySource;
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{CreateOptions, Mode, NewSource, ReadOnlyReason, Recent, Workspace};

use crate::connections;
use crate::context::{App, Open, lock, source_number};
use crate::detection;
use crate::drills;
use crate::error::{AppError, held_by};
use crate::events::AppEvent;
use crate::follow;
use crate::jobs::{Job, JobKind, JobRow, JobState};
use crate::logs::files;
use crate::now;
use crate::phrase::Phrase;
use crate::sync;
use crate::topology;
use crate::wire::{Millis, Span};

mod check;
#[cfg(test)]
pub(crate) mod made_demo;
pub(crate) mod remove;
mod rows;

pub use rows::{
    AppStateRow, CheckProblemRow, CheckRow, CompactRow, KeychainState, RecentMark, RecentRow, WorkspaceRow,
};

/// The world of the demo, as a person could write one.
pub const DEMO_SCENARIO: &str = include_str!("../../../assets/scenarios/demo.toml");

/// The seed of the demo when none is given.
pub const DEMO_SEED: u64 = 7;

/// The version of the workspace format that this program writes.
pub const FORMAT: u32 = 1;

const DAY_MS: i64 = 86_400_000;
/// How long closing waits for work that was asked to end; storing what arrived takes a fraction of it.
const ENDING_LIMIT: Duration = Duration::from_secs(10);
const HOME: &str = "home";
const IDENTITY: &str = "identity";
pub(crate) const SIMULATED: &str = "simulated";

/// Returns everything that a window needs to begin.
///
/// # Errors
///
/// Store failures.
pub async fn app_state(app: &App) -> Result<AppStateRow, AppError> {
    Ok(AppStateRow {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        workspace_format: FORMAT,
        settings: app.settings(),
        keychain: app.secrets().state(),
        workspace: workspace(app).await?,
        egress_bytes: u32::try_from(app.egress().bytes()).unwrap_or(u32::MAX),
        local_zone: jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned(),
        open_first: None,
    })
}

/// Describes the open workspace; `None` when none is open.
///
/// # Errors
///
/// Store failures.
pub async fn workspace(app: &App) -> Result<Option<WorkspaceRow>, AppError> {
    let Some(open) = app.open_or_none() else { return Ok(None) };
    let ws = &open.workspace;
    let stats = ws.stats().await?;
    // Where there are no samples, the lines say from when to when there is data.
    let data = match (stats.first.zip(stats.last), stats.first_log.zip(stats.last_log)) {
        (Some((first, last)), _) | (None, Some((first, last))) => {
            TimeRange::new(first, last.plus_millis(1)).ok()
        }
        (None, None) => files::span(&open).await?,
    };
    let range = match data {
        Some(data) => Some(first_range(app, &open, data, None).await?),
        None => None,
    };
    Ok(Some(WorkspaceRow {
        name: ws.name().to_owned(),
        path: ws.path().display().to_string(),
        simulated: open.simulated,
        drill: open.is_drill(),
        read_only: read_only(ws.mode()),
        from_elsewhere: open.from_elsewhere(),
        size_bytes: ws.size_bytes().await? as f64,
        series: u32::try_from(stats.series).unwrap_or(u32::MAX),
        samples: stats.samples as f64,
        data: data.map(Span::from),
        range: range.map(Span::from),
        following: !lock(&open.followed).is_empty(),
    }))
}

/// The range to begin with: the last hour of data, or from a little before the present findings, whichever is longer
/// up to six hours; it ends at the last data. As known now or at `as_of`.
pub(crate) async fn first_range(
    app: &App,
    open: &Open,
    data: TimeRange,
    as_of: Option<Timestamp>,
) -> Result<TimeRange, AppError> {
    let end = data.end();
    let start = now::main_onset(app, open, end, as_of).await?;
    let wanted = start.map_or(end.plus_millis(-3_600_000), |at| {
        let before = (end.as_millis() - at.as_millis()).max(600_000);
        end.plus_millis(-(before * 2).clamp(1_200_000, 21_600_000))
    });
    let start = wanted.max(data.start().plus_millis(-1)).min(end.plus_millis(-60_000));
    TimeRange::new(start, end).map_err(|e| AppError::internal(&e))
}

fn read_only(mode: &Mode) -> Option<Phrase> {
    match mode {
        Mode::Writable => None,
        Mode::ReadOnly(ReadOnlyReason::OpenElsewhere { owner }) => {
            Some(held_by(Phrase::new("read-only-open-elsewhere"), owner))
        }
        Mode::ReadOnly(ReadOnlyReason::NewerFormat { .. }) => Some(Phrase::new("read-only-newer")),
        Mode::ReadOnly(ReadOnlyReason::Medium) => Some(Phrase::new("read-only-medium")),
    }
}

/// Creates an empty workspace and opens it.
///
/// # Errors
///
/// `workspace_exists` when something is there already; store failures.
pub async fn create(app: &App, path: &Path) -> Result<(), AppError> {
    let _one = app.opening().lock().await;
    let path = with_ending(path);
    let options = CreateOptions {
        writer: writer_id(&path, app.now()),
        name: file_stem(&path),
        origin: "new".to_owned(),
        created_at: app.now(),
    };
    let ws = Workspace::create(&path, options).await?;
    settle(&ws).await?;
    close_open(app, None).await;
    adopt(app, Open::new(ws, false, false)).await
}

/// Opens a workspace file. Sources that were followed here go on being followed; those of a file from elsewhere not.
///
/// # Errors
///
/// Sentences for: not there, not a workspace, damaged, no permission. The workspace that was open stays open then.
pub async fn open(app: &App, path: &Path) -> Result<(), AppError> {
    open_only(app, path).await?;
    if drills::resume(app) {
        return Ok(());
    }
    files::watching::resume(app).await?;
    follow::resume(app).await
}

/// Opens a workspace file as [`open`] does, but follows nothing: a command asks no source that it was not told to ask.
///
/// # Errors
///
/// As for [`open`].
pub async fn open_only(app: &App, path: &Path) -> Result<(), AppError> {
    let _one = app.opening().lock().await;
    let path = at(path);
    if let Some(open) = app.open_or_none()
        && same_file(open.workspace.path(), &path)
    {
        return Ok(());
    }
    let ws = Workspace::open(&path, app.now()).await?;
    let here = ws.meta(HOME).await?.is_some_and(|home| home == place(ws.path()));
    let simulated = ws.meta(SIMULATED).await?.is_some();
    let restored = match drills::restore(&ws).await {
        Ok(restored) => restored,
        Err(error) => {
            ws.close().await?;
            return Err(error);
        }
    };
    close_open(app, None).await;
    let simulated = simulated || restored.is_some();
    let open = Open::new(ws, !here, simulated).with_restored(restored);
    drills::attach(&open);
    adopt(app, open).await
}

async fn adopt(app: &App, open: Open) -> Result<(), AppError> {
    adopt_arc(app, Arc::new(open)).await
}

pub(crate) async fn adopt_arc(app: &App, open: Arc<Open>) -> Result<(), AppError> {
    open.logs.keep_indexes_in(files::cache_dir(app));
    app.replace_open(Some(Arc::clone(&open)));
    remember(app, &open).await?;
    app.bus().tell(AppEvent::WorkspaceChanged);
    Ok(())
}

/// Closes the open workspace: one file remains. None open is fine.
pub async fn close(app: &App) {
    // Also what still makes a workspace (the demo), which would hold the lock until it is done.
    app.jobs().cancel_all();
    let _one = app.opening().lock().await;
    close_open(app, None).await;
    app.bus().tell(AppEvent::WorkspaceChanged);
}

/// Closes a workspace that was just made and removes its file: what it was made for was refused.
pub async fn discard(app: &App) {
    let Some(path) = app.open_or_none().map(|open| open.workspace.path().to_owned()) else { return };
    close(app).await;
    remove::files(&path);
    if let Err(error) = app.app_db().forget(&path).await {
        tracing::warn!(%error, "Kept a note of a workspace that is gone.");
    }
}

/// Closes the open workspace; every job is asked to end but `kept`, which is the one that needs it closed.
pub(crate) async fn close_open(app: &App, kept: Option<u32>) {
    let Some(open) = app.open_or_none() else { return };
    app.jobs().cancel_others(kept);
    open.queries.end_all();
    open.value_counts.end_all();
    open.line_counts.end_all();
    follow::stop_all(&open).await;
    files::watching::stop(&open);
    drills::stop(app, &open).await;
    // A sync that is cut off here would lose its last batch, an import would leave an empty source behind.
    open.wait_for_work(ENDING_LIMIT).await;
    // A recent entry that cannot be written costs a line on the first page, not the workspace.
    if let Err(error) = remember(app, &open).await {
        tracing::warn!(%error, "Kept no note of the workspace for the first page.");
    }
    app.replace_open(None);
    if let Err(error) = open.workspace.close().await {
        tracing::warn!(%error, "Closed the workspace with a failure.");
    }
}

/// Marks a new workspace as made here.
pub(crate) async fn settle(ws: &Workspace) -> Result<(), AppError> {
    ws.set_meta(HOME, &place(ws.path())).await?;
    let identity = ws.new_fact_id().await?.to_string();
    ws.set_meta(IDENTITY, &identity).await?;
    Ok(())
}

/// Lets a file from elsewhere be followed from here on: this place becomes its home. Once it has been anywhere else, it
/// is from elsewhere again.
pub(crate) async fn trust(open: &Open) -> Result<(), AppError> {
    open.workspace.set_meta(HOME, &place(open.workspace.path())).await?;
    open.trust();
    Ok(())
}

/// Makes the demo workspace and opens it: connect, sync, detect, through the same functions as every source.
///
/// `at` is the moment at which its history ends; the same seed and moment give the same bytes.
///
/// # Errors
///
/// Store failures; `cancelled`, after which no file is left.
pub async fn make_demo(app: &App, path: &Path, seed: u64, at: Timestamp, job: &Job) -> Result<(), AppError> {
    let _one = app.opening().lock().await;
    let path = with_ending(path);
    let options =
        CreateOptions { writer: seed, name: "demo".to_owned(), origin: "demo".to_owned(), created_at: at };
    let ws = Workspace::create(&path, options).await?;
    ws.set_meta(HOME, &place(ws.path())).await?;
    ws.set_meta(IDENTITY, &format!("demo-{seed}-{}", at.as_millis())).await?;
    ws.set_meta(SIMULATED, "1").await?;
    close_open(app, Some(job.id())).await;
    // Nobody sees it before it is whole: a screen over half of the history would say something untrue.
    let open = Arc::new(Open::new(ws, false, true));
    let made = fill_demo(app, &open, seed, at, job).await;
    if let Err(error) = made {
        // On a full disk closing fails too, and what is half made is of no use to anybody: it goes all the same.
        let _unclosed = open.workspace.close().await;
        remove::files(&path);
        app.bus().tell(AppEvent::WorkspaceChanged);
        return Err(error);
    }
    adopt_arc(app, open).await
}

async fn fill_demo(app: &App, open: &Arc<Open>, seed: u64, at: Timestamp, job: &Job) -> Result<(), AppError> {
    let config = connections::simulated_config(DEMO_SCENARIO, seed, at)?;
    let source = open
        .workspace
        .add_source(NewSource {
            name: "demo".to_owned(),
            kind: connections::SIMULATED.to_owned(),
            config,
            created_at: at,
        })
        .await?;
    let start = at.plus_millis(-8 * DAY_MS);
    let range = TimeRange::new(start, at.plus_millis(1)).map_err(|e| AppError::internal(&e))?;
    let world = demo_source(seed, at)?;
    let inventory: Arc<dyn InventorySource> =
        Arc::new(SimulatedInventory::fixed(world.world().inventory().clone()));
    let row = connections::stored(open, source_number(source)).await?;
    topology::sync::take(open, &row, &inventory, at, job).await?;
    sync::run(app, open, source, Some(range), at, job).await?;
    detection::run(app, open, at, job).await?;
    Ok(())
}

/// What the simulator knows really happened in the demo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TruthRow {
    /// The entity at which the fault began.
    pub cause: String,
    /// The fault.
    pub fault: String,
    /// When it began.
    pub onset: Millis,
    /// Everything that it reached, in order of onset.
    pub affected: Vec<(String, Millis)>,
}

fn demo_source(seed: u64, at: Timestamp) -> Result<Simulated, AppError> {
    let config = SimulatedConfig { scenario: DEMO_SCENARIO.to_owned(), seed, end: at };
    Ok(Simulated::new(&config)?)
}

/// Returns the ground truth of the demo with this seed and end.
///
/// # Errors
///
/// `source_settings` when the scenario cannot be read.
pub fn demo_truth(seed: u64, at: Timestamp) -> Result<TruthRow, AppError> {
    let truth = demo_source(seed, at)?.truth();
    Ok(TruthRow {
        cause: truth.cause.clone(),
        fault: truth.fault.clone(),
        onset: truth.onset.into(),
        affected: truth.affected.iter().map(|(e, at)| (e.clone(), (*at).into())).collect(),
    })
}

/// Begins making the demo in the application's folder; its end is told as `WorkspaceChanged`.
///
/// # Errors
///
/// `internal` when the folder cannot be made.
pub fn open_demo(app: &App) -> Result<JobRow, AppError> {
    let job = app.jobs().begin(app.bus(), JobKind::Demo, "demo", None);
    let at = app.now().floor_to(15_000);
    let stamp = jiff::Timestamp::from_millisecond(at.as_millis()).map_err(|e| AppError::internal(&e))?;
    let name = format!("demo-{}.wardroom", stamp.strftime("%Y%m%d-%H%M%S"));
    let folder = app.data_dir().join("workspaces");
    std::fs::create_dir_all(&folder)
        .map_err(|e| AppError::new("io").with("path", folder.display()).with("detail", e))?;
    let (app, task) = (app.clone(), job.clone());
    tokio::spawn(async move {
        let made = make_demo(&app, &folder.join(name), DEMO_SEED, at, &task).await;
        task.end(end_state(made));
    });
    Ok(job.row())
}

/// Returns the state in which a job ends.
pub(crate) fn end_state(result: Result<(), AppError>) -> JobState {
    match result {
        Ok(()) => JobState::Done,
        Err(error) if error.is_cancelled() => JobState::Cancelled,
        Err(error) => JobState::Failed { error },
    }
}

/// Writes a copy of the open workspace to another file, while it is open.
///
/// # Errors
///
/// `no_workspace`; `workspace_exists`; store failures.
pub async fn save_copy(app: &App, path: &Path) -> Result<PathBuf, AppError> {
    let open = app.open()?;
    let path = with_ending(path);
    open.workspace.save_copy(&path).await?;
    Ok(path)
}

/// Begins writing a copy; its end is told by the job.
pub fn start_copy(app: &App, path: &str) -> JobRow {
    let job = app.jobs().begin(app.bus(), JobKind::Copy, path, None);
    let (app, task, path) = (app.clone(), job.clone(), PathBuf::from(path));
    tokio::spawn(async move {
        let _open = match app.open_or_none() {
            Some(open) => Some(open.keep_open().await),
            None => None,
        };
        let token = task.token();
        let result = tokio::select! {
            result = save_copy(&app, &path) => result,
            () = token.cancelled() => Err(AppError::cancelled()),
        };
        task.end(end_state(result.map(|_| ())));
    });
    job.row()
}

/// Checks the open workspace's file: structure, checksums, and that every chunk decodes.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn check_open(app: &App) -> Result<CheckRow, AppError> {
    let path = app.open()?.workspace.path().to_owned();
    check(&path).await
}

/// Checks a workspace file without changing it.
///
/// # Errors
///
/// Not there, not a workspace.
pub async fn check(path: &Path) -> Result<CheckRow, AppError> {
    let report = Workspace::check(&at(path)).await?;
    Ok(CheckRow {
        sound: report.is_sound(),
        chunks: u32::try_from(report.chunks).unwrap_or(u32::MAX),
        samples: report.samples as f64,
        problems: report.problems.iter().map(check::problem_row).collect(),
    })
}

/// Gives space back: applies retention, merges small chunks, rewrites the file.
///
/// # Errors
///
/// `no_workspace`; read-only; store failures.
pub async fn compact(app: &App) -> Result<CompactRow, AppError> {
    let open = app.open()?;
    let now = app.now();
    let report = open.workspace.compact(now).await?;
    for source in open.workspace.sources().await? {
        if let Some(keep) = source.retention_ms {
            sync::uncover_before(&open, source.id, now.plus_millis(-keep), now).await?;
        }
    }
    Ok(CompactRow {
        bytes_before: report.bytes_before as f64,
        bytes_after: report.bytes_after as f64,
        samples_dropped: report.samples_dropped as f64,
        logs_dropped: report.logs_dropped as f64,
    })
}

/// What a recent file said last, as it is kept in the application's own database.
#[derive(Serialize, Deserialize)]
struct Said {
    phrase: Phrase,
    at: Millis,
    grade: u8,
}

async fn remember(app: &App, open: &Open) -> Result<(), AppError> {
    let ws = &open.workspace;
    let stats = ws.stats().await?;
    let said = now::top_finding(app, open).await?;
    let said = said.map(|f| Said { phrase: f.title, at: f.start, grade: f.grade });
    let said = said.and_then(|s| serde_json::to_string(&s).ok());
    app.app_db()
        .put_recent(&Recent {
            path: ws.path().to_owned(),
            name: ws.name().to_owned(),
            size_bytes: ws.size_bytes().await?,
            opened_at: app.wall(),
            data_until: stats.last,
            said,
            origin: origin_text(open),
            fact_writer: ws.writer(),
        })
        .await?;
    Ok(())
}

fn origin_text(open: &Open) -> String {
    let mark = |on: bool, word: &str| if on { format!("{word} ") } else { String::new() };
    format!("{}{}", mark(open.simulated, "simulated"), mark(open.from_elsewhere(), "elsewhere"))
}

/// Lists the files that were open here, newest first. Only whether each still exists is looked at.
///
/// # Errors
///
/// Store failures of the application's own database.
pub async fn recents(app: &App) -> Result<Vec<RecentRow>, AppError> {
    let rows = app.app_db().recents().await?;
    Ok(rows.iter().map(recent_row).collect())
}

fn recent_row(recent: &Recent) -> RecentRow {
    let path = recent.path.clone();
    let mut marks = Vec::new();
    if recent.origin.contains("simulated") {
        marks.push(RecentMark::Simulated);
    }
    if recent.origin.contains("elsewhere") {
        marks.push(RecentMark::FromElsewhere);
    }
    if !path.exists() {
        marks.push(RecentMark::Missing);
    }
    let said: Option<Said> = recent.said.as_deref().and_then(|t| serde_json::from_str(t).ok());
    let (phrase, at, grade) =
        said.map_or((None, None, None), |s| (Some(s.phrase), Some(s.at), Some(s.grade)));
    RecentRow {
        folder: short_folder(&path),
        name: file_stem(&path),
        path: path.display().to_string(),
        size_bytes: recent.size_bytes as f64,
        opened_at: recent.opened_at.into(),
        data_until: recent.data_until.map(Millis::from),
        said: phrase,
        said_at: at,
        said_grade: grade,
        marks,
    }
}

/// Forgets a recent file; the file itself is not touched.
///
/// # Errors
///
/// Store failures of the application's own database.
pub async fn forget_recent(app: &App, path: &str) -> Result<(), AppError> {
    app.app_db().forget(Path::new(path)).await?;
    Ok(())
}

fn short_folder(path: &Path) -> String {
    let folder = path.parent().map(|p| p.display().to_string()).unwrap_or_default();
    let home = directories::UserDirs::new().map(|d| d.home_dir().display().to_string());
    match home.and_then(|h| folder.strip_prefix(&h).map(str::to_owned)) {
        Some(rest) => format!("~{rest}"),
        None => folder,
    }
}

fn file_stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "workspace".to_owned(), |s| s.to_string_lossy().into_owned())
}

/// Adds `.wardroom` to a name without an ending.
pub(crate) fn with_ending(path: &Path) -> PathBuf {
    if path.extension().is_some() { path.to_owned() } else { path.with_extension("wardroom") }
}

/// Returns where the workspace of a name lies: one that is made without an ending gets it, and is found without it.
pub fn at(path: &Path) -> PathBuf {
    let named = with_ending(path);
    if !path.exists() && named.exists() { named } else { path.to_owned() }
}

pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

pub(crate) fn writer_id(path: &Path, at: Timestamp) -> u64 {
    let text = format!("{} {} {}", machine(), path.display(), at.as_millis());
    let hash = blake3::hash(text.as_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or([1; 8]))
}

/// Returns a stand-in for a file's place: this machine and path. A copy anywhere else is a file from elsewhere.
fn place(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    blake3::hash(format!("{} {}", machine(), path.display()).as_bytes()).to_hex()[..16].to_owned()
}

/// Returns a stand-in for this machine that tells two machines apart and names neither.
fn machine() -> String {
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostname"]
        .iter()
        .find_map(|p| std::fs::read_to_string(p).ok().filter(|t| !t.trim().is_empty()))
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .unwrap_or_else(|| "unknown".to_owned());
    blake3::hash(format!("wardroom {}", id.trim()).as_bytes()).to_hex()[..16].to_owned()
}
