//! The workspace file: create, open, lock, migrate, close, and what travels with it.

pub(crate) mod check;
pub(crate) mod compact;
mod copy;
pub(crate) mod cut;
mod identity;
pub(crate) mod revision;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Sqlite, Transaction};
use wardroom_core::Timestamp;

use crate::db::{Access, Db};
use crate::error::StoreError;
use crate::file::{self, APPLICATION_ID, FORMAT_VERSION, LockFile, Locking};
use crate::samples::read::KnownAt;
use crate::samples::tail::Tail;
use crate::samples::unsigned;
use crate::tables::has_table;
use identity::FactIds;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/workspace");

/// Keys of the store's own counters in the table `meta`.
const WRITER: &str = "store.writer";
const SEQUENCE: &str = "store.sequence";
const HOME: &str = "store.home";

/// An open workspace. Clones share it; all its functions may be called at the same time.
///
/// Call [`Workspace::close`] when done with it: dropping it leaves the tail unsealed and a log beside the file, which
/// the next opening puts right.
#[derive(Clone, Debug)]
pub struct Workspace {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    name: String,
    mode: Mode,
    db: Db,
    lock: Mutex<Option<LockFile>>,
    is_closed: AtomicBool,
    facts: tokio::sync::Mutex<FactIds>,
    writer: u64,
    tail: RwLock<Tail>,
    tail_writer: tokio::sync::Mutex<()>,
    detecting: tokio::sync::Mutex<()>,
    inventory_writer: tokio::sync::Mutex<()>,
    known_batches: RwLock<KnownAt>,
    /// About how many unsealed log records each source has, as far as that was counted.
    tail_rows: Mutex<BTreeMap<i64, usize>>,
}

/// What a new workspace begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateOptions {
    /// The first half of the identity of every fact that is written.
    pub writer: u64,
    /// The name that is shown.
    pub name: String,
    /// Where it comes from: `new` or `demo`.
    pub origin: String,
    /// When it is made.
    pub created_at: Timestamp,
}

/// What may be done with an open workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything.
    Writable,
    /// Only reading.
    ReadOnly(ReadOnlyReason),
}

/// Why a workspace is open for reading only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOnlyReason {
    /// Another window or command writes it.
    OpenElsewhere {
        /// Process and host as the lock file says; empty when it does not say.
        owner: String,
    },
    /// A newer version of the program wrote it.
    NewerFormat {
        /// The newest migration in the file.
        migration: i64,
    },
    /// The file or its folder is write-protected.
    Medium,
}

/// How much is in a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Series.
    pub series: u64,
    /// Stored samples, tail included; corrections count beside what they correct.
    pub samples: u64,
    /// Sealed chunks.
    pub chunks: u64,
    /// Samples that are not sealed yet.
    pub tail_samples: u64,
    /// Bytes of the compressed columns of all chunks.
    pub chunk_bytes: u64,
    /// Batches.
    pub batches: u64,
    /// The time of the first sample; `None` when there are none.
    pub first: Option<Timestamp>,
    /// The time of the last sample; `None` when there are none.
    pub last: Option<Timestamp>,
    /// Log records, sealed and not.
    pub logs: u64,
    /// Log records that are not sealed yet.
    pub tail_logs: u64,
    /// Blocks of sealed log records.
    pub log_blocks: u64,
    /// Bytes of these blocks with their index.
    pub log_bytes: u64,
    /// Bytes of the sealed log records as lines of text.
    pub log_raw_bytes: u64,
    /// The time of the first log record; `None` when there are none.
    pub first_log: Option<Timestamp>,
    /// The time of the last log record; `None` when there are none.
    pub last_log: Option<Timestamp>,
}

impl Mode {
    /// Reports whether the workspace can be written.
    pub const fn is_writable(&self) -> bool {
        matches!(self, Self::Writable)
    }
}

