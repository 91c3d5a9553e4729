//! How a secret travels where it is not HTTP's own header: other headers, or fields of a form.

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde_json::Value;

use crate::error::{SettingProblem, SourceError};
use crate::http::settings_error;
use crate::secret::Secret;

/// Separates the secret of the settings from the token of a session in one [`Secret`]; no header can carry it.
pub(crate) const SESSION_MARK: char = '\u{1f}';

/// The headers and form fields in which a secret travels.
///
/// In their texts `{user}`, `{secret}`, `{secret_head}` and `{secret_tail}` (before and behind the first colon; without
/// one, all of it is the tail) and `{session}` stand for what they name. A field of which a part is empty is not sent.
/// An object is sent as JSON text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wear {
    /// The headers.
    pub headers: Vec<(String, Value)>,
    /// The form fields, for requests that are forms.
    pub form: Vec<(String, Value)>,
}

impl Wear {
    /// Reports whether the secret travels in HTTP's own header.
    pub(crate) fn is_usual(&self) -> bool {
        self.headers.is_empty() && self.form.is_empty()
    }

    /// Returns the words of a curl command with stand-ins for what is secret.
    pub(crate) fn shell_words(&self, user: &str, secret: &str) -> Vec<String> {
        let parts = Parts { user, secret, session: "$SESSION" };
        let shown = |(name, template): &(String, Value)| Some((name.clone(), filled(template, &parts)?));
        // Double quotes let the shell put the stand-ins' values in.
        let quoted = |text: String| text.replace('\\', r"\\").replace('"', "\\\"").replace('`', r"\`");
        let headers = self.headers.iter().filter_map(shown);
        let headers = headers.map(|(name, text)| format!("-H \"{}\"", quoted(format!("{name}: {text}"))));
        let form = self.form.iter().filter_map(shown);
        let form =
            form.map(|(name, text)| format!("--data-urlencode \"{}\"", quoted(format!("{name}={text}"))));
        headers.chain(form).collect()
    }

    /// Makes the headers, each marked as sensitive.
    pub(super) fn dressed_headers(
        &self,
        user: &str,
        secret: &Secret,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, SourceError> {
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, template) in &self.headers {
            let Some(text) = filled(template, &Parts::of(user, secret)) else {
                continue;
            };
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| settings_error("mapping", SettingProblem::HeaderName { name: name.clone() }))?;
            headers.push((header, sensitive(&text)?));
        }
        Ok(headers)
    }

    /// Makes the form fields.
    pub(super) fn dressed_form(&self, user: &str, secret: &Secret) -> Vec<(String, String)> {
        let parts = Parts::of(user, secret);
        let fields = self.form.iter();
        fields.filter_map(|(name, template)| Some((name.clone(), filled(template, &parts)?))).collect()
    }
}

/// Makes the value of a header that carries a secret.
pub(super) fn sensitive(text: &str) -> Result<HeaderValue, SourceError> {
    let mut value =
        HeaderValue::from_str(text).map_err(|_| settings_error("auth", SettingProblem::SecretCharacters))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Makes HTTP's own header.
pub(super) fn usual(text: &str) -> Result<Vec<(HeaderName, HeaderValue)>, SourceError> {
    Ok(vec![(AUTHORIZATION, sensitive(text)?)])
}

/// What the names in braces stand for.
struct Parts<'a> {
    user: &'a str,
    secret: &'a str,
    session: &'a str,
}

impl<'a> Parts<'a> {
    fn of(user: &'a str, secret: &'a Secret) -> Self {
        let whole = secret.expose();
        let (secret, session) = whole.split_once(SESSION_MARK).unwrap_or((whole, ""));
        Self { user, secret, session }
    }

    fn find(&self, name: &str) -> Option<&'a str> {
        let (head, tail) = self.secret.split_once(':').unwrap_or(("", self.secret));
        match name {
            "user" => Some(self.user),
            "secret" => Some(self.secret),
            "secret_head" => Some(head),
            "secret_tail" => Some(tail),
            "session" => Some(self.session),
            _ => None,
        }
    }
}

/// Fills a template; `None` when something that it names is empty. Within an object an empty part stays empty.
fn filled(template: &Value, parts: &Parts<'_>) -> Option<String> {
    match template {
        Value::String(text) => filled_text(text, parts, false),
        Value::Object(_) | Value::Array(_) => Some(filled_value(template, parts).to_string()),
        Value::Null => None,
        Value::Bool(_) | Value::Number(_) => Some(template.to_string()),
    }
}

fn filled_value(template: &Value, parts: &Parts<'_>) -> Value {
    match template {
        Value::String(text) => Value::String(filled_text(text, parts, true).unwrap_or_default()),
        Value::Array(list) => Value::Array(list.iter().map(|value| filled_value(value, parts)).collect()),
        Value::Object(map) => Value::Object(
            map.iter().map(|(name, value)| (name.clone(), filled_value(value, parts))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => template.clone(),
    }
}

/// Puts the parts in once, so that a secret with braces in it is not looked through again.
fn filled_text(template: &str, parts: &Parts<'_>, may_be_empty: bool) -> Option<String> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        let known = inside.find('}').and_then(|close| Some((close, parts.find(&inside[..close])?)));
        match known {
            Some((_, "")) if !may_be_empty => return None,
            Some((close, part)) => {
                text.push_str(part);
                rest = &inside[close + 1..];
            }
            None => {
                text.push('{');
                rest = inside;
            }
        }
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::SecretBinding;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned(), SecretBinding::of_url("http://localhost").unwrap())
    }

    #[test]
    fn a_header_can_be_json_and_what_is_in_it_is_escaped() {
        let json = json!({"bk_app_code": "{user}", "bk_app_secret": "{secret}", "bk_username": "reader"});
        let wear = Wear { headers: vec![("X-Bkapi-Authorization".to_owned(), json)], form: Vec::new() };

        let headers = wear.dressed_headers("wardroom", &secret("pla\"nted{user}")).unwrap();

        let sent: Value = serde_json::from_str(headers[0].1.to_str().unwrap()).unwrap();
        assert_eq!(sent["bk_app_secret"], "pla\"nted{user}");
        assert_eq!(sent["bk_app_code"], "wardroom");
        assert!(headers[0].1.is_sensitive());
    }

    #[test]
    fn a_field_of_which_a_part_is_empty_is_not_sent() {
        let field = |name: &str, text: &str| (name.to_owned(), Value::from(text));
        let wear = Wear {
            headers: Vec::new(),
            form: vec![
                field("app", "{secret_head}"),
                field("user", "user_token {secret_tail}"),
                field("s", "{session}"),
            ],
        };

        let alone = wear.dressed_form("", &secret("token"));
        let both = wear.dressed_form("", &secret(&format!("app:token{SESSION_MARK}abc")));

        assert_eq!(alone, [("user".to_owned(), "user_token token".to_owned())]);
        let names: Vec<&str> = both.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(names, ["app", "user_token token", "abc"]);
    }
}
