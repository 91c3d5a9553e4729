//! Units: the pieces of a shape between blanks and hard signs, each with a number.

use std::collections::HashMap;

use super::look::{Look, look_of};
use crate::logs::shape::hash_of;
use crate::logs::template::{Pattern, is_blanked, is_open, rest_end};
use crate::logs::tokenize::{MAYBE, REST, RUN, TAIL, VALUE, is_hard, joins};

/// All units and signs of the shapes, numbered.
#[derive(Debug, Default)]
pub(super) struct Units {
    known: Vec<Unit>,
    by_hash: HashMap<u64, u32>,
}

/// What is known of a unit.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) text: Box<[u8]>,
    pub(super) kind: UnitKind,
    pub(super) look: Look,
    /// How many parameters are in it.
    pub(super) parameters: usize,
    /// A number of 64 bits that no other unit has.
    pub(super) hash: u64,
    /// Whether it was found to be a value somewhere.
    pub(super) seen_as_value: bool,
}

/// What a unit consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// A blank or a hard sign.
    Sign,
    /// Nothing, at a place that can be filled: between brackets, after `=`.
    Empty,
    /// One parameter and nothing else.
    Open,
    /// A run of values, or everything that follows.
    Run,
    /// Words and at least one parameter.
    Mixed,
    /// Words.
    Words,
    /// Only soft signs.
    Marks,
}

impl Units {
    pub(super) fn get(&self, code: u32) -> &Unit {
        &self.known[code as usize]
    }

    /// Returns the numbers of the units and signs of a shape.
    pub(super) fn read(&mut self, shape: &[u8]) -> Vec<u32> {
        let mut codes = Vec::new();
        let mut at = 0;
        while at < shape.len() {
            let end = rest_end(shape, at);
            if end > at {
                codes.push(self.code(&shape[at..end]));
            } else if at > 0 && can_be_filled(shape[at - 1], Some(shape[at])) {
                codes.push(self.code(b""));
            }
            if end < shape.len() {
                codes.push(self.code(&shape[end..=end]));
            }
            at = end + 1;
        }
        if shape.last().is_some_and(|last| can_be_filled(*last, None)) {
            codes.push(self.code(b""));
        }
        codes
    }

    pub(super) fn code(&mut self, text: &[u8]) -> u32 {
        // Two texts with the same hash get neighbouring numbers.
        let mut hash = hash_of(text) | 1;
        while let Some(code) = self.by_hash.get(&hash) {
            if *self.known[*code as usize].text == *text {
                return *code;
            }
            hash = hash.wrapping_add(2);
        }
        let code = u32::try_from(self.known.len()).expect("the caps keep the units below 2^32");
        self.known.push(Unit {
            text: text.into(),
            kind: kind_of(text),
            look: look_of(text),
            parameters: text.iter().filter(|byte| is_open(**byte)).count(),
            hash,
            seen_as_value: false,
        });
        self.by_hash.insert(hash, code);
        code
    }

    /// Remembers that a plain word was found to be a value.
    pub(super) fn saw_as_value(&mut self, code: u32) {
        let unit = &mut self.known[code as usize];
        unit.seen_as_value = unit.kind == UnitKind::Words && unit.look == Look::Plain;
    }

    pub(super) fn pattern(&self, codes: &[u32]) -> Pattern {
        Pattern(codes.iter().flat_map(|code| self.get(*code).text.iter().copied()).collect())
    }

    /// Returns the codes with every run of two or more values as one unit.
    pub(super) fn with_runs(&mut self, codes: &[u32]) -> Vec<u32> {
        let run = self.code(&[RUN]);
        let mut result = Vec::with_capacity(codes.len());
        let mut at = 0;
        while at < codes.len() {
            let end = self.run_end(codes, at);
            result.push(if end > at + 1 { run } else { codes[at] });
            at = end.max(at + 1);
        }
        result
    }

    /// Returns the end of the run of values that begins at a place; the place itself when none does.
    pub(super) fn run_end(&self, codes: &[u32], from: usize) -> usize {
        let text = |at: usize| codes.get(at).map_or(&[][..], |code| &self.get(*code).text[..]);
        let (mut at, mut end) = (from, from);
        while matches!(text(at), [VALUE | RUN]) || (at > from && is_blanked(text(at))) {
            end = at + 1;
            at = end;
            at += usize::from(text(at) == b" ");
            at += usize::from(matches!(text(at), [sign] if joins(*sign)));
            at += usize::from(text(at) == b" ");
        }
        end
    }
}

/// Reports whether something could stand between two signs although nothing does.
fn can_be_filled(before: u8, after: Option<u8>) -> bool {
    matches!(
        (before, after),
        (b'(', Some(b')'))
            | (b'[', Some(b']'))
            | (b'{', Some(b'}'))
            | (b'"', Some(b'"'))
            | (b'\'', Some(b'\''))
    ) || (before == b'='
        && matches!(after, None | Some(b' ' | b',' | b';' | b')' | b']' | b'}' | b'&' | b'|')))
}

fn kind_of(text: &[u8]) -> UnitKind {
    match text {
        [] => UnitKind::Empty,
        [byte] if is_hard(*byte) => UnitKind::Sign,
        [VALUE | REST | MAYBE] => UnitKind::Open,
        [RUN | TAIL] => UnitKind::Run,
        _ => match (text.iter().any(|byte| is_word(*byte)), text.iter().any(|byte| is_open(*byte))) {
            (false, false) => UnitKind::Marks,
            (false, true) => UnitKind::Open,
            (true, false) => UnitKind::Words,
            (true, true) => UnitKind::Mixed,
        },
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || (byte >= 0x80 && !is_open(byte))
}
