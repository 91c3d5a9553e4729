//! Secrets: texts that cannot be printed or written to a file, each bound to the one place it may be sent to.

use std::fmt;

use reqwest::Url;

use crate::error::{SettingProblem, SourceError};

/// The place that a secret was given for: it is sent there and nowhere else, redirects included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretBinding {
    /// `http` or `https`.
    pub scheme: String,
    /// The host name or address as it stands in the URL, in lower case.
    pub host: String,
    /// The port; the scheme's own when the URL names none.
    pub port: u16,
}

impl SecretBinding {
    /// Reads the place out of a URL; its path does not matter.
    ///
    /// # Errors
    ///
    /// [`SourceError::Settings`] when the text is not a URL with a host and a known scheme.
    pub fn of_url(url: &str) -> Result<Self, SourceError> {
        let refuse = |problem: SettingProblem| SourceError::Settings { field: "url", problem };
        let url = Url::parse(url)
            .map_err(|error| refuse(SettingProblem::Unreadable { detail: error.to_string() }))?;
        Self::of(&url).ok_or_else(|| refuse(SettingProblem::NoHost))
    }

    /// Reads the place out of a parsed URL; `None` when it has no host or no known port.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }

    /// Returns `host:port`, for messages about the connection.
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Display for SecretBinding {
    /// Writes `scheme://host:port`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// A password, token or key.
///
/// It can be neither printed nor serialised: `Debug` shows only where it may be sent, and there is no `Display`. Its
/// bytes are overwritten when it is dropped, as far as safe code can promise that; copies that the HTTP library makes
/// for a request live until that request ends.
#[derive(Clone)]
pub struct Secret {
    bytes: Vec<u8>,
    binding: SecretBinding,
}

impl Secret {
    /// Takes over a text and binds it to a place.
    pub fn new(text: String, binding: SecretBinding) -> Self {
        Self { bytes: text.into_bytes(), binding }
    }

    /// Returns the place that it may be sent to.
    pub const fn binding(&self) -> &SecretBinding {
        &self.binding
    }

    /// Returns the text itself, for the one line that puts it into a request.
    pub(crate) fn expose(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.bytes.fill(0);
        // Without a use after the writes the compiler may leave them out.
        std::hint::black_box(&self.bytes);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(for {})", self.binding)
    }
}

/// Replaces every occurrence of `secret` in `text`; a secret shorter than four bytes is left, because it would
/// match by chance.
pub(crate) fn scrub(text: &[u8], secret: &str) -> Vec<u8> {
    let needle = secret.as_bytes();
    if needle.len() < 4 {
        return text.to_vec();
    }
    let mut clean = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if rest.starts_with(needle) {
            clean.extend_from_slice(b"[secret]");
            rest = &rest[needle.len()..];
        } else {
            clean.push(rest[0]);
            rest = &rest[1..];
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_secret_has_the_port_of_its_scheme() {
        let binding = SecretBinding::of_url("https://Metrics.example.org/prom").unwrap();

        assert_eq!(binding.to_string(), "https://metrics.example.org:443");
    }

    #[test]
    fn a_text_without_a_host_is_no_place() {
        let problem = SecretBinding::of_url("mailto:someone@example.org").unwrap_err();

        assert!(matches!(problem, SourceError::Settings { field: "url", .. }));
    }

    #[test]
    fn a_secret_shows_its_place_and_not_its_text() {
        let secret = Secret::new(
            "hunter2-planted".to_owned(),
            SecretBinding::of_url("http://localhost:9090").unwrap(),
        );

        let shown = format!("{secret:?} {:?}", Some(&secret));

        assert!(!shown.contains("hunter2"));
        assert!(shown.contains("http://localhost:9090"));
        assert_eq!(secret.expose(), "hunter2-planted");
    }

    #[test]
    fn a_secret_that_a_server_echoes_is_taken_out() {
        let clean = scrub(b"you sent hunter2 and hunter2", "hunter2");

        assert_eq!(clean, b"you sent [secret] and [secret]");
    }
}
