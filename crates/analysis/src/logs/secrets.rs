//! Secrets in log lines: found by rules with names, and masked so that the rest of the line stays readable.
//!
//! Only the secret itself is replaced, by `<masked:RULE>`: its key, its scheme and the text around it stay. A rule is
//! careful where a key alone says little: `token=<EOF>`, `password: incorrect` and `tokens: 512` hold no secret.

mod cards;
mod keys;
mod scan;
mod shapes;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;

/// A rule by which a secret is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretRule {
    /// The credentials of an `Authorization` header.
    Authorization,
    /// A token behind the word `Bearer`, or a pair behind `Basic`, without a header's name.
    Bearer,
    /// The value of a key such as `password`, `pwd` or `passphrase`.
    Password,
    /// The value of a key such as `client_secret`.
    Secret,
    /// The value of a key such as `api_key`, or a key of a known provider.
    ApiKey,
    /// The value of a key such as `access_token`.
    Token,
    /// An access key of Amazon Web Services.
    AwsKey,
    /// A key of Google Cloud.
    GcpKey,
    /// A token of GitHub or GitLab.
    GithubToken,
    /// A token or a web hook of Slack.
    SlackToken,
    /// A JSON Web Token.
    Jwt,
    /// A block of a private key in PEM form.
    PrivateKey,
    /// The password within a URL.
    UrlCredentials,
    /// The number of a payment card.
    CardNumber,
    /// Cookies of a request or an answer.
    Cookie,
    /// The id of a web session.
    Session,
}

impl SecretRule {
    /// Every rule, in the order in which they are listed.
    pub const ALL: [Self; 16] = [
        Self::Authorization,
        Self::Bearer,
        Self::Password,
        Self::Secret,
        Self::ApiKey,
        Self::Token,
        Self::AwsKey,
        Self::GcpKey,
        Self::GithubToken,
        Self::SlackToken,
        Self::Jwt,
        Self::PrivateKey,
        Self::UrlCredentials,
        Self::CardNumber,
        Self::Cookie,
        Self::Session,
    ];

    /// Returns the stable word used in files, answers and masked lines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::Bearer => "bearer",
            Self::Password => "password",
            Self::Secret => "secret",
            Self::ApiKey => "api_key",
            Self::Token => "token",
            Self::AwsKey => "aws_key",
            Self::GcpKey => "gcp_key",
            Self::GithubToken => "github_token",
            Self::SlackToken => "slack_token",
            Self::Jwt => "jwt",
            Self::PrivateKey => "private_key",
            Self::UrlCredentials => "url_credentials",
            Self::CardNumber => "card_number",
            Self::Cookie => "cookie",
            Self::Session => "session",
        }
    }

    /// Reads what [`SecretRule::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The rules that are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretRules(u32);

impl SecretRules {
    /// Returns all rules.
    pub const fn all() -> Self {
        Self(u32::MAX)
    }

    /// Returns no rule: lines stay as they are.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Returns these rules and one more.
    #[must_use]
    pub const fn with(self, rule: SecretRule) -> Self {
        Self(self.0 | rule.bit())
    }

    /// Returns these rules without one.
    #[must_use]
    pub const fn without(self, rule: SecretRule) -> Self {
        Self(self.0 & !rule.bit())
    }

    /// Reports whether a rule is applied.
    pub const fn has(self, rule: SecretRule) -> bool {
        self.0 & rule.bit() != 0
    }
}

impl Default for SecretRules {
    fn default() -> Self {
        Self::all()
    }
}

/// A line without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked<'l> {
    /// The text; borrowed when nothing was found.
    pub text: Cow<'l, str>,
    /// The rule of every secret that was masked, in the order of their places.
    pub found: Vec<SecretRule>,
}

/// Masks the secrets of a record's text, which may hold line feeds.
///
/// Masking twice is masking once. A text of invalid or unusual bytes is no reason to fail: what no rule finds stays.
///
/// # Example
///
/// ```
/// use wardroom_analysis::logs::secrets::{SecretRule, SecretRules, mask};
///
/// let masked = mask("login user=bob password=hunter2 ok", &SecretRules::all());
/// assert_eq!(masked.text, "login user=bob password=<masked:password> ok");
/// assert_eq!(masked.found, [SecretRule::Password]);
/// ```
pub fn mask<'l>(line: &'l str, rules: &SecretRules) -> Masked<'l> {
    let found = if rules.0 == 0 { Vec::new() } else { scan::find(line, *rules) };
    replaced(line, found)
}

/// Masks the secrets of a field's value, all of it when the field's name promises a secret.
///
/// # Example
///
/// ```
/// use wardroom_analysis::logs::secrets::{SecretRules, mask_field};
///
/// let masked = mask_field("http.request.headers.authorization", "Bearer 9f8e7d6c", &SecretRules::all());
/// assert_eq!(masked.text, "Bearer <masked:authorization>");
/// assert_eq!(mask_field("db.password", "hunter2", &SecretRules::all()).text, "<masked:password>");
/// ```
pub fn mask_field<'v>(name: &str, value: &'v str, rules: &SecretRules) -> Masked<'v> {
    let found = if rules.0 == 0 { Vec::new() } else { scan::find_in_field(name, value, *rules) };
    replaced(value, found)
}

/// Writes the name of its rule in the place of each secret.
fn replaced(line: &str, found: Vec<Secret>) -> Masked<'_> {
    if found.is_empty() {
        return Masked { text: Cow::Borrowed(line), found: Vec::new() };
    }
    let mut text = String::with_capacity(line.len());
    let mut kept = 0;
    for secret in &found {
        // Secrets begin and end beside ASCII signs, so the cuts never split a character.
        text.push_str(line.get(kept..secret.start).unwrap_or_default());
        text.push_str("<masked:");
        text.push_str(secret.rule.as_str());
        text.push('>');
        kept = secret.end;
    }
    text.push_str(line.get(kept..).unwrap_or_default());
    Masked { text: Cow::Owned(text), found: found.into_iter().map(|secret| secret.rule).collect() }
}

/// Where a secret stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Secret {
    start: usize,
    end: usize,
    rule: SecretRule,
}
