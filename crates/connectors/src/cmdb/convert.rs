//! Makes entities and dependencies of an item, as the mapping says.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::tz::TimeZone;
use serde_json::Value;
use wardroom_core::name::shown_name;
use wardroom_core::{Dependency, Entity, EntityKind, Labels};

use crate::cmdb::date;
use crate::cmdb::field::{Doubts, Field, Lookups, beginning, fulfils, fulfils_any};
use crate::cmdb::mapping::{Class, EntityFields, RelationFields};
use crate::cmdb::path::{Found, Scene, text_of};
use crate::source::{InventoryNotice, InventoryNoticeKind};

/// Characters of one text that are kept.
pub(crate) const MAX_TEXT_CHARS: usize = 2_000;

/// Texts of one list, and tags of one entity, that are kept.
const MAX_TEXTS: usize = 200;

/// Dependencies of one item that are kept.
const MAX_DEPENDENCIES: usize = 20_000;

/// Notices by kind and subject; of several only the first is kept with its detail. Texts that are cut are counted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    told: BTreeMap<(InventoryNoticeKind, String), String>,
    cut: BTreeMap<String, u64>,
}

impl Notes {
    /// Keeps a notice unless there is one of its kind and subject.
    pub(super) fn add(&mut self, kind: InventoryNoticeKind, subject: &str, detail: &str) {
        self.told.entry((kind, subject.to_owned())).or_insert_with(|| detail.to_owned());
    }

    /// Takes in the notices of one item.
    pub(super) fn join(&mut self, item: Self) {
        for (of, detail) in item.told {
            self.told.entry(of).or_insert(detail);
        }
        for (subject, n) in item.cut {
            *self.cut.entry(subject).or_default() += n;
        }
    }

    /// Leaves out the counts, for an item that comes again and was counted before.
    pub(super) fn without_counts(self) -> Self {
        Self { cut: BTreeMap::new(), ..self }
    }

    /// Returns the notices in order.
    pub(super) fn into_vec(self) -> Vec<InventoryNotice> {
        let notice = |((kind, subject), detail)| InventoryNotice { kind, subject, detail };
        let told = self.told.into_iter().map(notice);
        let cut = self.cut.into_iter();
        told.chain(cut.map(|(of, n)| notice(((InventoryNoticeKind::TextCut, of), n.to_string())))).collect()
    }
}

/// What an item is.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// The entity.
    pub(super) entity: Option<Entity>,
    /// The dependencies it tells.
    pub(super) dependencies: Vec<Dependency>,
    /// Whether it tells more of them than are kept.
    pub(super) is_cut: bool,
    /// The key, when the source says that it is deleted.
    pub(super) gone: Option<String>,
}

/// What items are made into entities with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Workshop<'a> {
    /// The class.
    pub(super) class: &'a Class,
    /// The tables read before.
    pub(super) lookups: &'a Lookups,
    /// The zone of times without one.
    pub(super) zone: &'a TimeZone,
    /// The address of the connection.
    pub(super) base: &'a str,
}

