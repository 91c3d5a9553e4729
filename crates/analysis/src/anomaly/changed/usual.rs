//! What is usual before a window: the time of day, the level of the day before, and how far earlier stretches of the same
//! length lay from theirs.

use wardroom_core::time::TimeRange;

use super::cells::{Cells, longest_gap};
use super::{MOST_SIGMAS, Options};
use crate::anomaly::cycle::{Cycle, DAY_MS, cells_per_day};
use crate::anomaly::spans;
use crate::{season, spread};

/// One hour in milliseconds: the level before a stretch is the median of the medians of hours.
const HOUR_MS: i64 = 3_600_000;
/// A shorter history has at least this many blocks.
const LEAST_BLOCKS: usize = 12;
/// Hours before a stretch that tell its level: a day where the time of day is taken out …
const DAILY_BLOCKS: usize = 24;
/// … and so many where it is not: what wanders is best told by the hours just before.
const FREE_BLOCKS: usize = 6;
/// Blocks before an earlier stretch without which it has no level to depart from.
const BLOCKS_BEFORE: usize = 3;
/// The quarters of a window; fewer where they would have less than three cells.
const PARTS: usize = 4;
/// The cells of a part at least.
const PART_CELLS: usize = 3;
/// Earlier stretches begin at least this far apart, in milliseconds.
const STRIDE_MS: i64 = HOUR_MS;
/// With fewer earlier stretches at that distance they begin closer together.
const LEAST_STRIDES: i64 = 24;
/// Fewer earlier stretches do not tell how much is usual.
const LEAST_REFERENCES: usize = 8;
/// Earlier cells whose departures are measured, at most.
const MOST_MEASURED: usize = 2_048;
/// Moves from cell to cell that are left out of the spread of a stretch: a spike makes two, a jump one.
const MOVES_LEFT_OUT: usize = 2;
/// A spread is told from at least this many moves.
const LEAST_MOVES: usize = 8;
/// The mean size of the difference of two values of a normal sample, in standard deviations: 2 / √π.
const MEAN_MOVE: f64 = std::f64::consts::FRAC_2_SQRT_PI;
/// A distance of values counts as their resolution when it was seen this often.
const RESOLUTION_SEEN: usize = 5;
/// The newest cells that tell the resolution.
const RESOLUTION_CELLS: usize = 1_024;

/// A usual value with its spread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    middle: f64,
    sigma: f64,
}

impl Spread {
    /// Learns from values; `None` when they are too few.
    ///
    /// The spread is the widest that any tail suggests, so that what happens now and then is usual.
    fn of(values: &mut [f64], least: f64) -> Option<Self> {
        if values.len() < LEAST_REFERENCES {
            return None;
        }
        let middle = spread::median(values);
        for value in values.iter_mut() {
            *value = (*value - middle).abs();
        }
        Some(Self { middle, sigma: tails(values).max(least) })
    }

    /// Returns a value's distance from the middle in spreads, held at 50.
    pub(super) fn off(&self, value: f64) -> f64 {
        ((value - self.middle) / self.sigma).clamp(-MOST_SIGMAS, MOST_SIGMAS)
    }
}

/// Returns the standard deviation that the tails of some sizes suggest, the widest.
fn tails(sizes: &mut [f64]) -> f64 {
    let tail =
        |sizes: &mut [f64], (permille, normal): (usize, f64)| spread::quantile(sizes, permille) / normal;
    spread::NORMAL_TAILS.iter().map(|&limits| tail(sizes, limits)).fold(0.0, f64::max)
}

/// How rough a stretch usually is.
#[derive(Debug)]
pub(super) struct Roughness {
    /// The usual standard deviation from cell to cell, above 0.
    pub(super) typical: f64,
    /// The logarithm of a stretch's spread over the typical one.
    pub(super) log: Spread,
}

/// What a stretch of cells looks like.
#[derive(Debug)]
pub(super) struct Shape {
    /// The median of the parts' medians, without the level before.
    pub(super) level: f64,
    /// The median of the part that departs most, likewise.
    pub(super) part: f64,
    /// The medians of the parts in their order, likewise; parts without a value are left out.
    pub(super) parts: Vec<f64>,
    /// The standard deviation from cell to cell; `None` with too few neighbours.
    pub(super) rough: Option<f64>,
}

