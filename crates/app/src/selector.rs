//! Selectors over the stored series: `name{label="value"}` as PromQL writes it, or plain words.

use regex::Regex;
use wardroom_core::{InvalidMatcher, MatchOp, Matcher, SeriesKey};

/// A filter over series.
#[derive(Clone, Debug)]
pub enum Filter {
    /// Words that must all appear in name or labels, in any order, upper and lower case alike.
    Words(Vec<String>),
    /// Conditions that must all hold.
    Selector(Vec<Condition>),
}

/// One condition with its compiled expression.
#[derive(Clone, Debug)]
pub struct Condition {
    matcher: Matcher,
    regex: Option<Regex>,
}

/// Longest pattern and largest compiled program of a regular expression that a person may type.
const REGEX_BYTES: usize = 1 << 20;

impl Filter {
    /// Reads a filter. A text with braces, a quote or an operator is a selector; anything else is words.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] with the column.
    pub fn parse(text: &str) -> Result<Self, InvalidMatcher> {
        let trimmed = text.trim();
        if trimmed.contains(['{', '}', '"', '=']) {
            return Ok(Self::Selector(parse_selector(trimmed)?));
        }
        Ok(Self::Words(trimmed.split_whitespace().map(str::to_lowercase).collect()))
    }

    /// Makes a filter of matchers that must all hold.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] with the number of the matcher, from 1, as its column.
    pub fn of_matchers(matchers: &[Matcher]) -> Result<Self, InvalidMatcher> {
        let conditions = matchers.iter().zip(1..).map(|(matcher, n)| Condition::new(matcher.clone(), n));
        conditions.collect::<Result<_, _>>().map(Self::Selector)
    }

    /// Reports whether a series passes.
    pub fn matches(&self, key: &SeriesKey) -> bool {
        match self {
            Self::Words(words) if words.is_empty() => true,
            Self::Words(words) => {
                let text = key.to_string().to_lowercase();
                words.iter().all(|w| text.contains(w.as_str()))
            }
            Self::Selector(conditions) => conditions.iter().all(|c| c.holds(key)),
        }
    }
}

