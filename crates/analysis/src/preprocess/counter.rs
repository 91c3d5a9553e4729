//! Rates of counters, with resets.

use std::sync::atomic::AtomicBool;

use wardroom_core::Timestamp;
use wardroom_core::series::{Samples, is_stale_marker};

use super::gaps::typical_step;
use crate::anomaly::Refusal;
use crate::pass;

/// A longer gap than this many typical steps has no rate: what happened in it is not known.
///
/// Five is the usual rule of thumb of Prometheus users for the window of `rate()` (four scrapes, plus one for a scrape
/// that came late).
const LONGEST_STEPS: i64 = 5;

/// Returns the increase per second between neighbouring samples, stamped at the later one.
///
/// # Input
///
/// `samples`: sorted by time, in the unit of the counter. A falling value is a reset: the counter began at zero again,
/// so the increase is the value after it (as Prometheus' `rate` does, without its extrapolation to window borders).
/// `NaN` and ±Inf are skipped.
///
/// # Output
///
/// At most one sample fewer than the input, in the counter's unit per second. There is none across a staleness
/// marker, nor across a gap longer than five typical steps. Cost: linear.
pub fn rate(samples: &Samples) -> Samples {
    rate_unless(samples, &AtomicBool::new(false)).unwrap_or_default()
}

/// Returns [`rate`], or that the work was cancelled.
pub(crate) fn rate_unless(samples: &Samples, cancel: &AtomicBool) -> Result<Samples, Refusal> {
    let (times, values) = (samples.times(), samples.values());
    let longest_ms = longest(times, cancel)?;
    let mut rates = Samples::with_capacity(samples.len());
    let mut previous: Option<(i64, f64)> = None;
    pass::over(times.len(), cancel, |range| {
        for (&time, &value) in times[range.clone()].iter().zip(&values[range]) {
            if is_stale_marker(value) {
                previous = None;
                continue;
            }
            if !value.is_finite() {
                continue;
            }
            if let Some(per_second) =
                previous.and_then(|previous| increase_per_second(previous, (time, value), longest_ms))
            {
                rates.push(Timestamp::from_millis(time), per_second);
            }
            previous = Some((time, value));
        }
    })?;
    Ok(rates)
}

/// Returns the longest distance, in milliseconds, over which samples at these times have a rate.
pub(crate) fn longest_ms(times: &[i64]) -> i64 {
    longest(times, &AtomicBool::new(false)).unwrap_or(i64::MAX)
}

fn longest(times: &[i64], cancel: &AtomicBool) -> Result<i64, Refusal> {
    Ok(typical_step(times, cancel)?.map_or(i64::MAX, |step| step.saturating_mul(LONGEST_STEPS)))
}

/// Returns the increase per second from one sample to the next, each a time and a finite value; `None` when the later
/// one is not later, is too late, or the increase is too large to be represented.
pub(crate) fn increase_per_second(
    (since, before): (i64, f64),
    (time, value): (i64, f64),
    longest_ms: i64,
) -> Option<f64> {
    let distance_ms = time.saturating_sub(since);
    // Counters restart at zero when a process restarts, so a drop is a reset and not a decrease.
    let increase = if value < before { value } else { value - before };
    let per_second = increase / (distance_ms as f64 / 1000.0);
    (distance_ms > 0 && distance_ms <= longest_ms && per_second.is_finite()).then_some(per_second)
}

#[cfg(test)]
mod tests {
    use wardroom_core::series::STALE_BITS;

    use super::*;

    #[test]
    fn a_rate_is_the_increase_per_second_stamped_at_the_later_sample() {
        let rates = rate(&samples(&[(0, 10.0), (15_000, 40.0), (30_000, 40.0)]));

        assert_eq!(rates, samples(&[(15_000, 2.0), (30_000, 0.0)]));
    }

    #[test]
    fn a_drop_is_a_reset() {
        let rates = rate(&samples(&[(0, 100.0), (10_000, 30.0)]));

        assert_eq!(rates, samples(&[(10_000, 3.0)]));
    }

    #[test]
    fn there_is_no_rate_across_a_long_gap_or_a_staleness_marker() {
        let stale = f64::from_bits(STALE_BITS);
        let rates = rate(&samples(&[
            (0, 0.0),
            (1_000, 1.0),
            (2_000, 2.0),
            (8_000, 9.0),
            (9_000, 10.0),
            (10_000, stale),
            (11_000, 12.0),
            (12_000, 14.0),
        ]));

        assert_eq!(rates, samples(&[(1_000, 1.0), (2_000, 1.0), (9_000, 1.0), (12_000, 2.0)]));
    }

    #[test]
    fn values_that_are_not_finite_are_skipped() {
        let rates = rate(&samples(&[
            (0, 1.0),
            (1_000, f64::NAN),
            (2_000, 5.0),
            (3_000, f64::INFINITY),
            (4_000, 5.0),
        ]));

        assert_eq!(rates, samples(&[(2_000, 2.0), (4_000, 0.0)]));
    }

    fn samples(pairs: &[(i64, f64)]) -> Samples {
        let mut samples = Samples::default();
        for &(time, value) in pairs {
            samples.push(Timestamp::from_millis(time), value);
        }
        samples
    }
}
