//! The two windows: what is compared, and with what.

use wardroom_core::{TimeRange, Timestamp};

use super::{TemplateCounts, is_fault, severity};

/// A baseline is read as at most this many bins; more are taken together.
const MOST_BINS: i64 = 4096;
/// Before the first alert, new faults are looked for this far back at least, in milliseconds.
const BEFORE_ALERT_MS: i64 = 15 * 60_000;
/// A baseline in front of a mark is at least this part of the range: one in …
const LEAST_BASELINE: i64 = 10;

/// What is compared, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// What was usual.
    pub baseline: TimeRange,
    /// What is asked about.
    pub compare: TimeRange,
    /// The width of the bins of the counts, in milliseconds, at least 1.
    pub bin_ms: i64,
}

/// The bins of a baseline.
pub(super) struct Bins {
    start: Timestamp,
    pub(super) width_ms: i64,
    pub(super) count: usize,
}

impl Bins {
    /// Returns the bin that a time of the baseline lies in.
    pub(super) fn index(&self, at: Timestamp) -> usize {
        let offset = at.as_millis().saturating_sub(self.start.as_millis());
        usize::try_from(offset / self.width_ms).unwrap_or(usize::MAX)
    }
}

impl Windows {
    pub(super) fn baseline_bins(&self) -> Bins {
        let (length, bin) = (self.baseline.millis(), self.bin_ms.max(1));
        let together = (length / bin / MOST_BINS + 1).max(1);
        let width_ms = bin.saturating_mul(together);
        let count = usize::try_from((length / width_ms).max(1)).unwrap_or(1);
        Bins { start: self.baseline.start(), width_ms, count }
    }
}

/// Chooses windows within a range: compared is what begins shortly before `mark` or the first alert, and the baseline is
/// what lies before.
///
/// `mark` is the first new fault ([`first_new_fault`]), if there is one. Without a mark within the range, or with one so
/// early that no baseline is left, the last fifth of the range is compared. Bounds lie on multiples of `bin_ms` where
/// the range is long enough. For a range too short to be cut, the baseline is as much before it.
pub fn choose_windows(
    range: TimeRange,
    bin_ms: i64,
    mark: Option<Timestamp>,
    first_alert: Option<Timestamp>,
) -> Windows {
    let bin_ms = bin_ms.max(1);
    let length = range.millis();
    let lead = bin_ms.max(length / 90);
    let begin = [mark, first_alert].into_iter().flatten().filter(|at| range.contains(*at)).min();
    let early = range.start().plus_millis(length / LEAST_BASELINE);
    let start = begin
        .map(|at| at.plus_millis(-lead).floor_to(bin_ms))
        .filter(|start| *start >= early)
        .unwrap_or_else(|| range.end().plus_millis(-(length / 5).max(1)).floor_to(bin_ms));
    let start = if start > range.start() { start } else { range.end().plus_millis(-(length / 5).max(1)) };
    match (TimeRange::new(range.start(), start), TimeRange::new(start, range.end())) {
        (Ok(baseline), Ok(compare)) => Windows { baseline, compare, bin_ms },
        (Err(_), _) | (_, Err(_)) => Windows { baseline: range.shifted(-length), compare: range, bin_ms },
    }
}

/// Finds when the first of the new faults appeared in a range, if there are any worth a mark.
///
/// Before a known first alert, it is the earliest within the quarter of an hour (or the fifth of the range) before it.
/// Without an alert, it is where within a fifth of the range the most serious faults begin. The first quarter of the
/// range does not count: there, everything is seen for the first time.
pub fn first_new_fault(
    templates: &[TemplateCounts<'_>],
    range: TimeRange,
    first_alert: Option<Timestamp>,
) -> Option<Timestamp> {
    let length = range.millis();
    let from = range.start().plus_millis(length / 4);
    let mut new: Vec<(Timestamp, f64)> = templates
        .iter()
        .filter(|t| is_fault(t.class, t.level) && t.first_seen >= from && t.first_seen < range.end())
        .map(|t| (t.first_seen, severity(t.class, t.level)))
        .collect();
    new.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    if let Some(alert) = first_alert.filter(|at| range.contains(*at)) {
        let since = alert.plus_millis(-BEFORE_ALERT_MS.max(length / 5));
        return new.iter().map(|(at, _)| *at).find(|at| *at >= since && *at <= alert);
    }
    let weight = |start: Timestamp| -> f64 {
        let end = start.plus_millis(length / 5);
        new.iter().filter(|(at, _)| *at >= start && *at <= end).map(|(_, severity)| severity).sum()
    };
    let mut best: Option<(Timestamp, f64)> = None;
    for (at, _) in &new {
        let weight = weight(*at);
        if best.is_none_or(|(_, most)| weight > most + 1e-9) {
            best = Some((*at, weight));
        }
    }
    best.map(|(at, _)| at)
}
