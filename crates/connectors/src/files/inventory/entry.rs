//! Makes an entity or a dependency out of named values, whatever format they came in.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use wardroom_core::name::shown_name;
use wardroom_core::{Dependency, Entity, EntityKind, Labels};

use super::{InventoryFileProblemKind, Place, Taking};
use crate::cmdb::convert::{MAX_TEXT_CHARS, address, is_url, tier};
use crate::cmdb::date;

/// The fields with the names under which they are known, the field's own first.
const FIELDS: [(&str, &[&str]); 23] = [
    ("from", &["from", "source", "src", "client", "caller", "parent"]),
    ("to", &["to", "target", "dst", "destination", "server", "callee", "child"]),
    ("how", &["how", "relation", "relationship", "way"]),
    ("key", &["key", "id", "uid", "uuid"]),
    ("name", &["name", "hostname", "host", "service", "entity", "ci"]),
    ("kind", &["kind", "type", "class"]),
    ("tier", &["tier", "criticality", "importance", "priority"]),
    ("domain", &["domain", "business_domain"]),
    ("system", &["system", "application", "app"]),
    ("team", &["team", "owner", "owner_team", "owned_by", "group"]),
    ("department", &["department", "organisation", "organization", "org", "business_unit"]),
    ("person", &["person", "responsible", "owner_person", "administrator", "operator"]),
    ("contact", &["contact", "email", "mail", "phone", "on_call"]),
    ("environment", &["environment", "env", "stage"]),
    ("site", &["site", "location", "zone", "datacenter", "data_center", "region", "dc"]),
    ("status", &["status", "state", "lifecycle"]),
    ("aliases", &["aliases", "alias", "fqdn", "dns", "dns_name", "display_name"]),
    ("addresses", &["addresses", "address", "ip", "ips", "ip_address", "ip_addresses"]),
    ("serial", &["serial", "serial_number", "sn"]),
    ("tags", &["tags", "labels", "attributes"]),
    ("links", &["links", "urls", "url"]),
    ("changed", &["changed", "changed_at", "updated", "updated_at", "last_updated", "last_seen"]),
    ("depends_on", &["depends_on", "dependson", "dependencies", "needs", "uses"]),
];

/// A value of an entry with its place.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// Where it stands.
    pub(super) at: Place,
    /// What it is.
    pub(super) shape: Shape,
}

/// The shape of a value.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Nothing.
    Null,
    /// A text, number or truth value.
    Text(String),
    /// Several.
    List(Vec<Value>),
    /// Named ones, in order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Returns the texts of a value: itself, or the ones in its list; what shows nothing is none.
    fn texts(&self) -> Vec<(Place, String)> {
        match &self.shape {
            Shape::Null | Shape::Map(_) => Vec::new(),
            Shape::Text(text) if shown_name(text).is_empty() => Vec::new(),
            Shape::Text(text) => vec![(self.at, text.trim().to_owned())],
            Shape::List(list) => list.iter().flat_map(Value::texts).collect(),
        }
    }

    fn text(&self) -> String {
        let texts: Vec<String> = self.texts().into_iter().map(|(_, text)| text).collect();
        texts.join(",")
    }
}

/// Returns the field that a name stands for.
pub(super) fn field_of(name: &str) -> Option<&'static str> {
    let plain: String = name
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if c == ' ' || c == '-' || c == '.' { '_' } else { c })
        .collect();
    FIELDS.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(field, _)| *field)
}

/// The values of an entry by field, and the ones without a field by their name.
#[derive(Debug, Default)]
struct Sorted {
    fields: BTreeMap<&'static str, Vec<Value>>,
    others: Vec<(String, Value)>,
}

