//! "Test connection": who answers, how much there is, and the first items of each class as they came and as mapped.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use serde_json::Value;
use wardroom_core::{Entity, Timestamp, Topology};

use crate::cmdb::convert::Notes;
use crate::cmdb::date;
use crate::cmdb::mapping::{Class, EntityFields};
use crate::cmdb::page::split;
use crate::cmdb::path::text_of;
use crate::cmdb::request::{self, Fill};
use crate::cmdb::{Cmdb, Fetched};
use crate::error::SourceError;
use crate::http::HttpAnswer;
use crate::source::{InventoryNoticeKind, InventoryProbe, MissingInventoryRight};

/// Items of a class that are asked for.
const SAMPLE: u64 = 20;

/// Items of a class that are shown as they came.
const SHOWN: usize = 3;

/// Characters of raw text that are kept.
const MAX_RAW_CHARS: usize = 24_000;

/// Names of members whose values are not shown.
const SECRET_WORDS: [&str; 8] =
    ["password", "passwd", "secret", "token", "api_key", "apikey", "private_key", "community"];

impl Cmdb {
    /// Asks who answers and maps the first items of each class.
    pub(super) async fn look(&self, now: Timestamp) -> Result<InventoryProbe, SourceError> {
        let mut probe = InventoryProbe { product: self.mapping.name.clone(), ..InventoryProbe::default() };
        self.ask_version(&mut probe, now).await?;
        let mut state = self.state.lock().await;
        let mut notes = Notes::default();
        let (requests, missing) = self.load_lookups(&mut state, &mut notes).await?;
        probe.requests += requests;
        probe.missing.extend(missing);
        let mut not_understood = Notes::default();
        for (at, class) in self.mapping.classes.iter().enumerate() {
            let mut place = self.first_place(None);
            place.class = at;
            place.limit = place.limit.min(SAMPLE);
            if let Some(lookup) = class.each {
                place.each = state.lookups.key_behind(lookup, None);
                if place.each.is_none() {
                    probe.counts.push((class.name.clone(), Some(0)));
                    continue;
                }
            }
            probe.requests += 1;
            let fetched = match self.fetch(&mut place).await {
                Ok(fetched) => fetched,
                Err(error) => {
                    let missing = missing_right(&error, &class.ask.path, &class.name).ok_or(error)?;
                    probe.missing.push(missing);
                    probe.counts.push((class.name.clone(), None));
                    continue;
                }
            };
            note_head(&mut probe, &fetched.answer, &self.header_of_version(), now);
            let items = split(&fetched.answer.body, &class.ask.items)?.items.unwrap_or_default();
            let count = total_of(class, &fetched).or_else(|| {
                let is_all = (items.len() as u64) < place.limit && fetched.next_is_none(class);
                is_all.then_some(items.len() as u64)
            });
            // One key of several says nothing of the others.
            let count = count.filter(|_| class.each.is_none());
            probe.counts.push((class.name.clone(), count));
            add_raw(&mut probe.raw, &class.name, &items);
            let before = probe.mapped.entities.len();
            self.convert_all(class, &items, &state.lookups, &mut probe.mapped, &mut not_understood);
            note_empty_fields(class, &probe.mapped.entities[before..], &mut notes);
        }
        if !probe.missing.is_empty()
            && probe.missing.len() >= self.mapping.classes.len()
            && probe.raw.is_empty()
        {
            let first = &probe.missing[0];
            return Err(if first.status == 403 {
                SourceError::Forbidden { path: first.path.clone() }
            } else {
                SourceError::NotFound { path: first.path.clone() }
            });
        }
        sort(&mut probe.mapped);
        probe.not_understood = not_understood.into_vec();
        probe.notices = notes.into_vec();
        Ok(probe)
    }

    async fn ask_version(&self, probe: &mut InventoryProbe, now: Timestamp) -> Result<(), SourceError> {
        let Some(version) = &self.mapping.version else {
            return Ok(());
        };
        let Some(ask) = &version.ask else {
            return Ok(());
        };
        probe.requests += 1;
        let answer = match self.ask(&request::request(ask, &Fill::of_values(&self.mapping.values))).await {
            Ok(answer) => answer,
            Err(error) => {
                probe.missing.push(missing_right(&error, &ask.path, "version").ok_or(error)?);
                return Ok(());
            }
        };
        note_head(probe, &answer, &version.header, now);
        if let Some(path) = &version.path
            && let Ok(body) = serde_json::from_slice::<Value>(&answer.body)
            && let Some(text) = path.first(&body).and_then(text_of)
        {
            probe.version = text;
        }
        Ok(())
    }

    fn header_of_version(&self) -> String {
        self.mapping.version.as_ref().map(|version| version.header.clone()).unwrap_or_default()
    }
}

