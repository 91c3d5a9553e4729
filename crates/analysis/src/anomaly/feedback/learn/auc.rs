//! The share of pairs in order, of two ways to score the same cases, and how sure their difference is.

use super::Trial;

/// Compares two scores of the same cases: how many pairs of a real and another case each puts in order (a tie counts
/// half), and the standard error of the difference. Without cases of both kinds both are 0.5.
///
/// # Source
///
/// `DeLong`, `DeLong` and Clarke-Pearson, *Biometrics* 44 (1988): the variance of the placements of each case.
pub(super) fn compare(plain: &[f64], staged: &[f64], is_real: &[bool]) -> Trial {
    let (plain, staged) = (Placements::new(plain, is_real), Placements::new(staged, is_real));
    let variance = |of: fn(&Placements) -> &[f64]| {
        let differences: Vec<f64> = of(&staged).iter().zip(of(&plain)).map(|(a, b)| a - b).collect();
        variance_of_mean(&differences)
    };
    let error = (variance(|p| &p.real) + variance(|p| &p.others)).sqrt();
    Trial { plain: plain.mean(), staged: staged.mean(), error }
}

/// For each case the share of cases of the other kind with which it is in order.
struct Placements {
    real: Vec<f64>,
    others: Vec<f64>,
}

impl Placements {
    fn new(scores: &[f64], is_real: &[bool]) -> Self {
        let of = |kind: bool| -> Vec<f64> {
            scores.iter().zip(is_real).filter(|(_, real)| **real == kind).map(|(score, _)| *score).collect()
        };
        let (real, others) = (of(true), of(false));
        let placed = |high: f64, low: f64| {
            if high > low {
                1.0
            } else if high < low {
                0.0
            } else {
                0.5
            }
        };
        let mean = |sum: f64, n: usize| sum / n.max(1) as f64;
        Self {
            real: real
                .iter()
                .map(|high| mean(others.iter().map(|low| placed(*high, *low)).sum(), others.len()))
                .collect(),
            others: others
                .iter()
                .map(|low| mean(real.iter().map(|high| placed(*high, *low)).sum(), real.len()))
                .collect(),
        }
    }

    fn mean(&self) -> f64 {
        if self.real.is_empty() || self.others.is_empty() {
            return 0.5;
        }
        self.real.iter().sum::<f64>() / self.real.len() as f64
    }
}

fn variance_of_mean(numbers: &[f64]) -> f64 {
    let n = numbers.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = numbers.iter().sum::<f64>() / n;
    numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
}
