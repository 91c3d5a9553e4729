//! Seasonal-trend decomposition by local regression, robust, for one season after the other.

use std::sync::atomic::AtomicBool;

use crate::anomaly::Refusal;
use crate::pass::go_on;
use crate::spread;

/// Rounds over all seasons.
const ROUNDS: usize = 2;
/// Passes with the same weights, and how often weights are learnt from the remainder.
///
/// Source: Cleveland et al. take one or two of the first, and learn weights until they settle; twice keeps a single
/// fault out of its own season at a sixth of the cost of statsmodels' fifteen.
const PASSES: (usize, usize) = (2, 2);
/// Local regressions are computed at every tenth of their window and read between, as the paper proposes.
const JUMP_PARTS: usize = 10;
/// Points computed between two looks at the cancel flag.
const BATCH: usize = 64;

/// Returns trend plus all seasons at every step; `periods` from short to long, each seen twice at least.
///
/// # Source
///
/// Cleveland, Cleveland, `McRae` and Terpenning, *STL: A Seasonal-Trend Decomposition Procedure Based on Loess*, Journal
/// of Official Statistics 6 (1990), for each season; the order of seasons after Bandara et al. (2021).
pub(super) fn explained(values: &[f64], periods: &[usize], cancel: &AtomicBool) -> Result<Vec<f64>, Refusal> {
    let mut seasons = vec![vec![0.0; values.len()]; periods.len()];
    let mut left = values.to_vec();
    let mut trend = vec![0.0; values.len()];
    for _ in 0..if periods.len() > 1 { ROUNDS } else { 1 } {
        for ((place, &period), season) in periods.iter().enumerate().zip(&mut seasons) {
            let with: Vec<f64> = left.iter().zip(&*season).map(|(l, s)| l + s).collect();
            (trend, *season) =
                decompose(&with, period, &Spans::of(period, 11 + 4 * place, JUMP_PARTS), cancel)?;
            left = with.iter().zip(&*season).map(|(w, s)| w - s).collect();
        }
    }
    Ok(values.iter().zip(&left).zip(&trend).map(|((value, left), trend)| value - left + trend).collect())
}

/// A local regression: how many values it sees and how many steps lie between two computed ones.
#[derive(Clone, Copy, Debug)]
struct Span {
    window: usize,
    jump: usize,
}

/// The three regressions of a decomposition.
#[derive(Clone, Copy, Debug)]
struct Spans {
    seasonal: Span,
    low: Span,
    trend: Span,
}

impl Spans {
    /// Returns the paper's windows: the next odd numbers above the period, and above 1.5 periods over `1 − 1.5 / seasonal`.
    fn of(period: usize, seasonal: usize, parts: usize) -> Self {
        let odd = |window: usize| window + usize::from(window.is_multiple_of(2));
        let span = |window: usize| Span { window, jump: window.div_ceil(parts.max(1)).max(1) };
        // 1.5·p / (1 − 1.5 / s) = 3·p·s / (2·s − 3), rounded up.
        let trend = (3 * period * seasonal).div_ceil(2 * seasonal - 3);
        Self {
            seasonal: Span { window: seasonal, jump: 1 },
            low: span(odd(period + 1)),
            trend: span(odd(trend)),
        }
    }
}

/// Returns trend and season of one period.
fn decompose(
    values: &[f64],
    period: usize,
    spans: &Spans,
    cancel: &AtomicBool,
) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
    let n = values.len();
    let (mut trend, mut season) = (vec![0.0; n], vec![0.0; n]);
    let mut weights: Option<Vec<f64>> = None;
    for round in 0..=PASSES.1 {
        for _ in 0..PASSES.0 {
            let without: Vec<f64> = values.iter().zip(&trend).map(|(v, t)| v - t).collect();
            let cycle = cycle(&without, period, spans.seasonal, weights.as_deref(), cancel)?;
            let low = moving_means(&moving_means(&moving_means(&cycle, period), period), 3);
            let low = smooth(&low, spans.low, None, cancel)?;
            season = (0..n).map(|i| cycle[period + i] - low[i]).collect();
            let without: Vec<f64> = values.iter().zip(&season).map(|(v, s)| v - s).collect();
            trend = smooth(&without, spans.trend, weights.as_deref(), cancel)?;
        }
        if round < PASSES.1 {
            weights = Some(robust_weights(values, &trend, &season));
        }
    }
    Ok((trend, season))
}

