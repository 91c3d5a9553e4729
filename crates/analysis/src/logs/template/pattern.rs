//! The pattern of a template: a shape in which units or runs of values may be open.

use std::collections::HashMap;

use super::TemplatePart;
use super::kind::kind_of;
use crate::logs::tokenize::{MAYBE, REST, RUN, TAIL, Traits, VALUE, is_hard, joins};

/// A shape with open places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::logs) struct Pattern(pub(in crate::logs) Vec<u8>);

/// Returns the first unit of a shape, when it is only words.
fn begin_of(shape: &[u8]) -> Option<Vec<u8>> {
    let end = shape.iter().position(|byte| is_hard(*byte)).unwrap_or(shape.len());
    let unit = &shape[..end];
    (!unit.iter().any(|byte| is_open(*byte))).then(|| unit.to_vec())
}

/// Reports whether a byte of a pattern stands for a parameter.
pub(in crate::logs) const fn is_open(byte: u8) -> bool {
    matches!(byte, VALUE | REST | RUN | MAYBE | TAIL)
}

/// Patterns, the most particular first, each with the number of what it stands for.
#[derive(Clone, Debug, Default)]
pub(in crate::logs) struct Patterns {
    list: Vec<(Pattern, usize)>,
    /// The patterns that begin with this unit; `None` for those that begin with a value.
    by_begin: HashMap<Option<Vec<u8>>, Vec<usize>>,
}

/// How many patterns with the same beginning are tried. Among so many, none is likely to say much.
const TRIED: usize = 256;

impl Patterns {
    pub(in crate::logs) fn new(mut list: Vec<(Pattern, usize)>) -> Self {
        list.sort_by(|(a, _), (b, _)| a.openness().cmp(&b.openness()).then_with(|| a.cmp(b)));
        let mut by_begin: HashMap<Option<Vec<u8>>, Vec<usize>> = HashMap::new();
        for (place, (pattern, _)) in list.iter().enumerate() {
            by_begin.entry(begin_of(&pattern.0)).or_default().push(place);
        }
        Self { list, by_begin }
    }

    /// Returns what the patterns stand for, in their order.
    pub(in crate::logs) fn owners(&self) -> impl Iterator<Item = usize> {
        self.list.iter().map(|(_, owner)| *owner)
    }

    /// Returns the place of the most particular pattern that fits a shape.
    pub(in crate::logs) fn fitting(&self, shape: &[u8]) -> Option<usize> {
        let begin = begin_of(shape);
        let fits = |begin: &Option<Vec<u8>>| {
            let mut tried = self.by_begin.get(begin)?.iter().copied().take(TRIED);
            tried.find(|place| self.list[*place].0.spans(shape).is_some())
        };
        let particular = begin.is_some().then(|| fits(&begin)).flatten();
        match (particular, fits(&None)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Returns where the parameters of the pattern at a place stand in a shape, when it fits.
    pub(in crate::logs) fn spans(&self, place: usize, shape: &[u8]) -> Option<Vec<(usize, usize)>> {
        self.list[place].0.spans(shape)
    }
}

impl Pattern {
    /// Returns how general the pattern is: patterns with fewer open units and more text are tried first.
    fn openness(&self) -> (usize, usize) {
        let open = self.0.iter().filter(|byte| matches!(**byte, REST | RUN | MAYBE | TAIL)).count();
        (open, usize::MAX - self.0.len())
    }

    /// Returns the begin and end in a shape of every parameter, when the pattern fits it.
    fn spans(&self, shape: &[u8]) -> Option<Vec<(usize, usize)>> {
        let mut spans = Vec::new();
        let mut at = 0;
        for &byte in &self.0 {
            let from = at;
            match byte {
                REST | MAYBE => at = rest_end(shape, at),
                RUN => at = run_end(shape, at),
                TAIL => at = shape.len(),
                _ if shape.get(at) == Some(&byte) => at += 1,
                _ => return None,
            }
            if is_open(byte) {
                if at == from && byte != MAYBE {
                    return None;
                }
                spans.push((from, at));
            }
        }
        (at == shape.len()).then_some(spans)
    }

    /// Returns the pieces of the template, with the kinds of parameters from what was seen of their values.
    pub(super) fn parts(&self, traits: &[Traits]) -> Vec<TemplatePart> {
        let mut parts = Vec::new();
        let mut literal = Vec::new();
        let mut parameter = 0;
        for (at, &byte) in self.0.iter().enumerate() {
            if !is_open(byte) {
                literal.push(byte);
                continue;
            }
            if !literal.is_empty() {
                parts.push(TemplatePart::Literal(String::from_utf8_lossy(&literal).into_owned()));
                literal.clear();
            }
            let seen = traits.get(parameter).copied().unwrap_or_default();
            parts.push(TemplatePart::Parameter(kind_of(seen, &self.0[..at], &self.0[at + 1..])));
            parameter += 1;
        }
        if !literal.is_empty() {
            parts.push(TemplatePart::Literal(String::from_utf8_lossy(&literal).into_owned()));
        }
        parts
    }
}

/// Returns the end of the unit of a shape that is read from a place: the next hard sign, or the full stop before it.
///
/// A text in quotes behind `=` is one unit, with its blanks and signs.
pub(in crate::logs) fn rest_end(shape: &[u8], from: usize) -> usize {
    if shape[..from].ends_with(b"=\"")
        && let Some(length) = shape[from..].iter().position(|byte| *byte == b'"')
    {
        return from + length;
    }
    let end =
        shape[from..].iter().position(|byte| is_hard(*byte)).map_or(shape.len(), |length| from + length);
    if end > from
        && shape[..from].ends_with(b"=")
        && let Some(after) = group_end(shape, end)
    {
        return after;
    }
    match &shape[from..end] {
        [.., before, b'.'] if *before != b'.' && shape.get(end).is_none_or(|next| *next == b' ') => end - 1,
        _ => end,
    }
}

/// Returns the end of brackets that open at a place without a blank in them: `Source{7}` is one value of a key.
fn group_end(shape: &[u8], at: usize) -> Option<usize> {
    let close = match shape.get(at)? {
        b'{' => b'}',
        b'(' => b')',
        b'[' => b']',
        _ => return None,
    };
    let end = at + shape[at..].iter().position(|byte| *byte == b' ' || *byte == close)?;
    let next = shape.get(end + 1).copied().unwrap_or(b' ');
    (shape[end] == close && matches!(next, b' ' | b',' | b';' | b'}' | b')' | b']')).then_some(end + 1)
}

/// Reports whether a unit in a row of values is a number that was not known (`****`).
pub(in crate::logs) fn is_blanked(unit: &[u8]) -> bool {
    unit.len() > 1 && unit.iter().all(|byte| *byte == b'*')
}

/// Returns the end of values with at most one joining sign between them.
fn run_end(shape: &[u8], from: usize) -> usize {
    let mut end = from;
    let mut at = from;
    loop {
        let stars = shape[at..].iter().take_while(|byte| **byte == b'*').count();
        let next = shape.get(at + stars).copied().unwrap_or(b' ');
        end = match shape.get(at) {
            Some(&VALUE) => at + 1,
            Some(b'*') if end > from && stars > 1 && is_hard(next) => at + stars,
            _ => return end,
        };
        at = skip_blank(shape, end);
        if shape.get(at).is_some_and(|sign| joins(*sign)) {
            at = skip_blank(shape, at + 1);
        }
    }
}

fn skip_blank(shape: &[u8], at: usize) -> usize {
    if shape.get(at) == Some(&b' ') { at + 1 } else { at }
}
