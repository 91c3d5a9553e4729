//! Says how log files are understood before they are read whole.

use std::path::PathBuf;

use wardroom_core::Timestamp;

use super::chunk::walk;
use super::problem::{LogFileError, LogNotice, LogQuestion};
use super::set::{OneFile, Prepared, order, prepare_all, rotation_of};
use super::{Compression, Continue, LinePlace, LogFormat, LogLine, LogReading, Undecided};

/// Records that a preview shows.
const FIRST_RECORDS: usize = 20;

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFileFacts {
    /// The file.
    pub path: PathBuf,
    /// Its name without its folder.
    pub name: String,
    /// Its size as it lies there.
    pub bytes: u64,
    /// How it is packed.
    pub compression: Compression,
    /// How its lines are written.
    pub format: LogFormat,
    /// The zone in which its times are read, where they do not say their own.
    pub zone: Option<String>,
    /// Whether every time has a known zone.
    pub zone_known: bool,
    /// The first time: of all records once the file is open, in a preview of its beginning.
    pub first: Option<Timestamp>,
    /// The last time, as far as it is known.
    pub last: Option<Timestamp>,
    /// The number of a rotated file (`app.log.2.gz` has 2); 0 for the others.
    pub rotation: u64,
    /// Why it is left out.
    pub problem: Option<LogFileError>,
}

/// How files are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPreview {
    /// The files in the order in which they are read, then those that are left out.
    pub files: Vec<LogFileFacts>,
    /// The format of the first file.
    pub format: LogFormat,
    /// The zone that was chosen, where it is needed.
    pub zone: Option<String>,
    /// Whether every time has a known zone.
    pub zone_known: bool,
    /// The first and the last time that were seen, both ends of the files included where they are not packed.
    pub span: Option<(Timestamp, Timestamp)>,
    /// The first records. While a question is open, their times are as if in UTC and with the day first.
    pub first: Vec<LogLine>,
    /// What only a person can decide.
    pub questions: Vec<LogQuestion>,
    /// What is worth knowing.
    pub notices: Vec<LogNotice>,
}

impl LogFileFacts {
    pub(super) fn of(file: &OneFile, zone: Option<&str>) -> Self {
        let span = file.index.span();
        let time = |ms| Timestamp::from_millis(ms);
        Self {
            first: span.map(|(first, _)| time(first)),
            last: span.map(|(_, last)| time(last)),
            ..Self::new(&file.path, file.stat.size, file.compression, &file.detected, zone)
        }
    }

    fn new(
        path: &std::path::Path,
        bytes: u64,
        compression: Compression,
        detected: &super::detect::Detected,
        zone: Option<&str>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            name: name_of(path),
            bytes,
            compression,
            format: detected.grammar.shape.format,
            zone: detected.zone.clone(),
            zone_known: detected.missing.zone == 0 || zone.is_some(),
            first: None,
            last: None,
            rotation: rotation_of(path),
            problem: None,
        }
    }

    /// A file that cannot be read.
    fn refused(error: &LogFileError) -> Option<Self> {
        let path = error.path()?;
        Some(Self {
            path: path.to_owned(),
            name: name_of(path),
            bytes: std::fs::metadata(path).map_or(0, |about| about.len()),
            compression: Compression::Plain,
            format: LogFormat::Plain,
            zone: None,
            zone_known: true,
            first: None,
            last: None,
            rotation: rotation_of(path),
            problem: Some(error.clone()),
        })
    }
}

