//! One or many log files, opened in place.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wardroom_core::{TimeRange, Timestamp};

use super::cache::{self, Stored};
use super::detect::{Detected, SAMPLE_BYTES, detect, without_mark};
use super::grammar::Shape;
use super::index::{Histogram, HistogramBin, Index, Tally};
use super::pass::Pass;
use super::pipeline;
use super::preview::LogFileFacts;
use super::problem::{LogFileError, LogNotice, asks_order, taken_dates, unreadable};
use super::source::{self, HEAD_BYTES, Head, Opened, Stat, fill, read_at, reader_before};
use super::{
    Compression, Continue, LastLine, LineSink, LogFormat, LogReading, Opening, Progress, Undecided, wide,
};

/// One or many log files, opened in place.
///
/// Memory: an index of about 100 bytes for each MiB of text, and at most 100,000 bins of a histogram for each file.
/// The files themselves are read again for everything else.
#[derive(Debug)]
pub struct LogFileSet {
    pub(super) files: Vec<OneFile>,
    pub(super) histogram: Histogram,
    pub(super) reading: LogReading,
    pub(super) opening: Opening,
    notices: Vec<LogNotice>,
    /// Paths that are followed: the file that is there, or `None` while there is none.
    pub(super) followed: Vec<(PathBuf, Option<usize>)>,
}

/// One file of a set.
#[derive(Debug)]
pub(super) struct OneFile {
    pub(super) path: PathBuf,
    pub(super) file: Arc<File>,
    pub(super) stat: Stat,
    pub(super) compression: Compression,
    pub(super) head: Head,
    pub(super) detected: Detected,
    pub(super) index: Index,
    /// Bytes of an unfinished last line that were left, and the file's size then.
    pub(super) unfinished: u64,
    pub(super) changed_while_read: bool,
    /// Its content is not what was indexed any more.
    pub(super) lost: bool,
    pub(super) index_not_kept: Option<String>,
}

/// A file that is open and whose way of writing is known.
pub(super) struct Prepared {
    pub(super) opened: Opened,
    pub(super) detected: Detected,
    pub(super) sample: Vec<u8>,
}

/// Opens a file and looks at its beginning.
pub(super) fn prepare(path: &Path, reading: &LogReading) -> Result<Prepared, LogFileError> {
    let opened = source::open(path)?;
    let failed = |error: std::io::Error| unreadable(path, &error);
    let mut sample = Vec::new();
    let mut reader = reader_before(&opened.file, opened.compression, &[], 0);
    fill(&mut reader, &mut sample, 0, SAMPLE_BYTES).map_err(failed)?;
    if without_mark(&sample).trim_ascii().is_empty() && reader.oddity.is_none() {
        return Err(LogFileError::Empty { path: path.to_owned() });
    }
    let tail = match opened.compression {
        Compression::Plain if reading.year.is_some() => {
            let most = wide(SAMPLE_BYTES / 4);
            read_at(&opened.file, opened.stat.size.saturating_sub(most), SAMPLE_BYTES / 4).map_err(failed)?
        }
        Compression::Plain | Compression::Gzip | Compression::Zstd => Vec::new(),
    };
    let detected = detect(&sample, &tail, reading, Some(opened.stat.changed_ms()))?;
    let journal = detected.grammar.shape.format == LogFormat::JournaldExport;
    if let Some(kind) = source::kind_without_text(&sample).filter(|_| !journal) {
        return Err(LogFileError::Foreign { path: path.to_owned(), kind });
    }
    if let Some(written) = &detected.grammar.shape.written {
        written.at(0).run(&mut sample);
    }
    Ok(Prepared { opened, detected, sample })
}

/// Prepares files, each once however often and under which names it is given; those that cannot be read are left out
/// with a notice as long as one can.
pub(super) fn prepare_all(
    paths: &[PathBuf],
    reading: &LogReading,
) -> Result<(Vec<Prepared>, Vec<LogFileError>), LogFileError> {
    let mut seen = BTreeSet::new();
    let (mut prepared, mut refused) = (Vec::new(), Vec::new());
    // What cannot be found under its real name is refused under its own.
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    for path in paths.iter().filter(|path| seen.insert(real(path))) {
        match prepare(path, reading) {
            Ok(one) => prepared.push(one),
            // The choices are wrong for every file.
            Err(error @ LogFileError::UnknownZone { .. }) => return Err(error),
            Err(error) => refused.push(error),
        }
    }
    Ok((prepared, refused))
}

