//! Reads JSON lines: one object a line, a column for each key.
//!
//! Objects inside are taken apart, their keys joined by dots (`http.request.method`), except `labels` and `tags`, which
//! are whole sets of labels. Of lists the single values are joined by bars (with commas, `1,234,567` would be one number);
//! of lists that hold more, the number of items is taken. What is too deep stays as text, and a document with very many
//! keys does not become as many columns.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::detect::Found;
use super::infer::Sample;
use super::rows::{Cell, Part, Refused, Row, Run, Table};
use super::text::{Line, Lines};
use super::values::text_of;
use super::{FileError, FileProblem, Reading, Understood};

/// Lines from which the columns are told; keys that come later only are not taken.
const LOOKED_LINES: usize = 1000;
/// Keys of a path at most: an object that stands deeper is not taken apart.
const DEEPEST: usize = 8;
/// Columns at most.
const MOST_COLUMNS: usize = 1000;

/// A cell that was read from JSON.
#[derive(Clone, Debug)]
enum Held {
    Missing,
    Text(String),
    Number(f64),
}

/// What is taken of the values of a column. The later form counts where lines differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// A text, a number or a truth value.
    Single,
    /// Lists of these, joined by bars.
    Joined,
    /// Lists that hold more: how many items they have.
    Counted,
    /// Objects that stand too deep, as text.
    Whole,
    /// A whole set of labels, as text.
    Set,
}

impl Form {
    fn of(path: &[String], value: &Value) -> Self {
        match value {
            Value::Object(_) if is_set(path) => Self::Set,
            Value::Object(_) => Self::Whole,
            Value::Array(items) if items.iter().all(|item| !item.is_array() && !item.is_object()) => {
                Self::Joined
            }
            Value::Array(_) => Self::Counted,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Self::Single,
        }
    }

    /// Returns how it is told, where it is no single value.
    const fn understood(self) -> Option<Understood> {
        match self {
            Self::Single | Self::Set => None,
            Self::Joined => Some(Understood::Joined),
            Self::Counted => Some(Understood::Counted),
            Self::Whole => Some(Understood::Whole { deepest: DEEPEST }),
        }
    }
}

/// Reports whether an object with this path is a whole set of labels.
fn is_set(path: &[String]) -> bool {
    matches!(path, [name] if name == "labels" || name == "tags")
}

/// A column: its name, the paths of keys that lead to it, and what is taken there.
#[derive(Debug)]
struct JsonColumn {
    name: String,
    /// More than one where lines write `{"a.b": 1}` and `{"a": {"b": 1}}`.
    paths: Vec<Vec<String>>,
    form: Form,
}

/// The columns in the order in which the first lines show them.
#[derive(Debug, Default)]
struct Columns {
    all: Vec<JsonColumn>,
    places: HashMap<String, usize>,
    /// Whether there are more than are taken.
    cut: bool,
}

impl Columns {
    /// Takes the columns that a value shows, which stands behind a path.
    fn add(&mut self, path: &mut Vec<String>, value: &Value) {
        if let Value::Object(inner) = value
            && path.len() < DEEPEST
            && !is_set(path)
        {
            for (key, value) in inner {
                path.push(key.clone());
                self.add(path, value);
                path.pop();
            }
            return;
        }
        self.put(path, Form::of(path, value));
    }

    fn put(&mut self, path: &[String], form: Form) {
        let name = path.join(".");
        let place = match self.places.get(&name) {
            Some(place) => *place,
            None if self.all.len() >= MOST_COLUMNS => {
                self.cut = true;
                return;
            }
            None => {
                self.places.insert(name.clone(), self.all.len());
                self.all.push(JsonColumn { name, paths: Vec::new(), form });
                self.all.len() - 1
            }
        };
        let column = &mut self.all[place];
        column.form = column.form.max(form);
        if !column.paths.iter().any(|known| known == path) {
            column.paths.push(path.to_vec());
        }
    }

    fn names(&self) -> Vec<String> {
        self.all.iter().map(|column| column.name.clone()).collect()
    }
}

/// One line, as cells in the order of the columns.
struct JsonRow {
    cells: Vec<Held>,
}

impl Row for JsonRow {
    fn cell(&self, idx: usize) -> Cell<'_> {
        match self.cells.get(idx) {
            Some(Held::Text(text)) => Cell::Text(text.as_bytes()),
            Some(Held::Number(value)) => Cell::Number(*value),
            Some(Held::Missing) | None => Cell::Missing,
        }
    }
}

impl JsonRow {
    fn new(object: &Map<String, Value>, columns: &Columns) -> Self {
        let cell = |column: &JsonColumn| {
            let value = column.paths.iter().find_map(|path| value_at(object, path));
            value.map_or(Held::Missing, |value| held(value, column.form))
        };
        Self { cells: columns.all.iter().map(cell).collect() }
    }
}

