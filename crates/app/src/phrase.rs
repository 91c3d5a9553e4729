//! A sentence as data: the key of a catalogue message and its values. Window, terminal and report make the words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_charts::scale::{format_value, long_time_ms, low_end};
use wardroom_core::{Timestamp, Unit};

use crate::wire::Millis;

/// A sentence of the catalogue with its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Phrase {
    /// The key of the message.
    pub key: String,
    /// The values that enter it, by name.
    pub values: BTreeMap<String, PhraseValue>,
}

/// A value that enters a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum PhraseValue {
    /// A name, a query, or a number with a unit that every language writes alike.
    Text(String),
    /// A whole number that also chooses the plural form.
    Count(u32),
    /// A point in time, shown as a clock time in the chosen zone.
    Time(Millis),
    /// A point in time, shown with its date.
    Date(Millis),
    /// A length of time.
    Span(Millis),
    /// The key of another message without values.
    Word(String),
    /// Several values that make one name, one behind the other; where a script has spaces, with one between them.
    List(Vec<PhraseValue>),
}

/// A clock time names one moment only within so many milliseconds.
const DAY_MS: u64 = 86_400_000;

impl PhraseValue {
    /// Returns a point in time as it is said beside another: as a clock time where less than a day lies between them,
    /// otherwise with its date.
    pub fn moment(at: Timestamp, beside: Timestamp) -> Self {
        if at.as_millis().abs_diff(beside.as_millis()) < DAY_MS {
            Self::Time(at.into())
        } else {
            Self::Date(at.into())
        }
    }

    /// Returns a measured value: a number with its unit, or a length of time where it is a minute or more.
    pub fn measured(value: f64, unit: Unit) -> Self {
        long_time_ms(value, unit)
            .map_or_else(|| Self::Text(format_value(value, unit)), |millis| Self::Span(Millis(millis)))
    }
}

impl Phrase {
    /// Creates a sentence without values.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), values: BTreeMap::new() }
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.with(name, PhraseValue::Text(value.into()))
    }

    /// Adds a number with its unit.
    #[must_use]
    pub fn number(self, name: &str, value: f64, unit: Unit) -> Self {
        self.with(name, PhraseValue::measured(value, unit))
    }

    /// Adds the ends of a range as `low` and `high`; a unit that both have stands behind the high end only.
    #[must_use]
    pub fn ends(self, low: PhraseValue, high: PhraseValue) -> Self {
        let low = match (low, &high) {
            (PhraseValue::Text(low), PhraseValue::Text(high)) => {
                PhraseValue::Text(low_end(&low, high).to_owned())
            }
            (low, _) => low,
        };
        self.with("low", low).with("high", high)
    }

    /// Adds a whole number.
    #[must_use]
    pub fn count(self, name: &str, value: usize) -> Self {
        self.with(name, PhraseValue::Count(u32::try_from(value).unwrap_or(u32::MAX)))
    }

    /// Adds a clock time.
    #[must_use]
    pub fn time(self, name: &str, at: Timestamp) -> Self {
        self.with(name, PhraseValue::Time(at.into()))
    }

    /// Adds a length of time in milliseconds.
    #[must_use]
    pub fn span(self, name: &str, millis: i64) -> Self {
        self.with(name, PhraseValue::Span(Millis(millis)))
    }

    /// Adds a word of the catalogue.
    #[must_use]
    pub fn word(self, name: &str, key: impl Into<String>) -> Self {
        self.with(name, PhraseValue::Word(key.into()))
    }

    /// Adds any value.
    #[must_use]
    pub fn with(mut self, name: &str, value: PhraseValue) -> Self {
        self.values.insert(name.to_owned(), value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_a_minute_and_more_is_left_to_the_language() {
        assert_eq!(PhraseValue::measured(61.2, Unit::Seconds), PhraseValue::Span(Millis(61_000)));
        assert_eq!(PhraseValue::measured(0.092, Unit::Seconds), PhraseValue::Text("92 ms".to_owned()));
        assert_eq!(PhraseValue::measured(61.2, Unit::Count), PhraseValue::Text("61.2".to_owned()));
    }

    #[test]
    fn the_ends_of_a_range_share_a_unit_where_they_have_the_same() {
        let low = |low: f64, high: f64, unit| {
            let [low, high] = [low, high].map(|value| PhraseValue::measured(value, unit));
            Phrase::new("report-normal").ends(low, high).values.remove("low")
        };

        assert_eq!(low(0.000_869, 0.001_53, Unit::Ratio), Some(PhraseValue::Text("0.0869".to_owned())));
        assert_eq!(low(0.0, 0.0165, Unit::Seconds), Some(PhraseValue::Text("0 s".to_owned())));
        assert_eq!(low(5.0, 90.0, Unit::Seconds), Some(PhraseValue::Text("5 s".to_owned())));
        assert_eq!(low(70.0, 90.0, Unit::Seconds), Some(PhraseValue::Span(Millis(70_000))));
    }
}
