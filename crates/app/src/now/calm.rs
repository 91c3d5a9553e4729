//! When *Now* may say that nothing is unusual, and up to which moment.

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::Detection;

use super::sentence::Matter;
use super::{FindingRow, Verdict};
use crate::phrase::{Phrase, PhraseValue};

/// Samples that came so much later than what was judged last are not spoken of as judged.
const LATE_MS: i64 = 15 * 60_000;
/// The same in runs of the last length: between two whole detections of what is followed lie up to ten of them, in which
/// series are watched one by one.
const LATE_RUNS: i64 = 20;
/// A range that ends so much before the data is not called the last hours: what began since would be denied.
const LAST_MS: i64 = 5 * 60_000;
const MINUTE_MS: i64 = 60_000;

/// Says that nothing was found in the hours that are looked back at: nothing is unusual only in what was scored, and what
/// is over is named.
pub(super) fn nothing(matter: &Matter<'_>, detection: Option<&Detection>) -> (Phrase, Verdict) {
    let Some((data_start, data_end)) = matter.data else {
        return (Phrase::new("headline-no-data"), Verdict::Unknown);
    };
    let back = matter.back;
    let Some(detection) = detection.filter(|detection| detection.until > back.start()) else {
        return (Phrase::new("headline-not-scored"), Verdict::Unknown);
    };
    if is_late(detection, data_end.min(back.end())) {
        let until = PhraseValue::Date(detection.until.into());
        return (Phrase::new("headline-calm-until").with("end", until), Verdict::Unknown);
    }
    // That nothing is found is no conclusion where something is missing.
    let verdict = if matter.is_partial { Verdict::Unknown } else { Verdict::Calm };
    if let Some(over) = matter.past.as_ref().and_then(|row| over(row, back.end())) {
        return (over, verdict);
    }
    match &matter.blind {
        Some(why) => (Phrase::new("headline-not-judged").word("reason", why.as_str()), Verdict::Unknown),
        None if matter.is_partial => {
            let span = looked_at(back, data_start);
            (Phrase::new("headline-calm-partial").span("span", span), verdict)
        }
        None => (calm(back, data_start, data_end), verdict),
    }
}

/// Says that what was unusual in the hours before the end is over.
fn over(row: &FindingRow, until: Timestamp) -> Option<Phrase> {
    let [what, place] = ["what", "entity"].map(|name| row.title.values.get(name).cloned());
    let phrase = Phrase::new("headline-over").with("what", what?).with("entity", place?);
    Some(phrase.with("end", PhraseValue::moment(row.end?.into(), until)))
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

    /// No finding, in data of a time.
    fn matter(data: Option<(Timestamp, Timestamp)>) -> Matter<'static> {
        Matter {
            group: &[],
            rows: &[],
            chosen: None,
            in_range: &[],
            past: None,
            blind: None,
            is_partial: false,
            back: back(),
            data,
        }
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
        let (phrase, verdict) = nothing(&matter(Some((start, data_end))), detection);
        (Words::with(Language::En, TimeZone::UTC).phrase(&phrase), verdict)
    }

    #[test]
    fn hours_that_are_not_the_last_ones_are_not_called_so() {
        let whole = ran(5, END.plus_millis(10 * 1440 * MINUTE));

        let said = [1, 26, 4 * 1440].map(|later| said(Some(&whole), END.plus_millis(later * MINUTE)));

        assert_eq!(said[0], ("Nothing unusual in the last 6 h.".to_owned(), Verdict::Calm));
        let before = ("Nothing unusual in the 6 h before Thu 19 Nov 2026 00:00.".to_owned(), Verdict::Calm);
        assert_eq!(said[1..], [before.clone(), before]);
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
        let none = nothing(&matter(None), None);
        let before = said(Some(&ran(5, END.plus_millis(-400 * MINUTE))), END);
        let early = said(Some(&ran(5, END.plus_millis(-40 * MINUTE))), END);

        assert_eq!(none.0.key, "headline-no-data");
        assert!([never.1, none.1, before.1, early.1].iter().all(|verdict| *verdict == Verdict::Unknown));
        assert_eq!(never.0, "Not scored yet: detection has not run on this data.");
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

    #[test]
    fn that_nothing_could_be_judged_is_no_calm() {
        let blind = Matter { blind: Some("refusal-too-short".to_owned()), ..matter(Some((END, END))) };

        let (phrase, verdict) = nothing(&blind, Some(&ran(0, END)));

        assert_eq!(verdict, Verdict::Unknown);
        let text = Words::with(Language::En, TimeZone::UTC).phrase(&phrase);
        assert_eq!(text, "It cannot be said yet: no series can be judged (mostly: too little history).");
    }

    #[test]
    fn an_answer_in_part_is_no_calm() {
        let long = Some((END.plus_millis(-480 * MINUTE), END));
        let partial = Matter { is_partial: true, ..matter(long) };

        let (phrase, verdict) = nothing(&partial, Some(&ran(5, END)));

        assert_eq!(verdict, Verdict::Unknown);
        let text = Words::with(Language::En, TimeZone::UTC).phrase(&phrase);
        assert_eq!(text, "Nothing unusual in what came of the last 6 h, which is not everything.");
    }
}
