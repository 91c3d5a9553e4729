//! Sources: connections to Prometheus and the simulator, their settings, tests, scopes and health.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_connectors::prometheus::{
    AuthKind, ExpressionConfig, Prometheus, PrometheusConfig, ScopeConfig,
};
use wardroom_connectors::secret::{Secret, SecretBinding};
use wardroom_connectors::simulated::{Simulated, SimulatedConfig};
use wardroom_connectors::source::{
    LostAbility, MetricSource, NamedExpression, Notice, NoticeKind, ReadMode, ReadRequest, Scope, ScopeGroup,
    ScopeReason,
};
use wardroom_core::{AlertState, TimeRange, Timestamp};
use wardroom_store::{NewSource, SeriesFilter, SeriesId, SourceId, SourceRow as StoredSource};

use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::follow;
use crate::phrase::Phrase;
use crate::secrets;
use crate::sync;
use crate::wire::{Millis, Span};

/// The kind of a source that is the simulator.
pub const SIMULATED: &str = "simulated";
/// The kind of a source that is a Prometheus.
pub const PROMETHEUS: &str = "prometheus";
/// The kind of a source that is an imported file.
pub const FILE: &str = "file";

/// Notices that are kept of a source: nobody reads more.
const MOST_NOTICES: usize = 50;
/// Bytes a sample takes where this workspace has not measured it yet: the aim of the store's format.
const BYTES_PER_SAMPLE: f64 = 1.5;

/// How to sign in. The secret itself travels beside it and is never stored in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SignIn {
    /// Not at all.
    None,
    /// User and password; the secret is the password.
    Basic {
        /// The user.
        user: String,
    },
    /// A bearer token; the secret is the token.
    Bearer,
    /// A client certificate in PEM files.
    #[serde(rename_all = "camelCase")]
    ClientCertificate {
        /// The certificate's file.
        cert_path: String,
        /// The key's file.
        key_path: String,
    },
    /// A command that prints a token; it is run again when the server says 401.
    TokenCommand {
        /// The program and its arguments; no shell is involved.
        command: Vec<String>,
    },
}

/// A connection as a person writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDraft {
    /// The source's number when an existing one is edited.
    pub id: Option<u32>,
    /// A name for people.
    pub name: String,
    /// The base URL; a path is kept.
    pub url: String,
    /// How to sign in.
    pub sign_in: SignIn,
    /// The secret as it was just typed; `null` leaves the stored one.
    pub secret: Option<String>,
    /// Headers to add, such as `X-Scope-OrgID`.
    pub headers: Vec<(String, String)>,
    /// A private CA in a PEM file.
    pub ca_path: Option<String>,
    /// A proxy; `null` takes `HTTPS_PROXY` and `NO_PROXY` of the environment.
    pub proxy: Option<String>,
    /// Requests at the same time, at most.
    pub max_concurrent: u32,
    /// Requests a minute, at most; 0 for no limit.
    pub requests_per_minute: u32,
    /// What to bring: selectors.
    pub selectors: Vec<String>,
    /// What to bring: expressions with the name under which they are stored.
    pub expressions: Vec<ExpressionRow>,
    /// The wanted resolution; `null` takes the raw samples.
    pub step: Option<Millis>,
    /// Time between two requests while following.
    pub follow_every: Millis,
    /// How long samples are kept; `null` for ever.
    pub retention: Option<Millis>,
    /// How many bytes the source may fill; `null` without a limit.
    pub max_bytes: Option<f64>,
}

/// An expression and the metric name under which its result is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionRow {
    /// The name.
    pub name: String,
    /// The PromQL.
    pub expression: String,
}

/// What "Test connection" says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProbeRow {
    /// When it was asked.
    pub at: Millis,
    /// How long it took.
    pub took: Millis,
    /// Requests made.
    pub requests: u32,
    /// Product and version.
    pub product: String,
    /// Its version; may be empty.
    pub version: String,
    /// Number of series; `null` when it does not tell.
    pub series: Option<f64>,
    /// Rule groups.
    pub rule_groups: Option<u32>,
    /// First sample.
    pub oldest: Option<Millis>,
    /// Last sample.
    pub newest: Option<Millis>,
    /// Its clock minus ours.
    pub clock_offset: Option<Millis>,
    /// Missing rights, each a sentence: what, lost, what to allow.
    pub missing: Vec<MissingRow>,
    /// The proxy that is used; `null` without one.
    pub proxy: Option<String>,
}

/// A missing right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MissingRow {
    /// The path that may not be read.
    pub path: String,
    /// The status.
    pub status: u16,
    /// What is lost, in words (`missing-metadata`, …).
    pub lost: Phrase,
}

