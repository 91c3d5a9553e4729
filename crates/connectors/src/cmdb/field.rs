//! What a field of the mapping says: where its value is found and what is made of it.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;

use crate::cmdb::path::{Found, Path, Scene, text_of};

/// How the values of a field are found; the first alternative that gives any is taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    /// The alternatives, best first.
    pub(crate) terms: Vec<Term>,
}

/// One way to the values of a field. What it does is done in the order of its members.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// Where they come from.
    pub(crate) origin: Origin,
    /// A text at which each value is cut into several.
    pub(crate) split: Option<String>,
    /// A pattern; the first group that takes part, or else the whole match, is kept. What does not match is left out.
    pub(crate) pattern: Option<Regex>,
    /// Whether letters are made small.
    pub(crate) lower: bool,
    /// Values that stand for others, by their lower-case text.
    pub(crate) values: BTreeMap<String, String>,
    /// The lookup in which the value is a key, and what is taken from its rows.
    pub(crate) lookup: Option<(usize, String)>,
    /// What is taken when there is nothing.
    pub(crate) default: Option<String>,
}

/// Where values come from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A path into the item.
    Path(Path),
    /// The text itself.
    Constant(String),
    /// A text with paths in it; nothing when one of them leads nowhere.
    Text(Vec<Piece>),
    /// Several fields with a text between them; what gives nothing is left out.
    Join(Vec<Field>, String),
    /// The values of several fields.
    All(Vec<Field>),
}

/// A piece of a text with paths in it.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// As it stands.
    Plain(String),
    /// What a path leads to.
    Path(Path),
}

/// A condition on an item: the paths and the texts of which each has to have one; `*` is any.
pub(crate) type Conditions = Vec<(Path, Vec<String>)>;

/// The rows of lookups, by their position in the mapping, then by key; each row has named texts.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    /// One for each lookup read so far.
    pub(crate) tables: Vec<LookupTable>,
}

/// The rows of one lookup by key. Several rows may share a key.
#[derive(Debug, Default)]
pub(crate) struct LookupTable {
    /// Its name.
    pub(crate) name: String,
    /// Whether a key that it does not have is worth a word.
    pub(crate) complete: bool,
    /// Its rows.
    pub(crate) rows: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

/// What could not be understood while fields were read.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    /// Values that are no texts, by their beginning.
    pub(crate) not_text: Vec<String>,
    /// Keys that a lookup does not have.
    pub(crate) missed: Vec<(String, String)>,
}

impl Field {
    /// Returns the values, in the order of the source, each as often as it comes.
    pub(crate) fn texts(&self, scene: Scene<'_>, lookups: &Lookups, doubts: &mut Doubts) -> Vec<String> {
        for term in &self.terms {
            let texts = term.texts(scene, lookups, doubts);
            if !texts.is_empty() {
                return texts;
            }
        }
        Vec::new()
    }

    /// Returns the values as one text, with commas between them; each value once.
    pub(crate) fn text(&self, scene: Scene<'_>, lookups: &Lookups, doubts: &mut Doubts) -> String {
        let mut texts = self.texts(scene, lookups, doubts);
        if texts.len() == 1 {
            return texts.remove(0);
        }
        let mut kept: Vec<String> = Vec::with_capacity(texts.len());
        for text in texts {
            if !kept.contains(&text) {
                kept.push(text);
            }
        }
        kept.join(",")
    }

    /// Reports whether a value may come out of one of these lookups.
    pub(crate) fn needs_one_of(&self, lookups: &BTreeSet<usize>) -> bool {
        self.terms.iter().any(|term| {
            let is_one = term.lookup.as_ref().is_some_and(|(lookup, _)| lookups.contains(lookup));
            is_one
                || match &term.origin {
                    Origin::Path(_) | Origin::Constant(_) | Origin::Text(_) => false,
                    Origin::Join(fields, _) | Origin::All(fields) => {
                        fields.iter().any(|field| field.needs_one_of(lookups))
                    }
                }
        })
    }

    /// Reports whether the mapping says nothing about the field.
    pub(crate) fn is_unset(&self) -> bool {
        self.terms.is_empty()
    }
}

impl Term {
    /// Returns a term that does nothing but take what a path leads to.
    pub(crate) fn of(origin: Origin) -> Self {
        Self {
            origin,
            split: None,
            pattern: None,
            values: BTreeMap::new(),
            lookup: None,
            lower: false,
            default: None,
        }
    }

