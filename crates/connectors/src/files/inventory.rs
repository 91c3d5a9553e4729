//! Reads files of an inventory: entities and dependencies as CSV, YAML or JSON.
//!
//! A table has entities (a column `name`) or dependencies (columns `from` and `to`); a document has a list of entries of
//! either kind, or the lists `entities` and `dependencies`. Columns and members are known by several names; what is not
//! known becomes a tag. What cannot be read is told with its line and column, and the rest is taken.

mod document;
mod entry;
mod json;
mod table;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};
use wardroom_core::{Dependency, Entity, Topology};

use super::detect::{is_chinese, not_opened, without_packing};
use super::packed::{Intact, compression_at};
use super::{FileError, ForeignKind};

/// Bytes of a file that are read: a hundred times the largest inventory that was seen.
pub const MAX_INVENTORY_BYTES: u64 = 128 << 20;

/// Problems that are kept; further ones are only counted.
const KEPT_PROBLEMS: usize = 100;

/// Entries of either kind in a preview.
const SAMPLE: usize = 20;

/// Bytes from which a file is recognised.
const HEAD_BYTES: usize = 64 << 10;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InventoryFormat {
    /// Text with a delimiter between columns.
    Csv,
    /// YAML, also several documents.
    Yaml,
    /// JSON, also one object a line.
    Json,
}

impl InventoryFormat {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryFile {
    /// How it was read.
    pub format: InventoryFormat,
    /// Its entities and dependencies.
    pub part: Topology,
    /// Columns or members as they are written, each with the field that it was taken for; `None`: it became a tag.
    pub columns: Vec<(String, Option<String>)>,
    /// What could not be read, in the order of the file; the first hundred.
    pub problems: Vec<InventoryFileProblem>,
    /// Entries that were left out.
    pub bad: u64,
}

/// What a file holds, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryFilePreview {
    /// How it was read.
    pub format: InventoryFormat,
    /// Entities in it.
    pub entities: u64,
    /// Dependencies in it.
    pub dependencies: u64,
    /// The first of them.
    pub sample: Topology,
    /// Columns or members as they are written, each with the field that it was taken for; `None`: it became a tag.
    pub columns: Vec<(String, Option<String>)>,
    /// What could not be read, in the order of the file; the first hundred.
    pub problems: Vec<InventoryFileProblem>,
    /// Entries that were left out.
    pub bad: u64,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryFileProblem {
    /// The line, counted from 1.
    pub line: u64,
    /// The column in characters, counted from 1.
    pub column: u64,
    /// What kind of thing.
    pub kind: InventoryFileProblemKind,
    /// The value or the parser's word; may be empty.
    pub detail: String,
}

/// Kinds of [`InventoryFileProblem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InventoryFileProblemKind {
    /// The text breaks the rules of its format here; what follows is not read.
    Syntax,
    /// A quotation is not closed; the row is left out.
    OpenQuote,
    /// The row has more cells than the header; the row is left out.
    TooManyCells,
    /// The table has neither a column `name` nor columns `from` and `to`.
    NoColumns,
    /// The entry is neither an entity nor a dependency; it is left out.
    NoEntry,
    /// The list has entries, and a name under which none are looked for; all of it is left out.
    UnknownList,
    /// The entity has no name; it is left out.
    NoName,
    /// The dependency lacks an end; it is left out.
    NoEnd,
    /// There is an entity of this key already; this one is left out.
    Twice,
    /// The word is no kind; the entity is taken as `other`.
    UnknownKind,
    /// The value is no tier, address or time; it is left out and the entry is taken.
    BadValue,
    /// The value, or its name, is longer than is kept, and its beginning is taken; `detail` is the limit in characters.
    ValueTooLong,
    /// The file is longer than is read; `detail` is the limit in bytes.
    TooLong,
    /// The document is nested too deeply or refers to itself too often.
    TooDeep,
}

/// Reads a file.
///
/// # Errors
///
/// [`FileError::NotFound`], [`FileError::Unreadable`], [`FileError::Foreign`] for a pipe or a device, [`FileError::Packed`]
/// and [`FileError::Empty`].
pub fn read(path: &Path) -> Result<InventoryFile, FileError> {
    let (text, is_cut) = text_of(path, MAX_INVENTORY_BYTES)?;
    if text.trim().is_empty() {
        return Err(FileError::Empty { path: path.to_owned() });
    }
    let format = format_of(path, &text);
    let mut taking = Taking::default();
    if is_cut {
        let detail = MAX_INVENTORY_BYTES.to_string();
        taking.problem(Place::START, InventoryFileProblemKind::TooLong, &detail);
    } else {
        match format {
            InventoryFormat::Csv => table::read(&text, &mut taking),
            InventoryFormat::Yaml => yaml::read(&text, &mut taking),
            InventoryFormat::Json => json::read(&text, &mut taking),
        }
    }
    Ok(taking.finish(format))
}

/// Reads a file and returns its beginning with what there is to know of the rest.
///
/// # Errors
///
/// Those of [`read`].
pub fn preview(path: &Path) -> Result<InventoryFilePreview, FileError> {
    let InventoryFile { format, mut part, columns, problems, bad } = read(path)?;
    let (entities, dependencies) = (part.entities.len() as u64, part.dependencies.len() as u64);
    part.entities.truncate(SAMPLE);
    part.dependencies.truncate(SAMPLE);
    Ok(InventoryFilePreview { format, entities, dependencies, sample: part, columns, problems, bad })
}

