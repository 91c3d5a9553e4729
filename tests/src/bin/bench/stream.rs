//! Figures of judging sample by sample: what a point costs, how large a state is, and how long learning takes.

use std::hint::black_box;

use anyhow::{Context, Result};
use wardroom_analysis::anomaly::Options;
use wardroom_analysis::anomaly::stream::State;
use wardroom_core::{MetricKind, Samples, Timestamp};
use wardroom_tests::measure::cpu_seconds;

use crate::Bench;
use crate::inputs::daily_load;
use crate::table::{Limits, Row};

const SERIES: u64 = 1_000;
const MINUTE_MS: i64 = 60_000;
/// Samples of a week at one minute: what is learnt from.
const WEEK: i64 = 10_080;
/// Samples of a day at one minute: what is streamed.
const DAY: i64 = 1_440;

/// Measures states learnt from a week, and moved on by a day, of each of 1,000 series.
pub(crate) fn stream(_: &Bench) -> Result<Vec<Row>> {
    let all: Vec<Samples> = (0..SERIES).map(|seed| daily_load(seed, WEEK + DAY, MINUTE_MS)).collect();
    let learnt_from = usize::try_from(WEEK)?;
    let weeks: Vec<Samples> = all.iter().map(|samples| part(samples, 0, learnt_from)).collect();
    let before = cpu_seconds()?;
    let mut states = Vec::with_capacity(weeks.len());
    for week in &weeks {
        states.push(State::learn(week, MetricKind::Gauge, &Options::standard())?);
    }
    let learning = (cpu_seconds()? - before) / SERIES as f64 * 1e3;

    let before = cpu_seconds()?;
    let (mut outside, mut alarms) = (0_u64, 0_u64);
    // As samples arrive: one of every series, then the next of every series.
    for idx in learnt_from..learnt_from + usize::try_from(DAY)? {
        for (state, samples) in states.iter_mut().zip(&all) {
            let (time, value) = (samples.times()[idx], samples.values()[idx]);
            if let Ok(verdict) = black_box(state.push(Timestamp::from_millis(time), value)) {
                outside += u64::from(verdict.is_outside);
                alarms += u64::from(verdict.since == Some(Timestamp::from_millis(time)));
            }
        }
    }
    let point = (cpu_seconds()? - before) / (SERIES as f64 * DAY as f64) * 1e6;

    let bytes: Vec<usize> = states.iter().map(State::bytes).collect();
    let largest = bytes.iter().max().copied().context("there are series")? as f64;
    let mean = bytes.iter().sum::<usize>() as f64 / SERIES as f64;
    Ok(vec![
        Row::new("streaming update, per new point and series", point, "us", Limits::AtMost(20.0, 2.0)).note(
            format!("CPU, 1,000 series x a day at 1 min; {outside} samples outside, {alarms} alarms at once"),
        ),
        Row::new("model state per series", mean / 1000.0, "kB", Limits::AtMost(18.0, 4.0))
            .note(format!("mean; the largest is {:.2} kB", largest / 1000.0)),
        Row::beside("learning a state from a week at 1 min", learning, "ms")
            .note("CPU, mean of 1,000 series"),
    ])
}

fn part(samples: &Samples, from: usize, to: usize) -> Samples {
    let columns = (samples.times()[from..to].to_vec(), samples.values()[from..to].to_vec());
    Samples::from_columns(columns.0, columns.1).unwrap_or_default()
}
