//! Writes series to CSV, Parquet or OpenMetrics so that [`super::import`] reads them back equal.
//!
//! Samples wait in a file beside the target until all series are known, because a table needs the labels of all series
//! for its header and OpenMetrics wants the series of a metric together. What is not kept: series without samples; in
//! OpenMetrics two kinds or units of one metric (the first holds).

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result as Written;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp, Unit};

use super::infer::{EXPORT_COLUMNS, label_column};
use super::openmetrics::NAN_LABEL;
use super::values::{unusual_nan_bits, write_number};
use super::{FileError, FileFormat};

/// Bytes of a waiting sample: time and value.
const SAMPLE_BYTES: u64 = 16;

/// Rows of a Parquet row group.
const GROUP_ROWS: usize = 262_144;

/// Samples that are read back at once.
const PIECE: u64 = 65_536;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Series with at least one sample.
    pub series: u64,
    /// Samples.
    pub samples: u64,
    /// Size of the file; 0 for a pipe or a device.
    pub bytes: u64,
}

/// What is known of a series, and where its samples wait.
#[derive(Clone, Debug)]
struct Waiting {
    kind: MetricKind,
    unit: Unit,
    /// First byte and number of samples of each piece.
    pieces: Vec<(u64, u64)>,
}

/// Writes a file of samples. Until [`Exporter::finish`] the target is not touched; a dropped exporter leaves nothing.
///
/// Space beside the target: 16 bytes a sample and the new file. Memory: the series and a few MB.
#[derive(Debug)]
pub struct Exporter {
    path: PathBuf,
    /// Whether the target is a pipe or a device: it is written into, and never replaced.
    is_stream: bool,
    format: FileFormat,
    spool_path: PathBuf,
    part_path: PathBuf,
    spool: BufWriter<File>,
    spool_bytes: u64,
    series: BTreeMap<SeriesKey, Waiting>,
}

impl Drop for Exporter {
    fn drop(&mut self) {
        // Both are gone after a finished export; what cannot be removed is of no harm to the next one.
        let _ = fs::remove_file(&self.spool_path);
        let _ = fs::remove_file(&self.part_path);
    }
}

impl Exporter {
    /// Prepares to write `path`; an existing file is replaced at the end, a pipe or a device is written into.
    ///
    /// # Errors
    ///
    /// [`FileError::NotWritten`] for JSON lines, [`FileError::Unwritable`] when nothing can be written beside `path`.
    pub fn create(path: &Path, format: FileFormat) -> Result<Self, FileError> {
        if format == FileFormat::JsonLines {
            return Err(FileError::NotWritten { format });
        }
        let is_stream = fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir());
        // Beside a device is the system's own folder.
        let place = if is_stream { std::env::temp_dir().join("wardroom") } else { path.to_owned() };
        let spool_path = beside(&place, "samples");
        let spool = File::create(&spool_path).map_err(|error| unwritable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            is_stream,
            format,
            spool_path,
            part_path: beside(&place, "part"),
            spool: BufWriter::with_capacity(256 * 1024, spool),
            spool_bytes: 0,
            series: BTreeMap::new(),
        })
    }

    /// Adds samples of a series; a series may come in several pieces, in order of time. The first call says kind and unit.
    ///
    /// # Errors
    ///
    /// [`FileError::Unwritable`] when the disk refuses.
    pub fn series(
        &mut self,
        key: &SeriesKey,
        kind: MetricKind,
        unit: Unit,
        samples: &Samples,
    ) -> Result<(), FileError> {
        if samples.is_empty() {
            return Ok(());
        }
        let start = self.spool_bytes;
        for (at, value) in samples.times().iter().zip(samples.values()) {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&at.to_le_bytes());
            bytes[8..].copy_from_slice(&value.to_bits().to_le_bytes());
            self.spool.write_all(&bytes).map_err(|error| unwritable(&self.path, &error))?;
        }
        let n = samples.len() as u64;
        self.spool_bytes += n * SAMPLE_BYTES;
        match self.series.get_mut(key) {
            Some(waiting) => waiting.pieces.push((start, n)),
            None => {
                self.series.insert(key.clone(), Waiting { kind, unit, pieces: vec![(start, n)] });
            }
        }
        Ok(())
    }

    /// Writes the file and puts it in its place.
    ///
    /// # Errors
    ///
    /// [`FileError::Unwritable`] when the disk refuses; an existing file is untouched then.
    pub fn finish(mut self) -> Result<Exported, FileError> {
        let result = self.write();
        result.map_err(|error| unwritable(&self.path, &error))
    }

    fn write(&mut self) -> io::Result<Exported> {
        self.spool.flush()?;
        let mut spool = Spool { file: File::open(&self.spool_path)? };
        let part = if self.is_stream {
            File::options().write(true).open(&self.path)?
        } else {
            File::create(&self.part_path)?
        };
        let mut out = BufWriter::with_capacity(256 * 1024, part);
        match self.format {
            FileFormat::Csv => write_csv(&mut out, &self.series, &mut spool)?,
            FileFormat::OpenMetrics => write_openmetrics(&mut out, &self.series, &mut spool)?,
            FileFormat::Parquet => write_parquet(&mut out, &self.series, &mut spool)?,
            FileFormat::JsonLines => return Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        let bytes = file.metadata()?.len();
        if !self.is_stream {
            file.sync_all()?;
            drop(file);
            fs::rename(&self.part_path, &self.path)?;
        }
        let samples = self.series.values().flat_map(|waiting| &waiting.pieces).map(|(_, n)| n).sum();
        Ok(Exported { series: self.series.len() as u64, samples, bytes })
    }
}

