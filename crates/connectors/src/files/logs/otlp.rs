//! Reads batches of the OpenTelemetry Collector: one JSON object a line, with many records and what they come from.
//!
//! Format: opentelemetry-proto 1.x, `ExportLogsServiceRequest` (`logs/v1/logs.proto`, `common/v1/common.proto`) in the
//! JSON encoding of the *OpenTelemetry Protocol Specification*: keys in lowerCamelCase, 64-bit numbers as texts, enums as
//! numbers. The collector's file exporter writes one such object a line. Levels: *Logs Data Model*, `SeverityNumber`.
//!
//! A batch is not taken apart into lines of its own: the place of a record is the byte of its object, and what it comes
//! from stands in the same line, so that every block of whole lines can be read alone.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::clock::Clock;
use super::elements;
use super::grammar::{Fields, Parsed};
use super::json::{self, bare, level_of_text};

/// The longest batch that is read; the rest of a longer one is left out with a notice.
///
/// The collector's batch processor sends 8,192 records at once unless told otherwise: 4 KiB for each of them.
pub(super) const LONGEST_BATCH_BYTES: usize = 32 * 1024 * 1024;

/// Where in a text stands what a record of a batch comes from; empty ranges where the batch does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) resource: (usize, usize),
    pub(super) scope: (usize, usize),
    /// Whether it is the last record of its batch.
    pub(super) is_last: bool,
    /// Whether it is no record but what could not be understood of the batch.
    pub(super) is_rest: bool,
}

/// One record of a batch, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) origin: Origin,
}

/// Reports whether a line begins as a batch does.
pub(super) fn begins(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"\x1e").unwrap_or(line).trim_ascii_start();
    line.strip_prefix(b"{").is_some_and(|inner| inner.trim_ascii_start().starts_with(b"\"resourceLogs\""))
}

/// Finds the records of a batch, in their order, with places counted from `base`.
///
/// What cannot be understood ends the walk; from there on the line is one more record, so that nothing of it is lost.
pub(super) fn entries(line: &[u8], base: usize) -> Vec<Entry> {
    let mut walk = Walk { text: line, at: 0, base, found: Vec::new() };
    let mut ended = Ok(());
    while ended.is_ok() && begins(&line[walk.at..]) {
        ended = walk.request();
    }
    let rest = ended.err().unwrap_or(walk.at);
    let mut found = walk.found;
    let is_broken_off = found.is_empty() && !elements::is_object(line);
    if is_broken_off || !line[rest..].trim_ascii().is_empty() {
        let start = if found.is_empty() { 0 } else { rest };
        let origin = Origin { is_rest: true, ..Origin::default() };
        found.push(Entry { start: base + start, end: base + line.len(), origin });
    }
    if let Some(last) = found.last_mut() {
        last.origin.is_last = true;
    }
    found
}

/// Walks once over a batch. An error is the byte that stands where it cannot; the end of the text is none.
struct Walk<'d> {
    text: &'d [u8],
    at: usize,
    base: usize,
    found: Vec<Entry>,
}

impl<'d> Walk<'d> {
    fn request(&mut self) -> Result<(), usize> {
        // A sign before the object belongs to it (RFC 7464).
        self.at += memchr::memchr(b'{', &self.text[self.at..]).unwrap_or_default();
        if self.enter(b'{')? {
            while let Some(key) = self.member()? {
                if key == b"resourceLogs" && self.enter(b'[')? {
                    while self.item()? {
                        self.of_resource()?;
                    }
                } else if key != b"resourceLogs" {
                    self.value();
                }
            }
        }
        Ok(())
    }

    fn of_resource(&mut self) -> Result<(), usize> {
        let mut origin = Origin::default();
        if self.enter(b'{')? {
            while let Some(key) = self.member()? {
                match key {
                    b"resource" => origin.resource = self.value(),
                    b"scopeLogs" => {
                        origin.resource = self.known_or_ahead(origin.resource, b"resource");
                        if self.enter(b'[')? {
                            while self.item()? {
                                self.of_scope(origin)?;
                            }
                        }
                    }
                    _ => {
                        self.value();
                    }
                }
            }
        }
        Ok(())
    }

    fn of_scope(&mut self, mut origin: Origin) -> Result<(), usize> {
        if self.enter(b'{')? {
            while let Some(key) = self.member()? {
                match key {
                    b"scope" => origin.scope = self.value(),
                    b"logRecords" => {
                        origin.scope = self.known_or_ahead(origin.scope, b"scope");
                        self.records(origin)?;
                    }
                    _ => {
                        self.value();
                    }
                }
            }
        }
        Ok(())
    }

