//! The one HTTP client: time limits, retries, TLS, proxy, size cap, pace, and secrets that stay at their place.

mod answer;
mod credentials;
mod curl;
mod fault;
mod headers;
mod pace;
mod token;
mod wear;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use tokio::sync::Semaphore;

use crate::error::{SettingProblem, SourceError};
use crate::http::credentials::{Authorization, Credentials};
use crate::http::headers::plain_headers;
use crate::http::pace::Pace;
use crate::secret::{Secret, SecretBinding, scrub};

pub use crate::http::answer::HttpAnswer;
pub(crate) use crate::http::curl::{curl, curl_signed};
pub(crate) use crate::http::wear::SESSION_MARK;
pub use crate::http::wear::Wear;

/// Redirects that are followed within one scheme, host and port.
const MAX_REDIRECTS: usize = 3;

/// An exchange may last this many times the limit for silence, so that a long answer arrives and a trickle ends.
const EXCHANGE_LIMITS: u32 = 10;

/// The longest `Retry-After` that is waited for; a longer one is handed to the caller instead.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// How a request proves who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Not at all (or by the client certificate).
    None,
    /// User and password; the password is the secret.
    Basic {
        /// The user.
        user: String,
    },
    /// A token; the token is the secret.
    Bearer,
    /// A key of Elasticsearch or OpenSearch (`Authorization: ApiKey …`); the key is the secret, as `id:key`, as the
    /// base64 text that the server calls `encoded`, or as OpenSearch's `os_…`.
    ApiKey,
    /// A program prints the token; it is run again when the source refuses the token.
    TokenCommand {
        /// The program and its arguments; no shell takes part.
        command: Vec<String>,
    },
}

/// What an [`HttpClient`] is made from. Holds no secret.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The base address; it may carry a path, but no user, query or fragment.
    pub url: String,
    /// How requests prove who asks.
    pub authentication: Authentication,
    /// Further headers of every request.
    pub headers: Vec<(String, String)>,
    /// A PEM file with certificate authorities that are trusted beside the system's.
    pub ca_path: Option<String>,
    /// PEM files of the client certificate and its key.
    pub client_certificate: Option<(String, String)>,
    /// The proxy: a URL, `none` for no proxy at all, `None` for what the environment says.
    pub proxy: Option<String>,
    /// Requests under way at the same time, at least 1.
    pub max_concurrent: u32,
    /// Requests in a minute on average; 0 for no limit.
    pub requests_per_minute: u32,
    /// The longest silence: until the first byte of an answer and between its bytes.
    pub timeout: Duration,
    /// Bytes of an answer's body, after unpacking, at which reading stops.
    pub max_body_bytes: u64,
    /// The delays before the second, third, … try of a request that may pass; their number is the limit.
    pub retry_delays: Vec<Duration>,
}

/// The method of a request; whoever makes one sees to it that it only reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// GET with the parameters in the URL.
    Get,
    /// POST with the parameters as a form, for texts that would make a URL too long.
    PostForm,
    /// POST of a JSON text, with the parameters in the URL: a search.
    PostJson(Arc<str>),
    /// DELETE with a JSON text: it ends what a search of our own holds open at the source.
    DeleteJson(Arc<str>),
}

/// One request to a path below the base address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: HttpMethod,
    /// The path below the base path, beginning with `/`.
    pub path: String,
    /// The parameters, in order; a name may repeat.
    pub params: Vec<(String, String)>,
}

/// Turns an answer that is no success into the error that it means; decides what is retried.
pub type Judge = fn(&HttpRequest, &HttpAnswer) -> Result<(), SourceError>;

