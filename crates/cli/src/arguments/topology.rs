//! The command line of `wardroom topology`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum TopologyCommand {
    /// Read the inventories, then read dependencies from series and log lines.
    #[command(after_help = "Examples:\n  wardroom connect cmdb --workspace ops.wardroom --preset netbox \
        --url https://netbox.example.net --bearer\n  wardroom topology sync --workspace ops.wardroom")]
    Sync(TopologySync),
    /// Import entities or dependencies from a file: CSV, YAML or JSON.
    ///
    /// A file of dependencies has the columns from, to and, where it is known, how.
    #[command(after_help = "Examples:\n  wardroom topology import --workspace ops.wardroom hosts.csv\n  \
        wardroom topology import --workspace ops.wardroom edges.csv --preview")]
    Import(TopologyImport),
    /// Show the ways by which one entity depends on another. Exit code 1: there is none.
    #[command(after_help = "Examples:\n  wardroom topology path web mysql-ledger-1 --workspace ops.wardroom")]
    Path(TopologyPath),
    /// Show who may be affected when an entity fails: its blast radius, with owners and contacts.
    #[command(
        after_help = "Examples:\n  wardroom topology impact mysql-ledger-1 --workspace ops.wardroom --json"
    )]
    Impact(TopologyImpact),
    /// Show what is doubtful: possible doubles, conflicts, stale and proposed dependencies, ends that lead nowhere.
    Doubtful(TopologyFrom),
    /// Write the topology to a file, or to standard output.
    #[command(
        after_help = "Examples:\n  wardroom topology export --workspace ops.wardroom --format dot | dot -Tsvg > map.svg"
    )]
    Export(TopologyExportArguments),
}

impl TopologyCommand {
    /// Returns the name for the JSON object.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sync(_) => "topology sync",
            Self::Import(_) => "topology import",
            Self::Path(_) => "topology path",
            Self::Impact(_) => "topology impact",
            Self::Doubtful(_) => "topology doubtful",
            Self::Export(_) => "topology export",
        }
    }
}

/// Which topology is looked at.
#[derive(Debug, Args)]
pub(crate) struct TopologyFrom {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// As it was known at this moment, such as 2026-11-17T02:00:00Z or now-7d; all that is known when not given.
    #[arg(long)]
    pub(crate) as_of: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TopologySync {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Only this source, by name.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Read the password or token from standard input, where no keychain keeps it.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    /// End what a source has no more, also where that is more than half of it.
    #[arg(long, conflicts_with = "keep_missing")]
    pub(crate) delete_missing: bool,
    /// Keep what a source has no more, where that is more than half of it.
    #[arg(long)]
    pub(crate) keep_missing: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TopologyImport {
    /// The workspace; it is made when it does not exist.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// The file.
    pub(crate) file: PathBuf,
    /// The source's name; the file's when not given. A file of the same name is read as its next state.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Show how the file is understood; nothing is stored.
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TopologyPath {
    /// Where the ways begin: any name, alias or address of an entity.
    pub(crate) from: String,
    /// Where they end.
    pub(crate) to: String,
    /// How many at most.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) limit: u8,
    #[command(flatten)]
    pub(crate) of: TopologyFrom,
}

/// To which side dependencies are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArgument {
    /// To who depends on it.
    Down,
    /// To what it depends on.
    Up,
}

#[derive(Debug, Args)]
pub(crate) struct TopologyImpact {
    /// The entity: any of its names, aliases or addresses.
    pub(crate) name: String,
    /// Edges at most; all when not given.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) hops: Option<u8>,
    /// To which side.
    #[arg(long, value_enum, default_value_t = DirectionArgument::Down)]
    pub(crate) direction: DirectionArgument,
    #[command(flatten)]
    pub(crate) of: TopologyFrom,
}

/// Formats of the topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TopologyFormatArgument {
    /// Everything that is known.
    Json,
    /// For Graphviz.
    Dot,
    /// For graph editors.
    Graphml,
    /// For graph databases.
    Cypher,
}

#[derive(Debug, Args)]
pub(crate) struct TopologyExportArguments {
    /// The format.
    #[arg(long, value_enum)]
    pub(crate) format: TopologyFormatArgument,
    /// Where to write; standard output when not given.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there already.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) of: TopologyFrom,
}
