//! Reads text files line by line with bounded memory, whatever their encoding.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{CoderResult, Decoder};

use super::FileError;
use super::detect::{Encoding, Found};
use super::packed::Intact;

/// Longest line that is kept; a longer one is a bad row and skipped.
pub(super) const LONGEST_LINE: u64 = 8 * 1024 * 1024;

/// Size of reads: large enough that system calls do not count.
const BUFFER: usize = 256 * 1024;

/// What [`Lines::next`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, without its line end.
    Whole,
    /// A line longer than [`LONGEST_LINE`]; only its first 200 bytes are kept.
    TooLong,
    /// The file has ended.
    End,
}

/// The lines of a file, counted from 1.
pub(super) struct Lines {
    reader: BufReader<Text>,
    /// Lines that were read ahead and put back.
    back: Vec<u8>,
    back_at: usize,
    /// The number of the line that was read last.
    pub(super) number: u64,
    /// Bytes of text that were read.
    pub(super) bytes: u64,
    /// Whether the last line ended with `\r\n`.
    pub(super) carriage_return: bool,
    /// Whether the last line had no line end.
    pub(super) cut: bool,
}

impl Lines {
    /// Opens the (unpacked) text at a byte offset, which has to be 0 where it is decoded. A byte order mark is skipped.
    pub(super) fn open(found: &Found, start: u64) -> Result<Self, FileError> {
        let at = start.max(found.encoding.mark_bytes());
        let input = Intact::open(&found.path, found.compression, at)
            .map_err(|error| FileError::of_reading(&found.path, &error))?;
        let text = match found.encoding {
            Encoding::Utf8 { .. } | Encoding::Windows1252 => Text::Bytes(input),
            Encoding::Utf16Le => Text::Decoded(Decoded::new(input, encoding_rs::UTF_16LE)),
            Encoding::Utf16Be => Text::Decoded(Decoded::new(input, encoding_rs::UTF_16BE)),
            Encoding::Gb18030 => Text::Decoded(Decoded::new(input, encoding_rs::GB18030)),
        };
        let reader = BufReader::with_capacity(BUFFER, text);
        let (back, carriage_return, cut) = (Vec::new(), false, false);
        Ok(Self { reader, back, back_at: 0, number: 0, bytes: start, carriage_return, cut })
    }

    /// Returns how many bytes of the file are behind, what was read ahead included.
    pub(super) fn taken(&self) -> u64 {
        match self.reader.get_ref() {
            Text::Bytes(input) => input.taken(),
            Text::Decoded(text) => text.input.taken(),
        }
    }

    /// Appends the next line to `line`, without `\n` or `\r\n`.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        let start = line.len();
        if self.back_at < self.back.len() {
            let rest = &self.back[self.back_at..];
            let n = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
            line.extend_from_slice(&rest[..n]);
            self.back_at += n;
        } else {
            (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', line)?;
        }
        let n = line.len() - start;
        if n == 0 {
            return Ok(Line::End);
        }
        self.number += 1;
        self.bytes += n as u64;
        self.carriage_return = false;
        self.cut = line.last() != Some(&b'\n');
        if line.last() == Some(&b'\n') {
            line.pop();
            if line.len() > start && line.last() == Some(&b'\r') {
                line.pop();
                self.carriage_return = true;
            }
        } else if n as u64 == LONGEST_LINE {
            self.skip_line()?;
            line.truncate(start + 200);
            return Ok(Line::TooLong);
        }
        Ok(Line::Whole)
    }

    /// Puts whole lines back (each with its `\n`), to be read again as the lines from `number` + 1 on.
    pub(super) fn put_back(&mut self, lines: &[u8], number: u64) {
        let mut back = lines.to_vec();
        back.extend_from_slice(&self.back[self.back_at..]);
        self.back = back;
        self.back_at = 0;
        self.number = number;
        self.bytes = self.bytes.saturating_sub(lines.len() as u64);
    }

    /// Reads on to the end of the line without keeping it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(());
            }
            let end = chunk.iter().position(|&b| b == b'\n');
            let n = end.map_or(chunk.len(), |at| at + 1);
            self.reader.consume(n);
            self.bytes += n as u64;
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

/// The text of a file, as UTF-8 or as the single bytes of Windows-1252.
enum Text {
    Bytes(Intact),
    Decoded(Decoded),
}

impl Read for Text {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bytes(input) => input.read(out),
            Self::Decoded(text) => text.read(out),
        }
    }
}

/// Turns text into UTF-8; what is none in its encoding becomes U+FFFD.
struct Decoded {
    input: Intact,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    /// Decoded text that was not taken yet.
    text: Vec<u8>,
    text_at: usize,
    ended: bool,
}

impl Decoded {
    fn new(input: Intact, encoding: &'static encoding_rs::Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { input, decoder, raw: Vec::new(), raw_at: 0, text: Vec::new(), text_at: 0, ended: false }
    }

    /// Decodes the next piece into `text`; leaves it empty only at the end of the file.
    fn refill(&mut self) -> io::Result<()> {
        self.text.resize(BUFFER, 0);
        self.text_at = 0;
        let mut filled = 0;
        let mut done = false;
        while filled == 0 && !done {
            if self.raw_at == self.raw.len() && !self.ended {
                self.raw.resize(BUFFER, 0);
                let n = self.input.read(&mut self.raw)?;
                self.raw.truncate(n);
                self.raw_at = 0;
                self.ended = n == 0;
            }
            let rest = &self.raw[self.raw_at..];
            let (result, read, written, _) = self.decoder.decode_to_utf8(rest, &mut self.text, self.ended);
            self.raw_at += read;
            filled = written;
            done = self.ended && matches!(result, CoderResult::InputEmpty);
        }
        self.text.truncate(filled);
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.text_at == self.text.len() {
            if self.ended && self.raw_at == self.raw.len() {
                return Ok(0);
            }
            self.refill()?;
        }
        let rest = &self.text[self.text_at..];
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.text_at += n;
        Ok(n)
    }
}
