//! What is promised of a window: what the tests put there is found and told as what it is, and nothing else is.

use std::f64::consts::TAU;
use std::sync::Mutex;

use proptest::prelude::*;
use wardroom_core::series::STALE_BITS;

use super::*;
use crate::pass::tests::cancelled_at;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-17T14:53:00Z, a Tuesday: the begin of the window that the tests look at.
const BEGIN: i64 = 1_794_927_180_000;

#[test]
fn a_level_shift_is_told_with_its_first_sample_and_both_values() {
    let onset = BEGIN + 20 * MINUTE;
    let change = week(|t| 100.0 * load(t) + 2.0 * noise(t) + if t >= onset { 80.0 } else { 0.0 });

    let change = alone(&change);

    assert_eq!(change.kind, AnomalyKind::Level);
    assert!(change.score > 0.9, "{change:?}");
    assert_eq!(change.start, Some(Timestamp::from_millis(onset)));
    assert!((change.seen - change.usual - 80.0).abs() < 6.0, "{change:?}");
    assert_eq!(change.against_peers, None);
}

#[test]
fn a_shift_in_the_last_minutes_of_the_window_is_found() {
    let onset = BEGIN + 52 * MINUTE;

    let change = alone(&week(|t| 100.0 * load(t) + 2.0 * noise(t) + if t >= onset { 30.0 } else { 0.0 }));

    assert!(change.score > 0.9 && change.kind == AnomalyKind::Level, "{change:?}");
    assert_eq!(change.start, Some(Timestamp::from_millis(onset)));
}

#[test]
fn what_was_so_before_the_window_has_no_start_in_it() {
    let onset = BEGIN - 90 * MINUTE;

    let change = alone(&week(|t| 100.0 * load(t) + 2.0 * noise(t) + if t >= onset { 80.0 } else { 0.0 }));

    assert!(change.score > 0.9, "{change:?}");
    assert_eq!(change.start, None);
}

#[test]
fn a_spike_is_told_with_its_highest_value() {
    let peak = BEGIN + 30 * MINUTE..BEGIN + 34 * MINUTE;

    let change = alone(&week(|t| 10.0 + noise(t) + if peak.contains(&t) { 60.0 } else { 0.0 }));

    assert_eq!(change.kind, AnomalyKind::Spike);
    assert!(change.score > 0.6, "{change:?}");
    assert_eq!(change.start, Some(Timestamp::from_millis(peak.start)));
    assert!((change.usual - 10.0).abs() < 1.0 && (69.0..71.5).contains(&change.seen), "{change:?}");
}

#[test]
fn wider_swings_around_the_same_level_are_a_change_of_spread() {
    let change = alone(&week(|t| 50.0 + noise(t) * if t >= BEGIN { 4.0 } else { 1.0 }));

    assert!(change.score > 0.8, "{change:?}");
    // Uniform noise from −1 to 1: the mean size of the difference of two is 2/3; without the two largest of 59, of some
    // 1.8 each, and in standard deviations it is (59 · 2/3 − 3.6) / 57 / (2/√π) = 0.556.
    assert!(change.kind == AnomalyKind::Variance && (change.usual - 0.556).abs() < 0.05, "{change:?}");
    // One hour is one sample of it.
    assert!((2.8..5.2).contains(&(change.seen / change.usual)), "{change:?}");
}

#[test]
fn a_rise_all_along_is_a_trend() {
    let change = alone(&week(|t| 5.0 + noise(t) + 0.5 * ((t - BEGIN).max(0) / MINUTE) as f64));

    assert!(change.kind == AnomalyKind::Trend && change.score > 0.9, "{change:?}");
}

#[test]
fn a_sensor_that_stands_still_is_flat() {
    let change = alone(&week(|t| 50.0 + noise(t.min(BEGIN + 10 * MINUTE))));

    assert!(change.kind == AnomalyKind::Flat && change.score > 0.6, "{change:?}");
    assert_eq!(change.start, Some(Timestamp::from_millis(BEGIN + 10 * MINUTE)));
}

