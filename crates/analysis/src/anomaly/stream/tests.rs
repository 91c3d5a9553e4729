//! States on series whose departure is known, because the tests put it there, beside the judgement of the whole series.

use proptest::prelude::*;
use wardroom_core::anomaly::AnomalyKind;
use wardroom_core::series::STALE_BITS;

use super::*;
use crate::anomaly::{Input, judge};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-16T00:00:00Z, a Monday.
const START: i64 = 1_794_787_200_000;
/// Where the history ends and the stream begins: a week later.
const STREAM: i64 = START + 7 * DAY;

/// What is done to a series in a period.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Spike,
    Dip,
    Level,
    Outage,
}

/// What came of a stream: since when it said that the series is outside, and when it said so first.
type Alarms = Vec<(i64, i64)>;

#[test]
fn what_the_judgement_finds_in_the_streamed_day_the_state_sees_within_three_steps() {
    let (mut n, mut delays, mut beside) = (0, Vec::new(), 0);
    for seed in 0..24 {
        for fault in [Fault::Spike, Fault::Dip, Fault::Level, Fault::Outage] {
            for step in [MINUTE, 15_000] {
                let samples = day_with(seed, fault, step);
                let alarms = stream(&samples, MetricKind::Gauge, STREAM);
                let found = judged(&samples, MetricKind::Gauge);
                for (start, _) in &found {
                    let seen = alarms.iter().find(|(since, _)| (since - start).abs() <= 2 * MINUTE);
                    delays.extend(seen.map(|seen| seen.1 - start));
                }
                n += found.len();
                let other = |since: i64| found.iter().all(|(start, _)| (since - start).abs() > 2 * MINUTE);
                beside += alarms.iter().filter(|(since, _)| other(*since)).count();
            }
        }
    }
    delays.sort_unstable();

    // Each of the 192 days holds one fault that the judgement of the whole series finds. After two of the levels it also
    // finds a dip, which the state does not: its level rose less.
    assert!(n >= 190 && n - delays.len() <= 2, "{} of {n} are seen", delays.len());
    let (middle, longest) = (delays[delays.len() / 2], delays[delays.len() - 1]);
    assert!(middle <= MINUTE, "the median delay is {middle} ms");
    assert!(longest <= 3 * MINUTE, "the longest delay is {longest} ms");
    assert!(beside <= 9, "{beside} alarms in 192 days that the judgement does not share");
}

#[test]
fn a_healthy_week_brings_less_than_one_alarm_in_ten_series() {
    let (mut alarms, mut findings) = (0, 0);
    for seed in 0..40 {
        let samples = series(START, 14 * 1440, MINUTE, |t| usual(seed, t));
        alarms += stream(&samples, MetricKind::Gauge, STREAM).len();
        findings += judged(&samples, MetricKind::Gauge).len();
    }

    assert!(alarms <= 4 && findings <= 4, "{alarms} alarms, {findings} findings in 40 weeks");
}

#[test]
fn a_counter_is_judged_by_its_rate_through_resets_gaps_and_markers() {
    let mut total = 0.0;
    let counted = series(START, 8 * 1440, MINUTE, |t| {
        total += (usual(3, t) + if t >= STREAM + 9 * HOUR { 60.0 } else { 0.0 }) * 60.0;
        if t == STREAM + 3 * HOUR || t == STREAM + 5 * HOUR {
            total = 0.0;
        }
        total
    });
    let state = State::learn(&before(&counted, STREAM), MetricKind::Counter, &Options::standard());
    let mut state = state.expect("a week is enough");

    let mut alarms: Vec<i64> = Vec::new();
    for (&time, &value) in counted.times().iter().zip(counted.values()).filter(|(t, _)| **t > STREAM) {
        let in_gap = (STREAM + HOUR..STREAM + 2 * HOUR).contains(&time);
        let value = if time == STREAM + 4 * HOUR { f64::from_bits(STALE_BITS) } else { value };
        if in_gap {
            continue;
        }
        let verdict = state.push(Timestamp::from_millis(time), value);
        let after_gap = time == STREAM + 2 * HOUR || time == STREAM + 4 * HOUR + MINUTE;
        match verdict {
            Err(Skipped::NoRate) => assert!(after_gap, "{time}"),
            Err(Skipped::NotFinite) => assert_eq!(time, STREAM + 4 * HOUR),
            Err(Skipped::NotLater) => panic!("{time} is later"),
            Ok(verdict) => {
                assert!(!after_gap && verdict.expected.is_some_and(|e| (50.0..210.0).contains(&e)));
                alarms.extend(verdict.since.map(Timestamp::as_millis));
            }
        }
    }
    alarms.dedup();

    assert_eq!(alarms, [STREAM + 9 * HOUR]);
    assert_eq!(alarms, judged(&counted, MetricKind::Counter).iter().map(|f| f.0).collect::<Vec<_>>());
}

