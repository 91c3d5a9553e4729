//! Figures of the analysis: telling the class of a series.

use std::sync::atomic::AtomicBool;

use anyhow::Result;
use wardroom_analysis::anomaly::{KpiClass, classify};
use wardroom_core::{MetricKind, Samples};

use crate::inputs::daily_load;
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// Measures telling the class of a week at one minute, on one core.
pub(crate) fn class(_: &Bench) -> Result<Vec<Row>> {
    const WEEK: i64 = 10_080;
    const SERIES: u64 = 200;
    let all: Vec<Samples> = (0..SERIES).map(|seed| daily_load(seed, WEEK, 60_000)).collect();
    let mut seasonal = 0;
    let time = median_of_five(|| {
        let go = AtomicBool::new(false);
        let told = all.iter().filter_map(|samples| classify(samples, MetricKind::Gauge, &go).ok());
        seasonal = told.filter(|told| told.class == KpiClass::Seasonal).count();
        Ok(())
    })?;
    let each_ms = time.as_secs_f64() * 1_000.0 / SERIES as f64;
    Ok(vec![
        Row::new("tell the class of 10,080 points", each_ms, "ms", Limits::AtMost(1.0, 0.3))
            .note(format!("median of 5, one core, of {SERIES} series; {seasonal} of them seasonal")),
    ])
}
