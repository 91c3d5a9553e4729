//! Sudden departures: how far each row is from what the rows just before it were.

use std::sync::atomic::AtomicBool;

use crate::anomaly::Refusal;
use crate::anomaly::score::sample;
use crate::pass;

/// Departures count up to this many spreads, like those of the other sides.
pub(super) const MOST: f64 = 30.0;
/// The recent spread is never taken as less than this part of the usual one.
const LEAST_SPREAD: f64 = 0.1;
/// Departures move the recent mean and spread by at most this many spreads (the half width of the alarm's band).
const HELD_AT: f64 = 4.0;
/// The mean absolute departure of a normal sample in standard deviations is √(2/π).
const SIGMAS_PER_MEAN: f64 = 1.253_314;

/// What the rows just before were like.
struct Recent {
    mean: f64,
    departure: f64,
    rate: f64,
    floor: f64,
}

impl Recent {
    /// Returns the departure of the next row in recent spreads, and learns it.
    fn next(&mut self, value: f64) -> f64 {
        let off = value - self.mean;
        let sigma = (SIGMAS_PER_MEAN * self.departure).max(self.floor);
        let held = off.clamp(-HELD_AT * sigma, HELD_AT * sigma);
        self.mean += self.rate * held;
        self.departure += self.rate * (held.abs() - self.departure);
        (off.abs() / sigma).min(MOST)
    }
}

/// Adds to each row its departure from an exponential mean of the rows before it, in exponential mean departures.
///
/// `memory` is the time constant in rows. The first `memory` rows are gone through twice, so that what is usual every
/// day is known on the first one.
pub(super) fn add(
    values: &[f64],
    memory: usize,
    sums: &mut [f64],
    cancel: &AtomicBool,
) -> Result<(), Refusal> {
    let beginning = &values[..memory.clamp(1, values.len().max(1)).min(values.len())];
    let Some(usual) = sample::usual(values.len(), |i| values[i], cancel)? else { return Ok(()) };
    let floor = LEAST_SPREAD * usual.spread();
    let (mean, departure) = first(beginning, floor, cancel)?;
    let mut recent = Recent { mean, departure, rate: 1.0 / memory.max(1) as f64, floor };
    pass::over(beginning.len(), cancel, |range| {
        for &value in &beginning[range] {
            recent.next(value);
        }
    })?;
    pass::over(values.len(), cancel, |range| {
        for (&value, sum) in values[range.clone()].iter().zip(&mut sums[range]) {
            *sum += recent.next(value);
        }
    })
}

/// Returns the mean and the mean departure before the first row: those of the beginning.
fn first(beginning: &[f64], floor: f64, cancel: &AtomicBool) -> Result<(f64, f64), Refusal> {
    Ok(match sample::usual(beginning.len(), |i| beginning[i], cancel)? {
        Some(usual) => (usual.middle(), usual.spread() / SIGMAS_PER_MEAN),
        None => (beginning.first().copied().unwrap_or(0.0), floor),
    })
}
