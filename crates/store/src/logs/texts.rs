//! A column of texts, taken apart so that it compresses well and can be searched without being put together.
//!
//! Runs of letters, digits and underscores with a digit in them are a text's variables; what stands around them is its
//! wording. Texts of one wording share it, and the first variables of all texts of a wording stand behind each other,
//! then the second ones; values that repeat stand there once ([`super::apart`]). A word of a question is then looked for
//! once in each wording, and compared with values only when it can be one.

use std::cell::{Cell, OnceCell};

use super::apart::{LEAST_TEXTS, MOST_KNOWN, VARIABLE, WHOLE, variables_of};
use super::bytes::Reader;
use super::frames::Opened;
use super::head::{Form, Head, may_be_variable};
use super::values::Stored;
use super::words::{contains_word, fold};
use crate::error::StoreError;

/// Single looks for a place among the texts of a wording after which the order of all texts is made: it costs about as
/// much as so many.
const LOOKS: u32 = 16;

/// A column of texts that was read: its wordings, and where its values stand. What only some questions need is made when
/// it is first asked for.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    wordings: Vec<Wording<'a>>,
    /// The variables of all wordings, one wording behind the other.
    slots: Vec<Slot<'a>>,
    ids: Vec<u16>,
    order: OnceCell<Order>,
    /// How often a place was looked for without the order.
    looked: Cell<u32>,
    values: Stored<'a>,
    /// Whether all values are ASCII.
    is_ascii: bool,
}

/// The texts by their wordings.
#[derive(Debug)]
struct Order {
    /// The position of each text among those of its wording.
    ranks: Vec<u16>,
    /// The texts of all wordings, one wording behind the other.
    members: Vec<u16>,
}

#[derive(Debug)]
struct Wording<'a> {
    text: &'a str,
    /// Its first member, and how many there are.
    first_member: usize,
    count: usize,
    /// Its variables among those of all wordings.
    slots: std::ops::Range<usize>,
    /// The values of all its variables.
    values: std::ops::Range<usize>,
}

/// One variable of a wording.
#[derive(Debug)]
struct Slot<'a> {
    first_value: usize,
    places: Places<'a>,
}

/// Which values the texts of a wording have.
#[derive(Debug)]
enum Places<'a> {
    /// Each text has its own, in order.
    Each,
    /// All texts have the only one.
    One,
    /// For each text, which of the values it has.
    Listed(&'a [u8]),
}

impl Slot<'_> {
    /// Returns the value of the text with a position among those of the wording.
    fn value_of(&self, rank: usize) -> usize {
        match self.places {
            Places::Each => self.first_value + rank,
            Places::One => self.first_value,
            Places::Listed(ids) => self.first_value + usize::from(ids[rank]),
        }
    }
}

impl<'a> Places<'a> {
    /// Reads the places of the values of so many texts, and how many values there are.
    fn read(reader: &mut Reader<'a>, texts: usize) -> Result<(Self, usize), StoreError> {
        let known = reader.length()?;
        if known < 2 {
            return Ok(if known == 0 { (Self::Each, texts) } else { (Self::One, 1) });
        }
        let ids = reader.take(texts)?;
        if known > MOST_KNOWN || usize::from(ids.iter().copied().fold(0, u8::max)) >= known {
            return Err(StoreError::damaged("an entry is not in its dictionary"));
        }
        Ok((Self::Listed(ids), known))
    }
}

/// Reads the variables of wordings whose texts are counted, and returns them with the number of all values.
fn read_slots<'a>(
    reader: &mut Reader<'a>,
    wordings: &mut [Wording<'a>],
    form: Form,
) -> Result<(Vec<Slot<'a>>, usize), StoreError> {
    let (mut slots, mut member, mut n_values) = (Vec::new(), 0, 0_usize);
    for wording in wordings {
        let (first_slot, before) = (slots.len(), n_values);
        for _ in 0..variables_of(wording.text) {
            let (places, n) = if form != Form::Each && wording.count >= LEAST_TEXTS {
                Places::read(reader, wording.count)?
            } else {
                (Places::Each, wording.count)
            };
            slots.push(Slot { first_value: n_values, places });
            n_values = n_values.saturating_add(n);
        }
        wording.first_member = member;
        member += wording.count;
        wording.slots = first_slot..slots.len();
        wording.values = before..n_values;
    }
    Ok((slots, n_values))
}

