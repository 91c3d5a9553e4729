//! A column of texts, taken apart so that it compresses well and can be searched without being put together.
//!
//! Runs of letters, digits and underscores with a digit in them are a text's variables; what stands around them is its
//! wording. Texts of one wording share it, and the first variables of all texts of a wording stand behind each other,
//! then the second ones. A word of a question is then looked for once in each wording, and compared with variables.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use super::bytes::{Reader, put_ids, put_length};
use super::lengths::Lengths;
use super::words::{Term, contains_word, each_dotted, each_term, fold};
use crate::error::StoreError;

/// Stands for a variable in a wording.
const VARIABLE: char = '\0';
/// The wording of texts that contain [`VARIABLE`] themselves: the whole text is its one variable.
const WHOLE: &str = "\0\0";
/// Single looks for a place among the texts of a wording after which the order of all texts is made: it costs about as
/// much as so many.
const LOOKS: u32 = 16;

/// Writes texts, at most 65,536, and hands on the terms of their words. Reports whether all variables are ASCII.
pub(crate) fn encode(texts: &[&str], out: &mut Vec<u8>, term: &mut impl FnMut(Term)) -> bool {
    let apart = Apart::of(texts);
    for text in texts {
        each_dotted(text, term);
    }
    put_length(out, apart.wordings.len());
    for wording in &apart.wordings {
        put_length(out, wording.len());
    }
    for wording in &apart.wordings {
        each_term(wording, term);
        out.extend_from_slice(wording.as_bytes());
    }
    put_ids(out, &apart.ids, apart.wordings.len());
    let mut values = Vec::new();
    for (wording, members) in apart.members().iter().enumerate() {
        for position in 0..variables_of(&apart.wordings[wording]) {
            for &text in members {
                let value = apart.value(texts, text, position);
                each_term(value, term);
                put_length(out, value.len());
                values.extend_from_slice(value.as_bytes());
            }
        }
    }
    out.extend_from_slice(&values);
    values.is_ascii()
}

/// Texts taken apart.
struct Apart {
    wordings: Vec<String>,
    ids: Vec<u16>,
    /// Where the variables of all texts begin and end in them.
    spans: Vec<(usize, usize)>,
    /// Where the spans of each text begin.
    first_span: Vec<usize>,
}

impl Apart {
    fn of(texts: &[&str]) -> Self {
        let mut apart = Self {
            wordings: Vec::new(),
            ids: Vec::with_capacity(texts.len()),
            spans: Vec::with_capacity(texts.len() * 4),
            first_span: Vec::with_capacity(texts.len()),
        };
        let mut known: HashMap<String, u16> = HashMap::new();
        let mut wording = String::new();
        for text in texts {
            apart.first_span.push(apart.spans.len());
            wording.clear();
            take_apart(text, &mut wording, &mut apart.spans);
            let id = known.get(&wording).copied().unwrap_or_else(|| {
                let id = u16::try_from(apart.wordings.len()).unwrap_or(u16::MAX);
                known.insert(wording.clone(), id);
                apart.wordings.push(wording.clone());
                id
            });
            apart.ids.push(id);
        }
        apart
    }

    /// Returns the texts of each wording, in order.
    fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.wordings.len()];
        for (text, id) in self.ids.iter().enumerate() {
            members[usize::from(*id)].push(text);
        }
        members
    }

    fn value<'t>(&self, texts: &[&'t str], text: usize, position: usize) -> &'t str {
        let (start, end) = self.spans[self.first_span[text] + position];
        &texts[text][start..end]
    }
}

