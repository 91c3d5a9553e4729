//! The baseline: a level that follows slowly, a daily profile, and a robust spread around both.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;
use wardroom_core::time::TimeRange;

use super::cycle::{Cycle, DAY_MS, cells_per_day};
use super::grid::Grid;
use super::level::{Level, Pace};
use super::{Band, Options, Refusal, spans};
use crate::{season, spread};

/// One hour in milliseconds: the width of a cell in which the spread is measured.
pub(super) const HOUR_MS: i64 = 3_600_000;
/// The part of the history that may be a fault without widening the band, in milliseconds.
///
/// An hour and a half: measured, the tail beyond is left out of the spread of short histories.
const FAULT_MS: i64 = 5_400_000;
/// The spread of an hour of the day stays within these factors of the spread of all hours.
const HOUR_LIMITS: (f64, f64) = (0.5, 4.0);
/// Departures that move the level are held at this many standard deviations (Huber's usual 1.345 to 3; a wide one
/// follows daily load more quickly).
pub(super) const CLIP_SIGMAS: f64 = 3.0;
/// A distance of values counts as their resolution when it was seen this often.
const RESOLUTION_SEEN: usize = 5;

/// What is expected of a series at every step, divided by the grid's scale.
#[derive(Debug)]
pub(super) struct Model {
    /// The values.
    pub(super) grid: Grid,
    /// The expected value of each step.
    pub(super) expected: Vec<f64>,
    /// The robust standard deviation of each step, above 0.
    pub(super) sigma: Vec<f64>,
    /// The value minus the expected one; `None` at a gap.
    pub(super) departure: Vec<Option<f64>>,
    /// The season used; `None` when days are not alike.
    pub(super) season_ms: Option<i64>,
    /// What is usual at each time of day, around the level; `None` when days are not alike.
    pub(super) profile: Option<Cycle>,
}

impl Model {
    /// Learns the baseline of a series.
    pub(super) fn fit(judged: &Samples, options: &Options, cancel: &AtomicBool) -> Result<Self, Refusal> {
        let grid = Grid::build(judged, options, cancel)?;
        let profile = daily_profile(&grid, options);
        let seasonal: Vec<f64> = match &profile {
            Some(cycle) => (0..grid.len()).map(|i| cycle.at(grid.age_ms(i))).collect(),
            None => vec![0.0; grid.len()],
        };
        let remainder: Vec<Option<f64>> =
            grid.values.iter().zip(&seasonal).map(|(value, s)| value.map(|v| v - s)).collect();
        let start = first_level(&grid, &remainder, options);
        let pace = Pace::of(options, grid.step_ms);
        let rough = vec![rough_sigma(&remainder); grid.len()];
        let level = follow(&remainder, &rough, start, &pace.without_band());
        let floor = floor(&grid, options);
        let core = core_sigma(&departures(&remainder, &level)).max(floor);
        let level = follow(&remainder, &vec![core; grid.len()], start, &pace);
        let quiet = without_longest_run(&grid, departures(&remainder, &level), core, options);
        let daily = profile.is_some();
        let sigma = sigmas(&grid, &quiet, daily, floor);
        let level = follow(&remainder, &sigma, start, &pace);
        let departure = departures(&remainder, &level);
        let expected = level.iter().zip(&seasonal).map(|(l, s)| l + s).collect();
        Ok(Self { grid, expected, sigma, departure, season_ms: daily.then_some(DAY_MS), profile })
    }

    /// Returns the departure of step `idx` in standard deviations, held at 1,000; `None` at a gap.
    pub(super) fn sigmas_off(&self, idx: usize) -> Option<f64> {
        self.departure[idx].map(|d| (d / self.sigma[idx]).clamp(-1_000.0, 1_000.0))
    }

    /// Returns the milliseconds of history: the steps that hold values.
    pub(super) fn history_ms(&self) -> i64 {
        self.grid.length_ms(self.grid.filled())
    }

