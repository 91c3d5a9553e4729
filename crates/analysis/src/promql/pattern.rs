//! Regular expressions as the server reads them.

use std::fmt::Write as _;

use regex::{Regex, RegexBuilder};

use super::Dialect;

/// The largest compiled program of a regular expression that a person may type.
const LARGEST: usize = 1 << 20;

/// The highest count of a repetition.
///
/// Source: `repeat` in `regexp/syntax/parse.go` of Go.
const MOST_TIMES: u32 = 1000;

/// The classes that have a name between `[:` and `:]`.
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// Compiles a pattern that has to match the whole text; `None` where it is not a regular expression.
///
/// Prometheus uses Go's syntax, which differs from this crate's in what classes such as `\w` mean (ASCII only), in
/// characters that stand for themselves, and in what it refuses. In version 3 the dot matches line feeds too.
pub(super) fn compile(pattern: &str, dialect: Dialect) -> Option<Regex> {
    let translated = translate(pattern)?;
    // Alone first: a stray parenthesis must not pair with those around the pattern.
    let build = |text: &str| RegexBuilder::new(text).size_limit(LARGEST).build().ok();
    build(&translated)?;
    let flags = match dialect {
        Dialect::Two => "",
        Dialect::Three => "s",
    };
    build(&format!("^(?{flags}:{translated})$"))
}

/// Writes a pattern in the syntax of this crate; `None` where Go refuses what this crate would read in its own way.
fn translate(pattern: &str) -> Option<String> {
    let mut reader =
        Reader { chars: pattern.chars().collect(), at: 0, out: String::with_capacity(pattern.len() + 8) };
    let mut is_repeated = false;
    while let Some(c) = reader.take() {
        let repeats = match c {
            '*' | '+' | '?' => {
                reader.out.push(c);
                true
            }
            '{' => reader.repetition()?,
            _ => {
                reader.other(c)?;
                false
            }
        };
        // A repetition cannot be repeated, but for the question mark that makes it take little.
        if repeats && is_repeated {
            return None;
        }
        if repeats && reader.takes('?') {
            reader.out.push('?');
        }
        is_repeated = repeats;
    }
    Some(reader.out)
}

/// A place in a pattern, and what has been written of it.
struct Reader {
    chars: Vec<char>,
    at: usize,
    out: String,
}

