//! Changes of trend: a series that begins to rise or fall, or does so faster, while a level that follows sees nothing.

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::baseline::Model;
use super::cycle::DAY_MS;
use super::excursion::{self, Run};
use super::{Options, onset};
use crate::spread;

/// Medians into which the history is divided.
const BLOCKS: usize = 192;
/// The shortest history, in milliseconds: half a day.
const LEAST_MS: i64 = 43_200_000;
/// The fewest blocks on each side of the bend.
const LEAST_SIDE: usize = 12;
/// How many times smaller a bend makes what a straight line leaves (an F statistic of one more coefficient).
const LEAST_F: f64 = 60.0;
/// The rest around the bent line must be about independent: von Neumann's ratio is 2 for white noise and near 0 for a
/// level that wanders, whose bends mean nothing. One is below that of 192 white values in all but one of 10¹² cases.
const LEAST_RATIO: f64 = 1.0;
/// Since the bend the series moved this many standard deviations of the rest away from where it went.
const LEAST_SIGMAS: f64 = 6.0;
/// The slope after the bend is this many times as steep as before, or turned.
const STEEPER: f64 = 1.5;
/// The highest score: a drift gives time to look.
const MOST_SCORE: f64 = 0.89;

/// A bend with the slope after it.
#[derive(Debug)]
pub(super) struct Drift {
    first: usize,
    /// The change per hour after the bend, divided by the scale.
    slope_per_hour: f64,
    /// How far the series has come since, in standard deviations of the rest.
    sigmas: f64,
    /// The value at the end and where it would be without the bend, divided by the scale.
    at_end: (f64, f64),
    /// The standard deviation of the rest.
    sigma: f64,
}

/// A line with a bend, fitted to `n` values at 0, 1, 2, ….
struct Bent {
    at: usize,
    before: f64,
    after: f64,
    end: f64,
    rest: Vec<f64>,
}

/// Finds the bend of the history; `None` where a straight line, or none, describes it.
pub(super) fn find(model: &Model) -> Option<Drift> {
    if model.grid.length_ms(model.grid.len()) < LEAST_MS {
        return None;
    }
    let width = model.grid.len().div_ceil(BLOCKS).max(1);
    let blocks = without_day(model, width)?;
    let n = blocks.len();
    if n < 4 * LEAST_SIDE {
        return None;
    }
    let straight = power(&super::class::departures(&blocks, true));
    let bent = bend(&blocks)?;
    let left = power(&bent.rest);
    let f = (straight - left) / (left / (n as f64 - 3.0)).max(1e-300);
    let ratio = bent.rest.windows(2).map(|w| (w[1] - w[0]) * (w[1] - w[0])).sum::<f64>() / left.max(1e-300);
    let sigma = (left / (n as f64 - 3.0)).sqrt();
    let since = (n - 1 - bent.at) as f64;
    let sigmas = (bent.after - bent.before).abs() * since / sigma.max(1e-12);
    let is_steeper = bent.after.abs() >= STEEPER * bent.before.abs();
    if f < LEAST_F || ratio < LEAST_RATIO || sigmas < LEAST_SIGMAS || !is_steeper {
        return None;
    }
    let hours = model.grid.length_ms(width) as f64 / 3_600_000.0;
    let without = bent.end - (bent.after - bent.before) * since;
    Some(Drift {
        first: (bent.at * width).min(model.grid.len() - 1),
        slope_per_hour: bent.after / hours,
        sigmas,
        at_end: (bent.end, without),
        sigma,
    })
}

/// Reports whether the drift stands for itself: a run that lasts, or is of its length, tells it already.
pub(super) fn explains(drift: &Drift, runs: &[Run], model: &Model) -> bool {
    let length = model.grid.len() - drift.first;
    !runs.iter().any(|run| run.last >= drift.first && (run.lasts || (run.last - run.first + 1) * 2 > length))
}

