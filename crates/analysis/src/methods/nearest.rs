//! Rows as points, and their nearest others.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::grid::{Grid, usual};
use crate::anomaly::Refusal;
use crate::pass::{self, go_on};

/// The features of a row: value, short mean, long mean, long deviation.
pub(super) const WIDTH: usize = 4;
/// Steps of the short and the long window that ends at a row; the long one is at most a quarter of a day.
const WINDOWS: (usize, usize) = (5, 30);
/// Every row is compared with at most this many others, an even sample.
///
/// Its error: the k-th neighbour's rank among all rows is then known within a fraction `1 / √k`.
const MOST_REFERENCES: usize = 4_096;
/// Rows that are worked on between two looks at the cancel flag: at most a few milliseconds.
const BATCH: usize = 256;
/// Steps that are averaged at most before features are made.
pub(super) const MOST_STEPS: usize = 50_000;

/// Rows as points in feature space, in robust spreads of each feature.
#[derive(Debug)]
pub(super) struct Points {
    /// The step of each row, rising.
    pub(super) steps: Vec<usize>,
    /// Row-major features, [`WIDTH`] each.
    pub(super) rows: Vec<f64>,
}

impl Points {
    /// Makes the features of every filled step from it and what came before.
    pub(super) fn of(grid: &Grid) -> Self {
        let (steps, values): (Vec<usize>, Vec<f64>) = grid.filled().unzip();
        let long = WINDOWS.1.min((grid.per_day() / 4).max(WINDOWS.0 + 1));
        let mut rows = vec![0.0; steps.len() * WIDTH];
        let columns =
            [values.clone(), means(&values, WINDOWS.0), means(&values, long), deviations(&values, long)];
        for (place, column) in columns.iter().enumerate() {
            // A feature that does not move tells nothing: it stays 0.
            if let Some((middle, spread)) = usual(column) {
                for (row, value) in column.iter().enumerate() {
                    rows[row * WIDTH + place] = (value - middle) / spread;
                }
            }
        }
        Self { steps, rows }
    }

    /// Returns the number of rows.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Puts one number per row on the steps of the grid; 0 elsewhere.
    pub(super) fn on_steps(&self, grid: &Grid, values: &[f64]) -> Vec<f64> {
        let mut on_steps = vec![0.0; grid.values.len()];
        for (&step, &value) in self.steps.iter().zip(values) {
            on_steps[step] = value;
        }
        on_steps
    }
}

/// The rows that others are compared with, column by column.
#[derive(Debug)]
pub(super) struct References {
    /// The rows, rising.
    pub(super) rows: Vec<usize>,
    columns: [Vec<f64>; WIDTH],
    /// Rows this close in time are not neighbours: they hold the same samples in their windows.
    apart: usize,
}

/// A neighbour: its distance and its place among the references.
pub(super) type Neighbour = (f64, usize);

impl References {
    /// Takes an even sample; neighbours have to be more than `apart` rows away.
    pub(super) fn of(points: &Points, apart: usize) -> Self {
        let n = points.len();
        let mut rows: Vec<usize> = pass::sample(n, MOST_REFERENCES).collect();
        rows.sort_unstable();
        rows.dedup();
        Self::from_rows(points, rows, apart)
    }

    /// Keeps those of the references for which `is_kept` holds.
    pub(super) fn among(&self, points: &Points, is_kept: impl Fn(usize) -> bool) -> Self {
        let rows = self.rows.iter().copied().filter(|&row| is_kept(row)).collect();
        Self::from_rows(points, rows, self.apart)
    }

    fn from_rows(points: &Points, rows: Vec<usize>, apart: usize) -> Self {
        let column = |place: usize| rows.iter().map(|row| points.rows[row * WIDTH + place]).collect();
        Self { columns: [column(0), column(1), column(2), column(3)], apart, rows }
    }

    /// Returns the distance of every row to its `k`-th nearest reference, or to the last where there are fewer.
    pub(super) fn distances(
        &self,
        points: &Points,
        k: usize,
        cancel: &AtomicBool,
    ) -> Result<Vec<f64>, Refusal> {
        let all: Vec<usize> = (0..points.len()).collect();
        self.nearest(points, &all, k, cancel, |nearest| nearest.last().map_or(0.0, |&(distance, _)| distance))
    }

    /// Writes the squared distance of a row to every reference; infinite for itself and for those too close in time.
    fn squares(&self, points: &Points, row: usize, squares: &mut Vec<f64>) {
        squares.clear();
        let at = &points.rows[row * WIDTH..(row + 1) * WIDTH];
        let [a, b, c, d] = &self.columns;
        let pairs = a.iter().zip(b).zip(c.iter().zip(d));
        squares.extend(pairs.map(|((a, b), (c, d))| {
            (a - at[0]).powi(2) + (b - at[1]).powi(2) + (c - at[2]).powi(2) + (d - at[3]).powi(2)
        }));
        let first = self.rows.partition_point(|&other| other + self.apart < row);
        let end = self.rows.partition_point(|&other| other <= row + self.apart);
        squares[first..end].fill(f64::INFINITY);
    }

