//! The robust seasonal baseline under the roof of the methods.

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::Anomaly;
use wardroom_core::series::{MetricKind, Samples};
use wardroom_core::time::Timestamp;

use super::{MethodAlarm, MethodScored};
use crate::anomaly::{Band, Bands, Input, Options, Refusal, judge};
use crate::pass;

/// Scores a history by its distance from the expected value in half widths of the band: 1 is the edge.
///
/// # Output
///
/// The alarms are the findings of [`judge`] under the product's options, so a sample beyond the edge need not alarm: it
/// also has to be large, long and rare enough.
///
/// # Errors
///
/// Those of [`judge`].
///
/// # Cost
///
/// That of [`judge`]: linear.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let until = Timestamp::from_millis(samples.times().iter().copied().max().unwrap_or_default());
    let options = Options { bands: Bands::Keep, ..Options::standard() };
    let judgement = judge(&Input { samples, kind: MetricKind::Gauge, until }, &options, cancel)?;
    let (times, values) = (samples.times(), samples.values());
    let scores = pass::collect(samples.len(), cancel, |i| departure(&judgement.band, times[i], values[i]))?;
    let finite = |i: usize| values[i].is_finite().then_some(i);
    let mut order = pass::collect_some(scores.len(), cancel, finite)?;
    if !times.is_sorted() {
        order.sort_by_key(|&i| times[i]);
    }
    let alarms = judgement.anomalies.iter().filter_map(|a| alarm(a, times, &scores, &order));
    Ok(MethodScored { alarms: alarms.collect(), scores })
}

/// Returns the distance from the expected value in half widths; 0 where nothing is expected or given.
fn departure(band: &Band, time_ms: i64, value: f64) -> f64 {
    let after = time_ms.saturating_sub(band.start.as_millis());
    let step = after.div_euclid(band.step_ms) + i64::from(after.rem_euclid(band.step_ms) != 0);
    let Ok(step) = usize::try_from(step.max(0)) else { return 0.0 };
    let at = |column: &[Option<f64>]| column.get(step).copied().flatten();
    match (at(&band.expected), at(&band.upper)) {
        (Some(expected), Some(upper)) if value.is_finite() && upper > expected => {
            ((value - expected).abs() / (upper - expected)).min(MOST)
        }
        _ => 0.0,
    }
}

/// Departures count up to this many half widths, the same as the judgement's 1,000 spreads at four each.
const MOST: f64 = 250.0;

/// Places a finding on the samples; `None` when it covers none.
fn alarm(anomaly: &Anomaly, times: &[i64], scores: &[f64], order: &[usize]) -> Option<MethodAlarm> {
    let first = order.partition_point(|&i| times[i] < anomaly.start.as_millis());
    let end = anomaly.end.map_or(order.len(), |end| order.partition_point(|&i| times[i] < end.as_millis()));
    let covered = order.get(first..end.max(first + 1).min(order.len()))?;
    let peak = covered.iter().copied().max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)))?;
    let time = |row: usize| Timestamp::from_millis(times[row]);
    Some(MethodAlarm {
        start: time(*covered.first()?),
        end: time(*covered.last()?),
        peak: time(peak),
        score: scores[peak].max(1.0),
    })
}
