//! Counts of distinct values in bounded memory.

use std::collections::BTreeMap;

use super::{Counts, ValueCount};

/// So many distinct values are counted exactly, and kept when there are more.
const KEPT: usize = 1_000;
/// When so many have come together, the least frequent are dropped.
const MOST: usize = 2 * KEPT;
/// Longer values are cut, in bytes.
const LONGEST: usize = 256;

/// Values with their counts; beyond [`MOST`] distinct ones, the least frequent are forgotten.
///
/// Source of the bound on what was forgotten: Metwally, Agrawal and El Abbadi, *Efficient Computation of Frequent and
/// Top-k Elements in Data Streams*, ICDT 2005 (Space-Saving), with dropping in batches.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    counts: BTreeMap<Box<str>, Kept>,
    /// No dropped value had been seen more often than this.
    dropped: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    counts: Counts,
    /// How often it may have been seen and forgotten before.
    missed: u64,
}

/// A value with its counts and how often it may have been seen besides.
pub(super) struct Candidate<'v> {
    pub(super) value: &'v str,
    pub(super) counts: Counts,
    pub(super) missed: u64,
}

impl Values {
    pub(super) fn add(&mut self, value: &str, counts: Counts) {
        let value = cut(value);
        if let Some(kept) = self.counts.get_mut(&*value) {
            kept.counts.add(counts);
            return;
        }
        self.counts.insert(value.into(), Kept { counts, missed: self.dropped });
        self.drop_least();
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (value, kept) in &mut self.counts {
            if !other.counts.contains_key(value) {
                kept.missed += other.dropped;
            }
        }
        for (value, theirs) in &other.counts {
            let own = self
                .counts
                .entry(value.clone())
                .or_insert(Kept { counts: Counts::default(), missed: self.dropped });
            own.counts.add(theirs.counts);
            own.missed += theirs.missed;
        }
        self.dropped += other.dropped;
        self.drop_least();
    }

    fn drop_least(&mut self) {
        if self.counts.len() <= MOST {
            return;
        }
        let mut order: Vec<(u64, &str)> =
            self.counts.iter().map(|(value, kept)| (kept.counts.sum() + kept.missed, &**value)).collect();
        order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        self.dropped = self.dropped.max(order.get(KEPT).map_or(0, |(count, _)| *count));
        let least: Vec<Box<str>> = order[KEPT..].iter().map(|(_, value)| (*value).into()).collect();
        for value in least {
            self.counts.remove(&value);
        }
    }

    pub(super) fn distinct(&self) -> usize {
        if self.has_more() { KEPT } else { self.counts.len() }
    }

    pub(super) fn has_more(&self) -> bool {
        self.dropped > 0 || self.counts.len() > KEPT
    }

    pub(super) fn top(&self, n: usize) -> Vec<ValueCount> {
        let mut all: Vec<(&str, Counts)> =
            self.counts.iter().map(|(value, kept)| (&**value, kept.counts)).collect();
        all.sort_by(|(a, x), (b, y)| {
            y.compare.cmp(&x.compare).then(y.baseline.cmp(&x.baseline)).then(a.cmp(b))
        });
        all.into_iter()
            .take(n)
            .map(|(value, counts)| ValueCount { value: value.to_owned(), counts })
            .collect()
    }

    pub(super) fn candidates(&self) -> impl Iterator<Item = Candidate<'_>> {
        self.counts.iter().map(|(value, kept)| Candidate { value, counts: kept.counts, missed: kept.missed })
    }
}

/// Returns the beginning of a long value.
fn cut(value: &str) -> std::borrow::Cow<'_, str> {
    if value.len() <= LONGEST {
        return value.into();
    }
    let mut end = LONGEST;
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &value[..end]).into()
}