fn total_of(class: &Class, fetched: &Fetched) -> Option<u64> {
    let envelope = split(&fetched.answer.body, &class.ask.items).ok()?.envelope;
    super::walk::total(class, &envelope, &fetched.answer)
}

/// Returns what is lost when a class or lookup cannot be read; `None` for an error that concerns everything.
pub(super) fn missing_right(error: &SourceError, path: &str, lost: &str) -> Option<MissingInventoryRight> {
    let status = if matches!(error, SourceError::Forbidden { .. }) {
        403
    } else if matches!(error, SourceError::NotFound { .. }) {
        404
    } else {
        return None;
    };
    Some(MissingInventoryRight { path: path.to_owned(), status, lost: lost.to_owned() })
}

fn note_head(probe: &mut InventoryProbe, answer: &HttpAnswer, header: &str, now: Timestamp) {
    if probe.version.is_empty() && !header.is_empty() {
        answer.header(header).clone_into(&mut probe.version);
    }
    if probe.clock_offset_ms.is_none() {
        let theirs = date::read(answer.header("date"), &TimeZone::UTC);
        probe.clock_offset_ms = theirs.map(|theirs| theirs.as_millis() - now.as_millis());
    }
}

fn add_raw(raw: &mut String, class: &str, items: &[(String, &serde_json::value::RawValue)]) {
    for (key, item) in items.iter().take(SHOWN) {
        if raw.len() >= MAX_RAW_CHARS {
            return;
        }
        let shown = if item.get().len() > MAX_RAW_CHARS {
            format!("… {} bytes", item.get().len())
        } else {
            let mut value: Value = serde_json::from_str(item.get()).unwrap_or_default();
            mask(&mut value);
            serde_json::to_string_pretty(&value).unwrap_or_default()
        };
        let named = if key.is_empty() { String::new() } else { format!(" {key}") };
        let short: String = shown.chars().take(MAX_RAW_CHARS.saturating_sub(raw.len())).collect();
        let cut = if short.len() < shown.len() { "…" } else { "" };
        // Writing to a text cannot fail.
        writeln!(raw, "# {class}{named}\n{short}{cut}\n").ok();
    }
}

/// Replaces values whose names say that they are secrets.
fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, member) in map.iter_mut() {
                let name = name.to_lowercase();
                if SECRET_WORDS.iter().any(|word| name.contains(word)) && !member.is_null() {
                    *member = Value::from("•••");
                } else {
                    mask(member);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(mask),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Names the fields of the mapping that found nothing in any of the items.
fn note_empty_fields(class: &Class, entities: &[Entity], notes: &mut Notes) {
    let Some(fields) = &class.entity else {
        return;
    };
    if entities.is_empty() {
        return;
    }
    for name in set_fields(fields) {
        if entities.iter().all(|entity| is_empty(entity, name)) {
            let subject = format!("{}: {name}", class.name);
            notes.add(InventoryNoticeKind::NothingFound, &subject, &entities.len().to_string());
        }
    }
}

fn set_fields(fields: &EntityFields) -> Vec<&'static str> {
    let mut names: Vec<&'static str> =
        fields.texts.iter().chain(&fields.lists).map(|(name, _)| *name).collect();
    if !fields.tags.is_empty() || !fields.tags_from.is_empty() {
        names.push("tags");
    }
    if !fields.links.is_empty() {
        names.push("links");
    }
    if !fields.changed.is_unset() {
        names.push("changed");
    }
    names
}

fn is_empty(entity: &Entity, name: &str) -> bool {
    match name {
        "tier" => entity.tier.is_none(),
        "domain" => entity.domain.is_empty(),
        "system" => entity.system.is_empty(),
        "team" => entity.team.is_empty(),
        "department" => entity.department.is_empty(),
        "person" => entity.person.is_empty(),
        "contact" => entity.contact.is_empty(),
        "environment" => entity.environment.is_empty(),
        "site" => entity.site.is_empty(),
        "status" => entity.status.is_empty(),
        "serial" => entity.serial.is_empty(),
        "aliases" => entity.aliases.is_empty(),
        "addresses" => entity.addresses.is_empty(),
        "tags" => entity.tags.is_empty(),
        "links" => entity.links.is_empty(),
        "changed" => entity.changed_at.is_none(),
        _ => false,
    }
}

/// Sorts a piece of a topology as [`Topology`] promises.
pub(super) fn sort(part: &mut Topology) {
    part.entities.sort_by(|a, b| (a.kind, &a.name, &a.key).cmp(&(b.kind, &b.name, &b.key)));
    part.dependencies.sort();
    part.dependencies.dedup();
}
