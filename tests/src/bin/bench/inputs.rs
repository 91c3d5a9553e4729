//! Inputs from fixed seeds: values that look like measured ones, a long CSV, a big workspace.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp, Unit};
use wardroom_store::{
    BatchEnd, BatchKind, CreateOptions, NewSeries, NewSource, SeriesId, SourceId, Workspace,
};

/// When the inputs begin: Monday, 2 November 2026, midnight UTC.
pub(crate) const START_MS: i64 = 1_793_577_600_000;

/// A small generator of numbers (`SplitMix64`, Steele, Lea and Flood 2014), so that inputs need no dependency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Begins a stream.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ (b >> 31)
    }

    /// Returns a number from 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a whole number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound as u64).max(1)).unwrap_or_default()
    }

    /// Returns a number that is about normal, with mean 0 and deviation 1: a sum of twelve.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// Returns samples of one series with a daily load, noise of 3 %, and two decimals as exporters write them.
pub(crate) fn daily_load(seed: u64, n: i64, step_ms: i64) -> Samples {
    let mut numbers = Numbers::new(seed);
    let size = 20.0 + 200.0 * numbers.share();
    let phase = numbers.share();
    let mut samples = Samples::default();
    for i in 0..n {
        let at = START_MS + i * step_ms;
        let day = (at - START_MS) as f64 / 86_400_000.0 + phase;
        let load = 1.0 + 0.4 * (std::f64::consts::TAU * day).sin() + 0.03 * numbers.normal();
        samples.push(Timestamp::from_millis(at), (size * load * 100.0).round() / 100.0);
    }
    samples
}

/// Writes `series` × `n` samples at 15 s as a long CSV in time order; keeps a file that is there.
pub(crate) fn long_csv(path: &Path, series: u64, n: i64) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let part = path.with_extension("part");
    let columns: Vec<Samples> = (0..series).map(|s| daily_load(s, n, 15_000)).collect();
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&part)?);
    writeln!(out, "timestamp,metric,instance,value")?;
    for row in 0..usize::try_from(n)? {
        for (s, samples) in columns.iter().enumerate() {
            let (at, value) = (samples.times()[row], samples.values()[row]);
            writeln!(out, "{at},shop_load_{},node-{:03},{value}", s % 10, s / 10)?;
        }
    }
    out.into_inner().context("the file is written to its end")?;
    std::fs::rename(&part, path)?;
    Ok(())
}

/// Makes an empty workspace in place of one that is there, with one source.
pub(crate) async fn workspace(path: &Path) -> Result<(Workspace, SourceId)> {
    for ending in ["wardroom", "wardroom-wal", "wardroom-shm", "wardroom.lock"] {
        let _ = std::fs::remove_file(path.with_extension(ending));
    }
    let now = Timestamp::from_millis(START_MS);
    let options =
        CreateOptions { writer: 11, name: "bench".to_owned(), origin: "new".to_owned(), created_at: now };
    let workspace = Workspace::create(path, options).await?;
    let new = NewSource {
        name: "bench".to_owned(),
        kind: "file".to_owned(),
        config: "{}".to_owned(),
        created_at: now,
    };
    let source = workspace.add_source(new).await?;
    Ok((workspace, source))
}

/// Adds series to a source.
pub(crate) async fn add_series(workspace: &Workspace, source: SourceId, n: usize) -> Result<Vec<SeriesId>> {
    let new = |i: usize| NewSeries {
        key: SeriesKey::new(
            format!("shop_load_{}", i % 10),
            Labels::new([("instance", format!("node-{:04}", i / 10))]),
        ),
        kind: MetricKind::Gauge,
        unit: Unit::Unknown,
    };
    let wanted: Vec<NewSeries> = (0..n).map(new).collect();
    Ok(workspace.ensure_series(source, &wanted, Timestamp::from_millis(START_MS)).await?)
}

/// Makes the big workspace: 5,000 series × 7 days at one minute, each with two faults that a detection will find.
pub(crate) async fn big(path: &Path) -> Result<()> {
    let (workspace, source) = workspace(path).await?;
    let ids = add_series(&workspace, source, 5_000).await?;
    let known_at = Timestamp::from_millis(START_MS + 7 * 86_400_000);
    let mut batch = workspace.begin_batch(source, BatchKind::Sync, known_at, "bench".to_owned()).await?;
    for (part, ids) in (0_u64..).zip(ids.chunks(250)) {
        let samples = (0_u64..).zip(ids).map(|(i, id)| (*id, with_faults(part * 250 + i)));
        batch.append(samples.collect()).await?;
    }
    batch.finish(BatchEnd::Complete).await?;
    workspace.close().await?;
    Ok(())
}

/// A week at one minute with a jump on the sixth day and another in the last hours.
fn with_faults(seed: u64) -> Samples {
    let (times, mut values) = daily_load(seed, 10_080, 60_000).into_columns();
    for (from, length, factor) in [(7_300_usize, 25_usize, 2.5), (9_900, 40, 0.2)] {
        let shift = usize::try_from(seed % 90).unwrap_or(0);
        for value in &mut values[from + shift..from + shift + length] {
            *value *= factor;
        }
    }
    Samples::from_columns(times, values).unwrap_or_default()
}
