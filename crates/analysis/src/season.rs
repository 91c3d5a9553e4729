//! Seasons: patterns of fixed length that repeat.

use wardroom_core::series::RegularSeries;

use crate::spread;

/// Lengths that people and machines live by: hour, day and week, in milliseconds.
const CALENDAR_MS: [i64; 3] = [3_600_000, 86_400_000, 604_800_000];
/// A free season has at least this many steps; fewer cannot show a shape.
const MIN_STEPS: usize = 6;
/// A season must be seen this often.
const MIN_PERIODS: usize = 3;
/// A weaker likeness of neighbouring periods is not called a season.
///
/// Source: measured on 4,000 random walks of a week at five minutes, 3 in 100 of which reached 0.3.
const MIN_STRENGTH: f64 = 0.3;
/// How much less alike the series must be at one and a half times the length.
const MIN_EXCESS: f64 = 0.2;
/// Standard errors of a white series' likeness that a season has to exceed, the search over many lengths included
/// (the largest of 1,000 standard normal values stays below 5 with a probability of 0.9994).
const MIN_ERRORS: f64 = 5.0;
/// Longer series are averaged to at most this many steps before free lengths are searched.
const MAX_SEARCHED: usize = 2_048;
/// The strongest of the free lengths that are tested exactly.
const MAX_TESTED: usize = 8;
/// The shortest length whose strength is at least this share of the best one is the season: a day repeats hourly
/// patterns too, and weekends make a week a little more alike than a day.
const SHARE_OF_BEST: f64 = 0.8;

/// A pattern of fixed length that repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Season {
    /// The length in steps of the series it was found in.
    pub steps: usize,
    /// The length in milliseconds.
    pub length_ms: i64,
    /// How alike neighbouring periods are, as a correlation: above 0.3 up to 1.
    pub strength: f64,
}

/// Finds the shortest pattern that repeats.
///
/// Hour, day and week are tried first, then every length at which the autocorrelation peaks. A length counts when
/// neighbouring periods, each without its own mean and slope, are alike beyond chance: white noise, a straight line,
/// a constant and a series with fewer than three periods have no season. Smooth curves are alike at any length, so
/// a season must also be clearly more alike at its own length than at one and a half times it, where it is in
/// antiphase.
///
/// # Input
///
/// A series with gaps (`None`); values that are not finite are taken as gaps.
///
/// # Cost
///
/// Linear for the calendar lengths; quadratic in at most 2,048 averaged steps for the free ones.
///
/// # Source
///
/// Autocorrelation after Box, Jenkins, Reinsel and Ljung, *Time Series Analysis*, 5th ed. (2015), §2.1; the standard
/// error `1/√n` of a white series' autocorrelation after Bartlett, §2.1.6 there.
pub fn detect(series: &RegularSeries) -> Option<Season> {
    search(series, Search { cells: MAX_SEARCHED, tested: MAX_TESTED, least: None })
}

/// How lengths other than hour, day and week are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// The averaged steps on which they are looked for.
    pub(crate) cells: usize,
    /// How many of them are tested exactly.
    pub(crate) tested: usize,
    /// With a least strength they count only where neither hour, day nor week repeats.
    pub(crate) least: Option<f64>,
}

/// Does what [`detect`] does with another effort.
pub(crate) fn search(series: &RegularSeries, effort: Search) -> Option<Season> {
    let values = normalized(&series.values)?;
    let n = values.len();
    let step_ms = series.step_ms.max(1);
    let calendar: Vec<usize> = CALENDAR_MS
        .iter()
        .filter(|&&length| length % step_ms == 0)
        .filter_map(|&length| usize::try_from(length / step_ms).ok())
        .filter(|steps| (MIN_STEPS..=n / MIN_PERIODS).contains(steps))
        .collect();
    let mut found: Vec<(usize, f64)> =
        calendar.iter().filter_map(|&steps| significant(&values, steps)).collect();
    let free =
        if effort.least.is_some() && !found.is_empty() { Vec::new() } else { free_lengths(&values, effort) };
    for steps in free {
        let known = calendar.iter().any(|&c| c.abs_diff(steps) * 33 <= c);
        if !known {
            found.extend(significant(&values, steps).filter(|&(_, r)| r >= effort.least.unwrap_or(0.0)));
        }
    }
    let best = found.iter().map(|&(_, strength)| strength).fold(0.0, f64::max);
    let (steps, strength) = found
        .into_iter()
        .filter(|&(_, strength)| strength >= SHARE_OF_BEST * best)
        .min_by_key(|&(steps, _)| steps)?;
    let length_ms = i64::try_from(steps).ok()?.checked_mul(step_ms)?;
    Some(Season { steps, length_ms, strength })
}

