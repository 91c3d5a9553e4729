//! Aggregations: one number out of the series of a group, or some of its series.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use wardroom_core::SeriesKey;

use super::Dialect;
use super::arithmetic::{INTEGERS_END, Sum};
use super::error::EvalError;
use super::evaluate::{Context, Evaluated};
use super::expression::{Aggregate, AggregateOp, Grouping, Node};
use super::print;
use super::rows::{self, Row};
use super::transform::check_label_name;
use super::window::{Mean, keeps, quantile};

/// The series of one group, in the order in which they came.
struct Group {
    key: Arc<SeriesKey>,
    rows: Vec<Row>,
}

fn group_key(grouping: &Grouping, key: &SeriesKey) -> SeriesKey {
    if !grouping.without {
        return rows::only(key, &grouping.labels);
    }
    SeriesKey { metric: String::new(), labels: rows::without(key, &grouping.labels).labels }
}

/// Puts rows into groups, in the order in which groups first appear.
fn grouped(grouping: &Grouping, rows: Vec<Row>) -> Vec<Group> {
    let mut places: HashMap<Arc<SeriesKey>, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let key = Arc::new(group_key(grouping, &row.key));
        let place = *places.entry(Arc::clone(&key)).or_insert_with(|| {
            groups.push(Group { key, rows: Vec::new() });
            groups.len() - 1
        });
        groups[place].rows.push(row);
    }
    groups
}

/// Answers an aggregation.
pub(super) fn answer(context: &Context<'_>, of: &Aggregate) -> Evaluated<Vec<Row>> {
    let numbers = match &of.parameter {
        Some(Node::Text(_)) | None => Vec::new(),
        Some(node) => context.scalars(node)?,
    };
    let rows = context.rows(&of.of)?;
    match of.op {
        AggregateOp::CountValues => {
            let label = if let Some(Node::Text(label)) = &of.parameter { label.as_str() } else { "" };
            count_values(context, &of.grouping, label, rows)
        }
        AggregateOp::Topk | AggregateOp::Bottomk => {
            let is_top = of.op == AggregateOp::Topk;
            let counts = numbers.iter().map(|n| count(*n)).collect::<Evaluated<Vec<_>>>()?;
            let groups = grouped(&of.grouping, rows);
            let chosen = groups.into_par_iter().map(|group| chosen(context, &group, is_top, &counts));
            let chosen: Vec<Row> =
                chosen.collect::<Evaluated<Vec<Vec<Row>>>>()?.into_iter().flatten().collect();
            rows::merge(chosen)
        }
        AggregateOp::Sum
        | AggregateOp::Avg
        | AggregateOp::Min
        | AggregateOp::Max
        | AggregateOp::Count
        | AggregateOp::Stddev
        | AggregateOp::Stdvar
        | AggregateOp::Group
        | AggregateOp::Quantile => {
            let groups = grouped(&of.grouping, rows);
            let folded = groups.into_par_iter().map(|group| {
                context.check()?;
                Ok(folded(context, of.op, group, &numbers))
            });
            rows::merge(folded.collect::<Evaluated<Vec<_>>>()?)
        }
    }
}

