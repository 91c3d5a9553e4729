//! What a request proves who asks with: the header of each way to sign in, made when it is sent.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderName, HeaderValue};

use crate::error::{SettingProblem, SourceError};
use crate::http::token::TokenCommand;
use crate::http::wear::{Wear, usual};
use crate::http::{Authentication, settings_error};
use crate::secret::{Secret, SecretBinding};

/// The way to sign in with its secret.
pub(super) enum Credentials {
    /// None.
    None,
    /// User and password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Arc<Secret>,
    },
    /// A token.
    Bearer(Arc<Secret>),
    /// A key of Elasticsearch or OpenSearch.
    ApiKey(Arc<Secret>),
    /// A program that prints tokens.
    Command(TokenCommand),
}

/// What one exchange carries, what to scrub from its answer, and which token it was.
pub(super) struct Authorization {
    /// The headers, their values marked as sensitive.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// Fields for a form.
    pub(super) form: Vec<(String, String)>,
    /// The secret in it.
    pub(super) secret: Arc<Secret>,
    /// The run of the token command that it came from; `None` for any other way.
    pub(super) generation: Option<u64>,
}

impl Credentials {
    /// Joins the way to sign in with its secret; refuses a secret of another place and one that is missing.
    pub(super) fn new(
        authentication: &Authentication,
        secret: Option<Secret>,
        origin: &SecretBinding,
    ) -> Result<Self, SourceError> {
        if let Some(secret) = &secret
            && secret.binding() != origin
        {
            let (given, wanted) = (secret.binding().to_string(), origin.to_string());
            return Err(settings_error("url", SettingProblem::OtherOrigin { given, wanted }));
        }
        let needed = |problem: SettingProblem| settings_error("auth", problem);
        let given = |problem: SettingProblem| secret.map(Arc::new).ok_or_else(|| needed(problem));
        match authentication {
            Authentication::None => Ok(Self::None),
            Authentication::Basic { user } => {
                Ok(Self::Basic { user: user.clone(), password: given(SettingProblem::NoPassword)? })
            }
            Authentication::Bearer => Ok(Self::Bearer(given(SettingProblem::NoToken)?)),
            Authentication::ApiKey => Ok(Self::ApiKey(given(SettingProblem::NoApiKey)?)),
            Authentication::TokenCommand { command } if command.is_empty() => {
                Err(needed(SettingProblem::NoTokenCommand))
            }
            Authentication::TokenCommand { command } => Ok(Self::Command(TokenCommand::new(command.clone()))),
        }
    }

    /// Makes what a request carries; runs the token command when there is no token or `refused` names the last one.
    pub(super) async fn authorization(
        &self,
        wear: &Wear,
        origin: &SecretBinding,
        refused: Option<u64>,
    ) -> Result<Option<Authorization>, SourceError> {
        let (secret, generation) = match self {
            Self::None => return Ok(None),
            Self::Basic { password: secret, .. } | Self::Bearer(secret) | Self::ApiKey(secret) => {
                (Arc::clone(secret), None)
            }
            Self::Command(command) => {
                let (token, generation) = command.token(origin, refused).await?;
                (token, Some(generation))
            }
        };
        let user = if let Self::Basic { user, .. } = self { user.as_str() } else { "" };
        let (headers, form) = if wear.is_usual() {
            (usual(&self.usual_text(&secret))?, Vec::new())
        } else {
            (wear.dressed_headers(user, &secret)?, wear.dressed_form(user, &secret))
        };
        Ok(Some(Authorization { headers, form, secret, generation }))
    }

    /// Returns what stands in HTTP's own header.
    fn usual_text(&self, secret: &Secret) -> String {
        match self {
            Self::None => String::new(),
            Self::Basic { user, .. } => {
                format!("Basic {}", STANDARD.encode(format!("{user}:{}", secret.expose())))
            }
            Self::Bearer(_) | Self::Command(_) => format!("Bearer {}", secret.expose()),
            Self::ApiKey(_) => format!("ApiKey {}", api_key(secret.expose())),
        }
    }
}

/// Returns a key as the header carries it: `id:key` is encoded; what is encoded already, and OpenSearch's own form,
/// stay as they are. A colon is in neither of them.
fn api_key(text: &str) -> String {
    let text = text.trim();
    if text.contains(':') { STANDARD.encode(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pair and its encoding stand in Elastic's "Create API key" reference (version 8.15).
    #[test]
    fn a_key_is_sent_encoded_whichever_way_it_was_given() {
        let encoded = "VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==";

        assert_eq!(api_key("VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw"), encoded);
        assert_eq!(api_key(&format!(" {encoded}\n")), encoded);
        assert_eq!(api_key("os_3f9a"), "os_3f9a");
    }

    #[tokio::test]
    async fn a_key_that_a_header_cannot_carry_is_refused_without_repeating_it() {
        let origin = SecretBinding::of_url("http://localhost:9200").unwrap();
        let secret = Secret::new("os_planted\u{7}key".to_owned(), origin.clone());
        let credentials = Credentials::new(&Authentication::ApiKey, Some(secret), &origin).unwrap();

        let error = credentials.authorization(&Wear::default(), &origin, None).await.err().unwrap();

        assert!(matches!(error, SourceError::Settings { field: "auth", .. }));
        assert!(!format!("{error} {error:?}").contains("planted"));
    }

    #[test]
    fn a_missing_key_is_named() {
        let origin = SecretBinding::of_url("http://localhost:9200").unwrap();

        let error = Credentials::new(&Authentication::ApiKey, None, &origin).err().unwrap();

        assert_eq!(error.to_string(), "the setting auth cannot be used: the API key is missing");
    }
}
