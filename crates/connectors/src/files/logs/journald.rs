//! Reads entries of `journalctl -o export`.
//!
//! Format: systemd, *Journal Export Formats*: a field a line, `NAME=value`, or `NAME`, a 64-bit length and the bytes;
//! an empty line ends an entry. The bytes of a field may hold anything, also lines that look like fields: they are passed
//! over by their length, so that no message can pretend to be another entry.

use std::borrow::Cow;

use super::grammar::{Fields, Parsed, without_codes};
use super::levels;

/// What stands behind a field once an entry is a line. No text in UTF-8 has this byte or the next three.
const FIELD_END: u8 = 0xfe;

/// What stands for a line end in a field.
const LINE_END: u8 = 0xff;

/// What stands for each byte of a length.
const LENGTH: u8 = 0xfc;

/// What stands for bytes of other texts that would look like one of these.
const FOREIGN: u8 = 0xfd;

/// The longest field that a journal holds: systemd's `DATA_SIZE_MAX`. Longer ones are no lengths.
const LONGEST_FIELD: u64 = 768 * 1024 * 1024;

/// Bytes that a name may have: systemd's `journal_field_valid`.
const LONGEST_NAME: usize = 64;

/// Lines that somebody else may have written before the first entry.
const LONGEST_BANNER: usize = 3;

/// Fields of which every entry has one.
const SURE: [&[u8]; 3] = [b"__CURSOR", b"__REALTIME_TIMESTAMP", b"_SOURCE_REALTIME_TIMESTAMP"];

/// Where in an entry a byte stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// In a name, or in the empty line behind an entry.
    #[default]
    Name,
    /// In a value that a line end ends.
    Value,
    /// In a length, behind so many of its bytes.
    Length(u32),
    /// In a value of known length.
    Data,
    /// Behind a value of known length.
    End,
}

/// Turns the bytes of entries into lines, one entry each.
#[derive(Clone, Debug, Default)]
pub(super) struct Flattener {
    part: Part,
    /// Bytes of the name so far, and whether one of them cannot stand in a name.
    named: usize,
    is_odd: bool,
    /// The length, or what is left of it.
    length: u64,
}

impl Flattener {
    /// Turns the bytes that come next.
    pub(super) fn run(&mut self, bytes: &mut [u8]) {
        for b in bytes {
            *b = self.step(*b);
        }
    }

    fn step(&mut self, b: u8) -> u8 {
        match self.part {
            Part::Name => self.name(b),
            Part::Value | Part::End if b == b'\n' => self.end_field(),
            Part::Value | Part::End => {
                self.part = Part::Value;
                harmless(b)
            }
            Part::Length(known) => {
                self.length |= u64::from(b) << (8 * known);
                self.part = if known < 7 { Part::Length(known + 1) } else { self.behind_length() };
                LENGTH
            }
            Part::Data => {
                self.length -= 1;
                if self.length == 0 {
                    self.part = Part::End;
                }
                if b == b'\n' { LINE_END } else { harmless(b) }
            }
        }
    }

    fn name(&mut self, b: u8) -> u8 {
        match b {
            b'\n' if self.named == 0 => return b,
            b'\n' if self.is_odd => return self.end_field(),
            b'\n' => {
                (self.part, self.length) = (Part::Length(0), 0);
                return FIELD_END;
            }
            b'=' => self.part = Part::Value,
            _ => {
                self.named += 1;
                self.is_odd |= !is_of_name(b);
            }
        }
        harmless(b)
    }

    fn behind_length(&self) -> Part {
        match self.length {
            0 => Part::End,
            1..=LONGEST_FIELD => Part::Data,
            _ => Part::Value,
        }
    }

    fn end_field(&mut self) -> u8 {
        (self.part, self.named, self.is_odd) = (Part::Name, 0, false);
        FIELD_END
    }
}

const fn harmless(b: u8) -> u8 {
    if matches!(b, LENGTH | FIELD_END | LINE_END) { FOREIGN } else { b }
}

