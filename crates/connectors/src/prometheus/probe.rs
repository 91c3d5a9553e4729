//! "Test connection": who answers, what it holds, and which rights are missing.

use serde::Deserialize;
use tokio::time::Instant;
use wardroom_core::Timestamp;

use crate::error::SourceError;
use crate::http::HttpAnswer;
use crate::prometheus::decode::{QueryData, RawSeries, time_from_seconds};
use crate::prometheus::metadata::{METADATA, MetadataData};
use crate::prometheus::rules::{ALERTS, AlertsData, RULES, RulesData, missing_right};
use crate::prometheus::{Prometheus, answer, query};
use crate::source::{LostAbility, MissingRight, Probe, SourceVersion};

/// What the server counts about itself, asked for by name so that the query reads a handful of series.
const OWN_METRICS: &str =
    r#"{__name__=~"prometheus_tsdb_lowest_timestamp_seconds|prometheus_tsdb_head_series"}"#;

/// How far back the start of the data is looked for where the server does not name it, and in which steps.
const SEARCH_BACK_MS: i64 = 400 * SEARCH_STEP_MS;
const SEARCH_STEP_MS: i64 = 86_400_000;

/// The path of the version.
const BUILD: &str = "/api/v1/status/buildinfo";

/// The path of the storage's status.
pub(super) const TSDB: &str = "/api/v1/status/tsdb";

#[derive(Debug, Default, Deserialize)]
struct BuildInfo {
    #[serde(default)]
    version: String,
    /// Mimir names itself here.
    #[serde(default)]
    application: String,
}

/// The `data` of the storage's status.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TsdbData {
    #[serde(rename = "headStats")]
    head: Option<HeadStats>,
    /// `VictoriaMetrics`' word for the number of series.
    #[serde(rename = "totalSeries")]
    total_series: Option<u64>,
    /// The metrics with the most series.
    #[serde(rename = "seriesCountByMetricName")]
    pub(super) metrics: Option<Vec<NameCount>>,
    /// The labels with the most values.
    #[serde(rename = "labelValueCountByLabelName")]
    pub(super) labels: Option<Vec<NameCount>>,
}

#[derive(Debug, Deserialize)]
struct HeadStats {
    #[serde(rename = "numSeries", default)]
    n_series: u64,
    #[serde(rename = "maxTime", default)]
    max_time_ms: i64,
}

/// A name with a count.
#[derive(Debug, Deserialize)]
pub(super) struct NameCount {
    /// The metric or label.
    pub(super) name: String,
    /// Its series or values.
    pub(super) value: u64,
}

impl Prometheus {
    /// Asks at most nine small requests. The first is a query: without queries there is nothing to connect to.
    pub(super) async fn probe_all(&self, now: Timestamp) -> Result<Probe, SourceError> {
        let mut probe = Probe::default();
        let own = self.probe_query(now, &mut probe).await?;
        let may_query = probe.missing.is_empty();
        let missing = &mut probe.missing;
        let build = self.ask_or_miss::<BuildInfo>(BUILD, LostAbility::BuildInfo, missing).await?;
        let tsdb =
            self.ask_or_miss::<TsdbData>(TSDB, LostAbility::ServerStatus, missing).await?.unwrap_or_default();
        let rules = self.ask_or_miss::<RulesData>(RULES, LostAbility::Rules, missing).await?;
        self.ask_or_miss::<AlertsData>(ALERTS, LostAbility::Alerts, missing).await?;
        self.probe_metadata(missing).await?;
        probe.requests += 5;

        describe(&mut probe, build.unwrap_or_default());
        probe.rule_groups = rules.map(|rules| rules.n_groups());
        let head = tsdb.head.as_ref();
        let own_count = || only(&own, "prometheus_tsdb_head_series").and_then(count_of);
        probe.series = head.map(|head| head.n_series).or(tsdb.total_series).or_else(own_count);
        let newest = head.map(|head| Timestamp::from_millis(head.max_time_ms));
        probe.newest = newest.filter(|&at| is_plausible(at, now));
        let oldest = only(&own, "prometheus_tsdb_lowest_timestamp_seconds").and_then(time_from_seconds);
        probe.oldest = oldest.map(Timestamp::from_millis).filter(|&at| is_plausible(at, now));
        if may_query {
            self.probe_range(now, &mut probe).await?;
        }
        Ok(probe)
    }

    /// Asks for the version alone. A source that refuses, or cannot be reached, does not tell.
    pub(super) async fn own_version(&self) -> Option<SourceVersion> {
        let request = query::get(BUILD);
        let answer = self.ask_undecoded(&request).await.ok()?;
        let mut probe = Probe { product: product_of(&answer), ..Probe::default() };
        describe(&mut probe, answer::decode::<BuildInfo>(&request, &answer).ok()?.data);
        Some(SourceVersion { product: probe.product, version: probe.version })
    }

