//! MSTL: what is left of a history without its trend, its day and its week.

mod stl;

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::{DAY_MS, Grid, usual};
use super::nearest::MOST_STEPS;
use super::tail::{self, Limit};
use crate::anomaly::Refusal;
use crate::spread;

/// Steps of the finest day that is learnt: five minutes at least, so that neighbouring days share enough.
const STEPS_OF_DAY: usize = 288;
/// Steps that are decomposed at most.
const MOST_DECOMPOSED: usize = 6_000;
/// A season is learnt from so many of its periods.
const MIN_PERIODS: usize = 3;
/// The least departure that alarms, in robust spreads of the remainder.
const LEAST: f64 = 4.0;

/// Scores each step by the size of the remainder of a robust decomposition.
///
/// # Input
///
/// Three days, or three weeks of a step longer than a quarter of a day; three weeks add the week. Gaps are bridged by
/// straight lines. Trend and seasons are learnt on means of at least five minutes and read between them; the remainder is
/// that of the samples' own step, from 50,000 steps on averaged.
///
/// # Output
///
/// The raw score is the remainder's distance from its median in robust spreads.
///
/// # Errors
///
/// [`Refusal`]: empty, too short (of days), constant or cancelled.
///
/// # Cost
///
/// Linear in the samples, and about 6,000 times the width of the smoothing windows for the decomposition; one core.
///
/// # Source
///
/// Bandara, Hyndman and Bergmeir, *MSTL: A Seasonal-Trend Decomposition Algorithm for Time Series with Multiple
/// Seasonal Patterns* (2021): seasons from short to long, twice, windows of 11 and 15 periods.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let grid = Grid::of_days(samples, MOST_STEPS, cancel)?;
    let fine = grid.bridged();
    let factor = blocks(&grid);
    let coarse: Vec<f64> = fine.chunks(factor).map(spread::mean).collect();
    let periods = periods(&grid, factor, coarse.len())?;
    let explained = stl::explained(&coarse, &periods, cancel)?;
    let left: Vec<f64> =
        fine.iter().enumerate().map(|(step, v)| v - between(&explained, factor, step)).collect();
    let known: Vec<f64> = grid.filled().map(|(step, _)| left[step]).collect();
    let Some((middle, spread)) = usual(&known) else { return Err(Refusal::Constant) };
    let raw: Vec<f64> = left.iter().map(|value| (value - middle).abs() / spread).collect();
    let of_known: Vec<f64> = grid.filled().map(|(step, _)| raw[step]).collect();
    tail::scored(samples, &grid, &raw, Limit::of(&of_known, LEAST), cancel)
}

/// Returns how many steps are averaged into one that is decomposed, so that a day holds a whole number of them.
fn blocks(grid: &Grid) -> usize {
    let per_day = grid.per_day();
    let least = per_day.div_ceil(STEPS_OF_DAY).max(grid.values.len().div_ceil(MOST_DECOMPOSED)).max(1);
    (least..=per_day).find(|factor| per_day.is_multiple_of(*factor)).unwrap_or(least)
}

/// Returns the lengths of the seasons that are long enough in steps and seen often enough.
fn periods(grid: &Grid, factor: usize, n: usize) -> Result<Vec<usize>, Refusal> {
    let day = if DAY_MS % grid.step_ms == 0 { grid.per_day() / factor } else { 0 };
    let is_seen = |period: &usize| *period >= 4 && n >= MIN_PERIODS * period;
    let periods: Vec<usize> = [day, 7 * day].into_iter().filter(is_seen).collect();
    if periods.is_empty() {
        let needed = if day >= 4 { MIN_PERIODS * day } else { MIN_PERIODS * 7 * day.max(1) };
        return Err(grid.too_short(grid.values.len().min(needed * factor - 1), needed * factor));
    }
    Ok(periods)
}

/// Reads a column of means of `factor` steps between the middles of two.
fn between(column: &[f64], factor: usize, step: usize) -> f64 {
    let place = ((step as f64 + 0.5) / factor as f64 - 0.5).max(0.0);
    let at = (step * 2 + 1).saturating_sub(factor) / (2 * factor);
    let (at, next) = (at.min(column.len() - 1), (at + 1).min(column.len() - 1));
    column[at] + (column[next] - column[at]) * (place - at as f64).clamp(0.0, 1.0)
}
