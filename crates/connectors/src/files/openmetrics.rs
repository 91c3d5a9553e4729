//! Reads OpenMetrics text and the older Prometheus text format.
//!
//! Source: *OpenMetrics 1.0*, sections "ABNF", "`MetricFamily`" and "Text format"; for the older format the Prometheus
//! documentation, *Exposition formats*. Exemplars are passed over, except the one with which [`super::Exporter`] keeps the
//! bits of an unusual `NaN`. Quoted names are read as Prometheus 3 writes them.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

use wardroom_core::{MetricKind, SeriesKey, Unit};

use super::detect::Found;
use super::rows::{CellHasher, Part, Run};
use super::text::{Line, Lines};
use super::time::{in_range, unix_number};
use super::values::{Fault, Scanner, finite_or_said, read_series, text_of};
use super::{Expected, FileError, FileProblem, OpenMetricsRule};

/// The label of the exemplar that carries the bits of an unusual `NaN`.
pub(super) const NAN_LABEL: &str = "nan_bits";

/// Lines that are looked at to tell the two formats apart when `# EOF` is missing.
const LOOKED_LINES: usize = 2000;

/// Which of the two formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// Times in seconds, ends with `# EOF`.
    OpenMetrics,
    /// Times in milliseconds, free comments.
    Prometheus,
}

/// Types of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FamilyType {
    #[default]
    Unknown,
    Counter,
    Gauge,
    Histogram,
    GaugeHistogram,
    StateSet,
    Info,
    Summary,
}

impl FamilyType {
    fn parse(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"unknown" | b"untyped" => Self::Unknown,
            b"counter" => Self::Counter,
            b"gauge" => Self::Gauge,
            b"histogram" => Self::Histogram,
            b"gaugehistogram" => Self::GaugeHistogram,
            b"stateset" => Self::StateSet,
            b"info" => Self::Info,
            b"summary" => Self::Summary,
            _ => return None,
        })
    }

    /// Returns the suffixes that the samples of such a family have in OpenMetrics.
    const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Unknown | Self::Gauge | Self::StateSet => &[""],
            Self::Counter => &["_total", "_created"],
            Self::Histogram => &["_bucket", "_count", "_sum", "_created"],
            Self::GaugeHistogram => &["_bucket", "_gcount", "_gsum"],
            Self::Info => &["_info"],
            Self::Summary => &["", "_count", "_sum", "_created"],
        }
    }

    fn kind_of(self, suffix: &str) -> MetricKind {
        match self {
            Self::Unknown => MetricKind::Unknown,
            Self::Counter | Self::Histogram | Self::GaugeHistogram if suffix == "_created" => {
                MetricKind::Gauge
            }
            Self::Counter => MetricKind::Counter,
            Self::Gauge | Self::StateSet | Self::Info => MetricKind::Gauge,
            Self::Histogram | Self::GaugeHistogram => MetricKind::Histogram,
            Self::Summary => match suffix {
                "" => MetricKind::Summary,
                "_created" => MetricKind::Gauge,
                _ => MetricKind::Counter,
            },
        }
    }
}

/// What the descriptors said of a family.
#[derive(Clone, Debug, Default)]
struct Family {
    name: String,
    family_type: FamilyType,
    typed: bool,
    helped: bool,
    unit: Option<Unit>,
    united: bool,
    /// Kind and unit that [`super::Exporter`] wrote into the help text.
    stated: Option<(MetricKind, Unit)>,
    has_samples: bool,
    /// Whether a descriptor or sample has named it; the name itself may be empty.
    begun: bool,
}

/// The state of reading a file.
struct Reader {
    dialect: Dialect,
    changed_ms: i64,
    family: Family,
    finished: BTreeSet<String>,
    ended: bool,
    known: HashMap<Vec<u8>, u32, BuildHasherDefault<CellHasher>>,
}

fn rule(at: usize, rule: OpenMetricsRule) -> Fault {
    (at, FileProblem::Rule { rule })
}

/// Reports whether samples of the file have no time of their own, judged by its first lines.
pub(super) fn lacks_times(found: &Found) -> Result<bool, FileError> {
    let mut lines = Lines::open(found, 0)?;
    let mut line = Vec::new();
    for _ in 0..LOOKED_LINES {
        line.clear();
        match lines.next(&mut line).map_err(|error| found.unread(&error))? {
            Line::End => break,
            Line::TooLong => continue,
            Line::Whole => {}
        }
        if !line.starts_with(b"#")
            && let Ok((_, _, time)) = split_sample(&line)
        {
            return Ok(time.is_none());
        }
    }
    Ok(false)
}

