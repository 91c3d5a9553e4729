//! Expert rules: phrases with a class and a weight, kept as a table in `assets/models/faults/rules.tsv`.
//!
//! A phrase is a row of words, each compared by its stem:
//!
//! | written | stands for |
//! |---|---|
//! | `refused` | any form of the word (refuse, refused, refusing) |
//! | `=down` `=404` | the word, or the whole number, exactly as written |
//! | `disk\|drive` | one of these words |
//! | `#` `#0` `#1` | a number; the number 0; any other number |
//! | `@` `/` | a network address; a path, URL or dotted name |
//! | `..` `...` | up to three, up to ten words of any kind |
//! | `^` `$` | the beginning of the line, its end |
//!
//! Of two matches, the one whose words all belong to a longer one of its kind does not count, and what is denied hides
//! what it denies: "no error" hides "error".

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::words::{Word, digits_of, kinds, plain_of, stem_of};

/// The shipped table.
const TABLE: &str = include_str!("../../../../../assets/models/faults/rules.tsv");

/// How many words `..` may stand for.
const NEAR: u8 = 3;

/// How many words `...` may stand for.
const FAR: u8 = 10;

/// What a rule says about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The line tells of a fault of this class (an index into [`super::CLASSES`], 1 to 4).
    Fault(usize),
    /// Something is wrong; of which kind is said by other words.
    Sign,
    /// The line speaks of things of this class, which counts where something is wrong.
    Topic(usize),
    /// All is well.
    Benign,
    /// What the words seem to say is not said (a word of a name): the match only hides shorter ones.
    Silent,
}

/// One rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Its name, which evidence cites.
    pub(super) name: String,
    /// What it says.
    pub(super) verdict: Verdict,
    /// How strongly, as the logarithm of odds.
    pub(super) weight: f64,
    steps: Vec<Step>,
    is_at_start: bool,
    is_at_end: bool,
}

#[derive(Clone, Debug)]
enum Step {
    /// One of these words, sorted.
    Word(Vec<u64>),
    /// Up to so many words of any kind.
    Gap(u8),
}

/// A place where a rule matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    /// The position of the rule in the table.
    pub(super) rule: usize,
    /// The words that its own words stand on, as bits.
    pub(super) words: u128,
    /// The position of its first word.
    pub(super) first: usize,
    /// The position of its last word.
    pub(super) last: usize,
}

/// Positions of rules by the number of their first word.
type ByWord = HashMap<u64, Vec<u32>, BuildHasherDefault<AsItIs>>;

/// Words are numbered by a hash already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A table of rules, ready to be matched.
#[derive(Debug)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    by_first: ByWord,
}

/// A line of the table that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadRule {
    /// Its number in the table, from 1.
    pub(super) line: usize,
}

impl Rules {
    /// Returns the shipped table.
    pub(super) fn shipped() -> &'static Self {
        static RULES: LazyLock<Rules> =
            LazyLock::new(|| Rules::read(TABLE).expect("the shipped table of rules is whole"));
        &RULES
    }

    /// Reads a table: `name<TAB>verdict<TAB>weight<TAB>phrase`, several phrases parted by ` ; `, `//` begins a comment.
    pub(super) fn read(table: &str) -> Result<Self, BadRule> {
        let mut rules = Vec::new();
        for (i, line) in table.lines().enumerate() {
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            read_rule(line, &mut rules).ok_or(BadRule { line: i + 1 })?;
        }
        let mut by_first = ByWord::default();
        for (at, rule) in (0_u32..).zip(&rules) {
            let Some(Step::Word(words)) = rule.steps.first() else { continue };
            for word in words {
                by_first.entry(*word).or_default().push(at);
            }
        }
        Ok(Self { rules, by_first })
    }

    /// Returns the rule at a position.
    pub(super) fn rule(&self, at: usize) -> &Rule {
        &self.rules[at]
    }

    /// Returns the number of phrases.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.rules.len()
    }

    /// Finds all rules that match and are not hidden by longer ones, in the order of their first words.
    pub(super) fn find(&self, words: &[Word], into: &mut Vec<Match>) {
        into.clear();
        for first in 0..words.len() {
            self.find_at(words, first, words[first].stem, into);
            self.find_at(words, first, words[first].plain, into);
            if words[first].stem == kinds::NUMBER {
                self.find_at(words, first, words[first].opening, into);
            }
        }
        hide_shorter(&self.rules, into);
    }

    fn find_at(&self, words: &[Word], first: usize, number: u64, into: &mut Vec<Match>) {
        let Some(candidates) = self.by_first.get(&number) else { return };
        for rule in candidates.iter().filter_map(|c| usize::try_from(*c).ok()) {
            let tried = &self.rules[rule];
            if tried.is_at_start && first > 0 {
                continue;
            }
            if let Some((bits, last)) = tried.matches(words, first, &tried.steps, 0) {
                into.push(Match { rule, words: bits, first, last });
            }
        }
    }
}

