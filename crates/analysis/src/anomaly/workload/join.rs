//! One history of many members: what each shows at a time, put on the times of the one that speaks for the workload.

use std::collections::BTreeMap;

use wardroom_core::series::{MetricKind, STALE_BITS, Samples, is_stale_marker};
use wardroom_core::time::Timestamp;

use super::{DRAIN_MS, Member, WARM_UP_MS, Workload, chains};
use crate::anomaly::values_judged;

/// A gap of more steps than this in what one copy or member stored is filled from another.
const GAP_STEPS: i64 = 2;
/// At least so many steps of warming up are left out, at most this part of a member's life.
const WARM_UP_STEPS: i64 = 2;
const EDGE_PART: i64 = 4;

/// Returns who speaks for a workload: the oldest living member until it ends. Members are sorted by first sample.
pub(super) fn rules(members: &[Member]) -> Vec<(usize, i64, i64)> {
    let mut rules = Vec::new();
    let Some(mut from) = members.first().map(|member| member.first.as_millis()) else { return rules };
    for (place, member) in members.iter().enumerate() {
        let last = member.last.as_millis();
        if last >= from || rules.is_empty() {
            from = from.max(member.first.as_millis());
            rules.push((place, from, last));
            from = last.saturating_add(1);
        }
    }
    rules
}

/// Makes one history of the members of a workload, a few of them in memory at a time.
///
/// # What comes out
///
/// What is judged of a gauge is the mean of its living members: their number does not change it. What is judged of a
/// cumulative kind is the sum of their rates, because the work is what has a history, however many share it; it is taken
/// as the mean rate times the number of places, so that a lost scrape of one is no dip. A rate never reaches from one
/// member to the next, so a counter may begin at zero again.
///
/// The first minutes of a member, where there are several, and the last minute of one that others outlive, are left out:
/// what starts is cold, what stops is drained. Copies count once; where one has a gap, the other fills it.
/// With one member at a time the samples are its own, at their own times.
#[derive(Debug)]
pub struct Joiner<'a> {
    workload: &'a Workload,
    kind: MetricKind,
    times: Vec<i64>,
    sums: Vec<f64>,
    counts: Vec<u32>,
    /// Samples in gaps of the one that speaks, by the place before the gap: of which member, and what.
    filling: BTreeMap<usize, (usize, Vec<(i64, f64)>)>,
    /// The newest raw sample, and whether it marks the end of its series.
    newest: Option<(i64, bool)>,
    /// From when until when each member speaks for the workload.
    rules: BTreeMap<usize, (i64, i64)>,
    /// The last sample of all members.
    last: i64,
}

impl<'a> Joiner<'a> {
    /// Begins a history.
    pub fn new(workload: &'a Workload, kind: MetricKind) -> Self {
        Self {
            workload,
            kind,
            times: Vec::new(),
            sums: Vec::new(),
            counts: Vec::new(),
            filling: BTreeMap::new(),
            newest: None,
            rules: workload.rules.iter().map(|&(place, from, to)| (place, (from, to))).collect(),
            last: workload.members.iter().map(|member| member.last.as_millis()).max().unwrap_or(0),
        }
    }

    /// Adds a member with the raw samples of its copies. Members have to come in the [order](Workload::order).
    pub fn add(&mut self, member: usize, copies: &[&Samples]) {
        let Some(of) = self.workload.members.get(member) else { return };
        for samples in copies {
            if let Some((&time, &value)) = samples.times().last().zip(samples.values().last()) {
                self.newest = self.newest.max(Some((time, is_stale_marker(value))));
            }
        }
        let judged = once(copies.iter().map(|samples| values_judged(samples, self.kind)).collect());
        if let Some(&(from, to)) = self.rules.get(&member) {
            let within =
                judged.times().partition_point(|&t| t < from)..judged.times().partition_point(|&t| t <= to);
            self.times.extend_from_slice(&judged.times()[within]);
            self.sums.resize(self.times.len(), 0.0);
            self.counts.resize(self.times.len(), 0);
        }
        let settled = self.settled(of);
        self.count(&judged, settled, step_of(&judged, of));
        self.fill(member, &judged, settled, step_of(&judged, of));
    }

    /// Returns the part of a member's life in which it goes like the others: first and last time.
    fn settled(&self, member: &Member) -> (i64, i64) {
        let (first, last) = (member.first.as_millis(), member.last.as_millis());
        let most = member.life_ms() / EDGE_PART;
        // Where members come and go, the first one came, too.
        let joins = self.workload.members.len() > 1;
        let is_outlived = self.last > last.saturating_add(DRAIN_MS);
        let warm_up = WARM_UP_MS.max(member.step_ms.saturating_mul(WARM_UP_STEPS)).min(most);
        let from = if joins { first.saturating_add(warm_up) } else { first };
        let to = if is_outlived { last.saturating_sub(DRAIN_MS.min(most)) } else { last };
        (from, to)
    }

    /// Adds the samples that are near the times of the one that speaks.
    fn count(&mut self, judged: &Samples, (from, to): (i64, i64), step_ms: i64) {
        let begin = self.times.partition_point(|&time| time < from);
        let end = self.times.partition_point(|&time| time <= to);
        let (times, values) = (judged.times(), judged.values());
        let mut near = 0;
        for place in begin..end {
            let at = self.times[place];
            let is_nearer = |near: usize| {
                times.get(near + 1).is_some_and(|next| next.abs_diff(at) <= times[near].abs_diff(at))
            };
            while is_nearer(near) {
                near += 1;
            }
            if times.get(near).is_some_and(|time| time.abs_diff(at) <= step_ms.unsigned_abs()) {
                self.sums[place] += values[near];
                self.counts[place] += 1;
            }
        }
    }

