//! How numbers are spread: quantiles and a histogram, in bounded memory.

use std::collections::BTreeMap;

use super::Counts;

/// So many distinct numbers are kept exactly; beyond, their last digits are dropped.
const MOST: usize = 10_000;
/// A histogram has at most this many bins.
const MOST_BINS: u32 = 24;
/// The digits of a number that can be dropped, and how many are dropped at once, in bits.
const FRACTION_BITS: u32 = 52;
const BITS_AT_ONCE: u32 = 4;
/// Where the values between the 1st and the 99th percentile span less than this share of all, the histogram leaves the
/// others out.
const OUTLYING: f64 = 0.2;

/// Numbers with their counts.
///
/// What is kept depends on the numbers alone, not on their order or on how they were split: the fewest bits are dropped
/// with which at most [`MOST`] distinct numbers remain.
#[derive(Clone, Debug, Default)]
pub(super) struct Digest {
    counts: BTreeMap<u64, Counts>,
    dropped_bits: u32,
    total: Counts,
}

/// How the numbers of a parameter are spread.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberSpread {
    /// The unit of all numbers here: `ms`, `B`, `%`, or empty.
    pub unit: &'static str,
    /// The smallest number of the compared window (of the baseline when that has none; so for the next four).
    pub low: f64,
    /// The 5th percentile.
    pub p05: f64,
    /// The median.
    pub median: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The largest number.
    pub high: f64,
    /// The histogram: at most 24 bins side by side, ascending, both windows.
    pub bins: Vec<NumberBin>,
    /// The width of a bin: 1, 2 or 5 times a power of ten.
    pub bin: f64,
    /// How many numbers lie below the first bin.
    pub below: Counts,
    /// How many numbers lie above the last bin.
    pub above: Counts,
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberBin {
    /// Its inclusive start; it ends where the next begins.
    pub start: f64,
    /// Numbers in it.
    pub counts: Counts,
}

impl Digest {
    pub(super) fn add(&mut self, number: f64, counts: Counts) {
        self.total.add(counts);
        self.counts.entry(key(number, self.dropped_bits)).or_default().add(counts);
        self.drop_bits();
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.total.add(other.total);
        let bits = self.dropped_bits.max(other.dropped_bits);
        self.coarsen(bits);
        for (theirs, counts) in &other.counts {
            self.counts.entry(key(number(*theirs), bits)).or_default().add(*counts);
        }
        self.drop_bits();
    }

    fn drop_bits(&mut self) {
        while self.counts.len() > MOST && self.dropped_bits < FRACTION_BITS {
            self.coarsen(self.dropped_bits + BITS_AT_ONCE);
        }
    }

    fn coarsen(&mut self, bits: u32) {
        if bits == self.dropped_bits {
            return;
        }
        self.dropped_bits = bits;
        for (exact, counts) in std::mem::take(&mut self.counts) {
            self.counts.entry(key(number(exact), bits)).or_default().add(counts);
        }
    }

    pub(super) const fn total(&self) -> Counts {
        self.total
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Iterates over the numbers, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (f64, Counts)> + Clone {
        self.counts.iter().map(|(key, counts)| (number(*key), *counts))
    }

    /// Returns the smallest number with at least this share of the counts at or below it.
    ///
    /// Source: the inverse of the empirical distribution function (Hyndman and Fan, *Sample Quantiles in Statistical
    /// Packages*, 1996, definition 1).
    pub(super) fn quantile(&self, share: f64, of: impl Fn(Counts) -> u64) -> Option<f64> {
        let total: u64 = self.counts.values().map(|counts| of(*counts)).sum();
        let wanted = (total as f64 * share).max(f64::MIN_POSITIVE);
        let mut seen = 0;
        let mut last = None;
        for (number, counts) in self.iter().filter(|(_, counts)| of(*counts) > 0) {
            seen += of(counts);
            last = Some(number);
            // A little slack, so that a rank that is a whole number is not missed by rounding.
            if seen as f64 >= wanted * (1.0 - 1e-12) {
                break;
            }
        }
        last
    }

    pub(super) fn spread(&self, unit: &'static str) -> Option<NumberSpread> {
        let of = if self.total.compare > 0 { |c: Counts| c.compare } else { |c: Counts| c.baseline };
        let quantile = |share| self.quantile(share, of);
        let (from, to) = self.shown()?;
        let width = self.width(from, to);
        let first = (from / width).floor();
        let n_bins = ((to / width).floor() - first + 1.0).clamp(1.0, f64::from(MOST_BINS));
        let mut bins: Vec<NumberBin> = (0..MOST_BINS)
            .map(f64::from)
            .take_while(|n| *n < n_bins)
            .map(|n| NumberBin { start: (first + n) * width, counts: Counts::default() })
            .collect();
        let (mut below, mut above) = (Counts::default(), Counts::default());
        for (number, counts) in self.iter() {
            let place = (number / width).floor() - first;
            match bins.get_mut(index(place)) {
                Some(bin) if place >= 0.0 => bin.counts.add(counts),
                Some(_) => below.add(counts),
                None => above.add(counts),
            }
        }
        Some(NumberSpread {
            unit,
            low: quantile(0.0)?,
            p05: quantile(0.05)?,
            median: quantile(0.5)?,
            p95: quantile(0.95)?,
            high: quantile(1.0)?,
            bins,
            bin: width,
            below,
            above,
        })
    }

    /// Returns the range that the histogram shows: all numbers, or those without far outliers.
    fn shown(&self) -> Option<(f64, f64)> {
        let quantile = |share| self.quantile(share, Counts::sum);
        let (low, high) = (quantile(0.0)?, quantile(1.0)?);
        let (from, to) = (quantile(0.01)?, quantile(0.99)?);
        let outlying = to > from && to - from < OUTLYING * (high - low);
        Some(if outlying { (from, to) } else { (low, high) })
    }

    /// Returns the width of the bins over a range: 1, 2 or 5 times a power of ten, and no less than 1 for whole numbers.
    fn width(&self, from: f64, to: f64) -> f64 {
        let whole = self.iter().all(|(number, _)| number.fract().abs() < f64::EPSILON);
        let size = from.abs().max(to.abs());
        let least = ((to - from) / f64::from(MOST_BINS - 2)).max(size * 1e-12).max(f64::MIN_POSITIVE * 1e6);
        if to <= from {
            return if whole { 1.0 } else { 10_f64.powf(size.max(1e-300).log10().floor() - 2.0) };
        }
        let power = 10_f64.powf(least.log10().floor());
        let width =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|width| *width >= least * (1.0 - 1e-9));
        let width = width.unwrap_or(power * 10.0);
        if whole { width.max(1.0) } else { width }
    }
}

/// Returns the bin at a place; the first for those below, none for those far above.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "such casts end at the bounds")]
const fn index(place: f64) -> usize {
    place as usize
}

/// Returns a number's place among all, as an integer that sorts alike, without its last bits.
fn key(number: f64, dropped_bits: u32) -> u64 {
    // Both zeros are one number.
    let bits = (number + 0.0).to_bits() >> dropped_bits << dropped_bits;
    let is_negative = bits >> 63 == 1;
    if is_negative { !bits } else { bits | 1 << 63 }
}

/// Returns the number at a place.
fn number(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}
