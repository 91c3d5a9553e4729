//! Which findings began together, and which one the headline speaks of.

use std::collections::BTreeSet;

use wardroom_core::{Grade, Timestamp, Unit};
use wardroom_store::FindingRow as Stored;

use super::listed::Thing;
use crate::now::finding::{Index, judged_unit};
use crate::series::judged_kind;
use crate::topology::Naming;

/// A pause this long between two onsets ends a group. A pool timeout or a scrape of a minute lies well within.
const PAUSE_MS: i64 = 5 * 60_000;
/// A finding that ended this long before the end of the range still counts: the sentence is about now.
pub(crate) const PRESENT_MS: i64 = 10 * 60_000;

/// The findings that began together, in order of onset; empty when none is graded medium or higher.
///
/// Of several groups the one with the most things that have a finding of high grade is taken, of equals the latest. Labels
/// alone tell things apart, so that the group is the same whether or not the model is at hand.
/// Only findings that last or ended within ten minutes before `end` count: the sentence is about now.
pub(crate) fn main_group<'a>(findings: &'a [Stored], index: &Index<'_>, end: Timestamp) -> Vec<&'a Stored> {
    let mut present: Vec<&Stored> = findings
        .iter()
        .filter(|f| f.anomaly.score.grade() >= Grade::Medium && f.anomaly.start < end)
        .filter(|f| f.anomaly.end.is_none_or(|e| e.as_millis() > end.as_millis() - PRESENT_MS))
        .collect();
    present.sort_by_key(|f| (f.anomaly.start, f.series));
    let mut groups: Vec<Vec<&Stored>> = Vec::new();
    for finding in present {
        let near = groups.last().and_then(|g| g.last()).is_some_and(|last| {
            finding.anomaly.start.as_millis() - last.anomaly.start.as_millis() <= PAUSE_MS
        });
        match groups.last_mut() {
            Some(group) if near => group.push(finding),
            _ => groups.push(vec![finding]),
        }
    }
    groups.into_iter().max_by_key(|g| weight(g, index)).unwrap_or_default()
}

fn weight(group: &[&Stored], index: &Index<'_>) -> (usize, usize, Timestamp) {
    let by_labels = Naming::default();
    let things = |least: Grade| {
        let graded = group.iter().filter(|f| f.anomaly.score.grade() >= least);
        graded
            .filter_map(|f| index.get(&f.series))
            .map(|s| Thing::of(s, &by_labels))
            .collect::<BTreeSet<_>>()
            .len()
    };
    let start = group.first().map_or(Timestamp::from_millis(0), |f| f.anomaly.start);
    (things(Grade::High), things(Grade::Medium), start)
}

/// The share of requests that fail, as one finding shows it, with the share that usually does.
pub(crate) struct Failing {
    /// The share, 0 to 1.
    pub(crate) share: f64,
}

/// Reads a failing share out of a finding: a success ratio that fell, or an error ratio that rose.
pub(crate) fn failing(finding: &Stored, index: &Index<'_>) -> Option<Failing> {
    let series = index.get(&finding.series)?;
    if judged_unit(series) != Unit::Ratio || judged_kind(series).is_cumulative() {
        return None;
    }
    let name = series.key.metric.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| name.contains(w));
    let (value, expected) = (finding.anomaly.reason.observed?, finding.anomaly.reason.expected?);
    let share = if says(&["success", "availab", "_ok_"]) && value < expected {
        1.0 - value
    } else if says(&["error", "fail", "5xx"]) && value > expected {
        value
    } else {
        return None;
    };
    (0.005..=1.0).contains(&share).then_some(Failing { share })
}

/// Returns a share as "n in of": tenths from 5 % on, otherwise hundredths or thousandths.
pub(crate) fn n_in(share: f64) -> (u32, u32) {
    let of = if share >= 0.05 {
        10.0
    } else if share >= 0.01 {
        100.0
    } else {
        1000.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product lies between 1 and 1000"
    )]
    let n = (share * of).round().clamp(1.0, of) as u32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "of is 10, 100 or 1000")]
    let of = of as u32;
    (n, of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_counts_that_people_say() {
        assert_eq!(n_in(0.39), (4, 10));
        assert_eq!(n_in(0.999), (10, 10));
        assert_eq!(n_in(0.03), (3, 100));
        assert_eq!(n_in(0.006), (6, 1000));
    }
}
