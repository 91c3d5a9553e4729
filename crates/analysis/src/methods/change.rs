//! Change points: where the level changes and stays changed for a while.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::{DAY_MS, Grid, usual};
use super::tail::{self, Limit};
use crate::anomaly::Refusal;
use crate::pass::go_on;
use crate::{season, spread};

/// Steps that are cut at most; longer histories are averaged.
const MOST_STEPS: usize = 8_000;
/// A level holds for at least a forty-eighth of a day (half an hour at one minute) …
const PARTS_OF_DAY: usize = 48;
/// … and at least so many steps.
const LEAST_STEPS: usize = 5;
/// Values are held at this many spreads around the middle, so that a spike is not a level.
const MOST_SPREADS: f64 = 5.0;
/// What a cut costs, in long-run variances times `ln n`: three is the modified information criterion of Zhang and
/// Siegmund, *A Modified Bayes Information Criterion*, Biometrics 63 (2007); twice that because the variance is guessed.
const PENALTY: f64 = 6.0;
/// The change of level, in robust spreads of the history, that alarms.
const SHIFT: f64 = 3.0;
/// The same in roots of the long-run variance: levels that wander change by this all the time.
const WANDER: f64 = 6.0;
/// A level that holds for less than this part of a day is an excursion, which alarms as a whole.
const EXCURSION_PARTS: usize = 8;
/// Days that teach the time of day.
const MIN_DAYS: usize = 3;
/// The least likeness of neighbouring days for the time of day to be taken off.
const MIN_LIKENESS: f64 = 0.25;
/// Positions that are worked on between two looks at the cancel flag.
const BATCH: usize = 64;

/// Scores the steps around changes of level by the size of the change.
///
/// # Input
///
/// From 8,000 steps on averaged; gaps are bridged by straight lines. What is usual at the time of day is taken off
/// where three days and more are alike.
///
/// # Output
///
/// The score of a change is its size over three robust spreads of the history (or over what the level wanders anyway);
/// it is on the first steps of the level and, where a level holds for less than three hours, on all of it.
/// All else scores 0.
///
/// # Errors
///
/// [`Refusal`]: empty, too short, constant or cancelled.
///
/// # Cost
///
/// About linear with many changes, quadratic in at most 8,000 steps without any; one core.
///
/// # Source
///
/// Killick, Fearnhead and Eckley, *Optimal Detection of Changepoints With a Linear Computational Cost*, JASA 107 (2012);
/// values held at five spreads make the cost robust, as in Fearnhead and Rigaill, *Changepoint Detection in the
/// Presence of Outliers*, JASA 114 (2019).
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let grid = Grid::of_days(samples, MOST_STEPS, cancel)?;
    let shortest = (grid.per_day() / PARTS_OF_DAY).max(LEAST_STEPS);
    let mut values = grid.bridged();
    if values.len() < 4 * shortest {
        return Err(grid.too_short(values.len(), 4 * shortest));
    }
    without_day(&grid, &mut values);
    let Some((middle, spread)) = usual(&values) else { return Err(Refusal::Constant) };
    for value in &mut values {
        *value = ((*value - middle) / spread).clamp(-MOST_SPREADS, MOST_SPREADS);
    }
    let wander = wander(&values, shortest);
    let penalty = PENALTY * wander * wander * (values.len() as f64).ln();
    let ends = cuts(&values, shortest, penalty, cancel)?;
    let raw = raise(&values, &ends, &grid, (WANDER * wander / (shortest as f64).sqrt()).max(SHIFT));
    tail::scored(samples, &grid, &raw, Limit { middle: 0.0, alarm: 1.0 }, cancel)
}

/// Takes the median of each time of day off, where days are alike.
fn without_day(grid: &Grid, values: &mut [f64]) {
    let per_day = grid.per_day();
    let is_daily = DAY_MS % grid.step_ms == 0 && per_day > 1 && values.len() >= MIN_DAYS * per_day;
    let likeness = || season::strength(&grid.values, per_day).unwrap_or(0.0);
    if !is_daily || likeness() < MIN_LIKENESS {
        return;
    }
    let usual: Vec<f64> = (0..per_day)
        .map(|cell| {
            spread::median(&mut values.iter().copied().skip(cell).step_by(per_day).collect::<Vec<f64>>())
        })
        .collect();
    for (step, value) in values.iter_mut().enumerate() {
        *value -= usual[step % per_day];
    }
}

