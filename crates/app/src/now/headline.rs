//! The sentence of *Now*: what it speaks of, and when it may say that nothing is unusual.

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{Detection, FindingRow as Stored};

use crate::now::finding::Index;
use crate::now::{FindingRow, Verdict, group};
use crate::phrase::{Phrase, PhraseValue};

/// Samples that came so much later than what was judged last are not spoken of as judged.
const LATE_MS: i64 = 15 * 60_000;
/// The same in runs of the last length: between two whole detections of what is followed lie up to ten of them, in which
/// series are watched one by one.
const LATE_RUNS: i64 = 20;
/// A range that ends so much before the data is not called the last hours.
const LAST_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// Chooses what the sentence speaks of: the largest failing share, otherwise the most surprising of the group.
pub(super) fn finding(group: &[&Stored], index: &Index<'_>) -> Option<usize> {
    let share = |f: &Stored| group::failing(f, index).map(|x| x.share);
    let failing = (0..group.len()).filter(|&i| share(group[i]).is_some()).max_by(|&a, &b| {
        share(group[a]).partial_cmp(&share(group[b])).unwrap_or(std::cmp::Ordering::Equal).then(b.cmp(&a))
    });
    failing.or_else(|| {
        (0..group.len()).max_by(|&a, &b| {
            let score = |i: usize| group[i].anomaly.score.get();
            score(a).partial_cmp(&score(b)).unwrap_or(std::cmp::Ordering::Equal).then(b.cmp(&a))
        })
    })
}

/// Says what is wrong, by the chosen one of the group.
pub(super) fn wrong(
    group: &[&Stored],
    rows: &[FindingRow],
    chosen: usize,
    index: &Index<'_>,
) -> (Phrase, Verdict) {
    let (finding, row) = (group[chosen], &rows[chosen]);
    let phrase = if let Some(failing) = group::failing(finding, index) {
        let (n, of) = group::n_in(failing.share);
        Phrase::new("headline-fails")
            .text("entity", capitalized(&row.entity))
            .text("n", n.to_string())
            .text("of", of.to_string())
            .time("time", finding.anomaly.start)
    } else {
        let mut phrase = row.title.clone();
        phrase.key = format!("headline-{}", phrase.key);
        phrase.time("time", finding.anomaly.start)
    };
    (phrase, Verdict::Wrong)
}

/// Says that nothing was found in the hours that are looked back at; that nothing is unusual is said of what was scored.
/// `data` are the first and the last time of all data.
pub(super) fn nothing(
    detection: Option<&Detection>,
    data: Option<(Timestamp, Timestamp)>,
    back: TimeRange,
) -> (Phrase, Verdict) {
    let Some((data_start, data_end)) = data else {
        return (Phrase::new("headline-no-data"), Verdict::Unknown);
    };
    let Some(detection) = detection else {
        return (Phrase::new("headline-not-scored"), Verdict::Unknown);
    };
    if detection.judged == 0 {
        return (Phrase::new("headline-none-scored"), Verdict::Unknown);
    }
    if !is_late(detection, data_end.min(back.end())) {
        return (calm(back, data_start, data_end), Verdict::Calm);
    }
    if detection.until <= back.start() {
        return (Phrase::new("headline-not-scored"), Verdict::Unknown);
    }
    let until = PhraseValue::Date(detection.until.into());
    (Phrase::new("headline-calm-until").with("end", until), Verdict::Unknown)
}

/// Reports whether data at a moment came too late for the last detection to speak of it.
fn is_late(detection: &Detection, at: Timestamp) -> bool {
    let run_ms = i64::try_from(detection.duration_ms).unwrap_or(i64::MAX);
    let slack_ms = run_ms.saturating_mul(LATE_RUNS).max(LATE_MS);
    at.as_millis().saturating_sub(detection.until.as_millis()) > slack_ms
}

/// Says that nothing is unusual, and before which moment where that is not the end of the data.
fn calm(back: TimeRange, data_start: Timestamp, data_end: Timestamp) -> Phrase {
    let span = looked_at(back, data_start);
    // What came since a range was chosen is no reason to name its end.
    if back.end().plus_millis(LAST_MS) >= data_end {
        return Phrase::new("headline-calm").span("span", span);
    }
    let end = PhraseValue::Date(back.end().into());
    Phrase::new("headline-calm-before").span("span", span).with("end", end)
}

