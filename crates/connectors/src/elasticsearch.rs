//! Elasticsearch (7.10 and later) and OpenSearch (1.x to 3.x), through the search API that both share.
//!
//! What is treated knowingly:
//!
//! - **Who answers** is asked once. What a reply shows outweighs what a version promises: a path that is refused is not
//!   tried again, and the next best way is taken.
//! - **Pages** are ordered by time and by something that tells documents of the same time apart, within a view of one
//!   moment where the product has one. Sort values stay 64-bit integers. A place outlives its view, this program and
//!   the server's restart.
//! - **Times** of `date` and `date_nanos` sort wrongly together without a word from the server; where both occur it is
//!   told to use nanoseconds. Indices in which the time is no time are left out, and a notice names them.
//! - **Counting** is done by the server. The number of bins is known before the request leaves, empty bins are never
//!   asked for, and every count has our own deadline: one fine histogram can take a node down.
//! - **Partial answers** (`successful < total`, `timed_out`) carry notices. A page that ran out of time is asked for
//!   again, smaller, because going on behind it would skip documents.
//! - **Rights**: a user who may read one pattern only is served; each right that is missing is named with what is lost.

mod answer;
mod config;
mod dialect;
mod facets;
mod histogram;
mod layout;
mod levels;
mod mapping;
mod page;
mod peek;
mod place;
mod probe;
mod query;
mod record;
mod request;
mod tail;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use wardroom_core::{TimeRange, Timestamp};

pub use crate::elasticsearch::config::{ElasticsearchConfig, LogProduct, LogScope};
pub use crate::elasticsearch::place::{ReadPlace, TailPlace};

use crate::elasticsearch::config::index_path;
use crate::elasticsearch::dialect::{PitWay, Server, Tie};
use crate::elasticsearch::layout::{Layout, Layouts};
use crate::elasticsearch::page::expands_too_far;
use crate::elasticsearch::place::View;
use crate::elasticsearch::query::Translation;
use crate::elasticsearch::request::PageAsk;
use crate::error::SourceError;
use crate::http::{HttpAnswer, HttpClient, HttpRequest, HttpSettings, curl};
use crate::secret::Secret;
use crate::source::{
    FieldMapping, LogAsk, LogEnd, LogFacets, LogHistogram, LogPage, LogPeek, LogProbe, LogQuestion, LogSource,
};

/// A connection to one Elasticsearch or OpenSearch. Cheap to keep, nothing runs between calls.
///
/// It remembers who answers, what was refused, and the types of fields for a few minutes.
pub struct Elasticsearch {
    http: HttpClient,
    settings: HttpSettings,
    config: ElasticsearchConfig,
    server: OnceCell<Server>,
    layouts: Mutex<Layouts>,
    refused: Mutex<BTreeSet<Refused>>,
    orphans: Mutex<Vec<View>>,
    /// The waits after the quick repetitions while the cluster says 429.
    patience: Vec<Duration>,
}

/// Something that the server has refused once and that is not tried again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Refused {
    /// A way to open a view.
    View(PitWay),
    /// A tiebreaker.
    Tie(Tie),
    /// Looking for a text in every field.
    WideText,
}

