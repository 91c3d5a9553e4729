//! Judging a series sample by sample: a small state is learnt from the history and moved on by every sample.
//!
//! [`State::learn`] keeps of the baseline what [`judge`](super::judge) would expect next: level, daily profile and
//! spread in a few hundred bytes. [`State::push`] compares one sample with it, lets the level follow as the baseline's
//! does, and tells since when the series is outside once that has lasted long enough to be a finding. The finding
//! itself is made by a judgement of the whole series: a state says *when to look*, not what is there.
//!
//! A series that stops is told by [`State::silent_since`].
//!
//! What a state does not see: changes of spread within the band, stand-stills, and what a day teaches: it is learnt
//! again from time to time.

mod pattern;
mod run;
mod usual;

use std::sync::atomic::AtomicBool;

use wardroom_core::series::{MetricKind, Samples, is_stale_marker};
use wardroom_core::time::Timestamp;

use super::baseline::Model;
use super::grid::key_of;
use super::level::{self, Level};
use super::{Options, Refusal, excursion, onset, values_judged};
use crate::preprocess::counter;
use run::{Mass, Outside, Past, Run};
use usual::Usual;

/// Departures are held at this many standard deviations, as in the judgement of a whole history.
const MOST_SIGMAS: f64 = 1_000.0;

/// What a state says of one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The expected value, in the unit that is judged (per second for cumulative kinds); `None` when it is too large to
    /// be represented.
    pub expected: Option<f64>,
    /// The lower end of what is usual for a single sample; `None` likewise.
    pub lower: Option<f64>,
    /// The upper end; `None` likewise.
    pub upper: Option<f64>,
    /// How far the sample is off, in standard deviations of single samples, held at 1,000.
    pub departure: f64,
    /// Whether this sample is outside.
    pub is_outside: bool,
    /// The first sample outside of the run that goes on; `None` while it would not be a finding.
    pub since: Option<Timestamp>,
}

/// Why a sample was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// It is not later than the last one: late, out of order, or there twice.
    NotLater,
    /// It is not a finite number.
    NotFinite,
    /// A cumulative kind has no rate here: the first sample, or the first after a gap or a staleness marker.
    NoRate,
}

/// The last value of a cumulative kind.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Counter {
    longest_ms: i64,
    previous: Option<(i64, f64)>,
}

/// How samples come.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pace {
    /// The last sample with a number.
    last_ms: i64,
    /// The usual distance of samples at the end of the history.
    step_ms: i64,
    /// The longest distance so far.
    longest_ms: i64,
}

/// The step that is being filled.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    key: i64,
    /// The sum of its values, divided by the scale.
    sum: f64,
    count: u32,
    first_ms: i64,
    seasonal: f64,
    sigma: f64,
    /// Whether any of its samples is outside by itself: above, below.
    reached: (bool, bool),
}

/// A series' own baseline, small enough to be kept for every series that is followed.
///
/// Equal samples in equal order give equal states. It does not grow.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    options: Options,
    usual: Usual,
    counter: Option<Counter>,
    level: Level,
    last_ms: i64,
    pace: Pace,
    step: Option<Step>,
    /// Since when every single sample is outside, and on which side.
    unbroken: Option<(i64, bool)>,
    run: Option<Run>,
    past: Past,
}

impl State {
    /// Learns what is usual of a series; a series that never changed may be learnt as well.
    ///
    /// The samples may be in any order and at any, even mixed, steps. Cost: that of a judgement.
    ///
    /// # Errors
    ///
    /// [`Refusal::Empty`] and [`Refusal::TooShort`].
    pub fn learn(samples: &Samples, kind: MetricKind, options: &Options) -> Result<Self, Refusal> {
        let judged = values_judged(samples, kind);
        let (usual, level, from, past) = match Model::fit(&judged, options, &AtomicBool::new(false)) {
            Ok(model) => learnt(&model, &judged, options),
            Err(Refusal::Constant) => {
                let value = judged.values().last().copied().unwrap_or(0.0);
                let usual = Usual::constant(&judged, value, options);
                let level = Level::at(usual.scaled(value));
                (usual, level, judged.len(), Past::default())
            }
            Err(refusal) => return Err(refusal),
        };
        let counter = kind.is_cumulative().then(|| Counter::after(samples));
        let last_ms = samples.times().iter().copied().max().unwrap_or(i64::MIN);
        let mut state = Self {
            options: options.clone(),
            usual,
            counter,
            level,
            last_ms,
            pace: Pace::of(samples),
            step: None,
            unbroken: None,
            run: None,
            past,
        };
        for (&time, &value) in judged.times().iter().zip(judged.values()).skip(from) {
            state.take(time, value);
        }
        Ok(state)
    }

