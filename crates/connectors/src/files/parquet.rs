//! Reads Parquet files, row group by row group.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::io::parquet::metadata::FileMetadataRef;
use polars::prelude::{
    DataFrame, DataType, Float64Chunked, Int64Chunked, ParallelStrategy, ParquetReader, SerReader, Series,
    StringChunked, TimeUnit,
};

use super::detect::Found;
use super::infer::Sample;
use super::rows::{Cell, Part, Refused, Row, Run, Table};
use super::{FileError, Reading};

/// Rows that are decoded together at most; larger row groups are cut.
const ROWS: usize = 1_048_576;

/// A decoded column.
enum Decoded {
    Text(StringChunked),
    Number(Float64Chunked),
    /// Milliseconds, and whether they are in UTC.
    Time(Int64Chunked, bool),
    /// A type that is not taken.
    Other,
}

/// A row of decoded columns.
struct ParquetRow<'a> {
    columns: &'a [Decoded],
    idx: usize,
}

impl Row for ParquetRow<'_> {
    fn cell(&self, idx: usize) -> Cell<'_> {
        match self.columns.get(idx) {
            Some(Decoded::Text(texts)) => {
                texts.get(self.idx).map_or(Cell::Missing, |text| Cell::Text(text.as_bytes()))
            }
            Some(Decoded::Number(values)) => values.get(self.idx).map_or(Cell::Missing, Cell::Number),
            Some(Decoded::Time(times, true)) => times.get(self.idx).map_or(Cell::Missing, Cell::Millis),
            Some(Decoded::Time(times, false)) => times.get(self.idx).map_or(Cell::Missing, Cell::LocalMillis),
            Some(Decoded::Other) | None => Cell::Missing,
        }
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

fn open(found: &Found) -> Result<File, FileError> {
    File::open(&found.path)
        .map_err(|error| FileError::Unreadable { path: found.path.clone(), detail: error.to_string() })
}

/// The columns and the rows of each row group.
struct Head {
    names: Vec<String>,
    metadata: FileMetadataRef,
    group_rows: Vec<usize>,
}

fn head_of(found: &Found) -> Result<Head, FileError> {
    if found.size_bytes < 12 || !found.tail.ends_with(b"PAR1") {
        return Err(FileError::Parquet { path: found.path.clone(), detail: "the end is missing".to_owned() });
    }
    let file = open(found)?;
    guarded(found, || {
        let mut reader = ParquetReader::new(file);
        let schema = reader.schema().map_err(|error| error.to_string())?;
        let names = schema.iter_names().map(ToString::to_string).collect();
        let metadata = reader.get_metadata().map_err(|error| error.to_string())?.clone();
        let mut group_rows = Vec::with_capacity(metadata.row_groups.len());
        for group in &metadata.row_groups {
            group_rows.push(group.num_rows());
        }
        Ok(Head { names, metadata, group_rows })
    })
}

/// Decodes `n` rows from `start` on.
fn decode(found: &Found, head: &Head, start: usize, n: usize) -> Result<(Vec<Decoded>, usize), FileError> {
    let file = open(found)?;
    guarded(found, || {
        let mut reader = ParquetReader::new(file)
            .set_rechunk(true)
            .with_slice(Some((start, n)))
            .read_parallel(ParallelStrategy::RowGroups);
        reader.set_metadata(head.metadata.clone());
        let frame: DataFrame = reader.finish().map_err(|error| error.to_string())?;
        let columns = frame.columns().iter().map(|column| decoded(column.as_materialized_series())).collect();
        Ok((columns, frame.height()))
    })
}

/// Brings a column into one of four forms; numbers become doubles, times milliseconds (parts are cut off).
fn decoded(series: &Series) -> Decoded {
    let kind = series.dtype();
    if let DataType::Datetime(unit, zone) = kind {
        let Ok(raw) = series.cast(&DataType::Int64) else { return Decoded::Other };
        let Ok(raw) = raw.i64() else { return Decoded::Other };
        let divisor = match unit {
            TimeUnit::Milliseconds => 1,
            TimeUnit::Microseconds => 1000,
            TimeUnit::Nanoseconds => 1_000_000,
        };
        let millis: Int64Chunked = raw.iter().map(|at| at.map(|at| at.div_euclid(divisor))).collect();
        return Decoded::Time(millis, zone.is_some());
    }
    if *kind == DataType::Date {
        let Ok(days) = series.cast(&DataType::Int64) else { return Decoded::Other };
        let Ok(days) = days.i64() else { return Decoded::Other };
        let millis: Int64Chunked =
            days.iter().map(|day| day.map(|day| day.saturating_mul(86_400_000))).collect();
        return Decoded::Time(millis, false);
    }
    if *kind == DataType::String {
        return series.str().map_or(Decoded::Other, |texts| Decoded::Text(texts.clone()));
    }
    if kind.is_primitive_numeric() || *kind == DataType::Boolean {
        let Ok(values) = series.cast(&DataType::Float64) else { return Decoded::Other };
        return values.f64().map_or(Decoded::Other, |values| Decoded::Number(values.clone()));
    }
    Decoded::Other
}

/// Returns the number of rows.
pub(super) fn rows_of(found: &Found) -> Result<u64, FileError> {
    Ok(head_of(found)?.group_rows.iter().map(|n| *n as u64).sum())
}

/// Reads the first rows as text.
pub(super) fn sample(found: &Found, most_rows: usize) -> Result<Sample, FileError> {
    let head = head_of(found)?;
    let total: usize = head.group_rows.iter().sum();
    let (columns, n) = decode(found, &head, 0, most_rows.min(total))?;
    let text_row = |idx: usize| -> Vec<String> {
        let row = ParquetRow { columns: &columns, idx };
        (0..head.names.len()).map(|column| row.cell(column).to_text()).collect()
    };
    let rows = (0..n).map(text_row).collect();
    Ok(Sample { names: head.names, rows })
}

/// Reads a file into a run. Of a part only the size counts, in proportion to the rows.
pub(super) fn read(
    found: &Found,
    reading: &Reading,
    run: &mut Run<'_>,
    part: &Part,
) -> Result<(), FileError> {
    let head = head_of(found)?;
    let mut table = Table::new(&found.path, &head.names, reading)?;
    let total: usize = head.group_rows.iter().sum();
    let row_bytes = (found.size_bytes / (total as u64).max(1)).max(1);
    let mut start = 0;
    for &group_rows in &head.group_rows {
        let end = start + group_rows;
        while start < end {
            let done_bytes = (start as u64).saturating_mul(row_bytes);
            if done_bytes >= part.most_bytes {
                return Ok(());
            }
            run.look(done_bytes)?;
            let (columns, n) = decode(found, &head, start, (end - start).min(ROWS))?;
            take_rows(&columns, start, n, &mut table, run)?;
            if n == 0 {
                break;
            }
            start += n;
        }
        start = end;
    }
    run.done.repeated_times += table.repeated_times();
    Ok(())
}

/// Takes decoded rows; `start` is the number of rows in front of them.
fn take_rows(
    columns: &[Decoded],
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