#[test]
fn a_stand_still_begins_where_it_does_with_gaps_in_it_and_before_the_window() {
    let gap = BEGIN + 30 * MINUTE..BEGIN + 32 * MINUTE;
    let value = |t: i64, at: i64| 50.0 + if t >= at { 0.0 } else { noise(t) };
    let still_from = |at: i64| alone(&week(|t| if gap.contains(&t) { f64::NAN } else { value(t, at) }));

    let within = still_from(BEGIN + 10 * MINUTE);
    let before = still_from(BEGIN - 10 * MINUTE);

    assert_eq!((within.kind, before.kind), (AnomalyKind::Flat, AnomalyKind::Flat));
    assert_eq!(within.start, Some(Timestamp::from_millis(BEGIN + 10 * MINUTE)));
    assert_eq!(before.start, None);
}

#[test]
fn samples_that_stop_coming_are_missing_and_counted() {
    let stops = BEGIN + 15 * MINUTE;
    let mut samples = week(|t| if t >= stops { f64::NAN } else { 100.0 * load(t) + noise(t) });

    let change = alone(&samples);

    assert!(change.kind == AnomalyKind::Missing && change.score > 0.9, "{change:?}");
    assert_eq!(change.start, Some(Timestamp::from_millis(stops)));
    assert!((change.usual - 60.0).abs() < 0.5 && (change.seen - 15.0).abs() < 0.5, "{change:?}");

    samples.push(Timestamp::from_millis(stops), f64::from_bits(STALE_BITS));
    samples.sort_and_deduplicate();
    assert!(alone(&samples).score < 0.6, "a series that ended in order is less of a surprise");
}

#[test]
fn steps_that_are_missing_are_counted_in_a_long_window_too() {
    // Eighteen of twenty-four hours are there, at a sample a minute; a cell of such a window is 23 min long.
    let stops = BEGIN - 4 * HOUR;
    let samples = week(|t| if t >= stops { f64::NAN } else { 100.0 * load(t) + noise(t) });
    let input = WindowInput { samples: &samples, kind: MetricKind::Gauge, group: 0 };

    let change = rank_in(&[input], BEGIN - 22 * HOUR, BEGIN + 2 * HOUR).pop().unwrap().unwrap();

    assert_eq!(change.kind, AnomalyKind::Missing, "{change:?}");
    assert!((change.usual - 1_440.0).abs() < 0.5, "{change:?}");
    assert!((change.seen - 1_080.0).abs() <= 23.0, "{change:?}");
}

#[test]
fn the_daily_peak_at_its_usual_time_is_no_change_and_its_absence_is() {
    let peak = |t: i64| if (t - BEGIN).rem_euclid(DAY) < 30 * MINUTE { 300.0 } else { 0.0 };

    let usual = alone(&week(|t| 50.0 + noise(t) + peak(t)));
    let absent = alone(&week(|t| 50.0 + noise(t) + if t < BEGIN { peak(t) } else { 0.0 }));

    assert!(usual.score < 0.5, "{usual:?}");
    assert!(absent.score > 0.6 && absent.seen < absent.usual, "{absent:?}");
}

#[test]
fn two_days_teach_the_time_of_day() {
    let peak = |t: i64| 100.0 * ((t - BEGIN) as f64 * TAU / DAY as f64).cos().max(0.0);

    let change = alone(&series(BEGIN - 2 * DAY - 30 * MINUTE, |t| 50.0 + noise(t) + peak(t)));

    assert!(change.score < 0.5, "{change:?}");
}

#[test]
fn healthy_series_of_many_kinds_have_not_changed() {
    let mut changed = Vec::new();
    for seed in 0..200_i64 {
        let at = |t: i64| t + seed * 1_000_003;
        let samples = match seed % 4 {
            0 => week(|t| 100.0 * load(t + seed * HOUR) + 3.0 * noise(at(t))),
            1 => week(|t| 20.0 + slow(at(t)) + noise(at(t))),
            2 => week(|t| if noise(at(t)) > 0.99 { 40.0 } else { 5.0 + (2.0 * noise(at(t) + 1)).round() }),
            _ => week(|t| (3.0 + 3.0 * noise(at(t))).round()),
        };
        changed.extend(rank(&[&samples], |_| 0).pop().unwrap().ok().filter(|change| change.score >= 0.6));
    }

    // By chance one of 200 may look as if it had.
    assert!(changed.len() <= 1, "{changed:?}");
}

