//! Asks single records.

use std::cmp::Ordering;

use super::pattern::{LEVEL, Pattern};
use super::words::lower;
use super::{Compare, FieldTest, LogQuery, TextPattern};
use crate::log::{LogLevel, LogRecord};

/// Values longer than this, in bytes, are texts: a pattern may match a part of them.
///
/// The limit is ours: names, paths and addresses are shorter, messages and stack traces longer.
const LONGEST_WHOLE: usize = 128;

impl LogQuery {
    /// Reports whether it finds a record. For many records, [`LogQuery::matcher`] is faster.
    pub fn matches(&self, record: &LogRecord) -> bool {
        self.matcher().matches(record)
    }

    /// Prepares the question for many records.
    pub fn matcher(&self) -> LogMatcher {
        LogMatcher { node: Node::new(self) }
    }
}

/// A question made ready to be asked of many records.
#[derive(Clone, Debug)]
pub struct LogMatcher {
    node: Node,
}

impl LogMatcher {
    /// Reports whether the question finds a record.
    pub fn matches(&self, record: &LogRecord) -> bool {
        self.node.matches(record)
    }
}

/// Reads a level as programs write it: the stable words and their usual relatives, in any case.
pub fn level_named(word: &str) -> Option<LogLevel> {
    let word = lower(word);
    LogLevel::parse(&word).or_else(|| match &*word {
        "verbose" | "finest" | "finer" => Some(LogLevel::Trace),
        "dbg" | "fine" => Some(LogLevel::Debug),
        "information" | "informational" | "notice" => Some(LogLevel::Info),
        "warning" | "wrn" => Some(LogLevel::Warn),
        "err" | "severe" => Some(LogLevel::Error),
        "critical" | "crit" | "alert" | "emerg" | "emergency" | "panic" => Some(LogLevel::Fatal),
        _ => None,
    })
}

#[derive(Clone, Debug)]
enum Node {
    All,
    Text(Pattern),
    Field(Target, Test),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

/// Which part of a record a field name means.
#[derive(Clone, Debug)]
enum Target {
    Service,
    Host,
    Level,
    Dataset,
    Message,
    Attribute(String),
    /// A name with stars: every column and field whose name it matches.
    Several(Pattern),
}

#[derive(Clone, Debug)]
enum Test {
    Exists,
    Is(Pattern, Option<LogLevel>),
    Compares(Compare, Bound),
}

#[derive(Clone, Debug)]
struct Bound {
    number: Option<f64>,
    level: Option<LogLevel>,
    text: String,
}

/// The columns of a record under all their names.
const COLUMNS: [(&str, Target); 9] = [
    ("service", Target::Service),
    ("service.name", Target::Service),
    ("host", Target::Host),
    ("host.name", Target::Host),
    (LEVEL[0], Target::Level),
    (LEVEL[1], Target::Level),
    ("dataset", Target::Dataset),
    ("event.dataset", Target::Dataset),
    ("message", Target::Message),
];

impl Node {
    fn new(query: &LogQuery) -> Self {
        match query {
            LogQuery::All => Self::All,
            LogQuery::Text(pattern) => Self::Text(Pattern::new(pattern)),
            LogQuery::Field { name, test } => Self::Field(Target::new(name), Test::new(test)),
            LogQuery::Not(inner) => Self::Not(Box::new(Self::new(inner))),
            LogQuery::And(all) => Self::And(all.iter().map(Self::new).collect()),
            LogQuery::Or(any) => Self::Or(any.iter().map(Self::new).collect()),
        }
    }

    fn matches(&self, record: &LogRecord) -> bool {
        match self {
            Self::All => true,
            Self::Text(pattern) => {
                [&record.message, &record.service, &record.host, &record.dataset]
                    .into_iter()
                    .any(|text| pattern.occurs_in(text))
                    || record.fields.iter().any(|(_, value)| pattern.occurs_in(value))
            }
            Self::Field(target, test) => target.satisfies(test, record),
            Self::Not(inner) => !inner.matches(record),
            Self::And(all) => all.iter().all(|node| node.matches(record)),
            Self::Or(any) => any.iter().any(|node| node.matches(record)),
        }
    }
}

impl Target {
    fn new(name: &str) -> Self {
        if name.contains('*') {
            return Self::Several(Pattern::new(&TextPattern::Word(name.to_owned())));
        }
        COLUMNS
            .into_iter()
            .find(|(column, _)| *column == name)
            .map_or_else(|| Self::Attribute(name.to_owned()), |(_, target)| target)
    }

