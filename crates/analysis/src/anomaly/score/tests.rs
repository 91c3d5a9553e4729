//! What the scores promise: traps that they must not fall into, bad input, the same bytes on any number of threads.

use std::f64::consts::TAU;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;
const DAY: usize = 1_440;
const WEEK: usize = 7 * DAY;

#[test]
fn a_spike_is_found_at_its_row_and_says_what_it_is() {
    let scored = score(WEEK, |i| load(i) + if i == 6_000 { 200.0 } else { 0.0 });

    assert_eq!(scored.alarms.len(), 1, "{:?}", scored.alarms);
    let alarm = &scored.alarms[0];
    assert_eq!(alarm.peak, Timestamp::from_millis(6_000 * MINUTE));
    assert_eq!((alarm.start, alarm.end), (alarm.peak, alarm.peak));
    assert!(scored.flags[6_000] && alarm.score > 2.0);
    assert_eq!(alarm.carriers[0].what.view, View::Sudden);
    assert!(alarm.carriers.iter().map(|c| c.share).sum::<f64>() <= 1.0 + 1e-9);
}

#[test]
fn a_healthy_history_is_not_flagged() {
    for seed in 0..20 {
        let scored = score(WEEK, |i| load(i + seed * 100_000));
        let flagged = scored.flags.iter().filter(|&&flag| flag).count();

        // A forest with a contamination of a tenth would flag 1,008 rows.
        assert!(flagged == 0, "{flagged} rows of seed {seed}");
    }
}

#[test]
fn a_shift_of_an_hour_counts_for_all_of_it() {
    let scored = score(WEEK, |i| load(i) + if (7_000..7_060).contains(&i) { 60.0 } else { 0.0 });

    assert!(!scored.alarms.is_empty());
    let hour = Timestamp::from_millis(6_990 * MINUTE)..=Timestamp::from_millis(7_070 * MINUTE);
    assert!(scored.alarms.iter().all(|a| hour.contains(&a.start) && hour.contains(&a.end)));
    assert!(scored.scores[7_005..7_055].iter().all(|&s| s > 0.8));
}

#[test]
fn a_daily_peak_that_moves_with_the_clock_is_no_alarm() {
    let peak = |i: usize, at: usize| {
        let off = (i % DAY) as f64 - at as f64;
        300.0 * (-off * off / (2.0 * 30.0 * 30.0)).exp()
    };
    let moved = |i: usize| load(i) + peak(i, if i / DAY == 9 { 660 } else { 600 });

    let scored = score(14 * DAY, moved);

    let at: Vec<_> = scored.alarms.iter().map(|a| a.start.as_millis() / MINUTE).collect();
    assert!(scored.alarms.is_empty(), "{at:?}");
}

#[test]
fn a_nightly_job_is_a_habit() {
    let job = |i: usize| if i % DAY / 10 == 12 { 300.0 } else { 0.0 };

    let scored = score(WEEK, |i| load(i) + job(i));

    assert!(scored.alarms.is_empty(), "{:?}", scored.alarms);
}

#[test]
fn a_daily_peak_that_does_not_come_is_an_alarm() {
    let peak = |i: usize| if i % DAY / 60 == 10 { 300.0 } else { 0.0 };

    let scored = score(14 * DAY, |i| load(i) + if i / DAY == 9 { 0.0 } else { peak(i) });

    let day: Vec<i64> = scored.alarms.iter().map(|a| a.start.as_millis() / MINUTE / 1_440).collect();
    assert!(day.contains(&9), "{:?}", scored.alarms);
}

#[test]
fn a_slow_drift_scores_higher_and_higher() {
    let scored = score(WEEK, |i| 100.0 + noise(i) + i.saturating_sub(5 * DAY) as f64 / 100.0);

    let mean = |from: usize| scored.scores[from..from + 720].iter().sum::<f64>() / 720.0;
    assert!(mean(WEEK - 720) > 2.0 * mean(3 * DAY), "{} {}", mean(WEEK - 720), mean(3 * DAY));
}

#[test]
fn a_series_that_falls_to_nothing_is_an_alarm() {
    let scored = score(WEEK, |i| if i >= 9_900 { 0.0 } else { load(i) });

    let first = scored.alarms.first().expect("the fall is found");
    assert!((first.start.as_millis() / MINUTE - 9_900).abs() <= 5, "{first:?}");
}

#[test]
fn faults_in_a_tenth_of_the_history_do_not_hide_themselves() {
    let scored =
        score(WEEK, |i| load(i) + if i % DAY >= 300 && i % DAY < 440 && i / DAY == 3 { 400.0 } else { 0.0 });

    assert!(scored.alarms.iter().any(|a| a.start.as_millis() / MINUTE / 1_440 == 3));
}

#[test]
fn what_cannot_be_scored_is_refused_with_the_reason() {
    let refusal = |values: &[f64]| {
        score_series(&samples(values), &AtomicBool::new(false)).expect_err("cannot be scored")
    };

    assert_eq!(refusal(&[]), Refusal::Empty);
    assert_eq!(refusal(&[f64::NAN; 100]), Refusal::Empty);
    assert_eq!(refusal(&[1.0, 2.0]), Refusal::TooShort { have_ms: 2 * MINUTE, needed_ms: 30 * MINUTE });
    assert_eq!(refusal(&[7.0; 100]), Refusal::Constant);
    assert_eq!(refusal(&[0.0; 100]), Refusal::Constant);
}