/// Reports whether a time is in seconds: with a point, or a whole number that would be a day between January 1970 and
/// March 1973 if it were in milliseconds, and one from 1973 to 5138 in seconds.
fn is_in_seconds(time: &[u8]) -> bool {
    let whole =
        matches!(time.len(), 9..=11) && !time.starts_with(b"0") && time.iter().all(u8::is_ascii_digit);
    whole || time.contains(&b'.')
}

/// Tells the dialect: `# EOF` or a time in seconds means OpenMetrics.
fn dialect_of(found: &Found) -> Result<Dialect, FileError> {
    if found.tail.trim_ascii_end().ends_with(b"# EOF") {
        return Ok(Dialect::OpenMetrics);
    }
    let mut lines = Lines::open(found, 0)?;
    let mut line = Vec::new();
    for _ in 0..LOOKED_LINES {
        line.clear();
        match lines.next(&mut line).map_err(|error| found.unread(&error))? {
            Line::End => break,
            Line::TooLong => continue,
            Line::Whole => {}
        }
        let in_seconds = split_sample(&line).is_ok_and(|(_, _, time)| time.is_some_and(is_in_seconds));
        if line.starts_with(b"# UNIT ") || line.starts_with(b"# EOF") || !line.starts_with(b"#") && in_seconds
        {
            return Ok(Dialect::OpenMetrics);
        }
    }
    Ok(Dialect::Prometheus)
}

/// Splits a sample into the bytes of its series, its value and its time.
fn split_sample(line: &[u8]) -> Result<(&[u8], &[u8], Option<&[u8]>), Fault> {
    let mut scan = Scanner::new(line);
    end_of_series(&mut scan)?;
    let series = &line[..scan.at];
    if !matches!(scan.peek(), Some(b' ' | b'\t')) {
        return Err(scan.expected(Expected::Space));
    }
    scan.blanks();
    let value = scan.word();
    if value.is_empty() {
        return Err(scan.expected(Expected::Value));
    }
    scan.blanks();
    let time = match scan.peek() {
        None | Some(b'#') => None,
        Some(_) => Some(scan.word()),
    };
    Ok((series, value, time))
}

/// Moves behind the name and the braces without looking at what is in them.
fn end_of_series(scan: &mut Scanner<'_>) -> Result<(), Fault> {
    let named = !scan.name(true).is_empty();
    let after_name = scan.at;
    // The older format allows blanks between name and braces.
    scan.blanks();
    if scan.peek() != Some(b'{') {
        scan.at = after_name;
        return if named { Ok(()) } else { Err(scan.expected(Expected::MetricName)) };
    }
    let mut quoted = false;
    while let Some(b) = scan.peek() {
        scan.at += 1;
        match b {
            b'\\' if quoted => scan.at += 1,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return Ok(()),
            _ => {}
        }
    }
    scan.at = scan.at.min(scan.line.len());
    Err(scan.expected(Expected::CommaOrBrace))
}

impl Reader {
    /// Reports whether a last line without a line end may have lost a part: the file has lost its own end, too.
    fn may_be_half(&self, line: &[u8]) -> bool {
        self.dialect == Dialect::OpenMetrics && !self.ended && line.trim_ascii_end() != b"# EOF"
    }

    /// Reads one line; `Ok(None)` when it holds no sample.
    fn line(&mut self, line: &[u8], run: &mut Run<'_>) -> Result<Option<(u32, i64, f64)>, Fault> {
        if self.ended && self.dialect == Dialect::OpenMetrics {
            return Err(rule(0, OpenMetricsRule::AfterEof));
        }
        if line.trim_ascii().is_empty() {
            let allowed = self.dialect == Dialect::Prometheus;
            return if allowed { Ok(None) } else { Err(rule(0, OpenMetricsRule::EmptyLine)) };
        }
        if line.first() == Some(&b'#') {
            return self.descriptor(line).map(|()| None);
        }
        let (series, value, time) = split_sample(line)?;
        let value_at = offset_in(line, value);
        let mut number = finite_or_said(value).map_err(|problem| (value_at, problem))?;
        let at_ms = match time {
            None => self.changed_ms,
            Some(time) => self.time(time).map_err(|problem| (offset_in(line, time), problem))?,
        };
        if let Some(bits) = self.after_sample(line, time.unwrap_or(value))?
            && number.is_nan()
        {
            number = f64::from_bits(bits);
        }
        let known = self.known.get(series).copied();
        let slot = match known {
            Some(slot) => slot,
            None => self.open_series(series, run)?,
        };
        self.family.has_samples = true;
        Ok(Some((slot, at_ms, number)))
    }

