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
    /// Periods that are not read again: apart from each other, in order. Every document of them is stored but for what no
    /// reading brings, and but for the holes.
    pub(super) covered: Vec<(i64, i64)>,
    /// Periods that were read while parts of the cluster did not answer; the next sync asks for them again.
    #[serde(default)]
    pub(super) partly: Vec<(i64, i64)>,
    /// The last moments of what was read, where documents may still come late.
    #[serde(default)]
    pub(super) late: Vec<(i64, i64)>,
    /// What was read partly and is not asked for again, because more of it is stored than is remembered.
    #[serde(default)]
    pub(super) holes: Vec<(i64, i64)>,
    /// Stored documents outside of the covered periods, by time and key.
    pub(super) recent: Vec<(i64, u64)>,
    /// Where following goes on.
    pub(super) tail: Option<TailPlace>,
}

impl State {
    /// Notes that a period was read to its end at a moment. What is younger than documents may be late stays open.
    pub(super) fn cover(&mut self, read: TimeRange, now: Timestamp, late_ms: i64) {
        let (settled, open) = settled_of(read, now, late_ms);
        take_out(&mut self.partly, settled);
        take_out(&mut self.late, settled);
        join(&mut self.covered, settled);
        join(&mut self.late, open);
        self.forget_settled();
    }

    /// Notes that a period was read while parts of the cluster did not answer: it is asked for again, and what came is
    /// remembered by its key.
    pub(super) fn cover_partly(&mut self, read: TimeRange, now: Timestamp, late_ms: i64) {
        let (settled, open) = settled_of(read, now, late_ms);
        take_out(&mut self.late, settled);
        join(&mut self.partly, settled);
        for covered in &self.covered {
            take_out(&mut self.partly, *covered);
        }
        join(&mut self.late, open);
        self.forget_settled();
    }

    /// Forgets the documents of the covered periods, and the oldest of the others where there are too many: their period
    /// is not read again then, because they would come twice.
    pub(super) fn forget_settled(&mut self) {
        self.forget_covered();
        let beyond = self.recent.len().saturating_sub(MOST_REMEMBERED);
        if beyond == 0 {
            return;
        }
        self.recent.sort_unstable();
        let Some((last, _)) = self.recent.get(beyond - 1).copied() else { return };
        let given_up = (i64::MIN, last.saturating_add(1));
        let before = |list: &[(i64, i64)]| -> Vec<(i64, i64)> {
            list.iter().map(|(from, to)| (*from, (*to).min(given_up.1))).collect()
        };
        for hole in before(&self.partly) {
            join(&mut self.holes, hole);
            join(&mut self.covered, hole);
        }
        for late in before(&self.late) {
            join(&mut self.covered, late);
        }
        take_out(&mut self.partly, given_up);
        take_out(&mut self.late, given_up);
        self.recent.retain(|(at, _)| *at > last);
    }

    fn forget_covered(&mut self) {
        let covered = &self.covered;
        self.recent.retain(|(at, _)| !covered.iter().any(|(from, to)| (*from..*to).contains(at)));
    }

    /// Forgets that anything before a time was read: it is not stored any more.
    pub(super) fn forget_before(&mut self, time: Timestamp) {
        for list in [&mut self.covered, &mut self.partly, &mut self.late, &mut self.holes] {
            take_out(list, (i64::MIN, time.as_millis()));
        }
    }

    /// Returns the end of the latest period that was read, whole or partly.
    pub(super) fn last(&self) -> Option<Timestamp> {
        let ends = [self.covered.last(), self.partly.last()].into_iter().flatten();
        ends.map(|(_, to)| Timestamp::from_millis(*to)).max()
    }

    /// Returns what is to be read for a person who names a period, or else what has come since the last read, together
    /// with the periods before it of which parts did not answer.
    pub(super) fn parts_to_read(
        &self,
        range: Option<TimeRange>,
        now: Timestamp,
    ) -> Result<Vec<TimeRange>, AppError> {
        let wanted = wanted_range(range, self, now)?;
        let mut parts = Vec::new();
        if range.is_none() {
            parts.extend(ranges(&self.partly).filter(|part| part.end() <= wanted.start()));
        }
        parts.extend(self.missing(wanted));
        Ok(parts)
    }

