//! Reads JSON that is not written line by line: each element of a document's array, or each document, as a line.
//!
//! The bytes of the text are turned into others one by one, so that every place stays what it is in the file: the comma
//! behind an element becomes a line end, what stands around the elements and the line ends in them become blanks. A
//! block that begins with an element can then be read without what stands before it.

mod look;

use std::borrow::Cow;
use std::path::PathBuf;

use serde::de::IgnoredAny;

pub(super) use look::{Verdict, told};

use super::problem::LogNotice;

/// Containers that an element may hold inside each other; JSON lines are read no deeper either.
const DEEPEST: u32 = 127;

/// Bytes of a key that are looked at.
const LONGEST_KEY: usize = 64;

/// Where a text holds its records, and how it sets them off from each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Elements {
    holder: Holder,
    /// The members that lead to the array; none where the document is the array, or the record.
    keys: Vec<String>,
    layout: Layout,
}

/// What holds the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    /// An array of a document.
    Array,
    /// The text: each document is a record, written over several lines.
    Text,
}

/// By what an element is known to end although its own brackets do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Layout {
    /// By nothing but what stands between two elements.
    Free,
    /// Every element stands on a line of its own.
    Lined,
    /// The bracket that closes an element is the first of its line, in this column; all else stands further right.
    Indented(u32),
}

impl Elements {
    /// Says in which array of a file the records stand; `None` where each document is a record.
    pub(super) fn notice(&self, path: PathBuf) -> Option<LogNotice> {
        let array = (!self.keys.is_empty()).then(|| self.keys.join("."));
        (self.holder == Holder::Array).then_some(LogNotice::Elements { path, array })
    }

    /// Begins at a byte of the text that is its first, or the first behind an element.
    pub(super) fn at(&self, offset: u64) -> Flattener {
        // A byte order mark is not handed on.
        let is_before = offset <= 3 && self.holder == Holder::Array;
        let place = if is_before { Place::Between } else { Place::Array };
        Flattener::new(self.clone(), place)
    }

    /// Begins somewhere: what comes up to the next element is not understood.
    pub(super) fn within(&self) -> Flattener {
        Flattener::new(self.clone(), Place::Lost)
    }

    /// Begins behind bytes that are known: in the array, or behind its end.
    pub(super) fn behind(&self, before: &[u8]) -> Flattener {
        let before = before.trim_ascii_end();
        let mut rest = before;
        for _ in &self.keys {
            rest = rest.strip_suffix(b"}").unwrap_or(rest).trim_ascii_end();
        }
        let is_array = self.holder == Holder::Array;
        let closed = is_array && rest.ends_with(b"]") && (self.keys.is_empty() || rest.len() < before.len());
        let mut flattener = Flattener::new(self.clone(), Place::Array);
        if closed {
            flattener.place = Place::Between;
        } else if is_array && before.ends_with(b"]") {
            flattener.leave_array();
        }
        flattener
    }
}

/// Reports whether the bytes of a record are one JSON object to its end.
pub(super) fn is_object(record: &[u8]) -> bool {
    let record = record.trim_ascii();
    record.first() == Some(&b'{') && serde_json::from_slice::<IgnoredAny>(record).is_ok()
}

/// Returns the text of an element without the blanks between its parts.
pub(super) fn squeezed(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("  ") {
        return text;
    }
    let (mut inside, mut escaped) = (false, false);
    let kept = text.chars().filter(|&c| {
        let keeps = inside || !c.is_ascii_whitespace();
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = inside,
            '"' => inside = !inside,
            _ => {}
        }
        keeps
    });
    Cow::Owned(kept.collect())
}

/// Where a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before, between or behind documents.
    Between,
    /// In a document, outside of its array.
    Around,
    /// Behind the documents, in something that is none.
    Foreign,
    /// In the array, between elements.
    Array,
    /// In an element.
    Element,
    /// In an element whose end its brackets do not tell.
    Lost,
}

/// Whether a byte stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    Escaped,
}

/// Turns the bytes of documents into lines, one element each.
#[derive(Clone, Debug)]
pub(super) struct Flattener {
    elements: Elements,
    place: Place,
    text: Text,
    /// Containers that are open: of the document, or of the element.
    depth: u32,
    /// Which containers of the element are objects, a bit each.
    objects: u128,
    /// Members of the way to the array that are open.
    matched: usize,
    /// The last text outside of the array.
    key: Vec<u8>,
    /// The last byte that is no blank and stands in no text.
    last: u8,
    /// The byte before closed a text.
    glued: bool,
    /// An element stands on the line that is not ended.
    pending: bool,
    /// An array was reached.
    reached: bool,
    /// The blanks since the line began; `None` behind something else.
    column: Option<u32>,
}

