//! Documents become log records: nested objects are flattened, lists joined, and each part put in its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use wardroom_core::{Labels, LogRecord, Timestamp};

use crate::elasticsearch::answer::notice;
use crate::elasticsearch::levels::{self, Scale};
use crate::elasticsearch::mapping::{Part, SortUnit};
use crate::source::{FieldMapping, LogNotice, LogNoticeKind};

/// Bytes that are kept of the text of a record.
const MAX_MESSAGE_BYTES: usize = 256 << 10;

/// Bytes that are kept of any other value.
const MAX_VALUE_BYTES: usize = 32 << 10;

/// One document of an answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hit {
    /// Its index.
    #[serde(rename = "_index")]
    pub(super) index: String,
    /// Its id.
    #[serde(rename = "_id")]
    pub(super) id: String,
    /// Its content, as far as it was asked for; `None` where it was not, or where the index keeps none.
    #[serde(rename = "_source")]
    pub(super) source: Option<Map<String, Value>>,
    /// Its sort values.
    pub(super) sort: Vec<Value>,
}

impl Hit {
    /// Returns a number that is the same whenever the document is read.
    ///
    /// Source: FNV-1a with 64 bits (Fowler, Noll, Vo), over index, a zero byte, and id.
    pub(super) fn key(&self) -> u64 {
        fnv(&[self.index.as_bytes(), &[0], self.id.as_bytes()])
    }

    /// Returns the sort value of the time; `None` when the document has none.
    pub(super) fn time(&self) -> Option<i64> {
        // The servers put the smallest or largest number in the place of a time that is missing.
        self.sort.first().and_then(Value::as_i64).filter(|&value| value != i64::MIN && value != i64::MAX)
    }
}

/// FNV-1a with 64 bits over the pieces.
pub(super) fn fnv(pieces: &[&[u8]]) -> u64 {
    let bytes = pieces.iter().flat_map(|piece| piece.iter());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Turns documents into records and counts what was left out.
pub(super) struct Reader<'a> {
    mapping: &'a FieldMapping,
    unit: SortUnit,
    max_fields: usize,
    scale: Scale,
    n_wide: u64,
    n_left_out: u64,
    cut: BTreeMap<String, u64>,
    /// Documents without content, by index; `None` while none has to have one.
    empty: Option<BTreeMap<String, u64>>,
}

impl<'a> Reader<'a> {
    /// Creates a reader for a mapping.
    pub(super) fn new(mapping: &'a FieldMapping, unit: SortUnit, max_fields: u32) -> Self {
        let scale = Scale::of_field(mapping.level.as_deref().unwrap_or_default());
        let max_fields = usize::try_from(max_fields).unwrap_or(usize::MAX);
        let (cut, empty) = (BTreeMap::new(), Some(BTreeMap::new()));
        Self { mapping, unit, max_fields, scale, n_wide: 0, n_left_out: 0, cut, empty }
    }

    /// Says that the content was not asked for.
    pub(super) fn expect_no_content(&mut self) {
        self.empty = None;
    }

    /// Makes the record of a document; its time is the sort value, rounded down to milliseconds.
    pub(super) fn record(&mut self, hit: Hit) -> LogRecord {
        let at = hit.time().unwrap_or_default().div_euclid(self.unit.per_milli());
        let mut fields = BTreeMap::new();
        match (hit.source, &mut self.empty) {
            (Some(source), _) => flatten(String::new(), Value::Object(source), &mut fields),
            (None, Some(empty)) => *empty.entry(hit.index).or_default() += 1,
            (None, None) => {}
        }
        if let Some(time) = &self.mapping.time {
            fields.remove(time);
        }
        let message = self.take(&mut fields, Part::Message);
        let level_text = self.take(&mut fields, Part::Level);
        let level = level_text.as_ref().and_then(|(_, text)| levels::read(text, self.scale));
        if let Some((name, text)) = level_text
            && level.is_none_or(|level| !levels::says_all(&text, level))
        {
            fields.insert(name, text);
        }
        let mut part = |part| self.take(&mut fields, part).map(|(_, text)| text).unwrap_or_default();
        let (service, host, dataset) = (part(Part::Service), part(Part::Host), part(Part::Dataset));
        let message = match message {
            Some((name, text)) => self.cut(&name, text, MAX_MESSAGE_BYTES),
            None => String::new(),
        };
        let fields = self.limited(fields);
        LogRecord { at: Timestamp::from_millis(at), level, service, host, dataset, message, fields }
    }

