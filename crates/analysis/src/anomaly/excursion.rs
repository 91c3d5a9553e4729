//! Runs of steps outside the band: their kind, their score and their reason.

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Reason, Score};
use wardroom_core::series::Samples;

use super::baseline::{Model, merge_steps};
use super::{Options, onset, spans};
use crate::spread;

/// Sizes beyond this many standard deviations count the same.
pub(super) const MOST_SIGMAS: f64 = 50.0;
/// With at least this share of its steps on the rarer side, a run is a change of spread.
const MIXED_SHARE: f64 = 0.25;
/// A run needs this many steps outside before its spread or slope can be told.
const SHAPED_STEPS: usize = 4;
/// A trend lasts at least this long, in milliseconds, and this many steps.
const TREND_MS: i64 = 1_200_000;
/// A run is a comparable earlier one with at least this share of the mass …
pub(super) const COMPARABLE_MASS: f64 = 0.5;
/// … and this share of the duration: a blip says nothing about a lasting shift.
pub(super) const COMPARABLE_DURATION: f64 = 1.0 / 3.0;

/// Neighbouring steps outside the band.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The first step outside.
    pub(super) first: usize,
    /// The last step outside.
    pub(super) last: usize,
    /// How many steps from first to last are outside.
    pub(super) outside: usize,
    /// The median departure of the steps outside, divided by the scale.
    pub(super) departure: f64,
    /// The median size of the steps outside, in standard deviations.
    pub(super) sigmas: f64,
    /// Whether both sides of the band were left often.
    pub(super) mixed: bool,
    /// The geometric mean of the steps and of the minutes outside.
    pub(super) duration: f64,
    /// Comparable runs before this one.
    pub(super) earlier: usize,
    /// Whether the run reaches the end of the data.
    pub(super) lasts: bool,
}

/// Finds the runs, by time; close ones are merged.
pub(super) fn find(model: &Model, options: &Options) -> Vec<Run> {
    let merge = merge_steps(&model.grid, options);
    let spans = spans::merged(model.grid.len(), merge, |idx| is_outside(model, idx, options));
    let mut runs: Vec<Run> = spans
        .into_iter()
        .map(|(first, last)| {
            measure(model, options, without_forerunner(model, options, first, last), last, merge)
        })
        .collect();
    let earlier: Vec<usize> =
        runs.iter().enumerate().map(|(idx, run)| comparable_before(&runs[..idx], run)).collect();
    for (run, earlier) in runs.iter_mut().zip(earlier) {
        run.earlier = earlier;
    }
    runs
}

/// Makes findings of the runs.
pub(super) fn describe(runs: &[Run], judged: &Samples, model: &Model, options: &Options) -> Vec<Anomaly> {
    runs.iter()
        .filter(|run| score(run, model, options) >= options.min_score)
        .map(|run| describe_one(run, judged, model, options))
        .collect()
}

/// Returns the share of the steps outside a run whose size in standard deviations is below `sigmas`.
pub(super) fn rarer_than(model: &Model, first: usize, last: usize, sigmas: f64) -> f64 {
    let (mut smaller, mut all) = (0_u32, 0_u32);
    for idx in (0..first).chain(last + 1..model.grid.len()) {
        if let Some(off) = model.sigmas_off(idx) {
            all += 1;
            smaller += u32::from(off.abs() < sigmas);
        }
    }
    if all == 0 { 0.0 } else { f64::from(smaller) / f64::from(all) }
}

/// Returns what every reason from the baseline has in common: the band in the middle of a run and the history.
pub(super) fn reason(model: &Model, options: &Options, first: usize, last: usize) -> Reason {
    let middle = |column: usize| {
        let mut ends: Vec<f64> =
            (first..=last).filter_map(|idx| model.band_at(idx, options)[column]).collect();
        (!ends.is_empty()).then(|| spread::median(&mut ends))
    };
    Reason {
        observed: None,
        peak: None,
        expected: middle(1),
        lower: middle(0),
        upper: middle(2),
        slope_per_hour: None,
        rarer_than: 0.0,
        history_ms: model.history_ms(),
        season_ms: model.season_ms,
    }
}

fn is_outside(model: &Model, idx: usize, options: &Options) -> bool {
    side_outside(model, idx, options).is_some()
}

/// Returns the side of the band that a step is outside on: whether above; `None` inside and at a gap.
fn side_outside(model: &Model, idx: usize, options: &Options) -> Option<bool> {
    model.sigmas_off(idx).filter(|off| off.abs() > options.band_sigmas).map(|off| off > 0.0)
}

/// Steps that a forerunner may take: a stray event or two, not the beginning of a ramp.
pub(super) const FORERUNNER_STEPS: usize = 2;
/// A forerunner is smaller than this share of what follows.
pub(super) const FORERUNNER_SIZE: f64 = 0.5;

