//! The settings of a connection to a CMDB, without its secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::AuthKind;
use crate::http::{Authentication, HttpSettings};

/// The settings of one connection. An unknown field is refused, a missing one has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CmdbConfig {
    /// The base address, with a path where a gateway has one.
    pub url: String,
    /// How requests prove who asks; the secret itself is handed in beside the settings. Under which header or field a
    /// token or a password travels is said by the mapping.
    pub auth: AuthKind,
    /// Further headers. Headers that carry a secret are refused.
    pub headers: Vec<(String, String)>,
    /// A PEM file with certificate authorities that are trusted beside the system's.
    pub ca_path: Option<String>,
    /// The proxy: a URL, `none` for none, absent for `HTTPS_PROXY` and `NO_PROXY` of the environment.
    pub proxy: Option<String>,
    /// Requests under way at the same time, at least 1.
    pub max_concurrent: u32,
    /// Requests in a minute on average; 0 for no limit. The mapping's own cap holds where it is lower.
    pub requests_per_minute: u32,
    /// Items in one page; 0 for what the mapping says.
    pub page_size: u32,
    /// Seconds of silence after which a request has failed.
    pub timeout_s: u32,
    /// The key of the preset that the mapping began as (`netbox`, `own`); only kept for whoever shows it.
    pub preset: String,
    /// The mapping: TOML text in the format of [`crate::cmdb::Mapping`].
    pub mapping: String,
    /// The difference between the source's clock and ours, in milliseconds, that a person has accepted. It is only
    /// compared with the probe's; times are never corrected by it.
    pub expected_offset_ms: i64,
}

impl Default for CmdbConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            auth: AuthKind::None,
            headers: Vec::new(),
            ca_path: None,
            proxy: None,
            max_concurrent: 2,
            requests_per_minute: 0,
            page_size: 0,
            timeout_s: 30,
            preset: String::new(),
            mapping: String::new(),
            expected_offset_ms: 0,
        }
    }
}

impl CmdbConfig {
    /// Returns what the HTTP client needs of these settings, with the caps of the mapping.
    pub(super) fn http_settings(&self, requests_per_minute: u32, page_bytes: u64) -> HttpSettings {
        let (authentication, client_certificate) = self.auth.for_requests();
        let pace = match (self.requests_per_minute, requests_per_minute) {
            (0, other) | (other, 0) => other,
            (ours, theirs) => ours.min(theirs),
        };
        HttpSettings {
            url: self.url.clone(),
            authentication,
            headers: self.headers.clone(),
            ca_path: self.ca_path.clone(),
            client_certificate,
            proxy: self.proxy.clone(),
            max_concurrent: self.max_concurrent,
            requests_per_minute: pace,
            timeout: Duration::from_secs(u64::from(self.timeout_s.max(1))),
            max_body_bytes: page_bytes,
            retry_delays: [500, 1_000, 2_000, 4_000, 8_000].map(Duration::from_millis).to_vec(),
        }
    }

    /// Returns whether a token or a pair of user and password is given, and the user.
    pub(super) fn user(&self) -> Option<&str> {
        if let AuthKind::Basic { user } = &self.auth { Some(user) } else { None }
    }

    /// Reports whether requests carry no secret at all.
    pub(super) fn is_anonymous(&self) -> bool {
        self.auth.for_requests().0 == Authentication::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_json_and_what_is_missing_has_its_default() {
        let text = r#"{"url":"https://cmdb.example.net","auth":{"kind":"bearer"},"preset":"netbox","mapping":"format = 1"}"#;

        let config: CmdbConfig = serde_json::from_str(text).unwrap();
        let again: CmdbConfig = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();

        assert_eq!((config.max_concurrent, config.timeout_s, config.page_size), (2, 30, 0));
        assert_eq!(again, config);
    }

    #[test]
    fn an_unknown_field_is_refused_so_that_no_token_slips_in() {
        assert!(
            serde_json::from_str::<CmdbConfig>(r#"{"url":"http://localhost","token":"planted"}"#).is_err()
        );
    }

    #[test]
    fn the_lower_of_two_paces_holds() {
        let config = CmdbConfig { requests_per_minute: 120, ..CmdbConfig::default() };

        assert_eq!(config.http_settings(60, 1).requests_per_minute, 60);
        assert_eq!(config.http_settings(0, 1).requests_per_minute, 120);
        assert_eq!(CmdbConfig::default().http_settings(60, 1).requests_per_minute, 60);
    }
}
