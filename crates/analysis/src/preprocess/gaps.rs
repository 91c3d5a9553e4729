//! The typical distance of samples, which says what a gap is.

use std::sync::atomic::AtomicBool;

use crate::anomaly::Refusal;
use crate::pass;

/// Returns the median distance of neighbouring times in milliseconds; `None` for fewer than two different times.
///
/// Robust: neither a long gap nor a stretch with another step moves it, as long as most distances agree. Of an even
/// number of distances the lower middle one is taken, so the answer is a distance that occurs. Equal or falling times
/// are left out.
///
/// Cost: linear, one copy of the times.
pub fn typical_step_ms(times: &[i64]) -> Option<i64> {
    typical_step(times, &AtomicBool::new(false)).ok().flatten()
}

/// Returns [`typical_step_ms`], or that the work was cancelled.
pub(crate) fn typical_step(times: &[i64], cancel: &AtomicBool) -> Result<Option<i64>, Refusal> {
    let distance = |i: usize| Some(times[i + 1].saturating_sub(times[i])).filter(|&d| d > 0);
    let distances = pass::collect_some(times.len().saturating_sub(1), cancel, distance)?;
    let middle = distances.len().saturating_sub(1) / 2;
    pass::ranked(distances, middle, i64::cmp, cancel)
}

/// Distances up to this long are no gap: a night without samples belongs to the days around it, in milliseconds.
const LEAST_GAP_MS: i64 = 86_400_000;
/// Nor are distances up to this many times the typical one.
const GAP_STEPS: i64 = 10;

/// Returns the first and the last time of each stretch of sorted times that no gap of more than a day divides.
///
/// Cost: linear, one copy of the times.
pub fn stretches(times: &[i64]) -> Vec<(i64, i64)> {
    let typical = typical_step_ms(times).unwrap_or(1);
    let longest = typical.saturating_mul(GAP_STEPS).max(LEAST_GAP_MS);
    times
        .chunk_by(|before, after| after.saturating_sub(*before) <= longest)
        .filter_map(|stretch| Some((*stretch.first()?, *stretch.last()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_another_century_and_a_week_without_any_divide_a_history() {
        let (hour, day) = (3_600_000, 86_400_000);
        let weeks = |from: i64| (0..7 * 24).map(move |i| from + i * hour);
        let times: Vec<i64> = [0].into_iter().chain(weeks(20_000 * day)).chain(weeks(20_014 * day)).collect();

        let last = 7 * day - hour;
        assert_eq!(
            stretches(&times),
            [(0, 0), (20_000 * day, 20_000 * day + last), (20_014 * day, 20_014 * day + last)]
        );
        assert!(stretches(&[]).is_empty());
    }

    #[test]
    fn nights_and_what_is_sampled_rarely_have_no_gaps() {
        let (hour, day) = (3_600_000, 86_400_000);
        let by_day: Vec<i64> = (0..5).flat_map(|d| (8..18).map(move |h| d * day + h * hour)).collect();
        let by_week: Vec<i64> = (0..9).map(|w| w * 7 * day).collect();

        assert_eq!(stretches(&by_day), [(8 * hour, 4 * day + 17 * hour)]);
        assert_eq!(stretches(&by_week), [(0, 56 * day)]);
    }

    #[test]
    fn one_long_gap_does_not_move_the_step() {
        assert_eq!(typical_step_ms(&[0, 15, 30, 45, 9_000, 9_015]), Some(15));
    }

    #[test]
    fn fewer_than_two_times_have_no_step() {
        assert_eq!(typical_step_ms(&[]), None);
        assert_eq!(typical_step_ms(&[7]), None);
        assert_eq!(typical_step_ms(&[7, 7]), None);
    }

    #[test]
    fn times_at_the_ends_of_what_can_be_represented_do_not_overflow() {
        assert_eq!(typical_step_ms(&[i64::MIN, i64::MAX]), Some(i64::MAX));
    }
}
