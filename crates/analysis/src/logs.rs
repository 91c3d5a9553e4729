//! Logs: what lines have in common, and what can be said of them.
//!
//! [`Miner`] learns lines and finds their templates.

pub mod classify;
mod consolidate;
mod miner;
pub mod parameters;
pub mod secrets;
mod shape;
pub mod surprise;
mod template;
mod tokenize;

pub use miner::{DamagedMiner, Miner};
pub use shape::ShapeId;
pub use template::{LogTemplate, Parameter, ParameterKind, TemplatePart, Templates, template_id};
