//! Churning labels: which labels of a metric come and go with their series, and which series succeed each other.

use std::collections::{BTreeMap, BTreeSet};

use super::chains::{self, Chains};
use super::{Known, Member, NEAR_MS, copies, stem};

/// Labels whose values come and go: so many values at least …
const LEAST_VALUES: usize = 2;
/// … and so many of ten series with the label have such a value.
const TENTHS: usize = 8;
/// Members that a label without a generated name needs.
const LEAST_MEMBERS: usize = 3;
/// Members that such a workload needs for each of its places: what was replaced once is two things.
const GENERATIONS: usize = 3;

/// Members that are one workload.
#[derive(Debug)]
pub(super) struct Group {
    /// Positions among all members, by first sample.
    pub(super) members: Vec<usize>,
    /// The labels that change.
    pub(super) changing: Vec<String>,
    /// Who follows whom, as positions in `members`.
    pub(super) chains: Vec<Vec<usize>>,
}

/// One metric of one source: its members that did not live as long as the metric.
struct Family<'a> {
    series: &'a [Known<'a>],
    members: &'a [Member],
    copied: &'a BTreeMap<String, bool>,
    /// Labels whose values come and go.
    churning: BTreeSet<&'a str>,
}

/// Finds the workloads of several members in one metric of one source; members that are in none are left out.
pub(super) fn groups(
    series: &[Known<'_>],
    members: &[Member],
    family: &[usize],
    copied: &BTreeMap<String, bool>,
) -> Vec<Group> {
    let span = Span::of(members, family);
    let partial: Vec<usize> = family.iter().copied().filter(|&place| span.is_part(&members[place])).collect();
    if partial.len() < 2 {
        return Vec::new();
    }
    let churning = churning_labels(series, members, family, &partial, &span);
    if churning.is_empty() {
        return Vec::new();
    }
    let family = Family { series, members, copied, churning };
    let (mut found, left) = family.by_stem(&partial);
    // Where names have nothing in common, only a clean succession, one at a time, makes one workload of them.
    found.extend(family.without_stem(&left));
    found
}

/// When a metric was there.
struct Span {
    first: i64,
    last: i64,
    near_ms: i64,
}

impl Span {
    fn of(members: &[Member], family: &[usize]) -> Self {
        let of = || family.iter().map(|&place| &members[place]);
        let first = of().map(|member| member.first.as_millis()).min().unwrap_or(0);
        let last = of().map(|member| member.last.as_millis()).max().unwrap_or(0);
        let step_ms = of().map(|member| member.step_ms).min().unwrap_or(1);
        Self { first, last, near_ms: NEAR_MS.max(step_ms.saturating_mul(3)) }
    }

    fn is_whole(&self, first: i64, last: i64) -> bool {
        first.saturating_sub(self.first) <= self.near_ms && self.last.saturating_sub(last) <= self.near_ms
    }

    fn is_part(&self, member: &Member) -> bool {
        !self.is_whole(member.first.as_millis(), member.last.as_millis())
    }
}

/// Returns the labels of which most values were not there all the time.
fn churning_labels<'a>(
    series: &[Known<'a>],
    members: &[Member],
    family: &[usize],
    partial: &[usize],
    span: &Span,
) -> BTreeSet<&'a str> {
    let labels_of = |place: usize| series[members[place].copies[0]].key.labels.iter();
    let mut lives: BTreeMap<&str, BTreeMap<&str, (i64, i64)>> = BTreeMap::new();
    for &place in family {
        let (first, last) = (members[place].first.as_millis(), members[place].last.as_millis());
        for (name, value) in labels_of(place) {
            let life = lives.entry(name).or_default().entry(value).or_insert((first, last));
            *life = (life.0.min(first), life.1.max(last));
        }
    }
    let mut tally: BTreeMap<&'a str, (usize, usize)> = BTreeMap::new();
    for &place in partial {
        for (name, value) in labels_of(place) {
            let life = lives.get(name).and_then(|values| values.get(value));
            let comes_and_goes = life.is_some_and(|&(first, last)| !span.is_whole(first, last));
            let entry = tally.entry(name).or_default();
            *entry = (entry.0 + 1, entry.1 + usize::from(comes_and_goes));
        }
    }
    let values = |name: &str| lives.get(name).map_or(0, BTreeMap::len);
    let churning =
        tally.into_iter().filter(|(name, (n, go))| go * 10 >= n * TENTHS && values(name) >= LEAST_VALUES);
    churning.map(|(name, _)| name).collect()
}

