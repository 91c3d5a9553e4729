//! Stand-stills: a series that usually moves shows one value for long.

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::baseline::Model;
use super::excursion::{self, Run};
use super::{Options, onset};

/// Values closer than this, in units of the series' largest, are the same: the rounding of a mean of equal values.
const SAME: f64 = 1e-12;
/// The share of steps, in per mille, at which a series must move to be called moving.
const MOVING_PERMILLE: usize = 900;
/// The shortest stand-still in steps …
const LEAST_STEPS: usize = 10;
/// … and in milliseconds.
const LEAST_MS: i64 = 600_000;
/// A stand-still is this many times longer than any other before or after it.
const TIMES_LONGER: usize = 5;
/// The ratio to the longest other stand-still at which the score is one half.
const HALF_RATIO: f64 = 4.0;

/// The longest stand-still of a series that usually moves.
#[derive(Debug)]
pub(super) struct Still {
    /// The first step with the value.
    first: usize,
    /// The last step with the value.
    last: usize,
    /// How many times longer than the longest other.
    ratio: f64,
}

/// Finds the longest stand-still, if it is unusual.
pub(super) fn find(model: &Model, options: &Options) -> Option<Still> {
    let values = &model.grid.values;
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut moves = 0_usize;
    for idx in 1..values.len() {
        let (Some(before), Some(value)) = (values[idx - 1], values[idx]) else { continue };
        if (value - before).abs() > SAME {
            moves += 1;
            continue;
        }
        if let Some(span) = spans.last_mut().filter(|span| span.1 == idx - 1) {
            span.1 = idx;
        } else {
            spans.push((idx - 1, idx));
        }
    }
    let length = |span: &(usize, usize)| span.1 - span.0 + 1;
    let (first, last) = spans.iter().copied().max_by_key(|span| (length(span), span.1))?;
    let longest = last - first + 1;
    let other = spans.iter().filter(|span| span.0 != first).map(length).max().unwrap_or(1).max(2);
    // What rested from the beginning never stuck: there its movement is the news.
    let before = values[..first].iter().flatten().count();
    let elsewhere = model.grid.filled().saturating_sub(longest);
    let moving = before >= options.min_steps && moves * 1000 >= elsewhere * MOVING_PERMILLE;
    let least = model.grid.steps_in(LEAST_MS).max(LEAST_STEPS).max(TIMES_LONGER * other);
    (moving && longest >= least).then(|| Still { first, last, ratio: longest as f64 / other as f64 })
}

/// Reports whether the stand-still explains itself, and takes out the runs that are only its consequence.
///
/// A value that stuck and was then left by its usual course is a stand-still; a value that jumped to a constant (an
/// outage: zero) is a change of level, and the stand-still is its consequence.
pub(super) fn explains(still: &Still, runs: &mut Vec<Run>) -> bool {
    let overlaps = |run: &Run| run.first <= still.last && run.last >= still.first;
    if runs.iter().any(|run| overlaps(run) && run.first <= still.first + 1) {
        return false;
    }
    runs.retain(|run| !overlaps(run));
    true
}

/// Makes the finding.
pub(super) fn describe(still: &Still, judged: &Samples, model: &Model, options: &Options) -> Anomaly {
    let (times, values) = (judged.times(), judged.values());
    let stuck = model.grid.values[still.first].unwrap_or_default();
    let same = |idx: usize| (values[idx] / model.grid.scale - stuck).abs() <= SAME;
    let mut start = onset::first_in_step(still.first, judged, model);
    while start > 0 && same(start - 1) {
        start -= 1;
    }
    let lasts = still.last + 1 >= model.grid.len();
    let end = if lasts { None } else { (start..times.len()).find(|&idx| !same(idx)).map(|idx| times[idx]) };
    let mut reason = excursion::reason(model, options, still.first, still.last);
    reason.observed = model.grid.in_unit(stuck);
    reason.peak = reason.observed;
    // No other stand-still was a fifth as long, so every step of the history outside this one was less still.
    reason.rarer_than = 1.0;
    let surprise = 1.0 - 0.5_f64.powf(still.ratio / HALF_RATIO);
    Anomaly {
        kind: AnomalyKind::Flat,
        start: Timestamp::from_millis(times[start]),
        end: end.map(Timestamp::from_millis),
        step_ms: onset::step_at(times, start).unwrap_or(model.grid.step_ms),
        score: Score::new(surprise * options.history_part(model.history_ms())),
        reason,
    }
}
