//! Isolation forests, plain and extended, on the value and what it recently was.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::Grid;
use super::nearest::{MOST_STEPS, Points, WIDTH};
use super::tail::{self, Limit};
use crate::anomaly::Refusal;
use crate::forest::{Forest, ForestOptions, ForestRefusal};

/// How many times as far from the median as one of twenty steps a step alarms.
///
/// Less than the other methods' 3.7, because a forest's score ends at 1 and bends towards it.
const TIMES_TAIL: f64 = 2.2;
/// The least score above the usual one that alarms; measured, a healthy week at one minute reaches 0.20,
/// an hour's fault in it 0.36.
const LEAST: f64 = 0.25;

/// Scores each step by how few random cuts set it apart.
///
/// # Input
///
/// Value, mean of 5 and of 30 steps, deviation of 30 steps, each in its robust spread; from 50,000 steps on averaged.
/// `extension` is that of [`ForestOptions`]: 0 cuts one feature at a time, 3 cuts along slanted planes of all four.
///
/// # Output
///
/// The limit is fixed on the scores' own tail. The usual rule, a tenth of all rows (`contamination` 0.1), flags a tenth
/// of every healthy history.
///
/// # Errors
///
/// [`Refusal`]: empty, too short, constant or cancelled.
///
/// # Cost
///
/// Linear: 100 trees of depth 8 for every step, on all cores.
///
/// # Source
///
/// Liu, Ting and Zhou, *Isolation Forest*, ICDM 2008; Hariri, Carrasco Kind and Brunner, *Extended Isolation Forest*,
/// IEEE TKDE 33 (2021).
pub(super) fn score(
    samples: &Samples,
    extension: usize,
    cancel: &AtomicBool,
) -> Result<MethodScored, Refusal> {
    let grid = Grid::build(samples, MOST_STEPS, cancel)?;
    let points = Points::of(&grid);
    let options = ForestOptions { extension, ..ForestOptions::standard() };
    let forest = Forest::fit(&points.rows, WIDTH, &options, cancel).map_err(refusal)?;
    let raw = forest.score(&points.rows, WIDTH, cancel).map_err(refusal)?;
    let limit = Limit::beyond(&raw, TIMES_TAIL, LEAST);
    tail::scored(samples, &grid, &points.on_steps(&grid, &raw), limit, cancel)
}

/// Returns what a forest's refusal means here, where rows are finite, whole and there.
fn refusal(refusal: ForestRefusal) -> Refusal {
    match refusal {
        ForestRefusal::Cancelled => Refusal::Cancelled,
        ForestRefusal::Empty
        | ForestRefusal::Ragged { .. }
        | ForestRefusal::Width { .. }
        | ForestRefusal::NotFinite { .. }
        | ForestRefusal::Size { .. }
        | ForestRefusal::Extension { .. } => Refusal::Empty,
    }
}
