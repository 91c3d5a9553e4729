//! A child process with its time and its largest memory.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wardroom_tests::measure::peak_mib;

/// What a finished child used and said.
#[derive(Debug)]
pub(crate) struct Finished {
    /// From its start to its end.
    pub(crate) time: Duration,
    /// From its start to the first line that it printed; its end when it printed nothing.
    pub(crate) first_line: Duration,
    /// The largest resident memory in bytes, looked up every 20 ms (`VmHWM`).
    pub(crate) peak_bytes: f64,
    /// What it printed.
    pub(crate) stdout: String,
}

/// Runs a program to its end; `codes` are the exit codes that are no failure.
pub(crate) fn run<S: AsRef<OsStr>>(
    program: &Path,
    arguments: &[S],
    home: &Path,
    codes: &[i32],
) -> Result<Finished> {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .env("WARDROOM_HOME", home)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let out = child.stdout.take().context("the output is piped")?;
    let err = child.stderr.take().context("the error output is piped")?;
    let reader = thread::spawn(move || lines(out, begun));
    let complaints = thread::spawn(move || lines(err, begun).0);
    let mut peak_bytes = 0.0_f64;
    let status = loop {
        peak_bytes = peak_bytes.max(peak(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(20));
    };
    let time = begun.elapsed();
    let (stdout, first) = reader.join().map_err(|_| anyhow::anyhow!("the reader of the output died"))?;
    let said = complaints.join().unwrap_or_default();
    if !status.code().is_some_and(|code| codes.contains(&code)) {
        bail!("{} ended with {status}: {}", program.display(), said.trim());
    }
    Ok(Finished { time, first_line: first.unwrap_or(time), peak_bytes, stdout })
}

fn lines(out: impl std::io::Read, begun: Instant) -> (String, Option<Duration>) {
    let mut text = String::new();
    let mut first = None;
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        first.get_or_insert_with(|| begun.elapsed());
        text.push_str(&line);
        text.push('\n');
    }
    (text, first)
}

/// Returns the peak of a process in bytes; nothing once it has ended.
fn peak(process: u32) -> f64 {
    peak_mib(&process.to_string()).map_or(0.0, |mib| mib * 1024.0 * 1024.0)
}
