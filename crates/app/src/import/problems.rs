//! The sentences for rows and files that could not be read.

use wardroom_connectors::files::{BadRow, Expected, FileProblem, ForeignKind, OpenMetricsRule};

use crate::phrase::Phrase;

/// Says why a row was left out.
pub fn problem_phrase(row: &BadRow) -> Phrase {
    problem(&row.problem)
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
        FileProblem::UnclearSeparators => Phrase::new("bad-unclear-separators"),
        FileProblem::TooFewColumns { got, expected } => Phrase::new("bad-too-few-columns")
            .text("got", got.to_string())
            .text("expected", expected.to_string()),
        FileProblem::TooManyColumns { got, expected } => Phrase::new("bad-too-many-columns")
            .text("got", got.to_string())
            .text("expected", expected.to_string()),
        FileProblem::QuoteNotClosed => Phrase::new("bad-quote"),
        FileProblem::LineTooLong => Phrase::new("bad-line-too-long"),
        FileProblem::NotJson { detail } => Phrase::new("bad-not-json").text("detail", detail.clone()),
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

/// Returns the stable word for a kind of file that is not read.
pub(crate) const fn foreign(kind: ForeignKind) -> &'static str {
    match kind {
        ForeignKind::Spreadsheet => "spreadsheet",
        ForeignKind::Compressed => "compressed",
        ForeignKind::Pdf => "pdf",
        ForeignKind::Picture => "picture",
        ForeignKind::Database => "database",
        ForeignKind::JsonDocument => "json_document",
        ForeignKind::Binary => "binary",
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

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
                "a rule of OpenMetrics is broken: the file ends with # EOF"
            ]
        );
        assert_eq!(said(Language::ZhCn), ["此处应为：指标名", "违反 OpenMetrics 规则：文件以 # EOF 结尾"]);
    }
}
