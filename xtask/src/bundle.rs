//! `bundle`: the `.deb` with both programs, tried, with its checksums and its bill of materials.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Run;
use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps, say};
use crate::{interface, package, places, start};

/// The bundler, in the version that belongs to the toolkit; npm takes it from the interface's packages when it is
/// there in this version.
const BUNDLER: &str = "@tauri-apps/cli@2.12.5";

/// How far the package is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// Looked at, unpacked and run from there.
    Unpacked,
    /// Installed, started and removed besides, which needs the administrator.
    Installed,
}

/// Makes everything in artifacts/bundle.
pub(crate) fn bundle(trial: Trial) -> Result<()> {
    let out = places::artifacts().join("bundle");
    let mut steps = Steps::new(if trial == Trial::Installed { 10 } else { 9 });
    steps.step("look for what the machine needs", || prepare(Purpose::Build))?;
    steps.step("install the packages of the interface", interface::install)?;
    steps.step("build the interface", interface::build)?;
    steps.step("build the programs", || start::programs(true))?;
    steps.step("pack the .deb", || pack(&out))?;
    let made = packed(&out)?;
    steps.step("look at the .deb", || package::look(&made))?;
    steps.step("run the program of the .deb", || package::run_unpacked(&made))?;
    if trial == Trial::Installed {
        steps.step("install, start and remove it", || package::install_and_remove(&made))?;
    }
    steps.step("write the bill of materials", || materials(&out))?;
    steps.step("write the checksums", || checksums(&out))?;
    for file in files(&out)? {
        say(&format!("{:>12} bytes  {}", fs::metadata(&file)?.len(), file.display()));
    }
    Ok(())
}

fn pack(out: &Path) -> Result<Outcome> {
    let made = places::target().join("release/bundle/deb");
    if made.is_dir() {
        fs::remove_dir_all(&made)?;
    }
    let extra = format!(
        r#"{{"bundle":{{"linux":{{"deb":{{"files":{{"/usr/bin/wardroom":{}}}}}}}}}}}"#,
        json(&places::program("release", "wardroom"))
    );
    Run::new("npm")
        .args(["exec", "--yes", "--prefix"])
        .args([places::ui()])
        .args(["--package", BUNDLER, "--", "tauri", "bundle", "--bundles", "deb", "--config"])
        .args([extra])
        .env("CARGO_TARGET_DIR", places::target())
        .within(&places::root())
        .go()?;
    if out.is_dir() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    let package = packed(&made)?;
    let name = package.file_name().context("the package has a name")?;
    // The architecture and the version stand in the bundler's name; spaces and capitals do not belong there.
    let name = name.to_string_lossy().to_lowercase().replace(' ', "-");
    fs::copy(&package, out.join(name))?;
    Ok(Outcome::Done)
}

/// Returns the `.deb` of a folder.
fn packed(folder: &Path) -> Result<PathBuf> {
    let is_package = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "deb");
    let package = files(folder)?.into_iter().find(is_package);
    package.with_context(|| format!("there is no .deb in {}", folder.display()))
}

fn materials(out: &Path) -> Result<Outcome> {
    // The tree names what is linked; the metadata would also name packages that a feature mentions but leaves out.
    let tree = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}|{l}"];
    let tree = Run::cargo()
        .args(tree)
        .args(["-p", "wardroom-desktop", "-p", "wardroom-cli"])
        .within(&places::root())
        .output()?;
    let input = places::target().join("tree.txt");
    fs::write(&input, tree)?;
    Run::new("node")
        .args([places::root().join("xtask/sbom.mjs"), input, places::root(), out.join("wardroom.cdx.json")])
        .go()?;
    Ok(Outcome::Done)
}

fn checksums(out: &Path) -> Result<Outcome> {
    let names: Vec<_> =
        files(out)?.iter().filter_map(|file| file.file_name().map(ToOwned::to_owned)).collect();
    let sums = Run::new("sha256sum").args(&names).within(out).output()?;
    fs::write(out.join("SHA256SUMS"), sums)?;
    Ok(Outcome::Done)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|e| e.map(|e| e.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

/// Writes a path as a JSON string.
fn json(path: &Path) -> String {
    format!("\"{}\"", path.to_string_lossy().replace('\\', r"\\").replace('"', "\\\""))
}
