//! Prometheus and what speaks its HTTP API (`VictoriaMetrics`, Thanos, Mimir, a Grafana data source proxy).
//!
//! What is treated knowingly:
//!
//! - **Raw samples** come from range selectors in instant queries, with their own times. Both ends of a piece are set
//!   so that neither the closed ranges of version 2 nor the left-open ones of version 3 lose or repeat a sample.
//! - **Ranges** longer than the server's 11,000 points, or than the budget of samples, are split and joined again; a
//!   piece that the server still finds too large is halved until it fits.
//! - **Staleness markers** do not cross this API: the server drops them, and a series just ends. `NaN` and both
//!   infinities are values. A counter's resets are kept as they are.
//! - **Classic histograms** are series like others; **native** ones are not taken and a notice says so.
//! - **Partial answers** (`warnings`, `infos`, `isPartial`) carry notices. `limit` is never relied upon.

mod answer;
mod config;
mod decode;
mod evaluate;
mod join;
mod labels;
mod metadata;
mod plan;
mod probe;
mod query;
mod rules;
mod suggest;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde::Deserialize;
use tokio::sync::OnceCell;
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Unit};

pub use crate::prometheus::config::{ExpressionConfig, PrometheusConfig, ScopeConfig};

use crate::error::SourceError;
use crate::http::{HttpAnswer, HttpClient, HttpMethod, HttpRequest, HttpSettings, curl};
use crate::prometheus::answer::Reply;
use crate::prometheus::decode::{QueryData, RawSeries};
use crate::prometheus::labels::{CapRule, Dropped, LabelCaps};
use crate::prometheus::metadata::{METADATA, Metadata, MetadataData};
use crate::prometheus::plan::Count;
use crate::secret::Secret;
use crate::source::{
    Evaluating, MetricSource, Moments, Notice, NoticeKind, Plan, Probe, ReadAnswer, ReadRequest, ReadSeries,
    RuleState, Scope, ScopeGroup, SourceVersion,
};

/// Characters of a query that a notice names.
const MOST_NAMED: usize = 120;

/// A connection to one Prometheus. Cheap to keep, nothing runs between calls.
///
/// It remembers which label values it has seen, how many series each selector had, and the source's metadata.
pub struct Prometheus {
    http: HttpClient,
    config: PrometheusConfig,
    caps: Mutex<LabelCaps>,
    counts: Mutex<BTreeMap<String, Count>>,
    metadata: OnceCell<Metadata>,
    /// Whether a POST was refused where a GET of the same was answered.
    only_gets: AtomicBool,
}