/// Smooths the values of each place in the period across the periods, one period beyond both ends.
fn cycle(
    values: &[f64],
    period: usize,
    span: Span,
    weights: Option<&[f64]>,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let mut cycle = vec![0.0; values.len() + 2 * period];
    for place in 0..period {
        if place.is_multiple_of(BATCH) {
            go_on(cancel)?;
        }
        let pick = |column: &[f64]| column.iter().copied().skip(place).step_by(period).collect::<Vec<f64>>();
        let (of_place, weights) = (pick(values), weights.map(pick));
        let fit = Local { values: &of_place, weights: weights.as_deref(), window: span.window };
        let last = of_place.len();
        let inner: Vec<f64> = (0..last).map(|i| fit.at(i as f64, i).unwrap_or(of_place[i])).collect();
        cycle[place] = fit.at(-1.0, 0).unwrap_or(inner[0]);
        for (i, value) in inner.iter().enumerate() {
            cycle[(i + 1) * period + place] = *value;
        }
        cycle[(last + 1) * period + place] = fit.at(last as f64, last - 1).unwrap_or(inner[last - 1]);
    }
    Ok(cycle)
}

/// Smooths a column, at every `jump`-th step and between them by straight lines.
fn smooth(
    values: &[f64],
    span: Span,
    weights: Option<&[f64]>,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Refusal> {
    let n = values.len();
    let fit = Local { values, weights, window: span.window };
    let mut knots: Vec<usize> = (0..n).step_by(span.jump.min(n.saturating_sub(1)).max(1)).collect();
    if knots.last().is_some_and(|&last| last + 1 < n) {
        knots.push(n - 1);
    }
    let mut smoothed = vec![0.0; n];
    for batch in knots.chunks(BATCH) {
        go_on(cancel)?;
        for &knot in batch {
            smoothed[knot] = fit.at(knot as f64, knot).unwrap_or(values[knot]);
        }
    }
    for pair in knots.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let slope = (smoothed[to] - smoothed[from]) / (to - from) as f64;
        for step in from + 1..to {
            smoothed[step] = smoothed[from] + slope * (step - from) as f64;
        }
    }
    Ok(smoothed)
}

/// A local straight line with tricube weights.
struct Local<'a> {
    values: &'a [f64],
    weights: Option<&'a [f64]>,
    window: usize,
}

impl Local<'_> {
    /// Returns the line's value at `x`, from the window of values around the position `near`; `None` where all weigh 0.
    fn at(&self, x: f64, near: usize) -> Option<f64> {
        let n = self.values.len();
        let seen = self.window.min(n);
        let first = near.saturating_sub((seen - 1) / 2).min(n - seen);
        let last = first + seen - 1;
        let reach = (x - first as f64).max(last as f64 - x) + ((self.window - seen) / 2) as f64;
        let (mut total, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
        let (mut sum_xx, mut sum_xy) = (0.0, 0.0);
        for i in first..=last {
            // Positions are taken from `x` on, so that sums of squares keep their digits.
            let (dx, y) = (i as f64 - x, self.values[i]);
            let weight = tricube(dx.abs(), reach) * self.weights.map_or(1.0, |weights| weights[i]);
            total += weight;
            sum_x += weight * dx;
            sum_y += weight * y;
            sum_xx += weight * dx * dx;
            sum_xy += weight * dx * y;
        }
        if total <= 0.0 {
            return None;
        }
        let (mean_x, mean_y) = (sum_x / total, sum_y / total);
        let squares = sum_xx / total - mean_x * mean_x;
        // A line through values that are almost at one place has no slope.
        let is_wide = reach > 0.0 && squares.max(0.0).sqrt() > 0.001 * (n as f64 - 1.0);
        let slope = if is_wide { (sum_xy / total - mean_x * mean_y) / squares } else { 0.0 };
        Some(mean_y - slope * mean_x)
    }
}