fn unwritable(path: &Path, error: &io::Error) -> FileError {
    FileError::Unwritable { path: path.to_owned(), detail: error.to_string() }
}

/// Returns a hidden name beside `path`, of this process alone.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.{what}", std::process::id()));
    path.with_file_name(name)
}

/// The samples that wait.
struct Spool {
    file: File,
}

impl Spool {
    /// Hands all samples of a series to `take`, in the order in which they came.
    fn each(
        &mut self,
        waiting: &Waiting,
        mut take: impl FnMut(i64, f64) -> io::Result<()>,
    ) -> io::Result<()> {
        for &(start, n) in &waiting.pieces {
            self.file.seek(SeekFrom::Start(start))?;
            let size = usize::try_from(n.min(PIECE) * SAMPLE_BYTES).unwrap_or(1 << 20);
            let mut reader = BufReader::with_capacity(size, &self.file);
            for _ in 0..n {
                let (mut at, mut bits) = ([0; 8], [0; 8]);
                reader.read_exact(&mut at)?;
                reader.read_exact(&mut bits)?;
                take(i64::from_le_bytes(at), f64::from_bits(u64::from_le_bytes(bits)))?;
            }
        }
        Ok(())
    }
}

/// Returns all label names, in order.
fn label_names(series: &BTreeMap<SeriesKey, Waiting>) -> Vec<String> {
    let names: BTreeSet<&str> =
        series.keys().flat_map(|key| key.labels.iter().map(|(name, _)| name)).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Returns the names of all columns of a table with these labels.
fn column_names(labels: &[String]) -> Vec<String> {
    let own = EXPORT_COLUMNS.into_iter().map(str::to_owned);
    own.chain(labels.iter().map(|label| label_column(label))).collect()
}

/// Appends a cell, in quotes where it has to be.
fn push_cell(out: &mut Vec<u8>, text: &str) {
    if text.contains([',', '"', '\n', '\r', ';', '\t', '|']) || text.trim() != text {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Writes `time,metric,value,kind,unit` and a column for each label; a label that a series does not have is empty.
fn write_csv(
    out: &mut impl Write,
    series: &BTreeMap<SeriesKey, Waiting>,
    spool: &mut Spool,
) -> io::Result<()> {
    let labels = label_names(series);
    let mut header = Vec::new();
    for (idx, name) in column_names(&labels).iter().enumerate() {
        if idx > 0 {
            header.push(b',');
        }
        push_cell(&mut header, name);
    }
    header.push(b'\n');
    out.write_all(&header)?;
    for (key, waiting) in series {
        let mut name = vec![b','];
        push_cell(&mut name, &key.metric);
        name.push(b',');
        let mut rest = format!(",{},{}", waiting.kind.as_str(), waiting.unit.as_str()).into_bytes();
        for label in &labels {
            rest.push(b',');
            push_cell(&mut rest, key.labels.get(label).unwrap_or_default());
        }
        rest.push(b'\n');
        spool.each(waiting, |at, value| {
            write!(out, "{}", Timestamp::from_millis(at))?;
            out.write_all(&name)?;
            write_number(out, value)?;
            out.write_all(&rest)
        })?;
    }
    Ok(())
}

/// How the series of one metric stand in OpenMetrics.
struct Family<'a> {
    /// The family's name: the metric's name, without `_total` for a counter.
    name: &'a str,
    word: &'static str,
    kind: MetricKind,
    unit: Unit,
}

/// Writes families in the order of their names, each with type, unit and help, then its samples.
///
/// A counter needs `_total` at the end of its name and a histogram all of its buckets; what does not fit is `unknown`, and
/// the help text keeps the real kind.
fn write_openmetrics(
    out: &mut impl Write,
    series: &BTreeMap<SeriesKey, Waiting>,
    spool: &mut Spool,
) -> io::Result<()> {
    let metrics: BTreeSet<&str> = series.keys().map(|key| key.metric.as_str()).collect();
    let mut last: Option<&str> = None;
    for (key, waiting) in series {
        if last != Some(key.metric.as_str()) {
            last = Some(key.metric.as_str());
            write_family(out, &family_of(&key.metric, waiting, &metrics))?;
        }
        let mut prefix = Vec::new();
        push_series(&mut prefix, key);
        prefix.push(b' ');
        spool.each(waiting, |at, value| {
            out.write_all(&prefix)?;
            let bits = unusual_nan_bits(value);
            write_number(out, if bits.is_some() { f64::NAN } else { value })?;
            let sign = if at < 0 { "-" } else { "" };
            write!(out, " {sign}{}.{:03}", at.unsigned_abs() / 1000, at.unsigned_abs() % 1000)?;
            if let Some(bits) = bits {
                write!(out, " # {{{NAN_LABEL}=\"{bits:016x}\"}} 1")?;
            }
            out.write_all(b"\n")
        })?;
    }
    out.write_all(b"# EOF\n")
}

fn family_of<'a>(metric: &'a str, waiting: &Waiting, metrics: &BTreeSet<&str>) -> Family<'a> {
    let (kind, unit) = (waiting.kind, waiting.unit);
    // A counter `x_total` is the family `x`, which must not be a metric of its own.
    let stem = metric.strip_suffix("_total").filter(|stem| !stem.is_empty() && !metrics.contains(stem));
    let (name, word) = match (kind, stem) {
        (MetricKind::Counter, Some(stem)) => (stem, "counter"),
        (MetricKind::Gauge, _) => (metric, "gauge"),
        (MetricKind::Counter | MetricKind::Unknown | MetricKind::Histogram | MetricKind::Summary, _) => {
            (metric, "unknown")
        }
    };
    Family { name, word, kind, unit }
}

