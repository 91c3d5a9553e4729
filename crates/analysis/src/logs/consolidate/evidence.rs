//! Whether the units at one place vary, or are words with a meaning of their own.

use super::look::Look;
use super::units::{Unit, UnitKind, Units};

/// A place in rows that are equal everywhere else.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// The codes of one of the rows.
    pub(super) row: &'a [u32],
    pub(super) column: usize,
    /// What stands there in each row.
    pub(super) values: &'a [u32],
}

/// How many different words in brackets make a parameter.
const FEW: usize = 3;
/// How many different plain words make a parameter, and how many when they begin the line: a first word says most of
/// what a line is about. On nine public sets, values from 4 to 7 and from 8 to 12 change no mean by more than 0.006.
const MANY: usize = 5;
const MANY_FIRST: usize = 12;
/// How many different words make a parameter even though each could be a state.
const VERY_MANY: usize = 12;

/// Reports whether what stands at a place is a parameter.
pub(super) fn varies(place: &Place<'_>, units: &Units) -> bool {
    let context = words_beside(place.row, place.column, units);
    if context == 0 {
        return false;
    }
    let words: Vec<&Unit> = place
        .values
        .iter()
        .map(|code| units.get(*code))
        .filter(|unit| !matches!(unit.kind, UnitKind::Open | UnitKind::Empty))
        .collect();
    let distinct = place.values.len();
    let count = |wanted: &[Look]| words.iter().filter(|unit| wanted.contains(&unit.look)).count();
    let meaningful = count(&[Look::Ordinary, Look::Capitals, Look::Program]);
    let value_like = is_value_place(place.row, place.column, units);
    if words.len() < distinct {
        return meaningful < words.len() || words.is_empty() || value_like || distinct >= MANY;
    }
    if is_key_of_name(place.row, place.column, units) || (value_like && meaningful < words.len()) {
        return true;
    }
    if meaningful * 2 >= words.len() {
        return distinct >= VERY_MANY && context >= 2 && meaningful < words.len();
    }
    if count(&[Look::Name, Look::Numbered]) == words.len() || words.iter().all(|unit| unit.seen_as_value) {
        return true;
    }
    if differ_in_digits(place, &words) || have_one_ending(&words) {
        return true;
    }
    let numbered = words.iter().all(|unit| unit.text.iter().any(u8::is_ascii_digit));
    if in_brackets(place.row, place.column, units) && (distinct >= FEW || numbered) {
        return true;
    }
    distinct >= if place.column == 0 { MANY_FIRST } else { MANY } && context >= 2
}

/// Reports whether a unit is likely a parameter by itself, so that several such units may differ at once.
pub(super) fn is_suspect(row: &[u32], column: usize, units: &Units) -> bool {
    let unit = units.get(row[column]);
    match unit.kind {
        UnitKind::Open | UnitKind::Empty => true,
        UnitKind::Sign | UnitKind::Run | UnitKind::Marks => false,
        UnitKind::Words | UnitKind::Mixed => match unit.look {
            Look::Ordinary | Look::Capitals | Look::Program => is_key_of_name(row, column, units),
            Look::Name | Look::Numbered => true,
            Look::Plain => is_value_place(row, column, units),
        },
    }
}

/// Reports whether a unit is the name of a person or machine although only one was seen (`user=alice`, `for user alice`).
pub(super) fn is_surely_a_name(row: &[u32], column: usize, units: &Units) -> bool {
    let unit = units.get(row[column]);
    if unit.kind != UnitKind::Words {
        return false;
    }
    let word = |back: usize| text_at(row, column.checked_sub(back), units).to_ascii_lowercase();
    let key = matches!(&word(2)[..], b"user" | b"username" | b"ruser" | b"rhost" | b"host" | b"hostname");
    if word(1) == b"=" {
        return key;
    }
    let of_user = word(2) == b"user" && matches!(&word(4)[..], b"for" | b"of" | b"by");
    of_user
        && word(1) == b" "
        && word(3) == b" "
        && matches!(unit.look, Look::Plain | Look::Name | Look::Numbered)
}

/// Returns how many units with words a row has beside one.
pub(super) fn words_beside(row: &[u32], column: usize, units: &Units) -> usize {
    let is_word = |code: &u32| matches!(units.get(*code).kind, UnitKind::Words | UnitKind::Mixed);
    row.iter().enumerate().filter(|(at, code)| *at != column && is_word(code)).count()
}

/// Reports whether what stands around a unit says that it is a value: a key, quotes, a noun.
fn is_value_place(row: &[u32], column: usize, units: &Units) -> bool {
    is_keyed(row, column, units) || is_quoted(row, column, units) || is_named(row, column, units)
}

