//! Samples at any times, put on a fixed step.

use wardroom_core::series::{RegularSeries, Samples};
use wardroom_core::time::TimeRange;

/// Room made in advance, so that a mistaken range of centuries does not ask for all memory before its first step.
const MAX_RESERVED: usize = 1 << 20;

/// Puts samples on a fixed step: each step `t` holds the last sample of the window `(t - step, t]`.
///
/// # Input
///
/// - `samples`: sorted by time.
/// - `range`: the steps are `range.start()`, `+ step`, … before `range.end()`.
/// - `step_ms`: milliseconds; below 1 it is taken as 1.
///
/// # Output
///
/// One value a step, in the unit of the samples. A step without a sample is a gap (`None`), and so is one whose last
/// sample is `NaN`, a staleness marker or ±Inf: nothing is carried forward or invented.
///
/// Cost: linear in the steps plus the samples within the range; one binary search for the first.
pub fn resample(samples: &Samples, range: TimeRange, step_ms: i64) -> RegularSeries {
    let step_ms = step_ms.max(1);
    let (times, values) = (samples.times(), samples.values());
    let start = range.start().as_millis();
    let steps = (range.millis().saturating_sub(1)) / step_ms + 1;
    let mut series = RegularSeries { start: range.start(), step_ms, values: Vec::new() };
    series.values.reserve(usize::try_from(steps).map_or(0, |n| n.min(MAX_RESERVED)));
    let mut next = times.partition_point(|&t| t <= start.saturating_sub(step_ms));
    for k in 0..steps {
        let at = start.saturating_add(k.saturating_mul(step_ms));
        let mut last = None;
        while next < times.len() && times[next] <= at {
            last = Some(values[next]);
            next += 1;
        }
        series.values.push(last.filter(|v| v.is_finite()));
    }
    series
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;
    use wardroom_core::series::STALE_BITS;

    use super::*;

    #[test]
    fn a_step_holds_the_last_sample_of_its_window() {
        let series =
            resample(&samples(&[(-5, 9.0), (1, 1.0), (10, 2.0), (11, 3.0), (20, 4.0)]), range(0, 31), 10);

        assert_eq!(series.values, [Some(9.0), Some(2.0), Some(4.0), None]);
        assert_eq!(series.time_of(2), Timestamp::from_millis(20));
    }

    #[test]
    fn a_window_that_ends_in_nan_or_a_staleness_marker_is_a_gap() {
        let stale = f64::from_bits(STALE_BITS);
        let series = resample(
            &samples(&[(0, 1.0), (9, 2.0), (10, f64::NAN), (20, stale), (30, 4.0)]),
            range(0, 31),
            10,
        );

        assert_eq!(series.values, [Some(1.0), None, None, Some(4.0)]);
    }

    #[test]
    fn nothing_in_gives_only_gaps() {
        assert_eq!(resample(&Samples::default(), range(0, 20), 10).values, [None, None]);
    }

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end))
            .expect("start is before end")
    }

    fn samples(pairs: &[(i64, f64)]) -> Samples {
        let mut samples = Samples::default();
        for &(time, value) in pairs {
            samples.push(Timestamp::from_millis(time), value);
        }
        samples
    }
}
