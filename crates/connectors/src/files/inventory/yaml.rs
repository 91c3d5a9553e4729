//! Reads YAML, also several documents, with the place of every value.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::entry::{Shape, Value};
use super::{InventoryFileProblemKind, Place, Taking, document};

/// How deep values may lie within each other.
const MAX_DEPTH: usize = 100;

/// Values that aliases may stand for in all: a few lines can stand for billions.
const MAX_ALIASED: usize = 200_000;

/// What has been begun and is not at its end.
enum Open {
    List { at: Place, anchor: usize, list: Vec<Value> },
    Map { at: Place, anchor: usize, members: Vec<(String, Value)>, name: Option<String> },
}

/// Builds the documents out of events.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Value>,
    aliased: usize,
    document: Option<Value>,
}

/// Reads the text. What follows a mistake is not read; the documents before it are.
pub(super) fn read(text: &str, taking: &mut Taking) {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let detail = error.info().to_owned();
                taking.leave_out(place(error.marker()), InventoryFileProblemKind::Syntax, &detail);
                return;
            }
        };
        let ends = matches!(event, Event::DocumentEnd);
        if let Err((at, kind)) = builder.take(event, span) {
            taking.leave_out(at, kind, "");
            return;
        }
        if ends && let Some(value) = builder.document.take() {
            builder.anchors.clear();
            document::read(value, taking);
        }
    }
}

fn place(marker: &Marker) -> Place {
    Place::new(marker.line().max(1), marker.col() + 1)
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), (Place, InventoryFileProblemKind)> {
        let at = place(&span.start);
        match event {
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
            Event::Scalar(text, style, anchor, _) => {
                let is_null = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let shape = if is_null { Shape::Null } else { Shape::Text(text.into_owned()) };
                self.put(Value { at, shape }, anchor);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(at, anchor),
            Event::SequenceStart(anchor, _) => self.begin(at, Open::List { at, anchor, list: Vec::new() }),
            Event::MappingStart(anchor, _) => {
                self.begin(at, Open::Map { at, anchor, members: Vec::new(), name: None })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                match self.open.pop() {
                    Some(Open::List { at, anchor, list }) => {
                        self.put(Value { at, shape: Shape::List(list) }, anchor);
                    }
                    Some(Open::Map { at, anchor, members, .. }) => {
                        self.put(Value { at, shape: Shape::Map(members) }, anchor);
                    }
                    None => {}
                }
                Ok(())
            }
        }
    }

    fn begin(&mut self, at: Place, open: Open) -> Result<(), (Place, InventoryFileProblemKind)> {
        if self.open.len() >= MAX_DEPTH {
            return Err((at, InventoryFileProblemKind::TooDeep));
        }
        self.open.push(open);
        Ok(())
    }

    fn alias(&mut self, at: Place, anchor: usize) -> Result<(), (Place, InventoryFileProblemKind)> {
        let shape = self.anchors.get(&anchor).map_or(Shape::Null, |value| value.shape.clone());
        self.aliased = self.aliased.saturating_add(size(&shape));
        if self.aliased > MAX_ALIASED {
            return Err((at, InventoryFileProblemKind::TooDeep));
        }
        self.put(Value { at, shape }, 0);
        Ok(())
    }

    /// Puts a finished value where it belongs: into what is open, or as the document.
    fn put(&mut self, value: Value, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.document = Some(value),
            Some(Open::List { list, .. }) => list.push(value),
            Some(Open::Map { members, name, .. }) => match name.take() {
                None => *name = Some(text(value)),
                // `<<` puts in what another map has and this one does not say itself.
                Some(merge) if merge == "<<" => {
                    if let Shape::Map(others) = value.shape {
                        let fresh =
                            others.into_iter().filter(|(name, _)| !members.iter().any(|(m, _)| m == name));
                        let fresh: Vec<_> = fresh.collect();
                        members.extend(fresh);
                    }
                }
                Some(name) => {
                    members.retain(|(known, _)| *known != name);
                    members.push((name, value));
                }
            },
        }
    }
}

fn text(value: Value) -> String {
    if let Shape::Text(text) = value.shape { text } else { String::new() }
}

/// Counts the values in a value.
fn size(shape: &Shape) -> usize {
    match shape {
        Shape::Null | Shape::Text(_) => 1,
        Shape::List(list) => 1 + list.iter().map(|value| size(&value.shape)).sum::<usize>(),
        Shape::Map(members) => 1 + members.iter().map(|(_, value)| size(&value.shape)).sum::<usize>(),
    }
}
