//! Trains the learned part: a multinomial logistic regression on the terms, then its calibration.
//!
//! Source of the method: Bishop, *Pattern Recognition and Machine Learning* (2006), §4.3.4; full gradients with the step
//! sizes of Duchi, Hazan and Singer, *Adaptive Subgradient Methods*, JMLR 12 (2011). The witnesses are put together by
//! Platt's scaling on groups that were left out (Platt, *Probabilistic Outputs for Support Vector Machines*, 1999).

use std::collections::BTreeMap;

use super::corpus::FaultExample;
use super::model::{Blend, Weights};
use super::rules::Rules;
use super::{CLASSES, terms, weigh, words};

/// How many rounds of gradients the regression is given; the weights move less than a stored step after about 200.
const ROUNDS: usize = 250;

/// The first step's length.
const RATE: f64 = 0.5;

/// How strongly weights are drawn to zero, per unit of example weight.
const RIDGE: f64 = 5.0e-5;

/// In how many parts the groups are left out in turn.
const FOLDS: usize = 8;

/// How many rounds the blend of the witnesses is given.
const BLEND_ROUNDS: usize = 400;

/// The first step's length of the blend.
const BLEND_RATE: f64 = 0.1;

/// A term is kept when it stands in at least two phrases' worth of examples.
const LEAST_EXAMPLES: usize = 2;

/// How often each class is expected among the different lines of an operations log.
///
/// Assumed, not measured: three quarters routine, software faults before network, hardware and security.
const EXPECTED: [f64; 5] = [0.5, 0.1, 0.2, 0.1, 0.1];

/// What came out of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingReport {
    /// The model as bytes, for [`super::FaultModel::from_bytes`].
    pub model: Vec<u8>,
    /// How many examples it learned from.
    pub examples: usize,
    /// How many terms it keeps.
    pub terms: usize,
    /// The share of examples judged right by a model that had not seen their group.
    pub left_out_accuracy: f64,
    /// By what the log-odds of rules and of terms are multiplied so that stated confidence is reached.
    pub shares: [f64; 2],
}

/// An example as numbers.
struct Row {
    class: usize,
    weight: f64,
    group: usize,
    terms: Vec<usize>,
    norm: f64,
    rules: [f64; 5],
}

/// The learned weights before they are stored: one row a term, and the biases.
struct Fit {
    weights: Vec<[f64; 5]>,
    biases: [f64; 5],
}

/// Trains a model. The same examples in the same order give the same bytes.
///
/// Cost: linear in the examples, some seconds for ten thousand.
pub fn train(examples: &[FaultExample]) -> TrainingReport {
    let (rows, numbers) = rows_of(examples);
    let shares = class_shares(&rows);
    let left_out = left_out_logits(&rows, numbers.len());
    let blends = [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]].map(|w| blend(&rows, &left_out, &shares, w));
    let right =
        rows.iter().zip(&left_out).filter(|(r, l)| super::largest(&mixed(r, l, &blends[0]), 0) == r.class);
    let right: f64 = right.map(|(row, _)| row.weight).sum();
    let fit = fit(&rows, numbers.len(), None);
    let table: Vec<(u32, [f64; 5])> = numbers.iter().copied().zip(fit.weights.iter().copied()).collect();
    let stored = blends.map(|b| Blend {
        rules: single(b.shares[0]),
        terms: single(b.shares[1]),
        biases: std::array::from_fn(|c| single(b.biases[c] + b.shares[1] * fit.biases[c])),
    });
    let weights = Weights::new(&table, stored);
    TrainingReport {
        model: weights.to_bytes(),
        examples: rows.len(),
        terms: weights.terms(),
        left_out_accuracy: right / rows.iter().map(|r| r.weight).sum::<f64>().max(1e-9),
        shares: blends[0].shares,
    }
}

/// How the log-odds of both witnesses are put together, before it is stored.
#[derive(Clone, Copy)]
struct Mix {
    shares: [f64; 2],
    biases: [f64; 5],
}

