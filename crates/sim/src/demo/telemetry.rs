//! What the world shows of itself: series whose values follow from the model's states.

use wardroom_core::{MetricKind, SeriesKey, Unit};

use crate::demo::faults::index_lag::IndexLag;
use crate::demo::model::State;
use crate::demo::timeline::{FINE_MS, Row, Totals};
use crate::random::Noise;

pub(crate) mod alerts;
pub(crate) mod metrics;

/// What is known of a series besides its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesSpec {
    /// Its identity.
    pub key: SeriesKey,
    /// What its numbers mean.
    pub kind: MetricKind,
    /// Their unit.
    pub unit: Unit,
}

/// One series and where its values come from.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) spec: SeriesSpec,
    /// The part of the model whose states it shows.
    pub(crate) part: usize,
    /// Who is scraped for it, as position among the targets.
    pub(crate) target: usize,
    pub(crate) signal: Signal,
    pub(crate) noise: Noise,
    /// It exists from here (inclusive) to there (exclusive), in milliseconds.
    pub(crate) life: (i64, i64),
}

/// A process that is scraped.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Decides which scrapes fail; `None` for what is computed and not scraped.
    pub(crate) misses: Option<Noise>,
    /// When the process started, oldest first; the first time lies before the history.
    pub(crate) starts: Vec<i64>,
}

impl Target {
    /// Reports whether the scrape at a time failed, when `ratio` of all do.
    pub(crate) fn missed(&self, at_ms: i64, ratio: f64) -> bool {
        self.misses.is_some_and(|noise| noise.uniform(at_ms) < ratio)
    }
}

/// What a counter counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Of {
    /// All requests.
    Requests,
    /// Requests that succeed.
    Successes,
    /// Requests that fail.
    Errors,
    /// Seconds of work on requests.
    Busy,
    /// Nothing but time.
    Time,
}

impl Of {
    /// Returns the total and its growth per second.
    fn count(self, state: &State, totals: Totals) -> (f64, f64) {
        let errors = state.rate * state.error_ratio;
        match self {
            Self::Requests => (totals.requests, state.rate),
            Self::Successes => (totals.requests - totals.errors, state.rate - errors),
            Self::Errors => (totals.errors, errors),
            Self::Busy => (totals.busy_s, state.rate * state.latency_s),
            Self::Time => (0.0, 0.0),
        }
    }
}

/// What a gauge shows before noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Level {
    /// Always the same.
    Fixed(f64),
    /// A part that is always there and one that grows with the requests per second.
    Load { base: f64, per_rps: f64 },
    /// A quantile of the time until an answer: so many times the mean, cut at a timeout, in seconds.
    Quantile { factor: f64, most_s: f64 },
    /// The share of requests that fail.
    ErrorRatio,
    /// The share of requests that succeed.
    SuccessRatio,
    /// Requests being worked on (Little's law: rate times time), on top of a base and up to a limit.
    InFlight { base: f64, share: f64, most: f64 },
    /// Clients that wait for a connection.
    Waiting,
    /// How long a client waits for a connection, in seconds.
    Wait,
    /// Connections in use: a base and a part that grows with their use.
    Connections { base: f64, per_use: f64 },
    /// Grows and falls back once in a period, as a heap does between collections.
    Sawtooth { base: f64, rise: f64, period_ms: i64 },
    /// Grows (or shrinks) steadily from a value at a time.
    Filling { from: f64, since_ms: i64, per_day: f64 },
    /// The lag of the search index.
    IndexLag { base: f64, trend: IndexLag },
}

/// How a series' values come about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Signal {
    /// One number for ever.
    Constant(f64),
    /// When the process started, in seconds since the epoch.
    StartTime,
    /// A sum since the process started: so much for each unit counted and so much for each second.
    Counter {
        of: Of,
        each: f64,
        per_s: f64,
        /// How far a scrape may run ahead of its time, as a share of 15 s.
        jitter: f64,
        /// Values are whole multiples of 1 / `resolution`.
        resolution: f64,
    },
    /// A level with noise of a relative size, fast and slow.
    Gauge { level: Level, noise: f64, drift: f64, resolution: f64 },
}

/// A day in milliseconds.
const DAY_MS: f64 = 86_400_000.0;

/// How long the slow noise of a gauge keeps its direction, in milliseconds.
const DRIFT_MS: i64 = 2_400_000;

impl Signal {
    /// Returns the value at a time, for a process that started at `started_ms` with the totals `base`.
    pub(crate) fn value(&self, noise: Noise, at_ms: i64, row: &Row, started_ms: i64, base: Totals) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::StartTime => started_ms as f64 / 1000.0,
            Self::Counter { of, each, per_s, jitter, resolution } => {
                let since = row.totals.since(base);
                let (total, growth) = of.count(&row.state, since);
                let ahead = jitter * (FINE_MS as f64 / 1000.0) * noise.uniform(at_ms);
                let value = each * (total + growth * ahead) + per_s * (since.elapsed_s + ahead);
                on_grid((value * resolution).floor(), resolution)
            }
            Self::Gauge { level, noise: size, drift, resolution } => {
                let fast = noise.bell(at_ms);
                let slow = if drift > 0.0 { drift * noise.drift(at_ms, DRIFT_MS) } else { 0.0 };
                let value = level.value(row, at_ms, 1.0 + size * fast + slow, fast);
                on_grid((value * resolution).round(), resolution)
            }
        }
    }
}

/// Returns so many steps of 1 / `resolution`; what would be below zero (or is a negative zero) is zero.
fn on_grid(steps: f64, resolution: f64) -> f64 {
    if steps > 0.0 { steps / resolution } else { 0.0 }
}

impl Level {
    /// Returns the level, scaled by `factor` where noise acts; `fast` is the noise itself, for rare single events.
    fn value(self, row: &Row, at_ms: i64, factor: f64, fast: f64) -> f64 {
        let state = &row.state;
        match self {
            Self::Fixed(value) => value * factor,
            Self::Load { base, per_rps } => (base + per_rps * state.rate) * factor,
            Self::Quantile { factor: quantile, most_s } => (state.demand_s * quantile * factor).min(most_s),
            Self::ErrorRatio => (state.error_ratio * factor).clamp(0.0, 1.0),
            Self::SuccessRatio => (1.0 - state.error_ratio * factor).clamp(0.0, 1.0),
            Self::InFlight { base, share, most } => {
                ((base + share * state.rate * state.latency_s) * factor).min(most)
            }
            Self::Waiting if state.waiting >= 0.5 => state.waiting * (2.0 - factor).min(1.0),
            // Now and then one client waits for a moment, although there is room.
            Self::Waiting => f64::from(u8::from(fast > 2.9)),
            Self::Wait => state.waiting / state.rate * factor,
            Self::Connections { base, per_use } => base + per_use * (state.busy_ratio * factor).min(1.0),
            Self::Sawtooth { base, rise, period_ms } => {
                let share = at_ms.rem_euclid(period_ms) as f64 / period_ms as f64;
                (base + rise * share) * factor
            }
            Self::Filling { from, since_ms, per_day } => {
                (from + per_day * (at_ms - since_ms) as f64 / DAY_MS) * factor
            }
            Self::IndexLag { base, trend } => base * factor + trend.extra_lag_s(at_ms),
        }
    }
}
