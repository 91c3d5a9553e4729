//! Chains: members that succeed each other, each beginning near where the one before it ended.

use super::{Member, NEAR_MS};

/// Begins near an end that are looked at for a successor: a rollout that replaces more at once finds them one by one.
const LOOKED_AT: usize = 16;
/// A gap or an overlap of this share of the usual life is near: pods of a day may overlap by an hour.
const NEAR_SHARE: i64 = 20;
/// No gap is near that is longer than this, in milliseconds.
const NEAR_MOST_MS: i64 = 6 * 3_600_000;

/// Who follows whom.
#[derive(Debug)]
pub(super) struct Chains {
    /// Positions of the members of every chain, in order of time.
    pub(super) chains: Vec<Vec<usize>>,
    /// Members that ended before the others' end.
    pub(super) ended: usize,
    /// Those of them that have a successor.
    pub(super) succeeded: usize,
}

/// Returns how far a successor may begin from the end of its predecessor, in milliseconds.
pub(super) fn near_ms(members: &[Member]) -> i64 {
    let mut lives: Vec<i64> = members.iter().map(Member::life_ms).collect();
    lives.sort_unstable();
    let usual = lives.get(lives.len() / 2).copied().unwrap_or(0);
    let mut steps: Vec<i64> = members.iter().map(|member| member.step_ms).collect();
    steps.sort_unstable();
    let least = NEAR_MS.max(steps.get(steps.len() / 2).map_or(0, |step| step.saturating_mul(3)));
    (usual / NEAR_SHARE).clamp(least, NEAR_MOST_MS.max(least))
}

/// Links members, which are sorted by their first sample. Cost: linear after sorting the ends.
pub(super) fn of(members: &[Member], near_ms: i64) -> Chains {
    let end = members.iter().map(|member| member.last).max();
    let is_over = |member: &Member| end.is_some_and(|end| member.last.plus_millis(near_ms) < end);
    let mut ends: Vec<usize> = (0..members.len()).filter(|&i| is_over(&members[i])).collect();
    ends.sort_by_key(|&i| (members[i].last, i));
    let mut follows: Vec<Option<usize>> = vec![None; members.len()];
    let mut is_taken = vec![false; members.len()];
    let mut from = 0;
    let mut succeeded = 0;
    for &ended in &ends {
        let last = members[ended].last;
        while from < members.len() && (is_taken[from] || members[from].first < last.plus_millis(-near_ms)) {
            from += 1;
        }
        let candidates = (from..members.len().min(from + LOOKED_AT))
            .take_while(|&i| members[i].first <= last.plus_millis(near_ms));
        let successor = candidates
            .filter(|&i| !is_taken[i] && i != ended && members[i].first > members[ended].first)
            .min_by_key(|&i| members[i].first.as_millis().abs_diff(last.as_millis()));
        if let Some(successor) = successor {
            is_taken[successor] = true;
            follows[ended] = Some(successor);
            succeeded += 1;
        }
    }
    Chains { chains: collect(&follows, &is_taken), ended: ends.len(), succeeded }
}

fn collect(follows: &[Option<usize>], is_taken: &[bool]) -> Vec<Vec<usize>> {
    let heads = (0..follows.len()).filter(|&i| !is_taken[i]);
    heads.map(|head| std::iter::successors(Some(head), |&i| follows[i]).collect()).collect()
}

/// Returns how many chains lived at the same time at most: an overlap at a handover does not count.
pub(super) fn most_at_once(members: &[Member], chains: &[Vec<usize>]) -> usize {
    let mut now: usize = 0;
    let mut most = 0;
    for (_, begins) in events(members, chains) {
        now = if begins { now + 1 } else { now.saturating_sub(1) };
        most = most.max(now);
    }
    most.max(1)
}

/// Returns when chains begin (`true`) and end, in order of time; at one time ends come first.
pub(super) fn events(members: &[Member], chains: &[Vec<usize>]) -> Vec<(i64, bool)> {
    let mut events: Vec<(i64, bool)> = Vec::with_capacity(chains.len() * 2);
    for chain in chains {
        let first = chain.iter().map(|&i| members[i].first.as_millis()).min();
        let last = chain.iter().map(|&i| members[i].last.as_millis()).max();
        if let Some((first, last)) = first.zip(last) {
            events.push((first, true));
            events.push((last.saturating_add(1), false));
        }
    }
    events.sort_unstable();
    events
}
