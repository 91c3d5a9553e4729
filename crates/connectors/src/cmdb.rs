//! CMDB servers: inventories behind an HTTP API, understood through a mapping that a team can write itself.
//!
//! What is treated knowingly:
//!
//! - **The mapping** ([`Mapping`]) is TOML text; the presets are written in the same format and handed in like any other.
//! - **One page at a time** is in memory: items are taken out of the body as they came and made one by one, so that an
//!   item of 50 MB costs its bytes and is left out with a notice.
//! - **Pages that lie**: a next page is asked for at the configured place whatever its URL says; pages that repeat end
//!   the class; items that moved into the next page are recognised by their key; a count is compared with what came.
//! - **Filters that are ignored**: what a class or a delta asked for is looked for in the items that came.
//! - **Refusals with status 200** are told by the mapping's success test, unknown askers behind 403 by their words.
//! - **What may be missing** is told with [`crate::source::InventoryPage::partial`], so that nobody closes what was only
//!   not seen.

mod answer;
mod config;
pub(crate) mod convert;
pub(crate) mod date;
mod field;
mod mapping;
mod page;
mod path;
mod place;
mod probe;
mod request;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::sync::Mutex;
use wardroom_core::Timestamp;

pub use crate::cmdb::config::CmdbConfig;
pub use crate::cmdb::mapping::{Mapping, MappingProblem, MappingProblemKind};
pub use crate::cmdb::place::InventoryPlace;

use crate::cmdb::field::Lookups;
use crate::cmdb::mapping::Session;
use crate::cmdb::path::text_of;
use crate::cmdb::request::Fill;
use crate::config::AuthKind;
use crate::error::{SettingProblem, SourceError};
use crate::http::{
    Authentication, HttpAnswer, HttpClient, HttpRequest, HttpSettings, SESSION_MARK, Wear, curl, curl_signed,
};
use crate::secret::Secret;
use crate::source::{InventoryPage, InventoryProbe, InventorySource};

/// A connection to one CMDB. Cheap to keep, nothing runs between calls.
///
/// It remembers the lookups and which items of the class that is read it has seen; a read that goes on after a restart
/// reads the lookups again.
pub struct Cmdb {
    config: CmdbConfig,
    mapping: Mapping,
    settings: HttpSettings,
    wear: Wear,
    secret: Option<Secret>,
    http: HttpClient,
    session: Mutex<Option<Arc<HttpClient>>>,
    state: Mutex<State>,
}

/// What is remembered between the pages of a read.
#[derive(Debug, Default)]
struct State {
    /// The class that `seen` is about.
    class: Option<usize>,
    /// Its items so far, by a number made of their keys.
    seen: HashSet<u64>,
    lookups: Lookups,
    lookups_are_read: bool,
    /// The lookups that could not be read to their end, and those that are filled from them.
    lost_lookups: BTreeSet<usize>,
}

/// An answer that is a page.
#[derive(Debug)]
struct Fetched {
    answer: HttpAnswer,
    /// Whether the source said that the last page is behind us.
    is_past_end: bool,
}

impl fmt::Debug for Cmdb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cmdb")
            .field("url", &self.config.url)
            .field("mapping", &self.mapping.name)
            .finish_non_exhaustive()
    }
}

impl Cmdb {
    /// Creates the connection; nothing is sent. Reads the mapping and the certificate files.
    ///
    /// `secret` is the password, key or token that [`CmdbConfig::auth`] asks for, bound to the place of
    /// [`CmdbConfig::url`].
    ///
    /// # Errors
    ///
    /// [`SourceError::Settings`] when a setting cannot work, the mapping has a mistake (its problem names line and
    /// column), or the secret was given for another place.
    pub fn new(config: &CmdbConfig, secret: Option<Secret>) -> Result<Self, SourceError> {
        let mapping = Mapping::parse(&config.mapping)
            .map_err(|problem| SettingProblem::Unreadable { detail: problem.to_string() })
            .map_err(|problem| SourceError::Settings { field: "mapping", problem })?;
        let limits = mapping.limits;
        let settings = config.http_settings(limits.requests_per_minute, limits.page_bytes);
        Self::with_http(config, mapping, settings, secret)
    }

