//! Reads a line once and writes its shape: the words as they are, one mark for each value.
//!
//! Words are what stands between blanks and the signs `, ! ; : = | " ' [ ] ( ) { } . - + @ # $ % & /`; a word that is or
//! holds a number, an address, a path and the like is a value. Which words are values follows the rules by which the
//! public ground truths of log templates were corrected (Khan, Shin, Bianculli and Briand, *Guidelines for assessing
//! the accuracy of log message template identification techniques*, ICSE 2022), so that templates can be compared.

mod composite;
mod traits;

use composite::{
    colon_hex_end, date_word, host_like, path_end, place_code, port_follows, protocol_end, short_time_end,
    time_zone, url_begin, url_end, uuid_end,
};
pub(super) use traits::Traits;
use traits::{unit_of, user_string, value_by_form};

/// Stands for a value in a shape. No byte of UTF-8 is that large.
pub(super) const VALUE: u8 = 0xFF;
/// Stands for the rest of a unit that is any text without a hard sign.
pub(super) const REST: u8 = 0xFE;
/// Stands for one or more values with single signs between them.
pub(super) const RUN: u8 = 0xFD;
/// Stands for the rest of a unit like [`REST`], and for nothing at all.
pub(super) const MAYBE: u8 = 0xFC;

/// Stands for everything that follows.
pub(super) const TAIL: u8 = 0xFB;

/// The longest part of a line that is looked at, in bytes; what follows does not influence the template.
pub(super) const LONGEST: usize = 8192;

const DIGIT: u8 = 1;
const HEX: u8 = 2;
const LETTER: u8 = 4;
const OTHER: u8 = 8;
const SOFT: u8 = 16;
const HARD: u8 = 32;
const BLANK: u8 = 64;
const WORD: u8 = DIGIT | HEX | LETTER | OTHER;

/// The class of every byte.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [LETTER; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => HEX,
            b'g'..=b'z' | b'G'..=b'Z' => LETTER,
            b'\t' | b'\n' | b'\r' | b' ' | 0x0B | 0x0C => BLANK,
            b'.' | b'-' | b'+' | b'@' | b'/' | b'$' => SOFT,
            b',' | b'!' | b';' | b':' | b'=' | b'|' | b'"' | b'\'' | b'[' | b']' | b'(' | b')' | b'{'
            | b'}' | b'#' | b'%' | b'&' => HARD,
            _ => OTHER,
        };
        byte += 1;
    }
    table
}

/// Reports whether a byte of a shape ends a unit.
pub(super) const fn is_hard(byte: u8) -> bool {
    CLASS[byte as usize] & (HARD | BLANK) != 0
}

/// Reports whether a sign between two values makes them one (`10.0.0.1:80`, `2024-05-01`, `1,2,3`).
pub(super) const fn joins(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b',' | b';' | b'/' | b'|' | b'#' | b'@' | b'=' | b'+' | b'-')
}

/// The shape of one line, and what writes it. Kept between lines so that its memory is.
///
/// With `TRACE`, it is also written down where every byte of the shape and every value stands in the line.
#[derive(Clone, Debug)]
pub(super) struct Tokens<const TRACE: bool> {
    /// The shape: words and signs, [`VALUE`] for a value, one blank for any number of blanks.
    pub(super) shape: Vec<u8>,
    /// The traits of the values, in their order.
    pub(super) values: Vec<Traits>,
    /// With `TRACE`: the begin and end in the line of every value.
    pub(super) spans: Vec<(usize, usize)>,
    /// With `TRACE`: the place in the line of every byte of the shape.
    pub(super) places: Vec<usize>,
    /// The length of the shape right after its last value.
    after_value: usize,
    dots: u32,
    unit: UnitBegin,
    /// The length of what was read of the line.
    end: usize,
}

/// What was there when the current unit began.
#[derive(Clone, Copy, Debug, Default)]
struct UnitBegin {
    line: usize,
    shape: usize,
    values: usize,
    after_value: usize,
    dots: u32,
    dashes: u32,
}

const NOWHERE: usize = usize::MAX / 2;

