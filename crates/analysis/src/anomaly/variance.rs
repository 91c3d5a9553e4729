//! Changes of spread: a series that swings more widely than it used to, around the same level.

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::baseline::Model;
use super::excursion::{self, Run};
use super::{Options, onset};
use crate::spread;

/// The window over which the mean size of departures is taken, in steps …
const WINDOW_STEPS: usize = 20;
/// … and in milliseconds: half an hour.
const WINDOW_MS: i64 = 1_800_000;
/// The history must be this many windows long.
const LEAST_WINDOWS: usize = 6;
/// The mean size must exceed its usual value this many robust standard deviations …
const EXCESS_SIGMAS: f64 = 6.0;
/// … and be this many times as large.
const EXCESS_RATIO: f64 = 2.0;
/// The usual mean size is at least this many standard deviations: what normal noise has. A series that rests on its
/// value nearly always is not wild because it stirs.
const LEAST_USUAL: f64 = 0.8;
/// A step belongs to a change of spread when it is off by this many standard deviations.
const WIDE_SIGMAS: f64 = 2.0;
/// Each side must hold this share of the wide steps: a change of level is not a change of spread.
const SIDE_SHARE: f64 = 0.25;

/// A stretch of unusually wide swings.
#[derive(Debug)]
pub(super) struct Wild {
    first: usize,
    last: usize,
    /// The largest mean size in units of the usual one.
    ratio: f64,
    /// Such stretches before this one.
    earlier: usize,
    /// Whether the stretch reaches the end of the data.
    lasts: bool,
}

impl Wild {
    /// Reports whether it shares a step with a span.
    pub(super) const fn overlaps(&self, (first, last): (usize, usize)) -> bool {
        self.first <= last && self.last >= first
    }
}

/// Finds the stretches, by time.
pub(super) fn find(model: &Model, options: &Options) -> Vec<Wild> {
    let window = model.grid.steps_in(WINDOW_MS).max(WINDOW_STEPS);
    if model.grid.len() < LEAST_WINDOWS * window {
        return Vec::new();
    }
    let means = mean_sizes(model, window, options);
    let mut sorted: Vec<f64> = means.iter().flatten().copied().collect();
    let usual = spread::median(&mut sorted);
    let is_resting = usual <= 0.0;
    let usual = usual.max(LEAST_USUAL);
    for mean in &mut sorted {
        *mean = (*mean - usual).abs();
    }
    let sigma = spread::MAD_TO_SIGMA * spread::median(&mut sorted);
    let limit = (usual + EXCESS_SIGMAS * sigma).max(EXCESS_RATIO * usual);
    if is_resting {
        return Vec::new();
    }
    let mut found: Vec<Wild> = Vec::new();
    let wide = |idx: usize| means[idx].filter(|&mean| mean > limit);
    let mut idx = 0;
    while idx < means.len() {
        if wide(idx).is_none() {
            idx += 1;
            continue;
        }
        let begin = idx;
        let mut largest = 0.0_f64;
        // A window that is wide again within its own length is the same stretch.
        let mut last_wide = idx;
        while idx < means.len() && idx - last_wide <= window {
            if let Some(mean) = wide(idx) {
                last_wide = idx;
                largest = largest.max(mean);
            }
            idx += 1;
        }
        let from = begin.saturating_sub(window - 1);
        if let Some((first, last)) = wide_steps(model, from, last_wide) {
            let lasts = last_wide + 1 >= means.len();
            found.push(Wild { first, last, ratio: largest / usual, earlier: found.len(), lasts });
        }
    }
    found
}