/// What is usual for a series at the time of a window.
#[derive(Debug)]
pub(super) struct Usual {
    /// The departure of each cell of the window from what was expected; `None` at gaps.
    pub(super) departures: Vec<Option<f64>>,
    /// Each cell before the window without the time of day.
    before_window: Vec<Option<f64>>,
    /// The level before the window.
    base: f64,
    /// What the window looks like; `None` where less than half of it has values.
    pub(super) shape: Option<Shape>,
    /// How far the level of earlier stretches departed.
    pub(super) level: Option<Spread>,
    /// How far the farthest part of earlier stretches departed.
    pub(super) part: Option<Spread>,
    /// How rough earlier stretches were.
    pub(super) rough: Option<Roughness>,
    /// The spread of single cells, above 0.
    pub(super) cell_sigma: f64,
    /// One spread of the level.
    pub(super) level_sigma: f64,
    /// The middle of what was expected in the window.
    pub(super) expected: f64,
    /// The middle of what was seen in the window.
    pub(super) seen: Option<f64>,
    /// The departure of the window's level in spreads.
    pub(super) off: Option<f64>,
    /// The same of earlier stretches at fixed times, newest first.
    pub(super) before: Vec<Option<f64>>,
    /// The usual share of cells with a value, 0 to 1.
    pub(super) fill: f64,
    /// The longest gap before the window, in cells.
    pub(super) longest_gap: usize,
    /// The longest run of equal values before the window, in cells.
    pub(super) longest_still: usize,
}

impl Usual {
    /// Learns what is usual before a window.
    pub(super) fn learn(cells: &Cells, window: TimeRange, options: &Options) -> Self {
        let daily = daily_profile(cells, options);
        let level = Levels::of(cells, daily.as_ref());
        let floor = floor(cells, options);
        // What taught the profile lies closer to it than what did not: by this factor for a mean of so many days.
        let unseen = daily.as_ref().map_or(1.0, |daily| {
            let days = daily.days as f64;
            ((days + 1.0) / (days - 1.0).max(0.5)).sqrt()
        });
        let cell_sigma = (unseen * level.cell_sigma(cells)).max(floor);
        let base = level.before_block(0).unwrap_or(0.0);
        let off_base = |values: &[Option<f64>]| -> Vec<Option<f64>> {
            values.iter().map(|value| value.map(|v| v - base)).collect()
        };
        let departures = off_base(&level.values[cells.history..]);
        let shape = shape_of(&departures);
        let references = References::of(cells, &level, window);
        let spread = |of: &dyn Fn(&Shape) -> f64| {
            let mut values: Vec<f64> = references.shapes.iter().flatten().map(of).collect();
            Spread::of(&mut values, floor).map(|spread| Spread { sigma: spread.sigma * unseen, ..spread })
        };
        let usual_level = spread(&|shape| shape.level);
        let part = spread(&|shape| shape.part);
        let off = |shape: Option<&Shape>| Some(usual_level.as_ref()?.off(shape?.level));
        let mut seen: Vec<f64> = cells.window_values().iter().flatten().copied().collect();
        let mut expected: Vec<f64> =
            (cells.history..cells.values.len()).map(|i| base + level.daily_at(i)).collect();
        Self {
            off: off(shape.as_ref()),
            before: if references.is_aligned {
                references.shapes.iter().map(|shape| off(shape.as_ref())).collect()
            } else {
                Vec::new()
            },
            base,
            departures,
            rough: roughness(&references, floor),
            longest_still: longest_still(&cells.values[..cells.history]),
            level_sigma: usual_level.as_ref().map_or(cell_sigma, |level| level.sigma),
            level: usual_level,
            part,
            shape,
            cell_sigma,
            expected: spread::median(&mut expected),
            seen: (!seen.is_empty()).then(|| spread::median(&mut seen)),
            fill: fill(cells),
            longest_gap: longest_gap(&cells.values[..cells.history]).1,
            before_window: level.into_history(),
        }
    }