    fn records(&mut self, origin: Origin) -> Result<(), usize> {
        if self.enter(b'[')? {
            while self.item()? {
                if self.byte() != Some(b'{') {
                    return Err(self.at);
                }
                let (start, end) = self.value();
                self.found.push(Entry { start, end, origin });
            }
        }
        Ok(())
    }

    /// Returns a member's place; where it was not met yet, looks for it behind the value that comes next. Writers put it
    /// first, and are not bound to.
    fn known_or_ahead(&self, known: (usize, usize), wanted: &[u8]) -> (usize, usize) {
        if known != (0, 0) {
            return known;
        }
        let mut ahead = Walk { text: self.text, at: self.at, base: self.base, found: Vec::new() };
        ahead.value();
        while let Ok(Some(key)) = ahead.member() {
            let place = ahead.value();
            if key == wanted {
                return place;
            }
        }
        known
    }

    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn pass(&mut self, passed: impl Fn(u8) -> bool) {
        while self.byte().is_some_and(&passed) {
            self.at += 1;
        }
    }

    /// Enters an object or a list; `false` where there is none: the text ends, or says `null`.
    fn enter(&mut self, bracket: u8) -> Result<bool, usize> {
        match self.byte() {
            Some(b) if b == bracket => {
                self.at += 1;
                Ok(true)
            }
            None => Ok(false),
            Some(b'n') => {
                self.value();
                Ok(false)
            }
            Some(_) => Err(self.at),
        }
    }

    /// Goes to the next item of a list; `false` behind its end.
    fn item(&mut self) -> Result<bool, usize> {
        self.pass(|b| b == b',' || b.is_ascii_whitespace());
        match self.byte() {
            None => Ok(false),
            Some(b']') => {
                self.at += 1;
                Ok(false)
            }
            Some(b'}') => Err(self.at),
            Some(_) => Ok(true),
        }
    }

    /// Goes to the value of the next member of an object and returns its key; `None` behind the object's end.
    fn member(&mut self) -> Result<Option<&'d [u8]>, usize> {
        self.pass(|b| b == b',' || b.is_ascii_whitespace());
        match self.byte() {
            None => return Ok(None),
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b'"') => {}
            Some(_) => return Err(self.at),
        }
        let start = self.at + 1;
        self.text_value();
        let key = &self.text[start..self.at.saturating_sub(1).max(start)];
        self.pass(|b| b.is_ascii_whitespace());
        match self.byte() {
            None => return Ok(None),
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.at),
        }
        self.pass(|b| b.is_ascii_whitespace());
        Ok(Some(key))
    }

    /// Passes over a value and returns its place; one that is not ended reaches to the end of the text.
    fn value(&mut self) -> (usize, usize) {
        let start = self.at;
        match self.byte() {
            Some(b'"') => self.text_value(),
            Some(b'{' | b'[') => self.nested(),
            Some(_) | None => {
                self.pass(|b| !matches!(b, b',' | b'}' | b']') && !b.is_ascii_whitespace());
            }
        }
        (self.base + start, self.base + self.at)
    }

    fn nested(&mut self) {
        let mut depth = 0_usize;
        while let Some(b) = self.byte() {
            match b {
                b'"' => {
                    self.text_value();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn text_value(&mut self) {
        let mut at = self.at + 1;
        while let Some(n) = self.text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
            at += n;
            if self.text[at] == b'"' {
                self.at = at + 1;
                return;
            }
            at += 2;
        }
        self.at = self.text.len();
    }
}

/// What the records of a resource and a scope have in common; kept from one record to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    resource: Vec<u8>,
    scope: Vec<u8>,
    service: String,
    host: String,
    fields: Vec<(String, String)>,
}

impl Source {
    /// Reads resource and scope, unless they are those of the record before.
    pub(super) fn learn(&mut self, resource: &[u8], scope: &[u8]) {
        if self.resource == resource && self.scope == scope {
            return;
        }
        *self = Self { resource: resource.to_vec(), scope: scope.to_vec(), ..Self::default() };
        self.take("resource", resource);
        self.take("scope", scope);
        let known =
            |name: &str| self.fields.iter().find(|(key, _)| key == name).map(|(_, text)| text.clone());
        let (service, host) = (known(SERVICE), known(HOST));
        self.service = service.unwrap_or_default();
        self.host = host.unwrap_or_default();
        self.fields.retain(|(key, _)| key != SERVICE && key != HOST);
    }

    fn take(&mut self, name: &str, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(text);
        let Ok(Value::Object(members)) = serde_json::from_str(&text) else {
            self.fields.push((name.to_owned(), text.into_owned()));
            return;
        };
        for (key, value) in &members {
            put_member(&format!("{name}.{key}"), value, &mut |key, text| {
                self.fields.push((key.to_owned(), text.to_owned()));
            });
        }
    }
}

/// The attributes of a resource that are parts of a record (semantic conventions, *Service* and *Host*).
const SERVICE: &str = "resource.attributes.service.name";
const HOST: &str = "resource.attributes.host.name";

/// Takes a record apart; with `fields`, everything else of it too.
pub(super) fn parse<'r>(
    record: &'r str,
    origin: Origin,
    source: &Source,
    clock: &mut Clock,
    fields: Option<&mut Fields>,
) -> Parsed<'r> {
    if origin.is_rest {
        if let Some(fields) = fields {
            fields.bad_json = true;
        }
        return Parsed { message: Cow::Borrowed(bare(record)), ..Parsed::default() };
    }
    let mut parsed = json::parse(record, clock, None);
    let has_text = parsed.message.len() < bare(record).len();
    if !has_text || fields.is_some() {
        match serde_json::from_str::<Value>(bare(record)) {
            Ok(Value::Object(members)) => {
                if !has_text {
                    parsed.message = message_of(members.get("body"), record);
                }
                if let Some(fields) = fields {
                    put_fields(&members, source, fields);
                }
            }
            Ok(_) | Err(_) => {
                if let Some(fields) = fields {
                    fields.bad_json = true;
                }
            }
        }
    }
    if parsed.service.is_empty() {
        parsed.service = Cow::Owned(source.service.clone());
    }
    if parsed.host.is_empty() {
        parsed.host = Cow::Owned(source.host.clone());
    }
    parsed
}

