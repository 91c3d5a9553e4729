//! Reads records of indexed files: in a range of time, and around a place.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wardroom_core::TimeRange;

use super::super::packed::{Restart, Unpacked};
use super::chunk::{Cutter, Piece, Span, walk};
use super::grammar::{Grammar, Read as ReadRecord};
use super::index::Block;
use super::pipeline::{self, Producer, Worker};
use super::problem::{LogFileError, LogNotice, unreadable};
use super::search::SearchOptions;
use super::set::{LogFileSet, OneFile};
use super::source::{AtFile, fill, reader_before};
use super::written::Flattener;
use super::{Compression, Continue, LinePlace, LogLine, narrow, wide};

/// A flag that is never set.
pub(super) static NEVER: AtomicBool = AtomicBool::new(false);

/// What a reading came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadStats {
    /// Records handed on.
    pub records: u64,
    /// Unpacked bytes that were looked at.
    pub bytes: u64,
    /// Records in the blocks that were looked at, whether they were wanted or not.
    pub looked_at: u64,
    /// Blocks that were looked at.
    pub blocks: u64,
    /// Blocks that the index let pass over.
    pub passed_over: u64,
    /// Whether the receiver, the limit or the flag ended it.
    pub stopped: bool,
    /// What was odd.
    pub notices: Vec<LogNotice>,
}

/// A block of text to work on.
pub(super) struct BlockJob {
    /// The text; of a plain file empty until [`BlockJob::load`] has read it.
    pub(super) piece: Piece,
    /// Where a plain file's text is read, and how much.
    pub(super) unread: Option<(Arc<File>, usize)>,
    /// Makes lines of records that are none, while the text is not read.
    pub(super) flattener: Option<Flattener>,
    /// Why it could not be read.
    pub(super) failure: Option<io::Error>,
    pub(super) lines_before: u64,
    pub(super) records: u64,
    /// The time for records that say none until one does.
    pub(super) carried: Option<i64>,
    /// Whether all of its records lie in the range that was asked for.
    pub(super) inside: bool,
}

