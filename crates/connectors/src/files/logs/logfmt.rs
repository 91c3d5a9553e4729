//! Reads lines of `key=value` pairs.

use std::borrow::Cow;

use super::clock::Clock;
use super::grammar::{Fields, Parsed};
use super::json::slot_of;
use super::json::{Slot, level_of_text};

/// Walks over the pairs of a line.
#[derive(Clone)]
pub(super) struct Pairs<'l> {
    rest: &'l str,
}

impl<'l> Pairs<'l> {
    pub(super) fn new(line: &'l str) -> Self {
        Self { rest: line }
    }
}

impl<'l> Iterator for Pairs<'l> {
    /// Key and value; a key alone has no value.
    type Item = (&'l str, Option<Cow<'l, str>>);

    fn next(&mut self) -> Option<Self::Item> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if self.rest.is_empty() {
            return None;
        }
        let n = self
            .rest
            .bytes()
            .position(|b| matches!(b, b'=' | b' ' | b'\t' | b'\n'))
            .unwrap_or(self.rest.len());
        let (key, rest) = self.rest.split_at(n);
        let Some(value) = rest.strip_prefix('=') else {
            self.rest = rest;
            return Some((key, None));
        };
        let Some(inner) = value.strip_prefix('"') else {
            let n =
                value.bytes().position(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(value.len());
            self.rest = &value[n..];
            return Some((key, Some(Cow::Borrowed(&value[..n]))));
        };
        let (text, behind) = quoted(inner);
        self.rest = behind;
        Some((key, Some(text)))
    }
}

/// Reads up to the closing quote.
fn quoted(inner: &str) -> (Cow<'_, str>, &str) {
    let end = memchr::memchr2(b'"', b'\\', inner.as_bytes()).unwrap_or(inner.len());
    if inner.as_bytes().get(end) != Some(&b'\\') {
        return (Cow::Borrowed(&inner[..end]), inner.get(end + 1..).unwrap_or_default());
    }
    let mut text = inner[..end].to_owned();
    let mut letters = inner[end..].char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (Cow::Owned(text), &inner[end + at + 1..]),
            '\\' => match letters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, other)) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    (Cow::Owned(text), "")
}

/// Reports whether a line begins with `key=`.
pub(super) fn begins(line: &[u8]) -> bool {
    let n = line
        .iter()
        .take(64)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@'))
        .count();
    n > 0 && !line[0].is_ascii_digit() && line.get(n) == Some(&b'=')
}

/// Reads a line.
pub(super) fn parse<'r>(line: &'r str, clock: &mut Clock, mut fields: Option<&mut Fields>) -> Parsed<'r> {
    let mut parsed = Parsed { message: Cow::Borrowed(line), ..Parsed::default() };
    let mut ranks = [u8::MAX; Slot::COUNT];
    for (key, value) in Pairs::new(line) {
        let Some(value) = value else { continue };
        let slot = slot_of(key.as_bytes()).filter(|&(slot, rank)| rank < ranks[slot.idx()]);
        let taken = slot.is_some_and(|(slot, rank)| {
            let taken = take(&mut parsed, slot, value.clone(), clock);
            if taken {
                ranks[slot.idx()] = rank;
            }
            taken
        });
        if let Some(fields) = &mut fields
            && !taken
        {
            fields.put(key, &value);
        }
    }
    parsed
}

fn take<'r>(parsed: &mut Parsed<'r>, slot: Slot, value: Cow<'r, str>, clock: &mut Clock) -> bool {
    match slot {
        Slot::Time => {
            let at = clock.read_any(value.as_bytes());
            parsed.at = at.or(parsed.at);
            at.is_some()
        }
        Slot::Level => {
            let level = level_of_text(&value);
            parsed.level = level.or(parsed.level);
            level.is_some()
        }
        Slot::Message => {
            parsed.message = value;
            true
        }
        Slot::Service => {
            parsed.service = value;
            true
        }
        Slot::Host => {
            parsed.host = value;
            true
        }
        Slot::Dataset => {
            parsed.dataset = value;
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_with_quotes_and_without() {
        let pairs: Vec<_> = Pairs::new(r#"a=1 b="x \"y\" z" c d= e="open"#).collect();
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (*key, value.as_deref())).collect();
        assert_eq!(
            pairs,
            [("a", Some("1")), ("b", Some("x \"y\" z")), ("c", None), ("d", Some("")), ("e", Some("open"))]
        );
    }

    #[test]
    fn time_level_and_message_leave_the_fields() {
        let mut clock = Clock::new(None, None, None).unwrap();
        let mut fields = Fields::default();
        let parsed = parse(
            r#"ts=2026-11-10T12:00:00Z caller=main.go:12 level=warn msg="slow answer" took=3s"#,
            &mut clock,
            Some(&mut fields),
        );
        assert_eq!(parsed.at, Some(1_794_312_000_000));
        assert_eq!(parsed.level, Some(wardroom_core::LogLevel::Warn));
        assert_eq!(&*parsed.message, "slow answer");
        let labels = fields.into_labels();
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("caller", "main.go:12"), ("took", "3s")]);
    }
}
