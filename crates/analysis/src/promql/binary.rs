//! Operators between two sides: with a number, as sets, and series by series.

use std::collections::HashMap;
use std::sync::Arc;

use wardroom_core::SeriesKey;

use super::arithmetic;
use super::error::{EvalError, Side};
use super::evaluate::{Context, Evaluated};
use super::expression::{Binary, BinaryOp, Cardinality, Matching, SetOp};
use super::rows::{self, Row};

/// Computes two numbers; a comparison gives one or zero.
pub(super) fn number(op: BinaryOp, left: f64, right: f64) -> f64 {
    match op {
        BinaryOp::Arithmetic(op) => arithmetic::compute(op, left, right),
        BinaryOp::Compare(op) => truth(arithmetic::compare(op, left, right)),
        BinaryOp::Set(_) => f64::NAN,
    }
}

fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// Computes two values of series; a comparison gives `kept` where it holds, or one and zero with `bool`.
fn element(of: &Binary, left: f64, right: f64, kept: f64) -> Option<f64> {
    match of.op {
        BinaryOp::Arithmetic(op) => Some(arithmetic::compute(op, left, right)),
        BinaryOp::Compare(op) => {
            let holds = arithmetic::compare(op, left, right);
            if of.matching.returns_bool { Some(truth(holds)) } else { holds.then_some(kept) }
        }
        BinaryOp::Set(_) => None,
    }
}

fn drops_name(of: &Binary) -> bool {
    matches!(of.op, BinaryOp::Arithmetic(_)) || of.matching.returns_bool
}

/// Answers an operator between series and a number, which stands on the left where `number_first`.
pub(super) fn with_number(
    of: &Binary,
    rows: Vec<Row>,
    numbers: &[f64],
    number_first: bool,
) -> Evaluated<Vec<Row>> {
    let answer = |mut row: Row| {
        for (value, number) in row.values.iter_mut().zip(numbers) {
            *value = value.and_then(|v| {
                let (left, right) = if number_first { (*number, v) } else { (v, *number) };
                element(of, left, right, v)
            });
        }
        if drops_name(of) { row.unnamed() } else { row }
    };
    rows::merge(rows.into_iter().map(answer).collect())
}

/// Numbers the groups of two sides: rows whose matching labels agree have the same number.
struct Groups {
    left: Vec<usize>,
    right: Vec<usize>,
    count: usize,
}

fn group_key(matching: &Matching, key: &SeriesKey) -> SeriesKey {
    if matching.on {
        return rows::only(key, &matching.labels);
    }
    SeriesKey { metric: String::new(), labels: rows::without(key, &matching.labels).labels }
}

fn groups(matching: &Matching, left: &[Row], right: &[Row]) -> Groups {
    let mut numbers: HashMap<SeriesKey, usize> = HashMap::new();
    let mut number = |row: &Row| {
        let next = numbers.len();
        *numbers.entry(group_key(matching, &row.key)).or_insert(next)
    };
    let left = left.iter().map(&mut number).collect();
    let right = right.iter().map(&mut number).collect();
    Groups { left, right, count: numbers.len() }
}

/// Answers `and`, `or` and `unless`.
pub(super) fn set(
    context: &Context<'_>,
    op: SetOp,
    matching: &Matching,
    mut left: Vec<Row>,
    mut right: Vec<Row>,
) -> Evaluated<Vec<Row>> {
    let groups = groups(matching, &left, &right);
    let (other, numbers) = if op == SetOp::Or { (&left, &groups.left) } else { (&right, &groups.right) };
    let (rows, own) =
        if op == SetOp::Or { (right.clone(), &groups.right) } else { (left.clone(), &groups.left) };
    let mut kept = rows;
    let mut present = vec![false; groups.count];
    for step in 0..context.steps.len() {
        context.check()?;
        present.fill(false);
        for (row, number) in other.iter().zip(numbers) {
            present[*number] |= row.values[step].is_some();
        }
        for (row, number) in kept.iter_mut().zip(own) {
            if present[*number] != (op == SetOp::And) {
                row.values[step] = None;
            }
        }
    }
    if op == SetOp::Or {
        right.clear();
        left.append(&mut kept);
        return rows::merge(left);
    }
    rows::merge(kept)
}

/// The side with one series a group, and the side that may have many, with the groups of their rows.
struct Sides {
    many: Vec<Row>,
    many_groups: Vec<usize>,
    one: Vec<Row>,
    one_groups: Vec<usize>,
    n_groups: usize,
}