/// A proposed group of series with its cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScopeRow {
    /// A stable key.
    pub key: String,
    /// Its name in words.
    pub title: Phrase,
    /// Why.
    pub why: Phrase,
    /// The selectors.
    pub selectors: Vec<String>,
    /// Series.
    pub series: f64,
    /// Samples over the range that was asked for.
    pub samples: f64,
    /// Bytes here, as measured in this workspace or 1.5 a sample.
    pub bytes: f64,
    /// Requests.
    pub requests: u32,
    /// Whether it is proposed.
    pub proposed: bool,
    /// The label that runs away.
    pub runaway: Option<Phrase>,
    /// The sum without it, as the one action.
    pub instead: Option<ExpressionRow>,
    /// Series of that sum.
    pub instead_series: Option<f64>,
}

/// What a sync would cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// Series.
    pub series: f64,
    /// Samples.
    pub samples: f64,
    /// Bytes here.
    pub bytes: f64,
    /// Requests.
    pub requests: u32,
    /// Time it takes at the budget.
    pub takes: Millis,
    /// What was capped or left out.
    pub notices: Vec<Phrase>,
}

/// What is asked when a plan is wanted or a sync is begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncRequest {
    /// The source.
    pub source: u32,
    /// The range; `null` takes everything since the last sync, or seven days.
    pub range: Option<Span>,
}

/// How a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HealthState {
    /// Answers, or a file that was read whole.
    Fresh,
    /// Not followed; its data is as old as it is.
    Resting,
    /// Older than two intervals; it is tried again by itself.
    Stale,
    /// Needs a person.
    Failed,
    /// Paused by a person.
    Paused,
    /// Being read.
    Syncing,
}

/// A source's health in the status bar and on *Now*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceHealth {
    /// The source.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// How it is.
    pub state: HealthState,
    /// Newest sample.
    pub until: Option<Millis>,
    /// When it last answered.
    pub answered: Option<Millis>,
    /// When it is tried again; `null` when it is not.
    pub next_try: Option<Millis>,
    /// Time between two requests while followed; `null` when not followed.
    pub every: Option<Millis>,
    /// The failure, when stale or failed.
    pub error: Option<AppError>,
}

/// A source in the catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceRow {
    /// Health, name and number.
    pub health: SourceHealth,
    /// What it is: `prometheus`, `simulated`, `file`.
    pub kind: String,
    /// Where: a URL without its secret, a file name.
    pub place: String,
    /// The settings, for editing; `null` for files and the simulator.
    pub draft: Option<ConnectionDraft>,
    /// Series.
    pub series: u32,
    /// Samples.
    pub samples: f64,
    /// The period with data.
    pub data: Option<Span>,
    /// Whether it is followed.
    pub following: bool,
    /// Whether it can be followed at all.
    pub can_follow: bool,
    /// Whether following was allowed here (a file from elsewhere begins with no).
    pub follow_allowed: bool,
    /// Whether a secret is stored for it on this machine.
    pub secret_stored: bool,
    /// What makes its data partial: capped labels, warnings, each a sentence.
    pub notices: Vec<Phrase>,
    /// Labels that were capped and can be resumed.
    pub capped: Vec<String>,
    /// Rules stored of it.
    pub rules: u32,
    /// Alerts firing at its last answer.
    pub firing: u32,
}

/// What a stored simulated source needs to begin again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSimulated {
    scenario: String,
    seed: u64,
    end_ms: i64,
}

/// What a stored file source says about itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredFile {
    /// The file's name without its folder.
    pub(crate) file: String,
}

pub(crate) fn simulated_config(scenario: &str, seed: u64, end: Timestamp) -> Result<String, AppError> {
    let stored = StoredSimulated { scenario: scenario.to_owned(), seed, end_ms: end.as_millis() };
    serde_json::to_string(&stored).map_err(|e| AppError::internal(&e))
}

/// Returns a connection with nothing filled in but the limits that spare a server.
pub fn empty_draft() -> ConnectionDraft {
    ConnectionDraft {
        id: None,
        name: String::new(),
        url: String::new(),
        sign_in: SignIn::None,
        secret: None,
        headers: Vec::new(),
        ca_path: None,
        proxy: None,
        max_concurrent: 2,
        requests_per_minute: 120,
        selectors: Vec::new(),
        expressions: Vec::new(),
        step: None,
        follow_every: Millis(15_000),
        retention: None,
        max_bytes: None,
    }
}

