//! The judgement on series whose departure is known, because the tests put it there.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use wardroom_core::anomaly::{AnomalyKind, Grade};
use wardroom_core::series::{MetricKind, STALE_BITS, Samples};
use wardroom_core::time::{TimeRange, Timestamp};

use super::*;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-17T14:53:00Z, a Tuesday.
const END: i64 = 1_794_927_180_000;
/// Eleven minutes before the end, on the grid of 15 s.
const ONSET: i64 = END - 11 * MINUTE;

#[test]
fn a_lasting_shift_is_found_at_its_exact_first_sample() {
    let commit_seconds =
        series(
            mixed_times(),
            |t| if t >= ONSET { 0.092 + 0.004 * noise(t) } else { 0.004 + 0.001 * noise(t) },
        );

    let findings = judge_gauge(&commit_seconds).anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.kind, AnomalyKind::Level);
    assert_eq!(finding.start, Timestamp::from_millis(ONSET));
    assert_eq!((finding.end, finding.step_ms), (None, 15 * SECOND));
    let observed = finding.reason.observed.expect("a level has a value");
    assert!((observed - 0.092).abs() < 0.002, "{observed}");
    assert!(finding.reason.expected.is_some_and(|e| (e - 0.004).abs() < 0.001));
    assert!(finding.reason.rarer_than > 0.999);
}

#[test]
fn stray_steps_before_a_shift_are_not_its_begin() {
    // The last sample of each minute with a stray, before the minute that ends with the onset, and how far it is off.
    let above = [(4 * MINUTE, 8.0)];
    let several = [(6 * MINUTE, 8.0), (4 * MINUTE, -8.0), (2 * MINUTE, 8.0)];
    let below_just_before = [(MINUTE, -8.0)];
    for strays in [above.as_slice(), &several, &below_just_before] {
        let off = |t: i64| {
            let stray = strays.iter().find(|(before, _)| minute_of(t) == ONSET - before);
            stray.map_or(if t >= ONSET { 60.0 } else { 0.0 }, |(_, off)| *off)
        };
        let latency = series(mixed_times(), |t| 10.0 + noise(t) + off(t));

        let findings = judge_gauge(&latency).anomalies;

        assert_eq!(the_only_high_one(&findings).start, Timestamp::from_millis(ONSET), "{strays:?}");
    }
}

#[test]
fn a_counter_of_rare_errors_rises_where_its_rate_does() {
    // One error a minute, now and then one more. The last minute before the rise has none, which is below the band, or
    // two, which is above it.
    let last = ONSET - MINUTE;
    for in_last in [[].as_slice(), &[last - 30 * SECOND, last]] {
        let errors = |t: i64| match t {
            t if t >= ONSET => 17.0,
            t if minute_of(t) == last => f64::from(u8::from(in_last.contains(&t))),
            t if t.rem_euclid(MINUTE) != 0 => 0.0,
            t if t.rem_euclid(200 * MINUTE) == 0 => 2.0,
            _ => 1.0,
        };
        let mut total = 0.0;
        let mut counter = Samples::default();
        for t in mixed_times() {
            total += errors(t);
            counter.push(Timestamp::from_millis(t), total);
        }
        let until = Timestamp::from_millis(END);
        let input = Input { samples: &counter, kind: MetricKind::Counter, until };

        let findings = detect(&input, &Options::standard(), &AtomicBool::new(false))
            .expect("eight days are enough")
            .anomalies;

        let finding = the_only_high_one(&findings);
        let told = (finding.kind, finding.start);
        assert_eq!(told, (AnomalyKind::Level, Timestamp::from_millis(ONSET)), "{in_last:?}");
    }
}

#[test]
fn a_shift_with_a_usual_step_within_keeps_its_begin() {
    // The first sample of a judged minute.
    let from = ONSET + 15 * SECOND;
    for minutes in [1, 2, 3] {
        let shifted = |t: i64| t >= from && minute_of(t) != ONSET + (minutes + 1) * MINUTE;
        let latency = series(mixed_times(), |t| 10.0 + noise(t) + if shifted(t) { 60.0 } else { 0.0 });

        let findings = judge_gauge(&latency).anomalies;

        assert_eq!(the_only_high_one(&findings).start, Timestamp::from_millis(from), "{minutes}");
    }
}

