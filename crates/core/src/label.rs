//! Labels and matchers, as Prometheus defines them.

use std::collections::BTreeMap;
use std::fmt;

/// Ordered name–value pairs that tell the series of a metric apart.
///
/// Invariant: names are unique and ordered; a label with an empty value is the same as no label (Prometheus data
/// model), so empty values are never kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// Creates labels from pairs; a later pair replaces an earlier one of the same name.
    pub fn new<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut labels = Self::default();
        for (name, value) in pairs {
            labels.set(name, value);
        }
        labels
    }

    /// Returns the value of a label; `None` when the label is absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets one label; an empty value removes it.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        if value.is_empty() {
            self.0.remove(&name);
        } else {
            self.0.insert(name, value);
        }
    }

    /// Removes one label and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Iterates in name order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Returns the number of labels.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Reports whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Labels {
    /// Writes `{a="b",c="d"}` with Prometheus' escapes, in name order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (name, value)) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{name}=\"{}\"", Escaped(value))?;
        }
        f.write_str("}")
    }
}

/// A label value with `\`, `"` and line feeds escaped as the exposition format asks.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                other => write!(f, "{other}")?,
            }
        }
        Ok(())
    }
}

/// How a matcher compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchOp {
    /// `=`: exactly this value.
    Equal,
    /// `!=`: any other value, or none.
    NotEqual,
    /// `=~`: the whole value matches the regular expression.
    Regex,
    /// `!~`: the whole value does not match.
    NotRegex,
}

impl MatchOp {
    /// Returns the operator as PromQL writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

/// One condition on a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Matcher {
    /// The label's name; `__name__` is the metric.
    pub name: String,
    /// How to compare.
    pub op: MatchOp,
    /// The value or regular expression.
    pub value: String,
}

/// A matcher text that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the matcher cannot be read at column {column}: {problem}")]
pub struct InvalidMatcher {
    /// Where, counted from 1 in characters.
    pub column: usize,
    /// A stable word for what was expected there (`label`, `closing_quote` …).
    pub problem: &'static str,
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}\"{}\"", self.name, self.op.as_str(), Escaped(&self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_print_in_order_with_escapes() {
        let labels = Labels::new([("z", "1"), ("a", "x\"y\\z\n"), ("gone", "")]);

        assert_eq!(labels.to_string(), r#"{a="x\"y\\z\n",z="1"}"#);
    }

    #[test]
    fn the_order_of_pairs_does_not_matter() {
        assert_eq!(Labels::new([("a", "1"), ("b", "2")]), Labels::new([("b", "2"), ("a", "1")]));
    }
}