impl fmt::Debug for Prometheus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prometheus").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Prometheus {
    /// Creates the connection; nothing is sent. Reads the certificate files.
    ///
    /// `secret` is the password or token that [`PrometheusConfig::auth`] asks for, bound to the place of
    /// [`PrometheusConfig::url`].
    ///
    /// # Errors
    ///
    /// [`SourceError::Settings`] when a setting cannot work or the secret was given for another place.
    pub fn new(config: &PrometheusConfig, secret: Option<Secret>) -> Result<Self, SourceError> {
        Self::with_http(config, &config.http_settings(), secret)
    }

    fn with_http(
        config: &PrometheusConfig,
        settings: &HttpSettings,
        secret: Option<Secret>,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            http: HttpClient::new(settings, secret)?,
            config: config.clone(),
            caps: Mutex::new(LabelCaps::default()),
            counts: Mutex::new(BTreeMap::new()),
            metadata: OnceCell::new(),
            only_gets: AtomicBool::new(false),
        })
    }

    /// Tells the connection which series are stored already, so that a capped label keeps the same values after a
    /// restart. Call it before the first read.
    pub fn remember_series<'a>(&self, keys: impl IntoIterator<Item = &'a SeriesKey>) {
        let mut caps = self.caps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dropped = Dropped::default();
        for key in keys {
            caps.admit(key, &self.cap_rule(), &mut dropped);
        }
    }

    /// Returns the request for an expression at a moment as a curl command, without its secret.
    #[must_use]
    pub fn instant_as_curl(&self, expression: &str, at: Timestamp) -> String {
        self.curl_of(&query::instant(expression, at, self.config.timeout_s))
    }

    /// Returns the request for an expression at every step from one moment to another as a curl command, without its
    /// secret.
    #[must_use]
    pub fn range_as_curl(&self, expression: &str, from: Timestamp, to: Timestamp, step_ms: i64) -> String {
        let (first, last) = (from.as_millis(), to.as_millis());
        self.curl_of(&query::range(expression, first, last, step_ms.max(1), self.config.timeout_s))
    }

    fn curl_of(&self, request: &HttpRequest) -> String {
        let url = self.http.url_of(&request.path);
        curl(url.as_str(), request, &self.config.http_settings())
    }

    fn cap_rule(&self) -> CapRule<'_> {
        CapRule {
            cap: usize::try_from(self.config.label_cap).unwrap_or(usize::MAX),
            free: &self.config.uncapped_labels,
        }
    }

    /// Asks with retries and decodes the answer.
    async fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        request: &HttpRequest,
    ) -> Result<Reply<T>, SourceError> {
        let answer = self.ask_undecoded(request).await?;
        answer::decode(request, &answer)
    }

    /// Asks with retries. Some proxies let no POST through; there the same is asked for with a GET, and from then on.
    async fn ask_undecoded(&self, request: &HttpRequest) -> Result<HttpAnswer, SourceError> {
        if request.method == HttpMethod::Get {
            return self.http.ask(request, answer::judge).await;
        }
        let get = query::as_get(request);
        if self.only_gets.load(Ordering::Relaxed) {
            return self.http.ask(&get, answer::judge).await;
        }
        let answered = self.http.ask(request, answer::judge).await;
        if !matches!(answered, Err(SourceError::ServerFailed { status: 405 | 501, .. })) {
            return answered;
        }
        let answer = self.http.ask(&get, answer::judge).await?;
        self.only_gets.store(true, Ordering::Relaxed);
        Ok(answer)
    }

    /// Makes an instant query and returns its series.
    async fn instant(&self, query: &str, at: Timestamp) -> Result<Vec<RawSeries>, SourceError> {
        let request = query::instant(query, at, self.config.timeout_s);
        Ok(self.ask::<QueryData>(&request).await?.data.into_series())
    }

    /// Returns the metadata, asking for it once. When it cannot be had this answer is made without it.
    async fn metadata(&self) -> Option<&Metadata> {
        let ask = async {
            let request = query::get(METADATA);
            match self.http.ask_once(&request, answer::judge).await {
                Ok(answer) => {
                    answer::decode::<MetadataData>(&request, &answer).map(|reply| Metadata::from(reply.data))
                }
                // Without the right, or where the product has no such path, names are all there is.
                Err(SourceError::Forbidden { .. } | SourceError::NotFound { .. }) => Ok(Metadata::default()),
                Err(error) => Err(error),
            }
        };
        self.metadata.get_or_try_init(|| ask).await.ok()
    }

    async fn read_all(&self, request: &ReadRequest) -> Result<ReadAnswer, SourceError> {
        // The first piece is taken from the end of the list.
        let mut pieces = query::split(request.range, request.mode, i64::MAX);
        pieces.reverse();
        let mut joined = Joined::default();
        while let Some(piece) = pieces.pop() {
            let Some(http_request) = query::piece_request(request, piece, self.config.timeout_s)? else {
                continue;
            };
            match self.ask::<QueryData>(&http_request).await {
                Ok(reply) => joined.add(reply, request, piece),
                Err(error) => match (is_too_large(&error), query::halves(piece, request.mode)) {
                    (true, Some([first, second])) => pieces.extend([second, first]),
                    (true, None) | (false, _) => return Err(error),
                },
            }
        }
        let metadata = self.metadata().await;
        Ok(self.finish(joined, request, metadata))
    }

    /// Applies the caps, sorts the samples and adds what is known of each metric.
    fn finish(&self, joined: Joined, request: &ReadRequest, metadata: Option<&Metadata>) -> ReadAnswer {
        let Joined { series, mut notices, bytes } = joined;
        let mut dropped = Dropped::default();
        let mut taken = Vec::with_capacity(series.len());
        let mut caps = self.caps.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, mut samples) in series {
            if !caps.admit(&key, &self.cap_rule(), &mut dropped) {
                continue;
            }
            samples.sort_and_deduplicate();
            let (kind, unit) = match (&request.stored_as, metadata) {
                (None, Some(metadata)) => metadata.of(&key.metric),
                // An expression's result is described by the name that a person chose for it.
                (Some(_), _) | (None, None) => {
                    (MetricKind::from_metric_name(&key.metric), Unit::from_metric_name(&key.metric))
                }
            };
            taken.push(ReadSeries { key, kind, unit, samples });
        }
        notices.extend(dropped.into_notices());
        ReadAnswer { series: taken, bytes, notices }
    }
}

