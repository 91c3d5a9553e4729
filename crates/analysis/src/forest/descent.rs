//! The descent of many rows through many trees, which is where the time of a forest goes.
//!
//! Values and thresholds are compared as whole numbers of the same order, so that a step is a load, a comparison and
//! an addition without a branch; the processor then works on several rows at once. Rows come in blocks that stay in
//! the first cache together with one tree.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::cuts::Cuts;
use super::{ForestRefusal, go_on};

/// Steps of the unrolled descent: log₂ 256, the paper's sample.
pub(super) const LEVELS: u32 = 8;
/// Places of a tree of that depth.
const PLACES: usize = 1 << LEVELS;
/// Rows that descend side by side: a step waits for memory twice, and one row alone would leave the processor idle.
const LANES: usize = 8;
/// Bytes of rows in a block: half of the usual first cache, so that a tree has room beside it.
const BLOCK_BYTES: usize = 16 * 1024;

/// Returns a whole number that is ordered as the finite value is and lies between the least and the largest; both
/// zeros have the same.
pub(super) fn key(value: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    // Adding zero makes −0 the other zero.
    let bits = (value + 0.0).to_bits();
    // Unsigned, because a processor can add the outcome of an unsigned comparison without a step between.
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// Returns the summed path of every row over all trees.
pub(super) fn paths(
    trees: &Cuts,
    rows: &[f64],
    width: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, ForestRefusal> {
    if trees.levels > LEVELS {
        return deep_paths(trees, rows, width, cancel);
    }
    match width {
        1 => short_paths::<1>(trees, rows, width, cancel),
        2 => short_paths::<2>(trees, rows, width, cancel),
        3..=4 => short_paths::<4>(trees, rows, width, cancel),
        5..=8 => short_paths::<8>(trees, rows, width, cancel),
        9..=16 => short_paths::<16>(trees, rows, width, cancel),
        17..=64 => short_paths::<64>(trees, rows, width, cancel),
        _ => deep_paths(trees, rows, width, cancel),
    }
}

/// Descends through trees of the usual depth; a row is padded to `STRIDE`, a power of two not below the width.
fn short_paths<const STRIDE: usize>(
    trees: &Cuts,
    rows: &[f64],
    width: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, ForestRefusal> {
    let block = (BLOCK_BYTES / (STRIDE * size_of::<u64>())).max(64);
    let mut sums = vec![0.0; rows.len() / width];
    let blocks = sums.par_chunks_mut(block).zip(rows.par_chunks(block * width));
    blocks.try_for_each_init(
        || vec![[0_u64; STRIDE]; block],
        |padded, (sums, rows)| {
            for (padded, row) in padded.iter_mut().zip(rows.chunks_exact(width)) {
                for (key_of, &value) in padded.iter_mut().zip(row) {
                    *key_of = key(value);
                }
            }
            let parts = trees.keys.as_chunks::<PLACES>().0.iter().zip(trees.features.as_chunks::<PLACES>().0);
            for ((keys, features), leaves) in parts.zip(trees.leaves.as_chunks::<PLACES>().0) {
                go_on(cancel)?;
                // `padded` may hold rows of an earlier block behind these; nobody takes their leaves.
                for (sums, rows) in sums.chunks_mut(LANES).zip(padded.as_chunks::<LANES>().0) {
                    for (sum, leaf) in sums.iter_mut().zip(descend(keys, features, rows)) {
                        *sum += leaves[leaf & (PLACES - 1)];
                    }
                }
            }
            Ok(())
        },
    )?;
    Ok(sums)
}

/// Returns the leaves of some rows. The masks change nothing; they show that no index can be out of bounds.
#[expect(clippy::inline_always, reason = "a call per eight rows of a tree would cost as much as two steps")]
#[inline(always)]
fn descend<const STRIDE: usize>(
    keys: &[u64; PLACES],
    features: &[u32; PLACES],
    rows: &[[u64; STRIDE]; LANES],
) -> [usize; LANES] {
    let mut places = [1_usize; LANES];
    for _ in 0..LEVELS {
        for (place, row) in places.iter_mut().zip(rows) {
            let here = *place & (PLACES - 1);
            let value = row[features[here] as usize & (STRIDE - 1)];
            *place = 2 * *place + usize::from(keys[here] < value);
        }
    }
    places
}

/// Descends through trees of any depth, rows of any width.
fn deep_paths(
    trees: &Cuts,
    rows: &[f64],
    width: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, ForestRefusal> {
    const BLOCK: usize = 64;
    let places = 1_usize << trees.levels;
    let mut sums = vec![0.0; rows.len() / width];
    let blocks = sums.par_chunks_mut(BLOCK).zip(rows.par_chunks(BLOCK * width));
    blocks.try_for_each(|(sums, rows)| {
        let values: Vec<u64> = rows.iter().copied().map(key).collect();
        let parts = trees.keys.chunks_exact(places).zip(trees.features.chunks_exact(places));
        for ((keys, features), leaves) in parts.zip(trees.leaves.chunks_exact(places)) {
            go_on(cancel)?;
            for (sum, row) in sums.iter_mut().zip(values.chunks_exact(width)) {
                let mut place = 1_usize;
                while place < places {
                    let value = row[features[place] as usize];
                    place = 2 * place + usize::from(keys[place] < value);
                }
                *sum += leaves[place - places];
            }
        }
        Ok(())
    })?;
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forest::{Forest, ForestOptions, Wood};

    #[test]
    fn keys_are_ordered_as_the_values_are() {
        let values = [f64::MIN, -1.0, -5e-324, 0.0, 5e-324, 1.0, f64::MAX];

        assert!(values.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        assert_eq!(key(-0.0), key(0.0));
        assert!(key(f64::MAX) < u64::MAX && key(f64::MIN) > 0);
    }

    #[test]
    fn both_descents_take_the_same_way() {
        let go_on = AtomicBool::new(false);
        for width in [1, 2, 3, 4, 5, 8, 9, 16, 17, 64] {
            let rows: Vec<f64> = (0..1_013 * width).map(|i| ((i * i) % 977) as f64).collect();
            let forest = Forest::fit(&rows, width, &ForestOptions::standard(), &go_on).expect("in order");
            let Wood::Cuts(cuts) = &forest.wood else { panic!("without an extension there are cuts") };

            let short = paths(cuts, &rows, width, &go_on);

            assert!(short.is_ok());
            assert_eq!(short, deep_paths(cuts, &rows, width, &go_on), "width {width}");
        }
    }
}
