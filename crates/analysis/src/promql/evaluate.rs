//! Walks the tree of an expression: every part is answered for all steps before the part above it.

use std::sync::Arc;

use rayon::prelude::*;
use wardroom_core::series::is_stale_marker;
use wardroom_core::{Samples, SeriesKey, Timestamp};

use super::error::{EvalError, ValueType};
use super::expression::{Binary, BinaryOp, Expression, Node, Selector};
use super::functions::Function;
use super::rows::{self, Row};
use super::window::{self, Window};
use super::{Answer, Dialect, Options, Times, aggregate, binary, calendar, histogram, select, transform};

/// The most values that one part of an expression may have: series times steps.
pub const VALUE_LIMIT: usize = 10_000_000;

pub(super) type Evaluated<T> = Result<T, EvalError>;

/// What a part of an expression is at all steps.
#[derive(Debug)]
pub(super) enum Value {
    Scalar(Vec<f64>),
    Text(String),
    Rows(Vec<Row>),
}

/// What every part of an expression is answered from.
pub(super) struct Context<'a> {
    /// The series, ordered by labels.
    data: Vec<&'a (SeriesKey, Samples)>,
    pub(super) steps: Vec<i64>,
    bounds: (i64, i64),
    lookback_ms: i64,
    pub(super) dialect: Dialect,
    cancelled: &'a (dyn Fn() -> bool + Sync),
}

