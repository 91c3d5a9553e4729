//! The fields of an entity of which one value has to be believed.

use std::borrow::Cow;

use wardroom_core::{Entity, EntityKind};

/// One field: how it is read as text (empty: not told) and taken over.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) read: fn(&Entity) -> Cow<'_, str>,
    pub(super) write: fn(&mut Entity, &Entity),
}

/// All fields, in the order in which conflicts are listed.
pub(super) const FIELDS: [Field; 12] = [
    Field { name: "kind", read: kind, write: |to, from| to.kind = from.kind },
    Field { name: "tier", read: tier, write: |to, from| to.tier = from.tier },
    Field {
        name: "domain",
        read: |e| Cow::from(&e.domain),
        write: |to, from| to.domain.clone_from(&from.domain),
    },
    Field {
        name: "system",
        read: |e| Cow::from(&e.system),
        write: |to, from| to.system.clone_from(&from.system),
    },
    Field { name: "team", read: |e| Cow::from(&e.team), write: |to, from| to.team.clone_from(&from.team) },
    Field {
        name: "department",
        read: |e| Cow::from(&e.department),
        write: |to, from| to.department.clone_from(&from.department),
    },
    Field {
        name: "person",
        read: |e| Cow::from(&e.person),
        write: |to, from| to.person.clone_from(&from.person),
    },
    Field {
        name: "contact",
        read: |e| Cow::from(&e.contact),
        write: |to, from| to.contact.clone_from(&from.contact),
    },
    Field {
        name: "environment",
        read: |e| Cow::from(&e.environment),
        write: |to, from| to.environment.clone_from(&from.environment),
    },
    Field { name: "site", read: |e| Cow::from(&e.site), write: |to, from| to.site.clone_from(&from.site) },
    Field {
        name: "status",
        read: |e| Cow::from(&e.status),
        write: |to, from| to.status.clone_from(&from.status),
    },
    Field {
        name: "serial",
        read: |e| Cow::from(&e.serial),
        write: |to, from| to.serial.clone_from(&from.serial),
    },
];

/// A kind that says nothing is not told.
fn kind(entity: &Entity) -> Cow<'_, str> {
    Cow::from(if entity.kind == EntityKind::Other { "" } else { entity.kind.as_str() })
}

fn tier(entity: &Entity) -> Cow<'_, str> {
    entity.tier.map_or(Cow::from(""), |tier| Cow::from(tier.to_string()))
}
