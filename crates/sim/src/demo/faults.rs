//! What can go wrong in a world: one file for each fault.

pub(crate) mod index_lag;
pub(crate) mod slow_storage;
