//! Says that nothing is unusual, or why that cannot be said: answers that came in part, series that cannot be judged.

use std::collections::BTreeMap;

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{SeriesId, SeriesRow};

use super::refusal_key;
use super::rows::Verdict;
use crate::context::Open;
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};

/// Says that nothing is unusual, and before which moment where that is not the end of the data.
pub(super) fn said(back: TimeRange, data_end: Timestamp) -> Phrase {
    // What came since a range was chosen is no reason to name its end.
    if back.end().plus_millis(3_600_000) >= data_end {
        return Phrase::new("headline-calm").span("span", back.millis());
    }
    let end = PhraseValue::Date(back.end().into());
    Phrase::new("headline-calm-before").span("span", back.millis()).with("end", end)
}

/// Returns what is said of findings, or of none: that nothing is found is no conclusion where something is missing, nor
/// where not a single series could be judged.
pub(super) async fn concluded(
    open: &Open,
    found: (Phrase, Verdict),
    series: &[SeriesRow],
    partial: &[Phrase],
    as_of: Option<Timestamp>,
) -> Result<(Phrase, Verdict), AppError> {
    if found.1 != Verdict::Calm {
        return Ok(found);
    }
    if !partial.is_empty() {
        return Ok((Phrase { key: "headline-calm-partial".to_owned(), ..found.0 }, Verdict::Unknown));
    }
    let refused = open.workspace.refused_series(as_of).await?;
    let ids: Vec<SeriesId> = series.iter().map(|row| row.id).collect();
    Ok(none_judged(&ids, &refused).map_or(found, |phrase| (phrase, Verdict::Unknown)))
}

/// Says that no series could be judged, with the reason that most of them have; `None` where one could.
fn none_judged(series: &[SeriesId], refused: &BTreeMap<SeriesId, String>) -> Option<Phrase> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for id in series {
        *reasons.entry(refused.get(id)?.as_str()).or_default() += 1;
    }
    // Of reasons that are equally frequent, the first one in the order of their codes is named.
    let (code, _) = reasons.iter().rev().max_by_key(|(_, n)| **n)?;
    let told = Phrase::new("headline-none-judged").count("n", series.len()).count("kinds", reasons.len());
    Some(told.word("reason", refusal_key(code)))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::now::LOOK_BACK_MS;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn hours_that_are_not_the_last_ones_are_not_called_so() {
        // 2026-11-19T00:00:00Z.
        let end = Timestamp::from_millis(1_795_046_400_000);
        let back = TimeRange::new(end.plus_millis(-LOOK_BACK_MS), end).unwrap();
        let words = Words::with(Language::En, TimeZone::UTC);

        let told = [60_000, 4 * 86_400_000].map(|later| words.phrase(&said(back, end.plus_millis(later))));

        assert_eq!(told[0], "Nothing unusual in the last 6 h.");
        assert_eq!(told[1], "Nothing unusual in the 6 h before Thu 19 Nov 2026 00:00.");
    }

    #[test]
    fn nothing_is_concluded_where_no_series_could_be_judged() {
        let ids = [1, 2, 3].map(SeriesId);
        let refused = |codes: &[&str]| -> BTreeMap<SeriesId, String> {
            ids.into_iter().zip(codes.iter().map(|code| (*code).to_owned())).collect()
        };
        let told = |language, codes: &[&str]| {
            let words = Words::with(language, TimeZone::UTC);
            none_judged(&ids[..codes.len()], &refused(codes)).map(|phrase| words.phrase(&phrase))
        };
        let english = |codes: &[&str]| told(Language::En, codes).unwrap_or_default();

        assert_eq!(
            english(&["too_short", "constant", "too_short"]),
            "None of 3 series can be judged, most often because of: too little history."
        );
        assert_eq!(english(&["constant"]), "The one series that is there cannot be judged: constant.");
        assert_eq!(
            told(Language::ZhCn, &["constant", "constant"]).unwrap_or_default(),
            "2 条序列都无法判断：恒定不变。"
        );
        assert_eq!(none_judged(&ids, &refused(&["constant", "constant"])), None);
        assert_eq!(none_judged(&[], &BTreeMap::new()), None);
    }
}