    /// Takes a part out of the fields: by the mapped name, or else by any usual one.
    fn take(&self, fields: &mut BTreeMap<String, String>, part: Part) -> Option<(String, String)> {
        let has_text = |name: &str| fields.get(name).is_some_and(|text| !text.is_empty());
        let mapped = part.field(self.mapping).filter(|name| has_text(name));
        let name = mapped.or_else(|| part.usual_names().find(|name| has_text(name)))?;
        fields.remove_entry(name)
    }

    /// Keeps as many fields as the settings allow, those with the shortest paths first: they are the ones that a
    /// person named, while data that became names lies deep.
    fn limited(&mut self, fields: BTreeMap<String, String>) -> Labels {
        let mut kept: Vec<(String, String)> =
            fields.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        if kept.len() > self.max_fields {
            self.n_wide += 1;
            self.n_left_out += (kept.len() - self.max_fields) as u64;
            kept.sort_by_cached_key(|(name, _)| (name.matches('.').count(), name.len(), name.clone()));
            kept.truncate(self.max_fields);
        }
        let cut = kept.into_iter().map(|(name, text)| {
            let text = self.cut(&name, text, MAX_VALUE_BYTES);
            (name, text)
        });
        Labels::new(cut.collect::<Vec<_>>())
    }

    fn cut(&mut self, name: &str, mut text: String, most: usize) -> String {
        if text.len() > most {
            let end = (0..=most).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
            text.truncate(end);
            *self.cut.entry(name.to_owned()).or_default() += 1;
        }
        text
    }

    /// Returns what was left out.
    pub(super) fn into_notices(self) -> Vec<LogNotice> {
        let mut notices = Vec::new();
        if self.n_wide > 0 {
            let (wide, left_out) = (self.n_wide.to_string(), self.n_left_out.to_string());
            notices.push(notice(LogNoticeKind::FieldsLeftOut, &wide, &left_out));
        }
        let cut = self.cut.into_iter();
        notices.extend(cut.map(|(name, n)| notice(LogNoticeKind::ValueCut, &name, &n.to_string())));
        let empty = self.empty.into_iter().flatten();
        notices.extend(empty.map(|(index, n)| notice(LogNoticeKind::NoContent, &index, &n.to_string())));
        notices
    }
}

/// Writes every value under its path; the values of a list are joined, also those of a list of objects.
pub(super) fn flatten(path: String, value: Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (name, value) in map {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                flatten(path, value, into);
            }
        }
        Value::Array(list) => {
            for value in list {
                flatten(path.clone(), value, into);
            }
        }
        Value::String(text) => join(path, &text, into),
        Value::Bool(_) | Value::Number(_) => join(path, &value.to_string(), into),
    }
}

fn join(path: String, text: &str, into: &mut BTreeMap<String, String>) {
    let joined = into.entry(path).or_default();
    if !joined.is_empty() {
        joined.push_str(", ");
    }
    joined.push_str(text);
}

#[cfg(test)]
mod tests {
    use wardroom_core::LogLevel;

    use super::*;

    fn hit(source: &Value) -> Hit {
        serde_json::from_value(serde_json::json!({
            "_index": "logs", "_id": "1", "_source": source, "sort": [1_795_168_805_123_456_006_i64, "1"]
        }))
        .unwrap()
    }

    fn ecs() -> FieldMapping {
        let name = |name: &str| Some(name.to_owned());
        FieldMapping {
            time: name("@timestamp"),
            message: name("message"),
            level: name("log.level"),
            service: name("service.name"),
            host: name("host.name"),
            dataset: name("event.dataset"),
        }
    }