/// Writes the wording of a text and where its variables stand.
fn take_apart(text: &str, wording: &mut String, spans: &mut Vec<(usize, usize)>) {
    let bytes = text.as_bytes();
    if bytes.contains(&0) {
        wording.push_str(WHOLE);
        spans.push((0, text.len()));
        return;
    }
    let (mut at, mut written) = (0, 0);
    while at < bytes.len() {
        if !is_run_byte(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let mut has_digit = false;
        while at < bytes.len() && is_run_byte(bytes[at]) {
            has_digit |= bytes[at].is_ascii_digit();
            at += 1;
        }
        if has_digit {
            wording.push_str(&text[written..start]);
            wording.push(VARIABLE);
            spans.push((start, at));
            written = at;
        }
    }
    wording.push_str(&text[written..]);
}

/// Runs are wider than words where there is more than ASCII, so that no word reaches over the end of a run.
const fn is_run_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn variables_of(wording: &str) -> usize {
    if wording == WHOLE { 1 } else { wording.bytes().filter(|byte| *byte == 0).count() }
}

/// The beginning of a column: which text has which wording.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    wordings: Vec<&'a str>,
    ids: Vec<u16>,
}

impl<'a> Head<'a> {
    /// Reads the beginning of what [`encode`] wrote of `n` texts.
    pub(crate) fn read(reader: &mut Reader<'a>, n: usize) -> Result<Self, StoreError> {
        let known = reader.count()?;
        let lengths: Vec<usize> = (0..known).map(|_| reader.length()).collect::<Result<_, _>>()?;
        let wordings: Vec<&str> =
            lengths.into_iter().map(|length| reader.text_of(length)).collect::<Result<_, _>>()?;
        let ids = reader.ids(n, known)?;
        Ok(Self { wordings, ids })
    }

    /// Reports whether wordings alone tell which texts contain a folded word, all variables of the column being ASCII.
    pub(crate) fn decides(&self, word: &str) -> bool {
        !may_be_variable(word) && !self.wordings.contains(&WHOLE)
    }

    /// Calls `f` with each text in whose wording a folded word may stand.
    pub(crate) fn with_word(&self, word: &str, f: &mut impl FnMut(usize)) {
        let is_hit: Vec<bool> =
            self.wordings.iter().map(|wording| contains_word(&fold(wording), word)).collect();
        let hits = self.ids.iter().enumerate().filter(|(_, id)| is_hit[usize::from(**id)]);
        hits.for_each(|(text, _)| f(text));
    }
}

/// Reports whether a folded word can be an ASCII variable: every variable has a digit.
fn may_be_variable(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// A column of texts that was read: its wordings, and where its values stand. What only some questions need is made when
/// it is first asked for.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    wordings: Vec<Wording<'a>>,
    ids: Vec<u16>,
    order: OnceCell<Order>,
    /// How often a place was looked for without the order.
    looked: Cell<u32>,
    lengths: Lengths<'a>,
    values: &'a str,
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
    variables: usize,
    /// Its first member, and how many there are.
    first_member: usize,
    count: usize,
    /// Its first value.
    first_value: usize,
}

impl Wording<'_> {
    /// Returns the values of all its variables.
    const fn values(&self) -> std::ops::Range<usize> {
        self.first_value..self.first_value + self.variables * self.count
    }
}

impl<'a> Texts<'a> {
    /// Reads what [`encode`] wrote of `n` texts, at most 65,536.
    pub(crate) fn read(reader: &mut Reader<'a>, n: usize) -> Result<Self, StoreError> {
        u16::try_from(n.saturating_sub(1)).map_err(StoreError::internal)?;
        let Head { wordings, ids } = Head::read(reader, n)?;
        let apart = |text: &'a str| {
            let variables = variables_of(text);
            Wording { text, variables, first_member: 0, count: 0, first_value: 0 }
        };
        let mut wordings: Vec<Wording<'a>> = wordings.into_iter().map(apart).collect();
        for id in &ids {
            wordings[usize::from(*id)].count += 1;
        }
        let (mut member, mut n_values) = (0, 0_usize);
        for wording in &mut wordings {
            (wording.first_member, wording.first_value) = (member, n_values);
            member += wording.count;
            n_values = n_values.saturating_add(wording.count.saturating_mul(wording.variables));
        }
        if n_values > reader.rest().len() {
            return Err(StoreError::damaged("texts are cut off"));
        }
        let (lengths, end) = reader.lengths(n_values)?;
        u32::try_from(end).map_err(|_| StoreError::damaged("texts are too long"))?;
        let values = reader.text_of(end)?;
        let is_ascii = values.is_ascii();
        let (order, lengths) = (OnceCell::new(), Lengths::new(lengths, n_values));
        Ok(Self { wordings, ids, order, looked: Cell::new(0), lengths, values, is_ascii })
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
    pub(crate) fn append_to(&self, text: usize, out: &mut String) {
        let wording = &self.wordings[usize::from(self.ids[text])];
        let rank = self.rank(text);
        if wording.text == WHOLE {
            out.push_str(self.value(wording.first_value + rank));
            return;
        }
        for (position, piece) in wording.text.split(VARIABLE).enumerate() {
            if let Some(before) = position.checked_sub(1) {
                out.push_str(self.value(wording.first_value + before * wording.count + rank));
            }
            out.push_str(piece);
        }
    }

