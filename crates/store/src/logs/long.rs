//! Messages and fields of a block, unpacked and read no further than a question asks.

use std::cell::OnceCell;

use wardroom_core::Labels;

use super::block::View;
use super::bytes::{Reader, unzip_start};
use super::frames::{Frames, filled};
use super::head::Head;
use super::{fields, texts};
use crate::error::StoreError;

/// Bytes that are unpacked for the wordings of messages that stand in one frame: one block of it (RFC 8878, section
/// 3.1.1.2.4).
const HEAD_BYTES: usize = 128 << 10;

/// The bytes of messages and fields of a block, each frame unpacked when it is first asked for.
#[derive(Debug)]
pub(crate) struct Unpacked<'p> {
    parts: View<'p>,
    /// The beginning of messages in one frame.
    start: OnceCell<Vec<u8>>,
    messages: Frames<'p>,
    fields: Option<Frames<'p>>,
}

impl<'p> Unpacked<'p> {
    /// Finds the frames of a block's messages and fields.
    pub(crate) fn new(parts: View<'p>) -> Result<Self, StoreError> {
        Ok(Self {
            parts,
            start: OnceCell::new(),
            messages: Frames::split(parts.messages)?,
            fields: parts.fields.map(Frames::split).transpose()?,
        })
    }

    /// Returns messages and fields of the block's `n` records, to be read when they are asked for.
    pub(crate) const fn long(&self, n: usize) -> Long<'_> {
        Long { unpacked: self, n, head: OnceCell::new(), messages: OnceCell::new(), fields: OnceCell::new() }
    }
}

/// Messages and fields of a block, each read when it is first asked for.
#[derive(Debug)]
pub(crate) struct Long<'a> {
    unpacked: &'a Unpacked<'a>,
    n: usize,
    /// The wordings of the messages; `None` when the bytes that were unpacked for them do not hold all.
    head: OnceCell<Option<Head<'a>>>,
    messages: OnceCell<texts::Texts<'a>>,
    fields: OnceCell<Option<fields::Fields<'a>>>,
}

impl<'a> Long<'a> {
    /// Returns the wordings of messages that stand in one frame, for which little has to be unpacked; `None` when the
    /// messages are read already, their values stand apart, or there are too many wordings.
    pub(crate) fn head(&self) -> Result<Option<&Head<'a>>, StoreError> {
        if self.messages.get().is_some() || !self.unpacked.messages.is_single() {
            return Ok(None);
        }
        let head = filled(&self.head, || {
            let packed = self.unpacked.parts.messages;
            let raw = filled(&self.unpacked.start, || unzip_start(packed, HEAD_BYTES))?;
            // What cannot be read here is either cut off or damaged: the whole messages tell.
            Ok(Head::read(&mut Reader::new(raw), self.n).ok())
        })?;
        Ok(head.as_ref())
    }

    /// Returns the messages.
    pub(crate) fn messages(&self) -> Result<&texts::Texts<'a>, StoreError> {
        filled(&self.messages, || texts::Texts::read(&mut self.unpacked.messages.open()?, self.n))
    }

    /// Returns the fields; `None` when no record has any.
    pub(crate) fn fields(&self) -> Result<Option<&fields::Fields<'a>>, StoreError> {
        let read = filled(&self.fields, || {
            let Some(frames) = &self.unpacked.fields else { return Ok(None) };
            fields::Fields::read(&mut frames.open()?, self.n).map(Some)
        })?;
        Ok(read.as_ref())
    }

    /// Reports whether the fields were asked for and the messages were not.
    pub(crate) fn only_fields_are_read(&self) -> bool {
        self.fields.get().is_some() && self.messages.get().is_none()
    }

    /// Writes the message of one record over a text.
    pub(crate) fn message_to(&self, row: usize, out: &mut String) -> Result<(), StoreError> {
        out.clear();
        self.messages()?.append_to(row, out)
    }

    /// Returns the fields of one record.
    pub(crate) fn fields_of(&self, row: usize) -> Result<Labels, StoreError> {
        self.fields()?.map_or_else(|| Ok(Labels::default()), |fields| fields.get(row))
    }
}
