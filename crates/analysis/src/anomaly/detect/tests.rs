//! The traps that detectors fall into, and what is done with input that says nothing.

use rayon::ThreadPoolBuilder;
use wardroom_core::anomaly::{Anomaly, Grade};
use wardroom_core::series::MetricKind;
use wardroom_core::time::Timestamp;

use super::*;
use crate::pass::tests::cancelled_at;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-17T14:53:00Z, a Tuesday.
const END: i64 = 1_794_927_180_000;

#[test]
fn a_daily_peak_an_hour_earlier_is_no_finding() {
    let change = END - 2 * DAY;
    let load = series(|t| 100.0 * day_of(if t < change { t } else { t + HOUR }) + 2.0 * noise(t));

    let findings = found(&load, END);

    assert!(findings.iter().all(|finding| finding.score.grade() < Grade::High), "{findings:#?}");
    assert!(findings.len() <= 1, "{findings:#?}");
}

#[test]
fn a_slow_drift_is_found_while_it_goes_on() {
    let from = END - 2 * DAY;
    let leak = series(|t| 50.0 + noise(t) + 0.01 * (t - from).max(0) as f64 / MINUTE as f64);

    let findings = found(&leak, END);

    assert!(findings.iter().any(|finding| finding.start.as_millis() >= from - HOUR), "{findings:#?}");
    assert!(findings.iter().all(|finding| finding.start.as_millis() >= from - HOUR), "{findings:#?}");
}

#[test]
fn a_series_that_stops_is_missing() {
    let findings = found(&series(noise), END + 10 * MINUTE);

    let kinds: Vec<AnomalyKind> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [AnomalyKind::Missing]);
}

#[test]
fn input_that_says_nothing_is_refused_in_words() {
    let refusal = |samples: &Samples| {
        detect(&input(samples, END), &Options::standard(), &AtomicBool::new(false)).map(|_| ())
    };
    let two = Samples::from_columns(vec![END - DAY, END], vec![1.0, 2.0]).unwrap();

    assert_eq!(refusal(&series(|_| 7.0)), Err(Refusal::Constant));
    assert_eq!(refusal(&series(|_| f64::NAN)), Err(Refusal::Empty));
    assert!(matches!(refusal(&two), Err(Refusal::TooShort { .. })));
}

#[test]
fn the_order_of_samples_and_samples_twice_change_nothing() {
    let samples =
        series(|t| noise(t) + if (END - DAY..END - DAY + 20 * MINUTE).contains(&t) { 30.0 } else { 0.0 });
    let mut wild = Samples::default();
    for (&time, &value) in samples.times().iter().zip(samples.values()).rev() {
        wild.push(Timestamp::from_millis(time), value);
        wild.push(Timestamp::from_millis(time), value);
    }

    let whole = detect(&input(&samples, END), &Options::standard(), &AtomicBool::new(false));

    assert!(whole.as_ref().is_ok_and(|found| !found.anomalies.is_empty()));
    assert_eq!(detect(&input(&wild, END), &Options::standard(), &AtomicBool::new(false)), whole);
}

#[test]
fn astronomical_and_denormal_values_are_judged_like_any_other() {
    let value = |t: i64| 20.0 + noise(t) + if t >= END - 20 * MINUTE { 15.0 } else { 0.0 };
    let usual = found(&series(value), END);

    assert_eq!(usual.len(), 1, "{usual:#?}");
    for factor in [1e300, 1e-290] {
        let scaled = found(&series(|t| factor * value(t)), END);

        assert_eq!(scaled.len(), 1, "{scaled:#?}");
        assert_eq!((scaled[0].kind, scaled[0].start), (usual[0].kind, usual[0].start));
    }
    // Fewer than 2^52 steps are between denormal numbers, so that their noise is coarse: a result or a refusal.
    let denormal = series(|t| f64::from_bits((20.0 + value(t)).to_bits() >> 52));
    if let Ok(found) = detect(&input(&denormal, END), &Options::standard(), &AtomicBool::new(false)) {
        assert!(found.rows.scores.iter().all(|score| score.is_finite()));
    }
}

#[test]
fn one_thread_and_two_give_the_same() {
    let all: Vec<Samples> = (1..9)
        .map(|k| series(move |t| noise(t / k) + if t % (DAY + k * HOUR) < 9 * MINUTE { 9.0 } else { 0.0 }))
        .collect();
    let inputs: Vec<Input<'_>> = all.iter().map(|samples| input(samples, END)).collect();
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| detect_all(&inputs, &Options::standard(), &AtomicBool::new(false), &|_| {}))
    };

    let (one, two) = (on(1), on(2));

    assert!(one.iter().flatten().any(|found| !found.anomalies.is_empty()));
    assert_eq!(format!("{one:?}"), format!("{two:?}"));
}

#[test]
fn the_rows_of_a_finding_are_marked_and_score_highest() {
    let from = END - DAY;
    let samples = series(|t| noise(t) + if (from..from + 20 * MINUTE).contains(&t) { 30.0 } else { 0.0 });

    let found = detect(&input(&samples, END), &Options::standard(), &AtomicBool::new(false)).unwrap();

    let marked: Vec<i64> =
        found.rows.times.iter().zip(&found.rows.flags).filter(|(_, flag)| **flag).map(|(&t, _)| t).collect();
    assert!(
        !marked.is_empty() && marked.iter().all(|t| (from - HOUR..from + HOUR).contains(t)),
        "{marked:?}"
    );
    let (score, flag) = found.rows.at(from + MINUTE).unwrap();
    assert!(flag && score >= 1.0, "{score}");
    assert_eq!(found.rows.at(from + 1), None);
}

