//! Anomalies: what departs from a series' own robust seasonal baseline, since when, and how surprising it is.
//!
//! One pass per series: raw samples → (rate) → mean per step → level that adapts slowly plus a daily profile → spread
//! → runs outside the band → kind, onset on the raw samples, score. [`judge`] does one series, [`band`] only draws
//! the expectation, [`detect_all`] puts rows and baseline together for many series on all cores, [`peer_outliers`] compares
//! those that do the same work. [`stream`] judges sample by sample. [`feedback`] says which findings a
//! person's word covers.

mod baseline;
mod bill;
mod changed;
mod class;
mod cycle;
mod detect;
mod drift;
mod excursion;
pub mod feedback;
mod flat;
mod fleet;
mod grid;
mod level;
mod missing;
mod onset;
mod options;
mod peers;
mod resets;
mod score;
mod season_break;
mod spans;
pub mod stream;
mod variance;
pub mod workload;

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::{Anomaly, AnomalyKind};
use wardroom_core::series::{MetricKind, Samples};
use wardroom_core::time::{TimeRange, Timestamp};

use crate::pass;
use crate::preprocess::counter;
use baseline::Model;
pub use bill::{
    BillPoint, PastAlarm, SENSITIVITIES, ScoredAlarm, USUAL_SENSITIVITY, bill, bill_of_method,
    least_method_score, least_score,
};
pub use changed::{Against, WindowChange, WindowInput, look_back, rank_window};
pub use class::{Classified, KpiClass, Told, Why, classify, how_judged, judged_kind};
pub use detect::{DetectedRows, Detection, detect, detect_all};
use excursion::Run;
pub use fleet::{FleetFinding, reaching};
pub use options::{Bands, Options};
pub use peers::{PeerInput, peer_outliers, peers_of};
pub use score::{
    Alarm, Aspect, Carrier, Group, GroupScored, Scored, Source, View, score_all, score_group, score_group_of,
    score_series,
};

/// The name and version of the default method ([`detect`]), stored with every finding.
pub const METHOD: &str = "row scores and seasonal baseline v2";

/// What is known of one series.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The raw samples, sorted by time; values that are not finite are left out.
    pub samples: &'a Samples,
    /// What the numbers mean: cumulative kinds are judged by their rate.
    pub kind: MetricKind,
    /// When the source last answered; missing data is judged up to here.
    pub until: Timestamp,
}

/// Why a series was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no finite value to judge.
    #[error("the series has no values to judge")]
    Empty,
    /// The history is too short to know what is usual.
    #[error("the history covers {have_ms} ms, {needed_ms} ms are needed")]
    TooShort {
        /// What the samples cover, gaps left out, in milliseconds.
        have_ms: i64,
        /// What is needed, in milliseconds.
        needed_ms: i64,
    },
    /// The value never changed.
    #[error("the value never changed")]
    Constant,
    /// There are no other series to compare with, or they say nothing about the same time.
    #[error("there are no peers to compare with")]
    NoPeers,
    /// The work was cancelled before this series was done.
    #[error("cancelled before this series was judged")]
    Cancelled,
}

impl Refusal {
    /// Returns the stable word: `empty`, `too_short`, `constant`, `no_peers` or `cancelled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooShort { .. } => "too_short",
            Self::Constant => "constant",
            Self::NoPeers => "no_peers",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The expected range of a series over time.
///
/// The three columns have equal length; value `i` is for the time `start + i * step_ms`. The unit is the one that is
/// judged: the series' own, or that per second for cumulative kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The time of the first value.
    pub start: Timestamp,
    /// The distance of values in milliseconds, at least 1.
    pub step_ms: i64,
    /// The lower end; `None` where the series has no samples yet or none any more.
    pub lower: Vec<Option<f64>>,
    /// The expected value; `None` likewise.
    pub expected: Vec<Option<f64>>,
    /// The upper end; `None` likewise.
    pub upper: Vec<Option<f64>>,
}

impl Band {
    /// Returns a band without any value, for a caller that keeps none.
    fn empty(start: Timestamp, step_ms: i64) -> Self {
        Self { start, step_ms: step_ms.max(1), lower: Vec::new(), expected: Vec::new(), upper: Vec::new() }
    }

