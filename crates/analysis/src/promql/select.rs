//! Which series a selector means, and which samples it looks at.

use regex::Regex;
use wardroom_core::{MatchOp, Matcher, SeriesKey, TimeRange, Timestamp};

use super::expression::{At, Expression, Selector};
use super::{Dialect, Options, Times, pattern, rows};

/// One condition on a label with its compiled expression.
#[derive(Debug)]
pub(super) struct Condition {
    name: String,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Equal(String),
    NotEqual(String),
    Regex(Regex),
    NotRegex(Regex),
}

impl Condition {
    /// Compiles a matcher; `None` where its value is not a regular expression.
    pub(super) fn new(matcher: &Matcher, dialect: Dialect) -> Option<Self> {
        let value = &matcher.value;
        let test = match matcher.op {
            MatchOp::Equal => Test::Equal(value.clone()),
            MatchOp::NotEqual => Test::NotEqual(value.clone()),
            MatchOp::Regex => Test::Regex(pattern::compile(value, dialect)?),
            MatchOp::NotRegex => Test::NotRegex(pattern::compile(value, dialect)?),
        };
        Some(Self { name: matcher.name.clone(), test })
    }

    /// Reports whether a value passes; a label that is not there has the empty one.
    pub(super) fn passes(&self, value: &str) -> bool {
        match &self.test {
            Test::Equal(wanted) => value == wanted,
            Test::NotEqual(unwanted) => value != unwanted,
            Test::Regex(regex) => regex.is_match(value),
            Test::NotRegex(regex) => !regex.is_match(value),
        }
    }

    fn holds(&self, key: &SeriesKey) -> bool {
        self.passes(rows::label(key, &self.name))
    }
}

/// Compiles the conditions of a selector, whose patterns the parser has seen.
pub(super) fn conditions(matchers: &[Matcher], dialect: Dialect) -> Vec<Condition> {
    matchers.iter().filter_map(|m| Condition::new(m, dialect)).collect()
}

pub(super) fn all_hold(conditions: &[Condition], key: &SeriesKey) -> bool {
    conditions.iter().all(|c| c.holds(key))
}

/// What one selector of an expression has to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The conditions, all of which a series has to pass; the metric's name is the label `__name__`.
    pub matchers: Vec<Matcher>,
    /// Every moment that some step may look at. Samples outside change nothing.
    pub range: TimeRange,
}

impl Needed {
    /// Returns the places of the series that the selector means.
    pub fn choose<'a>(&self, keys: impl IntoIterator<Item = &'a SeriesKey>, dialect: Dialect) -> Vec<usize> {
        let conditions = conditions(&self.matchers, dialect);
        let chosen = |(idx, key): (usize, &SeriesKey)| all_hold(&conditions, key).then_some(idx);
        keys.into_iter().enumerate().filter_map(chosen).collect()
    }
}

/// The first and the last moment of a query in milliseconds.
pub(super) fn bounds(times: Times) -> (i64, i64) {
    match times {
        Times::At(at) => (at.as_millis(), at.as_millis()),
        Times::Range { start, end, .. } => (start.as_millis(), end.as_millis()),
    }
}

impl Selector {
    /// Returns the moment that is fixed by `@`.
    pub(super) fn fixed(&self, (start, end): (i64, i64)) -> Option<i64> {
        self.at.map(|at| match at {
            At::Time(ms) => ms,
            At::Start => start,
            At::End => end,
        })
    }
}

/// Returns what each selector of an expression has to be given, in the order of the text.
///
/// The ranges hold every sample that some step looks at, and at most one millisecond more on the left.
pub fn needed_selectors(expression: &Expression, options: &Options) -> Vec<Needed> {
    let (start, end) = bounds(options.times);
    let mut needed = Vec::new();
    expression.root.selectors(&mut |selector, window| {
        let back = window.unwrap_or(options.lookback_ms).max(0);
        let (first, last) = selector.fixed((start, end)).map_or((start, end), |at| (at, at));
        let from = first.saturating_sub(selector.offset_ms).saturating_sub(back);
        let to = last.max(first).saturating_sub(selector.offset_ms).saturating_add(1);
        let (from, to) = (Timestamp::from_millis(from.min(i64::MAX - 1)), Timestamp::from_millis(to));
        if let Ok(range) = TimeRange::new(from, to) {
            needed.push(Needed { matchers: selector.matchers.clone(), range });
        }
    });
    needed
}
