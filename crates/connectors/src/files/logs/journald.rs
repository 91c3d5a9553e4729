//! Reads entries of `journalctl -o export`.
//!
//! Format: systemd, *Journal Export Formats*: a field a line, `NAME=value`, or `NAME`, a 64-bit length and the bytes;
//! an empty line ends an entry.

use std::borrow::Cow;

use super::grammar::{Fields, Parsed};
use super::levels;

/// The line with which an entry begins.
pub(super) const FIRST_FIELD: &[u8] = b"__CURSOR=";

/// Reads an entry from its bytes.
pub(super) fn parse(entry: &[u8], mut fields: Option<&mut Fields>) -> Parsed<'static> {
    let mut parsed = Parsed::default();
    let mut unit = String::new();
    let mut rest = entry;
    while let Some((name, value, behind)) = field(rest) {
        rest = behind;
        let text = || String::from_utf8_lossy(value).replace('\0', "\u{fffd}");
        match name {
            b"__REALTIME_TIMESTAMP" => {
                parsed.at = text().parse::<i64>().ok().map(|us| us / 1000);
            }
            b"PRIORITY" => parsed.level = text().parse().ok().and_then(levels::of_severity),
            b"MESSAGE" => parsed.message = Cow::Owned(text()),
            b"_HOSTNAME" => parsed.host = Cow::Owned(text()),
            b"SYSLOG_IDENTIFIER" => parsed.service = Cow::Owned(text()),
            b"__CURSOR" | b"" => {}
            _ => {
                if name == b"_SYSTEMD_UNIT" {
                    unit = text();
                }
                if let Some(fields) = &mut fields {
                    fields.put(&String::from_utf8_lossy(name), &text());
                }
            }
        }
    }
    if parsed.service.is_empty() {
        parsed.service = Cow::Owned(unit);
    }
    parsed
}

/// Reads the next field: name, value and what stands behind.
fn field(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let line = &text[..end];
    let behind = text.get(end + 1..).unwrap_or_default();
    if let Some(equals) = memchr::memchr(b'=', line) {
        return Some((&line[..equals], &line[equals + 1..], behind));
    }
    let Some((length, data)) = behind.split_first_chunk::<8>().filter(|_| is_name(line)) else {
        return Some((b"", line, behind));
    };
    let n = super::narrow(u64::from_le_bytes(*length)).min(data.len());
    let rest = data.get(n + 1..).unwrap_or_default();
    Some((line, &data[..n], rest))
}

fn is_name(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|&b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_with_a_binary_field_is_read() {
        let mut entry =
            b"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1794312000000000\nPRIORITY=3\n_HOSTNAME=web1\n".to_vec();
        entry.extend_from_slice(b"SYSLOG_IDENTIFIER=pay\nMESSAGE\n");
        entry.extend_from_slice(&9_u64.to_le_bytes());
        entry.extend_from_slice(b"two\nlines\n_PID=7\n\n");
        let mut fields = Fields::default();

        let parsed = parse(&entry, Some(&mut fields));

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
        assert_eq!(&*parse(&entry, None).message, "short");
    }
}
