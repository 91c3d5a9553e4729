//! Figures of the methods to choose from: a week of one series with each, and their answers on labelled series.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use serde::Deserialize;
use wardroom_analysis::methods::{Method, MethodInput, score};
use wardroom_core::Samples;
use wardroom_tests::measure::cpu_seconds;

use crate::inputs::daily_load;
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// Samples of a week at one minute.
const WEEK: i64 = 10_080;
/// Names the folder of labelled series, the one that `accuracy anomaly` takes as `--data`; without it none are scored.
const SERIES: &str = "WARDROOM_BENCH_SERIES";

/// Measures every method on a week at one minute, and writes the answers for labelled series where there are some.
pub(crate) fn methods(bench: &Bench) -> Result<Vec<Row>> {
    let week = daily_load(7, WEEK, 60_000);
    let peers: Vec<Samples> = (8..12).map(|seed| daily_load(seed, WEEK, 60_000)).collect();
    let peers: Vec<&Samples> = peers.iter().collect();
    let input = MethodInput { samples: &week, peers: &peers };
    let mut rows = Vec::new();
    for method in Method::ALL {
        let mut alarms = 0;
        let time = median_of_five(|| {
            alarms = score(method, &input, &AtomicBool::new(false))?.alarms.len();
            Ok(())
        })?;
        rows.push(
            Row::new(title(method), time.as_secs_f64() * 1000.0, "ms", Limits::AtMost(1_000.0, 100.0))
                .note(format!("median of 5, all cores; {alarms} alarms on faultless input")),
        );
    }
    if let Some(folder) = std::env::var_os(SERIES) {
        rows.push(labelled(&PathBuf::from(folder), &bench.folder)?);
    }
    Ok(rows)
}

/// Returns what is measured.
const fn title(method: Method) -> &'static str {
    match method {
        Method::Standard => "a week at 1 min with the default detector",
        Method::SeasonalBaseline => "the same with the seasonal baseline",
        Method::Forest => "the same with the isolation forest",
        Method::ExtendedForest => "the same with the extended isolation forest",
        Method::LocalOutlier => "the same with the local outlier factor",
        Method::Density => "the same with DBSCAN",
        Method::Neighbours => "the same with k-nearest neighbours",
        Method::MatrixProfile => "the same with the matrix profile",
        Method::ChangePoints => "the same with change points",
        Method::Remainder => "the same with the MSTL remainder",
        Method::Peers => "the same with four peers",
    }
}

/// A series of the manifest. Fields that tell of labels are not read.
#[derive(Debug, Deserialize)]
struct Entry {
    series: String,
    kind: String,
    file: String,
}

/// Scores the series of one metric with every method; the answers are in `methods-WORD.csv` for the scorer.
///
/// Peers are the series of the same set whose names agree up to `__`.
fn labelled(data: &Path, out: &Path) -> Result<Row> {
    let manifest =
        std::fs::read_to_string(data.join("manifest.json")).context("the manifest cannot be read")?;
    let mut all = Vec::new();
    for entry in serde_json::from_str::<Vec<Entry>>(&manifest)? {
        if entry.kind == "univariate" {
            all.push((entry.series, series(&data.join(entry.file))?));
        }
    }
    let mut took = Vec::new();
    let whole = cpu_seconds()?;
    for method in Method::ALL {
        let mut answers = BufWriter::new(File::create(out.join(format!("methods-{}.csv", method.as_str())))?);
        writeln!(answers, "series,index,score,is_anomaly")?;
        let (mut cpu, mut refused) = (0.0, 0);
        for (name, samples) in &all {
            let is_peer = |other: &&(String, Samples)| other.0 != *name && family(&other.0) == family(name);
            let peers: Vec<&Samples> = all.iter().filter(is_peer).map(|(_, samples)| samples).collect();
            let before = cpu_seconds()?;
            let scored = score(method, &MethodInput { samples, peers: &peers }, &AtomicBool::new(false));
            cpu += cpu_seconds()? - before;
            refused += usize::from(scored.is_err());
            let spans: Vec<(i64, i64)> = scored
                .iter()
                .flat_map(|scored| &scored.alarms)
                .map(|a| (a.start.as_millis(), a.end.as_millis()))
                .collect();
            for (row, &time) in samples.times().iter().enumerate() {
                let score = scored.as_ref().map_or(0.0, |scored| scored.scores[row]);
                let flag = u8::from(spans.iter().any(|&(start, end)| (start..=end).contains(&time)));
                writeln!(answers, "{name},{row},{score:.6},{flag}")?;
            }
        }
        answers.flush()?;
        took.push(format!("{} {cpu:.1} s ({refused} refused)", method.as_str()));
    }
    Ok(Row::beside("all methods on labelled series: CPU", cpu_seconds()? - whole, "s").note(took.join(", ")))
}

/// Returns what a series shares with its peers.
fn family(name: &str) -> &str {
    name.split("__").next().unwrap_or(name)
}

/// Reads a table of `timestamp,value` in seconds.
fn series(path: &Path) -> Result<Samples> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let mut table = csv::Reader::from_reader(GzDecoder::new(BufReader::new(file)));
    let mut samples = Samples::with_capacity(0);
    for row in table.deserialize() {
        let (seconds, value): (i64, f64) = row?;
        samples.push(wardroom_core::Timestamp::from_millis(seconds.saturating_mul(1000)), value);
    }
    Ok(samples)
}
