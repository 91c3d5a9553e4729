//! Seeded training worlds that behave and break.
//!
//! A [`Scenario`] (a TOML text) describes a shop of services, a pool and a database, what is deployed in it and what
//! goes wrong. A [`World`] makes of it, for a seed and an end, a history of samples that can be read at any place and
//! that goes on beyond its end. The values follow from a small model of queues: load and commit time make waiting,
//! waiting makes slow answers, slow answers make timeouts. What really happens is kept as [`Truth`].
//!
//! What is deliberately *not* here: the wall clock, files (the scenario's text is handed in), shared randomness, and any
//! knowledge of how findings are made. The same scenario, seed and end give the same bytes on every system, in whatever
//! order and from however many threads they are read. Start reading at [`World`].

mod faults;
mod load;
mod model;
mod programs;
mod random;
mod scenario;
mod telemetry;
mod timeline;
mod truth;
mod world;

pub use scenario::{Scenario, ScenarioError};
pub use telemetry::SeriesSpec;
pub use truth::Truth;
pub use world::World;