impl<'a> Texts<'a> {
    /// Reads what [`encode`](super::apart::encode) wrote of `n` texts, at most 65,536.
    pub(crate) fn read(opened: &mut Opened<'a>, n: usize) -> Result<Self, StoreError> {
        u16::try_from(n.saturating_sub(1)).map_err(StoreError::internal)?;
        let reader = &mut opened.heads;
        let Head { wordings, ids, form } = Head::read(reader, n)?;
        let apart = |text: &'a str| Wording { text, first_member: 0, count: 0, slots: 0..0, values: 0..0 };
        let mut wordings: Vec<Wording<'a>> = wordings.into_iter().map(apart).collect();
        if let [only] = wordings.as_mut_slice() {
            only.count = n;
        } else {
            for id in &ids {
                wordings[usize::from(*id)].count += 1;
            }
        }
        let (slots, n_values) = read_slots(reader, &mut wordings, form)?;
        let (values, is_ascii) = if form == Form::Apart {
            let is_ascii = reader.take(1)? == [1];
            let frame = opened.values.next().ok_or_else(|| StoreError::damaged("texts are cut off"))?;
            (Stored::apart(frame, n_values), is_ascii)
        } else {
            let values = Stored::inside(reader, n_values)?;
            let is_ascii = values.get()?.text.is_ascii();
            (values, is_ascii)
        };
        Ok(Self { wordings, slots, ids, order: OnceCell::new(), looked: Cell::new(0), values, is_ascii })
    }

    fn order(&self) -> &Order {
        self.order.get_or_init(|| {
            let mut next: Vec<usize> = self.wordings.iter().map(|wording| wording.first_member).collect();
            let mut order = Order { ranks: vec![0; self.ids.len()], members: vec![0; self.ids.len()] };
            for (text, id) in (0_u16..=u16::MAX).zip(&self.ids) {
                let wording = usize::from(*id);
                let place = next[wording];
                next[wording] += 1;
                order.members[place] = text;
                let rank = place - self.wordings[wording].first_member;
                order.ranks[usize::from(text)] = u16::try_from(rank).unwrap_or(u16::MAX);
            }
            order
        })
    }

    /// Returns the order when it is made, or when so much was looked for that making it pays.
    fn order_that_pays(&self) -> Option<&Order> {
        if self.order.get().is_none() && self.looked.get() < LOOKS {
            self.looked.set(self.looked.get() + 1);
            return None;
        }
        Some(self.order())
    }

    /// Returns the position of a text among those of its wording.
    fn rank(&self, text: usize) -> usize {
        if self.wordings.len() == 1 {
            return text;
        }
        if let Some(order) = self.order_that_pays() {
            return usize::from(order.ranks[text]);
        }
        let wording = self.ids[text];
        self.ids[..text].iter().filter(|id| **id == wording).count()
    }

    /// Returns the text that has a position among those of a wording.
    fn member(&self, wording: usize, rank: usize) -> usize {
        if self.wordings.len() == 1 {
            return rank;
        }
        if let Some(order) = self.order_that_pays() {
            return usize::from(order.members[self.wordings[wording].first_member + rank]);
        }
        let of_wording = self.ids.iter().enumerate().filter(|(_, id)| usize::from(**id) == wording);
        of_wording.map(|(text, _)| text).nth(rank).unwrap_or_default()
    }

    /// Appends a text.
    pub(crate) fn append_to(&self, text: usize, out: &mut String) -> Result<(), StoreError> {
        let wording = &self.wordings[usize::from(self.ids[text])];
        if wording.slots.is_empty() {
            out.push_str(wording.text);
            return Ok(());
        }
        let (rank, known) = (self.rank(text), self.values.get()?);
        let mut values = self.slots[wording.slots.clone()].iter().map(|slot| known.get(slot.value_of(rank)));
        if wording.text == WHOLE {
            values.for_each(|value| out.push_str(value));
            return Ok(());
        }
        for (position, piece) in wording.text.split(VARIABLE).enumerate() {
            if position > 0 {
                out.push_str(values.next().unwrap_or_default());
            }
            out.push_str(piece);
        }
        Ok(())
    }

