//! Tells from the first lines how a file's records are written, and what only a person can tell.

use std::collections::BTreeMap;

use wardroom_core::Timestamp;

use super::super::DateReading;
use super::clock::{Clock, Missing, end_of_year, year_of};
use super::columns::{Column, TimeSpec, find_time};
use super::grammar::{Grammar, Shape, clean};
use super::lines::{self, Habits};
use super::problem::{LogFileError, LogQuestion};
use super::stamp::{Day, DayCache, Layout, Stamp};
use super::written::{Told, Written, told};
use super::{LogFormat, LogReading, Undecided, access, continuation, json, logfmt, otlp, syslog};

/// Bytes that are looked at.
pub(super) const SAMPLE_BYTES: usize = 256 * 1024;

/// What programs of Windows put before a text in UTF-8; it is no part of the text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Lines that are looked at.
const SAMPLE_LINES: usize = 1000;

/// Lines of JSON that are read to know their writer.
const JSON_LINES: usize = 50;

/// How a file is read.
#[derive(Debug)]
pub(super) struct Detected {
    pub(super) grammar: Grammar,
    pub(super) missing: Missing,
    pub(super) questions: Vec<LogQuestion>,
    /// The zone, as far as it is known: `None` where every time tells its own or none is needed.
    pub(super) zone: Option<String>,
    /// Whether times were taken as UTC because nobody said their zone.
    pub(super) assumed_utc: bool,
    pub(super) timed: bool,
}

impl Detected {
    /// Returns the first question without whose answer nothing can be read.
    pub(super) fn open_question(&self, reading: &LogReading) -> Option<&LogQuestion> {
        match reading.undecided {
            Undecided::Refuse => self.questions.iter().find(|question| question.is_open()),
            Undecided::TakeUtc => None,
        }
    }
}

/// Looks at the beginning of a text, and at its end where that is at hand. `changed_ms` is when the file was changed last.
pub(super) fn detect(
    sample: &[u8],
    tail: &[u8],
    reading: &LogReading,
    changed_ms: Option<i64>,
) -> Result<Detected, LogFileError> {
    let sample = without_mark(sample);
    let Told::Otherwise(written) = told(sample, true, reading) else {
        return detect_lines(sample, tail, None, reading, changed_ms);
    };
    let mut lines = sample.to_vec();
    written.at(0).run(&mut lines);
    detect_lines(&lines, tail, Some(&written), reading, changed_ms)
}

/// As [`detect`], for a text that is lines; `written` says of what they were made.
pub(super) fn detect_lines(
    sample: &[u8],
    tail: &[u8],
    written: Option<&Written>,
    reading: &LogReading,
    changed_ms: Option<i64>,
) -> Result<Detected, LogFileError> {
    let sample = without_mark(sample);
    let mut lines = lines_of(sample);
    if written.is_some() {
        lines = lines.into_iter().map(<[u8]>::trim_ascii_start).filter(|line| !line.is_empty()).collect();
    }
    let mut shape = shape_of(&lines, reading.format);
    if let Some(written) = written {
        let format = match written {
            Written::Entries => LogFormat::JournaldExport,
            Written::Elements(_) if shape.format.is_json() => shape.format,
            Written::Elements(_) => LogFormat::Json,
        };
        shape = Shape { format, written: Some(written.clone()), ..Shape::plain() };
    }
    let latest = latest_ms(&shape, reading, tail, &lines, changed_ms);
    let order = reading.day_first.or_else(|| known_order(&shape, &lines));
    let mut grammar = grammar_of(&shape, reading, order, latest)?;
    let examples = examples_of(&mut grammar, sample);
    let missing = grammar.clock.missing;
    let timed = examples.timed > 0;
    if !timed && shape.format != LogFormat::Plain && reading.format.is_none() && !is_structured(shape.format)
    {
        shape.format = LogFormat::Plain;
        grammar = grammar_of(&shape, reading, order, latest)?;
    }
    let mut questions = Vec::new();
    if missing.zone > 0 && reading.zone.is_none() {
        questions.push(LogQuestion::Zone { examples: examples.texts.clone() });
    }
    if missing.order > 0 && order.is_none() {
        questions.push(order_question(&shape, reading, latest, sample, examples.texts.clone())?);
    }
    if missing.year > 0 && reading.year.is_none() {
        let taken = examples.last.filter(|_| latest.is_some()).and_then(|ms| i32::try_from(year_of(ms)).ok());
        questions.push(LogQuestion::Year { examples: examples.texts.clone(), taken });
    }
    if missing.date > 0 {
        questions.push(LogQuestion::Date { examples: examples.texts });
    }
    let assumed_utc = missing.zone > 0 && reading.zone.is_none();
    let zone = if missing.zone > 0 { reading.zone.clone() } else { None };
    grammar.clock = Clock::new(reading.zone.as_deref(), order, latest)?;
    Ok(Detected { grammar, missing, questions, zone, assumed_utc, timed })
}

