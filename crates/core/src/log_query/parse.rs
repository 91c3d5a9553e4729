//! Reads the text form of a question.

use super::evaluate::level_named;
use super::pattern::{LEVEL, compiled};
use super::{Compare, FieldTest, LogQuery, TextPattern};

/// The longest text that is read, in bytes.
const LONGEST: usize = 8 * 1024;
/// How deep parentheses and `not` may be nested.
const DEEPEST: usize = 64;
/// Words that other languages have for operators; taken as words they would find nothing.
const FOREIGN: [&str; 13] = ["=", "==", "!=", "=~", "!~", "&&", "||", "!", "<", "<=", ">", ">=", "<>"];

/// Why a text is no question, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query cannot be read at byte {at}: {}", kind.as_str())]
pub struct QueryProblem {
    /// The byte of the text at which the problem begins; the text's length when something is missing at its end.
    pub at: usize,
    /// What is wrong there.
    pub kind: QueryProblemKind,
}

/// What can be wrong with the text of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryProblemKind {
    /// A quote is opened and not closed.
    UnclosedQuote,
    /// A parenthesis is opened and not closed.
    UnclosedParenthesis,
    /// A parenthesis is closed that was not opened.
    UnexpectedParenthesis,
    /// A field has no value after its `:` or comparison.
    MissingValue,
    /// `and`, `or`, `not` or a parenthesis has nothing to work on.
    MissingOperand,
    /// A text is asked for that holds nothing but white space.
    EmptyText,
    /// Text follows a closing quote without a space.
    UnexpectedText,
    /// An operator of another language (`=`, `!=`, `&&`, …).
    UnknownOperator,
    /// A level is compared with a word that is no level.
    UnknownLevel,
    /// A word has a star that is meant as such (`\*`) beside one that stands for any characters.
    MixedStars,
    /// What stands between two slashes is no regular expression, or too large a one.
    BadRegex,
    /// Parentheses and `not` are nested deeper than 64.
    TooDeep,
    /// The text is longer than 8 KiB.
    TooLong,
}

impl QueryProblemKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::UnclosedQuote,
        Self::UnclosedParenthesis,
        Self::UnexpectedParenthesis,
        Self::MissingValue,
        Self::MissingOperand,
        Self::EmptyText,
        Self::UnexpectedText,
        Self::UnknownOperator,
        Self::UnknownLevel,
        Self::MixedStars,
        Self::BadRegex,
        Self::TooDeep,
        Self::TooLong,
    ];

    /// Returns the stable word of the kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "unclosed_quote",
            Self::UnclosedParenthesis => "unclosed_parenthesis",
            Self::UnexpectedParenthesis => "unexpected_parenthesis",
            Self::MissingValue => "missing_value",
            Self::MissingOperand => "missing_operand",
            Self::EmptyText => "empty_text",
            Self::UnexpectedText => "unexpected_text",
            Self::UnknownOperator => "unknown_operator",
            Self::UnknownLevel => "unknown_level",
            Self::MixedStars => "mixed_stars",
            Self::BadRegex => "bad_regex",
            Self::TooDeep => "too_deep",
            Self::TooLong => "too_long",
        }
    }
}

impl LogQuery {
    /// Reads a question from its text form; an empty text is every record.
    ///
    /// - `word`, `wor*`, `"a phrase"`: in the message, in a column or in the value of any field.
    /// - `/wor[dk]\d+/`: the same for a regular expression, which stands between slashes, minds the case of letters, and
    ///   matches anywhere in a text. A slash within it is written `\/`. Any other text that begins with a slash is a
    ///   word: `/var/log/x`.
    /// - `field: value`, `field: "a phrase"`, `field: /x+/`, `field: (a or b)`, `field: *` (is there), `field >= 3`, `level >= warn`.
    /// - `not`, `and`, `or` in any case, in this order of strength; words side by side mean `and`; parentheses.
    /// - `\` before a sign or a space takes it as such, also before the words `and`, `or` and `not`; within quotes
    ///   only `\"` and `\\` are escapes. The name of a field may stand in quotes.
    /// - A colon inside a word that cannot be the name of a field is part of the word: `10.0.0.1:80`, `http://x`, `a::b`.
    ///
    /// # Errors
    ///
    /// [`QueryProblem`] says what is wrong and at which byte.
    ///
    /// # Example
    ///
    /// ```
    /// use wardroom_core::LogQuery;
    ///
    /// let query = LogQuery::parse("service : checkout level>=warn and not \"health check\"")?;
    /// assert_eq!(query.to_string(), "service: checkout and level >= warn and not \"health check\"");
    /// # Ok::<(), wardroom_core::QueryProblem>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, QueryProblem> {
        if text.len() > LONGEST {
            let mut at = LONGEST;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            return Err(QueryProblem { at, kind: QueryProblemKind::TooLong });
        }
        let mut reader = Reader::new(text, None);
        reader.skip_space();
        if reader.rest().is_empty() {
            return Ok(Self::All);
        }
        reader.all()
    }
}

