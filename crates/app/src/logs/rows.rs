//! What the window gets of the log room: templates, one template, lines, decisions, files and masking.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// How serious the writer of a line found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LogGrade {
    /// The program cannot go on.
    Fatal,
    /// Something went wrong.
    Error,
    /// Something may go wrong.
    Warn,
    /// All is well.
    Info,
    /// For those who look for a mistake.
    Debug,
    /// Every step.
    Trace,
}

/// How a template's lines in the compared window stand against those in the window before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LogChange {
    /// It did not exist before.
    New,
    /// It stopped.
    Gone,
    /// More lines than expected.
    More,
    /// Fewer lines than expected.
    Fewer,
    /// A handful of lines, as ever.
    Rare,
    /// As expected.
    Same,
}

/// What kind of fault a line tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LogClass {
    /// A physical part fails.
    Hardware,
    /// A software or configuration fault.
    Application,
    /// A peer cannot be reached.
    Network,
    /// A failed or suspicious sign-in, a scan, a denied access.
    Security,
    /// No fault.
    None,
    /// Nothing can be said with enough confidence.
    Unknown,
}

/// What is asked of the list of lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogsRequest {
    /// The range; `null` takes the last hour of data.
    pub range: Option<Span>,
    /// Only lines at least this serious; `null` for all.
    pub level: Option<LogGrade>,
    /// What a line has to match, such as `service : checkout and not "health check"`; empty for all lines. With a query in
    /// a cluster's own language (JSON) in front, clusters are asked.
    pub query: String,
    /// Only lines of this template; `null` for all.
    pub template: Option<String>,
    /// Only lines of these sources; empty for all.
    pub sources: Vec<u32>,
    /// Only lines of this entity; `null` for all.
    pub entity: Option<String>,
    /// Goes on behind the line at which the answer before ended; `null` begins with the newest.
    pub behind: Option<LogPlace>,
    /// Rows at most, 500 at the very most.
    pub limit: u32,
}

/// A place in the list of log lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogPlace {
    /// The time of the last line that was shown.
    pub at: Millis,
    /// Its identity, as text.
    pub id: String,
}

/// The list of log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogsView {
    /// The range.
    pub range: Span,
    /// Whether this workspace has any log lines at all.
    pub known: bool,
    /// The rows asked for, newest first.
    pub rows: Vec<LogItem>,
    /// Where the next page begins; `null` at the end of the list.
    pub next: Option<LogPlace>,
    /// Services that write lines in this workspace, by name.
    pub services: Vec<String>,
    /// Machines on which lines are written, by name.
    pub hosts: Vec<String>,
    /// What makes the answer partial.
    pub notices: Vec<Phrase>,
}

/// How many log lines match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogCountsView {
    /// The one sentence; it says only how many lines there are.
    pub headline: Phrase,
    /// Lines that match.
    pub total: f64,
    /// Lines by level, most serious first, without the choice of a level.
    pub levels: Vec<LogLevelCount>,
    /// Lines by bin over the range, without the choice of a level.
    pub bins: Vec<LogBin>,
    /// Length of a bin.
    pub bin: Millis,
    /// What makes the counts partial.
    pub notices: Vec<Phrase>,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogItem {
    /// Its identity in this workspace, as text.
    pub id: String,
    /// When it was written, by the clock of its writer.
    pub at: Millis,
    /// How serious; `null` when its writer did not say.
    pub level: Option<LogGrade>,
    /// Who wrote it; empty when not known.
    pub service: String,
    /// On which machine; empty when not known.
    pub host: String,
    /// Which log; empty when not known.
    pub dataset: String,
    /// The text.
    pub message: String,
    /// Everything else by field name.
    pub fields: Vec<(String, String)>,
    /// What kind of fault it tells of; `null` where lines are shown that nobody has judged, those of a preview.
    pub fault: Option<LogFault>,
}

/// What a line was found to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogFault {
    /// The class.
    pub class: LogClass,
    /// A class of a person's own, which goes before the other one.
    pub custom_class: Option<String>,
    /// How sure the class is, 0 to 1.
    pub confidence: f64,
    /// Whether a person chose the class.
    pub by_hand: bool,
}

/// Lines of one level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogLevelCount {
    /// The level.
    pub level: LogGrade,
    /// Lines.
    pub lines: f64,
}

/// Lines in one bin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogBin {
    /// The bin's beginning.
    pub start: Millis,
    /// Errors and fatal ones.
    pub error: f64,
    /// Warnings.
    pub warn: f64,
    /// Others, those whose writer named no level among them.
    pub other: f64,
}

