//! Figures beside those of others, in the same run on the same number of cores: scikit-learn, Prophet, statsmodels.
//!
//! `cargo xtask bench --peers` installs them and names their Python in `WARDROOM_PEERS`. Both sides run on one core;
//! what is compared is CPU time, which holds on a busy machine too.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use wardroom_analysis::anomaly::{Bands, Input, Options, detect_all};
use wardroom_analysis::forest::{Forest, ForestOptions};
use wardroom_core::Samples;
use wardroom_tests::measure::cpu_seconds;

use crate::Bench;
use crate::anomaly::gauge;
use crate::inputs::{Numbers, daily_load};
use crate::table::{Limits, Row};

/// Rows and features of the forest's input; every 50th row is drawn from a wider distribution.
const ROWS: usize = 100_000;
const WIDTH: usize = 4;
const ODD_EVERY: usize = 50;
/// Forests over whose areas a mean is taken.
const SEEDS: u64 = 5;
/// Samples of a week at one minute.
const WEEK: i64 = 10_080;
/// Series that ours scores at once, and how many of them each peer is given.
const SERIES: u64 = 20;
const FORESTS: u64 = 10;
const PROPHETS: u64 = 3;
const REMAINDERS: u64 = 5;
/// Times of which a mean (ours: the clock counts hundredths) or the middle (theirs) is taken.
const OUR_RUNS: u32 = 20;
const THEIR_RUNS: u32 = 5;

/// What a peer printed.
#[derive(Debug, Deserialize)]
struct Answer {
    cpu: f64,
    version: String,
    #[serde(default)]
    auc: f64,
    #[serde(default)]
    flagged: f64,
}

/// Measures isolation forests: fit and score 100,000 rows of four features.
pub(crate) fn forest(bench: &Bench) -> Result<Vec<Row>> {
    let folder = inputs(bench)?;
    let (rows, labels) = labelled();
    let (cpu, area) = on_one_core(|| our_forest(&rows, &labels))??;
    let peer = ask("forest", &folder)?;
    let times = "100 trees of 256, one core";
    Ok(vec![
        Row::beside("isolation forest, 100k x 4, fit + score: CPU", cpu * 1e3, "ms").note(times),
        Row::beside("the same: scikit-learn", peer.cpu * 1e3, "ms")
            .note(format!("{}, {times}", peer.version)),
        Row::new("the same: times faster than scikit-learn", peer.cpu / cpu, "x", Limits::AtLeast(5.0, 10.0)),
        Row::new("the same: AUC below scikit-learn's", peer.auc - area, "", Limits::AtMost(0.005, 0.0))
            .note(format!("ours {area:.4}, scikit-learn {:.4}, means of {SEEDS} seeds", peer.auc)),
    ])
}

/// Measures the default detector beside scikit-learn's forest on value, two rolling means and a rolling deviation.
pub(crate) fn series_forest(bench: &Bench) -> Result<Vec<Row>> {
    beside(bench, "series-forest", "default detector: times faster than scikit-learn's forest")
}

/// Measures the default detector beside the band of Prophet.
pub(crate) fn prophet(bench: &Bench) -> Result<Vec<Row>> {
    beside(bench, "prophet", "default detector: times faster than Prophet's band")
}

/// Measures the default detector beside the remainder of STL.
pub(crate) fn remainder(bench: &Bench) -> Result<Vec<Row>> {
    beside(bench, "stl", "default detector: times faster than statsmodels' STL")
}

fn beside(bench: &Bench, peer: &str, what: &'static str) -> Result<Vec<Row>> {
    let folder = inputs(bench)?;
    let all: Vec<Samples> = (0..SERIES).map(|seed| daily_load(seed, WEEK, 60_000)).collect();
    let inputs: Vec<Input<'_>> = all.iter().map(gauge).collect();
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let ours = on_one_core(|| {
        mean_cpu(|| {
            let detected = detect_all(&inputs, &options, &AtomicBool::new(false), &|_| {});
            ensure!(detected.iter().all(Result::is_ok), "a series of the bench was refused");
            Ok(())
        })
    })?? / SERIES as f64;
    let theirs = ask(peer, &folder)?;
    let note = format!(
        "{}: {:.0} ms, ours {:.2} ms a series of a week at 1 min; it flags {:.2} % of faultless input",
        theirs.version,
        theirs.cpu * 1e3,
        ours * 1e3,
        theirs.flagged * 100.0
    );
    Ok(vec![Row::beside(what, theirs.cpu / ours, "x").note(note)])
}

