//! The plain forest: each cut compares one feature with one value.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::descent::{self, LEVELS, key};
use super::grow::{Sample, between, grow, levels_for, part};
use super::numbers::Numbers;
use super::{ForestOptions, ForestRefusal, go_on};

/// A key above that of every finite value: a place that has it sends every row to the left.
const ALWAYS_LEFT: u64 = u64::MAX;

/// Trees of single-feature cuts in flat arrays, one tree after the other.
#[derive(Clone, Debug)]
pub(super) struct Cuts {
    /// How many cuts deep every tree is.
    pub(super) levels: u32,
    /// By place: above which key a row goes right.
    pub(super) keys: Vec<u64>,
    /// By place: the feature that is compared.
    pub(super) features: Vec<u32>,
    /// By leaf: the length of the path to it.
    pub(super) leaves: Vec<f64>,
}

impl Cuts {
    /// Grows the trees; the sample has at most as many rows as there are.
    pub(super) fn grow(
        rows: &[f64],
        width: usize,
        options: &ForestOptions,
        cancel: &AtomicBool,
    ) -> Result<Self, ForestRefusal> {
        // Shallow trees are padded to the depth for which the descent is unrolled.
        let levels = levels_for(options.sample).max(LEVELS);
        let (places, n) = (1_usize << levels, rows.len() / width);
        let mut keys = vec![ALWAYS_LEFT; places * options.trees];
        let mut features = vec![0_u32; places * options.trees];
        let mut leaves = vec![0.0; places * options.trees];
        let trees = keys.par_chunks_mut(places).zip(features.par_chunks_mut(places));
        trees.zip(leaves.par_chunks_mut(places)).enumerate().try_for_each(
            |(tree, ((keys, features), leaves))| {
                go_on(cancel)?;
                let mut numbers = Numbers::of_tree(options.seed, tree);
                let value = |row: usize, column: usize| rows[row * width + column];
                let mut sample = Sample::draw(n, options.sample, width, &mut numbers, value);
                let mut found = Vec::with_capacity(1);
                let depth = levels_for(options.sample);
                grow(options.sample, levels, depth, leaves, |place, members| {
                    sample.moving(members, 1, &mut numbers, &mut found);
                    let &(feature, low, high) = found.first()?;
                    let at = threshold(low, high, numbers.share());
                    // A row goes right from the threshold on: above the key before it.
                    keys[place] = key(at) - 1;
                    features[place] = u32::try_from(feature).ok()?;
                    let column = sample.column(feature);
                    Some(part(members, |row| column[row] < at))
                });
                Ok(())
            },
        )?;
        Ok(Self { levels, keys, features, leaves })
    }

    /// Returns the summed path of every row over all trees.
    pub(super) fn paths(
        &self,
        rows: &[f64],
        width: usize,
        cancel: &AtomicBool,
    ) -> Result<Vec<f64>, ForestRefusal> {
        descent::paths(self, rows, width, cancel)
    }
}

/// Returns a value from which on rows go right: above the least, so that some row goes left, and at most the largest.
fn threshold(low: f64, high: f64, share: f64) -> f64 {
    let at = between(low, high, share);
    if at > low && at <= high { at } else { high }
}