impl Workspace {
    /// Makes a new workspace file and opens it for writing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] when there is anything at `path`, [`StoreError::NotFound`] when its folder is not there,
    /// [`StoreError::Denied`] when the folder cannot be written; failures of the file, which is removed again then.
    pub async fn create(path: &Path, options: CreateOptions) -> Result<Self, StoreError> {
        let path = absolute(path)?;
        if path.symlink_metadata().is_ok() {
            return Err(StoreError::Exists { path });
        }
        let lock = match LockFile::acquire(&path)? {
            Locking::Taken(lock) => lock,
            Locking::Held { owner } => return Err(StoreError::Locked { owner }),
            Locking::Impossible => return Err(StoreError::Denied { path }),
        };
        let made = Self::make(&path, &options, lock).await;
        if made.is_err() {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                std::fs::remove_file(file::with_suffix(&path, suffix)).ok();
            }
        }
        made.map_err(|e| e.at(&path))
    }

    async fn make(path: &Path, options: &CreateOptions, lock: LockFile) -> Result<Self, StoreError> {
        let db = Db::open(path, write_access(path), true).await?;
        let made = match begin_file(&db, options, &identity::home(path)).await {
            Ok(()) => {
                // The mark of a workspace has to stand in the file itself before anything else: after a crash the file
                // is told from a stranger by its first page, which until a checkpoint lies beside it only.
                db.checkpoint().await?;
                Self::assemble(path.to_path_buf(), Mode::Writable, db.clone(), Some(lock)).await
            }
            Err(error) => Err(error),
        };
        if made.is_err() {
            db.close().await;
        }
        made
    }

    /// Makes a workspace in memory that is gone when the last clone is dropped.
    ///
    /// # Errors
    ///
    /// Failures of SQLite.
    pub async fn in_memory(options: CreateOptions) -> Result<Self, StoreError> {
        let db = Db::in_memory().await?;
        begin_file(&db, &options, "").await?;
        Self::assemble(PathBuf::new(), Mode::Writable, db, None).await
    }

    /// Opens a workspace file; `now` only serves to give a file from elsewhere a writer of its own.
    ///
    /// It is opened for writing unless another process writes it, a newer version wrote it or the medium is
    /// write-protected: [`Workspace::mode`] says so. After a crash, unfinished imports are deleted and unfinished syncs
    /// become partial. In a file that comes from another machine or path, following is turned off for every source.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::NotAWorkspace`], the file is not touched then; [`StoreError::Damaged`];
    /// [`StoreError::Denied`]; failures of the file.
    pub async fn open(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let path = path.canonicalize().map_err(|e| StoreError::from_io(path, &e))?;
        let opened = Self::open_absolute(&path, now).await;
        opened.map_err(|e| e.at(&path))
    }

    async fn open_absolute(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let meta = std::fs::metadata(path).map_err(|e| StoreError::from_io(path, &e))?;
        if !meta.is_file() {
            return Err(StoreError::NotAWorkspace { path: path.to_path_buf() });
        }
        let lock = match LockFile::acquire(path)? {
            Locking::Taken(lock) => Some(lock),
            Locking::Held { owner } => {
                let reason = ReadOnlyReason::OpenElsewhere { owner };
                return Self::open_read_only(path, reason, Access::Read, None).await;
            }
            Locking::Impossible => None,
        };
        let version = file::peek(path)?;
        let quiet = quiet_access(path);
        let Some(lock) = lock.filter(|_| !meta.permissions().readonly()) else {
            return Self::open_read_only(path, ReadOnlyReason::Medium, quiet, None).await;
        };
        // What a newer program left must not be changed by opening it. With a log beside the file that cannot be seen
        // without recovering the log; the migrations tell then.
        if version > FORMAT_VERSION || quiet == Access::ReadUnchanging {
            let migration = newest_migration(path, quiet).await?;
            if version > FORMAT_VERSION || MIGRATIONS.iter().all(|known| known.version < migration) {
                let reason = ReadOnlyReason::NewerFormat { migration };
                return Self::open_read_only(path, reason, quiet, Some(lock)).await;
            }
        }
        let db = Db::open(path, write_access(path), false).await?;
        match prepare_file(&db, path, now).await {
            Ok(()) => Self::assemble(path.to_path_buf(), Mode::Writable, db, Some(lock)).await,
            Err(StoreError::NewerFormat { migration, .. }) => {
                db.close().await;
                let reason = ReadOnlyReason::NewerFormat { migration };
                Self::open_read_only(path, reason, quiet_access(path), Some(lock)).await
            }
            Err(error) => {
                db.close().await;
                Err(error)
            }
        }
    }

    async fn open_read_only(
        path: &Path,
        reason: ReadOnlyReason,
        access: Access,
        lock: Option<LockFile>,
    ) -> Result<Self, StoreError> {
        let db = Db::open(path, access, false).await?;
        let mut held = db.read().await?;
        let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(held.on()).await?;
        drop(held);
        if id != i64::from(APPLICATION_ID) {
            db.close().await;
            return Err(StoreError::NotAWorkspace { path: path.to_path_buf() });
        }
        Self::assemble(path.to_path_buf(), Mode::ReadOnly(reason), db, lock).await
    }

    async fn assemble(path: PathBuf, mode: Mode, db: Db, lock: Option<LockFile>) -> Result<Self, StoreError> {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = read_meta(&db, "name").await?.filter(|name| !name.is_empty()).unwrap_or(stem);
        let writer = read_meta(&db, WRITER).await?.and_then(|text| u64::from_str_radix(&text, 16).ok());
        let sequence = read_meta(&db, SEQUENCE).await?.and_then(|text| text.parse::<u64>().ok());
        let writer = writer.unwrap_or_default();
        let workspace = Self {
            inner: Arc::new(Inner {
                path,
                name,
                mode,
                db,
                lock: Mutex::new(lock),
                is_closed: AtomicBool::new(false),
                facts: tokio::sync::Mutex::new(FactIds::new(writer, sequence.unwrap_or_default())),
                writer,
                tail: RwLock::new(Tail::default()),
                tail_writer: tokio::sync::Mutex::new(()),
                detecting: tokio::sync::Mutex::new(()),
                inventory_writer: tokio::sync::Mutex::new(()),
                known_batches: RwLock::new(BTreeMap::new()),
                tail_rows: Mutex::new(BTreeMap::new()),
            }),
        };
        workspace.load_tail().await?;
        Ok(workspace)
    }

    /// Returns what may be done with it.
    pub fn mode(&self) -> &Mode {
        &self.inner.mode
    }

    /// Returns the absolute path of the file; empty for one in memory.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Returns the name as it was when the file was opened: the stored one, or the file's without its ending.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Returns the writer of facts in this file: the first half of their identities.
    pub fn writer(&self) -> u64 {
        self.inner.writer
    }

    /// Seals the tail, brings everything into the one file, and gives the lock back. A second call does nothing.
    ///
    /// No other function may be called afterwards, on any clone; they fail.
    ///
    /// # Errors
    ///
    /// Failures of the file while sealing; the file is closed all the same, and nothing is lost.
    pub async fn close(&self) -> Result<(), StoreError> {
        if self.inner.is_closed.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let tidied = if self.is_writable() { self.tidy_up().await } else { Ok(()) };
        self.inner.db.close().await;
        drop(self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
        tidied.map_err(|e| e.at(self.path()))
    }

    async fn tidy_up(&self) -> Result<(), StoreError> {
        self.seal_tail().await?;
        self.seal_logs_on_close().await?;
        let mut held = self.db().write_alone().await?;
        sqlx::query("PRAGMA optimize").execute(held.on()).await?;
        drop(held);
        // While another process reads, the log stays behind; whoever closes last clears it away.
        self.db().checkpoint().await
    }

    /// Returns a setting that travels with the file; `None` when it was never set.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        read_meta(self.db(), key).await
    }

    /// Sets a setting that travels with the file. `name` and `origin` are ordinary ones.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] for a key that begins with `store.`, which are the store's
    /// own; failures of the file.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        if key.starts_with("store.") {
            return Err(StoreError::internal(format!("the key {key} is the store's own")));
        }
        let mut tx = self.begin().await?;
        write_meta(&mut tx, key, value).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the size of the database in bytes, free pages included.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn size_bytes(&self) -> Result<u64, StoreError> {
        let mut held = self.db().read().await?;
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(held.on()).await?;
        let page: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(held.on()).await?;
        Ok(unsigned(pages).saturating_mul(unsigned(page)))
    }

    /// Counts what is stored. Chunks of unfinished imports do not count. Cost: a look at every chunk's row.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn stats(&self) -> Result<Stats, StoreError> {
        let tail = self.tail_extents().await?;
        let mut held = self.db().read().await?;
        let series: i64 = sqlx::query_scalar("SELECT count(*) FROM series").fetch_one(held.on()).await?;
        let batches: i64 = sqlx::query_scalar("SELECT count(*) FROM batches").fetch_one(held.on()).await?;
        let (chunks, samples, bytes, first, last): (i64, i64, i64, Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(n), 0), coalesce(sum(length(ts) + length(val) + length(batch)), 0), \
             min(from_ts), max(to_ts) FROM visible_chunks",
        )
        .fetch_one(held.on())
        .await?;
        let tail_samples: u64 = tail.values().map(|extent| extent.2 as u64).sum();
        let first = first.into_iter().chain(tail.values().map(|extent| extent.0)).min();
        let last = last.into_iter().chain(tail.values().map(|extent| extent.1)).max();
        drop(held);
        let logs = self.log_extents().await?;
        Ok(Stats {
            series: unsigned(series),
            samples: unsigned(samples) + tail_samples,
            chunks: unsigned(chunks),
            tail_samples,
            chunk_bytes: unsigned(bytes),
            batches: unsigned(batches),
            first: first.map(Timestamp::from_millis),
            last: last.map(Timestamp::from_millis),
            logs: logs.records,
            tail_logs: logs.tail_records,
            log_blocks: logs.blocks,
            log_bytes: logs.bytes,
            log_raw_bytes: logs.raw_bytes,
            first_log: logs.first,
            last_log: logs.last,
        })
    }

    /// Returns first time, last time and number of the unsealed samples of each series.
    pub(crate) async fn tail_extents(&self) -> Result<BTreeMap<i64, (i64, i64, usize)>, StoreError> {
        self.refresh_tail().await?;
        Ok(self.tail().read().unwrap_or_else(PoisonError::into_inner).extents(|_| true))
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.inner.mode == Mode::Writable
    }

    /// Refuses what would write into a workspace that is open for reading only.
    pub(crate) fn require_writable(&self) -> Result<(), StoreError> {
        if self.is_writable() { Ok(()) } else { Err(StoreError::ReadOnly) }
    }

    /// Begins a writing transaction. No reading connection may be held meanwhile.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.require_writable()?;
        self.inner.db.begin().await.map_err(|e| e.at(self.path()))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) fn tail(&self) -> &RwLock<Tail> {
        &self.inner.tail
    }

    pub(crate) fn tail_writer(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.tail_writer
    }

    pub(crate) fn detecting(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.detecting
    }

    /// Held from finding what of an inventory changes until it is written, after the other locks.
    pub(crate) fn inventory_writer(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.inventory_writer
    }

    pub(crate) fn tail_rows(&self) -> &Mutex<BTreeMap<i64, usize>> {
        &self.inner.tail_rows
    }

    /// Lets the rows of the log tails be counted again: some were deleted.
    pub(crate) fn forget_tail_rows(&self) {
        self.tail_rows().lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn known_batches(&self) -> &RwLock<KnownAt> {
        &self.inner.known_batches
    }
}