/// Reads how many series are wanted; below one is none.
fn count(number: f64) -> Evaluated<usize> {
    if !(-INTEGERS_END..=INTEGERS_END).contains(&number) {
        return Err(EvalError::Count { value: print::value(number) });
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bounds were checked, and the ends saturate")]
    let count = number as i64;
    Ok(usize::try_from(count.max(0)).unwrap_or(usize::MAX))
}

fn folded(context: &Context<'_>, op: AggregateOp, group: Group, numbers: &[f64]) -> Row {
    let n = context.steps.len();
    let values = if op == AggregateOp::Quantile {
        let at = |step: usize| {
            let values: Vec<f64> = group.rows.iter().filter_map(|row| row.values[step]).collect();
            let share = numbers.get(step).copied().unwrap_or(f64::NAN);
            (!values.is_empty()).then(|| quantile(share, values))
        };
        (0..n).map(at).collect()
    } else {
        let mut folds = vec![Fold::default(); n];
        for row in &group.rows {
            for (fold, value) in folds.iter_mut().zip(&row.values) {
                if let Some(value) = value {
                    fold.add(op, context.dialect, *value);
                }
            }
        }
        folds.iter().map(|fold| fold.value(op, context.dialect)).collect()
    };
    Row { key: group.key, values }
}

/// What has been seen of one group at one step.
///
/// Source: `aggregation` in `promql/engine.go` of 2.42 and 3.1; the order of operations is theirs.
#[derive(Clone, Copy, Debug, Default)]
struct Fold {
    count: f64,
    /// The sum, the extreme or the squares, by the operation.
    value: f64,
    mean: f64,
    lost: f64,
    average: Mean,
}

impl Fold {
    fn add(&mut self, op: AggregateOp, dialect: Dialect, v: f64) {
        self.count += 1.0;
        if op == AggregateOp::Avg && dialect == Dialect::Three {
            self.average.add(v);
            return;
        }
        if self.count < 1.5 {
            self.begin(op, dialect, v);
            return;
        }
        match op {
            AggregateOp::Sum => match dialect {
                Dialect::Two => self.value += v,
                Dialect::Three => {
                    let mut sum = Sum { sum: self.value, lost: self.lost };
                    sum.add_checked(v);
                    (self.value, self.lost) = (sum.sum, sum.lost);
                }
            },
            AggregateOp::Avg => {
                if !keeps(self.mean, v) {
                    self.mean += v / self.count - self.mean / self.count;
                }
            }
            AggregateOp::Min => {
                if self.value > v || self.value.is_nan() {
                    self.value = v;
                }
            }
            AggregateOp::Max => {
                if self.value < v || self.value.is_nan() {
                    self.value = v;
                }
            }
            AggregateOp::Stddev | AggregateOp::Stdvar => {
                let delta = v - self.mean;
                self.mean += delta / self.count;
                self.value += delta * (v - self.mean);
            }
            AggregateOp::Count
            | AggregateOp::Group
            | AggregateOp::Topk
            | AggregateOp::Bottomk
            | AggregateOp::Quantile
            | AggregateOp::CountValues => {}
        }
    }

    /// Takes the first value of a group.
    fn begin(&mut self, op: AggregateOp, dialect: Dialect, v: f64) {
        self.mean = v;
        self.value = v;
        if matches!(op, AggregateOp::Stddev | AggregateOp::Stdvar) {
            let spoils = dialect == Dialect::Three && !v.is_finite();
            self.value = if spoils { f64::NAN } else { 0.0 };
        }
    }

    fn value(&self, op: AggregateOp, dialect: Dialect) -> Option<f64> {
        if self.count < 0.5 {
            return None;
        }
        Some(match op {
            AggregateOp::Sum => self.value + self.lost,
            AggregateOp::Avg => match dialect {
                Dialect::Two => self.mean,
                Dialect::Three => self.average.value(),
            },
            AggregateOp::Count => self.count,
            AggregateOp::Stdvar => self.value / self.count,
            AggregateOp::Stddev => (self.value / self.count).sqrt(),
            AggregateOp::Group => 1.0,
            AggregateOp::Min
            | AggregateOp::Max
            | AggregateOp::Topk
            | AggregateOp::Bottomk
            | AggregateOp::Quantile
            | AggregateOp::CountValues => self.value,
        })
    }
}

/// Keeps the rows with the largest or smallest values of each step.
fn chosen(context: &Context<'_>, group: &Group, is_top: bool, counts: &[usize]) -> Evaluated<Vec<Row>> {
    context.check()?;
    let mut kept: Vec<Vec<Option<f64>>> = vec![vec![None; context.steps.len()]; group.rows.len()];
    let mut order: Vec<usize> = (0..group.rows.len()).collect();
    for (step, count) in counts.iter().enumerate() {
        let mut heap = Heap { items: Vec::new(), is_top };
        for (idx, row) in group.rows.iter().enumerate() {
            if let Some(value) = row.values[step] {
                heap.offer(*count, (value, idx), context.dialect);
            }
        }
        for (value, idx) in &heap.items {
            kept[*idx][step] = Some(*value);
        }
        if counts.len() == 1 {
            // At one moment the order is that of the values.
            order = heap.sorted().into_iter().map(|(_, idx)| idx).collect();
        }
    }
    let row =
        |idx: usize| Row { key: Arc::clone(&group.rows[idx].key), values: std::mem::take(&mut kept[idx]) };
    Ok(order.into_iter().map(row).collect())
}

/// A heap with the value that goes first at its top, moving items as Go's `container/heap` does: which of equal values
/// stay depends on it.
struct Heap {
    items: Vec<(f64, usize)>,
    is_top: bool,
}

impl Heap {
    /// Reports whether one value goes before another; NaN goes first.
    fn goes_first(&self, a: f64, b: f64) -> bool {
        a.is_nan() || if self.is_top { a < b } else { a > b }
    }

    fn offer(&mut self, count: usize, item: (f64, usize), dialect: Dialect) {
        if count == 0 {
            return;
        }
        let Some((worst, _)) = self.items.first().copied() else {
            self.items.push(item);
            return;
        };
        if self.items.len() < count {
            self.push(item);
            return;
        }
        let beats = if self.is_top { worst < item.0 } else { worst > item.0 };
        match dialect {
            Dialect::Two if beats || worst.is_nan() => {
                if count > 1 {
                    self.pop();
                    self.push(item);
                } else {
                    self.items[0] = item;
                }
            }
            Dialect::Three if beats || (worst.is_nan() && !item.0.is_nan()) => {
                self.items[0] = item;
                self.down(self.items.len());
            }
            Dialect::Two | Dialect::Three => {}
        }
    }

    fn push(&mut self, item: (f64, usize)) {
        self.items.push(item);
        let mut at = self.items.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            if !self.goes_first(self.items[at].0, self.items[parent].0) {
                break;
            }
            self.items.swap(at, parent);
            at = parent;
        }
    }

    fn pop(&mut self) {
        let last = self.items.len() - 1;
        self.items.swap(0, last);
        self.down(last);
        self.items.truncate(last);
    }

    /// Moves the top down among the first `n` items.
    fn down(&mut self, n: usize) {
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            if left >= n {
                return;
            }
            let right = left + 1;
            let goes = right < n && self.goes_first(self.items[right].0, self.items[left].0);
            let child = if goes { right } else { left };
            if !self.goes_first(self.items[child].0, self.items[at].0) {
                return;
            }
            self.items.swap(at, child);
            at = child;
        }
    }

    /// Returns the items with the best first; NaN is last.
    fn sorted(&self) -> Vec<(f64, usize)> {
        let mut items = self.items.clone();
        items.sort_by(|a, b| {
            let by_value = if self.is_top { b.0.partial_cmp(&a.0) } else { a.0.partial_cmp(&b.0) };
            a.0.is_nan().cmp(&b.0.is_nan()).then(by_value.unwrap_or(std::cmp::Ordering::Equal))
        });
        items
    }
}

