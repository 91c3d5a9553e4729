//! The command line of `wardroom source`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ConnectionFields;

#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    /// List the sources of a workspace with their numbers.
    List {
        /// The workspace.
        #[arg(long)]
        workspace: PathBuf,
    },
    /// Change the settings of a connection: what is named takes the place of what was there, a list that of the whole list;
    /// the rest stays.
    Edit(Box<EditedSource>),
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
            Self::Edit(_) => "source edit",
            Self::Pause(_) => "source pause",
            Self::Resume(_) => "source resume",
            Self::Delete(_) => "source delete",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct OneSource {
    /// Its number, as `source list` prints it, or its name.
    #[arg(value_name = "SOURCE")]
    pub(crate) which: String,
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  wardroom source edit shop --workspace ops.wardroom --retention 30 --every 60\n  \
        wardroom source edit 2 --workspace ops.wardroom --url https://prometheus.example.net/eu --bearer\n  \
        wardroom source edit 2 --workspace ops.wardroom --without ca --without proxy"
)]
pub(crate) struct EditedSource {
    #[command(flatten)]
    pub(crate) source: OneSource,
    /// Another name for it.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The base URL; a path is kept, a Grafana data-source-proxy URL works too.
    #[arg(long)]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) fields: ConnectionFields,
    /// What it shall have no more. May be repeated.
    #[arg(long, value_enum)]
    pub(crate) without: Vec<WithoutPart>,
}

/// A part of a connection that it can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WithoutPart {
    SignIn,
    Headers,
    Ca,
    Proxy,
    Selectors,
    Expressions,
    Step,
    Indices,
    Query,
    Fields,
}

#[derive(Debug, Args)]
pub(crate) struct DeletedSource {
    #[command(flatten)]
    pub(crate) source: OneSource,
    /// Delete its data too; `workspace compact` gives the space back.
    #[arg(long)]
    pub(crate) with_data: bool,
}
