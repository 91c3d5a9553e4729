//! The command line of `wardroom feedback`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum FeedbackCommand {
    /// List what was said of findings and windows, the newest first.
    List {
        /// The workspace.
        #[arg(long)]
        workspace: PathBuf,
    },
    /// Say that a finding was expected, or that it is real; or that a window was, in which nothing was found. It acts at
    /// once, also on findings like it.
    #[command(
        after_help = "Examples:\n  wardroom open ops.wardroom --json | jq '.result.findings[] | {id, title}'\n  \
        wardroom feedback mark 00000000000000070000000000000421 --as weekly --workspace ops.wardroom \
        --zone Europe/Berlin\n  \
        wardroom feedback mark 00000000000000070000000000000421 --as maintenance --from '2026-11-17 14:00' \
        --to '2026-11-17 16:00' --workspace ops.wardroom\n  \
        wardroom feedback mark --window --entity checkout --from '2026-11-17 14:00' --to '2026-11-17 14:20' \
        --workspace ops.wardroom"
    )]
    Mark(FeedbackMark),
    /// Take back what was said; results are as if it had not been said.
    Undo {
        /// Its number, as `feedback list` prints it.
        id: u32,
        /// The workspace.
        #[arg(long)]
        workspace: PathBuf,
    },
}

impl FeedbackCommand {
    /// Returns the name for the JSON object.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List { .. } => "feedback list",
            Self::Mark(_) => "feedback mark",
            Self::Undo { .. } => "feedback undo",
        }
    }
}

/// What can be said of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FeedbackAs {
    /// It is real, whatever is said of others.
    Real,
    /// It was expected, this once.
    Once,
    /// It is expected every week at the weekday and time of day at which it began, in --zone.
    Weekly,
    /// Whatever its series shows is expected.
    Always,
    /// Whatever begins from --from to --to on the same service or host is expected.
    Maintenance,
}

#[derive(Debug, Args)]
pub(crate) struct FeedbackMark {
    /// The finding's id, as `open --json` prints it.
    #[arg(required_unless_present = "window", conflicts_with = "window")]
    pub(crate) finding: Option<String>,
    /// What is said of it.
    #[arg(long = "as", value_enum, required_unless_present = "window")]
    pub(crate) verdict: Option<FeedbackAs>,
    /// Something real happened from --from to --to, whatever was found: on --series or on --entity.
    #[arg(long, requires = "from", conflicts_with = "everything")]
    pub(crate) window: bool,
    /// The series of the window, as a selector or words that match it alone.
    #[arg(long, requires = "window", required_unless_present_any = ["finding", "entity"])]
    pub(crate) series: Option<String>,
    /// The service, host or other thing of the window.
    #[arg(long, requires = "window", conflicts_with = "series")]
    pub(crate) entity: Option<String>,
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// When the maintenance or the window began, such as 2026-11-17T14:00:00Z or now-2h. `now` is the end of the data.
    #[arg(long, requires = "to", required_if_eq("verdict", "maintenance"))]
    pub(crate) from: Option<String>,
    /// When it ended.
    #[arg(long, requires = "from", required_if_eq("verdict", "maintenance"))]
    pub(crate) to: Option<String>,
    /// The maintenance covers everything, not only the service or host of the finding.
    #[arg(long, requires = "from")]
    pub(crate) everything: bool,
}
