//! Where alarms begin: a fixed rule on the tail of a reading, without labels.

use std::sync::atomic::AtomicBool;

use crate::anomaly::Refusal;
use crate::pass;

/// Hours in a day.
const HOURS: f64 = 24.0;

/// An hourly history alarms where it departs this many times as far as nineteen of twenty rows do …
///
/// Measured, with the next two: one factor for all steps (1.75 or 2) is better for some sets and worse for others by
/// 0.04 to 0.2 of the composite F1; false alarms stay below one in two days in all six sets.
const TIMES_TAIL: f64 = 1.5;
/// … and this much more for every factor of e in rows an hour, which are so many more chances to be wrong.
const TIMES_TAIL_MORE: f64 = 0.15;
/// … at least this many spreads on all sides together, whatever the history (a minimum effect) …
const LEAST: f64 = 2.25;
/// … and at most this many, so that a history full of faults still gives alarms.
const MOST: f64 = 3.5;
/// The rows that one of twenty exceeds count at most as this many times those that one of four exceeds, so that
/// faults in a tenth of the history do not hide themselves.
const TAIL_OVER_QUARTER: f64 = 2.5;
/// The smooth reading has to be this many times as far as nineteen of twenty rows are, too.
const TIMES_SMOOTH: f64 = 1.25;
/// Rows above the alarm level that are this close are one alarm.
const GAP_ROWS: usize = 5;
/// The core of an alarm: rows that depart by at least this part of its peak.
const CORE: f64 = 0.5;
/// A row of the core departs suddenly by at least this part of its peak, so that an alarm does not begin
/// with the rows that only look ahead.
const OWN: f64 = 0.3;
/// An alarm that departs this many times as far as another …
const SHADOW_TIMES: f64 = 2.0;
/// … casts a shadow over so many rows, the widest view …
const SHADOW_ROWS: usize = 120;
/// … and half a day at most.
const SHADOW_PARTS: usize = 2;
/// Around a peak the score falls with this time constant, in rows and in days, the shorter …
const HALO: (f64, f64) = (100.0, 0.25);
/// … from at most this many times what one of twenty rows exceeds …
const HALO_TAIL: f64 = 2.0;
/// … and by this part of it, so that no neighbourhood outranks an alarm of its own.
const HALO_PART: f64 = 0.7;

/// An alarm as rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// The first row of the core.
    pub(super) first: usize,
    /// The last row of the core.
    pub(super) last: usize,
    /// The row that departs most.
    pub(super) peak: usize,
    /// The rows of the core.
    core: Vec<usize>,
}

/// What is said about the same rows in three ways.
#[derive(Clone, Copy, Debug)]
pub(super) struct Views<'a> {
    /// Ranks rows.
    pub(super) smooth: &'a [f64],
    /// Finds alarms.
    pub(super) sharp: &'a [f64],
    /// Places them.
    pub(super) abrupt: &'a [f64],
}

/// Finds the alarms in rows of which there are `per_day` in a day.
pub(super) fn find(views: &Views<'_>, per_day: usize, cancel: &AtomicBool) -> Result<Vec<Run>, Refusal> {
    let level = level(views.sharp, per_day, cancel)?;
    let least_smooth = TIMES_SMOOTH * tail(views.smooth, cancel)?;
    let is_above = |i: usize| views.sharp[i] > level && views.smooth[i] >= least_smooth;
    let above = pass::collect_some(views.sharp.len(), cancel, |i| is_above(i).then_some(i))?;
    let runs: Vec<Run> =
        above.chunk_by(|a, b| b - a <= GAP_ROWS).map(|members| core_of(members, views)).collect();
    pass::go_on(cancel)?;
    Ok(without_shadows(&runs, views.sharp, per_day))
}

/// Leaves out alarms that a much larger one nearby casts through the wide views.
fn without_shadows(runs: &[Run], sharp: &[f64], per_day: usize) -> Vec<Run> {
    let near = SHADOW_ROWS.min((per_day / SHADOW_PARTS).max(1));
    let casts = |run: &Run, other: &Run| {
        run.peak.abs_diff(other.peak) <= near && sharp[other.peak] > SHADOW_TIMES * sharp[run.peak]
    };
    let is_shadow = |i: usize| {
        let before = runs[..i].iter().rev().take_while(|other| runs[i].peak - other.peak <= near);
        let after = runs[i + 1..].iter().take_while(|other| other.peak - runs[i].peak <= near);
        before.chain(after).any(|other| casts(&runs[i], other))
    };
    (0..runs.len()).filter(|&i| !is_shadow(i)).map(|i| runs[i].clone()).collect()
}

fn core_of(members: &[usize], views: &Views<'_>) -> Run {
    let mut peak = members[0];
    for &row in members {
        if views.sharp[row] > views.sharp[peak] {
            peak = row;
        }
    }
    let own = OWN * views.abrupt[peak];
    let belongs = |row: usize| views.sharp[row] > CORE * views.sharp[peak] && views.abrupt[row] >= own;
    let core: Vec<usize> = members.iter().copied().filter(|&row| belongs(row)).collect();
    let first = core.first().copied().unwrap_or(peak);
    Run { first, last: core.last().copied().unwrap_or(peak), peak, core }
}

/// Returns which of `n` rows are in the core of an alarm.
pub(super) fn flags<'a>(runs: impl IntoIterator<Item = &'a Run>, n: usize) -> Vec<bool> {
    let mut flags = vec![false; n];
    for &row in runs.into_iter().flat_map(|run| &run.core) {
        flags[row] = true;
    }
    flags
}

/// Returns the departure from which on a reading of `per_day` rows a day alarms.
pub(super) fn level(reading: &[f64], per_day: usize, cancel: &AtomicBool) -> Result<f64, Refusal> {
    let times = TIMES_TAIL + TIMES_TAIL_MORE * (per_day as f64 / HOURS).max(1.0).ln();
    Ok((times * tail(reading, cancel)?).clamp(LEAST, MOST))
}

/// Raises the rows around a peak: what surrounds an alarm belongs to it.
pub(super) fn halo(reading: &[f64], per_day: usize, cancel: &AtomicBool) -> Result<Vec<f64>, Refusal> {
    let held = HALO_TAIL * tail(reading, cancel)?;
    let keep = (-1.0 / HALO.0.min(per_day as f64 * HALO.1).max(0.5)).exp();
    let mut raised = pass::collect(reading.len(), cancel, |row| reading[row])?;
    raise(reading, (held, keep), |i| i, &mut raised, cancel)?;
    raise(reading, (held, keep), |i| reading.len() - 1 - i, &mut raised, cancel)?;
    Ok(raised)
}

/// Raises the rows that come after a peak in the given order.
fn raise(
    reading: &[f64],
    (held, keep): (f64, f64),
    row_at: impl Fn(usize) -> usize,
    raised: &mut [f64],
    cancel: &AtomicBool,
) -> Result<(), Refusal> {
    let mut current = 0.0_f64;
    pass::over(reading.len(), cancel, |range| {
        for row in range.map(&row_at) {
            current *= keep;
            raised[row] = raised[row].max(HALO_PART * current);
            current = current.max(reading[row].min(held));
        }
    })
}

/// Returns the departure that one of twenty rows exceeds.
fn tail(reading: &[f64], cancel: &AtomicBool) -> Result<f64, Refusal> {
    let [tail, quarter] = pass::quantiles(reading, [950, 750], cancel)?;
    Ok(tail.min(TAIL_OVER_QUARTER * quarter))
}
