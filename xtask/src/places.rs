//! Where things lie: the checkout, the build, the cache, the user's data.

use std::path::{Path, PathBuf};

/// Returns the folder of the checkout.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Returns the folder of the interface.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Returns the folder into which cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Returns a program that cargo built under a profile (`debug` or `release`).
pub(crate) fn program(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Returns the folder for what is downloaded and outlives the checkout.
pub(crate) fn cache() -> PathBuf {
    folder("XDG_CACHE_HOME", ".cache").join("wardroom-ci")
}

/// Returns the folder for the user's own files, as the product chooses it on Linux.
pub(crate) fn data() -> PathBuf {
    std::env::var_os("WARDROOM_HOME")
        .map_or_else(|| folder("XDG_DATA_HOME", ".local/share").join("wardroom"), PathBuf::from)
}

/// Returns the folder for what a run leaves to be looked at.
pub(crate) fn artifacts() -> PathBuf {
    root().join("artifacts")
}

fn folder(variable: &str, below_home: &str) -> PathBuf {
    let set = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    set.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(below_home))
}
