//! Tells by the first bytes whether a text is JSON that is not written line by line, and where it holds its records.

use super::super::detect::without_mark;
use super::super::json::{self, Slot};
use super::super::otlp;
use super::{Elements, Flattener, Holder, Layout, Place, Text};

/// Members of a document that hold records: Elasticsearch's and `OpenSearch`'s answers, the exports of clouds, and what
/// many programs name them.
const ARRAYS: [&[&str]; 12] = [
    &["hits", "hits"],
    &["hits"],
    &["records"],
    &["Records"],
    &["events"],
    &["entries"],
    &["logs"],
    &["value"],
    &["results"],
    &["messages"],
    &["items"],
    &["data"],
];

/// What the first bytes tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Verdict {
    /// The text is something else.
    No,
    /// More of it is needed.
    NotYet,
    /// The text is a document with records.
    Yes(Elements),
}

/// Tells whether a text is a document with records; `whole` says that no more of it will come.
pub(in super::super) fn told(sample: &[u8], whole: bool) -> Verdict {
    let sample = without_mark(sample);
    match look(sample) {
        Verdict::NotYet if whole => Verdict::No,
        Verdict::Yes(elements) if !whole && !is_settled(&elements, sample) => Verdict::NotYet,
        verdict @ (Verdict::No | Verdict::NotYet | Verdict::Yes(_)) => verdict,
    }
}

/// Reports whether the sample holds a whole element: it tells how they are set off from each other.
fn is_settled(elements: &Elements, sample: &[u8]) -> bool {
    match (elements.holder, reach(elements, sample)) {
        // Without a whole document it would not be known as one.
        (Holder::Text, _) => true,
        (Holder::Array, Reach::Array(first)) => first.end.is_some(),
        (Holder::Array, Reach::Closed | Reach::Open) => false,
    }
}

fn look(sample: &[u8]) -> Verdict {
    let mut behind = sample.trim_ascii_start().iter();
    let first = behind.next();
    let next = behind.find(|b| !b.is_ascii_whitespace());
    let found: Vec<Elements> = match (first, next) {
        (Some(b'['), _) => vec![in_array(&[])],
        (None, _) | (Some(b'{'), None) => return Verdict::NotYet,
        (Some(b'{'), Some(b'"')) if otlp::begins(sample) || is_record(sample) => return documents(sample),
        (Some(b'{'), Some(b'"')) => ARRAYS.iter().map(|keys| in_array(keys)).collect(),
        (Some(_), _) => return Verdict::No,
    };
    let is_array = first == Some(&b'[');
    let mut open = false;
    for mut elements in found {
        match reach(&elements, sample) {
            Reach::Array(first) if first.is_object == Some(true) && !is_mixed(&elements, sample) => {
                elements.layout = first.layout(sample);
                return Verdict::Yes(elements);
            }
            Reach::Array(first) => open |= first.is_object.is_none(),
            Reach::Open => open = true,
            Reach::Closed => {}
        }
    }
    match (open, is_array) {
        (true, _) => Verdict::NotYet,
        (false, true) => Verdict::No,
        (false, false) => documents(sample),
    }
}

fn in_array(keys: &[&str]) -> Elements {
    let keys = keys.iter().map(|&key| key.to_owned()).collect();
    Elements { holder: Holder::Array, keys, layout: Layout::Free }
}

/// Tells whether the text is one document behind the other, the first over several lines.
fn documents(sample: &[u8]) -> Verdict {
    let mut elements = Elements { holder: Holder::Text, keys: Vec::new(), layout: Layout::Free };
    let start = sample.len() - sample.trim_ascii_start().len();
    let mut flattener = elements.at(0);
    let end = sample[start..].iter().position(|&b| {
        flattener.step(b);
        flattener.place != Place::Element
    });
    let Some(end) = end.map(|n| start + n + 1) else {
        // A batch over several lines is mostly longer than the sample: its name tells what it is.
        let line_end = memchr::memchr(b'\n', &sample[start..]).filter(|_| otlp::begins(sample));
        let is_batch = line_end.is_some_and(|n| !otlp::begins(&sample[start + n..]));
        return if is_batch { Verdict::Yes(elements) } else { Verdict::NotYet };
    };
    let behind = sample[end..].iter().find(|b| !b.is_ascii_whitespace());
    let goes_on = matches!(behind, None | Some(b'{' | b','));
    if flattener.place != Place::Array || !goes_on || !sample[start..end].contains(&b'\n') {
        return Verdict::No;
    }
    elements.layout = First { start, end: Some(end), is_object: Some(true) }.layout(sample);
    Verdict::Yes(elements)
}

