//! What the window gets of sources: drafts, tests, scopes, plans and health.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::logs::LogItem;
use crate::phrase::Phrase;
use crate::topology::{InventoryDraft, InventoryProbeItem};
use crate::wire::{Millis, Span};

/// How to sign in. The secret itself travels beside it and is never stored in the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SignIn {
    /// Not at all.
    #[default]
    None,
    /// User and password; the secret is the password.
    Basic {
        /// The user.
        user: String,
    },
    /// A bearer token; the secret is the token.
    Bearer,
    /// An API key of a cluster; the secret is the encoded key, or `id:key`.
    ApiKey,
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

/// What a connection speaks to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionKind {
    /// Prometheus and what speaks its API: metrics.
    #[default]
    Prometheus,
    /// Elasticsearch or OpenSearch: log lines.
    Elasticsearch,
    /// A CMDB or catalog: what there is, whose it is, and what depends on what.
    Cmdb,
}

/// A connection as a person writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDraft {
    /// The source's number when an existing one is edited.
    pub id: Option<u32>,
    /// What it speaks to.
    pub kind: ConnectionKind,
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
    /// Which log lines to bring, and how they are written there; `null` for anything else.
    pub logs: Option<LogScopeDraft>,
    /// How an inventory is read; `null` for anything else.
    pub inventory: Option<InventoryDraft>,
}

/// Which log lines to bring, and in which fields they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogScopeDraft {
    /// Indices, data streams, aliases or patterns of them.
    pub indices: Vec<String>,
    /// Which lines: a query such as `level >= warn`, or a query of the cluster's own language as JSON; empty for all.
    pub query: String,
    /// In which fields they are written.
    pub mapping: FieldMappingDraft,
}

/// In which fields a line's parts are written; `null` lets the program tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldMappingDraft {
    /// The time.
    pub time: Option<String>,
    /// The text.
    pub message: Option<String>,
    /// How serious.
    pub level: Option<String>,
    /// Who wrote it.
    pub service: Option<String>,
    /// On which machine.
    pub host: Option<String>,
    /// Which log.
    pub dataset: Option<String>,
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
    /// What a cluster holds; `null` for anything else.
    pub logs: Option<LogProbeRow>,
    /// What an inventory holds; `null` for anything else.
    pub inventory: Option<InventoryProbeItem>,
}

/// What "Test connection" says of a cluster with log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogProbeRow {
    /// The product.
    pub product: String,
    /// Its version; may be empty.
    pub version: String,
    /// What can be read.
    pub indices: Vec<IndexRow>,
    /// Names of the fields of the chosen indices, to map by hand.
    pub fields: Vec<String>,
    /// In which fields lines are written.
    pub mapping: FieldMappingDraft,
    /// What the fields follow: `ecs`, `otel`, `ss4o`, `legacy`, `by_hand`.
    pub schema: String,
    /// Fields that do not mean the same in all indices.
    pub conflicts: Vec<Phrase>,
    /// Some lines as they would be stored.
    pub sample: Vec<LogItem>,
}

/// An index, alias or data stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IndexRow {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: IndexKind,
    /// Documents in it; `null` when it does not tell.
    pub documents: Option<f64>,
    /// Its size; `null` when it does not tell.
    pub bytes: Option<f64>,
}

/// What holds documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum IndexKind {
    /// One index.
    Index,
    /// A name for others.
    Alias,
    /// A stream of indices.
    DataStream,
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
    /// Answers, a file that was read whole, or the world of a drill.
    Fresh,
    /// Not followed; its data is as old as it is.
    Resting,
    /// Older than two intervals; it is tried again by itself.
    Stale,
    /// Needs a person, or has not answered for so long that somebody should look; it is asked again all the same.
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
    /// For how long it has not answered, when it has failed by that alone; `null` otherwise.
    pub silent: Option<Millis>,
    /// The failure, when stale or failed.
    pub error: Option<AppError>,
}

/// A source in the catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceRow {
    /// Health, name and number.
    pub health: SourceHealth,
    /// What it is: `prometheus`, `elasticsearch`, `cmdb`, `simulated`, `file`, `log_files`, `inventory_file`.
    pub kind: String,
    /// Where: a URL without its secret, a file name.
    pub place: String,
    /// The settings, for editing; `null` for files and the simulator.
    pub draft: Option<ConnectionDraft>,
    /// Series.
    pub series: u32,
    /// Samples; of a source that brings log lines only, its stored lines, of an inventory its entities and dependencies.
    pub samples: f64,
    /// The period with data.
    pub data: Option<Span>,
    /// Whether it is followed.
    pub following: bool,
    /// Whether it can be followed at all; nothing can in a drill.
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

/// Returns a connection with nothing filled in but the limits that spare a server.
pub fn empty_draft() -> ConnectionDraft {
    ConnectionDraft {
        id: None,
        kind: ConnectionKind::Prometheus,
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
        logs: None,
        inventory: None,
    }
}