fn prometheus_config(draft: &ConnectionDraft) -> PrometheusConfig {
    let auth = match &draft.sign_in {
        SignIn::None => AuthKind::None,
        SignIn::Basic { user } => AuthKind::Basic { user: user.clone() },
        SignIn::Bearer => AuthKind::Bearer,
        SignIn::ClientCertificate { cert_path, key_path } => {
            AuthKind::ClientCertificate { cert_path: cert_path.clone(), key_path: key_path.clone() }
        }
        SignIn::TokenCommand { command } => AuthKind::TokenCommand { command: command.clone() },
    };
    PrometheusConfig {
        url: draft.url.trim().to_owned(),
        auth,
        headers: draft.headers.clone(),
        ca_path: draft.ca_path.clone(),
        proxy: draft.proxy.clone(),
        max_concurrent: draft.max_concurrent,
        requests_per_minute: draft.requests_per_minute,
        scope: ScopeConfig {
            selectors: draft.selectors.clone(),
            expressions: draft
                .expressions
                .iter()
                .map(|e| ExpressionConfig { name: e.name.clone(), expression: e.expression.clone() })
                .collect(),
        },
        step_ms: draft.step.map(|s| s.0),
        ..PrometheusConfig::default()
    }
}

fn draft_of(row: &StoredSource, config: &PrometheusConfig) -> ConnectionDraft {
    ConnectionDraft {
        id: Some(source_number(row.id)),
        name: row.name.clone(),
        url: config.url.clone(),
        sign_in: match &config.auth {
            AuthKind::None => SignIn::None,
            AuthKind::Basic { user } => SignIn::Basic { user: user.clone() },
            AuthKind::Bearer => SignIn::Bearer,
            AuthKind::ClientCertificate { cert_path, key_path } => {
                SignIn::ClientCertificate { cert_path: cert_path.clone(), key_path: key_path.clone() }
            }
            AuthKind::TokenCommand { command } => SignIn::TokenCommand { command: command.clone() },
        },
        secret: None,
        headers: config.headers.clone(),
        ca_path: config.ca_path.clone(),
        proxy: config.proxy.clone(),
        max_concurrent: config.max_concurrent,
        requests_per_minute: config.requests_per_minute,
        selectors: config.scope.selectors.clone(),
        expressions: config
            .scope
            .expressions
            .iter()
            .map(|e| ExpressionRow { name: e.name.clone(), expression: e.expression.clone() })
            .collect(),
        step: config.step_ms.map(Millis),
        follow_every: Millis(row.follow_step_ms),
        retention: row.retention_ms.map(Millis),
        max_bytes: row.max_bytes.map(|b| b as f64),
    }
}

fn parse_config(row: &StoredSource) -> Result<PrometheusConfig, AppError> {
    serde_json::from_str(&row.config)
        .map_err(|e| AppError::new("settings_unreadable").with("name", &row.name).with("detail", e))
}

/// Reports whether a way of signing in needs a secret beside its settings.
fn needs_secret(sign_in: &SignIn) -> bool {
    match sign_in {
        SignIn::Basic { .. } | SignIn::Bearer => true,
        SignIn::None | SignIn::ClientCertificate { .. } | SignIn::TokenCommand { .. } => false,
    }
}

async fn draft_secret(app: &App, draft: &ConnectionDraft) -> Result<Option<Secret>, AppError> {
    if !needs_secret(&draft.sign_in) {
        return Ok(None);
    }
    let binding = SecretBinding::of_url(draft.url.trim())?;
    if let Some(typed) = draft.secret.as_deref().filter(|t| !t.is_empty()) {
        return Ok(Some(Secret::new(typed.to_owned(), binding)));
    }
    match draft.id {
        Some(id) => {
            let open = app.open()?;
            let row = stored(&open, id).await?;
            secrets::load(app.secrets(), &workspace_key(&open).await?, &row.fact.to_string(), &binding).await
        }
        None => Ok(None),
    }
}

async fn workspace_key(open: &Open) -> Result<String, AppError> {
    Ok(open.workspace.meta("identity").await?.unwrap_or_default())
}

async fn connect_draft(app: &App, draft: &ConnectionDraft) -> Result<Prometheus, AppError> {
    app.refuse_in_drill()?;
    let secret = draft_secret(app, draft).await?;
    Ok(Prometheus::new(&prometheus_config(draft), secret)?)
}

pub(crate) async fn stored(open: &Open, id: u32) -> Result<StoredSource, AppError> {
    let row = open.workspace.source(SourceId(i64::from(id))).await?;
    row.filter(|r| !r.deleted).ok_or_else(|| AppError::new("no_such_source").with("id", id))
}

