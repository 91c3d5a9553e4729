//! Points and periods of time: UTC, whole milliseconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, UTC.
///
/// Milliseconds are what the Prometheus API and Elasticsearch resolve to, and are exact in JavaScript numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates the point `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns this point moved by `millis` (negative: earlier), held at the ends of what can be represented.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the last multiple of `step_ms` (counted from the epoch) that is not after this point.
    ///
    /// A `step_ms` below 1 leaves the point as it is.
    #[must_use]
    pub const fn floor_to(self, step_ms: i64) -> Self {
        if step_ms < 1 { self } else { Self(self.0.saturating_sub(self.0.rem_euclid(step_ms))) }
    }
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC with milliseconds only where there are any (`2026-11-17T14:53:00Z`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0.div_euclid(86_400_000);
        let rest = self.0.rem_euclid(86_400_000);
        let (year, month, day) = civil_from_days(days);
        let (h, m, s, ms) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}")?;
        if ms != 0 {
            write!(f, ".{ms:03}")?;
        }
        f.write_str("Z")
    }
}

/// Returns year, month and day of the proleptic Gregorian calendar for a day number since 1970-01-01.
///
/// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, day)
}

/// A period with an inclusive start and an exclusive end.
///
/// Invariant: `start < end`. A range is never empty, so no caller asks "what if it is?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    start: Timestamp,
    end: Timestamp,
}

/// A range whose end is not after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the range ends at {end}, which is not after its start {start}")]
pub struct InvalidRange {
    /// The start that was asked for.
    pub start: Timestamp,
    /// The end that was asked for.
    pub end: Timestamp,
}

impl TimeRange {
    /// Creates the range `start..end`.
    ///
    /// # Errors
    ///
    /// [`InvalidRange`] when `end <= start`.
    pub const fn new(start: Timestamp, end: Timestamp) -> Result<Self, InvalidRange> {
        if end.0 <= start.0 {
            return Err(InvalidRange { start, end });
        }
        Ok(Self { start, end })
    }

    /// Returns the inclusive start.
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// Returns the exclusive end.
    pub const fn end(self) -> Timestamp {
        self.end
    }

    /// Returns the length in milliseconds, at least 1.
    pub const fn millis(self) -> i64 {
        self.end.0.saturating_sub(self.start.0)
    }

    /// Reports whether `at` lies in the range (start inclusive, end exclusive).
    pub const fn contains(self, at: Timestamp) -> bool {
        self.start.0 <= at.0 && at.0 < self.end.0
    }

    /// Returns the same range moved by `millis`.
    #[must_use]
    pub const fn shifted(self, millis: i64) -> Self {
        Self { start: self.start.plus_millis(millis), end: self.end.plus_millis(millis) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_rfc_3339() {
        // Checked with `date -u -d @N`.
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_millis(1_794_927_180_000).to_string(), "2026-11-17T14:53:00Z");
        assert_eq!(Timestamp::from_millis(951_782_400_123).to_string(), "2000-02-29T00:00:00.123Z");
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn an_empty_or_reversed_range_is_refused() {
        let at = Timestamp::from_millis(5);

        assert!(TimeRange::new(at, at).is_err());
        assert!(TimeRange::new(at, at.plus_millis(-1)).is_err());
    }

    #[test]
    fn flooring_goes_down_on_both_sides_of_the_epoch() {
        assert_eq!(Timestamp::from_millis(61_000).floor_to(60_000), Timestamp::from_millis(60_000));
        assert_eq!(Timestamp::from_millis(-1).floor_to(60_000), Timestamp::from_millis(-60_000));
    }
}
