//! DBSCAN: rows that belong to no dense region and touch none.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::Grid;
use super::nearest::{MOST_STEPS, Points, References, WIDTH};
use super::neighbours::apart;
use super::tail::{self, Limit};
use crate::anomaly::Refusal;

/// A dense row has at least so many rows within reach, itself counted: twice the number of features.
///
/// Source: Sander, Ester, Kriegel and Xu, *Density-Based Clustering in Spatial Databases*, 1998.
const MIN_POINTS: usize = 2 * WIDTH;
/// The least reach, in robust spreads of the features.
const LEAST: f64 = 1.0;
/// What a dense row scores at its limit: less than any row outside, by its own distances.
const DENSE: f64 = 0.5;

/// Scores each row by its distance to the nearest dense row in units of the reach: beyond 1 it is DBSCAN's noise.
///
/// The reach is where the distances to the seventh neighbour stop being usual (the knee of the paper's sorted graph,
/// read by the rule of `tail`). Which region a row belongs to is not asked: only noise alarms.
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
/// Ester, Kriegel, Sander and Xu, *A Density-Based Algorithm for Discovering Clusters*, KDD 1996.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let grid = Grid::build(samples, MOST_STEPS, cancel)?;
    let points = Points::of(&grid);
    let references = References::of(&points, apart(&grid, points.len()));
    let distances = references.distances(&points, MIN_POINTS - 1, cancel)?;
    let reach = Limit::of(&distances, LEAST).alarm;
    let raw = from_dense(&points, &references, &distances, reach, cancel)?;
    let limit = Limit { middle: 0.0, alarm: reach };
    tail::scored(samples, &grid, &points.on_steps(&grid, &raw), limit, cancel)
}

/// Returns the distance of every row to the nearest dense one; of a dense row a part of its own `distances`.
fn from_dense(
    points: &Points,
    references: &References,
    distances: &[f64],
    reach: f64,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let is_dense = |row: usize| distances[row] <= reach;
    let dense = references.among(points, is_dense);
    let outside: Vec<usize> = (0..points.len()).filter(|&row| !is_dense(row)).collect();
    let far = dense
        .nearest(points, &outside, 1, cancel, |nearest| nearest.first().map(|&(distance, _)| distance))?;
    let mut raw: Vec<f64> = distances.iter().map(|distance| DENSE * distance).collect();
    for (&row, distance) in outside.iter().zip(far) {
        // Without a dense row at another time nothing is known to be usual: the own distance has to do.
        raw[row] = distance.unwrap_or(distances[row]);
    }
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::nearest::tests::sixty;

    #[test]
    fn noise_is_that_of_scikit_learn() {
        let points = sixty();
        let references = References::of(&points, 0);
        let go = AtomicBool::new(false);
        let distances = references.distances(&points, 7, &go).expect("not cancelled");
        let noise = |reach: f64| -> Vec<usize> {
            let raw = from_dense(&points, &references, &distances, reach, &go).expect("not cancelled");
            (0..60).filter(|&row| raw[row] > reach).collect()
        };

        // scikit-learn 1.9.1: DBSCAN(eps=reach, min_samples=8).fit(rows).labels_ == -1.
        assert_eq!(noise(1.1), [17, 18, 41, 47]);
        assert_eq!(noise(1.3), [17, 41]);
        assert_eq!(noise(0.9).len(), 36);
    }
}