    /// Appends one value of each column.
    fn push(&mut self, lower: Option<f64>, expected: Option<f64>, upper: Option<f64>) {
        self.lower.push(lower);
        self.expected.push(expected);
        self.upper.push(upper);
    }
}

/// What was found in one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The findings, by start; those below [`Options::min_score`] are left out.
    pub anomalies: Vec<Anomaly>,
    /// The expected range at every judged step; without values under [`Bands::Drop`].
    pub band: Band,
}

/// Returns what is judged: the finite samples of a gauge, or the rate of a cumulative kind.
///
/// Sorted by time even if the input was not; of equal times the last is kept. Cost: linear for sorted samples.
pub fn values_judged(samples: &Samples, kind: MetricKind) -> Samples {
    values_unless(samples, kind, &AtomicBool::new(false)).unwrap_or_default()
}

/// Returns [`values_judged`], or that the work was cancelled.
fn values_unless(samples: &Samples, kind: MetricKind, cancel: &AtomicBool) -> Result<Samples, Refusal> {
    let judged = if kind.is_cumulative() {
        counter::rate_unless(samples, cancel)?
    } else {
        let (times, values) = (samples.times(), samples.values());
        let mut finite = Samples::with_capacity(samples.len());
        pass::over(times.len(), cancel, |range| {
            for (&time, &value) in times[range.clone()].iter().zip(&values[range]) {
                if value.is_finite() {
                    finite.push(Timestamp::from_millis(time), value);
                }
            }
        })?;
        finite
    };
    let judged = ascending(judged, cancel)?;
    pass::go_on(cancel)?;
    Ok(judged)
}

/// Returns samples sorted by time, of equal times the last, as [`Samples::sort_and_deduplicate`] does; or that the work was
/// cancelled.
fn ascending(samples: Samples, cancel: &AtomicBool) -> Result<Samples, Refusal> {
    if samples.times().is_sorted_by(|a, b| a < b) {
        return Ok(samples);
    }
    let (times, values) = (samples.times(), samples.values());
    let order = pass::sorted(times, cancel)?;
    let is_last = |place: usize| order.get(place + 1).is_none_or(|&next| times[next] > times[order[place]]);
    let kept = pass::collect_some(order.len(), cancel, |place| is_last(place).then(|| order[place]))?;
    let columns = (
        pass::collect(kept.len(), cancel, |i| times[kept[i]])?,
        pass::collect(kept.len(), cancel, |i| values[kept[i]])?,
    );
    Ok(Samples::from_columns(columns.0, columns.1).unwrap_or_default())
}

/// Judges one series against its own history.
///
/// # Input
///
/// Samples at any, even mixed, steps; eight days teach the daily pattern, half an hour is the least. Scaling the unit
/// scales the result and changes neither times nor scores (up to rounding).
///
/// # Output
///
/// Findings by start, each with the first raw sample outside the band as its start and `None` as its end while it
/// lasts. A score of 0.9 and more is rare: a prototype of the same excursions and scores gave two of them outside the
/// labelled events of 71 public series (NAB, KPI of the `AIOps` challenge 2018, Microsoft cloud; 2,880 days).
///
/// # Errors
///
/// [`Refusal`] when nothing can be said. A constant series that stopped coming is judged: it is missing.
///
/// # Cost
///
/// Linear in the samples, plus quadratic in the number of excursions, of which there are few. `cancel` is looked at
/// every few milliseconds.
///
/// # Source
///
/// Additive level and season with outliers held out of the level follows the robust Holt-Winters filter of Gelper,
/// Fried and Croux, *Journal of Forecasting* 29 (2010); the constants are those of [`Options::standard`].
pub fn judge(input: &Input<'_>, options: &Options, cancel: &AtomicBool) -> Result<Judgement, Refusal> {
    let judged = values_unless(input.samples, input.kind, cancel)?;
    let missing = missing::find(input.samples, input.until, options, cancel)?
        .filter(|anomaly| anomaly.score.get() >= options.min_score);
    let model = match Model::fit(&judged, options, cancel) {
        Ok(model) => model,
        Err(refusal) => return judge_without_model(refusal, missing, &judged),
    };
    let (mut anomalies, _) = departures(&judged, &model, options);
    anomalies.extend(missing);
    if input.kind.is_cumulative() {
        add_storms(&mut anomalies, resets::find(input.samples, input.until, options, cancel)?);
    }
    anomalies.retain(|anomaly| anomaly.score.get() >= options.min_score);
    anomalies.sort_by_key(|anomaly| (anomaly.start, anomaly.kind));
    let band = match options.bands {
        Bands::Keep => model.band(options),
        Bands::Drop => Band::empty(model.grid.time_of(0), model.grid.step_ms),
    };
    Ok(Judgement { anomalies, band })
}

