//! The rules of the language that are more than grammar: types, numbers of arguments, what fits to an operator.

use super::super::error::{ParseError, ParseErrorKind, Rule, ValueType};
use super::super::expression::{BinaryOp, Cardinality, Matching, Node, Selector};
use super::super::lex::Scanner;
use super::Part;

type Parsed<T> = Result<T, ParseError>;

fn rule<T>(place: usize, rule: Rule) -> Parsed<T> {
    Err(Scanner::error_at(place, ParseErrorKind::Rule(rule)))
}

pub(super) fn has_type(of: &str, node: &Node, wanted: ValueType, place: usize) -> Parsed<()> {
    let got = node.value_type();
    if got == wanted {
        return Ok(());
    }
    Err(Scanner::error_at(place, ParseErrorKind::Type { of: of.to_owned(), wanted, got }))
}

/// Checks that an operand is a scalar or an instant vector.
pub(super) fn is_numeric(of: &str, node: &Node, place: usize) -> Parsed<()> {
    match node.value_type() {
        ValueType::Scalar | ValueType::Vector => Ok(()),
        ValueType::Text | ValueType::Matrix => has_type(of, node, ValueType::Vector, place),
    }
}

pub(super) fn wrong_count<T>(
    of: &str,
    (least, most): (usize, Option<usize>),
    got: usize,
    place: usize,
) -> Parsed<T> {
    Err(Scanner::error_at(place, ParseErrorKind::Arguments { of: of.to_owned(), least, most, got }))
}

/// Checks an operator with both of its sides.
pub(super) fn binary(
    op: BinaryOp,
    left: &Part,
    right: &Part,
    matching: &Matching,
    place: usize,
) -> Parsed<()> {
    is_numeric(op.as_str(), &left.node, left.place)?;
    is_numeric(op.as_str(), &right.node, right.place)?;
    let scalars = [left, right].map(|part| part.node.value_type() == ValueType::Scalar);
    let compares = matches!(op, BinaryOp::Compare(_));
    let is_set = matches!(op, BinaryOp::Set(_));
    if matching.returns_bool && !compares {
        return rule(place, Rule::BoolWithoutComparison);
    }
    if compares && !matching.returns_bool && scalars == [true, true] {
        return rule(place, Rule::ComparisonNeedsBool);
    }
    if is_set && scalars.contains(&true) {
        return rule(place, Rule::SetOfScalars);
    }
    if scalars.contains(&true) && !matching.labels.is_empty() {
        return rule(place, Rule::MatchingOfScalars);
    }
    if is_set && matching.cardinality != Cardinality::OneToOne {
        return rule(place, Rule::GroupedSet);
    }
    if matching.on && matching.labels.iter().any(|label| matching.include.contains(label)) {
        return rule(place, Rule::LabelTwice);
    }
    Ok(())
}

/// Returns the selector of a part that is one, for what may follow it.
pub(super) fn selector_of(part: &mut Part, place: usize) -> Parsed<&mut Selector> {
    match &mut part.node {
        Node::Selector(selector) | Node::Range(selector, _) if !part.enclosed => Ok(selector),
        Node::Selector(_)
        | Node::Range(..)
        | Node::Number(_)
        | Node::Text(_)
        | Node::Call(..)
        | Node::Aggregate(_)
        | Node::Binary(_)
        | Node::Negative(_) => rule(place, Rule::NotASelector),
    }
}

/// Turns seconds into whole milliseconds; `None` where no clock reaches.
pub(super) fn milliseconds(seconds: f64) -> Option<i64> {
    /// Far beyond any date, and far enough from the ends of the integers that sums cannot overflow.
    const FARTHEST: f64 = 9e15;
    let ms = (seconds * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the bounds of i64")]
    (ms.abs() <= FARTHEST).then_some(ms as i64)
}
