//! The repository as files: where it is, what it holds, and what Cargo says of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Folders that hold what was built or fetched, never what was written.
const NOT_OURS: [&str; 6] = ["target", "node_modules", "dist", ".git", "gen", "artifacts"];

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the tests lie in the repository").to_owned()
}

/// Reads a file named from the root.
pub(crate) fn text(path: &str) -> String {
    let full = root().join(path);
    std::fs::read_to_string(&full).unwrap_or_else(|e| panic!("{} cannot be read: {e}", full.display()))
}

/// Lists the files under a folder with one of the endings, as paths from the root, in order.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let from_root = path.strip_prefix(root()).expect("the file lies under the root");
            found.push(from_root.to_string_lossy().into_owned());
        }
    }
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().expect("cargo starts");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

/// Returns the manifests of the workspace as `cargo metadata` reads them.
pub(crate) fn metadata() -> Value {
    let text = cargo(&["metadata", "--format-version", "1", "--locked", "--no-deps"]);
    serde_json::from_str(&text).expect("cargo metadata prints JSON")
}

/// A package that is really compiled for this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Built {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its licence as its manifest writes it; empty when it names none.
    pub(crate) licence: String,
}

/// Lists every package that is compiled for this machine, each version once.
///
/// `cargo tree` is asked and not `cargo metadata`: the latter also lists packages that a feature names without turning
/// them on, such as the cloud stack behind Parquet.
pub(crate) fn built() -> Vec<Built> {
    let tree = cargo(&[
        "tree",
        "--workspace",
        "--locked",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}|{l}",
    ]);
    let mut packages: Vec<Built> = tree.lines().filter_map(built_line).collect();
    packages.sort();
    packages.dedup();
    packages
}

/// Reads `serde v1.0.229|MIT OR Apache-2.0`, with or without ` (*)` behind it.
fn built_line(line: &str) -> Option<Built> {
    let line = line.trim().trim_end_matches(" (*)");
    let (package, licence) = line.split_once('|')?;
    let mut words = package.split(' ');
    let name = words.next()?.to_owned();
    let version = words.next()?.trim_start_matches('v').to_owned();
    Some(Built { name, version, licence: licence.trim().to_owned() })
}

#[test]
fn lines_of_the_tree_are_read() {
    let plain = built_line("serde v1.0.229|MIT OR Apache-2.0 (*)").unwrap();
    let ours = built_line("wardroom-app v0.1.0 (/somewhere/crates/app)|Apache-2.0").unwrap();

    assert_eq!((plain.name.as_str(), plain.version.as_str()), ("serde", "1.0.229"));
    assert_eq!(plain.licence, "MIT OR Apache-2.0");
    assert_eq!((ours.name.as_str(), ours.version.as_str()), ("wardroom-app", "0.1.0"));
}
