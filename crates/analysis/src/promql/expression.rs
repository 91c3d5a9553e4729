//! The tree of an expression that has been read.

use wardroom_core::Matcher;

use super::error::ValueType;
use super::functions::Function;

/// An expression that has been read and whose types fit.
#[derive(Clone, Debug)]
pub struct Expression {
    pub(super) root: Node,
}

impl Expression {
    /// Returns the type of its answer at one moment.
    pub fn value_type(&self) -> ValueType {
        self.root.value_type()
    }
}

/// One part of an expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Number(f64),
    Text(String),
    Selector(Selector),
    /// A selector and the length of its window in milliseconds.
    Range(Selector, i64),
    Call(Function, Vec<Self>),
    Aggregate(Box<Aggregate>),
    Binary(Box<Binary>),
    Negative(Box<Self>),
}

impl Node {
    pub(super) fn value_type(&self) -> ValueType {
        match self {
            Self::Number(_) => ValueType::Scalar,
            Self::Text(_) => ValueType::Text,
            Self::Selector(_) | Self::Aggregate(_) => ValueType::Vector,
            Self::Range(..) => ValueType::Matrix,
            Self::Call(function, _) => function.signature().returns,
            Self::Binary(binary) => {
                let is_scalar = |node: &Self| node.value_type() == ValueType::Scalar;
                if is_scalar(&binary.left) && is_scalar(&binary.right) {
                    ValueType::Scalar
                } else {
                    ValueType::Vector
                }
            }
            Self::Negative(inner) => inner.value_type(),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Calls `visit` for every selector with the length of its window, if it has one.
    pub(super) fn selectors<'a>(&'a self, visit: &mut dyn FnMut(&'a Selector, Option<i64>)) {
        match self {
            Self::Number(_) | Self::Text(_) => {}
            Self::Selector(selector) => visit(selector, None),
            Self::Range(selector, range_ms) => visit(selector, Some(*range_ms)),
            Self::Call(_, arguments) => arguments.iter().for_each(|a| a.selectors(visit)),
            Self::Aggregate(aggregate) => {
                if let Some(parameter) = &aggregate.parameter {
                    parameter.selectors(visit);
                }
                aggregate.of.selectors(visit);
            }
            Self::Binary(binary) => {
                binary.left.selectors(visit);
                binary.right.selectors(visit);
            }
            Self::Negative(inner) => inner.selectors(visit),
        }
    }
}

/// Which series, and when.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    pub(super) matchers: Vec<Matcher>,
    /// How much earlier than the moment that is asked about; negative is later.
    pub(super) offset_ms: i64,
    pub(super) at: Option<At>,
}

/// The moment behind `@`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Milliseconds since the epoch.
    Time(i64),
    /// The first moment of the query.
    Start,
    /// The last moment of the query.
    End,
}

/// Which labels tell groups apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grouping {
    /// Whether the labels are those that do *not* count.
    pub(super) without: bool,
    pub(super) labels: Vec<String>,
}

/// An aggregation over the series of a group.
#[derive(Clone, Debug)]
pub(super) struct Aggregate {
    pub(super) op: AggregateOp,
    pub(super) grouping: Grouping,
    pub(super) parameter: Option<Node>,
    pub(super) of: Node,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AggregateOp {
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Stddev,
    Stdvar,
    Group,
    Topk,
    Bottomk,
    Quantile,
    CountValues,
}

impl AggregateOp {
    /// Reads a name, upper and lower case alike.
    pub(super) fn parse(word: &str) -> Option<Self> {
        const ALL: [AggregateOp; 12] = [
            AggregateOp::Sum,
            AggregateOp::Avg,
            AggregateOp::Min,
            AggregateOp::Max,
            AggregateOp::Count,
            AggregateOp::Stddev,
            AggregateOp::Stdvar,
            AggregateOp::Group,
            AggregateOp::Topk,
            AggregateOp::Bottomk,
            AggregateOp::Quantile,
            AggregateOp::CountValues,
        ];
        ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(word))
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::Stddev => "stddev",
            Self::Stdvar => "stdvar",
            Self::Group => "group",
            Self::Topk => "topk",
            Self::Bottomk => "bottomk",
            Self::Quantile => "quantile",
            Self::CountValues => "count_values",
        }
    }

    /// Returns the type of the argument before the vector, where there is one.
    pub(super) const fn parameter(self) -> Option<ValueType> {
        match self {
            Self::Topk | Self::Bottomk | Self::Quantile => Some(ValueType::Scalar),
            Self::CountValues => Some(ValueType::Text),
            Self::Sum
            | Self::Avg
            | Self::Min
            | Self::Max
            | Self::Count
            | Self::Stddev
            | Self::Stdvar
            | Self::Group => None,
        }
    }
}

/// An operator between two expressions.
#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) op: BinaryOp,
    pub(super) left: Node,
    pub(super) right: Node,
    pub(super) matching: Matching,
}

/// What stands between an operator and its right side.
#[derive(Clone, Debug, Default)]
pub(super) struct Matching {
    pub(super) returns_bool: bool,
    /// Whether `labels` are those that count (`on`), not those that do not (`ignoring`).
    pub(super) on: bool,
    pub(super) labels: Vec<String>,
    pub(super) cardinality: Cardinality,
    /// The labels that are taken from the side that has one series a group.
    pub(super) include: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cardinality {
    #[default]
    OneToOne,
    /// `group_left`.
    ManyToOne,
    /// `group_right`.
    OneToMany,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BinaryOp {
    Arithmetic(ArithmeticOp),
    Compare(CompareOp),
    Set(SetOp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArithmeticOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetOp {
    And,
    Or,
    Unless,
}

impl BinaryOp {
    /// Returns how strongly it binds; a larger number binds more.
    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Set(SetOp::Or) => 1,
            Self::Set(SetOp::And | SetOp::Unless) => 2,
            Self::Compare(_) => 3,
            Self::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Sub) => 4,
            Self::Arithmetic(ArithmeticOp::Mul | ArithmeticOp::Div | ArithmeticOp::Mod) => 5,
            Self::Arithmetic(ArithmeticOp::Pow) => 6,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Arithmetic(op) => match op {
                ArithmeticOp::Add => "+",
                ArithmeticOp::Sub => "-",
                ArithmeticOp::Mul => "*",
                ArithmeticOp::Div => "/",
                ArithmeticOp::Mod => "%",
                ArithmeticOp::Pow => "^",
            },
            Self::Compare(op) => match op {
                CompareOp::Equal => "==",
                CompareOp::NotEqual => "!=",
                CompareOp::Less => "<",
                CompareOp::LessOrEqual => "<=",
                CompareOp::Greater => ">",
                CompareOp::GreaterOrEqual => ">=",
            },
            Self::Set(op) => match op {
                SetOp::And => "and",
                SetOp::Or => "or",
                SetOp::Unless => "unless",
            },
        }
    }
}
