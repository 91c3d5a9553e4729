//! The command line of `wardroom query`.

use std::path::PathBuf;

use clap::Args;

/// Answer a PromQL expression from the stored samples, without the server; with --live the server answers.
///
/// What stored samples can be asked is listed in docs/promql.md; anything else is refused by name. Without a time, the end
/// of the data is asked about, with --live the present. With --json the result has the shape of the query API's `data`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  wardroom query 'sum by (job) (rate(http_requests_total[5m]))' --workspace ops.wardroom\n  \
        wardroom query 'up == 0' --workspace ops.wardroom --at 2026-11-17T14:53:00Z\n  \
        wardroom query 'avg_over_time(load1[10m])' --workspace ops.wardroom --from now-6h --to now --step 1m --json\n  \
        wardroom query 'max_over_time(load1[1h:1m])' --workspace ops.wardroom --live --source prom"
)]
pub(crate) struct Query {
    /// The expression.
    #[arg(allow_hyphen_values = true, required_unless_present = "history", conflicts_with = "history")]
    pub(crate) expression: Option<String>,
    /// List what was asked of the workspace before, newest first, instead of asking.
    #[arg(long)]
    pub(crate) history: bool,
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// The moment that is asked about, such as 2026-11-17T14:53:00Z, now-1h or Unix seconds. `now` is the end of the
    /// data, with --live the present.
    #[arg(long, conflicts_with_all = ["from", "to", "step"])]
    pub(crate) at: Option<String>,
    /// The first moment of a range.
    #[arg(long, requires = "to")]
    pub(crate) from: Option<String>,
    /// The last moment of a range.
    #[arg(long, requires = "from")]
    pub(crate) to: Option<String>,
    /// The distance of two moments, such as 30s or 5m; a 250th of the range, at least 15 s, when not given.
    #[arg(long, requires = "from")]
    pub(crate) step: Option<String>,
    /// The source, by name, where several have what is asked for.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// As it was known at this moment, such as 2026-11-17T02:00:00Z or now-7d; all that is known when not given.
    #[arg(long, conflicts_with_all = ["live", "history"])]
    pub(crate) as_of: Option<String>,
    /// Let the server of the source answer instead of the stored samples; nothing is stored.
    #[arg(long)]
    pub(crate) live: bool,
    /// Read the password or token from standard input, where no keychain keeps it.
    #[arg(long, requires = "live")]
    pub(crate) secret_stdin: bool,
}
