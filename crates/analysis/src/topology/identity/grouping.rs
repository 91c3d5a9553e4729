//! Joining records into groups, strongest links first, and proposing what stays doubtful.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::evidence::{self, JOIN, PROPOSE, Weighed};
use super::facts::{AllFacts, index};
use super::{
    IdentityDecisions, IdentityEvidenceKind, InventoryRecord, RecordRef, Resolution, SameProposal, lookalike,
    similar,
};

/// A value that more records share tells nothing of any two of them.
pub(super) const MAX_SHARED: usize = 40;
/// Of two joins that exclude each other the stronger wins only by this many points; otherwise a person decides.
const MARGIN: f64 = 1.5;

/// Points at which two names that differ by a slip may be one: nothing speaks against it.
const SLIP: f64 = 0.0;
/// Digits of a name that tell its thing from others of the same word.
const MIN_DIGITS: usize = 2;

/// Two records that may be one thing.
struct Link {
    a: u32,
    b: u32,
    weighed: Weighed,
}

impl Link {
    /// Reports whether the two are one thing by two independent signs.
    fn is_proof(&self, all: &AllFacts) -> bool {
        let has = |kind| self.weighed.has(kind);
        let numbered = has(IdentityEvidenceKind::SameSerial) || has(IdentityEvidenceKind::SameAddress);
        let named = has(IdentityEvidenceKind::SameName) || has(IdentityEvidenceKind::SameShortName);
        self.weighed.points >= JOIN && self.is_across(all) && numbered && named
    }

    /// Reports whether a person should hear of the two: they may be one thing, or cannot be told apart by eye.
    fn is_worth_asking(&self) -> bool {
        self.weighed.points >= PROPOSE || self.looks_alike()
    }

    fn looks_alike(&self) -> bool {
        self.weighed.has(IdentityEvidenceKind::LookalikeName)
    }

    /// Reports whether the two are told by different sources.
    fn is_across(&self, all: &AllFacts) -> bool {
        all.of[index(self.a)].source != all.of[index(self.b)].source
    }

    fn other(&self, record: u32) -> u32 {
        if self.a == record { self.b } else { self.a }
    }
}

pub(super) fn resolve(records: &[InventoryRecord], decisions: &IdentityDecisions) -> Resolution {
    let mut all = AllFacts::read(records, decisions);
    let mut links = links(&all);
    let proofs: Vec<(u32, u32)> = links.iter().filter(|l| l.is_proof(&all)).map(|l| (l.a, l.b)).collect();
    all.learn_words(&proofs);
    weigh_again(&all, &mut links);
    let decided = Decided::read(records, decisions);
    let mut groups = Groups::new(&all, decided.apart);
    for &(a, b) in &decided.same {
        groups.join_decided(a, b);
    }
    join(&all, &links, &mut groups);
    let numbers = groups.numbers();
    let proposals = propose(records, &all, &links, &groups, &numbers);
    Resolution { groups: lists(&numbers), proposals }
}

/// Decisions on records that are there.
struct Decided {
    same: Vec<(u32, u32)>,
    apart: BTreeSet<(u32, u32)>,
}

impl Decided {
    fn read(records: &[InventoryRecord], decisions: &IdentityDecisions) -> Self {
        let pairs = decisions.same.iter().chain(&decisions.apart);
        let named: BTreeSet<&RecordRef> = pairs.flat_map(|(a, b)| [a, b]).collect();
        let mut places: BTreeMap<RecordRef, u32> = BTreeMap::new();
        if !named.is_empty() {
            for (place, record) in (0_u32..).zip(records) {
                let reference = record.reference();
                if named.contains(&reference) {
                    places.entry(reference).or_insert(place);
                }
            }
        }
        let pair = |(a, b): &(RecordRef, RecordRef)| {
            let (a, b) = (*places.get(a)?, *places.get(b)?);
            (a != b).then_some((a.min(b), a.max(b)))
        };
        Self {
            same: decisions.same.iter().filter_map(pair).collect(),
            apart: decisions.apart.iter().filter_map(pair).collect(),
        }
    }
}

