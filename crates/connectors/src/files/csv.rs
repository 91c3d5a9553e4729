//! Reads tables of text with a delimiter.
//!
//! Lines are split here and not by a library, because a quote that is never closed must cost one row and not the rest of
//! the file, and every row needs its line. The rules are those of RFC 4180: quotes around a cell, doubled inside.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::detect::Found;
use super::infer::{Sample, is_export};
use super::rows::{Cell, Part, Refused, Row, Run, Table};
use super::text::{Line, Lines};
use super::time::{Shape, shape_of};
use super::values::{read_number, text_of};
use super::{FileError, FileProblem, Reading};

/// Lines over which one quoted cell may reach.
const QUOTE_LINES: u64 = 64;

/// Bytes over which one quoted cell may reach.
const QUOTE_BYTES: usize = 256 * 1024;

/// Delimiters in the order in which they are believed: a comma is also a decimal sign, so it comes last.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];

/// Lines from which the delimiter is told.
const SNIFFED_LINES: usize = 50;

/// What the first lines say.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) delimiter: u8,
    pub(super) names: Vec<String>,
    /// Records in front of the first row: the header and a line `sep=;`.
    skipped: u64,
}

/// A record: a line, or several when a quote reaches over them.
#[derive(Debug, Default)]
struct Record {
    line: Vec<u8>,
    spans: Vec<(usize, usize)>,
}

impl Row for Record {
    fn cell(&self, idx: usize) -> Cell<'_> {
        match self.spans.get(idx) {
            Some(&(start, end)) => Cell::Text(&self.line[start..end]),
            None => Cell::Missing,
        }
    }
}

impl Record {
    /// Finds the cells of a line without quotes; returns whether there is a quote after all.
    fn split_plain(&mut self, delimiter: u8) -> bool {
        let mut start = 0;
        for (at, &b) in self.line.iter().enumerate() {
            if b == delimiter {
                self.spans.push((start, at));
                start = at + 1;
            } else if b == b'"' {
                self.spans.clear();
                return true;
            }
        }
        self.spans.push((start, self.line.len()));
        false
    }

    /// Finds the cells of a line with quotes and takes the quotes out, in place: a cell only ever gets shorter.
    fn split_quoted(&mut self, delimiter: u8) {
        let line = &mut self.line;
        let n = line.len();
        let (mut read, mut write) = (0, 0);
        loop {
            let start = write;
            if read < n && line[read] == b'"' {
                read += 1;
                while read < n {
                    let b = line[read];
                    read += 1;
                    if b == b'"' {
                        if line.get(read) != Some(&b'"') {
                            break;
                        }
                        read += 1;
                    }
                    line[write] = b;
                    write += 1;
                }
            }
            while read < n && line[read] != delimiter {
                line[write] = line[read];
                write += 1;
                read += 1;
            }
            self.spans.push((start, write));
            if read == n {
                return;
            }
            read += 1;
        }
    }
}

/// Whether a quote is open at the end of what was looked at so far.
#[derive(Clone, Copy, Debug)]
struct QuoteState {
    open: bool,
    /// Whether a quote would open here: at the start of a cell, or right after one that closed.
    may_open: bool,
}

impl QuoteState {
    fn look_at(&mut self, bytes: &[u8], delimiter: u8) {
        for &b in bytes {
            if self.open {
                self.open = b != b'"';
                self.may_open = true;
            } else {
                self.open = b == b'"' && self.may_open;
                self.may_open = b == delimiter;
            }
        }
    }
}

/// What [`Records::next`] found.
enum Next {
    Record { line: u64 },
    Bad { line: u64, problem: FileProblem },
    End,
}

/// The records of a file.
struct Records {
    lines: Lines,
    delimiter: u8,
}

impl Records {
    /// Reads the next record; lines with nothing on them are passed over.
    fn next(&mut self, record: &mut Record) -> io::Result<Next> {
        loop {
            record.line.clear();
            record.spans.clear();
            match self.lines.next(&mut record.line)? {
                Line::End => return Ok(Next::End),
                Line::TooLong => {
                    return Ok(Next::Bad { line: self.lines.number, problem: FileProblem::LineTooLong });
                }
                Line::Whole => {}
            }
            let line = self.lines.number;
            if record.line.trim_ascii().is_empty() {
                continue;
            }
            if record.split_plain(self.delimiter) {
                if !self.close_quotes(&mut record.line)? {
                    return Ok(Next::Bad { line, problem: FileProblem::QuoteNotClosed });
                }
                record.split_quoted(self.delimiter);
            }
            return Ok(Next::Record { line });
        }
    }

