//! Merging what several records tell of a thing, and noticing where they disagree.

mod fields;
mod words;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use wardroom_core::name::shown_name;
use wardroom_core::{Entity, EntityKind, Labels, Timestamp};

use self::fields::{FIELDS, Field};
use self::words::Words;
use super::index::Claim;
use super::{Conflict, ConflictReason, ModelInput, NameIndex, Thing};
use crate::topology::identity::{InventoryRecord, RecordRef, lookalike, names};

/// Makes a thing out of every group of records.
pub(super) fn things(
    input: &ModelInput<'_>,
    groups: &[Vec<usize>],
) -> (Vec<Thing>, NameIndex, Vec<Conflict>) {
    let merger = Merger { input, words: Words::learn(input.records, groups) };
    let ordered: Vec<Vec<usize>> = groups.iter().map(|group| merger.best_first(group)).collect();
    let names = unique_names(input.records, &ordered);
    let further = further_names(input);
    let mut things: Vec<Thing> = Vec::with_capacity(ordered.len());
    let mut index = NameIndex::default();
    for (number, (records, name)) in ordered.into_iter().zip(names).enumerate() {
        let thing = merger.thing(records, name, &further);
        index.add_thing(thing.entity.kind);
        index.add(number, &thing.name, Claim::Unique);
        for &record in &thing.records {
            index.add(number, &input.records[record].entity.name, Claim::Name);
        }
        for name in &thing.names {
            index.add(number, name, Claim::Further);
        }
        things.push(thing);
    }
    let conflicts = merger.settle(&mut things, &index);
    (things, index, conflicts)
}

/// Returns the names that people gave to records.
fn further_names<'a>(input: &ModelInput<'a>) -> BTreeMap<&'a RecordRef, Vec<&'a str>> {
    let mut further: BTreeMap<&RecordRef, Vec<&str>> = BTreeMap::new();
    for (record, alias) in &input.decisions.identity.aliases {
        further.entry(record).or_default().push(alias);
    }
    further
}

/// Merges records in the order in which they are believed.
struct Merger<'a> {
    input: &'a ModelInput<'a>,
    words: Words,
}

