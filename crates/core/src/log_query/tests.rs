//! The text form: what is read, what is refused, and that what is written is read back equal.

use super::{Compare, FieldTest, LogQuery, QueryProblem, QueryProblemKind, TextPattern};
use crate::{Labels, LogRecord, Timestamp};

fn word(text: &str) -> LogQuery {
    LogQuery::Text(TextPattern::Word(text.to_owned()))
}

fn phrase(text: &str) -> LogQuery {
    LogQuery::Text(TextPattern::Phrase(text.to_owned()))
}

fn field(name: &str, test: FieldTest) -> LogQuery {
    LogQuery::Field { name: name.to_owned(), test }
}

fn is(name: &str, value: &str) -> LogQuery {
    field(name, FieldTest::Is(TextPattern::Word(value.to_owned())))
}

fn compares(name: &str, compare: Compare, bound: &str) -> LogQuery {
    field(name, FieldTest::Compares(compare, bound.to_owned()))
}

fn parse(text: &str) -> LogQuery {
    LogQuery::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

#[test]
fn words_phrases_and_fields_are_read() {
    let cases = [
        ("", LogQuery::All),
        ("  ", LogQuery::All),
        ("*", LogQuery::All),
        ("timeout", word("timeout")),
        ("time*", word("time*")),
        ("\"a \\\"b\\\" c\\\\\"", phrase("a \"b\" c\\")),
        ("service:checkout", is("service", "checkout")),
        ("service : checkout", is("service", "checkout")),
        ("host.name:\"db m1\"", field("host.name", FieldTest::Is(TextPattern::Phrase("db m1".to_owned())))),
        ("user.id:*", field("user.id", FieldTest::Exists)),
        ("status>=500", compares("status", Compare::GreaterOrEqual, "500")),
        ("status < 3", compares("status", Compare::Less, "3")),
        ("level >= warn", compares("level", Compare::GreaterOrEqual, "warn")),
        ("took > \"1 s\"", compares("took", Compare::Greater, "1 s")),
        ("\"my field\": x", is("my field", "x")),
        ("http.*: 500", is("http.*", "500")),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), expected, "{text}");
    }
}

/// The texts are those of `fieldQuery` in the window: ui/tests/logs/query.test.ts.
#[test]
fn what_a_click_on_a_value_writes_means_it() {
    let beginning = format!("stack : \"{}\"", "word ".repeat(99));
    let long = format!("{}wordwordword", "word ".repeat(99));
    let cases = [
        ("http.status : \"503\"", "http.status", "503"),
        ("\"my field\" : \"a b\"", "my field", "a b"),
        ("\"a:b\" : \"x:y\"", "a:b", "x:y"),
        (r#""say \"hi\" \\" : "C:\\ \"d\"""#, r#"say "hi" \"#, r#"C:\ "d""#),
        ("\"AND\" : \"or\"", "AND", "or"),
        ("\"5xx\" : \"/x/\"", "5xx", "/x/"),
        ("\"größe\" : \"*\"", "größe", "*"),
        ("note : \"one two\"", "note", "one\r\ntwo"),
        ("gap : /^\\s+$/", "gap", " \t"),
        (beginning.as_str(), "stack", long.as_str()),
    ];
    for (text, name, value) in cases {
        let record = |name: &str, value: &str| LogRecord {
            at: Timestamp::from_millis(0),
            level: None,
            service: String::new(),
            host: String::new(),
            dataset: String::new(),
            message: value.to_owned(),
            fields: Labels::new([(name, value)]),
        };
        let query = parse(&format!("(x or {text}) and {text}"));

        assert!(query.matches(&record(name, value)), "{text}");
        assert!(!query.matches(&record("other", value)), "{text}");
        assert!(!query.matches(&record(name, "something else")), "{text}");
    }
}

#[test]
fn what_stands_between_slashes_is_an_expression() {
    let regex = |text: &str| TextPattern::Regex(text.to_owned());
    let cases = [
        ("/took \\d+ ms/", LogQuery::Text(regex("took \\d+ ms"))),
        ("message: /^GET \\/cart/", field("message", FieldTest::Is(regex("^GET \\/cart")))),
        (
            "host: (/db-m[12]/ or x)",
            LogQuery::Or(vec![field("host", FieldTest::Is(regex("db-m[12]"))), is("host", "x")]),
        ),
        ("not /a/ b", LogQuery::And(vec![LogQuery::Not(Box::new(LogQuery::Text(regex("a")))), word("b")])),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), expected, "{text}");
    }
}

