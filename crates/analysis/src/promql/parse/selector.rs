//! Reads `name{label="value"}`.

use wardroom_core::{MatchOp, Matcher};

use super::super::Dialect;
use super::super::error::{Expected, ParseErrorKind, Rule};
use super::super::expression::{Node, Selector};
use super::super::lex::Scanner;
use super::super::rows::NAME;
use super::super::select::Condition;
use super::{Parsed, Parser, Part};

impl Parser {
    /// Reads what follows the name of a metric, or braces without one.
    pub(super) fn selector(&mut self, name: Option<String>, place: usize) -> Parsed<Part> {
        let mut matchers = Vec::new();
        self.scanner.space();
        if self.scanner.peek() == Some('{') {
            self.braces(&mut matchers)?;
        } else if name.is_none() {
            return Err(self.scanner.wrong(Expected::Expression));
        }
        if let Some(name) = name {
            if matchers.iter().any(|m| m.name == NAME) {
                return Self::rule(place, Rule::NamedTwice);
            }
            matchers.push(Matcher { name: NAME.to_owned(), op: MatchOp::Equal, value: name });
        } else if matchers.iter().all(passes_empty) {
            return Self::rule(place, Rule::EmptySelector);
        }
        Ok(Part::leaf(Node::Selector(Selector { matchers, offset_ms: 0, at: None }), place))
    }

    /// Reads `{a="b", c=~"d",}`.
    fn braces(&mut self, matchers: &mut Vec<Matcher>) -> Parsed<()> {
        self.scanner.expect("{")?;
        let mut is_first = true;
        while !self.scanner.takes("}") {
            if !is_first {
                self.scanner.expect_comma_or("}")?;
                if self.scanner.takes("}") {
                    break;
                }
            }
            is_first = false;
            matchers.push(self.matcher()?);
        }
        Ok(())
    }

    fn matcher(&mut self) -> Parsed<Matcher> {
        self.scanner.space();
        let quoted = matches!(self.scanner.peek(), Some('"' | '\'' | '`'));
        let name = if quoted { Some(self.scanner.quoted()?) } else { self.scanner.word(false) };
        let name = name.ok_or_else(|| self.scanner.wrong(Expected::Label))?;
        self.scanner.space();
        if quoted && matches!(self.scanner.peek(), Some(',' | '}')) {
            // A quoted text alone is the name of the metric, as Prometheus 3 writes names with other characters.
            return Ok(Matcher { name: NAME.to_owned(), op: MatchOp::Equal, value: name });
        }
        let op = if self.scanner.takes("=~") {
            MatchOp::Regex
        } else if self.scanner.takes("!~") {
            MatchOp::NotRegex
        } else if self.scanner.takes("!=") {
            MatchOp::NotEqual
        } else if self.scanner.takes("=") {
            MatchOp::Equal
        } else {
            return Err(self.scanner.wrong(Expected::MatchOperator));
        };
        self.scanner.space();
        let place = self.scanner.place();
        let value = self.scanner.quoted()?;
        let matcher = Matcher { name, op, value };
        // A condition that only one version can hold would be left out by the other.
        if [Dialect::Two, Dialect::Three].iter().any(|of| Condition::new(&matcher, *of).is_none()) {
            return Err(Scanner::error_at(place, ParseErrorKind::Pattern(matcher.value)));
        }
        Ok(matcher)
    }
}

fn passes_empty(matcher: &Matcher) -> bool {
    Condition::new(matcher, Dialect::Three).is_some_and(|c| c.passes(""))
}
