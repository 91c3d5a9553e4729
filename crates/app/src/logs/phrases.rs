//! The sentences of the log room for what other crates tell as data.

use std::path::Path;

use wardroom_analysis::logs::classify::{EvidenceKind, FaultEvidence};
use wardroom_connectors::files::ForeignKind;
use wardroom_connectors::files::logs::{
    LogFileError, LogNotice as FileNotice, LogQuestion, PatternProblem, Utf16,
};
use wardroom_connectors::source::{FieldConflict, LogNotice, LogNoticeKind, LostLogAbility, MissingLogRight};
use wardroom_core::{FaultClass, QueryProblem, TimeRange};

use crate::error::{AppError, reason};
use crate::phrase::{Phrase, PhraseValue};

/// Says what is wrong with a query.
pub(super) fn query_problem(problem: &QueryProblem) -> Phrase {
    Phrase::new(format!("query-{}", problem.kind.as_str().replace('_', "-")))
}

/// Says what is lost at a cluster: without a right, or where it has no such path, as behind a proxy that lets few through.
pub(super) fn lost(right: &MissingLogRight) -> Phrase {
    let is_absent = right.status == 404;
    let key = match (right.lost, is_absent) {
        (LostLogAbility::Product, false) => "missing-log-product",
        (LostLogAbility::Product, true) => "absent-log-product",
        (LostLogAbility::Indices, false) => "missing-log-indices",
        (LostLogAbility::Indices, true) => "absent-log-indices",
        (LostLogAbility::Sizes, false) => "missing-log-sizes",
        (LostLogAbility::Sizes, true) => "absent-log-sizes",
        (LostLogAbility::Fields, false) => "missing-log-fields",
        (LostLogAbility::Fields, true) => "absent-log-fields",
        (LostLogAbility::Search, false) => "missing-log-search",
        (LostLogAbility::Search, true) => "absent-log-search",
    };
    Phrase::new(key).text("path", right.path.clone()).text("status", right.status.to_string())
}

/// Says that a field has several types.
pub(super) fn field_conflict(conflict: &FieldConflict) -> Phrase {
    let types = conflict.types.iter().map(|(kind, indices)| format!("{kind} ({})", indices.join(", ")));
    Phrase::new("log-field-conflict")
        .text("field", conflict.field.clone())
        .text("types", types.collect::<Vec<_>>().join(", "))
}

/// Says what makes an answer of a cluster partial or doubtful.
pub(super) fn cluster_notice(notice: &LogNotice) -> Phrase {
    let key = match notice.kind {
        LogNoticeKind::ShardsMissing => "log-notice-shards",
        LogNoticeKind::TimedOut => "log-notice-timed-out",
        LogNoticeKind::FieldConflict => "log-notice-conflict",
        LogNoticeKind::FieldsLeftOut => "log-notice-fields",
        LogNoticeKind::ValueCut => "log-notice-cut",
        LogNoticeKind::RecordTooLong => "log-notice-too-long",
        LogNoticeKind::TiesLeftOut => "log-notice-ties",
        LogNoticeKind::MayRepeat => "log-notice-repeat",
        LogNoticeKind::NoPointInTime => "log-notice-no-pit",
        LogNoticeKind::Coarser => "log-notice-coarser",
        LogNoticeKind::NotCountable => "log-notice-not-countable",
        LogNoticeKind::MappedFieldsOnly => "log-notice-mapped-only",
        LogNoticeKind::NoTimeField => "log-notice-no-time",
        LogNoticeKind::NoContent => "log-notice-no-content",
    };
    let phrase = Phrase::new(key).text("subject", notice.subject.clone());
    match notice.detail.parse::<i64>() {
        // The width of the steps travels in milliseconds.
        Ok(ms) if notice.kind == LogNoticeKind::Coarser => phrase.span("detail", ms),
        Ok(_) | Err(_) => phrase.text("detail", notice.detail.clone()),
    }
}

