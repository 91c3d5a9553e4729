//! What the window gets of the inventory and the map.

mod catalog;
mod doubts;
mod listing;
mod map;
mod sources;

pub use catalog::*;
pub use doubts::*;
pub use listing::*;
pub use map::*;
pub use sources::*;
