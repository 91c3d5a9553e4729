//! Opens files in place and unpacks them: reading from any byte of the unpacked text.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use super::super::ForeignKind;
use super::problem::{LogFileError, LogNotice, unreadable};
use super::utf16::Utf16;
use super::{Compression, wide};

/// Size of reads of packed files: large enough that system calls do not count.
const PACKED_BUFFER: usize = 256 * 1024;

/// Unpacked bytes between two places from which unpacking can begin again.
const RESTART_DISTANCE: u64 = 4 * 1024 * 1024;

/// Bytes by which a file is known again.
pub(super) const HEAD_BYTES: usize = 4096;

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
}

impl Oddity {
    pub(super) fn notice(&self, path: &Path) -> LogNotice {
        let path = path.to_owned();
        match self {
            Self::Truncated { bytes } => LogNotice::Truncated { path, bytes: *bytes },
            Self::Damaged { bytes, detail } => {
                LogNotice::Damaged { path, bytes: *bytes, detail: detail.clone() }
            }
            Self::Trailing { at } => LogNotice::TrailingBytes { path, at: *at },
        }
    }
}

/// What the system says about a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) size: u64,
    /// When it was changed last, in nanoseconds since 1970.
    pub(super) changed_ns: u64,
    /// Device and number of the file; zeros where the system has none.
    pub(super) identity: (u64, u64),
}

impl Stat {
    pub(super) fn of(about: &Metadata) -> Self {
        let changed =
            about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        Self {
            size: about.len(),
            changed_ns: u64::try_from(changed.as_nanos()).unwrap_or(u64::MAX),
            identity: identity(about),
        }
    }

    /// Returns when the file was changed last, in milliseconds.
    pub(super) fn changed_ms(&self) -> i64 {
        i64::try_from(self.changed_ns / 1_000_000).unwrap_or(i64::MAX)
    }
}

#[cfg(unix)]
fn identity(about: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (about.dev(), about.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// A file as it is found.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) file: Arc<File>,
    pub(super) stat: Stat,
    pub(super) compression: Compression,
    /// A hash of the first bytes, and how many they are.
    pub(super) head: Head,
}

/// The first bytes of a file, as a hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) hash: [u8; 16],
    pub(super) bytes: u32,
}

impl Head {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let kept = &bytes[..bytes.len().min(HEAD_BYTES)];
        let mut hash = [0; 16];
        hash.copy_from_slice(&blake3::hash(kept).as_bytes()[..16]);
        Self { hash, bytes: u32::try_from(kept.len()).unwrap_or_default() }
    }

    /// Reports whether a file begins with these bytes.
    pub(super) fn is_of(self, file: &Arc<File>) -> io::Result<bool> {
        let bytes = read_at(file, 0, self.bytes as usize)?;
        Ok(Self::of(&bytes) == self)
    }
}

/// Reads a file from a place, without the cursor that all handles of a file share.
pub(super) struct AtFile {
    file: Arc<File>,
    at: u64,
}

impl AtFile {
    pub(super) const fn new(file: Arc<File>, at: u64) -> Self {
        Self { file, at }
    }
}

impl Read for AtFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let n = std::os::unix::fs::FileExt::read_at(&*self.file, out, self.at)?;
        #[cfg(windows)]
        let n = std::os::windows::fs::FileExt::seek_read(&*self.file, out, self.at)?;
        self.at += wide(n);
        Ok(n)
    }
}