fn name_of(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Looks at the beginnings and ends of files.
///
/// # Errors
///
/// [`LogFileError::UnknownZone`] for a wrong choice; the first file's error when no file can be read.
pub fn preview(paths: &[PathBuf], reading: &LogReading) -> Result<LogPreview, LogFileError> {
    let (mut prepared, refused) = prepare_all(paths, reading)?;
    if prepared.is_empty() {
        return Err(refused.into_iter().next().unwrap_or(LogFileError::NoFiles));
    }
    let moved = order(&mut prepared);
    let mut view = LogPreview {
        files: Vec::new(),
        format: prepared[0].detected.grammar.shape.format,
        zone: reading.zone.clone().filter(|_| prepared.iter().any(|one| one.detected.missing.zone > 0)),
        zone_known: true,
        span: None,
        first: Vec::new(),
        questions: Vec::new(),
        notices: Vec::new(),
    };
    if moved {
        let paths = prepared.iter().map(|one| one.opened.path.clone()).collect();
        view.notices.push(LogNotice::Ordered { paths });
    }
    for (number, one) in (0..).zip(&prepared) {
        view.take(number, one, reading);
    }
    view.files.extend(refused.iter().filter_map(LogFileFacts::refused));
    view.notices.extend(refused.into_iter().map(|error| LogNotice::LeftOut { error }));
    Ok(view)
}

/// Reports whether a file holds log records as JSON or as the export of a journal, by its beginning: some of them say a
/// time and a message.
pub fn holds_records(path: &std::path::Path) -> bool {
    let reading = LogReading { undecided: Undecided::TakeUtc, ..LogReading::default() };
    let Ok(view) = preview(&[path.to_owned()], &reading) else { return false };
    // A record that says no message is shown whole.
    let says = |line: &LogLine| line.timed && !line.record.message.starts_with('{');
    (view.format.is_json() || view.format == LogFormat::JournaldExport) && view.first.iter().any(says)
}

impl LogPreview {
    fn take(&mut self, number: u32, one: &Prepared, reading: &LogReading) {
        let Prepared { opened, detected, sample } = one;
        let mut facts = LogFileFacts::new(
            &opened.path,
            opened.stat.size,
            opened.compression,
            detected,
            reading.zone.as_deref(),
        );
        let lines = first_records(number, one, sample);
        let tail = tail_records(number, one);
        let timed = |lines: &[LogLine]| -> Vec<Timestamp> {
            lines.iter().filter(|line| line.timed).map(|line| line.record.at).collect()
        };
        let (head_times, tail_times) = (timed(&lines), timed(&tail));
        facts.first = head_times.first().copied();
        facts.last = tail_times.last().or(head_times.last()).copied();
        for at in head_times.into_iter().chain(tail_times) {
            self.span = Some(self.span.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
        }
        self.zone_known &= facts.zone_known;
        if let Some(elements) = detected.grammar.shape.elements() {
            self.notices.extend(elements.notice(opened.path.clone()));
        }
        if !detected.timed {
            self.notices.push(LogNotice::NoTimes { path: opened.path.clone() });
        }
        if detected.assumed_utc && reading.undecided == Undecided::TakeUtc {
            self.notices.push(LogNotice::ZoneAssumed { path: opened.path.clone() });
        }
        for question in &detected.questions {
            let known =
                |other: &LogQuestion| std::mem::discriminant(other) == std::mem::discriminant(question);
            // One answer holds for all files, so each question is asked once.
            if !self.questions.iter().any(known) {
                self.questions.push(question.clone());
            }
        }
        let missing = FIRST_RECORDS - self.first.len().min(FIRST_RECORDS);
        self.first.extend(lines.into_iter().take(missing));
        self.files.push(facts);
    }
}

/// Takes the first records of a sample apart.
fn first_records(number: u32, one: &Prepared, sample: &[u8]) -> Vec<LogLine> {
    let whole = memchr::memrchr(b'\n', sample).map(|end| end + 1);
    let mut lines = records_of(number, one, &sample[..whole.unwrap_or(sample.len())], 0, 1000);
    // The last record of a batch that is longer than the sample is broken off by it.
    if whole.is_none() && sample.len() >= super::detect::SAMPLE_BYTES && lines.len() > 1 {
        lines.pop();
    }
    lines
}

/// Takes the last records of a file that is not packed apart.
fn tail_records(number: u32, one: &Prepared) -> Vec<LogLine> {
    let opened = &one.opened;
    let most = super::wide(super::detect::SAMPLE_BYTES / 4);
    if opened.compression != Compression::Plain || opened.stat.size <= super::wide(one.sample.len()) {
        return Vec::new();
    }
    let start = opened.stat.size.saturating_sub(most);
    let Ok(mut text) = super::source::read_at(&opened.file, start, super::narrow(most)) else {
        return Vec::new();
    };
    if let Some(written) = &one.detected.grammar.shape.written {
        written.within().run(&mut text);
    }
    let from = memchr::memchr(b'\n', &text).map_or(text.len(), |end| end + 1);
    records_of(number, one, &text[from..], start + super::wide(from), usize::MAX)
}

fn records_of(number: u32, one: &Prepared, text: &[u8], offset: u64, most: usize) -> Vec<LogLine> {
    let mark = if offset == 0 && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let text = &text[mark..];
    let mut grammar = one.detected.grammar.fork();
    let mut walker = one.detected.grammar.fork();
    let mut carried = one.opened.stat.changed_ms();
    let mut lines = Vec::new();
    let walked = walk(text, &mut walker, |_, span| {
        let read = grammar.read(text, span, carried);
        carried = read.record.at.as_millis();
        let place = LinePlace { file: number, offset: offset + super::wide(mark + span.start) };
        lines.push(LogLine { place, line: span.lines_before + 1, timed: read.timed, record: read.record });
        if lines.len() >= most { Err(Continue::Stop) } else { Ok(()) }
    });
    debug_assert!(walked.is_ok() || lines.len() == most, "only the limit ends the walk");
    lines
}
