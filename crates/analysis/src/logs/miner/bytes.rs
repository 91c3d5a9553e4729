//! A miner as bytes: what the workspace keeps of it.
//!
//! All numbers are little-endian: `WMNR`, one byte for the version, the lines (8 bytes), the number of shapes (4), each
//! shape (length 2, text, number of values 2, traits of 4 bytes each, lines 8), one byte that says whether the shapes
//! had been replaced by their templates (2 when there was no room even then), in that case the number of shape numbers
//! (4) and the place of each (4), and at last a hash of all before (8).

use super::{Crowded, Miner};
use crate::logs::shape::{Shapes, hash_of};
use crate::logs::tokenize::Traits;

const MARK: &[u8; 4] = b"WMNR";
const VERSION: u8 = 1;

/// Why bytes are not a miner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DamagedMiner {
    /// The bytes were written by another version of the program.
    #[error("the log templates are of version {found}, and version {VERSION} is read")]
    Version {
        /// The version that wrote them.
        found: u8,
    },
    /// The bytes are cut off or changed.
    #[error("the log templates are damaged")]
    Content,
}

impl Miner {
    /// Returns the miner as bytes; about as many as the texts of its shapes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.shapes.text_bytes() + self.shapes.len() * 12 + 32);
        bytes.extend_from_slice(MARK);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.lines.to_le_bytes());
        bytes.extend_from_slice(&super::short(self.shapes.len()).to_le_bytes());
        for place in 0..self.shapes.len() {
            let (text, traits) = (self.shapes.shape(place), self.shapes.traits(place));
            bytes.extend_from_slice(&length(text.len()).to_le_bytes());
            bytes.extend_from_slice(text);
            bytes.extend_from_slice(&length(traits.len()).to_le_bytes());
            bytes.extend(traits.iter().flat_map(|one| one.0.to_le_bytes()));
            bytes.extend_from_slice(&self.shapes.lines(place).to_le_bytes());
        }
        bytes.push(self.crowded.as_ref().map_or(0, |crowded| if crowded.full { 2 } else { 1 }));
        if let Some(crowded) = &self.crowded {
            bytes.extend_from_slice(&super::short(crowded.places.len()).to_le_bytes());
            bytes.extend(crowded.places.iter().flat_map(|place| place.to_le_bytes()));
        }
        bytes.extend_from_slice(&hash_of(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`Miner::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// [`DamagedMiner`] when the bytes are of another version, cut off or changed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DamagedMiner> {
        let (MARK, [version, ..]) = bytes.split_first_chunk().ok_or(DamagedMiner::Content)? else {
            return Err(DamagedMiner::Content);
        };
        if *version != VERSION {
            return Err(DamagedMiner::Version { found: *version });
        }
        let (body, hash) = bytes.split_last_chunk::<8>().ok_or(DamagedMiner::Content)?;
        if hash_of(body) != u64::from_le_bytes(*hash) {
            return Err(DamagedMiner::Content);
        }
        read(&mut Reader { rest: &body[MARK.len() + 1..] }).ok_or(DamagedMiner::Content)
    }
}

fn read(reader: &mut Reader<'_>) -> Option<Miner> {
    let mut miner = Miner::new();
    miner.lines = u64::from_le_bytes(reader.take()?);
    let mut shapes = Shapes::default();
    for _ in 0..u32::from_le_bytes(reader.take()?) {
        let text_len = u16::from_le_bytes(reader.take()?);
        let text = reader.slice(usize::from(text_len))?;
        let mut traits = Vec::new();
        for _ in 0..u16::from_le_bytes(reader.take()?) {
            traits.push(Traits(u32::from_le_bytes(reader.take()?)));
        }
        let lines = u64::from_le_bytes(reader.take()?);
        let hash = hash_of(text);
        if shapes.find(hash, text).is_some() {
            return None;
        }
        shapes.add(hash, text, &traits, lines);
    }
    let [state] = reader.take()?;
    if state > 0 {
        let mut places = Vec::new();
        for _ in 0..u32::from_le_bytes(reader.take()?) {
            let place = u32::from_le_bytes(reader.take()?);
            if place as usize >= shapes.len() {
                return None;
            }
            places.push(place);
        }
        miner.crowded = Some(Crowded::new(places, &shapes, state > 1));
    }
    miner.shapes = shapes;
    (state <= 2 && reader.rest.is_empty()).then_some(miner)
}

fn length(number: usize) -> u16 {
    u16::try_from(number).expect("a shape is not longer than the longest line")
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*taken)
    }

    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}
