//! Quantiles of classic histograms: one series a bucket, each counting everything up to its limit.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use wardroom_core::SeriesKey;

use super::Dialect;
use super::evaluate::{Context, Evaluated};
use super::rows::{self, Row};

/// The label that is a bucket's upper limit.
const LIMIT: &str = "le";

/// Two counts closer than this, as a share of their sum, are the same in version 3.
///
/// Source: `smallDeltaTolerance` in `promql/quantile.go` of 3.1.
const TOLERANCE: f64 = 1e-12;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    limit: f64,
    count: f64,
}

/// Answers `histogram_quantile`: one row for each histogram, series without a limit left out.
pub(super) fn quantiles(context: &Context<'_>, shares: &[f64], rows: Vec<Row>) -> Evaluated<Vec<Row>> {
    let mut places: HashMap<SeriesKey, usize> = HashMap::new();
    let mut histograms: Vec<(Arc<SeriesKey>, Vec<(f64, Row)>)> = Vec::new();
    for row in rows {
        let Some(limit) = limit(rows::label(&row.key, LIMIT)) else { continue };
        // The name still tells histograms apart here, and is dropped from the result.
        let key = rows::without(&row.key, &[LIMIT.to_owned()]);
        let result = SeriesKey { metric: String::new(), labels: key.labels.clone() };
        let place = *places.entry(key).or_insert_with(|| {
            histograms.push((Arc::new(result), Vec::new()));
            histograms.len() - 1
        });
        histograms[place].1.push((limit, row));
    }
    let answer = |(key, buckets): (Arc<SeriesKey>, Vec<(f64, Row)>)| -> Evaluated<Row> {
        context.check()?;
        let value = |(step, share): (usize, &f64)| {
            let present =
                |(limit, row): &(f64, Row)| row.values[step].map(|count| Bucket { limit: *limit, count });
            let buckets: Vec<Bucket> = buckets.iter().filter_map(present).collect();
            (!buckets.is_empty()).then(|| quantile(*share, buckets, context.dialect))
        };
        Ok(Row { key, values: shares.iter().enumerate().map(value).collect() })
    };
    rows::merge(histograms.into_par_iter().map(answer).collect::<Evaluated<Vec<_>>>()?)
}

/// Reads the limit of a bucket; `None` where it is not a number.
fn limit(text: &str) -> Option<f64> {
    let limit: f64 = text.parse().ok()?;
    let says_infinity = text.to_ascii_lowercase().contains("inf");
    (limit.is_finite() || limit.is_nan() || says_infinity).then_some(limit)
}

/// Source: `bucketQuantile` in `promql/quantile.go` of 2.42 and `BucketQuantile` of 3.1.
fn quantile(share: f64, mut buckets: Vec<Bucket>, dialect: Dialect) -> f64 {
    if share.is_nan() {
        return f64::NAN;
    }
    if share < 0.0 {
        return f64::NEG_INFINITY;
    }
    if share > 1.0 {
        return f64::INFINITY;
    }
    buckets.sort_by(|a, b| a.limit.total_cmp(&b.limit));
    if !buckets.last().is_some_and(|b| b.limit.is_infinite() && b.limit > 0.0) {
        return f64::NAN;
    }
    let mut buckets = coalesced(&buckets);
    never_falling(&mut buckets, dialect);
    let [.., before, last] = buckets.as_slice() else { return f64::NAN };
    if last.count == 0.0 {
        return f64::NAN;
    }
    let mut rank = share * last.count;
    let place = search(buckets.len() - 1, |i| buckets[i].count >= rank);
    if place == buckets.len() - 1 {
        return before.limit;
    }
    let bucket = buckets[place];
    let Some(lower) = place.checked_sub(1).map(|p| buckets[p]) else {
        return if bucket.limit <= 0.0 { bucket.limit } else { bucket.limit * (rank / bucket.count) };
    };
    rank -= lower.count;
    lower.limit + (bucket.limit - lower.limit) * (rank / (bucket.count - lower.count))
}

/// Puts buckets of the same limit together.
fn coalesced(buckets: &[Bucket]) -> Vec<Bucket> {
    let mut out: Vec<Bucket> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match out.last_mut() {
            Some(last) if last.limit.total_cmp(&bucket.limit).is_eq() => last.count += bucket.count,
            _ => out.push(*bucket),
        }
    }
    out
}

/// Lifts counts that are below those of a smaller bucket, which happens where buckets were read at different moments.
fn never_falling(buckets: &mut [Bucket], dialect: Dialect) {
    let Some(first) = buckets.first() else { return };
    let mut most = first.count;
    for bucket in &mut buckets[1..] {
        let is_same = dialect == Dialect::Three && almost_equal(most, bucket.count);
        if bucket.count < most || is_same {
            bucket.count = most;
        } else if bucket.count > most || dialect == Dialect::Three {
            most = bucket.count;
        }
    }
}

/// Source: `util/almost` of 3.1.
#[expect(clippy::float_cmp, reason = "equal numbers are almost equal")]
fn almost_equal(a: f64, b: f64) -> bool {
    if a == b || (a.is_nan() && b.is_nan()) {
        return true;
    }
    let (sum, difference) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < TOLERANCE
}

/// Returns the first place that holds, halving as the server does: counts that are NaN have no order.
fn search(n: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(share: f64, counts: &[(f64, f64)]) -> f64 {
        quantile(
            share,
            counts.iter().map(|(limit, count)| Bucket { limit: *limit, count: *count }).collect(),
            Dialect::Two,
        )
    }

    #[test]
    fn a_quantile_lies_on_the_line_through_its_bucket() {
        // By hand: rank 5 of 10, 4 below 0.1, so 1/4 of the way from 0.1 to 0.5.
        let counts = [(0.1, 4.0), (0.5, 8.0), (f64::INFINITY, 10.0)];

        assert!((of(0.5, &counts) - 0.2).abs() < 1e-15);
        assert!((of(0.9, &counts) - 0.5).abs() < 1e-15, "the last bucket has no upper end");
        assert!(of(0.5, &counts[..2]).is_nan(), "without the last bucket nothing is known");
    }

    #[test]
    fn a_count_below_that_of_a_smaller_bucket_is_lifted() {
        let counts = [(0.1, 4.0), (0.5, 3.0), (f64::INFINITY, 10.0)];

        assert!((of(0.9, &counts) - 0.5).abs() < 1e-15);
    }
}
