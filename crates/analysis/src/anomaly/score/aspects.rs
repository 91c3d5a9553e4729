//! The sides from which a row is looked at, and the reading they give together.

use std::sync::atomic::AtomicBool;

use super::alarms::Run;
use super::everyday::{self, Profile};
use super::rows::Rows;
use super::sample::{self, Usual};
use super::sudden;
use crate::anomaly::Refusal;
use crate::pass;

/// Departures count up to this many spreads: more would let one side hide all others.
///
/// Measured: 20, 30 and 60 give the same within 0.01 for one series; groups are best from 20 to 60.
const MOST: f64 = 30.0;
/// How many times the sudden departures count where alarms are found; they mark the place sharply.
///
/// Measured: 4, 6 and 8 are alike within 0.03, 1 loses 0.05 of the composite F1.
const SUDDEN_WEIGHT: f64 = 4.0;
/// The part of a daily habit that is taken off the ranking, and off what finds alarms.
///
/// Measured: with half, rare events at the time of a habit still rank high (a mean VUS-PR of 0.65 over six sets against
/// 0.64 with all or none); alarms must not come every day.
const HABIT: (f64, f64) = (0.5, 1.0);
/// The memory of sudden departures is a day, but at least so many rows (an hourly day).
const LEAST_MEMORY: usize = 24;
/// A shift of the clock, in milliseconds (daylight saving).
const CLOCK_SHIFT_MS: i64 = 3_600_000;
/// A day counts as shifted when the shifted profile leaves less than this part of the departure …
const SHIFTED_LEAVES: f64 = 0.5;
/// … over this much time around the alarm, in milliseconds.
const SHIFT_AROUND_MS: i64 = 5_400_000;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The value itself.
    Value,
    /// The value without the level of the day and the usual value of the time of day.
    Remainder,
}

/// How it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The mean of `2 * half + 1` rows around the row.
    Mean {
        /// Rows on either side.
        half: usize,
    },
    /// The standard deviation of `2 * half + 1` rows around the row.
    Spread {
        /// Rows on either side.
        half: usize,
    },
    /// The mean of the `width` rows from the row on against that of the `width` rows before it.
    Shift {
        /// Rows on either side.
        width: usize,
    },
    /// The departure from the recent mean in recent spreads, of the value and of the remainder together.
    Sudden,
}

/// One side of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aspect {
    /// What is looked at.
    pub source: Source,
    /// How it is looked at.
    pub view: View,
}

/// What all sides say about every row.
#[derive(Debug)]
pub(super) struct Reading {
    /// The mean departure over all sides: ranks rows.
    pub(super) smooth: Vec<f64>,
    /// The same with more weight on sudden departures: finds alarms.
    pub(super) sharp: Vec<f64>,
    /// The sudden departures of value and remainder alone: places alarms.
    pub(super) abrupt: Vec<f64>,
    sides: Vec<(Aspect, Usual)>,
    remainder: Vec<f64>,
    profile: Option<Profile>,
}

impl Reading {
    /// Looks at every row from every side.
    pub(super) fn of(rows: &Rows<'_>, cancel: &AtomicBool) -> Result<Self, Refusal> {
        let n = rows.values.len();
        let (remainder, profile) = everyday::remainder(rows, cancel)?;
        let views = views(rows);
        let mut sides = Vec::with_capacity(2 * views.len());
        let mut steady = vec![0.0; n];
        let mut abrupt = vec![0.0; n];
        let memory = rows.per_day.max(LEAST_MEMORY).min(n / 4);
        for (source, values) in [(Source::Value, &rows.values), (Source::Remainder, &remainder)] {
            let mut windows = Windows::of(values, cancel)?;
            for &view in &views {
                if let Some(usual) = windows.add(view, &mut steady, cancel)? {
                    sides.push((Aspect { source, view }, usual));
                }
            }
            drop(windows);
            sudden::add(values, memory, &mut abrupt, cancel)?;
        }
        let n_steady = 2.0 * views.len() as f64;
        let combined = |weight: f64| {
            let whole = 1.0 / (n_steady + 2.0 * weight);
            pass::collect(n, cancel, |i| (steady[i] + weight * abrupt[i]) * whole)
        };
        let (mut smooth, mut sharp) = (combined(1.0)?, combined(SUDDEN_WEIGHT)?);
        if let Some(profile) = &profile {
            everyday::without_habit(rows, &mut smooth, profile, HABIT.0, cancel)?;
            everyday::without_habit(rows, &mut sharp, profile, HABIT.1, cancel)?;
        }
        Ok(Self { smooth, sharp, abrupt, sides, remainder, profile })
    }

