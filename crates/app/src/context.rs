//! `App`: the open workspace, its sources, the clock, the bus and the jobs. It is passed first and never global.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedRwLockReadGuard, RwLock as AsyncRwLock};
use wardroom_connectors::source::{InventorySource, LogSource, MetricSource};
use wardroom_core::Timestamp;
use wardroom_store::{AppDb, SourceId, Workspace};

use crate::changed;
use crate::clock::{Clock, SystemClock};
use crate::drills::running::Drill;
use crate::drills::{Past, Restored};
use crate::egress::Egress;
use crate::error::AppError;
use crate::events::Bus;
use crate::follow::Followed;
use crate::jobs::Jobs;
use crate::logs::room::Room;
use crate::query::Queries;
use crate::secrets::{self, MemorySecrets, Secrets};
use crate::series;
use crate::settings::{self, Settings};
use crate::topology;
use crate::words::Words;

/// Everything that the actions need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn Secrets>,
    bus: Bus,
    jobs: Jobs,
    egress: Egress,
    app_db: AppDb,
    data_dir: PathBuf,
    settings: RwLock<Settings>,
    open: RwLock<Option<Arc<Open>>>,
    opening: AsyncMutex<()>,
}

/// The open workspace with what runs on it.
#[derive(Debug)]
pub struct Open {
    /// The file.
    pub workspace: Workspace,
    /// Whether it came from another machine or place and nobody has trusted it here yet.
    from_elsewhere: AtomicBool,
    /// Whether its data is simulated.
    pub simulated: bool,
    /// The drill that this file is; `None` for every other file.
    pub(crate) drill: Option<Arc<Drill>>,
    /// Why the drill that this file is cannot be played, and where it stands; `None` for every other file.
    pub(crate) past: Option<Past>,
    /// The sources that were connected so far.
    pub(crate) sources: Mutex<BTreeMap<SourceId, Arc<dyn MetricSource>>>,
    /// The clusters with log lines that were connected so far.
    pub(crate) log_sources: Mutex<BTreeMap<SourceId, Arc<dyn LogSource>>>,
    /// The inventories that were connected so far.
    pub(crate) inventory_sources: Mutex<BTreeMap<SourceId, Arc<dyn InventorySource>>>,
    /// What exists and what depends on what.
    pub(crate) topology: topology::room::Room,
    /// The templates of its log lines, and log files that are open in place.
    pub(crate) logs: Room,
    /// The lists of series that pages are cut from.
    pub(crate) series_lists: series::Lists,
    /// The newest ranking of what changed.
    pub(crate) newest_ranking: changed::Newest,
    /// What is followed.
    pub(crate) followed: Mutex<BTreeMap<SourceId, Followed>>,
    /// One detection at a time.
    pub(crate) detecting: AsyncMutex<()>,
    /// One sync of a source at a time.
    pub(crate) syncing: Mutex<BTreeMap<SourceId, u32>>,
    /// The PromQL expressions that are being answered.
    pub(crate) queries: Queries,
    /// The counts of values of log fields that are being made.
    pub(crate) value_counts: Queries,
    /// The counts of log lines that are being made.
    pub(crate) line_counts: Queries,
    /// Held for reading by whatever works in the background; closing waits for all of them.
    working: Arc<AsyncRwLock<()>>,
}

/// How the application starts.
#[derive(Debug, Default)]
pub struct Start {
    /// Where the application's own database lies; `None` keeps it in memory.
    pub data_dir: Option<PathBuf>,
    /// The clock; `None` takes the machine's.
    pub clock: Option<Arc<dyn Clock>>,
    /// Whether secrets stay in memory even where a keychain answers.
    pub memory_secrets: bool,
}

impl Start {
    /// Returns the start of a normal run: the user's data folder, the machine's clock, the keychain.
    pub fn for_user() -> Self {
        let named = std::env::var_os("WARDROOM_HOME").filter(|dir| !dir.is_empty());
        let dir = named.map(PathBuf::from).or_else(|| {
            directories::ProjectDirs::from("net", "example", "wardroom").map(|d| d.data_dir().to_owned())
        });
        Self { data_dir: dir, clock: None, memory_secrets: false }
    }
}