/// Connects a stored source, once.
///
/// # Errors
///
/// `not_a_live_source` for a file; failures of settings and keychain.
pub(crate) async fn connect(
    app: &App,
    open: &Open,
    row: &StoredSource,
) -> Result<Arc<dyn MetricSource>, AppError> {
    if let Some(source) = lock(&open.sources).get(&row.id) {
        return Ok(Arc::clone(source));
    }
    // The one source of a drill is there from its opening on; anything else in its file is not connected.
    open.refuse_in_drill()?;
    let source: Arc<dyn MetricSource> = match row.kind.as_str() {
        SIMULATED => {
            let stored: StoredSimulated = serde_json::from_str(&row.config).map_err(|e| {
                AppError::new("settings_unreadable").with("name", &row.name).with("detail", e)
            })?;
            let config = SimulatedConfig {
                scenario: stored.scenario,
                seed: stored.seed,
                end: Timestamp::from_millis(stored.end_ms),
            };
            // Building the world takes a moment of computing, which must not hold up the window's requests.
            let world = tokio::task::spawn_blocking(move || Simulated::new(&config)).await;
            Arc::new(world.map_err(|e| AppError::internal(&e))??)
        }
        PROMETHEUS => {
            let config = parse_config(row)?;
            let draft = draft_of(row, &config);
            let secret = draft_secret(app, &draft).await?;
            if needs_secret(&draft.sign_in) && secret.is_none() {
                return Err(AppError::new("secret_missing").with("name", &row.name));
            }
            let prometheus = Prometheus::new(&config, secret)?;
            // A capped label keeps the values that it had when the workspace was last open.
            let filter = SeriesFilter { source: Some(row.id), ..SeriesFilter::default() };
            let known = open.workspace.series(&filter).await?;
            prometheus.remember_series(known.iter().map(|s| &s.key));
            Arc::new(prometheus)
        }
        _ => return Err(AppError::new("not_a_live_source").with("name", &row.name)),
    };
    lock(&open.sources).insert(row.id, Arc::clone(&source));
    Ok(source)
}

/// Returns the scope that brings every series of the simulator.
pub(crate) fn everything() -> Scope {
    Scope { selectors: vec!["{__name__=~\".+\"}".to_owned()], expressions: Vec::new() }
}

/// Returns what a source is to read: everything for the simulator, the stored scope for a Prometheus.
pub(crate) fn scope_of(row: &StoredSource) -> Result<(Scope, Option<i64>), AppError> {
    if row.kind == SIMULATED {
        return Ok((everything(), None));
    }
    let config = parse_config(row)?;
    let expressions = config.scope.expressions.iter();
    let scope = Scope {
        selectors: config.scope.selectors.clone(),
        expressions: expressions
            .map(|e| NamedExpression { name: e.name.clone(), expression: e.expression.clone() })
            .collect(),
    };
    Ok((scope, config.step_ms))
}

/// "Test connection": the same requests that the connector makes later.
///
/// # Errors
///
/// A sentence for each way in which a source can refuse.
pub async fn probe(app: &App, draft: &ConnectionDraft) -> Result<ProbeRow, AppError> {
    let source = connect_draft(app, draft).await?;
    let begun = Instant::now();
    let probe = source.probe(app.now()).await?;
    let missing = probe
        .missing
        .iter()
        .map(|m| MissingRow {
            path: m.path.clone(),
            status: m.status,
            lost: Phrase::new(lost_key(m.lost)).text("path", m.path.clone()),
        })
        .collect();
    Ok(ProbeRow {
        at: app.now().into(),
        took: Millis(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX)),
        requests: probe.requests,
        product: probe.product,
        version: probe.version,
        series: probe.series.map(|n| n as f64),
        rule_groups: probe.rule_groups,
        oldest: probe.oldest.map(Millis::from),
        newest: probe.newest.map(Millis::from),
        clock_offset: probe.clock_offset_ms.map(Millis),
        missing,
        proxy: draft.proxy.clone().or_else(|| environment_proxy(&draft.url)),
    })
}

/// Returns the proxy that the environment names for a URL, without user and password.
fn environment_proxy(url: &str) -> Option<String> {
    let name = if url.trim_start().starts_with("https") {
        ["HTTPS_PROXY", "https_proxy"]
    } else {
        ["HTTP_PROXY", "http_proxy"]
    };
    let value = name.iter().find_map(|n| std::env::var(n).ok()).filter(|v| !v.is_empty())?;
    let host = SecretBinding::of_url(url.trim()).ok()?.host;
    let except = ["NO_PROXY", "no_proxy"].iter().find_map(|n| std::env::var(n).ok()).unwrap_or_default();
    let excepted = except
        .split(',')
        .map(|e| e.trim().trim_start_matches('.'))
        .filter(|e| !e.is_empty())
        .any(|e| e == "*" || host == e || host.ends_with(&format!(".{e}")));
    let shown = value.rsplit_once('@').map_or(value.as_str(), |(_, place)| place).to_owned();
    (!excepted).then_some(shown)
}

