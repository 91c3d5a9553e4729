//! Where answers of a source were partial: these periods are read again, and nothing is concluded from what is missing.

use serde::{Deserialize, Serialize};
use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{SourceId, SourceRow as StoredSource};

use crate::context::Open;
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};

/// Periods that are kept of a source; beyond it the two nearest become one, so that more is read again than needed.
const MOST_HOLES: usize = 32;

/// Periods of time, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holes(Vec<(i64, i64)>);

impl Holes {
    /// Returns what is known of a source.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn of(open: &Open, source: SourceId) -> Result<Self, AppError> {
        let text = open.workspace.meta(&format!("holes:{}", source.0)).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Keeps this as what is known of a source; nothing is written where that is known already.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn keep(&self, open: &Open, source: SourceId) -> Result<(), AppError> {
        if Self::of(open, source).await? == *self {
            return Ok(());
        }
        let text = serde_json::to_string(self).map_err(|e| AppError::internal(&e))?;
        open.workspace.set_meta(&format!("holes:{}", source.0), &text).await?;
        Ok(())
    }

    /// Reports whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a period; it becomes one with those that it touches.
    pub(crate) fn add(&mut self, range: TimeRange) {
        let (mut start, mut end) = (range.start().as_millis(), range.end().as_millis());
        self.0.retain(|&(from, to)| {
            let touches = from <= end && to >= start;
            if touches {
                (start, end) = (start.min(from), end.max(to));
            }
            !touches
        });
        let place = self.0.partition_point(|&(from, _)| from < start);
        self.0.insert(place, (start, end));
        if self.0.len() > MOST_HOLES {
            self.join_nearest();
        }
    }

    fn join_nearest(&mut self) {
        let distance = |i: &usize| self.0[i + 1].0.saturating_sub(self.0[*i].1);
        let Some(nearest) = (0..self.0.len().saturating_sub(1)).min_by_key(distance) else { return };
        let (_, end) = self.0.remove(nearest + 1);
        self.0[nearest].1 = end;
    }

    /// Takes a period out.
    pub(crate) fn take_out(&mut self, range: TimeRange) {
        let (start, end) = (range.start().as_millis(), range.end().as_millis());
        let rest = |&(from, to): &(i64, i64)| [(from, to.min(start)), (from.max(end), to)];
        self.0 = self.0.iter().flat_map(rest).filter(|(from, to)| from < to).collect();
    }

    /// Takes everything before a time out.
    pub(crate) fn forget_before(&mut self, time: Timestamp) {
        for (from, _) in &mut self.0 {
            *from = (*from).max(time.as_millis());
        }
        self.0.retain(|(from, to)| from < to);
    }

    /// Returns the periods, cut to those before a time.
    pub(crate) fn before(&self, time: Timestamp) -> Vec<TimeRange> {
        let ranges = self.ranges().filter_map(|r| TimeRange::new(r.start(), r.end().min(time)).ok());
        ranges.collect()
    }

    /// Returns the periods within a range.
    pub(crate) fn within(&self, range: TimeRange) -> Vec<TimeRange> {
        let cut = |r: TimeRange| TimeRange::new(r.start().max(range.start()), r.end().min(range.end())).ok();
        self.ranges().filter_map(cut).collect()
    }

    /// Returns the periods, oldest first.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = TimeRange> + '_ {
        let at = Timestamp::from_millis;
        self.0.iter().filter_map(move |&(from, to)| TimeRange::new(at(from), at(to)).ok())
    }

    /// Reports whether a moment lies in one of the periods, or less than `slack_ms` before it.
    pub(crate) fn hold(&self, at: Timestamp, slack_ms: i64) -> bool {
        let at = at.as_millis();
        self.0.iter().any(|&(from, to)| from.saturating_sub(slack_ms) <= at && at < to)
    }
}

impl FromIterator<TimeRange> for Holes {
    fn from_iter<I: IntoIterator<Item = TimeRange>>(ranges: I) -> Self {
        let mut holes = Self::default();
        for range in ranges {
            holes.add(range);
        }
        holes
    }
}

/// Notes what was read of a source, and which of it was answered in part.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn note(
    open: &Open,
    source: SourceId,
    read: impl IntoIterator<Item = TimeRange>,
    in_part: impl IntoIterator<Item = TimeRange>,
) -> Result<(), AppError> {
    let mut holes = Holes::of(open, source).await?;
    for range in read {
        holes.take_out(range);
    }
    for range in in_part {
        holes.add(range);
    }
    holes.keep(open, source).await
}

/// Says of each source where its answers within a range were partial: from the first such period to the last.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn told(
    open: &Open,
    sources: &[StoredSource],
    range: TimeRange,
) -> Result<Vec<Phrase>, AppError> {
    let mut told = Vec::new();
    for source in sources.iter().filter(|source| !source.deleted) {
        let holes = Holes::of(open, source.id).await?.within(range);
        let (Some(first), Some(last)) = (holes.first(), holes.last()) else { continue };
        let phrase = Phrase::new("partial-answers")
            .text("name", source.name.clone())
            .with("from", PhraseValue::Date(first.start().into()))
            .with("to", PhraseValue::Date(last.end().into()));
        told.push(phrase);
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    #[test]
    fn a_period_that_is_read_whole_is_no_hole_any_more() {
        let mut holes: Holes = [range(10, 20), range(30, 40), range(18, 25)].into_iter().collect();
        assert_eq!(holes.0, [(10, 25), (30, 40)]);

        holes.take_out(range(20, 32));

        assert_eq!(holes.0, [(10, 20), (32, 40)]);
        assert_eq!(holes.within(range(15, 35)), [range(15, 20), range(32, 35)]);
        assert_eq!(holes.before(Timestamp::from_millis(34)), [range(10, 20), range(32, 34)]);
        holes.forget_before(Timestamp::from_millis(35));
        assert_eq!(holes.0, [(35, 40)]);
        assert!(holes.hold(Timestamp::from_millis(33), 2) && !holes.hold(Timestamp::from_millis(40), 2));
    }

    proptest! {
        #[test]
        fn however_many_there_are_what_was_partial_is_read_again(
            starts in prop::collection::vec(0_i64..10_000, 0..80),
        ) {
            let holes: Holes = starts.iter().map(|&start| range(start, start + 3)).collect();

            prop_assert!(holes.0.len() <= MOST_HOLES);
            prop_assert!(holes.0.windows(2).all(|two| two[0].1 < two[1].0));
            for start in starts {
                prop_assert!((start..start + 3).all(|at| holes.hold(Timestamp::from_millis(at), 0)));
            }
        }
    }
}