/// Reports whether a key or quotes and a noun before a unit say that it is a name, whatever it looks like
/// (`user=info`, `plugin 'CSV'`, `tag="MAIN"`).
fn is_key_of_name(row: &[u32], column: usize, units: &Units) -> bool {
    let quoted = is_quoted(row, column, units);
    let keyed = text_at(row, column.checked_sub(1), units) == b"=";
    let quoted_behind_key = quoted && text_at(row, column.checked_sub(2), units) == b"=";
    quoted_behind_key || ((keyed || quoted) && is_named(row, column, units))
}

/// Reports whether words are the same but for their digits, or all end with digits.
fn differ_in_digits(place: &Place<'_>, words: &[&Unit]) -> bool {
    let without = |unit: &Unit| -> Vec<u8> {
        unit.text.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect()
    };
    let first = words.first().map(|unit| without(unit)).unwrap_or_default();
    let same = words.iter().all(|unit| without(unit) == first);
    let all = words.iter().all(|unit| unit.text.last().is_some_and(u8::is_ascii_digit));
    (same && place.column > 0) || (all && words.len() >= FEW)
}

/// Reports whether words are names with one ending, like files of a kind (`shop.service`, `mail.service`).
fn have_one_ending(words: &[&Unit]) -> bool {
    let ending =
        |unit: &Unit| unit.text.iter().rposition(|byte| *byte == b'.').map(|at| unit.text[at..].to_vec());
    let first = words.first().and_then(|unit| ending(unit)).filter(|ending| ending.len() > 2);
    first.is_some() && words.iter().all(|unit| ending(unit) == first)
}

/// Reports whether signs around a unit say that all of it is a value: a key before it, quotes around it.
pub(super) fn is_delimited(row: &[u32], column: usize, units: &Units) -> bool {
    is_keyed(row, column, units) || is_quoted(row, column, units)
}

/// Returns the text of a unit or sign; a blank outside the row.
fn text_at<'u>(row: &[u32], at: Option<usize>, units: &'u Units) -> &'u [u8] {
    at.and_then(|at| row.get(at)).map_or(b" ", |code| &units.get(*code).text)
}

/// Reports whether a unit is the value of a key: `key=value`, `key = value`, up to a sign that ends it.
fn is_keyed(row: &[u32], column: usize, units: &Units) -> bool {
    let near = column.checked_sub(1);
    let before = if text_at(row, near, units) == b" " { column.checked_sub(2) } else { near };
    let after = text_at(row, Some(column + 1), units);
    text_at(row, before, units) == b"="
        && matches!(after, b" " | b"," | b";" | b")" | b"]" | b"}" | b"&" | b"|" | b"." | b"\"" | b"'")
}

fn is_quoted(row: &[u32], column: usize, units: &Units) -> bool {
    let before = text_at(row, column.checked_sub(1), units);
    matches!(before, b"\"" | b"'") && text_at(row, Some(column + 1), units) == before
}

fn in_brackets(row: &[u32], column: usize, units: &Units) -> bool {
    let around = (text_at(row, column.checked_sub(1), units), text_at(row, Some(column + 1), units));
    matches!(around, (b"[", b"]") | (b"(", b")") | (b"{", b"}"))
}

/// Reports whether the word before a unit says that a name follows (`user alice`).
fn is_named(row: &[u32], column: usize, units: &Units) -> bool {
    let mut before = column;
    if text_at(row, Some(column + 1), units) == b"=" {
        return false;
    }
    while before > 0 {
        before -= 1;
        let unit = units.get(row[before]);
        match unit.kind {
            UnitKind::Sign if matches!(unit.text[..], [b' ' | b'=' | b':' | b'\'' | b'"']) => {}
            UnitKind::Words => {
                let is_value =
                    text_at(row, before.checked_sub(1), units) == b"=" || unit.look == Look::Capitals;
                return !is_value && NAMED.binary_search(&&unit.text.to_ascii_lowercase()[..]).is_ok();
            }
            UnitKind::Sign
            | UnitKind::Empty
            | UnitKind::Open
            | UnitKind::Run
            | UnitKind::Mixed
            | UnitKind::Marks => return false,
        }
    }
    false
}

/// Words after which the name of one of many follows, in order.
const NAMED: &[&[u8]] = &[
    b"account",
    b"agent",
    b"bucket",
    b"client",
    b"cluster",
    b"column",
    b"constraint",
    b"consumer",
    b"container",
    b"database",
    b"db",
    b"group",
    b"host",
    b"hostname",
    b"image",
    b"login",
    b"logname",
    b"member",
    b"namespace",
    b"node",
    b"nodename",
    b"package",
    b"partition",
    b"peer",
    b"plugin",
    b"pod",
    b"pool",
    b"process",
    b"project",
    b"queue",
    b"relation",
    b"rhost",
    b"role",
    b"ruser",
    b"schema",
    b"server",
    b"service",
    b"table",
    b"tenant",
    b"topic",
    b"user",
    b"username",
    b"users",
    b"volume",
    b"worker",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nouns_are_in_order() {
        assert!(NAMED.is_sorted_by(|a, b| a < b));
    }
}