fn lost_key(lost: LostAbility) -> &'static str {
    match lost {
        LostAbility::Metadata => "missing-metadata",
        LostAbility::ServerStatus => "missing-server-status",
        LostAbility::Rules => "missing-rules",
        LostAbility::Alerts => "missing-alerts",
        LostAbility::BuildInfo => "missing-build-info",
        LostAbility::Query => "missing-query",
    }
}

/// Makes the sentence of a notice.
pub(crate) fn notice_phrase(notice: &Notice) -> Phrase {
    let key = match notice.kind {
        NoticeKind::SourceWarning => "notice-source-warning",
        NoticeKind::SourceInfo => "notice-source-info",
        NoticeKind::Truncated => "notice-truncated",
        NoticeKind::LabelRunsAway => "notice-label-runs-away",
        NoticeKind::NativeHistogram => "notice-native-histogram",
        NoticeKind::MissingRight => "notice-missing-right",
    };
    Phrase::new(key).text("subject", notice.subject.clone()).text("detail", notice.detail.clone())
}

/// *Suggest scope*: what is worth watching, why, and at what cost over `range`.
///
/// # Errors
///
/// A sentence for each way in which a source can refuse.
pub async fn suggest(
    app: &App,
    draft: &ConnectionDraft,
    range: TimeRange,
) -> Result<Vec<ScopeRow>, AppError> {
    let source = connect_draft(app, draft).await?;
    let groups = source.suggest(app.now()).await?;
    let per_sample = bytes_per_sample(app).await;
    let step = draft.step.map_or(15_000, |s| s.0).max(1000);
    Ok(groups.iter().map(|g| scope_row(g, range, step, per_sample)).collect())
}

fn scope_row(group: &ScopeGroup, range: TimeRange, step_ms: i64, per_sample: f64) -> ScopeRow {
    let samples = group.series as f64 * (range.millis() / step_ms) as f64;
    let title = match group.key.as_str() {
        "alert_rules" | "recording_rules" | "targets" => {
            Phrase::new(format!("scope-{}", group.key.replace('_', "-")))
        }
        other => Phrase::new("scope-named").text("name", other),
    };
    let why = match group.why {
        ScopeReason::AlertRules(n) => Phrase::new("why-alert-rules").count("n", n as usize),
        ScopeReason::RecordingRules(n) => Phrase::new("why-recording-rules").count("n", n as usize),
        ScopeReason::Targets(n) => Phrase::new("why-targets").count("n", n as usize),
        ScopeReason::Exporter(n) => Phrase::new("why-exporter").count("n", n as usize),
        ScopeReason::Other => Phrase::new("why-other"),
    };
    ScopeRow {
        key: group.key.clone(),
        title,
        why,
        selectors: group.selectors.clone(),
        series: group.series as f64,
        samples,
        bytes: samples * per_sample,
        requests: requests_for(samples),
        proposed: group.proposed,
        runaway: group.runaway.as_ref().map(|(label, values)| {
            Phrase::new("why-runaway").text("label", label.clone()).number(
                "values",
                *values as f64,
                wardroom_core::Unit::Count,
            )
        }),
        instead: group
            .instead
            .as_ref()
            .map(|e| ExpressionRow { name: e.name.clone(), expression: e.expression.clone() }),
        instead_series: group.instead.as_ref().map(|_| group.instead_series as f64),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held between 1 and a million before"
)]
fn requests_for(samples: f64) -> u32 {
    // A request brings up to half a million samples: the connector's own limit.
    (samples / 5e5).ceil().clamp(1.0, 1e6) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "held between 0 and a petabyte before")]
fn whole_bytes(bytes: f64) -> i64 {
    bytes.clamp(0.0, 1e15) as i64
}

async fn bytes_per_sample(app: &App) -> f64 {
    let Ok(open) = app.open() else { return BYTES_PER_SAMPLE };
    match open.workspace.stats().await {
        Ok(stats) if stats.samples > 100_000 => stats.chunk_bytes as f64 / stats.samples as f64,
        _ => BYTES_PER_SAMPLE,
    }
}