    /// Counts stretches before the window that departed by at least half as much, beyond the band.
    pub(super) fn comparable_before(
        &self,
        cells: &Cells,
        departure: f64,
        limit: f64,
        options: &Options,
    ) -> usize {
        let least = (departure.abs() / 2.0).max(limit);
        let far = |i: usize| self.before_window[i].is_some_and(|value| (value - self.base).abs() >= least);
        spans::merged(self.before_window.len(), cells.cells_in(options.merge_ms).max(2), far).len()
    }

    /// Returns how far the last cell before the window lay from the level before it.
    pub(super) fn last_before(&self) -> Option<f64> {
        self.before_window.last().copied().flatten().map(|value| value - self.base)
    }
}

/// The time of day, and from how many days it was learnt.
#[derive(Debug)]
struct Daily {
    cycle: Cycle,
    days: usize,
}

impl Daily {
    /// Returns the usual value of every cell; read once for each time of day where the cells of all days agree.
    fn of_cells(&self, cells: &Cells) -> Vec<f64> {
        let n = cells.values.len();
        let a_day = usize::try_from(DAY_MS / cells.step_ms).unwrap_or(0);
        if a_day == 0 || a_day >= n || DAY_MS % cells.step_ms != 0 {
            return (0..n).map(|i| self.cycle.at(cells.phase_ms(i))).collect();
        }
        let day: Vec<f64> = (0..a_day).map(|i| self.cycle.at(cells.phase_ms(i))).collect();
        day.iter().copied().cycle().take(n).collect()
    }
}

/// Learns what is usual at each time of day around the day's own level; `None` when days are not alike.
///
/// Days are counted backwards from the begin of the window. As the baseline of the findings does it, but from two days
/// on: a person who looks at one window wants the day before to count.
fn daily_profile(cells: &Cells, options: &Options) -> Option<Daily> {
    let days = usize::try_from(cells.length_ms(cells.history) / DAY_MS).ok()?;
    let width_ms = options.profile_cell_ms.max(cells.step_ms);
    let n = cells_per_day(width_ms);
    if days < 2 || n < 6 {
        return None;
    }
    let means = day_means(cells, days, n, width_ms);
    let likeness = season::strength(&means, n).filter(|&r| r >= options.min_likeness)?;
    let median_of = |values: &mut dyn Iterator<Item = f64>| {
        let mut values: Vec<f64> = values.collect();
        (!values.is_empty()).then(|| spread::median(&mut values))
    };
    let levels: Vec<Option<f64>> =
        means.chunks_exact(n).map(|day| median_of(&mut day.iter().flatten().copied())).collect();
    // The median of so many days with this likeness has the reliability of Spearman (1910) and Brown (1910).
    let d = days as f64;
    let reliability = d * likeness / (1.0 + (d - 1.0) * likeness);
    let raw: Vec<f64> = (0..n)
        .map(|cell| {
            let of_days = means.iter().skip(cell).step_by(n).zip(&levels);
            let mut off = of_days.filter_map(|(value, level)| Some((*value)? - (*level)?));
            reliability * median_of(&mut off).unwrap_or(0.0)
        })
        .collect();
    Some(Daily { cycle: Cycle::smoothed(&raw, width_ms, cells.step_ms), days })
}

/// Returns the mean of each cell of each of the newest days, oldest first; `days * n` long.
fn day_means(cells: &Cells, days: usize, n: usize, width_ms: i64) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0_f64, 0_u32); days * n];
    let begin_ms = DAY_MS.saturating_mul(-i64::try_from(days).unwrap_or(0));
    let first = (0..cells.history).find(|&i| cells.phase_ms(i) >= begin_ms).unwrap_or(cells.history);
    // Counted along, because a division for each cell would cost as much as all the rest.
    let (mut place, mut day_end_ms) = (0, begin_ms.saturating_add(DAY_MS));
    let mut next_ms = begin_ms.saturating_add(width_ms).min(day_end_ms);
    for (i, value) in cells.values[..cells.history].iter().enumerate().skip(first) {
        while cells.phase_ms(i) >= next_ms {
            place += 1;
            if next_ms >= day_end_ms {
                day_end_ms = day_end_ms.saturating_add(DAY_MS);
            }
            next_ms = next_ms.saturating_add(width_ms).min(day_end_ms);
        }
        if let (Some(value), Some(sum)) = (value, sums.get_mut(place)) {
            sum.0 += value;
            sum.1 += 1;
        }
    }
    sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect()
}