/// Reports whether a file looks like an inventory and not like samples or logs, from its beginning.
pub fn is_inventory(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let Ok((text, _)) = text_of(path, HEAD_BYTES as u64) else {
        return false;
    };
    match format_of(path, &text) {
        InventoryFormat::Csv => table::is_inventory(&text),
        InventoryFormat::Yaml => {
            has_member(&text, &["entities", "dependencies", "edges", "- name", "- from"])
        }
        InventoryFormat::Json => {
            let names_both = || text.contains("\"from\"") && text.contains("\"to\"");
            // Records of logs may have members of these names too.
            (has_member(&text, &["\"entities\"", "\"dependencies\"", "\"edges\""]) || names_both())
                && !super::logs::holds_records(path)
        }
    }
}

fn has_member(text: &str, names: &[&str]) -> bool {
    text.lines().any(|line| {
        names.iter().any(|name| line.trim_start().trim_start_matches('{').trim_start().starts_with(name))
    })
}

/// Reads the text of a file up to a limit, whatever its encoding and however it is packed; the second value says whether
/// it goes on.
fn text_of(path: &Path, limit: u64) -> Result<(String, bool), FileError> {
    let unreadable = |error: std::io::Error| not_opened(path, &error);
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() && !about.is_dir() {
        // It can be read only once, and a preview reads it before the import does.
        return Err(FileError::Foreign { path: path.to_owned(), kind: ForeignKind::Pipe });
    }
    let mut bytes = Vec::new();
    let compression = compression_at(path).map_err(unreadable)?;
    let text = Intact::open(path, compression, 0).map_err(unreadable)?;
    text.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let is_cut = bytes.len() as u64 > limit;
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    // A character that was cut in two at the end says nothing about the encoding.
    let is_utf8 =
        std::str::from_utf8(&bytes).map_or_else(|error| is_cut && error.error_len().is_none(), |_| true);
    let encoding = if is_utf8 {
        UTF_8
    } else if is_chinese(&bytes, is_cut) {
        GB18030
    } else {
        WINDOWS_1252
    };
    Ok((marked.unwrap_or(encoding).decode(&bytes).0.into_owned(), is_cut))
}

/// Tells the format by the name of the file, or else by its first character.
fn format_of(path: &Path, text: &str) -> InventoryFormat {
    let named = without_packing(path);
    let extension = named.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "yaml" | "yml" => InventoryFormat::Yaml,
        "json" | "jsonl" | "ndjson" => InventoryFormat::Json,
        "csv" | "tsv" => InventoryFormat::Csv,
        _ => match text.trim_start().chars().next() {
            Some('{' | '[') => InventoryFormat::Json,
            Some('-') => InventoryFormat::Yaml,
            Some(_) | None if text.lines().next().is_some_and(|line| line.trim_end().ends_with(':')) => {
                InventoryFormat::Yaml
            }
            Some(_) | None => InventoryFormat::Csv,
        },
    }
}

/// A place in the text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    line: u64,
    column: u64,
}

impl Place {
    const START: Self = Self { line: 1, column: 1 };

    fn new(line: usize, column: usize) -> Self {
        Self { line: line as u64, column: column as u64 }
    }
}

/// What has been taken out of a file so far.
#[derive(Debug, Default)]
struct Taking {
    part: Topology,
    keys: BTreeSet<String>,
    columns: Vec<(String, Option<String>)>,
    named: BTreeSet<String>,
    problems: Vec<InventoryFileProblem>,
    bad: u64,
}

impl Taking {
    /// Keeps a problem.
    fn problem(&mut self, at: Place, kind: InventoryFileProblemKind, detail: &str) {
        if self.problems.len() < KEPT_PROBLEMS {
            let detail = detail.chars().take(200).collect();
            self.problems.push(InventoryFileProblem { line: at.line, column: at.column, kind, detail });
        }
    }

    /// Keeps a problem and counts its entry as left out.
    fn leave_out(&mut self, at: Place, kind: InventoryFileProblemKind, detail: &str) {
        self.bad += 1;
        self.problem(at, kind, detail);
    }

    /// Keeps how a column or member was understood, once.
    fn column(&mut self, name: &str, field: Option<&str>) {
        if self.named.len() < 1_000 && self.named.insert(name.to_owned()) {
            self.columns.push((name.to_owned(), field.map(str::to_owned)));
        }
    }

    fn entity(&mut self, at: Place, entity: Entity) {
        if self.keys.insert(entity.key.clone()) {
            self.part.entities.push(entity);
        } else {
            self.leave_out(at, InventoryFileProblemKind::Twice, &entity.key);
        }
    }

    fn dependency(&mut self, dependency: Dependency) {
        self.part.dependencies.push(dependency);
    }

    fn finish(self, format: InventoryFormat) -> InventoryFile {
        let Self { mut part, columns, problems, bad, .. } = self;
        part.entities.sort_by(|a, b| (a.kind, &a.name, &a.key).cmp(&(b.kind, &b.name, &b.key)));
        part.dependencies.sort();
        part.dependencies.dedup();
        InventoryFile { format, part, columns, problems, bad }
    }
}
