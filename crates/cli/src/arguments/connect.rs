//! The command line of `wardroom connect`, and the settings of a connection as options.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What a connection speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConnectKind {
    /// Prometheus and what speaks its API: metrics.
    Prometheus,
    /// Elasticsearch or OpenSearch: log lines.
    #[value(alias = "opensearch")]
    Elasticsearch,
    /// A CMDB or catalog: what there is, whose it is, and what depends on what.
    Cmdb,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  wardroom connect --workspace ops.wardroom --url https://prometheus.example.net --suggest\n  \
    wardroom connect elasticsearch --workspace ops.wardroom --url https://logs.example.net:9200 --api-key --index 'logs-*'\n  \
    wardroom connect cmdb --workspace ops.wardroom --preset netbox --url https://netbox.example.net --bearer"
)]
pub(crate) struct Connect {
    /// What it speaks to.
    #[arg(value_enum, default_value_t = ConnectKind::Prometheus)]
    pub(crate) kind: ConnectKind,
    /// The workspace; it is made when it does not exist.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// A name for people; the host when not given.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The base URL; a path is kept, a Grafana data-source-proxy URL works too.
    #[arg(long)]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) fields: ConnectionFields,
    /// Bring what is proposed from rules, targets and known exporters.
    #[arg(long)]
    pub(crate) suggest: bool,
    /// Only test the connection, with --suggest also what is worth watching; nothing is stored.
    #[arg(long)]
    pub(crate) test: bool,
}

/// What a connection has besides its name and its URL, given when it is made and when it is edited.
#[derive(Debug, Args)]
pub(crate) struct ConnectionFields {
    /// Sign in with this user and a password, which is asked for.
    #[arg(long, conflicts_with_all = ["bearer", "api_key", "token_command", "cert"])]
    pub(crate) user: Option<String>,
    /// Sign in with a bearer token, which is asked for.
    #[arg(long, conflicts_with_all = ["api_key", "token_command", "cert"])]
    pub(crate) bearer: bool,
    /// Sign in to a cluster with an API key, which is asked for: as `id:key`, or encoded.
    #[arg(long, conflicts_with_all = ["token_command", "cert"])]
    pub(crate) api_key: bool,
    /// Read the password, token or key from standard input instead of asking.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    /// A command that prints a token; it is run again when the server says 401. No shell is involved: words are split at
    /// spaces, and quotes keep spaces together.
    #[arg(long, conflicts_with = "cert")]
    pub(crate) token_command: Option<String>,
    /// A client certificate (PEM).
    #[arg(long, requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// The key of the client certificate (PEM).
    #[arg(long, requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// A header to add, such as `X-Scope-OrgID: shop`. May be repeated.
    #[arg(long = "header")]
    pub(crate) headers: Vec<String>,
    /// A private CA (PEM).
    #[arg(long)]
    pub(crate) ca: Option<PathBuf>,
    /// A proxy; `HTTPS_PROXY` and `NO_PROXY` of the environment when not given.
    #[arg(long)]
    pub(crate) proxy: Option<String>,
    /// What to bring: a selector such as `up{job="node"}`. May be repeated.
    #[arg(long = "selector")]
    pub(crate) selectors: Vec<String>,
    /// What to bring: NAME=PROMQL, stored under NAME. May be repeated.
    #[arg(long = "expression")]
    pub(crate) expressions: Vec<String>,
    /// Which indices, data streams, aliases or patterns of a cluster, such as `logs-*`; all when not given. May be
    /// repeated.
    #[arg(long = "index")]
    pub(crate) indices: Vec<String>,
    /// Which lines of a cluster: a query such as `level >= warn`, or Query DSL as JSON.
    #[arg(long)]
    pub(crate) query: Option<String>,
    /// In which field a part of a line is written: PART=FIELD, where PART is time, message, level, service, host or
    /// dataset. May be repeated; what is not named is found.
    #[arg(long = "field")]
    pub(crate) fields: Vec<String>,
    /// Which mapping an inventory is read with: netbox, nautobot, backstage, servicenow,
    /// blueking, itop, glpi, or own.
    #[arg(long)]
    pub(crate) preset: Option<String>,
    /// A file with a mapping of one's own, as TOML; it takes the place of the preset's.
    #[arg(long)]
    pub(crate) mapping: Option<PathBuf>,
    /// Seconds between two values; the raw samples when not given.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) step: Option<u32>,
    /// Requests a minute, at most; 0 for no limit. A new connection has 120.
    #[arg(long)]
    pub(crate) requests_per_minute: Option<u32>,
    /// Requests at the same time, at most. A new connection has 2.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) max_concurrent: Option<u32>,
    /// Seconds between two readings while it is followed.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) every: Option<u32>,
    /// Days for which its data is kept; 0 for ever.
    #[arg(long)]
    pub(crate) retention: Option<u32>,
    /// Megabytes (MiB) that its data may take; 0 for no limit.
    #[arg(long)]
    pub(crate) max_size: Option<u32>,
}

impl ConnectionFields {
    /// Reports whether a way of signing in is named that takes a secret.
    pub(crate) const fn names_secret(&self) -> bool {
        self.user.is_some() || self.bearer || self.api_key
    }
}
