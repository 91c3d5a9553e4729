//! The sentences for rows and files that could not be read.

use wardroom_connectors::files::{
    BadRow, Expected, FileProblem, ForeignKind, Imported, OpenMetricsRule, UnreadKind,
};
use wardroom_core::{TimeRange, Timestamp};

use super::ImportOutcome;
use crate::error::{AppError, syntax};
use crate::phrase::{Phrase, PhraseValue};
use crate::words::Words;

/// 1990-01-01T00:00:00Z: what is measured with a time lies behind it.
const EARLIEST_MS: i64 = 631_152_000_000;
/// A day: clocks and zones may be so far ahead.
const AHEAD_MS: i64 = 86_400_000;

/// Says where a row is that was left out, what stands there, and why it was.
pub fn left_out(row: &BadRow, words: &Words) -> String {
    let key = if row.text.is_empty() { "terminal-bad-line" } else { "terminal-bad-row" };
    words.phrase(
        &Phrase::new(key)
            .text("line", row.line.to_string())
            .count("column", usize::try_from(row.column).unwrap_or(usize::MAX))
            .text("text", row.text.clone())
            .text("problem", words.phrase(&problem(&row.problem))),
    )
}

/// Says what was decided about rows that were read: which of two samples counts, which of two local times is meant; and
/// that times lie where few are meant, which is what a number that is no Unix time comes to; and that it was not the first
/// import of this file.
pub fn notices(outcome: &ImportOutcome, now: Timestamp) -> Vec<Phrase> {
    let told =
        [("import-repeated-times", outcome.repeated_times), ("import-overwritten", outcome.overwritten)];
    let some = told.into_iter().filter(|(_, n)| *n > 0);
    let counted = some.map(|(key, n)| Phrase::new(key).count("n", usize::try_from(n).unwrap_or(usize::MAX)));
    let latest = now.as_millis().saturating_add(AHEAD_MS);
    let is_far =
        |range: &TimeRange| range.start().as_millis() < EARLIEST_MS || range.end().as_millis() > latest;
    let far = outcome.range.filter(is_far).map(|range| dated("import-times-far", range));
    let again = outcome.is_again.then(|| Phrase::new("import-again").text("name", outcome.name.clone()));
    counted.chain(far).chain(again).collect()
}

/// Says from when to when samples reach.
pub fn period(range: TimeRange) -> Phrase {
    dated("import-period", range)
}

fn dated(key: &str, range: TimeRange) -> Phrase {
    let last = Timestamp::from_millis(range.end().as_millis().saturating_sub(1));
    Phrase::new(key)
        .with("first", PhraseValue::Date(range.start().into()))
        .with("last", PhraseValue::Date(last.into()))
}

/// Refuses a file of which nothing could be read, with its first bad row.
pub(super) fn none_readable(path: &str, imported: &Imported) -> AppError {
    let first = imported.bad_rows.first();
    AppError::new("file_none_readable")
        .with("path", path)
        .with("rows", imported.rows)
        .with("line", first.map_or(0, |row| row.line))
        .with("text", first.map_or("", |row| row.text.as_str()))
}

/// Says why a row is bad.
pub(crate) fn problem(problem: &FileProblem) -> Phrase {
    match problem {
        FileProblem::TimeMissing => Phrase::new("bad-time-missing"),
        FileProblem::NotATime => Phrase::new("bad-not-a-time"),
        FileProblem::TimePart { part, value } => Phrase::new("bad-time-part")
            .word("part", format!("time-part-{}", format!("{part:?}").to_lowercase()))
            .text("value", value.to_string()),
        FileProblem::TimeOutOfRange => Phrase::new("bad-time-out-of-range"),
        FileProblem::NonexistentTime => Phrase::new("bad-nonexistent-time"),
        FileProblem::ZoneMissing => Phrase::new("bad-zone-missing"),
        FileProblem::DayOrMonthUnclear => Phrase::new("bad-day-or-month"),
        FileProblem::NotANumber => Phrase::new("bad-not-a-number"),
        FileProblem::NumberTooLarge => Phrase::new("bad-number-too-large"),
        FileProblem::UnclearSeparators => Phrase::new("bad-unclear-separators"),
        FileProblem::TooFewColumns { got, expected } => Phrase::new("bad-too-few-columns")
            .text("got", got.to_string())
            .text("expected", expected.to_string()),
        FileProblem::TooManyColumns { got, expected } => Phrase::new("bad-too-many-columns")
            .text("got", got.to_string())
            .text("expected", expected.to_string()),
        FileProblem::QuoteNotClosed => Phrase::new("bad-quote"),
        FileProblem::LineTooLong => Phrase::new("bad-line-too-long"),
        FileProblem::NotJson { detail } => Phrase::new("bad-not-json").with("detail", syntax(detail)),
        FileProblem::Expected { what } => Phrase::new("bad-expected").word("what", expected(*what)),
        FileProblem::Rule { rule } => Phrase::new("bad-rule").word("rule", broken(*rule)),
    }
}

/// Returns the word for a part of a line of OpenMetrics.
const fn expected(what: Expected) -> &'static str {
    match what {
        Expected::MetricName => "expected-metric-name",
        Expected::LabelName => "expected-label-name",
        Expected::EqualSign => "expected-equal-sign",
        Expected::QuotedText => "expected-quoted-text",
        Expected::CommaOrBrace => "expected-comma-or-brace",
        Expected::Space => "expected-space",
        Expected::Value => "expected-value",
        Expected::Time => "expected-time",
        Expected::EndOfLine => "expected-end-of-line",
        Expected::Descriptor => "expected-descriptor",
        Expected::TypeWord => "expected-type-word",
    }
}

