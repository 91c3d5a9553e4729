//! Saves a copy: one complete file, made while the workspace is in use.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use super::{Workspace, absolute};
use crate::error::StoreError;
use crate::file;

impl Workspace {
    /// Saves a copy of what is stored at this moment as one file without anything beside it.
    ///
    /// The copy is complete before it gets its name. Works on a workspace that is open for reading only, too. Cost:
    /// reads and writes everything once; others may read and write meanwhile. Dropping the future stops it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] when there is anything at `to`; [`StoreError::NotFound`] when its folder is not there;
    /// failures of the file, nothing is left at `to` then.
    pub async fn save_copy(&self, to: &Path) -> Result<(), StoreError> {
        let to = absolute(to)?;
        if to.symlink_metadata().is_ok() {
            return Err(StoreError::Exists { path: to });
        }
        let unfinished = Unfinished::beside(&to)?;
        let name = unfinished
            .path
            .to_str()
            .ok_or_else(|| StoreError::Io { path: to.clone(), detail: "the path is not text".to_owned() })?;
        let mut held = self.db().read().await?;
        let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(held.on()).await;
        drop(held);
        copied.map_err(|e| StoreError::from(e).at(&to))?;
        unfinished.keep_as(&to)
    }
}

/// Names that are tried for a copy that is not finished.
const MOST_NAMES: u32 = 100;

/// A copy that has no name yet; removed when it is given up.
struct Unfinished {
    path: std::path::PathBuf,
}

impl Unfinished {
    /// Takes a name beside the copy's that nobody has; SQLite fills the empty file.
    fn beside(to: &Path) -> Result<Self, StoreError> {
        for n in 0..MOST_NAMES {
            let path = file::with_suffix(to, &format!(".{}-{n}.part", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(Self { path }),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(StoreError::from_io(to, &e)),
            }
        }
        Err(StoreError::from_io(to, &ErrorKind::AlreadyExists.into()))
    }

    /// Brings the copy to the disk and gives it its name.
    fn keep_as(&self, to: &Path) -> Result<(), StoreError> {
        let place = |e: std::io::Error| StoreError::from_io(to, &e);
        OpenOptions::new().write(true).open(&self.path).and_then(|file| file.sync_all()).map_err(place)?;
        if to.symlink_metadata().is_ok() {
            return Err(StoreError::Exists { path: to.to_path_buf() });
        }
        std::fs::rename(&self.path, to).map_err(place)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After it got its name there is nothing left to remove.
        std::fs::remove_file(&self.path).ok();
    }
}