    fn time(&self, text: &[u8]) -> Result<i64, FileProblem> {
        match self.dialect {
            Dialect::OpenMetrics => seconds_ms(text),
            Dialect::Prometheus => {
                let text = std::str::from_utf8(text).map_err(|_| FileProblem::NotATime)?;
                in_range(text.parse().map_err(|_| FileProblem::NotATime)?)
            }
        }
    }

    /// Looks at what follows the last word of a sample: nothing, or an exemplar.
    fn after_sample(&self, line: &[u8], last: &[u8]) -> Result<Option<u64>, Fault> {
        let mut scan = Scanner::new(line);
        scan.at = offset_in(line, last) + last.len();
        scan.blanks();
        if scan.at == line.len() {
            return Ok(None);
        }
        if self.dialect == Dialect::Prometheus || !scan.eat(b'#') || !scan.eat(b' ') {
            return Err(scan.expected(Expected::EndOfLine));
        }
        if scan.peek() != Some(b'{') {
            return Err(scan.expected(Expected::CommaOrBrace));
        }
        let exemplar = read_series(&mut scan)?;
        scan.blanks();
        let at = scan.at;
        if fast_float2::parse::<f64, _>(scan.word()).is_err() {
            return Err((at, FileProblem::Expected { what: Expected::Value }));
        }
        let bits = exemplar.labels.get(NAN_LABEL).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        Ok(bits.filter(|bits| f64::from_bits(*bits).is_nan()))
    }

    /// Reads a series that is new in this file: its labels, and its kind and unit from the family.
    fn open_series(&mut self, raw: &[u8], run: &mut Run<'_>) -> Result<u32, Fault> {
        let key = series_key(raw)?;
        let suffix = self.suffix_in_family(&key.metric);
        let suffix = if let Some(suffix) = suffix {
            suffix
        } else {
            self.check_name(&key.metric)?;
            self.begin_family(&key.metric)?;
            ""
        };
        let family = &self.family;
        if self.dialect == Dialect::OpenMetrics {
            let limited = family.family_type == FamilyType::Summary && suffix.is_empty();
            let lacks_le = suffix == "_bucket" && family.typed && key.labels.get("le").is_none();
            if lacks_le || limited && key.labels.get("quantile").is_none() {
                return Err(rule(0, OpenMetricsRule::LimitMissing));
            }
        }
        let named = (MetricKind::from_metric_name(&key.metric), Unit::from_metric_name(&key.metric));
        let (kind, unit) = match (family.stated, family.typed) {
            (Some(stated), _) => stated,
            (None, true) => (family.family_type.kind_of(suffix), unit_of(suffix, family.unit, named.1)),
            (None, false) => (named.0, unit_of(suffix, family.unit, named.1)),
        };
        let slot = run.series(&key, kind, unit);
        self.known.insert(raw.to_vec(), slot);
        Ok(slot)
    }

