//! Says how a file is understood before anything of it is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use wardroom_core::{MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Unit};

use super::detect::{Found, detect};
use super::infer::{Inferred, Sample, infer};
use super::packed::Compression;
use super::rows::{Part, Run};
use super::{
    Column, FileError, FileFormat, Imported, Layout, OnBad, Preview, Question, QuestionKind, Reading, Role,
    Sink, Understood, WHOLE_PREVIEW_BYTES, csv, jsonl, openmetrics, parquet, read_into,
};

/// Rows from which the columns are told.
const SAMPLED_ROWS: usize = 2000;

/// Bytes of a large file that are read at its beginning.
const LARGE_HEAD_BYTES: u64 = 16 * 1024 * 1024;

/// Bytes of a large file that are read at its end, for the last time.
const LARGE_TAIL_BYTES: u64 = 256 * 1024;

/// Rows that are shown.
const SHOWN_ROWS: usize = 5;

/// Shows how a file is understood, with the given choices or with what its first rows tell.
///
/// Files up to [`WHOLE_PREVIEW_BYTES`] are read whole, so that all counts are exact; of larger ones the first 16 MB and
/// the end, and [`Preview::estimated`] is set. Of packed ones as much of the text is read, and no end behind it. A file
/// that cannot be imported still has a preview, with [`Preview::refusal`]. Bad rows are always shown and never refuse a
/// preview.
///
/// # Errors
///
/// [`FileError::NotFound`] and [`FileError::Unreadable`] when the system does not give the file,
/// [`FileError::UnknownZone`] when the choices name a zone that does not exist.
pub fn preview(path: &Path, choices: Option<&Reading>) -> Result<Preview, FileError> {
    let found = match detect(path) {
        Ok(found) => found,
        Err(error @ (FileError::NotFound { .. } | FileError::Unreadable { .. })) => return Err(error),
        Err(refusal) => return Ok(refused(path, refusal)),
    };
    match understand(&found, choices) {
        Ok(preview) => Ok(preview),
        Err(error @ (FileError::Unreadable { .. } | FileError::UnknownZone { .. })) => Err(error),
        Err(refusal) => Ok(Preview { format: found.format, ..refused(path, refusal) }),
    }
}

/// Returns the preview of a file that is not read.
fn refused(path: &Path, refusal: FileError) -> Preview {
    Preview {
        file_name: file_name(path),
        size_bytes: std::fs::metadata(path).map_or(0, |about| about.len()),
        format: FileFormat::Csv,
        compression: Compression::Plain,
        layout: Layout::Long,
        encoding: String::new(),
        delimiter: None,
        decimal_comma: false,
        columns: Vec::new(),
        first_rows: Vec::new(),
        rows: None,
        estimated: false,
        columns_cut_at: None,
        question: None,
        refusal: Some(refusal),
        bad_rows: Vec::new(),
        bad_row_count: 0,
        series: 0,
        samples: 0,
        repeated_times: 0,
        range: None,
        choices: no_choices(),
    }
}

