//! Turns the rows of a table into series: the part that all tables share.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Unit};

use super::infer::{column_label, is_export};
use super::time::{TimeReader, unix_number};
use super::values::{clipped, read_number, series_in, text_of};
use super::{BadRow, FileError, FileProblem, Imported, KEPT_BAD_ROWS, OnBad, Reading, Role, Sink};

/// Samples of a series that are handed on together: 64 kB.
const PIECE: usize = 4096;

/// Bytes of text between two looks at the cancel flag.
const LOOK_BYTES: u64 = 1024 * 1024;

/// Which part of a file is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The first byte; a line that it divides is skipped.
    pub(super) start: u64,
    /// Reading stops at the first row behind so many bytes.
    pub(super) most_bytes: u64,
}

impl Part {
    /// The whole file.
    pub(super) const WHOLE: Self = Self { start: 0, most_bytes: u64::MAX };
}

/// One reading of a file: where samples go, what was bad, how far it is.
pub(super) struct Run<'a> {
    pub(super) path: &'a Path,
    sink: &'a mut dyn Sink,
    cancel: &'a AtomicBool,
    on_bad: OnBad,
    bytes_total: u64,
    next_look: u64,
    /// How many bytes of the file were behind where its part ended; `None` when it was read to its end.
    pub(super) stopped_at: Option<u64>,
    /// The sink's number and the waiting samples of each series.
    buffers: Vec<(u32, Samples)>,
    numbers: BTreeMap<SeriesKey, u32>,
    /// What was counted so far.
    pub(super) done: Imported,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        path: &'a Path,
        sink: &'a mut dyn Sink,
        cancel: &'a AtomicBool,
        on_bad: OnBad,
        bytes_total: u64,
    ) -> Self {
        let (buffers, numbers, done) = (Vec::new(), BTreeMap::new(), Imported::default());
        let (next_look, stopped_at) = (0, None);
        Self { path, sink, cancel, on_bad, bytes_total, next_look, stopped_at, buffers, numbers, done }
    }

    /// Says how far the file is read and ends when the import was cancelled. Cheap enough for every row.
    ///
    /// `bytes_read` are those of the text, `bytes_done` those of the file: of a packed one far fewer.
    pub(super) fn look(&mut self, bytes_read: u64, bytes_done: u64) -> Result<(), FileError> {
        if bytes_read < self.next_look {
            return Ok(());
        }
        self.next_look = bytes_read.saturating_add(LOOK_BYTES);
        self.sink.progress(bytes_done.min(self.bytes_total), self.bytes_total);
        self.look_for_cancel()
    }

    /// Ends when the import was cancelled.
    pub(super) fn look_for_cancel(&self) -> Result<(), FileError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(FileError::Cancelled { path: self.path.to_owned() });
        }
        Ok(())
    }

    /// Returns the place of a series in this run; the first caller says its kind and unit.
    pub(super) fn series(&mut self, key: &SeriesKey, kind: MetricKind, unit: Unit) -> u32 {
        if let Some(&number) = self.numbers.get(key) {
            return number;
        }
        let number = u32::try_from(self.buffers.len()).unwrap_or(u32::MAX - 1);
        let slot = self.sink.series(key, kind, unit);
        self.buffers.push((slot, Samples::default()));
        self.numbers.insert(key.clone(), number);
        number
    }

    /// Appends a sample to a series.
    pub(super) fn push(&mut self, number: u32, at_ms: i64, value: f64) -> Result<(), FileError> {
        let (_, samples) = &mut self.buffers[number as usize];
        samples.push(Timestamp::from_millis(at_ms), value);
        if samples.len() >= PIECE { self.hand_on(number as usize) } else { Ok(()) }
    }

    fn hand_on(&mut self, idx: usize) -> Result<(), FileError> {
        let (slot, waiting) = &mut self.buffers[idx];
        let mut samples = std::mem::take(waiting);
        let came = samples.len();
        samples.sort_and_deduplicate();
        self.done.overwritten += (came - samples.len()) as u64;
        self.done.samples += samples.len() as u64;
        self.done.range = reaching(self.done.range, &samples);
        self.sink
            .flush(*slot, samples)
            .map_err(|error| FileError::Sink { path: self.path.to_owned(), detail: error.to_string() })
    }

    /// Leaves a row out or refuses the file, as was chosen.
    pub(super) fn bad(
        &mut self,
        line: u64,
        column: u64,
        text: &[u8],
        problem: FileProblem,
    ) -> Result<(), FileError> {
        self.done.bad_row_count += 1;
        if self.on_bad == OnBad::LeaveOut && self.done.bad_rows.len() >= KEPT_BAD_ROWS {
            return Ok(());
        }
        let text = clipped(&text_of(&text[..text.len().min(1000)]));
        let row = BadRow { line, column, text, problem };
        if self.on_bad == OnBad::Refuse {
            return Err(FileError::BadRow { path: self.path.to_owned(), row });
        }
        self.done.bad_rows.push(row);
        Ok(())
    }

    /// Hands on what waits and tells what came.
    pub(super) fn finish(mut self) -> Result<Imported, FileError> {
        for idx in 0..self.buffers.len() {
            if !self.buffers[idx].1.is_empty() {
                self.hand_on(idx)?;
            }
        }
        self.done.series = self.buffers.len() as u64;
        self.sink.progress(self.bytes_total, self.bytes_total);
        Ok(self.done)
    }
}