fn grammar_of(
    shape: &Shape,
    reading: &LogReading,
    order: Option<bool>,
    latest: Option<i64>,
) -> Result<Grammar, LogFileError> {
    let clock = Clock::new(reading.zone.as_deref(), order, latest)?;
    Ok(Grammar { shape: shape.clone(), clock, source: otlp::Source::default() })
}

/// Formats whose records are known without a time.
const fn is_structured(format: LogFormat) -> bool {
    format.is_json() || matches!(format, LogFormat::JournaldExport | LogFormat::Logfmt)
}

/// Returns the beginning of a text without its byte order mark.
pub(super) fn without_mark(sample: &[u8]) -> &[u8] {
    sample.strip_prefix(BYTE_ORDER_MARK).unwrap_or(sample)
}

/// The lines of a sample; an unfinished last one only when it is the only one.
fn lines_of(sample: &[u8]) -> Vec<&[u8]> {
    let whole = memchr::memrchr(b'\n', sample).map_or(sample, |end| &sample[..end]);
    whole.split(|&b| b == b'\n').take(SAMPLE_LINES).collect()
}

fn shape_of(lines: &[&[u8]], chosen: Option<LogFormat>) -> Shape {
    let plain = Shape::plain();
    let texts: Vec<String> = lines
        .iter()
        .filter(|line| !continuation::continues(line) || line.first() == Some(&b'}'))
        .map(|line| clean(line).into_owned())
        .collect();
    let with = |format| Shape { format, ..plain.clone() };
    if let Some(format) = chosen.filter(|&format| is_structured(format) || format == LogFormat::Plain) {
        return with(format);
    }
    if chosen.is_none() {
        if let Some(format) = json_format(&texts) {
            return with(format);
        }
        if is_logfmt(&texts) {
            return with(LogFormat::Logfmt);
        }
    }
    timed_shape(&texts, chosen).unwrap_or(plain)
}

/// Tells whose JSON the lines are.
fn json_format(texts: &[String]) -> Option<LogFormat> {
    // A batch is mostly longer than the sample: its beginning tells enough.
    let batches = texts.iter().take(JSON_LINES).filter(|text| otlp::begins(text.as_bytes())).count();
    if batches > 0 && batches * 2 >= texts.len().min(JSON_LINES) {
        return Some(LogFormat::OpenTelemetry);
    }
    let objects: Vec<serde_json::Map<String, serde_json::Value>> = texts
        .iter()
        .take(JSON_LINES)
        .filter_map(|text| serde_json::from_str(json::bare(text)).ok())
        .map(record_of)
        .collect();
    // A line that the sample cuts, or a banner before the records, is no objection.
    if objects.is_empty() || objects.len() * 2 < texts.len().min(JSON_LINES) {
        // One object longer than the sample is JSON too.
        return (texts.len() == 1 && texts[0].starts_with("{\"")).then_some(LogFormat::Json);
    }
    let share = |test: &dyn Fn(&serde_json::Map<String, serde_json::Value>) -> bool| {
        objects.iter().filter(|object| test(object)).count() * 2 >= objects.len()
    };
    let has = |names: &'static [&'static str]| {
        share(&move |object| names.iter().any(|name| object.contains_key(*name)))
    };
    Some(if has(&["__REALTIME_TIMESTAMP"]) {
        LogFormat::JournaldJson
    } else if has(&["log"]) && has(&["stream"]) && has(&["time"]) {
        LogFormat::DockerJson
    } else if has(&["SeverityText", "severityText", "SeverityNumber", "severityNumber", "timeUnixNano"]) {
        LogFormat::OpenTelemetry
    } else if has(&["@timestamp"]) && has(&["ecs.version", "ecs", "log.level", "log"]) {
        LogFormat::Ecs
    } else if has(&["@timestamp"]) && has(&["@version", "logger_name", "level_value"]) {
        LogFormat::Logstash
    } else if has(&["pid"])
        && has(&["hostname"])
        && share(&|object| object.get("level").is_some_and(serde_json::Value::is_number))
    {
        LogFormat::Bunyan
    } else {
        LogFormat::Json
    })
}