impl<const TRACE: bool> Tokens<TRACE> {
    pub(super) fn new() -> Self {
        Self {
            shape: Vec::with_capacity(256),
            values: Vec::with_capacity(32),
            spans: Vec::new(),
            places: Vec::new(),
            after_value: NOWHERE,
            dots: 0,
            unit: UnitBegin::default(),
            end: 0,
        }
    }

    /// Reads a line; the result stays in the fields until the next call.
    pub(super) fn read(&mut self, line: &str) {
        let line = &line.as_bytes()[..line.floor_char_boundary(LONGEST)];
        self.shape.clear();
        self.values.clear();
        self.after_value = NOWHERE;
        self.dots = 0;
        if TRACE {
            self.spans.clear();
            self.places.clear();
        }
        self.begin_unit(0);
        let mut at = 0;
        while at < line.len() {
            let class = CLASS[usize::from(line[at])];
            at = if class & WORD != 0 {
                self.word(line, at)
            } else if class & BLANK != 0 {
                self.blanks(line, at)
            } else if class & HARD != 0 {
                self.end_unit(line, at);
                self.literal(line, at, at + 1);
                self.begin_unit(at + 1);
                at + 1
            } else {
                self.soft(line, at)
            };
        }
        self.end_unit(line, at);
        self.end = at;
        if self.shape.last() == Some(&b' ') {
            self.shape.pop();
        }
    }

    fn begin_unit(&mut self, at: usize) {
        self.unit = UnitBegin {
            line: at,
            shape: self.shape.len(),
            values: self.values.len(),
            after_value: self.after_value,
            dots: 0,
            dashes: 0,
        };
    }

    #[inline]
    fn literal(&mut self, line: &[u8], from: usize, to: usize) {
        self.shape.extend_from_slice(&line[from..to]);
        if TRACE {
            self.places.extend(from..to);
        }
    }

    fn blanks(&mut self, line: &[u8], mut at: usize) -> usize {
        self.end_unit(line, at);
        let from = at;
        while at < line.len() && CLASS[usize::from(line[at])] & BLANK != 0 {
            at += 1;
        }
        if !self.shape.is_empty() {
            self.shape.push(b' ');
            if TRACE {
                self.places.push(from);
            }
        }
        self.begin_unit(at);
        at
    }

    fn soft(&mut self, line: &[u8], at: usize) -> usize {
        let sign = line[at];
        if at == self.unit.line
            && matches!(sign, b'/' | b'.')
            && let Some(end) = path_end(line, at)
        {
            self.value(at, end, Traits::PATH);
            return end;
        }
        self.unit.dots += u32::from(sign == b'.');
        self.unit.dashes += u32::from(sign == b'-');
        self.literal(line, at, at + 1);
        at + 1
    }

    /// Reads a word, or a longer value that begins with it, and returns where it ends.
    #[inline]
    fn word(&mut self, line: &[u8], from: usize) -> usize {
        let mut at = from;
        let mut class = 0;
        while at < line.len() {
            let next = CLASS[usize::from(line[at])];
            if next & WORD == 0 {
                break;
            }
            class |= next;
            at += 1;
        }
        let sign = line.get(at).copied().unwrap_or(b' ');
        // A number that is part of a name can be negative (`part_-17`).
        if sign == b'-' && line[at - 1] == b'_' && line.get(at + 1).is_some_and(u8::is_ascii_digit) {
            let end = at
                + 1
                + line[at + 1..].iter().take_while(|byte| CLASS[usize::from(**byte)] & WORD != 0).count();
            self.value(from, end, Traits::OTHER);
            return end;
        }
        if matches!(sign, b':' | b'-')
            && class & (LETTER | OTHER) == 0
            && let Some((end, traits)) = colon_hex_end(line, from, at).or_else(|| uuid_end(line, from, at))
        {
            self.value(from, end, traits);
            return end;
        }
        if class & DIGIT == 0 {
            self.letters(line, from, at, class)
        } else {
            self.digits(line, from, at, class)
        }
    }

