//! The fields of an entity of which one value has to be believed.

use std::borrow::Cow;

use wardroom_core::name::shown_name;
use wardroom_core::{Entity, EntityKind};

/// One field: how it is read as text (empty: not told) and taken over, both as it is shown.
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
        read: |e| shown_name(&e.domain),
        write: |to, from| to.domain = shown_name(&from.domain).into_owned(),
    },
    Field {
        name: "system",
        read: |e| shown_name(&e.system),
        write: |to, from| to.system = shown_name(&from.system).into_owned(),
    },
    Field {
        name: "team",
        read: |e| shown_name(&e.team),
        write: |to, from| to.team = shown_name(&from.team).into_owned(),
    },
    Field {
        name: "department",
        read: |e| shown_name(&e.department),
        write: |to, from| to.department = shown_name(&from.department).into_owned(),
    },
    Field {
        name: "person",
        read: |e| shown_name(&e.person),
        write: |to, from| to.person = shown_name(&from.person).into_owned(),
    },
    Field {
        name: "contact",
        read: |e| shown_name(&e.contact),
        write: |to, from| to.contact = shown_name(&from.contact).into_owned(),
    },
    Field {
        name: "environment",
        read: |e| shown_name(&e.environment),
        write: |to, from| to.environment = shown_name(&from.environment).into_owned(),
    },
    Field {
        name: "site",
        read: |e| shown_name(&e.site),
        write: |to, from| to.site = shown_name(&from.site).into_owned(),
    },
    Field {
        name: "status",
        read: |e| shown_name(&e.status),
        write: |to, from| to.status = shown_name(&from.status).into_owned(),
    },
    Field {
        name: "serial",
        read: |e| shown_name(&e.serial),
        write: |to, from| to.serial = shown_name(&from.serial).into_owned(),
    },
];

/// A kind that says nothing is not told.
fn kind(entity: &Entity) -> Cow<'_, str> {
    Cow::from(if entity.kind == EntityKind::Other { "" } else { entity.kind.as_str() })
}

fn tier(entity: &Entity) -> Cow<'_, str> {
    entity.tier.map_or(Cow::from(""), |tier| Cow::from(tier.to_string()))
}