#[test]
fn late_double_and_broken_samples_change_nothing() {
    let history = series(START, 7 * 1440, MINUTE, |t| usual(1, t));
    let mut state =
        State::learn(&history, MetricKind::Gauge, &Options::standard()).expect("a week is enough");
    let last = state.last();
    let before = state.clone();

    assert_eq!(state.push(last, 1e9), Err(Skipped::NotLater));
    assert_eq!(state.push(last.plus_millis(-DAY), 1e9), Err(Skipped::NotLater));
    assert_eq!(state, before);
    for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::from_bits(STALE_BITS)] {
        let at = state.last().plus_millis(1);
        assert_eq!(state.push(at, broken), Err(Skipped::NotFinite));
    }
    let next = state.push(last.plus_millis(MINUTE), usual(1, last.as_millis() + MINUTE));

    assert!(next.is_ok_and(|verdict| verdict.departure.abs() < 4.0 && verdict.since.is_none()), "{next:?}");
}

#[test]
fn one_astronomic_value_is_outside_and_soon_forgotten() {
    for wild in [1e300, -1e300, f64::MAX] {
        let history = series(START, 7 * 1440, MINUTE, |t| usual(2, t));
        let mut state =
            State::learn(&history, MetricKind::Gauge, &Options::standard()).expect("a week is enough");
        let last = state.last().as_millis();

        let verdict = state.push(Timestamp::from_millis(last + MINUTE), wild).expect("it is a number");
        assert!(verdict.is_outside && (verdict.departure.abs() - 1_000.0).abs() < 1e-9, "{verdict:?}");
        assert_eq!(verdict.since, None, "one sample is no finding");
        let mut after = Vec::new();
        for k in 2..60 {
            let at = last + k * MINUTE;
            after.push(state.push(Timestamp::from_millis(at), usual(2, at)).expect("it is a number"));
        }
        assert!(after.iter().all(|v| !v.is_outside && v.since.is_none()), "{after:?}");
    }
}

#[test]
fn a_constant_series_that_leaves_its_value_is_outside_at_once() {
    for (value, then) in [(1.0, 0.0), (0.0, 1e-12), (1e300, -1e300), (f64::from_bits(9), 1.0)] {
        let history = series(START, 300, MINUTE, |_| value);
        let mut state =
            State::learn(&history, MetricKind::Gauge, &Options::standard()).expect("five hours are enough");
        let last = state.last().as_millis();

        let same = state.push(Timestamp::from_millis(last + MINUTE), value).expect("it is a number");
        let first = state.push(Timestamp::from_millis(last + 2 * MINUTE), then).expect("it is a number");
        let second = state.push(Timestamp::from_millis(last + 3 * MINUTE), then).expect("it is a number");

        assert_eq!((same.is_outside, first.is_outside, first.since), (false, true, None), "{value} {then}");
        assert_eq!(second.since, Some(Timestamp::from_millis(last + 2 * MINUTE)), "{value} {then}");
    }
}