/// Returns the period with that of sorted samples.
fn reaching(range: Option<TimeRange>, samples: &Samples) -> Option<TimeRange> {
    let (Some(&first), Some(&last)) = (samples.times().first(), samples.times().last()) else { return range };
    let (first, end) = (Timestamp::from_millis(first), Timestamp::from_millis(last.saturating_add(1)));
    let (start, end) = range.map_or((first, end), |range| (range.start().min(first), range.end().max(end)));
    TimeRange::new(start, end).ok()
}

/// A cell of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    Missing,
    Text(&'a [u8]),
    Number(f64),
    /// A time in milliseconds since 1970, UTC.
    Millis(i64),
    /// A time without a zone, as if it were UTC.
    LocalMillis(i64),
}

impl Cell<'_> {
    /// Returns the cell as a person would write it.
    pub(super) fn to_text(self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(bytes) => text_of(bytes).into_owned(),
            Self::Number(value) => {
                let mut text = Vec::new();
                // Writing into memory cannot fail.
                let _ = super::values::write_number(&mut text, value);
                text_of(&text).into_owned()
            }
            Self::Millis(ms) => Timestamp::from_millis(ms).to_string(),
            Self::LocalMillis(ms) => Timestamp::from_millis(ms).to_string().trim_end_matches('Z').to_owned(),
        }
    }
}

/// A row of a table, whatever its format.
pub(super) trait Row {
    /// Returns a cell; a column that the row does not have is missing.
    fn cell(&self, idx: usize) -> Cell<'_>;
}

/// A cell that cannot be read: its column from 1, and why.
pub(super) type BadCell = (u64, FileProblem);

/// Why a row was not taken.
pub(super) enum Refused {
    Cell(BadCell),
    Stop(FileError),
}

/// What the columns are, and which series their cells have named so far.
pub(super) struct Table {
    time: usize,
    name: Option<usize>,
    kind: Option<usize>,
    unit: Option<usize>,
    /// Name and labels: what tells series apart.
    identity: Vec<usize>,
    labels: Vec<(usize, String)>,
    values: Vec<(usize, String)>,
    metric_name: Option<String>,
    /// Whether a cell of a column `labels` may hold a whole set of labels.
    label_sets: bool,
    decimal_comma: bool,
    times: TimeReader,
    /// Raw cells of `identity` → group; the series of a group stand in `numbers`, one a value column.
    groups: HashMap<Vec<u8>, u32, BuildHasherDefault<CellHasher>>,
    numbers: Vec<u32>,
    key: Vec<u8>,
    last_key: Vec<u8>,
    last_group: Option<u32>,
    row_values: Vec<Option<f64>>,
}