#[test]
fn a_rise_from_nothing_and_a_rise_of_a_rare_error_score_high() {
    let waiting = series(mixed_times(), |t| if t >= ONSET { 180.0 + (3.0 * noise(t)).round() } else { 0.0 });
    let errors =
        series(mixed_times(), |t| if t >= ONSET { 0.4 + 0.02 * noise(t) } else { 0.002 * (1.0 + noise(t)) });
    let up = series(mixed_times(), |t| if t >= ONSET { 0.0 } else { 1.0 });

    for samples in [waiting, errors, up] {
        let findings = judge_gauge(&samples).anomalies;

        assert_eq!(the_only_high_one(&findings).start, Timestamp::from_millis(ONSET));
    }
}

#[test]
fn an_hour_of_live_data_is_enough_for_a_clear_fault() {
    let times = (0..=240).map(|k| END - HOUR + k * 15 * SECOND).collect();
    let latency = series(times, |t| if t >= ONSET { 92.0 + 4.0 * noise(t) } else { 4.0 + noise(t) });

    let findings = judge_gauge(&latency).anomalies;

    assert_eq!(the_only_high_one(&findings).start, Timestamp::from_millis(ONSET));
}

#[test]
fn daily_and_weekly_load_is_harmless() {
    let requests = series(mixed_times(), |t| 100.0 * load(t) + 5.0 * noise(t));

    let judgement = judge_gauge(&requests);

    assert!(judgement.anomalies.is_empty(), "{:?}", judgement.anomalies);
}

#[test]
fn half_of_the_daily_load_lost_is_found_in_a_counter_with_resets() {
    let mut total = 0.0;
    let mut before = END - 9 * DAY;
    let mut counter = Samples::default();
    for t in mixed_times() {
        let per_second = 100.0 * load(t) * if t >= ONSET { 0.5 } else { 1.0 } + 3.0 * noise(t);
        total += per_second * ((t - before).min(MINUTE) as f64 / 1000.0);
        before = t;
        if (t / MINUTE) % 4000 == 0 {
            total = 0.0;
        }
        counter.push(Timestamp::from_millis(t), total);
    }

    let input = Input { samples: &counter, kind: MetricKind::Counter, until: Timestamp::from_millis(END) };
    let findings = detect(&input, &Options::standard(), &AtomicBool::new(false))
        .expect("eight days are enough")
        .anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.start, Timestamp::from_millis(ONSET));
    assert_eq!(finding.reason.season_ms, Some(DAY));
}

#[test]
fn short_blips_of_deploys_do_not_score_high() {
    let deploys = [3, 5, 30, 60, 90, 150].map(|hours| END - hours * HOUR);
    let latency = series(mixed_times(), |t| {
        let blip = deploys.iter().any(|&at| (at..at + 150 * SECOND).contains(&t));
        20.0 * load(t) + noise(t) + if blip { 40.0 } else { 0.0 }
    });

    let findings = judge_gauge(&latency).anomalies;

    assert!(findings.iter().all(|finding| finding.score.grade() < Grade::High), "{findings:?}");
}

#[test]
fn an_excursion_that_came_back_is_a_spike_with_its_exact_end() {
    let (from, to) = (END - 2 * DAY, END - 2 * DAY + 15 * MINUTE);
    let queue = series(mixed_times(), |t| 10.0 + noise(t) + if (from..to).contains(&t) { 60.0 } else { 0.0 });

    let findings = judge_gauge(&queue).anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.kind, AnomalyKind::Spike);
    assert_eq!(finding.start, Timestamp::from_millis(from));
    assert_eq!(finding.end, Some(Timestamp::from_millis(to)));
    assert_eq!(finding.step_ms, MINUTE);
}