    /// Reports whether every document of a period is stored that reading it can bring.
    pub(super) fn is_whole(&self, part: TimeRange) -> bool {
        let (start, end) = (part.start().as_millis(), part.end().as_millis());
        self.missing(part).is_empty() && self.holes.iter().all(|(from, to)| *to <= start || *from >= end)
    }

    /// Returns the last period that was read partly and is not asked for again.
    pub(super) fn last_hole(&self) -> Option<TimeRange> {
        ranges(&self.holes).last()
    }

    /// Returns it as it is kept.
    pub(super) fn text(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(|e| AppError::internal(&e))
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

    /// Returns the periods of which every document is stored that came until they were read, with the last moments; not what
    /// was read while parts of the cluster did not answer.
    pub(super) fn whole_periods(&self) -> Vec<TimeRange> {
        let mut whole = self.covered.clone();
        for late in &self.late {
            // Behind what was read partly they are not whole either.
            if self.covered.iter().any(|(from, to)| (*from..=*to).contains(&late.0)) {
                join(&mut whole, *late);
            }
        }
        for lacking in self.partly.iter().chain(&self.holes) {
            take_out(&mut whole, *lacking);
        }
        ranges(&whole).collect()
    }

    /// Returns the periods that were read, whole or partly.
    pub(super) fn read_periods(&self) -> Vec<TimeRange> {
        let mut read = self.covered.clone();
        for more in self.late.iter().chain(&self.partly) {
            join(&mut read, *more);
        }
        ranges(&read).collect()
    }

    /// Reports whether parts of the cluster did not answer when something of a period was read.
    pub(super) fn is_partly_read(&self, part: TimeRange) -> bool {
        ranges(&self.partly).any(|read| read.start() < part.end() && part.start() < read.end())
    }

    /// Returns the keys of the documents that are stored outside of the periods.
    pub(super) fn known(&self) -> BTreeSet<u64> {
        self.recent.iter().map(|(_, key)| *key).collect()
    }
}

/// Divides what was read at a moment into the part that is settled and the one in which documents may still come late.
fn settled_of(read: TimeRange, now: Timestamp, late_ms: i64) -> ((i64, i64), (i64, i64)) {
    let (start, end) = (read.start().as_millis(), read.end().as_millis());
    let settled = end.min(now.plus_millis(-late_ms).as_millis()).max(start);
    ((start, settled), (settled, end))
}

/// Adds a period to others; those that touch become one. An empty one changes nothing.
fn join(list: &mut Vec<(i64, i64)>, (start, end): (i64, i64)) {
    if end <= start {
        return;
    }
    let apart = |(from, to): &(i64, i64)| *to < start || *from > end;
    let (mut kept, joined): (Vec<_>, Vec<_>) = list.iter().copied().partition(apart);
    let from = joined.iter().map(|(from, _)| *from).min().unwrap_or(start).min(start);
    let to = joined.iter().map(|(_, to)| *to).max().unwrap_or(end).max(end);
    kept.push((from, to));
    kept.sort_unstable();
    *list = kept;
}

/// Takes a period out of others.
fn take_out(list: &mut Vec<(i64, i64)>, (start, end): (i64, i64)) {
    if end <= start {
        return;
    }
    let pieces = list.iter().flat_map(|(from, to)| [(*from, (*to).min(start)), ((*from).max(end), *to)]);
    *list = pieces.filter(|(from, to)| from < to).collect();
}

fn ranges(list: &[(i64, i64)]) -> impl Iterator<Item = TimeRange> + '_ {
    let at = Timestamp::from_millis;
    list.iter().filter_map(move |(from, to)| TimeRange::new(at(*from), at(*to)).ok())
}

/// Returns where what was read of a source is kept.
pub(super) fn key_of(source: SourceId) -> String {
    format!("logs-read:{}", source.0)
}

pub(super) async fn state(open: &Open, source: SourceId, scope: &str) -> Result<State, AppError> {
    let text = open.workspace.meta(&key_of(source)).await?;
    let state = text.and_then(|t| serde_json::from_str::<State>(&t).ok()).filter(|s| s.scope == scope);
    Ok(state.unwrap_or_else(|| State { scope: scope.to_owned(), ..State::default() }))
}

