//! The fields of a block's records: a column of texts for each name.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use wardroom_core::Labels;

use super::apart;
use super::bytes::{put_ids, put_length, put_text};
use super::frames::{Opened, Written};
use super::texts::Texts;
use super::words::{Term, fold};
use crate::error::StoreError;

/// Writes the fields of records, at most 65,536, and hands on the terms of their values.
pub(crate) fn encode(records: &[&Labels], written: &mut Written, term: &mut impl FnMut(Term)) {
    let out = &mut written.heads;
    let names: BTreeSet<&str> =
        records.iter().flat_map(|fields| fields.iter().map(|(name, _)| name)).collect();
    put_length(out, names.len());
    for name in &names {
        put_text(out, name);
    }
    let position: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();

    let mut columns: Vec<Vec<&str>> = vec![Vec::new(); names.len()];
    let mut shapes: BTreeMap<Vec<usize>, u16> = BTreeMap::new();
    let mut in_order: Vec<Vec<usize>> = Vec::new();
    let mut ids = Vec::with_capacity(records.len());
    for fields in records {
        let mut shape = Vec::with_capacity(fields.len());
        for (name, value) in fields.iter() {
            let at = position[name];
            shape.push(at);
            columns[at].push(value);
        }
        let id = shapes.get(&shape).copied().unwrap_or_else(|| {
            let id = u16::try_from(in_order.len()).unwrap_or(u16::MAX);
            shapes.insert(shape.clone(), id);
            in_order.push(shape);
            id
        });
        ids.push(id);
    }
    put_length(out, in_order.len());
    for shape in &in_order {
        put_length(out, shape.len());
        for at in shape {
            put_length(out, *at);
        }
    }
    put_ids(out, &ids, in_order.len());
    for column in &columns {
        apart::encode(column, written, term);
    }
}

/// The fields of a block's records, read.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    shapes: Vec<Vec<usize>>,
    ids: Vec<u16>,
    columns: Vec<Column<'a>>,
}

/// The values of one field.
#[derive(Debug)]
struct Column<'a> {
    name: &'a str,
    texts: Texts<'a>,
    /// Whether every record has a value, so that values and records are counted alike.
    is_everywhere: bool,
    /// The record of each value, once they are asked for.
    rows: OnceCell<Vec<u16>>,
}

impl<'a> Fields<'a> {
    /// Reads what [`encode`] wrote of `n` records, at most 65,536.
    pub(crate) fn read(opened: &mut Opened<'a>, n: usize) -> Result<Self, StoreError> {
        u16::try_from(n.saturating_sub(1)).map_err(StoreError::internal)?;
        let reader = &mut opened.heads;
        let known = reader.count()?;
        let names: Vec<&str> = (0..known).map(|_| reader.text()).collect::<Result<_, _>>()?;
        let n_shapes = reader.count()?;
        let mut shapes = Vec::with_capacity(n_shapes);
        for _ in 0..n_shapes {
            let length = reader.count()?;
            let shape: Vec<usize> = (0..length).map(|_| reader.length()).collect::<Result<_, _>>()?;
            if shape.iter().any(|at| *at >= known) || !shape.is_sorted_by(|a, b| a < b) {
                return Err(StoreError::damaged("a field has no name"));
            }
            shapes.push(shape);
        }
        let ids = reader.ids(n, n_shapes)?;
        let mut of_shape = vec![0_usize; n_shapes];
        for id in &ids {
            of_shape[usize::from(*id)] += 1;
        }
        let mut values = vec![0_usize; known];
        for (shape, n) in shapes.iter().zip(of_shape) {
            for at in shape {
                values[*at] += n;
            }
        }
        let mut columns = Vec::with_capacity(known);
        for (name, values) in names.into_iter().zip(values) {
            let (texts, is_everywhere) = (Texts::read(opened, values)?, values == n);
            columns.push(Column { name, texts, is_everywhere, rows: OnceCell::new() });
        }
        Ok(Self { shapes, ids, columns })
    }

    /// Returns the record of each value of a column.
    fn rows(&self, at: usize) -> &[u16] {
        self.columns[at].rows.get_or_init(|| {
            let has_it: Vec<bool> =
                self.shapes.iter().map(|shape| shape.binary_search(&at).is_ok()).collect();
            let rows = (0_u16..=u16::MAX).zip(&self.ids).filter(|(_, id)| has_it[usize::from(**id)]);
            rows.map(|(row, _)| row).collect()
        })
    }

    /// Returns the record of a value of a column.
    fn row_of(&self, at: usize, value: usize) -> usize {
        if self.columns[at].is_everywhere { value } else { usize::from(self.rows(at)[value]) }
    }

    /// Returns which value of a column a record has.
    fn value_of(&self, at: usize, row: usize) -> Option<usize> {
        if self.columns[at].is_everywhere {
            return Some(row);
        }
        self.rows(at).binary_search(&u16::try_from(row).unwrap_or(u16::MAX)).ok()
    }

    /// Returns the fields of one record.
    pub(crate) fn get(&self, row: usize) -> Result<Labels, StoreError> {
        let shape = &self.shapes[usize::from(self.ids[row])];
        let mut fields = Vec::with_capacity(shape.len());
        for at in shape {
            let Some(text) = self.value_of(*at, row) else { continue };
            let (column, mut value) = (&self.columns[*at], String::new());
            column.texts.append_to(text, &mut value)?;
            fields.push((column.name, value));
        }
        Ok(Labels::new(fields))
    }

