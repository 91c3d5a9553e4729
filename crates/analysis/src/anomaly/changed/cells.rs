//! Samples as means of cells that are counted from the begin of the window, so that earlier days fall on the same cells.

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;
use wardroom_core::time::{TimeRange, Timestamp};

use super::{Options, Refusal, look_back};
use crate::pass;
use crate::preprocess::gaps::typical_step_ms;

/// A window has at most so many cells: enough for its quarters to have a steady median.
const MOST_CELLS: i64 = 64;
/// A history of this length and more is judged at the shortest step of the options or a longer one.
const LONG_HISTORY_MS: i64 = 6 * 3_600_000;
/// Samples at each end of the history from which its step is taken.
const STEP_SAMPLES: usize = 257;

/// The cells of one series: its history, then the window.
#[derive(Debug)]
pub(super) struct Cells {
    /// The begin of the window in milliseconds.
    start_ms: i64,
    /// The end of the window in milliseconds.
    end_ms: i64,
    /// The length of a cell in milliseconds, at least 1.
    pub(super) step_ms: i64,
    /// The usual distance of samples in milliseconds, at least 1.
    pub(super) typical_ms: i64,
    /// The number of cells before the window.
    pub(super) history: usize,
    /// The number of cells of the window, at least 1.
    pub(super) window: usize,
    /// The mean of each cell divided by `scale`; `None` without a sample.
    pub(super) values: Vec<Option<f64>>,
    /// The largest size among the samples, above 0.
    pub(super) scale: f64,
    /// Whether all samples have one value.
    constant: bool,
}

impl Cells {
    /// Builds the cells from samples sorted by time, or says why they are not enough.
    pub(super) fn build(
        samples: &Samples,
        window: TimeRange,
        options: &Options,
        cancel: &AtomicBool,
    ) -> Result<Self, Refusal> {
        let (start_ms, end_ms) = (window.start().as_millis(), window.end().as_millis());
        let (times, values) = (samples.times(), samples.values());
        let from = times.partition_point(|&t| t < start_ms.saturating_sub(look_back(window)));
        let to = times.partition_point(|&t| t < end_ms).max(from);
        let (times, values) = (&times[from..to], &values[from..to]);
        let split = times.partition_point(|&t| t < start_ms);
        let Some(first) = values.iter().position(|v| v.is_finite()) else { return Err(Refusal::Empty) };
        let needed_ms = options.min_history_ms.max(window.millis());
        let last = values[..split].iter().rposition(|v| v.is_finite());
        let Some(last) = last else { return Err(Refusal::TooShort { have_ms: 0, needed_ms }) };
        if start_ms.saturating_sub(times[last]) > options.retired_ms {
            return Err(Refusal::Empty);
        }
        let span_ms = start_ms.saturating_sub(times[first]);
        let before = &times[first..=last];
        let Some(typical_ms) = typical(before) else {
            return Err(Refusal::TooShort { have_ms: span_ms, needed_ms });
        };
        let step_ms = step_for(typical_ms, span_ms, window.millis(), options);
        let cells_in = |ms: i64| usize::try_from(ms.saturating_sub(1) / step_ms).unwrap_or(0) + 1;
        let (lowest, highest) = ends(&values[first..], cancel)?;
        let scale = lowest.abs().max(highest.abs());
        let mut cells = Self {
            start_ms,
            end_ms,
            step_ms,
            typical_ms,
            history: cells_in(span_ms),
            window: cells_in(window.millis()),
            values: Vec::new(),
            scale: if scale > 0.0 { scale } else { 1.0 },
            constant: lowest >= highest,
        };
        cells.values = cells.means(&times[first..], &values[first..], cancel)?;
        let have_ms = cells.length_ms(cells.filled_before()).min(span_ms);
        let steps = i64::try_from(options.min_steps).unwrap_or(i64::MAX);
        let needed_ms = needed_ms.max(step_ms.saturating_mul(steps));
        // A history with some gaps still covers the window's length.
        if span_ms < needed_ms || have_ms < needed_ms / 2 {
            return Err(Refusal::TooShort { have_ms, needed_ms });
        }
        Ok(cells)
    }

    /// Returns the mean of each cell, without a division for a sample's place.
    fn means(&self, times: &[i64], values: &[f64], cancel: &AtomicBool) -> Result<Vec<Option<f64>>, Refusal> {
        let n = self.history + self.window;
        let mut means = vec![None; n];
        let (mut cell, mut end_ms) = (0, self.time_of(1));
        let (mut sum, mut count) = (0.0, 0_u32);
        pass::over(times.len(), cancel, |range| {
            for (&time, &value) in times[range.clone()].iter().zip(&values[range]) {
                if !value.is_finite() {
                    continue;
                }
                if time >= end_ms {
                    if count > 0 {
                        means[cell] = Some(sum / f64::from(count));
                        (sum, count) = (0.0, 0);
                    }
                    while time >= end_ms && cell + 1 < n {
                        cell += 1;
                        end_ms = end_ms.saturating_add(self.step_ms);
                    }
                }
                sum += value / self.scale;
                count += 1;
            }
        })?;
        if count > 0 {
            means[cell] = Some(sum / f64::from(count));
        }
        Ok(means)
    }

