//! Tests of the reading of log files on files that they write themselves.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use wardroom_core::{TimeRange, Timestamp};

use super::*;

mod bad_input;
mod batches;
mod elements;
mod following;
mod formats;
mod searching;
mod sets;
mod streams;

/// `2026-11-10T12:00:00Z`: `date -u -d 2026-11-10T12:00:00Z +%s` = 1794312000.
const NOON: i64 = 1_794_312_000_000;

/// A folder with files.
struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        let mut file = fs::OpenOptions::new().append(true).open(self.path(name)).unwrap();
        file.write_all(text.as_ref()).unwrap();
    }
}

/// Sets when a file was changed last.
fn set_changed(path: &Path, ms: i64) {
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms.unsigned_abs());
    fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

fn utc() -> LogReading {
    LogReading { zone: Some("UTC".to_owned()), ..LogReading::default() }
}

fn open(paths: &[PathBuf], reading: &LogReading) -> LogFileSet {
    LogFileSet::open(paths, reading, &Opening { cache_dir: None, threads: 2 }, &mut |_, _| Continue::Yes)
        .unwrap()
}

fn all(set: &LogFileSet) -> Vec<LogLine> {
    lines_in(set, None)
}

fn lines_in(set: &LogFileSet, range: Option<TimeRange>) -> Vec<LogLine> {
    let mut lines = Vec::new();
    let options = SearchOptions { range, ..SearchOptions::default() };
    set.records(&options, &mut |line| {
        lines.push(line);
        Continue::Yes
    })
    .unwrap();
    lines
}

fn messages(lines: &[LogLine]) -> Vec<&str> {
    lines.iter().map(|line| line.record.message.as_str()).collect()
}

fn span(start: i64, end: i64) -> TimeRange {
    TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
}

/// Writes a line a second, `n` of them, from noon on.
fn seconds(n: i64) -> String {
    let mut text = String::new();
    for i in 0..n {
        let at = Timestamp::from_millis(NOON + i * 1000);
        let level = if i % 10 == 0 { "ERROR" } else { "INFO" };
        let (worker, took) = (i % 4, i * 7 % 1000);
        writeln!(text, "{at} {level} [worker-{worker}] org.example.Shop: order {i} took {took} ms").unwrap();
    }
    text
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}
