//! The settings of a connection to Elasticsearch or OpenSearch, without its secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::AuthKind;
use crate::error::{SettingProblem, SourceError};
use crate::http::HttpSettings;
use crate::source::FieldMapping;

/// Bytes of one answer after unpacking: 5,000 documents of 13 kB each.
const MAX_BODY_BYTES: u64 = 64 << 20;

/// Documents in one page: more are slower (measured on OpenSearch 2.19: 53,000 a second at 5,000, 43,000 at 10,000),
/// and the server's own limit is 10,000.
const PAGE_SIZE: u32 = 5_000;

/// Characters of the names that are put into a URL; the servers refuse a line of more than 4,096 bytes.
const MAX_NAMES_BYTES: usize = 3_000;

/// The settings of one connection. An unknown field is refused, a missing one has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ElasticsearchConfig {
    /// The base address, with a path where a gateway has one.
    pub url: String,
    /// How requests prove who asks; the secret itself is handed in beside the settings.
    pub auth: AuthKind,
    /// Further headers. Headers that carry a secret are refused.
    pub headers: Vec<(String, String)>,
    /// A PEM file with certificate authorities that are trusted beside the system's (`http_ca.crt`).
    pub ca_path: Option<String>,
    /// The proxy: a URL, `none` for none, absent for `HTTPS_PROXY` and `NO_PROXY` of the environment.
    pub proxy: Option<String>,
    /// Requests under way at the same time, at least 1.
    pub max_concurrent: u32,
    /// Requests in a minute on average; 0 for no limit.
    pub requests_per_minute: u32,
    /// Documents in one page, 1 to 10,000.
    pub page_size: u32,
    /// Seconds of silence after which a request has failed; counting is given up after the same time.
    pub timeout_s: u32,
    /// What answers, for a user who may not ask it; absent to find out.
    pub product: Option<LogProduct>,
    /// What is read.
    pub scope: LogScope,
    /// A field whose value is different in every document. It tells apart documents of the same time; without it
    /// the server's own number of a document does, which costs it memory before Elasticsearch 7.12 and OpenSearch 3.
    pub unique_field: Option<String>,
    /// How long after its time a document may become visible and still be seen by the live tail, in milliseconds.
    pub late_ms: i64,
    /// The difference between the source's clock and ours, in milliseconds, that a person has accepted. It is only
    /// compared with the probe's; times are never corrected by it.
    pub expected_offset_ms: i64,
}

impl Default for ElasticsearchConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            auth: AuthKind::None,
            headers: Vec::new(),
            ca_path: None,
            proxy: None,
            max_concurrent: 2,
            requests_per_minute: 120,
            page_size: PAGE_SIZE,
            timeout_s: 30,
            product: None,
            scope: LogScope::default(),
            unique_field: None,
            late_ms: 60_000,
            expected_offset_ms: 0,
        }
    }
}

/// What answers, as a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogProduct {
    /// Elasticsearch.
    Elasticsearch,
    /// OpenSearch.
    OpenSearch,
}

/// What is read, as it stands in the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogScope {
    /// Indices, aliases, data streams and patterns; empty for all.
    pub indices: Vec<String>,
    /// The question as a person wrote it: KQL-like, or a JSON object of Query DSL; empty for every record. It is kept
    /// here for whoever asks; the connection itself reads [`crate::source::LogQuestion`] only.
    pub query: String,
    /// The fields that a person named; the others are found.
    pub mapping: FieldMapping,
    /// Fields that are read besides the mapped ones, `*` allowed; empty for all but `event.original`, which repeats
    /// the text.
    pub fields: Vec<String>,
    /// Fields that are kept of one record besides the mapped ones; the others are left out with a notice.
    pub max_fields: u32,
}

impl Default for LogScope {
    fn default() -> Self {
        Self {
            indices: Vec::new(),
            query: String::new(),
            mapping: FieldMapping::default(),
            fields: Vec::new(),
            max_fields: 200,
        }
    }
}