    /// Keeps the samples that lie in gaps of the one that speaks; the first member that has some fills a gap.
    fn fill(&mut self, member: usize, judged: &Samples, (from, to): (i64, i64), step_ms: i64) {
        let gap_ms = step_ms.saturating_mul(GAP_STEPS);
        let first = self.times.partition_point(|&time| time < from).saturating_sub(1);
        for before in first..self.times.len().saturating_sub(1) {
            let (left, right) = (self.times[before], self.times[before + 1]);
            if left > to {
                break;
            }
            if right.saturating_sub(left) <= gap_ms {
                continue;
            }
            let low = left.saturating_add(step_ms / 2).max(from.saturating_sub(1));
            let high = right.saturating_sub(step_ms / 2).min(to.saturating_add(1));
            let begin = judged.times().partition_point(|&time| time <= low);
            let end = judged.times().partition_point(|&time| time < high);
            if begin < end && !self.filling.contains_key(&before) {
                let columns = judged.times()[begin..end].iter().zip(&judged.values()[begin..end]);
                self.filling.insert(before, (member, columns.map(|(&t, &v)| (t, v)).collect()));
            }
        }
    }

    /// Returns the history: what is judged, to be taken as a gauge.
    ///
    /// A staleness marker of the newest member stays behind it.
    pub fn finish(self) -> Samples {
        let mut places = Places::new(self.workload, self.kind);
        let mut joined = Samples::with_capacity(self.times.len());
        for (place, &time) in self.times.iter().enumerate() {
            if self.counts[place] > 0 {
                let mean = self.sums[place] / f64::from(self.counts[place]);
                joined.push(Timestamp::from_millis(time), mean * places.at(time));
            }
            for &(time, value) in self.filling.get(&place).map_or(&[][..], |(_, samples)| samples) {
                joined.push(Timestamp::from_millis(time), value * places.at(time));
            }
        }
        joined.sort_and_deduplicate();
        if let Some((time, true)) = self.newest
            && joined.last_time().is_some_and(|last| last.as_millis() < time)
        {
            joined.push(Timestamp::from_millis(time), f64::from_bits(STALE_BITS));
        }
        joined
    }
}

/// By how much a mean is multiplied: the number of places that live at a time for what adds up, otherwise one.
struct Places {
    events: Vec<(i64, bool)>,
    next: usize,
    living: u32,
}

impl Places {
    fn new(workload: &Workload, kind: MetricKind) -> Self {
        let events = if kind.is_cumulative() && workload.members.len() > 1 {
            chains::events(&workload.members, &workload.chains)
        } else {
            Vec::new()
        };
        Self { events, next: 0, living: 0 }
    }

    /// Returns the factor at a time; times ascend.
    fn at(&mut self, time: i64) -> f64 {
        while let Some(&(_, begins)) = self.events.get(self.next).filter(|(at, _)| *at <= time) {
            self.living = if begins { self.living + 1 } else { self.living.saturating_sub(1) };
            self.next += 1;
        }
        f64::from(self.living.max(1))
    }
}

/// Returns the usual distance of the judged samples, or that of the member where there are none.
fn step_of(judged: &Samples, member: &Member) -> i64 {
    crate::preprocess::gaps::typical_step_ms(judged.times()).unwrap_or(member.step_ms).max(1)
}

/// Makes one of copies: the fullest, with its gaps filled from the others.
fn once(mut copies: Vec<Samples>) -> Samples {
    // A stable sort: of equally full ones the first stays the first.
    copies.sort_by_key(|samples| std::cmp::Reverse(samples.len()));
    let mut copies = copies.into_iter();
    let Some(mut whole) = copies.next() else { return Samples::default() };
    for other in copies {
        if let Some(filled) = filled(&whole, &other) {
            whole = filled;
        }
    }
    whole
}

/// Returns `whole` with what `other` has in its gaps and beyond its ends; `None` when that is nothing.
fn filled(whole: &Samples, other: &Samples) -> Option<Samples> {
    let step_ms = crate::preprocess::gaps::typical_step_ms(whole.times()).unwrap_or(1).max(1);
    let most = step_ms.saturating_mul(GAP_STEPS);
    let mut extra: Vec<(i64, f64)> = Vec::new();
    for (&time, &value) in other.times().iter().zip(other.values()) {
        let next = whole.times().partition_point(|&t| t < time);
        let left = whole.times().get(next.wrapping_sub(1)).copied();
        let right = whole.times().get(next).copied();
        let is_far =
            |t: Option<i64>| t.is_none_or(|t| t.abs_diff(time) > (step_ms - step_ms / 4).unsigned_abs());
        let is_gap = left.zip(right).is_none_or(|(left, right)| right.saturating_sub(left) > most);
        if is_gap && is_far(left) && is_far(right) {
            extra.push((time, value));
        }
    }
    if extra.is_empty() {
        return None;
    }
    let mut joined = whole.clone();
    for (time, value) in extra {
        joined.push(Timestamp::from_millis(time), value);
    }
    joined.sort_and_deduplicate();
    Some(joined)
}