/// The place in a text up to which it was read.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// The field whose group of values is read.
    field: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    And,
    Or,
    Not,
}

/// A word without quotes, as far as it goes.
#[derive(Default)]
struct Bare {
    text: String,
    end: usize,
    /// Whether a character of it was escaped, so that it cannot be the name of a field.
    escaped: bool,
    star: bool,
    literal_star: bool,
}

impl<'t> Reader<'t> {
    /// Begins to read a text; `field` is given when the text is a group of its values.
    pub(super) fn new(text: &'t str, field: Option<&str>) -> Self {
        Self { text, at: 0, depth: 0, field: field.map(str::to_owned) }
    }

    /// Reads the whole text.
    pub(super) fn all(&mut self) -> Result<LogQuery, QueryProblem> {
        let query = self.alternatives()?;
        self.skip_space();
        if self.rest().is_empty() {
            Ok(query)
        } else {
            Err(self.problem(QueryProblemKind::UnexpectedParenthesis))
        }
    }

    fn alternatives(&mut self) -> Result<LogQuery, QueryProblem> {
        let mut any = vec![self.conjunction()?];
        while self.take_keyword(Keyword::Or) {
            any.push(self.conjunction()?);
        }
        Ok(if any.len() == 1 { any.swap_remove(0) } else { LogQuery::Or(any) })
    }

    fn conjunction(&mut self) -> Result<LogQuery, QueryProblem> {
        let mut all = vec![self.negation()?];
        loop {
            let said = self.take_keyword(Keyword::And);
            self.skip_space();
            let ends = self.rest().is_empty() || self.rest().starts_with(')') || self.next_is(Keyword::Or);
            if ends && !said {
                return Ok(if all.len() == 1 { all.swap_remove(0) } else { LogQuery::And(all) });
            }
            all.push(self.negation()?);
        }
    }

    fn negation(&mut self) -> Result<LogQuery, QueryProblem> {
        self.skip_space();
        let start = self.at;
        if !self.take_keyword(Keyword::Not) {
            return self.operand();
        }
        self.deeper(start)?;
        let inner = self.negation()?;
        self.depth -= 1;
        Ok(LogQuery::Not(Box::new(inner)))
    }

    fn operand(&mut self) -> Result<LogQuery, QueryProblem> {
        let start = self.at;
        if let Some(end) = self.regex_end() {
            return self.regex(end);
        }
        match self.rest().chars().next() {
            None | Some(')') => Err(self.problem(QueryProblemKind::MissingOperand)),
            Some('(') => self.group(),
            Some('"') => {
                let text = self.quoted()?;
                if self.field.is_none() && self.operator().is_some() {
                    return self.field_test(text);
                }
                self.ends_here()?;
                Ok(self.leaf(FieldTest::Is(TextPattern::Phrase(text))))
            }
            Some(_) if self.keyword().is_some() => Err(self.problem(QueryProblemKind::MissingOperand)),
            Some(_) => {
                let bare = self.bare(self.field.is_none())?;
                if self.field.is_none() && !bare.escaped && is_name(&bare.text) && self.operator().is_some() {
                    return self.field_test(bare.text);
                }
                let test = pattern(bare, start)?;
                Ok(self.leaf(test))
            }
        }
    }

    /// Returns where a regular expression that begins here ends, behind its closing slash; nothing where none does.
    fn regex_end(&self) -> Option<usize> {
        let inner = self.rest().strip_prefix('/')?;
        let begins = inner.chars().next().is_some_and(|c| !c.is_whitespace() && c != '/');
        let mut is_escaped = false;
        let close = inner.bytes().position(|b| {
            let closes = b == b'/' && !is_escaped;
            is_escaped = b == b'\\' && !is_escaped;
            closes
        })?;
        let behind = inner[close + 1..].chars().next();
        let ends = behind.is_none_or(|c| c.is_whitespace() || c == ')' || c == '(');
        (begins && ends).then_some(self.at + close + 2)
    }

    /// Reads a regular expression up to its end; the reader stands at its opening slash.
    fn regex(&mut self, end: usize) -> Result<LogQuery, QueryProblem> {
        let text = &self.text[self.at + 1..end - 1];
        if compiled(text).is_none() {
            return Err(self.problem(QueryProblemKind::BadRegex));
        }
        self.at = end;
        Ok(self.leaf(FieldTest::Is(TextPattern::Regex(text.to_owned()))))
    }

