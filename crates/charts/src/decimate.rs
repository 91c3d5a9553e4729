//! Decimation: few points that draw the same picture as many.

use wardroom_core::{TimeRange, Timestamp};

/// Points ready to be drawn, as two columns of equal length, oldest first.
///
/// A `None` is a gap: the line ends before it and starts again after it. Times never descend.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decimated {
    /// Milliseconds since the epoch, one for each value.
    pub times: Vec<i64>,
    /// The values in the unit of the series; `None` between two samples that must not be joined.
    pub values: Vec<Option<f64>>,
}

impl Decimated {
    /// Returns the number of entries, gaps included.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Reports whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Returns the lowest and the highest finite value; `None` when there is none.
    pub fn extent(&self) -> Option<(f64, f64)> {
        self.values.iter().flatten().copied().filter(|value| value.is_finite()).fold(None, |extent, value| {
            let (low, high) = extent.unwrap_or((value, value));
            Some((value.min(low), value.max(high)))
        })
    }

    /// Returns the last point that has a value.
    pub fn last(&self) -> Option<(Timestamp, f64)> {
        self.times
            .iter()
            .zip(&self.values)
            .rev()
            .find_map(|(&at, &value)| value.map(|value| (Timestamp::from_millis(at), value)))
    }

    /// Moves every time by `millis`, as last week is moved over this one.
    #[must_use]
    pub fn shifted(mut self, millis: i64) -> Self {
        for at in &mut self.times {
            *at = at.saturating_add(millis);
        }
        self
    }
}

/// One sample that was picked, with the number of the unbroken run it belongs to.
#[derive(Clone, Copy)]
struct Picked {
    at: i64,
    value: f64,
    run: usize,
}

/// Collects picked samples in order and puts a gap wherever the run changes.
#[derive(Default)]
struct Collector {
    points: Decimated,
    last: Option<Picked>,
}

impl Collector {
    fn push(&mut self, point: Picked) {
        if let Some(last) = self.last {
            // The first and the last sample may be an extreme of their column as well.
            if point.at <= last.at {
                return;
            }
            if point.run != last.run {
                self.points.times.push(last.at.midpoint(point.at));
                self.points.values.push(None);
            }
        }
        self.points.times.push(point.at);
        self.points.values.push(Some(point.value));
        self.last = Some(point);
    }

    fn push_column(&mut self, column: &mut Column) {
        if let (Some(low), Some(high)) = (column.low.take(), column.high.take()) {
            let (first, second) = if low.at <= high.at { (low, high) } else { (high, low) };
            self.push(first);
            self.push(second);
        }
    }
}

/// The extremes seen so far in one pixel column.
#[derive(Default)]
struct Column {
    low: Option<Picked>,
    high: Option<Picked>,
}

impl Column {
    fn see(&mut self, point: Picked) {
        if self.low.is_none_or(|low| point.value < low.value) {
            self.low = Some(point);
        }
        if self.high.is_none_or(|high| point.value > high.value) {
            self.high = Some(point);
        }
    }
}

/// Keeps the lowest and the highest sample of every pixel column.
///
/// # Input
///
/// - `times`, `values`: samples oldest first, times ascending; the longer column is cut to the shorter. A value that
///   is not finite is a gap.
/// - `range`: only samples in it are drawn (start inclusive, end exclusive).
/// - `columns`: pixel columns that the range is divided into; `0` gives nothing.
/// - `max_gap_ms`: two samples further apart than this are not joined; `i64::MAX` joins all.
///
/// # Output
///
/// At most two points a column, and besides them the first and the last sample of the range, so that the line starts
/// and ends where the data does: at most `2 * columns + 2` values. Between two of them that a gap separates stands one
/// `None`. Extremes of the data are always among the values.
///
/// Cost: linear in the samples of the range, without a division for each; a million samples take a few milliseconds.
pub fn min_max(
    times: &[i64],
    values: &[f64],
    range: TimeRange,
    columns: usize,
    max_gap_ms: i64,
) -> Decimated {
    let n = times.len().min(values.len());
    let from = times[..n].partition_point(|&at| at < range.start().as_millis());
    let to = times[..n].partition_point(|&at| at < range.end().as_millis());
    if columns == 0 || from >= to {
        return Decimated::default();
    }
    let mut collector = Collector::default();
    let mut column = Column::default();
    let mut edge = i64::MIN;
    let mut run = 0;
    let mut broken = false;
    let mut previous: Option<Picked> = None;
    for (&at, &value) in times[from..to].iter().zip(&values[from..to]) {
        if !value.is_finite() {
            broken = true;
            continue;
        }
        if previous.is_some_and(|last| broken || at.saturating_sub(last.at) > max_gap_ms) {
            run += 1;
        }
        broken = false;
        let point = Picked { at, value, run };
        if previous.is_none() {
            collector.push(point);
        }
        if at >= edge {
            collector.push_column(&mut column);
            edge = column_end(range, columns, at);
        }
        column.see(point);
        previous = Some(point);
    }
    collector.push_column(&mut column);
    if let Some(last) = previous {
        collector.push(last);
    }
    collector.points
}

