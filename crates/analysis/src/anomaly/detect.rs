//! The default detector: the scores of all rows say what is a finding, the seasonal baseline says of what kind it is.
//!
//! Two views of one history are put together. [`score_series`] looks at every row from twenty sides and alarms where
//! they depart together; its scores are comparable across series. The baseline knows kind, expected value, onset and
//! what no row shows (missing data, a stand-still). A departure that both see is a finding; what only one of them sees is
//! one where it is clear by itself.

mod confirm;
mod lone;

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;
use wardroom_core::anomaly::{Anomaly, AnomalyKind};
use wardroom_core::series::{MetricKind, Samples};

use super::baseline::Model;
use super::score::{Alarm, Aspect, Scored, score_series};
use super::{
    Band, Bands, Input, Options, Refusal, add_storms, departures, grid, missing, resets, values_unless,
};
use crate::pass;

/// What the default detector found in one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// The findings, by start; those below [`Options::min_score`] are left out.
    pub anomalies: Vec<Anomaly>,
    /// What is said of every row that was judged; none under [`Bands::Drop`].
    pub rows: DetectedRows,
    /// The expected range at every judged step; without values under [`Bands::Drop`].
    pub band: Band,
}

/// What is said of the rows of a series; the columns have equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DetectedRows {
    /// The time of each row in milliseconds, rising.
    pub times: Vec<i64>,
    /// How unusual the row is, 0 and more; around 1 findings begin, in every series alike.
    pub scores: Vec<f64>,
    /// Whether the row belongs to a finding.
    pub flags: Vec<bool>,
}

impl DetectedRows {
    /// Returns score and flag of the row at a time; `None` without such a row.
    pub fn at(&self, time_ms: i64) -> Option<(f64, bool)> {
        let row = self.times.binary_search(&time_ms).ok()?;
        Some((self.scores[row], self.flags[row]))
    }
}

/// Detects what is unusual in one series.
///
/// # Input
///
/// As for [`super::judge`]: samples at any, even mixed, steps and in any order; half an hour is the least, three days
/// teach the time of day.
///
/// # Output
///
/// Scaling the unit scales the result and changes neither times nor scores (up to rounding). The score of a finding
/// compares across series: what the baseline holds for the surprise, where the rows agree.
///
/// # Errors
///
/// [`Refusal`] when nothing can be said. A constant series that stopped coming is judged: it is missing.
///
/// # Cost
///
/// Linear in samples that are sorted. `cancel` is looked at every few milliseconds, also in a series of ten million.
///
/// # Source
///
/// Those of [`super::judge`] and [`score_series`].
pub fn detect(input: &Input<'_>, options: &Options, cancel: &AtomicBool) -> Result<Detection, Refusal> {
    let values = judged_of(input.samples, input.kind, cancel)?;
    let judged: &Samples = &values;
    let missing = missing::find(input.samples, input.until, options, cancel)?;
    let model = match Model::fit(judged, options, cancel) {
        Ok(model) => model,
        Err(refusal) => return without_model(refusal, missing, judged, options),
    };
    let even = grid::evened(judged, options, cancel)?;
    let scored_rows = even.as_ref().unwrap_or(judged);
    let mut scored = scored(scored_rows, options, cancel)?;
    let (found, runs) = departures(judged, &model, options);
    pass::go_on(cancel)?;
    let seen = confirm::Seen { judged, model: &model, options, alarms: &scored.alarms };
    let confirm::Together { mut anomalies, alone, idle } = seen.together(found, &runs, cancel)?;
    for alarm in idle.into_iter().map(|idx| &scored.alarms[idx]) {
        unflag(&mut scored.flags, scored_rows.times(), alarm);
    }
    let rows = match options.bands {
        Bands::Keep => rows_of(judged, even.as_ref(), scored, &alone, cancel)?,
        Bands::Drop => DetectedRows::default(),
    };
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
    Ok(Detection { anomalies, rows, band })
}

/// Returns what is judged of samples: themselves where nothing is to be changed about them.
fn judged_of<'a>(
    samples: &'a Samples,
    kind: MetricKind,
    cancel: &AtomicBool,
) -> Result<Cow<'a, Samples>, Refusal> {
    let (times, values) = (samples.times(), samples.values());
    let mut is_all = !kind.is_cumulative();
    pass::over(if is_all { times.len() } else { 0 }, cancel, |mut range| {
        let is_next = |i: usize| values[i].is_finite() && (i == 0 || times[i - 1] < times[i]);
        is_all = is_all && range.all(is_next);
    })?;
    Ok(if is_all { Cow::Borrowed(samples) } else { Cow::Owned(values_unless(samples, kind, cancel)?) })
}

