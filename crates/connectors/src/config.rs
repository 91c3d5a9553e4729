//! What the settings of every connection have in common. None holds a secret.

use serde::{Deserialize, Serialize};

use crate::http::Authentication;

/// How requests prove who asks, as it stands in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AuthKind {
    /// Not at all.
    #[default]
    None,
    /// User and password; the password is the secret.
    Basic {
        /// The user.
        user: String,
    },
    /// A token (a service token, a JWT); the token is the secret.
    Bearer,
    /// An API key; the key is the secret, as `id:key`, as `encoded`, or as OpenSearch's `os_…`.
    ApiKey,
    /// A client certificate.
    ClientCertificate {
        /// The PEM file of the certificate.
        cert_path: String,
        /// The PEM file of its key.
        key_path: String,
    },
    /// A program prints the token; it is run again when the token is refused.
    TokenCommand {
        /// The program and its arguments; no shell takes part.
        command: Vec<String>,
    },
}

impl AuthKind {
    /// Returns what the requests carry, and the files of the client certificate with its key.
    pub(crate) fn for_requests(&self) -> (Authentication, Option<(String, String)>) {
        let authentication = match self {
            Self::None | Self::ClientCertificate { .. } => Authentication::None,
            Self::Basic { user } => Authentication::Basic { user: user.clone() },
            Self::Bearer => Authentication::Bearer,
            Self::ApiKey => Authentication::ApiKey,
            Self::TokenCommand { command } => Authentication::TokenCommand { command: command.clone() },
        };
        let certificate = match self {
            Self::ClientCertificate { cert_path, key_path } => Some((cert_path.clone(), key_path.clone())),
            Self::None | Self::Basic { .. } | Self::Bearer | Self::ApiKey | Self::TokenCommand { .. } => None,
        };
        (authentication, certificate)
    }
}
