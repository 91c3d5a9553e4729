//! The single exit for anything that leaves the machine for another place than a person's own sources.
//!
//! Nothing in this version sends anything: there is no account, no telemetry, no update check. The counter exists so
//! that the window can show the number that the program really counts, and so that a later exit has one place to be.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts bytes that left the machine for another place than a source.
#[derive(Debug, Default)]
pub struct Egress(AtomicU64);

impl Egress {
    /// Returns the bytes that left in this run of the program.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
