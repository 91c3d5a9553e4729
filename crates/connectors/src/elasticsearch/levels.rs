//! How serious: the words and numbers that are in use for it, read and asked for.

use wardroom_core::LogLevel;

/// Every level, least serious first.
pub(super) const LEVELS: [LogLevel; 6] =
    [LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error, LogLevel::Fatal];

/// The words for each level in lower case, the usual one first.
///
/// Sources: the severities of syslog (RFC 5424, table 2), the level classes of Log4j, Python's `logging`,
/// `java.util.logging` and .NET's `LogLevel`, the short names of OpenTelemetry's log data model, glog's letters.
const WORDS: [(LogLevel, &[&str]); 6] = [
    (
        LogLevel::Trace,
        &["trace", "t", "verbose", "finest", "finer", "all", "trc", "trace2", "trace3", "trace4"],
    ),
    (LogLevel::Debug, &["debug", "d", "dbg", "fine", "config", "debug2", "debug3", "debug4"]),
    (
        LogLevel::Info,
        &[
            "info",
            "i",
            "information",
            "informational",
            "inf",
            "notice",
            "log",
            "success",
            "info2",
            "info3",
            "info4",
        ],
    ),
    (LogLevel::Warn, &["warn", "w", "warning", "wrn", "warn2", "warn3", "warn4"]),
    (LogLevel::Error, &["error", "e", "err", "severe", "failure", "error2", "error3", "error4"]),
    (
        LogLevel::Fatal,
        &[
            "fatal",
            "f",
            "critical",
            "crit",
            "c",
            "emergency",
            "emerg",
            "panic",
            "alert",
            "ftl",
            "fatal2",
            "fatal3",
            "fatal4",
        ],
    ),
];

/// What the numbers of a field mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// 0 (emergency) to 7 (debug): RFC 5424, also GELF's `level`; from 10 on the tens of Python and pino, from 100 on
    /// the hundreds of Monolog.
    Syslog,
    /// 1 (trace) to 24 (fatal): OpenTelemetry, "Log Data Model", `SeverityNumber`.
    OpenTelemetry,
}

impl Scale {
    /// Tells the scale by the field's name.
    pub(super) fn of_field(name: &str) -> Self {
        let name: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        if name.ends_with("severitynumber") { Self::OpenTelemetry } else { Self::Syslog }
    }
}

/// Reads a level as a source writes it; `None` when it is not understood.
pub(super) fn read(text: &str, scale: Scale) -> Option<LogLevel> {
    let text = text.trim().trim_matches(['[', ']', '<', '>', '"']);
    if let Ok(number) = text.parse::<u32>() {
        return of_number(number, scale);
    }
    let lower = text.to_ascii_lowercase();
    WORDS.iter().find(|(_, words)| words.contains(&lower.as_str())).map(|(level, _)| *level)
}

fn of_number(number: u32, scale: Scale) -> Option<LogLevel> {
    match scale {
        Scale::OpenTelemetry => match number {
            1..=4 => Some(LogLevel::Trace),
            5..=8 => Some(LogLevel::Debug),
            9..=12 => Some(LogLevel::Info),
            13..=16 => Some(LogLevel::Warn),
            17..=20 => Some(LogLevel::Error),
            21..=24 => Some(LogLevel::Fatal),
            _ => None,
        },
        Scale::Syslog => match number {
            10 => Some(LogLevel::Trace),
            7 | 20 | 100 => Some(LogLevel::Debug),
            5 | 6 | 30 | 200 | 250 => Some(LogLevel::Info),
            4 | 40 | 300 => Some(LogLevel::Warn),
            3 | 50 | 400 => Some(LogLevel::Error),
            0..=2 | 60 | 500 | 550 | 600 => Some(LogLevel::Fatal),
            _ => None,
        },
    }
}

/// Reports whether the level says everything that the text said, so that the text need not be kept.
pub(super) fn says_all(text: &str, level: LogLevel) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    lower == level.as_str() || matches!(lower.as_str(), "warning" | "information" | "informational" | "err")
}

/// Returns every spelling under which a field of words may hold one of the levels: lower case, upper case, capitals.
pub(super) fn spellings(levels: &[LogLevel], scale: Scale) -> Vec<String> {
    let mut found = Vec::new();
    for (level, words) in WORDS.iter().filter(|(level, _)| levels.contains(level)) {
        for word in *words {
            let mut capital = (*word).to_owned();
            capital[..1].make_ascii_uppercase();
            found.extend([(*word).to_owned(), word.to_ascii_uppercase(), capital]);
        }
        found.extend(numbers(*level, scale).into_iter().map(|number| number.to_string()));
    }
    found.sort();
    found.dedup();
    found
}

/// Returns every number that stands for a level.
pub(super) fn numbers(level: LogLevel, scale: Scale) -> Vec<u32> {
    (0..=600).filter(|&number| of_number(number, scale) == Some(level)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_letters_and_numbers_are_read() {
        for (text, level) in [
            ("WARN", LogLevel::Warn),
            ("Warning", LogLevel::Warn),
            ("W", LogLevel::Warn),
            ("4", LogLevel::Warn),
            ("[error]", LogLevel::Error),
            ("notice", LogLevel::Info),
            ("0", LogLevel::Fatal),
            ("SEVERE", LogLevel::Error),
            ("40", LogLevel::Warn),
        ] {
            assert_eq!(read(text, Scale::Syslog), Some(level), "{text}");
        }
        assert_eq!(read("loud", Scale::Syslog), None);
        assert_eq!(read("", Scale::Syslog), None);
    }

    /// OpenTelemetry, "Logs Data Model", field `SeverityNumber`: 1–4 TRACE, 5–8 DEBUG, 9–12 INFO, 13–16 WARN,
    /// 17–20 ERROR, 21–24 FATAL.
    #[test]
    fn numbers_of_opentelemetry_are_known_by_the_fields_name() {
        let scale = Scale::of_field("severity_number");
        let read_all: Vec<_> = [1, 8, 9, 13, 17, 24].iter().map(|n| read(&n.to_string(), scale)).collect();

        assert_eq!(read_all, LEVELS.map(Some));
        assert_eq!(Scale::of_field("severity.number"), Scale::OpenTelemetry);
        assert_eq!(Scale::of_field("event.severity"), Scale::Syslog);
        assert_eq!(read("25", scale), None);
    }

    #[test]
    fn what_is_asked_for_is_what_is_read() {
        for scale in [Scale::Syslog, Scale::OpenTelemetry] {
            for level in LEVELS {
                for text in spellings(&[level], scale) {
                    assert_eq!(read(&text, scale), Some(level), "{text}");
                }
            }
        }
    }
}
