//! What a process has used, as Linux tells.

use anyhow::{Context, Result};

/// Returns user and system time of this process in seconds.
///
/// # Errors
///
/// `/proc` is not there.
pub fn cpu_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name may hold spaces and brackets; fields are counted behind its end.
    let (_, fields) = stat.rsplit_once(')').context("/proc/self/stat has a name")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || fields.next().context("/proc/self/stat is too short");
    let (user, system): (f64, f64) = (next()?.parse()?, next()?.parse()?);
    // Linux counts these in hundredths of a second on every architecture.
    Ok((user + system) / 100.0)
}

/// Returns the resident memory of this process in MiB.
///
/// # Errors
///
/// `/proc` is not there.
pub fn resident_mib() -> Result<f64> {
    memory_mib("self", "VmRSS:")
}

/// Returns the largest resident memory of a process so far in MiB; `self` names this one.
///
/// # Errors
///
/// There is no such process any more.
pub fn peak_mib(process: &str) -> Result<f64> {
    memory_mib(process, "VmHWM:")
}

fn memory_mib(process: &str, what: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let line = line.with_context(|| format!("/proc/{process}/status does not name {what}"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}
