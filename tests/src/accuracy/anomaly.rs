//! Anomalies: every row of every series of a manifest gets its score and whether it is part of an alarm.

mod columns;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, bail, ensure};
use rayon::prelude::*;
use serde::Deserialize;
use wardroom_analysis::anomaly::{Group, Input, Options, Refusal, Scored, detect, how_judged, score_group};
use wardroom_core::{MetricKind, Samples, Timestamp};

use crate::accuracy::Question;
use crate::accuracy::tables::{Answers, holds_answers};
use columns::Columns;

/// What lists the series of a folder.
const MANIFEST: &str = "manifest.json";
/// The times of a single metric, in seconds since 1970.
const TIME: &str = "timestamp";
/// The values of a single metric.
const VALUE: &str = "value";
/// Series held at once for every thread: enough that a long one does not leave the others idle.
const HELD_FOR_EACH: usize = 4;
/// The longest step, in seconds: a longer one is no step but a mistake.
const LONGEST_STEP: f64 = 1e9;

/// A series of the manifest. Fields that tell of labels are not read.
#[derive(Debug, Deserialize)]
struct Entry {
    series: String,
    kind: Kind,
    /// The rows that are scored.
    file: String,
    /// The rows before them, of many metrics.
    train_file: Option<String>,
    /// The distance of rows that carry no time.
    step_seconds: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Univariate,
    Multivariate,
}

/// What is said of the rows that are asked for.
#[derive(Debug)]
struct Verdict {
    scores: Vec<f64>,
    flags: Vec<bool>,
}

impl Verdict {
    /// Takes the rows from `first` on of a history of `n`; one that is refused has no score and no alarm.
    fn of(scored: Result<Scored<usize>, Refusal>, first: usize, n: usize) -> Self {
        let (mut scores, mut flags) = match scored {
            Ok(scored) => (scored.scores, scored.flags),
            Err(_) => (vec![0.0; n], vec![false; n]),
        };
        Self { scores: scores.split_off(first), flags: flags.split_off(first) }
    }
}

/// Answers every series of `manifest.json`; returns the number of rows.
///
/// # Errors
///
/// A manifest or a table that is not as described; an answer that cannot be written.
pub fn answer(question: &Question) -> Result<u64> {
    let entries = entries(&question.data)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(question.threads)
        .build()
        .with_context(|| format!("{} threads cannot be started", question.threads))?;
    let names = ["series", "index", "score", "is_anomaly"];
    let mut answers = Answers::begin(&question.out.join("anomaly.csv.gz"), &names)?;
    let mut n = 0;
    // A few series at a time, so that memory does not grow with the manifest.
    for some in entries.chunks(question.threads.saturating_mul(HELD_FOR_EACH).max(1)) {
        let verdicts: Vec<Result<Verdict>> =
            pool.install(|| some.par_iter().map(|entry| judged(&question.data, entry)).collect());
        for (entry, verdict) in some.iter().zip(verdicts) {
            n += write(&entry.series, &verdict?, &mut answers)?;
        }
    }
    answers.end()?;
    Ok(n)
}

fn entries(folder: &Path) -> Result<Vec<Entry>> {
    let path = folder.join(MANIFEST);
    let shown = path.display();
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{shown} cannot be read; --data takes the folder with {MANIFEST}"))?;
    let entries: Vec<Entry> = serde_json::from_str(&text).with_context(|| {
        format!("{shown} is not as described; correct it at the place that is named, or write it again")
    })?;
    ensure!(!entries.is_empty(), "{shown} lists no series; add at least one");
    let mut met = BTreeSet::new();
    for entry in &entries {
        let name = &entry.series;
        ensure!(met.insert(name), "{shown} lists `{name}` twice; give each series a name of its own");
    }
    Ok(entries)
}

fn judged(folder: &Path, entry: &Entry) -> Result<Verdict> {
    match entry.kind {
        Kind::Univariate => judged_alone(folder, entry),
        Kind::Multivariate => judged_together(folder, entry),
    }
}

/// Detects in a single metric over its whole history, as a click does.
fn judged_alone(folder: &Path, entry: &Entry) -> Result<Verdict> {
    let table = Columns::read(&inside(folder, &entry.file)?, &[TIME])?;
    let times: Vec<i64> = table.column(TIME)?.iter().flatten().copied().map(milliseconds).collect();
    let values = table.column(VALUE)?.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    let until = Timestamp::from_millis(times.iter().copied().max().unwrap_or_default());
    let samples = Samples::from_columns(times, values).context("every row has a time and a value")?;
    let go = AtomicBool::new(false);
    // A table does not say what its numbers mean.
    let kind = how_judged(&samples, MetricKind::Unknown, &go).kind;
    let found = detect(&Input { samples: &samples, kind, until }, &Options::standard(), &go);
    // A gap, and every row of a series that is refused, has no score and no alarm.
    let row = |&time: &i64| found.as_ref().ok().and_then(|found| found.rows.at(time)).unwrap_or_default();
    let (scores, flags) = samples.times().iter().map(row).unzip();
    Ok(Verdict { scores, flags })
}

/// Scores the metrics of one entity over the rows before and the rows that are asked for, as one history.
fn judged_together(folder: &Path, entry: &Entry) -> Result<Verdict> {
    let asked = Columns::read(&inside(folder, &entry.file)?, &[])?;
    let whole = match &entry.train_file {
        Some(file) => Columns::read(&inside(folder, file)?, &[])?.followed_by(asked)?,
        None => asked,
    };
    let (first, n) = (whole.rows_before(), whole.rows());
    let step = step_ms(folder, entry)?;
    let times: Vec<i64> = (0_i64..).map(|row| row.saturating_mul(step)).take(n).collect();
    let scored = score_group(&Group { times: &times, metrics: whole.metrics() }, &AtomicBool::new(false));
    Ok(Verdict::of(scored, first, n))
}

/// Returns the path of a file of the folder that holds no answers.
fn inside(folder: &Path, file: &str) -> Result<PathBuf> {
    let manifest = folder.join(MANIFEST);
    let manifest = manifest.display();
    let stays = Path::new(file).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    ensure!(stays, "{manifest} names `{file}`, which lies outside of the folder; name a file inside of it");
    if holds_answers(file) {
        bail!(
            "{manifest} names `{file}`, which may hold answers and is not opened; name the file of the series"
        );
    }
    Ok(folder.join(file))
}

fn step_ms(folder: &Path, entry: &Entry) -> Result<i64> {
    let step = entry.step_seconds.filter(|step| (0.001..=LONGEST_STEP).contains(step));
    step.map(milliseconds).with_context(|| {
        let manifest = folder.join(MANIFEST);
        format!(
            "{}: `step_seconds` of `{}` is missing or no distance of rows; write it in seconds, above 0",
            manifest.display(),
            entry.series
        )
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a time beyond what can be represented is held at its end"
)]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

fn write(series: &str, verdict: &Verdict, answers: &mut Answers) -> Result<u64> {
    let mut n = 0_u64;
    for (score, &flag) in verdict.scores.iter().zip(&verdict.flags) {
        answers.row(&[series, &n.to_string(), &score.to_string(), if flag { "1" } else { "0" }])?;
        n += 1;
    }
    Ok(n)
}
