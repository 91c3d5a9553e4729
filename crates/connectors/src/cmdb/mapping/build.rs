//! Reads the mapping as a whole: its head, lookups, classes, entities and relations.

use jiff::tz::TimeZone;
use serde_json::Value;
use wardroom_core::EntityKind;

use crate::cmdb::date::{self, DateFormat};
use crate::cmdb::field::{Field, Origin};
use crate::cmdb::mapping::expression::{
    Known, conditions, field, named, optional, optional_path, path, word,
};
use crate::cmdb::mapping::problem::MappingProblemKind;
use crate::cmdb::mapping::requests::{self, Values};
use crate::cmdb::mapping::table::{Node, Read, Table};
use crate::cmdb::mapping::{Ask, Class, Delta, EntityFields, Limits, Lookup, Mapping, RelationFields};

/// The fields of an entity with one text.
const TEXTS: [&str; 12] = [
    "name",
    "tier",
    "domain",
    "system",
    "team",
    "department",
    "person",
    "contact",
    "environment",
    "site",
    "status",
    "serial",
];

/// The fields of an entity with several texts.
const LISTS: [&str; 2] = ["aliases", "addresses"];

/// The version of the format.
const FORMAT: u64 = 1;

/// Reads the document.
pub(super) fn mapping(document: Table<'_>, fingerprint: String) -> Read<Mapping> {
    let format = document.need("format")?;
    if format.number()? != FORMAT {
        return Err(format.problem(MappingProblemKind::WrongValue, "1"));
    }
    let values: Values = match document.table("values")? {
        Some(table) => table.texts()?.into_iter().collect(),
        None => Values::new(),
    };
    let defaults = match document.table("defaults")? {
        Some(table) => {
            let ask = requests::ask(&table, &Ask::default(), &values, false)?;
            table.finish()?;
            ask
        }
        None => Ask::default(),
    };
    let mut known = Known::new();
    let mut lookups = Vec::new();
    for table in document.tables("lookup")? {
        let lookup = lookup(table, &defaults, &values, &known)?;
        known.push((lookup.name.clone(), lookup.take.iter().map(|(name, _)| name.clone()).collect()));
        lookups.push(lookup);
    }
    let mut classes: Vec<Class> = Vec::new();
    for table in document.tables("class")? {
        let name = table.need("name")?;
        if classes.iter().any(|class| Ok(class.name.as_str()) == name.text().as_deref()) {
            return Err(name.problem(MappingProblemKind::Twice, ""));
        }
        classes.push(class(table, &defaults, &values, &known)?);
    }
    // Told after the fields are checked, so that a misspelt `class` is named as such.
    let nothing_read = match document.need("class") {
        Ok(class) => class.problem(MappingProblemKind::ReadsNothing, ""),
        Err(missing) => missing,
    };
    let mapping = Mapping {
        name: document.need("name")?.text()?.to_owned(),
        from: document.text("written_after")?,
        tried: document.text("tried_against")?,
        url_example: document.text("url_example")?,
        sign_in: requests::sign_in(document.table("sign_in")?, &values)?,
        version: requests::version(document.table("version")?, &values)?,
        success: requests::success(document.table("success")?)?,
        values,
        zone: zone(&document)?,
        lookups,
        classes,
        limits: limits(document.table("limits")?)?,
        fingerprint,
    };
    document.finish()?;
    if mapping.classes.is_empty() {
        return Err(nothing_read);
    }
    Ok(mapping)
}

fn zone(document: &Table<'_>) -> Read<TimeZone> {
    let Some(node) = document.get("zone") else {
        return Ok(TimeZone::UTC);
    };
    let refuse = || node.problem(MappingProblemKind::WrongValue, "UTC, +08:00, Europe/Berlin, …");
    date::zone(node.text()?).ok_or_else(refuse)
}

fn limits(table: Option<Table<'_>>) -> Read<Limits> {
    let mut limits = Limits {
        pages: 20_000,
        requests_per_minute: 0,
        item_bytes: 2 << 20,
        page_bytes: 64 << 20,
        lookup_rows: 200_000,
    };
    let Some(table) = table else {
        return Ok(limits);
    };
    let number = |name: &'static str, default: u64, least: u64, most: u64| -> Read<u64> {
        let Some(node) = table.get(name) else {
            return Ok(default);
        };
        let number = node.number()?;
        if !(least..=most).contains(&number) {
            return Err(node.problem(MappingProblemKind::WrongValue, &format!("{least} to {most}")));
        }
        Ok(number)
    };
    let small = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    limits.pages = number("pages", limits.pages, 1, 1_000_000)?;
    limits.requests_per_minute =
        u32::try_from(number("requests_per_minute", 0, 0, 100_000)?).unwrap_or(u32::MAX);
    limits.item_bytes = small(number("item_bytes", limits.item_bytes as u64, 1_000, 64 << 20)?);
    limits.page_bytes = number("page_bytes", limits.page_bytes, 10_000, 256 << 20)?;
    limits.lookup_rows = small(number("lookup_rows", limits.lookup_rows as u64, 1, 5_000_000)?);
    table.finish()?;
    Ok(limits)
}

