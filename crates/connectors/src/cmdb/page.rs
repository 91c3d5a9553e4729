//! Takes an answer apart without building it: what surrounds the items, and each item as it came.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::SourceError;

/// Members beside the items that are longer are not looked at: what is asked of them is short.
const MAX_BESIDE_BYTES: usize = 64 << 10;

/// An answer taken apart.
#[derive(Debug, Default)]
pub(super) struct Split<'b> {
    /// What surrounds the items.
    pub(super) envelope: Value,
    /// The items with the names under which they stand; the names are empty in a list. `None`: the answer has no such
    /// place.
    pub(super) items: Option<Vec<(String, &'b RawValue)>>,
}

/// Takes an answer apart; the items lie where the names lead.
///
/// # Errors
///
/// [`SourceError::Truncated`] or [`SourceError::Malformed`] when the body is not JSON.
pub(super) fn split<'b>(body: &'b [u8], names: &[String]) -> Result<Split<'b>, SourceError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Split { envelope: Value::Null, items: Some(Vec::new()) });
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let level = Level { names, is_root: true };
    let split = level.deserialize(&mut deserializer).and_then(|split| deserializer.end().map(|()| split));
    split.map_err(|error| unreadable(body, &error))
}

/// Makes the error for a body that is not JSON.
pub(super) fn unreadable(body: &[u8], error: &serde_json::Error) -> SourceError {
    if error.is_eof() {
        return SourceError::Truncated { bytes: body.len() as u64 };
    }
    // The parser counts lines and columns from 1.
    let lines = body.split_inclusive(|&byte| byte == b'\n').take(error.line().saturating_sub(1));
    let offset = lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1);
    SourceError::Malformed { offset: offset as u64, detail: error.to_string() }
}

/// One level on the way to the items.
#[derive(Clone, Copy)]
struct Level<'p> {
    names: &'p [String],
    is_root: bool,
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Split<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Split<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Split<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Split<'de>, A::Error> {
        let Some((wanted, rest)) = self.names.split_first() else {
            return self.items_of_map(map);
        };
        let mut envelope = Map::new();
        let mut items = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == *wanted {
                let inner = map.next_value_seed(Level { names: rest, is_root: false })?;
                items = inner.items;
                envelope.insert(name, inner.envelope);
                continue;
            }
            let beside: &RawValue = map.next_value()?;
            if beside.get().len() <= MAX_BESIDE_BYTES
                && let Ok(value) = serde_json::from_str(beside.get())
            {
                envelope.insert(name, value);
            }
        }
        Ok(Split { envelope: Value::Object(envelope), items })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Split<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<&RawValue>()? {
            items.push((String::new(), item));
        }
        Ok(Split { envelope: Value::Null, items: self.names.is_empty().then_some(items) })
    }

    fn visit_unit<E>(self) -> Result<Split<'de>, E> {
        Ok(Split { envelope: Value::Null, items: Some(Vec::new()) })
    }

    fn visit_bool<E>(self, value: bool) -> Result<Split<'de>, E> {
        Ok(Split { envelope: Value::Bool(value), items: None })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Split<'de>, E> {
        Ok(Split { envelope: Value::from(value), items: None })
    }

    fn visit_i64<E>(self, value: i64) -> Result<Split<'de>, E> {
        Ok(Split { envelope: Value::from(value), items: None })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Split<'de>, E> {
        Ok(Split { envelope: Value::from(value), items: None })
    }

    fn visit_str<E>(self, text: &str) -> Result<Split<'de>, E> {
        // PHP writes "" where it means nothing.
        let items = text.is_empty().then(Vec::new);
        Ok(Split { envelope: Value::from(text), items })
    }
}

impl Level<'_> {
    /// Takes the members of a map as items. An object at the very top is no map of items but an answer of another kind.
    fn items_of_map<'de, A: MapAccess<'de>>(self, mut map: A) -> Result<Split<'de>, A::Error> {
        let mut items = Vec::new();
        let mut envelope = Map::new();
        while let Some((name, item)) = map.next_entry::<String, &RawValue>()? {
            if !self.is_root {
                items.push((name, item));
            } else if item.get().len() <= MAX_BESIDE_BYTES
                && let Ok(value) = serde_json::from_str(item.get())
            {
                envelope.insert(name, value);
            }
        }
        let items = (!self.is_root).then_some(items);
        Ok(Split { envelope: if self.is_root { Value::Object(envelope) } else { Value::Null }, items })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Vec<String> {
        path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn items(body: &str, path: &str) -> Option<Vec<(String, String)>> {
        let split = split(body.as_bytes(), &names(path)).unwrap();
        split.items.map(|items| items.into_iter().map(|(key, raw)| (key, raw.get().to_owned())).collect())
    }

    fn pair(key: &str, raw: &str) -> (String, String) {
        (key.to_owned(), raw.to_owned())
    }

    #[test]
    fn items_lie_at_the_top_within_or_in_a_map() {
        assert_eq!(items("[1,2]", ""), Some(vec![pair("", "1"), pair("", "2")]));
        assert_eq!(
            items(r#"{"n":1,"data":{"info":[{"a":1}]}}"#, "data.info"),
            Some(vec![pair("", r#"{"a":1}"#)])
        );
        assert_eq!(
            items(r#"{"objects":{"S::1":{"k":1}}}"#, "objects"),
            Some(vec![pair("S::1", r#"{"k":1}"#)])
        );
        for empty in [r#"{"objects":null}"#, r#"{"objects":[]}"#, r#"{"objects":""}"#, " "] {
            assert_eq!(items(empty, "objects"), Some(Vec::new()), "{empty}");
        }
        assert_eq!(items(r#"{"data":null}"#, "data.info"), Some(Vec::new()));
        for none in [r#"{"error":"no"}"#, r#"{"objects":7}"#, "[1]", "7"] {
            assert_eq!(items(none, "objects"), None, "{none}");
        }
        assert_eq!(items(r#"{"error":"no"}"#, ""), None);
    }

    #[test]
    fn what_surrounds_the_items_is_kept_without_them() {
        let long = format!(
            r#"{{"count":7,"data":{{"next":"u","items":[1],"x":2}},"long":"{}"}}"#,
            "x".repeat(70_000)
        );

        let split = split(long.as_bytes(), &names("data.items")).unwrap();

        assert_eq!(split.envelope.to_string(), r#"{"count":7,"data":{"items":null,"next":"u","x":2}}"#);
    }

    #[test]
    fn a_body_that_ends_early_or_is_no_json_is_told_with_its_place() {
        assert_eq!(split(b"{\"a\":[1,", &names("a")).unwrap_err(), SourceError::Truncated { bytes: 8 });
        let error = split(b"{\"a\":[1 x]}", &names("a")).unwrap_err();
        assert!(matches!(error, SourceError::Malformed { offset: 8, .. }), "{error:?}");
    }
}
