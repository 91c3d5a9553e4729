//! Revisions: whether a workspace holds what it held before.

use std::sync::PoisonError;

use super::Workspace;
use crate::db::Changes;
use crate::error::StoreError;

/// A mark of what a workspace holds: another one after every write, by this process or any other.
///
/// Two that are equal mean that nothing was written between them, so that what was read after the first is what would
/// be read after the second. They compare for one opened workspace only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    file: Changes,
    /// How often the live tail in memory changed, which follows the file by a moment.
    tail: u64,
}

impl Workspace {
    /// Returns the mark of what is stored at this moment. Take it before reading what is to be kept.
    ///
    /// Cost: a look at the file's state; no row is read.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn revision(&self) -> Result<Revision, StoreError> {
        let tail = self.tail().read().unwrap_or_else(PoisonError::into_inner).changes();
        Ok(Revision { file: self.db().changes().await?, tail })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp, Unit};

    use super::*;
    use crate::{CreateOptions, NewSeries, NewSource};

    fn options() -> CreateOptions {
        let (name, origin) = ("shop".to_owned(), "new".to_owned());
        CreateOptions { writer: 7, name, origin, created_at: Timestamp::from_millis(0) }
    }

    async fn file(folder: &Path) -> Workspace {
        Workspace::create(&folder.join("shop.wardroom"), options()).await.unwrap()
    }

    #[tokio::test]
    async fn a_revision_stays_while_nothing_is_written_and_goes_with_every_write() {
        let folder = tempfile::tempdir().unwrap();
        for ws in [file(folder.path()).await, Workspace::in_memory(options()).await.unwrap()] {
            let first = ws.revision().await.unwrap();
            assert_eq!(ws.meta("a").await.unwrap(), None);
            assert_eq!(ws.revision().await.unwrap(), first);

            ws.set_meta("a", "1").await.unwrap();
            let second = ws.revision().await.unwrap();
            ws.set_meta("a", "2").await.unwrap();
            let third = ws.revision().await.unwrap();

            assert!(first != second && second != third && first != third);
            assert_eq!(ws.revision().await.unwrap(), third);
        }
    }

    #[tokio::test]
    async fn the_tail_and_another_process_count_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let ws = file(folder.path()).await;
        let at = Timestamp::from_millis(60_000);
        let (name, kind) = ("metrics".to_owned(), "prometheus".to_owned());
        let source = NewSource { name, kind, config: "{}".to_owned(), created_at: at };
        let source = ws.add_source(source).await.unwrap();
        let key = SeriesKey::new("up", Labels::default());
        let up = NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Unknown };
        let ids = ws.ensure_series(source, &[up], at).await.unwrap();
        // The lock is held, so that this one only reads.
        let beside = Workspace::open(ws.path(), at).await.unwrap();
        assert!(!beside.mode().is_writable());
        let (own, other) = (ws.revision().await.unwrap(), beside.revision().await.unwrap());

        let mut samples = Samples::default();
        samples.push(at, 1.0);
        ws.append_tail(source, at, &[(ids[0], samples)]).await.unwrap();

        assert_ne!(ws.revision().await.unwrap(), own);
        assert_ne!(beside.revision().await.unwrap(), other);
        beside.close().await.unwrap();
        ws.close().await.unwrap();
    }
}
