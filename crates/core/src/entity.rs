//! Entities: what can be affected.

use crate::label::Labels;

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// Answers requests or works on messages.
    Service,
    /// A machine, real or virtual.
    Host,
    /// Keeps data.
    Database,
    /// Keeps answers of something slower.
    Cache,
    /// Keeps messages until they are taken.
    Queue,
    /// Passes requests on.
    Balancer,
}

impl EntityKind {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Host => "host",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Queue => "queue",
            Self::Balancer => "balancer",
        }
    }

    /// Reads what [`EntityKind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "service" => Some(Self::Service),
            "host" => Some(Self::Host),
            "database" => Some(Self::Database),
            "cache" => Some(Self::Cache),
            "queue" => Some(Self::Queue),
            "balancer" => Some(Self::Balancer),
            _ => None,
        }
    }
}

/// Anything that can be affected, as an inventory records it. A text that is not known is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Its name, unique within its kind.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its importance: 1 (the business stops) to 3; `None` when not recorded.
    pub tier: Option<u8>,
    /// The business domain.
    pub domain: String,
    /// The owning team.
    pub team: String,
    /// Whom to ask.
    pub contact: String,
    /// The environment (`production`).
    pub environment: String,
    /// The site or zone.
    pub site: String,
    /// Further attributes (version, addresses, …).
    pub tags: Labels,
}
