//! Unpacks what gzip and Zstandard packed, and tells where packed data is cut, damaged or out of all measure.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::PackedFault;

/// Size of reads of packed files: large enough that system calls do not count.
const PACKED_BUFFER: usize = 256 * 1024;

/// Unpacked bytes between two places from which unpacking can begin again.
const RESTART_DISTANCE: u64 = 4 * 1024 * 1024;

/// Unpacked bytes up to which a text may be packed as well as can be.
const FREE_BYTES: u64 = 64 * 1024 * 1024;

/// How many times its packed size a longer text may have.
///
/// Measured on tables of values that never change, the best that telemetry packs: gzip makes them 18 times smaller,
/// Zstandard at level 15 81 times. Files that are made to fill a machine come to 1,029 times (zeros in gzip) and
/// far beyond (Zstandard).
const MOST_TIMES: u64 = 1000;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip, also in several members.
    Gzip,
    /// Zstandard, also in several frames.
    Zstd,
}

impl Compression {
    /// Returns the stable word used in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// A place where a packed file can be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Restart {
    pub(super) packed: u64,
    pub(super) unpacked: u64,
}

/// What was odd about a packed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    Truncated { bytes: u64 },
    Damaged { bytes: u64, detail: String },
    Trailing { at: u64 },
    TooDense { bytes: u64 },
}

/// Tells from the first bytes how a file is packed.
pub(super) fn compression_of(head: &[u8]) -> Compression {
    if head.starts_with(&GZIP) {
        Compression::Gzip
    } else if is_zstd(head) {
        Compression::Zstd
    } else {
        Compression::Plain
    }
}

/// Tells how a file is packed.
pub(super) fn compression_at(path: &Path) -> io::Result<Compression> {
    let mut head = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut head)?;
    Ok(compression_of(&head))
}

