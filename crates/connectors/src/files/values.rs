//! Reads and writes single values: numbers, label sets, texts in an unknown encoding.

use std::borrow::Cow;
use std::io::{self, Write};

use wardroom_core::{Labels, SeriesKey};

use super::{Expected, FileProblem, OpenMetricsRule};

/// Texts that stand for a gap, compared without case.
const GAP_WORDS: [&[u8]; 5] = [b"-", b"null", b"na", b"n/a", b"none"];

/// Bits of the only `NaN` that is written as plain `NaN`.
const PLAIN_NAN_BITS: u64 = 0x7ff8_0000_0000_0000;

/// Decodes a cell: UTF-8, or Windows-1252 where it is not UTF-8 (every byte means something there).
pub(super) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Cuts a text to the length that is kept of a bad row.
pub(super) fn clipped(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Reads a number; `None` is a gap (an empty cell or a word such as `null`).
///
/// Without a decimal comma, commas may only group thousands before a point (`1,234.5`); with one, points may
/// only group thousands (`1.234,5`).
pub(super) fn read_number(text: &[u8], decimal_comma: bool) -> Result<Option<f64>, FileProblem> {
    let text = text.trim_ascii();
    if text.is_empty() || GAP_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Ok(None);
    }
    let comma = text.contains(&b',');
    if !(comma || decimal_comma && text.contains(&b'.')) {
        return finite_or_said(text).or_else(|problem| nan_with_bits(text).ok_or(problem)).map(Some);
    }
    let plain = without_separators(text, decimal_comma)?;
    finite_or_said(&plain).map(Some)
}

/// Reads a number that is infinite only where the text says so: `1e400` is none that can be kept.
pub(super) fn finite_or_said(text: &[u8]) -> Result<f64, FileProblem> {
    let value = fast_float2::parse::<f64, _>(text).map_err(|_| FileProblem::NotANumber)?;
    if value.is_infinite() && text.iter().any(u8::is_ascii_digit) {
        return Err(FileProblem::NumberTooLarge);
    }
    Ok(value)
}

/// Reads `NaN(0x7ff0000000000002)`, which keeps the bits of a staleness marker.
fn nan_with_bits(text: &[u8]) -> Option<f64> {
    let hex = text.strip_prefix(b"NaN(0x")?.strip_suffix(b")")?;
    let bits = u64::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
    let value = f64::from_bits(bits);
    value.is_nan().then_some(value)
}

/// Takes grouping separators out and makes the decimal one a point.
fn without_separators(text: &[u8], decimal_comma: bool) -> Result<Vec<u8>, FileProblem> {
    if !text.iter().all(|b| b.is_ascii_digit() || b"+-.,eE".contains(b)) {
        return Err(FileProblem::NotANumber);
    }
    let (group, decimal) = if decimal_comma { (b'.', b',') } else { (b',', b'.') };
    let (whole, fraction) = match text.iter().position(|&b| b == decimal) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    if fraction.is_some_and(|rest| rest.contains(&group) || rest.contains(&decimal)) {
        return Err(FileProblem::UnclearSeparators);
    }
    let unsigned = whole.strip_prefix(b"-").or_else(|| whole.strip_prefix(b"+")).unwrap_or(whole);
    let mut groups = unsigned.split(|&b| b == group);
    let first = groups.next().unwrap_or_default();
    let grouped = unsigned.contains(&group);
    // A lone `1,234` or `1.234` may be a decimal number of the other convention, so it is grouped only when a
    // decimal separator or a second group proves it.
    let proved = fraction.is_some() || unsigned.iter().filter(|&&b| b == group).count() > 1;
    let fits = (1..=3).contains(&first.len()) && first[0] != b'0' && groups.all(|part| part.len() == 3);
    if grouped && !(fits && proved) {
        return Err(FileProblem::UnclearSeparators);
    }
    let mut plain: Vec<u8> = whole.iter().copied().filter(|&b| b != group).collect();
    if let Some(rest) = fraction {
        plain.push(b'.');
        plain.extend_from_slice(rest);
    }
    Ok(plain)
}

