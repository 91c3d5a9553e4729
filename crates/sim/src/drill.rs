//! Drills: what a trainee decides during a run, the rules by which a run ends, and the runs it is compared with.

mod due;
mod knowable;
pub(crate) mod names;
#[cfg(test)]
mod players;
mod rules;
mod runs;

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

pub use due::{Due, due};
pub(crate) use due::{FIRST_UPDATE_S, UPDATE_EVERY_S};
pub use knowable::knowable;
pub use names::same_thing;
pub use rules::{Course, Ending, TooEarly, course, ending};
pub(crate) use runs::repeat;
pub use runs::{nobody, reference};

use crate::{FaultSpec, Remedy, Screen};

/// The word that a hypothesis gives as its entity to say that nothing is broken.
pub const NO_FAULT: &str = "none";

/// Something that was decided during a drill, by the trainee or by the instructor.
///
/// The list of these, in the order of their times, is all that a score is made of besides the runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The world's time.
    pub at: Timestamp,
    /// What it was.
    pub what: DecisionKind,
}

/// Kinds of decisions. Stored as text with the stable word of the kind in the field `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DecisionKind {
    /// An alert was acknowledged.
    Acknowledged {
        /// The alert's name, or its labels as they are printed (`{alertname="…",…}`).
        alert: String,
    },
    /// Evidence was opened.
    Opened {
        /// Where.
        screen: Screen,
        /// Of what: an entity, an alert; empty: of everything.
        subject: String,
        /// What exactly: a metric, words searched for; empty: nothing in particular.
        detail: String,
    },
    /// The trainee says what they believe.
    Hypothesis {
        /// Where the cause lies; [`NO_FAULT`]: nothing is broken.
        entity: String,
        /// The word of the kind of fault; empty: not said.
        fault: String,
        /// How sure, 0 to 1.
        odds: f64,
    },
    /// The trainee asked what a remedy would do.
    DryRun {
        /// The remedy.
        remedy: Remedy,
    },
    /// The trainee acted.
    Acted {
        /// What was ordered.
        remedy: Remedy,
        /// Why the world refused it; `None`: it was carried out.
        refused: Option<String>,
    },
    /// Others were told how things stand.
    Update {
        /// What was written.
        text: String,
    },
    /// A hint was asked for.
    Hint {
        /// Which, from 0.
        index: u32,
    },
    /// An advice of the program was answered.
    Advice {
        /// Which, from 0.
        index: u32,
        /// Followed, or rejected.
        followed: bool,
    },
    /// The instructor spoke as a colleague.
    Whispered {
        /// The role.
        role: String,
        /// What was said.
        text: String,
    },
    /// The instructor let a fault begin.
    Injected {
        /// The fault.
        spec: FaultSpec,
    },
    /// The instructor took the telemetry of something away, or gave it back.
    Sensor {
        /// The host or component.
        target: String,
        /// Taken away, or given back.
        away: bool,
    },
    /// The trainee declared an incident.
    Declared,
    /// The trainee declared that all is well again. Ends the drill.
    Resolved,
}

#[cfg(test)]
pub(crate) mod tests;
