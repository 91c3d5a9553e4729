//! Judges answers: which situation an answer that is no success stands for, and whether a success is complete.

use serde::Deserialize;
use serde_json::Value;

use crate::error::SourceError;
use crate::http::{HttpAnswer, HttpMethod, HttpRequest};
use crate::source::{LogNotice, LogNoticeKind};

/// Words of a query that go into an error.
const MAX_QUERY_CHARS: usize = 200;

/// The body of a refusal. `error` is an object, or a text where the path is not known.
#[derive(Debug, Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    error: Value,
}

/// One cause of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cause {
    kind: String,
    reason: String,
    durability: String,
}

/// Lets an answer pass that can be decoded; turns any other into its error.
///
/// The content type is looked at before anything is parsed, because login pages answer 200 as well.
pub(super) fn judge(request: &HttpRequest, answer: &HttpAnswer) -> Result<(), SourceError> {
    let is_json = answer.is_json();
    if answer.status == 200 {
        return if is_json { Ok(()) } else { Err(not_elasticsearch(answer)) };
    }
    let body: ErrorBody =
        if is_json { serde_json::from_slice(&answer.body).unwrap_or_default() } else { ErrorBody::default() };
    Err(refusal(request, answer, &body.error))
}

fn refusal(request: &HttpRequest, answer: &HttpAnswer, error: &Value) -> SourceError {
    let path = request.path.clone();
    let cause = telling_cause(error);
    let status = answer.status;
    let mentions = |kind: &str| holds_kind(error, kind);
    if mentions("too_many_buckets_exception") {
        let detail = "it would make more buckets than the server allows".to_owned();
        return SourceError::TooLarge { query: subject(request), detail };
    }
    match status {
        400 if answer.speaks_https() => SourceError::NeedsHttps { address: answer.address.clone() },
        401 => SourceError::Denied { wants: answer.scheme_wanted() },
        403 => SourceError::Forbidden { path },
        // A path that this product or version does not have is 400, 404 or 405.
        400 if error.as_str().is_some_and(|text| text.starts_with("no handler found")) => {
            SourceError::NotFound { path }
        }
        405 => SourceError::NotFound { path },
        404 if error.is_null() || error.is_string() => SourceError::NotFound { path },
        413 | 414 => SourceError::TooLarge { query: subject(request), detail: answer.first_words() },
        400 if mentions("too_long_http_line_exception") => {
            SourceError::TooLarge { query: subject(request), detail: cause.words() }
        }
        429 if cause.durability == "PERMANENT" => {
            SourceError::TooLarge { query: subject(request), detail: cause.words() }
        }
        429 => SourceError::Busy { status, retry_after: answer.retry_after() },
        _ if mentions("time_exceeded_exception") || mentions("task_cancelled_exception") => {
            SourceError::QueryTimeout { query: subject(request) }
        }
        _ if mentions("class_cast_exception") => {
            SourceError::BadQuery { query: subject(request), detail: cause.words() }
        }
        // The server knows the answer for good: every part of the data is away.
        503 if mentions("search_phase_execution_exception")
            || mentions("no_shard_available_action_exception") =>
        {
            let detail = format!("no part of the data can be reached ({})", cause.words());
            SourceError::ServerFailed { status, detail }
        }
        503 => SourceError::Busy { status, retry_after: answer.retry_after() },
        400 | 404 | 406 if !error.is_null() => {
            SourceError::BadQuery { query: subject(request), detail: cause.words() }
        }
        500.. => SourceError::ServerFailed {
            status,
            detail: if error.is_null() { answer.first_words() } else { cause.words() },
        },
        _ => not_elasticsearch(answer),
    }
}

/// Reports whether an error says that a view of one moment is gone, so that it has to be opened again.
pub(super) fn is_lost_view(error: &SourceError) -> bool {
    matches!(error, SourceError::BadQuery { detail, .. } if detail.contains("search_context_missing_exception"))
}

impl Cause {
    /// The kind and reason on one line.
    fn words(&self) -> String {
        let line = [self.kind.as_str(), self.reason.as_str()];
        let line: Vec<&str> = line.into_iter().filter(|part| !part.is_empty()).collect();
        let line = line.join(": ");
        let clean: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let clean: String = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        if clean.is_empty() {
            "the server gives no reason".to_owned()
        } else {
            clean.chars().take(400).collect()
        }
    }
}

/// The cause that tells most: the first root cause, else the deepest `caused_by`.
fn telling_cause(error: &Value) -> Cause {
    if let Some(text) = error.as_str() {
        return Cause { reason: text.to_owned(), ..Cause::default() };
    }
    let read = |value: &Value| Cause {
        kind: text_of(value, "type"),
        reason: text_of(value, "reason"),
        durability: text_of(value, "durability"),
    };
    if let Some(root) = error["root_cause"].as_array().and_then(|causes| causes.first()) {
        let mut cause = read(root);
        if cause.durability.is_empty() {
            cause.durability = text_of(error, "durability");
        }
        return cause;
    }
    let mut deepest = error;
    while deepest["caused_by"].is_object() {
        deepest = &deepest["caused_by"];
    }
    read(deepest)
}

