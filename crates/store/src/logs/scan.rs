//! Looks for records in one block: the cheap columns first, then the words, and whole records last.

use std::collections::HashMap;

use wardroom_core::{LogLevel, LogRecord, Timestamp};

use super::block::{Columns, Entry, Place, View, record_of, records_of};
use super::find::BlockRow;
use super::long::{Long, Unpacked};
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

    /// Reports whether all of what lies between two times, both of them included, comes behind the beginning.
    fn is_behind_beginning(&self, from_ts: i64, to_ts: i64) -> bool {
        match (self.direction, self.behind) {
            (Direction::Older | Direction::Newer, None) => true,
            (Direction::Older, Some((at, _))) => to_ts < at,
            (Direction::Newer, Some((at, _))) => from_ts > at,
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
///
/// Times are read first only where they decide; of a block that lies whole in the period, only when something is found.
pub(crate) fn page(
    block: &BlockRow,
    parts: View<'_>,
    plan: &Plan,
    page: Page,
) -> Result<Vec<Entry>, StoreError> {
    let n = records_of(block.n)?;
    let is_inside = plan.first <= block.from_ts && block.to_ts <= plan.last;
    let times_decide =
        !is_inside || plan.as_of.is_some() || !page.is_behind_beginning(block.from_ts, block.to_ts);
    let place = if times_decide { Some(Place::read(parts.place, n)?) } else { None };
    let rows = place.as_ref().map_or(0..n, |place| page_window(place, plan, page));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let columns = Columns::read(parts.short, n)?;
    let passing = passing(place.as_ref(), &columns, plan, rows.clone());
    let unpacked = Unpacked::new(parts)?;
    let long = unpacked.long(n);
    let mut search = Search::new(plan, &columns, &long, rows.start, passing)?;
    let mut found = Vec::new();
    let in_order: Box<dyn Iterator<Item = usize>> = match page.direction {
        Direction::Older => Box::new(rows.rev()),
        Direction::Newer => Box::new(rows),
    };
    for row in in_order {
        if found.len() >= page.limit {
            break;
        }
        if search.may_pass(row) && search.passes(row)? {
            found.push(row);
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let place = match place {
        Some(place) => place,
        None => Place::read(parts.place, n)?,
    };
    let entries = found.into_iter().map(|row| {
        let (batch, known) = place.origin(row);
        Ok(Entry {
            number: place.numbers[row],
            batch,
            known,
            template: columns.template(row),
            record: record_of(&place, &columns, &long, row)?,
        })
    });
    entries.collect()
}

/// Calls `f` with time and level of each record of a block that passes.
pub(crate) fn each(
    n: i64,
    parts: View<'_>,
    plan: &Plan,
    f: &mut impl FnMut(i64, u8),
) -> Result<(), StoreError> {
    let n = records_of(n)?;
    let place = Place::read(parts.place, n)?;
    let rows = window(&place, plan);
    if rows.is_empty() {
        return Ok(());
    }
    let columns = Columns::read(parts.short, n)?;
    let passing = passing(Some(&place), &columns, plan, rows.clone());
    let unpacked = Unpacked::new(parts)?;
    let long = unpacked.long(n);
    let mut search = Search::new(plan, &columns, &long, rows.start, passing)?;
    for row in rows {
        if search.may_pass(row) && search.passes(row)? {
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

/// Returns the rows in the plan's period that come behind the beginning of a page.
fn page_window(place: &Place, plan: &Plan, page: Page) -> std::ops::Range<usize> {
    let mut rows = window(place, plan);
    let key = |row: usize| (place.times[row], place.numbers[row]);
    let n = place.times.len();
    match (page.direction, page.behind) {
        (Direction::Older | Direction::Newer, None) => {}
        (Direction::Older, Some(behind)) => {
            rows.end = rows.end.min(first_row(n, |row| key(row) >= behind));
        }
        (Direction::Newer, Some(behind)) => {
            rows.start = rows.start.max(first_row(n, |row| key(row) > behind));
        }
    }
    rows
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

/// Reports for each of some rows whether its short columns pass; `place` is needed where it matters when records became
/// known.
fn passing(place: Option<&Place>, columns: &Columns, plan: &Plan, rows: std::ops::Range<usize>) -> Vec<bool> {
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
    if let (Some(moment), Some(place)) = (plan.as_of, place) {
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
    long: &'a Long<'a>,
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
        long: &'a Long<'a>,
        start: usize,
        mut passing: Vec<bool>,
    ) -> Result<Self, StoreError> {
        if plan.needs_long {
            narrow(plan, columns, long, start, &mut passing)?;
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
        Ok(Self { plan, columns, long, start, passing, record, known: HashMap::new() })
    }

    /// Reports whether a row passes as far as it is known without looking at the whole record: most do not.
    #[inline]
    fn may_pass(&self, row: usize) -> bool {
        self.passing[row - self.start]
    }

    /// Reports whether a row that may pass does.
    fn passes(&mut self, row: usize) -> Result<bool, StoreError> {
        if !self.plan.asks_records() {
            return Ok(true);
        }
        let columns = self.columns;
        let ids =
            (columns.levels[row], columns.service.ids[row], columns.host.ids[row], columns.dataset.ids[row]);
        let needs_long = self.plan.needs_long;
        if let (false, Some(answer)) = (needs_long, self.known.get(&ids)) {
            return Ok(*answer);
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
        if needs_long {
            self.long.message_to(row, &mut record.message)?;
        }
        if self.plan.needs_fields {
            record.fields = self.long.fields_of(row)?;
        }
        let answer = self.plan.passes_record(record);
        if !needs_long {
            self.known.insert(ids, answer);
        }
        Ok(answer)
    }
}

/// Leaves only the rows that may have what a record has to have.
///
/// What is cheap to see goes first: fields that are asked for by name are a few columns, and when no row is left,
/// messages are not unpacked at all.
fn narrow(
    plan: &Plan,
    columns: &Columns,
    long: &Long<'_>,
    start: usize,
    passing: &mut [bool],
) -> Result<(), StoreError> {
    let is_cheap = |leaf: &usize| matches!(plan.leaves[*leaf].look, Look::InField(_, _) | Look::Nowhere);
    let mut parts: Vec<(&Wanted, Vec<usize>)> =
        plan.in_record.parts().iter().map(|part| (part, part.leaves())).collect();
    parts.sort_by_key(|(_, leaves)| !leaves.iter().all(is_cheap));
    let n = columns.levels.len();
    for (part, leaves) in parts {
        if !passing.contains(&true) {
            return Ok(());
        }
        let mut hits: HashMap<usize, Vec<bool>> = HashMap::with_capacity(leaves.len());
        for leaf in leaves {
            let found = hits_of(&plan.leaves[leaf].look, columns, long, n, (start, passing))?;
            hits.insert(leaf, found);
        }
        let enough = with_enough(part, &hits, n);
        for (passes, enough) in passing.iter_mut().zip(&enough[start..]) {
            *passes &= *enough;
        }
    }
    Ok(())
}

/// Returns for each of `n` records whether it may have enough, given for each leaf which records may have that.
fn with_enough(part: &Wanted, hits: &HashMap<usize, Vec<bool>>, n: usize) -> Vec<bool> {
    let (parts, starts_as) = match part {
        Wanted::Anything => return vec![true; n],
        Wanted::Leaf(leaf) => return hits.get(leaf).cloned().unwrap_or_else(|| vec![false; n]),
        Wanted::All(parts) => (parts, true),
        Wanted::One(parts) => (parts, false),
    };
    let mut enough = vec![starts_as; n];
    for part in parts {
        for (enough, has_part) in enough.iter_mut().zip(with_enough(part, hits, n)) {
            *enough = if starts_as { *enough && has_part } else { *enough || has_part };
        }
    }
    enough
}

/// Returns for each record whether it may have what is looked for; what is looked for nowhere, all may have.
///
/// `asked` are the first row and, from there on, the rows that matter: once all of them have it, nothing more is
/// unpacked.
fn hits_of(
    look: &Look,
    columns: &Columns,
    long: &Long<'_>,
    n: usize,
    asked: (usize, &[bool]),
) -> Result<Vec<bool>, StoreError> {
    let mut hits = vec![*look == Look::Nowhere; n];
    match look {
        Look::Nowhere => {}
        Look::InMessage(word) => message_with_word(columns, long, word, &mut hits)?,
        Look::InField(name, word) => {
            if let Some(fields) = long.fields()? {
                fields.with_word_in(name, word, &mut |row| hits[row] = true)?;
            }
        }
        Look::Word(word) if are_few(asked.1) => {
            let (start, passing) = asked;
            for (row, _) in (start..).zip(passing).filter(|(_, passes)| **passes) {
                hits[row] = row_may_have(columns, long, row, word)?;
            }
        }
        Look::Word(word) => {
            with_name(columns, |name| contains_word(&fold(name), word), &mut |row| hits[row] = true);
            let fields_first = long.only_fields_are_read();
            for of_fields in [fields_first, !fields_first] {
                if has_all(&hits, asked) {
                    break;
                }
                if !of_fields {
                    message_with_word(columns, long, word, &mut hits)?;
                } else if let Some(fields) = long.fields()? {
                    fields.with_word(word, &mut |row| hits[row] = true)?;
                }
            }
        }
        Look::Piece(piece) => {
            with_name(columns, |name| fold(name).contains(piece), &mut |row| hits[row] = true);
            with_piece(long, piece, false, &mut hits)?;
        }
        Look::PieceOrName(piece) => with_piece(long, piece, true, &mut hits)?,
    }
    Ok(hits)
}

/// Rows at most that are looked at one by one for a word.
const FEW_ROWS: usize = 8;

/// Reports whether so few rows matter that a look at each is less work than a look at all texts of the block.
fn are_few(passing: &[bool]) -> bool {
    passing.iter().filter(|passes| **passes).nth(FEW_ROWS).is_none()
}

/// Reports whether a folded word may stand anywhere in one record. Fields are looked at before messages where they are
/// read already.
fn row_may_have(columns: &Columns, long: &Long<'_>, row: usize, word: &str) -> Result<bool, StoreError> {
    let names = [&columns.service, &columns.host, &columns.dataset];
    if names.iter().any(|names| contains_word(&fold(names.get(row)), word)) {
        return Ok(true);
    }
    let fields_first = long.only_fields_are_read();
    for of_fields in [fields_first, !fields_first] {
        let may_have = if of_fields {
            long.fields()?.map_or(Ok(false), |fields| fields.may_have(row, word))?
        } else {
            message_may_have(columns, long, row, word)?
        };
        if may_have {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reports whether a folded word may stand in one message, by its wording alone where that is enough.
fn message_may_have(columns: &Columns, long: &Long<'_>, row: usize, word: &str) -> Result<bool, StoreError> {
    if columns.has_plain_messages
        && let Some(head) = long.head()?
        && head.decides(word)
    {
        return Ok(head.may_have(row, word));
    }
    long.messages()?.may_have(row, word)
}

/// Marks the records in whose message a folded word may stand, by their wordings alone where that is enough.
fn message_with_word(
    columns: &Columns,
    long: &Long<'_>,
    word: &str,
    hits: &mut [bool],
) -> Result<(), StoreError> {
    if columns.has_plain_messages
        && let Some(head) = long.head()?
        && head.decides(word)
    {
        head.with_word(word, &mut |row| hits[row] = true);
        return Ok(());
    }
    long.messages()?.with_word(word, &mut |row| hits[row] = true)
}

/// Reports whether all rows that matter are among the hits.
fn has_all(hits: &[bool], (start, passing): (usize, &[bool])) -> bool {
    hits[start..].iter().zip(passing).all(|(hit, passes)| *hit || !*passes)
}

/// Marks the records in whose message or fields a piece of a word may stand.
fn with_piece(long: &Long<'_>, piece: &str, names_count: bool, hits: &mut [bool]) -> Result<(), StoreError> {
    long.messages()?.with_piece(piece, &mut |row| hits[row] = true)?;
    if let Some(fields) = long.fields()? {
        fields.with_piece(piece, names_count, &mut |row| hits[row] = true)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wardroom_core::{Labels, LogQuery, TemplateId, TimeRange};

    use super::super::block::{LEVELS, seal_keeping};
    use super::super::frames::MOST_INSIDE;
    use super::*;
    use crate::tables::logs::LogFilter;

    fn text() -> impl Strategy<Value = String> {
        let part =
            prop_oneof!["(pool|Pool|503|refunds|web)", "[0-9]{1,3}", "[ .:=/-]", "[Ä名]", "[a-c]{1,2}[0-9]?"];
        let mixed = prop::collection::vec(part, 1..8).prop_map(|parts| parts.concat());
        // As most lines are: of one wording, its variables one of few values.
        prop_oneof![mixed, "pool [0-3] of (a1|b2) 50[0-9]"]
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let fields = prop::collection::btree_map("(status|path|c)", text(), 0..3);
        let short = (0_i64..12, 0_usize..7, "(web|api-503)", prop::option::of(0_u64..3), 0_i64..3);
        (short, text(), fields).prop_map(|((at, level, service, template, batch), message, fields)| {
            let record = LogRecord {
                at: Timestamp::from_millis(at),
                level: LEVELS[level],
                service,
                host: String::new(),
                dataset: "app".to_owned(),
                message,
                fields: Labels::new(fields),
            };
            Entry { number: 0, batch, known: batch * 10, template: template.map(TemplateId), record }
        })
    }

    fn question() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            "pool",
            "503",
            "refunds",
            "a1",
            "\"pool 503\"",
            "po*",
            "status: 503",
            "path: (refunds or 503)",
            "message: pool",
            "service: web",
            "level >= warn",
            "c: *",
        ]);
        let joint = prop::sample::select(vec![" and ", " or ", " and not ", " or not "]);
        let more = prop::collection::vec((joint, leaf.clone()), 0..3);
        (leaf, more).prop_map(|(first, more)| {
            more.into_iter().fold(first.to_owned(), |all, (joint, leaf)| all + joint + leaf)
        })
    }

    proptest! {
        #[test]
        fn a_block_answers_as_a_look_at_every_record_would(
            mut entries in prop::collection::vec(entry(), 1..90),
            query in question(),
            words in prop::sample::select(vec!["", "oo", "50 a"]),
            (period, as_of) in (prop::option::of((0_i64..12, 1_i64..12)), prop::option::of(0_i64..25)),
            most_inside in prop::sample::select(vec![0, 20, MOST_INSIDE]),
            (behind, limit, is_older) in (prop::option::of((0_i64..13, 0_i64..90)), 1_usize..40, any::<bool>()),
        ) {
            for (number, entry) in (0..).zip(entries.iter_mut()) {
                entry.number = number;
            }
            entries.sort_by_key(Entry::key);
            let sealed = seal_keeping(most_inside, 1, &entries).unwrap();
            let at = Timestamp::from_millis;
            let filter = LogFilter {
                query: LogQuery::parse(&query).unwrap(),
                words: words.to_owned(),
                range: period.map(|(start, length)| TimeRange::new(at(start), at(start + length)).unwrap()),
                as_of: as_of.map(at),
                ..LogFilter::default()
            };
            let plan = Plan::new(&filter, std::collections::BTreeSet::new());
            let direction = if is_older { Direction::Older } else { Direction::Newer };
            let asked = Page { direction, behind, limit };
            let block = BlockRow {
                id: 1,
                source: 1,
                from_ts: sealed.from_ts,
                to_ts: sealed.to_ts,
                n: sealed.n,
                last_known: sealed.known.1,
                raw_bytes: sealed.raw_bytes,
                levels: sealed.levels.clone(),
                term_group: None,
                slot: None,
            };

            let found = page(&block, sealed.parts.view(), &plan, asked).unwrap();

            let is_behind = |entry: &Entry| {
                behind.is_none_or(|behind| asked.order(entry.key(), behind) == std::cmp::Ordering::Greater)
            };
            entries.retain(|entry| {
                filter.range.is_none_or(|range| range.contains(entry.record.at))
                    && is_behind(entry)
                    && as_of.is_none_or(|moment| entry.known <= moment)
                    && filter.query.matches(&entry.record)
                    && plan.passes(&entry.record, entry.template)
            });
            entries.sort_by(|a, b| asked.order(a.key(), b.key()));
            entries.truncate(limit);
            prop_assert_eq!(found, entries);
        }
    }
}
