//! Finding the things at the ends of edges, and making things of ends that only edges name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wardroom_core::name::shown_name;
use wardroom_core::{Entity, EntityKind};

use crate::topology::identity::{SameProposal, alike_by_name, lookalike, names};
use crate::topology::model::index::{Claim, Found};
use crate::topology::model::{ModelDecisions, ModelInput, NameIndex, Thing};

/// Names that telemetry uses when it does not know the other end.
const NOBODY: [&str; 9] =
    ["unknown", "none", "null", "n/a", "-", "localhost", "default", "user", "passthroughcluster"];
/// Things that one name is shown beside because it looks like theirs.
const MOST_ALIKE: usize = 8;
/// Names that are followed from one to the one it is kept as.
const MOST_KEPT: usize = 8;

/// Finds things by the keys and names that a source uses.
pub(super) struct Ends<'a> {
    by_key: HashMap<(u32, &'a str), Found>,
    by_name: HashMap<(u32, String), Found>,
    missing: BTreeMap<String, Missing<'a>>,
    /// The names that folded ones are kept as.
    kept: BTreeMap<String, &'a str>,
}

/// A name that no thing bears.
struct Missing<'a> {
    name: &'a str,
    sources: BTreeSet<u32>,
    is_observed: bool,
}

impl<'a> Ends<'a> {
    /// Reads the keys and names of all records, and which names edges use that lead nowhere.
    pub(super) fn read(input: &ModelInput<'a>, things: &[Thing], index: &NameIndex) -> Self {
        let decisions: &'a ModelDecisions = input.decisions;
        let kept = decisions.named_same.iter().map(|(kept, other)| (names::folded(other), kept.as_str()));
        let mut ends = Self {
            by_key: HashMap::new(),
            by_name: HashMap::new(),
            missing: BTreeMap::new(),
            kept: kept.collect(),
        };
        for (number, thing) in things.iter().enumerate() {
            for &record in &thing.records {
                let record = &input.records[record];
                let entity = &record.entity;
                join(ends.by_key.entry((record.source, &entity.key)).or_insert(Found::Unknown), number);
                let name = (record.source, names::folded(&entity.name));
                join(ends.by_name.entry(name).or_insert(Found::Unknown), number);
            }
        }
        for declared in input.declared {
            for name in [declared.edge.from.as_str(), declared.edge.to.as_str()] {
                if ends.of(declared.source, name, index) == Found::Unknown
                    && let Some(missing) = ends.missing(name)
                {
                    missing.sources.insert(declared.source);
                }
            }
        }
        for edge in input.observed {
            for name in [edge.from.as_str(), edge.to.as_str()] {
                if ends.anywhere(name, index) == Found::Unknown
                    && let Some(missing) = ends.missing(name)
                {
                    missing.is_observed = true;
                }
            }
        }
        ends
    }

    /// Returns what a name leads to in the mouth of a source: the key of one of its records, the name of one, or any
    /// name; and where that is nothing, what the name leads to that it is kept as.
    pub(super) fn of(&self, source: u32, name: &str, index: &NameIndex) -> Found {
        self.or_kept(name, |name| self.told(source, name, index))
    }

    /// Returns what a name leads to in nobody's mouth, as [`Ends::of`] does.
    pub(super) fn anywhere(&self, name: &str, index: &NameIndex) -> Found {
        self.or_kept(name, |name| index.look_up(name))
    }

    fn or_kept(&self, name: &str, look_up: impl Fn(&str) -> Found) -> Found {
        match look_up(name) {
            Found::Unknown => self.kept_as(name).map_or(Found::Unknown, look_up),
            found @ (Found::One(_) | Found::Shared) => found,
        }
    }

