//! The interface: its packages and its build, each done only when something it depends on changed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::places;
use crate::process::Run;
use crate::terminal::Outcome;

/// What the build reads, below the checkout.
const SOURCES: [&str; 8] = [
    "ui/src",
    "ui/index.html",
    "ui/package-lock.json",
    "ui/vite.config.ts",
    "ui/svelte.config.js",
    "ui/tsconfig.json",
    "assets/locales",
    "assets/fonts",
];

/// Installs exactly the packages of the lock file, unless they are there.
pub(crate) fn install() -> Result<Outcome> {
    let stamp = places::ui().join("node_modules/.wardroom-lock");
    let lock = places::ui().join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let wanted = format!("{:016x}", hasher.finish());
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(Outcome::UpToDate);
    }
    Run::new("npm").args(["ci", "--no-audit", "--no-fund"]).within(&places::ui()).go()?;
    fs::write(&stamp, wanted)?;
    Ok(Outcome::Done)
}

/// Builds the interface into `ui/dist`, unless nothing it reads is newer.
pub(crate) fn build() -> Result<Outcome> {
    let stamp = places::ui().join("node_modules/.wardroom-built");
    let wanted = state()?;
    let whole = places::ui().join("dist/assets").is_dir();
    if whole && fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(Outcome::UpToDate);
    }
    script("build")?;
    fs::write(&stamp, wanted)?;
    Ok(Outcome::Done)
}

/// Runs a script of the interface's package file.
fn script(name: &str) -> Result<()> {
    npm(name).go()
}

/// Returns the command for a script of the interface's package file.
pub(crate) fn npm(name: &str) -> Run {
    Run::new("npm").args(["run", "--silent", name]).within(&places::ui())
}

/// Returns the number of sources with the time of the newest; folders count, so that a removed file is noticed.
fn state() -> Result<String> {
    let mut seen = (0_usize, UNIX_EPOCH);
    for source in SOURCES {
        look(&places::root().join(source), &mut seen)?;
    }
    let newest = seen.1.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} {}", seen.0, newest.as_nanos()))
}

fn look(path: &Path, seen: &mut (usize, SystemTime)) -> Result<()> {
    let Ok(about) = fs::metadata(path) else { return Ok(()) };
    seen.0 += 1;
    seen.1 = seen.1.max(about.modified()?);
    if about.is_dir() {
        let entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| entry.map(|e| e.path())).collect::<std::io::Result<_>>()?;
        for entry in entries {
            look(&entry, seen)?;
        }
    }
    Ok(())
}