    /// Returns lower end, expected value and upper end of step `idx` in the unit of the series.
    pub(super) fn band_at(&self, idx: usize, options: &Options) -> [Option<f64>; 3] {
        let half = options.band_sigmas * self.sigma[idx];
        let expected = self.expected[idx];
        [expected - half, expected, expected + half].map(|value| self.grid.in_unit(value))
    }

    /// Returns the band at every judged step.
    pub(super) fn band(&self, options: &Options) -> Band {
        let mut band = Band::empty(self.grid.time_of(0), self.grid.step_ms);
        for idx in 0..self.grid.len() {
            let [lower, expected, upper] = self.band_at(idx, options);
            band.push(lower, expected, upper);
        }
        band
    }

    /// Returns the band over a range at another step.
    pub(super) fn band_over(&self, options: &Options, range: TimeRange, step_ms: i64) -> Band {
        let mut band = Band::empty(range.start(), step_ms);
        let mut at = range.start();
        while range.contains(at) {
            let [lower, expected, upper] = match self.grid.idx_of(at.as_millis()) {
                Some(idx) => self.band_at(idx, options),
                None => [None; 3],
            };
            band.push(lower, expected, upper);
            let next = at.plus_millis(band.step_ms);
            if next <= at {
                break;
            }
            at = next;
        }
        band
    }
}

/// Returns the level expected at each step: from the values before it, the nearer of two while values are away; over
/// gaps it stays.
fn follow(remainder: &[Option<f64>], sigma: &[f64], start: f64, pace: &Pace) -> Vec<f64> {
    let mut level = Level::at(start);
    let mut levels = Vec::with_capacity(remainder.len());
    for (value, &sigma) in remainder.iter().zip(sigma) {
        let Some(value) = value else {
            levels.push(level.resting());
            continue;
        };
        levels.push(level.expected(*value));
        level.follow(*value, sigma, pace);
    }
    levels
}

fn departures(remainder: &[Option<f64>], level: &[f64]) -> Vec<Option<f64>> {
    remainder.iter().zip(level).map(|(value, level)| value.map(|v| v - level)).collect()
}

/// Returns the median of the first two time constants, of at most half of the history.
fn first_level(grid: &Grid, remainder: &[Option<f64>], options: &Options) -> f64 {
    let wanted = grid.steps_in(options.level_ms.saturating_mul(2)).max(5).min(grid.filled() / 2);
    let mut first: Vec<f64> = remainder.iter().flatten().copied().take(wanted.max(1)).collect();
    spread::median(&mut first)
}

/// Returns a first idea of the spread: around the median of all, never 0 for a series that moves.
fn rough_sigma(remainder: &[Option<f64>]) -> f64 {
    let mut values: Vec<f64> = remainder.iter().flatten().copied().collect();
    let middle = spread::median(&mut values);
    for value in &mut values {
        *value = (*value - middle).abs();
    }
    let mean = spread::mean(&values);
    mean.max(spread::MAD_TO_SIGMA * spread::median(&mut values))
}

/// Returns the spread of the inner four fifths, which a fault of up to a fifth of the history does not widen.
fn core_sigma(departure: &[Option<f64>]) -> f64 {
    let mut sizes: Vec<f64> = departure.iter().flatten().map(|d| d.abs()).collect();
    let (permille, normal) = spread::NORMAL_TAILS[3];
    let inner = spread::quantile(&mut sizes, permille) / normal;
    inner.max(spread::MAD_TO_SIGMA * spread::median(&mut sizes))
}