/// A series that has no samples yet.
const UNNAMED: u32 = u32::MAX;

impl Table {
    /// Prepares for columns with these names.
    pub(super) fn new(path: &Path, names: &[String], reading: &Reading) -> Result<Self, FileError> {
        if names.len() != reading.roles.len() {
            let (got, expected) = (names.len() as u64, reading.roles.len() as u64);
            return Err(FileError::OtherColumns { path: path.to_owned(), got, expected });
        }
        let with = |role| (0..names.len()).filter(move |&idx| reading.roles[idx] == role);
        let named = |role| with(role).map(|idx| (idx, names[idx].clone())).collect::<Vec<_>>();
        let time = with(Role::Time).next().ok_or_else(|| FileError::NoTime { path: path.to_owned() })?;
        let values = named(Role::Value);
        if values.is_empty() {
            return Err(FileError::NoValues { path: path.to_owned() });
        }
        let name = with(Role::Name).next();
        let export = is_export(names);
        let mut labels = named(Role::Label);
        if export {
            for (_, name) in &mut labels {
                *name = column_label(name).to_owned();
            }
        }
        let identity = name.into_iter().chain(labels.iter().map(|(idx, _)| *idx)).collect();
        Ok(Self {
            time,
            name,
            kind: with(Role::Kind).next(),
            unit: with(Role::Unit).next(),
            identity,
            labels,
            row_values: vec![None; values.len()],
            values,
            metric_name: reading.metric_name.clone().filter(|name| !name.is_empty()),
            label_sets: !export,
            decimal_comma: reading.decimal_comma,
            times: TimeReader::new(reading.zone.as_deref(), reading.day_first)?,
            groups: HashMap::default(),
            numbers: Vec::new(),
            key: Vec::new(),
            last_key: Vec::new(),
            last_group: None,
        })
    }

    /// Takes a row. A row with a bad cell is left out as a whole; an empty value is a gap.
    pub(super) fn take(&mut self, row: &impl Row, run: &mut Run<'_>) -> Result<(), Refused> {
        let at_ms = self.time_of(row.cell(self.time)).map_err(|problem| bad_cell(self.time, problem))?;
        let mut any = false;
        for (place, (idx, _)) in self.values.iter().enumerate() {
            let value =
                value_of(row.cell(*idx), self.decimal_comma).map_err(|problem| bad_cell(*idx, problem))?;
            any |= value.is_some();
            self.row_values[place] = value;
        }
        if !any {
            return Ok(());
        }
        let group = self.group_of(row);
        for place in 0..self.row_values.len() {
            let Some(value) = self.row_values[place] else { continue };
            let at = group as usize * self.values.len() + place;
            if self.numbers[at] == UNNAMED {
                self.numbers[at] = self.name_series(row, place, run);
            }
            run.push(self.numbers[at], at_ms, value).map_err(Refused::Stop)?;
        }
        Ok(())
    }

    /// Returns how many local times occurred twice.
    pub(super) fn repeated_times(&self) -> u64 {
        self.times.repeated
    }

    fn time_of(&mut self, cell: Cell<'_>) -> Result<i64, FileProblem> {
        match cell {
            Cell::Missing => Err(FileProblem::TimeMissing),
            Cell::Text(text) => self.times.read(text),
            Cell::Number(value) => unix_number(value),
            Cell::Millis(ms) => Ok(ms),
            Cell::LocalMillis(ms) => self.times.local(ms),
        }
    }

    /// Finds the group of the row's identity, or opens one. Costs no allocation for a known one.
    fn group_of(&mut self, row: &impl Row) -> u32 {
        self.key.clear();
        for &idx in &self.identity {
            push_key(&mut self.key, row.cell(idx));
        }
        if let Some(group) = self.last_group
            && self.key == self.last_key
        {
            return group;
        }
        let group = if let Some(&group) = self.groups.get(self.key.as_slice()) {
            group
        } else {
            let group = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
            self.groups.insert(self.key.clone(), group);
            self.numbers.resize(self.numbers.len() + self.values.len(), UNNAMED);
            group
        };
        std::mem::swap(&mut self.key, &mut self.last_key);
        self.last_group = Some(group);
        group
    }

