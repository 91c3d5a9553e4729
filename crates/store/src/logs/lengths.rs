//! Where the values of a column of texts begin and end: looked up singly without adding all lengths up.

use std::cell::{Cell, OnceCell};

use super::bytes::Reader;

/// Values between two beginnings that are kept. Adding up so many lengths of one byte takes some nanoseconds.
const STRETCH: usize = 128;
/// One look for so many values is made singly; when there are more, the beginnings of all values are written down, which
/// costs about as much by then.
const VALUES_PER_LOOK: usize = 16;

/// The lengths of all values of a column.
#[derive(Debug)]
pub(crate) struct Lengths<'a> {
    /// As they stand in the column: seven bits a byte.
    bytes: &'a [u8],
    n: usize,
    /// Where every [`STRETCH`]th value begins, when all lengths are one byte.
    beginnings: OnceCell<Vec<u32>>,
    /// Where each value begins, and where the last one ends.
    starts: OnceCell<Vec<u32>>,
    looked: Cell<usize>,
}

impl<'a> Lengths<'a> {
    /// Takes the bytes of `n` lengths whose sum was found to be below 2^32.
    pub(crate) const fn new(bytes: &'a [u8], n: usize) -> Self {
        Self { bytes, n, beginnings: OnceCell::new(), starts: OnceCell::new(), looked: Cell::new(0) }
    }

    /// Returns how many values there are.
    pub(crate) const fn n(&self) -> usize {
        self.n
    }

    /// Returns where a value begins and ends.
    pub(crate) fn span(&self, value: usize) -> (usize, usize) {
        self.looked.set(self.looked.get().saturating_add(1));
        let is_single = self.looked.get() <= self.n / VALUES_PER_LOOK;
        if self.has_one_byte_each() && self.starts.get().is_none() && is_single {
            let first = value / STRETCH * STRETCH;
            let before = place(self.beginnings()[value / STRETCH]) + added(&self.bytes[first..value]);
            return (before, before + usize::from(self.bytes[value]));
        }
        let starts = self.starts();
        (place(starts[value]), place(starts[value + 1]))
    }

    /// Calls `f` with each of some values that follow each other: its number, where it begins, and its length.
    pub(crate) fn each(&self, values: std::ops::Range<usize>, mut f: impl FnMut(usize, usize, usize)) {
        if values.is_empty() {
            return;
        }
        if !self.has_one_byte_each() {
            let starts = self.starts();
            for value in values {
                f(value, place(starts[value]), place(starts[value + 1].saturating_sub(starts[value])));
            }
            return;
        }
        let (mut start, _) = self.span(values.start);
        for (value, length) in values.clone().zip(&self.bytes[values]) {
            f(value, start, usize::from(*length));
            start += usize::from(*length);
        }
    }

    /// Returns the value in which a byte of the values lies, and where that value ends; nothing behind the last one.
    pub(crate) fn around(&self, byte: usize) -> Option<(usize, usize)> {
        let starts = self.starts();
        // Of values that begin at one place all but the last are empty.
        let value = starts.partition_point(|start| place(*start) <= byte).checked_sub(1)?;
        starts.get(value + 1).map(|end| (value, place(*end)))
    }

    fn has_one_byte_each(&self) -> bool {
        self.bytes.len() == self.n
    }

    fn beginnings(&self) -> &[u32] {
        self.beginnings.get_or_init(|| {
            let mut end = 0_u32;
            let each = self.bytes.chunks(STRETCH).map(|stretch| {
                let start = end;
                end = end.saturating_add(u32::try_from(added(stretch)).unwrap_or(u32::MAX));
                start
            });
            each.collect()
        })
    }

    fn starts(&self) -> &[u32] {
        self.starts.get_or_init(|| {
            let mut starts = Vec::with_capacity(self.n + 1);
            let mut end = 0_u32;
            starts.push(0);
            if self.has_one_byte_each() {
                starts.extend(self.bytes.iter().map(|length| {
                    end = end.wrapping_add(u32::from(*length));
                    end
                }));
                return starts;
            }
            let mut reader = Reader::new(self.bytes);
            while let Ok(length) = reader.number() {
                end = end.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
                starts.push(end);
            }
            starts
        })
    }
}

/// Adds lengths of one byte up. Their sum cannot overflow; that it need not be looked at lets many be added at once.
pub(crate) fn added(lengths: &[u8]) -> usize {
    lengths.iter().fold(0_usize, |sum, length| sum.wrapping_add(usize::from(*length)))
}

fn place(start: u32) -> usize {
    usize::try_from(start).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bytes::put_length;
    use super::*;

    fn written(lengths: &[usize]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for length in lengths {
            put_length(&mut bytes, *length);
        }
        bytes
    }

    proptest! {
        #[test]
        fn every_way_to_look_gives_the_same_places(
            short in prop::collection::vec(0_usize..5, 1..300),
            long in prop::option::of(128_usize..1000),
            begin in any::<prop::sample::Index>(),
        ) {
            let lengths: Vec<usize> = short.into_iter().chain(long).collect();
            let bytes = written(&lengths);
            let mut spans = Vec::new();
            let mut end = 0;
            for length in &lengths {
                spans.push((end, end + length));
                end += length;
            }

            // The first looks are made singly, the last ones in what was written down meanwhile.
            let singly = Lengths::new(&bytes, lengths.len());
            let found: Vec<(usize, usize)> = (0..lengths.len()).rev().map(|value| singly.span(value)).collect();
            prop_assert!(found.iter().rev().eq(&spans));

            let begin = begin.index(lengths.len());
            let mut in_row = Vec::new();
            let read = Lengths::new(&bytes, lengths.len());
            read.each(begin..lengths.len(), |value, start, length| in_row.push((value, start, start + length)));
            let expected = (begin..lengths.len()).map(|value| (value, spans[value].0, spans[value].1));
            prop_assert_eq!(in_row, expected.collect::<Vec<_>>());

            for byte in 0..end {
                let value = spans.iter().position(|(start, end)| (*start..*end).contains(&byte));
                prop_assert_eq!(read.around(byte), value.map(|value| (value, spans[value].1)));
            }
            prop_assert_eq!(read.around(end), None);
        }
    }

    #[test]
    fn a_column_without_values_has_no_places() {
        let read = Lengths::new(&[], 0);
        read.each(0..0, |_, _, _| panic!("there is no value"));

        assert_eq!((read.n(), read.around(0)), (0, None));
    }
}