#[test]
fn a_lasting_rise_is_a_trend_with_its_slope() {
    let from = END - 2 * HOUR;
    let lag_seconds =
        series(mixed_times(), |t| 5.0 + noise(t) + 2.0 * (t - from).max(0) as f64 / MINUTE as f64);

    let findings = judge_gauge(&lag_seconds).anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.kind, AnomalyKind::Trend);
    let slope = finding.reason.slope_per_hour.expect("a trend has a slope");
    assert!((slope - 120.0).abs() < 12.0, "{slope}");
    let late_ms = finding.start.as_millis() - from;
    assert!((0..15 * MINUTE).contains(&late_ms), "{late_ms}");
}

#[test]
fn wider_swings_around_the_same_level_are_a_change_of_spread() {
    let from = END - HOUR;
    let temperature = series(minute_times(), |t| 50.0 + noise(t) * if t >= from { 4.0 } else { 1.0 });

    let findings = judge_gauge(&temperature).anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.kind, AnomalyKind::Variance);
    assert!((finding.start.as_millis() - from).abs() <= 10 * MINUTE);
    assert_eq!(finding.end, None);
}

#[test]
fn a_sensor_that_stands_still_is_flat() {
    let from = END - 2 * HOUR;
    let sensor = series(minute_times(), |t| 50.0 + noise(t.min(from)));

    let findings = judge_gauge(&sensor).anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.kind, AnomalyKind::Flat);
    assert_eq!((finding.start, finding.end), (Timestamp::from_millis(from), None));
}

#[test]
fn samples_that_stop_while_the_source_answers_are_missing() {
    let requests = series(mixed_times(), |t| 100.0 * load(t) + noise(t));

    let findings = judged_until(&requests, END + 10 * MINUTE).anomalies;
    let in_time = judged_until(&requests, END + MINUTE).anomalies;
    let retired = judged_until(&requests, END + 3 * DAY).anomalies;

    let finding = the_only_high_one(&findings);
    assert_eq!(finding.kind, AnomalyKind::Missing);
    assert_eq!((finding.start, finding.end), (Timestamp::from_millis(END + 15 * SECOND), None));
    assert!(in_time.is_empty(), "{in_time:?}");
    assert!(retired.is_empty(), "{retired:?}");
}

#[test]
fn a_series_that_ended_in_order_does_not_score_high() {
    let mut requests = series(mixed_times(), |t| 100.0 * load(t) + noise(t));
    requests.push(Timestamp::from_millis(END + 15 * SECOND), f64::from_bits(STALE_BITS));

    let findings = judged_until(&requests, END + 10 * MINUTE).anomalies;

    assert!(findings.iter().all(|finding| finding.score.grade() == Grade::Low), "{findings:?}");
}

#[test]
fn too_little_or_nothing_is_refused_with_the_reason() {
    let options = Options::standard();
    let refusal = |samples: &Samples| {
        detect(&gauge(samples, END), &options, &AtomicBool::new(false)).map(|_| ()).map_err(Refusal::as_str)
    };
    let ten_minutes = (0..=10).map(|k| END - 10 * MINUTE + k * MINUTE).collect();

    assert_eq!(refusal(&Samples::default()), Err("empty"));
    assert_eq!(refusal(&series(minute_times(), |_| f64::NAN)), Err("empty"));
    assert_eq!(refusal(&series(ten_minutes, noise)), Err("too_short"));
    assert_eq!(refusal(&series(minute_times(), |_| 7.0)), Err("constant"));
}

#[test]
fn a_constant_series_that_stops_is_missing() {
    let up = series(mixed_times(), |_| 1.0);

    let findings = judged_until(&up, END + 10 * MINUTE).anomalies;

    assert_eq!(the_only_high_one(&findings).kind, AnomalyKind::Missing);
}

#[test]
fn a_gap_elsewhere_does_not_move_an_onset() {
    let value = |t: i64| if t >= ONSET { 92.0 + 4.0 * noise(t) } else { 4.0 + noise(t) };
    let gap = END - 3 * DAY..END - 3 * DAY + 5 * HOUR;
    let holed = mixed_times().into_iter().filter(|t| !gap.contains(t)).collect();

    let whole = judge_gauge(&series(mixed_times(), value)).anomalies;
    let holed = judge_gauge(&series(holed, value)).anomalies;

    assert_eq!(the_only_high_one(&whole).start, the_only_high_one(&holed).start);
}