/// Reports whether the stretch stands for itself, and takes out the runs within it.
///
/// Runs that left the band on one side only and hold half of the stretch's wide steps explain it: then it is no
/// finding.
pub(super) fn explains(wild: &Wild, runs: &mut Vec<Run>, model: &Model) -> bool {
    let overlaps = |run: &Run| run.first <= wild.last && run.last >= wild.first;
    let one_sided: usize =
        runs.iter().filter(|run| overlaps(run) && !run.mixed).map(|run| run.outside).max().unwrap_or(0);
    let wide = (wild.first..=wild.last)
        .filter(|&idx| model.sigmas_off(idx).is_some_and(|off| off.abs() > WIDE_SIGMAS))
        .count();
    if one_sided * 2 >= wide {
        return false;
    }
    runs.retain(|run| !overlaps(run));
    true
}

/// Makes the finding.
pub(super) fn describe(wild: &Wild, judged: &Samples, model: &Model, options: &Options) -> Anomaly {
    let times = judged.times();
    let start = onset::first_in_step(wild.first, judged, model);
    let end = if wild.lasts { None } else { times.iter().copied().find(|&t| t > time_ms(model, wild.last)) };
    let wide = |idx: &usize| model.sigmas_off(*idx).is_some_and(|off| off.abs() > WIDE_SIGMAS);
    let off = |idx: usize| model.sigmas_off(idx).unwrap_or_default().abs();
    let farthest = (wild.first..=wild.last).filter(wide).max_by(|&a, &b| off(a).total_cmp(&off(b)));
    let mut values: Vec<f64> = (wild.first..=wild.last).filter_map(|idx| model.grid.values[idx]).collect();
    let mut reason = excursion::reason(model, options, wild.first, wild.last);
    reason.observed = model.grid.in_unit(spread::median(&mut values));
    reason.peak = farthest.and_then(|idx| model.grid.values[idx]).and_then(|v| model.grid.in_unit(v));
    reason.rarer_than = excursion::rarer_than(model, wild.first, wild.last, farthest.map_or(0.0, off));
    let surprise = (1.0 - (1.0 - wild.ratio).exp()) * options.repetition_part(wild.earlier);
    Anomaly {
        kind: AnomalyKind::Variance,
        start: Timestamp::from_millis(times.get(start).copied().unwrap_or_default()),
        end: end.map(Timestamp::from_millis),
        step_ms: onset::step_at(times, start).unwrap_or(model.grid.step_ms),
        score: Score::new(surprise * options.history_part(model.history_ms())),
        reason,
    }
}

fn time_ms(model: &Model, idx: usize) -> i64 {
    model.grid.time_of(idx).as_millis()
}

/// Returns the mean size of the departures in the window that ends at each step, each held at the band's edge.
fn mean_sizes(model: &Model, window: usize, options: &Options) -> Vec<Option<f64>> {
    let sizes: Vec<Option<f64>> = (0..model.grid.len())
        .map(|idx| model.sigmas_off(idx).map(|off| off.abs().min(options.band_sigmas)))
        .collect();
    let (mut sum, mut count) = (0.0, 0_usize);
    let mut means = Vec::with_capacity(sizes.len());
    for (idx, size) in sizes.iter().enumerate() {
        if let Some(size) = size {
            sum += size;
            count += 1;
        }
        if let Some(size) = idx.checked_sub(window).and_then(|old| sizes[old]) {
            sum -= size;
            count -= 1;
        }
        let known = idx + 1 >= window && 2 * count >= window;
        means.push(known.then(|| sum / count as f64));
    }
    means
}

/// Returns the first and the last wide step of a stretch when both sides of the band have their share of them.
fn wide_steps(model: &Model, from: usize, to: usize) -> Option<(usize, usize)> {
    let wide: Vec<(usize, f64)> = (from..=to)
        .filter_map(|idx| model.sigmas_off(idx).map(|off| (idx, off)))
        .filter(|(_, off)| off.abs() > WIDE_SIGMAS)
        .collect();
    let above = wide.iter().filter(|(_, off)| *off > 0.0).count();
    let rarer = above.min(wide.len() - above);
    let shared = rarer as f64 >= SIDE_SHARE * wide.len() as f64;
    if !shared {
        return None;
    }
    Some((wide.first()?.0, wide.last()?.0))
}
