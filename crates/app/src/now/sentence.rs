//! The sentence of *Now* and those under it: what is wrong and since when, how far it reaches, and what is over.

use std::collections::BTreeSet;

use wardroom_core::{FactId, TimeRange, Timestamp};
use wardroom_store::{Detection, FindingRow as Stored, SeriesId};

use super::finding::Index;
use super::{FindingRow, OnsetRow, Verdict, calm, group};
use crate::context::Open;
use crate::phrase::{Phrase, PhraseValue};

/// What the sentences speak of.
pub(super) struct Matter<'a> {
    /// The group that began together, in order of onset.
    pub(super) group: &'a [&'a Stored],
    /// A row for each of the group.
    pub(super) rows: &'a [FindingRow],
    /// The place in the group of what the headline speaks of.
    pub(super) chosen: Option<usize>,
    /// Those of the range that reach the screen.
    pub(super) in_range: &'a [&'a Stored],
    /// Where no group is there: the most surprising of the hours before the end that is over, in words.
    pub(super) past: Option<FindingRow>,
    /// Where no group is there: the key of the reason why no series can be judged; `None` where one can.
    pub(super) blind: Option<String>,
    /// Whether sources answered only in part in that time.
    pub(super) is_partial: bool,
    /// The hours before the end of the range.
    pub(super) back: TimeRange,
    /// The first and the last time of all data; `None` without any.
    pub(super) data: Option<(Timestamp, Timestamp)>,
}

/// Makes the headline, with what it says.
pub(super) fn headline(
    matter: &Matter<'_>,
    index: &Index<'_>,
    detection: Option<&Detection>,
) -> (Phrase, Verdict) {
    let chosen = matter.chosen.and_then(|at| Some((*matter.group.get(at)?, matter.rows.get(at)?)));
    let Some((finding, row)) = chosen else { return calm::nothing(matter, detection) };
    let time = PhraseValue::moment(finding.anomaly.start, matter.back.end());
    let phrase = if let Some(failing) = group::failing(finding, index) {
        let (n, of) = group::n_in(failing.share);
        Phrase::new("headline-fails")
            .text("entity", capitalized(&row.entity))
            .text("n", n.to_string())
            .text("of", of.to_string())
    } else {
        let mut phrase = row.title.clone();
        phrase.key = format!("headline-{}", phrase.key);
        phrase
    };
    (phrase.with("time", time), Verdict::Wrong)
}

/// A single lower-case word begins a sentence with a capital; names with hyphens and dots stay as they are.
fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if name.chars().all(|c| c.is_ascii_lowercase()) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => name.to_owned(),
    }
}

/// Makes the sentences under the headline: how far the group reaches, what began first, and what else there is. A fault
/// that touches a thousand series is told by services, hosts and series, not as a thousand findings.
pub(super) fn lead(matter: &Matter<'_>, onsets: &[OnsetRow]) -> Vec<Phrase> {
    let (Some(first), Some(last)) = (matter.group.first(), matter.group.last()) else {
        return listed(matter).into_iter().collect();
    };
    let entities: BTreeSet<&str> = matter.rows.iter().map(|row| row.entity.as_str()).collect();
    let series: BTreeSet<SeriesId> = matter.group.iter().map(|f| f.series).collect();
    let span = last.anomaly.start.as_millis().saturating_sub(first.anomaly.start.as_millis());
    let since = PhraseValue::moment(first.anomaly.start, matter.back.end());
    let mut lead = vec![
        Phrase::new(if span > 0 { "lead-group" } else { "lead-group-at-once" })
            .count("entities", entities.len())
            .count("series", series.len())
            .with("time", since.clone())
            .span("span", span),
    ];
    if let (Some(onset), true) = (onsets.first(), entities.len() > 1) {
        lead.push(began_first(onset, since));
        lead.push(Phrase::new("lead-order"));
    }
    let of_group: BTreeSet<FactId> = matter.group.iter().map(|f| f.id).collect();
    let others = matter.in_range.iter().filter(|f| !of_group.contains(&f.id)).count();
    if others > 0 {
        lead.push(Phrase::new("lead-others").count("n", others));
    }
    lead
}

/// Says that findings are listed though nothing lasts; `None` where none is.
fn listed(matter: &Matter<'_>) -> Option<Phrase> {
    let n = matter.in_range.len();
    (n > 0).then(|| Phrase::new("lead-listed").count("n", n))
}

/// Says what began first.
fn began_first(onset: &OnsetRow, since: PhraseValue) -> Phrase {
    let key = if onset.shows.key == "onset-missing" { "lead-first-missing" } else { "lead-first" };
    let phrase = Phrase::new(key).text("entity", onset.entity.clone()).with("time", since);
    ["what", "from", "to"].into_iter().fold(phrase, |phrase, name| match onset.shows.values.get(name) {
        Some(value) => phrase.with(name, value.clone()),
        None => phrase,
    })
}

