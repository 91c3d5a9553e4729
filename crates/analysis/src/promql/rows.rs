//! Series on the way to an answer: labels, and one value or none a step.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use wardroom_core::{Labels, SeriesKey};

use super::error::EvalError;

/// The label that is the metric's name.
pub(super) const NAME: &str = "__name__";

/// One series and its value at each step.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) key: Arc<SeriesKey>,
    pub(super) values: Vec<Option<f64>>,
}

impl Row {
    pub(super) fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    /// Returns the same series with every value that there is mapped.
    pub(super) fn map(mut self, f: impl Fn(f64) -> f64) -> Self {
        for value in self.values.iter_mut().flatten() {
            *value = f(*value);
        }
        self
    }

    /// Returns the same values without the metric's name.
    pub(super) fn unnamed(mut self) -> Self {
        self.key = unnamed(&self.key);
        self
    }
}

/// Returns the value of a label, the name included; empty where there is none.
pub(super) fn label<'a>(key: &'a SeriesKey, name: &str) -> &'a str {
    if name == NAME { &key.metric } else { key.labels.get(name).unwrap_or_default() }
}

pub(super) fn set_label(key: &mut SeriesKey, name: &str, value: &str) {
    if name == NAME {
        value.clone_into(&mut key.metric);
    } else {
        key.labels.set(name, value);
    }
}

pub(super) fn unnamed(key: &Arc<SeriesKey>) -> Arc<SeriesKey> {
    if key.metric.is_empty() {
        return Arc::clone(key);
    }
    Arc::new(SeriesKey { metric: String::new(), labels: key.labels.clone() })
}

/// Returns only these labels of a key.
pub(super) fn only(key: &SeriesKey, names: &[String]) -> SeriesKey {
    let mut out = SeriesKey::default();
    for name in names {
        set_label(&mut out, name, label(key, name));
    }
    out
}

/// Returns a key without these labels.
pub(super) fn without(key: &SeriesKey, names: &[String]) -> SeriesKey {
    let mut out = key.clone();
    for name in names {
        set_label(&mut out, name, "");
    }
    out
}

/// The labels in the order of their names, the metric's name among them.
fn pairs(key: &SeriesKey) -> impl Iterator<Item = (&str, &str)> {
    let name = Some((NAME, key.metric.as_str())).filter(|(_, value)| !value.is_empty());
    let before = key.labels.iter().take_while(|(name, _)| *name < NAME);
    before.chain(name).chain(key.labels.iter().skip_while(|(name, _)| *name < NAME))
}

/// Orders keys as the server orders series.
pub(super) fn order(a: &SeriesKey, b: &SeriesKey) -> Ordering {
    pairs(a).cmp(pairs(b))
}

/// Says that a set of labels comes out twice.
pub(super) fn same_labels(key: &SeriesKey) -> EvalError {
    EvalError::SameLabels { labels: all_labels(key).to_string() }
}

/// The labels with the name among them, as the server writes them in messages.
pub(super) fn all_labels(key: &SeriesKey) -> Labels {
    Labels::new(pairs(key))
}

/// Puts rows of equal labels together, which must not both have a value at one step, and leaves out empty ones.
///
/// The order is that of first appearance at a single step, and by labels over a range, where the server has none.
pub(super) fn merge(rows: Vec<Row>) -> Result<Vec<Row>, EvalError> {
    let mut places: HashMap<Arc<SeriesKey>, usize> = HashMap::with_capacity(rows.len());
    let mut merged: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows.into_iter().filter(|row| !row.is_empty()) {
        let Some(place) = places.get(&row.key) else {
            places.insert(Arc::clone(&row.key), merged.len());
            merged.push(row);
            continue;
        };
        let into = &mut merged[*place];
        for (value, other) in into.values.iter_mut().zip(row.values) {
            match (&value, other) {
                (Some(_), Some(_)) => return Err(same_labels(&into.key)),
                (None, Some(_)) => *value = other,
                (_, None) => {}
            }
        }
    }
    if merged.first().is_some_and(|row| row.values.len() > 1) {
        merged.sort_by(|a, b| order(&a.key, &b.key));
    }
    Ok(merged)
}

/// Leaves out empty rows; no two of the others may have the same labels, at whatever steps.
pub(super) fn distinct(mut rows: Vec<Row>) -> Result<Vec<Row>, EvalError> {
    rows.retain(|row| !row.is_empty());
    let mut seen = std::collections::HashSet::with_capacity(rows.len());
    match rows.iter().find(|row| !seen.insert(Arc::clone(&row.key))) {
        Some(row) => Err(same_labels(&row.key)),
        None => Ok(rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_ordered_among_the_labels() {
        let key = |metric: &str, label: &str| SeriesKey::new(metric, Labels::new([(label, "z")]));

        // `Zone` is before `__name__` in bytes, `zone` behind it.
        assert_eq!(order(&key("b", "Zone"), &key("a", "zone")), Ordering::Less);
        assert_eq!(order(&key("a", "zone"), &key("b", "zone")), Ordering::Less);
    }
}
