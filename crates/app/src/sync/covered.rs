//! The period for which a source was read whole, from which the next sync and *Follow* go on.

use serde::{Deserialize, Serialize};
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::SourceId;

use super::holes::{self, Holes};
use crate::context::Open;
use crate::error::AppError;

/// How far back the first sync of a source goes when nobody says otherwise.
const FIRST_SYNC_MS: i64 = 7 * 86_400_000;
/// A source may take a scrape in late, and its clock may be behind ours: that much before the covered end is read again.
/// Equal samples cost nothing, the store drops them.
pub(crate) const OVERLAP_MS: i64 = 120_000;
/// A covered end may lie that much ahead of the clock: a range ends a millisecond after this moment.
const AHEAD_MS: i64 = 1000;

/// The period for which a scope was read whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Covered {
    pub(super) scope: String,
    start: i64,
    end: i64,
}

pub(super) async fn of(open: &Open, source: SourceId, now: Timestamp) -> Result<Option<Covered>, AppError> {
    let text = open.workspace.meta(&format!("covered:{}", source.0)).await?;
    let Some(mut covered) = text.and_then(|t| serde_json::from_str::<Covered>(&t).ok()) else {
        return Ok(None);
    };
    if covered.end > now.as_millis().saturating_add(AHEAD_MS) {
        // The clock was ahead when this was noted. What the source had by then is known from what is stored.
        let stored = open.workspace.last_times(source).await?;
        let newest = stored.into_values().filter(|at| *at <= now).max();
        let Some(newest) = newest.filter(|at| at.as_millis() > covered.start) else { return Ok(None) };
        covered.end = newest.as_millis();
    }
    Ok(Some(covered))
}

pub(super) async fn put(open: &Open, source: SourceId, covered: &Covered) -> Result<(), AppError> {
    let text = serde_json::to_string(covered).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&format!("covered:{}", source.0), &text).await?;
    Ok(())
}

/// Forgets that a source was read before a time, so that what retention dropped can be asked for again.
pub(crate) async fn forget_before(
    open: &Open,
    source: SourceId,
    keep_from: Timestamp,
    now: Timestamp,
) -> Result<(), AppError> {
    let mut holes = Holes::of(open, source).await?;
    holes.forget_before(keep_from);
    holes.keep(open, source).await?;
    let Some(mut covered) = of(open, source, now).await? else { return Ok(()) };
    if covered.start >= keep_from.as_millis() {
        return Ok(());
    }
    covered.start = keep_from.as_millis().min(covered.end);
    put(open, source, &covered).await
}

pub(super) fn wanted_range(
    range: Option<TimeRange>,
    covered: Option<&Covered>,
    now: Timestamp,
) -> Result<TimeRange, AppError> {
    if let Some(range) = range {
        // What has not happened yet cannot be read, and must not count as read afterwards.
        let end = range.end().min(now.plus_millis(1));
        return TimeRange::new(range.start(), end)
            .map_err(|e| AppError::new("range_in_future").with("start", e.start).with("now", now));
    }
    let start =
        covered.map_or(now.plus_millis(-FIRST_SYNC_MS), |c| Timestamp::from_millis(c.end - OVERLAP_MS));
    TimeRange::new(start.min(now.plus_millis(-1000)), now.plus_millis(1)).map_err(|e| AppError::internal(&e))
}

/// Returns the parts of `wanted` that are not covered yet, the overlap included; everything when nothing is.
pub(super) fn missing_parts(wanted: TimeRange, covered: Option<&Covered>) -> Vec<TimeRange> {
    let Some(covered) = covered else { return vec![wanted] };
    let (start, end) = (wanted.start().as_millis(), wanted.end().as_millis());
    if end <= covered.start || start >= covered.end {
        return vec![wanted];
    }
    let at = Timestamp::from_millis;
    let before = TimeRange::new(at(start), at(covered.start));
    let after = TimeRange::new(at((covered.end - OVERLAP_MS).max(start)), at(end));
    let after = if end > covered.end { after.ok() } else { None };
    before.ok().into_iter().chain(after).collect()
}

/// Joins what was covered with what was read, when they touch; otherwise the later one stands: the next sync and
/// *Follow* go on from its end.
pub(super) fn join(covered: Option<Covered>, read: TimeRange, scope: String) -> Covered {
    let (start, end) = (read.start().as_millis(), read.end().as_millis());
    match covered {
        Some(c) if start <= c.end && end >= c.start => {
            Covered { scope, start: c.start.min(start), end: c.end.max(end) }
        }
        Some(c) if end < c.start => Covered { scope, ..c },
        _ => Covered { scope, start, end },
    }
}

/// Has everything that was read of a source read again by the next sync: what was left out then is wanted now.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn read_again(open: &Open, source: SourceId, now: Timestamp) -> Result<(), AppError> {
    let Some(covered) = of(open, source, now).await? else { return Ok(()) };
    let at = Timestamp::from_millis;
    let read = TimeRange::new(at(covered.start), at(covered.end)).ok();
    holes::note(open, source, None, read).await
}

/// Moves the covered end after a tick of *Follow*.
pub(crate) async fn extend(
    open: &Open,
    source: SourceId,
    read: TimeRange,
    now: Timestamp,
) -> Result<(), AppError> {
    let Some(old) = of(open, source, now).await? else { return Ok(()) };
    let scope = old.scope.clone();
    put(open, source, &join(Some(old), read, scope)).await
}

/// Returns the end of what is covered, from which following goes on.
pub(crate) async fn follow_from(
    open: &Open,
    source: SourceId,
    now: Timestamp,
) -> Result<Option<Timestamp>, AppError> {
    Ok(of(open, source, now).await?.map(|c| Timestamp::from_millis(c.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    fn known(start: i64, end: i64) -> Covered {
        Covered { scope: String::new(), start, end }
    }

    #[test]
    fn only_what_is_new_is_asked_for() {
        let hour = 3_600_000;
        let covered = known(10 * hour, 20 * hour);

        assert_eq!(missing_parts(range(10 * hour, 20 * hour), Some(&covered)), []);
        assert_eq!(
            missing_parts(range(5 * hour, 25 * hour), Some(&covered)),
            [range(5 * hour, 10 * hour), range(20 * hour - OVERLAP_MS, 25 * hour)]
        );
        assert_eq!(missing_parts(range(30 * hour, 31 * hour), Some(&covered)), [range(30 * hour, 31 * hour)]);
        assert_eq!(missing_parts(range(0, hour), None), [range(0, hour)]);
    }

    #[test]
    fn touching_periods_become_one() {
        let joined = join(Some(known(10, 20)), range(20, 30), String::new());

        assert_eq!((joined.start, joined.end), (10, 30));
    }

    #[test]
    fn of_separate_periods_the_later_one_stands() {
        let earlier = join(Some(known(10, 20)), range(1, 5), String::new());
        let later = join(Some(known(10, 20)), range(30, 40), String::new());

        assert_eq!((earlier.start, earlier.end), (10, 20));
        assert_eq!((later.start, later.end), (30, 40));
    }

    #[test]
    fn what_has_not_happened_yet_is_not_read() {
        let now = Timestamp::from_millis(1_000_000);

        let cut = wanted_range(Some(range(0, 2_000_000)), None, now).unwrap();

        assert_eq!(cut, range(0, 1_000_001));
        let ahead = wanted_range(Some(range(1_500_000, 2_000_000)), None, now).unwrap_err();
        assert_eq!(ahead.code, "range_in_future");
    }
}
