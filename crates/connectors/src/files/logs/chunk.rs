//! Cuts text into pieces that begin and end with whole records.

use std::io::{self, Read};

use super::grammar::{Begin, Grammar};
use super::otlp::{self, Origin};
use super::source::fill;
use super::wide;
use super::written::Flattener;

/// Size of a piece, and of a block of the index: large enough that handing it on costs nothing, small enough that
/// several fit into a core's cache.
pub(super) const PIECE_BYTES: usize = 1024 * 1024;

/// A record of several lines that is longer than this is divided.
const LONGEST_PIECE: usize = 4 * PIECE_BYTES;

/// A piece of text.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// The byte of the unpacked text at which it begins.
    pub(super) offset: u64,
    pub(super) data: Vec<u8>,
    /// Places in `data` at which bytes of a long line were left out, and how many.
    pub(super) skips: Vec<(usize, u64)>,
}

impl Piece {
    /// Returns how many bytes of the text it stands for.
    pub(super) fn text_bytes(&self) -> u64 {
        wide(self.data.len()) + self.skips.iter().map(|(_, n)| n).sum::<u64>()
    }

    /// Returns the byte of the text that stands at a place of `data`.
    pub(super) fn text_offset(&self, at: usize) -> u64 {
        let skipped: u64 = self.skips.iter().filter(|(place, _)| *place <= at).map(|(_, n)| n).sum();
        self.offset + wide(at) + skipped
    }
}

/// Cuts the text of a reader into pieces.
pub(super) struct Cutter<R> {
    pub(super) reader: R,
    grammar: Grammar,
    /// What was read behind the last piece.
    carry: Piece,
    ended: bool,
    /// Leave an unfinished last line where it is.
    wait: bool,
    /// Makes lines of records that are none.
    flattener: Option<Flattener>,
}

impl<R: Read> Cutter<R> {
    /// Begins at a byte of the text, where `reader` has to stand.
    pub(super) fn new(reader: R, grammar: Grammar, offset: u64, wait: bool) -> Self {
        let flattener = grammar.shape.written.as_ref().map(|written| written.at(offset));
        Self { reader, grammar, carry: Piece { offset, ..Piece::default() }, ended: false, wait, flattener }
    }

    /// Says which bytes stand before the first one, where it is not the text's first.
    pub(super) fn behind(mut self, before: &[u8]) -> Self {
        if let Some(written) = self.grammar.shape.written.as_ref().filter(|_| !before.is_empty()) {
            self.flattener = Some(written.behind(before));
        }
        self
    }

    /// Reads on up to a length of the buffer; `true` at the end of the text.
    fn fill(&mut self, buffer: &mut Vec<u8>, from: usize, target: usize) -> io::Result<bool> {
        let ended = fill(&mut self.reader, buffer, from, target)?;
        if let (Some(flattener), Some(added)) = (&mut self.flattener, buffer.get_mut(from..)) {
            flattener.run(added);
        }
        Ok(ended)
    }

    /// Returns the bytes of an unfinished last line that were left.
    pub(super) fn left_bytes(&self) -> u64 {
        self.carry.text_bytes()
    }

    /// Reads the next piece into a buffer that is not needed any more; `None` at the end.
    pub(super) fn next(&mut self, mut buffer: Vec<u8>) -> io::Result<Option<Piece>> {
        let mut known = self.carry.data.len();
        let mut target = PIECE_BYTES.max(known);
        buffer.resize(target, 0);
        buffer[..known].copy_from_slice(&self.carry.data);
        let mut piece = Piece { offset: self.carry.offset, data: buffer, skips: Vec::new() };
        std::mem::swap(&mut piece.skips, &mut self.carry.skips);
        self.carry.data.clear();
        loop {
            if self.ended {
                piece.data.truncate(known);
            } else {
                self.ended = self.fill(&mut piece.data, known, target)?;
                self.shorten(&mut piece)?;
            }
            if piece.offset == 0 && piece.data.starts_with(b"\xef\xbb\xbf") {
                piece.data.drain(..3);
                piece.offset = 3;
            }
            if self.ended {
                return Ok(self.last(piece));
            }
            if let Some(cut) = self.boundary(&piece.data) {
                self.divide(&mut piece, cut);
                return Ok(Some(piece));
            }
            let open = memchr::memrchr(b'\n', &piece.data).map_or(0, |at| at + 1);
            // The records of a batch are found from its beginning, so that it stays in one piece.
            if piece.data.len() >= LONGEST_PIECE && !self.grammar.holds_batch(&piece.data[open..]) {
                let cut = if open > 0 { open } else { piece.data.len() };
                self.divide(&mut piece, cut);
                return Ok(Some(piece));
            }
            known = piece.data.len();
            target = known + PIECE_BYTES;
        }
    }