    /// Calls `f` with each record in whose values a folded word may stand.
    pub(crate) fn with_word(&self, word: &str, f: &mut impl FnMut(usize)) -> Result<(), StoreError> {
        for (at, column) in self.columns.iter().enumerate() {
            column.texts.with_word(word, &mut |text| f(self.row_of(at, text)))?;
        }
        Ok(())
    }

    /// Reports whether a folded word may stand in a value of one record, as [`Fields::with_word`] tells it of all.
    pub(crate) fn may_have(&self, row: usize, word: &str) -> Result<bool, StoreError> {
        for at in &self.shapes[usize::from(self.ids[row])] {
            if let Some(text) = self.value_of(*at, row)
                && self.columns[*at].texts.may_have(text, word)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Calls `f` with each record of which the field of a name may have a folded word in its value.
    pub(crate) fn with_word_in(
        &self,
        name: &str,
        word: &str,
        f: &mut impl FnMut(usize),
    ) -> Result<(), StoreError> {
        for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| column.name == name) {
            column.texts.with_word(word, &mut |text| f(self.row_of(at, text)))?;
        }
        Ok(())
    }

    /// Calls `f` with each record in whose values a piece of a word may stand, or in its names when they count.
    pub(crate) fn with_piece(
        &self,
        piece: &str,
        names_count: bool,
        f: &mut impl FnMut(usize),
    ) -> Result<(), StoreError> {
        for (at, column) in self.columns.iter().enumerate() {
            if names_count && fold(column.name).contains(piece) {
                for row in self.rows(at) {
                    f(usize::from(*row));
                }
            } else {
                column.texts.with_piece(piece, &mut |text| f(self.row_of(at, text)))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::frames::{self, Frames};
    use super::*;

    #[test]
    fn a_word_is_found_in_the_record_that_has_it() {
        let records = [
            Labels::new([("status", "504"), ("path", "/cart/7")]),
            Labels::default(),
            Labels::new([("status", "200")]),
        ];
        let part = written(&records, frames::MOST_INSIDE);
        let frames = Frames::split(&part).unwrap();
        let fields = Fields::read(&mut frames.open().unwrap(), 3).unwrap();
        let found = |word: &str| {
            let mut found = Vec::new();
            fields.with_word(word, &mut |row| found.push(row)).unwrap();
            found
        };

        assert_eq!((found("200"), found("cart"), found("status")), (vec![2], vec![0], vec![]));
        let mut of_status = Vec::new();
        for word in ["504", "7", "200"] {
            fields.with_word_in("status", word, &mut |row| of_status.push(row)).unwrap();
        }
        assert_eq!(of_status, [0, 2]);
        assert_eq!(fields.get(0).unwrap(), records[0]);
    }

    fn written(records: &[Labels], most_inside: usize) -> Vec<u8> {
        let mut written = Written::keeping(most_inside);
        encode(&records.iter().collect::<Vec<_>>(), &mut written, &mut |_| {});
        written.pack(1).unwrap()
    }

    #[test]
    fn a_field_is_looked_at_without_unpacking_the_others() {
        let records: Vec<Labels> =
            (0..40).map(|i| Labels::new([("id", format!("r{i}")), ("status", "503".to_owned())])).collect();
        let mut written = Written::keeping(8);
        encode(&records.iter().collect::<Vec<_>>(), &mut written, &mut |_| {});
        assert_eq!(written.values.len(), 1);
        written.values[0].clear();
        let part = written.pack(1).unwrap();
        let frames = Frames::split(&part).unwrap();
        let fields = Fields::read(&mut frames.open().unwrap(), 40).unwrap();
        let mut n = 0;

        fields.with_word_in("status", "503", &mut |_| n += 1).unwrap();
        fields.with_word("pool", &mut |_| n += 100).unwrap();

        assert_eq!(n, 40);
        assert!(matches!(fields.get(0), Err(StoreError::Damaged { .. })));
    }

    proptest! {
        #[test]
        fn any_fields_come_back(
            records in prop::collection::vec(prop::collection::btree_map("[a-d]{1,2}", ".{1,5}", 0..4), 0..30),
            most_inside in prop::sample::select(vec![0, 6, frames::MOST_INSIDE]),
        ) {
            let records: Vec<Labels> = records.into_iter().map(Labels::new).collect();
            let part = written(&records, most_inside);
            let frames = Frames::split(&part).unwrap();

            let fields = Fields::read(&mut frames.open().unwrap(), records.len()).unwrap();

            for (row, record) in records.iter().enumerate() {
                prop_assert_eq!(&fields.get(row).unwrap(), record);
            }
        }

        #[test]
        fn garbage_is_refused_without_a_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            values in prop::collection::vec(any::<u8>(), 0..40),
            n in 0_usize..20,
        ) {
            let mut garbage = Written::keeping(0);
            garbage.heads = bytes;
            garbage.values = vec![values];
            let part = garbage.pack(1).unwrap();
            let frames = Frames::split(&part).unwrap();
            let mut opened = frames.open().unwrap();
            if let Ok(fields) = Fields::read(&mut opened, n) {
                (0..n).for_each(|row| drop(fields.get(row)));
            }
        }
    }
}
