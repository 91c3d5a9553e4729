//! The usual middle and spread of a column, from a fixed sample of its rows.

use std::sync::atomic::AtomicBool;

use crate::anomaly::Refusal;
use crate::{pass, spread};

/// Columns are measured on at most this many rows: its median absolute deviation is then known within 4 %
/// (standard error 1.17 / √n of a normal sample).
const SAMPLE: usize = 1_024;
/// Standard deviations between the 5th and the 95th percentile of a normal sample.
///
/// Source: 2 Φ⁻¹(0.95).
const INNER_SIGMAS: f64 = 3.289_707;

/// What is usual in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Usual {
    middle: f64,
    per_spread: f64,
}

impl Usual {
    /// Returns the usual value.
    pub(super) fn middle(self) -> f64 {
        self.middle
    }

    /// Returns the usual spread, above 0.
    pub(super) fn spread(self) -> f64 {
        1.0 / self.per_spread
    }

    /// Returns the departure in spreads.
    pub(super) fn signed(self, value: f64) -> f64 {
        (value - self.middle) * self.per_spread
    }
}

/// Returns the usual middle and spread of `n` rows; `None` when the column does not move.
///
/// The spread is the larger of the median absolute deviation and the inner nine tenths, so that a column of few
/// distinct values has one too; a column that stands still for nine tenths is measured by its standard deviation.
pub(super) fn usual(
    n: usize,
    value: impl Fn(usize) -> f64,
    cancel: &AtomicBool,
) -> Result<Option<Usual>, Refusal> {
    let mut rows: Vec<f64> = pass::sample(n, SAMPLE).map(&value).collect();
    let middle = spread::median(&mut rows);
    let inner = (spread::quantile(&mut rows, 950) - spread::quantile(&mut rows, 50)) / INNER_SIGMAS;
    for row in &mut rows {
        *row = (*row - middle).abs();
    }
    let robust = inner.max(spread::MAD_TO_SIGMA * spread::median(&mut rows));
    let spread = if robust > 0.0 { robust } else { deviation(n, &value, middle, cancel)? };
    // A spread that has no finite inverse moves by less than can be told apart.
    let per_spread = 1.0 / spread;
    Ok((spread > 0.0 && per_spread.is_finite()).then_some(Usual { middle, per_spread }))
}

/// Returns the root of the mean squared distance from `middle`.
fn deviation(
    n: usize,
    value: &impl Fn(usize) -> f64,
    middle: f64,
    cancel: &AtomicBool,
) -> Result<f64, Refusal> {
    let mut sum = 0.0_f64;
    pass::over(n, cancel, |range| {
        for i in range {
            sum += (value(i) - middle).powi(2);
        }
    })?;
    Ok((sum / n.max(1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass::tests::cancelled_at;

    fn of(n: usize, value: impl Fn(usize) -> f64) -> Option<Usual> {
        usual(n, value, &AtomicBool::new(false)).expect("not cancelled")
    }

    #[test]
    fn a_long_column_is_measured_as_well_as_a_short_one() {
        let usual = of(1_000_000, |i| (i % 1_000) as f64 / 1_000.0).expect("the column moves");

        // A uniform column: the median is 0.5, 1.4826 times the median deviation 0.371.
        assert!(usual.signed(0.5).abs() < 0.05, "{usual:?}");
        assert!((usual.signed(0.5 + 0.371) - 1.0).abs() < 0.05, "{usual:?}");
    }

    #[test]
    fn rare_moves_are_measured_by_their_deviation_and_none_at_all_is_said() {
        assert!(of(10_000, |i| f64::from(u8::from(i == 7))).is_some());
        assert_eq!(of(10_000, |_| 3.0), None);
    }

    #[test]
    fn a_long_column_that_hardly_moves_ends_when_it_is_cancelled() {
        let rare = |i: usize| f64::from(u8::from(i == 7));

        let (ended, looks) = cancelled_at(3, |cancel| usual(10 * pass::POSITIONS, rare, cancel));

        assert_eq!((ended, looks), (Err(Refusal::Cancelled), 3));
    }
}
