//! What a parameter is: from the characters of its values and the words around it.

use super::ParameterKind;
use crate::logs::tokenize::Traits;

/// What certain traits say at once, the strongest first.
const CERTAIN: [(Traits, ParameterKind); 9] = [
    (Traits::URL, ParameterKind::Url),
    (Traits::PATH, ParameterKind::Path),
    (Traits::UUID, ParameterKind::Id),
    (Traits::HOST, ParameterKind::Host),
    (Traits::ADDRESS, ParameterKind::Address),
    (Traits::QUAD, ParameterKind::Address),
    (Traits::TIME, ParameterKind::Time),
    (Traits::USER, ParameterKind::User),
    (Traits::FLAG, ParameterKind::Flag),
];

/// Returns what a parameter is, from its values and the pattern before and after it.
pub(super) fn kind_of(seen: Traits, before: &[u8], after: &[u8]) -> ParameterKind {
    if seen.meets(Traits::WORD) {
        return kind_of_words(seen, before);
    }
    CERTAIN
        .iter()
        .find(|(one, _)| seen.meets(*one))
        .map_or_else(|| kind_of_number(seen, before, after), |(_, kind)| *kind)
}

fn kind_of_words(seen: Traits, before: &[u8]) -> ParameterKind {
    match last_word(before).as_str() {
        "user" | "username" | "login" | "account" | "ruser" | "owner" => ParameterKind::User,
        "host" | "rhost" | "hostname" | "node" => ParameterKind::Host,
        _ if seen.meets(Traits::USER) => ParameterKind::User,
        _ if seen.meets(Traits::HOST.with(Traits::QUAD).with(Traits::ADDRESS)) => ParameterKind::Host,
        _ => ParameterKind::Text,
    }
}

fn kind_of_number(seen: Traits, before: &[u8], after: &[u8]) -> ParameterKind {
    let signs = Traits::DOT.with(Traits::COLON).with(Traits::DASH).with(Traits::SLASH).with(Traits::LIST);
    let letters = Traits::LETTER.with(Traits::OTHER).with(Traits::PREFIX);
    let only_digits = !seen.meets(letters.with(Traits::HEX).with(Traits::DURATION).with(Traits::BYTES));
    if seen.contains(Traits::PREFIX.with(Traits::DOT))
        || (only_digits && seen.contains(Traits::DOT.with(Traits::DASH)))
    {
        ParameterKind::Version
    } else if only_digits && seen.meets(Traits::COLON) {
        ParameterKind::Time
    } else if only_digits {
        kind_of_plain(before, after)
    } else if seen.meets(letters) {
        ParameterKind::Id
    } else if seen.meets(Traits::DURATION) && !seen.meets(Traits::BYTES.with(Traits::HEX)) {
        ParameterKind::Duration
    } else if seen.meets(Traits::BYTES) && !seen.meets(Traits::DURATION.with(Traits::HEX)) {
        ParameterKind::Bytes
    } else if seen.meets(Traits::HEX) && !seen.meets(signs) {
        ParameterKind::Hex
    } else {
        ParameterKind::Id
    }
}

/// Returns what a plain number is, by the unit behind it or the name before it.
fn kind_of_plain(before: &[u8], after: &[u8]) -> ParameterKind {
    if after.first() == Some(&b'%') {
        return ParameterKind::Percent;
    }
    let unit = first_word(after);
    match unit.as_str() {
        "ns" | "us" | "ms" | "s" | "sec" | "secs" | "second" | "seconds" | "millis" | "milliseconds"
        | "msec" | "msecs" | "microseconds" | "minutes" | "hours" | "days" => ParameterKind::Duration,
        "b" | "byte" | "bytes" | "kb" | "mb" | "gb" | "tb" | "kib" | "mib" | "gib" => ParameterKind::Bytes,
        "percent" => ParameterKind::Percent,
        _ => match last_word(before).as_str() {
            "port" => ParameterKind::Port,
            "pid" | "uid" | "gid" | "tid" | "id" => ParameterKind::Id,
            _ => ParameterKind::Number,
        },
    }
}

/// Returns the word right behind a blank, in small letters.
fn first_word(after: &[u8]) -> String {
    let word = after.strip_prefix(b" ").unwrap_or_default();
    let end = word.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(word.len());
    small(&word[..end])
}

/// Returns the last word before a place, in small letters.
pub(in crate::logs) fn last_word(before: &[u8]) -> String {
    let end = before.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |at| at + 1);
    let begin = before[..end].iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    small(&before[begin..end])
}

fn small(word: &[u8]) -> String {
    word.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}