/// Returns the object that is the record: of what Elasticsearch hands out the document in it.
fn record_of(
    mut object: serde_json::Map<String, serde_json::Value>,
) -> serde_json::Map<String, serde_json::Value> {
    match object.remove(json::DOCUMENT) {
        Some(serde_json::Value::Object(document)) => document,
        Some(_) | None => object,
    }
}

fn is_logfmt(texts: &[String]) -> bool {
    let fits = |text: &&String| {
        logfmt::begins(text.as_bytes())
            && logfmt::Pairs::new(text).filter(|(_, value)| value.is_some()).count() >= 2
            && logfmt::Pairs::new(text).any(|(key, _)| json::slot_of(key.as_bytes()).is_some())
    };
    let fitting = texts.iter().filter(fits).count();
    fitting > 0 && fitting * 10 >= texts.len() * 6
}

fn timed_shape(texts: &[String], chosen: Option<LogFormat>) -> Option<Shape> {
    let mut votes: BTreeMap<TimeSpec, usize> = BTreeMap::new();
    let found: Vec<_> = texts.iter().map(|text| find_time(text.as_bytes())).collect();
    for (spec, ..) in found.iter().flatten() {
        *votes.entry(*spec).or_default() += 1;
    }
    let timed: usize = votes.values().sum();
    // Text that mentions times here and there has no time column.
    if timed == 0 || timed * 10 < texts.len() * 3 && chosen.is_none() {
        return None;
    }
    let mut times: Vec<(TimeSpec, usize)> = votes.into_iter().filter(|&(_, n)| n * 20 >= timed).collect();
    times.sort_by_key(|&(spec, n)| (std::cmp::Reverse(n), spec));
    let &(first, best) = times.first()?;
    if best * 3 < timed && chosen.is_none() {
        return None;
    }
    // A time in the middle of a line is believed only where most lines have it there.
    times.retain(|&(spec, n)| {
        n == best || matches!(spec.column, Column::Start | Column::Priority | Column::Letter)
    });
    let behind: Vec<(&str, &str)> = texts
        .iter()
        .zip(&found)
        .filter_map(|(text, found)| {
            found.filter(|(spec, ..)| *spec == first).map(|(.., end)| text.split_at(end))
        })
        .collect();
    let habits = habits_of(&behind);
    let format = chosen.unwrap_or_else(|| format_of(first, &behind, habits));
    let habits = Habits { letters: format == LogFormat::Logcat, ..habits };
    // A few lines among many are parts of messages; many are records that somebody else wrote into the file.
    let untimed = texts.len() - timed;
    let loose = untimed >= 5 && untimed * 5 > texts.len();
    let times = times.into_iter().map(|(spec, _)| spec).collect();
    Some(Shape { format, times, habits, loose, written: None })
}

/// Finds the column that holds levels.
fn habits_of(behind: &[(&str, &str)]) -> Habits {
    let plain = Habits::default();
    let walked = behind.iter().filter(|(_, rest)| lines::head(rest, plain).level.is_some()).count();
    if walked * 5 >= behind.len() * 4 {
        return plain;
    }
    let mut counts = [0_usize; 12];
    for (_, rest) in behind {
        for (count, (_, token)) in counts.iter_mut().zip(lines::tokens(rest)) {
            *count += usize::from(lines::level_in(token).is_some());
        }
    }
    let best = (0..counts.len()).max_by_key(|&idx| (counts[idx], std::cmp::Reverse(idx)));
    let level_column = best
        .filter(|&idx| counts[idx] > walked && counts[idx] * 10 >= behind.len() * 6)
        .and_then(|idx| u8::try_from(idx).ok());
    Habits { level_column, letters: false }
}