    /// Calls `f` with each text that may contain a folded word; those that contain it are all among them.
    pub(crate) fn with_word(&self, word: &str, f: &mut impl FnMut(usize)) {
        let may_be_value = !self.is_ascii || may_be_variable(word);
        let has_word = |wording: &Wording<'_>| contains_word(&fold(wording.text), word);
        let is_hit: Vec<bool> = self.wordings.iter().map(has_word).collect();
        self.of_wordings(&is_hit, f);
        for (at, wording) in self.wordings.iter().enumerate().filter(|(at, _)| !is_hit[*at]) {
            if wording.text == WHOLE || (may_be_value && wording.variables > 0) {
                self.values_of(at, wording, word, f);
            }
        }
    }

    /// Calls `f` with each text of some wordings.
    fn of_wordings(&self, is_hit: &[bool], f: &mut impl FnMut(usize)) {
        if is_hit.contains(&true) {
            let hits = self.ids.iter().enumerate().filter(|(_, id)| is_hit[usize::from(**id)]);
            hits.for_each(|(text, _)| f(text));
        }
    }

    /// Calls `f` with each text of a wording of which a value may be a folded word.
    fn values_of(&self, at: usize, wording: &Wording<'_>, word: &str, f: &mut impl FnMut(usize)) {
        let is_whole = wording.text == WHOLE;
        let only_exact = self.is_ascii && !is_whole;
        let (bytes, first_byte) = (self.values.as_bytes(), word.as_bytes().first().copied());
        self.lengths.each(wording.values(), |value, start, length| {
            // Nearly all values are told from the word by their length or their first letter.
            let begins = || bytes.get(start).map(u8::to_ascii_lowercase) == first_byte;
            if only_exact && (length != word.len() || !begins()) {
                return;
            }
            let text = self.values.get(start..start + length).unwrap_or_default();
            if is_hit(text, word, is_whole) {
                f(self.member(at, (value - wording.first_value) % wording.count));
            }
        });
    }

    /// Calls `f` with each text that may contain a piece of a word, in lower case and ASCII; those that contain it are all
    /// among them. No run of word characters reaches over the end of a variable, so a piece of one does not either.
    pub(crate) fn with_piece(&self, piece: &str, f: &mut impl FnMut(usize)) {
        let has_piece = |wording: &Wording<'_>| fold(wording.text).contains(piece);
        let is_hit: Vec<bool> = self.wordings.iter().map(has_piece).collect();
        self.of_wordings(&is_hit, f);
        let has_piece = self.values_with(piece);
        for (at, wording) in self.wordings.iter().enumerate().filter(|(at, _)| !is_hit[*at]) {
            let values = has_piece[wording.values()].iter().enumerate();
            for (value, _) in values.filter(|(_, has_piece)| **has_piece) {
                f(self.member(at, value % wording.count));
            }
        }
    }

    /// Returns for each value whether it contains a piece.
    fn values_with(&self, piece: &str) -> Vec<bool> {
        let mut is_hit = vec![false; self.lengths.n()];
        if !self.is_ascii {
            for (value, is_hit) in is_hit.iter_mut().enumerate() {
                *is_hit = fold(self.value(value)).contains(piece);
            }
            return is_hit;
        }
        let folded = self.values.to_ascii_lowercase();
        let mut from = 0;
        while let Some(at) = folded.get(from..).and_then(|rest| rest.find(piece)) {
            let (start, end) = (from + at, from + at + piece.len());
            if let Some((value, value_end)) = self.lengths.around(start)
                && end <= value_end
            {
                is_hit[value] = true;
            }
            from = start + 1;
        }
        is_hit
    }

