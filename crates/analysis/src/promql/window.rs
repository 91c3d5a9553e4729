//! Functions of a window of samples: the rate family, everything over time, lines through samples.

use super::Dialect;
use super::arithmetic::Sum;
use super::functions::Function;

/// The samples of one series in one window; never empty, without staleness markers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    pub(super) times: &'a [i64],
    pub(super) values: &'a [f64],
    /// The ends of the window in milliseconds.
    pub(super) start: i64,
    pub(super) end: i64,
    /// The moment that is asked about, from which a prediction counts.
    pub(super) at: i64,
    /// The length as it was written, in milliseconds.
    pub(super) range_ms: i64,
    /// The number that the function takes beside the window.
    pub(super) argument: f64,
    pub(super) dialect: Dialect,
}

/// Answers a function; `None` where the window has too few samples for it.
pub(super) fn answer(function: Function, window: &Window<'_>) -> Option<f64> {
    let values = window.values;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other functions take no window")]
    match function {
        Function::Rate => extrapolated(window, true, true),
        Function::Increase => extrapolated(window, true, false),
        Function::Delta => extrapolated(window, false, false),
        Function::Irate => last_two(window, true),
        Function::Idelta => last_two(window, false),
        Function::Deriv => (values.len() > 1).then(|| line(window, window.times[0]).0),
        Function::PredictLinear => (values.len() > 1).then(|| {
            let (slope, intercept) = line(window, window.at);
            slope * window.argument + intercept
        }),
        Function::Changes => Some(count_pairs(values, |a, b| {
            let both_nan = a.is_nan() && b.is_nan();
            !both_nan && a.partial_cmp(&b) != Some(std::cmp::Ordering::Equal)
        })),
        Function::Resets => Some(count_pairs(values, |a, b| b < a)),
        Function::AvgOverTime => Some(match window.dialect {
            Dialect::Two => followed_mean(values),
            Dialect::Three => summed_mean(values),
        }),
        Function::SumOverTime => {
            let mut sum = Sum::default();
            for v in values {
                match window.dialect {
                    Dialect::Two => sum.add(*v),
                    Dialect::Three => sum.add_checked(*v),
                }
            }
            Some(sum.total())
        }
        Function::MinOverTime => extreme(values, |v, least| v < least),
        Function::MaxOverTime => extreme(values, |v, most| v > most),
        Function::CountOverTime => Some(values.len() as f64),
        Function::LastOverTime => values.last().copied(),
        Function::PresentOverTime | Function::AbsentOverTime => Some(1.0),
        Function::StddevOverTime => Some(variance(values, window.dialect).sqrt()),
        Function::StdvarOverTime => Some(variance(values, window.dialect)),
        Function::QuantileOverTime => Some(quantile(window.argument, values.to_vec())),
        _ => None,
    }
}

fn count_pairs(values: &[f64], counts: impl Fn(f64, f64) -> bool) -> f64 {
    values.windows(2).filter(|pair| counts(pair[0], pair[1])).count() as f64
}

fn extreme(values: &[f64], beats: impl Fn(f64, f64) -> bool) -> Option<f64> {
    values.iter().copied().reduce(|best, v| if beats(v, best) || best.is_nan() { v } else { best })
}

/// The difference over a window, stretched to its ends where the samples come close to them.
///
/// Source: `extrapolatedRate` in `promql/functions.go` of 2.42 and 3.1.
fn extrapolated(window: &Window<'_>, is_counter: bool, is_rate: bool) -> Option<f64> {
    let (times, values) = (window.times, window.values);
    let (first, last) = (*values.first()?, *values.last()?);
    let (first_time, last_time) = (*times.first()?, *times.last()?);
    if values.len() < 2 {
        return None;
    }
    let mut result = last - first;
    if is_counter {
        for pair in values.windows(2).filter(|pair| pair[1] < pair[0]) {
            result += pair[0];
        }
    }
    let seconds = |ms: i64| ms as f64 / 1000.0;
    let mut to_start = seconds(first_time.saturating_sub(window.start));
    let to_end = seconds(window.end.saturating_sub(last_time));
    let sampled = seconds(last_time.saturating_sub(first_time));
    let average = sampled / (values.len() - 1) as f64;
    let threshold = average * 1.1;
    let to_zero = (is_counter && result > 0.0 && first >= 0.0).then(|| sampled * (first / result));
    let held_back = |to_start: f64| to_zero.filter(|zero| *zero < to_start).unwrap_or(to_start);
    let mut length = sampled;
    match window.dialect {
        Dialect::Two => {
            to_start = held_back(to_start);
            length += if to_start < threshold { to_start } else { average / 2.0 };
        }
        Dialect::Three => {
            length += held_back(if to_start >= threshold { average / 2.0 } else { to_start });
        }
    }
    length += if to_end < threshold { to_end } else { average / 2.0 };
    let mut factor = length / sampled;
    if is_rate {
        factor /= go_seconds(window.range_ms);
    }
    Some(result * factor)
}

