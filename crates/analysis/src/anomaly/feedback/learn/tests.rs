//! The supervised stage against scikit-learn and numpy, and what it must never do.

use proptest::prelude::*;
use wardroom_core::anomaly::{Reason, Score};
use wardroom_core::time::Timestamp;

use super::*;

/// The generator of Numerical Recipes, so that another language can make the same numbers.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % (1 << 32);
        self.0 as f64 / 4_294_967_296.0
    }

    fn features(&mut self) -> [f64; FEATURES] {
        std::array::from_fn(|_| self.next())
    }
}

/// Forty examples of which features 0, 3 and 9 decide, with some noise.
fn forty() -> Vec<Example> {
    let mut numbers = Numbers(7);
    (0..40)
        .map(|series| {
            let features = numbers.features();
            let noise = 0.3 * (numbers.next() - 0.5);
            Example { features, series, is_real: features[0] + features[9] - features[3] + noise > 0.5 }
        })
        .collect()
}

/// Labels on `series` series: what is expected has the same scores as what is real, but comes at night.
fn nightly(n: usize, series: usize) -> Vec<Example> {
    let mut numbers = Numbers(11);
    (0..n)
        .map(|i| {
            let is_real = i % 2 == 0;
            let mut features = numbers.features();
            features[10] = if is_real { -1.0 } else { 1.0 } + 0.4 * (numbers.next() - 0.5);
            Example { features, series: i % series, is_real }
        })
        .collect()
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn the_model_is_that_of_scikit_learn() {
    let examples = forty();
    let model = Model::fit(&examples);

    // scikit-learn 1.9.1 on the same numbers: StandardScaler, then LogisticRegression(C=1, class_weight="balanced",
    // solver="newton-cholesky", tol=1e-14).predict_proba of the first four.
    let theirs = [0.097_028_120_031, 0.141_644_933_533, 0.356_781_109_684, 0.070_066_049_014];
    assert_eq!(examples.iter().filter(|example| example.is_real).count(), 21);
    for (example, theirs) in examples.iter().zip(theirs) {
        let ours = model.odds(&example.features);
        assert!(is_near(ours, theirs), "{ours} against {theirs}");
    }
}

#[test]
fn two_scores_are_compared_as_delong_does() {
    // Pairs counted by hand, with two ties: each score has four of six in order. The error is numpy's, from the
    // covariance of the placements; it is large because there are few.
    let is_real = [true, true, true, false, false];
    let trial = compare(&[3.0, 2.0, 5.0, 4.0, 1.0], &[2.0, 2.0, 6.0, 1.0, 3.0], &is_real);
    assert!(is_near(trial.plain, 4.0 / 6.0) && is_near(trial.staged, 4.0 / 6.0), "{trial:?}");
    assert!(is_near(trial.error, 0.666_666_666_667), "{trial:?}");
    let ties = compare(&[3.0, 2.0, 1.0, 2.0], &[1.0, 1.0, 1.0, 1.0], &[true, true, false, false]);
    assert!(is_near(ties.plain, 0.875) && is_near(ties.staged, 0.5), "{ties:?}");

    // The same forty as above, by features 0 and 9: scikit-learn's roc_auc_score and numpy's covariance.
    let examples = forty();
    let column = |place: usize| examples.iter().map(|e| e.features[place]).collect::<Vec<f64>>();
    let is_real: Vec<bool> = examples.iter().map(|example| example.is_real).collect();
    let trial = compare(&column(0), &column(9), &is_real);
    assert!(is_near(trial.plain, 0.709_273_182_957), "{trial:?}");
    assert!(is_near(trial.staged, 0.761_904_761_905), "{trial:?}");
    assert!(is_near(trial.error, 0.133_306_739_558), "{trial:?}");
}

#[test]
fn what_tells_labels_apart_is_learnt_and_tried_on_series_that_were_held_back() {
    let Learned::Better(stage, trial) = learn(&nightly(60, 12)) else { panic!("the stage helps") };

    assert!(trial.plain < 0.65 && trial.staged > 0.85, "{trial:?}");
    let mut night = [0.9; FEATURES];
    night[10] = 1.0;
    let mut day = night;
    day[10] = -1.0;
    assert!(stage.score(&night) < 0.3, "{}", stage.score(&night));
    assert!(is_near(stage.score(&day), 0.9), "{}", stage.score(&day));
}

#[test]
fn labels_that_nothing_tells_apart_train_no_stage() {
    let mut trained = 0;
    for seed in 0..300 {
        let mut numbers = Numbers(seed);
        let example = |i: usize| Example {
            features: numbers.features(),
            series: i % 10,
            is_real: numbers.next() < 0.5,
        };
        let examples: Vec<Example> = (0..60).map(example).collect();

        trained += u32::from(matches!(learn(&examples), Learned::Better(..)));
    }

    // One in a hundred passes by chance by how the limit is chosen.
    assert!(trained <= 3, "{trained} of 300");
}

#[test]
fn a_score_that_is_right_already_is_left_alone() {
    let mut examples = nightly(60, 12);
    for example in &mut examples {
        example.features[0] = if example.is_real { 0.9 } else { 0.5 };
    }

    let learned = learn(&examples);

    assert!(matches!(learned, Learned::NotBetter(trial) if is_near(trial.plain, 1.0)), "{learned:?}");
}

#[test]
fn few_labels_or_series_train_nothing() {
    assert_eq!(learn(&[]), Learned::TooFew);
    assert_eq!(learn(&nightly(19, 12)), Learned::TooFew);
    assert_ne!(learn(&nightly(20, 12)), Learned::TooFew);
    assert_eq!(learn(&nightly(60, 4)), Learned::TooFew);
    let broken: Vec<Example> = nightly(60, 12)
        .into_iter()
        .map(|mut example| {
            example.features[4] = f64::NAN;
            example
        })
        .collect();
    assert_eq!(learn(&broken), Learned::TooFew);
}

#[test]
fn features_do_not_depend_on_the_unit() {
    let anomaly = |unit: f64| Anomaly {
        kind: AnomalyKind::Level,
        start: Timestamp::from_millis(6 * 3_600_000),
        end: Some(Timestamp::from_millis(6 * 3_600_000 + 45_000)),
        step_ms: 15_000,
        score: Score::new(0.8),
        reason: Reason {
            observed: Some(7.0 * unit),
            peak: None,
            expected: Some(2.0 * unit),
            lower: Some(1.0 * unit),
            upper: Some(3.0 * unit),
            slope_per_hour: None,
            rarer_than: 0.99,
            history_ms: 6_000_000,
            season_ms: None,
        },
    };

    let told = features(&anomaly(1.0));

    assert!(told.iter().zip(features(&anomaly(1024.0))).all(|(a, b)| is_near(*a, b)), "{told:?}");
    // By hand: 5 off in a band of 2, three steps long, over, at a quarter of the day.
    let by_hand = [0.8, 3.5_f64.ln(), 4.0_f64.ln(), 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    assert!(told.iter().zip(by_hand).all(|(a, b)| is_near(*a, b)), "{told:?}");
}

proptest! {
    #[test]
    fn a_stage_never_raises_a_score(
        seed in 0_u64..1000,
        features in prop::array::uniform11(-1e6_f64..1e6),
        score in 0.0_f64..1.0,
    ) {
        let mut examples = nightly(40, 8);
        let mut numbers = Numbers(seed);
        for example in &mut examples {
            example.features[1] = numbers.next();
        }
        let mut features = features;
        features[0] = score;

        if let Learned::Better(stage, _) = learn(&examples) {
            let staged = stage.score(&features);
            prop_assert!((0.0..=score).contains(&staged), "{staged} of {score}");
        }
    }
}
