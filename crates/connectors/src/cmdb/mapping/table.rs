//! Reads TOML tables with the place of every value, and refuses fields that nobody asked for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wardroom_core::nearest::distance;

use crate::cmdb::mapping::problem::{MappingProblem, MappingProblemKind};

/// The result of reading a part of a mapping.
pub(super) type Read<T> = Result<T, MappingProblem>;

/// The text of a mapping, to turn positions into lines and columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'t>(pub(super) &'t str);

impl Text<'_> {
    /// Makes the problem at a byte of the text.
    pub(super) fn problem(
        self,
        at: usize,
        kind: MappingProblemKind,
        subject: &str,
        detail: &str,
    ) -> MappingProblem {
        let before = self.0.get(..at.min(self.0.len())).unwrap_or(self.0);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        MappingProblem {
            line: count(before.matches('\n').count()),
            column: count(before[line_start..].chars().count()),
            kind,
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        }
    }
}

/// A value with its place and the name of its field.
#[derive(Clone, Debug)]
pub(super) struct Node<'d> {
    text: Text<'d>,
    /// The field with the tables it stands in.
    pub(super) name: String,
    span: Range<usize>,
    value: &'d DeValue<'d>,
}

/// A table of which fields are taken by name.
#[derive(Debug)]
pub(super) struct Table<'d> {
    text: Text<'d>,
    name: String,
    at: usize,
    fields: &'d DeTable<'d>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Node<'d> {
    fn of(text: Text<'d>, name: String, value: &'d Spanned<DeValue<'d>>) -> Self {
        Self { text, name, span: value.span(), value: value.get_ref() }
    }

    /// Makes a problem at this value.
    pub(super) fn problem(&self, kind: MappingProblemKind, detail: &str) -> MappingProblem {
        self.text.problem(self.span.start, kind, &self.name, detail)
    }

    /// Makes a problem within a text of one line, so many characters behind its opening quote.
    pub(super) fn problem_within(
        &self,
        chars: usize,
        kind: MappingProblemKind,
        detail: &str,
    ) -> MappingProblem {
        let quoted = self.text.0.get(self.span.clone()).unwrap_or_default();
        let mut problem = self.problem(kind, detail);
        if !quoted.starts_with("\"\"\"") && !quoted.starts_with("'''") {
            problem.column = problem.column.saturating_add(u32::try_from(chars + 1).unwrap_or_default());
        }
        problem
    }

    fn wrong_type(&self, expected: &str) -> MappingProblem {
        self.problem(MappingProblemKind::WrongType, expected)
    }

    /// Returns the text; `None` when the value is of another type.
    pub(super) fn as_text(&self) -> Option<&'d str> {
        if let DeValue::String(text) = self.value { Some(text.as_ref()) } else { None }
    }

    /// Returns the text, or refuses the value.
    pub(super) fn text(&self) -> Read<&'d str> {
        self.as_text().ok_or_else(|| self.wrong_type("a text"))
    }

    /// Returns the elements when the value is an array.
    pub(super) fn as_list(&self) -> Option<Vec<Node<'d>>> {
        let DeValue::Array(list) = self.value else {
            return None;
        };
        Some(list.iter().map(|value| Self::of(self.text, self.name.clone(), value)).collect())
    }

    /// Returns the elements of an array, or the value itself as the only one.
    pub(super) fn one_or_more(&self) -> Vec<Node<'d>> {
        self.as_list().unwrap_or_else(|| vec![self.clone()])
    }

    /// Returns the table, or refuses the value.
    pub(super) fn table(&self) -> Read<Table<'d>> {
        let DeValue::Table(fields) = self.value else {
            return Err(self.wrong_type("a table"));
        };
        Ok(Table {
            text: self.text,
            name: self.name.clone(),
            at: self.span.start,
            fields,
            asked: RefCell::default(),
        })
    }

    /// Reports whether the value is a table.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Returns a text, number or truth value as text.
    pub(super) fn scalar(&self) -> Read<String> {
        match self.value {
            DeValue::String(text) => Ok(text.to_string()),
            DeValue::Integer(number) => Ok(number.as_str().to_owned()),
            DeValue::Float(number) => Ok(number.as_str().to_owned()),
            DeValue::Boolean(flag) => Ok(flag.to_string()),
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                Err(self.wrong_type("a text, a number, true or false"))
            }
        }
    }

    /// Returns a whole number from 0 on.
    pub(super) fn number(&self) -> Read<u64> {
        let DeValue::Integer(number) = self.value else {
            return Err(self.wrong_type("a whole number"));
        };
        u64::from_str_radix(number.as_str(), number.radix())
            .map_err(|_| self.wrong_type("a whole number from 0 on"))
    }

    /// Returns true or false.
    pub(super) fn flag(&self) -> Read<bool> {
        if let DeValue::Boolean(flag) = self.value {
            Ok(*flag)
        } else {
            Err(self.wrong_type("true or false"))
        }
    }

    /// Returns the position of a word among the possible ones.
    pub(super) fn word(&self, words: &[&str]) -> Read<usize> {
        let word = self.text()?;
        let refuse = || self.problem(MappingProblemKind::WrongValue, &words.join(", "));
        words.iter().position(|&known| known == word).ok_or_else(refuse)
    }

    /// Returns the value as JSON, and each text in it for a check.
    pub(super) fn json(&self, check: &dyn Fn(&Node<'d>, &str) -> Read<()>) -> Read<Value> {
        match self.value {
            DeValue::String(text) => {
                check(self, text.as_ref())?;
                Ok(Value::String(text.to_string()))
            }
            DeValue::Integer(_) => self.number().map(Value::from),
            DeValue::Float(number) => {
                number.as_str().parse::<f64>().map(Value::from).map_err(|_| self.wrong_type("a number"))
            }
            DeValue::Boolean(flag) => Ok(Value::Bool(*flag)),
            DeValue::Datetime(_) => Err(self.wrong_type("a text, a number, a list or a table")),
            DeValue::Array(_) => {
                let list = self.as_list().unwrap_or_default();
                list.iter().map(|node| node.json(check)).collect::<Read<Vec<Value>>>().map(Value::Array)
            }
            DeValue::Table(_) => {
                let members = self.table()?.entries();
                let members = members.iter().map(|(name, node)| Ok((name.clone(), node.json(check)?)));
                members.collect::<Read<serde_json::Map<String, Value>>>().map(Value::Object)
            }
        }
    }
}

