//! The exact begin and end of a run, on the raw samples.

use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::Options;
use super::baseline::Model;
use super::excursion::{FORERUNNER_STEPS, Run};
use crate::preprocess::gaps::typical_step_ms;
use crate::spread;

/// Raw samples before a run from which their own spread is taken.
const QUIET_SAMPLES: usize = 240;
/// Fewer samples do not tell a spread.
const LEAST_SAMPLES: usize = 10;
/// Samples on each side of the begin from which the step there is taken.
const NEIGHBOURS: usize = 4;

/// Where a run lies among the raw samples.
pub(super) struct Span {
    /// The first raw sample outside the band.
    pub(super) start: Timestamp,
    /// The first raw sample back inside; `None` while the run lasts.
    pub(super) end: Option<Timestamp>,
    /// The step of the raw samples at the start, in milliseconds.
    pub(super) step_ms: i64,
    /// The most extreme raw value, in the unit of the series.
    pub(super) peak: Option<f64>,
}

/// Finds begin, end and peak of a run on the raw samples.
///
/// Raw samples may be noisier than the means that were judged (a rate over 15 s against one over a minute), so the
/// band is as wide as their own spread before the run asks for.
pub(super) fn locate(run: &Run, judged: &Samples, model: &Model, options: &Options) -> Span {
    let raw = Raw { times: judged.times(), values: judged.values(), model };
    let quiet_until =
        model.grid.time_of(run.first).as_millis().saturating_sub(model.grid.step_ms.saturating_mul(2));
    let limit = options.band_sigmas * raw.sigma_before(quiet_until).max(model.sigma[run.first]);
    let side = if run.mixed { None } else { Some(run.departure.signum()) };
    // A run may begin or end with a step on its rarer side: its samples are looked for on that side.
    let side_of = |step: usize| side.map(|side| model.departure[step].map_or(side, f64::signum));
    let start = raw.first_outside(run, quiet_until, side_of(run.first), limit);
    let last = raw.last_outside(run, side_of(run.last), limit).max(start);
    let end = if run.lasts { None } else { raw.times.get(last + 1).copied() };
    let peak_end = if run.lasts { raw.times.len() } else { last + 1 };
    let peak = (start..peak_end.max(start + 1))
        .max_by(|&a, &b| raw.size(a, side).total_cmp(&raw.size(b, side)))
        .and_then(|idx| raw.values.get(idx).copied());
    Span {
        start: Timestamp::from_millis(raw.times.get(start).copied().unwrap_or_default()),
        end: end.map(Timestamp::from_millis),
        step_ms: step_at(raw.times, start).unwrap_or(model.grid.step_ms),
        peak,
    }
}

/// Returns the index of the first raw sample in a judged step.
pub(super) fn first_in_step(idx: usize, judged: &Samples, model: &Model) -> usize {
    let after = model.grid.time_of(idx).as_millis().saturating_sub(model.grid.step_ms);
    judged.times().partition_point(|&t| t <= after).min(judged.len().saturating_sub(1))
}

/// Returns the median distance of the samples around `idx`; `None` when there is only one.
pub(super) fn step_at(times: &[i64], idx: usize) -> Option<i64> {
    let from = idx.saturating_sub(NEIGHBOURS);
    let to = (idx + NEIGHBOURS + 1).min(times.len());
    typical_step_ms(times.get(from..to)?)
}

/// Raw samples beside the model.
struct Raw<'a> {
    times: &'a [i64],
    values: &'a [f64],
    model: &'a Model,
}

impl Raw<'_> {
    /// Returns a sample's departure from what is expected in its step, divided by the scale.
    fn departure(&self, idx: usize) -> f64 {
        let step = self.model.grid.idx_of(self.times[idx]).unwrap_or(0);
        self.values[idx] / self.model.grid.scale - self.model.expected[step]
    }

    /// Returns how far a sample is off on one side, or on either.
    fn size(&self, idx: usize, side: Option<f64>) -> f64 {
        let departure = self.departure(idx);
        side.map_or(departure.abs(), |side| side * departure)
    }

    /// Returns the index of the first sample after `time_ms`.
    fn after(&self, time_ms: i64) -> usize {
        self.times.partition_point(|&t| t <= time_ms)
    }

    /// Returns the robust spread of the raw samples just before a time; 0 when there are too few.
    fn sigma_before(&self, time_ms: i64) -> f64 {
        let to = self.after(time_ms);
        let from = to.saturating_sub(QUIET_SAMPLES);
        if to - from < LEAST_SAMPLES {
            return 0.0;
        }
        let mut sizes: Vec<f64> = (from..to).map(|idx| self.departure(idx).abs()).collect();
        let (permille, normal) = spread::NORMAL_TAILS[1];
        let tail = spread::quantile(&mut sizes, permille) / normal;
        tail.max(spread::MAD_TO_SIGMA * spread::median(&mut sizes))
    }

    /// Returns the first sample outside: within the run's first step, or just before without a sample between.
    ///
    /// Where the samples of a run are beyond the limit one by one, those of a first step that are not are no part of it:
    /// two rare events in a minute that has one raise its mean, and a rise just after it does not begin with them.
    fn first_outside(&self, run: &Run, quiet_until: i64, side: Option<f64>, limit: f64) -> usize {
        let (from, to) = self.samples_of(run.first);
        if to - from > 1 && run.departure.abs() > limit {
            let (_, behind) = self.samples_of((run.first + FORERUNNER_STEPS).min(run.last));
            let is_strays = (from..to).all(|idx| self.size(idx, side) <= limit);
            let next = (to..behind).find(|&idx| self.size(idx, side) > limit);
            if let Some(first) = next.filter(|_| is_strays) {
                return first;
            }
        }
        let limit = self.reachable(from, to, side, limit);
        let mut first = (from..to).find(|&idx| self.size(idx, side) > limit).unwrap_or(from);
        let earliest = self.after(quiet_until);
        while first > earliest && self.size(first - 1, side) > limit {
            first -= 1;
        }
        first
    }

    /// Returns the last sample outside within the run's last step.
    fn last_outside(&self, run: &Run, side: Option<f64>, limit: f64) -> usize {
        let (from, to) = self.samples_of(run.last);
        let limit = self.reachable(from, to, side, limit);
        (from..to).rev().find(|&idx| self.size(idx, side) > limit).unwrap_or(from)
    }

    /// Returns the samples of a judged step as `from..to`.
    fn samples_of(&self, step: usize) -> (usize, usize) {
        let end = self.model.grid.time_of(step).as_millis();
        (self.after(end.saturating_sub(self.model.grid.step_ms)), self.after(end))
    }

    /// Returns the limit, or half of the largest size where raw noise has made the limit too wide to be reached.
    fn reachable(&self, from: usize, to: usize, side: Option<f64>, limit: f64) -> f64 {
        let largest = (from..to).map(|idx| self.size(idx, side)).fold(0.0, f64::max);
        if largest > limit { limit } else { largest / 2.0 }
    }
}
