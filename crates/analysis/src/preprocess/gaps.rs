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

#[cfg(test)]
mod tests {
    use super::*;

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