/// Counts what a sync of this connection over `range` would cost.
///
/// # Errors
///
/// A sentence for each way in which a source can refuse.
pub async fn plan(app: &App, draft: &ConnectionDraft, range: TimeRange) -> Result<PlanRow, AppError> {
    let source = connect_draft(app, draft).await?;
    let expressions = draft.expressions.iter();
    let scope = Scope {
        selectors: draft.selectors.clone(),
        expressions: expressions
            .map(|e| NamedExpression { name: e.name.clone(), expression: e.expression.clone() })
            .collect(),
    };
    let plan = source.plan(&scope, range, draft.step.map(|s| s.0)).await?;
    let requests = u32::try_from(plan.requests.len()).unwrap_or(u32::MAX);
    // Without a limit the source's own speed decides; ten a second is what a near one does.
    let per_minute = if draft.requests_per_minute == 0 { 600 } else { draft.requests_per_minute };
    Ok(PlanRow {
        series: plan.series as f64,
        samples: plan.samples as f64,
        bytes: plan.samples as f64 * bytes_per_sample(app).await,
        requests,
        takes: Millis(i64::from(requests) * 60_000 / i64::from(per_minute)),
        notices: plan.notices.iter().map(notice_phrase).collect(),
    })
}

/// Saves a connection, new or edited; its secret goes to the keychain, bound to scheme, host and port.
///
/// # Errors
///
/// `name_missing`; failures of settings, keychain and store.
pub async fn save(app: &App, draft: &ConnectionDraft) -> Result<u32, AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    if draft.name.trim().is_empty() {
        return Err(AppError::new("name_missing"));
    }
    let mut config = prometheus_config(draft);
    if let Some(id) = draft.id {
        // What the form does not show stays as it is: the labels that a person has freed, and the limits.
        let before = parse_config(&stored(&open, id).await?).unwrap_or_default();
        config = PrometheusConfig {
            max_samples_per_request: before.max_samples_per_request,
            timeout_s: before.timeout_s,
            label_cap: before.label_cap,
            uncapped_labels: before.uncapped_labels,
            expected_offset_ms: before.expected_offset_ms,
            ..config
        };
    }
    // Building it once proves the settings before they are stored.
    let _ = connect_draft(app, draft).await?;
    let text = serde_json::to_string(&config).map_err(|e| AppError::internal(&e))?;
    let id = if let Some(id) = draft.id {
        let row = stored(&open, id).await?;
        SourceId(row.id.0)
    } else {
        let new = NewSource {
            name: draft.name.trim().to_owned(),
            kind: PROMETHEUS.to_owned(),
            config: text.clone(),
            created_at: app.now(),
        };
        open.workspace.add_source(new).await?
    };
    let mut row = stored(&open, source_number(id)).await?;
    draft.name.trim().clone_into(&mut row.name);
    row.config = text;
    row.follow_step_ms = draft.follow_every.0.clamp(1000, 3_600_000);
    row.retention_ms = draft.retention.map(|m| m.0);
    row.max_bytes = draft.max_bytes.map(whole_bytes);
    row.last_error = None;
    open.workspace.update_source(&row).await?;
    if let Some(secret) = draft.secret.as_deref().filter(|s| !s.is_empty())
        && needs_secret(&draft.sign_in)
    {
        let binding = SecretBinding::of_url(&config.url)?;
        let key = workspace_key(&open).await?;
        let kept = secrets::store(app.secrets(), &key, &row.fact.to_string(), &binding, secret).await;
        if kept.is_err() && draft.id.is_none() {
            // A person saves again after this; without deleting it there would be two.
            open.workspace.delete_source(id, true).await?;
        }
        kept?;
    }
    lock(&open.sources).remove(&id);
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(source_number(id))
}

/// Deletes a source, with its data or keeping it; its secret is forgotten.
///
/// # Errors
///
/// `no_such_source`; store failures.
pub async fn delete(app: &App, id: u32, with_data: bool) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let row = stored(&open, id).await?;
    follow::stop(&open, row.id).await;
    end_sync(app, &open, row.id).await;
    open.workspace.delete_source(row.id, with_data).await?;
    if with_data {
        sync::forget(&open, row.id).await?;
    }
    lock(&open.sources).remove(&row.id);
    let key = workspace_key(&open).await?;
    // The secret of a deleted source is of no use; a keychain that does not answer is not a reason to keep the source.
    if let Err(error) = secrets::forget(app.secrets(), &key, &row.fact.to_string()).await {
        tracing::warn!(%error, "Left a secret in the keychain.");
    }
    app.bus().tell(AppEvent::SourcesChanged);
    app.bus().tell(AppEvent::FindingsChanged);
    Ok(())
}

