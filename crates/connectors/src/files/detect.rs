//! Tells what a file is from its first and last bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::packed::{Compression, Intact, compression_of};
use super::values::{Scanner, read_series};
use super::{FileError, FileFormat, ForeignKind};

/// Bytes at the beginning that are looked at.
const HEAD_BYTES: u64 = 1024 * 1024;

/// Bytes at the end that are looked at.
const TAIL_BYTES: u64 = 4096;

/// The encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8 { marked: bool },
    Utf16Le,
    Utf16Be,
    Gb18030,
    Windows1252,
}

impl Encoding {
    /// Returns the length of the byte order mark.
    pub(super) const fn mark_bytes(self) -> u64 {
        match self {
            Self::Utf8 { marked: true } => 3,
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf8 { marked: false } | Self::Gb18030 | Self::Windows1252 => 0,
        }
    }

    /// Reports whether its lines can be read as they are from any of them on: nothing has to be decoded before.
    pub(super) const fn is_of_bytes(self) -> bool {
        matches!(self, Self::Utf8 { .. } | Self::Windows1252)
    }

    /// Returns the encoding's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 { .. } => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Gb18030 => "GB18030",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// A file and what it is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) size_bytes: u64,
    pub(super) format: FileFormat,
    pub(super) compression: Compression,
    pub(super) encoding: Encoding,
    /// When the file was changed last, in milliseconds since 1970; for samples that have no time.
    pub(super) changed_ms: i64,
    /// The last bytes, for formats that end with a mark; none of a packed file whose text is long.
    pub(super) tail: Vec<u8>,
}

impl Found {
    /// Says why reading the file failed.
    pub(super) fn unread(&self, error: &io::Error) -> FileError {
        FileError::of_reading(&self.path, error)
    }
}

/// Says why the system does not give a file.
pub(super) fn not_opened(path: &Path, error: &io::Error) -> FileError {
    if error.kind() == io::ErrorKind::NotFound {
        FileError::NotFound { path: path.to_owned() }
    } else {
        FileError::of_reading(path, error)
    }
}

/// Looks at a file.
///
/// # Errors
///
/// [`FileError::NotFound`], [`FileError::Unreadable`], [`FileError::Empty`], [`FileError::Foreign`] and
/// [`FileError::Packed`].
pub(super) fn detect(path: &Path) -> Result<Found, FileError> {
    let unreadable = |error: io::Error| not_opened(path, &error);
    // Opening a pipe into which nobody writes would wait for somebody who does.
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(FileError::Unreadable { path: path.to_owned(), detail: "is a directory".to_owned() });
    }
    if !about.is_file() {
        return Err(FileError::Foreign { path: path.to_owned(), kind: ForeignKind::Pipe });
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    let size_bytes = about.len();
    if head.is_empty() {
        return Err(FileError::Empty { path: path.to_owned() });
    }
    let compression = compression_of(&head);
    let (ends, named) = match compression {
        Compression::Plain => {
            let mut tail = Vec::new();
            file.seek(SeekFrom::Start(size_bytes.saturating_sub(TAIL_BYTES))).map_err(unreadable)?;
            (&mut file).take(TAIL_BYTES).read_to_end(&mut tail).map_err(unreadable)?;
            (Ends { whole: size_bytes <= HEAD_BYTES, head, tail }, path.to_owned())
        }
        Compression::Gzip | Compression::Zstd => (unpacked_ends(path, compression)?, without_packing(path)),
    };
    let (format, encoding) = format_of(path, &named, &ends)?;
    if compression != Compression::Plain && format == FileFormat::Parquet {
        // Its end has to be read first, which of packed data is where nobody can begin.
        return Err(FileError::Foreign { path: path.to_owned(), kind: ForeignKind::Compressed });
    }
    let changed_ms = i64::try_from(changed.as_millis()).unwrap_or_default();
    let (path, tail) = (path.to_owned(), ends.tail);
    Ok(Found { path, size_bytes, format, compression, encoding, changed_ms, tail })
}

/// What is looked at of a text: its first and its last bytes, and whether the first ones are all.
struct Ends {
    head: Vec<u8>,
    tail: Vec<u8>,
    whole: bool,
}

/// Unpacks the beginning of a file. Where that is all of it, the end is known too.
fn unpacked_ends(path: &Path, compression: Compression) -> Result<Ends, FileError> {
    let failed = |error: io::Error| FileError::of_reading(path, &error);
    let mut head = Vec::new();
    let text = Intact::open(path, compression, 0).map_err(failed)?;
    text.take(HEAD_BYTES).read_to_end(&mut head).map_err(failed)?;
    if head.is_empty() {
        return Err(FileError::Empty { path: path.to_owned() });
    }
    let whole = (head.len() as u64) < HEAD_BYTES;
    let tail = if whole { head.clone() } else { Vec::new() };
    Ok(Ends { head, tail, whole })
}

/// Returns a path without the ending that only says how the file is packed.
pub(super) fn without_packing(path: &Path) -> PathBuf {
    if has_ending(path, &["gz", "zst", "zstd"]) { path.with_extension("") } else { path.to_owned() }
}