    /// Returns the name that people keep a name as.
    fn kept_as(&self, name: &str) -> Option<&'a str> {
        let mut kept = None;
        // What is kept may have been given up for another name later.
        for _ in 0..MOST_KEPT.min(self.kept.len()) {
            let next = self.kept.get(&names::folded(kept.unwrap_or(name))).copied();
            kept = Some(next.or(kept)?);
        }
        kept
    }

    fn told(&self, source: u32, name: &str, index: &NameIndex) -> Found {
        if let Some(&found @ Found::One(_)) = self.by_key.get(&(source, name)) {
            return found;
        }
        let named = self.by_name.get(&(source, names::folded(name))).copied();
        match named {
            Some(found @ Found::One(_)) => found,
            Some(Found::Shared) => Found::Shared,
            Some(Found::Unknown) | None => index.look_up(name),
        }
    }

    fn missing(&mut self, name: &'a str) -> Option<&mut Missing<'a>> {
        let name = self.kept_as(name).unwrap_or(name);
        let folded = names::folded(name);
        let has_letter = folded.chars().any(char::is_alphabetic);
        let address = names::address(name);
        let says_nothing = NOBODY.contains(&folded.as_str())
            || address.map_or(!has_letter, |address| !names::tells_apart(address));
        if says_nothing {
            return None;
        }
        let nobody = || Missing { name: names::bare(name), sources: BTreeSet::new(), is_observed: false };
        Some(self.missing.entry(folded).or_insert_with(nobody))
    }

    /// Makes things of the names that two sources or one observation use, and returns which of them only look like
    /// another one.
    pub(super) fn add_external(
        &self,
        decisions: &ModelDecisions,
        things: &mut Vec<Thing>,
        index: &mut NameIndex,
    ) -> Vec<SameProposal> {
        let mut alike = Vec::new();
        let mut foreign = Foreign::default();
        let mut missing = self.missing.values().filter(|m| m.is_observed || m.sources.len() > 1).peekable();
        if missing.peek().is_some() {
            foreign.read(things);
        }
        for missing in missing {
            let shown = shown_name(missing.name).into_owned();
            let look = looks(&shown);
            let others = foreign.alike(&shown, &look, index);
            let number = things.len();
            alike.extend(others.iter().map(|&other| {
                let theirs = things[other].names.iter().find(|name| looks(name) == look);
                alike_by_name(other, number, [theirs.unwrap_or(&look), &shown])
            }));
            // What only looks like another name is told apart from it, as things that sources tell of are.
            let codes = if others.is_empty() { String::new() } else { lookalike::codes(&shown) };
            let name = if codes.is_empty() { shown.clone() } else { format!("{shown} ({codes})") };
            let given = decisions.named_same.iter().filter(|(kept, _)| *kept == shown);
            let given: Vec<String> = given.map(|(_, other)| other.clone()).collect();
            index.add_thing(EntityKind::External);
            index.add(number, &name, Claim::Unique);
            index.add(number, &shown, Claim::Name);
            for other in &given {
                index.add(number, other, Claim::Further);
            }
            let entity = Entity::new(EntityKind::External, &name);
            let names = std::iter::once(shown).chain(given).collect();
            things.push(Thing { name, entity, records: Vec::new(), names, note: String::new() });
            foreign.add(number, &things[number]);
        }
        alike
    }
}

/// The things whose names have letters that look like Latin ones, by how these names look.
#[derive(Default)]
struct Foreign(BTreeMap<String, BTreeSet<usize>>);

impl Foreign {
    fn read(&mut self, things: &[Thing]) {
        for (number, thing) in things.iter().enumerate() {
            self.add(number, thing);
        }
    }

    fn add(&mut self, number: usize, thing: &Thing) {
        for name in thing.names.iter().filter(|name| !name.is_ascii()) {
            if let Some(look) = lookalike::look(name, &names::folded(name)) {
                self.0.entry(look).or_default().insert(number);
            }
        }
    }

    /// Returns the first few things with a name that looks like one that none of them bears.
    fn alike(&self, name: &str, look: &str, index: &NameIndex) -> BTreeSet<usize> {
        let latin = if look == names::folded(name) { &[][..] } else { index.bearers(look) };
        let foreign = self.0.get(look).into_iter().flatten();
        latin.iter().chain(foreign).copied().take(MOST_ALIKE).collect()
    }
}

/// Returns how a name looks, folded.
fn looks(name: &str) -> String {
    let folded = names::folded(name);
    lookalike::look(name, &folded).unwrap_or(folded)
}

/// Notes that a name leads to a thing.
fn join(found: &mut Found, thing: usize) {
    *found = match *found {
        Found::Unknown => Found::One(thing),
        Found::One(other) if other == thing => Found::One(thing),
        Found::One(_) | Found::Shared => Found::Shared,
    };
}
