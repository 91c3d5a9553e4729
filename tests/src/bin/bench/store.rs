//! Figures of the store: bytes of the live tail, reading with decimation.

use std::time::Instant;

use anyhow::{Context, Result};
use wardroom_charts::decimate::min_max;
use wardroom_core::{Samples, TimeRange, Timestamp};
use wardroom_store::{BatchEnd, BatchKind};

use crate::inputs::{START_MS, add_series, daily_load, workspace};
use crate::table::{Limits, Row};
use crate::{Bench, median, median_of_five};

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Measures what a follow of 1,000 series × 4 samples writes, 60 ticks and the closing included.
pub(crate) fn live_tail(bench: &Bench) -> Result<Vec<Row>> {
    const TICKS: i64 = 60;
    const SERIES: usize = 1_000;
    runtime()?.block_on(async {
        let (workspace, source) = workspace(&bench.folder.join("tail.wardroom")).await?;
        let ids = add_series(&workspace, source, SERIES).await?;
        let all: Vec<Samples> = (0_u64..).zip(&ids).map(|(i, _)| daily_load(i, TICKS * 4, 15_000)).collect();
        let before = written()?;
        let begun = Instant::now();
        for tick in 0..TICKS {
            let at = usize::try_from(tick * 4)?..usize::try_from(tick * 4 + 4)?;
            let part = |samples: &Samples| {
                Samples::from_columns(
                    samples.times()[at.clone()].to_vec(),
                    samples.values()[at.clone()].to_vec(),
                )
            };
            let samples =
                ids.iter().zip(&all).map(|(id, s)| (*id, part(s).unwrap_or_default())).collect::<Vec<_>>();
            let known_at = Timestamp::from_millis(START_MS + (tick + 1) * 60_000);
            workspace.append_tail(source, known_at, &samples).await?;
        }
        let each = begun.elapsed().as_secs_f64() * 1000.0 / TICKS as f64;
        workspace.close().await?;
        let bytes = (written()? - before) / (TICKS as f64 * 4.0 * SERIES as f64);
        Ok(vec![Row::new("live tail: bytes written a sample", bytes, "B", Limits::AtMost(50.0, 12.0)).note(
            format!("1,000 series x 4 samples a tick, {TICKS} ticks, closing included; {each:.1} ms a tick"),
        )])
    })
}

/// Returns the bytes that this process has written so far.
fn written() -> Result<f64> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let line =
        io.lines().find_map(|line| line.strip_prefix("wchar: ")).context("/proc/self/io names wchar")?;
    Ok(line.trim().parse()?)
}

/// Measures reading one series of a million samples from the file and decimating it to 2,000 points.
pub(crate) fn read_and_decimate(bench: &Bench) -> Result<Vec<Row>> {
    const N: i64 = 1_000_000;
    let runtime = runtime()?;
    let (workspace, id) = runtime.block_on(async {
        let (workspace, source) = workspace(&bench.folder.join("long.wardroom")).await?;
        let id = *add_series(&workspace, source, 1).await?.first().context("one series was added")?;
        let known_at = Timestamp::from_millis(START_MS + N * 15_000);
        let mut batch = workspace.begin_batch(source, BatchKind::Sync, known_at, "bench".to_owned()).await?;
        batch.append(vec![(id, daily_load(1, N, 15_000))]).await?;
        batch.finish(BatchEnd::Complete).await?;
        anyhow::Ok((workspace, id))
    })?;
    let range =
        TimeRange::new(Timestamp::from_millis(START_MS), Timestamp::from_millis(START_MS + N * 15_000))?;
    let mut points = Vec::new();
    let time = median_of_five(|| {
        let samples = runtime.block_on(workspace.read(id, Some(range), None))?;
        points.push(min_max(samples.times(), samples.values(), range, 1_000, 60_000).len());
        Ok(())
    })?;
    runtime.block_on(workspace.close())?;
    let points = median(points).unwrap_or(0);
    Ok(vec![
        Row::new(
            "read and decimate 1M samples to 2,000 points",
            time.as_secs_f64() * 1e3,
            "ms",
            Limits::AtMost(50.0, 15.0),
        )
        .note(format!("median of 5, {points} points")),
    ])
}
