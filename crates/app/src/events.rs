//! Domain facts that happened; no word about screens or caches.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::drills::rows::DrillClock;
use crate::jobs::JobRow;
use crate::wire::Millis;

/// A fact. The interface decides what to reload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum AppEvent {
    /// Another workspace is open, or none.
    WorkspaceChanged,
    /// Sources were added, changed, deleted, or their health changed.
    SourcesChanged,
    /// Samples arrived in a source.
    #[serde(rename_all = "camelCase")]
    SamplesArrived {
        /// The source.
        source: u32,
        /// The end of the time that they cover, exclusive.
        until: Millis,
    },
    /// A detection ended.
    FindingsChanged,
    /// A job began, moved or ended.
    #[serde(rename_all = "camelCase")]
    JobProgressed {
        /// The job.
        job: JobRow,
    },
    /// Settings changed.
    SettingsChanged,
    /// Alerts began, ended or were acknowledged.
    AlertsChanged,
    /// The inventory, what is known of dependencies, or a decision about them changed.
    TopologyChanged,
    /// Log lines arrived.
    LogsChanged,
    /// The lines of a source are read up to a moment, whether any came or none.
    #[serde(rename_all = "camelCase")]
    LinesArrived {
        /// The source.
        source: u32,
        /// Up to when.
        until: Millis,
    },
    /// The clock of the drill moved.
    #[serde(rename_all = "camelCase")]
    DrillTicked {
        /// The clock.
        clock: DrillClock,
    },
    /// Something was decided, said or ended in the drill, or another attempt began.
    DrillChanged,
}

/// The bus: whoever listens gets every fact from then on.
#[derive(Clone, Debug)]
pub struct Bus(broadcast::Sender<AppEvent>);

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Bus {
    /// Tells a fact; nobody listening is fine.
    pub fn tell(&self, event: AppEvent) {
        // The error only says that nobody listens.
        let _ = self.0.send(event);
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<AppEvent> {
        self.0.subscribe()
    }
}