    fn with_http(
        config: &CmdbConfig,
        mapping: Mapping,
        settings: HttpSettings,
        secret: Option<Secret>,
    ) -> Result<Self, SourceError> {
        let wear = wear(&mapping, &config.auth, secret.as_ref());
        Ok(Self {
            http: HttpClient::with_wear(&settings, secret.clone(), wear.clone())?,
            config: config.clone(),
            mapping,
            settings,
            wear,
            secret,
            session: Mutex::default(),
            state: Mutex::default(),
        })
    }

    /// Asks with retries, within a session where the mapping wants one. A session that has ended is opened again once.
    async fn ask(&self, request: &HttpRequest) -> Result<HttpAnswer, SourceError> {
        let Some(session) = self.mapping.sign_in.session.as_ref().filter(|_| !self.config.is_anonymous())
        else {
            return self.http.ask(request, answer::judge).await;
        };
        let client = self.session(session, None).await?;
        match client.ask(request, answer::judge).await {
            Err(SourceError::Denied { .. }) => {
                let fresh = self.session(session, Some(&client)).await?;
                fresh.ask(request, answer::judge).await
            }
            other => other,
        }
    }

    /// Returns the client of the session; opens one when there is none or `ended` is the last one.
    async fn session(
        &self,
        session: &Session,
        ended: Option<&Arc<HttpClient>>,
    ) -> Result<Arc<HttpClient>, SourceError> {
        let mut current = self.session.lock().await;
        if let Some(client) = current.as_ref()
            && !ended.is_some_and(|ended| Arc::ptr_eq(ended, client))
        {
            return Ok(Arc::clone(client));
        }
        let secret = self.secret.as_ref();
        let secret =
            secret.ok_or(SourceError::Settings { field: "auth", problem: SettingProblem::SessionSecret })?;
        let request = request::request(&session.ask, &Fill::of_values(&self.mapping.values));
        let answer = self.http.ask(&request, answer::judge).await?;
        let body: Value =
            serde_json::from_slice(&answer.body).map_err(|error| page::unreadable(&answer.body, &error))?;
        answer::check(&body, &self.mapping.success, &request.path)?;
        let Some(token) = session.token.first(&body).and_then(text_of) else {
            let detail = format!("{} is missing in the answer of {}", session.token.text(), request.path);
            return Err(SourceError::NotInventory { detail });
        };
        let both = Secret::new(format!("{}{SESSION_MARK}{token}", secret.expose()), secret.binding().clone());
        let client = Arc::new(HttpClient::with_wear(&self.settings, Some(both), session.wear.clone())?);
        *current = Some(Arc::clone(&client));
        Ok(client)
    }
}

impl InventorySource for Cmdb {
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<InventoryProbe, SourceError>> {
        Box::pin(self.look(now))
    }

    fn read(
        &self,
        after: Option<InventoryPlace>,
        since: Option<Timestamp>,
        _now: Timestamp,
    ) -> BoxFuture<'_, Result<InventoryPage, SourceError>> {
        Box::pin(self.page(after, since))
    }

    fn explain(&self) -> String {
        let Some(class) = self.mapping.classes.first() else {
            return String::new();
        };
        let request = self.request_of(class, &self.first_place(None));
        let url = self.http.url_of(&request.path);
        let session = self.mapping.sign_in.session.as_ref().filter(|_| !self.config.is_anonymous());
        let wear = session.map_or(&self.wear, |session| &session.wear);
        if wear.is_usual() {
            return curl(url.as_str(), &request, &self.settings);
        }
        let secret =
            if self.settings.authentication == Authentication::Bearer { "$TOKEN" } else { "$SECRET" };
        let words = wear.shell_words(self.config.user().unwrap_or_default(), secret);
        curl_signed(url.as_str(), &request, &self.settings, words)
    }
}

/// Chooses how the secret travels: by the way to sign in, and for tokens by how they begin.
fn wear(mapping: &Mapping, auth: &AuthKind, secret: Option<&Secret>) -> Wear {
    match auth {
        AuthKind::None | AuthKind::ClientCertificate { .. } => Wear::default(),
        AuthKind::Basic { .. } => mapping.sign_in.basic.clone().unwrap_or_default(),
        AuthKind::Bearer | AuthKind::ApiKey | AuthKind::TokenCommand { .. } => {
            let text = secret.map(Secret::expose).unwrap_or_default();
            let mut ways = mapping.sign_in.token.iter();
            ways.find(|(starts, _)| text.starts_with(starts.as_str()))
                .map(|(_, wear)| wear.clone())
                .unwrap_or_default()
        }
    }
}