    /// Returns the suffix of a sample's name within the current family; `None` when it belongs to another one.
    fn suffix_in_family(&self, metric: &str) -> Option<&'static str> {
        let rest = metric.strip_prefix(self.family.name.as_str()).filter(|_| self.family.begun)?;
        let all = ["", "_total", "_created", "_bucket", "_count", "_sum", "_gcount", "_gsum", "_info"];
        let suffix = all.into_iter().find(|suffix| *suffix == rest)?;
        // In the older format the name of a counter's family has its `_total` already.
        let own = self.family.family_type.suffixes().contains(&suffix);
        (own || suffix.is_empty() && self.dialect == Dialect::Prometheus).then_some(suffix)
    }

    /// Refuses a sample that is named like the current family but not as its type asks.
    fn check_name(&self, metric: &str) -> Result<(), Fault> {
        let family = &self.family;
        let strict = self.dialect == Dialect::OpenMetrics && family.typed && family.begun;
        let rest = metric.strip_prefix(family.name.as_str());
        if strict && rest.is_some_and(|rest| rest.is_empty() || rest == "_total") {
            return Err(rule(0, OpenMetricsRule::SuffixNotAllowed));
        }
        Ok(())
    }

    /// Starts the family `name`, from a descriptor or from a sample without one.
    fn begin_family(&mut self, name: &str) -> Result<(), Fault> {
        if self.dialect == Dialect::OpenMetrics && self.finished.contains(name) {
            return Err(rule(0, OpenMetricsRule::FamilyInterleaved));
        }
        let next = Family { name: name.to_owned(), begun: true, ..Family::default() };
        let before = std::mem::replace(&mut self.family, next);
        if before.begun {
            self.finished.insert(before.name);
        }
        Ok(())
    }

    fn descriptor(&mut self, line: &[u8]) -> Result<(), Fault> {
        if line.trim_ascii_end() == b"# EOF" {
            self.ended = true;
            return Ok(());
        }
        let old = self.dialect == Dialect::Prometheus;
        let mut scan = Scanner::new(line);
        scan.at = 1;
        scan.blanks();
        let at = scan.at;
        let word = scan.word();
        if !matches!(word, b"TYPE" | b"HELP" | b"UNIT") {
            let fault = (at, FileProblem::Expected { what: Expected::Descriptor });
            return if old { Ok(()) } else { Err(fault) };
        }
        scan.blanks();
        let name_at = scan.at;
        let name = match scan.peek() {
            Some(b'"') => scan.quoted()?,
            Some(_) | None => text_of(scan.name(true)).into_owned(),
        };
        if name.is_empty() && line.get(name_at) != Some(&b'"') {
            return Err(scan.expected(Expected::MetricName));
        }
        scan.blanks();
        let rest = &line[scan.at..];
        if name != self.family.name || !self.family.begun {
            self.begin_family(&name).map_err(|(_, problem)| (name_at, problem))?;
        }
        self.describe(word, rest, scan.at)
    }

    /// Takes what a descriptor says of the current family.
    fn describe(&mut self, word: &[u8], rest: &[u8], at: usize) -> Result<(), Fault> {
        let old = self.dialect == Dialect::Prometheus;
        let family = &mut self.family;
        let repeated = match word {
            b"TYPE" => std::mem::replace(&mut family.typed, true),
            b"HELP" => std::mem::replace(&mut family.helped, true),
            _ => std::mem::replace(&mut family.united, true),
        };
        if (repeated || family.has_samples) && !old {
            return Err(rule(at, OpenMetricsRule::RepeatedDescriptor));
        }
        match word {
            b"TYPE" => {
                let known = FamilyType::parse(rest.trim_ascii_end());
                let refused = (at, FileProblem::Expected { what: Expected::TypeWord });
                family.family_type = known.ok_or(refused)?;
            }
            b"HELP" => family.stated = stated_in(&text_of(rest)),
            _ => {
                let unit = text_of(rest).trim().to_owned();
                if !unit.is_empty() && !family.name.ends_with(&format!("_{unit}")) {
                    return Err(rule(at, OpenMetricsRule::UnitNotInName));
                }
                family.unit = Some(Unit::parse(&unit)).filter(|unit| *unit != Unit::Unknown);
            }
        }
        Ok(())
    }
}

/// Returns the unit of the samples with a suffix, from that of their family and the one that their name suggests.
fn unit_of(suffix: &str, family: Option<Unit>, named: Unit) -> Unit {
    match (suffix, family) {
        ("_bucket" | "_count" | "_gcount", _) => Unit::Count,
        ("_created", _) => Unit::UnixTime,
        // A point in time counts seconds as well; only its name tells it from a length.
        (_, Some(Unit::Seconds)) if named == Unit::UnixTime => named,
        (_, Some(unit)) => unit,
        (_, None) => named,
    }
}

/// Reads kind and unit out of the help text of an export (`kind=gauge unit=bytes`).
fn stated_in(help: &str) -> Option<(MetricKind, Unit)> {
    let (kind, unit) = help.strip_prefix("kind=")?.split_once(" unit=")?;
    Some((MetricKind::parse(kind), Unit::parse(unit.trim_end())))
}