    /// Hands on what is left.
    fn last(&mut self, mut piece: Piece) -> Option<Piece> {
        if self.wait && piece.data.last().is_some_and(|&b| b != b'\n') {
            let cut = memchr::memrchr(b'\n', &piece.data).map_or(0, |at| at + 1);
            self.divide(&mut piece, cut);
        } else {
            self.carry = Piece { offset: piece.offset + piece.text_bytes(), ..Piece::default() };
        }
        (!piece.data.is_empty()).then_some(piece)
    }

    /// Returns the place of the last record that begins in the data, not at its start.
    fn boundary(&mut self, data: &[u8]) -> Option<usize> {
        let mut end = data.len();
        loop {
            // The line behind the last line end may be unfinished: its beginning tells enough, unless it is short.
            let at = memchr::memrchr(b'\n', &data[..end])? + 1;
            let rest = &data[at..];
            let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
            let whole = line.len() < rest.len() || line.len() >= 512;
            if whole && self.grammar.begin(line).is_some() {
                return Some(at);
            }
            end = at - 1;
        }
    }

    fn divide(&mut self, piece: &mut Piece, cut: usize) {
        let offset = piece.text_offset(cut);
        self.carry.offset = offset;
        self.carry.data.clear();
        self.carry.data.extend_from_slice(&piece.data[cut..]);
        piece.data.truncate(cut);
        let behind = piece.skips.partition_point(|(place, _)| *place < cut);
        self.carry.skips =
            piece.skips.split_off(behind).into_iter().map(|(place, n)| (place - cut, n)).collect();
    }

    /// Leaves out the rest of a last line that is too long, up to its end.
    fn shorten(&mut self, piece: &mut Piece) -> io::Result<()> {
        let start = memchr::memrchr(b'\n', &piece.data).map_or(0, |at| at + 1);
        let most = self.grammar.longest_line(&piece.data[start..]);
        if piece.data.len() - start <= most || self.ended {
            return Ok(());
        }
        let kept = start + most;
        let mut left_out = wide(piece.data.len() - kept);
        piece.data.truncate(kept);
        let mut scratch = Vec::new();
        while !self.ended {
            self.ended = self.fill(&mut scratch, 0, 64 * 1024)?;
            if let Some(end) = memchr::memchr(b'\n', &scratch) {
                left_out += wide(end);
                piece.data.extend_from_slice(&scratch[end..]);
                break;
            }
            left_out += wide(scratch.len());
        }
        piece.skips.push((kept, left_out));
        Ok(())
    }
}

/// One record in a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Lines before it in the piece.
    pub(super) lines_before: u64,
    pub(super) begin: Begin,
    /// What a record of a batch comes from; `None` for all others.
    pub(super) origin: Option<Origin>,
}

/// Walks over the records of a piece: `Err` of the visitor ends the walk. Returns the lines of the piece.
pub(super) fn walk<E>(
    data: &[u8],
    grammar: &mut Grammar,
    mut visit: impl FnMut(&mut Grammar, Span) -> Result<(), E>,
) -> Result<u64, E> {
    let orphan = Begin { at: None, after: 0, shaped: false };
    let mut open = Span { start: 0, end: 0, lines_before: 0, begin: orphan, origin: None };
    let (mut at, mut lines) = (0, 0);
    while at < data.len() {
        let end = memchr::memchr(b'\n', &data[at..]).map_or(data.len(), |n| at + n);
        if let Some(begin) = grammar.begin(&data[at..end]) {
            close(data, grammar, open, at, &mut visit)?;
            open = Span { start: at, lines_before: lines, begin, ..open };
            if grammar.holds_batch(&data[at..end]) {
                for otlp::Entry { start, end, origin } in otlp::entries(&data[at..end], at) {
                    visit(grammar, Span { start, end, origin: Some(origin), ..open })?;
                }
                let behind = (end + 1).min(data.len());
                open = Span { start: behind, lines_before: lines + 1, begin: orphan, ..open };
            }
        }
        lines += 1;
        at = end + 1;
    }
    close(data, grammar, open, data.len(), &mut visit)?;
    Ok(lines)
}

/// Hands on a record unless it is empty.
fn close<E>(
    data: &[u8],
    grammar: &mut Grammar,
    open: Span,
    end: usize,
    visit: &mut impl FnMut(&mut Grammar, Span) -> Result<(), E>,
) -> Result<(), E> {
    if end == open.start || !open.begin.shaped && data[open.start..end].trim_ascii().is_empty() {
        return Ok(());
    }
    visit(grammar, Span { end, ..open })
}
