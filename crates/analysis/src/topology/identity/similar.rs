//! Names that differ by one slip of the keys.

/// Shorter names are too alike by chance.
const MIN_CHARS: usize = 5;
/// A word this short is rather another word than a slip (`db-m1`, `db-s1`).
const MIN_WORD: usize = 4;
/// A shorter number is rather another number.
const MIN_NUMBER: usize = 4;
/// A name whose slips this many others share says nothing.
const MAX_SHARED: usize = 12;

/// A slip of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    /// In a word: a letter or hyphen too many, too few or wrong, or two swapped.
    Letter,
    /// The same in a word of two or three letters; a digit too many or too few in or beside a long number, or two of
    /// it swapped; a Chinese character doubled, or two swapped. It may as well be another name.
    Doubtful,
}

/// Returns by which one slip two folded names differ; `None` when they are the same or differ by more.
///
/// Digits count things, so that a wrong digit is another thing, and so is any change of a short number; a single
/// letter and a character beyond ASCII is a word (`m1`, `s1`; `主`, `从`). None of these is taken for a slip.
///
/// Source: the optimal string alignment distance of 1; F. J. Damerau, *A technique for computer detection and
/// correction of spelling errors*, CACM 7 (1964) names these four slips as 80 % of all.
pub(super) fn slip(a: &str, b: &str) -> Option<Slip> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (long, short) = if a.len() < b.len() { (&b, &a) } else { (&a, &b) };
    if short.len() < MIN_CHARS || long.len() - short.len() > 1 || a == b {
        return None;
    }
    let head = long.iter().zip(short).take_while(|(x, y)| x == y).count();
    let tail = |from_long: usize, from_short: usize| long[from_long..] == short[from_short..];
    if long.len() > short.len() {
        let doubled = head > 0 && long[head] == long[head - 1];
        return if tail(head + 1, head) { surplus(long, head, doubled) } else { None };
    }
    if tail(head + 1, head + 1) {
        return wrong(long, head).zip(wrong(short, head)).map(|(x, y)| x.surer(y));
    }
    let swapped = head + 1 < long.len()
        && long[head] == short[head + 1]
        && long[head + 1] == short[head]
        && tail(head + 2, head + 2);
    if swapped { exchanged(long, head) } else { None }
}

impl Slip {
    fn surer(self, other: Self) -> Self {
        if self == other { self } else { Self::Doubtful }
    }
}

/// The length of the run of like characters around a place.
fn run(name: &[char], at: usize, is_part: fn(&char) -> bool) -> usize {
    let before = name[..at].iter().rev().take_while(|c| is_part(c)).count();
    let after = name[at..].iter().take_while(|c| is_part(c)).count();
    if after > 0 { before + after } else { 0 }
}

fn surplus(name: &[char], at: usize, doubled: bool) -> Option<Slip> {
    let is_number = |part: &[char]| part.len() >= MIN_NUMBER;
    // A digit too many in a long number, or in a short one when a long one beside it is the same.
    let digits = run(name, at, char::is_ascii_digit);
    let mut numbers = name.split(|c| !c.is_ascii_digit());
    let is_digit = digits > MIN_NUMBER || (digits > 0 && numbers.any(is_number));
    let is_doubtful = is_digit || (doubled && !name[at].is_ascii());
    wrong(name, at).or(is_doubtful.then_some(Slip::Doubtful))
}

fn wrong(name: &[char], at: usize) -> Option<Slip> {
    let letters = run(name, at, char::is_ascii_alphabetic);
    if name[at] == '-' || letters >= MIN_WORD {
        Some(Slip::Letter)
    } else {
        (letters >= 2).then_some(Slip::Doubtful)
    }
}

fn exchanged(name: &[char], at: usize) -> Option<Slip> {
    if let Some(slip) = wrong(name, at).zip(wrong(name, at + 1)).map(|(x, y)| x.surer(y)) {
        // Two letters of a short word swapped are still the letters of that word.
        let letters = run(name, at, char::is_ascii_alphabetic);
        return Some(if letters >= MIN_WORD - 1 { Slip::Letter } else { slip });
    }
    let digits = run(name, at, char::is_ascii_digit).min(run(name, at + 1, char::is_ascii_digit));
    let beyond = !name[at].is_ascii() && !name[at + 1].is_ascii();
    (digits >= MIN_NUMBER || beyond).then_some(Slip::Doubtful)
}

