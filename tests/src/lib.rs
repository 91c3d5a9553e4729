//! What tests and measurements share.

pub mod accuracy;
pub mod gate;
pub mod measure;
