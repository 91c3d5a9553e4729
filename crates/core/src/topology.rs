//! The topology: entities and who depends on whom.

use crate::entity::Entity;
use crate::time::Timestamp;

/// One directed edge: `from` depends on `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The key of the entity that depends; its name where no entity of the same inventory has the key.
    pub from: String,
    /// The key, or else the name, of the entity it depends on.
    pub to: String,
    /// How (`calls`, `reads`, `writes`, `caches in`, `publishes to`, `consumes from`, `runs on`, `balances`,
    /// `replicates to`, `part of`, `depends on`, `connects to`, or the inventory's own word).
    pub how: String,
    /// When the inventory last changed or confirmed it; `None` when it does not tell.
    pub changed_at: Option<Timestamp>,
}

impl Dependency {
    /// Returns the edge by which `from` depends on `to`, of unknown age.
    pub fn new(from: &str, to: &str, how: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), how: how.to_owned(), changed_at: None }
    }
}

/// Entities and the dependencies between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// The entities, sorted by kind and name.
    pub entities: Vec<Entity>,
    /// The edges, sorted. An end may be missing among the entities: inventories are like that.
    pub dependencies: Vec<Dependency>,
}
