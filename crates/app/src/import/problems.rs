//! The sentences for rows and files that could not be read.

use wardroom_connectors::files::{BadRow, FileProblem};

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
        FileProblem::Expected { what } => {
            Phrase::new("bad-expected").text("what", spaced(&format!("{what:?}")))
        }
        FileProblem::Rule { rule } => Phrase::new("bad-rule").text("rule", spaced(&format!("{rule:?}"))),
    }
}

/// Writes the name of a grammar part as words: `MetricName` is "metric name", as the format's own text says it.
pub(crate) fn spaced(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}