    /// Finds the `k` nearest references of every row in `of`, nearest first, ties by place; `read` sees them.
    ///
    /// Fewer than `k` where fewer are far enough in time. Cost: rows × references, on all cores.
    pub(super) fn nearest<T: Send>(
        &self,
        points: &Points,
        of: &[usize],
        k: usize,
        cancel: &AtomicBool,
        read: impl Fn(&[Neighbour]) -> T + Sync,
    ) -> Result<Vec<T>, Refusal> {
        let batches: Result<Vec<Vec<T>>, Refusal> = of
            .par_chunks(BATCH)
            .map(|batch| {
                go_on(cancel)?;
                let mut squares = Vec::with_capacity(self.rows.len());
                let mut nearest: Vec<Neighbour> = Vec::with_capacity(k + 1);
                let read_row = |&row: &usize| {
                    self.squares(points, row, &mut squares);
                    smallest(&squares, k, &mut nearest);
                    read(&nearest)
                };
                Ok(batch.iter().map(read_row).collect())
            })
            .collect();
        Ok(batches?.into_iter().flatten().collect())
    }
}

/// Writes the `k` smallest finite squares as distances with their places, smallest first.
fn smallest(squares: &[f64], k: usize, nearest: &mut Vec<Neighbour>) {
    nearest.clear();
    let mut worst = f64::INFINITY;
    for (place, &square) in squares.iter().enumerate() {
        if square < worst {
            let at = nearest.partition_point(|&(other, _)| other <= square);
            nearest.insert(at, (square, place));
            nearest.truncate(k);
            if nearest.len() == k {
                worst = nearest.last().map_or(f64::INFINITY, |&(square, _)| square);
            }
        }
    }
    for (distance, _) in nearest.iter_mut() {
        *distance = distance.sqrt();
    }
}

/// Returns the mean of the `width` values that end at each; the first ones share the first whole window, because a window
/// of one value has a spread like no other.
fn means(values: &[f64], width: usize) -> Vec<f64> {
    let width = width.min(values.len()).max(1);
    let mut sum: f64 = values.iter().take(width).sum();
    let mut means = vec![sum / width as f64; values.len().min(width)];
    for i in width..values.len() {
        sum += values[i] - values[i - width];
        means.push(sum / width as f64);
    }
    means
}

/// Returns the standard deviation of the `width` values that end at each; the first ones share a window likewise.
fn deviations(values: &[f64], width: usize) -> Vec<f64> {
    let squares: Vec<f64> = values.iter().map(|v| v * v).collect();
    let deviation = |(square, mean): (f64, f64)| (square - mean * mean).max(0.0).sqrt();
    means(&squares, width).into_iter().zip(means(values, width)).map(deviation).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_scikit_learn() {
        let points = sixty();

        let distances = References::of(&points, 0).distances(&points, 10, &AtomicBool::new(false));

        // scikit-learn 1.9.1: NearestNeighbors(n_neighbors=11).fit(rows).kneighbors(rows), the last (itself is the first).
        let distances = distances.expect("not cancelled");
        for (at, expected) in
            [(0, 1.115_238_733), (17, 3.487_194_171), (41, 7.452_584_961), (59, 0.935_493_791)]
        {
            assert!((distances[at] - expected).abs() < 1e-8, "{at}: {}", distances[at]);
        }
    }

    #[test]
    fn neighbours_in_time_are_left_out() {
        let points = sixty();
        let near = References::of(&points, 5);

        let others = near.nearest(&points, &[30], 60, &AtomicBool::new(false), <[Neighbour]>::to_vec);

        let mut rows: Vec<usize> =
            others.expect("not cancelled")[0].iter().map(|&(_, at)| near.rows[at]).collect();
        rows.sort_unstable();
        assert_eq!(rows, (0..25).chain(36..60).collect::<Vec<usize>>());
    }

    #[test]
    fn windows_end_at_their_row() {
        // By hand; the first shares the window of the second.
        assert_eq!(means(&[2.0, 4.0, 8.0], 2), [3.0, 3.0, 6.0]);
        assert_eq!(deviations(&[2.0, 4.0, 8.0], 2), [1.0, 1.0, 2.0]);
    }

    /// Sixty rows of remainders, two of them far away.
    pub(in crate::methods) fn sixty() -> Points {
        let value = |i: usize, c: usize| {
            ((i * (7 + 4 * c) + c * c * 5 + i * i * (c + 1)) % 29) as f64 / 29.0 * (1 + c) as f64
        };
        let mut rows: Vec<f64> = (0..60).flat_map(|i| (0..WIDTH).map(move |c| value(i, c))).collect();
        rows[17 * WIDTH..18 * WIDTH].copy_from_slice(&[3.0; WIDTH]);
        rows[41 * WIDTH..42 * WIDTH].copy_from_slice(&[-2.0, 1.0, 9.0, 0.0]);
        Points { steps: (0..60).collect(), rows }
    }
}
