//! The dictionary of shapes: which were seen, how often, and what their values looked like.

use super::tokenize::Traits;

/// The number of a shape in the miner that learnt it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId(pub u32);

/// Shapes in the order in which they were first seen, found by their bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    traits: Vec<Traits>,
    /// Open addressing with linear steps; 0 is empty, else the place in `entries` plus one.
    slots: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    lines: u64,
    bytes_at: u32,
    traits_at: u32,
    bytes_len: u16,
    traits_len: u16,
}

impl Shapes {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the memory that the texts of the shapes take, in bytes.
    pub(super) fn text_bytes(&self) -> usize {
        self.bytes.len() + self.traits.len() * size_of::<Traits>()
    }

    pub(super) fn shape(&self, place: usize) -> &[u8] {
        let entry = &self.entries[place];
        &self.bytes[entry.bytes_at as usize..][..usize::from(entry.bytes_len)]
    }

    pub(super) fn traits(&self, place: usize) -> &[Traits] {
        let entry = &self.entries[place];
        &self.traits[entry.traits_at as usize..][..usize::from(entry.traits_len)]
    }

    pub(super) fn lines(&self, place: usize) -> u64 {
        self.entries[place].lines
    }

    /// Counts lines of a shape and returns its place, where there is one.
    #[inline]
    pub(super) fn count(&mut self, hash: u64, shape: &[u8], traits: &[Traits], lines: u64) -> Option<usize> {
        let place = self.find(hash, shape)?;
        let entry = &mut self.entries[place];
        entry.lines += lines;
        let known = &mut self.traits[entry.traits_at as usize..][..usize::from(entry.traits_len)];
        for (known, seen) in known.iter_mut().zip(traits) {
            *known = known.with(*seen);
        }
        Some(place)
    }

    /// Counts lines of the shape at a place.
    pub(super) fn count_at(&mut self, place: usize, lines: u64) {
        self.entries[place].lines += lines;
    }

    #[inline]
    pub(super) fn find(&self, hash: u64, shape: &[u8]) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = slot_of(hash, mask);
        loop {
            let place = (self.slots[slot] as usize).checked_sub(1)?;
            if self.entries[place].hash == hash && self.shape(place) == shape {
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a shape that is not there yet.
    pub(super) fn add(&mut self, hash: u64, shape: &[u8], traits: &[Traits], lines: u64) -> usize {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let place = self.entries.len();
        self.entries.push(Entry {
            hash,
            lines,
            bytes_at: short(self.bytes.len()),
            traits_at: short(self.traits.len()),
            bytes_len: u16::try_from(shape.len()).expect("a shape is not longer than the longest line"),
            traits_len: u16::try_from(traits.len()).expect("a line has fewer values than bytes"),
        });
        self.bytes.extend_from_slice(shape);
        self.traits.extend_from_slice(traits);
        self.settle_slot(hash, place);
        place
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(256)];
        for place in 0..self.entries.len() {
            self.settle_slot(self.entries[place].hash, place);
        }
    }

    fn settle_slot(&mut self, hash: u64, place: usize) {
        let mask = self.slots.len() - 1;
        let mut slot = slot_of(hash, mask);
        while self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = short(place + 1);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only the low bits are meant")]
const fn slot_of(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("the caps keep all places below 2^32")
}

/// Returns the hash of the bytes of a shape: eight bytes a step, folded products.
///
/// The method of wyhash (Wang Yi, public domain): the high half of a product of 64-bit words is mixed into the low half.
#[inline]
pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
    const STEP: u64 = 0xE703_7ED1_A0B4_28DB;
    let mut state = SEED ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), STEP);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(fold(state ^ u64::from_le_bytes(last), STEP), SEED)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves of the product are used")]
const fn fold(left: u64, right: u64) -> u64 {
    let product = left as u128 * right as u128;
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_counted_under_one_place() {
        let mut shapes = Shapes::default();
        for round in 0..3_u64 {
            for number in 0..2000_u32 {
                let text = format!("shape {number}");
                let hash = hash_of(text.as_bytes());
                let place = shapes
                    .count(hash, text.as_bytes(), &[], 1)
                    .unwrap_or_else(|| shapes.add(hash, text.as_bytes(), &[], 1));
                assert_eq!(shapes.shape(place), text.as_bytes());
                assert_eq!(shapes.lines(place), round + 1);
            }
        }
        assert_eq!(shapes.len(), 2000);
    }

    #[test]
    fn equal_hashes_of_different_shapes_stay_apart() {
        let mut shapes = Shapes::default();
        let first = shapes.add(7, b"one", &[], 1);
        let second = shapes.add(7, b"two", &[], 1);

        assert_eq!(shapes.find(7, b"one"), Some(first));
        assert_eq!(shapes.find(7, b"two"), Some(second));
        assert_eq!(shapes.find(7, b"three"), None);
    }
}