/// What a walk over the first document of a sample came to.
enum Reach {
    /// The array.
    Array(First),
    /// The document's end.
    Closed,
    /// The sample's end.
    Open,
}

/// Where the first element of the array stands in a sample.
struct First {
    start: usize,
    /// The byte behind it; `None` where the sample ends before.
    end: Option<usize>,
    /// Whether it begins as an object does; `None` where the sample ends before that.
    is_object: Option<bool>,
}

/// Walks over the first document up to behind the first element of its array.
fn reach(elements: &Elements, sample: &[u8]) -> Reach {
    let mut flattener = elements.at(0);
    let mut begun = false;
    let walked = sample.iter().position(|&b| {
        flattener.step(b);
        begun |= flattener.place != Place::Between;
        begun && flattener.place != Place::Around
    });
    let Some(array) = walked else { return Reach::Open };
    if flattener.place != Place::Array {
        return Reach::Closed;
    }
    let inner = &sample[array + 1..];
    let Some(blanks) = inner.iter().position(|b| !b.is_ascii_whitespace()) else {
        return Reach::Array(First { start: sample.len(), end: None, is_object: None });
    };
    let start = array + 1 + blanks;
    let mut behind = sample[start + 1..].iter().filter(|b| !b.is_ascii_whitespace());
    let is_object = match (sample[start], behind.next()) {
        (b'{', None) => None,
        (b'{', Some(b'"' | b'}')) => Some(true),
        _ => Some(false),
    };
    let end = sample[start..].iter().position(|&b| {
        flattener.step(b);
        flattener.place != Place::Element
    });
    let is_whole = flattener.place == Place::Array;
    Reach::Array(First { start, end: end.filter(|_| is_whole).map(|n| start + n + 1), is_object })
}

impl First {
    /// Tells how elements are set off from each other by the first one and what stands behind it.
    fn layout(&self, sample: &[u8]) -> Layout {
        let Some(end) = self.end else { return Layout::Free };
        let element = &sample[self.start..end];
        let Some(last_line) = memchr::memrchr(b'\n', element) else {
            let gap = sample[end..].iter().position(|b| !b.is_ascii_whitespace() && *b != b',');
            let gap = &sample[end..gap.map_or(sample.len(), |n| end + n)];
            return if gap.contains(&b'\n') { Layout::Lined } else { Layout::Free };
        };
        let column = element.len() - 1 - (last_line + 1);
        let indented = element.split(|&b| b == b'\n').skip(1).all(|line| {
            let blanks = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
            blanks == line.len() || blanks > column || blanks == column && line.len() == column + 1
        });
        let alone = element[last_line + 1..element.len() - 1].trim_ascii().is_empty();
        match u32::try_from(column) {
            Ok(column) if indented && alone => Layout::Indented(column),
            Ok(_) | Err(_) => Layout::Free,
        }
    }
}

/// Reports whether behind the first document of a sample stands something else: lines that begin like an array, or records
/// behind an object that only looks like a document.
fn is_mixed(elements: &Elements, sample: &[u8]) -> bool {
    let mut flattener = elements.at(0);
    let mut has_array = false;
    for &b in sample {
        let before = flattener.place;
        flattener.step(b);
        let is_begun = before == Place::Between && flattener.place == Place::Around;
        has_array = flattener.place == Place::Array || has_array && !is_begun;
        if before == Place::Around && flattener.place == Place::Between && !has_array {
            return true;
        }
    }
    flattener.place == Place::Foreign
}

/// Reports whether the object at the start is a record itself, by a member that says a time, a level or a message.
fn is_record(sample: &[u8]) -> bool {
    let mut walk = Flattener::new(in_array(&[""]), Place::Between);
    for &b in sample {
        let was_key = walk.text == Text::Outside && walk.depth == 1 && b == b':';
        walk.step(b);
        if was_key && matches!(json::slot_of(&walk.key), Some((Slot::Time | Slot::Level | Slot::Message, _)))
        {
            return true;
        }
        if walk.depth == 0 && b == b'}' {
            return false;
        }
    }
    false
}