impl Sorted {
    fn text(&self, field: &str) -> String {
        let values = self.fields.get(field);
        values.into_iter().flatten().map(Value::text).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn texts(&self, field: &str) -> Vec<(Place, String)> {
        self.fields.get(field).into_iter().flatten().flat_map(Value::texts).collect()
    }
}

/// Takes an entry: a dependency when it has both ends, an entity when it has a name.
pub(super) fn take(at: Place, members: Vec<(String, Value)>, taking: &mut Taking) {
    let mut sorted = Sorted::default();
    for (name, value) in members {
        let (name, value) = (kept(value.at, name, taking), shortened(value, taking));
        let field = field_of(&name);
        taking.column(&name, field);
        match field {
            Some(field) => sorted.fields.entry(field).or_default().push(value),
            None => sorted.others.push((name, value)),
        }
    }
    let (from, to) = (sorted.texts("from"), sorted.texts("to"));
    if !from.is_empty() || !to.is_empty() {
        if from.is_empty() || to.is_empty() {
            taking.leave_out(
                at,
                InventoryFileProblemKind::NoEnd,
                if from.is_empty() { "from" } else { "to" },
            );
            return;
        }
        // The word for an entity's kind says how two of them are related.
        let how = [sorted.text("how"), sorted.text("kind")].into_iter().find(|how| !how.is_empty());
        let how = how.unwrap_or_else(|| "depends on".to_owned());
        let changed_at = changed(&sorted, taking);
        for ((_, from), (_, to)) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
            taking.dependency(Dependency { changed_at, ..Dependency::new(from, to, &how) });
        }
        return;
    }
    let name = sorted.text("name");
    let key = sorted.text("key");
    if name.is_empty() && key.is_empty() {
        let kind = if sorted.fields.is_empty() {
            InventoryFileProblemKind::NoEntry
        } else {
            InventoryFileProblemKind::NoName
        };
        taking.leave_out(at, kind, "");
        return;
    }
    entity(at, &name, &key, &sorted, taking);
}

/// Cuts the texts of a value to what is kept of each, and tells it.
fn shortened(value: Value, taking: &mut Taking) -> Value {
    let at = value.at;
    let shape = match value.shape {
        Shape::Null => Shape::Null,
        Shape::Text(text) => Shape::Text(kept(at, text, taking)),
        Shape::List(list) => Shape::List(list.into_iter().map(|part| shortened(part, taking)).collect()),
        Shape::Map(members) => {
            let member = |(name, part): (String, Value)| {
                let name = kept(part.at, name, taking);
                (name, shortened(part, taking))
            };
            Shape::Map(members.into_iter().map(member).collect())
        }
    };
    Value { at, shape }
}

fn kept(at: Place, mut text: String, taking: &mut Taking) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT_CHARS) {
        text.truncate(end);
        taking.problem(at, InventoryFileProblemKind::ValueTooLong, &MAX_TEXT_CHARS.to_string());
    }
    text
}

fn entity(at: Place, name: &str, key: &str, sorted: &Sorted, taking: &mut Taking) {
    let mut entity = Entity::new(kind(at, sorted, taking), if name.is_empty() { key } else { name });
    if !key.is_empty() {
        key.clone_into(&mut entity.key);
    }
    for (place, field) in [
        (&mut entity.domain, "domain"),
        (&mut entity.system, "system"),
        (&mut entity.team, "team"),
        (&mut entity.department, "department"),
        (&mut entity.person, "person"),
        (&mut entity.contact, "contact"),
        (&mut entity.environment, "environment"),
        (&mut entity.site, "site"),
        (&mut entity.status, "status"),
        (&mut entity.serial, "serial"),
    ] {
        *place = sorted.text(field);
    }
    for (at, text) in sorted.texts("tier") {
        entity.tier = tier(&text);
        if entity.tier.is_none() {
            taking.problem(at, InventoryFileProblemKind::BadValue, &text);
        }
    }
    for (at, text) in sorted.texts("addresses") {
        match address(&text) {
            Some(address) if entity.addresses.contains(&address) => {}
            Some(address) => entity.addresses.push(address),
            None => taking.problem(at, InventoryFileProblemKind::BadValue, &text),
        }
    }
    for (_, text) in sorted.texts("aliases") {
        if text != entity.name && !entity.aliases.contains(&text) {
            entity.aliases.push(text);
        }
    }
    entity.changed_at = changed(sorted, taking);
    entity.tags = tags(sorted);
    entity.links = links(sorted);
    depends_on(&entity.key, sorted, taking);
    taking.entity(at, entity);
}

