//! Judges answers: which situation an answer that is no success stands for.

use serde::Deserialize;

use crate::error::SourceError;
use crate::http::{HttpAnswer, HttpRequest};
use crate::prometheus::decode::{self, ErrorBody};
use crate::source::Notice;

/// A decoded answer.
pub(super) struct Reply<T> {
    /// The `data` of the envelope.
    pub(super) data: T,
    /// Warnings and the like.
    pub(super) notices: Vec<Notice>,
    /// Bytes of the unpacked body.
    pub(super) bytes: u64,
}

/// Decodes an answer that [`judge`] let pass.
pub(super) fn decode<T: for<'de> Deserialize<'de>>(
    request: &HttpRequest,
    answer: &HttpAnswer,
) -> Result<Reply<T>, SourceError> {
    let (data, notices) = decode::envelope(&answer.body, subject(request))?;
    Ok(Reply { data, notices, bytes: answer.body.len() as u64 })
}

/// Returns what a request is about: its query or selector, or else its path.
fn subject(request: &HttpRequest) -> &str {
    let asked = request.params.iter().find(|(name, _)| name == "query" || name == "match[]");
    asked.map_or(request.path.as_str(), |(_, value)| value)
}

/// Lets an answer pass that can be decoded; turns any other into its error.
///
/// The content type is looked at before anything is parsed, because login pages answer 200 as well.
pub(super) fn judge(request: &HttpRequest, answer: &HttpAnswer) -> Result<(), SourceError> {
    let is_json = answer.is_json();
    if answer.status == 200 {
        return if is_json { Ok(()) } else { Err(not_prometheus(answer)) };
    }
    let body: ErrorBody =
        if is_json { serde_json::from_slice(&answer.body).unwrap_or_default() } else { ErrorBody::default() };
    let path = request.path.clone();
    Err(match answer.status {
        400 if answer.speaks_https() => SourceError::NeedsHttps { address: answer.address.clone() },
        401 if names_no_tenant(answer) => SourceError::NoTenant,
        401 => SourceError::Denied { wants: answer.scheme_wanted() },
        403 => SourceError::Forbidden { path },
        404 => SourceError::NotFound { path },
        // A proxy on the way to a plain http:// address; behind https:// the client meets it before there is an answer.
        407 => SourceError::Unreachable {
            address: answer.address.clone(),
            detail: "proxy authorization required".to_owned(),
        },
        413 | 414 => too_large(request, answer.first_words()),
        429 => SourceError::Busy { status: 429, retry_after: answer.retry_after() },
        _ if body.error_type == "timeout" => SourceError::QueryTimeout { query: subject(request).to_owned() },
        400 | 422 if is_json => refused(request, body.error),
        503 => SourceError::Busy { status: 503, retry_after: answer.retry_after() },
        405 | 500.. => SourceError::ServerFailed {
            status: answer.status,
            detail: if body.error.is_empty() { answer.first_words() } else { body.error },
        },
        _ => not_prometheus(answer),
    })
}

/// Distinguishes a query that asks for too much from one that is wrong, by the words of the known servers.
///
/// Prometheus: "exceeded maximum resolution of 11,000 points", "would load too many samples". `VictoriaMetrics`: "too
/// many points", "-search.max…". Mimir: "exceeded the maximum", "hit the max"; Thanos: "exceeded series limit".
fn refused(request: &HttpRequest, words: String) -> SourceError {
    let marks = [
        "exceeded maximum",
        "too many",
        "exceeds",
        "exceeded the",
        "-search.max",
        "hit the max",
        "exceeded series limit",
        "exceeded chunks limit",
        "exceeded samples limit",
        "exceeded bytes limit",
    ];
    // These repeat the query or its labels, which may hold any of the words above.
    let repeats_query = ["parse error", "cannot parse", "duplicate", "many-to-many"];
    let is_about_size = !repeats_query.iter().any(|mark| words.contains(mark));
    if is_about_size && marks.iter().any(|mark| words.contains(mark)) {
        return too_large(request, words);
    }
    SourceError::BadQuery { query: subject(request).to_owned(), detail: words }
}

fn too_large(request: &HttpRequest, detail: String) -> SourceError {
    SourceError::TooLarge { query: subject(request).to_owned(), detail }
}

/// Reports whether the source wants to know whose data is asked for: Mimir and Cortex say so in plain text.
fn names_no_tenant(answer: &HttpAnswer) -> bool {
    answer.first_words().contains("no org id")
}

fn not_prometheus(answer: &HttpAnswer) -> SourceError {
    SourceError::NotPrometheus { detail: answer.in_short() }
}
