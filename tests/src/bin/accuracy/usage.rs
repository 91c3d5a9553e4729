//! The one line at the end: what it took.

use std::io::Write;
use std::time::Duration;

use wardroom_tests::measure::{cpu_seconds, peak_mib};

/// Prints items, wall seconds, CPU seconds and peak memory.
pub(crate) fn say(items: u64, wall: Duration) {
    let line = format!(
        "{items} items, {:.2} s, {:.2} CPU s, peak {:.0} MB",
        wall.as_secs_f64(),
        cpu_seconds().unwrap_or(f64::NAN),
        peak_mib("self").unwrap_or(f64::NAN)
    );
    // A closed pipe is the reader's own choice.
    let _ = writeln!(std::io::stdout(), "{line}");
}

pub(crate) fn complain(text: &str) {
    // Nobody is left to be told.
    let _ = writeln!(std::io::stderr(), "{text}");
}
