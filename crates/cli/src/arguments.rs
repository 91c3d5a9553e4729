//! The command line: what can be asked, with help that teaches.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod changed;
mod compare;
mod connect;
mod feedback;
mod import;
mod logs;
mod query;
mod series;
mod source;
mod topology;

pub(crate) use changed::{Bill, Changed};
pub(crate) use compare::{Compare, Detect};
pub(crate) use connect::{Connect, ConnectKind, ConnectionFields};
pub(crate) use feedback::{FeedbackAs, FeedbackCommand, FeedbackMark};
pub(crate) use import::{Columns, Import};
pub(crate) use logs::{
    ClassifyBy, LogsClassify, LogsCommand, LogsDiff, LogsFrom, LogsSearch, LogsTemplates, TemplatesBy,
};
pub(crate) use query::Query;
pub(crate) use series::Series;
pub(crate) use source::{DeletedSource, EditedSource, OneSource, SourceCommand, WithoutPart};
pub(crate) use topology::{
    DirectionArgument, TopologyCommand, TopologyExportArguments, TopologyFormatArgument, TopologyFrom,
    TopologyImpact, TopologyImport, TopologyPath, TopologySync,
};

/// A local-first operations workstation, without its window.
///
/// A workspace is one file. Try `wardroom demo --workspace demo.wardroom`, then `wardroom open demo.wardroom`.
///
/// Exit codes: 0 done, 1 findings at or above --fail-on, 2 usage, 3 a source is unreachable or refuses, 4 input or
/// workspace unusable, 5 done in part, 70 internal, 130 cancelled.
#[derive(Debug, Parser)]
#[command(name = "wardroom", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// Print one JSON object {schema, command, result, warnings} instead of sentences; errors go to stderr as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of the sentences.
    #[arg(long, global = true, value_enum)]
    pub(crate) language: Option<LanguageArgument>,
    /// The zone of printed and typed times, such as Europe/Berlin or +05:45. UTC when not given.
    #[arg(long, global = true)]
    pub(crate) zone: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Languages that can be asked for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LanguageArgument {
    /// English.
    En,
    /// Simplified Chinese.
    #[value(name = "zh-CN")]
    ZhCn,
}

impl LanguageArgument {
    /// Returns what `--language` says on a command line that may not be understood otherwise.
    pub(crate) fn asked(line: &[OsString]) -> Option<Self> {
        let words: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
        let at = words.iter().position(|word| word == "--language" || word.starts_with("--language="))?;
        let value = match words.get(at)?.strip_prefix("--language=") {
            Some(value) => value,
            None => words.get(at + 1)?,
        };
        Self::from_str(value, false).ok()
    }
}

/// How bad a finding has to be for exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Any finding.
    Low,
    /// Two bars or three.
    Medium,
    /// Three bars.
    High,
}

// A variant without a doc comment has that of its arguments: one here would hide what else they say.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the demo: a simulated shop with one fault in its last hour, synced and scored like any source.
    Demo(Demo),
    /// Open a workspace and print what it says: the sentence, the order of onsets, the findings.
    Open(OpenFile),
    /// Add a Prometheus, a cluster with log lines or a CMDB to a workspace, after testing the connection.
    Connect(Box<Connect>),
    /// Read what is new from the sources, then score it.
    Sync(Sync),
    /// Import a file: CSV, Parquet, JSON lines, OpenMetrics text, also packed (.gz, .zst).
    Import(Import),
    /// Look at log lines: templates, search, classes, differences. Nothing is stored.
    #[command(subcommand)]
    Logs(Box<LogsCommand>),
    /// Ask what depends on what, and how sure that is: inventories, paths, blast radius, doubts.
    #[command(subcommand)]
    Topology(Box<TopologyCommand>),
    Query(Query),
    /// Say what was expected and what is real among the findings; list it, take it back.
    #[command(subcommand)]
    Feedback(Box<FeedbackCommand>),
    Series(Series),
    Changed(Changed),
    Bill(Bill),
    Compare(Compare),
    Detect(Detect),
    /// Write a report: one HTML file with pictures.
    Report(Report),
    /// Write series to a file that `import` reads back equal.
    Export(Export),
    /// List, edit, pause, resume or delete the sources of a workspace.
    #[command(subcommand)]
    Source(SourceCommand),
    /// Make, check, compact or copy a workspace file.
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// List drills, play one from a file, print its debrief.
    #[command(subcommand)]
    Drill(DrillCommand),
    /// Make labelled telemetry out of a simulated world.
    #[command(subcommand)]
    Sim(SimCommand),
}