#[test]
fn operators_bind_as_people_expect() {
    let (a, b, c) = (word("a"), word("b"), word("c"));
    let not = |q: &LogQuery| LogQuery::Not(Box::new(q.clone()));
    let and = |list: &[&LogQuery]| LogQuery::And(list.iter().map(|q| (*q).clone()).collect());
    let or = |list: &[&LogQuery]| LogQuery::Or(list.iter().map(|q| (*q).clone()).collect());
    let cases = [
        ("a b", and(&[&a, &b])),
        ("a AND b Or c", or(&[&and(&[&a, &b]), &c])),
        ("a b or c", or(&[&and(&[&a, &b]), &c])),
        ("a and (b or c)", and(&[&a, &or(&[&b, &c])])),
        ("a (b c)", and(&[&a, &and(&[&b, &c])])),
        ("not a b", and(&[&not(&a), &b])),
        ("NOT(a b)", not(&and(&[&a, &b]))),
        ("not not a", not(&not(&a))),
        ("a or not b", or(&[&a, &not(&b)])),
        ("((a))", a.clone()),
        ("f: (x or not y z)", or(&[&is("f", "x"), &and(&[&not(&is("f", "y")), &is("f", "z")])])),
        ("f: x y", and(&[&is("f", "x"), &word("y")])),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), expected, "{text}");
    }
}

#[test]
fn pasted_log_text_is_taken_as_words() {
    let cases = [
        ("10.0.0.1:8080", "10.0.0.1:8080"),
        ("http://x/y?z=1", "http://x/y?z=1"),
        ("std::vector", "std::vector"),
        ("fe80::1", "fe80::1"),
        ("C:\\Windows\\x", "C:\\Windows\\x"),
        ("02:57:38", "02:57:38"),
        ("user=bob", "user=bob"),
        ("key=\"v\"", "key=\"v\""),
        ("/var/log/x", "/var/log/x"),
        ("/var/log/", "/var/log/"),
        ("/x", "/x"),
        ("//", "//"),
        ("\\/tmp/", "/tmp/"),
        ("foo->bar", "foo->bar"),
        ("foo\\ bar", "foo bar"),
        ("a\\:b", "a:b"),
        ("\\and", "and"),
        ("order", "order"),
        ("notice", "notice"),
        ("连接失败", "连接失败"),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), word(expected), "{text}");
    }
    assert_eq!(parse("a\\*b"), phrase("a*b"));
    assert_eq!(parse("host: 10.0.0.1:80"), is("host", "10.0.0.1:80"));
}

#[test]
fn a_problem_is_told_with_its_place() {
    use QueryProblemKind as Kind;
    let deep = "(".repeat(65) + "a";
    let long = "é".repeat(5000);
    let cases = [
        ("say \"hello", 4, Kind::UnclosedQuote),
        ("a and (b or c", 6, Kind::UnclosedParenthesis),
        ("a b) c", 3, Kind::UnexpectedParenthesis),
        ("service:", 8, Kind::MissingValue),
        ("service: )", 9, Kind::MissingValue),
        ("(service:) x", 9, Kind::MissingValue),
        ("service: and x", 9, Kind::MissingValue),
        ("status >=", 9, Kind::MissingValue),
        ("status >= (1)", 10, Kind::MissingValue),
        ("and a", 0, Kind::MissingOperand),
        ("a and", 5, Kind::MissingOperand),
        ("a or or b", 5, Kind::MissingOperand),
        ("not", 3, Kind::MissingOperand),
        ("a ()", 3, Kind::MissingOperand),
        ("f: ()", 4, Kind::MissingOperand),
        (")", 0, Kind::MissingOperand),
        ("f: \" \"", 3, Kind::EmptyText),
        ("\"a\"b", 3, Kind::UnexpectedText),
        ("status != 500", 7, Kind::UnknownOperator),
        ("a && b", 2, Kind::UnknownOperator),
        ("level >= loud", 9, Kind::UnknownLevel),
        ("a\\*b*", 0, Kind::MixedStars),
        ("a /b(/", 2, Kind::BadRegex),
        ("f: /b{1000}{1000}/", 3, Kind::BadRegex),
        (deep.as_str(), 64, Kind::TooDeep),
        (long.as_str(), 8192, Kind::TooLong),
    ];
    for (text, at, kind) in cases {
        assert_eq!(LogQuery::parse(text), Err(QueryProblem { at, kind }), "{text}");
    }
}

#[test]
fn the_deepest_nesting_is_read_and_anything_deeper_refused() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));

    assert_eq!(parse(&nested(64)), word("a"));
    assert!(LogQuery::parse(&nested(65)).is_err());
    assert!(LogQuery::parse(&("not ".repeat(64) + "a")).is_ok());
    assert!(LogQuery::parse(&("not ".repeat(65) + "a")).is_err());
}

#[test]
fn a_question_is_written_as_a_person_would_write_it() {
    let cases = [
        ("  service:checkout   level>=warn ", "service: checkout and level >= warn"),
        ("a b or c d", "a and b or c and d"),
        ("a and (b or c)", "a and (b or c)"),
        ("host:(a OR b) x", "host: (a or b) and x"),
        ("not (a or b)", "not (a or b)"),
        ("not host: (a or *)", "not host: (a or *)"),
        ("10.0.0.1:80", "10.0.0.1:80"),
        ("", "*"),
        ("foo\\ bar", "foo\\ bar"),
        ("\\not", "\\not"),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).to_string(), expected, "{text}");
    }
}

