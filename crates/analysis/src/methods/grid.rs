//! The samples as means on a fixed step, in robust spreads around their middle.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use crate::anomaly::Refusal;
use crate::preprocess::gaps::typical_step;
use crate::{pass, spread};

/// One day in milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;
/// One minute in milliseconds.
const MINUTE_MS: i64 = 60_000;
/// The fewest steps: the usual least number for a median absolute deviation within 20 % (Rousseeuw and Croux 1993).
pub(super) const MIN_STEPS: usize = 30;
/// Values are held at this many spreads, so that sums of squares keep their digits.
const MOST_SPREADS: f64 = 1_000.0;
/// Standard deviations between the 5th and the 95th percentile of a normal sample: 2 Φ⁻¹(0.95).
const INNER_SIGMAS: f64 = 3.289_707;

/// Means of the samples, one per step.
#[derive(Debug)]
pub(super) struct Grid {
    first_ms: i64,
    /// The length of a step in milliseconds, at least 1.
    pub(super) step_ms: i64,
    /// The mean of each step in spreads around the middle; `None` without a sample.
    pub(super) values: Vec<Option<f64>>,
    /// The middle and the spread, so that peers can be brought to the same unit.
    pub(super) unit: Unit,
}

/// What values are divided by and measured from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    largest: f64,
    middle: f64,
    spread: f64,
}

impl Unit {
    /// Returns a value in spreads around the middle.
    pub(super) fn of(self, value: f64) -> f64 {
        ((value / self.largest - self.middle) / self.spread).clamp(-MOST_SPREADS, MOST_SPREADS)
    }
}

impl Grid {
    /// Builds the grid of at most `most` steps, or says why the samples are not enough.
    ///
    /// The step is the usual one of the samples, or a multiple of it. Cost: linear, plus a sort of unsorted times.
    pub(super) fn build(samples: &Samples, most: usize, cancel: &AtomicBool) -> Result<Self, Refusal> {
        Self::with_step(samples, most, |step_ms| step_ms, cancel)
    }

    /// Builds the grid with a step of which a day is a whole number, where there is one; else as [`Grid::build`].
    pub(super) fn of_days(samples: &Samples, most: usize, cancel: &AtomicBool) -> Result<Self, Refusal> {
        let whole = |step_ms: i64| {
            let is_whole = |step: &i64| *step >= step_ms && DAY_MS % step == 0;
            (step_ms..=step_ms.saturating_add(MINUTE_MS)).find(is_whole).unwrap_or(step_ms)
        };
        Self::with_step(samples, most, whole, cancel)
    }

    fn with_step(
        samples: &Samples,
        most: usize,
        choose: impl Fn(i64) -> i64,
        cancel: &AtomicBool,
    ) -> Result<Self, Refusal> {
        let times = finite_times(samples, cancel)?;
        let (Some(&first_ms), Some(&last_ms)) = (times.first(), times.last()) else {
            return Err(Refusal::Empty);
        };
        let usual_ms = typical_step(&times, cancel)?.unwrap_or(1).max(1);
        let span_ms = last_ms.saturating_sub(first_ms);
        let most = i64::try_from(most.max(2)).unwrap_or(i64::MAX) - 1;
        let step_ms = choose(usual_ms.saturating_mul(span_ms / usual_ms / most + 1));
        let mut grid = Self {
            first_ms,
            step_ms,
            values: Vec::new(),
            unit: Unit { largest: 1.0, middle: 0.0, spread: 1.0 },
        };
        let n = grid.step_of(last_ms) + 1;
        let mut largest = 0.0_f64;
        finite(samples, cancel, |_, value| largest = largest.max(value.abs()))?;
        if largest <= 0.0 {
            return Err(if times.len() < MIN_STEPS {
                grid.too_short(times.len(), MIN_STEPS)
            } else {
                Refusal::Constant
            });
        }
        grid.unit.largest = largest;
        grid.values = grid.means(samples, n, cancel)?;
        let means: Vec<f64> = grid.filled().map(|(_, value)| value).collect();
        if means.len() < MIN_STEPS {
            return Err(grid.too_short(means.len(), MIN_STEPS));
        }
        (grid.unit.middle, grid.unit.spread) = usual(&means).ok_or(Refusal::Constant)?;
        for value in grid.values.iter_mut().flatten() {
            *value = grid.unit.of(*value * largest);
        }
        Ok(grid)
    }

