//! Regular expressions as the server reads them.

use regex::{Regex, RegexBuilder};

use super::Dialect;

/// The largest compiled program of a regular expression that a person may type.
const LARGEST: usize = 1 << 20;

/// Compiles a pattern that has to match the whole text; `None` where it is not a regular expression.
///
/// Prometheus uses Go's syntax, which differs from this crate's in what classes such as `\w` mean (ASCII only) and in
/// characters that stand for themselves. In version 3 the dot matches line feeds too.
pub(super) fn compile(pattern: &str, dialect: Dialect) -> Option<Regex> {
    let translated = translate(pattern);
    // Alone first: a stray parenthesis must not pair with those around the pattern.
    let build = |text: &str| RegexBuilder::new(text).size_limit(LARGEST).build().ok();
    build(&translated)?;
    let flags = match dialect {
        Dialect::Two => "",
        Dialect::Three => "s",
    };
    build(&format!("^(?{flags}:{translated})$"))
}

fn translate(pattern: &str) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut in_class = false;
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let next = chars.get(i + 1).copied();
        let previous = i.checked_sub(1).and_then(|p| chars.get(p)).copied();
        i += 1;
        match c {
            '\\' => {
                i += 1;
                escape(next, in_class, &mut out);
            }
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                // A bracket that closes right behind the opening one stands for itself.
                if chars.get(i) == Some(&'^') {
                    out.push('^');
                    i += 1;
                }
                if chars.get(i) == Some(&']') {
                    out.push_str("\\]");
                    i += 1;
                }
            }
            '[' if next != Some(':') => out.push_str("\\["),
            '[' => {
                // `[:alpha:]` as a whole.
                let end = chars[i..].iter().position(|c| *c == ']').map_or(chars.len(), |p| i + p + 1);
                out.push('[');
                out.extend(&chars[i..end]);
                i = end;
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class && previous == Some(c) => {
                out.push('\\');
                out.push(c);
            }
            '{' if !in_class && !is_repetition(&chars[i..]) => out.push_str("\\{"),
            _ => out.push(c),
        }
    }
    out
}

fn escape(c: Option<char>, in_class: bool, out: &mut String) {
    match c {
        Some('d') => out.push_str("[0-9]"),
        Some('D') => out.push_str("[^0-9]"),
        Some('w') => out.push_str("[0-9A-Za-z_]"),
        Some('W') => out.push_str("[^0-9A-Za-z_]"),
        Some('s') => out.push_str("[\\t\\n\\f\\r ]"),
        Some('S') => out.push_str("[^\\t\\n\\f\\r ]"),
        Some('b') if !in_class => out.push_str("(?-u:\\b)"),
        Some(c) => {
            out.push('\\');
            out.push(c);
        }
        None => out.push('\\'),
    }
}

/// Reports whether `{` is followed by `2}`, `2,}` or `2,3}`.
fn is_repetition(rest: &[char]) -> bool {
    let Some(end) = rest.iter().position(|c| *c == '}') else { return false };
    let inner: String = rest[..end].iter().collect();
    let is_count = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    match inner.split_once(',') {
        Some((least, most)) => is_count(least) && (most.is_empty() || is_count(most)),
        None => is_count(&inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern, Dialect::Two).unwrap().is_match(text)
    }

    #[test]
    fn classes_are_ascii_and_stray_signs_stand_for_themselves() {
        // Each checked with Go's regexp.MatchString("^(?:…)$", …), go1.26.
        assert!(matches(r"\w+", "a_1"));
        assert!(!matches(r"\w+", "é"));
        assert!(matches(r"[\w-]+", "a-b"));
        assert!(matches("a{b", "a{b"));
        assert!(matches("a{2}", "aa"));
        assert!(matches("[[a]", "["));
        assert!(matches("[]a]+", "]a"));
        assert!(matches("[a&&b]+", "&"));
        assert!(matches("[[:digit:]]", "7"));
        assert!(!matches("[^[:digit:]]", "7"));
        assert!(compile("a)|(b", Dialect::Two).is_none());
    }

    #[test]
    fn the_dot_matches_a_line_feed_in_version_3_only() {
        assert!(!compile("a.b", Dialect::Two).unwrap().is_match("a\nb"));
        assert!(compile("a.b", Dialect::Three).unwrap().is_match("a\nb"));
    }
}