#[test]
fn the_band_holds_the_usual_values_and_ends_with_the_data() {
    let requests = series(mixed_times(), |t| 100.0 * load(t) + 5.0 * noise(t));
    let range = TimeRange::new(Timestamp::from_millis(END - HOUR), Timestamp::from_millis(END + 10 * MINUTE))
        .expect("start is before end");

    let band = band(&gauge(&requests, END), &Options::standard(), range, MINUTE).expect("history is enough");

    assert_eq!((band.lower.len(), band.expected.len(), band.upper.len()), (70, 70, 70));
    // One value a minute from END − 60 min to END are 61; the nine after the data are gaps.
    assert_eq!(band.expected.iter().flatten().count(), 61);
    for (k, (lower, upper)) in band.lower.iter().zip(&band.upper).enumerate().take(61) {
        let usual = 100.0 * load(END - HOUR + i64::try_from(k).expect("61 fits") * MINUTE);
        assert!(lower.is_some_and(|l| l < usual) && upper.is_some_and(|u| u > usual));
    }
}

#[test]
fn many_series_are_answered_in_their_order_and_cancelling_answers_the_rest() {
    let shifted = series(mixed_times(), |t| noise(t) + if t >= ONSET { 50.0 } else { 0.0 });
    let constant = series(mixed_times(), |_| 1.0);
    let inputs = [gauge(&shifted, END), gauge(&constant, END), gauge(&shifted, END)];
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let seen = Mutex::new(Vec::new());
    let progress = |n: usize| seen.lock().expect("no thread panicked").push(n);

    let answers = detect_all(&inputs, &options, &AtomicBool::new(false), &progress);
    let cancelled = detect_all(&inputs, &options, &AtomicBool::new(true), &progress);

    assert_eq!(answers[0], detect(&inputs[0], &options, &AtomicBool::new(false)));
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[1], Err(Refusal::Constant));
    assert!(
        answers[0].as_ref().is_ok_and(|found| found.band.expected.is_empty() && found.rows.times.is_empty())
    );
    assert!(cancelled.iter().all(|answer| *answer == Err(Refusal::Cancelled)));
    let mut seen = seen.into_inner().expect("no thread panicked");
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3]);
}

