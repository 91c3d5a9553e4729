//! What exists, who owns it, what depends on what, and how sure that is: the catalog, the map, and what people decide.
//!
//! `room` keeps the model of the open workspace, which everything else reads. Start reading there.

mod catalog;
mod decisions;
mod doubts;
mod export;
mod files;
mod history;
mod learn;
mod listing;
mod map;
mod mapping;
mod matching;
mod phrases;
mod probe;
mod reach;
pub(crate) mod room;
mod rows;
pub(crate) mod sync;
#[cfg(test)]
mod tests;

pub use catalog::{delete_filter, entity, save_filter};
pub use decisions::{decide, decisions, undo};
pub use doubts::{every_doubt, held_back, loose_ends, release_held_back};
pub use export::{export, export_text};
pub use files::{import, import_in, preview, recognized};
pub use history::{edge_history, entity_history};
pub use learn::observe;
pub use listing::{dependencies, doubts, entities, entity_names};
pub use map::map;
pub use mapping::{check as check_mapping, presets};
pub use reach::{paths, reach, single_points};
pub use rows::*;
pub use sync::InventoryOutcome;

pub(crate) use learn::{observe_new_lines, observe_quietly};
pub(crate) use mapping::{require_readable as require_mapping, text_of as mapping_text};
pub(crate) use matching::{Chosen, Naming, choose, narrowed};
pub(crate) use probe::probe;
pub(crate) use room::records_of;