    /// Returns what each side says about one row, weighted as where alarms are found.
    pub(super) fn sides_at(&self, rows: &Rows<'_>, row: usize) -> Vec<(Aspect, f64)> {
        let mut parts: Vec<(Aspect, f64)> = Vec::with_capacity(self.sides.len() + 1);
        for &(aspect, usual) in &self.sides {
            let values = match aspect.source {
                Source::Value => &rows.values,
                Source::Remainder => &self.remainder,
            };
            parts.push((aspect, usual.signed(by_hand(values, aspect.view, row)).abs().min(MOST)));
        }
        let sudden = Aspect { source: Source::Value, view: View::Sudden };
        parts.push((sudden, SUDDEN_WEIGHT * self.abrupt[row]));
        parts
    }

    /// Reports whether an alarm is only the usual day an hour earlier or later.
    pub(super) fn is_shifted_day(&self, rows: &Rows<'_>, run: &Run) -> bool {
        let Some(profile) = &self.profile else { return false };
        let around = usize::try_from(SHIFT_AROUND_MS / rows.step_ms).unwrap_or(0).max(2);
        let first = run.first.saturating_sub(around);
        let last = (run.last + around).min(rows.times.len() - 1);
        let left = |shift_ms: i64| -> f64 {
            (first..=last)
                .map(|i| {
                    let time = rows.times[i];
                    (self.remainder[i] + profile.at(time) - profile.at(time.saturating_add(shift_ms))).abs()
                })
                .sum()
        };
        let least = left(CLOCK_SHIFT_MS).min(left(-CLOCK_SHIFT_MS));
        least < SHIFTED_LEAVES * left(0)
    }
}

/// Returns the widths that are looked at: minutes to hours of rows, never more than a day.
fn views(rows: &Rows<'_>) -> [View; 9] {
    [
        View::Mean { half: 0 },
        View::Mean { half: 2 },
        View::Mean { half: 7 },
        View::Mean { half: rows.width(2, 30) },
        View::Spread { half: 2 },
        View::Spread { half: 7 },
        View::Shift { width: 12 },
        View::Shift { width: rows.width(1, 60) },
        View::Shift { width: rows.width(1, 120) },
    ]
}

/// Sums from the beginning, from which every window is read in constant time.
struct Windows<'a> {
    values: &'a [f64],
    sums: Vec<f64>,
    /// The same of the squares, only while a view asks for them: a job that is cancelled ends when all is given back.
    squares: Vec<f64>,
}

impl<'a> Windows<'a> {
    fn of(values: &'a [f64], cancel: &AtomicBool) -> Result<Self, Refusal> {
        let mut sums = begun(values.len());
        pass::over(values.len(), cancel, |range| go_on(&mut sums, &values[range], |value| value))?;
        Ok(Self { values, sums, squares: Vec::new() })
    }

    /// Reads a few rows.
    fn around(values: &'a [f64]) -> Self {
        let (mut sums, mut squares) = (begun(values.len()), begun(values.len()));
        go_on(&mut sums, values, |value| value);
        go_on(&mut squares, values, |value| value * value);
        Self { values, sums, squares }
    }