/// Tells format and encoding; `named` is the path as if nothing was packed.
fn format_of(path: &Path, named: &Path, ends: &Ends) -> Result<(FileFormat, Encoding), FileError> {
    let head = ends.head.as_slice();
    let utf8 = Encoding::Utf8 { marked: false };
    if head.starts_with(b"PAR1") {
        return Ok((FileFormat::Parquet, utf8));
    }
    let foreign = |kind| Err(FileError::Foreign { path: path.to_owned(), kind });
    if let Some(kind) = foreign_kind(head) {
        return foreign(kind);
    }
    let encoding = encoding_of(head, ends.whole);
    let text = match encoding {
        Encoding::Utf16Le => encoding_rs::UTF_16LE.decode_without_bom_handling(&head[2..]).0.into_owned(),
        Encoding::Utf16Be => encoding_rs::UTF_16BE.decode_without_bom_handling(&head[2..]).0.into_owned(),
        Encoding::Utf8 { marked } => String::from_utf8_lossy(&head[usize::from(marked) * 3..]).into_owned(),
        Encoding::Gb18030 => encoding_rs::GB18030.decode_without_bom_handling(head).0.into_owned(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(head).0.into_owned(),
    };
    if text.contains('\0') || too_many_controls(&text) {
        return foreign(ForeignKind::Binary);
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim_start();
    if text.trim().is_empty() {
        return Err(FileError::Empty { path: path.to_owned() });
    }
    if first.starts_with('[')
        && (first.trim_end() == "[" || first.starts_with("[{") || first.starts_with("[["))
    {
        return foreign(ForeignKind::JsonDocument);
    }
    if first.trim_end() == "{" {
        return foreign(ForeignKind::JsonDocument);
    }
    let format = if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(first).is_ok()
        || has_ending(named, &["jsonl", "ndjson"])
    {
        FileFormat::JsonLines
    } else if is_openmetrics(&text, &ends.tail) || has_ending(named, &["om", "openmetrics", "prom"]) {
        FileFormat::OpenMetrics
    } else {
        FileFormat::Csv
    };
    Ok((format, encoding))
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
}

/// Knows other formats by their first bytes; archives of `tar` by a word behind the name of their first file.
fn foreign_kind(head: &[u8]) -> Option<ForeignKind> {
    let holds = |word: &[u8]| head.windows(word.len()).any(|part| part == word);
    let marks: [(&[u8], ForeignKind); 9] = [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ForeignKind::Spreadsheet),
        (b"\x1f\x8b", ForeignKind::Compressed),
        (b"\x28\xb5\x2f\xfd", ForeignKind::Compressed),
        (b"BZh", ForeignKind::Compressed),
        (b"\xfd7zXZ", ForeignKind::Compressed),
        (b"%PDF-", ForeignKind::Pdf),
        (b"\x89PNG", ForeignKind::Picture),
        (b"\xff\xd8\xff", ForeignKind::Picture),
        (b"SQLite format 3\0", ForeignKind::Database),
    ];
    if head.get(257..262) == Some(b"ustar") {
        return Some(ForeignKind::Compressed);
    }
    if head.starts_with(b"PK\x03\x04") {
        let sheet = holds(b"xl/") || holds(b"[Content_Types].xml") || holds(b"opendocument.spreadsheet");
        return Some(if sheet { ForeignKind::Spreadsheet } else { ForeignKind::Compressed });
    }
    marks.iter().find(|(mark, _)| head.starts_with(mark)).map(|&(_, kind)| kind)
}

fn encoding_of(head: &[u8], whole: bool) -> Encoding {
    if head.starts_with(b"\xef\xbb\xbf") {
        return Encoding::Utf8 { marked: true };
    }
    if head.starts_with(b"\xff\xfe") {
        return Encoding::Utf16Le;
    }
    if head.starts_with(b"\xfe\xff") {
        return Encoding::Utf16Be;
    }
    match std::str::from_utf8(head) {
        Ok(_) => Encoding::Utf8 { marked: false },
        // A character that the cut of the head divides is no error.
        Err(error) if !whole && error.error_len().is_none() => Encoding::Utf8 { marked: false },
        Err(_) if is_chinese(head, !whole) => Encoding::Gb18030,
        Err(_) => Encoding::Windows1252,
    }
}

/// Reports whether a text that is not UTF-8 is Chinese as spreadsheets write it: all that is beyond ASCII are pairs of
/// GB 2312, somewhere two of them in a row. In Western texts a letter with an accent stands alone, or with one other.
pub(super) fn is_chinese(text: &[u8], is_cut: bool) -> bool {
    let end = if is_cut { text.iter().rposition(u8::is_ascii).unwrap_or_default() } else { text.len() };
    let mut longest = 0;
    for run in text[..end].split(u8::is_ascii) {
        let is_pair = |pair: &[u8]| matches!(pair, [0xa1..=0xf7, 0xa1..=0xfe]);
        if !run.chunks(2).all(is_pair) {
            return false;
        }
        longest = longest.max(run.len());
    }
    longest >= 4
}

/// Reports whether more than one character in a hundred is a control character that no text has.
fn too_many_controls(text: &str) -> bool {
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count();
    controls * 100 > text.chars().count()
}

/// Knows the exposition formats by a descriptor, by `# EOF`, or by a first line that is a sample.
fn is_openmetrics(text: &str, tail: &[u8]) -> bool {
    if tail.trim_ascii_end().ends_with(b"# EOF") {
        return true;
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    if ["# HELP ", "# TYPE ", "# UNIT "].iter().any(|start| first.starts_with(start)) {
        return true;
    }
    let first_sample =
        if first.starts_with('#') { lines.find(|line| !line.starts_with('#')) } else { Some(first) };
    first_sample.is_some_and(|line| {
        let mut scan = Scanner::new(line.as_bytes());
        let named = read_series(&mut scan).is_ok() && scan.eat(b' ');
        scan.blanks();
        named && fast_float2::parse::<f64, _>(scan.word()).is_ok()
    })
}
