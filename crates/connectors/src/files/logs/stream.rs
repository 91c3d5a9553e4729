//! Reads log lines from standard input and other streams, record by record, with bounded memory.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use wardroom_core::Timestamp;

use super::super::packed::{Oddity, Restart, Unpacked, compression_of};
use super::chunk::walk;
use super::detect::{BYTE_ORDER_MARK, Detected, SAMPLE_BYTES, detect_lines};
use super::grammar::Grammar;
use super::problem::{LogFileError, LogNotice, LogQuestion, asks_order, taken_dates};
use super::source::kind_without_text;
use super::utf16::{Decoding, Utf16};
use super::written::{Front, Written};
use super::{
    Compression, Continue, LONGEST_LINE_BYTES, LinePlace, LogFormat, LogLine, LogReading, otlp, wide,
};

/// Size of reads.
const READ_BYTES: usize = 256 * 1024;

/// A record is handed on when nothing arrives behind it for so long: longer than a program takes between the lines of
/// a stack trace, shorter than a person notices.
const PAUSE: Duration = Duration::from_millis(150);

/// What stands for the name of a stream.
const NAME: &str = "-";

/// Lines after which the way of writing is looked at again: the first ones may have been a banner.
const LOOK_AGAIN: [u64; 3] = [8, 64, 512];

/// What was read from a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamStats {
    /// Unpacked bytes.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Records handed on.
    pub records: u64,
    /// Records that say their time.
    pub timed: u64,
    /// Lines with bytes that are not UTF-8.
    pub invalid_utf8: u64,
    /// Lines that were cut at [`LONGEST_LINE_BYTES`].
    pub long_lines: u64,
    /// The real length of the longest of them.
    pub longest_line: u64,
    /// Lines that begin like JSON and are not; of one document, elements that are no objects.
    pub bad_json: u64,
    /// The number of the first record among them, from 1; 0 where there is none.
    pub first_bad_json: u64,
    /// Whether it is JSON that is not written line by line.
    pub is_document: bool,
    /// In which array of a document its records stand, told as of a file with the name `-`.
    pub held_in: Option<LogNotice>,
    /// How the lines are written; `None` when nothing arrived.
    pub format: Option<LogFormat>,
    /// How the stream was packed.
    pub compression: Option<Compression>,
    /// Its encoding when that was UTF-16; its bytes and places are counted in UTF-8.
    pub encoding: Option<Utf16>,
    /// What a person would be asked; zone and order of the date were taken as [`LogReading::undecided`] says.
    pub questions: Vec<LogQuestion>,
    /// Whether the packed stream ended in the middle or was damaged.
    pub cut_short: bool,
    /// The bytes after which the packed stream was not unpacked further, because its text is more than a thousand times
    /// larger.
    pub too_dense: Option<u64>,
    /// Whether the receiver stopped.
    pub stopped: bool,
}

impl StreamStats {
    /// Returns what is worth knowing, told as of a file with the name `-`.
    pub fn notices(&self) -> Vec<LogNotice> {
        let path = || PathBuf::from(NAME);
        let untimed = self.records - self.timed.min(self.records);
        let has_no_zone = self.questions.iter().any(|question| matches!(question, LogQuestion::Zone { .. }));
        let long = (self.long_lines, self.longest_line);
        let (is_document, bad) = (self.is_document, self.bad_json);
        let dense = self.too_dense.unwrap_or_default();
        let notices = [
            (self.too_dense.is_some(), LogNotice::TooDense { path: path(), bytes: dense }),
            (self.timed == 0 && untimed > 0, LogNotice::NoTimes { path: path() }),
            (self.timed > 0 && untimed > 0, LogNotice::Untimed { path: path(), records: untimed }),
            (has_no_zone, LogNotice::ZoneAssumed { path: path() }),
            (asks_order(&self.questions), LogNotice::DayFirstAssumed { path: path() }),
            (self.invalid_utf8 > 0, LogNotice::InvalidUtf8 { path: path(), lines: self.invalid_utf8 }),
            (long.0 > 0, LogNotice::LongLines { path: path(), lines: long.0, longest_bytes: long.1 }),
            (bad > 0 && !is_document, LogNotice::BadJson { path: path(), lines: bad }),
            (
                bad > 0 && is_document,
                LogNotice::BadElements { path: path(), elements: bad, first: self.first_bad_json },
            ),
        ];
        let of_lines = notices.into_iter().filter_map(|(holds, notice)| holds.then_some(notice));
        let dates = taken_dates(&self.questions, &path());
        self.held_in.iter().cloned().chain(dates).chain(of_lines).collect()
    }
}

