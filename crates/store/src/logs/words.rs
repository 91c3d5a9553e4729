//! Words of a text as the index stores them: cut by `wardroom_core::log_query`, each a number.

use wardroom_core::log_query::each_word;

/// A word as the index stores it: a number that depends on every letter.
pub(crate) type Term = u64;

/// What tells exact values of a column from words: no text contains it.
const COLUMN: u8 = 0xff;

/// Reports whether a byte of an ASCII text belongs to a word.
pub(crate) const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns a text in lower case, character by character, as questions compare texts.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Calls `f` with the term of each word of a text.
pub(crate) fn each_term(text: &str, f: &mut impl FnMut(Term)) {
    if !text.is_ascii() {
        each_word(text, &mut |word| f(term_of(word)));
        return;
    }
    let mut state = Hash::new();
    let mut is_open = false;
    for byte in text.bytes() {
        if is_word_byte(byte) {
            state.add(byte.to_ascii_lowercase());
            is_open = true;
        } else if is_open {
            f(state.finish());
            state = Hash::new();
            is_open = false;
        }
    }
    if is_open {
        f(state.finish());
    }
}

/// Calls `f` with the term of every three numbers that are joined by dots, as in addresses and versions.
///
/// The words of an address are in nearly every block; three of them together are rare. A text that contains another
/// one at the bounds of words contains its triples too.
pub(crate) fn each_dotted(text: &str, f: &mut impl FnMut(Term)) {
    let bytes = text.as_bytes();
    // Where the last two numbers of the run begin.
    let mut before: [Option<usize>; 2] = [None, None];
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            before = if bytes[at] == b'.' { before } else { [None, None] };
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        let is_inside = |byte: Option<&u8>| byte.is_some_and(|byte| is_word_byte(*byte));
        if is_inside(bytes.get(at)) || is_inside(start.checked_sub(1).and_then(|at| bytes.get(at))) {
            before = [None, None];
            continue;
        }
        // Two dots in a row join nothing.
        if !(start > 0 && bytes[start - 1] == b'.') || (start > 1 && bytes[start - 2] == b'.') {
            before = [None, None];
        }
        if let Some(first) = before[0] {
            f(term_of(&text[first..at]));
        }
        before = [before[1], Some(start)];
    }
}

/// Returns the term of one folded word.
pub(crate) fn term_of(word: &str) -> Term {
    let mut state = Hash::new();
    word.bytes().for_each(|byte| state.add(byte));
    state.finish()
}

/// Returns the term of an exact value of a column, which no word has.
pub(crate) fn term_of_value(column: u8, value: &[u8]) -> Term {
    let mut state = Hash::new();
    state.add(COLUMN);
    state.add(column);
    for byte in value {
        state.add(*byte);
    }
    state.finish()
}

/// FNV-1a (Fowler, Noll, Vo), and the finalizer of `SplitMix64` (Steele, Lea, Flood 2014) so that every bit of the
/// result depends on every byte.
struct Hash(u64);

impl Hash {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    const fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
    }

    const fn finish(&self) -> Term {
        let mut state = self.0;
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    }
}

/// Reports whether a folded text contains a folded word; where that is cheap to see, as a whole word.
pub(crate) fn contains_word(folded: &str, word: &str) -> bool {
    let bytes = folded.as_bytes();
    // Beside a character that is not ASCII the answer may be "yes" for a part of a word.
    let is_inside = |byte: Option<&u8>| byte.is_some_and(|byte| is_word_byte(*byte));
    folded.match_indices(word).any(|(at, found)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + found.len());
        let begins_inside = is_inside(before) && is_inside(word.as_bytes().first());
        let ends_inside = is_inside(after) && is_inside(word.as_bytes().last());
        !begins_inside && !ends_inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_for_ascii_gives_the_same_terms() {
        for text in ["GET /api/v1?user_id=7 ", "a", "", "--", "x-y_Z"] {
            let (mut short, mut long) = (Vec::new(), Vec::new());
            each_term(text, &mut |term| short.push(term));
            each_word(text, &mut |word: &str| long.push(term_of(word)));
            assert_eq!(short, long, "{text}");
        }
        assert_ne!(term_of("web"), term_of_value(b's', b"web"));
    }

    #[test]
    fn triples_are_three_numbers_joined_by_single_dots() {
        let triples = |text: &str| {
            let mut triples = Vec::new();
            each_dotted(text, &mut |term| triples.push(term));
            triples
        };
        let of = |all: &[&str]| all.iter().map(|text| term_of(text)).collect::<Vec<Term>>();

        assert_eq!(triples("from 10.1.7.200:5432"), of(&["10.1.7", "1.7.200"]));
        assert_eq!(triples("v1.2.3 2.4.5-rc1 1.2 0.5"), of(&["2.4.5"]));
        assert_eq!(triples("1..2.3 1.2. 3 值1.2.3"), of(&["1.2.3"]));
    }

    #[test]
    fn a_part_of_a_word_is_not_the_word() {
        assert!(contains_word("the pool is gone", "pool"));
        assert!(!contains_word("the spool is_gone", "pool"));
        assert!(contains_word("spool pool", "pool"));
        assert!(contains_word("连a", "连"));
        assert!(contains_word("连a", "a"));
    }
}