    /// Returns the mean of each step in parts of the largest size.
    fn means(&self, samples: &Samples, n: usize, cancel: &AtomicBool) -> Result<Vec<Option<f64>>, Refusal> {
        let mut sums = vec![(0.0_f64, 0_u32); n];
        finite(samples, cancel, |time, value| {
            if let Some(sum) = sums.get_mut(self.step_of(time)) {
                sum.0 += value / self.unit.largest;
                sum.1 += 1;
            }
        })?;
        Ok(sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect())
    }

    /// Returns the refusal of a history of `have` steps.
    pub(super) fn too_short(&self, have: usize, needed: usize) -> Refusal {
        let length = |steps: usize| i64::try_from(steps).unwrap_or(i64::MAX).saturating_mul(self.step_ms);
        Refusal::TooShort { have_ms: length(have), needed_ms: length(needed) }
    }

    /// Returns the step whose middle is nearest to a time from the first one on.
    pub(super) fn step_of(&self, time_ms: i64) -> usize {
        let after = time_ms.saturating_sub(self.first_ms).saturating_add(self.step_ms / 2);
        usize::try_from(after / self.step_ms).unwrap_or(0)
    }

    /// Returns the step of a time; `None` outside the grid.
    pub(super) fn step_within(&self, time_ms: i64) -> Option<usize> {
        let step = self.step_of(time_ms);
        (time_ms >= self.first_ms.saturating_sub(self.step_ms / 2) && step < self.values.len())
            .then_some(step)
    }

    /// Returns the steps that hold a value, with it.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.values.iter().enumerate().filter_map(|(step, value)| Some((step, (*value)?)))
    }

    /// Returns the steps in a day, at least 1.
    pub(super) fn per_day(&self) -> usize {
        usize::try_from(DAY_MS / self.step_ms).unwrap_or(usize::MAX).max(1)
    }

    /// Returns the values with gaps bridged by straight lines; the ends are held.
    pub(super) fn bridged(&self) -> Vec<f64> {
        let known: Vec<(usize, f64)> = self.filled().collect();
        let mut bridged = vec![known.first().map_or(0.0, |&(_, value)| value); self.values.len()];
        for pair in known.windows(2) {
            let [(from, start), (to, end)] = [pair[0], pair[1]];
            for (step, value) in bridged.iter_mut().enumerate().take(to).skip(from) {
                *value = start + (end - start) * (step - from) as f64 / (to - from) as f64;
            }
        }
        if let Some(&(last, value)) = known.last() {
            bridged[last..].fill(value);
        }
        bridged
    }
}

/// Returns middle and spread; `None` when the values do not move.
///
/// The spread is the larger of the median absolute deviation and the inner nine tenths, so that a history of few
/// distinct values has one too; one that stands still for nine tenths is measured by its standard deviation.
pub(super) fn usual(values: &[f64]) -> Option<(f64, f64)> {
    let mut sorted = values.to_vec();
    let middle = spread::median(&mut sorted);
    let inner = (spread::quantile(&mut sorted, 950) - spread::quantile(&mut sorted, 50)) / INNER_SIGMAS;
    for value in &mut sorted {
        *value = (*value - middle).abs();
    }
    let robust = inner.max(spread::MAD_TO_SIGMA * spread::median(&mut sorted));
    let squares: f64 = sorted.iter().map(|d| d * d).sum();
    let spread = if robust > 0.0 { robust } else { (squares / sorted.len().max(1) as f64).sqrt() };
    // A spread without a finite inverse moves by less than can be told apart.
    (spread > 0.0 && (1.0 / spread).is_finite()).then_some((middle, spread))
}

/// Shows every sample with a finite value, a time and the value.
pub(super) fn finite(
    samples: &Samples,
    cancel: &AtomicBool,
    mut see: impl FnMut(i64, f64),
) -> Result<(), Refusal> {
    let (times, values) = (samples.times(), samples.values());
    pass::over(times.len(), cancel, |range| {
        for (&time, &value) in times[range.clone()].iter().zip(&values[range]) {
            if value.is_finite() {
                see(time, value);
            }
        }
    })
}

fn finite_times(samples: &Samples, cancel: &AtomicBool) -> Result<Vec<i64>, Refusal> {
    let mut times = Vec::with_capacity(samples.len());
    finite(samples, cancel, |time, _| times.push(time))?;
    if !times.is_sorted() {
        times.sort_unstable();
    }
    Ok(times)
}
