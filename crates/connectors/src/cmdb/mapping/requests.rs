//! Reads how a mapping asks: requests, paging, sign-in, and the placeholders in them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cmdb::mapping::expression::{conditions, optional_path, path};
use crate::cmdb::mapping::problem::MappingProblemKind;
use crate::cmdb::mapping::table::{Node, Read, Table, merged};
use crate::cmdb::mapping::{Ask, Paging, PagingKind, Session, SignIn, Success, VersionAsk};
use crate::http::Wear;

/// What can stand in braces in a request, besides `value.…`.
const PLACEHOLDERS: [&str; 7] = ["limit", "offset", "last", "page", "cursor", "since", "each"];

/// What can stand in braces where a secret travels.
const SECRETS: [&str; 5] = ["user", "secret", "secret_head", "secret_tail", "session"];

/// The ways to sign in, in the words of the settings.
const SIGN_INS: [&str; 6] = ["none", "basic", "bearer", "api_key", "client_certificate", "token_command"];

/// The kinds of paging.
const PAGINGS: [&str; 6] = ["none", "next", "offset", "page", "cursor", "link"];

/// Texts that stand for `{value.…}`.
pub(super) type Values = BTreeMap<String, String>;

/// Returns the names in braces of a text, with where they begin in bytes.
pub(crate) fn placeholders(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        let Some(length) = text[open..].find('}') else {
            break;
        };
        let name = &text[open + 1..open + length];
        // A brace with anything but a name in it belongs to the text: JSON, a query of the product.
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')) {
            found.push((open, name));
            from = open + length + 1;
        } else {
            from = open + 1;
        }
    }
    found
}

fn check(node: &Node<'_>, text: &str, known: &[&str], values: &Values) -> Read<()> {
    for (at, name) in placeholders(text) {
        let is_value = name.strip_prefix("value.").is_some_and(|name| values.contains_key(name));
        if !is_value && !known.contains(&name) {
            let mut names: Vec<String> = known.iter().map(|&name| name.to_owned()).collect();
            names.extend(values.keys().map(|name| format!("value.{name}")));
            let kind = MappingProblemKind::UnknownPlaceholder;
            return Err(node.problem_within(text[..at].chars().count(), kind, &names.join(", ")));
        }
    }
    Ok(())
}

/// Reads a table of parameters, members or form fields.
pub(super) fn members(
    table: &Table<'_>,
    name: &'static str,
    values: &Values,
) -> Read<BTreeMap<String, Value>> {
    let Some(node) = table.get(name) else {
        return Ok(BTreeMap::new());
    };
    let entries = node.table()?.entries();
    let read = |(name, node): (String, Node<'_>)| {
        Ok((name, node.json(&|node, text| check(node, text, &PLACEHOLDERS, values))?))
    };
    entries.into_iter().map(read).collect()
}

/// Reads a request on top of the defaults. Its path is needed unless `path` is optional here.
pub(super) fn ask(table: &Table<'_>, defaults: &Ask, values: &Values, needs_path: bool) -> Read<Ask> {
    let path = match table.get("path") {
        Some(node) => {
            let path = node.text()?;
            check(&node, path, &["each"], values)?;
            if !path.starts_with('/') || path.contains(['?', '#']) {
                let detail = "a path that begins with / and has no ? or #";
                return Err(node.problem(MappingProblemKind::WrongValue, detail));
            }
            path.to_owned()
        }
        None if needs_path && defaults.path.is_empty() => return Err(missing(table, "path")),
        None => defaults.path.clone(),
    };
    let body = merged(&defaults.body, members(table, "body", values)?);
    let form = merged(&defaults.form, members(table, "form", values)?);
    let post = match table.get("method") {
        Some(node) => node.word(&["GET", "POST"])? == 1,
        None => defaults.post || !body.is_empty() || !form.is_empty(),
    };
    let items = match table.get("items") {
        Some(node) => node.text()?.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        None => defaults.items.clone(),
    };
    Ok(Ask {
        path,
        post,
        params: merged(&defaults.params, members(table, "params", values)?),
        body,
        form,
        items,
        paging: paging(table.table("paging")?, &defaults.paging)?,
    })
}

fn missing(table: &Table<'_>, name: &str) -> super::MappingProblem {
    table.problem(MappingProblemKind::MissingField, name)
}

