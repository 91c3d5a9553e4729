//! Classes of series whose course is known, because the tests make it.

use std::f64::consts::TAU;

use wardroom_core::time::Timestamp;

use super::*;
use crate::pass::tests::cancelled_at;
use crate::spread;

const MINUTE: i64 = 60_000;
const WEEK: i64 = 10_080;

#[test]
fn a_daily_load_is_seasonal_with_the_length_of_a_day() {
    let told = class_of(WEEK, |i| 5.0 + daily(i) + 0.3 * noise(i));

    assert_eq!((told.class, told.period_ms), (KpiClass::Seasonal, Some(86_400_000)));
    // numpy 2.4 on the same 2,016 means of five minutes: the periods of 288 without their lines (np.polyfit),
    // then Σab / √(Σa² Σb²) over neighbours.
    let Why::Repeats { likeness } = told.why else { panic!("{told:?}") };
    assert!((likeness - 0.970_039_502_687_735).abs() < 1e-9, "{likeness}");
}

#[test]
fn a_job_every_hour_and_a_season_of_its_own_length_are_seasonal() {
    let hourly = class_of(WEEK, |i| 2.0 + 6.0 * f64::from(u8::from(i % 60 < 10)) + 0.5 * noise(i));
    assert_eq!((hourly.class, hourly.period_ms), (KpiClass::Seasonal, Some(3_600_000)));

    let own = class_of(WEEK, |i| (i as f64 / 200.0 * TAU).sin() + 0.2 * noise(i));
    assert_eq!(own.class, KpiClass::Seasonal);
    // Free lengths are read on averaged steps of twenty minutes.
    assert!(own.period_ms.is_some_and(|ms| (ms - 200 * MINUTE).abs() <= 10 * MINUTE), "{own:?}");
}

#[test]
fn white_noise_is_stationary_and_a_walk_is_not() {
    let still = class_of(WEEK, |i| 10.0 + noise(i));
    assert_eq!((still.class, still.period_ms), (KpiClass::Stationary, None));

    let mut level = 0.0;
    let walk: Vec<f64> = (0..WEEK)
        .map(|i| {
            level += noise(i);
            level
        })
        .collect();
    let told = class_of(WEEK, |i| walk[usize::try_from(i).expect("not negative")]);
    assert!(matches!(told.class, KpiClass::Wandering | KpiClass::Trending), "{told:?}");
}

#[test]
fn a_line_under_noise_is_a_trend() {
    let told = class_of(WEEK, |i| 40.0 + 0.002 * i as f64 + noise(i));

    assert_eq!(told.class, KpiClass::Trending, "{told:?}");
}

#[test]
fn a_day_that_was_sampled_more_often_weighs_no_more_than_a_day() {
    // Six days of noise at five minutes, and a day that rises, at five minutes or at 15 s.
    let value = |i: i64| 10.0 + noise(i) + 8.0 * ((i - 34_560) as f64 / 5_760.0).max(0.0);
    let sampled = |last_step: usize| {
        let mut samples = Samples::default();
        for i in (0..34_560).step_by(20).chain((34_560..40_320).step_by(last_step)) {
            samples.push(Timestamp::from_millis(1_794_000_000_000 + i * MINUTE / 4), value(i));
        }
        classify(&samples, MetricKind::Unknown, &AtomicBool::new(false)).expect("a week is enough")
    };

    let (even, joined) = (sampled(20), sampled(1));

    assert_eq!(even.class, KpiClass::Stationary, "{even:?}");
    assert_eq!(joined.class, even.class, "{joined:?}");
}

#[test]
fn what_only_rises_and_begins_again_is_counter_like_whatever_it_is_called() {
    let mut count = 0.0;
    let counts: Vec<f64> = (0..WEEK)
        .map(|i| {
            count = if i % 3_000 == 2_999 {
                0.0
            } else {
                count + 50.0 + 40.0 * daily(i) + 5.0 * (1.0 + noise(i))
            };
            count
        })
        .collect();
    let at = |i: i64| counts[usize::try_from(i).expect("not negative")];

    for kind in [MetricKind::Unknown, MetricKind::Gauge] {
        let told = classify(&series(WEEK, at), kind, &AtomicBool::new(false)).expect("a week is enough");
        assert_eq!(told.class, KpiClass::CounterLike, "{told:?}");
        assert_eq!(told.period_ms, Some(86_400_000), "the rate repeats every day");
        assert!(matches!(told.why, Why::OnlyRises { resets: 3, .. }), "{told:?}");
        assert_eq!(judged_kind(Some(told.class), kind), MetricKind::Counter);
    }
    // One that is typed is told by what is judged: its rate.
    let typed =
        classify(&series(WEEK, at), MetricKind::Counter, &AtomicBool::new(false)).expect("a week is enough");
    assert_eq!((typed.class, typed.period_ms), (KpiClass::Seasonal, Some(86_400_000)));
    assert_eq!(judged_kind(Some(typed.class), MetricKind::Counter), MetricKind::Counter);
}