#[test]
fn a_series_that_stops_is_missing_from_its_first_sample_that_did_not_come() {
    let history = series(START, 7 * 1440, MINUTE, |t| usual(1, t));
    let mut state =
        State::learn(&history, MetricKind::Gauge, &Options::standard()).expect("a week is enough");
    let last = state.last();
    let first_missing = Some(last.plus_millis(MINUTE));

    // Three steps are three minutes; a day later the series is retired.
    assert_eq!(state.silent_since(last.plus_millis(3 * MINUTE)), None);
    assert_eq!(state.silent_since(last.plus_millis(3 * MINUTE + 1)), first_missing);
    assert_eq!(state.silent_since(last.plus_millis(DAY + 1)), None);
    let until = last.plus_millis(5 * MINUTE);
    let input = Input { samples: &history, kind: MetricKind::Gauge, until };
    let missing =
        judge(&input, &Options::standard(), &AtomicBool::new(false)).expect("a week is enough").anomalies;
    assert!(missing.iter().any(|a| a.kind == AnomalyKind::Missing && Some(a.start) == first_missing));
    // A gap of an hour that came before is usual from then on, and a marker is no sample.
    state.push(last.plus_millis(HOUR), 100.0).expect("it is a number");
    let _ = state.push(last.plus_millis(HOUR + MINUTE), f64::from_bits(STALE_BITS));
    assert_eq!(state.silent_since(last.plus_millis(HOUR + 50 * MINUTE)), None);
    assert_eq!(state.silent_since(last.plus_millis(2 * HOUR + 1)), Some(last.plus_millis(HOUR + MINUTE)));
}

#[test]
fn a_run_that_the_history_ends_in_is_told_with_its_own_begin() {
    let onset = STREAM - 7 * MINUTE;
    let samples = series(START, 7 * 1440 + 3, MINUTE, |t| usual(5, t) + if t >= onset { 60.0 } else { 0.0 });
    let mut state = State::learn(&before(&samples, STREAM), MetricKind::Gauge, &Options::standard())
        .expect("a week is enough");

    let at = STREAM + MINUTE;
    let verdict = state.push(Timestamp::from_millis(at), usual(5, at) + 60.0).expect("it is a number");

    assert_eq!(verdict.since, Some(Timestamp::from_millis(onset)));
}

#[test]
fn strays_before_a_shift_are_no_begin_and_a_usual_step_within_does_not_move_it() {
    let onset = STREAM + 5 * HOUR;
    let shift = |t: i64| if t >= onset { 70.0 } else { 0.0 };
    let at = |t: i64| (t - onset) / MINUTE;
    let strayed: [&dyn Fn(i64) -> f64; 4] = [
        &|t| if at(t) == -3 { 20.0 } else { shift(t) },
        &|t| if matches!(at(t), -7 | -5 | -3) { 20.0 } else { shift(t) },
        &|t| if at(t) == -1 { -20.0 } else { shift(t) },
        &|t| if at(t) == 1 { 0.0 } else { shift(t) },
    ];
    for (case, off) in strayed.iter().enumerate() {
        for seed in 0..6 {
            // Twenty-five minutes of it, so that the judgement of the whole sees it go on.
            let n = 7 * 1440 + 5 * 60 + 25;
            let samples = series(START, n, MINUTE, |t| usual(seed, t) + off(t));

            // Two strays may be told of before the shift is there.
            let told = stream(&samples, MetricKind::Gauge, STREAM).last().map(|(since, _)| *since);
            let found = judged(&samples, MetricKind::Gauge);

            assert_eq!(told, Some(onset), "case {case}, seed {seed}");
            assert_eq!(found, [(onset, None::<i64>)], "case {case}, seed {seed}");
        }
    }
}

#[test]
fn a_minute_whose_samples_are_not_outside_one_by_one_is_no_begin_of_a_shift() {
    // The first sample of a judged minute; all four of the minute before are off by 2.7 of their own spreads.
    let onset = STREAM + 5 * HOUR + 15_000;
    for seed in 0..3 {
        let n = 4 * (7 * 1440 + 5 * 60 + 25);
        let samples = series(START, n, 15_000, |t| match t - onset {
            since if since >= 0 => usual(seed, t) + 70.0,
            since if since >= -MINUTE => calm(seed, t) + 8.0,
            _ => usual(seed, t),
        });

        let told = stream(&samples, MetricKind::Gauge, STREAM).last().map(|(since, _)| *since);

        assert_eq!(told, Some(onset), "seed {seed}");
        assert_eq!(judged(&samples, MetricKind::Gauge), [(onset, None::<i64>)], "seed {seed}");
    }
}