/// Returns how alike neighbouring periods of `steps` steps are, −1 to 1; `None` when that cannot be said.
///
/// Each period is taken without its own mean and slope, and its departures are held at five times their mean size, so
/// that one broken period neither makes nor hides a pattern. Incomplete steps at the end are left out. Cost: linear.
pub(crate) fn strength(values: &[Option<f64>], steps: usize) -> Option<f64> {
    if steps < 2 || values.len() < 2 * steps {
        return None;
    }
    let total: Vec<f64> = values.iter().flatten().copied().collect();
    let middle = spread::mean(&total);
    let power: f64 = total.iter().map(|v| (v - middle) * (v - middle)).sum();
    let mut shape: Vec<Option<f64>> = values.chunks_exact(steps).flat_map(without_line).collect();
    let sizes: Vec<f64> = shape.iter().flatten().map(|d| d.abs()).collect();
    let limit = 5.0 * spread::mean(&sizes);
    let mut left = 0.0_f64;
    for departure in shape.iter_mut().flatten() {
        let held = f64::clamp(*departure, -limit, limit);
        left += held * held;
        *departure = held;
    }
    // What remains of a straight line or a constant is rounding, which repeats but means nothing.
    if left <= 1e-18 * power || left <= 0.0 {
        return None;
    }
    let (mut product, mut before, mut after) = (0.0, 0.0, 0.0);
    for (a, b) in shape.iter().zip(&shape[steps..]) {
        if let (Some(a), Some(b)) = (a, b) {
            product += a * b;
            before += a * a;
            after += b * b;
        }
    }
    let size = (before * after).sqrt();
    (size > 0.0).then(|| product / size)
}

