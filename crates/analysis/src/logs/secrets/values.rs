//! Values: where they begin and end, and whether they look like a secret.

use super::keys::Care;
use super::{Secret, SecretRule};

/// Values are read up to this many bytes, so that a huge line is not read again for each of its keys.
const LONGEST: usize = 4096;

/// How far behind a space a password in a connection string may go on, in bytes.
const LONGEST_GAP: usize = 128;

/// Where a value stands, and how it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// Whether space stands between the colon and the value, as in a sentence.
    pub(super) spaced: bool,
    /// Whether a word follows, as in a sentence.
    pub(super) continues: bool,
}

/// Finds the value behind a separator; none when there is nothing or another operator.
pub(super) fn after(bytes: &[u8], separator: usize) -> Option<Value> {
    let mut start = separator + 1;
    match (bytes[separator], bytes.get(start)?) {
        (b'=', b'>') | (b':', b'=') => start += 1,
        (b'=', b'=') | (b':', b':') => return None,
        _ => {}
    }
    let spaces = bytes[start..].iter().take(3).take_while(|b| matches!(b, b' ' | b'\t')).count();
    start += spaces;
    if bytes.get(start) == Some(&b'[') {
        start += 1;
    }
    let slashes = bytes.get(start..)?.iter().take(3).take_while(|&&b| b == b'\\').count();
    let spaced = spaces > 0 && bytes[separator] != b'=';
    match bytes.get(start + slashes) {
        Some(quote @ (b'"' | b'\'' | b'`')) => {
            let start = start + slashes + 1;
            if let Some(end) = quoted_end(bytes, start, *quote, slashes) {
                return Some(Value { start, end, quoted: true, spaced: false, continues: false });
            }
            let end = bare_end(bytes, start);
            Some(Value { start, end, quoted: false, spaced: false, continues: false })
        }
        Some(_) => {
            let end = bare_end(bytes, start);
            Some(Value { start, end, quoted: false, spaced, continues: continues(bytes, end) })
        }
        None => None,
    }
}

/// Returns where a quoted value ends: at the same quote with as many backslashes before it.
fn quoted_end(bytes: &[u8], start: usize, quote: u8, slashes: usize) -> Option<usize> {
    let mut at = start;
    let mut before = 0;
    while let Some(&byte) = bytes.get(at).filter(|_| at < start + LONGEST) {
        if byte == quote && before <= slashes && (before == slashes || slashes == 0 && before % 2 == 0) {
            return Some(at - before.min(slashes));
        }
        before = if byte == b'\\' { before + 1 } else { 0 };
        at += 1;
    }
    None
}

/// Returns where a value without quotes ends: at space, at a quote, or at a sign before the next pair.
fn bare_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while let Some(&byte) = bytes.get(end).filter(|_| end < start + LONGEST) {
        let rest = &bytes[end + 1..];
        let ends = match byte {
            b'"' | b'`' | b'<' => true,
            // The apostrophe of `can't` is none.
            b'\'' => {
                end == start
                    || !bytes[end - 1].is_ascii_alphabetic()
                    || !rest.first().is_some_and(u8::is_ascii_alphabetic)
            }
            b'&' | b',' | b';' | b'|' => ends_pair(rest),
            b'\\' => matches!(rest.first(), Some(b'n' | b'r' | b't' | b'"' | b'\'')),
            _ => byte.is_ascii_whitespace() || byte.is_ascii_control(),
        };
        if ends {
            break;
        }
        end += 1;
    }
    while end > start && matches!(bytes[end - 1], b',' | b';' | b'.' | b')' | b']' | b'}' | b'>') {
        end -= 1;
    }
    end
}

/// Returns a value that goes on behind a space up to the next semicolon; the value itself where none follows.
pub(super) fn up_to_semicolon(bytes: &[u8], value: Value) -> Value {
    let rest = bytes.get(value.end..).unwrap_or_default();
    if value.quoted || rest.first() != Some(&b' ') {
        return value;
    }
    let sign = rest.iter().take(LONGEST_GAP).position(|b| matches!(b, b';' | b'=' | b'"' | b'\n'));
    match sign.filter(|&n| rest[n] == b';') {
        Some(n) => Value { end: value.end + n, continues: false, ..value },
        None => value,
    }
}