fn text_of(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Reports whether a kind of error is anywhere among the causes, the failed shards included.
fn holds_kind(error: &Value, kind: &str) -> bool {
    match error {
        Value::Object(map) => {
            map.get("type").is_some_and(|found| found == kind)
                || map.values().any(|value| !value.is_string() && holds_kind(value, kind))
        }
        Value::Array(list) => list.iter().any(|value| holds_kind(value, kind)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What a request is about: its query, shortened, or else its path.
fn subject(request: &HttpRequest) -> String {
    let (HttpMethod::PostJson(body) | HttpMethod::DeleteJson(body)) = &request.method else {
        return request.path.clone();
    };
    let query = serde_json::from_str::<Value>(body).map(|body| body["query"].clone()).unwrap_or_default();
    if query.is_null() {
        return request.path.clone();
    }
    let text = query.to_string();
    let short: String = text.chars().take(MAX_QUERY_CHARS).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Returns why a query is not valid, in the words of the server; `None` when it is.
pub(super) fn objection(verdict: &Value) -> Option<String> {
    if verdict["valid"].as_bool() == Some(true) {
        return None;
    }
    let explanations = verdict["explanations"].as_array().into_iter().flatten();
    let mut errors = explanations.filter_map(|explanation| explanation["error"].as_str());
    let words = verdict["error"].as_str().or_else(|| errors.next()).unwrap_or_default();
    // Behind the name and number of an index.
    let words =
        words.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(words, |(_, rest)| rest);
    Some(Cause { reason: words.to_owned(), ..Cause::default() }.words())
}

/// Decodes an answer that [`judge`] let pass.
pub(super) fn decode<T: for<'de> Deserialize<'de>>(answer: &HttpAnswer) -> Result<T, SourceError> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        if error.is_eof() {
            return SourceError::Truncated { bytes: answer.body.len() as u64 };
        }
        SourceError::Malformed { offset: offset_of(&answer.body, &error), detail: error.to_string() }
    })
}

/// Returns the byte at which the parser stopped; it counts lines and columns.
fn offset_of(body: &[u8], error: &serde_json::Error) -> u64 {
    let lines = body.split_inclusive(|&byte| byte == b'\n').take(error.line().saturating_sub(1));
    (lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1)) as u64
}

/// What an answer to a search says about itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Completeness {
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: Shards,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shards {
    total: u64,
    successful: u64,
    failed: u64,
    failures: Vec<Value>,
}

impl Completeness {
    /// Returns why the answer is partial; nothing when it is complete.
    ///
    /// A part without a home counts as neither failed nor successful, so `failed` alone says nothing. OpenSearch 3
    /// sets `terminated_early` in complete answers; it is no sign.
    pub(super) fn notices(&self, path: &str) -> Vec<LogNotice> {
        let mut notices = Vec::new();
        if self.timed_out {
            notices.push(notice(LogNoticeKind::TimedOut, path, ""));
        }
        if self.shards.successful < self.shards.total || self.shards.failed > 0 {
            let reason = self.shards.failures.first().map(|failure| {
                let index = failure["index"].as_str().unwrap_or_default();
                format!("; {index}: {}", telling_cause(&failure["reason"]).words())
            });
            let answered = self.shards.successful.min(self.shards.total.saturating_sub(self.shards.failed));
            let detail = format!("{answered}/{}{}", self.shards.total, reason.unwrap_or_default());
            notices.push(notice(LogNoticeKind::ShardsMissing, path, &detail));
        }
        notices
    }
}

/// Makes a notice.
pub(super) fn notice(kind: LogNoticeKind, subject: &str, detail: &str) -> LogNotice {
    LogNotice { kind, subject: subject.to_owned(), detail: detail.to_owned() }
}

/// Makes the error for something that is neither product.
pub(super) fn not_elasticsearch(answer: &HttpAnswer) -> SourceError {
    SourceError::NotElasticsearch { detail: answer.in_short() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_without_a_home_is_neither_failed_nor_successful_and_yet_missing() {
        let answer: Completeness =
            serde_json::from_str(r#"{"timed_out":false,"_shards":{"total":2,"successful":1,"failed":0}}"#)
                .unwrap();

        let notices = answer.notices("logs");

        assert_eq!(notices, [notice(LogNoticeKind::ShardsMissing, "logs", "1/2")]);
    }

    /// Written after what OpenSearch 3.8.0 answers to `size: 0` with an aggregation.
    #[test]
    fn an_early_end_is_no_loss() {
        let answer: Completeness = serde_json::from_str(
            r#"{"timed_out":false,"terminated_early":true,"_shards":{"total":5,"successful":5,"skipped":1,"failed":0}}"#,
        )
        .unwrap();

        assert_eq!(answer.notices("logs"), []);
    }

    #[test]
    fn the_deepest_cause_is_told_where_there_is_no_root_cause() {
        let error: Value = serde_json::from_str(
            r#"{"root_cause":[],"type":"search_phase_execution_exception","reason":"","caused_by":{"type":"a","reason":"b","caused_by":{"type":"too_many_buckets_exception","reason":"Trying to create too many buckets."}}}"#,
        )
        .unwrap();

        assert_eq!(
            telling_cause(&error).words(),
            "too_many_buckets_exception: Trying to create too many buckets."
        );
        assert!(holds_kind(&error, "too_many_buckets_exception"));
    }

    #[test]
    fn the_place_of_a_mistake_is_counted_in_bytes() {
        let body = b"{\"a\":\n\"\xc3\xa4\", x}";
        let error = serde_json::from_slice::<Value>(body).unwrap_err();

        // Six bytes of the first line, then a quote, two bytes, a quote, a comma, a space.
        assert_eq!(offset_of(body, &error), 12);
    }
}
