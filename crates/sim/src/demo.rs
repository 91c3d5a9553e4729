//! The demo's world: one fixed history with one fault, readable at any place without running it.
//!
//! Its values are functions of the time, so that eight days of it are there at once. Worlds that answer to what people
//! do are the crate's [`World`](crate::World).

mod faults;
mod inventory;
mod lines;
mod load;
mod model;
mod programs;
mod scenario;
mod telemetry;
mod timeline;
mod truth;
mod world;

pub use scenario::{Scenario, ScenarioError};
pub use telemetry::SeriesSpec;
pub use truth::Truth;
pub use world::World;
