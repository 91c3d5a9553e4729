//! The real Prometheus and its node exporter for the tests: from the search path, or Debian's packages unpacked into
//! the cache. They are not installed, because Debian's packages start their services at once.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::places;
use crate::process::{Run, find};
use crate::setup::renew_lists;
use crate::terminal::loudly;

const PACKAGES: [&str; 2] = ["prometheus", "prometheus-node-exporter"];

/// Where the programs of the tests lie.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// The server.
    pub(crate) server: PathBuf,
    /// The search path with the folder of the programs in front.
    pub(crate) path: std::ffi::OsString,
}

/// Returns the programs; `None`, said loudly, where they cannot be had.
pub(crate) fn programs() -> Option<Programs> {
    if let Some(server) = std::env::var_os("WARDROOM_PROMETHEUS").map(PathBuf::from) {
        return Some(beside(server));
    }
    let folder = places::cache().join("prometheus");
    let unpacked = folder.join("usr/bin/prometheus");
    if let Some(server) = find("prometheus").or_else(|| unpacked.is_file().then(|| unpacked.clone())) {
        return Some(beside(server));
    }
    match unpack(&folder) {
        Ok(()) if unpacked.is_file() => Some(beside(unpacked)),
        Ok(()) => {
            loudly("Debian's package holds no prometheus: the tests against a real server are SKIPPED");
            None
        }
        Err(error) => {
            loudly(&format!(
                "Prometheus cannot be had: the tests against a real server are SKIPPED ({error:#})"
            ));
            None
        }
    }
}

fn beside(server: PathBuf) -> Programs {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let folder = server.parent().map(Path::to_path_buf);
    let folders = folder.into_iter().chain(std::env::split_paths(&old));
    // A folder with a colon in its name cannot stand in a search path; the server is named in full anyway.
    let path = std::env::join_paths(folders).unwrap_or(old);
    Programs { server, path }
}

fn unpack(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let download = || Run::new("apt-get").args(["download", "-q"]).args(PACKAGES).within(folder).go();
    // A fresh machine has no package lists, and nothing else may have been missing.
    download().or_else(|_| renew_lists().and_then(|()| download()))?;
    for file in std::fs::read_dir(folder)? {
        let file = file?.path();
        if file.extension().is_some_and(|ending| ending == "deb") {
            Run::new("dpkg").args(["-x"]).args([&file]).args([folder]).go()?;
            std::fs::remove_file(&file)?;
        }
    }
    Ok(())
}
