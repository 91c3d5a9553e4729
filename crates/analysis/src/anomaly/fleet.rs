//! What reaches people: of the findings of all series, those that chance alone would not bring among so many.
//!
//! A series that is wrong once in a month is fine by itself; two thousand of them are wrong every few minutes. So a
//! finding has to be the more surprising the more series are judged, and the less so the more others say the same: the
//! procedure of Benjamini and Hochberg over all series of a day. It needs no labels and has one number to choose, the
//! share of what reaches people that may be chance.

use wardroom_core::anomaly::Score;
use wardroom_core::time::Timestamp;

/// The share of what reaches people on a day that may be chance.
///
/// One in five: with the aim of at most one finding a day from a healthy fleet it leaves room for days that are not
/// independent of each other.
const MAY_BE_CHANCE: f64 = 0.2;
/// The chance that a healthy series has a finding of score `s` or more on a day is at most this …
///
/// Chosen, with the next, above what was counted on three healthy weeks of 1,977 simulated series: of a hundred series
/// a day 5 have 0.7 or more (8 here), 2 have 0.8 (4.5 here), 0.7 have 0.85 (3 here), 0.01 have 0.9 (1.6 here).
const CHANCE: f64 = 0.5;
/// … times the power of what is left to 1 of the score.
const CHANCE_POWER: f64 = 1.5;
/// The length of a day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// What is asked of a finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetFinding {
    /// When it begins.
    pub start: Timestamp,
    /// How surprising it is.
    pub score: Score,
}

/// Reports for each finding whether it reaches people; the answers are in the order of the findings.
///
/// # Input
///
/// - `findings`: those of all series, in any order; days are counted back from `until`, and only findings of one day
///   weigh on each other, so a day has to be given whole.
/// - `n_series`: how many series were judged, each of which was a chance to be wrong.
///
/// # Output
///
/// A more surprising finding of the same day never stays behind a less surprising one, and more series never let more
/// through.
///
/// # Cost
///
/// A sort of the findings.
///
/// # Source
///
/// Benjamini and Hochberg, *Controlling the False Discovery Rate*, Journal of the Royal Statistical Society B 57 (1995).
pub fn reaching(findings: &[FleetFinding], n_series: usize, until: Timestamp) -> Vec<bool> {
    let day = |finding: &FleetFinding| {
        until.as_millis().saturating_sub(finding.start.as_millis()).div_euclid(DAY_MS)
    };
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|&a, &b| {
        let by_day = day(&findings[a]).cmp(&day(&findings[b]));
        by_day.then(findings[b].score.get().total_cmp(&findings[a].score.get())).then(a.cmp(&b))
    });
    let mut reaches = vec![false; findings.len()];
    for of_day in order.chunk_by(|&a, &b| day(&findings[a]) == day(&findings[b])) {
        for &idx in &of_day[..let_through(of_day, findings, n_series)] {
            reaches[idx] = true;
        }
    }
    reaches
}

/// Returns how many of a day's findings, the most surprising first, are let through.
fn let_through(of_day: &[usize], findings: &[FleetFinding], n_series: usize) -> usize {
    let n = n_series.max(1) as f64;
    (1..=of_day.len())
        .rev()
        .find(|&rank| {
            let chance = chance(findings[of_day[rank - 1]].score);
            chance * n <= MAY_BE_CHANCE * rank as f64
        })
        .unwrap_or(0)
}

/// Returns the chance that a healthy series has a finding at least so surprising on a day.
fn chance(score: Score) -> f64 {
    CHANCE * (1.0 - score.get()).powf(CHANCE_POWER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const END: i64 = 1_795_006_800_000;
    const HOUR: i64 = 3_600_000;

    fn at(hours_ago: i64, score: f64) -> FleetFinding {
        FleetFinding { start: Timestamp::from_millis(END - hours_ago * HOUR), score: Score::new(score) }
    }

    fn of(findings: &[FleetFinding], n_series: usize) -> Vec<bool> {
        reaching(findings, n_series, Timestamp::from_millis(END))
    }

    #[test]
    fn one_weak_finding_reaches_people_among_few_series_and_not_among_many() {
        assert_eq!(of(&[at(1, 0.7)], 1), [true]);
        assert_eq!(of(&[at(1, 0.7)], 2_000), [false]);
        assert_eq!(of(&[at(1, 1.0)], 2_000), [true]);
    }

    #[test]
    fn many_that_say_the_same_on_one_day_reach_people_together() {
        let together = vec![at(1, 0.97); 300];

        assert_eq!(of(&together[..1], 2_000), [false]);
        assert!(of(&together, 2_000).into_iter().all(|reaches| reaches));
    }

    #[test]
    fn findings_of_another_day_do_not_help() {
        let apart: Vec<FleetFinding> = (0..300).map(|i| at(24 * i + 1, 0.97)).collect();

        assert!(of(&apart, 2_000).into_iter().all(|reaches| !reaches));
    }

    #[test]
    fn nothing_reaches_people_without_findings_and_odd_times_do_not_panic() {
        let odd = FleetFinding { start: Timestamp::from_millis(i64::MIN), score: Score::new(f64::NAN) };

        assert!(of(&[], 0).is_empty());
        assert_eq!(of(&[odd], 0).len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_does_not_matter_and_the_more_surprising_goes_first(
            scores in prop::collection::vec((0_i64..96, 0.5..1.0_f64), 0..80),
            n_series in 0_usize..5_000,
        ) {
            let findings: Vec<FleetFinding> = scores.iter().map(|&(hours, score)| at(hours, score)).collect();
            let backwards: Vec<FleetFinding> = findings.iter().rev().copied().collect();

            let reach = of(&findings, n_series);
            let mut turned = of(&backwards, n_series);
            turned.reverse();

            prop_assert_eq!(&reach, &turned);
            for (a, reaches) in findings.iter().zip(&reach) {
                for (b, also) in findings.iter().zip(&reach) {
                    let same_day = (END - a.start.as_millis()) / (24 * HOUR) == (END - b.start.as_millis()) / (24 * HOUR);
                    prop_assert!(!(same_day && *reaches && !*also && b.score > a.score));
                }
            }
            let fewer = of(&findings, n_series + 1_000);
            prop_assert!(fewer.iter().zip(&reach).all(|(less, more)| *more || !*less));
        }
    }
}
