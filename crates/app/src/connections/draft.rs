//! Between a connection as a person writes it and the settings as they are stored; and its secret.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wardroom_connectors::cmdb::{Cmdb, CmdbConfig};
use wardroom_connectors::config::AuthKind;
use wardroom_connectors::elasticsearch::{Elasticsearch, ElasticsearchConfig, LogScope};
use wardroom_connectors::prometheus::{ExpressionConfig, Prometheus, PrometheusConfig, ScopeConfig};
use wardroom_connectors::secret::{Secret, SecretBinding};
use wardroom_connectors::source::FieldMapping;
use wardroom_core::Timestamp;
use wardroom_store::SourceRow as StoredSource;

use super::live::{self, Outside};
use super::rows::{
    ConnectionDraft, ConnectionKind, ExpressionRow, FieldMappingDraft, LogScopeDraft, SignIn, SourceRow,
};
use super::{CMDB, ELASTICSEARCH, PROMETHEUS, stored};
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::secrets;
use crate::topology::{self, InventoryDraft};
use crate::wire::Millis;

/// What a stored simulated source needs to begin again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSimulated {
    pub(super) scenario: String,
    pub(super) seed: u64,
    pub(super) end_ms: i64,
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

/// Returns how requests prove who asks, as the connectors have it.
fn auth_of(sign_in: &SignIn) -> AuthKind {
    match sign_in {
        SignIn::None => AuthKind::None,
        SignIn::Basic { user } => AuthKind::Basic { user: user.clone() },
        SignIn::Bearer => AuthKind::Bearer,
        SignIn::ApiKey => AuthKind::ApiKey,
        SignIn::ClientCertificate { cert_path, key_path } => {
            AuthKind::ClientCertificate { cert_path: cert_path.clone(), key_path: key_path.clone() }
        }
        SignIn::TokenCommand { command } => AuthKind::TokenCommand { command: command.clone() },
    }
}

fn sign_in_of(auth: &AuthKind) -> SignIn {
    match auth {
        AuthKind::None => SignIn::None,
        AuthKind::Basic { user } => SignIn::Basic { user: user.clone() },
        AuthKind::Bearer => SignIn::Bearer,
        AuthKind::ApiKey => SignIn::ApiKey,
        AuthKind::ClientCertificate { cert_path, key_path } => {
            SignIn::ClientCertificate { cert_path: cert_path.clone(), key_path: key_path.clone() }
        }
        AuthKind::TokenCommand { command } => SignIn::TokenCommand { command: command.clone() },
    }
}

