//! Which findings reach *Now*: controlled over all series, so that a large fleet does not cry wolf every hour.

use std::collections::BTreeSet;

use wardroom_analysis::anomaly::{FleetFinding, reaching};
use wardroom_core::{FactId, TimeRange, Timestamp};
use wardroom_store::FindingRow as Stored;

use crate::context::Open;
use crate::error::AppError;
use crate::feedback::Sorted;

const DAY_MS: i64 = 86_400_000;

/// Returns a range made longer to whole days before its end: findings are weighed by the day.
pub(crate) fn whole_days(range: TimeRange) -> TimeRange {
    let days = range.millis().div_euclid(DAY_MS).saturating_add(1);
    let start = range.end().plus_millis(days.saturating_mul(DAY_MS).saturating_neg());
    TimeRange::new(start.min(range.start()), range.end()).unwrap_or(range)
}

/// Returns the findings that reach *Now* among those that count, as known now or at `as_of`; what a person marked as real
/// always does.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn now(
    open: &Open,
    sorted: &Sorted,
    end: Timestamp,
    as_of: Option<Timestamp>,
) -> Result<BTreeSet<FactId>, AppError> {
    let detection = open.workspace.last_detection(as_of).await?;
    let n_series = detection.map_or(0, |d| usize::try_from(d.judged).unwrap_or(usize::MAX));
    let seen = |f: &Stored| FleetFinding { start: f.anomaly.start, score: f.anomaly.score };
    let findings: Vec<FleetFinding> = sorted.counted.iter().map(seen).collect();
    let reaches = reaching(&findings, n_series, end);
    let all = sorted.counted.iter().zip(reaches);
    Ok(all.filter(|(f, reaches)| *reaches || sorted.is_real(f.id)).map(|(f, _)| f.id).collect())
}