impl Reader {
    fn ahead(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.ahead(0)?;
        self.at += 1;
        Some(c)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.ahead(0) == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Writes a character that stands for itself.
    fn literal(&mut self, c: char) {
        if c.is_ascii() && !c.is_ascii_alphanumeric() {
            let _ = write!(self.out, "\\x{:02x}", u32::from(c));
        } else {
            self.out.push(c);
        }
    }

    /// Passes what is no repetition.
    fn other(&mut self, c: char) -> Option<()> {
        match c {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => self.group(),
            _ => {
                self.out.push(c);
                Some(())
            }
        }
    }

    /// Passes what follows an opening brace: `2}`, `2,}` or `2,3}`, or else the brace stands for itself and it is no
    /// repetition.
    fn repetition(&mut self) -> Option<bool> {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let inner: String = rest.iter().take_while(|c| **c != '}').collect();
        let is_count = |text: &str| {
            let is_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
            is_number && (text == "0" || !text.starts_with('0'))
        };
        let (least, most) = inner.split_once(',').unwrap_or((inner.as_str(), ""));
        if inner.len() == rest.len() || !is_count(least) || !(most.is_empty() || is_count(most)) {
            self.literal('{');
            return Some(false);
        }
        let is_allowed = |text: &str| text.is_empty() || text.parse::<u32>().is_ok_and(|n| n <= MOST_TIMES);
        if !is_allowed(least) || !is_allowed(most) {
            return None;
        }
        self.at += inner.len() + 1;
        let _ = write!(self.out, "{{{inner}}}");
        Some(true)
    }

    /// Passes what follows an opening parenthesis: nothing, a name, or flags.
    fn group(&mut self) -> Option<()> {
        let is_named =
            self.ahead(1) == Some('<') || (self.ahead(1) == Some('P') && self.ahead(2) == Some('<'));
        self.out.push('(');
        if !self.takes('?') {
            return Some(());
        }
        self.out.push('?');
        if is_named {
            return Some(());
        }
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let flags: String = rest.iter().take_while(|c| !matches!(c, ':' | ')')).collect();
        let (on, off) = flags.split_once('-').unwrap_or((flags.as_str(), "i"));
        let are_known = on.chars().chain(off.chars()).all(|c| matches!(c, 'i' | 'm' | 's' | 'U'));
        if !are_known || off.is_empty() {
            return None;
        }
        if flags.is_empty() && rest.first() == Some(&')') {
            // `(?)` changes nothing; this crate wants a flag there.
            self.out.push(':');
        }
        Some(())
    }

    /// Passes what follows a backslash outside of a class.
    fn escape(&mut self) -> Option<()> {
        if self.perl_class() || self.property()? {
            return Some(());
        }
        match self.ahead(0)? {
            'b' => self.out.push_str("(?-u:\\b)"),
            c @ ('A' | 'B' | 'z') => {
                self.out.push('\\');
                self.out.push(c);
            }
            'Q' => {
                self.at += 1;
                self.quoted();
                return Some(());
            }
            _ => {
                let c = self.escaped()?;
                self.literal(c);
                return Some(());
            }
        }
        self.at += 1;
        Some(())
    }

    /// Passes everything up to `\E`, or to the end; all of it stands for itself.
    fn quoted(&mut self) {
        while let Some(c) = self.take() {
            if c == '\\' && self.takes('E') {
                return;
            }
            self.literal(c);
        }
    }

    /// Passes `d`, `w`, `s` and their opposites behind a backslash.
    fn perl_class(&mut self) -> bool {
        let class = match self.ahead(0) {
            Some('d') => "[0-9]",
            Some('D') => "[^0-9]",
            Some('w') => "[0-9A-Za-z_]",
            Some('W') => "[^0-9A-Za-z_]",
            Some('s') => "[\\t\\n\\f\\r ]",
            Some('S') => "[^\\t\\n\\f\\r ]",
            _ => return false,
        };
        self.at += 1;
        self.out.push_str(class);
        true
    }

    /// Passes `pL`, `p{Greek}`, `p{^Lu}` or the same with `P` behind a backslash.
    fn property(&mut self) -> Option<bool> {
        let mut is_opposite = match self.ahead(0) {
            Some('p') => false,
            Some('P') => true,
            _ => return Some(false),
        };
        self.at += 1;
        let mut name = String::new();
        if self.takes('{') {
            while !self.takes('}') {
                name.push(self.take()?);
            }
        } else {
            name.push(self.take()?);
        }
        let name = name.strip_prefix('^').map_or(name.as_str(), |rest| {
            is_opposite = !is_opposite;
            rest
        });
        // This crate would take names in any case, and other properties than categories and scripts.
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c == '_' || c.is_ascii_alphabetic());
        if !is_name {
            return None;
        }
        let letter = if is_opposite { 'P' } else { 'p' };
        let of = if name.len() <= 2 || name == "Any" { "" } else { "sc=" };
        let _ = write!(self.out, "\\{letter}{{{of}{name}}}");
        Some(true)
    }

    /// Passes an escape that is one character, behind its backslash.
    fn escaped(&mut self) -> Option<char> {
        let c = self.take()?;
        match c {
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            'x' => self.hexadecimal(),
            '0' => self.octal(0),
            // One digit alone would mean a group again, which Go does not have.
            '1'..='7' if self.ahead(0).is_some_and(|next| next.is_digit(8)) => self.octal(c.to_digit(8)?),
            _ => (c.is_ascii() && !c.is_ascii_alphanumeric()).then_some(c),
        }
    }

    fn octal(&mut self, first: u32) -> Option<char> {
        let mut code = first;
        for _ in 0..2 {
            let Some(digit) = self.ahead(0).and_then(|c| c.to_digit(8)) else { break };
            code = code * 8 + digit;
            self.at += 1;
        }
        char::from_u32(code)
    }

    fn hexadecimal(&mut self) -> Option<char> {
        let mut digits = String::new();
        if self.takes('{') {
            while !self.takes('}') {
                digits.push(self.take()?);
            }
        } else {
            digits.push(self.take()?);
            digits.push(self.take()?);
        }
        let are_digits = digits.chars().all(|c| c.is_ascii_hexdigit());
        u32::from_str_radix(&digits, 16).ok().filter(|_| are_digits).and_then(char::from_u32)
    }

