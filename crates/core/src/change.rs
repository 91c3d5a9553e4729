//! Changes: deliberate alterations.

use crate::time::Timestamp;

/// What was altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Another version of a program runs.
    Deployment,
    /// Settings were altered.
    Configuration,
    /// Planned work.
    Maintenance,
}

impl ChangeKind {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Configuration => "configuration",
            Self::Maintenance => "maintenance",
        }
    }

    /// Reads what [`ChangeKind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "deployment" => Some(Self::Deployment),
            "configuration" => Some(Self::Configuration),
            "maintenance" => Some(Self::Maintenance),
            _ => None,
        }
    }
}

/// A deliberate alteration of something that can be affected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When it happened.
    pub at: Timestamp,
    /// What was altered: the service's name.
    pub subject: String,
    /// The kind of change.
    pub kind: ChangeKind,
    /// What it was altered to: a version, or a few words.
    pub what: String,
}
