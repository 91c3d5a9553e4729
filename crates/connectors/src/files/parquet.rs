//! Reads Parquet files, row group by row group.

mod column;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::ColumnReader;
use parquet::file::reader::{FileReader, SerializedFileReader};

use self::column::{Form, Values};
use super::detect::Found;
use super::infer::Sample;
use super::rows::{Cell, Part, Refused, Row, Run, Table};
use super::{FileError, Reading, Role, Understood, UnreadKind};

/// Rows that are decoded together at most; larger row groups are read piece by piece.
const ROWS: usize = 262_144;

/// A row of decoded columns.
struct ParquetRow<'a> {
    columns: &'a [Values],
    idx: usize,
}

impl Row for ParquetRow<'_> {
    fn cell(&self, idx: usize) -> Cell<'_> {
        self.columns.get(idx).map_or(Cell::Missing, |values| values.cell(self.idx))
    }
}

/// Runs a call of the library. A damaged file can make it panic, which is the same as an error here.
fn guarded<T>(found: &Found, call: impl FnOnce() -> Result<T, String>) -> Result<T, FileError> {
    let refused = |detail: String| FileError::Parquet { path: found.path.clone(), detail };
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(refused),
        Err(_) => Err(refused("the file is damaged or of an unsupported kind".to_owned())),
    }
}

/// A column of the table: a field of the uppermost level.
struct Field {
    name: String,
    taken: Result<Taken, UnreadKind>,
}

/// A column that is taken.
#[derive(Clone, Copy)]
struct Taken {
    /// Its position among those that are stored.
    leaf: usize,
    form: Form,
    /// Whether rows may lack a value.
    may_lack: bool,
}

/// An open file: its columns and the rows of each row group.
struct Head {
    reader: SerializedFileReader<File>,
    fields: Vec<Field>,
    group_rows: Vec<usize>,
}

impl Head {
    fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name.clone()).collect()
    }

    fn rows(&self) -> usize {
        self.group_rows.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }
}

fn head_of(found: &Found) -> Result<Head, FileError> {
    if found.size_bytes < 12 || !found.tail.ends_with(b"PAR1") {
        return Err(FileError::Parquet { path: found.path.clone(), detail: "the end is missing".to_owned() });
    }
    let file = File::open(&found.path)
        .map_err(|error| FileError::Unreadable { path: found.path.clone(), detail: error.to_string() })?;
    guarded(found, || {
        let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
        let fields = fields_of(&reader);
        let rows = |group: &parquet::file::metadata::RowGroupMetaData| {
            usize::try_from(group.num_rows()).map_err(|_| "a row group has less than no rows".to_owned())
        };
        let group_rows = reader.metadata().row_groups().iter().map(rows).collect::<Result<_, _>>()?;
        Ok(Head { reader, fields, group_rows })
    })
}

/// Tells of every field whether and how it is taken.
fn fields_of(reader: &SerializedFileReader<File>) -> Vec<Field> {
    let schema = reader.metadata().file_metadata().schema_descr();
    let roots = schema.root_schema().get_fields();
    let mut fields: Vec<Field> = roots
        .iter()
        .map(|root| {
            let is_list = root.get_basic_info().converted_type() == ConvertedType::LIST
                || root.get_basic_info().logical_type_ref() == Some(&LogicalType::List);
            let kind = if is_list { UnreadKind::List } else { UnreadKind::Object };
            Field { name: root.name().to_owned(), taken: Err(kind) }
        })
        .collect();
    for leaf in 0..schema.num_columns() {
        let root = schema.get_column_root_idx(leaf);
        let column = schema.column(leaf);
        if let (Some(field), Some(true)) = (fields.get_mut(root), roots.get(root).map(|r| r.is_primitive())) {
            let may_lack = column.max_def_level() > 0;
            field.taken = Form::of(&column).map(|form| Taken { leaf, form, may_lack });
        }
    }
    fields
}

/// The columns of a row group, each read up to the same row.
type Group = Vec<Option<(ColumnReader, Taken)>>;

fn open_group(
    found: &Found,
    head: &Head,
    group: usize,
    wanted: &dyn Fn(usize) -> bool,
) -> Result<Group, FileError> {
    guarded(found, || {
        let rows = head.reader.get_row_group(group).map_err(|error| error.to_string())?;
        let reader = |(idx, field): (usize, &Field)| match field.taken {
            Ok(taken) if wanted(idx) => {
                let column = rows.get_column_reader(taken.leaf);
                column.map(|reader| Some((reader, taken))).map_err(|error| in_column(field, &error))
            }
            Ok(_) | Err(_) => Ok(None),
        };
        head.fields.iter().enumerate().map(reader).collect()
    })
}