/// Answers an expression from samples.
///
/// # Input
///
/// - `data`: series with distinct keys in any order; the samples of each ascend strictly in time. Series and samples that no selector
///   means change nothing, so more than [`super::needed_selectors`] asks for may be given.
/// - `cancelled`: asked between series; the answer is then [`EvalError::Cancelled`].
///
/// # Errors
///
/// [`EvalError`] where the server has no answer either, or where more than [`VALUE_LIMIT`] values would be held.
///
/// # Cost
///
/// Series times steps times samples in a window, on all cores; the same bytes on any number of them.
pub fn evaluate(
    expression: &Expression,
    data: &[(SeriesKey, Samples)],
    options: &Options,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Answer, EvalError> {
    let mut data: Vec<_> = data.iter().collect();
    data.sort_by(|a, b| rows::order(&a.0, &b.0));
    let context = Context {
        data,
        steps: steps(options.times)?,
        bounds: select::bounds(options.times),
        lookback_ms: options.lookback_ms.max(0),
        dialect: options.dialect,
        cancelled,
    };
    match options.times {
        Times::At(at) => context.at_once(&expression.root, at),
        Times::Range { .. } => context.over_range(&expression.root),
    }
}

fn steps(times: Times) -> Evaluated<Vec<i64>> {
    let (start, end, step_ms) = match times {
        Times::At(at) => return Ok(vec![at.as_millis()]),
        Times::Range { start, end, step_ms } => (start.as_millis(), end.as_millis(), step_ms),
    };
    let length = end.checked_sub(start).filter(|length| *length >= 0 && step_ms > 0);
    let Some(length) = length else { return Err(EvalError::NoSteps) };
    let count = usize::try_from(length / step_ms).ok().and_then(|n| n.checked_add(1));
    match count.filter(|n| *n <= VALUE_LIMIT) {
        Some(n) => Ok((0_i64..).take(n).map(|i| start + i * step_ms).collect()),
        None => Err(EvalError::TooManyValues { limit: VALUE_LIMIT }),
    }
}

impl Context<'_> {
    fn at_once(&self, root: &Node, at: Timestamp) -> Evaluated<Answer> {
        if let Node::Range(selector, range_ms) = root {
            return self.samples(selector, *range_ms).map(Answer::Matrix);
        }
        Ok(match self.value(root)? {
            Value::Scalar(values) => Answer::Scalar(at, values.first().copied().unwrap_or(f64::NAN)),
            Value::Text(text) => Answer::Text(at, text),
            Value::Rows(rows) => {
                let pair = |row: &Row| Some((SeriesKey::clone(&row.key), (*row.values.first()?)?));
                Answer::Vector(at, rows.iter().filter_map(pair).collect())
            }
        })
    }

    fn over_range(&self, root: &Node) -> Evaluated<Answer> {
        let mut rows = match root.value_type() {
            got @ (ValueType::Text | ValueType::Matrix) => return Err(EvalError::NotOverRange { got }),
            ValueType::Scalar | ValueType::Vector => match self.value(root)? {
                Value::Scalar(values) => {
                    vec![Row { key: Arc::default(), values: values.into_iter().map(Some).collect() }]
                }
                Value::Rows(rows) => rows,
                Value::Text(_) => return Err(EvalError::NotOverRange { got: ValueType::Text }),
            },
        };
        rows.sort_by(|a, b| rows::order(&a.key, &b.key));
        let series = |row: Row| {
            let mut samples = Samples::with_capacity(row.values.len());
            for (at, value) in self.steps.iter().zip(&row.values) {
                if let Some(value) = value {
                    samples.push(Timestamp::from_millis(*at), *value);
                }
            }
            (Arc::unwrap_or_clone(row.key), samples)
        };
        Ok(Answer::Matrix(rows.into_iter().map(series).collect()))
    }

    pub(super) fn check(&self) -> Evaluated<()> {
        if (self.cancelled)() { Err(EvalError::Cancelled) } else { Ok(()) }
    }

    /// Refuses to hold so many rows.
    pub(super) fn check_size(&self, rows: usize) -> Evaluated<()> {
        self.check()?;
        match rows.checked_mul(self.steps.len()) {
            Some(n) if n <= VALUE_LIMIT => Ok(()),
            _ => Err(EvalError::TooManyValues { limit: VALUE_LIMIT }),
        }
    }

    pub(super) fn value(&self, node: &Node) -> Evaluated<Value> {
        self.check()?;
        match node {
            Node::Number(value) => Ok(Value::Scalar(vec![*value; self.steps.len()])),
            Node::Text(text) => Ok(Value::Text(text.clone())),
            Node::Selector(selector) => self.newest(selector, |_, value| value).map(Value::Rows),
            // A window alone is asked about at one moment only, and answered there.
            Node::Range(..) => Err(EvalError::NotOverRange { got: ValueType::Matrix }),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Aggregate(aggregate) => aggregate::answer(self, aggregate).map(Value::Rows),
            Node::Binary(binary) => self.binary(binary),
            Node::Negative(inner) => Ok(match self.value(inner)? {
                Value::Scalar(values) => Value::Scalar(values.into_iter().map(|v| -v).collect()),
                Value::Rows(rows) => {
                    let negative = |row: Row| row.unnamed().map(|v| -v);
                    Value::Rows(rows::distinct(rows.into_iter().map(negative).collect())?)
                }
                text @ Value::Text(_) => text,
            }),
        }
    }

    /// Returns the rows of a part that the parser has seen to be an instant vector.
    pub(super) fn rows(&self, node: &Node) -> Evaluated<Vec<Row>> {
        match self.value(node)? {
            Value::Rows(rows) => Ok(rows),
            Value::Scalar(_) | Value::Text(_) => Ok(Vec::new()),
        }
    }

    /// Returns the numbers of a part that the parser has seen to be a scalar.
    pub(super) fn scalars(&self, node: &Node) -> Evaluated<Vec<f64>> {
        match self.value(node)? {
            Value::Scalar(values) => Ok(values),
            Value::Rows(_) | Value::Text(_) => Ok(vec![f64::NAN; self.steps.len()]),
        }
    }

    fn chosen(&self, selector: &Selector) -> Evaluated<Vec<&(SeriesKey, Samples)>> {
        let conditions = select::conditions(&selector.matchers, self.dialect);
        let chosen: Vec<_> =
            self.data.iter().copied().filter(|(key, _)| select::all_hold(&conditions, key)).collect();
        self.check_size(chosen.len())?;
        Ok(chosen)
    }

    /// Returns of each series what `pick` makes of the time and value of the newest sample of each step.
    fn newest(&self, selector: &Selector, pick: impl Fn(i64, f64) -> f64 + Sync) -> Evaluated<Vec<Row>> {
        let fixed = selector.fixed(self.bounds);
        let row = |(key, samples): &&(SeriesKey, Samples)| -> Evaluated<Row> {
            self.check()?;
            let mut seen = 0;
            let value = |step: &i64| {
                let moment = fixed.unwrap_or(*step).saturating_sub(selector.offset_ms);
                let (time, value) = self.newest_at(samples, moment, &mut seen)?;
                Some(pick(time, value))
            };
            Ok(Row { key: Arc::new(key.clone()), values: self.steps.iter().map(value).collect() })
        };
        let rows = self.chosen(selector)?.par_iter().map(row).collect::<Evaluated<Vec<_>>>()?;
        Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
    }

    /// Returns the newest sample at `moment`, looking at samples from `seen` on; moments must not fall.
    fn newest_at(&self, samples: &Samples, moment: i64, seen: &mut usize) -> Option<(i64, f64)> {
        *seen += samples.times()[*seen..].partition_point(|t| *t <= moment);
        let place = seen.checked_sub(1)?;
        let (time, value) = (samples.times()[place], samples.values()[place]);
        let oldest = moment.saturating_sub(self.lookback_ms);
        let is_old = match self.dialect {
            Dialect::Two => time < oldest,
            Dialect::Three => time <= oldest,
        };
        (!is_old && !is_stale_marker(value)).then_some((time, value))
    }

    /// Returns the places of the samples of a window that ends at `end`, searching from `from` on.
    fn places(&self, times: &[i64], end: i64, range_ms: i64, from: (usize, usize)) -> (usize, usize) {
        let start = end.saturating_sub(range_ms);
        let is_before = |t: &i64| match self.dialect {
            Dialect::Two => *t < start,
            Dialect::Three => *t <= start,
        };
        let first = from.0 + times[from.0..].partition_point(is_before);
        let last = from.1 + times[from.1..].partition_point(|t| *t <= end);
        (first, last.max(first))
    }

    /// Returns the samples of a window at one moment.
    fn samples(&self, selector: &Selector, range_ms: i64) -> Evaluated<Vec<(SeriesKey, Samples)>> {
        let at = self.steps.first().copied().unwrap_or_default();
        let end = selector.fixed(self.bounds).unwrap_or(at).saturating_sub(selector.offset_ms);
        let mut out = Vec::new();
        for (key, samples) in self.chosen(selector)? {
            let (first, last) = self.places(samples.times(), end, range_ms, (0, 0));
            let (times, values) = (&samples.times()[first..last], &samples.values()[first..last]);
            let kept = times.iter().zip(values).filter(|(_, v)| !is_stale_marker(**v));
            let (times, values): (Vec<i64>, Vec<f64>) = kept.unzip();
            if let Some(samples) = Samples::from_columns(times, values).filter(|s| !s.is_empty()) {
                out.push((key.clone(), samples));
            }
        }
        Ok(out)
    }

    /// Returns the answers of a function of windows, before any labels are compared.
    fn windows(
        &self,
        function: Function,
        selector: &Selector,
        range_ms: i64,
        arguments: Option<&[f64]>,
    ) -> Evaluated<Vec<Row>> {
        let fixed = selector.fixed(self.bounds);
        let row = |(key, samples): &&(SeriesKey, Samples)| -> Evaluated<Row> {
            self.check()?;
            let kept = samples.times().iter().zip(samples.values()).filter(|(_, v)| !is_stale_marker(**v));
            let (times, values): (Vec<i64>, Vec<f64>) = kept.unzip();
            let mut places = (0, 0);
            let value = |(idx, at): (usize, &i64)| {
                let end = fixed.unwrap_or(*at).saturating_sub(selector.offset_ms);
                places = self.places(&times, end, range_ms, places);
                if places.0 == places.1 {
                    return None;
                }
                let argument = arguments.and_then(|a| a.get(idx)).copied().unwrap_or(f64::NAN);
                window::answer(
                    function,
                    &Window {
                        times: &times[places.0..places.1],
                        values: &values[places.0..places.1],
                        start: end.saturating_sub(range_ms),
                        end,
                        at: *at,
                        range_ms,
                        argument,
                        dialect: self.dialect,
                    },
                )
            };
            let values = self.steps.iter().enumerate().map(value).collect();
            let row = Row { key: Arc::new(key.clone()), values };
            Ok(if function == Function::LastOverTime { row } else { row.unnamed() })
        };
        self.chosen(selector)?.par_iter().map(row).collect()
    }

    fn call(&self, function: Function, arguments: &[Node]) -> Evaluated<Value> {
        match (function, arguments) {
            (Function::Time, _) => {
                Ok(Value::Scalar(self.steps.iter().map(|at| *at as f64 / 1000.0).collect()))
            }
            (Function::Scalar, [of]) => {
                let rows = self.rows(of)?;
                let single = |step: usize| {
                    let mut present = rows.iter().filter_map(|row| row.values[step]);
                    present.next().filter(|_| present.next().is_none()).unwrap_or(f64::NAN)
                };
                Ok(Value::Scalar((0..self.steps.len()).map(single).collect()))
            }
            (Function::Vector, [of]) => {
                let values = self.scalars(of)?.into_iter().map(Some).collect();
                Ok(Value::Rows(vec![Row { key: Arc::default(), values }]))
            }
            (Function::Timestamp, [Node::Selector(selector)]) => {
                let rows = self.newest(selector, |time, _| time as f64 / 1000.0)?;
                rows::merge(rows.into_iter().map(Row::unnamed).collect()).map(Value::Rows)
            }
            (Function::AbsentOverTime, [Node::Range(selector, range_ms)]) => {
                let rows = self.windows(function, selector, *range_ms, None)?;
                Ok(Value::Rows(self.absent(&rows, Some(selector))))
            }
            (Function::Absent, [of]) => {
                let selector = if let Node::Selector(selector) = of { Some(selector) } else { None };
                Ok(Value::Rows(self.absent(&self.rows(of)?, selector)))
            }
            (_, [Node::Range(selector, range_ms)]) => {
                rows::distinct(self.windows(function, selector, *range_ms, None)?).map(Value::Rows)
            }
            (_, [Node::Range(selector, range_ms), number] | [number, Node::Range(selector, range_ms)]) => {
                let numbers = self.scalars(number)?;
                let rows = self.windows(function, selector, *range_ms, Some(&numbers))?;
                rows::distinct(rows).map(Value::Rows)
            }
            (Function::HistogramQuantile, [share, of]) => {
                let (shares, rows) = (self.scalars(share)?, self.rows(of)?);
                histogram::quantiles(self, &shares, rows).map(Value::Rows)
            }
            (_, []) => {
                // A function of the calendar without an argument is about the moment itself.
                let part = |at: &i64| Some(calendar::part(function, at.div_euclid(1000) as f64));
                let values = self.steps.iter().map(part).collect();
                Ok(Value::Rows(vec![Row { key: Arc::default(), values }]))
            }
            (_, [of, rest @ ..]) => {
                let rows = self.rows(of)?;
                transform::answer(self, function, rows, rest).map(Value::Rows)
            }
        }
    }

    /// Returns one where no row has a value, with the labels that a selector wants exactly.
    fn absent(&self, rows: &[Row], selector: Option<&Selector>) -> Vec<Row> {
        let absent = |step: usize| rows.iter().all(|row| row.values[step].is_none()).then_some(1.0);
        let values = (0..self.steps.len()).map(absent).collect();
        let key = selector.map(|s| transform::exact_labels(&s.matchers)).unwrap_or_default();
        let row = Row { key: Arc::new(key), values };
        if row.is_empty() { Vec::new() } else { vec![row] }
    }

    fn binary(&self, of: &Binary) -> Evaluated<Value> {
        let (left, right) = (self.value(&of.left)?, self.value(&of.right)?);
        let rows = match (left, right) {
            (Value::Scalar(left), Value::Scalar(right)) => {
                let pairs = left.into_iter().zip(right);
                return Ok(Value::Scalar(pairs.map(|(l, r)| binary::number(of.op, l, r)).collect()));
            }
            (Value::Rows(rows), Value::Scalar(numbers)) => binary::with_number(of, rows, &numbers, false)?,
            (Value::Scalar(numbers), Value::Rows(rows)) => binary::with_number(of, rows, &numbers, true)?,
            (Value::Rows(left), Value::Rows(right)) => {
                if let BinaryOp::Set(op) = of.op {
                    binary::set(self, op, &of.matching, left, right)?
                } else {
                    binary::matched(self, of, left, right)?
                }
            }
            (Value::Text(_), _) | (_, Value::Text(_)) => Vec::new(),
        };
        Ok(Value::Rows(rows))
    }
}
