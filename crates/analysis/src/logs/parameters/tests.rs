//! Profiles of values that the tests chose.

use proptest::prelude::*;

use super::*;

/// Counts each value so often in the baseline and in the compared window.
fn profile(kind: ParameterKind, values: &[(&str, u64, u64)]) -> ParameterProfile {
    let mut profile = ParameterProfile::new(kind, "");
    for (value, baseline, compare) in values {
        (0..*baseline).for_each(|_| profile.add(value, Window::Baseline));
        (0..*compare).for_each(|_| profile.add(value, Window::Compare));
    }
    profile
}

fn numbers(values: impl IntoIterator<Item = f64>) -> NumberSpread {
    let mut profile = ParameterProfile::new(ParameterKind::Number, "");
    values.into_iter().for_each(|value| profile.add(&value.to_string(), Window::Compare));
    profile.numbers().expect("they are numbers")
}

#[test]
fn values_are_counted_in_both_windows() {
    let profile = profile(ParameterKind::Host, &[("db-m1", 3, 40), ("db-r1", 5, 5), ("db-r2", 6, 5)]);

    let top: Vec<_> =
        profile.top(2).into_iter().map(|v| (v.value, v.counts.baseline, v.counts.compare)).collect();
    assert_eq!(top, [("db-m1".to_owned(), 3, 40), ("db-r2".to_owned(), 6, 5)]);
    assert_eq!((profile.distinct(), profile.distinct_more()), (3, false));
    assert_eq!(profile.total(), Counts { baseline: 14, compare: 50 });
    assert_eq!(profile.numbers(), None);
}

#[test]
fn a_thousand_values_are_exact_and_more_are_said_to_be_more() {
    let mut profile = ParameterProfile::new(ParameterKind::Id, "");
    for n in 0..1000 {
        profile.add(&format!("id-{n:04}"), Window::Compare);
    }
    assert_eq!((profile.distinct(), profile.distinct_more()), (1000, false));
    for n in 0..20_000 {
        profile.add(&format!("x-{n}"), Window::Compare);
        profile.add("often", Window::Compare);
    }

    assert_eq!((profile.distinct(), profile.distinct_more()), (1000, true));
    let top = profile.top(1);
    assert_eq!((top[0].value.as_str(), top[0].counts.compare), ("often", 20_000));
    assert_eq!(profile.explains(1.0), None);
}

#[test]
fn quantiles_are_those_of_the_reference() {
    // numpy 2.4.6, numpy.percentile(x, q, method="inverted_cdf") of x = [(k * k * 7 + 3) % 1009 for k in range(1, 501)].
    let spread = numbers((1..=500_u32).map(|k| f64::from((k * k * 7 + 3) % 1009)));

    let found = [spread.low, spread.p05, spread.median, spread.p95, spread.high];
    for (found, expected) in found.into_iter().zip([0.0, 32.0, 506.0, 971.0, 1008.0]) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}

#[test]
fn a_histogram_has_few_bins_with_round_edges_and_loses_nothing() {
    for values in [
        vec![1.0, 2.0, 3.0],
        vec![5.0],
        vec![0.125],
        (0..1000).map(|n| f64::from(n) * 0.37).collect(),
        (0..50).map(|n| f64::from(n * n) - 900.0).collect(),
        vec![1e12, 1e12 + 1.0, 1e12 + 2.0],
        vec![-3.5, 1e300],
        vec![0.0, 5e-324],
    ] {
        let spread = numbers(values.iter().copied());

        assert!((1..=24).contains(&spread.bins.len()), "{spread:?}");
        let counted: u64 = spread.bins.iter().map(|bin| bin.counts.compare).sum();
        assert_eq!(counted + spread.below.compare + spread.above.compare, values.len() as u64, "{spread:?}");
        assert!(spread.bin > 0.0);
    }
    let spread = numbers((0..=100).map(|n| 29_980.0 + f64::from(n % 80)));
    assert!((spread.bin - 5.0).abs() < 1e-9 && (spread.bins[0].start - 29_980.0).abs() < 1e-9, "{spread:?}");
}

#[test]
fn far_outliers_do_not_squeeze_the_histogram() {
    let spread = numbers((0..1000).map(|n| if n == 7 { 1e9 } else { f64::from(n % 50) }));

    assert!(spread.bin < 10.0 && spread.bins.len() > 5, "{spread:?}");
    assert_eq!(spread.above.compare, 1);
    assert!((spread.high - 1e9).abs() < 1.0);
}

#[test]
fn numbers_with_units_are_measured_in_one() {
    let mut profile = ParameterProfile::new(ParameterKind::Duration, "");
    for value in ["900ms", "1 s", "1.1s", "2 s"] {
        profile.add(value, Window::Compare);
    }

    let spread = profile.numbers().expect("durations");

    assert_eq!((spread.unit, spread.low, spread.high), ("ms", 900.0, 2000.0));
}

#[test]
fn a_port_or_an_id_is_no_measure() {
    for kind in [ParameterKind::Port, ParameterKind::Id, ParameterKind::Hex] {
        assert_eq!(profile(kind, &[("5432", 3, 3)]).numbers(), None);
    }
    assert_eq!(profile(ParameterKind::Number, &[("a", 3, 3), ("5", 1, 1)]).numbers(), None);
}

#[test]
fn many_numbers_keep_their_leading_digits() {
    let spread = numbers((0..50_000).map(|n| 30_000.0 + f64::from(n) * 0.001));

    assert!((spread.median / 30_025.0 - 1.0).abs() < 1e-3, "{spread:?}");
    assert!((spread.low / 30_000.0 - 1.0).abs() < 1e-3 && (spread.high / 30_050.0 - 1.0).abs() < 1e-3);
}

