//! The everyday part of a series: the level of the day and the usual value of the time of day.

use std::sync::atomic::AtomicBool;

use super::rows::{DAY_MS, Rows};
use crate::anomaly::Refusal;
use crate::{pass, spread};

/// The shortest cell of the time of day, in milliseconds: nightly jobs start within five minutes.
const CELL_MS: i64 = 300_000;
/// The fewest days that teach the time of day: the least of which a median ignores one bad day.
const MIN_DAYS: usize = 3;
/// The fewest rows of a day in which a time of day can be told.
const MIN_ROWS_OF_DAY: usize = 4;
/// The rows of the level where no day is taught.
const FREE_ROWS: usize = 101;
/// The level is the median of this many medians of blocks, centred on the row.
const BLOCKS: usize = 24;

/// A value for every cell of the day, in UTC, read between the middles of the cells.
#[derive(Debug)]
pub(super) struct Profile {
    cells: Vec<f64>,
    cell_ms: i64,
    /// From the beginning of a cell to the middle of its rows.
    middle_ms: i64,
}

impl Profile {
    /// Returns the usual value at a time, without the level of the day.
    pub(super) fn at(&self, time_ms: i64) -> f64 {
        let place = (time_ms.rem_euclid(DAY_MS) - self.middle_ms).rem_euclid(DAY_MS);
        let cell = cell_of(place, self.cell_ms);
        let share = (place % self.cell_ms) as f64 / self.cell_ms as f64;
        let next = if cell + 1 < self.cells.len() { self.cells[cell + 1] } else { self.cells[0] };
        self.cells[cell] + (next - self.cells[cell]) * share
    }
}

fn cell_of(time_ms: i64, cell_ms: i64) -> usize {
    usize::try_from(time_ms.rem_euclid(DAY_MS) / cell_ms).unwrap_or(0)
}

/// Takes level and time of day off the values; the profile is `None` where no day is taught.
///
/// The time of day is counted in UTC: only its regularity matters.
pub(super) fn remainder(
    rows: &Rows<'_>,
    cancel: &AtomicBool,
) -> Result<(Vec<f64>, Option<Profile>), Refusal> {
    let n = rows.values.len();
    let daily = rows.per_day >= MIN_ROWS_OF_DAY && n / MIN_DAYS >= rows.per_day;
    let width = if daily { rows.per_day + 1 } else { FREE_ROWS };
    let mut remainder = without_level(&rows.values, width, cancel)?;
    if !daily {
        return Ok((remainder, None));
    }
    let cell_ms = rows.step_ms.max(CELL_MS);
    let profile = profile(rows, &remainder, cell_ms, cancel)?;
    pass::over(remainder.len(), cancel, |range| {
        for (value, &time) in remainder[range.clone()].iter_mut().zip(&rows.times[range]) {
            *value -= profile.at(time);
        }
    })?;
    Ok((remainder, Some(profile)))
}

/// Returns the median of each cell of the day.
fn profile(rows: &Rows<'_>, values: &[f64], cell_ms: i64, cancel: &AtomicBool) -> Result<Profile, Refusal> {
    let n_cells = cell_of(DAY_MS - 1, cell_ms) + 1;
    let cell = |i: usize| u32::try_from(cell_of(rows.times[i], cell_ms)).unwrap_or(0);
    let cells = pass::collect(rows.times.len(), cancel, cell)?;
    let mut ends = vec![0_usize; n_cells + 1];
    pass::over(cells.len(), cancel, |range| {
        for &cell in &cells[range] {
            ends[cell as usize + 1] += 1;
        }
    })?;
    for i in 1..ends.len() {
        ends[i] += ends[i - 1];
    }
    let mut next = ends.clone();
    let mut sorted = vec![0.0; values.len()];
    pass::over(cells.len(), cancel, |range| {
        for (&cell, &value) in cells[range.clone()].iter().zip(&values[range]) {
            sorted[next[cell as usize]] = value;
            next[cell as usize] += 1;
        }
    })?;
    let median = |e: &[usize]| pass::go_on(cancel).map(|()| spread::median(&mut sorted[e[0]..e[1]]));
    let medians: Result<Vec<f64>, Refusal> = ends.windows(2).map(median).collect();
    Ok(Profile { cells: medians?, cell_ms, middle_ms: (cell_ms - rows.step_ms).max(0) / 2 })
}

