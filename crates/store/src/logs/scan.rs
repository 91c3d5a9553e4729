//! Looks for records in one block: the cheap columns first, then the words, and whole records last.

use std::collections::HashMap;

use wardroom_core::{LogLevel, LogRecord, Timestamp};

use super::block::{Columns, Entry, Long, Parts, Place, Unpacked, record_of, records_of};
use super::plan::{Look, Plan, Wanted};
use super::words::{contains_word, fold};
use crate::error::StoreError;

/// In which direction a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To older records.
    Older,
    /// To newer records.
    Newer,
}

/// A piece of the list of records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) direction: Direction,
    /// The time and number behind which it begins.
    pub(crate) behind: Option<(i64, i64)>,
    pub(crate) limit: usize,
}

impl Page {
    /// Orders keys as the page does.
    pub(crate) fn order(&self, a: (i64, i64), b: (i64, i64)) -> std::cmp::Ordering {
        match self.direction {
            Direction::Older => b.cmp(&a),
            Direction::Newer => a.cmp(&b),
        }
    }

    /// Reports whether a block cannot bring anything that comes before the last one of a full page.
    pub(crate) fn is_beyond(&self, last: (i64, i64), from_ts: i64, to_ts: i64) -> bool {
        match self.direction {
            Direction::Older => to_ts < last.0,
            Direction::Newer => from_ts > last.0,
        }
    }
}

