//! Names that look the same and are different: letters of other scripts that are drawn like Latin ones.

use std::collections::BTreeMap;

use wardroom_core::name::composed;

use super::facts::index;
use super::grouping::MAX_SHARED;
use super::names;

/// Letters that are named at most.
const MOST_LETTERS: usize = 3;

/// Returns the Latin letter that a letter of another script looks like; others as they are.
///
/// Upper and lower case stand for themselves, because a Cyrillic `\u{412}` looks like a `B` and its small form like
/// nothing Latin.
///
/// # Source
///
/// Unicode Technical Standard #39 (Unicode Security Mechanisms), `confusables.txt`: the Cyrillic, Greek, Armenian and
/// phonetic letters whose prototype is one Latin letter, as far as common typefaces draw both alike.
const fn latin(c: char) -> char {
    match c {
        '\u{391}' | '\u{410}' => 'A',
        '\u{392}' | '\u{412}' => 'B',
        '\u{421}' => 'C',
        '\u{395}' | '\u{415}' => 'E',
        '\u{50c}' => 'G',
        '\u{397}' | '\u{41d}' => 'H',
        '\u{399}' | '\u{406}' | '\u{4c0}' => 'I',
        '\u{37f}' | '\u{408}' => 'J',
        '\u{39a}' | '\u{41a}' => 'K',
        '\u{39c}' | '\u{41c}' => 'M',
        '\u{39d}' => 'N',
        '\u{39f}' | '\u{41e}' | '\u{555}' => 'O',
        '\u{3a1}' | '\u{420}' => 'P',
        '\u{51a}' => 'Q',
        '\u{405}' => 'S',
        '\u{3a4}' | '\u{422}' => 'T',
        '\u{54d}' => 'U',
        '\u{474}' => 'V',
        '\u{51c}' => 'W',
        '\u{3a7}' | '\u{425}' => 'X',
        '\u{3a5}' | '\u{423}' | '\u{4ae}' => 'Y',
        '\u{396}' => 'Z',
        '\u{251}' | '\u{3b1}' | '\u{430}' => 'a',
        '\u{441}' => 'c',
        '\u{501}' => 'd',
        '\u{435}' => 'e',
        '\u{261}' | '\u{581}' => 'g',
        '\u{4bb}' | '\u{570}' => 'h',
        '\u{131}' | '\u{3b9}' | '\u{456}' => 'i',
        '\u{3f3}' | '\u{458}' => 'j',
        '\u{4cf}' => 'l',
        '\u{578}' => 'n',
        '\u{3bf}' | '\u{43e}' | '\u{585}' => 'o',
        '\u{3c1}' | '\u{440}' => 'p',
        '\u{51b}' | '\u{566}' => 'q',
        '\u{455}' => 's',
        '\u{3c5}' | '\u{57d}' => 'u',
        '\u{3bd}' | '\u{475}' => 'v',
        '\u{51d}' => 'w',
        '\u{445}' => 'x',
        '\u{443}' | '\u{4af}' => 'y',
        '\u{401}' => '\u{cb}',
        '\u{451}' => '\u{eb}',
        '\u{407}' => '\u{cf}',
        '\u{457}' => '\u{ef}',
        _ => c,
    }
}

/// Returns how a name looks: folded, with Latin letters for those that look like them. `None` where that is the folded
/// name itself.
pub(crate) fn look(name: &str, folded: &str) -> Option<String> {
    if folded.is_ascii() {
        return None;
    }
    Some(names::folded_as(name, latin)).filter(|look| look != folded)
}

/// Returns the code points of the letters in a name that look like Latin ones: `U+0430`.
pub(crate) fn codes(name: &str) -> String {
    listed(composed(name).chars().filter(|&c| latin(c) != c).map(code))
}

/// Returns the letters by which two names differ whose looks are the same: `\u{430} (U+0430) / a (U+0061)`.
pub(super) fn letters(a: &str, b: &str) -> String {
    let (of_a, of_b) = (names::folded(a), names::folded(b));
    let differing = of_a.chars().zip(of_b.chars()).filter(|(x, y)| x != y);
    listed(differing.map(|(x, y)| format!("{} / {}", spelled(a, x), spelled(b, y))))
}

/// Returns a letter of a folded name as the name has it, with its code point.
fn spelled(name: &str, folded: char) -> String {
    let letter = name.chars().find(|c| c.to_lowercase().eq([folded])).unwrap_or(folded);
    format!("{letter} ({})", code(letter))
}

fn code(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// Returns the first few of some texts, each once.
fn listed(texts: impl Iterator<Item = String>) -> String {
    let mut told: Vec<String> = Vec::new();
    for text in texts {
        if !told.contains(&text) {
            told.push(text);
        }
    }
    let is_cut = told.len() > MOST_LETTERS;
    told.truncate(MOST_LETTERS);
    let rest = if is_cut { ", …" } else { "" };
    told.join(", ") + rest
}

/// Returns the pairs of different names that look the same, as indices `(smaller, larger)`, sorted. Each name stands
/// beside its look.
///
/// # Cost
///
/// Near linear; none worth mentioning where no name has such a letter.
pub(super) fn pairs(names: &[(&str, &str)]) -> Vec<(u32, u32)> {
    let mut bearers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for &(_, look) in names.iter().filter(|(name, look)| name != look) {
        bearers.entry(look).or_default();
    }
    if bearers.is_empty() {
        return Vec::new();
    }
    for (place, &(_, look)) in (0_u32..).zip(names) {
        if let Some(alike) = bearers.get_mut(look) {
            alike.push(place);
        }
    }
    let name = |place: u32| names[index(place)].0;
    let mut found: Vec<(u32, u32)> = Vec::new();
    for alike in bearers.values().filter(|alike| alike.len() <= MAX_SHARED) {
        for (i, &a) in alike.iter().enumerate() {
            found.extend(alike[i + 1..].iter().filter(|&&b| name(a) != name(b)).map(|&b| (a, b)));
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_looks_like_a_latin_one_gives_the_same_look() {
        for (name, latin) in [
            ("web-\u{430}1", "web-a1"),
            ("DB-\u{412}1", "db-b1"),
            ("\u{441}\u{43e}re-router", "core-router"),
            ("\u{3bf}rders", "orders"),
            ("no\u{451}l", "no\u{eb}l"),
        ] {
            let folded = names::folded(name);
            assert_eq!(look(name, &folded).as_deref(), Some(latin), "{name}");
        }
        for name in ["web-a1", "caf\u{e9}", "支付数据库", "\u{433}\u{43b}\u{43f}"] {
            assert_eq!(look(name, &names::folded(name)), None, "{name}");
        }
    }

    #[test]
    fn only_different_names_of_one_look_are_pairs() {
        let names = [("web-a", "web-a"), ("web-\u{430}", "web-a"), ("web-b", "web-b"), ("web-a", "web-a")];

        assert_eq!(pairs(&names), [(0, 1), (1, 3)]);
        assert!(pairs(&names[2..]).is_empty());
    }

    #[test]
    fn the_letters_are_named_as_they_are_written_and_at_most_three() {
        assert_eq!(letters("web-\u{430}1", "WEB-A1"), "\u{430} (U+0430) / A (U+0041)");
        assert_eq!(letters("DB-\u{412}1", "db-b1"), "\u{412} (U+0412) / b (U+0062)");
        assert_eq!(codes("\u{441}\u{43e}\u{440}t-\u{430}"), "U+0441, U+043E, U+0440, …");
    }
}