#[test]
fn the_order_of_the_rows_does_not_matter_and_gaps_score_nothing() {
    let mut values: Vec<f64> = (0..3_000).map(load).collect();
    values[2_000] += 300.0;
    values[10] = f64::NAN;
    let sorted = score_series(&samples(&values), &AtomicBool::new(false)).expect("there is enough");
    let times = (0..3_000).rev().map(|i| i * MINUTE).collect();
    let backwards =
        Samples::from_columns(times, values.iter().rev().copied().collect()).expect("equal columns");

    let mut scored = score_series(&backwards, &AtomicBool::new(false)).expect("there is enough");

    scored.scores.reverse();
    scored.flags.reverse();
    assert_eq!(scored, sorted);
    assert!(sorted.scores[10].abs() < f64::MIN_POSITIVE && !sorted.flags[10]);
}

#[test]
fn a_group_says_which_metrics_carry_an_alarm() {
    let (times, mut metrics) = group();
    for metric in &mut metrics[3..5] {
        for value in metric[4_000..4_020].iter_mut().flatten() {
            *value += 150.0;
        }
    }

    let scored = score_group(&Group { times: &times, metrics: &metrics }, &AtomicBool::new(false))
        .expect("metrics move");

    let alarm = scored.alarms.iter().max_by(|a, b| a.score.total_cmp(&b.score)).expect("the fault is found");
    let mut carriers: Vec<usize> = alarm.carriers[..2].iter().map(|c| c.what).collect();
    carriers.sort_unstable();
    assert_eq!(carriers, [3, 4]);
    assert!(alarm.carriers[..2].iter().map(|c| c.share).sum::<f64>() > 0.6);
    assert!((3_999..4_021).contains(&(alarm.peak.as_millis() / MINUTE)));
}

#[test]
fn a_group_without_a_moving_metric_is_refused_and_gaps_are_left_out() {
    let (times, mut metrics) = group();
    metrics.truncate(2);
    metrics.push(vec![Some(1.0); times.len()]);
    metrics.push(vec![None; times.len()]);
    metrics.push(Vec::new());
    let all = Group { times: &times, metrics: &metrics };
    let done = AtomicUsize::new(0);
    let count = |n: usize| {
        done.fetch_max(n, Ordering::Relaxed);
    };
    let told = score_group_of(&all, &AtomicBool::new(false), &count).expect("two metrics move");
    assert_eq!(score_group(&all, &AtomicBool::new(false)), Ok(told.scored));
    assert_eq!((told.metrics, done.into_inner()), (2, 5));
    assert_eq!(told.refused, [(2, Refusal::Constant), (3, Refusal::Empty), (4, Refusal::Empty)]);

    let still = Group { times: &times, metrics: &metrics[2..] };
    assert_eq!(score_group(&still, &AtomicBool::new(false)), Err(Refusal::Constant));
    assert_eq!(
        score_group(&Group { times: &times, metrics: &[] }, &AtomicBool::new(false)),
        Err(Refusal::Empty)
    );
}

#[test]
fn one_and_two_threads_give_the_same_and_cancelling_answers_the_rest() {
    let series: Vec<Samples> =
        (0..6).map(|k| samples(&(0..2_000).map(|i| load(i + k * 7_777)).collect::<Vec<_>>())).collect();
    let inputs: Vec<&Samples> = series.iter().collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| score_all(&inputs, &AtomicBool::new(false)))
    };

    assert_eq!(run(1), run(2));
    assert!(score_all(&inputs, &AtomicBool::new(true)).iter().all(|r| *r == Err(Refusal::Cancelled)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn unit_and_zero_point_do_not_matter(exponent in -9.0..9.0_f64, offset in -1e3..1e3_f64) {
        let value = |i: usize| load(i) + if i == 1_500 { 120.0 } else { 0.0 };
        let plain = score(2_000, value);
        let scale = 10.0_f64.powf(exponent);

        let scaled = score(2_000, |i| (value(i) + offset) * scale);

        for (a, b) in plain.scores.iter().zip(&scaled.scores) {
            prop_assert!((a - b).abs() < 1e-3 * a.max(1.0), "{a} {b}");
        }
        prop_assert_eq!(plain.alarms.len(), scaled.alarms.len());
    }

    #[test]
    fn no_value_and_no_time_makes_it_panic(
        rows in proptest::collection::vec((any::<i64>(), any::<f64>()), 0..200),
        scale in prop_oneof![Just(1.0), Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(5e-324)],
    ) {
        let (times, values): (Vec<i64>, Vec<f64>) = rows.into_iter().map(|(t, v)| (t, v * scale)).unzip();
        let samples = Samples::from_columns(times, values).expect("equal columns");
        if let Ok(scored) = score_series(&samples, &AtomicBool::new(false)) {
            prop_assert!(scored.scores.iter().all(|s| s.is_finite() && *s >= 0.0));
        }
    }
}

fn score(n: usize, value: impl Fn(usize) -> f64) -> Scored<Aspect> {
    score_series(&samples(&(0..n).map(value).collect::<Vec<_>>()), &AtomicBool::new(false))
        .expect("there is enough to score")
}

fn samples(values: &[f64]) -> Samples {
    let times = (0..).map(|i| i * MINUTE).take(values.len()).collect();
    Samples::from_columns(times, values.to_vec()).expect("equal columns")
}

fn group() -> (Vec<i64>, Vec<Vec<Option<f64>>>) {
    let times = (0..).map(|i| i * MINUTE).take(WEEK).collect();
    let metrics = (0..8).map(|m| (0..WEEK).map(|i| Some(load(i + m * 50_400))).collect()).collect();
    (times, metrics)
}

/// A daily load around 100 with noise of at most 5.
fn load(i: usize) -> f64 {
    100.0 + 30.0 * ((i % DAY) as f64 / DAY as f64 * TAU).sin() + 5.0 * noise(i)
}

/// White noise from −1 to 1: the finalizer of splitmix64 over the position.
fn noise(i: usize) -> f64 {
    let mut z = (i as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
