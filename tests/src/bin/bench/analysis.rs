//! Figures of the analysis: scoring a week of many series.

use std::sync::atomic::AtomicBool;

use anyhow::Result;
use wardroom_analysis::anomaly::{Bands, Input, KpiClass, Options, classify, judge_all};
use wardroom_core::{MetricKind, Samples, Timestamp};

use crate::inputs::{START_MS, daily_load};
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// Measures scoring 1,000 series × 10,080 samples on all cores.
pub(crate) fn score(_: &Bench) -> Result<Vec<Row>> {
    const WEEK: i64 = 10_080;
    let all: Vec<Samples> = (0..1_000).map(|seed| daily_load(seed, WEEK, 60_000)).collect();
    let until = Timestamp::from_millis(START_MS + WEEK * 60_000);
    let inputs: Vec<Input<'_>> =
        all.iter().map(|samples| Input { samples, kind: MetricKind::Gauge, until }).collect();
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let mut found = 0;
    let time = median_of_five(|| {
        let judged = judge_all(&inputs, &options, &AtomicBool::new(false), &|_| {});
        found = judged.iter().flatten().map(|judgement| judgement.anomalies.len()).sum::<usize>();
        Ok(())
    })?;
    Ok(vec![
        Row::new("score 1,000 series x 10,080 points", time.as_secs_f64(), "s", Limits::AtMost(10.0, 2.0))
            .note(format!("median of 5, all cores; {found} findings on faultless input")),
    ])
}

/// Measures telling the class of a week at one minute, on one core.
pub(crate) fn class(_: &Bench) -> Result<Vec<Row>> {
    const WEEK: i64 = 10_080;
    const SERIES: u64 = 200;
    let all: Vec<Samples> = (0..SERIES).map(|seed| daily_load(seed, WEEK, 60_000)).collect();
    let mut seasonal = 0;
    let time = median_of_five(|| {
        let told = all.iter().filter_map(|samples| classify(samples, MetricKind::Gauge).ok());
        seasonal = told.filter(|told| told.class == KpiClass::Seasonal).count();
        Ok(())
    })?;
    let each_ms = time.as_secs_f64() * 1_000.0 / SERIES as f64;
    Ok(vec![
        Row::new("tell the class of 10,080 points", each_ms, "ms", Limits::AtMost(1.0, 0.3))
            .note(format!("median of 5, one core, of {SERIES} series; {seasonal} of them seasonal")),
    ])
}
