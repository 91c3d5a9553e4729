//! Storage below the database answers late, so that every commit waits for it.

use wardroom_core::Timestamp;

/// The time constant with which the storage's queue fills after the onset, in seconds.
const FILL_S: f64 = 30.0;

/// The share of the full delay that is there at once; the rest comes as the storage's queue fills.
const AT_ONCE: f64 = 0.88;

/// Late storage from an onset on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SlowStorage {
    onset: Timestamp,
    extra_s: f64,
}

impl SlowStorage {
    /// The stable word for this fault.
    pub(crate) const WORD: &'static str = "slow_storage";

    /// Creates the fault: from `onset` on each commit waits up to `extra_s` seconds longer.
    pub(crate) const fn new(onset: Timestamp, extra_s: f64) -> Self {
        Self { onset, extra_s }
    }

    /// Returns when it begins.
    pub(crate) const fn onset(&self) -> Timestamp {
        self.onset
    }

    /// Returns by how many seconds a commit waits longer at a time; 0 before the onset.
    pub(crate) fn extra_commit_s(&self, at_ms: i64) -> f64 {
        let since_ms = at_ms - self.onset.as_millis();
        if since_ms < 0 {
            return 0.0;
        }
        let filled = 1.0 - libm::exp(-(since_ms as f64) / 1000.0 / FILL_S);
        self.extra_s * (AT_ONCE + (1.0 - AT_ONCE) * filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_begins_at_the_onset_and_reaches_its_full_size() {
        let fault = SlowStorage::new(Timestamp::from_millis(60_000), 0.1);

        assert!(fault.extra_commit_s(59_999).abs() < f64::EPSILON);
        assert!((fault.extra_commit_s(60_000) - 0.088).abs() < 1e-12);
        assert!((fault.extra_commit_s(660_000) - 0.1).abs() < 1e-9);
    }
}