/// Detects in many series on all cores of the current thread pool; the answers are in the order of the inputs.
///
/// `progress` is called from the working threads with the number of series done so far (each number once, not
/// necessarily in order). After `cancel` is set, series not done are answered with [`Refusal::Cancelled`].
///
/// Memory: under [`Bands::Keep`] about 65 bytes a step of every series are held until the answers are dropped.
pub fn detect_all(
    inputs: &[Input<'_>],
    options: &Options,
    cancel: &AtomicBool,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Result<Detection, Refusal>> {
    let done = AtomicUsize::new(0);
    inputs
        .par_iter()
        .map(|input| {
            if cancel.load(Ordering::Relaxed) {
                return Err(Refusal::Cancelled);
            }
            let detection = detect(input, options, cancel);
            if !matches!(detection, Err(Refusal::Cancelled)) {
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            }
            detection
        })
        .collect()
}

/// Answers for a series without a baseline: only that a constant one stopped coming can be said.
fn without_model(
    refusal: Refusal,
    missing: Option<Anomaly>,
    judged: &Samples,
    options: &Options,
) -> Result<Detection, Refusal> {
    let missing = missing.filter(|anomaly| anomaly.score.get() >= options.min_score);
    let judgement = super::judge_without_model(refusal, missing, judged)?;
    Ok(Detection { anomalies: judgement.anomalies, rows: DetectedRows::default(), band: judgement.band })
}

/// Scores rows of one density; none has a score or an alarm where they cannot be scored.
///
/// Nothing is said of the first rows: what surrounds them on one side only departs by itself.
fn scored(rows: &Samples, options: &Options, cancel: &AtomicBool) -> Result<Scored<Aspect>, Refusal> {
    let n = rows.len();
    let mut scored = match score_series(rows, cancel) {
        Ok(scored) => scored,
        Err(Refusal::Cancelled) => return Err(Refusal::Cancelled),
        Err(Refusal::Empty | Refusal::TooShort { .. } | Refusal::Constant | Refusal::NoPeers) => {
            return Ok(Scored { scores: vec![0.0; n], flags: vec![false; n], alarms: Vec::new() });
        }
    };
    let first = rows.times().get(options.min_steps).copied().unwrap_or(i64::MAX);
    for alarm in scored.alarms.extract_if(.., |alarm| alarm.start.as_millis() < first) {
        unflag(&mut scored.flags, rows.times(), &alarm);
    }
    Ok(scored)
}

/// Takes the rows of an alarm out of those that belong to a finding.
fn unflag(flags: &mut [bool], times: &[i64], alarm: &Alarm<Aspect>) {
    let begin = times.partition_point(|&time| time < alarm.start.as_millis());
    let end = times.partition_point(|&time| time <= alarm.end.as_millis());
    flags[begin..end].fill(false);
}

/// Returns what is said of every sample: what its row says (of `even`, where several samples share one), the cores of
/// alarms and the spans of findings that the baseline alone carries.
fn rows_of(
    judged: &Samples,
    even: Option<&Samples>,
    scored: Scored<Aspect>,
    lone: &[Anomaly],
    cancel: &AtomicBool,
) -> Result<DetectedRows, Refusal> {
    let times = pass::collect(judged.len(), cancel, |i| judged.times()[i])?;
    let Scored { mut scores, mut flags, .. } = scored;
    if let Some(even) = even {
        let row = |i: usize| even.times().partition_point(|&row| row < times[i]).min(even.len() - 1);
        let of = pass::collect(times.len(), cancel, row)?;
        scores = pass::collect(of.len(), cancel, |i| scores[of[i]])?;
        flags = pass::collect(of.len(), cancel, |i| flags[of[i]])?;
    }
    for anomaly in lone.iter().filter(|anomaly| anomaly.kind != AnomalyKind::Missing) {
        let first = times.partition_point(|&t| t < anomaly.start.as_millis());
        let end = anomaly.end.map_or(times.len(), |end| times.partition_point(|&t| t < end.as_millis()));
        let end = end.max(first);
        flags[first..end].fill(true);
    }
    Ok(DetectedRows { times, scores, flags })
}

#[cfg(test)]
mod tests;
