//! Reads JSON lines: one object a line, a column for each key.
//!
//! Objects inside are taken apart one level deep (`tags.host`), except `labels` and `tags`, which are whole sets of labels.

use std::io;

use serde_json::{Map, Value};

use super::detect::Found;
use super::infer::Sample;
use super::rows::{Cell, Part, Refused, Row, Run, Table};
use super::text::{Line, Lines};
use super::values::text_of;
use super::{FileError, FileProblem, Reading};

/// Lines from which the columns are told; keys that come later only are not taken.
const LOOKED_LINES: usize = 1000;

/// A cell that was read from JSON.
#[derive(Clone, Debug)]
enum Held {
    Missing,
    Text(String),
    Number(f64),
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
    fn new(object: &Map<String, Value>, names: &[String]) -> Self {
        let find = |name: &String| {
            object.get(name).or_else(|| {
                let (outer, inner) = name.split_once('.')?;
                object.get(outer)?.as_object()?.get(inner)
            })
        };
        Self { cells: names.iter().map(|name| held(find(name))).collect() }
    }
}

fn held(value: Option<&Value>) -> Held {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Held::Missing };
    if let Some(number) = value.as_f64() {
        Held::Number(number)
    } else if let Some(text) = value.as_str() {
        Held::Text(text.to_owned())
    } else {
        Held::Text(value.to_string())
    }
}

fn unreadable(found: &Found, error: &io::Error) -> FileError {
    FileError::Unreadable { path: found.path.clone(), detail: error.to_string() }
}

fn object_in(line: &[u8]) -> Result<Map<String, Value>, FileProblem> {
    serde_json::from_str(&text_of(line)).map_err(|error| {
        let said = error.to_string();
        // The parser counts lines from the beginning of this one, which would stand beside the line of the file.
        let detail = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        FileProblem::NotJson { detail: detail.to_owned() }
    })
}

/// Returns the columns in the order in which the first lines show their keys, and those lines.
fn head_of(found: &Found) -> Result<(Vec<String>, Vec<Map<String, Value>>), FileError> {
    let mut lines = Lines::open(found, 0)?;
    let (mut names, mut objects, mut line) = (Vec::<String>::new(), Vec::new(), Vec::new());
    for _ in 0..LOOKED_LINES {
        line.clear();
        if lines.next(&mut line).map_err(|error| unreadable(found, &error))? == Line::End {
            break;
        }
        let Ok(object) = object_in(&line) else { continue };
        for (name, value) in &object {
            let inner = value.as_object().filter(|_| !matches!(name.as_str(), "labels" | "tags"));
            let found_names = match inner {
                Some(inner) => inner.keys().map(|key| format!("{name}.{key}")).collect(),
                None => vec![name.clone()],
            };
            for name in found_names {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        objects.push(object);
    }
    Ok((names, objects))
}

/// Reads the first rows as text.
pub(super) fn sample(found: &Found) -> Result<Sample, FileError> {
    let (names, objects) = head_of(found)?;
    let as_text = |object: &Map<String, Value>| -> Vec<String> {
        let row = JsonRow::new(object, &names);
        (0..names.len()).map(|idx| row.cell(idx).to_text()).collect()
    };
    let rows = objects.iter().map(as_text).collect();
    Ok(Sample { names, rows, untaken: Vec::new() })
}

/// Reads a file into a run.
pub(super) fn read(
    found: &Found,
    reading: &Reading,
    run: &mut Run<'_>,
    part: &Part,
) -> Result<(), FileError> {
    let (names, _) = head_of(found)?;
    let mut table = Table::new(&found.path, &names, reading)?;
    let mut lines = Lines::open(found, part.start)?;
    let mut line = Vec::new();
    if part.start > 0 {
        lines.next(&mut line).map_err(|error| unreadable(found, &error))?;
    }
    let stop = part.start.saturating_add(part.most_bytes);
    while lines.bytes < stop {
        run.look(lines.bytes)?;
        line.clear();
        let kind = lines.next(&mut line).map_err(|error| unreadable(found, &error))?;
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
            Err(problem) => {
                run.bad(lines.number, 0, &line, problem)?;
                continue;
            }
        };
        let row = JsonRow::new(&object, &names);
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
    run.done.repeated_times += table.repeated_times();
    Ok(())
}
