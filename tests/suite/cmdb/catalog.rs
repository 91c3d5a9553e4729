//! A real Backstage catalogue on a free port, ended with the tests.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

/// The token that the catalogue accepts.
pub(super) const TOKEN: &str = "planted-5f1c-of-the-tests";

/// A running catalogue; it ends when it is dropped, or with the process.
#[derive(Debug)]
pub(super) struct Catalog {
    url: String,
    folder: PathBuf,
}

impl Catalog {
    /// Returns the catalogue that tests share, starting it once; `None`, said loudly, where it is not installed.
    pub(super) async fn shared(test: &str) -> Option<Arc<Self>> {
        static SHARED: OnceLock<Option<Arc<Catalog>>> = OnceLock::new();
        // Starting takes seconds, and another test may wait for the same.
        let started =
            tokio::task::spawn_blocking(|| SHARED.get_or_init(|| start("shared").map(Arc::new)).clone());
        skipped(started.await.unwrap(), test)
    }

    /// Starts a catalogue of its own for a test that changes it.
    pub(super) async fn own(test: &'static str) -> Option<Self> {
        skipped(tokio::task::spawn_blocking(move || start(test)).await.unwrap(), test)
    }

    /// Returns the address.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Changes the file from which the catalogue reads: each of its documents is kept, replaced or left out.
    pub(super) fn change(&self, change: impl Fn(&str) -> Option<String>) {
        let file = self.folder.join("catalog.yaml");
        let text = std::fs::read_to_string(&file).unwrap();
        let documents: Vec<String> = text.split("\n---\n").filter_map(change).collect();
        // The catalogue may look at any moment, and has to find all of it.
        let beside = self.folder.join("catalog.tmp");
        std::fs::write(&beside, documents.join("\n---\n")).unwrap();
        std::fs::rename(beside, file).unwrap();
    }
}

impl Drop for Catalog {
    fn drop(&mut self) {
        script("stop", &self.folder).output().ok();
    }
}

fn script(command: &str, folder: &Path) -> Command {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("servers/backstage.sh");
    let mut script = Command::new(path);
    script
        .arg(command)
        .arg(folder)
        .env("CATALOG_TOKEN", TOKEN)
        .env("NODE_OWNER", std::process::id().to_string());
    script
}

fn start(name: &str) -> Option<Catalog> {
    let folder = std::env::temp_dir().join(format!("wardroom-backstage-{}-{name}", std::process::id()));
    if !script("cached", &folder).status().is_ok_and(|status| status.success()) {
        say("*** There is no Backstage on this machine; `cargo xtask test --servers` installs it.");
        return None;
    }
    let started = script("start", &folder).output().expect("the script can be run");
    let line = String::from_utf8_lossy(&started.stdout).into_owned();
    let url = line.split_whitespace().next().map(str::to_owned);
    // What is installed has to start; this is no reason to skip.
    let url = url
        .unwrap_or_else(|| panic!("Backstage does not start: {}", String::from_utf8_lossy(&started.stderr)));
    Some(Catalog { url, folder })
}

fn skipped<T>(catalog: Option<T>, test: &str) -> Option<T> {
    if catalog.is_none() {
        say(&format!("*** SKIPPED {test}"));
    }
    catalog
}

/// Says something on the terminal, past the test harness' capture.
fn say(words: &str) {
    // A closed terminal is no reason to fail.
    let _ = writeln!(std::io::stderr(), "\n{words}\n");
}
