//! The class of a series in words, and what follows from it for the judging.

use wardroom_analysis::anomaly::{self, KpiClass};
use wardroom_core::MetricKind;
use wardroom_store::SeriesRow as StoredSeries;

use crate::error::AppError;
use crate::phrase::Phrase;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;
const WEEK_MS: i64 = 604_800_000;

/// Returns the class that was told last; `None` for a word that this version does not know.
fn class_of(series: &StoredSeries) -> Option<KpiClass> {
    KpiClass::named(&series.class.as_ref()?.word)
}

/// Reads the word of a class, as a person writes it.
///
/// # Errors
///
/// `class_unknown`, with the words that there are.
pub fn class_named(word: &str) -> Result<&'static str, AppError> {
    KpiClass::named(word).map(KpiClass::as_str).ok_or_else(|| {
        let known = KpiClass::ALL.map(KpiClass::as_str).join(", ");
        AppError::new("class_unknown").with("class", word).with("known", known)
    })
}

/// Returns the kind by which a series is judged, which is not always the one that its source says.
pub(crate) fn judged_kind(series: &StoredSeries) -> MetricKind {
    anomaly::judged_kind(class_of(series), series.kind)
}

/// Says what the class of a series is and how it is judged because of it.
pub(super) fn phrase(series: &StoredSeries) -> Option<Phrase> {
    let period_ms = series.class.as_ref()?.period_ms;
    let key = match class_of(series)? {
        KpiClass::Constant => "class-constant",
        KpiClass::Sparse => "class-sparse",
        KpiClass::CounterLike if period_ms == Some(DAY_MS) => "class-counter-daily",
        KpiClass::CounterLike => "class-counter",
        KpiClass::Stepped => "class-stepped",
        KpiClass::Seasonal => return Some(seasonal(period_ms?)),
        KpiClass::Bursty => "class-bursty",
        KpiClass::Trending => "class-trending",
        KpiClass::Wandering => "class-wandering",
        KpiClass::Stationary => "class-stationary",
    };
    Some(Phrase::new(key))
}

fn seasonal(period_ms: i64) -> Phrase {
    match period_ms {
        HOUR_MS => Phrase::new("class-hourly"),
        DAY_MS => Phrase::new("class-daily"),
        WEEK_MS => Phrase::new("class-weekly"),
        other => Phrase::new("class-seasonal").span("period", other),
    }
}

#[cfg(test)]
mod tests {
    use wardroom_core::{FactId, SeriesKey, Timestamp, Unit};
    use wardroom_store::{SeriesClass, SeriesId, SourceId};

    use super::*;

    #[test]
    fn a_series_that_only_rises_is_judged_by_its_rate_whatever_its_source_says() {
        let told = series(MetricKind::Gauge, Some(("counter-like", None)));

        assert_eq!(judged_kind(&told), MetricKind::Counter);
        assert_eq!(judged_kind(&series(MetricKind::Gauge, None)), MetricKind::Gauge);
        assert_eq!(phrase(&told), Some(Phrase::new("class-counter")));
    }

    #[test]
    fn every_class_has_a_sentence_and_an_unknown_word_has_none() {
        for class in KpiClass::ALL {
            let told = series(MetricKind::Gauge, Some((class.as_str(), Some(DAY_MS))));
            assert!(phrase(&told).is_some(), "{class:?}");
        }
        let daily = series(MetricKind::Gauge, Some(("seasonal", Some(DAY_MS))));
        assert_eq!(phrase(&daily), Some(Phrase::new("class-daily")));
        assert_eq!(phrase(&series(MetricKind::Gauge, Some(("of-tomorrow", None)))), None);
        assert_eq!(phrase(&series(MetricKind::Gauge, None)), None);
    }

    #[test]
    fn a_word_that_is_no_class_is_answered_with_those_there_are() {
        let refused = class_named("spiky").unwrap_err();

        assert_eq!(class_named("bursty"), Ok("bursty"));
        assert_eq!((refused.code.as_str(), refused.fields["class"].as_str()), ("class_unknown", "spiky"));
        assert!(refused.fields["known"].contains("seasonal, bursty"), "{refused}");
    }

    fn series(kind: MetricKind, class: Option<(&str, Option<i64>)>) -> StoredSeries {
        StoredSeries {
            id: SeriesId(1),
            fact: FactId::new(1, 1),
            source: SourceId(1),
            key: SeriesKey::default(),
            kind,
            unit: Unit::Unknown,
            first: None,
            last: None,
            samples: 0,
            class: class.map(|(word, period_ms)| SeriesClass {
                word: word.to_owned(),
                period_ms,
                known_at: Timestamp::from_millis(0),
            }),
        }
    }
}