/// Tells the format from what stands before and behind the time.
fn format_of(spec: TimeSpec, behind: &[(&str, &str)], habits: Habits) -> LogFormat {
    let most = |test: &dyn Fn(&str) -> bool| {
        behind.iter().filter(|(_, rest)| test(rest)).count() * 10 >= behind.len() * 7
    };
    if most(&access::is_request) {
        return if most(&access::is_combined) { LogFormat::AccessCombined } else { LogFormat::AccessCommon };
    }
    let versioned = behind.iter().all(|(before, _)| before.contains(">1 "));
    match (spec.column, spec.layout) {
        (Column::Letter, _) => return LogFormat::Klog,
        (Column::Priority, Layout::Iso) if versioned => return LogFormat::Syslog5424,
        (Column::Priority, _) => return LogFormat::Syslog3164,
        (Column::Start, Layout::Ctime) if most(&|rest| rest.starts_with("] [")) => {
            return LogFormat::ApacheError;
        }
        (Column::Start, Layout::Iso) if most(&is_nginx) => return LogFormat::NginxError,
        (Column::Start, Layout::MonthDay) if most(&is_logcat) => return LogFormat::Logcat,
        (Column::Start, Layout::Iso) if most(&is_cbs) => return LogFormat::Cbs,
        (Column::Start, Layout::Bsd | Layout::Iso) if is_syslog(behind, habits) => {
            return LogFormat::Syslog3164;
        }
        _ => {}
    }
    let before_level =
        |before: &str| lines::tokens(before).any(|(_, token)| lines::level_in(token).is_some());
    let leveled = behind
        .iter()
        .filter(|(before, rest)| lines::head(rest, habits).level.is_some() || before_level(before))
        .count();
    if leveled * 2 >= behind.len() {
        LogFormat::Leveled
    } else if spec.layout == Layout::Epoch {
        LogFormat::EpochLines
    } else {
        LogFormat::TimedLines
    }
}

/// ` [error] 12#7: text`.
fn is_nginx(rest: &str) -> bool {
    let Some((level, text)) = rest.strip_prefix(" [").and_then(|rest| rest.split_once("] ")) else {
        return false;
    };
    let number = text.split(':').next().unwrap_or_default();
    super::levels::of_word(level.as_bytes()).is_some() && number.contains('#') && number.len() < 24
}

/// `  17  23 D Tag: text`, ` D/Tag( 12): text`.
fn is_logcat(rest: &str) -> bool {
    let letter = |token: &str| token.len() == 1 && super::levels::of_letter(token.as_bytes()[0]).is_some();
    let number = |token: &str| token.bytes().all(|b| b.is_ascii_digit());
    let mut tokens = lines::tokens(rest).map(|(_, token)| token);
    let Some(first) = tokens.next() else { return false };
    if first.len() > 2 && first.as_bytes()[1] == b'/' {
        return letter(&first[..1]);
    }
    number(first) && tokens.next().is_some_and(number) && tokens.next().is_some_and(letter)
}

/// `, Info                  CBS    text`.
fn is_cbs(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(", ") else { return false };
    let n = rest.find(' ').unwrap_or(rest.len());
    super::levels::of_word(&rest.as_bytes()[..n]).is_some() && rest[n..].starts_with("    ")
}

/// ` host program[12]: text` on most lines, with few hosts and no levels.
fn is_syslog(behind: &[(&str, &str)], habits: Habits) -> bool {
    if habits.level_column.is_some() {
        return false;
    }
    let mut hosts = BTreeMap::new();
    let (mut tagged, mut numbered) = (0, 0);
    for (_, rest) in behind {
        let mut parts = rest.trim_start().splitn(2, ' ');
        let (host, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let named = !host.is_empty()
            && lines::level_in(host).is_none()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':'))
            && !host.ends_with(':');
        *hosts.entry(host).or_insert(0_usize) += 1;
        if let Some((tag, pid, _)) = syslog::tag_of(text.trim_start()).filter(|_| named) {
            tagged += usize::from(lines::level_in(tag).is_none());
            numbered += usize::from(!pid.is_empty());
        }
    }
    let few_hosts = hosts.len() <= 3.max(behind.len() / 10);
    tagged * 10 >= behind.len() * 7 && few_hosts && (numbered > 0 || behind.len() >= 3)
}

