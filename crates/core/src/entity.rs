//! Entities: what can be affected.

use crate::label::Labels;
use crate::time::Timestamp;

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
    /// A part of the network: switch, router, firewall.
    Device,
    /// Keeps blocks or files for others: array, volume, bucket.
    Storage,
    /// Machines or processes that act as one.
    Cluster,
    /// A container or pod.
    Container,
    /// Several services and stores that belong together.
    System,
    /// Something outside that is only known by being called.
    External,
    /// Recorded, but as nothing of the above.
    Other,
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
            Self::Device => "device",
            Self::Storage => "storage",
            Self::Cluster => "cluster",
            Self::Container => "container",
            Self::System => "system",
            Self::External => "external",
            Self::Other => "other",
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
            "device" => Some(Self::Device),
            "storage" => Some(Self::Storage),
            "cluster" => Some(Self::Cluster),
            "container" => Some(Self::Container),
            "system" => Some(Self::System),
            "external" => Some(Self::External),
            "other" => Some(Self::Other),
            _ => None,
        }
    }
}

/// Anything that can be affected, as one inventory records it. A text that is not known is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The inventory's own identity of it; its name where the inventory has none.
    pub key: String,
    /// Its name. Two entities of one inventory may share it.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its importance: 1 (the business stops) to 3; `None` when not recorded.
    pub tier: Option<u8>,
    /// The business domain.
    pub domain: String,
    /// The system it is a part of.
    pub system: String,
    /// The owning team.
    pub team: String,
    /// The department of the team.
    pub department: String,
    /// The person who answers for it.
    pub person: String,
    /// How to reach team or person.
    pub contact: String,
    /// The environment (`production`).
    pub environment: String,
    /// The site or zone.
    pub site: String,
    /// In which state the inventory has it (`active`, `decommissioned`).
    pub status: String,
    /// Other names: a full domain name, a display name.
    pub aliases: Vec<String>,
    /// Network addresses, without mask and port.
    pub addresses: Vec<String>,
    /// The serial number of the machine.
    pub serial: String,
    /// Further attributes.
    pub tags: Labels,
    /// Places to read more: a title and a URL each.
    pub links: Labels,
    /// When the inventory last changed what it says of it; `None` when it does not tell.
    pub changed_at: Option<Timestamp>,
}

impl Entity {
    /// Returns an entity of which only kind and name are known; the name is its key.
    pub fn new(kind: EntityKind, name: &str) -> Self {
        Self {
            key: name.to_owned(),
            name: name.to_owned(),
            kind,
            tier: None,
            domain: String::new(),
            system: String::new(),
            team: String::new(),
            department: String::new(),
            person: String::new(),
            contact: String::new(),
            environment: String::new(),
            site: String::new(),
            status: String::new(),
            aliases: Vec::new(),
            addresses: Vec::new(),
            serial: String::new(),
            tags: Labels::default(),
            links: Labels::default(),
            changed_at: None,
        }
    }
}