/// Returns the absolute form of a path whose last part need not exist.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    let whole = std::path::absolute(path).map_err(|e| StoreError::from_io(path, &e))?;
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(StoreError::NotAWorkspace { path: whole });
    };
    let folder = folder.canonicalize().map_err(|e| StoreError::from_io(folder, &e))?;
    Ok(folder.join(name))
}

fn write_access(path: &Path) -> Access {
    if file::is_on_network_share(path) { Access::WriteWithoutLog } else { Access::WriteWithLog }
}

/// Returns how to read a file that nobody writes without leaving anything beside it, where that is possible.
pub(crate) fn quiet_access(path: &Path) -> Access {
    if file::has_log(path) { Access::Read } else { Access::ReadUnchanging }
}

/// Returns the newest migration in a file; 0 when it has none.
pub(crate) async fn newest_migration(path: &Path, access: Access) -> Result<i64, StoreError> {
    let db = Db::open(path, access, false).await?;
    let newest = read_newest_migration(&db).await;
    db.close().await;
    newest
}

async fn read_newest_migration(db: &Db) -> Result<i64, StoreError> {
    let mut held = db.read().await?;
    if !has_table(held.on(), "_sqlx_migrations").await? {
        return Ok(0);
    }
    let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(held.on())
        .await?;
    Ok(newest)
}

