//! The values of a column of texts: in the column, or in a frame of their own, unpacked when asked for.

use std::cell::OnceCell;

use super::bytes::Reader;
use super::frames::{Frame, filled};
use super::lengths::Lengths;
use super::words::fold;
use crate::error::StoreError;

/// Values that were read.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    /// Where each begins and ends.
    pub(crate) lengths: Lengths<'a>,
    /// All of them, one behind the other.
    pub(crate) text: &'a str,
}

impl<'a> Values<'a> {
    fn read(reader: &mut Reader<'a>, n: usize) -> Result<Self, StoreError> {
        if n > reader.rest().len() {
            return Err(StoreError::damaged("texts are cut off"));
        }
        let (lengths, end) = reader.lengths(n)?;
        u32::try_from(end).map_err(|_| StoreError::damaged("texts are too long"))?;
        let text = reader.text_of(end)?;
        Ok(Self { lengths: Lengths::new(lengths, n), text })
    }

    /// Returns one value.
    pub(crate) fn get(&self, value: usize) -> &'a str {
        let (start, end) = self.lengths.span(value);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns for each value whether it contains a piece, in lower case and ASCII; `are_ascii` says of what they are.
    pub(crate) fn with_piece(&self, piece: &str, are_ascii: bool) -> Vec<bool> {
        let mut is_hit = vec![false; self.lengths.n()];
        if !are_ascii {
            for (value, is_hit) in is_hit.iter_mut().enumerate() {
                *is_hit = fold(self.get(value)).contains(piece);
            }
            return is_hit;
        }
        let folded = self.text.to_ascii_lowercase();
        let mut from = 0;
        while let Some(at) = folded.get(from..).and_then(|rest| rest.find(piece)) {
            let (start, end) = (from + at, from + at + piece.len());
            if let Some((value, value_end)) = self.lengths.around(start)
                && end <= value_end
            {
                is_hit[value] = true;
            }
            from = start + 1;
        }
        is_hit
    }
}

/// The values of a column, wherever they stand.
#[derive(Debug)]
pub(crate) enum Stored<'a> {
    /// In the column, read with it.
    Inside(Values<'a>),
    /// In a frame of their own.
    Apart {
        /// The frame.
        frame: &'a Frame<'a>,
        /// How many there are.
        n: usize,
        /// The values, once they are asked for.
        read: OnceCell<Values<'a>>,
    },
}

impl<'a> Stored<'a> {
    /// Reads `n` values that stand in the column.
    pub(crate) fn inside(reader: &mut Reader<'a>, n: usize) -> Result<Self, StoreError> {
        Values::read(reader, n).map(Self::Inside)
    }

    /// Takes the `n` values that stand in a frame.
    pub(crate) const fn apart(frame: &'a Frame<'a>, n: usize) -> Self {
        Self::Apart { frame, n, read: OnceCell::new() }
    }

    /// Returns the values, unpacked first when they stand apart.
    pub(crate) fn get(&self) -> Result<&Values<'a>, StoreError> {
        match self {
            Self::Inside(values) => Ok(values),
            Self::Apart { frame, n, read } => {
                filled(read, || Values::read(&mut Reader::new(frame.raw()?), *n))
            }
        }
    }
}
