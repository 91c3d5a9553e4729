//! Streams that are one document: their first bytes are held until they tell.

use super::{Elements, Flattener, Verdict, told};

/// Turns a stream into lines when it is a document with records; other streams stay as they are.
#[derive(Debug, Default)]
pub(in super::super) struct Front {
    /// The first bytes, until they tell what the stream is.
    held: Vec<u8>,
    is_told: bool,
    found: Option<(Elements, Flattener)>,
}

impl Front {
    /// Leaves the stream as it is whatever it looks like.
    pub(in super::super) fn closed() -> Self {
        Self { is_told: true, ..Self::default() }
    }

    /// Returns where the stream holds its records, when it is a document.
    pub(in super::super) fn elements(&self) -> Option<&Elements> {
        self.found.as_ref().map(|(elements, _)| elements)
    }

    /// Returns the lines of the bytes that come next; none while it is not told what they are.
    pub(in super::super) fn text_of(&mut self, bytes: Vec<u8>, most: usize) -> Vec<u8> {
        if self.is_told {
            return self.turned(bytes);
        }
        self.held.extend_from_slice(&bytes);
        let enough = self.held.len() >= most;
        self.tell(enough)
    }

    /// Returns what was held when nothing comes any more.
    pub(in super::super) fn rest(&mut self) -> Vec<u8> {
        if self.is_told { Vec::new() } else { self.tell(true) }
    }

    fn tell(&mut self, whole: bool) -> Vec<u8> {
        match told(&self.held, whole) {
            Verdict::NotYet => return Vec::new(),
            Verdict::No => {}
            Verdict::Yes(elements) => {
                let flattener = elements.at(0);
                self.found = Some((elements, flattener));
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
