//! Which value, or which range of numbers, explains a rise.

use super::spread::Digest;
use super::{Counts, ParameterProfile};

/// With fewer lines in the compared window, there is nothing to explain.
const LEAST_LINES: u64 = 10;
/// So much more than expected is a rise (ours, as for templates).
const LEAST_FACTOR: f64 = 1.5;
/// An explanation has at least this share of the additional lines …
const MOST_OF_INCREASE: f64 = 0.6;
/// … and of all lines of the compared window …
const LEAST_SHARE: f64 = 0.5;
/// … which is this much more than its share in the baseline.
const LEAST_GAIN: f64 = 0.2;
/// Without a baseline, this share of the lines has the value or lies in the range.
const NEARLY_ALL: f64 = 0.9;
/// The difference of two shares, in standard errors, that is no chance.
///
/// `scipy.stats.norm.sf(4.5)` is 3.4e-6 (1.17.1): with the 1,000 values that are looked at, one in 300 answers errs.
const SURE_SIGMAS: f64 = 4.5;
/// The largest difference that an interval has by chance in two samples of one distribution, in units of √(1/n + 1/m).
///
/// Kuiper's statistic exceeds 2.3 with probability 1.0e-3: 2 Σ (4j²λ² − 1) exp(−2j²λ²) (Kuiper, Proc. Kon. Ned. Akad. Wet.
/// A 63, 1960; Stephens, Biometrika 52, 1965).
const SURE_INTERVAL: f64 = 2.3;
/// A range no wider than this share of its middle counts as one value.
const NARROW: f64 = 0.05;

/// What explains a rise.
#[derive(Clone, Debug, PartialEq)]
pub enum Explained {
    /// Lines with this value.
    Value(String),
    /// Lines whose number lies in this range, bounds included.
    Range {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
        /// The unit of both: `ms`, `B`, `%`, or empty.
        unit: &'static str,
    },
}

/// An explanation of a rise, with the counts that it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The value or range.
    pub what: Explained,
    /// Its lines in both windows.
    pub counts: Counts,
    /// Its share of the lines of the baseline; `None` when that has none.
    pub share_before: Option<f64>,
    /// Its share of the lines of the compared window.
    pub share_after: f64,
    /// Its share of the lines that are more than expected; above 1 when others fell.
    pub share_of_increase: f64,
}

pub(super) fn explain(profile: &ParameterProfile, scale: f64) -> Option<Explanation> {
    let total = profile.total();
    let expected = total.baseline as f64 * scale;
    let risen = total.compare >= LEAST_LINES && total.compare as f64 >= LEAST_FACTOR * expected;
    if !risen || !scale.is_finite() {
        return None;
    }
    let case = Case { total, scale };
    by_value(profile, &case).or_else(|| {
        let (dimension, digest) = profile.digest()?;
        let (low, high) = if total.baseline == 0 { narrow_range(digest)? } else { gaining_range(digest)? };
        let counts = counts_within(digest, low, high);
        let explanation = case.explanation(Explained::Range { low, high, unit: dimension.unit() }, counts);
        Case::is_enough(&explanation, |gain| gain >= SURE_INTERVAL * case.standard_error(1.0))
            .then_some(explanation)
    })
}

/// The rise that is to be explained.
struct Case {
    total: Counts,
    scale: f64,
}

impl Case {
    fn explanation(&self, what: Explained, counts: Counts) -> Explanation {
        let (before, after) = (self.total.baseline as f64, self.total.compare as f64);
        let additional = after - before * self.scale;
        Explanation {
            what,
            counts,
            share_before: (self.total.baseline > 0).then(|| counts.baseline as f64 / before),
            share_after: counts.compare as f64 / after,
            share_of_increase: (counts.compare as f64 - counts.baseline as f64 * self.scale) / additional,
        }
    }

    fn is_enough(found: &Explanation, is_sure: impl Fn(f64) -> bool) -> bool {
        let Some(before) = found.share_before else { return found.share_after >= NEARLY_ALL };
        let gain = found.share_after - before;
        found.share_of_increase >= MOST_OF_INCREASE
            && found.share_after >= LEAST_SHARE
            && gain >= LEAST_GAIN
            && is_sure(gain)
    }

    /// Returns the standard error of the difference of two shares whose spread is this.
    fn standard_error(&self, spread: f64) -> f64 {
        spread * (1.0 / self.total.baseline as f64 + 1.0 / self.total.compare as f64).sqrt()
    }
}

fn by_value(profile: &ParameterProfile, case: &Case) -> Option<Explanation> {
    // What may have been forgotten is held against the value.
    let counts = |seen: Counts, missed: u64| Counts {
        baseline: seen.baseline.saturating_add(missed).min(case.total.baseline),
        compare: seen.compare,
    };
    let gain = |c: Counts| c.compare as f64 - c.baseline as f64 * case.scale;
    let mut best: Option<(&str, Counts)> = None;
    for candidate in profile.values.candidates() {
        let counts = counts(candidate.counts, candidate.missed);
        if best.is_none_or(|(_, most)| gain(counts) > gain(most)) {
            best = Some((candidate.value, counts));
        }
    }
    let (value, counts) = best?;
    let explanation = case.explanation(Explained::Value(value.to_owned()), counts);
    let sum = case.total.sum() as f64;
    let pooled = (counts.sum() as f64 / sum).clamp(0.5 / sum, 1.0 - 0.5 / sum);
    let error = case.standard_error((pooled * (1.0 - pooled)).sqrt());
    Case::is_enough(&explanation, |gain| gain >= SURE_SIGMAS * error).then_some(explanation)
}

/// Returns the range of the compared window's numbers, without the outermost twentieth, if it is narrow.
fn narrow_range(digest: &Digest) -> Option<(f64, f64)> {
    let quantile = |share| digest.quantile(share, |counts| counts.compare);
    let limit = quantile(0.5)?.abs() * NARROW;
    let bounds = |share| Some((quantile(share)?, quantile(1.0 - share)?));
    [0.0, 0.025].into_iter().filter_map(bounds).find(|(low, high)| high - low <= limit)
}

/// Returns the range whose share grew most: the contiguous run of numbers with the largest sum of differences.
///
/// Source: Kadane's algorithm (Bentley, *Programming Pearls*, CACM 27, 1984).
fn gaining_range(digest: &Digest) -> Option<(f64, f64)> {
    let total = digest.total();
    let (before, after) = (total.baseline.max(1) as f64, total.compare.max(1) as f64);
    let mut best: Option<(f64, f64, f64)> = None;
    let mut run: Option<(f64, f64)> = None;
    for (number, counts) in digest.iter() {
        let gain = counts.compare as f64 / after - counts.baseline as f64 / before;
        let (start, sum) = match run {
            Some((start, sum)) if sum > 0.0 => (start, sum + gain),
            Some(_) | None => (number, gain),
        };
        run = Some((start, sum));
        if best.is_none_or(|(_, _, most)| sum > most) {
            best = Some((start, number, sum));
        }
    }
    best.map(|(low, high, _)| (low, high))
}

fn counts_within(digest: &Digest, low: f64, high: f64) -> Counts {
    let mut counts = Counts::default();
    for (_, within) in digest.iter().filter(|(number, _)| *number >= low && *number <= high) {
        counts.add(within);
    }
    counts
}