/// Puts files in the order of their first times; without times, the highest number of a rotation first.
pub(super) fn order(files: &mut Vec<Prepared>) -> bool {
    let mut keyed: Vec<_> = files
        .drain(..)
        .enumerate()
        .map(|(place, mut file)| {
            let first = first_time(&mut file);
            let rotation = std::cmp::Reverse(rotation_of(&file.opened.path));
            ((first.is_none(), first, rotation, place), file)
        })
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    let moved = keyed.iter().enumerate().any(|(place, (key, _))| key.3 != place);
    files.extend(keyed.into_iter().map(|(_, file)| file));
    moved
}

fn first_time(file: &mut Prepared) -> Option<i64> {
    let Prepared { detected, sample, .. } = file;
    let mut grammar = detected.grammar.fork();
    let found = super::chunk::walk(sample, &mut grammar, |grammar, span| {
        match grammar.parse(sample, span, None).at {
            Some(at) => Err(at),
            None => Ok(()),
        }
    });
    found.err()
}

/// Returns the number of a rotated file (`app.log.2.gz` has 2, `app.log` 0).
pub(super) fn rotation_of(path: &Path) -> u64 {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = [".gz", ".zst", ".zstd"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let number = name.rsplit(['.', '-']).next().unwrap_or_default();
    if number.len() > 6 { 0 } else { number.parse().unwrap_or(0) }
}

impl LogFileSet {
    /// Opens files: the indexes that are at hand are used, other files are passed over once.
    ///
    /// `progress` gets the packed bytes that are done and those of all files.
    ///
    /// # Errors
    ///
    /// The first file's error when none can be opened; an open question; [`LogFileError::Cancelled`].
    pub fn open(
        paths: &[PathBuf],
        reading: &LogReading,
        opening: &Opening,
        progress: &mut Progress<'_>,
    ) -> Result<Self, LogFileError> {
        Self::open_with(paths, reading, opening, |_| (), progress).map(|(set, _)| set)
    }

    /// Opens files and hands every record to a sink on the way; returns the sinks in the order of their threads.
    ///
    /// `make` makes the sink of a thread, counted from 0. A sink that wants lines sees all of them, also of files whose
    /// index is at hand.
    ///
    /// # Errors
    ///
    /// As [`LogFileSet::open`].
    pub fn open_with<S: LineSink>(
        paths: &[PathBuf],
        reading: &LogReading,
        opening: &Opening,
        make: impl Fn(usize) -> S,
        progress: &mut Progress<'_>,
    ) -> Result<(Self, Vec<S>), LogFileError> {
        let (mut prepared, refused) = prepare_all(paths, reading)?;
        if prepared.is_empty() {
            return Err(refused.into_iter().next().unwrap_or(LogFileError::NoFiles));
        }
        for file in &prepared {
            if let Some(question) = file.detected.open_question(reading) {
                let path = file.opened.path.clone();
                return Err(LogFileError::Undecided { path, question: Box::new(question.clone()) });
            }
        }
        let mut notices: Vec<LogNotice> =
            refused.into_iter().map(|error| LogNotice::LeftOut { error }).collect();
        if order(&mut prepared) {
            let paths = prepared.iter().map(|file| file.opened.path.clone()).collect();
            notices.push(LogNotice::Ordered { paths });
        }
        let mut set = Self {
            files: Vec::new(),
            histogram: Histogram::default(),
            reading: reading.clone(),
            opening: opening.clone(),
            notices,
            followed: Vec::new(),
        };
        let mut sinks: Vec<S> = (0..pipeline::threads(opening.threads)).map(make).collect();
        let total: u64 = prepared.iter().map(|file| file.opened.stat.size).sum();
        let mut before = 0;
        for one in prepared {
            let size = one.opened.stat.size;
            sinks = set.add(one, sinks, &mut |done| progress(before + done.min(size), total))?;
            before += size;
        }
        set.find_overlaps();
        Ok((set, sinks))
    }

    /// Takes a file into the set.
    pub(super) fn add<S: LineSink>(
        &mut self,
        one: Prepared,
        sinks: Vec<S>,
        progress: &mut dyn FnMut(u64) -> Continue,
    ) -> Result<Vec<S>, LogFileError> {
        let mut file = OneFile::new(one);
        let cached =
            self.opening.cache_dir.as_ref().map(|dir| cache::file_of(dir, &file.path, &self.way(&file)));
        if let Some(stored) = cached.as_deref().and_then(cache::load)
            && let Some(index) = usable(&file, stored)
            && (!S::WANTS_LINES || index.blocks.is_empty())
        {
            file.index = index;
        }
        let known = file.index.end();
        let number = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let pass = Pass { file: number, wait: self.reading.last_line == LastLine::Wait };
        let grown =
            file.index.blocks.is_empty() || known < file.stat.size && file.compression == Compression::Plain;
        let sinks = if grown { pass.run(&mut file, sinks, progress)? } else { sinks };
        // The last packed bytes hold no text.
        if grown && progress(file.stat.size) == Continue::Stop {
            return Err(LogFileError::Cancelled);
        }
        if file.index.end() != known
            && let Some(cached) = &cached
        {
            file.index_not_kept = store(&file, cached).err().map(|error| error.to_string());
        }
        self.histogram.merge(&file.index.histogram);
        self.followed.push((file.path.clone(), Some(self.files.len())));
        self.files.push(file);
        Ok(sinks)
    }

    /// Everything by which the index of a file differs with the choices.
    fn way(&self, file: &OneFile) -> String {
        let shape: &Shape = &file.detected.grammar.shape;
        let reading = &self.reading;
        let latest = (file.detected.missing.year > 0 || file.detected.missing.date > 0).then_some((
            reading.year,
            reading.latest,
            file.stat.changed_ms() / 86_400_000,
        ));
        format!("{shape:?} {:?} {:?} {latest:?}", reading.zone, reading.day_first)
    }

    /// Notes files whose times overlap: their records come one file after the other.
    fn find_overlaps(&mut self) {
        let spans: Vec<_> = self.files.iter().map(|file| file.index.span()).collect();
        for (idx, pair) in spans.windows(2).enumerate() {
            if let [Some((_, end)), Some((start, _))] = pair
                && start < end
            {
                self.notices.push(LogNotice::Overlap {
                    first: self.files[idx].path.clone(),
                    second: self.files[idx + 1].path.clone(),
                    from: Timestamp::from_millis(*start),
                });
            }
        }
    }

    /// Returns the records by time and level, in the order of time; empty bins are left out.
    ///
    /// Records without a known time are not in it: [`LogFileSet::tally`] counts them.
    pub fn histogram(&self) -> Vec<HistogramBin> {
        self.histogram.bins().collect()
    }

    /// Returns the width of the histogram's bins: 1 s, or more where there would be more than 100,000 of them.
    pub fn bin_ms(&self) -> i64 {
        self.histogram.width_ms()
    }

    /// Returns from the first to just after the last time; `None` when no record has one.
    pub fn range(&self) -> Option<TimeRange> {
        let spans = || self.files.iter().filter_map(|file| file.index.span());
        let (low, high) = (spans().map(|(low, _)| low).min()?, spans().map(|(_, high)| high).max()?);
        TimeRange::new(Timestamp::from_millis(low), Timestamp::from_millis(high.saturating_add(1))).ok()
    }

    /// Returns the counts of all files together.
    pub fn tally(&self) -> Tally {
        let mut all = Tally::default();
        for file in &self.files {
            all.add(&file.index.tally);
        }
        all
    }

    /// Returns the path of a file of the set by the number of its places.
    pub fn path(&self, file: u32) -> Option<&Path> {
        self.files.get(file as usize).map(|file| file.path.as_path())
    }

    /// Returns what is known of each file, in the order of reading.
    pub fn files(&self) -> Vec<LogFileFacts> {
        self.files.iter().map(|file| LogFileFacts::of(file, self.reading.zone.as_deref())).collect()
    }

    /// Returns what was odd, in the order of the files.
    pub fn notices(&self) -> Vec<LogNotice> {
        let assumed = self.reading.undecided == Undecided::TakeUtc;
        let of_files = self.files.iter().flat_map(|file| file.notices(assumed));
        self.notices.iter().cloned().chain(of_files).collect()
    }
}

impl OneFile {
    pub(super) fn new(prepared: Prepared) -> Self {
        let Prepared { opened, detected, .. } = prepared;
        Self {
            path: opened.path,
            file: opened.file,
            stat: opened.stat,
            compression: opened.compression,
            head: opened.head,
            detected,
            index: Index::default(),
            unfinished: 0,
            changed_while_read: false,
            lost: false,
            index_not_kept: None,
        }
    }

    /// The first time of an untimed record, where the set knows nothing better.
    pub(super) fn fallback_ms(&self) -> i64 {
        self.stat.changed_ms()
    }

    /// Returns bytes that stand before a place of a file that is not packed: enough to tell what they ended.
    pub(super) fn bytes_before(&self, place: u64) -> Vec<u8> {
        const ENOUGH: u64 = 256;
        let start = place.saturating_sub(ENOUGH);
        if self.compression != Compression::Plain || self.detected.grammar.shape.written.is_none() {
            return Vec::new();
        }
        // What cannot be read here fails again, and is said, where the text is read.
        read_at(&self.file, start, super::narrow(place - start)).unwrap_or_default()
    }

    fn notices(&self, assumed: bool) -> Vec<LogNotice> {
        let (path, tally) = (|| self.path.clone(), &self.index.tally);
        let mut notices = Vec::new();
        let mut note = |holds: bool, notice: LogNotice| {
            if holds {
                notices.push(notice);
            }
        };
        if let Some(oddity) = &self.index.oddity {
            note(true, oddity.notice(&self.path));
        }
        let elements = self.detected.grammar.shape.elements();
        if let Some(notice) = elements.and_then(|elements| elements.notice(path())) {
            note(true, notice);
        }
        let bad = (tally.bad_elements, tally.first_bad_element);
        note(bad.0 > 0, LogNotice::BadElements { path: path(), elements: bad.0, first: bad.1 });
        let untimed = tally.records - tally.timed.min(tally.records);
        note(tally.timed == 0 && tally.records > 0, LogNotice::NoTimes { path: path() });
        note(tally.timed > 0 && untimed > 0, LogNotice::Untimed { path: path(), records: untimed });
        note(assumed && self.detected.assumed_utc, LogNotice::ZoneAssumed { path: path() });
        note(assumed && asks_order(&self.detected.questions), LogNotice::DayFirstAssumed { path: path() });
        for taken in taken_dates(&self.detected.questions, &self.path) {
            note(assumed, taken);
        }
        note(tally.invalid_utf8 > 0, LogNotice::InvalidUtf8 { path: path(), lines: tally.invalid_utf8 });
        note(tally.nul_lines > 0, LogNotice::NulBytes { path: path(), lines: tally.nul_lines });
        note(
            tally.long_lines > 0,
            LogNotice::LongLines { path: path(), lines: tally.long_lines, longest_bytes: tally.longest_line },
        );
        note(tally.skipped_times > 0, LogNotice::SkippedTimes { path: path(), records: tally.skipped_times });
        note(
            tally.repeated_times > 0,
            LogNotice::RepeatedTimes { path: path(), records: tally.repeated_times },
        );
        note(tally.late_lines > 0, LogNotice::LateLines { path: path(), lines: tally.late_lines });
        note(self.unfinished > 0, LogNotice::UnfinishedLine { path: path(), bytes: self.unfinished });
        note(self.changed_while_read, LogNotice::ChangedWhileRead { path: path() });
        if let Some(detail) = &self.index_not_kept {
            note(true, LogNotice::IndexNotKept { path: path(), detail: detail.clone() });
        }
        notices
    }
}

/// Returns a stored index where the file still is what it was made of, or has only grown since.
fn usable(file: &OneFile, stored: Stored) -> Option<Index> {
    let same_head = stored.head == file.head
        || stored.head.bytes < file.head.bytes && stored.head.is_of(&file.file).unwrap_or(false);
    if !same_head || stored.size > file.stat.size {
        return None;
    }
    let unchanged = stored.size == file.stat.size && stored.changed_ns == file.stat.changed_ns;
    let grown = stored.size < file.stat.size && file.compression == Compression::Plain;
    let same_tail = || tail_of(file, &stored.index).is_ok_and(|tail| tail == stored.tail);
    (unchanged || grown && same_tail()).then_some(stored.index)
}

/// Returns a hash of the bytes before the end of what is indexed.
fn tail_of(file: &OneFile, index: &Index) -> std::io::Result<[u8; 16]> {
    let end = match file.compression {
        Compression::Plain => index.end(),
        Compression::Gzip | Compression::Zstd => file.stat.size,
    };
    let start = end.saturating_sub(wide(HEAD_BYTES));
    let bytes = read_at(&file.file, start, super::narrow(end - start))?;
    Ok(Head::of(&bytes).hash)
}

fn store(file: &OneFile, cached: &Path) -> std::io::Result<()> {
    let stored = Stored {
        size: file.stat.size,
        changed_ns: file.stat.changed_ns,
        head: file.head,
        tail: tail_of(file, &file.index)?,
        index: file.index.clone(),
    };
    cache::save(cached, &stored)
}
