//! Which words may stand in which block: one small filter a block, cut into segments by word, and the filters of 64
//! blocks laid beside each other segment by segment.
//!
//! A filter is a Golomb-coded set (Golomb 1966; Rice 1971): the terms of a segment are mapped to numbers below
//! 256 × their count, sorted, and their distances written with eight bits and a unary rest. It never misses a term that
//! is there; of 256 that are not, it takes one for there. It costs about 9.5 bits a distinct word of a block.
//!
//! A word belongs to one of 64 segments. To find the blocks that may hold it, one row of about 22 kB is read for every
//! 64 blocks: for ten million records 19 rows instead of 1,221 filters.

use super::bytes::{Reader, put_length};
use super::words::Term;
use crate::error::StoreError;

/// Segments of a filter.
pub(crate) const SEGMENTS: usize = 64;
/// Blocks whose filters are laid beside each other.
pub(crate) const GROUP: usize = 64;

/// Bits of a distance that are written as they are; one of 2^8 absent terms is taken for present.
const RICE_BITS: u32 = 8;

/// Returns the segment of a term: its six highest bits.
pub(crate) fn segment_of(term: Term) -> usize {
    usize::try_from(term >> 58).unwrap_or(0)
}

/// Writes the filter of a block: its segments, each behind its length. The terms need not be in order.
pub(crate) fn filter_of(terms: &mut Vec<Term>) -> Vec<u8> {
    terms.sort_unstable();
    terms.dedup();
    let mut segments = vec![Vec::new(); SEGMENTS];
    for part in terms.chunk_by(|a, b| segment_of(*a) == segment_of(*b)) {
        segments[segment_of(part[0])] = coded_set(part);
    }
    join(&segments)
}

/// Joins pieces, each behind its length.
pub(crate) fn join<T: AsRef<[u8]>>(pieces: &[T]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in pieces {
        put_length(&mut out, piece.as_ref().len());
        out.extend_from_slice(piece.as_ref());
    }
    out
}

/// Reads what [`join`] wrote.
pub(crate) fn split(bytes: &[u8]) -> Result<Vec<&[u8]>, StoreError> {
    let mut reader = Reader::new(bytes);
    let mut pieces = Vec::with_capacity(GROUP);
    while !reader.rest().is_empty() {
        let length = reader.length()?;
        pieces.push(reader.take(length)?);
    }
    Ok(pieces)
}

/// Returns the place of a term in a range, spread evenly. The six highest bits are the same in a whole segment.
fn place(term: Term, range: u64) -> u64 {
    let spread = (term >> 20) & 0xffff_ffff;
    (spread.wrapping_mul(range)) >> 32
}

fn coded_set(terms: &[Term]) -> Vec<u8> {
    let range = (terms.len() as u64) << RICE_BITS;
    let mut places: Vec<u64> = terms.iter().map(|term| place(*term, range)).collect();
    places.sort_unstable();
    places.dedup();
    let mut out = Vec::with_capacity(places.len() * 5 / 4 + 4);
    put_length(&mut out, terms.len());
    put_length(&mut out, places.len());
    let (mut bits, mut filled, mut last) = (0_u64, 0_u32, 0_u64);
    for next in places {
        let distance = next - last;
        last = next;
        // The unary part first, its bits at most 32 at a time so that they fit beside what is waiting.
        let mut ones = distance >> RICE_BITS;
        while ones > 0 {
            let now = u32::try_from(ones.min(32)).unwrap_or(32);
            bits |= ((1_u64 << now) - 1) << filled;
            filled += now;
            ones -= u64::from(now);
            flush(&mut out, &mut bits, &mut filled);
        }
        bits |= (distance & ((1 << RICE_BITS) - 1)) << (filled + 1);
        filled += 1 + RICE_BITS;
        flush(&mut out, &mut bits, &mut filled);
    }
    if filled > 0 {
        out.push(bits.to_le_bytes()[0]);
    }
    out
}

/// Writes the whole bytes of what is waiting.
fn flush(out: &mut Vec<u8>, bits: &mut u64, filled: &mut u32) {
    while *filled >= 8 {
        out.push(bits.to_le_bytes()[0]);
        *bits >>= 8;
        *filled -= 8;
    }
}

/// Reports whether a term may be in a segment of a filter; a damaged one may hold everything.
pub(crate) fn may_hold(segment: &[u8], term: Term) -> bool {
    if segment.is_empty() {
        return false;
    }
    let mut reader = Reader::new(segment);
    let (Ok(terms), Ok(places)) = (reader.number(), reader.number()) else { return true };
    let wanted = place(term, terms.wrapping_shl(RICE_BITS));
    let mut bits = Bits { bytes: reader.rest(), waiting: 0, filled: 0 };
    let mut at = 0_u64;
    for _ in 0..places {
        let Some(distance) = bits.distance() else { return true };
        at = at.wrapping_add(distance);
        if at >= wanted {
            return at == wanted;
        }
    }
    false
}