#[test]
fn a_state_expects_what_the_baseline_expects() {
    let samples = series(START, 8 * 1440, MINUTE, |t| usual(4, t));
    let state = State::learn(&before(&samples, STREAM), MetricKind::Gauge, &Options::standard());
    let mut state = state.expect("a week is enough");
    let input =
        Input { samples: &samples, kind: MetricKind::Gauge, until: Timestamp::from_millis(STREAM + DAY) };
    let band =
        judge(&input, &Options::standard(), &AtomicBool::new(false)).expect("eight days are enough").band;

    let (mut far, mut n) = (0, 0);
    for (&time, &value) in samples.times().iter().zip(samples.values()).filter(|(t, _)| **t > STREAM) {
        let verdict = state.push(Timestamp::from_millis(time), value).expect("it is a number");
        let idx = usize::try_from((time - band.start.as_millis()) / band.step_ms).expect("after the start");
        let (expected, upper) =
            (band.expected[idx].expect("it is small"), band.upper[idx].expect("it is small"));
        let sigma = (upper - expected) / Options::standard().band_sigmas;
        n += 1;
        far += i32::from((verdict.expected.expect("it is small") - expected).abs() > sigma);
    }

    // The judgement of the whole series knows one day more of the profile, which is where they differ.
    assert!(far * 100 <= n, "{far} of {n} differ by more than a standard deviation");
}

#[test]
fn the_order_of_the_history_does_not_matter_and_a_state_stays_as_small_as_it_was() {
    let history = series(START, 7 * 1440, MINUTE, |t| usual(1, t));
    let (mut times, mut values) = history.clone().into_columns();
    times.reverse();
    values.reverse();
    let reversed = Samples::from_columns(times, values).expect("equal lengths");

    let mut state =
        State::learn(&history, MetricKind::Gauge, &Options::standard()).expect("a week is enough");
    let other = State::learn(&reversed, MetricKind::Gauge, &Options::standard()).expect("a week is enough");
    assert_eq!(state, other);
    let learnt = state.bytes();
    for k in 1..3000 {
        let at = STREAM + k * MINUTE;
        let _ = state.push(Timestamp::from_millis(at), if k % 40 < 9 { 1e6 } else { usual(1, at) });
    }

    assert_eq!(state.bytes(), learnt);
    assert!(learnt <= 1_600, "{learnt} bytes");
}

