//! Writes a question as text.

use std::fmt;

use super::parse::{Reader, is_escapable, is_keyword, is_name};
use super::{Compare, FieldTest, LogQuery, TextPattern};

impl fmt::Display for LogQuery {
    /// Writes the text form, which [`LogQuery::parse`] reads back equal as long as it keeps within the limits of length
    /// and depth.
    ///
    /// Trees that no text stands for (a pattern of stars only, an empty list) are written as the nearest that is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Text(pattern) => write_pattern(f, pattern, None),
            Self::Field { name, test } => write_field(f, name, test),
            Self::Not(inner) => {
                f.write_str("not ")?;
                write_inner(
                    f,
                    inner,
                    matches!(**inner, Self::And(_) | Self::Or(_)) && one_field(inner).is_none(),
                )
            }
            Self::And(all) => write_list(f, all, " and ", |q| {
                matches!(q, Self::And(_)) || (matches!(q, Self::Or(_)) && one_field(q).is_none())
            }),
            Self::Or(any) => match one_field(self) {
                Some(name) => write_group(f, name, any),
                None => write_list(f, any, " or ", |q| matches!(q, Self::Or(_)) && one_field(q).is_none()),
            },
        }
    }
}

fn write_inner(f: &mut fmt::Formatter<'_>, query: &LogQuery, parentheses: bool) -> fmt::Result {
    if parentheses { write!(f, "({query})") } else { write!(f, "{query}") }
}

fn write_list(
    f: &mut fmt::Formatter<'_>,
    list: &[LogQuery],
    between: &str,
    needs_parentheses: impl Fn(&LogQuery) -> bool,
) -> fmt::Result {
    if list.is_empty() {
        return f.write_str("*");
    }
    for (idx, query) in list.iter().enumerate() {
        if idx > 0 {
            f.write_str(between)?;
        }
        write_inner(f, query, needs_parentheses(query))?;
    }
    Ok(())
}

/// Returns the field's name when the question is a choice among values of one field.
fn one_field(query: &LogQuery) -> Option<&str> {
    let LogQuery::Or(any) = query else { return None };
    let mut names = any.iter().map(|one| match one {
        LogQuery::Field { name, test: FieldTest::Exists | FieldTest::Is(_) } => Some(name.as_str()),
        LogQuery::Field { test: FieldTest::Compares(..), .. }
        | LogQuery::All
        | LogQuery::Text(_)
        | LogQuery::Not(_)
        | LogQuery::And(_)
        | LogQuery::Or(_) => None,
    });
    let first = names.next()??;
    names.all(|name| name == Some(first)).then_some(first)
}

/// Writes `name: (a or b)`.
fn write_group(f: &mut fmt::Formatter<'_>, name: &str, any: &[LogQuery]) -> fmt::Result {
    write_name(f, name)?;
    f.write_str(": (")?;
    for (idx, one) in any.iter().enumerate() {
        if idx > 0 {
            f.write_str(" or ")?;
        }
        if let LogQuery::Field { test: FieldTest::Is(pattern), .. } = one {
            write_pattern(f, pattern, Some(name))?;
        } else {
            f.write_str("*")?;
        }
    }
    f.write_str(")")
}

fn write_field(f: &mut fmt::Formatter<'_>, name: &str, test: &FieldTest) -> fmt::Result {
    write_name(f, name)?;
    match test {
        FieldTest::Exists => f.write_str(": *"),
        FieldTest::Is(pattern) => {
            f.write_str(": ")?;
            write_pattern(f, pattern, Some(name))
        }
        FieldTest::Compares(compare, bound) => {
            write!(f, " {} ", compare.as_str())?;
            let plain = TextPattern::Word(bound.clone());
            if !bound.contains('*') && reads_back(bound, &plain, Some(name)) {
                f.write_str(bound)
            } else {
                write_quoted(f, bound)
            }
        }
    }
}

fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if is_name(name) && !is_keyword(name) { f.write_str(name) } else { write_quoted(f, name) }
}

fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &TextPattern, field: Option<&str>) -> fmt::Result {
    match pattern {
        TextPattern::Phrase(text) => write_quoted(f, text),
        TextPattern::Regex(text) => write_regex(f, text),
        TextPattern::Word(text) if reads_back(text, pattern, field) => f.write_str(text),
        TextPattern::Word(text) => write_escaped(f, text),
    }
}

/// Reports whether the text as it is is read as the pattern.
fn reads_back(text: &str, pattern: &TextPattern, field: Option<&str>) -> bool {
    let expected = match field {
        Some(name) => LogQuery::Field { name: name.to_owned(), test: FieldTest::Is(pattern.clone()) },
        None => LogQuery::Text(pattern.clone()),
    };
    // A backslash at the end would escape what is written behind it.
    !text.starts_with(char::is_whitespace)
        && !text.ends_with('\\')
        && Reader::new(text, field).all() == Ok(expected)
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes an expression between slashes; those within it are escaped, which means the same to it.
fn write_regex(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("/")?;
    let mut is_escaped = false;
    for c in text.chars() {
        if c == '/' && !is_escaped {
            f.write_str("\\")?;
        }
        is_escaped = c == '\\' && !is_escaped;
        write!(f, "{c}")?;
    }
    f.write_str("/")
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if is_keyword(text) {
        return write!(f, "\\{text}");
    }
    for (idx, c) in text.chars().enumerate() {
        // A slash at the beginning would open an expression.
        if is_escapable(c) && (idx == 0 && c == '/' || !matches!(c, '*' | '_' | '.' | '-' | '/')) {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    Ok(())
}

impl Compare {
    /// Returns the sign.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}