    /// Calls `f` with each text that may contain a folded word; those that contain it are all among them. Values are
    /// unpacked only when the word may be one.
    pub(crate) fn with_word(&self, word: &str, f: &mut impl FnMut(usize)) -> Result<(), StoreError> {
        let may_be_value = !self.is_ascii || may_be_variable(word);
        let has_word = |wording: &Wording<'_>| contains_word(&fold(wording.text), word);
        let is_hit: Vec<bool> = self.wordings.iter().map(has_word).collect();
        self.of_wordings(&is_hit, f);
        for (at, wording) in self.wordings.iter().enumerate().filter(|(at, _)| !is_hit[*at]) {
            if wording.text == WHOLE || may_be_value {
                self.values_of(at, wording, word, f)?;
            }
        }
        Ok(())
    }

    /// Reports whether one text may contain a folded word, as [`Texts::with_word`] tells it of all.
    pub(crate) fn may_have(&self, text: usize, word: &str) -> Result<bool, StoreError> {
        let wording = &self.wordings[usize::from(self.ids[text])];
        if contains_word(&fold(wording.text), word) {
            return Ok(true);
        }
        let is_whole = wording.text == WHOLE;
        let may_be_value = is_whole || !self.is_ascii || may_be_variable(word);
        if wording.slots.is_empty() || !may_be_value {
            return Ok(false);
        }
        let (rank, known) = (self.rank(text), self.values.get()?);
        let slots = &self.slots[wording.slots.clone()];
        Ok(slots.iter().any(|slot| is_hit(known.get(slot.value_of(rank)), word, is_whole)))
    }

    /// Calls `f` with each text of some wordings.
    fn of_wordings(&self, is_hit: &[bool], f: &mut impl FnMut(usize)) {
        if is_hit.contains(&true) {
            let hits = self.ids.iter().enumerate().filter(|(_, id)| is_hit[usize::from(**id)]);
            hits.for_each(|(text, _)| f(text));
        }
    }

    /// Calls `f` with each text of a wording of which a value may be a folded word.
    fn values_of(
        &self,
        at: usize,
        wording: &Wording<'_>,
        word: &str,
        f: &mut impl FnMut(usize),
    ) -> Result<(), StoreError> {
        if wording.values.is_empty() {
            return Ok(());
        }
        let known = self.values.get()?;
        let is_whole = wording.text == WHOLE;
        let only_exact = self.is_ascii && !is_whole;
        let (bytes, first_byte) = (known.text.as_bytes(), word.as_bytes().first().copied());
        known.lengths.each(wording.values.clone(), |value, start, length| {
            // Nearly all values are told from the word by their length or their first letter.
            let begins = || bytes.get(start).map(u8::to_ascii_lowercase) == first_byte;
            if only_exact && (length != word.len() || !begins()) {
                return;
            }
            let text = known.text.get(start..start + length).unwrap_or_default();
            if is_hit(text, word, is_whole) {
                self.with_value(at, value, f);
            }
        });
        Ok(())
    }

    /// Calls `f` with each text of a wording that has a value.
    fn with_value(&self, at: usize, value: usize, f: &mut impl FnMut(usize)) {
        let wording = &self.wordings[at];
        let slots = &self.slots[wording.slots.clone()];
        let behind = slots.partition_point(|slot| slot.first_value <= value);
        let Some(slot) = behind.checked_sub(1).and_then(|slot| slots.get(slot)) else { return };
        let id = value - slot.first_value;
        match slot.places {
            Places::Each => f(self.member(at, id)),
            Places::One => (0..wording.count).for_each(|rank| f(self.member(at, rank))),
            Places::Listed(ids) => {
                let with_it = ids.iter().enumerate().filter(|(_, known)| usize::from(**known) == id);
                with_it.for_each(|(rank, _)| f(self.member(at, rank)));
            }
        }
    }

    /// Calls `f` with each text that may contain a piece of a word, in lower case and ASCII; those that contain it are all
    /// among them. No run of word characters reaches over the end of a variable, so a piece of one does not either.
    pub(crate) fn with_piece(&self, piece: &str, f: &mut impl FnMut(usize)) -> Result<(), StoreError> {
        let has_piece = |wording: &Wording<'_>| fold(wording.text).contains(piece);
        let is_hit: Vec<bool> = self.wordings.iter().map(has_piece).collect();
        self.of_wordings(&is_hit, f);
        let has_piece = self.values.get()?.with_piece(piece, self.is_ascii);
        for (at, wording) in self.wordings.iter().enumerate().filter(|(at, _)| !is_hit[*at]) {
            for value in wording.values.clone().filter(|value| has_piece[*value]) {
                self.with_value(at, value, f);
            }
        }
        Ok(())
    }
}