/// The client of one source.
pub struct HttpClient {
    client: reqwest::Client,
    base: Url,
    origin: SecretBinding,
    headers: HeaderMap,
    credentials: Credentials,
    wear: Wear,
    slots: Semaphore,
    pace: Pace,
    timeout: Duration,
    max_body_bytes: u64,
    retry_delays: Vec<Duration>,
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl HttpClient {
    /// Creates the client; nothing is sent. Reads the certificate files.
    ///
    /// # Errors
    ///
    /// [`SourceError::Settings`] when a setting cannot work: an address with a user in it, a header that would carry a
    /// secret, a file that cannot be read, a secret that was given for another place or is missing.
    pub fn new(settings: &HttpSettings, secret: Option<Secret>) -> Result<Self, SourceError> {
        Self::with_wear(settings, secret, Wear::default())
    }

    /// Creates the client of a source that wants its secret elsewhere than in HTTP's own header.
    ///
    /// # Errors
    ///
    /// Those of [`HttpClient::new`].
    pub fn with_wear(
        settings: &HttpSettings,
        secret: Option<Secret>,
        wear: Wear,
    ) -> Result<Self, SourceError> {
        let base = parse_base(&settings.url)?;
        let origin = SecretBinding::of_url(&settings.url)?;
        Ok(Self {
            client: build_client(settings, base.scheme() == "https")?,
            credentials: Credentials::new(&settings.authentication, secret, &origin)?,
            wear,
            headers: plain_headers(&settings.headers)?,
            slots: Semaphore::new(usize::try_from(settings.max_concurrent.max(1)).unwrap_or(1)),
            pace: Pace::new(settings.requests_per_minute),
            timeout: settings.timeout,
            max_body_bytes: settings.max_body_bytes,
            retry_delays: settings.retry_delays.clone(),
            base,
            origin,
        })
    }

    /// Returns the full address of a path below the base, without parameters.
    pub fn url_of(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// Sends a request; repeats it after growing delays while `judge` calls its failure transient.
    ///
    /// # Errors
    ///
    /// What `judge` made of the last answer, or why there was none.
    pub async fn ask(&self, request: &HttpRequest, judge: Judge) -> Result<HttpAnswer, SourceError> {
        let mut delays = self.retry_delays.iter();
        loop {
            let error = match self.ask_once(request, judge).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(delay) = delays.next().and_then(|&delay| wait_before_retry(&error, delay)) else {
                return Err(error);
            };
            tracing::debug!(path = %request.path, %error, delay_ms = delay.as_millis(), "Repeats a request.");
            tokio::time::sleep(delay).await;
        }
    }

    /// Sends a request without repeating it, except once with a fresh token when the token was refused.
    ///
    /// # Errors
    ///
    /// What `judge` made of the answer, or why there was none.
    pub async fn ask_once(&self, request: &HttpRequest, judge: Judge) -> Result<HttpAnswer, SourceError> {
        let answer = self.exchange(request).await?;
        judge(request, &answer)?;
        Ok(answer)
    }

    async fn exchange(&self, request: &HttpRequest) -> Result<HttpAnswer, SourceError> {
        // The semaphore is never closed, so this waits and cannot fail.
        let _slot = self.slots.acquire().await.ok();
        let first = self.credentials.authorization(&self.wear, &self.origin, None).await?;
        let answer = self.follow(request, first.as_ref()).await?;
        let refused = first.and_then(|authorization| authorization.generation);
        if answer.status != 401 || refused.is_none() {
            return Ok(answer);
        }
        let fresh = self.credentials.authorization(&self.wear, &self.origin, refused).await?;
        self.follow(request, fresh.as_ref()).await
    }

    async fn follow(
        &self,
        request: &HttpRequest,
        authorization: Option<&Authorization>,
    ) -> Result<HttpAnswer, SourceError> {
        let mut url = self.url_of(&request.path);
        if request.method != HttpMethod::PostForm && !request.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.params);
        }
        for _ in 0..=MAX_REDIRECTS {
            self.pace.wait().await;
            let answer = self.send(&url, request, authorization).await?;
            let Some(target) = answer.redirect_target(&url) else {
                return Ok(answer);
            };
            if SecretBinding::of(&target).as_ref() != Some(&self.origin) {
                return Err(SourceError::Redirected { to: place_of(&target) });
            }
            url = target;
        }
        Err(SourceError::Redirected { to: place_of(&url) })
    }

    async fn send(
        &self,
        url: &Url,
        request: &HttpRequest,
        authorization: Option<&Authorization>,
    ) -> Result<HttpAnswer, SourceError> {
        let limit = self.timeout.saturating_mul(EXCHANGE_LIMITS);
        tokio::time::timeout(limit, self.transfer(url, request, authorization))
            .await
            .unwrap_or(Err(SourceError::Timeout { limit }))
    }

