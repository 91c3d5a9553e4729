//! What the window gets of the program, of a workspace, and of those that were open before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::phrase::Phrase;
use crate::settings::Settings;
use crate::wire::{Millis, Span};

/// Everything that the window needs to begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppStateRow {
    /// The program's version.
    pub version: String,
    /// The version of the workspace format that it writes.
    pub workspace_format: u32,
    /// Settings of this machine's user.
    pub settings: Settings,
    /// Whether a system keychain answers.
    pub keychain: KeychainState,
    /// The open workspace; `null` when none is open.
    pub workspace: Option<WorkspaceRow>,
    /// Bytes that went anywhere but to sources; nothing in this version sends any.
    pub egress_bytes: u32,
    /// The machine's time zone, as an IANA name.
    pub local_zone: String,
    /// A file named on the command line or double-clicked, to be opened first.
    pub open_first: Option<String>,
}

/// Where secrets are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeychainState {
    /// In the system's keychain.
    System,
    /// In the program's memory until it ends, because no keychain answers.
    Memory,
}

/// The open workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceRow {
    /// The name that is shown.
    pub name: String,
    /// The file.
    pub path: String,
    /// Whether the data is simulated.
    pub simulated: bool,
    /// Whether the file is a drill.
    pub drill: bool,
    /// Why nothing can be written; `null` when it can.
    pub read_only: Option<Phrase>,
    /// Whether the file came from another machine, so that *Follow* is off until a person turns it on.
    pub from_elsewhere: bool,
    /// Bytes of the file.
    pub size_bytes: f64,
    /// Series.
    pub series: u32,
    /// Samples.
    pub samples: f64,
    /// The period with data; `null` when there is none.
    pub data: Option<Span>,
    /// The range to begin with: it ends at the last data.
    pub range: Option<Span>,
    /// Whether a source is followed at the moment.
    pub following: bool,
}

/// A file that was open here before, with what it said then. Nothing of it is read until it is opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecentRow {
    /// The file.
    pub path: String,
    /// Its name without the ending.
    pub name: String,
    /// The folder, shortened for reading.
    pub folder: String,
    /// Bytes when it was last open.
    pub size_bytes: f64,
    /// When it was last open.
    pub opened_at: Millis,
    /// Its newest data then.
    pub data_until: Option<Millis>,
    /// Its last finding then.
    pub said: Option<Phrase>,
    /// When that finding began.
    pub said_at: Option<Millis>,
    /// The finding's grade, 1 to 3.
    pub said_grade: Option<u8>,
    /// Marks.
    pub marks: Vec<RecentMark>,
}

/// A mark on a recent file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RecentMark {
    /// Its data is simulated.
    Simulated,
    /// It came from another machine.
    FromElsewhere,
    /// It lies on a network share.
    NetworkShare,
    /// Nothing is at its path.
    Missing,
}

/// What a check of a workspace file found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckRow {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Chunks of samples that were decoded.
    pub chunks: u32,
    /// Samples in them.
    pub samples: f64,
    /// What is wrong.
    pub problems: Vec<CheckProblemRow>,
}

/// One thing that a check of a workspace file found wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckProblemRow {
    /// What kind of problem, in `snake_case`.
    pub code: String,
    /// What is damaged, by name.
    pub fields: BTreeMap<String, String>,
    /// The sentence.
    pub says: Phrase,
}

/// What compacting gave back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompactRow {
    /// Bytes before.
    pub bytes_before: f64,
    /// Bytes after.
    pub bytes_after: f64,
    /// Samples dropped because their source keeps no older ones, or no more.
    pub samples_dropped: f64,
    /// Log lines dropped for the same reasons.
    pub logs_dropped: f64,
}

impl CompactRow {
    /// Says what was dropped; `None` where everything was kept.
    pub fn dropped(&self) -> Option<Phrase> {
        let whole = |n: f64| format!("{n:.0}");
        let phrase = Phrase::new("compact-dropped")
            .text("samples", whole(self.samples_dropped))
            .text("lines", whole(self.logs_dropped));
        (self.samples_dropped > 0.0 || self.logs_dropped > 0.0).then_some(phrase)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn what_a_compaction_drops_is_told() {
        let row = CompactRow { bytes_before: 9.0, bytes_after: 8.0, samples_dropped: 0.0, logs_dropped: 0.0 };
        let words = Words::with(Language::En, TimeZone::UTC);
        let told = |row: CompactRow| row.dropped().map(|said| words.phrase(&said));

        assert_eq!(told(row), None);
        assert_eq!(
            told(CompactRow { samples_dropped: 1200.0, logs_dropped: 3.0, ..row }).as_deref(),
            Some("Dropped, because their sources keep no more: 1200 samples, 3 log lines.")
        );
    }
}
