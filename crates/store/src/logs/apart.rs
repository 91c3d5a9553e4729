//! Takes texts apart for a block: their wordings, and the values of each variable, written once where they repeat.
//!
//! What varies between lines is mostly one of a few values: a status, a version, a port, a name with a number in it. Such
//! a variable is its distinct values and one byte for each text, or only its value where all texts have the same; so there
//! is less to unpack, and a word is compared with each distinct value once.

use std::collections::HashMap;

use super::bytes::{put_ids, put_length};
use super::frames::Written;
use super::words::{Term, each_dotted, each_term};

/// Stands for a variable in a wording.
pub(crate) const VARIABLE: char = '\0';
/// The wording of texts that contain [`VARIABLE`] themselves: the whole text is its one variable.
pub(crate) const WHOLE: &str = "\0\0";

/// The form of a column, written behind a number of wordings that is 0: values that repeat stand there once. Columns
/// that begin with their number of wordings have a value for each text.
pub(crate) const REPEATS: u8 = 1;
/// The form of a column of which values that repeat stand once, and all values in a frame of their own.
pub(crate) const APART: u8 = 2;
/// Texts that a wording has at least when its variables say how their values repeat; for fewer that takes more bytes
/// than it spares.
pub(crate) const LEAST_TEXTS: usize = 8;
/// Distinct values at most of a variable whose values repeat: the position of each takes a byte.
pub(crate) const MOST_KNOWN: usize = 256;
/// Texts for each distinct value at least: of values that come less often, little is spared.
const TEXTS_PER_VALUE: usize = 4;

/// Writes texts, at most 65,536, and hands on the terms of their words. Reports whether all variables are ASCII.
pub(crate) fn encode(texts: &[&str], written: &mut Written, term: &mut impl FnMut(Term)) -> bool {
    let out = &mut written.heads;
    put_length(out, 0);
    if texts.is_empty() {
        return true;
    }
    let form = out.len();
    out.push(REPEATS);
    for text in texts {
        each_dotted(text, term);
    }
    let apart = Apart::of(texts);
    apart.head_to(out, term);
    let (mut lengths, mut values) = (Vec::new(), Vec::new());
    for (wording, members) in apart.wordings.iter().zip(apart.members()) {
        for position in 0..variables_of(wording) {
            let of_texts: Vec<&str> =
                members.iter().map(|text| apart.value(texts, *text, position)).collect();
            let stored = if members.len() < LEAST_TEXTS { of_texts } else { put_places(of_texts, out) };
            for value in stored {
                each_term(value, term);
                put_length(&mut lengths, value.len());
                values.extend_from_slice(value.as_bytes());
            }
        }
    }
    let is_ascii = values.is_ascii();
    lengths.extend_from_slice(&values);
    if written.keeps_inside(lengths.len()) {
        written.heads.extend_from_slice(&lengths);
    } else {
        written.heads[form] = APART;
        written.heads.push(u8::from(is_ascii));
        written.values.push(lengths);
    }
    is_ascii
}

/// Writes how the values of a variable repeat: how many distinct ones there are, and for each text which it has; nothing
/// of that when they do not repeat. Returns the values that are to be written.
fn put_places<'t>(values: Vec<&'t str>, out: &mut Vec<u8>) -> Vec<&'t str> {
    let Some((known, ids)) = few(&values) else {
        put_length(out, 0);
        return values;
    };
    put_length(out, known.len());
    if known.len() > 1 {
        out.extend_from_slice(&ids);
    }
    known
}

/// Returns the distinct values in the order in which they first come, and which of them each text has; nothing when
/// there are too many.
fn few<'t>(values: &[&'t str]) -> Option<(Vec<&'t str>, Vec<u8>)> {
    let most = MOST_KNOWN.min(values.len() / TEXTS_PER_VALUE);
    let (mut known, mut ids) = (Vec::new(), Vec::with_capacity(values.len()));
    let mut positions: HashMap<&str, u8> = HashMap::new();
    let mut last: Option<(&str, u8)> = None;
    for &value in values {
        let before = last.filter(|(before, _)| *before == value).map(|(_, id)| id);
        let id = match before.or_else(|| positions.get(value).copied()) {
            Some(id) => id,
            None if known.len() >= most => return None,
            None => {
                let id = u8::try_from(known.len()).ok()?;
                known.push(value);
                positions.insert(value, id);
                id
            }
        };
        last = Some((value, id));
        ids.push(id);
    }
    Some((known, ids))
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

    /// Writes the wordings, and which text has which; hands on the terms of their words.
    fn head_to(&self, out: &mut Vec<u8>, term: &mut impl FnMut(Term)) {
        put_length(out, self.wordings.len());
        for wording in &self.wordings {
            put_length(out, wording.len());
        }
        for wording in &self.wordings {
            each_term(wording, term);
            out.extend_from_slice(wording.as_bytes());
        }
        put_ids(out, &self.ids, self.wordings.len());
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

/// Returns how many variables a wording has.
pub(crate) fn variables_of(wording: &str) -> usize {
    if wording == WHOLE { 1 } else { wording.bytes().filter(|byte| *byte == 0).count() }
}

/// Writes texts with a value for each of them, the form of blocks that files may have from before [`REPEATS`].
#[cfg(test)]
pub(crate) fn encode_each(texts: &[&str]) -> Vec<u8> {
    let apart = Apart::of(texts);
    let (mut out, mut values) = (Vec::new(), Vec::new());
    apart.head_to(&mut out, &mut |_| {});
    for (wording, members) in apart.wordings.iter().zip(apart.members()) {
        for position in 0..variables_of(wording) {
            for text in &members {
                let value = apart.value(texts, *text, position);
                put_length(&mut out, value.len());
                values.extend_from_slice(value.as_bytes());
            }
        }
    }
    out.extend_from_slice(&values);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_written_once_and_many_are_not() {
        let status: Vec<&str> = (0..40).map(|i| if i % 10 == 9 { "503" } else { "200" }).collect();
        let numbers: Vec<String> = (0..40).map(|i| i.to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();

        let (known, ids) = few(&status).unwrap();

        assert_eq!(known, ["200", "503"]);
        assert_eq!((ids[8], ids[9], ids.len()), (0, 1, 40));
        assert_eq!(few(&numbers), None);
        assert_eq!(few(&["7"; 8]).map(|(known, _)| known), Some(vec!["7"]));
    }

    #[test]
    fn what_repeats_takes_less_before_it_is_compressed() {
        let lines: Vec<String> =
            (0..2000).map(|i| format!("GET /api/v2/cart/{} HTTP/1.1 {}", i * 7919, 200 + i % 3)).collect();
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut written = Written::keeping(usize::MAX);
        let mut terms = 0;

        encode(&texts, &mut written, &mut |_| terms += 1);

        let bytes = written.heads.len();
        assert!(bytes * 3 < encode_each(&texts).len() * 2, "{bytes} bytes");
        assert!(terms < 2 * texts.len(), "{terms} terms");
    }
}