    async fn transfer(
        &self,
        url: &Url,
        request: &HttpRequest,
        authorization: Option<&Authorization>,
    ) -> Result<HttpAnswer, SourceError> {
        let mut builder = match &request.method {
            HttpMethod::Get => self.client.get(url.clone()),
            HttpMethod::PostForm => {
                let secrets = authorization.map(|authorization| authorization.form.as_slice());
                let fields: Vec<_> = request.params.iter().chain(secrets.unwrap_or_default()).collect();
                self.client.post(url.clone()).form(&fields)
            }
            HttpMethod::PostJson(body) => with_json(self.client.post(url.clone()), body),
            HttpMethod::DeleteJson(body) => with_json(self.client.delete(url.clone()), body),
        };
        builder = builder.headers(self.headers.clone());
        for (name, value) in authorization.map(|a| a.headers.as_slice()).unwrap_or_default() {
            builder = builder.header(name, value.clone());
        }
        let sent = builder.send().await;
        let response = sent.map_err(|error| fault::of_request(&error, &self.origin, self.timeout))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let mut body = self.read_body(response).await?;
        // Their first words may be shown.
        let is_shown = status != 200 || is_page(&headers);
        if is_shown && let Some(authorization) = authorization {
            for secret in authorization.secret.expose().split(SESSION_MARK) {
                body = scrub(&body, secret);
            }
            for (_, value) in &authorization.headers {
                let whole = value.to_str().unwrap_or_default();
                body = scrub(&body, whole.split_once(' ').map_or(whole, |(_, credentials)| credentials));
            }
        }
        Ok(HttpAnswer { status, address: self.origin.address(), body, headers })
    }

    async fn read_body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, SourceError> {
        let too_long = SourceError::AnswerTooLong { limit_bytes: self.max_body_bytes };
        if response.content_length().is_some_and(|length| length > self.max_body_bytes) {
            return Err(too_long);
        }
        let mut body: Vec<u8> = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    if (body.len() + chunk.len()) as u64 > self.max_body_bytes {
                        return Err(too_long);
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => return Ok(body),
                Err(error) => {
                    return Err(fault::of_body(&error, &self.origin, self.timeout, body.len() as u64));
                }
            }
        }
    }
}

/// Reports whether what answers is a web page, as a sign-in in front of a source shows one with status 200.
fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().contains("text/html")
}

/// Returns the delay before the next try; `None` when trying again makes no sense or the wait is the caller's.
fn wait_before_retry(error: &SourceError, delay: Duration) -> Option<Duration> {
    if !error.is_transient() {
        return None;
    }
    if let SourceError::Busy { retry_after: Some(asked), .. } = error {
        return (*asked <= LONGEST_RETRY_AFTER).then_some((*asked).max(delay));
    }
    Some(delay)
}

fn with_json(builder: reqwest::RequestBuilder, body: &Arc<str>) -> reqwest::RequestBuilder {
    builder.header(CONTENT_TYPE, "application/json").body(body.to_string())
}

fn place_of(url: &Url) -> String {
    SecretBinding::of(url).map_or_else(|| format!("{}:", url.scheme()), |binding| binding.to_string())
}

fn settings_error(field: &'static str, problem: SettingProblem) -> SourceError {
    SourceError::Settings { field, problem }
}

/// Says that a setting has another form, in the words of what reads it.
fn unreadable(field: &'static str, detail: impl fmt::Display) -> SourceError {
    settings_error(field, SettingProblem::Unreadable { detail: detail.to_string() })
}

fn parse_base(text: &str) -> Result<Url, SourceError> {
    let url = Url::parse(text.trim()).map_err(|error| {
        // A host alone is what people type first; the library calls it relative.
        let is_bare = !text.contains("://");
        if is_bare { settings_error("url", SettingProblem::Scheme) } else { unreadable("url", error) }
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(settings_error("url", SettingProblem::Scheme));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(settings_error("url", SettingProblem::UserInUrl));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(settings_error("url", SettingProblem::QueryInUrl));
    }
    Ok(url)
}

/// Chooses ring as the one cryptography of TLS; without it building a client panics.
fn install_crypto_provider() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // An error says that the program has chosen a provider already, which serves as well.
        rustls::crypto::ring::default_provider().install_default().ok();
    });
}

fn build_client(settings: &HttpSettings, is_https: bool) -> Result<reqwest::Client, SourceError> {
    install_crypto_provider();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("wardroom/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .gzip(true)
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout);
    if is_https {
        if let Some(path) = &settings.ca_path {
            let pem = read_file("ca_path", path)?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem);
            let roots = roots
                .map_err(|_| settings_error("ca_path", SettingProblem::Certificate { path: path.clone() }))?;
            builder = builder.tls_certs_merge(roots);
        }
        if let Some((certificate, key)) = &settings.client_certificate {
            builder = builder.identity(read_identity(certificate, key)?);
        }
    } else {
        // Plain HTTP needs no certificates, and a machine without any cannot even load the system's.
        builder = builder.tls_certs_only(Vec::new());
    }
    builder = match settings.proxy.as_deref() {
        None | Some("") => builder,
        Some("none") => builder.no_proxy(),
        Some(proxy) => builder.proxy(parse_proxy(proxy)?),
    };
    builder.build().map_err(|error| unreadable("url", fault::words(&error)))
}

