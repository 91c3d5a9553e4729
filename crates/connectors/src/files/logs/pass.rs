//! The pass over a file: its blocks, times and levels into the index, its records into the sinks.

use std::io;

use wardroom_core::Timestamp;

use super::super::packed::{Restart, Unpacked};
use super::chunk::{Cutter, Piece, walk};
use super::elements;
use super::grammar::Grammar;
use super::index::{Block, Tally};
use super::pipeline::{self, Producer, Worker};
use super::problem::{LogFileError, unreadable};
use super::set::OneFile;
use super::source::reader_before;
use super::{Continue, LONGEST_LINE_BYTES, LinePlace, LineSink, LogFormat, SinkLine, levels, wide};

/// How a file is passed over.
pub(super) struct Pass {
    pub(super) file: u32,
    /// Leave an unfinished last line.
    pub(super) wait: bool,
}

/// A piece and how far the file is read.
pub(super) struct Job {
    piece: Piece,
    packed: u64,
}

struct Pieces {
    cutter: Cutter<Unpacked>,
}

impl Producer for Pieces {
    type Job = Job;

    fn next(&mut self, buffer: Vec<u8>) -> io::Result<Option<Job>> {
        let piece = self.cutter.next(buffer)?;
        Ok(piece.map(|piece| Job { piece, packed: self.cutter.reader.packed }))
    }
}

/// What a piece adds to the index.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    pub(super) block: Block,
    /// Seconds and their records by level, in the order in which they came.
    pub(super) seconds: Vec<(i64, [u64; 7])>,
    pub(super) tally: Tally,
    packed: u64,
}

/// Indexes pieces; each thread has its own.
pub(super) struct Indexer<S> {
    pub(super) grammar: Grammar,
    pub(super) sink: S,
    pub(super) file: u32,
}

impl<S: LineSink> Worker for Indexer<S> {
    type Job = Job;
    type Done = Indexed;

    fn work(&mut self, job: Job) -> (Indexed, Vec<u8>) {
        let mut indexed = self.index(&job.piece);
        indexed.packed = job.packed;
        (indexed, job.piece.data)
    }
}

impl<S: LineSink> Indexer<S> {
    /// Indexes one piece.
    pub(super) fn index(&mut self, piece: &Piece) -> Indexed {
        let Self { grammar, sink, file } = self;
        let mut indexed = Indexed::default();
        let mut last_at = None;
        let walked = walk(&piece.data, grammar, |grammar, span| {
            let parsed = grammar.parse(&piece.data, span, None);
            last_at = parsed.at.or(last_at);
            indexed.count(parsed.at, levels::slot(parsed.level));
            if grammar.shape.elements().is_some() && !elements::is_object(&piece.data[span.start..span.end]) {
                indexed.count_bad_element();
            }
            if S::WANTS_LINES {
                sink.line(&SinkLine {
                    place: LinePlace { file: *file, offset: piece.text_offset(span.start) },
                    at: last_at.map(Timestamp::from_millis),
                    level: parsed.level,
                    service: &parsed.service,
                    host: &parsed.host,
                    message: &parsed.message,
                });
            }
            Ok::<(), ()>(())
        });
        let lines = walked.unwrap_or_default();
        let block = &mut indexed.block;
        block.offset = piece.offset;
        block.bytes = piece.text_bytes();
        block.lines = lines;
        block.last_at = last_at;
        block.cut = !piece.skips.is_empty();
        let tally = &mut indexed.tally;
        tally.bytes = block.bytes;
        tally.lines = lines;
        tally.records = block.records;
        tally.timed = block.records - block.untimed;
        count_odd_lines(piece, grammar, tally);
        indexed
    }
}

impl Indexed {
    /// Counts the record that was counted last as a broken element.
    fn count_bad_element(&mut self) {
        self.tally.bad_elements += 1;
        if self.tally.first_bad_element == 0 {
            self.tally.first_bad_element = self.block.records;
        }
    }