/// Returns a query as a notice names it: many selectors in one request are more than anybody reads.
fn in_short(query: &str) -> String {
    match query.char_indices().nth(MOST_NAMED) {
        Some((end, _)) => format!("{}…", &query[..end]),
        None => query.to_owned(),
    }
}

/// Reports whether a shorter range may succeed where this one did not.
fn is_too_large(error: &SourceError) -> bool {
    matches!(error, SourceError::TooLarge { .. } | SourceError::AnswerTooLong { .. })
}

/// The answers of the pieces of one read, joined by series.
#[derive(Default)]
struct Joined {
    series: BTreeMap<SeriesKey, Samples>,
    notices: Vec<Notice>,
    bytes: u64,
}

impl Joined {
    fn add(&mut self, reply: Reply<QueryData>, request: &ReadRequest, piece: TimeRange) {
        self.bytes += reply.bytes;
        for notice in reply.notices {
            // What was asked for without its window, which is another one each time.
            self.note(Notice { subject: in_short(&request.query), ..notice });
        }
        let mut of_this_answer = BTreeSet::new();
        for raw in reply.data.into_series() {
            let mut labels = Labels::new(raw.metric.iter().map(|(n, v)| (n.as_str(), v.as_str())));
            let own_name = labels.remove("__name__").unwrap_or_default();
            let metric = request.stored_as.clone().unwrap_or(own_name);
            if raw.has_native_histograms() {
                let kind = NoticeKind::NativeHistogram;
                self.note(Notice { kind, subject: metric.clone(), detail: String::new() });
            }
            let key = SeriesKey::new(metric, labels);
            // Results that differ in their metric name only would run together under the expression's name.
            if !of_this_answer.insert(key.clone()) {
                let detail = "two results differ in their metric name only".to_owned();
                self.note(Notice { kind: NoticeKind::NamesDiffer, subject: key.to_string(), detail });
                continue;
            }
            let (times, values) = raw.into_columns();
            let mut samples = Samples::with_capacity(times.len());
            for (at, value) in times.into_iter().map(Timestamp::from_millis).zip(values) {
                if piece.contains(at) {
                    samples.push(at, value);
                }
            }
            if !samples.is_empty() {
                self.series.entry(key).or_default().extend(&samples);
            }
        }
    }

    /// Keeps a notice once, however many pieces repeat it.
    fn note(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

impl MetricSource for Prometheus {
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<Probe, SourceError>> {
        Box::pin(self.probe_all(now))
    }

    fn version(&self) -> BoxFuture<'_, Option<SourceVersion>> {
        Box::pin(self.own_version())
    }

    fn suggest(&self, now: Timestamp) -> BoxFuture<'_, Result<Vec<ScopeGroup>, SourceError>> {
        Box::pin(self.suggest_groups(now))
    }

    fn plan<'a>(
        &'a self,
        scope: &'a Scope,
        range: TimeRange,
        step_ms: Option<i64>,
    ) -> BoxFuture<'a, Result<Plan, SourceError>> {
        Box::pin(self.plan_all(scope, range, step_ms))
    }

    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>> {
        Box::pin(self.read_all(request))
    }

    fn evaluate<'a>(&'a self, expression: &'a str, when: Moments) -> Option<Evaluating<'a>> {
        Some(Box::pin(self.evaluate_there(expression, when)))
    }

    fn rules(&self, now: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>> {
        Box::pin(self.rule_state(now))
    }

    fn as_curl(&self, request: &ReadRequest) -> String {
        let pieces = query::split(request.range, request.mode, i64::MAX).into_iter();
        let commands = pieces.filter_map(|piece| {
            let http_request = query::piece_request(request, piece, self.config.timeout_s).ok()??;
            Some(self.curl_of(&http_request))
        });
        commands.collect::<Vec<_>>().join("\n")
    }
}
