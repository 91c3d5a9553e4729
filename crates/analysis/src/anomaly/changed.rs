//! What changed in a window: every series against its own past and against its peers, on one scale.
//!
//! A window is read as at most 64 cells, and so is every earlier stretch of the same length. How far the window lies from
//! the day before it, the time of day taken out, is measured in how far earlier stretches lay from their days. Peers are
//! series that should move together; one that parts from them is told even where its values are usual for itself.

mod cells;
mod kind;
mod peers;
mod usual;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;
use wardroom_core::anomaly::AnomalyKind;
use wardroom_core::series::{MetricKind, Samples};
use wardroom_core::time::{TimeRange, Timestamp};

use super::{Options, Refusal, values_unless};
use crate::pass;
use cells::Cells;
use usual::Usual;

/// History before a window that is looked at, in milliseconds: two weeks, so that every weekday was seen twice, and the
/// day before, which the oldest stretch is compared with.
const LOOK_BACK_MS: i64 = 15 * 86_400_000;
/// A long window asks for this many times its own length of history.
const LOOK_BACK_WINDOWS: i64 = 4;
/// What window statistics differ by from the usual by chance, in robust standard deviations; only the rest is a change.
///
/// Two: the largest of 10,000 normal values is 3.9, so chance alone stays below a score of 0.4.
const CHANCE_SIGMAS: f64 = 2.0;
/// Departures beyond this many standard deviations count the same.
const MOST_SIGMAS: f64 = 50.0;
/// A spread is a change when it is this many times the usual one, or the usual one that of the window.
const SPREAD_RATIO: f64 = 2.0;
/// The shortest stand-still that is told, in cells: a rounded value may stay for some.
const FLAT_CELLS: usize = 10;
/// What is told of a window first is its move; swings or a stand-still have to be more surprising by this.
const EXPLAINED: f64 = 0.05;
/// The highest score of a series that only parts from its peers: it stays below the highest grade.
const PEERS_MOST: f64 = 0.89;
/// The highest score of a series that ended in order, with a staleness marker: a replaced pod ends so.
const ENDED_MOST: f64 = 0.59;

/// What is known of one series.
#[derive(Clone, Copy, Debug)]
pub struct WindowInput<'a> {
    /// The raw samples; only those from [`look_back`] before the window to its end are read.
    pub samples: &'a Samples,
    /// What the numbers mean: cumulative kinds are judged by their rate.
    pub kind: MetricKind,
    /// Which series are its peers: those of the same number. A group of fewer than four has no say.
    pub group: usize,
}

/// What a series was measured against when its change was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Its own past.
    Past,
    /// Its peers: for itself its values are less unusual.
    Peers,
}

/// How a series changed in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowChange {
    /// The position of the series in the input.
    pub index: usize,
    /// How unusual, 0 to 1, on the scale of [`Score`](wardroom_core::anomaly::Score): 0.6 is worth a look.
    pub score: f64,
    /// How it departs; at a low score only what comes nearest. [`AnomalyKind::PeerOutlier`] where only the peers tell.
    pub kind: AnomalyKind,
    /// The first sample of the change; `None` when it was so before the window already, or when only the peers tell.
    pub start: Option<Timestamp>,
    /// What was to be expected, in the unit of the series (per second for cumulative kinds); for
    /// [`AnomalyKind::Variance`] and [`AnomalyKind::Flat`] its usual spread from sample to sample, for
    /// [`AnomalyKind::Missing`] the number of steps that should have a sample.
    pub usual: f64,
    /// What was seen instead, likewise.
    pub seen: f64,
    /// What `score`, `kind`, `usual` and `seen` were measured against.
    pub against: Against,
    /// How far it parts from its peers, in robust standard deviations of its usual distance; `None` without peers.
    pub against_peers: Option<f64>,
}

/// Returns how much history before a window is looked at, in milliseconds.
pub fn look_back(window: TimeRange) -> i64 {
    LOOK_BACK_MS.max(window.millis().saturating_mul(LOOK_BACK_WINDOWS))
}