    #[test]
    fn objects_are_flattened_lists_joined_and_parts_put_in_their_place() {
        let mapping = ecs();
        let mut reader = Reader::new(&mapping, SortUnit::Nanos, 200);

        let record = reader.record(hit(&serde_json::json!({
            "@timestamp": "2026-11-20T10:00:05.123456006Z", "message": "card declined",
            "log": {"level": "WARN"}, "service.name": "checkout", "host": {"name": "web-1", "ip": ["10.0.0.1", "::1"]},
            "http": {"status": 402, "ok": false, "note": null}, "cause": [{"type": "a"}, {"type": "b"}]
        })));

        assert_eq!(record.at, Timestamp::from_millis(1_795_168_805_123));
        assert_eq!((record.service.as_str(), record.host.as_str()), ("checkout", "web-1"));
        assert_eq!(record.level, Some(LogLevel::Warn));
        let fields: Vec<(&str, &str)> = record.fields.iter().collect();
        assert_eq!(
            fields,
            [
                ("cause.type", "a, b"),
                ("host.ip", "10.0.0.1, ::1"),
                ("http.ok", "false"),
                ("http.status", "402")
            ]
        );
        assert_eq!(reader.into_notices(), []);
    }

    #[test]
    fn a_document_of_another_scheme_is_understood_beside_the_mapped_one() {
        let mapping = ecs();
        let mut reader = Reader::new(&mapping, SortUnit::Millis, 200);

        let record = reader.record(hit(&serde_json::json!({
            "log": "started", "level": "notice", "host": "db-1", "kubernetes": {"labels": {"app": "orders"}}
        })));

        assert_eq!((record.message.as_str(), record.service.as_str()), ("started", "orders"));
        assert_eq!((record.host.as_str(), record.level), ("db-1", Some(LogLevel::Info)));
        // "notice" says more than the level.
        assert_eq!(record.fields.get("level"), Some("notice"));
    }

    #[test]
    fn of_ten_thousand_fields_the_shallow_ones_are_kept_and_the_rest_is_counted() {
        let mapping = ecs();
        let mut reader = Reader::new(&mapping, SortUnit::Millis, 200);
        let mut source = serde_json::json!({"message": "wide", "order": "7"});
        for i in 0..10_000 {
            source["data"][format!("k{i}")] = serde_json::json!(i);
        }

        let record = reader.record(hit(&source));

        assert_eq!(record.fields.len(), 200);
        assert_eq!(record.fields.get("order"), Some("7"));
        assert_eq!(reader.into_notices(), [notice(LogNoticeKind::FieldsLeftOut, "1", "9801")]);
    }

    #[test]
    fn an_index_that_keeps_no_content_is_named() {
        let mapping = ecs();
        let bare = || -> Hit {
            let hit =
                serde_json::json!({ "_index": "thin", "_id": "1", "sort": [1_795_168_805_123_i64, "1"] });
            serde_json::from_value(hit).unwrap()
        };
        let mut reader = Reader::new(&mapping, SortUnit::Millis, 200);
        let mut asked_for_none = Reader::new(&mapping, SortUnit::Millis, 200);
        asked_for_none.expect_no_content();

        let records = [reader.record(bare()), reader.record(bare()), asked_for_none.record(bare())];

        assert!(records.iter().all(|record| record.message.is_empty()));
        assert_eq!(records[0].at, Timestamp::from_millis(1_795_168_805_123));
        assert_eq!(reader.into_notices(), [notice(LogNoticeKind::NoContent, "thin", "2")]);
        assert_eq!(asked_for_none.into_notices(), []);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let mapping = ecs();
        let mut reader = Reader::new(&mapping, SortUnit::Millis, 200);

        let record = reader.record(hit(&serde_json::json!({"message": "ä".repeat(MAX_MESSAGE_BYTES)})));

        assert_eq!(record.message.len(), MAX_MESSAGE_BYTES);
        assert_eq!(reader.into_notices(), [notice(LogNoticeKind::ValueCut, "message", "1")]);
    }

    #[test]
    fn a_document_is_known_by_index_and_id() {
        let of = |index: &str, id: &str| {
            Hit { index: index.to_owned(), id: id.to_owned(), ..Hit::default() }.key()
        };

        assert_ne!(of("a", "bc"), of("ab", "c"));
        assert_eq!(of("a", "b"), of("a", "b"));
        // The published value of FNV-1a for the text "a" (draft-eastlake-fnv, appendix).
        assert_eq!(fnv(&[b"a"]), 0xaf63_dc4c_8601_ec8c);
    }
}