impl fmt::Debug for Elasticsearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elasticsearch").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Elasticsearch {
    /// Creates the connection; nothing is sent. Reads the certificate files.
    ///
    /// `secret` is the password, key or token that [`ElasticsearchConfig::auth`] asks for, bound to the place of
    /// [`ElasticsearchConfig::url`].
    ///
    /// # Errors
    ///
    /// [`SourceError::Settings`] when a setting cannot work or the secret was given for another place.
    pub fn new(config: &ElasticsearchConfig, secret: Option<Secret>) -> Result<Self, SourceError> {
        Self::with_http(config, config.http_settings(), secret, [4, 8, 15].map(Duration::from_secs).to_vec())
    }

    fn with_http(
        config: &ElasticsearchConfig,
        settings: HttpSettings,
        secret: Option<Secret>,
        patience: Vec<Duration>,
    ) -> Result<Self, SourceError> {
        index_path(&config.scope.indices, &[])?;
        Ok(Self {
            http: HttpClient::new(&settings, secret)?,
            settings,
            config: config.clone(),
            server: OnceCell::new(),
            layouts: Mutex::default(),
            refused: Mutex::default(),
            orphans: Mutex::default(),
            patience,
        })
    }

    /// Asks with retries. While the cluster says 429 without naming a time, it is given half a minute more.
    async fn ask(&self, request: &HttpRequest) -> Result<HttpAnswer, SourceError> {
        let mut result = self.http.ask(request, answer::judge).await;
        for &wait in &self.patience {
            let Err(SourceError::Busy { status: 429, retry_after: None }) = &result else {
                break;
            };
            tokio::time::sleep(wait).await;
            result = self.http.ask_once(request, answer::judge).await;
        }
        result.map_err(in_our_words)
    }

    /// Asks for counts within our own deadline. A count that took too long is not repeated: it is heavy for the
    /// cluster, and it would take as long again.
    async fn ask_for_counts(&self, request: &HttpRequest) -> Result<HttpAnswer, SourceError> {
        let limit = self.config.timeout();
        let mut waits = self.settings.retry_delays.iter();
        loop {
            let once = tokio::time::timeout(limit, self.http.ask_once(request, answer::judge)).await;
            let error = match once.unwrap_or(Err(SourceError::Timeout { limit })) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let asked = if let SourceError::Busy { status: 429, retry_after } = &error {
                retry_after.unwrap_or_default()
            } else if matches!(error, SourceError::Unreachable { .. } | SourceError::Truncated { .. }) {
                Duration::ZERO
            } else {
                return Err(in_our_words(error));
            };
            match waits.next() {
                Some(&wait) if asked <= limit => tokio::time::sleep(wait.max(asked)).await,
                Some(_) | None => return Err(error),
            }
        }
    }

    /// Returns who answers, asking once. A user who may not ask is served all the same.
    async fn server(&self) -> Result<&Server, SourceError> {
        let find = async {
            match self.ask(&request::get("/", &[])).await {
                Ok(answer) => Server::of_root(&answer).ok_or_else(|| answer::not_elasticsearch(&answer)),
                Err(error) if may_not(&error) => Ok(Server::unasked(self.config.product)),
                Err(error) => Err(error),
            }
        };
        self.server.get_or_try_init(|| find).await
    }

    fn has_refused(&self, what: &Refused) -> bool {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(what)
    }

    fn note_refused(&self, what: Refused) {
        tracing::debug!(?what, "Takes another way.");
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(what);
    }

    /// Makes the filter of a question for what is known of its indices.
    fn filter(
        &self,
        question: &LogQuestion,
        range: Option<TimeRange>,
        layout: &Layout,
    ) -> Result<Value, SourceError> {
        let mapped_only = self.has_refused(&Refused::WideText);
        let with = Translation { mapping: &layout.mapping, catalog: &layout.catalog, mapped_only };
        query::filter(&question.ask, range, &with)
    }

    /// Lets the server check a question without running it.
    async fn check_question(&self, question: &LogQuestion) -> Result<(), SourceError> {
        let layout = self.layout(question).await?;
        for _ in 0..2 {
            let query = match &question.ask {
                LogAsk::Raw(text) => query::raw(text)?,
                LogAsk::Query(_) | LogAsk::Both(..) => self.filter(question, None, &layout)?,
            };
            let body = json!({ "query": query });
            let path = format!("/{}/_validate/query", layout.path);
            let request = request::post(path, &[("explain", "true")], &body);
            let verdict = match self.ask(&request).await {
                Ok(answer) => answer::decode::<Value>(&answer)?,
                Err(error) if may_not(&error) => {
                    // Without the right to ask, the smallest search tells as much.
                    let body = json!({ "size": 0, "terminate_after": 1, "timeout": "1s", "query": query });
                    self.ask_for_counts(&request::search(&layout.path, &body)).await?;
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let Some(detail) = answer::objection(&verdict) else {
                return Ok(());
            };
            if expands_too_far(&detail) && !self.has_refused(&Refused::WideText) {
                self.note_refused(Refused::WideText);
                continue;
            }
            return Err(SourceError::BadQuery { query: words_of(&question.ask, &query), detail });
        }
        Ok(())
    }

    /// Returns what is known of the indices of a question without asking; types that are not known are left open.
    fn layout_at_hand(&self, question: &LogQuestion) -> Layout {
        let path =
            index_path(&question.indices, &self.config.scope.indices).unwrap_or_else(|_| "*".to_owned());
        if let Some(known) = self.known_layout(&path) {
            return Layout::clone(&known);
        }
        let said = &self.config.scope.mapping;
        let usual = |said: &Option<String>, name: &str| said.clone().or_else(|| Some(name.to_owned()));
        let mapping = FieldMapping {
            time: usual(&said.time, "@timestamp"),
            message: usual(&said.message, "message"),
            level: usual(&said.level, "log.level"),
            ..said.clone()
        };
        Layout { path, mapping, ..Layout::default() }
    }

    fn as_curl(&self, request: &HttpRequest) -> String {
        curl(self.http.url_of(&request.path).as_str(), request, &self.settings)
    }

    /// The limit that the server is given for a count: it answers with what it has before our own deadline.
    fn server_limit_s(&self) -> u32 {
        (self.config.timeout_s.saturating_mul(2) / 3).max(1)
    }
}

/// Reports whether an error says that a path is not for this user, this product or this version.
const fn may_not(error: &SourceError) -> bool {
    matches!(error, SourceError::Denied { .. } | SourceError::Forbidden { .. } | SourceError::NotFound { .. })
}

/// The client names what it expects; here that is another product.
fn in_our_words(error: SourceError) -> SourceError {
    if let SourceError::NotPrometheus { detail } = error {
        return SourceError::NotElasticsearch { detail };
    }
    error
}

/// The question as a person wrote it, or as it was translated; shortened.
fn words_of(ask: &LogAsk, query: &Value) -> String {
    let text = match ask {
        LogAsk::Raw(text) => text.clone(),
        LogAsk::Query(_) | LogAsk::Both(..) => query.to_string(),
    };
    text.chars().take(200).collect()
}

impl LogSource for Elasticsearch {
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<LogProbe, SourceError>> {
        Box::pin(self.probe_all(now))
    }

    fn check<'a>(&'a self, question: &'a LogQuestion) -> BoxFuture<'a, Result<(), SourceError>> {
        Box::pin(self.check_question(question))
    }

    fn count<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        bin_ms: i64,
    ) -> BoxFuture<'a, Result<LogHistogram, SourceError>> {
        Box::pin(self.count_all(question, range, bin_ms))
    }

    fn facets<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        fields: &'a [String],
        limit: u32,
    ) -> BoxFuture<'a, Result<LogFacets, SourceError>> {
        Box::pin(self.count_values(question, range, fields, limit))
    }

    fn read<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        after: Option<ReadPlace>,
    ) -> BoxFuture<'a, Result<LogPage<ReadPlace>, SourceError>> {
        Box::pin(self.read_page(question, range, after))
    }

    fn tail<'a>(
        &'a self,
        question: &'a LogQuestion,
        after: TailPlace,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<LogPage<TailPlace>, SourceError>> {
        Box::pin(self.follow(question, after, now))
    }

    fn peek<'a>(
        &'a self,
        question: &'a LogQuestion,
        range: TimeRange,
        end: LogEnd,
        limit: u32,
    ) -> BoxFuture<'a, Result<LogPeek, SourceError>> {
        Box::pin(self.peek_at(question, range, end, limit))
    }

    fn close<'a>(&'a self, place: &'a ReadPlace) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Some(view) = &place.view {
                self.close_view(view).await;
            }
            self.close_orphans().await;
        })
    }

    fn explain(&self, question: &LogQuestion, range: TimeRange) -> String {
        let layout = self.layout_at_hand(question);
        let time = layout.mapping.time.clone().unwrap_or_default();
        let query = self.filter(question, Some(range), &layout).unwrap_or_default();
        let ways = self.server.get().map(|server| server.ties(None, self.config.unique_field.as_deref()));
        let tie = ways.and_then(|ties| ties.into_iter().next()).unwrap_or(Tie::Time);
        let place = ReadPlace::start(0, tie, layout.catalog.sort_unit(&time));
        let source = request::source(&layout.mapping, &self.config.scope.fields);
        let ask = PageAsk { query: &query, time: &time, source: &source, size: self.config.page() };
        self.as_curl(&request::page(&layout.path, &place, &ask))
    }

    fn explain_count(&self, question: &LogQuestion, range: TimeRange, bin_ms: i64) -> String {
        let layout = self.layout_at_hand(question);
        let body = self.histogram_body(question, range, bin_ms, &layout).unwrap_or_default();
        self.as_curl(&request::search(&layout.path, &body))
    }
}
