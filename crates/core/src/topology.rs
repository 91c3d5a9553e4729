//! The topology: entities and who depends on whom.

use crate::entity::Entity;

/// One directed edge: `from` depends on `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The name of the entity that depends.
    pub from: String,
    /// The name of the entity it depends on.
    pub to: String,
    /// How (`calls`, `reads`, `writes`, `caches in`, `publishes to`, `consumes from`, `runs on`, `balances`).
    pub how: String,
}

/// Entities and the dependencies between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// The entities, sorted by kind and name.
    pub entities: Vec<Entity>,
    /// The edges, sorted. An end may be missing among the entities: inventories are like that.
    pub dependencies: Vec<Dependency>,
}