impl<'d> Table<'d> {
    /// Wraps the whole document.
    pub(super) fn document(text: Text<'d>, fields: &'d DeTable<'d>) -> Self {
        Self { text, name: String::new(), at: 0, fields, asked: RefCell::default() }
    }

    fn name_of(&self, field: &str) -> String {
        if self.name.is_empty() { field.to_owned() } else { format!("{}.{field}", self.name) }
    }

    /// Returns a field; `None` when it is not there.
    pub(super) fn get(&self, field: &'static str) -> Option<Node<'d>> {
        self.asked.borrow_mut().insert(field);
        self.fields.get(field).map(|value| Node::of(self.text, self.name_of(field), value))
    }

    /// Returns a field, or says that it is missing.
    pub(super) fn need(&self, field: &'static str) -> Read<Node<'d>> {
        self.get(field).ok_or_else(|| {
            self.text.problem(self.at, MappingProblemKind::MissingField, &self.name_of(field), "")
        })
    }

    /// Makes a problem of the table as a whole.
    pub(super) fn problem(&self, kind: MappingProblemKind, detail: &str) -> MappingProblem {
        self.text.problem(self.at, kind, &self.name, detail)
    }

    /// Returns a text; empty when it is not there.
    pub(super) fn text(&self, field: &'static str) -> Read<String> {
        self.get(field).map_or(Ok(String::new()), |node| node.text().map(str::to_owned))
    }

    /// Returns a number; `default` when it is not there.
    pub(super) fn number(&self, field: &'static str, default: u64) -> Read<u64> {
        self.get(field).map_or(Ok(default), |node| node.number())
    }

    /// Returns a table; `None` when it is not there.
    pub(super) fn table(&self, field: &'static str) -> Read<Option<Table<'d>>> {
        self.get(field).map(|node| node.table()).transpose()
    }

    /// Returns the tables of an array of tables; none when it is not there.
    pub(super) fn tables(&self, field: &'static str) -> Read<Vec<Table<'d>>> {
        let nodes = self.get(field).map(|node| node.one_or_more()).unwrap_or_default();
        nodes.iter().map(Node::table).collect()
    }

    /// Returns every field in the order of the text, for tables whose names are free.
    pub(super) fn entries(&self) -> Vec<(String, Node<'d>)> {
        let mut entries: Vec<(usize, String, Node<'d>)> = self
            .fields
            .iter()
            .map(|(key, value)| {
                let name = key.get_ref().to_string();
                (key.span().start, name.clone(), Node::of(self.text, self.name_of(&name), value))
            })
            .collect();
        entries.sort_by_key(|(at, ..)| *at);
        entries.into_iter().map(|(_, name, node)| (name, node)).collect()
    }

    /// Returns free names with texts, in the order of the text.
    pub(super) fn texts(&self) -> Read<Vec<(String, String)>> {
        self.entries().into_iter().map(|(name, node)| Ok((name, node.scalar()?))).collect()
    }

    /// Refuses the first field that nobody has asked for.
    pub(super) fn finish(self) -> Read<()> {
        let asked = self.asked.borrow();
        let unknown = self.fields.iter().filter(|(key, _)| !asked.contains(key.get_ref().as_ref()));
        let first = unknown.min_by_key(|(key, _)| key.span().start);
        let Some((key, _)) = first else {
            return Ok(());
        };
        let name = key.get_ref().as_ref();
        let similar = asked.iter().map(|known| (distance(name, known), *known)).min();
        let detail = match similar {
            Some((distance, known)) if distance <= 2 => known.to_owned(),
            Some(_) | None => asked.iter().copied().collect::<Vec<_>>().join(", "),
        };
        let kind = MappingProblemKind::UnknownField;
        Err(self.text.problem(key.span().start, kind, &self.name_of(name), &detail))
    }
}

/// Merges the texts of two tables; the second one's replace the first one's.
pub(super) fn merged(
    below: &BTreeMap<String, Value>,
    above: BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut all = below.clone();
    for (name, value) in above {
        match (all.remove(&name), value) {
            (Some(Value::Object(mut old)), Value::Object(fresh)) => {
                let fresh = merged(&old.clone().into_iter().collect(), fresh.into_iter().collect());
                old.extend(fresh);
                all.insert(name, Value::Object(old));
            }
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
    all
}