#[test]
fn a_gauge_that_rises_without_a_reset_stays_a_gauge() {
    let leak = series(WEEK, |i| 100.0 + i as f64);

    let told = classify(&leak, MetricKind::Gauge, &AtomicBool::new(false)).expect("a week is enough");

    assert_eq!(told.class, KpiClass::Trending);
    assert_eq!(judged_kind(Some(told.class), MetricKind::Gauge), MetricKind::Gauge);
}

#[test]
fn rare_events_are_sparse_and_held_levels_are_stepped() {
    let errors = class_of(WEEK, |i| if noise(7 * i) > 0.99 { 3.0 } else { 0.0 });
    assert_eq!(errors.class, KpiClass::Sparse, "{errors:?}");

    let replicas =
        class_of(WEEK, |i| [3.0, 5.0, 4.0, 7.0, 3.0, 6.0][usize::try_from(i / 1_700).expect("small")]);
    assert_eq!(replicas.class, KpiClass::Stepped, "{replicas:?}");
}

#[test]
fn bursts_again_and_again_are_bursty_and_one_fault_is_not() {
    let spiky = class_of(WEEK, |i| (1.2 * normal(i)).exp());
    assert_eq!(spiky.class, KpiClass::Bursty, "{spiky:?}");

    let once = class_of(WEEK, |i| 10.0 + noise(i) + if (5_000..5_300).contains(&i) { 100.0 } else { 0.0 });
    assert_eq!(once.class, KpiClass::Stationary, "{once:?}");
}

#[test]
fn a_constant_has_a_class_and_too_little_has_none() {
    assert_eq!(class_of(WEEK, |_| 42.0).class, KpiClass::Constant);
    assert_eq!(
        classify(&Samples::default(), MetricKind::Gauge, &AtomicBool::new(false)),
        Err(Refusal::Empty)
    );
    assert_eq!(class_of(WEEK, |_| 0.0).class, KpiClass::Constant);
    let short = classify(&series(10, noise), MetricKind::Gauge, &AtomicBool::new(false));
    assert!(matches!(short, Err(Refusal::TooShort { .. })), "{short:?}");
    let nothing = classify(&series(500, |_| f64::NAN), MetricKind::Gauge, &AtomicBool::new(false));
    assert_eq!(nothing, Err(Refusal::Empty));
}

#[test]
fn a_long_series_ends_at_the_look_that_finds_it_cancelled() {
    let long = series(300_000, |i| daily(i) + noise(i));
    let told = |last: usize| cancelled_at(last, |cancel| classify(&long, MetricKind::Gauge, cancel));

    let (whole, looks) = told(usize::MAX);

    assert!(whole.is_ok() && looks > 12, "{looks}");
    for last in [1, looks / 2, looks] {
        assert_eq!(told(last), (Err(Refusal::Cancelled), last));
    }
}

#[test]
fn the_unit_does_not_matter_even_at_the_ends_of_what_can_be_represented() {
    for unit in [1e-300, 1e-6, 1e300] {
        assert_eq!(class_of(WEEK, |i| unit * (5.0 + daily(i) + 0.3 * noise(i))).class, KpiClass::Seasonal);
        assert_eq!(class_of(WEEK, |i| unit * (10.0 + noise(i))).class, KpiClass::Stationary);
    }
}

#[test]
fn the_statistic_of_a_level_is_that_of_another_implementation() {
    let values: Vec<f64> =
        (0..64).map(|i| f64::from((i * 37) % 23) + 0.2 * f64::from(i) * f64::from(i % 5)).collect();

    let level = measure::kpss(&measure::departures(&values, false));
    let line = measure::kpss(&measure::departures(&values, true));

    assert!((level - STATSMODELS.0).abs() < 1e-9, "{level}");
    assert!((line - STATSMODELS.1).abs() < 1e-9, "{line}");
}

/// statsmodels 0.15: `kpss(values, regression="c", nlags=4)[0]` and the same with `"ct"`.
const STATSMODELS: (f64, f64) = (1.366_174_670_598, 0.158_797_849_571);

#[test]
fn words_are_read_back() {
    for class in KpiClass::ALL {
        assert_eq!(KpiClass::named(class.as_str()), Some(class));
    }
    assert_eq!(KpiClass::named("odd"), None);
}

fn class_of(n: i64, value: impl Fn(i64) -> f64) -> Classified {
    classify(&series(n, value), MetricKind::Unknown, &AtomicBool::new(false))
        .expect("the history is long enough")
}

fn series(n: i64, value: impl Fn(i64) -> f64) -> Samples {
    let mut samples = Samples::default();
    for i in 0..n {
        samples.push(Timestamp::from_millis(1_794_000_000_000 + i * MINUTE), value(i));
    }
    samples
}

fn daily(i: i64) -> f64 {
    (i as f64 / 1_440.0 * TAU).sin()
}

/// A standard normal value: twelve uniform ones.
fn normal(i: i64) -> f64 {
    spread::mean(&(0..12).map(|k| noise(12 * i + k)).collect::<Vec<f64>>()) * 6.0
}

/// White noise from −1 to 1: the finalizer of splitmix64 over the position.
fn noise(i: i64) -> f64 {
    let mut z = i.unsigned_abs().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
