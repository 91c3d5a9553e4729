//! One rule for all raw scores: where an alarm begins, without labels.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::grid::{Grid, finite};
use super::{MethodAlarm, MethodScored};
use crate::anomaly::Refusal;
use crate::{pass, spread};

/// How rare a score has to be, as a natural logarithm, beyond what one of twenty steps exceeds.
///
/// `ln 500`: one step in ten thousand under an exponential tail, whose half is as far from the median as its
/// twentieth; one of a week at one minute. Tails of noise fall faster, those of faults slower.
const RARER: f64 = 6.2;
/// Natural logarithm from one of two to one of twenty.
const HALF_TO_TWENTIETH: f64 = std::f64::consts::LN_10;
/// Steps beyond the limit that are this close are one alarm.
const GAP_STEPS: usize = 5;
/// An alarm's steps score at least this part of its peak.
const CORE: f64 = 0.5;
/// Scores are held here: more means nothing.
const MOST: f64 = 1_000.0;

/// Where a raw score counts as usual, and where it alarms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    /// Half of the steps score less: the score 0.
    pub(super) middle: f64,
    /// The raw score of 1; above `middle`.
    pub(super) alarm: f64,
}

impl Limit {
    /// Finds the limit from the scores themselves, but never less than `least` above the middle.
    ///
    /// The tail is taken as exponential through the median and the 95th percentile, so that faults in up to a
    /// twentieth of the history do not hide themselves, and followed to one step in ten thousand.
    ///
    /// Source: the exponential tail of the peaks over threshold of Siffer, Fouque, Termier and Largouet, *Anomaly
    /// Detection in Streams with Extreme Value Theory* (2017), with shape 0 and quantiles instead of a likelihood.
    pub(super) fn of(raw: &[f64], least: f64) -> Self {
        Self::beyond(raw, 1.0 + RARER / HALF_TO_TWENTIETH, least)
    }

    /// Finds the limit at `times` the distance of the 95th percentile from the median, but at least `least` from it.
    pub(super) fn beyond(raw: &[f64], times: f64, least: f64) -> Self {
        let mut sorted = raw.to_vec();
        let middle = spread::median(&mut sorted);
        let twentieth = spread::quantile(&mut sorted, 950) - middle;
        let alarm = times * twentieth;
        Self { middle, alarm: middle + alarm.max(least).max(f64::MIN_POSITIVE) }
    }

    /// Returns the score of a raw score.
    fn score(self, raw: f64) -> f64 {
        ((raw - self.middle) / (self.alarm - self.middle)).clamp(0.0, MOST)
    }
}

/// Turns raw scores, one per step of the grid, into scores per sample and alarms; gaps of the grid are not looked at.
pub(super) fn scored(
    samples: &Samples,
    grid: &Grid,
    raw: &[f64],
    limit: Limit,
    cancel: &AtomicBool,
) -> Result<MethodScored, Refusal> {
    let score = |step: usize| {
        let known = grid.values.get(step).is_some_and(Option::is_some);
        raw.get(step).map_or(0.0, |&raw| if known { limit.score(raw) } else { 0.0 })
    };
    let steps: Vec<f64> = (0..grid.values.len()).map(score).collect();
    let of_sample = |i: usize| {
        let step = || grid.step_within(samples.times()[i]);
        if samples.values()[i].is_finite() { step().map_or(0.0, |step| steps[step]) } else { 0.0 }
    };
    let scores = pass::collect(samples.len(), cancel, of_sample)?;
    Ok(MethodScored { scores, alarms: alarms(samples, grid, &steps, cancel)? })
}

/// Finds the alarms in scores per step.
fn alarms(
    samples: &Samples,
    grid: &Grid,
    scores: &[f64],
    cancel: &AtomicBool,
) -> Result<Vec<MethodAlarm>, Refusal> {
    let above: Vec<usize> = (0..scores.len()).filter(|&step| scores[step] >= 1.0).collect();
    if above.is_empty() {
        return Ok(Vec::new());
    }
    let mut ends: Vec<Option<(i64, i64)>> = vec![None; scores.len()];
    finite(samples, cancel, |time, _| {
        if let Some(step) = grid.step_within(time) {
            let (first, last) = ends[step].unwrap_or((time, time));
            ends[step] = Some((first.min(time), last.max(time)));
        }
    })?;
    let alarms = above
        .chunk_by(|a, b| b - a <= GAP_STEPS)
        .filter_map(|run| {
            let peak = run.iter().copied().rev().max_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
            let mut core = run.iter().copied().filter(|&step| scores[step] >= CORE * scores[peak]);
            let first = core.next()?;
            let last = core.next_back().unwrap_or(first);
            let time = Timestamp::from_millis;
            Some(MethodAlarm {
                start: time(ends[first]?.0),
                end: time(ends[last]?.1),
                peak: time(ends[peak]?.0),
                score: scores[peak],
            })
        })
        .collect();
    Ok(alarms)
}