/// Reads bits, the lowest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    waiting: u64,
    filled: u32,
}

impl Bits<'_> {
    fn fill(&mut self) {
        while self.filled <= 56 {
            let Some((&byte, rest)) = self.bytes.split_first() else { return };
            self.waiting |= u64::from(byte) << self.filled;
            self.filled += 8;
            self.bytes = rest;
        }
    }

    /// Reads one distance; `None` at the end.
    fn distance(&mut self) -> Option<u64> {
        let mut ones = 0_u64;
        loop {
            if self.filled <= RICE_BITS {
                self.fill();
            }
            let run = self.waiting.trailing_ones().min(self.filled);
            ones += u64::from(run);
            if run < self.filled {
                self.waiting >>= run;
                self.filled -= run;
                break;
            }
            (self.waiting, self.filled) = (0, 0);
            if self.bytes.is_empty() {
                return None;
            }
        }
        if self.filled <= RICE_BITS {
            self.fill();
        }
        if self.filled <= RICE_BITS {
            return None;
        }
        let low = (self.waiting >> 1) & ((1 << RICE_BITS) - 1);
        self.waiting >>= 1 + RICE_BITS;
        self.filled -= 1 + RICE_BITS;
        Some((ones << RICE_BITS) | low)
    }
}

/// Lays the filters of some blocks beside each other: for each segment one page with a piece of every block.
pub(crate) fn pages_of(filters: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, StoreError> {
    let cut: Vec<Vec<&[u8]>> = filters.iter().map(|filter| split(filter)).collect::<Result<_, _>>()?;
    let pages = (0..SEGMENTS).map(|segment| {
        let pieces: Vec<&[u8]> =
            cut.iter().map(|pieces| pieces.get(segment).copied().unwrap_or_default()).collect();
        join(&pieces)
    });
    Ok(pages.collect())
}

/// Takes the filter of one block out of the pages of its group.
pub(crate) fn filter_from(pages: &[Vec<u8>], slot: usize) -> Result<Vec<u8>, StoreError> {
    let mut segments = Vec::with_capacity(SEGMENTS);
    for page in pages {
        let pieces = split(page)?;
        let piece = pieces.get(slot).copied();
        segments.push(piece.ok_or_else(|| StoreError::damaged("a page of words has no such block"))?);
    }
    Ok(join(&segments))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::words::term_of;
    use super::*;

    fn holds(filter: &[u8], term: Term) -> bool {
        may_hold(split(filter).unwrap()[segment_of(term)], term)
    }

    #[test]
    fn a_filter_finds_all_that_is_there_and_little_that_is_not() {
        let mut terms: Vec<Term> = (0..20_000).map(|i| term_of(&format!("word{i}"))).collect();
        let there = terms.clone();
        let filter = filter_of(&mut terms);

        assert!(there.iter().all(|term| holds(&filter, *term)));
        let wrong = (0..100_000).filter(|i| holds(&filter, term_of(&format!("other{i}")))).count();
        // One of 256 is expected: 391 of 100,000; four standard deviations are 79.
        assert!((300..480).contains(&wrong), "{wrong} of 100,000");
        // Golomb-Rice codes of a geometric distribution with p = 2^-8: 9.6 bits (Golomb 1966).
        let bits = filter.len() * 8;
        assert!((9 * 20_000..10 * 20_000).contains(&bits), "{} bits a word", bits as f64 / 20_000.0);
    }

    #[test]
    fn pages_hold_the_filters_of_their_blocks() {
        let filters: Vec<Vec<u8>> = (0..5)
            .map(|block| filter_of(&mut (0..50).map(|i| term_of(&format!("{block} {i}"))).collect()))
            .collect();

        let pages = pages_of(&filters).unwrap();

        for (slot, filter) in filters.iter().enumerate() {
            assert_eq!(&filter_from(&pages, slot).unwrap(), filter);
        }
        assert!(filter_from(&pages, 5).is_err());
    }

    proptest! {
        #[test]
        fn any_terms_are_found(terms in prop::collection::vec(any::<u64>(), 1..300)) {
            let filter = filter_of(&mut terms.clone());

            prop_assert!(terms.iter().all(|term| holds(&filter, *term)));
        }

        #[test]
        fn garbage_is_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), term in any::<u64>()) {
            may_hold(&bytes, term);
            drop(split(&bytes));
        }
    }
}
