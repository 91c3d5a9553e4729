//! A finding in words: title, reason, small line.

use std::collections::BTreeMap;

use wardroom_analysis::anomaly::values_judged;
use wardroom_core::{Anomaly, AnomalyKind, Grade, Reason, Samples, TimeRange, Unit};
use wardroom_store::{FindingRow as Stored, SeriesId, SeriesRow};

use crate::entity::other_labels;
use crate::metric_words::what_of;
use crate::now::FindingRow;
use crate::phrase::{Phrase, PhraseValue};
use crate::series::judged_kind;
use crate::topology::Naming;
use crate::wire::Millis;
use crate::workloads::Joined;

/// Values in the small line of a finding.
const SPARK: u8 = 60;

/// Series by their number, for looking up what a finding speaks of.
pub(crate) type Index<'a> = BTreeMap<SeriesId, &'a SeriesRow>;

/// Returns the unit in which a series is judged: a rate for what only rises.
///
/// The seconds that all requests took, per second, are how many were under way at a time: a number, and no share as
/// the busy seconds of a processor are.
pub(crate) fn judged_unit(row: &SeriesRow) -> Unit {
    if !judged_kind(row).is_cumulative() {
        row.unit
    } else if row.unit == Unit::Seconds && row.key.metric.ends_with("_sum") {
        Unit::Unknown
    } else {
        row.unit.rate()
    }
}

/// Returns the unit of a finding's values: resets are counted, everything else is in the unit that is judged.
pub(crate) fn unit_of(kind: AnomalyKind, row: &SeriesRow) -> Unit {
    if kind == AnomalyKind::ResetStorm { Unit::Count } else { judged_unit(row) }
}

/// Returns what a series belongs to, by the name that the model has for it.
pub(crate) fn entity(series: &SeriesRow, naming: &Naming) -> String {
    match naming.joined(series.id) {
        Some(joined) => naming.entity(&joined.name(&series.key)),
        None => naming.entity(&series.key),
    }
}

/// Returns a grade as the interface draws it: 1 to 3.
pub(crate) fn grade_number(grade: Grade) -> u8 {
    match grade {
        Grade::Low => 1,
        Grade::Medium => 2,
        Grade::High => 3,
    }
}

/// Puts a stored finding into words. `samples` are those of the last hours, for the small line.
pub(crate) fn row(stored: &Stored, series: &SeriesRow, samples: Option<(&Samples, TimeRange)>) -> FindingRow {
    named_row(stored, series, samples, &Naming::default())
}

/// Puts a stored finding into words, with the name that the model has for what it belongs to.
pub(crate) fn named_row(
    stored: &Stored,
    series: &SeriesRow,
    samples: Option<(&Samples, TimeRange)>,
    naming: &Naming,
) -> FindingRow {
    let anomaly = &stored.anomaly;
    let unit = unit_of(anomaly.kind, series);
    let reason = &anomaly.reason;
    let joined = naming.joined(series.id);
    // What is named is the workload: the labels that change with every rollout say nothing.
    let named = joined.map(|joined| SeriesRow { key: joined.name(&series.key), ..series.clone() });
    let series = named.as_ref().unwrap_or(series);
    let entity = naming.entity(&series.key);
    let value = reason.observed.or(reason.peak);
    FindingRow {
        id: stored.id.to_string(),
        series: u32::try_from(series.id.0).unwrap_or(u32::MAX),
        title: title(anomaly, series, &naming.place(series), unit),
        reason: reason_phrase(anomaly, unit),
        joined: joined.map(Joined::phrase),
        metric: series.key.metric.clone(),
        labels: other_labels(&series.key, &entity),
        entity,
        team: naming.team(&series.key.labels).map(ToOwned::to_owned),
        kind: anomaly.kind.into(),
        start: anomaly.start.into(),
        end: anomaly.end.map(Millis::from),
        step: Millis(anomaly.step_ms),
        score: anomaly.score.get(),
        grade: grade_number(anomaly.score.grade()),
        value: value.map(|v| PhraseValue::measured(v, unit)),
        expected: reason.expected.map(|v| PhraseValue::measured(v, unit)),
        normal_low: lower_end(reason, unit).map(|v| PhraseValue::measured(v, unit)),
        normal_high: reason.upper.map(|v| PhraseValue::measured(v, unit)),
        known_at: stored.known_at.into(),
        spark: samples.map(|(s, range)| spark(s, series, range)).unwrap_or_default(),
        spark_low: lower_end(reason, unit),
        spark_high: reason.upper,
        feedback: None,
    }
}