/// Returns the pairs of names that differ by a slip in their letters, as indices `(smaller, larger)`, sorted.
///
/// # Cost
///
/// Near linear: names that share a form with one character left out are compared, not all pairs.
pub(super) fn pairs(names: &[&str]) -> Vec<(u32, u32)> {
    let mut forms: Vec<(u64, u32)> = Vec::with_capacity(names.len() * 8);
    for (index, name) in (0_u32..).zip(names) {
        if name.chars().count() >= MIN_CHARS - 1 {
            forms.push((hash(name, name.len()), index));
            let left_out = name.char_indices().filter(|(_, c)| c.is_ascii_alphabetic() || *c == '-');
            forms.extend(left_out.map(|(at, _)| (hash(name, at), index)));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    let mut found: Vec<(u32, u32)> = Vec::new();
    for run in forms.chunk_by(|a, b| a.0 == b.0).filter(|run| (2..=MAX_SHARED).contains(&run.len())) {
        for (i, &(_, a)) in run.iter().enumerate() {
            found.extend(run[i + 1..].iter().map(|&(_, b)| (a, b)));
        }
    }
    found.sort_unstable();
    found.dedup();
    let name = |index: u32| usize::try_from(index).map_or("", |i| names[i]);
    found.retain(|&(a, b)| slip(name(a), name(b)) == Some(Slip::Letter));
    found
}

/// Returns a hash of a name without the character at byte `left_out`.
///
/// Source: FNV-1a, 64 bits; G. Fowler, L. C. Noll and K. Vo, *The FNV Non-Cryptographic Hash Algorithm*.
fn hash(name: &str, left_out: usize) -> u64 {
    let bytes = name.bytes().enumerate().filter(|&(at, _)| at != left_out);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, (_, byte)| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_in_a_word_is_similar() {
        for (a, b) in [
            ("checkout-api", "chekout-api"),
            ("checkout-api", "checkoout-api"),
            ("checkout-api", "checkput-api"),
            ("checkout-api", "chekcout-api"),
            ("checkout-api", "checkoutapi"),
            ("web-front-12", "wbe-front-12"),
        ] {
            assert_eq!([slip(a, b), slip(b, a)], [Some(Slip::Letter); 2], "{a} {b}");
        }
    }

    #[test]
    fn numbers_single_letters_and_chinese_words_are_no_slips() {
        for (a, b) in [
            ("web-front-12", "web-front-13"),
            ("web-front-12", "web-front-1"),
            ("web-front-12", "web-front-21"),
            ("orders-db-m1", "orders-db-s1"),
            ("orders-a", "orders-b"),
            ("支付数据库主", "支付数据库从"),
            ("checkout", "checkout"),
            ("abcd", "abcde"),
            ("checkout-api", "chekcuot-api"),
        ] {
            assert_eq!([slip(a, b), slip(b, a)], [None; 2], "{a} {b}");
        }
    }

    #[test]
    fn what_may_as_well_be_another_name_is_a_doubtful_slip() {
        for (a, b) in [
            ("web-00153", "web-001534"),
            ("web-00153", "web-0153"),
            ("web-00153", "web-00513"),
            ("web-fra1-00153", "web-fra11-00153"),
            ("web-ub1-12", "web-dub1-12"),
            ("web-fra-12", "web-fro-12"),
            ("支付数据库", "支付据数库"),
            ("支付数据库", "支付数据据库"),
        ] {
            assert_eq!([slip(a, b), slip(b, a)], [Some(Slip::Doubtful); 2], "{a} {b}");
        }
        for (a, b) in [("web-00153", "web-00154"), ("web-12", "web-112"), ("支付数据库", "支付数据库从")]
        {
            assert_eq!([slip(a, b), slip(b, a)], [None; 2], "{a} {b}");
        }
    }

    #[test]
    fn similar_pairs_are_those_that_comparing_all_with_all_finds() {
        let stems = ["checkout", "chekout", "checkuot", "payment", "paymant", "paymnt", "basket", "baskets"];
        let names: Vec<String> =
            stems.iter().flat_map(|stem| (1..=4).map(move |n| format!("{stem}-{n:02}"))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut all = Vec::new();
        for a in 0..names.len() {
            for b in a + 1..names.len() {
                if slip(names[a], names[b]) == Some(Slip::Letter) {
                    all.push((u32::try_from(a).unwrap(), u32::try_from(b).unwrap()));
                }
            }
        }

        let found = pairs(&names);

        assert_eq!(found, all);
        assert!(!found.is_empty());
    }
}
