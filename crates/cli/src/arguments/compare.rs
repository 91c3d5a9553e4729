//! The command line of `wardroom compare`, and of `wardroom detect` with a method of choice.

use std::path::PathBuf;

use clap::Args;

use super::Level;

/// Run methods side by side over the stored series: what each finds of what people marked, alarms a week, time.
///
/// Nothing is stored. Methods: standard, seasonal-baseline, forest, extended-forest, lof, dbscan, knn, matrix-profile,
/// change-points, mstl, peers. Marked are the findings that people said are real or expected (`wardroom feedback mark`).
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardroom compare --workspace ops.wardroom\n  \
        wardroom compare 'job=\"checkout\"' --workspace ops.wardroom --methods standard,forest,matrix-profile \
        --from now-7d --to now --json")]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) of: Selected,
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// The methods, separated by commas; all when not given.
    #[arg(long, value_delimiter = ',')]
    pub(crate) methods: Vec<String>,
    /// The begin of the time, such as now-7d or 2026-11-17T14:45:00Z; the begin of the data when not given.
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// The end of the time; the end of the data when not given.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// Count alarms of which nothing was said as false ones: everything that is real is marked.
    #[arg(long)]
    pub(crate) unmarked_is_false: bool,
}

/// Score every series and store the findings; with --method or --together only show their alarms.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardroom detect --workspace ops.wardroom --fail-on high\n  \
        wardroom detect --method forest 'http_requests_total' --workspace ops.wardroom --json\n  \
        wardroom detect --together checkout --workspace ops.wardroom --json")]
pub(crate) struct Detect {
    #[command(flatten)]
    pub(crate) of: Selected,
    /// The workspace.
    #[arg(long)]
    pub(crate) workspace: PathBuf,
    /// Run this method instead and store nothing; `wardroom compare --help` names the methods.
    #[arg(long)]
    pub(crate) method: Option<String>,
    /// Score the series of this entity together instead and store nothing: the alarms of many that depart at once, and which
    /// series carry them.
    #[arg(long, value_name = "ENTITY", conflicts_with = "method")]
    pub(crate) together: Option<String>,
    /// Exit with 1 when a finding is at least this surprising.
    #[arg(long, value_enum, conflicts_with_all = ["method", "together"])]
    pub(crate) fail_on: Option<Level>,
}

// Which series. A doc comment would become the help of the commands.
#[derive(Debug, Args)]
pub(crate) struct Selected {
    /// Only series that match: a selector, or words.
    #[arg(value_name = "SELECTOR")]
    series: Option<String>,
    /// The same as an option, as in other commands.
    #[arg(long = "selector", value_name = "SELECTOR", conflicts_with = "series")]
    selector: Option<String>,
}

impl Selected {
    /// Returns the selector; empty for all series.
    pub(crate) fn filter(&self) -> &str {
        self.series.as_deref().or(self.selector.as_deref()).unwrap_or_default()
    }
}