/// Writes the beginning of a new file. It says whose it is first, so that an interrupted creation can be opened.
async fn begin_file(db: &Db, options: &CreateOptions, home: &str) -> Result<(), StoreError> {
    let mut held = db.write_alone().await?;
    for pragma in [
        format!("PRAGMA application_id = {APPLICATION_ID}"),
        format!("PRAGMA user_version = {FORMAT_VERSION}"),
    ] {
        sqlx::query(AssertSqlSafe(pragma)).execute(held.on()).await?;
    }
    drop(held);
    db.migrate(&MIGRATIONS).await?;
    let mut tx = db.begin().await?;
    // The same demo made twice is the same file: the migration's own clock must not show.
    sqlx::query("UPDATE _sqlx_migrations SET installed_on = ?, execution_time = 0")
        .bind(options.created_at.to_string())
        .execute(&mut *tx)
        .await?;
    write_meta(&mut tx, WRITER, &format!("{:016x}", options.writer)).await?;
    write_meta(&mut tx, SEQUENCE, "0").await?;
    write_meta(&mut tx, HOME, home).await?;
    write_meta(&mut tx, "name", &options.name).await?;
    write_meta(&mut tx, "origin", &options.origin).await?;
    write_meta(&mut tx, "created_at", &options.created_at.as_millis().to_string()).await?;
    tx.commit().await?;
    Ok(())
}