fn parse_proxy(text: &str) -> Result<reqwest::Proxy, SourceError> {
    let url = Url::parse(text).map_err(|error| unreadable("proxy", error))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(settings_error("proxy", SettingProblem::ProxyPassword));
    }
    reqwest::Proxy::all(url).map_err(|error| unreadable("proxy", fault::words(&error)))
}

fn read_file(field: &'static str, path: &str) -> Result<Vec<u8>, SourceError> {
    std::fs::read(path).map_err(|error| {
        settings_error(field, SettingProblem::File { path: path.to_owned(), detail: error.to_string() })
    })
}

fn read_identity(certificate: &str, key: &str) -> Result<reqwest::Identity, SourceError> {
    let mut pem = read_file("auth", certificate)?;
    pem.push(b'\n');
    pem.extend(read_file("auth", key)?);
    let identity = reqwest::Identity::from_pem(&pem);
    pem.fill(0);
    identity.map_err(|_| {
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        settings_error("auth", SettingProblem::Identity { certificate, key })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_kept_in_front_of_every_path() {
        let client =
            HttpClient::new(&settings("http://grafana.example.org/api/datasources/proxy/7/"), None).unwrap();

        let url = client.url_of("/api/v1/query");

        assert_eq!(url.as_str(), "http://grafana.example.org/api/datasources/proxy/7/api/v1/query");
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_repeating_it() {
        let error = HttpClient::new(&settings("http://me:planted-pw@localhost:9090"), None).unwrap_err();

        assert!(matches!(error, SourceError::Settings { field: "url", .. }));
        assert!(!format!("{error} {error:?}").contains("planted-pw"));
    }

    #[test]
    fn a_header_that_carries_a_secret_is_refused() {
        for name in ["Authorization", "cookie", "Proxy-Authorization", "X-Api-Key", "X-Auth-Token"] {
            let mut settings = settings("http://localhost:9090");
            settings.headers = vec![(name.to_owned(), "planted-pw".to_owned())];

            let error = HttpClient::new(&settings, None).unwrap_err();

            assert!(matches!(error, SourceError::Settings { field: "headers", .. }), "{name}");
            assert!(!error.to_string().contains("planted-pw"));
        }
    }

    #[test]
    fn a_secret_given_for_another_place_is_refused() {
        let mut settings = settings("http://b.example.org");
        settings.authentication = Authentication::Bearer;
        let elsewhere = SecretBinding::of_url("http://a.example.org").unwrap();

        let error =
            HttpClient::new(&settings, Some(Secret::new("planted-pw".to_owned(), elsewhere))).unwrap_err();

        assert!(matches!(error, SourceError::Settings { field: "url", .. }));
        assert!(!error.to_string().contains("planted-pw"));
    }

    #[test]
    fn only_what_may_pass_is_repeated_and_a_long_wait_is_left_to_the_caller() {
        let delay = Duration::from_millis(500);
        let busy =
            |seconds| SourceError::Busy { status: 429, retry_after: Some(Duration::from_secs(seconds)) };

        assert_eq!(wait_before_retry(&SourceError::Denied { wants: String::new() }, delay), None);
        assert_eq!(wait_before_retry(&SourceError::Truncated { bytes: 3 }, delay), Some(delay));
        assert_eq!(wait_before_retry(&busy(7), delay), Some(Duration::from_secs(7)));
        assert_eq!(wait_before_retry(&busy(31), delay), None);
    }

    #[test]
    fn an_address_without_a_scheme_is_told_which_ones_there_are() {
        for bare in ["prometheus", "prometheus.example.net/shop", " host:9090 "] {
            let refused = parse_base(bare).unwrap_err();
            assert!(
                matches!(refused, SourceError::Settings { field: "url", problem: SettingProblem::Scheme }),
                "{bare}: {refused:?}"
            );
        }
    }

    fn settings(url: &str) -> HttpSettings {
        HttpSettings {
            url: url.to_owned(),
            authentication: Authentication::None,
            headers: Vec::new(),
            ca_path: None,
            client_certificate: None,
            proxy: Some("none".to_owned()),
            max_concurrent: 1,
            requests_per_minute: 0,
            timeout: Duration::from_secs(5),
            max_body_bytes: 1 << 20,
            retry_delays: Vec::new(),
        }
    }
}
