//! The grammar of one file: where records begin, and what stands in them.

use std::borrow::Cow;

use wardroom_core::{Labels, LogLevel, LogRecord, Timestamp};

use super::chunk::Span;
use super::clock::Clock;
use super::columns::{Column, TimeSpec, priority};
use super::elements::{self, Elements};
use super::lines::{self, Habits};
use super::written::Written;
use super::{
    LONGEST_LINE_BYTES, LogFormat, access, continuation, journald, json, levels, logfmt, otlp, syslog,
};

/// Fields of one record that are kept; Elasticsearch's own limit for a document's fields is a tenth of it.
const MOST_FIELDS: usize = 10_000;

/// Bytes of the fields of one record that are kept.
const MOST_FIELD_BYTES: usize = 1024 * 1024;

/// The fields of a record while they are gathered.
#[derive(Debug, Default)]
pub(super) struct Fields {
    labels: Labels,
    bytes: usize,
    /// Fields were left out.
    pub(super) cut: bool,
    /// The line begins like JSON and is not.
    pub(super) bad_json: bool,
}

impl Fields {
    /// Puts a value under a name; empty values say nothing.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        if value.is_empty() || name.is_empty() {
            return;
        }
        let bytes = self.bytes + name.len() + value.len();
        if self.labels.len() >= MOST_FIELDS || bytes > MOST_FIELD_BYTES {
            self.cut = true;
            return;
        }
        self.bytes = bytes;
        self.labels.set(name, value);
    }

    pub(super) fn into_labels(self) -> Labels {
        self.labels
    }
}

/// The parts of a record.
#[derive(Debug, Default)]
pub(super) struct Parsed<'r> {
    pub(super) at: Option<i64>,
    pub(super) level: Option<LogLevel>,
    pub(super) service: Cow<'r, str>,
    pub(super) host: Cow<'r, str>,
    pub(super) dataset: Cow<'r, str>,
    pub(super) message: Cow<'r, str>,
}

impl Parsed<'_> {
    fn into_owned(self) -> Parsed<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Parsed {
            at: self.at,
            level: self.level,
            service: own(self.service),
            host: own(self.host),
            dataset: own(self.dataset),
            message: own(self.message),
        }
    }
}

/// The beginning of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begin {
    /// Its time, where the beginning of the line says it.
    pub(super) at: Option<i64>,
    /// The byte behind the time.
    pub(super) after: usize,
    /// Whether the line has the shape of the format; otherwise it only does not look like a continuation.
    pub(super) shaped: bool,
}

/// What is known of the way a file's lines are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    pub(super) format: LogFormat,
    /// Places and layouts of times, the most frequent first.
    pub(super) times: Vec<TimeSpec>,
    pub(super) habits: Habits,
    /// Lines without a time are records of their own unless they look like a continuation.
    pub(super) loose: bool,
    /// How the records are written where they are no lines; each is read as one.
    pub(super) written: Option<Written>,
}

impl Shape {
    /// Lines of which nothing is known.
    pub(super) fn plain() -> Self {
        Self {
            format: LogFormat::Plain,
            times: Vec::new(),
            habits: Habits::default(),
            loose: true,
            written: None,
        }
    }

    /// Returns how the elements of documents are written that are the records.
    pub(super) fn elements(&self) -> Option<&Elements> {
        self.written.as_ref().and_then(Written::elements)
    }
}

/// Reads the records of one file; each thread has its own.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) shape: Shape,
    pub(super) clock: Clock,
    /// What the last record of a batch came from.
    pub(super) source: otlp::Source,
}

/// A record with what was odd about it.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) record: LogRecord,
    pub(super) timed: bool,
    pub(super) cut_fields: bool,
    pub(super) bad_json: bool,
}

impl Grammar {
    pub(super) fn fork(&self) -> Self {
        Self { shape: self.shape.clone(), clock: self.clock.fork(), source: otlp::Source::default() }
    }

