//! The list of what one target exposes: series, and how each value is read from the state.

use wardroom_core::{Labels, MetricKind, SeriesKey, Unit};

use crate::plan::{ComponentPlan, HostPlan, Plan};
use crate::random::Noise;
use crate::state::{ComponentState, HostState, InstanceState, LinkState, State};
use crate::telemetry::SeriesSpec;
use crate::telemetry::watch::Watch;

/// Marks a cell of a column in which there is no sample. It never leaves the columns.
pub(crate) const GAP: f64 = f64::NAN;

/// Bytes of a mebibyte.
pub(crate) const MIB: f64 = 1_048_576.0;

/// Bytes of a gibibyte.
pub(crate) const GIB: f64 = 1_073_741_824.0;

/// What values are read from at a scrape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) state: &'a State,
    pub(crate) watch: &'a Watch,
    pub(crate) at_ms: i64,
}

/// Reads one value; [`GAP`] when there is none at the moment.
pub(crate) type Reading = fn(&Now<'_>, &Signal) -> f64;

/// Where a value comes from: a reading and what it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal {
    read: Reading,
    /// A position: of an instance, host, component, check.
    pub(crate) a: usize,
    /// A second position: of a link, bucket, partition.
    pub(crate) b: usize,
    /// A share or a factor.
    pub(crate) x: f64,
    noise: Noise,
}

impl Signal {
    /// Creates a signal; `noise` is its own stream.
    pub(crate) const fn new(read: Reading, at: (usize, usize, f64), noise: Noise) -> Self {
        Self { read, a: at.0, b: at.1, x: at.2, noise }
    }

    /// Returns the value at this moment.
    pub(crate) fn value(&self, now: &Now<'_>) -> f64 {
        (self.read)(now, self)
    }

    /// Returns a factor near 1 that differs from scrape to scrape, with the given spread.
    pub(crate) fn wobble(&self, now: &Now<'_>, spread: f64) -> f64 {
        (1.0 + spread * self.noise.bell(now.at_ms)).max(0.0)
    }

    /// Returns a share from 0 to 1 that climbs and falls back every `period_ms`, as a heap does between collections.
    pub(crate) fn sawtooth(&self, now: &Now<'_>, period_ms: i64) -> f64 {
        let share = now.at_ms.rem_euclid(period_ms) as f64 / period_ms as f64 + self.noise.uniform(0);
        share - share.floor()
    }
}

impl<'a> Now<'a> {
    /// Returns the instance that a signal is about.
    pub(crate) fn instance(&self, signal: &Signal) -> &'a InstanceState {
        &self.state.instances[signal.a]
    }

    /// Returns the host that a signal is about.
    pub(crate) fn host(&self, signal: &Signal) -> &'a HostState {
        &self.state.hosts[signal.a]
    }

    /// Returns what the host of a signal was planned as.
    pub(crate) fn host_plan(&self, signal: &Signal) -> &'a HostPlan {
        &self.plan.hosts[signal.a]
    }

    /// Returns the component of the instance that a signal is about.
    pub(crate) fn component(&self, signal: &Signal) -> &'a ComponentState {
        &self.state.components[self.plan.instances[signal.a].component]
    }

    /// Returns what the component of the instance of a signal was planned as.
    pub(crate) fn component_plan(&self, signal: &Signal) -> &'a ComponentPlan {
        &self.plan.components[self.plan.instances[signal.a].component]
    }

    /// Returns the link that a signal is about (its second position).
    pub(crate) fn link(&self, signal: &Signal) -> &'a LinkState {
        &self.state.links[signal.b]
    }

    /// Returns the host of the instance that a signal is about.
    pub(crate) fn host_of(&self, signal: &Signal) -> &'a HostState {
        &self.state.hosts[self.plan.instances[signal.a].host]
    }
}

/// Returns 1 for yes and 0 for no.
pub(crate) fn flag(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// Returns a number of bytes in whole pages.
pub(crate) fn pages(bytes: f64) -> f64 {
    (bytes / 4096.0).floor().max(0.0) * 4096.0
}

/// Returns seconds cut to whole microseconds, so that sums stay monotone and readable.
pub(crate) fn micros(seconds: f64) -> f64 {
    (seconds * 1e6).floor() / 1e6
}

/// Returns seconds cut to whole hundredths, as the kernel counts.
pub(crate) fn ticks(seconds: f64) -> f64 {
    (seconds.max(0.0) * 100.0).floor() / 100.0
}

/// The series of one target while they are collected.
#[derive(Debug)]
pub(crate) struct Sheet {
    seed: u64,
    shared: Labels,
    lines: Vec<(SeriesSpec, Signal)>,
}

impl Sheet {
    /// Creates an empty sheet whose series share these labels.
    pub(crate) fn new(seed: u64, shared: Labels) -> Self {
        Self { seed, shared, lines: Vec::new() }
    }

    /// Gives up the series.
    pub(crate) fn into_lines(self) -> Vec<(SeriesSpec, Signal)> {
        self.lines
    }

    /// Adds a series; `at` holds the two positions and the factor of its signal.
    fn add(
        &mut self,
        what: (MetricKind, Unit),
        metric: &str,
        labels: &[(&str, &str)],
        read: Reading,
        at: (usize, usize, f64),
    ) {
        let mut all = self.shared.clone();
        for &(name, value) in labels {
            all.set(name, value);
        }
        let key = SeriesKey::new(metric, all);
        let noise = Noise::new(self.seed, &key.to_string());
        self.lines.push((SeriesSpec { key, kind: what.0, unit: what.1 }, Signal::new(read, at, noise)));
    }

    /// Adds a counter.
    pub(crate) fn counter(
        &mut self,
        metric: &str,
        labels: &[(&str, &str)],
        unit: Unit,
        read: Reading,
        at: (usize, usize, f64),
    ) {
        self.add((MetricKind::Counter, unit), metric, labels, read, at);
    }

    /// Adds a gauge.
    pub(crate) fn gauge(
        &mut self,
        metric: &str,
        labels: &[(&str, &str)],
        unit: Unit,
        read: Reading,
        at: (usize, usize, f64),
    ) {
        self.add((MetricKind::Gauge, unit), metric, labels, read, at);
    }

    /// Adds a series of a classic histogram.
    pub(crate) fn histogram(
        &mut self,
        metric: &str,
        labels: &[(&str, &str)],
        unit: Unit,
        read: Reading,
        at: (usize, usize, f64),
    ) {
        self.add((MetricKind::Histogram, unit), metric, labels, read, at);
    }

    /// Adds a series whose value never changes.
    pub(crate) fn constant(&mut self, metric: &str, labels: &[(&str, &str)], unit: Unit, value: f64) {
        self.gauge(metric, labels, unit, |_, s| s.x, (0, 0, value));
    }
}
