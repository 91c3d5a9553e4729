//! The supervised stage: what the marked findings of a workspace tell apart, tried on labels that were held back.
//!
//! It stands on top of the unsupervised score and can only lower it, and it is used only where it puts labels that it has
//! not seen in a better order than the score alone does, beyond chance.

use wardroom_core::anomaly::{Anomaly, AnomalyKind};

mod auc;
mod logistic;

use auc::compare;
use logistic::Model;

/// How many numbers describe a finding.
pub const FEATURES: usize = 11;
/// Labels of each kind that it takes: ours, with ten of each an order can be told from chance at all.
pub const LEAST_LABELS: usize = 10;
/// Series on which the labels have to lie, so that every fold has some that the others do not know.
pub const LEAST_SERIES: usize = 5;
/// Folds of the trial; all labels of one series are in one, since they resemble each other.
const FOLDS: usize = 5;
/// A gain below this share of pairs is not worth another number on the screen.
const LEAST_GAIN: f64 = 0.02;
/// The gain has to be this many of its standard errors: one-sided, one trial in a hundred passes by chance.
const LEAST_ERRORS: f64 = 2.326;
/// What the stage puts in order has to be this share of pairs: over a score worse than chance nothing would be won.
const LEAST_ORDER: f64 = 0.6;
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// A marked finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Example {
    /// What [`features`] says of it.
    pub features: [f64; FEATURES],
    /// The number of its series: examples of one number are held back together.
    pub series: usize,
    /// Whether it was marked as real, otherwise as expected.
    pub is_real: bool,
}

/// How the stage stood the trial: shares of pairs of a real and an expected finding, held back, that are in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// By the unsupervised score alone, 0 to 1 (0.5 is chance).
    pub plain: f64,
    /// With the stage.
    pub staged: f64,
    /// The standard error of the difference.
    pub error: f64,
}

/// What came of learning.
#[derive(Clone, Debug, PartialEq)]
pub enum Learned {
    /// There are too few labels, or they lie on too few series.
    TooFew,
    /// The stage is not better than the score alone, and is not used.
    NotBetter(Trial),
    /// The stage is better and is used.
    Better(Box<Stage>, Trial),
}

/// A trained stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage(Model);

impl Stage {
    /// Returns the score of a finding with what was learnt: the one it has, or a lower one where findings of its kind were
    /// marked as expected more than as real.
    pub fn score(&self, features: &[f64; FEATURES]) -> f64 {
        lowered(&self.0, features)
    }
}

/// Describes a finding by numbers: score, departure in widths of the band, length, direction, kind, time of day (UTC).
///
/// Scaling the unit of the series changes none of them.
pub fn features(anomaly: &Anomaly) -> [f64; FEATURES] {
    let reason = &anomaly.reason;
    let value = reason.observed.or(reason.peak);
    let away = value.zip(reason.expected).map_or(0.0, |(value, expected)| value - expected);
    let width = reason.upper.zip(reason.lower).map_or(0.0, |(high, low)| (high - low).abs());
    let widths = if width > 0.0 { (away.abs() / width).min(1e6).ln_1p() } else { 0.0 };
    let steps = anomaly
        .end
        .map_or(0, |end| end.as_millis().saturating_sub(anomaly.start.as_millis()) / anomaly.step_ms.max(1));
    let time = anomaly.start.as_millis().rem_euclid(DAY_MS) as f64 / DAY_MS as f64 * std::f64::consts::TAU;
    let is = |kinds: &[AnomalyKind]| f64::from(u8::from(kinds.contains(&anomaly.kind)));
    let all = [
        anomaly.score.get(),
        widths,
        (steps.max(0) as f64).ln_1p(),
        f64::from(u8::from(anomaly.end.is_none())),
        if away > 0.0 {
            1.0
        } else if away < 0.0 {
            -1.0
        } else {
            0.0
        },
        is(&[AnomalyKind::Spike, AnomalyKind::Dip]),
        is(&[AnomalyKind::Trend]),
        is(&[AnomalyKind::Variance]),
        is(&[AnomalyKind::Missing, AnomalyKind::Flat]),
        time.sin(),
        time.cos(),
    ];
    all.map(|number: f64| if number.is_finite() { number } else { 0.0 })
}

/// Learns from marked findings, and says by labels that were held back whether it helps.
///
/// # Input
///
/// One example for each marked finding, in any order that is the same in every run. Examples whose features are not
/// finite are left out.
///
/// # Cost
///
/// Linear in the examples, and their pairs of a real and an expected one.
///
/// # Source
///
/// Logistic regression with a ridge penalty: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*,
/// 2nd ed. (2009), §4.4. Comparison of two areas under the curve on the same cases: `DeLong`, `DeLong` and Clarke-Pearson,
/// *Biometrics* 44 (1988).
pub fn learn(examples: &[Example]) -> Learned {
    let usable = |example: &&Example| example.features.iter().all(|number| number.is_finite());
    let examples: Vec<Example> = examples.iter().filter(usable).copied().collect();
    let real = examples.iter().filter(|example| example.is_real).count();
    let mut series: Vec<usize> = examples.iter().map(|example| example.series).collect();
    series.sort_unstable();
    series.dedup();
    if real < LEAST_LABELS || examples.len() - real < LEAST_LABELS || series.len() < LEAST_SERIES {
        return Learned::TooFew;
    }
    let fold_of = |example: &Example| series.partition_point(|number| *number < example.series) % FOLDS;
    let mut staged = vec![0.0; examples.len()];
    for fold in 0..FOLDS {
        let seen: Vec<Example> =
            examples.iter().filter(|example| fold_of(example) != fold).copied().collect();
        let model = Model::fit(&seen);
        for (score, example) in staged.iter_mut().zip(&examples) {
            if fold_of(example) == fold {
                *score = lowered(&model, &example.features);
            }
        }
    }
    let plain: Vec<f64> = examples.iter().map(|example| example.features[0]).collect();
    let is_real: Vec<bool> = examples.iter().map(|example| example.is_real).collect();
    let trial = compare(&plain, &staged, &is_real);
    let gain = trial.staged - trial.plain;
    if gain >= LEAST_GAIN && gain > LEAST_ERRORS * trial.error && trial.staged >= LEAST_ORDER {
        Learned::Better(Box::new(Stage(Model::fit(&examples))), trial)
    } else {
        Learned::NotBetter(trial)
    }
}

/// Returns a score as the model lowers it: in proportion, below even odds.
fn lowered(model: &Model, features: &[f64; FEATURES]) -> f64 {
    features[0] * (2.0 * model.odds(features)).min(1.0)
}

#[cfg(test)]
mod tests;