fn kind(at: Place, sorted: &Sorted, taking: &mut Taking) -> EntityKind {
    let word = sorted.text("kind");
    if word.is_empty() {
        return EntityKind::Other;
    }
    let small = word.to_lowercase();
    EntityKind::parse(&small).or_else(|| kind_of_word(&small)).unwrap_or_else(|| {
        let at = sorted.fields.get("kind").and_then(|values| values.first()).map_or(at, |value| value.at);
        taking.problem(at, InventoryFileProblemKind::UnknownKind, &word);
        EntityKind::Other
    })
}

/// Returns the kind that a word of spreadsheets stands for: another word for it, or the name of a product.
fn kind_of_word(word: &str) -> Option<EntityKind> {
    match word {
        "app" | "application" | "api" | "microservice" => Some(EntityKind::Service),
        "server" | "vm" | "virtual machine" | "machine" | "node" => Some(EntityKind::Host),
        "db" | "postgres" | "postgresql" | "mysql" | "mariadb" | "oracle" | "mongodb" => {
            Some(EntityKind::Database)
        }
        "redis" | "memcached" => Some(EntityKind::Cache),
        "kafka" | "rabbitmq" | "broker" | "topic" => Some(EntityKind::Queue),
        "lb" | "load balancer" | "loadbalancer" => Some(EntityKind::Balancer),
        "switch" | "router" | "firewall" => Some(EntityKind::Device),
        "pod" => Some(EntityKind::Container),
        _ => None,
    }
}

fn changed(sorted: &Sorted, taking: &mut Taking) -> Option<wardroom_core::Timestamp> {
    let (at, text) = sorted.texts("changed").into_iter().next()?;
    let time = date::read(&text, &TimeZone::UTC);
    if time.is_none() {
        taking.problem(at, InventoryFileProblemKind::BadValue, &text);
    }
    time
}

/// Makes tags: members of a map, words of a list together under `tags`, and what has no field of its own.
fn tags(sorted: &Sorted) -> Labels {
    let mut tags: Vec<(String, String)> =
        sorted.others.iter().map(|(name, value)| (name.trim().to_owned(), value.text())).collect();
    let mut words = Vec::new();
    for value in sorted.fields.get("tags").into_iter().flatten() {
        if let Shape::Map(members) = &value.shape {
            tags.extend(members.iter().map(|(name, value)| (name.clone(), value.text())));
        }
        for (_, word) in value.texts() {
            match word.split_once('=') {
                Some((name, value)) => tags.push((name.trim().to_owned(), value.trim().to_owned())),
                None => words.push(word),
            }
        }
    }
    tags.push(("tags".to_owned(), words.join(",")));
    Labels::new(tags.into_iter().filter(|(name, _)| !name.is_empty()))
}

fn links(sorted: &Sorted) -> Labels {
    let mut links: Vec<(String, String)> = Vec::new();
    for value in sorted.fields.get("links").into_iter().flatten() {
        if let Shape::Map(members) = &value.shape {
            links.extend(members.iter().map(|(title, value)| (title.clone(), value.text())));
        }
        links.extend(value.texts().into_iter().map(|(_, url)| (url.clone(), url)));
    }
    Labels::new(links.into_iter().filter(|(_, url)| is_url(url)))
}

/// Takes the dependencies that stand within an entity: keys or names, or maps with `to` and `how`.
fn depends_on(key: &str, sorted: &Sorted, taking: &mut Taking) {
    for value in sorted.fields.get("depends_on").into_iter().flatten() {
        let parts =
            if let Shape::List(list) = &value.shape { list.as_slice() } else { std::slice::from_ref(value) };
        for part in parts {
            if let Shape::Map(members) = &part.shape {
                let mut members = members.clone();
                members.push(("from".to_owned(), Value { at: part.at, shape: Shape::Text(key.to_owned()) }));
                take(part.at, members, taking);
                continue;
            }
            for (_, to) in part.texts() {
                taking.dependency(Dependency::new(key, &to, "depends on"));
            }
        }
    }
}
