//! Where in a text an error stands: its line and its key.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;

use super::ScenarioError;

/// A text that is read, and the file it is from when that is not the scenario's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    /// `topologies/harbour` for a topology that stands apart.
    pub(super) file: Option<&'a str>,
    /// Where a text that was taken once has noted what is refused in one that is new; `None` for a new one.
    pub(super) noted: Option<&'a RefCell<Vec<ScenarioError>>>,
}

impl Source<'_> {
    /// Makes an error at a byte position; the key is the one that stands there.
    pub(super) fn error(&self, span: &Range<usize>, problem: String) -> ScenarioError {
        let (before, behind) = self.split(span);
        self.make(before, key_at(before, behind), problem)
    }

    /// Refuses a new text for what was taken once; in a text that was taken it is only noted.
    pub(super) fn stricter(&self, error: ScenarioError) -> Result<(), ScenarioError> {
        match self.noted {
            Some(noted) => {
                noted.borrow_mut().push(error);
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Makes an error at a name.
    pub(super) fn at(&self, name: &Spanned<String>, problem: String) -> ScenarioError {
        self.error(&name.span(), problem)
    }

    /// Makes an error about a key that is missing or does not belong, at the thing it would belong to.
    pub(super) fn about(&self, span: &Range<usize>, key: &str, problem: String) -> ScenarioError {
        let (before, _) = self.split(span);
        self.make(before, key.to_owned(), problem)
    }

    /// Gives an error of the TOML reader its line and key.
    pub(super) fn located(&self, error: &toml::de::Error) -> ScenarioError {
        let message = error.message();
        let span = error.span().unwrap_or(0..0);
        // A key that is not there has no place; the message names it between backticks.
        match message.strip_prefix("missing field `") {
            Some(name) => self.about(&span, name.trim_end_matches('`'), message.to_owned()),
            None => self.error(&span, in_words(message)),
        }
    }

    fn split(&self, span: &Range<usize>) -> (&str, &str) {
        let end = span.start.min(self.text.len());
        let start = (0..=end).rev().find(|&i| self.text.is_char_boundary(i)).unwrap_or(0);
        self.text.split_at(start)
    }

    fn make(&self, before: &str, key: String, problem: String) -> ScenarioError {
        let key = match self.file {
            Some(file) if key.is_empty() => file.to_owned(),
            Some(file) => format!("{file}: {key}"),
            None => key,
        };
        ScenarioError { line: before.matches('\n').count() + 1, key, problem }
    }
}

/// Says what the TOML reader wants in words that a person who writes a scenario knows.
fn in_words(message: &str) -> String {
    if let Some((before, _)) = message.split_once(", expected struct ") {
        return format!("{before}, expected a table");
    }
    let words = [(", expected f64", ", expected a number"), (", expected i64", ", expected a whole number")];
    let said = words.iter().fold(message.to_owned(), |said, (from, to)| said.replace(from, to));
    said.replace("` as i128,", "`,")
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Returns the key whose value begins between `before` and `behind`, or the key that begins there.
fn key_at(before: &str, behind: &str) -> String {
    if let Some(left) = before.trim_end().strip_suffix('=') {
        return last_key(left);
    }
    let here: String = behind.trim_start_matches(['[', ' ']).chars().take_while(|&c| is_key(c)).collect();
    // Within a list of values the key stands before the list; the head of a table has none.
    match before.rfind('=') {
        Some(at) if here.is_empty() && !before[at..].contains("\n[") => last_key(&before[..at]),
        _ => here,
    }
}

/// Returns the key at the end of a text; empty when it does not end with one.
fn last_key(left: &str) -> String {
    let left = left.trim_end().trim_end_matches('"');
    left[left.trim_end_matches(is_key).len()..].to_owned()
}