#[test]
fn one_that_does_not_follow_its_peers_is_told_although_its_values_are_usual() {
    // All follow the same wandering load; in the window one stays where it usually is.
    let wander = |t: i64| 100.0 + 40.0 * slow(t);
    let high = |t: i64| if t >= BEGIN { 30.0 } else { 0.0 };
    let mut all: Vec<Samples> =
        (0..6).map(|i| week(|t| wander(t) + high(t) + noise(t + i * 77_777))).collect();
    all.push(week(|t| wander(t) + noise(t)));
    let inputs: Vec<&Samples> = all.iter().collect();

    let alone = rank(&inputs, |i| i);
    let beside = rank(&inputs, |_| 0);

    let score = |changes: &[Result<WindowChange, Refusal>], i: usize| changes[i].as_ref().unwrap().score;
    assert!(score(&alone, 6) < 0.6, "{:?}", alone[6]);
    let odd = beside[6].as_ref().unwrap();
    assert!(odd.score >= 0.6 && odd.against_peers.is_some_and(|sigmas| sigmas > 5.0), "{odd:?}");
    assert!((odd.usual - odd.seen - 30.0).abs() < 15.0, "{odd:?}");
    assert!(beside[..6].iter().all(|c| c.as_ref().unwrap().against_peers.is_some_and(|s| s < 5.0)));
}

#[test]
fn peers_that_change_together_do_not_part() {
    let all: Vec<Samples> = (0..5_i64)
        .map(|i| week(|t| 10.0 * (i + 1) as f64 + noise(t + i * 999) + if t >= BEGIN { 500.0 } else { 0.0 }))
        .collect();

    let changes = rank(&all.iter().collect::<Vec<_>>(), |_| 0);

    for change in changes {
        let change = change.unwrap();
        assert!(change.score > 0.9 && change.against_peers.is_some_and(|s| s < 3.0), "{change:?}");
    }
}

#[test]
fn a_counter_is_judged_by_its_rate() {
    let (mut total, onset) = (0.0, BEGIN + 20 * MINUTE);
    let counter = week(|t| {
        if (t / MINUTE) % 3_000 == 0 {
            total = 0.0;
        }
        total += 60.0 * (100.0 * load(t) + 2.0 * noise(t)) * if t > onset { 0.4 } else { 1.0 };
        total
    });
    let input = WindowInput { samples: &counter, kind: MetricKind::Counter, group: 0 };

    let change = rank_with(&[input]).pop().unwrap().unwrap();

    assert!(change.score > 0.9 && change.kind == AnomalyKind::Level, "{change:?}");
    assert!((change.seen / change.usual - 0.4).abs() < 0.08, "{change:?}");
}

#[test]
fn what_cannot_be_judged_is_refused_with_the_reason() {
    let refusal = |samples: &Samples| rank(&[samples], |_| 0).pop().unwrap().map_err(Refusal::as_str);
    let two = series(BEGIN - 5 * MINUTE, |t| if t < BEGIN - 3 * MINUTE { 1.0 } else { f64::NAN });

    assert_eq!(refusal(&Samples::default()), Err("empty"));
    assert_eq!(refusal(&week(|_| f64::NAN)), Err("empty"));
    assert_eq!(refusal(&week(|_| 7.0)), Err("constant"));
    assert_eq!(refusal(&two), Err("too_short"));
    assert_eq!(refusal(&series(BEGIN, noise)), Err("too_short"));
    assert_eq!(refusal(&week(|t| if t < BEGIN - 2 * DAY { noise(t) } else { f64::NAN })), Err("empty"));
}

#[test]
fn a_constant_that_moves_or_stops_has_changed() {
    let moves = alone(&week(|t| f64::from(u8::from(t < BEGIN + 30 * MINUTE))));
    let stops = alone(&week(|t| if t < BEGIN + 30 * MINUTE { 1.0 } else { f64::NAN }));

    assert!(moves.score > 0.9 && moves.kind == AnomalyKind::Level, "{moves:?}");
    assert_eq!(moves.start, Some(Timestamp::from_millis(BEGIN + 30 * MINUTE)));
    assert!(stops.score > 0.9 && stops.kind == AnomalyKind::Missing, "{stops:?}");
}

