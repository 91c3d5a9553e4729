//! What exists and what depends on what: one model out of many inventories and of what telemetry shows.
//!
//! [`identity`] tells which records of several inventories are one thing, [`model`] merges them and their edges into
//! the model that everything else asks, [`infer`] and [`propose`] read edges from telemetry, [`owners`] proposes whose
//! things are, [`layout`] draws them and [`reach`] follows them. Start reading at [`model::build`].

pub mod identity;
pub mod infer;
pub mod layout;
pub mod model;
pub mod owners;
pub mod propose;
pub mod reach;
