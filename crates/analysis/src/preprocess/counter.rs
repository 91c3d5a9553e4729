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
/// How many roundings of a counter's size its rate may be off: two values were rounded, twice that is safe.
const ROUNDINGS: f64 = 4.0;
/// The largest power of ten that a double holds exactly: a whole number over it is the decimal nearest to the quotient.
const MOST_SCALE: f64 = 1e22;
/// From here on every double is a whole number.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;

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
/// marker, nor across a gap longer than five typical steps. Digits that the counter is too large to hold are rounded
/// away: a steady counter of fractions has one rate, not many that differ in their last bits. Cost: linear.
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
    let seconds = distance_ms as f64 / 1000.0;
    let per_second = increase / seconds;
    let known = distance_ms > 0 && distance_ms <= longest_ms && per_second.is_finite();
    // Whole numbers are held exactly, and so is their difference.
    let whole = before.fract() == 0.0 && value.fract() == 0.0;
    known.then(|| if whole { per_second } else { held_digits(per_second, before.max(value) / seconds) })
}

/// Returns a rate without the decimals that a counter of this size (per second, as the rate) cannot hold.
///
/// Counters of seconds grow large while their increase stays small; what the subtraction leaves in the last bits is
/// rounding, and a detector that measures every series by its own spread would find it unusual.
fn held_digits(rate: f64, size: f64) -> f64 {
    let noise = ROUNDINGS * f64::EPSILON * size.abs();
    let mut scale = 1.0;
    while noise * scale * 10.0 <= 1.0 && scale < MOST_SCALE {
        scale *= 10.0;
    }
    let scaled = rate * scale;
    if noise * scale <= 1.0 && scaled.abs() < MOST_WHOLE { scaled.round() / scale } else { rate }
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

    #[test]
    fn a_steady_counter_of_seconds_has_one_rate_however_large_it_is() {
        for (begin, scrape_ms) in [(0.37, 15_000), (8_772.89, 60_000), (1_234_567.81, 15_000)] {
            let hundredths = |i: i64| begin + (i * scrape_ms / 1000) as f64 * 0.01;
            // As an exporter prints it, with two decimals.
            let printed = |i: i64| (hundredths(i) * 100.0).round() / 100.0;
            let series: Vec<(i64, f64)> = (0..500).map(|i| (i * scrape_ms, printed(i))).collect();

            let rates = rate(&samples(&series));

            assert_eq!(rates.len(), 499);
            assert!(rates.values().iter().all(|&r| r.to_bits() == 0.01_f64.to_bits()), "{begin}: {rates:?}");
        }
    }

    #[test]
    fn what_a_counter_can_hold_is_kept() {
        let third = rate(&samples(&[(0, 0.0), (3_000, 1.0)]));
        let fine = rate(&samples(&[(0, 0.000_000_25), (1_000, 0.000_000_500_001)]));
        let large = rate(&samples(&[(0, 1e300), (1_000, 1.5e300)]));

        assert_eq!(third.values(), [1.0 / 3.0]);
        assert!((fine.values()[0] - 2.500_01e-7).abs() < 1e-20);
        assert_eq!(large.values(), [0.5e300]);
    }

    fn samples(pairs: &[(i64, f64)]) -> Samples {
        let mut samples = Samples::default();
        for &(time, value) in pairs {
            samples.push(Timestamp::from_millis(time), value);
        }
        samples
    }
}
