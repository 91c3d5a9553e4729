//! What must hold for every method.

use super::*;
use crate::pass::tests::cancelled_at;

const MINUTE: i64 = 60_000;
const DAY: usize = 1440;

#[test]
fn a_word_names_its_method() {
    for method in Method::ALL {
        assert_eq!(Method::named(method.as_str()), Some(method));
        assert!(method.source().len() > 20);
    }
    assert_eq!(Method::named("prophet"), None);
}

#[test]
fn healthy_noise_around_a_day_is_left_alone() {
    // The trap: a forest with contamination 0.1 flags a tenth of any healthy history, here 1,008 rows.
    for seed in 0..3 {
        let week = week(seed, |_| 0.0);
        for (method, scored) in all(&week, seed) {
            let beyond = scored.scores.iter().filter(|score| **score >= 1.0).count();
            assert!(beyond <= 10, "{}: {beyond} of 10,080 rows in week {seed}", method.as_str());
            assert!(scored.alarms.len() <= 3, "{}: {:?}", method.as_str(), scored.alarms);
        }
    }
}

#[test]
fn a_fault_of_an_hour_is_found_in_its_place() {
    let fault = 5 * DAY + 700..5 * DAY + 760;
    let week = week(7, |i| if fault.contains(&i) { 90.0 } else { 0.0 });
    for (method, scored) in all(&week, 7) {
        let near = |alarm: &MethodAlarm| {
            let at = usize::try_from(alarm.peak.as_millis() / MINUTE).expect("after the epoch");
            (fault.start - 30..fault.end + 60).contains(&at)
        };
        assert!(scored.alarms.iter().any(near), "{}: {:?}", method.as_str(), scored.alarms);
        let wrong = scored.alarms.iter().filter(|alarm| !near(alarm)).count();
        assert!(wrong <= 2, "{}: {:?}", method.as_str(), scored.alarms);
    }
}

#[test]
fn an_alarm_holds_its_peak_and_scores_one_or_more() {
    let week = week(7, |i| if (7_000..7_040).contains(&i) { 90.0 } else { 0.0 });
    for (method, scored) in all(&week, 7) {
        assert_eq!(scored.scores.len(), week.len());
        assert!(scored.scores.iter().all(|score| score.is_finite() && *score >= 0.0));
        for alarm in scored.alarms {
            assert!(alarm.start <= alarm.peak && alarm.peak <= alarm.end, "{}: {alarm:?}", method.as_str());
            assert!(alarm.score >= 1.0, "{}: {alarm:?}", method.as_str());
        }
    }
}

#[test]
fn the_unit_does_not_matter() {
    let week = week(3, |i| if (7_000..7_030).contains(&i) { 70.0 } else { 0.0 });
    let scaled = map(&week, |value| value * 2.0_f64.powi(300));
    let (peers, scaled_peers) =
        (peers(3), peers(3).iter().map(|p| map(p, |v| v * 2.0_f64.powi(300))).collect::<Vec<_>>());
    for method in Method::ALL {
        let (one, other) = (run(method, &week, &peers), run(method, &scaled, &scaled_peers));
        let (Ok(one), Ok(other)) = (one, other) else { panic!("{} refused", method.as_str()) };
        let most = one.scores.iter().zip(&other.scores).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(most < 1e-6, "{}: {most}", method.as_str());
        assert_eq!(one.alarms.len(), other.alarms.len(), "{}", method.as_str());
    }
}

#[test]
fn the_number_of_threads_and_the_order_do_not_matter() {
    let week = week(4, |i| if (7_000..7_030).contains(&i) { 70.0 } else { 0.0 });
    let peers = peers(4);
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    let (one, two) = (pool(1), pool(2));
    let backwards = Samples::from_columns(
        week.times().iter().rev().copied().collect(),
        week.values().iter().rev().copied().collect(),
    )
    .expect("equal lengths");
    for method in Method::ALL {
        let alone = one.install(|| run(method, &week, &peers)).expect("a week is enough");
        assert_eq!(Ok(&alone), two.install(|| run(method, &week, &peers)).as_ref(), "{}", method.as_str());
        assert_eq!(
            Ok(&alone.alarms),
            run(method, &backwards, &peers).as_ref().map(|scored| &scored.alarms),
            "{}",
            method.as_str()
        );
    }
}

#[test]
fn bad_input_is_refused_in_data() {
    let of = |values: Vec<f64>| {
        let times = (0..values.len()).map(|i| i64::try_from(i).expect("small") * MINUTE).collect();
        Samples::from_columns(times, values).expect("equal lengths")
    };
    let peers = peers(1);
    for method in Method::ALL {
        let refusal = |samples: &Samples| run(method, samples, &peers).map(|_| ()).map_err(Refusal::as_str);
        let word = method.as_str();
        assert_eq!(refusal(&of(vec![])), Err("empty"), "{word}");
        assert_eq!(refusal(&of(vec![f64::NAN; 90])), Err("empty"), "{word}");
        assert_eq!(refusal(&of(vec![1.0, 2.0])), Err("too_short"), "{word}");
        assert_eq!(refusal(&of(vec![5.0; 10_080])), Err("constant"), "{word}");
    }
}

