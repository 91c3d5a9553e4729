//! The product's default detector under the roof of the methods.

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::Anomaly;
use wardroom_core::series::{MetricKind, Samples};
use wardroom_core::time::Timestamp;

use super::{MethodAlarm, MethodScored};
use crate::anomaly::{DetectedRows, Input, Options, Refusal, detect};
use crate::pass;

/// Detects as the product does by default; input, output, errors and cost are those of [`detect`].
///
/// Findings that overlap are one alarm; its score is that of its highest row, at least 1.
pub(super) fn score(samples: &Samples, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    let until = samples.times().iter().copied().max().ok_or(Refusal::Empty)?;
    let input = Input { samples, kind: MetricKind::Gauge, until: Timestamp::from_millis(until) };
    let found = detect(&input, &Options::standard(), cancel)?;
    let score = |i: usize| found.rows.at(samples.times()[i]).map_or(0.0, |(score, _)| score);
    let scores = pass::collect(samples.len(), cancel, score)?;
    let mut alarms: Vec<MethodAlarm> = Vec::new();
    for next in found.anomalies.iter().filter_map(|anomaly| alarm(anomaly, &found.rows)) {
        match alarms.last_mut() {
            Some(last) if next.start <= last.end => {
                last.end = last.end.max(next.end);
                if next.score > last.score {
                    (last.peak, last.score) = (next.peak, next.score);
                }
            }
            _ => alarms.push(next),
        }
    }
    Ok(MethodScored { scores, alarms })
}

/// Makes an alarm of a finding; `None` without a row in it.
fn alarm(anomaly: &Anomaly, rows: &DetectedRows) -> Option<MethodAlarm> {
    let first = rows.times.partition_point(|&t| t < anomaly.start.as_millis());
    let end =
        anomaly.end.map_or(rows.times.len(), |end| rows.times.partition_point(|&t| t < end.as_millis()));
    let within = first..end.max(first.saturating_add(1)).min(rows.times.len());
    let peak = within.clone().rev().max_by(|&a, &b| rows.scores[a].total_cmp(&rows.scores[b]))?;
    let time = |row: usize| Timestamp::from_millis(rows.times[row]);
    Some(MethodAlarm {
        start: time(within.start),
        end: time(within.end.saturating_sub(1)),
        peak: time(peak),
        score: rows.scores[peak].max(1.0),
    })
}
