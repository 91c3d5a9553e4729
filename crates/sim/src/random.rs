//! Named streams of noise that can be read at any time, in any order, from one seed.

/// The increment of `splitmix64`: 2⁶⁴ divided by the golden ratio, made odd.
///
/// Source: Steele, Lea and Flood, *Fast splittable pseudorandom number generators* (OOPSLA 2014).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mixes 64 bits so that neighbouring inputs give unrelated outputs.
///
/// Source: the finalizer of `splitmix64` (Steele, Lea and Flood 2014; constants by David Stafford, variant 13).
const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(GOLDEN);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Noise of one name: a pure function of seed, name and time.
///
/// Adding a stream never shifts another one, and reading a part gives the same numbers as reading the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Noise {
    key: u64,
}

impl Noise {
    /// Creates the stream called `name` of a seed.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        // FNV-1a spreads the name; the finalizer takes away its weaknesses.
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
        Self { key: mix(mix(seed) ^ hash) }
    }

    /// Returns 64 bits for a counter (a time in milliseconds, an index).
    pub(crate) const fn bits(self, counter: i64) -> u64 {
        mix(self.key ^ mix(counter.cast_unsigned()))
    }

    /// Returns a number from 0 (inclusive) to 1 (exclusive), evenly spread.
    pub(crate) fn uniform(self, counter: i64) -> f64 {
        (self.bits(counter) >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// Returns a bell-shaped number with mean 0 and standard deviation 1, never beyond ±3.47.
    ///
    /// It is the sum of four even ones (Irwin–Hall), so that no single sample is a wonder by chance alone.
    pub(crate) fn bell(self, counter: i64) -> f64 {
        let bits = self.bits(counter);
        let sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
        // Mean 4 · 65535 / 2; standard deviation 65536 · √(4 / 12).
        (sum as f64 - 131_070.0) / 37_837.2
    }

    /// Returns a slow wave between -1 and 1 that changes its direction about every `period_ms`.
    pub(crate) fn drift(self, at_ms: i64, period_ms: i64) -> f64 {
        let cell = at_ms.div_euclid(period_ms);
        let share = at_ms.rem_euclid(period_ms) as f64 / period_ms as f64;
        let (from, to) = (self.uniform(!cell), self.uniform(!(cell + 1)));
        let smooth = share * share * (3.0 - 2.0 * share);
        2.0 * (from + (to - from) * smooth) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixer_is_splitmix64() {
        // The first outputs of the reference C code of Sebastiano Vigna (splitmix64.c) for the state 0.
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(GOLDEN), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn streams_of_other_names_and_seeds_differ() {
        let a = Noise::new(1, "web");

        assert_ne!(a.bits(15), Noise::new(1, "wed").bits(15));
        assert_ne!(a.bits(15), Noise::new(2, "web").bits(15));
        assert_eq!(a.bits(15), Noise::new(1, "web").bits(15));
    }

    #[test]
    fn the_bell_has_mean_zero_and_unit_spread() {
        let noise = Noise::new(7, "bell");
        let values: Vec<f64> = (0..40_000).map(|i| noise.bell(i)).collect();

        let mean = values.iter().sum::<f64>() / 40_000.0;
        let variance = values.iter().map(|v| v * v).sum::<f64>() / 40_000.0;

        // Five standard errors: 1 / √40000 = 0.005 for the mean, a little less for the variance.
        assert!(mean.abs() < 0.025, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.035, "variance {variance}");
        assert!(values.iter().all(|v| v.abs() < 3.47));
    }

    #[test]
    fn a_drift_stays_in_bounds_and_has_no_jumps() {
        let noise = Noise::new(7, "drift");

        let values: Vec<f64> = (0..2_000).map(|i| noise.drift(i * 1_000 - 1_000_000, 300_000)).collect();

        assert!(values.iter().all(|v| v.abs() <= 1.0));
        assert!(values.windows(2).all(|w| (w[1] - w[0]).abs() < 0.02));
    }
}