/// Returns the text of a body that is none itself; a record without one is shown whole.
fn message_of<'r>(body: Option<&Value>, record: &'r str) -> Cow<'r, str> {
    let text = body.map(text_of).unwrap_or_default();
    if text.is_empty() { elements::squeezed(Cow::Borrowed(bare(record))) } else { Cow::Owned(text) }
}

fn put_fields(members: &Map<String, Value>, source: &Source, fields: &mut Fields) {
    for (key, text) in &source.fields {
        fields.put(key, text);
    }
    let text = |key: &str| members.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_level = level_of_text(text("severityText")).is_some();
    let is_time = members.get("timeUnixNano").is_some_and(says_something);
    for (key, value) in members {
        // What became a part of the record is no field.
        let used = match key.as_str() {
            "body" | "timeUnixNano" => true,
            "observedTimeUnixNano" => !is_time,
            "severityText" => is_level,
            "severityNumber" => !is_level,
            _ => false,
        };
        if !used {
            put_member(key, value, &mut |key, text| fields.put(key, text));
        }
    }
}

/// Reports whether a number is not the zero that stands for none.
fn says_something(value: &Value) -> bool {
    value.as_str().map_or_else(|| value.as_u64() != Some(0), |text| !matches!(text, "" | "0"))
}

/// Puts a member of a record, a resource or a scope under its name, attributes each under their own.
fn put_member(name: &str, value: &Value, put: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Array(items) if items.iter().all(|item| item.get("key").is_some_and(Value::is_string)) => {
            for item in items {
                let key = item.get("key").and_then(Value::as_str).unwrap_or_default();
                let text = item.get("value").map(text_of).unwrap_or_default();
                put(&format!("{name}.{key}"), &text);
            }
        }
        Value::String(text) => put(name, text),
        // Counters of what was dropped, and flags, are written where there are none too.
        Value::Null => {}
        Value::Number(number) if number.as_u64() == Some(0) => {}
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            put(name, &value.to_string());
        }
    }
}

/// Returns the text of a value as OpenTelemetry wraps it.
fn text_of(value: &Value) -> String {
    match unwrapped(value) {
        Value::String(text) => text,
        Value::Null => String::new(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    }
}

/// Returns what `{"stringValue": …}`, `{"kvlistValue": …}` and the others hold (`AnyValue` of `common.proto`).
fn unwrapped(value: &Value) -> Value {
    let Value::Object(members) = value else { return value.clone() };
    let Some((kind, inner)) = members.iter().next().filter(|_| members.len() == 1) else {
        return if members.is_empty() { Value::Null } else { value.clone() };
    };
    let items = || inner.get("values").and_then(Value::as_array).into_iter().flatten();
    match kind.as_str() {
        "stringValue" | "boolValue" | "doubleValue" | "bytesValue" => inner.clone(),
        "intValue" => {
            let number = inner.as_str().and_then(|text| text.parse::<i64>().ok());
            number.map_or_else(|| inner.clone(), Value::from)
        }
        "arrayValue" => items().map(unwrapped).collect(),
        "kvlistValue" => {
            let pair = |item: &Value| {
                let key = item.get("key")?.as_str()?.to_owned();
                Some((key, item.get("value").map_or(Value::Null, unwrapped)))
            };
            Value::Object(items().filter_map(pair).collect())
        }
        _ => value.clone(),
    }
}