    /// Judges the next sample and moves the state on.
    ///
    /// A sample that does not count changes nothing that is judged later. Cost: constant, without any allocation.
    ///
    /// # Errors
    ///
    /// [`Skipped`] when the sample says nothing: the caller goes on with the next.
    pub fn push(&mut self, at: Timestamp, value: f64) -> Result<Verdict, Skipped> {
        let time = at.as_millis();
        if time <= self.last_ms {
            return Err(Skipped::NotLater);
        }
        self.last_ms = time;
        if value.is_finite() {
            self.pace.advance(time);
        }
        if let Some(counter) = &mut self.counter {
            let rate = counter.rate(time, value)?;
            return Ok(self.take(time, rate));
        }
        if !value.is_finite() {
            return Err(Skipped::NotFinite);
        }
        Ok(self.take(time, value))
    }

    /// Returns the time of the last sample, whether or not it was judged.
    pub fn last(&self) -> Timestamp {
        Timestamp::from_millis(self.last_ms)
    }

    /// Returns since when samples are missing although the source has answered up to `until`: the first that did not
    /// come; `None` while a silence is short, or usual for the series, or when the series ended long ago.
    pub fn silent_since(&self, until: Timestamp) -> Option<Timestamp> {
        let Pace { last_ms, step_ms, longest_ms } = self.pace;
        let silence_ms = until.as_millis().saturating_sub(last_ms);
        let least_ms = step_ms.saturating_mul(self.options.missing_steps).max(self.options.missing_ms);
        let is_missing = silence_ms > least_ms.max(longest_ms) && silence_ms <= self.options.retired_ms;
        is_missing.then(|| Timestamp::from_millis(last_ms.saturating_add(step_ms)))
    }

    /// Returns the memory that the state takes, what it holds on the heap included.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.usual.heap_bytes()
    }

    /// Judges a value and moves the state on.
    fn take(&mut self, time: i64, value: f64) -> Verdict {
        let key = key_of(time, self.usual.step_ms);
        if self.step.is_none_or(|step| step.key != key) {
            self.close();
        }
        let usual = &self.usual;
        let value = usual.scaled(value);
        let step = self.step.get_or_insert_with(|| {
            let end_ms = key.saturating_mul(usual.step_ms);
            let (seasonal, sigma) = (usual.seasonal(end_ms), usual.sigma(end_ms));
            Step { key, sum: 0.0, count: 0, first_ms: time, seasonal, sigma, reached: (false, false) }
        });
        step.sum += value;
        step.count = step.count.saturating_add(1);
        let expected = self.level.expected(value - step.seasonal) + step.seasonal;
        let sigma = step.sigma * usual.raw_ratio;
        let departure = sigmas_off(value - expected, sigma);
        let is_outside = departure.abs() > self.options.band_sigmas;
        let above = departure > 0.0;
        step.reached.0 |= is_outside && above;
        step.reached.1 |= is_outside && !above;
        self.unbroken = match self.unbroken {
            Some((since, side)) if is_outside && side == above => Some((since, side)),
            _ => is_outside.then_some((time, above)),
        };
        let half = self.options.band_sigmas * sigma;
        Verdict {
            expected: self.usual.in_unit(expected),
            lower: self.usual.in_unit(expected - half),
            upper: self.usual.in_unit(expected + half),
            departure,
            is_outside,
            since: self.since(key),
        }
    }

    /// Returns since when the series is outside, if what is known up to this step would be a finding.
    fn since(&self, key: i64) -> Option<Timestamp> {
        let before = self.run.as_ref().filter(|run| self.goes_on(run, key));
        let filling = self.step.and_then(|step| {
            // The mean of a few samples of a step spreads more widely than that of all.
            let wider = (self.usual.raw_ratio / f64::from(step.count).sqrt()).max(1.0);
            self.outside(&step, wider)
        });
        let run = match (before, filling) {
            (None, None) => return None,
            (Some(run), None) => run.clone(),
            (None, Some(step)) => Run::begin(step),
            (Some(run), Some(step)) => run.clone().with(step),
        };
        let usual = &self.usual;
        let score = run.score(&self.past, usual.step_ms, usual.history_ms, &self.options);
        (score >= self.options.min_score).then_some(run.since)
    }

    /// Returns the step as one outside the band, if it is.
    fn outside(&self, step: &Step, wider: f64) -> Option<Outside> {
        let value = step.sum / f64::from(step.count) - step.seasonal;
        let departure = value - self.level.expected(value);
        let sigmas = sigmas_off(departure, step.sigma);
        (sigmas.abs() > self.options.band_sigmas * wider).then(|| {
            let unbroken = self.unbroken.filter(|&(_, above)| above == (departure > 0.0));
            let since = Timestamp::from_millis(unbroken.map_or(step.first_ms, |(since, _)| since));
            let reached = if departure > 0.0 { step.reached.0 } else { step.reached.1 };
            let is_placed = reached || unbroken.is_some() || step.count == 1;
            let is_clear =
                unbroken.is_some() && sigmas.abs() > self.options.band_sigmas * self.usual.raw_ratio;
            Outside { key: step.key, departure, sigmas, since, is_placed, is_clear }
        })
    }

    /// Ends the step that is being filled: the run and the level take it over.
    fn close(&mut self) {
        let Some(step) = self.step.take() else { return };
        let ended = self
            .run
            .take_if(|run| step.key > run.last.saturating_add(merge_steps(&self.usual, &self.options)));
        if let Some(run) = ended {
            self.past.remember(run.mass(self.usual.step_ms));
        }
        if let Some(outside) = self.outside(&step, 1.0) {
            self.run = Some(match self.run.take() {
                None => Run::begin(outside),
                Some(run) => run.with(outside),
            });
        }
        self.follow(&step);
    }

    /// Lets the level follow a step as the baseline's does.
    fn follow(&mut self, step: &Step) {
        let value = step.sum / f64::from(step.count) - step.seasonal;
        self.level.follow(value, step.sigma, &level::Pace::of(&self.options, self.usual.step_ms));
    }

    /// Reports whether a step of this number would still belong to the run.
    fn goes_on(&self, run: &Run, key: i64) -> bool {
        key <= run.last.saturating_add(merge_steps(&self.usual, &self.options))
    }
}