/// What the reading thread brings.
enum Arrived {
    Bytes(Vec<u8>),
    Packed(Compression),
    CutShort,
    TooDense(u64),
    Failed(String),
}

/// Reads records from a stream until it ends or the receiver stops.
///
/// A thread reads the stream, so that a record is handed on when the stream pauses behind it; after a stop that thread
/// ends with its next read. gzip and zstd are told by their first bytes.
///
/// # Errors
///
/// [`LogFileError::Undecided`] as [`LogReading::undecided`] says, [`LogFileError::Foreign`] for what is no text,
/// [`LogFileError::Stream`] when the system fails.
pub fn read_stream(
    input: impl Read + Send + 'static,
    reading: &LogReading,
    f: &mut dyn FnMut(LogLine) -> Continue,
) -> Result<StreamStats, LogFileError> {
    let (to, from) = sync_channel(4);
    let reader = thread::Builder::new().name("log stream".to_owned()).spawn(move || {
        let mut input = input;
        pump(&mut input, &|arrived| to.send(arrived).is_ok());
    });
    if let Err(error) = reader {
        return Err(LogFileError::Stream { detail: error.to_string() });
    }
    let mut lines = StreamLines::new(reading);
    lines.run(&from, f)?;
    Ok(lines.stats)
}

/// Reads the input and hands on what arrives; `send` says whether anybody listens.
fn pump(input: &mut (dyn Read + Send), send: &dyn Fn(Arrived) -> bool) {
    let mut head = vec![0; READ_BYTES];
    let mut n = 0;
    // Four bytes tell how a stream is packed; a shorter stream is not packed.
    while n < 4 {
        match read_some(input, &mut head[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) => {
                send(Arrived::Failed(error.to_string()));
                return;
            }
        }
        if compression_could_be(&head[..n]) {
            continue;
        }
        break;
    }
    head.truncate(n);
    let compression = compression_of(&head);
    if !send(Arrived::Packed(compression)) {
        return;
    }
    if compression == Compression::Plain {
        if !head.is_empty() && send(Arrived::Bytes(head)) {
            pump_plain(input, send);
        }
        return;
    }
    pump_packed(head, input, compression, send);
}

/// Whether too few bytes are there to say that a stream is not packed.
fn compression_could_be(head: &[u8]) -> bool {
    let begins = |mark: &[u8]| mark.starts_with(head);
    let skippable =
        matches!(head, [first, rest @ ..] if first & 0xf0 == 0x50 && b"\x2a\x4d\x18".starts_with(rest));
    head.len() < 4 && (begins(b"\x1f\x8b\x08") || begins(b"\x28\xb5\x2f\xfd") || skippable)
}