/// Returns the value that a path of keys leads to.
fn value_at<'v>(object: &'v Map<String, Value>, path: &[String]) -> Option<&'v Value> {
    let (last, outer) = path.split_last()?;
    let inner = outer.iter().try_fold(object, |object, key| object.get(key)?.as_object())?;
    inner.get(last)
}

fn held(value: &Value, form: Form) -> Held {
    match value {
        Value::Null => Held::Missing,
        Value::String(text) => Held::Text(text.clone()),
        Value::Number(number) => number.as_f64().map_or_else(|| Held::Text(number.to_string()), Held::Number),
        Value::Bool(is_true) => Held::Text(is_true.to_string()),
        Value::Array(items) if form == Form::Counted => Held::Number(items.len() as f64),
        Value::Array(items) => joined(items),
        // What stands in it has columns of its own.
        Value::Object(_) if form < Form::Whole => Held::Missing,
        Value::Object(_) => Held::Text(value.to_string()),
    }
}

/// Joins the items of a list; nothing is missing in an empty one but a value.
fn joined(items: &[Value]) -> Held {
    let texts: Vec<String> = items
        .iter()
        .filter(|item| !item.is_null())
        .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
        .collect();
    if texts.is_empty() { Held::Missing } else { Held::Text(texts.join("|")) }
}

/// Reads a line; the error says at which character it goes wrong, from 1.
fn object_in(line: &[u8]) -> Result<Map<String, Value>, (u64, FileProblem)> {
    serde_json::from_str(&text_of(line)).map_err(|error| {
        let said = error.to_string();
        // The parser counts lines from the beginning of this one, which would stand beside the line of the file.
        let detail = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        (error.column() as u64, FileProblem::NotJson { detail: detail.to_owned() })
    })
}

/// Returns the columns that the first lines show, and those lines.
fn head_of(found: &Found) -> Result<(Columns, Vec<Map<String, Value>>), FileError> {
    let mut lines = Lines::open(found, 0)?;
    let (mut columns, mut objects, mut line) = (Columns::default(), Vec::new(), Vec::new());
    for _ in 0..LOOKED_LINES {
        line.clear();
        if lines.next(&mut line).map_err(|error| found.unread(&error))? == Line::End {
            break;
        }
        let Ok(object) = object_in(&line) else { continue };
        for (key, value) in &object {
            columns.add(&mut vec![key.clone()], value);
        }
        objects.push(object);
    }
    Ok((columns, objects))
}

/// Reads the first rows as text.
pub(super) fn sample(found: &Found) -> Result<Sample, FileError> {
    let (columns, objects) = head_of(found)?;
    let as_text = |object: &Map<String, Value>| -> Vec<String> {
        let row = JsonRow::new(object, &columns);
        (0..columns.all.len()).map(|idx| row.cell(idx).to_text()).collect()
    };
    let rows = objects.iter().map(as_text).collect();
    let known = columns.all.iter().map(|column| column.form.understood()).collect();
    Ok(Sample { names: columns.names(), rows, known, cut_at: columns.cut.then_some(MOST_COLUMNS) })
}

/// Reads a file into a run.
pub(super) fn read(
    found: &Found,
    reading: &Reading,
    run: &mut Run<'_>,
    part: &Part,
) -> Result<(), FileError> {
    let (columns, _) = head_of(found)?;
    let mut table = Table::new(&found.path, &columns.names(), reading)?;
    let mut lines = Lines::open(found, part.start)?;
    let mut line = Vec::new();
    if part.start > 0 {
        lines.next(&mut line).map_err(|error| found.unread(&error))?;
    }
    let stop = part.start.saturating_add(part.most_bytes);
    while lines.bytes < stop {
        run.look(lines.bytes, lines.taken())?;
        line.clear();
        let kind = lines.next(&mut line).map_err(|error| found.unread(&error))?;
        if kind == Line::End {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        run.done.rows += 1;
        if kind == Line::TooLong {
            run.bad(lines.number, 0, &line, FileProblem::LineTooLong)?;
            continue;
        }
        let object = match object_in(&line) {
            Ok(object) => object,
            Err((at, problem)) => {
                run.bad(lines.number, at, &line, problem)?;
                continue;
            }
        };
        let row = JsonRow::new(&object, &columns);
        match table.take(&row, run) {
            Ok(()) => {}
            Err(Refused::Stop(error)) => return Err(error),
            Err(Refused::Cell((column, problem))) => {
                let text =
                    usize::try_from(column - 1).map_or_else(|_| String::new(), |idx| row.cell(idx).to_text());
                run.bad(lines.number, column, text.as_bytes(), problem)?;
            }
        }
    }
    run.stopped_at = (lines.bytes >= stop).then(|| lines.taken());
    run.done.repeated_times += table.repeated_times();
    Ok(())
}
