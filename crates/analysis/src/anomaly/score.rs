//! Scores: how unusual every row of a history is, and where alarms begin, for one series or the metrics of one entity.
//!
//! A row is looked at from twenty sides: its value and its remainder (the value without the level of the day and the
//! usual value of the time of day), each as means of several widths, as spread, as a shift between the time before and
//! after, and as a sudden departure from the recent past. Each side is measured in robust spreads of its own history.
//! The score is the mean of the sides, so every score can be taken apart again into what carries it.
//! The whole history is scored at once (a row is also compared with what came after it); nothing here is causal but
//! the sudden departure.

mod alarms;
mod aspects;
mod everyday;
mod rows;
mod sample;
mod sudden;

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::Refusal;
use crate::pass;
use alarms::{Run, Views};
use aspects::Reading;
pub use aspects::{Aspect, Source, View};
use rows::Rows;

/// Sides or metrics that are named with an alarm, the largest first.
const CARRIERS: usize = 5;

/// The scores of one history.
///
/// `C` is what carries an alarm: an [`Aspect`] for one series, the index of a metric for a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored<C> {
    /// One score per row, in the order of the input, 0 and more; around 1 alarms begin, in every series alike.
    ///
    /// 0 for a row without a value.
    pub scores: Vec<f64>,
    /// Whether the row is part of the core of an alarm, in the order of the input.
    pub flags: Vec<bool>,
    /// The alarms by time.
    pub alarms: Vec<Alarm<C>>,
}

/// A stretch of rows that departs more than the series is used to.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm<C> {
    /// The time of the first flagged row.
    pub start: Timestamp,
    /// The time of the last flagged row.
    pub end: Timestamp,
    /// The time of the row that departs most.
    pub peak: Timestamp,
    /// The score of that row.
    pub score: f64,
    /// What carries the alarm at its peak, largest first; at most five.
    pub carriers: Vec<Carrier<C>>,
}

/// A part of what makes an alarm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carrier<C> {
    /// The side or the metric.
    pub what: C,
    /// Its part of the whole departure, 0 to 1.
    pub share: f64,
}

/// The metrics of one entity on common rows.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The time of each row in milliseconds.
    pub times: &'a [i64],
    /// For each metric one value per row; `None` is a gap. Shorter columns end with gaps.
    pub metrics: &'a [Vec<Option<f64>>],
}

/// The scores of a group, and what they are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupScored {
    /// The scores of the rows.
    pub scored: Scored<usize>,
    /// Metrics that count, at least one.
    pub metrics: usize,
    /// The metrics that could not be scored, by index, each with the reason.
    pub refused: Vec<(usize, Refusal)>,
}

/// Scores one series against its whole history.
///
/// # Input
///
/// Gauges, or rates of cumulative kinds ([`super::values_judged`] makes both), at any step, in any order; at least
/// 30 finite values. Values that are not finite are taken as gaps. Three days teach the time of day.
///
/// # Output
///
/// Scaling or moving the unit changes nothing (up to rounding). The same input gives the same output.
///
/// # Errors
///
/// [`Refusal::Empty`], [`Refusal::TooShort`], [`Refusal::Constant`] or [`Refusal::Cancelled`].
///
/// # Cost
///
/// Linear for sorted samples, about six columns of memory. `cancel` is looked at every few milliseconds.
///
/// # Source
///
/// Sides in robust spreads: Rousseeuw and Hubert, *Robust statistics for outlier detection*, WIREs Data Mining 1
/// (2011). The choice of sides, widths and limits is measured on 84 public series (NAB, KPI of the `AIOps` challenge
/// 2018, Microsoft cloud, SMD, ASD, `JumpStarter`), one set of constants for all.
pub fn score_series(samples: &Samples, cancel: &AtomicBool) -> Result<Scored<Aspect>, Refusal> {
    let (times, values) = (samples.times(), samples.values());
    let kept = finite_by_time(times, values, cancel)?;
    let rows = match &kept {
        None => {
            let column = pass::collect(values.len(), cancel, |i| values[i])?;
            Rows::build(Cow::Borrowed(times), column, cancel)?
        }
        Some(kept) => {
            let column = pass::collect(kept.len(), cancel, |i| values[kept[i]])?;
            let times = pass::collect(kept.len(), cancel, |i| times[kept[i]])?;
            Rows::build(Cow::Owned(times), column, cancel)?
        }
    };
    let (smooth, runs) = carried(Reading::of(&rows, cancel)?, &rows, cancel)?;
    let scores = comparable(&smooth, rows.per_day, cancel)?;
    let flags = alarms::flags(runs.iter().map(|(run, _)| run), rows.times.len());
    let alarms = runs.into_iter().map(|(run, carriers)| alarm(&run, &rows, &scores, carriers)).collect();
    Ok(Scored {
        scores: put_back(scores, kept.as_deref(), times.len(), cancel)?,
        flags: put_back(flags, kept.as_deref(), times.len(), cancel)?,
        alarms,
    })
}