/// Reports whether nothing, space, or another pair follows.
fn ends_pair(rest: &[u8]) -> bool {
    let key = rest
        .iter()
        .take(64)
        .take_while(|&&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    match rest.first() {
        None => true,
        Some(first) if first.is_ascii_whitespace() || matches!(first, b'"' | b'\'') => true,
        Some(_) => key > 0 && matches!(rest.get(key), Some(b'=' | b':')),
    }
}

/// Reports whether a word follows after one space.
fn continues(bytes: &[u8], end: usize) -> bool {
    let rest = &bytes[end..];
    let word = rest.iter().skip(1).take_while(|b| b.is_ascii_alphabetic()).count();
    rest.first() == Some(&b' ') && word > 0 && !matches!(rest.get(1 + word), Some(b'=' | b':' | b'_'))
}

/// Words that stand for a secret that is not there, or say something about one.
const SAID: [&str; 96] = [
    "absent",
    "accepted",
    "access",
    "again",
    "aging",
    "algorithm",
    "and",
    "auth",
    "authentication",
    "bool",
    "boolean",
    "bytes",
    "cannot",
    "change",
    "changed",
    "char",
    "correct",
    "default",
    "denied",
    "disabled",
    "does",
    "eeof",
    "empty",
    "enabled",
    "encrypted",
    "error",
    "exception",
    "expired",
    "failed",
    "failure",
    "false",
    "file",
    "filtered",
    "for",
    "found",
    "from",
    "given",
    "has",
    "hashed",
    "header",
    "hidden",
    "identifier",
    "incorrect",
    "int",
    "invalid",
    "is",
    "keyboard-interactive",
    "length",
    "locked",
    "masked",
    "match",
    "matched",
    "mismatch",
    "missing",
    "must",
    "needed",
    "never",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "off",
    "ok",
    "on",
    "present",
    "prompt",
    "provided",
    "realm",
    "redacted",
    "rejected",
    "removed",
    "required",
    "reset",
    "scheme",
    "set",
    "str",
    "string",
    "success",
    "successful",
    "successfully",
    "text",
    "token",
    "too",
    "true",
    "undefined",
    "unknown",
    "unset",
    "updated",
    "use",
    "used",
    "using",
    "valid",
    "varchar",
    "weak",
    "wrong",
];

/// Words as [`SAID`] that are shorter than the others of their kind.
const ANSWERS: [&str; 8] = ["yes", "y", "n", "n/a", "na", "0", "1", "-"];

/// Reports whether a value only stands for one: nothing, a variable, stars, a word such as `null`.
pub(super) fn is_placeholder(text: &[u8]) -> bool {
    let Some(&first) = text.first() else { return true };
    if matches!(first, b'<' | b'{' | b'(' | b'%' | b'*') || text.starts_with(b"${") || text.starts_with(b"$(")
    {
        return true;
    }
    let is_variable =
        first == b'$' && text.len() > 1 && text[1..].iter().all(|b| b.is_ascii_uppercase() || *b == b'_');
    let is_filler = text.len() > 2 && text.iter().all(|b| b == &first);
    is_variable || is_filler || is_said(text)
}

/// Reports whether a value is a word about secrets.
fn is_said(text: &[u8]) -> bool {
    let word = text.strip_suffix(b":").unwrap_or(text);
    let known = |list: &[&str]| list.iter().any(|said| said.as_bytes().eq_ignore_ascii_case(word));
    known(&SAID) || known(&ANSWERS)
}

/// Decides whether a value is a secret, as carefully as its key asks.
pub(super) fn is_secret(text: &[u8], value: &Value, care: Care) -> bool {
    if is_placeholder(text) {
        return false;
    }
    match care {
        Care::Any => is_password(text, value),
        Care::Directory => {
            !matches!(text[0], b'/' | b'~' | b'.')
                && text.get(1..3) != Some(b":\\")
                && is_password(text, value)
        }
        Care::Short => {
            let counted = text.iter().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'%' | b'.' | b','));
            !counted
                && if value.spaced { text.len() >= 6 && has_digit(text) } else { is_password(text, value) }
        }
        Care::Named => is_named(text, value),
        Care::Strong => is_random(text),
        Care::Session => text.len() >= 24 && is_random(text) && !is_uuid(text),
        // Those two are judged where their values are read.
        Care::Header | Care::Cookies => false,
    }
}

/// Judges what follows `password`: nearly everything, save prose.
fn is_password(text: &[u8], value: &Value) -> bool {
    if !value.spaced {
        return true;
    }
    // `can't` is a word of prose as well.
    let letters = text.iter().all(|&b| b.is_ascii_alphabetic() || matches!(b, b'\'' | b'-'));
    let few_digits = text.len() < 4 && text.iter().all(u8::is_ascii_digit);
    let path = text[0] == b'/' && text[1..].contains(&b'/');
    let foreign = text[0] >= 0x80;
    !(few_digits || path || foreign || (letters && value.continues))
}

/// Judges what follows a key that names its secret exactly: no plain word, no path.
fn is_named(text: &[u8], value: &Value) -> bool {
    let telling = has_digit(text) || has_both_cases(text) || text.len() >= 20;
    text.len() >= 6 && !is_path(text) && text[0] < 0x80 && (telling || !value.spaced) && !has_space(text)
}