fn is_hit(value: &str, word: &str, is_whole: bool) -> bool {
    if is_whole || !value.is_ascii() {
        return fold(value).contains(word);
    }
    value.len() == word.len() && value.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::apart::{APART, encode, encode_each};
    use super::super::bytes::zip;
    use super::super::frames::{Frames, Written};
    use super::super::words::Term;
    use super::*;
    use wardroom_core::log_query::each_word;

    fn written(texts: &[&str], most_inside: usize) -> (Written, Vec<Term>) {
        let (mut out, mut terms) = (Written::keeping(most_inside), Vec::new());
        encode(texts, &mut out, &mut |term| terms.push(term));
        (out, terms)
    }

    /// The parts in which texts may stand in a file: a value for each text, values that repeat once, and these apart.
    fn forms(texts: &[&str]) -> [Vec<u8>; 3] {
        let packed = |most_inside| written(texts, most_inside).0.pack(1).unwrap();
        [zip(&encode_each(texts), 1).unwrap(), packed(usize::MAX), packed(0)]
    }

    fn read<'a>(frames: &'a Frames<'a>, n: usize) -> Texts<'a> {
        Texts::read(&mut frames.open().unwrap(), n).unwrap()
    }

    fn back(part: &[u8], n: usize) -> Vec<String> {
        let frames = Frames::split(part).unwrap();
        let texts = read(&frames, n);
        let each = (0..n).map(|text| {
            let mut out = String::new();
            texts.append_to(text, &mut out).unwrap();
            out
        });
        each.collect()
    }

    fn with_word(part: &[u8], n: usize, word: &str) -> BTreeSet<usize> {
        let frames = Frames::split(part).unwrap();
        let mut found = BTreeSet::new();
        let add = &mut |text| {
            found.insert(text);
        };
        let texts = read(&frames, n);
        texts.with_word(word, add).unwrap();
        // A look at each text alone says the same.
        assert!((0..n).all(|text| texts.may_have(text, word).unwrap() == found.contains(&text)), "{word:?}");
        found
    }

    fn with_piece(part: &[u8], n: usize, piece: &str) -> BTreeSet<usize> {
        let frames = Frames::split(part).unwrap();
        let mut found = BTreeSet::new();
        let add = &mut |text| {
            found.insert(text);
        };
        read(&frames, n).with_piece(piece, add).unwrap();
        found
    }

    #[test]
    fn texts_of_one_wording_share_it() {
        let lines: Vec<String> = (0..1000)
            .map(|i| format!("took {}ms for request r-{i} of 10.0.0.{}", i * 7 % 90, i % 4))
            .collect();
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();

        let (written, _) = written(&texts, 0);

        assert_eq!(back(&written.pack(1).unwrap(), texts.len()), lines);
        assert_eq!(written.heads.windows(6).filter(|part| *part == b" for r").count(), 1);
        assert_eq!(written.values.len(), 1);
    }

    #[test]
    fn values_are_unpacked_only_when_they_may_have_the_word() {
        let texts = ["GET cart 17", "pool is full", "GET pay 4"];
        let (mut damaged, _) = written(&texts, 0);
        damaged.values[0].clear();
        let part = damaged.pack(1).unwrap();
        let frames = Frames::split(&part).unwrap();
        let read = read(&frames, texts.len());
        let (mut found, mut text) = (Vec::new(), String::new());

        read.with_word("get", &mut |text| found.push(text)).unwrap();
        read.append_to(1, &mut text).unwrap();

        assert_eq!((found, text.as_str()), (vec![0, 2], texts[1]));
        assert!(matches!(read.with_word("17", &mut |_| {}), Err(StoreError::Damaged { .. })));
        assert!(matches!(read.with_piece("ca", &mut |_| {}), Err(StoreError::Damaged { .. })));
        assert!(matches!(read.append_to(0, &mut text), Err(StoreError::Damaged { .. })));
    }

    #[test]
    fn a_word_is_found_in_wording_and_variables_but_not_as_a_part() {
        let texts = ["pool_wait 300 ms", "spool 30 ms", "id 300a", "Größe 300", "nul\0 300"];
        for part in forms(&texts) {
            let found = |word: &str| with_word(&part, texts.len(), word);

            assert_eq!(found("300"), BTreeSet::from([0, 3, 4]));
            assert_eq!(found("300a"), BTreeSet::from([2]));
            assert_eq!(found("pool"), BTreeSet::new());
            assert_eq!(found("größe"), BTreeSet::from([3]));
            assert_eq!(found("nul"), BTreeSet::from([4]));
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let part = prop_oneof!["[a-c]{1,3}", "[0-9]{1,3}", "[ .:_=-]", "[äÄ名ſK\u{0}]", "[a-z0-9_]{1,4}"];
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    /// Lines of few wordings, whose variables have one value in all of them, one of few, or any.
    fn lines() -> impl Strategy<Value = Vec<String>> {
        let line =
            ("(GET|put)", "(cart|pay)", 200_u16..204, 0_u16..300).prop_map(|(method, area, status, n)| {
                format!("{method} /api/v2/{area}/{n} {status} in {}ms", n % 7)
            });
        prop::collection::vec(line, 1..120)
    }

    #[test]
    fn a_form_that_is_not_known_is_refused() {
        let (mut written, _) = written(&["a 1", "b 2"], usize::MAX);
        written.heads[1] = APART + 1;
        let part = written.pack(1).unwrap();
        let frames = Frames::split(&part).unwrap();

        assert!(matches!(Texts::read(&mut frames.open().unwrap(), 2), Err(StoreError::Damaged { .. })));
    }

    proptest! {
        #[test]
        fn values_that_repeat_are_found_as_those_that_each_text_has_for_itself(
            lines in lines(),
            word in "(get|pay|v2|20[0-4]|[0-6]ms|[1-9][0-9]{0,2})",
            piece in "(0|1|20|ms|ca)",
        ) {
            let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
            let has_word = |text: &str| {
                let mut has = false;
                each_word(text, &mut |of_text: &str| has |= of_text == word);
                has
            };
            let all = 0..texts.len();
            let of_word: BTreeSet<usize> = all.clone().filter(|at| has_word(texts[*at])).collect();
            let of_piece: BTreeSet<usize> = all.filter(|at| fold(texts[*at]).contains(&piece)).collect();
            for part in forms(&texts) {
                prop_assert_eq!(back(&part, texts.len()), lines.clone());
                prop_assert_eq!(with_word(&part, texts.len(), &word), of_word.clone());
                prop_assert_eq!(with_piece(&part, texts.len(), &piece), of_piece.clone());
            }
        }

        #[test]
        fn any_texts_come_back_and_all_their_words_are_found(texts in prop::collection::vec(text(), 0..40)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (inside, terms) = written(&texts, usize::MAX);
            let plain = encode(&texts, &mut Written::keeping(0), &mut |_| {});
            let head = Head::read(&mut Reader::new(&inside.heads), texts.len()).unwrap();

            let parts = forms(&texts);
            for part in &parts {
                prop_assert_eq!(back(part, texts.len()), texts.clone());
            }
            for (at, text) in texts.iter().enumerate() {
                each_word(text, &mut |word| {
                    for part in &parts {
                        assert!(with_word(part, texts.len(), word).contains(&at), "{word:?} in {text:?}");
                    }
                    if plain && head.decides(word) {
                        let mut is_found = false;
                        head.with_word(word, &mut |text| is_found |= text == at);
                        assert!(is_found, "{word:?} in the wording of {text:?}");
                    }
                    assert!(terms.contains(&super::super::words::term_of(word)), "{word:?}");
                });
            }
        }

        #[test]
        fn pieces_of_words_are_found(texts in prop::collection::vec(text(), 1..20), piece in "[a-c0-3]{1,2}") {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let all = 0..texts.len();
            let expected: BTreeSet<usize> = all.filter(|at| fold(texts[*at]).contains(&piece)).collect();
            for part in forms(&texts) {
                prop_assert_eq!(with_piece(&part, texts.len(), &piece), expected.clone());
            }
        }

        #[test]
        fn garbage_is_refused_without_a_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            values in prop::collection::vec(any::<u8>(), 0..40),
            n in 0_usize..20,
        ) {
            let mut garbage = Written::keeping(0);
            garbage.heads = bytes;
            garbage.values = vec![values];
            let part = garbage.pack(1).unwrap();
            let frames = Frames::split(&part).unwrap();
            let mut opened = frames.open().unwrap();
            if let Ok(texts) = Texts::read(&mut opened, n) {
                let mut out = String::new();
                (0..n).for_each(|text| drop(texts.append_to(text, &mut out)));
                drop(texts.with_word("a", &mut |_| {}));
                drop(texts.with_word("a1", &mut |_| {}));
                (0..n).for_each(|text| drop(texts.may_have(text, "a1")));
                drop(texts.with_piece("a", &mut |_| {}));
            }
        }
    }
}