    fn texts(&self, scene: Scene<'_>, lookups: &Lookups, doubts: &mut Doubts) -> Vec<String> {
        let mut texts = self.origin.texts(scene, lookups, doubts);
        if let Some(separator) = &self.split {
            let parts = texts.iter().flat_map(|text| text.split(separator.as_str()));
            texts = parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        }
        if let Some(pattern) = &self.pattern {
            texts = texts.iter().filter_map(|text| captured(pattern, text)).collect();
        }
        if self.lower {
            texts = texts.iter().map(|text| text.to_lowercase()).collect();
        }
        if !self.values.is_empty() {
            let stand_in = |text: String| self.values.get(&text.to_lowercase()).cloned().unwrap_or(text);
            texts = texts.into_iter().map(stand_in).filter(|text| !text.is_empty()).collect();
        }
        if let Some((table, take)) = &self.lookup {
            texts = texts.iter().flat_map(|key| lookups.find(*table, key, take, doubts)).collect();
        }
        if texts.is_empty()
            && let Some(default) = &self.default
        {
            texts.push(default.clone());
        }
        texts
    }
}

impl Origin {
    fn texts(&self, scene: Scene<'_>, lookups: &Lookups, doubts: &mut Doubts) -> Vec<String> {
        match self {
            Self::Path(path) => {
                let mut texts = Vec::new();
                for found in path.find(scene) {
                    match found {
                        Found::Text(text) => texts.push(text.to_owned()),
                        Found::Value(value) => collect_texts(value, path, &mut texts, doubts),
                    }
                }
                texts
            }
            Self::Constant(text) => vec![text.clone()],
            Self::Text(pieces) => filled(pieces, scene).into_iter().collect(),
            Self::Join(fields, between) => {
                let parts = fields.iter().map(|field| field.text(scene, lookups, doubts));
                let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
                if parts.is_empty() { Vec::new() } else { vec![parts.join(between)] }
            }
            Self::All(fields) => {
                fields.iter().flat_map(|field| field.texts(scene, lookups, doubts)).collect()
            }
        }
    }
}

/// Takes a value as text; the elements of a list one by one.
fn collect_texts(value: &Value, path: &Path, texts: &mut Vec<String>, doubts: &mut Doubts) {
    match value {
        Value::Array(list) => list.iter().for_each(|element| collect_texts(element, path, texts, doubts)),
        // An empty object stands for nothing at several products.
        Value::Object(map) if map.is_empty() => {}
        Value::Object(_) => doubts.not_text.push(format!("{}: {}", path.text(), beginning(value))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => texts.extend(text_of(value)),
    }
}

/// Returns the beginning of a value, for a message.
pub(crate) fn beginning(value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn filled(pieces: &[Piece], scene: Scene<'_>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Path(path) => match path.find(scene).first()? {
                Found::Text(found) => text.push_str(found),
                Found::Value(value) => text.push_str(&text_of(value)?),
            },
        }
    }
    Some(text)
}

fn captured(pattern: &Regex, text: &str) -> Option<String> {
    let captures = pattern.captures(text)?;
    let group = captures.iter().skip(1).flatten().next().or_else(|| captures.get(0))?;
    Some(group.as_str().trim().to_owned()).filter(|found| !found.is_empty())
}

impl Lookups {
    /// Returns the key of a lookup behind another one, or its first.
    pub(crate) fn key_behind(&self, table: usize, key: Option<&str>) -> Option<String> {
        use std::ops::Bound::{Excluded, Unbounded};
        let rows = &self.tables.get(table)?.rows;
        let start = key.map_or(Unbounded, Excluded);
        rows.range::<str, _>((start, Unbounded)).next().map(|(key, _)| key.clone())
    }

    fn find(&self, table: usize, key: &str, take: &str, doubts: &mut Doubts) -> Vec<String> {
        let Some(table) = self.tables.get(table) else {
            return Vec::new();
        };
        let Some(rows) = table.rows.get(key) else {
            if table.complete {
                doubts.missed.push((table.name.clone(), key.to_owned()));
            }
            return Vec::new();
        };
        rows.iter().filter_map(|row| row.get(take)).filter(|text| !text.is_empty()).cloned().collect()
    }
}

/// Reports whether an item fulfils every condition.
pub(crate) fn fulfils(conditions: &Conditions, scene: Scene<'_>) -> bool {
    conditions.iter().all(|(path, wanted)| has_one_of(path, wanted, scene))
}

/// Reports whether an item fulfils one of the conditions.
pub(crate) fn fulfils_any(conditions: &Conditions, scene: Scene<'_>) -> bool {
    conditions.iter().any(|(path, wanted)| has_one_of(path, wanted, scene))
}

fn has_one_of(path: &Path, wanted: &[String], scene: Scene<'_>) -> bool {
    path.find(scene).into_iter().any(|found| {
        let text = match found {
            Found::Text(text) => Some(text.to_owned()),
            Found::Value(value) => text_of(value),
        };
        text.is_some_and(|text| wanted.iter().any(|wanted| wanted == "*" || *wanted == text))
    })
}