#[test]
fn strange_numbers_give_a_result_or_a_refusal() {
    let strange = [
        week(2, |_| 0.0),
        map(&week(2, |_| 0.0), |value| value * 1e300),
        map(&week(2, |_| 0.0), |value| value * 5e-324),
        map(&week(2, |_| 0.0), |value| if value > 110.0 { f64::INFINITY } else { value }),
        map(&week(2, |i| if i == 9_000 { 1e12 } else { 0.0 }), |value| value),
        map(&week(2, |_| 0.0), |value| if value > 130.0 { 1.0 } else { 0.0 }),
    ];
    let far = Samples::from_columns([i64::MIN, 0, i64::MAX].repeat(20), (0..60).map(f64::from).collect());
    for samples in strange.iter().chain(far.as_ref()) {
        for method in Method::ALL {
            if let Ok(scored) = run(method, samples, &peers(2)) {
                assert_eq!(scored.scores.len(), samples.len(), "{}", method.as_str());
                assert!(scored.scores.iter().all(|score| score.is_finite()), "{}", method.as_str());
            }
        }
    }
}

#[test]
fn a_copy_alone_has_no_peers() {
    let week = week(1, |_| 0.0);
    assert_eq!(run(Method::Peers, &week, &[]), Err(Refusal::NoPeers));
    assert_eq!(run(Method::Peers, &week, &peers(1)[..1]), Err(Refusal::NoPeers));
    let last_year = map_times(&week, |time| time - 365 * 86_400_000);
    assert_eq!(run(Method::Peers, &week, &[last_year.clone(), last_year]), Err(Refusal::NoPeers));
}

#[test]
fn what_happens_to_all_copies_is_no_peer_outlier() {
    let fault = |i: usize| if (7_000..7_060).contains(&i) { 90.0 } else { 0.0 };
    let all_of_them: Vec<Samples> = (1..4).map(|seed| week(100 * seed, fault)).collect();

    let scored = run(Method::Peers, &week(5, fault), &all_of_them).expect("a week is enough");

    assert_eq!(scored.alarms, []);
}

#[test]
fn every_method_can_be_cancelled() {
    let week = week(1, |_| 0.0);
    for method in Method::ALL {
        let input = MethodInput { samples: &week, peers: &[] };
        assert_eq!(score(method, &input, &AtomicBool::new(true)), Err(Refusal::Cancelled));
    }
}

#[test]
fn every_method_ends_at_the_look_that_finds_it_cancelled() {
    let week = week(1, |_| 0.0);
    let peers = peers(1);
    let peers: Vec<&Samples> = peers.iter().collect();
    let input = MethodInput { samples: &week, peers: &peers };
    for method in Method::ALL {
        let scored = |last: usize| cancelled_at(last, |cancel| score(method, &input, cancel));
        let (whole, looks) = scored(usize::MAX);
        assert!(whole.is_ok() && looks > 8, "{method:?}: {looks}");
        for last in [1, looks / 2, looks] {
            assert_eq!(scored(last), (Err(Refusal::Cancelled), last), "{method:?} at {last} of {looks}");
        }
    }
}

fn all(week: &Samples, seed: usize) -> Vec<(Method, MethodScored)> {
    let peers = peers(seed);
    Method::ALL
        .into_iter()
        .map(|method| (method, run(method, week, &peers).expect("a week is enough")))
        .collect()
}

fn run(method: Method, samples: &Samples, peers: &[Samples]) -> Result<MethodScored, Refusal> {
    let peers: Vec<&Samples> = peers.iter().collect();
    score(method, &MethodInput { samples, peers: &peers }, &AtomicBool::new(false))
}

/// Three healthy copies.
fn peers(seed: usize) -> Vec<Samples> {
    (1..4).map(|copy| week(100 * copy + seed, |_| 0.0)).collect()
}

/// A week at one minute: a day's wave around 100, noise with a standard deviation of 4, and what is added.
fn week(seed: usize, added: impl Fn(usize) -> f64) -> Samples {
    let value = |i: usize| {
        let wave = (i as f64 / DAY as f64 * std::f64::consts::TAU).sin();
        let noise: f64 = (0..3).map(|k| noise(3 * i + k + 1_000_000 * seed)).sum();
        100.0 + 30.0 * wave + 4.0 * noise + added(i)
    };
    let times = (0..10_080).map(|i| i * MINUTE).collect();
    Samples::from_columns(times, (0..10_080).map(value).collect()).expect("equal lengths")
}

fn map(samples: &Samples, change: impl Fn(f64) -> f64) -> Samples {
    let values = samples.values().iter().map(|&value| change(value)).collect();
    Samples::from_columns(samples.times().to_vec(), values).expect("equal lengths")
}

fn map_times(samples: &Samples, change: impl Fn(i64) -> i64) -> Samples {
    let times = samples.times().iter().map(|&time| change(time)).collect();
    Samples::from_columns(times, samples.values().to_vec()).expect("equal lengths")
}

/// White noise from −1 to 1 (three added have a standard deviation of 1): the finalizer of splitmix64.
fn noise(i: usize) -> f64 {
    let mut z = (i as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
