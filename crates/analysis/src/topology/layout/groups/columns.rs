//! Which column each box stands in, and its order there.

use std::collections::BTreeMap;

use super::{GroupBox, Measures};
use crate::topology::layout::lines::Lines;
use crate::topology::layout::{LayoutEdge, acyclic, rank};

/// The boxes of one column from the top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) boxes: Vec<usize>,
    pub(super) domains: Vec<String>,
}

/// Boxes that stay together: a domain, or boxes without one that stand equally far along.
struct Family {
    domain: String,
    boxes: Vec<usize>,
}

/// How much higher than the mean column one may be before its domain gets another.
const TALL: f64 = 1.5;

/// How many passes improve an order at most.
const PASSES: usize = 8;

pub(super) fn plan(groups: &[GroupBox], bundles: &[LayoutEdge], measures: &Measures) -> Vec<Column> {
    let lines = Lines::new(groups.len(), bundles);
    let along = along(groups, &lines);
    let families = families(groups, &lines, &along);
    let heights: Vec<f64> =
        groups.iter().map(|group| measures.height(group.nodes) + measures.box_gap).collect();
    let mut columns = cut(families, &heights, measures.most_columns);
    arrange(&mut columns, groups, &lines, &heights);
    columns
}

/// Returns how far along the bundles each box stands.
fn along(groups: &[GroupBox], lines: &Lines) -> Vec<usize> {
    let mut arcs: Vec<(usize, usize)> = lines.list.iter().map(|line| (line.from, line.to)).collect();
    let hints: Vec<Option<u32>> = groups.iter().map(|group| group.rank).collect();
    acyclic::straighten(groups.len(), &mut arcs, &hints);
    let mut ranks: Vec<u32> = hints.iter().flatten().copied().collect();
    ranks.sort_unstable();
    ranks.dedup();
    let wanted: Vec<Option<usize>> =
        hints.iter().map(|hint| hint.map(|rank| ranks.partition_point(|&other| other < rank))).collect();
    rank::aligned(groups.len(), &arcs, &wanted)
}

/// Groups boxes into families and puts these in the order in which the least weight of bundles leads backwards.
fn families(groups: &[GroupBox], lines: &Lines, along: &[usize]) -> Vec<Family> {
    let mut found: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        let place = if group.domain.is_empty() { along[at] } else { 0 };
        found.entry((&group.domain, place)).or_default().push(at);
    }
    let mut families: Vec<Family> =
        found.into_iter().map(|((domain, _), boxes)| Family { domain: domain.to_owned(), boxes }).collect();
    let mean = |family: &Family| {
        family.boxes.iter().map(|&at| along[at] as f64).sum::<f64>() / family.boxes.len() as f64
    };
    families.sort_by(|a, b| mean(a).total_cmp(&mean(b)).then(a.boxes.first().cmp(&b.boxes.first())));
    let weights = weights(&families, groups.len(), lines);
    let mut order: Vec<usize> = (0..families.len()).collect();
    for _ in 0..PASSES {
        if !insert_each(&mut order, &weights) {
            break;
        }
    }
    let mut slots: Vec<Option<Family>> = families.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| slots[at].take()).collect()
}

/// Returns the weight that leads from one family to another.
fn weights(families: &[Family], boxes: usize, lines: &Lines) -> BTreeMap<(usize, usize), f64> {
    let mut family_of = vec![0; boxes];
    for (at, family) in families.iter().enumerate() {
        for &v in &family.boxes {
            family_of[v] = at;
        }
    }
    let mut weights = BTreeMap::new();
    for line in &lines.list {
        let (from, to) = (family_of[line.from], family_of[line.to]);
        if from != to {
            *weights.entry((from, to)).or_insert(0.0) += line.weight;
        }
    }
    weights
}

/// Moves each family to where the least weight leads backwards; reports whether any moved.
fn insert_each(order: &mut [usize], weights: &BTreeMap<(usize, usize), f64>) -> bool {
    let weight = |from: usize, to: usize| weights.get(&(from, to)).copied().unwrap_or(0.0);
    let mut moved = false;
    for family in 0..order.len() {
        let Some(from) = order.iter().position(|&other| other == family) else { continue };
        let (mut best, mut best_at, mut sum) = (1e-9, from, 0.0);
        for (at, &passed) in order.iter().enumerate().skip(from + 1) {
            sum += weight(passed, family) - weight(family, passed);
            if sum > best {
                (best, best_at) = (sum, at);
            }
        }
        sum = 0.0;
        for (at, &passed) in order.iter().enumerate().take(from).rev() {
            sum += weight(family, passed) - weight(passed, family);
            if sum > best {
                (best, best_at) = (sum, at);
            }
        }
        if best_at > from {
            order[from..=best_at].rotate_left(1);
        } else {
            order[best_at..=from].rotate_right(1);
        }
        moved |= best_at != from;
    }
    moved
}

