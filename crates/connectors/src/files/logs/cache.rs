//! Keeps indexes in a folder of the person, so that a large file opens at once the next time.
//!
//! An index holds places, times and counts, no text of the log. It is used only where it fits: same file, same
//! choices, same version, checksum right; anything else is made anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::packed::{Oddity, Restart};
use super::index::{Block, Histogram, Index, Tally};
use super::source::Head;

/// Name and version of the format.
const MARK: &[u8; 8] = b"WRLOGIX3";

/// The ending of index files.
const ENDING: &str = "lfi";

/// Bytes of all indexes together; the oldest are removed.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;

/// An index with what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) size: u64,
    pub(super) changed_ns: u64,
    pub(super) head: Head,
    /// A hash of the last bytes before the end of what is indexed.
    pub(super) tail: [u8; 16],
    pub(super) index: Index,
}

/// Returns the file of an index: named by a hash of the file's path and of how it is read.
pub(super) fn file_of(dir: &Path, path: &Path, way: &str) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut hash = blake3::Hasher::new();
    hash.update(MARK);
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update(&[0]);
    hash.update(way.as_bytes());
    let name = &hash.finalize().to_hex()[..32];
    dir.join(format!("{name}.{ENDING}"))
}

/// Reads an index; `None` where there is none that can be used.
pub(super) fn load(file: &Path) -> Option<Stored> {
    parse(&fs::read(file).ok()?)
}

fn parse(bytes: &[u8]) -> Option<Stored> {
    let payload = bytes.strip_prefix(MARK)?;
    let (payload, sum) = payload.split_last_chunk::<4>()?;
    if crc32fast::hash(payload) != u32::from_le_bytes(*sum) {
        return None;
    }
    let mut reader = Reader { rest: payload };
    let stored = reader.stored()?;
    reader.rest.is_empty().then_some(stored)
}

/// Writes an index, whole or not at all, and keeps the folder within its size.
pub(super) fn save(file: &Path, stored: &Stored) -> io::Result<()> {
    let Some(dir) = file.parent() else { return Ok(()) };
    create_private(dir)?;
    let mut writer = Writer { bytes: MARK.to_vec() };
    writer.stored(stored);
    let sum = crc32fast::hash(&writer.bytes[MARK.len()..]);
    writer.bytes.extend_from_slice(&sum.to_le_bytes());
    let unfinished = file.with_extension(format!("{}.part", std::process::id()));
    let written = fs::write(&unfinished, &writer.bytes).and_then(|()| fs::rename(&unfinished, file));
    if written.is_err() {
        // What was not finished is of no use; that it stays is no further harm.
        let _gone = fs::remove_file(&unfinished);
    }
    written?;
    prune(dir, file, MOST_BYTES)
}

#[cfg(unix)]
fn create_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn create_private(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)
}

/// Removes the oldest indexes, except one, until the others fit.
fn prune(dir: &Path, kept: &Path, most: u64) -> io::Result<()> {
    let mut files: Vec<(SystemTime, u64, PathBuf)> = fs::read_dir(dir)?
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            Some((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), about.len(), entry.path()))
        })
        .collect();
    files.sort();
    let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if total <= most {
            break;
        }
        if path != kept && fs::remove_file(&path).is_ok() {
            total -= bytes;
        }
    }
    Ok(())
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Writes a number with seven bits a byte.
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(u8::try_from(value & 0x7f).unwrap_or_default() | 0x80);
            value >>= 7;
        }
        self.bytes.push(u8::try_from(value).unwrap_or_default());
    }

    fn signed(&mut self, value: i64) {
        self.number((value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned());
    }

    fn optional(&mut self, value: Option<i64>) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            self.signed(value);
        }
    }

    fn counts(&mut self, counts: &[u64; 7]) {
        for &n in counts {
            self.number(n);
        }
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn stored(&mut self, stored: &Stored) {
        self.number(stored.size);
        self.number(stored.changed_ns);
        self.bytes.extend_from_slice(&stored.head.hash);
        self.number(u64::from(stored.head.bytes));
        self.bytes.extend_from_slice(&stored.tail);
        let index = &stored.index;
        self.number(index.blocks.len() as u64);
        for block in &index.blocks {
            self.block(block);
        }
        self.signed(index.histogram.width_ms());
        self.number(index.histogram.len() as u64);
        for (start, counts) in index.histogram.bins() {
            self.signed(start.as_millis());
            self.counts(&counts);
        }
        self.tally(&index.tally);
        self.number(index.restarts.len() as u64);
        for restart in &index.restarts {
            self.number(restart.packed);
            self.number(restart.unpacked);
        }
        self.oddity(index.oddity.as_ref());
    }

    fn block(&mut self, block: &Block) {
        for n in [block.offset, block.bytes, block.lines_before, block.lines, block.records, block.untimed] {
            self.number(n);
        }
        self.optional(block.times.map(|(low, _)| low));
        self.optional(block.times.map(|(_, high)| high));
        self.optional(block.last_at);
        self.counts(&block.levels.map(u64::from));
        self.number(u64::from(block.cut));
    }

    fn tally(&mut self, tally: &Tally) {
        self.counts(&tally.levels);
        for n in tally_numbers(&mut tally.clone()) {
            self.number(*n);
        }
    }

    fn oddity(&mut self, oddity: Option<&Oddity>) {
        match oddity {
            None => self.number(0),
            Some(Oddity::Truncated { bytes }) => {
                self.number(1);
                self.number(*bytes);
            }
            Some(Oddity::Damaged { bytes, detail }) => {
                self.number(2);
                self.number(*bytes);
                self.text(detail);
            }
            Some(Oddity::Trailing { at }) => {
                self.number(3);
                self.number(*at);
            }
            Some(Oddity::TooDense { bytes }) => {
                self.number(4);
                self.number(*bytes);
            }
        }
    }
}

