//! The fields of a block's records: a column of texts for each name.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use wardroom_core::Labels;

use super::apart;
use super::bytes::{Reader, put_ids, put_length, put_text};
use super::texts::Texts;
use super::words::{Term, fold};
use crate::error::StoreError;

/// Writes the fields of records, at most 65,536, and hands on the terms of their values.
pub(crate) fn encode(records: &[&Labels], out: &mut Vec<u8>, term: &mut impl FnMut(Term)) {
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
        apart::encode(column, out, term);
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
    pub(crate) fn read(reader: &mut Reader<'a>, n: usize) -> Result<Self, StoreError> {
        u16::try_from(n.saturating_sub(1)).map_err(StoreError::internal)?;
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
            let (texts, is_everywhere) = (Texts::read(reader, values)?, values == n);
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
    pub(crate) fn get(&self, row: usize) -> Labels {
        let shape = &self.shapes[usize::from(self.ids[row])];
        Labels::new(shape.iter().filter_map(|at| {
            let mut value = String::new();
            self.columns[*at].texts.append_to(self.value_of(*at, row)?, &mut value);
            Some((self.columns[*at].name, value))
        }))
    }

    /// Calls `f` with each record in whose values a folded word may stand.
    pub(crate) fn with_word(&self, word: &str, f: &mut impl FnMut(usize)) {
        for (at, column) in self.columns.iter().enumerate() {
            column.texts.with_word(word, &mut |text| f(self.row_of(at, text)));
        }
    }

    /// Calls `f` with each record of which the field of a name may have a folded word in its value.
    pub(crate) fn with_word_in(&self, name: &str, word: &str, f: &mut impl FnMut(usize)) {
        for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| column.name == name) {
            column.texts.with_word(word, &mut |text| f(self.row_of(at, text)));
        }
    }

    /// Calls `f` with each record in whose values a piece of a word may stand, or in its names when they count.
    pub(crate) fn with_piece(&self, piece: &str, names_count: bool, f: &mut impl FnMut(usize)) {
        for (at, column) in self.columns.iter().enumerate() {
            if names_count && fold(column.name).contains(piece) {
                for row in self.rows(at) {
                    f(usize::from(*row));
                }
            } else {
                column.texts.with_piece(piece, &mut |text| f(self.row_of(at, text)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_is_found_in_the_record_that_has_it() {
        let records = [
            Labels::new([("status", "504"), ("path", "/cart/7")]),
            Labels::default(),
            Labels::new([("status", "200")]),
        ];
        let mut out = Vec::new();
        encode(&records.iter().collect::<Vec<_>>(), &mut out, &mut |_| {});
        let fields = Fields::read(&mut Reader::new(&out), 3).unwrap();
        let found = |word: &str| {
            let mut found = Vec::new();
            fields.with_word(word, &mut |row| found.push(row));
            found
        };

        assert_eq!((found("200"), found("cart"), found("status")), (vec![2], vec![0], vec![]));
        let mut of_status = Vec::new();
        for word in ["504", "7", "200"] {
            fields.with_word_in("status", word, &mut |row| of_status.push(row));
        }
        assert_eq!(of_status, [0, 2]);
        assert_eq!(fields.get(0), records[0]);
    }

    proptest! {
        #[test]
        fn any_fields_come_back(
            records in prop::collection::vec(prop::collection::btree_map("[a-d]{1,2}", ".{1,5}", 0..4), 0..30)
        ) {
            let records: Vec<Labels> = records.into_iter().map(Labels::new).collect();
            let mut out = Vec::new();
            encode(&records.iter().collect::<Vec<_>>(), &mut out, &mut |_| {});

            let fields = Fields::read(&mut Reader::new(&out), records.len()).unwrap();

            for (row, record) in records.iter().enumerate() {
                prop_assert_eq!(&fields.get(row), record);
            }
        }

        #[test]
        fn garbage_is_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), n in 0_usize..20) {
            if let Ok(fields) = Fields::read(&mut Reader::new(&bytes), n) {
                (0..n).for_each(|row| drop(fields.get(row)));
            }
        }
    }
}
