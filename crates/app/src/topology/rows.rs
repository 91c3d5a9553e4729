//! What the window gets of the inventory and the map.

mod catalog;
mod doubts;
mod map;
mod sources;

pub use catalog::*;
pub use doubts::*;
pub use map::*;
pub use sources::*;
