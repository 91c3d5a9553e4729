//! Opens files in place: reading from any byte of the unpacked text.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::super::ForeignKind;
use super::super::packed::{Oddity, Restart, Unpacked, compression_of};
use super::problem::{LogFileError, LogNotice, unreadable};
use super::utf16::Utf16;
use super::{Compression, wide};

/// Bytes by which a file is known again.
pub(super) const HEAD_BYTES: usize = 4096;

impl Oddity {
    /// Returns what a person is told of it.
    pub(super) fn notice(&self, path: &Path) -> LogNotice {
        let path = path.to_owned();
        match self {
            Self::Truncated { bytes } => LogNotice::Truncated { path, bytes: *bytes },
            Self::Damaged { bytes, detail } => {
                LogNotice::Damaged { path, bytes: *bytes, detail: detail.clone() }
            }
            Self::Trailing { at } => LogNotice::TrailingBytes { path, at: *at },
            Self::TooDense { bytes } => LogNotice::TooDense { path, bytes: *bytes },
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