/// Tells whether a text is an export; `None` while more of it is needed, `whole` says that no more will come.
pub(super) fn told(sample: &[u8], whole: bool) -> Option<bool> {
    // Before the first entry may stand a banner; further down it may be part of a message in another format.
    let mut first = sample.split(|&b| b == b'\n').take(1 + LONGEST_BANNER);
    if whole && first.any(|line| line.starts_with(b"__CURSOR=")) {
        return Some(true);
    }
    let text = sample.trim_ascii_start();
    if text.first().is_none_or(|&b| !is_of_name(b)) {
        return if text.is_empty() && !whole { None } else { Some(false) };
    }
    let mut lines = text.to_vec();
    Flattener::default().run(&mut lines);
    let end = memchr::memchr(b'\n', &lines);
    let goes_on = end.is_none() && !whole;
    let mut rest = &lines[..end.unwrap_or(lines.len())];
    while let Some((name, _, behind)) = field(rest) {
        if name.is_empty() {
            let is_begun = goes_on && rest.len() <= LONGEST_NAME && rest.iter().all(|&b| is_of_name(b));
            return if is_begun { None } else { Some(false) };
        }
        let is_whole = rest[..rest.len() - behind.len()].ends_with(&[FIELD_END]);
        if is_whole && SURE.contains(&name) {
            return Some(true);
        }
        rest = behind;
    }
    if goes_on { None } else { Some(false) }
}

/// Reads an entry from its line.
pub(super) fn parse(entry: &[u8], mut fields: Option<&mut Fields>) -> Parsed<'static> {
    let mut parsed = Parsed::default();
    let (mut unit, mut written_at) = (String::new(), None);
    let mut rest = entry.trim_ascii_end();
    while let Some((name, value, behind)) = field(rest) {
        rest = behind;
        let text = || text_of(value);
        let milliseconds = || text().parse::<i64>().ok().map(|us| us / 1000);
        match name {
            b"__REALTIME_TIMESTAMP" => parsed.at = milliseconds(),
            b"PRIORITY" => parsed.level = text().parse().ok().and_then(levels::of_severity),
            b"MESSAGE" => parsed.message = Cow::Owned(message_of(value)),
            b"_HOSTNAME" => parsed.host = Cow::Owned(text()),
            b"SYSLOG_IDENTIFIER" => parsed.service = Cow::Owned(text()),
            b"__CURSOR" | b"" => {}
            _ => {
                if name == b"_SYSTEMD_UNIT" {
                    unit = text();
                }
                if name == b"_SOURCE_REALTIME_TIMESTAMP" {
                    written_at = milliseconds();
                }
                if let Some(fields) = &mut fields {
                    fields.put(&String::from_utf8_lossy(name), &text());
                }
            }
        }
    }
    parsed.at = parsed.at.or(written_at);
    if parsed.service.is_empty() {
        parsed.service = Cow::Owned(unit);
    }
    parsed
}

/// Returns the message without colour codes, and without a line end behind it.
fn message_of(value: &[u8]) -> String {
    let text = without_codes(&text_of(value));
    text.trim_end_matches(['\n', '\r']).to_owned()
}

/// Returns the text of a value; what is not UTF-8 and NUL bytes become U+FFFD.
fn text_of(value: &[u8]) -> String {
    let bytes: Vec<u8> = value.iter().map(|&b| if b == LINE_END { b'\n' } else { b }).collect();
    String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}")
}

/// Reads the next field of an entry's line: name, value and what stands behind; no name where there is no field.
fn field(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let (name, rest) = text.split_at(memchr::memchr2(b'=', FIELD_END, text).unwrap_or(text.len()));
    let of_known_length =
        || rest.strip_prefix(&[FIELD_END]).and_then(|value| value.strip_prefix(&[LENGTH; 8]));
    let value = rest.strip_prefix(b"=").or_else(of_known_length).filter(|_| is_name(name));
    let (name, value) = value.map_or((&text[..0], text), |value| (name, value));
    let end = memchr::memchr(FIELD_END, value).unwrap_or(value.len());
    Some((name, &value[..end], value.get(end + 1..).unwrap_or_default()))
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|&b| is_of_name(b))
}

