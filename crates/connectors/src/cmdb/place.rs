//! Where a read of an inventory goes on: it can be written to a file and used after a restart.

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryPlace {
    /// The mapping that the place belongs to; a place of another mapping begins again.
    pub(crate) mapping: String,
    /// The time since when changes are read; `None` for everything.
    pub(crate) since: Option<Timestamp>,
    /// The position of the class in the mapping.
    pub(crate) class: usize,
    /// The key of the lookup for which the class is read; `None` for a class that is read once.
    pub(crate) each: Option<String>,
    /// The page within the class.
    pub(crate) at: Position,
    /// Items in one page.
    pub(crate) limit: u64,
    /// Pages of the class read so far.
    pub(crate) pages: u64,
    /// Items of the class that came so far, repeated ones included.
    pub(crate) came: u64,
    /// Different items of the class so far, as far as they are remembered.
    pub(crate) fresh: u64,
    /// What the source said about the number of items of the class.
    pub(crate) total: Option<u64>,
    /// Pages in a row that brought nothing that was not there already.
    pub(crate) repeats: u32,
    /// Items of all classes before this one.
    pub(crate) read_before: u64,
    /// What the source said about the number of items of the classes before this one.
    pub(crate) of_before: Option<u64>,
    /// Whether the source was found to ignore the filter for changes in this class.
    pub(crate) filter_ignored: bool,
    /// Classes that could not be read.
    pub(crate) lost: u32,
}

/// The page within a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    /// The first.
    First,
    /// Behind so many items.
    Offset(u64),
    /// The page of this number.
    Page(u64),
    /// Behind this cursor of the source.
    Cursor(String),
    /// At this path with its parameters, below the origin of the settings.
    Target(String),
}

impl InventoryPlace {
    /// Returns the place of the first page of the first class.
    pub(crate) fn first(mapping: &str, since: Option<Timestamp>, limit: u64) -> Self {
        Self {
            mapping: mapping.to_owned(),
            since,
            class: 0,
            each: None,
            at: Position::First,
            limit,
            pages: 0,
            came: 0,
            fresh: 0,
            total: None,
            repeats: 0,
            read_before: 0,
            of_before: Some(0),
            filter_ignored: false,
            lost: 0,
        }
    }

    /// Returns the place behind so many items of a source that has no classes.
    pub(crate) fn of_offset(mapping: &str, since: Option<Timestamp>, offset: usize) -> Self {
        Self { at: Position::Offset(offset as u64), ..Self::first(mapping, since, 0) }
    }

    /// Returns the number of items that such a place is behind; `None` for a place of another source.
    pub(crate) fn offset_of(&self, mapping: &str) -> Option<usize> {
        let Position::Offset(offset) = self.at else {
            return None;
        };
        if self.mapping == mapping { usize::try_from(offset).ok() } else { None }
    }

    /// Returns the place of the first page of the same class for another key of its lookup.
    pub(crate) fn next_key(&self, key: String, limit: u64) -> Self {
        Self { class: self.class, each: Some(key), ..self.next_class(limit) }
    }

    /// Returns the place of the first page of the class behind this one.
    pub(crate) fn next_class(&self, limit: u64) -> Self {
        Self {
            class: self.class + 1,
            read_before: self.read_before + self.fresh,
            lost: self.lost,
            of_before: self.of_before.zip(self.total).map(|(a, b)| a.saturating_add(b)),
            ..Self::first(&self.mapping, self.since, limit)
        }
    }
}
