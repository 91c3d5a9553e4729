//! Season breaks: the pattern of the day is gone or elsewhere while the level is usual.

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::baseline::Model;
use super::cycle::DAY_MS;
use super::excursion::{self, Run};
use super::{Options, onset};
use crate::spread;

/// The width of a cell in which days are compared, in milliseconds.
const CELL_MS: i64 = 900_000;
/// Days begin at every so many cells: two hours.
const STRIDE: usize = 8;
/// How far a day may be shifted and still be the same: an hour, because clocks are changed by one.
const MOST_SHIFT_MS: i64 = 3_600_000;
/// Whole days before one without which nothing is known: a week has a weekend.
const DAYS_BEFORE: usize = 7;
/// Below this likeness to the usual day, a day has lost its pattern (96 steps of noise reach 0.3 at the best of nine
/// shifts once in fifty).
const LOST: f64 = 0.3;
/// Every day before was at least as alike …
const EARLIER_LEAST: f64 = 0.5;
/// … and the middle one as this.
const EARLIER_MIDDLE: f64 = 0.7;
/// The share of a day that must have values.
const FILLED: f64 = 0.8;
/// A level may leave the range of the earlier ones by this share of the pattern's height.
const LEVEL_SHARE: f64 = 0.25;
/// What is larger than this many heights of the pattern is neither the consequence nor the loss of a pattern.
const RUN_HEIGHTS: f64 = 1.5;
/// A cell is off the pattern when it departs by this many robust standard deviations.
const OFF_SIGMAS: f64 = 3.0;
/// The highest score: a public holiday is a season break too.
const MOST_SCORE: f64 = 0.85;

/// A stretch without the usual pattern.
#[derive(Debug)]
pub(super) struct Broken {
    first: usize,
    last: usize,
    /// The likeness of the worst day, −1 to 1.
    likeness: f64,
    /// The share of earlier days that were more alike.
    rarer_than: f64,
    /// The height of the pattern from its lowest to its highest cell, divided by the scale.
    height: f64,
    lasts: bool,
}

/// The history in cells, newest first, and its usual day.
struct Days {
    cells: Vec<Option<f64>>,
    shape: Vec<f64>,
    cell_ms: i64,
}

/// A day's worth of cells.
struct Day {
    /// Its newest cell.
    newest: usize,
    likeness: f64,
    level: f64,
}

/// Finds the newest stretch without the usual pattern; `None` for a series without one, or with less than eight days.
pub(super) fn find(model: &Model) -> Option<Broken> {
    model.season_ms.filter(|&season_ms| season_ms == DAY_MS)?;
    let days = Days::of(model)?;
    let per_day = days.shape.len();
    let seen: Vec<Day> =
        (0..=days.cells.len() - per_day).step_by(STRIDE).filter_map(|newest| days.day(newest)).collect();
    let height = days.height();
    let lost: Vec<&Day> = seen
        .iter()
        .filter(|day| day.likeness < LOST && day.newest + (1 + DAYS_BEFORE) * per_day <= days.cells.len())
        .filter(|day| days.likeness_near(day, height) < LOST)
        .collect();
    let newest = lost.first()?;
    // Days that overlap are one stretch.
    let mut oldest = newest;
    for day in &lost {
        if day.newest <= oldest.newest + per_day {
            oldest = day;
        }
    }
    let earlier: Vec<&Day> = seen.iter().filter(|day| day.newest >= oldest.newest + per_day).collect();
    let is_usual = usual(&earlier) && level_is_usual(oldest, &earlier, height);
    if !is_usual {
        return None;
    }
    let stretch = || lost.iter().filter(|day| day.newest <= oldest.newest);
    let likeness = stretch().map(|day| day.likeness).fold(1.0, f64::min);
    let more = earlier.iter().filter(|day| day.likeness > likeness).count();
    let begin = days.first_off(oldest).unwrap_or(oldest.newest + per_day - 1);
    let step_at = |cell: usize| {
        let age_ms = i64::try_from(cell).unwrap_or(i64::MAX).saturating_mul(days.cell_ms);
        (model.grid.len() - 1).saturating_sub(model.grid.steps_in(age_ms))
    };
    Some(Broken {
        first: (step_at(begin + 1) + 1).min(step_at(newest.newest)),
        last: step_at(newest.newest),
        likeness,
        rarer_than: more as f64 / earlier.len().max(1) as f64,
        height,
        lasts: newest.newest < STRIDE,
    })
}