/// Returns the records of a block that pass, in the order of the page.
pub(crate) fn page(n: i64, parts: &Parts, plan: &Plan, page: Page) -> Result<Vec<Entry>, StoreError> {
    let n = records_of(n)?;
    let place = Place::read(&parts.place, n)?;
    let mut rows = window(&place, plan);
    if let Some(behind) = page.behind {
        let key = |row: usize| (place.times[row], place.numbers[row]);
        match page.direction {
            Direction::Older => rows.end = rows.end.min(first_row(n, |row| key(row) >= behind)),
            Direction::Newer => rows.start = rows.start.max(first_row(n, |row| key(row) > behind)),
        }
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let columns = Columns::read(&parts.short, n)?;
    let passing = passing(&place, &columns, plan, rows.clone());
    if !passing.contains(&true) {
        return Ok(Vec::new());
    }
    let unpacked = if plan.needs_long { Unpacked::of(parts)? } else { Unpacked::default() };
    let long = if plan.needs_long { Some(unpacked.read(n)?) } else { None };
    let mut search = Search::new(plan, &columns, long.as_ref(), rows.start, passing);
    let mut found = Vec::new();
    let in_order: Box<dyn Iterator<Item = usize>> = match page.direction {
        Direction::Older => Box::new(rows.rev()),
        Direction::Newer => Box::new(rows),
    };
    for row in in_order {
        if found.len() >= page.limit {
            break;
        }
        if search.passes(row) {
            found.push(row);
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // Messages that were not needed to find the records are needed to show them.
    let shown = if plan.needs_long { Unpacked::default() } else { Unpacked::of(parts)? };
    let long = match long {
        Some(long) => long,
        None => shown.read(n)?,
    };
    let batches: Vec<i64> = place.batches().collect();
    let knowns: Vec<i64> = place.knowns().collect();
    let entries = found.into_iter().map(|row| Entry {
        number: place.numbers[row],
        batch: batches[row],
        known: knowns[row],
        template: columns.template(row),
        record: record_of(&place, &columns, &long, row),
    });
    Ok(entries.collect())
}

/// Calls `f` with time and level of each record of a block that passes.
pub(crate) fn each(
    n: i64,
    parts: &Parts,
    plan: &Plan,
    f: &mut impl FnMut(i64, u8),
) -> Result<(), StoreError> {
    let n = records_of(n)?;
    let place = Place::read(&parts.place, n)?;
    let rows = window(&place, plan);
    if rows.is_empty() {
        return Ok(());
    }
    let columns = Columns::read(&parts.short, n)?;
    let passing = passing(&place, &columns, plan, rows.clone());
    let unpacked = if plan.needs_long { Unpacked::of(parts)? } else { Unpacked::default() };
    let long = if plan.needs_long { Some(unpacked.read(n)?) } else { None };
    let mut search = Search::new(plan, &columns, long.as_ref(), rows.start, passing);
    for row in rows {
        if search.passes(row) {
            f(place.times[row], columns.levels[row]);
        }
    }
    Ok(())
}

/// Returns the rows in the plan's period.
fn window(place: &Place, plan: &Plan) -> std::ops::Range<usize> {
    let start = place.times.partition_point(|time| *time < plan.first);
    let end = place.times.partition_point(|time| *time <= plan.last);
    start..end.max(start)
}

/// Returns the first of `n` rows from which on a condition holds.
fn first_row(n: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Reports for each of some rows whether its short columns pass.
fn passing(place: &Place, columns: &Columns, plan: &Plan, rows: std::ops::Range<usize>) -> Vec<bool> {
    let mut passing: Vec<bool> = rows.clone().map(|row| plan.passes_level(columns.levels[row])).collect();
    let mut restrict = |ids: &[u16], of: &dyn Fn(usize) -> bool, known: usize| {
        let known: Vec<bool> = (0..known).map(of).collect();
        for (passes, id) in passing.iter_mut().zip(&ids[rows.clone()]) {
            *passes &= known[usize::from(*id)];
        }
    };
    if let Some(name) = &plan.service {
        let known = &columns.service.known;
        restrict(&columns.service.ids, &|id| known[id] == *name, known.len());
    }
    if let Some(name) = &plan.host {
        let known = &columns.host.known;
        restrict(&columns.host.ids, &|id| known[id] == *name, known.len());
    }
    if let Some(set) = &plan.templates {
        let known = &columns.templates;
        let is_wanted = |id: usize| known[id].is_some_and(|template| set.contains(&template));
        restrict(&columns.template, &is_wanted, known.len());
    }
    if let Some(moment) = plan.as_of {
        for (passes, known) in passing.iter_mut().zip(place.knowns().skip(rows.start)) {
            *passes &= known <= moment;
        }
    }
    passing
}

/// A search through one block.
struct Search<'a> {
    plan: &'a Plan,
    columns: &'a Columns,
    long: Option<&'a Long<'a>>,
    /// The row of the first of `passing`.
    start: usize,
    passing: Vec<bool>,
    /// The record that is asked; its texts are used again.
    record: LogRecord,
    /// Answers by the short columns, when nothing else is asked.
    known: HashMap<(u8, u16, u16, u16), bool>,
}

impl<'a> Search<'a> {
    fn new(
        plan: &'a Plan,
        columns: &'a Columns,
        long: Option<&'a Long<'a>>,
        start: usize,
        mut passing: Vec<bool>,
    ) -> Self {
        if let (Some(long), false) = (long, plan.in_record == Wanted::Anything) {
            let hits = hits(plan, columns, long, columns.levels.len());
            for (at, passes) in passing.iter_mut().enumerate() {
                *passes = *passes && plan.in_record.holds(&|leaf| hits[leaf][start + at]);
            }
        }
        let record = LogRecord {
            at: Timestamp::from_millis(0),
            level: None,
            service: String::new(),
            host: String::new(),
            dataset: String::new(),
            message: String::new(),
            fields: wardroom_core::Labels::default(),
        };
        Self { plan, columns, long, start, passing, record, known: HashMap::new() }
    }

    /// Reports whether a row passes.
    fn passes(&mut self, row: usize) -> bool {
        if !self.passing[row - self.start] {
            return false;
        }
        if !self.plan.asks_records() {
            return true;
        }
        let columns = self.columns;
        let ids =
            (columns.levels[row], columns.service.ids[row], columns.host.ids[row], columns.dataset.ids[row]);
        let long = self.long.filter(|_| self.plan.needs_long);
        if let (None, Some(answer)) = (long, self.known.get(&ids)) {
            return *answer;
        }
        let level: Option<LogLevel> = columns.level(row);
        let record = &mut self.record;
        record.level = level;
        let names = [
            (&mut record.service, &columns.service),
            (&mut record.host, &columns.host),
            (&mut record.dataset, &columns.dataset),
        ];
        for (text, names) in names {
            text.clear();
            text.push_str(names.get(row));
        }
        if let Some(long) = long {
            record.message.clear();
            long.messages.append_to(row, &mut record.message);
            record.fields = long.fields(row);
        }
        let answer = self.plan.passes_record(record);
        if long.is_none() {
            self.known.insert(ids, answer);
        }
        answer
    }
}

/// Returns for each leaf whether each record may have it; of those that are looked for nowhere, all records may.
fn hits(plan: &Plan, columns: &Columns, long: &Long<'_>, n: usize) -> Vec<Vec<bool>> {
    let each = plan.leaves.iter().map(|leaf| {
        let mut hits = vec![leaf.look == Look::Nowhere; n];
        let mut hit = |row: usize| hits[row] = true;
        match &leaf.look {
            Look::Nowhere => {}
            Look::Word(word) => {
                with_name(columns, |name| contains_word(&fold(name), word), &mut hit);
                long.with_word(word, &mut hit);
            }
            Look::Piece(piece) => {
                with_name(columns, |name| fold(name).contains(piece), &mut hit);
                long.with_piece(piece, false, &mut hit);
            }
            Look::PieceOrName(piece) => long.with_piece(piece, true, &mut hit),
        }
        hits
    });
    each.collect()
}

/// Calls `f` with each record of which the service, host or data set is wanted.
fn with_name(columns: &Columns, is_wanted: impl Fn(&str) -> bool, f: &mut impl FnMut(usize)) {
    for names in [&columns.service, &columns.host, &columns.dataset] {
        let known: Vec<bool> = names.known.iter().map(|name| is_wanted(name)).collect();
        if known.contains(&true) {
            let rows = names.ids.iter().enumerate().filter(|(_, id)| known[usize::from(**id)]);
            rows.for_each(|(row, _)| f(row));
        }
    }
}