fn read_some(input: &mut (dyn Read + Send), buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn pump_plain(input: &mut (dyn Read + Send), send: &dyn Fn(Arrived) -> bool) {
    loop {
        let mut bytes = vec![0; READ_BYTES];
        match read_some(input, &mut bytes) {
            Ok(0) => return,
            Ok(n) => {
                bytes.truncate(n);
                if !send(Arrived::Bytes(bytes)) {
                    return;
                }
            }
            Err(error) => {
                send(Arrived::Failed(error.to_string()));
                return;
            }
        }
    }
}

fn pump_packed(
    head: Vec<u8>,
    input: &mut (dyn Read + Send),
    compression: Compression,
    send: &dyn Fn(Arrived) -> bool,
) {
    thread::scope(|scope| {
        // The unpacker owns its input; the borrowed one is read through a channel of its own.
        let (to, from) = sync_channel::<io::Result<Vec<u8>>>(2);
        let feeder = scope.spawn(move || {
            let mut next = Ok(head);
            while to.send(next).is_ok() {
                let mut bytes = vec![0; READ_BYTES];
                next = match read_some(input, &mut bytes) {
                    Ok(0) => return,
                    Ok(n) => {
                        bytes.truncate(n);
                        Ok(bytes)
                    }
                    Err(error) => Err(error),
                };
            }
        });
        let fed = Fed { from, bytes: Vec::new(), at: 0 };
        let from = Restart { packed: 0, unpacked: 0 };
        let mut unpacked = Unpacked::new(Box::new(fed), compression, from).guarded();
        pump_unpacked(&mut unpacked, send);
        drop(unpacked);
        // The feeder ends with its next read; its panic would be this one's.
        let _ended = feeder.join();
    });
}

fn pump_unpacked(unpacked: &mut Unpacked, send: &dyn Fn(Arrived) -> bool) {
    loop {
        let mut bytes = vec![0; READ_BYTES];
        match unpacked.read(&mut bytes) {
            Ok(0) => break,
            Ok(n) => {
                bytes.truncate(n);
                if !send(Arrived::Bytes(bytes)) {
                    return;
                }
            }
            Err(error) => {
                send(Arrived::Failed(error.to_string()));
                return;
            }
        }
    }
    match unpacked.oddity {
        Some(Oddity::Truncated { .. } | Oddity::Damaged { .. }) => {
            send(Arrived::CutShort);
        }
        Some(Oddity::TooDense { bytes }) => {
            send(Arrived::TooDense(bytes));
        }
        Some(Oddity::Trailing { .. }) | None => {}
    }
}

/// Bytes that come through a channel.
struct Fed {
    from: Receiver<io::Result<Vec<u8>>>,
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Fed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.bytes.len() {
            let Ok(next) = self.from.recv() else { return Ok(0) };
            self.bytes = next?;
            self.at = 0;
        }
        let n = (&self.bytes[self.at..]).read(out)?;
        self.at += n;
        Ok(n)
    }
}

/// The records of a stream.
struct StreamLines<'r> {
    reading: &'r LogReading,
    decoding: Decoding,
    front: Front,
    /// What arrived and was not handed on.
    text: Vec<u8>,
    /// The byte of the stream at which `text` begins.
    offset: u64,
    /// The first bytes, for looking again.
    sample: Vec<u8>,
    detected: Option<Detected>,
    looks: usize,
    /// The bytes of a long line so far, and how many of them are kept: what comes is left out until its end.
    leaving_out: Option<(u64, usize)>,
    carried: Option<i64>,
    stats: StreamStats,
}

impl<'r> StreamLines<'r> {
    fn new(reading: &'r LogReading) -> Self {
        Self {
            reading,
            decoding: Decoding::default(),
            front: Front::default(),
            text: Vec::new(),
            offset: 0,
            sample: Vec::new(),
            detected: None,
            looks: 0,
            leaving_out: None,
            carried: None,
            stats: StreamStats::default(),
        }
    }

