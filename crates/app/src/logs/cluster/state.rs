//! What was read of a cluster, and what is to be read next: no document is stored twice, and none is left out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wardroom_connectors::source::TailPlace;
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::SourceId;

use crate::context::Open;
use crate::error::AppError;

/// How far back the first sync of a cluster goes when nobody says otherwise.
const FIRST_SYNC_MS: i64 = 86_400_000;
/// Documents of the last moments that are remembered, so that those which come late are read and the others not twice.
const MOST_REMEMBERED: usize = 100_000;

/// What was read of a cluster.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// What was asked for; another question begins anew.
    pub(super) scope: String,
    /// Periods of which every document is stored: apart from each other, in order.
    pub(super) covered: Vec<(i64, i64)>,
    /// Stored documents outside of these periods, by time and key: at the end of what was read, where others may still
    /// come late.
    pub(super) recent: Vec<(i64, u64)>,
    /// Where following goes on.
    pub(super) tail: Option<TailPlace>,
}

impl State {
    /// Notes that a period was read to its end at a moment. What is younger than documents may be late stays open.
    pub(super) fn cover(&mut self, read: TimeRange, now: Timestamp, late_ms: i64) {
        let (start, end) = (read.start().as_millis(), read.end().min(now.plus_millis(-late_ms)).as_millis());
        if end > start {
            let apart = |(from, to): &(i64, i64)| *to < start || *from > end;
            let (mut kept, joined): (Vec<_>, Vec<_>) = self.covered.iter().copied().partition(apart);
            let from = joined.iter().map(|(from, _)| *from).min().unwrap_or(start).min(start);
            let to = joined.iter().map(|(_, to)| *to).max().unwrap_or(end).max(end);
            kept.push((from, to));
            kept.sort_unstable();
            self.covered = kept;
        }
        let covered = &self.covered;
        self.recent.retain(|(at, _)| !covered.iter().any(|(from, to)| (*from..*to).contains(at)));
        let beyond = self.recent.len().saturating_sub(MOST_REMEMBERED);
        self.recent.drain(..beyond);
    }

    /// Returns the end of the latest period that is stored whole.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.covered.last().map(|(_, to)| Timestamp::from_millis(*to))
    }

    /// Returns the parts of a period that are not stored whole.
    pub(super) fn missing(&self, wanted: TimeRange) -> Vec<TimeRange> {
        let at = Timestamp::from_millis;
        let (mut parts, mut from) = (Vec::new(), wanted.start());
        for (start, end) in &self.covered {
            parts.extend(TimeRange::new(from, at(*start).min(wanted.end())));
            from = from.max(at(*end));
        }
        parts.extend(TimeRange::new(from, wanted.end()));
        parts
    }

    /// Returns the longest stored part of a period.
    pub(super) fn stored_part(&self, of: TimeRange) -> Option<TimeRange> {
        let at = Timestamp::from_millis;
        let parts = self.covered.iter();
        let parts =
            parts.filter_map(|(a, b)| TimeRange::new(at(*a).max(of.start()), at(*b).min(of.end())).ok());
        parts.max_by_key(|part| part.millis())
    }

    /// Returns the keys of the documents that are stored outside of the periods.
    pub(super) fn known(&self) -> BTreeSet<u64> {
        self.recent.iter().map(|(_, key)| *key).collect()
    }
}

fn key_of(source: SourceId) -> String {
    format!("logs-read:{}", source.0)
}

pub(super) async fn state(open: &Open, source: SourceId, scope: &str) -> Result<State, AppError> {
    let text = open.workspace.meta(&key_of(source)).await?;
    let state = text.and_then(|t| serde_json::from_str::<State>(&t).ok()).filter(|s| s.scope == scope);
    Ok(state.unwrap_or_else(|| State { scope: scope.to_owned(), ..State::default() }))
}

pub(super) async fn put_state(open: &Open, source: SourceId, state: &State) -> Result<(), AppError> {
    let text = serde_json::to_string(state).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&key_of(source), &text).await?;
    Ok(())
}

/// Forgets what was read of a source.
pub(in crate::logs) async fn forget(open: &Open, source: SourceId) -> Result<(), AppError> {
    open.workspace.set_meta(&key_of(source), "").await?;
    Ok(())
}

/// Returns what is to be read: what was asked for, or what has come since the last read.
pub(super) fn wanted_range(
    range: Option<TimeRange>,
    state: &State,
    now: Timestamp,
) -> Result<TimeRange, AppError> {
    let (start, end) = match range {
        // What has not happened yet cannot be read, and must not count as read afterwards.
        Some(range) => (range.start(), range.end().min(now.plus_millis(1))),
        None => (state.last().unwrap_or(now.plus_millis(-FIRST_SYNC_MS)), now.plus_millis(1)),
    };
    TimeRange::new(start, end)
        .map_err(|e| AppError::new("range_reversed").with("start", e.start).with("end", e.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(at(start), at(end)).unwrap()
    }

    fn covering(ranges: &[(i64, i64)]) -> State {
        let mut state = State::default();
        for (start, end) in ranges {
            state.cover(range(*start, *end), at(1_000_000), 10);
        }
        state
    }

    #[test]
    fn what_is_stored_is_never_read_again_in_whatever_order_periods_were_read() {
        let state = covering(&[(100, 200), (500, 600), (200, 300), (50, 100)]);

        assert_eq!(state.covered, [(50, 300), (500, 600)]);
        assert_eq!(state.missing(range(0, 700)), [range(0, 50), range(300, 500), range(600, 700)]);
        assert_eq!(state.missing(range(120, 280)), []);
        assert_eq!(State::default().missing(range(0, 50)), [range(0, 50)]);
    }

    #[test]
    fn the_last_moments_stay_open_for_late_documents_and_those_stored_are_remembered() {
        let mut state = State { recent: vec![(150, 1), (185, 2), (199, 3)], ..State::default() };

        state.cover(range(100, 200), at(200), 20);

        assert_eq!(state.covered, [(100, 180)]);
        assert_eq!(state.recent, [(185, 2), (199, 3)]);
        assert_eq!(state.missing(range(100, 250)), [range(180, 250)]);
        assert_eq!(state.last(), Some(at(180)));
    }

    #[test]
    fn what_has_not_happened_yet_is_not_read() {
        let cut = wanted_range(Some(range(0, 500)), &State::default(), at(200)).unwrap();

        assert_eq!(cut, range(0, 201));
        assert!(wanted_range(Some(range(300, 500)), &State::default(), at(200)).is_err());
        assert_eq!(wanted_range(None, &covering(&[(0, 90)]), at(200)).unwrap(), range(90, 201));
    }
}