/// Makes the finding.
pub(super) fn describe(drift: &Drift, judged: &Samples, model: &Model, options: &Options) -> Anomaly {
    let times = judged.times();
    let start = onset::first_in_step(drift.first, judged, model);
    let (end, without) = drift.at_end;
    let mut reason = excursion::reason(model, options, drift.first, model.grid.len() - 1);
    reason.observed = model.grid.in_unit(end);
    reason.expected = model.grid.in_unit(without);
    reason.lower = model.grid.in_unit(without - options.band_sigmas * drift.sigma);
    reason.upper = model.grid.in_unit(without + options.band_sigmas * drift.sigma);
    reason.slope_per_hour = model.grid.in_unit(drift.slope_per_hour);
    reason.rarer_than = drift.first as f64 / model.grid.len() as f64;
    let surprise = 1.0 - (-(drift.sigmas - LEAST_SIGMAS) / options.size_sigmas).exp() / 2.0;
    Anomaly {
        kind: AnomalyKind::Trend,
        start: Timestamp::from_millis(times.get(start).copied().unwrap_or_default()),
        end: None,
        step_ms: onset::step_at(times, start).unwrap_or(model.grid.step_ms),
        score: Score::new(MOST_SCORE * surprise * options.history_part(model.history_ms())),
        reason,
    }
}

/// Returns the medians of equal blocks without the usual day, oldest first; `None` where many are missing.
fn without_day(model: &Model, width: usize) -> Option<Vec<f64>> {
    let medians: Vec<Option<f64>> = model
        .grid
        .values
        .chunks(width)
        .map(|block| {
            let mut filled: Vec<f64> = block.iter().flatten().copied().collect();
            (2 * filled.len() >= block.len()).then(|| spread::median(&mut filled))
        })
        .collect();
    let per_day = model.grid.steps_in(DAY_MS) / width;
    let mut blocks: Vec<f64> = Vec::with_capacity(medians.len());
    for median in &medians {
        blocks.push((*median).or_else(|| blocks.last().copied())?);
    }
    let gaps = medians.iter().filter(|median| median.is_none()).count();
    if gaps * 10 > blocks.len() {
        return None;
    }
    let exact = per_day > 1 && per_day * width == model.grid.steps_in(DAY_MS);
    if model.season_ms.is_none() {
        return Some(blocks);
    }
    if !exact || blocks.len() < 3 * per_day {
        return None;
    }
    // The usual day around the straight line, so that the drift is not taken for a part of the day.
    let around = super::class::departures(&blocks, true);
    let day: Vec<f64> = (0..per_day)
        .map(|phase| {
            spread::median(&mut around.iter().skip(phase).step_by(per_day).copied().collect::<Vec<f64>>())
        })
        .collect();
    Some(blocks.iter().enumerate().map(|(i, value)| value - day[i % per_day]).collect())
}