    fn value(&self, value: usize) -> &'a str {
        let (start, end) = self.lengths.span(value);
        self.values.get(start..end).unwrap_or_default()
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
    use proptest::prelude::*;

    use super::*;
    use wardroom_core::log_query::each_word;

    fn written(texts: &[&str]) -> (Vec<u8>, Vec<Term>) {
        let (mut out, mut terms) = (Vec::new(), Vec::new());
        encode(texts, &mut out, &mut |term| terms.push(term));
        (out, terms)
    }

    fn back(bytes: &[u8], n: usize) -> Vec<String> {
        let texts = Texts::read(&mut Reader::new(bytes), n).unwrap();
        (0..n)
            .map(|text| {
                let mut out = String::new();
                texts.append_to(text, &mut out);
                out
            })
            .collect()
    }

    #[test]
    fn texts_of_one_wording_share_it() {
        let lines: Vec<String> = (0..1000)
            .map(|i| format!("took {}ms for request r-{i} of 10.0.0.{}", i * 7 % 90, i % 4))
            .collect();
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();

        let (bytes, _) = written(&texts);

        assert_eq!(back(&bytes, texts.len()), lines);
        assert_eq!(bytes.windows(6).filter(|part| *part == b" for r").count(), 1);
    }

    #[test]
    fn a_word_is_found_in_wording_and_variables_but_not_as_a_part() {
        let texts = ["pool_wait 300 ms", "spool 30 ms", "id 300a", "Größe 300", "nul\0 300"];
        let (bytes, _) = written(&texts);
        let read = Texts::read(&mut Reader::new(&bytes), texts.len()).unwrap();
        let found = |word: &str| {
            let mut found = Vec::new();
            read.with_word(word, &mut |text| found.push(text));
            found.sort_unstable();
            found
        };

        assert_eq!(found("300"), [0, 3, 4]);
        assert_eq!(found("300a"), [2]);
        assert_eq!(found("pool"), Vec::<usize>::new());
        assert_eq!(found("größe"), [3]);
        assert_eq!(found("nul"), [4]);
    }

    fn text() -> impl Strategy<Value = String> {
        let part = prop_oneof!["[a-c]{1,3}", "[0-9]{1,3}", "[ .:_=-]", "[äÄ名ſK\u{0}]", "[a-z0-9_]{1,4}"];
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn any_texts_come_back_and_all_their_words_are_found(texts in prop::collection::vec(text(), 0..40)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (bytes, terms) = written(&texts);
            let plain = encode(&texts, &mut Vec::new(), &mut |_| {});
            let head = Head::read(&mut Reader::new(&bytes), texts.len()).unwrap();

            prop_assert_eq!(back(&bytes, texts.len()), texts.clone());
            let read = Texts::read(&mut Reader::new(&bytes), texts.len()).unwrap();
            for (at, text) in texts.iter().enumerate() {
                each_word(text, &mut |word| {
                    let mut is_found = false;
                    read.with_word(word, &mut |text| is_found |= text == at);
                    assert!(is_found, "{word:?} in {text:?}");
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
            let (bytes, _) = written(&texts);
            let read = Texts::read(&mut Reader::new(&bytes), texts.len()).unwrap();
            let mut found = std::collections::BTreeSet::new();

            read.with_piece(&piece, &mut |text| { found.insert(text); });

            let expected = (0..texts.len()).filter(|at| fold(texts[*at]).contains(&piece)).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn garbage_is_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), n in 0_usize..20) {
            if let Ok(texts) = Texts::read(&mut Reader::new(&bytes), n) {
                let mut out = String::new();
                (0..n).for_each(|text| texts.append_to(text, &mut out));
                texts.with_word("a", &mut |_| {});
                texts.with_piece("a", &mut |_| {});
            }
        }
    }
}