/// Reports whether a value looks drawn at random: letters and digits, or both cases at length.
pub(super) fn is_random(text: &[u8]) -> bool {
    let signs = b"._~+/=-%$!";
    let plain = text.iter().all(|b| b.is_ascii_alphanumeric() || signs.contains(b));
    let letters = text.iter().any(u8::is_ascii_alphabetic);
    let mixed = has_digit(text) && letters && text.len() >= 12 && !is_spelled(text);
    let cased = has_both_cases(text) && text.len() >= 24 && !text.contains(&b'.');
    plain && (mixed || cased) && !is_path(text) && !is_number_like(text)
}

/// Reports whether a value is made of plain words and plain numbers, as names are: `registry-pull-2`, `com.example.x/4505`.
fn is_spelled(text: &[u8]) -> bool {
    let plain = |part: &[u8]| {
        let letters = part.iter().any(u8::is_ascii_alphabetic);
        !((letters && has_digit(part)) || (part.len() >= 8 && has_both_cases(part)))
    };
    text.split(|b| !b.is_ascii_alphanumeric()).all(plain)
}

/// Reports whether a value is a number in hexadecimal, a time, or a number with its unit.
fn is_number_like(text: &[u8]) -> bool {
    let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = text.iter().filter(|b| b.is_ascii_alphabetic()).count();
    text.starts_with(b"0x")
        || (text[0].is_ascii_digit() && letters <= 2 && digits >= 4 && digits + letters < 24)
}

fn is_path(text: &[u8]) -> bool {
    let slashes = text.iter().filter(|&&b| b == b'/').count();
    let rooted = matches!(text[0], b'/' | b'~') || text.starts_with(b"./") || text.get(1..3) == Some(b":\\");
    let named = text.contains(&b'.') || slashes > 1;
    (rooted && named && !text.contains(&b'+') && !text.contains(&b'='))
        || text.windows(3).any(|w| w == b"://")
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text
            .iter()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

fn has_digit(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
}

fn has_space(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_whitespace)
}

fn has_both_cases(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_uppercase) && text.iter().any(u8::is_ascii_lowercase)
}

/// Schemes whose credentials are one word.
const SCHEMES: [&str; 11] = [
    "basic",
    "bearer",
    "token",
    "apikey",
    "negotiate",
    "ntlm",
    "splunk",
    "key",
    "jwt",
    "sharedkey",
    "nodeauth",
];
/// Schemes whose credentials are a list up to the header's end.
const LISTED: [&str; 4] = ["digest", "aws4-hmac-sha256", "hawk", "oauth"];

/// Finds the credentials of an `Authorization` header; its scheme stays.
pub(super) fn credentials(bytes: &[u8], value: &Value) -> Option<Secret> {
    let whole = &bytes[value.start..];
    let len = whole.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let scheme = &whole[..len];
    let named = |list: &[&str]| list.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(scheme));
    let separated = matches!(whole.get(len), Some(b' ' | b'='));
    let start = value.start + len + 1;
    let rule = SecretRule::Authorization;
    if separated && named(&LISTED) {
        let end = line_end(bytes, start);
        let known = is_placeholder(bytes.get(start..end)?);
        return (end > start + 8 && !known).then_some(Secret { start, end, rule });
    }
    if separated && named(&SCHEMES) {
        let end = bare_end(bytes, start);
        let text = bytes.get(start..end)?;
        return (text.len() >= 4 && !is_placeholder(text)).then_some(Secret { start, end, rule });
    }
    let end = if value.quoted { value.end } else { bare_end(bytes, value.start) };
    let text = bytes.get(value.start..end)?;
    (!is_placeholder(text) && is_random(text)).then_some(Secret { start: value.start, end, rule })
}

/// Finds the cookies of a header: from the first to the last pair, if one of them looks random.
pub(super) fn cookies(bytes: &[u8], value: &Value) -> Option<Secret> {
    let end = if value.quoted { value.end } else { line_end(bytes, value.start) };
    let text = bytes.get(value.start..end)?;
    let secret = text.split(|&b| b == b';').any(|pair| {
        let name = pair.iter().position(|&b| b == b'=');
        name.is_some_and(|eq| {
            let value = pair[eq + 1..].trim_ascii();
            value.len() >= 8 && !is_placeholder(value) && has_digit(value)
        })
    });
    secret.then_some(Secret { start: value.start, end, rule: SecretRule::Cookie })
}

/// Returns where a header ends: at a quote that it did not open, a line feed, or the end of the text.
fn line_end(bytes: &[u8], start: usize) -> usize {
    let mut opened = false;
    let mut end = start;
    while let Some(&byte) = bytes.get(end).filter(|_| end < start + LONGEST) {
        match byte {
            b'"' if bytes[end - 1] == b'=' => opened = true,
            b'"' if opened => opened = false,
            b'\n' | b'\r' | b'\'' | b'"' => break,
            _ => {}
        }
        end += 1;
    }
    end
}