/// Returns the lower end of the band, held at zero for what cannot be less: nothing takes minus 7 ms.
fn lower_end(reason: &Reason, unit: Unit) -> Option<f64> {
    let cannot = match unit {
        Unit::Unknown | Unit::Celsius => false,
        Unit::Count
        | Unit::Seconds
        | Unit::Bytes
        | Unit::Ratio
        | Unit::PerSecond
        | Unit::BytesPerSecond
        | Unit::UnixTime => true,
    };
    let positive = [reason.expected, reason.observed].iter().flatten().all(|v| *v >= 0.0);
    reason.lower.map(|low| if cannot && positive { low.max(0.0) } else { low })
}

fn spark(samples: &Samples, series: &SeriesRow, range: TimeRange) -> Vec<Option<f64>> {
    let judged = values_judged(samples, judged_kind(series));
    let mut bins = vec![None; usize::from(SPARK)];
    let width = (range.millis() / i64::from(SPARK)).max(1);
    for (&at, &value) in judged.times().iter().zip(judged.values()) {
        let bin = (at - range.start().as_millis()).div_euclid(width);
        if let Some(slot) = usize::try_from(bin).ok().and_then(|i| bins.get_mut(i))
            && value.is_finite()
        {
            *slot = Some(value);
        }
    }
    bins
}

/// Says what happened at a place, as a title.
fn title(anomaly: &Anomaly, series: &SeriesRow, place: &str, unit: Unit) -> Phrase {
    let reason = &anomaly.reason;
    let (value, expected) = (reason.observed.or(reason.peak), reason.expected);
    let rose = value.zip(expected).is_none_or(|(v, e)| v >= e);
    let times = value
        .zip(expected)
        .filter(|(v, e)| *e > 0.0 && *v > 0.0)
        .map(|(v, e)| if rose { v / e } else { e / v });
    let key = match anomaly.kind {
        AnomalyKind::Level => match (rose, times) {
            (true, Some(t)) if (2.0..10_000.0).contains(&t) && unit == Unit::Seconds => "finding-slower",
            (true, Some(t)) if (2.0..10_000.0).contains(&t) && unit != Unit::Ratio => "finding-times-higher",
            (true, _) => "finding-rose",
            (false, _) => "finding-fell",
        },
        AnomalyKind::Spike | AnomalyKind::Dip if rose => "finding-spike",
        AnomalyKind::Spike | AnomalyKind::Dip => "finding-dip",
        AnomalyKind::Trend if reason.slope_per_hour.is_some_and(|s| s < 0.0) => "finding-trend-down",
        AnomalyKind::Trend => "finding-trend-up",
        AnomalyKind::Variance => "finding-variance",
        AnomalyKind::Missing => "finding-missing",
        AnomalyKind::Flat => "finding-flat",
        AnomalyKind::SeasonBreak => "finding-season-break",
        AnomalyKind::ResetStorm => "finding-reset-storm",
        AnomalyKind::PeerOutlier if rose => "finding-above-peers",
        AnomalyKind::PeerOutlier => "finding-below-peers",
    };
    let mut phrase = Phrase::new(key).with("what", what_of(&series.key, place)).text("entity", place);
    if let Some(times) = times {
        phrase = phrase.text("times", short(times));
    }
    if let Some(value) = value {
        phrase = phrase.number("value", value, unit);
    }
    if let Some(expected) = expected {
        phrase = phrase.number("normal", expected, unit);
    }
    phrase
}