/// RFC 1952, 2.3.1.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// RFC 8878, 3.1.1 and 3.1.2: frames and skippable frames.
fn is_zstd(head: &[u8]) -> bool {
    matches!(head, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Packed bytes with a count of what was taken.
pub(super) struct Packed {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    /// Bytes taken so far.
    taken: u64,
}

impl Packed {
    fn new(input: Box<dyn Read + Send>, taken: u64) -> Self {
        Self { input, buffer: Vec::with_capacity(PACKED_BUFFER), at: 0, taken }
    }

    /// Looks at the next four bytes, or fewer at the end.
    fn peek(&mut self) -> io::Result<&[u8]> {
        while self.buffer.len() - self.at < 4 && self.more()? > 0 {}
        Ok(&self.buffer[self.at..])
    }

    /// Reads more behind what is there.
    fn more(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let known = self.buffer.len();
        self.buffer.resize(known + PACKED_BUFFER, 0);
        let n = loop {
            match self.input.read(&mut self.buffer[known..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(known + n.as_ref().copied().unwrap_or(0));
        n
    }
}

impl Read for Packed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Packed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.more()?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, n: usize) {
        self.at += n;
        self.taken += n as u64;
    }
}

/// Where unpacking stands.
enum State {
    Plain(Box<dyn Read + Send>),
    Gzip(Box<flate2::bufread::GzDecoder<Packed>>),
    Zstd(zstd::stream::read::Decoder<'static, Packed>),
    Between(Packed),
    End,
}

/// The unpacked bytes of a file. Damage ends them and is kept as an oddity; only the system's failures are errors.
pub(super) struct Unpacked {
    state: State,
    /// Unpacked bytes so far.
    pub(super) position: u64,
    /// Packed bytes so far; equals `position` for a plain file.
    pub(super) packed: u64,
    pub(super) restarts: Vec<Restart>,
    pub(super) oddity: Option<Oddity>,
    /// Whether a text out of all measure ends here.
    is_guarded: bool,
}

impl Unpacked {
    /// Begins at a place of the packed bytes, which `input` has to stand at.
    pub(super) fn new(input: Box<dyn Read + Send>, compression: Compression, from: Restart) -> Self {
        let state = match compression {
            Compression::Plain => State::Plain(input),
            Compression::Gzip | Compression::Zstd => State::Between(Packed::new(input, from.packed)),
        };
        Self {
            state,
            position: from.unpacked,
            packed: from.packed,
            restarts: Vec::new(),
            oddity: None,
            is_guarded: false,
        }
    }

    /// Ends where the text is out of all measure: whoever does not know how much of it there is has to ask for this.
    ///
    /// The whole text so far is held against its packed size, so that a stretch that packs well, such as the same line over
    /// and over, does not end a longer text around it.
    pub(super) fn guarded(self) -> Self {
        Self { is_guarded: true, ..self }
    }

    /// Ends a text that is out of all measure.
    fn guard(&mut self) {
        if self.is_guarded && self.position > FREE_BYTES && self.position / MOST_TIMES > self.packed {
            self.oddity = Some(Oddity::TooDense { bytes: self.position });
            self.state = State::End;
        }
    }

    /// Passes over bytes; `false` when the text ends before, or `stop` is set.
    pub(super) fn skip_to(&mut self, offset: u64, stop: &AtomicBool) -> io::Result<bool> {
        let mut scratch = vec![0; 64 * 1024];
        while self.position < offset {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let most = scratch.len().min(usize::try_from(offset - self.position).unwrap_or(usize::MAX));
            if self.read(&mut scratch[..most])? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn between(&mut self, mut packed: Packed) -> io::Result<State> {
        let at = packed.taken;
        let next = packed.peek()?;
        if next.is_empty() {
            return Ok(State::End);
        }
        let (gzip, zstd) = (next.starts_with(&GZIP), is_zstd(next));
        if !gzip && !zstd {
            // Tapes and some tools fill up with zeros.
            if next.iter().any(|&b| b != 0) {
                self.oddity = Some(Oddity::Trailing { at });
            }
            return Ok(State::End);
        }
        let last = self.restarts.last().map_or(0, |restart| restart.unpacked);
        if self.position == 0 && self.restarts.is_empty() || self.position - last >= RESTART_DISTANCE {
            self.restarts.push(Restart { packed: at, unpacked: self.position });
        }
        Ok(if gzip {
            State::Gzip(Box::new(flate2::bufread::GzDecoder::new(packed)))
        } else {
            State::Zstd(zstd::stream::read::Decoder::with_buffer(packed)?.single_frame())
        })
    }

    fn failed(&mut self, error: &io::Error) -> usize {
        let bytes = self.position;
        self.oddity = Some(if error.kind() == io::ErrorKind::UnexpectedEof {
            Oddity::Truncated { bytes }
        } else {
            Oddity::Damaged { bytes, detail: error.to_string() }
        });
        0
    }
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let n = match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Plain(mut input) => {
                    let n = input.read(out);
                    self.state = State::Plain(input);
                    let n = n?;
                    self.position += n as u64;
                    self.packed = self.position;
                    return Ok(n);
                }
                State::Between(packed) => {
                    self.state = self.between(packed)?;
                    continue;
                }
                State::Gzip(mut decoder) => match decoder.read(gzip_part(out)) {
                    Ok(0) => {
                        self.state = State::Between(decoder.into_inner());
                        continue;
                    }
                    Ok(n) => {
                        self.packed = decoder.get_ref().taken;
                        self.state = State::Gzip(decoder);
                        n
                    }
                    Err(error) => self.failed(&error),
                },
                State::Zstd(mut decoder) => match decoder.read(out) {
                    Ok(0) => {
                        self.state = State::Between(decoder.finish());
                        continue;
                    }
                    Ok(n) => {
                        self.packed = decoder.get_ref().taken;
                        self.state = State::Zstd(decoder);
                        n
                    }
                    Err(error) => self.failed(&error),
                },
            };
            self.position += n as u64;
            self.guard();
            return Ok(n);
        }
    }
}

/// Returns as much of a buffer as gzip fills at once: what one call had unpacked is lost when it meets damage.
fn gzip_part(out: &mut [u8]) -> &mut [u8] {
    let most = out.len().min(8 * 1024);
    &mut out[..most]
}

/// The unpacked bytes of a file that is taken whole or not at all: what is odd about its packing is an error, whose inside
/// is a [`PackedFault`].
///
/// The checksum of packed data stands at its end, so nothing in front of a damage can be trusted.
pub(super) struct Intact {
    unpacked: Unpacked,
}

impl Intact {
    /// Opens a file at a byte of its text.
    pub(super) fn open(path: &Path, compression: Compression, start: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let at = match compression {
            Compression::Plain => file.seek(SeekFrom::Start(start))?,
            Compression::Gzip | Compression::Zstd => 0,
        };
        let from = Restart { packed: at, unpacked: at };
        let mut text = Self { unpacked: Unpacked::new(Box::new(file), compression, from).guarded() };
        io::copy(&mut text.by_ref().take(start - at), &mut io::sink())?;
        Ok(text)
    }

    /// Returns how many bytes of the file are behind.
    pub(super) const fn taken(&self) -> u64 {
        self.unpacked.packed
    }

    fn fault(&self) -> Option<PackedFault> {
        match &self.unpacked.oddity {
            Some(Oddity::Truncated { bytes }) => Some(PackedFault::Cut { bytes: *bytes }),
            Some(Oddity::Damaged { bytes, detail }) => {
                Some(PackedFault::Damaged { bytes: *bytes, detail: detail.clone() })
            }
            Some(Oddity::Trailing { at }) => Some(PackedFault::Trailing { at: *at }),
            Some(Oddity::TooDense { .. }) => Some(PackedFault::TooDense { times: MOST_TIMES }),
            None => None,
        }
    }
}

impl Read for Intact {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.unpacked.read(out)?;
        self.fault().map_or(Ok(n), |fault| Err(io::Error::other(fault)))
    }
}
