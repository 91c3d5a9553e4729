//! A door that says what it was told to say and records what was run, for tests of what stands before a door.

use std::sync::{Mutex, MutexGuard, PoisonError};

use wardroom_core::Timestamp;
use wardroom_sim::Refused;
#[cfg(test)]
use wardroom_sim::{Remedy, RemedyKind};

use crate::action::{Action, ActionError, Begun, Beyond, Door, Proposal};
#[cfg(test)]
use crate::action::{Consequence, Risk};

/// A door behind which nothing is.
#[derive(Debug)]
pub struct Recording {
    beyond: Beyond,
    record: Mutex<Record>,
}

#[derive(Debug)]
struct Record {
    says: Result<Proposal, ActionError>,
    asked: usize,
    ran: Vec<Action>,
}

impl Recording {
    /// Creates a door that claims to lead there; it refuses everything until it is told what to say.
    pub fn new(beyond: Beyond) -> Self {
        let says = Err(ActionError::Refused(Refused::Condition { reason: "nothing_there" }));
        Self { beyond, record: Mutex::new(Record { says, asked: 0, ran: Vec::new() }) }
    }

    /// Sets what it answers to a dry run; what it proposes it also runs.
    pub fn says(&self, answer: Result<Proposal, ActionError>) {
        self.locked().says = answer;
    }

    /// Returns how many dry runs were asked for.
    pub fn asked(&self) -> usize {
        self.locked().asked
    }

    /// Returns what was run, in its order.
    pub fn ran(&self) -> Vec<Action> {
        self.locked().ran.clone()
    }

    fn locked(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Door for Recording {
    fn beyond(&self) -> Beyond {
        self.beyond
    }

    fn dry_run(&self, _action: &Action) -> Result<Proposal, ActionError> {
        let mut record = self.locked();
        record.asked += 1;
        record.says.clone()
    }

    fn run(&self, action: &Action) -> Result<Begun, ActionError> {
        let mut record = self.locked();
        let delay_s = record.says.as_ref().map_err(Clone::clone)?.delay_s;
        record.ran.push(action.clone());
        let at = Timestamp::default();
        Ok(Begun { at, works_at: at.plus_millis(delay_s * 1000), position: record.ran.len() - 1 })
    }
}

/// What a restart of `target` of the given risk would do when it touches so many things.
#[cfg(test)]
pub(crate) fn proposal(target: &str, risk: u8, touched: usize) -> Proposal {
    Proposal {
        action: Action {
            remedy: Remedy { kind: RemedyKind::Restart, target: target.to_owned(), amount: None },
        },
        delay_s: 10,
        risk: Risk::from_level(risk),
        touches: (0..touched).map(|i| format!("{target}-{i}")).collect(),
        effects: vec![Consequence { code: "starts_anew".to_owned(), values: Vec::new() }],
        cautions: Vec::new(),
    }
}