fn write_family(out: &mut impl Write, family: &Family<'_>) -> io::Result<()> {
    let mut name = Vec::new();
    if is_classic(family.name, true) {
        name.extend_from_slice(family.name.as_bytes());
    } else {
        push_quoted(&mut name, family.name);
    }
    let mut lines = Vec::new();
    lines.extend_from_slice(b"# TYPE ");
    lines.extend_from_slice(&name);
    lines.extend_from_slice(format!(" {}\n", family.word).as_bytes());
    if family.unit != Unit::Unknown && family.name.ends_with(&format!("_{}", family.unit.as_str())) {
        lines.extend_from_slice(b"# UNIT ");
        lines.extend_from_slice(&name);
        lines.extend_from_slice(format!(" {}\n", family.unit.as_str()).as_bytes());
    }
    lines.extend_from_slice(b"# HELP ");
    lines.extend_from_slice(&name);
    let help = format!(" kind={} unit={}\n", family.kind.as_str(), family.unit.as_str());
    lines.extend_from_slice(help.as_bytes());
    out.write_all(&lines)
}

/// Reports whether a name needs no quotes.
fn is_classic(name: &str, colon: bool) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || colon && b == b':';
    name.bytes().all(fits) && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

fn push_quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for b in text.bytes() {
        match b {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'"' => out.extend_from_slice(b"\\\""),
            b'\n' => out.extend_from_slice(b"\\n"),
            other => out.push(other),
        }
    }
    out.push(b'"');
}

/// Appends `name{a="b"}`, names in quotes where they need them.
fn push_series(out: &mut Vec<u8>, key: &SeriesKey) {
    let classic = is_classic(&key.metric, true);
    let mut parts: Vec<Vec<u8>> = Vec::new();
    if classic {
        out.extend_from_slice(key.metric.as_bytes());
    } else if !key.metric.is_empty() {
        let mut quoted = Vec::new();
        push_quoted(&mut quoted, &key.metric);
        parts.push(quoted);
    }
    parts.extend(label_parts(&key.labels));
    if !parts.is_empty() || !classic {
        out.push(b'{');
        out.extend_from_slice(&parts.join(&b','));
        out.push(b'}');
    }
}

fn label_parts(labels: &Labels) -> impl Iterator<Item = Vec<u8>> {
    labels.iter().map(|(name, value)| {
        let mut part = Vec::new();
        if is_classic(name, false) {
            part.extend_from_slice(name.as_bytes());
        } else {
            push_quoted(&mut part, name);
        }
        part.push(b'=');
        push_quoted(&mut part, value);
        part
    })
}

