//! The one line at the end: what it took.

use std::io::Write;
use std::time::Duration;

/// Prints items, wall seconds, CPU seconds and peak memory.
pub(crate) fn say(items: u64, wall: Duration) {
    let line = format!(
        "{items} items, {:.2} s, {:.2} CPU s, peak {:.0} MB",
        wall.as_secs_f64(),
        cpu_seconds().unwrap_or(f64::NAN),
        peak_mb().unwrap_or(f64::NAN)
    );
    // A closed pipe is the reader's own choice.
    let _ = writeln!(std::io::stdout(), "{line}");
}

pub(crate) fn complain(text: &str) {
    // Nobody is left to be told.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Returns user and system time of this process.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name may hold spaces and brackets; fields are counted behind its end.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    // Linux counts these in hundredths of a second on every architecture.
    Some((user + system) / 100.0)
}

fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024.0)
}
