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

/// Takes the entries of one document.
pub(super) fn read(document: Value, taking: &mut Taking) {
    match document.shape {
        Shape::Null => {}
        Shape::List(list) => list.into_iter().for_each(|value| entry(value, taking)),
        Shape::Map(members) if is_entry(&members) => take(document.at, members, taking),
        Shape::Map(members) => {
            let mut has_list = false;
            for (name, value) in members {
                let is_known = LISTS.contains(&name.to_lowercase().as_str());
                match value.shape {
                    Shape::List(list) if is_known => {
                        has_list = true;
                        for value in list {
                            entry(value, taking);
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