/// Returns the CPU seconds of fitting and scoring, and the mean area over the seeds.
fn our_forest(rows: &[f64], labels: &[u8]) -> Result<(f64, f64)> {
    let go_on = AtomicBool::new(false);
    let scored = |seed| {
        let options = ForestOptions { seed, ..ForestOptions::standard() };
        Forest::fit(rows, WIDTH, &options, &go_on)?.score(rows, WIDTH, &go_on)
    };
    let cpu = mean_cpu(|| {
        scored(0)?;
        Ok(())
    })?;
    let mut areas = 0.0;
    for seed in 0..SEEDS {
        areas += area(&scored(seed)?, labels);
    }
    Ok((cpu, areas / SEEDS as f64))
}

/// Returns the CPU seconds of one run, after one that warms up.
fn mean_cpu(mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    work()?;
    let before = cpu_seconds()?;
    for _ in 0..OUR_RUNS {
        work()?;
    }
    Ok((cpu_seconds()? - before) / f64::from(OUR_RUNS))
}

/// Runs something with as many threads as the peers have.
fn on_one_core<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(work))
}

/// Returns how often a labelled row scores above another one.
fn area(scores: &[f64], labels: &[u8]) -> f64 {
    let side = |wanted: u8| scores.iter().zip(labels).filter(move |&(_, &l)| l == wanted).map(|(&s, _)| s);
    let mut usual: Vec<f64> = side(0).collect();
    usual.sort_by(f64::total_cmp);
    let beaten = |score: f64| {
        let below = usual.partition_point(|&other| other < score);
        let upto = usual.partition_point(|&other| other <= score);
        f64::midpoint(below as f64, upto as f64)
    };
    side(1).map(beaten).sum::<f64>() / side(1).count() as f64 / usual.len() as f64
}

/// Returns rows of four features that differ in shape and hang together, and which of them are odd.
fn labelled() -> (Vec<f64>, Vec<u8>) {
    let mut numbers = Numbers::new(5);
    let (mut rows, mut labels) = (Vec::with_capacity(ROWS * WIDTH), Vec::with_capacity(ROWS));
    for i in 0..ROWS {
        let mut drawn: [f64; WIDTH] = std::array::from_fn(|_| numbers.normal());
        let odd = i % ODD_EVERY == 0;
        if odd {
            drawn = drawn.map(|x| x + 2.5 * numbers.normal());
        }
        let [a, b, c, d] = drawn;
        let load = 2.0 * (std::f64::consts::TAU * i as f64 / 1_440.0).sin() + a;
        rows.extend([load, 0.7 * load + 0.7 * b, (0.5 * c).exp(), d]);
        labels.push(u8::from(odd));
    }
    (rows, labels)
}

/// Writes what the peers read; returns the folder.
fn inputs(bench: &Bench) -> Result<PathBuf> {
    let folder = bench.folder.join("peers");
    std::fs::create_dir_all(&folder)?;
    let bytes = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let (rows, labels) = labelled();
    std::fs::write(folder.join("rows.f64"), bytes(&rows))?;
    std::fs::write(folder.join("labels.u8"), labels)?;
    let series: Vec<f64> =
        (0..SERIES).flat_map(|seed| daily_load(seed, WEEK, 60_000).values().to_vec()).collect();
    std::fs::write(folder.join("series.f64"), bytes(&series))?;
    let sizes = serde_json::json!({
        "width": WIDTH, "points": WEEK, "step": 60, "day": 1_440, "runs": THEIR_RUNS, "seeds": SEEDS,
        "series": { "series-forest": FORESTS, "prophet": PROPHETS, "stl": REMAINDERS },
    });
    std::fs::write(folder.join("sizes.json"), sizes.to_string())?;
    Ok(folder)
}

/// Lets a peer do its work on one core.
fn ask(peer: &str, folder: &Path) -> Result<Answer> {
    let python = std::env::var_os("WARDROOM_PEERS").context(
        "there is no Python with the peers: start `cargo xtask bench --peers`, which installs them",
    )?;
    let output =
        Command::new(python).arg("tests/peers/anomaly.py").arg(peer).arg(folder).arg("1").output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.trim().lines().last().unwrap_or_default();
    ensure!(output.status.success(), "{peer} could not be had: {last}");
    let printed = String::from_utf8_lossy(&output.stdout);
    let answer = printed.trim().lines().last().unwrap_or_default();
    serde_json::from_str(answer).with_context(|| format!("{peer} printed {answer:?}"))
}
