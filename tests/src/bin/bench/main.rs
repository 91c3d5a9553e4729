//! Measures the figures that the project promises, and writes them to docs/BENCHMARKS.md.
//!
//! Whole processes are measured as a person starts them; what has no process of its own is measured through the
//! functions that the product calls. Inputs are made here from fixed seeds. Started by `cargo xtask bench`, which
//! builds the programs and names them in `WARDROOM_CLI` and `WARDROOM_DESKTOP`; `cargo xtask bench --peers` also
//! installs what others use and lets it run beside ours.

mod analysis;
mod anomaly;
mod changed;
mod child;
#[cfg(unix)]
mod drills;
mod fleet;
mod inputs;
mod inventory;
mod logs;
mod methods;
mod peers;
mod store;
mod stream;
mod table;
mod terminal;
#[cfg(unix)]
mod window;

/// Memory is measured through /proc.
#[cfg(not(unix))]
mod drills {
    pub(crate) fn drills(_: &crate::Bench) -> anyhow::Result<Vec<crate::table::Row>> {
        anyhow::bail!("drills are measured on Linux only")
    }
}

/// The window is measured through /proc and Xvfb.
#[cfg(not(unix))]
mod window {
    pub(crate) fn window(_: &crate::Bench) -> anyhow::Result<Vec<crate::table::Row>> {
        anyhow::bail!("the window is measured on Linux only")
    }
}

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::table::{Row, Table};

/// Where things lie while measuring.
#[derive(Debug)]
struct Bench {
    /// The terminal program.
    cli: PathBuf,
    /// The window.
    desktop: PathBuf,
    /// Inputs and workspaces; kept, so that the next run need not make the inputs again.
    folder: PathBuf,
}

fn main() -> Result<()> {
    let only: Vec<String> = std::env::args().skip(1).collect();
    if let [word, url, folder] = &only[..]
        && word == inventory::SYNC
    {
        return inventory::sync_once(url, Path::new(folder));
    }
    let named =
        |name: &str| std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set"));
    let bench = Bench {
        cli: named("WARDROOM_CLI")?,
        desktop: named("WARDROOM_DESKTOP")?,
        folder: named("WARDROOM_BENCH_DIR")?,
    };
    std::fs::create_dir_all(&bench.folder)?;
    if let [word, name, files @ ..] = &only[..]
        && word == logs::OPEN
    {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        return logs::open_once(&bench, name, &files);
    }
    let wanted = |name: &str| only.is_empty() || only.iter().any(|o| o == name);
    let mut table = Table::default();
    let parts: [(&str, fn(&Bench) -> Result<Vec<Row>>); 18] = [
        ("import", terminal::import),
        ("demo", terminal::demo),
        ("node", terminal::node_day),
        ("tail", store::live_tail),
        ("read", store::read_and_decimate),
        ("class", analysis::class),
        ("anomaly", anomaly::anomaly),
        ("stream", stream::stream),
        ("changed", changed::changed),
        ("methods", methods::methods),
        ("peer-forest", peers::forest),
        ("peer-series-forest", peers::series_forest),
        ("peer-prophet", peers::prophet),
        ("peer-stl", peers::remainder),
        ("drills", drills::drills),
        ("logs", logs::logs),
        ("inventory", inventory::inventory),
        ("window", window::window),
    ];
    for (name, measure) in parts {
        if !wanted(name) {
            continue;
        }
        table::say(&format!("measuring: {name}"));
        match measure(&bench) {
            Ok(rows) => table.add(rows),
            Err(error) => table.failed(name, &format!("{error:#}")),
        }
    }
    table.print();
    // A part of the figures would throw the others away.
    if only.is_empty() { table.write(&PathBuf::from("docs/BENCHMARKS.md")) } else { Ok(()) }
}

/// Returns the middle one of an odd number of measurements.
fn median<T: PartialOrd + Copy>(mut measured: Vec<T>) -> Option<T> {
    measured.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    measured.get(measured.len() / 2).copied()
}

/// Runs something five times and returns the median of its times.
fn median_of_five(mut work: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        work()?;
        times.push(begun.elapsed());
    }
    median(times).context("five measurements have a median")
}
