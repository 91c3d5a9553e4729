//! What of a record speaks about identity, as small numbers that are quick to compare.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::net::IpAddr;

use wardroom_core::EntityKind;

use super::{IdentityDecisions, InventoryRecord, RecordRef, lookalike, names};

/// Kinds that sources write for the same things. Several families may be one thing, but it takes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Service,
    Machine,
    Store,
    Cluster,
    Container,
    System,
    /// Not told; goes with every family.
    Any,
}

/// A word is translated when it was seen beside another's this often, nine times of ten beside the same.
const MIN_SEEN: u32 = 10;
/// The number of families.
const FAMILIES: usize = 7;

impl Family {
    const fn of(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Service => Self::Service,
            EntityKind::Host | EntityKind::Device | EntityKind::Storage | EntityKind::Balancer => {
                Self::Machine
            }
            EntityKind::Database | EntityKind::Cache | EntityKind::Queue => Self::Store,
            EntityKind::Cluster => Self::Cluster,
            EntityKind::Container => Self::Container,
            EntityKind::System => Self::System,
            EntityKind::External | EntityKind::Other => Self::Any,
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Service => 0,
            Self::Machine => 1,
            Self::Store => 2,
            Self::Cluster => 3,
            Self::Container => 4,
            Self::System => 5,
            Self::Any => 6,
        }
    }
}

/// How strongly a record claims a name. The order is from strong to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// It is the name.
    Own,
    /// It is the name without its domain.
    OwnShort,
    /// It is a further name.
    Alias,
    /// It is a further name without its domain.
    AliasShort,
}

impl Role {
    pub(super) const fn is_own(self) -> bool {
        matches!(self, Self::Own | Self::OwnShort)
    }

    pub(super) const fn is_short(self) -> bool {
        matches!(self, Self::OwnShort | Self::AliasShort)
    }
}

/// One thing a record says of itself, and how many records of its source say the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// The number of the name, address or serial.
    pub(super) id: u32,
    pub(super) role: Role,
    /// Records of the same source and a like kind that claim the same as strongly, this one included.
    pub(super) claimers: u32,
    /// Those of them at the same site and in the same environment.
    pub(super) here: u32,
}

/// What of one record speaks about identity.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) source: u32,
    pub(super) family: Family,
    /// The folded name; empty when the record is only named by an address.
    pub(super) name: String,
    /// How the name looks where it has letters of another script that look like Latin ones.
    pub(super) look: Option<String>,
    pub(super) names: Vec<Claim>,
    pub(super) addresses: Vec<Claim>,
    pub(super) serial: Option<Claim>,
    /// Numbers of the words for environment and site.
    pub(super) environment: Option<u32>,
    pub(super) site: Option<u32>,
}

/// The facts of all records.
#[derive(Debug, Default)]
pub(super) struct AllFacts {
    pub(super) of: Vec<Facts>,
    /// For each name, address and serial, the records that claim it.
    pub(super) buckets: Vec<Vec<u32>>,
    /// The values behind the numbers of claims.
    pub(super) texts: Vec<String>,
    /// The words for sites and environments that each source uses.
    vocabulary: BTreeMap<u32, BTreeSet<u32>>,
    /// For a source, its word and another source, that one's word for the same.
    translations: BTreeMap<(u32, u32, u32), u32>,
}

/// Gives values numbers in the order in which they come.
struct Numbers<K> {
    ids: HashMap<K, u32>,
}

impl<K: Eq + Hash> Numbers<K> {
    fn new() -> Self {
        Self { ids: HashMap::new() }
    }

    fn of(&mut self, value: K, next: &mut u32) -> u32 {
        *self.ids.entry(value).or_insert_with(|| {
            let id = *next;
            *next += 1;
            id
        })
    }
}

/// Reads records into facts.
struct Reader {
    next: u32,
    names: Numbers<String>,
    addresses: Numbers<IpAddr>,
    serials: Numbers<String>,
    sites: Numbers<String>,
    next_site: u32,
}

impl AllFacts {
    /// Reads the facts of all records.
    pub(super) fn read(records: &[InventoryRecord], decisions: &IdentityDecisions) -> Self {
        let mut aliases: BTreeMap<&RecordRef, Vec<&str>> = BTreeMap::new();
        for (record, alias) in &decisions.aliases {
            aliases.entry(record).or_default().push(alias);
        }
        let mut reader = Reader {
            next: 0,
            names: Numbers::new(),
            addresses: Numbers::new(),
            serials: Numbers::new(),
            sites: Numbers::new(),
            next_site: 0,
        };
        let mut all = Self::default();
        for record in records {
            let further = if aliases.is_empty() { None } else { aliases.get(&record.reference()) };
            all.of.push(reader.facts(record, further.map_or(&[], Vec::as_slice)));
        }
        all.vocabulary = vocabulary(&all.of);
        all.fill_buckets(reader.next);
        all.count_claimers();
        all.texts = reader.texts();
        all
    }