    fn run(
        &mut self,
        from: &Receiver<Arrived>,
        f: &mut dyn FnMut(LogLine) -> Continue,
    ) -> Result<(), LogFileError> {
        loop {
            let arrived = if self.text.is_empty() {
                from.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                from.recv_timeout(PAUSE)
            };
            let go_on = match arrived {
                Ok(Arrived::Packed(compression)) => {
                    self.stats.compression = Some(compression);
                    Continue::Yes
                }
                Ok(Arrived::CutShort) => {
                    self.stats.cut_short = true;
                    Continue::Yes
                }
                Ok(Arrived::TooDense(bytes)) => {
                    self.stats.too_dense = Some(bytes);
                    Continue::Yes
                }
                Ok(Arrived::Failed(detail)) => return Err(LogFileError::Stream { detail }),
                Ok(Arrived::Bytes(bytes)) => {
                    let text = self.decoding.text_of(bytes);
                    self.stats.encoding = self.decoding.encoding();
                    let text = self.front.text_of(text, self.reading, SAMPLE_BYTES);
                    self.take(&text);
                    self.hand_on(Until::LastRecord, f)?
                }
                // Nothing follows for now: what has its line end is whole.
                Err(RecvTimeoutError::Timeout) => self.hand_on(Until::LastLine, f)?,
                Err(RecvTimeoutError::Disconnected) => {
                    let rest = self.decoding.rest();
                    let mut rest = self.front.text_of(rest, self.reading, SAMPLE_BYTES);
                    rest.extend(self.front.rest(self.reading));
                    self.take(&rest);
                    self.stats.stopped = self.hand_on(Until::End, f)? == Continue::Stop;
                    return Ok(());
                }
            };
            if go_on == Continue::Stop {
                self.stats.stopped = true;
                return Ok(());
            }
        }
    }

    /// Takes bytes in, without the rest of a line that is too long.
    fn take(&mut self, mut bytes: &[u8]) {
        self.stats.bytes += wide(bytes.len());
        if let Some((length, _)) = &mut self.leaving_out {
            let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
            *length += wide(end);
            if end == bytes.len() {
                return;
            }
            bytes = &bytes[end..];
            self.end_long_line();
        }
        self.text.extend_from_slice(bytes);
        let start = memchr::memrchr(b'\n', &self.text).map_or(0, |at| at + 1);
        let length = self.text.len() - start;
        let kept = self.longest_line(start);
        if length > kept {
            self.leaving_out = Some((wide(length), kept));
            self.text.truncate(start + kept);
        }
    }

    /// Returns how many bytes of the line that begins at a place of the text are read.
    fn longest_line(&self, start: usize) -> usize {
        let line = &self.text[start..];
        match &self.detected {
            Some(detected) => detected.grammar.longest_line(line),
            None if self.reading.format.is_none_or(|format| format == LogFormat::OpenTelemetry)
                && otlp::begins(line) =>
            {
                otlp::LONGEST_BATCH_BYTES
            }
            None => LONGEST_LINE_BYTES,
        }
    }

    fn end_long_line(&mut self) {
        if let Some((length, kept)) = self.leaving_out.take() {
            self.stats.long_lines += 1;
            self.stats.longest_line = self.stats.longest_line.max(length);
            // Places behind the line count the bytes that were left out.
            self.offset += length.saturating_sub(wide(kept));
        }
    }

    /// Hands on records that are whole.
    fn hand_on(
        &mut self,
        until: Until,
        f: &mut dyn FnMut(LogLine) -> Continue,
    ) -> Result<Continue, LogFileError> {
        if until == Until::End {
            self.end_long_line();
        }
        if self.offset == 0 && self.text.starts_with(BYTE_ORDER_MARK) {
            self.text.drain(..BYTE_ORDER_MARK.len());
            self.offset = wide(BYTE_ORDER_MARK.len());
        }
        let end = match until {
            Until::End => self.text.len(),
            Until::LastLine | Until::LastRecord => memchr::memrchr(b'\n', &self.text).map_or(0, |at| at + 1),
        };
        if end == 0 {
            return Ok(Continue::Yes);
        }
        self.look(end)?;
        let Some(detected) = &self.detected else { return Ok(Continue::Yes) };
        let mut walker = detected.grammar.fork();
        let end = match until {
            // A record that grows without end is divided.
            Until::LastRecord if self.text.len() < 4 * LONGEST_LINE_BYTES => {
                last_record(&mut walker, &self.text[..end])
            }
            Until::LastRecord | Until::LastLine | Until::End => end,
        };
        let text = std::mem::take(&mut self.text);
        let go_on = self.records(&text[..end], &mut walker, f);
        self.offset += wide(end);
        self.text = text;
        self.text.drain(..end);
        Ok(go_on)
    }