#[test]
fn numbers_do_not_depend_on_their_order() {
    let value = |n: u32| f64::from(n.wrapping_mul(2_654_435_761)) * 1e-3;
    let (mut forth, mut back) = (Digest::default(), Digest::default());
    let one = Counts { baseline: 0, compare: 1 };
    (0..25_000).for_each(|n| forth.add(value(n), one));
    (0..25_000).rev().for_each(|n| back.add(value(n), one));

    assert_eq!(forth.spread(""), back.spread(""));
}

#[test]
fn the_value_behind_a_rise_explains_it() {
    let profile = profile(ParameterKind::Host, &[("db-m1", 20, 400), ("db-r1", 20, 22), ("db-r2", 20, 18)]);

    let found = profile.explains(1.0).expect("one host has risen");

    assert_eq!(found.what, Explained::Value("db-m1".to_owned()));
    assert_eq!(found.counts, Counts { baseline: 20, compare: 400 });
    // 380 of 380 additional lines; 20 of 60 and 400 of 440 lines.
    assert!((found.share_of_increase - 1.0).abs() < 1e-9);
    assert!(found.share_before.is_some_and(|share| (share - 1.0 / 3.0).abs() < 1e-9));
    assert!((found.share_after - 400.0 / 440.0).abs() < 1e-9);
}

#[test]
fn a_rise_of_all_values_alike_is_explained_by_none() {
    let cases: [&[(&str, u64, u64)]; 4] = [
        &[("a", 20, 100), ("b", 20, 100), ("c", 20, 100)],
        // It was as common before.
        &[("a", 90, 450), ("b", 10, 50)],
        // No rise at all.
        &[("a", 50, 10), ("b", 10, 50)],
        // Too few lines.
        &[("a", 0, 6), ("b", 3, 1)],
    ];
    for values in cases {
        assert_eq!(profile(ParameterKind::Host, values).explains(1.0), None, "{values:?}");
    }
}

#[test]
fn a_range_of_numbers_explains_a_rise() {
    let mut profile = ParameterProfile::new(ParameterKind::Number, " ms");
    for n in 0..200_u32 {
        profile.add(&(n * 7 % 1000).to_string(), Window::Baseline);
        profile.add(&(n * 7 % 1000).to_string(), Window::Compare);
    }
    for n in 0..1800_u32 {
        profile.add(&(30_000 + n % 15).to_string(), Window::Compare);
    }

    let found = profile.explains(1.0).expect("the slow ones");

    assert_eq!(found.what, Explained::Range { low: 30_000.0, high: 30_014.0, unit: "ms" });
    assert!((found.share_of_increase - 1.0).abs() < 1e-9);
    assert_eq!(found.share_before, Some(0.0));
}

#[test]
fn a_new_template_is_explained_by_what_nearly_all_its_lines_share() {
    let one = profile(ParameterKind::Host, &[("db-m1", 0, 95), ("db-r1", 0, 5)]);
    assert_eq!(one.explains(0.25).map(|e| e.what), Some(Explained::Value("db-m1".to_owned())));
    let two = profile(ParameterKind::Host, &[("db-m1", 0, 50), ("db-r1", 0, 50)]);
    assert_eq!(two.explains(0.25), None);

    let mut waits = ParameterProfile::new(ParameterKind::Number, " ms");
    (0..300_u32).for_each(|n| waits.add(&(30_000 + n % 15).to_string(), Window::Compare));
    let found = waits.explains(0.25).expect("always the same limit");
    assert_eq!(found.what, Explained::Range { low: 30_000.0, high: 30_014.0, unit: "ms" });
    assert_eq!((found.share_before, found.share_after), (None, 1.0));
}

#[test]
fn a_value_longer_than_a_line_is_cut() {
    let profile = profile(ParameterKind::Text, &[(&"é".repeat(5000), 0, 1)]);

    assert!(profile.top(1)[0].value.len() <= 260 && profile.top(1)[0].value.ends_with('…'));
}

proptest! {
    #[test]
    fn profiles_can_be_split_and_merged_in_any_way(
        values in proptest::collection::vec((0..400_u32, any::<bool>(), 0..3_usize), 0..600),
    ) {
        let mut whole = ParameterProfile::new(ParameterKind::Number, "");
        let mut parts = vec![ParameterProfile::new(ParameterKind::Number, ""); 3];
        for (value, compare, part) in &values {
            let window = if *compare { Window::Compare } else { Window::Baseline };
            whole.add(&value.to_string(), window);
            parts[*part].add(&value.to_string(), window);
        }
        let mut merged = parts.pop().expect("three");
        parts.iter().rev().for_each(|part| merged.merge(part));

        prop_assert_eq!(merged.top(50), whole.top(50));
        prop_assert_eq!(merged.numbers(), whole.numbers());
        prop_assert_eq!(merged.explains(0.5), whole.explains(0.5));
        prop_assert_eq!(merged.total(), whole.total());
    }

    #[test]
    fn any_value_can_be_added(values in proptest::collection::vec(".{0,12}", 0..40), number in any::<f64>()) {
        let mut profile = ParameterProfile::new(ParameterKind::Number, "% x");
        for value in values.iter().cloned().chain([number.to_string(), format!("{number:e} ms")]) {
            profile.add(&value, Window::Compare);
        }
        profile.numbers();
        profile.explains(f64::NAN);
        profile.explains(0.0);
    }
}