    /// Reports whether a line holds many records, which `walk` finds in it.
    pub(super) fn holds_batch(&self, line: &[u8]) -> bool {
        self.shape.format == LogFormat::OpenTelemetry && otlp::begins(line)
    }

    /// Returns how many bytes of a line are read.
    pub(super) fn longest_line(&self, line: &[u8]) -> usize {
        if self.holds_batch(line) { otlp::LONGEST_BATCH_BYTES } else { LONGEST_LINE_BYTES }
    }

    /// Reports whether a line begins a record; `None` when it continues the one before.
    pub(super) fn begin(&mut self, line: &[u8]) -> Option<Begin> {
        if self.shape.elements().is_some() {
            let first = line.trim_ascii_start().first()?;
            return Some(Begin { at: None, after: 0, shaped: *first == b'{' });
        }
        let found = match self.shape.format {
            LogFormat::Json
            | LogFormat::Ecs
            | LogFormat::OpenTelemetry
            | LogFormat::Logstash
            | LogFormat::Bunyan
            | LogFormat::DockerJson
            | LogFormat::JournaldJson => json::begins(line),
            LogFormat::JournaldExport => {
                let holds_fields = !line.trim_ascii().is_empty();
                return holds_fields.then_some(Begin { at: None, after: 0, shaped: true });
            }
            LogFormat::Logfmt => logfmt::begins(line),
            LogFormat::Plain => false,
            LogFormat::Syslog3164
            | LogFormat::Syslog5424
            | LogFormat::AccessCommon
            | LogFormat::AccessCombined
            | LogFormat::NginxError
            | LogFormat::ApacheError
            | LogFormat::Klog
            | LogFormat::Logcat
            | LogFormat::Cbs
            | LogFormat::Leveled
            | LogFormat::TimedLines
            | LogFormat::EpochLines => return self.begin_timed(line),
        };
        if found {
            return Some(Begin { at: None, after: 0, shaped: true });
        }
        (!continuation::continues(line)).then_some(Begin { at: None, after: 0, shaped: false })
    }

    fn begin_timed(&mut self, line: &[u8]) -> Option<Begin> {
        let skipped = escape_length(line);
        let text = &line[skipped..];
        for spec in &self.shape.times {
            let Some(at) = spec.column.offset(text).filter(|&at| at < text.len()) else { continue };
            if let Some((moment, n)) = self.clock.read(spec.layout, &text[at..]) {
                return Some(Begin { at: moment, after: skipped + at + n, shaped: true });
            }
        }
        if self.shape.format == LogFormat::Syslog5424
            && let Some(after) = syslog::behind_no_time(text)
        {
            return Some(Begin { at: None, after: skipped + after, shaped: true });
        }
        let own = self.shape.loose && !continuation::continues(line);
        own.then_some(Begin { at: None, after: 0, shaped: false })
    }