/// Returns the weighed pairs that are at least worth a proposal, strongest first.
fn links(all: &AllFacts) -> Vec<Link> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for bucket in all.buckets.iter().filter(|bucket| bucket.len() <= MAX_SHARED) {
        for (i, &a) in bucket.iter().enumerate() {
            pairs.extend(bucket[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    let names: Vec<&str> = all.of.iter().map(super::facts::Facts::short_name).collect();
    pairs.extend(similar::pairs(&names));
    let looks: Vec<(&str, &str)> = names.iter().zip(&all.of).map(|(&n, of)| (n, of.short_look())).collect();
    pairs.extend(lookalike::pairs(&looks));
    pairs.par_sort_unstable();
    pairs.dedup();
    let mut links: Vec<Link> = pairs
        .into_par_iter()
        .map(|(a, b)| Link { a, b, weighed: evidence::weigh(all, a, b) })
        .filter(Link::is_worth_asking)
        .collect();
    sort(&mut links);
    links
}

fn sort(links: &mut [Link]) {
    links.par_sort_unstable_by(|x, y| {
        y.weighed.points.total_cmp(&x.weighed.points).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
}

/// Weighs once more, when the sources' words are known.
fn weigh_again(all: &AllFacts, links: &mut Vec<Link>) {
    links.par_iter_mut().for_each(|link| link.weighed = evidence::weigh(all, link.a, link.b));
    links.retain(Link::is_worth_asking);
    sort(links);
}

/// Joins what is near certain: by names and serial numbers first, then records that are only known by an address.
fn join(all: &AllFacts, links: &[Link], groups: &mut Groups<'_>) {
    let certain = links.iter().filter(|link| link.weighed.points >= JOIN && link.is_across(all));
    let (by_address, by_name): (Vec<&Link>, Vec<&Link>) =
        certain.partition(|link| link.weighed.rests_on_address());
    let at_record = links_at_record(all.of.len(), &by_name);
    for link in &by_name {
        let excluded = |record: u32| {
            let (rivals, mine) = (&at_record[index(record)], link.other(record));
            rivals.iter().any(|rival| {
                let theirs = rival.other(record);
                theirs != mine
                    && rival.weighed.points > link.weighed.points - MARGIN
                    && evidence::contradict(all, mine, theirs)
                    && !groups.are_joined(mine, theirs)
            })
        };
        if !excluded(link.a) && !excluded(link.b) {
            groups.join(link.a, link.b);
        }
    }
    join_by_address(all, &by_address, groups);
    join_slips(all, links, groups);
}

/// Joins a name with a slip to the name it was meant to be: neither source has the other's spelling, no third name is
/// as close, and either the name has a number, which is the same, or two other sources agree on the spelling.
fn join_slips(all: &AllFacts, links: &[Link], groups: &mut Groups<'_>) {
    let slips: Vec<&Link> = links
        .iter()
        .filter(|link| link.weighed.has(IdentityEvidenceKind::SimilarName) && link.weighed.points >= SLIP)
        .filter(|link| link.is_across(all) && !groups.are_joined(link.a, link.b))
        .collect();
    let mut others: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for link in &slips {
        let (a, b) = (groups.root(link.a), groups.root(link.b));
        others.entry(a).or_default().insert(b);
        others.entry(b).or_default().insert(a);
    }
    for link in slips {
        let (a, b) = (groups.root(link.a), groups.root(link.b));
        let is_only_one =
            |root: u32, other: u32| others.get(&root).is_none_or(|o| o.iter().all(|&o| o == other));
        let digits = all.of[index(link.a)].name.bytes().filter(u8::is_ascii_digit).count();
        let agreeing = groups.members[index(a)].len().max(groups.members[index(b)].len());
        if is_only_one(a, b) && is_only_one(b, a) && (digits >= MIN_DIGITS || agreeing >= 2) {
            groups.join(link.a, link.b);
        }
    }
}

/// Joins records that are only known by an address to the one thing that has it; where two named things have it, to
/// neither.
fn join_by_address(all: &AllFacts, links: &[&Link], groups: &mut Groups<'_>) {
    let at_record = links_at_record(all.of.len(), links);
    let certain: Vec<&&Link> = links
        .iter()
        .filter(|link| {
            let named_groups = |record: u32| {
                let others = at_record[index(record)].iter().map(|rival| groups.root(rival.other(record)));
                others.filter(|&root| groups.is_named(root)).collect::<BTreeSet<u32>>().len()
            };
            // The named side has several unnamed ones at its addresses, which is no contest.
            let unnamed = |record: u32| all.of[index(record)].name.is_empty();
            [link.a, link.b].into_iter().filter(|&r| unnamed(r)).all(|r| named_groups(r) <= 1)
        })
        .collect();
    for link in certain {
        let named = [link.a, link.b].map(|record| groups.is_named(groups.root(record)));
        if named != [true, true] {
            groups.join(link.a, link.b);
        }
    }
}

fn links_at_record<'a>(records: usize, links: &[&'a Link]) -> Vec<Vec<&'a Link>> {
    let mut at_record: Vec<Vec<&Link>> = vec![Vec::new(); records];
    for link in links {
        at_record[index(link.a)].push(link);
        at_record[index(link.b)].push(link);
    }
    at_record
}

/// Returns what may be one thing, but was not joined.
fn propose(
    records: &[InventoryRecord],
    all: &AllFacts,
    links: &[Link],
    groups: &Groups<'_>,
    numbers: &[usize],
) -> Vec<SameProposal> {
    let mut best: BTreeMap<(usize, usize), &Link> = BTreeMap::new();
    for link in links {
        let (a, b) = (numbers[index(link.a)], numbers[index(link.b)]);
        if a != b && groups.may_be_proposed(link) {
            best.entry((a.min(b), a.max(b))).or_insert(link);
        }
    }
    let mut proposals: Vec<SameProposal> = best
        .into_iter()
        .map(|((a, b), link)| {
            let (for_, against) = link.weighed.texts(all, &records[index(link.a)], &records[index(link.b)]);
            SameProposal { a, b, score: link.weighed.score(), for_, against }
        })
        .collect();
    proposals.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    proposals
}

/// Records that are joined so far.
struct Groups<'a> {
    all: &'a AllFacts,
    apart: BTreeSet<(u32, u32)>,
    root: Vec<u32>,
    members: Vec<Vec<u32>>,
}

impl<'a> Groups<'a> {
    fn new(all: &'a AllFacts, apart: BTreeSet<(u32, u32)>) -> Self {
        let root: Vec<u32> = (0_u32..).take(all.of.len()).collect();
        let members = root.iter().map(|&record| vec![record]).collect();
        Self { all, apart, root, members }
    }

    fn root(&self, record: u32) -> u32 {
        self.root[index(record)]
    }

    fn are_joined(&self, a: u32, b: u32) -> bool {
        self.root(a) == self.root(b)
    }

    /// Reports whether some record of a group has a name of its own.
    fn is_named(&self, root: u32) -> bool {
        self.members[index(root)].iter().any(|&record| !self.all.of[index(record)].name.is_empty())
    }

    fn pairs(&self, a: u32, b: u32) -> impl Iterator<Item = (u32, u32)> {
        let (left, right) = (&self.members[index(self.root(a))], &self.members[index(self.root(b))]);
        left.iter().flat_map(move |&x| right.iter().map(move |&y| (x.min(y), x.max(y))))
    }

    fn are_kept_apart(&self, a: u32, b: u32) -> bool {
        !self.apart.is_empty() && self.pairs(a, b).any(|pair| self.apart.contains(&pair))
    }

    /// Joins the groups of two records, unless some pair of their members excludes it.
    fn join(&mut self, a: u32, b: u32) {
        let excluded = self.pairs(a, b).any(|(x, y)| evidence::contradict(self.all, x, y));
        if !excluded && !self.are_kept_apart(a, b) {
            self.unite(a, b);
        }
    }

    /// Joins the groups of two records because a person said so.
    fn join_decided(&mut self, a: u32, b: u32) {
        if !self.are_kept_apart(a, b) {
            self.unite(a, b);
        }
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let larger = self.members[index(a)].len() >= self.members[index(b)].len();
        let (into, from) = if larger { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.members[index(from)]);
        for &record in &moved {
            self.root[index(record)] = into;
        }
        self.members[index(into)].extend(moved);
    }

    /// Reports whether a person may be asked about a link. Where one source knows both groups, it holds them for two,
    /// so that it takes more.
    fn may_be_proposed(&self, link: &Link) -> bool {
        let one_source_knows_both = self
            .pairs(link.a, link.b)
            .any(|(x, y)| self.all.of[index(x)].source == self.all.of[index(y)].source);
        let is_worth_it = !one_source_knows_both || link.weighed.points >= 0.0 || link.looks_alike();
        !self.are_kept_apart(link.a, link.b) && is_worth_it
    }

    /// Returns the number of the group of each record: groups are numbered by their first records.
    fn numbers(&self) -> Vec<usize> {
        let mut numbers: Vec<Option<usize>> = vec![None; self.root.len()];
        let mut count = 0;
        let number_of = |&root: &u32| {
            *numbers[index(root)].get_or_insert_with(|| {
                count += 1;
                count - 1
            })
        };
        self.root.iter().map(number_of).collect()
    }
}

/// Returns the records of each group.
fn lists(numbers: &[usize]) -> Vec<Vec<usize>> {
    let mut lists: Vec<Vec<usize>> = vec![Vec::new(); numbers.iter().max().map_or(0, |last| last + 1)];
    for (record, &number) in numbers.iter().enumerate() {
        lists[number].push(record);
    }
    lists
}