/// Turns examples into rows over the terms that occur often enough; also the numbers of those terms, ascending.
fn rows_of(examples: &[FaultExample]) -> (Vec<Row>, Vec<u32>) {
    let rules = Rules::shipped();
    let (mut read, mut matches, mut found) = (Vec::new(), Vec::new(), Vec::new());
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let mut raw = Vec::with_capacity(examples.len());
    for example in examples {
        words::read(&example.text, &mut read);
        rules.find(&read, &mut matches);
        terms::collect(&read, terms::quiet_words(rules, &matches), &mut found);
        for term in &found {
            *counts.entry(term.number).or_default() += 1;
        }
        let next = groups.len();
        let group = *groups.entry(example.group.as_str()).or_insert(next);
        let weighed = weigh::weigh(rules, &matches, &read, example.level);
        raw.push((example, group, found.iter().map(|t| t.number).collect::<Vec<u32>>(), weighed.classes));
    }
    let numbers: Vec<u32> =
        counts.into_iter().filter(|(_, n)| *n >= LEAST_EXAMPLES).map(|(t, _)| t).collect();
    let rows = raw.into_iter().map(|(example, group, found, rules)| {
        let norm = terms::norm(found.len());
        let terms = found.iter().filter_map(|t| numbers.binary_search(t).ok()).collect();
        let class = CLASSES.iter().position(|c| *c == example.class).unwrap_or(0);
        Row { class, weight: example.weight, group, terms, norm, rules }
    });
    (rows.collect(), numbers)
}

fn class_shares(rows: &[Row]) -> [f64; 5] {
    let mut shares = [1e-9; 5];
    for row in rows {
        shares[row.class] += row.weight;
    }
    let sum: f64 = shares.iter().sum();
    shares.map(|s| s / sum)
}

/// Fits the regression, without the rows of a part of the groups when one is named.
fn fit(rows: &[Row], terms: usize, without: Option<usize>) -> Fit {
    let used: Vec<&Row> =
        rows.iter().filter(|r| without.is_none_or(|fold| r.group % FOLDS != fold)).collect();
    let total: f64 = used.iter().map(|r| r.weight).sum::<f64>().max(1e-9);
    let mut fit = Fit { weights: vec![[0.0; 5]; terms], biases: [0.0; 5] };
    let mut squares = vec![[1e-8; 5]; terms + 1];
    for _ in 0..ROUNDS {
        let mut gradient = vec![[0.0; 5]; terms + 1];
        for row in &used {
            let off = gap(row, &fit);
            for (class, off) in off.iter().enumerate() {
                let off = off * row.weight / total;
                gradient[terms][class] += off;
                for term in &row.terms {
                    gradient[*term][class] += off * row.norm;
                }
            }
        }
        for (term, ((weights, gradient), squares)) in
            fit.weights.iter_mut().chain([&mut fit.biases]).zip(&gradient).zip(&mut squares).enumerate()
        {
            let ridge = if term < terms { RIDGE } else { 0.0 };
            for class in 0..5 {
                let slope = gradient[class] + ridge * weights[class];
                squares[class] += slope * slope;
                weights[class] -= RATE * slope / squares[class].sqrt();
            }
        }
    }
    fit
}

/// Turns log-odds into probabilities with an exponential of our own, so that every machine trains the same bytes.
fn softmax(logits: &[f64; 5]) -> [f64; 5] {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares = logits.map(|l| exp(l - most));
    let sum: f64 = shares.iter().sum();
    shares.map(|s| s / sum)
}

/// Returns e to a power that is not positive, within 1e-13 of the value.
///
/// The power is halved ten times, the series summed, and the sum squared ten times.
fn exp(power: f64) -> f64 {
    let small = power.max(-700.0) / 1024.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1_u32..=12 {
        term *= small / f64::from(n);
        sum += term;
    }
    (0..10).fold(sum, |value, _| value * value)
}

/// Returns by how much the probabilities of a row are too high.
fn gap(row: &Row, fit: &Fit) -> [f64; 5] {
    let mut probabilities = softmax(&learned(row, fit));
    probabilities[row.class] -= 1.0;
    probabilities
}