/// Returns what ranks the rows of a reading, and its alarms, each with what carries it; the rest of the reading is given
/// back.
fn carried(
    reading: Reading,
    rows: &Rows<'_>,
    cancel: &AtomicBool,
) -> Result<(Vec<f64>, Vec<(Run, Vec<Carrier<Aspect>>)>), Refusal> {
    let Reading { smooth, sharp, abrupt, .. } = &reading;
    let mut runs = Vec::new();
    for run in alarms::find(&Views { smooth, sharp, abrupt }, rows.per_day, cancel)? {
        pass::go_on(cancel)?;
        if !reading.is_shifted_day(rows, &run) {
            let carriers = largest(reading.sides_at(rows, run.peak));
            runs.push((run, carriers));
        }
    }
    Ok((reading.smooth, runs))
}

/// Scores the rows of a group: the mean of what each moving metric scores, so a row that many metrics find a little
/// unusual counts like one that a few find very unusual.
///
/// # Input
///
/// At least 30 rows; a metric that is refused alone (constant, empty, too short) is left out.
///
/// # Errors
///
/// The refusal of the first metric when none can be scored; [`Refusal::Empty`] without metrics.
///
/// # Cost
///
/// That of [`score_series`] for each metric, on all cores; three columns a metric are held.
pub fn score_group(group: &Group<'_>, cancel: &AtomicBool) -> Result<Scored<usize>, Refusal> {
    score_group_of(group, cancel, &|_| ()).map(|whole| whole.scored)
}