impl BlockJob {
    /// Reads the text of a plain file. Each worker reads for itself: the text is then in its core's cache.
    pub(super) fn load(&mut self) {
        let Some((file, bytes)) = self.unread.take() else { return };
        let mut input = AtFile::new(file, self.piece.offset);
        self.failure = fill(&mut input, &mut self.piece.data, 0, bytes).err();
        if let Some(flattener) = &mut self.flattener {
            flattener.run(&mut self.piece.data);
        }
        if self.failure.is_none() && self.piece.data.len() < bytes {
            self.failure = Some(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// How the reading of a block ended.
pub(super) struct BlockEnd {
    pub(super) bytes: u64,
    records: u64,
    pub(super) failure: Option<io::Error>,
}

impl BlockEnd {
    pub(super) fn of(job: &mut BlockJob) -> Self {
        Self { bytes: job.piece.text_bytes(), records: job.records, failure: job.failure.take() }
    }

    /// Notes what became of the block; the system's failure ends the reading.
    pub(super) fn note(
        self,
        stats: &mut ReadStats,
        short: &mut bool,
        failure: &mut Option<io::Error>,
    ) -> Continue {
        stats.bytes += self.bytes;
        stats.looked_at += self.records;
        match self.failure {
            None => return Continue::Yes,
            Some(error) if error.kind() == io::ErrorKind::UnexpectedEof => *short = true,
            Some(error) => *failure = Some(error),
        }
        if failure.is_some() { Continue::Stop } else { Continue::Yes }
    }
}

/// What has to be read of a block.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    block: Block,
    carried: Option<i64>,
    inside: bool,
}

/// Reads blocks one after the other.
pub(super) struct Blocks<'s> {
    file: Arc<File>,
    compression: Compression,
    restarts: &'s [Restart],
    reader: Option<Unpacked>,
    wanted: std::vec::IntoIter<Wanted>,
    grammar: &'s Grammar,
    stop: &'s AtomicBool,
}

impl<'s> Blocks<'s> {
    pub(super) fn new(file: &'s OneFile, wanted: Vec<Wanted>, stop: &'s AtomicBool) -> Self {
        Self {
            file: Arc::clone(&file.file),
            compression: file.compression,
            restarts: &file.index.restarts,
            reader: None,
            wanted: wanted.into_iter(),
            grammar: &file.detected.grammar,
            stop,
        }
    }

    /// Returns the text at a byte; a packed file is unpacked from where the last block ended, or from a restart.
    fn reader(&mut self, offset: u64) -> io::Result<&mut Unpacked> {
        let usable = self.reader.take().filter(|reader| match self.compression {
            Compression::Plain => reader.position == offset,
            Compression::Gzip | Compression::Zstd => reader.position <= offset,
        });
        let mut reader =
            usable.unwrap_or_else(|| reader_before(&self.file, self.compression, self.restarts, offset));
        reader.skip_to(offset, self.stop)?;
        Ok(self.reader.insert(reader))
    }
}

impl Producer for Blocks<'_> {
    type Job = BlockJob;

    fn next(&mut self, buffer: Vec<u8>) -> io::Result<Option<BlockJob>> {
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let Some(Wanted { block, carried, inside }) = self.wanted.next() else { return Ok(None) };
        let piece = Piece { offset: block.offset, data: buffer, skips: Vec::new() };
        let mut job = BlockJob {
            piece,
            unread: None,
            flattener: self.grammar.shape.written.as_ref().map(|written| written.at(block.offset)),
            failure: None,
            lines_before: block.lines_before,
            records: block.records,
            carried,
            inside,
        };
        if self.compression == Compression::Plain && !block.cut {
            job.unread = Some((Arc::clone(&self.file), narrow(block.bytes)));
            return Ok(Some(job));
        }
        let grammar = block.cut.then(|| self.grammar.fork());
        let reader = self.reader(block.offset)?;
        let piece = &mut job.piece;
        if let Some(grammar) = grammar {
            piece.data.clear();
            let mut cutter = Cutter::new(reader.take(block.bytes), grammar, block.offset, false);
            while let Some(next) = cutter.next(Vec::new())? {
                let base = piece.data.len();
                piece.data.extend_from_slice(&next.data);
                piece.skips.extend(next.skips.into_iter().map(|(place, n)| (base + place, n)));
            }
        } else {
            fill(reader, &mut piece.data, 0, narrow(block.bytes))?;
            if let Some(flattener) = &mut job.flattener {
                flattener.run(&mut piece.data);
            }
        }
        if piece.text_bytes() < block.bytes && !self.stop.load(Ordering::Relaxed) {
            job.failure = Some(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(job))
    }
}

impl OneFile {
    /// Returns the blocks that can hold records of a range, and how many are passed over.
    pub(super) fn wanted(&self, range: Option<TimeRange>) -> (Vec<Wanted>, u64) {
        let mut carried = None;
        let mut wanted = Vec::new();
        for &block in &self.index.blocks {
            let (may, inside) = overlap(&block, carried, range);
            // Behind the array of a document may stand much that is no record.
            if may && block.records > 0 {
                wanted.push(Wanted { block, carried, inside });
            }
            carried = block.last_at.or(carried);
        }
        let passed_over = wide(self.index.blocks.len() - wanted.len());
        (wanted, passed_over)
    }

    fn wanted_blocks(&self, blocks: std::ops::RangeInclusive<usize>) -> Vec<Wanted> {
        let mut carried = self.index.carried(*blocks.start());
        self.index.blocks[blocks]
            .iter()
            .map(|&block| {
                let wanted = Wanted { block, carried, inside: true };
                carried = block.last_at.or(carried);
                wanted
            })
            .collect()
    }

    /// Reports whether the file still holds what was indexed.
    pub(super) fn check(&self) -> Result<(), LogFileError> {
        let changed = || LogFileError::Changed { path: self.path.clone() };
        if self.lost {
            return Err(changed());
        }
        let about = self.file.metadata().map_err(|error| unreadable(&self.path, &error))?;
        if self.compression == Compression::Plain && about.len() < self.index.end() {
            return Err(changed());
        }
        let same = self.head.is_of(&self.file).map_err(|error| unreadable(&self.path, &error))?;
        if same { Ok(()) } else { Err(changed()) }
    }
}

/// Whether a block can hold records of a range, and whether all of its records lie in it.
fn overlap(block: &Block, carried: Option<i64>, range: Option<TimeRange>) -> (bool, bool) {
    let Some(range) = range else { return (true, true) };
    let holds = |ms| range.contains(wardroom_core::Timestamp::from_millis(ms));
    let (start, end) = (range.start().as_millis(), range.end().as_millis());
    let times = block.times.is_some_and(|(low, high)| low < end && start <= high);
    let carries = block.untimed > 0 && carried.is_some_and(holds);
    let inside = block.untimed == 0 && block.times.is_some_and(|(low, high)| holds(low) && holds(high));
    (times || carries, inside)
}

/// Takes records of blocks apart.
pub(super) struct RecordReader {
    pub(super) grammar: Grammar,
    pub(super) file: u32,
    pub(super) fallback_ms: i64,
    pub(super) range: Option<TimeRange>,
    pub(super) bad_json: u64,
    pub(super) many_fields: u64,
}

impl RecordReader {
    pub(super) fn new(file: &OneFile, number: u32, range: Option<TimeRange>) -> Self {
        Self {
            grammar: file.detected.grammar.fork(),
            file: number,
            fallback_ms: file.fallback_ms(),
            range,
            bad_json: 0,
            many_fields: 0,
        }
    }

    /// Takes one record apart; `carried` is the last known time, and becomes this one's.
    pub(super) fn read(&mut self, job: &BlockJob, span: Span, carried: &mut Option<i64>) -> LogLine {
        let ReadRecord { record, timed, cut_fields, bad_json } =
            self.grammar.read(&job.piece.data, span, carried.unwrap_or(self.fallback_ms));
        self.bad_json += u64::from(bad_json);
        self.many_fields += u64::from(cut_fields);
        if timed {
            *carried = Some(record.at.as_millis());
        }
        LogLine {
            place: LinePlace { file: self.file, offset: job.piece.text_offset(span.start) },
            line: job.lines_before + span.lines_before + 1,
            timed,
            record,
        }
    }

    /// Reports whether a record of a block lies in the range that was asked for.
    pub(super) fn holds(&self, job: &BlockJob, line: &LogLine, carried: Option<i64>) -> bool {
        // A record whose time nobody knows lies in no range.
        job.inside || self.range.is_none_or(|range| carried.is_some() && range.contains(line.record.at))
    }
}

/// Names what was odd about the records of a file.
pub(super) fn odd_records(file: &OneFile, bad_json: u64, many_fields: u64) -> Vec<LogNotice> {
    let mut notices = Vec::new();
    // Of a document, the opening has named the broken elements.
    if bad_json > 0 && file.detected.grammar.shape.elements().is_none() {
        notices.push(LogNotice::BadJson { path: file.path.clone(), lines: bad_json });
    }
    if many_fields > 0 {
        notices.push(LogNotice::ManyFields { path: file.path.clone(), records: many_fields });
    }
    notices
}

impl Worker for RecordReader {
    type Job = BlockJob;
    type Done = (Vec<LogLine>, BlockEnd);

    fn work(&mut self, mut job: BlockJob) -> (Self::Done, Vec<u8>) {
        job.load();
        let lines = self.lines(&job);
        ((lines, BlockEnd::of(&mut job)), job.piece.data)
    }
}

impl RecordReader {
    /// Takes all records of a block apart that lie in the range.
    pub(super) fn lines(&mut self, job: &BlockJob) -> Vec<LogLine> {
        let mut lines = Vec::new();
        let mut carried = job.carried;
        // The walk needs a grammar of its own while the reader's takes the records apart.
        let mut walker = self.grammar.fork();
        let walked = walk(&job.piece.data, &mut walker, |_, span| {
            let line = self.read(job, span, &mut carried);
            if self.holds(job, &line, carried) {
                lines.push(line);
            }
            Ok::<(), ()>(())
        });
        debug_assert!(walked.is_ok(), "the visitor never ends the walk");
        lines
    }
}

impl LogFileSet {
    /// Hands on records in the order of the files, those of `options.range` only.
    ///
    /// Blocks outside of the range are not read. Work is spread over threads; the first records come before the last
    /// block is read.
    ///
    /// # Errors
    ///
    /// [`LogFileError::Changed`] when a file is not what was indexed; refreshing the set reads it anew.
    pub fn records(
        &self,
        options: &SearchOptions<'_>,
        f: &mut dyn FnMut(LogLine) -> Continue,
    ) -> Result<ReadStats, LogFileError> {
        let stop = options.stop.unwrap_or(&NEVER);
        let mut stats = ReadStats::default();
        for (number, file) in self.numbered() {
            file.check()?;
            let (wanted, passed_over) = file.wanted(options.range);
            stats.passed_over += passed_over;
            stats.blocks += wide(wanted.len());
            let workers = self.workers(wanted.len(), || RecordReader::new(file, number, options.range));
            let (mut short, mut failure) = (false, None);
            let ended = pipeline::run(
                Blocks::new(file, wanted, stop),
                workers,
                |(lines, end): (Vec<LogLine>, BlockEnd)| {
                    if end.note(&mut stats, &mut short, &mut failure) == Continue::Stop {
                        return Continue::Stop;
                    }
                    for line in lines {
                        let full = options.limit.is_some_and(|limit| stats.records >= wide(limit));
                        if full || stop.load(Ordering::Relaxed) {
                            return Continue::Stop;
                        }
                        stats.records += 1;
                        if f(line) == Continue::Stop {
                            return Continue::Stop;
                        }
                    }
                    Continue::Yes
                },
            );
            let (bad_json, many_fields) =
                ended.workers.iter().fold((0, 0), |(a, b), one| (a + one.bad_json, b + one.many_fields));
            stats.notices.extend(odd_records(file, bad_json, many_fields));
            finish(file, &mut stats, short, ended.failure.or(failure))?;
            if ended.stopped || stop.load(Ordering::Relaxed) {
                stats.stopped = true;
                break;
            }
        }
        Ok(stats)
    }

    /// Returns the record at a place with records before and behind it in its file; empty for a place without one.
    ///
    /// Cost: one block, more for many records; of a packed file also what stands before it up to the last place where
    /// unpacking can begin.
    ///
    /// # Errors
    ///
    /// As [`LogFileSet::records`].
    pub fn context(
        &self,
        place: LinePlace,
        before: usize,
        behind: usize,
    ) -> Result<Vec<LogLine>, LogFileError> {
        let Some(file) = self.files.get(place.file as usize) else { return Ok(Vec::new()) };
        file.check()?;
        let Some(block) = file.index.block_of(place.offset) else { return Ok(Vec::new()) };
        let last = file.index.blocks.len() - 1;
        let mut radius = 0;
        loop {
            let blocks = block.saturating_sub(radius)..=(block + radius).min(last);
            let lines = lines_of(file, place.file, blocks.clone())?;
            let found = lines.partition_point(|line| line.place.offset <= place.offset);
            let Some(at) = found.checked_sub(1) else { return Ok(Vec::new()) };
            let enough_before = at >= before || *blocks.start() == 0;
            let enough_behind = lines.len() - found >= behind || *blocks.end() == last;
            if enough_before && enough_behind {
                let kept = at.saturating_sub(before)..(found + behind).min(lines.len());
                return Ok(lines.into_iter().skip(kept.start).take(kept.len()).collect());
            }
            radius = (radius * 2).max(1);
        }
    }

    /// Returns the files with their numbers, without those whose content is lost.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u32, &OneFile)> {
        (0..).zip(&self.files).filter(|(_, file)| !file.lost)
    }

    /// Makes workers, not more than there are blocks.
    pub(super) fn workers<W>(&self, blocks: usize, make: impl Fn() -> W) -> Vec<W> {
        let n = pipeline::threads(self.opening.threads).min(blocks).max(1);
        (0..n).map(|_| make()).collect()
    }
}

/// Adds what a file's reading came to.
pub(super) fn finish(
    file: &OneFile,
    stats: &mut ReadStats,
    short: bool,
    failure: Option<io::Error>,
) -> Result<(), LogFileError> {
    if short {
        stats.notices.push(LogNotice::ChangedWhileRead { path: file.path.clone() });
    }
    failure.map_or(Ok(()), |error| Err(unreadable(&file.path, &error)))
}

fn lines_of(
    file: &OneFile,
    number: u32,
    blocks: std::ops::RangeInclusive<usize>,
) -> Result<Vec<LogLine>, LogFileError> {
    let mut feed = Blocks::new(file, file.wanted_blocks(blocks), &NEVER);
    let mut reader = RecordReader::new(file, number, None);
    let mut lines = Vec::new();
    loop {
        match feed.next(Vec::new()) {
            Ok(Some(mut job)) => {
                job.load();
                lines.extend(reader.lines(&job));
                if let Some(error) = job.failure.filter(|error| error.kind() != io::ErrorKind::UnexpectedEof)
                {
                    return Err(unreadable(&file.path, &error));
                }
            }
            Ok(None) => return Ok(lines),
            Err(error) => return Err(unreadable(&file.path, &error)),
        }
    }
}