/// Returns how long the part of a range is in which there may be data: what began later is told in whole minutes.
fn looked_at(back: TimeRange, data_start: Timestamp) -> i64 {
    let since_ms = back.end().as_millis().saturating_sub(data_start.as_millis());
    if since_ms.saturating_add(MINUTE_MS) >= back.millis() {
        back.millis()
    } else {
        since_ms.div_euclid(MINUTE_MS).max(1) * MINUTE_MS
    }
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

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::MINUTE_MS as MINUTE;
    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    /// 2026-11-19T00:00:00Z.
    const END: Timestamp = Timestamp::from_millis(1_795_046_400_000);

    fn back() -> TimeRange {
        TimeRange::new(END.plus_millis(-360 * MINUTE), END).unwrap()
    }

    /// What a detection of a second says that judged so many series up to a moment.
    fn ran(judged: u64, until: Timestamp) -> Detection {
        Detection {
            known_at: until,
            until,
            judged,
            refused: 3,
            duration_ms: 1_000,
            method: "by hand".to_owned(),
        }
    }

    /// What is said of data from eight hours before the end to a moment.
    fn said(detection: Option<&Detection>, data_end: Timestamp) -> (String, Verdict) {
        said_since(END.plus_millis(-480 * MINUTE), detection, data_end)
    }

    fn said_since(start: Timestamp, detection: Option<&Detection>, data_end: Timestamp) -> (String, Verdict) {
        let (phrase, verdict) = nothing(detection, Some((start, data_end)), back());
        (Words::with(Language::En, TimeZone::UTC).phrase(&phrase), verdict)
    }

    #[test]
    fn hours_that_are_not_the_last_ones_are_not_called_so() {
        let whole = ran(5, END.plus_millis(10 * 1440 * MINUTE));

        let said = [1, 4 * 1440].map(|later| said(Some(&whole), END.plus_millis(later * MINUTE)));

        assert_eq!(said[0], ("Nothing unusual in the last 6 h.".to_owned(), Verdict::Calm));
        assert_eq!(
            said[1],
            ("Nothing unusual in the 6 h before Thu 19 Nov 2026 00:00.".to_owned(), Verdict::Calm)
        );
    }

    #[test]
    fn data_of_an_hour_is_not_called_six() {
        let whole = ran(5, END);
        let since = |ms: i64| said_since(END.plus_millis(-ms), Some(&whole), END).0;

        assert_eq!(since(75 * MINUTE + 30_000), "Nothing unusual in the last 1 h 15 min.");
        assert_eq!(since(20_000), "Nothing unusual in the last 1 min.");
        assert_eq!(since(359 * MINUTE + 1), "Nothing unusual in the last 6 h.");
    }

    #[test]
    fn what_was_not_scored_is_never_called_usual() {
        let never = said(None, END);
        let none = said(Some(&ran(0, END)), END);
        let before = said(Some(&ran(5, END.plus_millis(-400 * MINUTE))), END);
        let early = said(Some(&ran(5, END.plus_millis(-40 * MINUTE))), END);

        assert!([&never, &none, &before, &early].iter().all(|(_, verdict)| *verdict == Verdict::Unknown));
        assert_eq!(never.0, "Not scored yet: detection has not run on this data.");
        assert_eq!(none.0, "No series could be scored, so it is not known whether anything is unusual.");
        assert_eq!(before.0, never.0);
        assert_eq!(
            early.0,
            "Nothing unusual until Wed 18 Nov 2026 23:20. What came since is not scored yet."
        );
    }

    #[test]
    fn what_arrives_between_two_detections_is_no_reason_for_doubt() {
        let minutes = |ago: i64, duration_ms: u64| {
            let run = Detection { duration_ms, ..ran(5, END.plus_millis(-ago * MINUTE)) };
            said(Some(&run), END).1
        };

        assert_eq!(minutes(14, 1_000), Verdict::Calm);
        assert_eq!(minutes(16, 1_000), Verdict::Unknown);
        assert_eq!(minutes(39, 120_000), Verdict::Calm, "a long one is not made often");
    }
}