    /// Passes what follows an opening bracket, up to the closing one, which stands for itself where it comes first.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.takes('^') {
            self.out.push('^');
        }
        self.class_item()?;
        while !self.takes(']') {
            self.class_item()?;
        }
        self.out.push(']');
        Some(())
    }

    /// Passes one member of a class: another class, a character, or all from one to another.
    fn class_item(&mut self) -> Option<()> {
        if self.ahead(0) == Some('[') && self.ahead(1) == Some(':') && self.named_class()? {
            return Some(());
        }
        if self.takes('\\') {
            if self.perl_class() || self.property()? {
                return Some(());
            }
            self.at -= 1;
        }
        let first = self.class_char()?;
        self.literal(first);
        if self.ahead(0) != Some('-') || matches!(self.ahead(1), None | Some(']')) {
            return Some(());
        }
        self.at += 1;
        let last = self.class_char().filter(|last| *last >= first)?;
        self.out.push('-');
        self.literal(last);
        Some(())
    }

    /// Passes `[:alpha:]` or `[:^alpha:]` as a whole; false where nothing closes it.
    fn named_class(&mut self) -> Option<bool> {
        let rest: String = self.chars.get(self.at + 2..).unwrap_or_default().iter().collect();
        let Some((name, _)) = rest.split_once(":]") else { return Some(false) };
        if !NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return None;
        }
        let _ = write!(self.out, "[:{name}:]");
        self.at += name.len() + 4;
        Some(true)
    }

    fn class_char(&mut self) -> Option<char> {
        match self.take()? {
            '\\' => self.escaped(),
            c => Some(c),
        }
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
    fn what_go_reads_is_read_as_it_reads_it() {
        // Asked of Prometheus 2.42.0 with label_replace(label_replace(vector(1), "x", text, "", ""), "m", "1", "x", pattern).
        for (pattern, text, other) in [
            (r"\p{L}+", "aé漢", "1"),
            (r"\pL\PL", "a1", "aa"),
            (r"\P{L}+", "1-", "a"),
            (r"\p{^L}", "1", "a"),
            (r"\p{Greek}", "α", "a"),
            (r"[\p{Lu}\d]+", "A1", "a"),
            (r"(?i)\p{Lu}", "a", "1"),
            (r"\x{e9}\x41", "éA", "e9A"),
            (r"[\x{61}-\x{63}]+", "abc", "d"),
            (r"\101\07", "A\u{7}", "101"),
            (r"\Qa.b\E", "a.b", "aab"),
            (r"a\Q+\E+", "a+++", "aa"),
            (r"\<a\>", "<a>", "a"),
            (r"\_\-\/", "_-/", "a"),
            ("a{01}", "a{01}", "a"),
            ("a{,2}", "a{,2}", "aa"),
            ("a{", "a{", "a"),
            ("(?)a", "a", "b"),
            ("(?U)a+", "aa", "b"),
            ("a{2}?", "aa", "a"),
            ("[a-]+", "a-", "b"),
            ("[a-z-9]+", "b-9", "8"),
            (r"[\d-z]+", "1-z", "y"),
            ("[a~~b]+", "~", "c"),
            ("[^]a]", "b", "]"),
            ("[[:^alpha:]]", "1", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
            assert!(!matches(pattern, other), "{pattern} {other}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        // Each is an error of Prometheus 2.42.0, and most would mean something to this crate.
        for pattern in [
            "(?x)a b",
            "(?u)ab",
            "(?R)ab",
            "(?i-)a",
            "(?-)a",
            "(?=a)",
            "(?<=a)",
            "(?#c)a",
            "a**",
            "a*+",
            "a+??",
            "a{2}{3}",
            "a{2}*",
            "a{1001}",
            "a{0,1001}",
            "a{2,1}",
            "[a--b]",
            "[z-a]",
            r"[a-\d]",
            "[[:foo:]]",
            "[]",
            r"[\b]",
            r"\u0041",
            r"\U00000041",
            r"\8",
            r"\1",
            r"(a)\1",
            r"\Z",
            r"\C",
            r"\E",
            r"\é",
            r"\x{110000}",
            r"\p{Foo}",
            r"\p{Letter}",
            r"\p{lu}",
            r"\p{script=Greek}",
            r"\p{L",
            "a)|(b",
            "+",
            "(*)",
        ] {
            assert!(compile(pattern, Dialect::Two).is_none(), "{pattern}");
            assert!(compile(pattern, Dialect::Three).is_none(), "{pattern}");
        }
    }

    #[test]
    fn the_dot_matches_a_line_feed_in_version_3_only() {
        assert!(!compile("a.b", Dialect::Two).unwrap().is_match("a\nb"));
        assert!(compile("a.b", Dialect::Three).unwrap().is_match("a\nb"));
    }
}
