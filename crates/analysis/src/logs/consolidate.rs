//! Makes templates from shapes: decides which units are parameters although they are words.
//!
//! A shape has its values masked already. What remains are words that differ from line to line: names of people,
//! machines, programs. The evidence is global: for every unit of every shape, which other units stand at the same place
//! between the same neighbours ([`evidence`]). Units that vary are opened, shapes that have become equal are one, and
//! the search goes on until nothing changes.

mod evidence;
mod look;
mod rows;
mod units;

use std::collections::BTreeMap;

use rows::{Row, merged};
use units::Units;

use super::shape::Shapes;
use super::template::Consolidated;
use evidence::{Place, is_suspect, varies, words_beside};

/// The greatest number of passes; each opens at least one unit of every shape that it touches.
const PASSES: usize = 8;
/// How many units of a shape, from its begin, are compared one by one.
const MOST_PLACES: usize = 96;

/// Returns the templates, and for each shape the place of its template.
pub(super) fn consolidate(shapes: &Shapes) -> (Vec<Consolidated>, Vec<usize>) {
    let mut order: Vec<usize> = (0..shapes.len()).collect();
    order.sort_by(|a, b| shapes.shape(*a).cmp(shapes.shape(*b)));
    let mut units = Units::default();
    let mut rows: Vec<Row> = order
        .into_iter()
        .map(|place| {
            let codes = units.read(shapes.shape(place));
            Row::new(codes, shapes.traits(place).to_vec(), shapes.lines(place), place)
        })
        .collect();
    rows = join_runs(rows, &mut units);
    rows = rows.into_iter().map(|row| rows::open_names(row, &mut units)).collect();
    for _ in 0..PASSES {
        let mut groups = suspected(&rows, &units);
        groups.append(&mut varying(&rows, &units));
        if groups.is_empty() {
            break;
        }
        rows = join(rows, groups, &mut units);
    }
    let mut of_shape = vec![0; shapes.len()];
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        for shape in &row.shapes {
            of_shape[*shape] = found.len();
        }
        found.push(Consolidated { pattern: units.pattern(&row.codes), traits: row.traits, lines: row.lines });
    }
    (found, of_shape)
}

/// Joins shapes that differ only in how many values follow each other.
fn join_runs(rows: Vec<Row>, units: &mut Units) -> Vec<Row> {
    let mut by_runs: BTreeMap<Vec<u32>, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_runs.entry(units.with_runs(&row.codes)).or_default().push(row);
    }
    let mut result = Vec::new();
    for (codes, mut group) in by_runs {
        if group.len() == 1 {
            result.append(&mut group);
        } else {
            result.push(rows::run_row(codes, group, units));
        }
    }
    result
}

/// Returns groups of rows that differ at places which vary.
///
/// The keys are looked at in several parts, so that no more than about a million are in memory.
fn varying(rows: &[Row], units: &Units) -> Vec<Vec<usize>> {
    const PART: usize = 1 << 20;
    let places: usize = rows.iter().map(|row| row.codes.len().min(MOST_PLACES)).sum();
    let parts = (places / PART + 1) as u64;
    let mut keys: Vec<(u64, u32, u32)> = Vec::new();
    let mut groups = Vec::new();
    for part in 0..parts {
        keys.clear();
        for (place, row) in rows.iter().enumerate() {
            row.keys_without_one(units, |key, column| {
                if key % parts == part {
                    keys.push((key, short(place), short(column)));
                }
            });
        }
        keys.sort_unstable();
        for same in keys.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let values: Vec<u32> =
                same.iter().map(|(_, row, column)| rows[*row as usize].codes[*column as usize]).collect();
            let (_, row, column) = same[0];
            let place = Place { row: &rows[row as usize].codes, column: column as usize, values: &values };
            if varies(&place, units) {
                groups.push(same.iter().map(|(_, row, _)| *row as usize).collect());
            }
        }
    }
    groups
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("the caps keep rows and units below 2^32")
}

/// Returns groups of rows that differ only at units that look like parameters.
fn suspected(rows: &[Row], units: &Units) -> Vec<Vec<usize>> {
    let mut keys: Vec<(u64, usize)> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let suspects: Vec<bool> =
            (0..row.codes.len()).map(|column| is_suspect(&row.codes, column, units)).collect();
        let words = words_beside(&row.codes, usize::MAX, units);
        let doubted = (0..row.codes.len())
            .filter(|column| suspects[*column] && words_beside(&row.codes[*column..=*column], 1, units) == 1)
            .count();
        if words > doubted {
            keys.push((row.key_without(units, &suspects), place));
        }
    }
    keys.sort_unstable();
    let groups = keys.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1);
    groups.map(|same| same.iter().map(|(_, row)| *row).collect()).collect()
}

/// Makes one row of the rows of every group, and of groups that share rows.
fn join(rows: Vec<Row>, groups: Vec<Vec<usize>>, units: &mut Units) -> Vec<Row> {
    let mut parent: Vec<usize> = (0..rows.len()).collect();
    for group in groups {
        for row in &group[1..] {
            let (a, b) = (root(&mut parent, group[0]), root(&mut parent, *row));
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut families: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
    for (place, row) in rows.into_iter().enumerate() {
        families.entry(root(&mut parent, place)).or_default().push(row);
    }
    let mut by_codes: BTreeMap<Vec<u32>, Vec<Row>> = BTreeMap::new();
    for family in families.into_values() {
        let row = merged(family, units);
        by_codes.entry(row.codes.clone()).or_default().push(row);
    }
    by_codes.into_values().map(|same| merged(same, units)).collect()
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
