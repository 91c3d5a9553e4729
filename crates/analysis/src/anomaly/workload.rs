//! Workloads: which series are one thing under changing names, and which are one thing counted twice.
//!
//! A pod has a new name after every rollout, and two replicas of a collector store everything twice. What has a history
//! is the workload. [`group`] finds it from the keys and from when each series lived; [`Joiner`] makes one history of
//! its members. Series that live side by side for as long as the data goes are never joined.

mod chains;
mod churn;
mod copies;
mod join;
mod stem;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::series::SeriesKey;
use wardroom_core::time::Timestamp;

pub use copies::{Suspect, are_copies, disagree, suspects};
pub use join::Joiner;

/// Differences of begin and end up to this, in milliseconds, are no difference: a sync or a restart takes so long.
const NEAR_MS: i64 = 600_000;
/// The first stretch of a member is not judged while there is anything else to go by: what just started is cold.
///
/// Three minutes: a readiness delay, a first garbage collection, and the two samples that a rate needs at 1 min.
const WARM_UP_MS: i64 = 180_000;
/// The last stretch is not judged likewise: what is about to stop is drained.
const DRAIN_MS: i64 = 60_000;

/// What is known of a series without reading its samples.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Metric and labels.
    pub key: &'a SeriesKey,
    /// A number for where it comes from; series of different sources are never one workload.
    pub source: i64,
    /// The first sample.
    pub first: Timestamp,
    /// The last sample.
    pub last: Timestamp,
    /// The number of samples.
    pub samples: u64,
}

/// One thing that has a history: a series, or several that are the same thing under other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// What it was called one after the other, or side by side; by first sample, at least one.
    pub members: Vec<Member>,
    /// The labels that change from member to member, in name order; empty for a single member.
    pub changing: Vec<String>,
    /// The labels that tell copies apart, in name order; empty where there are none.
    pub copied: Vec<String>,
    /// Whether copies have to be compared before they are taken for copies: their label has more than one meaning.
    pub is_doubtful: bool,
    /// How many members, one after the other, are one place of it: 3 for three replicas renamed every day.
    pub places: usize,
    /// The members of every place, in order of time.
    chains: Vec<Vec<usize>>,
    /// Who speaks for the workload, from when until when: member and closed period, in order of time.
    rules: Vec<(usize, i64, i64)>,
}

/// One name that a workload had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The positions of its series in the input: more than one are copies, by key.
    pub copies: Vec<usize>,
    /// Its first sample.
    pub first: Timestamp,
    /// Its last sample.
    pub last: Timestamp,
    /// The usual distance of its samples in milliseconds, at least 1.
    step_ms: i64,
}

impl Member {
    fn life_ms(&self) -> i64 {
        self.last.as_millis().saturating_sub(self.first.as_millis())
    }
}

impl Workload {
    fn new(mut members: Vec<Member>, changing: Vec<String>, chains: Vec<Vec<usize>>) -> Self {
        members.shrink_to_fit();
        let rules = join::rules(&members);
        let places = chains::most_at_once(&members, &chains);
        Self { members, changing, copied: Vec::new(), is_doubtful: false, places, chains, rules }
    }

    fn single(member: Member) -> Self {
        Self::new(vec![member], Vec::new(), vec![vec![0]])
    }

    /// Reports whether it is one series, as it is.
    pub fn is_single(&self) -> bool {
        self.members.len() == 1 && self.members[0].copies.len() == 1
    }

    /// Returns the number of series.
    pub fn series(&self) -> usize {
        self.members.iter().map(|member| member.copies.len()).sum()
    }

    /// Returns the member that spoke for it at a time, or last before it.
    ///
    /// What comes later in time never changes the answer, so a finding keeps its series when the workload is renamed.
    pub fn member_at(&self, at: Timestamp) -> usize {
        let place = self.rules.partition_point(|rule| rule.1 <= at.as_millis());
        self.rules.get(place.saturating_sub(1)).map_or(0, |rule| rule.0)
    }

    /// Returns the member with the newest sample; of several the one that began last.
    pub fn newest(&self) -> usize {
        let newest = |&i: &usize| (self.members[i].last, self.members[i].first);
        (0..self.members.len()).max_by_key(newest).unwrap_or(0)
    }

    /// Returns the order in which a [`Joiner`] wants the members: those that speak for it first, then the others.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = self.rules.iter().map(|rule| rule.0).collect();
        let leads: BTreeSet<usize> = order.iter().copied().collect();
        order.extend((0..self.members.len()).filter(|i| !leads.contains(i)));
        order
    }

    /// Takes what was thought to be copies apart: one workload for each value of the labels that tell them apart. `of`
    /// gives what is known of a series by its position.
    pub fn apart<'k>(&self, of: impl Fn(usize) -> Known<'k>) -> Vec<Self> {
        let mut by_value: BTreeMap<Vec<&str>, Vec<Member>> = BTreeMap::new();
        for &copy in self.members.iter().flat_map(|member| &member.copies) {
            let labels = &of(copy).key.labels;
            let value = self.copied.iter().map(|name| labels.get(name).unwrap_or_default()).collect();
            by_value.entry(value).or_default().push(copies::member(&of, vec![copy]));
        }
        let apart = by_value.into_values().map(|mut members| {
            members.sort_by_key(|member| (member.first, member.copies[0]));
            let chains = chains::of(&members, chains::near_ms(&members)).chains;
            let changing = if members.len() > 1 { self.changing.clone() } else { Vec::new() };
            Self::new(members, changing, chains)
        });
        apart.collect()
    }
}

/// Finds the workloads: every series is in exactly one.
///
/// # Input
///
/// All series of a workspace, in any order; `copy_labels` are labels by which the samples were seen to repeat
/// ([`suspects`] says which to look at, [`are_copies`] whether they do). Labels that only ever name a replica of a
/// collector are known.
///
/// # Output
///
/// By the position of their first series. Joined are series of one metric and source that differ in labels whose values
/// come and go, when successors begin where predecessors end. A label with the name of a pod needs one succession;
/// any other needs four of five members succeeded and three generations, or nodes that are replaced once would be
/// one thing. Members of different workloads whose labels tell no difference are told apart by the words their names
/// begin with. The same input gives the same output, byte for byte.
///
/// # Cost
///
/// Sorting the keys of copies and of series that did not live as long as their metric; nothing for the others.
pub fn group(series: &[Known<'_>], copy_labels: &BTreeSet<String>) -> Vec<Workload> {
    let found = copies::members(series, copy_labels);
    let mut families: BTreeMap<(i64, &str), Vec<usize>> = BTreeMap::new();
    for (place, member) in found.members.iter().enumerate() {
        let of = &series[member.copies[0]];
        families.entry((of.source, of.key.metric.as_str())).or_default().push(place);
    }
    let mut workloads: Vec<Workload> = Vec::new();
    let mut joined = vec![false; found.members.len()];
    for family in families.values() {
        for group in churn::groups(series, &found.members, family, &found.labels) {
            let members = group.members.iter().map(|&place| found.members[place].clone()).collect();
            group.members.iter().for_each(|&place| joined[place] = true);
            workloads.push(Workload::new(members, group.changing, group.chains));
        }
    }
    let single = found.members.into_iter().zip(joined).filter(|(_, joined)| !joined);
    workloads.extend(single.map(|(member, _)| Workload::single(member)));
    for workload in &mut workloads {
        copies::name_labels(workload, series, &found.labels);
    }
    workloads.sort_by_key(|workload| workload.members.iter().filter_map(|m| m.copies.first()).min().copied());
    workloads
}
