//! What can be wrong with an expression: where it cannot be read, and why it has no answer.

use std::fmt;

/// The type of a value, in the words of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// One number a moment.
    Scalar,
    /// A text in quotes.
    Text,
    /// At most one value of every series a moment.
    Vector,
    /// A window of samples of every series.
    Matrix,
}

impl ValueType {
    /// Returns the word that the documentation of PromQL uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Text => "string",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What would have been right at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The beginning of an expression.
    Expression,
    /// An operator, or the end.
    Operator,
    /// A length of time.
    Duration,
    /// A number.
    Number,
    /// Seconds, `start()` or `end()`.
    Moment,
    /// The name of a label.
    Label,
    /// `=`, `!=`, `=~` or `!~`.
    MatchOperator,
    /// A text in quotes.
    Quoted,
    /// The quote that ends a text.
    ClosingQuote,
    /// An escape that is known.
    Escape,
    /// Exactly this text.
    Text(&'static str),
    /// A comma and more of a list, or this text, which ends it.
    CommaOr(&'static str),
}

impl Expected {
    /// Returns the stable word of the situation; the text itself for [`Expected::Text`] and [`Expected::CommaOr`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expression => "expression",
            Self::Operator => "operator",
            Self::Duration => "duration",
            Self::Number => "number",
            Self::Moment => "moment",
            Self::Label => "label",
            Self::MatchOperator => "match_operator",
            Self::Quoted => "quoted",
            Self::ClosingQuote => "closing_quote",
            Self::Escape => "escape",
            Self::Text(text) | Self::CommaOr(text) => text,
        }
    }
}

/// A rule of the language that an otherwise readable expression breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A selector that could mean every series there is.
    EmptySelector,
    /// The metric is named before the braces and inside them.
    NamedTwice,
    /// A range, `offset` or `@` behind something else than a selector.
    NotASelector,
    /// A range behind `offset` or `@`.
    RangeComesFirst,
    /// `offset` or `@` twice.
    SetTwice,
    /// `bool` at an operator that does not compare.
    BoolWithoutComparison,
    /// Two numbers compared without `bool`.
    ComparisonNeedsBool,
    /// `and`, `or` or `unless` with a number.
    SetOfScalars,
    /// `on` or `ignoring` with a number.
    MatchingOfScalars,
    /// `group_left` or `group_right` at `and`, `or` or `unless`.
    GroupedSet,
    /// One label in `on` and behind `group_left` or `group_right`.
    LabelTwice,
    /// A moment behind `@` that no clock reaches.
    MomentOutOfBounds,
}

impl Rule {
    /// Returns the stable word of the rule.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmptySelector => "empty_selector",
            Self::NamedTwice => "named_twice",
            Self::NotASelector => "not_a_selector",
            Self::RangeComesFirst => "range_comes_first",
            Self::SetTwice => "set_twice",
            Self::BoolWithoutComparison => "bool_without_comparison",
            Self::ComparisonNeedsBool => "comparison_needs_bool",
            Self::SetOfScalars => "set_of_scalars",
            Self::MatchingOfScalars => "matching_of_scalars",
            Self::GroupedSet => "grouped_set",
            Self::LabelTwice => "label_twice",
            Self::MomentOutOfBounds => "moment_out_of_bounds",
        }
    }
}

/// An expression that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {kind}")]
pub struct ParseError {
    /// Where, counted from 1 in characters.
    pub column: usize,
    /// Why.
    pub kind: ParseErrorKind,
}

/// Why an expression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseErrorKind {
    /// Something stands where something else is expected.
    #[error("{found} stands where {} is expected", expected.as_str())]
    Syntax {
        /// What stands there.
        found: String,
        /// What would have been right.
        expected: Expected,
    },
    /// The text ends where something is expected.
    #[error("the end stands where {} is expected", expected.as_str())]
    Ends {
        /// What would have been right.
        expected: Expected,
    },
    /// No version of Prometheus has a function of this name.
    #[error("there is no function {0}")]
    UnknownFunction(String),
    /// Prometheus has it, the subset has not.
    #[error("{0} is not part of the subset")]
    Refused(String),
    /// An operand or argument of the wrong type.
    #[error("{of} takes a {wanted}, not a {got}")]
    Type {
        /// The function, aggregation or operator.
        of: String,
        /// What it takes.
        wanted: ValueType,
        /// What was given.
        got: ValueType,
    },
    /// Too many or too few arguments.
    #[error("{of} does not take {got} arguments")]
    Arguments {
        /// The function or aggregation.
        of: String,
        /// How many it takes at least.
        least: usize,
        /// How many it takes at most; `None` for as many as there are.
        most: Option<usize>,
        /// How many were given.
        got: usize,
    },
    /// Not a regular expression.
    #[error("{0} is not a regular expression")]
    Pattern(String),
    /// A rule of the language is broken.
    #[error("the rule {} is broken", .0.as_str())]
    Rule(Rule),
    /// Longer, or nested deeper, than is read.
    #[error("the expression is too long or nested too deep")]
    TooDeep,
}

/// One side of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

impl Side {
    /// Returns the stable word of the side.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// Why a readable expression has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EvalError {
    /// Two series of the side that may have one belong to the same group.
    #[error("{first} and {second} of the {} side both match {group}", side.as_str())]
    NotUnique {
        /// The side.
        side: Side,
        /// One of the series.
        first: String,
        /// The other.
        second: String,
        /// The labels that both have.
        group: String,
    },
    /// Several series match one, and neither `group_left` nor `group_right` says that this is meant.
    #[error("several series match one for {group}")]
    ManyToOne {
        /// The labels of the group.
        group: String,
    },
    /// The labels that `group_left` or `group_right` leaves do not tell the results apart.
    #[error("{labels} comes out more than once of a grouped match")]
    Grouping {
        /// The labels of the results.
        labels: String,
    },
    /// Two results have the same labels.
    #[error("{labels} comes out more than once")]
    SameLabels {
        /// The labels of the results.
        labels: String,
    },
    /// A text that cannot be the name of a label.
    #[error("{name} cannot be the name of a label")]
    LabelName {
        /// The text.
        name: String,
    },
    /// A text that is not a regular expression.
    #[error("{pattern} is not a regular expression")]
    Pattern {
        /// The text.
        pattern: String,
    },
    /// `topk` and `bottomk` with something that is not a number of series.
    #[error("{value} is not a number of series")]
    Count {
        /// The number as it prints.
        value: String,
    },
    /// An expression of this type has an answer at one moment only.
    #[error("a {got} has no answer over a range")]
    NotOverRange {
        /// The type.
        got: ValueType,
    },
    /// The range ends before it begins, or the step is below one millisecond.
    #[error("the range has no steps")]
    NoSteps,
    /// Some part of the expression would have more values than are held.
    #[error("more than {limit} values would be held")]
    TooManyValues {
        /// The most that are held.
        limit: usize,
    },
    /// The caller wants no answer any more.
    #[error("cancelled")]
    Cancelled,
}
