//! Finding the things at the ends of edges, and making things of ends that only edges name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wardroom_core::name::shown_name;
use wardroom_core::{Entity, EntityKind};

use crate::topology::identity::{lookalike, names};
use crate::topology::model::index::{Claim, Found};
use crate::topology::model::{ModelInput, NameIndex, Thing};

/// Names that telemetry uses when it does not know the other end.
const NOBODY: [&str; 9] =
    ["unknown", "none", "null", "n/a", "-", "localhost", "default", "user", "passthroughcluster"];

/// Finds things by the keys and names that a source uses.
pub(super) struct Ends<'a> {
    by_key: HashMap<(u32, &'a str), Found>,
    by_name: HashMap<(u32, String), Found>,
    missing: BTreeMap<String, Missing<'a>>,
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
        let mut ends = Self { by_key: HashMap::new(), by_name: HashMap::new(), missing: BTreeMap::new() };
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
                if index.look_up(name) == Found::Unknown
                    && let Some(missing) = ends.missing(name)
                {
                    missing.is_observed = true;
                }
            }
        }
        ends
    }

    /// Returns what a name leads to in the mouth of a source: the key of one of its records, the name of one, or any
    /// name.
    pub(super) fn of(&self, source: u32, name: &str, index: &NameIndex) -> Found {
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

    /// Makes things of the names that two sources or one observation use.
    pub(super) fn add_external(&self, things: &mut Vec<Thing>, index: &mut NameIndex) {
        for missing in self.missing.values().filter(|m| m.is_observed || m.sources.len() > 1) {
            let shown = shown_name(missing.name).into_owned();
            // What only looks like a name that is known is told apart from it, as things that sources tell of are.
            let look = lookalike::look(&shown, &names::folded(&shown));
            let is_alike = look.is_some_and(|look| index.look_up(&look) != Found::Unknown);
            let name =
                if is_alike { format!("{shown} ({})", lookalike::codes(&shown)) } else { shown.clone() };
            index.add_thing(EntityKind::External);
            index.add(things.len(), &name, Claim::Unique);
            index.add(things.len(), &shown, Claim::Name);
            things.push(Thing {
                entity: Entity::new(EntityKind::External, &name),
                records: Vec::new(),
                names: vec![shown],
                note: String::new(),
                name,
            });
        }
    }
}

/// Notes that a name leads to a thing.
fn join(found: &mut Found, thing: usize) {
    *found = match *found {
        Found::Unknown => Found::One(thing),
        Found::One(other) if other == thing => Found::One(thing),
        Found::One(_) | Found::Shared => Found::Shared,
    };
}
