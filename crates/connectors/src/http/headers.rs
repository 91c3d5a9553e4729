//! Headers that a person adds: they are settings, so those that tell of a secret are refused.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::settings_error;
use crate::error::{SettingProblem, SourceError};

/// What stands in the name of a header that carries a secret, without `-` and `_`: the words of RFC 9110 and RFC 6265 and
/// what gateways and monitoring services document (`X-Auth-Token`, `DD-API-KEY`, `Cf-Access-Jwt-Assertion`).
const TELLING: [&str; 13] = [
    "authorization",
    "authentication",
    "cookie",
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "session",
    "jwt",
    "apikey",
    "accesskey",
];

/// Last words of a name that carries a secret: `X-Auth-Key`, `Ocp-Apim-Subscription-Key`, `X-Sentry-Auth`.
const LAST_WORDS: [&str; 6] = ["key", "keys", "auth", "authkey", "pwd", "otp"];

/// Keys that tell where something belongs and let nobody in.
const PLACES: [&str; 6] = ["cache", "idempotency", "partition", "routing", "shard", "surrogate"];

/// Names that carry a secret by their service's documentation and do not show it: Honeycomb's key, and the shared word by
/// which an origin knows its `CloudFront`.
const BY_NAME: [&str; 2] = ["x-honeycomb-team", "x-origin-verify"];

/// Makes the headers of every request.
///
/// # Errors
///
/// [`SourceError::Settings`] for what tells of a secret, and for what HTTP does not allow.
pub(super) fn plain_headers(pairs: &[(String, String)]) -> Result<HeaderMap, SourceError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if carries_secret(name) || is_token(value) {
            return Err(settings_error("headers", SettingProblem::SecretHeader { name: name.clone() }));
        }
        let header = HeaderName::from_bytes(name.as_bytes());
        let refused = |problem: SettingProblem| settings_error("headers", problem);
        let header = header.map_err(|_| refused(SettingProblem::HeaderName { name: name.clone() }))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| refused(SettingProblem::HeaderValue { name: name.clone() }))?;
        headers.append(header, value);
    }
    Ok(headers)
}

/// Reports whether a header of this name usually carries a secret, which must not stand in the settings.
fn carries_secret(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    let joined = name.replace(['-', '_'], "");
    let mut words = name.rsplit(['-', '_']);
    let last = words.next().unwrap_or_default();
    let before = words.next().unwrap_or_default();
    let is_place = PLACES.contains(&before);
    TELLING.iter().any(|word| joined.contains(word))
        || LAST_WORDS.contains(&last) && !is_place
        || BY_NAME.contains(&name.as_str())
}

/// Reports whether a value is a token, whatever its header is called: a bearer token (RFC 6750), or a signed JWT (RFC 7519),
/// whose three parts begin with an object in base64.
fn is_token(value: &str) -> bool {
    let value = value.trim();
    let is_bearer = value.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("bearer "));
    is_bearer || value.starts_with("eyJ") && value.matches('.').count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_tells_of_a_secret_is_refused_however_it_is_written() {
        let names = "Authorization Proxy-Authorization X-Forwarded-Authorization Authentication Cookie X-Auth-Token \
            PRIVATE-TOKEN X-Access-Token X-Vault-Token X-Amz-Security-Token CF-Access-Token CF-Access-Client-Secret \
            Cf-Access-Jwt-Assertion X-Api-Key Api-Key api_key apikey DD-API-KEY DD-APPLICATION-KEY X-Goog-Api-Key \
            X-RapidAPI-Key X-Auth-Key X-AuthKey X-Access-Key AccessKey X-Functions-Key aeg-sas-key X-Insert-Key \
            Ocp-Apim-Subscription-Key X-Auth X-Sentry-Auth X-Session-Id X-Password X-Passwd OK-ACCESS-PASSPHRASE \
            X-Honeycomb-Team X-Origin-Verify Key";
        for name in names.split_whitespace() {
            let refused = plain_headers(&[(name.to_owned(), "planted-pw".to_owned())]).unwrap_err();

            assert!(matches!(refused, SourceError::Settings { field: "headers", .. }), "{name}");
            assert!(!format!("{refused} {refused:?}").contains("planted-pw"), "{name}");
        }
    }

    #[test]
    fn a_token_is_refused_whatever_its_header_is_called() {
        for value in ["Bearer planted-pw", " bearer planted-pw", "eyJhbGciOiJIUzI1NiJ9.e30.planted-pw"] {
            let refused =
                plain_headers(&[("X-Forwarded-For-Shop".to_owned(), value.to_owned())]).unwrap_err();

            assert!(matches!(refused, SourceError::Settings { field: "headers", .. }), "{value}");
            assert!(!format!("{refused} {refused:?}").contains("planted-pw"), "{value}");
        }
        assert!(plain_headers(&[("X-Plan".to_owned(), "bearers of news".to_owned())]).is_ok());
    }

    #[test]
    fn names_of_tenants_users_and_places_are_settings() {
        let names = "X-Scope-OrgID THANOS-TENANT AccountID X-Grafana-Org-Id X-Auth-Email X-Forwarded-User \
            X-Goog-Authenticated-User-Email X-Request-Id X-Cache-Key X-Routing-Key X-Monkey kbn-xsrf User-Agent";
        for name in names.split_whitespace() {
            let made = plain_headers(&[(name.to_owned(), "shop".to_owned())]);

            assert!(made.is_ok_and(|headers| headers.len() == 1), "{name}");
        }
    }
}