/// Decodes the next `n` rows of a row group.
fn decode(found: &Found, head: &Head, group: &mut Group, n: usize) -> Result<Vec<Values>, FileError> {
    guarded(found, || {
        let values = |(open, field): (&mut Option<(ColumnReader, Taken)>, &Field)| match open {
            Some((reader, taken)) => {
                column::read(reader, taken.form, taken.may_lack, n).map_err(|error| in_column(field, &error))
            }
            None => Ok(Values::None),
        };
        group.iter_mut().zip(&head.fields).map(values).collect()
    })
}

fn in_column(field: &Field, error: &parquet::errors::ParquetError) -> String {
    format!("{}: {error}", field.name)
}

/// Returns the number of rows.
pub(super) fn rows_of(found: &Found) -> Result<u64, FileError> {
    Ok(head_of(found)?.rows() as u64)
}

/// Reads the first rows as text.
pub(super) fn sample(found: &Found, most_rows: usize) -> Result<Sample, FileError> {
    let head = head_of(found)?;
    let names = head.names();
    let mut rows = Vec::new();
    for (at, group_rows) in head.group_rows.iter().enumerate() {
        let n = most_rows.saturating_sub(rows.len()).min(*group_rows);
        if n == 0 {
            continue;
        }
        let columns = decode(found, &head, &mut open_group(found, &head, at, &|_| true)?, n)?;
        rows.extend((0..n).map(|idx| {
            let row = ParquetRow { columns: &columns, idx };
            (0..names.len()).map(|column| row.cell(column).to_text()).collect()
        }));
    }
    let known =
        head.fields.iter().map(|field| Some(Understood::Unread { kind: field.taken.err()? })).collect();
    Ok(Sample { names, rows, known, ..Sample::default() })
}

/// Reads a file into a run. Of a part only the size counts, in proportion to the rows.
pub(super) fn read(
    found: &Found,
    reading: &Reading,
    run: &mut Run<'_>,
    part: &Part,
) -> Result<(), FileError> {
    let head = head_of(found)?;
    let wanted = |idx: usize| reading.roles.get(idx).is_none_or(|role| *role != Role::LeftOut);
    for (idx, field) in head.fields.iter().enumerate() {
        if let (Err(kind), true) = (field.taken, wanted(idx)) {
            let (path, column) = (found.path.clone(), field.name.clone());
            return Err(FileError::UnreadColumn { path, column, kind });
        }
    }
    let mut table = Table::new(&found.path, &head.names(), reading)?;
    let row_bytes = (found.size_bytes / (head.rows() as u64).max(1)).max(1);
    let mut start = 0;
    for (at, group_rows) in head.group_rows.iter().enumerate() {
        let mut group = open_group(found, &head, at, &wanted)?;
        let mut left = *group_rows;
        while left > 0 {
            let done_bytes = (start as u64).saturating_mul(row_bytes);
            if done_bytes >= part.most_bytes {
                return Ok(());
            }
            run.look(done_bytes, done_bytes)?;
            let n = left.min(ROWS);
            let columns = decode(found, &head, &mut group, n)?;
            take_rows(&columns, start, n, &mut table, run)?;
            start += n;
            left -= n;
        }
    }
    run.done.repeated_times += table.repeated_times();
    Ok(())
}

/// Takes decoded rows; `start` is the number of rows in front of them.
fn take_rows(
    columns: &[Values],
    start: usize,
    n: usize,
    table: &mut Table,
    run: &mut Run<'_>,
) -> Result<(), FileError> {
    for idx in 0..n {
        if idx % 65_536 == 0 {
            run.look_for_cancel()?;
        }
        let row = ParquetRow { columns, idx };
        run.done.rows += 1;
        match table.take(&row, run) {
            Ok(()) => {}
            Err(Refused::Stop(error)) => return Err(error),
            Err(Refused::Cell((column, problem))) => {
                let text =
                    usize::try_from(column - 1).map_or_else(|_| String::new(), |at| row.cell(at).to_text());
                run.bad((start + idx) as u64 + 1, column, text.as_bytes(), problem)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