/// Takes the longest run outside the core out of the departures, so that a fault does not widen its own band.
///
/// Only one, and of at most a third of the history: what happened twice belongs to the series.
fn without_longest_run(
    grid: &Grid,
    mut departure: Vec<Option<f64>>,
    core: f64,
    options: &Options,
) -> Vec<Option<f64>> {
    let limit = options.band_sigmas * core;
    let outside = |idx: usize| departure[idx].is_some_and(|d| d.abs() > limit);
    let runs = spans::merged(departure.len(), merge_steps(grid, options), outside);
    if let Some((first, last)) = runs.into_iter().max_by_key(|&(first, last)| last - first)
        && (last - first + 1) * 3 <= departure.len()
    {
        departure[first..=last].fill(None);
    }
    departure
}

/// Returns how many steps may lie between two excursions that are one.
pub(super) fn merge_steps(grid: &Grid, options: &Options) -> usize {
    merge_steps_of(grid.step_ms, options)
}

/// The same for steps of any length.
pub(super) fn merge_steps_of(step_ms: i64, options: &Options) -> usize {
    usize::try_from(options.merge_ms / step_ms.max(1)).unwrap_or(0).max(2)
}

/// Returns the robust standard deviation of each step, at least `floor`.
fn sigmas(grid: &Grid, departure: &[Option<f64>], daily: bool, floor: f64) -> Vec<f64> {
    let all = overall_sigma(grid, departure).max(floor);
    if !daily {
        return vec![all; grid.len()];
    }
    let mut hours: Vec<Vec<f64>> = vec![Vec::new(); cells_per_day(HOUR_MS)];
    for (idx, departure) in departure.iter().enumerate() {
        if let Some(d) = departure {
            hours[cell_of(grid, idx, HOUR_MS)].push(d.abs());
        }
    }
    // The ninth decile: a nightly job of six minutes widens its hour, a fault of six minutes on one day does not.
    let (permille, sigmas) = spread::NORMAL_TAILS[2];
    let raw: Vec<f64> = hours
        .iter_mut()
        .map(|sizes| if sizes.is_empty() { all } else { spread::quantile(sizes, permille) / sigmas })
        .collect();
    let cycle = Cycle::smoothed(&raw, HOUR_MS, grid.step_ms);
    let (least, most) = HOUR_LIMITS;
    (0..grid.len()).map(|i| cycle.at(grid.age_ms(i)).clamp(least * all, most * all).max(floor)).collect()
}

/// Returns the spread of all departures: the widest that their middle or their tails suggest.
fn overall_sigma(grid: &Grid, departure: &[Option<f64>]) -> f64 {
    let mut sizes: Vec<f64> = departure.iter().flatten().map(|d| d.abs()).collect();
    let fault_permille =
        1000 - usize::try_from(FAULT_MS.saturating_mul(1000) / history_ms(grid)).unwrap_or(1000).min(1000);
    let mut sigma = spread::MAD_TO_SIGMA * spread::median(&mut sizes);
    for (i, &(permille, normal)) in spread::NORMAL_TAILS.iter().enumerate() {
        // The shortest history keeps its least tail, or ten flat minutes would make any move a finding.
        if permille <= fault_permille || i + 1 == spread::NORMAL_TAILS.len() {
            sigma = sigma.max(spread::quantile(&mut sizes, permille) / normal);
        }
    }
    sigma
}

fn history_ms(grid: &Grid) -> i64 {
    grid.length_ms(grid.len()).max(1)
}

/// Returns the least spread: a share of the usual value, a share of the resolution, and the rounding of numbers.
fn floor(grid: &Grid, options: &Options) -> f64 {
    let mut values: Vec<f64> = grid.values.iter().flatten().copied().collect();
    let mut distances: Vec<f64> =
        values.windows(2).map(|w| (w[1] - w[0]).abs()).filter(|&d| d > 1e-9).collect();
    let resolution = if distances.len() < RESOLUTION_SEEN {
        0.0
    } else {
        let (_, distance, _) = distances.select_nth_unstable_by(RESOLUTION_SEEN - 1, f64::total_cmp);
        *distance
    };
    let usual = spread::median(&mut values).abs();
    (options.floor_ratio * usual).max(options.floor_resolution * resolution).max(1e-9)
}

