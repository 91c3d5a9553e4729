//! Numbers and texts as bytes: whole numbers of variable length, and a reader that refuses what cannot be.

use std::cell::RefCell;
use std::io::Read as _;

use zstd::bulk::Decompressor;

use super::lengths::added;
use crate::error::StoreError;

/// More bytes than any part of a block may claim to unpack to, so that a damaged length cannot ask for all memory.
const LARGEST_PART: usize = 1 << 30;

/// Appends a number, seven bits a byte, the lowest first (LEB128).
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Appends a length.
pub(crate) fn put_length(out: &mut Vec<u8>, length: usize) {
    put(out, length as u64);
}

/// Appends a text with its length before it.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// Appends positions in a dictionary of `known` entries: nothing when there is only one, else a plane of low bytes
/// and, when one byte does not do, a plane of high bytes.
pub(crate) fn put_ids(out: &mut Vec<u8>, ids: &[u16], known: usize) {
    if known > 1 {
        out.extend(ids.iter().map(|id| id.to_le_bytes()[0]));
    }
    if known > 256 {
        out.extend(ids.iter().map(|id| id.to_le_bytes()[1]));
    }
}

/// Reads bytes from front to back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Begins at the first byte.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns what was not read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads what [`put`] wrote.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, StoreError> {
        // Nearly all numbers are lengths of words: one byte.
        if let Some((&byte, rest)) = self.rest.split_first()
            && byte < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(byte));
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Result<u64, StoreError> {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let (&byte, rest) = self.rest.split_first().ok_or_else(too_short)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    /// Reads a length or a count.
    pub(crate) fn length(&mut self) -> Result<usize, StoreError> {
        let value = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if value > LARGEST_PART {
            return Err(StoreError::damaged("a length cannot be"));
        }
        Ok(value)
    }

    /// Reads the count of entries that take a byte each at least.
    pub(crate) fn count(&mut self) -> Result<usize, StoreError> {
        let count = self.length()?;
        if count > self.rest.len() { Err(too_short()) } else { Ok(count) }
    }

    /// Reads `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], StoreError> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or_else(too_short)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads `n` bytes of text.
    pub(crate) fn text_of(&mut self, n: usize) -> Result<&'a str, StoreError> {
        let bytes = self.take(n)?;
        std::str::from_utf8(bytes).map_err(|_| StoreError::damaged("a text cannot be read"))
    }

    /// Reads what [`put_text`] wrote.
    pub(crate) fn text(&mut self) -> Result<&'a str, StoreError> {
        let n = self.length()?;
        self.text_of(n)
    }

    /// Reads `n` lengths: their bytes as they stand, and their sum.
    pub(crate) fn lengths(&mut self, n: usize) -> Result<(&'a [u8], usize), StoreError> {
        let before = self.rest;
        // Nearly all lengths are one byte, and then their sum needs no decoding.
        if let Some(bytes) = before.get(..n).filter(|bytes| bytes.is_ascii()) {
            self.rest = &before[n..];
            return Ok((bytes, added(bytes)));
        }
        let mut sum = 0_usize;
        for _ in 0..n {
            sum = sum.saturating_add(self.length()?);
        }
        Ok((&before[..before.len() - self.rest.len()], sum))
    }

    /// Reads what [`put_ids`] wrote: `n` positions, each below `known`.
    pub(crate) fn ids(&mut self, n: usize, known: usize) -> Result<Vec<u16>, StoreError> {
        if known <= 1 {
            return if known == 0 && n > 0 { Err(too_short()) } else { Ok(vec![0; n]) };
        }
        let low = self.take(n)?;
        let ids: Vec<u16> = if known > 256 {
            low.iter().zip(self.take(n)?).map(|(low, high)| u16::from_le_bytes([*low, *high])).collect()
        } else {
            low.iter().map(|low| u16::from(*low)).collect()
        };
        // The largest of them is found many at a time; a look that ends at the first wrong one is not.
        if usize::from(ids.iter().copied().fold(0, u16::max)) < known {
            Ok(ids)
        } else {
            Err(StoreError::damaged("an entry is not in its dictionary"))
        }
    }
}

fn too_short() -> StoreError {
    StoreError::damaged("a part of a block is too short")
}

/// Compresses bytes into a zstd frame behind their length.
pub(crate) fn zip(raw: &[u8], level: i32) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::new();
    put_length(&mut out, raw.len());
    let packed = zstd::bulk::compress(raw, level).map_err(StoreError::internal)?;
    out.extend_from_slice(&packed);
    Ok(out)
}

thread_local! {
    /// What zstd needs to unpack; a search unpacks some thousand small frames and need not make it anew for each.
    static UNPACKING: RefCell<Decompressor<'static>> = RefCell::new(Decompressor::default());
}

/// Reads what [`zip`] wrote.
pub(crate) fn unzip(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut reader = Reader::new(bytes);
    let length = reader.length()?;
    // A frame cannot grow by more than this: a length beyond it is a damaged one.
    if length > reader.rest().len().saturating_mul(1 << 16) {
        return Err(StoreError::damaged("a length cannot be"));
    }
    let unpacked = UNPACKING.with_borrow_mut(|unpacking| unpacking.decompress(reader.rest(), length));
    let raw = unpacked.map_err(|e| StoreError::damaged(e.to_string()))?;
    if raw.len() == length {
        Ok(raw)
    } else {
        Err(StoreError::damaged("a part of a block has another length"))
    }
}

/// Reads the beginning of what [`zip`] wrote: `n` bytes, or all when there are fewer.
pub(crate) fn unzip_start(bytes: &[u8], n: usize) -> Result<Vec<u8>, StoreError> {
    let mut reader = Reader::new(bytes);
    let length = reader.length()?;
    let damaged = |e: std::io::Error| StoreError::damaged(e.to_string());
    let mut frame = zstd::stream::read::Decoder::with_buffer(reader.rest()).map_err(damaged)?;
    let mut raw = Vec::new();
    (&mut frame).take(length.min(n) as u64).read_to_end(&mut raw).map_err(damaged)?;
    if raw.len() == length.min(n) { Ok(raw) } else { Err(too_short()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_read_alone() {
        let raw: Vec<u8> = (0..400_000_u64).map(|i| (i * i % 251).to_le_bytes()[0]).collect();
        let packed = zip(&raw, 3).unwrap();

        for n in [0, 1, 70_000, 400_000, 500_000] {
            assert_eq!(unzip_start(&packed, n).unwrap(), raw[..n.min(raw.len())]);
        }
        assert!(unzip_start(&packed[..packed.len() / 2], 400_000).is_err());
    }

    #[test]
    fn numbers_ids_and_texts_come_back() {
        let mut out = Vec::new();
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            put(&mut out, value);
        }
        put_text(&mut out, "名前");
        put_ids(&mut out, &[0, 299, 7], 300);
        put_ids(&mut out, &[0, 0], 1);

        let mut reader = Reader::new(&out);

        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(reader.number(), Ok(value));
        }
        assert_eq!(reader.text(), Ok("名前"));
        assert_eq!(reader.ids(3, 300), Ok(vec![0, 299, 7]));
        assert_eq!(reader.ids(2, 1), Ok(vec![0, 0]));
        assert!(reader.rest().is_empty());
        assert!(reader.number().is_err());
    }

    #[test]
    fn an_empty_part_is_a_part() {
        assert_eq!(unzip(&zip(&[], 3).unwrap()), Ok(Vec::new()));
    }
}
