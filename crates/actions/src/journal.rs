//! The journal: who did what, when, what was said before, and what came back.

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

use crate::action::{Action, ActionError, Begun, Proposal};

/// What somebody did with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Asked what it would do.
    DryRun,
    /// Had it run.
    Run,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The dry run said this.
    Proposed(Proposal),
    /// It was begun.
    Begun {
        /// What the last dry run said.
        proposal: Proposal,
        /// When it works.
        works_at: Timestamp,
    },
    /// It was not done.
    Refused {
        /// The stable word of the reason.
        code: String,
        /// The reason, for a log.
        detail: String,
    },
}

impl Outcome {
    pub(crate) fn of_dry_run(result: &Result<Proposal, ActionError>) -> Self {
        match result {
            Ok(proposal) => Self::Proposed(proposal.clone()),
            Err(error) => Self::refused(error),
        }
    }

    pub(crate) fn of_run(proposal: &Proposal, result: &Result<Begun, ActionError>) -> Self {
        match result {
            Ok(begun) => Self::Begun { proposal: proposal.clone(), works_at: begun.works_at },
            Err(error) => Self::refused(error),
        }
    }

    fn refused(error: &ActionError) -> Self {
        Self::Refused { code: error.code().to_owned(), detail: error.to_string() }
    }
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When, in the time of where it was done.
    pub at: Timestamp,
    /// Which role.
    pub role: String,
    /// What was done with the action.
    pub deed: Deed,
    /// The action.
    pub action: Action,
    /// What came back.
    pub outcome: Outcome,
}

/// Everything that was asked and done, in its order. Refusals are kept like everything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    entries: Vec<Entry>,
}

impl Journal {
    /// Creates a journal that goes on from what was kept.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// Returns the entries, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn write(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}