pub(super) fn prometheus_config(draft: &ConnectionDraft) -> PrometheusConfig {
    PrometheusConfig {
        url: draft.url.trim().to_owned(),
        auth: auth_of(&draft.sign_in),
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

pub(super) fn draft_of(row: &StoredSource, config: &PrometheusConfig) -> ConnectionDraft {
    ConnectionDraft {
        url: config.url.clone(),
        sign_in: sign_in_of(&config.auth),
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
        ..draft_of_row(row, ConnectionKind::Prometheus)
    }
}

pub(super) fn parse_config(row: &StoredSource) -> Result<PrometheusConfig, AppError> {
    settings(row)
}

/// Reads the stored settings of a connection.
fn settings<T: DeserializeOwned>(row: &StoredSource) -> Result<T, AppError> {
    serde_json::from_str(&row.config)
        .map_err(|e| AppError::new("settings_unreadable").with("name", &row.name).with("detail", e))
}

/// Returns what a draft has of the stored row, whatever the connection is.
fn draft_of_row(row: &StoredSource, kind: ConnectionKind) -> ConnectionDraft {
    ConnectionDraft {
        id: Some(source_number(row.id)),
        kind,
        name: row.name.clone(),
        follow_every: Millis(row.follow_step_ms),
        retention: row.retention_ms.map(Millis),
        max_bytes: row.max_bytes.map(|b| b as f64),
        ..ConnectionDraft::default()
    }
}

/// Reports whether a way of signing in needs a secret beside its settings.
pub fn needs_secret(sign_in: &SignIn) -> bool {
    match sign_in {
        SignIn::Basic { .. } | SignIn::Bearer | SignIn::ApiKey => true,
        SignIn::None | SignIn::ClientCertificate { .. } | SignIn::TokenCommand { .. } => false,
    }
}

pub(super) async fn draft_secret(app: &App, draft: &ConnectionDraft) -> Result<Option<Secret>, AppError> {
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

/// Reports whether the stored secret of a source is of no use for it as it is edited: it signs in in another way, or at a
/// place that the secret was not given for.
pub fn needs_other_secret(row: &SourceRow, edited: &ConnectionDraft) -> bool {
    needs_secret(&edited.sign_in) && row.draft.as_ref().is_none_or(|before| !signs_in_alike(before, edited))
}

/// Reports whether two drafts sign in in the same way at the same place.
fn signs_in_alike(before: &ConnectionDraft, edited: &ConnectionDraft) -> bool {
    let place = |draft: &ConnectionDraft| SecretBinding::of_url(draft.url.trim()).ok();
    before.sign_in == edited.sign_in && place(before) == place(edited)
}

/// Returns a draft from which a connection can be built to prove its settings: of a source that signs in as before, and
/// whose secret is not on this machine, with a stand-in for it, with which nothing is sent.
pub(super) async fn provable(
    app: &App,
    open: &Open,
    draft: &ConnectionDraft,
) -> Result<ConnectionDraft, AppError> {
    let mut provable = draft.clone();
    let Some(id) = draft.id.filter(|_| needs_secret(&draft.sign_in)) else { return Ok(provable) };
    let before = of_row(&stored(open, id).await?).ok().flatten();
    let is_as_before = before.is_some_and(|before| signs_in_alike(&before, draft));
    if is_as_before && draft_secret(app, draft).await?.is_none() {
        provable.secret = Some("not known here".to_owned());
    }
    Ok(provable)
}

/// Says that a connection was edited so that it lacks a secret; `None` where it has one or needs none.
pub async fn lost_secret(app: &App, row: &SourceRow, edited: &ConnectionDraft) -> Option<Phrase> {
    if !needs_other_secret(row, edited) || !matches!(draft_secret(app, edited).await, Ok(None)) {
        return None;
    }
    let (name, place) = (edited.name.trim(), edited.url.trim());
    Some(Phrase::new("terminal-secret-lost").text("name", name).text("place", place))
}

pub(super) async fn workspace_key(open: &Open) -> Result<String, AppError> {
    Ok(open.workspace.meta("identity").await?.unwrap_or_default())
}

pub(super) async fn connect_draft(app: &App, draft: &ConnectionDraft) -> Result<Prometheus, AppError> {
    let outside = Outside::at_present(app)?;
    let secret = draft_secret(app, draft).await?;
    live::prometheus(outside, &prometheus_config(draft), secret)
}

/// Returns the settings of a cluster that a draft describes.
pub(super) fn elasticsearch_config(draft: &ConnectionDraft) -> ElasticsearchConfig {
    let scope = draft.logs.clone().unwrap_or_default();
    ElasticsearchConfig {
        url: draft.url.trim().to_owned(),
        auth: auth_of(&draft.sign_in),
        headers: draft.headers.clone(),
        ca_path: draft.ca_path.clone(),
        proxy: draft.proxy.clone(),
        max_concurrent: draft.max_concurrent,
        requests_per_minute: draft.requests_per_minute,
        scope: LogScope {
            indices: scope.indices.iter().map(|i| i.trim().to_owned()).filter(|i| !i.is_empty()).collect(),
            query: scope.query.trim().to_owned(),
            mapping: mapping_in(&scope.mapping),
            ..LogScope::default()
        },
        ..ElasticsearchConfig::default()
    }
}

fn mapping_in(draft: &FieldMappingDraft) -> FieldMapping {
    let name =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    FieldMapping {
        time: name(&draft.time),
        message: name(&draft.message),
        level: name(&draft.level),
        service: name(&draft.service),
        host: name(&draft.host),
        dataset: name(&draft.dataset),
    }
}

/// Returns in which fields lines are written, for a person.
pub(crate) fn mapping_out(mapping: &FieldMapping) -> FieldMappingDraft {
    FieldMappingDraft {
        time: mapping.time.clone(),
        message: mapping.message.clone(),
        level: mapping.level.clone(),
        service: mapping.service.clone(),
        host: mapping.host.clone(),
        dataset: mapping.dataset.clone(),
    }
}

fn cluster_draft(row: &StoredSource, config: &ElasticsearchConfig) -> ConnectionDraft {
    ConnectionDraft {
        url: config.url.clone(),
        sign_in: sign_in_of(&config.auth),
        headers: config.headers.clone(),
        ca_path: config.ca_path.clone(),
        proxy: config.proxy.clone(),
        max_concurrent: config.max_concurrent,
        requests_per_minute: config.requests_per_minute,
        logs: Some(LogScopeDraft {
            indices: config.scope.indices.clone(),
            query: config.scope.query.clone(),
            mapping: mapping_out(&config.scope.mapping),
        }),
        ..draft_of_row(row, ConnectionKind::Elasticsearch)
    }
}

/// Reads the stored settings of a cluster.
pub(crate) fn parse_cluster(row: &StoredSource) -> Result<ElasticsearchConfig, AppError> {
    settings(row)
}

/// Returns a stored connection as a person writes it; `None` for what is none.
pub(super) fn of_row(row: &StoredSource) -> Result<Option<ConnectionDraft>, AppError> {
    Ok(match row.kind.as_str() {
        PROMETHEUS => Some(draft_of(row, &parse_config(row)?)),
        ELASTICSEARCH => Some(cluster_draft(row, &parse_cluster(row)?)),
        CMDB => Some(cmdb_draft(row, &parse_cmdb(row)?)),
        _ => None,
    })
}

/// Connects to the cluster of a draft; nothing is sent.
pub(crate) async fn connect_cluster(app: &App, draft: &ConnectionDraft) -> Result<Elasticsearch, AppError> {
    let outside = Outside::at_present(app)?;
    let secret = draft_secret(app, draft).await?;
    live::cluster(outside, &elasticsearch_config(draft), secret)
}

/// Returns the settings of an inventory that a draft describes.
pub(super) fn cmdb_config(draft: &ConnectionDraft) -> CmdbConfig {
    let inventory = draft.inventory.clone().unwrap_or_default();
    CmdbConfig {
        url: draft.url.trim().to_owned(),
        auth: auth_of(&draft.sign_in),
        headers: draft.headers.clone(),
        ca_path: draft.ca_path.clone(),
        proxy: draft.proxy.clone(),
        max_concurrent: draft.max_concurrent,
        requests_per_minute: draft.requests_per_minute,
        mapping: topology::mapping_text(&inventory),
        preset: inventory.preset,
        ..CmdbConfig::default()
    }
}

fn cmdb_draft(row: &StoredSource, config: &CmdbConfig) -> ConnectionDraft {
    ConnectionDraft {
        url: config.url.clone(),
        sign_in: sign_in_of(&config.auth),
        headers: config.headers.clone(),
        ca_path: config.ca_path.clone(),
        proxy: config.proxy.clone(),
        max_concurrent: config.max_concurrent,
        requests_per_minute: config.requests_per_minute,
        inventory: Some(InventoryDraft { preset: config.preset.clone(), mapping: config.mapping.clone() }),
        ..draft_of_row(row, ConnectionKind::Cmdb)
    }
}

/// Reads the stored settings of an inventory.
pub(super) fn parse_cmdb(row: &StoredSource) -> Result<CmdbConfig, AppError> {
    settings(row)
}

/// Connects to the inventory of a draft; nothing is sent.
pub(crate) async fn connect_cmdb(app: &App, draft: &ConnectionDraft) -> Result<Cmdb, AppError> {
    let outside = Outside::at_present(app)?;
    let config = cmdb_config(draft);
    topology::require_mapping(&config.mapping)?;
    let secret = draft_secret(app, draft).await?;
    live::inventory(outside, &config, secret)
}
