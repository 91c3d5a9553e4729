//! Words: how texts are cut into them, and which of them a question needs.

use std::borrow::Cow;

use super::{FieldTest, LogQuery, TextPattern, pattern};

/// Calls `f` with every word of a text, in lower case and in order.
///
/// A word is a maximal run of letters, digits and `_`; an ideograph or a kana is a word of its own, because such
/// scripts are written without spaces. An index that cuts its texts with this function can be asked with
/// [`LogQuery::needed_words`].
///
/// # Example
///
/// ```
/// use wardroom_core::log_query::each_word;
///
/// let mut words = Vec::new();
/// each_word("Pool `orders-db` 连接 10.0.0.1", &mut |word| words.push(word.to_owned()));
/// assert_eq!(words, ["pool", "orders", "db", "连", "接", "10", "0", "0", "1"]);
/// ```
pub fn each_word(text: &str, f: &mut dyn FnMut(&str)) {
    let text = lower(text);
    let mut start = None;
    let mut before = None;
    for (at, c) in text.char_indices() {
        if let Some(from) = start
            && is_boundary(before, Some(c))
        {
            f(&text[from..at]);
            start = None;
        }
        if start.is_none() && is_word_char(c) {
            start = Some(at);
        }
        before = Some(c);
    }
    if let Some(from) = start {
        f(&text[from..]);
    }
}

/// Returns the text in lower case, letter by letter, without regard to its language.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(text.chars().flat_map(char::to_lowercase).collect())
    }
}

/// Reports whether a word may begin or end between two characters; `None` is the end of the text.
pub(super) fn is_boundary(before: Option<char>, after: Option<char>) -> bool {
    match (before, after) {
        (Some(a), Some(b)) => !(is_word_char(a) && is_word_char(b)) || stands_alone(a) || stands_alone(b),
        (None, _) | (_, None) => true,
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reports whether a character is a word of its own: Han, Hiragana, Katakana.
///
/// Source: blocks of Unicode 16 (CJK Unified Ideographs with extensions, compatibility ideographs, kana).
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c), 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

impl LogQuery {
    /// Returns the words, in lower case and in order, that every record it finds has as whole words somewhere: in the
    /// message, in the value of a field, or in one of the columns service, host and dataset.
    ///
    /// The set is a conservative one, for an index cut by [`each_word`]: parts of a word beside a `*`,
    /// expressions, comparisons, levels and what is negated contribute nothing. No word means that every record has to be looked at.
    pub fn needed_words(&self) -> Vec<String> {
        let mut words = match self {
            Self::Text(pattern) => needed_by(pattern),
            Self::Field { name, test: FieldTest::Is(pattern) } if !pattern::may_mean_level(name) => {
                needed_by(pattern)
            }
            Self::All | Self::Not(_) | Self::Field { .. } => Vec::new(),
            Self::And(all) => all.iter().flat_map(Self::needed_words).collect(),
            Self::Or(any) => shared(any),
        };
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Returns the words that all of the questions need.
fn shared(any: &[LogQuery]) -> Vec<String> {
    let mut sets = any.iter().map(LogQuery::needed_words);
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |mut kept, set| {
        kept.retain(|word| set.contains(word));
        kept
    })
}

fn needed_by(pattern: &TextPattern) -> Vec<String> {
    let mut words = Vec::new();
    match pattern {
        TextPattern::Phrase(text) => each_word(text, &mut |word| words.push(word.to_owned())),
        TextPattern::Word(text) => {
            let text = lower(text);
            let parts: Vec<&str> = text.split('*').collect();
            for (idx, part) in parts.iter().enumerate() {
                words_inside(part, idx > 0, idx + 1 < parts.len(), &mut words);
            }
        }
        TextPattern::Regex(_) => {}
    }
    words
}

/// Adds the words of a part, without those that touch an open end of it.
fn words_inside(part: &str, open_start: bool, open_end: bool, words: &mut Vec<String>) {
    let mut inside = Vec::new();
    each_word(part, &mut |word| inside.push(word.to_owned()));
    if open_end && part.chars().next_back().is_some_and(is_word_char) {
        inside.pop();
    }
    let skip = usize::from(open_start && part.chars().next().is_some_and(is_word_char));
    words.extend(inside.into_iter().skip(skip));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(query: &str) -> Vec<String> {
        LogQuery::parse(query).expect("a question of the test").needed_words()
    }

    #[test]
    fn every_word_of_a_literal_is_needed() {
        assert_eq!(needed("PANIC host: db-m1"), ["db", "m1", "panic"]);
        assert_eq!(needed("\"No space left\" and 10.0.0.1"), ["0", "1", "10", "left", "no", "space"]);
        assert_eq!(needed("path: /var/log/x"), ["log", "var", "x"]);
    }

    #[test]
    fn alternatives_need_only_what_they_share() {
        assert_eq!(needed("\"pool timeout\" or \"pool full\""), ["pool"]);
        assert_eq!(needed("a or b"), [""; 0]);
        assert_eq!(needed("x and (a or b)"), ["x"]);
    }

    #[test]
    fn what_a_star_touches_is_not_needed() {
        assert_eq!(needed("foo-bar*"), ["foo"]);
        assert_eq!(needed("*bar-baz"), ["baz"]);
        assert_eq!(needed("/var/*/messages"), ["messages", "var"]);
        assert_eq!(needed("a*b"), [""; 0]);
    }

    #[test]
    fn negations_comparisons_levels_and_existence_need_nothing() {
        for query in [
            "",
            "*",
            "not error",
            "status >= 500",
            "level: error",
            "l*: error",
            "user: *",
            "level >= warn",
            "/pool \\d+/",
        ] {
            assert_eq!(needed(query), [""; 0], "{query}");
        }
    }
}