/// Returns the standard deviation that white noise would need for means of `width` values to wander as these do.
fn wander(values: &[f64], width: usize) -> f64 {
    let means: Vec<f64> = values.chunks_exact(width).map(spread::mean).collect();
    let mut moves: Vec<f64> = means.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    let of_means = spread::MAD_TO_SIGMA * spread::median(&mut moves) * std::f64::consts::FRAC_1_SQRT_2;
    // Held from below, so that a history of few distinct values is not cut at every one of them.
    (of_means * (width as f64).sqrt()).max(0.1)
}

/// Returns the ends of the levels, the last of them `n`: the cut with the least squares plus `penalty` a level, no level
/// shorter than `shortest`.
fn cuts(values: &[f64], shortest: usize, penalty: f64, cancel: &AtomicBool) -> Result<Vec<usize>, Refusal> {
    let n = values.len();
    let mut sums = vec![(0.0_f64, 0.0_f64)];
    let (mut sum, mut square) = (0.0, 0.0);
    for value in values {
        sum += value;
        square += value * value;
        sums.push((sum, square));
    }
    let cost = |from: usize, to: usize| {
        let (sum, square) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        square - sum * sum / (to - from) as f64
    };
    let mut least = vec![f64::INFINITY; n + 1];
    let mut before = vec![0_usize; n + 1];
    least[0] = -penalty;
    let mut starts: Vec<usize> = Vec::new();
    for end in shortest..=n {
        if end.is_multiple_of(BATCH) {
            go_on(cancel)?;
        }
        let begun = end - shortest;
        if least[begun].is_finite() {
            starts.push(begun);
        }
        for &start in &starts {
            let total = least[start] + cost(start, end) + penalty;
            if total < least[end] {
                (least[end], before[end]) = (total, start);
            }
        }
        starts.retain(|&start| least[start] + cost(start, end) <= least[end]);
    }
    let mut ends = vec![n];
    while let Some(&end) = ends.last() {
        let start = before[end];
        if start == 0 {
            break;
        }
        ends.push(start);
    }
    ends.reverse();
    Ok(ends)
}

/// Returns the raw score of each step: sizes of changes over `shift`, on the first steps of a level and on excursions.
fn raise(values: &[f64], ends: &[usize], grid: &Grid, shift: f64) -> Vec<f64> {
    let marked = (grid.per_day() / PARTS_OF_DAY).max(LEAST_STEPS);
    let brief = (grid.per_day() / EXCURSION_PARTS).max(2 * LEAST_STEPS);
    let mut raw = vec![0.0_f64; values.len()];
    let starts: Vec<usize> = std::iter::once(0).chain(ends.iter().copied()).collect();
    let levels: Vec<f64> =
        starts.windows(2).map(|w| spread::median(&mut values[w[0]..w[1]].to_vec())).collect();
    for (place, pair) in levels.windows(2).enumerate() {
        let (start, end) = (starts[place + 1], starts[place + 2]);
        let size = (pair[1] - pair[0]).abs() / shift;
        let back = levels.get(place + 2).map_or(0.0, |next| (next - pair[1]).abs() / shift);
        let first = start + marked.min(end - start);
        for (step, value) in raw.iter_mut().enumerate().take(end).skip(start) {
            let own = if step < first { size } else { 0.0 };
            let excursion = if end - start <= brief { size.min(back) } else { 0.0 };
            *value = value.max(own).max(excursion);
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_cut_as_ruptures_cuts_them() {
        let values = levels();

        let ends = cuts(&values, 5, 3.0, &AtomicBool::new(false)).expect("not cancelled");

        // ruptures 1.1.10: rpt.Pelt(model="l2", min_size=5, jump=1).fit(values).predict(pen=3).
        assert_eq!(ends, RUPTURES);
    }

    #[test]
    fn a_cancelled_cut_ends() {
        assert_eq!(cuts(&levels().repeat(10), 5, 3.0, &AtomicBool::new(true)), Err(Refusal::Cancelled));
    }

    /// What ruptures gave for the values of the test above.
    const RUPTURES: [usize; 4] = [30, 47, 80, 120];

    /// Levels 0, 2, −1 and 0 with the remainder of a square as noise.
    fn levels() -> Vec<f64> {
        let noise = |i: usize| ((i * i * 7 + 3 * i) % 31) as f64 / 31.0 - 0.5;
        let level = |i: usize| match i {
            30..47 => 2.0,
            47..80 => -1.0,
            _ => 0.0,
        };
        (0..120).map(|i| level(i) + noise(i)).collect()
    }
}
