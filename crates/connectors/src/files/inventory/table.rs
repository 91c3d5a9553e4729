//! Reads tables of text: a header, then a row for each entity or dependency. Cells of lists are cut at `;` and `|`.

use super::entry::{Shape, Value, field_of, take};
use super::{InventoryFileProblemKind, Place, Taking};

/// Delimiters in the order in which they are believed.
const DELIMITERS: [char; 4] = ['\t', ';', '|', ','];

/// Bytes over which one quoted cell may reach.
const QUOTE_BYTES: usize = 256 << 10;

/// Fields whose cells hold several values.
const LISTS: [&str; 4] = ["aliases", "addresses", "tags", "depends_on"];

/// A cell with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    at: Place,
    text: String,
}

/// A row, or the place of a quotation that is not closed.
type Row = Result<Vec<Cell>, Place>;

/// Reads the text.
pub(super) fn read(text: &str, taking: &mut Taking) {
    let delimiter = delimiter_of(text);
    let mut rows = Rows { text, at: 0, line: 1, delimiter };
    let Some(Ok(header)) = rows.next() else {
        taking.leave_out(Place::START, InventoryFileProblemKind::NoColumns, "");
        return;
    };
    let names: Vec<String> = header.into_iter().map(|cell| cell.text.trim().to_owned()).collect();
    for name in &names {
        taking.column(name, field_of(name));
    }
    if !tells_entries(&names) {
        taking.leave_out(Place::START, InventoryFileProblemKind::NoColumns, &names.join(", "));
        return;
    }
    for row in rows {
        match row {
            Err(at) => taking.leave_out(at, InventoryFileProblemKind::OpenQuote, ""),
            Ok(cells) if cells.iter().all(|cell| cell.text.trim().is_empty()) => {}
            Ok(cells) if cells.len() > names.len() => {
                let at = cells[names.len()].at;
                let detail = format!("{}/{}", cells.len(), names.len());
                taking.leave_out(at, InventoryFileProblemKind::TooManyCells, &detail);
            }
            Ok(cells) => {
                let at = cells[0].at;
                let members = names.iter().cloned().zip(cells).map(|(name, cell)| {
                    let value = value(&name, cell, delimiter);
                    (name, value)
                });
                take(at, members.collect(), taking);
            }
        }
    }
}

/// Reports whether a header is that of an inventory, and not that of samples.
pub(super) fn is_inventory(text: &str) -> bool {
    let delimiter = delimiter_of(text);
    let Some(Ok(header)) = (Rows { text, at: 0, line: 1, delimiter }).next() else {
        return false;
    };
    let names: Vec<String> = header.into_iter().map(|cell| cell.text.trim().to_lowercase()).collect();
    let has_samples =
        names.iter().any(|name| matches!(name.as_str(), "time" | "timestamp" | "ts" | "date" | "value"));
    tells_entries(&names) && !has_samples && names.len() > 1
}

/// Reports whether there is a column of names, or one for each end of a dependency.
fn tells_entries(names: &[String]) -> bool {
    let has = |field: &str| names.iter().any(|name| field_of(name) == Some(field));
    has("name") || has("key") || (has("from") && has("to"))
}

fn value(name: &str, cell: Cell, delimiter: char) -> Value {
    let Cell { at, text } = cell;
    let is_list = field_of(name).is_some_and(|field| LISTS.contains(&field));
    let cuts: &[char] = if delimiter == ';' { &['|', ','] } else { &[';', '|'] };
    if !is_list || !text.contains(cuts) {
        return Value { at, shape: Shape::Text(text) };
    }
    let parts = text.split(cuts).map(|part| Value { at, shape: Shape::Text(part.trim().to_owned()) });
    Value { at, shape: Shape::List(parts.collect()) }
}

/// Tells the delimiter by the header: the one that it has most often, ties by belief.
fn delimiter_of(text: &str) -> char {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: char| header.matches(delimiter).count();
    let best = DELIMITERS.iter().rev().max_by_key(|&&delimiter| count(delimiter));
    best.copied().filter(|&delimiter| count(delimiter) > 0).unwrap_or(',')
}

/// The rows of a text, by the rules of RFC 4180.
struct Rows<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    delimiter: char,
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.at >= self.text.len() {
            return None;
        }
        let (start_at, start_line) = (self.at, self.line);
        let mut cells = Vec::new();
        let mut column = 1;
        loop {
            let place = Place::new(self.line, column);
            let rest = &self.text[self.at..];
            let (text, length) = if rest.starts_with('"') {
                let Some(quoted) = quoted(rest) else {
                    // A quotation that is never closed costs its own line and not the rest of the file.
                    self.at = start_at;
                    self.line = start_line;
                    self.skip_line();
                    return Some(Err(place));
                };
                quoted
            } else {
                let end = rest.find([self.delimiter, '\n']).unwrap_or(rest.len());
                (rest[..end].trim_end_matches('\r').to_owned(), end)
            };
            let taken = &rest[..length];
            self.line += taken.matches('\n').count();
            column += taken.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            cells.push(Cell { at: place, text });
            self.at += length;
            let after = self.text[self.at..].trim_start_matches('\r');
            self.at = self.text.len() - after.len();
            let Some(next) = after.chars().next() else {
                return Some(Ok(cells));
            };
            self.at += next.len_utf8();
            if next == '\n' {
                self.line += 1;
                return Some(Ok(cells));
            }
        }
    }
}

impl Rows<'_> {
    fn skip_line(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.line += 1;
    }
}

/// Reads a quoted cell and what follows it up to the delimiter; the second value is its length in bytes.
fn quoted(rest: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut from = 1;
    loop {
        let end = from + rest[from..].find('"')?;
        if end > QUOTE_BYTES {
            return None;
        }
        text.push_str(&rest[from..end]);
        if !rest[end + 1..].starts_with('"') {
            return Some((text, end + 1));
        }
        text.push('"');
        from = end + 2;
    }
}
