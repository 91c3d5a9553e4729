//! A sentence as data: the key of a catalogue message and its values. Window, terminal and report make the words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
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
    /// A name, a query, or a number with its unit that is already formatted.
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

    /// Adds a number with its unit, formatted.
    #[must_use]
    pub fn number(self, name: &str, value: f64, unit: Unit) -> Self {
        self.with(name, PhraseValue::Text(wardroom_charts::scale::format_value(value, unit)))
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