/// Scores the rows of a group as [`score_group`] does, says which metrics count, and tells `progress` how many are done.
///
/// # Errors
///
/// As [`score_group`].
pub fn score_group_of(
    group: &Group<'_>,
    cancel: &AtomicBool,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<GroupScored, Refusal> {
    let order = pass::sorted(group.times, cancel)?;
    let n = order.len();
    let (columns, refused) = columns(group, &order, cancel, progress)?;
    let mean =
        |of: fn(&Column) -> &Vec<f64>| mean_of(columns.iter().map(|(_, column)| of(column)), n, cancel);
    let (smooth, sharp, abrupt) = (mean(|c| &c.smooth)?, mean(|c| &c.sharp)?, mean(|c| &c.abrupt)?);
    let rows = Rows::of_times(Cow::Owned(pass::collect(n, cancel, |i| group.times[order[i]])?), cancel)?;
    let runs =
        alarms::find(&Views { smooth: &smooth, sharp: &sharp, abrupt: &abrupt }, rows.per_day, cancel)?;
    let scores = comparable(&smooth, rows.per_day, cancel)?;
    let carriers = |run: &Run| largest(columns.iter().map(|(idx, c)| (*idx, c.sharp[run.peak])).collect());
    let alarms = runs.iter().map(|run| alarm(run, &rows, &scores, carriers(run))).collect();
    let flags = alarms::flags(&runs, n);
    let scored = Scored {
        scores: scattered(&scores, &order, n, cancel)?,
        flags: scattered(&flags, &order, n, cancel)?,
        alarms,
    };
    Ok(GroupScored { scored, metrics: columns.len(), refused })
}

/// Scores many series on all cores of the current thread pool; the answers are in the order of the inputs.
///
/// After `cancel` is set, series not done are answered with [`Refusal::Cancelled`].
pub fn score_all(series: &[&Samples], cancel: &AtomicBool) -> Vec<Result<Scored<Aspect>, Refusal>> {
    series.par_iter().map(|samples| score_series(samples, cancel)).collect()
}

/// Returns the scores of a reading: raised around peaks, 1 where alarms begin.
fn comparable(smooth: &[f64], per_day: usize, cancel: &AtomicBool) -> Result<Vec<f64>, Refusal> {
    let level = alarms::level(smooth, per_day, cancel)?;
    let raised = alarms::halo(smooth, per_day, cancel)?;
    pass::collect(raised.len(), cancel, |i| raised[i] / level)
}

fn alarm<C>(run: &Run, rows: &Rows<'_>, scores: &[f64], carriers: Vec<Carrier<C>>) -> Alarm<C> {
    let time = |row: usize| Timestamp::from_millis(rows.times[row]);
    Alarm {
        start: time(run.first),
        end: time(run.last),
        peak: time(run.peak),
        score: scores[run.peak],
        carriers,
    }
}

/// The metrics that can be scored, and those that cannot, each with its index.
type Columns = (Vec<(usize, Column)>, Vec<(usize, Refusal)>);

/// Reads every metric of a group; those that cannot be scored are left out.
fn columns(
    group: &Group<'_>,
    order: &[usize],
    cancel: &AtomicBool,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Columns, Refusal> {
    let done = AtomicUsize::new(0);
    let read = |metric: &Vec<Option<f64>>| {
        let column = column(group.times, order, metric, cancel);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        column
    };
    let readings: Vec<Result<Column, Refusal>> = group.metrics.par_iter().map(read).collect();
    pass::go_on(cancel)?;
    let (mut columns, mut refused) = (Vec::new(), Vec::new());
    for (idx, reading) in readings.into_iter().enumerate() {
        match reading {
            Ok(column) => columns.push((idx, column)),
            Err(refusal) => refused.push((idx, refusal)),
        }
    }
    if columns.is_empty() {
        return Err(refused.first().map_or(Refusal::Empty, |(_, refusal)| *refusal));
    }
    Ok((columns, refused))
}

/// What one metric of a group says about every row, by time; 0 at its gaps.
struct Column {
    smooth: Vec<f64>,
    sharp: Vec<f64>,
    abrupt: Vec<f64>,
}

fn column(
    times: &[i64],
    order: &[usize],
    metric: &[Option<f64>],
    cancel: &AtomicBool,
) -> Result<Column, Refusal> {
    let value = |row: usize| metric.get(row).copied().flatten().filter(|v| v.is_finite());
    let has_value = |place: usize| value(order[place]).is_some();
    let kept = pass::collect_some(order.len(), cancel, |place| has_value(place).then_some(place))?;
    let values = pass::collect_some(kept.len(), cancel, |i| value(order[kept[i]]))?;
    let times = pass::collect(kept.len(), cancel, |i| times[order[kept[i]]])?;
    let rows = Rows::build(Cow::Owned(times), values, cancel)?;
    let reading = Reading::of(&rows, cancel)?;
    let column = |values: &[f64]| scattered(values, &kept, order.len(), cancel);
    let Reading { smooth, sharp, abrupt, .. } = &reading;
    Ok(Column { smooth: column(smooth)?, sharp: column(sharp)?, abrupt: column(abrupt)? })
}

fn mean_of<'a>(
    columns: impl Iterator<Item = &'a Vec<f64>>,
    n: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let mut sums = vec![0.0_f64; n];
    let mut count = 0_u32;
    for column in columns {
        count += 1;
        pass::over(n, cancel, |range| {
            for (sum, &value) in sums[range.clone()].iter_mut().zip(&column[range]) {
                *sum += value;
            }
        })?;
    }
    pass::collect(n, cancel, |i| sums[i] / f64::from(count.max(1)))
}

/// Returns the positions of finite values by time; `None` where these are all, in their order.
fn finite_by_time(times: &[i64], values: &[f64], cancel: &AtomicBool) -> Result<Option<Vec<usize>>, Refusal> {
    let mut is_all = true;
    pass::over(times.len(), cancel, |mut range| {
        let is_next = |i: usize| values[i].is_finite() && (i == 0 || times[i - 1] <= times[i]);
        is_all = is_all && range.all(is_next);
    })?;
    if is_all {
        return Ok(None);
    }
    let order = pass::sorted(times, cancel)?;
    let finite = |place: usize| Some(order[place]).filter(|&i| values[i].is_finite());
    pass::collect_some(order.len(), cancel, finite).map(Some)
}

/// Puts values back at their positions, where they are not at them.
fn put_back<T: Copy + Default>(
    values: Vec<T>,
    places: Option<&[usize]>,
    n: usize,
    cancel: &AtomicBool,
) -> Result<Vec<T>, Refusal> {
    match places {
        Some(places) => scattered(&values, places, n, cancel),
        None => Ok(values),
    }
}

/// Puts values back at their positions; the rest is the default.
fn scattered<T: Copy + Default>(
    values: &[T],
    places: &[usize],
    n: usize,
    cancel: &AtomicBool,
) -> Result<Vec<T>, Refusal> {
    let mut whole = vec![T::default(); n];
    pass::over(places.len(), cancel, |range| {
        for (&place, &value) in places[range.clone()].iter().zip(&values[range]) {
            whole[place] = value;
        }
    })?;
    Ok(whole)
}

/// Returns the largest parts with their shares of the sum.
fn largest<C: Copy>(mut parts: Vec<(C, f64)>) -> Vec<Carrier<C>> {
    let sum: f64 = parts.iter().map(|&(_, part)| part).sum();
    parts.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let share = |part: f64| if sum > 0.0 { part / sum } else { 0.0 };
    parts.into_iter().take(CARRIERS).map(|(what, part)| Carrier { what, share: share(part) }).collect()
}

#[cfg(test)]
mod tests;