impl Rule {
    /// Matches the steps from a word on: the bits of the words matched and the position of the last.
    fn matches(&self, words: &[Word], at: usize, steps: &[Step], bits: u128) -> Option<(u128, usize)> {
        match steps {
            [] => (!self.is_at_end || at >= words.len()).then(|| (bits, at.saturating_sub(1))),
            [Step::Word(any), rest @ ..] => {
                let word = words.get(at)?;
                if !any.contains(&word.stem) && !any.contains(&word.plain) && !any.contains(&word.opening) {
                    return None;
                }
                self.matches(words, at + 1, rest, bits | 1_u128.checked_shl(u32::try_from(at).ok()?)?)
            }
            [Step::Gap(length), rest @ ..] => {
                (0..=usize::from(*length)).find_map(|skip| self.matches(words, at + skip, rest, bits))
            }
        }
    }
}

/// Drops matches whose words all belong to a match that is longer (or as long and earlier in the table), where that one
/// says the same, denies it, or is more definite than a topic.
fn hide_shorter(rules: &[Rule], matches: &mut Vec<Match>) {
    matches.sort_by_key(|m| (u32::MAX - m.words.count_ones(), m.first, m.rule));
    let mut kept: Vec<Match> = Vec::with_capacity(matches.len());
    for found in matches.iter() {
        let own = rules[found.rule].verdict;
        let hides = |k: &&Match| k.words & found.words == found.words && hides(rules[k.rule].verdict, own);
        if kept.iter().find(hides).is_none() {
            kept.push(*found);
        }
    }
    kept.sort_by_key(|m| (m.first, m.rule));
    *matches = kept;
}

/// Reports whether a match of one kind hides a shorter one of another kind inside it. A sign of trouble stays beside the
/// fault that it belongs to: "connection refused" tells of a fault and of a refusal.
fn hides(longer: Verdict, shorter: Verdict) -> bool {
    match (longer, shorter) {
        (Verdict::Benign | Verdict::Silent, _)
        | (_, Verdict::Topic(_) | Verdict::Benign | Verdict::Silent)
        | (Verdict::Sign, Verdict::Sign) => true,
        (Verdict::Fault(a), Verdict::Fault(b)) => a == b,
        (Verdict::Topic(_), _) | (Verdict::Fault(_), Verdict::Sign) | (Verdict::Sign, Verdict::Fault(_)) => {
            false
        }
    }
}

fn read_rule(line: &str, rules: &mut Vec<Rule>) -> Option<()> {
    let mut fields = line.split('\t');
    let name = fields.next()?;
    let verdict = read_verdict(fields.next()?)?;
    let weight: f64 = fields.next()?.parse().ok()?;
    for phrase in fields.next()?.split(" ; ") {
        rules.push(read_phrase(name, verdict, weight, phrase)?);
    }
    Some(())
}

fn read_verdict(word: &str) -> Option<Verdict> {
    Some(match word {
        "hardware" => Verdict::Fault(1),
        "application" => Verdict::Fault(2),
        "network" => Verdict::Fault(3),
        "security" => Verdict::Fault(4),
        "sign" => Verdict::Sign,
        "benign" => Verdict::Benign,
        "silent" => Verdict::Silent,
        "about-hardware" => Verdict::Topic(1),
        "about-application" => Verdict::Topic(2),
        "about-network" => Verdict::Topic(3),
        "about-security" => Verdict::Topic(4),
        _ => return None,
    })
}

