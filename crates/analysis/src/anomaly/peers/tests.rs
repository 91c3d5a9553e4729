//! One of several copies that behaves differently, and everything that must not be taken for it.

use wardroom_core::series::MetricKind;

use super::super::detect;
use super::*;
use crate::pass::tests::cancelled_at;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A week at one minute.
const END: i64 = 7 * DAY;
/// When something happens: on the afternoon of the sixth day, as the load is high.
const FROM: i64 = 5 * DAY + 14 * HOUR;

#[test]
fn the_copy_that_does_not_follow_the_others_is_told_once() {
    // It is at the level of the morning in the afternoon, so its own past has such values every day.
    let odd = |copy: usize, t: i64| copy == 2 && (FROM..FROM + 2 * HOUR).contains(&t);
    let group = group(6, |copy, t| load(t) * if odd(copy, t) { 0.45 } else { 1.0 });

    let found = outliers(&group);

    let told: Vec<(usize, usize)> = found.iter().map(Vec::len).enumerate().filter(|(_, n)| *n > 0).collect();
    assert_eq!(told, [(2, 1)], "{found:#?}");
    let outlier = &found[2][0];
    assert_eq!(outlier.kind, AnomalyKind::PeerOutlier);
    assert!((outlier.start.as_millis() - FROM).abs() <= CELL_MS, "{outlier:?}");
    assert_eq!(outlier.step_ms, CELL_MS, "the begin is known to a cell");
    assert!(
        outlier.end.is_some_and(|end| (end.as_millis() - FROM - 2 * HOUR).abs() <= CELL_MS),
        "{outlier:?}"
    );
    assert!(outlier.score.get() > 0.8, "{outlier:?}");
    let Reason {
        observed: Some(seen), expected: Some(expected), lower: Some(low), upper: Some(high), ..
    } = outlier.reason
    else {
        panic!("{outlier:?}");
    };
    assert!(seen < low && low < expected && expected < high, "{outlier:?}");
}

#[test]
fn an_outlier_ends_with_a_copy_that_is_gone_while_the_others_go_on() {
    let gone = FROM + 2 * HOUR;
    let mut group = group(6, |copy, t| load(t) * if copy == 2 && t >= FROM { 0.45 } else { 1.0 });
    let (times, values) = (group[2].times().to_vec(), group[2].values().to_vec());
    let kept = times.partition_point(|&t| t < gone);
    group[2] = Samples::from_columns(times[..kept].to_vec(), values[..kept].to_vec()).expect("equal lengths");

    let found = outliers(&group);

    let told: Vec<(usize, usize)> = found.iter().map(Vec::len).enumerate().filter(|(_, n)| *n > 0).collect();
    assert_eq!(told, [(2, 1)], "{found:#?}");
    let end = found[2][0].end.expect("a copy that is gone is no outlier any more");
    assert!((end.as_millis() - gone).abs() <= CELL_MS, "{found:#?}");
}

#[test]
fn a_copy_that_stays_behind_within_its_own_range_is_seen_by_no_detector_of_one_series() {
    // At the highest point of what all share the odd one is led back to the middle, no faster than all of them move.
    let peak = 5 * DAY + 572 * MINUTE;
    let behind = |t: i64| {
        let hours = (t - peak) as f64 / HOUR as f64;
        if hours.abs() < 3.0 { 0.5 + 0.5 * (hours * std::f64::consts::PI / 3.0).cos() } else { 0.0 }
    };
    let group = group(5, |copy, t| 10.0 + wander(t) - if copy == 3 { behind(t) } else { 0.0 });
    let own = |copy: usize| {
        let until = Timestamp::from_millis(END);
        let input = Input { samples: &group[copy], kind: MetricKind::Gauge, until };
        detect(&input, &Options::standard(), &AtomicBool::new(false))
            .map_or(Vec::new(), |found| found.anomalies)
    };
    let alone: Vec<usize> = (0..5).map(|copy| own(copy).len()).collect();

    let told: Vec<usize> = with_found(&group, own).iter().map(Vec::len).collect();

    assert_eq!((alone, told), (vec![0; 5], vec![0, 0, 0, 1, 0]));
}

#[test]
fn what_its_own_past_tells_is_not_told_again() {
    let group = group(6, |copy, t| {
        load(t) * if copy == 2 && (FROM..FROM + 2 * HOUR).contains(&t) { 0.0 } else { 1.0 }
    });
    let own = |copy: usize| -> Vec<Anomaly> {
        let whole = Reason {
            observed: None,
            peak: None,
            expected: None,
            lower: None,
            upper: None,
            slope_per_hour: None,
            rarer_than: 0.0,
            history_ms: 0,
            season_ms: None,
        };
        let dip = Anomaly {
            kind: AnomalyKind::Dip,
            start: Timestamp::from_millis(FROM),
            end: Some(Timestamp::from_millis(FROM + HOUR)),
            step_ms: MINUTE,
            score: Score::new(0.7),
            reason: whole,
        };
        if copy == 2 { vec![dip] } else { Vec::new() }
    };

    assert_eq!(with_found(&group, own), vec![Vec::new(); 6]);
}

#[test]
fn nothing_is_told_of_healthy_copies_of_different_sizes_and_shares() {
    for seed in 0..8_i64 {
        let group = group(5, |copy, t| {
            let size = 10_f64.powi(i32::try_from(copy).unwrap_or(0)) * (1.0 + copy as f64);
            size * (load(t) + 0.2 * wander(t + seed * 90 * HOUR))
        });
        assert_eq!(outliers(&group), vec![Vec::new(); 5], "seed {seed}");
    }
}