    /// Makes the first query; its answer tells the clock too. A 403 is noted as the loss of everything.
    async fn probe_query(&self, now: Timestamp, probe: &mut Probe) -> Result<Vec<RawSeries>, SourceError> {
        let request = query::instant(OWN_METRICS, now, self.config.timeout_s);
        let began = Instant::now();
        probe.requests += 1;
        let answer = match self.ask_undecoded(&request).await {
            Ok(answer) => answer,
            Err(SourceError::Forbidden { path }) => {
                probe.missing.push(MissingRight { path, status: 403, lost: LostAbility::Query });
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let passed_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        probe.clock_offset_ms = clock_offset_ms(&answer, now.plus_millis(passed_ms));
        probe.product = product_of(&answer);
        Ok(answer::decode::<QueryData>(&request, &answer)?.data.into_series())
    }

    /// The limit only keeps the answer short where it is understood; nothing depends on it.
    async fn probe_metadata(&self, missing: &mut Vec<MissingRight>) -> Result<(), SourceError> {
        let mut request = query::get(METADATA);
        request.params.push(("limit".to_owned(), "1".to_owned()));
        match self.ask::<MetadataData>(&request).await {
            Ok(_) => Ok(()),
            Err(error) => match missing_right(&error, METADATA, LostAbility::Metadata) {
                Some(right) => {
                    missing.push(right);
                    Ok(())
                }
                None => Err(error),
            },
        }
    }

    /// Looks for the first and last sample by `up`, where the server does not tell them.
    async fn probe_range(&self, now: Timestamp, probe: &mut Probe) -> Result<(), SourceError> {
        if probe.newest.is_none() {
            probe.requests += 1;
            let found = self.instant("max(timestamp(up))", now).await?;
            let at = found.first().and_then(RawSeries::instant_value).and_then(time_from_seconds);
            probe.newest = at.map(Timestamp::from_millis).filter(|&at| is_plausible(at, now));
        }
        if probe.oldest.is_none() {
            probe.requests += 1;
            let last = now.floor_to(SEARCH_STEP_MS).as_millis();
            let first = last.saturating_sub(SEARCH_BACK_MS);
            let request = query::range("count(up)", first, last, SEARCH_STEP_MS, self.config.timeout_s);
            let found = self.ask::<QueryData>(&request).await?.data.into_series();
            let times = found.into_iter().next().map(RawSeries::into_columns);
            probe.oldest = times.and_then(|(times, _)| times.first().copied()).map(Timestamp::from_millis);
        }
        Ok(())
    }
}

/// Names `VictoriaMetrics`, which sends a header of its own; empty for anybody else.
fn product_of(answer: &HttpAnswer) -> String {
    if answer.header("x-server-hostname").is_empty() { String::new() } else { "VictoriaMetrics".to_owned() }
}

/// Names the product: by what it says of itself, by `VictoriaMetrics`' header, or as what it speaks.
fn describe(probe: &mut Probe, build: BuildInfo) {
    probe.version = build.version;
    if !build.application.is_empty() {
        probe.product = build.application;
    } else if probe.product.is_empty() {
        "Prometheus".clone_into(&mut probe.product);
    }
}

/// Returns the value of a metric when exactly one series has it: a server that scrapes others holds theirs too, and
/// nothing tells them apart.
fn only(series: &[RawSeries], metric: &str) -> Option<f64> {
    let mut found = series.iter().filter(|s| s.metric.get("__name__").is_some_and(|name| name == metric));
    let value = found.next()?.instant_value();
    if found.next().is_some() { None } else { value }
}

/// Reads a count that came as a floating-point number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the bounds are checked")]
pub(super) fn count_of(value: f64) -> Option<u64> {
    (0.0..9.0e15).contains(&value).then_some(value as u64)
}

/// An empty storage names times at the ends of what can be represented.
fn is_plausible(at: Timestamp, now: Timestamp) -> bool {
    at.as_millis() > 0 && at <= now.plus_millis(SEARCH_STEP_MS)
}

/// Returns the source's clock minus ours. The header has whole seconds, cut off, so half a second is added.
fn clock_offset_ms(answer: &HttpAnswer, ours: Timestamp) -> Option<i64> {
    static PARSER: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new();
    let theirs = PARSER.parse_timestamp(answer.header("date")).ok()?;
    Some(theirs.as_millisecond().saturating_add(500).saturating_sub(ours.as_millis()))
}
