//! An append-only list that is cheap to copy: what is full is shared between copies.

use std::sync::Arc;

/// Entries of one shared part.
const PART: usize = 1024;

/// What can be kept on a tape: it knows when it arrived.
pub(crate) trait Dated {
    /// Returns the true time of arrival, in milliseconds.
    fn at_ms(&self) -> i64;
}

/// Entries in the order of their arrival.
#[derive(Clone, Debug)]
pub(crate) struct Tape<T> {
    closed: Vec<Arc<Vec<T>>>,
    open: Vec<T>,
}

impl<T> Default for Tape<T> {
    fn default() -> Self {
        Self { closed: Vec::new(), open: Vec::new() }
    }
}

impl<T: Clone + Dated> Tape<T> {
    /// Appends an entry that arrived no earlier than all others.
    pub(crate) fn push(&mut self, entry: T) {
        if self.open.len() == PART {
            self.closed.push(Arc::new(std::mem::replace(&mut self.open, Vec::with_capacity(PART))));
        }
        self.open.push(entry);
    }

    /// Forgets what arrived later than a time.
    pub(crate) fn truncate(&mut self, to_ms: i64) {
        loop {
            let keep = self.open.partition_point(|e| e.at_ms() <= to_ms);
            self.open.truncate(keep);
            if keep > 0 {
                return;
            }
            let Some(part) = self.closed.pop() else { return };
            self.open = Arc::unwrap_or_clone(part);
        }
    }

    /// Returns the entries that arrived in `from..to`, both in milliseconds, oldest first.
    pub(crate) fn between(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &T> {
        let parts =
            self.closed.iter().map(|part| part.as_slice()).chain(std::iter::once(self.open.as_slice()));
        parts.flat_map(move |part| {
            let from = part.partition_point(|e| e.at_ms() < from_ms);
            let to = part.partition_point(|e| e.at_ms() < to_ms).max(from);
            &part[from..to]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Mark(i64);

    impl Dated for Mark {
        fn at_ms(&self) -> i64 {
            self.0
        }
    }

    #[test]
    fn a_part_is_read_and_what_is_later_is_forgotten() {
        let mut tape = Tape::default();
        for at in 0..5000 {
            tape.push(Mark(at));
        }

        tape.truncate(2500);
        tape.push(Mark(2600));

        let read: Vec<i64> = tape.between(2499, 9999).map(|m| m.0).collect();
        assert_eq!(read, [2499, 2500, 2600]);
        assert_eq!(tape.between(0, 2600).count(), 2501);
    }

    #[test]
    fn a_tape_cut_before_its_first_entry_is_empty() {
        let mut tape = Tape::default();
        for at in 10..3000 {
            tape.push(Mark(at));
        }

        tape.truncate(5);

        assert_eq!(tape.between(i64::MIN, i64::MAX).count(), 0);
    }
}