    /// Makes the series of a value column in a row and announces it.
    fn name_series(&self, row: &impl Row, place: usize, run: &mut Run<'_>) -> u32 {
        let mut labels = Labels::default();
        let column = self.values[place].1.as_str();
        let from_row = self.name.map(|idx| row.cell(idx).to_text());
        let metric = match (from_row, &self.metric_name) {
            (Some(name), _) if self.values.len() == 1 => name,
            (Some(name), _) => format!("{name}_{column}"),
            (None, Some(name)) if self.values.len() == 1 => name.clone(),
            (None, _) => match series_in(column) {
                Some(key) => {
                    labels = key.labels;
                    key.metric
                }
                None => column.to_owned(),
            },
        };
        for (idx, name) in &self.labels {
            let text = row.cell(*idx).to_text();
            match label_set(name, &text, self.label_sets) {
                Some(set) => {
                    for (name, value) in set {
                        labels.set(name, value);
                    }
                }
                None => labels.set(name.as_str(), text),
            }
        }
        let key = SeriesKey::new(metric, labels);
        let word =
            |column: Option<usize>| column.map(|idx| row.cell(idx).to_text()).filter(|text| !text.is_empty());
        let kind = word(self.kind)
            .map_or_else(|| MetricKind::from_metric_name(&key.metric), |w| MetricKind::parse(&w));
        let unit = word(self.unit).map_or_else(|| Unit::from_metric_name(&key.metric), |w| Unit::parse(&w));
        run.series(&key, kind, unit)
    }
}

fn bad_cell(idx: usize, problem: FileProblem) -> Refused {
    Refused::Cell((idx as u64 + 1, problem))
}

fn value_of(cell: Cell<'_>, decimal_comma: bool) -> Result<Option<f64>, FileProblem> {
    match cell {
        Cell::Missing => Ok(None),
        Cell::Text(text) => read_number(text, decimal_comma),
        Cell::Number(value) => Ok(Some(value)),
        Cell::Millis(ms) | Cell::LocalMillis(ms) => Ok(Some(ms as f64 / 1000.0)),
    }
}

/// Appends a cell to the key of a row; the length keeps `a|b` and `ab|` apart.
fn push_key(key: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Missing => key.extend_from_slice(&0_u32.to_ne_bytes()),
        Cell::Text(text) => {
            key.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_ne_bytes());
            key.extend_from_slice(text);
        }
        Cell::Number(value) => key.extend_from_slice(&value.to_bits().to_ne_bytes()),
        Cell::Millis(ms) | Cell::LocalMillis(ms) => key.extend_from_slice(&ms.to_ne_bytes()),
    }
}

/// Reads a cell of a column `labels` or `tags` that holds a whole set, as JSON or as Prometheus writes it.
fn label_set(column: &str, text: &str, allowed: bool) -> Option<Vec<(String, String)>> {
    if !allowed || !matches!(column, "labels" | "tags") || !text.starts_with('{') {
        return None;
    }
    if let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        let word = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return Some(object.into_iter().map(|(name, value)| (name, word(value))).collect());
    }
    let key = series_in(text)?;
    Some(key.labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Hashes the raw bytes of cells, eight at a time.
///
/// Keys come from a file that the person chose; the table only speeds up the search, so a fast hash without a secret is
/// enough. Source of the mixing step: Firefox's `FxHasher` (multiply by an odd constant after a rotation).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellHasher(u64);

impl CellHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for CellHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(last));
        }
    }

    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }

    fn finish(&self) -> u64 {
        // The table uses the upper bits of the hash as tags and the lower ones as places: both need mixing.
        self.0 ^ (self.0 >> 32)
    }
}