impl Workshop<'_> {
    /// Makes what an item is; nothing when the mapping leaves it out.
    pub(super) fn convert(&self, key: &str, item: &Value, notes: &mut Notes) -> Converted {
        let class = self.class;
        let scene = Scene { here: item, item, key, base: self.base };
        let mut converted = Converted::default();
        if !fulfils(&class.only, scene) || fulfils_any(&class.skip, scene) {
            return converted;
        }
        if !fulfils(&class.expect, scene) {
            notes.add(InventoryNoticeKind::FilterIgnored, &class.name, &beginning(item));
            return converted;
        }
        let mut own_key = String::new();
        if let Some(fields) = &class.entity {
            let Some(entity) = self.entity(fields, scene, notes) else {
                notes.add(InventoryNoticeKind::ItemWithoutName, &class.name, &beginning(item));
                return converted;
            };
            own_key.clone_from(&entity.key);
            if fulfils_any(&class.gone, scene) {
                converted.gone = Some(entity.key);
                return converted;
            }
            converted.entity = Some(entity);
        } else if fulfils_any(&class.gone, scene) {
            return converted;
        }
        for relation in &class.relations {
            self.dependencies(relation, scene, &own_key, &mut converted, notes);
        }
        converted.dependencies.sort();
        converted.dependencies.dedup();
        converted
    }

    fn text(&self, field: &Field, name: &str, scene: Scene<'_>, notes: &mut Notes) -> String {
        let mut doubts = Doubts::default();
        let text = field.text(scene, self.lookups, &mut doubts);
        self.note_doubts(doubts, name, notes);
        self.cut(text, name, notes)
    }

    fn texts(&self, field: &Field, name: &str, scene: Scene<'_>, notes: &mut Notes) -> Vec<String> {
        let mut doubts = Doubts::default();
        let texts = field.texts(scene, self.lookups, &mut doubts);
        self.note_doubts(doubts, name, notes);
        texts.into_iter().map(|text| self.cut(text, name, notes)).collect()
    }

    /// Keeps the beginning of a text that is too long, and counts it.
    fn cut(&self, mut text: String, name: &str, notes: &mut Notes) -> String {
        if let Some((at, _)) = text.char_indices().nth(MAX_TEXT_CHARS) {
            text.truncate(at);
            *notes.cut.entry(self.subject(name)).or_default() += 1;
        }
        text
    }

    /// Says that a list of an item is longer than what is kept of it.
    fn note_cut(&self, name: &str, most: usize, notes: &mut Notes) {
        notes.add(InventoryNoticeKind::ListCut, &self.subject(name), &most.to_string());
    }

    fn subject(&self, name: &str) -> String {
        format!("{}: {name}", self.class.name)
    }

    fn note_doubts(&self, doubts: Doubts, name: &str, notes: &mut Notes) {
        for value in doubts.not_text {
            notes.add(InventoryNoticeKind::ValueNotUnderstood, &self.subject(name), &value);
        }
        for (lookup, key) in doubts.missed {
            notes.add(InventoryNoticeKind::LookupMissed, &lookup, &key);
        }
    }

    fn entity(&self, fields: &EntityFields, scene: Scene<'_>, notes: &mut Notes) -> Option<Entity> {
        let name = fields.texts.iter().find(|(name, _)| *name == "name");
        let name = name.map(|(_, field)| self.text(field, "name", scene, notes)).unwrap_or_default();
        if shown_name(&name).is_empty() {
            return None;
        }
        let mut entity = Entity::new(self.kind(fields, scene, notes), &name);
        let key = self.text(&fields.key, "key", scene, notes);
        if !key.is_empty() {
            entity.key = key;
        } else if !fields.key.is_unset() {
            return None;
        }
        for (name, field) in fields.texts.iter().filter(|(name, _)| *name != "name") {
            let text = self.text(field, name, scene, notes);
            self.set(&mut entity, name, text, notes);
        }
        for (name, field) in &fields.lists {
            let texts = self.texts(field, name, scene, notes);
            self.set_list(&mut entity, name, texts, notes);
        }
        entity.tags = self.tags(fields, scene, notes);
        let links = fields.links.iter();
        let links = links.map(|(title, field)| (title.clone(), self.text(field, title, scene, notes)));
        entity.links = Labels::new(links.filter(|(_, url)| is_url(url)));
        entity.changed_at = self.time(&fields.changed, scene, notes);
        Some(entity)
    }

    fn kind(&self, fields: &EntityFields, scene: Scene<'_>, notes: &mut Notes) -> EntityKind {
        let word = self.text(&fields.kind, "kind", scene, notes);
        EntityKind::parse(&word.to_lowercase()).unwrap_or_else(|| {
            notes.add(InventoryNoticeKind::ValueNotMapped, &self.subject("kind"), &word);
            EntityKind::Other
        })
    }

    fn set(&self, entity: &mut Entity, name: &str, text: String, notes: &mut Notes) {
        let place = match name {
            "domain" => &mut entity.domain,
            "system" => &mut entity.system,
            "team" => &mut entity.team,
            "department" => &mut entity.department,
            "person" => &mut entity.person,
            "contact" => &mut entity.contact,
            "environment" => &mut entity.environment,
            "site" => &mut entity.site,
            "status" => &mut entity.status,
            "serial" => &mut entity.serial,
            "tier" if !text.is_empty() => {
                entity.tier = tier(&text);
                if entity.tier.is_none() {
                    notes.add(InventoryNoticeKind::ValueNotUnderstood, &self.subject(name), &text);
                }
                return;
            }
            _ => return,
        };
        *place = text;
    }

    fn set_list(&self, entity: &mut Entity, name: &str, mut texts: Vec<String>, notes: &mut Notes) {
        if texts.len() > MAX_TEXTS {
            self.note_cut(name, MAX_TEXTS, notes);
            texts.truncate(MAX_TEXTS);
        }
        let is_address = name == "addresses";
        for text in texts {
            let kept = if is_address { address(&text) } else { Some(text.clone()) };
            let Some(kept) = kept else {
                notes.add(InventoryNoticeKind::ValueNotUnderstood, &self.subject(name), &text);
                continue;
            };
            let list = if is_address { &mut entity.addresses } else { &mut entity.aliases };
            if !list.contains(&kept) && (is_address || kept != entity.name) {
                list.push(kept);
            }
        }
    }

    fn tags(&self, fields: &EntityFields, scene: Scene<'_>, notes: &mut Notes) -> Labels {
        let mut tags: BTreeMap<String, String> = BTreeMap::new();
        for path in &fields.tags_from {
            for found in path.find(scene) {
                if let Found::Value(Value::Object(map)) = found {
                    tags.extend(
                        map.iter().filter_map(|(name, value)| Some((name.clone(), tag_text(value)?))),
                    );
                }
            }
        }
        let named = fields.tags.iter();
        tags.extend(named.map(|(name, field)| (name.clone(), self.text(field, name, scene, notes))));
        if tags.len() > MAX_TEXTS {
            self.note_cut("tags", MAX_TEXTS, notes);
        }
        let kept = tags.into_iter().take(MAX_TEXTS);
        Labels::new(kept.map(|(name, value)| (self.cut(name, "tags", notes), self.cut(value, "tags", notes))))
    }

    fn time(&self, field: &Field, scene: Scene<'_>, notes: &mut Notes) -> Option<wardroom_core::Timestamp> {
        let text = self.text(field, "changed", scene, notes);
        let at = date::read(&text, self.zone);
        if at.is_none() && !text.is_empty() {
            notes.add(InventoryNoticeKind::ValueNotUnderstood, &self.subject("changed"), &text);
        }
        at
    }

    fn dependencies(
        &self,
        relation: &RelationFields,
        scene: Scene<'_>,
        own_key: &str,
        converted: &mut Converted,
        notes: &mut Notes,
    ) {
        let parts: Vec<&Value> = match &relation.each {
            None => vec![scene.here],
            Some(path) => path
                .find(scene)
                .into_iter()
                .filter_map(|found| if let Found::Value(value) = found { Some(value) } else { None })
                .collect(),
        };
        // A list at the end of the path stands for its elements.
        let parts = parts.into_iter().flat_map(|part| {
            let list = part.as_array().filter(|_| relation.each.is_some());
            list.map_or_else(|| vec![part], |list| list.iter().collect())
        });
        for part in parts {
            let scene = Scene { here: part, ..scene };
            if !fulfils(&relation.only, scene) {
                continue;
            }
            let ends = |field: &Field, name: &str, notes: &mut Notes| {
                if field.is_unset() {
                    vec![own_key.to_owned()]
                } else {
                    self.texts(field, name, scene, notes)
                }
            };
            let (from, to) = (ends(&relation.from, "from", notes), ends(&relation.to, "to", notes));
            let how = self.text(&relation.how, "how", scene, notes);
            let changed_at = self.time(&relation.changed, scene, notes);
            let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
            for (from, to) in pairs.filter(|(from, to)| !from.is_empty() && !to.is_empty()) {
                if converted.dependencies.len() == MAX_DEPENDENCIES {
                    converted.is_cut = true;
                    self.note_cut("to", MAX_DEPENDENCIES, notes);
                    return;
                }
                converted.dependencies.push(Dependency { changed_at, ..directed(from, to, &how) });
            }
        }
    }
}

/// Makes an edge; a word that begins with `<` turns it round.
fn directed(from: &str, to: &str, how: &str) -> Dependency {
    match how.strip_prefix('<') {
        Some(how) => Dependency::new(to, from, how.trim()),
        None => Dependency::new(from, to, how),
    }
}

/// Reads a tier: the first digits of a text (`1`, `Tier 2`, `P3`).
pub(crate) fn tier(text: &str) -> Option<u8> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|tier| (1..=9).contains(tier))
}

/// Reads an address without its mask.
pub(crate) fn address(text: &str) -> Option<String> {
    let bare = text.split('/').next().unwrap_or_default().trim();
    bare.parse::<IpAddr>().ok().map(|address| address.to_string())
}

/// Returns the value of a tag: a scalar, or the name of an object that stands for one.
fn tag_text(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => {
            let texts: Vec<String> = list.iter().filter_map(tag_text).collect();
            if texts.is_empty() { None } else { Some(texts.join(",")) }
        }
        Value::Object(map) => ["label", "name", "display", "display_value", "value"]
            .iter()
            .find_map(|name| map.get(*name).and_then(text_of)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text_of(value),
    }
}

/// Reports whether a text can be opened as a page; nothing else becomes a link.
pub(crate) fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