/// Returns the expected range over `range`, one value every `step_ms` from its start on (below 1 taken as 1).
///
/// A value is `None` before the first and after the last sample. Cost: that of [`judge`] plus the number of steps.
///
/// # Errors
///
/// [`Refusal`] when the history cannot tell what is usual; a constant series has no band.
pub fn band(input: &Input<'_>, options: &Options, range: TimeRange, step_ms: i64) -> Result<Band, Refusal> {
    let judged = values_judged(input.samples, input.kind);
    let model = Model::fit(&judged, options, &AtomicBool::new(false))?;
    Ok(model.band_over(options, range, step_ms))
}

/// Answers for a series without a baseline: only that a constant one stopped coming can be said.
fn judge_without_model(
    refusal: Refusal,
    missing: Option<Anomaly>,
    judged: &Samples,
) -> Result<Judgement, Refusal> {
    match (refusal, missing) {
        (Refusal::Constant, Some(anomaly)) => {
            let start = judged.times().first().copied().map_or(anomaly.start, Timestamp::from_millis);
            let band = Band::empty(start, anomaly.step_ms);
            Ok(Judgement { anomalies: vec![anomaly], band })
        }
        (refusal, _) => Err(refusal),
    }
}

/// Finds everything that can be seen in the samples: excursions, changes of spread, stand-stills. Returns with them all
/// excursions that nothing else explains, also those too weak for a finding.
fn departures(judged: &Samples, model: &Model, options: &Options) -> (Vec<Anomaly>, Vec<Run>) {
    let mut runs: Vec<Run> = excursion::find(model, options);
    let mut anomalies = Vec::new();
    if let Some(still) = flat::find(model, options)
        && flat::explains(&still, &mut runs)
    {
        anomalies.push(flat::describe(&still, judged, model, options));
    }
    let broken = season_break::find(model)
        .filter(|broken| anomalies.is_empty() && season_break::explains(broken, &mut runs));
    for wild in variance::find(model, options) {
        // A pattern that is gone swings around what was expected of it.
        let is_consequence = broken.as_ref().is_some_and(|broken| wild.overlaps(broken.span()));
        if !is_consequence && variance::explains(&wild, &mut runs, model) {
            anomalies.push(variance::describe(&wild, judged, model, options));
        }
    }
    if let Some(broken) = &broken {
        anomalies.push(season_break::describe(broken, judged, model, options));
    }
    if let Some(drift) = drift::find(model)
        && drift::explains(&drift, &runs, model)
    {
        anomalies.push(drift::describe(&drift, judged, model, options));
    }
    anomalies.extend(excursion::describe(&runs, judged, model, options));
    (anomalies, runs)
}

/// Adds storms of resets; the short excursions of the rate within one are its consequence.
fn add_storms(anomalies: &mut Vec<Anomaly>, storms: Vec<Anomaly>) {
    let is_short =
        |kind: AnomalyKind| matches!(kind, AnomalyKind::Spike | AnomalyKind::Dip | AnomalyKind::Variance);
    for storm in storms {
        let within = |at: Timestamp| at >= storm.start && storm.end.is_none_or(|end| at <= end);
        anomalies.retain(|other| !(is_short(other.kind) && within(other.start)));
        anomalies.push(storm);
    }
}

#[cfg(test)]
mod tests;
