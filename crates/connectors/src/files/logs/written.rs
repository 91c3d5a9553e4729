//! Makes a line of each record where records are written otherwise: elements of JSON documents, entries of a journal.

use super::detect::without_mark;
use super::elements::{self, Elements, Verdict};
use super::{LogFormat, LogReading, journald};

/// How records that are no lines are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Written {
    /// As elements of a JSON document, or as documents over several lines.
    Elements(Elements),
    /// As entries of `journalctl -o export`.
    Entries,
}

/// What the first bytes of a text tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Its records are lines.
    Lines,
    /// More of it is needed.
    NotYet,
    /// Its records are no lines.
    Otherwise(Written),
}

/// Tells how the records of a text are written; `whole` says that no more of it will come.
pub(super) fn told(sample: &[u8], whole: bool, reading: &LogReading) -> Told {
    let chosen = reading.format;
    if chosen == Some(LogFormat::JournaldExport) {
        return Told::Otherwise(Written::Entries);
    }
    if chosen.is_some_and(|format| !format.is_json()) {
        return Told::Lines;
    }
    if chosen.is_none() {
        match journald::told(without_mark(sample), whole) {
            Some(true) => return Told::Otherwise(Written::Entries),
            None => return Told::NotYet,
            Some(false) => {}
        }
    }
    match elements::told(sample, whole) {
        Verdict::No => Told::Lines,
        Verdict::NotYet => Told::NotYet,
        Verdict::Yes(elements) => Told::Otherwise(Written::Elements(elements)),
    }
}

impl Written {
    /// Returns how elements are written; `None` for entries.
    pub(super) fn elements(&self) -> Option<&Elements> {
        match self {
            Self::Elements(elements) => Some(elements),
            Self::Entries => None,
        }
    }

    /// Begins at a byte of the text that is its first, or the first behind a record.
    pub(super) fn at(&self, offset: u64) -> Flattener {
        match self {
            Self::Elements(elements) => Flattener::Elements(elements.at(offset)),
            Self::Entries => Flattener::Entries(journald::Flattener::default()),
        }
    }

    /// Begins somewhere: what comes up to the next record is not understood.
    pub(super) fn within(&self) -> Flattener {
        match self {
            Self::Elements(elements) => Flattener::Elements(elements.within()),
            Self::Entries => Flattener::Entries(journald::Flattener::default()),
        }
    }

    /// Begins behind bytes that are known.
    pub(super) fn behind(&self, before: &[u8]) -> Flattener {
        match self {
            Self::Elements(elements) => Flattener::Elements(elements.behind(before)),
            Self::Entries => Flattener::Entries(journald::Flattener::default()),
        }
    }
}

/// Turns the bytes of records into lines, each byte into one other.
#[derive(Clone, Debug)]
pub(super) enum Flattener {
    /// Of JSON documents.
    Elements(elements::Flattener),
    /// Of a journal.
    Entries(journald::Flattener),
}

impl Flattener {
    /// Turns the bytes that come next.
    pub(super) fn run(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Elements(flattener) => flattener.run(bytes),
            Self::Entries(flattener) => flattener.run(bytes),
        }
    }
}

/// Turns a stream into lines when its records are none; other streams stay as they are.
#[derive(Debug, Default)]
pub(super) struct Front {
    /// The first bytes, until they tell what the stream is.
    held: Vec<u8>,
    is_told: bool,
    found: Option<(Written, Flattener)>,
}

impl Front {
    /// Returns how the records are written, when they are no lines.
    pub(super) fn written(&self) -> Option<&Written> {
        self.found.as_ref().map(|(written, _)| written)
    }

    /// Returns the lines of the bytes that come next; none while it is not told what they are, which takes `most` bytes
    /// at the longest.
    pub(super) fn text_of(&mut self, bytes: Vec<u8>, reading: &LogReading, most: usize) -> Vec<u8> {
        if self.is_told {
            return self.turned(bytes);
        }
        self.held.extend_from_slice(&bytes);
        let is_enough = self.held.len() >= most;
        self.tell(reading, is_enough)
    }

    /// Returns what was held when nothing comes any more.
    pub(super) fn rest(&mut self, reading: &LogReading) -> Vec<u8> {
        if self.is_told { Vec::new() } else { self.tell(reading, true) }
    }

    fn tell(&mut self, reading: &LogReading, whole: bool) -> Vec<u8> {
        match told(&self.held, whole, reading) {
            Told::NotYet => return Vec::new(),
            Told::Lines => {}
            Told::Otherwise(written) => {
                let flattener = written.at(0);
                self.found = Some((written, flattener));
            }
        }
        self.is_told = true;
        let held = std::mem::take(&mut self.held);
        self.turned(held)
    }

    fn turned(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        if let Some((_, flattener)) = &mut self.found {
            flattener.run(&mut bytes);
        }
        bytes
    }
}