/// Reads up to `most` bytes from a place.
pub(super) fn read_at(file: &Arc<File>, offset: u64, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    AtFile::new(Arc::clone(file), offset).take(wide(most)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file.
///
/// # Errors
///
/// Missing, denied, a folder, empty, or of a kind that is no log.
pub(super) fn open(path: &Path) -> Result<Opened, LogFileError> {
    let failed = |error: io::Error| unreadable(path, &error);
    // A pipe or a device would be opened and never end.
    let about = std::fs::metadata(path).map_err(failed)?;
    if about.is_dir() {
        return Err(LogFileError::Folder { path: path.to_owned() });
    }
    if !about.is_file() {
        let detail = "not a regular file".to_owned();
        return Err(LogFileError::Unreadable { path: path.to_owned(), detail });
    }
    let file = Arc::new(File::open(path).map_err(failed)?);
    let stat = Stat::of(&file.metadata().map_err(failed)?);
    let head = read_at(&file, 0, HEAD_BYTES).map_err(failed)?;
    if head.is_empty() {
        return Err(LogFileError::Empty { path: path.to_owned() });
    }
    let compression = compression_of(&head);
    if compression == Compression::Plain
        && let Some(kind) = foreign_kind(&head)
    {
        return Err(LogFileError::Foreign { path: path.to_owned(), kind });
    }
    Ok(Opened { path: path.to_owned(), file, stat, compression, head: Head::of(&head) })
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

/// RFC 1952, 2.3.1.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// RFC 8878, 3.1.1 and 3.1.2: frames and skippable frames.
fn is_zstd(head: &[u8]) -> bool {
    matches!(head, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Knows other kinds of files by their first bytes.
fn foreign_kind(head: &[u8]) -> Option<ForeignKind> {
    const MARKS: [(&[u8], ForeignKind); 14] = [
        (b"PK\x03\x04", ForeignKind::Compressed),
        (b"BZh", ForeignKind::Compressed),
        (b"\xfd7zXZ", ForeignKind::Compressed),
        (b"7z\xbc\xaf", ForeignKind::Compressed),
        (b"\x04\x22\x4d\x18", ForeignKind::Compressed),
        (b"%PDF-", ForeignKind::Pdf),
        (b"\x89PNG", ForeignKind::Picture),
        (b"\xff\xd8\xff", ForeignKind::Picture),
        (b"SQLite format 3\0", ForeignKind::Database),
        (b"\xd0\xcf\x11\xe0", ForeignKind::Spreadsheet),
        (b"\x7fELF", ForeignKind::Binary),
        (b"ElfFile\0", ForeignKind::Binary),
        (b"LPKSHHRH", ForeignKind::Binary),
        (b"PAR1", ForeignKind::Binary),
    ];
    MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|&(_, kind)| kind)
}

/// Tells what a sample of unpacked bytes is when it is no text in UTF-8: text in UTF-16, or no text where more than one
/// byte in twenty is a control character.
pub(super) fn kind_without_text(sample: &[u8]) -> Option<ForeignKind> {
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x1b) || *b == 0x7f;
    let is_binary = || sample.iter().filter(|b| control(b)).count() * 20 > sample.len();
    let other = || is_binary().then_some(ForeignKind::Binary);
    Utf16::of(sample).map(Utf16::kind).or_else(other)
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
        self.taken += wide(n);
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
}

impl Unpacked {
    /// Begins at a place of the packed bytes, which `input` has to stand at.
    pub(super) fn new(input: Box<dyn Read + Send>, compression: Compression, from: Restart) -> Self {
        let state = match compression {
            Compression::Plain => State::Plain(input),
            Compression::Gzip | Compression::Zstd => State::Between(Packed::new(input, from.packed)),
        };
        Self { state, position: from.unpacked, packed: from.packed, restarts: Vec::new(), oddity: None }
    }

    /// Passes over bytes; `false` when the text ends before, or `stop` is set.
    pub(super) fn skip_to(&mut self, offset: u64, stop: &AtomicBool) -> io::Result<bool> {
        let mut scratch = vec![0; 64 * 1024];
        while self.position < offset {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let most = scratch.len().min(super::narrow(offset - self.position));
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
                    self.position += wide(n);
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
            self.position += wide(n);
            return Ok(n);
        }
    }
}

/// Returns as much of a buffer as gzip fills at once: what one call had unpacked is lost when it meets damage.
fn gzip_part(out: &mut [u8]) -> &mut [u8] {
    let most = out.len().min(8 * 1024);
    &mut out[..most]
}

/// Opens the text of a file at a byte, or before it: of a packed one at the last place where unpacking can begin.
pub(super) fn reader_before(
    file: &Arc<File>,
    compression: Compression,
    restarts: &[Restart],
    offset: u64,
) -> Unpacked {
    let from = match compression {
        Compression::Plain => Restart { packed: offset, unpacked: offset },
        Compression::Gzip | Compression::Zstd => {
            let before = restarts.partition_point(|restart| restart.unpacked <= offset);
            before.checked_sub(1).map_or(Restart { packed: 0, unpacked: 0 }, |idx| restarts[idx])
        }
    };
    Unpacked::new(Box::new(AtFile::new(Arc::clone(file), from.packed)), compression, from)
}

/// Fills a buffer from a place up to a length, as far as the input goes; `true` at its end.
///
/// What the buffer held behind that place is overwritten, so that a buffer in use again is not cleared for nothing.
pub(super) fn fill(
    input: &mut dyn Read,
    buffer: &mut Vec<u8>,
    from: usize,
    target: usize,
) -> io::Result<bool> {
    if target <= from {
        buffer.truncate(from);
        return Ok(false);
    }
    buffer.resize(target, 0);
    let mut at = from;
    while at < target {
        match input.read(&mut buffer[at..]) {
            Ok(0) => {
                buffer.truncate(at);
                return Ok(true);
            }
            Ok(n) => at += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                buffer.truncate(at);
                return Err(error);
            }
        }
    }
    Ok(false)
}