fn paging(table: Option<Table<'_>>, defaults: &Paging) -> Read<Paging> {
    let Some(table) = table else {
        return Ok(defaults.clone());
    };
    let kind = match table.get("kind") {
        None => defaults.kind.clone(),
        Some(node) => match PAGINGS[node.word(&PAGINGS)?] {
            "next" => PagingKind::Next(path(&table.need("next")?)?),
            "offset" => PagingKind::Offset,
            "page" => PagingKind::Page(table.number("first", 1)?),
            "cursor" => PagingKind::Cursor(path(&table.need("cursor")?)?),
            "link" => PagingKind::Link,
            _ => PagingKind::None,
        },
    };
    let size = match table.get("size") {
        None => defaults.size,
        Some(node) => {
            let size = node.number()?;
            if !(1..=100_000).contains(&size) {
                return Err(node.problem(MappingProblemKind::WrongValue, "1 to 100000"));
            }
            size
        }
    };
    let or_default = |text: String, default: &String| if text.is_empty() { default.clone() } else { text };
    let paging = Paging {
        kind,
        size,
        total: optional_path(&table, "total")?.or_else(|| defaults.total.clone()),
        total_header: or_default(table.text("total_header")?, &defaults.total_header),
        past_end: or_default(table.text("past_end")?, &defaults.past_end),
    };
    table.finish()?;
    Ok(paging)
}

/// Reads how requests prove who asks.
pub(super) fn sign_in(table: Option<Table<'_>>, values: &Values) -> Read<SignIn> {
    let Some(table) = table else {
        return Ok(SignIn { kinds: vec!["none".to_owned()], ..SignIn::default() });
    };
    let kinds = table.get("kinds").map(|node| node.one_or_more()).unwrap_or_default();
    let kinds = kinds.iter().map(|node| Ok(SIGN_INS[node.word(&SIGN_INS)?].to_owned()));
    let kinds = kinds.collect::<Read<Vec<String>>>()?;
    let mut token = Vec::new();
    for table in table.tables("token")? {
        token.push((table.text("starts")?, wear(&table, values)?));
        table.finish()?;
    }
    // The longer beginning is the better fit; none fits always.
    token.sort_by_key(|(starts, _)| std::cmp::Reverse(starts.len()));
    let basic =
        table.table("basic")?.map(|table| finished(table, |table| wear(table, values))).transpose()?;
    let session =
        table.table("session")?.map(|table| finished(table, |table| session(table, values))).transpose()?;
    table.finish()?;
    Ok(SignIn { kinds, token, basic, session })
}

fn finished<T>(table: Table<'_>, read: impl Fn(&Table<'_>) -> Read<T>) -> Read<T> {
    let value = read(&table)?;
    table.finish()?;
    Ok(value)
}

fn session(table: &Table<'_>, values: &Values) -> Read<Session> {
    let token = path(&table.need("token")?)?;
    let carried = table.need("carry")?.table()?;
    let wear = finished(carried, |table| wear(table, values))?;
    let ask = ask(table, &Ask::default(), values, true)?;
    Ok(Session { ask, token, wear })
}

/// Reads the headers and form fields in which a secret travels. A table as a header's value is sent as JSON.
fn wear(table: &Table<'_>, values: &Values) -> Read<Wear> {
    let read = |name: &'static str| -> Read<Vec<(String, Value)>> {
        let entries = table.table(name)?.map(|table| table.entries()).unwrap_or_default();
        let read = |(name, node): (String, Node<'_>)| {
            let value = node.json(&|node, text| check(node, text, &SECRETS, values))?;
            Ok((name, with_values(value, values)))
        };
        entries.into_iter().map(read).collect()
    };
    Ok(Wear { headers: read("headers")?, form: read("form")? })
}

/// Puts the mapping's own texts in the place of `{value.…}`.
pub(super) fn with_values(value: Value, values: &Values) -> Value {
    match value {
        Value::String(mut text) => {
            for (name, stands_for) in values {
                text = text.replace(&format!("{{value.{name}}}"), stands_for);
            }
            Value::String(text)
        }
        Value::Array(list) => {
            Value::Array(list.into_iter().map(|value| with_values(value, values)).collect())
        }
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(name, value)| (name, with_values(value, values))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// Reads where the version is found.
pub(super) fn version(table: Option<Table<'_>>, values: &Values) -> Read<Option<VersionAsk>> {
    let Some(table) = table else {
        return Ok(None);
    };
    let request =
        if table.get("path").is_some() { Some(ask(&table, &Ask::default(), values, true)?) } else { None };
    let version =
        VersionAsk { ask: request, path: optional_path(&table, "version")?, header: table.text("header")? };
    table.finish()?;
    Ok(Some(version))
}

/// Reads what tells success from failure.
pub(super) fn success(table: Option<Table<'_>>) -> Read<Success> {
    let Some(table) = table else {
        return Ok(Success::default());
    };
    let success = Success {
        conditions: conditions(table.table("when")?)?,
        message: optional_path(&table, "message")?,
        denied: conditions(table.table("denied")?)?,
        forbidden: conditions(table.table("forbidden")?)?,
    };
    table.finish()?;
    Ok(success)
}
