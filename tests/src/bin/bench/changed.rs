//! Figures of *What changed here?*: ranking a window over a week of many series.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use wardroom_analysis::anomaly::{Options, Refusal, WindowInput, rank_window};
use wardroom_core::{MetricKind, Samples, TimeRange, Timestamp};

use crate::inputs::{START_MS, daily_load};
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// Minutes of the history and of the window at its end.
const WEEK: i64 = 10_080;
const WINDOW: i64 = 60;
/// How long the ranking runs before it is cancelled.
const CANCEL_AFTER: Duration = Duration::from_millis(50);

/// Measures ranking an hour over 5,000 series × 10,080 samples on all cores, and how soon it ends when cancelled.
pub(crate) fn changed(_: &Bench) -> Result<Vec<Row>> {
    let all: Vec<Samples> = (0..5_000).map(|seed| daily_load(seed, WEEK, 60_000)).collect();
    let end = Timestamp::from_millis(START_MS + WEEK * 60_000);
    let window = TimeRange::new(end.plus_millis(-WINDOW * 60_000), end)?;
    let input = |(i, samples)| WindowInput { samples, kind: MetricKind::Gauge, group: i / 20 };
    let inputs: Vec<WindowInput<'_>> = all.iter().enumerate().map(input).collect();
    let options = Options::standard();
    let mut changed = 0;
    let time = median_of_five(|| {
        let ranked = rank_window(&inputs, window, &options, &AtomicBool::new(false), &|_| {});
        changed = ranked.iter().flatten().filter(|change| change.score >= 0.6).count();
        Ok(())
    })?;
    let cancel = AtomicBool::new(false);
    let (after, left) = std::thread::scope(|scope| {
        let ranking = scope.spawn(|| {
            let ranked = rank_window(&inputs, window, &options, &cancel, &|_| {});
            (Instant::now(), ranked.iter().filter(|r| **r == Err(Refusal::Cancelled)).count())
        });
        std::thread::sleep(CANCEL_AFTER);
        let asked = Instant::now();
        cancel.store(true, Ordering::Relaxed);
        let (ended, left) = ranking.join().unwrap_or((asked, 0));
        (ended.saturating_duration_since(asked), left)
    });
    Ok(vec![
        Row::new(
            "rank an hour over 5,000 series x 10,080 points",
            time.as_secs_f64(),
            "s",
            Limits::AtMost(3.0, 0.5),
        )
        .note(format!("median of 5, all cores, samples in memory; {changed} changes on faultless input")),
        Row::new(
            "the same, cancelled: until it ends",
            after.as_secs_f64() * 1000.0,
            "ms",
            Limits::AtMost(100.0, 10.0),
        )
        .note(format!("cancelled after 50 ms; {left} series were not begun")),
    ])
}