impl Flattener {
    fn new(elements: Elements, place: Place) -> Self {
        Self {
            elements,
            place,
            text: Text::Outside,
            depth: 0,
            objects: 0,
            matched: 0,
            key: Vec::new(),
            last: 0,
            glued: false,
            pending: false,
            reached: place != Place::Between,
            column: None,
        }
    }

    /// Turns the bytes that come next.
    pub(super) fn run(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        while at < bytes.len() {
            if self.place == Place::Element && self.text == Text::Inside {
                // What stands in a text stays as it is.
                let same = memchr::memchr3(b'"', b'\\', b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                if same > 0 {
                    self.column = None;
                    at += same;
                    continue;
                }
            }
            bytes[at] = self.step(bytes[at]);
            at += 1;
        }
    }

    fn step(&mut self, b: u8) -> u8 {
        let column = self.column;
        self.column = match b {
            b'\n' => Some(0),
            b' ' | b'\t' | b'\r' => column.map(|n| n.saturating_add(1)),
            _ => None,
        };
        match self.place {
            Place::Between => self.between(b),
            Place::Around => self.around(b),
            Place::Foreign => blanked(b),
            Place::Array => self.array(b),
            Place::Element => self.element(b, column),
            Place::Lost => self.lost(b, column),
        }
    }

    fn between(&mut self, b: u8) -> u8 {
        match b {
            b'\n' if self.reached => b'\n',
            b' ' | b'\t' | b'\r' | b'\n' => b' ',
            // The bracket before it closed something else than the array.
            b',' if self.reached => {
                self.place = Place::Array;
                b' '
            }
            // A byte order mark.
            0xef | 0xbb | 0xbf => b,
            b'[' if self.elements.keys.is_empty() => self.enter_array(),
            b'{' if !self.elements.keys.is_empty() => {
                self.place = Place::Around;
                (self.depth, self.matched, self.last) = (1, 0, b);
                b' '
            }
            _ => {
                self.place = Place::Foreign;
                b
            }
        }
    }

    fn enter_array(&mut self) -> u8 {
        // What stands before the array is on a line of its own: no block begins with it.
        let end = if self.reached { b'\n' } else { b' ' };
        self.place = Place::Array;
        self.reached = true;
        self.pending = false;
        end
    }

    fn leave_array(&mut self) {
        let open = self.elements.keys.len();
        self.place = if open == 0 { Place::Between } else { Place::Around };
        self.depth = u32::try_from(open).unwrap_or_default();
        self.matched = open.saturating_sub(1);
        self.text = Text::Outside;
        self.last = b']';
        self.pending = false;
    }

    /// Walks outside of the array; nothing of it is kept.
    fn around(&mut self, b: u8) -> u8 {
        let kept = if b == b'\n' && self.reached { b'\n' } else { b' ' };
        match (self.text, b) {
            (Text::Escaped, _) => self.text = Text::Inside,
            (Text::Inside, b'"') => self.text = Text::Outside,
            (Text::Inside, b'\\') => self.text = Text::Escaped,
            (Text::Inside, _) => {
                if self.key.len() < LONGEST_KEY {
                    self.key.push(b);
                }
            }
            (Text::Outside, b'"') => {
                self.text = Text::Inside;
                self.key.clear();
            }
            (Text::Outside, b'{' | b'[') => {
                if self.is_on_the_way() {
                    let is_last = self.matched + 1 == self.elements.keys.len();
                    if b == b'[' && is_last {
                        return self.enter_array();
                    }
                    self.matched += usize::from(b == b'{' && !is_last);
                }
                self.depth += 1;
                self.last = b;
            }
            (Text::Outside, b'}' | b']') => {
                self.depth = self.depth.saturating_sub(1);
                self.matched = self.matched.min(super::narrow(u64::from(self.depth)).saturating_sub(1));
                self.last = b;
                if self.depth == 0 {
                    self.place = Place::Between;
                }
            }
            (Text::Outside, b' ' | b'\t' | b'\r' | b'\n') => {}
            (Text::Outside, _) => self.last = b,
        }
        kept
    }

    /// Reports whether the value that begins belongs to the next member of the way to the array.
    fn is_on_the_way(&self) -> bool {
        self.last == b':'
            && u64::from(self.depth) == super::wide(self.matched) + 1
            && self.elements.keys.get(self.matched).is_some_and(|key| key.as_bytes() == self.key)
    }

    fn array(&mut self, b: u8) -> u8 {
        match b {
            b',' | b'\n' => {
                let end = if self.pending { b'\n' } else { b' ' };
                self.pending = false;
                end
            }
            b' ' | b'\t' | b'\r' => b' ',
            b']' if self.elements.holder == Holder::Array => {
                let end = if self.pending { b'\n' } else { b' ' };
                self.leave_array();
                end
            }
            // One bracket too many: it makes its element a broken one.
            b'}' => b,
            _ => {
                self.place = Place::Element;
                (self.depth, self.objects, self.last) = (0, 0, 0);
                (self.text, self.glued, self.pending) = (Text::Outside, false, true);
                self.element(b, None)
            }
        }
    }

    fn element(&mut self, b: u8, column: Option<u32>) -> u8 {
        if self.text != Text::Outside {
            return self.in_text(b, column);
        }
        let glued = std::mem::take(&mut self.glued);
        match b {
            b',' | b']' | b'\n' if self.depth == 0 && self.ends(b) => {
                self.place = Place::Array;
                return self.array(b);
            }
            b' ' | b'\t' | b'\r' | b'\n' => return b' ',
            b'{' | b'[' => {
                // In an object a value stands behind a colon: without one, a bracket was not closed before.
                if self.depth >= DEEPEST || self.is_in_object() && self.last != b':' {
                    return self.lose(b, column);
                }
                self.objects = (self.objects << 1) | u128::from(b == b'{');
                self.depth += 1;
            }
            b'}' | b']' => {
                if self.depth == 0 || self.is_in_object() != (b == b'}') {
                    return self.lose(b, column);
                }
                self.objects >>= 1;
                self.depth -= 1;
                if self.depth == 0 {
                    self.place = Place::Array;
                }
            }
            // Behind a closed text stands nothing else than a comma, a colon or a bracket: a quote is missing.
            _ if glued && !matches!(b, b',' | b':') => return self.lose(b, column),
            b'"' => self.text = Text::Inside,
            _ => {}
        }
        self.last = b;
        b
    }

    fn in_text(&mut self, b: u8, column: Option<u32>) -> u8 {
        match b {
            // A text has no line end: its closing quote is missing.
            b'\n' => return self.lose(b, column),
            _ if self.text == Text::Escaped => self.text = Text::Inside,
            b'\\' => self.text = Text::Escaped,
            b'"' => {
                self.text = Text::Outside;
                (self.glued, self.last) = (true, b);
            }
            _ => {}
        }
        b
    }

    /// Reports whether a byte ends what stands in no bracket: in an array a comma does, in a text a line end.
    fn ends(&self, b: u8) -> bool {
        (b == b'\n') == (self.elements.holder == Holder::Text)
    }

    fn is_in_object(&self) -> bool {
        self.depth > 0 && self.objects & 1 == 1
    }

    fn lose(&mut self, b: u8, column: Option<u32>) -> u8 {
        self.place = Place::Lost;
        self.text = Text::Outside;
        self.glued = false;
        self.lost(b, column)
    }

    /// Waits for the end of an element by the way in which elements are set off from each other.
    fn lost(&mut self, b: u8, column: Option<u32>) -> u8 {
        match self.elements.layout {
            Layout::Lined if b == b'\n' => {
                (self.place, self.pending) = (Place::Array, false);
                return b;
            }
            Layout::Indented(closing) if b == b'}' && column == Some(closing) => {
                (self.place, self.pending) = (Place::Array, true);
                return b;
            }
            Layout::Free if b == b',' && self.last == b'}' => {
                (self.place, self.pending) = (Place::Array, false);
                return b'\n';
            }
            Layout::Free | Layout::Lined | Layout::Indented(_) => {}
        }
        if !b.is_ascii_whitespace() {
            self.last = b;
        }
        blanked(b)
    }
}

/// A line end inside of a record becomes a blank.
const fn blanked(b: u8) -> u8 {
    if matches!(b, b'\n' | b'\r') { b' ' } else { b }
}
