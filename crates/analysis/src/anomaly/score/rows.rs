//! The rows that are scored: sorted by time, the values in robust spreads around their middle.

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

use crate::anomaly::Refusal;
use crate::anomaly::score::sample;
use crate::pass;
use crate::preprocess::gaps::typical_step;

/// One day in milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;
/// The fewest rows: the usual least number for a median absolute deviation within 20 % (Rousseeuw and Croux 1993).
const MIN_ROWS: usize = 30;
/// Windows are never narrower than this: fewer rows have no steady mean.
const LEAST_WIDTH: usize = 6;
/// Values are held at this many spreads, so that sums of squares keep their digits.
const MOST_SPREADS: f64 = 1_000.0;
/// A series whose values differ by no more than this share of the largest is constant: that much is left by a sum that
/// was made in another order.
const ROUNDING: f64 = 1e-12;

/// Rows by time.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    /// The time of each row in milliseconds, rising.
    pub(super) times: Cow<'a, [i64]>,
    /// The value of each row in spreads around the middle.
    pub(super) values: Vec<f64>,
    /// The usual distance of rows in milliseconds, at least 1.
    pub(super) step_ms: i64,
    /// Rows in a day, at least 1.
    pub(super) per_day: usize,
}

impl<'a> Rows<'a> {
    /// Builds the rows from finite values, or says why they are not enough.
    pub(super) fn build(
        times: Cow<'a, [i64]>,
        mut values: Vec<f64>,
        cancel: &AtomicBool,
    ) -> Result<Self, Refusal> {
        if values.is_empty() {
            return Err(Refusal::Empty);
        }
        let mut rows = Self::of_times(times, cancel)?;
        if values.len() < MIN_ROWS {
            let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).saturating_mul(rows.step_ms);
            return Err(Refusal::TooShort { have_ms: length(values.len()), needed_ms: length(MIN_ROWS) });
        }
        // Divided by the largest first, so that no unit can overflow.
        let mut largest = 0.0_f64;
        pass::over(values.len(), cancel, |range| {
            largest = values[range].iter().map(|v| v.abs()).fold(largest, f64::max);
        })?;
        if largest <= 0.0 {
            return Err(Refusal::Constant);
        }
        pass::over(values.len(), cancel, |range| values[range].iter_mut().for_each(|v| *v /= largest))?;
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        pass::over(values.len(), cancel, |range| {
            for &value in &values[range] {
                least = least.min(value);
                most = most.max(value);
            }
        })?;
        if most - least <= ROUNDING {
            return Err(Refusal::Constant);
        }
        let usual = sample::usual(values.len(), |i| values[i], cancel)?.ok_or(Refusal::Constant)?;
        let held = |value: &mut f64| *value = usual.signed(*value).clamp(-MOST_SPREADS, MOST_SPREADS);
        pass::over(values.len(), cancel, |range| values[range].iter_mut().for_each(held))?;
        rows.values = values;
        Ok(rows)
    }

    /// Returns rows without values.
    pub(super) fn of_times(times: Cow<'a, [i64]>, cancel: &AtomicBool) -> Result<Self, Refusal> {
        let step_ms = typical_step(&times, cancel)?.unwrap_or(1).max(1);
        let per_day = usize::try_from(DAY_MS / step_ms).unwrap_or(usize::MAX).max(1);
        Ok(Self { times, values: Vec::new(), step_ms, per_day })
    }

    /// Returns `most` rows, but no more than the given part of a day and no fewer than six.
    pub(super) fn width(&self, parts_of_day: usize, most: usize) -> usize {
        most.min((self.per_day / parts_of_day).max(LEAST_WIDTH))
    }
}
