//! Connections to one SQLite file: they write, read and watch it, and stop queries that nobody waits for.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

use crate::error::StoreError;

/// Rows of one multi-row `INSERT`; more gain little (measured: 100 rows 2.3, 500 rows 2.95, 5,000 rows 3.15 million
/// rows per CPU second).
pub(crate) const ROWS_PER_STATEMENT: usize = 500;

/// Virtual-machine steps between two looks at whether a query is still wanted.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reading and writing, with a write-ahead log.
    WriteWithLog,
    /// Reading and writing on a network share, where a write-ahead log does not work.
    WriteWithoutLog,
    /// Reading beside a writer.
    Read,
    /// Reading a file that nobody writes, on a medium that may not be writable.
    ReadUnchanging,
}

/// The pools of one file. For a database in memory all are the same single connection, so no caller may hold a
/// reader while it asks for a transaction.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    writer: SqlitePool,
    reader: SqlitePool,
    watcher: SqlitePool,
    /// How often the connection of `watcher` was made: what it tells compares with what the same connection told.
    watchers: Arc<AtomicU64>,
}

/// Numbers of which at least one is another after every write to a file, by this process or any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    watcher: u64,
    by_others: i64,
    own: i64,
}

impl Db {
    /// Opens a file; `create` makes it when it is not there.
    pub(crate) async fn open(path: &Path, access: Access, create: bool) -> Result<Self, StoreError> {
        let writes = matches!(access, Access::WriteWithLog | Access::WriteWithoutLog);
        if !writes {
            let reader = pool(2, options(path, access)).await?;
            let (watcher, watchers) = watching(options(path, access));
            return Ok(Self { writer: reader.clone(), reader, watcher, watchers });
        }
        let writer = pool(1, options(path, access).create_if_missing(create)).await?;
        let reader = pool(2, options(path, Access::Read)).await?;
        let (watcher, watchers) = watching(options(path, Access::Read));
        Ok(Self { writer, reader, watcher, watchers })
    }

    /// Opens an empty database in memory.
    pub(crate) async fn in_memory() -> Result<Self, StoreError> {
        let only = pool(1, SqliteConnectOptions::new().in_memory(true)).await?;
        Ok(Self { writer: only.clone(), reader: only.clone(), watcher: only, watchers: Arc::default() })
    }

    /// Begins a transaction that has the write lock from its first statement on.
    ///
    /// A deferred one that has read would fail at once (`SQLITE_BUSY_SNAPSHOT`) when another process wrote meanwhile.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Takes a reading connection whose queries stop when the returned value is dropped.
    pub(crate) async fn read(&self) -> Result<Held, StoreError> {
        Held::new(&self.reader).await
    }

    /// Returns the numbers that tell whether anything was written since they were last asked for.
    ///
    /// What is read after they were taken is at least as new as they are.
    pub(crate) async fn changes(&self) -> Result<Changes, StoreError> {
        let mut held = Held::new(&self.watcher).await?;
        // Source: SQLite, "PRAGMA data_version": another number after each commit of any other connection …
        let by_others: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(held.on()).await?;
        // … and the rows that the connection itself wrote: the only one of a database in memory does.
        let own: i64 = sqlx::query_scalar("SELECT total_changes()").fetch_one(held.on()).await?;
        Ok(Changes { watcher: self.watchers.load(Ordering::Acquire), by_others, own })
    }

    /// Takes the writing connection outside a transaction, for statements such as `VACUUM`.
    pub(crate) async fn write_alone(&self) -> Result<Held, StoreError> {
        Held::new(&self.writer).await
    }

    /// Brings the tables to the newest form that this program knows.
    pub(crate) async fn migrate(&self, migrator: &Migrator) -> Result<(), StoreError> {
        Ok(migrator.run(&self.writer).await?)
    }

    /// Moves everything from the log into the file itself.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        let mut held = self.write_alone().await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(held.on()).await?;
        Ok(())
    }

    /// Closes all connections, the writing one last so that it clears the log away.
    pub(crate) async fn close(&self) {
        self.watcher.close().await;
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// A connection in use. Dropping it interrupts what still runs on it: dropping a query's future alone would not.
#[derive(Debug)]
pub(crate) struct Held {
    connection: PoolConnection<Sqlite>,
    unwanted: Arc<AtomicBool>,
}

impl Held {
    async fn new(pool: &SqlitePool) -> Result<Self, StoreError> {
        let mut connection = pool.acquire().await?;
        let unwanted = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&unwanted);
        connection
            .lock_handle()
            .await?
            .set_progress_handler(STEPS_BETWEEN_LOOKS, move || !seen.load(Ordering::Relaxed));
        Ok(Self { connection, unwanted })
    }

    /// Returns the connection to run statements on.
    pub(crate) fn on(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.unwanted.store(true, Ordering::Relaxed);
    }
}

async fn pool(size: u32, options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    Ok(pool_options(size).connect_with(options).await?)
}

