//! The command line of `wardroom logs`.

#![expect(clippy::doc_markdown, reason = "these texts are read in a terminal")]

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// Show which kinds of lines there are: every line becomes a template with parameters.
    #[command(after_help = "Examples:\n  wardroom logs templates /var/log/app/*.log*\n  \
        journalctl -o export | wardroom logs templates\n  \
        wardroom logs templates app.log --query 'level >= warn' --since 2026-11-17T02:00:00Z --json")]
    Templates(LogsTemplates),
    /// Find lines by query or regular expression, and print them with the lines around them.
    ///
    /// With --json every line is one JSON object, and a last object says how many were read. Exit code 1: nothing found.
    #[command(
        after_help = "Examples:\n  wardroom logs search app.log --query 'service : checkout and not \"health check\"'\n  \
        wardroom logs search app.log.1.gz app.log --regex 'pool .* exhausted' --context 3\n  \
        wardroom logs search --workspace shop.wardroom --query '{\"match_phrase\": {\"message\": \"pool exhausted\"}}'\n  \
        wardroom logs search app.log --query 'level >= warn' --facet service --json"
    )]
    Search(LogsSearch),
    /// Say of every line (or template) what kind of fault it tells of.
    ///
    /// Prints one JSON object a line: type (hardware_failure, application_error, network_interruption, security_attack,
    /// none, unknown), error_code, affected_service, confidence, evidence.
    #[command(after_help = "Examples:\n  tail -f app.log | wardroom logs classify\n  \
        wardroom logs classify app.log --by template")]
    Classify(LogsClassify),
    /// Compare two files (one may be -, standard input), or two windows of the same lines: what is new, gone, more or less
    /// frequent.
    ///
    /// Lines of a workspace are counted for the templates that stand there, with the names that people gave them.
    #[command(after_help = "Examples:\n  wardroom logs diff yesterday.log today.log\n  \
        journalctl -o export --since -1h | wardroom logs diff yesterday.export -\n  \
        wardroom logs diff app.log --baseline '2026-11-17 01:00 to 02:50' --compare '2026-11-17 02:50 to 03:30'")]
    Diff(LogsDiff),
}

impl LogsCommand {
    /// Returns the name for the JSON object.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Templates(_) => "logs templates",
            Self::Search(_) => "logs search",
            Self::Classify(_) => "logs classify",
            Self::Diff(_) => "logs diff",
        }
    }
}

/// Which lines are read, and how.
#[derive(Debug, Args)]
pub(crate) struct LogsFrom {
    /// The log files, packed ones (.gz, .zst) and rotated sets too; standard input without one, or with - alone.
    #[arg(conflicts_with = "workspace")]
    pub(crate) files: Vec<PathBuf>,
    /// Take the lines that this workspace has stored.
    #[arg(long)]
    pub(crate) workspace: Option<PathBuf>,
    /// Only lines from here on, such as 2026-11-17T02:00:00Z or now-6h.
    #[arg(long)]
    pub(crate) since: Option<String>,
    /// Only lines before this.
    #[arg(long)]
    pub(crate) until: Option<String>,
    /// Only lines that match, such as `service : checkout and level >= warn and not "health check"`; `logs search` asks the
    /// clusters of a workspace what begins with a brace, in their own language.
    #[arg(long, default_value = "")]
    pub(crate) query: String,
    /// The format, such as syslog_3164, json, logfmt, access_combined; what the first lines show when not given.
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// The zone of times that do not name one, such as Europe/Berlin or +02:00.
    #[arg(long)]
    pub(crate) times_in: Option<String>,
    /// 01/02/2026 is the first of February.
    #[arg(long, conflicts_with = "month_first")]
    pub(crate) day_first: bool,
    /// 01/02/2026 is the second of January.
    #[arg(long)]
    pub(crate) month_first: bool,
    /// The year of the last of the times that name none.
    #[arg(long, value_parser = clap::value_parser!(i32).range(1970..=9999))]
    pub(crate) year: Option<i32>,
    /// Threads that make templates; as many as the machine has when not given.
    #[arg(long)]
    pub(crate) threads: Option<usize>,
    /// Show secrets (tokens, passwords, card numbers) as they stand in the lines.
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LogsTemplates {
    #[command(flatten)]
    pub(crate) from: LogsFrom,
    /// What stands first.
    #[arg(long, value_enum, default_value_t = TemplatesBy::Surprise)]
    pub(crate) by: TemplatesBy,
    /// Templates that are printed at most; --json prints all.
    #[arg(long, default_value_t = 40, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) limit: usize,
}

/// The order of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplatesBy {
    /// What is new or departs late in the lines; where they are too few to say, faults and what is rare.
    Surprise,
    /// What is most frequent.
    Lines,
}

#[derive(Debug, Args)]
pub(crate) struct LogsSearch {
    #[command(flatten)]
    pub(crate) from: LogsFrom,
    /// Only lines in whose text this regular expression occurs.
    #[arg(long)]
    pub(crate) regex: Option<String>,
    /// Lines that are printed before and after each that is found.
    #[arg(long, default_value_t = 0)]
    pub(crate) context: usize,
    /// Stop after this many found lines.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Only say how many lines were found.
    #[arg(long)]
    pub(crate) count: bool,
    /// Only say which values this field has most often in the lines found, such as service, host, level or user.id.
    #[arg(long, conflicts_with_all = ["context", "limit", "count"])]
    pub(crate) facet: Option<String>,
}

/// What is classified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClassifyBy {
    /// Every line by itself.
    Line,
    /// Every template once.
    Template,
}

#[derive(Debug, Args)]
pub(crate) struct LogsClassify {
    #[command(flatten)]
    pub(crate) from: LogsFrom,
    /// Whether lines or templates are classified.
    #[arg(long, value_enum, default_value_t = ClassifyBy::Line)]
    pub(crate) by: ClassifyBy,
    /// Leave out what is no fault.
    #[arg(long)]
    pub(crate) faults_only: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LogsDiff {
    #[command(flatten)]
    pub(crate) from: LogsFrom,
    /// The window that is compared with, such as `2026-11-17 01:00 to 02:50`; needed where one file is given.
    #[arg(long)]
    pub(crate) baseline: Option<String>,
    /// The window that is compared; needed where one file is given.
    #[arg(long)]
    pub(crate) compare: Option<String>,
    /// Differences that are printed at most; --json prints all.
    #[arg(long, default_value_t = 40, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) limit: usize,
    /// Exit with 1 when a template is new.
    #[arg(long)]
    pub(crate) fail_new: bool,
}
