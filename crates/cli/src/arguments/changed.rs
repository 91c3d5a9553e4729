//! The command line of `wardroom changed` and `wardroom bill`.

use std::path::PathBuf;

use clap::Args;

/// Ask what changed in a window: every series against its own past and its peers, the most unusual first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardroom changed --workspace ops.wardroom --from now-15m --to now\n  \
        wardroom changed --workspace ops.wardroom --from 2026-11-17T14:45:00Z --to 2026-11-17T15:00:00Z --json")]
pub(crate) struct Changed {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// The begin of the window, such as now-1h or 2026-11-17T14:45:00Z. `now` is the end of the data.
    #[arg(long)]
    pub(crate) from: String,
    /// The end of the window; the end of the data when not given.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// Series at most.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Only series that match: a selector, or words.
    #[arg(long, default_value = "")]
    pub(crate) selector: String,
    /// Only series of this entity.
    #[arg(long)]
    pub(crate) entity: Option<String>,
}

/// Show what the detector would have cost and brought over the history: pages a week, real windows found, their delay.
///
/// Real are the findings that people marked so, and the windows that are given here. Findings that were marked as
/// expected call nobody.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardroom bill --workspace ops.wardroom\n  \
        wardroom bill --workspace ops.wardroom --selector '{job=\"checkout\"}' --sensitivity 8 --json\n  \
        wardroom bill --workspace ops.wardroom --detector forest --sensitivity 20 --keep\n  \
        wardroom bill --workspace ops.wardroom --entity checkout --sensitivity 8 --keep\n  \
        wardroom bill --workspace ops.wardroom --real '2026-11-17T14:51:00Z to 2026-11-17T15:02:00Z'")]
pub(crate) struct Bill {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Only series that match: a selector, or words.
    #[arg(long, default_value = "")]
    pub(crate) selector: String,
    /// Only series of this entity.
    #[arg(long)]
    pub(crate) entity: Option<String>,
    /// How readily somebody is called, 1 to 20; when not given the one that the workspace keeps for the detector, or else 4,
    /// with a method of choice 20.
    #[arg(long)]
    pub(crate) sensitivity: Option<u8>,
    /// A window in which something real happened, such as `now-1h to now`. May be repeated.
    #[arg(long = "real")]
    pub(crate) real: Vec<String>,
    /// Bill this method instead of the stored findings; `wardroom compare --help` names the methods. Its sensitivities are
    /// limits of its own score: every alarm calls at 20, those of twice its limit at 10.
    #[arg(long)]
    pub(crate) detector: Option<String>,
    /// Keep the sensitivity, with the detector where one is given: for the series of --selector and --entity, or else for the
    /// workspace.
    #[arg(long, requires = "sensitivity")]
    pub(crate) keep: bool,
    /// Forget what is kept for these series, which then go by the workspace; without a choice of series what the workspace
    /// keeps.
    #[arg(long, conflicts_with = "keep")]
    pub(crate) forget: bool,
    /// List what is kept, instead of the bill.
    #[arg(long, conflicts_with_all = ["keep", "forget", "sensitivity", "detector", "real", "entity"])]
    pub(crate) kept: bool,
}
