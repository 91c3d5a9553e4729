//! What the window gets of files before and while they are imported, and what it asks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Span;

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ColumnRole {
    /// The time.
    Time,
    /// The metric's name.
    Name,
    /// A label.
    Label,
    /// A value.
    Value,
    /// The kind of metric.
    Kind,
    /// The unit.
    Unit,
    /// Not taken.
    LeftOut,
}

/// How a table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TableLayout {
    /// A row a sample.
    Long,
    /// A row a time, a column a series.
    Wide,
}

/// How a file is to be read: the preview's understanding with a person's changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadingChoice {
    /// Long or wide.
    pub layout: TableLayout,
    /// The columns' roles, in order.
    pub roles: Vec<ColumnRole>,
    /// Whether `01/02/2026` is the first of February; `null` when the question does not arise or is not answered.
    pub day_first: Option<bool>,
    /// The zone of times without one, as an IANA name or offset; `null` while none is chosen.
    pub zone: Option<String>,
    /// Whether a file with a bad row is refused whole.
    pub refuse_bad: bool,
}

/// What a file would bring. Nothing is stored yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewRow {
    /// The file.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub size_bytes: f64,
    /// One of the three verdicts.
    pub verdict: FileVerdict,
    /// What it is, in words: format, layout, separator, encoding.
    pub about: Vec<Phrase>,
    /// The understanding; `null` when nothing of the file is understood.
    pub reading: Option<ReadingChoice>,
    /// The columns.
    pub columns: Vec<ColumnRow>,
    /// The first rows, as they stand in the file.
    pub first_rows: Vec<Vec<String>>,
    /// Rows in all.
    pub rows: f64,
    /// Whether `rows`, `series` and `samples` are estimates from a part of the file.
    pub estimated: bool,
    /// Series.
    pub series: u32,
    /// Samples.
    pub samples: f64,
    /// The period.
    pub range: Option<Span>,
    /// Bytes in the workspace, about.
    pub bytes: f64,
    /// The rows that cannot be read, at most 100.
    pub bad_rows: Vec<BadRowRow>,
    /// How many there are.
    pub bad_row_count: u32,
    /// The question that has to be answered first.
    pub question: Option<QuestionRow>,
    /// Why the file is refused.
    pub refusal: Option<AppError>,
    /// Whether the same file was imported before.
    pub imported_before: bool,
}

/// What can be said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileVerdict {
    /// Can be imported.
    Ready,
    /// Waits for an answer.
    Asking,
    /// Cannot be read.
    Refused,
}

/// A column as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ColumnRow {
    /// Its head.
    pub name: String,
    /// What it is taken for.
    pub role: ColumnRole,
    /// How it was understood.
    pub understood: Phrase,
    /// Its first value.
    pub first_value: String,
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BadRowRow {
    /// The line, from 1.
    pub line: f64,
    /// The column, from 1.
    pub column: u32,
    /// What stands there.
    pub text: String,
    /// Why it is bad.
    pub problem: Phrase,
}

/// A question whose answer nothing in the file decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuestionRow {
    /// Lines in question.
    pub examples: Vec<String>,
    /// What the day-first reading would mean; `null` when only the zone is asked for.
    pub day_first: Option<Phrase>,
    /// What the month-first reading would mean; `null` when only the zone is asked for.
    pub month_first: Option<Phrase>,
}

/// What is asked when an import begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportRequest {
    /// The file.
    pub path: String,
    /// How to read it; `null` takes the preview's understanding.
    pub reading: Option<ReadingChoice>,
    /// The source's name.
    pub source_name: String,
}
