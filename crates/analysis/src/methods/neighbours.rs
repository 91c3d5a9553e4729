//! k-nearest neighbours: how far a row is from the k-th most similar row of another time.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::Grid;
use super::nearest::{MOST_STEPS, Points, References};
use super::tail::{self, Limit};
use crate::anomaly::Refusal;

/// Which neighbour is measured.
const K: usize = 10;
/// The least distance that alarms, in robust spreads of the features.
const LEAST: f64 = 1.0;

/// Scores each row by its distance to the tenth nearest of the rows at least a quarter of a day away.
///
/// # Input
///
/// Value, mean of 5 and of 30 steps, deviation of 30 steps, each in its robust spread; from 50,000 steps on averaged.
///
/// # Errors
///
/// [`Refusal`]: empty, too short, constant or cancelled.
///
/// # Cost
///
/// Rows × at most 4,096 others, on all cores.
///
/// # Source
///
/// Ramaswamy, Rastogi and Shim, *Efficient Algorithms for Mining Outliers from Large Data Sets*, SIGMOD 2000: the
/// distance to the k-th neighbour.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let grid = Grid::build(samples, MOST_STEPS, cancel)?;
    let points = Points::of(&grid);
    let references = References::of(&points, apart(&grid, points.len()));
    let distances = references.distances(&points, K, cancel)?;
    let limit = Limit::of(&distances, LEAST);
    tail::scored(samples, &grid, &points.on_steps(&grid, &distances), limit, cancel)
}

/// Returns how many rows neighbours are apart: a quarter of a day, but no more than a tenth of the history.
pub(super) fn apart(grid: &Grid, n: usize) -> usize {
    (grid.per_day() / 4).min(n / 10)
}
