//! Series: what is measured, and its samples.

use std::fmt;

use crate::label::Labels;
use crate::time::Timestamp;

/// What the numbers of a metric mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetricKind {
    /// Not known; treated as a gauge and said so.
    #[default]
    Unknown,
    /// Only rises until a reset.
    Counter,
    /// Goes both ways.
    Gauge,
    /// A `_bucket`, `_sum` or `_count` series of a classic histogram: a counter with a bucket limit.
    Histogram,
    /// A quantile series of a summary.
    Summary,
}

impl MetricKind {
    /// Returns the stable word used in files, Prometheus' own where it has one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
        }
    }

    /// Reads what [`MetricKind::as_str`] wrote; anything else is [`MetricKind::Unknown`].
    pub fn parse(text: &str) -> Self {
        match text {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "summary" => Self::Summary,
            _ => Self::Unknown,
        }
    }

    /// Guesses the kind from the name alone: the suffixes `_total`, `_bucket`, `_sum`, `_count`.
    pub fn from_metric_name(name: &str) -> Self {
        if name.ends_with("_total") {
            Self::Counter
        } else if name.ends_with("_bucket") || name.ends_with("_sum") || name.ends_with("_count") {
            Self::Histogram
        } else {
            Self::Unknown
        }
    }

    /// Reports whether the raw value only rises between resets, so that a rate has to be taken before judging it.
    pub const fn is_cumulative(self) -> bool {
        matches!(self, Self::Counter | Self::Histogram)
    }
}

/// The identity of a series within one source: metric name and labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    /// The metric's name (`__name__`); may be empty for the result of an expression.
    pub metric: String,
    /// The other labels; never contains `__name__`.
    pub labels: Labels,
}

impl SeriesKey {
    /// Creates a key; a label called `__name__` is taken out of the labels (the explicit name wins).
    pub fn new(metric: impl Into<String>, mut labels: Labels) -> Self {
        let named = labels.remove("__name__");
        let metric = metric.into();
        Self { metric: if metric.is_empty() { named.unwrap_or_default() } else { metric }, labels }
    }
}

impl fmt::Display for SeriesKey {
    /// Writes `name{a="b"}`; the braces are left out when there are no labels but a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric)?;
        if self.metric.is_empty() || !self.labels.is_empty() {
            write!(f, "{}", self.labels)?;
        }
        Ok(())
    }
}

/// The bits of the NaN with which Prometheus marks the end of a series.
///
/// Source: `model/value/value.go` of Prometheus, `StaleNaN`.
pub const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// Reports whether a value is Prometheus' staleness marker: the series ended here.
pub fn is_stale_marker(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}

/// Raw samples of one series as two columns of equal length.
///
/// Invariant: `times.len() == values.len()`. Times ascend strictly after [`Samples::sort_and_deduplicate`]; a reader
/// says whether it hands out sorted samples. Value bits are kept exactly (`NaN` payloads included).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    times: Vec<i64>,
    values: Vec<f64>,
}

impl Samples {
    /// Creates empty columns with room for `n` samples.
    pub fn with_capacity(n: usize) -> Self {
        Self { times: Vec::with_capacity(n), values: Vec::with_capacity(n) }
    }

    /// Creates samples from two columns; `None` when their lengths differ.
    pub fn from_columns(times: Vec<i64>, values: Vec<f64>) -> Option<Self> {
        (times.len() == values.len()).then_some(Self { times, values })
    }

    /// Appends one sample.
    pub fn push(&mut self, at: Timestamp, value: f64) {
        self.times.push(at.as_millis());
        self.values.push(value);
    }

    /// Appends all samples of `other` behind these.
    pub fn extend(&mut self, other: &Self) {
        self.times.extend_from_slice(&other.times);
        self.values.extend_from_slice(&other.values);
    }

    /// Returns the times in milliseconds since the epoch.
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// Returns the values, in the order of the times.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the number of samples.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Reports whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Returns the last time; `None` when empty. Cost: constant, so meaningful for sorted samples only.
    pub fn last_time(&self) -> Option<Timestamp> {
        self.times.last().copied().map(Timestamp::from_millis)
    }

    /// Gives up the two columns: times, values.
    pub fn into_columns(self) -> (Vec<i64>, Vec<f64>) {
        (self.times, self.values)
    }

    /// Empties both columns, keeping their memory.
    pub fn clear(&mut self) {
        self.times.clear();
        self.values.clear();
    }

    /// Orders by time; of several samples with one time the last pushed is kept.
    ///
    /// Cost: linear when already sorted, otherwise a stable sort.
    pub fn sort_and_deduplicate(&mut self) {
        if self.times.windows(2).all(|w| w[0] < w[1]) {
            return;
        }
        let mut order: Vec<usize> = (0..self.times.len()).collect();
        order.sort_by_key(|&i| self.times[i]);
        let mut times: Vec<i64> = Vec::with_capacity(order.len());
        let mut values: Vec<f64> = Vec::with_capacity(order.len());
        for i in order {
            if times.last() == Some(&self.times[i]) {
                times.pop();
                values.pop();
            }
            times.push(self.times[i]);
            values.push(self.values[i]);
        }
        self.times = times;
        self.values = values;
    }
}

/// Samples at a fixed step; a missing one is `None`, never `NaN` or zero.
#[derive(Clone, Debug, PartialEq)]
pub struct RegularSeries {
    /// The time of the first step.
    pub start: Timestamp,
    /// The distance between steps in milliseconds, at least 1.
    pub step_ms: i64,
    /// One value a step, oldest first.
    pub values: Vec<Option<f64>>,
}

impl RegularSeries {
    /// Returns the time of step `idx`.
    pub fn time_of(&self, idx: usize) -> Timestamp {
        self.start.plus_millis(self.step_ms.saturating_mul(i64::try_from(idx).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_times_is_kept() {
        let mut samples = Samples::default();
        for (t, v) in [(20, 1.0), (10, 2.0), (20, 3.0)] {
            samples.push(Timestamp::from_millis(t), v);
        }

        samples.sort_and_deduplicate();

        assert_eq!(samples.times(), [10, 20]);
        assert_eq!(samples.values(), [2.0, 3.0]);
    }

    #[test]
    fn a_key_takes_its_name_out_of_the_labels() {
        let key = SeriesKey::new("", Labels::new([("__name__", "up"), ("job", "a")]));

        assert_eq!(key.to_string(), r#"up{job="a"}"#);
    }

    #[test]
    fn only_the_marker_is_a_staleness_marker() {
        assert!(is_stale_marker(f64::from_bits(STALE_BITS)));
        assert!(!is_stale_marker(f64::NAN));
    }
}
