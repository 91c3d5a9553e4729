//! What is wrong with an expression, as failures with the values of their sentences.

use wardroom_analysis::promql::{EvalError, Expected, ParseError, ParseErrorKind};

use crate::error::AppError;

/// Makes the failure of an expression that cannot be read.
pub(super) fn of_reading(error: ParseError) -> AppError {
    let failure = match error.kind {
        ParseErrorKind::Syntax { found, expected } => {
            with_expected(AppError::new("query_syntax").with("found", found), expected)
        }
        ParseErrorKind::Ends { expected } => with_expected(AppError::new("query_ends"), expected),
        ParseErrorKind::UnknownFunction(name) => AppError::new("query_unknown_function").with("name", name),
        ParseErrorKind::Refused(name) => AppError::new("query_refused").with("name", name),
        ParseErrorKind::Type { of, wanted, got } => {
            AppError::new("query_type").with("of", of).with("wanted", wanted).with("got", got)
        }
        ParseErrorKind::Arguments { of, least, most, got } => with_count(of, least, most).with("got", got),
        ParseErrorKind::Pattern(pattern) => AppError::new("query_pattern").with("pattern", pattern),
        ParseErrorKind::Rule(rule) => AppError::new("query_rule").with("rule", rule.as_str()),
        ParseErrorKind::TooDeep => AppError::new("query_too_deep"),
    };
    failure.with("column", error.column)
}

/// Begins the failure of a call with how many arguments would have been right.
fn with_count(of: String, least: usize, most: Option<usize>) -> AppError {
    let wanted = match (least, most) {
        (_, None) => "least",
        (0, Some(0)) => "none",
        (1, Some(1)) => "one",
        (least, Some(most)) if least == most => "many",
        (_, Some(_)) => "range",
    };
    let failure = AppError::new("query_arguments").with("of", of).with("wanted", wanted).with("least", least);
    failure.with("most", most.unwrap_or(least))
}

/// Adds what would have been right: the word of a situation, or the very text.
fn with_expected(failure: AppError, expected: Expected) -> AppError {
    match expected {
        Expected::Text(text) => failure.with("expected", "text").with("text", text),
        Expected::CommaOr(text) => failure.with("expected", "comma_or").with("text", text),
        Expected::Expression
        | Expected::Operator
        | Expected::Duration
        | Expected::Number
        | Expected::Moment
        | Expected::Label
        | Expected::MatchOperator
        | Expected::Quoted
        | Expected::ClosingQuote
        | Expected::Escape => failure.with("expected", expected.as_str()).with("text", ""),
    }
}