/// The single numbers of a tally, for writing and reading alike.
fn tally_numbers(tally: &mut Tally) -> [&mut u64; 13] {
    [
        &mut tally.bytes,
        &mut tally.lines,
        &mut tally.records,
        &mut tally.timed,
        &mut tally.invalid_utf8,
        &mut tally.nul_lines,
        &mut tally.long_lines,
        &mut tally.longest_line,
        &mut tally.skipped_times,
        &mut tally.repeated_times,
        &mut tally.late_lines,
        &mut tally.bad_elements,
        &mut tally.first_bad_element,
    ]
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.number()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    #[expect(clippy::option_option, reason = "the outer one says whether it could be read")]
    fn optional(&mut self) -> Option<Option<i64>> {
        Some(if self.number()? == 0 { None } else { Some(self.signed()?) })
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn counts(&mut self) -> Option<[u64; 7]> {
        let mut counts = [0; 7];
        for n in &mut counts {
            *n = self.number()?;
        }
        Some(counts)
    }

    fn stored(&mut self) -> Option<Stored> {
        let (size, changed_ns) = (self.number()?, self.number()?);
        let head = Head { hash: self.bytes()?, bytes: u32::try_from(self.number()?).ok()? };
        let tail = self.bytes()?;
        let mut index = Index::default();
        for _ in 0..self.number()? {
            let block = self.block()?;
            index.blocks.push(block);
        }
        index.histogram = Histogram::with_width(self.signed()?)?;
        for _ in 0..self.number()? {
            let start = self.signed()?;
            let counts = self.counts()?;
            index.histogram.add(start, &counts);
        }
        index.tally.levels = self.counts()?;
        for n in tally_numbers(&mut index.tally) {
            *n = self.number()?;
        }
        for _ in 0..self.number()? {
            index.restarts.push(Restart { packed: self.number()?, unpacked: self.number()? });
        }
        index.oddity = self.oddity()?;
        Some(Stored { size, changed_ns, head, tail, index })
    }

    fn block(&mut self) -> Option<Block> {
        let mut block = Block {
            offset: self.number()?,
            bytes: self.number()?,
            lines_before: self.number()?,
            lines: self.number()?,
            records: self.number()?,
            untimed: self.number()?,
            ..Block::default()
        };
        block.times = self.optional()?.zip(self.optional()?);
        block.last_at = self.optional()?;
        for n in &mut block.levels {
            *n = u32::try_from(self.number()?).ok()?;
        }
        block.cut = self.number()? != 0;
        Some(block)
    }

    #[expect(clippy::option_option, reason = "the outer one says whether it could be read")]
    fn oddity(&mut self) -> Option<Option<Oddity>> {
        Some(match self.number()? {
            0 => None,
            1 => Some(Oddity::Truncated { bytes: self.number()? }),
            2 => {
                let bytes = self.number()?;
                let n = super::narrow(self.number()?);
                let (text, rest) = self.rest.split_at_checked(n)?;
                self.rest = rest;
                Some(Oddity::Damaged { bytes, detail: String::from_utf8_lossy(text).into_owned() })
            }
            3 => Some(Oddity::Trailing { at: self.number()? }),
            4 => Some(Oddity::TooDense { bytes: self.number()? }),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Stored {
        let mut index = Index::default();
        index.blocks.push(Block {
            offset: 3,
            bytes: 1_000_000,
            lines: 7,
            times: Some((-5, 1_794_312_000_000)),
            last_at: Some(i64::MIN),
            levels: [1, 2, 3, 4, 5, 6, 7],
            cut: true,
            ..Block::default()
        });
        index.histogram.add(1_794_312_000_123, &[1, 0, 0, 0, 9, 0, 0]);
        index.tally = Tally { records: 7, longest_line: u64::MAX, levels: [7; 7], ..Tally::default() };
        index.restarts.push(Restart { packed: 10, unpacked: 20 });
        index.oddity = Some(Oddity::Damaged { bytes: 5, detail: "corrupt".to_owned() });
        Stored { size: 1, changed_ns: 2, head: Head { hash: [3; 16], bytes: 9 }, tail: [4; 16], index }
    }

    #[test]
    fn an_index_is_read_back_equal() {
        let dir = tempfile::tempdir().unwrap();
        let file = file_of(&dir.path().join("new"), Path::new("/var/log/app.log"), "auto");

        save(&file, &stored()).unwrap();

        assert_eq!(load(&file), Some(stored()));
    }

    #[test]
    fn a_damaged_or_foreign_index_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.lfi");
        save(&file, &stored()).unwrap();
        let good = fs::read(&file).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            assert_eq!(parse(&bad), None, "byte {at}");
            assert_eq!(parse(&good[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn the_oldest_indexes_go_first() {
        let dir = tempfile::tempdir().unwrap();
        for (name, second) in [("a.lfi", 3), ("b.lfi", 1), ("c.lfi", 2), ("d.txt", 0)] {
            let path = dir.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
            fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
        }

        prune(dir.path(), &dir.path().join("b.lfi"), 250).unwrap();

        let mut left: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a.lfi", "b.lfi", "d.txt"]);
    }
}
