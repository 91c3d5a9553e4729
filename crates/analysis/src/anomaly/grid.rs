//! The judged values as means on a fixed step, divided by the largest, so that no unit can overflow.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::{Options, Refusal};
use crate::pass;
use crate::preprocess::gaps::typical_step;

/// Steps that collectors use, in milliseconds; a measured step within a twentieth of one is taken as that one.
const USUAL_STEPS_MS: [i64; 16] = [
    1_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_200_000,
    1_800_000, 3_600_000, 7_200_000, 86_400_000,
];
/// From this length on, steps are not finer than [`Options::min_step_ms`].
const LONG_HISTORY_MS: i64 = 21_600_000;

/// Means of the judged values, one per step.
///
/// Step `i` covers `(time_of(i) - step_ms, time_of(i)]`; the ends are multiples of the step since the epoch, so that
/// judging again with more data sees the same steps.
#[derive(Debug)]
pub(super) struct Grid {
    /// The end of step 0 in steps since the epoch.
    first_key: i64,
    /// The length of a step in milliseconds.
    pub(super) step_ms: i64,
    /// The mean of the step's values divided by `scale`, −1 to 1; `None` without a sample.
    pub(super) values: Vec<Option<f64>>,
    /// The largest size among the samples.
    pub(super) scale: f64,
}

impl Grid {
    /// Builds the grid, or says why the samples are not enough.
    pub(super) fn build(judged: &Samples, options: &Options, cancel: &AtomicBool) -> Result<Self, Refusal> {
        let (times, values) = (judged.times(), judged.values());
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
            return Err(Refusal::Empty);
        };
        let span_ms = last.saturating_sub(first);
        let step_ms = step_for(times, span_ms, options, cancel)?;
        let (lowest, highest) = ends(values, cancel)?;
        let scale = lowest.abs().max(highest.abs());
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let first_key = key_of(first, step_ms);
        let n = usize::try_from(key_of(last, step_ms) - first_key).unwrap_or(0) + 1;
        let mut sums = vec![(0.0_f64, 0_u32); n];
        pass::over(times.len(), cancel, |range| {
            for (&time, &value) in times[range.clone()].iter().zip(&values[range]) {
                let idx = usize::try_from(key_of(time, step_ms) - first_key).unwrap_or(0).min(n - 1);
                sums[idx].0 += value / scale;
                sums[idx].1 += 1;
            }
        })?;
        let means: Vec<Option<f64>> =
            sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect();
        let filled = means.iter().flatten().count();
        let have_ms = i64::try_from(filled).unwrap_or(i64::MAX).saturating_mul(step_ms).min(span_ms);
        let steps = i64::try_from(options.min_steps).unwrap_or(i64::MAX);
        let needed_ms = options.min_history_ms.max(step_ms.saturating_mul(steps));
        if have_ms < needed_ms {
            return Err(Refusal::TooShort { have_ms, needed_ms });
        }
        if lowest >= highest {
            return Err(Refusal::Constant);
        }
        Ok(Self { first_key, step_ms, values: means, scale })
    }

    /// Returns the same values on steps that are `steps` times as long: the means of those that hold one.
    pub(super) fn coarser(&self, steps: usize) -> Self {
        let width = i64::try_from(steps.max(1)).unwrap_or(i64::MAX);
        let first_key = key_of(self.first_key, width);
        let wide = |idx: usize| {
            let key = self.first_key.saturating_add(i64::try_from(idx).unwrap_or(i64::MAX));
            usize::try_from(key_of(key, width) - first_key).unwrap_or(0)
        };
        let mut sums = vec![(0.0_f64, 0_u32); wide(self.len().saturating_sub(1)) + 1];
        for (idx, value) in self.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let sum = &mut sums[wide(idx)];
            sum.0 += value;
            sum.1 += 1;
        }
        let values =
            sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect();
        Self { first_key, step_ms: self.step_ms.saturating_mul(width), values, scale: self.scale }
    }

    /// Returns the number of steps, at least 1.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns the number of steps with a value.
    pub(super) fn filled(&self) -> usize {
        self.values.iter().flatten().count()
    }

    /// Returns the end of step `idx`.
    pub(super) fn time_of(&self, idx: usize) -> Timestamp {
        let key = self.first_key.saturating_add(i64::try_from(idx).unwrap_or(i64::MAX));
        Timestamp::from_millis(key.saturating_mul(self.step_ms))
    }

    /// Returns the step that covers `time_ms`; `None` outside the grid.
    pub(super) fn idx_of(&self, time_ms: i64) -> Option<usize> {
        let idx = key_of(time_ms, self.step_ms).checked_sub(self.first_key)?;
        usize::try_from(idx).ok().filter(|&idx| idx < self.len())
    }

    /// Returns the milliseconds from the end of step `idx` to the end of the last step.
    pub(super) fn age_ms(&self, idx: usize) -> i64 {
        let steps = i64::try_from(self.len().saturating_sub(1).saturating_sub(idx)).unwrap_or(i64::MAX);
        steps.saturating_mul(self.step_ms)
    }

    /// Returns the milliseconds that `steps` steps last.
    pub(super) fn length_ms(&self, steps: usize) -> i64 {
        i64::try_from(steps).unwrap_or(i64::MAX).saturating_mul(self.step_ms)
    }

    /// Returns how many steps fit into `ms`.
    pub(super) fn steps_in(&self, ms: i64) -> usize {
        usize::try_from(ms / self.step_ms).unwrap_or(0)
    }

    /// Returns a value in the unit of the series; `None` when it is too large to be represented.
    pub(super) fn in_unit(&self, value: f64) -> Option<f64> {
        Some(value * self.scale).filter(|v| v.is_finite())
    }
}

