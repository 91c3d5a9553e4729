//! What stands at one end of a range of log records: what a list shows first, without reading all of it.

use wardroom_core::LogRecord;

use super::LogNotice;

/// The end of a range at which a list of records begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEnd {
    /// The newest record comes first.
    Newest,
    /// The oldest record comes first.
    Oldest,
}

/// The records at one end of a range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogPeek {
    /// The records, in the order that was asked for; in which order those of one millisecond come is not told.
    pub records: Vec<LogRecord>,
    /// For each record a number that is the same whenever the same document is read.
    pub keys: Vec<u64>,
    /// Whether there may be more behind them.
    pub more: bool,
    /// Whether records are missing.
    pub partial: bool,
    /// Why, and what else there is to know.
    pub notices: Vec<LogNotice>,
}