impl App {
    /// Starts the application without a workspace.
    ///
    /// # Errors
    ///
    /// Store failures of the application's own database.
    pub async fn start(start: Start) -> Result<Self, AppError> {
        let (app_db, data_dir) = match start.data_dir {
            Some(dir) => (open_or_do_without(&dir).await?, dir),
            None => (AppDb::in_memory().await?, std::env::temp_dir()),
        };
        let settings = settings::load(&app_db).await;
        let secrets: Arc<dyn Secrets> =
            if start.memory_secrets { Arc::new(MemorySecrets::default()) } else { secrets::choose().await };
        Ok(Self {
            inner: Arc::new(Inner {
                clock: start.clock.unwrap_or_else(|| Arc::new(SystemClock)),
                secrets,
                bus: Bus::default(),
                jobs: Jobs::default(),
                egress: Egress::default(),
                app_db,
                data_dir,
                settings: RwLock::new(settings),
                open: RwLock::new(None),
                opening: AsyncMutex::new(()),
            }),
        })
    }

    /// Returns this moment: in a drill that of its world, otherwise the machine's.
    pub fn now(&self) -> Timestamp {
        let drilled = self.open_or_none().and_then(|open| open.drilled());
        drilled.map_or_else(|| self.wall(), |(_, at)| at)
    }