impl Condition {
    fn new(matcher: Matcher, column: usize) -> Result<Self, InvalidMatcher> {
        let regex = match matcher.op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            // Prometheus anchors both ends; its dot matches line feeds too.
            MatchOp::Regex | MatchOp::NotRegex => Some(
                regex::RegexBuilder::new(&format!("^(?s:{})$", matcher.value))
                    .size_limit(REGEX_BYTES)
                    .build()
                    .map_err(|_| InvalidMatcher { column, problem: "regex" })?,
            ),
        };
        Ok(Self { matcher, regex })
    }

    fn holds(&self, key: &SeriesKey) -> bool {
        let name = self.matcher.name.as_str();
        let value = if name == "__name__" { Some(key.metric.as_str()) } else { key.labels.get(name) }
            .unwrap_or_default();
        let found = |r: &Option<Regex>| r.as_ref().is_some_and(|r| r.is_match(value));
        match self.matcher.op {
            MatchOp::Equal => value == self.matcher.value,
            MatchOp::NotEqual => value != self.matcher.value,
            MatchOp::Regex => found(&self.regex),
            MatchOp::NotRegex => !found(&self.regex),
        }
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

/// Reads `name{a="b",c=~"d"}`.
fn parse_selector(text: &str) -> Result<Vec<Condition>, InvalidMatcher> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0 };
    let mut conditions = Vec::new();
    let name = reader.name();
    if !name.is_empty() {
        let matcher = Matcher { name: "__name__".to_owned(), op: MatchOp::Equal, value: name };
        conditions.push(Condition::new(matcher, 1)?);
    }
    reader.space();
    if reader.peek().is_some() {
        reader.expect('{', "brace")?;
        loop {
            reader.space();
            if reader.peek() == Some('}') {
                break;
            }
            conditions.push(reader.condition()?);
            reader.space();
            if reader.peek() == Some(',') {
                reader.at += 1;
            } else {
                break;
            }
        }
        reader.space();
        reader.expect('}', "comma_or_brace")?;
        reader.space();
    }
    match reader.peek() {
        Some(_) => Err(reader.refuse("end")),
        None if conditions.is_empty() => Err(reader.refuse("name")),
        None => Ok(conditions),
    }
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn refuse(&self, problem: &'static str) -> InvalidMatcher {
        InvalidMatcher { column: self.at + 1, problem }
    }

    fn space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn expect(&mut self, wanted: char, problem: &'static str) -> Result<(), InvalidMatcher> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            return Ok(());
        }
        Err(self.refuse(problem))
    }

    fn name(&mut self) -> String {
        let begin = self.at;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.')) {
            self.at += 1;
        }
        self.chars[begin..self.at].iter().collect()
    }

    fn condition(&mut self) -> Result<Condition, InvalidMatcher> {
        let name = if self.peek() == Some('"') { self.quoted()? } else { self.name() };
        if name.is_empty() {
            return Err(self.refuse("label"));
        }
        self.space();
        let op = self.operator()?;
        self.space();
        let column = self.at + 1;
        let value = self.quoted()?;
        Condition::new(Matcher { name, op, value }, column)
    }

    fn operator(&mut self) -> Result<MatchOp, InvalidMatcher> {
        let pair = (self.peek(), self.chars.get(self.at + 1).copied());
        let (op, length) = match pair {
            (Some('='), Some('~')) => (MatchOp::Regex, 2),
            (Some('!'), Some('~')) => (MatchOp::NotRegex, 2),
            (Some('!'), Some('=')) => (MatchOp::NotEqual, 2),
            (Some('='), _) => (MatchOp::Equal, 1),
            _ => return Err(self.refuse("operator")),
        };
        self.at += length;
        Ok(op)
    }

    fn quoted(&mut self) -> Result<String, InvalidMatcher> {
        let quote = self.peek().filter(|c| matches!(c, '"' | '\'' | '`'));
        let Some(quote) = quote else { return Err(self.refuse("quoted")) };
        self.at += 1;
        let mut out = String::new();
        loop {
            let Some(c) = self.peek() else { return Err(self.refuse("closing_quote")) };
            self.at += 1;
            if c == quote {
                return Ok(out);
            }
            if c != '\\' || quote == '`' {
                out.push(c);
                continue;
            }
            let Some(escaped) = self.peek() else { return Err(self.refuse("closing_quote")) };
            self.at += 1;
            out.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardroom_core::Labels;

    fn passes(filter: &str, key: &SeriesKey) -> bool {
        Filter::parse(filter).unwrap().matches(key)
    }

    #[test]
    fn selectors_match_as_prometheus_does() {
        let key = SeriesKey::new("http_requests_total", Labels::new([("code", "503"), ("job", "api")]));

        assert!(passes(r#"http_requests_total{code=~"5..",job!="db"}"#, &key));
        assert!(passes(r#"{__name__=~"http_.*",missing=""}"#, &key));
        assert!(!passes(r#"http_requests_total{code=~"5."}"#, &key), "both ends are anchored");
        assert!(!passes(r#"http_requests_total{missing!=""}"#, &key));
        assert!(passes("requests 503", &key));
        assert!(passes("", &key));
    }

    #[test]
    fn a_refusal_names_the_column() {
        assert_eq!(Filter::parse(r#"up{job="a""#).unwrap_err().column, 11);
        assert_eq!(Filter::parse(r#"up{job="a"#).unwrap_err().problem, "closing_quote");
        assert_eq!(Filter::parse(r#"up{job=~"("}"#).unwrap_err().problem, "regex");
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in ".{0,80}") {
            let _ = Filter::parse(&text);
        }

        #[test]
        fn garbage_near_the_grammar_never_panics(text in r#"[a-z_]{0,5}[{]?[a-z="~!,\\{} ]{0,30}"#) {
            let _ = Filter::parse(&text);
        }
    }
}
