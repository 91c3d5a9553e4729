//! Terms: what the learned model sees of a line — words, pairs of neighbours, and the openings of long words.

use super::rules::{Match, Rules, Verdict};
use super::words::{Word, kinds};

/// A term of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Its number; the same text has the same number everywhere.
    pub(super) number: u32,
    /// The position of its first word.
    pub(super) first: usize,
    /// The position of its last word.
    pub(super) last: usize,
}

const WORD: u64 = 11;
const PAIR: u64 = 13;
const OPENING: u64 = 17;
const QUIET: u64 = 19;

/// Folds two numbers and a kind into 32 bits.
fn fold(a: u64, b: u64, kind: u64) -> u32 {
    let mixed = (a ^ b.rotate_left(29) ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_mul(0xff51_afd7_ed55_8ccd);
    let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    u32::try_from(mixed >> 32).unwrap_or(u32::MAX)
}

/// Returns the words, as bits, that a rule says are not meant as they sound.
pub(super) fn quiet_words(rules: &Rules, matches: &[Match]) -> u128 {
    matches
        .iter()
        .filter(|m| matches!(rules.rule(m.rule).verdict, Verdict::Benign | Verdict::Silent))
        .fold(0, |bits, m| bits | m.words)
}

/// Collects the terms of a line, each once; `quiet` words become terms of their own kind.
pub(super) fn collect(words: &[Word], quiet: u128, into: &mut Vec<Term>) {
    into.clear();
    for (i, word) in words.iter().enumerate() {
        let is_quiet =
            u32::try_from(i).ok().and_then(|i| quiet.checked_shr(i)).is_some_and(|bits| bits & 1 == 1);
        let kind = if is_quiet { QUIET } else { WORD };
        let is_letter = word.end - word.start < 2;
        let is_word = !is_letter && !matches!(word.stem, kinds::NUMBER | kinds::ADDRESS | kinds::NAME);
        if is_word {
            into.push(Term { number: fold(word.stem, 0, kind), first: i, last: i });
        }
        if is_word && word.opening != 0 && !is_quiet {
            into.push(Term { number: fold(word.opening, 0, OPENING), first: i, last: i });
        }
        let next = words.get(i + 1).filter(|n| is_word || (!is_letter && !is_plain_kind(n)));
        if let Some(next) = next {
            let next_number = if next.stem == kinds::NUMBER { next.plain } else { next.stem };
            let number = if is_word { word.stem } else { word.plain };
            into.push(Term { number: fold(number, next_number, PAIR), first: i, last: i + 1 });
        }
    }
    into.sort_by_key(|t| (t.number, t.first));
    into.dedup_by_key(|t| t.number);
}

/// Reports whether a word is a number, an address or a name, of which two in a row say nothing.
const fn is_plain_kind(word: &Word) -> bool {
    matches!(word.stem, kinds::NUMBER | kinds::ADDRESS | kinds::NAME)
}

/// Returns by what the weights of a line's terms are multiplied: long lines say more, but not in proportion.
pub(super) fn norm(terms: usize) -> f64 {
    3.0 / (terms.max(4) as f64).sqrt()
}