impl Merger<'_> {
    fn rank(&self, record: &InventoryRecord) -> u32 {
        self.input.ranks.get(&record.source).copied().unwrap_or(u32::MAX)
    }

    /// Returns the records of a group, the most believed first.
    fn best_first(&self, group: &[usize]) -> Vec<usize> {
        let mut order = group.to_vec();
        order.sort_by_key(|&place| {
            let record = &self.input.records[place];
            (self.rank(record), Reverse(said_at(record)), record.source, place)
        });
        order
    }

    fn thing(&self, records: Vec<usize>, name: String, further: &BTreeMap<&RecordRef, Vec<&str>>) -> Thing {
        let all = self.input.records;
        let told: Vec<&Entity> = records.iter().map(|&place| &all[place].entity).collect();
        let mut names: Vec<String> = Vec::new();
        for (&place, entity) in records.iter().zip(&told) {
            names.push(entity.name.clone());
            names.extend(entity.aliases.iter().chain(&entity.addresses).cloned());
            if !further.is_empty() {
                let given = further.get(&all[place].reference()).into_iter().flatten();
                names.extend(given.map(|&alias| alias.to_owned()));
            }
        }
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !name.trim().is_empty());
        let entity = merged(&told, &name);
        Thing { name, entity, records, names, note: String::new() }
    }

    /// Fills the fields of all things, with what people prefer and noted, and returns where sources disagree.
    fn settle(&self, things: &mut [Thing], index: &NameIndex) -> Vec<Conflict> {
        let decisions = self.input.decisions;
        let mut preferred: BTreeMap<(usize, &str), u32> = BTreeMap::new();
        for (name, field, source) in &decisions.prefer {
            if let Some(thing) = index.find(name) {
                preferred.insert((thing, field), *source);
            }
        }
        for (name, note) in &decisions.notes {
            if let Some(thing) = index.find(name) {
                things[thing].note.clone_from(note);
            }
        }
        let mut conflicts = Vec::new();
        for (number, thing) in things.iter_mut().enumerate() {
            for field in &FIELDS {
                let preference = preferred.get(&(number, field.name)).copied();
                conflicts.extend(self.fill(number, thing, field, preference));
            }
        }
        for (name, team) in &decisions.owners {
            let owned = index.find(name).and_then(|thing| things.get_mut(thing));
            // A source that tells an owner later is believed.
            if let Some(thing) = owned.filter(|thing| thing.entity.team.trim().is_empty()) {
                thing.entity.team.clone_from(team);
            }
        }
        conflicts
    }

    /// Fills one field with the most believed value, and returns the conflict there is about it.
    fn fill(&self, number: usize, thing: &mut Thing, field: &Field, prefer: Option<u32>) -> Option<Conflict> {
        let mut told: Vec<&InventoryRecord> = Vec::new();
        for &place in &thing.records {
            let record = &self.input.records[place];
            let is_first = told.iter().all(|other| other.source != record.source);
            if is_first && !(field.read)(&record.entity).is_empty() {
                told.push(record);
            }
        }
        let wanted = prefer.and_then(|source| told.iter().position(|record| record.source == source));
        let used = wanted.unwrap_or(0);
        let believed = *told.get(used)?;
        (field.write)(&mut thing.entity, &believed.entity);
        let differ = told.iter().any(|record| self.words.differ(field, believed, record));
        differ.then(|| Conflict {
            thing: number,
            field: field.name,
            values: told
                .iter()
                .map(|record| (record.source, (field.read)(&record.entity).into_owned(), said_at(record)))
                .collect(),
            used,
            reason: self.reason(&told, wanted.is_some()),
        })
    }

    fn reason(&self, told: &[&InventoryRecord], is_preferred: bool) -> ConflictReason {
        match told {
            _ if is_preferred => ConflictReason::Preferred,
            [first, second, ..] if self.rank(first) < self.rank(second) => ConflictReason::Ranked,
            [first, second, ..] if said_at(first) > said_at(second) => ConflictReason::Newest,
            _ => ConflictReason::First,
        }
    }
}

/// When a record was last changed, or learnt where the source does not tell.
fn said_at(record: &InventoryRecord) -> Timestamp {
    record.entity.changed_at.unwrap_or(record.known_at)
}

/// Returns a thing of which only the lists are filled: what several records tell together.
fn merged(told: &[&Entity], name: &str) -> Entity {
    let first = told.first();
    let mut kinds = told.iter().map(|e| e.kind);
    let kind = kinds.find(|&kind| kind != EntityKind::Other).unwrap_or(EntityKind::Other);
    let mut entity = Entity::new(kind, name);
    if let Some(first) = first {
        entity.key.clone_from(&first.key);
    }
    entity.aliases = together(told.iter().flat_map(|e| &e.aliases));
    entity.addresses = together(told.iter().flat_map(|e| &e.addresses));
    entity.tags = labels(told.iter().map(|e| &e.tags));
    entity.links = labels(told.iter().map(|e| &e.links));
    entity.changed_at = told.iter().filter_map(|e| e.changed_at).max();
    entity
}

/// Returns texts without those that were there before, in their order.
fn together<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if !all.contains(text) {
            all.push(text.clone());
        }
    }
    all
}

/// Returns labels of which the first of each name stays.
fn labels<'a>(all: impl DoubleEndedIterator<Item = &'a Labels>) -> Labels {
    Labels::new(all.rev().flat_map(Labels::iter))
}