impl ElasticsearchConfig {
    /// Returns what the HTTP client needs of these settings.
    pub(super) fn http_settings(&self) -> HttpSettings {
        let (authentication, client_certificate) = self.auth.for_requests();
        HttpSettings {
            url: self.url.clone(),
            authentication,
            headers: self.headers.clone(),
            ca_path: self.ca_path.clone(),
            client_certificate,
            proxy: self.proxy.clone(),
            max_concurrent: self.max_concurrent,
            requests_per_minute: self.requests_per_minute,
            timeout: self.timeout(),
            max_body_bytes: MAX_BODY_BYTES,
            // A cluster that says 429 is given half a minute in all.
            retry_delays: [500, 1_000, 2_000, 4_000, 8_000, 15_000].map(Duration::from_millis).to_vec(),
        }
    }

    /// Returns the longest silence, and the longest time that counting may take.
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_s.max(1)))
    }

    /// Returns the number of documents in a page, within the server's limit.
    pub(super) fn page(&self) -> usize {
        usize::try_from(self.page_size).unwrap_or(usize::MAX).clamp(1, super::page::MAX_WINDOW)
    }
}

/// Joins the names of indices for a path; `chosen` first, else the settings' scope, else everything.
///
/// # Errors
///
/// [`SourceError::Settings`] for a name that would change the path, and for more names than a URL holds.
pub(super) fn index_path(chosen: &[String], scope: &[String]) -> Result<String, SourceError> {
    let names: Vec<&str> = if chosen.is_empty() { scope } else { chosen }.iter().map(|n| n.trim()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let refuse = |problem: SettingProblem| Err(SourceError::Settings { field: "indices", problem });
    for name in &names {
        // The servers allow none of these in a name (https://www.elastic.co/docs/api/doc/elasticsearch, "create index");
        // `:` names a remote cluster, `<` and `>` date mathematics.
        if name.starts_with('_') || name.contains([' ', '"', '\\', '/', '|', '?', '#', '&', '%']) {
            return refuse(SettingProblem::IndexName { name: (*name).to_owned() });
        }
    }
    let joined = if names.is_empty() { "*".to_owned() } else { names.join(",") };
    if joined.len() > MAX_NAMES_BYTES {
        return refuse(SettingProblem::LongNames { length: joined.len(), most: MAX_NAMES_BYTES });
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_json_and_what_is_missing_has_its_default() {
        let text =
            r#"{"url":"https://localhost:9200","auth":{"kind":"api_key"},"scope":{"indices":["logs-*"]}}"#;

        let config: ElasticsearchConfig = serde_json::from_str(text).unwrap();
        let again: ElasticsearchConfig =
            serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();

        assert_eq!(config.auth, AuthKind::ApiKey);
        assert_eq!((config.max_concurrent, config.requests_per_minute, config.page_size), (2, 120, 5_000));
        assert_eq!(config.scope.max_fields, 200);
        assert_eq!(again, config);
    }

    #[test]
    fn an_unknown_field_is_refused_so_that_no_key_slips_in() {
        for text in [
            r#"{"url":"http://localhost:9200","api_key":"planted"}"#,
            r#"{"url":"http://localhost:9200","auth":{"kind":"basic","user":"me","password":"planted"}}"#,
        ] {
            assert!(serde_json::from_str::<ElasticsearchConfig>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_joined_and_a_name_that_would_change_the_path_is_refused() {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();

        assert_eq!(index_path(&names(&["a", " b-* "]), &names(&["c"])).unwrap(), "a,b-*");
        assert_eq!(index_path(&[], &names(&["c"])).unwrap(), "c");
        assert_eq!(index_path(&[], &[]).unwrap(), "*");
        for name in ["a/_search", "_all", "a?b", "a b", "x#y"] {
            assert!(matches!(
                index_path(&names(&[name]), &[]),
                Err(SourceError::Settings { field: "indices", .. })
            ));
        }
        assert!(index_path(&vec!["a-long-name-of-an-index".to_owned(); 200], &[]).is_err());
    }
}