/// Returns a pool of one connection, which is made when it is first asked, and how often it was made.
fn watching(options: SqliteConnectOptions) -> (SqlitePool, Arc<AtomicU64>) {
    let watchers = Arc::new(AtomicU64::new(0));
    let made = Arc::clone(&watchers);
    let pool = pool_options(1)
        .after_connect(move |_, _| {
            made.fetch_add(1, Ordering::AcqRel);
            Box::pin(async { Ok(()) })
        })
        .connect_lazy_with(options);
    (pool, watchers)
}

fn pool_options(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(0)
        .max_lifetime(None)
        .idle_timeout(None)
        // Work on the one writing connection may rightly wait for a long compaction.
        .acquire_timeout(Duration::from_mins(10))
        .test_before_acquire(false)
        // The handler of the last holder says "unwanted" from its drop on.
        .before_acquire(|connection, _| {
            Box::pin(async move {
                connection.lock_handle().await?.remove_progress_handler();
                Ok(true)
            })
        })
}

fn options(path: &Path, access: Access) -> SqliteConnectOptions {
    let common = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .page_size(8192)
        // Chunks are read once and decoded; the page cache holds what is about to be written and the inner pages. The
        // file is not mapped: a mapped one counts as the program's memory, and kills it when the disk fails.
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY");
    match access {
        Access::WriteWithLog => common
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("journal_size_limit", "67108864"),
        Access::WriteWithoutLog => {
            common.journal_mode(SqliteJournalMode::Delete).synchronous(SqliteSynchronous::Full)
        }
        Access::Read => common.read_only(true),
        Access::ReadUnchanging => common.read_only(true).immutable(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts to a number that takes minutes to reach.
    const LONG: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100000000000) \
                        SELECT count(*) FROM c";

    #[tokio::test]
    async fn a_query_that_nobody_waits_for_stops() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("a"), Access::WriteWithLog, true).await.unwrap();

        // Both reading connections are kept busy and then given up.
        for _ in 0..2 {
            let long = async {
                let mut held = db.read().await.unwrap();
                sqlx::query_scalar::<_, i64>(LONG).fetch_one(held.on()).await
            };
            assert!(tokio::time::timeout(Duration::from_millis(50), long).await.is_err());
        }
        let started = std::time::Instant::now();
        let mut held = db.read().await.unwrap();
        let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(held.on()).await.unwrap();

        assert_eq!(one, 1);
        assert!(started.elapsed() < Duration::from_secs(5), "the next query waited {:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_deferred_transaction_fails_where_ours_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let first = Db::open(&path, Access::WriteWithLog, true).await.unwrap();
        let second = Db::open(&path, Access::WriteWithLog, false).await.unwrap();
        let mut tx = first.begin().await.unwrap();
        sqlx::query("CREATE TABLE t (x INTEGER) STRICT").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();

        // The deferred one has read before the other wrote.
        let mut deferred = second.writer.begin().await.unwrap();
        let _: i64 = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut *deferred).await.unwrap();
        let mut tx = first.begin().await.unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let refused = sqlx::query("INSERT INTO t VALUES (2)").execute(&mut *deferred).await.unwrap_err();
        deferred.rollback().await.unwrap();
        let mut ours = second.begin().await.unwrap();
        let _: i64 = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut *ours).await.unwrap();
        let accepted = sqlx::query("INSERT INTO t VALUES (3)").execute(&mut *ours).await;

        // SQLITE_BUSY_SNAPSHOT. Source: SQLite, "Result and Error Codes", (517).
        let code = refused.as_database_error().and_then(|e| e.code().map(|c| c.to_string()));
        assert_eq!(code.as_deref(), Some("517"));
        assert!(accepted.is_ok());
    }

    #[tokio::test]
    async fn on_a_share_nothing_is_written_to_a_log_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let logged = Db::open(&path, Access::WriteWithLog, true).await.unwrap();
        let mut tx = logged.begin().await.unwrap();
        sqlx::query("CREATE TABLE t (x INTEGER) STRICT").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        logged.close().await;

        // The same file, found on a share: it was written with a log before.
        let shared = Db::open(&path, Access::WriteWithoutLog, false).await.unwrap();
        let mut tx = shared.begin().await.unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut held = shared.read().await.unwrap();
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(held.on()).await.unwrap();
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(held.on()).await.unwrap();

        assert_eq!((mode.as_str(), rows), ("delete", 1));
        let beside = |ending: &str| folder.path().join(format!("a{ending}")).exists();
        assert!(!beside("-wal") && !beside("-shm"));
    }

    #[tokio::test]
    async fn a_table_refuses_values_of_another_type() {
        let db = Db::in_memory().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        sqlx::query("CREATE TABLE t (x INTEGER) STRICT").execute(&mut *tx).await.unwrap();

        let refused = sqlx::query("INSERT INTO t VALUES ('x')").execute(&mut *tx).await;

        assert!(refused.is_err());
    }
}