/// Makes the failure of an expression that has no answer.
pub(super) fn of_answering(error: EvalError) -> AppError {
    match error {
        EvalError::NotUnique { side, first, second, group } => AppError::new("query_not_unique")
            .with("side", side.as_str())
            .with("first", first)
            .with("second", second)
            .with("group", group),
        EvalError::ManyToOne { group } => AppError::new("query_many_to_one").with("group", group),
        EvalError::Grouping { labels } => AppError::new("query_grouping").with("labels", labels),
        EvalError::SameLabels { labels } => AppError::new("query_same_labels").with("labels", labels),
        EvalError::LabelName { name } => AppError::new("query_label_name").with("name", name),
        EvalError::Pattern { pattern } => AppError::new("query_bad_pattern").with("pattern", pattern),
        EvalError::Count { value } => AppError::new("query_count").with("value", value),
        EvalError::NotOverRange { got } => AppError::new("query_not_over_range").with("got", got),
        EvalError::NoSteps => AppError::new("query_no_steps"),
        EvalError::TooManyValues { limit } => AppError::new("query_too_many_values").with("limit", limit),
        EvalError::Cancelled => AppError::cancelled(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use wardroom_analysis::promql::{Rule, Side, ValueType};

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    fn readings() -> Vec<ParseErrorKind> {
        let expected = [
            Expected::Expression,
            Expected::Operator,
            Expected::Duration,
            Expected::Number,
            Expected::Moment,
            Expected::Label,
            Expected::MatchOperator,
            Expected::Quoted,
            Expected::ClosingQuote,
            Expected::Escape,
            Expected::Text(")"),
            Expected::CommaOr(")"),
        ];
        let rules = [
            Rule::EmptySelector,
            Rule::NamedTwice,
            Rule::NotASelector,
            Rule::RangeComesFirst,
            Rule::SetTwice,
            Rule::BoolWithoutComparison,
            Rule::ComparisonNeedsBool,
            Rule::SetOfScalars,
            Rule::MatchingOfScalars,
            Rule::GroupedSet,
            Rule::LabelTwice,
            Rule::MomentOutOfBounds,
        ];
        let name = || "limitk".to_owned();
        let (wanted, got) = (ValueType::Matrix, ValueType::Vector);
        let mut all = vec![
            ParseErrorKind::UnknownFunction(name()),
            ParseErrorKind::Refused(name()),
            ParseErrorKind::Type { of: "rate".to_owned(), wanted, got },
            ParseErrorKind::Pattern("(".to_owned()),
            ParseErrorKind::TooDeep,
        ];
        all.extend(expected.map(|expected| ParseErrorKind::Syntax { found: "]".to_owned(), expected }));
        all.extend(expected.map(|expected| ParseErrorKind::Ends { expected }));
        all.extend(rules.map(ParseErrorKind::Rule));
        let counts = [(0, Some(0)), (1, Some(1)), (2, Some(2)), (1, Some(2)), (3, None)];
        all.extend(counts.map(|(least, most)| ParseErrorKind::Arguments { of: name(), least, most, got: 5 }));
        all
    }

    fn answers() -> Vec<EvalError> {
        let text = || "{host=\"a\"}".to_owned();
        let unique = |side| EvalError::NotUnique { side, first: text(), second: text(), group: text() };
        vec![
            unique(Side::Left),
            unique(Side::Right),
            EvalError::ManyToOne { group: text() },
            EvalError::Grouping { labels: text() },
            EvalError::SameLabels { labels: text() },
            EvalError::LabelName { name: text() },
            EvalError::Pattern { pattern: text() },
            EvalError::Count { value: "NaN".to_owned() },
            EvalError::NotOverRange { got: ValueType::Text },
            EvalError::NoSteps,
            EvalError::TooManyValues { limit: 7 },
        ]
    }

    #[test]
    fn numbers_of_arguments_are_said_in_the_language_of_the_sentence() {
        let said = |text: &str, language: Language| {
            let failure = of_reading(wardroom_analysis::promql::parse(text).unwrap_err());
            Words::with(language, TimeZone::UTC).error(&failure)
        };

        assert_eq!(said("time(1)", Language::En), "Column 1: time takes no argument, not 1.");
        assert_eq!(said("rate(up[5m], 1)", Language::En), "Column 1: rate takes one argument, not 2.");
        assert_eq!(said("round(up, 1, 2)", Language::En), "Column 1: round takes 1 to 2 arguments, not 3.");
        assert_eq!(
            said("label_join(up)", Language::En),
            "Column 1: label_join takes at least 3 arguments, not 1."
        );
        assert_eq!(said("topk(up)", Language::ZhCn), "第 1 列：topk 接受 2 个参数，而不是 1 个。");
        assert_eq!(
            said("label_join(up)", Language::ZhCn),
            "第 1 列：label_join 接受至少 3 个参数，而不是 1 个。"
        );
    }

    #[test]
    fn everything_that_can_be_wrong_has_a_sentence_of_its_own_with_all_its_values() {
        let failures: Vec<AppError> = readings()
            .into_iter()
            .map(|kind| of_reading(ParseError { column: 4, kind }))
            .chain(answers().into_iter().map(of_answering))
            .collect();

        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);
            let mut said: Vec<String> = failures.iter().map(|failure| words.error(failure)).collect();
            for (sentence, failure) in said.iter().zip(&failures) {
                assert!(
                    !sentence.contains("{$") && !sentence.contains(&failure.code),
                    "{failure}: {sentence}"
                );
            }
            said.sort_unstable();
            said.dedup();
            assert_eq!(said.len(), failures.len(), "no two say the same");
        }
    }
}
