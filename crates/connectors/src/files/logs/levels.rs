//! Levels as programs write them: words, letters and numbers.

use wardroom_core::LogLevel;

/// Every word that is a level, in lower case.
const WORDS: [(&str, LogLevel); 38] = [
    ("trace", LogLevel::Trace),
    ("trc", LogLevel::Trace),
    ("finest", LogLevel::Trace),
    ("finer", LogLevel::Trace),
    ("verbose", LogLevel::Trace),
    ("vrb", LogLevel::Trace),
    ("debug", LogLevel::Debug),
    ("dbg", LogLevel::Debug),
    ("debu", LogLevel::Debug),
    ("fine", LogLevel::Debug),
    ("info", LogLevel::Info),
    ("inf", LogLevel::Info),
    ("information", LogLevel::Info),
    ("informational", LogLevel::Info),
    ("notice", LogLevel::Info),
    ("note", LogLevel::Info),
    ("config", LogLevel::Info),
    ("log", LogLevel::Info),
    ("warn", LogLevel::Warn),
    ("warning", LogLevel::Warn),
    ("wrn", LogLevel::Warn),
    ("error", LogLevel::Error),
    ("err", LogLevel::Error),
    ("erro", LogLevel::Error),
    ("eror", LogLevel::Error),
    ("severe", LogLevel::Error),
    ("failure", LogLevel::Error),
    ("fatal", LogLevel::Fatal),
    ("ftl", LogLevel::Fatal),
    ("crit", LogLevel::Fatal),
    ("critical", LogLevel::Fatal),
    ("alert", LogLevel::Fatal),
    ("emerg", LogLevel::Fatal),
    ("emergency", LogLevel::Fatal),
    ("panic", LogLevel::Fatal),
    ("dpanic", LogLevel::Fatal),
    ("assert", LogLevel::Fatal),
    ("off", LogLevel::Fatal),
];

/// Reads a word in any case.
pub(super) fn of_word(word: &[u8]) -> Option<LogLevel> {
    // Most tokens that are asked about are no level: their length and first letter tell.
    if !(3..=13).contains(&word.len()) {
        return None;
    }
    let first = word[0] | 0x20;
    let quick = match (first, word.len()) {
        (b'i', 4) => Some((&b"info"[..], LogLevel::Info)),
        (b'w', 4) => Some((&b"warn"[..], LogLevel::Warn)),
        (b'e', 5) => Some((&b"error"[..], LogLevel::Error)),
        (b'd', 5) => Some((&b"debug"[..], LogLevel::Debug)),
        (
            b'a' | b'c' | b'd' | b'e' | b'f' | b'i' | b'l' | b'n' | b'o' | b'p' | b's' | b't' | b'v' | b'w',
            _,
        ) => None,
        _ => return None,
    };
    if let Some((text, level)) = quick
        && word.eq_ignore_ascii_case(text)
    {
        return Some(level);
    }
    WORDS.iter().find(|(text, _)| word.eq_ignore_ascii_case(text.as_bytes())).map(|&(_, level)| level)
}

/// Reports whether a level's word is written as one: all capitals.
pub(super) fn is_capital(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_uppercase)
}

/// Reads the single letters of logcat and klog.
pub(super) const fn of_letter(letter: u8) -> Option<LogLevel> {
    Some(match letter {
        b'V' | b'T' => LogLevel::Trace,
        b'D' => LogLevel::Debug,
        b'I' | b'N' => LogLevel::Info,
        b'W' => LogLevel::Warn,
        b'E' => LogLevel::Error,
        b'F' | b'C' | b'A' => LogLevel::Fatal,
        _ => return None,
    })
}

/// Reads a severity of syslog, 0 to 7 (RFC 5424, table 2).
pub(super) const fn of_severity(severity: u64) -> Option<LogLevel> {
    Some(match severity {
        0..=2 => LogLevel::Fatal,
        3 => LogLevel::Error,
        4 => LogLevel::Warn,
        5 | 6 => LogLevel::Info,
        7 => LogLevel::Debug,
        _ => return None,
    })
}

/// Reads a number of bunyan and pino: 10 to 60.
pub(super) const fn of_bunyan(number: u64) -> Option<LogLevel> {
    Some(match number {
        1..=10 => LogLevel::Trace,
        11..=20 => LogLevel::Debug,
        21..=30 => LogLevel::Info,
        31..=40 => LogLevel::Warn,
        41..=50 => LogLevel::Error,
        51..=60 => LogLevel::Fatal,
        _ => return None,
    })
}

/// Reads a severity number of OpenTelemetry, 1 to 24 (log data model, `SeverityNumber`).
pub(super) const fn of_otel(number: u64) -> Option<LogLevel> {
    Some(match number {
        1..=4 => LogLevel::Trace,
        5..=8 => LogLevel::Debug,
        9..=12 => LogLevel::Info,
        13..=16 => LogLevel::Warn,
        17..=20 => LogLevel::Error,
        21..=24 => LogLevel::Fatal,
        _ => return None,
    })
}

/// Returns the place of a level in counts: trace to fatal, then those without.
pub(super) const fn slot(level: Option<LogLevel>) -> usize {
    match level {
        Some(LogLevel::Trace) => 0,
        Some(LogLevel::Debug) => 1,
        Some(LogLevel::Info) => 2,
        Some(LogLevel::Warn) => 3,
        Some(LogLevel::Error) => 4,
        Some(LogLevel::Fatal) => 5,
        None => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_all_writers_are_levels_in_any_case() {
        for (word, level) in [
            ("INFO", LogLevel::Info),
            ("Information", LogLevel::Info),
            ("wArN", LogLevel::Warn),
            ("SEVERE", LogLevel::Error),
            ("E", LogLevel::Error),
            ("crit", LogLevel::Fatal),
        ] {
            let read = of_word(word.as_bytes()).or_else(|| of_letter(word.as_bytes()[0]));
            assert_eq!(read, Some(level), "{word}");
        }
        assert_eq!(of_word(b"infos"), None);
        assert_eq!(of_word(b""), None);
    }

    #[test]
    fn numbers_follow_their_writers_tables() {
        // RFC 5424 table 2; bunyan's README; OpenTelemetry log data model, SeverityNumber.
        assert_eq!(of_severity(3), Some(LogLevel::Error));
        assert_eq!(of_bunyan(30), Some(LogLevel::Info));
        assert_eq!(of_otel(17), Some(LogLevel::Error));
        assert_eq!((of_severity(8), of_bunyan(70), of_otel(0)), (None, None, None));
    }
}