/// Says which part of a cluster's lines is stored.
pub(super) fn stored_part(name: &str, stored: Option<TimeRange>) -> Phrase {
    match stored {
        None => Phrase::new("logroom-nothing-stored").text("name", name),
        Some(part) => Phrase::new("logroom-partly-stored")
            .text("name", name)
            .with("from", PhraseValue::Date(part.start().into()))
            .with("to", PhraseValue::Date(part.end().into())),
    }
}

/// Says that parts of a cluster did not answer when its lines were read.
pub(super) fn read_in_part(name: &str) -> Phrase {
    Phrase::new("logroom-read-in-part").text("name", name)
}

/// Says that not every line of two compared windows is stored.
pub(super) fn windows_lack(name: &str) -> Phrase {
    Phrase::new("logroom-windows-lack").text("name", name)
}

/// Says that a period of a cluster stays incomplete.
pub(super) fn not_asked_again(name: &str, period: TimeRange) -> Phrase {
    Phrase::new("logroom-not-asked-again")
        .text("name", name)
        .with("from", PhraseValue::Date(period.start().into()))
        .with("to", PhraseValue::Date(period.end().into()))
}

/// Says that a cluster did not count.
pub(super) fn not_counted(name: &str) -> Phrase {
    Phrase::new("logroom-not-counted").text("name", name)
}

/// Says that a cluster is not asked for a regular expression.
pub(super) fn no_regex(name: &str) -> Phrase {
    Phrase::new("logroom-cluster-no-regex").text("name", name)
}

/// Says what a verdict stands on.
pub(super) fn evidence(evidence: &FaultEvidence) -> Phrase {
    let class = class_word(evidence.class);
    let text = evidence.text.clone();
    match &evidence.kind {
        EvidenceKind::Rule(name) => Phrase::new("logroom-evidence-rule")
            .text("text", text)
            .text("rule", name.clone())
            .word("class", class),
        EvidenceKind::Term => Phrase::new("logroom-evidence-term").text("text", text).word("class", class),
        EvidenceKind::Level => Phrase::new("logroom-evidence-level").text("text", text).word("class", class),
    }
}

/// Returns the key of a class's name.
pub(super) fn class_word(class: FaultClass) -> &'static str {
    match class {
        FaultClass::Hardware => "log-class-hardware",
        FaultClass::Application => "log-class-application",
        FaultClass::Network => "log-class-network",
        FaultClass::Security => "log-class-security",
        FaultClass::None => "log-class-none",
        FaultClass::Unknown => "log-class-unknown",
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// Asks what only a person can tell about log files.
pub(super) fn file_question(question: &LogQuestion) -> Phrase {
    let quoted = |examples: &[String]| examples.join(" · ");
    match question {
        LogQuestion::Zone { examples } => {
            Phrase::new("logfile-question-zone").text("examples", quoted(examples))
        }
        LogQuestion::DayOrMonthFirst { examples, .. } => {
            Phrase::new("logfile-question-day-first").text("examples", quoted(examples))
        }
        LogQuestion::Year { examples, taken } => Phrase::new("logfile-question-year")
            .text("examples", quoted(examples))
            .text("year", taken.map_or_else(|| "?".to_owned(), |y| y.to_string())),
        LogQuestion::Date { examples } => {
            Phrase::new("logfile-question-date").text("examples", quoted(examples))
        }
    }
}

impl From<LogFileError> for AppError {
    fn from(error: LogFileError) -> Self {
        let with_path = |code: &str, path: &Path| Self::new(code).with("path", path.display());
        match &error {
            LogFileError::Missing { path } => with_path("not_found", path),
            LogFileError::Denied { path } => with_path("no_permission", path),
            LogFileError::Folder { path } => with_path("log_file_folder", path),
            LogFileError::Unreadable { path, detail } => {
                with_path("file_unreadable", path).with("detail", detail)
            }
            LogFileError::Empty { path } => with_path("file_empty", path),
            LogFileError::Foreign { path, kind } => match encoding_of(*kind) {
                Some(encoding) => with_path("log_file_utf16", path).with("encoding", encoding),
                None => with_path("log_file_foreign", path).with("kind", crate::import::foreign(*kind)),
            },
            LogFileError::Undecided { path, question } => {
                let code = match &**question {
                    LogQuestion::DayOrMonthFirst { .. } => "question_open",
                    LogQuestion::Zone { .. } | LogQuestion::Year { .. } | LogQuestion::Date { .. } => {
                        "log_zone_open"
                    }
                };
                Self::new(code).with("file", name_of(path))
            }
            LogFileError::UnknownZone { zone } => Self::new("unknown_zone").with("zone", zone),
            LogFileError::Pattern { problem } => Self::new("regex").with("text", "").with(
                "detail",
                match problem {
                    PatternProblem::Empty => "empty",
                    PatternProblem::TooLarge { .. } => "too_large",
                    PatternProblem::Syntax { detail } => detail.as_str(),
                },
            ),
            LogFileError::NoFiles => Self::new("log_no_files"),
            LogFileError::Changed { path } => with_path("log_file_changed", path),
            LogFileError::Cancelled => Self::cancelled(),
            LogFileError::Stream { detail } => Self::new("log_input").with("detail", detail),
        }
    }
}

/// Returns the encoding of what is text, and not in UTF-8.
const fn encoding_of(kind: ForeignKind) -> Option<&'static str> {
    match kind {
        ForeignKind::Utf16Le => Some(Utf16::LittleEndian.as_str()),
        ForeignKind::Utf16Be => Some(Utf16::BigEndian.as_str()),
        ForeignKind::Spreadsheet
        | ForeignKind::Compressed
        | ForeignKind::Pdf
        | ForeignKind::Picture
        | ForeignKind::Database
        | ForeignKind::JsonDocument
        | ForeignKind::Pipe
        | ForeignKind::Binary => None,
    }
}