/// Values without the time of day, and the level before every block of them.
#[derive(Debug)]
struct Levels {
    /// The value of each cell without the time of day.
    values: Vec<Option<f64>>,
    /// What is usual at the time of day of each cell; empty where no day is taught.
    daily: Vec<f64>,
    /// Cells of a block, at least 1.
    width: usize,
    /// Cells before the window.
    history: usize,
    /// The level before each block, counted backwards from the window: entry `k` leaves out the newest `k` blocks.
    before: Vec<Option<f64>>,
}

impl Levels {
    fn of(cells: &Cells, daily: Option<&Daily>) -> Self {
        let of_day = daily.map(|daily| daily.of_cells(cells)).unwrap_or_default();
        let values: Vec<Option<f64>> = if of_day.is_empty() {
            cells.values.clone()
        } else {
            cells.values.iter().zip(&of_day).map(|(value, usual)| value.map(|v| v - usual)).collect()
        };
        let width = cells.cells_in(HOUR_MS).min((cells.history / LEAST_BLOCKS).max(1));
        let mut scratch = Vec::new();
        let medians: Vec<Option<f64>> = values[..cells.history]
            .rchunks(width)
            .map(|block| {
                scratch.clear();
                scratch.extend(block.iter().flatten());
                (!scratch.is_empty()).then(|| spread::median(&mut scratch))
            })
            .collect();
        let usual = if daily.is_some() { DAILY_BLOCKS } else { FREE_BLOCKS };
        let wanted = usual.max(cells.window / width);
        let before = (0..medians.len())
            .map(|k| {
                scratch.clear();
                scratch.extend(medians[k..].iter().flatten().take(wanted));
                (!scratch.is_empty()).then(|| spread::median(&mut scratch))
            })
            .collect();
        Self { values, daily: of_day, width, history: cells.history, before }
    }

    /// Returns what is usual at the time of day of a cell.
    fn daily_at(&self, cell: usize) -> f64 {
        self.daily.get(cell).copied().unwrap_or(0.0)
    }

    /// Gives up the values before the window.
    fn into_history(mut self) -> Vec<Option<f64>> {
        self.values.truncate(self.history);
        self.values
    }

    /// Returns the level before block `k`; `None` where too little lies before it.
    fn before_block(&self, k: usize) -> Option<f64> {
        let enough = k == 0 || k + BLOCKS_BEFORE <= self.before.len();
        self.before.get(k).copied().flatten().filter(|_| enough)
    }

    /// Returns the level before a cell of the history, of whole blocks.
    fn before_cell(&self, cell: usize) -> Option<f64> {
        self.before_block((self.history - cell).div_ceil(self.width))
    }

    /// Returns the spread of single cells around the level before them.
    fn cell_sigma(&self, cells: &Cells) -> f64 {
        let stride = (cells.history / MOST_MEASURED).max(1);
        let mut sizes: Vec<f64> = (0..cells.history)
            .rev()
            .step_by(stride)
            .filter_map(|i| Some((self.values[i]? - self.before_cell(i)?).abs()))
            .collect();
        tails(&mut sizes)
    }
}

/// Earlier stretches of the window's length.
#[derive(Debug)]
struct References {
    /// What they looked like, newest first; `None` where one has too few values.
    shapes: Vec<Option<Shape>>,
    /// Whether they begin at times that are the same for every series.
    is_aligned: bool,
}

impl References {
    fn of(cells: &Cells, level: &Levels, window: TimeRange) -> Self {
        let usual_ms = STRIDE_MS.max(window.millis() / 2);
        let history_ms = cells.length_ms(cells.history);
        let is_aligned = history_ms / usual_ms >= LEAST_STRIDES;
        let stride_ms = if is_aligned {
            usual_ms
        } else {
            let room_ms = history_ms.saturating_sub(window.millis()).max(0);
            usual_ms.min(room_ms / (2 * LEAST_STRIDES)).max(cells.step_ms)
        };
        let mut shapes = Vec::new();
        for j in 1_i64.. {
            // Rounded to cells, so that stretches of all series begin at the same times up to a cell.
            let back_ms = window.millis().saturating_add(stride_ms.saturating_mul(j - 1));
            let back = usize::try_from(back_ms.saturating_sub(1) / cells.step_ms).unwrap_or(usize::MAX);
            let back = back.saturating_add(1).max(cells.window);
            if back > cells.history {
                break;
            }
            let from = cells.history - back;
            let stretch = &level.values[from..from + cells.window];
            shapes.push(level.before_cell(from).and_then(|base| shape_above(stretch, base)));
        }
        Self { shapes, is_aligned }
    }
}

