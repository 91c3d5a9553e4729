//! Turns the HTTP library's errors into situations that a person can tell apart.

use std::error::Error;
use std::io;
use std::time::Duration;

use crate::error::{SettingProblem, SourceError};
use crate::secret::SecretBinding;

/// How an alert of the other side is told where the request was still being sent: the library keeps its words only.
const ALERT: &str = "received fatal alert";

/// Returns what it means that no answer began.
pub(super) fn of_request(error: &reqwest::Error, place: &SecretBinding, limit: Duration) -> SourceError {
    let detail = words(error);
    if error.is_timeout() {
        SourceError::Timeout { limit }
    } else if holds_tls_error(error) || detail.contains(ALERT) {
        SourceError::Tls { address: place.address(), detail }
    } else if error.is_dns() {
        SourceError::UnknownHost { host: place.host.clone() }
    } else if error.is_builder() {
        SourceError::Settings { field: "url", problem: SettingProblem::Unreadable { detail } }
    } else if detail.contains("invalid HTTP") {
        SourceError::NotPrometheus { detail: "the answer is not HTTP".to_owned() }
    } else if place.scheme == "https" && was_shut_out(error, &detail) {
        SourceError::ShutOut { address: place.address() }
    } else if !error.is_connect() && detail.contains("before message completed") {
        SourceError::Truncated { bytes: 0 }
    } else {
        SourceError::Unreachable { address: place.address(), detail }
    }
}

/// Reports whether the other side hung up between the end of the TLS handshake and the first byte of an answer.
///
/// A server that refuses a client certificate does so: in TLS 1.3 the client has long finished its part by then, and
/// the alert that says why is often lost behind the closed connection.
fn was_shut_out(error: &reqwest::Error, detail: &str) -> bool {
    !error.is_connect()
        && ["channel closed", "connection reset", "Connection reset", "Broken pipe", "connection closed"]
            .iter()
            .any(|words| detail.contains(words))
}

/// Returns what it means that an answer stopped after `bytes` bytes of its body.
pub(super) fn of_body(
    error: &reqwest::Error,
    place: &SecretBinding,
    limit: Duration,
    bytes: u64,
) -> SourceError {
    if error.is_timeout() {
        SourceError::Timeout { limit }
    } else if holds_tls_error(error) {
        SourceError::Tls { address: place.address(), detail: words(error) }
    } else if holds_bad_data(error) {
        SourceError::Malformed { offset: bytes, detail: words(error) }
    } else {
        SourceError::Truncated { bytes }
    }
}

/// Returns the texts of an error's causes, outermost first, without the URL.
pub(super) fn words(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let part = cause.to_string();
        // An outer cause often repeats the inner one's words.
        if !parts.iter().any(|known| known.contains(&part)) {
            parts.push(part);
        }
        next = cause.source();
    }
    if parts.is_empty() { "the system gives no reason".to_owned() } else { parts.join(": ") }
}

/// Reports whether a refusal by TLS is among the causes; input/output errors hide theirs from `source`.
fn holds_tls_error(error: &(dyn Error + 'static)) -> bool {
    holds(error, &|cause| cause.is::<rustls::Error>())
}

/// Reports whether the packed body was wrong, as opposed to short.
fn holds_bad_data(error: &(dyn Error + 'static)) -> bool {
    holds(error, &|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
        })
    })
}

fn holds(error: &(dyn Error + 'static), is_meant: &dyn Fn(&(dyn Error + 'static)) -> bool) -> bool {
    if is_meant(error) {
        return true;
    }
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
        && holds(inner, is_meant)
    {
        return true;
    }
    error.source().is_some_and(|cause| holds(cause, is_meant))
}