    /// Makes a question of what was read: of any text, or of the field whose group is read.
    fn leaf(&self, test: FieldTest) -> LogQuery {
        match (&self.field, test) {
            (Some(name), test) => LogQuery::Field { name: name.clone(), test },
            (None, FieldTest::Is(pattern)) => LogQuery::Text(pattern),
            // A lone star: any text at all.
            (None, FieldTest::Exists | FieldTest::Compares(..)) => LogQuery::All,
        }
    }

    fn group(&mut self) -> Result<LogQuery, QueryProblem> {
        let open = self.at;
        self.deeper(open)?;
        self.at += 1;
        let inner = self.alternatives()?;
        self.skip_space();
        if !self.rest().starts_with(')') {
            return Err(QueryProblem { at: open, kind: QueryProblemKind::UnclosedParenthesis });
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    /// Reads what follows the name of a field.
    fn field_test(&mut self, name: String) -> Result<LogQuery, QueryProblem> {
        let Some((compare, len)) = self.operator() else {
            return Err(self.problem(QueryProblemKind::MissingValue));
        };
        self.skip_space();
        self.at += len;
        self.skip_space();
        let start = self.at;
        let rest = self.rest();
        if rest.is_empty() || rest.starts_with(')') || self.keyword().is_some() {
            return Err(self.problem(QueryProblemKind::MissingValue));
        }
        if let Some(compare) = compare {
            let bound = self.bound()?;
            if LEVEL.contains(&name.as_str()) && level_named(bound.trim()).is_none() {
                return Err(QueryProblem { at: start, kind: QueryProblemKind::UnknownLevel });
            }
            return Ok(LogQuery::Field { name, test: FieldTest::Compares(compare, bound) });
        }
        self.field = Some(name);
        let value = if rest.starts_with('(') { self.group() } else { self.operand() };
        self.field = None;
        value
    }

    fn bound(&mut self) -> Result<String, QueryProblem> {
        if self.rest().starts_with('"') {
            let text = self.quoted()?;
            self.ends_here()?;
            return Ok(text);
        }
        let start = self.at;
        let bare = self.bare(false)?;
        if bare.text.is_empty() {
            return Err(QueryProblem { at: start, kind: QueryProblemKind::MissingValue });
        }
        Ok(bare.text)
    }

    /// Returns the comparison that comes next (`None` within for `:`), and its length; space before it is allowed.
    fn operator(&self) -> Option<(Option<Compare>, usize)> {
        let rest = self.rest().trim_start();
        let (compare, len) = match rest.as_bytes() {
            [b':', b':', ..] | [b':', b'/', b'/', ..] | [b'<', b'>', ..] => return None,
            [b':', ..] => (None, 1),
            [b'<', b'=', ..] => (Some(Compare::LessOrEqual), 2),
            [b'<', ..] => (Some(Compare::Less), 1),
            [b'>', b'=', ..] => (Some(Compare::GreaterOrEqual), 2),
            [b'>', ..] => (Some(Compare::Greater), 1),
            _ => return None,
        };
        Some((compare, len))
    }

    /// Reads a text in quotes; the reader stands at the opening one.
    fn quoted(&mut self) -> Result<String, QueryProblem> {
        let open = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((idx, c)) = chars.next() {
            match (c, chars.peek()) {
                ('"', _) => {
                    self.at = open + idx + 1;
                    return if text.trim().is_empty() {
                        Err(QueryProblem { at: open, kind: QueryProblemKind::EmptyText })
                    } else {
                        Ok(text)
                    };
                }
                ('\\', Some(&(_, escaped @ ('"' | '\\')))) => {
                    text.push(escaped);
                    chars.next();
                }
                _ => text.push(c),
            }
        }
        Err(QueryProblem { at: open, kind: QueryProblemKind::UnclosedQuote })
    }

    /// Refuses text that touches a closing quote.
    fn ends_here(&self) -> Result<(), QueryProblem> {
        match self.rest().chars().next() {
            Some(c) if !c.is_whitespace() && c != ')' && c != '(' => {
                Err(self.problem(QueryProblemKind::UnexpectedText))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Reads a word without quotes; with `names`, it ends before an operator if it can be the name of a field.
    fn bare(&mut self, names: bool) -> Result<Bare, QueryProblem> {
        let mut word = Bare { end: self.at, ..Bare::default() };
        if let Some(len) = self.escaped_keyword() {
            word.text.push_str(&self.text[self.at + 1..=self.at + len]);
            (word.end, word.escaped) = (self.at + 1 + len, true);
        }
        while let Some(c) = self.text[word.end..].chars().next() {
            if c.is_whitespace() || c == '(' || c == ')' || (names && self.name_ends(&word)) {
                break;
            }
            self.take(c, &mut word);
        }
        let raw = &self.text[self.at..word.end];
        if !word.escaped && FOREIGN.contains(&raw) {
            return Err(self.problem(QueryProblemKind::UnknownOperator));
        }
        if !word.text.is_empty() && word.text.trim().is_empty() {
            return Err(self.problem(QueryProblemKind::EmptyText));
        }
        self.at = word.end;
        Ok(word)
    }

    /// Adds the next character to a word, or what it escapes.
    fn take(&self, c: char, word: &mut Bare) {
        word.end += c.len_utf8();
        let escaped = self.text[word.end..].chars().next().filter(|next| c == '\\' && is_escapable(*next));
        if let Some(next) = escaped {
            word.text.push(next);
            word.end += next.len_utf8();
            word.escaped = true;
            word.literal_star |= next == '*';
        } else {
            word.text.push(c);
            word.star |= c == '*';
            // Both colons of `a::b` belong to the word.
            if c == ':' && self.text[word.end..].starts_with(':') {
                word.text.push(':');
                word.end += 1;
            }
        }
    }

    /// Reports whether the word so far is the name of a field and an operator follows at once.
    fn name_ends(&self, word: &Bare) -> bool {
        let rest = &self.text[word.end..];
        let operator = match rest.as_bytes() {
            [b':', b':', ..] | [b':', b'/', b'/', ..] => false,
            // The drive of a path.
            [b':', b'\\', ..] => word.text.len() > 1,
            [b':', ..] => true,
            // An arrow.
            [b'<' | b'>', ..] => !word.text.ends_with('-'),
            _ => false,
        };
        operator && !word.escaped && is_name(&word.text)
    }

    /// Returns the length of `and`, `or` or `not` behind a backslash.
    fn escaped_keyword(&self) -> Option<usize> {
        let inner = self.rest().strip_prefix('\\')?;
        keyword_of(inner).map(|(_, len)| len)
    }

    fn keyword(&self) -> Option<Keyword> {
        keyword_of(self.rest()).map(|(keyword, _)| keyword)
    }

    fn next_is(&self, wanted: Keyword) -> bool {
        self.keyword() == Some(wanted)
    }

    fn take_keyword(&mut self, wanted: Keyword) -> bool {
        self.skip_space();
        match keyword_of(self.rest()) {
            Some((keyword, len)) if keyword == wanted => {
                self.at += len;
                true
            }
            Some(_) | None => false,
        }
    }

    fn deeper(&mut self, at: usize) -> Result<(), QueryProblem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(QueryProblem { at, kind: QueryProblemKind::TooDeep });
        }
        Ok(())
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn problem(&self, kind: QueryProblemKind) -> QueryProblem {
        QueryProblem { at: self.at, kind }
    }
}

/// Returns what a bare word asks for.
fn pattern(bare: Bare, at: usize) -> Result<FieldTest, QueryProblem> {
    match (bare.star, bare.literal_star) {
        (true, true) => Err(QueryProblem { at, kind: QueryProblemKind::MixedStars }),
        (false, true) => Ok(FieldTest::Is(TextPattern::Phrase(bare.text))),
        (true, false) if bare.text.bytes().all(|b| b == b'*') => Ok(FieldTest::Exists),
        (_, false) => Ok(FieldTest::Is(TextPattern::Word(bare.text))),
    }
}

/// Returns the keyword at the start of a text, and its length.
fn keyword_of(text: &str) -> Option<(Keyword, usize)> {
    let len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let ends = text[len..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"'));
    let word = text[..len].to_ascii_lowercase();
    let keyword = match word.as_str() {
        "and" => Keyword::And,
        "or" => Keyword::Or,
        "not" => Keyword::Not,
        _ => return None,
    };
    ends.then_some((keyword, len))
}

/// Reports whether a backslash before a character takes it as such.
pub(super) fn is_escapable(c: char) -> bool {
    c.is_ascii_punctuation() || c.is_whitespace()
}

/// Reports whether a text can be the name of a field without quotes.
pub(super) fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '*'));
    starts && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '-' | '*' | '/'))
}

/// Reports whether a text is `and`, `or` or `not`, in any case.
pub(super) fn is_keyword(text: &str) -> bool {
    keyword_of(text).is_some_and(|(_, len)| len == text.len())
}
