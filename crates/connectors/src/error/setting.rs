//! What can be wrong with a setting of a connection.

/// Why a setting cannot be used. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingProblem {
    /// It does not have the form that it needs.
    #[error("{detail}")]
    Unreadable {
        /// The words of what reads it, with line and column where it has any.
        detail: String,
    },
    /// A URL of another scheme.
    #[error("it must begin with http:// or https://")]
    Scheme,
    /// A URL with a user or a password.
    #[error("a user or password belongs into the authentication, not into the URL")]
    UserInUrl,
    /// A URL with a query or a fragment.
    #[error("it may have a path, but nothing behind ? or #")]
    QueryInUrl,
    /// A URL without a host.
    #[error("it names no host")]
    NoHost,
    /// A header whose name says that it carries a secret.
    #[error("{name} carries a secret; choose basic, bearer, an API key or a token command instead")]
    SecretHeader {
        /// Its name.
        name: String,
    },
    /// A text that is not the name of a header.
    #[error("{name:?} is not a header name")]
    HeaderName {
        /// The text.
        name: String,
    },
    /// A header whose value has characters that cannot be sent.
    #[error("the value of {name} cannot be sent")]
    HeaderValue {
        /// Its name.
        name: String,
    },
    /// A file that cannot be read.
    #[error("{path}: {detail}")]
    File {
        /// The file.
        path: String,
        /// The system's words.
        detail: String,
    },
    /// A file that holds no certificate.
    #[error("{path} is not a PEM certificate")]
    Certificate {
        /// The file.
        path: String,
    },
    /// Files that are no client certificate with its key.
    #[error("{certificate} and {key} are no PEM certificate and key")]
    Identity {
        /// The file of the certificate.
        certificate: String,
        /// The file of the key.
        key: String,
    },
    /// A proxy with a password in its URL.
    #[error("a proxy with a password is taken from the environment only")]
    ProxyPassword,
    /// A secret that was given for another place.
    #[error("the secret was given for {given} and is not sent to {wanted}")]
    OtherOrigin {
        /// The place that it was given for.
        given: String,
        /// The place that it would go to.
        wanted: String,
    },
    /// No password.
    #[error("the password is missing")]
    NoPassword,
    /// No bearer token.
    #[error("the token is missing")]
    NoToken,
    /// No API key.
    #[error("the API key is missing")]
    NoApiKey,
    /// No token command.
    #[error("the token command is missing")]
    NoTokenCommand,
    /// A secret that a header cannot carry.
    #[error("the secret holds characters that a header cannot carry")]
    SecretCharacters,
    /// A session without a password or token.
    #[error("a session is opened with a password or a token only")]
    SessionSecret,
    /// A text that is not the name of an index.
    #[error("{name:?} is not the name of an index or a pattern")]
    IndexName {
        /// The text.
        name: String,
    },
    /// More names of indices than a URL holds.
    #[error("the names have {length} characters; at most {most} can be sent, a pattern is shorter")]
    LongNames {
        /// Their characters.
        length: usize,
        /// The limit.
        most: usize,
    },
    /// No index, or none with a time.
    #[error("no index matches, or none has a field that is a time; name indices and the field")]
    NoTimeField,
    /// A place to go on from that belongs to another question.
    #[error("the place to go on from belongs to another question")]
    OtherQuestion,
}

impl SettingProblem {
    /// Returns the stable word of the problem.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Scheme => "scheme",
            Self::UserInUrl => "user_in_url",
            Self::QueryInUrl => "query_in_url",
            Self::NoHost => "no_host",
            Self::SecretHeader { .. } => "secret_header",
            Self::HeaderName { .. } => "header_name",
            Self::HeaderValue { .. } => "header_value",
            Self::File { .. } => "file",
            Self::Certificate { .. } => "certificate",
            Self::Identity { .. } => "identity",
            Self::ProxyPassword => "proxy_password",
            Self::OtherOrigin { .. } => "other_origin",
            Self::NoPassword => "no_password",
            Self::NoToken => "no_token",
            Self::NoApiKey => "no_api_key",
            Self::NoTokenCommand => "no_token_command",
            Self::SecretCharacters => "secret_characters",
            Self::SessionSecret => "session_secret",
            Self::IndexName { .. } => "index_name",
            Self::LongNames { .. } => "long_names",
            Self::NoTimeField => "no_time_field",
            Self::OtherQuestion => "other_question",
        }
    }

    /// Returns the values that enter its sentence, by name.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unreadable { detail } => vec![("detail", detail.clone())],
            Self::SecretHeader { name }
            | Self::HeaderName { name }
            | Self::HeaderValue { name }
            | Self::IndexName { name } => vec![("name", name.clone())],
            Self::File { path, detail } => vec![("path", path.clone()), ("detail", detail.clone())],
            Self::Certificate { path } => vec![("path", path.clone())],
            Self::Identity { certificate, key } => {
                vec![("certificate", certificate.clone()), ("key", key.clone())]
            }
            Self::OtherOrigin { given, wanted } => vec![("given", given.clone()), ("wanted", wanted.clone())],
            Self::LongNames { length, most } => {
                vec![("length", length.to_string()), ("most", most.to_string())]
            }
            Self::Scheme
            | Self::UserInUrl
            | Self::QueryInUrl
            | Self::NoHost
            | Self::ProxyPassword
            | Self::NoPassword
            | Self::NoToken
            | Self::NoApiKey
            | Self::NoTokenCommand
            | Self::SecretCharacters
            | Self::SessionSecret
            | Self::NoTimeField
            | Self::OtherQuestion => Vec::new(),
        }
    }
}
