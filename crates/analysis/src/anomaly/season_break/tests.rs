//! Days whose pattern is gone, moved, or as usual.

use std::f64::consts::TAU;
use std::sync::atomic::AtomicBool;

use wardroom_core::series::MetricKind;

use super::super::{Input, judge};
use super::*;

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440;
const DAYS: i64 = 11;

#[test]
fn a_day_without_its_pattern_at_the_usual_level_is_a_season_break() {
    let breaks =
        breaks(|minute| if minute >= 10 * DAY { noise(minute) } else { shape(minute) + noise(minute) });

    assert_eq!(breaks.len(), 1, "{breaks:#?}");
    let hours_off = (breaks[0].start.as_millis() - begin_ms(10 * DAY)) as f64 / 3_600_000.0;
    // The pattern passes its level at the begin of a day, so it takes a while until a value is off it.
    assert!((0.0..=4.0).contains(&hours_off), "{hours_off}");
    assert_eq!(breaks[0].end, None);
    assert!(breaks[0].reason.rarer_than > 0.99);
}

#[test]
fn a_pattern_six_hours_late_is_a_season_break_and_one_of_an_hour_is_not() {
    let moved_by = |hours: i64| {
        breaks(|minute| {
            let moved = if minute >= 9 * DAY { minute - hours * 60 } else { minute };
            shape(moved) + noise(minute)
        })
    };

    assert_eq!(moved_by(6).len(), 1);
    // Clocks are changed by an hour, in both directions.
    assert_eq!(moved_by(1), []);
    assert_eq!(moved_by(-1), []);
}

#[test]
fn weekends_without_a_pattern_are_usual_for_a_series_that_has_them() {
    // Day 2 and 3, 9 and 10 are flat.
    let weekend = |minute: i64| (minute / DAY + 5) % 7 < 2;

    assert_eq!(
        breaks(|minute| if weekend(minute) { noise(minute) } else { shape(minute) + noise(minute) }),
        []
    );
}

#[test]
fn an_outage_is_no_season_break() {
    let out = |minute: i64| minute >= 10 * DAY;

    assert_eq!(breaks(|minute| if out(minute) { -40.0 } else { shape(minute) + noise(minute) }), []);
}

#[test]
fn a_short_fault_far_beyond_the_pattern_takes_nothing_of_it_away() {
    for lasts in [10, 60, 240] {
        let fault = |minute: i64| if minute >= DAYS * DAY - lasts { 2_000.0 } else { 0.0 };

        assert_eq!(breaks(|minute| shape(minute) + noise(minute) + fault(minute)), [], "{lasts} min");
    }
}

#[test]
fn healthy_days_have_none() {
    for seed in 0..8 {
        assert_eq!(breaks(|minute| shape(minute) + 2.0 * noise(minute + 100_000 * seed)), []);
    }
}

fn breaks(value: impl Fn(i64) -> f64) -> Vec<Anomaly> {
    let mut samples = Samples::default();
    for minute in 0..DAYS * DAY {
        samples.push(Timestamp::from_millis(begin_ms(minute)), 20.0 + value(minute));
    }
    let until = samples.last_time().expect("there are samples");
    let input = Input { samples: &samples, kind: MetricKind::Gauge, until };
    let judgement =
        judge(&input, &Options::standard(), &AtomicBool::new(false)).expect("eleven days are enough");
    judgement.anomalies.into_iter().filter(|anomaly| anomaly.kind == AnomalyKind::SeasonBreak).collect()
}

fn begin_ms(minute: i64) -> i64 {
    1_794_009_600_000 + minute * MINUTE
}

/// A day's load from −5 to 5 with a second peak.
fn shape(minute: i64) -> f64 {
    let day = minute as f64 / DAY as f64 * TAU;
    4.0 * day.sin() + 1.5 * (2.0 * day).sin()
}

fn noise(i: i64) -> f64 {
    let mut z = i.unsigned_abs().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