    fn records(
        &mut self,
        text: &[u8],
        walker: &mut Grammar,
        f: &mut dyn FnMut(LogLine) -> Continue,
    ) -> Continue {
        let (offset, lines_before) = (self.offset, self.stats.lines);
        let fallback = self.reading.latest.map_or(0, Timestamp::as_millis);
        let stats = &mut self.stats;
        let Some(detected) = &mut self.detected else { return Continue::Yes };
        let carried = &mut self.carried;
        let walked = walk(text, walker, |_, span| {
            let read = detected.grammar.read(text, span, carried.unwrap_or(fallback));
            if read.timed {
                *carried = Some(read.record.at.as_millis());
            }
            stats.records += 1;
            stats.timed += u64::from(read.timed);
            stats.bad_json += u64::from(read.bad_json);
            if read.bad_json && stats.first_bad_json == 0 {
                stats.first_bad_json = stats.records;
            }
            let place = LinePlace { file: 0, offset: offset + wide(span.start) };
            let line = lines_before + span.lines_before + 1;
            match f(LogLine { place, line, timed: read.timed, record: read.record }) {
                Continue::Yes => Ok(()),
                Continue::Stop => Err(()),
            }
        });
        let is_journal = detected.grammar.shape.format == LogFormat::JournaldExport;
        if !is_journal && std::str::from_utf8(text).is_err() {
            let odd = text.split(|&b| b == b'\n').filter(|line| std::str::from_utf8(line).is_err());
            stats.invalid_utf8 += wide(odd.count());
        }
        match walked {
            Ok(lines) => {
                stats.lines += lines;
                Continue::Yes
            }
            Err(()) => Continue::Stop,
        }
    }

    /// Looks how the lines are written, at first and a few times again.
    fn look(&mut self, end: usize) -> Result<(), LogFileError> {
        let due = self.detected.is_none()
            || LOOK_AGAIN.get(self.looks).is_some_and(|&lines| self.stats.lines >= lines);
        let room = READ_BYTES.saturating_sub(self.sample.len());
        if self.looks < LOOK_AGAIN.len() {
            self.sample.extend_from_slice(&self.text[..end.min(room)]);
        }
        if !due {
            return Ok(());
        }
        while LOOK_AGAIN.get(self.looks).is_some_and(|&lines| self.stats.lines >= lines) {
            self.looks += 1;
        }
        let latest = self.reading.latest.map(Timestamp::as_millis);
        let written = self.front.written();
        let detected = detect_lines(&self.sample, &[], written, self.reading, latest)?;
        let elements = written.and_then(Written::elements);
        let path = || PathBuf::from(NAME);
        self.stats.is_document = elements.is_some();
        self.stats.held_in = elements.and_then(|elements| elements.notice(path()));
        if self.detected.is_none()
            && detected.grammar.shape.format != LogFormat::JournaldExport
            && let Some(kind) = kind_without_text(&self.sample)
        {
            return Err(LogFileError::Foreign { path: path(), kind });
        }
        if let Some(question) = detected.open_question(self.reading) {
            return Err(LogFileError::Undecided { path: path(), question: Box::new(question.clone()) });
        }
        if self.looks == LOOK_AGAIN.len() {
            self.sample = Vec::new();
        }
        self.stats.format = Some(detected.grammar.shape.format);
        self.stats.questions.clone_from(&detected.questions);
        self.detected = Some(detected);
        Ok(())
    }
}

/// How far records are handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// The last record may get more lines.
    LastRecord,
    /// All lines that have an end.
    LastLine,
    /// Everything.
    End,
}

/// Returns where the last record begins; 0 when it is the only one.
fn last_record(grammar: &mut Grammar, text: &[u8]) -> usize {
    let mut end = text.len();
    while end > 0 {
        let start = memchr::memrchr(b'\n', &text[..end - 1]).map_or(0, |at| at + 1);
        if grammar.begin(&text[start..end - 1]).is_some() {
            return start;
        }
        end = start;
    }
    0
}