fn read_phrase(name: &str, verdict: Verdict, weight: f64, phrase: &str) -> Option<Rule> {
    let mut rule = Rule {
        name: name.to_owned(),
        verdict,
        weight,

        steps: Vec::new(),
        is_at_start: false,
        is_at_end: false,
    };
    for word in phrase.split_whitespace() {
        match word {
            "^" => rule.is_at_start = true,
            "$" => rule.is_at_end = true,
            ".." => rule.steps.push(Step::Gap(NEAR)),
            "..." => rule.steps.push(Step::Gap(FAR)),
            _ => rule.steps.push(Step::Word(read_words(word)?)),
        }
    }
    matches!(rule.steps.first(), Some(Step::Word(_))).then_some(rule)
}

fn read_words(choice: &str) -> Option<Vec<u64>> {
    let mut numbers = Vec::new();
    for word in choice.split('|') {
        let number = match word.strip_prefix('=') {
            Some(exact) if exact.bytes().all(|b| b.is_ascii_digit()) && exact.len() <= 4 => {
                digits_of(exact.as_bytes())
            }
            Some(exact) if exact.bytes().all(|b| b.is_ascii_lowercase()) => plain_of(exact),
            Some(_) => return None,
            None if word == "#0" || word == "#1" => plain_of(word),
            // The words of a line are letters only: anything else could never match.
            None if matches!(word, "#" | "@" | "/") => stem_of(word),
            None if word.is_empty() || !word.bytes().all(|b| b.is_ascii_lowercase()) => return None,
            None => stem_of(word),
        };
        numbers.push(number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::super::words::read;
    use super::*;

    fn names(table: &str, line: &str) -> Vec<String> {
        let rules = Rules::read(table).unwrap();
        let (mut words, mut found) = (Vec::new(), Vec::new());
        read(line, &mut words);
        rules.find(&words, &mut found);
        found.iter().map(|m| rules.rule(m.rule).name.clone()).collect()
    }

    #[test]
    fn the_shipped_table_is_read() {
        assert!(Rules::shipped().len() > 400);
    }

    #[test]
    fn a_phrase_matches_any_form_of_its_words() {
        let table = "refused\tnetwork\t4\tconnection refused";

        assert_eq!(names(table, "peer refused; Connection refused (111)"), ["refused"]);
        assert!(names(table, "connection was refused").is_empty());
    }

    #[test]
    fn a_longer_match_hides_the_shorter_ones_inside() {
        let table = "error\tsign\t2\terror\nnone\tbenign\t3\tno error";

        assert_eq!(names(table, "no errors found"), ["none"]);
        assert_eq!(names(table, "no errors found, then an error"), ["none", "error"]);
    }

    #[test]
    fn gaps_anchors_and_numbers_are_understood() {
        assert_eq!(names("a\tbenign\t1\tfailed .. #0", "failed jobs total: 0"), ["a"]);
        assert!(names("a\tbenign\t1\tfailed .. #0", "failed jobs total: 7").is_empty());
        assert_eq!(names("a\tbenign\t1\t^ done $", "done"), ["a"]);
        assert!(names("a\tbenign\t1\t^ done $", "done so far").is_empty());
        assert_eq!(names("a\tnetwork\t1\tto|from @ lost", "link to 10.0.0.1 lost"), ["a"]);
        assert!(names("a\tnetwork\t1\t=down", "downs").is_empty());
    }

    #[test]
    fn a_line_that_is_no_rule_is_refused_with_its_number() {
        assert_eq!(Rules::read("// words\na\tsign\tx\tb").unwrap_err(), BadRule { line: 2 });
        assert_eq!(Rules::read("a\tloud\t1\tb").unwrap_err(), BadRule { line: 1 });
        assert_eq!(Rules::read("a\tsign\t1\t.. b").unwrap_err(), BadRule { line: 1 });
    }
}