    /// Appends lines until every quote is closed. When that fails, only the first line stays in `record` and the others
    /// are read again.
    fn close_quotes(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        let (first, first_len) = (self.lines.number, record.len());
        let mut state = QuoteState { open: false, may_open: true };
        let mut looked = 0;
        let mut rest_at = first_len;
        loop {
            state.look_at(&record[looked..], self.delimiter);
            looked = record.len();
            if !state.open {
                return Ok(true);
            }
            let ending: &[u8] = if self.lines.carriage_return { b"\r\n" } else { b"\n" };
            record.extend_from_slice(ending);
            if self.lines.number == first {
                rest_at = record.len();
            }
            let far = self.lines.number - first >= QUOTE_LINES || record.len() - first_len > QUOTE_BYTES;
            if far || self.lines.next(record)? != Line::Whole {
                // A line that was too long comes back cut, and is then a bad row of its own.
                self.lines.put_back(&record[rest_at..], first);
                record.truncate(first_len);
                return Ok(false);
            }
        }
    }
}

/// Looks at the first lines: delimiter and header. `wanted` is a delimiter that a person chose.
pub(super) fn head_of(found: &Found, wanted: Option<char>) -> Result<Head, FileError> {
    let mut lines = Lines::open(found, 0)?;
    let mut first: Vec<Vec<u8>> = Vec::new();
    let mut line = Vec::new();
    while first.len() < SNIFFED_LINES {
        line.clear();
        let more = lines.next(&mut line).map_err(|error| found.unread(&error))?;
        if more == Line::End {
            break;
        }
        if !line.trim_ascii().is_empty() {
            first.push(line.clone());
        }
    }
    let stated = match first.first().map(Vec::as_slice) {
        Some([b's', b'e', b'p', b'=', delimiter]) => Some(*delimiter),
        Some(_) | None => None,
    };
    let chosen = wanted.and_then(|c| u8::try_from(c).ok()).filter(u8::is_ascii);
    let body = &first[usize::from(stated.is_some()).min(first.len())..];
    let delimiter = chosen.or(stated).unwrap_or_else(|| sniff(body));
    let mut records = Records { lines: Lines::open(found, 0)?, delimiter };
    let mut record = Record::default();
    let mut cells: Vec<String> = Vec::new();
    for _ in 0..=u64::from(stated.is_some()) {
        if let Next::Record { .. } = records.next(&mut record).map_err(|error| found.unread(&error))? {
            cells = record.spans.iter().map(|&(a, b)| text_of(&record.line[a..b]).into_owned()).collect();
        }
    }
    let has_header = is_export(&cells) || !cells.iter().any(|cell| is_data(cell));
    let names = if is_export(&cells) {
        cells
    } else if has_header {
        told_apart(&cells)
    } else {
        (1..=cells.len()).map(|n| format!("column_{n}")).collect()
    };
    Ok(Head { delimiter, names, skipped: u64::from(has_header) + u64::from(stated.is_some()) })
}

/// Returns the names of columns from a header: without blanks around them, with a name where there is none, and with a
/// number behind one that stood before. Two columns of one name would become one series, in which one hides the other.
fn told_apart(cells: &[String]) -> Vec<String> {
    let name = |(idx, cell): (usize, &String)| match cell.trim() {
        "" => format!("column_{}", idx + 1),
        name => name.to_owned(),
    };
    let names: Vec<String> = cells.iter().enumerate().map(name).collect();
    let written: BTreeSet<String> = names.iter().cloned().collect();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    let number = |name: String| {
        let n = times.entry(name.clone()).or_default();
        *n += 1;
        if *n == 1 {
            return name;
        }
        while written.contains(&format!("{name}_{n}")) {
            *n += 1;
        }
        format!("{name}_{n}")
    };
    names.into_iter().map(number).collect()
}

/// Reports whether a cell of the first line is a number or a time, so that the line is no header.
fn is_data(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    matches!(read_number(bytes, true), Ok(Some(_)))
        || matches!(read_number(bytes, false), Ok(Some(_)))
        || matches!(shape_of(bytes), Some(Shape::Date { .. }))
}