    fn fill_buckets(&mut self, values: u32) {
        self.buckets = vec![Vec::new(); index(values)];
        for (record, facts) in (0_u32..).zip(&self.of) {
            for claim in facts.names.iter().chain(&facts.addresses).chain(&facts.serial) {
                self.buckets[index(claim.id)].push(record);
            }
        }
    }

    /// Counts for every claim how many records of the same source make it too.
    fn count_claimers(&mut self) {
        for id in 0..self.buckets.len() {
            // Where every source has one at most, every claim is the only one, as it was read.
            if self.has_one_of_each_source(&self.buckets[id]) {
                continue;
            }
            let (mut of_source, mut here) = (Counts::default(), Counts::default());
            for &record in &self.buckets[id] {
                let facts = &self.of[index(record)];
                let own = facts.claims().any(|c| index(c.id) == id && c.role.is_own());
                of_source.count((facts.source, None, None), facts.family, own);
                here.count(facts.place(), facts.family, own);
            }
            for &record in &self.buckets[id] {
                let facts = &mut self.of[index(record)];
                let (source, place, family) = (facts.source, facts.place(), facts.family);
                for claim in facts.claims_mut().filter(|c| index(c.id) == id) {
                    claim.claimers = of_source.claimers((source, None, None), family, claim.role);
                    claim.here = here.claimers(place, family, claim.role);
                }
            }
        }
    }

    fn has_one_of_each_source(&self, bucket: &[u32]) -> bool {
        let source = |record: u32| self.of[index(record)].source;
        let is_first = |at: usize| bucket[..at].iter().all(|&other| source(other) != source(bucket[at]));
        bucket.len() <= FAMILIES && (1..bucket.len()).all(is_first)
    }

    /// Tells whether two sources mean the same by two words for a site or an environment; `None` when it is not
    /// known, because one of them may have its own words.
    pub(super) fn words_agree(&self, a: &Facts, b: &Facts, word_a: u32, word_b: u32) -> Option<bool> {
        if word_a == word_b {
            return Some(true);
        }
        let knows = |source: u32, word: u32| self.vocabulary.get(&source).is_some_and(|v| v.contains(&word));
        if knows(a.source, word_b) && knows(b.source, word_a) {
            return Some(false);
        }
        let there = self.translations.get(&(a.source, word_a, b.source)).map(|&word| word == word_b);
        there.or_else(|| self.translations.get(&(b.source, word_b, a.source)).map(|&word| word == word_a))
    }

    /// Learns what a source calls the sites and environments of another from pairs of records that are certainly one
    /// thing: `Frankfurt 1` is `fra1`.
    pub(super) fn learn_words(&mut self, certain: &[(u32, u32)]) {
        let mut counts: BTreeMap<(u32, u32, u32), BTreeMap<u32, u32>> = BTreeMap::new();
        for &(a, b) in certain {
            let (a, b) = (&self.of[index(a)], &self.of[index(b)]);
            for (word_a, word_b) in
                [a.site.zip(b.site), a.environment.zip(b.environment)].into_iter().flatten()
            {
                *counts.entry((a.source, word_a, b.source)).or_default().entry(word_b).or_default() += 1;
                *counts.entry((b.source, word_b, a.source)).or_default().entry(word_a).or_default() += 1;
            }
        }
        for (place, words) in counts {
            let seen: u32 = words.values().sum();
            let usual = words.into_iter().max_by_key(|&(word, count)| (count, std::cmp::Reverse(word)));
            if let Some((word, count)) = usual
                && seen >= MIN_SEEN
                && count * 10 >= seen * 9
            {
                self.translations.insert(place, word);
            }
        }
    }
}

/// Source, site and environment.
type Place = (u32, Option<u32>, Option<u32>);

/// Counts how many records make the same claim, by place, strength and family.
#[derive(Default)]
struct Counts(BTreeMap<Place, [[u32; FAMILIES]; 2]>);

impl Counts {
    fn count(&mut self, place: Place, family: Family, own: bool) {
        self.0.entry(place).or_default()[usize::from(!own)][family.index()] += 1;
    }

    /// Returns how many claim at least as strongly.
    fn claimers(&self, place: Place, family: Family, role: Role) -> u32 {
        let [own, further] = self.0.get(&place).copied().unwrap_or_default();
        let of = |counts: [u32; FAMILIES]| match family {
            Family::Any => counts.iter().sum(),
            Family::Service
            | Family::Machine
            | Family::Store
            | Family::Cluster
            | Family::Container
            | Family::System => counts[family.index()] + counts[Family::Any.index()],
        };
        if role.is_own() { of(own) } else { of(own) + of(further) }
    }
}