#[test]
fn the_order_of_the_samples_does_not_matter() {
    let samples = week(|t| 100.0 * load(t) + 2.0 * noise(t) + if t >= BEGIN { 50.0 } else { 0.0 });
    let (mut times, mut values) = samples.clone().into_columns();
    times.reverse();
    values.reverse();
    let reversed = Samples::from_columns(times, values).unwrap();

    assert_eq!(alone(&samples), alone(&reversed));
}

#[test]
fn the_unit_does_not_matter_from_denormal_to_astronomic() {
    let value = |t: i64| 100.0 * load(t) + 2.0 * noise(t) + if t >= BEGIN + 10 * MINUTE { 60.0 } else { 0.0 };
    let base = alone(&week(value));

    for scale in [1e-310, 1e-150, 1e150, 8e305] {
        let scaled = alone(&week(|t| value(t) * scale));

        assert!((scaled.score - base.score).abs() < 1e-6, "{scale:e}: {scaled:?}");
        assert_eq!((scaled.kind, scaled.start), (base.kind, base.start), "{scale:e}");
        assert!((scaled.seen / scale - base.seen).abs() < 1e-6 * base.seen, "{scale:e}: {scaled:?}");
        assert!(scaled.usual.is_finite());
    }
}

#[test]
fn windows_of_any_length_and_place_are_answered() {
    let samples = week(|t| 100.0 * load(t) + 2.0 * noise(t));
    for length in [1, MINUTE / 2, MINUTE, 7 * MINUTE, 90 * MINUTE, 6 * HOUR, DAY, 3 * DAY] {
        for back in [0, MINUTE / 2, 61 * MINUTE, DAY + 1] {
            let begin = BEGIN + 2 * HOUR - length - back;
            let input = WindowInput { samples: &samples, kind: MetricKind::Gauge, group: 0 };
            let change = rank_in(&[input], begin, begin + length);

            let change =
                change[0].as_ref().unwrap_or_else(|refusal| panic!("{length} at {begin}: {refusal}"));
            assert!(change.score < 0.6, "{length} at {begin}: {change:?}");
        }
    }
}

#[test]
fn the_same_bytes_come_from_one_thread_and_from_two() {
    let all: Vec<Samples> = (0..40_i64).map(|i| week(|t| 50.0 * load(t) + noise(t + i))).collect();
    let inputs: Vec<&Samples> = all.iter().collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let changes = pool.install(|| rank(&inputs, |i| i / 8));
        let bits =
            |c: &WindowChange| (c.score.to_bits(), c.usual.to_bits(), c.seen.to_bits(), c.start, c.kind);
        changes.iter().map(|c| c.as_ref().map(bits).map_err(|r| *r)).collect::<Vec<_>>()
    };

    assert_eq!(on(1), on(2));
}

#[test]
fn progress_is_told_and_a_cancelled_rest_is_refused() {
    let samples = week(noise);
    let inputs = vec![WindowInput { samples: &samples, kind: MetricKind::Gauge, group: 0 }; 50];
    let cancel = AtomicBool::new(false);
    let seen = Mutex::new(Vec::new());
    let progress = |n: usize| {
        seen.lock().unwrap().push(n);
        cancel.store(true, Ordering::Relaxed);
    };

    let changes = rank_window(&inputs, window(BEGIN, BEGIN + HOUR), &Options::standard(), &cancel, &progress);

    let cancelled = changes.iter().filter(|c| **c == Err(Refusal::Cancelled)).count();
    assert!(!seen.lock().unwrap().is_empty());
    assert_eq!(cancelled, 50 - seen.lock().unwrap().len());
    assert!(cancelled > 40, "{cancelled}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_panics_and_scores_stay_in_their_bounds(
        values in prop::collection::vec((any::<i64>(), any::<f64>()), 0..400),
        begin in any::<i64>(),
        length in 1..DAY * 40,
    ) {
        let mut samples = Samples::default();
        for (time, value) in values {
            samples.push(Timestamp::from_millis(time), value);
        }
        for kind in [MetricKind::Gauge, MetricKind::Counter] {
            let input = WindowInput { samples: &samples, kind, group: 0 };
            if let Ok(window) = TimeRange::new(Timestamp::from_millis(begin), Timestamp::from_millis(begin.saturating_add(length))) {
                let cancel = AtomicBool::new(false);
                for change in rank_window(&[input], window, &Options::standard(), &cancel, &|_| {}).into_iter().flatten() {
                    prop_assert!((0.0..=1.0).contains(&change.score), "{:?}", change);
                    prop_assert!(change.usual.is_finite() && change.seen.is_finite(), "{:?}", change);
                }
            }
        }
    }

    #[test]
    fn garbage_near_the_window_never_panics(
        values in prop::collection::vec((0..3_i64 * 1440, prop_oneof![any::<f64>(), -5.0..5.0, Just(0.0)]), 0..900),
        length in 1..DAY,
    ) {
        let mut samples = Samples::default();
        for (minute, value) in values {
            samples.push(Timestamp::from_millis(BEGIN - 2 * DAY + minute * MINUTE), value);
        }
        let input = WindowInput { samples: &samples, kind: MetricKind::Gauge, group: 0 };
        for change in rank_in(&[input; 5], BEGIN, BEGIN + length).into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&change.score) && change.seen.is_finite() && change.usual.is_finite());
        }
    }
}

