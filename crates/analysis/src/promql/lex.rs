//! The characters of an expression: spaces, words, numbers, durations and quoted texts.

use super::error::{Expected, ParseError, ParseErrorKind};

/// A place in a text.
#[derive(Debug)]
pub(super) struct Scanner {
    chars: Vec<char>,
    at: usize,
}

/// A number or a length of time as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quantity {
    Number(f64),
    /// Milliseconds.
    Duration(i64),
}

type Parsed<T> = Result<T, ParseError>;

fn is_word_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic()
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

impl Scanner {
    pub(super) fn new(text: &str) -> Self {
        Self { chars: text.chars().collect(), at: 0 }
    }

    /// Returns the place, to come back to.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn return_to(&mut self, place: usize) {
        self.at = place;
    }

    /// Returns the character `ahead` of the place.
    pub(super) fn ahead(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    /// Passes spaces and comments.
    pub(super) fn space(&mut self) {
        while let Some(c) = self.peek() {
            if c == '#' {
                while self.peek().is_some_and(|c| !matches!(c, '\n' | '\r')) {
                    self.at += 1;
                }
            } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Passes spaces, then `text` if it stands there.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        self.space();
        let n = text.chars().count();
        if text.chars().enumerate().all(|(i, c)| self.ahead(i) == Some(c)) {
            self.at += n;
            return true;
        }
        false
    }

    /// Passes spaces and `text`, or says that it is expected.
    pub(super) fn expect(&mut self, text: &'static str) -> Parsed<()> {
        if self.takes(text) { Ok(()) } else { Err(self.wrong(Expected::Text(text))) }
    }

    /// Passes spaces and the comma that another member of a list stands behind, or says what ends the list.
    pub(super) fn expect_comma_or(&mut self, close: &'static str) -> Parsed<()> {
        if self.takes(",") { Ok(()) } else { Err(self.wrong(Expected::CommaOr(close))) }
    }

    /// Returns the word that begins here; colons belong to it where `colons`.
    pub(super) fn peek_word(&self, colons: bool) -> Option<String> {
        let begins = |c: char| is_word_start(c) || (colons && c == ':');
        self.peek().filter(|c| begins(*c))?;
        let goes_on = |c: &&char| is_word(**c) || (colons && **c == ':');
        Some(self.chars[self.at..].iter().take_while(goes_on).collect())
    }

    /// Passes spaces and the word, which has to stand there, upper and lower case alike.
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        self.space();
        let found = self.peek_word(true).is_some_and(|w| w.eq_ignore_ascii_case(word));
        if found {
            self.at += word.chars().count();
        }
        found
    }

    pub(super) fn word(&mut self, colons: bool) -> Option<String> {
        let word = self.peek_word(colons)?;
        self.at += word.chars().count();
        Some(word)
    }

    pub(super) fn error_at(place: usize, kind: ParseErrorKind) -> ParseError {
        ParseError { column: place + 1, kind }
    }

    /// Says that what stands here is not what is expected.
    pub(super) fn wrong(&self, expected: Expected) -> ParseError {
        self.wrong_at(self.at, expected)
    }

    fn wrong_at(&self, place: usize, expected: Expected) -> ParseError {
        let rest = self.chars.get(place..).unwrap_or_default();
        let kind = match rest.first() {
            None => ParseErrorKind::Ends { expected },
            Some(c) if is_word(*c) => {
                let found = rest.iter().take_while(|c| is_word(**c)).take(40).collect();
                ParseErrorKind::Syntax { found, expected }
            }
            Some(c) => ParseErrorKind::Syntax { found: c.to_string(), expected },
        };
        Self::error_at(place, kind)
    }

    fn digits(&mut self, is_digit: impl Fn(char) -> bool) -> usize {
        let begin = self.at;
        while self.peek().is_some_and(&is_digit) {
            self.at += 1;
        }
        self.at - begin
    }

    /// Reads a number or a length of time.
    pub(super) fn quantity(&mut self, expected: Expected) -> Parsed<Quantity> {
        let begin = self.at;
        if !self.peek().is_some_and(|c| c.is_ascii_digit() || c == '.') {
            return Err(self.wrong(expected));
        }
        if self.number_follows() {
            let text: String = self.chars[begin..self.at].iter().collect();
            return read_number(&text).map(Quantity::Number).ok_or_else(|| self.wrong_at(begin, expected));
        }
        self.at = begin;
        self.digits(is_word);
        let text: String = self.chars[begin..self.at].iter().collect();
        read_duration(&text).map(Quantity::Duration).ok_or_else(|| self.wrong_at(begin, expected))
    }

    /// Passes the characters of a number; false where letters follow.
    fn number_follows(&mut self) -> bool {
        if self.peek() == Some('0') && matches!(self.ahead(1), Some('x' | 'X')) {
            self.at += 2;
            self.digits(|c| c.is_ascii_hexdigit());
        } else {
            self.digits(|c| c.is_ascii_digit());
            if self.peek() == Some('.') {
                self.at += 1;
                self.digits(|c| c.is_ascii_digit());
            }
            if matches!(self.peek(), Some('e' | 'E')) {
                self.at += 1;
                if matches!(self.peek(), Some('+' | '-')) {
                    self.at += 1;
                }
                self.digits(|c| c.is_ascii_digit());
            }
        }
        !self.peek().is_some_and(is_word)
    }

    /// Reads a text in single, double or back quotes.
    pub(super) fn quoted(&mut self) -> Parsed<String> {
        let Some(quote) = self.peek().filter(|c| matches!(c, '"' | '\'' | '`')) else {
            return Err(self.wrong(Expected::Quoted));
        };
        let begin = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            let Some(c) = self.peek() else { return Err(self.wrong(Expected::ClosingQuote)) };
            self.at += 1;
            if c == quote {
                break;
            }
            if quote != '`' && c == '\n' {
                return Err(self.wrong_at(begin, Expected::ClosingQuote));
            }
            if quote != '`' && c == '\\' {
                self.escape(quote, &mut bytes)?;
            } else {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        // Escapes write bytes, and bytes that are no characters cannot be in any label.
        String::from_utf8(bytes).map_err(|_| self.wrong_at(begin, Expected::Escape))
    }

    fn escape(&mut self, quote: char, bytes: &mut Vec<u8>) -> Parsed<()> {
        let begin = self.at - 1;
        let Some(c) = self.peek() else { return Err(self.wrong(Expected::ClosingQuote)) };
        self.at += 1;
        let simple = match c {
            'a' => Some(7),
            'b' => Some(8),
            'f' => Some(12),
            'n' => Some(b'\n'),
            'r' => Some(b'\r'),
            't' => Some(b'\t'),
            'v' => Some(11),
            '\\' => Some(b'\\'),
            _ if c == quote => u8::try_from(c).ok(),
            _ => None,
        };
        if let Some(byte) = simple {
            bytes.push(byte);
            return Ok(());
        }
        let (n, base) = match c {
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            '0'..='7' => {
                self.at -= 1;
                (3, 8)
            }
            _ => return Err(self.wrong_at(begin, Expected::Escape)),
        };
        let mut code = 0_u32;
        for _ in 0..n {
            let digit = self.peek().and_then(|c| c.to_digit(base));
            let Some(digit) = digit else { return Err(self.wrong_at(begin, Expected::Escape)) };
            code = code.wrapping_mul(base).wrapping_add(digit);
            self.at += 1;
        }
        let wrong = || self.wrong_at(begin, Expected::Escape);
        if n <= 3 {
            bytes.push(u8::try_from(code).map_err(|_| wrong())?);
        } else {
            let c = char::from_u32(code).ok_or_else(wrong)?;
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Ok(())
    }
}

/// Reads a number as the server does: `0x1f`, octal digits behind a zero, decimals; `None` where it is too large.
fn read_number(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok().map(|n| n as f64);
    }
    if lower.len() > 1
        && lower.starts_with('0')
        && let Ok(n) = i64::from_str_radix(&lower, 8)
    {
        return Some(n as f64);
    }
    lower.parse::<f64>().ok().filter(|v| v.is_finite())
}

/// Units in the order in which they have to stand, in milliseconds.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The longest length of time: what fits into 64 bits of nanoseconds, as in the server.
const LONGEST_MS: i64 = i64::MAX / 1_000_000;

/// Reads `1h30m`: every unit at most once, the longest first.
fn read_duration(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total = 0_i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let n: i64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (_, ms) = units.find(|(unit, _)| *unit == &rest[..letters])?;
        total = total.checked_add(n.checked_mul(*ms)?).filter(|t| *t <= LONGEST_MS)?;
        rest = &rest[letters..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_server_reads_them() {
        // Asked of Prometheus 2.42: `query=017` gives 15, `08` gives 8, `0x1f` gives 31, `1e999` is refused.
        assert_eq!(read_number("017"), Some(15.0));
        assert_eq!(read_number("08"), Some(8.0));
        assert_eq!(read_number("0x1F"), Some(31.0));
        assert_eq!(read_number(".5"), Some(0.5));
        assert_eq!(read_number("1e999"), None);
    }

    #[test]
    fn units_stand_once_each_and_the_longest_first() {
        assert_eq!(read_duration("1h30m"), Some(5_400_000));
        assert_eq!(read_duration("1500ms"), Some(1500));
        assert_eq!(read_duration("30m1h"), None);
        assert_eq!(read_duration("1m1m"), None);
        assert_eq!(read_duration("5"), None);
        assert_eq!(read_duration("300y"), None, "does not fit into nanoseconds");
    }

    #[test]
    fn escapes_are_those_of_go() {
        let read = |text: &str| Scanner::new(text).quoted();

        assert_eq!(read(r#""a\x41\102\u00e9\n\"""#).unwrap(), "aABé\n\"");
        assert_eq!(read(r"`a\n`").unwrap(), r"a\n");
        assert_eq!(read(r#""\d""#).unwrap_err().column, 2);
        assert!(matches!(
            read("\"abc").unwrap_err().kind,
            ParseErrorKind::Ends { expected: Expected::ClosingQuote }
        ));
    }
}
