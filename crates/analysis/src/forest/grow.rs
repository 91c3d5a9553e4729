//! What both kinds of trees share: complete trees in flat arrays, and the rows of a tree by column.
//!
//! Every tree is complete: place 1 is the root, the children of place `i` are `2 i` and `2 i + 1`, and after
//! [`levels_for`] steps a row stands on a leaf. Where a branch ends earlier, its places send every row to the left and
//! the leftmost leaf holds the length of the short path; so a descent needs no test for its end.

use super::numbers::Numbers;
use super::usual_path;

/// Returns how many cuts deep the trees are: log₂ of the sample, rounded up, as in the paper.
pub(super) fn levels_for(sample: usize) -> u32 {
    sample.max(1).next_power_of_two().trailing_zeros()
}

/// The rows that one tree is grown on, column after column.
#[derive(Debug)]
pub(super) struct Sample {
    columns: Vec<f64>,
    rows: usize,
    width: usize,
    /// The features in an order that is shuffled further at every draw.
    order: Vec<usize>,
}

impl Sample {
    /// Draws rows; `value` says what the value of a row and column is.
    pub(super) fn draw(
        n: usize,
        count: usize,
        width: usize,
        numbers: &mut Numbers,
        value: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let drawn = numbers.sample(n, count);
        let columns = (0..width)
            .flat_map(|column| drawn.iter().map(move |&row| (row, column)))
            .map(|(r, c)| value(r, c));
        Self { columns: columns.collect(), rows: drawn.len(), width, order: (0..width).collect() }
    }

    /// Returns the values of one feature.
    pub(super) fn column(&self, feature: usize) -> &[f64] {
        &self.columns[feature * self.rows..(feature + 1) * self.rows]
    }

    /// Returns at most `count` features that move within the members, in random order, each with its least and
    /// largest value.
    pub(super) fn moving(
        &mut self,
        members: &[usize],
        count: usize,
        numbers: &mut Numbers,
        found: &mut Vec<(usize, f64, f64)>,
    ) {
        found.clear();
        for place in 0..self.width {
            if found.len() == count {
                return;
            }
            let drawn = place + numbers.below(self.width - place);
            self.order.swap(place, drawn);
            let feature = self.order[place];
            let column = self.column(feature);
            let start = (f64::INFINITY, f64::NEG_INFINITY);
            let (low, high) =
                members.iter().fold(start, |(low, high), &row| (column[row].min(low), column[row].max(high)));
            if low < high {
                found.push((feature, low, high));
            }
        }
    }
}

/// A number between two, drawn evenly; spans wider than the largest number are no exception.
pub(super) fn between(low: f64, high: f64, share: f64) -> f64 {
    low * (1.0 - share) + high * share
}

/// Grows one tree: cuts the members until they are one, alike, or deep enough.
///
/// `levels` is how many steps a descent takes, `deepest` after how many cuts the growing ends.
/// `cut` cuts the members of a place, the left ones before the right ones, and returns how many went left; `None` when
/// they are all alike.
pub(super) fn grow(
    rows: usize,
    levels: u32,
    deepest: u32,
    leaves: &mut [f64],
    mut cut: impl FnMut(usize, &mut [usize]) -> Option<usize>,
) {
    let mut members: Vec<usize> = (0..rows).collect();
    let mut open = vec![(1_usize, 0_u32, 0_usize, rows)];
    while let Some((place, level, from, to)) = open.pop() {
        let left = if level < deepest && to - from > 1 { cut(place, &mut members[from..to]) } else { None };
        if let Some(left) = left {
            open.push((2 * place + 1, level + 1, from + left, to));
            open.push((2 * place, level + 1, from, from + left));
        } else {
            let leaf = (place << (levels - level)) - (1 << levels);
            leaves[leaf] = f64::from(level) + usual_path(to - from);
        }
    }
}

/// Puts the members that go left before the others and returns how many do.
pub(super) fn part(members: &mut [usize], goes_left: impl Fn(usize) -> bool) -> usize {
    let mut left = 0;
    for i in 0..members.len() {
        let row = members[i];
        members.swap(left, i);
        left += usize::from(goes_left(row));
    }
    left
}