#[test]
fn rare_errors_are_no_news_because_they_are_looked_at_four_times_as_often() {
    let fine = END - 6 * HOUR;
    let quarter = MINUTE / 4;
    let mut total = 0.0;
    let mut counted = Samples::default();
    for at in (0..=8 * DAY / quarter).map(|k| END - 8 * DAY + k * quarter) {
        // About one error in four minutes.
        total += f64::from(u8::from(noise(at) > 0.875));
        if at > fine || (at - END) % MINUTE == 0 {
            counted.push(Timestamp::from_millis(at), total);
        }
    }

    let input = Input { kind: MetricKind::Counter, ..input(&counted, END) };
    let found = detect(&input, &Options::standard(), &AtomicBool::new(false)).unwrap();

    let after = found.anomalies.iter().filter(|finding| finding.start.as_millis() >= fine).count();
    assert!(after <= 2, "{:#?}", found.anomalies);
    assert_eq!(found.rows.times.len(), counted.len() - 1, "every rate has its row");
}

#[test]
fn one_long_series_ends_at_the_look_that_finds_it_cancelled() {
    let times: Vec<i64> = (0..140_000).map(|k| k * MINUTE).collect();
    let values = times.iter().map(|&t| day_of(t) + 0.1 * noise(t)).collect();
    let long = Samples::from_columns(times, values).unwrap();
    let until = 140_000 * MINUTE;
    let options = Options { bands: Bands::Drop, ..Options::standard() };
    let detected = |last: usize| cancelled_at(last, |cancel| detect(&input(&long, until), &options, cancel));

    let (whole, looks) = detected(usize::MAX);

    assert!(whole.is_ok() && looks > 100, "{looks}");
    for last in [1, 5, looks / 4, looks / 2, 3 * looks / 4, looks - 1, looks] {
        let (detection, looked) = detected(last);
        assert_eq!(detection, Err(Refusal::Cancelled), "at look {last} of {looks}");
        assert!(looked <= last + 1, "{looked} looks instead of {last}");
    }
}

#[test]
fn a_count_that_rests_and_stirs_is_not_wild() {
    // A pool of which one connection is in use now and then, and for an hour twice as often.
    let busy = END - 30 * HOUR..END - 29 * HOUR;
    let pool = series(|t| f64::from(u8::from(noise(t) > if busy.contains(&t) { 0.6 } else { 0.8 })));

    let findings = found(&pool, END);

    assert!(findings.iter().all(|finding| finding.score.get() < 0.9), "{findings:#?}");
}

#[test]
fn rare_events_that_come_every_day_are_no_findings_and_a_storm_of_them_is_one() {
    // About one minute in a hundred has an event; in the last hour three of four have one.
    let event = |t: i64, least: f64| f64::from(u8::from(noise(t) > least));
    let storm = END - HOUR;

    let usual = found(&series(|t| event(t, 0.98)), END);
    let stormy = found(&series(|t| event(t, if t >= storm { -0.5 } else { 0.98 })), END);

    assert_eq!(usual, []);
    assert!(stormy.iter().all(|finding| finding.start.as_millis() >= storm - 5 * MINUTE), "{stormy:#?}");
    assert!(!stormy.is_empty());
}

#[test]
fn the_first_half_hour_of_noise_is_never_marked() {
    let first = END - 8 * DAY;
    let marked = |seed: i64| {
        let samples = series(|t| noise(t + seed * 1_000));
        let found = detect(&input(&samples, END), &Options::standard(), &AtomicBool::new(false)).unwrap();
        let all = found.rows.times.iter().zip(&found.rows.flags);
        all.filter(|(time, flag)| **flag && **time < first + HOUR / 2).count()
    };

    assert_eq!((0..60).map(marked).sum::<usize>(), 0);
}

fn found(samples: &Samples, until: i64) -> Vec<Anomaly> {
    detect(&input(samples, until), &Options::standard(), &AtomicBool::new(false)).unwrap().anomalies
}

fn input(samples: &Samples, until: i64) -> Input<'_> {
    Input { samples, kind: MetricKind::Gauge, until: Timestamp::from_millis(until) }
}

/// Eight days at one minute.
fn series(value: impl Fn(i64) -> f64) -> Samples {
    let times: Vec<i64> = (0..=8 * 1440).map(|k| END - 8 * DAY + k * MINUTE).collect();
    let values = times.iter().map(|&t| value(t)).collect();
    Samples::from_columns(times, values).unwrap()
}

/// Daily load from 0.5 to 1.5.
fn day_of(t: i64) -> f64 {
    1.0 + 0.5 * (t.rem_euclid(DAY) as f64 / DAY as f64 * std::f64::consts::TAU).sin()
}

/// White noise from −1 to 1: the finalizer of splitmix64 over the time.
fn noise(t: i64) -> f64 {
    let mut z = t.unsigned_abs().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
