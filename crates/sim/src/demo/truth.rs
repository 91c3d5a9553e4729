//! What really happens in a world: the answer against which findings and diagnoses are measured.

use wardroom_core::Timestamp;

/// The cause of what is wrong, and whom it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The entity in which the fault lies.
    pub cause: String,
    /// The kind of fault, as a stable word (`slow_storage`).
    pub fault: String,
    /// When it begins; a sample is taken at this very time.
    pub onset: Timestamp,
    /// Whom it reaches and when, in the order of the onsets (by name where they are equal); the cause is the first.
    pub affected: Vec<(String, Timestamp)>,
}