/// Returns where a run begins without stray steps before it.
///
/// Rare events leave the band of a quiet series for a step, and merging would move the begin of what follows to them. A
/// begin belongs to the departure when it leads into it: neighbouring steps on one side of the band. What is set apart
/// from the rest by a usual step, or lies on the other side (a counter of a few errors a minute is below its mean in
/// every minute without one, also in the last one before it rises), is short and is small beside the rest, is a stray.
/// A shift that is interrupted by a usual step is as large before as after it and keeps its begin.
fn without_forerunner(model: &Model, options: &Options, first: usize, last: usize) -> usize {
    let mut first = first;
    loop {
        let side = side_outside(model, first, options);
        let Some(end) = (first..=last).find(|&idx| side_outside(model, idx, options) != side) else {
            return first;
        };
        let Some(next) = (end..=last).find(|&idx| is_outside(model, idx, options)) else { return first };
        let size = |idx: usize| model.departure[idx].map_or(0.0, f64::abs);
        let largest = (first..end).map(size).fold(0.0, f64::max);
        let mut rest: Vec<f64> =
            (next..=last).filter(|&idx| is_outside(model, idx, options)).map(size).collect();
        let stray = end - first <= FORERUNNER_STEPS && rest.len() > FORERUNNER_STEPS;
        if !stray || largest >= FORERUNNER_SIZE * spread::median(&mut rest) {
            return first;
        }
        first = next;
    }
}

/// Measures the run from `first` to `last`.
fn measure(model: &Model, options: &Options, first: usize, last: usize, merge: usize) -> Run {
    let outside: Vec<usize> = (first..=last).filter(|&idx| is_outside(model, idx, options)).collect();
    let mut departures: Vec<f64> = outside.iter().filter_map(|&idx| model.departure[idx]).collect();
    let mut sizes: Vec<f64> = outside.iter().filter_map(|&idx| model.sigmas_off(idx)).map(f64::abs).collect();
    let above = departures.iter().filter(|&&d| d > 0.0).count();
    let rarer = above.min(outside.len() - above);
    let mixed = outside.len() >= SHAPED_STEPS && rarer as f64 >= MIXED_SHARE * outside.len() as f64;
    let minutes = model.grid.length_ms(outside.len()) as f64 / 60_000.0;
    Run {
        first,
        last,
        outside: outside.len(),
        departure: spread::median(&mut departures),
        sigmas: spread::median(&mut sizes).min(MOST_SIGMAS),
        mixed,
        duration: (outside.len() as f64 * minutes).sqrt(),
        earlier: 0,
        lasts: last + merge + 1 > model.grid.len() - 1,
    }
}

/// Counts the runs before this one that were as large and about as long.
fn comparable_before(before: &[Run], run: &Run) -> usize {
    let mass = |run: &Run| run.departure.abs() * run.duration.sqrt();
    let least = COMPARABLE_MASS * mass(run);
    before
        .iter()
        .filter(|&other| mass(other) >= least && other.duration >= COMPARABLE_DURATION * run.duration)
        .count()
}

/// Returns how surprising a run is: size, duration, repetition and length of the history, each 0 to 1.
fn score(run: &Run, model: &Model, options: &Options) -> f64 {
    options.size_part(run.sigmas)
        * options.duration_part(run.duration)
        * options.repetition_part(run.earlier)
        * options.history_part(model.history_ms())
}

/// Makes a finding of one run, whatever its score.
pub(super) fn describe_one(run: &Run, judged: &Samples, model: &Model, options: &Options) -> Anomaly {
    let span = onset::locate(run, judged, model, options);
    let slope_per_hour = slope(run, model);
    let kind = if run.mixed {
        AnomalyKind::Variance
    } else if slope_per_hour.is_some() {
        AnomalyKind::Trend
    } else if run.lasts || model.grid.length_ms(run.last - run.first + 1) > options.lasting_ms {
        AnomalyKind::Level
    } else if run.departure < 0.0 {
        AnomalyKind::Dip
    } else {
        AnomalyKind::Spike
    };
    let mut values: Vec<f64> = (run.first..=run.last)
        .filter(|&idx| is_outside(model, idx, options))
        .filter_map(|idx| model.grid.values[idx])
        .collect();
    let mut reason = reason(model, options, run.first, run.last);
    reason.observed = model.grid.in_unit(spread::median(&mut values));
    reason.peak = span.peak;
    reason.slope_per_hour = slope_per_hour.filter(|_| kind == AnomalyKind::Trend);
    reason.rarer_than = rarer_than(model, run.first, run.last, run.sigmas);
    Anomaly {
        kind,
        start: span.start,
        end: span.end,
        step_ms: span.step_ms,
        score: Score::new(score(run, model, options)),
        reason,
    }
}

/// Returns the change per hour in the unit of the series when a run rises or falls all along; `None` for a jump.
///
/// The medians of the three thirds must lie in order, the middle one near the middle, and their distance must be at
/// least half of the departure: a jump has three equal thirds (after Tukey's resistant line, 1977).
fn slope(run: &Run, model: &Model) -> Option<f64> {
    let steps = run.last - run.first + 1;
    if run.outside < 3 * SHAPED_STEPS || model.grid.length_ms(steps) < TREND_MS {
        return None;
    }
    let third = steps / 3;
    let middle = |from: usize, to: usize| {
        let mut values: Vec<f64> = (from..to).filter_map(|idx| model.grid.values[idx]).collect();
        (!values.is_empty()).then(|| spread::median(&mut values))
    };
    let low = middle(run.first, run.first + third)?;
    let mid = middle(run.first + third, run.last + 1 - third)?;
    let high = middle(run.last + 1 - third, run.last + 1)?;
    let change = high - low;
    let straight = (mid - f64::midpoint(low, high)).abs() <= 0.25 * change.abs();
    let away = change * run.departure > 0.0;
    let large = change.abs() >= 0.5 * run.departure.abs();
    let hours = model.grid.length_ms(steps - third) as f64 / 3_600_000.0;
    if straight && away && large && hours > 0.0 { model.grid.in_unit(change / hours) } else { None }
}