/// Says how old the data is; `None` where its end is not five minutes ago.
pub(super) fn age(present: Timestamp, data_end: Option<Timestamp>, open: &Open) -> Option<Phrase> {
    let end = data_end?;
    let age = present.as_millis().saturating_sub(end.as_millis());
    let key = if open.simulated { "lead-age-simulated" } else { "lead-age" };
    (age > 5 * 60_000).then(|| Phrase::new(key).with("date", PhraseValue::Date(end.into())).span("age", age))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use wardroom_core::{Anomaly, AnomalyKind, Labels, MetricKind, Reason, Score, SeriesKey, Unit};
    use wardroom_store::{SeriesRow, SourceId};

    use super::*;
    use crate::now::{finding, onset_rows};
    use crate::settings::Language;
    use crate::words::Words;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    /// 2026-11-19T00:00:00Z.
    const END: Timestamp = Timestamp::from_millis(1_795_046_400_000);

    fn said(language: Language, phrase: &Phrase) -> String {
        Words::with(language, TimeZone::UTC).phrase(phrase)
    }

    fn busy(id: i64, service: &str) -> SeriesRow {
        SeriesRow {
            id: SeriesId(id),
            fact: FactId::new(1, 1),
            source: SourceId(1),
            key: SeriesKey::new("busy_ratio", Labels::new([("service", service)])),
            kind: MetricKind::Gauge,
            unit: Unit::Ratio,
            first: None,
            last: None,
            samples: 0,
            class: None,
        }
    }

    /// A finding on a series that began so many minutes before the end.
    fn found(id: u64, series: i64, before: i64, lasts: Option<i64>, score: f64) -> Stored {
        let start = END.plus_millis(-before * MINUTE);
        let reason = Reason {
            observed: Some(0.9),
            peak: Some(0.9),
            expected: Some(0.1),
            lower: Some(0.0),
            upper: Some(0.2),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 100 * HOUR,
            season_ms: None,
        };
        let end = lasts.map(|minutes| start.plus_millis(minutes * MINUTE));
        let (kind, score) = (AnomalyKind::Level, Score::new(score));
        let anomaly = Anomaly { kind, start, end, step_ms: 15_000, score, reason };
        let (id, series, method) = (FactId::new(1, id), SeriesId(series), "by hand".to_owned());
        Stored { id, series, anomaly, known_at: END, updated_at: END, method }
    }

    fn back() -> TimeRange {
        TimeRange::new(END.plus_millis(-6 * HOUR), END).unwrap()
    }

    #[test]
    fn a_moment_of_another_day_is_said_with_its_date() {
        let words = Words::with(Language::En, TimeZone::UTC);
        let at = |hours: i64| words.said(&PhraseValue::moment(END.plus_millis(-hours * HOUR), END));

        assert_eq!((at(5), at(23)), ("19:00".to_owned(), "01:00".to_owned()));
        assert_eq!(at(24), "Wed 18 Nov 2026 00:00");
        assert_eq!(at(72), "Mon 16 Nov 2026 00:00");
    }

    #[test]
    fn a_fault_is_told_by_services_and_series_and_not_by_findings() {
        let series = [busy(1, "db"), busy(2, "web"), busy(3, "web")];
        let index: Index<'_> = series.iter().map(|row| (row.id, row)).collect();
        let two_days = 48 * 60;
        let stored = [
            found(1, 1, two_days, None, 0.9),
            found(2, 2, two_days - 1, None, 0.97),
            found(3, 3, two_days - 1, None, 0.7),
            found(4, 3, two_days - 2, None, 0.8),
            found(5, 1, 30, Some(5), 0.8),
        ];
        let all: Vec<&Stored> = stored.iter().collect();
        let group = &all[..4];
        let rows: Vec<FindingRow> = group.iter().map(|f| finding::row(f, index[&f.series], None)).collect();
        let onsets = onset_rows(group, &rows, Some(1), &index);
        let matter = Matter {
            group,
            rows: &rows,
            chosen: Some(1),
            in_range: &all,
            past: None,
            blind: None,
            is_partial: false,
            back: back(),
            data: Some((END.plus_millis(-8 * 24 * HOUR), END)),
        };

        let lead: Vec<String> =
            lead(&matter, &onsets).iter().map(|phrase| said(Language::En, phrase)).collect();
        let (headline, verdict) = headline(&matter, &index, None);

        assert_eq!(
            lead[0],
            "2 services and hosts, 3 series since Tue 17 Nov 2026 00:00; all series began within 2 min."
        );
        assert!(lead[1].starts_with("The first is db: "), "{lead:?}");
        assert_eq!(lead[3..], ["One more finding of this range began apart from that."]);
        assert_eq!(verdict, Verdict::Wrong);
        assert!(said(Language::En, &headline).ends_with(" at Tue 17 Nov 2026 00:01."), "{headline:?}");
    }

    #[test]
    fn what_is_over_is_no_reason_to_say_that_nothing_was() {
        let series = busy(2, "web");
        let index: Index<'_> = [(series.id, &series)].into_iter().collect();
        let stored = found(1, 2, 120, Some(30), 0.97);
        let matter = Matter {
            group: &[],
            rows: &[],
            chosen: None,
            in_range: &[&stored],
            past: Some(finding::row(&stored, &series, None)),
            blind: None,
            is_partial: false,
            back: back(),
            data: Some((END.plus_millis(-8 * 24 * HOUR), END)),
        };

        let detection = Detection {
            known_at: END,
            until: END,
            judged: 1,
            refused: 0,
            duration_ms: 1_000,
            method: "by hand".to_owned(),
        };

        let (headline, verdict) = headline(&matter, &index, Some(&detection));

        assert_eq!(verdict, Verdict::Calm);
        let text = said(Language::En, &headline);
        assert!(text.starts_with("Nothing unusual at the end: "), "{text}");
        assert!(text.ends_with(" on web was until 22:30."), "{text}");
        let lead: Vec<String> = lead(&matter, &[]).iter().map(|phrase| said(Language::En, phrase)).collect();
        assert_eq!(lead, ["One finding of this range is over or weak."]);
    }
}