impl Broken {
    /// Returns its first and its last step.
    pub(super) const fn span(&self) -> (usize, usize) {
        (self.first, self.last)
    }
}

/// Reports whether the stretch stands for itself, and takes out the runs that are its consequence.
///
/// One run that holds three quarters of the stretch explains it: a level or an outage. Runs no larger than the pattern are what
/// is seen of a pattern that is gone.
pub(super) fn explains(broken: &Broken, runs: &mut Vec<Run>) -> bool {
    let within = |run: &Run| run.first <= broken.last && run.last >= broken.first;
    let longest =
        runs.iter().filter(|run| within(run) && !run.mixed).map(|run| run.last - run.first + 1).max();
    if longest.unwrap_or(0) * 4 > 3 * (broken.last - broken.first + 1) {
        return false;
    }
    runs.retain(|run| !within(run) || run.departure.abs() > RUN_HEIGHTS * broken.height);
    true
}

/// Makes the finding.
pub(super) fn describe(broken: &Broken, judged: &Samples, model: &Model, options: &Options) -> Anomaly {
    let times = judged.times();
    let start = onset::first_in_step(broken.first, judged, model);
    let after = model.grid.time_of(broken.last).as_millis();
    let end = if broken.lasts { None } else { times.iter().copied().find(|&time| time > after) };
    let mut values: Vec<f64> =
        (broken.first..=broken.last).filter_map(|idx| model.grid.values[idx]).collect();
    let mut reason = excursion::reason(model, options, broken.first, broken.last);
    reason.observed = model.grid.in_unit(spread::median(&mut values));
    reason.rarer_than = broken.rarer_than;
    let lost = 1.0 - 0.5 * broken.likeness.max(0.0) / LOST;
    Anomaly {
        kind: AnomalyKind::SeasonBreak,
        start: Timestamp::from_millis(times.get(start).copied().unwrap_or_default()),
        end: end.map(Timestamp::from_millis),
        step_ms: CELL_MS.max(model.grid.step_ms),
        score: Score::new(MOST_SCORE * lost * options.history_part(model.history_ms())),
        reason,
    }
}

fn usual(earlier: &[&Day]) -> bool {
    let mut likeness: Vec<f64> = earlier.iter().map(|day| day.likeness).collect();
    likeness.iter().all(|&likeness| likeness >= EARLIER_LEAST)
        && spread::median(&mut likeness) >= EARLIER_MIDDLE
}

fn level_is_usual(day: &Day, earlier: &[&Day], height: f64) -> bool {
    let lowest = earlier.iter().map(|day| day.level).fold(f64::INFINITY, f64::min);
    let highest = earlier.iter().map(|day| day.level).fold(f64::NEG_INFINITY, f64::max);
    (lowest - LEVEL_SHARE * height..=highest + LEVEL_SHARE * height).contains(&day.level)
}

impl Days {
    /// Averages the history into cells and learns the usual day: the median of each cell around its day's median.
    fn of(model: &Model) -> Option<Self> {
        let cell_ms = CELL_MS.max(model.grid.step_ms);
        let per_day = usize::try_from(DAY_MS / cell_ms).ok().filter(|_| DAY_MS % cell_ms == 0)?;
        let per_cell = usize::try_from(cell_ms / model.grid.step_ms)
            .ok()
            .filter(|_| cell_ms % model.grid.step_ms == 0)?;
        // The mean of each cell, newest first.
        let cells: Vec<Option<f64>> = model
            .grid
            .values
            .rchunks_exact(per_cell)
            .map(|steps| {
                let filled: Vec<f64> = steps.iter().flatten().copied().collect();
                (!filled.is_empty()).then(|| spread::mean(&filled))
            })
            .collect();
        if cells.len() < (1 + DAYS_BEFORE) * per_day || per_day < 24 {
            return None;
        }
        let levels: Vec<f64> = cells.chunks_exact(per_day).map(median).collect();
        let shape = (0..per_day)
            .map(|phase| {
                let days = cells.iter().skip(phase).step_by(per_day).zip(&levels);
                let mut around: Vec<f64> = days.filter_map(|(cell, level)| Some((*cell)? - level)).collect();
                spread::median(&mut around)
            })
            .collect();
        Some(Self { cells, shape, cell_ms })
    }

