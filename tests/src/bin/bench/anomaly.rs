//! Figures of the default detector: a week of many series on all cores, one long series, the metrics of one entity.

use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use wardroom_analysis::anomaly::{Group, score_all, score_group, score_series};
use wardroom_core::Samples;
use wardroom_tests::measure::cpu_seconds;

use crate::inputs::{START_MS, daily_load};
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// Samples of a week at one minute.
const WEEK: i64 = 10_080;
const MINUTE_MS: i64 = 60_000;
/// Runs of which the median is taken.
const RUNS: f64 = 5.0;

/// Measures the default detector.
pub(crate) fn anomaly(_: &Bench) -> Result<Vec<Row>> {
    let mut rows = fleet()?;
    rows.push(one_series()?);
    rows.push(one_entity()?);
    Ok(rows)
}

/// Scores 1,000 series × a week on all cores.
fn fleet() -> Result<Vec<Row>> {
    let all: Vec<Samples> = (0..1_000).map(|seed| daily_load(seed, WEEK, MINUTE_MS)).collect();
    let series: Vec<&Samples> = all.iter().collect();
    let mut alarms = 0;
    let before = cpu_seconds()?;
    let time = median_of_five(|| {
        let scored = score_all(&series, &AtomicBool::new(false));
        alarms = scored.iter().flatten().map(|scored| scored.alarms.len()).sum::<usize>();
        Ok(())
    })?;
    let cpu = (cpu_seconds()? - before) / RUNS;
    Ok(vec![
        Row::new(
            "default detector, 1,000 series x a week at 1 min",
            time.as_secs_f64(),
            "s",
            Limits::AtMost(4.0, 1.0),
        )
        .note(format!("median of 5, all cores; {alarms} alarms on faultless input")),
        Row::beside("the same: CPU of all cores", cpu, "s").note("mean of the same 5"),
    ])
}

/// Scores one series of a million points on one core.
fn one_series() -> Result<Row> {
    const POINTS: i64 = 1_000_000;
    let samples = daily_load(7, POINTS, MINUTE_MS);
    let before = cpu_seconds()?;
    median_of_five(|| {
        score_series(&samples).context("there is enough to score")?;
        Ok(())
    })?;
    let nanoseconds = (cpu_seconds()? - before) / RUNS / POINTS as f64 * 1e9;
    Ok(Row::beside("default detector, CPU a point of one series", nanoseconds, "ns")
        .note("mean of 5, 1M points at 1 min"))
}

/// Scores 38 metrics × a week of one entity on all cores.
fn one_entity() -> Result<Row> {
    const METRICS: u64 = 38;
    let column = |seed| daily_load(seed, WEEK, MINUTE_MS).values().iter().copied().map(Some).collect();
    let metrics: Vec<Vec<Option<f64>>> = (0..METRICS).map(column).collect();
    let times: Vec<i64> = (0..WEEK).map(|i| START_MS + i * MINUTE_MS).collect();
    let time = median_of_five(|| {
        score_group(&Group { times: &times, metrics: &metrics }).context("metrics move")?;
        Ok(())
    })?;
    let milliseconds = time.as_secs_f64() * 1000.0;
    Ok(Row::beside("default detector, one entity: 38 metrics x a week at 1 min", milliseconds, "ms")
        .note("median of 5, all cores"))
}
