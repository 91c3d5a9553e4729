//! Reads JSON: one document, or one object a line. An entry's problems are told at its beginning.

use serde_json::value::RawValue;

use super::entry::{Shape, Value};
use super::{InventoryFileProblemKind, Place, Taking, document};

/// How deep values may lie within each other; the parser has a limit of its own.
const MAX_DEPTH: usize = 100;

/// Reads the text.
pub(super) fn read(text: &str, taking: &mut Taking) {
    let lines = Lines::of(text);
    for document in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        match document {
            Ok(raw) => match value(raw, text, &lines, 0) {
                Some(value) => document::read(value, taking),
                None => taking.leave_out(
                    lines.place(text, offset(raw.get(), text)),
                    InventoryFileProblemKind::TooDeep,
                    "",
                ),
            },
            Err(error) => {
                let at = Place::new(error.line().max(1), error.column().max(1));
                taking.leave_out(at, InventoryFileProblemKind::Syntax, &error.to_string());
                return;
            }
        }
    }
}

/// Returns where a part of the text begins, in bytes.
fn offset(part: &str, text: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// Where the lines of a text begin, in bytes.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn place(&self, text: &str, at: usize) -> Place {
        let line = self.0.partition_point(|&start| start <= at).max(1);
        let start = self.0[line - 1];
        Place::new(line, text.get(start..at).map_or(0, |before| before.chars().count()) + 1)
    }
}

/// Turns a value into ours with the place of each part; `None` when it lies too deep.
fn value(raw: &RawValue, text: &str, lines: &Lines, depth: usize) -> Option<Value> {
    let source = raw.get();
    let at = lines.place(text, offset(source, text));
    if depth > MAX_DEPTH {
        return None;
    }
    let shape = match source.as_bytes().first() {
        Some(b'{') => {
            let members: Members<'_> = serde_json::from_str(source).ok()?;
            let members =
                members.0.into_iter().map(|(name, raw)| Some((name, value(raw, text, lines, depth + 1)?)));
            Shape::Map(members.collect::<Option<_>>()?)
        }
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_str(source).ok()?;
            Shape::List(
                list.into_iter().map(|raw| value(raw, text, lines, depth + 1)).collect::<Option<_>>()?,
            )
        }
        Some(b'"') => Shape::Text(serde_json::from_str(source).ok()?),
        Some(b'n') | None => Shape::Null,
        Some(_) => Shape::Text(source.to_owned()),
    };
    Some(Value { at, shape })
}

/// The members of an object in order, each as it stands in the text.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> serde::de::Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