#[test]
fn what_happens_to_half_of_the_copies_is_not_one_that_left() {
    let group = group(6, |copy, t| load(t) * if copy < 3 && t >= FROM { 0.2 } else { 1.0 });

    assert_eq!(outliers(&group), vec![Vec::new(); 6]);
}

#[test]
fn what_a_copy_does_every_night_is_its_habit() {
    let nightly = |t: i64| (2 * HOUR..3 * HOUR).contains(&t.rem_euclid(DAY));
    let group = group(6, |copy, t| load(t) + if copy == 4 && nightly(t) { 1.0 } else { 0.0 });

    assert_eq!(outliers(&group), vec![Vec::new(); 6]);
}

#[test]
fn three_copies_say_nothing_and_neither_do_those_that_stand_still() {
    let odd = |copy: usize, t: i64| load(t) * if copy == 0 && t >= FROM { 0.0 } else { 1.0 };
    assert_eq!(outliers(&group(3, odd)), vec![Vec::new(); 3]);

    let still: Vec<Samples> = (0..6).map(|copy| series(|_| f64::from(copy))).collect();
    assert_eq!(outliers(&still), vec![Vec::new(); 6]);
}

#[test]
fn the_unit_does_not_matter_and_neither_do_values_at_the_ends() {
    let group = group(5, |copy, t| {
        load(t) * if copy == 1 && (FROM..FROM + 2 * HOUR).contains(&t) { 0.0 } else { 1.0 }
    });
    let starts = |unit: f64| -> Vec<Vec<Timestamp>> {
        let scaled: Vec<Samples> = group.iter().map(|samples| map(samples, |v| v * unit)).collect();
        outliers(&scaled).iter().map(|found| found.iter().map(|a| a.start).collect()).collect()
    };

    assert_eq!(starts(1.0).iter().flatten().count(), 1);
    for unit in [1e-300, 1e6, 1e290] {
        assert_eq!(starts(unit), starts(1.0), "{unit}");
    }
    let wild: Vec<Samples> = group.iter().map(|samples| map(samples, |v| v * 1e308)).collect();
    assert_eq!(outliers(&wild).len(), 5);
}

#[test]
fn a_group_ends_at_the_look_that_finds_it_cancelled() {
    let group = group(4, |_, t| load(t));
    let inputs: Vec<PeerInput<'_>> = inputs(&group, &[]);
    let places: Vec<usize> = (0..4).collect();
    let compared =
        |last: usize| cancelled_at(last, |cancel| of_group(&inputs, &places, &Options::standard(), cancel));

    let (whole, looks) = compared(usize::MAX);

    assert!(whole.is_ok() && looks > 12, "{looks}");
    for last in [1, looks / 2, looks] {
        assert_eq!(compared(last), (Err(Refusal::Cancelled), last));
    }
}

fn outliers(group: &[Samples]) -> Vec<Vec<Anomaly>> {
    with_found(group, |_| Vec::new())
}

fn with_found(group: &[Samples], own: impl Fn(usize) -> Vec<Anomaly>) -> Vec<Vec<Anomaly>> {
    let found: Vec<Vec<Anomaly>> = (0..group.len()).map(own).collect();
    peer_outliers(&inputs(group, &found), &Options::standard(), &AtomicBool::new(false))
        .expect("not cancelled")
}

fn inputs<'a>(group: &'a [Samples], found: &'a [Vec<Anomaly>]) -> Vec<PeerInput<'a>> {
    let until = Timestamp::from_millis(END);
    let one = |(copy, samples): (usize, &'a Samples)| PeerInput {
        input: Input { samples, kind: MetricKind::Gauge, until },
        group: 7,
        found: found.get(copy).map_or(&[], Vec::as_slice),
    };
    group.iter().enumerate().map(one).collect()
}

/// Copies with noise of their own.
fn group(n: usize, value: impl Fn(usize, i64) -> f64) -> Vec<Samples> {
    (0..n)
        .map(|copy| {
            let shift = 1_000_003 * (1 + i64::try_from(copy).unwrap_or(0));
            series(|t| value(copy, t) * (1.0 + 0.02 * noise(t + shift)))
        })
        .collect()
}

fn series(value: impl Fn(i64) -> f64) -> Samples {
    let times: Vec<i64> = (0..=END / MINUTE).map(|k| k * MINUTE).collect();
    let values = times.iter().map(|&t| value(t)).collect();
    Samples::from_columns(times, values).expect("equal lengths")
}

fn map(samples: &Samples, change: impl Fn(f64) -> f64) -> Samples {
    let values = samples.values().iter().map(|&value| change(value)).collect();
    Samples::from_columns(samples.times().to_vec(), values).expect("equal lengths")
}

/// Load with a day: 0.5 to 1.5, most of it in the afternoon.
fn load(t: i64) -> f64 {
    1.0 - 0.5 * ((t - 2 * HOUR) as f64 * std::f64::consts::TAU / DAY as f64).cos()
}

/// Something that wanders for hours, −1 to 1, and is the same for all copies.
fn wander(t: i64) -> f64 {
    let wave = |hours: f64| (t as f64 * std::f64::consts::TAU / (hours * HOUR as f64)).sin();
    (wave(3.3) + wave(7.1) + wave(17.9)) / 3.0
}

/// White noise from −1 to 1: the finalizer of splitmix64 over the time.
fn noise(t: i64) -> f64 {
    let mut z = t.unsigned_abs().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
