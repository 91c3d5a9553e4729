//! The run of steps outside the band that goes on, and what is remembered of the ones before.

use wardroom_core::time::Timestamp;

use crate::anomaly::Options;
use crate::anomaly::excursion::{self, FORERUNNER_SIZE, FORERUNNER_STEPS};
use crate::spread;

/// Steps of a run whose sizes are kept; the duration decides long before.
const KEPT_STEPS: usize = 16;
/// Runs that are remembered, the largest first: five comparable ones take half off a score, and no more is asked.
const REMEMBERED: usize = 16;

/// A step outside the band.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outside {
    /// The number of the step.
    pub(super) key: i64,
    /// The departure divided by the scale.
    pub(super) departure: f64,
    /// The departure in standard deviations.
    pub(super) sigmas: f64,
    /// The first sample outside.
    pub(super) since: Timestamp,
    /// Whether any sample of the step is outside by itself, or it is the only one.
    pub(super) is_placed: bool,
    /// Whether all samples since then are, and the mean is off by what single samples have to be.
    pub(super) is_clear: bool,
}

/// Neighbouring steps outside the band, up to the last one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// The first sample outside.
    pub(super) since: Timestamp,
    /// The number of the last step outside.
    pub(super) last: i64,
    /// The first sample of the stretch that goes on: steps without a usual one between, on one side of the band.
    stretch_since: Timestamp,
    outside: u32,
    /// Steps outside before that stretch, held at the most that the type takes.
    before: u8,
    /// Whether every stretch before was as short as a stray event.
    after_strays: bool,
    /// Whether the stretch begins with a step of which a sample is outside by itself.
    is_placed: bool,
    departures: [f32; KEPT_STEPS],
    sigmas: [f32; KEPT_STEPS],
}

impl Run {
    /// Begins a run.
    pub(super) fn begin(step: Outside) -> Self {
        let mut run = Self {
            since: step.since,
            last: step.key,
            stretch_since: step.since,
            outside: 0,
            before: 0,
            after_strays: true,
            is_placed: step.is_placed,
            departures: [0.0; KEPT_STEPS],
            sigmas: [0.0; KEPT_STEPS],
        };
        run.add(step);
        run
    }

    /// Returns the run with one more step outside.
    ///
    /// Stray steps before a much larger departure are no part of it, as in the judgement of a whole history.
    #[must_use]
    pub(super) fn with(mut self, step: Outside) -> Self {
        let stretch = self.outside.saturating_sub(u32::from(self.before));
        let is_short = stretch as usize <= FORERUNNER_STEPS;
        if !self.leads_into(step) {
            self.after_strays &= is_short;
            self.before = u8::try_from(self.outside).unwrap_or(u8::MAX);
            self.stretch_since = step.since;
            self.is_placed = step.is_placed;
        } else if !self.is_placed && is_short && step.is_clear {
            // No sample before was outside by itself: rare events raised the mean of a step, and this one does not
            // begin with them.
            self.stretch_since = step.since;
            self.is_placed = true;
            if self.before == 0 {
                self.since = step.since;
            }
        }
        self.last = step.key;
        self.add(step);
        self.without_forerunner()
    }

    /// Reports whether a step goes on with the stretch: the next one, on the same side of the band.
    fn leads_into(&self, step: Outside) -> bool {
        let newest = (self.outside as usize).saturating_sub(1) % KEPT_STEPS;
        let above = self.departures[newest] > 0.0;
        step.key <= self.last.saturating_add(1) && above == (step.departure > 0.0)
    }

    /// Returns the run from its last stretch on, where all before are strays that are small beside it.
    fn without_forerunner(mut self) -> Self {
        let (before, kept) = (usize::from(self.before), self.kept());
        // Once the newest have taken the place of the oldest, it is no beginning any more.
        let begins = self.after_strays && (1..kept).contains(&before) && self.outside as usize == kept;
        let largest = || self.departures[..before].iter().map(|d| f64::from(d.abs())).fold(0.0, f64::max);
        if !begins || largest() >= FORERUNNER_SIZE * median(&self.departures[before..kept]).abs() {
            return self;
        }
        self.since = self.stretch_since;
        self.departures.copy_within(before..kept, 0);
        self.sigmas.copy_within(before..kept, 0);
        self.outside -= u32::from(self.before);
        self.before = 0;
        self
    }

    fn add(&mut self, step: Outside) {
        // The newest of a long run take the place of the oldest.
        let place = self.outside as usize % KEPT_STEPS;
        #[expect(clippy::cast_possible_truncation, reason = "a size needs no more than seven digits")]
        {
            self.departures[place] = step.departure as f32;
            self.sigmas[place] = step.sigmas.abs() as f32;
        }
        self.outside = self.outside.saturating_add(1);
    }

    fn kept(&self) -> usize {
        (self.outside as usize).min(KEPT_STEPS)
    }

    /// Returns the geometric mean of the steps and of the minutes outside.
    fn duration(&self, step_ms: i64) -> f64 {
        let steps = f64::from(self.outside);
        steps * (step_ms as f64 / 60_000.0).sqrt()
    }

    /// Returns how surprising the run is, as a run of a whole history is scored.
    pub(super) fn score(&self, past: &Past, step_ms: i64, history_ms: i64, options: &Options) -> f64 {
        let sigmas = median(&self.sigmas[..self.kept()]).min(excursion::MOST_SIGMAS);
        options.size_part(sigmas)
            * options.duration_part(self.duration(step_ms))
            * options.history_part(history_ms)
            * options.repetition_part(past.comparable(self.mass(step_ms)))
    }

    /// Returns mass and duration, by which runs are compared.
    pub(super) fn mass(&self, step_ms: i64) -> Mass {
        let duration = self.duration(step_ms);
        Mass::of(median(&self.departures[..self.kept()]), duration)
    }
}

/// Returns the median of a few sizes.
fn median(sizes: &[f32]) -> f64 {
    let mut held = [0.0_f64; KEPT_STEPS];
    let held = &mut held[..sizes.len()];
    for (held, size) in held.iter_mut().zip(sizes) {
        *held = f64::from(*size);
    }
    spread::median(held)
}

/// How large a run was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Mass {
    mass: f32,
    duration: f32,
}

impl Mass {
    /// Creates the mass of a run from its median departure, divided by the scale, and its duration.
    pub(super) fn of(departure: f64, duration: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a size needs no more than seven digits")]
        Self { mass: (departure.abs() * duration.sqrt()) as f32, duration: duration as f32 }
    }
}

/// The largest runs that have ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Past {
    runs: [Mass; REMEMBERED],
    n: usize,
}

impl Past {
    /// Remembers a run; when there is no room, the smallest is forgotten.
    pub(super) fn remember(&mut self, run: Mass) {
        if self.n < REMEMBERED {
            self.runs[self.n] = run;
            self.n += 1;
            return;
        }
        let smallest = self.runs.iter_mut().min_by(|a, b| a.mass.total_cmp(&b.mass));
        if let Some(smallest) = smallest.filter(|smallest| smallest.mass < run.mass) {
            *smallest = run;
        }
    }

    /// Counts the runs that were as large and about as long.
    fn comparable(&self, run: Mass) -> usize {
        let least = excursion::COMPARABLE_MASS * f64::from(run.mass);
        let shortest = excursion::COMPARABLE_DURATION * f64::from(run.duration);
        self.runs[..self.n]
            .iter()
            .filter(|other| f64::from(other.mass) >= least && f64::from(other.duration) >= shortest)
            .count()
    }
}
