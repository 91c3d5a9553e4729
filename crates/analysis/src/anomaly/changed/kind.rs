//! The kind of a change, its values and its begin.

use wardroom_core::anomaly::AnomalyKind;
use wardroom_core::series::{Samples, is_stale_marker};
use wardroom_core::time::Timestamp;

use super::Options;
use super::cells::Cells;
use super::usual::Usual;
use crate::spread;

/// A cell belongs to a change when it departs by this share of it, to the same side.
const SHARE: f64 = 0.5;
/// The end of the window still belongs to a change when this share of its last cells does.
const LASTING_CELLS: usize = 3;
/// The shortest window in which a trend can be told, in milliseconds.
const TREND_MS: i64 = 1_200_000;
/// How far the inner parts may lie from the straight line, as a share of the whole rise.
const STRAIGHT: f64 = 0.25;
/// A cell is wide when it moves by this many usual spreads from the one before it.
const WIDE_SIGMAS: f64 = 3.0;

fn belongs(departure: f64, of: f64) -> bool {
    departure * of.signum() >= SHARE * of.abs()
}

/// Returns the first and the last cell that belong to a departure.
pub(super) fn changed_cells(departures: &[Option<f64>], departure: f64) -> Option<(usize, usize)> {
    let changed = |d: &Option<f64>| d.is_some_and(|d| belongs(d, departure));
    // One cell alone is the begin only where nothing follows: a stray event before a shift is not its begin.
    let pairs = departures.windows(2).position(|pair| changed(&pair[0]) && changed(&pair[1]));
    let first = pairs.or_else(|| departures.iter().position(changed))?;
    let last = departures.iter().rposition(changed)?;
    Some((first, last.max(first)))
}

/// Tells a lasting change from one that came back, and a jump from a rise.
pub(super) fn of_move(
    cells: &Cells,
    departures: &[Option<f64>],
    usual: &Usual,
    departure: f64,
    options: &Options,
) -> AnomalyKind {
    if usual.shape.as_ref().is_some_and(|shape| is_straight(&shape.parts, departure))
        && cells.length_ms(cells.window) >= TREND_MS
    {
        return AnomalyKind::Trend;
    }
    let last = departures.iter().rev().flatten().take(LASTING_CELLS);
    let (changed, of) =
        last.fold((0, 0), |(changed, of), &d| (changed + usize::from(belongs(d, departure)), of + 1));
    let span = changed_cells(departures, departure).map_or(0, |(first, last)| last - first + 1);
    if 2 * changed > of || cells.length_ms(span) > options.lasting_ms {
        AnomalyKind::Level
    } else {
        AnomalyKind::Spike
    }
}

/// Reports whether the parts of a window rise (or fall) all along, away from the usual: a jump has equal parts.
fn is_straight(parts: &[f64], departure: f64) -> bool {
    let [first, second, third, fourth] = parts else { return false };
    let rise = fourth - first;
    let near = |value: f64, share: f64| (value - (first + share * rise)).abs() <= STRAIGHT * rise.abs();
    rise * departure > 0.0
        && rise.abs() >= SHARE * departure.abs()
        && near(*second, 1.0 / 3.0)
        && near(*third, 2.0 / 3.0)
        && (second - first) * rise > 0.0
        && (fourth - third) * rise > 0.0
}

/// Returns what was expected and what was seen where a change was: medians, for a spike the farthest cell.
pub(super) fn values(
    cells: &Cells,
    departures: &[Option<f64>],
    departure: f64,
    kind: AnomalyKind,
) -> (f64, f64) {
    let values = cells.window_values();
    let changed: Vec<(f64, f64)> = values
        .iter()
        .zip(departures)
        .filter_map(|(value, d)| Some(((*value)?, (*d)?)))
        .filter(|(_, d)| belongs(*d, departure))
        .collect();
    if kind == AnomalyKind::Spike {
        let farthest = changed.iter().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        return farthest.map_or((0.0, 0.0), |(value, d)| (value - d, *value));
    }
    let mut seen: Vec<f64> = changed.iter().map(|(value, _)| *value).collect();
    let mut expected: Vec<f64> = changed.iter().map(|(value, d)| value - d).collect();
    (spread::median(&mut expected), spread::median(&mut seen))
}

/// Returns the first sample of a change; `None` when the cell before the window was changed already.
pub(super) fn start(
    cells: &Cells,
    samples: &Samples,
    usual: &Usual,
    departure: f64,
    span: (usize, usize),
) -> Option<Timestamp> {
    let (first, _) = span;
    if first == 0 && usual.last_before().is_some_and(|d| belongs(d, departure)) {
        return None;
    }
    let (value, off) = (cells.window_values()[first]?, usual.departures[first]?);
    let expected = value - off;
    let within = cells.samples_of(samples, first);
    let outside = |i: &usize| belongs(samples.values()[*i] / cells.scale - expected, departure);
    let exact = within.clone().find(outside).or(Some(within.start).filter(|_| !within.is_empty()))?;
    samples.times().get(exact).copied().map(Timestamp::from_millis)
}

/// Returns the first sample of the window that moves by more than usual.
pub(super) fn first_wide(cells: &Cells, samples: &Samples, usual: &Usual, typical: f64) -> Option<Timestamp> {
    let wide = |pair: &[Option<f64>]| match pair {
        [Some(a), Some(b)] => (b - a).abs() > WIDE_SIGMAS * typical,
        _ => false,
    };
    let at = usual.departures.windows(2).position(wide)?;
    cells.first_sample_from(samples, at + 1)
}

/// Reports whether a series ended with a staleness marker at the begin of a gap.
pub(super) fn ended_in_order(raw: &Samples, from_ms: i64, typical_ms: i64) -> bool {
    let near = from_ms.saturating_sub(typical_ms)..=from_ms.saturating_add(2 * typical_ms);
    let mut samples = raw.times().iter().zip(raw.values());
    samples.any(|(time, value)| near.contains(time) && is_stale_marker(*value))
}