    /// Compares a day with the usual one; `None` where too much of it is missing.
    fn day(&self, newest: usize) -> Option<Day> {
        let cells = &self.cells[newest..newest + self.shape.len()];
        let filled = cells.iter().flatten().count();
        if (filled as f64) < FILLED * cells.len() as f64 {
            return None;
        }
        Some(Day { newest, likeness: self.likeness(cells, newest), level: median(cells) })
    }

    /// Returns the height of the usual day from its lowest to its highest cell.
    fn height(&self) -> f64 {
        let highest = self.shape.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        highest - self.shape.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Returns how alike a day is without what lies far beyond the pattern: ten minutes at fifty times the level are all
    /// that a correlation sees of a day, and take nothing of its pattern away. 1 where too little else is left.
    fn likeness_near(&self, day: &Day, height: f64) -> f64 {
        if height <= 0.0 {
            return day.likeness;
        }
        let off = |value: f64| Some((value - day.level) / height).filter(|off| off.abs() <= RUN_HEIGHTS);
        let cells = &self.cells[day.newest..day.newest + self.shape.len()];
        let near: Vec<Option<f64>> = cells.iter().map(|cell| cell.and_then(off)).collect();
        if (near.iter().flatten().count() as f64) < FILLED * near.len() as f64 {
            return 1.0;
        }
        self.likeness(&near, day.newest)
    }

    /// Returns the correlation of a day's cells with the usual day, the best of those an hour earlier to an hour later.
    fn likeness(&self, cells: &[Option<f64>], newest: usize) -> f64 {
        let most = usize::try_from(MOST_SHIFT_MS / self.cell_ms).unwrap_or(0);
        let n = self.shape.len();
        let shifts = (0..=2 * most).map(|shift| newest + n + shift - most);
        shifts.map(|from| self.correlation(cells, from % n)).fold(-1.0, f64::max)
    }

    /// Returns the correlation of cells with the usual day read from `phase` on; 0 where one of them does not move.
    fn correlation(&self, cells: &[Option<f64>], phase: usize) -> f64 {
        let (before, after) = self.shape.split_at(phase);
        let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (cell, shape) in cells.iter().zip(after.iter().chain(before)) {
            if let Some(cell) = cell {
                n += 1.0;
                x += cell;
                y += shape;
                xx += cell * cell;
                yy += shape * shape;
                xy += cell * shape;
            }
        }
        let power = (n * xx - x * x) * (n * yy - y * y);
        if power > 1e-18 { (n * xy - x * y) / power.sqrt() } else { 0.0 }
    }

    /// Returns the oldest cell of a day that is off the usual pattern around the day's level.
    fn first_off(&self, day: &Day) -> Option<usize> {
        let n = self.shape.len();
        let off =
            |cell: usize, level: f64| self.cells[cell].map(|value| value - level - self.shape[cell % n]);
        let before = day.newest + n..(day.newest + 2 * n).min(self.cells.len());
        let level = median(&self.cells[before.clone()]);
        let mut sizes: Vec<f64> = before.filter_map(|cell| off(cell, level)).map(f64::abs).collect();
        let sigma = spread::MAD_TO_SIGMA * spread::median(&mut sizes);
        (day.newest..day.newest + n)
            .rev()
            .find(|&cell| off(cell, level).is_some_and(|off| off.abs() > OFF_SIGMAS * sigma))
    }
}

fn median(cells: &[Option<f64>]) -> f64 {
    let mut filled: Vec<f64> = cells.iter().flatten().copied().collect();
    spread::median(&mut filled)
}

#[cfg(test)]
mod tests;