fn learned(row: &Row, fit: &Fit) -> [f64; 5] {
    let mut logits = fit.biases;
    for term in &row.terms {
        for (logit, weight) in logits.iter_mut().zip(fit.weights[*term]) {
            *logit += row.norm * weight;
        }
    }
    logits
}

/// Returns the terms' log-odds of every row by a model that has not seen its group.
fn left_out_logits(rows: &[Row], terms: usize) -> Vec<[f64; 5]> {
    let mut logits = vec![[0.0; 5]; rows.len()];
    for fold in 0..FOLDS {
        let fit = fit(rows, terms, Some(fold));
        for (row, into) in rows.iter().zip(&mut logits).filter(|(r, _)| r.group % FOLDS == fold) {
            *into = learned(row, &fit);
        }
    }
    logits
}

fn mixed(row: &Row, learned: &[f64; 5], mix: &Mix) -> [f64; 5] {
    std::array::from_fn(|c| mix.shares[0] * row.rules[c] + mix.shares[1] * learned[c] + mix.biases[c])
}

/// Finds the shares and biases under which the left-out examples, weighted to the expected classes, are likeliest.
///
/// A witness whose part is 0 is left out.
fn blend(rows: &[Row], learned: &[[f64; 5]], classes: &[f64; 5], part: [f64; 2]) -> Mix {
    let mut mix = Mix { shares: part, biases: [0.0; 5] };
    let mut squares = [1e-8; 7];
    for _ in 0..BLEND_ROUNDS {
        let mut slope = [0.0; 7];
        let mut total = 0.0;
        for (row, learned) in rows.iter().zip(learned) {
            let weight = row.weight * EXPECTED[row.class] / classes[row.class];
            let mut off = softmax(&mixed(row, learned, &mix));
            off[row.class] -= 1.0;
            for class in 0..5 {
                // One scale for both: fitted apart, the learned terms win on examples of one writer and lose on others'.
                let sum = part[0] * row.rules[class] + part[1] * learned[class];
                slope[0] += weight * off[class] * sum * part[0];
                slope[1] += weight * off[class] * sum * part[1];
                slope[2 + class] += weight * off[class];
            }
            total += weight;
        }
        let values = mix.shares.iter_mut().chain(&mut mix.biases);
        for ((value, slope), squares) in values.zip(slope).zip(&mut squares) {
            let slope = slope / f64::max(total, 1e-9);
            *squares += slope * slope;
            *value -= BLEND_RATE * slope / squares.sqrt();
        }
    }
    mix
}

#[expect(clippy::cast_possible_truncation, reason = "shares and biases are stored with 24 bits")]
const fn single(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use wardroom_core::FaultClass;

    use super::super::corpus::read_corpus;
    use super::super::{FaultInput, FaultModel};
    use super::*;

    const SMALL: &str = "# a\nn job <n> is done\na.error job <n> failed: bad record\nw link to <host> lost\n\
                         # b\nn task <n> is done\na task <n> failed: bad row\nw route to <host> lost\n\
                         h disk <dev> broke\ns login of <user> refused\n";

    #[test]
    fn the_same_examples_give_the_same_bytes() {
        let examples = read_corpus(SMALL).unwrap();

        assert_eq!(train(&examples).model, train(&examples).model);
    }

    #[test]
    fn what_was_learned_is_recognised() {
        let report = train(&read_corpus(SMALL).unwrap());
        let model = FaultModel::from_bytes(&report.model).unwrap();
        let line =
            FaultInput { text: "task 7 failed: bad record", level: None, service: "", host: "", dataset: "" };

        assert_eq!(model.classify(&line).best, FaultClass::Application);
        assert_eq!(model.terms(), report.terms);
    }

    #[test]
    fn without_examples_there_is_a_model_without_terms() {
        let report = train(&[]);

        assert_eq!(report.terms, 0);
        assert!(FaultModel::from_bytes(&report.model).is_ok());
    }

    #[test]
    fn the_exponential_agrees_with_the_library() {
        for power in [0.0, -1e-9, -0.5, -1.0, -17.25, -300.0] {
            assert!((exp(power) / f64::exp(power) - 1.0).abs() < 1e-12, "{power}");
        }
    }
}
