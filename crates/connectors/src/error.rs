//! What can go wrong while reading from a source: situations that a person can tell apart and act on.

use std::time::Duration;

mod setting;

pub use setting::SettingProblem;

/// A failure to read from a source. Never holds a secret or a whole answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The settings cannot work; `field` names which one.
    #[error("the setting {field} cannot be used: {problem}")]
    Settings {
        /// The field of the connection's settings.
        field: &'static str,
        /// What is wrong with it.
        problem: SettingProblem,
    },
    /// The name does not resolve.
    #[error("no address is known for {host}")]
    UnknownHost {
        /// The host.
        host: String,
    },
    /// Nothing listens there, or the way is closed.
    #[error("{address} does not accept a connection")]
    Unreachable {
        /// Host and port.
        address: String,
        /// The system's words.
        detail: String,
    },
    /// The certificate was refused by us, or ours by the source.
    #[error("the secure connection to {address} failed")]
    Tls {
        /// Host and port.
        address: String,
        /// The library's words.
        detail: String,
    },
    /// The source ended the connection as soon as it was encrypted, before any answer.
    #[error("{address} ended the secure connection before it answered")]
    ShutOut {
        /// Host and port.
        address: String,
    },
    /// Plain HTTP was spoken to a TLS port.
    #[error("{address} speaks https, not http")]
    NeedsHttps {
        /// Host and port.
        address: String,
    },
    /// The source did not answer in time; the same request may succeed later.
    #[error("no answer within {} s", limit.as_secs())]
    Timeout {
        /// The limit that ran out.
        limit: Duration,
    },
    /// The source gave up evaluating the query in time.
    #[error("the source ran out of time for {query}")]
    QueryTimeout {
        /// The query.
        query: String,
    },
    /// The stored credentials were refused (401).
    #[error("the credentials were refused")]
    Denied {
        /// What the source says it wants (`Basic`, `Bearer`); may be empty.
        wants: String,
    },
    /// The source keeps the data of several tenants apart and was not told whose is asked for (401 of Mimir and Cortex).
    #[error("the source was not told whose data is asked for")]
    NoTenant,
    /// The credentials are good, but not for this path (403).
    #[error("{path} may not be read")]
    Forbidden {
        /// The path.
        path: String,
    },
    /// A redirect led to another host; nothing was sent there.
    #[error("the source redirects to {to}, which is another place")]
    Redirected {
        /// Where to.
        to: String,
    },
    /// The path is not there (404): the wrong base path, or another product.
    #[error("{path} is not there")]
    NotFound {
        /// The path.
        path: String,
    },
    /// Something answered, but it is not a Prometheus.
    #[error("what answers is not a Prometheus API: {detail}")]
    NotPrometheus {
        /// What came instead: content type and first words.
        detail: String,
    },
    /// Something answered, but it is neither Elasticsearch nor OpenSearch.
    #[error("what answers is not an Elasticsearch API: {detail}")]
    NotElasticsearch {
        /// What came instead: content type and first words.
        detail: String,
    },
    /// Something answered, but not with what the mapping of the inventory describes.
    #[error("what answers is not the inventory that the mapping describes: {detail}")]
    NotInventory {
        /// What came instead: content type and first words, or what was looked for.
        detail: String,
    },
    /// The query was refused as wrong.
    #[error("the source refuses {query}: {detail}")]
    BadQuery {
        /// The query.
        query: String,
        /// The source's words.
        detail: String,
    },
    /// The answer would be too large for the source or has more points than it allows.
    #[error("the source finds {query} too large: {detail}")]
    TooLarge {
        /// The query.
        query: String,
        /// The source's words.
        detail: String,
    },
    /// The answer is longer than our limit; reading stopped there.
    #[error("the answer is longer than {limit_bytes} bytes")]
    AnswerTooLong {
        /// Our limit.
        limit_bytes: u64,
    },
    /// The answer ended in the middle.
    #[error("the answer ended after {bytes} bytes")]
    Truncated {
        /// Bytes that came.
        bytes: u64,
    },
    /// The answer cannot be understood.
    #[error("the answer cannot be read at byte {offset}: {detail}")]
    Malformed {
        /// Where.
        offset: u64,
        /// What was expected.
        detail: String,
    },
    /// The source is busy (429, 503).
    #[error("the source is busy ({status})")]
    Busy {
        /// The status.
        status: u16,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The source failed (other 5xx).
    #[error("the source failed with {status}: {detail}")]
    ServerFailed {
        /// The status.
        status: u16,
        /// The first words of the answer.
        detail: String,
    },
    /// The token command failed.
    #[error("the token command failed: {detail}")]
    TokenCommand {
        /// Exit status or system words; never its output.
        detail: String,
    },
}

impl SourceError {
    /// Reports whether the same request may succeed when it is made again.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Truncated { .. } | Self::Busy { .. } => {
                true
            }
            Self::ServerFailed { status, .. } => matches!(status, 500 | 502 | 504),
            Self::Settings { .. }
            | Self::UnknownHost { .. }
            | Self::Tls { .. }
            | Self::ShutOut { .. }
            | Self::NeedsHttps { .. }
            | Self::QueryTimeout { .. }
            | Self::Denied { .. }
            | Self::NoTenant
            | Self::Forbidden { .. }
            | Self::Redirected { .. }
            | Self::NotFound { .. }
            | Self::NotPrometheus { .. }
            | Self::NotElasticsearch { .. }
            | Self::NotInventory { .. }
            | Self::BadQuery { .. }
            | Self::TooLarge { .. }
            | Self::AnswerTooLong { .. }
            | Self::Malformed { .. }
            | Self::TokenCommand { .. } => false,
        }
    }
}