#[test]
fn one_long_series_ends_at_the_look_that_finds_it_cancelled() {
    let week = week(noise);
    let input = WindowInput { samples: &week, kind: MetricKind::Counter, group: 0 };
    let window = window(BEGIN, BEGIN + HOUR);
    let studied = |last: usize| {
        cancelled_at(last, |cancel| study(0, &input, window, &Options::standard(), cancel).map(|s| s.change))
    };

    let (whole, looks) = studied(usize::MAX);

    assert!(whole.is_ok() && looks > 8, "{looks}");
    for last in [1, looks / 2, looks] {
        assert_eq!(studied(last), (Err(Refusal::Cancelled), last));
    }
}

fn window(begin: i64, end: i64) -> TimeRange {
    TimeRange::new(Timestamp::from_millis(begin), Timestamp::from_millis(end)).unwrap()
}

fn rank_in(inputs: &[WindowInput<'_>], begin: i64, end: i64) -> Vec<Result<WindowChange, Refusal>> {
    rank_window(inputs, window(begin, end), &Options::standard(), &AtomicBool::new(false), &|_| {})
}

fn rank_with(inputs: &[WindowInput<'_>]) -> Vec<Result<WindowChange, Refusal>> {
    rank_in(inputs, BEGIN, BEGIN + HOUR)
}

fn rank(samples: &[&Samples], group: impl Fn(usize) -> usize) -> Vec<Result<WindowChange, Refusal>> {
    let mut inputs: Vec<WindowInput<'_>> = Vec::new();
    for (i, samples) in samples.iter().enumerate() {
        inputs.push(WindowInput { samples, kind: MetricKind::Gauge, group: group(i) });
    }
    rank_with(&inputs)
}

fn alone(samples: &Samples) -> WindowChange {
    rank(&[samples], |_| 0).pop().unwrap().unwrap()
}

/// A week before the window, the window, and an hour behind it that must not matter, at one minute.
fn week(value: impl FnMut(i64) -> f64) -> Samples {
    series(BEGIN - 7 * DAY, value)
}

fn series(begin: i64, mut value: impl FnMut(i64) -> f64) -> Samples {
    let mut samples = Samples::default();
    for t in (begin..BEGIN + 2 * HOUR).step_by(60_000) {
        samples.push(Timestamp::from_millis(t), value(t));
    }
    samples
}

/// Load with a day: 0.6 to 1.4.
fn load(t: i64) -> f64 {
    1.0 + 0.4 * (t as f64 * TAU / DAY as f64).sin()
}

/// Something that wanders for hours, −1 to 1, without a day: three waves whose lengths do not fit each other.
fn slow(t: i64) -> f64 {
    let wave = |hours: f64| (t as f64 * TAU / (hours * HOUR as f64)).sin();
    (wave(3.3) + wave(7.1) + wave(17.9)) / 3.0
}

/// White noise from −1 to 1: the finalizer of splitmix64 over the time.
fn noise(t: i64) -> f64 {
    let mut z = t.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