    /// Makes the sums of the squares where a view asks for them, and gives them back before one that does not.
    fn prepare(&mut self, view: View, cancel: &AtomicBool) -> Result<(), Refusal> {
        match view {
            View::Spread { .. } if self.squares.is_empty() => {
                let (values, mut squares) = (self.values, begun(self.values.len()));
                pass::over(values.len(), cancel, |range| {
                    go_on(&mut squares, &values[range], |value| value * value);
                })?;
                self.squares = squares;
            }
            View::Spread { .. } => {}
            View::Mean { .. } | View::Shift { .. } | View::Sudden => self.squares = Vec::new(),
        }
        Ok(())
    }

    /// Adds to each row its departure from what is usual for a view; `None` where the view does not move.
    fn add(&mut self, view: View, total: &mut [f64], cancel: &AtomicBool) -> Result<Option<Usual>, Refusal> {
        self.prepare(view, cancel)?;
        match view {
            View::Mean { half: 0 } => self.add_side(|i| self.values[i], total, cancel),
            View::Mean { half } => {
                self.add_side(|i| self.mean(i.saturating_sub(half), i + half + 1), total, cancel)
            }
            View::Spread { half } => self.add_side(|i| self.spread(i, half), total, cancel),
            View::Shift { width } => self.add_side(|i| self.shift(i, width), total, cancel),
            View::Sudden => Ok(None),
        }
    }

    fn add_side(
        &self,
        side: impl Fn(usize) -> f64,
        total: &mut [f64],
        cancel: &AtomicBool,
    ) -> Result<Option<Usual>, Refusal> {
        let Some(usual) = sample::usual(self.values.len(), &side, cancel)? else { return Ok(None) };
        pass::over(total.len(), cancel, |range| {
            let first = range.start;
            for (i, sum) in (first..).zip(&mut total[range]) {
                *sum += usual.signed(side(i)).abs().min(MOST);
            }
        })?;
        Ok(Some(usual))
    }

    fn mean(&self, first: usize, end: usize) -> f64 {
        let end = end.min(self.values.len());
        (self.sums[end] - self.sums[first]) / (end - first) as f64
    }

    fn spread(&self, i: usize, half: usize) -> f64 {
        let (first, end) = (i.saturating_sub(half), (i + half + 1).min(self.values.len()));
        let rows = (end - first) as f64;
        let mean = (self.sums[end] - self.sums[first]) / rows;
        ((self.squares[end] - self.squares[first]) / rows - mean * mean).max(0.0).sqrt()
    }

    /// Near an end, where one side holds fewer rows, the shift counts less, as its mean is less sure.
    fn shift(&self, i: usize, width: usize) -> f64 {
        let fewer = i.min(self.values.len() - i).min(width);
        if fewer == 0 {
            return 0.0;
        }
        let surety = if fewer < width { (fewer as f64 / width as f64).sqrt() } else { 1.0 };
        surety * (self.mean(i, i + width) - self.mean(i.saturating_sub(width), i))
    }
}

/// Returns the sums before the first of `n` rows.
fn begun(n: usize) -> Vec<f64> {
    let mut sums = Vec::with_capacity(n + 1);
    sums.push(0.0);
    sums
}

/// Adds the next rows to the sums.
fn go_on(sums: &mut Vec<f64>, rows: &[f64], of: impl Fn(f64) -> f64) {
    let mut sum = sums.last().copied().unwrap_or(0.0);
    for &value in rows {
        sum += of(value);
        sums.push(sum);
    }
}

/// Returns one view of one row from the rows around it.
fn by_hand(values: &[f64], view: View, row: usize) -> f64 {
    let around = match view {
        View::Mean { half } | View::Spread { half } => half,
        View::Shift { width } => width,
        View::Sudden => 0,
    };
    let first = row.saturating_sub(around);
    let end = (row + around + 1).min(values.len());
    let windows = Windows::around(&values[first..end]);
    match view {
        View::Mean { half } => windows.mean((row - first).saturating_sub(half), end - first),
        View::Spread { half } => windows.spread(row - first, half),
        View::Shift { width } => windows.shift(row - first, width),
        View::Sudden => 0.0,
    }
}