/// Returns the cell of the day, counted backwards from the end, in which a step lies.
fn cell_of(grid: &Grid, idx: usize, cell_ms: i64) -> usize {
    usize::try_from(grid.age_ms(idx) % DAY_MS / cell_ms).unwrap_or(0)
}

/// Learns what is usual at each time of day, around the day's own level; `None` when days are not alike.
fn daily_profile(grid: &Grid, options: &Options) -> Option<Cycle> {
    let days = usize::try_from(grid.length_ms(grid.len()) / DAY_MS).ok()?;
    let cell_ms = options.profile_cell_ms.max(grid.step_ms);
    let cells = cells_per_day(cell_ms);
    if days < options.min_days.max(2) || cells < 6 {
        return None;
    }
    let means = cell_means(grid, days, cells, cell_ms);
    let likeness = season::strength(&means, cells).filter(|&r| r >= options.min_likeness)?;
    let slope = median_of(means.iter().zip(&means[cells..]).filter_map(|(a, b)| Some((*b)? - (*a)?)))
        .unwrap_or(0.0)
        / cells as f64;
    let levels: Vec<Option<f64>> =
        means.chunks_exact(cells).map(|day| median_of(day.iter().flatten().copied())).collect();
    let middle = (cells as f64 - 1.0) / 2.0;
    let raw: Vec<f64> = (0..cells)
        .map(|cell| {
            let days = means.iter().skip(cell).step_by(cells).zip(&levels);
            let usual = median_of(days.filter_map(|(value, level)| Some((*value)? - (*level)?)));
            usual.map_or(0.0, |usual| usual - slope * (cell as f64 - middle))
        })
        .collect();
    // The median of n days with likeness r has the reliability n·r / (1 + (n − 1)·r) (Spearman 1910, Brown 1910).
    let n = days as f64;
    let reliability = n * likeness / (1.0 + (n - 1.0) * likeness);
    let shrunk: Vec<f64> = raw.into_iter().map(|value| reliability * value).collect();
    Some(Cycle::smoothed(&shrunk, cell_ms, grid.step_ms))
}

/// Returns the mean of each cell, newest day first and each day backwards; `days * cells` long.
fn cell_means(grid: &Grid, days: usize, cells: usize, cell_ms: i64) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0_f64, 0_u32); days * cells];
    for (idx, value) in grid.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let day = usize::try_from(grid.age_ms(idx) / DAY_MS).unwrap_or(usize::MAX);
        if day < days {
            let sum = &mut sums[day * cells + cell_of(grid, idx, cell_ms)];
            sum.0 += value;
            sum.1 += 1;
        }
    }
    sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect()
}

/// Returns the median of the values; `None` when there are none.
fn median_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| spread::median(&mut values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_goes_on_over_a_gap_and_holds_still_outside_the_band() {
        let pace = Pace { rate: 0.5, hold: 10.0, beyond: 4.0, back: 2 };
        let remainder = [Some(2.0), None, Some(1.5), Some(11.5), None, Some(11.5), Some(1.5)];
        let levels = follow(&remainder, &[1.0; 7], 1.0, &pace);

        // By hand: 1 + 0.5·1 = 1.5; the gap and an exact hit keep it; outside, 1.5 + 0.05·10 = 2; and back where it was.
        for (level, by_hand) in levels.iter().zip([1.0, 1.5, 1.5, 1.5, 2.0, 2.0, 1.5]) {
            assert!((level - by_hand).abs() < 1e-12, "{levels:?}");
        }
    }

    #[test]
    fn a_single_large_departure_moves_the_level_by_little() {
        let pace = Pace { rate: 0.5, hold: 1.0, beyond: f64::INFINITY, back: 2 };
        let levels = follow(&[Some(1e9), Some(0.0)], &[1.0; 2], 0.0, &pace);

        assert!((levels[1] - 1.5).abs() < 1e-12);
    }
}