/// Tells the delimiter: the first that splits all lines into the same number of columns, else the one that does so best.
fn sniff(lines: &[Vec<u8>]) -> u8 {
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let counts: Vec<usize> = lines.iter().map(|line| columns_of(line, delimiter)).collect();
        let Some(&first) = counts.first() else { break };
        let same = counts.iter().filter(|&&n| n == first).count();
        if first > 1 && same == counts.len() {
            return delimiter;
        }
        if first > 1 && same > best.0 {
            best = (same, delimiter);
        }
    }
    best.1
}

/// Counts the columns of a line, delimiters in quotes not counted.
fn columns_of(line: &[u8], delimiter: u8) -> usize {
    let mut state = QuoteState { open: false, may_open: true };
    let mut n = 1;
    for b in line {
        n += usize::from(*b == delimiter && !state.open);
        state.look_at(std::slice::from_ref(b), delimiter);
    }
    n
}

/// Reads the first rows as text, without judging them.
pub(super) fn sample(found: &Found, head: &Head, most_rows: usize) -> Result<Sample, FileError> {
    let mut records = Records { lines: Lines::open(found, 0)?, delimiter: head.delimiter };
    let mut record = Record::default();
    let mut passed = 0;
    let mut rows = Vec::new();
    while rows.len() < most_rows {
        match records.next(&mut record).map_err(|error| found.unread(&error))? {
            Next::End => break,
            Next::Bad { .. } => {}
            Next::Record { .. } if passed < head.skipped => passed += 1,
            Next::Record { .. } => {
                rows.push((0..head.names.len()).map(|idx| record.cell(idx).to_text()).collect());
            }
        }
    }
    Ok(Sample { names: head.names.clone(), rows, ..Sample::default() })
}

/// Reads a file into a run.
pub(super) fn read(
    found: &Found,
    reading: &Reading,
    run: &mut Run<'_>,
    part: &Part,
) -> Result<(), FileError> {
    let head = head_of(found, reading.delimiter)?;
    let mut table = Table::new(&found.path, &head.names, reading)?;
    let mut records = Records { lines: Lines::open(found, part.start)?, delimiter: head.delimiter };
    let mut record = Record::default();
    // In the middle of a file the first line may be a part of one.
    let mut to_skip = if part.start == 0 { head.skipped } else { 1 };
    let stop = part.start.saturating_add(part.most_bytes);
    let expected = head.names.len();
    while records.lines.bytes < stop {
        run.look(records.lines.bytes, records.lines.taken())?;
        match records.next(&mut record).map_err(|error| found.unread(&error))? {
            Next::End => break,
            Next::Record { .. } if to_skip > 0 => to_skip -= 1,
            Next::Record { line } => {
                run.done.rows += 1;
                let got = record.spans.len();
                if got == expected {
                    match table.take(&record, run) {
                        Ok(()) => {}
                        Err(Refused::Stop(error)) => return Err(error),
                        Err(Refused::Cell((column, problem))) => {
                            let (a, b) = usize::try_from(column - 1).map_or((0, 0), |idx| record.spans[idx]);
                            run.bad(line, column, &record.line[a..b], problem)?;
                        }
                    }
                } else {
                    let (n, all) = (got as u64, expected as u64);
                    let problem = if got < expected {
                        FileProblem::TooFewColumns { got: n, expected: all }
                    } else {
                        FileProblem::TooManyColumns { got: n, expected: all }
                    };
                    run.bad(line, n.min(all), &record.line, problem)?;
                }
            }
            Next::Bad { line, problem } => {
                run.done.rows += 1;
                run.bad(line, 0, &record.line, problem)?;
            }
        }
    }
    run.stopped_at = (records.lines.bytes >= stop).then(|| records.lines.taken());
    run.done.repeated_times += table.repeated_times();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_name_are_told_apart_and_blanks_are_no_part_of_a_name() {
        let cells = ["time", " cpu ", "cpu", "", "cpu_2", "cpu", ""].map(str::to_owned);

        let names = told_apart(&cells);

        assert_eq!(names, ["time", "cpu", "cpu_3", "column_4", "cpu_2", "cpu_4", "column_7"]);
    }
}