impl Pace {
    /// Returns how the samples of a history came.
    fn of(samples: &Samples) -> Self {
        let mut times: Vec<i64> = samples
            .times()
            .iter()
            .zip(samples.values())
            .filter(|(_, value)| value.is_finite())
            .map(|(&time, _)| time)
            .collect();
        times.sort_unstable();
        let step = onset::step_at(&times, times.len().saturating_sub(1));
        let longest = times.windows(2).map(|w| w[1].saturating_sub(w[0])).max();
        Self {
            last_ms: times.last().copied().unwrap_or(i64::MIN),
            step_ms: step.unwrap_or(1),
            longest_ms: longest.unwrap_or(0),
        }
    }

    fn advance(&mut self, time: i64) {
        self.longest_ms = self.longest_ms.max(time.saturating_sub(self.last_ms));
        self.last_ms = time;
    }
}

impl Counter {
    /// Returns the state of a counter after its history.
    fn after(samples: &Samples) -> Self {
        let longest_ms = counter::longest_ms(samples.times());
        let newest = samples.times().iter().zip(samples.values()).rev();
        let previous = newest
            .take_while(|(_, value)| !is_stale_marker(**value))
            .find(|(_, value)| value.is_finite())
            .map(|(&time, &value)| (time, value));
        Self { longest_ms, previous }
    }

    /// Returns the increase per second since the sample before, as [`counter::rate`] does.
    fn rate(&mut self, time: i64, value: f64) -> Result<f64, Skipped> {
        if is_stale_marker(value) {
            self.previous = None;
            return Err(Skipped::NotFinite);
        }
        if !value.is_finite() {
            return Err(Skipped::NotFinite);
        }
        let previous = self.previous.replace((time, value)).ok_or(Skipped::NoRate)?;
        counter::increase_per_second(previous, (time, value), self.longest_ms).ok_or(Skipped::NoRate)
    }
}

/// Returns what is kept of a model, the level before the first sample that is to be taken again, that sample's index,
/// and the runs that have ended.
fn learnt(model: &Model, judged: &Samples, options: &Options) -> (Usual, Level, usize, Past) {
    let usual = Usual::of(model, judged);
    let last = model.grid.len().saturating_sub(1);
    let mut runs = excursion::find(model, options);
    let going_on = runs.pop_if(|run| run.lasts);
    let mut past = Past::default();
    for run in &runs {
        past.remember(Mass::of(run.departure, run.duration));
    }
    // A run that goes on is taken again from its begin, anything else from the last step, which may be half full.
    let step = going_on.map_or(last, |run| run.first);
    let step_end = model.grid.time_of(step).as_millis();
    let level = Level::at(model.expected[step] - usual.seasonal(step_end));
    let from = judged.times().partition_point(|&time| time <= step_end.saturating_sub(usual.step_ms));
    (usual, level, from, past)
}

/// Returns how many steps after its last one a run ends.
fn merge_steps(usual: &Usual, options: &Options) -> i64 {
    (options.merge_ms / usual.step_ms).max(2).saturating_add(1)
}

/// Returns a departure in standard deviations, held at 1,000.
fn sigmas_off(departure: f64, sigma: f64) -> f64 {
    (departure / sigma).clamp(-MOST_SIGMAS, MOST_SIGMAS)
}

#[cfg(test)]
mod tests;
