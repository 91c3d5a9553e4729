//! Patterns made ready for comparing: lower case, cut at stars and at white space.

use regex::{Regex, RegexBuilder};

use super::TextPattern;
use super::words::{is_boundary, lower};

/// The names under which a query means the level.
pub(super) const LEVEL: [&str; 2] = ["level", "log.level"];

/// Reports whether a field name, which may hold stars, can mean the level.
pub(super) fn may_mean_level(name: &str) -> bool {
    if !name.contains('*') {
        return LEVEL.contains(&name);
    }
    let pattern = Pattern::new(&TextPattern::Word(name.to_owned()));
    LEVEL.iter().any(|level| pattern.is_all_of(level))
}

/// The most memory that one expression may take, in bytes: ours, a thousand times what people write.
const EXPRESSION_BYTES: usize = 1 << 20;

/// What is looked for.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// The parts between the stars, each cut into pieces at white space.
    Words(Vec<Part>),
    /// An expression; `None` when it cannot be read.
    Regex(Option<Regex>),
}

/// Makes an expression ready; nothing when it cannot be read or is too large.
pub(super) fn compiled(text: &str) -> Option<Regex> {
    let mut builder = RegexBuilder::new(text);
    builder.size_limit(EXPRESSION_BYTES).dfa_size_limit(EXPRESSION_BYTES).build().ok()
}

/// The pieces of a part, in lower case; any run of white space may stand between two of them.
type Part = Vec<String>;

impl Pattern {
    pub(super) fn new(pattern: &TextPattern) -> Self {
        match pattern {
            TextPattern::Word(text) => Self::Words(lower(text).split('*').map(pieces).collect()),
            TextPattern::Phrase(text) => Self::Words(vec![pieces(&lower(text))]),
            TextPattern::Regex(text) => Self::Regex(compiled(text)),
        }
    }

    /// Returns the pattern as one plain text, if it has no star.
    pub(super) fn literal(&self) -> Option<String> {
        match self {
            Self::Words(parts) if parts.len() == 1 => parts.first().map(|part| part.join(" ")),
            Self::Words(_) | Self::Regex(_) => None,
        }
    }

    /// Reports whether the whole text, without white space around it, is what the pattern says; an expression says itself
    /// where it is to begin and to end.
    pub(super) fn is_all_of(&self, text: &str) -> bool {
        let parts = match self {
            Self::Words(parts) => parts.as_slice(),
            Self::Regex(expression) => return expression.as_ref().is_some_and(|e| e.is_match(text)),
        };
        let hay = Hay::new(text.trim());
        let [first, rest @ ..] = parts else { return true };
        let Some(mut at) = hay.part_at(0, first) else { return false };
        let Some((last, middle)) = rest.split_last() else { return at == hay.text.len() };
        for part in middle {
            match hay.find(at, part) {
                Some((_, end)) => at = end,
                None => return false,
            }
        }
        hay.any(at, last, |_, end| end == hay.text.len()) || (last.is_empty())
    }

    /// Reports whether the pattern occurs in a text; words begin and end at the bounds of words.
    ///
    /// A star stands for characters other than white space. Cost: linear in the text for patterns without repetition.
    pub(super) fn occurs_in(&self, text: &str) -> bool {
        let parts = match self {
            Self::Words(parts) => parts.as_slice(),
            Self::Regex(expression) => return expression.as_ref().is_some_and(|e| e.is_match(text)),
        };
        let hay = Hay::new(text);
        let [first, rest @ ..] = parts else { return true };
        let Some((last, middle)) = rest.split_last() else {
            return first.is_empty()
                || hay.any(0, first, |start, end| hay.is_boundary(start) && hay.is_boundary(end));
        };
        let mut from = 0;
        while let Some((start, end)) = hay.find(from, first) {
            if !first.is_empty() && !hay.is_boundary(start) {
                from = hay.next(start);
                continue;
            }
            let limit = hay.run_end(end);
            if hay.continues(end, limit, middle, last) {
                return true;
            }
            // A later start within the same run of characters finds no more than this one did.
            if limit >= hay.text.len() {
                return false;
            }
            from = hay.next(limit);
        }
        false
    }
}

fn pieces(text: &str) -> Part {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The text that is searched: as it is when it is ASCII (compared without regard to case), else in lower case.
struct Hay<'t> {
    text: std::borrow::Cow<'t, str>,
}

impl<'t> Hay<'t> {
    fn new(text: &'t str) -> Self {
        Self { text: if text.is_ascii() { text.into() } else { lower(text) } }
    }

    /// Returns where the next character begins.
    fn next(&self, at: usize) -> usize {
        at + self.text[at..].chars().next().map_or(1, char::len_utf8)
    }