fn short(times: f64) -> String {
    if times < 10.0 { format!("{times:.1}") } else { format!("{times:.0}") }
}

/// Says why it is a finding.
fn reason_phrase(anomaly: &Anomaly, unit: Unit) -> Phrase {
    let reason = &anomaly.reason;
    let key = match anomaly.kind {
        AnomalyKind::Level => "reason-level",
        AnomalyKind::Spike | AnomalyKind::Dip => "reason-spike",
        AnomalyKind::Trend => "reason-trend",
        AnomalyKind::Variance => "reason-variance",
        AnomalyKind::Missing => "reason-missing",
        AnomalyKind::Flat => "reason-flat",
        AnomalyKind::SeasonBreak => "reason-season-break",
        AnomalyKind::ResetStorm => "reason-reset-storm",
        AnomalyKind::PeerOutlier => "reason-peer-outlier",
    };
    let share = (reason.rarer_than * 1000.0).floor() / 10.0;
    let phrase = Phrase::new(key).span("history", reason.history_ms);
    // Who reads "more than 100 %" looks for a mistake.
    let mut phrase = if share < 100.0 {
        phrase.text("share", format!("{share} %"))
    } else {
        phrase.word("share", "reason-all")
    };
    if let Some(slope) = reason.slope_per_hour {
        phrase = phrase.number("slope", slope, unit);
    }
    if let (Some(low), Some(high)) = (lower_end(reason, unit), reason.upper) {
        phrase = phrase.ends(PhraseValue::measured(low, unit), PhraseValue::measured(high, unit));
    }
    phrase.word("season", if reason.season_ms.is_some() { "reason-season" } else { "reason-no-season" })
}

#[cfg(test)]
mod tests {
    use wardroom_core::{FactId, Labels, MetricKind, Score, SeriesKey, Timestamp};
    use wardroom_store::SourceId;

    use super::*;

    fn counter(metric: &str) -> SeriesRow {
        SeriesRow {
            id: SeriesId(1),
            fact: FactId::new(1, 1),
            source: SourceId(1),
            key: SeriesKey::new(metric, Labels::default()),
            kind: MetricKind::Counter,
            unit: Unit::from_metric_name(metric),
            first: None,
            last: None,
            samples: 0,
            class: None,
        }
    }

    #[test]
    fn the_seconds_of_all_requests_a_second_are_a_number_and_those_of_a_processor_a_share() {
        assert_eq!(judged_unit(&counter("http_request_duration_seconds_sum")), Unit::Unknown);
        assert_eq!(judged_unit(&counter("node_cpu_seconds_total")), Unit::Ratio);
        assert_eq!(judged_unit(&counter("http_response_size_bytes_sum")), Unit::BytesPerSecond);
    }

    #[test]
    fn what_was_never_so_far_off_is_not_told_in_percent() {
        let share = |rarer_than| {
            let reason = Reason {
                observed: Some(9.0),
                peak: Some(9.0),
                expected: Some(2.0),
                lower: Some(1.0),
                upper: Some(3.0),
                slope_per_hour: None,
                rarer_than,
                history_ms: 300_000_000,
                season_ms: None,
            };
            let anomaly = Anomaly {
                kind: AnomalyKind::Level,
                start: Timestamp::from_millis(0),
                end: None,
                step_ms: 60_000,
                score: Score::new(0.9),
                reason,
            };
            reason_phrase(&anomaly, Unit::Count).values.remove("share")
        };

        assert_eq!(share(1.0), Some(PhraseValue::Word("reason-all".to_owned())));
        assert_eq!(share(0.9999), Some(PhraseValue::Text("99.9 %".to_owned())));
    }
}
