//! What is read, and what is refused, and where.

use proptest::prelude::*;

use super::*;

fn problem(text: &str) -> (usize, ParseErrorKind) {
    let error = parse(text).unwrap_err();
    (error.column, error.kind)
}

#[test]
fn a_refusal_names_the_place_and_what_was_expected() {
    let syntax = |found: &str, expected| ParseErrorKind::Syntax { found: found.to_owned(), expected };
    let ends = |expected| ParseErrorKind::Ends { expected };

    assert_eq!(problem("sum(é)"), (5, syntax("é", Expected::Expression)));
    assert_eq!(problem("up up"), (4, syntax("up", Expected::Operator)));
    assert_eq!(problem("up{job}"), (7, syntax("}", Expected::MatchOperator)));
    assert_eq!(problem("up{job=a}"), (8, syntax("a", Expected::Quoted)));
    assert_eq!(problem("up[5x]"), (4, syntax("5x", Expected::Duration)));
    assert_eq!(problem("up @ x"), (6, syntax("x", Expected::Moment)));
    assert_eq!(problem("1 +"), (4, ends(Expected::Expression)));
    assert_eq!(problem("(up"), (4, ends(Expected::Text(")"))));
    assert_eq!(problem("abs(up"), (7, ends(Expected::CommaOr(")"))));
    assert_eq!(problem("sum by (a b) (up)"), (11, syntax("b", Expected::CommaOr(")"))));
    assert_eq!(problem("up{a='1' b='2'}"), (10, syntax("b", Expected::CommaOr("}"))));
    assert_eq!(problem("on"), (1, syntax("on", Expected::Expression)));
    assert_eq!(problem(""), (1, ends(Expected::Expression)));
}

#[test]
fn what_the_subset_leaves_out_is_refused_by_name() {
    for (text, column, name) in [
        ("max_over_time(up[1h:5m])", 17, "subquery"),
        ("sum(up)[1h:]", 8, "subquery"),
        ("1 + sin(up)", 5, "sin"),
        ("holt_winters(up[5m], 0.1, 0.1)", 1, "holt_winters"),
        ("info(up)", 1, "info"),
        ("limitk(2, up)", 1, "limitk"),
        ("limitk by (job) (2, up)", 1, "limitk"),
        ("up atan2 up", 4, "atan2"),
        ("rate(up[5m] anchored)", 13, "anchored"),
    ] {
        assert_eq!(problem(text), (column, ParseErrorKind::Refused(name.to_owned())), "{text}");
    }
    assert_eq!(problem("nofunc(up)"), (1, ParseErrorKind::UnknownFunction("nofunc".to_owned())));
}

#[test]
fn rules_beyond_the_grammar_are_checked() {
    for (text, column, rule) in [
        ("{}", 1, Rule::EmptySelector),
        (r#"{job=~".*"}"#, 1, Rule::EmptySelector),
        (r#"up{__name__="up"}"#, 1, Rule::NamedTwice),
        ("(up)[5m]", 5, Rule::NotASelector),
        ("sum(up) offset 5m", 9, Rule::NotASelector),
        ("up offset 5m [5m]", 14, Rule::RangeComesFirst),
        ("up offset 5m offset 5m", 14, Rule::SetTwice),
        ("up @ 1 @ 2", 8, Rule::SetTwice),
        ("up + bool up", 4, Rule::BoolWithoutComparison),
        ("1 == 1", 3, Rule::ComparisonNeedsBool),
        ("1 and up", 3, Rule::SetOfScalars),
        ("1 + on (a) up", 3, Rule::MatchingOfScalars),
        ("up and on (a) group_left up", 4, Rule::GroupedSet),
        ("up * on (a) group_left (a) up", 4, Rule::LabelTwice),
        ("up @ inf", 6, Rule::MomentOutOfBounds),
    ] {
        assert_eq!(problem(text), (column, ParseErrorKind::Rule(rule)), "{text}");
    }
}

#[test]
fn types_and_numbers_of_arguments_are_checked() {
    let kind =
        ParseErrorKind::Type { of: "rate".to_owned(), wanted: ValueType::Matrix, got: ValueType::Vector };
    assert_eq!(problem("rate(up)"), (6, kind));
    let kind = ParseErrorKind::Arguments { of: "round".to_owned(), least: 1, most: Some(2), got: 3 };
    assert_eq!(problem("round(up, 1, 2)"), (1, kind));
    assert_eq!(problem(r#"up{a=~"("}"#), (7, ParseErrorKind::Pattern("(".to_owned())));
}

#[test]
fn operators_bind_as_in_the_documentation_of_the_language() {
    // Prometheus 2.42.0 answers these queries with these numbers.
    for (text, expected) in [
        ("-1 ^ 2", -1.0),
        ("2 ^ -1 * 3", 1.5),
        ("2 ^ 3 ^ 2", 512.0),
        ("1 + 2 * 3 % 4", 3.0),
        ("8 - 4 - 2", 2.0),
    ] {
        let options = super::super::Options {
            times: super::super::Times::At(wardroom_core::Timestamp::from_millis(0)),
            lookback_ms: 0,
            dialect: super::super::Dialect::Two,
        };
        let answer = super::super::evaluate(&parse(text).unwrap(), &[], &options, &|| false);
        let super::super::Answer::Scalar(_, value) = answer.unwrap() else { panic!("a scalar") };
        assert!((value - expected).abs() < 1e-12, "{text}: {value}");
    }
}

#[test]
fn words_of_the_language_can_name_metrics_and_labels() {
    for text in [
        "sum",
        "by{on=\"x\"}",
        "SUM BY (sum, by,) (offset)",
        "start{end='x',}",
        "foo:bar",
        "{\"http.requests\", \"host.name\"=\"a\"}",
        "up # a comment\n + up",
        "up[5m] @ end() offset -1m",
    ] {
        assert!(parse(text).is_ok(), "{text}: {:?}", parse(text).err());
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let kind = |text: &str| problem(text).1;

    assert_eq!(kind(&"(".repeat(1000)), ParseErrorKind::TooDeep);
    assert_eq!(kind(&"-".repeat(1000)), ParseErrorKind::TooDeep);
    assert_eq!(kind(&vec!["up"; 1000].join("+")), ParseErrorKind::TooDeep);
    assert_eq!(kind(&" ".repeat(LONGEST + 1)), ParseErrorKind::TooDeep);
}

proptest! {
    #[test]
    fn garbage_never_panics(text in ".{0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn garbage_near_the_grammar_never_panics(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "sum", "by", "(", ")", "[5m]", "[", "]", ":", "{", "}", "a", "=~", "=", "\"x\"", "\\", "'", "`", "offset", "@", "-",
                "+", "^", "and", "on", "group_left", "bool", "1", "0x", "1e", "5m", ",", "rate", "==", "start()", "#", "é", " ",
            ]),
            0..24,
        ),
    ) {
        let _ = parse(&words.concat());
        let _ = parse(&words.join(" "));
    }
}