/// What the test below found once: a step so wide that twice of it is more than a number of milliseconds can be.
#[test]
fn times_as_far_apart_as_can_be_do_not_make_it_panic() {
    let mut wild = Samples::default();
    for (time, value) in [
        (0, 0.0),
        (6_485_444_877_857_117_365, -1.264_893_926_784_448_6e72),
        (-8_407_299_362_918_427_783, 4.473_447_421_491_592_6e-197),
        (1_873_733_826_355_168_586, 1.178_926_227_530_789_4e-255),
    ] {
        wild.push(Timestamp::from_millis(time), value);
    }
    for kind in [MetricKind::Gauge, MetricKind::Counter] {
        let until = Timestamp::from_millis(3_544_048_676_213_378_930);
        let judgement =
            detect(&Input { samples: &wild, kind, until }, &Options::standard(), &AtomicBool::new(false));

        assert!(
            judgement.is_ok_and(|j| j.anomalies.iter().all(|a| a.score.get().is_finite()))
                || kind.is_cumulative()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scaling_the_unit_scales_the_result(exponent in -9.0..9.0_f64, onset_minutes in 4_i64..600) {
        let onset = END - onset_minutes * MINUTE;
        let factor = 10_f64.powf(exponent);
        let value = |t: i64| 20.0 * load(t) + noise(t) + if t >= onset { 30.0 } else { 0.0 };

        let plain = judge_gauge(&series(mixed_times(), value)).anomalies;
        let scaled = judge_gauge(&series(mixed_times(), |t| factor * value(t))).anomalies;

        prop_assert!(!plain.is_empty());
        prop_assert_eq!(plain.len(), scaled.len());
        for (a, b) in plain.iter().zip(&scaled) {
            prop_assert_eq!((a.kind, a.start, a.end), (b.kind, b.start, b.end));
            prop_assert!((a.score.get() - b.score.get()).abs() < 1e-6);
            let (a, b) = (a.reason.observed.unwrap_or(0.0), b.reason.observed.unwrap_or(0.0));
            prop_assert!((a * factor - b).abs() <= 1e-9 * b.abs());
        }
    }

    #[test]
    fn no_value_and_no_time_makes_it_panic(
        pairs in prop::collection::vec((any::<i64>(), prop::num::f64::ANY), 0..120),
        values in prop::collection::vec(prop::num::f64::ANY, 150..300),
        until in any::<i64>(),
    ) {
        let mut wild = Samples::default();
        for (time, value) in pairs {
            wild.push(Timestamp::from_millis(time), value);
        }
        let mut regular = Samples::default();
        for (k, value) in (0..).zip(values) {
            regular.push(Timestamp::from_millis(END + k * 15 * SECOND), value);
        }
        for kind in [MetricKind::Gauge, MetricKind::Counter] {
            for samples in [&wild, &regular] {
                let input = Input { samples, kind, until: Timestamp::from_millis(until) };
                if let Ok(judgement) = detect(&input, &Options::standard(), &AtomicBool::new(false)) {
                    let band = judgement.band;
                    prop_assert!(band.upper.iter().flatten().all(|v| v.is_finite()));
                }
            }
        }
    }
}

/// Detects as a click does.
fn judge_gauge(samples: &Samples) -> Detection {
    judged_until(samples, END)
}

fn judged_until(samples: &Samples, until: i64) -> Detection {
    detect(&gauge(samples, until), &Options::standard(), &AtomicBool::new(false))
        .expect("the history is long enough and moves")
}

fn gauge(samples: &Samples, until: i64) -> Input<'_> {
    Input { samples, kind: MetricKind::Gauge, until: Timestamp::from_millis(until) }
}

fn the_only_high_one(findings: &[Anomaly]) -> &Anomaly {
    let high: Vec<&Anomaly> =
        findings.iter().filter(|finding| finding.score.grade() == Grade::High).collect();
    assert_eq!(high.len(), 1, "{findings:#?}");
    high[0]
}

fn series(times: Vec<i64>, value: impl Fn(i64) -> f64) -> Samples {
    let values = times.iter().map(|&t| value(t)).collect();
    Samples::from_columns(times, values).expect("one value a time")
}

/// Eight days at one minute, the last six hours at 15 s.
fn mixed_times() -> Vec<i64> {
    let minutes = (0..8 * 1440 - 360).map(|k| END - 8 * DAY + k * MINUTE);
    let quarters = (0..=6 * 240).map(|k| END - 6 * HOUR + k * 15 * SECOND);
    minutes.chain(quarters).collect()
}

/// Eight days at one minute.
fn minute_times() -> Vec<i64> {
    (0..=8 * 1440).map(|k| END - 8 * DAY + k * MINUTE).collect()
}

/// Returns the last time of the minute in which a sample is judged.
fn minute_of(t: i64) -> i64 {
    (t + MINUTE - 1).div_euclid(MINUTE) * MINUTE
}

/// Daily load from 0.5 to 1.5, on Saturdays and Sundays three tenths lower, changing over three hours.
fn load(t: i64) -> f64 {
    let day = (t.rem_euclid(DAY) as f64 / DAY as f64 * std::f64::consts::TAU - 2.0).sin();
    // Day 0 was a Thursday.
    let of_day = |day: i64| if matches!((day + 4).rem_euclid(7), 0 | 6) { 0.7 } else { 1.0 };
    let (yesterday, today) = (of_day(t.div_euclid(DAY) - 1), of_day(t.div_euclid(DAY)));
    let share = (t.rem_euclid(DAY) as f64 / (3 * HOUR) as f64).min(1.0);
    (1.0 + 0.5 * day) * (yesterday + (today - yesterday) * share)
}

/// White noise from −1 to 1: the finalizer of splitmix64 over the time.
fn noise(t: i64) -> f64 {
    let mut z = t.unsigned_abs().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