/// Ends the sync of a source, if one is under way, and waits until it has put away what arrived.
async fn end_sync(app: &App, open: &Open, source: SourceId) {
    let running = lock(&open.syncing).get(&source).copied();
    let Some(job) = running else { return };
    app.jobs().cancel(job);
    // Storing the last answer takes a fraction of this.
    for _ in 0..500 {
        if !lock(&open.syncing).contains_key(&source) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Pauses a source or lets it go on. A paused source is not asked for anything.
///
/// # Errors
///
/// `no_such_source`; store failures.
pub async fn pause(app: &App, id: u32, paused: bool) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    if paused {
        let source = stored(&open, id).await?.id;
        follow::stop(&open, source).await;
        end_sync(app, &open, source).await;
    }
    let mut row = stored(&open, id).await?;
    row.paused = paused;
    open.workspace.update_source(&row).await?;
    if !paused && row.follow_allowed && !open.from_elsewhere() {
        follow::start(app, &open, &row).await?;
    }
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(())
}

/// Takes a capped label up again: its cap is lifted for good.
///
/// # Errors
///
/// `no_such_source`; store failures.
pub async fn resume_label(app: &App, id: u32, label: &str) -> Result<(), AppError> {
    let open = app.open()?;
    open.refuse_in_drill()?;
    let mut row = stored(&open, id).await?;
    let mut config = parse_config(&row)?;
    if !config.uncapped_labels.iter().any(|l| l == label) {
        config.uncapped_labels.push(label.to_owned());
    }
    row.config = serde_json::to_string(&config).map_err(|e| AppError::internal(&e))?;
    open.workspace.update_source(&row).await?;
    let mut notices = notices(&open, row.id).await?;
    notices.retain(|n| !(n.key == "notice-label-runs-away" && text_of(n, "subject") == Some(label)));
    set_notices(&open, row.id, &notices).await?;
    lock(&open.sources).remove(&row.id);
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(())
}

fn text_of<'a>(phrase: &'a Phrase, name: &str) -> Option<&'a str> {
    match phrase.values.get(name) {
        Some(crate::phrase::PhraseValue::Text(text)) => Some(text),
        _ => None,
    }
}