/// Brings an existing file to where it can be written: migrations, what a crash left, a writer of its own.
async fn prepare_file(db: &Db, path: &Path, now: Timestamp) -> Result<(), StoreError> {
    db.migrate(&MIGRATIONS).await?;
    recover(db).await?;
    identity::settle(db, path, now).await
}

/// Deletes imports that never finished and marks syncs that never finished as partial.
async fn recover(db: &Db) -> Result<(), StoreError> {
    let mut held = db.read().await?;
    let open: i64 =
        sqlx::query_scalar("SELECT count(*) FROM batches WHERE state = 'open'").fetch_one(held.on()).await?;
    drop(held);
    if open == 0 {
        return Ok(());
    }
    tracing::warn!(batches = open, "Put right what was unfinished when the workspace was last in use.");
    let mut tx = db.begin().await?;
    for statement in [
        "DELETE FROM chunks WHERE first_batch = last_batch AND first_batch IN \
         (SELECT id FROM batches WHERE state = 'open' AND kind = 'import')",
        "DELETE FROM batches WHERE state = 'open' AND kind = 'import'",
        "UPDATE batches SET state = 'partial' WHERE state = 'open'",
    ] {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn read_meta(db: &Db, key: &str) -> Result<Option<String>, StoreError> {
    let mut held = db.read().await?;
    let value = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
        .bind(key)
        .fetch_optional(held.on())
        .await?;
    Ok(value)
}

/// Sets a setting that travels with the file.
pub(crate) async fn write_meta(
    connection: &mut sqlx::SqliteConnection,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
