//! The application's own database: recent workspaces, settings and results of drills of this machine.

pub(crate) mod drill_results;

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use wardroom_core::Timestamp;

use crate::db::{Access, Db};
use crate::error::StoreError;
use crate::file;
use crate::samples::unsigned;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/app");

/// The name of the file in the folder of the application's data.
const FILE_NAME: &str = "app.sqlite";

/// The application's database. Clones share it; several processes may have it open.
#[derive(Clone, Debug)]
pub struct AppDb {
    db: Db,
}

/// A workspace that was opened on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// Where it is.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Its size when it was last open, in bytes.
    pub size_bytes: u64,
    /// When it was last opened.
    pub opened_at: Timestamp,
    /// The time of its last sample; `None` when it has none.
    pub data_until: Option<Timestamp>,
    /// What was last found in it, as JSON text that is opaque to the store; `None` when nothing was.
    pub said: Option<String>,
    /// Where it comes from: `new`, `demo`, or another word of the caller.
    pub origin: String,
    /// The writer of facts that it had here: another one in the file says that it is not the same file.
    pub fact_writer: u64,
}

type StoredRecent = (String, String, i64, i64, Option<i64>, Option<String>, String, i64);

impl AppDb {
    /// Opens the database in a folder; makes both when they are not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerFormat`] when a newer version of the program wrote it; [`StoreError::Denied`],
    /// [`StoreError::Damaged`], and other failures of the file.
    pub async fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|e| StoreError::from_io(dir, &e))?;
        let path = dir.join(FILE_NAME);
        let on_share = file::is_on_network_share(&path);
        let access = if on_share { Access::WriteWithoutLog } else { Access::WriteWithLog };
        let db = Db::open(&path, access, true).await.map_err(|e| e.at(&path))?;
        if let Err(error) = db.migrate(&MIGRATIONS).await {
            db.close().await;
            return Err(error.at(&path));
        }
        Ok(Self { db })
    }

    /// Opens the database in a folder, and makes nothing: `None` when it is not there.
    ///
    /// # Errors
    ///
    /// As [`AppDb::open`].
    pub async fn open_if_there(dir: &Path) -> Result<Option<Self>, StoreError> {
        if dir.join(FILE_NAME).is_file() { Self::open(dir).await.map(Some) } else { Ok(None) }
    }

    /// Makes an empty database in memory.
    ///
    /// # Errors
    ///
    /// Failures of SQLite.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let db = Db::in_memory().await?;
        db.migrate(&MIGRATIONS).await?;
        Ok(Self { db })
    }

    /// Closes the database; no other function may be called afterwards.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Returns the recent workspaces, the last opened first.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn recents(&self) -> Result<Vec<Recent>, StoreError> {
        let mut held = self.db.read().await?;
        let rows: Vec<StoredRecent> = sqlx::query_as(
            "SELECT path, name, size_bytes, opened_at, data_until, said, origin, fact_writer FROM recents \
             ORDER BY opened_at DESC, path",
        )
        .fetch_all(held.on())
        .await?;
        let recents =
            rows.into_iter().map(|(path, name, size, opened_at, data_until, said, origin, writer)| Recent {
                path: PathBuf::from(path),
                name,
                size_bytes: unsigned(size),
                opened_at: Timestamp::from_millis(opened_at),
                data_until: data_until.map(Timestamp::from_millis),
                said,
                origin,
                fact_writer: writer.cast_unsigned(),
            });
        Ok(recents.collect())
    }

    /// Stores what is known of a workspace; what was known of the same path before is replaced.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn put_recent(&self, recent: &Recent) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "INSERT INTO recents (path, name, size_bytes, opened_at, data_until, said, origin, fact_writer) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET name = excluded.name, \
             size_bytes = excluded.size_bytes, opened_at = excluded.opened_at, data_until = excluded.data_until, \
             said = excluded.said, origin = excluded.origin, fact_writer = excluded.fact_writer",
        )
        .bind(recent.path.to_string_lossy().into_owned())
        .bind(recent.name.as_str())
        .bind(i64::try_from(recent.size_bytes).unwrap_or(i64::MAX))
        .bind(recent.opened_at.as_millis())
        .bind(recent.data_until.map(Timestamp::as_millis))
        .bind(recent.said.as_deref())
        .bind(recent.origin.as_str())
        .bind(recent.fact_writer.cast_signed())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets a workspace; its file stays where it is.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn forget(&self, path: &Path) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("DELETE FROM recents WHERE path = ?")
            .bind(path.to_string_lossy().into_owned())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns a setting; `None` when it was never set.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut held = self.db.read().await?;
        let value = sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
            .bind(key)
            .fetch_optional(held.on())
            .await?;
        Ok(value)
    }

    /// Sets a setting.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(path: &str, opened_at: i64) -> Recent {
        Recent {
            path: PathBuf::from(path),
            name: "shop".to_owned(),
            size_bytes: 7,
            opened_at: Timestamp::from_millis(opened_at),
            data_until: Some(Timestamp::from_millis(5)),
            said: Some("{}".to_owned()),
            origin: "new".to_owned(),
            fact_writer: u64::MAX - 3,
        }
    }

    #[tokio::test]
    async fn recents_come_back_last_opened_first_and_one_for_each_path() {
        let db = AppDb::in_memory().await.unwrap();
        for entry in [recent("/a", 1), recent("/b", 2), recent("/a", 3)] {
            db.put_recent(&entry).await.unwrap();
        }

        assert_eq!(db.recents().await.unwrap(), [recent("/a", 3), recent("/b", 2)]);
        db.forget(Path::new("/a")).await.unwrap();
        assert_eq!(db.recents().await.unwrap(), [recent("/b", 2)]);
    }

    #[tokio::test]
    async fn a_setting_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let db = AppDb::open(&folder.path().join("data")).await.unwrap();
        assert_eq!(db.setting("language").await.unwrap(), None);
        db.set_setting("language", "en").await.unwrap();
        db.set_setting("language", "zh-CN").await.unwrap();
        db.close().await;

        let db = AppDb::open(&folder.path().join("data")).await.unwrap();

        assert_eq!(db.setting("language").await.unwrap().as_deref(), Some("zh-CN"));
    }
}