/// Ranks every series by how unusual it is in a window, on all cores of the current thread pool.
///
/// # Input
///
/// Samples in any order and at any steps, of which those after the window do not count. The window must not reach beyond
/// what the source has answered, or every series would be missing. Two days before it teach the time of day, half an
/// hour (and the length of the window) is the least.
///
/// # Output
///
/// One answer an input, in their order. Scaling the unit scales `usual` and `seen` and changes nothing else (up to
/// rounding). The same input gives the same bytes on any number of threads. `progress` is called from the working
/// threads with the number of series done so far. After `cancel` is set, series not done are answered with
/// [`Refusal::Cancelled`].
///
/// # Errors
///
/// For each series its [`Refusal`]: nothing to judge, too little history, or a value that never changed.
///
/// # Cost
///
/// Linear in the samples that are looked at.
///
/// # Source
///
/// Departures in robust spreads: Rousseeuw and Hubert, *Robust statistics for outlier detection*, WIREs Data Mining 1
/// (2011); the parts of the score that grow with size, duration and history are those of [`Options::standard`].
pub fn rank_window(
    inputs: &[WindowInput<'_>],
    window: TimeRange,
    options: &Options,
    cancel: &AtomicBool,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Result<WindowChange, Refusal>> {
    let done = AtomicUsize::new(0);
    let studies: Vec<Result<Study, Refusal>> = inputs
        .par_iter()
        .enumerate()
        .map(|(index, input)| {
            pass::go_on(cancel)?;
            let study = study(index, input, window, options, cancel);
            if !matches!(study, Err(Refusal::Cancelled)) {
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            }
            study
        })
        .collect();
    let groups: Vec<usize> = inputs.iter().map(|input| input.group).collect();
    let parted = peers::compare(&studies, &groups);
    studies
        .into_iter()
        .zip(parted)
        .map(|(study, parted)| study.map(|study| study.beside_peers(parted, window, options)))
        .collect()
}

/// What was found in one series alone, with what its peers need to know.
#[derive(Debug)]
struct Study {
    change: WindowChange,
    /// The departure of the window in spreads, on the scale of [`Study::before`]; `None` where it has none.
    off: Option<f64>,
    /// The departures of earlier stretches at fixed times, newest first; empty where the history is too short for them.
    before: Vec<Option<f64>>,
    /// The level of the window and what was expected of it, in the unit of the series.
    level: (f64, f64),
    /// One spread of the departure in the unit of the series.
    sigma: f64,
}

impl Study {
    /// Takes what the peers tell into the change.
    fn beside_peers(
        self,
        parted: Option<peers::Parted>,
        window: TimeRange,
        options: &Options,
    ) -> WindowChange {
        let mut change = self.change;
        let Some(parted) = parted else { return change };
        change.against_peers = Some(parted.sigmas);
        let minutes = window.millis() as f64 / 60_000.0;
        let score = PEERS_MOST
            * options.size_part((parted.sigmas - CHANCE_SIGMAS).max(0.0))
            * options.duration_part(minutes);
        if score > change.score {
            let (level, expected) = self.level;
            change.score = score;
            change.against = Against::Peers;
            change.kind = AnomalyKind::PeerOutlier;
            change.start = None;
            change.seen = level;
            // Where it would be, had it moved as its peers did.
            change.usual = held(expected + self.sigma * parted.peers.sinh());
        }
        change
    }
}

/// Holds a number at the ends of what can be represented.
fn held(value: f64) -> f64 {
    value.clamp(f64::MIN, f64::MAX)
}

/// Something that may have changed, before the most surprising of all is chosen.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    score: f64,
    kind: AnomalyKind,
    start: Option<Timestamp>,
    usual: f64,
    seen: f64,
}

fn study(
    index: usize,
    input: &WindowInput<'_>,
    window: TimeRange,
    options: &Options,
    cancel: &AtomicBool,
) -> Result<Study, Refusal> {
    let owned;
    let raw = input.samples;
    let samples = if input.kind.is_cumulative() || !raw.times().is_sorted_by(|a, b| a < b) {
        owned = judged_part(raw, input.kind, window, cancel)?;
        &owned
    } else {
        raw
    };
    let cells = Cells::build(samples, window, options, cancel)?;
    let usual = Usual::learn(&cells, window, options);
    pass::go_on(cancel)?;
    let gap = missing_part(&cells, raw, &usual, options);
    if cells.is_constant() && gap.is_none() {
        return Err(Refusal::Constant);
    }
    let mut candidates = vec![
        moved(&cells, samples, &usual, options),
        swings(&cells, samples, &usual, options),
        stands_still(&cells, samples, &usual, options),
        gap,
    ];
    let history = options.history_part(cells.length_ms(cells.filled_before()));
    let mut best = Candidate { score: 0.0, kind: AnomalyKind::Level, start: None, usual: 0.0, seen: 0.0 };
    best.usual = cells.in_unit(usual.expected);
    best.seen = cells.in_unit(usual.seen.unwrap_or(usual.expected));
    for candidate in candidates.drain(..).flatten() {
        if candidate.score * history > best.score + EXPLAINED {
            best = Candidate { score: candidate.score * history, ..candidate };
        }
    }
    let change = WindowChange {
        index,
        score: best.score.clamp(0.0, 1.0),
        kind: best.kind,
        start: best.start,
        usual: best.usual,
        seen: best.seen,
        against: Against::Past,
        against_peers: None,
    };
    Ok(Study {
        change,
        off: usual.off,
        level: (cells.in_unit(usual.seen.unwrap_or(usual.expected)), cells.in_unit(usual.expected)),
        sigma: cells.in_unit(usual.level_sigma),
        before: usual.before,
    })
}

/// Returns what is judged of the samples that count, sorted.
fn judged_part(
    samples: &Samples,
    kind: MetricKind,
    window: TimeRange,
    cancel: &AtomicBool,
) -> Result<Samples, Refusal> {
    let from = window.start().as_millis().saturating_sub(look_back(window));
    let to = window.end().as_millis();
    let mut part = Samples::default();
    let (times, values) = (samples.times(), samples.values());
    pass::over(times.len(), cancel, |range| {
        for (&time, &value) in times[range.clone()].iter().zip(&values[range]) {
            if from <= time && time < to {
                part.push(Timestamp::from_millis(time), value);
            }
        }
    })?;
    part.sort_and_deduplicate();
    values_unless(&part, kind, cancel)
}

/// Finds a departure of the level: of the whole window, of a part of it, or of single cells.
fn moved(cells: &Cells, samples: &Samples, usual: &Usual, options: &Options) -> Option<Candidate> {
    let departures = usual.departures.as_slice();
    let single = single_cells(cells, usual, options);
    let whole = usual.shape.as_ref().map_or((0.0, 0.0), |shape| {
        let part = |sigmas: f64, length_ms: i64| {
            let minutes = length_ms as f64 / 60_000.0;
            options.size_part((sigmas.abs() - CHANCE_SIGMAS).max(0.0)) * options.duration_part(minutes)
        };
        let length_ms = cells.length_ms(cells.window);
        let level = usual.level.as_ref().map_or(0.0, |level| part(level.off(shape.level), length_ms));
        let quarter = usual.part.as_ref().map_or(0.0, |quarter| {
            part(quarter.off(shape.part), length_ms / i64::try_from(shape.parts.len()).unwrap_or(1).max(1))
        });
        (level.max(quarter), if level > quarter { shape.level } else { shape.part })
    });
    let (score, departure) = if single.0 > whole.0 { single } else { whole };
    if departure.abs() <= 0.0 || score <= 0.0 {
        return None;
    }
    let span = kind::changed_cells(departures, departure)?;
    let kind = kind::of_move(cells, departures, usual, departure, options);
    let (expected, seen) = kind::values(cells, departures, departure, kind);
    Some(Candidate {
        score,
        kind,
        start: kind::start(cells, samples, usual, departure, span),
        usual: cells.in_unit(expected),
        seen: cells.in_unit(seen),
    })
}

/// Returns the score of the cells outside the band, with their usual departure.
fn single_cells(cells: &Cells, usual: &Usual, options: &Options) -> (f64, f64) {
    let limit = options.band_sigmas * usual.cell_sigma;
    let mut outside: Vec<f64> =
        usual.departures.iter().flatten().copied().filter(|d| d.abs() > limit).collect();
    if outside.is_empty() {
        return (0.0, 0.0);
    }
    let n = outside.len();
    let above = outside.iter().filter(|d| **d > 0.0).count();
    // Where both sides were left the side that was left more often speaks; of two equal ones the upper.
    let sign = if above * 2 >= n { 1.0 } else { -1.0 };
    outside.retain(|d| d.signum() * sign > 0.0);
    let departure = crate::spread::median(&mut outside);
    let sigmas = (departure.abs() / usual.cell_sigma).min(MOST_SIGMAS);
    let minutes = cells.length_ms(n) as f64 / 60_000.0;
    // Cells of a long window hold several steps: the same minutes count the same in a window of any length.
    let step_ms = cells.step_ms.min(cells.typical_ms.max(options.min_step_ms)).max(1);
    let steps = cells.length_ms(n) as f64 / step_ms as f64;
    let earlier = usual.comparable_before(cells, departure, limit, options);
    let score = options.size_part(sigmas)
        * options.duration_part((steps * minutes).sqrt())
        * options.repetition_part(earlier);
    (score, departure)
}

/// Finds a spread that is much larger than usual, around the same level.
fn swings(cells: &Cells, samples: &Samples, usual: &Usual, options: &Options) -> Option<Candidate> {
    let (rough, history) = (usual.shape.as_ref()?.rough?, usual.rough.as_ref()?);
    let ratio = rough / history.typical;
    let sigmas = history.log.off((rough / history.typical).ln());
    if ratio < SPREAD_RATIO || sigmas <= CHANCE_SIGMAS {
        return None;
    }
    let minutes = cells.length_ms(cells.window) as f64 / 60_000.0;
    let score = options.size_part(sigmas - CHANCE_SIGMAS).min(1.0 - (1.0 - ratio).exp())
        * options.duration_part(minutes);
    Some(Candidate {
        score,
        kind: AnomalyKind::Variance,
        start: kind::first_wide(cells, samples, usual, history.typical),
        usual: cells.in_unit(history.typical),
        seen: cells.in_unit(rough),
    })
}

/// Finds a series that stands still for twice as long as it ever did before.
fn stands_still(cells: &Cells, samples: &Samples, usual: &Usual, options: &Options) -> Option<Candidate> {
    let history = usual.rough.as_ref()?;
    let seen = cells.window_values().iter().enumerate();
    let values: Vec<(usize, f64)> = seen.filter_map(|(cell, value)| Some((cell, (*value)?))).collect();
    let is_same = |a: f64, b: f64| (a - b).abs() <= 0.0;
    let still = values.windows(2).rev().take_while(|pair| is_same(pair[0].1, pair[1].1)).count() + 1;
    if still < FLAT_CELLS || 2 * still < cells.window || still < 2 * usual.longest_still {
        return None;
    }
    let moving = values.len().checked_sub(still)?;
    let &(first, value) = values.get(moving)?;
    let last_before = cells.values[..cells.history].iter().rev().flatten().next();
    let was_so = moving == 0 && last_before.is_some_and(|last| is_same(*last, value));
    let minutes = cells.length_ms(still) as f64 / 60_000.0;
    // How many usual moves did not come.
    let score = options.size_part((still as f64).sqrt()) * options.duration_part(minutes / 10.0);
    Some(Candidate {
        score,
        kind: AnomalyKind::Flat,
        start: if was_so { None } else { cells.first_sample_from(samples, first) },
        usual: cells.in_unit(history.typical),
        seen: 0.0,
    })
}

/// Finds samples that stopped coming, by the formula of the findings at the end of a history.
fn missing_part(cells: &Cells, raw: &Samples, usual: &Usual, options: &Options) -> Option<Candidate> {
    let (first, n) = cells.longest_gap_in_window();
    let silence_ms = cells.length_ms(n);
    let least_ms = cells.typical_ms.saturating_mul(options.missing_steps).max(options.missing_ms);
    if silence_ms <= least_ms || usual.fill < 0.5 {
        return None;
    }
    let longest_ms = cells.length_ms(usual.longest_gap).max(least_ms);
    let times_longer = silence_ms as f64 / longest_ms.max(1) as f64;
    let surprise = 1.0 - 0.5_f64.powf(1.0 + times_longer);
    let surprise = if times_longer <= 1.0 { surprise * times_longer } else { surprise };
    let from = cells.time_of_window_cell(first);
    let ended = kind::ended_in_order(raw, from, cells.typical_ms);
    // A cell of a long window holds many steps; steps are told, which a person can count.
    let steps = cells.window_ms() as f64 / cells.typical_ms as f64;
    let filled = cells.window_values().iter().flatten().count() as f64 / cells.window as f64;
    Some(Candidate {
        score: if ended { surprise.min(ENDED_MOST) } else { surprise },
        kind: AnomalyKind::Missing,
        start: (first > 0 || cells.has_last_before_window()).then_some(Timestamp::from_millis(from)),
        usual: (usual.fill * steps).round(),
        seen: (filled * steps).round(),
    })
}

#[cfg(test)]
mod tests;
