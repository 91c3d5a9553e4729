//! Peer outliers: departure from the other copies of the same metric at the same time.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use wardroom_core::series::Samples;

use super::MethodScored;
use super::grid::{Grid, MIN_STEPS, finite, usual};
use super::nearest::MOST_STEPS;
use super::tail::{self, Limit};
use crate::anomaly::Refusal;
use crate::spread;

/// Fewer peers cannot say which of two is the odd one.
const MIN_PEERS: usize = 2;
/// The least departure that alarms, in robust spreads.
///
/// Source: Iglewicz and Hoaglin (1993) take 3.5 for one sample; a week at one minute is 10,000 of them.
const LEAST: f64 = 5.0;

/// Scores each step by its distance from the median of all copies, itself included.
///
/// # Input
///
/// At least two peers with at least 30 steps of common time; from 50,000 steps on averaged. Every copy is taken around
/// its own median, so that copies with lasting differences of level can be compared.
///
/// # Output
///
/// The raw score is the distance in spreads: the larger of what the distance usually is and of the copies' median
/// absolute deviation at this time. What happens to all copies is not seen: that is the point. Steps at which fewer than
/// two peers have a value score 0.
///
/// # Errors
///
/// [`Refusal`]: empty, too short, constant, cancelled, and [`Refusal::NoPeers`].
///
/// # Cost
///
/// Linear in the samples of all copies; peers are read on all cores.
///
/// # Source
///
/// The modified z-score of Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993), at every time.
pub(super) fn score(
    samples: &Samples,
    peers: &[&Samples],
    cancel: &AtomicBool,
) -> Result<MethodScored, Refusal> {
    let grid = Grid::build(samples, MOST_STEPS, cancel)?;
    let columns: Result<Vec<Option<Vec<Option<f64>>>>, Refusal> =
        peers.par_iter().map(|peer| column(&grid, peer, cancel)).collect();
    let columns: Vec<Vec<Option<f64>>> = columns?.into_iter().flatten().collect();
    let mut distances = vec![None; grid.values.len()];
    let mut at_step: Vec<f64> = Vec::with_capacity(columns.len() + 1);
    for (step, value) in grid.filled() {
        at_step.clear();
        at_step.extend(columns.iter().filter_map(|column| column[step]));
        if at_step.len() >= MIN_PEERS {
            at_step.push(value);
            distances[step] = Some(distance(value, &mut at_step));
        }
    }
    let known: Vec<f64> = distances.iter().flatten().map(|&(distance, _)| distance).collect();
    if known.len() < MIN_STEPS {
        return Err(Refusal::NoPeers);
    }
    // Copies that never differ have no usual distance: any is then measured in spreads of the value itself.
    let (middle, spread) = usual(&known).unwrap_or((0.0, 1.0));
    let departure = |(distance, scatter): (f64, f64)| (distance - middle).abs() / spread.max(scatter);
    let raw: Vec<f64> = distances.iter().map(|d| d.map_or(0.0, departure)).collect();
    let of_known: Vec<f64> = distances.iter().flatten().map(|&d| departure(d)).collect();
    tail::scored(samples, &grid, &raw, Limit::of(&of_known, LEAST), cancel)
}

/// Returns how far a value is from the median of all, and the spread of all.
fn distance(value: f64, all: &mut [f64]) -> (f64, f64) {
    let middle = spread::median(all);
    for value in all.iter_mut() {
        *value = (*value - middle).abs();
    }
    (value - middle, spread::MAD_TO_SIGMA * spread::median(all))
}

/// Returns a peer's mean at each step around its own median, in the spreads of the series; `None` when it shares no time.
fn column(grid: &Grid, peer: &Samples, cancel: &AtomicBool) -> Result<Option<Vec<Option<f64>>>, Refusal> {
    let mut sums = vec![(0.0_f64, 0_u32); grid.values.len()];
    finite(peer, cancel, |time, value| {
        if let Some(step) = grid.step_within(time) {
            sums[step].0 += grid.unit.of(value);
            sums[step].1 += 1;
        }
    })?;
    let means: Vec<Option<f64>> =
        sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect();
    let mut known: Vec<f64> = means.iter().flatten().copied().collect();
    if known.is_empty() {
        return Ok(None);
    }
    let middle = spread::median(&mut known);
    Ok(Some(means.into_iter().map(|mean| mean.map(|mean| mean - middle)).collect()))
}