/// Reads the name and labels of a sample.
fn series_key(raw: &[u8]) -> Result<SeriesKey, Fault> {
    let mut scan = Scanner::new(raw);
    let name = scan.name(true);
    scan.blanks();
    if !name.is_empty() && scan.peek() == Some(b'{') {
        // Blanks between name and braces are left out before the shared reader sees them.
        let joined: Vec<u8> = name.iter().chain(&raw[scan.at..]).copied().collect();
        return read_series(&mut Scanner::new(&joined));
    }
    read_series(&mut Scanner::new(raw))
}

/// Returns where a part of a line begins in it.
fn offset_in(line: &[u8], part: &[u8]) -> usize {
    (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize)
}

/// Reads a time in seconds, exactly where it is written in decimals; parts of a millisecond are cut off.
fn seconds_ms(text: &[u8]) -> Result<i64, FileProblem> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = digits.splitn(2, |&b| b == b'.');
    let (whole, fraction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let plain =
        !whole.is_empty() && whole.len() <= 12 && whole.iter().chain(fraction).all(u8::is_ascii_digit);
    if !plain {
        let value: f64 = fast_float2::parse(text).map_err(|_| FileProblem::NotATime)?;
        // Larger than the year 5138 is out of range here, where a number is always in seconds.
        return if value.abs() < 1e11 { unix_number(value) } else { Err(FileProblem::TimeOutOfRange) };
    }
    let digit = |i: usize| fraction.get(i).map_or(0, |b| i64::from(b - b'0'));
    let seconds = whole.iter().fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
    let ms = seconds * 1000 + digit(0) * 100 + digit(1) * 10 + digit(2);
    Ok(if negative { -ms } else { ms })
}

/// Reads a file into a run.
pub(super) fn read(found: &Found, run: &mut Run<'_>, part: &Part) -> Result<(), FileError> {
    let mut reader = Reader {
        dialect: dialect_of(found)?,
        changed_ms: found.changed_ms,
        family: Family::default(),
        finished: BTreeSet::new(),
        ended: false,
        known: HashMap::default(),
    };
    let mut lines = Lines::open(found, part.start)?;
    let mut line = Vec::new();
    if part.start > 0 {
        lines.next(&mut line).map_err(|error| found.unread(&error))?;
    }
    let stop = part.start.saturating_add(part.most_bytes);
    loop {
        if lines.bytes >= stop {
            run.stopped_at = Some(lines.taken());
            break;
        }
        run.look(lines.bytes, lines.taken())?;
        line.clear();
        match lines.next(&mut line).map_err(|error| found.unread(&error))? {
            Line::End => break,
            Line::TooLong => {
                run.done.rows += 1;
                run.bad(lines.number, 0, &line, FileProblem::LineTooLong)?;
                continue;
            }
            Line::Whole => {}
        }
        if lines.cut && reader.may_be_half(&line) {
            run.done.rows += 1;
            return run.bad(lines.number, 0, &line, FileProblem::Rule { rule: OpenMetricsRule::EofMissing });
        }
        match reader.line(&line, run) {
            Ok(None) => {}
            Ok(Some((slot, at_ms, value))) => {
                run.done.rows += 1;
                run.push(slot, at_ms, value)?;
            }
            Err((at, problem)) => {
                run.done.rows += 1;
                run.bad(lines.number, at as u64 + 1, &line, problem)?;
            }
        }
    }
    if run.stopped_at.is_none() && !reader.ended && reader.dialect == Dialect::OpenMetrics {
        run.bad(lines.number, 0, b"", FileProblem::Rule { rule: OpenMetricsRule::EofMissing })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_a_family_is_that_of_its_values_and_not_of_its_counts() {
        let seconds = Some(Unit::Seconds);

        assert_eq!(unit_of("_sum", seconds, Unit::Unknown), Unit::Seconds);
        assert_eq!(unit_of("_bucket", seconds, Unit::Count), Unit::Count);
        assert_eq!(unit_of("_count", seconds, Unit::Count), Unit::Count);
        assert_eq!(unit_of("_created", seconds, Unit::Unknown), Unit::UnixTime);
        assert_eq!(unit_of("", seconds, Unit::UnixTime), Unit::UnixTime);
        assert_eq!(unit_of("_total", Some(Unit::Bytes), Unit::Unknown), Unit::Bytes);
        assert_eq!(unit_of("", None, Unit::Ratio), Unit::Ratio);
    }
}