fn power(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// Fits `a + b·x + c·max(0, x − at)` by least squares for every `at`, and returns the best.
///
/// The hinge is freed of level and line first (Frisch and Waugh 1933), so that its coefficient stands alone: what is
/// left of the values beside their own line is all that it can explain. Cost: linear.
fn bend(values: &[f64]) -> Option<Bent> {
    let n = values.len();
    let left = super::class::departures(values, true);
    // Of the values after each place: their sum, and their sum weighted with the distance from it.
    let (mut sum, mut weighted) = (0.0, 0.0);
    let mut best: Option<(usize, f64, f64)> = None;
    for at in (0..n).rev() {
        let in_range = (LEAST_SIDE..n.saturating_sub(LEAST_SIDE)).contains(&at);
        let size = hinge_power(n, at);
        if in_range && size > 0.0 {
            let gain = weighted * weighted / size;
            if best.is_none_or(|(_, _, most)| gain > most) {
                best = Some((at, weighted / size, gain));
            }
        }
        sum += left[at];
        weighted += sum;
    }
    let (at, bend, _) = best?;
    let hinge = |i: usize| (i as f64 - at as f64).max(0.0);
    let straight: Vec<f64> = values.iter().enumerate().map(|(i, v)| v - bend * hinge(i)).collect();
    let rest = super::class::departures(&straight, true);
    let line = |i: usize| straight[i] - rest[i];
    let before = (line(n - 1) - line(0)) / (n as f64 - 1.0);
    Some(Bent { at, before, after: before + bend, end: line(n - 1) + bend * hinge(n - 1), rest })
}

/// Returns the sum of squares of `max(0, x − at)` for x = 0 … n − 1, without its own level and line.
fn hinge_power(n: usize, at: usize) -> f64 {
    let (n, at) = (n as f64, at as f64);
    let m = n - 1.0 - at;
    let middle = (n - 1.0) / 2.0;
    let sum = m * (m + 1.0) / 2.0;
    let squares = m * (m + 1.0) * (2.0 * m + 1.0) / 6.0;
    let along = squares + (at - middle) * sum;
    let line = n * (n * n - 1.0) / 12.0;
    squares - sum * sum / n - along * along / line
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use wardroom_core::series::MetricKind;

    use super::super::{Input, judge};
    use super::*;

    const DAY: i64 = 1_440;

    #[test]
    fn a_slow_drift_that_a_following_level_never_sees_is_a_trend() {
        // From the sixth day on two thirds of a spread a day.
        let drifts = trends(8, |minute| noise(minute) + 0.000_3 * (minute - 5 * DAY).max(0) as f64);

        assert_eq!(drifts.len(), 1, "{drifts:#?}");
        let slope = drifts[0].reason.slope_per_hour.expect("a trend has a slope");
        assert!((slope - 0.018).abs() < 0.002, "{slope}");
        let days = drifts[0].start.as_millis() as f64 / 86_400_000.0;
        assert!((days - 5.0).abs() < 0.7, "{days}");
    }

    #[test]
    fn a_line_a_level_shift_a_walk_and_noise_have_no_bend() {
        let mut level = 0.0;
        let walk: Vec<f64> = (0..8 * DAY)
            .map(|minute| {
                level += 0.05 * noise(minute);
                level
            })
            .collect();

        assert_eq!(trends(8, |minute| noise(minute) + 0.001 * minute as f64), []);
        assert_eq!(trends(8, noise), []);
        let shifted = samples(8, |minute| noise(minute) + if minute > 4 * DAY { 1.0 } else { 0.0 });
        assert!(find(&model(&shifted)).is_none());
        let wandering = samples(8, |minute| walk[usize::try_from(minute).expect("not negative")]);
        assert!(find(&model(&wandering)).is_none());
    }

    #[test]
    fn the_fit_is_that_of_another_implementation() {
        let values: Vec<f64> =
            (0..60).map(|i| f64::from((i * 29) % 17) + 0.8 * f64::from((i - 35).max(0))).collect();

        let bent = bend(&values).expect("there are enough values");

        // numpy 2.4: np.linalg.lstsq over [1, x, max(0, x − k)] for every k from 12 to 47, the least sum of squares.
        assert_eq!(bent.at, NUMPY_AT);
        assert!((bent.before - NUMPY.0).abs() < 1e-9, "{}", bent.before);
        assert!((bent.after - NUMPY.1).abs() < 1e-9, "{}", bent.after);
        assert!((power(&bent.rest) - NUMPY.2).abs() < 1e-6, "{}", power(&bent.rest));
    }

    const NUMPY_AT: usize = 34;
    /// Slope before, slope after, sum of squares.
    const NUMPY: (f64, f64, f64) = (-0.013_774_641_032, 0.812_611_715_372, 1_459.627_285_695_565);

    fn trends(days: i64, value: impl Fn(i64) -> f64) -> Vec<Anomaly> {
        let samples = samples(days, value);
        let until = samples.last_time().expect("there are samples");
        let input = Input { samples: &samples, kind: MetricKind::Gauge, until };
        let judgement =
            judge(&input, &Options::standard(), &AtomicBool::new(false)).expect("days are enough");
        judgement.anomalies.into_iter().filter(|anomaly| anomaly.kind == AnomalyKind::Trend).collect()
    }

    fn model(samples: &Samples) -> Model {
        Model::fit(samples, &Options::standard(), &AtomicBool::new(false)).expect("days are enough")
    }

    fn samples(days: i64, value: impl Fn(i64) -> f64) -> Samples {
        let mut samples = Samples::default();
        for minute in 0..days * DAY {
            samples.push(Timestamp::from_millis(minute * 60_000), 20.0 + value(minute));
        }
        samples
    }

    fn noise(i: i64) -> f64 {
        let mut z = i.unsigned_abs().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}