/// Writes a value with the fewest digits that read back to the same bits.
pub(super) fn write_number(out: &mut impl Write, value: f64) -> io::Result<()> {
    if value.is_nan() {
        let bits = value.to_bits();
        if bits == PLAIN_NAN_BITS { out.write_all(b"NaN") } else { write!(out, "NaN(0x{bits:016x})") }
    } else if value.is_infinite() {
        out.write_all(if value > 0.0 { b"+Inf" } else { b"-Inf" })
    } else if value.abs() < 1e15 && value.fract().abs().to_bits() == 0 {
        write!(out, "{value:.0}")
    } else {
        write!(out, "{value:?}")
    }
}

/// Returns the bits of a `NaN` that plain `NaN` would lose.
pub(super) fn unusual_nan_bits(value: f64) -> Option<u64> {
    let bits = value.to_bits();
    (value.is_nan() && bits != PLAIN_NAN_BITS).then_some(bits)
}

/// A place in a text where reading stopped: bytes from its start, and why.
pub(super) type Fault = (usize, FileProblem);

/// Walks over the bytes of a line, knowing where it is.
pub(super) struct Scanner<'a> {
    /// The whole line.
    pub(super) line: &'a [u8],
    /// Bytes read.
    pub(super) at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning.
    pub(super) const fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }

    /// Returns the next byte without taking it.
    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// Takes a byte when it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes spaces and tabs.
    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes bytes up to a space, a tab or the end.
    pub(super) fn word(&mut self) -> &'a [u8] {
        let rest = &self.line[self.at..];
        let n = rest.iter().position(|b| matches!(b, b' ' | b'\t')).unwrap_or(rest.len());
        self.at += n;
        &rest[..n]
    }

    /// Returns the fault at this place.
    pub(super) const fn expected(&self, what: Expected) -> Fault {
        (self.at, FileProblem::Expected { what })
    }

    /// Takes a name of letters, digits and `_` (and `:` in the name of a metric); empty when none starts here.
    pub(super) fn name(&mut self, colon: bool) -> &'a [u8] {
        let start = self.at;
        while let Some(b) = self.peek() {
            let letter = b.is_ascii_alphabetic() || b == b'_' || colon && b == b':';
            if !(letter || self.at > start && b.is_ascii_digit()) {
                break;
            }
            self.at += 1;
        }
        &self.line[start..self.at]
    }

    /// Takes a text in double quotes and undoes its escapes (`\\`, `\"`, `\n`; another backslash stays).
    pub(super) fn quoted(&mut self) -> Result<String, Fault> {
        if !self.eat(b'"') {
            return Err(self.expected(Expected::QuotedText));
        }
        let mut bytes = Vec::new();
        loop {
            let Some(b) = self.peek() else { return Err(self.expected(Expected::QuotedText)) };
            self.at += 1;
            match b {
                b'"' => return Ok(text_of(&bytes).into_owned()),
                b'\\' => match self.peek() {
                    Some(b'n') => {
                        self.at += 1;
                        bytes.push(b'\n');
                    }
                    Some(escaped @ (b'\\' | b'"')) => {
                        self.at += 1;
                        bytes.push(escaped);
                    }
                    Some(_) | None => bytes.push(b'\\'),
                },
                other => bytes.push(other),
            }
        }
    }
}

/// Takes `name{a="b",…}` or `{"name",a="b",…}`; the braces may be missing.
///
/// Names outside of the classic letters stand in quotes, as Prometheus 3 writes them.
pub(super) fn read_series(scan: &mut Scanner<'_>) -> Result<SeriesKey, Fault> {
    let mut metric = text_of(scan.name(true)).into_owned();
    if metric.is_empty() && scan.peek() != Some(b'{') {
        return Err(scan.expected(Expected::MetricName));
    }
    let mut labels = Labels::default();
    let mut seen: Vec<String> = Vec::new();
    if scan.eat(b'{') {
        loop {
            scan.blanks();
            if scan.eat(b'}') {
                break;
            }
            let start = scan.at;
            let quoted = scan.peek() == Some(b'"');
            let name = if quoted { scan.quoted()? } else { text_of(scan.name(false)).into_owned() };
            scan.blanks();
            if scan.eat(b'=') {
                scan.blanks();
                let value = scan.quoted()?;
                if seen.contains(&name) {
                    return Err((start, FileProblem::Rule { rule: OpenMetricsRule::RepeatedLabel }));
                }
                labels.set(name.as_str(), value);
                seen.push(name);
            } else if quoted && metric.is_empty() {
                metric = name;
            } else if name.is_empty() {
                return Err(scan.expected(Expected::LabelName));
            } else {
                return Err(scan.expected(Expected::EqualSign));
            }
            scan.blanks();
            if !scan.eat(b',') && scan.peek() != Some(b'}') {
                return Err(scan.expected(Expected::CommaOrBrace));
            }
        }
    }
    Ok(SeriesKey::new(metric, labels))
}