fn no_choices() -> Reading {
    Reading {
        layout: Layout::Long,
        roles: Vec::new(),
        day_first: None,
        zone: None,
        delimiter: None,
        decimal_comma: false,
        on_bad: OnBad::LeaveOut,
        metric_name: None,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn understand(found: &Found, choices: Option<&Reading>) -> Result<Preview, FileError> {
    let mut delimiter = None;
    let sample = match found.format {
        FileFormat::Csv => {
            let head = csv::head_of(found, choices.and_then(|reading| reading.delimiter))?;
            delimiter = Some(head.delimiter);
            csv::sample(found, &head, SAMPLED_ROWS)?
        }
        FileFormat::JsonLines => jsonl::sample(found)?,
        FileFormat::Parquet => parquet::sample(found, SAMPLED_ROWS)?,
        FileFormat::OpenMetrics => return understand_openmetrics(found, choices),
    };
    let Inferred { columns, reading, question } = infer(&sample, delimiter, choices);
    let mut preview = Preview {
        size_bytes: found.size_bytes,
        format: found.format,
        compression: found.compression,
        layout: reading.layout,
        encoding: if found.format == FileFormat::Parquet {
            String::new()
        } else {
            found.encoding.name().to_owned()
        },
        delimiter: reading.delimiter,
        decimal_comma: reading.decimal_comma,
        columns,
        first_rows: sample.rows.iter().take(SHOWN_ROWS).cloned().collect(),
        columns_cut_at: sample.cut_at,
        question,
        refusal: None,
        choices: reading,
        ..refused(&found.path, FileError::Empty { path: found.path.clone() })
    };
    count_into(&mut preview, found, &sample)?;
    Ok(preview)
}

/// Counts what an import would bring. With an open question only the rows are counted: their times are not known.
fn count_into(preview: &mut Preview, found: &Found, sample: &Sample) -> Result<(), FileError> {
    let counted = match count(found, &preview.choices) {
        Ok(counted) => counted,
        Err(refusal @ (FileError::NoTime { .. } | FileError::NoValues { .. })) => {
            // What a column holds is told by its rows.
            let no_rows = || FileError::NoRows { path: found.path.clone() };
            preview.refusal = Some(if sample.rows.is_empty() { no_rows() } else { refusal });
            preview.rows = (sample.rows.len() < SAMPLED_ROWS).then_some(sample.rows.len() as u64);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    take_counts(preview, found, counted)
}

fn take_counts(preview: &mut Preview, found: &Found, counted: Counted) -> Result<(), FileError> {
    preview.estimated = counted.share < 1.0;
    preview.rows = Some(scaled(counted.done.rows, counted.share));
    if found.format == FileFormat::Parquet {
        preview.rows = Some(parquet::rows_of(found)?);
    }
    if preview.question.is_some() {
        return Ok(());
    }
    preview.samples = scaled(counted.done.samples, counted.share);
    preview.series = counted.done.series;
    preview.bad_rows = counted.done.bad_rows;
    preview.bad_row_count = counted.done.bad_row_count;
    preview.repeated_times = counted.done.repeated_times;
    preview.range = counted.sink.range().filter(|_| counted.end_read);
    Ok(())
}

/// What was counted, of which share of the file (0 to 1), and whether the times of its end are among it.
struct Counted {
    done: Imported,
    sink: CountingSink,
    share: f64,
    end_read: bool,
}

fn count(found: &Found, reading: &Reading) -> Result<Counted, FileError> {
    let mut sink = CountingSink::default();
    let never = AtomicBool::new(false);
    let large = found.size_bytes > WHOLE_PREVIEW_BYTES;
    let part = match found.compression {
        Compression::Gzip | Compression::Zstd => Part { start: 0, most_bytes: WHOLE_PREVIEW_BYTES },
        Compression::Plain if large => Part { start: 0, most_bytes: LARGE_HEAD_BYTES },
        Compression::Plain => Part::WHOLE,
    };
    let mut run = Run::new(&found.path, &mut sink, &never, OnBad::LeaveOut, found.size_bytes);
    read_into(found, reading, &mut run, &part)?;
    let stopped_at = run.stopped_at;
    let done = run.finish()?;
    if found.compression != Compression::Plain {
        let share = stopped_at.map_or(1.0, |taken| share_of(taken, found.size_bytes));
        return Ok(Counted { done, sink, share, end_read: stopped_at.is_none() });
    }
    let share = if large { LARGE_HEAD_BYTES as f64 / found.size_bytes as f64 } else { 1.0 };
    let can_enter = found.format != FileFormat::Parquet && found.encoding.is_of_bytes();
    if large && can_enter {
        // Only the times of the end count here: rows there are no part of the share.
        let mut run = Run::new(&found.path, &mut sink, &never, OnBad::LeaveOut, found.size_bytes);
        let part = Part { start: found.size_bytes - LARGE_TAIL_BYTES, most_bytes: u64::MAX };
        read_into(found, reading, &mut run, &part)?;
        run.finish()?;
    }
    Ok(Counted { done, sink, share, end_read: !large || can_enter })
}

/// Returns which share of a packed file was read. It stays below 1 where the file is taken whole, because a rest of its
/// text waits.
fn share_of(taken: u64, size_bytes: u64) -> f64 {
    (taken as f64 / size_bytes as f64).min(0.999)
}

/// Scales a count of a part up to the whole file.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count divided by a share above zero is positive and an estimate anyway"
)]
fn scaled(n: u64, share: f64) -> u64 {
    if share < 1.0 { (n as f64 / share).round() as u64 } else { n }
}

/// Understands OpenMetrics, whose columns are given by the format.
fn understand_openmetrics(found: &Found, choices: Option<&Reading>) -> Result<Preview, FileError> {
    let reading = choices.cloned().unwrap_or_else(no_choices);
    let counted = count(found, &reading)?;
    let time = if openmetrics::lacks_times(found)? { Understood::FileTime } else { Understood::UnixSeconds };
    let first = counted.sink.first.as_ref();
    let column = |name: &str, role, understood, first_value| Column {
        name: name.to_owned(),
        role,
        understood,
        first_value,
    };
    let metrics = Understood::Values { distinct: counted.sink.metrics.len() as u64 };
    let mut columns = vec![
        column("time", Role::Time, time, first.map(|row| row.1.to_string()).unwrap_or_default()),
        column("metric", Role::Name, metrics, first.map(|row| row.0.metric.clone()).unwrap_or_default()),
        column(
            "value",
            Role::Value,
            Understood::Number { unit: Unit::Unknown },
            first.map(|row| row.2.to_string()).unwrap_or_default(),
        ),
    ];
    for (name, values) in &counted.sink.labels {
        let understood = Understood::Values { distinct: values.len() as u64 };
        let first_value = values.first().cloned().unwrap_or_default();
        columns.push(column(name, Role::Label, understood, first_value));
    }
    let roles = columns.iter().map(|column| column.role).collect();
    let first_rows = counted.sink.rows(&columns);
    let mut preview = Preview {
        size_bytes: found.size_bytes,
        format: found.format,
        compression: found.compression,
        encoding: found.encoding.name().to_owned(),
        columns,
        first_rows,
        refusal: None,
        choices: Reading { roles, ..reading },
        ..refused(&found.path, FileError::Empty { path: found.path.clone() })
    };
    take_counts(&mut preview, found, counted)?;
    Ok(preview)
}

/// Counts instead of storing.
#[derive(Debug, Default)]
struct CountingSink {
    keys: Vec<SeriesKey>,
    metrics: BTreeSet<String>,
    labels: BTreeMap<String, BTreeSet<String>>,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
    first: Option<(SeriesKey, Timestamp, f64)>,
    shown: Vec<(SeriesKey, Timestamp, f64)>,
}

impl CountingSink {
    /// Returns the period of all samples.
    fn range(&self) -> Option<TimeRange> {
        let (first, last) = (self.first_ms?, self.last_ms?);
        TimeRange::new(Timestamp::from_millis(first), Timestamp::from_millis(last.saturating_add(1))).ok()
    }

    /// Returns the shown samples as rows of a table with these columns.
    fn rows(&self, columns: &[Column]) -> Vec<Vec<String>> {
        let cell = |(key, at, value): &(SeriesKey, Timestamp, f64), column: &Column| match column.role {
            Role::Time => at.to_string(),
            Role::Name => key.metric.clone(),
            Role::Value => value.to_string(),
            Role::Label | Role::LeftOut | Role::Kind | Role::Unit => {
                key.labels.get(&column.name).unwrap_or_default().to_owned()
            }
        };
        self.shown.iter().map(|shown| columns.iter().map(|column| cell(shown, column)).collect()).collect()
    }
}

impl Sink for CountingSink {
    fn series(&mut self, key: &SeriesKey, _: MetricKind, _: Unit) -> u32 {
        self.keys.push(key.clone());
        self.metrics.insert(key.metric.clone());
        for (name, value) in key.labels.iter() {
            self.labels.entry(name.to_owned()).or_default().insert(value.to_owned());
        }
        u32::try_from(self.keys.len() - 1).unwrap_or(u32::MAX)
    }

    fn flush(&mut self, slot: u32, samples: Samples) -> Result<(), Box<dyn Error + Send + Sync>> {
        for &at in [samples.times().first(), samples.times().last()].into_iter().flatten() {
            self.first_ms = Some(self.first_ms.map_or(at, |first| first.min(at)));
            self.last_ms = Some(self.last_ms.map_or(at, |last| last.max(at)));
        }
        if self.shown.len() < SHOWN_ROWS
            && let (Some(key), Some(&at), Some(&value)) =
                (self.keys.get(slot as usize), samples.times().first(), samples.values().first())
        {
            let row = (key.clone(), Timestamp::from_millis(at), value);
            self.first.get_or_insert_with(|| row.clone());
            self.shown.push(row);
        }
        Ok(())
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

/// Returns the choices with what the first rows prove beside them.
pub(super) fn settled(found: &Found, reading: &Reading) -> Result<Reading, FileError> {
    let (sample, delimiter) = match found.format {
        FileFormat::Csv => {
            let head = csv::head_of(found, reading.delimiter)?;
            (csv::sample(found, &head, SAMPLED_ROWS)?, Some(head.delimiter))
        }
        FileFormat::JsonLines => (jsonl::sample(found)?, None),
        FileFormat::Parquet => (parquet::sample(found, SAMPLED_ROWS)?, None),
        FileFormat::OpenMetrics => return Ok(reading.clone()),
    };
    if sample.names.len() != reading.roles.len() {
        let (got, expected) = (sample.names.len() as u64, reading.roles.len() as u64);
        return Err(FileError::OtherColumns { path: found.path.clone(), got, expected });
    }
    let inferred = infer(&sample, delimiter, Some(reading));
    let question = match inferred.question {
        None => return Ok(inferred.reading),
        Some(Question::DayOrMonthFirst { .. }) => QuestionKind::DayOrMonthFirst,
        Some(Question::Zone { .. }) => QuestionKind::Zone,
    };
    Err(FileError::Undecided { path: found.path.clone(), question })
}
