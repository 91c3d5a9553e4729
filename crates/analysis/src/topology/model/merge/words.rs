//! Words of different sources for the same: what one calls `fra1` and another `Frankfurt 1` is no conflict.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fields::{FIELDS, Field};
use crate::topology::identity::{InventoryRecord, names};

/// Two words mean the same when they stood beside each other this often, nine times of ten that either was there.
const MIN_SEEN: u32 = 10;

/// Field, source, word, other source.
type Place = (&'static str, u32, u32, u32);

/// How often words of two sources stood beside each other.
pub(super) struct Words {
    ids: HashMap<String, u32>,
    seen: HashMap<Place, u32>,
    beside: HashMap<(Place, u32), u32>,
}

impl Words {
    /// Counts over all groups of records that are one thing.
    pub(super) fn learn(records: &[InventoryRecord], groups: &[Vec<usize>]) -> Self {
        let mut words = Self { ids: HashMap::new(), seen: HashMap::new(), beside: HashMap::new() };
        for group in groups.iter().filter(|group| group.len() > 1) {
            for field in &FIELDS {
                let told: Vec<(u32, u32)> = group
                    .iter()
                    .map(|&place| &records[place])
                    .filter_map(|record| Some((record.source, words.number(field, record)?)))
                    .collect();
                for (i, &a) in told.iter().enumerate() {
                    for &b in told[i + 1..].iter().filter(|b| b.0 != a.0) {
                        words.count(field, a, b);
                        words.count(field, b, a);
                    }
                }
            }
        }
        words
    }

    fn number(&mut self, field: &Field, record: &InventoryRecord) -> Option<u32> {
        let word = comparable(field, record);
        if word.is_empty() {
            return None;
        }
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        Some(*self.ids.entry(word).or_insert(next))
    }

    fn count(&mut self, field: &Field, a: (u32, u32), b: (u32, u32)) {
        let place = (field.name, a.0, a.1, b.0);
        *self.seen.entry(place).or_default() += 1;
        *self.beside.entry((place, b.1)).or_default() += 1;
    }

    /// Reports whether two records tell different things of a field. What one of them does not tell is no difference.
    pub(super) fn differ(&self, field: &Field, a: &InventoryRecord, b: &InventoryRecord) -> bool {
        let (word_a, word_b) = (comparable(field, a), comparable(field, b));
        if word_a.is_empty() || word_b.is_empty() || word_a == word_b {
            return false;
        }
        let (Some(&of_a), Some(&of_b)) = (self.ids.get(&word_a), self.ids.get(&word_b)) else { return true };
        let usual = |place: Place, other: u32| {
            let seen = self.seen.get(&place).copied().unwrap_or(0);
            let beside = self.beside.get(&(place, other)).copied().unwrap_or(0);
            seen >= MIN_SEEN && beside * 10 >= seen * 9
        };
        let there = usual((field.name, a.source, of_a, b.source), of_b);
        let back = usual((field.name, b.source, of_b, a.source), of_a);
        !(there && back)
    }
}

/// Returns what a record tells of a field as it is compared.
fn comparable(field: &Field, record: &InventoryRecord) -> String {
    let text: Cow<'_, str> = (field.read)(&record.entity);
    match field.name {
        "environment" => names::environment(&text),
        "serial" => names::serial(&text).unwrap_or_default(),
        "contact" => text.trim().to_lowercase(),
        _ => names::folded(&text),
    }
}
