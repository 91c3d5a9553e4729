//! The numbers of a table by columns, and what is wrong with it in words.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::accuracy::tables;

/// A table of numbers; an empty cell, and one that is not finite, is a gap.
#[derive(Debug)]
pub(super) struct Columns {
    path: PathBuf,
    names: Vec<String>,
    columns: Vec<Vec<Option<f64>>>,
    rows: usize,
    /// Rows that came from a table before.
    before: usize,
}

impl Columns {
    /// Reads a table, plain or gz; the columns named in `whole` may have no gaps.
    pub(super) fn read(path: &Path, whole: &[&str]) -> Result<Self> {
        let shown = path.display();
        let mut table = csv::Reader::from_reader(tables::open(path)?);
        let head = table.headers().map_err(|error| unreadable(path, error))?;
        let names: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
        ensure!(!names.is_empty(), "{shown} is empty; its first line names the columns");
        let has_gaps: Vec<bool> = names.iter().map(|name| !whole.contains(&name.as_str())).collect();
        let mut columns = vec![Vec::new(); names.len()];
        let mut rows = 0;
        let mut record = csv::StringRecord::new();
        while table.read_record(&mut record).map_err(|error| unreadable(path, error))? {
            let line = record.position().map_or(0, csv::Position::line);
            for (place, cell) in record.iter().enumerate() {
                let number = number(cell, has_gaps[place]).with_context(|| {
                    let name = &names[place];
                    let instead = if has_gaps[place] { ", or nothing for a gap" } else { "" };
                    format!(
                        "{shown}, line {line}: `{cell:.40}` under `{name}` is no number; write one{instead}"
                    )
                })?;
                columns[place].push(number);
            }
            rows += 1;
        }
        Ok(Self { path: path.to_owned(), names, columns, rows, before: 0 })
    }

    /// Returns the values under a name.
    pub(super) fn column(&self, name: &str) -> Result<&[Option<f64>]> {
        let place = self.names.iter().position(|n| n == name).with_context(|| {
            format!("{}, line 1: there is no column `{name}`; name it there", self.path.display())
        })?;
        Ok(&self.columns[place])
    }

    /// Appends the rows of a table with the same columns.
    pub(super) fn followed_by(mut self, next: Self) -> Result<Self> {
        if self.names != next.names {
            bail!(
                "{}, line 1: the columns are not those of {}; give both the same, in the same order",
                next.path.display(),
                self.path.display()
            );
        }
        for (column, more) in self.columns.iter_mut().zip(next.columns) {
            column.extend(more);
        }
        self.before = self.rows;
        self.rows += next.rows;
        Ok(self)
    }

    pub(super) fn metrics(&self) -> &[Vec<Option<f64>>] {
        &self.columns
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn rows_before(&self) -> usize {
        self.before
    }
}

/// Reads a cell: a number, or a gap where there may be one.
fn number(cell: &str, may_be_gap: bool) -> Result<Option<f64>> {
    let cell = cell.trim();
    let read: Option<f64> = if cell.is_empty() { None } else { Some(cell.parse()?) };
    let finite = read.filter(|number| number.is_finite());
    ensure!(finite.is_some() || may_be_gap, "there may be no gap");
    Ok(finite)
}

/// Says what keeps a table from being read; the reader names the line.
fn unreadable(path: &Path, error: csv::Error) -> anyhow::Error {
    let advice = if error.is_io_error() {
        "cannot be read to its end; write it again"
    } else {
        "is not as described; every line has as many cells as the first"
    };
    anyhow::Error::new(error).context(format!("{} {advice}", path.display()))
}