/// Returns the lowest and the highest value.
fn ends(values: &[f64], cancel: &AtomicBool) -> Result<(f64, f64), Refusal> {
    let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
    pass::over(values.len(), cancel, |range| {
        for &value in &values[range] {
            lowest = lowest.min(value);
            highest = highest.max(value);
        }
    })?;
    Ok((lowest, highest))
}

/// Returns the number of the step that covers a time: its end in steps since the epoch.
pub(super) fn key_of(time_ms: i64, step_ms: i64) -> i64 {
    time_ms.div_euclid(step_ms) + i64::from(time_ms.rem_euclid(step_ms) != 0)
}

/// Returns the judged values at one density: samples that share a step of a long history become their mean, stamped with
/// the last of their times; `None` when no two share one. A last step that is not yet full is left out: the mean of one
/// sample swings more widely than that of four.
///
/// A sparse counter swings four times as widely at 15 s as at one minute, and nothing has changed but who looks.
pub(super) fn evened(
    judged: &Samples,
    options: &Options,
    cancel: &AtomicBool,
) -> Result<Option<Samples>, Refusal> {
    let (times, values) = (judged.times(), judged.values());
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Ok(None) };
    let step_ms = natural_step_ms(times, last.saturating_sub(*first), options, cancel)?;
    let shared = |end: usize| key_of(times[end - 1], step_ms) == key_of(times[end], step_ms);
    let mut any = false;
    pass::over(times.len(), cancel, |mut range| any = any || range.any(|end| end > 0 && shared(end)))?;
    if !any {
        return Ok(None);
    }
    let mut even = Samples::default();
    let (mut begin, mut before) = (0, 0);
    pass::over(times.len(), cancel, |range| {
        for end in range.start + 1..=range.end {
            let is_last = end == times.len();
            if !is_last && shared(end) {
                continue;
            }
            if is_last && end - begin < before {
                break;
            }
            before = end - begin;
            // Each divided first, so that no sum overflows.
            let n = (end - begin) as f64;
            let mean = values[begin..end].iter().map(|value| value / n).sum();
            even.push(Timestamp::from_millis(times[end - 1]), mean);
            begin = end;
        }
    })?;
    Ok(Some(even))
}

/// Chooses the step: the typical one of the data, within the limits of the options.
pub(super) fn step_for(
    times: &[i64],
    span_ms: i64,
    options: &Options,
    cancel: &AtomicBool,
) -> Result<i64, Refusal> {
    let step = natural_step_ms(times, span_ms, options, cancel)?;
    // A multiple of the data's own step, so that every step of a long history holds equally many samples.
    let factor = span_ms / options.max_steps.max(1) / step + 1;
    Ok(step.saturating_mul(factor))
}

/// Returns the typical step of the data, not finer than that of long histories.
fn natural_step_ms(
    times: &[i64],
    span_ms: i64,
    options: &Options,
    cancel: &AtomicBool,
) -> Result<i64, Refusal> {
    let typical = typical_step(times, cancel)?.unwrap_or(1);
    let usual = USUAL_STEPS_MS
        .into_iter()
        .find(|usual| typical.abs_diff(*usual).saturating_mul(20) <= usual.unsigned_abs())
        .unwrap_or(typical);
    let shortest = if span_ms >= LONG_HISTORY_MS { options.min_step_ms } else { 1 };
    Ok(usual.max(shortest).max(1))
}
