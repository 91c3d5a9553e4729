//! Logistic regression with a ridge penalty, fitted by Newton's method.

use super::{Example, FEATURES};

/// Weights: one for each feature and the constant.
const WEIGHTS: usize = FEATURES + 1;
/// The penalty of a squared weight of a standardised feature: the prior that most features say nothing.
const RIDGE: f64 = 1.0;
/// Steps of Newton's method; the penalised likelihood is convex and settles in fewer than ten.
const STEPS: usize = 20;

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    mean: [f64; FEATURES],
    deviation: [f64; FEATURES],
    weights: [f64; WEIGHTS],
}

impl Model {
    /// Fits a model; both kinds of examples weigh the same in all. Without examples of both kinds the odds are even.
    pub(super) fn fit(examples: &[Example]) -> Self {
        let (mean, deviation) = moments(examples);
        let mut model = Self { mean, deviation, weights: [0.0; WEIGHTS] };
        let n = examples.len() as f64;
        let real = examples.iter().filter(|example| example.is_real).count() as f64;
        if real < 1.0 || n - real < 1.0 {
            return model;
        }
        let rows: Vec<([f64; WEIGHTS], f64, f64)> = examples
            .iter()
            .map(|example| {
                let (label, share) = if example.is_real { (1.0, real) } else { (0.0, n - real) };
                (model.row(&example.features), label, n / (2.0 * share))
            })
            .collect();
        for _ in 0..STEPS {
            let Some(step) = newton_step(&rows, &model.weights) else { break };
            for (weight, change) in model.weights.iter_mut().zip(step) {
                *weight += change;
            }
        }
        model
    }

    /// Returns how likely a finding is real, 0 to 1.
    pub(super) fn odds(&self, features: &[f64; FEATURES]) -> f64 {
        sigmoid(dot(&self.row(features), &self.weights))
    }

    /// Standardises features and puts the constant behind them.
    fn row(&self, features: &[f64; FEATURES]) -> [f64; WEIGHTS] {
        let mut row = [1.0; WEIGHTS];
        for (place, number) in features.iter().enumerate() {
            row[place] = (number - self.mean[place]) / self.deviation[place];
        }
        row
    }
}

fn moments(examples: &[Example]) -> ([f64; FEATURES], [f64; FEATURES]) {
    let n = examples.len().max(1) as f64;
    let mut mean = [0.0; FEATURES];
    let mut deviation = [0.0; FEATURES];
    for place in 0..FEATURES {
        let column = || examples.iter().map(move |example| example.features[place]);
        mean[place] = column().sum::<f64>() / n;
        let variance = column().map(|number| (number - mean[place]).powi(2)).sum::<f64>() / n;
        // A feature that never differs says nothing; any divisor keeps it at zero.
        deviation[place] = if variance > 1e-12 { variance.sqrt() } else { 1.0 };
    }
    (mean, deviation)
}

/// Solves one step of Newton's method; `None` where the matrix cannot be factored, which rounding alone can cause.
fn newton_step(rows: &[([f64; WEIGHTS], f64, f64)], weights: &[f64; WEIGHTS]) -> Option<[f64; WEIGHTS]> {
    let mut gradient = [0.0; WEIGHTS];
    let mut curvature = [[0.0; WEIGHTS]; WEIGHTS];
    for place in 0..WEIGHTS {
        // The constant is not punished; a little keeps the matrix regular.
        let ridge = if place < FEATURES { RIDGE } else { 1e-6 };
        gradient[place] = -ridge * weights[place];
        curvature[place][place] = ridge;
    }
    for (row, label, weight) in rows {
        let odds = sigmoid(dot(row, weights));
        let spread = (odds * (1.0 - odds)).max(1e-9) * weight;
        for i in 0..WEIGHTS {
            gradient[i] += weight * (label - odds) * row[i];
            for j in 0..WEIGHTS {
                curvature[i][j] += spread * row[i] * row[j];
            }
        }
    }
    solve(&curvature, &gradient)
}

/// Solves a system with a symmetric positive matrix by Cholesky's factorisation.
fn solve(matrix: &[[f64; WEIGHTS]; WEIGHTS], right: &[f64; WEIGHTS]) -> Option<[f64; WEIGHTS]> {
    let mut lower = [[0.0; WEIGHTS]; WEIGHTS];
    for i in 0..WEIGHTS {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = matrix[i][j] - known;
            if i == j {
                if rest <= 0.0 || !rest.is_finite() {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    let mut solution = [0.0; WEIGHTS];
    for i in 0..WEIGHTS {
        let known: f64 = (0..i).map(|k| lower[i][k] * solution[k]).sum();
        solution[i] = (right[i] - known) / lower[i][i];
    }
    for i in (0..WEIGHTS).rev() {
        let known: f64 = (i + 1..WEIGHTS).map(|k| lower[k][i] * solution[k]).sum();
        solution[i] = (solution[i] - known) / lower[i][i];
    }
    Some(solution)
}

fn dot(row: &[f64; WEIGHTS], weights: &[f64; WEIGHTS]) -> f64 {
    row.iter().zip(weights).map(|(number, weight)| number * weight).sum()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
