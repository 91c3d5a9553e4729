//! Random numbers from a seed: each tree has a stream of its own, so that the order of the trees does not matter.

use std::collections::HashSet;

/// A stream of numbers (`SplitMix64`: Steele, Lea and Flood, OOPSLA 2014).
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers(u64);

impl Numbers {
    /// The odd number nearest to 2⁶⁴ / φ, by which the state grows.
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// Begins the stream of one tree.
    pub(super) fn of_tree(seed: u64, tree: usize) -> Self {
        let mut numbers = Self(seed);
        let base = numbers.next();
        // Mixed once more, because streams whose states differ by a multiple of the step would overlap.
        Self(Self(base ^ tree as u64).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(Self::STEP);
        let a = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ (b >> 31)
    }

    /// Returns a number from 0 to 1, 1 not included.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a whole number below a bound of at least 1.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        // The upper half of the product: even for every bound far below 2⁶⁴ (Lemire, ACM TOMACS 29, 2019).
        let product = u128::from(self.next()) * (bound.max(1) as u128);
        usize::try_from(product >> 64).unwrap_or(0)
    }

    /// Returns a number from the normal distribution (the polar method of Marsaglia and Bray, 1964).
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.share() - 1.0, 2.0 * self.share() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// Returns `count` different numbers below `n`, all of them where there are no more.
    ///
    /// Source: Floyd's method, in Bentley, *Programming Pearls*, Communications of the ACM 30 (1987). Cost: `count`.
    pub(super) fn sample(&mut self, n: usize, count: usize) -> Vec<usize> {
        if count >= n {
            return (0..n).collect();
        }
        let mut taken = HashSet::with_capacity(count);
        let mut sample = Vec::with_capacity(count);
        for last in n - count..n {
            let wanted = self.below(last + 1);
            let row = if taken.insert(wanted) { wanted } else { last };
            taken.insert(row);
            sample.push(row);
        }
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_takes_no_row_twice_and_each_as_often_as_any_other() {
        let mut seen = [0_u32; 10];
        for tree in 0..5_000 {
            let mut sample = Numbers::of_tree(1, tree).sample(10, 4);
            sample.sort_unstable();
            sample.dedup();
            assert_eq!(sample.len(), 4);
            for row in sample {
                seen[row] += 1;
            }
        }

        // 2,000 each with a standard deviation of √(5,000 · 0.4 · 0.6) = 35.
        assert!(seen.iter().all(|&n| (1_860..=2_140).contains(&n)), "{seen:?}");
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_deviation_one() {
        let mut numbers = Numbers::of_tree(7, 0);
        let drawn: Vec<f64> = (0..40_000).map(|_| numbers.normal()).collect();

        let mean = drawn.iter().sum::<f64>() / 40_000.0;
        let square = drawn.iter().map(|x| x * x).sum::<f64>() / 40_000.0;

        assert!(mean.abs() < 0.02, "{mean}");
        assert!((square - 1.0).abs() < 0.03, "{square}");
    }
}