impl Family<'_> {
    fn known(&self, place: usize) -> &Known<'_> {
        &self.series[self.members[place].copies[0]]
    }

    fn is_generated(&self) -> bool {
        self.churning.iter().any(|name| stem::is_generated(name))
    }

    /// Returns what members of one workload have in common: the labels that stay, and the words of those that change.
    fn rest(&self, place: usize, with_stem: bool, with_places: bool) -> String {
        let known = self.known(place);
        let mut rest = copies::rest_of(known, |name| {
            self.copied.contains_key(name)
                || self.churning.contains(name)
                || (!with_places && stem::is_place(name))
        });
        for (name, value) in known.key.labels.iter().filter(|(name, _)| with_stem && self.has_stem(name)) {
            rest.push('\u{2}');
            rest.push_str(name);
            rest.push('\u{1}');
            rest.push_str(stem::of(value));
        }
        rest
    }

    /// Returns whether the words of a changing label count: those of a generated name do, if there is one.
    fn has_stem(&self, name: &str) -> bool {
        self.churning.contains(name) && (stem::is_generated(name) || !self.is_generated())
    }

    fn split(&self, places: &[usize], with_stem: bool, with_places: bool) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for &place in places {
            groups.entry(self.rest(place, with_stem, with_places)).or_default().push(place);
        }
        groups.into_values().collect()
    }

    /// Makes workloads of members with the same words; returns the members of none, too.
    fn by_stem(&self, partial: &[usize]) -> (Vec<Group>, Vec<usize>) {
        let (mut found, mut left) = (Vec::new(), Vec::new());
        for whole in self.split(partial, true, false) {
            let parts = self.split(&whole, true, true);
            // A daemon's pod is followed on its own node; any other pod is followed wherever there is room.
            let links: Vec<Chains> = parts.iter().map(|part| self.link(part).1).collect();
            let (ended, succeeded) =
                links.iter().fold((0, 0), |sum, link| (sum.0 + link.ended, sum.1 + link.succeeded));
            let stays = parts.len() > 1 && ended > 0 && succeeded * 10 >= ended * TENTHS;
            for part in if stays || parts.len() == 1 { parts } else { vec![whole] } {
                match self.accept(&part, stays) {
                    Some(group) => found.push(group),
                    None => left.extend(part),
                }
            }
        }
        (found, left)
    }

    fn without_stem(&self, left: &[usize]) -> Vec<Group> {
        let mut found = Vec::new();
        for part in self.split(left, false, true) {
            let is_clean = |group: &Group| group.chains.len() == 1 && group.members.len() >= LEAST_MEMBERS;
            found.extend(self.accept(&part, true).filter(is_clean));
        }
        found
    }

    /// Sorts members by their first sample and links them.
    fn link(&self, part: &[usize]) -> (Vec<usize>, Chains) {
        let mut order = part.to_vec();
        order.sort_by(|&a, &b| {
            let first = |place: usize| self.members[place].first;
            first(a).cmp(&first(b)).then_with(|| self.known(a).key.cmp(self.known(b).key))
        });
        let members: Vec<Member> = order.iter().map(|&place| self.members[place].clone()).collect();
        let chains = chains::of(&members, chains::near_ms(&members));
        (order, chains)
    }

    /// Makes a workload of members, if enough of them succeed each other.
    fn accept(&self, part: &[usize], keeps_places: bool) -> Option<Group> {
        if part.len() < 2 {
            return None;
        }
        let (order, links) = self.link(part);
        let members: Vec<Member> = order.iter().map(|&place| self.members[place].clone()).collect();
        let is_accepted = if self.is_generated() {
            links.succeeded >= 1 && links.succeeded * 2 >= links.ended
        } else {
            let places = chains::most_at_once(&members, &links.chains);
            members.len() >= LEAST_MEMBERS.max(GENERATIONS * places)
                && links.ended > 0
                && links.succeeded * 10 >= links.ended * TENTHS
        };
        is_accepted.then(|| Group {
            changing: self.changing(&order, keeps_places),
            members: order,
            chains: links.chains,
        })
    }

    /// Returns the labels of which the members have different values, but for those of copies.
    fn changing(&self, order: &[usize], keeps_places: bool) -> Vec<String> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for &place in order {
            names.extend(self.known(place).key.labels.iter().map(|(name, _)| name));
        }
        let value = |place: usize, name: &str| self.known(place).key.labels.get(name);
        let changes = |name: &&str| {
            let of_copies = self.copied.contains_key(*name);
            let of_place = keeps_places && stem::is_place(name) && !self.churning.contains(*name);
            !of_copies && !of_place && order.iter().any(|&place| value(place, name) != value(order[0], name))
        };
        names.into_iter().filter(changes).map(str::to_owned).collect()
    }
}
