//! Where a read or a tail goes on: sort values as texts, so that none of their 64 bits is lost in a file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wardroom_core::Timestamp;

use crate::elasticsearch::dialect::{PitWay, Tie};
use crate::elasticsearch::mapping::SortUnit;
use crate::elasticsearch::record::Hit;

/// Documents of the last time that are remembered by a read.
const MAX_SEEN: usize = 50_000;

/// Documents of the overlap that are remembered by a tail.
const MAX_TAIL_SEEN: usize = 200_000;

/// The place behind the last document of a page. It holds no content of documents and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadPlace {
    /// What the place belongs to: a number made of indices, question and start.
    pub(super) question: u64,
    /// The sort values behind which the next page begins, each as JSON.
    pub(super) after: Vec<String>,
    /// The sort value of the last document's time.
    pub(super) last: Option<i64>,
    /// The documents of that time that came already; only where the tiebreaker does not outlive a view.
    pub(super) seen: BTreeSet<u64>,
    /// Whether there were more of them than are remembered.
    pub(super) seen_is_cut: bool,
    /// Whether the next page begins at `last` again, so that what is in `seen` comes once more.
    pub(super) rewound: bool,
    /// What tells documents of the same time apart.
    pub(super) tie: Tie,
    /// The unit of `last`.
    pub(super) unit: SortUnit,
    /// The view of one moment that is held open.
    pub(super) view: Option<View>,
    /// Documents that came up to here.
    pub(super) read: u64,
}

/// A view of one moment that the source holds open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    /// Its id.
    pub(super) id: String,
    /// How it was opened.
    pub(super) way: PitWay,
    /// Parts of the data that are not in it; empty when it is complete.
    pub(super) missing: String,
}

impl ReadPlace {
    /// The start of a read.
    pub(super) const fn start(question: u64, tie: Tie, unit: SortUnit) -> Self {
        Self {
            question,
            after: Vec::new(),
            last: None,
            seen: BTreeSet::new(),
            seen_is_cut: false,
            rewound: false,
            tie,
            unit,
            view: None,
            read: 0,
        }
    }

    /// Returns the number of documents that came before this place.
    pub const fn read(&self) -> u64 {
        self.read
    }

    /// Returns the time of the last document; `None` before the first.
    pub fn time(&self) -> Option<Timestamp> {
        self.last.map(|value| Timestamp::from_millis(value.div_euclid(self.unit.per_milli())))
    }

    /// Takes note that the view is gone. A tiebreaker that lived in it is replaced by going back to the last time.
    pub(super) fn lose_view(&mut self) {
        self.view = None;
        if !self.tie.outlives_view() {
            self.rewind();
        }
    }

    /// Lets the next page begin at the last time again; what came already is known by its key.
    pub(super) fn rewind(&mut self) {
        let Some(last) = self.last else {
            self.after.clear();
            return;
        };
        self.rewound = true;
        self.after = vec![last.saturating_sub(1).to_string()];
        // Behind every document of the millisecond or nanosecond before.
        match self.tie {
            Tie::Implicit | Tie::ShardDoc => self.after.push(i64::MAX.to_string()),
            Tie::Time | Tie::Field(_) | Tie::Id => {}
        }
    }

    /// Returns the sort values as the source takes them.
    pub(super) fn search_after(&self) -> Option<Vec<Value>> {
        let values = self.after.iter().map(|text| serde_json::from_str(text).unwrap_or(Value::Null));
        (!self.after.is_empty()).then(|| values.collect())
    }

    /// Reports whether a document of the page came already.
    pub(super) fn is_known(&self, hit: &Hit) -> bool {
        self.last.is_some() && hit.time() == self.last && self.seen.contains(&hit.key())
    }

    /// Goes behind the documents of a page. Reports whether it got any further.
    pub(super) fn pass(&mut self, hits: &[Hit]) -> bool {
        let Some(end) = hits.last() else {
            return false;
        };
        let last = end.time();
        let (before, n_seen) = (self.last, self.seen.len());
        if last != self.last {
            self.seen.clear();
            self.seen_is_cut = false;
        }
        self.last = last;
        if !self.tie.outlives_view() {
            for hit in hits.iter().rev().take_while(|hit| hit.time() == last) {
                if self.seen.len() >= MAX_SEEN {
                    self.seen_is_cut = true;
                    break;
                }
                self.seen.insert(hit.key());
            }
        }
        if self.tie == Tie::Time {
            self.rewind();
            return last != before || self.seen.len() > n_seen;
        }
        self.rewound = false;
        self.after = end.sort.iter().map(Value::to_string).collect();
        true
    }

