//! The command line of `wardroom import`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardroom import --workspace ops.wardroom latency.csv --preview\n  \
        wardroom import --workspace ops.wardroom latency.csv --time finished --value p99 --ignore note\n  \
        wardroom import --workspace ops.wardroom load.csv --day-first --times-in Europe/Berlin --json")]
pub(crate) struct Import {
    /// The workspace; it is made when it does not exist.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// The file.
    pub(crate) file: PathBuf,
    /// The source's name; the file's when not given.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Show how the file is understood; nothing is stored.
    #[arg(long)]
    pub(crate) preview: bool,
    #[command(flatten)]
    pub(crate) columns: Columns,
    /// 01/02/2026 is the first of February.
    #[arg(long, conflicts_with = "month_first")]
    pub(crate) day_first: bool,
    /// 01/02/2026 is the second of January.
    #[arg(long)]
    pub(crate) month_first: bool,
    /// The zone of times that do not name one.
    #[arg(long)]
    pub(crate) times_in: Option<String>,
    /// Refuse the file when a row cannot be read, instead of leaving the row out.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Do not score afterwards.
    #[arg(long)]
    pub(crate) no_detect: bool,
}

// What the columns hold. A doc comment would become the help of the command.
#[derive(Debug, Args)]
pub(crate) struct Columns {
    /// The column with the times, by its name as --preview shows it. What no option names is taken as it is understood.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) time: Option<String>,
    /// The column with the names of the metrics.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) metric: Option<String>,
    /// A column of values, instead of those that are found. May be repeated.
    #[arg(long = "value", value_name = "COLUMN")]
    pub(crate) values: Vec<String>,
    /// A column that is a label, besides those that are found. May be repeated.
    #[arg(long = "label", value_name = "COLUMN")]
    pub(crate) labels: Vec<String>,
    /// The column with the kinds of the metrics: gauge, counter, histogram, summary.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) kind: Option<String>,
    /// The column with the units of the values.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) unit: Option<String>,
    /// A column that is not taken. May be repeated.
    #[arg(long = "ignore", value_name = "COLUMN")]
    pub(crate) ignored: Vec<String>,
}
