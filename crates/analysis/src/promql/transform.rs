//! Functions of a vector: value by value, by labels, and by order.

use std::cmp::Ordering;
use std::sync::Arc;

use wardroom_core::{MatchOp, Matcher, SeriesKey};

use super::Dialect;
use super::arithmetic::{self, larger, smaller};
use super::calendar;
use super::error::EvalError;
use super::evaluate::{Context, Evaluated};
use super::expression::Node;
use super::functions::Function;
use super::pattern;
use super::rows::{self, NAME, Row};

/// Answers a function whose first argument is a vector.
pub(super) fn answer(
    context: &Context<'_>,
    function: Function,
    rows: Vec<Row>,
    rest: &[Node],
) -> Evaluated<Vec<Row>> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other functions are of the calendar")]
    match function {
        Function::Sort => Ok(sorted(rows, |a, b| a.partial_cmp(&b))),
        Function::SortDesc => Ok(sorted(rows, |a, b| b.partial_cmp(&a))),
        Function::LabelReplace => replace(context, rows, &texts(rest)),
        Function::LabelJoin => join(context, rows, &texts(rest)),
        Function::Clamp | Function::ClampMin | Function::ClampMax | Function::Round => {
            let numbers = rest.iter().map(|node| context.scalars(node)).collect::<Evaluated<Vec<_>>>()?;
            bounded(function, rows, &numbers)
        }
        // The samples of a selector are answered where they are read; here every value is of its step.
        Function::Timestamp => {
            let stamp = |mut row: Row| {
                for (value, at) in row.values.iter_mut().zip(&context.steps) {
                    *value = value.map(|_| *at as f64 / 1000.0);
                }
                row.unnamed()
            };
            rows::merge(rows.into_iter().map(stamp).collect())
        }
        Function::Abs => each(rows, f64::abs),
        Function::Ceil => each(rows, f64::ceil),
        Function::Floor => each(rows, f64::floor),
        Function::Sqrt => each(rows, f64::sqrt),
        Function::Exp => each(rows, arithmetic::exp),
        Function::Ln => each(rows, arithmetic::ln),
        Function::Log2 => each(rows, arithmetic::log2),
        Function::Log10 => each(rows, arithmetic::log10),
        Function::Sgn => each(rows, |v| {
            if v < 0.0 {
                -1.0
            } else if v > 0.0 {
                1.0
            } else {
                v
            }
        }),
        _ => each(rows, |v| calendar::part(function, v)),
    }
}

fn each(rows: Vec<Row>, f: impl Fn(f64) -> f64) -> Evaluated<Vec<Row>> {
    rows::merge(rows.into_iter().map(|row| row.unnamed().map(&f)).collect())
}

/// Holds values within bounds or rounds them, by numbers that may differ from step to step.
fn bounded(function: Function, rows: Vec<Row>, numbers: &[Vec<f64>]) -> Evaluated<Vec<Row>> {
    let number = |idx: usize, step: usize| numbers.get(idx).and_then(|n| n.get(step)).copied();
    let value = |v: f64, step: usize| {
        let first = number(0, step);
        #[expect(clippy::wildcard_enum_match_arm, reason = "the last of the four functions")]
        match function {
            Function::Clamp => {
                let (least, most) = (first?, number(1, step)?);
                if most < least { None } else { Some(larger(least, smaller(most, v))) }
            }
            Function::ClampMin => Some(larger(first?, v)),
            Function::ClampMax => Some(smaller(first?, v)),
            _ => {
                let inverse = 1.0 / first.unwrap_or(1.0);
                Some((v * inverse + 0.5).floor() / inverse)
            }
        }
    };
    let answer = |mut row: Row| {
        for (step, v) in row.values.iter_mut().enumerate() {
            *v = v.and_then(|v| value(v, step));
        }
        row.unnamed()
    };
    rows::merge(rows.into_iter().map(answer).collect())
}

/// Orders rows by their values; NaN is last. Over a range the order of series is that of their labels all the same.
fn sorted(mut rows: Vec<Row>, compare: impl Fn(f64, f64) -> Option<Ordering>) -> Vec<Row> {
    let value = |row: &Row| row.values.first().copied().flatten().unwrap_or(f64::NAN);
    if rows.first().is_some_and(|row| row.values.len() == 1) {
        rows.sort_by(|a, b| {
            let (a, b) = (value(a), value(b));
            a.is_nan().cmp(&b.is_nan()).then(compare(a, b).unwrap_or(Ordering::Equal))
        });
    }
    rows
}

fn texts(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().filter_map(Node::text).collect()
}

/// Checks the name of a label that is about to be written.
pub(super) fn check_label_name(name: &str, dialect: Dialect) -> Evaluated<()> {
    let begins = |c: char| c == '_' || c.is_ascii_alphabetic();
    let is_valid = match dialect {
        Dialect::Two => name.starts_with(begins) && name.chars().all(|c| begins(c) || c.is_ascii_digit()),
        Dialect::Three => !name.is_empty(),
    };
    if is_valid { Ok(()) } else { Err(EvalError::LabelName { name: name.to_owned() }) }
}

/// Puts rows with other labels together by the rules of the version.
fn relabelled(context: &Context<'_>, rows: Vec<Row>) -> Evaluated<Vec<Row>> {
    match context.dialect {
        Dialect::Two => rows::merge(rows),
        Dialect::Three => rows::distinct(rows),
    }
}

fn replace(context: &Context<'_>, rows: Vec<Row>, texts: &[&str]) -> Evaluated<Vec<Row>> {
    let [target, replacement, source, pattern] = texts else { return Ok(rows) };
    let regex = pattern::compile(pattern, context.dialect)
        .ok_or_else(|| EvalError::Pattern { pattern: (*pattern).to_owned() })?;
    check_label_name(target, context.dialect)?;
    let answer = |mut row: Row| {
        if let Some(captures) = regex.captures(rows::label(&row.key, source)) {
            let mut value = String::new();
            captures.expand(replacement, &mut value);
            let mut key = SeriesKey::clone(&row.key);
            rows::set_label(&mut key, target, &value);
            row.key = Arc::new(key);
        }
        row
    };
    relabelled(context, rows.into_iter().map(answer).collect())
}

fn join(context: &Context<'_>, rows: Vec<Row>, texts: &[&str]) -> Evaluated<Vec<Row>> {
    let [target, separator, sources @ ..] = texts else { return Ok(rows) };
    for name in sources.iter().chain([target]) {
        check_label_name(name, context.dialect)?;
    }
    let answer = |mut row: Row| {
        let values: Vec<&str> = sources.iter().map(|name| rows::label(&row.key, name)).collect();
        let value = values.join(separator);
        let mut key = SeriesKey::clone(&row.key);
        rows::set_label(&mut key, target, &value);
        row.key = Arc::new(key);
        row
    };
    relabelled(context, rows.into_iter().map(answer).collect())
}

/// Returns the labels that a selector wants exactly, once each: what an absent series would have.
pub(super) fn exact_labels(matchers: &[Matcher]) -> SeriesKey {
    let mut key = SeriesKey::default();
    let mut seen: Vec<&str> = Vec::new();
    for matcher in matchers.iter().filter(|m| m.name != NAME) {
        if matcher.op == MatchOp::Equal && !seen.contains(&matcher.name.as_str()) {
            key.labels.set(matcher.name.as_str(), matcher.value.as_str());
            seen.push(&matcher.name);
        } else {
            key.labels.remove(&matcher.name);
        }
    }
    key
}
