//! Rows of the window as scripts get them: sentences in words, failures with their sentence, names in one case.

use serde::Serialize;
use serde_json::{Map, Value, json};
use wardroom_app::AppError;
use wardroom_app::phrase::Phrase;
use wardroom_app::words::Words;

/// Objects whose names are somebody's own: those of labels, and those of a failure's fields.
const OWN_NAMES: [&str; 2] = ["labels", "fields"];

/// Writes a row of the window for scripts; its times stay milliseconds since 1970.
///
/// # Errors
///
/// `internal` when the row cannot be written, which no value of it makes so.
pub(crate) fn for_scripts<T: Serialize>(row: &T, words: &Words) -> Result<Value, AppError> {
    serde_json::to_value(row).map(|value| said(value, words)).map_err(|e| AppError::internal(&e))
}

fn said(value: Value, words: &Words) -> Value {
    match value {
        Value::Object(fields) => object(fields, words),
        Value::Array(items) => items.into_iter().map(|item| said(item, words)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn object(fields: Map<String, Value>, words: &Words) -> Value {
    let as_it_is = || Value::Object(fields.clone());
    if fields.len() == 2
        && fields.contains_key("values")
        && let Ok(phrase) = serde_json::from_value::<Phrase>(as_it_is())
    {
        return words.phrase(&phrase).into();
    }
    if fields.len() == 2
        && fields.contains_key("fields")
        && let Ok(error) = serde_json::from_value::<AppError>(as_it_is())
    {
        return json!({ "code": error.code, "fields": error.fields, "message": words.error(&error) });
    }
    let row = fields.into_iter().map(|(name, value)| {
        let value = if OWN_NAMES.contains(&name.as_str()) { value } else { said(value, words) };
        (snake_case(&name), value)
    });
    Value::Object(row.collect())
}

/// Writes `sizeBytes` as `size_bytes`.
fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use wardroom_app::settings::Language;

    use super::*;

    fn written(row: &Value) -> Value {
        for_scripts(row, &Words::with(Language::En, jiff::tz::TimeZone::UTC)).unwrap()
    }

    #[test]
    fn sentences_are_written_as_words_wherever_they_stand() {
        let row = json!({ "rows": [{ "text": Phrase::new("review-of"), "points": 3 }], "key": "kept", "values": 1, "n": 0 });

        assert_eq!(
            written(&row),
            json!({ "rows": [{ "text": "of 100", "points": 3 }], "key": "kept", "values": 1, "n": 0 })
        );
    }

    #[test]
    fn names_have_one_case_and_those_of_labels_are_left_alone() {
        let row = json!({ "sizeBytes": 1, "first": { "singlePoint": true }, "labels": { "jobName": "a" } });

        assert_eq!(
            written(&row),
            json!({ "size_bytes": 1, "first": { "single_point": true }, "labels": { "jobName": "a" } })
        );
    }

    #[test]
    fn a_failure_stands_there_with_its_sentence() {
        let row = json!({ "error": AppError::new("no_such_source").with("id", 7) });

        assert_eq!(
            written(&row),
            json!({ "error": { "code": "no_such_source", "fields": { "id": "7" }, "message": "There is no source number 7." } })
        );
    }
}
