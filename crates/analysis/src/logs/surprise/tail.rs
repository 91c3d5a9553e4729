//! Tails of the negative binomial distribution, given by mean and variance.

/// Returns the probability of at least `count`.
pub(super) fn at_least(count: u64, mean: f64, variance: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    let (size, chance) = shape(mean, variance);
    incomplete_beta(1.0 - chance, count as f64, size)
}

/// Returns the probability of at most `count`.
pub(super) fn at_most(count: u64, mean: f64, variance: f64) -> f64 {
    let (size, chance) = shape(mean, variance);
    incomplete_beta(chance, size, count as f64 + 1.0)
}

/// Returns size and chance of success of the distribution with this mean and variance.
///
/// A variance no larger than the mean is that of independent events; it is met by a size beyond which nothing changes.
fn shape(mean: f64, variance: f64) -> (f64, f64) {
    let mean = mean.max(1e-12);
    let extra = (variance - mean).max(mean * 1e-8);
    let size = mean * mean / extra;
    (size, size / (size + mean))
}

/// Returns the regularised incomplete beta function Iₓ(a, b).
///
/// Source: the continued fraction of NIST, *Digital Library of Mathematical Functions*, §8.17.22, evaluated by the
/// modified Lentz method (Thompson and Barnett, J. Comput. Phys. 64, 1986).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast on this side of the mean only; the other side is its complement.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta_below(1.0 - x, b, a);
    }
    incomplete_beta_below(x, a, b)
}

fn incomplete_beta_below(x: f64, a: f64, b: f64) -> f64 {
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp() / a;
    (front * fraction(x, a, b)).clamp(0.0, 1.0)
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const MOST_STEPS: u32 = 10_000;
    let kept = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut numerator = 1.0_f64;
    let mut denominator = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut result = denominator;
    for step in 1..MOST_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        denominator = 1.0 / kept(1.0 + even * denominator);
        numerator = kept(1.0 + even / numerator);
        result *= denominator * numerator;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        denominator = 1.0 / kept(1.0 + odd * denominator);
        numerator = kept(1.0 + odd / numerator);
        let change = denominator * numerator;
        result *= change;
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    result
}

/// Returns the logarithm of the gamma function for positive arguments.
///
/// Source: Lanczos' approximation with g = 7 and nine coefficients (Lanczos, SIAM J. Numer. Anal. 1, 1964; coefficients
/// by Godfrey, 2001); relative error below 1e-14.
fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Γ(x) Γ(1 − x) = π / sin πx.
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    let mut place = x;
    for coefficient in COEFFICIENTS {
        place += 1.0;
        sum += coefficient / place;
    }
    let base = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * base.ln() - base + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_reference() {
        // scipy 1.17.1: n = mean² / (variance − mean), p = n / (n + mean); nbinom.sf(count − 1, n, p), nbinom.cdf(count, n, p).
        let cases = [
            (0, 3.0, 4.0, 1.000_000_000_000, 7.508_468_627_930e-2),
            (5, 3.0, 4.0, 2.060_381_025_076e-1, 8.883_310_295_641e-1),
            (1, 0.12, 0.15, 1.015_721_752_882e-1, 9.846_768_958_841e-1),
            (8, 0.6, 0.75, 3.500_502_140_860e-5, 9.999_919_407_635e-1),
            (20, 8.0, 30.0, 3.919_266_099_006e-2, 9.689_844_094_860e-1),
            (480, 121.0, 72_000.0, 7.249_382_837_336e-2, 9.277_036_683_797e-1),
            (0, 96.0, 140.0, 1.000_000_000_000, 4.780_219_989_887e-35),
            (66, 1640.0, 60_000.0, 1.000_000_000_000, 1.066_680_878_807e-41),
            (151_204, 305_880.0, 2.5e9, 9.999_279_435_134e-1, 7.206_591_494_517e-5),
            (9431, 44.0, 120.0, 0.000_000_000_000, 1.000_000_000_000),
            (1000, 900.0, 1000.0, 9.947_802_585_135e-4, 9.991_024_807_706e-1),
            (30, 10.0, 12.5, 8.143_500_654_570e-6, 9.999_963_704_956e-1),
            (2, 40.0, 90.0, 9.999_999_998_991e-1, 9.763_639_017_658e-10),
            (500, 0.5, 250.0, 2.200_482_887_824e-4, 9.997_806_886_315e-1),
        ];
        for (count, mean, variance, more, fewer) in cases {
            let found = (at_least(count, mean, variance), at_most(count, mean, variance));
            for (found, expected) in [(found.0, more), (found.1, fewer)] {
                let off = (found - expected).abs() / expected.max(1e-300);
                assert!(
                    off < 1e-8 || (found - expected).abs() < 1e-12,
                    "{count} {mean} {variance}: {found} {expected}"
                );
            }
        }
    }

    #[test]
    fn a_variance_of_independent_events_gives_the_poisson_tail() {
        // scipy 1.17.1: poisson.sf(19, 8.0), poisson.cdf(2, 8.0).
        assert!((at_least(20, 8.0, 8.0) / 2.529_394_020_920e-4 - 1.0).abs() < 1e-5);
        assert!((at_most(2, 8.0, 8.0) / 1.375_396_774_400e-2 - 1.0).abs() < 1e-5);
    }

    #[test]
    fn extreme_counts_give_probabilities() {
        for (count, mean, variance) in
            [(0, 0.0, 0.0), (u64::MAX, 1.0, 2.0), (1, 1e-9, 1e12), (1_000_000, 1e6, 1e9), (5, 1e15, 1e15)]
        {
            for value in [at_least(count, mean, variance), at_most(count, mean, variance)] {
                assert!((0.0..=1.0).contains(&value), "{count} {mean} {variance}: {value}");
            }
        }
    }
}
