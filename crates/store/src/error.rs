//! What can go wrong with a workspace: situations that a person can tell apart and act on.

use std::io;
use std::path::{Path, PathBuf};

/// A failure of the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is nothing at the path.
    #[error("{} is not there", path.display())]
    NotFound {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file is something else; it was not touched.
    #[error("{} is not a workspace", path.display())]
    NotAWorkspace {
        /// The file.
        path: PathBuf,
    },
    /// The file is ours, but its content cannot be trusted.
    #[error("{} is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        detail: String,
    },
    /// A newer version of the program wrote the file.
    #[error("{} was written by a newer version (migration {migration})", path.display())]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// The newest migration in the file.
        migration: i64,
    },
    /// The workspace is open for reading only.
    #[error("the workspace is open for reading only")]
    ReadOnly,
    /// Another process has the file open for writing.
    #[error("the workspace is in use by {owner}")]
    Locked {
        /// Process and host as the lock file says; empty when it does not say.
        owner: String,
    },
    /// There is already something at the path; nothing is written over.
    #[error("{} exists already", path.display())]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// The disk or the quota is full.
    #[error("no space is left for the workspace")]
    NoSpace,
    /// The system does not allow it.
    #[error("the system does not allow access to {}", path.display())]
    Denied {
        /// The file or folder.
        path: PathBuf,
    },
    /// The work was given up on request.
    #[error("the work was cancelled")]
    Cancelled,
    /// The system reported a failure of the medium.
    #[error("reading or writing {} failed: {detail}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// The store itself is at fault.
    #[error("the store failed: {detail}")]
    Internal {
        /// What was not expected.
        detail: String,
    },
}

impl StoreError {
    /// The words of the commonest damage: bytes changed after they were written.
    pub(crate) const CHECKSUM: &'static str = "the checksum does not hold";

    /// Turns a failure of a file operation into a situation.
    pub(crate) fn from_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_path_buf();
        let kind = error.kind();
        if kind == io::ErrorKind::NotFound {
            Self::NotFound { path }
        } else if kind == io::ErrorKind::PermissionDenied || kind == io::ErrorKind::ReadOnlyFilesystem {
            Self::Denied { path }
        } else if kind == io::ErrorKind::StorageFull || kind == io::ErrorKind::QuotaExceeded {
            Self::NoSpace
        } else if kind == io::ErrorKind::AlreadyExists {
            Self::Exists { path }
        } else {
            Self::Io { path, detail: error.to_string() }
        }
    }

    /// Names the file in an error that was made where only the statement was known.
    #[must_use]
    pub(crate) fn at(self, file: &Path) -> Self {
        let name = |path: PathBuf| if path.as_os_str().is_empty() { file.to_path_buf() } else { path };
        match self {
            Self::Damaged { path, detail } => Self::Damaged { path: name(path), detail },
            Self::Denied { path } => Self::Denied { path: name(path) },
            Self::Io { path, detail } => Self::Io { path: name(path), detail },
            Self::NewerFormat { path, migration } => Self::NewerFormat { path: name(path), migration },
            Self::NotFound { .. }
            | Self::NotAWorkspace { .. }
            | Self::ReadOnly
            | Self::Locked { .. }
            | Self::Exists { .. }
            | Self::NoSpace
            | Self::Cancelled
            | Self::Internal { .. } => self,
        }
    }

    /// Says that a stored value is not one that the store writes.
    pub(crate) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged { path: PathBuf::new(), detail: detail.into() }
    }

    /// Names what is damaged.
    #[must_use]
    pub(crate) fn of(self, what: &str) -> Self {
        if let Self::Damaged { path, detail } = self {
            return Self::Damaged { path, detail: format!("{what}: {detail}") };
        }
        self
    }

    /// Says that something happened that the store rules out.
    pub(crate) fn internal(detail: impl std::fmt::Display) -> Self {
        Self::Internal { detail: detail.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    /// Reads SQLite's result code; the path stays empty when only the statement is known.
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Io(inner) = &error {
            return Self::from_io(Path::new(""), inner);
        }
        if let sqlx::Error::ColumnDecode { .. } = &error {
            // The tables are strict, so what stands there was not written by the store.
            return Self::damaged(error.to_string());
        }
        let Some(database) = error.as_database_error() else {
            return Self::internal(&error);
        };
        let code = database.code().and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        let detail = database.message().to_owned();
        // The low byte is the primary result code. Source: SQLite, "Result and Error Codes".
        match code & 0xff {
            3 | 23 => Self::Denied { path: PathBuf::new() },
            5 | 6 => Self::Locked { owner: String::new() },
            8 => Self::ReadOnly,
            9 => Self::Cancelled,
            10 | 14 | 18 => Self::Io { path: PathBuf::new(), detail },
            11 | 26 => Self::Damaged { path: PathBuf::new(), detail },
            13 => Self::NoSpace,
            _ => Self::Internal { detail: format!("SQLite {code}: {detail}") },
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        if let MigrateError::VersionMissing(migration) = error {
            return Self::NewerFormat { path: PathBuf::new(), migration };
        }
        if let MigrateError::VersionMismatch(migration) | MigrateError::Dirty(migration) = error {
            return Self::damaged(format!("migration {migration} is not the one that this file says it is"));
        }
        if let MigrateError::Execute(inner) | MigrateError::ExecuteMigration(inner, _) = error {
            return Self::from(inner);
        }
        Self::internal(error)
    }
}

impl From<tokio::task::JoinError> for StoreError {
    fn from(error: tokio::task::JoinError) -> Self {
        if error.is_cancelled() { Self::Cancelled } else { Self::internal(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_filled_in_only_where_none_is_named() {
        let file = Path::new("/a/b.wardroom");

        let filled = StoreError::damaged("x").at(file);
        let kept = StoreError::Denied { path: PathBuf::from("/c") }.at(file);

        assert_eq!(filled, StoreError::Damaged { path: file.to_path_buf(), detail: "x".into() });
        assert_eq!(kept, StoreError::Denied { path: PathBuf::from("/c") });
    }

    #[test]
    fn system_failures_become_situations() {
        let file = Path::new("/a");

        assert_eq!(
            StoreError::from_io(file, &io::Error::from(io::ErrorKind::StorageFull)),
            StoreError::NoSpace
        );
        assert_eq!(
            StoreError::from_io(file, &io::Error::from(io::ErrorKind::PermissionDenied)),
            StoreError::Denied { path: file.to_path_buf() }
        );
    }
}
