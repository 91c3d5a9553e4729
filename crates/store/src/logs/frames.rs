//! The frames of a part of a block: what tells which texts there are, and values unpacked when asked for.
//!
//! Most questions are answered by the wordings of texts, by which text has which, and by the few values that repeat; the
//! many values that do not are most of the bytes. So these stand in frames of their own, one for each column.

use std::cell::OnceCell;

use super::bytes::{Reader, put_length, unzip, zip};
use crate::error::StoreError;

/// Bytes of the values of a column that stand in the first frame at most; a frame of its own would spare little.
pub(crate) const MOST_INSIDE: usize = 4 << 10;

/// Begins a part of several frames. A part of one frame begins with the length of what is in it, which is not 0.
const SEVERAL: u8 = 0;

/// Columns as they are written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The beginnings of all columns, with the values of those that have few.
    pub(crate) heads: Vec<u8>,
    /// The values of the others, one column behind the other.
    pub(crate) values: Vec<Vec<u8>>,
    most_inside: usize,
}

impl Written {
    /// Returns nothing yet; values of at most so many bytes are going to stand in their column.
    pub(crate) const fn keeping(most_inside: usize) -> Self {
        Self { heads: Vec::new(), values: Vec::new(), most_inside }
    }

    /// Reports whether values of so many bytes stand in their column.
    pub(crate) const fn keeps_inside(&self, bytes: usize) -> bool {
        bytes <= self.most_inside
    }

    /// Compresses all of it into a part.
    pub(crate) fn pack(&self, level: i32) -> Result<Vec<u8>, StoreError> {
        let heads = zip(&self.heads, level)?;
        if self.values.is_empty() {
            return Ok(heads);
        }
        let mut out = vec![SEVERAL];
        put_frame(&mut out, &heads);
        for values in &self.values {
            put_frame(&mut out, &zip(values, level)?);
        }
        Ok(out)
    }
}

fn put_frame(out: &mut Vec<u8>, frame: &[u8]) {
    put_length(out, frame.len());
    out.extend_from_slice(frame);
}

/// Returns what a cell holds, made first when it is empty.
pub(crate) fn filled<T>(
    cell: &OnceCell<T>,
    make: impl FnOnce() -> Result<T, StoreError>,
) -> Result<&T, StoreError> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

/// One frame, unpacked when it is first asked for.
#[derive(Debug)]
pub(crate) struct Frame<'p> {
    packed: &'p [u8],
    raw: OnceCell<Vec<u8>>,
}

impl<'p> Frame<'p> {
    const fn new(packed: &'p [u8]) -> Self {
        Self { packed, raw: OnceCell::new() }
    }

    /// Reads the next frame of a part.
    fn read(reader: &mut Reader<'p>) -> Result<Self, StoreError> {
        let length = reader.length()?;
        Ok(Self::new(reader.take(length)?))
    }

    /// Returns its bytes.
    pub(crate) fn raw(&self) -> Result<&[u8], StoreError> {
        filled(&self.raw, || unzip(self.packed)).map(Vec::as_slice)
    }
}

/// The frames of a part.
#[derive(Debug)]
pub(crate) struct Frames<'p> {
    heads: Frame<'p>,
    values: Vec<Frame<'p>>,
}

impl<'p> Frames<'p> {
    /// Finds the frames of what [`Written::pack`] wrote.
    pub(crate) fn split(part: &'p [u8]) -> Result<Self, StoreError> {
        if part.first() != Some(&SEVERAL) {
            return Ok(Self { heads: Frame::new(part), values: Vec::new() });
        }
        let mut reader = Reader::new(&part[1..]);
        let heads = Frame::read(&mut reader)?;
        let mut values = Vec::new();
        while !reader.rest().is_empty() {
            values.push(Frame::read(&mut reader)?);
        }
        Ok(Self { heads, values })
    }

    /// Reports whether all values stand in their columns.
    pub(crate) const fn is_single(&self) -> bool {
        self.values.is_empty()
    }

    /// Unpacks the beginnings of the columns.
    pub(crate) fn open(&self) -> Result<Opened<'_>, StoreError> {
        Ok(Opened { heads: Reader::new(self.heads.raw()?), values: self.values.iter() })
    }
}

/// A part whose columns are read one behind the other.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    /// What is left of their beginnings.
    pub(crate) heads: Reader<'a>,
    /// The frames of values that no column has taken yet.
    pub(crate) values: std::slice::Iter<'a, Frame<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_of_a_part_are_unpacked_one_by_one() {
        let mut written = Written::keeping(0);
        written.heads = b"heads".to_vec();
        written.values = vec![b"first".to_vec(), b"second".to_vec()];
        let part = written.pack(1).unwrap();

        let frames = Frames::split(&part).unwrap();
        let opened = frames.open().unwrap();
        let second = opened.values.last().unwrap();

        assert_eq!(opened.heads.rest(), b"heads");
        assert_eq!(second.raw().unwrap(), b"second");
        assert!(frames.values[0].raw.get().is_none());
        assert!(!frames.is_single());
        assert!(Frames::split(&part[..part.len() - 1]).is_err());
    }

    #[test]
    fn a_part_without_values_apart_is_one_frame() {
        let mut written = Written::keeping(MOST_INSIDE);
        written.heads = b"heads".to_vec();
        let part = written.pack(1).unwrap();

        assert_eq!(part, zip(b"heads", 1).unwrap());
        assert!(Frames::split(&part).unwrap().is_single());
        assert!(written.keeps_inside(MOST_INSIDE));
        assert!(!written.keeps_inside(MOST_INSIDE + 1));
    }
}