/// Returns the first millisecond after the column that `at` lies in.
fn column_end(range: TimeRange, columns: usize, at: i64) -> i64 {
    let start = i128::from(range.start().as_millis());
    let width = i128::from(range.end().as_millis()) - start;
    let columns = i128::try_from(columns).unwrap_or(1).min(1 << 32);
    let column = (i128::from(at) - start) * columns / width;
    let end = start + ((column + 1) * width + columns - 1) / columns;
    i64::try_from(end).unwrap_or(i64::MAX)
}

/// Picks `n` samples whose line looks like that of all (*largest triangle, three buckets*).
///
/// For small pictures where two points a column would be too many. The first and the last sample are kept. Gaps are
/// not known to the method: a value that is not finite is left out and the line goes on over it, so draw only unbroken
/// data with it. Fewer than three wanted points give the first and the last; fewer samples than wanted give all.
///
/// Cost: linear in the samples.
///
/// # Source
///
/// S. Steinarsson, *Downsampling Time Series for Visual Representation*, University of Iceland (2013), §4.2.
pub fn lttb(times: &[i64], values: &[f64], n: usize) -> Decimated {
    let points: Vec<(i64, f64)> =
        times.iter().copied().zip(values.iter().copied()).filter(|(_, value)| value.is_finite()).collect();
    let len = points.len();
    let picked: Vec<(i64, f64)> = if n >= len {
        points
    } else if n < 3 {
        [0, len - 1].into_iter().take(n).map(|idx| points[idx]).collect()
    } else {
        largest_triangles(&points, n)
    };
    Decimated {
        times: picked.iter().map(|point| point.0).collect(),
        values: picked.iter().map(|point| Some(point.1)).collect(),
    }
}