/// Returns what a stretch of departures looks like; `None` where less than half of it has values.
fn shape_of(departures: &[Option<f64>]) -> Option<Shape> {
    shape_above(departures, 0.0)
}

/// Returns what a stretch looks like above a level.
fn shape_above(values: &[Option<f64>], base: f64) -> Option<Shape> {
    if 2 * values.iter().flatten().count() < values.len() {
        return None;
    }
    let n_parts = (values.len() / PART_CELLS).clamp(1, PARTS);
    let mut parts = Vec::with_capacity(n_parts);
    let mut scratch = Vec::with_capacity(values.len() / n_parts + 1);
    for part in 0..n_parts {
        let (from, to) = (part * values.len() / n_parts, (part + 1) * values.len() / n_parts);
        scratch.clear();
        scratch.extend(values[from..to].iter().flatten().map(|value| value - base));
        if !scratch.is_empty() {
            parts.push(spread::median(&mut scratch));
        }
    }
    let farthest = parts.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()))?;
    let level = spread::median(&mut parts.clone());
    Some(Shape { level, part: farthest, parts, rough: rough(values) })
}

/// Returns the standard deviation from cell to cell, without the largest moves; `None` with too few neighbours.
fn rough(values: &[Option<f64>]) -> Option<f64> {
    let (mut sum, mut n) = (0.0_f64, 0_usize);
    let mut largest = [0.0_f64; MOVES_LEFT_OUT];
    for pair in values.windows(2) {
        let (Some(a), Some(b)) = (pair[0], pair[1]) else { continue };
        let mut size = (b - a).abs();
        sum += size;
        n += 1;
        for place in &mut largest {
            if size > *place {
                std::mem::swap(place, &mut size);
            }
        }
    }
    if n < LEAST_MOVES {
        return None;
    }
    let rest = sum - largest.iter().sum::<f64>();
    // What remains of equal values is rounding.
    let rest = if rest <= 1e-12 * sum { 0.0 } else { rest };
    Some(rest / (n - MOVES_LEFT_OUT) as f64 / MEAN_MOVE)
}

/// Learns how rough earlier stretches were; `None` when they are too few or stood still.
fn roughness(references: &References, floor: f64) -> Option<Roughness> {
    let mut sizes: Vec<f64> = references.shapes.iter().flatten().filter_map(|shape| shape.rough).collect();
    if sizes.len() < LEAST_REFERENCES {
        return None;
    }
    let typical = spread::median(&mut sizes).max(floor);
    let mut logs: Vec<f64> = sizes.iter().map(|size| (size.max(floor / 2.0) / typical).ln()).collect();
    // A tenth: what differs by less is not told apart.
    Some(Roughness { typical, log: Spread::of(&mut logs, 0.1)? })
}

/// Returns the longest run of equal values.
fn longest_still(values: &[Option<f64>]) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, None::<f64>);
    for value in values.iter().flatten() {
        run = if last.is_some_and(|last| (last - value).abs() <= 0.0) { run + 1 } else { 1 };
        last = Some(*value);
        longest = longest.max(run);
    }
    longest
}

/// Returns the usual share of cells with a value in a day before the window.
fn fill(cells: &Cells) -> f64 {
    let day = cells.cells_in(DAY_MS).min(cells.history).max(1);
    let newest = &cells.values[cells.history - day..cells.history];
    newest.iter().flatten().count() as f64 / day as f64
}

/// Returns the least spread: a share of the usual value, a share of the resolution, and the rounding of numbers.
fn floor(cells: &Cells, options: &Options) -> f64 {
    let newest = &cells.values[cells.history.saturating_sub(RESOLUTION_CELLS)..cells.history];
    let mut values: Vec<f64> = newest.iter().flatten().copied().collect();
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
