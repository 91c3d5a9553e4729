//! Peers: series that should move together, and which of them does not.

use std::collections::BTreeMap;

use super::{MOST_SIGMAS, Refusal, Study};
use crate::spread;

/// A group of fewer members has no middle that one of them does not move.
const LEAST_MEMBERS: usize = 4;
/// Earlier stretches without which nothing is known of the usual distance.
const LEAST_REFERENCES: usize = 8;
/// The least spread of the distance to the peers, on the scale of [`compressed`]: a tenth of a usual departure.
const LEAST_SIGMA: f64 = 0.1;

/// How a series parts from its peers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parted {
    /// How far, in spreads of the usual distance, 0 to 50.
    pub(super) sigmas: f64,
    /// The middle of the peers' departures, compressed.
    pub(super) peers: f64,
}

/// Compares every series with its group; `None` where there is too little to compare with.
pub(super) fn compare(studies: &[Result<Study, Refusal>], groups: &[usize]) -> Vec<Option<Parted>> {
    let mut members: BTreeMap<usize, Vec<(usize, &Study)>> = BTreeMap::new();
    for (index, (study, group)) in studies.iter().zip(groups).enumerate() {
        if let Ok(study) = study
            && study.off.is_some()
            && !study.before.is_empty()
        {
            members.entry(*group).or_default().push((index, study));
        }
    }
    let mut parted = vec![None; studies.len()];
    for group in members.values().filter(|group| group.len() >= LEAST_MEMBERS) {
        let n = group.iter().map(|(_, study)| study.before.len()).max().unwrap_or(0);
        let now = middle(group, |study| study.off);
        let before: Vec<Option<f64>> =
            (0..n).map(|j| middle(group, |study| study.before.get(j).copied().flatten())).collect();
        for (index, study) in group {
            parted[*index] = now.and_then(|now| part(study, now, &before));
        }
    }
    parted
}

/// Returns the middle of the group's departures; `None` when too few have one.
fn middle(group: &[(usize, &Study)], of: impl Fn(&Study) -> Option<f64>) -> Option<f64> {
    let mut values: Vec<f64> = group.iter().filter_map(|(_, study)| of(study)).map(compressed).collect();
    (values.len() >= LEAST_MEMBERS).then(|| spread::median(&mut values))
}

fn part(study: &Study, now: f64, before: &[Option<f64>]) -> Option<Parted> {
    let mut distances: Vec<f64> = study
        .before
        .iter()
        .zip(before)
        .filter_map(|(own, peers)| Some(compressed((*own)?) - (*peers)?))
        .collect();
    if distances.len() < LEAST_REFERENCES {
        return None;
    }
    let usual = spread::median(&mut distances);
    for distance in &mut distances {
        *distance = (*distance - usual).abs();
    }
    let tail =
        |sizes: &mut [f64], (permille, normal): (usize, f64)| spread::quantile(sizes, permille) / normal;
    let sigma =
        spread::NORMAL_TAILS.iter().map(|&limits| tail(&mut distances, limits)).fold(LEAST_SIGMA, f64::max);
    let distance = compressed(study.off?) - now - usual;
    Some(Parted { sigmas: (distance.abs() / sigma).min(MOST_SIGMAS), peers: now })
}

/// Returns a departure on a scale that is straight near 0 and logarithmic far from it: of two that jumped, one a hundred
/// and one a thousand spreads, neither parts from the other.
fn compressed(sigmas: f64) -> f64 {
    sigmas.asinh()
}
