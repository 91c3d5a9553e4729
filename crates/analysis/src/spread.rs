//! Robust middles and spreads.

/// The factor that makes the median absolute deviation of a normal sample its standard deviation.
///
/// Source: 1 / Φ⁻¹(0.75); Rousseeuw and Croux, *Alternatives to the Median Absolute Deviation*, JASA 88 (1993).
pub(crate) const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// Per mille of a normal sample's absolute departures, and how many standard deviations they stay within.
///
/// Source: Φ⁻¹((1 + p) / 2), `scipy.stats.norm.ppf` 1.16.
pub(crate) const NORMAL_TAILS: [(usize, f64); 4] =
    [(990, 2.575_829), (950, 1.959_964), (900, 1.644_854), (800, 1.281_552)];

/// Returns the value below which `permille` of the values lie (nearest rank, rounded down); 0 for no values.
///
/// Reorders the slice. Cost: linear.
pub(crate) fn quantile(values: &mut [f64], permille: usize) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let rank = (values.len() - 1) * permille.min(1000) / 1000;
    let (_, value, _) = values.select_nth_unstable_by(rank, f64::total_cmp);
    *value
}

/// Returns the median, the mean of the two middle values for an even number; 0 for no values.
///
/// Reorders the slice. Cost: linear.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    let n = values.len();
    if n == 0 {
        return 0.0;
    }
    let (below, middle, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    let middle = *middle;
    if n % 2 == 1 {
        return middle;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Halved before they are added, so that huge values of both signs do not overflow.
    lower / 2.0 + middle / 2.0
}

/// Returns the mean; 0 for no values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert!((median(&mut [4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-12);
        assert!((median(&mut [9.0, 1.0, 3.0]) - 3.0).abs() < 1e-12);
        assert!(median(&mut []).abs() < 1e-12);
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();

        assert!((quantile(&mut values, 900) - 90.0).abs() < 1e-12);
        assert!((quantile(&mut values, 1000) - 100.0).abs() < 1e-12);
        assert!(quantile(&mut [], 500).abs() < 1e-12);
    }
}