/// Takes off a reading what it reaches every day at the same time, or a part of that.
///
/// A job that runs every night is a habit and no finding, however sharp it is. Habits may begin a cell earlier or
/// later.
pub(super) fn without_habit(
    rows: &Rows<'_>,
    reading: &mut [f64],
    taught: &Profile,
    part: f64,
    cancel: &AtomicBool,
) -> Result<(), Refusal> {
    let usual = usual_peaks(rows, reading, taught, cancel)?;
    let middle = spread::median(&mut usual.clone());
    let n = usual.len();
    let habit: Vec<f64> = (0..n)
        .map(|i| part * (usual[i].max(usual[(i + 1) % n]).max(usual[(i + n - 1) % n]).max(middle) - middle))
        .collect();
    pass::over(reading.len(), cancel, |range| {
        for (value, &time) in reading[range.clone()].iter_mut().zip(&rows.times[range]) {
            *value = (*value - habit[cell_of(time, taught.cell_ms)]).max(0.0);
        }
    })
}

/// Returns the median over the days of the highest value in each cell.
fn usual_peaks(
    rows: &Rows<'_>,
    reading: &[f64],
    taught: &Profile,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let mut peaks: Vec<Vec<f64>> = vec![Vec::new(); taught.cells.len()];
    let mut days = vec![i64::MIN; taught.cells.len()];
    pass::over(reading.len(), cancel, |range| {
        for (&value, &time) in reading[range.clone()].iter().zip(&rows.times[range]) {
            let (cell, day) = (cell_of(time, taught.cell_ms), time.div_euclid(DAY_MS));
            match peaks[cell].last_mut() {
                Some(peak) if days[cell] == day => *peak = peak.max(value),
                _ => peaks[cell].push(value),
            }
            days[cell] = day;
        }
    })?;
    let usual = |mut of_days: Vec<f64>| pass::go_on(cancel).map(|()| spread::median(&mut of_days));
    peaks.into_iter().map(usual).collect()
}

/// Takes the centred median over about `width` rows off the values: medians of blocks, then of neighbouring blocks,
/// read between the middles of the blocks.
fn without_level(values: &[f64], width: usize, cancel: &AtomicBool) -> Result<Vec<f64>, Refusal> {
    let block = (width / BLOCKS).max(1);
    let half = width / block / 2;
    let mut blocks = Vec::with_capacity(values.len().div_ceil(block));
    for some in values.chunks(block * (pass::POSITIONS / block).max(1)) {
        pass::go_on(cancel)?;
        blocks.extend(some.chunks(block).map(|chunk| spread::median(&mut chunk.to_vec())));
    }
    // At the ends the window stays whole, so that it always holds a whole day.
    let wide = (2 * half + 1).min(blocks.len());
    let levels = pass::collect_dear(blocks.len(), wide, cancel, |i| {
        let first = i.saturating_sub(half).min(blocks.len() - wide);
        spread::median(&mut blocks[first..first + wide].to_vec())
    })?;
    let last = levels.len().saturating_sub(1);
    pass::collect(values.len(), cancel, |i| {
        // Twice the rows from the middle of the first block.
        let place = (2 * i + 1).saturating_sub(block);
        let at = (place / (2 * block)).min(last);
        let share = (place - at * 2 * block) as f64 / (2 * block) as f64;
        values[i] - (levels[at] + (levels[(at + 1).min(last)] - levels[at]) * share)
    })
}