impl Command {
    /// Returns the name for the JSON object.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Open(_) => "open",
            Self::Connect(_) => "connect",
            Self::Sync(_) => "sync",
            Self::Import(_) => "import",
            Self::Logs(command) => command.name(),
            Self::Topology(command) => command.name(),
            Self::Query(_) => "query",
            Self::Feedback(command) => command.name(),
            Self::Series(_) => "series",
            Self::Changed(_) => "changed",
            Self::Bill(_) => "bill",
            Self::Compare(_) => "compare",
            Self::Detect(_) => "detect",
            Self::Report(_) => "report",
            Self::Export(_) => "export",
            Self::Source(command) => command.name(),
            Self::Workspace(WorkspaceCommand::New { .. }) => "workspace new",
            Self::Workspace(WorkspaceCommand::Check { .. }) => "workspace check",
            Self::Workspace(WorkspaceCommand::Compact { .. }) => "workspace compact",
            Self::Workspace(WorkspaceCommand::Copy { .. }) => "workspace copy",
            Self::Drill(DrillCommand::List { .. }) => "drill list",
            Self::Drill(DrillCommand::Run(_)) => "drill run",
            Self::Drill(DrillCommand::Debrief { .. }) => "drill debrief",
            Self::Sim(SimCommand::Export(_)) => "sim export",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The workspace to make.
    #[arg(long, default_value = "demo.wardroom")]
    pub(crate) workspace: PathBuf,
    /// The moment at which its history ends, such as 2026-11-17T15:02:00Z. Now when not given.
    #[arg(long)]
    pub(crate) at: Option<String>,
    /// The seed: the same seed and moment give the same bytes.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Write a report beside it.
    #[arg(long)]
    pub(crate) report: Option<PathBuf>,
    /// Replace a report that is there already; a workspace is never replaced.
    #[arg(long, requires = "report")]
    pub(crate) force: bool,
    /// Exit with 1 when a finding is at least this surprising.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<Level>,
}

#[derive(Debug, Args)]
pub(crate) struct OpenFile {
    /// The workspace.
    pub(crate) file: PathBuf,
    /// The time to look at: now-6h, now-7d to now-1d, 2026-11-17 14:00 to 15:00. `now` is the end of the data.
    #[arg(long)]
    pub(crate) range: Option<String>,
    /// As it was known at this moment, such as 2026-11-17T02:00:00Z or now-7d; all that is known when not given.
    #[arg(long)]
    pub(crate) as_of: Option<String>,
    /// Exit with 1 when a finding is at least this surprising.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<Level>,
}

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Only this source, by name.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// The time to read; what is new (at first seven days) when not given.
    #[arg(long)]
    pub(crate) range: Option<String>,
    /// Read the password or token from standard input, where no keychain keeps it.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    /// Do not score afterwards.
    #[arg(long)]
    pub(crate) no_detect: bool,
    /// Go on reading every few seconds for this many seconds; whether the file is followed elsewhere does not change.
    #[arg(long)]
    pub(crate) follow: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Where to write it; beside the workspace when not given.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there already.
    #[arg(long)]
    pub(crate) force: bool,
    /// The time to report on.
    #[arg(long)]
    pub(crate) range: Option<String>,
    /// As it was known at this moment, such as 2026-11-17T02:00:00Z or now-7d; all that is known when not given.
    #[arg(long)]
    pub(crate) as_of: Option<String>,
}

/// Formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated, a row a sample.
    Csv,
    /// Columns, compressed.
    Parquet,
    /// OpenMetrics text.
    Openmetrics,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Where to write; the ending (.csv, .parquet, .om, .txt) chooses the format.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Replace a file that is there already.
    #[arg(long)]
    pub(crate) force: bool,
    /// The format, where the ending does not say.
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Only series that match: a selector, or words.
    // The other commands call it so.
    #[arg(long, alias = "selector", default_value = "")]
    pub(crate) select: String,
    /// Only this time.
    #[arg(long)]
    pub(crate) range: Option<String>,
    /// As it was known at this moment, such as 2026-11-17T02:00:00Z or now-7d; all that is known when not given.
    #[arg(long)]
    pub(crate) as_of: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DrillCommand {
    /// List the drills with the results on this machine.
    List {
        /// Only this trainee's results; everyone's when not given.
        #[arg(long)]
        trainee: Option<String>,
    },
    /// Play a drill from a file of actions, and print its debrief.
    ///
    /// The file has one JSON object a line; empty lines and lines that begin with # are left out. `at` is counted from the
    /// beginning of the run. Kinds: those of the example, and hint, advice (index, followed). Screens: now, alerts,
    /// metrics, logs, catalog, changes, checks. Without `resolved` the drill runs to its end. The whole file is checked
    /// before the world starts, and a run that is refused leaves no workspace behind.
    #[command(after_long_help = concat!("Example:\n\n", include_str!("../../../docs/examples/replica_lag.jsonl")))]
    Run(DrillRun),
    /// Print the debrief of a drill.
    Debrief {
        /// The workspace of the drill.
        #[arg(long)]
        workspace: PathBuf,
        /// The attempt; the last one that ended when not given.
        #[arg(long)]
        attempt: Option<u32>,
        /// Print also what was asked of the world and done to it.
        #[arg(long)]
        journal: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DrillRun {
    /// The drill's name as `drill list` shows it, or the path of a scenario file.
    #[arg(long, required_unless_present = "from")]
    pub(crate) scenario: Option<String>,
    /// The seed: the same scenario, seed and actions give the same result.
    #[arg(long, required_unless_present = "from")]
    pub(crate) seed: Option<u32>,
    /// The file of a drill that was run: another attempt branches off it, and keeps what was decided before.
    #[arg(long, requires = "at", conflicts_with_all = ["scenario", "seed", "trainee", "workspace", "advice_may_be_wrong"])]
    pub(crate) from: Option<PathBuf>,
    /// Where the other attempt begins, counted from the beginning of the run, such as +4m; earlier actions are left out.
    // What conflicts with `from` is named here too: beside it `requires` alone is not enforced.
    #[arg(long, requires = "from", conflicts_with_all = ["scenario", "seed", "trainee", "workspace", "advice_may_be_wrong"])]
    pub(crate) at: Option<String>,
    /// Whose result it is.
    #[arg(long)]
    pub(crate) trainee: Option<String>,
    /// The file of actions; nobody acts when not given.
    #[arg(long)]
    pub(crate) actions: Option<PathBuf>,
    /// The workspace to make; one in the application's folder when not given.
    #[arg(long)]
    pub(crate) workspace: Option<PathBuf>,
    /// Let planted suggestions be among the advice.
    #[arg(long)]
    pub(crate) advice_may_be_wrong: bool,
    /// Exit with 1 when the drill is not passed.
    #[arg(long)]
    pub(crate) fail_unpassed: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SimCommand {
    /// Write a world to a folder: metrics (OpenMetrics), logs (JSON lines), alerts, topology, changes, checks, truth.
    ///
    /// The same inputs give the same bytes. The large files are compressed with zstd. Logs are there for the run and the
    /// hour before it.
    Export(SimExportArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SimExportArguments {
    /// The scenario's name as `drill list` shows it, or the path of a scenario file.
    #[arg(long)]
    pub(crate) scenario: String,
    /// The seed.
    #[arg(long)]
    pub(crate) seed: u64,
    /// The folder to write; it is made when it does not exist.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// How much before the end is written, such as 90m, 3h or 1d, history included; the run when not given.
    #[arg(long)]
    pub(crate) span: Option<String>,
    /// Where the run begins, in UTC and whole minutes, such as 2026-11-22T02:00:00Z.
    #[arg(long)]
    pub(crate) start: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// Make an empty workspace.
    New {
        /// The file to make.
        file: PathBuf,
    },
    /// Check a workspace: structure, checksums, every chunk of samples. Changes nothing.
    Check {
        /// The workspace.
        file: PathBuf,
    },
    /// Apply retention and give the space back.
    Compact {
        /// The workspace.
        file: PathBuf,
    },
    /// Write a copy, also while the workspace is open elsewhere.
    Copy {
        /// The workspace.
        file: PathBuf,
        /// The copy.
        to: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_understands_the_option_of_the_other_commands() {
        let line = ["wardroom", "export", "--workspace", "w", "--out", "a.csv", "--selector", "up"];

        let read = Arguments::try_parse_from(line);

        assert!(
            matches!(read.map(|read| read.command), Ok(Command::Export(export)) if export.select == "up")
        );
    }

    #[test]
    fn the_language_is_read_off_a_line_that_is_not_understood() {
        let asked = |line: &[&str]| {
            let line: Vec<OsString> = line.iter().map(OsString::from).collect();
            LanguageArgument::asked(&line)
        };

        assert!(matches!(asked(&["wardroom", "opne", "--language", "zh-CN"]), Some(LanguageArgument::ZhCn)));
        assert!(matches!(asked(&["wardroom", "--language=en", "--nonsense"]), Some(LanguageArgument::En)));
        assert!(asked(&["wardroom", "--language", "klingon"]).is_none());
        assert!(asked(&["wardroom", "open", "--language"]).is_none());
    }
}
