//! Local outlier factor: how much thinner a row's surroundings are than those of its neighbours.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::Grid;
use super::nearest::{MOST_STEPS, Neighbour, Points, References};
use super::neighbours::apart;
use super::tail::{self, Limit};
use crate::anomaly::Refusal;

/// Neighbours that are looked at: the upper end of what the paper found steady (10 to 20), and scikit-learn's default.
const K: usize = 20;
/// The least distance that is reached, in robust spreads: equal values, of which counts and rounded numbers have many,
/// are not infinitely dense.
const FLOOR: f64 = 0.25;
/// The least factor above the usual one that alarms: three times as thin as around the neighbours. Of noise around a
/// day one row in 600 is beyond twice as thin, one in 800 beyond two and a half times.
const LEAST: f64 = 2.0;

/// Scores each row by the density of its twenty nearest rows of other times against its own.
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
/// Rows × at most 4,096 others, on all cores; 20 neighbours of every row are held.
///
/// # Source
///
/// Breunig, Kriegel, Ng and Sander, *LOF: Identifying Density-Based Local Outliers*, SIGMOD 2000. As in scikit-learn,
/// ties beyond the twentieth are left out.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let grid = Grid::build(samples, MOST_STEPS, cancel)?;
    let points = Points::of(&grid);
    let references = References::of(&points, apart(&grid, points.len()));
    let factors = factors(&points, &references, (K, FLOOR), cancel)?;
    let limit = Limit::of(&factors, LEAST);
    tail::scored(samples, &grid, &points.on_steps(&grid, &factors), limit, cancel)
}

/// Returns the factor of every row for `k` neighbours and a least distance; 1 is as dense as its neighbours.
fn factors(
    points: &Points,
    references: &References,
    (k, floor): (usize, f64),
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let all: Vec<usize> = (0..points.len()).collect();
    let nearest = references.nearest(points, &all, k, cancel, <[Neighbour]>::to_vec)?;
    let reach: Vec<f64> = references
        .rows
        .iter()
        .map(|&row| nearest[row].last().map_or(0.0, |&(distance, _)| distance))
        .collect();
    let density: Vec<f64> = nearest
        .iter()
        .map(|near| {
            let sum: f64 = near.iter().map(|&(distance, other)| distance.max(reach[other]).max(floor)).sum();
            near.len() as f64 / sum.max(f64::MIN_POSITIVE)
        })
        .collect();
    let factor = |(row, near): (usize, &Vec<Neighbour>)| {
        let around: f64 = near.iter().map(|&(_, other)| density[references.rows[other]]).sum();
        if near.is_empty() { 1.0 } else { around / near.len() as f64 / density[row] }
    };
    Ok(nearest.iter().enumerate().map(factor).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::nearest::tests::sixty;

    #[test]
    fn factors_are_those_of_scikit_learn() {
        let points = sixty();
        let references = References::of(&points, 0);

        let factors =
            factors(&points, &references, (20, 0.0), &AtomicBool::new(false)).expect("not cancelled");

        // scikit-learn 1.9.1: -LocalOutlierFactor(n_neighbors=20).fit(rows).negative_outlier_factor_.
        for (at, expected) in
            [(0, 1.005_391_619), (17, 2.225_905_257), (41, 4.644_610_399), (59, 0.974_345_452)]
        {
            assert!((factors[at] - expected).abs() < 1e-8, "{at}: {}", factors[at]);
        }
    }
}
