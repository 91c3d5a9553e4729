//! The log room: lines of clusters, files and drills as templates ranked by surprise, and the lines behind them.

pub(crate) mod cluster;
mod counts;
mod decisions;
mod details;
pub mod files;
mod headline;
pub(crate) mod ingest;
mod judge;
mod lines;
mod masking;
mod phrases;
mod query;
pub(crate) mod room;
mod rows;
pub mod study;
mod tally;
mod templates;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use wardroom_core::{FaultClass, LogLevel, LogRecord, TemplateId, Timestamp};
use wardroom_store::SourceId;

use crate::context::Open;
use crate::error::AppError;
use crate::wire::Millis;

pub use counts::{cancel_counts, counts};
pub use decisions::{decide, list as decisions, undo};
pub use details::template;
pub(crate) use lines::writers;
pub use lines::{around, list};
pub use masking::{masking, set_masking};
pub use query::check_query;
pub use rows::*;
pub use templates::templates;
pub use values::{LogValueRow, LogValuesRequest, LogValuesView, cancel_values, values};

/// Lines by level; those whose writer named none stand under `None`.
pub(crate) type LevelCounts = BTreeMap<Option<LogLevel>, u64>;

/// Returns the level that the window's word means.
pub(crate) fn level_of(grade: LogGrade) -> LogLevel {
    match grade {
        LogGrade::Fatal => LogLevel::Fatal,
        LogGrade::Error => LogLevel::Error,
        LogGrade::Warn => LogLevel::Warn,
        LogGrade::Info => LogLevel::Info,
        LogGrade::Debug => LogLevel::Debug,
        LogGrade::Trace => LogLevel::Trace,
    }
}

/// Returns the window's word for a level.
pub(crate) fn grade_of(level: LogLevel) -> LogGrade {
    match level {
        LogLevel::Fatal => LogGrade::Fatal,
        LogLevel::Error => LogGrade::Error,
        LogLevel::Warn => LogGrade::Warn,
        LogLevel::Info => LogGrade::Info,
        LogLevel::Debug => LogGrade::Debug,
        LogLevel::Trace => LogGrade::Trace,
    }
}

pub(crate) fn class_in(class: LogClass) -> FaultClass {
    match class {
        LogClass::Hardware => FaultClass::Hardware,
        LogClass::Application => FaultClass::Application,
        LogClass::Network => FaultClass::Network,
        LogClass::Security => FaultClass::Security,
        LogClass::None => FaultClass::None,
        LogClass::Unknown => FaultClass::Unknown,
    }
}

pub(crate) fn class_out(class: FaultClass) -> LogClass {
    match class {
        FaultClass::Hardware => LogClass::Hardware,
        FaultClass::Application => LogClass::Application,
        FaultClass::Network => LogClass::Network,
        FaultClass::Security => LogClass::Security,
        FaultClass::None => LogClass::None,
        FaultClass::Unknown => LogClass::Unknown,
    }
}

/// Writes the number of a template as the window gets it: sixteen hexadecimal digits.
pub(crate) fn template_text(id: TemplateId) -> String {
    format!("{:016x}", id.0)
}

/// Reads the number of a template.
///
/// # Errors
///
/// `no_such_template`.
pub(crate) fn template_number(text: &str) -> Result<TemplateId, AppError> {
    u64::from_str_radix(text, 16)
        .map(TemplateId)
        .map_err(|_| AppError::new("no_such_template").with("id", text))
}

/// Returns a line as the window gets it.
pub(crate) fn item(id: String, record: LogRecord) -> LogItem {
    LogItem {
        id,
        at: record.at.into(),
        level: record.level.map(grade_of),
        service: record.service,
        host: record.host,
        dataset: record.dataset,
        message: record.message,
        fields: record.fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
        fault: None,
    }
}

/// Adds levels up, the most serious first; lines without a level are in no row.
pub(crate) fn level_rows(counts: &LevelCounts) -> Vec<LogLevelCount> {
    let known = counts.iter().filter_map(|(level, lines)| Some((grade_of((*level)?), *lines)));
    let mut rows: Vec<LogLevelCount> =
        known.map(|(level, lines)| LogLevelCount { level, lines: lines as f64 }).collect();
    rows.sort_by_key(|row| row.level);
    rows
}

/// Returns a bin of the chart.
pub(crate) fn bin_of(start: Timestamp, counts: &LevelCounts) -> LogBin {
    let mut bin = LogBin { start: Millis::from(start), error: 0.0, warn: 0.0, other: 0.0 };
    for (level, lines) in counts {
        let place = match level {
            Some(LogLevel::Error | LogLevel::Fatal) => &mut bin.error,
            Some(LogLevel::Warn) => &mut bin.warn,
            Some(LogLevel::Info | LogLevel::Debug | LogLevel::Trace) | None => &mut bin.other,
        };
        *place += *lines as f64;
    }
    bin
}

/// Forgets what was noted of a source that is deleted with its data.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn forget(open: &Open, source: SourceId) -> Result<(), AppError> {
    files::forget(open, source);
    cluster::forget(open, source).await?;
    // The templates that only this source had are gone with it.
    room::look_again(open).await;
    Ok(())
}
