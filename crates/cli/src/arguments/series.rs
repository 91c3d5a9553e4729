//! The command line of `wardroom series`.

use std::path::PathBuf;

use clap::Args;

/// List series, those with findings first, with the class that the last detection told.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardroom series --workspace ops.wardroom\n  \
        wardroom series --workspace ops.wardroom --selector '{job=\"checkout\"}' --class seasonal --json")]
pub(crate) struct Series {
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Only series that match: a selector, or words.
    #[arg(long, default_value = "")]
    pub(crate) selector: String,
    /// Only series of this entity.
    #[arg(long)]
    pub(crate) entity: Option<String>,
    /// Only series of this class, such as seasonal, sparse, counter-like, bursty, constant.
    #[arg(long)]
    pub(crate) class: Option<String>,
}