    fn letters(&mut self, line: &[u8], from: usize, at: usize, class: u8) -> usize {
        let length = at - from;
        let word = &line[from..at];
        if let Some(end) = self.before_sign(line, from, at) {
            return end;
        }
        if class & OTHER != 0
            && matches!(word[0], b'\\' | b'~')
            && let Some(end) = path_end(line, from)
        {
            self.value(from, end, Traits::PATH);
            return end;
        }
        if class == HEX && length >= 8 {
            self.value(from, at, Traits::HEX);
        } else if let Some(traits) = user_string(word) {
            self.value(from, at, traits);
        } else if length <= 4 && word[0].is_ascii_uppercase() && self.is_part_of_time(line, from, at) {
            self.time_part(from, at);
        } else {
            self.literal(line, from, at);
        }
        at
    }

    /// Reads what a word without digits begins together with the sign behind it: a URL, a drive, a protocol.
    #[inline]
    fn before_sign(&mut self, line: &[u8], from: usize, at: usize) -> Option<usize> {
        let (end, traits) = match line.get(at) {
            Some(b':') => {
                if let Some(end) = url_begin(line, from, at) {
                    self.literal(line, from, end);
                    self.begin_unit(end);
                    return Some(end);
                }
                let drive = at == from + 1 && line.get(at + 1) == Some(&b'\\');
                let path = || path_end(line, at + 1).filter(|_| drive).map(|end| (end, Traits::PATH));
                url_end(line, from, at).map(|end| (end, Traits::URL)).or_else(path)?
            }
            Some(b'/') => (protocol_end(line, from, at)?, Traits::PREFIX.with(Traits::DOT)),
            _ => return None,
        };
        self.value(from, end, traits);
        Some(end)
    }

    fn is_part_of_time(&self, line: &[u8], from: usize, at: usize) -> bool {
        date_word(line, from, at)
            || (time_zone(&line[from..at])
                && self.after_value + 1 == self.shape.len()
                && self.values.last().is_some_and(|last| last.contains(Traits::TIME)))
    }

    /// Writes a part of a point in time, and joins it with the part before, over a blank too.
    fn time_part(&mut self, from: usize, to: usize) {
        let length = self.shape.len();
        let near = self.after_value + 1 == length || self.after_value + 2 == length;
        if near && self.values.last().is_some_and(|last| last.is_date()) {
            while self.shape.len() > self.after_value {
                self.shape.pop();
                if TRACE {
                    self.places.pop();
                }
            }
        }
        self.value(from, to, Traits::TIME);
    }

    fn digits(&mut self, line: &[u8], from: usize, at: usize, class: u8) -> usize {
        let before = if from == 0 { b' ' } else { line[from - 1] };
        let sign = line.get(at).copied().unwrap_or(b' ');
        let word = &line[from..at];
        if class & OTHER != 0
            && matches!(word[0], b'\\' | b'~')
            && !escaped(word)
            && let Some(end) = path_end(line, from)
        {
            self.value(from, end, Traits::PATH);
            return end;
        }
        if class & OTHER != 0
            && sign == b' '
            && let Some(end) = short_time_end(line, from, at)
        {
            self.value(from, end, Traits::DURATION);
            return end;
        }
        let version = matches!(word[0], b'v' | b'V')
            && from == self.unit.line
            && word[1..].iter().all(u8::is_ascii_digit);
        if escaped(word)
            || class != DIGIT && !version && !value_by_form(word, class & (LETTER | OTHER) == 0, before)
        {
            self.literal(line, from, at);
            return at;
        }
        let mut traits = Traits::of_class(class & HEX != 0, class & LETTER != 0, class & OTHER != 0);
        if class & LETTER != 0
            && let Some(unit) = unit_of(word)
        {
            traits = unit;
        }
        let clock = sign == b':' && line.get(at + 1).is_some_and(u8::is_ascii_digit) && class == DIGIT;
        let after_date = self.after_value + 1 == self.shape.len()
            && self.shape.last() == Some(&b' ')
            && self.values.last().is_some_and(|last| last.is_date());
        if after_date
            && class == DIGIT
            && (clock || self.values.last().is_some_and(|last| last.contains(Traits::TIME)))
        {
            self.time_part(from, at);
        } else {
            self.value(from, at, traits);
        }
        at
    }