/// Reads a whole text as a series in braces (`cpu{host="a"}`); `None` when it is something else.
pub(super) fn series_in(text: &str) -> Option<SeriesKey> {
    if !text.ends_with('}') {
        return None;
    }
    let mut scan = Scanner::new(text.as_bytes());
    let key = read_series(&mut scan).ok()?;
    (scan.at == text.len()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, decimal_comma: bool) -> Result<Option<f64>, FileProblem> {
        read_number(text.as_bytes(), decimal_comma)
    }

    #[test]
    fn numbers_are_read_in_both_conventions() {
        assert_eq!(number(" 12.5 ", false), Ok(Some(12.5)));
        assert_eq!(number("1,234,567.5", false), Ok(Some(1_234_567.5)));
        assert_eq!(number("-1.234,5", true), Ok(Some(-1234.5)));
        assert_eq!(number("71,2", true), Ok(Some(71.2)));
        assert_eq!(number("+Inf", false), Ok(Some(f64::INFINITY)));
        assert_eq!(number("", false), Ok(None));
        assert_eq!(number("n/a", true), Ok(None));
    }

    #[test]
    fn contradicting_separators_and_words_are_refused() {
        assert_eq!(number("1,2.4", false), Err(FileProblem::UnclearSeparators));
        assert_eq!(number("1,234", false), Err(FileProblem::UnclearSeparators));
        assert_eq!(number("1.234", true), Err(FileProblem::UnclearSeparators));
        assert_eq!(number("1,2,3", true), Err(FileProblem::UnclearSeparators));
        assert_eq!(number("twelve", false), Err(FileProblem::NotANumber));
        assert_eq!(number("12 ms", false), Err(FileProblem::NotANumber));
        assert_eq!(number("-1e400", false), Err(FileProblem::NumberTooLarge));
        assert_eq!(number("1,5e400", true), Err(FileProblem::NumberTooLarge));
        assert_eq!(number("1e-400", false), Ok(Some(0.0)));
    }

    #[test]
    fn every_kind_of_value_survives_its_text_bit_by_bit() {
        let stale = f64::from_bits(0x7ff0_0000_0000_0002);
        let values = [
            0.0,
            -0.0,
            1.0,
            0.1,
            1e300,
            5e-324,
            f64::MAX,
            f64::MIN,
            1e15,
            123_456_789.125,
            f64::NAN,
            stale,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];

        for value in values {
            let mut text = Vec::new();
            write_number(&mut text, value).unwrap();
            let back = read_number(&text, false).unwrap().unwrap();
            assert_eq!(back.to_bits(), value.to_bits(), "{}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn a_series_is_read_with_escapes_and_quoted_names() {
        let key = series_in(r#"up{job="a\"b\\c\nd",path="é"}"#).unwrap();
        assert_eq!(key.labels.get("job"), Some("a\"b\\c\nd"));
        assert_eq!(key.labels.get("path"), Some("é"));

        let key = series_in(r#"{"my.metric","a.b"="1"}"#).unwrap();
        assert_eq!(key.metric, "my.metric");
        assert_eq!(key.labels.get("a.b"), Some("1"));
    }

    #[test]
    fn a_label_that_stands_twice_is_refused_with_its_place() {
        let fault = read_series(&mut Scanner::new(br#"up{a="1",a="2"}"#));

        assert_eq!(fault, Err((9, FileProblem::Rule { rule: OpenMetricsRule::RepeatedLabel })));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_read_as_windows_1252() {
        assert_eq!(text_of(b"caf\xe9"), "café");
    }
}