pub(super) async fn put_state(open: &Open, source: SourceId, state: &State) -> Result<(), AppError> {
    open.workspace.set_meta(&key_of(source), &state.text()?).await?;
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
        .map_err(|e| AppError::new("range_in_future").with("start", e.start).with("now", now))
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

    #[test]
    fn what_was_read_partly_is_asked_again_by_the_next_sync_and_not_by_following() {
        let mut state = covering(&[(0, 100)]);

        state.cover_partly(range(100, 200), at(1_000_000), 10);
        state.cover(range(200, 300), at(1_000_000), 10);

        assert_eq!(
            (state.covered.clone(), state.partly.clone()),
            (vec![(0, 100), (200, 300)], vec![(100, 200)])
        );
        assert_eq!(state.last(), Some(at(300)), "following goes on behind what was read");
        assert_eq!(state.parts_to_read(None, at(400)).unwrap(), [range(100, 200), range(300, 401)]);
        assert!(!state.is_whole(range(0, 300)) && state.is_whole(range(200, 300)));
        state.cover(range(100, 200), at(1_000_000), 10);
        assert_eq!((state.covered.clone(), state.partly.clone()), (vec![(0, 300)], vec![]));
        assert_eq!(state.parts_to_read(None, at(400)).unwrap(), [range(300, 401)]);
    }

    #[test]
    fn the_last_moments_are_whole_and_what_was_read_partly_is_not() {
        let mut state = covering(&[(0, 100)]);
        state.cover_partly(range(100, 200), at(1_000_000), 10);
        state.cover(range(200, 300), at(300), 20);

        assert_eq!(
            (state.covered.clone(), state.late.clone()),
            (vec![(0, 100), (200, 280)], vec![(280, 300)])
        );
        assert_eq!(state.whole_periods(), [range(0, 100), range(200, 300)]);
        assert_eq!(state.read_periods(), [range(0, 300)]);
        assert!(state.is_partly_read(range(150, 400)) && !state.is_partly_read(range(200, 400)));
        state.holes.push((20, 40));
        assert_eq!(state.whole_periods(), [range(0, 20), range(40, 100), range(200, 300)]);
    }

    #[test]
    fn the_gap_between_two_periods_that_a_person_chose_is_not_read_by_itself() {
        let mut state = covering(&[(0, 100), (500, 600)]);

        state.cover_partly(range(40, 80), at(1_000_000), 10);

        assert_eq!(state.partly, [], "what is stored whole stays so");
        assert_eq!(state.parts_to_read(None, at(700)).unwrap(), [range(600, 701)]);
    }

    #[test]
    fn more_documents_than_are_remembered_close_their_period_instead_of_coming_twice() {
        let most = i64::try_from(MOST_REMEMBERED).unwrap();
        let keys = |from: i64, to: i64| (from..to).map(|n| (n, n.cast_unsigned()));
        let mut state = State { recent: keys(0, most + 50).collect(), ..State::default() };

        state.cover_partly(range(0, most + 50), at(most * 10), 10);

        assert_eq!(state.recent.len(), MOST_REMEMBERED);
        assert_eq!(
            (state.covered.as_slice(), state.partly.as_slice()),
            (&[(0, 50)][..], &[(50, most + 50)][..])
        );
        assert_eq!(state.last_hole(), Some(range(0, 50)));
        assert!(!state.is_whole(range(10, 20)), "the cluster is still asked for its counts there");

        // The last moments of a cluster that writes a lot: whole, so there is no hole.
        let mut busy = State { recent: keys(0, most + 50).collect(), ..State::default() };
        busy.cover(range(0, most + 50), at(most + 50), most + 50);
        assert_eq!((busy.covered.as_slice(), busy.last_hole()), (&[(0, 50)][..], None));
        assert_eq!(busy.recent.len(), MOST_REMEMBERED);
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read_on() {
        let old = r#"{"scope":"s","covered":[[0,90]],"recent":[[95,7]],"tail":null}"#;

        let state: State = serde_json::from_str(old).unwrap();

        assert_eq!(state.parts_to_read(None, at(200)).unwrap(), [range(90, 201)]);
        assert!(state.known().contains(&7));
    }
}