/// Returns what makes a source's data partial, as it was found in its last sync.
pub(crate) async fn notices(open: &Open, id: SourceId) -> Result<Vec<Phrase>, AppError> {
    let text = open.workspace.meta(&format!("notices:{}", id.0)).await?;
    Ok(text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Notes what makes data partial, each thing once: of a label that runs away the newest count stands.
pub(crate) fn add_notice(told: &mut Vec<Phrase>, new: Phrase) {
    let is_same = |t: &Phrase| {
        let counted = t.key == "notice-label-runs-away" && t.key == new.key;
        *t == new || (counted && text_of(t, "subject") == text_of(&new, "subject"))
    };
    match told.iter().position(is_same) {
        Some(at) => told[at] = new,
        None if told.len() < MOST_NOTICES => told.push(new),
        None => {}
    }
}

pub(crate) async fn set_notices(open: &Open, id: SourceId, notices: &[Phrase]) -> Result<(), AppError> {
    let text = serde_json::to_string(notices).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_meta(&format!("notices:{}", id.0), &text).await?;
    Ok(())
}

/// Lists the sources with their health.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn list(app: &App) -> Result<Vec<SourceRow>, AppError> {
    let open = app.open()?;
    let mut rows = Vec::new();
    for stored in open.workspace.sources().await?.into_iter().filter(|s| !s.deleted) {
        rows.push(source_row(app, &open, &stored).await?);
    }
    Ok(rows)
}

async fn source_row(app: &App, open: &Open, stored: &StoredSource) -> Result<SourceRow, AppError> {
    let filter = SeriesFilter { source: Some(stored.id), ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?;
    let first = series.iter().filter_map(|s| s.first).min();
    let last = series.iter().filter_map(|s| s.last).max();
    let data = first.zip(last).and_then(|(a, b)| TimeRange::new(a, b.plus_millis(1)).ok());
    let config = if stored.kind == PROMETHEUS { parse_config(stored).ok() } else { None };
    let draft = config.as_ref().map(|c| draft_of(stored, c));
    let place = match stored.kind.as_str() {
        PROMETHEUS => config.map(|c| c.url).unwrap_or_default(),
        FILE => serde_json::from_str::<StoredFile>(&stored.config).map(|f| f.file).unwrap_or_default(),
        _ => String::new(),
    };
    let is_connected = lock(&open.sources).contains_key(&stored.id);
    let secret_stored = match &draft {
        // Who is connected has its secret; reading a locked keychain would put a question on the screen each time.
        Some(draft) if is_connected => needs_secret(&draft.sign_in),
        Some(draft) => draft_secret(app, draft).await.is_ok_and(|s| s.is_some()),
        None => false,
    };
    let notices = notices(open, stored.id).await?;
    let capped = notices
        .iter()
        .filter(|n| n.key == "notice-label-runs-away")
        .filter_map(|n| text_of(n, "subject").map(str::to_owned))
        .collect();
    let now = app.now();
    let recent = TimeRange::new(now.plus_millis(-3_600_000), now.plus_millis(1)).ok();
    let alerts = open.workspace.alerts(recent).await?;
    let firing = alerts
        .iter()
        .filter(|a| a.source == stored.id && a.alert.state == AlertState::Firing && a.ended.is_none());
    let rules = open.workspace.rules(Some(stored.id)).await?.len();
    let following = lock(&open.followed).contains_key(&stored.id);
    Ok(SourceRow {
        health: health(app, open, stored, last),
        kind: stored.kind.clone(),
        place,
        draft,
        series: u32::try_from(series.len()).unwrap_or(u32::MAX),
        samples: series.iter().map(|s| s.samples).sum::<u64>() as f64,
        data: data.map(Span::from),
        following,
        can_follow: stored.kind != FILE && open.workspace.mode().is_writable(),
        follow_allowed: stored.follow_allowed && !open.from_elsewhere(),
        secret_stored,
        notices,
        capped,
        rules: u32::try_from(rules).unwrap_or(u32::MAX),
        firing: u32::try_from(firing.count()).unwrap_or(u32::MAX),
    })
}

/// Says how a source is, from what is known without asking it.
pub(crate) fn health(
    app: &App,
    open: &Open,
    stored: &StoredSource,
    until: Option<Timestamp>,
) -> SourceHealth {
    let followed = lock(&open.followed).get(&stored.id).map(follow::Followed::snapshot);
    let syncing = lock(&open.syncing).contains_key(&stored.id);
    let error = stored.last_error.as_deref().and_then(|t| serde_json::from_str::<AppError>(t).ok());
    let answered = followed.as_ref().and_then(|f| f.answered).or(stored.last_sync);
    let error = followed
        .as_ref()
        .map_or(error.clone(), |f| f.error.clone().or(if f.answered.is_none() { error } else { None }));
    let every = followed.as_ref().map(|_| stored.follow_step_ms);
    let late = every.zip(answered).is_some_and(|(e, a)| app.now().as_millis() - a.as_millis() > 2 * e + 2000);
    let state = if stored.paused {
        HealthState::Paused
    } else if error.as_ref().is_some_and(|e| !follow::passes_by_itself(e)) {
        HealthState::Failed
    } else if followed.is_some() && (late || error.is_some()) {
        HealthState::Stale
    } else if syncing {
        HealthState::Syncing
    } else if followed.is_some() || stored.kind == FILE {
        HealthState::Fresh
    } else if error.is_some() {
        HealthState::Stale
    } else {
        HealthState::Resting
    };
    SourceHealth {
        id: source_number(stored.id),
        name: stored.name.clone(),
        state,
        until: until.map(Millis::from),
        answered: answered.map(Millis::from),
        next_try: followed.as_ref().and_then(|f| f.next_try).map(Millis::from),
        every: every.map(Millis),
        error,
    }
}

/// Returns the exact request that brings a series' samples from its source, as curl, without its secret.
///
/// # Errors
///
/// `no_such_series`; `not_a_live_source` for a file.
pub async fn explain_request(app: &App, series: u32, range: TimeRange) -> Result<String, AppError> {
    let open = app.open()?;
    let filter = SeriesFilter { ids: Some(vec![SeriesId(i64::from(series))]), ..SeriesFilter::default() };
    let rows = open.workspace.series(&filter).await?;
    let row = rows.first().ok_or_else(|| AppError::new("no_such_series").with("id", series))?;
    let source = stored(&open, source_number(row.source)).await?;
    if source.kind == FILE {
        return Err(AppError::new("not_a_live_source").with("name", &source.name));
    }
    let (scope, step) = scope_of(&source)?;
    let expression = scope.expressions.iter().find(|e| e.name == row.key.metric);
    let mode = match (expression, step) {
        (Some(_), step) => ReadMode::Step(step.unwrap_or(60_000)),
        (None, Some(step)) => ReadMode::Step(step),
        (None, None) => ReadMode::Raw,
    };
    let request = ReadRequest {
        query: expression.map_or_else(|| row.key.to_string(), |e| e.expression.clone()),
        stored_as: expression.map(|e| e.name.clone()),
        mode,
        range,
        expected_series: 1,
    };
    if source.kind != PROMETHEUS {
        return Ok(connect(app, &open, &source).await?.as_curl(&request));
    }
    // The command names a variable instead of the secret, so it can be had where there is none: in a copied file.
    let config = parse_config(&source)?;
    let stand_in = if needs_secret(&draft_of(&source, &config).sign_in) {
        Some(Secret::new("stand-in".to_owned(), SecretBinding::of_url(&config.url)?))
    } else {
        None
    };
    Ok(Prometheus::new(&config, stand_in)?.as_curl(&request))
}