    /// Writes a value; values with one joining sign between them become one.
    #[inline]
    fn value(&mut self, from: usize, to: usize, traits: Traits) {
        let mut from = from;
        let mut traits = traits;
        if let [before @ .., b'-' | b'+'] = &self.shape[..]
            && before.last().is_none_or(|byte| opens(*byte))
        {
            self.shape.pop();
            if TRACE {
                self.places.pop();
            }
            from -= 1;
            traits = traits.with(Traits::SIGN);
        }
        let length = self.shape.len();
        if self.after_value == length || (self.after_value + 1 == length && joins(self.shape[length - 1])) {
            self.join(to, traits);
            return;
        }
        self.shape.push(VALUE);
        self.after_value = self.shape.len();
        self.values.push(traits);
        self.dots = 0;
        if TRACE {
            self.places.push(from);
            self.spans.push((from, to));
        }
    }

    fn join(&mut self, to: usize, traits: Traits) {
        let mut joined = traits;
        if self.after_value < self.shape.len() {
            let sign = self.shape.pop().unwrap_or(b' ');
            if TRACE {
                self.places.pop();
            }
            joined = joined.with(Traits::of_sign(sign));
            if sign == b'.' {
                self.dots += 1;
                joined = if self.dots == 3 { joined.with(Traits::QUAD) } else { joined };
            }
        }
        if let Some(last) = self.values.last_mut() {
            *last = last.with(joined);
            if self.dots > 3 {
                *last = last.without(Traits::QUAD);
            }
        }
        if TRACE && let Some(span) = self.spans.last_mut() {
            span.1 = to;
        }
        // The value began in an earlier unit: what follows is judged alone.
        if self.shape.len() < self.unit.shape {
            self.begin_unit(to);
        }
    }

    /// Ends a unit: decides whether it is a name of a host or of a person at a host, as a whole.
    #[inline]
    fn end_unit(&mut self, line: &[u8], at: usize) {
        if self.unit.dots == 0 && self.unit.dashes == 0 {
            return;
        }
        self.end_composed(line, at);
    }

    fn end_composed(&mut self, line: &[u8], at: usize) {
        let unit = self.unit;
        let values = self.values.len() - unit.values;
        let port = port_follows(line, at);
        if (values == 1 && self.shape.len() == unit.shape + 1) || at <= unit.line {
            return;
        }
        let end = if line[at - 1] == b'.' { at - 1 } else { at };
        let numbered = port && unit.dashes > 0 && values > 0 && self.after_value == self.shape.len();
        let resolved = values > 0
            && self.after_value == self.shape.len()
            && self
                .values
                .last()
                .is_some_and(|last| last.contains(Traits::QUAD) && !last.contains(Traits::SLASH))
            && line[unit.line..end].contains(&b'/');
        let place = unit.dashes > 0 && place_code(&line[unit.line..end]);
        if !numbered && !resolved && !place && !host_like(&line[unit.line..end], port) {
            return;
        }
        self.shape.truncate(unit.shape);
        self.values.truncate(unit.values);
        self.after_value = unit.after_value;
        if TRACE {
            self.spans.truncate(unit.values);
            self.places.truncate(unit.shape);
        }
        self.value(unit.line, end, if place { Traits::LETTER } else { Traits::HOST });
        if end < at {
            self.literal(line, end, at);
        }
    }
}

/// Reports whether a word begins with a character that is written as a backslash and three octal digits.
fn escaped(word: &[u8]) -> bool {
    matches!(word, [b'\\', b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..])
}

/// Reports whether a sign after this byte belongs to the number that follows.
const fn opens(byte: u8) -> bool {
    matches!(byte, b' ' | b'(' | b'[' | b'{' | b'=' | b':' | b',' | b';' | b'"' | b'\'' | b'|' | b'#' | b'&')
}

impl Tokens<true> {
    /// Returns the piece of the line from which a piece of the shape was made.
    pub(super) fn in_line(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let value_before = |at: usize| self.shape[..at].iter().filter(|byte| **byte == VALUE).count();
        let Some(begin) = self.places.get(from).copied() else { return self.end..self.end };
        if to == from {
            return begin..begin;
        }
        let end = if self.shape[to - 1] == VALUE {
            self.spans[value_before(to - 1)].1
        } else {
            self.places[to - 1] + 1
        };
        begin..end
    }
}