    /// Returns the end of the run without white space that `at` lies in.
    fn run_end(&self, at: usize) -> usize {
        self.text[at..].find(char::is_whitespace).map_or(self.text.len(), |len| at + len)
    }

    fn is_boundary(&self, at: usize) -> bool {
        let (before, after) = self.text.split_at(at);
        is_boundary(before.chars().next_back(), after.chars().next())
    }

    /// Returns where a part ends that begins at `at`.
    fn part_at(&self, at: usize, part: &[String]) -> Option<usize> {
        let mut end = at;
        for (idx, piece) in part.iter().enumerate() {
            if idx > 0 {
                let rest = &self.text[end..];
                let space = rest.len() - rest.trim_start().len();
                if space == 0 {
                    return None;
                }
                end += space;
            }
            let here = self.text.as_bytes().get(end..end + piece.len())?;
            if !here.eq_ignore_ascii_case(piece.as_bytes()) {
                return None;
            }
            end += piece.len();
        }
        Some(end)
    }

    /// Returns start and end of the first occurrence of a part from `from` on.
    fn find(&self, from: usize, part: &[String]) -> Option<(usize, usize)> {
        let Some(first) = part.first().and_then(|piece| piece.bytes().next()) else {
            return (from <= self.text.len()).then_some((from, from));
        };
        let (small, large) = (first, first.to_ascii_uppercase());
        let mut at = from;
        loop {
            let rest = self.text.as_bytes().get(at..)?;
            at += rest.iter().position(|&b| b == small || b == large)?;
            if let Some(end) = self.part_at(at, part) {
                return Some((at, end));
            }
            at += 1;
        }
    }

    /// Reports whether one occurrence of a part from `from` on satisfies the condition on its start and end.
    fn any(&self, from: usize, part: &[String], is_right: impl Fn(usize, usize) -> bool) -> bool {
        if part.is_empty() {
            return false;
        }
        let mut at = from;
        while let Some((start, end)) = self.find(at, part) {
            if is_right(start, end) {
                return true;
            }
            at = self.next(start);
        }
        false
    }

    /// Reports whether the other parts follow from `at` on, each beginning before `limit`, the last at a word's end.
    fn continues(&self, at: usize, limit: usize, middle: &[Part], last: &Part) -> bool {
        let mut at = at;
        for part in middle {
            match self.find(at, part) {
                Some((start, end)) if start <= limit => at = end,
                Some(_) | None => return false,
            }
        }
        if last.is_empty() {
            return true;
        }
        while let Some((start, end)) = self.find(at, last) {
            if start > limit {
                return false;
            }
            if self.is_boundary(end) {
                return true;
            }
            at = self.next(start);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Pattern {
        Pattern::new(&TextPattern::Word(text.to_owned()))
    }

    #[test]
    fn a_word_is_found_at_the_bounds_of_words_only() {
        assert!(word("Timeout").occurs_in("pool TIMEOUT after 30 s"));
        assert!(!word("time").occurs_in("pool timeout"));
        assert!(word("10.0.0.1").occurs_in("from 10.0.0.1:5432"));
        assert!(!word("10.0.0.1").occurs_in("from 110.0.0.12"));
        assert!(word("blk_-123").occurs_in("block blk_-123 done"));
        assert!(!word("blk_-123").occurs_in("block blk_-1234 done"));
        assert!(word("/var/log/x").occurs_in("open(/var/log/x): denied"));
        assert!(word("über").occurs_in("ÜBER alles"));
        assert!(word("连接").occurs_in("数据库连接失败"));
    }

    #[test]
    fn a_star_stands_for_characters_within_a_run() {
        assert!(word("conn*").occurs_in("the connection broke"));
        assert!(word("*out").occurs_in("a timeout!"));
        assert!(!word("*out").occurs_in("a timeouts"));
        assert!(word("*eou*").occurs_in("a timeout"));
        assert!(word("/var/*/x").occurs_in("read /var/log/a/x twice"));
        assert!(!word("read*twice").occurs_in("read it twice"));
        assert!(word("a*b*c").occurs_in("xx a1b2 a1b2c"));
        assert!(word("**").occurs_in(""));
    }

    #[test]
    fn a_long_run_with_many_starts_is_searched_once() {
        let run = "a-".repeat(2_000_000);

        assert!(!word("a*b").occurs_in(&run));
    }

    #[test]
    fn a_whole_value_is_compared_from_end_to_end() {
        assert!(word("db-m1").is_all_of("DB-M1"));
        assert!(!word("db").is_all_of("db-m1"));
        assert!(word("db*").is_all_of("db-m1"));
        assert!(word("*m1").is_all_of("db-m1"));
        assert!(word("d*-*1").is_all_of("db-m1"));
        assert!(!word("db*db").is_all_of("db"));
        assert!(word("*").is_all_of("anything at all"));
    }
}