/// What is asked of the table of templates. An empty list takes everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TemplatesRequest {
    /// The range; `null` takes the last hours of data.
    pub range: Option<Span>,
    /// The window to compare with; `null` lets the program choose.
    pub baseline: Option<Span>,
    /// The window that is compared; `null` lets the program choose.
    pub compare: Option<Span>,
    /// What a line has to match; empty for all lines.
    pub query: String,
    /// Only lines of these sources.
    pub sources: Vec<u32>,
    /// Only lines of this entity; `null` for all.
    pub entity: Option<String>,
    /// Only templates of these levels.
    pub levels: Vec<LogGrade>,
    /// Only templates of these classes.
    pub classes: Vec<LogClass>,
    /// Only templates that changed in these ways.
    pub changes: Vec<LogChange>,
}

/// The table of templates, the most surprising first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TemplatesView {
    /// The range.
    pub range: Span,
    /// The window that is compared with.
    pub baseline: Span,
    /// The window that is compared.
    pub compare: Span,
    /// The one sentence ("Six templates did not exist before 02:57:38.").
    pub headline: Option<Phrase>,
    /// The sentence under it, about the first or most serious of them.
    pub lead: Option<Phrase>,
    /// Whether this workspace has any log lines at all.
    pub known: bool,
    /// Lines in the range.
    pub lines: f64,
    /// Templates in the range, whatever is chosen.
    pub templates: u32,
    /// Lines that templates were made of, in all.
    pub mined_lines: f64,
    /// How long they took, in milliseconds; `None` when some were learnt before the workspace was opened.
    pub mined_ms: Option<f64>,
    /// When the table was made.
    pub read_at: Millis,
    /// The sources of lines.
    pub sources: Vec<LogSourceRow>,
    /// Templates by change, without the choice of a change.
    pub changes: Vec<(LogChange, u32)>,
    /// Lines by level.
    pub levels: Vec<LogLevelCount>,
    /// Templates by class, without the choice of a class.
    pub classes: Vec<(LogClass, u32)>,
    /// Lines by bin over the range.
    pub bins: Vec<LogBin>,
    /// Length of a bin.
    pub bin: Millis,
    /// The first alert that began in the range; `null` without one.
    pub first_alert: Option<Millis>,
    /// The first line of a template that did not exist before; `null` without one.
    pub first_new: Option<Millis>,
    /// The rows, the most surprising first; at most 400.
    pub rows: Vec<TemplateRow>,
    /// Secrets that were masked on the way in, by rule.
    pub masked: Vec<(String, u32)>,
    /// What makes the answer partial.
    pub notices: Vec<Phrase>,
}

/// A source of log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogSourceRow {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// What it is: `elasticsearch`, `log_files`, `simulated`.
    pub kind: String,
    /// Lines in the range.
    pub lines: f64,
    /// Whether it is followed.
    pub live: bool,
}

/// A template in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TemplateRow {
    /// Its identity, as text.
    pub id: String,
    /// Its text in parts.
    pub parts: Vec<TemplatePartRow>,
    /// The name that a person gave it.
    pub name: Option<String>,
    /// How it stands against the window before; `null` when not all of its lines were looked at.
    pub change: Option<LogChange>,
    /// Its rate divided by the one before; `null` where one of them is nothing or not known.
    pub ratio: Option<f64>,
    /// Surprise, 0 to 1; 0 when it is not compared.
    pub surprise: f64,
    /// The level of most of its lines; `null` when their writers did not say.
    pub level: Option<LogGrade>,
    /// Services that write it, by name; at most eight.
    pub services: Vec<String>,
    /// Machines on which it is written, by name; at most eight.
    pub hosts: Vec<String>,
    /// What kind of fault it tells of.
    pub class: LogClass,
    /// A class of a person's own.
    pub custom_class: Option<String>,
    /// How sure the class is, 0 to 1.
    pub confidence: f64,
    /// Whether a person chose the class.
    pub by_hand: bool,
    /// Lines in the compared window.
    pub count: f64,
    /// Lines that were expected there; `null` when not all of its lines were looked at.
    pub expected: Option<f64>,
    /// Lines by bin over the range.
    pub spark: Vec<f64>,
    /// The first line of all.
    pub first_seen: Millis,
    /// The last line of all.
    pub last_seen: Millis,
    /// Whether the first line of all lies in the range.
    pub first_in_range: bool,
}

/// A part of a template's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TemplatePartRow {
    /// The text: literal, or the word for a parameter.
    pub text: String,
    /// The kind of parameter; `null` for a literal text.
    pub kind: Option<String>,
}

/// What is asked of one template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TemplateRequest {
    /// The template.
    pub id: String,
    /// The table that it stands in.
    pub window: TemplatesRequest,
}