/// Says why a log file is left out.
pub(super) fn file_problem(error: &LogFileError) -> Phrase {
    let text = |text: &str| PhraseValue::Text(text.to_owned());
    let (why, detail) = match error {
        LogFileError::Missing { .. } => ("missing", text("")),
        LogFileError::Denied { .. } => ("denied", text("")),
        LogFileError::Folder { .. } => ("folder", text("")),
        LogFileError::Empty { .. } => ("empty", text("")),
        LogFileError::Foreign { kind, .. } => match encoding_of(*kind) {
            Some(encoding) => ("utf16", text(encoding)),
            None => ("foreign", text("")),
        },
        LogFileError::Undecided { .. } => ("undecided", text("")),
        LogFileError::Changed { .. } => ("changed", text("")),
        LogFileError::Unreadable { detail, .. } | LogFileError::Stream { detail } => {
            ("unreadable", reason("file_unreadable", detail))
        }
        LogFileError::UnknownZone { .. }
        | LogFileError::Pattern { .. }
        | LogFileError::NoFiles
        | LogFileError::Cancelled => ("unreadable", text(&error.to_string())),
    };
    let file = error.path().map(name_of).unwrap_or_default();
    Phrase::new("logfile-left-out").text("file", file).text("why", why).with("detail", detail)
}

