//! Reads what the mapping says of a field: a path, alternatives, or a table with what is done to the value.

use std::collections::BTreeMap;

use regex::RegexBuilder;

use crate::cmdb::field::{Conditions, Field, Origin, Piece, Term};
use crate::cmdb::mapping::problem::MappingProblemKind;
use crate::cmdb::mapping::table::{Node, Read, Table};
use crate::cmdb::path::Path;

/// Bytes of a compiled pattern: far more than a pattern for names needs.
const PATTERN_BYTES: usize = 1 << 20;

/// A lookup that can be named: its name and what can be taken from it.
pub(super) type Known = Vec<(String, Vec<String>)>;

/// Reads a field: a text is a path, a list holds alternatives, a table says more.
pub(super) fn field(node: &Node<'_>, known: &Known) -> Read<Field> {
    let nodes = node.one_or_more();
    if nodes.is_empty() {
        return Err(node.problem(MappingProblemKind::WrongValue, "at least one alternative"));
    }
    Ok(Field { terms: nodes.iter().map(|node| term(node, known)).collect::<Read<_>>()? })
}

/// Reads a field whose plain text is the value itself and not a path (`kind`, `how`).
pub(super) fn word(node: &Node<'_>, known: &Known) -> Read<Field> {
    match node.as_text() {
        Some(text) => Ok(Field { terms: vec![Term::of(Origin::Constant(text.to_owned()))] }),
        None => field(node, known),
    }
}

/// Reads a field that may be missing.
pub(super) fn optional(table: &Table<'_>, name: &'static str, known: &Known) -> Read<Field> {
    table.get(name).map_or_else(|| Ok(Field::default()), |node| field(&node, known))
}

/// Reads fields with free names.
pub(super) fn named(table: Option<Table<'_>>, known: &Known) -> Read<Vec<(String, Field)>> {
    let entries = table.map(|table| table.entries()).unwrap_or_default();
    entries.into_iter().map(|(name, node)| Ok((name, field(&node, known)?))).collect()
}

fn term(node: &Node<'_>, known: &Known) -> Read<Term> {
    if !node.is_table() {
        return Ok(Term::of(Origin::Path(path(node)?)));
    }
    let table = node.table()?;
    let mut term = Term::of(origin(&table, known)?);
    term.split = table.get("split").map(|node| separator(&node)).transpose()?;
    if let Some(node) = table.get("match") {
        let pattern = RegexBuilder::new(node.text()?).size_limit(PATTERN_BYTES).build();
        term.pattern =
            Some(pattern.map_err(|error| node.problem(MappingProblemKind::BadPattern, &in_a_line(&error)))?);
    }
    if let Some(values) = table.table("values")? {
        let pairs = values.texts()?.into_iter().map(|(from, to)| (from.to_lowercase(), to));
        term.values = pairs.collect::<BTreeMap<_, _>>();
    }
    term.lookup = lookup(&table, known)?;
    term.lower = table.get("lower").map_or(Ok(false), |node| node.flag())?;
    term.default = table.get("default").map(|node| node.scalar()).transpose()?;
    table.finish()?;
    Ok(term)
}

fn in_a_line(error: &regex::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn separator(node: &Node<'_>) -> Read<String> {
    let text = node.text()?;
    if text.is_empty() {
        return Err(node.problem(MappingProblemKind::WrongValue, "at least one character"));
    }
    Ok(text.to_owned())
}

fn origin(table: &Table<'_>, known: &Known) -> Read<Origin> {
    let fields =
        |node: &Node<'_>| node.one_or_more().iter().map(|node| field(node, known)).collect::<Read<_>>();
    let path_node = table.get("path");
    let constant = table.get("const");
    let text = table.get("text");
    let join = table.get("join");
    let all = table.get("all");
    let between = table.get("with");
    let given = [&path_node, &constant, &text, &join, &all].into_iter().flatten().count();
    if given != 1 {
        let detail = "exactly one of path, const, text, join, all";
        let kind = if given == 0 { MappingProblemKind::MissingField } else { MappingProblemKind::WrongValue };
        return Err(table.problem(kind, detail));
    }
    if let Some(node) = path_node {
        return path(&node).map(Origin::Path);
    }
    if let Some(node) = constant {
        return node.scalar().map(Origin::Constant);
    }
    if let Some(node) = text {
        return pieces(&node).map(Origin::Text);
    }
    if let Some(node) = join {
        let between = between.map_or(Ok(" ".to_owned()), |node| node.text().map(str::to_owned))?;
        return Ok(Origin::Join(fields(&node)?, between));
    }
    all.map_or(Ok(Origin::All(Vec::new())), |node| fields(&node).map(Origin::All))
}

fn lookup(table: &Table<'_>, known: &Known) -> Read<Option<(usize, String)>> {
    let take = table.get("take");
    let Some(node) = table.get("lookup") else {
        return match take {
            Some(node) => Err(node.problem(MappingProblemKind::MissingField, "lookup")),
            None => Ok(None),
        };
    };
    let name = node.text()?;
    let Some(at) = known.iter().position(|(known, _)| known == name) else {
        let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
        return Err(node.problem(MappingProblemKind::UnknownLookup, &names.join(", ")));
    };
    let what = match &take {
        Some(node) => node.text()?.to_owned(),
        None => "value".to_owned(),
    };
    if !known[at].1.contains(&what) {
        let place = take.as_ref().unwrap_or(&node);
        return Err(place.problem(MappingProblemKind::WrongValue, &known[at].1.join(", ")));
    }
    Ok(Some((at, what)))
}

/// Reads a path.
pub(super) fn path(node: &Node<'_>) -> Read<Path> {
    let text = node.text()?;
    Path::parse(text).map_err(|(at, detail)| node.problem_within(at, MappingProblemKind::BadPath, detail))
}

/// Reads a path that may be missing.
pub(super) fn optional_path(table: &Table<'_>, name: &'static str) -> Read<Option<Path>> {
    table.get(name).map(|node| path(&node)).transpose()
}

/// Reads a text with paths in braces.
fn pieces(node: &Node<'_>) -> Read<Vec<Piece>> {
    let text = node.text()?;
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let at = text.len() - rest.len() + open;
        let unclosed = || node.problem_within(at, MappingProblemKind::BadPath, "the brace is not closed");
        let close = rest[open..].find('}').ok_or_else(unclosed)?;
        if open > 0 {
            pieces.push(Piece::Plain(rest[..open].to_owned()));
        }
        let inside = &rest[open + 1..open + close];
        let parsed = Path::parse(inside).map_err(|(within, detail)| {
            node.problem_within(at + 1 + within, MappingProblemKind::BadPath, detail)
        })?;
        pieces.push(Piece::Path(parsed));
        rest = &rest[open + close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    Ok(pieces)
}

/// Reads conditions: a table of paths with a text or a list of texts each.
pub(super) fn conditions(table: Option<Table<'_>>) -> Read<Conditions> {
    let entries = table.map(|table| table.entries()).unwrap_or_default();
    let read = |(name, node): (String, Node<'_>)| {
        let path =
            Path::parse(&name).map_err(|(_, detail)| node.problem(MappingProblemKind::BadPath, detail))?;
        let texts = node.one_or_more().iter().map(Node::scalar).collect::<Read<Vec<String>>>()?;
        Ok((path, texts))
    };
    entries.into_iter().map(read).collect()
}
