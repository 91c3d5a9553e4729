//! What is asked of log records: one tree that a cluster, a file and a workspace all understand.

mod evaluate;
mod parse;
mod pattern;
mod print;
#[cfg(test)]
mod tests;
mod words;

pub use evaluate::{LogMatcher, level_named};
pub use parse::{QueryProblem, QueryProblemKind};
pub use words::each_word;

/// A question to log records, as a tree.
///
/// Its text form is KQL-like: `service : checkout and level >= warn and not "health check"`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LogQuery {
    /// Every record.
    #[default]
    All,
    /// A pattern that occurs in the message or in the value of any field.
    Text(TextPattern),
    /// A test of one field (`service`, `host`, `level`, `dataset`, `message`, or any other by its name).
    Field {
        /// The field's name; `*` stands for any run of characters in it.
        name: String,
        /// What its value has to be.
        test: FieldTest,
    },
    /// Records that the inner question does not find.
    Not(Box<Self>),
    /// Records that all of these find; at least two.
    And(Vec<Self>),
    /// Records that one of these finds; at least two.
    Or(Vec<Self>),
}

/// A pattern: of whole words, compared without regard to the case of letters, or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPattern {
    /// One word; `*` stands for any run of characters within it.
    Word(String),
    /// Words that follow each other directly.
    Phrase(String),
    /// A regular expression in the syntax of the crate regex, which matches anywhere in a text and minds the case of
    /// letters. One that cannot be read matches nothing.
    Regex(String),
}

impl LogQuery {
    /// Asks for records in whose message a regular expression matches; nothing when it cannot be read, or would take
    /// more memory than a question may.
    ///
    /// # Example
    ///
    /// ```
    /// use wardroom_core::LogQuery;
    ///
    /// let query = LogQuery::message_with("took \\d{4,} ms");
    /// assert_eq!(query.as_ref().and_then(LogQuery::regex), Some("took \\d{4,} ms"));
    /// assert_eq!(LogQuery::message_with("took ("), None);
    /// ```
    pub fn message_with(expression: &str) -> Option<Self> {
        pattern::compiled(expression)?;
        let test = FieldTest::Is(TextPattern::Regex(expression.to_owned()));
        Some(Self::Field { name: "message".to_owned(), test })
    }

    /// Returns the first regular expression that it asks for: what not every source can be asked.
    ///
    /// # Example
    ///
    /// ```
    /// use wardroom_core::LogQuery;
    ///
    /// let query = LogQuery::parse("service: web and not /took \\d{4,} ms/")?;
    /// assert_eq!(query.regex(), Some("took \\d{4,} ms"));
    /// # Ok::<(), wardroom_core::QueryProblem>(())
    /// ```
    pub fn regex(&self) -> Option<&str> {
        match self {
            Self::Text(TextPattern::Regex(text))
            | Self::Field { test: FieldTest::Is(TextPattern::Regex(text)), .. } => Some(text),
            Self::All | Self::Text(_) | Self::Field { .. } => None,
            Self::Not(inner) => inner.regex(),
            Self::And(list) | Self::Or(list) => list.iter().find_map(Self::regex),
        }
    }

    /// Reports whether it asks for a field by this name.
    ///
    /// # Example
    ///
    /// ```
    /// use wardroom_core::LogQuery;
    ///
    /// let query = LogQuery::parse("web and not @timestamp > 5")?;
    /// assert!(query.names("@timestamp") && !query.names("web"));
    /// # Ok::<(), wardroom_core::QueryProblem>(())
    /// ```
    pub fn names(&self, field: &str) -> bool {
        match self {
            Self::Field { name, .. } => name == field,
            Self::All | Self::Text(_) => false,
            Self::Not(inner) => inner.names(field),
            Self::And(list) | Self::Or(list) => list.iter().any(|part| part.names(field)),
        }
    }
}

/// A test of a field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldTest {
    /// The field is there and not empty.
    Exists,
    /// Its value matches (the whole value of a short field, a part of the message's text).
    Is(TextPattern),
    /// It compares with a bound: by severity for `level`, as a number when the bound is one (other values then do not
    /// match), else as text.
    Compares(Compare, String),
}

/// How a value compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Less than the bound.
    Less,
    /// Less than the bound or equal to it.
    LessOrEqual,
    /// Greater than the bound.
    Greater,
    /// Greater than the bound or equal to it.
    GreaterOrEqual,
}
