//! Floors of quality on the public sets, with the numbers printed. The sets are not part of the repository: their folder
//! is named by `WARDROOM_DATA`, and without it each gate says loudly that it did not run.

mod anomaly;
mod faults;
mod fleet;
mod templates;

use std::path::PathBuf;

use crate::journeys::say_skipped;

/// Returns a folder of the public sets, or says that the test cannot run.
pub(crate) fn public_set(test: &str, name: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("WARDROOM_DATA") else {
        say_skipped(test, "WARDROOM_DATA does not name the folder of the public sets");
        return None;
    };
    let folder = PathBuf::from(root).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    say_skipped(test, &format!("{} is not there", folder.display()));
    None
}

/// Prints a figure past the capture of the test harness.
fn print(line: &str) {
    use std::io::Write;
    // A closed pipe is the reader's own choice.
    let _ = writeln!(std::io::stderr(), "{line}");
}
