//! Parameters: which values a place of a template has, in the baseline and in the compared window, and which of them
//! explains a rise.

mod explain;
mod measure;
mod spread;
#[cfg(test)]
mod tests;
mod values;

use measure::Dimension;
use spread::Digest;
use values::Values;

use super::ParameterKind;

pub use explain::{Explained, Explanation};
pub use spread::{NumberBin, NumberSpread};

/// At least this share of the values has to be numbers of one dimension, for them to be shown as numbers.
const MOSTLY: f64 = 0.8;

/// The window that a value was seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// The baseline.
    Baseline,
    /// The window that is compared with it.
    Compare,
}

/// Counts of something in the two windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the baseline.
    pub baseline: u64,
    /// In the compared window.
    pub compare: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.baseline = self.baseline.saturating_add(other.baseline);
        self.compare = self.compare.saturating_add(other.compare);
    }

    fn one(window: Window) -> Self {
        match window {
            Window::Baseline => Self { baseline: 1, compare: 0 },
            Window::Compare => Self { baseline: 0, compare: 1 },
        }
    }

    const fn sum(self) -> u64 {
        self.baseline.saturating_add(self.compare)
    }
}

/// A value of a parameter with its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCount {
    /// The value as it stands in the lines; of a very long one its beginning and `…`.
    pub value: String,
    /// How often it was seen; at least, where [`ParameterProfile::distinct_more`] holds.
    pub counts: Counts,
}

/// The values of one parameter of one template, built value by value.
///
/// Memory is bounded: up to 1,000 distinct values and 10,000 distinct numbers are counted exactly. Beyond, the most
/// frequent values are kept with counts that are never too high, and numbers lose digits, the last first.
#[derive(Clone, Debug)]
pub struct ParameterProfile {
    kind: ParameterKind,
    /// The unit that a bare number has, because it stands behind the parameter in the template.
    unit: Option<measure::Unit>,
    total: Counts,
    values: Values,
    numbers: [Digest; Dimension::ALL.len()],
}

impl ParameterProfile {
    /// Creates an empty profile.
    ///
    /// `behind` is the text of the template behind the parameter (` ms, heap `): a unit at its start is the unit of bare
    /// numbers.
    pub fn new(kind: ParameterKind, behind: &str) -> Self {
        Self {
            kind,
            unit: measure::unit_at_start(behind, kind),
            total: Counts::default(),
            values: Values::default(),
            numbers: Default::default(),
        }
    }

    /// Adds one value.
    pub fn add(&mut self, value: &str, window: Window) {
        let one = Counts::one(window);
        self.total.add(one);
        self.values.add(value, one);
        if is_measured(self.kind)
            && let Some((dimension, number)) = measure::read(value, self.unit, self.kind)
        {
            self.numbers[dimension as usize].add(number, one);
        }
    }

    /// Adds what another profile of the same parameter has seen.
    ///
    /// Up to the limits of exactness, the result does not depend on how values were split among profiles; numbers never
    /// do.
    pub fn merge(&mut self, other: &Self) {
        self.total.add(other.total);
        self.values.merge(&other.values);
        for (own, others) in self.numbers.iter_mut().zip(&other.numbers) {
            own.merge(others);
        }
    }

    /// Returns the kind of the parameter.
    pub const fn kind(&self) -> ParameterKind {
        self.kind
    }

    /// Returns the number of values in both windows.
    pub const fn total(&self) -> Counts {
        self.total
    }

    /// Returns the number of distinct values, at most 1,000.
    pub fn distinct(&self) -> usize {
        self.values.distinct()
    }

    /// Reports whether there are more distinct values than [`ParameterProfile::distinct`] says.
    pub fn distinct_more(&self) -> bool {
        self.values.has_more()
    }

    /// Returns the `n` most frequent values: by count in the compared window, then in the baseline, then as texts.
    pub fn top(&self, n: usize) -> Vec<ValueCount> {
        self.values.top(n)
    }

    /// Returns how the values are spread as numbers; `None` when they are no numbers, or not of one dimension.
    pub fn numbers(&self) -> Option<NumberSpread> {
        let (dimension, digest) = self.digest()?;
        digest.spread(dimension.unit())
    }

    /// Returns the value, or the range of numbers, that explains why there are more lines; `None` when nothing does.
    ///
    /// `scale` is the length of the compared window divided by that of the baseline. A value explains a rise when most
    /// of the additional lines have it and it was not as common before; for a template without baseline, when nearly all
    /// lines have it. Without a rise by half, and below ten lines, there is nothing to explain.
    pub fn explains(&self, scale: f64) -> Option<Explanation> {
        explain::explain(self, scale)
    }

    /// Returns the numbers of the dimension that nearly all values have.
    fn digest(&self) -> Option<(Dimension, &Digest)> {
        let needed = self.total.sum() as f64 * MOSTLY;
        Dimension::ALL
            .into_iter()
            .zip(&self.numbers)
            .find(|(_, digest)| !digest.is_empty() && digest.total().sum() as f64 >= needed)
    }
}

/// Reports whether the values of a kind can be measured: a port is a number, but its size means nothing.
const fn is_measured(kind: ParameterKind) -> bool {
    match kind {
        ParameterKind::Number | ParameterKind::Duration | ParameterKind::Bytes | ParameterKind::Percent => {
            true
        }
        ParameterKind::Address
        | ParameterKind::Host
        | ParameterKind::Port
        | ParameterKind::Id
        | ParameterKind::Path
        | ParameterKind::Url
        | ParameterKind::Time
        | ParameterKind::User
        | ParameterKind::Hex
        | ParameterKind::Version
        | ParameterKind::Flag
        | ParameterKind::Text => false,
    }
}