/// Returns the weight of a distance: 1 at the place, 0 from `reach` on.
fn tricube(distance: f64, reach: f64) -> f64 {
    if distance <= 0.001 * reach {
        1.0
    } else if distance <= 0.999 * reach {
        let share = distance / reach;
        let rest = 1.0 - share * share * share;
        rest * rest * rest
    } else {
        0.0
    }
}

/// Returns the means of `width` neighbouring values: `width - 1` fewer than there are values.
fn moving_means(values: &[f64], width: usize) -> Vec<f64> {
    let mut sum: f64 = values[..width].iter().sum();
    let mut means = vec![sum / width as f64];
    for i in width..values.len() {
        sum += values[i] - values[i - width];
        means.push(sum / width as f64);
    }
    means
}

/// Returns the bisquare weight of every value: 0 from six median remainders on.
fn robust_weights(values: &[f64], trend: &[f64], season: &[f64]) -> Vec<f64> {
    let sizes: Vec<f64> = values.iter().zip(trend).zip(season).map(|((v, t), s)| (v - t - s).abs()).collect();
    let limit = 6.0 * spread::median(&mut sizes.clone());
    let weight = |size: &f64| {
        if *size <= 0.001 * limit {
            1.0
        } else if *size <= 0.999 * limit {
            let share = size / limit;
            (1.0 - share * share).powi(2)
        } else {
            0.0
        }
    };
    if limit <= 0.0 { vec![1.0; sizes.len()] } else { sizes.iter().map(weight).collect() }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn a_decomposition_is_that_of_statsmodels() {
        let values: Vec<f64> =
            (0..120).map(|i| 0.02 * i as f64 + 2.0 * (TAU * i as f64 / 12.0).sin() + noise(i)).collect();
        let spans = Spans::of(12, 11, 1_000);

        let (trend, season) = decompose(&values, 12, &spans, &AtomicBool::new(false)).expect("not cancelled");

        // statsmodels 0.15: STL(values, period=12, seasonal=11, robust=True).fit(inner_iter=2, outer_iter=2).
        for (at, of_trend, of_season) in [
            (0, -0.373_864_967, -0.057_928_333),
            (50, 1.031_818_110, 1.786_388_312),
            (119, 2.299_663_637, -1.114_321_047),
        ] {
            assert!((trend[at] - of_trend).abs() < 1e-6, "trend {at}: {}", trend[at]);
            assert!((season[at] - of_season).abs() < 1e-6, "season {at}: {}", season[at]);
        }
    }

    #[test]
    fn two_seasons_leave_what_statsmodels_leaves() {
        let wave = |i: usize, period: f64| (TAU * i as f64 / period).sin();
        let values: Vec<f64> = (0..168).map(|i| wave(i, 6.0) + 2.0 * wave(i, 28.0) + noise(i)).collect();

        let explained = explained(&values, &[6, 28], &AtomicBool::new(false)).expect("not cancelled");

        // statsmodels 0.15: MSTL(values, periods=(6, 28), iterate=2, stl_kwargs=dict(robust=True, inner_iter=2,
        // outer_iter=2)), which computes every point; here every tenth of a window, which moves it by a few hundredths.
        for (at, left) in [(0, -0.132_619), (49, 0.146_370), (50, 5.008_574), (167, -0.027_474)] {
            let own = values[at] - explained[at];
            assert!((own - left).abs() < 0.05, "{at}: {own}");
        }
    }

    /// The remainder of a square, and one spike.
    fn noise(i: usize) -> f64 {
        ((i * i * 7 + 3 * i) % 31) as f64 / 31.0 - 0.5 + if i == 50 { 5.0 } else { 0.0 }
    }
}
