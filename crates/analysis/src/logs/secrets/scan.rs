//! One pass over a line: bytes that can belong to a secret are looked at closely, all others only once.

use super::keys::{self, Care};
use super::values::{self, Value};
use super::{Secret, SecretRule, SecretRules, cards, shapes};

/// How far around a sign a line is looked at, in bytes, so that huge lines cost no more than many small ones.
const MOST_LOOKED_AT: usize = 4096;

/// What a byte can be the beginning, or the telling part, of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trigger {
    Nothing,
    /// `=` and `:` between a key and its value.
    Separator,
    Digit,
    /// A letter or sign within the fixed part of a known shape.
    Shape,
    Dash,
    /// `<` of a tag.
    Tag,
    /// `'` around a password in SQL.
    Quote,
    /// The first byte of the full-width colon.
    WideColon,
}

const TRIGGERS: [Trigger; 256] = triggers();

const fn triggers() -> [Trigger; 256] {
    let mut table = [Trigger::Nothing; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        table[digit as usize] = Trigger::Digit;
        digit += 1;
    }
    let shapes = b"JKSzGvBb_";
    let mut idx = 0;
    while idx < shapes.len() {
        table[shapes[idx] as usize] = Trigger::Shape;
        idx += 1;
    }
    table[b'=' as usize] = Trigger::Separator;
    table[b':' as usize] = Trigger::Separator;
    table[b'-' as usize] = Trigger::Dash;
    table[b'<' as usize] = Trigger::Tag;
    table[b'\'' as usize] = Trigger::Quote;
    table[0xEF] = Trigger::WideColon;
    table
}

/// Finds the secrets of a line, in order and without overlap.
pub(super) fn find(line: &str, rules: SecretRules) -> Vec<Secret> {
    let bytes = line.as_bytes();
    let mut found: Vec<Secret> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let trigger = TRIGGERS[usize::from(byte)];
        if trigger == Trigger::Nothing || !is_worth_a_look(bytes, at, trigger) {
            // The digits of a number are judged at its first one.
            at += if trigger == Trigger::Digit { cards::digits_from(bytes, at) } else { 1 };
            continue;
        }
        let earliest = found.last().map_or(0, |last| last.end);
        let secret = look(bytes, at, trigger).filter(|secret| {
            let whole = line.is_char_boundary(secret.start) && line.is_char_boundary(secret.end);
            rules.has(secret.rule) && secret.start >= earliest && secret.start < secret.end && whole
        });
        at = match secret {
            Some(secret) => {
                found.push(secret);
                secret.end.max(at + 1)
            }
            None if trigger == Trigger::Digit => at + cards::digits_from(bytes, at),
            None => at + 1,
        };
    }
    found
}

/// Finds the secrets of a field's value: all of it when the field's name promises one, else as in a line.
pub(super) fn find_in_field(name: &str, value: &str, rules: SecretRules) -> Vec<Secret> {
    let bytes = value.as_bytes();
    let whole = Value { start: 0, end: bytes.len(), quoted: true, spaced: false, continues: false };
    keys::rule(keys::before(name.as_bytes(), name.len()))
        .and_then(|(rule, care)| judged(bytes, &whole, rule, care))
        .filter(|secret| rules.has(secret.rule) && value.is_char_boundary(secret.end))
        .map_or_else(|| find(value, rules), |secret| vec![secret])
}

/// Reports whether the neighbours of a telling byte allow a secret: a cheap test that nearly all fail.
#[inline]
fn is_worth_a_look(bytes: &[u8], at: usize, trigger: Trigger) -> bool {
    let next = bytes.get(at + 1).copied().unwrap_or_default();
    let before = |n: usize| at.checked_sub(n).map_or(0, |at| bytes[at]);
    match trigger {
        Trigger::Nothing => false,
        Trigger::Separator => {
            // Most colons stand in times of day.
            let last = before(1);
            !last.is_ascii_digit() && keys::may_end_in(last)
                || next == b'/'
                || bytes[at] == b'=' && last.is_ascii_digit()
        }
        Trigger::Digit => cards::is_long(bytes, at),
        Trigger::Shape => match bytes[at] {
            b'b' | b'B' => matches!(next, b'e' | b'E' | b'a' | b'A'),
            b'v' => before(1) == b'h',
            b'J' => before(1) == b'y',
            b'z' => before(1) == b'I',
            b'G' => before(1) == b'S',
            b'_' => ends_prefix(before(2), before(1)),
            _ => before(1) == b'A',
        },
        Trigger::Dash => next == b'-' || next == b'u' || ends_prefix(before(2), before(1)),
        Trigger::Tag | Trigger::Quote | Trigger::WideColon => true,
    }
}

/// Reports whether the fixed text of a known token can end in two letters.
const fn ends_prefix(first: u8, last: u8) -> bool {
    matches!(
        (first, last),
        (b'h', b'p' | b'o' | b'u' | b's' | b'r')
            | (b'u', b'b')
            | (b's' | b'r', b'k')
            | (b'p', b'm' | b'p')
            | (b'x', b'a' | b'b' | b'e' | b'p' | b'r' | b's')
            | (b'a', b't')
    )
}

fn look(bytes: &[u8], at: usize, trigger: Trigger) -> Option<Secret> {
    match trigger {
        Trigger::Nothing => None,
        Trigger::Separator => after_separator(bytes, at),
        Trigger::Digit => cards::at_digits(bytes, at),
        Trigger::Shape => shapes::around(bytes, at),
        Trigger::Dash => after_dash(bytes, at),
        Trigger::Tag => in_tag(bytes, at),
        Trigger::Quote => identified_by(bytes, at),
        Trigger::WideColon => after_wide_colon(bytes, at),
    }
}