    fn satisfies(&self, test: &Test, record: &LogRecord) -> bool {
        match self {
            Self::Service => test.accepts(&record.service, false),
            Self::Host => test.accepts(&record.host, false),
            Self::Dataset => test.accepts(&record.dataset, false),
            Self::Message => test.accepts(&record.message, true),
            Self::Level => record.level.is_some_and(|level| test.accepts_level(level)),
            Self::Attribute(name) => {
                record.fields.get(name).is_some_and(|value| test.accepts(value, is_text(value)))
            }
            Self::Several(names) => {
                COLUMNS.iter().any(|(name, target)| names.is_all_of(name) && target.satisfies(test, record))
                    || record
                        .fields
                        .iter()
                        .any(|(name, value)| names.is_all_of(name) && test.accepts(value, is_text(value)))
            }
        }
    }
}

impl Test {
    fn new(test: &FieldTest) -> Self {
        match test {
            FieldTest::Exists => Self::Exists,
            FieldTest::Is(pattern) => {
                let pattern = Pattern::new(pattern);
                let level = pattern.literal().and_then(|word| level_named(&word));
                Self::Is(pattern, level)
            }
            FieldTest::Compares(compare, bound) => Self::Compares(
                *compare,
                Bound {
                    number: number(bound),
                    level: level_named(bound.trim()),
                    text: lower(bound).into_owned(),
                },
            ),
        }
    }

    /// Reports whether a value passes; in a text, a pattern may match a part.
    fn accepts(&self, value: &str, text: bool) -> bool {
        match self {
            Self::Exists => !value.is_empty(),
            Self::Is(pattern, _) => {
                !value.is_empty() && (pattern.is_all_of(value) || (text && pattern.occurs_in(value)))
            }
            Self::Compares(_, _) if value.is_empty() => false,
            Self::Compares(compare, Bound { number: Some(bound), .. }) => {
                number(value).and_then(|value| value.partial_cmp(bound)).is_some_and(|o| holds(*compare, o))
            }
            Self::Compares(compare, bound) => holds(*compare, (*lower(value)).cmp(bound.text.as_str())),
        }
    }