/// Cuts a row of families into at most so many columns.
fn cut(mut families: Vec<Family>, heights: &[f64], most: usize) -> Vec<Column> {
    let tall = |boxes: &[usize]| boxes.iter().map(|&at| heights[at]).sum::<f64>();
    let mut shared: Vec<Vec<Family>> = families.drain(..).map(|family| vec![family]).collect();
    let height = |column: &[Family]| column.iter().map(|family| tall(&family.boxes)).sum::<f64>();
    while shared.len() > most {
        let pair = (0..shared.len() - 1)
            .min_by(|&a, &b| {
                let sum = |at: usize| height(&shared[at]) + height(&shared[at + 1]);
                sum(a).total_cmp(&sum(b)).then(a.cmp(&b))
            })
            .unwrap_or(0);
        let behind = shared.remove(pair + 1);
        shared[pair].extend(behind);
    }
    let mut share = vec![1_usize; shared.len()];
    let total: f64 = shared.iter().map(|column| height(column)).sum();
    while share.iter().sum::<usize>() < most {
        let mean = total / share.iter().sum::<usize>() as f64;
        let highest = (0..shared.len())
            .filter(|&at| shared[at].len() == 1 && share[at] < shared[at][0].boxes.len())
            .max_by(|&a, &b| {
                let each = |at: usize| height(&shared[at]) / share[at] as f64;
                each(a).total_cmp(&each(b)).then(b.cmp(&a))
            });
        match highest {
            Some(at) if height(&shared[at]) / share[at] as f64 > TALL * mean => share[at] += 1,
            _ => break,
        }
    }
    shared.into_iter().zip(share).flat_map(|(column, share)| split(column, share, heights)).collect()
}

/// Splits a column into so many of about one height, in the order of its boxes.
fn split(column: Vec<Family>, share: usize, heights: &[f64]) -> Vec<Column> {
    let domains: Vec<String> = column.iter().map(|family| family.domain.clone()).collect();
    let boxes: Vec<usize> = column.into_iter().flat_map(|family| family.boxes).collect();
    let total: f64 = boxes.iter().map(|&at| heights[at]).sum();
    let mut columns: Vec<Column> = Vec::with_capacity(share);
    let mut sum = 0.0;
    for at in boxes {
        let middle = sum + heights[at] * 0.5;
        if columns.is_empty()
            || (columns.len() < share && middle > total * columns.len() as f64 / share as f64)
        {
            columns.push(Column { boxes: Vec::new(), domains: domains.clone() });
        }
        if let Some(column) = columns.last_mut() {
            column.boxes.push(at);
        }
        sum += heights[at];
    }
    columns
}

/// Sorts each column so that a box stands near those it is bundled with; domains that share a column stay apart.
fn arrange(columns: &mut [Column], groups: &[GroupBox], lines: &Lines, heights: &[f64]) {
    let mut column_of = vec![0; groups.len()];
    for (at, column) in columns.iter().enumerate() {
        for &v in &column.boxes {
            column_of[v] = at;
        }
    }
    let mut y = vec![0.0; groups.len()];
    for column in columns.iter() {
        stack(column, heights, &mut y);
    }
    for pass in 0..PASSES {
        for step in 0..columns.len() {
            let at = if pass % 2 == 0 { step } else { columns.len() - 1 - step };
            let mut sums: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
            for line in &lines.list {
                for (v, w) in [(line.from, line.to), (line.to, line.from)] {
                    if column_of[v] == at && column_of[w] != at {
                        let sum = sums.entry(v).or_default();
                        *sum = (sum.0 + y[w] * line.weight, sum.1 + line.weight);
                    }
                }
            }
            let centre = |v: usize| sums.get(&v).map_or(y[v], |sum| sum.0 / sum.1);
            let Column { boxes, domains } = &mut columns[at];
            let place = |v: usize| domains.iter().position(|domain| *domain == groups[v].domain);
            boxes.sort_by(|&a, &b| {
                place(a).cmp(&place(b)).then(centre(a).total_cmp(&centre(b))).then(a.cmp(&b))
            });
            stack(&columns[at], heights, &mut y);
        }
    }
}

fn stack(column: &Column, heights: &[f64], y: &mut [f64]) {
    let mut top = 0.0;
    for &v in &column.boxes {
        y[v] = top + heights[v] * 0.5;
        top += heights[v];
    }
}