/// A length of time in seconds as Go computes it: whole seconds, and the rest as nanoseconds.
fn go_seconds(ms: i64) -> f64 {
    (ms / 1000) as f64 + ((ms % 1000) * 1_000_000) as f64 / 1e9
}

fn last_two(window: &Window<'_>, is_rate: bool) -> Option<f64> {
    let [.., before, last] = window.values else { return None };
    let [.., from, to] = window.times else { return None };
    let elapsed = to.saturating_sub(*from);
    if elapsed == 0 {
        return None;
    }
    let difference = if is_rate && last < before { *last } else { last - before };
    Some(if is_rate { difference / (elapsed as f64 / 1000.0) } else { difference })
}

/// The least-squares line: its slope a second, and its value at `origin`.
fn line(window: &Window<'_>, origin: i64) -> (f64, f64) {
    let add = |sum: &mut Sum, v: f64| match window.dialect {
        Dialect::Two => sum.add(v),
        Dialect::Three => sum.add_checked(v),
    };
    let first = window.values[0];
    let mut sums = [Sum::default(); 4];
    for (time, y) in window.times.iter().zip(window.values) {
        let x = time.saturating_sub(origin) as f64 / 1e3;
        for (sum, term) in sums.iter_mut().zip([x, *y, x * y, x * x]) {
            add(sum, term);
        }
    }
    // NaN is unlike itself, so that a first NaN makes the line NaN.
    let is_constant =
        window.values[1..].iter().all(|v| v.partial_cmp(&first) == Some(std::cmp::Ordering::Equal));
    if is_constant {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let n = window.values.len() as f64;
    let [x, y, xy, xx] = sums.map(|s| s.sum + s.lost);
    let covariance = xy - x * y / n;
    let spread = xx - x * x / n;
    let slope = covariance / spread;
    (slope, y / n - slope * x / n)
}

/// Reports whether an infinite mean stays as it is whatever comes: the same infinity, or a finite number.
pub(super) fn keeps(mean: f64, value: f64) -> bool {
    mean.is_infinite() && if value.is_infinite() { (mean > 0.0) == (value > 0.0) } else { !value.is_nan() }
}

/// The mean followed from sample to sample, as version 2 does.
fn followed_mean(values: &[f64]) -> f64 {
    let mut mean = Sum::default();
    let mut count = 0.0;
    for value in values {
        count += 1.0;
        if !keeps(mean.sum, *value) {
            mean.add(value / count - mean.sum / count);
        }
    }
    mean.total()
}

/// The mean by one division of the sum, as version 3 does; followed only where the sum overflows.
fn summed_mean(values: &[f64]) -> f64 {
    let mut mean = Mean::default();
    for v in values {
        mean.add(*v);
    }
    mean.value()
}

/// A mean as version 3 computes it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    sum: Sum,
    count: f64,
    is_followed: bool,
}

impl Mean {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if !self.is_followed {
            let mut next = self.sum;
            next.add_checked(value);
            if self.count < 1.5 || !next.sum.is_infinite() {
                self.sum = next;
                return;
            }
            self.is_followed = true;
            let before = self.count - 1.0;
            self.sum = Sum { sum: self.sum.sum / before, lost: self.sum.lost / before };
        }
        if !keeps(self.sum.sum, value) {
            let corrected = self.sum.sum + self.sum.lost;
            self.sum.add_checked(value / self.count - corrected / self.count);
        }
    }

    pub(super) fn value(&self) -> f64 {
        let sum = self.sum.sum + self.sum.lost;
        if self.is_followed { sum } else { sum / self.count }
    }
}

/// Source: Welford's method with compensated sums, `funcStdvarOverTime` of Prometheus.
fn variance(values: &[f64], dialect: Dialect) -> f64 {
    let add = |sum: &mut Sum, v: f64| match dialect {
        Dialect::Two => sum.add(v),
        Dialect::Three => sum.add_checked(v),
    };
    let (mut mean, mut squares) = (Sum::default(), Sum::default());
    let mut count = 0.0;
    for value in values {
        count += 1.0;
        let delta = value - (mean.sum + mean.lost);
        add(&mut mean, delta / count);
        add(&mut squares, delta * (value - (mean.sum + mean.lost)));
    }
    (squares.sum + squares.lost) / count
}

/// Returns the quantile of values in any order, between two of them by their weights; NaN is the least.
pub(super) fn quantile(q: f64, mut values: Vec<f64>) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|a, b| {
        b.is_nan().cmp(&a.is_nan()).then(a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal))
    });
    let n = values.len() as f64;
    let rank = q * (n - 1.0);
    let lower = rank.floor().max(0.0);
    let upper = (lower + 1.0).min(n - 1.0);
    let weight = rank - rank.floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between zero and the length"
    )]
    let value = |place: f64| values.get(place as usize).copied().unwrap_or(f64::NAN);
    value(lower) * (1.0 - weight) + value(upper) * weight
}