/// Counts how often each value occurs; the value is written into a label.
fn count_values(
    context: &Context<'_>,
    grouping: &Grouping,
    label: &str,
    rows: Vec<Row>,
) -> Evaluated<Vec<Row>> {
    check_label_name(label, context.dialect)?;
    let mut grouping = grouping.clone();
    if !grouping.without {
        grouping.labels.push(label.to_owned());
    }
    let mut places: HashMap<Arc<SeriesKey>, usize> = HashMap::new();
    let mut counted: Vec<Row> = Vec::new();
    for row in rows {
        context.check()?;
        let mut of_row: HashMap<u64, usize> = HashMap::new();
        for (step, value) in row.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let place = if let Some(place) = of_row.get(&value.to_bits()) {
                *place
            } else {
                let mut key = SeriesKey::clone(&row.key);
                rows::set_label(&mut key, label, &print::plain(*value));
                let key = Arc::new(group_key(&grouping, &key));
                let next = counted.len();
                let place = *places.entry(Arc::clone(&key)).or_insert(next);
                if place == next {
                    context.check_size(next + 1)?;
                    counted.push(Row { key, values: vec![None; context.steps.len()] });
                }
                of_row.insert(value.to_bits(), place);
                place
            };
            let count = &mut counted[place].values[step];
            *count = Some(count.unwrap_or(0.0) + 1.0);
        }
    }
    rows::merge(counted)
}