/// One template with what explains it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TemplateDetails {
    /// Its row.
    pub row: TemplateRow,
    /// Its lines before the compared window.
    pub before_lines: f64,
    /// The period in which they were looked for; `null` without any history.
    pub before_span: Option<Span>,
    /// How its first line stands to the first alert.
    pub against_alerts: Option<Phrase>,
    /// How it stands to the nearest finding of a metric.
    pub against_metrics: Option<Phrase>,
    /// Every class with its probability.
    pub classes: Vec<(LogClass, f64)>,
    /// The error code in it.
    pub error_code: Option<String>,
    /// The service that is affected.
    pub affected_service: Option<String>,
    /// Why it has its class.
    pub evidence: Vec<Phrase>,
    /// The same as one JSON object.
    pub json: String,
    /// Some of its lines.
    pub examples: Vec<LogItem>,
    /// The lines around the first of them.
    pub around: Vec<LogItem>,
    /// The line that they stand around.
    pub around_of: String,
    /// Its parameters, in order; behind them those of templates that were merged into it.
    pub parameters: Vec<ParameterRow>,
    /// What makes this partial.
    pub notices: Vec<Phrase>,
    /// What people decided about it.
    pub decisions: Vec<DecisionRow>,
    /// Its lines by bin over the range.
    pub spark_bins: Vec<LogBin>,
}

/// A parameter of a template with its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParameterRow {
    /// Its place, from 0.
    pub index: u32,
    /// The text of the merged template that it stands in; `null` for the template itself.
    pub merged: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Different values.
    pub distinct: u32,
    /// Whether there are more than were counted.
    pub distinct_more: bool,
    /// The most frequent values.
    pub top: Vec<ParameterValue>,
    /// How numbers are spread; `null` for texts.
    pub numbers: Option<NumberSpread>,
    /// Which value explains an increase; `null` when none does, or when not all lines were looked at.
    pub explains: Option<Phrase>,
}

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParameterValue {
    /// The value.
    pub value: String,
    /// Lines with it in the window before.
    pub baseline: f64,
    /// Lines with it in the compared window.
    pub compare: f64,
}

/// How the numbers of a parameter are spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NumberSpread {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// The middle one.
    pub median: f64,
    /// The unit; may be empty.
    pub unit: String,
    /// Beginning of each bin and its lines in the compared window.
    pub bins: Vec<(f64, f64)>,
    /// Width of a bin.
    pub bin: f64,
}

/// What a person decides about templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum DecisionDraft {
    /// These are one template; the first is kept.
    Merge {
        /// The templates.
        templates: Vec<String>,
    },
    /// Each value of a parameter is a template of its own.
    Split {
        /// The template.
        template: String,
        /// The parameter's place, from 0.
        parameter: u32,
    },
    /// It gets a name; an empty one takes the name away.
    Rename {
        /// The template.
        template: String,
        /// The name.
        name: String,
    },
    /// It is of this class.
    Label {
        /// The template.
        template: String,
        /// The class.
        class: LogClass,
        /// A class of a person's own; templates like it get it too.
        custom: Option<String>,
    },
}

/// A decision that stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRow {
    /// Its number.
    pub id: u32,
    /// What was decided.
    pub words: Phrase,
    /// When.
    pub at: Millis,
}

/// How a typed query is understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QueryCheck {
    /// Whether it can be read.
    pub ok: bool,
    /// Where it goes wrong, in characters from 0.
    pub at: u32,
    /// What is wrong.
    pub problem: Option<Phrase>,
    /// The query as the program writes it.
    pub understood: String,
}

/// How log files are to be read; `null` lets the program tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogFilesChoice {
    /// The format.
    pub format: Option<String>,
    /// The zone of times without one, as an IANA name or offset.
    pub zone: Option<String>,
    /// The year of times without one.
    pub year: Option<i32>,
    /// Whether `01/02/2026` is the first of February.
    #[serde(default)]
    #[ts(optional)]
    pub day_first: Option<bool>,
}

/// How log files are understood; nothing is stored yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogFilesPreview {
    /// The files, in the order in which they are read.
    pub files: Vec<LogFileRow>,
    /// The format.
    pub format: String,
    /// The zone of times without one.
    pub zone: String,
    /// Whether the times name their zone.
    pub zone_known: bool,
    /// The period; `null` while it is not known.
    pub span: Option<Span>,
    /// The first lines.
    pub first: Vec<LogItem>,
    /// What only a person can tell.
    pub questions: Vec<Phrase>,
    /// What is worth knowing.
    pub notices: Vec<Phrase>,
}

/// A log file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogFileRow {
    /// The file.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: f64,
    /// How it is compressed: `none`, `gzip`, `zstd`.
    pub compression: String,
    /// Its format.
    pub format: String,
    /// Why it cannot be read.
    pub problem: Option<Phrase>,
}

/// What is asked when log files are opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogFilesRequest {
    /// The files.
    pub paths: Vec<String>,
    /// A name for people; empty takes the first file's.
    pub name: String,
    /// How to read them.
    pub choice: LogFilesChoice,
}

/// What is masked on the way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MaskingRow {
    /// Whether secrets are masked in this workspace.
    pub on: bool,
    /// Every rule with what it has found.
    pub rules: Vec<(String, u32)>,
}