/// Looks at `key = value` and at `scheme://user:password@host`, around the sign at `at`.
fn after_separator(bytes: &[u8], at: usize) -> Option<Secret> {
    let rest = &bytes[at + 1..];
    if bytes[at] == b':' && rest.starts_with(b"//") {
        return shapes::in_url(bytes, at + 3);
    }
    let key = keys::before(bytes, at);
    let (rule, care) = keys::rule(key)?;
    let mut value = values::after(bytes, at)?;
    if rule == SecretRule::Password && is_in_connection_string(&bytes[..at], key) {
        value = values::up_to_semicolon(bytes, value);
    }
    judged(bytes, &value, rule, care)
}

/// Reports whether a key stands behind a semicolon, as in `Server=db;Password=two words;Encrypt=true`.
fn is_in_connection_string(before: &[u8], key: &[u8]) -> bool {
    before.strip_suffix(key).is_some_and(|before| before.trim_ascii_end().last() == Some(&b';'))
}

fn after_wide_colon(bytes: &[u8], at: usize) -> Option<Secret> {
    if !bytes[at..].starts_with("：".as_bytes()) {
        return None;
    }
    let (rule, care) = keys::rule(keys::before(bytes, at))?;
    let value = values::after(bytes, at + 2)?;
    judged(bytes, &value, rule, care)
}

/// Decides whether a value is the secret that its key lets expect.
fn judged(bytes: &[u8], value: &Value, rule: SecretRule, care: Care) -> Option<Secret> {
    match care {
        Care::Header => return values::credentials(bytes, value),
        Care::Cookies => return values::cookies(bytes, value),
        Care::Any | Care::Short | Care::Directory | Care::Named | Care::Strong | Care::Session => {}
    }
    let text = bytes.get(value.start..value.end)?;
    if !values::is_secret(text, value, care) {
        return None;
    }
    let rule = shapes::of_value(text).unwrap_or(rule);
    Some(Secret { start: value.start, end: value.end, rule })
}

/// Looks at `-----BEGIN … PRIVATE KEY-----`, `--password value`, `curl -u user:password` and tokens with a dash.
fn after_dash(bytes: &[u8], at: usize) -> Option<Secret> {
    let rest = &bytes[at + 1..];
    if rest.starts_with(b"----BEGIN ") {
        return shapes::private_key(bytes, at);
    }
    let before = if at == 0 { b' ' } else { bytes[at - 1] };
    let opens = matches!(before, b' ' | b'"' | b'\'' | b'\t' | b'=');
    match rest.first()? {
        b'-' if opens => after_option(bytes, at + 2),
        b'u' if opens && rest.get(1) == Some(&b' ') => after_curl_user(bytes, at + 3),
        _ if before.is_ascii_alphabetic() => shapes::around(bytes, at),
        _ => None,
    }
}

fn after_option(bytes: &[u8], start: usize) -> Option<Secret> {
    let len =
        bytes[start..].iter().take_while(|&&b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_').count();
    let end = start + len;
    if bytes.get(end) != Some(&b' ') || bytes.get(end + 1) == Some(&b'-') {
        return None;
    }
    let (rule, care) = keys::rule(&bytes[start..end])?;
    let mut value = values::after(bytes, end)?;
    // An option's value is no prose, whatever follows it.
    (value.spaced, value.continues) = (false, false);
    judged(bytes, &value, rule, if care == Care::Strong { Care::Named } else { care })
}

fn after_curl_user(bytes: &[u8], start: usize) -> Option<Secret> {
    let before = &bytes[start.saturating_sub(MOST_LOOKED_AT)..start];
    before.windows(4).any(|w| w == b"curl").then_some(())?;
    let value = values::after(bytes, start - 1)?;
    let colon = bytes[value.start..value.end].iter().position(|&b| b == b':')?;
    let start = value.start + colon + 1;
    let secret = &bytes[start..value.end];
    (!values::is_placeholder(secret)).then_some(Secret { start, end: value.end, rule: SecretRule::Password })
}

/// Looks at `<password>value</password>`.
fn in_tag(bytes: &[u8], at: usize) -> Option<Secret> {
    let name = &bytes[at + 1..];
    let len =
        name.iter().take(64).take_while(|&&b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b)).count();
    if len == 0 || name.get(len) != Some(&b'>') {
        return None;
    }
    let (rule, care) = keys::rule(&name[..len])?;
    let start = at + len + 2;
    let end = start + bytes[start..].iter().take(MOST_LOOKED_AT).position(|&b| b == b'<')?;
    judged(bytes, &Value { start, end, quoted: true, spaced: false, continues: false }, rule, care)
}

/// Looks at `IDENTIFIED BY 'password'`.
fn identified_by(bytes: &[u8], at: usize) -> Option<Secret> {
    const WORDS: &[u8] = b"identified by ";
    let before = bytes.get(at.checked_sub(WORDS.len())?..at)?;
    if !before.eq_ignore_ascii_case(WORDS) {
        return None;
    }
    let start = at + 1;
    let end = start + bytes[start..].iter().take(MOST_LOOKED_AT).position(|&b| b == b'\'')?;
    let secret = &bytes[start..end];
    (!values::is_placeholder(secret)).then_some(Secret { start, end, rule: SecretRule::Password })
}
