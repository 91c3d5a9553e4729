//! Figures of the terminal program: importing, the demo, bytes a sample.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child::{Finished, run};
use crate::table::{Limits, Row, say};
use crate::{Bench, inputs, median};

const SERIES: u64 = 1_000;
const SAMPLES_OF_SERIES: i64 = 10_000;

/// Exit codes that are no failure: done, and findings at or above the level asked for.
const FINE: [i32; 2] = [0, 1];

impl Bench {
    /// Runs the terminal program with words and paths.
    fn terminal(&self, arguments: &[&dyn AsRef<OsStr>]) -> Result<Finished> {
        let arguments: Vec<OsString> =
            arguments.iter().map(|a| AsRef::<OsStr>::as_ref(*a).to_owned()).collect();
        run(&self.cli, &arguments, &self.folder.join("home"), &FINE)
    }

    /// Returns the path of a workspace that is not there yet.
    fn fresh(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        for ending in ["wardroom", "wardroom-wal", "wardroom-shm", "wardroom.lock"] {
            let _ = std::fs::remove_file(path.with_extension(ending));
        }
        path
    }

    /// Returns bytes of the file and samples in it.
    fn size(&self, workspace: &Path) -> Result<(f64, f64)> {
        let check = self.terminal(&[&"--json", &"workspace", &"check", &workspace])?;
        let answer: Value = serde_json::from_str(&check.stdout)?;
        let samples = answer["result"]["samples"].as_f64().context("the check counts samples")?;
        Ok((std::fs::metadata(workspace)?.len() as f64, samples))
    }
}

/// Measures the import of ten million samples from a long CSV.
pub(crate) fn import(bench: &Bench) -> Result<Vec<Row>> {
    let csv = bench.folder.join("long.csv");
    inputs::long_csv(&csv, SERIES, SAMPLES_OF_SERIES)?;
    let small = bench.folder.join("small.csv");
    inputs::long_csv(&small, 2, 10)?;
    let idle = import_once(bench, &small)?.peak_bytes;
    let mut speeds = Vec::new();
    let mut peaks = Vec::new();
    let samples = SERIES as f64 * SAMPLES_OF_SERIES as f64;
    for _ in 0..3 {
        let done = import_once(bench, &csv)?;
        speeds.push(samples / done.time.as_secs_f64() / 1e6);
        peaks.push((done.peak_bytes - idle) / 1e6);
    }
    let (bytes, stored) = bench.size(&bench.folder.join("import.wardroom"))?;
    if (stored - samples).abs() > 0.5 {
        bail!("{stored} samples were stored of {samples}");
    }
    let speed = median(speeds).context("three runs have a median")?;
    let peak = median(peaks).context("three runs have a median")?;
    Ok(vec![
        Row::new("import of 10M samples from long CSV", speed, "M/s", Limits::AtLeast(1.0, 3.0))
            .note("whole process, without detection, median of 3"),
        Row::new("its memory beyond idle", peak, "MB", Limits::AtMost(400.0, 250.0))
            .note(format!("peak resident less that of importing 20 rows ({:.0} MB)", idle / 1e6)),
        Row::beside("its bytes a stored sample", bytes / stored, "B")
            .note("daily load with noise, two decimals"),
    ])
}

fn import_once(bench: &Bench, csv: &Path) -> Result<Finished> {
    let workspace = bench.fresh("import.wardroom");
    bench.terminal(&[&"import", &"--workspace", &workspace, &"--no-detect", &csv])
}

/// Measures the demo until its sentence, and what its samples cost beside Prometheus' own block.
pub(crate) fn demo(bench: &Bench) -> Result<Vec<Row>> {
    let mut times = Vec::new();
    let path = bench.folder.join("demo.wardroom");
    for _ in 0..5 {
        bench.fresh("demo.wardroom");
        let done = bench.terminal(&[&"demo", &"--workspace", &path, &"--at", &"2026-11-17T15:02:00Z"])?;
        times.push(done.first_line.as_secs_f64());
    }
    let time = median(times).context("five runs have a median")?;
    let (bytes, samples) = bench.size(&path)?;
    let mut rows = vec![
        Row::new("wardroom demo until its sentence", time, "s", Limits::AtMost(15.0, 4.0))
            .note("median of 5"),
        Row::new("bytes a stored sample, demo", bytes / samples, "B", Limits::AtMost(2.5, 1.5))
            .note(format!("whole file, {:.2} M samples", samples / 1e6)),
    ];
    let text = bench.folder.join("demo.om");
    bench.terminal(&[&"export", &"--workspace", &path, &"--force", &"--out", &text])?;
    match block_bytes(bench, &text) {
        Ok(block) => {
            rows.push(Row::beside("the same samples in Prometheus' own blocks", block / samples, "B"));
        }
        Err(error) => say(&format!("no block to compare with: {error:#}")),
    }
    Ok(rows)
}

/// Measures a day of a real node exporter, when `WARDROOM_NODE_DAY` names a file of it.
pub(crate) fn node_day(bench: &Bench) -> Result<Vec<Row>> {
    let Some(file) = std::env::var_os("WARDROOM_NODE_DAY").map(PathBuf::from) else {
        bail!(
            "WARDROOM_NODE_DAY does not name a file with a day of a real node exporter (OpenMetrics, CSV or Parquet)"
        );
    };
    let workspace = bench.fresh("node.wardroom");
    bench.terminal(&[&"import", &"--workspace", &workspace, &"--no-detect", &file])?;
    let (bytes, samples) = bench.size(&workspace)?;
    let mut rows = vec![
        Row::new(
            "bytes a stored sample, a day of node exporter",
            bytes / samples,
            "B",
            Limits::AtMost(2.5, 1.5),
        )
        .note(format!("whole file, {:.2} M samples", samples / 1e6)),
    ];
    if file.extension().is_some_and(|ending| ending == "om" || ending == "txt") {
        let block = block_bytes(bench, &file)?;
        rows.push(Row::beside("the same samples in Prometheus' own blocks", block / samples, "B"));
    }
    Ok(rows)
}

/// Lets Prometheus make blocks of an OpenMetrics file and returns their bytes.
fn block_bytes(bench: &Bench, text: &Path) -> Result<f64> {
    let folder = bench.folder.join("blocks");
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    let output = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=240h"])
        .args([text, folder.as_path()])
        .output()
        .context("promtool is not on this machine")?;
    if !output.status.success() {
        bail!("promtool: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    bytes_below(&folder)
}

fn bytes_below(folder: &Path) -> Result<f64> {
    let mut bytes = 0.0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { bytes_below(&entry.path())? } else { about.len() as f64 };
    }
    Ok(bytes)
}
