//! Figures of the analysis: scoring a week of many series.

use std::sync::atomic::AtomicBool;

use anyhow::Result;
use wardroom_analysis::anomaly::{Bands, Input, Options, judge_all};
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
