//! Alarms that the baseline does not see: kind, range and score come from the rows themselves.

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Reason, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use crate::anomaly::Options;
use crate::anomaly::baseline::Model;
use crate::anomaly::onset;
use crate::anomaly::score::{Alarm, Aspect};
use crate::spread;

/// Rows before an alarm from which its expected range is taken, as where onsets are placed.
const QUIET_ROWS: usize = 240;
/// An alarm that ends this close to the last row lasts.
const LAST_ROWS: usize = 2;
/// Rows swing more than usual when this share of the stretches of their length swings less.
const LEAST_CALMER: f64 = 0.995;
/// The score of an alarm at the limit, and what a very strong one adds: never the highest grade, because the baseline
/// holds it for usual.
const SURPRISE: (f64, f64) = (0.5, 0.39);

/// Returns how surprising an alarm is by itself, below 0.89.
///
/// Half of what can be added is reached by an alarm at twice the limit.
pub(super) fn surprise(alarm: &Alarm<Aspect>, model: &Model, options: &Options) -> f64 {
    let beyond = (alarm.score - 1.0).max(0.0);
    let (least, more) = SURPRISE;
    (least + more * (1.0 - 0.5_f64.powf(beyond))) * options.history_part(model.history_ms())
}

/// Makes a finding of an alarm.
///
/// Where its rows leave the range of the rows before, it is a spike or a change of level; otherwise they have to swing
/// more than nearly all others. `None` when they do neither: then there is nothing to tell of.
pub(super) fn describe(
    alarm: &Alarm<Aspect>,
    judged: &Samples,
    model: &Model,
    options: &Options,
) -> Option<Anomaly> {
    let (times, values) = (judged.times(), judged.values());
    let last_row = times.len().saturating_sub(1);
    let first = times.partition_point(|&t| t < alarm.start.as_millis()).min(last_row);
    let after = times.partition_point(|&t| t <= alarm.end.as_millis());
    let last = after.saturating_sub(1).clamp(first, last_row);
    let before = &values[first.saturating_sub(QUIET_ROWS)..first];
    let range = Range::of(if before.len() < options.min_steps { values } else { before }, options);
    let within = &values[first..=last];
    let off = |value: f64| (value / 2.0 - range.expected / 2.0).abs();
    let farthest = within.iter().copied().max_by(|&a, &b| off(a).total_cmp(&off(b))).unwrap_or_default();
    let outside: Vec<f64> = within.iter().copied().filter(|&value| !range.holds(value)).collect();
    let lasts = last + LAST_ROWS >= last_row;
    let lasted_ms = times[last].saturating_sub(times[first]);
    let swings = outside.is_empty();
    let rarer_than = swings.then(|| calmer(values, first, last));
    if rarer_than.is_some_and(|share| share < LEAST_CALMER) {
        return None;
    }
    let typical = spread::median(&mut if swings { within.to_vec() } else { outside });
    let kind = if swings {
        AnomalyKind::Variance
    } else if lasts || lasted_ms > options.lasting_ms {
        AnomalyKind::Level
    } else if typical < range.expected {
        AnomalyKind::Dip
    } else {
        AnomalyKind::Spike
    };
    let end = if lasts { None } else { times.get(last + 1).copied() };
    Some(Anomaly {
        kind,
        start: Timestamp::from_millis(times[first]),
        end: end.map(Timestamp::from_millis),
        step_ms: onset::step_at(times, first).unwrap_or(model.grid.step_ms),
        score: Score::new(surprise(alarm, model, options)),
        reason: Reason {
            observed: Some(typical),
            peak: Some(farthest),
            expected: Some(range.expected),
            lower: Some(range.lower).filter(|v| v.is_finite()),
            upper: Some(range.upper).filter(|v| v.is_finite()),
            slope_per_hour: None,
            rarer_than: rarer_than.unwrap_or_else(|| nearer(values, &off, off(typical))),
            history_ms: model.history_ms(),
            season_ms: None,
        },
    })
}

/// The range of the rows before an alarm.
struct Range {
    lower: f64,
    expected: f64,
    upper: f64,
}

impl Range {
    fn of(values: &[f64], options: &Options) -> Self {
        let mut sorted = values.to_vec();
        let expected = spread::median(&mut sorted);
        for value in &mut sorted {
            *value = (*value / 2.0 - expected / 2.0).abs();
        }
        let (permille, normal) = spread::NORMAL_TAILS[1];
        let tail = spread::quantile(&mut sorted, permille) / normal;
        let half = 2.0 * options.band_sigmas * tail.max(spread::MAD_TO_SIGMA * spread::median(&mut sorted));
        Self { lower: expected - half, expected, upper: expected + half }
    }

    fn holds(&self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}

/// Returns the share of the equally long stretches before and after an alarm that swing less than its rows.
///
/// A stretch swings by the mean distance from one row to the next, into it and out of it: where it stands does not
/// count, and one row can.
fn calmer(values: &[f64], first: usize, last: usize) -> f64 {
    let steps: Vec<f64> = values.windows(2).map(|pair| (pair[1] / 2.0 - pair[0] / 2.0).abs()).collect();
    // The steps of the rows from..=to: the one into the first, those between, the one out of the last.
    let (from, to) = (first.saturating_sub(1), last.min(steps.len().saturating_sub(1)));
    let length = to + 1 - from;
    let largest = steps.iter().copied().fold(0.0, f64::max);
    if steps.len() < length || largest <= 0.0 {
        return 0.0;
    }
    // Sums of everything before each step, so that a stretch costs one difference whatever its length.
    let mut sum = 0.0;
    let mut sums = Vec::with_capacity(steps.len() + 1);
    sums.push(0.0);
    for step in &steps {
        sum += step / largest;
        sums.push(sum);
    }
    let swing = |from: usize| sums[from + length] - sums[from];
    let own = swing(from);
    let others = (0..=steps.len() - length).filter(|&other| other + length <= from || other > to);
    let (mut calmer, mut all) = (0_usize, 0_usize);
    for other in others {
        all += 1;
        calmer += usize::from(swing(other) < own);
    }
    calmer as f64 / all.max(1) as f64
}

/// Returns the share of the values that are nearer to what is expected.
fn nearer(values: &[f64], off: &impl Fn(f64) -> f64, than: f64) -> f64 {
    let nearer = values.iter().filter(|&&value| off(value) < than).count();
    nearer as f64 / values.len().max(1) as f64
}
