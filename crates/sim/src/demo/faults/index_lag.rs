//! The search index takes up changes more slowly than they come, so that its lag grows.

use wardroom_core::Timestamp;

/// A lag that grows steadily from an onset on, up to the length of the queue of changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct IndexLag {
    onset: Timestamp,
    rise_s_per_s: f64,
    limit_s: f64,
}

impl IndexLag {
    /// Creates the trend: from `onset` on the lag grows by `rise_s_per_min`, by at most `limit_s` in all.
    pub(crate) fn new(onset: Timestamp, rise_s_per_min: f64, limit_s: f64) -> Self {
        Self { onset, rise_s_per_s: rise_s_per_min / 60.0, limit_s }
    }

    /// Returns by how many seconds the index lags more than usual at a time.
    pub(crate) fn extra_lag_s(&self, at_ms: i64) -> f64 {
        let since_s = (at_ms - self.onset.as_millis()).max(0) as f64 / 1000.0;
        (since_s * self.rise_s_per_s).min(self.limit_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lag_grows_steadily_up_to_its_limit() {
        let trend = IndexLag::new(Timestamp::from_millis(0), 2.0, 300.0);

        assert!(trend.extra_lag_s(-60_000).abs() < f64::EPSILON);
        assert!((trend.extra_lag_s(3_600_000) - 120.0).abs() < 1e-9);
        assert!((trend.extra_lag_s(36_000_000) - 300.0).abs() < 1e-9);
    }
}
