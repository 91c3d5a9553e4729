//! Tables as the scorers write and read them: CSV with a line of names, plain or gz.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// Words in the names of files that hold answers. Such files are never opened.
const ANSWERS: [&str; 3] = ["truth", "expected", "labels"];
/// The word in the names of files that we wrote.
const OURS: &str = "pred";

/// Returns the tables of a folder that are questions, by the name of their set.
///
/// # Errors
///
/// The folder cannot be read.
pub fn sets(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut sets = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let Some(set) = name.strip_suffix(".csv").or_else(|| name.strip_suffix(".csv.gz")) else { continue };
        if may_be_opened(name) {
            sets.push((set.to_owned(), path.clone()));
        }
    }
    sets.sort();
    Ok(sets)
}

fn may_be_opened(name: &str) -> bool {
    !holds_answers(name) && !name.contains(OURS)
}

/// Reports whether a file may hold answers, by its name.
pub(super) fn holds_answers(name: &str) -> bool {
    ANSWERS.iter().any(|word| name.contains(word))
}

/// Hands the wanted columns of every row to `take`, in the order of `names`; returns the number of rows.
///
/// # Errors
///
/// A table that may hold answers, cannot be read, or lacks a column; what `take` returned.
pub fn rows<const N: usize>(
    path: &Path,
    names: [&str; N],
    mut take: impl FnMut([&str; N]) -> Result<()>,
) -> Result<u64> {
    let shown = path.display();
    if !path.file_name().and_then(|n| n.to_str()).is_some_and(may_be_opened) {
        bail!("{shown} may hold answers and is not opened");
    }
    columns(path, names, &mut take)
}

/// As [`rows`], for a scorer that may also read the answers.
///
/// # Errors
///
/// A table that cannot be read or lacks a column; what `take` returned.
pub fn columns<const N: usize>(
    path: &Path,
    names: [&str; N],
    mut take: impl FnMut([&str; N]) -> Result<()>,
) -> Result<u64> {
    let shown = path.display();
    let mut table = csv::Reader::from_reader(open(path)?);
    let head = table.headers().with_context(|| format!("{shown} has no line of names"))?.clone();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        *place =
            head.iter().position(|h| h == name).with_context(|| format!("{shown} has no column `{name}`"))?;
    }
    let mut n = 0;
    let mut record = csv::StringRecord::new();
    while table.read_record(&mut record).with_context(|| format!("{shown} is not as described"))? {
        let mut cells = [""; N];
        for (cell, place) in cells.iter_mut().zip(places) {
            *cell = record.get(place).with_context(|| format!("{shown}: row {} is too short", n + 1))?;
        }
        take(cells)?;
        n += 1;
    }
    Ok(n)
}

/// Opens a table, plain or gz.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let file = BufReader::with_capacity(1 << 20, file);
    let packed = path.extension().is_some_and(|e| e == "gz");
    Ok(if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// A table of answers.
#[expect(missing_debug_implementations, reason = "it is a file being written")]
pub struct Answers(csv::Writer<Box<dyn Write>>);

impl Answers {
    /// Begins a table; a name that ends in `.gz` is packed.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn begin(path: &Path, names: &[&str]) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        let file = BufWriter::new(file);
        let packed = path.extension().is_some_and(|e| e == "gz");
        let out: Box<dyn Write> =
            if packed { Box::new(GzEncoder::new(file, Compression::fast())) } else { Box::new(file) };
        let mut table = csv::Writer::from_writer(out);
        table.write_record(names)?;
        Ok(Self(table))
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn row(&mut self, cells: &[&str]) -> Result<()> {
        Ok(self.0.write_record(cells)?)
    }

    /// Ends the table.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn end(mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }
}
