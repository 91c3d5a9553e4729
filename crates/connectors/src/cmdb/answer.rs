//! Judges answers: by status and content type, and by what the mapping says where the status tells nothing.

use serde_json::Value;

use crate::cmdb::field::{fulfils, fulfils_any};
use crate::cmdb::mapping::Success;
use crate::cmdb::path::{Scene, text_of};
use crate::error::SourceError;
use crate::http::{HttpAnswer, HttpRequest};

/// What servers say with 403 when they mean that they do not know who asks (NetBox 4.6 and Nautobot 3.2, measured).
const UNKNOWN_ASKER: [&str; 6] = [
    "authentication credentials were not provided",
    "invalid token",
    "invalid v1 token",
    "invalid v2 token",
    "token expired",
    "not authenticated",
];

/// Lets an answer pass that can be decoded; turns any other into its error.
///
/// The content type is looked at before anything is parsed, because login pages answer 200 as well.
pub(super) fn judge(request: &HttpRequest, answer: &HttpAnswer) -> Result<(), SourceError> {
    let path = request.path.clone();
    let status = answer.status;
    match status {
        204 => Ok(()),
        200..=299 if answer.is_json() => Ok(()),
        400 if answer.speaks_https() => Err(SourceError::NeedsHttps { address: answer.address.clone() }),
        401 => Err(SourceError::Denied { wants: answer.scheme_wanted() }),
        403 if means_unknown_asker(answer) => Err(SourceError::Denied { wants: answer.scheme_wanted() }),
        403 => Err(SourceError::Forbidden { path }),
        404 | 405 => Err(SourceError::NotFound { path }),
        413 | 414 => Err(SourceError::TooLarge { query: path, detail: words(answer) }),
        429 | 503 => Err(SourceError::Busy { status, retry_after: answer.retry_after() }),
        400 | 406..=499 if answer.is_json() => {
            Err(SourceError::BadQuery { query: path, detail: words(answer) })
        }
        500.. => Err(SourceError::ServerFailed { status, detail: words(answer) }),
        _ => Err(SourceError::NotInventory { detail: answer.in_short() }),
    }
}

fn means_unknown_asker(answer: &HttpAnswer) -> bool {
    let said = words(answer).to_lowercase();
    answer.is_json() && UNKNOWN_ASKER.iter().any(|words| said.contains(words))
}

/// Returns the reason in an answer: what stands under the usual names, or else its first words.
fn words(answer: &HttpAnswer) -> String {
    let body: Value = if answer.is_json() && answer.body.len() <= 1 << 20 {
        serde_json::from_slice(&answer.body).unwrap_or_default()
    } else {
        Value::Null
    };
    let inner = body.get("error").unwrap_or(&body);
    let reason = ["message", "detail", "error_description", "description", "title"]
        .iter()
        .find_map(|name| inner.get(name).and_then(text_of).or_else(|| body.get(name).and_then(text_of)));
    let reason = reason.or_else(|| text_of(inner));
    reason.map_or_else(|| answer.first_words(), |text| in_a_line(&text))
}

/// Returns a text on one line, shortened.
pub(super) fn in_a_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// Checks what surrounds the items for what the mapping calls success.
///
/// # Errors
///
/// [`SourceError::Denied`], [`SourceError::Forbidden`] or [`SourceError::BadQuery`] with the source's own words.
pub(super) fn check(envelope: &Value, success: &Success, path: &str) -> Result<(), SourceError> {
    let scene = Scene { here: envelope, item: envelope, key: "", base: "" };
    if fulfils_any(&success.denied, scene) {
        return Err(SourceError::Denied { wants: String::new() });
    }
    if fulfils_any(&success.forbidden, scene) {
        return Err(SourceError::Forbidden { path: path.to_owned() });
    }
    if fulfils(&success.conditions, scene) {
        return Ok(());
    }
    let message = success.message.as_ref().and_then(|path| path.first(envelope)).and_then(text_of);
    let missing = success
        .conditions
        .iter()
        .map(|(path, wanted)| format!("{} is not {}", path.text(), wanted.join(" or ")));
    let detail = message.map_or_else(|| missing.collect::<Vec<_>>().join(", "), |text| in_a_line(&text));
    Err(SourceError::BadQuery { query: path.to_owned(), detail })
}