/// The selection of [`lttb`] for `3 <= n < points.len()`.
fn largest_triangles(points: &[(i64, f64)], n: usize) -> Vec<(i64, f64)> {
    let len = points.len();
    let origin = points[0].0;
    let x = |point: (i64, f64)| point.0.saturating_sub(origin) as f64;
    let bucket_start = |bucket: usize| bucket * (len - 2) / (n - 2) + 1;
    let mut picked = vec![points[0]];
    let mut anchor = points[0];
    for bucket in 0..n - 2 {
        let here = &points[bucket_start(bucket)..bucket_start(bucket + 1)];
        let next = &points[bucket_start(bucket + 1)..bucket_start(bucket + 2).min(len)];
        let mean_x = next.iter().map(|&point| x(point)).sum::<f64>() / next.len() as f64;
        let mean_y = next.iter().map(|point| point.1).sum::<f64>() / next.len() as f64;
        let area = |point: (i64, f64)| {
            ((x(anchor) - mean_x) * (point.1 - anchor.1) - (x(anchor) - x(point)) * (mean_y - anchor.1)).abs()
        };
        let mut best = here[0];
        for &candidate in here {
            if area(candidate) > area(best) {
                best = candidate;
            }
        }
        picked.push(best);
        anchor = best;
    }
    picked.push(points[len - 1]);
    picked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_extremes_of_every_column_are_kept_in_order() {
        let times: Vec<i64> = (0..1000).collect();
        let mut values = vec![1.0; 1000];
        values[333] = 9.0;
        values[335] = -4.0;

        let drawn = min_max(&times, &values, range(0, 1000), 10, i64::MAX);

        assert!(drawn.times.windows(2).all(|pair| pair[0] < pair[1]));
        let high = drawn.times.iter().position(|&at| at == 333).expect("the peak is drawn");
        assert_eq!(drawn.values[high], Some(9.0));
        assert_eq!((drawn.times[high + 1], drawn.values[high + 1]), (335, Some(-4.0)));
        assert_eq!((drawn.times.first(), drawn.times.last()), (Some(&0), Some(&999)));
        assert!(drawn.len() <= 22);
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let times = [0, 10, 20, 500, 510, 520, 530];
        let values = [1.0, 2.0, 3.0, 4.0, f64::NAN, 5.0, f64::INFINITY];

        let drawn = min_max(&times, &values, range(0, 1000), 1000, 60);

        assert_eq!(drawn.times, [0, 10, 20, 260, 500, 510, 520]);
        assert_eq!(drawn.values, [Some(1.0), Some(2.0), Some(3.0), None, Some(4.0), None, Some(5.0)]);
    }

    #[test]
    fn a_gap_within_one_column_is_not_bridged() {
        let times = [0, 1, 2, 3, 4];
        let values = [1.0, 2.0, f64::NAN, 8.0, 7.0];

        let drawn = min_max(&times, &values, range(0, 100), 1, i64::MAX);

        assert_eq!(drawn.values, [Some(1.0), None, Some(8.0), Some(7.0)]);
    }

    #[test]
    fn samples_outside_the_range_are_not_drawn() {
        let times = [0, 10, 20, 30];
        let values = [1.0, 2.0, 3.0, 4.0];

        let drawn = min_max(&times, &values, range(10, 30), 100, i64::MAX);

        assert_eq!(drawn.times, [10, 20]);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(min_max(&[], &[], range(0, 10), 100, 5).is_empty());
        assert!(min_max(&[1, 2], &[f64::NAN, f64::NAN], range(0, 10), 100, 5).is_empty());
        assert!(min_max(&[1], &[1.0], range(0, 10), 0, 5).is_empty());
        assert!(lttb(&[], &[], 5).is_empty());
        assert!(lttb(&[1, 2], &[1.0, 2.0], 0).is_empty());
    }

    #[test]
    fn the_widest_range_is_drawn() {
        let drawn = min_max(
            &[i64::MIN, 0, i64::MAX - 1],
            &[f64::MIN, 0.0, f64::MAX],
            range(i64::MIN, i64::MAX),
            3,
            i64::MAX,
        );

        assert_eq!(drawn.extent(), Some((f64::MIN, f64::MAX)));
    }

    #[test]
    fn largest_triangles_are_those_of_the_reference() {
        let times: Vec<i64> = (0..24).map(|step| step * 10).collect();
        let values = [
            3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0, 9.0, 7.0, 9.0, 3.0, 2.0, 3.0, 8.0,
            4.0, 6.0, 2.0, 6.0, 4.0,
        ];

        let drawn = lttb(&times, &values, 13);

        // The Python package lttb 0.3.2: `lttb.downsample(np.column_stack([times, values]), 13)`; buckets of two there and here.
        assert_eq!(drawn.times, [0, 10, 30, 50, 70, 90, 110, 140, 150, 180, 190, 210, 230]);
    }

    #[test]
    fn a_million_samples_keep_their_extremes() {
        let times: Vec<i64> = (0..1_000_000).map(|step| step * 1000).collect();
        let values: Vec<f64> =
            (0..1_000_000_u32).map(|step| f64::from(step.wrapping_mul(2_654_435_761) >> 8)).collect();

        let drawn = min_max(&times, &values, range(0, 1_000_000_000), 2000, 15_000);

        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(drawn.extent(), Some((low, high)));
        assert!(drawn.len() <= 4002);
    }

    proptest! {
        #[test]
        fn whatever_comes_in_keeps_its_extremes_and_its_order(
            steps in prop::collection::vec((1_i64..200, prop::option::weighted(0.9, -1e6_f64..1e6)), 0..400),
            columns in 1_usize..60,
        ) {
            let mut at = 0;
            let mut times = Vec::new();
            let mut values = Vec::new();
            for (step, value) in steps {
                at += step;
                times.push(at);
                values.push(value.unwrap_or(f64::NAN));
            }

            let drawn = min_max(&times, &values, range(0, at + 1), columns, 100);

            let all = Decimated { times, values: values.iter().map(|&v| v.is_finite().then_some(v)).collect() };
            prop_assert_eq!(drawn.extent(), all.extent());
            prop_assert_eq!(drawn.last(), all.last());
            prop_assert!(drawn.times.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(drawn.values.iter().flatten().count() <= 2 * columns + 2);
            prop_assert!(drawn.values.windows(2).all(|pair| pair[0].is_some() || pair[1].is_some()));
        }
    }

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).expect("a valid range")
    }
}
