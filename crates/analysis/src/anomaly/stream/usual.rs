//! What is usual of a series at any time, in the little that a state keeps of its baseline.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;

use super::pattern::Pattern;
use crate::anomaly::Options;
use crate::anomaly::baseline::{HOUR_MS, Model};
use crate::anomaly::cycle::cells_per_day;
use crate::anomaly::grid::step_for;
use crate::spread;

/// The newest samples from which their own spread is taken: a day at one minute, six hours at 15 s.
const RAW_SAMPLES: usize = 1_440;
/// Values are held at so many times the largest of the history, so that no sum of them overflows.
const LARGEST: f64 = 1e9;

/// What a baseline says, divided by its scale.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Usual {
    /// The largest size among the samples of the history.
    pub(super) scale: f64,
    /// The length of a judged step in milliseconds.
    pub(super) step_ms: i64,
    /// The milliseconds of history, gaps left out.
    pub(super) history_ms: i64,
    /// The end of the history, from which times of day are counted.
    end_ms: i64,
    /// What is usual at each time of day, around the level; `None` when days are not alike.
    profile: Option<Pattern>,
    /// The spread of each hour of the day; `None` when it is the same all day.
    hours: Option<Pattern>,
    /// The spread of the last step: that of all hours without `hours`.
    sigma: f64,
    /// The least spread of an hour.
    least_sigma: f64,
    /// How many times wider single samples spread than the means of steps, at least 1.
    pub(super) raw_ratio: f64,
}

impl Usual {
    /// Keeps what a model says.
    pub(super) fn of(model: &Model, judged: &Samples) -> Self {
        let (last, step_ms) = (model.grid.len().saturating_sub(1), model.grid.step_ms);
        let profile = model.profile.as_ref().map(|cycle| {
            let (cells, cell_ms) = cycle.cells();
            Pattern::of(cells, cell_ms, step_ms)
        });
        let hours = model.season_ms.map(|_| Pattern::of(&hourly(model), HOUR_MS, step_ms));
        Self {
            scale: model.grid.scale,
            step_ms,
            history_ms: model.history_ms(),
            end_ms: model.grid.time_of(last).as_millis(),
            profile,
            hours,
            sigma: model.sigma[last],
            least_sigma: model.sigma.iter().copied().fold(f64::INFINITY, f64::min),
            raw_ratio: raw_ratio(model, judged),
        }
    }

    /// Keeps what is usual of a series that never changed: its value, with the least spread.
    pub(super) fn constant(judged: &Samples, value: f64, options: &Options) -> Self {
        let (times, scale) = (judged.times(), value.abs());
        let span_ms = times.last().zip(times.first()).map_or(0, |(last, first)| last.saturating_sub(*first));
        // Any other value than the one of a constant zero is a departure, however small.
        let sigma = if scale > 0.0 { options.floor_ratio.max(1e-9) } else { f64::MIN_POSITIVE };
        Self {
            scale: if scale > 0.0 { scale } else { 1.0 },
            step_ms: step_for(times, span_ms, options, &AtomicBool::new(false)).unwrap_or(1),
            history_ms: span_ms,
            end_ms: times.last().copied().unwrap_or(0),
            profile: None,
            hours: None,
            sigma,
            least_sigma: sigma,
            raw_ratio: 1.0,
        }
    }

    /// Returns a value divided by the scale.
    pub(super) fn scaled(&self, value: f64) -> f64 {
        (value / self.scale).clamp(-LARGEST, LARGEST)
    }

    /// Returns a value in the unit of the series; `None` when it is too large to be represented.
    pub(super) fn in_unit(&self, value: f64) -> Option<f64> {
        Some(value * self.scale).filter(|v| v.is_finite())
    }

    /// Returns what the time of day adds to the level, at the end of a step.
    pub(super) fn seasonal(&self, time_ms: i64) -> f64 {
        self.profile.as_ref().map_or(0.0, |profile| profile.at(self.end_ms.saturating_sub(time_ms)))
    }

    /// Returns the spread at the end of a step, above 0.
    pub(super) fn sigma(&self, time_ms: i64) -> f64 {
        let hour = self.hours.as_ref().map(|hours| hours.at(self.end_ms.saturating_sub(time_ms)));
        hour.unwrap_or(self.sigma).max(self.least_sigma)
    }

    /// Returns the bytes outside the struct itself.
    pub(super) fn heap_bytes(&self) -> usize {
        let bytes = |pattern: &Option<Pattern>| pattern.as_ref().map_or(0, Pattern::heap_bytes);
        bytes(&self.profile) + bytes(&self.hours)
    }
}

/// Returns the spread in the middle of each hour of the newest day, between which the baseline's own is a line.
fn hourly(model: &Model) -> Vec<f64> {
    let (last, step_ms) = (model.grid.len().saturating_sub(1), model.grid.step_ms);
    (0_i64..)
        .take(cells_per_day(HOUR_MS))
        .map(|hour| {
            let age_ms = hour * HOUR_MS + ((HOUR_MS - step_ms) / 2).max(0);
            let steps = usize::try_from((age_ms + step_ms / 2) / step_ms).unwrap_or(0);
            model.sigma[last.saturating_sub(steps)]
        })
        .collect()
}

/// Returns how many times wider than the means of their steps the newest samples spread around what is expected.
fn raw_ratio(model: &Model, judged: &Samples) -> f64 {
    let from = judged.len().saturating_sub(RAW_SAMPLES);
    let samples = judged.times().iter().zip(judged.values()).skip(from);
    let mut sizes: Vec<f64> = samples
        .filter_map(|(&time, &value)| {
            let step = model.grid.idx_of(time)?;
            Some(((value / model.grid.scale - model.expected[step]) / model.sigma[step]).abs())
        })
        .collect();
    let (permille, normal) = spread::NORMAL_TAILS[1];
    let tail = spread::quantile(&mut sizes, permille) / normal;
    tail.max(spread::MAD_TO_SIGMA * spread::median(&mut sizes)).max(1.0)
}