/// Returns one period's departures from its own straight line (least squares); gaps stay gaps.
fn without_line(period: &[Option<f64>]) -> Vec<Option<f64>> {
    let (mut n, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    for (x, y) in period.iter().enumerate() {
        if let Some(y) = y {
            n += 1.0;
            sum_x += x as f64;
            sum_y += y;
        }
    }
    if n < 2.0 {
        return vec![None; period.len()];
    }
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let (mut squares, mut products) = (0.0, 0.0);
    for (x, y) in period.iter().enumerate() {
        if let Some(y) = y {
            let dx = x as f64 - mean_x;
            squares += dx * dx;
            products += dx * (y - mean_y);
        }
    }
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    period.iter().enumerate().map(|(x, y)| y.map(|y| y - mean_y - slope * (x as f64 - mean_x))).collect()
}

/// Returns length and strength when the likeness at this length is beyond chance.
fn significant(values: &[Option<f64>], steps: usize) -> Option<(usize, f64)> {
    // The newest periods count; what is left over is at the start.
    let newest = |steps: usize| &values[values.len() % steps..];
    let likeness = strength(newest(steps), steps)?;
    let between = steps + steps / 2;
    let antiphase = strength(newest(between), between)?;
    let pairs = newest(steps).len().saturating_sub(steps) as f64;
    let beyond_chance = likeness >= MIN_STRENGTH && likeness * pairs.sqrt() >= MIN_ERRORS;
    (beyond_chance && likeness - antiphase >= MIN_EXCESS).then_some((steps, likeness))
}

/// Returns the values divided by the largest size; `None` when there are too few or all are equal.
fn normalized(values: &[Option<f64>]) -> Option<Vec<Option<f64>>> {
    let finite = || values.iter().flatten().copied().filter(|v| v.is_finite());
    let scale = finite().map(f64::abs).fold(0.0, f64::max);
    let lowest = finite().fold(f64::INFINITY, f64::min);
    let highest = finite().fold(f64::NEG_INFINITY, f64::max);
    if finite().count() < 2 * MIN_STEPS || lowest >= highest {
        return None;
    }
    Some(values.iter().map(|v| v.filter(|v| v.is_finite()).map(|v| v / scale)).collect())
}

/// Returns the lengths, in steps, at which the autocorrelation of the series without its line has a peak.
fn free_lengths(values: &[Option<f64>], effort: Search) -> Vec<usize> {
    let factor = values.len().div_ceil(effort.cells).max(1);
    let averaged: Vec<Option<f64>> = values
        .chunks(factor)
        .map(|chunk| {
            let filled: Vec<f64> = chunk.iter().flatten().copied().collect();
            (!filled.is_empty()).then(|| spread::mean(&filled))
        })
        .collect();
    let shape: Vec<f64> = without_line(&averaged).into_iter().map(|d| d.unwrap_or(0.0)).collect();
    let longest = shape.len() / MIN_PERIODS;
    let products: Vec<f64> = (0..=longest + 1)
        .map(|lag| shape.iter().zip(shape.get(lag..).unwrap_or_default()).map(|(a, b)| a * b).sum::<f64>())
        .collect();
    let peaks = (MIN_STEPS..=longest)
        .filter(|&lag| products[lag] > 0.0)
        .filter(|&lag| products[lag] >= products[lag - 1] && products[lag] > products[lag + 1]);
    let mut ranked: Vec<usize> = peaks.collect();
    // Only the strongest are worth the exact test; ties keep the shorter length first.
    ranked.sort_by(|&a, &b| products[b].total_cmp(&products[a]));
    ranked.truncate(effort.tested);
    ranked.into_iter().map(|lag| lag * factor).collect()
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;

    #[test]
    fn a_clean_day_at_one_minute_is_a_day() {
        let season = detect(&series(60_000, 7 * 1440, |i| (i as f64 * std::f64::consts::TAU / 1440.0).sin()));

        let season = season.expect("a day repeats seven times");
        assert_eq!((season.steps, season.length_ms), (1440, 86_400_000));
        assert!(season.strength > 0.9);
    }

    #[test]
    fn a_free_length_is_found() {
        let saw = [0.0, 1.0, 5.0, 2.0, 2.0, 7.0, 1.0, 0.0, 3.0, 4.0, 9.0, 1.0, 2.0];
        let season = detect(&series(60_000, 520, |i| saw[i % saw.len()] + 0.1 * noise(i)));

        assert_eq!(season.map(|s| s.steps), Some(13));
    }

    #[test]
    fn white_noise_a_line_and_a_constant_have_no_season() {
        for offset in [0, 70_000, 140_000, 210_000] {
            assert_eq!(detect(&series(300_000, 2016, |i| noise(i + offset))), None);
        }
        assert_eq!(detect(&series(300_000, 2016, |i| 3.0 + 0.25 * i as f64)), None);
        assert_eq!(detect(&series(300_000, 2016, |_| 42.0)), None);
    }

    #[test]
    fn gaps_do_not_hide_a_day() {
        let mut day = series(300_000, 8 * 288, |i| (i as f64 * std::f64::consts::TAU / 288.0).sin());
        for i in (0..day.values.len()).filter(|i| i % 7 == 0 || (500..700).contains(i)) {
            day.values[i] = None;
        }

        assert_eq!(detect(&day).map(|s| s.length_ms), Some(86_400_000));
    }

    #[test]
    fn too_short_or_not_finite_series_have_no_season() {
        assert_eq!(detect(&series(60_000, 0, |_| 1.0)), None);
        assert_eq!(detect(&series(60_000, 5, |i| i as f64)), None);
        assert_eq!(detect(&series(60_000, 100, |_| f64::NAN)), None);
    }

    #[test]
    fn the_strength_is_the_correlation_of_neighbouring_periods() {
        // numpy 2.4: np.polyfit(range(5), period, 1) taken off each period of [0,4,1,3,5 | 1,4,2,2,6 | 0,5,1,3,4],
        // then Σab / √(Σa² Σb²) over the two pairs of neighbours.
        let values = [0, 4, 1, 3, 5, 1, 4, 2, 2, 6, 0, 5, 1, 3, 4].map(|v| Some(f64::from(v)));

        let strength = strength(&values, 5).expect("periods differ from lines");

        assert!((strength - REFERENCE).abs() < 1e-9, "{strength}");
    }

    /// The value that numpy gave for the periods of the test above.
    const REFERENCE: f64 = 0.768_166_187_686_525_1;

    fn series(step_ms: i64, n: usize, value: impl Fn(usize) -> f64) -> RegularSeries {
        RegularSeries {
            start: Timestamp::from_millis(0),
            step_ms,
            values: (0..n).map(|i| Some(value(i))).collect(),
        }
    }

    /// White noise from −1 to 1: the finalizer of splitmix64 over the position.
    fn noise(i: usize) -> f64 {
        let mut z = (i as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}