/// Returns the words for a rule of OpenMetrics.
const fn broken(rule: OpenMetricsRule) -> &'static str {
    match rule {
        OpenMetricsRule::EofMissing => "rule-eof-missing",
        OpenMetricsRule::AfterEof => "rule-after-eof",
        OpenMetricsRule::EmptyLine => "rule-empty-line",
        OpenMetricsRule::RepeatedDescriptor => "rule-repeated-descriptor",
        OpenMetricsRule::UnitNotInName => "rule-unit-not-in-name",
        OpenMetricsRule::FamilyInterleaved => "rule-family-interleaved",
        OpenMetricsRule::RepeatedLabel => "rule-repeated-label",
        OpenMetricsRule::SuffixNotAllowed => "rule-suffix-not-allowed",
        OpenMetricsRule::LimitMissing => "rule-limit-missing",
    }
}

/// Returns the stable word for what is not read.
pub(super) const fn unread(kind: UnreadKind) -> &'static str {
    match kind {
        UnreadKind::List => "list",
        UnreadKind::Object => "object",
        UnreadKind::TimeOfDay => "time",
        UnreadKind::Bytes => "bytes",
        UnreadKind::Other => "other",
    }
}

/// Returns the stable word for a kind of file that is not read.
pub(crate) const fn foreign(kind: ForeignKind) -> &'static str {
    match kind {
        ForeignKind::Spreadsheet => "spreadsheet",
        ForeignKind::Compressed => "compressed",
        ForeignKind::Pdf => "pdf",
        ForeignKind::Picture => "picture",
        ForeignKind::Database => "database",
        ForeignKind::JsonDocument => "json_document",
        ForeignKind::Pipe => "pipe",
        ForeignKind::Utf16Le => "utf16_le",
        ForeignKind::Utf16Be => "utf16_be",
        ForeignKind::Binary => "binary",
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::settings::Language;

    #[test]
    fn a_row_that_is_bad_as_a_whole_has_no_column_and_a_missing_end_no_text() {
        let words = Words::with(Language::En, TimeZone::UTC);
        let row = |column, text: &str, problem| BadRow { line: 3, column, text: text.to_owned(), problem };
        let eof = FileProblem::Rule { rule: OpenMetricsRule::EofMissing };

        assert_eq!(
            left_out(&row(2, "abc", FileProblem::NotANumber), &words),
            "Line 3, column 2: “abc”, not a number; left out."
        );
        assert_eq!(
            left_out(&row(0, "\"x", FileProblem::QuoteNotClosed), &words),
            "Line 3: “\"x”, a quote is never closed; left out."
        );
        assert_eq!(
            left_out(&row(0, "", eof), &words),
            "Line 3: a rule of OpenMetrics is broken: the file has to end with # EOF."
        );
    }

    #[test]
    fn what_was_decided_about_times_is_said_with_its_number() {
        let words = Words::with(Language::En, TimeZone::UTC);
        let outcome = ImportOutcome { repeated_times: 4, overwritten: 1, ..ImportOutcome::default() };

        let again = ImportOutcome { is_again: true, name: "load.csv".to_owned(), ..ImportOutcome::default() };
        let now = Timestamp::from_millis(1_794_268_800_000);

        let said: Vec<String> = notices(&outcome, now).iter().map(|phrase| words.phrase(phrase)).collect();

        assert!(said[0].starts_with("4 local times occurred twice"), "{said:?}");
        assert!(said[1].starts_with("At least one sample has the time of another one"), "{said:?}");
        let said = words.phrase(&notices(&again, now)[0]);
        assert!(said.starts_with("This file was imported before, as load.csv"), "{said}");
        assert!(notices(&ImportOutcome::default(), now).is_empty());
    }

    #[test]
    fn times_before_anything_was_measured_or_behind_tomorrow_are_pointed_at() {
        let words = Words::with(Language::En, TimeZone::UTC);
        // 2026-11-10T00:00:00Z.
        let now = 1_794_268_800_000;
        let reaching = |start: i64, last: i64| {
            let range = TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(last + 1)).ok();
            let outcome = ImportOutcome { range, ..ImportOutcome::default() };
            let said = notices(&outcome, Timestamp::from_millis(now));
            said.iter().map(|phrase| words.phrase(phrase)).collect::<Vec<_>>()
        };

        assert!(reaching(now - 60_000, now + AHEAD_MS - 1).is_empty());
        // The days since 1900 that a spreadsheet counts, read as Unix times.
        let early = reaching(45_971_500, 45_972_500);
        assert!(early[0].starts_with("The times reach from Thu 1 Jan 1970 12:46 to"), "{early:?}");
        assert_eq!(reaching(now, now + 2 * AHEAD_MS).len(), 1);
    }

    #[test]
    fn what_openmetrics_expects_is_said_in_both_languages() {
        let name = problem(&FileProblem::Expected { what: Expected::MetricName });
        let end = problem(&FileProblem::Rule { rule: OpenMetricsRule::EofMissing });
        let said = |language| {
            let words = Words::with(language, TimeZone::UTC);
            [words.phrase(&name), words.phrase(&end)]
        };

        assert_eq!(
            said(Language::En),
            [
                "expected here: the name of a metric",
                "a rule of OpenMetrics is broken: the file has to end with # EOF"
            ]
        );
        assert_eq!(said(Language::ZhCn), ["此处应为：指标名", "违反 OpenMetrics 规则：文件须以 # EOF 结尾"]);
    }
}