    /// Takes a record of a text apart, all its lines.
    pub(super) fn parse<'r>(
        &mut self,
        text: &'r [u8],
        span: Span,
        fields: Option<&mut Fields>,
    ) -> Parsed<'r> {
        let (record, begin) = (&text[span.start..span.end], span.begin);
        if let Some(origin) = span.origin {
            let otlp::Origin { resource, scope, .. } = origin;
            self.source.learn(&text[resource.0..resource.1], &text[scope.0..scope.1]);
            return match clean(record) {
                Cow::Borrowed(record) => otlp::parse(record, origin, &self.source, &mut self.clock, fields),
                Cow::Owned(record) => {
                    otlp::parse(&record, origin, &self.source, &mut self.clock, fields).into_owned()
                }
            };
        }
        if self.shape.format == LogFormat::JournaldExport {
            return journald::parse(record, fields);
        }
        match clean(record) {
            Cow::Borrowed(text) => self.parse_text(text, begin, fields),
            Cow::Owned(text) => {
                // Bytes were replaced or left out before the time: its place has to be found again.
                let first = text.split('\n').next().unwrap_or_default();
                let begin = self.begin(first.as_bytes()).unwrap_or(Begin { after: 0, ..begin });
                self.parse_text(&text, begin, fields).into_owned()
            }
        }
    }

    fn parse_text<'r>(&mut self, record: &'r str, begin: Begin, fields: Option<&mut Fields>) -> Parsed<'r> {
        let mut parsed = Parsed { at: begin.at, ..Parsed::default() };
        if !begin.shaped {
            let is_element = self.shape.elements().is_some();
            parsed.message = Cow::Borrowed(if is_element { record.trim_ascii() } else { record });
            parsed.level = self.loose_level(record);
            return parsed;
        }
        let rest = record.get(begin.after..).unwrap_or_default();
        match self.shape.format {
            LogFormat::Json
            | LogFormat::Ecs
            | LogFormat::OpenTelemetry
            | LogFormat::Logstash
            | LogFormat::Bunyan
            | LogFormat::JournaldJson => {
                parsed = with_tail(record, |line| json::parse(line, &mut self.clock, fields));
                // An element that says no message is shown whole, without the blanks of its lines.
                if self.shape.elements().is_some() && parsed.message.len() == record.trim_ascii().len() {
                    parsed.message = elements::squeezed(parsed.message);
                }
            }
            LogFormat::DockerJson => {
                parsed = with_tail(record, |line| json::parse(line, &mut self.clock, fields));
                parsed.level = parsed.level.or_else(|| level_ahead(&parsed.message));
            }
            LogFormat::Logfmt => {
                parsed = with_tail(record, |line| logfmt::parse(line, &mut self.clock, fields));
            }
            LogFormat::Syslog3164 => {
                put_priority(record, &mut parsed);
                syslog::rfc3164(rest, &mut parsed, fields);
            }
            LogFormat::Syslog5424 => {
                put_priority(record, &mut parsed);
                syslog::rfc5424(rest, &mut parsed, fields);
            }
            LogFormat::AccessCommon | LogFormat::AccessCombined => {
                access::request(record, rest, &mut parsed, fields);
            }
            LogFormat::NginxError => access::nginx_error(rest, &mut parsed, fields),
            LogFormat::ApacheError => access::apache_error(rest, &mut parsed, fields),
            LogFormat::Klog => klog(record, rest, &mut parsed, fields),
            LogFormat::Logcat
            | LogFormat::Cbs
            | LogFormat::Leveled
            | LogFormat::TimedLines
            | LogFormat::EpochLines => self.leveled(record, rest, begin, &mut parsed, fields),
            LogFormat::Plain | LogFormat::JournaldExport => parsed.message = Cow::Borrowed(record),
        }
        parsed
    }

    /// Takes a record of a text apart into a [`LogRecord`]; `carried` is the time of a record that says none.
    pub(super) fn read(&mut self, text: &[u8], span: Span, carried: i64) -> Read {
        let mut fields = Fields::default();
        let parsed = self.parse(text, span, Some(&mut fields));
        let is_odd_element = self.shape.elements().is_some() && !span.begin.shaped;
        let (cut_fields, bad_json) = (fields.cut, fields.bad_json || is_odd_element);
        let record = LogRecord {
            at: Timestamp::from_millis(parsed.at.unwrap_or(carried)),
            level: parsed.level,
            service: parsed.service.into_owned(),
            host: parsed.host.into_owned(),
            dataset: parsed.dataset.into_owned(),
            message: parsed.message.into_owned(),
            fields: fields.into_labels(),
        };
        Read { record, timed: parsed.at.is_some(), cut_fields, bad_json }
    }

    /// The level of a line without a time: only a capital word among its first ones.
    fn loose_level(&self, record: &str) -> Option<LogLevel> {
        match self.shape.habits.level_column {
            Some(column) => {
                lines::tokens(record).nth(usize::from(column)).and_then(|(_, token)| lines::level_in(token))
            }
            None => level_ahead(record),
        }
    }

    fn leveled<'r>(
        &self,
        record: &'r str,
        rest: &'r str,
        begin: Begin,
        parsed: &mut Parsed<'r>,
        fields: Option<&mut Fields>,
    ) {
        let head = lines::head(rest, self.shape.habits);
        parsed.level = head.level;
        parsed.message = Cow::Borrowed(head.message);
        let before = record.get(..begin.after).unwrap_or_default();
        if parsed.level.is_none()
            && matches!(self.shape.times.first().map(|spec| spec.column), Some(Column::Token(_)))
        {
            parsed.level = level_ahead(before);
        }
        if let Some(fields) = fields {
            fields.put("process.thread.name", head.thread);
            fields.put("log.logger", head.logger);
            fields.put("process.pid", head.pid);
        }
    }
}

