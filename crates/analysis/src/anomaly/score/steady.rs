//! Steady drifts: what a series does all along, as a disk that fills, is no departure.

use std::sync::atomic::AtomicBool;

use super::rows::Rows;
use crate::anomaly::Refusal;
use crate::{pass, spread};

/// A drift is told from so many days at least: the median of their changes ignores a bad one.
const LEAST_DAYS: usize = 5;
/// Rows that tell the level of a day.
const ROWS: usize = 24;
/// Days that are compared with the next, wherever they begin.
const SAMPLE: usize = 1_024;
/// A level drifts steadily where its usual change is this many times the robust spread of its changes.
const STEADY: f64 = 3.0;
/// What is left of a straight line when it is taken off, as a share of what it covers: rounding.
const ROUNDING: f64 = 1e-12;

/// Takes a steady drift off the values of rows. It goes on where samples are missing.
///
/// At its ends the level of a whole day lies half a day beside the values, and so does every shift, so that the last
/// hours of a disk that fills as ever would depart from what it does. A series whose level goes elsewhere every day, or
/// stays, is left as it is.
///
/// # Errors
///
/// [`Refusal::Constant`] for a straight line: nothing ever departs from it. [`Refusal::Cancelled`].
pub(super) fn take_off(rows: &Rows<'_>, values: &mut [f64], cancel: &AtomicBool) -> Result<(), Refusal> {
    let Some(drift) = of(values, rows.per_day) else { return Ok(()) };
    let begin = rows.times.first().copied().unwrap_or_default();
    let steps = |time: i64| time.saturating_sub(begin) as f64 / rows.step_ms as f64;
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    pass::over(values.len(), cancel, |range| {
        for (&time, value) in rows.times[range.clone()].iter().zip(&mut values[range]) {
            *value -= drift * steps(time);
            least = least.min(*value);
            most = most.max(*value);
        }
    })?;
    let covered = drift.abs() * values.len() as f64;
    if most - least <= ROUNDING * covered { Err(Refusal::Constant) } else { Ok(()) }
}

/// Returns the change from step to step where the level of a day changes by about the same to the next one all along.
fn of(values: &[f64], per_day: usize) -> Option<f64> {
    let days = values.len().checked_div(per_day)?;
    if per_day < ROWS || days < LEAST_DAYS {
        return None;
    }
    let level = |first: usize| {
        let mut day: Vec<f64> = (0..ROWS).map(|k| values[first + k * per_day / ROWS]).collect();
        spread::median(&mut day)
    };
    let change = |first: usize| level(first + per_day) - level(first);
    let mut changes: Vec<f64> = pass::sample(values.len() - 2 * per_day + 1, SAMPLE).map(change).collect();
    let usual = spread::median(&mut changes);
    for change in &mut changes {
        *change = (*change - usual).abs();
    }
    let differs = spread::MAD_TO_SIGMA * spread::median(&mut changes);
    (usual.abs() > STEADY * differs).then(|| usual / per_day as f64)
}
