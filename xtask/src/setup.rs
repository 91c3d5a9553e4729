//! What has to be on the machine: system packages, Node.js, the components of the Rust tool chain.

use anyhow::{Context, Result, bail};

use crate::process::{Run, find};
use crate::terminal::{Outcome, loudly, say};

/// What building and running the window needs.
const BUILD: [&str; 3] = ["libwebkit2gtk-4.1-dev", "build-essential", "pkg-config"];

/// What measuring in the window needs besides.
const DISPLAY: [&str; 2] = ["xvfb", "xauth"];

/// What the tests need besides. Prometheus is not among them, because installing it starts its service.
const TEST: [&str; 7] =
    ["webkit2gtk-driver", "xvfb", "xauth", "fonts-noto-cjk", "dbus", "gnome-keyring", "libsecret-tools"];

/// What the search servers of the tests need, each with the program that shows that it is there in some other way.
const SERVERS: [(&str, &str); 2] = [("javac", "default-jdk-headless"), ("mvn", "maven")];

/// The oldest Node.js that the build of the interface runs on (Vite 8).
const NODE: (u32, u32) = (20, 19);

/// What the machine is prepared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and starting.
    Build,
    /// Building, and measuring on a display without a screen.
    Bench,
    /// Building, and measuring beside programs of others that come with Python's own packages.
    Peers,
    /// Everything that the tests need.
    Test,
}

/// Installs what is missing, or says exactly what to install and stops.
pub(crate) fn prepare(purpose: Purpose) -> Result<Outcome> {
    let mut packages = BUILD.to_vec();
    match purpose {
        Purpose::Build => {}
        Purpose::Bench => packages.extend(DISPLAY),
        Purpose::Peers => {
            // A Python from elsewhere may have both modules without the package.
            if !Run::new("python3").args(["-c", "import ensurepip, venv"]).succeeds() {
                packages.push("python3-venv");
            }
        }
        Purpose::Test => {
            packages.extend(TEST);
            packages.extend(SERVERS.iter().filter(|(program, _)| find(program).is_none()).map(|(_, p)| p));
        }
    }
    let system = system_packages(&packages)?;
    node()?;
    if purpose == Purpose::Test {
        components();
    }
    Ok(system)
}

fn system_packages(wanted: &[&str]) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        say(
            "This is not Linux. On macOS the Xcode command line tools are needed (xcode-select --install), on Windows",
        );
        say("the C++ build tools and WebView2. Neither has been tried.");
        return Ok(Outcome::UpToDate);
    }
    if find("apt-get").is_none() || find("dpkg-query").is_none() {
        return without_apt();
    }
    let missing = missing(wanted)?;
    if missing.is_empty() {
        return Ok(Outcome::UpToDate);
    }
    say(&format!("Installing {}", missing.join(" ")));
    let by_hand =
        format!("apt-get update && apt-get install -y --no-install-recommends {}", missing.join(" "));
    if let Err(error) = apt(&["update", "-q"], &by_hand)?.go() {
        loudly(&format!("the package lists could not be renewed ({error:#}); trying with the old ones"));
    }
    let options = ["install", "-y", "-q", "--no-install-recommends"];
    apt(&options, &by_hand)?.args(&missing).go().context("a system package could not be installed")?;
    Ok(Outcome::Done)
}

/// Returns which of some packages are not installed.
pub(crate) fn missing(wanted: &[&str]) -> Result<Vec<String>> {
    let form = "-f=${Package} ${db:Status-Status}\n";
    let output = std::process::Command::new("dpkg-query")
        .args(["-W", form])
        .args(wanted)
        .output()
        .context("cannot start dpkg-query")?;
    let known = String::from_utf8_lossy(&output.stdout).into_owned();
    let there = |name: &str| known.lines().any(|line| line == format!("{name} installed"));
    Ok(wanted.iter().filter(|name| !there(name)).map(|name| (*name).to_owned()).collect())
}

/// Renews the package lists.
pub(crate) fn renew_lists() -> Result<()> {
    apt(&["update", "-q"], "apt-get update")?.go()
}

/// Returns `apt-get` with arguments, through sudo where this is not the administrator; `by_hand` is what the
/// administrator would type where there is no sudo.
pub(crate) fn apt(arguments: &[&str], by_hand: &str) -> Result<Run> {
    let variables = ["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get"];
    let run = if Run::new("id").args(["-u"]).output()?.trim() == "0" {
        Run::new("env").args(variables)
    } else if find("sudo").is_some() {
        Run::new("sudo").args(["env"]).args(variables)
    } else {
        bail!("as the administrator, run\n  {by_hand}\nand then this again");
    };
    Ok(run.args(arguments))
}

/// Goes on where the libraries are there although the package manager is a stranger.
fn without_apt() -> Result<Outcome> {
    if Run::new("pkg-config").args(["--exists", "webkit2gtk-4.1"]).succeeds() {
        return Ok(Outcome::UpToDate);
    }
    bail!(
        "WebKitGTK 4.1 with its headers, a C compiler and pkg-config are needed. Install them with\n  \
         Fedora:   sudo dnf install webkit2gtk4.1-devel gcc gcc-c++ make pkgconf-pkg-config\n  \
         Arch:     sudo pacman -S webkit2gtk-4.1 base-devel\n  \
         openSUSE: sudo zypper install webkit2gtk3-devel gcc gcc-c++ make pkg-config\n\
         and run this again. The tests also need WebKitWebDriver, Xvfb, xauth, prometheus and a Chinese font."
    )
}

fn node() -> Result<()> {
    let (major, minor) = NODE;
    let advice = format!(
        "Install Node.js {major}.{minor} or newer, with npm, from https://nodejs.org and run this again."
    );
    if find("node").is_none() || find("npm").is_none() {
        bail!("Node.js or npm is not on this machine. {advice}");
    }
    let version = Run::new("node").args(["--version"]).output()?;
    if node_is_recent(&version) {
        return Ok(());
    }
    bail!("Node.js {} is too old to build the interface. {advice}", version.trim())
}

fn node_is_recent(version: &str) -> bool {
    let mut parts = version.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) >= NODE,
        _ => false,
    }
}

fn components() {
    let there = |name: &str| Run::cargo().args([name, "--version"]).succeeds();
    if there("clippy") && there("fmt") {
        return;
    }
    if let Err(error) = Run::new("rustup").args(["component", "add", "clippy", "rustfmt"]).go() {
        loudly(&format!("clippy and rustfmt could not be added, their checks will fail: {error:#}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_taken_from_the_oldest_version_on() {
        let taken = ["v20.18.3", "v20.19.0", "v22.1.0\n", "", "v18.20.1"].map(node_is_recent);

        assert_eq!(taken, [false, true, true, false, false]);
    }
}