#[test]
fn too_little_is_refused_and_not_guessed() {
    let short = series(START, 20, MINUTE, |t| usual(1, t));
    let options = Options::standard();

    assert_eq!(State::learn(&Samples::default(), MetricKind::Gauge, &options), Err(Refusal::Empty));
    assert!(matches!(State::learn(&short, MetricKind::Gauge, &options), Err(Refusal::TooShort { .. })));
    assert!(matches!(State::learn(&short, MetricKind::Counter, &options), Err(Refusal::TooShort { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_and_no_time_makes_a_state_panic(
        history in prop::collection::vec(prop::num::f64::ANY, 150..400),
        pushed in prop::collection::vec((any::<i64>(), prop::num::f64::ANY), 0..60),
        near in prop::collection::vec(prop::num::f64::ANY, 0..60),
        wild_history in any::<bool>(),
    ) {
        let mut samples = Samples::default();
        for (k, value) in (0_i64..).zip(history) {
            let value = if wild_history { value } else { (k % 7) as f64 };
            samples.push(Timestamp::from_millis(START + k * 15_000), value);
        }
        for kind in [MetricKind::Gauge, MetricKind::Counter] {
            let Ok(mut state) = State::learn(&samples, kind, &Options::standard()) else { continue };
            let next = (1_i64..).zip(&near).map(|(k, value)| (state.last().as_millis() + k * 15_000, *value));
            let all: Vec<(i64, f64)> = next.chain(pushed.iter().copied()).collect();
            for (time, value) in all {
                if let Ok(verdict) = state.push(Timestamp::from_millis(time), value) {
                    prop_assert!(verdict.departure.is_finite());
                    let ends = [verdict.lower, verdict.expected, verdict.upper];
                    prop_assert!(ends.iter().flatten().all(|v| v.is_finite()));
                }
            }
        }
    }

    #[test]
    fn scaling_the_unit_scales_what_is_expected(exponent in -9.0..9.0_f64) {
        let factor = 10_f64.powf(exponent);
        let plain = day_with(7, Fault::Spike, MINUTE);
        let scaled = series(START, plain.len(), MINUTE, |t| {
            factor * plain.values()[usize::try_from((t - START) / MINUTE).expect("from the start")]
        });

        let a = stream(&plain, MetricKind::Gauge, STREAM);
        let b = stream(&scaled, MetricKind::Gauge, STREAM);

        prop_assert!(!a.is_empty());
        prop_assert_eq!(a, b);
    }
}

/// Streams what lies after `from` through a state learnt from what lies before.
fn stream(samples: &Samples, kind: MetricKind, from: i64) -> Alarms {
    let state = State::learn(&before(samples, from), kind, &Options::standard());
    let mut state = state.expect("the history is long enough");
    let mut alarms: Alarms = Vec::new();
    for (&time, &value) in samples.times().iter().zip(samples.values()).filter(|(t, _)| **t > from) {
        let Ok(Verdict { since: Some(since), .. }) = state.push(Timestamp::from_millis(time), value) else {
            continue;
        };
        if alarms.last().is_none_or(|(last, _)| *last != since.as_millis()) {
            alarms.push((since.as_millis(), time));
        }
    }
    alarms
}

/// Returns start and end of what a judgement of the whole series finds in the streamed part: jumps and slopes.
fn judged(samples: &Samples, kind: MetricKind) -> Vec<(i64, Option<i64>)> {
    let until = samples.last_time().expect("there are samples");
    let judgement = judge(&Input { samples, kind, until }, &Options::standard(), &AtomicBool::new(false))
        .expect("it can be judged");
    let jumps = [AnomalyKind::Spike, AnomalyKind::Dip, AnomalyKind::Level, AnomalyKind::Trend];
    judgement
        .anomalies
        .iter()
        .filter(|a| a.start.as_millis() > STREAM && jumps.contains(&a.kind))
        .map(|a| (a.start.as_millis(), a.end.map(Timestamp::as_millis)))
        .collect()
}

/// Eight days with a fault on the last, at a time that the seed decides.
fn day_with(seed: u64, fault: Fault, step: i64) -> Samples {
    let onset = STREAM + 2 * HOUR + i64::try_from(seed).expect("it is small") * 47 * MINUTE;
    let end = match fault {
        Fault::Spike | Fault::Dip => onset + 8 * MINUTE,
        Fault::Level => onset + 3 * HOUR,
        Fault::Outage => onset + 25 * MINUTE,
    };
    let n = usize::try_from(8 * DAY / step).expect("it is small");
    series(START, n, step, |t| {
        let value = usual(seed, t);
        if !(onset..end).contains(&t) {
            return value;
        }
        match fault {
            Fault::Spike => value + 70.0,
            Fault::Dip => value - 40.0,
            Fault::Level => value + 35.0,
            Fault::Outage => 0.0,
        }
    })
}

fn before(samples: &Samples, until: i64) -> Samples {
    let n = samples.times().partition_point(|&t| t <= until);
    Samples::from_columns(samples.times()[..n].to_vec(), samples.values()[..n].to_vec())
        .expect("equal lengths")
}

fn series(from: i64, n: usize, step: i64, mut value: impl FnMut(i64) -> f64) -> Samples {
    let times: Vec<i64> = (0_i64..).take(n).map(|k| from + k * step).collect();
    let values = times.iter().map(|&t| value(t)).collect();
    Samples::from_columns(times, values).expect("one value a time")
}

/// A daily load of 60 to 140 with the seed's own phase and about normal noise of 3.
fn usual(seed: u64, t: i64) -> f64 {
    let noise: f64 = (0_u64..12).map(|k| share(seed * 1_000 + k, t)).sum::<f64>() - 6.0;
    calm(seed, t) + 3.0 * noise
}

/// That load without its noise.
fn calm(seed: u64, t: i64) -> f64 {
    let day = t.rem_euclid(DAY) as f64 / DAY as f64 * std::f64::consts::TAU;
    100.0 + 40.0 * (day + seed as f64).sin()
}

/// A number from 0 to 1: the finalizer of splitmix64 over the time.
fn share(seed: u64, t: i64) -> f64 {
    let mut z = (t.unsigned_abs() ^ seed.rotate_left(40)).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 53) as f64
}
