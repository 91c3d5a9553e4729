//! Rows: shapes as sequences of units, and what several of them become together.

use super::MOST_PLACES;
use super::evidence::{is_delimited, is_surely_a_name};
use super::units::{UnitKind, Units};
use crate::logs::shape::hash_of;
use crate::logs::template::is_open;
use crate::logs::tokenize::{MAYBE, REST, Traits};

/// A shape, or several that have become one.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) codes: Vec<u32>,
    /// The traits of all parameters in order.
    pub(super) traits: Vec<Traits>,
    pub(super) lines: u64,
    /// The places of its shapes.
    pub(super) shapes: Vec<usize>,
}

impl Row {
    pub(super) fn new(codes: Vec<u32>, traits: Vec<Traits>, lines: u64, shape: usize) -> Self {
        Self { codes, traits, lines, shapes: vec![shape] }
    }

    /// Gives for every unit a key that all rows have which differ from this one at most in that unit.
    pub(super) fn keys_without_one(&self, units: &Units, mut give: impl FnMut(u64, usize)) {
        const STEP: u64 = 0xD6E8_FEB8_6659_FD93;
        let steps = || std::iter::successors(Some(STEP), |power| Some(power.wrapping_mul(STEP)));
        let part = |(code, power): (&u32, u64)| units.get(*code).hash.wrapping_mul(power);
        let length = (self.codes.len() as u64).wrapping_mul(STEP);
        let sum = self.codes.iter().zip(steps()).map(part).fold(length, u64::wrapping_add);
        for (column, (code, power)) in self.codes.iter().zip(steps()).enumerate().take(MOST_PLACES) {
            if matches!(
                units.get(*code).kind,
                UnitKind::Words | UnitKind::Mixed | UnitKind::Open | UnitKind::Empty
            ) {
                give(sum.wrapping_sub(part((code, power))).wrapping_add(power.rotate_left(17)), column);
            }
        }
    }

    /// Returns a key that all rows have which differ from this one only where `open` says.
    pub(super) fn key_without(&self, units: &Units, open: &[bool]) -> u64 {
        let mut bytes = Vec::with_capacity(self.codes.len() * 8);
        for (code, open) in self.codes.iter().zip(open) {
            bytes.extend(if *open { [0; 8] } else { units.get(*code).hash.to_le_bytes() });
        }
        hash_of(&bytes)
    }
}

/// Returns one row for rows of the same length: where they differ, the unit is open.
pub(super) fn merged(mut rows: Vec<Row>, units: &mut Units) -> Row {
    if rows.len() == 1 {
        return rows.swap_remove(0);
    }
    let mut codes = Vec::with_capacity(rows[0].codes.len());
    let mut traits = Vec::new();
    let mut cursors = vec![0; rows.len()];
    for column in 0..rows[0].codes.len() {
        let whole = is_delimited(&rows[0].codes, column, units);
        let code = common(rows.iter().map(|row| row.codes[column]), whole, units);
        let wanted = units.get(code).parameters;
        let mut seen = vec![Traits::default(); wanted];
        for (row, cursor) in rows.iter().zip(&mut cursors) {
            let own = units.get(row.codes[column]);
            let of_row = &row.traits[*cursor..*cursor + own.parameters];
            *cursor += own.parameters;
            if row.codes[column] == code {
                seen.iter_mut().zip(of_row).for_each(|(all, one)| *all = all.with(*one));
            } else {
                let words = if matches!(own.kind, UnitKind::Words | UnitKind::Mixed) {
                    Traits::WORD
                } else {
                    Traits::default()
                };
                seen[0] = of_row.iter().fold(seen[0].with(words), |all, one| all.with(*one));
                units.saw_as_value(row.codes[column]);
            }
        }
        codes.push(code);
        traits.append(&mut seen);
    }
    gathered(codes, traits, rows)
}

fn gathered(codes: Vec<u32>, traits: Vec<Traits>, rows: Vec<Row>) -> Row {
    let lines = rows.iter().map(|row| row.lines).sum();
    let mut shapes: Vec<usize> = rows.into_iter().flat_map(|row| row.shapes).collect();
    shapes.sort_unstable();
    Row { codes, traits, lines, shapes }
}

/// Opens the units that are names although only one was seen.
pub(super) fn open_names(row: Row, units: &mut Units) -> Row {
    let open: Vec<bool> =
        (0..row.codes.len()).map(|column| is_surely_a_name(&row.codes, column, units)).collect();
    if !open.contains(&true) {
        return row;
    }
    let rest = units.code(&[REST]);
    let (mut codes, mut traits, mut cursor) = (Vec::new(), Vec::new(), 0);
    for (code, open) in row.codes.iter().zip(open) {
        let parameters = units.get(*code).parameters;
        traits.extend_from_slice(&row.traits[cursor..cursor + parameters]);
        cursor += parameters;
        if open {
            traits.push(Traits::WORD);
        }
        codes.push(if open { rest } else { *code });
    }
    Row { codes, traits, ..row }
}

/// Returns one row with `codes` for rows that differ only in the lengths of runs of values.
pub(super) fn run_row(codes: Vec<u32>, rows: Vec<Row>, units: &Units) -> Row {
    let mut traits: Vec<Traits> = Vec::new();
    for row in &rows {
        let (mut column, mut cursor, mut parameter) = (0, 0, 0);
        for code in &codes {
            let end = if units.get(*code).kind == UnitKind::Run {
                units.run_end(&row.codes, column)
            } else {
                column + 1
            };
            let (slots, from) = (units.get(*code).parameters, parameter);
            traits.resize(traits.len().max(from + slots), Traits::default());
            for own in &row.codes[column..end] {
                for place in 0..units.get(*own).parameters {
                    let slot = from + place.min(slots.saturating_sub(1));
                    traits[slot] = traits[slot].with(row.traits[cursor]);
                    cursor += 1;
                }
            }
            parameter += slots;
            column = end;
        }
    }
    gathered(codes, traits, rows)
}

/// Returns the unit that stands for different ones: the packages that all begin with, then open.
///
/// `whole` says that nothing of the unit stays.
fn common(codes: impl Iterator<Item = u32> + Clone, whole: bool, units: &mut Units) -> u32 {
    let mut first = codes.clone();
    let Some(one) = first.next() else { return units.code(&[REST]) };
    if first.all(|code| code == one) {
        return one;
    }
    let mut prefix = units.get(one).text.to_vec();
    let mut may_be_empty = false;
    for code in codes {
        let unit = units.get(code);
        may_be_empty |= unit.kind == UnitKind::Empty || *unit.text == [MAYBE];
        let same = prefix.iter().zip(&unit.text).take_while(|(a, b)| a == b && !is_open(**a)).count();
        prefix.truncate(if whole || unit.text.contains(&b'/') { 0 } else { same });
    }
    let dots = prefix.iter().filter(|byte| **byte == b'.').count();
    let cut = prefix.iter().rposition(|byte| *byte == b'.').map_or(0, |at| at + 1);
    prefix.truncate(if dots >= 2 { cut } else { 0 });
    prefix.push(if may_be_empty { MAYBE } else { REST });
    units.code(&prefix)
}