    fn accepts_level(&self, level: LogLevel) -> bool {
        match self {
            Self::Exists => true,
            Self::Is(_, Some(wanted)) => level == *wanted,
            Self::Is(pattern, None) => pattern.is_all_of(level.as_str()),
            Self::Compares(compare, bound) => {
                bound.level.is_some_and(|bound| holds(*compare, level.cmp(&bound)))
            }
        }
    }
}

fn holds(compare: Compare, order: Ordering) -> bool {
    match compare {
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
    }
}

fn is_text(value: &str) -> bool {
    value.len() > LONGEST_WHOLE || value.contains(char::is_whitespace)
}

/// Reads a finite decimal number; words such as `inf` are none.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_number = text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(['n', 'N']);
    text.parse().ok().filter(|value: &f64| is_number && value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Labels;
    use crate::time::Timestamp;

    fn record() -> LogRecord {
        LogRecord {
            at: Timestamp::from_millis(0),
            level: Some(LogLevel::Error),
            service: "checkout-api".to_owned(),
            host: "db-m1".to_owned(),
            dataset: "nginx.access".to_owned(),
            message: "could not acquire connection from pool within 30000 ms (peer 10.0.0.1:5432)".to_owned(),
            fields: Labels::new([
                ("http.response.status_code", "503"),
                ("url.path", "/cart/42"),
                ("user_agent.original", "Mozilla/5.0 (X11) Firefox/128"),
                ("error.type", "PoolTimeout"),
                ("duration", "n/a"),
            ]),
        }
    }

    /// Asks the record and says which questions were answered otherwise than expected.
    fn assert_all(expected: bool, queries: &[&str]) {
        for query in queries {
            let parsed = LogQuery::parse(query).expect("a question of the test");
            assert_eq!(parsed.matches(&record()), expected, "{query}");
        }
    }

    #[test]
    fn texts_are_found_in_message_columns_and_fields() {
        assert_all(
            true,
            &[
                "",
                "*",
                "POOL",
                "\"acquire   connection\"",
                "acq*",
                "10.0.0.1",
                "10.0.0.1:5432",
                "checkout-api",
                "pooltimeout",
                "/cart/42",
                "503",
                "could pool",
                "nothing or pool",
                "not nothing",
            ],
        );
        assert_all(
            false,
            &["poo", "\"connection acquire\"", "0.0.0.1:543", "error", "pool and nothing", "not pool"],
        );
    }

    #[test]
    fn columns_are_meant_by_their_short_and_their_ecs_names() {
        assert_all(
            true,
            &[
                "service: checkout-api",
                "service.name: CHECKOUT-*",
                "host: db-m1",
                "host.name: (db-m1 or db-m2)",
                "dataset: nginx.access",
                "event.dataset: nginx.*",
                "message: pool",
                "message: \"from pool\"",
                "serv*: checkout-api",
            ],
        );
        assert_all(
            false,
            &["service: checkout", "host: db", "host.name: (db-m2 or db-m3)", "message: poo", "source: x"],
        );
    }

    #[test]
    fn levels_compare_by_severity() {
        assert_all(
            true,
            &[
                "level: error",
                "level: ERR",
                "log.level: err*",
                "level >= warn",
                "level >= WARNING",
                "level > info",
                "level <= fatal",
                "level: *",
                "level: (warn or error)",
            ],
        );
        assert_all(false, &["level: warn", "level > error", "level < debug", "not level: *"]);
        let silent = LogRecord { level: None, ..record() };
        for query in ["level >= trace", "level <= fatal", "level: *"] {
            assert!(!LogQuery::parse(query).expect("a question").matches(&silent), "{query}");
        }
    }

    #[test]
    fn numbers_compare_as_numbers_and_other_values_as_text() {
        assert_all(
            true,
            &[
                "http.response.status_code >= 500",
                "http.response.status_code > 5.02e2",
                "http.response.status_code < 1000",
                "http.*.status_code <= 503",
                "error.type >= pool",
                "error.type < q",
            ],
        );
        assert_all(
            false,
            &["http.response.status_code < 503", "duration > 5", "missing > 5", "error.type < pool"],
        );
    }

    #[test]
    fn fields_match_whole_when_short_and_in_part_when_they_are_texts() {
        assert_all(
            true,
            &[
                "url.path: /cart/42",
                "url.path: /cart/*",
                "user_agent.original: firefox",
                "*: 503",
                "error.*: *",
                "url.path: *",
            ],
        );
        assert_all(false, &["url.path: cart", "url.path: 42", "nothing: *", "user_agent.original: opera"]);
    }

    #[test]
    fn expressions_match_anywhere_and_mind_the_case_of_letters() {
        assert_all(
            true,
            &[
                "/within \\d{5} ms/",
                "/^could not/",
                "/\\/cart\\/\\d+$/",
                "message: /peer [0-9.]+:5432/",
                "service: /^checkout/",
                "error.type: /Pool(Timeout|Full)/",
                "level: /^err/",
                "/(?i)POOL/",
            ],
        );
        assert_all(false, &["/POOL/", "service: /^api/", "/within \\d{6} ms/", "nothing: /./", "not /pool/"]);
        let unreadable = LogQuery::Text(TextPattern::Regex("(".to_owned()));
        assert!(!unreadable.matches(&record()));
    }

    #[test]
    fn a_needed_word_is_in_every_record_that_is_found() {
        let mut words = Vec::new();
        let all = record();
        for text in [&all.message, &all.service, &all.host, &all.dataset] {
            crate::log_query::each_word(text, &mut |word| words.push(word.to_owned()));
        }
        for (_, value) in all.fields.iter() {
            crate::log_query::each_word(value, &mut |word| words.push(word.to_owned()));
        }
        for query in [
            "POOL",
            "acq*",
            "\"acquire connection\"",
            "10.0.0.1:5432",
            "url.path: /cart/*",
            "service: checkout-api or host: x",
            "/cart/42 and not nothing",
        ] {
            let query = LogQuery::parse(query).expect("a question");
            assert!(query.matches(&all), "{query}");
            for word in query.needed_words() {
                assert!(words.contains(&word), "{query} needs {word}");
            }
        }
    }
}