/// Says what is worth knowing about a log file.
pub(super) fn file_notice(notice: &FileNotice) -> Phrase {
    let told = |key: &str, path: &Path| Phrase::new(key).text("file", name_of(path));
    let lines = |phrase: Phrase, n: u64| phrase.count("n", usize::try_from(n).unwrap_or(usize::MAX));
    match notice {
        FileNotice::InvalidUtf8 { path, lines: n } => lines(told("logfile-invalid-utf8", path), *n),
        FileNotice::NulBytes { path, lines: n } => lines(told("logfile-nul-bytes", path), *n),
        FileNotice::LongLines { path, lines: n, longest_bytes } => lines(
            told("logfile-long-lines", path),
            *n,
        )
        .number("longest", *longest_bytes as f64, wardroom_core::Unit::Bytes),
        FileNotice::Truncated { path, bytes } => {
            told("logfile-truncated", path).number("bytes", *bytes as f64, wardroom_core::Unit::Bytes)
        }
        FileNotice::Damaged { path, bytes, detail } => told("logfile-damaged", path)
            .number("bytes", *bytes as f64, wardroom_core::Unit::Bytes)
            .with("detail", reason("file_packed_damaged", detail)),
        FileNotice::TrailingBytes { path, .. } => told("logfile-trailing", path),
        FileNotice::TooDense { path, bytes } => {
            told("logfile-dense", path).number("bytes", *bytes as f64, wardroom_core::Unit::Bytes)
        }
        FileNotice::BadJson { path, lines: n } => lines(told("logfile-bad-json", path), *n),
        FileNotice::Elements { path, array: None } => told("logfile-elements", path),
        FileNotice::Elements { path, array: Some(array) } => {
            told("logfile-elements-of", path).text("array", array.clone())
        }
        FileNotice::BadElements { path, elements, first } => {
            lines(told("logfile-bad-elements", path), *elements)
                .count("first", usize::try_from(*first).unwrap_or(usize::MAX))
        }
        FileNotice::ManyFields { path, records } => lines(told("logfile-many-fields", path), *records),
        FileNotice::NoTimes { path } => told("logfile-no-times", path),
        FileNotice::Untimed { path, records } => lines(told("logfile-untimed", path), *records),
        FileNotice::ZoneAssumed { path } => told("logfile-zone-assumed", path),
        FileNotice::DayFirstAssumed { path } => told("logfile-day-first-assumed", path),
        FileNotice::YearAssumed { path, year } => {
            told("logfile-year-assumed", path).text("year", year.to_string())
        }
        FileNotice::DateAssumed { path } => told("logfile-date-assumed", path),
        FileNotice::SkippedTimes { path, records } => lines(told("logfile-skipped-times", path), *records),
        FileNotice::RepeatedTimes { path, records } => lines(told("logfile-repeated-times", path), *records),
        FileNotice::UnfinishedLine { path, .. } => told("logfile-unfinished", path),
        FileNotice::ChangedWhileRead { path } => told("logfile-changed", path),
        FileNotice::IndexNotKept { detail, .. } => {
            Phrase::new("logfile-index-not-kept").with("detail", reason("io", detail))
        }
        FileNotice::LateLines { path, lines: n } => lines(told("logfile-late-lines", path), *n),
        FileNotice::LeftOut { error } => file_problem(error),
        FileNotice::Ordered { paths } => {
            let names: Vec<String> = paths.iter().map(|p| name_of(p)).collect();
            Phrase::new("logfile-ordered").text("files", names.join(", "))
        }
        FileNotice::Overlap { first, second, from } => Phrase::new("logfile-overlap")
            .text("first", name_of(first))
            .text("second", name_of(second))
            .with("from", PhraseValue::Date((*from).into())),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn what_a_cluster_does_not_have_is_told_from_what_may_not_be_read() {
        let english = Words::with(Language::En, TimeZone::UTC);
        let said = |status, lost| {
            let right = MissingLogRight { path: "/_cat/indices".to_owned(), status, lost };
            english.phrase(&super::lost(&right))
        };

        let abilities = [
            LostLogAbility::Product,
            LostLogAbility::Indices,
            LostLogAbility::Sizes,
            LostLogAbility::Fields,
            LostLogAbility::Search,
        ];
        for ability in abilities {
            let [refused, anonymous, absent] = [403, 401, 404].map(|status| said(status, ability));
            assert!(refused.starts_with("May not ") && refused == anonymous, "{refused} {anonymous}");
            assert!(!absent.contains("May not") && !absent.contains("Allow"), "{absent}");
            assert!(absent.contains("/_cat/indices: 404"), "{absent}");
        }
    }

    #[test]
    fn why_a_file_is_left_out_is_said_in_the_language() {
        let chinese = Words::with(Language::ZhCn, TimeZone::UTC);
        let left_out = |detail: &str| {
            let error = LogFileError::Unreadable { path: "/var/log/a.log".into(), detail: detail.to_owned() };
            chinese.phrase(&file_problem(&error))
        };

        assert_eq!(left_out("not a regular file"), "已略去 a.log：它是管道或设备，不是文件。");
        assert_eq!(left_out("No space left on device (os error 28)"), "已略去 a.log：磁盘已满。");
        assert_eq!(left_out("corrupt deflate stream"), "已略去 a.log：corrupt deflate stream。");
    }
}
