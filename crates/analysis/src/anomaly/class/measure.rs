//! What is measured of a course: rest, moves, bursts, and how the level behaves.

use super::BURST_SIGMAS;
use crate::anomaly::grid::Grid;
use crate::spread;

/// Values closer than this, in units of the largest, are the same: the rounding of a mean of equal values.
const SAME: f64 = 1e-12;
/// Medians into which a history is divided.
const BLOCKS: usize = 64;
/// A block has at least this many values.
const LEAST_BLOCK: usize = 5;
/// Eighths of a history.
const PARTS: usize = 8;
/// Lags of the long-run variance for 64 values: ⌈4 · (64 / 100)^¼⌉, the short rule of Schwert (1989).
const LAGS: usize = 4;

/// The course of a series, in numbers.
#[derive(Debug)]
pub(super) struct Course {
    /// The share of steps at the middle value.
    pub(super) resting: f64,
    /// Stays away from it.
    pub(super) arrivals: u32,
    /// The mean length of a stay away, in steps.
    pub(super) stay: f64,
    /// The share of steps that differ from the one before.
    pub(super) moving: f64,
    /// Separate bursts.
    pub(super) bursts: u32,
    /// The share of steps in bursts.
    pub(super) bursting: f64,
    /// Eighths of the history with a burst.
    pub(super) bursting_parts: u32,
    /// The medians of equal blocks, oldest first.
    medians: Vec<f64>,
    /// The robust spread within blocks.
    sigma: f64,
}

/// How the level of a series behaves.
#[derive(Debug)]
pub(super) struct Level {
    /// The KPSS statistic around one level.
    pub(super) kpss: f64,
    /// The KPSS statistic around a straight line.
    pub(super) kpss_line: f64,
    /// The share of the level's movement that the line explains.
    pub(super) explained: f64,
    /// The robust deviation of the level in units of the spread around it, held at 1,000: a fault of up to a fifth of the
    /// history does not move a level.
    pub(super) moves: f64,
}

impl Course {
    /// Measures the steps that hold values.
    pub(super) fn of(grid: &Grid) -> Self {
        let values: Vec<f64> = grid.values.iter().flatten().copied().collect();
        let n = values.len().max(1) as f64;
        let middle = spread::median(&mut values.clone());
        let is_away = |value: f64| (value - middle).abs() > SAME;
        let away = values.iter().filter(|&&value| is_away(value)).count();
        let arrivals = begins(values.iter().map(|&value| is_away(value)));
        let moves = values.windows(2).filter(|pair| (pair[1] - pair[0]).abs() > SAME).count();
        let width = values.len().div_ceil(BLOCKS).max(LEAST_BLOCK);
        let medians: Vec<f64> =
            values.chunks(width).map(|block| spread::median(&mut block.to_vec())).collect();
        let off = |i: usize| (values[i] - medians[i / width]).abs();
        let mut sizes: Vec<f64> = (0..values.len()).map(off).collect();
        let mad = spread::MAD_TO_SIGMA * spread::median(&mut sizes);
        // More than half at rest leaves no median departure; the mean one is the larger.
        let sigma = if mad > SAME { mad } else { spread::mean(&sizes) };
        let bursting = |i: usize| off(i) > BURST_SIGMAS * sigma;
        let part = values.len().div_ceil(PARTS).max(1);
        let (mut steps, mut parts) = (0_u32, [0_u32; PARTS]);
        for i in (0..values.len()).filter(|&i| bursting(i)) {
            steps += 1;
            parts[i / part] = 1;
        }
        Self {
            resting: 1.0 - away as f64 / n,
            arrivals,
            stay: if arrivals == 0 { 0.0 } else { away as f64 / f64::from(arrivals) },
            moving: moves as f64 / n,
            bursts: begins((0..values.len()).map(bursting)),
            bursting: f64::from(steps) / n,
            bursting_parts: parts.iter().sum(),
            medians,
            sigma,
        }
    }

    /// Measures how the level behaves.
    pub(super) fn level(&self) -> Level {
        let around_level = departures(&self.medians, false);
        let around_line = departures(&self.medians, true);
        let power = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
        let whole = power(&around_level);
        let middle = spread::median(&mut self.medians.clone());
        let mut sizes: Vec<f64> = self.medians.iter().map(|median| (median - middle).abs()).collect();
        let (permille, normal) = spread::NORMAL_TAILS[3];
        let deviation = spread::quantile(&mut sizes, permille) / normal;
        Level {
            kpss: kpss(&around_level),
            kpss_line: kpss(&around_line),
            explained: if whole > 0.0 { 1.0 - power(&around_line) / whole } else { 0.0 },
            moves: if deviation > 0.0 { (deviation / self.sigma).min(1_000.0) } else { 0.0 },
        }
    }
}

/// Counts where something begins.
fn begins(holds: impl Iterator<Item = bool>) -> u32 {
    let (mut count, mut before) = (0, false);
    for now in holds {
        count += u32::from(now && !before);
        before = now;
    }
    count
}

/// Returns the departures from the mean, or from the line of least squares.
pub(in crate::anomaly) fn departures(values: &[f64], line: bool) -> Vec<f64> {
    let n = values.len().max(1) as f64;
    let middle = (n - 1.0) / 2.0;
    let mean = spread::mean(values);
    let (mut products, mut squares) = (0.0, 0.0);
    for (i, value) in values.iter().enumerate() {
        let x = i as f64 - middle;
        products += x * (value - mean);
        squares += x * x;
    }
    let slope = if line && squares > 0.0 { products / squares } else { 0.0 };
    values.iter().enumerate().map(|(i, value)| value - mean - slope * (i as f64 - middle)).collect()
}

/// Returns the statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992) of departures; 0 where nothing departs.
///
/// The mean square of the running sums over `n` times the long-run variance, which is that of Newey and West (1987)
/// with four lags.
pub(super) fn kpss(departures: &[f64]) -> f64 {
    let n = departures.len() as f64;
    let at_lag =
        |lag: usize| departures.iter().zip(departures.iter().skip(lag)).map(|(a, b)| a * b).sum::<f64>();
    let mut variance = at_lag(0);
    for lag in 1..=LAGS.min(departures.len().saturating_sub(1)) {
        variance += 2.0 * at_lag(lag) * (1.0 - lag as f64 / (LAGS as f64 + 1.0));
    }
    variance /= n.max(1.0);
    let (mut sum, mut squares) = (0.0, 0.0);
    for departure in departures {
        sum += departure;
        squares += sum * sum;
    }
    if variance > 0.0 && n > 0.0 { squares / (n * n * variance) } else { 0.0 }
}
