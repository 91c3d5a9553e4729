//! The extended forest: each cut is a hyperplane through several features.
//!
//! Features are measured in their standard deviations before they are cut, because a random direction through bytes
//! and ratios would see the bytes only. The papers leave that to the caller.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::grow::{Sample, between, grow, levels_for, part};
use super::numbers::Numbers;
use super::{ForestOptions, ForestRefusal, go_on};

/// How far from the mean a value counts, in standard deviations: far beyond every row that was fitted, and small
/// enough that no sum of products overflows.
const FARTHEST: f64 = 1e100;
/// Rows of a block.
const BLOCK: usize = 256;

/// Trees of hyperplanes in flat arrays, one tree after the other.
#[derive(Clone, Debug)]
pub(super) struct Planes {
    scales: Vec<Scale>,
    levels: u32,
    /// Features that a cut looks at.
    reach: usize,
    /// By place, `reach` each: the features and their weights.
    weights: Vec<(u32, f64)>,
    /// By place: from which weighted sum on a row goes right.
    offsets: Vec<f64>,
    /// By leaf: the length of the path to it.
    leaves: Vec<f64>,
}

/// Where a feature lies and how far it moves.
#[derive(Clone, Copy, Debug)]
struct Scale {
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// Measures a feature; values are divided by the largest first, so that squares neither overflow nor vanish.
    fn of(rows: &[f64], width: usize, column: usize, cancel: &AtomicBool) -> Result<Self, ForestRefusal> {
        const PART: usize = 1 << 16;
        let n = (rows.len() / width) as f64;
        let sum = |term: &dyn Fn(f64, f64) -> f64, start: f64| {
            rows.chunks(PART * width).try_fold(start, |sum, part| {
                go_on(cancel)?;
                Ok(part.iter().skip(column).step_by(width).fold(sum, |sum, &value| term(sum, value)))
            })
        };
        let largest = sum(&|most, value| most.max(value.abs()), 0.0)?;
        if largest <= 0.0 {
            return Ok(Self { mean: 0.0, deviation: 0.0 });
        }
        let mean = sum(&|sum, value| sum + value / largest, 0.0)? / n;
        let square = sum(&|sum, value| sum + (value / largest - mean).powi(2), 0.0)? / n;
        Ok(Self { mean: mean * largest, deviation: square.sqrt() * largest })
    }

    /// Returns a value in standard deviations from the mean; 0 for a feature that never moved.
    fn apply(self, value: f64) -> f64 {
        if self.deviation <= 0.0 {
            return 0.0;
        }
        // Halved, so that the difference of two huge values of both signs does not overflow.
        let distance = (value / 2.0 - self.mean / 2.0) / (self.deviation / 2.0);
        if distance.is_nan() { 0.0 } else { distance.clamp(-FARTHEST, FARTHEST) }
    }
}

impl Planes {
    /// Grows the trees; the sample has at most as many rows as there are.
    pub(super) fn grow(
        rows: &[f64],
        width: usize,
        options: &ForestOptions,
        cancel: &AtomicBool,
    ) -> Result<Self, ForestRefusal> {
        let scales: Vec<Scale> =
            (0..width).map(|column| Scale::of(rows, width, column, cancel)).collect::<Result<_, _>>()?;
        let (levels, reach) = (levels_for(options.sample), options.extension + 1);
        let (places, n) = (1_usize << levels, rows.len() / width);
        let mut weights = vec![(0_u32, 0.0); places * options.trees * reach];
        let mut offsets = vec![f64::INFINITY; places * options.trees];
        let mut leaves = vec![0.0; places * options.trees];
        let trees = weights.par_chunks_mut(places * reach).zip(offsets.par_chunks_mut(places));
        trees.zip(leaves.par_chunks_mut(places)).enumerate().try_for_each(
            |(tree, ((weights, offsets), leaves))| {
                go_on(cancel)?;
                let mut numbers = Numbers::of_tree(options.seed, tree);
                let value = |row: usize, column: usize| scales[column].apply(rows[row * width + column]);
                let mut sample = Sample::draw(n, options.sample, width, &mut numbers, value);
                let mut found = Vec::with_capacity(reach);
                grow(options.sample, levels, levels, leaves, |place, members| {
                    sample.moving(members, reach, &mut numbers, &mut found);
                    if found.is_empty() {
                        return None;
                    }
                    let plane = &mut weights[place * reach..(place + 1) * reach];
                    let mut offset = 0.0;
                    for (slot, &(feature, low, high)) in plane.iter_mut().zip(&found) {
                        let weight = numbers.normal();
                        *slot = (u32::try_from(feature).ok()?, weight);
                        offset += weight * between(low, high, numbers.share());
                    }
                    offsets[place] = offset;
                    let side = |row: usize| {
                        plane.iter().map(|&(f, w)| w * sample.column(f as usize)[row]).sum::<f64>()
                    };
                    Some(part(members, |row| side(row) < offset))
                });
                Ok(())
            },
        )?;
        Ok(Self { scales, levels, reach, weights, offsets, leaves })
    }

    /// Returns the summed path of every row over all trees.
    pub(super) fn paths(
        &self,
        rows: &[f64],
        width: usize,
        cancel: &AtomicBool,
    ) -> Result<Vec<f64>, ForestRefusal> {
        let mut sums = vec![0.0; rows.len() / width];
        let blocks = sums.par_chunks_mut(BLOCK).zip(rows.par_chunks(BLOCK * width));
        blocks.try_for_each(|(sums, rows)| {
            let scaled: Vec<f64> = rows
                .iter()
                .zip(self.scales.iter().cycle())
                .map(|(&value, scale)| scale.apply(value))
                .collect();
            let places = 1_usize << self.levels;
            let parts = self.weights.chunks_exact(places * self.reach).zip(self.offsets.chunks_exact(places));
            for ((weights, offsets), leaves) in parts.zip(self.leaves.chunks_exact(places)) {
                go_on(cancel)?;
                for (sum, row) in sums.iter_mut().zip(scaled.chunks_exact(width)) {
                    let mut place = 1_usize;
                    while place < places {
                        let plane = &weights[place * self.reach..(place + 1) * self.reach];
                        let side = plane.iter().map(|&(f, w)| w * row[f as usize]).sum::<f64>();
                        place = 2 * place + usize::from(side >= offsets[place]);
                    }
                    *sum += leaves[place - places];
                }
            }
            Ok(())
        })?;
        Ok(sums)
    }
}