/// Returns the latest moment that a line without a year can have.
fn latest_ms(
    shape: &Shape,
    reading: &LogReading,
    tail: &[u8],
    lines: &[&[u8]],
    changed_ms: Option<i64>,
) -> Option<i64> {
    let given = reading.latest.map(Timestamp::as_millis).or(changed_ms);
    let Some(year) = reading.year else { return given };
    let tail_lines = lines_of(tail);
    let last = tail_lines.iter().rev().chain(lines.iter().rev()).find_map(|line| day_of_year(shape, line));
    let year = i64::from(year);
    let end = end_of_year(year);
    // The clock allows a day more than the latest moment.
    let Some((month, day)) = last else { return Some(end - 86_400_000) };
    let days = super::super::civil::days_from_civil(year, month, day);
    Some((days * 86_400_000).min(end - 86_400_000))
}

fn day_of_year(shape: &Shape, line: &[u8]) -> Option<(i64, i64)> {
    shape.times.iter().find_map(|spec| {
        let at = spec.column.offset(line)?;
        match spec.layout.read(line.get(at..)?, &mut DayCache::default())? {
            (Stamp::Civil { day: Day::OfYear { month, day }, .. }, _) => Some((month, day)),
            _ => None,
        }
    })
}

/// What the records of the sample showed.
struct Examples {
    timed: usize,
    /// Up to three times as written.
    texts: Vec<String>,
    last: Option<i64>,
}

fn examples_of(grammar: &mut Grammar, sample: &[u8]) -> Examples {
    let mut found = Examples { timed: 0, texts: Vec::new(), last: None };
    let whole = memchr::memrchr(b'\n', sample).map_or(sample.len(), |end| end + 1);
    let walked = super::chunk::walk(&sample[..whole], grammar, |grammar, span| {
        let record = &sample[span.start..span.end];
        let before = grammar.clock.missing;
        let parsed = grammar.parse(sample, span, None);
        // The time of text formats is read when the record begins, that of others when it is taken apart.
        let lacking = before != grammar.clock.missing || before != Missing::default();
        if parsed.at.is_some() || span.begin.shaped && span.begin.after > 0 {
            found.timed += 1;
            found.last = parsed.at.or(found.last);
            if lacking && found.texts.len() < 3 {
                found.texts.push(example(record, span.begin.after));
            }
        }
        Ok::<(), ()>(())
    });
    debug_assert!(walked.is_ok(), "the visitor never ends the walk");
    found
}

/// The beginning of a line up to behind its time; for formats with named times the first hundred characters.
fn example(record: &[u8], after: usize) -> String {
    let record = if after > 0 { record } else { record.trim_ascii_start() };
    let end = if after > 0 { after } else { record.len().min(100) };
    clean(&record[..end.min(record.len())])
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches(['[', '('])
        .to_owned()
}

/// Tells from days above twelve which part comes first.
fn known_order(shape: &Shape, lines: &[&[u8]]) -> Option<bool> {
    let spec = shape.times.iter().find(|spec| spec.layout == Layout::Ordered)?;
    let (mut day_first, mut month_first) = (false, false);
    for line in lines {
        let Some(text) = spec.column.offset(line).and_then(|at| line.get(at..)) else { continue };
        let mut numbers = text
            .split(|b| !b.is_ascii_digit())
            .map(|digits| digits.iter().take(4).fold(0_u32, |sum, b| sum * 10 + u32::from(b - b'0')));
        let (first, second) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        day_first |= first > 12 && first <= 31 && (1..=12).contains(&second);
        month_first |= second > 12 && second <= 31 && (1..=12).contains(&first);
    }
    (day_first != month_first).then_some(day_first)
}

fn order_question(
    shape: &Shape,
    reading: &LogReading,
    latest: Option<i64>,
    sample: &[u8],
    examples: Vec<String>,
) -> Result<LogQuestion, LogFileError> {
    let read = |day_first: bool| -> Result<DateReading, LogFileError> {
        let mut grammar = grammar_of(shape, reading, Some(day_first), latest)?;
        let mut times = Vec::new();
        let walked = super::chunk::walk(sample, &mut grammar, |_, span| {
            times.extend(span.begin.at);
            Ok::<(), ()>(())
        });
        debug_assert!(walked.is_ok(), "the visitor never ends the walk");
        let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        steps.sort_unstable();
        Ok(DateReading {
            first: times.first().copied().map(Timestamp::from_millis),
            last: times.last().copied().map(Timestamp::from_millis),
            typical_step_ms: steps.get(steps.len() / 2).copied(),
            impossible: 0,
        })
    };
    Ok(LogQuestion::DayOrMonthFirst { examples, day_first: read(true)?, month_first: read(false)? })
}
