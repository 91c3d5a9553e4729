//! The settings of a connection to Prometheus, without its secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::AuthKind;
use crate::http::HttpSettings;
use crate::source::{NamedExpression, Scope};

/// Bytes of one answer after unpacking; about 1.6 million raw samples at 40 bytes of JSON each.
const MAX_BODY_BYTES: u64 = 64 << 20;

/// The settings of one connection. An unknown field is refused, a missing one has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrometheusConfig {
    /// The base address, with a path where the server has one (`https://host/prom`, a Grafana data source proxy).
    pub url: String,
    /// How requests prove who asks; the secret itself is handed in beside the settings.
    pub auth: AuthKind,
    /// Further headers (`X-Scope-OrgID`). Headers that carry a secret are refused.
    pub headers: Vec<(String, String)>,
    /// A PEM file with certificate authorities that are trusted beside the system's.
    pub ca_path: Option<String>,
    /// The proxy: a URL, `none` for none, absent for `HTTPS_PROXY` and `NO_PROXY` of the environment.
    pub proxy: Option<String>,
    /// Requests under way at the same time, at least 1.
    pub max_concurrent: u32,
    /// Requests in a minute on average; 0 for no limit.
    pub requests_per_minute: u32,
    /// Samples that one request should bring at most; longer reads are split by time.
    pub max_samples_per_request: u64,
    /// Seconds of silence after which a request has failed; the server is asked to give up after the same time.
    pub timeout_s: u32,
    /// What is read.
    pub scope: ScopeConfig,
    /// The wanted resolution in milliseconds; absent for the raw samples. Expressions then use a minute.
    pub step_ms: Option<i64>,
    /// Values that one label of one metric may have; series with further values are not taken.
    pub label_cap: u32,
    /// Labels that a person has freed from the cap, as `metric.label`.
    pub uncapped_labels: Vec<String>,
    /// The difference between the source's clock and ours, in milliseconds, that a person has accepted. It is only
    /// compared with the probe's; times are never corrected by it.
    pub expected_offset_ms: i64,
}

impl Default for PrometheusConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            auth: AuthKind::None,
            headers: Vec::new(),
            ca_path: None,
            proxy: None,
            max_concurrent: 2,
            requests_per_minute: 120,
            max_samples_per_request: 500_000,
            timeout_s: 30,
            scope: ScopeConfig::default(),
            step_ms: None,
            label_cap: 1000,
            uncapped_labels: Vec::new(),
            expected_offset_ms: 0,
        }
    }
}

/// What is read, as it stands in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeConfig {
    /// Series selectors, as PromQL.
    pub selectors: Vec<String>,
    /// Expressions that the source evaluates.
    pub expressions: Vec<ExpressionConfig>,
}

/// One expression and the metric name of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpressionConfig {
    /// The metric name under which the result is stored.
    pub name: String,
    /// The expression, as PromQL.
    pub expression: String,
}

impl From<&ScopeConfig> for Scope {
    fn from(config: &ScopeConfig) -> Self {
        let expressions = config.expressions.iter();
        Self {
            selectors: config.selectors.clone(),
            expressions: expressions
                .map(|e| NamedExpression { name: e.name.clone(), expression: e.expression.clone() })
                .collect(),
        }
    }
}

impl PrometheusConfig {
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
            timeout: Duration::from_secs(u64::from(self.timeout_s.max(1))),
            max_body_bytes: MAX_BODY_BYTES,
            retry_delays: [500, 1000, 2000].map(Duration::from_millis).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_json_and_what_is_missing_has_its_default() {
        let text = r#"{"url":"http://localhost:9090","auth":{"kind":"basic","user":"me"}}"#;

        let config: PrometheusConfig = serde_json::from_str(text).unwrap();
        let again: PrometheusConfig = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();

        assert_eq!(config.auth, AuthKind::Basic { user: "me".to_owned() });
        assert_eq!((config.max_concurrent, config.requests_per_minute, config.label_cap), (2, 120, 1000));
        assert_eq!(again, config);
    }

    #[test]
    fn an_unknown_field_is_refused_so_that_no_password_slips_in() {
        for text in [
            r#"{"url":"http://localhost:9090","password":"planted"}"#,
            r#"{"url":"http://localhost:9090","auth":{"kind":"basic","user":"me","password":"planted"}}"#,
        ] {
            assert!(serde_json::from_str::<PrometheusConfig>(text).is_err(), "{text}");
        }
    }
}