impl Facts {
    const fn place(&self) -> Place {
        (self.source, self.site, self.environment)
    }

    fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.names.iter().chain(&self.addresses).chain(&self.serial)
    }

    fn claims_mut(&mut self) -> impl Iterator<Item = &mut Claim> {
        self.names.iter_mut().chain(&mut self.addresses).chain(&mut self.serial)
    }

    /// The folded name without its domain.
    pub(super) fn short_name(&self) -> &str {
        names::split_domain(&self.name).map_or(&self.name, |(short, _)| short)
    }

    /// How the name looks.
    pub(super) fn look(&self) -> &str {
        self.look.as_deref().unwrap_or(&self.name)
    }

    /// How the name looks without its domain.
    pub(super) fn short_look(&self) -> &str {
        names::split_domain(self.look()).map_or(self.look(), |(short, _)| short)
    }
}

impl Reader {
    fn facts(&mut self, record: &InventoryRecord, further: &[&str]) -> Facts {
        let entity = &record.entity;
        let named_by = names::address(&entity.name).filter(|&a| names::tells_apart(a));
        let mut facts = Facts {
            source: record.source,
            family: Family::of(entity.kind),
            name: if named_by.is_none() { names::folded(&entity.name) } else { String::new() },
            look: None,
            names: Vec::new(),
            addresses: Vec::new(),
            serial: None,
            environment: self.word('e', &names::environment(&entity.environment)),
            site: self.word('s', &names::folded(&entity.site)),
        };
        let own = facts.name.clone();
        facts.look = lookalike::look(&entity.name, &own);
        self.claim_name(&mut facts, &own, Role::Own, Role::OwnShort);
        let texts = entity.aliases.iter().map(String::as_str).chain(further.iter().copied());
        for alias in texts {
            match names::address(alias) {
                Some(address) => self.claim_address(&mut facts, address),
                None => self.claim_name(&mut facts, &names::folded(alias), Role::Alias, Role::AliasShort),
            }
        }
        for address in named_by.into_iter().chain(entity.addresses.iter().filter_map(|a| names::address(a))) {
            self.claim_address(&mut facts, address);
        }
        facts.serial = names::serial(&entity.serial).map(|serial| {
            let id = self.serials.of(serial, &mut self.next);
            Claim { id, role: Role::Own, claimers: 1, here: 1 }
        });
        facts
    }

    fn word(&mut self, what: char, word: &str) -> Option<u32> {
        (!word.is_empty()).then(|| self.sites.of(format!("{what}{word}"), &mut self.next_site))
    }

    fn claim_name(&mut self, facts: &mut Facts, name: &str, whole: Role, short: Role) {
        let shorts = names::short_forms(name).map(|form| (form, short));
        for (form, role) in std::iter::once((name, whole)).chain(shorts).filter(|(form, _)| !form.is_empty())
        {
            let id = match self.names.ids.get(form) {
                Some(&id) => id,
                None => self.names.of(form.to_owned(), &mut self.next),
            };
            match facts.names.iter_mut().find(|claim| claim.id == id) {
                Some(claim) => claim.role = claim.role.min(role),
                None => facts.names.push(Claim { id, role, claimers: 1, here: 1 }),
            }
        }
    }

    fn claim_address(&mut self, facts: &mut Facts, address: IpAddr) {
        if !names::tells_apart(address) {
            return;
        }
        let id = self.addresses.of(address, &mut self.next);
        if facts.addresses.iter().all(|claim| claim.id != id) {
            facts.addresses.push(Claim { id, role: Role::Own, claimers: 1, here: 1 });
        }
    }

    /// Returns the values behind the numbers.
    fn texts(self) -> Vec<String> {
        let mut texts = vec![String::new(); index(self.next)];
        let named = self.names.ids.into_iter().chain(self.serials.ids);
        let addressed = self.addresses.ids.into_iter().map(|(address, id)| (address.to_string(), id));
        // Every value goes to its own place, so that the order of the maps leaves no trace.
        named.chain(addressed).for_each(|(text, id)| texts[index(id)] = text);
        texts
    }
}

fn vocabulary(facts: &[Facts]) -> BTreeMap<u32, BTreeSet<u32>> {
    let mut words: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for facts in facts {
        words.entry(facts.source).or_default().extend(facts.environment.iter().chain(&facts.site));
    }
    words
}

/// Returns a small number as an index.
pub(super) fn index(id: u32) -> usize {
    usize::try_from(id).expect("an index of 32 bits fits")
}