    /// Returns this moment by the machine's clock, also in a drill.
    pub(crate) fn wall(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Returns the bus of facts.
    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    /// Returns the jobs of this run.
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    /// Returns the counter of bytes that left the machine.
    pub fn egress(&self) -> &Egress {
        &self.inner.egress
    }

    /// Returns the keeper of secrets.
    pub fn secrets(&self) -> &Arc<dyn Secrets> {
        &self.inner.secrets
    }

    /// Returns the folder of the application's own files.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// Returns the folder of what can be made again: beside the user's other caches, or in the named data folder.
    pub fn cache_dir(&self) -> PathBuf {
        let dirs = directories::ProjectDirs::from("net", "example", "wardroom");
        let own = dirs.filter(|d| d.data_dir() == self.data_dir()).map(|d| d.cache_dir().to_owned());
        own.unwrap_or_else(|| self.data_dir().join("cache"))
    }

    pub(crate) fn app_db(&self) -> &AppDb {
        &self.inner.app_db
    }

    pub(crate) fn opening(&self) -> &AsyncMutex<()> {
        &self.inner.opening
    }

    /// Returns the settings.
    pub fn settings(&self) -> Settings {
        *self.inner.settings.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn replace_settings(&self, settings: Settings) {
        *self.inner.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Returns the words of the chosen language.
    pub fn words(&self) -> Words {
        Words::new(self.settings())
    }

    /// Returns the open workspace.
    ///
    /// # Errors
    ///
    /// `no_workspace` when none is open.
    pub fn open(&self) -> Result<Arc<Open>, AppError> {
        self.open_or_none().ok_or_else(|| AppError::new("no_workspace"))
    }

    /// Returns the open workspace, if any.
    pub fn open_or_none(&self) -> Option<Arc<Open>> {
        self.inner.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Refuses what would reach anything real while a drill is open.
    ///
    /// # Errors
    ///
    /// `drill_no_real_sources`.
    pub(crate) fn refuse_in_drill(&self) -> Result<(), AppError> {
        self.open_or_none().map_or(Ok(()), |open| open.refuse_in_drill())
    }

    pub(crate) fn replace_open(&self, open: Option<Arc<Open>>) -> Option<Arc<Open>> {
        std::mem::replace(&mut *self.inner.open.write().unwrap_or_else(PoisonError::into_inner), open)
    }
}

/// Opens the application's own database; where that fails, settings and recent files live until the program ends.
async fn open_or_do_without(dir: &Path) -> Result<AppDb, AppError> {
    match AppDb::open(dir).await {
        Ok(db) => Ok(db),
        Err(error) => {
            tracing::warn!(%error, "Settings and recent files are not kept.");
            Ok(AppDb::in_memory().await?)
        }
    }
}

impl Open {
    pub(crate) fn new(workspace: Workspace, from_elsewhere: bool, simulated: bool) -> Self {
        Self {
            workspace,
            from_elsewhere: AtomicBool::new(from_elsewhere),
            simulated,
            drill: None,
            past: None,
            sources: Mutex::default(),
            log_sources: Mutex::default(),
            inventory_sources: Mutex::default(),
            topology: topology::room::Room::default(),
            logs: Room::default(),
            series_lists: series::Lists::default(),
            newest_ranking: changed::Newest::default(),
            followed: Mutex::default(),
            detecting: AsyncMutex::new(()),
            syncing: Mutex::default(),
            queries: Queries::default(),
            value_counts: Queries::default(),
            line_counts: Queries::default(),
            working: Arc::default(),
        }
    }

    /// Makes this the file of a drill.
    pub(crate) fn with_drill(self, drill: Option<Arc<Drill>>) -> Self {
        Self { drill, ..self }
    }

    /// Makes this the file of a drill that is opened.
    pub(crate) fn with_restored(self, restored: Option<Restored>) -> Self {
        match restored {
            Some(Restored::Drill(drill)) => self.with_drill(Some(drill)),
            Some(Restored::Past(past)) => Self { past: Some(past), ..self },
            None => self,
        }
    }

    /// Reports whether this is the file of a drill, whether it can be played or not.
    pub(crate) fn is_drill(&self) -> bool {
        self.drill.is_some() || self.past.is_some()
    }

    /// Returns the source of a drill's world, and the world's time; `None` for every file that is no drill.
    pub(crate) fn drilled(&self) -> Option<(SourceId, Timestamp)> {
        let running = self.drill.as_ref().map(|drill| (drill.source, drill.now()));
        running.or_else(|| self.past.as_ref().map(|past| (past.source, past.at)))
    }

    /// Returns the drill that this file is.
    ///
    /// # Errors
    ///
    /// `no_drill`; `scenario_unreadable` for one that cannot be played.
    pub(crate) fn require_drill(&self) -> Result<Arc<Drill>, AppError> {
        let missing =
            || self.past.as_ref().map_or_else(|| AppError::new("no_drill"), |past| past.why.clone());
        self.drill.clone().ok_or_else(missing)
    }

    /// Refuses what would reach anything real from within a drill.
    ///
    /// # Errors
    ///
    /// `drill_no_real_sources`.
    pub(crate) fn refuse_in_drill(&self) -> Result<(), AppError> {
        if self.is_drill() { Err(AppError::new("drill_no_real_sources")) } else { Ok(()) }
    }

    /// Reports whether it came from another machine or place and nobody has trusted it here yet.
    pub fn from_elsewhere(&self) -> bool {
        self.from_elsewhere.load(Ordering::Relaxed)
    }

    /// A person trusts the file from now on.
    pub(crate) fn trust(&self) {
        self.from_elsewhere.store(false, Ordering::Relaxed);
    }

    /// Keeps the file open until the returned guard drops, as far as closing has time to wait.
    pub(crate) async fn keep_open(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.working).read_owned().await
    }

    /// Waits until nothing works in the background any more, or the limit has passed.
    pub(crate) async fn wait_for_work(&self, limit: Duration) {
        if tokio::time::timeout(limit, self.working.write()).await.is_err() {
            tracing::warn!("Closes while something is still at work.");
        }
    }
}

/// Locks a mutex whose holder cannot have left it half-written.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn source_number(id: SourceId) -> u32 {
    u32::try_from(id.0).unwrap_or(u32::MAX)
}