/// The rows of a row group that are collected.
#[derive(Default)]
struct Rows {
    times: Vec<i64>,
    values: Vec<f64>,
    /// For each run of rows of one series: the series and the number of rows.
    runs: Vec<(SeriesKey, MetricKind, Unit, usize)>,
}

/// Writes the columns of the CSV: time as UTC milliseconds, a label that a series does not have as null.
fn write_parquet(
    out: &mut (impl Write + Send),
    series: &BTreeMap<SeriesKey, Waiting>,
    spool: &mut Spool,
) -> io::Result<()> {
    let labels = label_names(series);
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let schema = schema_of(&labels).map_err(io::Error::other)?;
    let mut writer =
        SerializedFileWriter::new(out, schema, Arc::new(properties.build())).map_err(io::Error::other)?;
    let mut rows = Rows::default();
    for (key, waiting) in series {
        let mut in_run = 0;
        spool.each(waiting, |at, value| {
            rows.times.push(at);
            rows.values.push(value);
            in_run += 1;
            if rows.times.len() == GROUP_ROWS {
                rows.runs.push((key.clone(), waiting.kind, waiting.unit, std::mem::take(&mut in_run)));
                write_group(&mut writer, &std::mem::take(&mut rows), &labels).map_err(io::Error::other)?;
            }
            Ok(())
        })?;
        if in_run > 0 {
            rows.runs.push((key.clone(), waiting.kind, waiting.unit, in_run));
        }
    }
    if !rows.times.is_empty() {
        write_group(&mut writer, &rows, &labels).map_err(io::Error::other)?;
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

/// Returns the columns: only labels may lack a value.
fn schema_of(labels: &[String]) -> Written<Arc<Type>> {
    let names = column_names(labels);
    let columns = names.iter().enumerate().map(|(idx, name)| {
        let (physical, logical) = match idx {
            0 => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
            2 => (Physical::DOUBLE, None),
            _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let is_label = idx >= EXPORT_COLUMNS.len();
        let column = Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(if is_label { Repetition::OPTIONAL } else { Repetition::REQUIRED });
        Ok(Arc::new(column.build()?))
    });
    let columns = columns.collect::<Written<Vec<_>>>()?;
    Ok(Arc::new(Type::group_type_builder("samples").with_fields(columns).build()?))
}

/// Writes the collected rows as a row group.
fn write_group<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    rows: &Rows,
    labels: &[String],
) -> Written<()> {
    let mut group = writer.next_row_group()?;
    write_column::<Int64Type, W>(&mut group, &rows.times)?;
    write_texts(&mut group, rows, |key, _, _| Some(&key.metric))?;
    write_column::<DoubleType, W>(&mut group, &rows.values)?;
    write_texts(&mut group, rows, |_, kind, _| Some(kind.as_str()))?;
    write_texts(&mut group, rows, |_, _, unit| Some(unit.as_str()))?;
    for label in labels {
        write_texts(&mut group, rows, |key, _, _| key.labels.get(label))?;
    }
    group.close()?;
    Ok(())
}

fn write_column<T: parquet::data_type::DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
) -> Written<()> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, None, None)?;
        column.close()?;
    }
    Ok(())
}

/// Writes a text of each row's series; a label that a series does not have is null.
fn write_texts<'a, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &'a Rows,
    text: impl Fn(&'a SeriesKey, MetricKind, Unit) -> Option<&'a str>,
) -> Written<()> {
    let mut texts: Vec<ByteArray> = Vec::with_capacity(rows.times.len());
    let mut present: Vec<i16> = Vec::with_capacity(rows.times.len());
    for (key, kind, unit, n) in &rows.runs {
        let cell = text(key, *kind, *unit).map(ByteArray::from);
        present.extend(std::iter::repeat_n(i16::from(cell.is_some()), *n));
        texts.extend(cell.into_iter().flat_map(|cell| std::iter::repeat_n(cell, *n)));
    }
    if let Some(mut column) = group.next_column()? {
        column.typed::<ByteArrayType>().write_batch(&texts, Some(&present), None)?;
        column.close()?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::FileTypeExt;

    use super::*;

    #[test]
    fn a_pipe_is_written_into_and_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reader = std::thread::spawn({
            let path = path.clone();
            move || fs::read_to_string(path).unwrap()
        });
        let mut samples = Samples::default();
        samples.push(Timestamp::from_millis(0), 1.5);
        let key = SeriesKey::new("up", Labels::default());

        let mut exporter = Exporter::create(&path, FileFormat::Csv).unwrap();
        exporter.series(&key, MetricKind::Gauge, Unit::Unknown, &samples).unwrap();
        exporter.finish().unwrap();

        let read = reader.join().unwrap();
        assert!(read.starts_with("time,metric,value") && read.contains(",up,1.5,"), "{read}");
        assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