/// Returns a name for each group that no other group has.
fn unique_names(records: &[InventoryRecord], groups: &[Vec<usize>]) -> Vec<String> {
    let plain: Vec<String> = groups.iter().map(|group| best_name(records, group)).collect();
    let mut sharing: HashMap<String, Vec<usize>> = HashMap::new();
    for (group, name) in plain.iter().enumerate() {
        sharing.entry(folded_whole(name)).or_default().push(group);
    }
    let mut taken: HashSet<String> = sharing.keys().cloned().collect();
    let mut names = plain.clone();
    let told = |group: usize| groups[group].first().map(|&record| &records[record].entity);
    for group in 0..groups.len() {
        // All that share a name get theirs when the first of them comes, so that the order of the map leaves no trace.
        let others = sharing.get(&folded_whole(&plain[group])).map_or(&[][..], Vec::as_slice);
        if others.len() < 2 || others.first() != Some(&group) {
            continue;
        }
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let read = telling_apart(others, &told);
        for &other in others {
            let suffix = told(other).map_or("", read);
            let count = counts.entry(suffix).or_insert(1);
            let suffix = shown_name(suffix);
            let mut name = format!("{} ({suffix})", plain[other]);
            while !taken.insert(folded_whole(&name)) {
                *count += 1;
                name = format!("{} ({suffix} {count})", plain[other]);
            }
            names[other] = name;
        }
    }
    name_lookalikes(&plain, &mut names, &mut taken);
    names
}

/// Puts the code points of foreign letters behind names that only look like another's: nothing else on the screen tells
/// the two apart. The one in Latin letters keeps its name.
fn name_lookalikes(plain: &[String], names: &mut [String], taken: &mut HashSet<String>) {
    let look = |name: &str| lookalike::look(name, &names::folded(name));
    let foreign = plain.iter().enumerate().filter(|(_, name)| !name.is_ascii());
    let foreign: Vec<(usize, String)> =
        foreign.filter_map(|(group, name)| Some((group, look(name)?))).collect();
    if foreign.is_empty() {
        return;
    }
    // For each look, the different names that have it.
    let mut looking: BTreeMap<&str, HashSet<String>> =
        foreign.iter().map(|(_, look)| (look.as_str(), HashSet::new())).collect();
    for name in plain {
        let folded = names::folded(name);
        let seen = lookalike::look(name, &folded);
        if let Some(alike) = looking.get_mut(seen.as_deref().unwrap_or(&folded)) {
            alike.insert(folded);
        }
    }
    for (group, look) in &foreign {
        let is_alone = looking.get(look.as_str()).is_none_or(|alike| alike.len() < 2);
        let name = format!("{} ({})", names[*group], lookalike::codes(&plain[*group]));
        if !is_alone && taken.insert(folded_whole(&name)) {
            names[*group] = name;
        }
    }
}

/// Returns what tells things of one name apart: the first of kind, site and environment that is told of all and
/// differs, or else the key.
fn telling_apart<'a>(sharing: &[usize], told: &impl Fn(usize) -> Option<&'a Entity>) -> fn(&Entity) -> &str {
    let ways: [fn(&Entity) -> &str; 4] = [|e| e.kind.as_str(), |e| &e.site, |e| &e.environment, |e| &e.key];
    let differs = |read: &fn(&Entity) -> &str| {
        let values: Vec<&str> = sharing.iter().filter_map(|&group| told(group)).map(read).collect();
        let distinct: HashSet<&&str> = values.iter().filter(|value| !value.is_empty()).collect();
        distinct.len() == sharing.len()
    };
    ways.into_iter().find(|read| differs(read)).unwrap_or(ways[3])
}

/// The form in which names of things must differ, so that [`NameIndex::find`] finds each of them.
fn folded_whole(name: &str) -> String {
    names::address(name).map_or_else(|| names::folded(name), |address| address.to_string())
}

/// Returns the most believed name that is one, or else an address, as it is shown.
fn best_name(records: &[InventoryRecord], group: &[usize]) -> String {
    let told = || group.iter().map(|&record| records[record].entity.name.as_str());
    let is_name = |name: &&str| names::address(name).is_none() && !shown_name(name).is_empty();
    let plain = told().find(|name| is_name(name) && names::bare(name) == name.trim());
    let any = || told().find(is_name).map(names::bare);
    let key = || group.first().map_or("", |&record| records[record].entity.key.as_str());
    let best = plain
        .or_else(any)
        .or_else(|| told().map(names::bare).find(|name| !shown_name(name).is_empty()))
        .unwrap_or_else(key);
    let shown = shown_name(best);
    // A thing of which nothing can be seen still has a row and is found by its name.
    if shown.is_empty() { best.escape_unicode().to_string() } else { shown.into_owned() }
}