/// Texts that are hard to write: signs, keywords, quotes, several scripts.
const TEXTS: [&str; 46] = [
    "/a/",
    "/a b/",
    "a",
    "timeout",
    "and",
    "OR",
    "not",
    "and:",
    "x:y",
    "x: y",
    "10.0.0.1:80",
    "http://h/p?a=b&c=d",
    "a::b",
    "::",
    ":",
    "<",
    ">=",
    "!=",
    "&&",
    "a<b",
    "foo->bar",
    "->",
    "\"",
    "a\"b",
    "\"a",
    "\\",
    "a\\",
    "\\and",
    "\\\\x",
    "C:\\Windows",
    "(",
    "a)b",
    "f(x)",
    "a b",
    " a",
    "a ",
    "wor*d",
    "*end",
    "a**b",
    "ünï\u{a0}x",
    "连接 失败",
    "x\ny",
    "{}",
    "C:",
    "level",
    "0",
];

/// Expressions that are hard to write.
const EXPRESSIONS: [&str; 6] = ["a.c", "^x\\d+$", "a\\/b", "[ab] and (c|d)", "\\\\", "(?i)über \"x\""];

/// Names that are hard to write.
const NAMES: [&str; 12] = [
    "service",
    "host.name",
    "level",
    "and",
    "not",
    "my field",
    "4xx",
    "a:b",
    "x-",
    "http.*",
    "say \"x\"",
    "k8s.io/app\\",
];

/// A stream of small numbers from a seed, so that every run makes the same trees.
struct Choices(u64);

impl Choices {
    /// Returns a number below `n`: xorshift64* (Vigna 2016), which is even enough for choosing among few.
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).expect("31 bits fit") % n
    }

    fn pattern(&mut self) -> TextPattern {
        let text = TEXTS[self.below(TEXTS.len())].to_owned();
        match self.below(4) {
            0 => TextPattern::Phrase(text),
            1 => TextPattern::Regex(EXPRESSIONS[self.below(EXPRESSIONS.len())].to_owned()),
            _ => TextPattern::Word(text),
        }
    }

    fn test(&mut self, name: &str) -> FieldTest {
        let compare =
            [Compare::Less, Compare::LessOrEqual, Compare::Greater, Compare::GreaterOrEqual][self.below(4)];
        match self.below(4) {
            0 => FieldTest::Exists,
            1 if name == "level" => FieldTest::Compares(compare, "warn".to_owned()),
            1 => FieldTest::Compares(compare, TEXTS[self.below(TEXTS.len())].to_owned()),
            _ => FieldTest::Is(self.pattern()),
        }
    }

    fn tree(&mut self, depth: usize) -> LogQuery {
        let list = |own: &mut Self| (0..own.below(3) + 2).map(|_| own.tree(depth - 1)).collect();
        match if depth == 0 { self.below(4) } else { self.below(8) } {
            0 => LogQuery::All,
            1 => LogQuery::Text(self.pattern()),
            2 | 3 => {
                let name = NAMES[self.below(NAMES.len())].to_owned();
                let test = self.test(&name);
                LogQuery::Field { name, test }
            }
            4 => LogQuery::Not(Box::new(self.tree(depth - 1))),
            5 => self.values(),
            6 => LogQuery::And(list(self)),
            _ => LogQuery::Or(list(self)),
        }
    }

    /// A choice among values of one field.
    fn values(&mut self) -> LogQuery {
        let name = NAMES[self.below(NAMES.len())];
        LogQuery::Or((0..self.below(3) + 2).map(|_| field(name, FieldTest::Is(self.pattern()))).collect())
    }
}

#[test]
fn what_is_written_is_read_back_equal() {
    let mut choices = Choices(0x9E37_79B9_7F4A_7C15);
    for round in 0..20_000 {
        let query = choices.tree(round % 5);
        let text = query.to_string();
        if text.len() <= 8192 {
            assert_eq!(LogQuery::parse(&text).as_ref(), Ok(&query), "{text}");
        }
    }
}

#[test]
fn any_text_is_read_or_refused_and_what_is_read_survives_writing() {
    let signs = [
        "a", "b1", " ", "(", ")", "\"", "\\", ":", "*", "<", ">", "=", "and", "or", "not", "é", "/", ".", "-",
    ];
    let mut choices = Choices(7);
    let mut read = 0;
    for _ in 0..50_000 {
        let text: String = (0..choices.below(12)).map(|_| signs[choices.below(signs.len())]).collect();
        match LogQuery::parse(&text) {
            Ok(query) => {
                read += 1;
                assert_eq!(LogQuery::parse(&query.to_string()).as_ref(), Ok(&query), "{text} -> {query}");
                query.needed_words();
            }
            Err(problem) => assert!(text.is_char_boundary(problem.at), "{text}: {problem}"),
        }
    }
    assert!(read > 10_000, "{read}");
}