    /// Goes past the last time without having seen all of its documents.
    pub(super) fn skip_ties(&mut self) {
        if let Some(last) = self.last {
            self.after = vec![last.to_string()];
            self.rewound = false;
            self.seen.clear();
        }
    }
}

/// How far a live tail has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TailPlace {
    /// Nothing before this time is read.
    pub(super) since: i64,
    /// The latest time that was read, in milliseconds.
    pub(super) newest: i64,
    /// Whether there was more to read than one page took.
    pub(super) behind: bool,
    /// The documents within the overlap, each with its time in milliseconds.
    pub(super) seen: BTreeMap<u64, i64>,
}

impl TailPlace {
    /// Begins at a time: what is older is never read, however late it becomes visible.
    pub const fn since(at: Timestamp) -> Self {
        let since = at.as_millis();
        Self { since, newest: since, behind: false, seen: BTreeMap::new() }
    }

    /// Returns the latest time that was read.
    pub const fn newest(&self) -> Timestamp {
        Timestamp::from_millis(self.newest)
    }

    /// Returns the start of the overlap.
    pub(super) fn overlap(&self, late_ms: i64) -> i64 {
        self.newest.saturating_sub(late_ms.max(0)).max(self.since)
    }

    /// Forgets the documents before the overlap, and the oldest where there are too many.
    pub(super) fn forget(&mut self, late_ms: i64) {
        let start = self.overlap(late_ms);
        self.seen.retain(|_, at| *at >= start);
        if self.seen.len() > MAX_TAIL_SEEN {
            let mut times: Vec<i64> = self.seen.values().copied().collect();
            times.sort_unstable();
            let first = times[times.len() - MAX_TAIL_SEEN];
            self.seen.retain(|_, at| *at >= first);
            self.since = self.since.max(first);
        }
    }

    /// Takes note of a document. A time ahead of the clock does not move the place, so that one wrong clock among the
    /// writers hides nothing.
    pub(super) fn pass(&mut self, key: u64, at: i64, now: Timestamp) {
        self.seen.insert(key, at);
        self.newest = self.newest.max(at.min(now.as_millis()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(time: i64, id: &str, tie: &Value) -> Hit {
        let sort = if tie.is_null() { vec![time.into()] } else { vec![time.into(), tie.clone()] };
        Hit { index: "i".to_owned(), id: id.to_owned(), sort, ..Hit::default() }
    }

    #[test]
    fn sort_values_keep_all_their_bits_in_a_file() {
        let mut place = ReadPlace::start(7, Tie::Id, SortUnit::Nanos);
        place.pass(&[hit(1_795_168_805_123_456_006, "a", &"a".into())]);

        let text = serde_json::to_string(&place).unwrap();
        let again: ReadPlace = serde_json::from_str(&text).unwrap();

        assert_eq!(again, place);
        assert_eq!(again.search_after().unwrap(), [Value::from(1_795_168_805_123_456_006_i64), "a".into()]);
        assert_eq!(again.time(), Some(Timestamp::from_millis(1_795_168_805_123)));
    }

    #[test]
    fn a_place_whose_view_is_gone_goes_back_to_the_last_time_and_knows_what_came() {
        let mut place = ReadPlace::start(7, Tie::ShardDoc, SortUnit::Millis);
        let page = [hit(5, "a", &0.into()), hit(9, "b", &1.into()), hit(9, "c", &2.into())];
        place.pass(&page);

        place.lose_view();

        assert_eq!(place.search_after().unwrap(), [Value::from(8), Value::from(i64::MAX)]);
        let known: Vec<bool> = page.iter().map(|hit| place.is_known(hit)).collect();
        assert_eq!(known, [false, true, true]);
        assert!(!place.is_known(&hit(9, "d", &3.into())));
    }

    #[test]
    fn without_a_tiebreaker_every_page_begins_at_the_last_time() {
        let mut place = ReadPlace::start(7, Tie::Time, SortUnit::Millis);

        let moved = place.pass(&[hit(9, "a", &Value::Null), hit(9, "b", &Value::Null)]);
        let moved_again = place.pass(&[hit(9, "a", &Value::Null), hit(9, "b", &Value::Null)]);

        assert_eq!((moved, moved_again), (true, false));
        assert_eq!(place.search_after().unwrap(), [Value::from(8)]);
    }

    #[test]
    fn a_writer_whose_clock_is_ahead_does_not_move_the_tail() {
        let mut place = TailPlace::since(Timestamp::from_millis(100));

        place.pass(1, 150, Timestamp::from_millis(160));
        place.pass(2, 9_999, Timestamp::from_millis(160));
        place.forget(20);

        assert_eq!(place.newest(), Timestamp::from_millis(160));
        assert_eq!(place.overlap(20), 140);
        assert_eq!(place.seen.len(), 2);
    }
}
