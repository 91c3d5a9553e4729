//! Actions as values, what a dry run says of them, and the door through which they are done.

use std::fmt;

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;
use wardroom_sim::{Refused, Remedy};

/// What is to be done, where, and how much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Action {
    /// The kind, its target, and the number that it takes.
    pub remedy: Remedy,
}

impl fmt::Display for Action {
    /// Writes the kind's word, the target and the number: `raise_pool web -> cart 40`. Equal actions give equal texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.remedy.kind.as_str(), self.remedy.target)?;
        match self.remedy.amount {
            Some(amount) => write!(f, " {amount}"),
            None => Ok(()),
        }
    }
}

/// How bad it can get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Harmless.
    Low,
    /// Felt by some.
    Medium,
    /// Can make it much worse; its scope has to be typed.
    High,
}

impl Risk {
    /// Reads a level from 1 to 3; anything above 2 is high.
    pub const fn from_level(level: u8) -> Self {
        match level {
            0 | 1 => Self::Low,
            2 => Self::Medium,
            _ => Self::High,
        }
    }

    /// Returns the level, 1 to 3.
    pub const fn level(self) -> u8 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }
}

/// Something that an action would bring about, as data; the sentence is made at the edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// A stable word.
    pub code: String,
    /// Names and values.
    pub values: Vec<(String, String)>,
}

/// What a dry run says that an action would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The action.
    pub action: Action,
    /// Seconds until it works.
    pub delay_s: i64,
    /// How bad it can get.
    pub risk: Risk,
    /// Names of what is changed or feels it at once.
    pub touches: Vec<String>,
    /// What it does.
    pub effects: Vec<Consequence>,
    /// What it costs or breaks besides.
    pub cautions: Vec<Consequence>,
}

impl Proposal {
    /// Returns the text for which an approval is given: the action, its risk, what it touches, what it does and costs.
    ///
    /// Equal texts mean the same plan. Values and the delay are not part of it: they change from second to second while
    /// the plan stays the same.
    pub fn text(&self) -> String {
        let codes = |all: &[Consequence]| {
            all.iter().map(|consequence| consequence.code.as_str()).collect::<Vec<_>>().join(", ")
        };
        format!(
            "{}; risk {}; touches {}; does {}; costs {}",
            self.action,
            self.risk.level(),
            self.touches.join(", "),
            codes(&self.effects),
            codes(&self.cautions)
        )
    }
}

/// An action that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// When it was begun, in the time of where it was done.
    pub at: Timestamp,
    /// When it works.
    pub works_at: Timestamp,
    /// Its position among all that was ordered through this door.
    pub position: usize,
}

/// What lies beyond a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Beyond {
    /// A simulated world.
    Simulated,
    /// Systems that people depend on.
    Real,
}

/// Where actions are done. Two implementations from the start: [`crate::simulated`] and [`crate::recording`].
pub trait Door: Send + Sync + fmt::Debug {
    /// Says what lies beyond.
    fn beyond(&self) -> Beyond;

    /// Says what an action would do. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`ActionError::Refused`] when it cannot be done.
    fn dry_run(&self, action: &Action) -> Result<Proposal, ActionError>;

    /// Begins an action. Only [`crate::execute()`] calls this.
    ///
    /// # Errors
    ///
    /// [`ActionError::Refused`] when it cannot be done.
    fn run(&self, action: &Action) -> Result<Begun, ActionError>;
}

/// Why an action is not proposed or not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// It cannot be done there, or not now.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// In a drill nothing real is touched.
    #[error("in a drill only a simulated world is changed")]
    NotSimulated,
    /// It touches more than one action may.
    #[error("it touches {touched} things, and at most {limit} are allowed")]
    TooWide {
        /// What it touches.
        touched: usize,
        /// What is allowed.
        limit: usize,
    },
    /// It is risky, and its scope was not typed.
    #[error("the scope {wanted:?} has to be typed")]
    ScopeNotTyped {
        /// What has to be typed.
        wanted: String,
    },
    /// The approval is not for this time.
    #[error("the approval holds from {from} until {until}")]
    OutOfTime {
        /// From when it holds.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// What was approved is not what would be done.
    #[error("the plan is another one than was approved")]
    Changed,
}

impl ActionError {
    /// Returns the stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(Refused::NoSuchTarget { .. }) => "no_such_target",
            Self::Refused(Refused::Amount { .. }) => "amount",
            Self::Refused(Refused::Condition { reason }) => reason,
            Self::NotSimulated => "not_simulated",
            Self::TooWide { .. } => "too_wide",
            Self::ScopeNotTyped { .. } => "scope_not_typed",
            Self::OutOfTime { .. } => "out_of_time",
            Self::Changed => "changed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::proposal;

    #[test]
    fn another_target_number_reach_or_consequence_is_another_plan_and_another_delay_is_not() {
        let plan = proposal("page", 2, 3);
        let more = Consequence { code: "cold".to_owned(), values: Vec::new() };
        let amount = Action { remedy: Remedy { amount: Some(2.5), ..plan.action.remedy.clone() } };

        let others = [
            proposal("cart", 2, 3),
            proposal("page", 3, 3),
            proposal("page", 2, 4),
            Proposal { cautions: vec![more], ..plan.clone() },
            Proposal { action: amount, ..plan.clone() },
        ];
        let later = Proposal { delay_s: plan.delay_s + 60, ..plan.clone() };

        assert!(others.iter().all(|other| other.text() != plan.text()));
        assert_eq!(later.text(), plan.text());
        assert!(plan.text().starts_with("restart page; risk 2; touches "), "{}", plan.text());
    }

    #[test]
    fn levels_of_risk_are_read_back() {
        for risk in [Risk::Low, Risk::Medium, Risk::High] {
            assert_eq!(Risk::from_level(risk.level()), risk);
        }
    }
}