    /// Returns the begin of a cell in milliseconds.
    fn time_of(&self, cell: usize) -> i64 {
        let cells = i64::try_from(cell).unwrap_or(i64::MAX) - i64::try_from(self.history).unwrap_or(0);
        self.start_ms.saturating_add(cells.saturating_mul(self.step_ms))
    }

    /// Returns the begin of a cell of the window in milliseconds.
    pub(super) fn time_of_window_cell(&self, cell: usize) -> i64 {
        self.time_of(self.history + cell)
    }

    /// Returns the milliseconds from the begin of the window to that of a cell; negative before it.
    pub(super) fn phase_ms(&self, cell: usize) -> i64 {
        self.time_of(cell).saturating_sub(self.start_ms)
    }

    /// Returns the milliseconds that so many cells last.
    pub(super) fn length_ms(&self, cells: usize) -> i64 {
        i64::try_from(cells).unwrap_or(i64::MAX).saturating_mul(self.step_ms)
    }

    /// Returns the length of the window in milliseconds; its last cell may reach beyond it.
    pub(super) fn window_ms(&self) -> i64 {
        self.end_ms.saturating_sub(self.start_ms)
    }

    /// Returns how many cells fit into a time, at least 1.
    pub(super) fn cells_in(&self, ms: i64) -> usize {
        usize::try_from(ms / self.step_ms).unwrap_or(1).max(1)
    }

    /// Returns the cells of the window.
    pub(super) fn window_values(&self) -> &[Option<f64>] {
        &self.values[self.history..]
    }

    /// Returns how many cells before the window have a value.
    pub(super) fn filled_before(&self) -> usize {
        self.values[..self.history].iter().flatten().count()
    }

    /// Reports whether all samples have one value.
    pub(super) fn is_constant(&self) -> bool {
        self.constant
    }

    /// Reports whether the cell just before the window has a value.
    pub(super) fn has_last_before_window(&self) -> bool {
        self.history.checked_sub(1).is_some_and(|last| self.values[last].is_some())
    }

    /// Returns the longest run of cells of the window without a value: its first cell and its length.
    pub(super) fn longest_gap_in_window(&self) -> (usize, usize) {
        longest_gap(self.window_values())
    }

    /// Returns a value in the unit of the series, held at the ends of what can be represented.
    pub(super) fn in_unit(&self, value: f64) -> f64 {
        super::held(value * self.scale)
    }

    /// Returns the samples of a cell of the window as positions `from..to`.
    pub(super) fn samples_of(&self, samples: &Samples, cell: usize) -> std::ops::Range<usize> {
        let from = self.time_of_window_cell(cell);
        let to = from.saturating_add(self.step_ms).min(self.end_ms);
        let at = |ms: i64| samples.times().partition_point(|&t| t < ms);
        at(from)..at(to).max(at(from))
    }

    /// Returns the time of the first sample in a cell of the window or behind it.
    pub(super) fn first_sample_from(&self, samples: &Samples, cell: usize) -> Option<Timestamp> {
        let at = self.samples_of(samples, cell).start;
        samples.times().get(at).filter(|&&t| t < self.end_ms).copied().map(Timestamp::from_millis)
    }
}

/// Returns the longest run without a value: its begin and its length.
pub(super) fn longest_gap(values: &[Option<f64>]) -> (usize, usize) {
    let (mut longest, mut begin) = ((0, 0), 0);
    for (i, value) in values.iter().enumerate() {
        if value.is_some() {
            begin = i + 1;
        } else if i + 1 - begin > longest.1 {
            longest = (begin, i + 1 - begin);
        }
    }
    longest
}

/// Returns the lowest and the highest finite value.
fn ends(values: &[f64], cancel: &AtomicBool) -> Result<(f64, f64), Refusal> {
    let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
    pass::over(values.len(), cancel, |range| {
        for &value in values[range].iter().filter(|value| value.is_finite()) {
            lowest = lowest.min(value);
            highest = highest.max(value);
        }
    })?;
    Ok((lowest, highest))
}

/// Returns the usual distance of samples, the longer one where the history begins coarse and ends fine.
fn typical(times: &[i64]) -> Option<i64> {
    let ends = [&times[..times.len().min(STEP_SAMPLES)], &times[times.len().saturating_sub(STEP_SAMPLES)..]];
    ends.into_iter().filter_map(typical_step_ms).max()
}

/// Returns the length of a cell: whole steps of the data, at most 64 to a window.
fn step_for(typical_ms: i64, span_ms: i64, window_ms: i64, options: &Options) -> i64 {
    let shortest = if span_ms >= LONG_HISTORY_MS { options.min_step_ms } else { 1 };
    let step = typical_ms.max(shortest).max(1);
    let least = (window_ms / MOST_CELLS).max(span_ms / options.max_steps.max(1));
    let factor = least.saturating_sub(1).max(0) / step + 1;
    step.saturating_mul(factor)
}
