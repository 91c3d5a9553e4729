//! The command line of `wardroom source`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    /// List the sources of a workspace with their numbers.
    List {
        /// The workspace.
        #[arg(long)]
        workspace: PathBuf,
    },
    /// Pause a source: it is not asked for anything until it is resumed.
    Pause(OneSource),
    /// Let a paused source be asked again.
    Resume(OneSource),
    /// Delete a source and forget its secret; its data stays unless --with-data is given.
    #[command(after_help = "Examples:\n  wardroom source list --workspace ops.wardroom\n  \
        wardroom source delete 2 --workspace ops.wardroom --with-data")]
    Delete(DeletedSource),
}

impl SourceCommand {
    /// Returns the name for the JSON object.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List { .. } => "source list",
            Self::Pause(_) => "source pause",
            Self::Resume(_) => "source resume",
            Self::Delete(_) => "source delete",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct OneSource {
    /// Its number, as `source list` prints it.
    pub(crate) number: u32,
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DeletedSource {
    #[command(flatten)]
    pub(crate) source: OneSource,
    /// Delete its data too; `workspace compact` gives the space back.
    #[arg(long)]
    pub(crate) with_data: bool,
}
