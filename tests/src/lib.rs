//! What tests and measurements share.

pub mod accuracy;
pub mod authority;
pub mod gate;
pub mod measure;