    fn count(&mut self, at: Option<i64>, slot: usize) {
        self.block.records += 1;
        self.block.levels[slot] += 1;
        self.tally.levels[slot] += 1;
        let Some(at) = at else {
            self.block.untimed += 1;
            return;
        };
        let (low, high) = self.block.times.unwrap_or((at, at));
        self.block.times = Some((low.min(at), high.max(at)));
        let second = at.div_euclid(1000);
        match self.seconds.last_mut() {
            Some((known, counts)) if *known == second => counts[slot] += 1,
            Some(_) | None => {
                let mut counts = [0; 7];
                counts[slot] = 1;
                self.seconds.push((second, counts));
            }
        }
    }
}

/// Counts lines that are not UTF-8, hold NUL bytes or were cut.
fn count_odd_lines(piece: &Piece, grammar: &Grammar, tally: &mut Tally) {
    let data = &piece.data;
    for &(place, left_out) in &piece.skips {
        tally.long_lines += 1;
        let start = memchr::memrchr(b'\n', &data[..place]).map_or(0, |at| at + 1);
        tally.longest_line = tally.longest_line.max(wide(place - start) + left_out);
    }
    // The fields of a journal hold any bytes.
    if grammar.shape.format == LogFormat::JournaldExport {
        return;
    }
    let lines = || data.split(|&b| b == b'\n');
    if std::str::from_utf8(data).is_err() {
        tally.invalid_utf8 += wide(lines().filter(|line| std::str::from_utf8(line).is_err()).count());
    }
    if memchr::memchr(0, data).is_some() {
        tally.nul_lines += wide(lines().filter(|line| line.contains(&0)).count());
    }
    if data.len() > LONGEST_LINE_BYTES {
        for line in lines().filter(|line| line.len() > grammar.longest_line(line)) {
            tally.long_lines += 1;
            tally.longest_line = tally.longest_line.max(wide(line.len()));
        }
    }
}

impl Pass {
    /// Reads a file from the end of its index on.
    pub(super) fn run<S: LineSink>(
        &self,
        file: &mut OneFile,
        sinks: Vec<S>,
        progress: &mut dyn FnMut(u64) -> Continue,
    ) -> Result<Vec<S>, LogFileError> {
        let start = file.index.end();
        let mut reader = reader_before(&file.file, file.compression, &file.index.restarts, start).guarded();
        let never = std::sync::atomic::AtomicBool::new(false);
        reader.skip_to(start, &never).map_err(|error| unreadable(&file.path, &error))?;
        let known: Vec<Restart> = std::mem::take(&mut file.index.restarts);
        let grammar = &file.detected.grammar;
        let cutter = Cutter::new(reader, grammar.fork(), start, self.wait).behind(&file.bytes_before(start));
        let workers = sinks
            .into_iter()
            .map(|sink| Indexer { grammar: grammar.fork(), sink, file: self.file })
            .collect();
        let index = &mut file.index;
        let ended = pipeline::run(Pieces { cutter }, workers, |indexed: Indexed| {
            let packed = indexed.packed;
            index.take(&indexed);
            progress(packed)
        });
        if ended.stopped {
            return Err(LogFileError::Cancelled);
        }
        if let Some(error) = ended.failure {
            return Err(unreadable(&file.path, &error));
        }
        let cutter = ended.producer.cutter;
        file.unfinished = cutter.left_bytes();
        let mut restarts = cutter.reader.restarts;
        restarts.retain(|restart| known.last().is_none_or(|last| last.unpacked < restart.unpacked));
        index.restarts = known;
        index.restarts.extend(restarts);
        index.oddity = cutter.reader.oddity;
        let size = file.stat.size;
        file.changed_while_read =
            file.compression == super::Compression::Plain && index.end() + file.unfinished < size;
        let mut sinks = Vec::new();
        for worker in ended.workers {
            index.tally.skipped_times += worker.grammar.clock.skipped;
            index.tally.repeated_times += worker.grammar.clock.repeated();
            sinks.push(worker.sink);
        }
        Ok(sinks)
    }
}
