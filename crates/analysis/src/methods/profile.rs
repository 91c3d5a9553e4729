//! Matrix profile: stretches whose shape occurs nowhere else in the history.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::Grid;
use super::tail::{self, Limit};
use crate::anomaly::Refusal;
use crate::pass::go_on;
use crate::spread;

/// Steps that are compared at most; longer histories are averaged.
const MOST_STEPS: usize = 12_000;
/// A stretch is a twelfth of a day …
const PARTS_OF_DAY: usize = 12;
/// … within these limits: fewer steps have no shape, more blur what is short.
const STRETCH: (usize, usize) = (16, 120);
/// The history holds at least so many stretches, or nothing can occur again.
const MIN_STRETCHES: usize = 8;
/// Noise is never taken as less than this many robust spreads of the history: what moves by less has no shape.
const LEAST_NOISE: f64 = 0.1;
/// The least distance above the usual one that alarms, as a root of one minus a correlation.
const LEAST: f64 = 0.4;
/// Diagonals that are walked side by side.
const LANES: usize = 8;
/// Diagonals that are walked between two looks at the cancel flag: a few milliseconds.
const BATCH: usize = 8 * LANES;
/// The likeness of two stretches that stand still: more than any other.
const STILL: f64 = 2.0;

/// Scores each step by how unlike all others the stretches around it are, whatever their level and size.
///
/// # Input
///
/// At least 128 steps; from 12,000 steps on averaged. Gaps are bridged by straight lines. A stretch is a twelfth of a day,
/// 16 to 120 steps.
///
/// # Output
///
/// Level and size do not matter, so a shift of level is seen at its edge only. Noise is taken off: stretches without
/// a shape beyond it are alike. A step's raw score is the mean over the stretches that cover it.
///
/// # Errors
///
/// [`Refusal`]: empty, too short, constant or cancelled.
///
/// # Cost
///
/// Quadratic in the steps (half of 12,000² at most), on all cores.
///
/// # Source
///
/// Zhu et al., *Matrix Profile II* (STOMP), ICDM 2016, with distances along diagonals; noise after De Paepe, Avendano
/// and Van Hoecke, *Eliminating Noise in the Matrix Profile*, ICPRAM 2019.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let grid = Grid::build(samples, MOST_STEPS, cancel)?;
    let m = (grid.per_day() / PARTS_OF_DAY).clamp(STRETCH.0, STRETCH.1);
    let values = grid.bridged();
    if values.len() < MIN_STRETCHES * m {
        return Err(grid.too_short(values.len(), MIN_STRETCHES * m));
    }
    let noise = noise(&values).max(LEAST_NOISE);
    let profile = profile(&values, m, m, noise, cancel)?;
    let raw = covering_mean(&profile, m, values.len());
    let limit = Limit::of(&raw, LEAST);
    tail::scored(samples, &grid, &raw, limit, cancel)
}

/// Returns the standard deviation of the noise: that of the steps between neighbours, robustly, over the root of two.
fn noise(values: &[f64]) -> f64 {
    let mut moves: Vec<f64> = values.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    spread::MAD_TO_SIGMA * spread::median(&mut moves) * std::f64::consts::FRAC_1_SQRT_2
}

/// Returns the mean of the profile over the stretches of `m` steps that cover each of `n` steps.
fn covering_mean(profile: &[f64], m: usize, n: usize) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for value in profile {
        sum += value;
        sums.push(sum);
    }
    let mean = |step: usize| {
        let (first, end) = ((step + 1).saturating_sub(m), (step + 1).min(profile.len()));
        (sums[end] - sums[first]) / (end - first).max(1) as f64
    };
    (0..n).map(mean).collect()
}

/// What the walk along a diagonal needs of every stretch.
struct Stretches {
    /// Half the difference of the value that enters and the one that leaves.
    df: Vec<f64>,
    /// The same two values' distances from the means, added.
    dg: Vec<f64>,
    /// One over the root of the sum of squares around the mean; 0 for a stretch that stands still.
    inverse: Vec<f64>,
    /// What noise takes off the likeness that two such stretches could have.
    blur: Vec<f64>,
}

impl Stretches {
    fn of(values: &[f64], m: usize, noise: f64) -> Self {
        let means: Vec<f64> = values.windows(m).map(spread::mean).collect();
        let squares: Vec<f64> = values
            .windows(m)
            .zip(&means)
            .map(|(window, mean)| window.iter().map(|v| (v - mean) * (v - mean)).sum())
            .collect();
        let step =
            |of: &dyn Fn(usize) -> f64| (0..means.len()).map(|i| if i == 0 { 0.0 } else { of(i) }).collect();
        let still = |square: f64| square <= 1e-18;
        Self {
            df: step(&|i| (values[i + m - 1] - values[i - 1]) / 2.0),
            dg: step(&|i| (values[i + m - 1] - means[i]) + (values[i - 1] - means[i - 1])),
            inverse: squares.iter().map(|&s| if still(s) { 0.0 } else { 1.0 / s.sqrt() }).collect(),
            blur: squares
                .iter()
                .map(|&s| if still(s) { STILL } else { (m as f64 + 1.0) * noise * noise / s })
                .collect(),
        }
    }
}