/// Answers arithmetic and comparisons series by series.
pub(super) fn matched(
    context: &Context<'_>,
    of: &Binary,
    left: Vec<Row>,
    right: Vec<Row>,
) -> Evaluated<Vec<Row>> {
    let Groups { left: left_groups, right: right_groups, count } = groups(&of.matching, &left, &right);
    let swaps = of.matching.cardinality == Cardinality::OneToMany;
    let sides = if swaps {
        Sides { many: right, many_groups: right_groups, one: left, one_groups: left_groups, n_groups: count }
    } else {
        Sides { many: left, many_groups: left_groups, one: right, one_groups: right_groups, n_groups: count }
    };
    let mut results = Results { rows: Vec::new(), by_pair: HashMap::new(), by_key: HashMap::new() };
    let mut partner: Vec<Option<usize>> = vec![None; sides.n_groups];
    let mut is_matched = vec![false; sides.n_groups];
    for step in 0..context.steps.len() {
        context.check()?;
        partner.fill(None);
        is_matched.fill(false);
        // With nothing on one side nothing matches, and nothing is checked.
        if !sides.many.iter().any(|row| row.values[step].is_some()) {
            continue;
        }
        partners(of, &sides, step, &mut partner)?;
        for (idx, row) in sides.many.iter().enumerate() {
            let group = sides.many_groups[idx];
            let (Some(value), Some(other)) = (row.values[step], partner[group]) else { continue };
            let other_value = sides.one[other].values[step].unwrap_or(f64::NAN);
            let (l, r) = if swaps { (other_value, value) } else { (value, other_value) };
            let Some(result) = element(of, l, r, l) else { continue };
            let is_single = of.matching.cardinality == Cardinality::OneToOne;
            if is_single && std::mem::replace(&mut is_matched[group], true) {
                let group = rows::all_labels(&group_key(&of.matching, &row.key)).to_string();
                return Err(EvalError::ManyToOne { group });
            }
            let place = results.place(context, of, (idx, &row.key), (other, &sides.one[other].key))?;
            let into = &mut results.rows[place];
            if into.values[step].is_some() {
                let labels = rows::all_labels(&into.key).to_string();
                return Err(if is_single {
                    EvalError::SameLabels { labels }
                } else {
                    EvalError::Grouping { labels }
                });
            }
            into.values[step] = Some(result);
        }
    }
    rows::merge(results.rows)
}

/// Finds the one series of each group at a step.
fn partners(of: &Binary, sides: &Sides, step: usize, partner: &mut [Option<usize>]) -> Evaluated<()> {
    for (idx, row) in sides.one.iter().enumerate().filter(|(_, row)| row.values[step].is_some()) {
        let found = &mut partner[sides.one_groups[idx]];
        if let Some(first) = found {
            let side = match of.matching.cardinality {
                Cardinality::OneToMany => Side::Left,
                Cardinality::OneToOne | Cardinality::ManyToOne => Side::Right,
            };
            let text = |key: &SeriesKey| key.to_string();
            return Err(EvalError::NotUnique {
                side,
                first: text(&sides.one[*first].key),
                second: text(&row.key),
                group: rows::all_labels(&group_key(&of.matching, &row.key)).to_string(),
            });
        }
        *found = Some(idx);
    }
    Ok(())
}

/// The results of a match so far, found again by the pair of rows they come from and by their labels.
struct Results {
    rows: Vec<Row>,
    by_pair: HashMap<(usize, usize), usize>,
    by_key: HashMap<Arc<SeriesKey>, usize>,
}

impl Results {
    fn place(
        &mut self,
        context: &Context<'_>,
        of: &Binary,
        many: (usize, &Arc<SeriesKey>),
        one: (usize, &Arc<SeriesKey>),
    ) -> Evaluated<usize> {
        let pair = (many.0, one.0);
        if let Some(place) = self.by_pair.get(&pair) {
            return Ok(*place);
        }
        let key = Arc::new(result_key(of, many.1, one.1));
        let place = if let Some(place) = self.by_key.get(&key) {
            *place
        } else {
            context.check_size(self.rows.len() + 1)?;
            self.rows.push(Row { key: Arc::clone(&key), values: vec![None; context.steps.len()] });
            self.by_key.insert(key, self.rows.len() - 1);
            self.rows.len() - 1
        };
        self.by_pair.insert(pair, place);
        Ok(place)
    }
}

/// The labels of a result: those that matched for two single series, those of the many side otherwise.
fn result_key(of: &Binary, many: &SeriesKey, one: &SeriesKey) -> SeriesKey {
    let matching = &of.matching;
    let mut key = many.clone();
    if matches!(of.op, BinaryOp::Arithmetic(_)) {
        key.metric.clear();
    }
    if matching.cardinality == Cardinality::OneToOne {
        key = if matching.on {
            rows::only(&key, &matching.labels)
        } else {
            rows::without(&key, &matching.labels)
        };
    }
    for name in &matching.include {
        rows::set_label(&mut key, name, rows::label(one, name));
    }
    if matching.returns_bool {
        key.metric.clear();
    }
    key
}