fn lookup(table: Table<'_>, defaults: &Ask, values: &Values, known: &Known) -> Read<Lookup> {
    let name = table.need("name")?;
    if known.iter().any(|(known, _)| Ok(known.as_str()) == name.text().as_deref()) {
        return Err(name.problem(MappingProblemKind::Twice, ""));
    }
    let mut take = named(table.table("take")?, known)?;
    match table.get("value") {
        Some(node) => take.push(("value".to_owned(), field(&node, known)?)),
        None if take.is_empty() => return Err(table.problem(MappingProblemKind::MissingField, "value")),
        None => {}
    }
    let lookup = Lookup {
        name: name.text()?.to_owned(),
        ask: requests::ask(&table, defaults, values, true)?,
        key: field(&table.need("key")?, known)?,
        take,
        complete: table.get("complete").map_or(Ok(false), |node| node.flag())?,
    };
    table.finish()?;
    Ok(lookup)
}

fn class(table: Table<'_>, defaults: &Ask, values: &Values, known: &Known) -> Read<Class> {
    let class = Class {
        name: table.need("name")?.text()?.to_owned(),
        ask: requests::ask(&table, defaults, values, true)?,
        each: table.get("each").map(|node| lookup_named(&node, known)).transpose()?,
        delta: table.table("delta")?.map(|table| delta(table, values)).transpose()?,
        only: conditions(table.table("only")?)?,
        skip: conditions(table.table("skip")?)?,
        expect: conditions(table.table("expect")?)?,
        gone: conditions(table.table("gone")?)?,
        entity: table.table("entity")?.map(|table| entity(table, known)).transpose()?,
        relations: relations(&table, known)?,
    };
    let nothing_read = table.problem(MappingProblemKind::ReadsNothing, "");
    table.finish()?;
    if class.entity.is_none() && class.relations.is_empty() {
        return Err(nothing_read);
    }
    Ok(class)
}

fn lookup_named(node: &Node<'_>, known: &Known) -> Read<usize> {
    let name = node.text()?;
    known.iter().position(|(known, _)| known == name).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
        node.problem(MappingProblemKind::UnknownLookup, &names.join(", "))
    })
}

fn delta(table: Table<'_>, values: &Values) -> Read<Delta> {
    let format = match table.get("format") {
        Some(node) => {
            let refuse = || node.problem(MappingProblemKind::WrongValue, &DateFormat::WORDS.join(", "));
            DateFormat::parse(node.text()?).ok_or_else(refuse)?
        }
        None => DateFormat::Iso,
    };
    let delta = Delta {
        params: requests::members(&table, "params", values)?,
        body: requests::members(&table, "body", values)?,
        format,
        changed: path(&table.need("changed")?)?,
    };
    let says_since = |members: &std::collections::BTreeMap<String, Value>| {
        Value::Object(members.clone().into_iter().collect()).to_string().contains("{since}")
    };
    if !says_since(&delta.params) && !says_since(&delta.body) {
        return Err(table.problem(MappingProblemKind::MissingField, "{since} in params or body"));
    }
    table.finish()?;
    Ok(delta)
}

fn entity(table: Table<'_>, known: &Known) -> Read<EntityFields> {
    let kind = table.need("kind")?;
    let fields = EntityFields {
        kind: kind_field(&kind, known)?,
        key: optional(&table, "key", known)?,
        texts: listed(&table, &TEXTS, known)?,
        lists: listed(&table, &LISTS, known)?,
        tags: named(table.table("tags")?, known)?,
        tags_from: match table.get("tags_from") {
            Some(node) => node.one_or_more().iter().map(path).collect::<Read<_>>()?,
            None => Vec::new(),
        },
        links: named(table.table("links")?, known)?,
        changed: optional(&table, "changed", known)?,
    };
    table.need("name")?;
    table.finish()?;
    Ok(fields)
}

fn listed(table: &Table<'_>, names: &[&'static str], known: &Known) -> Read<Vec<(&'static str, Field)>> {
    let mut fields = Vec::new();
    for &name in names {
        if let Some(node) = table.get(name) {
            fields.push((name, field(&node, known)?));
        }
    }
    Ok(fields)
}

/// Reads the kind; a plain word, and the words that values and the default stand for, have to be kinds.
fn kind_field(node: &Node<'_>, known: &Known) -> Read<Field> {
    let field = word(node, known)?;
    for term in &field.terms {
        let constant = if let Origin::Constant(word) = &term.origin { Some(word) } else { None };
        let words = constant.into_iter().chain(term.values.values()).chain(&term.default);
        for word in words {
            if EntityKind::parse(word).is_none() {
                let detail = "service, host, database, cache, queue, balancer, device, storage, cluster, container, \
                              system, external, other";
                let shown = format!("{word}: {detail}");
                return Err(node.problem(MappingProblemKind::WrongValue, &shown));
            }
        }
    }
    Ok(field)
}

fn relations(table: &Table<'_>, known: &Known) -> Read<Vec<RelationFields>> {
    let mut relations = Vec::new();
    for table in table.tables("relation")? {
        let relation = RelationFields {
            each: optional_path(&table, "each")?,
            only: conditions(table.table("only")?)?,
            from: optional(&table, "from", known)?,
            to: optional(&table, "to", known)?,
            how: word(&table.need("how")?, known)?,
            changed: optional(&table, "changed", known)?,
        };
        if relation.from.is_unset() && relation.to.is_unset() {
            return Err(table.problem(MappingProblemKind::MissingField, "from or to"));
        }
        table.finish()?;
        relations.push(relation);
    }
    Ok(relations)
}