const fn is_of_name(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the line of an entry.
    fn line_of(entry: &[u8]) -> Vec<u8> {
        let mut line = entry.to_vec();
        Flattener::default().run(&mut line);
        line
    }

    #[test]
    fn an_entry_with_a_binary_field_is_read() {
        let mut entry =
            b"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1794312000000000\nPRIORITY=3\n_HOSTNAME=web1\n".to_vec();
        entry.extend_from_slice(b"SYSLOG_IDENTIFIER=pay\nMESSAGE\n");
        entry.extend_from_slice(&9_u64.to_le_bytes());
        entry.extend_from_slice(b"two\nlines\n_PID=7\n\n");
        let mut fields = Fields::default();

        let parsed = parse(&line_of(&entry), Some(&mut fields));

        assert_eq!(parsed.at, Some(1_794_312_000_000));
        assert_eq!(parsed.level, Some(wardroom_core::LogLevel::Error));
        assert_eq!((&*parsed.message, &*parsed.service, &*parsed.host), ("two\nlines", "pay", "web1"));
        assert_eq!(fields.into_labels().get("_PID"), Some("7"));
    }

    #[test]
    fn a_length_beyond_the_entry_is_held_at_its_end() {
        let mut entry = b"__CURSOR=1\nMESSAGE\n".to_vec();
        entry.extend_from_slice(&u64::MAX.to_le_bytes());
        entry.extend_from_slice(b"short");
        assert_eq!(&*parse(&line_of(&entry), None).message, "short");
    }

    #[test]
    fn bytes_of_every_value_are_read_whatever_their_length_looks_like() {
        // The first byte of a length of ten is a line end.
        for message in [&b"123456789x"[..], b"a\n\nb", b"\xff\n\xfe", b"\x1b[31mred\x1b[0m\n", &[b'y'; 300]] {
            let mut entry = b"MESSAGE\n".to_vec();
            entry.extend_from_slice(&(message.len() as u64).to_le_bytes());
            entry.extend_from_slice(message);
            entry.extend_from_slice(b"\n_SOURCE_REALTIME_TIMESTAMP=1794312000000000\n\n");

            let line = line_of(&entry);
            let parsed = parse(&line, None);

            let expected =
                String::from_utf8_lossy(message).replace("\u{1b}[31m", "").replace("\u{1b}[0m", "");
            assert_eq!(&*parsed.message, expected.trim_end());
            assert_eq!(parsed.at, Some(1_794_312_000_000));
            assert_eq!(memchr::memchr(b'\n', &line), Some(line.len() - 1), "one line");
        }
    }

    #[test]
    fn an_export_is_told_by_its_first_entry() {
        for (text, answer) in [
            (&b"__CURSOR=s\n"[..], Some(true)),
            (b"MESSAGE=x\nPRIORITY=3\n__REALTIME_TIMESTAMP=1\n", Some(true)),
            (b"MESSAGE=x\nPRIO", None),
            (b"MESSAGE=x\nPRIORITY=3\n\n__REALTIME_TIMESTAMP=1\n", Some(false)),
            (b"PATH=/bin\nexport HOME=/root\n", Some(false)),
            (b"ERROR the disk is full x=1\n", Some(false)),
            (b"2026-11-10 12:00:00 INFO x\n", Some(false)),
            (b"\n", None),
        ] {
            assert_eq!(told(text, false), answer, "{}", String::from_utf8_lossy(text));
            assert_eq!(told(text, true), Some(answer == Some(true)));
        }
        assert_eq!(told(b"-- Logs begin --\n__CURSOR=s\n", true), Some(true));
        assert_eq!(told(b"a\nb\nc\nd\n__CURSOR=s\n", true), Some(false));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_the_reading(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let mut entry = b"MESSAGE\n".to_vec();
            entry.extend_from_slice(&bytes);
            let line = line_of(&entry);
            proptest::prop_assert_eq!(line.len(), entry.len());
            parse(&line, Some(&mut Fields::default()));
        }
    }
}