/// Finds a level among the first words of a text: capital, or in brackets.
fn level_ahead(text: &str) -> Option<LogLevel> {
    lines::tokens(text).take(4).find_map(|(_, token)| {
        let bare = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        lines::level_in(token).filter(|_| levels::is_capital(bare.as_bytes()) || token.starts_with('['))
    })
}

/// Reads the first line with `parse` and appends the lines that follow to the message.
fn with_tail<'r>(record: &'r str, parse: impl FnOnce(&'r str) -> Parsed<'r>) -> Parsed<'r> {
    let Some(end) = memchr::memchr(b'\n', record.as_bytes()) else { return parse(record) };
    let tail = &record[end..];
    let mut parsed = parse(&record[..end]);
    if !tail.trim().is_empty() {
        parsed.message.to_mut().push_str(tail);
    }
    parsed
}

fn put_priority(record: &str, parsed: &mut Parsed<'_>) {
    if let Some((value, _)) = priority(record.as_bytes()) {
        parsed.level = levels::of_severity(value % 8);
    }
}

/// `I1110 12:00:00.000000    7 main.go:12] text`.
fn klog<'r>(record: &'r str, rest: &'r str, parsed: &mut Parsed<'r>, fields: Option<&mut Fields>) {
    parsed.level = record.bytes().next().and_then(levels::of_letter);
    let Some((head, message)) = rest.split_once("] ").filter(|(head, _)| !head.contains('\n')) else {
        parsed.message = Cow::Borrowed(rest.trim_start());
        return;
    };
    parsed.message = Cow::Borrowed(message);
    if let Some(fields) = fields {
        let mut parts = head.split_ascii_whitespace();
        fields.put("process.thread.id", parts.next().unwrap_or_default());
        fields.put("log.origin", parts.next().unwrap_or_default());
    }
}

/// Returns the length of the colour codes at the start.
fn escape_length(line: &[u8]) -> usize {
    let mut at = 0;
    while line.get(at..at + 2) == Some(b"\x1b[") {
        let Some(end) = line[at..].iter().take(16).position(u8::is_ascii_alphabetic) else { break };
        at += end + 1;
    }
    at
}

/// Returns the text of a record's bytes: no colour codes, U+FFFD for what is not UTF-8 and for NUL bytes, no line end.
///
/// A record longer than [`LONGEST_LINE_BYTES`] is cut there.
pub(super) fn clean(record: &[u8]) -> Cow<'_, str> {
    let kept = record.len().min(LONGEST_LINE_BYTES);
    // A character that the cut divides is left out whole.
    let divided = (0..3).find(|back| record.get(kept - back).is_none_or(|b| b & 0xc0 != 0x80)).unwrap_or(0);
    let text = String::from_utf8_lossy(record[..kept - divided].trim_ascii_end());
    if memchr::memchr2(0, 0x1b, text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(without_codes(&text).replace('\0', "\u{fffd}"))
}

/// Removes terminal escape sequences (ECMA-48, 5.4: `ESC [`, parameters, one final byte).
pub(super) fn without_codes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = behind.bytes().take(32).position(|b| (0x40..=0x7e).contains(&b));
        rest = end.map_or(behind, |end| &behind[end + 1..]);
    }
    plain.push_str(rest);
    plain
}