/// Returns, for each stretch of `m` values, the root of one minus its likeness with the most alike stretch that
/// begins more than `apart` values away; with noise 0 the z-normalised Euclidean distance is this times `√(2m)`.
fn profile(
    values: &[f64],
    m: usize,
    apart: usize,
    noise: f64,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let stretches = Stretches::of(values, m, noise);
    let n = stretches.inverse.len();
    let diagonals: Vec<usize> = (apart + 1..n).step_by(LANES).collect();
    let best: Result<Vec<f64>, Refusal> = diagonals
        .par_chunks(BATCH / LANES)
        .try_fold(
            || vec![f64::NEG_INFINITY; n + LANES],
            |mut best, batch| {
                go_on(cancel)?;
                for &diagonal in batch {
                    walk(values, m, &stretches, diagonal, &mut best);
                }
                Ok(best)
            },
        )
        .try_reduce(
            || vec![f64::NEG_INFINITY; n + LANES],
            |a, b| Ok(a.iter().zip(&b).map(|(a, b)| a.max(*b)).collect()),
        );
    Ok(best?[..n].iter().map(|likeness| (1.0 - likeness.max(-1.0)).max(0.0).sqrt()).collect())
}

/// Walks some neighbouring diagonals and raises the best likeness of both stretches of every pair.
fn walk(values: &[f64], m: usize, stretches: &Stretches, diagonal: usize, best: &mut [f64]) {
    let n = stretches.inverse.len();
    let lanes = LANES.min(n - diagonal);
    let mut products = [0.0_f64; LANES];
    for (lane, product) in products.iter_mut().enumerate().take(lanes) {
        let (a, b) = (&values[..m], &values[diagonal + lane..diagonal + lane + m]);
        let (mean_a, mean_b) = (spread::mean(a), spread::mean(b));
        *product = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum();
    }
    for i in 0..n - diagonal {
        let j = i + diagonal;
        if j + LANES <= n {
            let other =
                |column: &[f64]| -> [f64; LANES] { column[j..j + LANES].try_into().unwrap_or([0.0; LANES]) };
            let (df, dg) = (other(&stretches.df), other(&stretches.dg));
            let (inverse, blur) = (other(&stretches.inverse), other(&stretches.blur));
            let mut most = f64::NEG_INFINITY;
            for lane in 0..LANES {
                products[lane] += stretches.df[i] * dg[lane] + df[lane] * stretches.dg[i];
                let likeness =
                    products[lane] * stretches.inverse[i] * inverse[lane] + stretches.blur[i].min(blur[lane]);
                best[j + lane] = if likeness > best[j + lane] { likeness } else { best[j + lane] };
                most = if likeness > most { likeness } else { most };
            }
            best[i] = best[i].max(most);
        } else {
            for lane in 0..n - j {
                products[lane] +=
                    stretches.df[i] * stretches.dg[j + lane] + stretches.df[j + lane] * stretches.dg[i];
                let likeness = products[lane] * stretches.inverse[i] * stretches.inverse[j + lane]
                    + stretches.blur[i].min(stretches.blur[j + lane]);
                best[j + lane] = best[j + lane].max(likeness);
                best[i] = best[i].max(likeness);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_every_pair_by_hand() {
        let values: Vec<f64> = (0..120).map(wave).collect();
        let go = AtomicBool::new(false);

        let plain = profile(&values, 12, 3, 0.0, &go).expect("not cancelled");
        let calm = profile(&values, 12, 3, 0.1, &go).expect("not cancelled");

        // numpy 2.4: all pairs of 109 z-normalised stretches more than 3 apart (the exclusion that stumpy takes for 12),
        // then with (2 + 2·12)·0.1² / max(σ²) taken off each square (De Paepe et al., equation 10), held at 0.
        let distance = |root: f64| root * 24.0_f64.sqrt();
        for (at, expected) in
            [(0, 0.648_854_653), (33, 0.551_305_810), (65, 1.554_382_001), (108, 0.365_495_951)]
        {
            assert!((distance(plain[at]) - expected).abs() < 1e-8, "{at}: {}", distance(plain[at]));
        }
        for (at, expected) in [(0, 0.0), (33, 0.0), (65, 1.486_587_936), (108, 0.0)] {
            assert!((distance(calm[at]) - expected).abs() < 1e-7, "{at}: {}", distance(calm[at]));
        }
    }

    #[test]
    fn a_cancelled_profile_ends() {
        let values: Vec<f64> = (0..400).map(wave).collect();

        assert_eq!(profile(&values, 16, 16, 0.0, &AtomicBool::new(true)), Err(Refusal::Cancelled));
    }

    fn wave(i: usize) -> f64 {
        let noise = ((i * i * 7 + 3 * i) % 31) as f64 / 31.0 - 0.5;
        let bump = if i == 70 || i == 71 { 2.0 } else { 0.0 };
        (i as f64 * 0.37).sin() + 0.3 * noise + bump
    }
}
