//! Finds the entries of a document: at its top, or in the lists of entities and dependencies.

use super::entry::{Shape, Value, field_of, take};
use super::{InventoryFileProblemKind, Taking};

/// Names of lists of entries.
const LISTS: [&str; 10] = [
    "entities",
    "services",
    "hosts",
    "items",
    "nodes",
    "dependencies",
    "edges",
    "relations",
    "links",
    "connections",
];

/// How the shape of the program's own export begins.
const OWN: &str = "wardroom-topology/";
/// What such an export says beyond what a source tells: counts, who said it when, and what it stands on.
const DERIVED: [&str; 11] = [
    "needs", "needed", "note", "history", "sources", "age", "evidence", "origin", "reason", "score", "state",
];

/// Takes the entries of one document.
pub(super) fn read(document: Value, taking: &mut Taking) {
    match document.shape {
        Shape::Null => {}
        Shape::List(list) => list.into_iter().for_each(|value| entry(value, taking)),
        Shape::Map(members) if is_entry(&members) => take(document.at, members, taking),
        Shape::Map(members) => {
            let mut has_list = false;
            let is_ours = is_own(&members);
            for (name, value) in members {
                let is_known = LISTS.contains(&name.to_lowercase().as_str());
                match value.shape {
                    Shape::List(list) if is_known => {
                        has_list = true;
                        for value in list.into_iter().filter(|value| !(is_ours && is_proposed(value))) {
                            entry(if is_ours { told(value) } else { value }, taking);
                        }
                    }
                    // A map of entities has their names as its names.
                    Shape::Map(members) if is_known => {
                        has_list = true;
                        for (name, value) in members {
                            named(name, value, taking);
                        }
                    }
                    Shape::Null => has_list |= is_known,
                    Shape::Text(text) if is_known => {
                        taking.leave_out(value.at, InventoryFileProblemKind::NoEntry, &text);
                    }
                    Shape::List(list) if list.iter().any(holds_entry) => {
                        taking.leave_out(value.at, InventoryFileProblemKind::UnknownList, &name);
                    }
                    Shape::Text(_) | Shape::List(_) | Shape::Map(_) => {}
                }
            }
            if !has_list {
                taking.leave_out(document.at, InventoryFileProblemKind::NoEntry, "");
            }
        }
        Shape::Text(text) => taking.leave_out(document.at, InventoryFileProblemKind::NoEntry, &text),
    }
}

fn entry(value: Value, taking: &mut Taking) {
    match value.shape {
        Shape::Map(members) => take(value.at, members, taking),
        Shape::Null => {}
        Shape::Text(text) => taking.leave_out(value.at, InventoryFileProblemKind::NoEntry, &text),
        Shape::List(_) => taking.leave_out(value.at, InventoryFileProblemKind::NoEntry, ""),
    }
}

fn named(name: String, value: Value, taking: &mut Taking) {
    let mut members = if let Shape::Map(members) = value.shape { members } else { Vec::new() };
    if !members.iter().any(|(member, _)| field_of(member) == Some("name")) {
        members.push(("name".to_owned(), Value { at: value.at, shape: Shape::Text(name) }));
    }
    take(value.at, members, taking);
}

/// Reports whether a value is an entry.
fn holds_entry(value: &Value) -> bool {
    matches!(&value.shape, Shape::Map(members) if is_entry(members))
}

/// Reports whether a map is an entry itself.
fn is_entry(members: &[(String, Value)]) -> bool {
    members.iter().any(|(name, value)| {
        matches!(field_of(name), Some("name" | "from" | "to")) && matches!(value.shape, Shape::Text(_))
    })
}

/// Reports whether a document is the program's own export.
fn is_own(members: &[(String, Value)]) -> bool {
    members.iter().any(|(name, value)| {
        name == "schema" && matches!(&value.shape, Shape::Text(text) if text.starts_with(OWN))
    })
}

/// Reports whether a dependency of the own export is one that nobody has taken yet.
fn is_proposed(value: &Value) -> bool {
    let Shape::Map(members) = &value.shape else { return false };
    members.iter().any(|(name, value)| {
        name == "state" && matches!(&value.shape, Shape::Text(word) if word == "proposed")
    })
}

/// Returns an entry of the own export as a source would tell it.
fn told(value: Value) -> Value {
    let at = value.at;
    let shape = match value.shape {
        Shape::Map(members) => {
            let kept = members.into_iter().filter(|(name, _)| !DERIVED.contains(&name.as_str()));
            Shape::Map(kept.map(as_told).collect())
        }
        other @ (Shape::Null | Shape::Text(_) | Shape::List(_)) => other,
    };
    Value { at, shape }
}

fn as_told((name, value): (String, Value)) -> (String, Value) {
    if name == "names" {
        return ("aliases".to_owned(), value);
    }
    if name == "tags" || name == "links" {
        return (name, Value { at: value.at, shape: by_name(value.shape) });
    }
    (name, value)
}

/// Makes named values of a list of pairs.
fn by_name(shape: Shape) -> Shape {
    match shape {
        Shape::List(pairs) => Shape::Map(pairs.into_iter().filter_map(pair).collect()),
        other @ (Shape::Null | Shape::Text(_) | Shape::Map(_)) => other,
    }
}

fn pair(value: Value) -> Option<(String, Value)> {
    let Shape::List(parts) = value.shape else { return None };
    let mut parts = parts.into_iter();
    let (name, value) = (parts.next()?, parts.next()?);
    let Shape::Text(name) = name.shape else { return None };
    Some((name, value))
}
